//! `read`: the front end's push parser, fed from a port's buffer piece by piece.

use super::{fill, flags, has, input, name_of, place, read_line, set_flag};
use crate::condition::kinds;
use crate::convert;
use crate::cx::{Cx, H, Raise};
use gambol_front::datum::check_labels;
use gambol_front::diag::Diagnostic;
use gambol_front::reader::{Parser, Step, is_script};
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
        let (text, bad) = match std::str::from_utf8(&bytes) {
            Ok(s) => (s, None),
            Err(e) => (std::str::from_utf8(&bytes[..e.valid_up_to()]).unwrap_or_default(), Some(e.error_len())),
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
        if !more && !bytes.is_empty() {
            return Err(input::refuse(cx, p, bytes.len()));
        }
        if more && text.is_empty() {
            continue;
        }
        match parser.feed(text, !more) {
            Step::NeedMore => {
                input::skip(cx, p, text.len());
                piece = (2 * piece).min(super::BUFFER);
                cx.poll_budget(text.len() / 16)?;
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
/// Takes the line for the system that a script starts with, if there is one.
pub(crate) fn skip_script_line<'s>(cx: &mut Cx<'s>, p: H<'s>) -> Result<(), Raise> {
    // As long as any directive with what ends it; a file may come in small pieces.
    const ENOUGH: usize = "#!no-fold-case ".len();
    let mut start = input::peek_bytes(cx, p, ENOUGH);
    while start.len() < ENOUGH && start.starts_with(&b"#!"[..start.len().min(2)]) && fill(cx, p)? > 0 {
        start = input::peek_bytes(cx, p, ENOUGH);
    }
    if is_script(&String::from_utf8_lossy(&start)) {
        read_line(cx, p)?;
    }
    Ok(())
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
