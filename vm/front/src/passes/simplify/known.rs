//! What a unit knows of its own top-level variables: constants, aliases and small procedures,
//! for those that never change after their definition.

use rustc_hash::FxHashSet;

use super::GlobalTable;
use super::binding::SMALL;
use crate::ir::{Expr, ExprKind, GlobalId, GlobalKey, Lambda, Unit};
use crate::passes::census::{Census, is_droppable, is_trivial};

/// Values of constant top-level variables.
pub(super) struct Globals {
    values: GlobalTable<ExprKind>,
    lambdas: GlobalTable<Lambda>,
}

impl Globals {
    pub(super) fn of(unit: &Unit) -> Globals {
        let mut globals = Globals { values: GlobalTable::default(), lambdas: GlobalTable::default() };
        let mut seen = FxHashSet::default();
        let forms = match &unit.body.kind {
            ExprKind::Seq(items) => &items[..],
            _ => std::slice::from_ref(&unit.body),
        };
        // A form before the definition may read the variable, and must find that it has no value.
        let (mut mentioned, mut inert) = (FxHashSet::default(), true);
        for form in forms {
            if let ExprKind::Define(g, value) = &form.kind {
                if !seen.insert(*g) {
                    globals.values.remove(g);
                    globals.lambdas.remove(g);
                } else if unit.globals[g.0 as usize].constant && (inert || !mentioned.contains(g)) {
                    globals.define(unit, *g, value);
                }
            }
            form.walk(&mut |e| {
                if let ExprKind::Global(g) = e.kind {
                    mentioned.insert(g);
                }
            });
            inert &= matches!(&form.kind, ExprKind::Define(_, value) if matches!(value.kind, ExprKind::Lambda(_) | ExprKind::Const(_) | ExprKind::Prim(_)));
        }
        globals
    }

    fn define(&mut self, unit: &Unit, g: GlobalId, value: &Expr) {
        match &value.kind {
            ExprKind::Lambda(lambda) => {
                let recursive = mentions(value, g);
                if !recursive && !lambda.no_inline && value.size(SMALL) <= SMALL && lambda.free_vars().is_empty() {
                    self.lambdas.insert(g, (**lambda).clone());
                }
            }
            ExprKind::Local(_) => {}
            kind if is_trivial(unit, value) => {
                self.values.insert(g, kind.clone());
            }
            _ => {}
        }
    }

    /// What may stand for a use of `g`.
    pub(super) fn value(&self, g: GlobalId) -> Option<ExprKind> {
        self.values.get(&g).cloned()
    }

    /// The small procedure that `g` is.
    pub(super) fn lambda(&self, g: GlobalId) -> Option<&Lambda> {
        self.lambdas.get(&g)
    }
}

fn mentions(e: &Expr, g: GlobalId) -> bool {
    let mut found = false;
    e.walk(&mut |e| found |= matches!(e.kind, ExprKind::Global(other) if other == g));
    found
}

/// Drops definitions that nobody in or outside the unit can refer to.
pub(super) fn drop_unused(unit: &mut Unit) {
    let census = Census::of(&unit.body);
    let mut body = unit.body.take();
    if let ExprKind::Seq(items) = &mut body.kind {
        let last = items.pop();
        items.retain(|item| !matches!(&item.kind, ExprKind::Define(g, value) if is_private(unit, *g) && census.global_uses(*g) == 0 && is_droppable(unit, value)));
        items.extend(last);
    }
    unit.body = body;
}

fn is_private(unit: &Unit, g: GlobalId) -> bool {
    matches!(unit.globals[g.0 as usize].key, GlobalKey::Unit(_))
}
