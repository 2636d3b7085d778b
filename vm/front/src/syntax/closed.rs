//! Closed units: the bodies of programs and libraries. All definitions are found before any
//! expression is expanded, so expressions may use what is defined, and macros what is
//! declared, further down. After an error the next form is tried: one run shows several.

use std::sync::Arc;

use super::binding::{Core, GlobalRef};
use super::errors;
use super::expand::{Expander, Place, Queue, Result, Step, sequence, unspecified};
use super::limits;
use super::state::State;
use super::stx::Stx;
use super::unit::UnitBuilder;
use crate::ir::{Expr, ExprKind, VarId};
use crate::source::Span;

/// Errors after which the rest of a unit is not looked at.
const ERRORS_MAX: usize = 20;

/// What is left of an expander when its storage goes.
pub(crate) struct Outcome<'c> {
    pub(crate) unit: UnitBuilder,
    pub(crate) state: &'c mut State,
}

impl<'c> Outcome<'c> {
    pub(crate) fn of(expander: Expander<'_, 'c>) -> Outcome<'c> {
        Outcome { unit: expander.unit, state: expander.scene.state }
    }
}

/// Expands the forms of a closed unit. Errors are left in the state.
pub(crate) fn closed_body<'a>(expander: &mut Expander<'a, '_>, forms: Vec<Stx<'a>>, span: Span) -> Expr {
    let frame = expander.frame;
    let mut steps = Vec::with_capacity(forms.len());
    for form in forms {
        let mut queue = Queue::top();
        queue.push(form);
        expander.scene.produced = 0;
        loop {
            match expander.next_step(&mut queue) {
                Ok(None) => break,
                Ok(Some(step)) => steps.push(step),
                Err(error) => {
                    expander.scene.state.errors.push(error);
                    expander.recover(frame);
                    break;
                }
            }
        }
        if expander.scene.state.errors.len() >= ERRORS_MAX {
            break;
        }
    }
    let mut exprs = Vec::with_capacity(steps.len());
    for step in steps {
        expander.scene.produced = 0;
        let done = exprs.len();
        if let Err(error) = expander.top_step(step, &mut exprs).and_then(|()| check_from(&mut exprs, done)) {
            expander.scene.state.errors.push(error);
            expander.recover(frame);
        }
        if expander.scene.state.errors.len() >= ERRORS_MAX {
            break;
        }
    }
    sequence(span, exprs)
}

/// Checks the nesting of the expressions from `done` on.
pub(crate) fn check_from(exprs: &mut Vec<Expr>, done: usize) -> Result<()> {
    let fresh = exprs.split_off(done);
    for expr in fresh {
        exprs.push(limits::check_nesting(expr)?);
    }
    Ok(())
}

impl<'a> Expander<'a, '_> {
    /// Expands a form of the top level.
    pub(crate) fn top_step(&mut self, step: Step<'a>, exprs: &mut Vec<Expr>) -> Result<()> {
        match step {
            Step::Define { place, name, value, span } => {
                let value = self.defined_value(&name, value, span)?;
                exprs.push(self.define_place(place, value, span));
            }
            Step::Values { places, rest, producer, span } => {
                let producer = self.expr(producer)?;
                exprs.push(self.top_values(&places, rest, producer, span));
            }
            Step::Record(spec) => {
                for (place, value) in self.record_values(spec)? {
                    let span = value.span;
                    exprs.push(self.define_place(place, value, span));
                }
            }
            Step::Expr(stx) => exprs.push(self.expr(stx)?),
            Step::Import(_, span) => return Err(errors::late_import(span)),
            Step::Library(stx) => {
                return Err(errors::not_top_level(Core::DefineLibrary, stx.span()));
            }
        }
        Ok(())
    }

    fn define_place(&mut self, place: Place, value: Expr, span: Span) -> Expr {
        let value = Box::new(value);
        let kind = match place {
            Place::Global(global) => ExprKind::Define(self.unit.global(global), value),
            Place::Again(global) => ExprKind::SetGlobal(self.unit.global(global), value),
            Place::Local(var) => ExprKind::Set(var, value),
        };
        Expr { span, kind }
    }

    /// `define-values` at top level: received into locals, defined from them.
    fn top_values(&mut self, places: &[Place], rest: Option<Place>, producer: Expr, span: Span) -> Expr {
        let mut definitions = Vec::with_capacity(places.len() + 1);
        let mut receive = |this: &mut Self, place: Place| -> VarId {
            let name = this.place_name(place);
            let temporary = this.unit.fresh(name);
            let value = Expr { span, kind: ExprKind::Local(temporary) };
            let definition = this.define_place(place, value, span);
            definitions.push(definition);
            temporary
        };
        let params: Vec<VarId> = places.iter().map(|&place| receive(self, place)).collect();
        let rest = rest.map(|place| receive(self, place));
        if definitions.is_empty() {
            definitions.push(Expr { span, kind: unspecified() });
        }
        let body = Box::new(sequence(span, definitions));
        Expr { span, kind: ExprKind::Receive { producer: Box::new(producer), params, rest, body } }
    }

    fn place_name(&self, place: Place) -> Arc<str> {
        match place {
            Place::Local(var) => self.unit.name(var).clone(),
            Place::Global(global) | Place::Again(global) => self.global_name(global),
        }
    }

    fn global_name(&self, global: GlobalRef) -> Arc<str> {
        use crate::ir::GlobalKey::*;
        match &self.scene.state.globals[global.0 as usize].key {
            Library(_, name) | Unit(name) | Interactive(_, name) => name.clone(),
        }
    }
}
