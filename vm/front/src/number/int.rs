//! Exact integers: a sign and limbs, borrowed ([`IntRef`], often from the heap) or owned
//! ([`Int`]). Single limbs take short cuts in machine arithmetic; the rest is in `limbs`.

use super::limbs::{self, Buf, div, gcd, mul};
use serde::{Deserialize, Serialize};
use std::cmp::Ordering;

/// Exact integers of more bits are refused: an implementation restriction, raised before the
/// memory is asked for.
pub const BITS_MAX: u64 = 1 << 31;

/// A borrowed integer: normalised magnitude, sign; zero is not negative.
#[derive(Clone, Copy, Debug)]
pub struct IntRef<'a> {
    /// The magnitude.
    pub mag: &'a [u64],
    /// Whether it is less than zero.
    pub negative: bool,
}

/// An owned integer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Int {
    mag: Buf,
    negative: bool,
}

#[expect(clippy::should_implement_trait, reason = "operators would hide that these allocate, and take operands by value")]
impl Int {
    /// Zero.
    pub fn zero() -> Int {
        Int { mag: Buf::new(), negative: false }
    }
    /// From a magnitude that is normalised.
    pub fn new(mag: Buf, negative: bool) -> Int {
        debug_assert!(mag.last() != Some(&0));
        let negative = negative && !mag.is_empty();
        Int { mag, negative }
    }
    /// The same integer, borrowed.
    pub fn r(&self) -> IntRef<'_> {
        IntRef { mag: &self.mag, negative: self.negative }
    }
    /// Whether it is 0.
    pub fn is_zero(&self) -> bool {
        self.mag.is_empty()
    }
    /// Whether it is 1.
    pub fn is_one(&self) -> bool {
        !self.negative && self.mag.as_slice() == [1]
    }
    /// Whether it is less than 0.
    pub fn is_negative(&self) -> bool {
        self.negative
    }
    /// Whether it is odd.
    pub fn is_odd(&self) -> bool {
        self.mag.first().is_some_and(|l| l & 1 == 1)
    }
    /// Limbs of the magnitude; 0 has none.
    pub fn limbs(&self) -> usize {
        self.mag.len()
    }
    /// Bits of the magnitude; 0 has none.
    pub fn bits(&self) -> u64 {
        limbs::bit_length(&self.mag)
    }
    /// As a machine word, if it fits.
    pub fn to_i64(&self) -> Option<i64> {
        self.r().to_i64()
    }
    /// As a machine word, if it fits.
    pub fn to_u64(&self) -> Option<u64> {
        match *self.mag {
            _ if self.negative => None,
            [] => Some(0),
            [n] => Some(n),
            _ => None,
        }
    }
    /// `-self`
    pub fn neg(mut self) -> Int {
        self.negative = !self.negative && !self.mag.is_empty();
        self
    }
    /// `|self|`
    pub fn abs(mut self) -> Int {
        self.negative = false;
        self
    }
    /// `self + other`
    pub fn add(&self, other: &Int) -> Int {
        self.r().add(other.r())
    }
    /// `self - other`
    pub fn sub(&self, other: &Int) -> Int {
        self.r().sub(other.r())
    }
    /// `self * other`
    pub fn mul(&self, other: &Int) -> Int {
        self.r().mul(other.r())
    }
    /// `self * self`
    pub fn square(&self) -> Int {
        Int::new(mul::square(&self.mag), false)
    }
    /// Quotient rounded towards zero, and remainder. The divisor is not zero.
    pub fn div_rem(&self, other: &Int) -> (Int, Int) {
        self.r().div_rem(other.r())
    }
    /// Quotient of a division that leaves no remainder.
    pub fn div_exact(&self, other: &Int) -> Int {
        if other.is_one() { self.clone() } else { self.div_rem(other).0 }
    }
    /// Quotient rounded down, and remainder. The divisor is not zero.
    pub fn div_floor(&self, other: &Int) -> (Int, Int) {
        let (q, r) = self.div_rem(other);
        if r.is_zero() || r.negative == other.negative {
            return (q, r);
        }
        (q.sub(&Int::from(1)), r.add(other))
    }
    /// Greatest common divisor, not negative.
    pub fn gcd(&self, other: &Int) -> Int {
        if let (&[a], &[b]) = (self.mag.as_slice(), other.mag.as_slice()) {
            return Int::new(Buf::from_slice(&[gcd::gcd_word(a, b)]), false);
        }
        Int::new(gcd::gcd(&self.mag, &other.mag), false)
    }
    /// `self * 2^shift`
    pub fn shl(&self, shift: u64) -> Int {
        Int::new(limbs::shl(&self.mag, shift), self.negative)
    }
    /// `floor(self / 2^shift)`.
    pub fn shr(&self, shift: u64) -> Int {
        let q = Int::new(limbs::shr(&self.mag, shift), self.negative);
        if self.negative && limbs::any_low_bit(&self.mag, shift) { Int { negative: true, mag: limbs::add(&q.mag, &[1]) } } else { q }
    }
    /// `self ^ exponent`; callers bound the size of the result.
    pub fn pow(&self, exponent: u64) -> Int {
        // Powers of two in the base are shifted in at the end.
        let twos = limbs::trailing_zeros(&self.mag);
        if twos > 0 && exponent > 1 {
            let odd = Int::new(limbs::shr(&self.mag, twos), self.negative);
            return odd.pow(exponent).shl(twos * exponent);
        }
        let mut result = Int::from(1);
        for i in (0..64 - exponent.leading_zeros()).rev() {
            result = result.square();
            if exponent >> i & 1 == 1 {
                result = result.mul(self);
            }
        }
        result
    }
    /// The natural number that ASCII digits of `radix` stand for; none stand for 0.
    pub fn from_digits(digits: &[u8], radix: u32) -> Int {
        Int::new(limbs::radix::read_digits(digits, radix), false)
    }
    /// Greatest integer whose square is at most `self`, which is not negative, and what is left.
    pub fn sqrt_rem(&self) -> (Int, Int) {
        let root = self.floor_sqrt();
        let rem = self.sub(&root.square());
        (root, rem)
    }
    /// Newton's iteration with precision doubled at each step, from the top bits down (the
    /// analysis is Dickinson's, for Python's `isqrt`): the last step costs most, the rest little.
    fn floor_sqrt(&self) -> Int {
        if let Some(n) = self.to_u64() {
            return Int::from(n.isqrt());
        }
        let c = (self.bits() - 1) / 2;
        let (mut root, mut d) = (Int::from(1), 0);
        for s in (0..64 - c.leading_zeros()).rev() {
            let e = d;
            d = c >> s;
            let quotient = self.shr(2 * c - e - d + 1).div_rem(&root).0;
            root = root.shl(d - e - 1).add(&quotient);
        }
        if root.square().r().cmp(self.r()) == Ordering::Greater { root.sub(&Int::from(1)) } else { root }
    }
}

impl From<i64> for Int {
    fn from(n: i64) -> Int {
        Int { mag: if n == 0 { Buf::new() } else { Buf::from_slice(&[n.unsigned_abs()]) }, negative: n < 0 }
    }
}
impl From<i32> for Int {
    fn from(n: i32) -> Int {
        Int::from(i64::from(n))
    }
}
impl From<u64> for Int {
    fn from(n: u64) -> Int {
        Int { mag: if n == 0 { Buf::new() } else { Buf::from_slice(&[n]) }, negative: false }
    }
}
impl From<i128> for Int {
    fn from(n: i128) -> Int {
        let m = n.unsigned_abs();
        let mut mag = Buf::from_slice(&[m as u64, (m >> 64) as u64]);
        limbs::normalise(&mut mag);
        Int { mag, negative: n < 0 }
    }
}

#[expect(clippy::should_implement_trait, reason = "operators would hide that these allocate, and take operands by value")]
impl<'a> IntRef<'a> {
    /// A machine integer, with its magnitude kept in `store`.
    pub fn small(n: i64, store: &'a mut u64) -> IntRef<'a> {
        *store = n.unsigned_abs();
        IntRef { mag: if n == 0 { &[] } else { std::slice::from_ref(store) }, negative: n < 0 }
    }
    /// Appends the numeral in `radix`.
    pub fn write(self, out: &mut String, radix: u32) {
        if self.negative {
            out.push('-');
        }
        let mut digits = Vec::new();
        limbs::radix::write_digits(&mut digits, self.mag, radix);
        out.push_str(std::str::from_utf8(&digits).expect("digits are ASCII"));
    }
    /// Whether it is 0.
    pub fn is_zero(self) -> bool {
        self.mag.is_empty()
    }
    /// A copy.
    pub fn to_owned(self) -> Int {
        Int { mag: limbs::copy(self.mag), negative: self.negative }
    }
    /// As a machine word, if it fits.
    pub fn to_i64(self) -> Option<i64> {
        match *self.mag {
            [] => Some(0),
            [m] => i64::try_from(if self.negative { -i128::from(m) } else { i128::from(m) }).ok(),
            _ => None,
        }
    }
    /// Order of two integers.
    pub fn cmp(self, other: IntRef<'_>) -> Ordering {
        match (self.negative, other.negative) {
            (false, false) => limbs::compare(self.mag, other.mag),
            (true, true) => limbs::compare(other.mag, self.mag),
            (false, true) => Ordering::Greater,
            (true, false) => Ordering::Less,
        }
    }
    /// `self + other`
    pub fn add(self, other: IntRef<'_>) -> Int {
        if self.negative == other.negative {
            return Int { mag: limbs::add(self.mag, other.mag), negative: self.negative };
        }
        let (mag, order) = limbs::sub(self.mag, other.mag);
        Int::new(mag, self.negative == (order == Ordering::Greater))
    }
    /// `self - other`
    pub fn sub(self, other: IntRef<'_>) -> Int {
        self.add(IntRef { mag: other.mag, negative: !other.negative })
    }
    /// `self * other`
    pub fn mul(self, other: IntRef<'_>) -> Int {
        if std::ptr::eq(self.mag, other.mag) {
            return Int::new(mul::square(self.mag), self.negative != other.negative);
        }
        Int::new(mul::mul(self.mag, other.mag), self.negative != other.negative)
    }
    /// Quotient rounded towards zero, and remainder. The divisor is not zero.
    pub fn div_rem(self, other: IntRef<'_>) -> (Int, Int) {
        let (q, r) = div::div_rem(self.mag, other.mag);
        (Int::new(q, self.negative != other.negative), Int::new(r, self.negative))
    }
    /// Remainder with the sign of the divisor, which is not zero.
    pub fn modulo(self, other: IntRef<'_>) -> Int {
        let r = self.div_rem(other).1;
        if r.is_zero() || r.negative == other.negative { r } else { r.r().add(other) }
    }
}
