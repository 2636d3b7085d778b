//! Case of strings: the full mappings of Unicode, under which lengths can change.

use super::{chars, latin1_slice, string_from_latin1, string_from_str};
use crate::cx::{Args, Cx, Out};

/// Full case folding of a character.
fn fold_char(c: char, out: &mut String) {
    match c {
        'İ' => out.push_str("i\u{307}"),
        'ı' => out.push(c),
        'ẞ' => out.push_str("ss"),
        '\u{13A0}'..='\u{13F5}' | '\u{13F8}'..='\u{13FD}' | '\u{AB70}'..='\u{ABBF}' => out.push(chars::foldcase(c)),
        _ => out.extend(c.to_uppercase().flat_map(char::to_lowercase)),
    }
}
/// Full case folding, as `string-foldcase` and the caseless comparisons have it.
pub(crate) fn fold(s: &str) -> String {
    if s.is_ascii() {
        return s.to_ascii_lowercase();
    }
    let mut out = String::with_capacity(s.len());
    s.chars().for_each(|c| fold_char(c, &mut out));
    out
}

/// Maps a string, ASCII in place of a copy.
fn mapped<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>, ascii: fn(&mut [u8]), full: fn(&str) -> String) -> Out<'a> {
    let ascii_copy = latin1_slice(cx.get(args.get(0))).map(<[u8]>::to_vec).filter(|b| b.is_ascii());
    let h = match ascii_copy {
        Some(mut bytes) => {
            ascii(&mut bytes);
            string_from_latin1(cx, &bytes)?
        }
        None => {
            let s = full(&cx.get(args.get(0)).text().to_string());
            string_from_str(cx, &s)?
        }
    };
    Ok(cx.get(h))
}
/// `(string-upcase string)`
pub(crate) fn string_upcase<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    mapped(cx, args, <[u8]>::make_ascii_uppercase, str::to_uppercase)
}
/// `(string-downcase string)`
pub(crate) fn string_downcase<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    mapped(cx, args, <[u8]>::make_ascii_lowercase, str::to_lowercase)
}
/// `(string-foldcase string)`
pub(crate) fn string_foldcase<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    mapped(cx, args, <[u8]>::make_ascii_lowercase, fold)
}

#[cfg(test)]
mod tests {
    use super::fold;

    #[test]
    fn folding_is_full() {
        for (s, expect) in [("Straße", "strasse"), ("ΧΑΟΣ", "χαοσ"), ("χαος", "χαοσ"), ("ﬁ", "fi"), ("ẞ", "ss"), ("Ꭰꭰ", "ᎠᎠ"), ("ı", "ı")] {
            assert_eq!(fold(s), expect);
        }
    }
}
