//! Symbols (R7RS 6.5).

use crate::cx::{Args, Cx, H, Out, Raise};
use crate::val::{Val, field_slot};
use gambol_abi::layout::{FLAG_UNINTERNED, Kind, header};
use gambol_abi::value::{self, TAG_OBJECT};

/// `(symbol? obj)`
pub(crate) fn symbol_p<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    Ok(Val::boolean(cx.get(args.get(0)).is_kind(Kind::Symbol)))
}
/// `(symbol->string symbol)`: the name itself, which is immutable.
pub(crate) fn symbol_to_string<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    Ok(cx.get(args.get(0)).field(0))
}
/// `(string->symbol string)`
pub(crate) fn string_to_symbol<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    let name = cx.get(args.get(0)).text().to_string();
    let h = cx.symbol(&name)?;
    Ok(cx.get(h))
}
/// `(symbol=? a b c ...)`
pub(crate) fn symbol_eq_p<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    Ok(Val::boolean(super::all_same(cx, args)))
}
/// `(symbol<? a b c ...)`: by name.
pub(crate) fn symbol_less_p<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    let name = |i: usize| cx.get(args.get(i)).symbol_name();
    let ordered = (1..args.len()).all(|i| name(i - 1).chars().lt(name(i).chars()));
    Ok(Val::boolean(ordered))
}
/// `(symbol-append symbol ...)`
pub(crate) fn symbol_append<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    let name: String = args.rest(0).flat_map(|h| cx.get(h).symbol_name().chars()).collect();
    let h = cx.symbol(&name)?;
    Ok(cx.get(h))
}
/// `(string->uninterned-symbol string)`: different from every other symbol.
pub(crate) fn string_to_uninterned_symbol<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    let name = cx.get(args.get(0)).text().to_string();
    let h = uninterned(cx, &name)?;
    Ok(cx.get(h))
}
/// `(symbol-interned? symbol)`
pub(crate) fn symbol_interned_p<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    Ok(Val::boolean(cx.get(args.get(0)).flags() & FLAG_UNINTERNED == 0))
}
/// `(%gensym [prefix])`: a fresh uninterned symbol; the prefix is a string or a symbol.
pub(crate) fn gensym<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    let prefix = match args.opt(0).map(|h| cx.get(h)) {
        Some(v) if v.is_kind(Kind::String) => v.text().to_string(),
        Some(v) if v.is_kind(Kind::Symbol) => v.symbol_name().to_string(),
        _ => "g".to_string(),
    };
    let number = cx.p_mut().files.serial();
    let h = uninterned(cx, &format!("{prefix}{number}"))?;
    Ok(cx.get(h))
}
/// A symbol outside the table. Like every symbol it is born shared; its hash is that of a fresh
/// number, so that many with one name spread over tables.
fn uninterned<'s>(cx: &mut Cx<'s>, name: &str) -> Result<H<'s>, Raise> {
    let hash = crate::hash::mix(cx.p_mut().files.serial()) & crate::hash::MASK;
    let string = crate::symbols::shared_string(cx, name)?;
    let address = cx.p_mut().allocate_shared(24)?;
    let w = address as u64 | TAG_OBJECT;
    // SAFETY: fresh memory for a symbol; its name is shared, so I-SHARED holds.
    unsafe {
        *(address as *mut u64) = header(Kind::Symbol, 2) | FLAG_UNINTERNED;
        *field_slot(w, 0) = cx.get(string).word();
        *field_slot(w, 1) = value::fixnum(hash as i64);
        Ok(cx.root(Val::from_word(w)))
    }
}
