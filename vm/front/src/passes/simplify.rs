//! Partial evaluation in one walk, repeated a few times: constants are folded and propagated,
//! copies of variables disappear, tests lose what is known, procedures that are called once or
//! are small are put where they are called, code nobody wants is dropped.
//!
//! The walk is online, in the manner of Waddell and Dybvig, "Fast and Effective Procedure
//! Inlining" (1997): a binding decides what its variable means, and uses are replaced when they
//! are met; what is known at a use simplifies the copy. Effort is bounded by the size of what
//! may be copied, by the depth of copies in copies, and by a budget for the whole unit.
//!
//! `binding` has the forms that bind and call, `prim` calls of primitives.

use rustc_hash::{FxHashMap, FxHashSet};

use super::Options;
use super::census::{Census, is_droppable, refresh_assigned};
use super::fold::Folder;
use crate::datum::DatumKind;
use crate::emit::prims::KNOWN;
use crate::ir::{Expr, ExprKind, GlobalId, Label, LabelId, Lambda, Literal, Unit, VarId};
use crate::source::Span;
use binding::Meaning;
use known::Globals;

mod binding;
mod known;
mod prim;

/// Times the walk is repeated: later rounds see counts that the earlier ones made lower.
const ROUNDS: usize = 3;

/// The pass.
pub(super) fn run(unit: &mut Unit, options: &Options<'_>) {
    for _ in 0..ROUNDS {
        let mut simplifier = Simplifier::new(unit, options.folder);
        let mut body = simplifier.unit.body.take();
        simplifier.expr(&mut body, Want::Value);
        let changed = simplifier.changed;
        unit.body = body;
        known::drop_unused(unit);
        refresh_assigned(unit);
        if !changed {
            break;
        }
    }
}

/// What the context does with a value.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Want {
    Value,
    /// Only whether it is true.
    Truth,
    /// Nothing.
    Effect,
}

struct Simplifier<'a> {
    unit: &'a mut Unit,
    folder: &'a dyn Folder,
    census: Census,
    globals: Globals,
    /// Variables that uses are replaced for.
    meanings: FxHashMap<VarId, Meaning>,
    /// Variables whose value is `#t` or `#f`.
    booleans: FxHashSet<VarId>,
    /// Whether a variable is known to be true or `#f` here.
    truths: FxHashMap<VarId, bool>,
    /// Bodies of labels jumped to once, to be put where the jump is.
    once: FxHashMap<LabelId, Label>,
    /// How many copies we are inside of.
    depth: usize,
    /// Nodes that may still be copied.
    budget: usize,
    changed: bool,
}

impl<'a> Simplifier<'a> {
    fn new(unit: &'a mut Unit, folder: &'a dyn Folder) -> Simplifier<'a> {
        let census = Census::of(&unit.body);
        let globals = Globals::of(unit);
        let budget = unit.body.size(1 << 20) + 1000;
        Simplifier {
            unit,
            folder,
            census,
            globals,
            meanings: FxHashMap::default(),
            booleans: FxHashSet::default(),
            truths: FxHashMap::default(),
            once: FxHashMap::default(),
            depth: 0,
            budget,
            changed: false,
        }
    }

    fn expr(&mut self, e: &mut Expr, want: Want) {
        match &mut e.kind {
            ExprKind::Const(_) => {}
            ExprKind::Local(_) => self.local(e, want),
            ExprKind::Global(g) => {
                if let Some(kind) = self.globals.value(*g) {
                    self.replace(e, kind);
                }
            }
            ExprKind::Prim(_) => {}
            ExprKind::Set(v, value) => {
                let dead = self.census.reads(*v) == 0;
                self.expr(value, Want::Value);
                if dead {
                    let (value, span) = (value.take(), e.span);
                    self.change(e, value.then(Expr::unspecified(span)));
                }
            }
            ExprKind::SetGlobal(_, value) | ExprKind::Define(_, value) => self.expr(value, Want::Value),
            ExprKind::If(..) => self.conditional(e, want),
            ExprKind::Seq(_) => self.sequence(e, want),
            ExprKind::Lambda(lambda) => self.lambda(lambda),
            ExprKind::Call(..) => self.call(e, want),
            ExprKind::PrimCall(..) => self.prim_call(e, want),
            ExprKind::Let(..) => self.bindings(e, want),
            ExprKind::Letrec { .. } => self.procedures(e, want),
            ExprKind::Receive { .. } => self.receive(e, want),
            ExprKind::Labels(..) => self.labels(e, want),
            ExprKind::Goto(..) => self.goto(e, want),
        }
        self.settle(e, want);
    }

    /// What the context makes of a simplified expression.
    fn settle(&mut self, e: &mut Expr, want: Want) {
        match want {
            Want::Value => {}
            Want::Effect => {
                if !matches!(e.kind, ExprKind::Const(_)) && is_droppable(self.unit, e) {
                    self.replace(e, ExprKind::Const(Literal::Unspecified));
                }
            }
            Want::Truth => {
                let truth = match &e.kind {
                    ExprKind::Const(literal) => literal.is_true(),
                    ExprKind::Lambda(_) | ExprKind::Prim(_) => true,
                    _ => return,
                };
                if !matches!(e.as_datum(), Some(DatumKind::Bool(_))) {
                    *e = Expr::boolean(e.span, truth);
                    self.changed = true;
                }
            }
        }
    }

    fn replace(&mut self, e: &mut Expr, kind: ExprKind) {
        e.kind = kind;
        self.changed = true;
    }

    fn change(&mut self, e: &mut Expr, new: Expr) {
        *e = new;
        self.changed = true;
    }

    fn local(&mut self, e: &mut Expr, want: Want) {
        let ExprKind::Local(v) = e.kind else { return };
        if let Some(kind) = self.meanings.get(&v).and_then(Meaning::as_kind) {
            self.replace(e, kind);
            return self.expr(e, want);
        }
        match self.truths.get(&v) {
            Some(false) => self.change(e, Expr::boolean(e.span, false)),
            Some(true) if want == Want::Truth || self.booleans.contains(&v) => self.change(e, Expr::boolean(e.span, true)),
            _ => {}
        }
    }

    /// Simplifies `e` where `v` is known to be true or `#f`.
    fn knowing(&mut self, v: Option<VarId>, truth: bool, e: &mut Expr, want: Want) {
        let Some(v) = v.filter(|v| !self.unit.var(*v).assigned) else {
            return self.expr(e, want);
        };
        let outer = self.truths.insert(v, truth);
        self.expr(e, want);
        match outer {
            Some(truth) => self.truths.insert(v, truth),
            None => self.truths.remove(&v),
        };
    }

    fn conditional(&mut self, e: &mut Expr, want: Want) {
        let span = e.span;
        let ExprKind::If(test, then, other) = &mut e.kind else {
            return;
        };
        self.expr(test, Want::Truth);
        while let ExprKind::PrimCall(prim, args) = &mut test.kind {
            if *prim != KNOWN.not {
                break;
            }
            **test = args[0].take();
            std::mem::swap(then, other);
            self.changed = true;
        }
        // What the test does before it decides comes before the whole.
        match std::mem::replace(&mut test.kind, ExprKind::Const(Literal::Unspecified)) {
            ExprKind::Seq(mut items) => {
                if let Some(last) = items.pop() {
                    let inner = ExprKind::If(Box::new(last), Box::new(then.take()), Box::new(other.take()));
                    items.push(Expr::new(span, inner));
                    self.replace(e, ExprKind::Seq(items));
                    return self.conditional_in_tail(e, want);
                }
            }
            ExprKind::Let(bindings, body) => {
                let inner = ExprKind::If(body, Box::new(then.take()), Box::new(other.take()));
                self.replace(e, ExprKind::Let(bindings, Box::new(Expr::new(span, inner))));
                return self.conditional_in_tail(e, want);
            }
            kind => test.kind = kind,
        }
        if let Some(literal) = test.as_const() {
            let mut chosen = if literal.is_true() { then.take() } else { other.take() };
            self.expr(&mut chosen, want);
            return self.change(e, chosen);
        }
        let v = test.as_local();
        self.knowing(v, true, then, want);
        self.knowing(v, false, other, want);
        self.conditional_outcome(e, want);
    }

    /// After the test's bindings or effects were moved out: simplifies the branches, which have
    /// not been seen yet; the rest has.
    fn conditional_in_tail(&mut self, e: &mut Expr, want: Want) {
        let tail = match &mut e.kind {
            ExprKind::Seq(items) => match items.last_mut() {
                Some(last) => last,
                None => return,
            },
            ExprKind::Let(_, body) => body,
            _ => return self.conditional(e, want),
        };
        let ExprKind::If(test, then, other) = &mut tail.kind else {
            return;
        };
        if matches!(test.kind, ExprKind::Let(..) | ExprKind::Seq(_)) || test.as_const().is_some() {
            return self.conditional(tail, want);
        }
        let v = test.as_local();
        self.knowing(v, true, then, want);
        self.knowing(v, false, other, want);
        self.conditional_outcome(tail, want);
    }

    /// `(if x #t #f)` and the like.
    fn conditional_outcome(&mut self, e: &mut Expr, want: Want) {
        let span = e.span;
        let ExprKind::If(test, then, other) = &mut e.kind else {
            return;
        };
        let outcome = |e: &Expr| match e.as_datum() {
            Some(DatumKind::Bool(b)) => Some(*b),
            _ => None,
        };
        let boolean = |e: &Expr| matches!(&e.kind, ExprKind::PrimCall(prim, _) if prim.info().result == gambol_abi::prims::Type::Boolean);
        match (outcome(then), outcome(other)) {
            (Some(true), Some(false)) if want == Want::Truth || boolean(test) => {
                let test = test.take();
                self.change(e, test);
            }
            (Some(false), Some(true)) => {
                let test = test.take();
                self.change(e, Expr::prim(span, KNOWN.not, vec![test]));
            }
            _ if want == Want::Effect && then.as_const().is_some() && other.as_const().is_some() => {
                let test = test.take();
                self.change(e, test);
            }
            _ => {}
        }
    }

    fn sequence(&mut self, e: &mut Expr, want: Want) {
        let ExprKind::Seq(items) = &mut e.kind else {
            return;
        };
        let before = items.len();
        let mut kept = Vec::with_capacity(before);
        let last = items.len() - 1;
        for (i, mut item) in std::mem::take(items).into_iter().enumerate() {
            self.expr(&mut item, if i == last { want } else { Want::Effect });
            kept.extend(item.into_items());
        }
        let value = kept.pop();
        kept.retain(|item| item.as_const().is_none());
        kept.extend(value);
        self.changed |= kept.len() != before;
        e.kind = match kept.len() {
            1 => kept.remove(0).kind,
            _ => ExprKind::Seq(kept),
        };
    }

    fn lambda(&mut self, lambda: &mut Lambda) {
        for clause in &mut lambda.clauses {
            self.expr(&mut clause.body, Want::Value);
        }
    }

    fn labels(&mut self, e: &mut Expr, want: Want) {
        let ExprKind::Labels(labels, body) = &mut e.kind else {
            return;
        };
        let (labels, mut body) = (std::mem::take(labels), body.take());
        let mut kept = Vec::new();
        for label in labels {
            let jumps_to_itself = label.body.any_in_body(&mut |e| matches!(e.kind, ExprKind::Goto(id, _) if id == label.id));
            match self.census.gotos(label.id) {
                0 => self.changed = true,
                1 if !jumps_to_itself => {
                    self.once.insert(label.id, label);
                }
                _ => kept.push(label),
            }
        }
        self.expr(&mut body, want);
        for label in &mut kept {
            self.expr(&mut label.body, want);
        }
        if kept.is_empty() {
            self.change(e, body);
        } else {
            e.kind = ExprKind::Labels(kept, Box::new(body));
        }
    }

    fn goto(&mut self, e: &mut Expr, want: Want) {
        let ExprKind::Goto(label, args) = &mut e.kind else {
            return;
        };
        if let Some(Label { params, body, .. }) = self.once.remove(label) {
            let bindings = params.into_iter().zip(std::mem::take(args)).collect();
            self.change(e, let_form(e.span, bindings, body));
            return self.expr(e, want);
        }
        args.iter_mut().for_each(|arg| self.expr(arg, Want::Value));
    }
}

/// A `Let`, or the body alone when there is nothing to bind.
fn let_form(span: Span, bindings: Vec<(VarId, Expr)>, body: Expr) -> Expr {
    // What is left of the form is its body, and errors in it are about the body's place.
    if bindings.is_empty() { body } else { Expr::new(span, ExprKind::Let(bindings, Box::new(body))) }
}

/// A use of a top-level variable, for tables by number.
type GlobalTable<T> = FxHashMap<GlobalId, T>;
