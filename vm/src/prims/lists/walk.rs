//! Walking lists that may be long, circular or changing, and building them front to back.

use super::equal::equal;
use crate::cx::{Args, Cx, H, Raise};
use crate::val::Val;
use gambol_abi::context::requests;
use gambol_abi::prims::Type;
use std::sync::atomic::Ordering;

/// Steps between looks at the requests.
const STEPS: usize = 1 << 13;
/// Steps after which a search asks whether the list ends at all.
const SUSPICIOUS: usize = 1 << 16;

/// Whether something wants this walk to end: walks over raw values give up and let
/// [`stopped`] raise, because a look that can collect would invalidate what they hold.
pub(crate) fn stop_requested(cx: &Cx<'_>) -> bool {
    cx.p().ctx.requests.load(Ordering::Relaxed) & requests::INTERRUPT != 0
}
/// Raises what a walk stopped for; returns when it was withdrawn, and the walk starts over.
pub(crate) fn stopped(cx: &mut Cx<'_>) -> Result<(), Raise> {
    cx.poll_budget(1 << 20)
}

/// What a chain of pairs is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Measured {
    /// A list of this length.
    Proper(usize),
    /// This many pairs, then something else than `()`.
    Dotted(usize),
    /// It never ends.
    Circular,
    /// A request came first.
    Stopped,
}

/// Measures a chain of pairs with Brent's cycle search ("An improved Monte Carlo
/// factorization algorithm", 1980): one comparison per step.
pub(crate) fn measure(cx: &Cx<'_>, v: Val<'_>) -> Measured {
    let (mut at, mut mark, mut n, mut power) = (v, v, 0usize, 64usize);
    loop {
        if !at.is_pair() {
            return if at.is_null() { Measured::Proper(n) } else { Measured::Dotted(n) };
        }
        at = at.cdr();
        n += 1;
        if at.is(mark) {
            return Measured::Circular;
        }
        if n == power {
            mark = at;
            power *= 2;
        }
        if n.is_multiple_of(STEPS) && stop_requested(cx) {
            return Measured::Stopped;
        }
    }
}
/// As [`measure`], never `Stopped`.
pub(super) fn measured<'s>(cx: &mut Cx<'s>, h: H<'s>) -> Result<Measured, Raise> {
    loop {
        match measure(cx, cx.get(h)) {
            Measured::Stopped => stopped(cx)?,
            m => return Ok(m),
        }
    }
}
/// Length of argument `i`, which must be a proper list.
pub(crate) fn proper_length<'s>(cx: &mut Cx<'s>, args: Args<'s>, i: usize) -> Result<usize, Raise> {
    match measured(cx, args.get(i))? {
        Measured::Proper(n) => Ok(n),
        _ => Err(cx.wrong_type(args, i, Type::List)),
    }
}

/// Moves `at` on to the `n`-th and last pair of a chain.
pub(super) fn to_last_pair<'s>(cx: &Cx<'s>, at: H<'s>, n: usize) {
    let mut pair = cx.get(at);
    for _ in 1..n {
        // A racing writer may have cut the list meanwhile.
        if !pair.cdr().is_pair() {
            break;
        }
        pair = pair.cdr();
    }
    cx.set(at, pair);
}

/// What remains of argument 0 after as many pairs as argument 1 says.
pub(super) fn tail<'s>(cx: &mut Cx<'s>, args: Args<'s>) -> Result<H<'s>, Raise> {
    let k = cx.get(args.get(1)).fixnum_unchecked();
    let at = cx.root(cx.get(args.get(0)));
    let mut left = k;
    while left > 0 {
        let mut v = cx.get(at);
        let piece = left.min(STEPS as i64);
        for _ in 0..piece {
            if !v.is_pair() {
                return Err(cx.bad_range(args, 1));
            }
            v = v.cdr();
        }
        cx.set(at, v);
        left -= piece;
        cx.poll_budget(piece as usize)?;
    }
    Ok(at)
}

/// Walks argument 1 until `hit` says yes for argument 0: that pair, or `#f` at the end.
/// `None` from `hit` means that the element is not what the procedure needs.
pub(super) fn search<'s>(cx: &mut Cx<'s>, args: Args<'s>, hit: impl Fn(Val<'_>, Val<'_>) -> Option<bool>) -> Result<H<'s>, Raise> {
    let at = cx.root(cx.get(args.get(1)));
    let mut steps = 0;
    loop {
        match search_piece(cx, args, at, &hit) {
            Piece::Hit => return Ok(at),
            Piece::End => return Ok(cx.root(Val::FALSE)),
            Piece::Wrong => return Err(cx.wrong_type(args, 1, Type::List)),
            Piece::More => {}
        }
        steps += STEPS;
        if steps == SUSPICIOUS && measured(cx, at)? == Measured::Circular {
            return Err(cx.wrong_type(args, 1, Type::List));
        }
        cx.poll_budget(STEPS)?;
    }
}
enum Piece {
    Hit,
    End,
    Wrong,
    More,
}
/// A bounded part of a search; leaves `at` where it stopped.
fn search_piece<'s>(cx: &Cx<'s>, args: Args<'s>, at: H<'s>, hit: &impl Fn(Val<'_>, Val<'_>) -> Option<bool>) -> Piece {
    let key = cx.get(args.get(0));
    let mut v = cx.get(at);
    for _ in 0..STEPS {
        if !v.is_pair() {
            return if v.is_null() { Piece::End } else { Piece::Wrong };
        }
        match hit(key, v) {
            Some(false) => {}
            Some(true) => {
                cx.set(at, v);
                return Piece::Hit;
            }
            None => return Piece::Wrong,
        }
        v = v.cdr();
    }
    cx.set(at, v);
    Piece::More
}

/// As [`search`], by `equal?` on what `key_of` says, which can be long.
pub(super) fn search_equal<'s>(cx: &mut Cx<'s>, args: Args<'s>, key_of: impl Fn(Val<'_>) -> Option<Val<'_>>) -> Result<H<'s>, Raise> {
    let at = cx.root(cx.get(args.get(1)));
    let item = cx.root(Val::NIL);
    let mut steps = 0;
    while cx.get(at).is_pair() {
        match key_of(cx.get(at)) {
            Some(key) => cx.set(item, key),
            None => return Err(cx.wrong_type(args, 1, Type::List)),
        }
        if equal(cx, args.get(0), item)? {
            return Ok(at);
        }
        cx.set(at, cx.get(at).cdr());
        steps += 1;
        if steps == SUSPICIOUS && measured(cx, at)? == Measured::Circular {
            break;
        }
        cx.poll_budget(1)?;
    }
    if cx.get(at).is_null() { Ok(cx.root(Val::FALSE)) } else { Err(cx.wrong_type(args, 1, Type::List)) }
}

/// Builds a list front to back in three handles.
pub(crate) struct ListBuilder<'s> {
    head: H<'s>,
    last: H<'s>,
    item: H<'s>,
    nil: H<'s>,
}
impl<'s> ListBuilder<'s> {
    /// An empty list.
    pub(crate) fn new(cx: &Cx<'s>) -> ListBuilder<'s> {
        let nil = || cx.root(Val::NIL);
        ListBuilder { head: nil(), last: nil(), item: nil(), nil: nil() }
    }
    /// Appends an element.
    pub(crate) fn push(&mut self, cx: &mut Cx<'s>, item: H<'s>) -> Result<(), Raise> {
        let top = cx.p().handles.top();
        let pair = cx.cons(item, self.nil)?;
        if cx.get(self.last).is_pair() {
            cx.set_cdr(self.last, pair);
        } else {
            cx.assign(self.head, pair);
        }
        cx.assign(self.last, pair);
        cx.p().handles.reset(top);
        Ok(())
    }
    /// Appends the head of the list at `at` and moves `at` on.
    pub(crate) fn push_car_and_advance(&mut self, cx: &mut Cx<'s>, at: H<'s>) -> Result<(), Raise> {
        cx.set(self.item, cx.get(at).car());
        cx.set(at, cx.get(at).cdr());
        self.push(cx, self.item)?;
        cx.poll_budget(1)
    }
    /// Appends the elements of the chain of pairs at `at`, and moves `at` on to what ends it.
    pub(crate) fn copy(&mut self, cx: &mut Cx<'s>, at: H<'s>) -> Result<(), Raise> {
        while cx.get(at).is_pair() {
            self.push_car_and_advance(cx, at)?;
        }
        Ok(())
    }
    /// The list, ending in `tail`.
    pub(crate) fn finish(self, cx: &mut Cx<'s>, tail: H<'s>) -> H<'s> {
        if cx.get(self.last).is_pair() {
            cx.set_cdr(self.last, tail);
        } else {
            cx.assign(self.head, tail);
        }
        self.head
    }
}
