//! The contract between the parts of Gambol: pure data, no policy, no allocation.
//!
//! Everything that two sides must agree on bit for bit is declared here, once:
//!
//! * [`value`]: words, tags, fixnums, self-tagged flonums, immediates
//! * [`layout`]: headers, object kinds and where their fields are
//! * [`frame`]: the shape of a stack frame and of a return point
//! * [`context`]: the per-processor context and its field offsets
//! * [`ops`]: the bytecode instruction table, its codec and effects
//! * [`prims`]: the primitive procedures: names, libraries, arities, types, effects
//! * [`template`]: the fields of a procedure's template that a call reads
//! * [`options`]: every run-time option, its flag, environment key and documentation
//!
//! `abi` depends on nothing of ours; `front`, `jit` and `vm` all depend on it.

pub mod context;
pub mod frame;
pub mod layout;
pub mod ops;
pub mod options;
pub mod prims;
pub mod template;
pub mod value;
