//! Gambol's collector: a private nursery per processor, publication in place, a non-moving old
//! space that is marked on the fly. It knows words and an [`ObjectModel`], never Scheme.
//!
//! # Map
//!
//! * [`ObjectModel`], [`Visitor`], [`Roots`], [`Fate`]: what the language tells us (`model`)
//! * [`Heap`], [`Config`]: one per VM (`heap`, `config`); address space (`space`, `large`, `os`)
//! * [`Mutator`]: one per processor (`mutator`); its nursery (`window`), stores, publication,
//!   pins and weak reads (`barrier`), minor collections (`evacuate`, `old`)
//! * a marking cycle: `cycle` drives, `mark` follows references, `sweep` reclaims lazily
//! * `weak` and `guard`: weak pairs, ephemerons, guardians; for minor and marking alike
//! * `meta`: the byte per granule; `worklist`: traversal without recursion or fixed memory
//! * [`attrs`]: fast paths as data, for code generators
//! * [`Stats`] (`stats`), `verify`, [`Stress`]: counting, checking, provoking
//!
//! # Use
//!
//! ```text
//! let heap = Heap::<Model>::new(Config::default())?;
//! let mut hot = Box::new(Hot::default());            // in the processor's context
//! let mut m = unsafe { Mutator::new(heap, &raw mut *hot)? };
//!
//! // allocate, then write every word before the next safepoint
//! let at = match m.alloc_fast(bytes) {
//!     Some(at) => at,
//!     None => { m.collect_for(&mut roots, bytes)?; m.alloc_fast(bytes).unwrap() }
//! };
//! // any later store into an object:
//! unsafe { m.store(object, slot, value) };
//! ```
//!
//! A *safepoint* is a call that takes `roots`. Between safepoints words may be held anywhere;
//! across one, only in slots that the roots show. [`HeapFull`] is for the caller to turn into
//! a condition. Large objects: after `collect_for(roots, bytes)` with `bytes >= LARGE_BYTES`
//! call [`Mutator::alloc_large`]; memory of large and shared-born objects is zero, and private
//! values go into them by [`Mutator::store`], or by plain stores followed by
//! [`Mutator::initialised`].
//!
//! # Concurrency
//!
//! *Who may touch what.* An object is **private** while it lies in a window and its shared bit
//! is clear: only the window's processor can reach it, and only that processor reads or writes
//! its words and metadata. Any other object is **shared**: its words are read and written by
//! all processors and read by markers, word-wise and unordered; it never moves; its metadata
//! belongs to whoever the state says (colour: markers; everything else is settled before the
//! object is shared; a dead object's bytes: the sweeper that claimed the unit).
//!
//! ```text
//!              evacuation (copy)                    marking finds it dead
//!   private ------------------------> shared, old ------------------------> free
//!      |  \                              ^                                   ^
//!      |   \ pin      publication        | hand-over of the window           |
//!      |    `--> private pinned -----.   |                                   |
//!      |                              v  |        owner's next collection    |
//!      `----------------------> shared island -------------------------------'
//! ```
//!
//! *Edges.* A shared object's contents and shared bit are written before any reference to it
//! becomes visible: a release fence ends each publication and each minor collection, and
//! readers have the address dependency. A swept unit's metadata is cleared before its state
//! says so (release, acquire in `space`). Stages and rounds of a cycle: see `cycle`.
//!
//! *Locks*, in this order: guardians, marker, space. None is held over a safepoint. The space
//! lock is taken per block or large object, never per object.
//!
//! # Invariants
//!
//! * `I-SHARED`: a shared object refers to shared objects only, or (solo mode) `I-REMEMBERED`.
//! * `I-REMEMBERED`: a slot of a shared object that holds a private value is in the log.
//! * `I-NURSERY-OWNER`: the mutator alone allocates, moves and sweeps in its window.
//! * `I-SWEEP`: a unit's metadata is cleared by the thread that claimed the unit, and an
//!   allocator's granules belong to it alone.
//! * `I-META`: an object's start has its own metadata byte, inside the table.
//! * `I-WORD`: a word in a slot that was shown or stored is no pointer or a live object's.
//! * `I-FORWARD`: word 0 of a private unpinned object with its forwarded bit is its new address.
//! * `I-HOT`: the hot words belong to one mutator, on one thread.

pub mod attrs;
mod barrier;
mod config;
mod cycle;
mod evacuate;
mod guard;
mod heap;
mod large;
mod mark;
mod meta;
mod model;
mod mutator;
mod old;
mod os;
mod space;
mod stats;
mod sweep;
mod sync;
mod verify;
mod weak;
mod window;
mod worklist;

pub use attrs::Hot;
pub use config::{BLOCK_BYTES, Config, GRANULE, HeapFull, LARGE_BYTES, SetupError, Stress};
pub use cycle::Stage;
pub use heap::Heap;
pub use model::{Fate, ObjectModel, Phase, Roots, Visitor, WeakShape};
pub use mutator::{Mutator, RESERVE_BYTES};
pub use stats::{Pauses, Stats};
