//! The code of one procedure: registers, where variables live, and every form but calls,
//! bindings and conditional jumps, which have files of their own.
//!
//! A destination register is written only when its value is complete and after all that the
//! value depends on has been read. Jumps with arguments rely on it: they evaluate straight into
//! the parameters of the loop they are in.

use std::sync::Arc;

use gambol_abi::frame::Arity;
use gambol_abi::ops::Op;
use gambol_abi::prims::PrimId;
use rustc_hash::{FxHashMap, FxHashSet};

use super::asm::{Asm, CLOSURE, Label, Reg};
use super::calls::{JumpTarget, ReceiveInto};
use super::facts::top_forms;
use super::prims::{Small, small};
use super::{Emitter, Job, Shape, finish};
use crate::code::Constant;
use crate::diag::Diagnostic;
use crate::ir::{Clause, Expr, ExprKind, GlobalId, LabelId, Lambda, Literal, VarId};
use crate::source::Span;

/// Where the value of an expression goes. After `Value` and `Effect` control falls through;
/// the others never come back.
#[derive(Clone, Copy)]
pub(super) enum Dest {
    Return,
    Value(Reg),
    Effect,
    /// Goes to the first label if the value is true, else to the second.
    Test(Label, Label),
    /// All values are wanted, by the receiver of this number.
    Receive(usize),
}

/// Where a variable is.
#[derive(Clone, Copy)]
pub(super) enum Place {
    Reg(Reg),
    Captured(u16),
    /// The one closure of this template.
    Procedure(u32),
}

/// A value in a register, perhaps one to give back.
#[derive(Clone, Copy)]
pub(super) struct Operand {
    pub(super) reg: Reg,
    pub(super) temporary: bool,
}

/// Free and taken local registers.
#[derive(Default)]
struct Registers {
    taken: Vec<bool>,
    /// All below are taken.
    low: usize,
}

impl Registers {
    fn take(&mut self) -> Reg {
        let free = (self.low..self.taken.len()).find(|&i| !self.taken[i]).unwrap_or(self.taken.len());
        self.low = free + 1;
        self.mark(free);
        free as Reg
    }

    /// Takes `count` registers in a row.
    fn take_row(&mut self, count: usize) -> Reg {
        let start = self.taken.iter().rposition(|&t| t).map_or(0, |last| last + 1);
        (start..start + count).for_each(|i| self.mark(i));
        start as Reg
    }

    fn mark(&mut self, i: usize) {
        if i >= self.taken.len() {
            self.taken.resize(i + 1, false);
        }
        self.taken[i] = true;
    }

    fn give_back(&mut self, reg: Reg) {
        self.taken[reg as usize] = false;
        self.low = self.low.min(reg as usize);
    }
}

/// One template being written.
pub(super) struct Body<'e, 'u> {
    pub(super) em: &'e mut Emitter<'u>,
    pub(super) asm: Asm,
    registers: Registers,
    pub(super) places: FxHashMap<VarId, Place>,
    /// Registers that two names share, so that none may take them over.
    pub(super) shared: FxHashSet<Reg>,
    /// The label body a variable was bound in, and the one being written: code of one region
    /// runs once per entry.
    bound_in: FxHashMap<VarId, u32>,
    region: u32,
    regions: u32,
    pub(super) targets: FxHashMap<LabelId, JumpTarget>,
    pub(super) receivers: Vec<ReceiveInto>,
    /// Error exits, written at the end: label, expected and given number of values, place.
    pub(super) mismatches: Vec<(Label, usize, usize, Span)>,
    constants: Vec<Constant>,
    constant_numbers: FxHashMap<ConstantKey, u32>,
    /// See `Facts`: for the code itself and for lambdas in it.
    pub(super) horizon: usize,
    pub(super) inner_horizon: usize,
}

#[derive(PartialEq, Eq, Hash)]
enum ConstantKey {
    Literal(u32),
    Template(u32),
    Procedure(u32),
    Global(u32),
    Primitive(PrimId),
    Name(Arc<str>),
}

impl ConstantKey {
    fn of(constant: &Constant) -> ConstantKey {
        match constant {
            Constant::Literal(n) => ConstantKey::Literal(*n),
            Constant::Template(n) => ConstantKey::Template(*n),
            Constant::Procedure(n) => ConstantKey::Procedure(*n),
            Constant::Global(n) => ConstantKey::Global(*n),
            Constant::Primitive(prim) => ConstantKey::Primitive(*prim),
            Constant::Name(name) => ConstantKey::Name(name.clone()),
        }
    }
}

/// Writes template 0, the unit's body.
pub(super) fn main(em: &mut Emitter<'_>) -> Result<(), Diagnostic> {
    let unit = em.unit;
    let forms = top_forms(&unit.body);
    let mut body = Body::new(em, 0);
    for (i, form) in forms.iter().enumerate() {
        body.horizon = i;
        body.inner_horizon = body.em.facts.horizon_in(i);
        let last = i + 1 == forms.len();
        match form.kind {
            _ if !last => body.expr(form, Dest::Effect),
            ExprKind::Const(_) | ExprKind::Local(_) | ExprKind::Global(_) | ExprKind::Lambda(_) => body.expr(form, Dest::Return),
            _ => body.last_form(form),
        }
    }
    let shape = Shape { name: None, arity: Arity::Exactly(0), captured: 0, span: unit.body.span };
    body.end(0, 0, shape)
}

/// Writes the template of a lambda.
pub(super) fn procedure<'u>(em: &mut Emitter<'u>, job: &Job<'u>) -> Result<(), Diagnostic> {
    let lambda = job.lambda;
    let captured: Vec<VarId> = em.facts.captured(lambda).to_vec();
    let own_name = em.facts.own_name(lambda);
    let span = em.facts.span(lambda);
    let mut body = Body::new(em, job.horizon);
    for (i, v) in captured.iter().enumerate() {
        body.places.insert(*v, Place::Captured(i as u16));
    }
    if let (Some(v), false) = (own_name, captured.is_empty()) {
        body.places.insert(v, Place::Reg(CLOSURE));
    }
    let registers = lambda.clauses.iter().map(|c| c.variables().count()).max().unwrap_or(0);
    let arity = match &lambda.clauses[..] {
        [clause] => {
            body.clause(clause);
            if clause.rest.is_some() { Arity::AtLeast(clause.params.len() as u16) } else { Arity::Exactly(clause.params.len() as u16) }
        }
        clauses => {
            body.clauses(clauses, span);
            Arity::Any
        }
    };
    body.end(job.template, registers, Shape { name: lambda.name.clone(), arity, captured: captured.len(), span })
}

impl<'e, 'u> Body<'e, 'u> {
    fn new(em: &'e mut Emitter<'u>, horizon: usize) -> Body<'e, 'u> {
        Body {
            em,
            asm: Asm::default(),
            registers: Registers::default(),
            places: FxHashMap::default(),
            shared: FxHashSet::default(),
            bound_in: FxHashMap::default(),
            region: 0,
            regions: 0,
            targets: FxHashMap::default(),
            receivers: Vec::new(),
            mismatches: Vec::new(),
            constants: Vec::new(),
            constant_numbers: FxHashMap::default(),
            horizon,
            inner_horizon: horizon,
        }
    }

    fn end(mut self, template: u32, registers: usize, shape: Shape) -> Result<(), Diagnostic> {
        self.write_mismatches();
        let data = finish(self.asm, registers, shape, self.constants)?;
        self.em.templates[template as usize] = Some(data);
        Ok(())
    }

    fn clause(&mut self, clause: &'u Clause) {
        self.registers = Registers::default();
        let first = self.registers.take_row(clause.variables().count());
        for (i, v) in clause.variables().enumerate() {
            self.bind(v, first + i as Reg);
        }
        self.make_boxes(clause.variables(), clause.body.span);
        self.expr(&clause.body, Dest::Return);
    }

    fn clauses(&mut self, clauses: &'u [Clause], span: Span) {
        for clause in clauses {
            let next = self.asm.label();
            self.asm.branch(Op::EntryCase, [clause.params.len() as u32, u32::from(clause.rest.is_some())], next, span);
            self.clause(clause);
            self.asm.bind(next);
        }
        self.asm.push(Op::EntryFail, [0; 3], span);
    }

    // Registers, variables, constants.

    pub(super) fn take(&mut self) -> Reg {
        self.registers.take()
    }

    pub(super) fn take_row(&mut self, count: usize) -> Reg {
        self.registers.take_row(count)
    }

    pub(super) fn give_back(&mut self, reg: Reg) {
        self.registers.give_back(reg);
    }

    pub(super) fn release(&mut self, operand: Operand) {
        if operand.temporary {
            self.give_back(operand.reg);
        }
    }

    /// `v` is in `reg` from here on.
    pub(super) fn bind(&mut self, v: VarId, reg: Reg) {
        self.places.insert(v, Place::Reg(reg));
        self.bound_in.insert(v, self.region);
    }

    /// Writes what runs in a region of its own.
    pub(super) fn in_new_region(&mut self, write: impl FnOnce(&mut Self)) {
        self.regions += 1;
        let outer = std::mem::replace(&mut self.region, self.regions);
        write(self);
        self.region = outer;
    }

    /// The register of `v` if nothing else can want its value after this only use.
    pub(super) fn last_use(&self, v: VarId) -> Option<Reg> {
        let only = self.em.facts.uses[v.0 as usize] == 1 && !self.em.is_boxed(v) && self.bound_in.get(&v) == Some(&self.region);
        match self.places.get(&v) {
            Some(Place::Reg(r)) if only && *r != CLOSURE && !self.shared.contains(r) => Some(*r),
            _ => None,
        }
    }

    /// Puts assigned variables, whose values have just been bound, into boxes. Every location
    /// that can change is one: frames are copied when a continuation is entered again, and the
    /// copies must share it.
    pub(super) fn make_boxes(&mut self, vars: impl IntoIterator<Item = VarId>, span: Span) {
        for v in vars {
            if let (true, Some(Place::Reg(r))) = (self.em.is_boxed(v), self.places.get(&v).copied()) {
                self.asm.push(Op::MakeBox, [r, r, 0], span);
            }
        }
    }

    pub(super) fn place(&mut self, v: VarId) -> Place {
        if let Some(&place) = self.places.get(&v) {
            return place;
        }
        let lambda = self.em.facts.known.get(&v).copied().expect("a variable is bound before it is used");
        Place::Procedure(self.em.template(lambda, self.inner_horizon))
    }

    pub(super) fn constant(&mut self, constant: Constant) -> u32 {
        let next = self.constants.len() as u32;
        let number = *self.constant_numbers.entry(ConstantKey::of(&constant)).or_insert(next);
        if number == next {
            self.constants.push(constant);
        }
        number
    }

    pub(super) fn load(&mut self, reg: Reg, constant: Constant, span: Span) {
        let number = self.constant(constant);
        self.asm.push(Op::LoadConst, [reg, number, 0], span);
    }

    pub(super) fn load_small(&mut self, reg: Reg, value: Small, span: Span) {
        match value {
            Small::Int(n) => self.asm.push(Op::LoadInt, [reg, n as u32, 0], span),
            Small::Word(w) => self.asm.push(Op::LoadImm, [reg, w, 0], span),
        }
    }

    pub(super) fn load_literal(&mut self, reg: Reg, literal: &Literal, span: Span) {
        match small(literal) {
            Some(value) => self.load_small(reg, value, span),
            None => {
                let number = self.em.literals.number(literal);
                self.load(reg, Constant::Literal(number), span);
            }
        }
    }

    // Values.

    /// The value in `reg` goes where `dest` says.
    pub(super) fn deliver(&mut self, reg: Reg, dest: Dest, span: Span) {
        match dest {
            Dest::Return => self.asm.push(Op::Return, [reg, 0, 0], span),
            Dest::Value(r) if r == reg => {}
            Dest::Value(r) => self.asm.push(Op::Move, [r, reg, 0], span),
            Dest::Effect => {}
            Dest::Test(yes, no) => {
                self.asm.branch(Op::IfTrue, [reg, 0], yes, span);
                self.asm.jump(no, span);
            }
            Dest::Receive(i) => {
                let (single, label) = (self.receivers[i].single_reg, self.receivers[i].single);
                self.deliver(reg, Dest::Value(single), span);
                self.asm.jump(label, span);
            }
        }
    }

    /// Lets `write` put a value into a register that suits `dest`, then delivers it.
    pub(super) fn produce(&mut self, dest: Dest, span: Span, write: impl FnOnce(&mut Self, Reg)) {
        let (reg, temporary) = match dest {
            Dest::Value(r) => (r, false),
            Dest::Receive(i) => (self.receivers[i].single_reg, false),
            _ => (self.take(), true),
        };
        write(self, reg);
        if temporary {
            self.give_back(reg);
        }
        self.deliver(reg, dest, span);
    }

    /// Evaluates `e` and says where its value is.
    pub(super) fn operand(&mut self, e: &'u Expr) -> Operand {
        if let ExprKind::Local(v) = e.kind
            && !self.em.is_boxed(v)
            && let Place::Reg(reg) = self.place(v)
        {
            return Operand { reg, temporary: false };
        }
        let reg = self.take();
        self.expr(e, Dest::Value(reg));
        Operand { reg, temporary: true }
    }

    /// A register with the value of `v` itself, which is the box if `v` is assigned.
    pub(super) fn raw(&mut self, v: VarId, span: Span) -> Operand {
        match self.place(v) {
            Place::Reg(reg) => Operand { reg, temporary: false },
            place => {
                let reg = self.take();
                self.load_place(reg, place, span);
                Operand { reg, temporary: true }
            }
        }
    }

    fn load_place(&mut self, reg: Reg, place: Place, span: Span) {
        match place {
            Place::Reg(r) => self.deliver(r, Dest::Value(reg), span),
            Place::Captured(i) => self.asm.push(Op::ClosureRef, [reg, CLOSURE, u32::from(i)], span),
            Place::Procedure(t) => self.load(reg, Constant::Procedure(t), span),
        }
    }

    /// Writes `e`.
    pub(super) fn expr(&mut self, e: &'u Expr, dest: Dest) {
        let span = e.span;
        match &e.kind {
            ExprKind::Const(literal) => self.literal(literal, dest, span),
            ExprKind::Local(v) => self.local(*v, dest, span),
            ExprKind::Set(v, value) => {
                let value = self.operand(value);
                let location = self.raw(*v, span);
                self.asm.push(Op::BoxSet, [location.reg, value.reg, 0], span);
                self.release(location);
                self.release(value);
                self.literal(&Literal::Unspecified, dest, span);
            }
            ExprKind::Global(g) => self.global(*g, dest, span),
            ExprKind::SetGlobal(g, value) => self.write_global(Op::CellSet, *g, value, dest, span),
            ExprKind::Define(g, value) => self.write_global(Op::CellDefine, *g, value, dest, span),
            ExprKind::Prim(prim) => self.produce(dest, span, |b, r| b.load(r, Constant::Primitive(*prim), span)),
            ExprKind::If(test, then, other) => self.conditional(test, [then, other], dest, span),
            ExprKind::Seq(items) => {
                let (last, first) = items.split_last().expect("a sequence is never empty");
                first.iter().for_each(|item| self.expr(item, Dest::Effect));
                self.expr(last, dest);
            }
            ExprKind::Lambda(_) if matches!(dest, Dest::Effect) => {}
            ExprKind::Lambda(lambda) => self.produce(dest, span, |b, r| b.closure(lambda, r, span)),
            ExprKind::Call(callee, args) => self.call(callee, args, dest, span),
            ExprKind::PrimCall(prim, args) => self.prim_call(*prim, args, dest, span),
            ExprKind::Let(bindings, body) => self.bindings(bindings, body, dest, span),
            ExprKind::Letrec { bindings, body, .. } => self.procedures(bindings, body, dest, span),
            ExprKind::Receive { producer, params, rest, body } => self.receive(producer, (params, *rest), body, dest, span),
            ExprKind::Labels(labels, body) => self.labels(labels, body, dest, span),
            ExprKind::Goto(label, args) => self.goto(*label, args, span),
        }
    }

    pub(super) fn literal(&mut self, literal: &Literal, dest: Dest, span: Span) {
        match dest {
            Dest::Effect => {}
            Dest::Test(yes, no) => self.asm.jump(if literal.is_true() { yes } else { no }, span),
            _ => self.produce(dest, span, |b, r| b.load_literal(r, literal, span)),
        }
    }

    fn local(&mut self, v: VarId, dest: Dest, span: Span) {
        if matches!(dest, Dest::Effect) {
            return;
        }
        if self.em.is_boxed(v) {
            let location = self.raw(v, span);
            self.release(location);
            return self.produce(dest, span, |b, r| b.asm.push(Op::BoxRef, [r, location.reg, 0], span));
        }
        match self.place(v) {
            Place::Reg(reg) => self.deliver(reg, dest, span),
            place => self.produce(dest, span, |b, r| b.load_place(r, place, span)),
        }
    }

    fn global(&mut self, g: GlobalId, dest: Dest, span: Span) {
        let has_value = self.em.facts.has_value(self.em.unit, g, self.horizon);
        if has_value && matches!(dest, Dest::Effect) {
            return;
        }
        if let (Some(lambda), true) = (self.em.facts.procedures.get(&g).copied(), has_value) {
            let template = self.global_template(g, lambda);
            return self.produce(dest, span, |b, r| b.load(r, Constant::Procedure(template), span));
        }
        let op = if has_value { Op::CellRefBound } else { Op::CellRef };
        let cell = self.constant(Constant::Global(g.0));
        self.produce(dest, span, |b, r| b.asm.push(op, [r, cell, 0], span));
    }

    /// The template of a top-level procedure, wherever the reference stands.
    pub(super) fn global_template(&mut self, g: GlobalId, lambda: &'u Lambda) -> u32 {
        let horizon = self.em.facts.horizon_of(g);
        self.em.template(lambda, horizon)
    }

    /// The template of a lambda that stands in the code being written.
    pub(super) fn lambda_template(&mut self, lambda: &'u Lambda) -> u32 {
        self.em.template(lambda, self.inner_horizon)
    }

    fn write_global(&mut self, op: Op, g: GlobalId, value: &'u Expr, dest: Dest, span: Span) {
        let value = self.operand(value);
        let cell = self.constant(Constant::Global(g.0));
        self.asm.push(op, [value.reg, cell, 0], span);
        self.release(value);
        self.literal(&Literal::Unspecified, dest, span);
    }
}
