//! The expander: from syntax to core IR.
//!
//! One pass does both expansion and translation. [`Expander::expr`] decides what a form is
//! and hands it to the file of its family: `binders` (lambda, let and the like), `control`
//! (conditionals and loops), `quasi`, `definitions` (what may stand in a body or at top
//! level), `bodies` and `records`.

use std::sync::Arc;

use gambol_abi::prims::{Class, Control, Inline, PrimId};

use super::binding::{Binding, Core, MacroRef};
use super::errors;
use super::limits::{NESTING_MAX, STEPS_MAX};
use super::scene::{Scene, Stage};
use super::scope::{Frame, Root, Scope, ScopeKind, ScopeSet};
use super::state::{RootKind, State};
use super::stx::{Items, Stx};
use super::symbol::Sym;
use super::unit::UnitBuilder;
use crate::datum::{Datum, DatumKind, check_labels};
use crate::diag::Diagnostic;
use crate::image;
use crate::ir::{Clause, Expr, ExprKind, Lambda, Literal, VarId};
use crate::number::Number;
use crate::source::Span;

mod binders;
mod bodies;
mod control;
mod definitions;
mod quasi;
mod records;

pub(crate) use definitions::{Place, Queue, Step};

pub(crate) type Result<T> = std::result::Result<T, Diagnostic>;

/// The expansion of one unit.
pub(crate) struct Expander<'a, 'c> {
    pub(crate) scene: Scene<'a, 'c>,
    pub(crate) unit: UnitBuilder,
    /// The library, program or environment it belongs to.
    pub(crate) root: Root,
    /// The innermost definition context.
    pub(crate) frame: Frame,
    /// Folder that `include` starts from.
    pub(crate) folder: Arc<str>,
    depth: u32,
    /// Whether the clause being expanded calls `%capture` itself.
    captures: bool,
}

/// What kind of form a form is.
pub(crate) enum Shape<'a> {
    Ident(Sym, ScopeSet),
    Atom(&'a Datum),
    Core(Core, Items<'a>),
    Macro(MacroRef),
    Call(Items<'a>),
    Vector,
}

impl<'a, 'c> Expander<'a, 'c> {
    pub(crate) fn new(state: &'c mut State, stage: &'a Stage<'a>, unit: UnitBuilder, root: Root, folder: Arc<str>) -> Self {
        let frame = state.root(root).frame;
        Expander { scene: Scene::new(state, stage), unit, root, frame, folder, depth: 0, captures: false }
    }

    /// Expands an expression.
    pub(crate) fn expr(&mut self, stx: Stx<'a>) -> Result<Expr> {
        self.enter(stx.span())?;
        let expr = self.expr_inside(stx);
        self.leave();
        expr
    }

    /// Expands an expression whose value gets a name, for procedures to be called by.
    pub(crate) fn named_expr(&mut self, stx: Stx<'a>, name: &Arc<str>) -> Result<Expr> {
        let mut expr = self.expr(stx)?;
        if let ExprKind::Lambda(lambda) = &mut expr.kind {
            lambda.name.get_or_insert_with(|| name.clone());
        }
        Ok(expr)
    }

    pub(crate) fn enter(&mut self, span: Span) -> Result<()> {
        self.depth += 1;
        if self.depth > NESTING_MAX { Err(errors::too_deep(span)) } else { Ok(()) }
    }

    pub(crate) fn leave(&mut self) {
        self.depth -= 1;
    }

    /// Starts afresh after a form that failed, however deep inside it did.
    pub(crate) fn recover(&mut self, frame: Frame) {
        self.depth = 0;
        self.captures = false;
        self.frame = frame;
    }

    fn expr_inside(&mut self, stx: Stx<'a>) -> Result<Expr> {
        let mut stx = stx;
        let mut steps = 0;
        loop {
            let span = stx.span();
            match self.shape(stx)? {
                Shape::Ident(sym, scopes) => return self.reference(sym, scopes, span),
                Shape::Atom(datum) => return self.atom(datum),
                Shape::Vector => return self.quoted(stx, span),
                Shape::Core(core, items) => return self.core(core, items, stx),
                Shape::Call(items) => return self.call(items, span),
                Shape::Macro(keyword) => {
                    steps += 1;
                    stx = self.macro_step(keyword, stx, steps)?;
                }
            }
        }
    }

    pub(crate) fn shape(&mut self, stx: Stx<'a>) -> Result<Shape<'a>> {
        if let Some((sym, scopes)) = self.scene.ident(stx) {
            return Ok(Shape::Ident(sym, scopes));
        }
        let Some(items) = stx.as_items() else {
            return Ok(match stx.as_atom() {
                Some(datum) => Shape::Atom(datum),
                None => Shape::Vector,
            });
        };
        if items.len() == 0 {
            return Ok(Shape::Call(items));
        }
        let head = self.scene.item(items, 0);
        let Some((sym, scopes)) = self.scene.ident(head) else {
            return Ok(Shape::Call(items));
        };
        Ok(match self.scene.binding(sym, scopes, head.span())? {
            Some(Binding::Core(core)) => Shape::Core(core, items),
            Some(Binding::Macro(keyword)) => Shape::Macro(keyword),
            _ => Shape::Call(items),
        })
    }

    /// One step of macro expansion, the `steps`-th on its form.
    pub(crate) fn macro_step(&mut self, keyword: MacroRef, stx: Stx<'a>, steps: u32) -> Result<Stx<'a>> {
        if steps > STEPS_MAX {
            return Err(errors::too_many_steps(stx.span()));
        }
        if (self.scene.state.stop)() {
            return Err(errors::stopped(stx.span()));
        }
        let (span, keyword_name) = (stx.span(), self.head(stx));
        let transformer = image::transformer(self.scene.state, keyword)?;
        let stx = if self.scene.state.macros[keyword.0 as usize].frame == self.frame {
            let scope = self.scene.state.scopes.fresh(ScopeKind::UseSite(self.frame));
            stx.with(&mut self.scene.state.scopes, scope)
        } else {
            stx
        };
        let intro = self.fresh_scope();
        let expanded = transformer.transform(&mut self.scene, stx, intro)?;
        if let Some(name) = keyword_name {
            self.scene.state.expansions.entry(span).or_insert(name);
        }
        Ok(expanded)
    }

    /// The identifier that a form starts with.
    fn head(&mut self, stx: Stx<'a>) -> Option<Sym> {
        let items = stx.as_items().filter(|items| items.len() > 0)?;
        let head = self.scene.item(items, 0);
        self.scene.ident(head).map(|(sym, _)| sym)
    }

    pub(crate) fn fresh_scope(&mut self) -> Scope {
        self.scene.state.scopes.fresh(ScopeKind::Plain)
    }

    fn core(&mut self, core: Core, items: Items<'a>, stx: Stx<'a>) -> Result<Expr> {
        let span = stx.span();
        if items.tail.is_some() {
            return Err(errors::malformed(core, span));
        }
        match core {
            Core::Quote => self.quote(items, span),
            Core::Quasiquote => self.quasiquote(items, span),
            Core::Lambda => self.lambda(items, span),
            Core::CaseLambda => self.case_lambda(items, span),
            Core::Let => self.let_form(items, span),
            Core::LetStar => self.let_star(items, span),
            Core::Letrec => self.letrec(items, span, Core::Letrec),
            Core::LetrecStar => self.letrec(items, span, Core::LetrecStar),
            Core::LetValues => self.let_values(items, span, Core::LetValues),
            Core::LetStarValues => self.let_values(items, span, Core::LetStarValues),
            Core::LetSyntax | Core::LetrecSyntax => self.let_syntax(core, items, span),
            Core::Set => self.set(items, span),
            Core::If => self.if_form(items, span),
            Core::Begin => self.begin(items, span),
            Core::Cond => self.cond(items, span),
            Core::Case => self.case(items, span),
            Core::And => self.and(items, span),
            Core::Or => self.or(items, span),
            Core::When | Core::Unless => self.when_unless(core, items, span),
            Core::Do => self.do_loop(items, span),
            Core::SyntaxError => Err(self.syntax_error(items, span)),
            Core::Include | Core::IncludeCi | Core::CondExpand => self.spliced_expr(stx),
            Core::Define | Core::DefineValues | Core::DefineRecordType | Core::DefineSyntax => Err(errors::definition_as_expression(core, span)),
            Core::Import | Core::DefineLibrary | Core::Export => Err(errors::not_top_level(core, span)),
            Core::SyntaxRules => Err(errors::keyword_as_variable(core.name(), span)),
            Core::Else | Core::Arrow | Core::Ellipsis | Core::Underscore | Core::Unquote | Core::UnquoteSplicing => Err(errors::auxiliary(core, span)),
        }
    }

    fn reference(&mut self, sym: Sym, scopes: ScopeSet, span: Span) -> Result<Expr> {
        let kind = match self.scene.binding(sym, scopes, span)? {
            Some(Binding::Local(var)) => self.local(var),
            Some(Binding::Global(global)) => ExprKind::Global(self.unit.global(global)),
            Some(Binding::Prim(prim)) => return self.prim_value(prim, span),
            Some(Binding::Core(core)) if core.is_auxiliary() => {
                return Err(errors::auxiliary(core, span));
            }
            Some(Binding::Core(_) | Binding::Macro(_)) => {
                return Err(errors::keyword_as_variable(self.scene.state.symbols.name(sym), span));
            }
            None => match self.root_kind(scopes) {
                Some(&RootKind::Environment(environment)) => {
                    let cell = self.scene.state.cell(environment, sym);
                    ExprKind::Global(self.unit.global(cell))
                }
                _ => {
                    // Others in the same form are worth reporting, too.
                    let error = self.unbound(sym, span);
                    self.scene.state.errors.push(error);
                    unspecified()
                }
            },
        };
        Ok(Expr { span, kind })
    }

    pub(crate) fn local(&mut self, var: VarId) -> ExprKind {
        self.unit.mention(var);
        ExprKind::Local(var)
    }

    pub(crate) fn root_kind(&self, scopes: ScopeSet) -> Option<&RootKind> {
        let root = self.scene.state.scopes.root(scopes);
        (root != Root::NONE).then(|| &self.scene.state.root(root).kind)
    }

    /// The error for a name without a binding, with what might have been meant.
    pub(crate) fn unbound(&mut self, sym: Sym, span: Span) -> Diagnostic {
        let state = &mut *self.scene.state;
        let name = state.symbols.name(sym).clone();
        let exporters = super::library::exporters(state, &name);
        let visible: Vec<Arc<str>> = state.visible(self.root).map(|(sym, _)| state.symbols.name(sym).clone()).collect();
        let locals: Vec<Arc<str>> = self.scene.locals.symbols().map(|sym| state.symbols.name(sym).clone()).collect();
        let candidates = if exporters.is_empty() { Some(visible.iter().chain(&locals)) } else { None };
        let error = errors::unbound(&name, span, candidates.into_iter().flatten().map(|name| &**name));
        match exporters.first() {
            None => error,
            Some(first) => error.help(format!("{name} is exported by {first}: add it to the imports")),
        }
    }

    /// A primitive as a value. Control primitives have no procedure of their own: one is made.
    fn prim_value(&mut self, prim: PrimId, span: Span) -> Result<Expr> {
        let info = prim.info();
        if info.class != Class::Control {
            return Ok(Expr { span, kind: ExprKind::Prim(prim) });
        }
        // With any number of arguments, the variant that takes a list does the same.
        let (prim, rest) = match info.inline {
            Inline::Control(Control::Values) => (self.prim("%values-list", span)?, true),
            Inline::Control(Control::Throw) => (self.prim("%throw-list", span)?, true),
            _ if info.rest.is_none() && info.optional.is_empty() => (prim, false),
            _ => return Err(errors::control_as_value(info.name, span)),
        };
        let required = info.required.len();
        let params: Vec<VarId> = (0..required).map(|_| self.unit.fresh("x".into())).collect();
        let rest = rest.then(|| self.unit.fresh("rest".into()));
        let arguments = params.iter().chain(&rest).map(|&var| Expr { span, kind: self.local_of(var) }).collect();
        let body = Expr { span, kind: ExprKind::PrimCall(prim, arguments) };
        let no_inline = info.inline == Inline::Control(Control::Capture);
        let lambda = Lambda { name: Some(info.name.into()), clauses: vec![Clause { params, rest, body }], no_inline };
        Ok(Expr { span, kind: ExprKind::Lambda(Box::new(lambda)) })
    }

    fn local_of(&self, var: VarId) -> ExprKind {
        ExprKind::Local(var)
    }

    /// The primitive the expander needs for some form.
    pub(crate) fn prim(&self, name: &'static str, span: Span) -> Result<PrimId> {
        PrimId::named(name).ok_or_else(|| errors::missing_primitive(name, span))
    }

    fn call(&mut self, items: Items<'a>, span: Span) -> Result<Expr> {
        if items.len() == 0 {
            return Err(errors::empty_combination(span));
        }
        if items.tail.is_some() {
            return Err(errors::dotted_combination(span));
        }
        let head = self.scene.item(items, 0);
        let prim = self.called_prim(head, items.len() - 1)?;
        if let Some(error) = self.missing_keyword(head)? {
            self.scene.state.errors.push(error);
            return Ok(Expr { span, kind: unspecified() });
        }
        let head = match prim {
            Some(_) => None,
            None => Some(Box::new(self.expr(head)?)),
        };
        let mut arguments = Vec::with_capacity(items.len() - 1);
        for i in 1..items.len() {
            let item = self.scene.item(items, i);
            arguments.push(self.expr(item)?);
        }
        let kind = match (prim, head) {
            (Some(prim), _) => self.prim_call(prim, arguments),
            (None, Some(head)) => ExprKind::Call(head, arguments),
            (None, None) => unreachable!("without a primitive the head was expanded"),
        };
        Ok(Expr { span, kind })
    }

    /// The error if a form's head is a keyword that was not imported: the rest of the form would
    /// be misread then.
    fn missing_keyword(&mut self, head: Stx<'a>) -> Result<Option<Diagnostic>> {
        let Some((sym, scopes)) = self.scene.ident(head) else { return Ok(None) };
        if self.scene.binding(sym, scopes, head.span())?.is_some() || matches!(self.root_kind(scopes), Some(RootKind::Environment(_))) {
            return Ok(None);
        }
        let name = self.scene.state.symbols.name(sym).clone();
        if !Core::ALL.iter().any(|core| core.name() == &*name) {
            return Ok(None);
        }
        let mut error = self.unbound(sym, head.span());
        error.message = format!("{name} is a keyword that is not imported");
        Ok(Some(error))
    }

    /// The primitive that a call's head names, if it accepts the number of arguments.
    fn called_prim(&mut self, head: Stx<'a>, arguments: usize) -> Result<Option<PrimId>> {
        let Some((sym, scopes)) = self.scene.ident(head) else {
            return Ok(None);
        };
        Ok(match self.scene.binding(sym, scopes, head.span())? {
            Some(Binding::Prim(prim)) if prim.info().accepts(arguments) => Some(prim),
            _ => None,
        })
    }

    pub(crate) fn prim_call(&mut self, prim: PrimId, arguments: Vec<Expr>) -> ExprKind {
        if prim.info().inline == Inline::Control(Control::Capture) {
            self.captures = true;
        }
        ExprKind::PrimCall(prim, arguments)
    }

    fn atom(&mut self, datum: &Datum) -> Result<Expr> {
        if let DatumKind::Label(..) | DatumKind::Ref(_) = datum.kind {
            return Err(errors::circular_outside_quote(datum.span));
        }
        Ok(Expr { span: datum.span, kind: constant(datum.clone()) })
    }

    fn quote(&mut self, items: Items<'a>, span: Span) -> Result<Expr> {
        if items.len() != 2 {
            return Err(errors::malformed(Core::Quote, span));
        }
        let inner = self.scene.item(items, 1);
        self.quoted(inner, span)
    }

    /// A form as a constant.
    pub(crate) fn quoted(&mut self, stx: Stx<'a>, span: Span) -> Result<Expr> {
        let datum = self.scene.datum(stx)?;
        check_labels(&datum)?;
        Ok(Expr { span, kind: constant(datum) })
    }

    fn syntax_error(&mut self, items: Items<'a>, span: Span) -> Diagnostic {
        let mut texts = Vec::new();
        for i in 1..items.len() {
            let item = self.scene.item(items, i);
            match self.scene.datum(item) {
                Ok(datum) => texts.push(datum),
                Err(error) => return error,
            }
        }
        let message = match texts.first().map(|datum| &datum.kind) {
            Some(DatumKind::String(text)) => text.to_string(),
            _ => return errors::malformed(Core::SyntaxError, span),
        };
        let irritants: Vec<String> = texts[1..].iter().map(crate::print::write_datum).collect();
        errors::syntax_error(message, irritants.join(" "), span)
    }
}

pub(crate) fn constant(datum: Datum) -> ExprKind {
    ExprKind::Const(Literal::Datum(Arc::new(datum)))
}

pub(crate) fn unspecified() -> ExprKind {
    ExprKind::Const(Literal::Unspecified)
}

pub(crate) fn boolean(span: Span, value: bool) -> Expr {
    Expr { span, kind: constant(Datum::new(span, DatumKind::Bool(value))) }
}

pub(crate) fn index(span: Span, value: usize) -> Expr {
    Expr { span, kind: constant(Datum::new(span, DatumKind::Number(Number::Int(value as i64)))) }
}

/// Expressions in order; the only one of a single one.
pub(crate) fn sequence(span: Span, mut exprs: Vec<Expr>) -> Expr {
    match exprs.len() {
        0 => Expr { span, kind: unspecified() },
        1 => exprs.swap_remove(0),
        _ => Expr { span, kind: ExprKind::Seq(exprs) },
    }
}
