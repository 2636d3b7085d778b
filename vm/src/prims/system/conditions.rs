//! What programs see of conditions (R7RS 6.11).

use crate::condition::{KIND_NAMES, kinds};
use crate::cx::{Args, Cx, Out};
use crate::prims::index_or;
use crate::report;
use crate::val::Val;
use gambol_abi::layout::{Kind, condition};

/// `(condition? obj)`
pub(crate) fn condition_p<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    Ok(Val::boolean(cx.get(args.get(0)).is_kind(Kind::Condition)))
}
/// `(error-object? obj)`: an interrupt by the user is a condition and no error, so that handlers
/// of errors let it through.
pub(crate) fn error_object_p<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    Ok(Val::boolean(cx.condition_has(args.get(0), kinds::ERROR)))
}
/// `(error-object-message condition)`
pub(crate) fn error_object_message<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    if cx.get(args.get(0)).field(condition::MESSAGE).is_true() {
        return Ok(cx.get(args.get(0)).field(condition::MESSAGE));
    }
    // A condition of R6RS need not have one.
    let none = cx.string("")?;
    Ok(cx.get(none))
}
/// `(error-object-irritants condition)`
pub(crate) fn error_object_irritants<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    let irritants = cx.get(args.get(0)).field(condition::IRRITANTS);
    Ok(if irritants.is_true() { irritants } else { Val::NIL })
}
/// `(read-error? obj)`
pub(crate) fn read_error_p<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    Ok(Val::boolean(cx.condition_has(args.get(0), kinds::READ)))
}
/// `(file-error? obj)`
pub(crate) fn file_error_p<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    Ok(Val::boolean(cx.condition_has(args.get(0), kinds::FILE)))
}
/// `(%make-condition kinds who message irritants [extra])`: kinds is a set of bits, see
/// `condition::kinds`.
pub(crate) fn make_condition<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    let none = cx.root(Val::FALSE);
    let extra = args.opt(4).unwrap_or(none);
    let fields = [args.get(0), args.get(1), args.get(2), args.get(3), none, none, extra];
    let h = cx.make(Kind::Condition, &fields)?;
    Ok(cx.get(h))
}
/// `(%condition-ref condition k)`: a field, see `abi::layout::condition`.
pub(crate) fn condition_ref<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    let k = index_or(cx, args, 1, 0);
    if k >= condition::WORDS {
        return Err(cx.bad_range(args, 1));
    }
    Ok(cx.get(args.get(0)).field(k))
}
/// `(%condition-kinds)`: an association list from the names of kinds to their bits.
pub(crate) fn condition_kinds<'a, 's>(cx: &'a mut Cx<'s>, _: Args<'s>) -> Out<'a> {
    let out = cx.root(Val::NIL);
    for &(bit, name) in KIND_NAMES {
        let name = cx.symbol(name)?;
        let bit = cx.root(Val::fixnum(bit));
        let pair = cx.cons(name, bit)?;
        cx.push_list(out, pair)?;
    }
    Ok(cx.get(out))
}
/// `(%condition-report condition)`: who, message and irritants in one line.
pub(crate) fn condition_report<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    let text = report::describe(cx, args.get(0));
    let h = cx.string(&text)?;
    Ok(cx.get(h))
}
