//! Between exact numbers and floats, correctly rounded.

use num_bigint::{BigInt, BigUint, Sign};
use num_traits::{ToPrimitive, Zero};

use super::Number;

/// Exponent of the last place of subnormal floats.
const EXPONENT_MIN: i64 = -1074;
/// Exponent of the last place of the greatest floats.
const EXPONENT_MAX: i64 = 971;
/// Bits in the significand of a float, the hidden one included.
const PRECISION: i64 = 53;

/// The float nearest to `num / den`, ties to even; `den` is positive.
pub fn ratio_to_f64(num: &BigInt, den: &BigInt) -> f64 {
    debug_assert_eq!(den.sign(), Sign::Plus);
    let magnitude = quotient_to_f64(num.magnitude(), den.magnitude());
    if num.sign() == Sign::Minus { -magnitude } else { magnitude }
}

fn quotient_to_f64(num: &BigUint, den: &BigUint) -> f64 {
    if num.is_zero() {
        return 0.0;
    }
    // Scale by 2^shift so that the quotient has 66 or 67 bits: more than the significand
    // and the rounding bit need, and one machine word pair.
    let shift = 66 - (num.bits() as i64 - den.bits() as i64);
    let (quotient, inexact) = match shift {
        0.. => div(num << shift, den),
        _ => div(num.clone(), &(den << -shift)),
    };
    let length = i64::from(128 - quotient.leading_zeros());
    let place = (length - shift - PRECISION).max(EXPONENT_MIN);
    // The quotient counts units of 2^-shift; the result counts units of 2^place.
    round(quotient, inexact, place + shift, place)
}

fn div(num: BigUint, den: &BigUint) -> (u128, bool) {
    let quotient = &num / den;
    let inexact = &quotient * den != num;
    (quotient.to_u128().expect("a quotient of 67 bits"), inexact)
}

/// Drops `drop` low bits, rounding half to even, and makes the float `m * 2^place`.
fn round(quotient: u128, inexact: bool, drop: i64, place: i64) -> f64 {
    if place > EXPONENT_MAX {
        return f64::INFINITY;
    }
    if drop > 127 {
        return 0.0;
    }
    let mut significand = (quotient >> drop) as u64;
    let rest = quotient & ((1 << drop) - 1);
    let half = 1 << (drop - 1);
    if rest > half || rest == half && (inexact || significand & 1 == 1) {
        significand += 1;
    }
    // Adding (not or-ing) the significand lets its hidden bit step the exponent: subnormal
    // numbers have none, and rounding up to 2^53 steps it twice. Past the greatest float
    // the sum is exactly infinity.
    let exponent = (place - EXPONENT_MIN) as u64;
    f64::from_bits((exponent << (PRECISION - 1)) + significand)
}

/// The exact value of a finite float.
pub fn exact_from_f64(x: f64) -> Option<Number> {
    if !x.is_finite() {
        return None;
    }
    let (significand, exponent) = decompose(x);
    let magnitude = BigInt::from(significand);
    let num = if x < 0.0 { -magnitude } else { magnitude };
    if exponent >= 0 {
        return Some(Number::integer(num << exponent));
    }
    Number::ratio(num, BigInt::from(1) << -exponent)
}

/// `(m, e)` with `|x| = m * 2^e`, for finite `x`.
pub(super) fn decompose(x: f64) -> (u64, i64) {
    let bits = x.to_bits();
    let fraction = bits & ((1 << (PRECISION - 1)) - 1);
    match (bits >> (PRECISION - 1)) as i64 & 0x7FF {
        0 => (fraction, EXPONENT_MIN),
        biased => (fraction | 1 << (PRECISION - 1), biased - 1 + EXPONENT_MIN),
    }
}
