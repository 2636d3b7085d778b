//! The large-object space: runs of 4 KiB pages, best fit, coalescing. Objects never move.
//!
//! A fresh run is untouched memory, zero and lazily backed. A freed run is kept dirty for a
//! cycle, because clearing 8 KiB is cheaper than faulting it in again, then its memory goes
//! back to the system. This file keeps the books; [`Heap`](crate::Heap) touches the memory.

use std::collections::{BTreeMap, BTreeSet};

/// Free runs of at least this many bytes are returned to the system at once.
pub(crate) const RETURN_AT_ONCE: usize = 1 << 20;
/// Cycles a dirty run waits before its memory is returned.
const RETURN_AGE: u8 = 2;

#[derive(Clone, Copy, Debug)]
struct Run {
    bytes: usize,
    /// May hold non-zero bytes.
    dirty: bool,
    age: u8,
}

/// Objects and free runs by address.
#[derive(Debug, Default)]
pub(crate) struct Large {
    /// Bytes (whole pages) of each object.
    pub(crate) objects: BTreeMap<usize, usize>,
    runs: BTreeMap<usize, Run>,
    by_size: BTreeSet<(usize, usize)>,
}

impl Large {
    fn add(&mut self, start: usize, run: Run) {
        self.runs.insert(start, run);
        self.by_size.insert((run.bytes, start));
    }
    fn remove(&mut self, start: usize) -> Option<Run> {
        let run = self.runs.remove(&start)?;
        self.by_size.remove(&(run.bytes, start));
        Some(run)
    }

    /// Takes `bytes` (whole pages) from the smallest run that fits: the address and whether
    /// the memory must be cleared.
    pub(crate) fn take(&mut self, bytes: usize) -> Option<(usize, bool)> {
        let &(_, start) = self.by_size.range((bytes, 0)..).next()?;
        let run = self.remove(start)?;
        if run.bytes > bytes {
            self.add(start + bytes, Run { bytes: run.bytes - bytes, ..run });
        }
        self.objects.insert(start, bytes);
        Some((start, run.dirty))
    }

    /// Adds a free run, merged with its neighbours.
    pub(crate) fn give(&mut self, mut start: usize, bytes: usize, dirty: bool) {
        let mut run = Run { bytes, dirty, age: 0 };
        let before = self.runs.range(..start).next_back().map(|(&s, r)| (s, r.bytes));
        if let Some((s, b)) = before
            && s + b == start
            && let Some(r) = self.remove(s)
        {
            start = s;
            run = Run { bytes: run.bytes + r.bytes, dirty: run.dirty | r.dirty, age: 0 };
        }
        if let Some(r) = self.remove(start + run.bytes) {
            run = Run { bytes: run.bytes + r.bytes, dirty: run.dirty | r.dirty, age: 0 };
        }
        self.add(start, run);
    }

    /// If a run starts at the frontier `high`, takes it out: address, bytes, dirty.
    pub(crate) fn take_at(&mut self, high: usize) -> Option<(usize, bool)> {
        self.remove(high).map(|r| (r.bytes, r.dirty))
    }

    /// Ages dirty runs by a cycle; the result is to be returned to the system now.
    pub(crate) fn age(&mut self) -> Vec<(usize, usize)> {
        let mut old = Vec::new();
        for (&start, run) in self.runs.iter_mut().filter(|(_, r)| r.dirty) {
            run.age += 1;
            if run.age >= RETURN_AGE {
                run.dirty = false;
                old.push((start, run.bytes));
            }
        }
        old
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn freed_neighbours_merge_and_best_fit_wins() {
        let mut l = Large::default();
        l.give(0x10000, 0x4000, false);
        l.give(0x20000, 0x2000, false);
        assert_eq!(l.take(0x2000), Some((0x20000, false)));
        assert_eq!(l.take(0x1000), Some((0x10000, false)));
        l.give(0x10000, 0x1000, true);
        assert_eq!(l.take(0x4000), Some((0x10000, true)));
        assert_eq!(l.take(0x1000), None);
    }

    #[test]
    fn dirty_runs_age() {
        let mut l = Large::default();
        l.give(0x10000, 0x1000, true);
        assert!(l.age().is_empty());
        assert_eq!(l.age(), [(0x10000, 0x1000)]);
        assert!(l.age().is_empty());
        assert_eq!(l.take(0x1000), Some((0x10000, false)));
    }
}
