//! Top levels: programs (closed units) and environments, which grow form by form.

use std::sync::Arc;

use super::binding::{Binding, Core, TopEntry};
use super::closed::{Outcome, check_from, closed_body};
use super::errors;
use super::expand::{Expander, Queue, Step, sequence, unspecified};
use super::library::{bind_all, import_set, register_form};
use super::scene::Stage;
use super::state::{Environment, RootKind, State};
use super::stx::Stx;
use super::unit::UnitBuilder;
use crate::code::CompiledUnit;
use crate::datum::Datum;
use crate::diag::Diagnostic;
use crate::ir::{Expr, GlobalKey, UnitKind};
use crate::source::Span;

/// Compiles a program: import declarations and library definitions, then commands and definitions.
pub(crate) fn program(state: &mut State, forms: &[Datum], folder: &Arc<str>) -> Result<CompiledUnit, Diagnostic> {
    let root = state.fresh_root(RootKind::Program);
    let number = state.fresh_unit();
    let mut rest = forms;
    while let [form, others @ ..] = rest {
        match form.as_list() {
            Some([head, sets @ ..]) if head.is_symbol("import") => {
                for set in sets {
                    let imported = import_set(state, set)?;
                    bind_all(state, root, &imported.names, set.span, true)?;
                }
            }
            Some([head, ..]) if head.is_symbol("define-library") => {
                register_form(state, form, folder)?;
            }
            _ => break,
        }
        rest = others;
    }
    let stage = Stage::new();
    let unit = UnitBuilder::new(UnitKind::Program, number);
    let set = state.root(root).set;
    let span = forms.first().map_or(Span::NONE, |form| form.span);
    let mut expander = Expander::new(state, &stage, unit, root, folder.clone());
    let body = closed_body(&mut expander, rest.iter().map(|form| Stx::source(form, set)).collect(), span);
    let Outcome { unit, state } = Outcome::of(expander);
    if let Some(error) = state.errors.pop() {
        return Err(error);
    }
    let unit = unit.finish(state, body);
    state.backend.compile(unit, &state.sources)
}

/// An empty environment.
pub(crate) fn environment(state: &mut State, open: bool) -> u32 {
    let number = state.environments.len() as u32;
    let root = state.fresh_root(RootKind::Environment(number));
    state.environments.push(Environment { root, open, cells: Default::default() });
    number
}

/// Imports into an environment; later imports win.
pub(crate) fn import(state: &mut State, environment: u32, set: &Datum) -> Result<(), Diagnostic> {
    let root = state.environments[environment as usize].root;
    let imported = import_set(state, set)?;
    bind_all(state, root, &imported.names, set.span, false)
}

/// Makes a variable in an environment, or finds the one it has; the name means it from now on.
pub(crate) fn variable(state: &mut State, environment: u32, name: &str) -> GlobalKey {
    let root = state.environments[environment as usize].root;
    let sym = state.symbols.intern_str(name);
    let global = state.cell(environment, sym);
    let entry = TopEntry { scopes: state.root(root).set, binding: Binding::Global(global), imported: false, span: Span::NONE };
    state.top.insert(root, sym, entry);
    state.globals[global.0 as usize].key.clone()
}

/// Compiles one form of an environment. None if nothing is left to run.
pub(crate) fn form(state: &mut State, environment: u32, form: &Datum, folder: &Arc<str>) -> Result<Option<CompiledUnit>, Diagnostic> {
    let root = state.environments[environment as usize].root;
    let number = state.fresh_unit();
    let set = state.root(root).set;
    let stage = Stage::new();
    let unit = UnitBuilder::new(UnitKind::Interactive(environment), number);
    let mut expander = Expander::new(state, &stage, unit, root, folder.clone());
    let mut exprs: Vec<Expr> = Vec::new();
    let mut queue = Queue::top();
    queue.push(Stx::source(form, set));
    while let Some(step) = expander.next_step(&mut queue)? {
        match step {
            Step::Import(items, span) => {
                for i in 0..items.len() {
                    let item = expander.scene.item(items, i);
                    let set = expander.scene.datum(item)?;
                    import(expander.scene.state, environment, &set)?;
                }
                exprs.push(Expr { span, kind: unspecified() });
            }
            Step::Library(stx) => {
                let datum = expander.scene.datum(stx)?;
                if datum.as_list().is_none() {
                    return Err(errors::malformed(Core::DefineLibrary, stx.span()));
                }
                register_form(expander.scene.state, &datum, folder)?;
                exprs.push(Expr { span: stx.span(), kind: unspecified() });
            }
            step => {
                let done = exprs.len();
                expander.top_step(step, &mut exprs)?;
                check_from(&mut exprs, done)?;
            }
        }
    }
    let Outcome { unit, state } = Outcome::of(expander);
    if let Some(error) = state.errors.pop() {
        return Err(error);
    }
    if exprs.is_empty() {
        return Ok(None);
    }
    let unit = unit.finish(state, sequence(form.span, exprs));
    state.backend.compile(unit, &state.sources).map(Some)
}
