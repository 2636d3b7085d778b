//! Which protocol is checked, and how much of the world around it.
//!
//! [`Variant::DESIGN`] is the protocol Gambol implements. Every other variant differs from it in one decision, so that a
//! counter-example blames that decision.

use super::state::Phase;

/// How a cycle begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Handshakes {
    /// One: arm and scan together.
    ScanInArm,
    /// Two: arm, then scan.
    ArmScan,
    /// Three: arm, an empty acknowledgement, scan.
    ArmSyncScan,
}

/// How an armed store reaches memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stores {
    /// Read the old value, shade, store: three steps that other processors can come between.
    Plain,
    /// One atomic exchange; the value it returns is shaded.
    Exchange,
}

/// When markers start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Markers {
    /// With the request for SCAN: every processor has acknowledged that all are armed.
    AfterSync,
    /// With the request for SYNC: every processor is armed.
    AfterArm,
    /// With the request for ARM.
    AtOnce,
}

/// What SCAN does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scan {
    /// A minor collection, then the roots.
    MinorThenRoots,
    /// The roots alone: private objects stay private.
    RootsOnly,
}

/// What an unscanned processor's barrier shades.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unscanned {
    /// The old value, and the new one as it is after its publication.
    Both,
    /// The old value, and the new one as it was before: a private one is published and not shaded.
    BothIfShared,
    OldOnly,
}

/// When a private value that is stored into a shared object is published.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Publishing {
    /// Always, except in solo mode, which nobody is in while armed.
    Always,
    /// Not while armed.
    NotWhileArmed,
}

/// The colour of what is promoted or published.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Promotion {
    /// Before SYNC the old colour; synced and unscanned black with its referents shaded; scanned black.
    BlackFromSync,
    /// The old colour until the processor's SCAN is over, then black.
    BlackAfterScan,
    /// Black, with its referents shaded, from ARM on.
    BlackFromArm,
    /// As `BlackFromSync`, but unscanned processors leave the referents alone.
    Unshaded,
    /// Always the old colour, as if promotion were unaware of the cycle.
    OldColour,
    /// Black from the moment the cycle's colour flips, even before the processor is armed.
    BlackAtFlip,
}

/// What shading does to an unmarked object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shading {
    /// Marks it and appends it to the buffer.
    Marks,
    /// Only appends it; the marker that receives the buffer marks it.
    Logs,
}

/// How termination is detected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wave {
    /// Opens when no marker has work; markers stay parked; any entry found or handed over dirties the round.
    Parked,
    /// Markers go on draining their own queues while the wave runs.
    Draining,
    /// A buffer handed over because it was full does not dirty the round.
    SilentHandOver,
}

/// How a weak reference is read during a cycle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum WeakRead {
    /// Dirty the round or learn that it is committed, then shade.
    DirtyCommit,
    /// Shade, whatever the round is.
    ShadeOnly,
    /// Return the referent as if it were an ordinary field.
    Bare,
}

/// How a weak reference to a dead object is cleared while programs may replace it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Clearing {
    /// One compare-and-swap from the dead word.
    Exchange,
    /// A load and, if what was loaded is dead, a store.
    LoadThenStore,
}

/// When the round stops saying that it is committed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RoundReset {
    /// After every processor has acknowledged OFF.
    AfterOff,
    /// As soon as the weak references are cleared.
    AfterClear,
}

/// What a minor collection does with live private objects that are pinned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Pins {
    /// Publishes all of them; in solo mode it keeps them private and remembers the slots of shared objects that refer to
    /// them.
    PublishAll,
    /// Publishes those that a shared or promoted object refers to (in solo mode it remembers the slots instead), keeps
    /// the others private, and shades the referents of the latter at SCAN.
    KeepPrivate,
    /// Leaves all of them private and forgets the slots.
    ForgetSlots,
    /// As `KeepPrivate`, but SCAN does not look into those that stay private.
    UnshadedAtScan,
}

/// When solo mode ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LeaveSolo {
    /// By a minor collection, before a second processor runs and before ARM is acknowledged.
    MinorFirst,
    /// A second processor that wakes does not wait.
    WakeAtOnce,
    /// ARM only switches the mode.
    ArmAtOnce,
}

/// The state in which a processor created during a cycle joins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Join {
    /// As one that was blocked with no roots: with every handshake requested so far acknowledged.
    AsBlocked,
    /// Armed and scanned, whatever the phase.
    AsScanned,
}

/// One protocol.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Variant {
    pub(crate) handshakes: Handshakes,
    pub(crate) markers: Markers,
    pub(crate) scan: Scan,
    pub(crate) stores: Stores,
    pub(crate) unscanned: Unscanned,
    pub(crate) publishing: Publishing,
    pub(crate) promotion: Promotion,
    pub(crate) shading: Shading,
    pub(crate) wave: Wave,
    pub(crate) weak_read: WeakRead,
    pub(crate) clearing: Clearing,
    pub(crate) round_reset: RoundReset,
    pub(crate) pins: Pins,
    pub(crate) leave_solo: LeaveSolo,
    pub(crate) join: Join,
}

impl Variant {
    /// The protocol of the collector, with the mendings of ADR 5.
    pub(crate) const DESIGN: Variant = Variant {
        handshakes: Handshakes::ArmSyncScan,
        markers: Markers::AfterSync,
        scan: Scan::MinorThenRoots,
        stores: Stores::Plain,
        unscanned: Unscanned::Both,
        publishing: Publishing::Always,
        promotion: Promotion::BlackFromSync,
        shading: Shading::Logs,
        wave: Wave::Parked,
        weak_read: WeakRead::DirtyCommit,
        clearing: Clearing::Exchange,
        round_reset: RoundReset::AfterOff,
        pins: Pins::PublishAll,
        leave_solo: LeaveSolo::MinorFirst,
        join: Join::AsBlocked,
    };
}

/// What programs may do, besides loading, forgetting and storing.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Operations {
    /// Allocate private objects, and collect a nursery at any safepoint.
    pub(crate) allocate: bool,
    /// Hash a private object by identity.
    pub(crate) pin: bool,
    /// Block and wake up; enter and leave solo mode.
    pub(crate) sleep: bool,
    /// Read the weak pair; take what the guardian has ready.
    pub(crate) weak: bool,
    /// Replace the weak pair by a new one.
    pub(crate) make_weak: bool,
    /// Hand over a buffer before anybody asks for it.
    pub(crate) hand_over: bool,
    /// Create the second processor at any time.
    pub(crate) join: bool,
}

impl Operations {
    pub(crate) const NONE: Operations = Operations { allocate: false, pin: false, sleep: false, weak: false, make_weak: false, hand_over: false, join: false };
}

/// What is one atomic step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Grain {
    /// The barrier reads the old value and shades in one step, the store is a second one; a marker scans an object in one.
    Coarse,
    /// Reading and shading are steps of their own, in the barrier and in the markers.
    Fine,
}

/// The bounds of one search.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bounds {
    /// Objects alive at once, the root among them.
    pub(crate) objects: usize,
    /// The initial graph: the root and the first objects form a chain of this length, all shared.
    pub(crate) chain: usize,
    /// Registers per processor: 1 or 2.
    pub(crate) registers: [u8; 2],
    /// Cycles to run, one after the other.
    pub(crate) cycles: u8,
    pub(crate) operations: Operations,
    /// The object the weak pair refers to at the start, if any.
    pub(crate) weak: Option<usize>,
    /// The object the guardian watches at the start, if any.
    pub(crate) guarded: Option<usize>,
    /// What the guardian has ready at the start, if anything. Excludes `guarded`: the model's queue has one place.
    pub(crate) ready: Option<usize>,
    /// The first processor starts in solo mode, the second one blocked.
    pub(crate) solo: bool,
    /// How finely the barrier and the markers interleave with everything else.
    pub(crate) grain: Grain,
    /// The phase of the last cycle that ends the search: `Clear` where nothing but marking is at stake (from the commit
    /// on, a program that neither allocates nor reads weak references only loses reach), else `Idle`.
    pub(crate) last: Phase,
    /// Keep unreachable objects until they are swept, to see that they are; otherwise their room is reused at once,
    /// which makes the search smaller and allocation unbounded.
    pub(crate) keep_garbage: bool,
}

impl Bounds {
    /// Without weak things the strong fixpoint has nobody to tell: one wave is enough.
    pub(crate) fn skips_strong_wave(&self) -> bool {
        self.weak.is_none() && self.guarded.is_none() && self.ready.is_none() && !self.operations.make_weak
    }
}
