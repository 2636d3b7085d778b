//! How often things occur: what `simplify` and the passes after it decide by. Counts may be too
//! high when code has been dropped since, never too low: who copies code adds the copy.

use gambol_abi::prims::PrimId;

use crate::ir::{Expr, ExprKind, GlobalId, LabelId, Unit, VarId};

/// Occurrences by number; what is beyond the end has none.
#[derive(Default)]
pub(super) struct Census {
    reads: Vec<u32>,
    calls: Vec<u32>,
    sets: Vec<u32>,
    global_reads: Vec<u32>,
    gotos: Vec<u32>,
}

fn bump(counts: &mut Vec<u32>, i: u32) {
    let i = i as usize;
    if i >= counts.len() {
        counts.resize(i + 1, 0);
    }
    counts[i] += 1;
}

fn at(counts: &[u32], i: u32) -> u32 {
    counts.get(i as usize).copied().unwrap_or(0)
}

impl Census {
    pub(super) fn of(expr: &Expr) -> Census {
        let mut census = Census::default();
        census.add(expr);
        census
    }

    /// Counts what occurs in `expr` too.
    pub(super) fn add(&mut self, expr: &Expr) {
        expr.walk(&mut |e| match &e.kind {
            ExprKind::Local(v) => bump(&mut self.reads, v.0),
            ExprKind::Set(v, _) => bump(&mut self.sets, v.0),
            ExprKind::Global(g) | ExprKind::SetGlobal(g, _) => bump(&mut self.global_reads, g.0),
            ExprKind::Goto(label, _) => bump(&mut self.gotos, label.0),
            ExprKind::Call(callee, _) => {
                if let ExprKind::Local(v) = callee.kind {
                    bump(&mut self.calls, v.0);
                }
            }
            _ => {}
        });
    }

    /// Counts uses of `v` as uses of `other`, which will stand for it.
    pub(super) fn redirect(&mut self, v: VarId, other: VarId) {
        for counts in [&mut self.reads, &mut self.calls] {
            let more = at(counts, v.0);
            if more > 0 {
                bump(counts, other.0);
                counts[other.0 as usize] += more - 1;
            }
        }
    }

    /// Reads, calls included.
    pub(super) fn reads(&self, v: VarId) -> u32 {
        at(&self.reads, v.0)
    }

    /// Calls.
    pub(super) fn calls(&self, v: VarId) -> u32 {
        at(&self.calls, v.0)
    }

    /// Assignments.
    pub(super) fn sets(&self, v: VarId) -> u32 {
        at(&self.sets, v.0)
    }

    /// Reads and assignments of a top-level variable.
    pub(super) fn global_uses(&self, g: GlobalId) -> u32 {
        at(&self.global_reads, g.0)
    }

    /// Jumps.
    pub(super) fn gotos(&self, label: LabelId) -> u32 {
        at(&self.gotos, label.0)
    }
}

/// Makes the marks of assigned variables true again after assignments may have gone.
pub(super) fn refresh_assigned(unit: &mut Unit) {
    let census = Census::of(&unit.body);
    for (i, info) in unit.vars.iter_mut().enumerate() {
        info.assigned = census.sets(VarId(i as u32)) > 0;
    }
}

/// Whether `e` yields the same value whenever it is evaluated, at no cost and without effect.
pub(super) fn is_trivial(unit: &Unit, e: &Expr) -> bool {
    match &e.kind {
        ExprKind::Const(_) | ExprKind::Prim(_) | ExprKind::Lambda(_) => true,
        ExprKind::Local(v) => !unit.var(*v).assigned,
        ExprKind::Global(g) => {
            let info = &unit.globals[g.0 as usize];
            info.constant && !info.defined_here
        }
        _ => false,
    }
}

/// Whether `e` may be left out when nobody wants its value. Looks a few levels deep.
pub(super) fn is_droppable(unit: &Unit, e: &Expr) -> bool {
    droppable(unit, e, 8)
}

fn droppable(unit: &Unit, e: &Expr, depth: usize) -> bool {
    let Some(depth) = depth.checked_sub(1) else {
        return false;
    };
    let parts = match &e.kind {
        ExprKind::Local(_) => true,
        ExprKind::PrimCall(prim, _) => prim.info().effects.droppable(),
        ExprKind::If(..) | ExprKind::Seq(_) | ExprKind::Let(..) => true,
        _ => is_trivial(unit, e),
    };
    if matches!(e.kind, ExprKind::Lambda(_)) {
        return true;
    }
    let mut all = parts;
    e.for_each_child(|child| all = all && droppable(unit, child, depth));
    all
}

/// Whether `e` surely has exactly one value.
pub(super) fn is_single(e: &Expr) -> bool {
    match &e.kind {
        ExprKind::Const(_)
        | ExprKind::Local(_)
        | ExprKind::Set(..)
        | ExprKind::Global(_)
        | ExprKind::SetGlobal(..)
        | ExprKind::Define(..)
        | ExprKind::Prim(_)
        | ExprKind::Lambda(_) => true,
        ExprKind::PrimCall(prim, args) => is_single_prim(*prim, args.len()),
        ExprKind::If(_, a, b) => is_single(a) && is_single(b),
        ExprKind::Seq(items) => items.last().is_some_and(is_single),
        ExprKind::Let(_, body) | ExprKind::Letrec { body, .. } | ExprKind::Receive { body, .. } => is_single(body),
        ExprKind::Call(..) | ExprKind::Labels(..) | ExprKind::Goto(..) => false,
    }
}

fn is_single_prim(prim: PrimId, n: usize) -> bool {
    use gambol_abi::prims::{Control, Inline};
    match prim.info().inline {
        Inline::Control(Control::Values) => n == 1,
        Inline::Control(c) => matches!(c, Control::RecordRef | Control::RecordSet | Control::Capture | Control::Unbound | Control::CheckBound),
        _ => true,
    }
}
