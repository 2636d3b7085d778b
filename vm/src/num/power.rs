//! Roots and powers: exact whenever the result is, else correctly rounded (roots of exact
//! reals) or as good as the C library's.

use super::complex::Num;
use super::float::round_scaled;
use super::int::{BITS_MAX, Int};
use super::limbs;
use super::real::{NumError, Ratio, Real, Rounding};
use super::transcendental::{exp, log};

/// Complex floats are raised to exact powers up to this by multiplication, beyond by logarithm.
const MULTIPLY_MAX: u64 = 1024;

/// Principal square root: with positive real part, or on the nonnegative imaginary axis.
pub(crate) fn sqrt(z: &Num) -> Num {
    match z {
        Num::Real(x) if x.is_negative() => Num::rect(Real::zero(), sqrt_real(&x.neg())),
        Num::Real(x) => Num::Real(sqrt_real(x)),
        Num::Rect(_) => exact_complex_sqrt(z).unwrap_or_else(|| {
            let (re, im) = sqrt_c64(z.to_c64());
            // "Zero real part and nonnegative imaginary part" (R7RS 6.2.6), below the cut too.
            let im = if re == 0.0 { im.abs() } else { im };
            Num::rect(Real::Flo(re), Real::Flo(im))
        }),
    }
}

/// Square root of a real that is not less than zero.
fn sqrt_real(x: &Real) -> Real {
    if let Some(root) = exact_sqrt(x) {
        return root;
    }
    match x {
        Real::Int(n) => Real::Flo(rounded_sqrt(n, &Int::from(1))),
        Real::Ratio(r) => Real::Flo(rounded_sqrt(&r.num, &r.den)),
        Real::Flo(x) => Real::Flo(x.sqrt()),
    }
}

/// The root of an exact number that is a square.
fn exact_sqrt(x: &Real) -> Option<Real> {
    let whole = |n: &Int| {
        // Squares end in few bit patterns: most others are sorted out without a root.
        let low = n.r().mag.first().copied().unwrap_or(0);
        if n.is_negative() || 0x0202_0212_0203_0213_u64 >> (low & 63) & 1 == 0 {
            return None;
        }
        let (root, rem) = n.sqrt_rem();
        rem.is_zero().then_some(root)
    };
    match x {
        Real::Int(n) => whole(n).map(Real::Int),
        Real::Ratio(r) => Some(Real::Ratio(Box::new(Ratio { num: whole(&r.num)?, den: whole(&r.den)? }))),
        Real::Flo(_) => None,
    }
}

/// Square root of `num / den`, correctly rounded, whatever the size of the operands.
fn rounded_sqrt(num: &Int, den: &Int) -> f64 {
    // 130 bits or more under the root leave 65 in it: enough for rounding.
    let shift = (131 - (num.bits() as i64 - den.bits() as i64)) & !1;
    let (q, more) = match shift {
        0.. => num.shl(shift as u64).div_rem(den),
        _ => num.div_rem(&den.shl(shift.unsigned_abs())),
    };
    let (root, rem) = q.sqrt_rem();
    let bits = u128::from(limbs::word_at(root.r().mag, 64)) << 64 | u128::from(limbs::word_at(root.r().mag, 0));
    round_scaled(bits, !rem.is_zero() || !more.is_zero(), -shift / 2)
}

fn exact_complex_sqrt(z: &Num) -> Option<Num> {
    if !z.is_exact() {
        return None;
    }
    let (a, b) = (z.re(), z.im());
    let norm = exact_sqrt(&a.mul(&a).add(&b.mul(&b)))?;
    let half = |x: Real| x.div(&Real::from_i64(2)).ok();
    let re = exact_sqrt(&half(norm.add(&a))?)?;
    let im = exact_sqrt(&half(norm.sub(&a))?)?;
    Some(Num::rect(re, if b.is_negative() { im.neg() } else { im }))
}

/// Principal square root of a complex float; on the cut, the sign of the zero imaginary part
/// says the side. (Kahan, "Branch Cuts for Complex Elementary Functions", 1987.)
pub(crate) fn sqrt_c64((a, b): (f64, f64)) -> (f64, f64) {
    if a == 0.0 && b == 0.0 {
        return (0.0, b);
    }
    if b.is_infinite() {
        return (f64::INFINITY, b);
    }
    // Powers of four keep the sum of the parts away from overflow and underflow.
    let large = a.abs().max(b.abs());
    let scale = if large > 2f64.powi(1000) {
        2f64.powi(-100)
    } else if large < 2f64.powi(-900) {
        2f64.powi(200)
    } else {
        1.0
    };
    let (a, b) = (a * scale, b * scale);
    let back = 1.0 / scale.sqrt();
    let t = ((a.abs() + a.hypot(b)) / 2.0).sqrt();
    if a >= 0.0 || a.is_nan() { (t * back, b / (2.0 * t) * back) } else { (b.abs() / (2.0 * t) * back, t.copysign(b) * back) }
}

/// About how many limbs the work of `base ^ exponent` is: those of operands, and of an exact result
/// up to the largest.
pub(crate) fn limbs_of_power(base: &Num, exponent: &Num) -> usize {
    let operands = base.limbs() + exponent.limbs();
    match exponent {
        Num::Real(Real::Int(n)) if base.is_exact() && !n.is_zero() => {
            let n = n.clone().abs().to_u64().unwrap_or(u64::MAX);
            let result = (bits(&base.re()).max(bits(&base.im())).saturating_mul(n) / 64).min(BITS_MAX / 64);
            operands + result as usize
        }
        _ => operands,
    }
}

/// Bits of an exact number's integers; 64 of a float.
fn bits(x: &Real) -> u64 {
    match x {
        Real::Int(n) => n.bits(),
        Real::Ratio(r) => r.num.bits() + r.den.bits(),
        Real::Flo(_) => 64,
    }
}

/// `base ^ exponent` (R7RS `expt`): exact for exact bases and integer exponents.
pub(crate) fn expt(base: &Num, exponent: &Num) -> Result<Num, NumError> {
    match exponent {
        Num::Real(Real::Int(n)) => power(base, n),
        Num::Real(Real::Ratio(r)) if base.is_exact() => match rational_power(base, r)? {
            Some(exact) => Ok(exact),
            None => general_power(base, exponent),
        },
        _ => general_power(base, exponent),
    }
}

/// Exact powers with an exponent of halves.
fn rational_power(base: &Num, exponent: &Ratio) -> Result<Option<Num>, NumError> {
    if base.is_zero() {
        return if exponent.num.is_negative() { Err(NumError::DivideByZero) } else { Ok(Some(Num::Real(Real::zero()))) };
    }
    if exponent.den.to_i64() != Some(2) {
        return Ok(None);
    }
    let root = sqrt(base);
    if root.is_exact() { power(&root, &exponent.num).map(Some) } else { Ok(None) }
}

fn power(base: &Num, n: &Int) -> Result<Num, NumError> {
    if n.is_zero() {
        return Ok(Num::from_i64(1));
    }
    if n.is_negative() {
        // Floats are inverted last, as the library does; exact numbers too.
        if let Num::Real(Real::Flo(x)) = base {
            return Ok(Num::flo(float_power(*x, n)));
        }
        return Num::from_i64(1).div(&power(base, &n.clone().neg())?);
    }
    match base {
        Num::Real(Real::Flo(x)) => Ok(Num::flo(float_power(*x, n))),
        Num::Real(Real::Int(b)) => Ok(Num::Real(Real::Int(int_power(b, n)?))),
        Num::Real(Real::Ratio(r)) => {
            let (num, den) = (int_power(&r.num, n)?, int_power(&r.den, n)?);
            Ok(Num::Real(Real::Ratio(Box::new(Ratio { num, den }))))
        }
        Num::Rect(z) if base.is_exact() => {
            let n = n.to_u64().ok_or(NumError::TooLarge)?;
            check_size(bits(&z.0).max(bits(&z.1)) + 1, n)?;
            Ok(repeated_product(base, n))
        }
        Num::Rect(_) => match n.to_u64() {
            Some(n) if n <= MULTIPLY_MAX => Ok(repeated_product(base, n)),
            _ => general_power(base, &Num::Real(Real::Int(n.clone()))),
        },
    }
}

fn repeated_product(base: &Num, n: u64) -> Num {
    let mut result = base.clone();
    for i in (0..63 - n.leading_zeros()).rev() {
        result = result.mul(&result);
        if n >> i & 1 == 1 {
            result = result.mul(base);
        }
    }
    result
}

/// The exponent's sign and parity count even where it has no exact float.
fn float_power(x: f64, n: &Int) -> f64 {
    let magnitude = x.abs().powf(Real::Int(n.clone()).to_f64());
    if x.is_sign_negative() && n.is_odd() { -magnitude } else { magnitude }
}

fn check_size(bits: u64, n: u64) -> Result<(), NumError> {
    if bits.saturating_mul(n) > BITS_MAX { Err(NumError::TooLarge) } else { Ok(()) }
}

fn int_power(base: &Int, n: &Int) -> Result<Int, NumError> {
    match base.to_i64() {
        Some(0 | 1) => return Ok(base.clone()),
        Some(-1) => return Ok(if n.is_odd() { base.clone() } else { base.clone().neg() }),
        _ => {}
    }
    let n = n.to_u64().ok_or(NumError::TooLarge)?;
    // A number of b bits has at least (b - 1) n bits as power; exact enough for a limit.
    check_size((base.bits() - 1).max(1), n)?;
    Ok(base.pow(n))
}

fn general_power(base: &Num, exponent: &Num) -> Result<Num, NumError> {
    if base.is_zero() {
        let re = exponent.re();
        let exact = base.is_exact() && exponent.is_exact();
        return match base {
            Num::Real(x) if !exact && matches!(exponent, Num::Real(_)) => Ok(Num::flo(x.to_f64().powf(re.to_f64()))),
            _ if re.is_zero() || re.is_negative() || re.is_nan() => Err(NumError::Undefined),
            _ if exact => Ok(Num::Real(Real::zero())),
            _ => Ok(Num::flo(0.0)),
        };
    }
    if let (Num::Real(b), Num::Real(e)) = (base, exponent) {
        let (x, y) = (b.to_f64(), e.to_f64());
        // An exact base may lie beyond the floats while its power does not.
        let beyond = b.is_exact() && (x.is_infinite() || x == 0.0);
        if !beyond && (!b.is_negative() || e.round(Rounding::Floor).compare(e).is_some_and(|o| o.is_eq())) {
            return Ok(Num::flo(x.powf(y)));
        }
    }
    Ok(exp(&exponent.mul(&log(base)?)))
}
