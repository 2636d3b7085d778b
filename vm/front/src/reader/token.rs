//! What the text of a token means.

use std::sync::Arc;

use super::errors;
use super::names::{self, Spelling};
use crate::datum::DatumKind;
use crate::diag::Diagnostic;
use crate::number::parse_number;
use crate::source::Span;

/// A number or symbol. Symbols go through `intern`, which folds case when asked.
pub(super) fn atom(span: Span, text: &str, intern: impl FnOnce(&str) -> Arc<str>) -> Result<DatumKind, Diagnostic> {
    if may_be_number(text.as_bytes()) {
        match parse_number(text, 10) {
            Ok(Some(number)) => return Ok(DatumKind::Number(number)),
            Ok(None) => {}
            Err(limit) => return Err(errors::number_limit(span, limit)),
        }
    }
    match names::judge(text) {
        Spelling::Identifier => Ok(DatumKind::Symbol(intern(text))),
        Spelling::BadNumber => Err(errors::bad_number(span, text)),
        Spelling::BadChar(index, c) => Err(errors::identifier_char(part(span, index, c.len_utf8()), c, text)),
    }
}

fn may_be_number(text: &[u8]) -> bool {
    matches!(text.first(), Some(b'0'..=b'9' | b'+' | b'-' | b'.'))
}

/// `#t`, `#false`, and numbers with a prefix.
pub(super) fn hash_atom(span: Span, text: &str) -> Result<DatumKind, Diagnostic> {
    let is = |word: &str| text.eq_ignore_ascii_case(word);
    if is("#t") || is("#true") {
        return Ok(DatumKind::Bool(true));
    }
    if is("#f") || is("#false") {
        return Ok(DatumKind::Bool(false));
    }
    match parse_number(text, 10) {
        Ok(Some(number)) => Ok(DatumKind::Number(number)),
        Err(limit) => Err(errors::number_limit(span, limit)),
        Ok(None) if matches!(text.as_bytes(), [_, b'e' | b'i' | b'b' | b'o' | b'd' | b'x' | b'E' | b'I' | b'B' | b'O' | b'D' | b'X', ..]) => Err(errors::bad_number(span, text)),
        Ok(None) => Err(errors::unknown_hash(span, text)),
    }
}

/// The number of `#n=` or `#n#`.
pub(super) fn label(span: Span, text: &str) -> Result<u32, Diagnostic> {
    text[1..text.len() - 1].parse().map_err(|_| errors::label_number(span))
}

/// `#\` and a character, a name or a hexadecimal code. `fold`: names are caseless.
pub(super) fn char(span: Span, text: &str, fold: bool) -> Result<char, Diagnostic> {
    let name = &text[2..];
    let mut chars = name.chars();
    if let (Some(c), None) = (chars.next(), chars.next()) {
        return Ok(c);
    }
    let code = name.strip_prefix(['x', 'X']).and_then(scalar);
    let named = if fold { names::char_named(&names::fold_case(name)) } else { names::char_named(name) };
    code.or(named).ok_or_else(|| errors::bad_char(span, name))
}

/// The character with a hexadecimal code.
fn scalar(digits: &str) -> Option<char> {
    if !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    char::from_u32(u32::from_str_radix(digits, 16).ok()?)
}

/// A string or a symbol between bars, quotes included.
pub(super) fn quoted(span: Span, text: &str) -> Result<Arc<str>, Diagnostic> {
    let body = &text[1..text.len() - 1];
    if !body.bytes().any(|byte| matches!(byte, b'\\' | b'\r')) {
        return Ok(body.into());
    }
    let mut out = String::with_capacity(body.len());
    let mut rest = body;
    while let Some(index) = rest.find(['\\', '\r']) {
        out.push_str(&rest[..index]);
        let special = &rest[index..];
        rest = match special.strip_prefix('\r') {
            // Every line ending in a string is one newline.
            Some(after) => {
                out.push('\n');
                after.strip_prefix('\n').unwrap_or(after)
            }
            None => {
                let offset = 1 + body.len() - special.len();
                escape(span, offset, &special[1..], &mut out)?
            }
        };
    }
    out.push_str(rest);
    Ok(out.into())
}

/// Reads one escape, without its backslash, and returns what follows it. `offset` is that
/// of the backslash in the token.
fn escape<'a>(span: Span, offset: usize, text: &'a str, out: &mut String) -> Result<&'a str, Diagnostic> {
    let mut chars = text.chars();
    let c = chars.next().unwrap_or('\\');
    let rest = chars.as_str();
    out.push(match c {
        'a' => '\u{7}',
        'b' => '\u{8}',
        't' => '\t',
        'n' => '\n',
        'r' => '\r',
        '"' | '\\' | '|' => c,
        'x' | 'X' => {
            let end = rest.find(';');
            let code = end.and_then(|end| scalar(&rest[..end]));
            let (Some(end), Some(code)) = (end, code) else {
                let digits = rest.bytes().take_while(u8::is_ascii_hexdigit).count();
                return Err(errors::bad_hex_escape(part(span, offset, 2 + digits)));
            };
            out.push(code);
            return Ok(&rest[end + 1..]);
        }
        _ => {
            return continuation(text).ok_or_else(|| errors::bad_escape(part(span, offset, 1 + c.len_utf8()), c));
        }
    });
    Ok(rest)
}

/// What follows a backslash that joins two lines: space, a line ending, more space.
fn continuation(text: &str) -> Option<&str> {
    let text = text.trim_start_matches(is_intraline);
    let after = text.strip_prefix("\r\n").or_else(|| text.strip_prefix(['\n', '\r']))?;
    Some(after.trim_start_matches(is_intraline))
}

fn is_intraline(c: char) -> bool {
    c == '\t' || c == ' ' || !c.is_ascii() && c.is_whitespace() && !matches!(c, '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// The bytes `index..index + len` of a token.
fn part(span: Span, index: usize, len: usize) -> Span {
    let start = span.start.saturating_add(index as u32);
    Span { start, end: start.saturating_add(len as u32).min(span.end), ..span }
}
