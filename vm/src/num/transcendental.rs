//! `exp`, `log`, circular functions and their inverses on the whole tower.
//!
//! Reals go to the C library where the result is real; the rest uses the formulas of Kahan,
//! "Branch Cuts for Complex Elementary Functions, or Much Ado About Nothing's Sign Bit" (1987),
//! with R7RS 6.2.6's values on the cuts for real arguments. Exact arguments give exact results
//! in the few places where these are rational.

use super::complex::Num;
use super::power::sqrt_c64;
use super::real::{NumError, Real};
use std::f64::consts::{LN_2, LN_10, PI};

type C64 = (f64, f64);

fn rect((re, im): C64) -> Num {
    Num::rect(Real::Flo(re), Real::Flo(im))
}
fn is_exact(z: &Num, n: i64) -> bool {
    matches!(z, Num::Real(Real::Int(x)) if x.to_i64() == Some(n))
}

/// Applies a function that is real on reals, with its exact value at one exact point.
fn entire(z: &Num, fixed: (i64, i64), real: fn(f64) -> f64, complex: fn(C64) -> C64) -> Num {
    match z {
        _ if is_exact(z, fixed.0) => Num::from_i64(fixed.1),
        Num::Real(x) => Num::flo(real(x.to_f64())),
        Num::Rect(_) => rect(complex(z.to_c64())),
    }
}

/// The exponential function.
pub(crate) fn exp(z: &Num) -> Num {
    entire(z, (0, 1), f64::exp, |(a, b)| {
        let r = a.exp();
        (r * b.cos(), r * b.sin())
    })
}
/// The sine.
pub(crate) fn sin(z: &Num) -> Num {
    entire(z, (0, 0), f64::sin, |(a, b)| (a.sin() * b.cosh(), a.cos() * b.sinh()))
}
/// The cosine.
pub(crate) fn cos(z: &Num) -> Num {
    entire(z, (0, 1), f64::cos, |(a, b)| (a.cos() * b.cosh(), -a.sin() * b.sinh()))
}
/// The tangent.
pub(crate) fn tan(z: &Num) -> Num {
    entire(z, (0, 0), f64::tan, |(a, b)| {
        // Far from the real axis the quotient's terms overflow, long after it came near ±i.
        if b.abs() > 20.0 {
            return (4.0 * a.sin() * a.cos() * (-2.0 * b.abs()).exp(), 1f64.copysign(b));
        }
        let scale = (2.0 * a).cos() + (2.0 * b).cosh();
        ((2.0 * a).sin() / scale, (2.0 * b).sinh() / scale)
    })
}

/// The natural logarithm, with imaginary part in (-pi, pi].
pub(crate) fn log(z: &Num) -> Result<Num, NumError> {
    match z {
        _ if is_exact(z, 1) => Ok(Num::from_i64(0)),
        _ if z.is_exact_zero() => Err(NumError::Undefined),
        Num::Real(x) if x.is_sign_negative() && !x.is_nan() => Ok(rect((log_magnitude(&x.neg()), PI))),
        Num::Real(x) => Ok(Num::flo(log_magnitude(x))),
        Num::Rect(_) => Ok(rect(log_c64(z.to_c64()))),
    }
}

/// Logarithm of a positive real, which may be beyond the floats if it is exact.
fn log_magnitude(x: &Real) -> f64 {
    let f = x.to_f64();
    if f.is_normal() || !x.is_exact() {
        return f.ln();
    }
    match x {
        Real::Int(n) => {
            let low = n.bits() - 64;
            Real::Int(n.shr(low)).to_f64().ln() + low as f64 * LN_2
        }
        Real::Ratio(r) => log_magnitude(&Real::Int(r.num.clone())) - log_magnitude(&Real::Int(r.den.clone())),
        Real::Flo(x) => x.ln(),
    }
}

fn log_c64((a, b): C64) -> C64 {
    let (large, small) = (a.abs().max(b.abs()), a.abs().min(b.abs()));
    let magnitude = a.hypot(b);
    let re = if magnitude > 0.5 && magnitude < 1.5 {
        // Near the unit circle the logarithm of the rounded magnitude would lose its digits.
        ((large - 1.0) * (large + 1.0) + small * small).ln_1p() / 2.0
    } else if magnitude.is_infinite() && large.is_finite() {
        (a / 4.0).hypot(b / 4.0).ln() + 2.0 * LN_2
    } else {
        magnitude.ln()
    };
    (re, b.atan2(a))
}

/// Logarithm to a base.
pub(crate) fn log_to_base(z: &Num, base: &Num) -> Result<Num, NumError> {
    if let (Num::Real(x), Num::Real(b)) = (z, base)
        && !x.is_sign_negative()
        && !x.is_exact_zero()
        && x.to_f64().is_normal()
    {
        // The library has these two without the rounding error of a quotient.
        match b.to_f64() {
            2.0 => return Ok(Num::flo(x.to_f64().log2())),
            10.0 => return Ok(Num::flo(x.to_f64().log10())),
            _ => {}
        }
    }
    let divisor = match base {
        Num::Real(b) if b.to_f64() == 10.0 => Num::flo(LN_10),
        _ => log(base)?,
    };
    log(z)?.div(&divisor)
}

/// Real argument outside [-1, 1] as the side of the cut that R7RS's formulas take.
fn beside_cut(x: f64) -> C64 {
    (x, if x > 1.0 { -0.0 } else { 0.0 })
}

fn inverse(z: &Num, fixed: i64, real: fn(f64) -> f64, complex: fn(C64) -> C64) -> Num {
    match z {
        _ if is_exact(z, fixed) => Num::from_i64(0),
        Num::Real(x) => match x.to_f64() {
            x if x.abs() > 1.0 => rect(complex(beside_cut(x))),
            x => Num::flo(real(x)),
        },
        Num::Rect(_) => rect(complex(z.to_c64())),
    }
}

/// The roots of `1 - z` and `1 + z`.
fn roots((a, b): C64) -> (C64, C64) {
    (sqrt_c64((1.0 - a, -b)), sqrt_c64((1.0 + a, b)))
}

/// The inverse sine.
pub(crate) fn asin(z: &Num) -> Num {
    inverse(z, 0, f64::asin, |z| {
        let (minus, plus) = roots(z);
        let re = z.0.atan2(minus.0 * plus.0 - minus.1 * plus.1);
        (re, (minus.0 * plus.1 - minus.1 * plus.0).asinh())
    })
}
/// The inverse cosine.
pub(crate) fn acos(z: &Num) -> Num {
    inverse(z, 1, f64::acos, |z| {
        let (minus, plus) = roots(z);
        let re = 2.0 * minus.0.atan2(plus.0);
        (re, (plus.0 * minus.1 - plus.1 * minus.0).asinh())
    })
}
/// The inverse tangent; undefined at the exact `+i` and `-i`.
pub(crate) fn atan(z: &Num) -> Result<Num, NumError> {
    match z {
        _ if z.is_exact_zero() => Ok(Num::from_i64(0)),
        Num::Real(x) => Ok(Num::flo(x.to_f64().atan())),
        Num::Rect(p) if p.0.is_exact_zero() && p.1.abs().is_exact_one() => Err(NumError::Undefined),
        Num::Rect(_) => {
            let (a, b) = z.to_c64();
            let re = (a.atan2(1.0 - b) - (-a).atan2(1.0 + b)) / 2.0;
            let near = (1.0 - b) * (1.0 - b) + a * a;
            let im = if b > 0.0 || near.is_infinite() { -(-4.0 * b / ((1.0 + b) * (1.0 + b) + a * a)).ln_1p() / 4.0 } else { (4.0 * b / near).ln_1p() / 4.0 };
            Ok(rect((re, im)))
        }
    }
}

/// The angle of the point (x, y), in (-pi, pi].
pub(crate) fn atan2(y: &Real, x: &Real) -> Result<Real, NumError> {
    if y.is_exact_zero() && x.is_exact() {
        return match x {
            _ if x.is_exact_zero() => Err(NumError::Undefined),
            _ if x.is_negative() => Ok(Real::Flo(PI)),
            _ => Ok(Real::zero()),
        };
    }
    let (mut dy, mut dx) = (y.to_f64(), x.to_f64());
    let lost = |f: f64, exact: &Real| exact.is_exact() && !exact.is_zero() && !f.is_normal();
    if (lost(dy, y) || lost(dx, x)) && y.is_exact() && x.is_exact() && !x.is_exact_zero() {
        // Beyond the floats only the quotient counts, and the quadrant.
        dy = y.div(&x.abs())?.to_f64();
        dx = if x.is_negative() { -1.0 } else { 1.0 };
    }
    Ok(Real::Flo(dy.atan2(dx)))
}

/// The distance from zero.
pub(crate) fn magnitude(z: &Num) -> Num {
    match z {
        Num::Real(x) => Num::Real(x.abs()),
        Num::Rect(p) if z.is_exact() => super::power::sqrt(&Num::Real(p.0.mul(&p.0).add(&p.1.mul(&p.1)))),
        Num::Rect(_) => {
            let (a, b) = z.to_c64();
            Num::flo(a.hypot(b))
        }
    }
}

/// The angle, in (-pi, pi]; of exact zero: 0.
pub(crate) fn angle(z: &Num) -> Num {
    match z {
        Num::Real(x) if x.is_nan() => Num::flo(f64::NAN),
        Num::Real(x) if x.is_sign_negative() => Num::flo(PI),
        Num::Real(x) if x.is_exact() => Num::from_i64(0),
        Num::Real(_) => Num::flo(0.0),
        Num::Rect(_) => {
            let (a, b) = z.to_c64();
            Num::flo(b.atan2(a))
        }
    }
}

/// The number with this magnitude and angle.
pub(crate) fn polar(magnitude: &Real, angle: &Real) -> Num {
    if angle.is_exact_zero() {
        return Num::Real(magnitude.clone());
    }
    if magnitude.is_exact_zero() {
        return Num::Real(Real::zero());
    }
    let (r, t) = (magnitude.to_f64(), angle.to_f64());
    rect((r * t.cos(), r * t.sin()))
}
