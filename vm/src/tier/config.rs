//! What a virtual machine does about machine code, and what it has done.

use super::perf::PerfMap;
use super::space::Space;
use gambol_abi::ops::Op;
use gambol_abi::options::{Options, Tiers};
use gambol_jit::Isa;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

/// A virtual machine's settings and books for machine code.
pub(crate) struct Jit {
    /// For which instruction set to make code; none: everything is interpreted.
    pub(crate) isa: Option<Isa>,
    /// Calls after which a procedure gets machine code.
    pub(crate) threshold: u32,
    pub(crate) counts: Counts,
    pub(crate) perf: PerfMap,
    /// Reserved when there is the first code to place.
    space: OnceLock<Option<Arc<Space>>>,
}

impl Jit {
    pub(crate) fn new(options: &Options) -> Jit {
        let isa = if options.jit == Tiers::Off { None } else { Isa::host() };
        Jit { isa, threshold: options.jit_threshold.min(u64::from(u32::MAX)) as u32, counts: Counts::default(), perf: PerfMap::new(options.perf_map), space: OnceLock::new() }
    }
    /// The memory for code, if the system gives any.
    pub(crate) fn space(&self) -> Option<&Arc<Space>> {
        self.space.get_or_init(Space::new).as_ref()
    }
}

/// Books.
pub(crate) struct Counts {
    procedures: AtomicU64,
    bytes: AtomicU64,
    refused: AtomicU64,
    nanoseconds: AtomicU64,
    /// Slow paths taken, by operation.
    steps: [AtomicU64; Op::COUNT],
}

impl Default for Counts {
    fn default() -> Counts {
        let zero = AtomicU64::default;
        Counts { procedures: zero(), bytes: zero(), refused: zero(), nanoseconds: zero(), steps: std::array::from_fn(|_| zero()) }
    }
}

impl Counts {
    /// A procedure got `bytes` of machine code in `time`.
    pub(crate) fn compiled(&self, bytes: usize, time: Duration) {
        self.procedures.fetch_add(1, Relaxed);
        self.bytes.fetch_add(bytes as u64, Relaxed);
        self.nanoseconds.fetch_add(time.as_nanos() as u64, Relaxed);
    }
    /// A procedure stays interpreted.
    pub(crate) fn refused(&self) {
        self.refused.fetch_add(1, Relaxed);
    }
    /// Machine code had the interpreter run an `op`.
    pub(crate) fn step(&self, op: Op) {
        // One thread counts: a plain addition will do.
        let n = &self.steps[op as usize];
        n.store(n.load(Relaxed) + 1, Relaxed);
    }
    /// For `--stats`.
    pub(crate) fn rows(&self) -> Vec<(&'static str, u64)> {
        let plain =
            [("compiled-procedures", &self.procedures), ("compile-nanoseconds", &self.nanoseconds), ("machine-code-bytes", &self.bytes), ("refused-procedures", &self.refused)];
        let steps = Op::ALL.iter().map(|&op| (op.counter(), &self.steps[op as usize])).filter(|(_, n)| n.load(Relaxed) > 0);
        plain.into_iter().chain(steps).map(|(name, n)| (name, n.load(Relaxed))).collect()
    }
}
