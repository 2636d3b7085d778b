//! What the collector asks of the language: object sizes, slots, weak shapes, roots.
//!
//! The collector has never heard of pairs. It sees words, asks the model whether a word points
//! into the heap, and is shown the addresses of slots.

use core::marker::PhantomData;

use crate::meta::{self, Meta};

/// Why slots are being visited.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Phase {
    /// A minor collection: only slots that can hold young objects matter, and they may change.
    Minor,
    /// Marking: every reachable object must be shown (code constants too); slots do not change.
    Mark,
    /// The heap verifier: show what [`Phase::Mark`] would, without any side effect of marking.
    Verify,
}

/// Receives slots from [`ObjectModel::trace`] and [`Roots::visit`].
pub trait Visitor {
    /// Shows a strong slot. The word in it may be replaced by the object's new word.
    ///
    /// # Safety
    /// `slot` is aligned, valid for reads and writes, and holds a non-pointer or the word of a
    /// live object; nobody else reads or writes it except word-wise.
    unsafe fn slot(&mut self, slot: *mut u64);

    /// Announces that the object being traced has weak slots; its
    /// [`weak_shape`](ObjectModel::weak_shape) is not [`WeakShape::None`].
    fn weak(&mut self, object: u64);

    /// Why the visit happens.
    fn phase(&self) -> Phase;

    /// Shows `count` strong slots in a row.
    ///
    /// # Safety
    /// As for [`Visitor::slot`], for each of them.
    #[inline]
    unsafe fn slots(&mut self, first: *mut u64, count: usize) {
        for i in 0..count {
            // SAFETY: the caller vouches for all `count` slots.
            unsafe { self.slot(first.add(i)) };
        }
    }
}

/// The weak slots of an object. [`ObjectModel::trace`] does not show them.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum WeakShape {
    /// All slots are strong.
    None,
    /// One slot does not keep its target alive; when that dies it holds [`ObjectModel::BROKEN`].
    WeakPair {
        /// The weak slot.
        weak: *mut u64,
    },
    /// The datum is alive while the key is (and the ephemeron is); both break with the key.
    /// Hayes, "Ephemerons: A New Finalization Mechanism" (1997).
    Ephemeron {
        /// Slot of the key.
        key: *mut u64,
        /// Slot of the datum.
        datum: *mut u64,
    },
}

/// A language's object layout.
///
/// # Safety
/// Implementations promise: a word for which [`is_pointer`](Self::is_pointer) holds is
/// `address | tag` with a 16-aligned address and a tag below 16 from [`TAGS`](Self::TAGS);
/// zero is no pointer; `size` is a positive multiple of 16, constant for an object's life, and
/// does not depend on words that [`trace`](Self::trace) shows; `trace` shows each strong slot
/// of the object once, calls [`Visitor::weak`] when and only when `weak_shape` is not `None`,
/// and touches nothing else of the heap.
pub unsafe trait ObjectModel: Sized + 'static {
    /// The tags of pointers. An object has one tag all its life. Unused entries repeat one.
    const TAGS: [u64; 3];
    /// Stored into broken weak slots; not a pointer.
    const BROKEN: u64;
    /// Fills freed memory when poisoning is on. Should crash whoever follows it.
    const POISON: u64 = 0x6B6B_6B6B_6B6B_6B6B;

    /// Whether `word` points into the heap.
    fn is_pointer(word: u64) -> bool;

    /// The address in a pointer.
    #[inline(always)]
    fn address(word: u64) -> usize {
        (word & !15) as usize
    }

    /// Bytes of the object, a multiple of 16.
    ///
    /// # Safety
    /// `word` points to a live, initialised object.
    unsafe fn size(word: u64) -> usize;

    /// Shows every strong slot of the object.
    ///
    /// # Safety
    /// `word` points to a live, initialised object.
    unsafe fn trace<V: Visitor>(word: u64, visitor: &mut V);

    /// The weak slots of the object.
    ///
    /// # Safety
    /// `word` points to a live, initialised object.
    unsafe fn weak_shape(word: u64) -> WeakShape;
}

/// Everything outside the heap that holds heap words: stacks, registers, tables.
pub trait Roots<M: ObjectModel> {
    /// Shows every root slot.
    fn visit<V: Visitor>(&mut self, visitor: &mut V);
    /// Called when a minor collection knows all survivors, before dead memory is reused. A
    /// table outside the heap that holds words weakly updates or drops them here.
    fn after_minor(&mut self, _fate: &Fate<M>) {}
    /// Called when marking has committed, before anything is swept: the time to drop dead
    /// code, chunks and weak table entries.
    fn after_mark(&mut self, _fate: &Fate<M>) {}
}

/// Answers what became of an object at the end of a collection.
#[derive(Debug)]
pub struct Fate<M> {
    pub(crate) meta: Meta,
    pub(crate) view: View,
    pub(crate) model: PhantomData<fn(M)>,
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum View {
    /// Private objects of this window died unless forwarded or visited in place.
    Minor { base: u64, bytes: u64 },
    /// Objects without this colour died; private objects of the window are not judged.
    Mark { colour: u8 },
}

impl<M: ObjectModel> Fate<M> {
    pub(crate) fn new(meta: Meta, view: View) -> Self {
        Fate { meta, view, model: PhantomData }
    }

    /// The present word of what `word` referred to before the collection, or `None` if that
    /// died. Words that are no pointers are their own future.
    ///
    /// # Safety
    /// `word` is no pointer, or pointed to a live object when this collection began.
    #[inline]
    pub unsafe fn of(&self, word: u64) -> Option<u64> {
        if !M::is_pointer(word) {
            return Some(word);
        }
        let address = M::address(word);
        // SAFETY: `I-WORD`: the word was an object's at the start of the collection, so its
        // start has a metadata byte.
        let byte = unsafe { self.meta.get(address) };
        match self.view {
            View::Minor { base, bytes } => {
                if word ^ base >= bytes || byte & meta::SHARED != 0 {
                    Some(word)
                } else if byte & meta::PINNED != 0 {
                    (byte & meta::COLOUR != 0).then_some(word)
                } else if byte & meta::FORWARDED != 0 {
                    // SAFETY: `I-FORWARD`: word 0 of a forwarded object is its new address.
                    Some(unsafe { *(address as *const u64) } | word & 15)
                } else {
                    None
                }
            }
            View::Mark { colour } => (byte & meta::SHARED == 0 || byte & meta::COLOUR == colour).then_some(word),
        }
    }
}
