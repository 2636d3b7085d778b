//! Bytevectors (R7RS 6.9). Conversions to and from text stand with the strings.

use super::{index, position, range};
use crate::cx::{Args, Cx, Out};
use crate::prims::index_or;
use crate::prims::lists::bytes_equal;
use crate::val::{Bytes, Val};
use gambol_abi::layout::Kind;

fn bytes_of<'a, 's>(cx: &'a Cx<'s>, args: Args<'s>, i: usize) -> Bytes<'a> {
    cx.get(args.get(i)).bytes()
}
fn byte<'s>(cx: &Cx<'s>, args: Args<'s>, i: usize) -> u8 {
    cx.get(args.get(i)).fixnum_unchecked() as u8
}

/// `(bytevector? obj)`
pub(crate) fn bytevector_p<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    Ok(Val::boolean(cx.get(args.get(0)).is_kind(Kind::Bytevector)))
}
/// `(bytevector-length bytevector)`
pub(crate) fn bytevector_length<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    Ok(Val::index(bytes_of(cx, args, 0).len()))
}
/// `(bytevector-u8-ref bytevector k)`
pub(crate) fn bytevector_u8_ref<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    let len = bytes_of(cx, args, 0).len();
    let i = index(cx, args, 1, len)?;
    Ok(Val::fixnum(bytes_of(cx, args, 0).get(i) as i64))
}
/// `(bytevector-u8-set! bytevector k byte)`
pub(crate) fn bytevector_u8_set_x<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    cx.check_mutable(args, 0)?;
    let len = bytes_of(cx, args, 0).len();
    let i = index(cx, args, 1, len)?;
    bytes_of(cx, args, 0).set(i, byte(cx, args, 2));
    Ok(Val::UNSPECIFIED)
}
/// `(bytevector byte ...)`
pub(crate) fn bytevector<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    let h = cx.bytevector(args.len(), 0)?;
    (0..args.len()).for_each(|i| cx.get(h).bytes().set(i, byte(cx, args, i)));
    Ok(cx.get(h))
}
/// `(make-bytevector k [byte])`
pub(crate) fn make_bytevector<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    let n = index_or(cx, args, 0, 0);
    let fill = if args.len() > 1 { byte(cx, args, 1) } else { 0 };
    let h = cx.bytevector(n, fill)?;
    Ok(cx.get(h))
}
/// `(bytevector-copy bytevector [start [end]])`
pub(crate) fn bytevector_copy<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    let len = bytes_of(cx, args, 0).len();
    let (start, end) = range(cx, args, 1, len)?;
    let h = cx.bytevector(end - start, 0)?;
    cx.get(h).bytes().copy_from(0, bytes_of(cx, args, 0), start, end - start);
    Ok(cx.get(h))
}
/// `(bytevector-copy! to at from [start [end]])`
pub(crate) fn bytevector_copy_x<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    cx.check_mutable(args, 0)?;
    let (room, len) = (bytes_of(cx, args, 0).len(), bytes_of(cx, args, 2).len());
    let at = position(cx, args, 1, room)?;
    let (start, end) = range(cx, args, 3, len)?;
    if end - start > room - at {
        return Err(cx.bad_range(args, 1));
    }
    bytes_of(cx, args, 0).copy_from(at, bytes_of(cx, args, 2), start, end - start);
    Ok(Val::UNSPECIFIED)
}
/// `(bytevector-append bytevector ...)`
pub(crate) fn bytevector_append<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    let total = (0..args.len()).map(|i| bytes_of(cx, args, i).len()).fold(0, usize::saturating_add);
    let h = cx.bytevector(total, 0)?;
    let mut at = 0;
    for i in 0..args.len() {
        let from = bytes_of(cx, args, i);
        cx.get(h).bytes().copy_from(at, from, 0, from.len());
        at += from.len();
    }
    Ok(cx.get(h))
}
/// `(bytevector-fill! bytevector byte [start [end]])`
pub(crate) fn bytevector_fill_x<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    cx.check_mutable(args, 0)?;
    let len = bytes_of(cx, args, 0).len();
    let (start, end) = range(cx, args, 2, len)?;
    let b = byte(cx, args, 1);
    let bytes = bytes_of(cx, args, 0);
    (start..end).for_each(|i| bytes.set(i, b));
    Ok(Val::UNSPECIFIED)
}
/// `(bytevector=? a b ...)` (R6RS)
pub(crate) fn bytevector_eq_p<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    let same = (1..args.len()).all(|i| bytes_equal(bytes_of(cx, args, 0), bytes_of(cx, args, i)));
    Ok(Val::boolean(same))
}
