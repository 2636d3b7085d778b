//! Integers, fractions and floats against the library, on random operands of every size class,
//! biased to what breaks arithmetic: limb boundaries, all ones, powers of two and their
//! neighbours, both signs.

use super::float::{compare_fixnum, compare_int, f64_to_fraction, f64_to_int, int_to_f64, ratio_to_f64};
use super::int::{Int, IntRef};
use super::limbs::bits;
use super::testing::{Random, lib, ours, with_seeds};
use num_bigint::BigInt;
use num_integer::Integer;
use num_rational::BigRational;
use num_traits::{Signed, Zero};
use std::cmp::Ordering;

/// Most operands are short; some reach every method of multiplication and division.
fn size(r: &mut Random) -> usize {
    match r.below(40) {
        0 => 1500,
        1..=3 => 300,
        4..=9 => 100,
        10..=19 => 20,
        _ => 4,
    }
}
fn operand(r: &mut Random) -> Int {
    let max = size(r);
    r.int(max)
}

#[test]
fn rings_and_orders() {
    with_seeds(2000, |r| {
        let (a, b) = (operand(r), operand(r));
        let (x, y) = (lib(&a), lib(&b));
        assert_eq!(ours(&x), a);
        assert_eq!(lib(&a.add(&b)), &x + &y);
        assert_eq!(lib(&a.sub(&b)), &x - &y);
        assert_eq!(lib(&a.mul(&b)), &x * &y);
        assert_eq!(lib(&a.square()), &x * &x);
        assert_eq!(lib(&a.clone().neg()), -&x);
        assert_eq!(lib(&a.clone().abs()), x.abs());
        assert_eq!(a.r().cmp(b.r()), x.cmp(&y));
        assert_eq!(a.bits(), x.bits());
        assert_eq!(a.is_odd(), x.is_odd());
        assert_eq!(a.to_i64(), i64::try_from(&x).ok());
        assert_eq!(a.to_u64(), u64::try_from(&x).ok());
    });
}

#[test]
fn divisions() {
    with_seeds(2000, |r| {
        let (a, b) = (operand(r), operand(r));
        if b.is_zero() {
            return;
        }
        let (x, y) = (lib(&a), lib(&b));
        let both = |(q, r): (Int, Int)| (lib(&q), lib(&r));
        assert_eq!(both(a.div_rem(&b)), x.div_rem(&y));
        assert_eq!(both(a.div_floor(&b)), x.div_mod_floor(&y));
        assert_eq!(lib(&a.r().modulo(b.r())), x.mod_floor(&y));
        // What is left over may be anything below the divisor, and most often is not zero.
        let product = a.mul(&b);
        assert_eq!(product.div_exact(&b), a);
        let near = product.add(&Int::from(r.pick(&[-1, 1])));
        assert_eq!(both(near.div_rem(&b)), lib(&near).div_rem(&y));
    });
}

#[test]
fn divisors_and_multiples() {
    with_seeds(400, |r| {
        let (a, b, c) = (operand(r), operand(r), operand(r));
        assert_eq!(lib(&a.gcd(&b)), lib(&a).gcd(&lib(&b)));
        let (x, y) = (a.mul(&c), b.mul(&c));
        assert_eq!(lib(&x.gcd(&y)), lib(&a).gcd(&lib(&b)) * lib(&c).abs());
    });
    // Consecutive Fibonacci numbers have the longest run of quotients, all of them 1.
    let (mut a, mut b) = (Int::from(0), Int::from(1));
    for _ in 0..3000 {
        (a, b) = (b.clone(), a.add(&b));
    }
    assert!(a.gcd(&b).is_one());
}

#[test]
fn powers_and_roots() {
    with_seeds(400, |r| {
        let a = r.int(5);
        let e = r.below(30);
        assert_eq!(lib(&a.pow(e)), lib(&a).pow(e as u32));
        let n = operand(r).abs();
        let (root, rest) = n.sqrt_rem();
        assert_eq!(lib(&root), lib(&n).sqrt());
        assert_eq!(root.square().add(&rest), n);
        // Squares and the numbers beside them.
        let (square, one) = (n.square(), Int::from(1));
        assert_eq!(square.sqrt_rem(), (n.clone(), Int::zero()));
        assert_eq!(square.add(&one).sqrt_rem().0, if n.is_zero() { one.clone() } else { n.clone() });
        if !n.is_zero() {
            assert_eq!(square.sub(&one).sqrt_rem().0, n.sub(&one));
        }
    });
}

#[test]
fn shifts_and_bits() {
    with_seeds(2000, |r| {
        let (a, b) = (operand(r), operand(r));
        let (x, y) = (lib(&a), lib(&b));
        let shift = r.below(64 * 30);
        assert_eq!(lib(&a.shl(shift)), &x << shift);
        assert_eq!(lib(&a.shr(shift)), &x >> shift);
        let combine = |op| {
            let (mag, negative) = bits::combine(a.r().mag, a.is_negative(), b.r().mag, b.is_negative(), op);
            lib(&Int::new(mag, negative))
        };
        assert_eq!(combine(|x, y| x & y), &x & &y);
        assert_eq!(combine(|x, y| x | y), &x | &y);
        assert_eq!(combine(|x, y| x ^ y), &x ^ &y);
        assert_eq!(bits::test(a.r().mag, a.is_negative(), shift), x.bit(shift));
        // The bits that differ from the sign.
        let plain = if a.is_negative() { -&x - 1 } else { x.clone() };
        assert_eq!(bits::count(a.r().mag, a.is_negative()), plain.magnitude().count_ones());
        assert_eq!(bits::length(a.r().mag, a.is_negative()), plain.bits());
    });
}

#[test]
fn numerals_in_every_radix() {
    with_seeds(700, |r| {
        let a = operand(r);
        let radix = 2 + r.below(35) as u32;
        let mut text = String::new();
        a.r().write(&mut text, radix);
        assert_eq!(text, lib(&a).to_str_radix(radix));
        let digits = text.trim_start_matches('-');
        assert_eq!(Int::from_digits(digits.as_bytes(), radix), a.clone().abs());
        assert_eq!(Int::from_digits(digits.to_ascii_uppercase().as_bytes(), radix), a.abs());
    });
}

fn exact(x: f64) -> BigRational {
    BigRational::from_float(x).expect("finite")
}

/// Whether `x` is the float nearest to a number, the even one of two that are equally near.
fn is_nearest(number: &BigRational, x: f64) -> bool {
    if x.is_infinite() {
        // Where the next float would lie: half way there, to even means away.
        let limit = exact(f64::MAX) + exact(2f64.powi(970));
        return number.abs() >= limit && number.is_negative() == (x < 0.0);
    }
    let distance = (number - exact(x)).abs();
    let farther = |neighbour: f64| {
        if neighbour.is_infinite() {
            return number.abs() < exact(f64::MAX) + exact(2f64.powi(970));
        }
        match (number - exact(neighbour)).abs().cmp(&distance) {
            Ordering::Greater => true,
            Ordering::Equal => x.to_bits() & 1 == 0,
            Ordering::Less => false,
        }
    };
    farther(x.next_up()) && farther(x.next_down())
}

#[test]
fn rounding_to_floats() {
    with_seeds(2000, |r| {
        let a = r.int(20);
        let x = int_to_f64(a.r());
        assert!(is_nearest(&lib(&a).into(), x), "{a:?} is not {x}");
        let (n, d) = (r.int(18), r.int(18).abs());
        if !d.is_zero() {
            let x = ratio_to_f64(&n, &d);
            assert!(is_nearest(&BigRational::new(lib(&n), lib(&d)), x), "{n:?} / {d:?} is not {x}");
        }
        // Half way between two floats, and a trifle to either side.
        let m = (1 << 53) | r.below(1 << 53);
        let (tie, e) = (Int::from(2 * m + 1), r.below(1000));
        for nudge in [-1, 0, 1] {
            let n = tie.shl(e + 64).add(&Int::from(nudge));
            let x = int_to_f64(n.r());
            assert!(is_nearest(&lib(&n).into(), x), "{n:?} is not {x}");
            let d = Int::from(1).shl(1000 + r.below(300));
            let x = ratio_to_f64(&n, &d);
            assert!(is_nearest(&BigRational::new(lib(&n), lib(&d)), x), "{n:?} / {d:?} is not {x}");
        }
    });
}

#[test]
fn floats_as_exact_numbers() {
    with_seeds(5000, |r| {
        let x = f64::from_bits(r.next());
        let Some((n, d)) = f64_to_fraction(x) else {
            assert!(!x.is_finite());
            return;
        };
        assert_eq!(BigRational::new_raw(lib(&n), lib(&d)), exact(x));
        assert!(lib(&d) == BigInt::from(1) || lib(&n).gcd(&lib(&d)) == BigInt::from(1));
        assert_eq!(ratio_to_f64(&n, &d), x);
        let whole = x.trunc();
        assert_eq!(BigRational::from(lib(&f64_to_int(whole))), exact(whole));
    });
}

#[test]
fn exact_and_inexact_numbers_in_order() {
    with_seeds(5000, |r| {
        let n = r.int(17);
        // Near the integer more often than not.
        let x = match r.below(5) {
            0 => f64::from_bits(r.next()),
            1 => int_to_f64(n.r()) + 0.5,
            2 => int_to_f64(n.r()).next_up(),
            3 => int_to_f64(n.r()).next_down(),
            _ => int_to_f64(n.r()),
        };
        let expect = match x {
            _ if x.is_nan() => None,
            f64::INFINITY => Some(Ordering::Less),
            f64::NEG_INFINITY => Some(Ordering::Greater),
            _ => Some(BigRational::from(lib(&n)).cmp(&exact(x))),
        };
        assert_eq!(compare_int(n.r(), x), expect, "{n:?} and {x}");
        if let Some(n) = n.to_i64() {
            assert_eq!(compare_fixnum(n, x), expect, "{n} and {x}");
        }
        assert!(IntRef::small(0, &mut 0).is_zero() && BigInt::zero() == lib(&Int::zero()));
    });
}
