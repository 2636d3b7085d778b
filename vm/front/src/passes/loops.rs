//! Procedures that call themselves in tail position become loops: the call turns into a jump to
//! the start of the body, without moving arguments through a call. For top-level procedures that
//! never change, and for local ones that `contify` had to leave.

use super::Options;
use crate::ir::{Expr, ExprKind, GlobalId, Label, LabelId, Lambda, Unit, VarId};

/// The pass.
pub(super) fn run(unit: &mut Unit, _: &Options<'_>) {
    let mut body = unit.body.take();
    visit(unit, &mut body);
    unit.body = body;
}

/// What a procedure calls itself.
#[derive(Clone, Copy)]
enum Own {
    Local(VarId),
    Global(GlobalId),
}

fn visit(unit: &mut Unit, e: &mut Expr) {
    e.for_each_child_mut(|child| visit(unit, child));
    match &mut e.kind {
        ExprKind::Letrec { bindings, .. } => {
            for (v, init) in bindings {
                if let (ExprKind::Lambda(lambda), false) = (&mut init.kind, unit.var(*v).assigned) {
                    make_loops(unit, Own::Local(*v), lambda);
                }
            }
        }
        ExprKind::Define(g, value) if unit.globals[g.0 as usize].constant => {
            let g = *g;
            if let ExprKind::Lambda(lambda) = &mut value.kind {
                make_loops(unit, Own::Global(g), lambda);
            }
        }
        _ => {}
    }
}

fn make_loops(unit: &mut Unit, own: Own, lambda: &mut Lambda) {
    if lambda.no_inline {
        return;
    }
    for i in 0..lambda.clauses.len() {
        let n = lambda.clauses[i].params.len();
        if lambda.clauses[i].rest.is_some() || lambda.clause_for(n) != Some(i) {
            continue;
        }
        let clause = &mut lambda.clauses[i];
        let id = LabelId(unit.labels);
        if !jump(&mut clause.body, own, n, id) {
            continue;
        }
        unit.labels += 1;
        let fresh: Vec<VarId> = clause.params.iter().map(|v| unit.fresh_like(*v)).collect();
        for v in &fresh {
            unit.vars[v.0 as usize].assigned = false;
        }
        let span = clause.body.span;
        let entry = Expr::new(span, ExprKind::Goto(id, fresh.iter().map(|v| Expr::local(span, *v)).collect()));
        let params = std::mem::replace(&mut clause.params, fresh);
        let label = Label { id, params, body: clause.body.take() };
        clause.body = Expr::new(span, ExprKind::Labels(vec![label], Box::new(entry)));
    }
}

/// Makes calls of `own` in tail position of `e` jumps; whether there were any.
fn jump(e: &mut Expr, own: Own, n: usize, id: LabelId) -> bool {
    let tail = |child: &mut Expr| jump(child, own, n, id);
    match &mut e.kind {
        ExprKind::Call(callee, args) => {
            let itself = match (own, &callee.kind) {
                (Own::Local(v), ExprKind::Local(other)) => v == *other,
                (Own::Global(g), ExprKind::Global(other)) => g == *other,
                _ => false,
            };
            if !itself || args.len() != n {
                return false;
            }
            e.kind = ExprKind::Goto(id, std::mem::take(args));
            true
        }
        ExprKind::If(_, then, other) => {
            let first = tail(then);
            tail(other) || first
        }
        ExprKind::Seq(items) => items.last_mut().is_some_and(tail),
        ExprKind::Let(_, body) | ExprKind::Letrec { body, .. } | ExprKind::Receive { body, .. } => tail(body),
        ExprKind::Labels(labels, body) => {
            let mut any = tail(body);
            for label in labels {
                any |= tail(&mut label.body);
            }
            any
        }
        _ => false,
    }
}
