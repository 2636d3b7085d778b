//! Gives every construct its simplest form: arithmetic and comparisons with any number of
//! arguments become binary, control primitives used as values become lambdas, and
//! `call-with-values` becomes `Receive`. A lambda that captures its caller's continuation is
//! marked, so that nobody moves its body elsewhere.
//!
//! Relies on nothing; leaves no `CallWithValues` and no control primitive as a value.

use gambol_abi::prims::{Class, Control, Inline, PrimId};

use super::Options;
use crate::datum::DatumKind;
use crate::emit::prims::KNOWN;
use crate::ir::{Clause, Expr, ExprKind, Lambda, Unit, VarId};
use crate::number::Number;
use crate::source::Span;

/// The pass.
pub(super) fn run(unit: &mut Unit, _: &Options<'_>) {
    let mut body = unit.body.take();
    lower(unit, &mut body);
    unit.body = body;
}

fn lower(unit: &mut Unit, e: &mut Expr) {
    known_call(e);
    e.for_each_child_mut(|child| lower(unit, child));
    match &mut e.kind {
        ExprKind::Lambda(lambda) => lambda.no_inline |= captures_caller(lambda),
        ExprKind::Prim(prim) if prim.info().class == Class::Control => control_as_value(unit, e),
        ExprKind::PrimCall(..) => primitive_call(unit, e),
        _ => {}
    }
}

/// A call of a primitive that takes so many arguments.
pub(super) fn known_call(e: &mut Expr) {
    if let ExprKind::Call(callee, args) = &mut e.kind
        && let ExprKind::Prim(prim) = callee.kind
        && prim.info().accepts(args.len())
    {
        e.kind = ExprKind::PrimCall(prim, std::mem::take(args));
    }
}

/// Lowers a call of a primitive whose arguments are lowered.
pub(super) fn primitive_call(unit: &mut Unit, e: &mut Expr) {
    let span = e.span;
    let ExprKind::PrimCall(prim, args) = &mut e.kind else {
        return;
    };
    match prim.info().inline {
        Inline::Fold(_) if args.len() != 2 => fold_arithmetic(e),
        Inline::Branch(_) if (3..=CHAIN_MAX).contains(&args.len()) => {
            let (prim, args) = (*prim, std::mem::take(args));
            *e = chain(unit, prim, args, span);
        }
        Inline::Control(Control::CallWithValues) => {
            let consumer = args.pop();
            let producer = args.pop();
            if let (Some(producer), Some(consumer)) = (producer, consumer) {
                *e = call_with_values(unit, producer, consumer, span);
            }
        }
        _ => {}
    }
}

/// Whether `%capture` stands directly in the lambda.
fn captures_caller(lambda: &Lambda) -> bool {
    let is_capture = |e: &Expr| matches!(e.kind, ExprKind::PrimCall(prim, _) if matches!(prim.info().inline, Inline::Control(Control::Capture)));
    lambda.clauses.iter().any(|clause| clause.body.any_in_body(&mut |e| is_capture(e)))
}

/// `(+ a b c)` is `(+ (+ a b) c)`. A single argument stays: its type must still be checked.
fn fold_arithmetic(e: &mut Expr) {
    let span = e.span;
    let ExprKind::PrimCall(prim, args) = &mut e.kind else {
        return;
    };
    if args.is_empty() {
        let unit = i64::from(prim.info().name == "*");
        *e = Expr::datum(span, DatumKind::Number(Number::Int(unit)));
    } else if args.len() > 2 {
        let prim = *prim;
        let folded = std::mem::take(args).into_iter().reduce(|a, b| Expr::prim(span, prim, vec![a, b]));
        *e = folded.unwrap_or_else(|| Expr::unspecified(span));
    }
}

/// Most operands of a comparison that becomes several.
const CHAIN_MAX: usize = 4;

/// `(< a b c)` is `(if (< a b) (< b c) (begin (< b c) #f))` over variables: an operand of the
/// wrong type is an error even if it does not matter any more.
fn chain(unit: &mut Unit, prim: PrimId, args: Vec<Expr>, span: Span) -> Expr {
    let mut bindings = Vec::new();
    let mut simple: Vec<Expr> = Vec::new();
    for arg in args {
        let constant = arg.as_const().is_some();
        let stable = arg.as_local().is_some_and(|v| !unit.var(v).assigned);
        if constant || stable {
            simple.push(arg);
        } else {
            let v = unit.fresh_var("t");
            simple.push(Expr::local(arg.span, v));
            bindings.push((v, arg));
        }
    }
    let pairs: Vec<Expr> = simple.windows(2).map(|pair| Expr::prim(span, prim, pair.to_vec())).collect();
    let mut test = pairs.last().cloned();
    for (i, first) in pairs.iter().enumerate().rev().skip(1) {
        let no = pairs[i + 1..].iter().cloned().chain([Expr::boolean(span, false)]).collect();
        let (yes, no) = (test.take().unwrap_or_else(|| Expr::boolean(span, true)), Expr::new(span, ExprKind::Seq(no)));
        test = Some(Expr::new(span, ExprKind::If(Box::new(first.clone()), Box::new(yes), Box::new(no))));
    }
    let test = test.unwrap_or_else(|| Expr::boolean(span, true));
    if bindings.is_empty() { test } else { Expr::new(span, ExprKind::Let(bindings, Box::new(test))) }
}

/// `(call-with-values producer consumer)` as `Receive`.
fn call_with_values(unit: &mut Unit, producer: Expr, consumer: Expr, span: Span) -> Expr {
    let direct = matches!(&consumer.kind, ExprKind::Lambda(lambda) if lambda.clauses.len() == 1 && !lambda.no_inline);
    match consumer.kind {
        ExprKind::Lambda(mut lambda) if direct => {
            let Clause { params, rest, body } = lambda.clauses.remove(0);
            let producer = call_producer(unit, producer, &mut Vec::new(), span);
            Expr::new(span, ExprKind::Receive { producer: Box::new(producer), params, rest, body: Box::new(body) })
        }
        kind => call_with_values_of(unit, producer, Expr::new(consumer.span, kind), span),
    }
}

/// The general case: all values in a list, to which the consumer is applied.
fn call_with_values_of(unit: &mut Unit, producer: Expr, consumer: Expr, span: Span) -> Expr {
    let mut bindings = Vec::new();
    let consumer_var = unit.fresh_var("consumer");
    let consumer_span = consumer.span;
    bindings.push((consumer_var, consumer));
    let producer = call_producer(unit, producer, &mut bindings, span);
    let list = unit.fresh_var("values");
    let apply = Expr::prim(span, KNOWN.apply, vec![Expr::local(consumer_span, consumer_var), Expr::local(span, list)]);
    let receive = ExprKind::Receive { producer: Box::new(producer), params: Vec::new(), rest: Some(list), body: Box::new(apply) };
    Expr::new(span, ExprKind::Let(bindings, Box::new(Expr::new(span, receive))))
}

/// A call of `producer` without arguments. When the consumer is bound too, so is the producer,
/// for both are evaluated before the call.
fn call_producer(unit: &mut Unit, producer: Expr, bindings: &mut Vec<(VarId, Expr)>, span: Span) -> Expr {
    if let ExprKind::Lambda(lambda) = &producer.kind
        && let ([Clause { params, rest: None, .. }], false) = (&lambda.clauses[..], lambda.no_inline)
        && params.is_empty()
    {
        return match producer.kind {
            ExprKind::Lambda(mut lambda) => lambda.clauses.remove(0).body,
            _ => Expr::unspecified(span),
        };
    }
    let simple = matches!(producer.kind, ExprKind::Local(_) | ExprKind::Global(_) | ExprKind::Prim(_) | ExprKind::Lambda(_));
    let callee = if bindings.is_empty() || simple {
        producer
    } else {
        let v = unit.fresh_var("producer");
        let at = producer.span;
        bindings.push((v, producer));
        Expr::local(at, v)
    };
    Expr::new(span, ExprKind::Call(Box::new(callee), Vec::new()))
}

/// A control primitive as a procedure object.
fn control_as_value(unit: &mut Unit, e: &mut Expr) {
    let span = e.span;
    let ExprKind::Prim(prim) = e.kind else { return };
    let info = prim.info();
    let params: Vec<VarId> = info.required.iter().map(|_| unit.fresh_var("x")).collect();
    let rest = info.rest.map(|_| unit.fresh_var("rest"));
    let local = |v: VarId| Expr::local(span, v);
    let body = match (info.inline, rest) {
        (Inline::Control(Control::Values), Some(rest)) => Expr::prim(span, KNOWN.values_list, vec![local(rest)]),
        (Inline::Control(Control::Throw), Some(rest)) => Expr::prim(span, KNOWN.throw_list, vec![local(params[0]), local(rest)]),
        (Inline::Control(Control::Apply), Some(rest)) => {
            let all = Expr::prim(span, KNOWN.cons, vec![local(params[1]), local(rest)]);
            let spread = spread(unit, all, span);
            Expr::prim(span, KNOWN.apply, vec![local(params[0]), spread])
        }
        _ => Expr::prim(span, prim, params.iter().map(|v| local(*v)).collect()),
    };
    let mut body = body;
    primitive_call(unit, &mut body);
    let lambda = Lambda { name: Some(info.name.into()), clauses: vec![Clause { params, rest, body }], no_inline: false };
    e.kind = ExprKind::Lambda(Box::new(Lambda { no_inline: captures_caller(&lambda), ..lambda }));
}

/// `(a b (c d))` as `(a b c d)`: what `apply` does with its last argument.
fn spread(unit: &mut Unit, list: Expr, span: Span) -> Expr {
    let prim = |name: &str, args| PrimId::named(name).map_or(Expr::unspecified(span), |p| Expr::prim(span, p, args));
    let (f, l) = (unit.fresh_var("spread"), unit.fresh_var("l"));
    let local = |v| Expr::local(span, v);
    let again = Expr::new(span, ExprKind::Call(Box::new(local(f)), vec![prim("cdr", vec![local(l)])]));
    let longer = prim("cons", vec![prim("car", vec![local(l)]), again]);
    let last = prim("null?", vec![prim("cdr", vec![local(l)])]);
    let body = Expr::new(span, ExprKind::If(Box::new(last), Box::new(prim("car", vec![local(l)])), Box::new(longer)));
    let clause = Clause { params: vec![l], rest: None, body };
    let lambda = Lambda { name: None, clauses: vec![clause], no_inline: false };
    let call = Expr::new(span, ExprKind::Call(Box::new(local(f)), vec![list]));
    let bindings = vec![(f, Expr::new(span, ExprKind::Lambda(Box::new(lambda))))];
    Expr::new(span, ExprKind::Letrec { ordered: false, bindings, body: Box::new(call) })
}
