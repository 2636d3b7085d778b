//! The baseline compiler: walks bytecode once, and emits each instruction's fast path.
//!
//! One file per family of instructions, mirroring `vm/src/interp`. A fast path that fails goes to
//! the instruction's slow path, which has the interpreter run the instruction; slow paths stand
//! behind the code. Instructions without a method of their own are slow paths alone.

mod arith;
mod branch;
mod control;
mod data;
mod fast;
mod moves;

use crate::isa::x64::X64;
use crate::masm::{MacroAsm, Place, Reg};
use crate::{Bailout, Blob, Isa, Source};
use fast::Arguments;
use gambol_abi::dispatch_op_arms;
use gambol_abi::frame::{FRAME_SLOTS, OUTGOING};
use gambol_abi::ops::{self, ArithOps, BranchOps, ControlOps, DataOps, Instr, MoveOps, Op, PrimOps};
use gambol_abi::prims::PrimId;

/// Greatest frame with its outgoing area: the entry's slow path makes it in the stack's reserve.
const EXTENT_MAX: u32 = 8 << 10;
/// Most words of bytecode.
const WORDS_MAX: usize = 1 << 16;

/// Compiles one procedure. What cannot be compiled is interpreted: see [`Bailout`].
pub fn compile(isa: Isa, source: &Source<'_>) -> Result<Blob, Bailout> {
    match isa {
        Isa::X64 => Baseline::new(X64::new(), source)?.compile(),
    }
}

struct Baseline<'a, M: MacroAsm> {
    masm: M,
    source: &'a Source<'a>,
    /// Labels of the instructions that are jumped to.
    labels: Vec<Option<M::Label>>,
    map: Vec<u32>,
    entry: M::Label,
    /// Slow paths asked for; their code stands behind the rest.
    late: Vec<Late<M::Label>>,
    /// The slow path of the instruction at hand, once asked for.
    step: Option<M::Label>,
    /// Number of the instruction at hand.
    pc: usize,
}

/// What a fast path that failed goes to.
enum Late<L> {
    /// The interpreter runs the instruction.
    Step { slow: L, pc: u32 },
    /// Of a store the barrier alone.
    Barrier { slow: L, store: L, to: Place, value: Reg },
    /// The body of a primitive.
    Primitive { slow: L, done: L, prim: PrimId, args: Arguments, pc: u32 },
}

impl<'a, M: MacroAsm> Baseline<'a, M> {
    fn new(mut masm: M, source: &'a Source<'a>) -> Result<Self, Bailout> {
        if source.extent > EXTENT_MAX {
            return Err(Bailout::Frame);
        }
        if source.code.len() > WORDS_MAX {
            return Err(Bailout::Length);
        }
        let entry = masm.label();
        let words = source.code.len();
        Ok(Baseline { masm, source, labels: vec![None; words], map: vec![Blob::NONE; words], entry, late: Vec::new(), step: None, pc: 0 })
    }

    fn compile(mut self) -> Result<Blob, Bailout> {
        let code = self.source.code;
        let mut pc = 0;
        while pc < code.len() {
            if let Some(target) = ops::branch_target(code, pc)
                && self.labels[target].is_none()
            {
                self.labels[target] = Some(self.masm.label());
            }
            pc += ops::instruction_words(code, pc);
        }
        let entry = self.masm.offset();
        self.masm.bind(self.entry);
        let unready = self.entries();
        while self.pc < code.len() {
            let pc = self.pc;
            if let Some(label) = self.labels[pc] {
                self.masm.bind(label);
            }
            self.map[pc] = self.masm.offset();
            let i = Instr(code[pc]);
            let op = i.op().expect("verified code has known operations");
            self.step = None;
            gambol_abi::dispatch_op!(self, op, i);
            self.pc = pc + ops::instruction_words(code, pc);
        }
        for late in std::mem::take(&mut self.late) {
            self.slow_path(late);
        }
        for (label, pc) in unready {
            self.masm.bind(label);
            self.masm.enter_slow(self.frame_bytes(), pc);
        }
        Ok(Blob { entry, map: self.map, bytes: self.masm.finish() })
    }

    fn slow_path(&mut self, late: Late<M::Label>) {
        match late {
            Late::Step { slow, pc } => {
                self.masm.bind(slow);
                self.step_at(pc as usize);
            }
            Late::Barrier { slow, store, to, value } => {
                self.masm.bind(slow);
                self.masm.barrier_slow(to, value, store);
            }
            Late::Primitive { slow, done, prim, args, pc } => {
                self.masm.bind(slow);
                self.masm.primitive(prim.0, args.slot, args.count as u32, pc);
                self.masm.jump(done);
            }
        }
    }

    /// The procedure's entry: makes the frame; a `case-lambda` first finds the clause. Returns the
    /// labels of the stack checks that fail, with the instructions they stand before.
    fn entries(&mut self) -> Vec<(M::Label, u32)> {
        let clauses = self.exact_clauses();
        let labels: Vec<M::Label> = clauses.iter().map(|_| self.masm.label()).collect();
        // Whoever calls has checked that there is a clause for the count: the last needs no test.
        for (&(count, _), &label) in clauses.iter().zip(&labels).rev().skip(1) {
            self.masm.if_count(count, label);
        }
        let mut unready = Vec::new();
        for (k, (&(_, pc), &label)) in clauses.iter().zip(&labels).enumerate().rev() {
            let fail = self.masm.label();
            self.masm.bind(label);
            self.masm.enter(self.source.extent, self.frame_bytes(), fail);
            unready.push((fail, pc as u32));
            // The first clause's code, or the only one's, follows.
            if k > 0 || pc > 0 {
                let body = *self.labels[pc].get_or_insert_with(|| self.masm.label());
                self.masm.jump(body);
            }
        }
        unready
    }
    /// Argument count and first instruction of each clause without a rest parameter; of a plain
    /// procedure (count unused) its one entry.
    fn exact_clauses(&self) -> Vec<(u32, usize)> {
        let code = self.source.code;
        let mut found = Vec::new();
        let mut pc = 0;
        while Instr(code[pc]).op() == Some(Op::EntryCase) {
            let i = Instr(code[pc]);
            if i.b() == 0 {
                found.push((i.a() as u32, pc + 1));
            }
            pc = (pc as isize + 1 + i.c_int() as isize) as usize;
        }
        if pc == 0 { vec![(0, 0)] } else { found }
    }

    fn frame_bytes(&self) -> u32 {
        8 * (u32::from(self.source.registers) + FRAME_SLOTS as u32)
    }
    /// Offset of register `i` from the stack pointer.
    fn slot(&self, i: usize) -> i32 {
        8 * (i32::from(self.source.registers) + FRAME_SLOTS as i32 - 1 - i as i32)
    }
    /// Offset of outgoing argument `i`.
    fn outgoing(&self, i: usize) -> i32 {
        self.slot(usize::from(self.source.registers) + OUTGOING + i)
    }
    fn load(&mut self, d: Reg, register: usize) {
        self.masm.load(d, self.slot(register));
    }
    fn store(&mut self, register: usize, s: Reg) {
        self.masm.store(self.slot(register), s);
    }
    /// The word of a constant, `rel` words from the instruction.
    fn constant(&self, rel: i32) -> u64 {
        let index = self.source.constants.len() as isize + self.pc as isize + rel as isize;
        self.source.constants[index as usize]
    }
    /// The slow path of the instruction at hand.
    fn slow(&mut self) -> M::Label {
        if let Some(slow) = self.step {
            return slow;
        }
        let slow = self.masm.label();
        self.next_label();
        self.late.push(Late::Step { slow, pc: self.pc as u32 });
        self.step = Some(slow);
        slow
    }
    /// Stores `value` into the object in `A`, with the barrier.
    fn store_into(&mut self, to: Place, value: Reg) {
        let (slow, store) = (self.masm.label(), self.masm.label());
        self.masm.barrier(value, slow);
        self.masm.bind(store);
        match to {
            Place::Field(offset) => self.masm.set_field(Reg::A, offset, value),
            Place::Element(index, offset) => self.masm.set_element(Reg::A, index, offset, value),
        }
        self.late.push(Late::Barrier { slow, store, to, value });
    }
    /// The instruction is its slow path alone.
    fn interpret(&mut self) {
        self.next_label();
        self.step_at(self.pc);
    }
    fn step_at(&mut self, pc: usize) {
        let next = pc + ops::instruction_words(self.source.code, pc);
        // After the last instruction nothing follows: it never goes on there.
        let next = self.labels.get(next).copied().flatten().unwrap_or(self.entry);
        self.masm.step(self.address_at(pc), self.frame_bytes(), next);
    }
    /// Where the interpreter finds instruction `pc`.
    fn address_at(&self, pc: usize) -> u64 {
        self.source.address + 8 * pc as u64
    }
    /// The next instruction gets a label, for the way back from the interpreter.
    fn next_label(&mut self) {
        let next = self.pc + ops::instruction_words(self.source.code, self.pc);
        if let Some(label) = self.labels.get_mut(next) {
            label.get_or_insert_with(|| self.masm.label());
        }
    }
    /// The label `rel` words from the next one.
    fn target(&self, rel: isize) -> M::Label {
        let at = self.pc as isize + 1 + rel;
        self.labels[at as usize].expect("the first walk made a label for every target")
    }
}

#[cfg(test)]
mod tests;
