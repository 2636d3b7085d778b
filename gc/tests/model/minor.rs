//! The minor collection of one processor: local, at one of its safepoints or by proxy, without any synchronization.
//!
//! Addresses do not exist in the model, so evacuation shows only as the change from private to shared. One step stands
//! for the whole collection: the objects it changes are private until it ends, except for the marks that shading sets, and
//! those only ever go from unmarked to marked.

use super::state::{Life, Object, Ref, Set, State};
use super::variant::{Pins, Promotion, Variant};

/// Why a minor collection runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reason {
    /// The nursery is full, or the program asked.
    Local,
    /// Solo mode ends.
    LeaveSolo,
    /// Part of SCAN.
    Scan,
}

impl State {
    /// Runs a minor collection of processor `p`.
    pub(crate) fn minor(&mut self, variant: &Variant, p: usize, reason: Reason) {
        let live = self.live_private(p);
        let (pinned, moving) = self.split_pinned(live);
        self.free_dead(p, live);
        self.make_shared(variant, p, moving);
        let stays_solo = self.processors[p].solo && reason == Reason::Local;
        let publishes_all = variant.pins == Pins::PublishAll && !stays_solo;
        let escaping = if publishes_all { pinned } else { self.pins_reached_from_shared(pinned) };
        self.processors[p].remembered = Set::EMPTY;
        if variant.pins != Pins::ForgetSlots {
            if stays_solo {
                self.remember_slots_into(p, escaping);
            } else {
                self.make_shared(variant, p, escaping);
            }
        }
        if reason == Reason::Scan && variant.pins != Pins::UnshadedAtScan {
            self.shade_referents_of_private(variant, p);
        }
    }

    /// Private objects of `p` that its registers or its remembered slots reach.
    fn live_private(&self, p: usize) -> Set {
        let processor = &self.processors[p];
        let remembered = processor.remembered.iter().map(|object| self.object(object).slot);
        let mut live = Set::EMPTY;
        for root in processor.registers.into_iter().chain(remembered) {
            let mut next = root;
            while self.is_private_of(next, p) && live.insert(next) {
                next = self.object(next).slot;
            }
        }
        live
    }

    fn is_private_of(&self, word: Ref, p: usize) -> bool {
        word != Ref::NIL && self.object(word).life == Life::Private(p as u8)
    }

    fn split_pinned(&self, live: Set) -> (Set, Set) {
        let (mut pinned, mut moving) = (Set::EMPTY, Set::EMPTY);
        for object in live.iter() {
            let side = if self.object(object).pinned { &mut pinned } else { &mut moving };
            side.insert(object);
        }
        (pinned, moving)
    }

    fn free_dead(&mut self, p: usize, live: Set) {
        for object in Ref::all() {
            if self.is_private_of(object, p) && !live.contains(object) {
                *self.object_mut(object) = Object::FREE;
            }
        }
    }

    /// Pinned objects that a shared object refers to, and those that these refer to in turn. Runs after promotion: the
    /// objects just evacuated count as shared.
    fn pins_reached_from_shared(&self, pinned: Set) -> Set {
        let mut reached = Set::EMPTY;
        for object in Ref::all().filter(|&object| self.is_shared(object)) {
            let mut next = self.object(object).slot;
            while pinned.contains(next) && reached.insert(next) {
                next = self.object(next).slot;
            }
        }
        reached
    }

    fn remember_slots_into(&mut self, p: usize, escaping: Set) {
        for object in Ref::all() {
            if self.is_shared(object) && escaping.contains(self.object(object).slot) {
                self.processors[p].remembered.insert(object);
            }
        }
    }

    /// SCAN's cover for objects that stay private: no marking barrier will ever look at them.
    fn shade_referents_of_private(&mut self, variant: &Variant, p: usize) {
        // With unshaded promotion the same traversal would leave these alone as well.
        if variant.promotion == Promotion::Unshaded {
            return;
        }
        for object in Ref::all() {
            if self.is_private_of(object, p) {
                self.shade(variant, p, self.object(object).slot);
            }
        }
    }
}
