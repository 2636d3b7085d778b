//! Real numbers outside the heap, for everything that is not a fixnum, flonum or bignum
//! operation on its own: exact integers, fractions in lowest terms, floats.
//!
//! Arithmetic on fractions takes small divisors out before multiplying (Henrici 1956; Knuth,
//! TAOCP 4.5.1). An operation with a float has a float as its result, exact zero included.

use super::float::{compare_int, f64_to_fraction, f64_to_int, int_to_f64, ratio_to_f64};
use super::int::Int;
use std::cmp::Ordering;

/// A fraction in lowest terms; the denominator is at least 2.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Ratio {
    pub(crate) num: Int,
    pub(crate) den: Int,
}

/// A real number.
#[derive(Clone, Debug)]
pub(crate) enum Real {
    Int(Int),
    Ratio(Box<Ratio>),
    Flo(f64),
}
use Real::{Flo, Int as Whole};

/// Why a numeric operation has no result.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum NumError {
    /// Division by exact zero.
    DivideByZero,
    /// The result would not fit any memory.
    TooLarge,
    /// Mathematics gives the operation no value.
    Undefined,
    /// An infinity or a NaN has no exact value.
    NotExact,
}

/// The four ways to make an integer of a real.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Rounding {
    Floor,
    Ceiling,
    Truncate,
    /// To the nearest, ties to even.
    Round,
}

impl Real {
    pub(crate) fn zero() -> Real {
        Whole(Int::zero())
    }
    pub(crate) fn from_i64(n: i64) -> Real {
        Whole(Int::from(n))
    }
    /// The exact value of a finite float; `None` for the others.
    pub(crate) fn from_f64(x: f64) -> Option<Real> {
        let (num, den) = f64_to_fraction(x)?;
        Some(Real::reduced(num, den))
    }
    /// `num / den` in lowest terms.
    pub(crate) fn fraction(num: Int, den: Int) -> Result<Real, NumError> {
        if den.is_zero() {
            return Err(NumError::DivideByZero);
        }
        let d = num.gcd(&den);
        Ok(Real::reduced(num.div_exact(&d), den.div_exact(&d)))
    }
    /// `num / den`, which have no common divisor; `den` is not zero.
    fn reduced(num: Int, den: Int) -> Real {
        let (num, den) = if den.is_negative() { (num.neg(), den.neg()) } else { (num, den) };
        if den.is_one() { Whole(num) } else { Real::Ratio(Box::new(Ratio { num, den })) }
    }
    /// Limbs of its integers.
    pub(crate) fn limbs(&self) -> usize {
        match self {
            Whole(n) => n.limbs(),
            Real::Ratio(r) => r.num.limbs() + r.den.limbs(),
            Flo(_) => 0,
        }
    }
    pub(crate) fn is_exact(&self) -> bool {
        !matches!(self, Flo(_))
    }
    pub(crate) fn is_exact_zero(&self) -> bool {
        matches!(self, Whole(n) if n.is_zero())
    }
    pub(crate) fn is_exact_one(&self) -> bool {
        matches!(self, Whole(n) if n.is_one())
    }
    pub(crate) fn is_zero(&self) -> bool {
        match self {
            Whole(n) => n.is_zero(),
            Real::Ratio(_) => false,
            Flo(x) => *x == 0.0,
        }
    }
    pub(crate) fn is_integer(&self) -> bool {
        match self {
            Whole(_) => true,
            Real::Ratio(_) => false,
            Flo(x) => x.is_finite() && x.fract() == 0.0,
        }
    }
    /// Whether the sign is minus: of zeros too.
    pub(crate) fn is_sign_negative(&self) -> bool {
        match self {
            Whole(n) => n.is_negative(),
            Real::Ratio(r) => r.num.is_negative(),
            Flo(x) => x.is_sign_negative(),
        }
    }
    /// Less than zero.
    pub(crate) fn is_negative(&self) -> bool {
        self.is_sign_negative() && !self.is_zero() && !self.is_nan()
    }
    pub(crate) fn is_nan(&self) -> bool {
        matches!(self, Flo(x) if x.is_nan())
    }
    /// The nearest float.
    pub(crate) fn to_f64(&self) -> f64 {
        match self {
            Whole(n) => int_to_f64(n.r()),
            Real::Ratio(r) => ratio_to_f64(&r.num, &r.den),
            Flo(x) => *x,
        }
    }
    pub(crate) fn to_inexact(&self) -> Real {
        Flo(self.to_f64())
    }
    /// The same value, exact.
    pub(crate) fn to_exact(&self) -> Result<Real, NumError> {
        match self {
            Flo(x) => Real::from_f64(*x).ok_or(NumError::NotExact),
            exact => Ok(exact.clone()),
        }
    }
    /// Numerator and denominator of an exact number; `None` for floats.
    fn parts(&self) -> Option<(Int, Int)> {
        match self {
            Whole(n) => Some((n.clone(), Int::from(1))),
            Real::Ratio(r) => Some((r.num.clone(), r.den.clone())),
            Flo(_) => None,
        }
    }
    pub(crate) fn neg(&self) -> Real {
        match self {
            Whole(n) => Whole(n.clone().neg()),
            Real::Ratio(r) => Real::Ratio(Box::new(Ratio { num: r.num.clone().neg(), den: r.den.clone() })),
            Flo(x) => Flo(-x),
        }
    }
    pub(crate) fn abs(&self) -> Real {
        if self.is_sign_negative() { self.neg() } else { self.clone() }
    }
    pub(crate) fn add(&self, other: &Real) -> Real {
        if let (Whole(a), Whole(b)) = (self, other) {
            return Whole(a.add(b));
        }
        let (Some((a, b)), Some((c, d))) = (self.parts(), other.parts()) else {
            return Flo(self.to_f64() + other.to_f64());
        };
        let common = b.gcd(&d);
        if common.is_one() {
            return Real::reduced(a.mul(&d).add(&b.mul(&c)), b.mul(&d));
        }
        let b_part = b.div_exact(&common);
        let sum = a.mul(&d.div_exact(&common)).add(&c.mul(&b_part));
        let again = sum.gcd(&common);
        Real::reduced(sum.div_exact(&again), b_part.mul(&d.div_exact(&again)))
    }
    pub(crate) fn sub(&self, other: &Real) -> Real {
        match (self, other) {
            (Whole(a), Whole(b)) => Whole(a.sub(b)),
            (Flo(_), _) | (_, Flo(_)) => Flo(self.to_f64() - other.to_f64()),
            _ => self.add(&other.neg()),
        }
    }
    pub(crate) fn mul(&self, other: &Real) -> Real {
        if let (Whole(a), Whole(b)) = (self, other) {
            return Whole(a.mul(b));
        }
        let (Some((a, b)), Some((c, d))) = (self.parts(), other.parts()) else {
            return Flo(self.to_f64() * other.to_f64());
        };
        Real::cross(&a, &b, &c, &d)
    }
    /// `a/b * c/d` of fractions in lowest terms; `b` and `d` are not zero.
    fn cross(a: &Int, b: &Int, c: &Int, d: &Int) -> Real {
        let (left, right) = (a.gcd(d), c.gcd(b));
        let num = a.div_exact(&left).mul(&c.div_exact(&right));
        Real::reduced(num, b.div_exact(&right).mul(&d.div_exact(&left)))
    }
    pub(crate) fn div(&self, other: &Real) -> Result<Real, NumError> {
        if other.is_exact_zero() {
            return Err(NumError::DivideByZero);
        }
        let (Some((a, b)), Some((c, d))) = (self.parts(), other.parts()) else {
            return Ok(Flo(self.to_f64() / other.to_f64()));
        };
        if b.is_one() && d.is_one() {
            return Real::fraction(a, c);
        }
        Ok(Real::cross(&a, &b, &d, &c))
    }
    /// Whether two reals of any exactness are the same number.
    pub(crate) fn equals(&self, other: &Real) -> bool {
        match (self, other) {
            (Whole(a), Whole(b)) => a == b,
            // There is one way to write a fraction in lowest terms.
            (Real::Ratio(a), Real::Ratio(b)) => a == b,
            (Whole(_), Real::Ratio(_)) | (Real::Ratio(_), Whole(_)) => false,
            _ => self.compare(other) == Some(Ordering::Equal),
        }
    }
    /// Exact order of two reals of any exactness; `None` with a NaN.
    pub(crate) fn compare(&self, other: &Real) -> Option<Ordering> {
        match (self, other) {
            (Whole(a), Whole(b)) => Some(a.r().cmp(b.r())),
            (Flo(a), Flo(b)) => a.partial_cmp(b),
            (Whole(a), Flo(b)) => compare_int(a.r(), *b),
            (Flo(_), Whole(_) | Real::Ratio(_)) => other.compare(self).map(Ordering::reverse),
            (Real::Ratio(_), Flo(b)) => match Real::from_f64(*b) {
                Some(b) => self.compare(&b),
                None if b.is_nan() => None,
                None => 0f64.partial_cmp(b),
            },
            (Whole(_) | Real::Ratio(_), _) => {
                let ((a, b), (c, d)) = self.parts().zip(other.parts())?;
                Some(compare_fractions(&a, &b, &c, &d))
            }
        }
    }
    /// The integer near this number that `how` says; inexact for floats.
    pub(crate) fn round(&self, how: Rounding) -> Real {
        match self {
            Whole(_) => self.clone(),
            Flo(x) => Flo(match how {
                Rounding::Floor => x.floor(),
                Rounding::Ceiling => x.ceil(),
                Rounding::Truncate => x.trunc(),
                Rounding::Round => x.round_ties_even(),
            }),
            Real::Ratio(r) => Whole(r.round(how)),
        }
    }
    /// The value of an integer, exact or not, as an exact one.
    pub(crate) fn to_int(&self) -> Option<Int> {
        match self {
            Whole(n) => Some(n.clone()),
            Flo(x) if self.is_integer() => Some(f64_to_int(*x)),
            _ => None,
        }
    }
}

/// Order of `a/b` and `c/d`. Products are made only where signs and lengths do not decide.
fn compare_fractions(a: &Int, b: &Int, c: &Int, d: &Int) -> Ordering {
    let sign = |n: &Int| {
        if n.is_zero() {
            0
        } else if n.is_negative() {
            -1
        } else {
            1
        }
    };
    // A product has as many bits as its factors together, or one less.
    let (left, right) = (a.bits() + d.bits(), c.bits() + b.bits());
    let by_size = if left > right + 1 {
        Ordering::Greater
    } else if right > left + 1 {
        Ordering::Less
    } else {
        Ordering::Equal
    };
    match (sign(a).cmp(&sign(c)), by_size) {
        (Ordering::Equal, Ordering::Equal) => a.mul(d).r().cmp(c.mul(b).r()),
        (Ordering::Equal, by_size) if a.is_negative() => by_size.reverse(),
        (Ordering::Equal, by_size) => by_size,
        (by_sign, _) => by_sign,
    }
}

impl Ratio {
    fn round(&self, how: Rounding) -> Int {
        let (floor, rem) = self.num.div_floor(&self.den);
        let up = match how {
            Rounding::Floor => false,
            Rounding::Ceiling => true,
            Rounding::Truncate => floor.is_negative(),
            Rounding::Round => match rem.shl(1).r().cmp(self.den.r()) {
                Ordering::Less => false,
                Ordering::Equal => floor.is_odd(),
                Ordering::Greater => true,
            },
        };
        if up { floor.add(&Int::from(1)) } else { floor }
    }
}

/// The simplest fraction within `tolerance` of `x` (R7RS `rationalize`): the first that a walk
/// down the Stern-Brocot tree meets, which a continued fraction does in big steps.
pub(crate) fn rationalize(x: &Real, tolerance: &Real) -> Result<Real, NumError> {
    let exact = x.is_exact() && tolerance.is_exact();
    if !exact {
        let (a, t) = (x.to_f64(), tolerance.to_f64());
        if a.is_nan() || t.is_nan() || a.is_infinite() && t.is_infinite() {
            return Ok(Flo(f64::NAN));
        }
        if t.is_infinite() {
            return Ok(Flo(0.0));
        }
        if a.is_infinite() {
            return Ok(Flo(a));
        }
    }
    let (x, t) = (x.to_exact()?, tolerance.to_exact()?.abs());
    let (low, high) = (x.sub(&t), x.add(&t));
    let result = if low.is_negative() && !high.is_negative() || low.is_zero() {
        Real::zero()
    } else if low.is_negative() {
        simplest(high.neg(), low.neg())?.neg()
    } else {
        simplest(low, high)?
    };
    Ok(if exact { result } else { result.to_inexact() })
}

/// The simplest fraction in the closed interval of positive exact numbers.
fn simplest(low: Real, high: Real) -> Result<Real, NumError> {
    // Quotients of the continued fraction that both ends share.
    let (mut low, mut high) = (low, high);
    let mut quotients = Vec::new();
    loop {
        let floor = low.round(Rounding::Floor);
        if floor.compare(&low) == Some(Ordering::Equal) {
            quotients.push(floor);
            break;
        }
        let next = floor.add(&Real::from_i64(1));
        if next.compare(&high) != Some(Ordering::Greater) {
            quotients.push(next);
            break;
        }
        let one = Real::from_i64(1);
        (low, high) = (one.div(&high.sub(&floor))?, one.div(&low.sub(&floor))?);
        quotients.push(floor);
    }
    let mut result = quotients.pop().unwrap_or(Real::zero());
    while let Some(q) = quotients.pop() {
        result = q.add(&Real::from_i64(1).div(&result)?);
    }
    Ok(result)
}
