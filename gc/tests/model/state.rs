//! What the collector's protocol is about, reduced to a value that can be hashed: a handful of objects with one slot
//! each, two processors with two registers each, the coordinator's phase, and the markers' queue.
//!
//! Everything here is data and questions about data. The steps that change it are in `coordinator.rs`, `barrier.rs`,
//! `minor.rs` and `program.rs`.

use std::fmt;

/// The number of objects a state has room for; configurations use the first few.
pub(crate) const OBJECTS: usize = 6;

/// A word that is either nil or the name of an object.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Ref(u8);

impl Ref {
    /// The word that is no object.
    pub(crate) const NIL: Ref = Ref(u8::MAX);
    /// The object that stands for all globals: shared, never collected, reached by every processor without a register.
    pub(crate) const ROOT: Ref = Ref(0);

    pub(crate) fn new(index: usize) -> Ref {
        assert!(index < OBJECTS);
        Ref(index as u8)
    }

    pub(crate) fn index(self) -> Option<usize> {
        (self != Ref::NIL).then_some(usize::from(self.0))
    }

    pub(crate) fn all() -> impl Iterator<Item = Ref> {
        (0..OBJECTS).map(Ref::new)
    }
}

impl fmt::Debug for Ref {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.index() {
            None => out.write_str("nil"),
            Some(0) => out.write_str("root"),
            Some(index) => write!(out, "#{index}"),
        }
    }
}

/// A set of objects.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Set(u8);

impl Set {
    pub(crate) const EMPTY: Set = Set(0);

    /// Adds an object; says whether it was missing. Nil is never a member.
    pub(crate) fn insert(&mut self, object: Ref) -> bool {
        let Some(index) = object.index() else {
            return false;
        };
        let before = self.0;
        self.0 |= 1 << index;
        self.0 != before
    }

    pub(crate) fn remove(&mut self, object: Ref) {
        if let Some(index) = object.index() {
            self.0 &= !(1 << index);
        }
    }

    pub(crate) fn contains(self, object: Ref) -> bool {
        object.index().is_some_and(|index| self.0 & (1 << index) != 0)
    }

    pub(crate) fn is_empty(self) -> bool {
        self.0 == 0
    }

    pub(crate) fn union(self, other: Set) -> Set {
        Set(self.0 | other.0)
    }

    pub(crate) fn iter(self) -> impl Iterator<Item = Ref> {
        Ref::all().filter(move |&object| self.contains(object))
    }
}

impl fmt::Debug for Set {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_set().entries(self.iter()).finish()
    }
}

/// Where an object is in its life.
#[derive(Clone, Copy, Default, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Life {
    /// Room for an allocation.
    #[default]
    Free,
    /// In the nursery of this processor, SHARED bit clear.
    Private(u8),
    /// Promoted, published or born shared.
    Shared,
    /// Given back by the sweeper: whoever can still reach it has lost an object.
    Swept,
}

/// An object with one slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Object {
    pub(crate) life: Life,
    /// Has this cycle's colour. Grey objects are marked too: they are also in the queue or in a processor's buffer.
    pub(crate) marked: bool,
    /// Hashed by identity: a minor collection may not move it, so it may stay private.
    pub(crate) pinned: bool,
    /// A weak reader was told that this object is gone, or a weak reference to it was cleared.
    pub(crate) declared_dead: bool,
    pub(crate) slot: Ref,
}

impl Object {
    pub(crate) const FREE: Object = Object { life: Life::Free, marked: false, pinned: false, declared_dead: false, slot: Ref::NIL };
}

/// What a processor is in the middle of. Only `Idle` is a safepoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Hand {
    Idle,
    /// The slow stub of a store has read the slot's old value.
    OldRead {
        base: Ref,
        value: Ref,
        old: Ref,
    },
    /// The barrier has run; the plain store has not.
    Shaded {
        base: Ref,
        value: Ref,
    },
    /// A weak read found an unmarked target, or took it out of the guardian's queue.
    WeakHeld {
        target: Ref,
        taken: bool,
    },
    /// The weak read has looked at the round (and dirtied it if one was open).
    WeakAnnounced {
        target: Ref,
    },
}

/// The last handshake of the cycle's beginning that a processor has acknowledged. Everything its barrier and its
/// promotions do depends on this alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Stage {
    /// No cycle, as far as this processor knows.
    Unarmed,
    /// ARM: its stores shade the old and the new value.
    Armed,
    /// SYNC: the same, and it knows that every processor is armed.
    Synced,
    /// SCAN: its roots are grey or black; its stores shade the old value.
    Scanned,
}

/// One processor, with the state a handshake changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Processor {
    pub(crate) registers: [Ref; 2],
    /// How many of the registers this processor uses.
    pub(crate) width: u8,
    pub(crate) hand: Hand,
    /// Objects shaded here and not yet given to the markers.
    pub(crate) buffer: Set,
    /// The store buffer of solo mode: shared objects whose slot may hold a private object.
    pub(crate) remembered: Set,
    pub(crate) stage: Stage,
    pub(crate) solo: bool,
    /// Runs Scheme; otherwise it is blocked and handshakes are done for it.
    pub(crate) awake: bool,
    /// Exists. A processor may be created in the middle of a cycle.
    pub(crate) joined: bool,
    /// Owes an acknowledgement of the handshake under way.
    pub(crate) pending: bool,
}

/// The coordinator's position in the cycle; the first three, `Wave` and `Off` are handshakes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Phase {
    Arm,
    Sync,
    Scan,
    Mark,
    Wave,
    /// Strong fixpoint proved; guarded objects are being resurrected, markers still parked.
    Resurrect,
    /// Committed; weak references are being cleared.
    Clear,
    /// The clearing has loaded a dead word and will store nil.
    Break,
    Off,
    Sweep,
    Idle,
}

/// The one contended word of the termination protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Round {
    /// No wave is open.
    None,
    Open,
    Dirty,
    Committed,
}

/// The whole world between two atomic steps.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct State {
    pub(crate) objects: [Object; OBJECTS],
    pub(crate) processors: [Processor; 2],
    /// Grey objects the markers own.
    pub(crate) queue: Set,
    /// A child a marker has read and not yet shaded; in `Phase::Break` the dead word that the clearing has read.
    pub(crate) child: Ref,
    pub(crate) phase: Phase,
    pub(crate) round: Round,
    /// The strong fixpoint of this cycle was reached.
    pub(crate) weak_phase: bool,
    pub(crate) cycles_left: u8,
    /// The referent of the one weak pair, nil when broken.
    pub(crate) weak: Ref,
    /// The object the one guardian watches.
    pub(crate) guarded: Ref,
    /// The object the guardian has resurrected and nobody has taken yet.
    pub(crate) ready: Ref,
}

impl State {
    /// The object a word names.
    ///
    /// # Panics
    /// On nil: the steps only look at words they know to be objects.
    pub(crate) fn object(&self, object: Ref) -> &Object {
        &self.objects[object.index().expect("an object, not nil")]
    }

    pub(crate) fn object_mut(&mut self, object: Ref) -> &mut Object {
        &mut self.objects[object.index().expect("an object, not nil")]
    }

    pub(crate) fn is_shared(&self, word: Ref) -> bool {
        word != Ref::NIL && matches!(self.object(word).life, Life::Shared | Life::Swept)
    }

    pub(crate) fn is_private(&self, word: Ref) -> bool {
        word != Ref::NIL && matches!(self.object(word).life, Life::Private(_))
    }

    /// Adds everything that strong slots reach from `object`.
    pub(crate) fn reach(&self, object: Ref, into: &mut Set) {
        let mut next = object;
        while into.insert(next) {
            next = self.object(next).slot;
        }
    }

    /// What programs can still get hold of without a weak reference. The property "nothing reachable is lost" is about
    /// this set.
    pub(crate) fn reachable(&self) -> Set {
        let mut set = Set::EMPTY;
        self.reach(Ref::ROOT, &mut set);
        self.reach(self.ready, &mut set);
        for processor in &self.processors {
            for word in processor.registers {
                self.reach(word, &mut set);
            }
        }
        set
    }

    /// What any later step can look at: `reachable`, the collector's own tables, and weak references.
    pub(crate) fn mentioned(&self) -> Set {
        let mut set = self.reachable();
        for word in [self.guarded, self.weak, self.child] {
            self.reach(word, &mut set);
        }
        let mut tables = self.queue;
        for processor in &self.processors {
            tables = tables.union(processor.buffer).union(processor.remembered);
            if let Hand::OldRead { old: held, .. } | Hand::WeakHeld { target: held, .. } | Hand::WeakAnnounced { target: held } = processor.hand {
                self.reach(held, &mut set);
            }
        }
        for object in tables.iter() {
            self.reach(object, &mut set);
        }
        set
    }
}
