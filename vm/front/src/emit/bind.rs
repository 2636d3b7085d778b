//! Bindings and closures: which variables need a register at all, and the knots that closures
//! of recursive procedures tie.

use gambol_abi::ops::Op;

use super::asm::{CLOSURE, Extra, Reg};
use super::body::{Body, Dest, Operand, Place};
use crate::code::Constant;
use crate::ir::{Expr, ExprKind, Lambda, VarId};
use crate::source::Span;

impl<'u> Body<'_, 'u> {
    pub(super) fn bindings(&mut self, bindings: &'u [(VarId, Expr)], body: &'u Expr, dest: Dest, span: Span) {
        let mut taken = Vec::new();
        let mut places = Vec::new();
        for (v, init) in bindings {
            if self.em.facts.known.get(v).is_some_and(|l| self.em.facts.is_closed(l)) {
                continue;
            }
            if self.em.facts.uses[v.0 as usize] == 0 {
                self.expr(init, Dest::Effect);
                continue;
            }
            let value = self.operand(init);
            if !value.temporary && self.em.is_boxed(*v) {
                let own = self.take();
                self.deliver(value.reg, Dest::Value(own), span);
                taken.push(own);
                places.push((*v, own));
                continue;
            }
            if value.temporary {
                taken.push(value.reg);
            } else {
                self.shared.insert(value.reg);
            }
            places.push((*v, value.reg));
        }
        // All at once: initialisers do not see the variables, and boxes are made when every
        // initialiser has run, so that entering one again makes new ones.
        for (v, reg) in &places {
            self.bind(*v, *reg);
        }
        self.make_boxes(places.iter().map(|(v, _)| *v), span);
        self.expr(body, dest);
        taken.into_iter().for_each(|reg| self.give_back(reg));
    }

    /// Recursive procedures: those without captures are constants; the others are made in turn,
    /// and what a closure captured too early is put in afterwards.
    pub(super) fn procedures(&mut self, bindings: &'u [(VarId, Expr)], body: &'u Expr, dest: Dest, span: Span) {
        let mut open: Vec<(VarId, &'u Lambda)> = Vec::new();
        for (v, init) in bindings {
            let ExprKind::Lambda(lambda) = &init.kind else { unreachable!("letrec binds procedures only after the passes") };
            if !self.em.facts.is_closed(lambda) {
                open.push((*v, lambda));
            }
        }
        let registers: Vec<Reg> = open
            .iter()
            .map(|(v, _)| {
                let reg = self.take();
                self.bind(*v, reg);
                reg
            })
            .collect();
        let mut late = Vec::new();
        for (i, (v, lambda)) in open.iter().enumerate() {
            let not_yet: Vec<VarId> = open[i + 1..].iter().map(|(v, _)| *v).collect();
            let early = |captured: VarId| not_yet.contains(&captured);
            for (k, captured) in self.em.facts.captured(lambda).iter().enumerate() {
                if early(*captured) {
                    late.push((*v, k, *captured));
                }
            }
            self.closure_with(lambda, registers[i], early, span);
        }
        for (v, k, captured) in late {
            let (Place::Reg(closure), Place::Reg(value)) = (self.place(v), self.place(captured)) else { unreachable!("both are among the registers just taken") };
            self.asm.push(Op::ClosureSet, [closure, k as u32, value], span);
        }
        self.expr(body, dest);
        registers.into_iter().for_each(|reg| self.give_back(reg));
    }

    pub(super) fn closure(&mut self, lambda: &'u Lambda, reg: Reg, span: Span) {
        self.closure_with(lambda, reg, |_| false, span);
    }

    /// Makes a closure in `reg`. For variables that are `early` it captures itself's maker for
    /// now: any value will do that the collector can look at.
    fn closure_with(&mut self, lambda: &'u Lambda, reg: Reg, early: impl Fn(VarId) -> bool, span: Span) {
        let template = self.em.template(lambda, self.inner_horizon);
        let captured: Vec<VarId> = self.em.facts.captured(lambda).to_vec();
        if captured.is_empty() {
            return self.load(reg, Constant::Procedure(template), span);
        }
        let operands: Vec<Operand> = captured.iter().map(|v| if early(*v) { Operand { reg: CLOSURE, temporary: false } } else { self.raw(*v, span) }).collect();
        let list = operands.iter().map(|o| o.reg).collect();
        let constant = self.constant(Constant::Template(template));
        self.asm.push_with(Op::MakeClosure, [reg, constant, 0], Extra::Registers(list), span);
        operands.into_iter().for_each(|o| self.release(o));
    }
}
