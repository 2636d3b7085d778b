//! Ephemerons and weak pairs, for minor collections and marking alike.
//!
//! An ephemeron whose key is not (yet) known to live is filed under its key's address; when
//! the key is reached, its ephemerons are traced. Every ephemeron is looked at a bounded
//! number of times, so chains of any length cost linear time. If memory for the books cannot
//! be had, the slot is traced strongly: garbage may stay for a cycle, nothing is lost.

use rustc_hash::FxHashMap;

use crate::model::{ObjectModel, Visitor, WeakShape};
use crate::sync::{load, replace, try_push};

/// Weak objects met by one traversal. Holds words of objects, not slots.
#[derive(Debug, Default)]
pub(crate) struct WeakWork {
    /// Weak pairs to look at when all liveness is known.
    pairs: Vec<u64>,
    /// Ephemerons not yet looked at.
    pending: Vec<u64>,
    /// Key address to the head of a chain in `chains`.
    watched: FxHashMap<usize, usize>,
    /// (ephemeron, next index plus one)
    chains: Vec<(u64, usize)>,
    /// Ephemerons whose key was just reached.
    triggered: Vec<u64>,
}

impl WeakWork {
    /// Whether reached objects must be reported to [`WeakWork::reached`].
    #[inline(always)]
    pub(crate) fn watching(&self) -> bool {
        !self.watched.is_empty()
    }

    /// Releases the ephemerons whose key is at `address`.
    #[cold]
    pub(crate) fn reached(&mut self, address: usize) {
        let Some(mut at) = self.watched.remove(&address) else {
            return;
        };
        while at != 0 {
            let (ephemeron, next) = self.chains[at - 1];
            // Room was reserved when the ephemeron was filed.
            self.triggered.push(ephemeron);
            at = next;
        }
    }

    fn watch(&mut self, key: usize, ephemeron: u64) -> bool {
        let filed = self.chains.len() + 1;
        if self.watched.try_reserve(1).is_err() || self.triggered.try_reserve(filed).is_err() || !try_push(&mut self.chains, (ephemeron, 0)) {
            return false;
        }
        if let Some(next) = self.watched.insert(key, filed) {
            self.chains[filed - 1].1 = next;
        }
        true
    }
}

/// A traversal that knows what is alive.
pub(crate) trait Tracer<M: ObjectModel>: Visitor {
    /// Scans until nothing waits.
    fn drain(&mut self);
    /// The present word if the object is known to live.
    fn survivor(&self, word: u64) -> Option<u64>;
    /// The traversal's books.
    fn weak_work(&mut self) -> &mut WeakWork;
    /// Called for each weak object after its slots were updated.
    fn settle_weak(&mut self, object: u64);
    /// Shows the slots of a live ephemeron with a live key. They may refer to objects that
    /// stay private; `settle_weak` follows, so they are not remembered one by one.
    ///
    /// # Safety
    /// The slots belong to a live ephemeron.
    unsafe fn trace_ephemeron(&mut self, key: *mut u64, datum: *mut u64);
}

/// Files a weak object that a traversal met.
pub(crate) fn note<M: ObjectModel, T: Tracer<M>>(tracer: &mut T, object: u64) {
    // SAFETY: `I-WORD`: a traversal reports live objects only.
    unsafe {
        match M::weak_shape(object) {
            WeakShape::None => {}
            WeakShape::WeakPair { weak } => {
                if !try_push(&mut tracer.weak_work().pairs, object) {
                    tracer.slot(weak);
                }
            }
            WeakShape::Ephemeron { key, datum } => {
                if !try_push(&mut tracer.weak_work().pending, object) {
                    tracer.slot(key);
                    tracer.slot(datum);
                }
            }
        }
    }
}

/// Drains, tracing the data of ephemerons whose keys live, until nothing changes.
pub(crate) fn drain_ephemerons<M: ObjectModel, T: Tracer<M>>(tracer: &mut T) {
    loop {
        tracer.drain();
        if let Some(object) = tracer.weak_work().triggered.pop() {
            trace_live(tracer, object);
        } else if let Some(object) = tracer.weak_work().pending.pop() {
            look_at(tracer, object);
        } else {
            return;
        }
    }
}

fn slots<M: ObjectModel>(object: u64) -> Option<(*mut u64, *mut u64)> {
    // SAFETY: `I-WORD`: books hold words of live objects at their present place.
    match unsafe { M::weak_shape(object) } {
        WeakShape::Ephemeron { key, datum } => Some((key, datum)),
        _ => None,
    }
}

fn trace_live<M: ObjectModel, T: Tracer<M>>(tracer: &mut T, object: u64) {
    let Some((key, datum)) = slots::<M>(object) else {
        return;
    };
    // SAFETY: slots of a live ephemeron.
    unsafe { tracer.trace_ephemeron(key, datum) };
    tracer.settle_weak(object);
}

fn look_at<M: ObjectModel, T: Tracer<M>>(tracer: &mut T, object: u64) {
    let Some((key, _)) = slots::<M>(object) else {
        return;
    };
    // SAFETY: slot of a live ephemeron.
    let word = unsafe { load(key) };
    let waits = tracer.survivor(word).is_none() && tracer.weak_work().watch(M::address(word), object);
    if !waits {
        trace_live(tracer, object);
    }
}

/// Looks again at filed ephemerons: a mutator may have given one a live key meanwhile. Work
/// waits afterwards if that changed anything.
pub(crate) fn recheck<M: ObjectModel, T: Tracer<M>>(tracer: &mut T) {
    for i in 0..tracer.weak_work().chains.len() {
        let (object, _) = tracer.weak_work().chains[i];
        let Some((key, _)) = slots::<M>(object) else {
            continue;
        };
        // SAFETY: slot of a live ephemeron.
        if tracer.survivor(unsafe { load(key) }).is_some() {
            trace_live(tracer, object);
        }
    }
}

/// Breaks what refers to the dead. All liveness is final, but the program may be storing into
/// the very slots: a word that is no longer the dead one stays.
pub(crate) fn break_dead<M: ObjectModel, T: Tracer<M>>(tracer: &mut T) {
    for object in core::mem::take(&mut tracer.weak_work().pairs) {
        // SAFETY: `I-WORD`: weak objects in the books are live and stay at this place.
        if let WeakShape::WeakPair { weak } = unsafe { M::weak_shape(object) } {
            // SAFETY: slot of a live weak pair.
            unsafe {
                let old = load(weak);
                let new = tracer.survivor(old).unwrap_or(M::BROKEN);
                if new != old {
                    replace(weak, old, new);
                }
            }
            tracer.settle_weak(object);
        }
    }
    break_ephemerons::<M, T>(tracer);
}

fn break_ephemerons<M: ObjectModel, T: Tracer<M>>(tracer: &mut T) {
    let work = tracer.weak_work();
    let heads = core::mem::take(&mut work.watched);
    let chains = core::mem::take(&mut work.chains);
    for (_, head) in heads {
        let mut at = head;
        while at != 0 {
            let (object, next) = chains[at - 1];
            at = next;
            let Some((key, datum)) = slots::<M>(object) else {
                continue;
            };
            // SAFETY: slots of a live ephemeron.
            unsafe {
                let (old, of_old) = (load(key), load(datum));
                // A mutator may have given it a live key since it was filed (see `recheck`).
                if tracer.survivor(old).is_none() && replace(key, old, M::BROKEN) {
                    replace(datum, of_old, M::BROKEN);
                }
            }
        }
    }
}
