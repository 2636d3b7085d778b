//! Equivalence, booleans, pairs, lists, symbols (R7RS 6.1, 6.3 to 6.5).
//!
//! Lists can be circular, improper or millions long, and another processor may change them
//! while we walk: every walk measures before it trusts a length, looks for requests now and
//! then, and holds no raw value over an allocation.

#[cfg(test)]
pub(crate) mod check;
mod equal;
mod symbols;
mod walk;

pub(crate) use equal::{bytes_equal, equal, equal_p, eqv};
pub(crate) use symbols::*;
pub(crate) use walk::{ListBuilder, Measured, proper_length, stop_requested, stopped};

use crate::condition::kinds;
use crate::cx::{Args, Cx, H, Out, Raise};
use crate::val::Val;
use gambol_abi::prims::Type;

/// `(eq? a b)`
pub(crate) fn eq_p<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    Ok(Val::boolean(cx.get(args.get(0)).is(cx.get(args.get(1)))))
}
/// `(eqv? a b)`
pub(crate) fn eqv_p<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    Ok(Val::boolean(eqv(cx.get(args.get(0)), cx.get(args.get(1)))))
}
/// `(not obj)`
pub(crate) fn not<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    Ok(Val::boolean(!cx.get(args.get(0)).is_true()))
}
/// `(null? obj)`
pub(crate) fn null_p<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    Ok(Val::boolean(cx.get(args.get(0)).is_null()))
}
/// `(pair? obj)`
pub(crate) fn pair_p<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    Ok(Val::boolean(cx.get(args.get(0)).is_pair()))
}
/// `(boolean? obj)`
pub(crate) fn boolean_p<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    let v = cx.get(args.get(0));
    Ok(Val::boolean(v.is(Val::TRUE) || v.is(Val::FALSE)))
}
/// `(boolean=? a b c ...)`
pub(crate) fn boolean_eq_p<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    Ok(Val::boolean(all_same(cx, args)))
}
/// `(default-object? obj)`: whether an optional argument was left out.
pub(crate) fn default_object_p<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    Ok(Val::boolean(cx.get(args.get(0)).is(Val::DEFAULT)))
}
fn all_same<'s>(cx: &Cx<'s>, args: Args<'s>) -> bool {
    args.rest(1).all(|h| cx.get(h).is(cx.get(args.get(0))))
}

/// `(cons a d)`
pub(crate) fn cons<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    let h = cx.cons(args.get(0), args.get(1))?;
    Ok(cx.get(h))
}
/// `(car pair)`
pub(crate) fn car<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    Ok(cx.get(args.get(0)).car())
}
/// `(cdr pair)`
pub(crate) fn cdr<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    Ok(cx.get(args.get(0)).cdr())
}
/// `(set-car! pair obj)`
pub(crate) fn set_car_x<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    cx.set_car(args.get(0), args.get(1));
    Ok(Val::UNSPECIFIED)
}
/// `(set-cdr! pair obj)`
pub(crate) fn set_cdr_x<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    cx.set_cdr(args.get(0), args.get(1));
    Ok(Val::UNSPECIFIED)
}

/// Follows the letters between `c` and `r`, last first.
fn path<'s>(cx: &Cx<'s>, args: Args<'s>, name: &str) -> Option<H<'s>> {
    let mut v = cx.get(args.get(0));
    for letter in name[1..name.len() - 1].bytes().rev() {
        if !v.is_pair() {
            return None;
        }
        v = if letter == b'a' { v.car() } else { v.cdr() };
    }
    Some(cx.root(v))
}
macro_rules! paths {
    ($($name:ident)*) => { $(
        #[doc = concat!("`(", stringify!($name), " obj)`")]
        pub(crate) fn $name<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
            match path(cx, args, stringify!($name)) {
                Some(h) => Ok(cx.get(h)),
                None => Err(no_path(cx, args, stringify!($name))),
            }
        }
    )* };
}
paths! {
    caar cadr cdar cddr
    caaar caadr cadar caddr cdaar cdadr cddar cdddr
    caaaar caaadr caadar caaddr cadaar cadadr caddar cadddr
    cdaaar cdaadr cdadar cdaddr cddaar cddadr cdddar cddddr
}
#[cold]
fn no_path<'s>(cx: &mut Cx<'s>, args: Args<'s>, name: &str) -> Raise {
    let object = args.get(0);
    let shape = format!("first argument: has no {name}");
    cx.fail(kinds::ERROR | kinds::ASSERTION, &shape, &[object])
}

/// `(list obj ...)`
pub(crate) fn list<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    let out = cx.root(Val::NIL);
    for i in (0..args.len()).rev() {
        cx.push_list(out, args.get(i))?;
    }
    Ok(cx.get(out))
}
/// `(cons* obj ... tail)`
pub(crate) fn cons_star<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    let last = args.len() - 1;
    let out = cx.root(cx.get(args.get(last)));
    for i in (0..last).rev() {
        cx.push_list(out, args.get(i))?;
    }
    Ok(cx.get(out))
}
/// `(make-list k [fill])`
pub(crate) fn make_list<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    let n = cx.get(args.get(0)).fixnum_unchecked();
    // What can never fit is refused before the heap is full of it.
    if n as usize > cx.p().vm.heap.limit_bytes() / 16 {
        return cx.p_mut().out_of_memory(usize::MAX);
    }
    let fill = args.opt(1).unwrap_or_else(|| cx.root(Val::UNSPECIFIED));
    let out = cx.root(Val::NIL);
    for _ in 0..n {
        cx.push_list(out, fill)?;
        cx.poll_budget(1)?;
    }
    Ok(cx.get(out))
}

/// `(list? obj)`
pub(crate) fn list_p<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    let m = walk::measured(cx, args.get(0))?;
    Ok(Val::boolean(matches!(m, Measured::Proper(_))))
}
/// `(length list)`
pub(crate) fn length<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    Ok(Val::index(proper_length(cx, args, 0)?))
}
/// `(length+ obj)`: the length, or `#f` for circular lists (SRFI 1).
pub(crate) fn length_plus<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    match walk::measured(cx, args.get(0))? {
        Measured::Proper(n) => Ok(Val::index(n)),
        Measured::Circular => Ok(Val::FALSE),
        _ => Err(cx.wrong_type(args, 0, Type::List)),
    }
}

/// `(append list ... obj)`
pub(crate) fn append<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    let Some(last) = args.len().checked_sub(1) else { return Ok(Val::NIL) };
    let mut out = ListBuilder::new(cx);
    let at = cx.root(Val::NIL);
    for i in 0..last {
        if !cx.get(args.get(i)).is_null() {
            proper_length(cx, args, i)?;
            cx.assign(at, args.get(i));
            out.copy(cx, at)?;
        }
    }
    let head = out.finish(cx, args.get(last));
    Ok(cx.get(head))
}
/// `(append! list ... obj)`: reuses the pairs of all but the last.
pub(crate) fn append_x<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    let Some(last) = args.len().checked_sub(1) else { return Ok(Val::NIL) };
    let out = cx.root(cx.get(args.get(last)));
    let end = cx.root(Val::NIL);
    for i in (0..last).rev() {
        if !cx.get(args.get(i)).is_null() {
            let n = proper_length(cx, args, i)?;
            cx.assign(end, args.get(i));
            walk::to_last_pair(cx, end, n);
            cx.set_cdr(end, out);
            cx.assign(out, args.get(i));
        }
    }
    Ok(cx.get(out))
}
/// `(reverse list)`
pub(crate) fn reverse<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    let out = cx.root(Val::NIL);
    reverse_onto(cx, args, out)?;
    Ok(cx.get(out))
}
/// `(append-reverse list tail)` (SRFI 1)
pub(crate) fn append_reverse<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    let out = cx.root(cx.get(args.get(1)));
    reverse_onto(cx, args, out)?;
    Ok(cx.get(out))
}
fn reverse_onto<'s>(cx: &mut Cx<'s>, args: Args<'s>, out: H<'s>) -> Result<(), Raise> {
    proper_length(cx, args, 0)?;
    let at = cx.root(cx.get(args.get(0)));
    let item = cx.root(Val::NIL);
    while cx.get(at).is_pair() {
        cx.set(item, cx.get(at).car());
        cx.set(at, cx.get(at).cdr());
        cx.push_list(out, item)?;
        cx.poll_budget(1)?;
    }
    Ok(())
}
/// `(reverse! list)`
pub(crate) fn reverse_x<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    let out = cx.root(Val::NIL);
    reverse_in_place(cx, args, out)?;
    Ok(cx.get(out))
}
/// `(append-reverse! list tail)` (SRFI 1)
pub(crate) fn append_reverse_x<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    let out = cx.root(cx.get(args.get(1)));
    reverse_in_place(cx, args, out)?;
    Ok(cx.get(out))
}
fn reverse_in_place<'s>(cx: &mut Cx<'s>, args: Args<'s>, out: H<'s>) -> Result<(), Raise> {
    let n = proper_length(cx, args, 0)?;
    let at = cx.root(cx.get(args.get(0)));
    let next = cx.root(Val::NIL);
    for _ in 0..n {
        if !cx.get(at).is_pair() {
            break;
        }
        cx.set(next, cx.get(at).cdr());
        cx.set_cdr(at, out);
        cx.assign(out, at);
        cx.assign(at, next);
        // An interrupt here would leave the list half reversed, so this runs to its end.
    }
    Ok(())
}

/// `(list-tail list k)`
pub(crate) fn list_tail<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    let h = walk::tail(cx, args)?;
    Ok(cx.get(h))
}
/// `(list-ref list k)`
pub(crate) fn list_ref<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    let h = pair_at(cx, args)?;
    Ok(cx.get(h).car())
}
/// `(list-set! list k obj)`
pub(crate) fn list_set_x<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    let h = pair_at(cx, args)?;
    cx.set_car(h, args.get(2));
    Ok(Val::UNSPECIFIED)
}
fn pair_at<'s>(cx: &mut Cx<'s>, args: Args<'s>) -> Result<H<'s>, Raise> {
    let h = walk::tail(cx, args)?;
    if cx.get(h).is_pair() { Ok(h) } else { Err(cx.bad_range(args, 1)) }
}
/// `(list-head list k)`: a fresh list of the first `k` elements.
pub(crate) fn list_head<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    let k = cx.get(args.get(1)).fixnum_unchecked();
    let mut out = ListBuilder::new(cx);
    let at = cx.root(cx.get(args.get(0)));
    for _ in 0..k {
        if !cx.get(at).is_pair() {
            return Err(cx.bad_range(args, 1));
        }
        out.push_car_and_advance(cx, at)?;
    }
    let nil = cx.root(Val::NIL);
    let head = out.finish(cx, nil);
    Ok(cx.get(head))
}
/// `(list-copy obj)`: fresh pairs along the spine; an improper tail is kept.
pub(crate) fn list_copy<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    if matches!(walk::measured(cx, args.get(0))?, Measured::Circular) {
        return Err(cx.wrong_type(args, 0, Type::List));
    }
    let mut out = ListBuilder::new(cx);
    let at = cx.root(cx.get(args.get(0)));
    out.copy(cx, at)?;
    let head = out.finish(cx, at);
    Ok(cx.get(head))
}
/// `(last-pair pair)`
pub(crate) fn last_pair<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    match walk::measured(cx, args.get(0))? {
        Measured::Proper(n) | Measured::Dotted(n) => {
            let at = cx.root(cx.get(args.get(0)));
            walk::to_last_pair(cx, at, n);
            Ok(cx.get(at))
        }
        _ => Err(cx.wrong_type(args, 0, Type::List)),
    }
}

/// `(memq obj list)`
pub(crate) fn memq<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    let h = walk::search(cx, args, |key, at| Some(at.car().is(key)))?;
    Ok(cx.get(h))
}
/// `(memv obj list)`
pub(crate) fn memv<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    let h = walk::search(cx, args, |key, at| Some(eqv(at.car(), key)))?;
    Ok(cx.get(h))
}
/// `(assq obj alist)`
pub(crate) fn assq<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    let h = walk::search(cx, args, |key, at| entry(at).map(|e| e.is(key)))?;
    found(cx, h)
}
/// `(assv obj alist)`
pub(crate) fn assv<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    let h = walk::search(cx, args, |key, at| entry(at).map(|e| eqv(e, key)))?;
    found(cx, h)
}
/// `(%member obj list)`: `member` by `equal?`.
pub(crate) fn member<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    let h = walk::search_equal(cx, args, |at| Some(at.car()))?;
    Ok(cx.get(h))
}
/// `(%assoc obj alist)`: `assoc` by `equal?`.
pub(crate) fn assoc<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    let h = walk::search_equal(cx, args, entry)?;
    found(cx, h)
}
/// Key of the association at the head of a list.
fn entry(at: Val<'_>) -> Option<Val<'_>> {
    at.car().is_pair().then(|| at.car().car())
}
/// The association a search stopped at, or `#f`.
fn found<'a, 's>(cx: &'a mut Cx<'s>, h: H<'s>) -> Out<'a> {
    let v = cx.get(h);
    Ok(if v.is_pair() { v.car() } else { v })
}

#[cfg(test)]
mod tests;
