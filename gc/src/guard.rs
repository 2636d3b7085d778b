//! Guardians: objects whose death the program wants to hear of.
//!
//! Dybvig, Bruggeman, Eby, "Guardians in a Generation-Based Garbage Collector" (1993). An
//! entry says: when `object` is otherwise unreachable, hand `representative` to `guardian`.
//! Resolution happens at the strong fixpoint, before weak references break, so a resurrected
//! object is still seen by its weak pairs. Entries of dead guardians vanish.
//!
//! Guardians are pinned when they first guard something, so their address is their identity
//! and the ready queues can be a table. Entries with a private word stay with their mutator
//! (`young`), the others are the heap's, where only marking looks at them.

use std::collections::VecDeque;

use rustc_hash::FxHashMap;

use crate::model::ObjectModel;
use crate::sync::try_push;
use crate::weak::{Tracer, drain_ephemerons};

/// One registration.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Guard {
    pub(crate) object: u64,
    pub(crate) representative: u64,
    pub(crate) guardian: u64,
}

/// Registrations and ready queues that all mutators share.
#[derive(Debug, Default)]
pub(crate) struct Guards {
    pub(crate) entries: Vec<Guard>,
    /// By the guardian's address.
    pub(crate) ready: FxHashMap<usize, Ready>,
    /// Some queue may hold a private word.
    pub(crate) young_ready: bool,
}

/// Representatives waiting for their program.
#[derive(Debug)]
pub(crate) struct Ready {
    pub(crate) guardian: u64,
    pub(crate) queue: VecDeque<u64>,
}

impl Guards {
    /// Takes the oldest representative that waits for `guardian`.
    pub(crate) fn take_ready(&mut self, address: usize) -> Option<u64> {
        let ready = self.ready.get_mut(&address)?;
        let word = ready.queue.pop_front();
        if ready.queue.is_empty() {
            self.ready.remove(&address);
        }
        word
    }

    fn make_ready(&mut self, address: usize, entry: &Guard) {
        let ready = self.ready.entry(address).or_insert_with(|| Ready { guardian: entry.guardian, queue: VecDeque::new() });
        ready.queue.push_back(entry.representative);
    }
}

/// Traces one word that no slot in the heap holds; its present value.
fn trace_word<M: ObjectModel, T: Tracer<M>>(tracer: &mut T, mut word: u64) -> u64 {
    // SAFETY: the slot is a local that holds the word of an object the tables keep.
    unsafe { tracer.slot(&mut word) };
    word
}

/// Decides the fate of `entries` at the strong fixpoint (everything drained): they keep those
/// whose object lives; dead objects' representatives go to the ready queues of `guards`.
/// `trace_queues`: also keep what waits in the ready queues of live guardians.
pub(crate) fn resolve<M: ObjectModel, T: Tracer<M>>(tracer: &mut T, guards: &mut Guards, entries: &mut Vec<Guard>, trace_queues: bool) {
    // First split by the object's liveness, before any representative is traced: tracing one
    // must not make another registration of the same object look alive.
    let mut waiting: Vec<(Guard, bool)> = Vec::new();
    if waiting.try_reserve(entries.len()).is_err() {
        return keep_all(tracer, guards, entries);
    }
    waiting.extend(entries.drain(..).map(|e| (e, tracer.survivor(e.object).is_some())));
    let mut queues: Vec<usize> = if trace_queues { guards.ready.keys().copied().collect() } else { Vec::new() };
    // A guardian may become reachable through a representative, so go round until none does.
    loop {
        let before = waiting.len() + queues.len();
        queues.retain(|address| !trace_queue(tracer, guards, *address));
        waiting.retain(|&(entry, lives)| !decide(tracer, guards, entries, entry, lives));
        drain_ephemerons(tracer);
        if waiting.len() + queues.len() == before {
            break;
        }
    }
    for address in queues {
        guards.ready.remove(&address);
    }
}

/// Settles one entry if its guardian is known to live.
fn decide<M: ObjectModel, T: Tracer<M>>(tracer: &mut T, guards: &mut Guards, kept: &mut Vec<Guard>, entry: Guard, lives: bool) -> bool {
    let Some(guardian) = tracer.survivor(entry.guardian) else {
        return false;
    };
    let representative = trace_word(tracer, entry.representative);
    // Capacity was there before `entries` was drained.
    let object = if lives { tracer.survivor(entry.object).unwrap_or(entry.object) } else { entry.object };
    let entry = Guard { object, representative, guardian };
    if lives {
        kept.push(entry);
    } else {
        guards.make_ready(M::address(guardian), &entry);
    }
    true
}

fn trace_queue<M: ObjectModel, T: Tracer<M>>(tracer: &mut T, guards: &mut Guards, address: usize) -> bool {
    let Some(ready) = guards.ready.get_mut(&address) else {
        return true;
    };
    if tracer.survivor(ready.guardian).is_none() {
        return false;
    }
    for word in ready.queue.iter_mut() {
        *word = trace_word(tracer, *word);
    }
    true
}

/// Without memory for the books: everything guarded lives on until a later collection.
fn keep_all<M: ObjectModel, T: Tracer<M>>(tracer: &mut T, guards: &mut Guards, entries: &mut [Guard]) {
    for e in entries {
        e.object = trace_word(tracer, e.object);
        e.representative = trace_word(tracer, e.representative);
        e.guardian = trace_word(tracer, e.guardian);
    }
    for ready in guards.ready.values_mut() {
        ready.guardian = trace_word(tracer, ready.guardian);
        for word in ready.queue.iter_mut() {
            *word = trace_word(tracer, *word);
        }
    }
    drain_ephemerons(tracer);
}

/// Moves entries to the list of the heap, or says that memory is short.
pub(crate) fn adopt(guards: &mut Guards, entry: Guard) -> bool {
    try_push(&mut guards.entries, entry)
}
