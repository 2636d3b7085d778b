//! What an embedder can choose when it makes a heap, and what can go wrong with that.

use core::fmt;

/// Bytes of a block of old space, the unit of sweeping and of returning memory.
pub const BLOCK_BYTES: usize = 64 << 10;
/// Objects of at least this many bytes live in the large-object space and are born shared.
pub const LARGE_BYTES: usize = 8 << 10;
/// Every object starts and ends on a multiple of this many bytes.
pub const GRANULE: usize = 16;
/// Bytes of an allocation unit of the large-object space.
pub(crate) const PAGE_BYTES: usize = 4096;

/// Settings of a [`Heap`](crate::Heap).
#[derive(Clone, Debug)]
pub struct Config {
    /// Bytes of address space to reserve; halved until the system agrees.
    pub reserve: usize,
    /// Bytes a processor allocates between two minor collections. The window is the next
    /// power of two and at least one block.
    pub nursery: usize,
    /// Hard limit in bytes on blocks, windows, large objects and accounted outside memory.
    pub heap_max: usize,
    /// A cycle starts when the heap has grown by this share of what lived after the last one.
    pub overhead_percent: usize,
    /// No cycle starts below this many bytes.
    pub min_heap: usize,
    /// Check the whole heap after every collection (slow).
    pub verify: bool,
    /// Overwrite freed memory with [`ObjectModel::POISON`](crate::ObjectModel::POISON).
    pub poison: bool,
    /// Fault injection.
    pub stress: Stress,
}

/// Ways to make rare events common.
#[derive(Clone, Debug)]
pub struct Stress {
    /// Collect at every allocation that can.
    pub every_allocation: bool,
    /// Pretend that every n-th evacuated object found no room; 0 is never.
    pub fail_evacuation: usize,
    /// Entries a work list may hold before it spills into metadata.
    pub worklist_max: usize,
    /// Publish private values stored into shared objects even when alone.
    pub never_solo: bool,
}

impl Default for Stress {
    fn default() -> Self {
        Stress { every_allocation: false, fail_evacuation: 0, worklist_max: usize::MAX, never_solo: false }
    }
}

impl Default for Config {
    fn default() -> Self {
        Config { reserve: 64 << 30, nursery: 2 << 20, heap_max: usize::MAX, overhead_percent: 100, min_heap: 32 << 20, verify: false, poison: false, stress: Stress::default() }
    }
}

impl Config {
    /// Bytes of a nursery window.
    pub(crate) fn window_bytes(&self) -> usize {
        self.nursery.clamp(BLOCK_BYTES, 1 << 30).next_power_of_two()
    }
    /// Bytes a mutator may allocate between minor collections.
    pub(crate) fn grant_bytes(&self) -> usize {
        self.nursery.clamp(GRANULE, self.window_bytes()) & !(GRANULE - 1)
    }
}

/// Why a heap or a mutator could not be made.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SetupError {
    /// The system granted no address space, not even a small range.
    NoAddressSpace,
    /// `heap_max` leaves no room for a nursery, its reserve and some old space.
    LimitTooSmall,
    /// The heap already serves as many mutators as it can.
    Occupied,
}

impl fmt::Display for SetupError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            SetupError::NoAddressSpace => "the system grants no address space for the heap",
            SetupError::LimitTooSmall => "the heap limit leaves no room for nursery and old space",
            SetupError::Occupied => "the heap already has a mutator",
        })
    }
}
impl std::error::Error for SetupError {}

/// The hard heap limit was reached and a whole cycle did not help.
///
/// Whoever receives it raises a condition; some nursery remains for the handler to run in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct HeapFull;

impl fmt::Display for HeapFull {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("heap storage exhausted")
    }
}
impl std::error::Error for HeapFull {}
