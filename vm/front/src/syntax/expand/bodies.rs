//! Bodies: definitions and expressions in order (R7RS 5.3.2), as `letrec*`.

use super::binders::{Params, receive};
use super::definitions::{Place, Queue, Step, Value};
use super::{Expander, Result, sequence, unspecified};
use crate::ir::{Expr, ExprKind, VarId};
use crate::source::Span;
use crate::syntax::binding::{Binding, Core};
use crate::syntax::errors;
use crate::syntax::stx::{Items, Stx};

/// A part of a body, expanded.
enum Part {
    Bind(VarId, Expr),
    Values(Params, Expr),
    Expr(Expr),
}

impl<'a> Expander<'a, '_> {
    /// Expands a body, whose forms have the scopes of the binding form around it.
    pub(crate) fn body(&mut self, items: Items<'a>, span: Span) -> Result<Expr> {
        if items.tail.is_some() {
            return Err(errors::dotted_combination(span));
        }
        if items.len() == 0 {
            return Err(errors::empty_body(span, false));
        }
        // Nesting of procedures is nesting of bodies, too.
        self.enter(span)?;
        let body = match self.has_definitions(items)? {
            false => self.exprs(items, 0).map(|exprs| sequence(span, exprs)),
            true => {
                let frame = self.scene.state.fresh_frame();
                let outside = std::mem::replace(&mut self.frame, frame);
                let body = self.scoped(|this| this.definition_body(items, span));
                self.frame = outside;
                body
            }
        };
        self.leave();
        body
    }

    /// Whether some form defines something, or may do so once it is expanded.
    fn has_definitions(&mut self, items: Items<'a>) -> Result<bool> {
        for i in 0..items.len() {
            let form = self.scene.item(items, i);
            let Some(inner) = form.as_items().filter(|inner| inner.len() > 0) else {
                continue;
            };
            let head = self.scene.item(inner, 0);
            let Some((sym, scopes)) = self.scene.ident(head) else {
                continue;
            };
            match self.scene.binding(sym, scopes, head.span())? {
                Some(Binding::Macro(_)) => return Ok(true),
                Some(Binding::Core(core)) if splices_or_defines(core) => return Ok(true),
                _ => {}
            }
        }
        Ok(false)
    }

    fn definition_body(&mut self, items: Items<'a>, span: Span) -> Result<Expr> {
        let scope = self.fresh_scope();
        let items = items.with(&mut self.scene.state.scopes, scope);
        let mut queue = Queue::body();
        let forms = items.to_vec(&mut self.scene.state.scopes);
        queue.splice(forms.into_iter(), 0);
        let mut steps = Vec::new();
        while let Some(step) = self.next_step(&mut queue)? {
            steps.push(step);
        }
        if !matches!(steps.last(), Some(Step::Expr(_))) {
            return Err(errors::empty_body(span, !steps.is_empty()));
        }
        let mut parts = Vec::with_capacity(steps.len());
        for step in steps {
            self.body_step(step, &mut parts)?;
        }
        Ok(assemble(self, span, parts))
    }

    fn body_step(&mut self, step: Step<'a>, parts: &mut Vec<Part>) -> Result<()> {
        match step {
            Step::Define { place: Place::Local(var), name, value, span } => {
                let value = self.defined_value(&name, value, span)?;
                parts.push(Part::Bind(var, value));
            }
            Step::Values { places, rest, producer, span } => self.local_values(&places, rest, producer, span, parts)?,
            Step::Record(spec) => {
                for (place, value) in self.record_values(spec)? {
                    if let Place::Local(var) = place {
                        parts.push(Part::Bind(var, value));
                    }
                }
            }
            Step::Expr(stx) => parts.push(Part::Expr(self.expr(stx)?)),
            Step::Import(_, span) => return Err(errors::not_top_level(Core::Import, span)),
            Step::Library(stx) => {
                return Err(errors::not_top_level(Core::DefineLibrary, stx.span()));
            }
            Step::Define { .. } => unreachable!("a body's queue binds locals"),
        }
        Ok(())
    }

    /// The expression a definition gives its variable.
    pub(crate) fn defined_value(&mut self, name: &std::sync::Arc<str>, value: Value<'a>, span: Span) -> Result<Expr> {
        match value {
            Value::Expr(stx) => self.named_expr(stx, name),
            Value::Procedure(formals, body) => self.procedure(Some(name.clone()), formals, body, span),
            Value::Curried(header, body) => self.curried(name, header, body, span),
            Value::None => Ok(Expr { span, kind: unspecified() }),
        }
    }

    /// `(define ((name a) b) body)` is `(define (name a) (lambda (b) body))`: the header's
    /// levels from the inside out are the procedures from the outside in.
    fn curried(&mut self, name: &std::sync::Arc<str>, header: Items<'a>, body: Items<'a>, span: Span) -> Result<Expr> {
        let mut levels = vec![header.from(1)];
        let mut head = self.scene.item(header, 0);
        while let Some(inner) = head.as_items().filter(|inner| inner.len() > 0) {
            levels.push(inner.from(1));
            head = self.scene.item(inner, 0);
        }
        self.curried_levels(Some(name.clone()), &levels, body, span)
    }

    fn curried_levels(&mut self, name: Option<std::sync::Arc<str>>, levels: &[Items<'a>], body: Items<'a>, span: Span) -> Result<Expr> {
        self.enter(span)?;
        let expr = match levels {
            [] => unreachable!("a curried header has levels"),
            [only] => self.procedure(name, *only, body, span)?,
            [inner @ .., outer] => self.scoped(|this| {
                let scope = this.fresh_scope();
                let outer = outer.with(&mut this.scene.state.scopes, scope);
                let params = this.bind_params(outer)?;
                let inner: Vec<Items<'a>> = inner.iter().map(|level| level.with(&mut this.scene.state.scopes, scope)).collect();
                let body = body.with(&mut this.scene.state.scopes, scope);
                let body = this.curried_levels(None, &inner, body, span)?;
                let clauses = vec![crate::ir::Clause { params: params.required, rest: params.rest, body }];
                let lambda = crate::ir::Lambda { name, clauses, no_inline: false };
                Ok(Expr { span, kind: ExprKind::Lambda(Box::new(lambda)) })
            })?,
        };
        self.leave();
        Ok(expr)
    }

    /// `define-values` in a body. What nothing before it mentions is simply received;
    /// otherwise the variables are bound with the others and assigned.
    fn local_values(&mut self, places: &[Place], rest: Option<Place>, producer: Stx<'a>, span: Span, parts: &mut Vec<Part>) -> Result<()> {
        let var = |place: &Place| match place {
            Place::Local(var) => *var,
            _ => unreachable!("a body's queue binds locals"),
        };
        let required: Vec<VarId> = places.iter().map(var).collect();
        let rest = rest.as_ref().map(var);
        let producer = self.expr(producer)?;
        let all = || required.iter().copied().chain(rest);
        if !all().any(|var| self.unit.mentioned(var)) {
            parts.push(Part::Values(Params { required, rest }, producer));
            return Ok(());
        }
        let mut assignments = Vec::new();
        let mut temporaries = Vec::new();
        for var in all() {
            parts.push(Part::Bind(var, Expr { span, kind: unspecified() }));
            let name = self.unit.name(var).clone();
            let temporary = self.unit.fresh(name);
            temporaries.push(temporary);
            self.unit.assign(var);
            let value = Expr { span, kind: ExprKind::Local(temporary) };
            assignments.push(Expr { span, kind: ExprKind::Set(var, Box::new(value)) });
        }
        let rest = rest.and_then(|_| temporaries.pop());
        let params = Params { required: temporaries, rest };
        parts.push(Part::Expr(receive(span, producer, params, sequence(span, assignments))));
        Ok(())
    }
}

fn splices_or_defines(core: Core) -> bool {
    use Core::*;
    matches!(core, Begin | Define | DefineValues | DefineRecordType | DefineSyntax | Include | IncludeCi | CondExpand | Import | DefineLibrary | Export)
}

/// One tree from the parts: expressions at the end are the body; before definitions they
/// become bindings of variables that nobody uses.
fn assemble(expander: &mut Expander<'_, '_>, span: Span, parts: Vec<Part>) -> Expr {
    let mut tail = Vec::new();
    let mut bindings = Vec::new();
    let mut done: Option<Expr> = None;
    for part in parts.into_iter().rev() {
        match part {
            Part::Expr(expr) if done.is_none() && bindings.is_empty() => tail.push(expr),
            Part::Expr(expr) => {
                let unused = expander.unit.fresh("_".into());
                bindings.push((unused, in_effect_position(expr)));
            }
            Part::Bind(var, value) => bindings.push((var, value)),
            Part::Values(params, producer) => {
                let inner = close(span, done.take(), &mut tail, &mut bindings);
                done = Some(receive(span, producer, params, inner));
            }
        }
    }
    close(span, done, &mut tail, &mut bindings)
}

/// An expression whose value, or values, nobody wants, where one value is expected.
fn in_effect_position(expr: Expr) -> Expr {
    let span = expr.span;
    Expr { span, kind: ExprKind::Seq(vec![expr, Expr { span, kind: unspecified() }]) }
}

/// Puts bindings, collected from last to first, around what follows them.
fn close(span: Span, done: Option<Expr>, tail: &mut Vec<Expr>, bindings: &mut Vec<(VarId, Expr)>) -> Expr {
    let body = done.unwrap_or_else(|| {
        tail.reverse();
        sequence(span, std::mem::take(tail))
    });
    if bindings.is_empty() {
        return body;
    }
    bindings.reverse();
    let bindings = std::mem::take(bindings);
    Expr { span, kind: ExprKind::Letrec { ordered: true, bindings, body: Box::new(body) } }
}
