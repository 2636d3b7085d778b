//! The minor collection: live private objects move to old space, or stay where they are.
//!
//! Entirely local: it looks at the own window, the roots and the log, and changes nothing that
//! another processor may look at, because nobody else can reach a private object. The order of
//! evacuation is depth-first from an explicit stack; the slots of an object are evacuated
//! together, so a list's cells end up beside their elements.
//!
//! What cannot move stays: a pinned object, and any object old space has no room for. The
//! latter becomes a shared island on the spot, so a minor collection cannot fail.

use core::mem::take;

use crate::attrs::LARGE_BYTES;
use crate::guard::{self, Guard};
use crate::heap::Heap;
use crate::meta::{self, COLOUR, FORWARDED, Meta, PINNED, SHARED, class_of};
use crate::model::{Fate, ObjectModel, Phase, Roots, View, Visitor, WeakShape};
use crate::mutator::Mutator;
use crate::sync::{Ordering, fence, load, store, try_push};
use crate::weak::{self, Tracer, WeakWork};

/// A minor collection under way.
struct Minor<'a, M: ObjectModel> {
    mutator: &'a mut Mutator<M>,
    meta: Meta,
    base: u64,
    bytes: u64,
    /// The slots being shown belong to a shared object, so private targets are remembered.
    holder_shared: bool,
    /// Shared referents must be shaded; see [`Mutator::shades_referents`].
    shading: bool,
    /// Some reference from a shared object to a pin could not be remembered.
    must_publish: bool,
    fate: Fate<M>,
}

impl<M: ObjectModel> Visitor for Minor<'_, M> {
    #[inline(always)]
    unsafe fn slot(&mut self, slot: *mut u64) {
        // SAFETY: the contract of `Visitor::slot`.
        let word = unsafe { load(slot) };
        if word ^ self.base < self.bytes && M::is_pointer(word) {
            // SAFETY: passed on; the word was just read from the slot.
            unsafe { self.in_window(slot, word) };
        } else if self.shading {
            self.mutator.shade(word);
        }
    }

    fn weak(&mut self, object: u64) {
        self.note_weak(object);
    }

    fn phase(&self) -> Phase {
        Phase::Minor
    }
}

impl<M: ObjectModel> Minor<'_, M> {
    /// A pointer into the window: private, forwarded or an island.
    ///
    /// # Safety
    /// As for [`Visitor::slot`]; `word` is what the slot holds.
    #[inline]
    unsafe fn in_window(&mut self, slot: *mut u64, word: u64) {
        let address = M::address(word);
        // SAFETY: `I-WORD`: `word` is an object's, so its start has a metadata byte;
        // `I-FORWARD`: word 0 of a forwarded object is its new address.
        unsafe {
            let byte = self.meta.get(address);
            if byte == 0 {
                let new = self.evacuate(word, address);
                store(slot, new);
            } else if byte & SHARED != 0 {
                if self.shading {
                    self.mutator.shade(word);
                }
            } else if byte & PINNED != 0 {
                self.visit_pin(slot, word, byte);
            } else {
                debug_assert!(byte & FORWARDED != 0);
                store(slot, load(address as *mut u64) | word & 15);
            }
        }
    }

    /// Moves an object; its new word. Without room it becomes a shared island.
    ///
    /// # Safety
    /// `word` is a live private object's at `address`, neither pinned nor forwarded.
    #[inline]
    unsafe fn evacuate(&mut self, word: u64, address: usize) -> u64 {
        let m = &mut *self.mutator;
        // SAFETY: `I-NURSERY-OWNER` for the old place, `I-SWEEP` for the new one.
        let new = unsafe {
            let size = M::size(word);
            debug_assert!(size > 0 && size.is_multiple_of(16) && size < LARGE_BYTES, "size of {word:#x}");
            let byte = m.colour | SHARED | class_of::<M>(word);
            m.evacuations += 1;
            match m.place(size) {
                Some(to) => {
                    core::ptr::copy_nonoverlapping(address as *const u64, to as *mut u64, size / 8);
                    self.meta.set_object(to, size, byte);
                    *(address as *mut u64) = to as u64;
                    self.meta.set(address, FORWARDED);
                    m.stats.promoted_bytes += size as u64;
                    m.stats.promoted_objects += 1;
                    to as u64 | word & 15
                }
                None => {
                    self.meta.set_object(address, size, byte | PINNED);
                    m.window.islands = true;
                    m.stats.evacuation_failures += 1;
                    word
                }
            }
        };
        m.work.push(&m.heap, new);
        if m.weak.watching() {
            m.weak.reached(address);
        }
        new
    }

    /// A reference to a private object that stays in place.
    ///
    /// # Safety
    /// As for [`Visitor::slot`]; `byte` is the metadata of the object `word`.
    unsafe fn visit_pin(&mut self, slot: *mut u64, word: u64, byte: u8) {
        if byte & COLOUR == 0 {
            let address = M::address(word);
            // SAFETY: `I-NURSERY-OWNER`.
            unsafe { self.meta.set(address, byte | self.mutator.colour) };
            let m = &mut *self.mutator;
            m.work.push(&m.heap, word);
            if m.weak.watching() {
                m.weak.reached(address);
            }
        }
        if self.holder_shared {
            // A slot outside the heap may be reused for something else before the next
            // collection, so it cannot be remembered by address.
            let inside = self.mutator.heap.contains(slot as usize);
            if !inside || !try_push(&mut self.mutator.log.slots, slot) {
                self.must_publish = true;
            }
        }
    }

    /// # Safety
    /// `object` is live, initialised and where its word says.
    #[inline(always)]
    unsafe fn scan(&mut self, object: u64) {
        // SAFETY: `I-META`; the caller's contract is that of `trace`.
        unsafe {
            self.holder_shared = self.meta.get(M::address(object)) & SHARED != 0;
            M::trace(object, self);
        }
    }

    fn note_weak(&mut self, object: u64) {
        if self.mutator.is_black() && !try_push(&mut self.mutator.new_weak, object) {
            // Markers will not know of it, so for this cycle it holds its targets strongly.
            self.mutator.shade_weak_slots(object);
        }
        weak::note(self, object);
    }

    /// Whether `word` is private (now: an island that is not shared).
    fn stays_private(&self, word: u64) -> bool {
        self.mutator.is_private(word)
    }

    fn visit_log(&mut self) {
        let log = &mut self.mutator.log;
        let (slots, objects, weak) = (take(&mut log.slots), take(&mut log.objects), take(&mut log.weak));
        for slot in slots {
            self.holder_shared = true;
            // SAFETY: `I-REMEMBERED`: logged slots lie in shared objects, and none of those is
            // swept before the collection that opens the next cycle has emptied the log.
            unsafe { self.slot(slot) };
        }
        for object in objects {
            // SAFETY: as above; the objects are shared and initialised.
            unsafe { self.scan(object) };
        }
        for object in weak {
            self.note_weak(object);
        }
    }

    fn resolve_guards(&mut self) {
        let heap = self.mutator.heap.clone();
        let mut guards = heap.guards.lock();
        if self.mutator.young_guards.is_empty() && !guards.young_ready {
            return;
        }
        let mut entries = take(&mut self.mutator.young_guards);
        let young = take(&mut guards.young_ready);
        self.holder_shared = false;
        guard::resolve(self, &mut guards, &mut entries, young);
        guards.young_ready = true;
        self.mutator.young_guards = entries;
    }
}

impl<M: ObjectModel> Tracer<M> for Minor<'_, M> {
    fn drain(&mut self) {
        loop {
            while let Some(object) = self.mutator.work.pop() {
                // SAFETY: the list holds survivors at their new place.
                unsafe { self.scan(object) };
            }
            let m = &mut *self.mutator;
            if !m.work.refill(&m.heap) {
                self.holder_shared = false;
                return;
            }
            // A marker's spilled objects may be among them: scan as it would.
            self.shading |= m.armed;
        }
    }

    #[inline]
    fn survivor(&self, word: u64) -> Option<u64> {
        // SAFETY: `I-WORD`: tracers ask about words read from live objects and tables.
        unsafe { self.fate.of(word) }
    }

    fn weak_work(&mut self) -> &mut WeakWork {
        &mut self.mutator.weak
    }

    fn settle_weak(&mut self, object: u64) {
        // SAFETY: `I-META`.
        if unsafe { self.meta.get(M::address(object)) } & SHARED == 0 {
            return;
        }
        // SAFETY: a live weak object at its present place, and its slots.
        let private = unsafe {
            match M::weak_shape(object) {
                WeakShape::None => false,
                WeakShape::WeakPair { weak } => self.stays_private(load(weak)),
                WeakShape::Ephemeron { key, datum } => self.stays_private(load(key)) || self.stays_private(load(datum)),
            }
        };
        if private && !try_push(&mut self.mutator.log.weak, object) {
            self.must_publish = true;
        }
    }

    unsafe fn trace_ephemeron(&mut self, key: *mut u64, datum: *mut u64) {
        let outer = core::mem::replace(&mut self.holder_shared, false);
        // SAFETY: passed on.
        unsafe {
            self.slot(key);
            self.slot(datum);
        }
        self.holder_shared = outer;
    }
}

impl<M: ObjectModel> Mutator<M> {
    /// Room in old space, unless stress says there is none.
    #[inline(always)]
    fn place(&mut self, size: usize) -> Option<usize> {
        let period = self.heap.config.stress.fail_evacuation;
        if period != 0 && self.evacuations.is_multiple_of(period) {
            return None;
        }
        self.old.take(&self.heap, size)
    }

    /// Collects the window. Publishes surviving pins unless this processor is alone.
    pub(crate) fn collect_minor(&mut self, roots: &mut impl Roots<M>) {
        let promoted = self.stats.promoted_bytes;
        let (base, bytes) = (self.window.base as u64, self.window.bytes as u64);
        let shading = self.shades_referents();
        let meta = self.meta;
        let must_publish = !self.solo;
        let fate = Fate::new(meta, View::Minor { base, bytes });
        let holder_shared = false;
        let mut minor = Minor { mutator: self, meta, base, bytes, holder_shared, shading, must_publish, fate };
        roots.visit(&mut minor);
        minor.visit_log();
        weak::drain_ephemerons(&mut minor);
        minor.resolve_guards();
        weak::break_dead(&mut minor);
        roots.after_minor(&minor.fate);
        let publish = minor.must_publish;
        self.rebuild_window(publish);
        self.log.dedup();
        self.settle_guards();
        // Pairs with the address dependency of whoever loads a promoted object's word from a
        // shared slot: contents before reference.
        fence(Ordering::Release);
        self.heap.owe((self.stats.promoted_bytes - promoted) as usize);
    }

    /// Moves guardian entries without private words to the heap's list.
    fn settle_guards(&mut self) {
        let heap: &Heap<M> = &self.heap;
        let mut guards = heap.guards.lock();
        if guards.young_ready {
            let private = |&word: &u64| self.is_private(word);
            guards.young_ready = guards.ready.values().any(|r| private(&r.guardian) || r.queue.iter().any(private));
        }
        let young = take(&mut self.young_guards);
        let shared = |e: &Guard| ![e.object, e.representative, e.guardian].iter().any(|&w| self.is_private(w));
        let stay: Vec<Guard> = young.into_iter().filter(|e| !(shared(e) && guard::adopt(&mut guards, *e))).collect();
        drop(guards);
        self.young_guards = stay;
    }

    /// Whether `word` points to an object that only this processor can reach.
    #[inline]
    pub fn is_private(&self, word: u64) -> bool {
        if word ^ self.window.base as u64 >= self.window.bytes as u64 || !M::is_pointer(word) {
            return false;
        }
        // SAFETY: `I-META`: the window lies in the heap.
        unsafe { self.meta.get(M::address(word)) & meta::SHARED == 0 }
    }
}
