//! Looking keys up in tables with a built-in equivalence.

use super::body::{self, SLOT};
use super::mode;
use crate::condition::kinds;
use crate::cx::{Args, Cx, H, Out, Raise};
use crate::hash;
use crate::prims::lists::{equal, eqv};
use crate::prims::text::compare_ci;
use crate::val::Val;
use gambol_abi::layout::{Kind, table};
use gambol_abi::prims::Type;

fn equivalence<'s>(cx: &Cx<'s>, t: H<'s>) -> i64 {
    cx.get(t).field(table::MODE).fixnum_unchecked() & mode::EQUIVALENCE
}
/// Hash of key argument 1 under the equivalence of table argument 0.
fn hash_key<'s>(cx: &mut Cx<'s>, args: Args<'s>) -> Result<i64, Raise> {
    let (t, key) = (args.get(0), args.get(1));
    let h = match equivalence(cx, t) {
        mode::EQ => hash::eq(cx, key),
        mode::EQV => hash::eqv(cx, key),
        mode::EQUAL => hash::equal(cx, key),
        mode::CUSTOM => return Err(cx.fail(kinds::ERROR | kinds::ASSERTION, "the table has an equivalence of its own:", &[t])),
        _ if !cx.get(key).is_kind(Kind::String) => return Err(cx.wrong_type(args, 1, Type::String)),
        mode::STRING => hash::text(cx.get(key).text()),
        _ => hash::text_ci(cx.get(key).text()),
    };
    Ok(h as i64)
}
/// The slot of key argument 1.
fn locate<'s>(cx: &mut Cx<'s>, args: Args<'s>, h: i64) -> Result<Option<usize>, Raise> {
    let (t, key) = (args.get(0), args.get(1));
    let (kind, weak) = (equivalence(cx, t), body::is_weak(cx, t));
    if !weak && matches!(kind, mode::EQ | mode::EQV) {
        return Ok(locate_identical(cx, t, key, h, kind == mode::EQ));
    }
    let held = cx.root(body::body_of(cx, t));
    let candidate = cx.root(Val::FALSE);
    let mut at = body::find(cx, t, h, None);
    while let Some(i) = at {
        body::load_key(cx, held, i, weak, candidate);
        let (a, b) = (cx.get(key), cx.get(candidate));
        let same = a.is(b)
            || match kind {
                mode::EQ => false,
                mode::EQV => eqv(a, b),
                mode::EQUAL => equal(cx, key, candidate)?,
                mode::STRING => b.is_kind(Kind::String) && a.text().same(b.text()),
                _ => b.is_kind(Kind::String) && compare_ci(a, b).is_eq(),
            };
        if same {
            return Ok(Some(i));
        }
        at = body::find(cx, t, h, Some(i));
    }
    Ok(None)
}
/// The common case in one loop over raw words.
fn locate_identical<'s>(cx: &Cx<'s>, t: H<'s>, key: H<'s>, h: i64, identical: bool) -> Option<usize> {
    let (held, key) = (body::body_of(cx, t), cx.get(key));
    let slots = held.vector_len() / SLOT;
    let first = body::start(h, slots);
    for distance in 0..slots {
        let i = (first + distance) & (slots - 1);
        if body::hash_at(held, i)? == h {
            let candidate = held.vector_ref(SLOT * i + 1);
            if candidate.is(key) || !identical && eqv(candidate, key) {
                return Some(i);
            }
        }
    }
    None
}
/// `(%table-ref table key default)`
pub(crate) fn table_ref<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    let h = hash_key(cx, args)?;
    match locate(cx, args, h)? {
        Some(i) => {
            let v = body::value(cx, args.get(0), i);
            Ok(cx.get(v))
        }
        None => Ok(cx.get(args.get(2))),
    }
}
/// `(%table-contains? table key)`
pub(crate) fn table_contains_p<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    let h = hash_key(cx, args)?;
    Ok(Val::boolean(locate(cx, args, h)?.is_some()))
}
/// `(%table-set! table key value)`
pub(crate) fn table_set_x<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    let h = hash_key(cx, args)?;
    match locate(cx, args, h)? {
        Some(i) => body::set_value(cx, args.get(0), i, args.get(2)),
        None => body::insert(cx, args.get(0), h, args.get(1), args.get(2))?,
    }
    Ok(Val::UNSPECIFIED)
}
/// `(%table-delete! table key)`: whether it was there.
pub(crate) fn table_delete_x<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    let h = hash_key(cx, args)?;
    let found = locate(cx, args, h)?;
    if let Some(i) = found {
        body::delete(cx, args.get(0), i);
    }
    Ok(Val::boolean(found.is_some()))
}
