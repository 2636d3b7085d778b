//! Where it happened: attaches place and stack trace to a condition when it is raised.
//!
//! The trace is a Rust structure of the processor: the last one made. It is enough for a report
//! at top level, which is nearly always about the condition raised last; a condition carries its
//! trace's number, so that an older one raised again gets a trace of its own.

use crate::processor::Processor;
use crate::stack::Frame;
use crate::val::{field_raw, field_slot, is_kind};
use gambol_abi::context::TAIL_CALLS;
use gambol_abi::layout::{Kind, condition, kont};
use gambol_abi::value;
use gambol_front::source::Span;
use std::sync::Arc;

/// Frames shown at most.
const FRAMES: usize = 64;

/// One line of a stack trace.
#[derive(Clone, Debug)]
pub(crate) struct TraceFrame {
    /// Procedure.
    pub name: Option<Arc<str>>,
    /// The expression that runs or waits there.
    pub span: Span,
    /// It is the oldest frame: the top level.
    pub top: bool,
}

/// Place and frames of the last raise by the runtime.
#[derive(Clone, Debug, Default)]
pub(crate) struct Trace {
    /// Innermost first.
    pub frames: Vec<TraceFrame>,
    /// More frames were not recorded.
    pub truncated: bool,
    /// Instruction addresses of the tail calls before it, the last one first. Code may be freed
    /// before they are looked up; then they name nothing, or a wrong line.
    pub tail_calls: Vec<u64>,
    /// Number of the trace; the condition it describes has it, too.
    serial: i64,
}

impl Trace {
    fn add(&mut self, f: &Frame) -> bool {
        self.truncated = self.frames.len() >= FRAMES;
        if !self.truncated {
            let t = f.template();
            self.frames.push(TraceFrame { name: t.name.clone(), span: t.span_at(f.index), top: false });
        }
        !self.truncated
    }
}

/// Records the stack at the running frame as that of the pending object.
pub(crate) fn attach(p: &mut Processor) {
    let mut trace = Trace { serial: p.trace.serial + 1, ..Trace::default() };
    let ours = [p.adapters.inject, p.adapters.driver];
    p.walk_current(&mut |_| {}, &mut |f| ours.contains(&std::ptr::from_ref(f.template())) || trace.add(f));
    let mut k = p.ctx.continuation;
    while !trace.truncated && is_kind(k, Kind::Kont) {
        // SAFETY: a live continuation part.
        unsafe {
            let (ret, low) = (field_raw(k, kont::RETURN), field_raw(k, kont::LOW) as *mut u64);
            crate::stack::walk(ret, low, &mut |_| {}, &mut |f| trace.add(f));
            k = field_raw(k, kont::NEXT);
        }
    }
    let ctx = &p.ctx;
    trace.tail_calls = (1..=TAIL_CALLS as u64).map(|k| ctx.tail_calls[ctx.tail_count.wrapping_sub(k) as usize % TAIL_CALLS]).take_while(|&pc| pc != 0).collect();
    // Below the oldest frame is the driver: it is the body of what the host runs.
    if let (false, Some(f)) = (trace.truncated, trace.frames.last_mut()) {
        f.top = f.name.is_none();
    }
    if is_kind(p.pending, Kind::Condition) {
        // SAFETY: a live condition; a fixnum replaces `#f` or a fixnum, so there is no barrier.
        unsafe { *field_slot(p.pending, condition::TRACE) = value::fixnum(trace.serial) };
    }
    p.trace = trace;
}

/// Makes the trace that of the pending object: where it is now, unless its own is at hand.
pub(crate) fn ensure(p: &mut Processor) {
    // SAFETY: a live condition's field.
    let own = is_kind(p.pending, Kind::Condition) && unsafe { field_raw(p.pending, condition::TRACE) } == value::fixnum(p.trace.serial);
    if !own {
        attach(p);
    }
}
