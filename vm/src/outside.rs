//! Computations outside the heap: those of the primitives of class `outside` that can take long.
//!
//! [`run`] runs one that ends when somebody asks for it. Its closure owns what it computes with:
//! `'static` says that nothing of the heap is borrowed, so that the collector may act meanwhile.
//! Short ones, which are most, stay where they are ([`when_long`]); on numbers they compute from
//! where these lie in the heap.

use crate::cx::{Cx, Raise};
use crate::poll;
use gambol_front::number::effort::{self, Stopped};
use std::sync::atomic::Ordering::Relaxed;

/// Limbs of operands up to which an operation that is no worse than quadratic is short: it takes a
/// few hundred microseconds.
pub(crate) const SHORT_MAX: usize = 1000;
/// How many limbs of a linear operation count as one.
pub(crate) const LINEAR: usize = 64;

/// Memory that an operation takes for each limb of its operands: products by transforms take most.
const BYTES_PER_LIMB: usize = 128;
/// Less is not worth asking the heap for.
const BYTES_MIN: usize = 1 << 20;

/// What `work` on operands of so many limbs returns; raises if the program is asked to stop first,
/// or if there is no memory for it.
pub(crate) fn run<R: 'static>(cx: &mut Cx<'_>, limbs: usize, work: impl FnOnce() -> R + 'static) -> Result<R, Raise> {
    let bytes = limbs.saturating_mul(BYTES_PER_LIMB);
    if bytes >= BYTES_MIN {
        cx.p_mut().room_outside(bytes)?;
    }
    effort::unless(requested(cx), work).map_err(|Stopped| poll::ended(cx))
}

/// What `load` copies from the heap for work outside, which takes its time, too, if it is long.
pub(crate) fn copy<'s, R>(cx: &mut Cx<'s>, limbs: usize, load: impl FnOnce(&Cx<'s>) -> R) -> Result<R, Raise> {
    if limbs / LINEAR <= SHORT_MAX {
        return Ok(load(cx));
    }
    let copied = effort::unless(requested(cx), || load(cx));
    copied.map_err(|Stopped| poll::ended(cx))
}

/// Whether what runs is to end.
fn requested(cx: &Cx<'_>) -> impl Fn() -> bool + 'static {
    let requests = &raw const cx.p().ctx.requests;
    // SAFETY: the question ends with the computation that asks it, on this thread; the processor
    // stays where it is meanwhile.
    move || unsafe { &*requests }.load(Relaxed) & poll::ENDING != 0
}

/// As [`run`] for operands of many limbs; calls `work` itself otherwise.
pub(crate) fn when_long<R: 'static>(cx: &mut Cx<'_>, limbs: usize, work: impl FnOnce() -> R + 'static) -> Result<R, Raise> {
    if limbs <= SHORT_MAX { Ok(work()) } else { run(cx, limbs, work) }
}
