//! Continuations: capturing the stack, and giving it up for one.

use super::control::{Delivered, accepts, deliver, fly, fly_list, many_refused, returned};
use super::{St, inject};
use crate::cx::{Cx, Raise};
use crate::processor::Processor;
use crate::tier::stubs::return_word;
use crate::val::Val;
use gambol_abi::frame::ManyValues;
use gambol_abi::layout::Kind;
use gambol_abi::value::Word;

/// Machine code abandons its stack and returns `value` to continuation `k`, if it is one.
pub(crate) fn thrown(p: &mut Processor, k: Word, value: Word) -> Option<Delivered> {
    if !crate::val::is_kind(k, Kind::Kont) {
        return None;
    }
    p.abandon_for(k);
    Some(returned(p, return_word::underflow(), std::ptr::null_mut(), value))
}

#[inline(never)]
pub(super) fn capture(p: *mut Processor, st: St, dst: usize) -> St {
    // SAFETY: the loop owns the processor.
    let p = unsafe { &mut *p };
    p.save(st);
    match p.capture(st.base) {
        Ok(k) => {
            st.set(dst, k);
            st.after(1)
        }
        Err(r) => inject::raise(p, st, r),
    }
}

/// Whether `k` is a continuation part; else the condition.
fn check_kont(p: &mut Processor, k: Word) -> Result<(), Raise> {
    if crate::val::is_kind(k, Kind::Kont) {
        return Ok(());
    }
    Err(Cx::enter(p, |cx| {
        let k = cx.root_word(k);
        cx.wrong_type_at("%throw", 0, k, gambol_abi::prims::Type::Kont)
    }))
}

#[inline(never)]
pub(super) fn throw(p: *mut Processor, st: St, k: Word, count: usize) -> St {
    // SAFETY: the loop owns the processor; the values are outgoing registers.
    unsafe {
        let p = &mut *p;
        p.save(st);
        if let Err(r) = check_kont(p, k) {
            return inject::raise(p, st, r);
        }
        if count != 1 && accepts(p, return_word::underflow(), std::ptr::null(), Some(k)) == ManyValues::Refuse {
            let r = many_refused(p, count);
            return inject::raise(p, st, r);
        }
        let top = p.handles.top();
        let root = p.handles.push_slot(k);
        let flown = fly(p, st.sp.sub(2), count);
        let k = *root;
        p.handles.reset(top);
        match flown {
            Ok(()) => reinstate(p, st, k),
            Err(r) => inject::raise(p, st, r),
        }
    }
}

#[inline(never)]
pub(super) fn throw_list(p: *mut Processor, st: St, k: Word, list: Word) -> St {
    // SAFETY: the loop owns the processor.
    unsafe {
        let p = &mut *p;
        p.save(st);
        if let Err(r) = check_kont(p, k) {
            return inject::raise(p, st, r);
        }
        let count = Val::from_word(list).list_length();
        if count != Some(1) && accepts(p, return_word::underflow(), std::ptr::null(), Some(k)) == ManyValues::Refuse {
            let r = many_refused(p, count.unwrap_or(0));
            return inject::raise(p, st, r);
        }
        let top = p.handles.top();
        let root = p.handles.push_slot(k);
        let flown = fly_list(p, list);
        let k = *root;
        p.handles.reset(top);
        match flown {
            Ok(_) => reinstate(p, st, k),
            Err(r) => inject::raise(p, st, r),
        }
    }
}

/// Abandons the current part for continuation `k`; the values are in flight.
fn reinstate(p: &mut Processor, st: St, k: Word) -> St {
    p.abandon_for(k);
    deliver(p, st, return_word::underflow(), std::ptr::null_mut())
}
