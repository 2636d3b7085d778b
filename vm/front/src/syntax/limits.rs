//! Limits that keep a bad program from taking the compiler with it.
//!
//! The expander and the passes recurse over the program, so nesting is limited, and
//! everything runs with enough stack for the limit. Macros may run for ever; that, too, ends
//! with a message.

use crate::diag::Diagnostic;
use crate::ir::{Expr, ExprKind};
use crate::source::Span;

/// Nesting of forms in a program, after macro expansion. Quoted data nest freely.
pub(super) const NESTING_MAX: u32 = 10_000;

/// Nesting of core forms that one unit may have: long `cond` and `let*` forms nest, too.
pub(super) const IR_NESTING_MAX: usize = 40_000;

/// Macro steps on one form, or from one form down through the definitions it makes.
pub(super) const STEPS_MAX: u32 = 200_000;

/// Forms that macros may make for one outermost form.
pub(super) const PRODUCED_MAX: usize = 20_000_000;

/// Stack that compiling may need; it is mapped, not touched, until then.
const STACK_BYTES: usize = 1 << 30;

/// What is left of the stack when no new one is needed because we already are on one.
const STACK_BYTES_NESTED: usize = STACK_BYTES / 2;

/// Runs `f` with enough stack for the deepest program the limits allow.
pub fn with_stack<R>(f: impl FnOnce() -> R) -> R {
    if stacker::remaining_stack().is_some_and(|left| left >= STACK_BYTES_NESTED) {
        return f();
    }
    stacker::grow(STACK_BYTES, f)
}

/// An error if the tree nests deeper than passes can follow. The tree is taken apart
/// then, since dropping it would recurse.
pub(crate) fn check_nesting(expr: Expr) -> Result<Expr, Diagnostic> {
    match too_deep_at(&expr) {
        None => Ok(expr),
        Some(span) => {
            dismantle(expr);
            Err(super::errors::too_deep(span))
        }
    }
}

fn too_deep_at(expr: &Expr) -> Option<Span> {
    let mut pending = vec![(expr, 1)];
    while let Some((expr, depth)) = pending.pop() {
        if depth > IR_NESTING_MAX {
            return Some(expr.span);
        }
        let mut push = |child| pending.push((child, depth + 1));
        match &expr.kind {
            ExprKind::Const(_) | ExprKind::Local(_) | ExprKind::Global(_) | ExprKind::Prim(_) => {}
            ExprKind::Set(_, value) | ExprKind::SetGlobal(_, value) | ExprKind::Define(_, value) => push(value),
            ExprKind::If(a, b, c) => [a, b, c].into_iter().for_each(|child| push(child)),
            ExprKind::Seq(items) | ExprKind::PrimCall(_, items) | ExprKind::Goto(_, items) => items.iter().for_each(push),
            ExprKind::Lambda(lambda) => lambda.clauses.iter().for_each(|clause| push(&clause.body)),
            ExprKind::Call(head, items) => {
                push(head);
                items.iter().for_each(push);
            }
            ExprKind::Let(bindings, body) | ExprKind::Letrec { bindings, body, .. } => {
                bindings.iter().for_each(|(_, init)| push(init));
                push(body);
            }
            ExprKind::Receive { producer, body, .. } => {
                push(producer);
                push(body);
            }
            ExprKind::Labels(labels, body) => {
                labels.iter().for_each(|label| push(&label.body));
                push(body);
            }
        }
    }
    None
}

fn dismantle(expr: Expr) {
    let mut pending = vec![expr];
    while let Some(expr) = pending.pop() {
        match expr.kind {
            ExprKind::Const(_) | ExprKind::Local(_) | ExprKind::Global(_) | ExprKind::Prim(_) => {}
            ExprKind::Set(_, value) | ExprKind::SetGlobal(_, value) | ExprKind::Define(_, value) => pending.push(*value),
            ExprKind::If(a, b, c) => pending.extend([*a, *b, *c]),
            ExprKind::Seq(items) | ExprKind::PrimCall(_, items) | ExprKind::Goto(_, items) => pending.extend(items),
            ExprKind::Lambda(lambda) => pending.extend(lambda.clauses.into_iter().map(|clause| clause.body)),
            ExprKind::Call(head, items) => {
                pending.push(*head);
                pending.extend(items);
            }
            ExprKind::Let(bindings, body) | ExprKind::Letrec { bindings, body, .. } => {
                pending.extend(bindings.into_iter().map(|(_, init)| init));
                pending.push(*body);
            }
            ExprKind::Receive { producer, body, .. } => pending.extend([*producer, *body]),
            ExprKind::Labels(labels, body) => {
                pending.extend(labels.into_iter().map(|label| label.body));
                pending.push(*body);
            }
        }
    }
}
