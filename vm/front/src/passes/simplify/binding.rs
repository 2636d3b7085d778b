//! Forms that bind variables, and calls of what variables are bound to.

use super::{Simplifier, Want, let_form};
use crate::datum::DatumKind;
use crate::emit::prims::KNOWN;
use crate::ir::{Clause, Expr, ExprKind, GlobalId, Lambda, Literal, VarId};
use crate::passes::census::{is_droppable, is_single, is_trivial};
use crate::passes::lower;
use crate::source::Span;
use gambol_abi::prims::{PrimId, Type};

/// Most nodes of a procedure that is copied to where it is called.
pub(super) const SMALL: usize = 20;
/// Most copies in copies.
const DEPTH: usize = 6;

/// What a variable stands for.
pub(super) enum Meaning {
    Const(Literal),
    Local(VarId),
    Prim(PrimId),
    Global(GlobalId),
    /// Called once, and not yet met.
    Once(Box<Lambda>, Span),
    /// To be copied where it is called; the variable stays.
    Small(Box<Lambda>),
}

impl Meaning {
    /// What may replace any use.
    pub(super) fn as_kind(&self) -> Option<ExprKind> {
        match self {
            Meaning::Const(literal) => Some(ExprKind::Const(literal.clone())),
            Meaning::Local(v) => Some(ExprKind::Local(*v)),
            Meaning::Prim(prim) => Some(ExprKind::Prim(*prim)),
            Meaning::Global(g) => Some(ExprKind::Global(*g)),
            Meaning::Once(..) | Meaning::Small(_) => None,
        }
    }
}

impl Simplifier<'_> {
    pub(super) fn bindings(&mut self, e: &mut Expr, want: Want) {
        let span = e.span;
        let ExprKind::Let(bindings, body) = &mut e.kind else {
            return;
        };
        let (bindings, mut body) = (std::mem::take(bindings), body.take());
        let alone = bindings.len() == 1;
        let (mut kept, mut effects, mut outer) = (Vec::new(), Vec::new(), Vec::new());
        for (v, mut init) in bindings {
            if self.is_once(v, &init) {
                if let ExprKind::Lambda(lambda) = init.kind {
                    self.meanings.insert(v, Meaning::Once(lambda, init.span));
                    self.changed = true;
                }
                continue;
            }
            let unused = self.census.reads(v) == 0 && self.census.sets(v) == 0;
            self.expr(&mut init, if unused { Want::Effect } else { Want::Value });
            if unused {
                self.changed = true;
                effects.push(init);
                continue;
            }
            // A binding in the initialiser can as well be around.
            while let (true, ExprKind::Let(..)) = (alone, &init.kind) {
                if let ExprKind::Let(inner, value) = init.kind {
                    outer.push((init.span, inner));
                    init = *value;
                    self.changed = true;
                }
            }
            if let Some(meaning) = self.meaning(v, &init) {
                if let Meaning::Local(other) = meaning {
                    self.census.redirect(v, other);
                }
                self.meanings.insert(v, meaning);
                self.changed = true;
                continue;
            }
            if is_boolean(&init) {
                self.booleans.insert(v);
            }
            if let (ExprKind::Lambda(lambda), true) = (&init.kind, self.is_small(v, &init)) {
                self.meanings.insert(v, Meaning::Small(lambda.clone()));
            }
            kept.push((v, init));
        }
        self.expr(&mut body, want);
        if let [(v, init)] = &mut kept[..]
            && self.census.reads(*v) == 1
            && self.census.sets(*v) == 0
            && self.forward(*v, init, &mut body, want == Want::Effect)
        {
            kept.clear();
            self.changed = true;
        }
        let mut result = let_form(span, kept, body);
        effects.retain(|effect| effect.as_const().is_none() && !is_droppable(self.unit, effect));
        for effect in effects.into_iter().rev() {
            result = effect.then(result);
        }
        for (span, inner) in outer.into_iter().rev() {
            result = Expr::new(span, ExprKind::Let(inner, Box::new(result)));
        }
        *e = result;
    }

    fn is_once(&self, v: VarId, init: &Expr) -> bool {
        let ExprKind::Lambda(lambda) = &init.kind else {
            return false;
        };
        let calls = (self.census.reads(v), self.census.calls(v), self.census.sets(v));
        calls == (1, 1, 0) && !lambda.no_inline && lambda.clauses.len() == 1
    }

    fn is_small(&self, v: VarId, init: &Expr) -> bool {
        let ExprKind::Lambda(lambda) = &init.kind else {
            return false;
        };
        self.census.calls(v) > 0 && self.census.sets(v) == 0 && !lambda.no_inline && init.size(SMALL) <= SMALL
    }

    /// What `v` stands for everywhere, if it needs no variable.
    fn meaning(&self, v: VarId, init: &Expr) -> Option<Meaning> {
        if self.census.sets(v) > 0 || !is_trivial(self.unit, init) {
            return None;
        }
        match &init.kind {
            ExprKind::Const(literal) => Some(Meaning::Const(literal.clone())),
            ExprKind::Local(other) => Some(Meaning::Local(*other)),
            ExprKind::Prim(prim) => Some(Meaning::Prim(*prim)),
            ExprKind::Global(g) => Some(Meaning::Global(*g)),
            _ => None,
        }
    }

    /// Puts `init` where the only use of `v` is, if nothing that can be observed lies between.
    /// `any_number` says that the value of the whole is dropped.
    fn forward(&self, v: VarId, init: &mut Expr, at: &mut Expr, any_number: bool) -> bool {
        match &mut at.kind {
            ExprKind::Local(other) if *other == v => {
                if !any_number && !is_single(init) {
                    return false;
                }
                *at = init.take();
                true
            }
            ExprKind::If(test, ..) => self.forward_into(v, init, test),
            ExprKind::Set(_, value) | ExprKind::SetGlobal(_, value) | ExprKind::Define(_, value) => self.forward_into(v, init, value),
            ExprKind::Seq(items) => self.forward(v, init, &mut items[0], true),
            ExprKind::Let(bindings, _) => match &mut bindings[..] {
                [(_, inner)] => self.forward_into(v, init, inner),
                _ => false,
            },
            ExprKind::PrimCall(_, args) | ExprKind::Goto(_, args) => self.forward_among(v, init, args.iter_mut().collect()),
            ExprKind::Call(callee, args) => self.forward_among(v, init, std::iter::once(&mut **callee).chain(args).collect()),
            _ => false,
        }
    }

    /// [`Simplifier::forward`] to a place that takes exactly one value.
    fn forward_into(&self, v: VarId, init: &mut Expr, at: &mut Expr) -> bool {
        if at.as_local() == Some(v) {
            *at = init.take();
            return true;
        }
        self.forward(v, init, at, false)
    }

    /// [`Simplifier::forward`] into one operand, when the others do nothing.
    fn forward_among(&self, v: VarId, init: &mut Expr, operands: Vec<&mut Expr>) -> bool {
        let mut place = None;
        for operand in operands {
            if (operand.as_local() == Some(v) || !is_trivial(self.unit, operand)) && place.replace(operand).is_some() {
                return false;
            }
        }
        place.is_some_and(|at| self.forward_into(v, init, at))
    }

    pub(super) fn procedures(&mut self, e: &mut Expr, want: Want) {
        let span = e.span;
        let ExprKind::Letrec { ordered, bindings, body } = &mut e.kind else {
            return;
        };
        let (ordered, mut bindings, mut body) = (*ordered, std::mem::take(bindings), body.take());
        let before = bindings.len();
        bindings.retain(|(v, _)| self.census.reads(*v) > 0 || self.census.sets(*v) > 0);
        self.changed |= bindings.len() != before;
        let recursive = bindings.iter().any(|(_, init)| {
            let free = init.free_vars();
            bindings.iter().any(|(v, _)| free.contains(v))
        });
        if !recursive {
            // What is left of a cycle may be none.
            self.change(e, let_form(span, bindings, body));
            return self.expr(e, want);
        }
        for (_, init) in &mut bindings {
            self.expr(init, Want::Value);
        }
        self.expr(&mut body, want);
        *e = Expr::new(span, ExprKind::Letrec { ordered, bindings, body: Box::new(body) });
    }

    pub(super) fn receive(&mut self, e: &mut Expr, want: Want) {
        let span = e.span;
        let ExprKind::Receive { producer, params, rest, body } = &mut e.kind else {
            return;
        };
        self.expr(producer, Want::Value);
        let (mut producer, params, rest, body) = (producer.take(), std::mem::take(params), *rest, body.take());
        let mut around = Vec::new();
        loop {
            match producer.kind {
                ExprKind::Let(bindings, inner) => {
                    around.push(ExprKind::Let(bindings, Box::new(Expr::unspecified(span))));
                    producer = *inner;
                }
                ExprKind::Seq(mut items) if items.len() > 1 => {
                    producer = items.pop().unwrap_or_else(|| Expr::unspecified(span));
                    around.push(ExprKind::Seq(items));
                }
                kind => {
                    producer.kind = kind;
                    break;
                }
            }
        }
        self.changed |= !around.is_empty();
        let mut result = self.receive_from(producer, params, rest, body, span);
        match &mut result.kind {
            // The parts are simplified when they are bound; the producer was already.
            ExprKind::Receive { body, .. } => self.expr(body, want),
            _ => {
                self.changed = true;
                self.expr(&mut result, want);
            }
        }
        for form in around.into_iter().rev() {
            result = match form {
                ExprKind::Let(bindings, _) => Expr::new(span, ExprKind::Let(bindings, Box::new(result))),
                kind => Expr::new(span, kind).then(result),
            };
        }
        *e = result;
    }

    fn receive_from(&mut self, producer: Expr, params: Vec<VarId>, rest: Option<VarId>, body: Expr, span: Span) -> Expr {
        let fits = |n: usize| n == params.len() || rest.is_some() && n >= params.len();
        match producer.kind {
            ExprKind::PrimCall(prim, args) if prim == KNOWN.values && fits(args.len()) => let_form(span, arguments(params, rest, args, span), body),
            kind => {
                let producer = Expr::new(producer.span, kind);
                if is_single(&producer) && fits(1) {
                    return let_form(span, arguments(params, rest, vec![producer], span), body);
                }
                Expr::new(span, ExprKind::Receive { producer: Box::new(producer), params, rest, body: Box::new(body) })
            }
        }
    }

    pub(super) fn call(&mut self, e: &mut Expr, want: Want) {
        let ExprKind::Call(callee, args) = &mut e.kind else {
            return;
        };
        if let Some(v) = callee.as_local()
            && let Some(kind) = self.meanings.get(&v).and_then(Meaning::as_kind)
        {
            self.changed = true;
            callee.kind = kind;
            return self.call(e, want);
        }
        if let ExprKind::Global(g) = callee.kind
            && let Some(kind) = self.globals.value(g)
        {
            self.changed = true;
            callee.kind = kind;
        }
        let n = args.len();
        match &mut callee.kind {
            ExprKind::Local(v) => {
                let v = *v;
                match self.meanings.get(&v) {
                    Some(Meaning::Once(..)) => {
                        if let Some(Meaning::Once(lambda, span)) = self.meanings.remove(&v) {
                            **callee = Expr::new(span, ExprKind::Lambda(lambda));
                            return self.call(e, want);
                        }
                    }
                    Some(Meaning::Small(lambda)) if lambda.clause_for(n).is_some() => {
                        let lambda = lambda.clone();
                        if let Some(copy) = self.copy(&lambda) {
                            callee.kind = copy;
                            return self.inside_copy(|s| s.call(e, want));
                        }
                    }
                    _ => {}
                }
            }
            ExprKind::Global(g) => {
                let lambda = self.globals.lambda(*g).filter(|lambda| lambda.clause_for(n).is_some()).cloned();
                if let Some(copy) = lambda.and_then(|lambda| self.copy(&lambda)) {
                    callee.kind = copy;
                    return self.inside_copy(|s| s.call(e, want));
                }
            }
            ExprKind::Lambda(lambda) if !lambda.no_inline => {
                if let Some(clause) = lambda.clause_for(n) {
                    let Clause { params, rest, body } = lambda.clauses.swap_remove(clause);
                    let form = let_form(e.span, arguments(params, rest, std::mem::take(args), e.span), body);
                    self.change(e, form);
                    return self.expr(e, want);
                }
            }
            ExprKind::Prim(prim) if prim.info().accepts(n) => {
                lower::known_call(e);
                lower::primitive_call(self.unit, e);
                self.changed = true;
                return self.expr(e, want);
            }
            _ => {}
        }
        self.unknown_call(e, want);
    }

    fn unknown_call(&mut self, e: &mut Expr, want: Want) {
        let span = e.span;
        let ExprKind::Call(callee, args) = &mut e.kind else {
            return;
        };
        let unseen = !matches!(callee.kind, ExprKind::Local(_) | ExprKind::Global(_) | ExprKind::Prim(_));
        if unseen {
            self.expr(callee, Want::Value);
        }
        // What happens before the callee is known can as well happen before the call.
        match std::mem::replace(&mut callee.kind, ExprKind::Const(Literal::Unspecified)) {
            ExprKind::Let(bindings, inner) => {
                let call = Expr::new(span, ExprKind::Call(inner, std::mem::take(args)));
                self.replace(e, ExprKind::Let(bindings, Box::new(call)));
                if let ExprKind::Let(_, body) = &mut e.kind {
                    self.call(body, want);
                }
                return;
            }
            ExprKind::Seq(mut items) => {
                if let Some(last) = items.pop() {
                    let mut call = Expr::new(span, ExprKind::Call(Box::new(last), std::mem::take(args)));
                    self.call(&mut call, want);
                    items.push(call);
                    return self.replace(e, ExprKind::Seq(items));
                }
            }
            kind => callee.kind = kind,
        }
        if unseen && matches!(callee.kind, ExprKind::Local(_) | ExprKind::Global(_) | ExprKind::Prim(_)) {
            return self.call(e, want);
        }
        args.iter_mut().for_each(|arg| self.expr(arg, Want::Value));
    }

    /// A copy of `lambda` with names of its own, as far as the budget allows.
    fn copy(&mut self, lambda: &Lambda) -> Option<ExprKind> {
        let size: usize = lambda.clauses.iter().map(|c| c.body.size(SMALL)).sum();
        if self.depth >= DEPTH || size > self.budget {
            return None;
        }
        self.budget -= size;
        let copy = ExprKind::Lambda(Box::new(self.unit.fresh_lambda(lambda)));
        let copy = Expr::new(Span::NONE, copy);
        self.census.add(&copy);
        Some(copy.kind)
    }

    fn inside_copy(&mut self, simplify: impl FnOnce(&mut Self)) {
        self.depth += 1;
        simplify(self);
        self.depth -= 1;
        self.changed = true;
    }
}

/// Parameters with their arguments; those left over make a list.
fn arguments(params: Vec<VarId>, rest: Option<VarId>, args: Vec<Expr>, span: Span) -> Vec<(VarId, Expr)> {
    let mut args = args.into_iter();
    let mut bindings: Vec<(VarId, Expr)> = params.into_iter().zip(args.by_ref()).collect();
    if let Some(rest) = rest {
        bindings.push((rest, Expr::prim(span, KNOWN.list, args.collect())));
    }
    bindings
}

/// Whether the value is `#t` or `#f`. Of `(or (null? x) e)` no variable is left then.
fn is_boolean(e: &Expr) -> bool {
    match &e.kind {
        ExprKind::PrimCall(prim, _) => prim.info().result == Type::Boolean,
        ExprKind::Const(_) => matches!(e.as_datum(), Some(DatumKind::Bool(_))),
        ExprKind::If(_, then, other) => is_boolean(then) && is_boolean(other),
        ExprKind::Seq(items) => items.last().is_some_and(is_boolean),
        ExprKind::Let(_, body) => is_boolean(body),
        _ => false,
    }
}
