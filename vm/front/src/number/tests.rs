//! Numerals: forms, values, limits and round trips.

use std::time::{Duration, Instant};

use super::testing::{ours, with_seeds};
use super::*;
use num_bigint::BigInt;

/// What `text` prints as after reading; `-` when it is no number.
fn check(text: &str, expect: &str) {
    check_radix(text, 10, expect);
}

fn check_radix(text: &str, radix: u32, expect: &str) {
    let number = parse_number(text, radix).unwrap_or_else(|limit| panic!("{text}: {limit}"));
    let shown = number.map_or("-".to_owned(), |number| number.to_string());
    assert_eq!(shown, expect, "reading {text} in radix {radix}");
}

#[test]
fn integers() {
    check("0", "0");
    check("-0", "0");
    check("+5", "5");
    check("-123456789012345678", "-123456789012345678");
    check("1152921504606846975", "1152921504606846975");
    check("123456789012345678901234567890", "123456789012345678901234567890");
    check("#xFF", "255");
    check("#X-ff", "-255");
    check("#b101", "5");
    check("#o17", "15");
    check("#d10", "10");
    check_radix("ff", 16, "255");
    check_radix("#d11", 16, "11");
    check_radix("zz", 36, "1295");
}

#[test]
fn integers_are_canonical() {
    for (text, small) in [("1152921504606846975", true), ("1152921504606846976", false), ("-1152921504606846976", true), ("-1152921504606846977", false)] {
        let number = parse_number(text, 10).unwrap().unwrap();
        assert_eq!(matches!(number, Number::Int(_)), small, "{text}");
        assert_eq!(number.to_string(), text);
    }
}

#[test]
fn fractions() {
    check("1/2", "1/2");
    check("-6/4", "-3/2");
    check("4/2", "2");
    check("0/5", "0");
    check("1/0", "-");
    check("#i1/3", "0.3333333333333333");
    check("#e1.5", "3/2");
    check("#e1.2e3", "1200");
    check("#e-12.5e-1", "-5/4");
    check("#x1/A", "1/10");
    check("1/-2", "-");
    check("1/2.0", "-");
}

#[test]
fn decimals() {
    check("1.5", "1.5");
    check(".5", "0.5");
    check("-.5e1", "-5.0");
    check("1.", "1.0");
    check("1e3", "1000.0");
    check("1E3", "1000.0");
    check("1.e2", "100.0");
    check("100.0", "100.0");
    check("1e21", "1e21");
    check("1e20", "100000000000000000000.0");
    check("1.5e-7", "1.5e-7");
    check("0.000001", "0.000001");
    check("-0.0", "-0.0");
    check("1e400", "+inf.0");
    check("1e-400", "0.0");
    check("123456789.125", "123456789.125");
    check("#i5", "5.0");
    check("#i-0", "-0.0");
    check("5e-324", "5e-324");
    check("1.7976931348623157e308", "1.7976931348623157e308");
}

#[test]
fn specials() {
    check("+inf.0", "+inf.0");
    check("-INF.0", "-inf.0");
    check("+nan.0", "+nan.0");
    check("-nan.0", "+nan.0");
    check("inf.0", "-");
    check("#e+inf.0", "-");
    check("+inf.0i", "+inf.0i");
    check("+inf.0-nan.0i", "+inf.0+nan.0i");
}

#[test]
fn complex() {
    check("+i", "+i");
    check("-i", "-i");
    check("1+i", "1+i");
    check("1-2i", "1-2i");
    check("1/2-3/4i", "1/2-3/4i");
    check("1.5+2I", "1.5+2i");
    check("1+0i", "1");
    check("1+0.0i", "1+0.0i");
    check("+2i", "+2i");
    check("2i", "-");
    check("1@0", "1");
    check("0@1", "0");
    check("2@0.0", "2.0+0.0i");
    check("#e1.5+2.5i", "3/2+5/2i");
    check("#i1+2i", "1.0+2.0i");
    check("#i1+i", "1.0+1.0i");
    check("1e2+1e2i", "100.0+100.0i");
    check("1+2", "-");
    check("1+2i3", "-");
    check("1@2i", "-");
    let Ok(Some(Number::Rect(re, im))) = parse_number("2@1.5707963267948966", 10) else { panic!() };
    assert!(re.to_f64().unwrap().abs() < 1e-15 && im.to_f64() == Some(2.0));
}

#[test]
fn prefixes() {
    check("#e#x10", "16");
    check("#x#e10", "16");
    check("#i#xFF", "255.0");
    check("#x#x1", "-");
    check("#e#i1", "-");
    check("#x", "-");
    check("#y1", "-");
    check("#xe", "14");
    check("#x1.8", "1.5");
    check("#b1e1", "-");
}

#[test]
fn not_numbers() {
    for text in ["", "+", "-", ".", "...", "1+", "-1+", "e1", "1e", "1e+", "--1", "+-1", "1..2", "1.2.3", "a", "1a", "i", "#", "1/", "/2", "λ", "1 "] {
        check(text, "-");
    }
}

#[test]
fn absurd_exponents_are_refused_at_once() {
    let start = Instant::now();
    for text in ["#e1e1000000", "#e1e-1000000", "#e1.5e99999999999999999999999", "1+2i#e", "#e1+1e999999i"] {
        let limited = parse_number(text, 10);
        assert_eq!(limited.is_err(), !text.ends_with('e'), "{text}");
    }
    check("#e0e1000000", "0");
    assert!(parse_number("#e1.5e100000", 10).unwrap().is_some());
    assert!(parse_number("#e1.5e-100000", 10).unwrap().is_some());
    check("1e99999999999999999999999", "+inf.0");
    assert!(start.elapsed() < Duration::from_secs(5));
}

#[test]
fn long_numerals() {
    let digits = "7".repeat(20_000);
    check(&digits, &digits);
    let float: f64 = format!("{}e-19999", "7".repeat(20_000)).parse().unwrap();
    check(&format!("{}.{}", "7", "7".repeat(19_999)), &format!("{float}"));
}

#[test]
fn floats_round_trip_in_every_radix() {
    with_seeds(20_000, |random| {
        let x = f64::from_bits(random.next());
        if !x.is_finite() {
            return;
        }
        let radix = if random.below(20) == 0 { 2 + random.below(35) as u32 } else { 10 };
        let text = Number::Real(x).to_string_radix(radix);
        if radix == 10 {
            assert_eq!(text.parse::<f64>().unwrap().to_bits(), x.to_bits(), "{text}");
        }
        let back = parse_number(&text, radix).unwrap();
        assert_eq!(back, Some(Number::Real(x)), "{text} in radix {radix}");
    });
}

#[test]
fn exact_conversions_agree_with_the_standard_library() {
    with_seeds(5_000, |random| {
        let digits = random.below(1_000_000_000_000_000_000);
        let exponent = random.below(700) as i64 - 350;
        let text = format!("{digits}e{exponent}");
        let exact = parse_number(&format!("#e{text}"), 10).unwrap().unwrap();
        let float: f64 = text.parse().unwrap();
        assert_eq!(exact.to_f64().unwrap().to_bits(), float.to_bits(), "{text}");
        if float.is_finite() {
            let exact = Number::from_f64(float).unwrap();
            assert_eq!(exact.to_f64(), Some(float), "{text}");
        }
    });
}

#[test]
fn rounding_at_the_edges() {
    let f = |num: BigInt, den: BigInt| float::ratio_to_f64(&ours(&num), &ours(&den));
    let one = || -> BigInt { BigInt::from(1) };
    assert_eq!(f((one() << 53) + 1, one()), 9007199254740992.0);
    assert_eq!(f((one() << 53) + 3, one()), 9007199254740996.0);
    assert_eq!(f(one() << 1024, one()), f64::INFINITY);
    assert_eq!(f((one() << 1024) - (one() << 970), one()), f64::INFINITY);
    assert_eq!(f((one() << 1024) - (one() << 970) - 1, one()), f64::MAX);
    assert_eq!(f(one(), one() << 1074), 5e-324);
    assert_eq!(f(one(), one() << 1075), 0.0);
    assert_eq!(f(BigInt::from(3), one() << 1075), 1e-323);
    assert_eq!(f((one() << 53) - 1, one() << 1075), f64::MIN_POSITIVE);
    assert_eq!(f(one(), one() << 100_000), 0.0);
    assert_eq!(f(BigInt::from(-1) << 100_000, one()), f64::NEG_INFINITY);
}

#[test]
fn other_radices_are_shortest() {
    assert_eq!(Number::Real(0.5).to_string_radix(2), "0.1");
    assert_eq!(Number::Real(-10.25).to_string_radix(16), "-a.4");
    assert_eq!(Number::Real(0.1).to_string_radix(3).len(), "0.".len() + 34);
    assert_eq!(Number::Real(256.0).to_string_radix(16), "100.0");
    assert_eq!(Number::Int(-255).to_string_radix(16), "-ff");
}
