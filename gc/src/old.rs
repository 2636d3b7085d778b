//! Where survivors go: a cursor that bump-allocates into the holes of old blocks.
//!
//! One per mutator. Small objects skip a hole that is too short; bigger ones that do not fit
//! go to an empty overflow block instead, so that they do not use up the cursor's holes (the
//! idea is Immix's).

use crate::config::{BLOCK_BYTES, GRANULE};
use crate::heap::Heap;
use crate::model::ObjectModel;
use crate::space::Use;

/// Objects up to this many bytes may skip holes; bigger ones overflow.
const SMALL: usize = 256;

/// A free run inside an owned block (or nothing: both zero).
#[derive(Clone, Copy, Debug, Default)]
struct Run {
    next: usize,
    end: usize,
}

impl Run {
    #[inline(always)]
    fn take(&mut self, bytes: usize) -> Option<usize> {
        let at = self.next;
        (self.end - at >= bytes).then(|| {
            self.next = at + bytes;
            at
        })
    }
}

/// A mutator's places in old space.
#[derive(Debug, Default)]
pub(crate) struct OldCursor {
    hole: Run,
    /// End of the block that `hole` lies in.
    block_end: usize,
    overflow: Run,
}

impl OldCursor {
    /// Room for `bytes`; metadata there is clear. `None` when the heap has no block to give.
    #[inline(always)]
    pub(crate) fn take<M: ObjectModel>(&mut self, heap: &Heap<M>, bytes: usize) -> Option<usize> {
        match self.hole.take(bytes) {
            Some(at) => Some(at),
            None => self.take_slow(heap, bytes),
        }
    }

    #[cold]
    fn take_slow<M: ObjectModel>(&mut self, heap: &Heap<M>, bytes: usize) -> Option<usize> {
        loop {
            if let Some(at) = self.hole.take(bytes) {
                return Some(at);
            }
            if bytes > SMALL
                && self.hole.next < self.hole.end
                && let Some(at) = self.take_overflow(heap, bytes)
            {
                return Some(at);
            }
            // SAFETY: `I-SWEEP`: the block is owned by this cursor and swept, so from the end
            // of a hole on, its metadata describes live objects and free granules.
            let hole = unsafe { heap.meta.next_hole(self.hole.end, self.block_end, GRANULE) };
            if let Some((next, end)) = hole {
                self.hole = Run { next, end };
                continue;
            }
            let Some(block) = heap.take_recyclable().or_else(|| heap.take_block()) else {
                return self.overflow.take(bytes);
            };
            retire(heap, self.block_end);
            self.block_end = block + BLOCK_BYTES;
            self.hole = Run { next: block, end: block };
        }
    }

    fn take_overflow<M: ObjectModel>(&mut self, heap: &Heap<M>, bytes: usize) -> Option<usize> {
        if let Some(at) = self.overflow.take(bytes) {
            return Some(at);
        }
        let block = heap.take_block()?;
        retire(heap, self.overflow.end);
        self.overflow = Run { next: block, end: block + BLOCK_BYTES };
        self.overflow.take(bytes)
    }

    /// Lets go of the blocks, so that a sweep can look at them.
    pub(crate) fn retire<M: ObjectModel>(&mut self, heap: &Heap<M>) {
        retire(heap, self.block_end);
        retire(heap, self.overflow.end);
        *self = OldCursor::default();
    }
}

/// Lets go of the block that ends at `end` (zero: none).
fn retire<M: ObjectModel>(heap: &Heap<M>, end: usize) {
    if end != 0 {
        heap.units.set_usage(heap.units.index(end - BLOCK_BYTES), Use::Swept);
    }
}
