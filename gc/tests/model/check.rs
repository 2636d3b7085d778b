//! The model as `stateright` sees it, the properties, and the runs.

use std::time::Instant;

use stateright::{Checker, HasDiscoveries, Model, Property};

use super::canon::canonical;
use super::program::Action;
use super::state::{Hand, Life, OBJECTS, Object, Phase, Processor, Ref, Round, Set, Stage, State};
use super::variant::{Bounds, Variant};

/// No program can reach an object that was freed or is about to be.
pub(crate) const NOTHING_LOST: &str = "nothing reachable is lost";
/// I-SHARED, and that nobody but its owner ever sees a private object.
pub(crate) const I_SHARED: &str = "shared objects refer to shared objects";
/// What was declared dead stays unreachable.
pub(crate) const STAYS_BROKEN: &str = "a broken weak reference stays broken";

/// One search: a protocol within bounds.
#[derive(Clone, Copy, Debug)]
pub(crate) struct World {
    pub(crate) variant: Variant,
    pub(crate) bounds: Bounds,
    /// Events that must be possible, or the search proves nothing.
    pub(crate) events: &'static [Event],
}

/// Something that a search must be able to bring about.
pub(crate) type Event = (&'static str, fn(&World, &State) -> bool);

impl World {
    fn init(&self) -> State {
        let bounds = &self.bounds;
        let mut objects = [Object::FREE; OBJECTS];
        for (index, object) in objects.iter_mut().enumerate().take(bounds.chain) {
            object.life = Life::Shared;
            if index + 1 < bounds.chain {
                object.slot = Ref::new(index + 1);
            }
        }
        let processor = |p: usize| {
            let joined = p == 0 || !bounds.operations.join;
            Processor {
                registers: [Ref::NIL; 2],
                width: bounds.registers[p],
                hand: Hand::Idle,
                buffer: Set::EMPTY,
                remembered: Set::EMPTY,
                stage: Stage::Unarmed,
                solo: bounds.solo && p == 0,
                awake: joined && !(bounds.solo && p == 1),
                joined,
                pending: false,
            }
        };
        assert!(bounds.guarded.is_none() || bounds.ready.is_none(), "the guardian's queue has one place");
        let mut state = State {
            objects,
            processors: [processor(0), processor(1)],
            queue: Set::EMPTY,
            child: Ref::NIL,
            phase: Phase::Idle,
            round: Round::None,
            weak_phase: false,
            cycles_left: bounds.cycles,
            weak: bounds.weak.map_or(Ref::NIL, Ref::new),
            guarded: bounds.guarded.map_or(Ref::NIL, Ref::new),
            ready: bounds.ready.map_or(Ref::NIL, Ref::new),
        };
        state.flip(&self.variant, bounds);
        state
    }
}

impl Model for World {
    type State = State;
    type Action = Action;

    fn init_states(&self) -> Vec<State> {
        vec![canonical(&self.init(), self.bounds.keep_garbage)]
    }

    fn actions(&self, state: &State, actions: &mut Vec<Action>) {
        // The end of the last cycle is the end of the search.
        if state.phase == self.bounds.last && state.cycles_left == 0 {
            return;
        }
        if state.coordinator_ready(&self.variant) {
            actions.push(Action::Coordinator(state.phase));
        }
        if state.markers_run(&self.variant) {
            if state.child != Ref::NIL {
                actions.push(Action::MarkerShade);
            } else {
                actions.extend(state.queue.iter().map(Action::MarkerScan));
            }
        }
        for p in 0..state.processors.len() {
            state.processor_actions(&self.variant, &self.bounds, p, actions);
        }
    }

    fn next_state(&self, state: &State, action: Action) -> Option<State> {
        let mut next = *state;
        next.perform(&self.variant, &self.bounds, action);
        if next.coordinator_only_waits(&self.variant, &self.bounds) {
            next.coordinator_step(&self.variant, &self.bounds);
        }
        Some(canonical(&next, self.bounds.keep_garbage))
    }

    fn properties(&self) -> Vec<Property<World>> {
        let mut properties = vec![
            Property::always(NOTHING_LOST, |world: &World, state| nothing_lost(world, state)),
            Property::always(I_SHARED, |_, state| i_shared(state)),
            Property::always(STAYS_BROKEN, |_, state| stays_broken(state)),
        ];
        properties.extend(self.events.iter().map(|&(name, event)| Property::sometimes(name, event)));
        properties
    }
}

/// From the commit on, what programs reach is marked or private; the sweeper relies on nothing else. Before and after, it
/// has at least not been swept.
fn nothing_lost(world: &World, state: &State) -> bool {
    let doomed = matches!(state.phase, Phase::Clear | Phase::Break | Phase::Off | Phase::Sweep);
    let mut kept = state.reachable();
    if doomed {
        state.reach(state.guarded, &mut kept);
    }
    kept.iter().all(|object| match state.object(object).life {
        Life::Free | Life::Swept => false,
        Life::Private(_) => true,
        Life::Shared => !doomed || state.survives_commit(&world.variant, object),
    })
}

fn i_shared(state: &State) -> bool {
    let owner = |word: Ref| match word.index().map(|index| state.objects[index].life) {
        Some(Life::Private(owner)) => Some(usize::from(owner)),
        _ => None,
    };
    let slots = Ref::all().all(|object| match (state.object(object).life, owner(state.object(object).slot)) {
        (_, None) => true,
        (Life::Private(own), Some(other)) => usize::from(own) == other,
        (_, Some(p)) => state.processors[p].solo && state.processors[p].remembered.contains(object),
    });
    let registers = state.processors.iter().enumerate().all(|(p, processor)| processor.registers.iter().all(|&word| owner(word).is_none_or(|owner| owner == p)));
    // Markers and the collector's tables meet shared objects only.
    let grey = state.processors.iter().fold(state.queue, |grey, processor| grey.union(processor.buffer));
    let tables = [state.child, state.weak, state.guarded, state.ready];
    slots && registers && grey.iter().chain(tables).all(|word| owner(word).is_none())
}

fn stays_broken(state: &State) -> bool {
    state.reachable().iter().all(|object| !state.object(object).declared_dead)
}

/// What a search found.
pub(crate) struct Outcome {
    pub(crate) states: usize,
    pub(crate) depth: usize,
    pub(crate) seconds: f64,
}

/// Searches every state of `world` and fails on the first violation, or on an event that never happened.
pub(crate) fn assert_safe(name: &str, world: World) -> Outcome {
    let start = Instant::now();
    let checker = world.checker().threads(2).finish_when(HasDiscoveries::AnyFailures).spawn_bfs().join();
    let outcome = Outcome { states: checker.unique_state_count(), depth: checker.max_depth(), seconds: start.elapsed().as_secs_f64() };
    report(name, "safe", &outcome);
    for property in [NOTHING_LOST, I_SHARED, STAYS_BROKEN] {
        if let Some(path) = checker.discovery(property) {
            panic!("{name}: counter-example to \"{property}\":\n{path}");
        }
    }
    for (event, _) in world.events {
        assert!(checker.discovery(event).is_some(), "{name}: \"{event}\" never happens");
    }
    assert!(checker.is_done(), "{name}: the search stopped early");
    outcome
}

/// Searches for a violation of `property` and fails when there is none. The path found is one of the shortest.
pub(crate) fn assert_unsafe(name: &str, property: &'static str, world: World) -> Outcome {
    let start = Instant::now();
    let checker = world.checker().finish_when(HasDiscoveries::AnyOf([property].into())).spawn_bfs().join();
    let path = checker.discovery(property).unwrap_or_else(|| panic!("{name}: no counter-example to \"{property}\" within bounds"));
    let outcome = Outcome { states: checker.unique_state_count(), depth: path.clone().into_actions().len(), seconds: start.elapsed().as_secs_f64() };
    report(name, "unsafe", &outcome);
    if std::env::var_os("GAMBOL_MODEL_PATHS").is_some() {
        println!("{path}");
    }
    outcome
}

fn report(name: &str, verdict: &str, outcome: &Outcome) {
    println!("model | {name} | {verdict} | depth {} | {} states | {:.1} s", outcome.depth, outcome.states, outcome.seconds);
}
