//! What machine code asks of the runtime, through the stubs: one instruction, a failed stack check,
//! a primitive. All work on the frame at `ctx.sp`; panics are carried past the machine code.

use super::Next;
use super::stubs::{self, Applied, Go, return_word};
use crate::cx::{Args, Cx, Raise};
use crate::interp::{self, Delivered, St};
use crate::processor::Processor;
use crate::val::{Val, field_raw, field_slot};
use gambol_abi::context::Context;
use gambol_abi::frame::{AT, FRAME_SLOTS};
use gambol_abi::layout::kont;
use gambol_abi::ops::Op;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// The state of the frame at `ctx.sp`, at instruction `index`.
///
/// # Safety
/// Machine code has just left that frame.
unsafe fn state(p: &Processor, index: usize) -> St {
    let sp = p.ctx.sp as *mut u64;
    // SAFETY: as the caller vouches.
    unsafe {
        let t = Val::from_word(*sp.add(1)).template();
        St { pc: t.code().as_ptr().add(index), base: sp.add(t.registers as usize + FRAME_SLOTS), sp }
    }
}

/// Where machine code goes on for `st`.
fn go(p: &mut Processor, st: St) -> Go {
    if st.pc.is_null() {
        return match std::mem::take(&mut p.next) {
            Next::Machine { sp, target, value } => {
                p.ctx.sp = sp as u64;
                Go { target, value }
            }
            other => {
                p.next = other;
                Go { target: stubs::leave(), value: 0 }
            }
        };
    }
    match p.machine_point(st) {
        Some(target) => {
            p.ctx.sp = st.sp as u64;
            Go { target, value: 0 }
        }
        None => {
            p.next = Next::Interpret(st);
            Go { target: stubs::leave(), value: 0 }
        }
    }
}

/// Runs `work`; a panic in it becomes what is next.
fn guarded(context: *mut Context, work: impl FnOnce(&mut Processor) -> Go) -> Go {
    // SAFETY: the context is the first field of the processor, which machine code runs for.
    let p = unsafe { &mut *context.cast::<Processor>() };
    catch_unwind(AssertUnwindSafe(|| work(p))).unwrap_or_else(|payload| {
        p.next = Next::Panic(payload);
        Go { target: stubs::leave(), value: 0 }
    })
}

/// Runs the instruction at `pc` of the frame in the interpreter; `next` is the machine code of the one
/// behind it.
pub(super) extern "C" fn step(context: *mut Context, pc: *const u64, base: *mut u64, next: u64, sp: *mut u64) -> Go {
    guarded(context, |p| {
        let st = St { pc, base, sp };
        let op = st.instr().op().expect("verified code");
        p.vm.jit.counts.step(op);
        let to = interp::step(p, st);
        if matches!(op, Op::Call | Op::CallConst | Op::Apply) {
            // SAFETY: `to` is what the call of `st` came to.
            unsafe { return_here(p, st, to) };
        } else if to.base == base && to.sp == sp && to.pc == pc.wrapping_add(1) {
            // One word long, and done: the usual case, in which nothing has to be looked up.
            return Go { target: next, value: 0 };
        }
        go(p, to)
    })
}

/// After a call by the interpreter for machine code: the callee is to return to the machine code.
unsafe fn return_here(p: &mut Processor, st: St, to: St) {
    // SAFETY: the frame of `st` is live, and the callee's is, if there is one.
    unsafe {
        let t = Val::from_word(*st.sp.add(1)).template();
        let index = t.index_of(st.pc);
        let Some(point) = t.installed().and_then(|i| i.point(index + 1)) else { return };
        if to.pc.is_null() {
            return;
        }
        if to.base == st.sp.sub(1) && *to.base == return_word::interpreter() {
            *to.base = point;
        } else if *to.base == return_word::underflow() && crate::val::is_kind(p.ctx.continuation, gambol_abi::layout::Kind::Kont) {
            // The callee has a chunk of its own; the frame of `st` is the youngest of a fresh part.
            let k = p.ctx.continuation;
            if field_raw(k, kont::LOW) == st.sp as u64 && field_raw(k, kont::RETURN) == return_word::interpreter() {
                *field_slot(k, kont::RETURN) = point;
            }
        }
    }
}

/// The stack check of an entry failed: the frame is made, in the stack's reserve if need be.
pub(super) extern "C" fn entered(context: *mut Context, index: u64) -> Go {
    guarded(context, |p| {
        // SAFETY: the stub has saved the stack pointer of the fresh frame.
        let st = unsafe { state(p, (index & (AT - 1)) as usize) };
        p.save(st);
        let to = crate::poll::at_safepoint(p, st).unwrap_or_else(|| interp::grow(p, st));
        if index & AT != 0 && to.pc == st.pc {
            // Its machine code would check again, and with a request pending for ever.
            p.next = Next::Interpret(to);
            return Go { target: stubs::leave(), value: 0 };
        }
        go(p, to)
    })
}

/// Where machine code goes on after a return or a throw.
fn delivered(p: &mut Processor, to: Delivered) -> Go {
    p.next = match to {
        Delivered::Machine { sp, target, value } => {
            p.ctx.sp = sp as u64;
            return Go { target, value };
        }
        Delivered::Interpreter(st) => Next::Interpret(st),
        Delivered::Out => Next::Stop,
    };
    Go { target: stubs::leave(), value: 0 }
}

/// Machine code returned `value` past the end of the current part of the stack.
pub(super) extern "C" fn underflow(context: *mut Context, value: u64) -> Go {
    guarded(context, |p| {
        let to = interp::returned(p, return_word::underflow(), std::ptr::null_mut(), value);
        delivered(p, to)
    })
}

/// Captures the continuation of the frame with this base.
pub(super) extern "C" fn capture(context: *mut Context, base: *mut u64) -> Applied {
    let mut value = 0;
    let Go { target, value: other } = guarded(context, |p| match p.capture(base) {
        Ok(k) => {
            value = k;
            Go { target: 0, value: 0 }
        }
        Err(r) => {
            let Applied { value, target } = raised(p, r);
            Go { target, value }
        }
    });
    Applied { value: if target == 0 { value } else { other }, target }
}

/// Abandons the stack and returns `value` to continuation `k`.
pub(super) extern "C" fn throw(context: *mut Context, pc: *const u64, base: *mut u64, sp: *mut u64, k: u64, value: u64) -> Go {
    guarded(context, |p| match interp::thrown(p, k, value) {
        Some(to) => delivered(p, to),
        // The interpreter says what is wrong.
        None => {
            let to = interp::step(p, St { pc, base, sp });
            go(p, to)
        }
    })
}

/// Applies primitive `prim` to `count` words, the first at `first` and the others below. The stub has
/// saved the frame: that is all a primitive needs to collect.
pub(super) extern "C" fn primitive(context: *mut Context, prim: u64, first: *mut u64, count: u64) -> Applied {
    // SAFETY: the context is the first field of the processor, which machine code runs for.
    let p = unsafe { &mut *context.cast::<Processor>() };
    let applied = catch_unwind(AssertUnwindSafe(|| {
        p.current_prim = prim as u16;
        let top = p.handles.top();
        // SAFETY: machine code runs for this processor, and waits.
        let mut cx = unsafe { Cx::steal(&mut *p) };
        // SAFETY: arguments are live registers of the frame; code names primitives of the table.
        let result = unsafe {
            let body = crate::prims::BODIES.get_unchecked(prim as usize);
            body(&mut cx, Args::new(first, count as usize)).map(|v| v.word())
        };
        p.handles.reset(top);
        match result {
            Ok(value) => Applied { value, target: 0 },
            Err(r) => raised(p, r),
        }
    }));
    applied.unwrap_or_else(|payload| {
        // SAFETY: as above.
        let p = unsafe { &mut *context.cast::<Processor>() };
        p.next = Next::Panic(payload);
        Applied { value: 0, target: stubs::leave() }
    })
}

/// A primitive raised a condition.
#[cold]
fn raised(p: &mut Processor, r: Raise) -> Applied {
    // SAFETY: the stub has saved the frame's stack pointer and instruction.
    let st = unsafe { state(p, (p.ctx.pc & (AT - 1)) as usize) };
    let to = interp::inject::raise(p, st, r);
    let Go { target, value } = go(p, to);
    Applied { value, target }
}

/// Does what the collector wants done before `value` is stored into `slot` of `object`. Returns where to
/// go on instead of the store: 0, unless a bug showed.
pub(super) extern "C" fn barrier(context: *mut Context, object: u64, slot: *mut u64, value: u64) -> u64 {
    let done = guarded(context, |p| {
        // SAFETY: machine code has checked the object and the slot.
        unsafe { p.barrier(object, slot, value) };
        Go { target: 0, value: 0 }
    });
    done.target
}
