//! Numeric primitives: arithmetic on any count of arguments, comparisons and predicates. The
//! wrappers have checked the types; the work is in `num`.

mod bits;
mod division;
mod functions;
mod random;
mod text;

pub(crate) use bits::*;
pub(crate) use division::*;
pub(crate) use functions::*;
pub(crate) use random::*;
pub(crate) use text::*;

use super::types;
use crate::cx::{Args, Cx, H, Out};
use crate::num::heap::{View, integer, number, out, out_f64, view};
use crate::num::{self, Arith, Compare};
use crate::val::Val;

fn out_bool<'a>(b: bool) -> Out<'a> {
    Ok(Val::boolean(b))
}

/// `(op ... (op (op first a) b) ...)`.
fn fold<'a, 's>(cx: &'a mut Cx<'s>, op: Arith, first: H<'s>, rest: impl Iterator<Item = H<'s>>) -> Out<'a> {
    let sum = cx.root(cx.get(first));
    for x in rest {
        cx.scope(|cx, lift| {
            let word = num::arith(cx, op, lift.up(sum), lift.up(x))?.word();
            let next = cx.root_word(word);
            cx.assign(lift.up(sum), next);
            Ok(())
        })?;
    }
    Ok(cx.get(sum))
}

/// Applies `op` from the neutral element `unit` on.
fn nary<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>, op: Arith, unit: i64) -> Out<'a> {
    match args.len() {
        0 => Ok(Val::fixnum(unit)),
        1 => Ok(cx.get(args.get(0))),
        2 => num::arith(cx, op, args.get(0), args.get(1)),
        _ => fold(cx, op, args.get(0), args.rest(1)),
    }
}

/// With one argument, applies `op` to `unit` and it.
fn inverse<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>, op: Arith, unit: i64) -> Out<'a> {
    match args.len() {
        1 => {
            let unit = cx.root(Val::fixnum(unit));
            num::arith(cx, op, unit, args.get(0))
        }
        2 => num::arith(cx, op, args.get(0), args.get(1)),
        _ => fold(cx, op, args.get(0), args.rest(1)),
    }
}

pub(crate) fn add<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    nary(cx, args, Arith::Add, 0)
}
pub(crate) fn mul<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    nary(cx, args, Arith::Mul, 1)
}
pub(crate) fn sub<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    if args.len() > 1 {
        return inverse(cx, args, Arith::Sub, 0);
    }
    // Not `0 - x`, which would lose the sign of a zero.
    match view(cx.get(args.get(0))) {
        View::Flo(x) => out_f64(cx, -x),
        View::Fix(_) | View::Big(_) => inverse(cx, args, Arith::Sub, 0),
        _ => {
            let z = number(cx, args.get(0)).neg();
            out(cx, &z)
        }
    }
}
pub(crate) fn div<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    inverse(cx, args, Arith::Div, 1)
}

/// Whether `op` holds between all neighbours.
fn chain<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>, op: Compare) -> Out<'a> {
    for i in 1..args.len() {
        if !num::compare(cx, op, args.get(i - 1), args.get(i))? {
            return out_bool(false);
        }
    }
    out_bool(true)
}

pub(crate) fn num_eq<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    chain(cx, args, Compare::Eq)
}
pub(crate) fn less<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    chain(cx, args, Compare::Less)
}
pub(crate) fn less_eq<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    chain(cx, args, Compare::LessEq)
}
pub(crate) fn greater<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    chain(cx, args, Compare::Greater)
}
pub(crate) fn greater_eq<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    chain(cx, args, Compare::GreaterEq)
}

/// The first argument such that no other stands in `op` to it; a float if any argument is one,
/// a NaN if any argument is one.
fn extreme<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>, op: Compare) -> Out<'a> {
    let mut best = args.get(0);
    let mut inexact = false;
    for x in args.rest(0) {
        if let View::Flo(f) = view(cx.get(x)) {
            if f.is_nan() {
                return Ok(cx.get(x));
            }
            inexact = true;
        }
        if num::compare(cx, op, x, best)? {
            best = x;
        }
    }
    match view(cx.get(best)) {
        View::Flo(_) => Ok(cx.get(best)),
        _ if inexact => to_inexact(cx, best),
        _ => Ok(cx.get(best)),
    }
}

pub(crate) fn max<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    extreme(cx, args, Compare::Greater)
}
pub(crate) fn min<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    extreme(cx, args, Compare::Less)
}

macro_rules! type_predicates {
    ($($name:ident $test:expr;)*) => { $(
        pub(crate) fn $name<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
            let _ = &cx;
            out_bool($test(args.word(0)))
        }
    )* };
}
type_predicates! {
    number_p types::Number;
    complex_p types::Number;
    real_p types::Real;
    rational_p types::Rational;
    integer_p types::Integer;
    exact_integer_p types::ExactInteger;
    exact_rational_p |w| types::Rational(w) && !types::Flonum(w);
    fixnum_p types::Fixnum;
    flonum_p types::Flonum;
}

macro_rules! predicates {
    ($($name:ident $test:expr;)*) => { $(
        pub(crate) fn $name<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
            let test: fn(Val<'_>) -> bool = $test;
            out_bool(test(cx.get(args.get(0))))
        }
    )* };
}
predicates! {
    exact_nonnegative_integer_p |v| match view(v) {
        View::Fix(n) => n >= 0,
        View::Big(n) => !n.negative,
        _ => false,
    };
    exact_p is_exact;
    inexact_p |v| !is_exact(v);
    finite_p |v| all_parts(v, f64::is_finite);
    infinite_p |v| !all_parts(v, |x| !x.is_infinite());
    nan_p |v| !all_parts(v, |x| !x.is_nan());
    zero_p |v| match view(v) {
        View::Fix(n) => n == 0,
        View::Flo(x) => x == 0.0,
        View::Rect(..) => all_parts(v, |x| x == 0.0) && !is_exact(v),
        _ => false,
    };
    positive_p |v| sign(v) > 0;
    negative_p |v| sign(v) < 0;
    odd_p is_odd;
    even_p |v| !is_odd(v);
}

fn is_exact(v: Val<'_>) -> bool {
    match view(v) {
        View::Flo(_) => false,
        View::Rect(re, _) => is_exact(re),
        _ => true,
    }
}

/// Whether `test` holds of every part that is a float.
fn all_parts(v: Val<'_>, test: fn(f64) -> bool) -> bool {
    match view(v) {
        View::Flo(x) => test(x),
        View::Rect(re, im) => all_parts(re, test) && all_parts(im, test),
        _ => true,
    }
}

/// Sign of a real as -1, 0 or 1; 0 for a NaN.
fn sign(v: Val<'_>) -> i32 {
    let of = |negative| if negative { -1 } else { 1 };
    match view(v) {
        View::Fix(n) => n.signum() as i32,
        View::Flo(x) if x == 0.0 || x.is_nan() => 0,
        View::Flo(x) => of(x < 0.0),
        View::Big(n) => of(n.negative),
        View::Ratio(n, _) => sign(n),
        View::Rect(..) | View::NotANumber => 0,
    }
}

fn is_odd(v: Val<'_>) -> bool {
    match view(v) {
        View::Fix(n) => n & 1 == 1,
        View::Flo(x) => x % 2.0 != 0.0,
        View::Big(n) => n.mag[0] & 1 == 1,
        _ => false,
    }
}
