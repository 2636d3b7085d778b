//! Going over core IR: children, variables, size, copies with fresh names, and short ways to
//! build nodes. Passes say what they do to the forms they care about and leave the rest to
//! [`Expr::for_each_child`] and [`Expr::for_each_child_mut`].

use std::sync::Arc;

use gambol_abi::prims::PrimId;
use rustc_hash::{FxHashMap, FxHashSet};

use super::{Clause, Expr, ExprKind, Label, LabelId, Lambda, Literal, Unit, VarId, VarInfo};
use crate::datum::{Datum, DatumKind};
use crate::source::Span;

impl Expr {
    /// A node.
    pub fn new(span: Span, kind: ExprKind) -> Expr {
        Expr { span, kind }
    }

    /// The constant without a useful value.
    pub fn unspecified(span: Span) -> Expr {
        Expr::new(span, ExprKind::Const(Literal::Unspecified))
    }

    /// A constant from a datum.
    pub fn datum(span: Span, kind: DatumKind) -> Expr {
        Expr::new(span, ExprKind::Const(Literal::Datum(Arc::new(Datum::new(span, kind)))))
    }

    /// `#t` or `#f`.
    pub fn boolean(span: Span, value: bool) -> Expr {
        Expr::datum(span, DatumKind::Bool(value))
    }

    /// Value of a local.
    pub fn local(span: Span, var: VarId) -> Expr {
        Expr::new(span, ExprKind::Local(var))
    }

    /// Call of a primitive.
    pub fn prim(span: Span, prim: PrimId, args: Vec<Expr>) -> Expr {
        Expr::new(span, ExprKind::PrimCall(prim, args))
    }

    /// `first`, then `second` for its value; what is already a sequence is joined.
    pub fn then(self, second: Expr) -> Expr {
        let span = self.span.to(second.span);
        let mut items = self.into_items();
        items.extend(second.into_items());
        Expr::new(span, ExprKind::Seq(items))
    }

    /// The items of a sequence, or the expression alone.
    pub fn into_items(self) -> Vec<Expr> {
        match self.kind {
            ExprKind::Seq(items) => items,
            kind => vec![Expr { span: self.span, kind }],
        }
    }

    /// Takes the node out, leaving a constant.
    pub fn take(&mut self) -> Expr {
        let span = self.span;
        std::mem::replace(self, Expr::unspecified(span))
    }

    /// The constant this is.
    pub fn as_const(&self) -> Option<&Literal> {
        match &self.kind {
            ExprKind::Const(literal) => Some(literal),
            _ => None,
        }
    }

    /// The datum this quotes.
    pub fn as_datum(&self) -> Option<&DatumKind> {
        self.as_const().and_then(Literal::as_datum)
    }

    /// The local this reads.
    pub fn as_local(&self) -> Option<VarId> {
        match self.kind {
            ExprKind::Local(var) => Some(var),
            _ => None,
        }
    }

    /// Calls `visit` with each direct subexpression, in the order of the text; bodies of
    /// lambdas included.
    pub fn for_each_child<'a>(&'a self, mut visit: impl FnMut(&'a Expr)) {
        match &self.kind {
            ExprKind::Const(_) | ExprKind::Local(_) | ExprKind::Global(_) | ExprKind::Prim(_) => {}
            ExprKind::Set(_, value) | ExprKind::SetGlobal(_, value) | ExprKind::Define(_, value) => visit(value),
            ExprKind::If(test, then, other) => [test, then, other].into_iter().for_each(|e| visit(e)),
            ExprKind::Seq(items) | ExprKind::PrimCall(_, items) | ExprKind::Goto(_, items) => items.iter().for_each(visit),
            ExprKind::Lambda(lambda) => lambda.clauses.iter().for_each(|clause| visit(&clause.body)),
            ExprKind::Call(callee, args) => {
                visit(callee);
                args.iter().for_each(visit);
            }
            ExprKind::Let(bindings, body) | ExprKind::Letrec { bindings, body, .. } => {
                bindings.iter().for_each(|(_, init)| visit(init));
                visit(body);
            }
            ExprKind::Receive { producer, body, .. } => {
                visit(producer);
                visit(body);
            }
            ExprKind::Labels(labels, body) => {
                visit(body);
                labels.iter().for_each(|label| visit(&label.body));
            }
        }
    }

    /// [`Expr::for_each_child`] for those who change things.
    pub fn for_each_child_mut(&mut self, mut visit: impl FnMut(&mut Expr)) {
        match &mut self.kind {
            ExprKind::Const(_) | ExprKind::Local(_) | ExprKind::Global(_) | ExprKind::Prim(_) => {}
            ExprKind::Set(_, value) | ExprKind::SetGlobal(_, value) | ExprKind::Define(_, value) => visit(value),
            ExprKind::If(test, then, other) => [test, then, other].into_iter().for_each(|e| visit(e)),
            ExprKind::Seq(items) | ExprKind::PrimCall(_, items) | ExprKind::Goto(_, items) => items.iter_mut().for_each(visit),
            ExprKind::Lambda(lambda) => lambda.clauses.iter_mut().for_each(|clause| visit(&mut clause.body)),
            ExprKind::Call(callee, args) => {
                visit(callee);
                args.iter_mut().for_each(visit);
            }
            ExprKind::Let(bindings, body) | ExprKind::Letrec { bindings, body, .. } => {
                bindings.iter_mut().for_each(|(_, init)| visit(init));
                visit(body);
            }
            ExprKind::Receive { producer, body, .. } => {
                visit(producer);
                visit(body);
            }
            ExprKind::Labels(labels, body) => {
                visit(body);
                labels.iter_mut().for_each(|label| visit(&mut label.body));
            }
        }
    }

    /// Calls `visit` with this node and everything below, parents first.
    pub fn walk<'a>(&'a self, visit: &mut impl FnMut(&'a Expr)) {
        visit(self);
        self.for_each_child(|child| child.walk(visit));
    }

    /// Calls `visit` with this node and everything below, children first.
    pub fn walk_mut(&mut self, visit: &mut impl FnMut(&mut Expr)) {
        self.for_each_child_mut(|child| child.walk_mut(visit));
        visit(self);
    }

    /// Variables that this form itself binds (in some child).
    pub fn binds(&self, mut visit: impl FnMut(VarId)) {
        match &self.kind {
            ExprKind::Let(bindings, _) | ExprKind::Letrec { bindings, .. } => bindings.iter().for_each(|(v, _)| visit(*v)),
            ExprKind::Receive { params, rest, .. } => params.iter().chain(rest).for_each(|v| visit(*v)),
            ExprKind::Lambda(lambda) => lambda.clauses.iter().for_each(|c| c.variables().for_each(&mut visit)),
            ExprKind::Labels(labels, _) => labels.iter().for_each(|l| l.params.iter().for_each(|v| visit(*v))),
            _ => {}
        }
    }

    /// Number of nodes, counted up to about `limit`.
    pub fn size(&self, limit: usize) -> usize {
        let mut n = 1;
        self.for_each_child(|child| {
            if n <= limit {
                n += child.size(limit - n);
            }
        });
        n
    }

    /// Whether some node below or this one satisfies `test`; does not look into lambdas.
    pub fn any_in_body(&self, test: &mut impl FnMut(&Expr) -> bool) -> bool {
        if test(self) {
            return true;
        }
        if matches!(self.kind, ExprKind::Lambda(_)) {
            return false;
        }
        let mut found = false;
        self.for_each_child(|child| found = found || child.any_in_body(test));
        found
    }

    /// Locals that occur but are not bound here.
    pub fn free_vars(&self) -> FxHashSet<VarId> {
        // Numbers are unique in a unit, so "bound anywhere below" is "bound here".
        let (mut used, mut bound) = (FxHashSet::default(), FxHashSet::default());
        self.walk(&mut |e| {
            if let ExprKind::Local(v) | ExprKind::Set(v, _) = &e.kind {
                used.insert(*v);
            }
            e.binds(|v| {
                bound.insert(v);
            });
        });
        used.retain(|v| !bound.contains(v));
        used
    }
}

impl Literal {
    /// The datum, if it is one.
    pub fn as_datum(&self) -> Option<&DatumKind> {
        match self {
            Literal::Datum(datum) => Some(&datum.kind),
            _ => None,
        }
    }

    /// Whether this is anything but `#f`.
    pub fn is_true(&self) -> bool {
        !matches!(self.as_datum(), Some(DatumKind::Bool(false)))
    }
}

impl Clause {
    /// All parameters, the rest parameter last.
    pub fn variables(&self) -> impl Iterator<Item = VarId> + '_ {
        self.params.iter().copied().chain(self.rest)
    }

    /// Whether `n` arguments fit.
    pub fn accepts(&self, n: usize) -> bool {
        if self.rest.is_some() { n >= self.params.len() } else { n == self.params.len() }
    }
}

impl Lambda {
    /// The clause that a call with `n` arguments runs.
    pub fn clause_for(&self, n: usize) -> Option<usize> {
        self.clauses.iter().position(|c| c.accepts(n))
    }

    /// Locals that occur but are not bound here.
    pub fn free_vars(&self) -> FxHashSet<VarId> {
        let mut free: FxHashSet<VarId> = self.clauses.iter().flat_map(|c| c.body.free_vars()).collect();
        for v in self.clauses.iter().flat_map(Clause::variables) {
            free.remove(&v);
        }
        free
    }
}

impl Unit {
    /// A new local.
    pub fn fresh_var(&mut self, name: impl Into<Arc<str>>) -> VarId {
        self.vars.push(VarInfo { name: name.into(), assigned: false });
        VarId(self.vars.len() as u32 - 1)
    }

    /// A new local called like `var`.
    pub fn fresh_like(&mut self, var: VarId) -> VarId {
        let info = self.vars[var.0 as usize].clone();
        self.vars.push(info);
        VarId(self.vars.len() as u32 - 1)
    }

    /// A new label.
    pub fn fresh_label(&mut self) -> LabelId {
        self.labels += 1;
        LabelId(self.labels - 1)
    }

    /// What is known of a local.
    pub fn var(&self, var: VarId) -> &VarInfo {
        &self.vars[var.0 as usize]
    }

    /// A copy of `expr` in which everything it binds has a new number.
    pub fn fresh_copy(&mut self, expr: &Expr) -> Expr {
        let mut copy = expr.clone();
        Renaming { unit: self, vars: FxHashMap::default(), labels: FxHashMap::default() }.rename(&mut copy);
        copy
    }

    /// Gives `lambda`, a clone, new numbers for everything it binds.
    pub fn fresh_lambda(&mut self, lambda: &Lambda) -> Lambda {
        let mut copy = Expr::new(Span::NONE, ExprKind::Lambda(Box::new(lambda.clone())));
        Renaming { unit: self, vars: FxHashMap::default(), labels: FxHashMap::default() }.rename(&mut copy);
        match copy.kind {
            ExprKind::Lambda(lambda) => *lambda,
            _ => unreachable!("renaming keeps the form"),
        }
    }
}

struct Renaming<'a> {
    unit: &'a mut Unit,
    vars: FxHashMap<VarId, VarId>,
    labels: FxHashMap<LabelId, LabelId>,
}

impl Renaming<'_> {
    fn rename(&mut self, e: &mut Expr) {
        let Renaming { unit, vars, labels } = self;
        let mut fresh = |v: &mut VarId| {
            let new = unit.fresh_like(*v);
            vars.insert(*v, new);
            *v = new;
        };
        match &mut e.kind {
            ExprKind::Let(bindings, _) | ExprKind::Letrec { bindings, .. } => bindings.iter_mut().for_each(|(v, _)| fresh(v)),
            ExprKind::Receive { params, rest, .. } => params.iter_mut().chain(rest).for_each(fresh),
            ExprKind::Lambda(lambda) => {
                for clause in &mut lambda.clauses {
                    clause.params.iter_mut().chain(&mut clause.rest).for_each(&mut fresh);
                }
            }
            ExprKind::Labels(list, _) => {
                list.iter_mut().flat_map(|label| &mut label.params).for_each(fresh);
                for Label { id, .. } in list {
                    unit.labels += 1;
                    let new = LabelId(unit.labels - 1);
                    labels.insert(*id, new);
                    *id = new;
                }
            }
            ExprKind::Local(v) | ExprKind::Set(v, _) => *v = *vars.get(v).unwrap_or(v),
            ExprKind::Goto(label, _) => *label = *labels.get(label).unwrap_or(label),
            _ => {}
        }
        e.for_each_child_mut(|child| self.rename(child));
    }
}
