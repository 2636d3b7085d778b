//! Pseudo-random numbers. A source is a bytevector with the generator's state, so that each
//! library or thread can have its own; what a race can do to one is give a number twice.

use super::integer;
use crate::cx::{Args, Cx, H, Out, Raise};
use crate::num::heap::{out_f64, out_i128, out_int};
use crate::num::int::Int;
use crate::num::limbs::{self, Buf};
use crate::num::random::Xoshiro;
use crate::outside::{LINEAR, when_long};
use gambol_abi::prims::Type;
use gambol_front::number::effort::spend;
use std::cmp::Ordering;
use std::time::{SystemTime, UNIX_EPOCH};

/// A source from a seed, or from the clock.
pub(crate) fn make_random_source<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    let seed = match args.opt(0) {
        Some(h) => integer(cx, h).r().mag.iter().fold(0, |h: u64, &l| h.rotate_left(7) ^ l),
        None => SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |d| d.as_nanos() as u64),
    };
    let source = cx.bytevector_from(&Xoshiro::seeded(seed).to_bytes())?;
    Ok(cx.get(source))
}

/// Runs `f` with the generator of a source and stores its new state.
fn with_source<'s, R>(cx: &mut Cx<'s>, args: Args<'s>, f: impl FnOnce(&mut Xoshiro) -> R) -> Result<R, Raise> {
    let source: H<'s> = args.get(0);
    let bytes = cx.get(source).bytes();
    if bytes.len() != Xoshiro::BYTES {
        return Err(cx.wrong_type(args, 0, Type::Bytevector));
    }
    let mut state = [0; Xoshiro::BYTES];
    bytes.read(0, &mut state);
    let mut generator = Xoshiro::from_bytes(state);
    let result = f(&mut generator);
    cx.get(source).bytes().write(0, &generator.to_bytes());
    Ok(result)
}

/// `(%random-integer source n)`: an exact integer from 0 up to but not including `n`.
pub(crate) fn random_integer<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    let bound = integer(cx, args.get(1));
    if bound.is_negative() || bound.is_zero() {
        return Err(cx.bad_range(args, 1));
    }
    if let Some(n) = bound.to_u64() {
        let x = with_source(cx, args, |g| g.below(n))?;
        return out_i128(cx, i128::from(x));
    }
    // A copy of the generator works outside; its state comes back through the source.
    let mut generator = with_source(cx, args, |g| *g)?;
    let (x, state) = when_long(cx, bound.limbs() / LINEAR, move || {
        let x = below(&mut generator, bound.r().mag);
        (x, generator)
    })?;
    with_source(cx, args, |g| *g = state)?;
    out_int(cx, &Int::new(x, false))
}

/// A natural number below `bound`, by drawing bits until it is.
fn below(g: &mut Xoshiro, bound: &[u64]) -> Buf {
    let unused = bound[bound.len() - 1].leading_zeros();
    loop {
        let mut x = limbs::zeros(bound.len());
        for piece in x.chunks_mut(1 << 12) {
            spend(2 * piece.len());
            piece.fill_with(|| g.next());
        }
        if let Some(top) = x.last_mut() {
            *top >>= unused;
        }
        limbs::normalise(&mut x);
        if limbs::compare(&x, bound) == Ordering::Less {
            return x;
        }
    }
}

/// `(%random-real source)`: a float between 0 and 1, both excluded.
pub(crate) fn random_real<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    let x = with_source(cx, args, Xoshiro::real)?;
    out_f64(cx, x)
}
