//! Quotients: by one limb, by the schoolbook method, and by recursion for long operands.
//!
//! Divisions by limbs multiply by a precomputed inverse: Möller and Granlund, "Improved
//! Division by Invariant Integers" (2011). The schoolbook method is Knuth's algorithm D with
//! their three-by-two step; the recursion is Burnikel and Ziegler, "Fast Recursive Division"
//! (1998), which makes a division cost a few multiplications.

use super::mul::{mul, sub_mul};
use super::{Buf, PIECE, add_assign, append, compare, copy, normalise, shl, shl_assign, shr_assign, significant, sub_assign, trim, zeros};
use crate::number::effort::spend;
use std::cmp::Ordering;

/// From this many limbs of divisor and quotient on, recursion pays.
const RECURSIVE_MIN: usize = 96;
/// Limbs of a quotient between two counts of the effort.
const ROWS: usize = 64;

/// A divisor of one limb, shifted so that its top bit is set, with its inverse.
pub struct Divisor {
    d: u64,
    inverse: u64,
    shift: u32,
}

impl Divisor {
    /// For a divisor other than 0.
    pub fn new(d: u64) -> Divisor {
        let shift = d.leading_zeros();
        let d = d << shift;
        Divisor { d, inverse: inverse(d), shift }
    }

    /// `a /= d`; returns the remainder.
    pub fn divide(&self, a: &mut [u64]) -> u64 {
        let mut rem = match a.last() {
            Some(&top) if self.shift > 0 => top >> (64 - self.shift),
            _ => 0,
        };
        for i in (0..a.len()).rev() {
            if i % PIECE == PIECE - 1 {
                spend(2 * PIECE);
            }
            let below = if i > 0 { a[i - 1] } else { 0 };
            let limb = if self.shift == 0 { a[i] } else { a[i] << self.shift | below >> (64 - self.shift) };
            (a[i], rem) = divide_2by1(rem, limb, self.d, self.inverse);
        }
        rem >> self.shift
    }
}

/// `floor((2^128 - 1) / d) - 2^64` for `d` with its top bit set.
fn inverse(d: u64) -> u64 {
    (u128::MAX / u128::from(d)) as u64
}

/// Quotient and remainder of `high:low / d`, where `high < d` and `d` has its top bit set.
#[inline]
fn divide_2by1(high: u64, low: u64, d: u64, inverse: u64) -> (u64, u64) {
    let q = u128::from(inverse) * u128::from(high) + (u128::from(high) << 64 | u128::from(low));
    let (mut quotient, fraction) = (((q >> 64) as u64).wrapping_add(1), q as u64);
    let mut rem = low.wrapping_sub(quotient.wrapping_mul(d));
    if rem > fraction {
        quotient = quotient.wrapping_sub(1);
        rem = rem.wrapping_add(d);
    }
    if rem >= d {
        quotient = quotient.wrapping_add(1);
        rem -= d;
    }
    (quotient, rem)
}

/// Inverse of the two limbs of `d` (top bit set) for [`divide_3by2`].
fn inverse_2(d: u128) -> u64 {
    let (d1, d0) = ((d >> 64) as u64, d as u64);
    let mut v = inverse(d1);
    let mut p = d1.wrapping_mul(v).wrapping_add(d0);
    if p < d0 {
        v = v.wrapping_sub(1);
        if p >= d1 {
            v = v.wrapping_sub(1);
            p = p.wrapping_sub(d1);
        }
        p = p.wrapping_sub(d1);
    }
    let t = u128::from(v) * u128::from(d0);
    let p_sum = p.wrapping_add((t >> 64) as u64);
    if p_sum < (t >> 64) as u64 {
        v = v.wrapping_sub(1);
        if (u128::from(p_sum) << 64 | u128::from(t as u64)) >= d {
            v = v.wrapping_sub(1);
        }
    }
    v
}

/// Quotient of three limbs by two, where `high` (the upper two) is less than `d`.
#[inline]
fn divide_3by2(high: u128, low: u64, d: u128, inverse: u64) -> u64 {
    let (d1, d0) = ((d >> 64) as u64, d as u64);
    let (u2, u1) = ((high >> 64) as u64, high as u64);
    let q = (u128::from(inverse) * u128::from(u2)).wrapping_add(high);
    let (quotient, fraction) = ((q >> 64) as u64, q as u64);
    let r1 = u1.wrapping_sub(quotient.wrapping_mul(d1));
    let t = u128::from(d0) * u128::from(quotient);
    let mut rem = (u128::from(r1) << 64 | u128::from(low)).wrapping_sub(t).wrapping_sub(d);
    let mut quotient = quotient.wrapping_add(1);
    if (rem >> 64) as u64 >= fraction {
        quotient = quotient.wrapping_sub(1);
        rem = rem.wrapping_add(d);
    }
    if rem >= d {
        quotient = quotient.wrapping_add(1);
    }
    quotient
}

/// Quotient and remainder of normalised numbers, normalised; `b` is not zero.
pub fn div_rem(a: &[u64], b: &[u64]) -> (Buf, Buf) {
    if compare(a, b) == Ordering::Less {
        return (Buf::new(), copy(a));
    }
    if let &[d] = b {
        let mut q = copy(a);
        let r = Divisor::new(d).divide(&mut q);
        normalise(&mut q);
        return (q, if r == 0 { Buf::new() } else { Buf::from_slice(&[r]) });
    }
    let shift = b[b.len() - 1].leading_zeros();
    let d = shl(b, u64::from(shift));
    let mut rem = Buf::with_capacity(a.len() + 1);
    append(&mut rem, a);
    let top = shl_assign(&mut rem, shift);
    rem.push(top);
    let mut q = zeros(rem.len() - d.len());
    divide_shifted(&mut q, &mut rem, &d);
    normalise(&mut rem);
    shr_assign(&mut rem, shift);
    normalise(&mut rem);
    normalise(&mut q);
    (q, rem)
}

/// `q = u / d`, `u` becomes the remainder. `d` has its top bit set, at least two limbs, and is
/// greater than the top limbs of `u`; `q` has the difference of the lengths.
fn divide_shifted(q: &mut [u64], u: &mut [u64], d: &[u64]) {
    let n = d.len();
    debug_assert_eq!(q.len(), u.len() - n);
    if n < RECURSIVE_MIN || q.len() < RECURSIVE_MIN {
        return schoolbook(q, u, d);
    }
    // Blocks of the divisor's length, the highest first and maybe shorter.
    let mut end = q.len();
    while end > 0 {
        let size = match end % n {
            0 => n,
            part => part,
        };
        let at = end - size;
        divide_block(&mut q[at..end], &mut u[at..end + n], d);
        end = at;
    }
}

/// A quotient not longer than the divisor: its upper half from the upper parts, then its lower.
fn divide_block(q: &mut [u64], u: &mut [u64], d: &[u64]) {
    let k = q.len();
    if k < RECURSIVE_MIN {
        return schoolbook(q, u, d);
    }
    let half = k / 2;
    divide_half(&mut q[half..], &mut u[half..], d);
    divide_half(&mut q[..half], &mut u[..half + d.len()], d);
}

/// A quotient of `k` limbs, from the top `k` limbs of the divisor, corrected by the rest.
fn divide_half(q: &mut [u64], u: &mut [u64], d: &[u64]) {
    let (k, n) = (q.len(), d.len());
    if k < RECURSIVE_MIN || k == n {
        return divide_block(q, u, d);
    }
    let cut = n - k;
    let top = &d[cut..];
    // The quotient by the top alone can be too large, even to overflow `k` limbs; then all ones
    // is an upper bound that is as close.
    if compare_fixed(&u[n..], top) == Ordering::Less {
        divide_block(q, &mut u[cut..], top);
    } else {
        q.fill(u64::MAX);
        let excess = &mut u[cut..];
        sub_assign(&mut excess[k..], top);
        add_assign(excess, top);
    }
    let product = mul(trim(q), trim(&d[..cut]));
    let mut below = sub_assign(u, &product);
    while below {
        super::decrement(q);
        below = !add_assign(u, d);
    }
}

/// Order of numbers of one length, leading zeros allowed.
fn compare_fixed(a: &[u64], b: &[u64]) -> Ordering {
    a.iter().rev().cmp(b.iter().rev())
}

/// Knuth's algorithm D. Same contract as [`divide_shifted`].
fn schoolbook(q: &mut [u64], u: &mut [u64], d: &[u64]) {
    let n = d.len();
    let top = u128::from(d[n - 1]) << 64 | u128::from(d[n - 2]);
    let inverse = inverse_2(top);
    for j in (0..q.len()).rev() {
        if j % ROWS == 0 {
            spend(ROWS * n / 2);
        }
        let high = u128::from(u[j + n]) << 64 | u128::from(u[j + n - 1]);
        let digit = if high >= top { u64::MAX } else { divide_3by2(high, u[j + n - 2], top, inverse) };
        let part = &mut u[j..j + n];
        let borrow = sub_mul(part, d, digit);
        let missing = u[j + n] < borrow;
        u[j + n] = u[j + n].wrapping_sub(borrow);
        q[j] = digit;
        // The digit is at most one too large, rarely.
        if missing {
            q[j] -= 1;
            add_assign(&mut u[j..=j + n], d);
        }
    }
    debug_assert!(significant(u) <= n);
}
