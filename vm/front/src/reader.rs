//! From text to datums: R7RS 2 and 7.1.1.
//!
//! Two faces on one machine. [`Reader`] walks a whole source and yields datums with spans,
//! for the compiler. [`Parser`] is pushed text chunk by chunk and says when a datum is
//! complete, for `read` on ports and for a REPL; it keeps its own stack and remembers how
//! far it has looked, so neither deep nesting nor small chunks cost more than the text.
//!
//! `lexer` finds where tokens end, `token` says what they mean, `parser` puts them together
//! on the stack of `frame`, `names` holds the rules of identifiers and the tables of names,
//! `column` keeps the place, `errors` has every message. [`typing`] answers an editor's questions.

use crate::datum::Datum;
use crate::diag::Diagnostic;
use crate::source::SourceId;

mod column;
mod errors;
mod frame;
mod lexer;
mod names;
mod parser;
mod token;
pub mod typing;

pub use names::{abbreviation_of, char_name, char_named, fold_case, is_identifier, spellings};
pub use parser::{Parser, Step};

/// Reads the datums of a whole text; stops after the first error.
pub struct Reader<'a> {
    parser: Parser,
    text: &'a str,
    position: usize,
    stopped: bool,
}

impl<'a> Reader<'a> {
    /// A reader at the start of `text`, whose spans will name `source`. A first line that
    /// starts with `#!` and is no directive is skipped, so that programs can be scripts.
    pub fn new(source: SourceId, text: &'a str) -> Reader<'a> {
        let mut parser = Parser::new(source);
        parser.allow_script_line();
        Reader { parser, text, position: 0, stopped: false }
    }

    /// Starts with `#!fold-case` in effect, as `include-ci` asks.
    pub fn folding_case(mut self) -> Reader<'a> {
        self.parser.set_fold_case(true);
        self
    }
}

impl Iterator for Reader<'_> {
    type Item = Result<Datum, Diagnostic>;

    fn next(&mut self) -> Option<Result<Datum, Diagnostic>> {
        if self.stopped {
            return None;
        }
        match self.parser.feed(&self.text[self.position..], true) {
            Step::Datum { datum, consumed } => {
                self.position += consumed;
                Some(Ok(datum))
            }
            Step::Error { error, .. } => {
                self.stopped = true;
                Some(Err(error))
            }
            Step::Eof | Step::NeedMore => {
                self.stopped = true;
                None
            }
        }
    }
}

/// All datums of a text.
pub fn read_all(source: SourceId, text: &str) -> Result<Vec<Datum>, Diagnostic> {
    Reader::new(source, text).collect()
}

#[cfg(test)]
mod tests;
