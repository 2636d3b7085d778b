//! Looking for characters and substrings.

use super::{char_arg, latin1_slice, text};
use crate::cx::{Args, Cx, Out};
use crate::prims::vectors::{position, range};
use crate::val::Val;

fn answer(found: Option<usize>) -> Val<'static> {
    found.map_or(Val::FALSE, Val::index)
}
/// `(string-prefix? prefix string)` (SRFI 13)
pub(crate) fn string_prefix_p<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    let (p, s) = (text(cx, args, 0), text(cx, args, 1));
    Ok(Val::boolean(p.len() <= s.len() && (0..p.len()).all(|i| p.code(i) == s.code(i))))
}
/// `(string-suffix? suffix string)` (SRFI 13)
pub(crate) fn string_suffix_p<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    let (p, s) = (text(cx, args, 0), text(cx, args, 1));
    let fits = p.len() <= s.len();
    Ok(Val::boolean(fits && (0..p.len()).all(|i| p.code(i) == s.code(s.len() - p.len() + i))))
}
/// `(%string-search pattern string [start])`: index of the first occurrence, or `#f`.
/// Linear in both lengths, whatever the pattern.
pub(crate) fn string_search<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    let len = text(cx, args, 1).len();
    let start = position(cx, args, 2, len)?;
    let (pattern, string) = (cx.get(args.get(0)), cx.get(args.get(1)));
    if let (Some(p), Some(s)) = (latin1_slice(pattern), latin1_slice(string)) {
        return Ok(answer(memchr::memmem::find(&s[start..], p).map(|i| start + i)));
    }
    let s: String = string.text().chars().skip(start).collect();
    let found = s.find(&pattern.text().to_string());
    Ok(answer(found.map(|byte| start + s[..byte].chars().count())))
}
/// `(%string-index string char [start [end]])`: first place of a character, or `#f`.
pub(crate) fn string_index<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    let len = text(cx, args, 0).len();
    let (start, end) = range(cx, args, 2, len)?;
    let code = char_arg(cx, args, 1) as u32;
    if let Some(s) = latin1_slice(cx.get(args.get(0))) {
        let byte = u8::try_from(code).ok();
        return Ok(answer(byte.and_then(|b| memchr::memchr(b, &s[start..end])).map(|i| start + i)));
    }
    let t = text(cx, args, 0);
    Ok(answer((start..end).find(|&i| t.code(i) == code)))
}
/// `(%string-rindex string char [start [end]])`: last place of a character, or `#f`.
pub(crate) fn string_rindex<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    let len = text(cx, args, 0).len();
    let (start, end) = range(cx, args, 2, len)?;
    let code = char_arg(cx, args, 1) as u32;
    let t = text(cx, args, 0);
    Ok(answer((start..end).rev().find(|&i| t.code(i) == code)))
}
