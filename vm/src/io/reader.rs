//! `read`: the front end's push parser, fed from a port's buffer piece by piece.

use super::{fill, flags, has, input, name_of, place, set_flag};
use crate::condition::kinds;
use crate::convert;
use crate::cx::{Cx, H, Raise};
use crate::outside;
use gambol_front::datum::check_labels;
use gambol_front::diag::Diagnostic;
use gambol_front::reader::{Parser, Step};
use gambol_front::source::{Location, SourceId};

/// Bytes of the first piece; most datums are short, and what follows one is looked at again.
const PIECE: usize = 256;

/// Reads a datum; `None` at the end of the input.
pub(crate) fn read<'s>(cx: &mut Cx<'s>, p: H<'s>) -> Result<Option<H<'s>>, Raise> {
    let mut parser = Parser::new(SourceId::NONE);
    parser.set_fold_case(has(cx, p, flags::FOLD_CASE));
    let (line, column) = place(cx, p);
    let start = Location { line: saturated(line), column: saturated(column + 1) };
    parser.move_to(0, start);
    let mut piece = PIECE;
    loop {
        let bytes = input::peek_bytes(cx, p, piece);
        let count = bytes.len();
        let (text, bad) = match String::from_utf8(bytes) {
            Ok(s) => (s, None),
            Err(e) => {
                let (valid, bad) = (e.utf8_error().valid_up_to(), e.utf8_error().error_len());
                let mut bytes = e.into_bytes();
                bytes.truncate(valid);
                (String::from_utf8(bytes).unwrap_or_default(), Some(bad))
            }
        };
        let more = if text.is_empty() {
            match bad {
                Some(Some(n)) => return Err(input::refuse(cx, p, n)),
                // A sequence that the buffer cuts off, or nothing at all.
                _ => fill(cx, p)? > 0,
            }
        } else {
            true
        };
        if !more && count > 0 {
            return Err(input::refuse(cx, p, count));
        }
        if more && text.is_empty() {
            continue;
        }
        let length = text.len();
        let step;
        // Outside, since it may come to the end of a numeral of millions of digits.
        (parser, step) = outside::run(cx, length / 8, move || {
            let step = parser.feed(&text, !more);
            (parser, step)
        })?;
        match step {
            Step::NeedMore => {
                input::skip(cx, p, length);
                piece = (2 * piece).min(super::BUFFER);
                cx.poll_budget(length / 16)?;
            }
            Step::Datum { datum, consumed } => {
                input::skip(cx, p, consumed);
                set_flag(cx, p, flags::FOLD_CASE, parser.fold_case());
                if let Err(error) = check_labels(&datum) {
                    return Err(refused(cx, p, &error, start));
                }
                return Ok(Some(convert::to_value(cx, &datum)?));
            }
            Step::Error { error, consumed } => {
                input::skip(cx, p, consumed);
                let at = parser.position().1;
                return Err(refused(cx, p, &error, at));
            }
            Step::Eof => {
                set_flag(cx, p, flags::FOLD_CASE, parser.fold_case());
                return Ok(None);
            }
        }
    }
}
/// Raises a read error, which names the place where the reader gave up.
#[cold]
fn refused<'s>(cx: &mut Cx<'s>, p: H<'s>, error: &Diagnostic, at: Location) -> Raise {
    let message = format!("{} (line {}, column {} of {})", error.message, at.line, at.column, name_of(cx, p));
    cx.fail(kinds::ERROR | kinds::READ, &message, &[])
}
fn saturated(n: i64) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}
