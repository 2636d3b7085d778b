//! A stack of objects to scan that never grows beyond its means.
//!
//! When the stack may not grow, the object is *spilled*: its grey bit is set and its unit
//! flagged. When the stack runs dry, flagged units are searched for grey bits, whose class
//! bits turn a granule back into a word. So a traversal of any depth ends, with no recursion
//! and, if need be, without memory.

use crate::config::BLOCK_BYTES;
use crate::heap::Heap;
use crate::meta::{GREY, PINNED, SHARED, word_of};
use crate::model::ObjectModel;
use crate::sync::{Ordering, try_push};

/// Objects waiting to be scanned.
#[derive(Debug)]
pub(crate) struct Worklist {
    stack: Vec<u64>,
    max: usize,
    spilled: bool,
}

impl Worklist {
    pub(crate) fn new(max: usize) -> Worklist {
        Worklist { stack: Vec::new(), max: max.max(1), spilled: false }
    }

    /// Adds an object that has its class in its metadata and is shared or pinned.
    #[inline(always)]
    pub(crate) fn push<M: ObjectModel>(&mut self, heap: &Heap<M>, word: u64) {
        if self.stack.len() >= self.max || !try_push(&mut self.stack, word) {
            self.spill(heap, word);
        }
    }

    #[cold]
    fn spill<M: ObjectModel>(&mut self, heap: &Heap<M>, word: u64) {
        let address = M::address(word);
        // SAFETY: `I-META`: `word` is a live object's.
        unsafe { heap.meta.byte(address) }.fetch_or(GREY, Ordering::Relaxed);
        heap.units.unit(heap.units.index(address)).spilled.store(1, Ordering::Relaxed);
        self.spilled = true;
    }

    /// Takes an object from the stack.
    #[inline(always)]
    pub(crate) fn pop(&mut self) -> Option<u64> {
        self.stack.pop()
    }

    /// Whether nothing waits, on the stack or spilled.
    pub(crate) fn is_empty(&self) -> bool {
        self.stack.is_empty() && !self.spilled
    }

    /// Fills the stack from spilled objects; false if there are none. Objects spilled by
    /// another list may be found too: whoever takes them scans them as that list would.
    #[cold]
    pub(crate) fn refill<M: ObjectModel>(&mut self, heap: &Heap<M>) -> bool {
        if !core::mem::take(&mut self.spilled) {
            return false;
        }
        let (low, high) = {
            let space = heap.space.lock();
            (space.low, heap.units.index(space.high))
        };
        let before = self.stack.len();
        for index in (0..low).chain(high..heap.units.count()) {
            let flag = &heap.units.unit(index).spilled;
            if flag.load(Ordering::Relaxed) != 0 {
                flag.store(0, Ordering::Relaxed);
                self.collect_spilled(heap, index);
            }
        }
        self.stack.len() > before || self.spilled
    }

    fn collect_spilled<M: ObjectModel>(&mut self, heap: &Heap<M>, index: usize) {
        let start = heap.units.address(index);
        let end = start + BLOCK_BYTES;
        let mut at = start;
        // SAFETY: the range is one unit of the reservation; grey bits are cleared by the
        // thread that drives the traversal only.
        unsafe {
            loop {
                at = heap.meta.find(at, end, GREY);
                if at == end {
                    return;
                }
                let byte = heap.meta.get(at);
                // Otherwise the bit means forwarded.
                if byte & (SHARED | PINNED) != 0 {
                    heap.meta.byte(at).fetch_and(!GREY, Ordering::Relaxed);
                    match word_of::<M>(at, byte) {
                        Some(word) => self.push(heap, word),
                        None => unreachable!("a spilled object without a class"),
                    }
                    if self.spilled {
                        return;
                    }
                }
                at += crate::config::GRANULE;
            }
        }
    }
}
