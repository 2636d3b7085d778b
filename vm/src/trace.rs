//! Where it happened: attaches place and stack trace to a condition when it is raised.
//!
//! The trace is a Rust structure of the processor, keyed by nothing: it describes the last
//! condition attached, which is the one a report at top level is about.

use crate::processor::Processor;
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
}

/// Place and frames of the last raise by the runtime.
#[derive(Clone, Debug, Default)]
pub(crate) struct Trace {
    /// Innermost first.
    pub frames: Vec<TraceFrame>,
    /// More frames were not recorded.
    pub truncated: bool,
}

/// Records the stack at the running frame.
pub(crate) fn attach(p: &mut Processor) {
    let mut trace = Trace::default();
    let adapter = p.adapters.inject;
    let (ret, sp) = p.walk_current(&mut |_| {}, &mut |f| {
        if trace.frames.len() >= FRAMES {
            trace.truncated = true;
            return false;
        }
        let t = f.template();
        if !std::ptr::eq(t, adapter) {
            trace.frames.push(TraceFrame { name: t.name.clone(), span: t.span_at(f.index) });
        }
        true
    });
    let mut k = p.ctx.continuation;
    let _ = (ret, sp);
    while trace.frames.len() < FRAMES && crate::val::is_kind(k, gambol_abi::layout::Kind::Kont) {
        use gambol_abi::layout::kont;
        // SAFETY: a live continuation part.
        unsafe {
            let (ret, low) = (crate::val::field_raw(k, kont::RETURN), crate::val::field_raw(k, kont::LOW) as *mut u64);
            crate::stack::walk(ret, low, &mut |_| {}, &mut |f| {
                if trace.frames.len() >= FRAMES {
                    trace.truncated = true;
                    return false;
                }
                trace.frames.push(TraceFrame { name: f.template().name.clone(), span: f.template().span_at(f.index) });
                true
            });
            k = crate::val::field_raw(k, kont::NEXT);
        }
    }
    p.trace = trace;
}
