//! Functions of one or two numbers: rounding, exactness, roots and powers, transcendental
//! functions, parts of complex numbers.

use super::division::num_arg;
use crate::cx::{Args, Cx, H, Out};
use crate::num::complex::Num;
use crate::num::float::int_to_f64;
use crate::num::heap::{View, fail, out, out_f64, out_i128, out_real, real, store_c64, view};
use crate::num::real::{self, NumError, Rounding};
use crate::num::{self, Arith, power, transcendental};
use crate::outside::when_long;
use crate::val::Val;
use gambol_abi::prims::Type;

/// The result of an operation that may have none.
fn finish<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>, result: Result<Num, NumError>) -> Out<'a> {
    match result {
        Ok(z) => out(cx, &z),
        Err(error) => {
            let irritants: Vec<H<'s>> = args.rest(0).collect();
            Err(fail(cx, error, &irritants))
        }
    }
}

/// A function of one number with a short cut for floats where it is real.
fn unary<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>, float: impl Fn(f64) -> Option<f64>, general: impl Fn(&Num) -> Result<Num, NumError> + 'static) -> Out<'a> {
    if let View::Flo(x) = view(cx.get(args.get(0)))
        && let Some(y) = float(x)
    {
        return out_f64(cx, y);
    }
    let z = num_arg(cx, args, 0);
    let result = when_long(cx, z.limbs(), move || general(&z))?;
    finish(cx, args, result)
}

/// A function of two numbers.
fn binary<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>, general: impl Fn(&Num, &Num) -> Result<Num, NumError> + 'static) -> Out<'a> {
    let (y, z) = (num_arg(cx, args, 0), num_arg(cx, args, 1));
    let result = when_long(cx, y.limbs() + z.limbs(), move || general(&y, &z))?;
    finish(cx, args, result)
}

macro_rules! unary_functions {
    ($($name:ident $float:expr, $general:expr;)*) => { $(
        pub(crate) fn $name<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
            unary(cx, args, $float, $general)
        }
    )* };
}
unary_functions! {
    exp |x| Some(x.exp()), |z| Ok(transcendental::exp(z));
    sin |x| Some(x.sin()), |z| Ok(transcendental::sin(z));
    cos |x| Some(x.cos()), |z| Ok(transcendental::cos(z));
    tan |x| Some(x.tan()), |z| Ok(transcendental::tan(z));
    asin |x| (x.abs() <= 1.0).then(|| x.asin()), |z| Ok(transcendental::asin(z));
    acos |x| (x.abs() <= 1.0).then(|| x.acos()), |z| Ok(transcendental::acos(z));
    sqrt |x| (x >= 0.0).then(|| x.sqrt()), |z| Ok(power::sqrt(z));
    magnitude |x| Some(x.abs()), |z| Ok(transcendental::magnitude(z));
    abs |x| Some(x.abs()), |z| Ok(transcendental::magnitude(z));
    angle |_| None, |z| Ok(transcendental::angle(z));
}

pub(crate) fn real_part<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    let z = cx.get(args.get(0));
    Ok(if let View::Rect(re, _) = view(z) { re } else { z })
}
pub(crate) fn imag_part<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    let z = cx.get(args.get(0));
    Ok(if let View::Rect(_, im) = view(z) { im } else { Val::fixnum(0) })
}

pub(crate) fn square<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    num::arith(cx, Arith::Mul, args.get(0), args.get(0))
}

pub(crate) fn log<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    if args.len() == 2 {
        return binary(cx, args, transcendental::log_to_base);
    }
    unary(cx, args, |x| (x > 0.0).then(|| x.ln()), transcendental::log)
}

pub(crate) fn atan<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    if args.len() == 1 {
        return unary(cx, args, |x| Some(x.atan()), transcendental::atan);
    }
    if let (Some(y), Some(x)) = (cx.get(args.get(0)).as_flonum(), cx.get(args.get(1)).as_flonum()) {
        return out_f64(cx, y.atan2(x));
    }
    if matches!(view(cx.get(args.get(0))), View::Rect(..)) {
        return Err(cx.wrong_type(args, 0, Type::Real));
    }
    binary(cx, args, |y, x| transcendental::atan2(&y.re(), &x.re()).map(Num::Real))
}

pub(crate) fn expt<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    if let (Some(x), Some(y)) = (cx.get(args.get(0)).as_flonum(), cx.get(args.get(1)).as_flonum())
        && (x > 0.0 || y.is_finite() && y.fract() == 0.0)
    {
        return out_f64(cx, x.powf(y));
    }
    let (base, exponent) = (num_arg(cx, args, 0), num_arg(cx, args, 1));
    let limbs = power::limbs_of_power(&base, &exponent);
    let result = when_long(cx, limbs, move || power::expt(&base, &exponent))?;
    finish(cx, args, result)
}

fn round_as<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>, how: Rounding) -> Out<'a> {
    match view(cx.get(args.get(0))) {
        View::Fix(_) | View::Big(_) => Ok(cx.get(args.get(0))),
        _ => {
            let x = real(cx, args.get(0));
            let x = when_long(cx, x.limbs(), move || x.round(how))?;
            out_real(cx, &x)
        }
    }
}
pub(crate) fn floor<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    round_as(cx, args, Rounding::Floor)
}
pub(crate) fn ceiling<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    round_as(cx, args, Rounding::Ceiling)
}
pub(crate) fn truncate<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    round_as(cx, args, Rounding::Truncate)
}
pub(crate) fn round<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    round_as(cx, args, Rounding::Round)
}

pub(crate) fn rationalize<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    binary(cx, args, |x, tolerance| real::rationalize(&x.re(), &tolerance.re()).map(Num::Real))
}

/// The nearest float or complex float.
pub(super) fn to_inexact<'a, 's>(cx: &'a mut Cx<'s>, h: H<'s>) -> Out<'a> {
    match view(cx.get(h)) {
        View::Fix(n) => out_f64(cx, n as f64),
        View::Flo(_) => Ok(cx.get(h)),
        View::Big(n) => {
            let x = int_to_f64(n);
            out_f64(cx, x)
        }
        _ => {
            let z = super::number(cx, h);
            let z = when_long(cx, z.limbs(), move || z.to_inexact())?;
            out(cx, &z)
        }
    }
}

pub(crate) fn inexact<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    to_inexact(cx, args.get(0))
}
pub(crate) use inexact as exact_to_inexact;

pub(crate) fn exact<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    match view(cx.get(args.get(0))) {
        View::Fix(_) | View::Big(_) | View::Ratio(..) => Ok(cx.get(args.get(0))),
        // Small enough for the cast to be exact.
        View::Flo(x) if x.fract() == 0.0 && x.abs() < 2f64.powi(63) => out_i128(cx, i128::from(x as i64)),
        _ => {
            let result = num_arg(cx, args, 0).to_exact();
            finish(cx, args, result)
        }
    }
}
pub(crate) use exact as inexact_to_exact;

pub(crate) fn make_rectangular<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    if let Some(n) = cx.get(args.get(1)).as_fixnum()
        && n == 0
    {
        return Ok(cx.get(args.get(0)));
    }
    if let (View::Flo(re), View::Flo(im)) = (view(cx.get(args.get(0))), view(cx.get(args.get(1)))) {
        let z = store_c64(cx, (re, im))?;
        return Ok(cx.get(z));
    }
    let z = Num::rect(real(cx, args.get(0)), real(cx, args.get(1)));
    out(cx, &z)
}
pub(crate) fn make_polar<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    let z = transcendental::polar(&real(cx, args.get(0)), &real(cx, args.get(1)));
    out(cx, &z)
}
