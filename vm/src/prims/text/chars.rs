//! Characters. ASCII is decided at once; the rest asks the standard library's Unicode tables,
//! with the few exceptions that make its full case mappings the simple ones R7RS asks for.

use crate::cx::{Args, Cx, Out};
use crate::prims::index_or;
use crate::val::Val;
use gambol_abi::value;

/// Character argument `i`.
pub(crate) fn char_arg<'s>(cx: &Cx<'s>, args: Args<'s>, i: usize) -> char {
    cx.get(args.get(i)).as_char().unwrap_or(char::REPLACEMENT_CHARACTER)
}

/// First characters of the runs of decimal digits (general category Nd, Unicode 17), zeros
/// each, and the number of digits in the run.
const DIGITS: [(u32, u32); 71] = [
    (0x30, 10),
    (0x660, 10),
    (0x6F0, 10),
    (0x7C0, 10),
    (0x966, 10),
    (0x9E6, 10),
    (0xA66, 10),
    (0xAE6, 10),
    (0xB66, 10),
    (0xBE6, 10),
    (0xC66, 10),
    (0xCE6, 10),
    (0xD66, 10),
    (0xDE6, 10),
    (0xE50, 10),
    (0xED0, 10),
    (0xF20, 10),
    (0x1040, 10),
    (0x1090, 10),
    (0x17E0, 10),
    (0x1810, 10),
    (0x1946, 10),
    (0x19D0, 10),
    (0x1A80, 10),
    (0x1A90, 10),
    (0x1B50, 10),
    (0x1BB0, 10),
    (0x1C40, 10),
    (0x1C50, 10),
    (0xA620, 10),
    (0xA8D0, 10),
    (0xA900, 10),
    (0xA9D0, 10),
    (0xA9F0, 10),
    (0xAA50, 10),
    (0xABF0, 10),
    (0xFF10, 10),
    (0x104A0, 10),
    (0x10D30, 10),
    (0x10D40, 10),
    (0x11066, 10),
    (0x110F0, 10),
    (0x11136, 10),
    (0x111D0, 10),
    (0x112F0, 10),
    (0x11450, 10),
    (0x114D0, 10),
    (0x11650, 10),
    (0x116C0, 10),
    (0x116D0, 20),
    (0x11730, 10),
    (0x118E0, 10),
    (0x11950, 10),
    (0x11BF0, 10),
    (0x11C50, 10),
    (0x11D50, 10),
    (0x11DA0, 10),
    (0x11DE0, 10),
    (0x11F50, 10),
    (0x16130, 10),
    (0x16A60, 10),
    (0x16AC0, 10),
    (0x16B50, 10),
    (0x16D70, 10),
    (0x1CCF0, 10),
    (0x1D7CE, 50),
    (0x1E140, 10),
    (0x1E2F0, 10),
    (0x1E4F0, 10),
    (0x1E5F1, 10),
    (0x1E950, 10),
];

/// Value of a decimal digit of any script.
pub(crate) fn digit_of(c: char) -> Option<u32> {
    if c.is_ascii() {
        return c.to_digit(10);
    }
    let code = c as u32;
    if (0x1FBF0..0x1FBFA).contains(&code) {
        return Some(code - 0x1FBF0);
    }
    let i = DIGITS.partition_point(|&(zero, _)| zero <= code).checked_sub(1)?;
    let (zero, count) = DIGITS[i];
    (code - zero < count).then(|| (code - zero) % 10)
}

fn single(mut mapped: impl Iterator<Item = char>) -> Option<char> {
    let first = mapped.next();
    if mapped.next().is_some() { None } else { first }
}
/// Simple upper case. Greek letters with an iota below go to their title case, one letter.
pub(crate) fn upcase(c: char) -> char {
    if c.is_ascii() {
        return c.to_ascii_uppercase();
    }
    match c as u32 {
        code @ (0x1F80..=0x1F87 | 0x1F90..=0x1F97 | 0x1FA0..=0x1FA7) => char::from_u32(code + 8).unwrap_or(c),
        code @ (0x1FB3 | 0x1FC3 | 0x1FF3) => char::from_u32(code + 9).unwrap_or(c),
        _ => single(c.to_uppercase()).unwrap_or(c),
    }
}
/// Simple lower case.
pub(crate) fn downcase(c: char) -> char {
    match c {
        _ if c.is_ascii() => c.to_ascii_lowercase(),
        'İ' => 'i',
        _ => single(c.to_lowercase()).unwrap_or(c),
    }
}
/// Simple case folding: lower case of upper case, but for the letters Unicode excepts.
pub(crate) fn foldcase(c: char) -> char {
    if c.is_ascii() {
        return c.to_ascii_lowercase();
    }
    match c as u32 {
        // Turkic i letters fold to themselves; Cherokee folds to its upper case.
        0x130 | 0x131 | 0x13A0..=0x13F5 => c,
        code @ 0x13F8..=0x13FD => char::from_u32(code - 8).unwrap_or(c),
        code @ 0xAB70..=0xABBF => char::from_u32(code - 0xAB70 + 0x13A0).unwrap_or(c),
        0x1FD3 => '\u{390}',
        0x1FE3 => '\u{3B0}',
        0xFB05 => '\u{FB06}',
        _ => {
            let upper = upcase(c);
            single(upper.to_lowercase()).unwrap_or(upper)
        }
    }
}

/// `(char? obj)`
pub(crate) fn char_p<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    Ok(Val::boolean(value::is_char(cx.get(args.get(0)).word())))
}
/// `(char->integer char)`
pub(crate) fn char_to_integer<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    Ok(Val::fixnum(char_arg(cx, args, 0) as i64))
}
/// `(integer->char n)`: surrogates are no characters.
pub(crate) fn integer_to_char<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    let n = index_or(cx, args, 0, 0);
    match u32::try_from(n).ok().and_then(char::from_u32) {
        Some(c) => Ok(Val::char(c)),
        None => Err(cx.bad_range(args, 0)),
    }
}
macro_rules! predicates {
    ($($name:ident $text:literal $test:expr;)*) => { $(
        #[doc = concat!("`(", $text, " char)`")]
        pub(crate) fn $name<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
            let test: fn(char) -> bool = $test;
            Ok(Val::boolean(test(char_arg(cx, args, 0))))
        }
    )* };
}
predicates! {
    char_alphabetic_p "char-alphabetic?" char::is_alphabetic;
    char_numeric_p "char-numeric?" |c| digit_of(c).is_some();
    char_whitespace_p "char-whitespace?" char::is_whitespace;
    char_upper_case_p "char-upper-case?" char::is_uppercase;
    char_lower_case_p "char-lower-case?" char::is_lowercase;
}
/// `(digit-value char)`
pub(crate) fn digit_value<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    Ok(digit_of(char_arg(cx, args, 0)).map_or(Val::FALSE, |d| Val::fixnum(d as i64)))
}
macro_rules! mappings {
    ($($name:ident $text:literal $map:expr;)*) => { $(
        #[doc = concat!("`(", $text, " char)`")]
        pub(crate) fn $name<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
            Ok(Val::char($map(char_arg(cx, args, 0))))
        }
    )* };
}
mappings! {
    char_upcase "char-upcase" upcase;
    char_downcase "char-downcase" downcase;
    char_foldcase "char-foldcase" foldcase;
}
macro_rules! orders {
    ($($name:ident $text:literal $map:expr, $op:tt;)*) => { $(
        #[doc = concat!("`(", $text, " a b ...)`")]
        pub(crate) fn $name<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
            let key = |i: usize| $map(char_arg(cx, args, i));
            Ok(Val::boolean((1..args.len()).all(|i| key(i - 1) $op key(i))))
        }
    )* };
}
orders! {
    char_eq_p "char=?" std::convert::identity, ==;
    char_less_p "char<?" std::convert::identity, <;
    char_greater_p "char>?" std::convert::identity, >;
    char_less_eq_p "char<=?" std::convert::identity, <=;
    char_greater_eq_p "char>=?" std::convert::identity, >=;
    char_ci_eq_p "char-ci=?" foldcase, ==;
    char_ci_less_p "char-ci<?" foldcase, <;
    char_ci_greater_p "char-ci>?" foldcase, >;
    char_ci_less_eq_p "char-ci<=?" foldcase, <=;
    char_ci_greater_eq_p "char-ci>=?" foldcase, >=;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_are_in_order_and_count_from_zero() {
        assert!(DIGITS.windows(2).all(|w| w[0].0 + w[0].1 <= w[1].0));
        for (c, d) in [('7', Some(7)), ('٣', Some(3)), ('𝟗', Some(9)), ('𝟘', Some(0)), ('½', None), ('x', None), ('\u{1FBF5}', Some(5))] {
            assert_eq!(digit_of(c), d, "{c}");
        }
        // Whatever is a decimal digit is numeric in the standard library's wider sense.
        assert!(('\0'..=char::MAX).all(|c| digit_of(c).is_none() || c.is_numeric()));
    }

    #[test]
    fn simple_mappings_differ_from_full_ones_where_unicode_says() {
        for (c, up, down, fold) in [
            ('ß', 'ß', 'ß', 'ß'),
            ('ẞ', 'ẞ', 'ß', 'ß'),
            ('İ', 'İ', 'i', 'İ'),
            ('ı', 'I', 'ı', 'ı'),
            ('ς', 'Σ', 'ς', 'σ'),
            ('ᾳ', 'ᾼ', 'ᾳ', 'ᾳ'),
            ('ᾀ', 'ᾈ', 'ᾀ', 'ᾀ'),
            ('K', 'K', 'k', 'k'),
            ('Ꭰ', 'Ꭰ', 'ꭰ', 'Ꭰ'),
            ('ꭰ', 'Ꭰ', 'ꭰ', 'Ꭰ'),
            ('µ', 'Μ', 'µ', 'μ'),
        ] {
            assert_eq!((upcase(c), downcase(c), foldcase(c)), (up, down, fold), "{c}");
        }
    }
}
