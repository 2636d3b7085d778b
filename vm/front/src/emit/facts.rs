//! What the emitter must know of a whole unit before it writes the first instruction: what each
//! procedure captures, which procedures capture nothing (they become constants), how often
//! variables are read, and which top-level variables surely have a value where they are read.
//!
//! Closed procedures are a greatest fixpoint: all known ones are taken to be closed until a free
//! variable that is not itself a closed procedure proves otherwise; what that spoils follows.

use std::ptr;

use gambol_abi::prims::PrimEffects;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::ir::{Expr, ExprKind, GlobalId, Lambda, Unit, VarId};
use crate::source::Span;

/// Identity of a lambda in the tree, which does not move while it is being emitted.
pub(super) type LambdaKey = *const Lambda;

/// Results of the analysis.
pub(super) struct Facts<'u> {
    /// Unassigned locals bound to a lambda.
    pub(super) known: FxHashMap<VarId, &'u Lambda>,
    /// Captured variables of each lambda in order, its own name left out.
    captured: FxHashMap<LambdaKey, Box<[VarId]>>,
    /// Name under which a lambda knows itself.
    own_name: FxHashMap<LambdaKey, VarId>,
    spans: FxHashMap<LambdaKey, Span>,
    /// Reads and assignments of each local.
    pub(super) uses: Vec<u32>,
    /// Constant top-level variables bound to a lambda without captures.
    pub(super) procedures: FxHashMap<GlobalId, &'u Lambda>,
    /// Position of the form that defines a top-level variable.
    defined_at: FxHashMap<GlobalId, usize>,
    /// For each form of the body, how many forms have surely run when a lambda inside runs.
    horizon: Vec<usize>,
}

impl<'u> Facts<'u> {
    pub(super) fn of(unit: &'u Unit) -> Facts<'u> {
        let mut facts = Facts {
            known: FxHashMap::default(),
            captured: FxHashMap::default(),
            own_name: FxHashMap::default(),
            spans: FxHashMap::default(),
            uses: vec![0; unit.vars.len()],
            procedures: FxHashMap::default(),
            defined_at: FxHashMap::default(),
            horizon: Vec::new(),
        };
        let mut lambdas = Vec::new();
        unit.body.walk(&mut |e| facts.note(unit, e, &mut lambdas));
        facts.close(&lambdas);
        facts.top_level(unit);
        facts
    }

    /// What a closure of `lambda` captures.
    pub(super) fn captured(&self, lambda: &Lambda) -> &[VarId] {
        self.captured.get(&ptr::from_ref(lambda)).map_or(&[], |vars| vars)
    }

    /// Whether closures of `lambda` are all the same one.
    pub(super) fn is_closed(&self, lambda: &Lambda) -> bool {
        self.captured(lambda).is_empty()
    }

    /// Whether `global` has a value once `horizon` forms of the body have run.
    pub(super) fn has_value(&self, unit: &Unit, global: GlobalId, horizon: usize) -> bool {
        let info = &unit.globals[global.0 as usize];
        if !info.defined_here {
            // A library's body has run before those who import it.
            return info.constant;
        }
        self.defined_at.get(&global).is_some_and(|&at| at < horizon)
    }

    /// The variable that `lambda` is bound to, if it is never assigned.
    pub(super) fn own_name(&self, lambda: &Lambda) -> Option<VarId> {
        self.own_name.get(&ptr::from_ref(lambda)).copied()
    }

    /// Where `lambda` stands in the source.
    pub(super) fn span(&self, lambda: &Lambda) -> Span {
        self.spans.get(&ptr::from_ref(lambda)).copied().unwrap_or(Span::NONE)
    }

    /// The horizon of the lambda that defines `global`.
    pub(super) fn horizon_of(&self, global: GlobalId) -> usize {
        self.defined_at.get(&global).map_or(0, |&form| self.horizon[form])
    }

    /// The horizon of lambdas in form `form` of the body.
    pub(super) fn horizon_in(&self, form: usize) -> usize {
        self.horizon[form]
    }

    fn note(&mut self, unit: &Unit, e: &'u Expr, lambdas: &mut Vec<&'u Lambda>) {
        match &e.kind {
            ExprKind::Lambda(lambda) => {
                self.spans.insert(ptr::from_ref(&**lambda), e.span);
                lambdas.push(lambda);
            }
            ExprKind::Local(v) | ExprKind::Set(v, _) => self.uses[v.0 as usize] += 1,
            ExprKind::Let(bindings, _) | ExprKind::Letrec { bindings, .. } => {
                for (v, init) in bindings {
                    if let (ExprKind::Lambda(lambda), false) = (&init.kind, unit.var(*v).assigned) {
                        self.known.insert(*v, lambda);
                        self.own_name.insert(ptr::from_ref(&**lambda), *v);
                    }
                }
            }
            _ => {}
        }
    }

    /// Settles captures, closed procedures taken out.
    fn close(&mut self, lambdas: &[&'u Lambda]) {
        let free: Vec<FxHashSet<VarId>> = free_variables(lambdas);
        let index: FxHashMap<LambdaKey, usize> = lambdas.iter().enumerate().map(|(i, l)| (ptr::from_ref(*l), i)).collect();
        let of_var: FxHashMap<VarId, usize> = self.known.iter().map(|(v, l)| (*v, index[&ptr::from_ref(*l)])).collect();
        let mut users = vec![Vec::new(); lambdas.len()];
        let mut spoiled = Vec::new();
        for (i, vars) in free.iter().enumerate() {
            for v in vars {
                match of_var.get(v) {
                    Some(&callee) => users[callee].push(i),
                    None => spoiled.push(i),
                }
            }
        }
        let mut open = vec![false; lambdas.len()];
        while let Some(i) = spoiled.pop() {
            if !std::mem::replace(&mut open[i], true) {
                spoiled.extend(&users[i]);
            }
        }
        for (i, lambda) in lambdas.iter().enumerate() {
            let key = ptr::from_ref(*lambda);
            let own = self.own_name.get(&key);
            let captures = |v: &&VarId| own != Some(*v) && of_var.get(v).is_none_or(|&f| open[f]);
            let mut vars: Vec<VarId> = free[i].iter().filter(captures).copied().collect();
            vars.sort_unstable();
            self.captured.insert(key, vars.into());
        }
    }

    fn top_level(&mut self, unit: &'u Unit) {
        let forms = top_forms(&unit.body);
        let mut next_call = forms.len();
        self.horizon = vec![0; forms.len()];
        for (i, form) in forms.iter().enumerate().rev() {
            let quiet = is_quiet(form);
            if !quiet {
                next_call = i;
            }
            self.horizon[i] = next_call;
        }
        let mut twice = FxHashSet::default();
        for (i, form) in forms.iter().enumerate() {
            let ExprKind::Define(g, value) = &form.kind else {
                continue;
            };
            if self.defined_at.insert(*g, i).is_some() {
                twice.insert(*g);
            }
            if let (ExprKind::Lambda(lambda), true) = (&value.kind, unit.globals[g.0 as usize].constant)
                && self.is_closed(lambda)
            {
                self.procedures.insert(*g, lambda);
            }
        }
        for g in twice {
            self.defined_at.remove(&g);
            self.procedures.remove(&g);
        }
    }
}

/// The forms of a unit's body.
pub(super) fn top_forms(body: &Expr) -> Vec<&Expr> {
    match &body.kind {
        ExprKind::Seq(items) => items.iter().flat_map(top_forms).collect(),
        _ => vec![body],
    }
}

/// Free locals of each lambda, inner ones first in the walk from the end: a lambda's set is what
/// its body uses, plus what inner lambdas need, less what it binds. Numbers are unique, so one
/// pass over each body suffices.
fn free_variables(lambdas: &[&Lambda]) -> Vec<FxHashSet<VarId>> {
    let mut done: FxHashMap<LambdaKey, FxHashSet<VarId>> = FxHashMap::default();
    for lambda in lambdas.iter().rev() {
        let (mut used, mut bound) = (FxHashSet::default(), FxHashSet::default());
        bound.extend(lambda.clauses.iter().flat_map(|c| c.variables()));
        for clause in &lambda.clauses {
            body_variables(&clause.body, &done, &mut used, &mut bound);
        }
        used.retain(|v| !bound.contains(v));
        done.insert(ptr::from_ref(*lambda), used);
    }
    lambdas.iter().map(|l| done.remove(&ptr::from_ref(*l)).unwrap_or_default()).collect()
}

fn body_variables(e: &Expr, inner: &FxHashMap<LambdaKey, FxHashSet<VarId>>, used: &mut FxHashSet<VarId>, bound: &mut FxHashSet<VarId>) {
    match &e.kind {
        ExprKind::Lambda(lambda) => {
            used.extend(inner.get(&ptr::from_ref(&**lambda)).into_iter().flatten());
            return;
        }
        ExprKind::Local(v) | ExprKind::Set(v, _) => {
            used.insert(*v);
        }
        _ => {}
    }
    e.binds(|v| {
        bound.insert(v);
    });
    e.for_each_child(|child| body_variables(child, inner, used, bound));
}

/// Whether evaluating a top-level form surely runs no procedure of the unit.
fn is_quiet(e: &Expr) -> bool {
    match &e.kind {
        ExprKind::Const(_) | ExprKind::Local(_) | ExprKind::Prim(_) | ExprKind::Lambda(_) => true,
        ExprKind::Define(_, value) => is_quiet(value),
        ExprKind::PrimCall(prim, args) => {
            let effects = prim.info().effects;
            effects.0 & (PrimEffects::RAISE | PrimEffects::WRITE) == 0 && args.iter().all(is_quiet)
        }
        _ => false,
    }
}
