//! Input procedures (R7RS 6.13.2).

use crate::cx::{Args, Cx, Out};
use crate::io;
use crate::prims::index_or;
use crate::prims::text::{string_from_str, utf8_of};
use crate::prims::vectors::range;
use crate::val::Val;

/// `(open-input-string string)`
pub(crate) fn open_input_string<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    let string = cx.get(args.get(0));
    let bytes = utf8_of(string, 0, string.text().len());
    let h = io::over_bytes(cx, &bytes, false)?;
    Ok(cx.get(h))
}
/// `(open-input-bytevector bytevector)`
pub(crate) fn open_input_bytevector<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    let bytes = cx.get(args.get(0)).bytes();
    let bytes = bytes.to_vec(0, bytes.len());
    let h = io::over_bytes(cx, &bytes, true)?;
    Ok(cx.get(h))
}
fn char_or_eof(c: Option<char>) -> Val<'static> {
    c.map_or(Val::EOF, Val::char)
}
fn byte_or_eof(b: Option<u8>) -> Val<'static> {
    b.map_or(Val::EOF, |b| Val::fixnum(b as i64))
}
/// `(read-char [port])`
pub(crate) fn read_char<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    let p = io::argument(cx, args, 0, io::INPUT, false)?;
    Ok(char_or_eof(io::read_char(cx, p)?))
}
/// `(peek-char [port])`
pub(crate) fn peek_char<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    let p = io::argument(cx, args, 0, io::INPUT, false)?;
    Ok(char_or_eof(io::peek_char(cx, p)?))
}
/// `(char-ready? [port])`
pub(crate) fn char_ready_p<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    let p = io::argument(cx, args, 0, io::INPUT, false)?;
    Ok(Val::boolean(io::is_ready(cx, p)))
}
/// `(read-u8 [port])`
pub(crate) fn read_u8<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    let p = io::argument(cx, args, 0, io::INPUT, true)?;
    Ok(byte_or_eof(io::read_byte(cx, p)?))
}
/// `(peek-u8 [port])`
pub(crate) fn peek_u8<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    let p = io::argument(cx, args, 0, io::INPUT, true)?;
    Ok(byte_or_eof(io::peek_byte(cx, p)?))
}
/// `(u8-ready? [port])`
pub(crate) fn u8_ready_p<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    let p = io::argument(cx, args, 0, io::INPUT, true)?;
    Ok(Val::boolean(io::is_ready(cx, p)))
}
/// `(read-line [port])`
pub(crate) fn read_line<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    let p = io::argument(cx, args, 0, io::INPUT, false)?;
    let Some(bytes) = io::read_line(cx, p)? else { return Ok(Val::EOF) };
    let text = io::decode(cx, p, bytes)?;
    let h = string_from_str(cx, &text)?;
    Ok(cx.get(h))
}
/// `(read-string k [port])`
pub(crate) fn read_string<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    let p = io::argument(cx, args, 1, io::INPUT, false)?;
    let k = index_or(cx, args, 0, 0);
    let Some(bytes) = io::read_string(cx, p, k)? else { return Ok(Val::EOF) };
    let text = io::decode(cx, p, bytes)?;
    let h = string_from_str(cx, &text)?;
    Ok(cx.get(h))
}
/// `(read-bytevector k [port])`
pub(crate) fn read_bytevector<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    let p = io::argument(cx, args, 1, io::INPUT, true)?;
    let k = index_or(cx, args, 0, 0);
    let Some(bytes) = io::read_bytes(cx, p, k)? else { return Ok(Val::EOF) };
    let h = cx.bytevector_from(&bytes)?;
    Ok(cx.get(h))
}
/// `(read-bytevector! bytevector [port [start [end]]])`: how many bytes came, or the end of file.
pub(crate) fn read_bytevector_x<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    let p = io::argument(cx, args, 1, io::INPUT, true)?;
    cx.check_mutable(args, 0)?;
    let len = cx.get(args.get(0)).bytes().len();
    let (start, end) = range(cx, args, 2, len)?;
    let Some(bytes) = io::read_bytes(cx, p, end - start)? else { return Ok(Val::EOF) };
    cx.get(args.get(0)).bytes().write(start, &bytes);
    Ok(Val::index(bytes.len()))
}
/// `(%skip-script-line port)`: takes a first line that starts with `#!` and is no directive.
pub(crate) fn skip_script_line<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    let p = io::argument(cx, args, 0, io::INPUT, false)?;
    io::skip_script_line(cx, p)?;
    Ok(Val::UNSPECIFIED)
}
/// `(read [port])`
pub(crate) fn read<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    let p = io::argument(cx, args, 0, io::INPUT, false)?;
    match io::read(cx, p)? {
        Some(h) => Ok(cx.get(h)),
        None => Ok(Val::EOF),
    }
}
