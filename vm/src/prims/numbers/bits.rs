//! Bitwise operations on exact integers, in two's complement of unbounded width (SRFI 151).

use super::integer;
use crate::cx::{Args, Cx, H, Out};
use crate::num::heap::{View, fail, int_ref, limbs_of, out_i128, out_int, view};
use crate::num::int::{BITS_MAX, Int, IntRef};
use crate::num::limbs::{self, bits};
use crate::num::real::NumError;
use crate::outside::{LINEAR, SHORT_MAX, copy, run, when_long};
use crate::val::Val;

type WordOp = fn(u64, u64) -> u64;

fn combine<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>, unit: i64, op: WordOp) -> Out<'a> {
    let mut small = unit as u64;
    for (i, h) in args.rest(0).enumerate() {
        match cx.get(h).as_fixnum() {
            Some(n) => small = op(small, n as u64),
            None => return combine_big(cx, small as i64, args.rest(i), op),
        }
    }
    Ok(Val::fixnum(small as i64))
}

fn combine_big<'a, 's>(cx: &'a mut Cx<'s>, first: i64, rest: impl Iterator<Item = H<'s>>, op: WordOp) -> Out<'a> {
    let mut result = Int::from(first);
    for h in rest {
        let limbs = result.limbs() + limbs_of(cx.get(h));
        if limbs / LINEAR > SHORT_MAX {
            let n = copy(cx, limbs, |cx| integer(cx, h))?;
            result = run(cx, limbs, move || combined(result.r(), n.r(), op))?;
            continue;
        }
        let mut store = 0;
        let n = int_ref(cx.get(h), &mut store).expect("the table asks for an exact integer");
        result = combined(result.r(), n, op);
    }
    out_int(cx, &result)
}

fn combined(a: IntRef<'_>, b: IntRef<'_>, op: WordOp) -> Int {
    let (mag, negative) = bits::combine(a.mag, a.negative, b.mag, b.negative, op);
    Int::new(mag, negative)
}

pub(crate) fn bitwise_and<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    combine(cx, args, -1, |x, y| x & y)
}
pub(crate) fn bitwise_ior<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    combine(cx, args, 0, |x, y| x | y)
}
pub(crate) fn bitwise_xor<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    combine(cx, args, 0, |x, y| x ^ y)
}
pub(crate) fn bitwise_not<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    if let Some(n) = cx.get(args.get(0)).as_fixnum() {
        return Ok(Val::fixnum(!n));
    }
    let n = Int::from(-1).sub(&integer(cx, args.get(0)));
    out_int(cx, &n)
}

pub(crate) fn arithmetic_shift<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    let shift = match view(cx.get(args.get(1))) {
        View::Fix(shift) => shift,
        // A shift count that needs a bignum is as good as an endless one.
        View::Big(n) if n.negative => i64::MIN,
        _ => i64::MAX,
    };
    match view(cx.get(args.get(0))) {
        View::Fix(0) => Ok(Val::fixnum(0)),
        View::Fix(n) if (0..64).contains(&shift) => out_i128(cx, i128::from(n) << shift),
        View::Fix(n) if shift < 0 => Ok(Val::fixnum(n >> shift.unsigned_abs().min(63))),
        _ if shift < 0 => {
            let n = copy(cx, limbs_of(cx.get(args.get(0))), |cx| integer(cx, args.get(0)))?;
            let n = when_long(cx, n.limbs() / LINEAR, move || n.shr(shift.unsigned_abs()))?;
            out_int(cx, &n)
        }
        _ if shift as u64 > BITS_MAX => Err(fail(cx, NumError::TooLarge, &[args.get(0), args.get(1)])),
        _ => {
            let n = copy(cx, limbs_of(cx.get(args.get(0))), |cx| integer(cx, args.get(0)))?;
            let limbs = n.limbs() + shift as usize / 64;
            let n = when_long(cx, limbs / LINEAR, move || n.shl(shift as u64))?;
            out_int(cx, &n)
        }
    }
}

/// Applies `f` to the argument where it lies.
fn measure<'a, 's>(cx: &'a mut Cx<'s>, h: H<'s>, f: impl Fn(IntRef<'_>) -> Val<'static>) -> Out<'a> {
    let mut store = 0;
    Ok(f(int_ref(cx.get(h), &mut store).expect("the table asks for an exact integer")))
}

pub(crate) fn bit_count<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    measure(cx, args.get(0), |n| Val::index(bits::count(n.mag, n.negative) as usize))
}
pub(crate) fn integer_length<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    measure(cx, args.get(0), |n| Val::index(bits::length(n.mag, n.negative) as usize))
}
pub(crate) fn bit_set_p<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    let index = cx.get(args.get(0)).as_index().expect("the table asks for an index") as u64;
    measure(cx, args.get(1), |n| Val::boolean(bits::test(n.mag, n.negative, index)))
}
/// Position of the lowest one bit, or -1 when there is none.
pub(crate) fn first_set_bit<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    measure(cx, args.get(0), |n| if n.is_zero() { Val::fixnum(-1) } else { Val::index(limbs::trailing_zeros(n.mag) as usize) })
}
