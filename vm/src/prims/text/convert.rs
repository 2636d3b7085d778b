//! Strings to and from lists, vectors and UTF-8 (R7RS 6.7 to 6.9).

use super::{latin1_slice, paced, string_from_str, text};
use crate::condition::kinds;
use crate::cx::{Args, Cx, H, Out, Raise};
use crate::prims::lists::proper_length;
use crate::prims::vectors::range;
use crate::val::Val;
use gambol_abi::prims::Type;

/// `(string->list string [start [end]])`
pub(crate) fn string_to_list<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    let len = text(cx, args, 0).len();
    let (start, end) = range(cx, args, 1, len)?;
    let (out, item) = (cx.root(Val::NIL), cx.root(Val::NIL));
    for i in (start..end).rev() {
        cx.set(item, Val::char(text(cx, args, 0).get(i)));
        cx.push_list(out, item)?;
        paced(cx, i)?;
    }
    Ok(cx.get(out))
}
/// `(list->string list)`
pub(crate) fn list_to_string<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    proper_length(cx, args, 0)?;
    let codes = codes_of(cx, cx.get(args.get(0)).list());
    let h = string_of(cx, codes)?;
    Ok(cx.get(h))
}
/// `(vector->string vector [start [end]])`
pub(crate) fn vector_to_string<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    let len = cx.get(args.get(0)).vector_len();
    let (start, end) = range(cx, args, 1, len)?;
    let v = cx.get(args.get(0));
    let codes = codes_of(cx, (start..end).map(|i| v.vector_ref(i)));
    let h = string_of(cx, codes)?;
    Ok(cx.get(h))
}
/// Codes of characters, or the first value that is none.
fn codes_of<'a, 's>(cx: &'a Cx<'s>, items: impl Iterator<Item = Val<'a>>) -> Result<Vec<u32>, H<'s>> {
    items.map(|v| v.as_char().map(u32::from).ok_or_else(|| cx.root(v))).collect()
}
fn string_of<'s>(cx: &mut Cx<'s>, codes: Result<Vec<u32>, H<'s>>) -> Result<H<'s>, Raise> {
    match codes {
        Ok(codes) => cx.string_from_codes(&codes),
        Err(wrong) => {
            let who = cx.who();
            Err(cx.wrong_type_at(who, 0, wrong, Type::Char))
        }
    }
}
/// `(string->vector string [start [end]])`
pub(crate) fn string_to_vector<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    let len = text(cx, args, 0).len();
    let (start, end) = range(cx, args, 1, len)?;
    let item = cx.root(Val::fixnum(0));
    let h = cx.vector(end - start, item)?;
    for i in start..end {
        cx.set(item, Val::char(text(cx, args, 0).get(i)));
        cx.vector_set(h, i - start, item);
    }
    Ok(cx.get(h))
}
/// Characters `start..end` of a string as UTF-8.
pub(crate) fn utf8_of(string: Val<'_>, start: usize, end: usize) -> Vec<u8> {
    if let Some(bytes) = latin1_slice(string) {
        let bytes = &bytes[start..end];
        if bytes.is_ascii() {
            return bytes.to_vec();
        }
    }
    let t = string.text();
    let mut out = String::with_capacity(end - start);
    (start..end).for_each(|i| out.push(t.get(i)));
    out.into_bytes()
}
/// `(string->utf8 string [start [end]])`
pub(crate) fn string_to_utf8<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    let len = text(cx, args, 0).len();
    let (start, end) = range(cx, args, 1, len)?;
    let bytes = utf8_of(cx.get(args.get(0)), start, end);
    let h = cx.bytevector_from(&bytes)?;
    Ok(cx.get(h))
}
/// `(utf8->string bytevector [start [end]])`: bytes that are no UTF-8 are an error.
pub(crate) fn utf8_to_string<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    let len = cx.get(args.get(0)).bytes().len();
    let (start, end) = range(cx, args, 1, len)?;
    let bytes = cx.get(args.get(0)).bytes().to_vec(start, end);
    match std::str::from_utf8(&bytes) {
        Ok(s) => {
            let h = string_from_str(cx, s)?;
            Ok(cx.get(h))
        }
        Err(e) => {
            let at = cx.root(Val::index(start + e.valid_up_to()));
            Err(cx.fail(kinds::ERROR | kinds::ASSERTION, "the bytes are not valid UTF-8 at index", &[at]))
        }
    }
}
