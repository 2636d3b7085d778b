//! Registers, constants, closures, boxes, top-level variables.

use super::{Interp, St, inject};
use crate::condition::kinds;
use crate::cx::Cx;
use crate::processor::Processor;
use crate::val::{field_raw, field_slot};
use gambol_abi::layout::{GRANULE, Kind, header, offset, round_up};
use gambol_abi::ops::{Instr, MoveOps};
use gambol_abi::value::{self, TAG_OBJECT, TAG_PROCEDURE, UNBOUND, Word};
use gambol_gc::attrs::LARGE_BYTES;

impl MoveOps for Interp {
    type Flow = ();

    #[inline(always)]
    fn move_(&mut self, i: Instr) {
        self.set(i.a(), self.reg(i.b()));
        self.next(1);
    }
    #[inline(always)]
    fn load_int(&mut self, i: Instr) {
        self.set(i.a(), value::fixnum(i.bx() as i64));
        self.next(1);
    }
    #[inline(always)]
    fn load_imm(&mut self, i: Instr) {
        self.set(i.a(), i.bx() as u32 as u64);
        self.next(1);
    }
    #[inline(always)]
    fn load_const(&mut self, i: Instr) {
        self.set(i.a(), self.constant(i.bx()));
        self.next(1);
    }
    #[inline(always)]
    fn make_closure(&mut self, i: Instr) {
        // SAFETY: verified code: a count and that many registers follow; the constant is a template
        // with that many captured values.
        unsafe {
            let count = *self.pc.add(1) as u16 as usize;
            let bytes = round_up(8 + 8 * count);
            if bytes >= LARGE_BYTES {
                let st = large_closure(self.p, self.st(), bytes);
                return self.go(st);
            }
            let Some(address) = (*self.p).mutator.alloc_fast(bytes) else {
                let st = collect_and_retry(self.p, self.st(), bytes);
                return self.go(st);
            };
            *(address as *mut u64) = self.constant(i.bx());
            let w = address as u64 | TAG_PROCEDURE;
            for k in 1..=count {
                *((w as isize + offset::captured(k - 1)) as *mut Word) = *captured_value(self.st(), k);
            }
            self.set(i.a(), w);
            self.next(2 + count as isize / 4);
        }
    }
    #[inline(always)]
    fn closure_ref(&mut self, i: Instr) {
        // SAFETY: verified code reads captured values its template has.
        let w = unsafe { *((self.reg(i.b()) as isize + offset::captured(i.c())) as *const Word) };
        self.set(i.a(), w);
        self.next(1);
    }
    #[inline(always)]
    fn closure_set(&mut self, i: Instr) {
        let (closure, w) = (self.reg(i.a()), self.reg(i.c()));
        self.p().store(closure, (closure as isize + offset::captured(i.b())) as *mut Word, w);
        self.next(1);
    }
    #[inline(always)]
    fn make_box(&mut self, i: Instr) {
        // SAFETY: the loop owns the processor; the granule is filled at once.
        unsafe {
            let Some(address) = (*self.p).mutator.alloc_fast(GRANULE) else {
                let st = collect_and_retry(self.p, self.st(), GRANULE);
                return self.go(st);
            };
            *(address as *mut u64) = header(Kind::Box, 1);
            let w = address as u64 | TAG_OBJECT;
            *field_slot(w, 0) = self.reg(i.b());
            self.set(i.a(), w);
        }
        self.next(1);
    }
    #[inline(always)]
    fn box_ref(&mut self, i: Instr) {
        // SAFETY: the emitter makes boxes only for variables it boxes.
        let w = unsafe { field_raw(self.reg(i.b()), 0) };
        self.set(i.a(), w);
        self.next(1);
    }
    #[inline(always)]
    fn box_set(&mut self, i: Instr) {
        let (b, w) = (self.reg(i.a()), self.reg(i.b()));
        self.p().store(b, field_slot(b, 0), w);
        self.next(1);
    }
    #[inline(always)]
    fn check_bound(&mut self, i: Instr) {
        if self.reg(i.a()) == UNBOUND {
            let st = unbound(self.p, self.st(), self.constant(i.bx()));
            return self.go(st);
        }
        self.next(1);
    }
    #[inline(always)]
    fn cell_ref(&mut self, i: Instr) {
        let cell = self.constant(i.bx());
        // SAFETY: the constant is a cell.
        let w = unsafe { field_raw(cell, 0) };
        if w == UNBOUND {
            // SAFETY: a cell's second word is its name.
            let st = unbound(self.p, self.st(), unsafe { field_raw(cell, 1) });
            return self.go(st);
        }
        self.set(i.a(), w);
        self.next(1);
    }
    #[inline(always)]
    fn cell_ref_bound(&mut self, i: Instr) {
        // SAFETY: the constant is a cell.
        let w = unsafe { field_raw(self.constant(i.bx()), 0) };
        self.set(i.a(), w);
        self.next(1);
    }
    #[inline(always)]
    fn cell_set(&mut self, i: Instr) {
        let (cell, w) = (self.constant(i.bx()), self.reg(i.a()));
        // SAFETY: the constant is a cell.
        if unsafe { field_raw(cell, 0) } == UNBOUND {
            // SAFETY: a cell's second word is its name.
            let st = unbound(self.p, self.st(), unsafe { field_raw(cell, 1) });
            return self.go(st);
        }
        self.p().store(cell, field_slot(cell, 0), w);
        self.next(1);
    }
    #[inline(always)]
    fn cell_define(&mut self, i: Instr) {
        let (cell, w) = (self.constant(i.bx()), self.reg(i.a()));
        self.p().store(cell, field_slot(cell, 0), w);
        self.next(1);
    }
}

/// An allocation did not fit: collects and runs the instruction again, or raises.
#[cold]
#[inline(never)]
pub(super) fn collect_and_retry(p: *mut Processor, st: St, bytes: usize) -> St {
    // SAFETY: the loop owns the processor.
    let p = unsafe { &mut *p };
    p.save(st);
    match p.make_room(bytes) {
        Ok(()) => st,
        Err(r) => inject::raise(p, st, r),
    }
}

/// Register of the `k`-th captured value of the `MakeClosure` at `st`, counted from 1.
///
/// # Safety
/// There are that many.
#[inline(always)]
unsafe fn captured_value(st: St, k: usize) -> *const Word {
    // SAFETY: verified code: a count and that many registers follow.
    st.slot(unsafe { *st.pc.add(1 + k / 4) >> (16 * (k % 4)) } as u16 as usize)
}

/// `MakeClosure` with very many captured values: it lives among the large objects.
#[cold]
#[inline(never)]
fn large_closure(p: *mut Processor, st: St, bytes: usize) -> St {
    // SAFETY: the loop owns the processor; the new object is filled before anything can look at it.
    unsafe {
        let p = &mut *p;
        p.save(st);
        let address = match p.allocate(bytes) {
            Ok(address) => address,
            Err(r) => return inject::raise(p, st, r),
        };
        *(address as *mut u64) = *st.pc.offset(st.instr().bx() as isize);
        let w = address as u64 | TAG_PROCEDURE;
        let count = *st.pc.add(1) as u16 as usize;
        for k in 1..=count {
            *((w as isize + offset::captured(k - 1)) as *mut Word) = *captured_value(st, k);
        }
        p.initialised(w);
        st.set(st.instr().a(), w);
        st.after(2 + count / 4)
    }
}

#[cold]
#[inline(never)]
fn unbound(p: *mut Processor, st: St, name: Word) -> St {
    // SAFETY: the loop owns the processor.
    let p = unsafe { &mut *p };
    p.save(st);
    let r = Cx::enter(p, |cx| {
        let name = cx.root_word(name);
        cx.fail_as("", kinds::ERROR | kinds::UNDEFINED, "unbound variable:", &[name])
    });
    inject::raise(p, st, r)
}
