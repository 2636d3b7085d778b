//! The runtime that marries front end, collector and (later) machine code and scheduler.
//!
//! * [`machine`]: what a host program uses: make a machine, run programs, evaluate, report
//! * [`cx`], [`val`]: the rooting API; every access to the heap goes through it
//! * `processor`, `vm`, `stack`, `template`: what running code consists of
//! * `interp`: tier 0; `poll`, `trace`: safepoints and stack traces; `outside`: long computations
//! * `link`, `convert`, `symbols`: from compiled units and datums to heap objects
//! * `prims`, `num`, `io`, `printer`: primitives, mirroring the tables in `abi`
//! * `version`: what this implementation says of itself
//! * `model`: what the collector knows of Scheme objects
//!
//! Named invariants: `K-BELOW`, `K-CLEAN`, `K-SEAL` (`stack`), `I-SHARED` (gc).

pub mod condition;
mod convert;
pub mod cx;
mod driver;
mod hash;
mod interp;
mod io;
mod library;
mod link;
pub mod machine;
mod model;
mod num;
mod outside;
mod poll;
mod prims;
mod printer;
mod processor;
mod report;
mod signals;
mod stack;
mod stats;
mod symbols;
mod template;
#[cfg(test)]
mod testing;
mod tier;
mod trace;
pub mod val;
mod version;
mod vm;

pub use gambol_abi::{options, prims as primitives};
pub use gambol_front::diag::suggest;
pub use gambol_front::reader::is_identifier;
pub use library::compiler;
