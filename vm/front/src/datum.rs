//! Datums: what the reader makes of text, each with its span.
//!
//! Programs can be nested as deeply as memory allows, so nothing here recurses: dropping,
//! copying, comparing, printing and (de)serializing all walk with a stack of their own.
//! A list is one vector, because most lists are long rather than deep and a million-element
//! constant should cost a million slots, not a million boxes.

use std::mem;
use std::sync::Arc;

use crate::number::Number;
use crate::source::Span;

mod flat;
mod labels;

pub use labels::{Labels, check_labels};

/// A datum and where it was read.
///
/// Equality ignores spans and compares numbers as `eqv?` does.
pub struct Datum {
    /// The text it was read from.
    pub span: Span,
    /// What it is.
    pub kind: DatumKind,
}

/// What a datum is.
///
/// [`Datum::list`] keeps the canonical form: a list has at least one item, and its tail is
/// neither a list nor the empty list.
#[derive(Default)]
pub enum DatumKind {
    /// `()`.
    #[default]
    Null,
    /// `#t` or `#f`.
    Bool(bool),
    /// A character.
    Char(char),
    /// A number.
    Number(Number),
    /// A string.
    String(Arc<str>),
    /// A symbol.
    Symbol(Arc<str>),
    /// `(a b)`, or `(a b . c)` when there is a tail.
    List(Vec<Datum>, Option<Box<Datum>>),
    /// `#(a b)`.
    Vector(Vec<Datum>),
    /// `#u8(1 2)`.
    Bytevector(Arc<[u8]>),
    /// `#n=datum`, R7RS 2.4.
    Label(u32, Box<Datum>),
    /// `#n#`.
    Ref(u32),
    /// The end-of-file object. It has no written form; folding can produce it.
    Eof,
    /// The value of expressions that have no useful one. It has no written form either.
    Unspecified,
    /// A value of the running system that is no datum, such as a procedure in a form given to
    /// `eval`: whoever handed over the form knows which one the number means.
    Object(u32),
}

impl Datum {
    /// A datum of any kind.
    pub fn new(span: Span, kind: DatumKind) -> Datum {
        Datum { span, kind }
    }

    /// A symbol.
    pub fn symbol(span: Span, name: impl Into<Arc<str>>) -> Datum {
        Datum::new(span, DatumKind::Symbol(name.into()))
    }

    /// A list with an optional tail, in canonical form.
    ///
    /// Without items the tail itself is returned, or `()`.
    pub fn list(span: Span, mut items: Vec<Datum>, tail: Option<Datum>) -> Datum {
        let mut tail = match tail {
            None => None,
            Some(last) if items.is_empty() => return last,
            Some(last) => Some(last),
        };
        if items.is_empty() {
            return Datum::new(span, DatumKind::Null);
        }
        match tail.as_mut().map(|last| &mut last.kind) {
            Some(DatumKind::Null) => tail = None,
            Some(DatumKind::List(more, end)) => {
                items.append(more);
                let end = end.take();
                return Datum::new(span, DatumKind::List(items, end));
            }
            _ => {}
        }
        Datum::new(span, DatumKind::List(items, tail.map(Box::new)))
    }

    /// The name, if this is a symbol.
    pub fn as_symbol(&self) -> Option<&Arc<str>> {
        match &self.kind {
            DatumKind::Symbol(name) => Some(name),
            _ => None,
        }
    }

    /// Whether this is the symbol `name`.
    pub fn is_symbol(&self, name: &str) -> bool {
        self.as_symbol().is_some_and(|symbol| &**symbol == name)
    }

    /// The items, if this is a proper list; none for `()`.
    pub fn as_list(&self) -> Option<&[Datum]> {
        match &self.kind {
            DatumKind::Null => Some(&[]),
            DatumKind::List(items, None) => Some(items),
            _ => None,
        }
    }

    /// The kind, with the span left behind. (A type with a destructor cannot be taken apart
    /// by a pattern.)
    pub fn into_kind(mut self) -> DatumKind {
        mem::take(&mut self.kind)
    }

    /// The datums directly inside, in order of the text.
    pub(crate) fn children(&self) -> impl DoubleEndedIterator<Item = &Datum> {
        let (items, tail): (&[Datum], Option<&Datum>) = match &self.kind {
            DatumKind::List(items, tail) => (items, tail.as_deref()),
            DatumKind::Vector(items) => (items, None),
            DatumKind::Label(_, inner) => (&[], Some(inner)),
            _ => (&[], None),
        };
        items.iter().chain(tail)
    }
}

impl DatumKind {
    /// What to call this in a message: "a list", "a string".
    pub fn describe(&self) -> &'static str {
        match self {
            DatumKind::Null => "the empty list",
            DatumKind::Bool(_) => "a boolean",
            DatumKind::Char(_) => "a character",
            DatumKind::Number(_) => "a number",
            DatumKind::String(_) => "a string",
            DatumKind::Symbol(_) => "a symbol",
            DatumKind::List(_, None) => "a list",
            DatumKind::List(_, Some(_)) => "an improper list",
            DatumKind::Vector(_) => "a vector",
            DatumKind::Bytevector(_) => "a bytevector",
            DatumKind::Label(..) => "a labelled datum",
            DatumKind::Ref(_) => "a datum reference",
            DatumKind::Eof => "the end-of-file object",
            DatumKind::Unspecified => "the unspecified value",
            DatumKind::Object(_) => "an object",
        }
    }

    fn has_children(&self) -> bool {
        matches!(self, DatumKind::List(..) | DatumKind::Vector(_) | DatumKind::Label(..))
    }

    /// Moves inner datums that have inner datums themselves to `pending`, so that what is
    /// left can be dropped without nesting.
    fn unnest(&mut self, pending: &mut Vec<Datum>) {
        let (items, tail) = match mem::take(self) {
            DatumKind::List(items, tail) => (items, tail),
            DatumKind::Vector(items) => (items, None),
            DatumKind::Label(_, inner) => (Vec::new(), Some(inner)),
            leaf => {
                *self = leaf;
                return;
            }
        };
        let nested = items.into_iter().chain(tail.map(|last| *last));
        pending.extend(nested.filter(|datum| datum.kind.has_children()));
    }
}

impl Drop for Datum {
    fn drop(&mut self) {
        if !self.kind.has_children() {
            return;
        }
        let mut pending = Vec::new();
        self.kind.unnest(&mut pending);
        while let Some(mut datum) = pending.pop() {
            datum.kind.unnest(&mut pending);
        }
    }
}

impl PartialEq for Datum {
    fn eq(&self, other: &Datum) -> bool {
        let mut pending = vec![(self, other)];
        while let Some((left, right)) = pending.pop() {
            if !same_node(&left.kind, &right.kind) {
                return false;
            }
            pending.extend(left.children().zip(right.children()));
        }
        true
    }
}

impl Eq for Datum {}

/// Whether two datums are equal as far as one node says: children are only counted.
fn same_node(left: &DatumKind, right: &DatumKind) -> bool {
    use DatumKind::*;
    match (left, right) {
        (Null, Null) | (Eof, Eof) | (Unspecified, Unspecified) => true,
        (Bool(a), Bool(b)) => a == b,
        (Char(a), Char(b)) => a == b,
        (Number(a), Number(b)) => a == b,
        (String(a), String(b)) | (Symbol(a), Symbol(b)) => a == b,
        (List(a, x), List(b, y)) => a.len() == b.len() && x.is_some() == y.is_some(),
        (Vector(a), Vector(b)) => a.len() == b.len(),
        (Bytevector(a), Bytevector(b)) => a == b,
        (Label(a, _), Label(b, _)) | (Ref(a), Ref(b)) | (Object(a), Object(b)) => a == b,
        _ => false,
    }
}

#[cfg(test)]
mod tests;
