//! The protocol of the collector, searched to the last state within bounds, one concern at a time: the product of all
//! concerns is out of reach.

use super::check::{Event, World, assert_safe};
use super::state::{Hand, Life, Phase, Processor, Ref, Round, Stage, State};
use super::variant::{Bounds, Grain, Handshakes, Markers, Operations, Pins, Promotion, Shading, Stores, Variant};

/// Bounds that the others are variations of: shared objects only, in a chain from the root.
pub(crate) const SHARED: Bounds = Bounds {
    objects: 3,
    chain: 3,
    registers: [1, 1],
    cycles: 1,
    operations: Operations::NONE,
    weak: None,
    guarded: None,
    ready: None,
    solo: false,
    grain: Grain::Coarse,
    last: Phase::Clear,
    keep_garbage: false,
};

/// Private objects, minor collections, publication.
pub(crate) const PRIVATE: Bounds = Bounds { chain: 2, operations: Operations { allocate: true, ..Operations::NONE }, ..SHARED };

/// The same with objects hashed by identity.
pub(crate) const PINNED: Bounds = Bounds { operations: Operations { pin: true, ..PRIVATE.operations }, ..PRIVATE };

/// The first processor in solo mode, the second one asleep.
pub(crate) const SOLO: Bounds = Bounds { operations: Operations { sleep: true, ..PINNED.operations }, solo: true, ..PINNED };

/// A weak pair whose referent is also in the middle of a chain of strong references.
pub(crate) const WEAK: Bounds = Bounds { operations: Operations { weak: true, ..Operations::NONE }, weak: Some(1), last: Phase::Idle, ..SHARED };

/// The same where programs replace the weak pair.
pub(crate) const REMADE: Bounds = Bounds { operations: Operations { make_weak: true, ..WEAK.operations }, weak: Some(2), ..WEAK };

/// A guardian that has something ready, which nothing else refers to once it leaves the chain.
pub(crate) const READY: Bounds = Bounds { ready: Some(1), objects: 2, chain: 2, weak: None, ..WEAK };

/// A processor that is created at any time.
pub(crate) const JOINING: Bounds = Bounds { operations: Operations { join: true, ..Operations::NONE }, ..SHARED };

/// The collector's protocol, but with buffers that mark: fewer states, so that larger worlds can be searched.
const MARKING: Variant = Variant { shading: Shading::Marks, ..Variant::DESIGN };

const COMMITS: Event = ("marking commits", |_, state| state.phase == Phase::Clear);
const FINISHES: Event = ("the last cycle finishes", |_, state| state.phase == Phase::Idle && state.cycles_left == 0);
const REPEATS: Event = ("a wave is repeated", |_, state| state.phase == Phase::Wave && state.round == Round::Dirty);

/// Searches within `quick`, or within `full` when the environment asks for it.
fn check(name: &str, variant: Variant, quick: Bounds, full: Bounds, events: &'static [Event]) {
    let bounds = if std::env::var("GAMBOL_MODEL").is_ok_and(|mode| mode == "full") { full } else { quick };
    let name = format!("{name}, registers {:?}, objects {}", bounds.registers, bounds.objects);
    assert_safe(&name, World { variant, bounds, events });
}

/// Some processor with its roots scanned holds a private object.
fn private_after_scan(_: &World, state: &State) -> bool {
    state.processors.iter().enumerate().any(|(p, processor)| processor.stage == Stage::Scanned && state.objects.iter().any(|object| object.life == Life::Private(p as u8)))
}

#[test]
fn shared_objects_survive() {
    let full = Bounds { registers: [2, 2], ..SHARED };
    check("shared", Variant::DESIGN, Bounds { objects: 2, chain: 2, ..full }, full, &[COMMITS, REPEATS]);
}

#[test]
fn shared_objects_survive_fine_interleavings() {
    let operations = Operations { hand_over: true, ..Operations::NONE };
    let quick = Bounds { grain: Grain::Fine, operations, objects: 2, chain: 2, ..SHARED };
    check("shared, fine", Variant::DESIGN, quick, Bounds { objects: 3, chain: 3, ..quick }, &[COMMITS, REPEATS]);
}

#[test]
fn two_handshakes_suffice_if_stores_are_exchanges() {
    let variant = Variant { handshakes: Handshakes::ArmScan, stores: Stores::Exchange, ..Variant::DESIGN };
    check("shared, exchange", variant, SHARED, Bounds { registers: [2, 2], ..SHARED }, &[COMMITS, REPEATS]);
}

#[test]
fn private_objects_survive_promotion_and_publication() {
    let full = Bounds { registers: [2, 2], ..PRIVATE };
    check("private", Variant::DESIGN, PRIVATE, full, &[COMMITS, REPEATS, ("private after SCAN", private_after_scan)]);
}

#[test]
fn private_objects_survive_with_two_registers_each() {
    let quick = Bounds { registers: [2, 2], ..PRIVATE };
    check("private, marking", MARKING, quick, Bounds { objects: 4, ..PRIVATE }, &[COMMITS, REPEATS, ("private after SCAN", private_after_scan)]);
}

/// What is promoted or published before SCAN is over could as well keep the old colour: then it owes its referents no
/// shade, and the roots and the barrier show it to the markers.
#[test]
fn promotion_may_keep_the_old_colour_until_scan_is_over() {
    let variant = Variant { promotion: Promotion::BlackAfterScan, ..MARKING };
    check("private, black after SCAN", variant, PRIVATE, Bounds { registers: [2, 2], ..PRIVATE }, &[COMMITS, REPEATS]);
}

#[test]
fn markers_may_start_when_all_are_armed() {
    let variant = Variant { markers: Markers::AfterArm, ..MARKING };
    check("private, markers after ARM", variant, PRIVATE, Bounds { registers: [2, 2], ..PRIVATE }, &[COMMITS, REPEATS]);
}

#[test]
fn a_second_cycle_starts_from_what_the_first_left() {
    let quick = Bounds { cycles: 2, last: Phase::Idle, objects: 2, ..PRIVATE };
    check("private, two cycles", Variant::DESIGN, quick, Bounds { objects: 3, ..quick }, &[FINISHES]);
}

const PINNED_AFTER_SCAN: Event = ("a pinned object is private after SCAN", |_, state| {
    let private = state.objects.iter().any(|object| object.pinned && object.life != Life::Shared);
    private && state.phase == Phase::Mark
});

#[test]
fn pinned_private_objects_survive() {
    check("pinned", MARKING, PINNED, Bounds { registers: [2, 2], ..PINNED }, &[COMMITS, PINNED_AFTER_SCAN]);
}

#[test]
fn pinned_objects_may_stay_private() {
    let variant = Variant { pins: Pins::KeepPrivate, ..MARKING };
    check("pinned, kept private", variant, PINNED, Bounds { registers: [2, 2], ..PINNED }, &[COMMITS, PINNED_AFTER_SCAN]);
}

#[test]
fn solo_mode_is_left_in_time() {
    const REMEMBERS: Event =
        ("a remembered slot holds a private object", |_, state| Ref::all().any(|object| state.is_shared(object) && state.is_private(state.object(object).slot)));
    const RETURNS: Event = ("solo mode is entered again", |_, state| state.phase == Phase::Off && state.processors.iter().any(|processor| processor.solo));
    let quick = Bounds { last: Phase::Idle, ..SOLO };
    check("solo", MARKING, quick, Bounds { registers: [2, 2], ..quick }, &[FINISHES, REMEMBERS, RETURNS]);
}

#[test]
fn weak_references_break_for_everybody_at_once() {
    const BREAKS: Event = ("the weak reference breaks", |_, state| state.phase == Phase::Off && state.weak == Ref::NIL);
    const STAYS: Event = ("the weak reference stays", |_, state| state.phase == Phase::Idle && state.weak != Ref::NIL);
    const DIRTIES: Event = ("a weak read dirties the last wave", |_, state| state.weak_phase && state.round == Round::Dirty);
    let quick = Bounds { objects: 2, chain: 2, ..WEAK };
    check("weak", Variant::DESIGN, quick, WEAK, &[FINISHES, BREAKS, STAYS, DIRTIES]);
    check("weak, marking", MARKING, quick, Bounds { registers: [2, 2], ..WEAK }, &[FINISHES, BREAKS, STAYS, DIRTIES]);
}

#[test]
fn weak_pairs_may_be_made_at_any_time() {
    check("weak, made anew", MARKING, REMADE, Bounds { registers: [2, 1], ..REMADE }, &[FINISHES]);
}

#[test]
fn guardians_resurrect_before_weak_references_break() {
    const RESURRECTS: Event = ("a guarded object is resurrected", |_, state| state.ready != Ref::NIL);
    let quick = Bounds { guarded: Some(1), weak: Some(2), ..WEAK };
    check("guarded", MARKING, quick, Bounds { registers: [2, 1], ..quick }, &[FINISHES, RESURRECTS]);
}

#[test]
fn what_a_guardian_has_ready_is_taken_whole() {
    const TAKEN: Event = ("taken out of the queue during a wave", |_, state| {
        let taken = |processor: &Processor| matches!(processor.hand, Hand::WeakHeld { taken: true, .. });
        state.phase == Phase::Wave && state.processors.iter().any(taken)
    });
    check("ready", Variant::DESIGN, READY, Bounds { objects: 3, chain: 3, ..READY }, &[FINISHES, TAKEN]);
}

#[test]
fn a_processor_may_be_created_at_any_time() {
    const JOINS: Event = ("a processor joins while markers run", |_, state| state.phase == Phase::Mark && state.processors.iter().all(|processor| processor.joined));
    check("joining", MARKING, JOINING, Bounds { registers: [2, 2], ..JOINING }, &[COMMITS, JOINS]);
}

#[test]
fn garbage_is_swept() {
    const SWEEPS: Event = ("an unreachable object is swept", |_, state| state.objects.iter().any(|object| object.life == Life::Swept));
    const SWEEPS_NEW: Event = ("everything but the root is swept", |_, state| state.objects.iter().filter(|object| object.life == Life::Swept).count() == 2);
    let quick = Bounds { keep_garbage: true, last: Phase::Idle, ..SHARED };
    check("garbage", MARKING, quick, Bounds { registers: [2, 1], ..quick }, &[FINISHES, SWEEPS, SWEEPS_NEW]);
}
