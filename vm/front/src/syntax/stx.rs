//! Syntax: datums with scopes.
//!
//! Source text is never copied: a form of it is a borrowed [`Datum`] with one scope set for
//! everything inside, so adding a scope to a body of any size is constant work. Only macro
//! output is built anew, in an arena; adding a scope to such a node leaves it *pending* for
//! its children until someone looks inside ([`Items::get`]).

use typed_arena::Arena;

use super::scope::{Scope, ScopeSet, Scopes};
use super::symbol::Sym;
use crate::datum::{Datum, DatumKind};
use crate::source::Span;

/// A form with its scopes: those of the identifier itself, or what is to be added to those
/// of everything inside.
#[derive(Clone, Copy)]
pub(crate) struct Stx<'a> {
    pub(crate) form: Form<'a>,
    pub(crate) scopes: ScopeSet,
}

#[derive(Clone, Copy)]
pub(crate) enum Form<'a> {
    /// As read.
    Source(&'a Datum),
    /// An identifier made by a macro.
    Ident(Sym, Span),
    /// A list or vector made by a macro.
    Node(&'a Node<'a>),
}

pub(crate) struct Node<'a> {
    pub(crate) span: Span,
    pub(crate) items: &'a [Stx<'a>],
    /// Of an improper list; never a list itself.
    pub(crate) tail: Option<Stx<'a>>,
    pub(crate) vector: bool,
}

impl<'a> Stx<'a> {
    pub(crate) fn source(datum: &'a Datum, scopes: ScopeSet) -> Stx<'a> {
        Stx { form: Form::Source(datum), scopes }
    }

    /// The place of the form; for macro output, that of the use.
    pub(crate) fn span(self) -> Span {
        match self.form {
            Form::Source(datum) => datum.span,
            Form::Ident(_, span) => span,
            Form::Node(node) => node.span,
        }
    }

    pub(crate) fn with(self, scopes: &mut Scopes, scope: Scope) -> Stx<'a> {
        Stx { scopes: scopes.add(self.scopes, scope), ..self }
    }

    /// What stands in this form, if it is a list with or without tail, or `()`.
    pub(crate) fn as_items(self) -> Option<Items<'a>> {
        let scopes = self.scopes;
        match self.form {
            Form::Source(datum) => match &datum.kind {
                DatumKind::Null => Some(Items { seq: Seq::Source(&[]), tail: None, scopes }),
                DatumKind::List(items, tail) => {
                    let tail = tail.as_deref().map(|tail| Stx::source(tail, ScopeSet::EMPTY));
                    Some(Items { seq: Seq::Source(items), tail, scopes })
                }
                _ => None,
            },
            Form::Node(node) if !node.vector => Some(Items { seq: Seq::Made(node.items), tail: node.tail, scopes }),
            _ => None,
        }
    }

    /// What stands in this form, if it is a proper list.
    pub(crate) fn as_list(self) -> Option<Items<'a>> {
        self.as_items().filter(|items| items.tail.is_none())
    }

    /// What stands in this form, if it is a vector.
    pub(crate) fn as_vector(self) -> Option<Items<'a>> {
        let scopes = self.scopes;
        match self.form {
            Form::Source(datum) => match &datum.kind {
                DatumKind::Vector(items) => Some(Items { seq: Seq::Source(items), tail: None, scopes }),
                _ => None,
            },
            Form::Node(node) if node.vector => Some(Items { seq: Seq::Made(node.items), tail: None, scopes }),
            _ => None,
        }
    }

    /// The datum, if the form is neither an identifier nor composite.
    pub(crate) fn as_atom(self) -> Option<&'a Datum> {
        match self.form {
            Form::Source(datum) => match datum.kind {
                DatumKind::Null | DatumKind::List(..) | DatumKind::Vector(_) | DatumKind::Symbol(_) => None,
                _ => Some(datum),
            },
            _ => None,
        }
    }

    /// What to call the form in a message.
    pub(crate) fn describe(self) -> &'static str {
        match self.form {
            Form::Source(datum) => datum.kind.describe(),
            Form::Ident(..) => "a symbol",
            Form::Node(node) if node.vector => "a vector",
            Form::Node(node) if node.items.is_empty() => "the empty list",
            Form::Node(node) if node.tail.is_some() => "an improper list",
            Form::Node(_) => "a list",
        }
    }
}

#[derive(Clone, Copy)]
pub(crate) enum Seq<'a> {
    Source(&'a [Datum]),
    Made(&'a [Stx<'a>]),
}

/// Some consecutive items of a list or vector.
#[derive(Clone, Copy)]
pub(crate) struct Items<'a> {
    pub(crate) seq: Seq<'a>,
    pub(crate) tail: Option<Stx<'a>>,
    pub(crate) scopes: ScopeSet,
}

impl<'a> Items<'a> {
    pub(crate) fn len(self) -> usize {
        match self.seq {
            Seq::Source(items) => items.len(),
            Seq::Made(items) => items.len(),
        }
    }

    /// Item `i`, which must exist.
    pub(crate) fn get(self, scopes: &mut Scopes, i: usize) -> Stx<'a> {
        match self.seq {
            Seq::Source(items) => Stx::source(&items[i], self.scopes),
            Seq::Made(items) => pushed(items[i], scopes, self.scopes),
        }
    }

    /// The tail of an improper list.
    pub(crate) fn tail(self, scopes: &mut Scopes) -> Option<Stx<'a>> {
        self.tail.map(|tail| pushed(tail, scopes, self.scopes))
    }

    /// The items from `from` on, with the tail.
    pub(crate) fn from(self, from: usize) -> Items<'a> {
        self.slice(from, self.len(), self.tail)
    }

    /// The items with one more scope.
    pub(crate) fn with(self, scopes: &mut Scopes, scope: Scope) -> Items<'a> {
        Items { scopes: scopes.add(self.scopes, scope), ..self }
    }

    /// The items `from..to`.
    pub(crate) fn range(self, from: usize, to: usize) -> Items<'a> {
        self.slice(from, to, None)
    }

    fn slice(self, from: usize, to: usize, tail: Option<Stx<'a>>) -> Items<'a> {
        let seq = match self.seq {
            Seq::Source(items) => Seq::Source(&items[from..to]),
            Seq::Made(items) => Seq::Made(&items[from..to]),
        };
        Items { seq, tail, scopes: self.scopes }
    }

    pub(crate) fn to_vec(self, scopes: &mut Scopes) -> Vec<Stx<'a>> {
        (0..self.len()).map(|i| self.get(scopes, i)).collect()
    }
}

fn pushed<'a>(stx: Stx<'a>, scopes: &mut Scopes, pending: ScopeSet) -> Stx<'a> {
    Stx { form: stx.form, scopes: scopes.union(stx.scopes, pending) }
}

/// Storage of one expansion.
pub(crate) struct Store<'a> {
    forms: Arena<Stx<'a>>,
    nodes: Arena<Node<'a>>,
    datums: Arena<Datum>,
}

impl<'a> Store<'a> {
    pub(crate) fn new() -> Store<'a> {
        Store { forms: Arena::new(), nodes: Arena::new(), datums: Arena::new() }
    }

    pub(crate) fn datum(&'a self, datum: Datum) -> &'a Datum {
        self.datums.alloc(datum)
    }

    pub(crate) fn datums(&'a self, datums: Vec<Datum>) -> &'a [Datum] {
        self.datums.alloc_extend(datums)
    }

    /// A list of the items, and of the items of `tail` if that is a list.
    pub(crate) fn list(&'a self, scopes: &mut Scopes, span: Span, mut items: Vec<Stx<'a>>, tail: Option<Stx<'a>>) -> Stx<'a> {
        let mut end = None;
        if let Some(tail) = tail {
            match tail.as_items() {
                _ if items.is_empty() => return tail,
                Some(more) => {
                    items.extend((0..more.len()).map(|i| more.get(scopes, i)));
                    end = more.tail(scopes);
                }
                None => end = Some(tail),
            }
        }
        self.node(span, items, end, false)
    }

    /// No items before a tail.
    pub(crate) fn empty_items(&self, tail: Option<Stx<'a>>) -> Items<'a> {
        Items { seq: Seq::Made(&[]), tail, scopes: ScopeSet::EMPTY }
    }

    pub(crate) fn vector(&'a self, span: Span, items: Vec<Stx<'a>>) -> Stx<'a> {
        self.node(span, items, None, true)
    }

    /// The items as a list without copying, where that is possible.
    pub(crate) fn relist(&'a self, scopes: &mut Scopes, span: Span, items: Items<'a>) -> Stx<'a> {
        match items.seq {
            Seq::Made(made) => {
                let node = self.nodes.alloc(Node { span, items: made, tail: items.tail, vector: false });
                Stx { form: Form::Node(node), scopes: items.scopes }
            }
            Seq::Source(_) => {
                let tail = items.tail(scopes);
                self.node(span, items.to_vec(scopes), tail, false)
            }
        }
    }

    fn node(&'a self, span: Span, items: Vec<Stx<'a>>, tail: Option<Stx<'a>>, vector: bool) -> Stx<'a> {
        let items = self.forms.alloc_extend(items);
        let node = self.nodes.alloc(Node { span, items, tail, vector });
        Stx { form: Form::Node(node), scopes: ScopeSet::EMPTY }
    }
}
