//! What may stand in a body or at top level: definitions and forms that splice.
//!
//! [`Expander::next_step`] takes forms from a queue, expands macros until it sees what each
//! form is, binds what definitions define, and hands back steps whose expressions are not
//! expanded yet, since they may use what later forms define.

use std::sync::Arc;

use super::records::RecordSpec;
use super::{Expander, Result, Shape};
use crate::ir::{Expr, GlobalKey, UnitKind, VarId};
use crate::source::Span;
use crate::syntax::binding::{Binding, Core, GlobalRef, TopEntry};
use crate::syntax::errors;
use crate::syntax::features;
use crate::syntax::rules;
use crate::syntax::scope::{ScopeKind, ScopeSet};
use crate::syntax::state::RootKind;
use crate::syntax::stx::{Items, Stx};
use crate::syntax::symbol::Sym;
use crate::syntax::transformer::Macro;

/// A variable that a definition defines.
#[derive(Clone, Copy)]
pub(crate) enum Place {
    Local(VarId),
    Global(GlobalRef),
    /// A variable defined before in the same program: the definition assigns it (R7RS 5.3.1).
    Again(GlobalRef),
}

/// What a definition gives its variable.
#[derive(Clone, Copy)]
pub(crate) enum Value<'a> {
    Expr(Stx<'a>),
    Procedure(Items<'a>, Items<'a>),
    /// `(define ((name a) b) ...)`: header and body.
    Curried(Items<'a>, Items<'a>),
    None,
}

/// A form of a body or the top level, understood but not expanded.
pub(crate) enum Step<'a> {
    Define {
        place: Place,
        name: Arc<str>,
        value: Value<'a>,
        span: Span,
    },
    Values {
        places: Vec<Place>,
        rest: Option<Place>,
        producer: Stx<'a>,
        span: Span,
    },
    Record(RecordSpec),
    /// Top level only, and only in environments.
    Import(Items<'a>, Span),
    /// Top level only.
    Library(Stx<'a>),
    Expr(Stx<'a>),
}

/// Forms still to be looked at, next one last, each with the macro steps it took.
pub(crate) struct Queue<'a> {
    forms: Vec<(Stx<'a>, u32)>,
    /// Whether names are bound at top level rather than in a body.
    top: bool,
}

impl<'a> Queue<'a> {
    pub(crate) fn top() -> Queue<'a> {
        Queue { forms: Vec::new(), top: true }
    }

    pub(crate) fn body() -> Queue<'a> {
        Queue { forms: Vec::new(), top: false }
    }

    pub(crate) fn push(&mut self, stx: Stx<'a>) {
        self.forms.push((stx, 0));
    }

    /// Puts forms in front of the others.
    pub(crate) fn splice(&mut self, forms: impl DoubleEndedIterator<Item = Stx<'a>>, steps: u32) {
        self.forms.extend(forms.rev().map(|form| (form, steps)));
    }
}

impl<'a> Expander<'a, '_> {
    /// The next definition or expression; none when all forms are done.
    pub(crate) fn next_step(&mut self, queue: &mut Queue<'a>) -> Result<Option<Step<'a>>> {
        while let Some((stx, steps)) = queue.forms.pop() {
            match self.shape(stx)? {
                Shape::Macro(keyword) => {
                    let expanded = self.macro_step(keyword, stx, steps + 1)?;
                    queue.forms.push((expanded, steps + 1));
                }
                Shape::Core(core, items) => {
                    if let Some(step) = self.core_step(core, items, stx, steps, queue)? {
                        return Ok(Some(step));
                    }
                }
                _ => return Ok(Some(Step::Expr(stx))),
            }
        }
        Ok(None)
    }

    fn core_step(&mut self, core: Core, items: Items<'a>, stx: Stx<'a>, steps: u32, queue: &mut Queue<'a>) -> Result<Option<Step<'a>>> {
        let span = stx.span();
        match core {
            Core::Begin | Core::Define | Core::DefineValues | Core::DefineRecordType | Core::DefineSyntax | Core::Include | Core::IncludeCi | Core::CondExpand
                if items.tail.is_some() =>
            {
                Err(errors::malformed(core, span))
            }
            Core::Begin => {
                let forms = items.from(1).to_vec(&mut self.scene.state.scopes);
                queue.splice(forms.into_iter(), steps);
                Ok(None)
            }
            Core::Define => self.define(items, span, queue.top).map(Some),
            Core::DefineValues => self.define_values(items, span, queue.top).map(Some),
            Core::DefineRecordType => self.record_spec(items, span, queue.top).map(|spec| Some(Step::Record(spec))),
            Core::DefineSyntax => self.define_syntax(items, span, queue.top).map(|()| None),
            Core::Include | Core::IncludeCi => {
                let forms = self.included(core, items, stx)?;
                queue.splice(forms.into_iter(), steps);
                Ok(None)
            }
            Core::CondExpand => {
                let forms = features::cond_expand(&mut self.scene, items, span)?;
                queue.splice(forms.into_iter(), steps);
                Ok(None)
            }
            Core::Import if queue.top && items.tail.is_none() => Ok(Some(Step::Import(items.from(1), span))),
            Core::DefineLibrary if queue.top => Ok(Some(Step::Library(stx))),
            Core::Import | Core::DefineLibrary | Core::Export => Err(errors::not_top_level(core, span)),
            _ => Ok(Some(Step::Expr(stx))),
        }
    }

    fn define(&mut self, items: Items<'a>, span: Span, top: bool) -> Result<Step<'a>> {
        let malformed = || errors::malformed(Core::Define, span);
        if items.len() < 2 {
            return Err(malformed());
        }
        let target = self.scene.item(items, 1);
        let (name, value) = match target.as_items() {
            None => {
                let value = match items.len() {
                    2 => Value::None,
                    3 => Value::Expr(self.scene.item(items, 2)),
                    _ => return Err(malformed()),
                };
                (target, value)
            }
            Some(header) => {
                if header.len() == 0 || items.len() < 3 {
                    return Err(malformed());
                }
                let body = items.from(2);
                let mut name = self.scene.item(header, 0);
                if name.as_items().is_none() {
                    (name, Value::Procedure(header.from(1), body))
                } else {
                    while let Some(inner) = name.as_items() {
                        if inner.len() == 0 {
                            return Err(malformed());
                        }
                        name = self.scene.item(inner, 0);
                    }
                    (name, Value::Curried(header, body))
                }
            }
        };
        let (place, name) = self.define_name(name, top)?;
        Ok(Step::Define { place, name, value, span })
    }

    fn define_values(&mut self, items: Items<'a>, span: Span, top: bool) -> Result<Step<'a>> {
        if items.len() != 3 {
            return Err(errors::malformed(Core::DefineValues, span));
        }
        let formals = self.scene.item(items, 1);
        let formals = self.formals(formals);
        let mut places = Vec::with_capacity(formals.len());
        for i in 0..formals.len() {
            let name = self.scene.item(formals, i);
            places.push(self.define_name(name, top)?.0);
        }
        let rest = formals.tail(&mut self.scene.state.scopes).map(|name| self.define_name(name, top)).transpose()?;
        let producer = self.scene.item(items, 2);
        Ok(Step::Values { places, rest: rest.map(|(place, _)| place), producer, span })
    }

    /// Binds the name that a definition defines.
    pub(crate) fn define_name(&mut self, name: Stx<'a>, top: bool) -> Result<(Place, Arc<str>)> {
        let Some((sym, scopes)) = self.scene.ident(name) else {
            return Err(errors::expected("an identifier to define", name));
        };
        let scopes = self.scene.state.scopes.without_use_sites(scopes, self.frame);
        let text = self.scene.state.symbols.name(sym).clone();
        let place = match top {
            true => {
                self.check_open(name.span())?;
                self.define_global(sym, scopes, &text, name.span())?
            }
            false => {
                let var = self.unit.fresh(text.clone());
                self.bind_in_body(sym, scopes, Binding::Local(var), name.span())?;
                Place::Local(var)
            }
        };
        Ok((place, text))
    }

    fn bind_in_body(&mut self, sym: Sym, scopes: ScopeSet, binding: Binding, span: Span) -> Result<()> {
        let frame = self.frame;
        let bound = self.scene.locals.bind(sym, scopes, binding, frame, span);
        bound.map_err(|earlier| errors::duplicate(self.scene.state.symbols.name(sym), span, earlier))
    }

    fn define_global(&mut self, sym: Sym, scopes: ScopeSet, name: &Arc<str>, span: Span) -> Result<Place> {
        let root = self.scene.state.scopes.root(scopes);
        let number = self.unit.number;
        let earlier = self.scene.state.top.exact(root, sym, scopes);
        let kind = self.scene.state.root(self.root).kind.clone();
        if let (Some(earlier), false) = (earlier, matches!(kind, RootKind::Environment(_))) {
            match earlier.binding {
                Binding::Global(global) if !earlier.imported && kind == RootKind::Program => {
                    self.unit.assign_global(global);
                    return Ok(Place::Again(global));
                }
                _ if !earlier.imported => return Err(errors::duplicate(name, span, earlier.span)),
                _ => self.scene.state.warnings.push(errors::shadows_import(name, span, earlier.span)),
            }
        }
        let plain = scopes == self.scene.state.root(self.root).set;
        let global = match &kind {
            RootKind::Environment(environment) if plain => self.scene.state.cell(*environment, sym),
            RootKind::Environment(environment) => match earlier {
                // The same macro step defines it anew.
                Some(TopEntry { binding: Binding::Global(global), .. }) => global,
                _ => {
                    let name = self.private_name(name);
                    self.scene.state.push_global(GlobalKey::Interactive(*environment, name), false, number)
                }
            },
            RootKind::Program => {
                let name = self.unique_name(name, plain);
                self.scene.state.push_global(GlobalKey::Unit(name), true, number)
            }
            RootKind::Library(library) => {
                let name = self.unique_name(name, plain);
                self.scene.state.global(GlobalKey::Library(library.clone(), name), true)
            }
        };
        self.scene.state.globals[global.0 as usize].owner = number;
        let entry = TopEntry { scopes, binding: Binding::Global(global), imported: false, span };
        self.scene.state.top.insert(root, sym, entry);
        // Seen from here on even if nothing refers to it.
        self.unit.global(global);
        Ok(Place::Global(global))
    }

    /// A key for a variable of a closed unit: its name, or one that no text can spell for
    /// what a macro defined out of reach of the text.
    fn unique_name(&mut self, name: &Arc<str>, plain: bool) -> Arc<str> {
        if plain { name.clone() } else { self.private_name(name) }
    }

    fn private_name(&mut self, name: &Arc<str>) -> Arc<str> {
        self.unit.private_names += 1;
        let count = self.unit.private_names;
        match self.unit.kind {
            // Unique over all units of the environment.
            UnitKind::Interactive(_) => format!("{name}\u{1F}{}.{count}", self.unit.number).into(),
            // The same whenever the unit is compiled.
            _ => format!("{name}\u{1F}{count}").into(),
        }
    }

    /// Top-level definitions need an environment that takes them.
    fn check_open(&self, span: Span) -> Result<()> {
        match self.scene.state.root(self.root).kind {
            RootKind::Environment(number) if !self.scene.state.environments[number as usize].open => Err(errors::closed_environment(span)),
            _ => Ok(()),
        }
    }

    fn define_syntax(&mut self, items: Items<'a>, span: Span, top: bool) -> Result<()> {
        if items.len() != 3 {
            return Err(errors::malformed(Core::DefineSyntax, span));
        }
        let name = self.scene.item(items, 1);
        let Some((sym, scopes)) = self.scene.ident(name) else {
            return Err(errors::expected("an identifier to define", name));
        };
        let scopes = self.scene.state.scopes.without_use_sites(scopes, self.frame);
        let transformer = self.scene.item(items, 2);
        let binding = self.transformer(transformer)?;
        if !top {
            return self.bind_in_body(sym, scopes, binding, name.span());
        }
        self.check_open(name.span())?;
        let root = self.scene.state.scopes.root(scopes);
        if let (Some(earlier), false) = (self.scene.state.top.exact(root, sym, scopes), matches!(self.scene.state.root(self.root).kind, RootKind::Environment(_))) {
            let text = self.scene.state.symbols.name(sym).clone();
            if !earlier.imported {
                return Err(errors::duplicate(&text, name.span(), earlier.span));
            }
            self.scene.state.warnings.push(errors::shadows_import(&text, name.span(), earlier.span));
        }
        let entry = TopEntry { scopes, binding, imported: false, span: name.span() };
        self.scene.state.top.insert(root, sym, entry);
        Ok(())
    }

    /// What a transformer expression makes of its keyword: a macro, or another name for a
    /// keyword that exists.
    fn transformer(&mut self, stx: Stx<'a>) -> Result<Binding> {
        let mut stx = stx;
        let mut steps = 0;
        loop {
            match self.shape(stx)? {
                Shape::Core(Core::SyntaxRules, _) => break,
                Shape::Macro(keyword) => {
                    steps += 1;
                    stx = self.macro_step(keyword, stx, steps)?;
                }
                Shape::Ident(sym, scopes) => {
                    return match self.scene.binding(sym, scopes, stx.span())? {
                        Some(binding @ (Binding::Core(_) | Binding::Macro(_))) => Ok(binding),
                        _ => Err(errors::not_a_transformer(stx)),
                    };
                }
                _ => return Err(errors::not_a_transformer(stx)),
            }
        }
        let rules = rules::compile(&mut self.scene, stx)?;
        let definition = Macro { transformer: Some(Arc::new(rules)), frame: self.frame, home: self.root };
        Ok(Binding::Macro(self.scene.state.add_macro(definition)))
    }

    /// The `(keyword transformer)` pairs of let-syntax and letrec-syntax, with the scope of
    /// the form where the form asks for it, bound; and the body with that scope.
    fn bind_keywords(&mut self, core: Core, items: Items<'a>, span: Span) -> Result<Items<'a>> {
        if items.len() < 3 {
            return Err(errors::malformed(core, span));
        }
        let list = self.scene.item(items, 1);
        let pairs = list.as_list().ok_or_else(|| errors::malformed(core, list.span()))?;
        let scope = self.scene.state.scopes.fresh(ScopeKind::Plain);
        let mut bindings = Vec::with_capacity(pairs.len());
        for i in 0..pairs.len() {
            let pair = self.scene.item(pairs, i);
            let parts = pair.as_list().filter(|parts| parts.len() == 2).ok_or_else(|| errors::malformed(core, pair.span()))?;
            let name = self.scoped_item(parts, 0, scope);
            let Some((sym, scopes)) = self.scene.ident(name) else {
                return Err(errors::expected("an identifier to define", name));
            };
            let transformer = match core {
                Core::LetrecSyntax => self.scoped_item(parts, 1, scope),
                _ => self.scene.item(parts, 1),
            };
            bindings.push((sym, scopes, self.transformer(transformer)?, name.span()));
        }
        for (sym, scopes, binding, span) in bindings {
            self.bind_in_body(sym, scopes, binding, span)?;
        }
        Ok(items.from(2).with(&mut self.scene.state.scopes, scope))
    }

    /// Its body is one like that of `lambda` (R7RS 4.3.1): definitions in it are its own.
    pub(super) fn let_syntax(&mut self, core: Core, items: Items<'a>, span: Span) -> Result<Expr> {
        self.scoped(|this| {
            let body = this.bind_keywords(core, items, span)?;
            this.body(body, span)
        })
    }

    /// The forms of included files, with the scopes of the `include` form.
    pub(crate) fn included(&mut self, core: Core, items: Items<'a>, stx: Stx<'a>) -> Result<Vec<Stx<'a>>> {
        let span = stx.span();
        if items.len() < 2 {
            return Err(errors::malformed(core, span));
        }
        let head = self.scene.item(items, 0);
        let mut forms = Vec::new();
        for i in 1..items.len() {
            let item = self.scene.item(items, i);
            let path = crate::syntax::library::include_path(item)?;
            let datums = crate::syntax::library::read_included(self.scene.state, &path, &self.folder, core == Core::IncludeCi, span)?;
            let datums = self.scene.stage.store.datums(datums);
            // The text has the meaning it would have in place of the form: the scopes of the
            // form's own keyword say which text that is.
            forms.extend(datums.iter().map(|datum| Stx::source(datum, head.scopes)));
        }
        Ok(forms)
    }

    /// `include` and `cond-expand` in an expression: like `begin` around their forms.
    pub(super) fn spliced_expr(&mut self, stx: Stx<'a>) -> Result<Expr> {
        let span = stx.span();
        let forms = match self.shape(stx)? {
            Shape::Core(Core::CondExpand, items) => features::cond_expand(&mut self.scene, items, span)?,
            Shape::Core(core, items) => self.included(core, items, stx)?,
            _ => Vec::new(),
        };
        let exprs = forms.into_iter().map(|form| self.expr(form)).collect::<Result<Vec<_>>>()?;
        Ok(super::sequence(span, exprs))
    }
}
