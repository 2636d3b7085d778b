//! The rules of core IR, checked between passes: every local is bound once and used in scope,
//! jumps stand in tail position of their `Labels` and bring as many values as the label has
//! parameters, calls of primitives fit their arity, and variables are marked as assigned exactly
//! when some `Set` assigns them.

use rustc_hash::{FxHashMap, FxHashSet};

use super::{Expr, ExprKind, LabelId, Unit, VarId};

/// Checks a whole unit; the error says which rule is broken and by what.
pub fn verify(unit: &Unit) -> Result<(), String> {
    let mut check = Check {
        unit,
        in_scope: FxHashSet::default(),
        ever_bound: FxHashSet::default(),
        assigned: FxHashSet::default(),
        labels: FxHashMap::default(),
        ever_labels: FxHashSet::default(),
    };
    check.expr(&unit.body, &[])?;
    for v in check.ever_bound {
        let (flag, truth) = (unit.var(v).assigned, check.assigned.contains(&v));
        if flag != truth {
            return Err(format!("{} is marked assigned={flag}, which is not so", name(unit, v)));
        }
    }
    Ok(())
}

struct Check<'u> {
    unit: &'u Unit,
    in_scope: FxHashSet<VarId>,
    ever_bound: FxHashSet<VarId>,
    assigned: FxHashSet<VarId>,
    /// Number of parameters of labels in scope.
    labels: FxHashMap<LabelId, usize>,
    ever_labels: FxHashSet<LabelId>,
}

fn name(unit: &Unit, v: VarId) -> String {
    let name = unit.vars.get(v.0 as usize).map_or("?", |info| &info.name);
    format!("variable {name} ({})", v.0)
}

type Verdict = Result<(), String>;

impl Check<'_> {
    fn bind(&mut self, v: VarId) -> Verdict {
        if v.0 as usize >= self.unit.vars.len() {
            return Err(format!("variable {} does not exist", v.0));
        }
        if !self.ever_bound.insert(v) {
            return Err(format!("{} is bound twice", name(self.unit, v)));
        }
        self.in_scope.insert(v);
        Ok(())
    }

    fn unbind(&mut self, vars: impl IntoIterator<Item = VarId>) {
        vars.into_iter().for_each(|v| {
            self.in_scope.remove(&v);
        });
    }

    fn used(&self, v: VarId) -> Verdict {
        if self.in_scope.contains(&v) { Ok(()) } else { Err(format!("{} is used out of scope", name(self.unit, v))) }
    }

    fn global(&self, g: super::GlobalId) -> Verdict {
        if (g.0 as usize) < self.unit.globals.len() { Ok(()) } else { Err(format!("top-level variable {} does not exist", g.0)) }
    }

    fn all<'a>(&mut self, list: impl IntoIterator<Item = &'a Expr>) -> Verdict {
        list.into_iter().try_for_each(|e| self.expr(e, &[]))
    }

    /// Checks `e`; `reach` are the labels that a jump in tail position may go to.
    fn expr(&mut self, e: &Expr, reach: &[LabelId]) -> Verdict {
        match &e.kind {
            ExprKind::Const(_) | ExprKind::Prim(_) => Ok(()),
            ExprKind::Local(v) => self.used(*v),
            ExprKind::Set(v, value) => {
                self.used(*v)?;
                self.assigned.insert(*v);
                self.expr(value, &[])
            }
            ExprKind::Global(g) => self.global(*g),
            ExprKind::SetGlobal(g, value) | ExprKind::Define(g, value) => {
                self.global(*g)?;
                self.expr(value, &[])
            }
            ExprKind::If(test, then, other) => {
                self.expr(test, &[])?;
                self.expr(then, reach)?;
                self.expr(other, reach)
            }
            ExprKind::Seq(items) => {
                let Some((last, first)) = items.split_last() else {
                    return Err("an empty sequence".into());
                };
                self.all(first)?;
                self.expr(last, reach)
            }
            ExprKind::Lambda(lambda) => lambda.clauses.iter().try_for_each(|clause| {
                clause.variables().try_for_each(|v| self.bind(v))?;
                self.expr(&clause.body, &[])?;
                self.unbind(clause.variables());
                Ok(())
            }),
            ExprKind::Call(callee, args) => {
                self.expr(callee, &[])?;
                self.all(args)
            }
            ExprKind::PrimCall(prim, args) => {
                if !prim.info().accepts(args.len()) {
                    return Err(format!("{} with {} arguments", prim.info().name, args.len()));
                }
                self.all(args)
            }
            ExprKind::Let(bindings, body) => {
                self.all(bindings.iter().map(|(_, init)| init))?;
                bindings.iter().try_for_each(|(v, _)| self.bind(*v))?;
                self.expr(body, reach)?;
                self.unbind(bindings.iter().map(|(v, _)| *v));
                Ok(())
            }
            ExprKind::Letrec { bindings, body, .. } => {
                bindings.iter().try_for_each(|(v, _)| self.bind(*v))?;
                self.all(bindings.iter().map(|(_, init)| init))?;
                self.expr(body, reach)?;
                self.unbind(bindings.iter().map(|(v, _)| *v));
                Ok(())
            }
            ExprKind::Receive { producer, params, rest, body } => {
                self.expr(producer, &[])?;
                params.iter().chain(rest).try_for_each(|v| self.bind(*v))?;
                self.expr(body, reach)?;
                self.unbind(params.iter().chain(rest).copied());
                Ok(())
            }
            ExprKind::Labels(labels, body) => {
                let mut reach = reach.to_vec();
                for label in labels {
                    if !self.ever_labels.insert(label.id) || label.id.0 >= self.unit.labels {
                        return Err(format!("label {} is not a new one", label.id.0));
                    }
                    self.labels.insert(label.id, label.params.len());
                    reach.push(label.id);
                }
                self.expr(body, &reach)?;
                for label in labels {
                    label.params.iter().try_for_each(|v| self.bind(*v))?;
                    self.expr(&label.body, &reach)?;
                    self.unbind(label.params.iter().copied());
                }
                Ok(())
            }
            ExprKind::Goto(label, args) => {
                if !reach.contains(label) {
                    return Err(format!("a jump to label {} from outside its tail positions", label.0));
                }
                if self.labels.get(label) != Some(&args.len()) {
                    return Err(format!("a jump to label {} with {} values", label.0, args.len()));
                }
                self.all(args)
            }
        }
    }
}
