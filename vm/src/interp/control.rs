//! Calls, returns, values, continuations.

use super::kont::{capture, throw, throw_list};
use super::{Interp, St, inject, invoke};
use crate::cx::{Cx, Raise};
use crate::processor::Processor;
use crate::template::Template;
use crate::tier::Next;
use crate::tier::stubs::return_word;
use crate::val::{Val, field_raw};
use gambol_abi::context::{TAIL_CALLS, VALUES_IN_FLIGHT};
use gambol_abi::frame::{self, FRAME_SLOTS, ManyValues, ReturnPoint};
use gambol_abi::layout::{kont, offset};
use gambol_abi::ops::{ControlOps, Instr};
use gambol_abi::value::{self, FALSE, Word};
use std::sync::atomic::Ordering::Relaxed;

/// Template of a procedure word.
#[inline(always)]
pub(super) fn template<'a>(w: Word) -> &'a Template {
    // SAFETY: callers checked the tag; templates outlive their closures.
    unsafe { &**((w as isize + offset::TEMPLATE) as *const *const Template) }
}

impl Interp {
    /// Enters `f` (a procedure that accepts `argc` as they stand) with base `base`.
    #[inline(always)]
    fn enter(&mut self, f: Word, t: &Template, base: *mut u64) {
        // SAFETY: the limit was checked for the whole frame.
        unsafe {
            let sp = base.sub(t.registers as usize + FRAME_SLOTS);
            *sp.add(1) = f;
            (self.pc, self.base, self.sp) = (t.entry(), base, sp);
        }
    }
    /// Whether the frame of `t` at `base` and its outgoing area stay above the limit.
    #[inline(always)]
    fn fits(&self, t: &Template, base: *mut u64) -> bool {
        // SAFETY: the loop owns the processor.
        (base as u64).wrapping_sub(t.extent as u64) > unsafe { (*self.p).ctx.limit.load(Relaxed) }
    }
    #[inline(always)]
    fn call_word(&mut self, f: Word, argc: usize) {
        if value::is_procedure(f) {
            let t = template(f);
            let base = self.sp.wrapping_sub(1);
            if t.arity_code == argc as u32 && self.fits(t, base) {
                // SAFETY: within the frame and its outgoing area.
                unsafe {
                    *self.sp = self.pc.add(2) as u64;
                    *base = return_word::interpreter();
                }
                return self.enter(f, t, base);
            }
        }
        let st = invoke::call(self.p, self.st(), f, argc, false);
        self.go(st);
    }
    /// Leaves a trace of the tail call at `pc`.
    #[inline(always)]
    fn note_tail_call(&mut self) {
        // SAFETY: the loop owns the processor.
        let ctx = unsafe { &mut (*self.p).ctx };
        ctx.tail_calls[ctx.tail_count as usize % TAIL_CALLS] = self.pc as u64;
        ctx.tail_count = ctx.tail_count.wrapping_add(1);
    }
    #[inline(always)]
    fn tail_call_word(&mut self, f: Word, argc: usize) {
        self.note_tail_call();
        if value::is_procedure(f) {
            let t = template(f);
            if t.arity_code == argc as u32 && self.fits(t, self.base) {
                // SAFETY: homes lie above the outgoing arguments, so ascending order is safe.
                unsafe {
                    for k in 0..argc {
                        *self.base.sub(1 + k) = *self.sp.sub(2 + k);
                    }
                }
                return self.enter(f, t, self.base);
            }
        }
        let st = invoke::call(self.p, self.st(), f, argc, true);
        self.go(st);
    }
}

impl ControlOps for Interp {
    type Flow = ();

    #[inline(always)]
    fn return_(&mut self, i: Instr) {
        let w = self.reg(i.a());
        // SAFETY: the return word of the running frame; an interpreter frame is above it.
        unsafe {
            if *self.base == return_word::interpreter() {
                let sp = self.base.add(1);
                let pc = *sp as *const u64;
                let point = ReturnPoint(*pc.sub(1));
                (self.pc, self.base, self.sp) = (pc, sp.add(point.frame_words()), sp);
                return self.set(point.dst(), w);
            }
        }
        let st = return_slow(self.p, self.st(), w);
        self.go(st);
    }
    #[inline(always)]
    fn return_many(&mut self, i: Instr) {
        let st = return_many(self.p, self.st(), i.a());
        self.go(st);
    }
    #[inline(always)]
    fn return_list(&mut self, i: Instr) {
        let st = return_list(self.p, self.st(), self.reg(i.a()));
        self.go(st);
    }
    #[inline(always)]
    fn jump(&mut self, i: Instr) {
        self.jump_by(i.bx() as isize);
    }
    #[inline(always)]
    fn loop_(&mut self, i: Instr) {
        // SAFETY: the loop owns the processor.
        let ctx = unsafe { &mut (*self.p).ctx };
        if self.sp as u64 <= ctx.limit.load(Relaxed) {
            let st = loop_slow(self.p, self.st());
            return self.go(st);
        }
        ctx.loop_budget -= 1;
        if ctx.loop_budget == 0 {
            let st = loop_hot(self.p, self.st());
            return self.go(st);
        }
        self.jump_by(i.bx() as isize);
    }
    #[inline(always)]
    fn call(&mut self, i: Instr) {
        self.call_word(self.reg(i.b()), i.a());
    }
    #[inline(always)]
    fn call_const(&mut self, i: Instr) {
        let f = self.constant(i.bx());
        self.call_word(f, i.a());
    }
    #[inline(always)]
    fn tail_call(&mut self, i: Instr) {
        self.tail_call_word(self.reg(i.b()), i.a());
    }
    #[inline(always)]
    fn tail_call_const(&mut self, i: Instr) {
        let f = self.constant(i.bx());
        self.tail_call_word(f, i.a());
    }
    #[inline(always)]
    fn apply(&mut self, i: Instr) {
        let st = invoke::apply(self.p, self.st(), self.reg(i.b()), i.a(), false);
        self.go(st);
    }
    #[inline(always)]
    fn tail_apply(&mut self, i: Instr) {
        let st = invoke::apply(self.p, self.st(), self.reg(i.b()), i.a(), true);
        self.go(st);
    }
    #[inline(always)]
    fn receive(&mut self, i: Instr) {
        let st = receive(self.p, self.st());
        let _ = i;
        self.go(st);
    }
    #[inline(always)]
    fn entry_case(&mut self, _: Instr) {
        unreachable!("a call selects the clause and enters behind its EntryCase");
    }
    #[inline(always)]
    fn entry_fail(&mut self, _: Instr) {
        unreachable!("a call that no clause accepts is refused in the caller");
    }
    #[inline(always)]
    fn capture(&mut self, i: Instr) {
        let st = capture(self.p, self.st(), i.a());
        self.go(st);
    }
    #[inline(always)]
    fn throw(&mut self, i: Instr) {
        let st = throw(self.p, self.st(), self.reg(i.b()), i.a());
        self.go(st);
    }
    #[inline(always)]
    fn throw_list(&mut self, i: Instr) {
        let st = throw_list(self.p, self.st(), self.reg(i.a()), self.reg(i.b()));
        self.go(st);
    }
    #[inline(always)]
    fn resume_injected(&mut self, _: Instr) {
        let st = inject::resume(self.p, self.st());
        self.go(st);
    }
    #[inline(always)]
    fn warm(&mut self, _: Instr) {
        let st = warm(self.p, self.st());
        self.go(st);
    }
    #[inline(always)]
    fn machine(&mut self, _: Instr) {
        let st = machine(self.p, self.st());
        self.go(st);
    }
}

/// A procedure without machine code was called: the frame is made, its code is next.
#[inline(never)]
fn warm(p: *mut Processor, st: St) -> St {
    // SAFETY: the loop owns the processor; the closure slot names the procedure.
    unsafe {
        let t = template(*st.sp.add(1));
        (*p).warm(t);
        (*p).prefer_machine(St { pc: t.code().as_ptr(), ..st })
    }
}

/// A procedure with machine code was called.
#[inline(never)]
fn machine(p: *mut Processor, st: St) -> St {
    // SAFETY: as above.
    unsafe {
        let code = template(*st.sp.add(1)).code().as_ptr();
        (*p).prefer_machine(St { pc: code, ..st })
    }
}

/// The loop at `st` is hot: its procedure gets machine code, in which it goes on.
#[cold]
#[inline(never)]
fn loop_hot(p: *mut Processor, st: St) -> St {
    // SAFETY: the loop owns the processor; the closure slot names the procedure.
    unsafe {
        (*p).renew_loop_budget();
        (*p).compile(template(*st.sp.add(1)));
        let target = St { pc: st.pc.wrapping_offset(1 + st.instr().bx() as isize), ..st };
        (*p).prefer_machine(target)
    }
}

#[cold]
#[inline(never)]
fn loop_slow(p: *mut Processor, st: St) -> St {
    // SAFETY: the loop owns the processor.
    let p = unsafe { &mut *p };
    p.save(st);
    if let Some(again) = crate::poll::at_safepoint(p, st) {
        return again;
    }
    St { pc: st.pc.wrapping_offset(1 + st.instr().bx() as isize), ..st }
}

/// Return to something other than an interpreter frame of the current part.
#[inline(never)]
pub(super) fn return_slow(p: *mut Processor, st: St, w: Word) -> St {
    // SAFETY: the loop owns the processor.
    let p = unsafe { &mut *p };
    p.ctx.values[0] = w;
    p.ctx.values_count = 1;
    // SAFETY: the running frame's return word.
    let ret = unsafe { *st.base };
    // SAFETY: `base + 1` is the stack pointer of the frame returned to, if it is in this part.
    deliver(p, st, ret, unsafe { st.base.add(1) })
}

/// Where values in flight were delivered.
pub(crate) enum Delivered {
    /// Nowhere: the loop is left, for the driver or because of an escape.
    Out,
    /// To a frame that goes on in the interpreter.
    Interpreter(St),
    /// To a frame that goes on in machine code.
    Machine { sp: *mut u64, target: u64, value: Word },
}

/// Delivers the values in flight to the frame that `ret` and `sp` lead to.
pub(super) fn deliver(p: &mut Processor, st: St, ret: u64, sp: *mut u64) -> St {
    match deliver_to(p, ret, sp) {
        Delivered::Out => inject::leave(st),
        Delivered::Interpreter(to) => to,
        Delivered::Machine { sp, target, value } => {
            p.next = Next::Machine { sp, target, value };
            inject::leave(st)
        }
    }
}

#[inline]
fn deliver_to(p: &mut Processor, mut ret: u64, mut sp: *mut u64) -> Delivered {
    if ret == return_word::underflow() {
        p.ctx.pc = 0;
        (ret, sp) = p.underflow();
    }
    if !return_word::is_frame(ret) {
        // The driver takes them from the context; an adapter's callee ignores them.
        p.ctx.pc = 0;
        return Delivered::Out;
    }
    let single = p.ctx.values_count == 1;
    let machine = ret != return_word::interpreter();
    if single && machine {
        // Machine code puts the value where it belongs.
        p.ctx.values_count = 0;
        return Delivered::Machine { sp, target: ret, value: p.ctx.values[0] };
    }
    // SAFETY: a frame with its resume slot at `sp`.
    unsafe {
        let pc = resume_at(sp);
        let point = ReturnPoint(*pc.sub(1));
        let to = St { pc, base: sp.add(point.frame_words()), sp };
        // Refusing frames were found before anything was abandoned (`accepts`).
        if !single && point.many() == ManyValues::Accept {
            let to = to.after(1);
            return match p.machine_point(to) {
                Some(target) if machine => Delivered::Machine { sp, target, value: 0 },
                _ => Delivered::Interpreter(to),
            };
        }
        let value = if single { p.ctx.values[0] } else { value::UNSPECIFIED };
        p.ctx.values_count = 0;
        p.ctx.values_overflow = FALSE;
        if machine {
            return Delivered::Machine { sp, target: ret, value };
        }
        to.set(point.dst(), value);
        Delivered::Interpreter(to)
    }
}

/// Machine code returned `value` to what `word` says.
pub(crate) fn returned(p: &mut Processor, word: u64, sp: *mut u64, value: Word) -> Delivered {
    p.ctx.values[0] = value;
    p.ctx.values_count = 1;
    deliver_to(p, word, sp)
}

/// The instruction that the frame at `sp` goes on with.
unsafe fn resume_at(sp: *const u64) -> *const u64 {
    // SAFETY: the caller vouches for the frame.
    unsafe { frame::resume(*sp, template(*sp.add(1)).code().as_ptr()) }
}

/// How the frame that `ret`/`sp` lead to (through an underflow if need be) wants several values.
pub(super) fn accepts(p: &Processor, ret: u64, sp: *const u64, continuation: Option<Word>) -> ManyValues {
    let (ret, sp) = match continuation {
        _ if ret != return_word::underflow() => (ret, sp),
        // SAFETY: a continuation part's return word and lowest frame.
        Some(k) => unsafe { (field_raw(k, kont::RETURN), field_raw(k, kont::LOW) as *const u64) },
        None => p.peek_underflow(),
    };
    if !return_word::is_frame(ret) {
        return ManyValues::Accept;
    }
    // SAFETY: a frame with its resume slot at `sp`.
    unsafe { ReturnPoint(*resume_at(sp).sub(1)).many() }
}

/// Puts `count` values, the first at `first` and the others below, in flight.
pub(super) unsafe fn fly(p: &mut Processor, first: *const u64, count: usize) -> Result<(), Raise> {
    // SAFETY: the caller's values are live registers.
    unsafe {
        if count > VALUES_IN_FLIGHT {
            let v = Cx::enter(p, |cx| {
                let zero = cx.root(Val::FALSE);
                let v = cx.vector(count, zero)?;
                for k in 0..count {
                    cx.scope(|cx, lift| {
                        let item = cx.root_word(*first.sub(k));
                        cx.vector_set(lift.up(v), k, item);
                    });
                }
                Ok::<Word, Raise>(cx.get(v).word())
            })?;
            p.ctx.values_overflow = v;
        } else {
            for k in 0..count {
                p.ctx.values[k] = *first.sub(k);
            }
        }
        p.ctx.values_count = count as u64;
    }
    Ok(())
}

#[inline(never)]
fn return_many(p: *mut Processor, st: St, count: usize) -> St {
    // SAFETY: the loop owns the processor; the values are outgoing registers.
    unsafe {
        let p = &mut *p;
        if count == 1 {
            return return_slow(p, st, *st.sp.sub(2));
        }
        p.save(st);
        if accepts(p, *st.base, st.base.add(1), None) == ManyValues::Refuse {
            let r = many_refused(p, count);
            return inject::raise(p, st, r);
        }
        if let Err(r) = fly(p, st.sp.sub(2), count) {
            return inject::raise(p, st, r);
        }
        deliver(p, st, *st.base, st.base.add(1))
    }
}

pub(super) fn many_refused(p: &mut Processor, count: usize) -> Raise {
    Cx::enter(p, |cx| {
        let n = cx.root(Val::index(count));
        cx.fail_as("values", crate::condition::kinds::ERROR | crate::condition::kinds::ASSERTION, "one value was expected, number given", &[n])
    })
}

/// Puts the elements of a list in flight; returns how many.
pub(super) fn fly_list(p: &mut Processor, list: Word) -> Result<usize, Raise> {
    // SAFETY: `list` is a live register's value; nothing is allocated while it is read.
    let v = unsafe { Val::from_word(list) };
    let Some(count) = v.list_length() else {
        return Err(Cx::enter(p, |cx| {
            let list = cx.root_word(list);
            cx.wrong_type_at("values", 0, list, gambol_abi::prims::Type::List)
        }));
    };
    if count <= VALUES_IN_FLIGHT {
        for (k, item) in v.list().take(count).enumerate() {
            p.ctx.values[k] = item.word();
        }
    } else {
        p.ctx.values_overflow = Cx::enter(p, |cx| {
            let at = cx.root_word(list);
            let none = cx.root(Val::FALSE);
            let v = cx.vector(count, none)?;
            for k in 0..count {
                cx.scope(|cx, lift| {
                    let at = lift.up(at);
                    let item = cx.root(cx.get(at).car());
                    cx.vector_set(lift.up(v), k, item);
                    cx.set(at, cx.get(at).cdr());
                });
            }
            Ok::<Word, Raise>(cx.get(v).word())
        })?;
    }
    p.ctx.values_count = count as u64;
    Ok(count)
}

#[inline(never)]
fn return_list(p: *mut Processor, st: St, list: Word) -> St {
    // SAFETY: the loop owns the processor.
    unsafe {
        let p = &mut *p;
        p.save(st);
        // SAFETY: a live register's value.
        let count = Val::from_word(list).list_length();
        if count != Some(1) && accepts(p, *st.base, st.base.add(1), None) == ManyValues::Refuse {
            let r = many_refused(p, count.unwrap_or(0));
            return inject::raise(p, st, r);
        }
        match fly_list(p, list) {
            Ok(_) => deliver(p, st, *st.base, st.base.add(1)),
            Err(r) => inject::raise(p, st, r),
        }
    }
}

#[inline(never)]
fn receive(p: *mut Processor, st: St) -> St {
    // SAFETY: the loop owns the processor.
    let p = unsafe { &mut *p };
    p.save(st);
    let i = st.instr();
    let (first, wanted, rest) = (i.a(), i.b(), i.c() == 1);
    let count = p.ctx.values_count as usize;
    let overflow = p.ctx.values_overflow;
    let value = |p: &Processor, k: usize| {
        // SAFETY: the overflow vector is a root of the context.
        if overflow == FALSE { p.ctx.values[k] } else { unsafe { Val::from_word(p.ctx.values_overflow) }.vector_ref(k).word() }
    };
    if count < wanted || (count > wanted && !rest) {
        p.ctx.values_count = 0;
        p.ctx.values_overflow = FALSE;
        let r = Cx::enter(p, |cx| {
            let (w, n) = (cx.root(Val::index(wanted)), cx.root(Val::index(count)));
            let message = if rest { "too few values: expected at least, given" } else { "wrong number of values: expected, given" };
            cx.fail_as("call-with-values", crate::condition::kinds::ERROR | crate::condition::kinds::ASSERTION, message, &[w, n])
        });
        return inject::raise(p, st, r);
    }
    if rest {
        let list = Cx::enter(p, |cx| {
            let list = cx.root(Val::NIL);
            for k in (wanted..count).rev() {
                cx.scope(|cx, lift| {
                    let item = cx.root_word(value(cx.p(), k));
                    cx.push_list(lift.up(list), item)
                })?;
            }
            Ok::<Word, Raise>(cx.get(list).word())
        });
        match list {
            Ok(w) => st.set(first + wanted, w),
            Err(r) => return inject::raise(p, st, r),
        }
    }
    for k in 0..wanted {
        st.set(first + k, value(p, k));
    }
    p.ctx.values_count = 0;
    p.ctx.values_overflow = FALSE;
    st.after(1)
}
