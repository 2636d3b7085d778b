//! Messages about programs: what is wrong, where, and what would help.
//!
//! Every part of the front end reports through [`Diagnostic`]; only `render` knows how one
//! looks on a terminal, so a language server or a condition object can show the same facts
//! differently. Codes are stable names for the documentation: `E01xx` reader, `E02xx`
//! expander, `E03xx` libraries, `E04xx` later passes, `W..` warnings.

use std::fmt;
use std::ops::{Deref, DerefMut};

use crate::source::Span;

mod render;
mod suggest;

pub use render::Style;
pub use suggest::{edit_distance, suggest};

/// How serious a diagnostic is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Severity {
    /// The program cannot run.
    Error,
    /// The program can run but probably not as meant.
    Warning,
}

/// What a [`Diagnostic`] says.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Report {
    /// Error or warning.
    pub severity: Severity,
    /// Stable name, like `E0103`.
    pub code: &'static str,
    /// One sentence without a full stop.
    pub message: String,
    /// The place the message is about.
    pub primary: Option<Span>,
    /// Short text at the primary place; may be empty.
    pub primary_text: String,
    /// Other places that matter, each with what it has to do with the message.
    pub labels: Vec<(Span, String)>,
    /// Facts that explain the message.
    pub notes: Vec<String>,
    /// What the reader could do.
    pub help: Vec<String>,
    /// Whether more input could make the program right: a REPL then asks for another line.
    pub incomplete: bool,
}

/// A message with a code, places in the source, notes and help; the fields are those of
/// [`Report`].
// Boxed because it travels in the error side of nearly every `Result` of this crate.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Diagnostic(Box<Report>);

impl Diagnostic {
    /// An error without a place yet.
    pub fn error(code: &'static str, message: impl Into<String>) -> Diagnostic {
        Diagnostic::new(Severity::Error, code, message.into())
    }

    /// A warning without a place yet.
    pub fn warning(code: &'static str, message: impl Into<String>) -> Diagnostic {
        Diagnostic::new(Severity::Warning, code, message.into())
    }

    fn new(severity: Severity, code: &'static str, message: String) -> Diagnostic {
        Diagnostic(Box::new(Report {
            severity,
            code,
            message,
            primary: None,
            primary_text: String::new(),
            labels: Vec::new(),
            notes: Vec::new(),
            help: Vec::new(),
            incomplete: false,
        }))
    }

    /// Sets the place the message is about; [`Span::NONE`] sets none.
    pub fn at(mut self, span: Span) -> Diagnostic {
        self.primary = (!span.is_none()).then_some(span);
        self
    }

    /// Sets the place if there is none yet.
    pub fn or_at(self, span: Span) -> Diagnostic {
        if self.primary.is_none() { self.at(span) } else { self }
    }

    /// Sets the place and the short text shown at it.
    pub fn at_with(mut self, span: Span, text: impl Into<String>) -> Diagnostic {
        self.primary_text = text.into();
        self.at(span)
    }

    /// Adds another place that matters.
    pub fn label(mut self, span: Span, text: impl Into<String>) -> Diagnostic {
        if !span.is_none() {
            self.labels.push((span, text.into()));
        }
        self
    }

    /// Adds a fact.
    pub fn note(mut self, text: impl Into<String>) -> Diagnostic {
        self.notes.push(text.into());
        self
    }

    /// Adds advice.
    pub fn help(mut self, text: impl Into<String>) -> Diagnostic {
        self.help.push(text.into());
        self
    }

    /// Marks an error that more input could cure.
    pub fn unfinished(mut self) -> Diagnostic {
        self.incomplete = true;
        self
    }

    /// Whether more input could make the program right.
    pub fn is_incomplete(&self) -> bool {
        self.incomplete
    }
}

impl Deref for Diagnostic {
    type Target = Report;
    fn deref(&self) -> &Report {
        &self.0
    }
}

impl DerefMut for Diagnostic {
    fn deref_mut(&mut self) -> &mut Report {
        &mut self.0
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Severity::Error => "error",
            Severity::Warning => "warning",
        })
    }
}

/// `error[E0103]: message`, without the source: see [`Diagnostic::render`] for the whole.
impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}[{}]: {}", self.severity, self.code, self.message)
    }
}

impl std::error::Error for Diagnostic {}
