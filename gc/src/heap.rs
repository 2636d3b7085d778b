//! The heap that the mutators of one VM share: address space, accounting, pacing, colours.
//!
//! Nothing here is global to the process: several heaps live side by side. State that changes
//! during a cycle (`colour`, `phase`, `round`) is written by the thread that drives the cycle
//! and read by everybody; see [`cycle`](crate::cycle) for the protocol.

use core::marker::PhantomData;
use std::sync::Arc;

use parking_lot::Mutex;

use crate::config::{BLOCK_BYTES, Config, GRANULE, HeapFull, PAGE_BYTES, SetupError};
use crate::guard::Guards;
use crate::large::RETURN_AT_ONCE;
use crate::mark::Marker;
use crate::meta::{self, Meta};
use crate::model::ObjectModel;
use crate::os::{self, Reservation};
use crate::space::{COLD, Space, Units, Use};
use crate::stats::HeapCounters;
use crate::sync::{AtomicU8, AtomicUsize, Ordering};

/// Least address space worth starting with.
const LEAST_RESERVE: usize = 16 << 20;

/// The shared part of the collector. Make one per VM, then a [`Mutator`](crate::Mutator) per
/// processor.
pub struct Heap<M> {
    pub(crate) config: Config,
    pub(crate) meta: Meta,
    pub(crate) units: Units,
    pub(crate) space: Mutex<Space>,
    /// Colour of live objects; changes when a cycle starts.
    pub(crate) colour: AtomicU8,
    /// See [`cycle::Stage`](crate::cycle).
    pub(crate) stage: AtomicU8,
    /// State of the wave under way; see [`cycle::Round`](crate::cycle).
    pub(crate) round: AtomicU8,
    pub(crate) marker: Mutex<Marker<M>>,
    pub(crate) guards: Mutex<Guards>,
    pub(crate) counters: HeapCounters,
    pub(crate) pacer: Pacer,
    attached: AtomicUsize,
    limit: usize,
    range: Reservation,
    table: Reservation,
    model: PhantomData<fn(M)>,
}

/// Bytes that decide when the next cycle starts.
#[derive(Debug, Default)]
pub(crate) struct Pacer {
    /// Bytes of blocks, windows and large objects in use.
    pub(crate) charged: AtomicUsize,
    /// Bytes the embedder holds outside the heap on behalf of objects.
    pub(crate) external: AtomicUsize,
    /// Promoted, published, large and outside bytes since the last cycle.
    pub(crate) debt: AtomicUsize,
    /// Bytes of the heap found live by the last cycle.
    pub(crate) live: AtomicUsize,
    /// Bytes outside the heap when it ended; what they are for may have died with it.
    pub(crate) live_external: AtomicUsize,
    /// Cycles completed.
    pub(crate) cycles: AtomicUsize,
}

impl Pacer {
    /// From here on debt is what the cycle under way does not scan.
    pub(crate) fn begin_cycle(&self) {
        self.debt.store(0, Ordering::Relaxed);
    }
    /// Starts counting anew after a cycle that scanned `scanned` bytes.
    pub(crate) fn end_cycle(&self, scanned: usize) {
        self.live.store(scanned + self.debt.swap(0, Ordering::Relaxed), Ordering::Relaxed);
        self.live_external.store(self.external.load(Ordering::Relaxed), Ordering::Relaxed);
        self.cycles.fetch_add(1, Ordering::Relaxed);
    }
}

impl<M: ObjectModel> Heap<M> {
    /// Reserves address space and makes an empty heap.
    pub fn new(config: Config) -> Result<Arc<Heap<M>>, SetupError> {
        assert!(!M::is_pointer(0) && !M::is_pointer(M::BROKEN), "zero and BROKEN must be no pointers");
        let window = config.window_bytes();
        let floor = 3 * window + 4 * BLOCK_BYTES;
        if config.heap_max < floor {
            return Err(SetupError::LimitTooSmall);
        }
        let least = LEAST_RESERVE.max((2 * floor).next_power_of_two());
        let (range, table, units) = reserve(config.reserve, least, window).ok_or(SetupError::NoAddressSpace)?;
        let limit = config.heap_max.min(range.bytes());
        Ok(Arc::new(Heap {
            meta: Meta::new(table.base(), range.base()),
            units,
            space: Mutex::new(Space::new(&range)),
            colour: AtomicU8::new(1),
            stage: AtomicU8::new(0),
            round: AtomicU8::new(0),
            marker: Mutex::new(Marker::new(config.stress.worklist_max)),
            guards: Mutex::default(),
            counters: HeapCounters::default(),
            pacer: Pacer::default(),
            attached: AtomicUsize::new(0),
            limit,
            range,
            table,
            config,
            model: PhantomData,
        }))
    }

    /// Bytes of address space the heap got.
    pub fn reserved_bytes(&self) -> usize {
        self.range.bytes()
    }
    /// The hard limit in bytes.
    pub fn limit_bytes(&self) -> usize {
        self.limit
    }
    /// Bytes of blocks, windows and large objects in use, live or not yet swept.
    pub fn used_bytes(&self) -> usize {
        self.pacer.charged.load(Ordering::Relaxed)
    }
    /// Whether `address` lies in the heap's reservation.
    #[inline]
    pub fn contains(&self, address: usize) -> bool {
        address.wrapping_sub(self.range.base()) < self.range.bytes()
    }

    /// The colour of live objects.
    #[inline]
    pub(crate) fn live_colour(&self) -> u8 {
        self.colour.load(Ordering::Relaxed)
    }

    /// Admits one mutator at a time: with two, leaving solo mode and the handshakes need
    /// their cooperation, which the cycle driver does not yet ask for.
    pub(crate) fn attach(&self) -> Result<(), SetupError> {
        let one = self.attached.compare_exchange(0, 1, Ordering::AcqRel, Ordering::Relaxed);
        one.map(drop).map_err(|_| SetupError::Occupied)
    }
    pub(crate) fn detach(&self) {
        self.attached.store(0, Ordering::Release);
    }

    // Accounting. `charged + external` never passes `limit`.

    fn try_charge(&self, bytes: usize) -> bool {
        let external = self.pacer.external.load(Ordering::Relaxed);
        let room = |used: usize| used.checked_add(bytes).filter(|&n| n.saturating_add(external) <= self.limit);
        self.pacer.charged.fetch_update(Ordering::Relaxed, Ordering::Relaxed, room).is_ok()
    }
    fn uncharge(&self, bytes: usize) {
        self.pacer.charged.fetch_sub(bytes, Ordering::Relaxed);
    }
    /// Adds to the debt that starts the next cycle.
    pub(crate) fn owe(&self, bytes: usize) {
        self.pacer.debt.fetch_add(bytes, Ordering::Relaxed);
    }
    /// Whether a cycle should start.
    pub(crate) fn cycle_due(&self) -> bool {
        let live = self.pacer.live.load(Ordering::Relaxed) + self.pacer.live_external.load(Ordering::Relaxed);
        let goal = live.saturating_add(live / 100 * self.config.overhead_percent).max(self.config.min_heap);
        // Near the limit collect earlier: half of what is left, at least a block.
        let room = self.limit.saturating_sub(live + 2 * self.config.window_bytes()) / 2;
        let allowance = (goal - live).min(room).max(BLOCK_BYTES);
        self.pacer.debt.load(Ordering::Relaxed) >= allowance
    }
    /// Whether a large object of `bytes` would fit under the limit.
    pub(crate) fn large_fits(&self, bytes: usize) -> bool {
        bytes <= self.limit && self.external_fits(bytes.next_multiple_of(PAGE_BYTES))
    }
    /// Whether `bytes` of outside memory would fit under the limit.
    pub(crate) fn external_fits(&self, bytes: usize) -> bool {
        let used = self.used_bytes() + self.pacer.external.load(Ordering::Relaxed);
        used.saturating_add(bytes) <= self.limit
    }

    // Units.

    /// Takes an aligned run for a nursery window; its first address.
    pub(crate) fn take_window(&self) -> Option<usize> {
        let bytes = self.config.window_bytes();
        self.take_units(bytes / BLOCK_BYTES, Use::Window)
    }
    /// Takes an empty block for evacuation.
    pub(crate) fn take_block(&self) -> Option<usize> {
        self.take_units(1, Use::Owned)
    }

    fn take_units(&self, run: usize, usage: Use) -> Option<usize> {
        if !self.try_charge(run * BLOCK_BYTES) {
            return None;
        }
        let Some(start) = self.space.lock().take_run(run) else {
            self.uncharge(run * BLOCK_BYTES);
            return None;
        };
        for index in start..start + run {
            self.units.set_usage(index, usage);
            self.units.unit(index).age.store(0, Ordering::Relaxed);
        }
        Some(self.units.address(start))
    }

    /// Gives an empty unit with clear metadata back.
    pub(crate) fn free_unit(&self, index: usize) {
        self.units.set_usage(index, Use::Free);
        self.space.lock().release_unit(index);
        self.uncharge(BLOCK_BYTES);
    }

    /// Ages free units by a cycle and returns the memory of those that stayed free for long.
    pub(crate) fn age_free_memory(&self) {
        const RETURN_AGE: u8 = 4;
        let mut space = self.space.lock();
        for index in space.lower_frontier() {
            self.return_unit(index);
        }
        for index in 0..space.low {
            let age = &self.units.unit(index).age;
            let old = age.load(Ordering::Relaxed);
            if !space.is_free(index) || old == COLD {
                continue;
            }
            age.store(old + 1, Ordering::Relaxed);
            if old + 1 >= RETURN_AGE {
                self.return_unit(index);
            }
        }
        for (start, bytes) in space.large.age() {
            // SAFETY: a free run of the large-object space, and the lock keeps it free.
            unsafe { os::return_zeroed(start, bytes) };
            self.counters.returned.fetch_add(bytes as u64, Ordering::Relaxed);
        }
    }

    /// Returns a free unit's memory and metadata; the caller holds the space lock.
    fn return_unit(&self, index: usize) {
        self.units.unit(index).age.store(COLD, Ordering::Relaxed);
        let start = self.units.address(index);
        // SAFETY: the unit is free and stays so under the lock; its metadata is all zero.
        unsafe {
            os::return_zeroed(start, BLOCK_BYTES);
            os::return_zeroed(self.table.base() + (start - self.range.base()) / GRANULE, BLOCK_BYTES / GRANULE);
        }
        self.counters.returned.fetch_add(BLOCK_BYTES as u64, Ordering::Relaxed);
    }

    // Large objects.

    /// Allocates a large object of zeros, born shared with `colour`.
    pub(crate) fn take_large(&self, bytes: usize, colour: u8) -> Result<usize, HeapFull> {
        let pages = bytes.checked_next_multiple_of(PAGE_BYTES).ok_or(HeapFull)?;
        if !self.try_charge(pages) {
            return Err(HeapFull);
        }
        let taken = {
            let mut space = self.space.lock();
            space.large.take(pages).or_else(|| {
                let start = space.extend_large(pages)?;
                space.large.objects.insert(start, pages);
                Some((start, false))
            })
        };
        let Some((start, dirty)) = taken else {
            self.uncharge(pages);
            return Err(HeapFull);
        };
        // SAFETY: the run is ours alone from here on; its metadata is zero.
        unsafe {
            if dirty {
                core::ptr::write_bytes(start as *mut u8, 0, pages);
            }
            self.meta.set_object(start, bytes, colour | meta::SHARED);
        }
        self.owe(pages);
        Ok(start)
    }

    /// Frees large objects the last cycle found dead. Runs once per cycle, right after marking.
    pub(crate) fn sweep_large(&self) {
        let live = self.live_colour();
        let mut space = self.space.lock();
        let space = &mut *space;
        let mut dead = Vec::new();
        space.large.objects.retain(|&start, &mut pages| {
            // SAFETY: `I-META`: a large object's start has a metadata byte.
            let lives = unsafe { self.meta.get(start) } & meta::COLOUR == live;
            if !lives {
                dead.push((start, pages));
            }
            lives
        });
        for (start, pages) in dead {
            // SAFETY: nobody can reach a dead object; its granules are ours to clear.
            unsafe { self.meta.clear(start, start + pages) };
            let now = pages >= RETURN_AT_ONCE;
            if now {
                // SAFETY: as above.
                unsafe { os::return_zeroed(start, pages) };
                self.counters.returned.fetch_add(pages as u64, Ordering::Relaxed);
            } else if self.config.poison {
                // SAFETY: as above.
                unsafe { poison::<M>(start, start + pages) };
            }
            space.large.give(start, pages, !now);
            self.uncharge(pages);
        }
        if let Some((bytes, dirty)) = space.large.take_at(space.high) {
            // The memory between the frontiers must read as zero.
            if dirty {
                // SAFETY: a free run.
                unsafe { os::return_zeroed(space.high, bytes) };
            }
            space.high += bytes;
        }
    }
}

/// Fills `start..end` with the model's poison.
///
/// # Safety
/// The range lies in the heap and holds nothing live.
pub(crate) unsafe fn poison<M: ObjectModel>(start: usize, end: usize) {
    for at in (start..end).step_by(8) {
        // SAFETY: passed on.
        unsafe { *(at as *mut u64) = M::POISON };
    }
}

/// Reserves heap, metadata and unit table, halving from `wanted` down to `least`.
fn reserve(wanted: usize, least: usize, align: usize) -> Option<(Reservation, Reservation, Units)> {
    let mut bytes = wanted.max(least) & !(align - 1);
    while bytes >= least {
        let all = Reservation::new(bytes, align).and_then(|range| {
            let table = Reservation::new(bytes / GRANULE, 4096)?;
            let units = Units::new(&range)?;
            Some((range, table, units))
        });
        if all.is_some() {
            return all;
        }
        bytes = (bytes / 2) & !(align - 1);
    }
    None
}
