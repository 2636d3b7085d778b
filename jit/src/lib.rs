//! Machine code as inert data.
//!
//! * [`compile`]: bytecode of one procedure in, bytes and a map of addresses out
//! * `masm`: the seam: semantic operations that an instruction set provides
//! * `isa`: the instruction sets; the only place where `dynasm!` appears
//! * `baseline`: one template of machine code per bytecode instruction, written once over the seam
//!
//! Nothing here runs code or knows the runtime: code reaches the runtime through addresses in the
//! processor's context, so bytes can be placed anywhere, and both instruction sets can be tested
//! on any host (docs/adr/0007-baseline-code.md).

mod baseline;
mod isa;
mod masm;

pub use baseline::compile;

/// An instruction set.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Isa {
    /// x86-64.
    X64,
}

impl Isa {
    /// That of this machine, if there is code for it.
    pub fn host() -> Option<Isa> {
        if cfg!(target_arch = "x86_64") { Some(Isa::X64) } else { None }
    }
}

/// What is compiled: one procedure's code, as the verifier admitted it.
#[derive(Clone, Copy, Debug)]
pub struct Source<'a> {
    /// The constants that stand before the code.
    pub constants: &'a [u64],
    /// Instructions.
    pub code: &'a [u64],
    /// Where they stay in memory: what the interpreter is told to run.
    pub address: u64,
    /// Registers of a frame.
    pub registers: u16,
    /// The first registers, which hold the arguments.
    pub parameters: u16,
    /// Bytes from a frame's base to below its greatest outgoing area.
    pub extent: u32,
    /// The procedure's own word, if it has one for all: calls of it go straight to its entry.
    pub own: Option<u64>,
    /// The argument count of such calls.
    pub own_arity: u32,
}

/// Machine code of one procedure.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Blob {
    /// Position-independent code.
    pub bytes: Vec<u8>,
    /// Offset of the entry: arguments are in place, the count is right, the return address is
    /// where the frame's return word belongs.
    pub entry: u32,
    /// For each word of bytecode the offset of the code that goes on there, [`Blob::NONE`] where
    /// nothing can. The word after a call is where the callee returns to, its value in the result
    /// register.
    pub map: Vec<u32>,
}

impl Blob {
    /// No code for this word.
    pub const NONE: u32 = u32::MAX;
}

/// Why a procedure stays interpreted.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Bailout {
    /// Its frame is larger than the stack's reserve allows for.
    Frame,
    /// Its code is longer than branches reach.
    Length,
}
