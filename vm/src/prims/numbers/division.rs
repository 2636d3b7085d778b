//! Integer division in both families, common divisors and multiples, parts of fractions.

use super::{integer, view};
use crate::cx::{Args, Cx, H, Out};
use crate::num::complex::Num;
use crate::num::float::int_to_f64;
use crate::num::heap::{View, fail, out_i128, out_real, real, store_real};
use crate::num::int::Int;
use crate::num::limbs::gcd::gcd_word;
use crate::num::real::{NumError, Real};
use crate::num::{self, Arith};
use crate::outside::when_long;

pub(crate) fn quotient<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    num::arith(cx, Arith::Quotient, args.get(0), args.get(1))
}
pub(crate) fn remainder<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    num::arith(cx, Arith::Remainder, args.get(0), args.get(1))
}
pub(crate) fn modulo<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    num::arith(cx, Arith::Modulo, args.get(0), args.get(1))
}
pub(crate) use modulo as floor_remainder;
pub(crate) use quotient as truncate_quotient;
pub(crate) use remainder as truncate_remainder;

/// An integer argument as an exact one, and whether it was a float.
fn whole<'s>(cx: &Cx<'s>, h: H<'s>) -> (Int, bool) {
    match view(cx.get(h)) {
        View::Flo(_) => (real(cx, h).to_int().expect("the table asks for an integer"), true),
        _ => (integer(cx, h), false),
    }
}

fn as_float(n: Int, inexact: bool) -> Real {
    if inexact { Real::Flo(int_to_f64(n.r())) } else { Real::Int(n) }
}

/// Quotient and remainder of the arguments, floats if one of them is.
fn divide<'s>(cx: &mut Cx<'s>, args: Args<'s>, how: fn(&Int, &Int) -> (Int, Int)) -> Result<(Real, Real), crate::cx::Raise> {
    let ((x, x_float), (y, y_float)) = (whole(cx, args.get(0)), whole(cx, args.get(1)));
    if y.is_zero() {
        return Err(fail(cx, NumError::DivideByZero, &[args.get(0), args.get(1)]));
    }
    let (q, r) = when_long(cx, x.limbs() + y.limbs(), move || how(&x, &y))?;
    let inexact = x_float || y_float;
    Ok((as_float(q, inexact), as_float(r, inexact)))
}

pub(crate) fn floor_quotient<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    if let (View::Fix(x), View::Fix(y @ 1..)) = (view(cx.get(args.get(0))), view(cx.get(args.get(1)))) {
        return out_i128(cx, i128::from(x.div_euclid(y)));
    }
    let (q, _) = divide(cx, args, Int::div_floor)?;
    out_real(cx, &q)
}

fn both<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>, how: fn(&Int, &Int) -> (Int, Int)) -> Out<'a> {
    let (q, r) = divide(cx, args, how)?;
    let (q, r) = (store_real(cx, &q)?, store_real(cx, &r)?);
    let pair = cx.cons(q, r)?;
    Ok(cx.get(pair))
}

/// `(quotient . remainder)` rounded down.
pub(crate) fn floor_div<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    both(cx, args, Int::div_floor)
}
/// `(quotient . remainder)` rounded towards zero.
pub(crate) fn truncate_div<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    both(cx, args, Int::div_rem)
}

fn fold<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>, unit: i64, op: fn(&Int, &Int) -> Int) -> Out<'a> {
    let (mut result, mut inexact) = (Int::from(unit), false);
    for h in args.rest(0) {
        let (n, float) = whole(cx, h);
        result = when_long(cx, result.limbs() + n.limbs(), move || op(&result, &n))?;
        inexact |= float;
    }
    out_real(cx, &as_float(result, inexact))
}

pub(crate) fn gcd<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    if args.len() == 2
        && let (View::Fix(x), View::Fix(y)) = (view(cx.get(args.get(0))), view(cx.get(args.get(1))))
    {
        return out_i128(cx, i128::from(gcd_word(x.unsigned_abs(), y.unsigned_abs())));
    }
    fold(cx, args, 0, Int::gcd)
}

pub(crate) fn lcm<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    fold(cx, args, 1, |a, b| {
        if a.is_zero() || b.is_zero() {
            return Int::zero();
        }
        a.div_exact(&a.gcd(b)).mul(b).abs()
    })
}

/// Applies `part` to the exact value; the result is as exact as the argument.
fn fraction_part<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>, part: fn(Real) -> Int) -> Out<'a> {
    let x = real(cx, args.get(0));
    match x.to_exact() {
        Ok(exact) => out_real(cx, &as_float(part(exact), !x.is_exact())),
        Err(error) => Err(fail(cx, error, &[args.get(0)])),
    }
}

pub(crate) fn numerator<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    fraction_part(cx, args, |x| match x {
        Real::Int(n) => n,
        Real::Ratio(r) => r.num,
        Real::Flo(_) => Int::zero(),
    })
}
pub(crate) fn denominator<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    fraction_part(cx, args, |x| match x {
        Real::Ratio(r) => r.den,
        _ => Int::from(1),
    })
}

/// `(root . rest)` with `root² + rest` the argument.
pub(crate) fn exact_integer_sqrt<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    let n = integer(cx, args.get(0));
    if n.is_negative() {
        return Err(cx.bad_range(args, 0));
    }
    let (root, rest) = when_long(cx, n.limbs(), move || n.sqrt_rem())?;
    let (root, rest) = (store_real(cx, &Real::Int(root))?, store_real(cx, &Real::Int(rest))?);
    let pair = cx.cons(root, rest)?;
    Ok(cx.get(pair))
}

/// An argument the table calls a number, loaded.
pub(super) fn num_arg<'s>(cx: &Cx<'s>, args: Args<'s>, i: usize) -> Num {
    super::number(cx, args.get(i))
}
