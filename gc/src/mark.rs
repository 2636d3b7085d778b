//! The marker: follows references from grey objects and colours what it reaches.
//!
//! It meets shared objects only: markers start after every processor has acknowledged ARM,
//! which began with a minor collection that left nothing private behind, and from then on a
//! private object is published before a shared one refers to it (`I-SHARED`).

use core::marker::PhantomData;

use crate::heap::Heap;
use crate::meta::{COLOUR, Meta, SHARED, class_of};
use crate::model::{Fate, ObjectModel, Phase, View, Visitor};
use crate::sync::load;
use crate::weak::{self, Tracer, WeakWork};
use crate::worklist::Worklist;

/// What a cycle has yet to scan, and its books.
#[derive(Debug)]
pub(crate) struct Marker<M> {
    work: Worklist,
    weak: WeakWork,
    /// Bytes scanned by this cycle.
    pub(crate) live: usize,
    model: PhantomData<fn(M)>,
}

impl<M: ObjectModel> Marker<M> {
    pub(crate) fn new(worklist_max: usize) -> Self {
        Marker { work: Worklist::new(worklist_max), weak: WeakWork::default(), live: 0, model: PhantomData }
    }

    /// Whether everything reached has been scanned.
    pub(crate) fn is_dry(&self) -> bool {
        self.work.is_empty()
    }

    /// Starts work on the marker's behalf.
    pub(crate) fn open<'a>(&'a mut self, heap: &'a Heap<M>) -> Marking<'a, M> {
        let colour = heap.live_colour();
        Marking { heap, meta: heap.meta, colour, fate: Fate::new(heap.meta, View::Mark { colour }), marker: self }
    }

    /// Marks one object.
    pub(crate) fn shade(&mut self, heap: &Heap<M>, word: u64) {
        self.open(heap).mark(word);
    }
}

/// A marker at work.
pub(crate) struct Marking<'a, M: ObjectModel> {
    heap: &'a Heap<M>,
    marker: &'a mut Marker<M>,
    meta: Meta,
    colour: u8,
    fate: Fate<M>,
}

impl<M: ObjectModel> Marking<'_, M> {
    /// Colours what `word` points to and puts it on the list.
    #[inline(always)]
    pub(crate) fn mark(&mut self, word: u64) {
        if !M::is_pointer(word) {
            return;
        }
        let address = M::address(word);
        // SAFETY: `I-WORD`. Racing markers write equal bytes; grey bits are only set by the
        // thread that drives the cycle.
        unsafe {
            let byte = self.meta.get(address);
            if byte & COLOUR == self.colour {
                return;
            }
            debug_assert!(byte & SHARED != 0, "the marker met a private object {word:#x}");
            self.meta.set(address, byte & !COLOUR | self.colour | class_of::<M>(word));
        }
        if self.marker.weak.watching() {
            self.marker.weak.reached(address);
        }
        self.marker.work.push(self.heap, word);
    }

    /// Scans up to `budget` objects; whether nothing is left to scan.
    pub(crate) fn scan_some(&mut self, budget: usize) -> bool {
        for _ in 0..budget {
            let Some(object) = self.marker.work.pop() else {
                if self.marker.work.refill(self.heap) {
                    continue;
                }
                return true;
            };
            // SAFETY: `I-WORD`: grey objects are live and initialised, and stay so.
            unsafe {
                self.marker.live += M::size(object);
                M::trace(object, self);
            }
        }
        self.marker.is_dry()
    }

    /// Files weak objects that became shared, already marked, during the cycle.
    pub(crate) fn note_all(&mut self, objects: Vec<u64>) {
        for object in objects {
            weak::note(self, object);
        }
    }

    /// Drains, ephemerons included; also looks at those a mutator may have changed.
    pub(crate) fn fixpoint(&mut self) {
        weak::recheck(self);
        weak::drain_ephemerons(self);
    }

    /// Breaks weak references to the dead and hands out the verdict.
    pub(crate) fn commit(&mut self, tell: impl FnOnce(&Fate<M>)) {
        weak::break_dead(self);
        tell(&self.fate);
    }
}

impl<M: ObjectModel> Visitor for Marking<'_, M> {
    #[inline(always)]
    unsafe fn slot(&mut self, slot: *mut u64) {
        // SAFETY: the contract of `Visitor::slot`.
        self.mark(unsafe { load(slot) });
    }
    fn weak(&mut self, object: u64) {
        weak::note(self, object);
    }
    fn phase(&self) -> Phase {
        Phase::Mark
    }
}

impl<M: ObjectModel> Tracer<M> for Marking<'_, M> {
    fn drain(&mut self) {
        while !self.scan_some(usize::MAX) {}
    }
    #[inline]
    fn survivor(&self, word: u64) -> Option<u64> {
        // SAFETY: `I-WORD`: tracers ask about words read from live objects and tables.
        unsafe { self.fate.of(word) }
    }
    fn weak_work(&mut self) -> &mut WeakWork {
        &mut self.marker.weak
    }
    fn settle_weak(&mut self, _object: u64) {}
    unsafe fn trace_ephemeron(&mut self, key: *mut u64, datum: *mut u64) {
        // SAFETY: passed on.
        unsafe {
            self.slot(key);
            self.slot(datum);
        }
    }
}
