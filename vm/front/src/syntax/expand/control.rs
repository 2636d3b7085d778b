//! Conditionals, sequences and loops.

use super::binders::let_expr;
use super::{Expander, Result, boolean, constant, sequence, unspecified};
use crate::datum::{Datum, DatumKind};
use crate::ir::{Clause, Expr, ExprKind, Lambda, VarId};
use crate::source::Span;
use crate::syntax::binding::Core;
use crate::syntax::errors;
use crate::syntax::stx::{Items, Stx};

/// A clause of `cond`, expanded.
enum CondClause {
    /// `(test body ...)`
    Body(Span, Expr, Expr),
    /// `(test)`
    Value(Span, Expr),
    /// `(test => receiver)`
    Receiver(Span, Expr, Expr),
}

impl<'a> Expander<'a, '_> {
    /// The items from `from` on as expressions in order.
    pub(super) fn exprs(&mut self, items: Items<'a>, from: usize) -> Result<Vec<Expr>> {
        let mut exprs = Vec::with_capacity(items.len() - from);
        for i in from..items.len() {
            let item = self.scene.item(items, i);
            exprs.push(self.expr(item)?);
        }
        Ok(exprs)
    }

    fn sequence_of(&mut self, items: Items<'a>, from: usize, span: Span) -> Result<Expr> {
        Ok(sequence(span, self.exprs(items, from)?))
    }

    pub(super) fn begin(&mut self, items: Items<'a>, span: Span) -> Result<Expr> {
        if items.len() < 2 {
            return Err(errors::malformed(Core::Begin, span));
        }
        self.sequence_of(items, 1, span)
    }

    pub(super) fn if_form(&mut self, items: Items<'a>, span: Span) -> Result<Expr> {
        if !(3..=4).contains(&items.len()) {
            return Err(errors::malformed(Core::If, span));
        }
        let mut parts = self.exprs(items, 1)?.into_iter();
        let (Some(test), Some(consequent)) = (parts.next(), parts.next()) else {
            return Err(errors::malformed(Core::If, span));
        };
        let alternative = parts.next().unwrap_or(Expr { span, kind: unspecified() });
        Ok(if_expr(span, test, consequent, alternative))
    }

    pub(super) fn when_unless(&mut self, core: Core, items: Items<'a>, span: Span) -> Result<Expr> {
        if items.len() < 3 {
            return Err(errors::malformed(core, span));
        }
        let test = self.scene.item(items, 1);
        let test = self.expr(test)?;
        let body = self.sequence_of(items, 2, span)?;
        let nothing = Expr { span, kind: unspecified() };
        Ok(match core {
            Core::When => if_expr(span, test, body, nothing),
            _ => if_expr(span, test, nothing, body),
        })
    }

    pub(super) fn and(&mut self, items: Items<'a>, span: Span) -> Result<Expr> {
        let exprs = self.exprs(items, 1)?;
        let last = exprs.into_iter().rev().reduce(|rest, expr| if_expr(span, expr, rest, boolean(span, false)));
        Ok(last.unwrap_or_else(|| boolean(span, true)))
    }

    pub(super) fn or(&mut self, items: Items<'a>, span: Span) -> Result<Expr> {
        let mut exprs = self.exprs(items, 1)?;
        let Some(last) = exprs.pop() else {
            return Ok(boolean(span, false));
        };
        Ok(exprs.into_iter().rev().fold(last, |rest, expr| {
            self.with_temporary(span, expr, |this, temporary| {
                let value = Expr { span, kind: this.local(temporary) };
                let test = Expr { span, kind: this.local(temporary) };
                if_expr(span, test, value, rest)
            })
        }))
    }

    /// Binds the value of `expr` to a new variable in what `body` builds.
    fn with_temporary(&mut self, span: Span, expr: Expr, body: impl FnOnce(&mut Self, VarId) -> Expr) -> Expr {
        let temporary = self.unit.fresh("t".into());
        let body = body(self, temporary);
        let_expr(span, vec![(temporary, expr)], body)
    }

    pub(super) fn cond(&mut self, items: Items<'a>, span: Span) -> Result<Expr> {
        if items.len() < 2 {
            return Err(errors::malformed(Core::Cond, span));
        }
        let mut clauses = Vec::with_capacity(items.len() - 1);
        let mut last = Expr { span, kind: unspecified() };
        for i in 1..items.len() {
            let clause = self.scene.item(items, i);
            let span = clause.span();
            let parts = clause.as_list().filter(|parts| parts.len() >= 1).ok_or_else(|| errors::malformed(Core::Cond, span))?;
            let test = self.scene.item(parts, 0);
            if self.scene.is_keyword(test, Core::Else) {
                last = self.else_body(Core::Cond, items, i, parts)?;
                break;
            }
            let test = self.expr(test)?;
            clauses.push(if parts.len() == 1 {
                CondClause::Value(span, test)
            } else if let Some(receiver) = self.receiver(Core::Cond, parts, 1, span)? {
                CondClause::Receiver(span, test, receiver)
            } else {
                CondClause::Body(span, test, self.sequence_of(parts, 1, span)?)
            });
        }
        Ok(clauses.into_iter().rev().fold(last, |rest, clause| self.cond_clause(clause, rest)))
    }

    fn cond_clause(&mut self, clause: CondClause, rest: Expr) -> Expr {
        match clause {
            CondClause::Body(span, test, body) => if_expr(span, test, body, rest),
            CondClause::Value(span, test) => self.with_temporary(span, test, |this, temporary| {
                let value = Expr { span, kind: this.local(temporary) };
                let test = Expr { span, kind: this.local(temporary) };
                if_expr(span, test, value, rest)
            }),
            CondClause::Receiver(span, test, receiver) => self.with_temporary(span, test, |this, temporary| {
                let value = Expr { span, kind: this.local(temporary) };
                let test = Expr { span, kind: this.local(temporary) };
                let call = Expr { span, kind: ExprKind::Call(Box::new(receiver), vec![value]) };
                if_expr(span, test, call, rest)
            }),
        }
    }

    /// The body of an `else` clause, which must be the last and not empty.
    fn else_body(&mut self, core: Core, items: Items<'a>, i: usize, parts: Items<'a>) -> Result<Expr> {
        let span = self.scene.item(items, i).span();
        if i + 1 < items.len() {
            let next = self.scene.item(items, i + 1);
            return Err(errors::clause_after_else(next.span()));
        }
        if parts.len() < 2 {
            return Err(errors::malformed(core, span));
        }
        self.sequence_of(parts, 1, span)
    }

    /// The receiver in `=> receiver`, if that is what stands at `at`.
    fn receiver(&mut self, core: Core, parts: Items<'a>, at: usize, span: Span) -> Result<Option<Expr>> {
        let arrow = self.scene.item(parts, at);
        if !self.scene.is_keyword(arrow, Core::Arrow) {
            return Ok(None);
        }
        if parts.len() != at + 2 {
            return Err(errors::malformed(core, span));
        }
        let receiver = self.scene.item(parts, at + 1);
        self.expr(receiver).map(Some)
    }

    pub(super) fn case(&mut self, items: Items<'a>, span: Span) -> Result<Expr> {
        if items.len() < 3 {
            return Err(errors::malformed(Core::Case, span));
        }
        let key = self.scene.item(items, 1);
        let key = self.expr(key)?;
        let temporary = self.unit.fresh("key".into());
        let mut clauses = Vec::with_capacity(items.len() - 2);
        let mut last = Expr { span, kind: unspecified() };
        for i in 2..items.len() {
            let clause = self.scene.item(items, i);
            let span = clause.span();
            let parts = clause.as_list().filter(|parts| parts.len() >= 2).ok_or_else(|| errors::malformed(Core::Case, span))?;
            let selector = self.scene.item(parts, 0);
            let is_else = self.scene.is_keyword(selector, Core::Else);
            if is_else && i + 1 < items.len() {
                let next = self.scene.item(items, i + 1);
                return Err(errors::clause_after_else(next.span()));
            }
            let test = if is_else { None } else { Some(self.case_test(selector, temporary)?) };
            let body = match self.receiver(Core::Case, parts, 1, span)? {
                Some(receiver) => {
                    let value = Expr { span, kind: self.local(temporary) };
                    Expr { span, kind: ExprKind::Call(Box::new(receiver), vec![value]) }
                }
                None => self.sequence_of(parts, 1, span)?,
            };
            match test {
                Some(test) => clauses.push((span, test, body)),
                None => last = body,
            }
        }
        let body = clauses.into_iter().rev().fold(last, |rest, (span, test, body)| if_expr(span, test, body, rest));
        Ok(let_expr(span, vec![(temporary, key)], body))
    }

    /// Whether the key is one of the datums.
    fn case_test(&mut self, selector: Stx<'a>, key: VarId) -> Result<Expr> {
        let span = selector.span();
        let datums = selector.as_list().ok_or_else(|| errors::malformed(Core::Case, span))?;
        let mut tests = Vec::with_capacity(datums.len());
        for i in 0..datums.len() {
            let stx = self.scene.item(datums, i);
            let datum = self.scene.datum(stx)?;
            let predicate = self.prim(if is_immediate(&datum) { "eq?" } else { "eqv?" }, span)?;
            let key = Expr { span, kind: self.local(key) };
            let datum = Expr { span, kind: constant(datum) };
            tests.push(Expr { span, kind: ExprKind::PrimCall(predicate, vec![key, datum]) });
        }
        let test = tests.into_iter().rev().reduce(|rest, test| if_expr(span, test, boolean(span, true), rest));
        Ok(test.unwrap_or_else(|| boolean(span, false)))
    }

    pub(super) fn do_loop(&mut self, items: Items<'a>, span: Span) -> Result<Expr> {
        let malformed = || errors::malformed(Core::Do, span);
        if items.len() < 3 {
            return Err(malformed());
        }
        let list = self.scene.item(items, 1);
        let list = list.as_list().ok_or_else(malformed)?;
        let mut specs = Vec::with_capacity(list.len());
        let mut inits = Vec::with_capacity(list.len());
        for i in 0..list.len() {
            let spec = self.scene.item(list, i);
            let parts = spec.as_list().filter(|parts| (2..=3).contains(&parts.len()));
            let parts = parts.ok_or_else(|| errors::malformed(Core::Do, spec.span()))?;
            let init = self.scene.item(parts, 1);
            inits.push(self.expr(init)?);
            specs.push(parts);
        }
        let exit = self.scene.item(items, 2);
        let exit = exit.as_list().filter(|exit| exit.len() >= 1).ok_or_else(malformed)?;
        let looping = self.unit.fresh("do".into());
        let outside = std::mem::replace(&mut self.captures, false);
        let clause = self.scoped(|this| {
            let scope = this.fresh_scope();
            let mut params = Vec::with_capacity(specs.len());
            for &spec in &specs {
                let name = this.scoped_item(spec, 0, scope);
                params.push(this.bind_local(name)?);
            }
            let exit = exit.with(&mut this.scene.state.scopes, scope);
            let test = this.scene.item(exit, 0);
            let test = this.expr(test)?;
            let result = this.sequence_of(exit, 1, span)?;
            let commands = items.from(3).with(&mut this.scene.state.scopes, scope);
            let mut body = this.exprs(commands, 0)?;
            let mut steps = Vec::with_capacity(specs.len());
            for (&spec, &param) in specs.iter().zip(&params) {
                steps.push(if spec.len() == 3 {
                    let step = this.scoped_item(spec, 2, scope);
                    this.expr(step)?
                } else {
                    Expr { span, kind: this.local(param) }
                });
            }
            let again = Expr { span, kind: this.local(looping) };
            body.push(Expr { span, kind: ExprKind::Call(Box::new(again), steps) });
            let body = if_expr(span, test, result, sequence(span, body));
            Ok(Clause { params, rest: None, body })
        });
        let no_inline = std::mem::replace(&mut self.captures, outside);
        let lambda = Lambda { name: Some("do".into()), clauses: vec![clause?], no_inline };
        let procedure = Expr { span, kind: ExprKind::Lambda(Box::new(lambda)) };
        let head = Expr { span, kind: self.local(looping) };
        let start = Expr { span, kind: ExprKind::Call(Box::new(head), inits) };
        let bindings = vec![(looping, procedure)];
        Ok(Expr { span, kind: ExprKind::Letrec { ordered: true, bindings, body: Box::new(start) } })
    }
}

pub(super) fn if_expr(span: Span, test: Expr, consequent: Expr, alternative: Expr) -> Expr {
    Expr { span, kind: ExprKind::If(Box::new(test), Box::new(consequent), Box::new(alternative)) }
}

/// Whether `eq?` tells the datum from others as `eqv?` does.
fn is_immediate(datum: &Datum) -> bool {
    use DatumKind::*;
    matches!(datum.kind, Null | Bool(_) | Char(_) | Symbol(_) | Number(crate::number::Number::Int(_)))
}
