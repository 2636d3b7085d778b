//! The checks behind the table's argument types, one function each, named like the type.
#![allow(non_snake_case, reason = "a check is named like the type in the table")]

use crate::val::{field_raw, is_kind};
use gambol_abi::layout::Kind;
use gambol_abi::value::{self, Word};

macro_rules! kinds {
    ($($name:ident)*) => { $(#[inline(always)] pub(super) fn $name(w: Word) -> bool { is_kind(w, Kind::$name) })* };
}
kinds! { String Symbol Vector Bytevector Port Record RecordType HashTable Promise Condition Environment Kont Dynamic WeakPair Ephemeron Guardian }

#[inline(always)]
pub(super) fn Obj(_: Word) -> bool {
    true
}
#[inline(always)]
pub(super) fn Fixnum(w: Word) -> bool {
    value::is_fixnum(w)
}
#[inline(always)]
pub(super) fn Index(w: Word) -> bool {
    value::is_fixnum(w) && w as i64 >= 0
}
#[inline(always)]
pub(super) fn Byte(w: Word) -> bool {
    w & !value::fixnum(255) == 0
}
#[inline(always)]
pub(super) fn Flonum(w: Word) -> bool {
    value::is_flonum_immediate(w) || is_kind(w, Kind::Flonum)
}
#[inline(always)]
pub(super) fn ExactInteger(w: Word) -> bool {
    value::is_fixnum(w) || is_kind(w, Kind::Bignum)
}
fn float(w: Word) -> Option<f64> {
    if value::is_flonum_immediate(w) {
        Some(value::flonum_decode(w))
    } else if is_kind(w, Kind::Flonum) {
        // SAFETY: a boxed flonum has one raw word.
        Some(f64::from_bits(unsafe { field_raw(w, 0) }))
    } else {
        None
    }
}
#[inline(always)]
pub(super) fn Integer(w: Word) -> bool {
    ExactInteger(w) || float(w).is_some_and(|x| x.is_finite() && x.fract() == 0.0)
}
#[inline(always)]
pub(super) fn Rational(w: Word) -> bool {
    ExactInteger(w) || is_kind(w, Kind::Ratnum) || float(w).is_some_and(f64::is_finite)
}
#[inline(always)]
pub(super) fn Real(w: Word) -> bool {
    ExactInteger(w) || Flonum(w) || is_kind(w, Kind::Ratnum)
}
#[inline(always)]
pub(super) fn Number(w: Word) -> bool {
    Real(w) || is_kind(w, Kind::Compnum)
}
#[inline(always)]
pub(super) fn Boolean(w: Word) -> bool {
    w == value::FALSE || w == value::TRUE
}
#[inline(always)]
pub(super) fn Char(w: Word) -> bool {
    value::is_char(w)
}
#[inline(always)]
pub(super) fn Pair(w: Word) -> bool {
    value::is_pair(w)
}
#[inline(always)]
pub(super) fn List(w: Word) -> bool {
    value::is_pair(w) || w == value::NIL
}
#[inline(always)]
pub(super) fn Procedure(w: Word) -> bool {
    value::is_procedure(w)
}
