//! Calls of primitives: folding, and identities that hold for every argument.

use super::{Simplifier, Want};
use crate::datum::DatumKind;
use crate::emit::prims::KNOWN;
use crate::ir::{Expr, ExprKind, Literal};
use crate::passes::census::is_single;
use gambol_abi::ops::Op;
use gambol_abi::prims::{Inline, Type};

impl Simplifier<'_> {
    pub(super) fn prim_call(&mut self, e: &mut Expr, want: Want) {
        let ExprKind::PrimCall(prim, _) = e.kind else {
            return;
        };
        if want == Want::Effect && prim.info().effects.droppable() && self.only_effects(e) {
            return;
        }
        let ExprKind::PrimCall(_, args) = &mut e.kind else {
            return;
        };
        let of_args = if prim == KNOWN.not { Want::Truth } else { Want::Value };
        args.iter_mut().for_each(|arg| self.expr(arg, of_args));
        if let Some(literal) = self.folded(e) {
            return self.replace(e, ExprKind::Const(literal));
        }
        if let Some(new) = self.identity(e, want) {
            self.change(e, new);
        }
    }

    fn folded(&self, e: &Expr) -> Option<Literal> {
        let ExprKind::PrimCall(prim, args) = &e.kind else {
            return None;
        };
        let identity = matches!(prim.info().inline, Inline::Branch(Op::IfEq));
        if !prim.info().effects.foldable() && !identity {
            return None;
        }
        let literals: Option<Vec<&Literal>> = args.iter().map(Expr::as_const).collect();
        self.folder.fold(*prim, &literals?)
    }

    fn identity(&mut self, e: &mut Expr, want: Want) -> Option<Expr> {
        let span = e.span;
        let ExprKind::PrimCall(prim, args) = &mut e.kind else {
            return None;
        };
        if *prim == KNOWN.not {
            return negation(&mut args[0], want);
        }
        if *prim == KNOWN.values && args.len() == 1 && (is_single(&args[0]) || want != Want::Value) {
            return Some(args[0].take());
        }
        if *prim == KNOWN.list && args.is_empty() {
            return Some(Expr::datum(span, DatumKind::Null));
        }
        if *prim == KNOWN.check_bound && !matches!(args[0].kind, ExprKind::Local(_)) {
            return Some(args[0].take());
        }
        if *prim == KNOWN.apply {
            return apply_to_known_list(args, span);
        }
        if prim.info().name == "equal?" && args.iter().any(compares_by_identity) {
            *prim = KNOWN.eqv;
            self.changed = true;
        }
        let same = *prim == KNOWN.eqv || *prim == KNOWN.eq;
        if same && args[0].as_local().is_some_and(|v| args[1].as_local() == Some(v) && !self.unit.var(v).assigned) {
            return Some(Expr::boolean(span, true));
        }
        None
    }

    /// Keeps what the arguments of a call do whose value nobody wants; whether that is all.
    fn only_effects(&mut self, e: &mut Expr) -> bool {
        let ExprKind::PrimCall(prim, args) = &mut e.kind else {
            return false;
        };
        if matches!(prim.info().inline, Inline::Control(_)) && *prim != KNOWN.values {
            return false;
        }
        let mut items = std::mem::take(args);
        items.iter_mut().for_each(|item| self.expr(item, Want::Effect));
        items.retain(|item| item.as_const().is_none());
        items.push(Expr::unspecified(e.span));
        self.replace(e, if items.len() == 1 { items.remove(0).kind } else { ExprKind::Seq(items) });
        true
    }
}

/// `(not (not x))` where only truth matters or `x` is a boolean.
fn negation(arg: &mut Expr, want: Want) -> Option<Expr> {
    let ExprKind::PrimCall(prim, inner) = &mut arg.kind else {
        return None;
    };
    if *prim != KNOWN.not {
        return None;
    }
    let boolean = matches!(&inner[0].kind, ExprKind::PrimCall(p, _) if p.info().result == Type::Boolean);
    (want == Want::Truth || boolean).then(|| inner[0].take())
}

/// `(%apply f a (list b c))` is `(f a b c)`.
fn apply_to_known_list(args: &mut Vec<Expr>, span: crate::source::Span) -> Option<Expr> {
    let last = args.last_mut()?;
    let spread = match &mut last.kind {
        ExprKind::Const(literal) if matches!(literal.as_datum(), Some(DatumKind::Null)) => Vec::new(),
        ExprKind::PrimCall(prim, items) if *prim == KNOWN.list => std::mem::take(items),
        _ => return None,
    };
    args.pop();
    let callee = args.remove(0);
    let mut operands = std::mem::take(args);
    operands.extend(spread);
    Some(Expr::new(span, ExprKind::Call(Box::new(callee), operands)))
}

/// Whether `equal?` with this constant is `eqv?`.
fn compares_by_identity(e: &Expr) -> bool {
    use DatumKind::{Bool, Char, Eof, Null, Number, Symbol};
    matches!(e.as_datum(), Some(Bool(_) | Char(_) | Eof | Null | Number(_) | Symbol(_)))
}
