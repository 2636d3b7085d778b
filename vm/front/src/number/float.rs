//! Between floats and exact numbers: exact one way, correctly rounded the other.

use super::int::{Int, IntRef};
use super::limbs;
use std::cmp::Ordering;

/// Exponent of the last place of subnormal floats.
const PLACE_MIN: i64 = -1074;
/// Exponent of the last place of the greatest floats.
const PLACE_MAX: i64 = 971;
/// Bits in a significand, the hidden one included.
const PRECISION: i64 = 53;

/// `2^e` for exponents from -1074 to 1023.
fn power_of_two(e: i64) -> f64 {
    match e {
        -1022.. => f64::from_bits(((e + 1023) as u64) << 52),
        _ => f64::from_bits(1 << (e - PLACE_MIN)),
    }
}

/// The float nearest to `q * 2^exponent`, ties to even. `more` says that the number is really
/// a little greater; then `q` must have more than 54 bits.
pub fn round_scaled(q: u128, more: bool, exponent: i64) -> f64 {
    if q == 0 {
        return 0.0;
    }
    let length = i64::from(128 - q.leading_zeros());
    let place = (length + exponent - PRECISION).max(PLACE_MIN);
    if place > PLACE_MAX {
        return f64::INFINITY;
    }
    let drop = place - exponent;
    let significand = match drop {
        ..=0 => q << -drop,
        1..=127 => {
            let (kept, rest, half) = (q >> drop, q & ((1 << drop) - 1), 1 << (drop - 1));
            kept + u128::from(rest > half || rest == half && (more || kept & 1 == 1))
        }
        _ => 0,
    };
    // Both factors and the product are exact, or the product overflows as it should.
    significand as u64 as f64 * power_of_two(place)
}

/// The nearest float, ties to even.
pub fn int_to_f64(n: IntRef<'_>) -> f64 {
    let magnitude = match *n.mag {
        [] => 0.0,
        [small] => small as f64,
        _ => {
            let low = limbs::bit_length(n.mag) - 64;
            let top = u128::from(limbs::word_at(n.mag, low));
            round_scaled(top, limbs::any_low_bit(n.mag, low), i64::try_from(low).unwrap_or(i64::MAX / 2))
        }
    };
    if n.negative { -magnitude } else { magnitude }
}

/// The float nearest to `num / den`, ties to even; `den` is positive.
pub fn ratio_to_f64(num: &Int, den: &Int) -> f64 {
    let negative = num.is_negative();
    let num = num.clone().abs();
    let small = |n: &Int| n.to_u64().filter(|&n| n <= 1 << PRECISION);
    let magnitude = match (small(&num), small(den)) {
        // One rounded operation on exact operands.
        (Some(n), Some(d)) => n as f64 / d as f64,
        _ => {
            // A quotient of 66 or 67 bits leaves room for the rounding bit.
            let shift = 66 - (num.bits() as i64 - den.bits() as i64);
            let (q, rem) = match shift {
                0.. => num.shl(shift as u64).div_rem(den),
                _ => num.div_rem(&den.shl(shift.unsigned_abs())),
            };
            let q = u128::from(limbs::word_at(q.r().mag, 64)) << 64 | u128::from(limbs::word_at(q.r().mag, 0));
            round_scaled(q, !rem.is_zero(), -shift)
        }
    };
    if negative { -magnitude } else { magnitude }
}

/// `(m, e)` with `|x| = m * 2^e`, for finite `x`.
pub fn decompose(x: f64) -> (u64, i64) {
    let bits = x.to_bits();
    let fraction = bits & ((1 << 52) - 1);
    match (bits >> 52) as i64 & 0x7FF {
        0 => (fraction, PLACE_MIN),
        biased => (fraction | 1 << 52, biased - 1 + PLACE_MIN),
    }
}

/// The integer that `x`, which has no fraction, is. Truncates otherwise; `x` is finite.
pub fn f64_to_int(x: f64) -> Int {
    if x.abs() < 9e18 {
        return Int::from(x as i64);
    }
    let (m, e) = decompose(x);
    let n = Int::from(m).shl(e as u64);
    if x < 0.0 { n.neg() } else { n }
}

/// Numerator and denominator, in lowest terms, of a finite float; `None` for the others.
pub fn f64_to_fraction(x: f64) -> Option<(Int, Int)> {
    if !x.is_finite() {
        return None;
    }
    if x.fract() == 0.0 {
        return Some((f64_to_int(x), Int::from(1)));
    }
    // A float with a fraction has a negative exponent; its odd part is in lowest terms.
    let (m, e) = decompose(x);
    let num = Int::from(m >> m.trailing_zeros());
    let den = Int::from(1).shl((-e) as u64 - u64::from(m.trailing_zeros()));
    Some((if x < 0.0 { num.neg() } else { num }, den))
}

/// Exact order of an integer and a float; `None` for a NaN.
pub fn compare_int(n: IntRef<'_>, x: f64) -> Option<Ordering> {
    if x.is_nan() {
        return None;
    }
    if x.is_infinite() {
        return Some(if x > 0.0 { Ordering::Less } else { Ordering::Greater });
    }
    let whole = x.trunc();
    let by_whole = n.cmp(f64_to_int(whole).r());
    Some(by_whole.then_with(|| whole.partial_cmp(&x).unwrap_or(Ordering::Equal)))
}

/// Exact order of a fixnum and a float; `None` for a NaN.
#[inline]
pub fn compare_fixnum(n: i64, x: f64) -> Option<Ordering> {
    // Conversion is exact up to 2^53, and so is the comparison then; beyond, a float as large
    // as any fixnum is compared through its integer part.
    if n.unsigned_abs() <= 1 << PRECISION {
        return (n as f64).partial_cmp(&x);
    }
    compare_int(IntRef::small(n, &mut 0), x)
}
