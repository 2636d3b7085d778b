//! Greatest common divisors: Lehmer's method on long operands, the binary one on single limbs.
//!
//! D. H. Lehmer, "Euclid's Algorithm for Large Numbers" (1938), as Knuth's algorithm L
//! (TAOCP 4.5.2): the leading 62 bits predict a run of Euclid's quotients, whose product is then
//! applied to the whole numbers in one pass.

use super::div::div_rem;
use super::{Buf, bit_length, compare, normalise, word_at};
use std::cmp::Ordering;

/// Bits of the operands that predict quotients; two less than a limb, so that cofactors and
/// sums stay in signed words.
const LEADING: u64 = 62;

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
    let (mut x, mut y) = (Buf::from_slice(a), Buf::from_slice(b));
    if compare(&x, &y) == Ordering::Less {
        std::mem::swap(&mut x, &mut y);
    }
    while y.len() > 1 {
        match Cofactors::predict(&x, &y) {
            Some(m) => (x, y) = m.apply(&x, &y),
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

/// `x, y := a x + b y, c x + d y`; in each row one factor is negative or zero.
struct Cofactors {
    a: i64,
    b: i64,
    c: i64,
    d: i64,
}

impl Cofactors {
    /// As many steps of Euclid's algorithm as the leading bits decide; `None` when not even one.
    fn predict(x: &[u64], y: &[u64]) -> Option<Cofactors> {
        let low = bit_length(x) - LEADING;
        let mask = (1 << LEADING) - 1;
        let (mut u, mut v) = ((word_at(x, low) & mask) as i64, (word_at(y, low) & mask) as i64);
        let (mut a, mut b, mut c, mut d) = (1i64, 0i64, 0i64, 1i64);
        while v + c != 0 && v + d != 0 {
            let q = (u + a) / (v + c);
            if q != (u + b) / (v + d) {
                break;
            }
            (a, c) = (c, a - q * c);
            (b, d) = (d, b - q * d);
            (u, v) = (v, u - q * v);
        }
        if b == 0 { None } else { Some(Cofactors { a, b, c, d }) }
    }

    fn apply(&self, x: &[u64], y: &[u64]) -> (Buf, Buf) {
        (combine(self.a, x, self.b, y), combine(self.c, x, self.d, y))
    }
}

/// `p x + q y`, which is not negative, where `p` and `q` have different signs.
fn combine(p: i64, x: &[u64], q: i64, y: &[u64]) -> Buf {
    if p < 0 || q > 0 {
        return difference(q.unsigned_abs(), y, p.unsigned_abs(), x);
    }
    difference(p.unsigned_abs(), x, q.unsigned_abs(), y)
}

/// `p x - q y`, which is not negative.
fn difference(p: u64, x: &[u64], q: u64, y: &[u64]) -> Buf {
    let n = x.len().max(y.len()) + 1;
    let mut out = Buf::with_capacity(n);
    let (mut carry, mut borrow, mut taken) = (0u64, 0u64, false);
    for i in 0..n {
        let plus = u128::from(x.get(i).copied().unwrap_or(0)) * u128::from(p) + u128::from(carry);
        let minus = u128::from(y.get(i).copied().unwrap_or(0)) * u128::from(q) + u128::from(borrow);
        (carry, borrow) = ((plus >> 64) as u64, (minus >> 64) as u64);
        let (d, b1) = (plus as u64).overflowing_sub(minus as u64);
        let (d, b2) = d.overflowing_sub(u64::from(taken));
        taken = b1 | b2;
        out.push(d);
    }
    normalise(&mut out);
    out
}
