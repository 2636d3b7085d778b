//! Libraries: names, where they come from, and what is known of each.
//!
//! A library is compiled the first time something imports it, from the source the [`Loader`]
//! finds, unless the built-in image has it compiled already. Either way it ends as an entry
//! here: exports with their bindings, and compiled code waiting to be handed out.
//! `define` compiles one, `imports` reads import sets.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::binding::{Binding, Core};
use super::state::State;
use super::stx::Stx;
use super::symbol::Sym;
use crate::code::CompiledUnit;
use crate::datum::{Datum, DatumKind};
use crate::diag::{Diagnostic, suggest};
use crate::number::Number;
use crate::print::write_symbol;
use crate::reader::Reader;
use crate::source::Span;
use gambol_abi::prims::{PRIMS, PrimId};

mod define;
mod imports;

pub(crate) use imports::{bind_all, import_set};

/// The library of every primitive.
pub(super) const PRIMITIVES: &str = "(gambol primitives)";
/// The library of every core form.
pub(super) const SYNTAX: &str = "(gambol syntax)";

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
    /// The file of a library, if there is one.
    fn load(&mut self, name: &LibraryName) -> Result<Option<LoadedSource>, Diagnostic>;

    /// Like [`load`](Loader::load), asked before the built-in image: for folders that may
    /// replace built-in libraries.
    fn load_first(&mut self, name: &LibraryName) -> Result<Option<LoadedSource>, Diagnostic> {
        let _ = name;
        Ok(None)
    }

    /// A file named by `include`, from a file in `folder`.
    fn include(&mut self, path: &str, folder: &str) -> Result<LoadedSource, Diagnostic>;

    /// Where libraries were looked for, for messages.
    fn search_path_description(&self) -> String;
}

/// What is known of a library.
pub(crate) enum Slot {
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
    pub(crate) compiled: Option<Arc<CompiledLibrary>>,
}

/// A compiled library body, to be run once before whatever imports it.
#[derive(Debug)]
pub struct CompiledLibrary {
    /// As printed: `(srfi 1)`.
    pub name: Arc<str>,
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
    pub(crate) fn install(&mut self, name: Arc<str>, library: Library) {
        self.pending.extend(library.compiled.clone());
        self.slots.insert(name, Slot::Ready(library));
    }
}

/// Makes a library ready to be imported.
pub(crate) fn require(state: &mut State, name: &LibraryName, span: Span) -> Result<(), Diagnostic> {
    let printed = name.printed().clone();
    let placed = |error: Diagnostic| if error.primary.is_none() { error.at(span) } else { error };
    if !state.libraries.slots.contains_key(&printed) && !find(state, name).map_err(placed)? {
        return Err(unknown(state, name, span));
    }
    match state.libraries.slots.get(&printed) {
        Some(Slot::Ready(_)) | None => return Ok(()),
        Some(Slot::Loading) => return Err(cyclic(state, &printed, span)),
        Some(Slot::Failed) => {
            return Err(Diagnostic::error("E0306", format!("library {printed} could not be compiled")).at(span));
        }
        Some(Slot::Source(..)) => {}
    }
    let Some(Slot::Source(form, folder)) = state.libraries.slots.insert(printed.clone(), Slot::Loading) else {
        unreachable!("the slot was looked at above");
    };
    state.libraries.loading.push(printed.clone());
    let outcome = define::compile(state, &form, &folder);
    state.libraries.loading.pop();
    if outcome.is_err() {
        state.libraries.slots.insert(printed, Slot::Failed);
    }
    outcome
}

/// Looks for a library that was not heard of before; says whether there is one.
fn find(state: &mut State, name: &LibraryName) -> Result<bool, Diagnostic> {
    let exports = match &**name.printed() {
        PRIMITIVES => primitives(state),
        SYNTAX => core_forms(state),
        _ => {
            let source = match state.loader.load_first(name)? {
                Some(source) => Some(source),
                None => state.loader.load(name)?,
            };
            return match source {
                Some(source) => register(state, &source, name).map(|()| true),
                None => Ok(false),
            };
        }
    };
    let library = Library { exports, compiled: None };
    state.libraries.slots.insert(name.printed().clone(), Slot::Ready(library));
    Ok(true)
}

/// Whether a library could be imported, as `cond-expand` asks.
pub(crate) fn exists(state: &mut State, name: &LibraryName) -> Result<bool, Diagnostic> {
    Ok(state.libraries.slots.contains_key(name.printed()) || find(state, name)?)
}

fn primitives(state: &mut State) -> Vec<(Sym, Binding)> {
    let prim = |(i, info): (usize, &gambol_abi::prims::PrimInfo)| (state.symbols.intern_str(info.name), Binding::Prim(PrimId(i as u16)));
    PRIMS.iter().enumerate().map(prim).collect()
}

fn core_forms(state: &mut State) -> Vec<(Sym, Binding)> {
    Core::ALL.iter().map(|&core| (state.symbols.intern_str(core.name()), Binding::Core(core))).collect()
}

/// Enters the libraries that a file defines; `expected` must be among them.
fn register(state: &mut State, source: &LoadedSource, expected: &LibraryName) -> Result<(), Diagnostic> {
    let id = state.sources.add(&source.display_name, source.text.clone());
    let folder: Arc<str> = source.folder.as_str().into();
    let mut found = false;
    for datum in Reader::new(id, &source.text.clone()) {
        let datum = datum?;
        let Some(name) = defined_name(&datum) else {
            return Err(Diagnostic::error("E0307", "a library file contains only define-library forms").at(datum.span));
        };
        let name = LibraryName::parse(name)?;
        if name == *expected {
            found = true;
        } else if state.libraries.slots.contains_key(name.printed()) {
            continue;
        }
        state.libraries.slots.insert(name.printed().clone(), Slot::Source(Arc::new(datum), folder.clone()));
    }
    match found {
        true => Ok(()),
        false => Err(Diagnostic::error("E0308", format!("{} does not define the library {}", source.display_name, expected.printed())).at(Span::new(id, 0, 0))),
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
        return Err(cyclic(state, name.printed(), form.span));
    }
    if matches!(&**name.printed(), PRIMITIVES | SYNTAX) {
        return Err(Diagnostic::error("E0309", format!("{} is built in and cannot be redefined", name.printed())).at(form.span));
    }
    state.libraries.slots.insert(name.printed().clone(), Slot::Source(Arc::new(form.clone()), folder.clone()));
    Ok(name)
}

fn unknown(state: &State, name: &LibraryName, span: Span) -> Diagnostic {
    let printed = name.printed();
    let error = Diagnostic::error("E0302", format!("unknown library {printed}")).at(span).note(format!("looked in {}", state.loader.search_path_description()));
    let known = state.libraries.slots.keys().map(|name| &**name).chain([PRIMITIVES, SYNTAX]);
    match suggest(printed, known) {
        Some(near) => error.help(format!("did you mean {near}?")),
        None => error,
    }
}

fn cyclic(state: &State, name: &Arc<str>, span: Span) -> Diagnostic {
    let from = state.libraries.loading.iter().position(|loading| loading == name).unwrap_or(0);
    let mut chain: Vec<&str> = state.libraries.loading[from..].iter().map(|name| &**name).collect();
    chain.push(name);
    Diagnostic::error("E0303", format!("library {name} imports itself")).at(span).note(format!("the cycle is {}", chain.join(" -> ")))
}

/// Libraries that export `name`, the most usual first, for messages.
pub(crate) fn exporters(state: &State, name: &str) -> Vec<Arc<str>> {
    let exports = |slot: &Slot| match slot {
        Slot::Ready(library) => library.exports.iter().any(|&(sym, _)| &**state.symbols.name(sym) == name),
        _ => false,
    };
    let usual = |library: &Arc<str>| {
        let rank = ["(scheme base)", "(scheme ", "(srfi ", "(gambol "].iter().position(|prefix| library.starts_with(prefix));
        (rank.unwrap_or(usize::MAX), library.clone())
    };
    let internal = |library: &str| library.starts_with("(gambol internal") || matches!(library, PRIMITIVES | SYNTAX);
    let slots = state.libraries.slots.iter().filter(|(library, slot)| !internal(library) && exports(slot));
    let mut found: Vec<Arc<str>> = slots.map(|(library, _)| library.clone()).collect();
    found.sort_by_key(usual);
    found
}

/// The path an `include` form names.
pub(crate) fn include_path(stx: Stx<'_>) -> Result<Arc<str>, Diagnostic> {
    match stx.as_atom() {
        Some(Datum { kind: DatumKind::String(path), .. }) => Ok(path.clone()),
        _ => Err(super::errors::expected("a file name in double quotes", stx)),
    }
}

/// The datums of an included file.
pub(crate) fn read_included(state: &mut State, path: &str, folder: &str, fold_case: bool, span: Span) -> Result<Vec<Datum>, Diagnostic> {
    let source = state.loader.include(path, folder).map_err(|error| if error.primary.is_none() { error.at(span) } else { error })?;
    let id = state.sources.add(&source.display_name, source.text.clone());
    let reader = Reader::new(id, &source.text);
    let reader = if fold_case { reader.folding_case() } else { reader };
    reader.collect()
}
