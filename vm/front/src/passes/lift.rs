//! Local procedures that are only ever called get the variables they would capture as further
//! parameters. They capture nothing then, so no closure is made, and their calls go straight to
//! their code (Johnsson, "Lambda Lifting", 1985). Only a few parameters are added: each costs a
//! move per call, where a captured variable costs a load per use.
//!
//! Runs after `contify`, which is better where it applies. A captured variable that is assigned
//! lives in a box, which IR cannot pass, so its users are left alone.

use rustc_hash::{FxHashMap, FxHashSet};

use super::Options;
use crate::ir::{Clause, Expr, ExprKind, Unit, VarId};

/// Most parameters added to a procedure, and most that it then has.
const ADDED: usize = 5;
const TOTAL: usize = 10;

/// The pass.
pub(super) fn run(unit: &mut Unit, _: &Options<'_>) {
    let mut candidates = Candidates::of(unit);
    candidates.settle(unit);
    let needs = candidates.needs();
    if needs.is_empty() {
        return;
    }
    let mut body = unit.body.take();
    Lift { unit, needs, names: FxHashMap::default() }.expr(&mut body);
    unit.body = body;
}

/// A procedure that might be lifted.
struct Candidate {
    params: usize,
    /// Free variables, other candidates among them.
    free: FxHashSet<VarId>,
    /// What its body binds, so that inner candidates' needs stop here.
    bound: FxHashSet<VarId>,
    /// Free variables with those of the candidates it calls.
    need: FxHashSet<VarId>,
}

struct Candidates {
    list: FxHashMap<VarId, Candidate>,
}

impl Candidates {
    fn of(unit: &Unit) -> Candidates {
        let mut list = FxHashMap::default();
        let mut uses: FxHashMap<VarId, (u32, u32)> = FxHashMap::default();
        unit.body.walk(&mut |e| match &e.kind {
            ExprKind::Let(bindings, _) | ExprKind::Letrec { bindings, .. } => {
                for (v, init) in bindings {
                    if let (Some(candidate), false) = (candidate(init), unit.var(*v).assigned) {
                        list.insert(*v, candidate);
                    }
                }
            }
            ExprKind::Local(v) => uses.entry(*v).or_default().0 += 1,
            ExprKind::Call(callee, _) => {
                if let Some(v) = callee.as_local() {
                    uses.entry(v).or_default().1 += 1;
                }
            }
            _ => {}
        });
        let mut wrong = FxHashSet::default();
        unit.body.walk(&mut |e| {
            if let ExprKind::Call(callee, args) = &e.kind
                && let Some(v) = callee.as_local()
                && list.get(&v).is_some_and(|c: &Candidate| c.params != args.len())
            {
                wrong.insert(v);
            }
        });
        list.retain(|v, _| !wrong.contains(v) && uses.get(v).is_none_or(|(reads, calls)| reads == calls));
        Candidates { list }
    }

    /// Finds what each candidate needs, and drops those that need too much, until nothing changes.
    fn settle(&mut self, unit: &Unit) {
        loop {
            self.propagate();
            let too_much = |c: &Candidate| c.need.len() > ADDED || c.need.len() + c.params > TOTAL || c.need.iter().any(|v| unit.var(*v).assigned);
            let before = self.list.len();
            self.list.retain(|_, c| !too_much(c));
            if self.list.len() == before {
                return;
            }
        }
    }

    fn propagate(&mut self) {
        let names: Vec<VarId> = self.list.keys().copied().collect();
        let is_candidate: FxHashSet<VarId> = names.iter().copied().collect();
        for candidate in self.list.values_mut() {
            candidate.need = candidate.free.iter().copied().filter(|v| !is_candidate.contains(v)).collect();
        }
        let mut changed = true;
        while changed {
            changed = false;
            for name in &names {
                let callee_needs: Vec<VarId> = {
                    let candidate = &self.list[name];
                    // An inner candidate is not free here, but its calls here pass what it needs.
                    let called = candidate.free.iter().chain(&candidate.bound).filter(|v| is_candidate.contains(*v));
                    let all = called.flat_map(|v| self.list[v].need.iter().copied());
                    all.filter(|v| !candidate.bound.contains(v) && !candidate.need.contains(v)).collect()
                };
                if let Some(candidate) = self.list.get_mut(name) {
                    changed |= !callee_needs.is_empty();
                    candidate.need.extend(callee_needs);
                }
            }
        }
    }

    fn needs(self) -> FxHashMap<VarId, Vec<VarId>> {
        let sorted = |need: FxHashSet<VarId>| {
            let mut vars: Vec<VarId> = need.into_iter().collect();
            vars.sort_unstable();
            vars
        };
        self.list.into_iter().map(|(v, c)| (v, sorted(c.need))).filter(|(_, need)| !need.is_empty()).collect()
    }
}

fn candidate(init: &Expr) -> Option<Candidate> {
    let ExprKind::Lambda(lambda) = &init.kind else {
        return None;
    };
    let [Clause { params, rest: None, .. }] = &lambda.clauses[..] else {
        return None;
    };
    let mut bound = FxHashSet::default();
    init.walk(&mut |e| {
        e.binds(|v| {
            bound.insert(v);
        });
    });
    Some(Candidate { params: params.len(), free: lambda.free_vars(), bound, need: FxHashSet::default() })
}

struct Lift<'a> {
    unit: &'a mut Unit,
    needs: FxHashMap<VarId, Vec<VarId>>,
    /// What a variable is called in the procedure being walked.
    names: FxHashMap<VarId, VarId>,
}

impl Lift<'_> {
    fn expr(&mut self, e: &mut Expr) {
        match &mut e.kind {
            ExprKind::Local(v) => *v = self.name(*v),
            ExprKind::Let(bindings, body) | ExprKind::Letrec { bindings, body, .. } => {
                bindings.iter_mut().for_each(|(v, init)| self.binding(*v, init));
                self.expr(body);
            }
            ExprKind::Call(callee, args) => {
                let added = callee.as_local().and_then(|v| self.needs.get(&v)).cloned().unwrap_or_default();
                self.expr(callee);
                args.iter_mut().for_each(|arg| self.expr(arg));
                let span = e.span;
                args.splice(0..0, added.into_iter().map(|v| Expr::local(span, self.name(v))).collect::<Vec<_>>());
            }
            _ => e.for_each_child_mut(|child| self.expr(child)),
        }
    }

    fn name(&self, v: VarId) -> VarId {
        self.names.get(&v).copied().unwrap_or(v)
    }

    fn binding(&mut self, v: VarId, init: &mut Expr) {
        let (Some(need), ExprKind::Lambda(lambda)) = (self.needs.get(&v).cloned(), &mut init.kind) else {
            return self.expr(init);
        };
        let fresh: Vec<VarId> = need.iter().map(|v| self.unit.fresh_like(*v)).collect();
        let outer: Vec<Option<VarId>> = need.iter().zip(&fresh).map(|(v, new)| self.names.insert(*v, *new)).collect();
        for clause in &mut lambda.clauses {
            self.expr(&mut clause.body);
            clause.params.splice(0..0, fresh.iter().copied());
        }
        for (v, name) in need.into_iter().zip(outer) {
            match name {
                Some(name) => self.names.insert(v, name),
                None => self.names.remove(&v),
            };
        }
    }
}
