//! Serving requests: what happens when the poisoned stack limit sends a poll the slow way.
//! `ctx.requests` is the truth; the limit only makes the owner look.

use crate::condition::kinds;
use crate::cx::{Cx, Raise};
use crate::interp::{St, inject};
use crate::processor::Processor;
use gambol_abi::context::requests;
use std::sync::atomic::Ordering::SeqCst;

/// Serves requests at the safepoint of `st`. `Some`: go on there instead (a call was injected).
#[cold]
#[inline(never)]
pub(crate) fn at_safepoint(p: &mut Processor, st: St) -> Option<St> {
    p.refresh_limit();
    let pending = p.ctx.requests.load(SeqCst);
    if pending == 0 {
        return None;
    }
    if pending & requests::COLLECT != 0
        && let Err(r) = p.collect(false)
    {
        return Some(inject::raise(p, st, r));
    }
    if let Err(r) = Cx::enter(p, in_primitive) {
        return Some(inject::raise(p, st, r));
    }
    None
}

/// Requests that end what runs.
pub(crate) const ENDING: u64 = requests::INTERRUPT | requests::LIMIT;

/// Requests seen inside a long primitive: only those that end it are served, the rest wait.
pub(crate) fn in_primitive(cx: &mut Cx<'_>) -> Result<(), Raise> {
    if cx.p().ctx.requests.load(SeqCst) & ENDING == 0 { Ok(()) } else { Err(ended(cx)) }
}

/// Takes an interrupt that came when nothing was running; says whether there was one.
pub(crate) fn take_interrupt(p: &mut Processor) -> bool {
    let pending = p.ctx.requests.load(SeqCst) & requests::INTERRUPT != 0;
    clear(p, requests::INTERRUPT);
    pending
}

/// The condition of a request that ends what runs, which has been seen.
#[cold]
pub(crate) fn ended(cx: &mut Cx<'_>) -> Raise {
    if cx.p().ctx.requests.load(SeqCst) & requests::INTERRUPT == 0 {
        clear(cx.p_mut(), requests::LIMIT);
        return cx.fail_as("", kinds::ERROR | kinds::LIMIT, "the limit on the running time was reached", &[]);
    }
    clear(cx.p_mut(), requests::INTERRUPT);
    interrupted(cx)
}

/// Raises what an interrupt is to the program.
pub(crate) fn interrupted(cx: &mut Cx<'_>) -> Raise {
    cx.fail_as("", kinds::INTERRUPT, "interrupted", &[])
}

fn clear(p: &mut Processor, bits: u64) {
    p.ctx.requests.fetch_and(!bits, SeqCst);
    p.refresh_limit();
}
