//! Writing datums as `write` does: what is printed reads back as an equal datum.
//!
//! Serves dumps, filetests and messages; the run-time printer shares the writers of
//! strings, symbols and characters. A stack of pending work replaces recursion, so nesting
//! costs memory only. Lists like `(quote x)` are abbreviated: `'x`.

use std::fmt::{self, Write};
use std::slice;

use crate::datum::{Datum, DatumKind};
use crate::number::parse_number;
use crate::reader::{abbreviation_of, char_name, is_identifier};

/// The datum as `write` prints it.
impl fmt::Display for Datum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&write_datum(self))
    }
}

/// The same as [`Display`](fmt::Display): spans would bury the datum.
impl fmt::Debug for Datum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Debug for DatumKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.describe())
    }
}

/// What is left to write inside the datums that are open.
enum Work<'a> {
    Datum(&'a Datum),
    /// Items of a list or vector and the tail, up to the closing parenthesis.
    Rest(slice::Iter<'a, Datum>, Option<&'a Datum>),
}

/// The datum as `write` prints it.
pub fn write_datum(datum: &Datum) -> String {
    let mut out = String::new();
    let mut pending = vec![Work::Datum(datum)];
    while let Some(work) = pending.pop() {
        match work {
            Work::Datum(datum) => open(&mut out, datum, &mut pending),
            Work::Rest(mut items, tail) => match (items.next(), tail) {
                (Some(item), _) => {
                    if !out.ends_with('(') {
                        out.push(' ');
                    }
                    pending.push(Work::Rest(items, tail));
                    pending.push(Work::Datum(item));
                }
                (None, Some(tail)) => {
                    out.push_str(" . ");
                    pending.push(Work::Rest([].iter(), None));
                    pending.push(Work::Datum(tail));
                }
                (None, None) => out.push(')'),
            },
        }
    }
    out
}

/// Writes a leaf, or the start of a composite whose rest goes to `pending`.
fn open<'a>(out: &mut String, datum: &'a Datum, pending: &mut Vec<Work<'a>>) {
    match &datum.kind {
        DatumKind::Null => out.push_str("()"),
        DatumKind::Bool(b) => out.push_str(if *b { "#t" } else { "#f" }),
        DatumKind::Char(c) => write_char(out, *c),
        DatumKind::Number(n) => n.write_radix(out, 10),
        DatumKind::String(s) => write_string(out, s),
        DatumKind::Symbol(s) => write_symbol(out, s),
        DatumKind::List(items, tail) => {
            if let ([head, quoted], None) = (&items[..], tail)
                && let Some(prefix) = head.as_symbol().and_then(|name| abbreviation_of(name))
            {
                out.push_str(prefix);
                pending.push(Work::Datum(quoted));
                return;
            }
            out.push('(');
            pending.push(Work::Rest(items.iter(), tail.as_deref()));
        }
        DatumKind::Vector(items) => {
            out.push_str("#(");
            pending.push(Work::Rest(items.iter(), None));
        }
        DatumKind::Bytevector(bytes) => write_bytevector(out, bytes),
        DatumKind::Label(n, inner) => {
            // Writing to a string cannot fail, here and below.
            let _ = write!(out, "#{n}=");
            pending.push(Work::Datum(inner));
        }
        DatumKind::Ref(n) => {
            let _ = write!(out, "#{n}#");
        }
        DatumKind::Eof => out.push_str("#<eof>"),
        DatumKind::Unspecified => out.push_str("#<unspecified>"),
        DatumKind::Object(_) => out.push_str("#<object>"),
    }
}

/// Appends `#u8(...)`.
pub fn write_bytevector(out: &mut String, bytes: &[u8]) {
    out.push_str("#u8(");
    for (index, byte) in bytes.iter().enumerate() {
        let space = if index == 0 { "" } else { " " };
        let _ = write!(out, "{space}{byte}");
    }
    out.push(')');
}

/// Appends a character in its `#\` form.
pub fn write_char(out: &mut String, c: char) {
    out.push_str("#\\");
    match char_name(c) {
        Some(name) => out.push_str(name),
        None if is_plain(c) && !is_combining(c) => out.push(c),
        None => {
            let _ = write!(out, "x{:x}", u32::from(c));
        }
    }
}

/// Appends a string literal.
pub fn write_string(out: &mut String, text: &str) {
    write_quoted(out, text, '"');
}

/// Appends a symbol, between bars when it would read as something else without.
pub fn write_symbol(out: &mut String, name: &str) {
    let plain = is_identifier(name) && !starts_like_infnan(name) && !matches!(parse_number(name, 10), Ok(Some(_)) | Err(_));
    if plain {
        out.push_str(name);
    } else {
        write_quoted(out, name, '|');
    }
}

/// Readers that take the longest numeral would stop inside such a name.
fn starts_like_infnan(name: &str) -> bool {
    name.starts_with(['+', '-']) && name.get(1..6).is_some_and(|word| word.eq_ignore_ascii_case("inf.0") || word.eq_ignore_ascii_case("nan.0"))
}

fn write_quoted(out: &mut String, text: &str, quote: char) {
    out.push(quote);
    for c in text.chars() {
        match c {
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            '\u{7}' => out.push_str("\\a"),
            '\u{8}' => out.push_str("\\b"),
            _ if c == quote => out.extend(['\\', c]),
            _ if is_plain(c) => out.push(c),
            _ => {
                let _ = write!(out, "\\x{:x};", u32::from(c));
            }
        }
    }
    out.push(quote);
}

/// Whether a character shows itself: no control, no invisible or direction mark, no space
/// other than the common one.
fn is_plain(c: char) -> bool {
    match c {
        ' ' => true,
        '\u{AD}' | '\u{200B}'..='\u{200F}' | '\u{2060}'..='\u{206F}' | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}' => false,
        '\u{202A}'..='\u{202E}' => false,
        _ => !c.is_control() && !c.is_whitespace(),
    }
}

/// Whether a character would join the `\` before it.
fn is_combining(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36F}' | '\u{1AB0}'..='\u{1AFF}' | '\u{1DC0}'..='\u{1DFF}' | '\u{20D0}'..='\u{20FF}'
        | '\u{FE00}'..='\u{FE0F}' | '\u{FE20}'..='\u{FE2F}')
}

#[cfg(test)]
mod tests;
