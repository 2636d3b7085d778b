//! Bitwise operations on integers as if in two's complement of unbounded width.
//!
//! A magnitude with a sign is turned into two's complement limb by limb on the way in, and
//! back on the way out.

use super::{Buf, PIECE, copy, increment, normalise, passed};

/// An integer's two's complement limbs, lowest first, without end.
struct Twos<'a> {
    limbs: std::slice::Iter<'a, u64>,
    negative: bool,
    carry: bool,
}

impl<'a> Twos<'a> {
    fn new(limbs: &'a [u64], negative: bool) -> Twos<'a> {
        Twos { limbs: limbs.iter(), negative, carry: negative }
    }
    fn next(&mut self) -> u64 {
        let limb = self.limbs.next().copied().unwrap_or(0);
        if !self.negative {
            return limb;
        }
        let (value, carry) = (!limb).overflowing_add(u64::from(self.carry));
        self.carry = carry;
        value
    }
}

/// `op` applied to all bits of two integers; magnitude (normalised) and sign of the result.
pub fn combine(a: &[u64], a_negative: bool, b: &[u64], b_negative: bool, op: fn(u64, u64) -> u64) -> (Buf, bool) {
    let n = a.len().max(b.len());
    let (mut x, mut y) = (Twos::new(a, a_negative), Twos::new(b, b_negative));
    let mut out = Buf::with_capacity(n);
    while out.len() < n {
        let piece = (n - out.len()).min(PIECE);
        passed(piece);
        out.extend((0..piece).map(|_| op(x.next(), y.next())));
    }
    let negative = op(x.next(), y.next()) >> 63 != 0;
    if negative {
        out.iter_mut().for_each(|l| *l = !*l);
        // Minus zero in n limbs is minus 2^(64 n).
        if increment(&mut out) {
            out.push(1);
        }
    }
    normalise(&mut out);
    (out, negative)
}

/// `|a| - 1` of a negative number: the complement of its bits.
fn complement(a: &[u64]) -> Buf {
    let mut out = copy(a);
    super::decrement(&mut out);
    normalise(&mut out);
    out
}

/// Number of ones of a nonnegative integer, of zeros of a negative one.
pub fn count(a: &[u64], negative: bool) -> u64 {
    if negative {
        return count(&complement(a), false);
    }
    a.iter().map(|l| u64::from(l.count_ones())).sum()
}

/// Bits needed to write the integer in two's complement, the sign bit not counted.
pub fn length(a: &[u64], negative: bool) -> u64 {
    if negative { super::bit_length(&complement(a)) } else { super::bit_length(a) }
}

/// Bit `i` in two's complement.
pub fn test(a: &[u64], negative: bool, i: u64) -> bool {
    if negative {
        return !test(&complement(a), false, i);
    }
    a.get((i / 64) as usize).is_some_and(|l| l >> (i % 64) & 1 != 0)
}
