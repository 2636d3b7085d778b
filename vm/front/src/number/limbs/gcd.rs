//! Greatest common divisors: Lehmer's method on long operands, the binary one on single limbs.
//!
//! D. H. Lehmer, "Euclid's Algorithm for Large Numbers" (1938); Knuth's algorithm L (TAOCP 4.5.2):
//! leading bits predict a run of Euclid's quotients, whose product is then applied to the whole
//! numbers in one pass. Two limbs of leading bits predict a limb's worth of quotients: Jebelean,
//! "A Double-Digit Lehmer-Euclid Algorithm for Finding the GCD of Long Integers" (1995), with
//! Collins' condition for quotients that are certain.

use super::div::div_rem;
use super::{Buf, bit_length, compare, copy, normalise, word_at};
use crate::number::effort::spend;
use std::cmp::Ordering;

/// Bits of the operands that predict quotients.
const LEADING: u64 = 124;
/// Cofactors have at most so many bits, so that products with limbs and their differences stay in
/// signed double words.
const COFACTOR_BITS: u32 = 62;

/// Greatest common divisor of single limbs (Stein's binary method); `gcd(0, b) = b`.
pub fn gcd_word(mut a: u64, mut b: u64) -> u64 {
    if a == 0 || b == 0 {
        return a | b;
    }
    let shift = (a | b).trailing_zeros();
    a >>= a.trailing_zeros();
    while b != 0 {
        b >>= b.trailing_zeros();
        (a, b) = (a.min(b), a.abs_diff(b));
    }
    a << shift
}

/// Greatest common divisor of normalised numbers, normalised.
pub fn gcd(a: &[u64], b: &[u64]) -> Buf {
    let (mut x, mut y) = (copy(a), copy(b));
    if compare(&x, &y) == Ordering::Less {
        std::mem::swap(&mut x, &mut y);
    }
    while y.len() > 1 {
        match Cofactors::predict(&x, &y) {
            Some(m) => m.apply(&mut x, &mut y),
            None => {
                let rem = div_rem(&x, &y).1;
                (x, y) = (y, rem);
            }
        }
    }
    let Some(&small) = y.first() else { return x };
    let rem = div_rem(&x, &[small]).1;
    Buf::from_slice(&[gcd_word(rem.first().copied().unwrap_or(0), small)])
}

/// Some steps of Euclid's algorithm: `x, y := a x - b y, d y - c x` after an even number of them,
/// `b y - a x, c x - d y` after an odd one.
struct Cofactors {
    a: u64,
    b: u64,
    c: u64,
    d: u64,
    odd: bool,
}

/// The 124 bits from bit `low` up.
fn leading(x: &[u64], low: u64) -> u128 {
    (u128::from(word_at(x, low + 64)) << 64 | u128::from(word_at(x, low))) & ((1 << LEADING) - 1)
}

impl Cofactors {
    /// As many steps as the leading bits decide, of numbers of at least two limbs, the first not
    /// less than the second; `None` when not even one.
    fn predict(x: &[u64], y: &[u64]) -> Option<Cofactors> {
        let low = bit_length(x).saturating_sub(LEADING);
        let (mut u, mut v) = (leading(x, low), leading(y, low));
        let mut m = Cofactors { a: 1, b: 0, c: 0, d: 1, odd: false };
        let mut steps = 0;
        while v != 0 {
            let (q, rem) = quotient(u, v);
            // The next cofactors; those of y are the larger ones.
            let next = u128::from(q) * u128::from(m.d) + u128::from(m.b);
            // The true numbers differ from the leading bits by less than the cofactors.
            if next >> COFACTOR_BITS != 0 || rem < next || v - rem < next + u128::from(m.d) {
                break;
            }
            m = Cofactors { a: m.c, b: m.d, c: q * m.c + m.a, d: next as u64, odd: !m.odd };
            (u, v) = (v, rem);
            steps += 1;
        }
        (steps > 0).then_some(m)
    }

    /// Takes the steps on numbers, the first not shorter than the second.
    fn apply(&self, x: &mut Buf, y: &mut Buf) {
        spend(4 * x.len());
        y.resize(x.len(), 0);
        let Cofactors { a, b, c, d, odd } = *self;
        let difference = |p: u64, x: u64, q: u64, y: u64| (u128::from(p) * u128::from(x)) as i128 - (u128::from(q) * u128::from(y)) as i128;
        let (mut carry_x, mut carry_y) = (0i128, 0i128);
        for (x, y) in x.iter_mut().zip(y.iter_mut()) {
            carry_x += if odd { difference(b, *y, a, *x) } else { difference(a, *x, b, *y) };
            carry_y += if odd { difference(c, *x, d, *y) } else { difference(d, *y, c, *x) };
            (*x, *y) = (carry_x as u64, carry_y as u64);
            (carry_x, carry_y) = (carry_x >> 64, carry_y >> 64);
        }
        normalise(x);
        normalise(y);
    }
}

/// Quotient and remainder; most quotients are small (1 in 41 of 100 cases, up to 3 in 68).
fn quotient(u: u128, v: u128) -> (u64, u128) {
    let mut rem = u - v;
    for q in 1..4 {
        if rem < v {
            return (q, rem);
        }
        rem -= v;
    }
    // A quotient that does not fit is refused for its cofactors.
    let q = u / v;
    (u64::try_from(q).unwrap_or(u64::MAX), u - q * v)
}
