//! Where tokens start and end.
//!
//! The text comes in chunks. A token that a chunk does not finish is looked at again from
//! its start when more text is there, but `scanned` remembers how much of it cannot hold
//! its end, so that a long string costs its length once. Comments keep no text at all.

use super::{errors, names};
use crate::diag::Diagnostic;
use crate::source::{SourceId, Span, saturated};

mod space;

/// What a token is; its text still has to be read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum TokenKind {
    Open,
    Close,
    VectorOpen,
    BytesOpen,
    /// `'` and its like, `#'` included.
    Prefix,
    DatumComment,
    Dot,
    String,
    BarSymbol,
    /// Number or symbol.
    Atom,
    /// `#t`, `#e1` and other atoms that start with `#`.
    HashAtom,
    Char,
    /// `#!name`.
    Directive,
    Label,
    Ref,
    /// `[` and its like, which R7RS reserves.
    Bracket,
}

/// A token: byte range in the text given to [`Lexer::next`].
#[derive(Clone, Copy, Debug)]
pub(super) struct Token {
    pub(super) kind: TokenKind,
    pub(super) start: usize,
    pub(super) end: usize,
    /// Whether only space stands before it on its line.
    pub(super) first_on_line: bool,
}

/// What [`Lexer::next`] found.
pub(super) enum Lexed {
    Token(Token),
    /// The text from this index on has to be given again, with more after it.
    More(usize),
    /// Nothing but space and comments up to the end of input.
    End,
}

#[derive(Clone, Copy)]
enum Skip {
    Nothing,
    Line,
    /// Depth, the byte before if it could be half of a mark, and where it started.
    Block {
        depth: u32,
        before: u8,
        opened: u32,
    },
}

/// The state between chunks.
pub(super) struct Lexer {
    pub(super) source: SourceId,
    /// Offset in the whole input of the first byte of the current text.
    pub(super) base: u64,
    /// Number of the current line, from 1.
    pub(super) line: u32,
    /// Offset in the whole input of the current line's first byte.
    pub(super) line_start: u64,
    /// Whether `#!` at offset 0 starts a script.
    pub(super) script_line: bool,
    /// Whether no token was seen on this line.
    fresh_line: bool,
    /// Whether a CR ended the last line.
    after_return: bool,
    skip: Skip,
    /// Bytes of the unfinished token that cannot hold its end.
    scanned: usize,
}

/// Class of bytes that end an atom. Brackets and braces are no delimiters in R7RS, but no
/// part of identifiers either; ending there gives the better message.
const fn is_delimiter(byte: u8) -> bool {
    matches!(byte, b'\t'..=b'\r' | b' ' | b'(' | b')' | b'"' | b';' | b'|' | b'[' | b']' | b'{' | b'}')
}

/// Longer labels are too large anyway, and are taken as atoms that make no sense.
const LABEL_DIGITS_MAX: usize = 16;

const DELIMITERS: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < 256 {
        table[byte] = is_delimiter(byte as u8);
        byte += 1;
    }
    table
};

impl Lexer {
    pub(super) fn new(source: SourceId) -> Lexer {
        Lexer { source, base: 0, line: 1, line_start: 0, script_line: false, fresh_line: true, after_return: false, skip: Skip::Nothing, scanned: 0 }
    }

    /// Forgets an unfinished token or comment.
    pub(super) fn reset(&mut self) {
        self.skip = Skip::Nothing;
        self.scanned = 0;
    }

    /// Whether the input so far ends inside a block comment.
    pub(super) fn in_block_comment(&self) -> bool {
        matches!(self.skip, Skip::Block { .. })
    }

    /// Whether it ends inside any comment.
    pub(super) fn in_comment(&self) -> bool {
        !matches!(self.skip, Skip::Nothing)
    }

    /// The span of bytes of the current text.
    pub(super) fn span(&self, start: usize, end: usize) -> Span {
        Span::new(self.source, self.offset(start), self.offset(end))
    }

    fn offset(&self, index: usize) -> u32 {
        saturated(usize::try_from(self.base).unwrap_or(usize::MAX).saturating_add(index))
    }

    /// The next token from `index` on. With `eof`, the text is all there is; errors come
    /// only then, when a token or comment is unfinished.
    pub(super) fn next(&mut self, text: &str, mut index: usize, eof: bool) -> Result<Lexed, Diagnostic> {
        loop {
            let skipped_comment = !matches!(self.skip, Skip::Nothing);
            match self.skip {
                Skip::Nothing => index = self.skip_space(text, index),
                Skip::Line => index = self.skip_line(text.as_bytes(), index),
                Skip::Block { .. } => index = self.skip_block(text.as_bytes(), index),
            }
            if index == text.len() {
                return match self.skip {
                    Skip::Block { opened, .. } if eof => Err(errors::unterminated_comment(Span::new(self.source, opened, opened.saturating_add(2)))),
                    _ if eof => Ok(Lexed::End),
                    _ => Ok(Lexed::More(index)),
                };
            }
            if skipped_comment {
                continue;
            }
            match self.dispatch(text, index, eof)? {
                Found::Token(kind, end) => {
                    let token = Token { kind, start: index, end, first_on_line: self.fresh_line };
                    self.finish_token(text, token);
                    return Ok(Lexed::Token(token));
                }
                Found::Skip(to) => index = to,
                Found::More => return Ok(Lexed::More(index)),
            }
        }
    }

    fn finish_token(&mut self, text: &str, token: Token) {
        self.scanned = 0;
        self.fresh_line = false;
        if matches!(token.kind, TokenKind::String | TokenKind::BarSymbol) {
            self.count_lines(text.as_bytes(), token.start, token.end);
        }
    }
}

/// What stands at the start of a token.
enum Found {
    Token(TokenKind, usize),
    /// A comment: go on from here.
    Skip(usize),
    /// The chunk ends before one can tell.
    More,
}

impl Lexer {
    fn dispatch(&mut self, text: &str, start: usize, eof: bool) -> Result<Found, Diagnostic> {
        let bytes = text.as_bytes();
        Ok(match bytes[start] {
            b'(' => Found::Token(TokenKind::Open, start + 1),
            b')' => Found::Token(TokenKind::Close, start + 1),
            b'\'' | b'`' => Found::Token(TokenKind::Prefix, start + 1),
            b',' => self.unquote(bytes, start, start + 1, eof),
            b';' => {
                self.skip = Skip::Line;
                Found::Skip(start + 1)
            }
            b'"' => match self.quoted(bytes, start, b'"') {
                Some(end) => Found::Token(TokenKind::String, end),
                None if eof => {
                    return Err(errors::unterminated_string(self.span(start, start + 1)));
                }
                None => Found::More,
            },
            b'|' => match self.quoted(bytes, start, b'|') {
                Some(end) => Found::Token(TokenKind::BarSymbol, end),
                None if eof => {
                    return Err(errors::unterminated_symbol(self.span(start, start + 1)));
                }
                None => Found::More,
            },
            b'#' => return self.hash(text, start, eof),
            b'[' | b']' | b'{' | b'}' => Found::Token(TokenKind::Bracket, start + 1),
            _ => match self.atom(text, start, start, eof) {
                Some(end) if &bytes[start..end] == b"." => Found::Token(TokenKind::Dot, end),
                Some(end) => Found::Token(TokenKind::Atom, end),
                None => Found::More,
            },
        })
    }

    /// `,` or `,@`, whose last `,` stands before `index`.
    fn unquote(&self, bytes: &[u8], start: usize, index: usize, eof: bool) -> Found {
        debug_assert!(start < index);
        match bytes.get(index) {
            Some(b'@') => Found::Token(TokenKind::Prefix, index + 1),
            None if !eof => Found::More,
            _ => Found::Token(TokenKind::Prefix, index),
        }
    }

    /// The end of a string or symbol between quotes, one escaped byte at a time.
    fn quoted(&mut self, bytes: &[u8], start: usize, quote: u8) -> Option<usize> {
        let mut index = start + self.scanned.max(1);
        while let Some(&byte) = bytes.get(index) {
            match byte {
                b'\\' if index + 1 == bytes.len() => break,
                b'\\' => index += 2,
                _ if byte == quote => return Some(index + 1),
                _ => index += 1,
            }
        }
        self.scanned = index - start;
        None
    }

    /// The end of a token that lasts up to a delimiter, looking from `from` on.
    fn atom(&mut self, text: &str, start: usize, from: usize, eof: bool) -> Option<usize> {
        let bytes = text.as_bytes();
        let mut index = from.max(start + self.scanned);
        while let Some(&byte) = bytes.get(index) {
            if DELIMITERS[byte as usize] {
                return Some(index);
            }
            if byte < 0x80 {
                index += 1;
                continue;
            }
            match text[index..].chars().next() {
                Some(c) if !c.is_whitespace() => index += c.len_utf8(),
                _ => return Some(index),
            }
        }
        self.scanned = index - start;
        eof.then_some(index)
    }

    fn hash(&mut self, text: &str, start: usize, eof: bool) -> Result<Found, Diagnostic> {
        let bytes = text.as_bytes();
        let Some(&next) = bytes.get(start + 1) else {
            return if eof { Err(errors::unknown_hash(self.span(start, start + 1), "#")) } else { Ok(Found::More) };
        };
        Ok(match next {
            b'(' => Found::Token(TokenKind::VectorOpen, start + 2),
            b';' => Found::Token(TokenKind::DatumComment, start + 2),
            b'\'' | b'`' => Found::Token(TokenKind::Prefix, start + 2),
            b',' => self.unquote(bytes, start, start + 2, eof),
            b'|' => {
                let opened = self.offset(start);
                self.skip = Skip::Block { depth: 1, before: 0, opened };
                Found::Skip(start + 2)
            }
            b'\\' => return self.char(text, start, eof),
            b'0'..=b'9' => self.label(text, start, eof),
            b'!' => match self.atom(text, start, start + 2, eof) {
                Some(end) if self.starts_script(&text[start + 2..end], start) => {
                    self.skip = Skip::Line;
                    Found::Skip(end)
                }
                Some(end) => Found::Token(TokenKind::Directive, end),
                None => Found::More,
            },
            _ => match self.atom(text, start, start + 1, eof) {
                Some(end) if bytes.get(end) == Some(&b'(') && bytes[start..end].eq_ignore_ascii_case(b"#u8") => Found::Token(TokenKind::BytesOpen, end + 1),
                Some(end) => Found::Token(TokenKind::HashAtom, end),
                None => Found::More,
            },
        })
    }

    fn starts_script(&mut self, name: &str, start: usize) -> bool {
        let script = self.script_line && self.base == 0 && start == 0 && !names::is_directive(name);
        if script {
            self.scanned = 0;
        }
        script
    }

    /// `#\` and one character; letters and digits go on up to a delimiter.
    fn char(&mut self, text: &str, start: usize, eof: bool) -> Result<Found, Diagnostic> {
        let Some(first) = text[start + 2..].chars().next() else {
            return if eof { Err(errors::char_missing(self.span(start, start + 2))) } else { Ok(Found::More) };
        };
        let end = start + 2 + first.len_utf8();
        if !first.is_alphanumeric() {
            return Ok(Found::Token(TokenKind::Char, end));
        }
        let end = self.atom(text, start, end, eof);
        Ok(end.map_or(Found::More, |end| Found::Token(TokenKind::Char, end)))
    }

    /// `#n=` or `#n#`.
    fn label(&mut self, text: &str, start: usize, eof: bool) -> Found {
        let bytes = text.as_bytes();
        let digits = bytes[start + 1..].iter().take(LABEL_DIGITS_MAX).take_while(|byte| byte.is_ascii_digit());
        let index = start + 1 + digits.count();
        match bytes.get(index) {
            Some(b'=') => Found::Token(TokenKind::Label, index + 1),
            Some(b'#') => Found::Token(TokenKind::Ref, index + 1),
            None if !eof => Found::More,
            _ => match self.atom(text, start, index, eof) {
                Some(end) => Found::Token(TokenKind::HashAtom, end),
                None => Found::More,
            },
        }
    }
}
