//! Recursive bindings become plain ones where they can, and bind lambdas only where they
//! cannot. Bindings are sorted into strongly connected components of "refers to" (in `letrec*`
//! also "comes after", among initialisers whose order shows), which are nested in order:
//! a component without a cycle is a `Let`, one of lambdas stays a `Letrec`, and in what remains
//! the variables start unbound, are assigned in turn, and are checked where they are read
//! before all are initialised.
//!
//! After Ghuloum and Dybvig, "Fixing Letrec (reloaded)" (2009), and Waddell, Sarkar and Dybvig,
//! "Fixing Letrec" (2005). Mandatory; relies on `lower`.

use rustc_hash::{FxHashMap, FxHashSet};

use super::Options;
use crate::emit::prims::KNOWN;
use crate::ir::{Expr, ExprKind, Unit, VarId};
use crate::source::Span;

/// The pass.
pub(super) fn run(unit: &mut Unit, _: &Options<'_>) {
    let mut body = unit.body.take();
    fix(unit, &mut body);
    unit.body = body;
}

fn fix(unit: &mut Unit, e: &mut Expr) {
    e.for_each_child_mut(|child| fix(unit, child));
    if let ExprKind::Letrec { ordered, bindings, body } = &mut e.kind {
        let (ordered, bindings, body) = (*ordered, std::mem::take(bindings), body.take());
        *e = fix_one(unit, ordered, bindings, body, e.span);
    }
}

struct Binding {
    var: VarId,
    init: Expr,
    /// Unassigned and a lambda.
    procedure: bool,
    /// Its evaluation can be observed, or observe.
    complex: bool,
    /// Bindings, by number, that its initialiser refers to.
    refers: Vec<usize>,
    /// Those of them that it refers to outside of lambdas.
    reads: Vec<usize>,
}

fn fix_one(unit: &mut Unit, ordered: bool, bindings: Vec<(VarId, Expr)>, body: Expr, span: Span) -> Expr {
    let bindings = describe(unit, bindings);
    let independent = |b: &Binding| b.procedure || b.refers.is_empty();
    if !ordered && bindings.iter().all(independent) {
        // All initialisers are evaluated before any variable is bound: R7RS asks for no more
        // order, and re-entering one makes all bindings anew.
        let (procedures, others): (Vec<_>, Vec<_>) = bindings.into_iter().partition(|b| b.procedure);
        // Described anew: among themselves they have other numbers.
        let procedures = describe(unit, procedures.into_iter().map(|b| (b.var, b.init)).collect());
        let inner = nest(unit, ordered, procedures, body, span);
        return plain(others, inner, span);
    }
    nest(unit, ordered, bindings, body, span)
}

fn describe(unit: &Unit, bindings: Vec<(VarId, Expr)>) -> Vec<Binding> {
    let numbers: FxHashMap<VarId, usize> = bindings.iter().enumerate().map(|(i, (v, _))| (*v, i)).collect();
    let describe = |(var, init): (VarId, Expr)| {
        let procedure = matches!(init.kind, ExprKind::Lambda(_)) && !unit.var(var).assigned;
        let mut refers: Vec<usize> = init.free_vars().iter().filter_map(|v| numbers.get(v).copied()).collect();
        refers.sort_unstable();
        let mut reads = Vec::new();
        direct_reads(&init, &mut |v| reads.extend(numbers.get(&v)));
        Binding { var, complex: !is_simple(unit, &init), init, procedure, refers, reads }
    };
    bindings.into_iter().map(describe).collect()
}

/// Shows every variable that is read when `e` is evaluated, not when a procedure made by it is called.
fn direct_reads(e: &Expr, show: &mut impl FnMut(VarId)) {
    match &e.kind {
        ExprKind::Lambda(_) => {}
        ExprKind::Local(v) => show(*v),
        _ => e.for_each_child(|child| direct_reads(child, show)),
    }
}

/// Values that binding `i` may need before they are there, the restriction on `letrec` and
/// `letrec*`: those it reads, itself or in a procedure of these bindings that it names, and that
/// are not procedures. Under `letrec*` only later ones count.
fn read_too_early(bindings: &[Binding], i: usize, ordered: bool) -> Vec<usize> {
    let mut seen = vec![false; bindings.len()];
    let mut work = bindings[i].reads.clone();
    let mut early = Vec::new();
    while let Some(j) = work.pop() {
        if std::mem::replace(&mut seen[j], true) {
            continue;
        }
        if bindings[j].procedure {
            work.extend(&bindings[j].refers);
        } else if !ordered || j >= i {
            early.push(j);
        }
    }
    early
}

/// Whether it does not matter when the initialiser is evaluated.
fn is_simple(unit: &Unit, e: &Expr) -> bool {
    match &e.kind {
        ExprKind::Const(_) | ExprKind::Prim(_) | ExprKind::Lambda(_) => true,
        ExprKind::Local(v) => !unit.var(*v).assigned,
        _ => false,
    }
}

fn nest(unit: &mut Unit, ordered: bool, bindings: Vec<Binding>, body: Expr, span: Span) -> Expr {
    let mut edges: Vec<Vec<usize>> = bindings.iter().map(|b| b.refers.clone()).collect();
    if ordered {
        let mut before = None;
        for (i, b) in bindings.iter().enumerate() {
            if b.complex {
                edges[i].extend(before.replace(i));
            }
        }
    }
    // Such a value must not be moved before its reader, which shall notice that it is missing.
    for i in (0..bindings.len()).filter(|&i| !bindings[i].reads.is_empty()) {
        for j in read_too_early(&bindings, i, ordered) {
            edges[j].push(i);
        }
    }
    let components = components(&edges);
    let mut slots: Vec<Option<Binding>> = bindings.into_iter().map(Some).collect();
    let mut result = body;
    // Components come in the order of their evaluation; the last one is innermost.
    for mut component in components.into_iter().rev() {
        component.sort_unstable();
        let members: Vec<Binding> = component.iter().filter_map(|&i| slots[i].take()).collect();
        let cyclic = members.len() > 1 || members.iter().zip(&component).any(|(b, i)| b.refers.contains(i));
        result = match (cyclic, members.iter().all(|b| b.procedure)) {
            (false, _) => plain(members, result, span),
            (true, true) => procedures(members, result, span),
            (true, false) => knot(unit, members, result, span),
        };
    }
    result
}

fn plain(bindings: Vec<Binding>, body: Expr, span: Span) -> Expr {
    if bindings.is_empty() {
        return body;
    }
    let bindings = bindings.into_iter().map(|b| (b.var, b.init)).collect();
    Expr::new(span, ExprKind::Let(bindings, Box::new(body)))
}

fn procedures(bindings: Vec<Binding>, body: Expr, span: Span) -> Expr {
    if bindings.is_empty() {
        return body;
    }
    let bindings = bindings.into_iter().map(|b| (b.var, b.init)).collect();
    Expr::new(span, ExprKind::Letrec { ordered: false, bindings, body: Box::new(body) })
}

/// A cycle through something that is not a procedure: locations first, then values.
fn knot(unit: &mut Unit, mut members: Vec<Binding>, body: Expr, span: Span) -> Expr {
    let unchecked: FxHashSet<VarId> = members.iter().filter(|b| !b.procedure).map(|b| b.var).collect();
    for b in &mut members {
        check_reads(&mut b.init, &unchecked);
    }
    let (lambdas, others): (Vec<_>, Vec<_>) = members.into_iter().partition(|b| b.procedure);
    let mut locations = Vec::new();
    let mut steps = Vec::new();
    for Binding { var, init, .. } in others {
        unit.vars[var.0 as usize].assigned = true;
        locations.push((var, Expr::prim(span, KNOWN.unbound, Vec::new())));
        steps.push(Expr::new(init.span, ExprKind::Set(var, Box::new(init))));
    }
    steps.push(body);
    let inner = procedures(lambdas, Expr::new(span, ExprKind::Seq(steps)), span);
    Expr::new(span, ExprKind::Let(locations, Box::new(inner)))
}

fn check_reads(e: &mut Expr, vars: &FxHashSet<VarId>) {
    if let ExprKind::PrimCall(prim, _) = e.kind
        && prim == KNOWN.check_bound
    {
        return;
    }
    e.for_each_child_mut(|child| check_reads(child, vars));
    if e.as_local().is_some_and(|v| vars.contains(&v)) {
        let read = e.take();
        *e = Expr::prim(e.span, KNOWN.check_bound, vec![read]);
    }
}

/// Strongly connected components, those referred to first (Tarjan, with a stack of its own:
/// bodies can have thousands of definitions).
fn components(edges: &[Vec<usize>]) -> Vec<Vec<usize>> {
    const NEW: usize = usize::MAX;
    let n = edges.len();
    let (mut index, mut low, mut on_stack) = (vec![NEW; n], vec![0; n], vec![false; n]);
    let (mut stack, mut found, mut count) = (Vec::new(), Vec::new(), 0);
    for root in 0..n {
        if index[root] != NEW {
            continue;
        }
        let mut calls = vec![(root, 0)];
        while let Some(&mut (v, ref mut next)) = calls.last_mut() {
            if *next == 0 {
                index[v] = count;
                low[v] = count;
                count += 1;
                stack.push(v);
                on_stack[v] = true;
            }
            if let Some(&w) = edges[v].get(*next) {
                *next += 1;
                if index[w] == NEW {
                    calls.push((w, 0));
                } else if on_stack[w] {
                    low[v] = low[v].min(index[w]);
                }
                continue;
            }
            calls.pop();
            if let Some(&(parent, _)) = calls.last() {
                low[parent] = low[parent].min(low[v]);
            }
            if low[v] == index[v] {
                let at = stack.iter().rposition(|&w| w == v).unwrap_or(0);
                let component = stack.split_off(at);
                component.iter().for_each(|&w| on_stack[w] = false);
                found.push(component);
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::components;

    #[test]
    fn components_come_in_order_of_reference() {
        let edges = [vec![1], vec![2, 0], vec![], vec![0, 2], vec![4]];
        let mut found = components(&edges);
        found.iter_mut().for_each(|c| c.sort_unstable());
        assert_eq!(found, [vec![2], vec![0, 1], vec![3], vec![4]]);
    }
}
