//! The baseline compiler: walks bytecode once, and emits each instruction's fast path.
//!
//! One file per family of instructions, mirroring `vm/src/interp`. A fast path that fails goes to
//! the instruction's slow path, which has the interpreter run the instruction; slow paths stand
//! behind the code. Instructions without a method of their own are slow paths alone.
//!
//! * `flow`: where jumps lead, which slots are live
//! * `cache`: what registers hold
//! * `arith`, `branch`, `control`, `data`, `moves`: instructions by family
//! * `fast`: primitives

mod arith;
mod branch;
mod cache;
mod control;
mod data;
mod fast;
mod flow;
mod moves;

use crate::isa::x64::X64;
use crate::masm::{Cond, MacroAsm, Place, Reg};
use crate::{Bailout, Blob, Isa, Source};
use arith::Arithmetic;
use cache::{Cache, Live};
use fast::Arguments;
use flow::Flow;
use gambol_abi::dispatch_op_arms;
use gambol_abi::frame::{FRAME_SLOTS, OUTGOING};
use gambol_abi::ops::{self, ArithOps, BranchOps, ControlOps, DataOps, Effects, Instr, MoveOps, Op, Operand, PrimOps};
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
    flow: Flow,
    /// By word of code.
    places: Vec<At<M::Label>>,
    map: Vec<u32>,
    entry: M::Label,
    /// Slow paths asked for; their code stands behind the rest.
    late: Vec<Late<M::Label>>,
    /// What registers hold.
    cache: Cache,
    /// Registers in use by the instruction at hand, by bit.
    pinned: u16,
    /// The frame is not made yet: see [`Baseline::need_frame`].
    frameless: bool,
    /// Stack checks that stand in for that of the entry.
    unready: Vec<M::Label>,
    /// Live behind the instruction at hand.
    live_after: Live,
    /// The slow path of the instruction at hand, once asked for.
    step: Option<M::Label>,
    /// Number of the instruction at hand, and of the next.
    pc: usize,
    next: usize,
}

/// What is known of a place in the code.
#[derive(Clone)]
struct At<L> {
    /// Where jumps from before it go.
    label: Option<L>,
    /// Where loops go, and what registers hold there.
    header: Option<(L, Cache)>,
    /// Where the runtime goes: everything is in the frame.
    outside: Option<L>,
    /// What registers hold when the only jump to it is taken.
    cache: Option<Cache>,
    /// Whether there is no frame then.
    frameless: bool,
}

/// What a fast path that failed goes to.
enum Late<L> {
    /// The interpreter runs the instruction; then registers are loaded as `after` has them.
    Step { slow: L, pc: usize, before: Cache, after: Cache, back: L, frameless: bool },
    /// The way in from outside to a place where registers hold something.
    WayIn { pc: usize, way: L, cache: Cache, to: L, frameless: bool },
    /// Of a store the barrier alone.
    Barrier { slow: L, store: L, object: Reg, to: Place, value: Reg },
    /// The body of a primitive.
    Primitive { slow: L, done: L, prim: PrimId, args: Arguments, pc: u32 },
    /// A comparison of operands that are not of the kind compared in line.
    Compare { slow: L, done: L, step: L, flonums: bool, regs: [Reg; 2], cond: Cond, sense: bool, label: L },
    /// The same with an integer: the operand is no fixnum.
    CompareInt { slow: L, done: L, step: L, x: Reg, n: i16, cond: Cond, sense: bool, label: L },
    /// Arithmetic on operands that are not both fixnums, or not both flonums.
    Other { slow: L, done: L, step: L, op: Arithmetic, regs: [Reg; 3] },
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
        Ok(Baseline {
            masm,
            source,
            flow: Flow::of(source.code, source.registers.into()),
            places: vec![At { label: None, header: None, outside: None, cache: None, frameless: false }; words + 1],
            map: vec![Blob::NONE; words],
            entry,
            late: Vec::new(),
            cache: Cache::default(),
            pinned: 0,
            frameless: false,
            unready: Vec::new(),
            live_after: Live::default(),
            step: None,
            pc: 0,
            next: 0,
        })
    }

    fn compile(mut self) -> Result<Blob, Bailout> {
        let code = self.source.code;
        let entry = self.masm.offset();
        self.masm.bind(self.entry);
        let unready = self.entries();
        let mut falls = false;
        while self.pc < code.len() {
            let i = Instr(code[self.pc]);
            let op = i.op().expect("verified code has known operations");
            self.next = self.pc + ops::instruction_words(code, self.pc);
            if self.pc == 0 || self.flow.joins[self.pc].is_place() {
                self.arrive(falls);
            }
            self.start(self.flow.live[self.pc]);
            self.live_after = self.flow.live[self.next];
            self.step = None;
            if self.frameless && !self.can_do_without_frame(op, i) {
                self.need_frame();
            }
            gambol_abi::dispatch_op!(self, op, i);
            falls = !op.effects().has(Effects::ENDS);
            self.leave(falls);
            self.pc = self.next;
        }
        self.frameless = false;
        while let Some(late) = self.late.pop() {
            self.slow_path(late);
        }
        for label in std::mem::take(&mut self.unready) {
            self.masm.bind(label);
            self.masm.enter_slow(self.frame_bytes(), 0, true);
        }
        for (label, pc) in unready {
            self.masm.bind(label);
            self.masm.enter_slow(self.frame_bytes(), pc, false);
        }
        Ok(Blob { entry, map: self.map, bytes: self.masm.finish() })
    }

    /// Several paths may lead to the instruction at hand: makes of them one.
    fn arrive(&mut self, falls: bool) {
        let (pc, join, live) = (self.pc, self.flow.joins[self.pc], self.flow.live[self.pc]);
        let keeps = join.keeps_registers() && pc > 0;
        if !keeps {
            if falls {
                self.need_frame();
                self.save(live);
            }
            self.clear();
            self.frameless = pc == 0 && self.starts_frameless();
        } else if !falls {
            self.cache = self.places[pc].cache.take().unwrap_or_default();
            self.frameless = self.places[pc].frameless;
        }
        if let Some(label) = self.places[pc].label {
            self.masm.bind(label);
        }
        if join.header {
            self.need_frame();
        }
        if self.frameless && !keeps {
            let label = self.masm.label();
            self.masm.bind(label);
            return self.late_way_in(label);
        }
        if !keeps {
            self.way_in();
        }
        if join.header {
            self.enter_loop(live);
            let label = self.masm.label();
            self.masm.bind(label);
            self.places[pc].header = Some((label, self.cache.clone()));
            if keeps {
                self.late_way_in(label);
            }
        } else if keeps {
            let label = self.masm.label();
            self.masm.bind(label);
            self.late_way_in(label);
        }
    }
    /// The runtime may come here.
    fn way_in(&mut self) {
        self.map[self.pc] = self.masm.offset();
        let way = self.outside(self.pc);
        self.masm.bind(way);
    }
    /// The runtime may come here, once registers are loaded.
    fn late_way_in(&mut self, to: M::Label) {
        if self.cache.is_empty() && !self.frameless {
            return self.way_in();
        }
        let way = self.outside(self.pc);
        self.late.push(Late::WayIn { pc: self.pc, way, cache: self.cache.clone(), to, frameless: self.frameless });
    }
    /// Where the runtime goes to for the place `pc`.
    fn outside(&mut self, pc: usize) -> M::Label {
        *self.places[pc].outside.get_or_insert_with(|| self.masm.label())
    }
    /// Where jumps from before it to `pc` go.
    fn label(&mut self, pc: usize) -> M::Label {
        *self.places[pc].label.get_or_insert_with(|| self.masm.label())
    }

    /// The instruction at hand is done.
    fn leave(&mut self, falls: bool) {
        self.pinned = 0;
        if let (Some(_), true, false) = (self.step, falls, self.flow.joins[self.next].is_place()) {
            let here = self.masm.label();
            self.masm.bind(here);
            let now = self.cache.clone();
            let pc = self.pc;
            let step = self.late.iter_mut().rev().find_map(|late| match late {
                Late::Step { pc: at, after, back, .. } if *at == pc => Some((after, back)),
                _ => None,
            });
            if let Some((after, back)) = step {
                *after = now;
                *back = here;
            }
        }
        self.step = None;
        if !falls {
            self.clear();
        }
    }

    /// Goes from the frame, where everything is, to code that has `cache` in registers.
    fn resume_at(&mut self, cache: &Cache, frameless: bool, to: M::Label) {
        self.load_snapshot(cache);
        if frameless {
            self.masm.pop_frame(self.frame_bytes());
        }
        self.masm.jump(to);
    }
    fn slow_path(&mut self, late: Late<M::Label>) {
        match late {
            Late::Step { slow, pc, before, after, back, frameless } => {
                self.masm.bind(slow);
                if frameless {
                    self.masm.push_frame(self.frame_bytes());
                }
                self.save_from(&before, self.flow.live[pc]);
                let next = pc + ops::instruction_words(self.source.code, pc);
                if self.flow.joins[next].is_place() {
                    let way = self.outside(next);
                    return self.step_at(pc, way);
                }
                let way = self.masm.label();
                self.step_at(pc, way);
                self.masm.bind(way);
                if let Some(map) = self.map.get_mut(next).filter(|map| **map == Blob::NONE) {
                    *map = self.masm.offset();
                }
                self.resume_at(&after, frameless, back);
            }
            Late::WayIn { pc, way, cache, to, frameless } => {
                self.masm.bind(way);
                self.map[pc] = self.masm.offset();
                self.resume_at(&cache, frameless, to);
            }
            Late::Barrier { slow, store, object, to, value } => {
                self.masm.bind(slow);
                self.masm.barrier_slow(object, to, value, store);
            }
            Late::Primitive { slow, done, prim, args, pc } => {
                self.masm.bind(slow);
                self.masm.primitive(prim.0, args.slot, args.count as u32, pc);
                self.masm.jump(done);
            }
            Late::Compare { slow, done, step, flonums, regs, cond, sense, label } => {
                self.masm.bind(slow);
                self.other_comparison(flonums, regs, cond, sense, label, step);
                self.masm.jump(done);
            }
            Late::CompareInt { slow, done, step, x, n, cond, sense, label } => {
                self.masm.bind(slow);
                self.masm.need_flonums(x, x, step);
                self.masm.if_flo_number(x, n.into(), cond, sense, label);
                self.masm.jump(done);
            }
            Late::Other { slow, done, step, op, regs } => {
                self.masm.bind(slow);
                self.other_arithmetic(op, regs, step);
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
            if self.starts_frameless() {
                continue;
            }
            self.masm.enter(self.source.extent, self.frame_bytes(), fail);
            unready.push((fail, pc as u32));
            // The first clause's code, or the only one's, follows.
            if k > 0 || pc > 0 {
                self.flow.joins[pc].outside = true;
                let body = self.label(pc);
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

    /// Whether the procedure first does what it can without a frame. A loop back to its start has one.
    fn starts_frameless(&self) -> bool {
        Instr(self.source.code[0]).op() != Some(Op::EntryCase) && !self.flow.joins[0].header
    }
    /// Whether the instruction has no effect but on slots that are no parameters: if the stack check
    /// that follows fails, the interpreter starts the procedure again.
    fn can_do_without_frame(&self, op: Op, i: Instr) -> bool {
        let pure = match op.family() {
            "branch" => true,
            "arith" => true,
            "moves" => !matches!(op, Op::ClosureSet | Op::BoxSet | Op::CellSet | Op::CellDefine),
            "data" => !matches!(op, Op::SetCar | Op::SetCdr | Op::VectorSet | Op::VectorSetInt | Op::BytevectorSet | Op::RecordSet),
            _ => matches!(op, Op::Return | Op::Jump),
        };
        pure && (op.operands()[0] != Operand::Dst || i.a() >= self.source.parameters as usize)
    }
    /// From here on there is a frame. Until then slots lie below the stack pointer, where nobody else
    /// writes: what returns without a call never makes one.
    fn need_frame(&mut self) {
        if std::mem::take(&mut self.frameless) {
            let fail = self.masm.label();
            self.masm.enter(self.source.extent, self.frame_bytes(), fail);
            self.unready.push(fail);
        }
    }

    fn frame_bytes(&self) -> u32 {
        8 * (u32::from(self.source.registers) + FRAME_SLOTS as u32)
    }
    /// Offset of register `i` from the stack pointer.
    fn slot(&self, i: usize) -> i32 {
        if self.frameless {
            return -8 * (1 + i as i32);
        }
        8 * (i32::from(self.source.registers) + FRAME_SLOTS as i32 - 1 - i as i32)
    }
    /// Offset of outgoing argument `i`.
    fn outgoing(&self, i: usize) -> i32 {
        self.slot(usize::from(self.source.registers) + OUTGOING + i)
    }
    /// The word of a constant, `rel` words from the instruction.
    fn constant(&self, rel: i32) -> u64 {
        let index = self.source.constants.len() as isize + self.pc as isize + rel as isize;
        self.source.constants[index as usize]
    }
    /// What is live before the instruction at hand.
    fn live(&self) -> Live {
        self.flow.live[self.pc]
    }
    /// The slow path of the instruction at hand. Registers that it needs have been asked for.
    fn slow(&mut self) -> M::Label {
        if let Some(slow) = self.step {
            return slow;
        }
        let slow = self.masm.label();
        self.late.push(Late::Step { slow, pc: self.pc, before: self.cache.clone(), after: Cache::default(), back: self.entry, frameless: self.frameless });
        self.step = Some(slow);
        slow
    }
    /// Stores `value` into `object`, with the barrier.
    fn store_into(&mut self, object: Reg, to: Place, value: Reg) {
        let (slow, store) = (self.masm.label(), self.masm.label());
        self.masm.barrier(value, slow);
        self.masm.bind(store);
        match to {
            Place::Field(offset) => self.masm.set_field(object, offset, value),
            Place::Element(index, offset) => self.masm.set_element(object, index, offset, value),
        }
        self.late.push(Late::Barrier { slow, store, object, to, value });
    }
    /// The instruction is its slow path alone.
    fn interpret(&mut self) {
        self.spill(self.live());
        let falls = !Instr(self.source.code[self.pc]).op().is_some_and(|op| op.effects().has(Effects::ENDS));
        if falls && self.flow.joins[self.next].is_place() {
            let way = self.outside(self.next);
            return self.step_at(self.pc, way);
        }
        let way = self.masm.label();
        self.step_at(self.pc, way);
        self.masm.bind(way);
        if let Some(map) = self.map.get_mut(self.next).filter(|_| falls) {
            *map = self.masm.offset();
        }
    }
    fn step_at(&mut self, pc: usize, next: M::Label) {
        self.masm.step(self.address_at(pc), self.frame_bytes(), next);
    }
    /// Where the interpreter finds instruction `pc`.
    fn address_at(&self, pc: usize) -> u64 {
        self.source.address + 8 * pc as u64
    }
    /// The instruction `rel` words from the next one.
    fn target(&self, rel: isize) -> usize {
        (self.pc as isize + 1 + rel) as usize
    }
}

#[cfg(test)]
mod tests;
