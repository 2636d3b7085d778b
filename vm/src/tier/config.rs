//! What a virtual machine does about machine code, and what it has done.

use super::space::Space;
use gambol_abi::options::{Options, Tiers};
use gambol_jit::Isa;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, OnceLock};

/// A virtual machine's settings and books for machine code.
pub(crate) struct Jit {
    /// For which instruction set to make code; none: everything is interpreted.
    pub(crate) isa: Option<Isa>,
    /// Calls after which a procedure gets machine code.
    pub(crate) threshold: u32,
    pub(crate) counts: Counts,
    /// Reserved when there is the first code to place.
    space: OnceLock<Option<Arc<Space>>>,
}

impl Jit {
    pub(crate) fn new(options: &Options) -> Jit {
        let isa = if options.jit == Tiers::Off { None } else { Isa::host() };
        Jit { isa, threshold: options.jit_threshold.min(u64::from(u32::MAX)) as u32, counts: Counts::default(), space: OnceLock::new() }
    }
    /// The memory for code, if the system gives any.
    pub(crate) fn space(&self) -> Option<&Arc<Space>> {
        self.space.get_or_init(Space::new).as_ref()
    }
}

/// Books.
#[derive(Default)]
pub(crate) struct Counts {
    procedures: AtomicU64,
    bytes: AtomicU64,
    refused: AtomicU64,
    steps: AtomicU64,
}

impl Counts {
    /// A procedure got `bytes` of machine code.
    pub(crate) fn compiled(&self, bytes: usize) {
        self.procedures.fetch_add(1, Relaxed);
        self.bytes.fetch_add(bytes as u64, Relaxed);
    }
    /// A procedure stays interpreted.
    pub(crate) fn refused(&self) {
        self.refused.fetch_add(1, Relaxed);
    }
    /// Machine code had the interpreter run an instruction.
    pub(crate) fn step(&self) {
        self.steps.fetch_add(1, Relaxed);
    }
    /// For `--stats`.
    pub(crate) fn rows(&self) -> [(&'static str, u64); 4] {
        [("compiled-procedures", &self.procedures), ("machine-code-bytes", &self.bytes), ("refused-procedures", &self.refused), ("machine-code-steps", &self.steps)]
            .map(|(name, n)| (name, n.load(Relaxed)))
    }
}
