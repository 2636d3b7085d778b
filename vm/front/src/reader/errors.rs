//! Every message of the reader, in order of its code.

use crate::diag::{Diagnostic, suggest};
use crate::number::NumberLimit;
use crate::source::Span;

use super::names;

/// An open list at the end of input, and what indentation says about it.
pub(super) struct Unclosed {
    /// Opening parentheses of the outermost and innermost open list, and how many are open.
    pub(super) outermost: Span,
    pub(super) innermost: Span,
    pub(super) count: usize,
    /// A parenthesis that a later line is not indented enough for, and that line's first
    /// token and number.
    pub(super) suspect: Option<(Span, Span, u32)>,
}

pub(super) fn unclosed(open: &Unclosed) -> Diagnostic {
    let message = match open.count {
        1 => "a `(` is never closed".to_owned(),
        n => format!("{n} `(` are never closed"),
    };
    let error = Diagnostic::error("E0101", message).unfinished();
    let Some((suspect, line_start, line)) = open.suspect else {
        let error = error.at_with(open.innermost, "not closed at the end of input");
        return if open.count > 1 { error.label(open.outermost, "nor is the outermost one") } else { error };
    };
    let error = error.at_with(suspect, format!("probably missing its `)` before line {line}")).label(line_start, "not indented enough to be inside");
    if open.innermost == suspect { error } else { error.label(open.innermost, "not closed at the end of input") }
}

pub(super) fn unterminated_string(open: Span) -> Diagnostic {
    Diagnostic::error("E0102", "a string is never closed").at_with(open, "it starts here").unfinished()
}

pub(super) fn unterminated_symbol(open: Span) -> Diagnostic {
    Diagnostic::error("E0103", "a symbol between bars is never closed").at_with(open, "it starts here").unfinished()
}

pub(super) fn unterminated_comment(open: Span) -> Diagnostic {
    Diagnostic::error("E0104", "a block comment is never closed").at_with(open, "it starts here").note("block comments nest: each `#|` needs its own `|#`").unfinished()
}

/// `prefix` stands before a `)` or the end of input.
pub(super) fn nothing_after(prefix: Span, text: &str, at_end: bool) -> Diagnostic {
    let error = Diagnostic::error("E0105", format!("`{text}` needs a datum after it")).at(prefix);
    if at_end { error.unfinished() } else { error }
}

/// `last` is the form before, when there is one.
pub(super) fn unexpected_close(close: Span, last: Option<Span>) -> Diagnostic {
    let error = Diagnostic::error("E0106", "unexpected `)`").at_with(close, "no `(` is open here");
    match last {
        Some(span) => error.label(Span { end: span.start.saturating_add(1), ..span }, "the form that starts here is closed already"),
        None => error,
    }
}

pub(super) fn bracket(span: Span, bracket: &str) -> Diagnostic {
    let instead = if matches!(bracket, "[" | "{") { '(' } else { ')' };
    Diagnostic::error("E0107", format!("`{bracket}` is reserved and no list delimiter in R7RS")).at(span).help(format!("write `{instead}`"))
}

pub(super) fn dot(span: Span, why: &str) -> Diagnostic {
    Diagnostic::error("E0108", format!("misplaced `.`: {why}")).at(span).note("a dot stands in a list, after at least one datum and before exactly one")
}

pub(super) fn dot_without_datum(span: Span) -> Diagnostic {
    dot(span, "no datum follows it")
}

pub(super) fn after_tail(span: Span) -> Diagnostic {
    dot(span, "more than one datum follows it")
}

pub(super) fn identifier_char(span: Span, c: char, atom: &str) -> Diagnostic {
    let error = Diagnostic::error(
        "E0109",
        match c {
            _ if c.is_control() => {
                format!("control character U+{:04X} in the program", u32::from(c))
            }
            _ if names::is_curly_quote(c) => format!("`{c}` is no quotation mark of Scheme"),
            _ if !c.is_ascii() && !names::is_other_letter(c) => {
                format!("invisible or private character U+{:04X} in an identifier", u32::from(c))
            }
            _ => format!("`{c}` cannot stand in the identifier `{atom}`"),
        },
    );
    let error = error.at(span);
    match c {
        '\'' | '`' | ',' => error.help("put a space before it"),
        '\u{2018}' | '\u{2019}' => error.help("write `'`"),
        _ if names::is_curly_quote(c) => error.help("write `\"`"),
        _ => error.help("any character can stand in a symbol between bars: `|a b|`, `|\\x41;|`"),
    }
}

pub(super) fn bad_number(span: Span, atom: &str) -> Diagnostic {
    let error = Diagnostic::error("E0110", format!("`{atom}` is neither a number nor an identifier")).at(span);
    let digits = atom.trim_start_matches(['+', '-', '#']);
    match digits.as_bytes() {
        [b'0', radix @ (b'x' | b'b' | b'o' | b'X' | b'B' | b'O'), rest @ ..] => {
            let radix = radix.to_ascii_lowercase() as char;
            error.help(format!("write `#{radix}{}`", String::from_utf8_lossy(rest)))
        }
        _ if atom.split_once('/').is_some_and(|(_, den)| !den.is_empty() && den.bytes().all(|byte| byte == b'0')) => error.note("its denominator is zero"),
        _ => error.help(format!("write `|{atom}|` for a symbol of this name")),
    }
}

pub(super) fn number_limit(span: Span, limit: NumberLimit) -> Diagnostic {
    Diagnostic::error("E0111", limit.to_string()).at(span).help("leave `#e` out for a float")
}

pub(super) fn bad_escape(span: Span, c: char) -> Diagnostic {
    let error = Diagnostic::error("E0112", format!("`\\{}` is no escape", c.escape_default())).at(span);
    match c {
        'u' | 'U' => error.help("write `\\x41;` for the character with hexadecimal code 41"),
        _ => error.help("the escapes are \\a \\b \\t \\n \\r \\\" \\\\ \\| and \\x41; a lone backslash is written `\\\\`"),
    }
}

pub(super) fn bad_hex_escape(span: Span) -> Diagnostic {
    Diagnostic::error("E0112", "`\\x` needs the hexadecimal code of a character and `;`").at(span).note("codes D800 to DFFF and above 10FFFF are no characters")
}

pub(super) fn char_missing(span: Span) -> Diagnostic {
    Diagnostic::error("E0113", "`#\\` needs a character after it").at(span).unfinished()
}

pub(super) fn bad_char(span: Span, name: &str) -> Diagnostic {
    let error = Diagnostic::error("E0113", format!("`#\\{name}` is no character")).at(span);
    let is_code = |rest: &str| !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_hexdigit());
    if name.strip_prefix(['x', 'X', 'U', 'u']).is_some_and(|rest| is_code(rest.trim_start_matches('+'))) {
        return error.note("a code is written `#\\x41`; D800 to DFFF and above 10FFFF are no characters");
    }
    match suggest(&name.to_ascii_lowercase(), names::char_names()) {
        Some(near) => error.help(format!("did you mean `#\\{near}`?")),
        None if names::char_named(&name.to_ascii_lowercase()).is_some() => error.help("names of characters are lower case"),
        None => error.help("a character is one character or a name like `newline`, up to a space or parenthesis"),
    }
}

pub(super) fn unknown_hash(span: Span, text: &str) -> Diagnostic {
    let error = Diagnostic::error("E0114", format!("`{text}` is no syntax of R7RS")).at(span);
    match text {
        _ if text.starts_with("#<") => error.note("this looks like the printed form of an object that cannot be read back"),
        _ if text.starts_with("#:") => error.note("there are no keyword objects"),
        "#vu8" | "#VU8" => error.help("write `#u8(`"),
        "#f32" | "#f64" | "#s8" | "#s16" | "#s32" | "#s64" | "#u16" | "#u32" | "#u64" => error.note("only vectors of bytes, `#u8(`, can be written"),
        "#true#" | "#nil" | "#null" => error.help("the empty list is `'()`"),
        _ => error,
    }
}

pub(super) fn directive(span: Span, text: &str) -> Diagnostic {
    let error = Diagnostic::error("E0115", format!("`{text}` is no directive of R7RS")).at(span);
    match text {
        "#!eof" => error.help("call `(eof-object)`"),
        "#!void" | "#!unspecific" | "#!default" => error.note("this object cannot be written in a program"),
        "#!optional" | "#!rest" | "#!key" => error.help("use a dotted argument list, `case-lambda` or SRFI 89"),
        _ if text.starts_with("#!/") || text == "#!" => error.note("a script line must be the first line"),
        _ => error.note("the directives are `#!fold-case` and `#!no-fold-case`"),
    }
}

pub(super) fn byte_expected(span: Span) -> Diagnostic {
    Diagnostic::error("E0116", "a bytevector holds exact integers from 0 to 255").at(span)
}

pub(super) fn label_number(span: Span) -> Diagnostic {
    Diagnostic::error("E0117", "the number of a datum label is too large").at(span).note(format!("the greatest is {}", u32::MAX))
}
