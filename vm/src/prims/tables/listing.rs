//! Whole tables: copies, lists and snapshots of what they hold.

use super::body::{self, SLOT};
use crate::cx::{Args, Cx, H, Out, Raise};
use crate::prims::vectors;
use crate::val::Val;
use gambol_abi::layout::{Kind, table};
use gambol_abi::value;

/// Calls `each` with every living association, in handles that are used again.
fn for_each<'s>(cx: &mut Cx<'s>, t: H<'s>, mut each: impl FnMut(&mut Cx<'s>, H<'s>, H<'s>) -> Result<(), Raise>) -> Result<(), Raise> {
    let weak = body::is_weak(cx, t);
    let held = cx.root(body::body_of(cx, t));
    let (key, v) = (cx.root(Val::FALSE), cx.root(Val::FALSE));
    for i in 0..cx.get(held).vector_len() / SLOT {
        if body::hash_at(cx.get(held), i).is_none() {
            continue;
        }
        body::load_key(cx, held, i, weak, key);
        body::load_value(cx, held, i, weak, v);
        if cx.get(key).word() == value::BROKEN {
            continue;
        }
        let top = cx.p().handles.top();
        each(cx, key, v)?;
        cx.p().handles.reset(top);
        cx.poll_budget(1)?;
    }
    Ok(())
}
/// Number of associations whose key is alive.
pub(super) fn live<'s>(cx: &mut Cx<'s>, t: H<'s>) -> usize {
    let weak = body::is_weak(cx, t);
    let held = cx.root(body::body_of(cx, t));
    let key = cx.root(Val::FALSE);
    let slots = cx.get(held).vector_len() / SLOT;
    let alive = |i: &usize| {
        let used = body::hash_at(cx.get(held), *i).is_some();
        used && {
            body::load_key(cx, held, *i, weak, key);
            cx.get(key).word() != value::BROKEN
        }
    };
    (0..slots).filter(alive).count()
}
/// `(hash-table-keys table)`
pub(crate) fn hash_table_keys<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    let out = cx.root(Val::NIL);
    for_each(cx, args.get(0), |cx, key, _| cx.push_list(out, key))?;
    Ok(cx.get(out))
}
/// `(hash-table-values table)`
pub(crate) fn hash_table_values<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    let out = cx.root(Val::NIL);
    for_each(cx, args.get(0), |cx, _, v| cx.push_list(out, v))?;
    Ok(cx.get(out))
}
/// `(hash-table->alist table)`
pub(crate) fn hash_table_to_alist<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    let out = cx.root(Val::NIL);
    for_each(cx, args.get(0), |cx, key, v| {
        let pair = cx.cons(key, v)?;
        cx.push_list(out, pair)
    })?;
    Ok(cx.get(out))
}
/// `(%table-snapshot table)`: a vector key, value, key, value, ... for walks in Scheme that call
/// procedures of the program's.
pub(crate) fn table_snapshot<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    let n = live(cx, args.get(0));
    let zero = cx.root(Val::fixnum(0));
    let out = cx.vector(2 * n, zero)?;
    let mut at = 0;
    for_each(cx, args.get(0), |cx, key, v| {
        // Keys that came meanwhile, by a race, do not fit.
        if at + 1 < 2 * n {
            cx.vector_set(out, at, key);
            cx.vector_set(out, at + 1, v);
            at += 2;
        }
        Ok(())
    })?;
    if at == 2 * n {
        return Ok(cx.get(out));
    }
    // Keys that died meanwhile leave the end unused.
    let shorter = cx.vector(at, zero)?;
    vectors::copy(cx, shorter, 0, out, 0, at)?;
    Ok(cx.get(shorter))
}
/// `(hash-table-copy table [mutable?])`
pub(crate) fn hash_table_copy<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    let t = args.get(0);
    let field = |cx: &Cx<'s>, i: usize| cx.root(cx.get(t).field(i));
    let (mode, equivalence, hash) = (field(cx, table::MODE), field(cx, table::EQUIVALENCE), field(cx, table::HASH));
    let copy = body::make(cx, mode, equivalence, hash, 0)?;
    let held = cx.root(body::body_of(cx, t));
    let weak = body::is_weak(cx, t);
    let (key, v) = (cx.root(Val::FALSE), cx.root(Val::FALSE));
    for i in 0..cx.get(held).vector_len() / SLOT {
        let Some(h) = body::hash_at(cx.get(held), i) else { continue };
        body::load_key(cx, held, i, weak, key);
        body::load_value(cx, held, i, weak, v);
        if cx.get(key).word() != value::BROKEN {
            let top = cx.p().handles.top();
            body::insert(cx, copy, h, key, v)?;
            cx.p().handles.reset(top);
        }
        cx.poll_budget(1)?;
    }
    debug_assert!(cx.get(copy).is_kind(Kind::HashTable));
    Ok(cx.get(copy))
}
