//! A template's instructions before their addresses are known: symbolic registers (the frame's
//! size is settled last), labels, payloads. [`Asm::finish`] lays them out: it threads jumps,
//! drops what cannot run, inverts branches over jumps, widens labels that do not reach, and
//! encodes. Emitters can therefore be naive about control flow and say `jump` freely.

use gambol_abi::frame::{FRAME_SLOTS, ManyValues, OUTGOING, ReturnPoint};
use gambol_abi::ops::{Effects, Instr, Op, Operand};
use gambol_abi::prims::PrimId;

use crate::source::Span;

/// A register: locals from 0; from [`FRAME`] on relative to the frame's register count.
pub(super) type Reg = u32;
/// Stands for the register count of the frame, whatever it will be.
pub(super) const FRAME: Reg = 1 << 24;
/// The running procedure.
pub(super) const CLOSURE: Reg = FRAME;

/// The register of outgoing argument `i`.
pub(super) fn outgoing(i: usize) -> Reg {
    FRAME + OUTGOING as Reg + i as Reg
}

/// A place in the code, bound or not yet.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Label(u32);

/// What follows an instruction word.
#[derive(Clone)]
pub(super) enum Extra {
    None,
    Return { dst: Reg, many: ManyValues },
    Registers(Box<[Reg]>),
    Const(u32),
}

/// An instruction; operands are registers, numbers, label numbers or constant numbers, as the
/// operation says.
#[derive(Clone)]
struct Ins {
    op: Op,
    operands: [u32; 3],
    extra: Extra,
    span: Span,
    /// What the program called, if `op` is not named after it.
    name: Option<PrimId>,
}

/// Code laid out.
pub(super) struct Finished {
    pub(super) code: Vec<u64>,
    pub(super) registers: usize,
    pub(super) outgoing: usize,
    pub(super) spans: Vec<(u32, Span)>,
    pub(super) names: Vec<(u32, PrimId)>,
}

/// Why code cannot be laid out: too many registers for 16 bits.
pub(super) struct TooManyRegisters;

#[derive(Default)]
pub(super) struct Asm {
    code: Vec<Ins>,
    /// Index of the instruction each label stands before.
    bound: Vec<u32>,
}

const UNBOUND: u32 = u32::MAX;

impl Asm {
    pub(super) fn label(&mut self) -> Label {
        self.bound.push(UNBOUND);
        Label(self.bound.len() as u32 - 1)
    }

    pub(super) fn bind(&mut self, label: Label) {
        self.bound[label.0 as usize] = self.code.len() as u32;
    }

    pub(super) fn is_bound(&self, label: Label) -> bool {
        self.bound[label.0 as usize] != UNBOUND
    }

    pub(super) fn push(&mut self, op: Op, operands: [u32; 3], span: Span) {
        self.push_with(op, operands, Extra::None, span);
    }

    pub(super) fn push_with(&mut self, op: Op, operands: [u32; 3], extra: Extra, span: Span) {
        self.code.push(Ins { op, operands, extra, span, name: None });
    }

    /// The instruction just pushed does what the program calls `name`.
    pub(super) fn named(&mut self, name: Option<PrimId>) {
        if let Some(last) = self.code.last_mut() {
            last.name = name;
        }
    }

    /// Goes to `label`, with a poll when that is backwards.
    pub(super) fn jump(&mut self, label: Label, span: Span) {
        let op = if self.is_bound(label) { Op::Loop } else { Op::Jump };
        self.push(op, [0, label.0, 0], span);
    }

    /// A conditional jump; `operands` without the label, which goes where the operation has it.
    pub(super) fn branch(&mut self, op: Op, operands: [u32; 2], label: Label, span: Span) {
        let [a, b] = operands;
        let all = if op.operands()[1] == Operand::Label32 { [a, label.0, 0] } else { [a, b, label.0] };
        self.push(op, all, span);
    }

    /// Lays out the code of a frame with at least `registers` registers and `constants` constants.
    pub(super) fn finish(self, registers: usize, constants: usize) -> Result<Finished, TooManyRegisters> {
        let extent = Extent::of(&self.code, registers);
        if extent.registers + OUTGOING + extent.outgoing > u16::MAX as usize {
            return Err(TooManyRegisters);
        }
        let mut layout = Layout::new(self);
        layout.thread();
        layout.drop_unreachable();
        while layout.tidy() {}
        layout.place();
        Ok(layout.encode(extent, constants))
    }
}

/// How far registers reach.
#[derive(Clone, Copy)]
struct Extent {
    registers: usize,
    outgoing: usize,
}

impl Extent {
    fn of(code: &[Ins], least: usize) -> Extent {
        let mut extent = Extent { registers: least, outgoing: 0 };
        let mut see = |r: Reg| {
            if r < FRAME {
                extent.registers = extent.registers.max(r as usize + 1);
            } else if r >= FRAME + OUTGOING as Reg {
                extent.outgoing = extent.outgoing.max((r - FRAME) as usize - OUTGOING + 1);
            }
        };
        for ins in code {
            for (kind, &value) in ins.op.operands().iter().zip(&ins.operands) {
                if matches!(kind, Operand::Dst | Operand::Src) {
                    see(value);
                }
            }
            if ins.op == Op::Receive {
                let [first, required, rest] = ins.operands;
                (first..first + required + rest).for_each(&mut see);
            }
            match &ins.extra {
                Extra::Return { dst, .. } => see(*dst),
                Extra::Registers(list) => list.iter().copied().for_each(&mut see),
                _ => {}
            }
        }
        extent
    }

    fn resolve(self, r: Reg) -> u16 {
        if r < FRAME { r as u16 } else { (self.registers + (r - FRAME) as usize) as u16 }
    }
}

/// Where an operation has its label.
fn label_operand(op: Op) -> Option<usize> {
    op.operands().iter().position(|k| matches!(k, Operand::Label | Operand::Label32))
}

/// The conditional jump that goes where `op` does not. Branches come in adjacent pairs in the
/// table, from `IfTrue` on.
pub(super) fn negated(op: Op) -> Op {
    let base = Op::IfTrue as usize;
    Op::ALL[((op as usize - base) ^ 1) + base]
}

struct Layout {
    code: Vec<Ins>,
    /// Target of each instruction with a label, as an index.
    to: Vec<u32>,
    keep: Vec<bool>,
    /// The word at a resume address must stay one instruction before the `Receive`.
    pinned: Vec<bool>,
    /// Short labels that do not reach.
    long: Vec<bool>,
    pc: Vec<u32>,
}

impl Layout {
    fn new(asm: Asm) -> Layout {
        let n = asm.code.len();
        let to = asm.code.iter().map(|ins| label_operand(ins.op).map_or(UNBOUND, |k| asm.bound[ins.operands[k] as usize]));
        let to = to.collect();
        let mut pinned = vec![false; n];
        for (i, ins) in asm.code.iter().enumerate() {
            if matches!(ins.extra, Extra::Return { many: ManyValues::Accept, .. }) {
                pinned[i + 1] = true;
            }
        }
        Layout { code: asm.code, to, keep: vec![false; n], pinned, long: vec![false; n], pc: vec![0; n + 1] }
    }

    /// Lets jumps to jumps go to the end of the chain, and jumps to returns return.
    fn thread(&mut self) {
        for i in 0..self.code.len() {
            if self.to[i] == UNBOUND {
                continue;
            }
            let mut end = self.to[i];
            // Forward jumps only get nearer the end, so chains are finite.
            while self.code.get(end as usize).is_some_and(|ins| ins.op == Op::Jump) {
                end = self.to[end as usize];
            }
            self.to[i] = end;
            let returns = self.code.get(end as usize).filter(|ins| ins.op == Op::Return);
            if let (Op::Jump, Some(ins), false) = (self.code[i].op, returns, self.pinned[i]) {
                self.code[i] = ins.clone();
                self.to[i] = UNBOUND;
            }
        }
    }

    fn drop_unreachable(&mut self) {
        let mut pending = vec![0];
        while let Some(i) = pending.pop() {
            if i >= self.code.len() || self.keep[i] {
                continue;
            }
            self.keep[i] = true;
            if !self.code[i].op.effects().has(Effects::ENDS) {
                pending.push(i + 1);
            }
            if self.to[i] != UNBOUND {
                pending.push(self.to[i] as usize);
            }
            if i > 0 && self.pinned[i] {
                pending.push(i + 1);
            }
        }
    }

    fn next_kept(&self, from: usize) -> usize {
        (from..self.code.len()).find(|&i| self.keep[i]).unwrap_or(self.code.len())
    }

    /// One round of local improvements; whether there was any.
    fn tidy(&mut self) -> bool {
        let mut changed = false;
        for i in (0..self.code.len()).rev() {
            if !self.keep[i] || self.pinned[i] || self.to[i] == UNBOUND {
                continue;
            }
            let op = self.code[i].op;
            let next = self.next_kept(i + 1);
            let target = self.next_kept(self.to[i] as usize);
            let silent = op == Op::Jump || op.family() == "branch" && !op.effects().has(Effects::RAISES);
            if target == next && silent {
                self.keep[i] = false;
                changed = true;
                continue;
            }
            let over_jump = op.family() == "branch" && next < self.code.len() && self.code[next].op == Op::Jump && !self.pinned[next];
            if over_jump && target == self.next_kept(next + 1) {
                self.code[i].op = negated(op);
                self.to[i] = self.to[next];
                self.keep[next] = false;
                changed = true;
            }
        }
        changed
    }

    fn words(&self, i: usize) -> u32 {
        if !self.keep[i] {
            return 0;
        }
        let payload = match &self.code[i].extra {
            Extra::None => 0,
            Extra::Return { .. } | Extra::Const(_) => 1,
            Extra::Registers(list) => 1 + list.len() as u32 / 4,
        };
        let stretch = match (self.long[i], self.code[i].op) {
            (false, _) => 0,
            (true, Op::EntryCase) => 2,
            (true, _) => 1,
        };
        1 + payload + stretch
    }

    /// Settles addresses, widening short labels until all reach.
    fn place(&mut self) {
        loop {
            for i in 0..self.code.len() {
                self.pc[i + 1] = self.pc[i] + self.words(i);
            }
            let mut changed = false;
            for i in 0..self.code.len() {
                let short = label_operand(self.code[i].op) == Some(2);
                if self.keep[i] && short && !self.long[i] && i16::try_from(self.offset(i)).is_err() {
                    self.long[i] = true;
                    changed = true;
                }
            }
            if !changed {
                return;
            }
        }
    }

    /// Words from the instruction after `i` (payloads are never on instructions with labels).
    fn offset(&self, i: usize) -> i64 {
        i64::from(self.pc[self.to[i] as usize]) - i64::from(self.pc[i]) - 1
    }

    fn encode(self, extent: Extent, constants: usize) -> Finished {
        let mut code = Vec::with_capacity(self.pc[self.code.len()] as usize);
        let (mut spans, mut names) = (Vec::new(), Vec::new());
        for (i, ins) in self.code.iter().enumerate().filter(|&(i, _)| self.keep[i]) {
            let pc = code.len();
            if ins.op.effects().is_safepoint() && !ins.span.is_none() {
                spans.push((pc as u32, ins.span));
            }
            names.extend(ins.name.map(|name| (pc as u32, name)));
            let constant = |k: u32| k as i64 - constants as i64 - pc as i64;
            code.push(self.word(i, extent, constant).0);
            if self.long[i] {
                self.stretch(i, &mut code);
            }
            match &ins.extra {
                Extra::None => {}
                Extra::Const(k) => code.push(constant(*k) as u64),
                Extra::Return { dst, many } => {
                    let frame = (extent.registers + FRAME_SLOTS) as u16;
                    code.push(ReturnPoint::new(frame, extent.resolve(*dst), 0, *many).0);
                }
                Extra::Registers(list) => push_registers(&mut code, list.iter().map(|&r| extent.resolve(r))),
            }
        }
        Finished { code, registers: extent.registers, outgoing: extent.outgoing, spans, names }
    }

    fn word(&self, i: usize, extent: Extent, constant: impl Fn(u32) -> i64) -> Instr {
        let ins = &self.code[i];
        let kinds = ins.op.operands();
        let mut field = [0u16; 3];
        for k in 0..3 {
            let value = ins.operands[k];
            field[k] = match kinds[k] {
                Operand::None => 0,
                Operand::Dst | Operand::Src => extent.resolve(value),
                Operand::Count | Operand::Prim | Operand::Int => value as u16,
                Operand::Label if self.long[i] => 1,
                Operand::Label => self.offset(i) as u16,
                Operand::Int32 | Operand::Word32 => {
                    return Instr::abx(ins.op, field[0], value as i32);
                }
                Operand::Label32 => return Instr::abx(ins.op, field[0], self.offset(i) as i32),
                Operand::Const => return Instr::abx(ins.op, field[0], constant(value) as i32),
            };
        }
        let op = if self.long[i] && ins.op != Op::EntryCase { negated(ins.op) } else { ins.op };
        Instr::abc(op, field[0], field[1], field[2])
    }

    /// The rest of a long form. A branch is inverted to skip a jump; `EntryCase` has no
    /// inverse, so its success jumps over the jump that its failure takes.
    fn stretch(&self, i: usize, code: &mut Vec<u64>) {
        if self.code[i].op == Op::EntryCase {
            code.push(Instr::abx(Op::Jump, 0, 1).0);
        }
        let target = i64::from(self.pc[self.to[i] as usize]);
        let rel = target - code.len() as i64 - 1;
        code.push(Instr::abx(Op::Jump, 0, rel as i32).0);
    }
}

fn push_registers(code: &mut Vec<u64>, list: impl ExactSizeIterator<Item = u16>) {
    let mut fields = vec![list.len() as u16];
    fields.extend(list);
    fields.resize(fields.len().next_multiple_of(4), 0);
    let words = fields.chunks(4).map(|f| f.iter().rev().fold(0u64, |w, &x| w << 16 | u64::from(x)));
    code.extend(words);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn branches_stand_in_pairs() {
        for op in Op::ALL.iter().filter(|op| op.family() == "branch") {
            let other = negated(*op);
            assert_eq!(negated(other), *op);
            let (a, b) = (op.name().replace("IfNot", "If"), other.name().replace("IfNot", "If"));
            assert!(a == b || matches!((*op, other), (Op::IfTrue, Op::IfFalse) | (Op::IfFalse, Op::IfTrue)), "{a} {b}");
            assert_ne!(*op, other);
        }
    }

    #[test]
    fn short_labels_are_widened() {
        let mut asm = Asm::default();
        let far = asm.label();
        asm.branch(Op::IfLessInt, [0, 7], far, Span::NONE);
        for _ in 0..40_000 {
            asm.push(Op::LoadInt, [1, 5, 0], Span::NONE);
        }
        asm.push(Op::Return, [1, 0, 0], Span::NONE);
        asm.bind(far);
        asm.push(Op::Return, [0, 0, 0], Span::NONE);
        let done = asm.finish(1, 0).ok().unwrap();
        let (first, second) = (Instr(done.code[0]), Instr(done.code[1]));
        assert_eq!((first.op(), first.c_int()), (Some(Op::IfNotLessInt), 1));
        assert_eq!(second.op(), Some(Op::Jump));
        assert_eq!(1 + 1 + second.bx() as usize, done.code.len() - 1);
    }

    #[test]
    fn a_branch_over_a_jump_is_inverted() {
        let mut asm = Asm::default();
        let (yes, no) = (asm.label(), asm.label());
        asm.branch(Op::IfTrue, [0, 0], yes, Span::NONE);
        asm.jump(no, Span::NONE);
        asm.bind(yes);
        asm.push(Op::LoadInt, [0, 1, 0], Span::NONE);
        asm.bind(no);
        asm.push(Op::LoadInt, [0, 2, 0], Span::NONE);
        asm.push(Op::Return, [0, 0, 0], Span::NONE);
        let done = asm.finish(1, 0).ok().unwrap();
        let ops: Vec<_> = done.code.iter().map(|&w| Instr(w).op().unwrap()).collect();
        assert_eq!(ops, [Op::IfFalse, Op::LoadInt, Op::LoadInt, Op::Return]);
    }

    #[test]
    fn no_registers_are_lost() {
        for n in 0..10u16 {
            let mut code = vec![0];
            push_registers(&mut code, (0..n).map(|i| i * 3).collect::<Vec<_>>().into_iter());
            assert_eq!(gambol_abi::ops::payload_registers(&code, 0).collect::<Vec<_>>(), (0..n as usize).map(|i| i * 3).collect::<Vec<_>>());
            assert_eq!(code.len() - 1, 1 + n as usize / 4);
        }
    }
}
