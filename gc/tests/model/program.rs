//! What programs do: every operation of a processor that is enabled in a state, and its effect.

use super::minor::Reason;
use super::state::{Hand, Life, Object, Phase, Processor, Ref, Round, Set, Stage, State};
use super::variant::{Bounds, Grain, Join, LeaveSolo, Shading, Variant, Wave, WeakRead};

/// One atomic step of the system, named as the implementation names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Action {
    /// The coordinator's next step.
    Coordinator(Phase),
    /// A processor acknowledges the handshake under way.
    Acknowledge(usize, Phase),
    MarkerScan(Ref),
    MarkerShade,
    /// Register := slot of an object.
    Load(usize, Ref, usize),
    /// Register := nil.
    Forget(usize, usize),
    /// Register := new private object with this slot.
    Allocate(usize, Ref, usize),
    /// A whole store: unarmed, or into a private object.
    Store(usize, Ref, Ref),
    BarrierRead(usize, Ref, Ref),
    BarrierShade(usize),
    PlainStore(usize),
    Minor(usize),
    Pin(usize, Ref),
    HandOver(usize),
    WeakRead(usize, usize),
    WeakAnnounce(usize),
    WeakReturn(usize, usize),
    MakeWeak(usize, Ref),
    TakeReady(usize),
    Sleep(usize),
    Wake(usize),
    EnterSolo(usize),
    LeaveSolo(usize),
    Join(usize),
}

impl State {
    /// Appends the steps processor `p` can take.
    pub(crate) fn processor_actions(&self, variant: &Variant, bounds: &Bounds, p: usize, out: &mut Vec<Action>) {
        let processor = &self.processors[p];
        if !processor.joined {
            if bounds.operations.join && self.may_run_beside_others(p) {
                out.push(Action::Join(p));
            }
            return;
        }
        match processor.hand {
            Hand::OldRead { .. } => out.push(Action::BarrierShade(p)),
            Hand::Shaded { .. } => out.push(Action::PlainStore(p)),
            Hand::WeakHeld { .. } => out.push(Action::WeakAnnounce(p)),
            Hand::WeakAnnounced { .. } => {
                out.extend(self.targets(p).map(|to| Action::WeakReturn(p, to)));
            }
            Hand::Idle => self.safepoint_actions(variant, bounds, p, out),
        }
    }

    fn safepoint_actions(&self, variant: &Variant, bounds: &Bounds, p: usize, out: &mut Vec<Action>) {
        let processor = &self.processors[p];
        if processor.pending {
            out.push(Action::Acknowledge(p, self.phase));
        }
        if processor.solo {
            out.push(Action::LeaveSolo(p));
        }
        if !processor.awake {
            if self.may_run_beside_others(p) || variant.leave_solo == LeaveSolo::WakeAtOnce {
                out.push(Action::Wake(p));
            }
            return;
        }
        if bounds.operations.sleep {
            out.push(Action::Sleep(p));
            if !processor.solo && processor.stage == Stage::Unarmed && self.alone(p) {
                out.push(Action::EnterSolo(p));
            }
        }
        if bounds.operations.hand_over && !processor.buffer.is_empty() {
            out.push(Action::HandOver(p));
        }
        self.memory_actions(bounds, p, out);
        self.weak_actions(bounds, p, out);
    }

    /// Solo mode belongs to a processor that runs alone: a second one waits until it is left.
    fn may_run_beside_others(&self, p: usize) -> bool {
        !self.processors[1 - p].solo
    }

    fn alone(&self, p: usize) -> bool {
        let other = &self.processors[1 - p];
        !(other.joined && other.awake)
    }

    /// Registers worth writing: of two with equal contents one is as good as the other.
    fn targets(&self, p: usize) -> std::ops::Range<usize> {
        let Processor { registers: [first, second], width, .. } = self.processors[p];
        0..if width == 2 && first != second { 2 } else { 1 }
    }

    /// Steps that change nothing are left out.
    fn memory_actions(&self, bounds: &Bounds, p: usize, out: &mut Vec<Action>) {
        let processor = &self.processors[p];
        let registers = &processor.registers[..usize::from(processor.width)];
        let mut objects = Set::EMPTY;
        objects.insert(Ref::ROOT);
        for &word in registers {
            objects.insert(word);
        }
        let values = || objects.iter().filter(|&word| word != Ref::ROOT).chain([Ref::NIL]);
        for to in self.targets(p) {
            if registers[to] != Ref::NIL {
                out.push(Action::Forget(p, to));
            }
            let loads = objects.iter().filter(|&base| self.object(base).slot != registers[to]);
            out.extend(loads.map(|base| Action::Load(p, base, to)));
        }
        for base in objects.iter() {
            let slow = processor.stage > Stage::Unarmed && self.is_shared(base);
            for value in values() {
                if slow {
                    out.push(Action::BarrierRead(p, base, value));
                } else if self.object(base).slot != value {
                    out.push(Action::Store(p, base, value));
                }
            }
        }
        if bounds.operations.allocate {
            if self.free_object(bounds).is_some() {
                for to in self.targets(p) {
                    out.extend(values().map(|value| Action::Allocate(p, value, to)));
                }
            }
            if self.has_private(p) {
                out.push(Action::Minor(p));
            }
        }
        if bounds.operations.pin {
            out.extend(objects.iter().filter(|&word| self.is_private(word) && !self.object(word).pinned).map(|word| Action::Pin(p, word)));
        }
    }

    fn weak_actions(&self, bounds: &Bounds, p: usize, out: &mut Vec<Action>) {
        let processor = &self.processors[p];
        let registers = &processor.registers[..usize::from(processor.width)];
        if bounds.operations.weak {
            for to in self.targets(p) {
                if self.weak != Ref::NIL {
                    out.push(Action::WeakRead(p, to));
                }
            }
            if self.ready != Ref::NIL {
                out.push(Action::TakeReady(p));
            }
        }
        if bounds.operations.make_weak {
            out.extend(registers.iter().filter(|&&word| word != Ref::NIL && word != self.weak).map(|&word| Action::MakeWeak(p, word)));
        }
    }

    fn free_object(&self, bounds: &Bounds) -> Option<Ref> {
        Ref::all().take(bounds.objects).find(|&object| self.object(object).life == Life::Free)
    }

    fn has_private(&self, p: usize) -> bool {
        self.objects.iter().any(|object| object.life == Life::Private(p as u8))
    }

    /// Performs a step that `processor_actions` offered.
    pub(crate) fn perform(&mut self, variant: &Variant, bounds: &Bounds, action: Action) {
        match action {
            Action::Coordinator(_) => self.coordinator_step(variant, bounds),
            Action::Acknowledge(p, _) => self.acknowledge(variant, p),
            Action::MarkerScan(object) => {
                self.marker_scan(object);
                if bounds.grain == Grain::Coarse {
                    self.marker_shade();
                }
            }
            Action::MarkerShade => self.marker_shade(),
            Action::Load(p, base, to) => self.processors[p].registers[to] = self.object(base).slot,
            Action::Forget(p, to) => self.processors[p].registers[to] = Ref::NIL,
            Action::Allocate(p, value, to) => self.allocate(bounds, p, value, to),
            Action::Store(p, base, value) => self.store_unarmed(variant, p, base, value),
            Action::BarrierRead(p, base, value) => {
                self.barrier_read(p, base, value);
                if bounds.grain == Grain::Coarse {
                    self.barrier_shade(variant, p);
                }
            }
            Action::BarrierShade(p) => self.barrier_shade(variant, p),
            Action::PlainStore(p) => self.plain_store(p),
            Action::Minor(p) => self.minor(variant, p, Reason::Local),
            Action::Pin(_, object) => self.object_mut(object).pinned = true,
            Action::HandOver(p) => self.hand_over(variant, p),
            Action::WeakRead(p, to) => self.weak_read(variant, p, to),
            Action::WeakAnnounce(p) => self.weak_announce(variant, p),
            Action::WeakReturn(p, to) => self.weak_return(variant, p, to),
            Action::MakeWeak(p, target) => self.make_weak(variant, p, target),
            Action::TakeReady(p) => self.take_ready(variant, p),
            Action::Sleep(p) => self.processors[p].awake = false,
            Action::Wake(p) => self.processors[p].awake = true,
            Action::EnterSolo(p) => self.processors[p].solo = true,
            Action::LeaveSolo(p) => {
                self.minor(variant, p, Reason::LeaveSolo);
                self.processors[p].solo = false;
            }
            Action::Join(p) => self.join(variant, p),
        }
    }

    fn allocate(&mut self, bounds: &Bounds, p: usize, value: Ref, to: usize) {
        let object = self.free_object(bounds).expect("offered only while there is room");
        *self.object_mut(object) = Object { life: Life::Private(p as u8), slot: value, ..Object::FREE };
        self.processors[p].registers[to] = object;
    }

    /// A full buffer goes to the markers at once. During a wave that is communication, so it dirties the round.
    fn hand_over(&mut self, variant: &Variant, p: usize) {
        if self.round == Round::Open && variant.wave != Wave::SilentHandOver {
            self.round = Round::Dirty;
        }
        self.drain_buffer(variant, p);
    }

    /// First step of a weak read: the referent, if this processor sees no cycle or the referent is marked.
    fn weak_read(&mut self, variant: &Variant, p: usize, to: usize) {
        let target = self.weak;
        let plain = self.processors[p].stage == Stage::Unarmed || self.object(target).marked;
        self.processors[p].hand = match variant.weak_read {
            WeakRead::DirtyCommit if !plain => Hand::WeakHeld { target, taken: false },
            WeakRead::ShadeOnly if !plain => Hand::WeakAnnounced { target },
            _ => {
                self.processors[p].registers[to] = target;
                Hand::Idle
            }
        };
    }

    /// Takes what the guardian has ready. Its queue is marked late, so from here on this is a weak read, except that
    /// nothing can have declared the object dead.
    fn take_ready(&mut self, variant: &Variant, p: usize) {
        let target = std::mem::replace(&mut self.ready, Ref::NIL);
        let plain = self.processors[p].stage == Stage::Unarmed || self.object(target).marked;
        // A marked or unarmed take returns at once; the return's shade then has nothing to do.
        self.processors[p].hand = match variant.weak_read {
            WeakRead::DirtyCommit if !plain => Hand::WeakHeld { target, taken: true },
            _ => Hand::WeakAnnounced { target },
        };
    }

    /// Second step: one compare-and-swap on the round, which dirties an open wave or finds it committed.
    fn weak_announce(&mut self, variant: &Variant, p: usize) {
        let Hand::WeakHeld { target, taken } = self.processors[p].hand else {
            unreachable!("a weak read announces the referent it holds");
        };
        debug_assert_eq!(variant.weak_read, WeakRead::DirtyCommit);
        self.processors[p].hand = match self.round {
            Round::Committed => {
                assert!(!taken, "what a guardian had ready was lost");
                self.object_mut(target).declared_dead = true;
                Hand::Idle
            }
            Round::None => Hand::WeakAnnounced { target },
            Round::Open | Round::Dirty => {
                self.round = Round::Dirty;
                Hand::WeakAnnounced { target }
            }
        };
    }

    /// Third step: shade and return. The processor has not been at a safepoint since the first step, so no wave that it
    /// did not dirty can have ended in between.
    fn weak_return(&mut self, variant: &Variant, p: usize, to: usize) {
        let Hand::WeakAnnounced { target } = self.processors[p].hand else {
            unreachable!("a weak read returns the referent it has announced");
        };
        if variant.weak_read != WeakRead::Bare {
            self.shade(variant, p, target);
        }
        self.processors[p].registers[to] = target;
        self.processors[p].hand = Hand::Idle;
    }

    /// A new weak pair in place of the old one: born shared, so its referent is published.
    fn make_weak(&mut self, variant: &Variant, p: usize, target: Ref) {
        self.publish(variant, p, target);
        self.weak = target;
    }

    /// A processor created during the cycle.
    fn join(&mut self, variant: &Variant, p: usize) {
        let stage = match (self.phase, variant.join) {
            (Phase::Off | Phase::Sweep | Phase::Idle, _) => Stage::Unarmed,
            (_, Join::AsScanned) => Stage::Scanned,
            (Phase::Arm, _) => Stage::Armed,
            (Phase::Sync, _) => Stage::Synced,
            _ => Stage::Scanned,
        };
        self.processors[p] = Processor { joined: true, awake: true, stage, ..self.processors[p] };
    }

    /// Whether the marked bit alone says that nobody needs to look at an object again; used by the properties.
    pub(crate) fn survives_commit(&self, variant: &Variant, object: Ref) -> bool {
        let logged = variant.shading == Shading::Logs && self.processors.iter().any(|p| p.buffer.contains(object));
        self.object(object).marked && !logged
    }
}
