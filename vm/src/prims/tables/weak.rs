//! Weak pairs, ephemerons (Hayes, "Ephemerons: a New Finalization Mechanism", OOPSLA 1997;
//! SRFI 124) and guardians (Dybvig, Bruggeman and Eby, "Guardians in a Generation-Based Garbage
//! Collector", PLDI 1993).

use crate::cx::{Args, Cx, H, Out};
use crate::val::{Val, field_slot};
use gambol_abi::layout::Kind;
use gambol_abi::value;

/// Field `i` of a weak object, by the protocol for weak reads.
fn weak_field<'s>(cx: &mut Cx<'s>, h: H<'s>, i: usize) -> H<'s> {
    let slot = field_slot(cx.get(h).word(), i);
    // SAFETY: callers pass live weak objects and one of their slots; the answer is a live value.
    unsafe {
        let word = cx.p_mut().mutator.weak_read(slot);
        cx.root(Val::from_word(word))
    }
}
/// What a program sees of a weak field: `#f` once it is broken.
fn seen<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>, i: usize) -> Out<'a> {
    let h = weak_field(cx, args.get(0), i);
    let v = cx.get(h);
    Ok(if v.word() == value::BROKEN { Val::FALSE } else { v })
}
fn broken<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    let h = weak_field(cx, args.get(0), 0);
    Ok(Val::boolean(cx.get(h).word() == value::BROKEN))
}
/// `(make-weak-pair weak strong)`
pub(crate) fn make_weak_pair<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    let h = cx.make(Kind::WeakPair, &[args.get(0), args.get(1)])?;
    Ok(cx.get(h))
}
/// `(weak-pair? obj)`
pub(crate) fn weak_pair_p<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    Ok(Val::boolean(cx.get(args.get(0)).is_kind(Kind::WeakPair)))
}
/// `(weak-car pair)`: `#f` once the object died.
pub(crate) fn weak_car<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    seen(cx, args, 0)
}
/// `(weak-cdr pair)`
pub(crate) fn weak_cdr<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    Ok(cx.get(args.get(0)).field(1))
}
/// `(weak-pair-broken? pair)`
pub(crate) fn weak_pair_broken_p<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    broken(cx, args)
}
/// `(make-ephemeron key datum)`
pub(crate) fn make_ephemeron<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    let h = cx.make(Kind::Ephemeron, &[args.get(0), args.get(1)])?;
    Ok(cx.get(h))
}
/// `(ephemeron? obj)`
pub(crate) fn ephemeron_p<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    Ok(Val::boolean(cx.get(args.get(0)).is_kind(Kind::Ephemeron)))
}
/// `(ephemeron-key ephemeron)`: `#f` once it is broken.
pub(crate) fn ephemeron_key<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    seen(cx, args, 0)
}
/// `(ephemeron-datum ephemeron)`: `#f` once it is broken.
pub(crate) fn ephemeron_datum<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    seen(cx, args, 1)
}
/// `(ephemeron-broken? ephemeron)`
pub(crate) fn ephemeron_broken_p<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    broken(cx, args)
}
/// `(reference-barrier obj)`: the object counts as used here (SRFI 124). The call itself does that.
pub(crate) fn reference_barrier<'a, 's>(_: &'a mut Cx<'s>, _: Args<'s>) -> Out<'a> {
    Ok(Val::UNSPECIFIED)
}
/// `(%make-guardian)`
pub(crate) fn make_guardian<'a, 's>(cx: &'a mut Cx<'s>, _: Args<'s>) -> Out<'a> {
    let nil = cx.root(Val::NIL);
    let h = cx.make(Kind::Guardian, &[nil, nil])?;
    Ok(cx.get(h))
}
/// `(%guardian? obj)`
pub(crate) fn guardian_p<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    Ok(Val::boolean(cx.get(args.get(0)).is_kind(Kind::Guardian)))
}
/// `(%guardian-register guardian obj [representative])`
pub(crate) fn guardian_register<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    let word = |h: H<'s>| cx.get(h).word();
    let (guardian, object) = (word(args.get(0)), word(args.get(1)));
    let representative = args.opt(2).map_or(object, word);
    // SAFETY: arguments are live values.
    unsafe { cx.p_mut().mutator.guard(object, representative, guardian) };
    Ok(Val::UNSPECIFIED)
}
/// `(%guardian-next guardian)`: a representative whose object became unreachable, or `#f`.
pub(crate) fn guardian_next<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    let guardian = cx.get(args.get(0)).word();
    match cx.p_mut().mutator.take_ready(guardian) {
        // SAFETY: what a guardian hands out is alive again.
        Some(word) => Ok(unsafe { Val::from_word(word) }),
        None => Ok(Val::FALSE),
    }
}
