//! The cycle: handshakes, markers, the termination wave, the weak phase, and the sweep.
//!
//! A handshake is a set of `ack_*` steps, one per processor, in any order and with anything in between; the coordinator's
//! next step waits for all of them. A blocked processor's acknowledgement is made for it, which is the same step.

use super::minor::Reason;
use super::state::{Life, Object, Phase, Ref, Round, Stage, State};
use super::variant::{Bounds, Clearing, Handshakes, LeaveSolo, Markers, RoundReset, Scan, Variant, Wave};

impl State {
    /// Asks every processor for an acknowledgement.
    fn request(&mut self, phase: Phase) {
        self.phase = phase;
        for processor in &mut self.processors {
            processor.pending = processor.joined;
        }
    }

    pub(crate) fn all_acknowledged(&self) -> bool {
        self.processors.iter().all(|processor| !processor.pending)
    }

    fn markers_empty(&self) -> bool {
        self.queue.is_empty() && self.child == Ref::NIL
    }

    /// Whether the coordinator has a step to take now.
    pub(crate) fn coordinator_ready(&self, variant: &Variant) -> bool {
        match self.phase {
            Phase::Arm | Phase::Sync | Phase::Scan | Phase::Off => self.all_acknowledged(),
            Phase::Mark => self.markers_empty() || variant.wave == Wave::Draining,
            // With draining markers the wave itself is the only proof asked for; it ends when they are done.
            Phase::Wave => self.all_acknowledged() && (variant.wave != Wave::Draining || self.markers_empty()),
            Phase::Resurrect | Phase::Clear | Phase::Break | Phase::Sweep => true,
            Phase::Idle => self.cycles_left > 0,
        }
    }

    /// Whether the coordinator's next step does nothing but ask for the next handshake. It is then taken at once: whatever
    /// could come before it can as well come after it and before the first acknowledgement, which is a smaller search.
    pub(crate) fn coordinator_only_waits(&self, variant: &Variant, bounds: &Bounds) -> bool {
        let asks = match self.phase {
            // Whoever joins takes on what was asked for last.
            Phase::Arm => variant.handshakes == Handshakes::ArmSyncScan && variant.markers != Markers::AfterArm && !bounds.operations.join,
            Phase::Scan => true,
            _ => false,
        };
        asks && self.all_acknowledged()
    }

    /// The coordinator's next step.
    pub(crate) fn coordinator_step(&mut self, variant: &Variant, bounds: &Bounds) {
        match (self.phase, variant.handshakes) {
            (Phase::Arm, Handshakes::ArmSyncScan) => {
                if variant.markers == Markers::AfterArm {
                    self.start_markers();
                }
                self.request(Phase::Sync);
            }
            (Phase::Arm | Phase::Sync, Handshakes::ArmScan | Handshakes::ArmSyncScan) => {
                self.start_markers();
                self.request(Phase::Scan);
            }
            (Phase::Arm | Phase::Sync, Handshakes::ScanInArm) => {
                self.start_markers();
                self.phase = Phase::Mark;
            }
            (Phase::Scan, _) => self.phase = Phase::Mark,
            (Phase::Mark, _) => {
                self.round = Round::Open;
                self.request(Phase::Wave);
            }
            (Phase::Wave, _) => self.close_wave(),
            (Phase::Resurrect, _) => self.resurrect(),
            (Phase::Clear, _) => self.clear_weak(variant),
            (Phase::Break, _) => self.break_weak(variant),
            (Phase::Off, _) => {
                self.round = Round::None;
                self.phase = Phase::Sweep;
            }
            (Phase::Sweep, _) => self.sweep(),
            (Phase::Idle, _) => self.flip(variant, bounds),
        }
    }

    /// Globals are shaded when the markers start, after every processor is armed. What guardians have ready waits for
    /// the strong fixpoint.
    fn start_markers(&mut self) {
        self.shade_into_queue(Ref::ROOT);
    }

    /// The compare-and-swap at the end of a wave: a round that is still open proves a fixpoint, a dirty one proves
    /// nothing and the markers go on.
    fn close_wave(&mut self) {
        match (self.round, self.weak_phase) {
            (Round::Open, false) => {
                self.round = Round::None;
                self.phase = Phase::Resurrect;
            }
            (Round::Open, true) => {
                self.round = Round::Committed;
                self.phase = Phase::Clear;
            }
            _ => {
                self.round = Round::None;
                self.phase = Phase::Mark;
            }
        }
    }

    /// Moves the guarded object, when nothing strong reached it, to the guardian's queue, and marks the queue.
    fn resurrect(&mut self) {
        if self.guarded != Ref::NIL && !self.object(self.guarded).marked {
            self.ready = std::mem::replace(&mut self.guarded, Ref::NIL);
        }
        self.shade_into_queue(self.ready);
        self.weak_phase = true;
        self.phase = Phase::Mark;
    }

    fn clear_weak(&mut self, variant: &Variant) {
        let dead = self.weak != Ref::NIL && !self.object(self.weak).marked;
        if dead && variant.clearing == Clearing::LoadThenStore {
            self.child = self.weak;
            self.phase = Phase::Break;
        } else if dead {
            self.child = self.weak;
            self.break_weak(variant);
        } else {
            self.end_clearing(variant);
        }
    }

    /// Breaks the weak reference whose word was found dead. Whatever is in the slot by now has lost its weak pair.
    fn break_weak(&mut self, variant: &Variant) {
        self.object_mut(self.child).declared_dead = true;
        self.object_mut(self.weak).declared_dead = true;
        self.child = Ref::NIL;
        self.weak = Ref::NIL;
        self.end_clearing(variant);
    }

    fn end_clearing(&mut self, variant: &Variant) {
        if variant.round_reset == RoundReset::AfterClear {
            self.round = Round::None;
        }
        self.request(Phase::Off);
    }

    /// Frees whatever is shared and unmarked. Sweeping block by block would free the same objects: nothing can become
    /// unmarked between OFF and the next flip.
    fn sweep(&mut self) {
        for object in &mut self.objects {
            if object.life == Life::Shared && !object.marked {
                *object = Object { life: Life::Swept, slot: Ref::NIL, ..*object };
            }
        }
        self.phase = Phase::Idle;
    }

    /// Begins the next cycle: the colour that meant "marked" means "unmarked" from here on.
    pub(crate) fn flip(&mut self, variant: &Variant, bounds: &Bounds) {
        for object in &mut self.objects {
            object.marked = false;
        }
        self.weak_phase = bounds.skips_strong_wave();
        self.cycles_left -= 1;
        if variant.markers == Markers::AtOnce {
            self.start_markers();
        }
        self.request(Phase::Arm);
    }

    /// One processor's acknowledgement of the handshake under way, at a safepoint or by proxy.
    pub(crate) fn acknowledge(&mut self, variant: &Variant, p: usize) {
        self.processors[p].pending = false;
        match self.phase {
            Phase::Arm => self.ack_arm(variant, p),
            Phase::Sync => self.processors[p].stage = Stage::Synced,
            Phase::Scan => self.ack_scan(variant, p),
            Phase::Wave => self.ack_wave(variant, p),
            Phase::Off => self.ack_off(p),
            phase => unreachable!("{phase:?} is no handshake"),
        }
    }

    fn ack_arm(&mut self, variant: &Variant, p: usize) {
        if self.processors[p].solo {
            if variant.leave_solo != LeaveSolo::ArmAtOnce {
                self.minor(variant, p, Reason::LeaveSolo);
            }
            self.processors[p].solo = false;
        }
        self.processors[p].stage = Stage::Armed;
        if variant.handshakes == Handshakes::ScanInArm {
            self.ack_scan(variant, p);
        }
    }

    fn ack_scan(&mut self, variant: &Variant, p: usize) {
        if variant.scan == Scan::MinorThenRoots {
            self.minor(variant, p, Reason::Scan);
        }
        for word in self.processors[p].registers {
            self.shade(variant, p, word);
        }
        self.processors[p].stage = Stage::Scanned;
    }

    fn ack_wave(&mut self, variant: &Variant, p: usize) {
        if !self.processors[p].buffer.is_empty() {
            // Dirty first, then hand over: the other order would let the round close over work nobody has seen.
            self.round = Round::Dirty;
            self.drain_buffer(variant, p);
        }
    }

    fn ack_off(&mut self, p: usize) {
        let processor = &mut self.processors[p];
        processor.stage = Stage::Unarmed;
        processor.buffer = Default::default();
    }

    /// A marker takes a grey object and reads its slot.
    pub(crate) fn marker_scan(&mut self, object: Ref) {
        self.queue.remove(object);
        let child = self.object(object).slot;
        if child != Ref::NIL && !self.object(child).marked {
            self.child = child;
        }
    }

    /// A marker shades the child it has read.
    pub(crate) fn marker_shade(&mut self) {
        self.shade_into_queue(self.child);
        self.child = Ref::NIL;
    }

    /// Whether markers run in this phase. They start after SYNC and are parked from the opening of a wave to its end.
    pub(crate) fn markers_run(&self, variant: &Variant) -> bool {
        match self.phase {
            Phase::Arm => variant.markers == Markers::AtOnce,
            Phase::Sync => variant.markers != Markers::AfterSync,
            Phase::Scan | Phase::Mark => true,
            Phase::Wave => variant.wave == Wave::Draining,
            _ => false,
        }
    }
}
