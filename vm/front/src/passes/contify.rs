//! Procedures that always return to the same place become labels, and their calls jumps: named
//! `let`, `do`, loops in the middle of an expression, and local procedures that only serve as
//! join points. A group of mutually recursive procedures goes together.
//!
//! The place is the innermost expression around all calls from outside the group in whose tail
//! position they stand; the labels are put there, whatever the procedures were bound around.
//! After Kennedy, "Compiling with Continuations, Continued" (2007), in direct style. Relies on
//! `letrec`; does nothing to procedures that are used in any other way than being called.

use rustc_hash::FxHashMap;

use super::Options;
use crate::ir::{Expr, ExprKind, Label, LabelId, Unit, VarId};

/// Levels down which a place is looked for.
const DEPTH: usize = 256;

/// The pass.
pub(super) fn run(unit: &mut Unit, _: &Options<'_>) {
    let mut body = unit.body.take();
    contify(unit, &mut body);
    unit.body = body;
}

/// Inner procedures first: their calls of outer ones are in tail position once they are labels.
fn contify(unit: &mut Unit, e: &mut Expr) {
    e.for_each_child_mut(|child| contify(unit, child));
    match &mut e.kind {
        ExprKind::Letrec { bindings, body, .. } => {
            if let Some(done) = with_group(unit, std::mem::take(bindings), body) {
                *bindings = done;
            }
            if bindings.is_empty() {
                *e = body.take();
            }
        }
        ExprKind::Let(bindings, body) => {
            let mut kept = Vec::new();
            for binding in std::mem::take(bindings) {
                kept.extend(with_group(unit, vec![binding], body).unwrap_or_default());
            }
            if kept.is_empty() {
                *e = body.take();
            } else {
                *bindings = kept;
            }
        }
        _ => {}
    }
}

/// Variables of a group with the number of their parameters.
type Group = FxHashMap<VarId, usize>;

/// Turns the group into labels inside `body` if it can; else gives the bindings back.
fn with_group(unit: &mut Unit, bindings: Vec<(VarId, Expr)>, body: &mut Expr) -> Option<Vec<(VarId, Expr)>> {
    let group: Option<Group> = bindings.iter().map(|(v, init)| parameters(unit, *v, init).map(|n| (*v, n))).collect();
    let Some(group) = group else {
        return Some(bindings);
    };
    let inside = bindings.iter().all(|(_, init)| lambda_body(init).is_some_and(|body| fits(body, &group, true)));
    if !inside {
        return Some(bindings);
    }
    let Some(path) = place(body, &group) else {
        return Some(bindings);
    };
    let ids: FxHashMap<VarId, LabelId> = bindings.iter().map(|(v, _)| (*v, unit.fresh_label())).collect();
    let mut labels = Vec::new();
    for (v, init) in bindings {
        if let ExprKind::Lambda(mut lambda) = init.kind {
            let clause = lambda.clauses.remove(0);
            let mut body = clause.body;
            jump(&mut body, &ids);
            labels.push(Label { id: ids[&v], params: clause.params, body });
        }
    }
    let at = descend(body, &path);
    let mut inner = at.take();
    jump(&mut inner, &ids);
    *at = Expr::new(inner.span, ExprKind::Labels(labels, Box::new(inner)));
    None
}

/// Number of parameters of a procedure that could be a label.
fn parameters(unit: &Unit, v: VarId, init: &Expr) -> Option<usize> {
    match &init.kind {
        ExprKind::Lambda(lambda) if !lambda.no_inline && !unit.var(v).assigned => match &lambda.clauses[..] {
            [clause] if clause.rest.is_none() => Some(clause.params.len()),
            _ => None,
        },
        _ => None,
    }
}

fn lambda_body(init: &Expr) -> Option<&Expr> {
    match &init.kind {
        ExprKind::Lambda(lambda) => lambda.clauses.first().map(|clause| &clause.body),
        _ => None,
    }
}

/// Whether the group occurs in `e` only as called in tail position with the right number of
/// arguments; `tail` says whether `e` itself is.
fn fits(e: &Expr, group: &Group, tail: bool) -> bool {
    match &e.kind {
        ExprKind::Local(v) => !group.contains_key(v),
        ExprKind::Call(callee, args) => {
            let callee_fits = match callee.as_local().and_then(|v| group.get(&v)) {
                Some(&n) => tail && n == args.len(),
                None => fits(callee, group, false),
            };
            callee_fits && args.iter().all(|arg| fits(arg, group, false))
        }
        ExprKind::Seq(items) => items.iter().enumerate().all(|(i, item)| fits(item, group, tail && i + 1 == items.len())),
        _ => {
            let mut all = true;
            each_with_tail(e, |child, in_tail| all = all && fits(child, group, tail && in_tail));
            all
        }
    }
}

/// Children with whether they are in tail position of `e`; not for sequences and calls.
fn each_with_tail<'a>(e: &'a Expr, mut visit: impl FnMut(&'a Expr, bool)) {
    match &e.kind {
        ExprKind::If(test, then, other) => {
            visit(test, false);
            visit(then, true);
            visit(other, true);
        }
        ExprKind::Let(bindings, body) | ExprKind::Letrec { bindings, body, .. } => {
            bindings.iter().for_each(|(_, init)| visit(init, false));
            visit(body, true);
        }
        ExprKind::Receive { producer, body, .. } => {
            visit(producer, false);
            visit(body, true);
        }
        ExprKind::Labels(labels, body) => {
            labels.iter().for_each(|label| visit(&label.body, true));
            visit(body, true);
        }
        _ => e.for_each_child(|child| visit(child, false)),
    }
}

fn mentions(e: &Expr, group: &Group) -> bool {
    if e.as_local().is_some_and(|v| group.contains_key(&v)) {
        return true;
    }
    let mut found = false;
    e.for_each_child(|child| found = found || mentions(child, group));
    found
}

/// The way down to the expression that all calls are in tail position of: child numbers.
fn place(body: &Expr, group: &Group) -> Option<Vec<usize>> {
    let mut path = Vec::new();
    let mut e = body;
    while !fits(e, group, true) {
        if path.len() == DEPTH {
            return None;
        }
        let (mut only, mut number) = (None, 0);
        let mut several = false;
        e.for_each_child(|child| {
            if mentions(child, group) {
                several |= only.replace((number, child)).is_some();
            }
            number += 1;
        });
        if several {
            return None;
        }
        let (number, child) = only?;
        path.push(number);
        e = child;
    }
    Some(path)
}

fn descend<'a>(e: &'a mut Expr, path: &[usize]) -> &'a mut Expr {
    let Some((&first, rest)) = path.split_first() else {
        return e;
    };
    descend(child_mut(e, first), rest)
}

/// Child `number` in the order of [`Expr::for_each_child`].
fn child_mut(e: &mut Expr, number: usize) -> &mut Expr {
    let missing = "paths lead to expressions that exist";
    match &mut e.kind {
        ExprKind::Set(_, value) | ExprKind::SetGlobal(_, value) | ExprKind::Define(_, value) => value,
        ExprKind::If(a, b, c) => [a, b, c].into_iter().nth(number).expect(missing),
        ExprKind::Seq(items) | ExprKind::PrimCall(_, items) | ExprKind::Goto(_, items) => &mut items[number],
        ExprKind::Lambda(lambda) => &mut lambda.clauses[number].body,
        ExprKind::Call(callee, args) => std::iter::once(&mut **callee).chain(args).nth(number).expect(missing),
        ExprKind::Let(bindings, body) | ExprKind::Letrec { bindings, body, .. } => {
            bindings.iter_mut().map(|(_, init)| init).chain(std::iter::once(&mut **body)).nth(number).expect(missing)
        }
        ExprKind::Receive { producer, body, .. } => [producer, body].into_iter().nth(number).expect(missing),
        ExprKind::Labels(labels, body) => std::iter::once(&mut **body).chain(labels.iter_mut().map(|label| &mut label.body)).nth(number).expect(missing),
        ExprKind::Const(_) | ExprKind::Local(_) | ExprKind::Global(_) | ExprKind::Prim(_) => {
            unreachable!("{missing}")
        }
    }
}

/// Makes calls of the group jumps.
fn jump(e: &mut Expr, ids: &FxHashMap<VarId, LabelId>) {
    e.for_each_child_mut(|child| jump(child, ids));
    if let ExprKind::Call(callee, args) = &mut e.kind
        && let Some(id) = callee.as_local().and_then(|v| ids.get(&v))
    {
        e.kind = ExprKind::Goto(*id, std::mem::take(args));
    }
}
