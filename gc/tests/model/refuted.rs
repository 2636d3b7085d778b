//! Protocols that differ from the collector's in one decision, each with a world in which it fails. They document why the
//! decision is what it is, and they show that the model can fail.

use super::check::{I_SHARED, NOTHING_LOST, STAYS_BROKEN, World, assert_unsafe};
use super::safe::{JOINING, PINNED, PRIVATE, READY, REMADE, SHARED, SOLO, WEAK};
use super::variant::{
    Bounds, Clearing, Handshakes, Join, LeaveSolo, Markers, Operations, Pins, Promotion, Publishing, RoundReset, Scan, Shading, Unscanned, Variant, Wave, WeakRead,
};

/// The protocol with buffers that mark, which `safe` searches in the same worlds.
const DESIGN: Variant = Variant { shading: Shading::Marks, ..Variant::DESIGN };

/// The same with pinned objects that stay private.
const KEEPING: Variant = Variant { pins: Pins::KeepPrivate, ..DESIGN };

/// Fails unless the search finds a violation of `property`.
fn refute(name: &str, property: &'static str, variant: Variant, bounds: Bounds) {
    assert_unsafe(name, property, World { variant, bounds, events: &[] });
}

#[test]
fn scanning_in_the_arming_handshake() {
    let variant = Variant { handshakes: Handshakes::ScanInArm, ..DESIGN };
    refute("scan in ARM", NOTHING_LOST, variant, SHARED);
}

/// An armed store that read nil as the old value stalls; an unarmed processor fills the slot and scans; the stalled store
/// erases the only path without shading it.
#[test]
fn two_handshakes_with_plain_stores() {
    let variant = Variant { handshakes: Handshakes::ArmScan, ..DESIGN };
    refute("two handshakes", NOTHING_LOST, variant, SHARED);
}

#[test]
fn shading_only_old_values_while_unscanned() {
    let variant = Variant { unscanned: Unscanned::OldOnly, ..DESIGN };
    refute("old values only", NOTHING_LOST, variant, SHARED);
}

/// The shade of the new value must come after its publication: a private value that is published white and unshaded may be
/// loaded by a scanned processor, then unlinked by a store that began before.
#[test]
fn shading_new_values_before_their_publication() {
    let variant = Variant { unscanned: Unscanned::BothIfShared, ..DESIGN };
    refute("new value shaded before its publication", NOTHING_LOST, variant, Bounds { objects: 2, ..PRIVATE });
}

#[test]
fn publishing_disabled_while_armed() {
    let variant = Variant { publishing: Publishing::NotWhileArmed, ..DESIGN };
    refute("no publication while armed", I_SHARED, variant, PRIVATE);
}

#[test]
fn scanning_roots_without_a_minor_collection() {
    let variant = Variant { scan: Scan::RootsOnly, ..DESIGN };
    refute("SCAN without minor collection", NOTHING_LOST, variant, PRIVATE);
}

/// The store buffer of solo mode is not gone yet, so markers meet private objects.
#[test]
fn markers_that_start_before_arm_is_acknowledged() {
    let variant = Variant { markers: Markers::AtOnce, ..DESIGN };
    refute("markers at once, solo", I_SHARED, variant, SOLO);
    refute("markers at once", NOTHING_LOST, variant, SHARED);
}

#[test]
fn promotion_that_leaves_referents_unshaded() {
    let variant = Variant { promotion: Promotion::Unshaded, ..DESIGN };
    refute("promotion unshaded", NOTHING_LOST, variant, PRIVATE);
}

/// An unarmed processor stores a white reference into the black object without any barrier, then forgets it.
#[test]
fn promotion_that_is_black_from_arm_on() {
    let variant = Variant { promotion: Promotion::BlackFromArm, ..DESIGN };
    refute("black from ARM", NOTHING_LOST, variant, Bounds { registers: [2, 1], chain: 1, ..PRIVATE });
}

#[test]
fn promotion_that_is_black_before_arm() {
    let variant = Variant { promotion: Promotion::BlackAtFlip, ..DESIGN };
    refute("black at the flip", NOTHING_LOST, variant, PRIVATE);
}

#[test]
fn promotion_that_ignores_the_cycle() {
    let variant = Variant { promotion: Promotion::OldColour, ..DESIGN };
    refute("old colour throughout", NOTHING_LOST, variant, PRIVATE);
}

/// A processor already visited deletes the edge out of a grey object; a marker drains that object and the wave ends, while
/// the deleted referent sits in a buffer.
#[test]
fn markers_that_drain_during_the_wave() {
    let variant = Variant { wave: Wave::Draining, ..DESIGN };
    refute("draining during the wave", NOTHING_LOST, variant, SHARED);
}

#[test]
fn buffers_handed_over_without_dirtying_the_round() {
    let variant = Variant { wave: Wave::SilentHandOver, ..DESIGN };
    let operations = Operations { hand_over: true, ..Operations::NONE };
    refute("silent hand-over", NOTHING_LOST, variant, Bounds { operations, ..SHARED });
}

#[test]
fn weak_reads_that_merely_shade() {
    let variant = Variant { weak_read: WeakRead::ShadeOnly, ..DESIGN };
    refute("weak read only shades", NOTHING_LOST, variant, WEAK);
}

#[test]
fn weak_reads_like_ordinary_loads() {
    let variant = Variant { weak_read: WeakRead::Bare, ..DESIGN };
    refute("weak read is bare", NOTHING_LOST, variant, WEAK);
}

/// What a guardian has ready is marked late. Taken like an ordinary load, after its taker was scanned and before that, it is
/// seen by nobody.
#[test]
fn ready_objects_taken_like_ordinary_loads() {
    let variant = Variant { weak_read: WeakRead::Bare, ..DESIGN };
    refute("ready object taken bare", NOTHING_LOST, variant, READY);
}

/// A weak read that loaded its target before the clearing looks at the round after it, sees no wave, and returns.
#[test]
fn a_round_that_forgets_its_commit_before_off() {
    let variant = Variant { round_reset: RoundReset::AfterClear, ..DESIGN };
    refute("round reset early", STAYS_BROKEN, variant, WEAK);
}

/// A weak reference that a program replaces between the load of the dead word and the store of nil breaks alive.
#[test]
fn weak_references_cleared_by_load_and_store() {
    let variant = Variant { clearing: Clearing::LoadThenStore, ..DESIGN };
    refute("cleared by load and store", STAYS_BROKEN, variant, REMADE);
}

#[test]
fn pinned_objects_left_private_behind_shared_ones() {
    let variant = Variant { pins: Pins::ForgetSlots, ..KEEPING };
    refute("pins behind shared objects", I_SHARED, variant, SOLO);
}

/// The same without solo mode: evacuation makes the object that refers to the pinned one shared.
#[test]
fn pinned_objects_left_private_behind_promoted_ones() {
    let variant = Variant { pins: Pins::ForgetSlots, ..KEEPING };
    refute("pins behind promoted objects", I_SHARED, variant, Bounds { registers: [2, 2], ..PINNED });
}

#[test]
fn pinned_objects_not_looked_into_at_scan() {
    let variant = Variant { pins: Pins::UnshadedAtScan, ..KEEPING };
    refute("pins unshaded at SCAN", NOTHING_LOST, variant, PINNED);
}

#[test]
fn waking_beside_a_processor_in_solo_mode() {
    let variant = Variant { leave_solo: LeaveSolo::WakeAtOnce, ..DESIGN };
    refute("wake at once", I_SHARED, variant, SOLO);
}

#[test]
fn arming_without_leaving_solo_mode() {
    let variant = Variant { leave_solo: LeaveSolo::ArmAtOnce, ..DESIGN };
    refute("ARM at once", I_SHARED, variant, SOLO);
}

/// Deletion only, while others are not even armed: what the new processor loads may be unlinked unseen.
#[test]
fn joining_as_scanned_in_any_phase() {
    let variant = Variant { join: Join::AsScanned, ..DESIGN };
    refute("join as scanned", NOTHING_LOST, variant, JOINING);
}
