//! A processor's handle on the heap: allocation, stores, collections, pins, guardians.
//!
//! `Mutator` is neither `Send` nor `Sync`: it belongs to the thread that runs the processor.
//! Its hot words live in the embedder's context, where running code reads them; only the
//! mutator writes them, except that running code bumps `alloc`.

use std::sync::Arc;
use std::time::Instant;

use crate::attrs::Hot;
use crate::config::{BLOCK_BYTES, GRANULE, HeapFull, LARGE_BYTES, SetupError};
use crate::guard::Guard;
use crate::heap::Heap;
use crate::meta::{self, Meta};
use crate::model::{ObjectModel, Roots};
use crate::old::OldCursor;
use crate::stats::Stats;
use crate::sync::Ordering;
use crate::weak::WeakWork;
use crate::window::Window;
use crate::worklist::Worklist;

/// Most bytes [`Mutator::collect_for`] can promise to running code in one piece.
pub const RESERVE_BYTES: usize = BLOCK_BYTES / 2;

/// What the barrier remembers in solo mode. `I-REMEMBERED`: a strong slot of a shared object
/// that holds a private value is in `slots`, or its object is in `objects`; a shared object
/// with a private value in a weak slot is in `weak`.
#[derive(Debug, Default)]
pub(crate) struct Log {
    pub(crate) slots: Vec<*mut u64>,
    pub(crate) objects: Vec<u64>,
    pub(crate) weak: Vec<u64>,
    /// Entries when duplicates were last removed.
    unique: usize,
}

impl Log {
    pub(crate) fn clear(&mut self) {
        self.slots.clear();
        self.objects.clear();
        self.weak.clear();
        self.unique = 0;
    }

    /// Removes duplicates once they may be half of what a minor collection kept. A slot that
    /// is stored into many times would otherwise pile up for as long as its target is pinned.
    pub(crate) fn dedup(&mut self) {
        if self.slots.len() + self.weak.len() > 2 * self.unique + 64 {
            self.slots.sort_unstable();
            self.slots.dedup();
            self.weak.sort_unstable();
            self.weak.dedup();
            self.unique = self.slots.len() + self.weak.len();
        }
    }
}

/// A processor's part of the collector.
pub struct Mutator<M: ObjectModel> {
    pub(crate) heap: Arc<Heap<M>>,
    hot: *mut Hot,
    pub(crate) meta: Meta,
    pub(crate) window: Window,
    pub(crate) old: OldCursor,
    pub(crate) work: Worklist,
    pub(crate) weak: WeakWork,
    pub(crate) log: Log,
    /// Shared objects that markers must see: overwritten values and the like.
    pub(crate) satb: Vec<u64>,
    /// Weak objects that became shared and black at once.
    pub(crate) new_weak: Vec<u64>,
    pub(crate) young_guards: Vec<Guard>,
    /// Colour given to what becomes shared now: the live one, but until SYNC that of the
    /// cycle before.
    pub(crate) colour: u8,
    pub(crate) armed: bool,
    pub(crate) scanned: bool,
    pub(crate) solo: bool,
    requested: bool,
    exhausted: bool,
    pub(crate) evacuations: usize,
    pub(crate) stats: Stats,
}

impl<M: ObjectModel> Mutator<M> {
    /// Attaches a processor to the heap.
    ///
    /// # Safety
    /// `hot` stays valid, and is written by nobody but this mutator and (its `alloc` field)
    /// the code that allocates for it, until the mutator is dropped.
    pub unsafe fn new(heap: Arc<Heap<M>>, hot: *mut Hot) -> Result<Mutator<M>, SetupError> {
        heap.attach()?;
        let Some(base) = heap.take_window() else {
            heap.detach();
            return Err(SetupError::LimitTooSmall);
        };
        let reserve = heap.take_window();
        let window = Window::new(base, heap.config.window_bytes(), reserve);
        let mut mutator = Mutator {
            hot,
            meta: heap.meta,
            window,
            old: OldCursor::default(),
            work: Worklist::new(heap.config.stress.worklist_max),
            weak: WeakWork::default(),
            log: Log::default(),
            satb: Vec::new(),
            new_weak: Vec::new(),
            young_guards: Vec::new(),
            colour: heap.live_colour(),
            armed: false,
            scanned: false,
            solo: !heap.config.stress.never_solo,
            requested: false,
            exhausted: false,
            evacuations: 0,
            stats: Stats::default(),
            heap,
        };
        mutator.open_window();
        mutator.publish_mode();
        Ok(mutator)
    }

    /// The heap this mutator works on.
    pub fn heap(&self) -> &Arc<Heap<M>> {
        &self.heap
    }

    /// Writes the barrier's mode where running code reads it.
    pub(crate) fn publish_mode(&mut self) {
        let limit = if self.armed { u64::MAX } else { self.window.bytes as u64 };
        let (metadata, armed) = (self.meta.bias(), self.armed as u64);
        let hot = self.hot_mut();
        hot.barrier_limit = limit;
        hot.metadata = metadata;
        hot.armed = armed;
    }

    // Allocation.

    /// Bumps the nursery pointer: the address of `bytes` (a multiple of 16, less than
    /// [`LARGE_BYTES`], or up to [`RESERVE_BYTES`] for several objects at once) of
    /// uninitialised memory. Every word must be written before the next safepoint. `None`
    /// asks for [`Mutator::collect_for`].
    #[inline(always)]
    pub fn alloc_fast(&self, bytes: usize) -> Option<usize> {
        debug_assert!(bytes > 0 && bytes.is_multiple_of(GRANULE) && bytes <= RESERVE_BYTES);
        // SAFETY: `I-HOT`.
        let hot = unsafe { &mut *self.hot };
        let at = hot.alloc;
        let next = at + bytes as u64;
        (next <= hot.limit).then(|| {
            hot.alloc = next;
            at as usize
        })
    }

    /// Makes the next allocation collect.
    pub fn request_collection(&mut self) {
        self.requested = true;
        self.hot_mut().limit = 0;
    }

    #[inline(always)]
    pub(crate) fn hot(&self) -> &Hot {
        // SAFETY: `I-HOT`: only this thread uses the hot words, and no reference is kept over
        // a change of them.
        unsafe { &*self.hot }
    }
    #[inline(always)]
    pub(crate) fn hot_mut(&mut self) -> &mut Hot {
        // SAFETY: `I-HOT`, and the mutator is borrowed exclusively.
        unsafe { &mut *self.hot }
    }

    /// Makes room for `bytes`. After `Ok`, [`alloc_fast`](Self::alloc_fast) of `bytes`
    /// succeeds, or [`alloc_large`](Self::alloc_large) if `bytes` is at least [`LARGE_BYTES`].
    /// May move private objects: a safepoint.
    ///
    /// `bytes` between [`LARGE_BYTES`] and [`RESERVE_BYTES`] are taken as one large object;
    /// see [`reserve`](Self::reserve) for several small ones.
    pub fn collect_for(&mut self, roots: &mut impl Roots<M>, bytes: usize) -> Result<(), HeapFull> {
        if bytes >= LARGE_BYTES { self.collect_for_large(roots, bytes) } else { self.reserve(roots, bytes) }
    }

    /// Makes room for `bytes` (at most [`RESERVE_BYTES`]) of nursery in one piece, to be used
    /// for several small objects. A safepoint.
    pub fn reserve(&mut self, roots: &mut impl Roots<M>, bytes: usize) -> Result<(), HeapFull> {
        assert!(bytes <= RESERVE_BYTES, "a nursery reservation of {bytes} bytes");
        let collect = self.requested || self.heap.config.stress.every_allocation;
        if !collect && self.next_hole(bytes) {
            return Ok(());
        }
        self.collect_when_due(roots);
        self.keep_reserve(roots);
        if !self.next_hole(bytes) && !self.fresh_window(roots, bytes) {
            return Err(HeapFull);
        }
        if self.window.reserve.is_none() && !self.exhausted {
            // Once per exhaustion: the handler runs in what is left of the window.
            self.exhausted = true;
            return Err(HeapFull);
        }
        Ok(())
    }

    fn collect_for_large(&mut self, roots: &mut impl Roots<M>, bytes: usize) -> Result<(), HeapFull> {
        if !self.heap.large_fits(bytes) || self.heap.cycle_due() {
            self.collect_when_due(roots);
            if !self.heap.large_fits(bytes) {
                self.full(roots);
                self.keep_reserve(roots);
            }
        }
        if self.heap.large_fits(bytes) { Ok(()) } else { Err(HeapFull) }
    }

    /// A minor collection, or a whole cycle if pacing asks for one.
    fn collect_when_due(&mut self, roots: &mut impl Roots<M>) {
        if self.heap.cycle_due() {
            self.cycle(roots);
        } else {
            self.minor(roots);
        }
    }

    /// Refills the reserve window, with a full collection if need be.
    fn keep_reserve(&mut self, roots: &mut impl Roots<M>) {
        if self.window.reserve.is_none() {
            self.window.reserve = self.heap.take_window();
        }
        if self.window.reserve.is_none() {
            self.heap.finish_sweep();
            self.window.reserve = self.heap.take_window();
        }
        if self.window.reserve.is_none() {
            self.full(roots);
            self.window.reserve = self.window.reserve.or_else(|| self.heap.take_window());
        }
        self.exhausted &= self.window.reserve.is_none();
    }

    /// Hands over a window without a hole of `bytes`; whether the new one has one.
    fn fresh_window(&mut self, roots: &mut impl Roots<M>, bytes: usize) -> bool {
        // A minor collection has just run, so nothing private but pins is left to hand over.
        if !self.hand_over() {
            self.full(roots);
            if self.next_hole(bytes) {
                return true;
            }
            if !self.hand_over() {
                return false;
            }
        }
        self.next_hole(bytes)
    }

    /// Allocates a large object of zeros, born shared. Private values must be stored into it
    /// with [`store`](Self::store), or announced by [`initialised`](Self::initialised).
    /// `Err` asks for [`collect_for`](Self::collect_for). Not a safepoint.
    pub fn alloc_large(&mut self, bytes: usize) -> Result<usize, HeapFull> {
        debug_assert!(bytes >= LARGE_BYTES && bytes.is_multiple_of(GRANULE));
        let at = self.heap.take_large(bytes, self.colour)?;
        self.stats.shared_born_bytes += bytes as u64;
        self.collect_soon_if_due();
        Ok(at)
    }

    /// Allocates an object of zeros in old space, born shared, of any size: for constants,
    /// symbols and what is known to live long. Otherwise like [`alloc_large`](Self::alloc_large).
    pub fn alloc_shared(&mut self, bytes: usize) -> Result<usize, HeapFull> {
        if bytes >= LARGE_BYTES {
            return self.alloc_large(bytes);
        }
        debug_assert!(bytes > 0 && bytes.is_multiple_of(GRANULE));
        let at = self.old.take(&self.heap, bytes).ok_or(HeapFull)?;
        // SAFETY: `I-SWEEP`: the cursor gave us these granules.
        unsafe {
            core::ptr::write_bytes(at as *mut u8, 0, bytes);
            self.meta.set_object(at, bytes, self.colour | meta::SHARED);
        }
        self.stats.shared_born_bytes += bytes as u64;
        self.heap.owe(bytes);
        self.collect_soon_if_due();
        Ok(at)
    }

    fn collect_soon_if_due(&mut self) {
        if !self.requested && self.heap.cycle_due() {
            self.request_collection();
        }
    }

    /// Accounts for memory outside the heap that objects keep alive: positive when it is
    /// taken, negative when it is given back.
    pub fn account_external(&mut self, delta: isize) {
        let external = &self.heap.pacer.external;
        if delta >= 0 {
            external.fetch_add(delta as usize, Ordering::Relaxed);
            self.heap.owe(delta as usize);
            self.collect_soon_if_due();
        } else {
            let less = |n: usize| Some(n.saturating_sub(delta.unsigned_abs()));
            // The closure never refuses.
            let _ = external.fetch_update(Ordering::Relaxed, Ordering::Relaxed, less);
        }
    }

    /// Accounts for `bytes` outside the heap if the limit allows, after collecting if need be.
    /// A safepoint.
    pub fn try_external(&mut self, roots: &mut impl Roots<M>, bytes: usize) -> Result<(), HeapFull> {
        if !self.heap.external_fits(bytes) {
            self.full(roots);
            if !self.heap.external_fits(bytes) {
                return Err(HeapFull);
            }
        }
        self.account_external(isize::try_from(bytes).map_err(|_| HeapFull)?);
        Ok(())
    }

    // Collections.

    /// A minor collection: every private object that lives moves to old space or stays pinned.
    /// Needs no cooperation of other processors. A safepoint.
    pub fn minor(&mut self, roots: &mut impl Roots<M>) {
        let start = Instant::now();
        self.requested = false;
        self.collect_minor(roots);
        self.stats.minor.record(start.elapsed());
        if self.heap.config.verify {
            self.verify(roots);
        }
    }

    /// Whether the barrier is armed: a marker may not have come to everything yet.
    #[inline]
    pub fn is_marking(&self) -> bool {
        self.armed
    }

    /// What happened so far.
    pub fn stats(&mut self) -> &Stats {
        let load = |n: &crate::sync::AtomicUsize| n.load(Ordering::Relaxed) as u64;
        self.stats.cycles = load(&self.heap.pacer.cycles);
        self.stats.live_bytes = load(&self.heap.pacer.live);
        self.stats.heap_bytes = load(&self.heap.pacer.charged);
        self.stats.external_bytes = load(&self.heap.pacer.external);
        self.stats.swept_blocks = self.heap.counters.swept.load(Ordering::Relaxed);
        self.stats.returned_bytes = self.heap.counters.returned.load(Ordering::Relaxed);
        &self.stats
    }

    /// Detaches in good order: everything reachable is shared afterwards, so that another
    /// mutator may take over.
    pub fn detach(mut self, roots: &mut impl Roots<M>) {
        while self.heap.stage() != crate::cycle::Stage::Idle {
            self.step(roots, usize::MAX);
        }
        self.solo = false;
        self.minor(roots);
    }
}

impl<M: ObjectModel> Drop for Mutator<M> {
    fn drop(&mut self) {
        self.abandon_window();
        self.old.retire(&self.heap);
        self.heap.detach();
    }
}
