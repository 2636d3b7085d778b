//! Frames: one layout for interpreter and machine code (docs/adr/0003-frames-and-chunks.md).
//!
//! Stacks grow down. A frame with base `B` and `n` registers:
//!
//! ```text
//!   B            return word, a code address (`vm::tier::stubs`)
//!   B - 8(1+i)   register i, 0 <= i < n (parameters first)
//!   B - 8(1+n)   closure slot: the running procedure; its template describes the frame
//!   B - 8(2+n)   resume slot: the instruction to go on with, see [`resume`]   <- sp
//!   B - 8(3+n)   return word of a callee: the callee's base
//!   B - 8(4+n+i) the callee's register i: "outgoing" argument i
//! ```
//!
//! So closure, resume slot and outgoing arguments are registers `n`, `n+1` and `n+3+i` of the
//! caller, and any operand of an instruction reaches them by the same arithmetic.
//! The word before a resume address is the call's [`ReturnPoint`].

/// Words a frame has besides its registers and return word: closure and resume slot.
pub const FRAME_SLOTS: usize = 2;
/// Register number, relative to the frame's register count, of the first outgoing argument.
pub const OUTGOING: usize = 3;
/// Added to an instruction's number where 0 would mean that there is none.
pub const AT: u64 = 1 << 30;
/// The address of the instruction that a resume slot names: the interpreter writes addresses,
/// machine code numbers, with or without [`AT`]. `code` is the procedure's first instruction.
///
/// # Safety
/// `slot` was written for a frame of that procedure.
#[inline(always)]
pub unsafe fn resume(slot: u64, code: *const u64) -> *const u64 {
    // SAFETY: as the caller vouches, the number lies within the code.
    if slot >> 32 == 0 { unsafe { code.add((slot & (AT - 1)) as usize) } } else { slot as *const u64 }
}

/// How a call treats a callee that returns other than one value.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum ManyValues {
    /// An error: the value is needed.
    Refuse = 0,
    /// Any number will do: the value is dropped.
    Ignore = 1,
    /// Go on at the resume address plus one instruction, where a `Receive` takes them from the context.
    Accept = 2,
}

/// The word that follows a call instruction: what a return, a stack walk and `values` need.
/// `frame_words: 16 | dst: 16 | map: 30 | many: 2`, low to high.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ReturnPoint(pub u64);

impl ReturnPoint {
    /// Packs a return point. `frame_words` is the register count plus [`FRAME_SLOTS`].
    pub const fn new(frame_words: u16, dst: u16, map: u32, many: ManyValues) -> Self {
        ReturnPoint(frame_words as u64 | (dst as u64) << 16 | (map as u64 & 0x3FFF_FFFF) << 32 | (many as u64) << 62)
    }
    /// Words from the caller's stack pointer to its base.
    #[inline(always)]
    pub const fn frame_words(self) -> usize {
        self.0 as u16 as usize
    }
    /// Register that receives a single value.
    #[inline(always)]
    pub const fn dst(self) -> usize {
        (self.0 >> 16) as u16 as usize
    }
    /// Index of the live map in the template.
    #[inline(always)]
    pub const fn map(self) -> usize {
        (self.0 >> 32 & 0x3FFF_FFFF) as usize
    }
    /// What happens to several values.
    #[inline(always)]
    pub const fn many(self) -> ManyValues {
        match self.0 >> 62 {
            0 => ManyValues::Refuse,
            1 => ManyValues::Ignore,
            _ => ManyValues::Accept,
        }
    }
}

/// What a template accepts: the fast check is one comparison of [`Arity::code`] with the count.
#[derive(Clone, Copy, PartialEq, Eq, Debug, serde::Serialize, serde::Deserialize)]
pub enum Arity {
    /// Exactly so many.
    Exactly(u16),
    /// At least so many; the rest arrive as a list in the next register.
    AtLeast(u16),
    /// The entry code looks at the count itself (`EntryCase`, primitives).
    Any,
}

impl Arity {
    /// The count itself for `Exactly`, else a number no call has.
    pub const fn code(self) -> u32 {
        match self {
            Arity::Exactly(n) => n as u32,
            _ => u32::MAX,
        }
    }
    /// Whether `n` arguments are accepted (`Any` says yes: its entry code decides).
    pub const fn accepts(self, n: usize) -> bool {
        match self {
            Arity::Exactly(k) => n == k as usize,
            Arity::AtLeast(k) => n >= k as usize,
            Arity::Any => true,
        }
    }
}
