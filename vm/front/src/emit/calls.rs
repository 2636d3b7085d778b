//! Calls, multiple values, and jumps with arguments.
//!
//! Arguments are evaluated straight into the outgoing registers, which the next call or table
//! primitive overwrites: so everything up to the last argument that contains one goes into
//! temporaries first, unless it can wait.

use gambol_abi::frame::ManyValues;
use gambol_abi::ops::Op;
use rustc_hash::FxHashSet;

use super::asm::{CLOSURE, Extra, Label, Reg, outgoing};
use super::body::{Body, Dest, Operand, Place};
use super::jumps::{can_wait, uses_outgoing};
use super::prims::{KNOWN, Small};
use crate::code::Constant;
use crate::ir::{self, Expr, ExprKind, GlobalKey, LabelId, Lambda, VarId};
use crate::source::Span;
use gambol_abi::value;

/// The library procedures that never return, and their library.
const RAISING: (&str, &[&str]) = ("(gambol internal control)", &["raise", "error", "assertion-violation", "%wrong-type", "%bad-range", "%non-procedure"]);

/// A label that jumps with arguments go to.
pub(super) struct JumpTarget {
    label: Label,
    params: Vec<Reg>,
}

/// Who takes several values.
#[derive(Clone, Copy)]
pub(super) struct ReceiveInto {
    /// Registers in a row, the rest list's last.
    first: Reg,
    required: usize,
    rest: bool,
    /// Where to go on when the registers are filled.
    body: Label,
    /// Where to go on with a single value in `single_reg`.
    pub(super) single: Label,
    pub(super) single_reg: Reg,
}

/// What is called.
#[derive(Clone, Copy)]
enum Target {
    /// A procedure constant whose arity fits.
    Const(u32),
    Reg(Reg),
}

impl<'u> Body<'_, 'u> {
    pub(super) fn call(&mut self, callee: &'u Expr, args: &'u [Expr], dest: Dest, span: Span) {
        if matches!(dest, Dest::Return) && self.never_returns(callee) {
            return self.produce(dest, span, |b, r| b.call(callee, args, Dest::Value(r), span));
        }
        if let Some(template) = self.known_template(callee, args.len()) {
            self.outgoing(args);
            let constant = self.constant(Constant::Procedure(template));
            return self.transfer([Op::TailCallConst, Op::CallConst], args.len(), Target::Const(constant), dest, span);
        }
        self.with_callee(callee, args, |b, reg| b.transfer([Op::TailCall, Op::Call], args.len(), Target::Reg(reg), dest, span));
    }

    /// Whether `callee` raises whatever it is given. A call of it need not be a tail call, and
    /// must not be one: the frame it stands in is what a stack trace has to show.
    fn never_returns(&self, callee: &Expr) -> bool {
        let ExprKind::Global(g) = callee.kind else { return false };
        let info = &self.em.unit.globals[g.0 as usize];
        match &info.key {
            GlobalKey::Library(library, name) if !info.defined_here => &**library == RAISING.0 && RAISING.1.contains(&&**name),
            _ => false,
        }
    }

    pub(super) fn apply(&mut self, callee: &'u Expr, args: &'u [Expr], dest: Dest, span: Span) {
        self.with_callee(callee, args, |b, reg| b.transfer([Op::TailApply, Op::Apply], args.len(), Target::Reg(reg), dest, span));
    }

    /// The template of a callee that is known, captures nothing and accepts `n` arguments.
    fn known_template(&mut self, callee: &'u Expr, n: usize) -> Option<u32> {
        let fits = |lambda: &Lambda| lambda.clause_for(n).is_some();
        match &callee.kind {
            ExprKind::Local(v) => {
                let lambda = self.em.facts.known.get(v).copied().filter(|l| fits(l) && self.em.facts.is_closed(l))?;
                debug_assert!(self.em.facts.captured(lambda).is_empty());
                match self.place(*v) {
                    Place::Procedure(template) => Some(template),
                    _ => None,
                }
            }
            ExprKind::Global(g) => {
                let lambda = self.em.facts.procedures.get(g).copied().filter(|l| fits(l))?;
                let has_value = self.em.facts.has_value(self.em.unit, *g, self.horizon);
                has_value.then(|| self.global_template(*g, lambda))
            }
            ExprKind::Lambda(lambda) if fits(lambda) && self.em.facts.is_closed(lambda) => Some(self.lambda_template(lambda)),
            _ => None,
        }
    }

    /// Fills the outgoing registers with `args` and hands `write` the callee's register.
    pub(super) fn with_callee(&mut self, callee: &'u Expr, args: &'u [Expr], write: impl FnOnce(&mut Self, Reg)) {
        let early = uses_outgoing(callee) || !matches!(callee.kind, ExprKind::Local(_) | ExprKind::Global(_) | ExprKind::Prim(_));
        let callee = if early {
            let callee = self.operand(callee);
            self.outgoing(args);
            callee
        } else {
            self.outgoing(args);
            self.operand(callee)
        };
        self.release(callee);
        write(self, callee.reg);
    }

    /// Evaluates `args` into the outgoing registers.
    pub(super) fn outgoing(&mut self, args: &'u [Expr]) {
        let direct = args.iter().rposition(uses_outgoing).unwrap_or(0);
        let mut kept: Vec<(usize, Operand)> = Vec::new();
        for (i, arg) in args.iter().enumerate().take(direct) {
            if !can_wait(arg) {
                kept.push((i, self.operand(arg)));
            }
        }
        for (i, arg) in args.iter().enumerate().skip(direct) {
            self.expr(arg, Dest::Value(outgoing(i)));
        }
        for (i, arg) in args.iter().enumerate().take(direct) {
            if can_wait(arg) {
                self.expr(arg, Dest::Value(outgoing(i)));
            }
        }
        for (i, operand) in kept {
            self.deliver(operand.reg, Dest::Value(outgoing(i)), args[i].span);
            self.release(operand);
        }
    }

    /// The call itself, in the variant that `dest` asks for.
    fn transfer(&mut self, [tail, plain]: [Op; 2], count: usize, target: Target, dest: Dest, span: Span) {
        let target = match target {
            Target::Const(k) | Target::Reg(k) => k,
        };
        let operands = [count as u32, target, 0];
        let call = |b: &mut Self, dst, many| b.asm.push_with(plain, operands, Extra::Return { dst, many }, span);
        match dest {
            Dest::Return => self.asm.push(tail, operands, span),
            Dest::Effect => {
                let unused = self.take();
                self.give_back(unused);
                call(self, unused, ManyValues::Ignore);
            }
            Dest::Receive(i) => {
                let into = self.receivers[i];
                call(self, into.single_reg, ManyValues::Accept);
                // The layout keeps this jump one word: many values arrive after it.
                self.asm.jump(into.single, span);
                self.asm.push(Op::Receive, [into.first, into.required as u32, u32::from(into.rest)], span);
                self.asm.jump(into.body, span);
            }
            Dest::Value(_) | Dest::Test(..) => self.produce(dest, span, |b, r| call(b, r, ManyValues::Refuse)),
        }
    }

    // Multiple values.

    pub(super) fn values(&mut self, args: &'u [Expr], dest: Dest, span: Span) {
        match (dest, args) {
            (Dest::Effect, _) => args.iter().for_each(|arg| self.expr(arg, Dest::Effect)),
            (Dest::Receive(i), _) => self.values_to(i, args, span),
            (_, [single]) => self.expr(single, dest),
            (Dest::Return, _) => {
                self.outgoing(args);
                self.asm.push(Op::ReturnMany, [args.len() as u32, 0, 0], span);
            }
            (Dest::Value(_) | Dest::Test(..), _) => {
                args.iter().for_each(|arg| self.expr(arg, Dest::Effect));
                self.mismatch(1, args.len(), span);
            }
        }
    }

    fn values_to(&mut self, receiver: usize, args: &'u [Expr], span: Span) {
        let into = self.receivers[receiver];
        if args.len() < into.required || args.len() > into.required && !into.rest {
            args.iter().for_each(|arg| self.expr(arg, Dest::Effect));
            return self.mismatch(into.required, args.len(), span);
        }
        let (required, rest) = args.split_at(into.required);
        for (i, arg) in required.iter().enumerate() {
            self.expr(arg, Dest::Value(into.first + i as Reg));
        }
        if into.rest {
            let list = into.first + into.required as Reg;
            self.outgoing(rest);
            self.asm.push(Op::Prim, [list, u32::from(KNOWN.list.0), rest.len() as u32], span);
        }
        self.asm.jump(into.body, span);
    }

    /// Returns the elements of a list as values: from this frame, or, when they are wanted here,
    /// from a procedure that does just that.
    pub(super) fn values_list(&mut self, list: &'u Expr, dest: Dest, span: Span) {
        if let Dest::Return = dest {
            let [list, ..] = self.in_registers([list]);
            return self.asm.push(Op::ReturnList, [list, 0, 0], span);
        }
        self.outgoing(std::slice::from_ref(list));
        let template = self.em.values_template();
        let constant = self.constant(Constant::Procedure(template));
        self.transfer([Op::TailCallConst, Op::CallConst], 1, Target::Const(constant), dest, span);
    }

    /// Goes to an exit that complains about the number of values.
    fn mismatch(&mut self, expected: usize, given: usize, span: Span) {
        let label = self.asm.label();
        self.mismatches.push((label, expected, given, span));
        self.asm.jump(label, span);
    }

    /// The exits that complain, out of the way.
    pub(super) fn write_mismatches(&mut self) {
        for (label, expected, given, span) in std::mem::take(&mut self.mismatches) {
            self.asm.bind(label);
            for (i, n) in [expected, given].into_iter().enumerate() {
                self.load_small(outgoing(i), Small::Int(i32::try_from(n).unwrap_or(i32::MAX)), span);
            }
            let unused = self.take();
            self.asm.push(Op::Prim, [unused, u32::from(KNOWN.values_mismatch.0), 2], span);
            // Handlers of this condition must not return; should one, so does the procedure.
            self.asm.push(Op::Return, [unused, 0, 0], span);
            self.give_back(unused);
        }
    }

    pub(super) fn receive(&mut self, producer: &'u Expr, (params, rest): (&'u [VarId], Option<VarId>), body: &'u Expr, dest: Dest, span: Span) {
        let count = params.len() + usize::from(rest.is_some());
        let first = self.take_row(count.max(1));
        let (body_label, single) = (self.asm.label(), self.asm.label());
        let into = ReceiveInto { first, required: params.len(), rest: rest.is_some(), body: body_label, single, single_reg: first };
        self.receivers.push(into);
        self.expr(producer, Dest::Receive(self.receivers.len() - 1));
        self.receivers.pop();
        self.asm.bind(single);
        match (params.len(), rest) {
            (1, None) => {}
            (1, Some(_)) => self.load_small(first + 1, NIL, span),
            (0, Some(_)) => {
                let nil = self.take();
                self.load_small(nil, NIL, span);
                self.asm.push(Op::Cons, [first, first, nil], span);
                self.give_back(nil);
            }
            (required, _) => self.mismatch(required, 1, span),
        }
        self.asm.bind(body_label);
        for (i, v) in params.iter().chain(rest.as_ref()).enumerate() {
            self.bind(*v, first + i as Reg);
        }
        self.make_boxes(params.iter().copied().chain(rest), span);
        self.expr(body, dest);
        (0..count.max(1)).for_each(|i| self.give_back(first + i as Reg));
    }

    /// The form whose values the unit returns. Not a tail call: its frame must show in stack traces.
    pub(super) fn last_form(&mut self, form: &'u Expr) {
        let all = self.take_row(1);
        let (many, single) = (self.asm.label(), self.asm.label());
        self.receivers.push(ReceiveInto { first: all, required: 0, rest: true, body: many, single, single_reg: all });
        self.expr(form, Dest::Receive(self.receivers.len() - 1));
        self.receivers.pop();
        self.asm.bind(single);
        self.asm.push(Op::Return, [all, 0, 0], form.span);
        self.asm.bind(many);
        self.asm.push(Op::ReturnList, [all, 0, 0], form.span);
        self.give_back(all);
    }

    // Labels.

    pub(super) fn labels(&mut self, labels: &'u [ir::Label], body: &'u Expr, dest: Dest, span: Span) {
        let mut taken = Vec::new();
        for label in labels {
            let inherited = entry_arguments(body, label);
            let params: Vec<Reg> = (0..label.params.len())
                .map(|i| {
                    // A loop entered with variables that nobody reads afterwards goes on in their
                    // registers. The jump into it then moves nothing.
                    let reuse = inherited.and_then(|args| args[i].as_local()).and_then(|v| self.last_use(v));
                    reuse.unwrap_or_else(|| {
                        let reg = self.take();
                        taken.push(reg);
                        reg
                    })
                })
                .collect();
            let target = JumpTarget { label: self.asm.label(), params };
            self.targets.insert(label.id, target);
        }
        let end = self.asm.label();
        let falls_through = matches!(dest, Dest::Value(_) | Dest::Effect);
        self.expr(body, dest);
        for label in labels {
            if falls_through {
                self.asm.jump(end, span);
            }
            self.in_new_region(|b| b.label_body(label, dest));
        }
        self.asm.bind(end);
        taken.into_iter().for_each(|reg| self.give_back(reg));
    }

    fn label_body(&mut self, label: &'u ir::Label, dest: Dest) {
        let target = &self.targets[&label.id];
        let (at, registers) = (target.label, target.params.clone());
        self.asm.bind(at);
        for (v, reg) in label.params.iter().zip(registers) {
            self.bind(*v, reg);
        }
        self.make_boxes(label.params.iter().copied(), label.body.span);
        self.expr(&label.body, dest);
    }

    /// Sets the label's parameters, all at once as it were, and jumps.
    pub(super) fn goto(&mut self, label: LabelId, args: &'u [Expr], span: Span) {
        let target = &self.targets[&label];
        let (at, params) = (target.label, target.params.clone());
        let mut pending: Vec<(usize, FxHashSet<Reg>)> = Vec::new();
        for (i, arg) in args.iter().enumerate() {
            if !self.stays(arg, params[i]) {
                pending.push((i, self.reads(arg)));
            }
        }
        let mut late = Vec::new();
        while !pending.is_empty() {
            let free = |&k: &usize| {
                let written = params[pending[k].0];
                pending.iter().enumerate().all(|(j, (_, reads))| j == k || !reads.contains(&written))
            };
            let ready = (0..pending.len()).find(free);
            let (i, _) = pending.remove(ready.unwrap_or(0));
            if ready.is_some() {
                self.expr(&args[i], Dest::Value(params[i]));
            } else {
                // A cycle: this one waits in a register of its own.
                let reg = self.take();
                self.expr(&args[i], Dest::Value(reg));
                late.push((reg, params[i]));
            }
        }
        for (reg, param) in late {
            self.deliver(reg, Dest::Value(param), span);
            self.give_back(reg);
        }
        self.asm.jump(at, span);
    }

    /// Whether the value of `arg` is in `reg` already.
    fn stays(&self, arg: &Expr, reg: Reg) -> bool {
        match arg.as_local() {
            Some(v) => !self.em.is_boxed(v) && matches!(self.places.get(&v), Some(Place::Reg(r)) if *r == reg),
            None => false,
        }
    }

    /// Registers that evaluating `arg` reads.
    fn reads(&self, arg: &Expr) -> FxHashSet<Reg> {
        let mut registers = FxHashSet::default();
        arg.walk(&mut |e| {
            if let ExprKind::Local(v) | ExprKind::Set(v, _) = &e.kind
                && let Some(Place::Reg(reg)) = self.places.get(v)
            {
                registers.insert(*reg);
            }
        });
        registers.remove(&CLOSURE);
        registers
    }
}

const NIL: Small = Small::Word(value::NIL as u32);

/// The arguments with which `body`, a jump and nothing else, enters `label`.
fn entry_arguments<'a>(body: &'a Expr, label: &ir::Label) -> Option<&'a [Expr]> {
    match &body.kind {
        ExprKind::Goto(id, args) if *id == label.id => Some(args),
        _ => None,
    }
}
