//! The nursery window: a processor's private, aligned run of units.
//!
//! Objects that live in place (pinned by identity hashing, published, or left behind by an
//! evacuation without room) are islands; allocation bumps through the holes between them.
//! After a minor collection the metadata of a window shows islands and nothing else. A window
//! that is more than a quarter islands is handed over to old space: its pins are published,
//! its units become blocks, and the processor goes on in another window.
//!
//! `I-NURSERY-OWNER`: the mutator is the only allocator, evacuator and sweeper of its window,
//! and the only writer of metadata there, except that markers change bytes of shared islands.

use crate::config::{BLOCK_BYTES, GRANULE};
use crate::cycle::Stage;
use crate::heap::poison;
use crate::meta::{self, COLOUR, PINNED, SHARED};
use crate::model::ObjectModel;
use crate::mutator::Mutator;
use crate::space::Use;

/// Where a processor allocates.
#[derive(Debug)]
pub(crate) struct Window {
    pub(crate) base: usize,
    pub(crate) bytes: usize,
    /// End of the current run (the hot limit is 0 while a collection is requested).
    pub(crate) limit: usize,
    /// Start of the current run.
    start: usize,
    /// Bytes that may still be allocated before the next minor collection, beyond `limit`.
    budget: usize,
    /// An object may live in place.
    pub(crate) islands: bool,
    pub(crate) reserve: Option<usize>,
}

impl Window {
    pub(crate) fn new(base: usize, bytes: usize, reserve: Option<usize>) -> Window {
        Window { base, bytes, limit: base, start: base, budget: 0, islands: false, reserve }
    }
    pub(crate) fn end(&self) -> usize {
        self.base + self.bytes
    }
}

impl<M: ObjectModel> Mutator<M> {
    /// Starts allocating at the bottom of the window, whose metadata shows islands only.
    pub(crate) fn open_window(&mut self) {
        self.window.start = self.window.base;
        self.window.limit = self.window.base;
        self.window.budget = self.heap.config.grant_bytes();
        let base = self.window.base as u64;
        let hot = self.hot_mut();
        hot.window_base = base;
        hot.alloc = base;
        hot.limit = base;
    }

    /// Moves on until the current run has `bytes`; false when budget or window are used up.
    ///
    /// A run never crosses a unit boundary, so that no object does: units of a window that
    /// was handed over are swept one by one.
    pub(crate) fn next_hole(&mut self, bytes: usize) -> bool {
        let at = self.hot().alloc as usize;
        if self.hot().limit != 0 && at + bytes <= self.window.limit {
            return true;
        }
        self.stats.allocated_bytes += (at - self.window.start) as u64;
        self.window.budget += self.window.limit.max(at) - at;
        let granted = self.take_run(at, bytes);
        let run = granted.unwrap_or((at, at));
        self.window.start = run.0;
        self.window.limit = run.1;
        let hot = self.hot_mut();
        hot.alloc = run.0 as u64;
        hot.limit = run.1 as u64;
        granted.is_some()
    }

    fn take_run(&mut self, mut at: usize, bytes: usize) -> Option<(usize, usize)> {
        let budget = if self.heap.config.stress.every_allocation { bytes } else { self.window.budget.max(bytes) };
        if self.window.budget < bytes && self.window.budget < self.heap.config.grant_bytes() {
            return None;
        }
        while at < self.window.end() {
            let unit_end = (at + GRANULE).next_multiple_of(BLOCK_BYTES);
            // SAFETY: `I-NURSERY-OWNER`; from `at` on the metadata shows islands only.
            let hole = unsafe { self.meta.next_hole(at, unit_end, bytes) };
            if let Some((start, end)) = hole {
                let end = end.min(start + (budget & !(GRANULE - 1)));
                self.window.budget = self.window.budget.saturating_sub(end - start);
                return Some((start, end));
            }
            at = unit_end;
        }
        None
    }

    /// After a minor collection has found all survivors: forgets the dead, publishes surviving
    /// pins if asked, and opens the window again.
    pub(crate) fn rebuild_window(&mut self, publish: bool) {
        let top = self.hot().alloc as usize;
        self.stats.allocated_bytes += (top - self.window.start) as u64;
        let kept = if self.window.islands {
            self.rebuild_islands(top, publish)
        } else {
            self.clear_gap(self.window.base, top);
            0
        };
        self.window.islands = kept > 0;
        self.stats.in_place_bytes = kept as u64;
        if publish {
            self.log.clear();
        }
        self.open_window();
        if kept > self.window.bytes / 4 {
            self.hand_over();
        }
    }

    /// Forgets everything between two islands. Above `top` nothing was allocated.
    fn clear_gap(&self, start: usize, end: usize) {
        if start >= end {
            return;
        }
        // SAFETY: `I-NURSERY-OWNER`: the dead and the forwarded are nobody else's.
        unsafe {
            self.meta.clear(start, end);
            if self.heap.config.poison {
                poison::<M>(start, end);
            }
        }
    }

    fn rebuild_islands(&mut self, top: usize, publish: bool) -> usize {
        let end = self.window.end();
        let dead = self.dead_colour();
        let (mut at, mut kept) = (self.window.base, 0);
        // SAFETY: `I-NURSERY-OWNER`.
        unsafe {
            loop {
                let island = self.meta.find(at, end, PINNED);
                self.clear_gap(at, island.min(top));
                if island == end {
                    return kept;
                }
                at = self.meta.object_end(island, end);
                let byte = self.meta.get(island);
                let lives = if byte & SHARED != 0 { byte & COLOUR != dead } else { byte & COLOUR != 0 };
                if !lives {
                    self.clear_gap(island, at);
                    continue;
                }
                kept += at - island;
                if byte & SHARED == 0 {
                    let shared = if publish { self.colour | SHARED } else { 0 };
                    self.meta.set(island, byte & !COLOUR | shared);
                }
            }
        }
    }

    /// The colour of shared islands that the last complete cycle found dead. It follows from
    /// this processor's own state alone: the heap's colour changes before ARM gets here.
    /// Islands with the third colour do not exist, since each cycle's ARM has them cleared.
    fn dead_colour(&self) -> u8 {
        use meta::next_colour;
        if self.armed { next_colour(self.heap.live_colour()) } else { next_colour(next_colour(self.colour)) }
    }

    /// Turns the window into blocks of old space and opens another; false if there is none.
    /// Runs right after a minor collection: nothing private but pins is in it.
    pub(crate) fn hand_over(&mut self) -> bool {
        let Some(next) = self.window.reserve.take().or_else(|| self.heap.take_window()) else {
            return false;
        };
        self.publish_islands();
        self.log.clear();
        self.give_units();
        self.stats.handovers += 1;
        self.stats.in_place_bytes = 0;
        self.window = Window::new(next, self.window.bytes, None);
        self.window.reserve = self.heap.take_window();
        self.open_window();
        true
    }

    fn publish_islands(&mut self) {
        let end = self.window.end();
        let mut at = self.window.base;
        // SAFETY: `I-NURSERY-OWNER`.
        unsafe {
            loop {
                let island = self.meta.find(at, end, PINNED);
                if island == end {
                    return;
                }
                let byte = self.meta.get(island);
                if byte & SHARED == 0 {
                    self.meta.set(island, byte & !COLOUR | self.colour | SHARED);
                }
                at = self.meta.object_end(island, end);
            }
        }
    }

    fn give_units(&mut self) {
        let first = self.heap.units.index(self.window.base);
        let idle = self.heap.stage() == Stage::Idle;
        for index in first..first + self.window.bytes / BLOCK_BYTES {
            if idle {
                self.heap.units.set_usage(index, Use::Sweeping);
                self.heap.sweep_claimed(index);
            } else {
                // Unmarked objects may yet be marked; the end of the cycle has it swept.
                self.heap.units.set_usage(index, Use::Swept);
            }
        }
    }

    /// Gives the windows up when the mutator goes away. Private objects die with it.
    pub(crate) fn abandon_window(&mut self) {
        let top = self.hot().alloc as usize;
        let end = self.window.end();
        let mut at = self.window.base;
        // SAFETY: `I-NURSERY-OWNER`.
        unsafe {
            while at < end {
                let island = self.meta.find(at, end, PINNED);
                self.clear_gap(at, island.min(top));
                if island == end {
                    break;
                }
                at = self.meta.object_end(island, end);
                if self.meta.get(island) & SHARED == 0 {
                    self.clear_gap(island, at);
                }
            }
        }
        self.give_units();
        if let Some(base) = self.window.reserve.take() {
            let first = self.heap.units.index(base);
            for index in first..first + self.window.bytes / BLOCK_BYTES {
                self.heap.free_unit(index);
            }
        }
    }
}
