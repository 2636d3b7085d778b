//! Where libraries come from: folders searched first, the built-in ones, folders searched last.

use std::sync::Arc;

use super::{Library, LibraryName, LoadedSource, PRIMITIVES, SYNTAX, Slot, alias, define, defined_name, is_essential};
use crate::datum::Datum;
use crate::diag::{Diagnostic, suggest};
use crate::image::{self, BUILT_IN};
use crate::reader::Reader;
use crate::source::{SourceId, Span};
use crate::syntax::binding::{Binding, Core};
use crate::syntax::state::State;
use crate::syntax::symbol::Sym;
use gambol_abi::prims::{PRIMS, PrimId};

/// Makes a library ready to be imported.
pub(crate) fn require(state: &mut State, name: &LibraryName, span: Span) -> Result<(), Diagnostic> {
    let printed = name.printed().clone();
    if !state.libraries.slots.contains_key(&printed) && !find(state, name).map_err(|error| error.or_at(span))? {
        return Err(unknown(state, name, span));
    }
    match state.libraries.slots.get(&printed) {
        Some(Slot::Ready(_)) | None => return Ok(()),
        Some(Slot::Loading) => return Err(cyclic(state, &printed, span)),
        Some(Slot::Failed) => {
            return Err(Diagnostic::error("E0306", format!("library {printed} could not be compiled")).at(span));
        }
        Some(Slot::Image(_) | Slot::Source(..)) => {}
    }
    state.libraries.loading.push(printed.clone());
    let outcome = make_ready(state, name);
    state.libraries.loading.pop();
    if outcome.is_err() {
        state.libraries.slots.insert(printed, Slot::Failed);
    }
    outcome
}

/// Takes a library from the image, if it still fits there, or compiles it.
fn make_ready(state: &mut State, name: &LibraryName) -> Result<(), Diagnostic> {
    let mut slot = state.libraries.slots.insert(name.printed().clone(), Slot::Loading);
    if let Some(Slot::Image(number)) = slot {
        if from_image(state, number)? {
            return Ok(());
        }
        register_built_in(state, name)?;
        slot = state.libraries.slots.insert(name.printed().clone(), Slot::Loading);
    }
    match slot {
        Some(Slot::Source(form, folder)) => define::compile(state, &form, &folder),
        _ => unreachable!("only such slots are made ready"),
    }
}

/// Takes a library from the image. False if something else than the image provides a library it
/// imports: it must be compiled against that.
fn from_image(state: &mut State, number: u32) -> Result<bool, Diagnostic> {
    let Some(image) = state.image() else { return Ok(false) };
    let face = image.face(number)?;
    let mut fits = true;
    for &dependency in &face.dependencies {
        let name = image.library_name(dependency)?;
        require(state, &name, Span::NONE)?;
        fits &= state.libraries.ready(name.printed()).is_some_and(|library| library.built_in);
    }
    if fits {
        image::install(state, &image, number, &face)?;
    }
    Ok(fits)
}

/// Looks for a library that was not heard of before; says whether there is one.
fn find(state: &mut State, name: &LibraryName) -> Result<bool, Diagnostic> {
    let exports = match &**name.printed() {
        PRIMITIVES => primitives(state),
        SYNTAX => core_forms(state),
        _ => return Ok(find_file(state, name)? || find_alias(state, name)?),
    };
    state.libraries.slots.insert(name.printed().clone(), Slot::Ready(Library { exports, built_in: true }));
    Ok(true)
}

/// Makes `name` ready as another name of a library, if it is one.
fn find_alias(state: &mut State, name: &LibraryName) -> Result<bool, Diagnostic> {
    let Some(target) = alias::target(name) else { return Ok(false) };
    if !exists(state, &target)? {
        return Ok(false);
    }
    require(state, &target, Span::NONE)?;
    let Some(library) = state.libraries.ready(target.printed()) else { return Ok(false) };
    let library = Library { exports: library.exports.clone(), built_in: library.built_in };
    state.libraries.slots.insert(name.printed().clone(), Slot::Ready(library));
    Ok(true)
}

fn find_file(state: &mut State, name: &LibraryName) -> Result<bool, Diagnostic> {
    if let Some(source) = state.loader.load_first(name)? {
        return register_loaded(state, &source, name);
    }
    if let Some(number) = state.taken.as_ref().and_then(|taken| taken.image.find(name.printed())) {
        state.libraries.slots.insert(name.printed().clone(), Slot::Image(number));
        return Ok(true);
    }
    if register_built_in(state, name)? {
        return Ok(true);
    }
    match state.loader.load(name)? {
        Some(source) => register_loaded(state, &source, name),
        None => Ok(false),
    }
}

fn primitives(state: &mut State) -> Vec<(Sym, Binding)> {
    let prim = |(i, info): (usize, &gambol_abi::prims::PrimInfo)| (state.symbols.intern_str(info.name), Binding::Prim(PrimId(i as u16)));
    PRIMS.iter().enumerate().map(prim).collect()
}

fn core_forms(state: &mut State) -> Vec<(Sym, Binding)> {
    Core::ALL.iter().map(|&core| (state.symbols.intern_str(core.name()), Binding::Core(core))).collect()
}

/// Whether a library could be imported, as `cond-expand` asks.
pub(crate) fn exists(state: &mut State, name: &LibraryName) -> Result<bool, Diagnostic> {
    Ok(state.libraries.slots.contains_key(name.printed()) || find(state, name)?)
}

fn register_loaded(state: &mut State, source: &LoadedSource, expected: &LibraryName) -> Result<bool, Diagnostic> {
    let id = state.sources.add(&source.display_name, source.text.clone());
    register(state, id, &source.text, source.folder.as_str().into(), expected)?;
    Ok(true)
}

/// Enters a built-in library as source; says whether there is one.
fn register_built_in(state: &mut State, name: &LibraryName) -> Result<bool, Diagnostic> {
    let Some((id, file)) = name.path().and_then(|path| state.file(&format!("{path}.sld"))) else { return Ok(false) };
    let folder = file.name.rfind('/').map_or(BUILT_IN, |end| &file.name[..end]);
    register(state, id, file.text, folder.into(), name)?;
    Ok(true)
}

/// Enters the libraries that a file defines; `expected` must be among them.
fn register(state: &mut State, id: SourceId, text: &str, folder: Arc<str>, expected: &LibraryName) -> Result<(), Diagnostic> {
    let mut found = false;
    for datum in Reader::new(id, text) {
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
    if found {
        return Ok(());
    }
    let file = state.sources.name(id).unwrap_or_default();
    Err(Diagnostic::error("E0308", format!("{file} does not define the library {}", expected.printed())).at(Span::new(id, 0, 0)))
}

/// The datums of an included file.
pub(crate) fn read_included(state: &mut State, path: &str, folder: &str, fold_case: bool, span: Span) -> Result<Vec<Datum>, Diagnostic> {
    let (id, text) = included(state, path, folder).map_err(|error| error.or_at(span))?;
    let reader = Reader::new(id, &text);
    let reader = if fold_case { reader.folding_case() } else { reader };
    reader.collect()
}

fn included(state: &mut State, path: &str, folder: &str) -> Result<(SourceId, Arc<str>), Diagnostic> {
    let Some(folder) = folder.strip_prefix(BUILT_IN) else {
        let source = state.loader.include(path, folder)?;
        return Ok((state.sources.add(&source.display_name, source.text.clone()), source.text));
    };
    let full = if folder.is_empty() { path.to_owned() } else { format!("{folder}/{path}") };
    let (id, file) = state.file(&full).ok_or_else(|| Diagnostic::error("E0322", format!("there is no built-in source {full}")))?;
    Ok((id, file.text.into()))
}

fn unknown(state: &State, name: &LibraryName, span: Span) -> Diagnostic {
    let printed = name.printed();
    let error = Diagnostic::error("E0302", format!("unknown library {printed}")).at(span).note(format!("looked in {}", state.loader.search_path_description()));
    let image = state.image();
    let mut known: Vec<&str> = state.libraries.slots.keys().map(|name| &**name).collect();
    known.extend([PRIMITIVES, SYNTAX]);
    known.extend(image.iter().flat_map(|image| image.libraries()));
    match suggest(printed, known) {
        Some(near) => error.help(format!("did you mean {near}?")),
        None => error,
    }
}

pub(super) fn cyclic(state: &State, name: &Arc<str>, span: Span) -> Diagnostic {
    let from = state.libraries.loading.iter().position(|loading| loading == name).unwrap_or(0);
    let mut chain: Vec<&str> = state.libraries.loading[from..].iter().map(|name| &**name).collect();
    chain.push(name);
    Diagnostic::error("E0303", format!("library {name} imports itself")).at(span).note(format!("the cycle is {}", chain.join(" -> ")))
}

/// Libraries that export `name`, the most usual first, for messages.
pub(crate) fn exporters(state: &State, name: &str) -> Vec<Arc<str>> {
    let mut found: Vec<Arc<str>> = Vec::new();
    for (library, slot) in &state.libraries.slots {
        if let Slot::Ready(ready) = slot
            && ready.exports.iter().any(|&(sym, _)| &**state.symbols.name(sym) == name)
        {
            found.push(library.clone());
        }
    }
    if let Some(image) = state.image() {
        found.extend(image.exporters(name).filter(|&library| is_untouched(state, library)).map(Arc::from));
    }
    let internal = |library: &str| library.starts_with("(gambol internal") || is_essential(library);
    found.retain(|library| !internal(library));
    let usual = |library: &Arc<str>| {
        // The first prefix that fits counts; what collects other libraries is no name's home.
        let rank = ["(scheme base)", "(scheme r5rs)", "(scheme ", "(srfi ", "(gambol "].iter().position(|prefix| library.starts_with(prefix));
        let rank = if rank == Some(1) { None } else { rank };
        (rank.unwrap_or(usize::MAX), library.clone())
    };
    found.sort_by_key(usual);
    found
}

/// Whether a library of the image has not been needed so far.
fn is_untouched(state: &State, library: &str) -> bool {
    matches!(state.libraries.slots.get(library), None | Some(Slot::Image(_)))
}
