//! Numbers of the Scheme heap: telling the kinds apart, loading them into the tower's own forms
//! and storing results, identity of numbers, and the way to and from the reader's form.

use super::complex::Num;
use super::int::{BITS_MAX, Int, IntRef};
use super::limbs;
use super::real::{NumError, Ratio, Real};
use crate::condition::kinds;
use crate::cx::{Cx, H, Out, Raise};
use crate::val::Val;
use gambol_abi::layout::Kind;
use gambol_abi::value;
use gambol_front::number::Number;

/// A number by its representation.
#[derive(Clone, Copy)]
pub(crate) enum View<'a> {
    Fix(i64),
    Flo(f64),
    Big(IntRef<'a>),
    /// Numerator and denominator.
    Ratio(Val<'a>, Val<'a>),
    /// Real and imaginary part.
    Rect(Val<'a>, Val<'a>),
    NotANumber,
}

/// The representation of `v`.
#[inline]
pub(crate) fn view(v: Val<'_>) -> View<'_> {
    if let Some(n) = v.as_fixnum() {
        return View::Fix(n);
    }
    if let Some(x) = v.as_flonum() {
        return View::Flo(x);
    }
    match v.kind() {
        Some(Kind::Bignum) => {
            let (mag, negative) = v.bignum();
            View::Big(IntRef { mag, negative })
        }
        Some(Kind::Ratnum) => View::Ratio(v.field(0), v.field(1)),
        Some(Kind::Compnum) => View::Rect(v.field(0), v.field(1)),
        _ => View::NotANumber,
    }
}

/// An exact integer where it lies; a fixnum's magnitude goes to `store`.
#[inline]
pub(crate) fn int_ref<'a>(v: Val<'a>, store: &'a mut u64) -> Option<IntRef<'a>> {
    match view(v) {
        View::Fix(n) => Some(IntRef::small(n, store)),
        View::Big(n) => Some(n),
        _ => None,
    }
}

/// Limbs of all the integers in a number; 0 for fixnums and floats.
pub(crate) fn limbs_of(v: Val<'_>) -> usize {
    match view(v) {
        View::Big(n) => n.mag.len(),
        View::Ratio(a, b) | View::Rect(a, b) => limbs_of(a) + limbs_of(b),
        View::Fix(_) | View::Flo(_) | View::NotANumber => 0,
    }
}

/// Loads an exact integer.
pub(crate) fn load_int(v: Val<'_>) -> Option<Int> {
    int_ref(v, &mut 0).map(IntRef::to_owned)
}

/// Loads a real number.
pub(crate) fn load_real(v: Val<'_>) -> Option<Real> {
    Some(match view(v) {
        View::Fix(n) => Real::from_i64(n),
        View::Big(n) => Real::Int(n.to_owned()),
        View::Flo(x) => Real::Flo(x),
        View::Ratio(n, d) => Real::Ratio(Box::new(Ratio { num: load_int(n)?, den: load_int(d)? })),
        View::Rect(..) | View::NotANumber => return None,
    })
}

/// Loads a number.
pub(crate) fn load(v: Val<'_>) -> Option<Num> {
    match view(v) {
        View::Rect(re, im) => Some(Num::rect(load_real(re)?, load_real(im)?)),
        _ => load_real(v).map(Num::Real),
    }
}

/// Loads a number whose type the table has checked.
pub(crate) fn number<'s>(cx: &Cx<'s>, h: H<'s>) -> Num {
    load(cx_val(cx, h)).expect("the table asks for a number")
}
/// Loads a real number whose type the table has checked.
pub(crate) fn real<'s>(cx: &Cx<'s>, h: H<'s>) -> Real {
    load_real(cx_val(cx, h)).expect("the table asks for a real number")
}
/// Loads an exact integer whose type the table has checked.
pub(crate) fn integer<'s>(cx: &Cx<'s>, h: H<'s>) -> Int {
    load_int(cx_val(cx, h)).expect("the table asks for an exact integer")
}
fn cx_val<'a, 's>(cx: &'a Cx<'s>, h: H<'s>) -> Val<'a> {
    cx.get(h)
}

/// Stores an exact integer.
pub(crate) fn store_int<'s>(cx: &mut Cx<'s>, n: IntRef<'_>) -> Result<H<'s>, Raise> {
    if limbs::bit_length(n.mag) > BITS_MAX {
        return Err(fail(cx, NumError::TooLarge, &[]));
    }
    cx.bignum(n.mag, n.negative)
}

/// Stores a real number.
pub(crate) fn store_real<'s>(cx: &mut Cx<'s>, x: &Real) -> Result<H<'s>, Raise> {
    match x {
        Real::Int(n) => store_int(cx, n.r()),
        Real::Flo(x) => cx.flonum(*x),
        Real::Ratio(r) => {
            let num = store_int(cx, r.num.r())?;
            let den = store_int(cx, r.den.r())?;
            cx.make(Kind::Ratnum, &[num, den])
        }
    }
}

/// Stores a number.
pub(crate) fn store<'s>(cx: &mut Cx<'s>, z: &Num) -> Result<H<'s>, Raise> {
    match z {
        Num::Real(x) => store_real(cx, x),
        Num::Rect(z) => {
            let re = store_real(cx, &z.0)?;
            let im = store_real(cx, &z.1)?;
            cx.make(Kind::Compnum, &[re, im])
        }
    }
}

/// Stores a complex float.
pub(crate) fn store_c64<'s>(cx: &mut Cx<'s>, (re, im): (f64, f64)) -> Result<H<'s>, Raise> {
    let re = cx.flonum(re)?;
    let im = cx.flonum(im)?;
    cx.make(Kind::Compnum, &[re, im])
}

/// A float as a result, without a handle when it is self-tagged.
#[inline]
pub(crate) fn out_f64<'a>(cx: &'a mut Cx<'_>, x: f64) -> Out<'a> {
    if let Some(v) = Val::flonum(x) {
        return Ok(v);
    }
    let h = cx.flonum(x)?;
    Ok(cx.get(h))
}

/// A machine integer as a result.
#[inline]
pub(crate) fn out_i128<'a>(cx: &'a mut Cx<'_>, n: i128) -> Out<'a> {
    if n >= i128::from(value::FIXNUM_MIN) && n <= i128::from(value::FIXNUM_MAX) {
        return Ok(Val::fixnum(n as i64));
    }
    let m = n.unsigned_abs();
    let h = cx.bignum(&[m as u64, (m >> 64) as u64], n < 0)?;
    Ok(cx.get(h))
}

/// An exact integer as a result.
pub(crate) fn out_int<'a>(cx: &'a mut Cx<'_>, n: &Int) -> Out<'a> {
    let h = store_int(cx, n.r())?;
    Ok(cx.get(h))
}

/// A real number as a result.
pub(crate) fn out_real<'a>(cx: &'a mut Cx<'_>, x: &Real) -> Out<'a> {
    let h = store_real(cx, x)?;
    Ok(cx.get(h))
}

/// A number as a result.
pub(crate) fn out<'a>(cx: &'a mut Cx<'_>, z: &Num) -> Out<'a> {
    let h = store(cx, z)?;
    Ok(cx.get(h))
}

/// The condition for an operation of the running primitive without a result.
#[cold]
pub(crate) fn fail<'s>(cx: &mut Cx<'s>, error: NumError, irritants: &[H<'s>]) -> Raise {
    let who = cx.who();
    fail_as(cx, who, error, irritants)
}

/// As [`fail`], in the name of `who`.
#[cold]
pub(crate) fn fail_as<'s>(cx: &mut Cx<'s>, who: &str, error: NumError, irritants: &[H<'s>]) -> Raise {
    let (kind, message) = match error {
        NumError::DivideByZero => (kinds::ASSERTION | kinds::DIVIDE_BY_ZERO, "division by zero:"),
        NumError::TooLarge => (kinds::IMPLEMENTATION_RESTRICTION, "the result is too large:"),
        NumError::Undefined => (kinds::ASSERTION, "the result is undefined for:"),
        NumError::NotExact => (kinds::IMPLEMENTATION_RESTRICTION, "no exact number represents:"),
    };
    cx.fail_as(who, kinds::ERROR | kind, message, irritants)
}

/// `eqv?` of two numbers: same exactness and value, zeros told apart by sign, a NaN like itself.
pub(crate) fn eqv(a: Val<'_>, b: Val<'_>) -> bool {
    if a.is(b) {
        return true;
    }
    match (view(a), view(b)) {
        (View::Flo(x), View::Flo(y)) => x.to_bits() == y.to_bits() || x.is_nan() && y.is_nan(),
        (View::Big(m), View::Big(n)) => m.negative == n.negative && m.mag == n.mag,
        (View::Ratio(a, b), View::Ratio(c, d)) | (View::Rect(a, b), View::Rect(c, d)) => eqv(a, c) && eqv(b, d),
        _ => false,
    }
}

/// A hash that agrees for numbers that are [`eqv`]; not keyed. 0 for anything else.
pub(crate) fn hash(v: Val<'_>) -> u64 {
    /// Multiplication by an odd constant and a fold, as in Steele and Vigna's LXM mixers.
    fn mix(h: u64, x: u64) -> u64 {
        let m = u128::from(h ^ x ^ 0x9E37_79B9_7F4A_7C15) * u128::from(0xD134_2543_DE82_EF95_u64);
        m as u64 ^ (m >> 64) as u64
    }
    match view(v) {
        View::Fix(n) => mix(1, n as u64),
        View::Flo(x) if x.is_nan() => mix(2, f64::NAN.to_bits()),
        View::Flo(x) => mix(2, x.to_bits()),
        View::Big(n) => n.mag.iter().fold(3 + u64::from(n.negative), |h, &l| mix(h, l)),
        View::Ratio(a, b) => mix(mix(5, hash(a)), hash(b)),
        View::Rect(a, b) => mix(mix(6, hash(a)), hash(b)),
        View::NotANumber => 0,
    }
}

/// The heap value of a number in the reader's form.
pub(crate) fn from_number<'s>(cx: &mut Cx<'s>, n: &Number) -> Result<H<'s>, Raise> {
    match n {
        Number::Int(n) => cx.integer(*n),
        Number::Real(x) => cx.flonum(*x),
        Number::Big(n) => store_int(cx, n.r()),
        _ => store(cx, &from_reader(n)),
    }
}

fn from_reader(n: &Number) -> Num {
    Num::Real(match n {
        Number::Int(n) => Real::from_i64(*n),
        Number::Big(n) => Real::Int((**n).clone()),
        Number::Ratio(r) => Real::Ratio(Box::new(Ratio { num: r.0.clone(), den: r.1.clone() })),
        Number::Real(x) => Real::Flo(*x),
        Number::Rect(re, im) => return Num::rect(from_reader(re).re(), from_reader(im).re()),
    })
}

/// Whether a value is this number, exact; says no of floats.
pub(crate) fn is_exactly(v: Val<'_>, n: &Number) -> bool {
    let integer = |v: Val<'_>, n: &Int| int_ref(v, &mut 0).is_some_and(|v| v.cmp(n.r()).is_eq());
    match (view(v), n) {
        (View::Fix(v), Number::Int(n)) => v == *n,
        (View::Big(_), Number::Big(n)) => integer(v, n),
        (View::Ratio(num, den), Number::Ratio(r)) => integer(num, &r.0) && integer(den, &r.1),
        (View::Rect(re, im), Number::Rect(n_re, n_im)) => is_exactly(re, n_re) && is_exactly(im, n_im),
        _ => false,
    }
}

/// A number in the reader's form; `None` for other values.
pub(crate) fn to_number(v: Val<'_>) -> Option<Number> {
    Some(match load(v)? {
        Num::Real(x) => to_reader(&x),
        Num::Rect(z) => Number::rect(to_reader(&z.0), to_reader(&z.1)),
    })
}

fn to_reader(x: &Real) -> Number {
    match x {
        Real::Int(n) => Number::integer(n.clone()),
        Real::Ratio(r) => Number::Ratio(Box::new((r.num.clone(), r.den.clone()))),
        Real::Flo(x) => Number::Real(*x),
    }
}
