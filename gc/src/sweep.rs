//! Lazy sweeping: a block is cleared of dead objects when an allocator comes by, when the next
//! cycle wants to start, or when idle time is offered.
//!
//! The colour in the metadata says what is dead and END bits say how far it reaches, so that
//! sweeping reads no object and needs no model (the idea is Whippet's "nofl" space). A unit is
//! swept by whoever moves it from `Unswept` to `Sweeping`; windows are swept by their owner
//! only. No object crosses a unit boundary, because a nursery never hands out a run that does.

use crate::config::BLOCK_BYTES;
use crate::heap::{Heap, poison};
use crate::meta;
use crate::model::ObjectModel;
use crate::space::Use;
use crate::sync::Ordering;

/// Blocks with less free room than this are not offered for evacuation.
const LEAST_ROOM: usize = BLOCK_BYTES / 16;

impl<M: ObjectModel> Heap<M> {
    /// Declares all blocks unswept: a cycle has just decided what is live.
    pub(crate) fn begin_sweep(&self) {
        let mut space = self.space.lock();
        space.recyclable.clear();
        for index in 0..space.low {
            self.units.claim(index, Use::Swept, Use::Unswept);
        }
        self.units.sweep_end.store(space.low, Ordering::Relaxed);
        self.units.sweep_cursor.store(0, Ordering::Release);
    }

    /// Claims the next unswept block.
    fn next_unswept(&self) -> Option<usize> {
        let end = self.units.sweep_end.load(Ordering::Relaxed);
        loop {
            if self.units.sweep_cursor.load(Ordering::Acquire) >= end {
                return None;
            }
            let index = self.units.sweep_cursor.fetch_add(1, Ordering::AcqRel);
            if index >= end {
                return None;
            }
            if self.units.claim(index, Use::Unswept, Use::Sweeping) {
                return Some(index);
            }
        }
    }

    /// A block with room for evacuation, swept and owned by the caller, that is not empty.
    pub(crate) fn take_recyclable(&self) -> Option<usize> {
        let ready = self.space.lock().recyclable.pop();
        if let Some(index) = ready {
            self.units.set_usage(index as usize, Use::Owned);
            return Some(self.units.address(index as usize));
        }
        while let Some(index) = self.next_unswept() {
            let live = self.sweep_unit(index);
            if live == 0 {
                self.free_unit(index);
            } else if BLOCK_BYTES - live >= LEAST_ROOM {
                self.units.set_usage(index, Use::Owned);
                return Some(self.units.address(index));
            } else {
                self.units.set_usage(index, Use::Swept);
            }
        }
        None
    }

    /// Sweeps up to `budget` blocks; false when none is left. May run on any thread.
    pub fn sweep_some(&self, budget: usize) -> bool {
        for _ in 0..budget {
            let Some(index) = self.next_unswept() else {
                return false;
            };
            self.sweep_claimed(index);
        }
        true
    }

    /// Sweeps everything the last cycle left.
    pub(crate) fn finish_sweep(&self) {
        while self.sweep_some(usize::MAX) {}
    }

    /// Sweeps a unit the caller claimed and files it under what is left in it.
    pub(crate) fn sweep_claimed(&self, index: usize) {
        let live = self.sweep_unit(index);
        if live == 0 {
            return self.free_unit(index);
        }
        self.units.set_usage(index, Use::Swept);
        if BLOCK_BYTES - live >= LEAST_ROOM {
            self.space.lock().recyclable.push(index as u32);
        }
    }

    /// Clears the dead objects of a claimed unit; bytes that live on.
    fn sweep_unit(&self, index: usize) -> usize {
        let live = self.live_colour();
        let start = self.units.address(index);
        let end = start + BLOCK_BYTES;
        let (mut at, mut kept) = (start, 0);
        // SAFETY: `I-SWEEP`: this thread claimed the unit, so it alone clears metadata in it,
        // and an object without the live colour cannot be reached by anybody.
        unsafe {
            loop {
                let next = self.meta.find(at, end, 0xFF);
                if next == end {
                    break;
                }
                at = self.meta.object_end(next, end);
                if self.meta.get(next) & meta::COLOUR == live {
                    kept += at - next;
                    continue;
                }
                self.meta.clear(next, at);
                if self.config.poison {
                    poison::<M>(next, at);
                }
            }
        }
        self.counters.swept.fetch_add(1, Ordering::Relaxed);
        kept
    }
}
