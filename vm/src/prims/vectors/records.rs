//! Records, promises and boxes: small objects with a fixed shape. The accessors of records,
//! which the emitter inlines, stand with the control primitives.

use super::vector_of_list;
use crate::condition::kinds;
use crate::cx::{Args, Cx, H, Out, Raise};
use crate::prims::index_or;
use crate::prims::lists::proper_length;
use crate::val::{Val, header_raw};
use gambol_abi::layout::{Kind, header_words};
use gambol_abi::prims::Type;

use gambol_abi::layout::record_type::{FIELDS as TYPE_FIELDS, NAME as TYPE_NAME};

/// `(%make-record-type name fields)`: fields are a list or vector of symbols.
pub(crate) fn make_record_type<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    if !cx.get(args.get(0)).is_kind(Kind::Symbol) {
        return Err(cx.wrong_type(args, 0, Type::Symbol));
    }
    let fields = if cx.get(args.get(1)).is_kind(Kind::Vector) {
        args.get(1)
    } else {
        let n = proper_length(cx, args, 1)?;
        vector_of_list(cx, args.get(1), n)?
    };
    let names = (0..cx.get(fields).vector_len()).all(|i| cx.get(fields).vector_ref(i).is_kind(Kind::Symbol));
    if !names {
        return Err(cx.fail(kinds::ERROR | kinds::ASSERTION, "field names must be symbols", &[args.get(1)]));
    }
    let (none, zero) = (cx.root(Val::FALSE), cx.root(Val::fixnum(0)));
    let h = cx.make(Kind::RecordType, &[args.get(0), fields, none, zero, none])?;
    Ok(cx.get(h))
}
/// `(%make-record type value ...)`
pub(crate) fn make_record<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    let expected = cx.get(args.get(0)).field(TYPE_FIELDS).vector_len();
    if args.len() - 1 != expected {
        let given = cx.root(Val::index(args.len() - 1));
        let message = format!("a record of this type has {expected} fields, given");
        return Err(cx.fail(kinds::ERROR | kinds::ASSERTION, &message, &[given, args.get(0)]));
    }
    let fields: Vec<H<'s>> = args.rest(0).collect();
    let h = cx.make(Kind::Record, &fields)?;
    Ok(cx.get(h))
}
/// `(%record? obj type)`
pub(crate) fn record_p<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    let v = cx.get(args.get(0));
    Ok(Val::boolean(v.is_kind(Kind::Record) && v.field(0).is(cx.get(args.get(1)))))
}
/// `(%any-record? obj)`
pub(crate) fn any_record_p<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    Ok(Val::boolean(cx.get(args.get(0)).is_kind(Kind::Record)))
}
/// `(%record-type? obj)`
pub(crate) fn record_type_p<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    Ok(Val::boolean(cx.get(args.get(0)).is_kind(Kind::RecordType)))
}
/// `(%record-type-of record)`
pub(crate) fn record_type_of<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    Ok(cx.get(args.get(0)).field(0))
}
/// `(%record-type-name type)`
pub(crate) fn record_type_name<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    Ok(cx.get(args.get(0)).field(TYPE_NAME))
}
/// `(%record-type-fields type)`
pub(crate) fn record_type_fields<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    Ok(cx.get(args.get(0)).field(TYPE_FIELDS))
}
/// Number of fields a record has.
pub(crate) fn field_count(record: Val<'_>) -> usize {
    assert!(record.is_kind(Kind::Record));
    // SAFETY: it is a record, which has a header.
    header_words(unsafe { header_raw(record.word()) }) - 1
}
/// `(%record-field record k)`: field by position, whatever the type.
pub(crate) fn record_field<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    let k = index_or(cx, args, 1, 0);
    if k >= field_count(cx.get(args.get(0))) {
        return Err(cx.bad_range(args, 1));
    }
    Ok(cx.get(args.get(0)).field(1 + k))
}

/// `(%make-promise done? value-or-thunk)`
pub(crate) fn make_promise<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    let content = cx.cons(args.get(0), args.get(1))?;
    let h = cx.make(Kind::Promise, &[content])?;
    Ok(cx.get(h))
}
/// `(promise? obj)`
pub(crate) fn promise_p<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    Ok(Val::boolean(cx.get(args.get(0)).is_kind(Kind::Promise)))
}
/// `(%promise-done? promise)`
pub(crate) fn promise_done_p<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    Ok(cx.get(args.get(0)).field(0).car())
}
/// `(%promise-value promise)`: the value when done, else the thunk.
pub(crate) fn promise_value<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    Ok(cx.get(args.get(0)).field(0).cdr())
}
/// `(%promise-set! promise done? value-or-thunk)`: for all promises that share the content.
pub(crate) fn promise_set_x<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    let content = cx.root(cx.get(args.get(0)).field(0));
    // The value first: whoever sees `done?` set must find the value.
    cx.set_cdr(content, args.get(2));
    cx.set_car(content, args.get(1));
    Ok(Val::UNSPECIFIED)
}
/// `(%promise-update! new old)`: `old` takes over what `new` holds, and `new` shares it from now
/// on: the step of R7RS 7.3 that makes chains of `delay-force` run in bounded space.
pub(crate) fn promise_update_x<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    let (new, old) = (cx.root(cx.get(args.get(0)).field(0)), cx.root(cx.get(args.get(1)).field(0)));
    let (done, value) = (cx.root(cx.get(new).car()), cx.root(cx.get(new).cdr()));
    cx.set_cdr(old, value);
    cx.set_car(old, done);
    cx.set_field(args.get(0), 0, old);
    Ok(Val::UNSPECIFIED)
}

/// `(box obj)` (SRFI 111)
pub(crate) fn box_new<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    let h = cx.make(Kind::Box, &[args.get(0)])?;
    Ok(cx.get(h))
}
/// `(box? obj)` (SRFI 111)
pub(crate) fn box_p<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    Ok(Val::boolean(cx.get(args.get(0)).is_kind(Kind::Box)))
}
/// `(unbox box)` (SRFI 111)
pub(crate) fn unbox<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    check_box(cx, args)?;
    Ok(cx.get(args.get(0)).field(0))
}
/// `(set-box! box obj)` (SRFI 111)
pub(crate) fn set_box_x<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    check_box(cx, args)?;
    cx.set_field(args.get(0), 0, args.get(1));
    Ok(Val::UNSPECIFIED)
}
fn check_box<'s>(cx: &mut Cx<'s>, args: Args<'s>) -> Result<(), Raise> {
    if cx.get(args.get(0)).is_kind(Kind::Box) {
        return Ok(());
    }
    Err(cx.fail(kinds::ERROR | kinds::ASSERTION, "first argument: expected a box, given", &[args.get(0)]))
}
