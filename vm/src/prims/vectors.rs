//! Vectors, bytevectors, records, promises, boxes (R7RS 6.8, 6.9, 5.5, 4.2.5).
//!
//! Lengths never change once an object is made, so a checked range stays in bounds whatever
//! other processors do. Long copies work in pieces and look for requests between them.

mod bytes;
mod records;

pub(crate) use bytes::*;
pub(crate) use records::*;

use super::index_or;
use super::lists::proper_length;
use crate::cx::{Args, Cx, H, Out, Raise};
use crate::val::Val;
use gambol_abi::layout::Kind;

/// Elements handled between looks at the requests.
pub(crate) const PIECE: usize = 1 << 12;

/// The optional range at arguments `i` and `i + 1` of something `len` long.
pub(crate) fn range<'s>(cx: &mut Cx<'s>, args: Args<'s>, i: usize, len: usize) -> Result<(usize, usize), Raise> {
    let (start, end) = (index_or(cx, args, i, 0), index_or(cx, args, i + 1, len));
    if end > len {
        return Err(cx.bad_range(args, i + 1));
    }
    if start > end {
        return Err(cx.bad_range(args, i));
    }
    Ok((start, end))
}
/// Position argument `i`, which must be at most `len`.
pub(crate) fn position<'s>(cx: &mut Cx<'s>, args: Args<'s>, i: usize, len: usize) -> Result<usize, Raise> {
    let at = index_or(cx, args, i, 0);
    if at > len { Err(cx.bad_range(args, i)) } else { Ok(at) }
}
/// Index argument `i`, which must lie below `len`.
pub(crate) fn index<'s>(cx: &mut Cx<'s>, args: Args<'s>, i: usize, len: usize) -> Result<usize, Raise> {
    let at = index_or(cx, args, i, 0);
    if at >= len { Err(cx.bad_range(args, i)) } else { Ok(at) }
}
fn length_of<'s>(cx: &Cx<'s>, args: Args<'s>, i: usize) -> usize {
    cx.get(args.get(i)).vector_len()
}

/// `(vector? obj)`
pub(crate) fn vector_p<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    Ok(Val::boolean(cx.get(args.get(0)).is_kind(Kind::Vector)))
}
/// `(vector-length vector)`
pub(crate) fn vector_length<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    Ok(Val::index(length_of(cx, args, 0)))
}
/// `(vector-ref vector k)`
pub(crate) fn vector_ref<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    let len = length_of(cx, args, 0);
    let i = index(cx, args, 1, len)?;
    Ok(cx.get(args.get(0)).vector_ref(i))
}
/// `(vector-set! vector k obj)`
pub(crate) fn vector_set_x<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    cx.check_mutable(args, 0)?;
    let len = length_of(cx, args, 0);
    let i = index(cx, args, 1, len)?;
    cx.vector_set(args.get(0), i, args.get(2));
    Ok(Val::UNSPECIFIED)
}
/// `(make-vector k [fill])`
pub(crate) fn make_vector<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    let n = index_or(cx, args, 0, 0);
    let fill = args.opt(1).unwrap_or_else(|| cx.root(Val::UNSPECIFIED));
    let h = cx.vector(n, fill)?;
    Ok(cx.get(h))
}
/// `(vector obj ...)`
pub(crate) fn vector<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    let zero = cx.root(Val::fixnum(0));
    let h = cx.vector(args.len(), zero)?;
    for i in 0..args.len() {
        cx.vector_set(h, i, args.get(i));
    }
    Ok(cx.get(h))
}
/// `(vector->list vector [start [end]])`
pub(crate) fn vector_to_list<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    let len = length_of(cx, args, 0);
    let (start, end) = range(cx, args, 1, len)?;
    let out = cx.root(Val::NIL);
    let item = cx.root(Val::NIL);
    for i in (start..end).rev() {
        cx.set(item, cx.get(args.get(0)).vector_ref(i));
        cx.push_list(out, item)?;
        cx.poll_budget(1)?;
    }
    Ok(cx.get(out))
}
/// `(list->vector list)`
pub(crate) fn list_to_vector<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    let n = proper_length(cx, args, 0)?;
    let h = vector_of_list(cx, args.get(0), n)?;
    Ok(cx.get(h))
}
/// A vector of the first `n` elements of a list; what a racing writer took away stays unspecified.
pub(crate) fn vector_of_list<'s>(cx: &mut Cx<'s>, list: H<'s>, n: usize) -> Result<H<'s>, Raise> {
    let fill = cx.root(Val::UNSPECIFIED);
    let h = cx.vector(n, fill)?;
    let (at, item) = (cx.root(cx.get(list)), fill);
    for i in 0..n {
        if !cx.get(at).is_pair() {
            break;
        }
        cx.set(item, cx.get(at).car());
        cx.set(at, cx.get(at).cdr());
        cx.vector_set(h, i, item);
    }
    Ok(h)
}
/// `(vector-fill! vector fill [start [end]])`
pub(crate) fn vector_fill_x<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    cx.check_mutable(args, 0)?;
    let len = length_of(cx, args, 0);
    let (start, end) = range(cx, args, 2, len)?;
    for i in start..end {
        cx.vector_set(args.get(0), i, args.get(1));
        cx.poll_budget(1)?;
    }
    Ok(Val::UNSPECIFIED)
}
/// `(vector-copy vector [start [end]])`
pub(crate) fn vector_copy<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    let len = length_of(cx, args, 0);
    let (start, end) = range(cx, args, 1, len)?;
    let h = part(cx, args.get(0), start, end)?;
    Ok(cx.get(h))
}
/// `(subvector vector start end)`
pub(crate) fn subvector<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    vector_copy(cx, args)
}
fn part<'s>(cx: &mut Cx<'s>, from: H<'s>, start: usize, end: usize) -> Result<H<'s>, Raise> {
    let zero = cx.root(Val::fixnum(0));
    let h = cx.vector(end - start, zero)?;
    copy(cx, h, 0, from, start, end - start)?;
    Ok(h)
}
/// Copies elements with the barrier; ranges of one vector may overlap.
pub(crate) fn copy<'s>(cx: &mut Cx<'s>, to: H<'s>, at: usize, from: H<'s>, start: usize, count: usize) -> Result<(), Raise> {
    let item = cx.root(Val::NIL);
    // Backwards when the target lies above the source in the same vector.
    let backwards = at > start && cx.get(to).is(cx.get(from));
    for piece in (0..count).step_by(PIECE) {
        let n = PIECE.min(count - piece);
        for k in piece..piece + n {
            let k = if backwards { count - 1 - k } else { k };
            cx.set(item, cx.get(from).vector_ref(start + k));
            cx.vector_set(to, at + k, item);
        }
        cx.poll_budget(n)?;
    }
    Ok(())
}
/// `(vector-copy! to at from [start [end]])`
pub(crate) fn vector_copy_x<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    cx.check_mutable(args, 0)?;
    let (room, len) = (length_of(cx, args, 0), length_of(cx, args, 2));
    let at = position(cx, args, 1, room)?;
    let (start, end) = range(cx, args, 3, len)?;
    if end - start > room - at {
        return Err(cx.bad_range(args, 1));
    }
    copy(cx, args.get(0), at, args.get(2), start, end - start)?;
    Ok(Val::UNSPECIFIED)
}
/// `(vector-append vector ...)`
pub(crate) fn vector_append<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    let total = (0..args.len()).map(|i| length_of(cx, args, i)).fold(0, usize::saturating_add);
    let zero = cx.root(Val::fixnum(0));
    let h = cx.vector(total, zero)?;
    let mut at = 0;
    for i in 0..args.len() {
        let n = length_of(cx, args, i);
        copy(cx, h, at, args.get(i), 0, n)?;
        at += n;
    }
    Ok(cx.get(h))
}

#[cfg(test)]
mod tests;
