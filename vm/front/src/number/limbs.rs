//! Natural numbers as slices of 64-bit limbs, least first: the kernels under bignums.
//!
//! Everything here is pure and heap-free: operands are borrowed (often straight from a bignum
//! in the Scheme heap), results go to buffers the caller owns. This file has the linear
//! operations; multiplication, division, common divisors and digits are in the submodules.
//! What can take long counts its effort (`number::effort`).
//! "Normalised" means that the last limb, if any, is not zero; zero has no limbs.
//!
//! Carries follow Knuth, TAOCP 4.3.1.

pub mod bits;
pub mod div;
pub mod gcd;
pub mod mul;
pub mod ntt;
pub mod radix;
#[cfg(test)]
mod tests;

use super::effort::spend;
use smallvec::SmallVec;
use std::cmp::Ordering;

/// A buffer for limbs: numbers of up to 32 limbs (616 decimal digits) need no allocation.
pub type Buf = SmallVec<[u64; INLINE]>;
const INLINE: usize = 4;

/// Limbs that the linear operations work on between two counts of their effort.
const PIECE: usize = 1 << 14;

/// Counts the effort of a pass over a piece. Short numbers are not worth it.
#[inline(always)]
fn passed(limbs: usize) {
    if limbs >= PIECE {
        spend(limbs);
    }
}

/// A buffer of `n` zeros.
pub fn zeros(n: usize) -> Buf {
    // The system's zeros cost nothing before they are touched.
    if n > INLINE { Buf::from_vec(vec![0; n]) } else { SmallVec::from_elem(0, n) }
}

/// A copy.
#[inline]
pub fn copy(a: &[u64]) -> Buf {
    if a.len() < PIECE {
        return Buf::from_slice(a);
    }
    let mut out = Buf::with_capacity(a.len());
    append(&mut out, a);
    out
}

/// Appends limbs.
#[inline]
pub fn append(out: &mut Buf, a: &[u64]) {
    for piece in a.chunks(PIECE) {
        passed(piece.len());
        out.extend_from_slice(piece);
    }
}

/// Length without leading zeros.
#[inline]
pub fn significant(a: &[u64]) -> usize {
    a.iter().rposition(|&l| l != 0).map_or(0, |i| i + 1)
}

/// `a` without leading zeros.
#[inline]
pub fn trim(a: &[u64]) -> &[u64] {
    &a[..significant(a)]
}

/// Drops leading zeros.
#[inline]
pub fn normalise(a: &mut Buf) {
    let n = significant(a);
    a.truncate(n);
}

/// Number of bits of a normalised number; 0 has none.
#[inline]
pub fn bit_length(a: &[u64]) -> u64 {
    match a.last() {
        Some(top) => a.len() as u64 * 64 - u64::from(top.leading_zeros()),
        None => 0,
    }
}

/// Number of zero bits below the lowest one bit; 0 for zero.
pub fn trailing_zeros(a: &[u64]) -> u64 {
    match a.iter().position(|&l| l != 0) {
        Some(i) => i as u64 * 64 + u64::from(a[i].trailing_zeros()),
        None => 0,
    }
}

/// Order of two normalised numbers.
#[inline]
pub fn compare(a: &[u64], b: &[u64]) -> Ordering {
    a.len().cmp(&b.len()).then_with(|| a.iter().rev().cmp(b.iter().rev()))
}

/// `a += b`; true for a carry out. `b` is not longer than `a`.
#[inline]
pub fn add_assign(a: &mut [u64], b: &[u64]) -> bool {
    let (low, high) = a.split_at_mut(b.len());
    let mut carry = false;
    for (a, b) in low.chunks_mut(PIECE).zip(b.chunks(PIECE)) {
        passed(b.len());
        for (x, &y) in a.iter_mut().zip(b) {
            let (s, c1) = x.overflowing_add(y);
            let (s, c2) = s.overflowing_add(u64::from(carry));
            *x = s;
            carry = c1 | c2;
        }
    }
    carry && increment(high)
}

/// `a += 1`; true for a carry out.
#[inline]
pub fn increment(a: &mut [u64]) -> bool {
    for x in a {
        *x = x.wrapping_add(1);
        if *x != 0 {
            return false;
        }
    }
    true
}

/// `a -= b`; true for a borrow out. `b` is not longer than `a`.
#[inline]
pub fn sub_assign(a: &mut [u64], b: &[u64]) -> bool {
    let (low, high) = a.split_at_mut(b.len());
    let mut borrow = false;
    for (a, b) in low.chunks_mut(PIECE).zip(b.chunks(PIECE)) {
        passed(b.len());
        for (x, &y) in a.iter_mut().zip(b) {
            let (d, b1) = x.overflowing_sub(y);
            let (d, b2) = d.overflowing_sub(u64::from(borrow));
            *x = d;
            borrow = b1 | b2;
        }
    }
    borrow && decrement(high)
}

/// `a -= 1`; true for a borrow out.
#[inline]
pub fn decrement(a: &mut [u64]) -> bool {
    for x in a {
        let was = *x;
        *x = was.wrapping_sub(1);
        if was != 0 {
            return false;
        }
    }
    true
}

/// `a + b`, normalised when both are.
#[inline]
pub fn add(a: &[u64], b: &[u64]) -> Buf {
    let (a, b) = if a.len() >= b.len() { (a, b) } else { (b, a) };
    let mut out = Buf::with_capacity(a.len() + 1);
    if a.len() >= PIECE {
        append(&mut out, a);
        if add_assign(&mut out, b) {
            out.push(1);
        }
        return out;
    }
    let mut carry = false;
    for (&x, &y) in a.iter().zip(b) {
        let (s, c1) = x.overflowing_add(y);
        let (s, c2) = s.overflowing_add(u64::from(carry));
        out.push(s);
        carry = c1 | c2;
    }
    out.extend_from_slice(&a[b.len()..]);
    if carry && increment(&mut out[b.len()..]) {
        out.push(1);
    }
    out
}

/// `|a - b|` of normalised numbers, normalised, and the order of `a` and `b`.
#[inline]
pub fn sub(a: &[u64], b: &[u64]) -> (Buf, Ordering) {
    let order = compare(a, b);
    let (a, b) = if order == Ordering::Less { (b, a) } else { (a, b) };
    let mut out = copy(a);
    sub_assign(&mut out, b);
    normalise(&mut out);
    (out, order)
}

/// `a = a * m + carry`; returns the limb carried out.
#[inline]
pub fn mul_small_assign(a: &mut [u64], m: u64, carry: u64) -> u64 {
    let mut carry = carry;
    for piece in a.chunks_mut(PIECE) {
        passed(piece.len());
        for x in piece {
            let t = u128::from(*x) * u128::from(m) + u128::from(carry);
            *x = t as u64;
            carry = (t >> 64) as u64;
        }
    }
    carry
}

/// `a << shift`, normalised when `a` is.
pub fn shl(a: &[u64], shift: u64) -> Buf {
    if a.is_empty() {
        return Buf::new();
    }
    let (whole, part) = ((shift / 64) as usize, (shift % 64) as u32);
    let mut out = zeros(whole);
    out.reserve_exact(a.len() + 1);
    append(&mut out, a);
    let carry = shl_assign(&mut out[whole..], part);
    if carry != 0 {
        out.push(carry);
    }
    out
}

/// `a <<= shift` for `shift < 64`; returns the bits shifted out.
#[inline]
pub fn shl_assign(a: &mut [u64], shift: u32) -> u64 {
    if shift == 0 {
        return 0;
    }
    let mut carry = 0;
    for piece in a.chunks_mut(PIECE) {
        passed(piece.len());
        for x in piece {
            let next = *x >> (64 - shift);
            *x = *x << shift | carry;
            carry = next;
        }
    }
    carry
}

/// `a >> shift`, rounded towards zero, normalised when `a` is.
pub fn shr(a: &[u64], shift: u64) -> Buf {
    let whole = shift / 64;
    if whole >= a.len() as u64 {
        return Buf::new();
    }
    let mut out = copy(&a[whole as usize..]);
    shr_assign(&mut out, (shift % 64) as u32);
    normalise(&mut out);
    out
}

/// `a >>= shift` for `shift < 64`.
#[inline]
pub fn shr_assign(a: &mut [u64], shift: u32) {
    if shift == 0 {
        return;
    }
    let mut carry = 0;
    for piece in a.rchunks_mut(PIECE) {
        passed(piece.len());
        for x in piece.iter_mut().rev() {
            let next = *x << (64 - shift);
            *x = *x >> shift | carry;
            carry = next;
        }
    }
}

/// Whether any of the lowest `count` bits is one.
pub fn any_low_bit(a: &[u64], count: u64) -> bool {
    let whole = (count / 64) as usize;
    if whole >= a.len() {
        return a.iter().any(|&l| l != 0);
    }
    a[..whole].iter().any(|&l| l != 0) || a[whole] & ((1 << (count % 64)) - 1) != 0
}

/// The 64 bits from bit `low` up; bits beyond the number are zero.
pub fn word_at(a: &[u64], low: u64) -> u64 {
    let (i, part) = ((low / 64) as usize, (low % 64) as u32);
    let limb = |i: usize| a.get(i).copied().unwrap_or(0);
    if part == 0 { limb(i) } else { limb(i) >> part | limb(i + 1) << (64 - part) }
}
