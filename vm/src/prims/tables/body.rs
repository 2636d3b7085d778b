//! Open addressing with linear probing over one vector: for each slot a hash (`#f` when
//! empty), a key, a value. Deleting moves later entries back, so there are no tombstones.
//!
//! Weak tables keep an ephemeron in the place of the key, and drop dead ones when the body is
//! next rebuilt. Every operation reads the body once and stays within it; a racing one can
//! work on a body that is no longer the table's and be lost, never leave the vector.

use super::mode;
use crate::cx::{Cx, H, Raise};
use crate::hash;
use crate::val::{Val, field_slot};
use gambol_abi::layout::{Kind, table};
use gambol_abi::value;

/// Words of a slot.
pub(super) const SLOT: usize = 3;
/// Slots of a fresh table.
const SLOTS_MIN: usize = 8;

/// Sets a number in a table.
fn set_number<'s>(cx: &mut Cx<'s>, t: H<'s>, field: usize, n: i64) {
    assert!(matches!(field, table::COUNT | table::VERSION));
    let w = cx.get(t).word();
    assert!(cx.get(t).is_kind(Kind::HashTable));
    // SAFETY: within a table; the old and the new content are fixnums, which need no barrier.
    unsafe { *field_slot(w, field) = value::fixnum(n) }
}
fn number<'s>(cx: &Cx<'s>, t: H<'s>, field: usize) -> i64 {
    cx.get(t).field(field).fixnum_unchecked()
}
/// Notes a change of slots, by which the count changes.
fn changed<'s>(cx: &mut Cx<'s>, t: H<'s>, by: i64) {
    let (count, version) = (number(cx, t, table::COUNT), number(cx, t, table::VERSION));
    set_number(cx, t, table::COUNT, (count + by).max(0));
    set_number(cx, t, table::VERSION, (version + 1) & (hash::MASK as i64));
}
/// Whether the table holds its keys weakly.
pub(super) fn is_weak<'s>(cx: &Cx<'s>, t: H<'s>) -> bool {
    number(cx, t, table::MODE) & mode::WEAK != 0
}
/// The body.
pub(super) fn body_of<'a, 's>(cx: &'a Cx<'s>, t: H<'s>) -> Val<'a> {
    cx.get(t).field(table::BODY)
}
/// Number of slots.
pub(super) fn capacity<'s>(cx: &Cx<'s>, t: H<'s>) -> usize {
    body_of(cx, t).vector_len() / SLOT
}
/// Slots for so many associations: two thirds full at most.
fn slots_for(count: usize) -> usize {
    (count.saturating_mul(3) / 2 + 1).next_power_of_two().max(SLOTS_MIN)
}
fn empty_body<'s>(cx: &mut Cx<'s>, slots: usize) -> Result<H<'s>, Raise> {
    let nothing = cx.root(Val::FALSE);
    cx.vector(slots.saturating_mul(SLOT), nothing)
}
/// A fresh table.
pub(super) fn make<'s>(cx: &mut Cx<'s>, mode: H<'s>, equivalence: H<'s>, hash: H<'s>, expected: usize) -> Result<H<'s>, Raise> {
    let body = empty_body(cx, slots_for(expected))?;
    let zero = cx.root(Val::fixnum(0));
    cx.make(Kind::HashTable, &[body, zero, mode, equivalence, hash, zero])
}
/// Drops all associations.
pub(super) fn clear<'s>(cx: &mut Cx<'s>, t: H<'s>) -> Result<(), Raise> {
    let body = empty_body(cx, SLOTS_MIN)?;
    cx.set_field(t, table::BODY, body);
    set_number(cx, t, table::COUNT, 0);
    changed(cx, t, 0);
    Ok(())
}

/// Where probing for a hash starts.
pub(super) fn start(h: i64, slots: usize) -> usize {
    hash::mix(h as u64) as usize & (slots - 1)
}
/// The hash in slot `i`, `None` when it is empty.
pub(super) fn hash_at(body: Val<'_>, i: usize) -> Option<i64> {
    body.vector_ref(SLOT * i).as_fixnum()
}
/// The next slot with hash `h`, after `previous` or from the start.
pub(super) fn find<'s>(cx: &Cx<'s>, t: H<'s>, h: i64, previous: Option<usize>) -> Option<usize> {
    let body = body_of(cx, t);
    let slots = body.vector_len() / SLOT;
    let first = start(h, slots);
    let from = match previous {
        None => 0,
        // Distance from the first slot, so that a search ends after one round.
        Some(i) => (i.wrapping_sub(first) & (slots - 1)) + 1,
    };
    for distance in from..slots {
        let i = (first + distance) & (slots - 1);
        if hash_at(body, i)? == h {
            return Some(i);
        }
    }
    None
}

/// Key of slot `i`; the broken object if it died.
pub(super) fn key<'s>(cx: &mut Cx<'s>, t: H<'s>, i: usize) -> H<'s> {
    let out = cx.root(Val::FALSE);
    let body = cx.root(body_of(cx, t));
    let weak = is_weak(cx, t);
    load_key(cx, body, i, weak, out);
    out
}
/// Puts the key of slot `i` of `body` into `out`.
pub(super) fn load_key<'s>(cx: &mut Cx<'s>, body: H<'s>, i: usize, weak: bool, out: H<'s>) {
    let holder = cx.get(body).vector_ref(SLOT * i + 1);
    if weak && holder.is_kind(Kind::Ephemeron) {
        cx.set(out, holder);
        let slot = field_slot(cx.get(out).word(), 0);
        // SAFETY: the key's slot of a live ephemeron.
        let word = unsafe { cx.p_mut().mutator.weak_read(slot) };
        // SAFETY: a weak read answers a live value.
        cx.set(out, unsafe { Val::from_word(word) });
    } else {
        cx.set(out, holder);
    }
}
/// Value of slot `i`.
pub(super) fn value<'s>(cx: &mut Cx<'s>, t: H<'s>, i: usize) -> H<'s> {
    let out = cx.root(Val::FALSE);
    let body = cx.root(body_of(cx, t));
    let weak = is_weak(cx, t);
    load_value(cx, body, i, weak, out);
    out
}
/// Puts the value of slot `i` of `body` into `out`.
pub(super) fn load_value<'s>(cx: &mut Cx<'s>, body: H<'s>, i: usize, weak: bool, out: H<'s>) {
    let holder = cx.get(body).vector_ref(SLOT * i + 1);
    if weak && holder.is_kind(Kind::Ephemeron) {
        cx.set(out, holder);
        let slot = field_slot(cx.get(out).word(), 1);
        // SAFETY: the datum's slot of a live ephemeron, broken together with its key.
        let word = unsafe { cx.p_mut().mutator.weak_read(slot) };
        // SAFETY: a weak read answers a live value.
        cx.set(out, unsafe { Val::from_word(word) });
    } else {
        cx.set(out, cx.get(body).vector_ref(SLOT * i + 2));
    }
}
/// Sets the value of slot `i`.
pub(super) fn set_value<'s>(cx: &mut Cx<'s>, t: H<'s>, i: usize, v: H<'s>) {
    let body = cx.root(body_of(cx, t));
    let holder = cx.root(cx.get(body).vector_ref(SLOT * i + 1));
    if is_weak(cx, t) && cx.get(holder).is_kind(Kind::Ephemeron) {
        cx.set_field(holder, 1, v);
    } else {
        cx.vector_set(body, SLOT * i + 2, v);
    }
}

/// Adds an association whose key is not there.
pub(super) fn insert<'s>(cx: &mut Cx<'s>, t: H<'s>, h: i64, key: H<'s>, v: H<'s>) -> Result<(), Raise> {
    let count = number(cx, t, table::COUNT) as usize;
    if 3 * (count + 1) > 2 * capacity(cx, t) {
        rebuild(cx, t)?;
    }
    let (mut key, mut v) = (key, v);
    if is_weak(cx, t) && value::is_pointer(cx.get(key).word()) {
        key = cx.make(Kind::Ephemeron, &[key, v])?;
        v = cx.root(Val::FALSE);
    }
    let body = cx.root(body_of(cx, t));
    if place(cx, body, h, key, v) {
        changed(cx, t, 1);
    }
    Ok(())
}
/// Puts an entry into the first empty slot; false if racing insertions filled the body.
fn place<'s>(cx: &mut Cx<'s>, body: H<'s>, h: i64, key: H<'s>, v: H<'s>) -> bool {
    let slots = cx.get(body).vector_len() / SLOT;
    let first = start(h, slots);
    let free = (0..slots).map(|d| (first + d) & (slots - 1)).find(|&i| hash_at(cx.get(body), i).is_none());
    let Some(i) = free else { return false };
    cx.vector_set(body, SLOT * i + 1, key);
    cx.vector_set(body, SLOT * i + 2, v);
    // The hash last: it makes the entry visible.
    store_hash(cx, body, i, Some(h));
    true
}
fn store_hash<'s>(cx: &mut Cx<'s>, body: H<'s>, i: usize, h: Option<i64>) {
    assert!(SLOT * i < cx.get(body).vector_len());
    let slot = field_slot(cx.get(body).word(), 1 + SLOT * i);
    // SAFETY: within the vector; hashes and `#f` are immediates, which need no barrier.
    unsafe { *slot = h.map_or(value::FALSE, value::fixnum) }
}
/// A body of the right size for what is alive.
fn rebuild<'s>(cx: &mut Cx<'s>, t: H<'s>) -> Result<(), Raise> {
    let weak = is_weak(cx, t);
    let live = if weak { super::listing::live(cx, t) } else { number(cx, t, table::COUNT) as usize };
    let fresh = empty_body(cx, slots_for(live.saturating_add(live / 2).saturating_add(1)))?;
    let old = cx.root(body_of(cx, t));
    let (key, v) = (cx.root(Val::FALSE), cx.root(Val::FALSE));
    let mut count = 0;
    for i in 0..cx.get(old).vector_len() / SLOT {
        let Some(h) = hash_at(cx.get(old), i) else { continue };
        if weak {
            load_key(cx, old, i, true, key);
            if cx.get(key).word() == value::BROKEN {
                continue;
            }
        }
        cx.set(key, cx.get(old).vector_ref(SLOT * i + 1));
        cx.set(v, cx.get(old).vector_ref(SLOT * i + 2));
        count += i64::from(place(cx, fresh, h, key, v));
    }
    cx.set_field(t, table::BODY, fresh);
    set_number(cx, t, table::COUNT, count);
    changed(cx, t, 0);
    Ok(())
}
/// Empties slot `i`, moving back what would no longer be found.
pub(super) fn delete<'s>(cx: &mut Cx<'s>, t: H<'s>, i: usize) {
    let body = cx.root(body_of(cx, t));
    if hash_at(cx.get(body), i).is_none() {
        return;
    }
    let slots = cx.get(body).vector_len() / SLOT;
    let nothing = cx.root(Val::FALSE);
    let item = cx.root(Val::FALSE);
    let mut hole = i;
    for distance in 1..slots {
        let j = (i + distance) & (slots - 1);
        let Some(h) = hash_at(cx.get(body), j) else { break };
        // An entry may move to the hole unless its first slot lies after the hole.
        let from_first = j.wrapping_sub(start(h, slots)) & (slots - 1);
        let from_hole = j.wrapping_sub(hole) & (slots - 1);
        if from_first < from_hole {
            continue;
        }
        for k in 1..SLOT {
            cx.set(item, cx.get(body).vector_ref(SLOT * j + k));
            cx.vector_set(body, SLOT * hole + k, item);
        }
        store_hash(cx, body, hole, Some(h));
        hole = j;
    }
    store_hash(cx, body, hole, None);
    (1..SLOT).for_each(|k| cx.vector_set(body, SLOT * hole + k, nothing));
    changed(cx, t, -1);
}
