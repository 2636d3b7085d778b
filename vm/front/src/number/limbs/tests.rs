//! The kernels against the library, on random sizes around every threshold.

use super::*;
use crate::number::testing::{natural as lib, with_seeds};
use num_bigint::BigUint;
use num_integer::Integer;

fn same(ours: &[u64], theirs: &BigUint) {
    assert_eq!(significant(ours), ours.len(), "not normalised");
    assert!(lib(ours) == *theirs, "{:x} is not {:x}", lib(ours), theirs);
}

const SIZES: [usize; 6] = [2, 5, 40, 110, 260, 900];

#[test]
fn sums_and_differences() {
    with_seeds(200, |r| {
        let (a, b) = (r.natural(40), r.natural(40));
        same(&add(&a, &b), &(lib(&a) + lib(&b)));
        let (d, order) = sub(&a, &b);
        assert_eq!(order, lib(&a).cmp(&lib(&b)));
        let (high, low) = if order == Ordering::Less { (&b, &a) } else { (&a, &b) };
        same(&d, &(lib(high) - lib(low)));
    });
}

#[test]
fn products() {
    with_seeds(60, |r| {
        let max = SIZES[r.below(SIZES.len() as u64) as usize];
        let other = SIZES[r.below(SIZES.len() as u64) as usize];
        let (a, b) = (r.natural(max), r.natural(other));
        same(&mul::mul(&a, &b), &(lib(&a) * lib(&b)));
        same(&mul::square(&a), &(lib(&a) * lib(&a)));
    });
}

#[test]
fn quotients() {
    with_seeds(120, |r| {
        let max = SIZES[r.below(SIZES.len() as u64) as usize];
        let other = SIZES[r.below(SIZES.len() as u64) as usize];
        let (a, b) = (r.natural(max), r.natural(other));
        if b.is_empty() {
            return;
        }
        let (q, rem) = div::div_rem(&a, &b);
        let (lib_q, lib_r) = lib(&a).div_rem(&lib(&b));
        same(&q, &lib_q);
        same(&rem, &lib_r);
        // A dividend just below a multiple makes the estimates too large.
        let mut close = mul::mul(&a, &b);
        if !close.is_empty() {
            decrement(&mut close);
            normalise(&mut close);
            let (q, rem) = div::div_rem(&close, &b);
            let (lib_q, lib_r) = lib(&close).div_rem(&lib(&b));
            same(&q, &lib_q);
            same(&rem, &lib_r);
        }
    });
}

#[test]
fn common_divisors() {
    with_seeds(100, |r| {
        let (a, b, c) = (r.natural(30), r.natural(30), r.natural(10));
        same(&gcd::gcd(&a, &b), &lib(&a).gcd(&lib(&b)));
        let (x, y) = (mul::mul(&a, &c), mul::mul(&b, &c));
        same(&gcd::gcd(&x, &y), &lib(&x).gcd(&lib(&y)));
    });
}

#[test]
fn shifts_and_bits() {
    with_seeds(200, |r| {
        let a = r.natural(9);
        let shift = r.below(300);
        same(&shl(&a, shift), &(lib(&a) << shift));
        same(&shr(&a, shift), &(lib(&a) >> shift));
        assert_eq!(any_low_bit(&a, shift), (lib(&a) >> shift << shift) != lib(&a));
        assert_eq!(bit_length(&a), lib(&a).bits());
        let b = r.natural(9);
        let (sa, sb) = (!a.is_empty() && r.below(2) == 0, !b.is_empty() && r.below(2) == 0);
        let signed = |a: &[u64], negative| {
            let n = num_bigint::BigInt::from(lib(a));
            if negative { -n } else { n }
        };
        let (x, y) = (signed(&a, sa), signed(&b, sb));
        let check = |(m, negative): (Buf, bool), expect: num_bigint::BigInt| assert_eq!(signed(&m, negative), expect);
        check(bits::combine(&a, sa, &b, sb, |x, y| x & y), &x & &y);
        check(bits::combine(&a, sa, &b, sb, |x, y| x | y), &x | &y);
        check(bits::combine(&a, sa, &b, sb, |x, y| x ^ y), &x ^ &y);
        assert_eq!(bits::test(&a, sa, shift), x.bit(shift));
        if !sa {
            assert_eq!(bits::count(&a, false), lib(&a).count_ones());
        }
    });
}

#[test]
fn digits() {
    with_seeds(80, |r| {
        let max = SIZES[r.below(5) as usize];
        let (a, radix) = (r.natural(max), r.below(35) as u32 + 2);
        let mut text = Vec::new();
        radix::write_digits(&mut text, &a, radix);
        assert_eq!(String::from_utf8_lossy(&text), lib(&a).to_str_radix(radix));
        same(&radix::read_digits(&text, radix), &lib(&a));
        let padded = [vec![b'0'; r.below(50) as usize], text].concat();
        same(&radix::read_digits(&padded, radix), &lib(&a));
    });
}
