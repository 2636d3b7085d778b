//! `number->string` and `string->number`.

use super::view;
use crate::cx::{Args, Cx, Out, Raise};
use crate::num::heap::{View, from_number};
use crate::num::{self};
use crate::val::Val;
use gambol_front::number::parse_number;

/// The radix argument; ten by default.
fn radix<'s>(cx: &mut Cx<'s>, args: Args<'s>) -> Result<u32, Raise> {
    match super::super::index_or(cx, args, 1, 10) {
        r @ 2..=36 => Ok(r as u32),
        _ => Err(cx.bad_range(args, 1)),
    }
}

pub(crate) fn number_to_string<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    let radix = radix(cx, args)?;
    let mut digits = [0; 20];
    let string = match view(cx.get(args.get(0))) {
        View::Fix(n) if radix == 10 => cx.string(decimal(n, &mut digits))?,
        _ => {
            let text = num::to_string(cx, args.get(0), radix);
            cx.string(&text)?
        }
    };
    Ok(cx.get(string))
}

/// The decimal digits of a machine integer, without allocation.
fn decimal(n: i64, out: &mut [u8; 20]) -> &str {
    let (mut rest, mut at) = (n.unsigned_abs(), out.len());
    loop {
        at -= 1;
        out[at] = b'0' + (rest % 10) as u8;
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    if n < 0 {
        at -= 1;
        out[at] = b'-';
    }
    std::str::from_utf8(&out[at..]).unwrap_or_default()
}

/// The number, or `#f` for what is no numeral or has no value here (R7RS 6.2.7).
pub(crate) fn string_to_number<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    let radix = radix(cx, args)?;
    let text = cx.get(args.get(0)).text().to_string();
    match parse_number(&text, radix) {
        Ok(Some(n)) => {
            let h = from_number(cx, &n)?;
            Ok(cx.get(h))
        }
        Ok(None) | Err(_) => Ok(Val::FALSE),
    }
}
