//! Control flow of finished bytecode: basic blocks and bit sets of registers, for liveness
//! (backwards) and the verifier (forwards). A call whose return point accepts many values has
//! two successors: the resume address, with the single value in its register, and the `Receive`
//! one word on, with nothing in it.

use gambol_abi::frame::{ManyValues, OUTGOING, ReturnPoint};
use gambol_abi::ops::{Effects, Instr, Op, Payload, branch_target, for_each_register, instruction_words};
use rustc_hash::FxHashMap;

use crate::code::TemplateData;

/// A set of registers.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(super) struct Bits(pub(super) Vec<u64>);

impl Bits {
    pub(super) fn new(size: usize) -> Bits {
        Bits(vec![0; size.div_ceil(64)])
    }

    pub(super) fn set(&mut self, i: usize) {
        self.0[i / 64] |= 1 << (i % 64);
    }

    pub(super) fn clear(&mut self, i: usize) {
        self.0[i / 64] &= !(1 << (i % 64));
    }

    pub(super) fn has(&self, i: usize) -> bool {
        self.0.get(i / 64).is_some_and(|word| word >> (i % 64) & 1 != 0)
    }

    /// Adds all of `other`; whether that changed anything.
    pub(super) fn unite(&mut self, other: &Bits) -> bool {
        let mut changed = false;
        for (mine, theirs) in self.0.iter_mut().zip(&other.0) {
            changed |= *theirs & !*mine != 0;
            *mine |= theirs;
        }
        changed
    }

    /// Keeps what is in `other` too; whether that changed anything.
    pub(super) fn intersect(&mut self, other: &Bits) -> bool {
        let mut changed = false;
        for (mine, theirs) in self.0.iter_mut().zip(&other.0) {
            changed |= *mine & !*theirs != 0;
            *mine &= theirs;
        }
        changed
    }

    pub(super) fn within(&self, other: &Bits) -> bool {
        self.0.iter().zip(&other.0).all(|(mine, theirs)| mine & !theirs == 0)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = usize> + '_ {
        let bits = |(k, &word): (usize, &u64)| (0..64).filter(move |b| word >> b & 1 != 0).map(move |b| k * 64 + b);
        self.0.iter().enumerate().flat_map(bits)
    }
}

/// A run of instructions entered at the first and left at the last.
pub(super) struct Block {
    /// Addresses of the instructions.
    pub(super) pcs: Vec<usize>,
    /// Blocks that may follow. For a call that accepts many values: resume, then `Receive`.
    pub(super) next: Vec<usize>,
}

/// The blocks of a template, in order of their addresses.
pub(super) struct Flow {
    pub(super) blocks: Vec<Block>,
}

/// Registers of a frame, outgoing ones included.
pub(super) fn register_count(template: &TemplateData) -> usize {
    usize::from(template.registers) + OUTGOING + usize::from(template.outgoing)
}

/// The return point of the call at `pc`.
pub(super) fn return_point(code: &[u64], pc: usize) -> Option<ReturnPoint> {
    let op = Instr(code[pc]).op()?;
    (op.payload() == Payload::Return).then(|| ReturnPoint(code[pc + 1]))
}

/// Addresses where control may go after the instruction at `pc`, in the order of [`Block::next`].
pub(super) fn successors(code: &[u64], pc: usize) -> Vec<usize> {
    let Some(op) = Instr(code[pc]).op() else {
        return Vec::new();
    };
    let next = pc + instruction_words(code, pc);
    let mut list = Vec::new();
    if !op.effects().has(Effects::ENDS) {
        list.push(next);
    }
    if return_point(code, pc).is_some_and(|rp| rp.many() == ManyValues::Accept) {
        list.push(next + 1);
    }
    list.extend(branch_target(code, pc));
    list
}

/// What the instruction at `pc` reads and writes, the destination of a call left out. An entry
/// of a `case-lambda` clause writes the clause's parameters.
pub(super) fn accesses(template: &TemplateData, pc: usize, mut visit: impl FnMut(usize, bool)) {
    let code = &template.code;
    let i = Instr(code[pc]);
    let call = i.op().is_some_and(|op| op.payload() == Payload::Return);
    for_each_register(code, pc, usize::from(template.registers), |r, write| {
        if !(call && write) {
            visit(r, write);
        }
    });
    if i.op() == Some(Op::EntryCase) {
        (0..i.a() + usize::from(i.b_int() != 0)).for_each(|r| visit(r, true));
    }
}

impl Flow {
    /// The blocks of valid code.
    pub(super) fn of(template: &TemplateData) -> Flow {
        let code = &template.code;
        let mut starts = vec![false; code.len() + 1];
        starts[0] = true;
        let mut pc = 0;
        while pc < code.len() {
            let after = pc + instruction_words(code, pc);
            let list = successors(code, pc);
            if list != [after] {
                starts[after] = true;
                list.into_iter().for_each(|to| starts[to] = true);
            }
            pc = after;
        }
        let mut blocks: Vec<Block> = Vec::new();
        let mut at: FxHashMap<usize, usize> = FxHashMap::default();
        pc = 0;
        while pc < code.len() {
            if starts[pc] {
                at.insert(pc, blocks.len());
                blocks.push(Block { pcs: Vec::new(), next: Vec::new() });
            }
            if let Some(block) = blocks.last_mut() {
                block.pcs.push(pc);
            }
            pc += instruction_words(code, pc);
        }
        for block in &mut blocks {
            if let Some(&last) = block.pcs.last() {
                block.next = successors(code, last).iter().filter_map(|to| at.get(to).copied()).collect();
            }
        }
        Flow { blocks }
    }
}
