//! Reading numerals: the whole syntax of R7RS 7.1.1.
//!
//! First the form is recognized without computing anything, then the value is made, so
//! that a symbol like `-` or `1+` costs one look and no allocation. Beyond R7RS, radices
//! 2 to 36 are accepted as default, and a point in any radix (but exponents only in ten,
//! where `e` is no digit). The exponent markers `s f d l` ask for a precision (R7RS 6.2.5);
//! there is one here, so they mean `e`.

use std::f64;

use super::effort::spend;
use super::int::Int;
use super::{Number, NumberLimit};

/// Greatest power of ten, up or down, that an exact decimal may ask for. It keeps a short
/// text from filling memory: `#e1e1000000000` would take half a gigabyte.
pub const EXACT_EXPONENT_MAX: i64 = 100_000;

/// Digits looked at between two counts of the effort.
const PIECE: usize = 1 << 12;

/// The number a text stands for, `Ok(None)` when it is not a numeral.
///
/// `radix` (2 to 36) holds unless the text has its own prefix. A quotient by zero is not a
/// numeral, nor is an exact infinity.
pub fn parse_number(text: &str, radix: u32) -> Result<Option<Number>, NumberLimit> {
    let bytes = text.as_bytes();
    if let Some(small) = parse_small(bytes, radix) {
        return Ok(Some(Number::Int(small)));
    }
    let Some((prefix, body)) = Prefix::strip(bytes, radix) else {
        return Ok(None);
    };
    parse_complex(body, prefix)
}

/// The commonest literals: decimal integers that are fixnums by their length alone.
fn parse_small(text: &[u8], radix: u32) -> Option<i64> {
    let digits = text.strip_prefix(b"-").unwrap_or(text);
    if radix != 10 || digits.is_empty() || digits.len() > 18 {
        return None;
    }
    let mut value = 0;
    for digit in digits {
        if !digit.is_ascii_digit() {
            return None;
        }
        value = value * 10 + i64::from(digit - b'0');
    }
    Some(if digits.len() < text.len() { -value } else { value })
}

#[derive(Clone, Copy)]
struct Prefix {
    radix: u32,
    exact: Option<bool>,
}

impl Prefix {
    /// Takes `#x`, `#e` and the like off: at most one of each sort, in any order.
    fn strip(mut text: &[u8], default_radix: u32) -> Option<(Prefix, &[u8])> {
        let (mut radix, mut exact) = (None, None);
        while let [b'#', letter, rest @ ..] = text {
            match letter.to_ascii_lowercase() {
                b'b' if radix.is_none() => radix = Some(2),
                b'o' if radix.is_none() => radix = Some(8),
                b'd' if radix.is_none() => radix = Some(10),
                b'x' if radix.is_none() => radix = Some(16),
                b'e' if exact.is_none() => exact = Some(true),
                b'i' if exact.is_none() => exact = Some(false),
                _ => return None,
            }
            text = rest;
        }
        Some((Prefix { radix: radix.unwrap_or(default_radix), exact }, text))
    }
}

/// A real numeral that was recognized but not yet evaluated.
#[derive(Clone, Copy)]
struct Real<'a> {
    /// The sign, if written.
    sign: Option<u8>,
    form: Form<'a>,
}

#[derive(Clone, Copy)]
enum Form<'a> {
    /// The imaginary unit's factor when only a sign stands before `i`.
    Unit,
    Infinite,
    NotANumber,
    Integer(&'a [u8]),
    Ratio(&'a [u8], &'a [u8]),
    /// Digits before and after the point, exponent, and all of it as text without sign.
    Decimal {
        int: &'a [u8],
        frac: &'a [u8],
        exponent: Option<&'a [u8]>,
        whole: &'a [u8],
    },
}

fn parse_complex(text: &[u8], prefix: Prefix) -> Result<Option<Number>, NumberLimit> {
    let Some((first, rest)) = scan_real(text, prefix.radix) else {
        return match scan_imaginary(text, prefix.radix) {
            Some(im) => rectangular(None, im, prefix),
            None => Ok(None),
        };
    };
    match rest {
        [] => evaluate(first, prefix),
        [b'i' | b'I'] if first.sign.is_some() => rectangular(None, first, prefix),
        [b'+' | b'-', ..] => match scan_imaginary(rest, prefix.radix) {
            Some(im) => rectangular(Some(first), im, prefix),
            None => Ok(None),
        },
        [b'@', angle @ ..] => match scan_real(angle, prefix.radix) {
            Some((angle, [])) => polar(first, angle, prefix),
            _ => Ok(None),
        },
        _ => Ok(None),
    }
}

/// A signed real, or a sign alone, with `i` after it up to the end.
fn scan_imaginary(text: &[u8], radix: u32) -> Option<Real<'_>> {
    if let [sign @ (b'+' | b'-'), b'i' | b'I'] = text {
        return Some(Real { sign: Some(*sign), form: Form::Unit });
    }
    match scan_real(text, radix)? {
        (real, [b'i' | b'I']) if real.sign.is_some() => Some(real),
        _ => None,
    }
}

/// The longest real numeral `text` starts with, and what follows.
fn scan_real(text: &[u8], radix: u32) -> Option<(Real<'_>, &[u8])> {
    let (sign, body) = match text {
        [sign @ (b'+' | b'-'), body @ ..] => (Some(*sign), body),
        _ => (None, text),
    };
    if sign.is_some() && body.len() >= 5 {
        let (word, rest) = body.split_at(5);
        if word.eq_ignore_ascii_case(b"inf.0") {
            return Some((Real { sign, form: Form::Infinite }, rest));
        }
        if word.eq_ignore_ascii_case(b"nan.0") {
            return Some((Real { sign, form: Form::NotANumber }, rest));
        }
    }
    let (form, rest) = scan_unsigned(body, radix)?;
    Some((Real { sign, form }, rest))
}

fn scan_unsigned(text: &[u8], radix: u32) -> Option<(Form<'_>, &[u8])> {
    let (int, mut rest) = scan_digits(text, radix);
    if !int.is_empty()
        && let [b'/', den @ ..] = rest
    {
        let (den, rest) = scan_digits(den, radix);
        return (!den.is_empty()).then_some((Form::Ratio(int, den), rest));
    }
    let mut frac: &[u8] = &[];
    let mut pointed = false;
    if let [b'.', after @ ..] = rest {
        (frac, rest) = scan_digits(after, radix);
        pointed = true;
    }
    if int.is_empty() && frac.is_empty() {
        return None;
    }
    let mut exponent = None;
    if let ([marker, after @ ..], 10) = (rest, radix)
        && is_exponent_marker(*marker)
    {
        let (digits, end) = scan_exponent(after)?;
        (exponent, rest) = (Some(digits), end);
    }
    if !pointed && exponent.is_none() {
        return Some((Form::Integer(int), rest));
    }
    let whole = &text[..text.len() - rest.len()];
    Some((Form::Decimal { int, frac, exponent, whole }, rest))
}

fn scan_digits(text: &[u8], radix: u32) -> (&[u8], &[u8]) {
    let mut end = 0;
    for piece in text.chunks(PIECE) {
        let digits = piece.iter().position(|&byte| !(byte as char).is_digit(radix)).unwrap_or(piece.len());
        end += digits;
        if digits < piece.len() {
            break;
        }
        if digits == PIECE {
            spend(PIECE);
        }
    }
    text.split_at(end)
}

fn is_exponent_marker(byte: u8) -> bool {
    matches!(byte.to_ascii_lowercase(), b'e' | b's' | b'f' | b'd' | b'l')
}

fn scan_exponent(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let signed = usize::from(matches!(text.first(), Some(b'+' | b'-')));
    let (digits, rest) = scan_digits(&text[signed..], 10);
    (!digits.is_empty()).then(|| (&text[..signed + digits.len()], rest))
}

fn rectangular(re: Option<Real<'_>>, im: Real<'_>, prefix: Prefix) -> Result<Option<Number>, NumberLimit> {
    let re = match re {
        None => Some(Number::Int(0)),
        Some(re) => evaluate(re, prefix)?,
    };
    Ok(re.zip(evaluate(im, prefix)?).map(|(re, im)| Number::rect(re, im)))
}

fn polar(magnitude: Real<'_>, angle: Real<'_>, prefix: Prefix) -> Result<Option<Number>, NumberLimit> {
    let parts = evaluate(magnitude, prefix)?.zip(evaluate(angle, prefix)?);
    let Some((magnitude, angle)) = parts else {
        return Ok(None);
    };
    if matches!(angle, Number::Int(0)) || matches!(magnitude, Number::Int(0)) {
        return Ok(Some(magnitude));
    }
    let Some((length, turn)) = magnitude.to_f64().zip(angle.to_f64()) else {
        return Ok(None);
    };
    let (re, im) = (length * turn.cos(), length * turn.sin());
    if prefix.exact == Some(true) {
        let parts = Number::from_f64(re).zip(Number::from_f64(im));
        return Ok(parts.map(|(re, im)| Number::rect(re, im)));
    }
    Ok(Some(Number::rect(Number::Real(re), Number::Real(im))))
}

fn evaluate(real: Real<'_>, prefix: Prefix) -> Result<Option<Number>, NumberLimit> {
    let negative = real.sign == Some(b'-');
    let signed = |x: f64| Number::Real(if negative { -x } else { x });
    let by_default = !matches!(real.form, Form::Decimal { .. });
    let exact = prefix.exact.unwrap_or(by_default);
    Ok(match real.form {
        Form::Infinite if prefix.exact != Some(true) => Some(signed(f64::INFINITY)),
        Form::NotANumber if prefix.exact != Some(true) => Some(Number::Real(f64::NAN)),
        Form::Infinite | Form::NotANumber => None,
        Form::Decimal { whole, .. } if !exact && prefix.radix == 10 => decimal_to_f64(whole).map(signed),
        Form::Integer(digits) if !exact && prefix.radix == 10 => decimal_to_f64(digits).map(signed),
        form => match evaluate_exact(form, negative, prefix.radix)? {
            // The sign of an inexact zero is not in the exact one.
            Some(Number::Int(0)) if !exact => Some(signed(0.0)),
            Some(value) if !exact => value.to_f64().map(Number::Real),
            value => value,
        },
    })
}

/// The standard library rounds correctly however long the text is.
fn decimal_to_f64(text: &[u8]) -> Option<f64> {
    if let Some(marker) = text.iter().position(|&b| is_exponent_marker(b)) {
        let mut text = text.to_vec();
        text[marker] = b'e';
        return std::str::from_utf8(&text).ok()?.parse().ok();
    }
    std::str::from_utf8(text).ok()?.parse().ok()
}

fn evaluate_exact(form: Form<'_>, negative: bool, radix: u32) -> Result<Option<Number>, NumberLimit> {
    let signed = |n: Int| if negative { n.neg() } else { n };
    let integer = |digits: &[u8]| Int::from_digits(digits, radix);
    Ok(match form {
        Form::Infinite | Form::NotANumber => None,
        Form::Unit => Some(Number::Int(if negative { -1 } else { 1 })),
        Form::Integer(digits) => Some(Number::integer(signed(integer(digits)))),
        Form::Ratio(num, den) => Number::ratio(signed(integer(num)), integer(den)),
        Form::Decimal { int, frac, exponent, .. } => {
            let digits = signed(integer(&[int, frac].concat()));
            if digits.is_zero() {
                return Ok(Some(Number::Int(0)));
            }
            let asked = exponent.map_or(0, saturating_exponent);
            if !(-EXACT_EXPONENT_MAX..=EXACT_EXPONENT_MAX).contains(&asked) {
                return Err(NumberLimit { exponent: asked });
            }
            let scale = asked - frac.len() as i64;
            let power = Int::from(u64::from(radix)).pow(scale.unsigned_abs());
            if scale >= 0 { Some(Number::integer(digits.mul(&power))) } else { Number::ratio(digits, power) }
        }
    })
}

fn saturating_exponent(text: &[u8]) -> i64 {
    let (negative, digits) = match text {
        [b'-', digits @ ..] => (true, digits),
        [b'+', digits @ ..] => (false, digits),
        digits => (false, digits),
    };
    let magnitude = digits.iter().fold(0_i64, |value, digit| value.saturating_mul(10).saturating_add(i64::from(digit - b'0')));
    if negative { -magnitude } else { magnitude }
}
