//! Characters and strings (R7RS 6.6, 6.7).
//!
//! A string is one pointer to a body of one or four bytes per character; a character that does
//! not fit swaps in a wide copy of the body. Lengths never change, so a racing reader sees the
//! old body or the new one, both of the right size.

mod case;
mod chars;
mod compare;
mod convert;
mod search;

pub(crate) use case::*;
pub(crate) use chars::*;
pub(crate) use compare::*;
pub(crate) use convert::*;
pub(crate) use search::*;

use super::index_or;
use super::vectors::{PIECE, index, position, range};
use crate::cx::{Args, Cx, H, Out, Raise};
use crate::prims::lists::proper_length;
use crate::val::{Text, Val, field_slot};
use gambol_abi::layout::Kind;
use gambol_abi::prims::Type;

/// The characters of string argument `i`.
pub(crate) fn text<'a, 's>(cx: &'a Cx<'s>, args: Args<'s>, i: usize) -> Text<'a> {
    cx.get(args.get(i)).text()
}
/// The characters of a string as bytes, if all are Latin-1 in its representation.
pub(crate) fn latin1_slice(string: Val<'_>) -> Option<&[u8]> {
    assert!(string.is_kind(Kind::String));
    let body = string.field(0);
    let t = body.body_text();
    // SAFETY: a narrow body has as many bytes as characters; a racing writer changes bytes only.
    (!t.is_wide()).then(|| unsafe { std::slice::from_raw_parts(field_slot(body.word(), 1) as *const u8, t.len()) })
}
/// A fresh string of these Latin-1 characters.
pub(crate) fn string_from_latin1<'s>(cx: &mut Cx<'s>, bytes: &[u8]) -> Result<H<'s>, Raise> {
    let h = cx.string_of_len(bytes.len(), false)?;
    let body = cx.get(h).field(0).word();
    // SAFETY: the fresh narrow body has room for that many bytes; `bytes` is Rust memory.
    unsafe { std::ptr::copy_nonoverlapping(bytes.as_ptr(), field_slot(body, 1) as *mut u8, bytes.len()) };
    Ok(h)
}
/// A fresh string of this text, copying at once when it is ASCII.
pub(crate) fn string_from_str<'s>(cx: &mut Cx<'s>, s: &str) -> Result<H<'s>, Raise> {
    if s.is_ascii() { string_from_latin1(cx, s.as_bytes()) } else { cx.string(s) }
}
/// A fresh string of characters `start..end` of a string.
pub(crate) fn part<'s>(cx: &mut Cx<'s>, from: H<'s>, start: usize, end: usize) -> Result<H<'s>, Raise> {
    let wide = needs_wide(cx.get(from).text(), start, end);
    let h = cx.string_of_len(end - start, wide)?;
    let src = cx.get(from).text();
    // A racing writer may have widened the source since: copy only what surely fits.
    let to = cx.get(h).text();
    if wide || !src.is_wide() {
        to.copy_from(0, src, start, end - start);
    } else {
        (0..end - start).for_each(|k| to.set(k, src.code(start + k) & 0xFF));
    }
    Ok(h)
}
/// Sets characters `start..end` of a string to one that fits its width.
fn fill(string: Val<'_>, start: usize, end: usize, code: u32) {
    let body = string.field(0);
    let t = body.body_text();
    assert!(start <= end && end <= t.len() && (t.is_wide() || code < 256));
    if t.is_wide() {
        (start..end).for_each(|i| t.set(i, code));
    } else {
        // SAFETY: within a narrow body, one byte per character.
        unsafe { std::ptr::write_bytes((field_slot(body.word(), 1) as *mut u8).add(start), code as u8, end - start) }
    }
}
fn needs_wide(t: Text<'_>, start: usize, end: usize) -> bool {
    t.is_wide() && (start..end).any(|i| t.code(i) > 0xFF)
}
/// Makes a string's body wide.
fn widen<'s>(cx: &mut Cx<'s>, string: H<'s>) -> Result<(), Raise> {
    let len = cx.get(string).text().len();
    let body = cx.string_body(len, true)?;
    cx.get(body).body_text().copy_from(0, cx.get(string).text(), 0, len);
    cx.set_field(string, 0, body);
    Ok(())
}

/// `(string? obj)`
pub(crate) fn string_p<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    Ok(Val::boolean(cx.get(args.get(0)).is_kind(Kind::String)))
}
/// `(string-null? string)`
pub(crate) fn string_null_p<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    Ok(Val::boolean(text(cx, args, 0).is_empty()))
}
/// `(string-length string)`
pub(crate) fn string_length<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    Ok(Val::index(text(cx, args, 0).len()))
}
/// `(string-ref string k)`
pub(crate) fn string_ref<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    let len = text(cx, args, 0).len();
    let i = index(cx, args, 1, len)?;
    Ok(Val::char(text(cx, args, 0).get(i)))
}
/// `(string-set! string k char)`
pub(crate) fn string_set_x<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    cx.check_mutable(args, 0)?;
    let len = text(cx, args, 0).len();
    let i = index(cx, args, 1, len)?;
    let code = char_arg(cx, args, 2) as u32;
    if code > 0xFF && !text(cx, args, 0).is_wide() {
        widen(cx, args.get(0))?;
    }
    text(cx, args, 0).set(i, code);
    Ok(Val::UNSPECIFIED)
}
/// `(make-string k [char])`
pub(crate) fn make_string<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    let n = index_or(cx, args, 0, 0);
    let code = if args.len() > 1 { char_arg(cx, args, 1) as u32 } else { ' ' as u32 };
    let h = cx.string_of_len(n, code > 0xFF)?;
    if code != 0 {
        fill(cx.get(h), 0, n, code);
    }
    Ok(cx.get(h))
}
/// `(string char ...)`
pub(crate) fn string<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    let wide = (0..args.len()).any(|i| char_arg(cx, args, i) as u32 > 0xFF);
    let h = cx.string_of_len(args.len(), wide)?;
    let t = cx.get(h).text();
    (0..args.len()).for_each(|i| t.set(i, char_arg(cx, args, i) as u32));
    Ok(cx.get(h))
}
/// `(string-copy string [start [end]])`
pub(crate) fn string_copy<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    let len = text(cx, args, 0).len();
    let (start, end) = range(cx, args, 1, len)?;
    let h = part(cx, args.get(0), start, end)?;
    Ok(cx.get(h))
}
/// `(substring string start [end])`
pub(crate) fn substring<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    string_copy(cx, args)
}
/// `(string-append string ...)`
pub(crate) fn string_append<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    let strings: Vec<H<'s>> = args.rest(0).collect();
    let h = concatenate(cx, &strings)?;
    Ok(cx.get(h))
}
fn concatenate<'s>(cx: &mut Cx<'s>, strings: &[H<'s>]) -> Result<H<'s>, Raise> {
    let total = strings.iter().map(|&h| cx.get(h).text().len()).fold(0, usize::saturating_add);
    let wide = strings.iter().any(|&h| cx.get(h).text().is_wide());
    let out = cx.string_of_len(total, wide)?;
    let to = cx.get(out).text();
    let mut at = 0;
    for &h in strings {
        let t = cx.get(h).text();
        copy_fitting(to, at, t);
        at += t.len();
    }
    Ok(out)
}
/// Copies a whole text; characters that a racing writer widened meanwhile lose their upper bits.
fn copy_fitting(to: Text<'_>, at: usize, from: Text<'_>) {
    if to.is_wide() || !from.is_wide() {
        to.copy_from(at, from, 0, from.len());
    } else {
        (0..from.len()).for_each(|k| to.set(at + k, from.code(k) & 0xFF));
    }
}
/// `(%string-concatenate list)`
pub(crate) fn string_concatenate<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    proper_length(cx, args, 0)?;
    // The list may hold more strings than there are handles: two walks over it instead.
    let (mut total, mut wide, mut wrong) = (0usize, false, None);
    for v in cx.get(args.get(0)).list() {
        if !v.is_kind(Kind::String) {
            wrong = Some(cx.root(v));
            break;
        }
        total = total.saturating_add(v.text().len());
        wide |= v.text().is_wide();
    }
    if let Some(h) = wrong {
        let who = cx.who();
        return Err(cx.wrong_type_at(who, 0, h, Type::String));
    }
    let out = cx.string_of_len(total, wide)?;
    let to = cx.get(out).text();
    let mut at = 0;
    for v in cx.get(args.get(0)).list() {
        // A racing writer may have put something else there.
        if !v.is_kind(Kind::String) || v.text().len() > total - at {
            break;
        }
        copy_fitting(to, at, v.text());
        at += v.text().len();
    }
    Ok(cx.get(out))
}
/// `(string-fill! string char [start [end]])`
pub(crate) fn string_fill_x<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    cx.check_mutable(args, 0)?;
    let len = text(cx, args, 0).len();
    let (start, end) = range(cx, args, 2, len)?;
    let code = char_arg(cx, args, 1) as u32;
    if code > 0xFF && !text(cx, args, 0).is_wide() {
        widen(cx, args.get(0))?;
    }
    fill(cx.get(args.get(0)), start, end, code);
    Ok(Val::UNSPECIFIED)
}
/// `(string-copy! to at from [start [end]])`
pub(crate) fn string_copy_x<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    cx.check_mutable(args, 0)?;
    let (room, len) = (text(cx, args, 0).len(), text(cx, args, 2).len());
    let at = position(cx, args, 1, room)?;
    let (start, end) = range(cx, args, 3, len)?;
    if end - start > room - at {
        return Err(cx.bad_range(args, 1));
    }
    if !text(cx, args, 0).is_wide() && text(cx, args, 2).is_wide() {
        if needs_wide(text(cx, args, 2), start, end) {
            widen(cx, args.get(0))?;
        } else {
            let (to, from) = (text(cx, args, 0), text(cx, args, 2));
            (0..end - start).for_each(|k| to.set(at + k, from.code(start + k) & 0xFF));
            return Ok(Val::UNSPECIFIED);
        }
    }
    text(cx, args, 0).copy_from(at, text(cx, args, 2), start, end - start);
    Ok(Val::UNSPECIFIED)
}
/// `(string-reverse string [start [end]])` (SRFI 13)
pub(crate) fn string_reverse<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    let len = text(cx, args, 0).len();
    let (start, end) = range(cx, args, 1, len)?;
    let h = part(cx, args.get(0), start, end)?;
    let t = cx.get(h).text();
    let n = t.len();
    for i in 0..n / 2 {
        let (a, b) = (t.code(i), t.code(n - 1 - i));
        t.set(i, b);
        t.set(n - 1 - i, a);
    }
    Ok(cx.get(h))
}
/// Polls once per piece while a loop over characters or elements allocates.
fn paced(cx: &mut Cx<'_>, i: usize) -> Result<(), Raise> {
    if i.is_multiple_of(PIECE) { cx.poll_budget(PIECE) } else { Ok(()) }
}

#[cfg(test)]
mod tests;
