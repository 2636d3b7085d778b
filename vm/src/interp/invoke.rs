//! Calls that are not the plain case: variadic and `case-lambda` procedures, primitives as values,
//! `apply`, no room on the stack, requests to serve, and things that are not procedures.
//!
//! Arguments are found at `first` and below: the outgoing registers of the caller, which its live
//! map covers, or (for `apply`) a block that is a root. So everything here may collect until the callee's
//! home slots are written, which is the last thing that happens.

use super::control::{return_slow, template};
use super::{St, inject};
use crate::cx::{Args, Cx, Raise};
use crate::processor::Processor;
use crate::template::{Clause, Template};
use crate::tier::stubs::return_word;
use crate::val::Val;
use gambol_abi::frame::{Arity, FRAME_SLOTS, ReturnPoint};
use gambol_abi::prims::PrimId;
use gambol_abi::value::{self, Word};
use std::sync::atomic::Ordering::Relaxed;

/// Words of spread arguments that are kept for the next time.
const SPREAD_KEPT: usize = 1 << 12;

/// The entry of `t` for `count` arguments.
fn door(t: &Template, count: usize) -> Option<Clause> {
    match t.arity {
        Arity::Exactly(n) if n as usize == count => Some(Clause { entry: t.entry(), fixed: count, rest: false }),
        Arity::AtLeast(n) if n as usize <= count => Some(Clause { entry: t.entry(), fixed: n as usize, rest: true }),
        Arity::Any => t.clauses().find(|c| count == c.fixed || (c.rest && count > c.fixed)),
        _ => None,
    }
}

/// `Call` and `TailCall` with `count` outgoing arguments.
#[inline(never)]
pub(super) fn call(p: *mut Processor, st: St, f: Word, count: usize, tail: bool) -> St {
    // SAFETY: the loop owns the processor; the outgoing arguments are live registers.
    unsafe {
        let p = &mut *p;
        p.save(st);
        let top = p.handles.top();
        let f = p.handles.push_slot(f);
        let next = invoke(p, st, f, st.sp.sub(2), count, tail);
        p.handles.reset(top);
        next.unwrap_or_else(|r| inject::raise(p, st, r))
    }
}

/// `Apply` and `TailApply`: the last of `count` outgoing arguments is a list to spread.
#[inline(never)]
pub(super) fn apply(p: *mut Processor, st: St, f: Word, count: usize, tail: bool) -> St {
    // SAFETY: the loop owns the processor; the outgoing arguments are live registers.
    unsafe {
        let p = &mut *p;
        p.save(st);
        let top = p.handles.top();
        let f = p.handles.push_slot(f);
        let next = spread(p, st, count).and_then(|total| {
            let first = p.spread.last_mut().map_or(st.sp, std::ptr::from_mut);
            invoke(p, st, f, first, total, tail)
        });
        p.spread.clear();
        p.spread.shrink_to(SPREAD_KEPT);
        p.handles.reset(top);
        next.unwrap_or_else(|r| inject::raise(p, st, r))
    }
}

/// Puts the arguments and the elements of the last one, a list, in the processor's block for
/// them, the first at the end of it; returns how many. However many there are, only those that
/// have a parameter of their own come to the stack.
unsafe fn spread(p: &mut Processor, st: St, count: usize) -> Result<usize, Raise> {
    // SAFETY: outgoing registers of the running frame, which are roots.
    unsafe {
        let last = st.sp.sub(1 + count);
        let Some(length) = Val::from_word(*last).list_length() else {
            return Err(Cx::enter(p, |cx| {
                let list = cx.root_word(*last);
                cx.wrong_type_at("apply", count, list, gambol_abi::prims::Type::List)
            }));
        };
        let total = count - 1 + length;
        if total > SPREAD_KEPT {
            p.room_outside(8 * total)?;
        }
        p.spread.resize(total, 0);
        let arguments = (0..count - 1).map(|k| *st.sp.sub(2 + k));
        let mut slots = p.spread.iter_mut().rev();
        arguments.zip(slots.by_ref()).for_each(|(w, slot)| *slot = w);
        let mut at = Val::from_word(*last);
        for slot in slots {
            *slot = at.car().word();
            at = at.cdr();
        }
        Ok(total)
    }
}

/// Calls the procedure in handle `f` with the arguments at `first` and below.
unsafe fn invoke(p: &mut Processor, st: St, f: *mut u64, first: *mut u64, count: usize, tail: bool) -> Result<St, Raise> {
    // SAFETY: `f` is a handle; arguments are rooted; frames are written only where room was made.
    unsafe {
        if !value::is_procedure(*f) {
            return Err(Cx::enter(p, |cx| {
                let f = cx.root_word(*f);
                crate::prims::not_a_procedure(cx, f)
            }));
        }
        let t = template(*f);
        if let Some(prim) = t.prim {
            return primitive(p, st, prim, first, count, tail);
        }
        let Some(door) = door(t, count) else {
            return Err(Cx::enter(p, |cx| {
                let f = cx.root_word(*f);
                crate::prims::wrong_count(cx, f, count)
            }));
        };
        if t.arity == Arity::Any && t.installed().is_none() {
            p.warm(t);
        }
        let need = t.extent as usize;
        let mut base = if tail { st.base } else { st.sp.sub(1) };
        if base as u64 - need as u64 <= p.ctx.limit.load(Relaxed)
            && let Some(again) = crate::poll::at_safepoint(p, st)
        {
            return Ok(again);
        }
        let rest = if door.rest { Some(gather(p, first, door.fixed, count)?) } else { None };
        if base as u64 - need as u64 <= p.ctx.real_limit {
            let room = need + 8 * door.fixed;
            base = p.start_chunk(tail, room)?;
        } else if !tail {
            *base = return_word::interpreter();
        }
        if !tail {
            *st.sp = st.pc.add(2) as u64;
        }
        for k in 0..door.fixed {
            *base.sub(1 + k) = *first.sub(k);
        }
        if let Some(list) = rest {
            *base.sub(1 + door.fixed) = *list;
        }
        let sp = base.sub(t.registers as usize + FRAME_SLOTS);
        *sp.add(1) = *f;
        Ok(St { pc: door.entry, base, sp })
    }
}

/// Gives the frame of `st`, which has its arguments and nothing else, a chunk with room for what
/// it calls, if it reaches below the limit.
pub(crate) fn grow(p: &mut Processor, st: St) -> St {
    // SAFETY: the running frame, which is saved.
    unsafe {
        let t = template(*st.sp.add(1));
        if st.base as u64 - u64::from(t.extent) > p.ctx.real_limit {
            return st;
        }
        let count = t.parameters_at(t.index_of(st.pc)).expect("code starts there");
        let base = match p.start_chunk(true, t.extent as usize + 8 * count) {
            Ok(base) => base,
            Err(r) => return inject::raise(p, st, r),
        };
        for k in 1..=count {
            *base.sub(k) = *st.base.sub(k);
        }
        let sp = base.sub(t.registers as usize + FRAME_SLOTS);
        *sp.add(1) = *st.sp.add(1);
        St { base, sp, ..st }
    }
}

/// The arguments from number `from` on as a list, in a handle.
unsafe fn gather(p: &mut Processor, first: *mut u64, from: usize, count: usize) -> Result<*mut u64, Raise> {
    let slot = p.handles.push_slot(value::NIL);
    let list = Cx::enter(p, |cx| {
        let list = cx.root(Val::NIL);
        for k in (from..count).rev() {
            cx.scope(|cx, lift| {
                // SAFETY: arguments are rooted where they are.
                let item = cx.root_word(unsafe { *first.sub(k) });
                cx.push_list(lift.up(list), item)
            })?;
        }
        Ok::<Word, Raise>(cx.get(list).word())
    })?;
    // SAFETY: a handle.
    unsafe { *slot = list };
    Ok(slot)
}

/// A primitive called as a value: its body runs here, in the caller's frame.
unsafe fn primitive(p: &mut Processor, st: St, prim: PrimId, first: *mut u64, count: usize, tail: bool) -> Result<St, Raise> {
    p.current_prim = prim.0;
    let result = {
        // SAFETY: the loop owns the processor; the caller resets the handles.
        let mut cx = unsafe { Cx::steal(p) };
        // SAFETY: arguments are rooted where they are.
        crate::prims::BODIES[prim.0 as usize](&mut cx, unsafe { Args::new(first, count) }).map(|v| v.word())
    }?;
    if tail {
        return Ok(return_slow(p, st, result));
    }
    // SAFETY: a call is followed by its return point.
    let point = ReturnPoint(unsafe { *st.pc.add(1) });
    st.set(point.dst(), result);
    Ok(st.after(2))
}
