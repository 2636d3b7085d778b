//! Tier 0: the interpreter, portable and the oracle for machine code.
//!
//! One loop, one flat `match` generated from the op table; each arm is an inlined method of the
//! op's family, in the file named like it. The running state is three pointers in registers:
//! `pc`, `base` (the frame's return word) and `sp` (its resume slot). They never have their
//! address taken: slow paths get a copy, [`St`], and return the state to go on with. Slow paths
//! save the state in the context first, so that a collection or a condition can describe the
//! frame (`docs/adr/0003-frames-and-chunks.md`).
//!
//! Scheme never runs above a Rust frame here: what needs a Scheme call sets up its frame and
//! goes on in the loop.

mod arith;
mod branch;
mod control;
mod data;
pub(crate) mod inject;
mod invoke;
mod kont;
mod moves;
mod prims;

pub(crate) use control::{Delivered, returned};
pub(crate) use invoke::grow;
pub(crate) use kont::thrown;

use crate::processor::Processor;
use gambol_abi::dispatch_op_arms;
use gambol_abi::ops::{ArithOps, BranchOps, ControlOps, DataOps, Instr, MoveOps, Op, PrimOps};
use gambol_abi::value::Word;

/// Where execution stands: what slow paths take and return.
#[derive(Clone, Copy)]
pub(crate) struct St {
    /// Next instruction; null leaves the loop.
    pub(crate) pc: *const u64,
    /// The running frame's return word.
    pub(crate) base: *mut u64,
    /// The running frame's resume slot, its lowest word.
    pub(crate) sp: *mut u64,
}

/// The interpreter's registers.
struct Interp {
    pc: *const u64,
    base: *mut u64,
    sp: *mut u64,
    p: *mut Processor,
}

/// Runs from `st` until the driver's frame is returned to or an escape is set.
pub(crate) fn run(p: &mut Processor, st: St) {
    let mut m = Interp { pc: st.pc, base: st.base, sp: st.sp, p };
    loop {
        // SAFETY: verified code: `pc` stands on an instruction of a known operation.
        let i = unsafe { Instr(*m.pc) };
        // SAFETY: the verifier admits defined operation codes only.
        let op: Op = unsafe { std::mem::transmute::<u16, Op>(i.0 as u16) };
        gambol_abi::dispatch_op!(m, op, i);
        if m.pc.is_null() {
            return;
        }
    }
}

/// Runs the one instruction at `st`.
pub(crate) fn step(p: &mut Processor, st: St) -> St {
    let mut m = Interp { pc: st.pc, base: st.base, sp: st.sp, p };
    let i = st.instr();
    let op = i.op().expect("verified code");
    gambol_abi::dispatch_op!(m, op, i);
    m.st()
}

impl Interp {
    /// Register `i`.
    #[inline(always)]
    fn reg(&self, i: usize) -> Word {
        // SAFETY: verified code names registers of its frame and outgoing area only.
        unsafe { *self.base.sub(1 + i) }
    }
    #[inline(always)]
    fn set(&mut self, i: usize, w: Word) {
        // SAFETY: as in `reg`.
        unsafe { *self.base.sub(1 + i) = w }
    }
    /// Address of register `i`.
    #[inline(always)]
    fn slot(&self, i: usize) -> *mut Word {
        self.base.wrapping_sub(1 + i)
    }
    /// Goes on `n` words further.
    #[inline(always)]
    fn next(&mut self, n: isize) {
        self.pc = self.pc.wrapping_offset(n);
    }
    /// Jumps to a label, relative to the next word.
    #[inline(always)]
    fn jump_by(&mut self, rel: isize) {
        self.pc = self.pc.wrapping_offset(1 + rel);
    }
    #[inline(always)]
    fn st(&self) -> St {
        St { pc: self.pc, base: self.base, sp: self.sp }
    }
    #[inline(always)]
    fn go(&mut self, st: St) {
        (self.pc, self.base, self.sp) = (st.pc, st.base, st.sp);
    }
    #[inline(always)]
    fn p(&mut self) -> &mut Processor {
        // SAFETY: the loop owns the processor.
        unsafe { &mut *self.p }
    }
    /// The constant at `rel` words from the instruction.
    #[inline(always)]
    fn constant(&self, rel: i32) -> Word {
        // SAFETY: verified code names constants of its block.
        unsafe { *self.pc.offset(rel as isize) }
    }
}

impl Processor {
    /// Saves the running state so that the runtime can describe the frame.
    #[inline(always)]
    pub(crate) fn save(&mut self, st: St) {
        self.ctx.pc = st.pc as u64;
        self.ctx.sp = st.sp as u64;
    }
}

impl St {
    /// The state `n` words further.
    #[inline(always)]
    pub(crate) fn after(self, n: usize) -> St {
        St { pc: self.pc.wrapping_add(n), ..self }
    }
    /// Register slot `i`.
    #[inline(always)]
    pub(crate) fn slot(self, i: usize) -> *mut Word {
        self.base.wrapping_sub(1 + i)
    }
    /// Writes register `i`.
    #[inline(always)]
    pub(crate) fn set(self, i: usize, w: Word) {
        // SAFETY: verified code names registers of its frame.
        unsafe { *self.slot(i) = w }
    }
    /// The word at `pc`.
    pub(crate) fn instr(self) -> Instr {
        // SAFETY: `pc` stands on an instruction.
        unsafe { Instr(*self.pc) }
    }
}
