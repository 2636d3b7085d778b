//! Stores, publication, pins, weak reads: what mutators do that the collector must know of.
//!
//! The fast path is one test: a value outside the window (as a number; immediates nearly
//! always are) is stored at once. The slow path decides in an order that matters:
//!
//! 1. the holder is private: nobody else looks, plain store;
//! 2. armed: shade the overwritten value;
//! 3. the value is private: remember the slot if solo, else publish the value;
//! 4. armed, and this processor's roots are unscanned: shade the value, as it is by now;
//! 5. store.
//!
//! The value is shaded after its publication. Before, there is nothing to shade, and it may be
//! published white: a processor already scanned could load it, and a store that began earlier
//! could unlink it unseen (`gc/tests/model`, ADR 5).

use crate::guard::Guard;
use crate::meta::{self, COLOUR, PINNED, SHARED, class_of};
use crate::model::{ObjectModel, Phase, Visitor, WeakShape};
use crate::mutator::Mutator;
use crate::sync::{Ordering, fence, load, store, try_push};

impl<M: ObjectModel> Mutator<M> {
    /// Stores `value` into a slot of `object`, with the barrier.
    ///
    /// # Safety
    /// `object` is live and initialised, `slot` is one of its value slots (strong or weak), and
    /// `value` is no pointer or a live object's word.
    #[inline(always)]
    pub unsafe fn store(&mut self, object: u64, slot: *mut u64, value: u64) {
        let hot = self.hot();
        if value ^ hot.window_base < hot.barrier_limit {
            // SAFETY: passed on.
            unsafe { self.barrier_slow(object, slot, value) };
        }
        // SAFETY: a slot of a live object. The barrier ran first: once the slot is
        // overwritten, the snapshot's only path to the old value may be gone.
        unsafe { store(slot, value) };
    }

    /// The barrier alone, for a store that the caller performs itself right afterwards (an
    /// atomic exchange). Harmless if the store then does not happen.
    ///
    /// # Safety
    /// As for [`Mutator::store`]; no safepoint comes between this and the store.
    #[inline(always)]
    pub unsafe fn barrier(&mut self, object: u64, slot: *mut u64, value: u64) {
        let hot = self.hot();
        if value ^ hot.window_base < hot.barrier_limit {
            // SAFETY: passed on.
            unsafe { self.barrier_slow(object, slot, value) };
        }
    }

    /// # Safety
    /// As for [`Mutator::store`].
    #[cold]
    #[inline(never)]
    unsafe fn barrier_slow(&mut self, object: u64, slot: *mut u64, value: u64) {
        if self.is_private(object) {
            return;
        }
        if self.armed {
            self.stats.shaded_values += 1;
            // SAFETY: a slot of a live object.
            self.shade(unsafe { load(slot) });
        }
        if self.is_private(value) {
            // SAFETY: passed on. Without memory for the log, publishing is always possible.
            if self.solo && unsafe { self.remember(object, slot) } {
                return;
            }
            self.publish(value);
        }
        if self.armed && !self.scanned {
            self.shade(value);
        }
    }

    /// Logs a slot of a shared object that is about to hold a private value.
    ///
    /// # Safety
    /// As for [`Mutator::store`].
    unsafe fn remember(&mut self, object: u64, slot: *mut u64) -> bool {
        // `I-REMEMBERED`: a slot that holds a private value is in the log already.
        // SAFETY: a slot of a live object.
        if self.is_private(unsafe { load(slot) }) {
            return true;
        }
        self.stats.remembered_slots += 1;
        // SAFETY: `object` is live.
        let weakly = match unsafe { M::weak_shape(object) } {
            WeakShape::None => false,
            WeakShape::WeakPair { weak } => slot == weak,
            WeakShape::Ephemeron { key, datum } => slot == key || slot == datum,
        };
        if weakly { try_push(&mut self.log.weak, object) } else { try_push(&mut self.log.slots, slot) }
    }

    /// Announces that `object`, which was born shared, has been filled by plain stores since
    /// the last safepoint. Cheaper than [`store`](Self::store) per slot.
    ///
    /// # Safety
    /// `object` came from [`alloc_large`](Self::alloc_large) or
    /// [`alloc_shared`](Self::alloc_shared) after the last safepoint and is initialised.
    pub unsafe fn initialised(&mut self, object: u64) {
        if self.solo && !self.armed && try_push(&mut self.log.objects, object) {
            return;
        }
        // SAFETY: an initialised object.
        unsafe { M::trace(object, &mut Publisher { mutator: self, shading: true }) };
        self.finish_publication();
    }

    /// Shows a shared object to the marker, unless it is known to it.
    #[inline]
    pub(crate) fn shade(&mut self, word: u64) {
        if !M::is_pointer(word) {
            return;
        }
        let address = M::address(word);
        // SAFETY: `I-WORD`: words in slots are live objects'.
        let byte = unsafe { self.meta.get(address) };
        let live = self.heap.live_colour();
        if byte & SHARED == 0 || byte & COLOUR == live || try_push(&mut self.satb, word) {
            return;
        }
        // Without memory: mark it here and leave it grey in the metadata.
        self.heap.marker.lock().shade(&self.heap, word);
    }

    /// Whether what becomes shared now is black: no marker will look at it.
    #[inline]
    pub(crate) fn is_black(&self) -> bool {
        self.armed && self.colour == self.heap.live_colour()
    }

    /// Whether what becomes shared now owes its referents a shade: it is black, and this
    /// processor's roots are not.
    #[inline]
    pub(crate) fn shades_referents(&self) -> bool {
        self.is_black() && !self.scanned
    }

    /// Makes the object of `word`, and all it reaches, shared: it stays where it is from now on.
    ///
    /// # Safety
    /// `word` is a live value.
    pub unsafe fn share(&mut self, word: u64) {
        self.publish(word);
    }

    /// Makes everything private that `word` reaches shared, in place.
    pub(crate) fn publish(&mut self, word: u64) {
        if self.is_private(word) {
            self.share_in_place(word);
        }
        self.finish_publication();
    }

    fn finish_publication(&mut self) {
        let mut shading = self.shades_referents();
        loop {
            while let Some(object) = self.work.pop() {
                // SAFETY: the list holds live objects.
                unsafe { M::trace(object, &mut Publisher { mutator: self, shading }) };
            }
            if !self.work.refill(&self.heap) {
                break;
            }
            // A marker's spilled objects may be among them: scan as it would.
            shading |= self.armed;
        }
        // Pairs with the address dependency of whoever loads the word of a published object:
        // its contents, and its shared bit, come before the reference.
        fence(Ordering::Release);
    }

    fn share_in_place(&mut self, word: u64) {
        let address = M::address(word);
        // SAFETY: `I-WORD`, `I-NURSERY-OWNER`: a private object of this window.
        let size = unsafe {
            let size = M::size(word);
            self.meta.set_object(address, size, self.colour | SHARED | PINNED | class_of::<M>(word));
            size
        };
        self.window.islands = true;
        self.stats.published_objects += 1;
        self.stats.published_bytes += size as u64;
        self.heap.owe(size);
        self.work.push(&self.heap, word);
    }

    /// Fixes the address of an object for life (for identity hashing) and returns it. A
    /// private object stays private.
    ///
    /// # Safety
    /// `word` points to a live, initialised object.
    pub unsafe fn pin(&mut self, word: u64) -> usize {
        let address = M::address(word);
        // SAFETY: `I-WORD`, `I-NURSERY-OWNER`. Shared objects never move.
        unsafe {
            if self.is_private(word) && self.meta.get(address) & PINNED == 0 {
                self.meta.set_object(address, M::size(word), PINNED | class_of::<M>(word));
                self.window.islands = true;
                self.stats.pinned_objects += 1;
            }
        }
        address
    }

    /// Reads a weak slot. While marking, the target may not be marked yet: it is then shown
    /// to the marker, and the wave that may be under way is told (a read during a wave must
    /// dirty it, or the marker could commit to the target's death).
    ///
    /// # Safety
    /// `slot` is a weak slot of a live object.
    #[inline]
    pub unsafe fn weak_read(&mut self, slot: *mut u64) -> u64 {
        // SAFETY: passed on.
        let word = unsafe { load(slot) };
        if self.armed { self.strengthen(word) } else { word }
    }

    /// What a weak reference to `word` may answer now: `word` or `BROKEN`.
    #[cold]
    pub(crate) fn strengthen(&mut self, word: u64) -> u64 {
        if !M::is_pointer(word) {
            return word;
        }
        // SAFETY: `I-WORD`: weak slots are broken before their targets are swept.
        let byte = unsafe { self.meta.get(M::address(word)) };
        if byte & SHARED == 0 || byte & COLOUR == self.heap.live_colour() {
            return word;
        }
        if self.heap.dirty_round() {
            self.shade(word);
            word
        } else {
            M::BROKEN
        }
    }

    /// Shades what a weak object refers to weakly.
    #[cold]
    pub(crate) fn shade_weak_slots(&mut self, object: u64) {
        // SAFETY: `I-WORD`: a live weak object and its slots.
        unsafe {
            match M::weak_shape(object) {
                WeakShape::None => {}
                WeakShape::WeakPair { weak } => self.shade(load(weak)),
                WeakShape::Ephemeron { key, datum } => {
                    self.shade(load(key));
                    self.shade(load(datum));
                }
            }
        }
    }

    // Guardians.

    /// Registers `object`: when it is otherwise unreachable, `guardian` gets `representative`.
    /// Pins the guardian.
    ///
    /// # Safety
    /// The words are live objects' (`representative` may be an immediate).
    pub unsafe fn guard(&mut self, object: u64, representative: u64, guardian: u64) {
        if !M::is_pointer(object) {
            return;
        }
        // SAFETY: passed on.
        unsafe { self.pin(guardian) };
        self.young_guards.push(Guard { object, representative, guardian });
    }

    /// The oldest representative that `guardian` has ready.
    pub fn take_ready(&mut self, guardian: u64) -> Option<u64> {
        let word = self.heap.guards.lock().take_ready(M::address(guardian))?;
        // The queue is traced late in marking, so this read is like a weak one.
        Some(if self.armed { self.strengthen(word) } else { word })
    }

    /// Whether `guardian` has something ready.
    pub fn has_ready(&self, guardian: u64) -> bool {
        self.heap.guards.lock().ready.contains_key(&M::address(guardian))
    }
}

/// Publishes what the slots of a newly shared object refer to.
struct Publisher<'a, M: ObjectModel> {
    mutator: &'a mut Mutator<M>,
    /// Shared referents are shaded too.
    shading: bool,
}

impl<M: ObjectModel> Visitor for Publisher<'_, M> {
    unsafe fn slot(&mut self, slot: *mut u64) {
        // SAFETY: the contract of `Visitor::slot`.
        let word = unsafe { load(slot) };
        if self.mutator.is_private(word) {
            self.mutator.share_in_place(word);
        } else if self.shading {
            self.mutator.shade(word);
        }
    }

    fn weak(&mut self, object: u64) {
        if self.mutator.is_black() && !try_push(&mut self.mutator.new_weak, object) {
            self.mutator.shade_weak_slots(object);
        }
        // `I-SHARED` holds for weak slots too, and does not make them strong. Shading them
        // would: markers learn of the object instead.
        let outer = core::mem::replace(&mut self.shading, false);
        // SAFETY: `I-WORD`: the object being traced, and its slots.
        unsafe {
            match M::weak_shape(object) {
                WeakShape::None => {}
                WeakShape::WeakPair { weak } => self.slot(weak),
                WeakShape::Ephemeron { key, datum } => {
                    self.slot(key);
                    self.slot(datum);
                }
            }
        }
        self.shading = outer;
    }

    fn phase(&self) -> Phase {
        Phase::Minor
    }
}

/// The metadata bit tests of the fast paths, published for code generators.
const _: () = assert!(meta::SHARED == 4);
