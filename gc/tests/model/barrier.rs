//! Shading, publication and the store barrier: what a processor does to the heap between two safepoints.

use super::state::{Hand, Life, Phase, Ref, Set, Stage, State};
use super::variant::{Promotion, Publishing, Shading, Stores, Unscanned, Variant};

impl State {
    /// Makes a shared object grey, in the buffer of processor `p`. Private objects are never shaded.
    pub(crate) fn shade(&mut self, variant: &Variant, p: usize, word: Ref) {
        if !self.is_shared(word) || self.object(word).marked {
            return;
        }
        self.object_mut(word).marked = variant.shading == Shading::Marks;
        self.processors[p].buffer.insert(word);
    }

    /// Shades an object on behalf of the coordinator or a marker, straight into the queue.
    pub(crate) fn shade_into_queue(&mut self, word: Ref) {
        if word != Ref::NIL && !self.object(word).marked {
            self.object_mut(word).marked = true;
            self.queue.insert(word);
        }
    }

    /// Gives a processor's buffer to the markers.
    pub(crate) fn drain_buffer(&mut self, variant: &Variant, p: usize) {
        let buffer = std::mem::take(&mut self.processors[p].buffer);
        for object in buffer.iter() {
            match variant.shading {
                Shading::Marks => _ = self.queue.insert(object),
                Shading::Logs => self.shade_into_queue(object),
            }
        }
    }

    /// The colour that processor `p` gives to what it promotes or publishes now.
    fn promotion_marks(&self, variant: &Variant, p: usize) -> bool {
        let processor = &self.processors[p];
        // Between the flip and ARM the old colour means unmarked; from OFF to the next flip it is the colour that the
        // survivors of this cycle have.
        let old_colour = self.phase > Phase::Mark;
        match variant.promotion {
            Promotion::BlackFromSync | Promotion::Unshaded => processor.stage >= Stage::Synced || old_colour,
            Promotion::BlackAfterScan => processor.stage >= Stage::Scanned || old_colour,
            Promotion::BlackFromArm => processor.stage >= Stage::Armed || old_colour,
            Promotion::OldColour => old_colour,
            Promotion::BlackAtFlip => true,
        }
    }

    /// Turns private objects of processor `p` into shared ones, with the colour and the shading that promotion and
    /// publication have in common.
    pub(crate) fn make_shared(&mut self, variant: &Variant, p: usize, objects: Set) {
        let marked = self.promotion_marks(variant, p);
        for object in objects.iter() {
            let object = self.object_mut(object);
            object.life = Life::Shared;
            object.marked = marked;
            object.pinned = false;
        }
        let unscanned = matches!(self.processors[p].stage, Stage::Armed | Stage::Synced);
        let shades = matches!(variant.promotion, Promotion::BlackFromSync | Promotion::BlackFromArm | Promotion::BlackAtFlip);
        // Unmarked objects are scanned when something reaches them, so only black ones owe this.
        if marked && unscanned && shades {
            for object in objects.iter() {
                self.shade(variant, p, self.object(object).slot);
            }
        }
    }

    /// Publishes everything private that `word` reaches.
    pub(crate) fn publish(&mut self, variant: &Variant, p: usize, word: Ref) {
        let mut objects = Set::EMPTY;
        let mut next = word;
        while self.is_private(next) && objects.insert(next) {
            next = self.object(next).slot;
        }
        self.make_shared(variant, p, objects);
    }

    /// A store while its processor is not armed, or into a private object: one step.
    ///
    /// The decision and the store are one step because nothing the decision depends on can change in between: it depends
    /// on the processor's own state, which changes at safepoints only, and on which of its own objects are private.
    pub(crate) fn store_unarmed(&mut self, variant: &Variant, p: usize, base: Ref, value: Ref) {
        if self.is_shared(base) && self.is_private(value) {
            if self.processors[p].solo {
                self.processors[p].remembered.insert(base);
            } else {
                self.publish(variant, p, value);
            }
        }
        self.object_mut(base).slot = value;
    }

    /// First step of an armed store into a shared object: the slow stub reads what is about to be overwritten.
    pub(crate) fn barrier_read(&mut self, p: usize, base: Ref, value: Ref) {
        let old = self.object(base).slot;
        self.processors[p].hand = Hand::OldRead { base, value, old };
    }

    /// Second step: shade the old value, and the new one while unscanned; publish a private new value.
    pub(crate) fn barrier_shade(&mut self, variant: &Variant, p: usize) {
        let Hand::OldRead { base, value, old } = self.processors[p].hand else {
            unreachable!("the barrier shades after it has read");
        };
        self.shade(variant, p, old);
        let shades_new = self.processors[p].stage < Stage::Scanned
            && match variant.unscanned {
                Unscanned::Both => true,
                Unscanned::BothIfShared => self.is_shared(value),
                Unscanned::OldOnly => false,
            };
        if variant.publishing == Publishing::Always {
            self.publish(variant, p, value);
        }
        if shades_new {
            self.shade(variant, p, value);
        }
        self.processors[p].hand = Hand::Shaded { base, value };
        if variant.stores == Stores::Exchange {
            self.plain_store(p);
        }
    }

    /// Third step: the store itself.
    pub(crate) fn plain_store(&mut self, p: usize) {
        let Hand::Shaded { base, value } = self.processors[p].hand else {
            unreachable!("the store follows the barrier");
        };
        self.object_mut(base).slot = value;
        self.processors[p].hand = Hand::Idle;
    }
}
