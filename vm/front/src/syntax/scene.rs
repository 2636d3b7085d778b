//! What every part of the expander works with: the compiler's state, the storage of this
//! expansion, the local bindings in force, and the questions one asks about syntax.
//!
//! Macro transformers get a [`Scene`] too, so a procedural transformer can do what
//! `syntax-rules` does.

use std::sync::Arc;

use super::binding::{Binding, Core, Locals, Resolution, resolve};
use super::errors;
use super::limits::{NESTING_MAX, PRODUCED_MAX};
use super::rules::Match;
use super::scope::ScopeSet;
use super::state::State;
use super::stx::{Form, Items, Store, Stx};
use super::symbol::Sym;
use crate::datum::{Datum, DatumKind};
use crate::diag::Diagnostic;
use crate::source::Span;
use typed_arena::Arena;

/// Storage that lives as long as the syntax of one unit.
pub(crate) struct Stage<'a> {
    pub(crate) store: Store<'a>,
    pub(crate) matches: Arena<Match<'a>>,
}

impl Stage<'_> {
    pub(crate) fn new() -> Self {
        Stage { store: Store::new(), matches: Arena::new() }
    }
}

/// The working set of an expansion.
pub(crate) struct Scene<'a, 'c> {
    pub(crate) state: &'c mut State,
    pub(crate) stage: &'a Stage<'a>,
    pub(crate) locals: Locals,
    /// Forms made by macros since the last outermost form began.
    pub(crate) produced: usize,
}

impl<'a, 'c> Scene<'a, 'c> {
    pub(crate) fn new(state: &'c mut State, stage: &'a Stage<'a>) -> Self {
        Scene { state, stage, locals: Locals::default(), produced: 0 }
    }

    /// Symbol and scopes, if the form is an identifier.
    pub(crate) fn ident(&mut self, stx: Stx<'a>) -> Option<(Sym, ScopeSet)> {
        match stx.form {
            Form::Ident(sym, _) => Some((sym, stx.scopes)),
            Form::Source(Datum { kind: DatumKind::Symbol(name), .. }) => Some((self.state.symbols.intern(name), stx.scopes)),
            _ => None,
        }
    }

    /// The name of an identifier.
    pub(crate) fn name(&mut self, stx: Stx<'a>) -> Option<Arc<str>> {
        let (sym, _) = self.ident(stx)?;
        Some(self.state.symbols.name(sym).clone())
    }

    pub(crate) fn item(&mut self, items: Items<'a>, i: usize) -> Stx<'a> {
        items.get(&mut self.state.scopes, i)
    }

    pub(crate) fn resolve(&self, sym: Sym, scopes: ScopeSet) -> Resolution {
        resolve(&self.state.scopes, &self.state.top, &self.locals, sym, scopes)
    }

    /// The binding of an identifier, or none; two that fit equally well are an error.
    pub(crate) fn binding(&self, sym: Sym, scopes: ScopeSet, span: Span) -> Result<Option<Binding>, Diagnostic> {
        match self.resolve(sym, scopes) {
            Resolution::Bound(binding) => Ok(Some(binding)),
            Resolution::Unbound => Ok(None),
            Resolution::Ambiguous => Err(errors::ambiguous(self.state.symbols.name(sym), span)),
        }
    }

    /// Whether a form is the keyword `core`, or its name without any binding, which is how
    /// `else` reads in a program that did not import it.
    pub(crate) fn is_keyword(&mut self, stx: Stx<'a>, core: Core) -> bool {
        let Some((sym, scopes)) = self.ident(stx) else {
            return false;
        };
        match self.resolve(sym, scopes) {
            Resolution::Bound(binding) => binding == Binding::Core(core),
            Resolution::Unbound => &**self.state.symbols.name(sym) == core.name(),
            Resolution::Ambiguous => false,
        }
    }

    /// Whether two identifiers mean the same (`free-identifier=?`).
    pub(crate) fn same_meaning(&self, left: (Sym, ScopeSet), right: (Sym, ScopeSet)) -> bool {
        let name = |sym| self.state.symbols.name(sym);
        match (self.resolve(left.0, left.1), self.resolve(right.0, right.1)) {
            (Resolution::Bound(a), Resolution::Bound(b)) => a == b,
            (Resolution::Unbound, Resolution::Unbound) => left.0 == right.0,
            // An auxiliary keyword matches its name where it was not imported.
            (Resolution::Bound(Binding::Core(core)), Resolution::Unbound) => core.is_auxiliary() && core.name() == &**name(right.0),
            (Resolution::Unbound, Resolution::Bound(Binding::Core(core))) => core.is_auxiliary() && core.name() == &**name(left.0),
            _ => false,
        }
    }

    /// The form without its scopes.
    pub(crate) fn datum(&mut self, stx: Stx<'a>) -> Result<Datum, Diagnostic> {
        self.datum_at(stx, 0)
    }

    fn datum_at(&mut self, stx: Stx<'a>, depth: u32) -> Result<Datum, Diagnostic> {
        if depth > NESTING_MAX {
            return Err(errors::too_deep(stx.span()));
        }
        let node = match stx.form {
            // Copying a datum does not recurse.
            Form::Source(datum) => return Ok(datum.clone()),
            Form::Ident(sym, span) => {
                return Ok(Datum::symbol(span, self.state.symbols.name(sym).clone()));
            }
            Form::Node(node) => node,
        };
        let items = node.items.iter().map(|&item| self.datum_at(item, depth + 1)).collect::<Result<Vec<_>, _>>()?;
        if node.vector {
            return Ok(Datum::new(node.span, DatumKind::Vector(items)));
        }
        let tail = node.tail.map(|tail| self.datum_at(tail, depth + 1)).transpose()?;
        Ok(Datum::list(node.span, items, tail))
    }

    /// Counts forms made by macros, so that a macro that grows for ever ends.
    pub(crate) fn produce(&mut self, forms: usize, span: Span) -> Result<(), Diagnostic> {
        self.produced += forms;
        if self.produced > PRODUCED_MAX { Err(errors::expansion_too_large(span)) } else { Ok(()) }
    }
}
