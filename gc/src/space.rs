//! How the reservation is divided: blocks and windows grow from below, large objects from
//! above, and the memory between the two frontiers is untouched (reads as zero).
//!
//! A unit is 64 KiB of address space: a block of old space, a part of a nursery window, or a
//! part of the large-object space. Free units below the low frontier are bits in a bitmap, so
//! that a window (an aligned power-of-two run) is found by comparing words. The lowest free
//! unit is always taken first, which keeps the heap compact without moving anything.

use crate::config::BLOCK_BYTES;
use crate::large::Large;
use crate::os::Reservation;
use crate::sync::{AtomicU8, AtomicUsize, Ordering};

/// What a unit is used for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub(crate) enum Use {
    /// Not in use as a block or window (it may belong to the large-object space).
    Free,
    /// Part of a nursery window: only its mutator allocates and sweeps there.
    Window,
    /// A block some mutator evacuates into.
    Owned,
    /// A block in which everything is live or already cleared.
    Swept,
    /// A block that may hold objects the last cycle found dead.
    Unswept,
    /// A block some thread is sweeping.
    Sweeping,
}

impl Use {
    fn from_byte(byte: u8) -> Use {
        match byte {
            0 => Use::Free,
            1 => Use::Window,
            2 => Use::Owned,
            3 => Use::Swept,
            4 => Use::Unswept,
            _ => Use::Sweeping,
        }
    }
}

/// Per-unit state; zero is a free unit.
#[repr(C)]
pub(crate) struct Unit {
    usage: AtomicU8,
    /// Some object of the unit has its grey bit set.
    pub(crate) spilled: AtomicU8,
    /// Cycles a free unit has kept its memory; `COLD` once returned.
    pub(crate) age: AtomicU8,
    spare: AtomicU8,
}

/// Age of a unit that holds no memory.
pub(crate) const COLD: u8 = u8::MAX;

/// All units, indexed by address; the state of a unit is one atomic byte.
pub(crate) struct Units {
    table: Reservation,
    base: usize,
    count: usize,
    /// Next unit a lazy sweeper looks at.
    pub(crate) sweep_cursor: AtomicUsize,
    /// Units from the bottom that existed when the last cycle ended.
    pub(crate) sweep_end: AtomicUsize,
}

impl Units {
    pub(crate) fn new(range: &Reservation) -> Option<Units> {
        let count = range.bytes() / BLOCK_BYTES;
        let table = Reservation::new(count * size_of::<Unit>(), 4096)?;
        let zero = || AtomicUsize::new(0);
        Some(Units { table, base: range.base(), count, sweep_cursor: zero(), sweep_end: zero() })
    }
    /// Units of the reservation.
    pub(crate) fn count(&self) -> usize {
        self.count
    }
    /// The unit's state.
    #[inline]
    pub(crate) fn unit(&self, index: usize) -> &Unit {
        assert!(index < self.count, "address outside the heap");
        // SAFETY: the table holds `count` units, all-zero bytes are a valid unit, and units are
        // only ever accessed through shared references to atomics.
        unsafe { &*(self.table.base() as *const Unit).add(index) }
    }
    /// Index of the unit of `address`.
    #[inline]
    pub(crate) fn index(&self, address: usize) -> usize {
        address.wrapping_sub(self.base) / BLOCK_BYTES
    }
    /// First address of a unit.
    pub(crate) fn address(&self, index: usize) -> usize {
        self.base + index * BLOCK_BYTES
    }
    /// What the unit is used for.
    pub(crate) fn usage(&self, index: usize) -> Use {
        Use::from_byte(self.unit(index).usage.load(Ordering::Acquire))
    }
    /// Changes the use. Release: pairs with the acquire in [`Units::usage`], so that who sees
    /// a swept block sees its cleared metadata.
    pub(crate) fn set_usage(&self, index: usize, usage: Use) {
        self.unit(index).usage.store(usage as u8, Ordering::Release);
    }
    /// Claims a unit for a change from one use to another.
    pub(crate) fn claim(&self, index: usize, from: Use, to: Use) -> bool {
        let usage = &self.unit(index).usage;
        usage.compare_exchange(from as u8, to as u8, Ordering::AcqRel, Ordering::Acquire).is_ok()
    }
}

/// The division, guarded by one lock (held for bitmap searches only, never while sweeping).
pub(crate) struct Space {
    /// Bit set: free unit below `low`.
    free: Vec<u64>,
    /// Units below this index are or were blocks or windows.
    pub(crate) low: usize,
    /// Addresses from here on belong to the large-object space.
    pub(crate) high: usize,
    /// Swept blocks with room.
    pub(crate) recyclable: Vec<u32>,
    /// The large-object space.
    pub(crate) large: Large,
    base: usize,
}

impl Space {
    pub(crate) fn new(range: &Reservation) -> Space {
        let words = (range.bytes() / BLOCK_BYTES).div_ceil(64);
        Space { free: vec![0; words], low: 0, high: range.base() + range.bytes(), recyclable: Vec::new(), large: Large::default(), base: range.base() }
    }

    fn units_below_high(&self) -> usize {
        (self.high - self.base) / BLOCK_BYTES
    }

    /// Takes the lowest run of `run` units (a power of two) aligned to its own size.
    pub(crate) fn take_run(&mut self, run: usize) -> Option<usize> {
        debug_assert!(run.is_power_of_two());
        let start = match self.find_run(run) {
            Some(start) => start,
            None => self.extend(run)?,
        };
        for index in start..start + run {
            self.free[index / 64] &= !(1 << (index % 64));
        }
        Some(start)
    }

    fn find_run(&self, run: usize) -> Option<usize> {
        let words = self.low.div_ceil(64);
        if run >= 64 {
            let step = run / 64;
            return self.free[..words].chunks_exact(step).position(|c| c.iter().all(|&w| w == !0)).map(|i| i * run);
        }
        let pattern = (1u64 << run) - 1;
        self.free[..words]
            .iter()
            .enumerate()
            .filter(|&(_, &w)| w != 0)
            .find_map(|(i, &word)| (0..64).step_by(run).find(|&at| word >> at & pattern == pattern).map(|at| i * 64 + at))
    }

    /// Moves the low frontier past a new aligned run; units skipped for alignment become free.
    fn extend(&mut self, run: usize) -> Option<usize> {
        let start = self.low.next_multiple_of(run);
        if start + run > self.units_below_high() {
            return None;
        }
        for index in self.low..start + run {
            self.free[index / 64] |= 1 << (index % 64);
        }
        self.low = start + run;
        Some(start)
    }

    /// Gives a unit back.
    pub(crate) fn release_unit(&mut self, index: usize) {
        debug_assert_eq!(self.free[index / 64] >> (index % 64) & 1, 0);
        self.free[index / 64] |= 1 << (index % 64);
    }

    /// Whether the unit is free and below the frontier.
    pub(crate) fn is_free(&self, index: usize) -> bool {
        self.free[index / 64] >> (index % 64) & 1 != 0
    }

    /// Moves the low frontier down over free units; the caller has returned or will return
    /// their memory (the result) before the lock is released.
    pub(crate) fn lower_frontier(&mut self) -> core::ops::Range<usize> {
        let end = self.low;
        while self.low > 0 && self.is_free(self.low - 1) {
            self.low -= 1;
            self.free[self.low / 64] &= !(1 << (self.low % 64));
        }
        self.low..end
    }

    /// Moves the high frontier down by `bytes` and returns its new place.
    pub(crate) fn extend_large(&mut self, bytes: usize) -> Option<usize> {
        let floor = self.base + self.low * BLOCK_BYTES;
        (self.high - floor >= bytes).then(|| {
            self.high -= bytes;
            self.high
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn space(units: usize) -> (Reservation, Space) {
        let range = Reservation::new(units * BLOCK_BYTES, BLOCK_BYTES).expect("address space");
        let space = Space::new(&range);
        (range, space)
    }

    #[test]
    fn runs_are_aligned_and_gaps_are_reused() {
        let (_range, mut s) = space(256);
        assert_eq!(s.take_run(1), Some(0));
        assert_eq!(s.take_run(32), Some(32));
        assert_eq!(s.take_run(1), Some(1));
        assert_eq!(s.take_run(128), Some(128));
        assert_eq!(s.take_run(128), None);
        for index in 128..256 {
            s.release_unit(index);
        }
        assert_eq!(s.take_run(64), Some(64));
        assert_eq!(s.take_run(128), Some(128));
    }

    #[test]
    fn the_frontier_comes_down_over_free_units_only() {
        let (_range, mut s) = space(64);
        let taken: Vec<_> = (0..8).map(|_| s.take_run(1).expect("room")).collect();
        assert_eq!(taken, (0..8).collect::<Vec<_>>());
        for index in [3, 6, 7] {
            s.release_unit(index);
        }
        assert_eq!(s.lower_frontier(), 6..8);
        assert!(s.is_free(3));
        assert_eq!(s.take_run(1), Some(3));
        assert_eq!(s.take_run(1), Some(6));
    }

    #[test]
    fn large_and_low_frontiers_never_cross() {
        let (_range, mut s) = space(16);
        assert!(s.extend_large(12 * BLOCK_BYTES).is_some());
        assert_eq!(s.take_run(4), Some(0));
        assert_eq!(s.take_run(1), None);
        assert!(s.extend_large(4096).is_none());
    }
}
