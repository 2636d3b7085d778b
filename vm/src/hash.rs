//! Hash functions consistent with the equivalences of R7RS 6.1.
//!
//! What `equal?` looks into is hashed by content, up to a number of nodes, so that circular
//! and huge values have a hash too. What it does not look into hashes by identity: the object
//! is pinned and its address mixed; inside other objects only its kind counts, so that hashing
//! a structure pins nothing.

use crate::cx::{Cx, H};
use crate::num;
use crate::prims::text::fold;
use crate::val::{Text, Val};
use gambol_abi::layout::Kind;
use gambol_abi::value;

/// Bits of a hash: a nonnegative fixnum with a bit to spare.
pub(crate) const MASK: u64 = (1 << 59) - 1;
/// Nodes of a structure that take part in its hash.
const NODES: usize = 64;
const SEED: u64 = 0x9E37_79B9_7F4A_7C15;

/// Spreads a word over all bits (the finalizer of SplitMix64; Steele, Lea and Flood, "Fast
/// Splittable Pseudorandom Number Generators", 2014).
#[inline(always)]
pub(crate) const fn mix(x: u64) -> u64 {
    let x = (x ^ x >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let x = (x ^ x >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
    x ^ x >> 31
}
const fn join(h: u64, x: u64) -> u64 {
    (h.rotate_left(5) ^ x).wrapping_mul(SEED)
}

/// Hash of an address that never changes again.
fn identity<'s>(cx: &mut Cx<'s>, h: H<'s>) -> u64 {
    let w = cx.get(h).word();
    // SAFETY: a handle holds a live object.
    let address = unsafe { cx.p_mut().mutator.pin(w) };
    mix(address as u64)
}
fn is_boxed_number(v: Val<'_>) -> bool {
    matches!(v.kind(), Some(Kind::Flonum | Kind::Bignum | Kind::Ratnum | Kind::Compnum))
}
/// Hash for `eq?`.
pub(crate) fn eq<'s>(cx: &mut Cx<'s>, h: H<'s>) -> u64 {
    let v = cx.get(h);
    if !value::is_pointer(v.word()) {
        return mix(v.word()) & MASK;
    }
    if v.is_kind(Kind::Symbol) {
        return symbol(v);
    }
    identity(cx, h) & MASK
}
/// Hash for `eqv?`.
pub(crate) fn eqv<'s>(cx: &mut Cx<'s>, h: H<'s>) -> u64 {
    let v = cx.get(h);
    if is_boxed_number(v) { mix(num::hash(v)) & MASK } else { eq(cx, h) }
}
/// Hash for `equal?`.
pub(crate) fn equal<'s>(cx: &mut Cx<'s>, h: H<'s>) -> u64 {
    let v = cx.get(h);
    if v.is_pair() || matches!(v.kind(), Some(Kind::Vector | Kind::String | Kind::Bytevector)) { structure(v) & MASK } else { eqv(cx, h) }
}
/// Hash of a symbol: that of its name, kept with it.
pub(crate) fn symbol(v: Val<'_>) -> u64 {
    value::fixnum_value(v.raw_field(1)) as u64 & MASK
}
/// Hash of text, whatever its representation.
pub(crate) fn text(t: Text<'_>) -> u64 {
    mix((0..t.len()).fold(SEED, |h, i| join(h, t.code(i) as u64))) & MASK
}
/// Hash of text that ignores case.
pub(crate) fn text_ci(t: Text<'_>) -> u64 {
    mix(fold(&t.to_string()).chars().fold(SEED, |h, c| join(h, c as u64))) & MASK
}
/// Content hash of a node that has no inside.
fn leaf(v: Val<'_>) -> u64 {
    match v.kind() {
        None if value::is_pointer(v.word()) => value::TAG_PROCEDURE,
        None => mix(v.word()),
        Some(Kind::String) => text(v.text()),
        Some(Kind::Bytevector) => {
            let bytes = v.bytes();
            mix((0..bytes.len()).fold(SEED, |h, i| join(h, bytes.get(i) as u64)))
        }
        Some(Kind::Symbol) => symbol(v),
        Some(_) if is_boxed_number(v) => mix(num::hash(v)),
        Some(kind) => kind as u64,
    }
}
fn structure(v: Val<'_>) -> u64 {
    let mut pending = vec![v];
    let mut h = SEED;
    let mut nodes = 0;
    while let Some(v) = pending.pop() {
        nodes += 1;
        if nodes > NODES {
            break;
        }
        if v.is_pair() {
            h = join(h, 1);
            pending.push(v.cdr());
            pending.push(v.car());
        } else if v.is_kind(Kind::Vector) {
            let n = v.vector_len();
            h = join(h, 2 + n as u64);
            pending.extend((0..n.min(NODES)).rev().map(|i| v.vector_ref(i)));
        } else {
            h = join(h, leaf(v));
        }
    }
    mix(h)
}
