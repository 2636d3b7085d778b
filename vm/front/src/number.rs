//! Numbers as text says them: literals of programs, `string->number`, `number->string`.
//!
//! Heap-free, so that the reader and the constant folder need no run-time system; the
//! run-time tower converts from and to this form at its edges. Reading is in `parse`,
//! writing in `print`, and `convert` holds the correctly rounded step between exact numbers
//! and floats that both need.

use std::fmt;

use gambol_abi::value::{FIXNUM_MAX, FIXNUM_MIN};
use num_bigint::{BigInt, Sign};
use num_integer::Integer;
use num_traits::{One, ToPrimitive, Zero};
use serde::{Deserialize, Serialize};

mod convert;
mod parse;
mod print;

pub use convert::{exact_from_f64, ratio_to_f64};
pub use parse::{EXACT_EXPONENT_MAX, parse_number};

/// A number in canonical form: build it with [`Number::integer`], [`Number::ratio`] and
/// [`Number::rect`].
///
/// Equality is that of `eqv?`: exactness and the sign of zero count, and a NaN equals
/// itself.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Number {
    /// An exact integer in the range of fixnums.
    Int(i64),
    /// An exact integer outside that range.
    Big(BigInt),
    /// An exact fraction in lowest terms, numerator first; the denominator is at least 2.
    // Boxed because two big integers would double the size of every datum.
    Ratio(Box<(BigInt, BigInt)>),
    /// A float.
    Real(f64),
    /// Real and imaginary part, both real; the imaginary part is not the exact 0.
    Rect(Box<Number>, Box<Number>),
}

/// Why a numeral has no value although its form is right: writing the exact number out
/// would take an absurd amount of memory.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct NumberLimit {
    /// The power of ten asked for, saturated to 64 bits.
    pub exponent: i64,
}

impl Number {
    /// An exact integer.
    pub fn integer(n: BigInt) -> Number {
        match n.to_i64() {
            Some(small) if (FIXNUM_MIN..=FIXNUM_MAX).contains(&small) => Number::Int(small),
            _ => Number::Big(n),
        }
    }

    /// An exact quotient, or `None` when `den` is zero.
    pub fn ratio(num: BigInt, den: BigInt) -> Option<Number> {
        if den.is_zero() {
            return None;
        }
        let common = common_divisor(&num, &den);
        let (mut num, mut den) = if common.is_one() { (num, den) } else { (num / &common, den / &common) };
        if den.sign() == Sign::Minus {
            (num, den) = (-num, -den);
        }
        if den.is_one() {
            return Some(Number::integer(num));
        }
        Some(Number::Ratio(Box::new((num, den))))
    }

    /// A complex number from two real ones; real when `im` is the exact 0.
    pub fn rect(re: Number, im: Number) -> Number {
        if matches!(im, Number::Int(0)) { re } else { Number::Rect(Box::new(re), Box::new(im)) }
    }

    /// Whether no part is a float.
    pub fn is_exact(&self) -> bool {
        match self {
            Number::Int(_) | Number::Big(_) | Number::Ratio(_) => true,
            Number::Real(_) => false,
            Number::Rect(re, im) => re.is_exact() && im.is_exact(),
        }
    }

    /// The nearest float to a real number, ties to even; `None` for complex ones.
    pub fn to_f64(&self) -> Option<f64> {
        Some(match self {
            Number::Int(n) => *n as f64,
            Number::Big(n) => ratio_to_f64(n, &BigInt::one()),
            Number::Ratio(fraction) => ratio_to_f64(&fraction.0, &fraction.1),
            Number::Real(x) => *x,
            Number::Rect(..) => return None,
        })
    }
}

/// Greatest common divisor. One step of Euclid comes first: the library's binary method is
/// quadratic in the longer operand, and a literal like `#e1.5e-90000` has a short and a
/// long one.
fn common_divisor(a: &BigInt, b: &BigInt) -> BigInt {
    if a.is_zero() || b.is_zero() {
        return a.gcd(b);
    }
    if a.bits() < b.bits() { a.gcd(&(b % a)) } else { b.gcd(&(a % b)) }
}

impl PartialEq for Number {
    fn eq(&self, other: &Number) -> bool {
        match (self, other) {
            (Number::Int(a), Number::Int(b)) => a == b,
            (Number::Big(a), Number::Big(b)) => a == b,
            (Number::Ratio(a), Number::Ratio(b)) => a == b,
            (Number::Real(a), Number::Real(b)) => a.to_bits() == b.to_bits() || a.is_nan() && b.is_nan(),
            // Parts are real, so this nests once.
            (Number::Rect(a, b), Number::Rect(c, d)) => a == c && b == d,
            _ => false,
        }
    }
}

impl Eq for Number {}

impl fmt::Display for NumberLimit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "an exact number with exponent {} is too large (the limit is {EXACT_EXPONENT_MAX})", self.exponent)
    }
}

impl std::error::Error for NumberLimit {}

#[cfg(test)]
mod tests;
