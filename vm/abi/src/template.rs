//! The fields of a template that machine code reads: byte offsets. `vm::template` asserts them.

/// Address of the machine code's entry.
pub const MACHINE: usize = 8;
/// The argument count machine code accepts, as 32 bits; [`NO_MACHINE`] while there is none.
pub const MACHINE_ARITY: usize = 20;
/// No call has this many arguments.
pub const NO_MACHINE: u32 = u32::MAX;
