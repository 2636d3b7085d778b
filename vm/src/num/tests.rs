//! The tower without a heap: against the library on random numbers, and against values from
//! the literature and other systems at the edges.

use super::complex::Num;
use super::float::compare_fixnum;
use super::int::Int;
use super::limbs::{Buf, normalise};
use super::power::{expt, sqrt};
use super::random::Xoshiro;
use super::real::{NumError, Real, Rounding, rationalize};
use super::transcendental as tr;
use num_bigint::{BigInt, BigUint, Sign};
use num_integer::Integer;
use std::cmp::Ordering;

/// Runs `check` with a generator whose seed is printed when it fails.
pub(crate) fn with_seeds(rounds: u64, check: impl Fn(&mut Xoshiro)) {
    struct Report(u64);
    impl Drop for Report {
        fn drop(&mut self) {
            if std::thread::panicking() {
                eprintln!("seed {}", self.0);
            }
        }
    }
    let base = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).map_or(1, |d| d.as_nanos() as u64);
    for seed in base..base + rounds {
        let _report = Report(seed);
        check(&mut Xoshiro::seeded(seed));
    }
}

/// An integer of up to `max` limbs with many carries in it.
fn integer(r: &mut Xoshiro, max: u64) -> Int {
    let n = r.below(max + 1) as usize;
    let mut mag: Buf = (0..n).map(|_| [0, u64::MAX, 1 << 63, r.next()][r.below(4) as usize]).collect();
    if let Some(top) = mag.last_mut() {
        *top >>= r.below(64);
    }
    normalise(&mut mag);
    Int::new(mag, r.below(2) == 0)
}

fn lib(n: &Int) -> BigInt {
    let halves = n.r().mag.iter().flat_map(|&l| [l as u32, (l >> 32) as u32]).collect();
    BigInt::from_biguint(if n.is_negative() { Sign::Minus } else { Sign::Plus }, BigUint::new(halves))
}
fn ours(n: &BigInt) -> Int {
    Int::new(n.iter_u64_digits().collect(), n.sign() == Sign::Minus)
}
fn flo(x: f64) -> Num {
    Num::flo(x)
}
fn fix(n: i64) -> Num {
    Num::from_i64(n)
}
fn ratio(n: i64, d: i64) -> Num {
    Num::Real(Real::fraction(n.into(), d.into()).expect("not zero"))
}
fn rect(re: f64, im: f64) -> Num {
    Num::rect(Real::Flo(re), Real::Flo(im))
}

/// The same value and exactness.
#[track_caller]
fn same(a: &Num, b: &Num) {
    assert!(a.is_exact() == b.is_exact() && a.equals(b), "{a:?} is not {b:?}");
}
/// Floats as near as the number is large; signs of zeros count.
#[track_caller]
fn near(a: &Num, b: (f64, f64)) {
    let (re, im) = a.to_c64();
    let tolerance = 1e-13 * b.0.hypot(b.1);
    let close = |x: f64, y: f64| if x == y { x != 0.0 || x.is_sign_negative() == y.is_sign_negative() } else { (x - y).abs() <= tolerance };
    assert!(close(re, b.0) && close(im, b.1), "{a:?} is not near {b:?}");
}

#[test]
fn fractions_stay_in_lowest_terms() {
    with_seeds(300, |r| {
        let mut fraction = || {
            let (n, mut d) = (integer(r, 3), integer(r, 2));
            if d.is_zero() {
                d = Int::from(7);
            }
            Real::fraction(n, d).expect("not zero")
        };
        let (a, b) = (fraction(), fraction());
        let parts = |x: &Real| match x {
            Real::Int(n) => (lib(n), BigInt::from(1)),
            Real::Ratio(r) => (lib(&r.num), lib(&r.den)),
            Real::Flo(_) => unreachable!("exact"),
        };
        let ((p, q), (s, t)) = (parts(&a), parts(&b));
        let check = |x: Real, n: BigInt, d: BigInt| {
            let (xn, xd) = parts(&x);
            assert_eq!(&xn * &d, &xd * &n);
            assert!(xn.gcd(&xd) == BigInt::from(1) && xd.sign() == Sign::Plus);
        };
        check(a.add(&b), &p * &t + &s * &q, &q * &t);
        check(a.sub(&b), &p * &t - &s * &q, &q * &t);
        check(a.mul(&b), &p * &s, &q * &t);
        if !b.is_zero() {
            check(a.div(&b).expect("not zero"), &p * &t, &q * &s);
        }
        assert_eq!(a.compare(&b), Some((&p * &t).cmp(&(&s * &q))));
        for (how, n) in [(Rounding::Floor, p.div_floor(&q)), (Rounding::Ceiling, p.div_ceil(&q)), (Rounding::Truncate, &p / &q)] {
            check(a.round(how), n, BigInt::from(1));
        }
    });
    let rounded = |n, d| ratio(n, d).re().round(Rounding::Round).to_f64();
    assert_eq!([rounded(1, 2), rounded(3, 2), rounded(5, 2), rounded(-7, 2), rounded(-5, 3)], [0.0, 2.0, 2.0, -4.0, -2.0]);
}

#[test]
fn exact_and_inexact_numbers_compare_exactly() {
    let big = 1i64 << 53;
    assert_eq!(compare_fixnum(big + 1, big as f64), Some(Ordering::Greater));
    assert_eq!(compare_fixnum(big, big as f64), Some(Ordering::Equal));
    assert_eq!(compare_fixnum(-big - 1, -big as f64), Some(Ordering::Less));
    assert_eq!(compare_fixnum(5, 5.5), Some(Ordering::Less));
    assert_eq!(compare_fixnum(-5, -5.5), Some(Ordering::Greater));
    assert_eq!(compare_fixnum(big + 3, f64::INFINITY), Some(Ordering::Less));
    assert_eq!(compare_fixnum(3, f64::NAN), None);
    let third = ratio(1, 3).re();
    assert_eq!(third.compare(&Real::Flo(1.0 / 3.0)), Some(Ordering::Greater));
    assert_eq!(third.compare(&Real::Flo(f64::NEG_INFINITY)), Some(Ordering::Greater));
    assert_eq!(third.compare(&Real::Flo(f64::NAN)), None);
    assert!(!fix(1).equals(&rect(1.0, 1.0)) && flo(1.0).equals(&rect(1.0, 0.0)));
}

#[test]
fn roots() {
    same(&sqrt(&fix(16)), &fix(4));
    same(&sqrt(&ratio(9, 4)), &ratio(3, 2));
    same(&sqrt(&fix(-4)), &Num::rect(Real::zero(), Real::from_i64(2)));
    same(&sqrt(&Num::rect(Real::from_i64(3), Real::from_i64(4))), &Num::rect(Real::from_i64(2), Real::from_i64(1)));
    near(&sqrt(&fix(2)), (2f64.sqrt(), 0.0));
    near(&sqrt(&flo(-2.0)), (0.0, 2f64.sqrt()));
    // R7RS wants the root on the nonnegative imaginary axis, whatever the zero's sign.
    near(&sqrt(&rect(-1.0, -0.0)), (0.0, 1.0));
    near(&sqrt(&rect(1e308, 1e308)), (1.09868411346781e154, 4.550898605622274e153));
    // Neither operand nor square fits a float.
    let huge = Num::Real(Real::Int(Int::from(10).pow(401)));
    near(&sqrt(&huge), (3.1622776601683793e200, 0.0));
    same(&sqrt(&Num::Real(Real::Int(Int::from(10).pow(600)))), &Num::Real(Real::Int(Int::from(10).pow(300))));
    with_seeds(300, |r| {
        let n = r.next() >> r.below(40);
        if n.isqrt() * n.isqrt() != n && n < 1 << 53 {
            assert_eq!(sqrt(&Num::Real(Real::Int(n.into()))).to_c64().0, (n as f64).sqrt());
        }
    });
}

#[test]
fn powers() {
    let power = |b: &Num, e: &Num| expt(b, e).expect("defined");
    same(&power(&fix(2), &fix(100)), &Num::Real(Real::Int(Int::from(1).shl(100))));
    same(&power(&fix(0), &fix(0)), &fix(1));
    same(&power(&flo(0.0), &fix(0)), &fix(1));
    same(&power(&ratio(2, 3), &fix(-2)), &ratio(9, 4));
    same(&power(&fix(4), &ratio(1, 2)), &fix(2));
    same(&power(&ratio(1, 4), &ratio(-3, 2)), &fix(8));
    same(&power(&fix(-1), &Num::Real(Real::Int(Int::from(1).shl(90)))), &fix(1));
    same(&power(&flo(-1.0), &Num::Real(Real::Int(Int::from(1).shl(90).add(&Int::from(1))))), &flo(-1.0));
    same(&power(&Num::rect(Real::zero(), Real::from_i64(1)), &fix(2)), &fix(-1));
    same(&power(&fix(2), &flo(0.5)), &flo(2f64.sqrt()));
    same(&power(&fix(0), &flo(2.0)), &flo(0.0));
    near(&power(&fix(-8), &ratio(1, 3)), (1.0, 3f64.sqrt()));
    near(&power(&rect(1.0, 1.0), &fix(2)), (0.0, 2.0));
    near(&power(&Num::Real(Real::Int(Int::from(10).pow(400))), &flo(0.5)), (1e200, 0.0));
    assert_eq!(expt(&fix(0), &fix(-1)).err(), Some(NumError::DivideByZero));
    assert_eq!(expt(&fix(3), &fix(1 << 40)).err(), Some(NumError::TooLarge));
    with_seeds(50, |r| {
        let (b, e) = (r.below(1000), r.below(60));
        let expect = BigUint::from(b).pow(e as u32);
        same(&power(&fix(b as i64), &fix(e as i64)), &Num::Real(Real::Int(ours(&expect.into()))));
    });
}

#[test]
fn transcendental_functions() {
    use std::f64::consts::PI;
    for (f, x, y) in [(tr::exp as fn(&Num) -> Num, 0, 1), (tr::sin, 0, 0), (tr::cos, 0, 1), (tr::tan, 0, 0), (tr::asin, 0, 0), (tr::acos, 1, 0)] {
        same(&f(&fix(x)), &fix(y));
    }
    let log = |z: &Num| tr::log(z).expect("defined");
    same(&log(&fix(1)), &fix(0));
    near(&log(&fix(-1)), (0.0, PI));
    near(&log(&Num::Real(Real::Int(Int::from(10).pow(1000)))), (2302.585092994046, 0.0));
    near(&log(&rect(0.0, 1.0)), (0.0, PI / 2.0));
    assert_eq!(tr::log(&fix(0)).err(), Some(NumError::Undefined));
    same(&tr::log_to_base(&fix(8), &fix(2)).expect("defined"), &flo(3.0));
    same(&tr::log_to_base(&fix(1000), &fix(10)).expect("defined"), &flo(3.0));
    // Values on the cuts as R7RS 6.2.6 defines them.
    near(&tr::asin(&flo(2.0)), (PI / 2.0, -1.3169578969248166));
    near(&tr::asin(&flo(-2.0)), (-PI / 2.0, 1.3169578969248166));
    near(&tr::acos(&flo(2.0)), (0.0, 1.3169578969248166));
    near(&tr::acos(&flo(-2.0)), (PI, -1.3169578969248166));
    near(&tr::exp(&rect(0.0, PI)), (-1.0, 1.2246467991473532e-16));
    near(&tr::tan(&rect(1.0, 1000.0)), (0.0, 1.0));
    assert_eq!(tr::atan(&Num::rect(Real::zero(), Real::from_i64(-1))).err(), Some(NumError::Undefined));
    let atan2 = |y: i64, x: i64| tr::atan2(&Real::from_i64(y), &Real::from_i64(x)).map(Num::Real);
    same(&atan2(0, 1).expect("defined"), &fix(0));
    same(&atan2(0, -1).expect("defined"), &flo(PI));
    same(&atan2(1, -1).expect("defined"), &flo(3.0 * PI / 4.0));
    assert_eq!(atan2(0, 0).err(), Some(NumError::Undefined));
    // Inverse functions undo, away from the cuts.
    with_seeds(200, |r| {
        let z = rect(r.real() * 1.4 - 0.7, r.real() * 2.0 - 1.0);
        near(&tr::sin(&tr::asin(&z)), z.to_c64());
        near(&tr::cos(&tr::acos(&z)), z.to_c64());
        near(&tr::tan(&tr::atan(&z).expect("not i")), z.to_c64());
        near(&tr::exp(&log(&z)), z.to_c64());
        near(&sqrt(&z).mul(&sqrt(&z)), z.to_c64());
        let w = rect(r.real() - 0.5, 1e300 * (r.real() - 0.5));
        near(&z.div(&w).expect("not zero").mul(&w), z.to_c64());
    });
}

#[test]
fn simplest_fractions() {
    let simplest = |x: &Num, t: &Num| Num::Real(rationalize(&x.re(), &t.re()).expect("defined"));
    same(&simplest(&ratio(3, 10), &ratio(1, 10)), &ratio(1, 3));
    same(&simplest(&flo(0.3), &ratio(1, 10)), &flo(1.0 / 3.0));
    same(&simplest(&ratio(-3, 10), &ratio(1, 10)), &ratio(-1, 3));
    same(&simplest(&ratio(1, 10), &ratio(1, 5)), &fix(0));
    same(&simplest(&fix(3), &fix(0)), &fix(3));
    same(&simplest(&fix(5), &flo(f64::INFINITY)), &flo(0.0));
    assert!(simplest(&flo(f64::INFINITY), &flo(f64::INFINITY)).re().is_nan());
}
