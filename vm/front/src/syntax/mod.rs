//! The hygienic expander: from datums to core IR, with libraries and environments.
//!
//! Identifiers are names with sets of scopes (Flatt, "Binding as Sets of Scopes", 2016).
//! `stx` is syntax, `scope` the sets, `binding` what names mean; `expand` and its folder the
//! forms; `rules` is `syntax-rules`; `library` finds and compiles libraries; `closed` and
//! `session` are the two kinds of top level; `state` is what lives on between units.

mod backend;
mod binding;
mod closed;
mod errors;
mod expand;
mod features;
mod library;
mod limits;
mod rules;
mod scene;
mod scope;
pub(crate) mod session;
mod state;
mod stx;
mod symbol;
mod transformer;
mod unit;

pub use backend::DumpSink;
pub(crate) use binding::{Binding, Core, MacroRef, TopEntry};
pub use features::Target;
pub use library::{CompiledLibrary, LibraryName, LoadedSource, Loader};
pub(crate) use library::{Library, defined_name, exporters, require};
pub use limits::with_stack;
pub(crate) use rules::{Ident, Rules};
pub(crate) use scope::{Frame, Root, Scope, ScopeKind, ScopeSet};
pub(crate) use state::{RootKind, State};
pub(crate) use symbol::Sym;
pub(crate) use transformer::{Macro, Transformer};
