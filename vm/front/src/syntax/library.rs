//! Libraries: names, where they come from, and what is known of each.
//!
//! A library is made ready the first time something imports it: a built-in one is taken from
//! the image, unless something on the search path takes its place or that of a library it
//! imports; all others are compiled from the source the [`Loader`] finds. Either way it ends as
//! an entry here, exports with their bindings, and its code waits to be handed out. `define`
//! compiles one, `find` looks for them, `imports` reads import sets.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::binding::{Binding, Core};
use super::state::State;
use super::stx::Stx;
use super::symbol::Sym;
use crate::code::CompiledUnit;
use crate::datum::{Datum, DatumKind};
use crate::diag::Diagnostic;
use crate::number::Number;
use crate::print::write_symbol;

mod alias;
mod define;
mod find;
mod imports;

pub(crate) use find::{exists, exporters, read_included, require};
pub(crate) use imports::{bind_all, import_set};

/// The library of every primitive.
pub(super) const PRIMITIVES: &str = "(gambol primitives)";
/// The library of every core form.
pub(super) const SYNTAX: &str = "(gambol syntax)";

/// Whether a library is part of the compiler itself.
fn is_essential(name: &str) -> bool {
    matches!(name, PRIMITIVES | SYNTAX)
}

/// A library's name.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct LibraryName {
    parts: Vec<Arc<str>>,
    printed: Arc<str>,
}

impl LibraryName {
    /// Reads a name: a list of identifiers and exact nonnegative integers (R7RS 5.6.1).
    pub fn parse(datum: &Datum) -> Result<LibraryName, Diagnostic> {
        let malformed =
            || Diagnostic::error("E0301", "malformed library name").at(datum.span).help("a library name is a list of identifiers and nonnegative integers, like (srfi 1)");
        let items = datum.as_list().filter(|items| !items.is_empty()).ok_or_else(malformed)?;
        let mut parts = Vec::with_capacity(items.len());
        let mut printed = String::from("(");
        for item in items {
            if printed.len() > 1 {
                printed.push(' ');
            }
            let part: Arc<str> = match &item.kind {
                DatumKind::Symbol(name) => name.clone(),
                DatumKind::Number(Number::Int(n)) if *n >= 0 => n.to_string().into(),
                _ => return Err(malformed()),
            };
            match &item.kind {
                DatumKind::Symbol(name) => write_symbol(&mut printed, name),
                _ => printed.push_str(&part),
            }
            parts.push(part);
        }
        printed.push(')');
        Ok(LibraryName { parts, printed: printed.into() })
    }

    pub(crate) fn of_parts(parts: Vec<Arc<str>>, printed: Arc<str>) -> LibraryName {
        LibraryName { parts, printed }
    }

    /// The parts as text.
    pub fn parts(&self) -> &[Arc<str>] {
        &self.parts
    }

    /// As printed: `(srfi 1)`.
    pub fn printed(&self) -> &Arc<str> {
        &self.printed
    }

    /// Parts joined by slashes, for looking files up: `srfi/1`. None if some part could lead
    /// out of a folder.
    pub fn path(&self) -> Option<String> {
        let plain = |part: &Arc<str>| !part.is_empty() && !part.starts_with('.') && !part.contains(['/', '\\', '\0']);
        self.parts.iter().all(plain).then(|| self.parts.join("/"))
    }
}

/// Text found for a library, a program or an included file.
#[derive(Clone, Debug)]
pub struct LoadedSource {
    /// What messages call it, usually the path.
    pub display_name: String,
    /// The text.
    pub text: Arc<str>,
    /// Where its own includes start from.
    pub folder: String,
}

/// Finds source text. The front end itself never opens a file.
pub trait Loader: Send {
    /// The file of a library that is not built in, if there is one.
    fn load(&mut self, name: &LibraryName) -> Result<Option<LoadedSource>, Diagnostic>;

    /// Like [`load`](Loader::load), asked before the built-in libraries: for folders that may
    /// replace them.
    fn load_first(&mut self, name: &LibraryName) -> Result<Option<LoadedSource>, Diagnostic> {
        let _ = name;
        Ok(None)
    }

    /// A file named by `include`, from a file in `folder` that is not built in.
    fn include(&mut self, path: &str, folder: &str) -> Result<LoadedSource, Diagnostic>;

    /// Where libraries were looked for, for messages.
    fn search_path_description(&self) -> String;
}

/// What is known of a library.
pub(crate) enum Slot {
    /// In the image under this number.
    Image(u32),
    /// Read but not compiled: the `define-library` form and the folder of its file.
    Source(Arc<Datum>, Arc<str>),
    Loading,
    Ready(Library),
    /// It has errors, which have been reported.
    Failed,
}

/// A library that can be imported.
pub(crate) struct Library {
    pub(crate) exports: Vec<(Sym, Binding)>,
    /// What the image's libraries were compiled against: it comes from the image itself.
    pub(crate) built_in: bool,
}

/// A compiled library body, to be run once before whatever imports it.
#[derive(Debug)]
pub struct CompiledLibrary {
    /// As printed: `(srfi 1)`.
    pub name: Arc<str>,
    /// Libraries it imports, those of primitives and core forms aside.
    pub dependencies: Vec<Arc<str>>,
    /// Its body.
    pub unit: CompiledUnit,
}

/// All libraries heard of.
#[derive(Default)]
pub(crate) struct Libraries {
    pub(crate) slots: FxHashMap<Arc<str>, Slot>,
    /// Being compiled, outermost first.
    loading: Vec<Arc<str>>,
    /// Ready and not yet handed out, in order of dependency.
    pub(crate) pending: Vec<Arc<CompiledLibrary>>,
}

impl Libraries {
    pub(crate) fn ready(&self, name: &str) -> Option<&Library> {
        match self.slots.get(name) {
            Some(Slot::Ready(library)) => Some(library),
            _ => None,
        }
    }

    /// Enters a library that can be imported from now on.
    pub(crate) fn install(&mut self, name: Arc<str>, library: Library, compiled: CompiledLibrary) {
        self.pending.push(Arc::new(compiled));
        self.slots.insert(name, Slot::Ready(library));
    }
}

/// The name in a `define-library` form.
pub(crate) fn defined_name(datum: &Datum) -> Option<&Datum> {
    match datum.as_list()? {
        [head, name, ..] if head.is_symbol("define-library") => Some(name),
        _ => None,
    }
}

/// Enters a library defined in the middle of a program or session; an older one of the same
/// name is forgotten by later imports.
pub(crate) fn register_form(state: &mut State, form: &Datum, folder: &Arc<str>) -> Result<LibraryName, Diagnostic> {
    let name = defined_name(form).ok_or_else(|| super::errors::malformed(Core::DefineLibrary, form.span))?;
    let name = LibraryName::parse(name)?;
    if let Some(Slot::Loading) = state.libraries.slots.get(name.printed()) {
        return Err(find::cyclic(state, name.printed(), form.span));
    }
    if is_essential(name.printed()) {
        return Err(Diagnostic::error("E0309", format!("{} is built in and cannot be redefined", name.printed())).at(form.span));
    }
    state.libraries.slots.insert(name.printed().clone(), Slot::Source(Arc::new(form.clone()), folder.clone()));
    Ok(name)
}

/// The path an `include` form names.
pub(crate) fn include_path(stx: Stx<'_>) -> Result<Arc<str>, Diagnostic> {
    match stx.as_atom() {
        Some(Datum { kind: DatumKind::String(path), .. }) => Ok(path.clone()),
        _ => Err(super::errors::expected("a file name in double quotes", stx)),
    }
}
