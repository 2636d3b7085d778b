//! `define-library` (R7RS 5.6.1): from the form to a library that can be imported.

use std::sync::Arc;

use super::CompiledLibrary;
use super::{Library, LibraryName, defined_name, import_set, include_path, read_included};
use crate::datum::Datum;
use crate::diag::{Diagnostic, suggest};
use crate::ir::UnitKind;
use crate::source::Span;
use crate::syntax::binding::{Binding, Core, Resolution};
use crate::syntax::closed::{Outcome, closed_body};
use crate::syntax::errors;
use crate::syntax::expand::Expander;
use crate::syntax::features;
use crate::syntax::scene::Stage;
use crate::syntax::scope::Frame;
use crate::syntax::state::{RootKind, State};
use crate::syntax::stx::Stx;
use crate::syntax::symbol::Sym;
use crate::syntax::unit::UnitBuilder;

type Exports = Vec<(Sym, Binding)>;

/// An export: what it is called inside and outside.
struct Export {
    inner: Sym,
    outer: Sym,
    span: Span,
}

/// What the declarations of a library say.
struct Declarations<'a> {
    exports: Vec<Export>,
    imports: Vec<Datum>,
    body: Vec<Stx<'a>>,
}

/// Compiles a `define-library` form and enters the library.
pub(super) fn compile(state: &mut State, form: &Datum, folder: &Arc<str>) -> Result<(), Diagnostic> {
    let name = defined_name(form).ok_or_else(|| errors::malformed(Core::DefineLibrary, form.span))?;
    let name = LibraryName::parse(name)?;
    let printed = name.printed().clone();
    // Errors of this library only: those around it are its importer's.
    let outside = std::mem::take(&mut state.errors);
    let outcome = compile_in(state, form, &printed, folder);
    let inside = std::mem::replace(&mut state.errors, outside);
    let outcome = match (outcome, inside.is_empty()) {
        (Ok(Some((exports, compiled))), true) => {
            state.libraries.install(printed, Library { exports, built_in: false }, compiled);
            return Ok(());
        }
        (Err(error), _) => Some(error),
        (Ok(_), _) => None,
    };
    let mut errors = inside.into_iter().chain(outcome);
    let first = errors.next();
    state.errors.extend(errors);
    Err(first.unwrap_or_else(|| errors::malformed(Core::DefineLibrary, form.span)))
}

/// Exports and code; none if there were errors, which are left in the state.
fn compile_in(state: &mut State, form: &Datum, printed: &Arc<str>, folder: &Arc<str>) -> Result<Option<(Exports, CompiledLibrary)>, Diagnostic> {
    let root = state.fresh_root(RootKind::Library(printed.clone()));
    let number = state.fresh_unit();
    let stage = Stage::new();
    let unit = UnitBuilder::new(UnitKind::Library(printed.clone()), number);
    let set = state.root(root).set;
    let mut expander = Expander::new(state, &stage, unit, root, folder.clone());
    let stx = Stx::source(form, set);
    let items = stx.as_list().ok_or_else(|| errors::malformed(Core::DefineLibrary, form.span))?;
    let mut declarations = Declarations { exports: Vec::new(), imports: Vec::new(), body: Vec::new() };
    let forms = items.from(2).to_vec(&mut expander.scene.state.scopes);
    declare(&mut expander, forms, &mut declarations)?;
    let mut dependencies: Vec<Arc<str>> = Vec::with_capacity(declarations.imports.len());
    for set in &declarations.imports {
        let imported = import_set(expander.scene.state, set)?;
        if !super::is_essential(&imported.library) && !dependencies.contains(&imported.library) {
            dependencies.push(imported.library);
        }
        super::bind_all(expander.scene.state, root, &imported.names, set.span, true)?;
    }
    let body = closed_body(&mut expander, declarations.body, form.span);
    let exports = resolve_exports(&mut expander, &declarations.exports);
    let Outcome { unit, state } = Outcome::of(expander);
    // The library's own text is done: its macros are used from elsewhere now.
    for definition in &mut state.macros {
        if definition.frame == state.roots[root.0 as usize].frame {
            definition.frame = Frame::NONE;
        }
    }
    if !state.errors.is_empty() {
        return Ok(None);
    }
    let unit = unit.finish(state, body);
    let unit = state.backend.compile(unit, &state.sources)?;
    Ok(Some((exports, CompiledLibrary { name: printed.clone(), dependencies, unit })))
}

/// Sorts declarations; included and conditional ones are looked into.
fn declare<'a>(expander: &mut Expander<'a, '_>, forms: Vec<Stx<'a>>, into: &mut Declarations<'a>) -> Result<(), Diagnostic> {
    let mut queue: Vec<Stx<'a>> = forms.into_iter().rev().collect();
    while let Some(stx) = queue.pop() {
        let span = stx.span();
        let unknown = || {
            Diagnostic::error("E0311", "expected a library declaration")
                .at(span)
                .help("these are export, import, begin, include, include-ci, include-library-declarations and cond-expand")
        };
        let items = stx.as_list().filter(|items| items.len() >= 1).ok_or_else(unknown)?;
        let head = expander.scene.item(items, 0);
        let keyword = expander.scene.name(head).ok_or_else(unknown)?;
        match &*keyword {
            "export" => {
                for i in 1..items.len() {
                    let spec = expander.scene.item(items, i);
                    into.exports.push(export(expander, spec)?);
                }
            }
            "import" => {
                for i in 1..items.len() {
                    let set = expander.scene.item(items, i);
                    into.imports.push(expander.scene.datum(set)?);
                }
            }
            "begin" => into.body.extend(items.from(1).to_vec(&mut expander.scene.state.scopes)),
            "include" => into.body.extend(expander.included(Core::Include, items, stx)?),
            "include-ci" => into.body.extend(expander.included(Core::IncludeCi, items, stx)?),
            "include-library-declarations" => {
                let mut more = Vec::new();
                for i in 1..items.len() {
                    let path = include_path(expander.scene.item(items, i))?;
                    let datums = read_included(expander.scene.state, &path, &expander.folder, false, span)?;
                    let datums = expander.scene.stage.store.datums(datums);
                    more.extend(datums.iter().map(|datum| Stx::source(datum, stx.scopes)));
                }
                queue.extend(more.into_iter().rev());
            }
            "cond-expand" => {
                let chosen = features::cond_expand(&mut expander.scene, items, span)?;
                queue.extend(chosen.into_iter().rev());
            }
            _ => return Err(unknown()),
        }
    }
    Ok(())
}

/// `name` or `(rename inner outer)`.
fn export<'a>(expander: &mut Expander<'a, '_>, spec: Stx<'a>) -> Result<Export, Diagnostic> {
    let span = spec.span();
    if let Some((sym, _)) = expander.scene.ident(spec) {
        return Ok(Export { inner: sym, outer: sym, span });
    }
    let malformed = || errors::expected("an identifier or (rename inner outer)", spec);
    let items = spec.as_list().filter(|items| items.len() == 3).ok_or_else(malformed)?;
    let mut syms = Vec::with_capacity(3);
    for i in 0..3 {
        let item = expander.scene.item(items, i);
        syms.push(expander.scene.ident(item).ok_or_else(malformed)?.0);
    }
    if &**expander.scene.state.symbols.name(syms[0]) != "rename" {
        return Err(malformed());
    }
    Ok(Export { inner: syms[1], outer: syms[2], span })
}

fn resolve_exports(expander: &mut Expander<'_, '_>, exports: &[Export]) -> Exports {
    let set = expander.scene.state.root(expander.root).set;
    let mut resolved: Vec<(Sym, Binding)> = Vec::with_capacity(exports.len());
    let mut seen = rustc_hash::FxHashMap::default();
    for export in exports {
        let outer = expander.scene.state.symbols.name(export.outer).clone();
        match expander.scene.resolve(export.inner, set) {
            Resolution::Bound(binding) => match seen.insert(export.outer, binding) {
                Some(earlier) if earlier != binding => {
                    let error = Diagnostic::error("E0312", format!("{outer} is exported with two different meanings")).at(export.span);
                    expander.scene.state.errors.push(error);
                }
                Some(_) => {}
                None => resolved.push((export.outer, binding)),
            },
            _ => {
                let error = undefined_export(expander, export);
                expander.scene.state.errors.push(error);
            }
        }
    }
    resolved
}

fn undefined_export(expander: &Expander<'_, '_>, export: &Export) -> Diagnostic {
    let state = &expander.scene.state;
    let name = state.symbols.name(export.inner);
    let error = Diagnostic::error("E0313", format!("{name} is exported but neither defined nor imported")).at(export.span);
    let visible: Vec<Arc<str>> = state.visible(expander.root).map(|(sym, _)| state.symbols.name(sym).clone()).collect();
    match suggest(name, visible.iter().map(|name| &**name)) {
        Some(near) => error.help(format!("did you mean {near}?")),
        None => error,
    }
}
