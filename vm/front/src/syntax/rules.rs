//! `syntax-rules` transformers (R7RS 4.3.2) as data: compiled patterns and templates.
//!
//! Generic in what stands for an identifier, because a library image stores identifiers by
//! its own numbering of names and scopes, and [`Rules::map`] is all that loading one takes.
//! `compile` makes rules of their source, `matching` and `expand` run them.

use serde::{Deserialize, Serialize};

use super::scope::ScopeSet;
use super::symbol::Sym;
use crate::datum::Datum;
use crate::source::Span;

mod compile;
mod expand;
mod matching;

pub(crate) use compile::compile;
pub(crate) use matching::Match;

/// An identifier of a pattern or template: it means what it meant where the macro stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Ident {
    pub(crate) sym: Sym,
    pub(crate) scopes: ScopeSet,
}

/// Number of a pattern variable in its rule.
pub(crate) type Slot = u16;

#[derive(Clone, Serialize, Deserialize)]
pub(crate) enum Pattern<I> {
    /// `_`.
    Any,
    Var(Slot),
    /// An identifier with the same binding.
    Literal(I),
    /// An equal datum, neither identifier nor composite.
    Datum(Datum),
    List(Box<ListPattern<I>>),
    Vector(Box<ListPattern<I>>),
}

/// `(before ... repeat <ellipsis> after ... . tail)`.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct ListPattern<I> {
    pub(crate) before: Vec<Pattern<I>>,
    pub(crate) repeat: Option<Repeat<I>>,
    pub(crate) after: Vec<Pattern<I>>,
    pub(crate) tail: Option<Pattern<I>>,
}

#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Repeat<I> {
    pub(crate) pattern: Pattern<I>,
    /// The variables in `pattern`.
    pub(crate) slots: Vec<Slot>,
}

#[derive(Clone, Serialize, Deserialize)]
pub(crate) enum Template<I> {
    Ident(I),
    Var(Slot),
    Datum(Datum),
    List(Vec<Element<I>>, Option<Box<Template<I>>>),
    Vector(Vec<Element<I>>),
}

#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Element<I> {
    pub(crate) template: Template<I>,
    /// One per ellipsis that follows, outermost first: index into [`Rule::drivers`].
    pub(crate) levels: Vec<u16>,
}

#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Rule<I> {
    /// The pattern after the keyword.
    pub(crate) pattern: ListPattern<I>,
    pub(crate) template: Template<I>,
    /// Number of variables.
    pub(crate) slots: Slot,
    /// For each ellipsis of the template, the variables that advance with it.
    pub(crate) drivers: Vec<Vec<Slot>>,
}

/// A whole `syntax-rules` form.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Rules<I> {
    pub(crate) rules: Vec<Rule<I>>,
    /// Of the `syntax-rules` form.
    pub(crate) span: Span,
}

impl<I> Rules<I> {
    /// The same rules with other identifiers.
    pub(crate) fn map<J>(&self, f: &mut impl FnMut(&I) -> J) -> Rules<J> {
        let rules = self.rules.iter().map(|rule| rule.map(f)).collect();
        Rules { rules, span: self.span }
    }

    /// Calls `f` on every identifier of the templates and literals.
    pub(crate) fn for_each_ident(&self, f: &mut impl FnMut(&I)) {
        self.map(&mut |ident| f(ident));
    }
}

impl<I> Rule<I> {
    fn map<J>(&self, f: &mut impl FnMut(&I) -> J) -> Rule<J> {
        Rule { pattern: self.pattern.map(f), template: self.template.map(f), slots: self.slots, drivers: self.drivers.clone() }
    }
}

impl<I> ListPattern<I> {
    fn map<J>(&self, f: &mut impl FnMut(&I) -> J) -> ListPattern<J> {
        ListPattern {
            before: self.before.iter().map(|pattern| pattern.map(f)).collect(),
            repeat: self.repeat.as_ref().map(|repeat| Repeat { pattern: repeat.pattern.map(f), slots: repeat.slots.clone() }),
            after: self.after.iter().map(|pattern| pattern.map(f)).collect(),
            tail: self.tail.as_ref().map(|pattern| pattern.map(f)),
        }
    }
}

impl<I> Pattern<I> {
    fn map<J>(&self, f: &mut impl FnMut(&I) -> J) -> Pattern<J> {
        match self {
            Pattern::Any => Pattern::Any,
            Pattern::Var(slot) => Pattern::Var(*slot),
            Pattern::Literal(ident) => Pattern::Literal(f(ident)),
            Pattern::Datum(datum) => Pattern::Datum(datum.clone()),
            Pattern::List(list) => Pattern::List(Box::new(list.map(f))),
            Pattern::Vector(list) => Pattern::Vector(Box::new(list.map(f))),
        }
    }
}

impl<I> Template<I> {
    fn map<J>(&self, f: &mut impl FnMut(&I) -> J) -> Template<J> {
        match self {
            Template::Ident(ident) => Template::Ident(f(ident)),
            Template::Var(slot) => Template::Var(*slot),
            Template::Datum(datum) => Template::Datum(datum.clone()),
            Template::List(elements, tail) => Template::List(map_elements(elements, f), tail.as_ref().map(|tail| Box::new(tail.map(f)))),
            Template::Vector(elements) => Template::Vector(map_elements(elements, f)),
        }
    }
}

fn map_elements<I, J>(elements: &[Element<I>], f: &mut impl FnMut(&I) -> J) -> Vec<Element<J>> {
    elements.iter().map(|element| Element { template: element.template.map(f), levels: element.levels.clone() }).collect()
}
