//! Counters of a machine, as `--stats` prints them and `(gambol runtime)` returns them.

use crate::processor::Processor;
use gambol_gc::attrs::Hot;

/// Name and value of every counter.
pub(crate) fn counters(p: &mut Processor) -> Vec<(&'static str, u64)> {
    // What the open nursery holds is counted when it is collected.
    let open = {
        let hot = (&raw const p.ctx.gc).cast::<Hot>();
        // SAFETY: the context's collector words are the mutator's, which is not running.
        unsafe { (*hot).alloc.saturating_sub((*hot).window_base) }
    };
    let s = p.mutator.stats();
    let mut out = vec![
        ("minor-collections", s.minor.count),
        ("minor-nanoseconds", s.minor.total_ns),
        ("minor-pause-max-nanoseconds", s.minor.max_ns),
        ("minor-pause-p99-nanoseconds", s.minor.quantile_ns(0.99)),
        ("cycles", s.cycles),
        ("cycle-nanoseconds", s.major.total_ns),
        ("cycle-pause-max-nanoseconds", s.major.max_ns),
        ("allocated-bytes", s.allocated_bytes + open),
        ("large-bytes", s.shared_born_bytes),
        ("promoted-bytes", s.promoted_bytes),
        ("promoted-objects", s.promoted_objects),
        ("published-bytes", s.published_bytes),
        ("published-objects", s.published_objects),
        ("remembered-slots", s.remembered_slots),
        ("pinned-objects", s.pinned_objects),
        ("live-bytes", s.live_bytes),
        ("heap-bytes", s.heap_bytes),
        ("external-bytes", s.external_bytes),
        ("returned-bytes", s.returned_bytes),
    ];
    out.push(("stack-chunks", p.stack.chunks.len() as u64));
    out.push(("stack-bytes", p.stack.bytes() as u64));
    out.extend(p.vm.counts());
    out
}

/// All counters as one S-expression.
pub(crate) fn text(p: &mut Processor) -> String {
    let rows: Vec<String> = counters(p).into_iter().map(|(n, v)| format!("({n} . {v})")).collect();
    format!("({})", rows.join(" "))
}
