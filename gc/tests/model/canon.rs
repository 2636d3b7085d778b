//! Symmetry reduction: one representative for all states that differ only in names.
//!
//! The names of the two processors, of a processor's registers and of the objects carry no meaning, and room taken by an
//! object that nothing mentions is as good as free. Every step treats names alike, so each class of equal states may be
//! searched through one member (Ip and Dill, "Better verification through symmetry", 1996). The representative is
//! the least among the at most eight orders of processors and registers, objects numbered in the order in which a walk from
//! the root and the registers meets them. Objects met only through sets follow, in an order that
//! depends on what they are. A test below checks that a state and its representative lead to the same classes: were the
//! reduction wrong, whole regions would silently go unsearched.

use std::cmp::Ordering;

use super::state::{Hand, Life, OBJECTS, Object, Processor, Ref, Set, State};

/// The representative of a state.
pub(crate) fn canonical(state: &State, keep_garbage: bool) -> State {
    let mut state = *state;
    forget_unmentioned(&mut state, keep_garbage);
    orders(&state).map(|ordered| renumbered(&ordered)).min().expect("at least one order")
}

fn forget_unmentioned(state: &mut State, keep_garbage: bool) {
    let mentioned = state.mentioned();
    for object in Ref::all().filter(|&object| !mentioned.contains(object)) {
        let keep = keep_garbage && matches!(state.object(object).life, Life::Shared | Life::Swept);
        if !keep {
            *state.object_mut(object) = Object::FREE;
        }
    }
}

/// The orders worth comparing. Where something that does not depend on names tells two processors or two registers apart,
/// it decides; both orders are tried only where nothing does.
fn orders(state: &State) -> impl Iterator<Item = State> {
    let state = *state;
    let swaps = choices(processor_key(&state, 0).cmp(&processor_key(&state, 1)));
    let registers = state.processors.map(|processor| {
        let [first, second] = processor.registers;
        let key = |word: Ref| word.index().map(|index| Object { slot: Ref::NIL, ..state.objects[index] });
        // A processor of width one has no second register to exchange with.
        let exchangeable = processor.width == 2 && first != second;
        if exchangeable { choices(key(first).cmp(&key(second))) } else { &[false][..] }
    });
    swaps.iter().flat_map(move |&swap| {
        let [a, b] = registers;
        a.iter().flat_map(move |&first| b.iter().map(move |&second| reordered(&state, swap, first, second)))
    })
}

fn choices(order: Ordering) -> &'static [bool] {
    match order {
        Ordering::Less => &[false],
        Ordering::Greater => &[true],
        Ordering::Equal => &[false, true],
    }
}

fn processor_key(state: &State, p: usize) -> impl Ord {
    let Processor { registers, width, hand, buffer, remembered, stage, solo, awake, joined, pending } = state.processors[p];
    let hand = match hand {
        Hand::Idle => 0,
        Hand::OldRead { .. } => 1,
        Hand::Shaded { .. } => 2,
        Hand::WeakHeld { .. } => 3,
        Hand::WeakAnnounced { .. } => 4,
    };
    let words = registers.iter().filter(|&&word| word != Ref::NIL).count();
    let sets = (buffer.iter().count(), remembered.iter().count());
    (width, hand, words, stage, solo, awake, joined, pending, sets)
}

fn reordered(state: &State, swap: bool, first: bool, second: bool) -> State {
    let mut state = *state;
    if first {
        state.processors[0].registers.swap(0, 1);
    }
    if second {
        state.processors[1].registers.swap(0, 1);
    }
    if swap {
        state.processors.swap(0, 1);
        for object in &mut state.objects {
            if let Life::Private(owner) = &mut object.life {
                *owner = 1 - *owner;
            }
        }
    }
    state
}

/// New names for objects, in the order in which they are met.
struct Names {
    names: [Ref; OBJECTS],
    next: usize,
}

impl Names {
    fn meet(&mut self, state: &State, word: Ref) {
        let mut word = word;
        while let Some(index) = word.index() {
            if self.names[index] != Ref::NIL {
                return;
            }
            self.names[index] = Ref::new(self.next);
            self.next += 1;
            word = state.objects[index].slot;
        }
    }

    /// What distinguishes an object that has no name yet: how far one can go from it through such objects, what they are,
    /// and which named one the walk ends at. Far comes before near, so that no object is named before one that leads to it.
    fn descent(&self, state: &State, object: Ref) -> impl Ord + use<> {
        let mut steps = [(Object::FREE, [false; 5]); OBJECTS];
        let mut path = [Ref::NIL; OBJECTS];
        let (mut length, mut next) = (0, object);
        while next != Ref::NIL && self.of(next) == Ref::NIL && !path.contains(&next) {
            path[length] = next;
            let [a, b] = &state.processors;
            let sets = [state.queue, a.buffer, b.buffer, a.remembered, b.remembered];
            let nameless = Object { slot: Ref::NIL, ..*state.object(next) };
            steps[length] = (nameless, sets.map(|set| set.contains(next)));
            length += 1;
            next = state.object(next).slot;
        }
        let loops_to = path[..length].iter().position(|&met| met == next);
        (length, steps, self.of(next), loops_to)
    }

    fn of(&self, word: Ref) -> Ref {
        word.index().map_or(Ref::NIL, |index| self.names[index])
    }

    fn of_set(&self, set: Set) -> Set {
        let mut renamed = Set::EMPTY;
        for object in set.iter() {
            renamed.insert(self.of(object));
        }
        renamed
    }
}

fn renumbered(state: &State) -> State {
    let names = walk(state);
    let mut result = *state;
    for (object, from) in Ref::all().zip(&state.objects) {
        *result.object_mut(names.of(object)) = Object { slot: names.of(from.slot), ..*from };
    }
    for processor in &mut result.processors {
        processor.registers = processor.registers.map(|word| names.of(word));
        processor.buffer = names.of_set(processor.buffer);
        processor.remembered = names.of_set(processor.remembered);
        processor.hand = match processor.hand {
            Hand::Idle => Hand::Idle,
            Hand::OldRead { base, value, old } => Hand::OldRead { base: names.of(base), value: names.of(value), old: names.of(old) },
            Hand::Shaded { base, value } => Hand::Shaded { base: names.of(base), value: names.of(value) },
            Hand::WeakHeld { target, taken } => Hand::WeakHeld { target: names.of(target), taken },
            Hand::WeakAnnounced { target } => Hand::WeakAnnounced { target: names.of(target) },
        };
    }
    result.queue = names.of_set(state.queue);
    result.child = names.of(state.child);
    result.weak = names.of(state.weak);
    result.guarded = names.of(state.guarded);
    result.ready = names.of(state.ready);
    result
}

fn walk(state: &State) -> Names {
    let mut names = Names { names: [Ref::NIL; OBJECTS], next: 0 };
    for word in [Ref::ROOT, state.ready, state.guarded, state.weak, state.child] {
        names.meet(state, word);
    }
    for processor in &state.processors {
        for word in processor.registers {
            names.meet(state, word);
        }
        if let Hand::OldRead { old: held, .. } | Hand::WeakHeld { target: held, .. } | Hand::WeakAnnounced { target: held } = processor.hand {
            names.meet(state, held);
        }
    }
    // What only sets mention, in an order that names have no part in.
    let in_use = |object: &Ref| state.object(*object).life != Life::Free;
    while let Some(object) = Ref::all().filter(in_use).filter(|&object| names.of(object) == Ref::NIL).max_by_key(|&object| names.descent(state, object)) {
        names.meet(state, object);
    }
    for free in Ref::all() {
        names.meet(state, free);
    }
    names
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use stateright::Model;

    use super::super::check::World;
    use super::super::safe::{JOINING, PINNED, PRIVATE, READY, REMADE, SHARED, SOLO, WEAK};
    use super::super::variant::{Bounds, Variant};
    use super::*;

    /// The classes that one step leads to.
    fn successors(world: &World, state: &State) -> BTreeSet<State> {
        let mut actions = Vec::new();
        world.actions(state, &mut actions);
        actions.into_iter().filter_map(|action| world.next_state(state, action)).collect()
    }

    /// A state and its representative must lead to the same classes: walks at random, without renaming, and compares at
    /// every step.
    fn check(name: &str, bounds: Bounds) {
        const WALKS: u64 = 300;
        const STEPS: u64 = 120;
        let world = World { variant: Variant::DESIGN, bounds, events: &[] };
        for seed in 1..=WALKS {
            let mut random = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15);
            let mut state = world.init_states()[0];
            for step in 0..STEPS {
                let representative = canonical(&state, bounds.keep_garbage);
                assert!(
                    successors(&world, &state) == successors(&world, &representative),
                    "{name}, seed {seed}, step {step}: {state:?} and {representative:?} lead to different states"
                );
                let mut actions = Vec::new();
                world.actions(&state, &mut actions);
                random ^= random << 13;
                random ^= random >> 7;
                random ^= random << 17;
                let Some(choice) = random.checked_rem(actions.len() as u64) else {
                    break;
                };
                state.perform(&world.variant, &bounds, actions[choice as usize]);
                // Room nobody mentions must be given back, or the walk runs out of objects; names stay as they are.
                forget_unmentioned(&mut state, bounds.keep_garbage);
            }
        }
    }

    #[test]
    fn representatives_behave_like_what_they_stand_for() {
        check("shared", SHARED);
        check("shared, uneven", Bounds { registers: [2, 1], ..SHARED });
        check("private", Bounds { registers: [2, 2], objects: 5, ..PRIVATE });
        check("pinned, uneven", Bounds { registers: [1, 2], ..PINNED });
        check("solo", Bounds { registers: [2, 2], objects: 4, ..SOLO });
        check("weak", Bounds { guarded: Some(2), ..WEAK });
        check("ready", READY);
        check("weak, made anew", REMADE);
        check("joining", JOINING);
        check("garbage", Bounds { keep_garbage: true, cycles: 2, ..SHARED });
    }
}
