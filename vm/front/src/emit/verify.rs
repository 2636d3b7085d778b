//! Checks bytecode before it may run: every operand names something that exists, control stays
//! inside the code and on instructions, registers are written before they are read on every
//! path, and what frames say of themselves is true. What registers hold is seen to in `held`.
//! The interpreter and machine code skip all these checks because this was done. Any sequence of
//! words is refused or found good; none makes the verifier panic.

use std::fmt;

use gambol_abi::frame::{Arity, FRAME_SLOTS, ManyValues, OUTGOING, ReturnPoint};
use gambol_abi::layout::Kind;
use gambol_abi::ops::{Instr, Op, Operand, Payload, branch_target, for_each_register, instruction_words};
use gambol_abi::prims::{Class, PRIMS};
use gambol_abi::value::{CHAR_SHIFT, FALSE, UNBOUND, char_code, is_char};

use super::flow::{Bits, Flow, accesses, register_count, return_point, successors};
use super::{held, liveness};
use crate::code::{CompiledUnit, Constant, TemplateData};
use crate::ir::Literal;

/// What is wrong with a template, and where.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct VerifyError {
    /// Number of the template in its unit.
    pub template: usize,
    /// Word in its code.
    pub pc: usize,
    /// What is wrong.
    pub message: String,
}

impl fmt::Display for VerifyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "template {} at {}: {}", self.template, self.pc, self.message)
    }
}

impl std::error::Error for VerifyError {}

/// Verifies all templates of a unit and what they name. Code that passes is safe to run.
pub fn verify_unit(unit: &CompiledUnit) -> Result<(), VerifyError> {
    match unit.templates.first() {
        Some(body) if body.arity == Arity::Exactly(0) && body.captured == 0 => {}
        _ => {
            return Err(VerifyError { template: 0, pc: 0, message: "the body is not a procedure without arguments".into() });
        }
    }
    let located = |template, (pc, message)| VerifyError { template, pc, message };
    for (number, template) in unit.templates.iter().enumerate() {
        Check { unit, template }.whole().map_err(|fault| located(number, fault))?;
    }
    held::check(unit).map_err(|(number, fault)| located(number, fault))
}

/// A word and what is wrong there.
pub(super) type Fault = (usize, String);

macro_rules! require {
    ($pc:expr, $test:expr, $($message:tt)+) => { if !$test { return Err(($pc, format!($($message)+))); } };
}
pub(super) use require;

/// Number of the constant that an instruction at `pc` reaches with `offset`.
pub(super) fn constant_index(template: &TemplateData, pc: usize, offset: i64) -> Option<usize> {
    let index = offset.checked_add(pc as i64)?.checked_add(template.constants.len() as i64)?;
    usize::try_from(index).ok().filter(|&k| k < template.constants.len())
}

/// Whether a word is a character or one of the values that are the same in every heap.
fn is_immediate(word: u64) -> bool {
    if is_char(word) { char::from_u32(char_code(word)).is_some() } else { (FALSE..=UNBOUND).contains(&word) && (word - FALSE).trailing_zeros() >= CHAR_SHIFT }
}

struct Check<'a> {
    unit: &'a CompiledUnit,
    template: &'a TemplateData,
}

impl Check<'_> {
    fn whole(&self) -> Result<(), Fault> {
        self.constants()?;
        let starts = self.words()?;
        self.structure(&starts)?;
        self.initialised()
    }

    fn constants(&self) -> Result<(), Fault> {
        for (k, constant) in self.template.constants.iter().enumerate() {
            let exists = match constant {
                Constant::Literal(n) => (*n as usize) < self.unit.literals.len(),
                Constant::Template(n) => (*n as usize) < self.unit.templates.len(),
                Constant::Procedure(n) => self.unit.templates.get(*n as usize).is_some_and(|t| t.captured == 0),
                Constant::Global(n) => (*n as usize) < self.unit.globals.len(),
                Constant::Primitive(prim) => PRIMS.get(usize::from(prim.0)).is_some_and(|p| p.class != Class::Control),
                Constant::Name(_) => true,
            };
            require!(0, exists, "constant {k} names nothing");
        }
        Ok(())
    }

    /// Every word belongs to a known instruction; which ones start one.
    fn words(&self) -> Result<Vec<bool>, Fault> {
        let code = &self.template.code;
        require!(0, !code.is_empty(), "there is no code");
        require!(0, i32::try_from(code.len() + self.template.constants.len()).is_ok(), "the code is too long");
        require!(0, register_count(self.template) <= usize::from(u16::MAX), "the frame is too large");
        let mut starts = vec![false; code.len()];
        let mut pc = 0;
        while pc < code.len() {
            starts[pc] = true;
            let Some(op) = Instr(code[pc]).op() else {
                return Err((pc, "unknown operation".into()));
            };
            require!(pc, op.payload() == Payload::None || pc + 1 < code.len(), "the payload is cut off");
            pc += instruction_words(code, pc);
            require!(pc, pc <= code.len(), "the payload is cut off");
        }
        Ok(starts)
    }

    fn structure(&self, starts: &[bool]) -> Result<(), Fault> {
        let t = self.template;
        let parameters = match t.arity {
            Arity::Exactly(n) => usize::from(n),
            Arity::AtLeast(n) => usize::from(n) + 1,
            Arity::Any => 0,
        };
        require!(0, parameters <= usize::from(t.registers), "parameters do not fit the frame");
        for pc in (0..t.code.len()).filter(|&pc| starts[pc]) {
            self.operands(pc)?;
            self.placement(pc)?;
            for to in successors(&t.code, pc) {
                require!(pc, starts.get(to) == Some(&true), "control goes to {to}, where no instruction starts");
            }
            if return_point(&t.code, pc).is_some() {
                self.call(pc)?;
            }
        }
        self.tables(starts)
    }

    fn operands(&self, pc: usize) -> Result<(), Fault> {
        let t = self.template;
        let i = Instr(t.code[pc]);
        let Some(op) = i.op() else {
            return Err((pc, "unknown operation".into()));
        };
        let registers = register_count(t);
        let n = usize::from(t.registers);
        let mut wrong = None;
        for_each_register(&t.code, pc, n, |r, write| {
            let slot = r == n && !write;
            if !(r < n || slot || r >= n + OUTGOING && r < registers) {
                wrong = Some(r);
            }
        });
        require!(pc, wrong.is_none(), "{} names register {wrong:?}", op.name());
        let reading_constant = match (op.operands(), op.payload()) {
            ([_, Operand::Const, _], _) => Some(i64::from(i.bx())),
            (_, Payload::Const) => Some(t.code[pc + 1] as i64),
            _ => None,
        };
        if let Some(offset) = reading_constant {
            self.constant(pc, op, offset)?;
        }
        if matches!(op, Op::Prim | Op::Prim1) {
            let (number, count) = (i.b(), if op == Op::Prim { i.c() } else { 1 });
            let Some(prim) = PRIMS.get(number) else {
                return Err((pc, format!("there is no primitive {number}")));
            };
            require!(pc, prim.class != Class::Control, "{} has no body to call", prim.name);
            require!(pc, prim.accepts(count), "{} does not take {count} arguments", prim.name);
        }
        require!(pc, !matches!(op, Op::IfKind | Op::IfNotKind) || Kind::from_code(i.b() as u8).is_some() && i.b() < 256, "unknown kind");
        require!(pc, op != Op::LoadImm || is_immediate(u64::from(i.bx() as u32)), "not an immediate");
        require!(pc, op != Op::Receive || i.c() <= 1, "Receive with an unknown mode");
        require!(pc, !matches!(op, Op::Apply | Op::TailApply) || i.a() >= 1, "there is no list to spread");
        require!(pc, !matches!(op, Op::ResumeInjected | Op::Warm | Op::Machine), "only the runtime has this operation");
        Ok(())
    }

    /// The constant an instruction names suits it.
    fn constant(&self, pc: usize, op: Op, offset: i64) -> Result<(), Fault> {
        let Some(index) = constant_index(self.template, pc, offset) else {
            return Err((pc, "there is no such constant".into()));
        };
        let constant = &self.template.constants[index];
        let i = Instr(self.template.code[pc]);
        let has_field = |literal: &u32, field: usize| matches!(&self.unit.literals[*literal as usize], Literal::RecordType { fields, .. } if field < fields.len());
        let fits = match op {
            Op::CallConst | Op::TailCallConst => match constant {
                Constant::Procedure(n) => self.unit.templates[*n as usize].arity.accepts(i.a()),
                _ => false,
            },
            Op::MakeClosure => match constant {
                Constant::Template(n) => usize::from(self.unit.templates[*n as usize].captured) == self.template.code[pc + 1] as u16 as usize,
                _ => false,
            },
            Op::CellRef | Op::CellRefBound | Op::CellSet | Op::CellDefine => {
                matches!(constant, Constant::Global(_))
            }
            Op::CheckBound => matches!(constant, Constant::Name(_)),
            Op::RecordRef => matches!(constant, Constant::Literal(literal) if has_field(literal, i.c())),
            Op::RecordSet => matches!(constant, Constant::Literal(literal) if has_field(literal, i.b())),
            _ => !matches!(constant, Constant::Template(_) | Constant::Global(_)),
        };
        require!(pc, fits, "{} with the wrong kind of constant", op.name());
        Ok(())
    }

    /// Instructions that make sense in some places only. That entries stand at the entry is seen
    /// to in [`Check::instruction`].
    fn placement(&self, pc: usize) -> Result<(), Fault> {
        let t = self.template;
        let i = Instr(t.code[pc]);
        let n = usize::from(t.registers);
        match i.op() {
            Some(Op::EntryCase) => require!(pc, i.b() <= 1 && i.a() + i.b() <= n, "parameters do not fit the frame"),
            Some(Op::ClosureRef) => require!(pc, i.b() == n && i.c() < usize::from(t.captured), "no such captured value"),
            Some(Op::Loop) => {}
            // Without a poll, a program could not be interrupted.
            _ => require!(pc, branch_target(&t.code, pc).is_none_or(|to| to > pc), "a jump backwards that is not a Loop"),
        }
        let jumps = i.op().is_some_and(|op| op.operands().iter().any(|k| matches!(k, Operand::Label | Operand::Label32)));
        require!(pc, !jumps || branch_target(&t.code, pc).is_some(), "control goes before the code");
        Ok(())
    }

    fn call(&self, pc: usize) -> Result<(), Fault> {
        let t = self.template;
        let rp = ReturnPoint(t.code[pc + 1]);
        require!(pc, rp.frame_words() == usize::from(t.registers) + FRAME_SLOTS, "the return point has another frame size");
        require!(pc, rp.map() < t.maps.len(), "the return point names no map");
        if rp.many() == ManyValues::Accept {
            let resume = pc + 2;
            require!(pc, t.code.get(resume).is_some_and(|_| instruction_words(&t.code, resume) == 1), "no single word at the resume address");
            let receive = t.code.get(resume + 1).and_then(|&word| Instr(word).op());
            require!(pc, receive == Some(Op::Receive), "no Receive after the resume address");
        }
        Ok(())
    }

    fn tables(&self, starts: &[bool]) -> Result<(), Fault> {
        let t = self.template;
        let size = register_count(t);
        let n = usize::from(t.registers);
        for (k, map) in t.maps.iter().enumerate() {
            let bits = Bits(map.to_vec());
            let wrong = bits.iter().find(|&r| r >= size || r >= n && r < n + OUTGOING);
            require!(0, wrong.is_none(), "map {k} names register {wrong:?}");
        }
        let ordered = |list: &mut dyn Iterator<Item = u32>| {
            let all: Vec<u32> = list.collect();
            all.windows(2).all(|w| w[0] < w[1]) && all.iter().all(|&pc| starts.get(pc as usize) == Some(&true))
        };
        require!(0, ordered(&mut t.safepoints.iter().map(|s| s.0)), "the table of safepoints is out of order");
        require!(0, ordered(&mut t.spans.iter().map(|s| s.0)), "the table of places is out of order");
        require!(0, ordered(&mut t.names.iter().map(|s| s.0)), "the table of names is out of order");
        require!(0, t.names.iter().all(|n| (n.1.0 as usize) < gambol_abi::prims::PRIMS.len()), "a name names no primitive");
        require!(0, t.safepoints.iter().all(|s| (s.1 as usize) < t.maps.len()), "a safepoint names no map");
        Ok(())
    }

    /// Definite initialisation, and maps that name what is live and nothing unwritten.
    fn initialised(&self) -> Result<(), Fault> {
        let t = self.template;
        let flow = Flow::of(t);
        let entries = self.entries(&flow);
        let mut live: Vec<Option<liveness::Point>> = (0..t.code.len()).map(|_| None).collect();
        for point in liveness::points(t) {
            let pc = point.pc;
            live[pc] = Some(point);
        }
        for (block, entry) in flow.blocks.iter().zip(entries) {
            let Some(mut known) = entry else { continue };
            for &pc in &block.pcs {
                self.instruction(pc, &mut known, live[pc].as_ref())?;
            }
        }
        Ok(())
    }

    /// What is initialised at the start of each reachable block.
    fn entries(&self, flow: &Flow) -> Vec<Option<Bits>> {
        let t = self.template;
        let size = register_count(t);
        let mut entries: Vec<Option<Bits>> = vec![None; flow.blocks.len()];
        let mut first = Bits::new(size);
        let parameters = match t.arity {
            Arity::Exactly(n) => usize::from(n),
            Arity::AtLeast(n) => usize::from(n) + 1,
            Arity::Any => 0,
        };
        (0..parameters).for_each(|r| first.set(r));
        first.set(usize::from(t.registers));
        if t.arity == Arity::Any {
            first.set(self.at_entry());
        }
        entries[0] = Some(first);
        let mut pending = vec![0];
        while let Some(i) = pending.pop() {
            let Some(mut known) = entries[i].clone() else {
                continue;
            };
            let block = &flow.blocks[i];
            for &pc in &block.pcs {
                self.execute(pc, &mut known);
            }
            let last = block.pcs.last().copied().unwrap_or(0);
            for (k, &to) in block.next.iter().enumerate() {
                let state = self.on_edge(last, k, &known);
                let changed = match &mut entries[to] {
                    Some(old) => old.intersect(&state),
                    none => {
                        *none = Some(state);
                        true
                    }
                };
                if changed {
                    pending.push(to);
                }
            }
        }
        entries
    }

    /// The resume slot is never read by name; its bit says that the arguments are still where
    /// the caller put them, for `EntryCase` and its kin.
    fn at_entry(&self) -> usize {
        usize::from(self.template.registers) + 1
    }

    /// What the instruction initialises; a call leaves no outgoing register as it was.
    fn execute(&self, pc: usize, known: &mut Bits) {
        let t = self.template;
        if !matches!(Instr(t.code[pc]).op(), Some(Op::Jump | Op::EntryCase)) {
            known.clear(self.at_entry());
        }
        accesses(t, pc, |r, write| {
            if write {
                known.set(r);
            }
        });
        if let Some(rp) = return_point(&t.code, pc) {
            let n = usize::from(t.registers);
            (n + OUTGOING..register_count(t)).for_each(|r| known.clear(r));
            if rp.many() != ManyValues::Accept {
                known.set(rp.dst());
            }
        }
    }

    /// The state on edge `k` out of a block that ends at `pc`.
    fn on_edge(&self, pc: usize, k: usize, after: &Bits) -> Bits {
        let mut state = after.clone();
        let code = &self.template.code;
        match Instr(code[pc]).op() {
            Some(Op::EntryCase) if k == 0 => state.clear(self.at_entry()),
            Some(Op::EntryCase) => (0..usize::from(self.template.registers)).for_each(|r| state.clear(r)),
            _ => {
                if let (Some(rp), 0) = (return_point(code, pc), k) {
                    state.set(rp.dst());
                }
            }
        }
        state
    }

    fn instruction(&self, pc: usize, known: &mut Bits, live: Option<&liveness::Point>) -> Result<(), Fault> {
        let t = self.template;
        let mut unset = None;
        accesses(t, pc, |r, write| {
            if !write && !known.has(r) {
                unset = Some(r);
            }
        });
        require!(pc, unset.is_none(), "register {unset:?} is read before it is written");
        let entry = matches!(Instr(t.code[pc]).op(), Some(Op::EntryCase | Op::EntryFail));
        require!(pc, !entry || known.has(self.at_entry()), "an entry instruction away from the entry");
        if let Some(live) = live {
            let index = t.safepoints.binary_search_by_key(&(pc as u32), |s| s.0);
            let Ok(index) = index else {
                return Err((pc, "a safepoint without a map".into()));
            };
            self.covers(pc, t.safepoints[index].1 as usize, &live.before, known)?;
        }
        self.execute(pc, known);
        if let (Some(rp), Some(across)) = (return_point(&t.code, pc), live.and_then(|l| l.across.as_ref())) {
            let mut kept = known.clone();
            kept.clear(rp.dst());
            if across.has(rp.dst()) {
                kept.set(rp.dst());
            }
            self.covers(pc, rp.map(), across, &kept)?;
        }
        Ok(())
    }

    /// Map `number` has all that is live and nothing that is not initialised.
    fn covers(&self, pc: usize, number: usize, live: &Bits, known: &Bits) -> Result<(), Fault> {
        let size = register_count(self.template);
        let mut map = Bits::new(size);
        Bits(self.template.maps[number].to_vec()).iter().for_each(|r| map.set(r));
        require!(pc, live.within(&map), "live registers are missing from the map");
        require!(pc, map.within(known), "the map names registers that hold nothing");
        Ok(())
    }
}
