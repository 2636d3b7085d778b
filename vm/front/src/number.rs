//! Numbers as text says them: literals of programs, `string->number`, `number->string`.
//!
//! Heap-free, so that the reader and the constant folder need no run-time system; the
//! run-time tower converts from and to this form at its edges, and shares what lies below:
//!
//! * [`int`], [`limbs`]: exact integers on slices of limbs
//! * [`effort`]: how long computations are given up
//! * [`float`]: between floats and exact numbers, correctly rounded
//! * `parse`, `print`: reading and writing

use std::fmt;

use gambol_abi::value::{FIXNUM_MAX, FIXNUM_MIN};
use serde::{Deserialize, Serialize};

pub mod effort;
pub mod float;
pub mod int;
pub mod limbs;
mod parse;
mod print;

use int::Int;
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
    Big(Box<Int>),
    /// An exact fraction in lowest terms, numerator first; the denominator is at least 2.
    // Boxed because two big integers would double the size of every datum.
    Ratio(Box<(Int, Int)>),
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
    pub fn integer(n: Int) -> Number {
        match n.to_i64() {
            Some(small) if (FIXNUM_MIN..=FIXNUM_MAX).contains(&small) => Number::Int(small),
            _ => Number::Big(Box::new(n)),
        }
    }

    /// An exact quotient, or `None` when `den` is zero.
    pub fn ratio(num: Int, den: Int) -> Option<Number> {
        if den.is_zero() {
            return None;
        }
        let common = num.gcd(&den);
        let (mut num, mut den) = (num.div_exact(&common), den.div_exact(&common));
        if den.is_negative() {
            (num, den) = (num.neg(), den.neg());
        }
        if den.is_one() {
            return Some(Number::integer(num));
        }
        Some(Number::Ratio(Box::new((num, den))))
    }

    /// The exact value of a finite float.
    pub fn from_f64(x: f64) -> Option<Number> {
        let (num, den) = float::f64_to_fraction(x)?;
        Number::ratio(num, den)
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
            Number::Big(n) => float::int_to_f64(n.r()),
            Number::Ratio(fraction) => float::ratio_to_f64(&fraction.0, &fraction.1),
            Number::Real(x) => *x,
            Number::Rect(..) => return None,
        })
    }
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
pub(crate) mod testing;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod torture;
