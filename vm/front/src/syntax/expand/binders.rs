//! Forms that bind local variables: lambda, let and their kin, and assignment.

use std::sync::Arc;

use super::{Expander, Result, unspecified};
use crate::ir::{Clause, Expr, ExprKind, Lambda, VarId};
use crate::source::Span;
use crate::syntax::binding::{Binding, Core};
use crate::syntax::errors;
use crate::syntax::scope::Scope;
use crate::syntax::state::RootKind;
use crate::syntax::stx::{Items, Stx};

/// Parameters that are bound.
pub(crate) struct Params {
    pub(crate) required: Vec<VarId>,
    pub(crate) rest: Option<VarId>,
}

impl<'a> Expander<'a, '_> {
    /// Binds an identifier, whose scopes include those of the binding form, to a new local.
    pub(crate) fn bind_local(&mut self, name: Stx<'a>) -> Result<VarId> {
        let Some((sym, scopes)) = self.scene.ident(name) else {
            return Err(errors::expected("an identifier", name));
        };
        let text = self.scene.state.symbols.name(sym).clone();
        let var = self.unit.fresh(text.clone());
        let (frame, span) = (self.frame, name.span());
        match self.scene.locals.bind(sym, scopes, Binding::Local(var), frame, span) {
            Ok(()) => Ok(var),
            Err(earlier) => Err(errors::duplicate_parameter(&text, span, earlier)),
        }
    }

    /// Runs `f` and takes its local bindings back.
    pub(crate) fn scoped<R>(&mut self, f: impl FnOnce(&mut Self) -> Result<R>) -> Result<R> {
        let mark = self.scene.locals.mark();
        let result = f(self);
        self.scene.locals.release(mark);
        result
    }

    pub(crate) fn scoped_item(&mut self, items: Items<'a>, i: usize, scope: Scope) -> Stx<'a> {
        let item = self.scene.item(items, i);
        item.with(&mut self.scene.state.scopes, scope)
    }

    /// The parameters that `formals` lists: a list, an improper one, or one identifier.
    pub(crate) fn formals(&self, formals: Stx<'a>) -> Items<'a> {
        formals.as_items().unwrap_or_else(|| self.scene.stage.store.empty_items(Some(formals)))
    }

    pub(crate) fn bind_params(&mut self, formals: Items<'a>) -> Result<Params> {
        let mut required = Vec::with_capacity(formals.len());
        for i in 0..formals.len() {
            let name = self.scene.item(formals, i);
            required.push(self.bind_local(name)?);
        }
        let rest = formals.tail(&mut self.scene.state.scopes).map(|name| self.bind_local(name)).transpose()?;
        Ok(Params { required, rest })
    }

    /// A procedure's parameters and body; tells whether it calls `%capture` itself.
    fn clause(&mut self, formals: Items<'a>, body: Items<'a>, span: Span) -> Result<(Clause, bool)> {
        let outside = std::mem::replace(&mut self.captures, false);
        let clause = self.scoped(|this| {
            let scope = this.fresh_scope();
            let formals = formals.with(&mut this.scene.state.scopes, scope);
            let params = this.bind_params(formals)?;
            let body = body.with(&mut this.scene.state.scopes, scope);
            let body = this.body(body, span)?;
            Ok(Clause { params: params.required, rest: params.rest, body })
        });
        let captures = std::mem::replace(&mut self.captures, outside);
        Ok((clause?, captures))
    }

    /// A procedure from its parameters and body.
    pub(crate) fn procedure(&mut self, name: Option<Arc<str>>, formals: Items<'a>, body: Items<'a>, span: Span) -> Result<Expr> {
        let (clause, no_inline) = self.clause(formals, body, span)?;
        let lambda = Lambda { name, clauses: vec![clause], no_inline };
        Ok(Expr { span, kind: ExprKind::Lambda(Box::new(lambda)) })
    }

    pub(super) fn lambda(&mut self, items: Items<'a>, span: Span) -> Result<Expr> {
        if items.len() < 3 {
            return Err(errors::malformed(Core::Lambda, span));
        }
        let formals = self.scene.item(items, 1);
        self.procedure(None, self.formals(formals), items.from(2), span)
    }

    pub(super) fn case_lambda(&mut self, items: Items<'a>, span: Span) -> Result<Expr> {
        let mut clauses = Vec::with_capacity(items.len() - 1);
        let mut no_inline = false;
        for i in 1..items.len() {
            let item = self.scene.item(items, i);
            let parts = item.as_list().filter(|parts| parts.len() >= 2);
            let parts = parts.ok_or_else(|| errors::malformed(Core::CaseLambda, item.span()))?;
            let formals = self.scene.item(parts, 0);
            let (clause, captures) = self.clause(self.formals(formals), parts.from(1), item.span())?;
            clauses.push(clause);
            no_inline |= captures;
        }
        Ok(Expr { span, kind: ExprKind::Lambda(Box::new(Lambda { name: None, clauses, no_inline })) })
    }

    /// The `(name value)` pairs of a binding list, as item lists.
    fn pairs(&mut self, list: Stx<'a>, core: Core) -> Result<Vec<Items<'a>>> {
        let list_items = list.as_list().ok_or_else(|| errors::malformed(core, list.span()))?;
        let mut pairs = Vec::with_capacity(list_items.len());
        for i in 0..list_items.len() {
            let pair = self.scene.item(list_items, i);
            let parts = pair.as_list().filter(|parts| parts.len() == 2);
            pairs.push(parts.ok_or_else(|| errors::malformed(core, pair.span()))?);
        }
        Ok(pairs)
    }

    /// Name and expanded value of a pair; the value is called by the name.
    fn value_of(&mut self, pair: Items<'a>) -> Result<Expr> {
        let name = self.scene.item(pair, 0);
        let value = self.scene.item(pair, 1);
        match self.scene.name(name) {
            Some(name) => self.named_expr(value, &name),
            None => Err(errors::expected("an identifier", name)),
        }
    }

    pub(super) fn let_form(&mut self, items: Items<'a>, span: Span) -> Result<Expr> {
        if items.len() < 3 {
            return Err(errors::malformed(Core::Let, span));
        }
        let list = self.scene.item(items, 1);
        if self.scene.ident(list).is_some() {
            return self.named_let(list, items, span);
        }
        let pairs = self.pairs(list, Core::Let)?;
        let values = pairs.iter().map(|&pair| self.value_of(pair)).collect::<Result<Vec<_>>>()?;
        self.scoped(|this| {
            let scope = this.fresh_scope();
            let mut bindings = Vec::with_capacity(pairs.len());
            for (pair, value) in pairs.into_iter().zip(values) {
                let name = this.scoped_item(pair, 0, scope);
                bindings.push((this.bind_local(name)?, value));
            }
            let body = items.from(2).with(&mut this.scene.state.scopes, scope);
            let body = this.body(body, span)?;
            Ok(let_expr(span, bindings, body))
        })
    }

    fn named_let(&mut self, name: Stx<'a>, items: Items<'a>, span: Span) -> Result<Expr> {
        if items.len() < 4 {
            return Err(errors::malformed(Core::Let, span));
        }
        let list = self.scene.item(items, 2);
        let pairs = self.pairs(list, Core::Let)?;
        let values = pairs
            .iter()
            .map(|&pair| {
                let value = self.scene.item(pair, 1);
                self.expr(value)
            })
            .collect::<Result<Vec<_>>>()?;
        let text = self.scene.name(name);
        self.scoped(|this| {
            let outer = this.fresh_scope();
            let name = name.with(&mut this.scene.state.scopes, outer);
            let var = this.bind_local(name)?;
            let names: Vec<Stx<'a>> = pairs.iter().map(|&pair| this.scoped_item(pair, 0, outer)).collect();
            let names = this.scene.stage.store.list(&mut this.scene.state.scopes, span, names, None);
            let body = items.from(3).with(&mut this.scene.state.scopes, outer);
            let procedure = this.procedure(text, this.formals(names), body, span)?;
            let head = Expr { span, kind: this.local(var) };
            let call = Expr { span, kind: ExprKind::Call(Box::new(head), values) };
            let bindings = vec![(var, procedure)];
            Ok(Expr { span, kind: ExprKind::Letrec { ordered: true, bindings, body: Box::new(call) } })
        })
    }

    pub(super) fn let_star(&mut self, items: Items<'a>, span: Span) -> Result<Expr> {
        if items.len() < 3 {
            return Err(errors::malformed(Core::LetStar, span));
        }
        let list = self.scene.item(items, 1);
        let list_items = list.as_list().ok_or_else(|| errors::malformed(Core::LetStar, list.span()))?;
        self.scoped(|this| {
            let mut list_items = list_items;
            let mut body = items.from(2);
            let mut bindings = Vec::with_capacity(list_items.len());
            for i in 0..list_items.len() {
                let pair = this.scene.item(list_items, i);
                let parts = pair.as_list().filter(|parts| parts.len() == 2);
                let parts = parts.ok_or_else(|| errors::malformed(Core::LetStar, pair.span()))?;
                let value = this.value_of(parts)?;
                let scope = this.fresh_scope();
                let name = this.scoped_item(parts, 0, scope);
                bindings.push((this.bind_local(name)?, value));
                list_items = list_items.with(&mut this.scene.state.scopes, scope);
                body = body.with(&mut this.scene.state.scopes, scope);
            }
            let body = this.body(body, span)?;
            Ok(bindings.into_iter().rev().fold(body, |body, binding| let_expr(span, vec![binding], body)))
        })
    }

    pub(super) fn letrec(&mut self, items: Items<'a>, span: Span, core: Core) -> Result<Expr> {
        if items.len() < 3 {
            return Err(errors::malformed(core, span));
        }
        let list = self.scene.item(items, 1);
        self.scoped(|this| {
            let scope = this.fresh_scope();
            let list = list.with(&mut this.scene.state.scopes, scope);
            let pairs = this.pairs(list, core)?;
            let mut vars = Vec::with_capacity(pairs.len());
            for &pair in &pairs {
                let name = this.scene.item(pair, 0);
                vars.push(this.bind_local(name)?);
            }
            let values = pairs.iter().map(|&pair| this.value_of(pair)).collect::<Result<Vec<_>>>()?;
            let body = items.from(2).with(&mut this.scene.state.scopes, scope);
            let body = this.body(body, span)?;
            let bindings: Vec<_> = vars.into_iter().zip(values).collect();
            if bindings.is_empty() {
                return Ok(body);
            }
            let ordered = core == Core::LetrecStar;
            Ok(Expr { span, kind: ExprKind::Letrec { ordered, bindings, body: Box::new(body) } })
        })
    }

    pub(super) fn let_values(&mut self, items: Items<'a>, span: Span, core: Core) -> Result<Expr> {
        if items.len() < 3 {
            return Err(errors::malformed(core, span));
        }
        let list = self.scene.item(items, 1);
        let sequential = core == Core::LetStarValues;
        self.scoped(|this| {
            let mut pairs = this.pairs(list, core)?;
            let mut body = items.from(2);
            let shared = this.fresh_scope();
            let mut receives = Vec::with_capacity(pairs.len());
            let mut pending = Vec::new();
            for i in 0..pairs.len() {
                let producer = this.scene.item(pairs[i], 1);
                let producer = this.expr(producer)?;
                let scope = if sequential { this.fresh_scope() } else { shared };
                let formals = this.scoped_item(pairs[i], 0, scope);
                let formals = this.formals(formals);
                if sequential {
                    receives.push((producer, this.bind_params(formals)?));
                    for pair in &mut pairs[i + 1..] {
                        *pair = pair.with(&mut this.scene.state.scopes, scope);
                    }
                    body = body.with(&mut this.scene.state.scopes, scope);
                } else {
                    pending.push((producer, formals));
                }
            }
            if !sequential {
                // Only now: the producers must not see the names.
                for (producer, formals) in pending {
                    receives.push((producer, this.bind_params(formals)?));
                }
                body = body.with(&mut this.scene.state.scopes, shared);
            }
            let body = this.body(body, span)?;
            Ok(receives.into_iter().rev().fold(body, |body, (producer, params)| receive(span, producer, params, body)))
        })
    }

    pub(super) fn set(&mut self, items: Items<'a>, span: Span) -> Result<Expr> {
        if items.len() != 3 {
            return Err(errors::malformed(Core::Set, span));
        }
        let target = self.scene.item(items, 1);
        let Some((sym, scopes)) = self.scene.ident(target) else {
            return Err(errors::expected("a variable to assign", target));
        };
        let name = self.scene.state.symbols.name(sym).clone();
        let binding = self.scene.binding(sym, scopes, target.span())?;
        let value = self.scene.item(items, 2);
        let value = Box::new(self.named_expr(value, &name)?);
        let kind = match binding {
            Some(Binding::Local(var)) => {
                self.unit.assign(var);
                ExprKind::Set(var, value)
            }
            Some(Binding::Global(global)) => {
                let entry = &self.scene.state.globals[global.0 as usize];
                let here = entry.owner == self.unit.number;
                let root = self.scene.state.scopes.root(scopes);
                let imported = self.scene.state.top.entries(root, sym).iter().any(|entry| entry.imported && entry.binding == Binding::Global(global));
                if !here && (entry.constant || imported) {
                    return Err(errors::set_imported(&name, target.span()));
                }
                self.unit.assign_global(global);
                ExprKind::SetGlobal(self.unit.global(global), value)
            }
            Some(Binding::Prim(_)) => return Err(errors::set_imported(&name, target.span())),
            Some(Binding::Core(_) | Binding::Macro(_)) => {
                return Err(errors::set_keyword(&name, target.span()));
            }
            None => match self.root_kind(scopes) {
                Some(&RootKind::Environment(environment)) => {
                    let cell = self.scene.state.cell(environment, sym);
                    self.unit.assign_global(cell);
                    ExprKind::SetGlobal(self.unit.global(cell), value)
                }
                _ => {
                    let error = self.unbound(sym, target.span());
                    self.scene.state.errors.push(error);
                    unspecified()
                }
            },
        };
        Ok(Expr { span, kind })
    }
}

/// Parallel bindings around a body; the body alone without any.
pub(crate) fn let_expr(span: Span, bindings: Vec<(VarId, Expr)>, body: Expr) -> Expr {
    if bindings.is_empty() {
        return body;
    }
    Expr { span, kind: ExprKind::Let(bindings, Box::new(body)) }
}

pub(crate) fn receive(span: Span, producer: Expr, params: Params, body: Expr) -> Expr {
    let kind = ExprKind::Receive { producer: Box::new(producer), params: params.required, rest: params.rest, body: Box::new(body) };
    Expr { span, kind }
}
