//! Products: the schoolbook method for short operands, Karatsuba's for longer ones, transforms
//! (`ntt`) beyond that.
//!
//! Karatsuba and Ofman, "Multiplication of Multidigit Numbers on Automata" (1962), in the
//! subtractive form, which keeps the halves from growing a limb.

use super::{Buf, add_assign, compare, increment, normalise, ntt, shl_assign, sub_assign, trim, zeros};
use crate::number::effort::spend;
use std::cmp::Ordering;

/// From this many limbs on, splitting pays.
const KARATSUBA_MIN: usize = 32;
/// As [`KARATSUBA_MIN`] for squares, whose base case does half the work.
const KARATSUBA_SQUARE_MIN: usize = 48;
/// From this many limbs of the shorter operand on, transforms are faster.
const TRANSFORM_MIN: usize = 750;
/// As [`TRANSFORM_MIN`] for squares.
const TRANSFORM_SQUARE_MIN: usize = 950;
/// A longer operand that has more limbs than this, and is much longer than the other, is cut up.
const PIECE_MIN: usize = 1 << 10;

/// `a * b` of normalised numbers, normalised.
pub fn mul(a: &[u64], b: &[u64]) -> Buf {
    let (a, b) = if a.len() >= b.len() { (a, b) } else { (b, a) };
    if b.is_empty() {
        return Buf::new();
    }
    // A transform is as long as the product: far shorter operands would waste it.
    if b.len() >= TRANSFORM_MIN && a.len() <= 4 * b.len() {
        return ntt::mul(a, b);
    }
    let mut out = zeros(a.len() + b.len());
    mul_into(&mut out, a, b);
    normalise(&mut out);
    out
}

/// `a * a` of a normalised number, normalised.
pub fn square(a: &[u64]) -> Buf {
    if a.len() >= TRANSFORM_SQUARE_MIN {
        return ntt::mul(a, a);
    }
    spend(a.len() * (a.len() / 8));
    let mut out = zeros(2 * a.len());
    let mut scratch = zeros(if a.len() < KARATSUBA_SQUARE_MIN { 0 } else { scratch_len(a.len()) });
    square_rec(&mut out, a, &mut scratch);
    normalise(&mut out);
    out
}

/// `out = a * b`, where `out` is zeroed and exactly long enough and `a` is not shorter than `b`.
fn mul_into(out: &mut [u64], a: &[u64], b: &[u64]) {
    debug_assert!(out.len() == a.len() + b.len() && a.len() >= b.len());
    let n = b.len();
    if n < KARATSUBA_MIN && a.len() <= PIECE_MIN {
        return schoolbook(out, a, b);
    }
    if a.len() == n {
        spend(n * (n / 8));
        return karatsuba(out, a, b, &mut zeros(scratch_len(n)));
    }
    // Unbalanced: pieces of `a` as long as `b`, or longer where that saves nothing, added up.
    let size = if n < KARATSUBA_MIN { PIECE_MIN } else { n };
    let mut scratch = zeros(if n < KARATSUBA_MIN { 0 } else { scratch_len(n) });
    let mut piece_product = zeros(size + n);
    for (i, piece) in a.chunks(size).enumerate() {
        let product = &mut piece_product[..piece.len() + n];
        let out = &mut out[i * size..];
        if n >= TRANSFORM_MIN {
            add_assign(out, &mul(piece, b));
            continue;
        }
        spend(size * (n / 8 + 4));
        product.fill(0);
        if piece.len() < n {
            mul_into(product, b, piece);
        } else if n < KARATSUBA_MIN {
            schoolbook(product, piece, b);
        } else {
            karatsuba(product, piece, b, &mut scratch);
        }
        add_assign(out, trim(product));
    }
}

/// Limbs of scratch space for operands of `n` limbs: `2h` at each level, and what the sum of
/// the outer products takes at the last.
fn scratch_len(n: usize) -> usize {
    4 * n + 64
}

/// `acc += a * m`; returns the limb carried out. `acc` is as long as `a`.
#[inline]
pub fn add_mul(acc: &mut [u64], a: &[u64], m: u64) -> u64 {
    let mut carry = 0u64;
    for (r, &x) in acc.iter_mut().zip(a) {
        let t = u128::from(x) * u128::from(m) + u128::from(*r) + u128::from(carry);
        *r = t as u64;
        carry = (t >> 64) as u64;
    }
    carry
}

/// `acc -= a * m`; returns the limb borrowed. `acc` is as long as `a`.
#[inline]
pub fn sub_mul(acc: &mut [u64], a: &[u64], m: u64) -> u64 {
    let mut borrow = 0u64;
    for (r, &x) in acc.iter_mut().zip(a) {
        let t = u128::from(x) * u128::from(m) + u128::from(borrow);
        let (d, b) = r.overflowing_sub(t as u64);
        *r = d;
        borrow = (t >> 64) as u64 + u64::from(b);
    }
    borrow
}

fn schoolbook(out: &mut [u64], a: &[u64], b: &[u64]) {
    for (i, &m) in b.iter().enumerate() {
        let (low, high) = out[i..].split_at_mut(a.len());
        high[0] = add_mul(low, a, m);
    }
}

/// `out = |x - y|`, where `y` may be a limb shorter; true if the difference was negative.
fn distance(out: &mut [u64], x: &[u64], y: &[u64]) -> bool {
    let (x, y) = (trim(x), trim(y));
    let negative = compare(x, y) == Ordering::Less;
    let (x, y) = if negative { (y, x) } else { (x, y) };
    out.fill(0);
    out[..x.len()].copy_from_slice(x);
    sub_assign(out, y);
    negative
}

fn karatsuba(out: &mut [u64], a: &[u64], b: &[u64], scratch: &mut [u64]) {
    let n = a.len();
    if n < KARATSUBA_MIN {
        out.fill(0);
        return schoolbook(out, a, b);
    }
    let h = n.div_ceil(2);
    let (a0, a1) = a.split_at(h);
    let (b0, b1) = b.split_at(h);
    // The differences borrow the result's space, which is free until the outer products.
    let (da, db) = out[..2 * h].split_at_mut(h);
    let same_sign = distance(da, a0, a1) == distance(db, b0, b1);
    let (middle, rest) = scratch.split_at_mut(2 * h);
    karatsuba(middle, da, db, rest);
    let (low, high) = out.split_at_mut(2 * h);
    karatsuba(low, a0, b0, rest);
    karatsuba(high, a1, b1, rest);
    add_middle(out, middle, same_sign, h, rest);
}

fn square_rec(out: &mut [u64], a: &[u64], scratch: &mut [u64]) {
    let n = a.len();
    if n < KARATSUBA_SQUARE_MIN {
        out.fill(0);
        return square_schoolbook(out, a);
    }
    let h = n.div_ceil(2);
    let (a0, a1) = a.split_at(h);
    distance(&mut out[..h], a0, a1);
    let (middle, rest) = scratch.split_at_mut(2 * h);
    square_rec(middle, &out[..h], rest);
    let (low, high) = out.split_at_mut(2 * h);
    square_rec(low, a0, rest);
    square_rec(high, a1, rest);
    add_middle(out, middle, true, h, rest);
}

/// Adds `low + high - middle` (or `+ middle`) at limb `h`, where `out` holds low and high.
fn add_middle(out: &mut [u64], middle: &[u64], subtract: bool, h: usize, rest: &mut [u64]) {
    let sum = &mut rest[..2 * h + 1];
    sum[..2 * h].copy_from_slice(&out[..2 * h]);
    sum[2 * h] = 0;
    add_assign(sum, &out[2 * h..]);
    if subtract {
        sub_assign(sum, middle);
    } else {
        add_assign(sum, middle);
    }
    add_assign(&mut out[h..], trim(sum));
}

/// Cross products once, doubled, then the squares on the diagonal.
fn square_schoolbook(out: &mut [u64], a: &[u64]) {
    for i in 0..a.len() {
        let (low, high) = out[2 * i + 1..].split_at_mut(a.len() - i - 1);
        high[0] = add_mul(low, &a[i + 1..], a[i]);
    }
    shl_assign(out, 1);
    for (i, &x) in a.iter().enumerate() {
        let t = u128::from(x) * u128::from(x);
        let pair = [t as u64, (t >> 64) as u64];
        let (here, above) = out[2 * i..].split_at_mut(2);
        if add_assign(here, &pair) {
            increment(above);
        }
    }
}
