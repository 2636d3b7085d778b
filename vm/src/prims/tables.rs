//! Hash tables, hash functions, weak things (SRFI 69, 124, 128).
//!
//! Bodies of the simple kind stand here; `body` holds the open addressing, `lookup` the keys'
//! side of it, `listing` what walks over whole tables, `weak` weak pairs, ephemerons, guardians.

mod body;
mod listing;
mod lookup;
mod weak;

pub(crate) use listing::*;
pub(crate) use lookup::*;
pub(crate) use weak::*;

use super::index_or;
use super::vectors::index;
use crate::cx::{Args, Cx, H, Out, Raise};
use crate::hash;
use crate::val::Val;
use gambol_abi::layout::{Kind, table};
use gambol_abi::prims::Type;

/// Equivalences, in the low bits of a table's mode.
pub(crate) mod mode {
    /// The program's own procedures, called by the Scheme side.
    pub(crate) const CUSTOM: i64 = 0;
    /// `eq?`
    pub(crate) const EQ: i64 = 1;
    /// `eqv?`
    pub(crate) const EQV: i64 = 2;
    /// `equal?`
    pub(crate) const EQUAL: i64 = 3;
    /// `string=?`
    pub(crate) const STRING: i64 = 4;
    /// `string-ci=?`
    pub(crate) const STRING_CI: i64 = 5;
    /// The bits of the equivalence.
    pub(crate) const EQUIVALENCE: i64 = 15;
    /// Keys are held weakly.
    pub(crate) const WEAK: i64 = 16;
}

/// `(hash-table? obj)`
pub(crate) fn hash_table_p<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    Ok(Val::boolean(cx.get(args.get(0)).is_kind(Kind::HashTable)))
}
/// `(%make-table mode equivalence hash [capacity])`
pub(crate) fn make_table<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    let m = cx.get(args.get(0)).fixnum_unchecked();
    if m & mode::EQUIVALENCE > mode::STRING_CI || m > mode::EQUIVALENCE + mode::WEAK {
        return Err(cx.bad_range(args, 0));
    }
    // The capacity is a hint: a wild one must not cost memory before anything is stored.
    let expected = index_or(cx, args, 3, 0).min(1 << 20);
    let h = body::make(cx, args.get(0), args.get(1), args.get(2), expected)?;
    Ok(cx.get(h))
}
fn field<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>, i: usize) -> Out<'a> {
    Ok(cx.get(args.get(0)).field(i))
}
/// `(%table-mode table)`
pub(crate) fn table_mode<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    field(cx, args, table::MODE)
}
/// `(%table-equivalence table)`: the program's procedure or `#f`.
pub(crate) fn table_equivalence<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    field(cx, args, table::EQUIVALENCE)
}
/// `(%table-hash table)`: the program's procedure or `#f`.
pub(crate) fn table_hash<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    field(cx, args, table::HASH)
}
/// `(%table-version table)`: changes whenever slots do.
pub(crate) fn table_version<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    field(cx, args, table::VERSION)
}
/// `(hash-table-size table)`: of a weak table, the associations whose key is alive.
pub(crate) fn hash_table_size<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    if body::is_weak(cx, args.get(0)) {
        return Ok(Val::index(listing::live(cx, args.get(0))));
    }
    field(cx, args, table::COUNT)
}
/// `(hash-table-clear! table)`
pub(crate) fn hash_table_clear_x<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    body::clear(cx, args.get(0))?;
    Ok(Val::UNSPECIFIED)
}

// For tables with the program's own equivalence: Scheme code hashes and compares, slots are ours.

/// `(%table-find table hash previous)`: the next slot after `previous` (`#f`: the first) that can
/// hold a key with this hash, or `#f`.
pub(crate) fn table_find<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    let h = cx.get(args.get(1)).fixnum_unchecked();
    let previous = match cx.get(args.get(2)) {
        v if !v.is_true() => None,
        v => match v.as_index() {
            Some(i) => Some(i),
            None => return Err(cx.wrong_type(args, 2, Type::Index)),
        },
    };
    Ok(body::find(cx, args.get(0), h, previous).map_or(Val::FALSE, Val::index))
}
fn slot<'s>(cx: &mut Cx<'s>, args: Args<'s>) -> Result<usize, Raise> {
    let capacity = body::capacity(cx, args.get(0));
    index(cx, args, 1, capacity)
}
/// `(%table-key-at table slot)`: the broken object for a key that died.
pub(crate) fn table_key_at<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    let i = slot(cx, args)?;
    let h = body::key(cx, args.get(0), i);
    Ok(cx.get(h))
}
/// `(%table-value-at table slot)`
pub(crate) fn table_value_at<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    let i = slot(cx, args)?;
    let h = body::value(cx, args.get(0), i);
    Ok(cx.get(h))
}
/// `(%table-set-value-at! table slot value)`
pub(crate) fn table_set_value_at_x<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    let i = slot(cx, args)?;
    body::set_value(cx, args.get(0), i, args.get(2));
    Ok(Val::UNSPECIFIED)
}
/// `(%table-insert! table hash key value)`: the caller knows that the key is not there.
pub(crate) fn table_insert_x<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    let h = cx.get(args.get(1)).fixnum_unchecked();
    body::insert(cx, args.get(0), h, args.get(2), args.get(3))?;
    Ok(Val::UNSPECIFIED)
}
/// `(%table-delete-at! table slot)`
pub(crate) fn table_delete_at_x<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    let i = slot(cx, args)?;
    body::delete(cx, args.get(0), i);
    Ok(Val::UNSPECIFIED)
}

fn bounded<'s>(cx: &mut Cx<'s>, args: Args<'s>, h: u64) -> Result<Val<'static>, Raise> {
    match args.opt(1).map(|b| cx.get(b).fixnum_unchecked()) {
        None => Ok(Val::fixnum(h as i64)),
        Some(0) => Err(cx.bad_range(args, 1)),
        Some(bound) => Ok(Val::fixnum((h % bound as u64) as i64)),
    }
}
macro_rules! hashes {
    ($($name:ident $text:literal $f:expr;)*) => { $(
        #[doc = concat!("`(", $text, " obj [bound])`")]
        pub(crate) fn $name<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
            let f: for<'x, 'y> fn(&'x mut Cx<'y>, H<'y>) -> u64 = $f;
            let h = f(cx, args.get(0));
            bounded(cx, args, h)
        }
    )* };
}
hashes! {
    eq_hash "eq-hash" hash::eq;
    eqv_hash "eqv-hash" hash::eqv;
    equal_hash "equal-hash" hash::equal;
    string_hash "string-hash" |cx, h| hash::text(cx.get(h).text());
    string_ci_hash "string-ci-hash" |cx, h| hash::text_ci(cx.get(h).text());
    symbol_hash "symbol-hash" |cx, h| hash::symbol(cx.get(h));
}

#[cfg(test)]
mod tests;
