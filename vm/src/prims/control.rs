//! Dynamic state, hooks, and the record primitives in their general form.

use crate::cx::{Args, Cx, Out};
use crate::val::Val;
use gambol_abi::layout::{Kind, dynamic as fields, kont};

/// `(%dynamic)`: the current dynamic-state record.
pub(crate) fn dynamic<'a, 's>(cx: &'a mut Cx<'s>, _: Args<'s>) -> Out<'a> {
    // SAFETY: the context's dynamic state is a root.
    Ok(unsafe { Val::from_word(cx.p().ctx.dynamic) })
}
/// `(%set-dynamic! state)`
pub(crate) fn set_dynamic<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    let w = cx.get(args.get(0)).word();
    cx.p_mut().ctx.dynamic = w;
    Ok(Val::UNSPECIFIED)
}
/// `(%make-dynamic handlers parameters winders marks parent)`
pub(crate) fn make_dynamic<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    let h = cx.make(Kind::Dynamic, &std::array::from_fn::<_, { fields::WORDS }, _>(|i| args.get(i)))?;
    Ok(cx.get(h))
}
/// `(%dynamic-ref state index)`
pub(crate) fn dynamic_ref<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    let i = cx.get(args.get(1)).fixnum_unchecked() as usize;
    if i >= fields::WORDS {
        return Err(cx.bad_range(args, 1));
    }
    Ok(cx.get(args.get(0)).field(i))
}
/// `(%kont-dynamic continuation)`
pub(crate) fn kont_dynamic<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    Ok(cx.get(args.get(0)).field(kont::DYNAMIC))
}
/// `(procedure? obj)`
pub(crate) fn procedure_p<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    Ok(Val::boolean(cx.get(args.get(0)).is_procedure()))
}
/// `(%record-ref record type index)`, the general form.
pub(crate) fn record_ref<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    let i = cx.get(args.get(2)).fixnum_unchecked() as usize;
    if !is_record_of(cx, args) {
        return Err(super::wrong_record(cx, args.get(0), args.get(1), i, false));
    }
    if 1 + i >= words(cx, args) {
        return Err(cx.bad_range(args, 2));
    }
    Ok(cx.get(args.get(0)).field(1 + i))
}
/// `(%record-set! record type index value)`, the general form.
pub(crate) fn record_set<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    let i = cx.get(args.get(2)).fixnum_unchecked() as usize;
    if !is_record_of(cx, args) {
        return Err(super::wrong_record(cx, args.get(0), args.get(1), i, true));
    }
    if 1 + i >= words(cx, args) {
        return Err(cx.bad_range(args, 2));
    }
    cx.set_field(args.get(0), 1 + i, args.get(3));
    Ok(Val::UNSPECIFIED)
}
fn is_record_of<'s>(cx: &Cx<'s>, args: Args<'s>) -> bool {
    let (r, t) = (cx.get(args.get(0)), cx.get(args.get(1)));
    r.is_kind(Kind::Record) && r.field(0).is(t)
}
fn words<'s>(cx: &Cx<'s>, args: Args<'s>) -> usize {
    // SAFETY: it is a record, which has a header.
    gambol_abi::layout::header_words(unsafe { crate::val::header_raw(cx.get(args.get(0)).word()) })
}
/// `(%set-hook! name procedure)`: tells the runtime which Scheme procedure to call for `raise`.
pub(crate) fn set_hook<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    let known = cx.get(args.get(0)).symbol_name().chars().eq("raise".chars());
    if !known {
        return Err(cx.bad_range(args, 0));
    }
    let w = cx.get(args.get(1)).word();
    cx.p_mut().hooks[crate::processor::Hook::Raise as usize] = w;
    Ok(Val::UNSPECIFIED)
}
/// `(%uncaught obj)`: nothing handled the object; the program ends.
pub(crate) fn uncaught<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    let raise = cx.raise(args.get(0));
    crate::trace::ensure(cx.p_mut());
    cx.p_mut().escape = Some(crate::processor::Escape::Uncaught);
    Err(raise)
}

/// `(%compile datum environment)`: thunks to call in order; the last one is the form itself.
pub(crate) fn compile<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    let environment = cx.get(args.get(1)).field(0).fixnum_unchecked();
    let thunks = crate::machine::compile(cx, args.get(0), environment)?;
    Ok(cx.get(thunks))
}
/// `(%load-source name text)`: a number for `%load-next`.
pub(crate) fn load_source<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    let (name, text) = (cx.get(args.get(0)).text().to_string(), cx.get(args.get(1)).text().to_string());
    let number = crate::machine::load_source(cx, &name, &text)?;
    Ok(Val::fixnum(number))
}
/// `(%load-next number environment)`: thunks of the next form, or `#f` at the end.
pub(crate) fn load_next<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    let number = cx.get(args.get(0)).fixnum_unchecked();
    let environment = cx.get(args.get(1)).field(0).fixnum_unchecked();
    match crate::machine::load_next(cx, number, environment)? {
        Some(thunks) => Ok(cx.get(thunks)),
        None => Ok(Val::FALSE),
    }
}
/// `(%environment import-sets)`: a pair of a fresh environment and the thunks of the libraries it needs.
pub(crate) fn environment<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    let (number, thunks) = crate::machine::environment(cx, args.get(0))?;
    let environment = environment_object(cx, number)?;
    let pair = cx.cons(environment, thunks)?;
    Ok(cx.get(pair))
}
/// `(%interaction-environment)`
pub(crate) fn interaction_environment<'a, 's>(cx: &'a mut Cx<'s>, _: Args<'s>) -> Out<'a> {
    let number = cx.p().vm.interactive.load(std::sync::atomic::Ordering::Relaxed);
    let h = environment_object(cx, number)?;
    Ok(cx.get(h))
}
fn environment_object<'s>(cx: &mut Cx<'s>, number: u32) -> Result<crate::cx::H<'s>, crate::cx::Raise> {
    let n = cx.root(Val::index(number as usize));
    cx.make(Kind::Environment, &[n])
}
