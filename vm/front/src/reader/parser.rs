//! Tokens to datums, resumable at every byte.
//!
//! Open lists are frames on a stack; their items lie together on a second stack, so that a
//! finished list is one allocation of the right size. `( a . ( b ...` continues the frame
//! outside instead of nesting: a chain of a million dotted lists reads in linear time.

use std::mem;
use std::sync::Arc;

use rustc_hash::FxHashSet;

use super::column::ColumnCounter;
use super::errors::{self, Unclosed};
use super::frame::{Dot, Frame, FrameKind, Suspect};
use super::lexer::{Lexed, Lexer, Token, TokenKind};
use super::{names, token};
use crate::datum::{Datum, DatumKind};
use crate::diag::Diagnostic;
use crate::number::Number;
use crate::source::{Location, SourceId, Span};

/// Symbols that share their text within one parser. A bound keeps a port that never ends
/// from filling memory, and a hostile one from long chains in the table.
const SYMBOLS_MAX: usize = 8192;

/// What [`Parser::feed`] found.
#[derive(Debug)]
pub enum Step {
    /// The whole chunk was taken and more is needed.
    NeedMore,
    /// A datum that ends `consumed` bytes into the chunk; the rest was not looked at.
    Datum {
        /// The datum.
        datum: Datum,
        /// Bytes of this chunk that belong to it or stand before it.
        consumed: usize,
    },
    /// An error; the parser starts afresh after it.
    Error {
        /// What is wrong.
        error: Diagnostic,
        /// Bytes of this chunk taken up to the error.
        consumed: usize,
    },
    /// The input ended without another datum.
    Eof,
}

/// A reader that is pushed text in chunks of any size.
///
/// ```
/// # use gambol_front::{reader::{Parser, Step}, source::SourceId};
/// let mut parser = Parser::new(SourceId::NONE);
/// assert!(matches!(parser.feed("(a (b", false), Step::NeedMore));
/// let Step::Datum { datum, consumed } = parser.feed(")) c", false) else { panic!() };
/// assert_eq!((datum.to_string().as_str(), consumed), ("(a (b))", 2));
/// assert!(matches!(parser.feed(" c", false), Step::NeedMore));
/// assert!(matches!(parser.feed("", true), Step::Datum { consumed: 0, .. }));
/// ```
pub struct Parser {
    lexer: Lexer,
    frames: Vec<Frame>,
    /// Items of all open lists, outermost first.
    values: Vec<Datum>,
    /// The unfinished token, when a chunk ended inside it.
    carry: String,
    symbols: FxHashSet<Arc<str>>,
    fold_case: bool,
    suspect: Option<Suspect>,
    /// The last complete outermost datum.
    last: Option<Span>,
    column: ColumnCounter,
}

impl Parser {
    /// A parser at the start of an input whose spans will name `source`.
    pub fn new(source: SourceId) -> Parser {
        Parser {
            lexer: Lexer::new(source),
            frames: Vec::new(),
            values: Vec::new(),
            carry: String::new(),
            symbols: FxHashSet::default(),
            fold_case: false,
            suspect: None,
            last: None,
            column: ColumnCounter::default(),
        }
    }

    /// Skips a first line that starts with `#!` and is no directive.
    pub fn allow_script_line(&mut self) {
        self.lexer.script_line = true;
    }

    /// Whether `#!fold-case` is in effect: it belongs to the port, not to one datum.
    pub fn fold_case(&self) -> bool {
        self.fold_case
    }

    /// Sets what [`Parser::fold_case`] tells.
    pub fn set_fold_case(&mut self, on: bool) {
        self.fold_case = on;
    }

    /// Whether nothing is unfinished: no open list, token or block comment.
    pub fn is_idle(&self) -> bool {
        self.frames.is_empty() && self.carry.is_empty() && !self.lexer.in_block_comment()
    }

    /// Number of lists, vectors and prefixes that are open.
    pub fn depth(&self) -> usize {
        self.frames.len()
    }

    /// Byte offset and place up to which text was taken; of the start of the unfinished
    /// token, if there is one.
    pub fn position(&self) -> (u64, Location) {
        (self.lexer.base, Location { line: self.lexer.line, column: self.column.chars.saturating_add(1) })
    }

    /// Goes on at another place of the input, after characters that something else took.
    /// Whatever was unfinished is forgotten.
    pub fn move_to(&mut self, offset: u64, place: Location) {
        self.reset();
        let chars = place.column.saturating_sub(1);
        self.lexer.base = offset;
        self.lexer.line = place.line;
        self.lexer.line_start = offset.saturating_sub(u64::from(chars));
        self.column = ColumnCounter { chars, counted: offset };
    }

    /// Takes text up to the end of the next datum. `eof` says that nothing follows it.
    ///
    /// After [`Step::NeedMore`] the next chunk continues this one; after a datum or an error,
    /// the next call takes what was not consumed, or whatever follows it now.
    pub fn feed(&mut self, chunk: &str, eof: bool) -> Step {
        if self.carry.is_empty() {
            let (step, kept) = self.run(chunk, 0, eof);
            self.carry.push_str(&chunk[kept..]);
            return step;
        }
        let mut text = mem::take(&mut self.carry);
        let before = text.len();
        text.push_str(chunk);
        let (step, kept) = self.run(&text, before, eof);
        // The same buffer goes on: copying a long token at each chunk would be quadratic.
        text.drain(..kept);
        self.carry = text;
        step
    }

    /// `text` starts with `before` bytes of earlier chunks. Also returns where the unfinished
    /// token starts that is to be given again, or the text's end.
    fn run(&mut self, text: &str, before: usize, eof: bool) -> (Step, usize) {
        let mut index = 0;
        let step = loop {
            match self.step(text, &mut index, eof) {
                Ok(Progress::Going) => {}
                Ok(Progress::Datum(datum)) => {
                    self.last = Some(datum.span);
                    self.suspect = None;
                    break Step::Datum { datum, consumed: index.saturating_sub(before) };
                }
                Ok(Progress::More(from)) => {
                    self.advance(text, from);
                    return (Step::NeedMore, from);
                }
                Ok(Progress::End) => {
                    index = text.len();
                    break Step::Eof;
                }
                Err(error) => {
                    self.reset();
                    break Step::Error { error, consumed: index.saturating_sub(before) };
                }
            }
        };
        self.advance(text, index);
        (step, text.len())
    }

    fn reset(&mut self) {
        self.frames.clear();
        self.values.clear();
        self.carry.clear();
        self.suspect = None;
        self.lexer.reset();
    }

    fn advance(&mut self, text: &str, to: usize) {
        self.column.count(text, to, &self.lexer);
        self.lexer.base += to as u64;
    }
}

/// What one token led to.
enum Progress {
    Going,
    Datum(Datum),
    More(usize),
    End,
}

impl Parser {
    fn step(&mut self, text: &str, index: &mut usize, eof: bool) -> Result<Progress, Diagnostic> {
        let token = match self.lexer.next(text, *index, eof) {
            Ok(Lexed::Token(token)) => token,
            Ok(Lexed::More(from)) => return Ok(Progress::More(from)),
            Ok(Lexed::End) => {
                *index = text.len();
                return self.end();
            }
            Err(unfinished) => {
                *index = text.len();
                return Err(unfinished);
            }
        };
        // Before any error: a loop over a port must not meet the same one for ever.
        *index = token.end;
        self.take(token, &text[token.start..token.end])
    }

    fn take(&mut self, token: Token, text: &str) -> Result<Progress, Diagnostic> {
        let span = self.lexer.span(token.start, token.end);
        let kind = match token.kind {
            TokenKind::Open => return self.open_list(token, span),
            TokenKind::VectorOpen => return self.open(token, span, FrameKind::Vector),
            TokenKind::BytesOpen => return self.open(token, span, FrameKind::Bytes(Vec::new())),
            TokenKind::DatumComment => return self.push(token, span, FrameKind::DatumComment),
            TokenKind::Bracket => return Err(errors::bracket(span, text)),
            TokenKind::Label => {
                let label = token::label(span, text)?;
                return self.open(token, span, FrameKind::Label(label));
            }
            TokenKind::Prefix => {
                let symbol = names::abbreviated_by(text).ok_or_else(|| errors::unknown_hash(span, text))?;
                return self.open(token, span, FrameKind::Prefix(symbol));
            }
            TokenKind::Close => return self.close(span),
            TokenKind::Dot => return self.dot(span),
            TokenKind::Directive => return self.directive(span, text),
            TokenKind::Ref => DatumKind::Ref(token::label(span, text)?),
            TokenKind::Char => DatumKind::Char(token::char(span, text, self.fold_case)?),
            TokenKind::String => DatumKind::String(token::quoted(span, text)?),
            TokenKind::BarSymbol => DatumKind::Symbol(token::quoted(span, text)?),
            TokenKind::HashAtom => token::hash_atom(span, text)?,
            TokenKind::Atom => {
                let fold = self.fold_case;
                let symbols = &mut self.symbols;
                token::atom(span, text, |name| intern(symbols, name, fold))?
            }
        };
        self.deliver(Datum::new(span, kind))
    }

    fn open_list(&mut self, token: Token, span: Span) -> Result<Progress, Diagnostic> {
        let kind = if self.frames.last().is_some_and(Frame::awaits_tail) { FrameKind::Merged(Dot::None) } else { FrameKind::List(Dot::None) };
        self.open(token, span, kind)
    }

    fn open(&mut self, token: Token, open: Span, kind: FrameKind) -> Result<Progress, Diagnostic> {
        self.check_room(open)?;
        self.push(token, open, kind)
    }

    fn push(&mut self, token: Token, open: Span, kind: FrameKind) -> Result<Progress, Diagnostic> {
        let line = self.lexer.line;
        let indent = (self.lexer.base + token.start as u64).saturating_sub(self.lexer.line_start);
        if token.first_on_line && self.suspect.is_none() {
            self.suspect = Suspect::find(&self.frames, open, line, indent);
        }
        self.frames.push(Frame { kind, open, line, indent, base: self.values.len() });
        Ok(Progress::Going)
    }

    /// Where a list with a finished tail stands, only its `)` may follow.
    fn check_room(&self, span: Span) -> Result<(), Diagnostic> {
        match self.frames.last() {
            Some(frame) if frame.is_full() => Err(errors::after_tail(span)),
            Some(Frame { kind: FrameKind::Bytes(_), .. }) => Err(errors::byte_expected(span)),
            _ => Ok(()),
        }
    }

    fn dot(&mut self, span: Span) -> Result<Progress, Diagnostic> {
        let Some(frame) = self.frames.last_mut() else {
            return Err(errors::dot(span, "it is not in a list"));
        };
        match &mut frame.kind {
            FrameKind::List(dot) | FrameKind::Merged(dot) => {
                if *dot != Dot::None {
                    return Err(errors::dot(span, "the list has one already"));
                }
                if self.values.len() == frame.base {
                    return Err(errors::dot(span, "no datum stands before it"));
                }
                *dot = Dot::Seen;
                Ok(Progress::Going)
            }
            FrameKind::Vector | FrameKind::Bytes(_) => Err(errors::dot(span, "a vector has no tail")),
            _ => Err(errors::dot(span, "a datum must stand here")),
        }
    }

    fn directive(&mut self, span: Span, text: &str) -> Result<Progress, Diagnostic> {
        self.fold_case = names::directive(text).ok_or_else(|| errors::directive(span, text))?;
        Ok(Progress::Going)
    }

    fn close(&mut self, span: Span) -> Result<Progress, Diagnostic> {
        let Some(frame) = self.frames.pop() else {
            return Err(errors::unexpected_close(span, self.last));
        };
        if let Some(prefix) = frame.prefix() {
            return Err(errors::nothing_after(frame.open, &prefix, false));
        }
        if frame.awaits_tail() {
            return Err(errors::dot_without_datum(span));
        }
        let whole = frame.open.to(span);
        if let FrameKind::Merged(dot) = frame.kind {
            self.close_merged(dot == Dot::Done { tail: true });
            return Ok(Progress::Going);
        }
        let mut items = self.values.split_off(frame.base);
        self.deliver(match frame.kind {
            FrameKind::Vector => Datum::new(whole, DatumKind::Vector(items)),
            FrameKind::Bytes(bytes) => Datum::new(whole, DatumKind::Bytevector(bytes.into())),
            FrameKind::List(Dot::Done { tail: true }) => {
                let tail = items.pop();
                Datum::list(whole, items, tail)
            }
            _ => Datum::list(whole, items, None),
        })
    }

    /// The list outside goes on with the items of the one that ended; it is full now.
    fn close_merged(&mut self, tail: bool) {
        if let Some(frame) = self.frames.last_mut()
            && let FrameKind::List(outer) | FrameKind::Merged(outer) = &mut frame.kind
        {
            *outer = Dot::Done { tail };
        }
    }

    /// Hands a finished datum to what is open around it.
    fn deliver(&mut self, mut datum: Datum) -> Result<Progress, Diagnostic> {
        loop {
            let Some(frame) = self.frames.last_mut() else {
                return Ok(Progress::Datum(datum));
            };
            let whole = frame.open.to(datum.span);
            match &mut frame.kind {
                FrameKind::Vector | FrameKind::List(Dot::None) | FrameKind::Merged(Dot::None) => self.values.push(datum),
                FrameKind::List(dot) | FrameKind::Merged(dot) => {
                    if *dot != Dot::Seen {
                        return Err(errors::after_tail(datum.span));
                    }
                    *dot = Dot::Done { tail: true };
                    self.values.push(datum);
                }
                FrameKind::Bytes(bytes) => bytes.push(byte(&datum)?),
                FrameKind::Prefix(name) => {
                    let name = *name;
                    let symbol = Datum::symbol(frame.open, intern(&mut self.symbols, name, false));
                    self.frames.pop();
                    datum = Datum::list(whole, vec![symbol, datum], None);
                    continue;
                }
                FrameKind::Label(n) => {
                    datum = Datum::new(whole, DatumKind::Label(*n, Box::new(datum)));
                    self.frames.pop();
                    continue;
                }
                FrameKind::DatumComment => {
                    self.frames.pop();
                }
            }
            return Ok(Progress::Going);
        }
    }

    /// The end of input: fine between datums, an error inside one.
    fn end(&self) -> Result<Progress, Diagnostic> {
        let Some(top) = self.frames.last() else {
            return Ok(Progress::End);
        };
        if let Some(prefix) = top.prefix() {
            return Err(errors::nothing_after(top.open, &prefix, true));
        }
        let mut lists = self.frames.iter().filter(|frame| frame.is_bracket());
        let outermost = lists.next().unwrap_or(top);
        Err(errors::unclosed(&Unclosed {
            outermost: outermost.open,
            innermost: top.open,
            count: 1 + lists.count(),
            suspect: self.suspect.as_ref().map(|suspect| (suspect.open, suspect.token, suspect.line)),
        }))
    }
}

fn byte(datum: &Datum) -> Result<u8, Diagnostic> {
    let value = match datum.kind {
        DatumKind::Number(Number::Int(n)) => u8::try_from(n).ok(),
        _ => None,
    };
    value.ok_or_else(|| errors::byte_expected(datum.span))
}

fn intern(symbols: &mut FxHashSet<Arc<str>>, name: &str, fold: bool) -> Arc<str> {
    if fold && name.bytes().any(|byte| byte.is_ascii_uppercase() || !byte.is_ascii()) {
        return intern(symbols, &names::fold_case(name), false);
    }
    if let Some(known) = symbols.get(name) {
        return known.clone();
    }
    if symbols.len() >= SYMBOLS_MAX {
        symbols.clear();
    }
    let symbol: Arc<str> = name.into();
    symbols.insert(symbol.clone());
    symbol
}
