//! A marking cycle: handshakes, marking, the wave that ends it, weak things, release.
//!
//! Family of Doligez, Leroy and Gonthier (1993, 1994); snapshot at the beginning. The stages:
//!
//! ```text
//!  Idle --ARM--> Armed --SYNC--> Synced --SCAN--> Strong --wave, guardians--> Weak --wave--> Idle
//! ```
//!
//! * **ARM**. The colour flips: everything is white. Each processor runs a minor collection
//!   that publishes its pins, then shades the old *and* the new value of every store. What it
//!   promotes or publishes stays white: a black object could be given a white referent by a
//!   processor that is not armed yet.
//! * **SYNC**. Everybody is armed; what a processor promotes or publishes from here on is
//!   black. Without this handshake a store that began before another processor was armed
//!   could still overwrite a slot after its own processor was scanned, and erase the
//!   snapshot's only path unseen.
//! * **SCAN**. A minor collection whose survivors are black and whose shared referents are
//!   shaded; then the roots. From here on only old values need shading.
//! * **Strong**. Markers drain. When dry, a *wave* asks every processor for its buffer while
//!   markers are parked; a non-empty buffer, or a weak read, dirties the round and marking
//!   goes on. A clean round commits by compare-and-swap: guarded objects are resurrected.
//! * **Weak**. The same for what guardians brought back; its clean round commits to the death
//!   of everything white. Weak references break, roots are told, processors are released.
//!
//! Two handshakes, scanning in ARM, or draining markers during the wave are unsound.
//! `gc/tests/model` searches this protocol exhaustively, and finds a counter-example to each
//! of its neighbours (ADR 5).
//!
//! Today one mutator drives the cycle itself, a step at a safepoint: each handshake is a step,
//! and marking is as many steps as its budget asks for. Between steps the program runs with
//! the barrier armed, so the protocol is exercised; what concurrent markers add is threads
//! that call [`Marking::scan_some`](crate::mark) and a coordinator that waits for
//! acknowledgements.

use std::time::Instant;

use crate::guard;
use crate::heap::Heap;
use crate::meta::next_colour;
use crate::model::{ObjectModel, Roots};
use crate::mutator::Mutator;
use crate::sync::Ordering;

/// Where the heap is in a cycle. Written by the thread that drives the cycle.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Stage {
    /// No cycle is under way.
    Idle,
    /// Processors shade old and new values.
    Armed,
    /// Every processor has acknowledged being armed.
    Synced,
    /// Roots are scanned; marking what is strongly reachable.
    Strong,
    /// Guardians are resolved; marking what they brought back.
    Weak,
}

const STAGES: [Stage; 5] = [Stage::Idle, Stage::Armed, Stage::Synced, Stage::Strong, Stage::Weak];

/// State of the wave: no wave (also: guardians are being resolved).
const ROUND_NONE: u8 = 0;
/// A wave is under way and nothing was found yet.
const ROUND_OPEN: u8 = 1;
/// Something was found: another round is needed.
const ROUND_DIRTY: u8 = 2;
/// The dead are dead: weak reads answer "broken".
const ROUND_COMMITTED: u8 = 3;

impl<M: ObjectModel> Heap<M> {
    /// The stage of the cycle.
    pub fn stage(&self) -> Stage {
        STAGES[self.stage.load(Ordering::Acquire) as usize]
    }

    fn set_stage(&self, stage: Stage) {
        self.stage.store(stage as u8, Ordering::Release);
    }

    /// Tells the wave that an unmarked object was made strongly reachable. False if the round
    /// has committed: the object is dead.
    pub(crate) fn dirty_round(&self) -> bool {
        let mut state = self.round.load(Ordering::Acquire);
        loop {
            match state {
                ROUND_COMMITTED => return false,
                ROUND_OPEN | ROUND_DIRTY => {
                    // The exchange, even from dirty to dirty, orders this read against commit.
                    match self.round.compare_exchange(state, ROUND_DIRTY, Ordering::AcqRel, Ordering::Acquire) {
                        Ok(_) => return true,
                        Err(now) => state = now,
                    }
                }
                _ => return true,
            }
        }
    }

    /// Ends a clean round.
    fn close_round(&self, to: u8) -> bool {
        self.round.compare_exchange(ROUND_OPEN, to, Ordering::AcqRel, Ordering::Acquire).is_ok()
    }
}

impl<M: ObjectModel> Mutator<M> {
    /// Performs the next step of a cycle (starts one when idle), scanning at most about
    /// `budget` objects while marking; the stage afterwards. A safepoint.
    pub fn step(&mut self, roots: &mut impl Roots<M>, budget: usize) -> Stage {
        let start = Instant::now();
        match self.heap.stage() {
            Stage::Idle => self.arm(roots),
            Stage::Armed => self.sync(),
            Stage::Synced => self.scan_roots(roots),
            Stage::Strong | Stage::Weak => self.mark_some(roots, budget),
        }
        self.stats.major.record(start.elapsed());
        self.heap.stage()
    }

    /// Runs a whole cycle, or the rest of the one under way. Sweeping is left to allocation.
    /// A safepoint.
    pub fn cycle(&mut self, roots: &mut impl Roots<M>) {
        let start = Instant::now();
        let before = self.stats.major.clone();
        while self.step(roots, usize::MAX) != Stage::Idle {}
        // To the program this was one pause.
        self.stats.major = before;
        self.stats.major.record(start.elapsed());
    }

    /// A full collection: finishes a cycle under way, runs another from its beginning, and
    /// sweeps. A safepoint.
    pub fn full(&mut self, roots: &mut impl Roots<M>) {
        if self.heap.stage() != Stage::Idle {
            self.cycle(roots);
        }
        self.cycle(roots);
        self.heap.finish_sweep();
    }

    /// ARM.
    fn arm(&mut self, roots: &mut impl Roots<M>) {
        self.heap.finish_sweep();
        let old = self.heap.live_colour();
        self.heap.colour.store(next_colour(old), Ordering::Release);
        self.heap.set_stage(Stage::Armed);
        // Leaving solo mode is one minor collection. Its survivors keep the old colour: this
        // processor is not armed yet, so they are part of the snapshot like any other object.
        self.solo = false;
        self.minor(roots);
        debug_assert!(self.log.slots.is_empty() && self.log.objects.is_empty() && self.log.weak.is_empty());
        self.armed = true;
        self.publish_mode();
    }

    /// SYNC.
    fn sync(&mut self) {
        self.colour = self.heap.live_colour();
        self.heap.pacer.begin_cycle();
        self.heap.set_stage(Stage::Synced);
    }

    /// SCAN.
    fn scan_roots(&mut self, roots: &mut impl Roots<M>) {
        self.minor(roots);
        let heap = self.heap.clone();
        let mut marker = heap.marker.lock();
        marker.live = 0;
        let mut marking = marker.open(&heap);
        roots.visit(&mut marking);
        drop(marker);
        self.scanned = true;
        self.give_buffers();
        heap.set_stage(Stage::Strong);
    }

    /// Gives this processor's buffers to the marker; whether there was anything.
    fn give_buffers(&mut self) -> bool {
        let words = core::mem::take(&mut self.satb);
        let weak = core::mem::take(&mut self.new_weak);
        let any = !words.is_empty() || !weak.is_empty();
        let mut marker = self.heap.marker.lock();
        let mut marking = marker.open(&self.heap);
        for word in words {
            marking.mark(word);
        }
        marking.note_all(weak);
        any
    }

    fn mark_some(&mut self, roots: &mut impl Roots<M>, budget: usize) {
        let heap = self.heap.clone();
        if !heap.marker.lock().open(&heap).scan_some(budget) {
            return;
        }
        // The wave. Markers are parked: this thread is the only one.
        heap.round.store(ROUND_OPEN, Ordering::Release);
        if self.give_buffers() {
            heap.dirty_round();
        } else {
            let mut marker = heap.marker.lock();
            let live = marker.live;
            marker.open(&heap).fixpoint();
            if marker.live != live {
                heap.dirty_round();
            }
        }
        match heap.stage() {
            Stage::Strong if heap.close_round(ROUND_NONE) => {
                Self::resurrect(&heap);
                heap.set_stage(Stage::Weak);
            }
            Stage::Weak if heap.close_round(ROUND_COMMITTED) => self.finish(roots),
            _ => heap.round.store(ROUND_NONE, Ordering::Release),
        }
    }

    /// Hands dead guarded objects to their guardians and marks them again.
    fn resurrect(heap: &Heap<M>) {
        let mut guards = heap.guards.lock();
        let mut entries = core::mem::take(&mut guards.entries);
        let mut marker = heap.marker.lock();
        guard::resolve(&mut marker.open(heap), &mut guards, &mut entries, true);
        guards.entries = entries;
    }

    /// The commit: weak references break, roots hear of it, sweeping may begin, and this
    /// processor is released (OFF).
    fn finish(&mut self, roots: &mut impl Roots<M>) {
        let heap = self.heap.clone();
        let live = {
            let mut marker = heap.marker.lock();
            marker.open(&heap).commit(|fate| roots.after_mark(fate));
            marker.live
        };
        self.old.retire(&heap);
        heap.begin_sweep();
        heap.sweep_large();
        heap.pacer.end_cycle(live);
        self.armed = false;
        self.scanned = false;
        self.solo = !heap.config.stress.never_solo;
        self.publish_mode();
        heap.set_stage(Stage::Idle);
        heap.round.store(ROUND_NONE, Ordering::Release);
        heap.age_free_memory();
        if heap.config.verify {
            self.verify(roots);
        }
    }
}
