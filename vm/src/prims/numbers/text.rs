//! `number->string` and `string->number`.

use super::view;
use crate::cx::{Args, Cx, Out, Raise};
use crate::num::heap::{View, from_number};
use crate::num::{self};
use crate::outside::when_long;
use crate::prims::text::{latin1_slice, string_from_latin1};
use crate::val::Val;
use gambol_front::number::parse_number;

/// Decimal digits in a limb, about.
const DIGITS_PER_LIMB: usize = 16;

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
            let text = num::to_string(cx, args.get(0), radix)?;
            string_from_latin1(cx, text.as_bytes())?
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
    let string = cx.get(args.get(0));
    let narrow = latin1_slice(string);
    let text = match narrow {
        Some(bytes) if bytes.is_ascii() => String::from_utf8(bytes.to_vec()).ok(),
        // No numeral has other characters; some string may be wide without need.
        Some(_) => None,
        None => Some(string.text().to_string()),
    };
    let Some(text) = text else { return Ok(Val::FALSE) };
    let limbs = text.len() / DIGITS_PER_LIMB;
    let number = when_long(cx, limbs, move || parse_number(&text, radix))?;
    match number {
        Ok(Some(n)) => {
            let h = from_number(cx, &n)?;
            Ok(cx.get(h))
        }
        Ok(None) | Err(_) => Ok(Val::FALSE),
    }
}
