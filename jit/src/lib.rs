//! The room of the machine-code tiers. They will turn bytecode and feedback into machine code as
//! inert data, for x86-64 and AArch64, and never call `vm`.
//!
//! Nothing is here yet: everything is interpreted. What machine code will need exists already:
//! frames with named slots and return points (`gambol_abi::frame`), live maps at every safepoint,
//! the context's field offsets (`gambol_abi::context::offsets`), routines by number
//! (`gambol_abi::helpers`) and the collector's fast paths as data (`gambol_gc::attrs`).
