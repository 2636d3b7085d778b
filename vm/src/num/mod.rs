//! The numeric tower.
//!
//! * [`arith`], [`compare`]: what the interpreter's and the machine code's inline paths fall
//!   back on; every pair of operands ends here in one dispatch on representations
//! * [`eqv`], [`hash`], [`to_string`], [`from_number`], [`to_number`]: services to other parts
//! * `heap`: loading from and storing to the Scheme heap
//! * `limbs`, `int`, `float`: the front end's integers, which literals are made of, too
//! * `real`, `complex`: the levels of the tower above integers
//! * `power`, `transcendental`: roots and powers; `exp`, `log` and the circular functions
//! * `random`: the generator
//!
//! Common pairs (fixnums that overflowed, floats, bignums) are computed from where they lie;
//! fractions and complex numbers take the general way through [`complex::Num`], and so do bignums
//! so long that the operation has to go outside the heap (`outside`).

pub(crate) mod complex;
pub(crate) mod heap;
pub(crate) mod power;
pub(crate) mod random;
pub(crate) mod real;
#[cfg(test)]
mod tests;
pub(crate) mod transcendental;

pub(crate) use gambol_front::number::{float, int, limbs};
pub(crate) use heap::{eqv, from_number, hash, is_exactly, limbs_of, to_number};

use crate::cx::{Cx, H, Out, Raise};
use crate::outside;
use crate::val::Val;
use complex::Num;
use gambol_abi::prims::Type;
use gambol_front::number::Number;
use heap::{View, int_ref, load, load_real, out, out_f64, out_i128, out_int, view};
use int::IntRef;
use real::NumError;
use std::cmp::Ordering;

/// A binary operation with an instruction.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Arith {
    Add,
    Sub,
    Mul,
    Div,
    /// Rounded towards zero.
    Quotient,
    /// With the sign of the dividend.
    Remainder,
    /// With the sign of the divisor.
    Modulo,
}

impl Arith {
    /// The procedure's name in messages.
    const fn name(self) -> &'static str {
        match self {
            Arith::Add => "+",
            Arith::Sub => "-",
            Arith::Mul => "*",
            Arith::Div => "/",
            Arith::Quotient => "quotient",
            Arith::Remainder => "remainder",
            Arith::Modulo => "modulo",
        }
    }
    const fn operands(self) -> Type {
        match self {
            Arith::Add | Arith::Sub | Arith::Mul | Arith::Div => Type::Number,
            Arith::Quotient | Arith::Remainder | Arith::Modulo => Type::Integer,
        }
    }
}

/// An order or equality with an instruction.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Compare {
    Eq,
    Less,
    LessEq,
    Greater,
    GreaterEq,
}

impl Compare {
    /// What an operand must be.
    pub(crate) const fn operands(self) -> Type {
        if matches!(self, Compare::Eq) { Type::Number } else { Type::Real }
    }
    /// The procedure's name in messages.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Compare::Eq => "=",
            Compare::Less => "<",
            Compare::LessEq => "<=",
            Compare::Greater => ">",
            Compare::GreaterEq => ">=",
        }
    }
    /// Whether an order satisfies this; nothing holds of a NaN.
    #[inline]
    const fn holds(self, order: Option<Ordering>) -> bool {
        match (self, order) {
            (_, None) => false,
            (Compare::Eq, Some(o)) => o.is_eq(),
            (Compare::Less, Some(o)) => o.is_lt(),
            (Compare::LessEq, Some(o)) => o.is_le(),
            (Compare::Greater, Some(o)) => o.is_gt(),
            (Compare::GreaterEq, Some(o)) => o.is_ge(),
        }
    }
}

/// What an operation on values where they lie came to, before anything is allocated.
enum Outcome {
    Int(int::Int),
    Word(i128),
    Flo(f64),
    C64((f64, f64)),
    Num(Num),
    Fails(NumError),
    /// The operand in this position is not of the operation's type.
    WrongType(usize),
    /// Not yet: the operands are long.
    Long,
}

/// `a op b` for any values; raises for those that are not numbers of the right kind.
pub(crate) fn arith<'a, 's>(cx: &'a mut Cx<'s>, op: Arith, a: H<'s>, b: H<'s>) -> Out<'a> {
    let outcome = match evaluate(op, cx.get(a), cx.get(b)) {
        Outcome::Long => long(cx, op, a, b)?,
        outcome => outcome,
    };
    match outcome {
        Outcome::Word(n) => out_i128(cx, n),
        Outcome::Flo(x) => out_f64(cx, x),
        Outcome::Int(n) => out_int(cx, &n),
        Outcome::C64(z) => {
            let h = heap::store_c64(cx, z)?;
            Ok(cx.get(h))
        }
        Outcome::Num(z) => out(cx, &z),
        Outcome::Fails(error) => Err(heap::fail_as(cx, op.name(), error, &[a, b])),
        Outcome::WrongType(i) => Err(cx.wrong_operand(op.name(), [a, b][i], op.operands())),
        Outcome::Long => unreachable!("it was computed outside"),
    }
}

#[inline]
fn evaluate(op: Arith, a: Val<'_>, b: Val<'_>) -> Outcome {
    match (view(a), view(b)) {
        (View::Fix(x), View::Fix(y)) => fixnums(op, x, y),
        (View::Flo(x), View::Flo(y)) => floats(op, x, y),
        (View::Fix(x), View::Flo(y)) => floats(op, x as f64, y),
        // An exact zero divisor is an error whatever it divides.
        (View::Flo(_), View::Fix(0)) if op == Arith::Div => Outcome::Fails(NumError::DivideByZero),
        (View::Flo(x), View::Fix(y)) => floats(op, x, y as f64),
        (View::Big(x), View::Big(y)) => integers(op, x, y),
        (View::Big(x), View::Fix(y)) => integers(op, x, IntRef::small(y, &mut 0)),
        (View::Fix(x), View::Big(y)) => integers(op, IntRef::small(x, &mut 0), y),
        (View::Rect(..), View::Rect(..)) => rectangular(op, a, b),
        _ => general(op, a, b),
    }
}

fn fixnums(op: Arith, x: i64, y: i64) -> Outcome {
    let (wide_x, wide_y) = (i128::from(x), i128::from(y));
    if y == 0 && !matches!(op, Arith::Add | Arith::Sub | Arith::Mul) {
        return Outcome::Fails(NumError::DivideByZero);
    }
    Outcome::Word(match op {
        Arith::Add => wide_x + wide_y,
        Arith::Sub => wide_x - wide_y,
        Arith::Mul => wide_x * wide_y,
        Arith::Quotient => i128::from(x / y),
        Arith::Remainder => i128::from(x % y),
        Arith::Modulo => {
            let r = x % y;
            i128::from(if r != 0 && (r < 0) != (y < 0) { r + y } else { r })
        }
        Arith::Div if x % y == 0 => i128::from(x / y),
        Arith::Div => return Outcome::Num(Num::Real(real::Real::fraction(x.into(), y.into()).expect("the divisor is not zero"))),
    })
}

fn floats(op: Arith, x: f64, y: f64) -> Outcome {
    match op {
        Arith::Add => return Outcome::Flo(x + y),
        Arith::Sub => return Outcome::Flo(x - y),
        Arith::Mul => return Outcome::Flo(x * y),
        Arith::Div => return Outcome::Flo(x / y),
        Arith::Quotient | Arith::Remainder | Arith::Modulo => {}
    }
    let integral = |x: f64| x.is_finite() && x.fract() == 0.0;
    if !integral(x) {
        return Outcome::WrongType(0);
    }
    if !integral(y) {
        return Outcome::WrongType(1);
    }
    if y == 0.0 {
        return Outcome::Fails(NumError::DivideByZero);
    }
    // The remainder is exact, and so is what is left without it while integers are.
    let r = x % y;
    Outcome::Flo(match op {
        Arith::Quotient if x.abs() <= 2f64.powi(53) => (x - r) / y,
        Arith::Quotient => float::int_to_f64(float::f64_to_int(x).div_rem(&float::f64_to_int(y)).0.r()),
        Arith::Modulo if r != 0.0 && (r < 0.0) != (y < 0.0) => r + y,
        _ => r,
    })
}

fn integers(op: Arith, x: IntRef<'_>, y: IntRef<'_>) -> Outcome {
    let limbs = x.mag.len() + y.mag.len();
    let weight = if matches!(op, Arith::Add | Arith::Sub) { limbs / outside::LINEAR } else { limbs };
    if weight > outside::SHORT_MAX { Outcome::Long } else { integers_here(op, x, y) }
}

fn integers_here(op: Arith, x: IntRef<'_>, y: IntRef<'_>) -> Outcome {
    match op {
        Arith::Add => Outcome::Int(x.add(y)),
        Arith::Sub => Outcome::Int(x.sub(y)),
        // Not after hours of work.
        Arith::Mul if limbs::bit_length(x.mag) + limbs::bit_length(y.mag) > int::BITS_MAX + 1 => Outcome::Fails(NumError::TooLarge),
        Arith::Mul => Outcome::Int(x.mul(y)),
        _ if y.is_zero() => Outcome::Fails(NumError::DivideByZero),
        Arith::Quotient => Outcome::Int(x.div_rem(y).0),
        Arith::Remainder => Outcome::Int(x.div_rem(y).1),
        Arith::Modulo => Outcome::Int(x.modulo(y)),
        Arith::Div => {
            let (q, r) = x.div_rem(y);
            if r.is_zero() {
                return Outcome::Int(q);
            }
            Outcome::Num(Num::Real(real::Real::fraction(x.to_owned(), y.to_owned()).expect("the divisor is not zero")))
        }
    }
}

fn rectangular(op: Arith, a: Val<'_>, b: Val<'_>) -> Outcome {
    let float_parts = |v: Val<'_>| Some((v.field(0).as_flonum()?, v.field(1).as_flonum()?));
    let (Some((a_re, a_im)), Some((b_re, b_im))) = (float_parts(a), float_parts(b)) else {
        return general(op, a, b);
    };
    Outcome::C64(match op {
        Arith::Add => (a_re + b_re, a_im + b_im),
        Arith::Sub => (a_re - b_re, a_im - b_im),
        Arith::Mul => (a_re * b_re - a_im * b_im, a_re * b_im + a_im * b_re),
        Arith::Div => complex::divide((a_re, a_im), (b_re, b_im)),
        Arith::Quotient | Arith::Remainder | Arith::Modulo => return Outcome::WrongType(0),
    })
}

/// Fractions, complex numbers, mixtures with floats, and what is no number at all.
#[cold]
fn general(op: Arith, a: Val<'_>, b: Val<'_>) -> Outcome {
    if limbs_of(a) + limbs_of(b) > outside::SHORT_MAX {
        return Outcome::Long;
    }
    let Some(x) = load(a) else { return Outcome::WrongType(0) };
    let Some(y) = load(b) else { return Outcome::WrongType(1) };
    numbers(op, &x, &y)
}

/// The operation outside the heap.
#[cold]
fn long<'s>(cx: &mut Cx<'s>, op: Arith, a: H<'s>, b: H<'s>) -> Result<Outcome, Raise> {
    let limbs = limbs_of(cx.get(a)) + limbs_of(cx.get(b));
    let (x, y) = outside::copy(cx, limbs, |cx| (load(cx.get(a)), load(cx.get(b))))?;
    let Some(x) = x else { return Ok(Outcome::WrongType(0)) };
    let Some(y) = y else { return Ok(Outcome::WrongType(1)) };
    outside::run(cx, limbs, move || numbers(op, &x, &y))
}

fn numbers(op: Arith, x: &Num, y: &Num) -> Outcome {
    if let (Num::Real(real::Real::Int(x)), Num::Real(real::Real::Int(y))) = (x, y) {
        return integers_here(op, x.r(), y.r());
    }
    match op {
        Arith::Add => Outcome::Num(x.add(y)),
        Arith::Sub => Outcome::Num(x.sub(y)),
        Arith::Mul => Outcome::Num(x.mul(y)),
        Arith::Div => x.div(y).map_or_else(Outcome::Fails, Outcome::Num),
        Arith::Quotient | Arith::Remainder | Arith::Modulo => {
            // A bignum with a float: exactly, then back to a float.
            let whole = |z: &Num| match z {
                Num::Real(x) => x.to_int(),
                Num::Rect(_) => None,
            };
            let Some(m) = whole(x) else { return Outcome::WrongType(0) };
            let Some(n) = whole(y) else { return Outcome::WrongType(1) };
            match integers_here(op, m.r(), n.r()) {
                Outcome::Int(n) => Outcome::Flo(float::int_to_f64(n.r())),
                other => other,
            }
        }
    }
}

/// Whether `a op b`; exact between exact and inexact numbers. Raises for values that are not
/// numbers, or not real where an order is asked for.
pub(crate) fn compare<'s>(cx: &mut Cx<'s>, op: Compare, a: H<'s>, b: H<'s>) -> Result<bool, Raise> {
    match order(op, cx.get(a), cx.get(b)) {
        Ok(holds) => Ok(holds),
        Err(Unordered::WrongType(i)) => Err(cx.wrong_operand(op.name(), [a, b][i], op.operands())),
        Err(Unordered::Long) => {
            let limbs = limbs_of(cx.get(a)) + limbs_of(cx.get(b));
            let (x, y) = (heap::number(cx, a), heap::number(cx, b));
            outside::run(cx, limbs, move || if op == Compare::Eq { x.equals(&y) } else { op.holds(x.re().compare(&y.re())) })
        }
    }
}

/// Why [`order`] does not say.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Unordered {
    /// The operand in this position is not of the comparison's type.
    WrongType(usize),
    /// The operands are long fractions, for [`compare`].
    Long,
}

/// [`compare`] of values.
#[inline]
pub(crate) fn order(op: Compare, a: Val<'_>, b: Val<'_>) -> Result<bool, Unordered> {
    Ok(op.holds(match (view(a), view(b)) {
        (View::Fix(x), View::Fix(y)) => Some(x.cmp(&y)),
        (View::Flo(x), View::Flo(y)) => x.partial_cmp(&y),
        (View::Fix(x), View::Flo(y)) => float::compare_fixnum(x, y),
        (View::Flo(x), View::Fix(y)) => float::compare_fixnum(y, x).map(Ordering::reverse),
        (View::Fix(_) | View::Big(_), View::Fix(_) | View::Big(_)) => {
            let (mut x, mut y) = (0, 0);
            int_ref(a, &mut x).zip(int_ref(b, &mut y)).map(|(x, y)| x.cmp(y))
        }
        (View::Rect(..), _) | (_, View::Rect(..)) => return equal_complex(op, a, b),
        _ => {
            let is_real = |v: Val<'_>, i| if matches!(view(v), View::NotANumber) { Err(Unordered::WrongType(i)) } else { Ok(()) };
            is_real(a, 0)?;
            is_real(b, 1)?;
            check_short(a, b)?;
            load_real(a).zip(load_real(b)).and_then(|(x, y)| x.compare(&y))
        }
    }))
}

/// Ratios are compared by products; what is equal is told without.
fn check_short(a: Val<'_>, b: Val<'_>) -> Result<(), Unordered> {
    if limbs_of(a) + limbs_of(b) > outside::SHORT_MAX { Err(Unordered::Long) } else { Ok(()) }
}

fn equal_complex(op: Compare, a: Val<'_>, b: Val<'_>) -> Result<bool, Unordered> {
    let is_wrong = |v: Val<'_>| match view(v) {
        View::NotANumber => true,
        View::Rect(..) => op != Compare::Eq,
        _ => false,
    };
    if let Some(i) = [a, b].into_iter().position(is_wrong) {
        return Err(Unordered::WrongType(i));
    }
    check_short(a, b)?;
    Ok(load(a).zip(load(b)).is_some_and(|(x, y)| x.equals(&y)))
}

/// The numeral of a number in `radix` (2 to 36), as `number->string` and the printer have it.
pub(crate) fn to_string<'s>(cx: &mut Cx<'s>, h: H<'s>, radix: u32) -> Result<String, Raise> {
    let limbs = limbs_of(cx.get(h));
    if limbs <= outside::SHORT_MAX {
        return Ok(text(cx.get(h), radix));
    }
    let number = to_number(cx.get(h)).unwrap_or(Number::Int(0));
    outside::run(cx, limbs, move || number.to_string_radix(radix))
}

/// Whether the numeral of a value is so long that it is to be made by [`to_string`].
pub(crate) fn is_long(v: Val<'_>) -> bool {
    limbs_of(v) > outside::SHORT_MAX
}

/// Whether the decimal numeral of a number has many more than `digits` digits, what the number is
/// then, and about how many: numerals of such size take long to make.
pub(crate) fn digits_beyond(v: Val<'_>, digits: usize) -> Option<(&'static str, u64)> {
    fn bits(v: Val<'_>) -> u64 {
        match view(v) {
            View::Big(n) => limbs::bit_length(n.mag),
            View::Ratio(a, b) | View::Rect(a, b) => bits(a) + bits(b),
            _ => 0,
        }
    }
    let what = match view(v) {
        View::Big(_) => "an integer",
        View::Ratio(..) => "a fraction",
        View::Rect(..) => "a complex number",
        _ => return None,
    };
    let length = bits(v) * 30_103 / 100_000;
    (length > 2 * digits as u64).then_some((what, length))
}

/// As [`to_string`], of a short value; empty for what is not a number.
pub(crate) fn text(v: Val<'_>, radix: u32) -> String {
    match view(v) {
        View::Fix(n) if radix == 10 => n.to_string(),
        View::Fix(_) | View::Big(_) => {
            let mut out = String::new();
            if let Some(n) = int_ref(v, &mut 0) {
                n.write(&mut out, radix);
            }
            out
        }
        View::Ratio(n, d) => format!("{}/{}", text(n, radix), text(d, radix)),
        _ => to_number(v).map_or_else(String::new, |n| n.to_string_radix(radix)),
    }
}
