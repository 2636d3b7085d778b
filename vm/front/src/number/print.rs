//! Writing numerals: the shortest text that reads back as the same number.
//!
//! Decimal floats take the shortest digits from the standard library; other radices use the
//! free-format algorithm of Burger and Dybvig, "Printing Floating-Point Numbers Quickly and
//! Accurately" (PLDI 1996), on big integers, since they are rare.

use std::cmp::Ordering;
use std::fmt;

use super::int::Int;
use super::{Number, float};

/// Decimal floats of at least this power of ten are written with an exponent.
const POSITIONAL_MAX: i32 = 21;
/// Decimal floats below this power of ten are written with an exponent.
const POSITIONAL_MIN: i32 = -6;

impl Number {
    /// The numeral in `radix` (2 to 36), without a radix prefix, as `number->string` has it.
    pub fn to_string_radix(&self, radix: u32) -> String {
        let mut out = String::new();
        self.write_radix(&mut out, radix);
        out
    }

    /// Appends the numeral in `radix` to `out`.
    pub fn write_radix(&self, out: &mut String, radix: u32) {
        match self {
            Number::Int(n) if radix == 10 => {
                // Writing to a string cannot fail.
                let _ = fmt::Write::write_fmt(out, format_args!("{n}"));
            }
            Number::Int(n) => Int::from(*n).r().write(out, radix),
            Number::Big(n) => n.r().write(out, radix),
            Number::Ratio(fraction) => {
                fraction.0.r().write(out, radix);
                out.push('/');
                fraction.1.r().write(out, radix);
            }
            Number::Real(x) => write_real(out, *x, radix),
            Number::Rect(re, im) => {
                if !matches!(**re, Number::Int(0)) {
                    re.write_radix(out, radix);
                }
                write_imaginary(out, im, radix);
            }
        }
    }
}

/// The decimal numeral.
impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_string_radix(10))
    }
}

fn write_imaginary(out: &mut String, im: &Number, radix: u32) {
    match im {
        Number::Int(1) => out.push('+'),
        Number::Int(-1) => out.push('-'),
        _ => {
            let text = im.to_string_radix(radix);
            if !text.starts_with(['+', '-']) {
                out.push('+');
            }
            out.push_str(&text);
        }
    }
    out.push('i');
}

fn write_real(out: &mut String, x: f64, radix: u32) {
    if x.is_nan() {
        out.push_str("+nan.0");
        return;
    }
    if x.is_infinite() {
        out.push_str(if x > 0.0 { "+inf.0" } else { "-inf.0" });
        return;
    }
    if x.is_sign_negative() {
        out.push('-');
    }
    if x == 0.0 {
        out.push_str("0.0");
        return;
    }
    if radix != 10 {
        let (digits, power) = free_format(x, radix);
        return write_positional(out, &digits, power);
    }
    let (digits, power) = shortest_decimal(x.abs());
    if (POSITIONAL_MIN..POSITIONAL_MAX).contains(&(power - 1)) {
        write_positional(out, &digits, power);
    } else {
        write_scientific(out, &digits, power - 1);
    }
}

/// Digits `d1 d2 ...` and `k` with x = 0.d1d2... * 10^k.
fn shortest_decimal(x: f64) -> (String, i32) {
    let text = format!("{x:e}");
    let (mantissa, exponent) = text.split_once('e').expect("the format has an exponent");
    let digits = mantissa.chars().filter(|c| *c != '.').collect();
    let exponent: i32 = exponent.parse().expect("the exponent is a small integer");
    (digits, exponent + 1)
}

fn write_positional(out: &mut String, digits: &str, power: i32) {
    let zeros = |n: usize| std::iter::repeat_n('0', n);
    let length = digits.len() as i32;
    if power <= 0 {
        out.push_str("0.");
        out.extend(zeros(power.unsigned_abs() as usize));
        out.push_str(digits);
    } else if power < length {
        let (int, frac) = digits.split_at(power as usize);
        out.push_str(int);
        out.push('.');
        out.push_str(frac);
    } else {
        out.push_str(digits);
        out.extend(zeros((power - length) as usize));
        out.push_str(".0");
    }
}

fn write_scientific(out: &mut String, digits: &str, exponent: i32) {
    let (first, rest) = digits.split_at(1);
    out.push_str(first);
    if !rest.is_empty() {
        out.push('.');
        out.push_str(rest);
    }
    // Writing to a string cannot fail.
    let _ = fmt::Write::write_fmt(out, format_args!("e{exponent}"));
}

/// Digits and `k` with |x| = 0.d1d2... * radix^k: the fewest digits that only `x` is
/// nearest to. `x` is finite and not zero.
fn free_format(x: f64, radix: u32) -> (String, i32) {
    let (significand, exponent) = float::decompose(x);
    // Below a power of two the next float is half as far as above it.
    let uneven = significand == 1 << 52 && exponent > -1074;
    let extra = u64::from(uneven) + 1;
    let (up, down) = (exponent.max(0) as u64, (-exponent).max(0) as u64);
    let one = Int::from(1);
    let mut num = Int::from(significand).shl(up + extra);
    let mut den = one.shl(down + extra);
    let mut above = one.shl(up + extra - 1);
    let mut below = one.shl(up);
    let base = Int::from(u64::from(radix));
    // A reader that rounds half to even takes the bounds of an even significand for it.
    let inclusive = significand % 2 == 0;
    let reaches = |a: &Int, b: &Int| match a.r().cmp(b.r()) {
        Ordering::Less => false,
        Ordering::Equal => inclusive,
        Ordering::Greater => true,
    };
    let mut power = 0;
    while reaches(&num.add(&above), &den) {
        den = den.mul(&base);
        power += 1;
    }
    while !reaches(&num.add(&above).mul(&base), &den) {
        (num, above, below) = (num.mul(&base), above.mul(&base), below.mul(&base));
        power -= 1;
    }
    let mut digits = String::new();
    loop {
        (num, above, below) = (num.mul(&base), above.mul(&base), below.mul(&base));
        let (quotient, rest) = num.div_rem(&den);
        num = rest;
        let mut digit = quotient.to_u64().expect("a digit is less than the radix") as u32;
        let low = reaches(&below, &num);
        let high = reaches(&num.add(&above), &den);
        if low || high {
            // Both neighbours round back: take the nearer.
            if high && (!low || num.shl(1).r().cmp(den.r()) != Ordering::Less) {
                digit += 1;
            }
            digits.extend(char::from_digit(digit, radix));
            return (digits, power);
        }
        digits.extend(char::from_digit(digit, radix));
    }
}
