//! The fields of a template that machine code reads: byte offsets. `vm::template` asserts them.

/// Address of the machine code's entry.
pub const MACHINE: usize = 8;
/// A word with bit `n` set when machine code takes `n` arguments.
pub const MACHINE_COUNTS: usize = 16;
/// Calls with more arguments go through the interpreter.
pub const COUNT_MAX: u32 = 63;
