//! `define-record-type` (R7RS 5.5), with the liberties of SRFI 131: `#f` for a constructor
//! or predicate that is not wanted, `#t` for the default constructor, a constructor's name
//! alone for one that takes all fields, a field's name alone for one without accessor.
//!
//! At top level the type is a constant of the unit; in a body each evaluation makes one.

use std::sync::Arc;

use super::{Expander, Place, Result, constant, index, unspecified};
use crate::datum::{Datum, DatumKind};
use crate::ir::{Clause, Expr, ExprKind, Lambda, Literal, VarId};
use crate::source::Span;
use crate::syntax::binding::Core;
use crate::syntax::errors;
use crate::syntax::stx::{Form, Items, Stx};

/// A record type definition whose names are bound.
pub(crate) struct RecordSpec {
    span: Span,
    /// Without the customary brackets.
    name: Arc<str>,
    place: Place,
    fields: Arc<[Arc<str>]>,
    /// Indices of the fields that the constructor takes.
    constructor: Option<(Place, Arc<str>, Vec<usize>)>,
    predicate: Option<(Place, Arc<str>)>,
    accessors: Vec<(Place, Arc<str>, usize)>,
    modifiers: Vec<(Place, Arc<str>, usize)>,
}

impl<'a> Expander<'a, '_> {
    /// Reads `(define-record-type name constructor predicate field ...)`.
    pub(super) fn record_spec(&mut self, items: Items<'a>, span: Span, top: bool) -> Result<RecordSpec> {
        let malformed = || errors::malformed(Core::DefineRecordType, span);
        if items.len() < 3 {
            return Err(malformed());
        }
        let type_name = self.scene.item(items, 1);
        let (place, name) = self.define_name(type_name, top)?;
        let name = unbracketed(&name);
        // `(define-record-type name #f predicate)` and the full form differ in nothing here.
        let mut fields = Vec::new();
        let mut field_parts = Vec::new();
        for i in 4..items.len() {
            let field = self.scene.item(items, i);
            let (field_name, parts) = match field.as_list() {
                Some(parts) if (1..=3).contains(&parts.len()) => (self.scene.item(parts, 0), Some(parts)),
                None => (field, None),
                _ => return Err(malformed()),
            };
            let Some(ident) = self.scene.ident(field_name) else {
                return Err(errors::expected("a field name", field_name));
            };
            let text = self.scene.state.symbols.name(ident.0).clone();
            if fields.iter().any(|&(other, _, _)| other == ident) {
                return Err(errors::duplicate(&text, field_name.span(), span));
            }
            fields.push((ident, text, i));
            field_parts.push(parts);
        }
        let constructor = self.scene.item(items, 2);
        let constructor = self.constructor_spec(constructor, &name, type_name, &fields, top)?;
        let predicate = match items.len() {
            3 => None,
            _ => {
                let predicate = self.scene.item(items, 3);
                if is_boolean(predicate, false) { None } else { Some(self.define_name(predicate, top)?) }
            }
        };
        let mut accessors = Vec::new();
        let mut modifiers = Vec::new();
        for (i, parts) in field_parts.into_iter().enumerate() {
            let Some(parts) = parts else { continue };
            if parts.len() > 1 {
                let accessor = self.scene.item(parts, 1);
                let (place, name) = self.define_name(accessor, top)?;
                accessors.push((place, name, i));
            }
            if parts.len() > 2 {
                let modifier = self.scene.item(parts, 2);
                let (place, name) = self.define_name(modifier, top)?;
                modifiers.push((place, name, i));
            }
        }
        let fields = fields.into_iter().map(|(_, text, _)| text).collect();
        Ok(RecordSpec { span, name, place, fields, constructor, predicate, accessors, modifiers })
    }

    #[expect(clippy::type_complexity, reason = "the pair of tables is local to this file")]
    fn constructor_spec(
        &mut self,
        stx: Stx<'a>,
        type_text: &str,
        type_name: Stx<'a>,
        fields: &[((crate::syntax::symbol::Sym, crate::syntax::scope::ScopeSet), Arc<str>, usize)],
        top: bool,
    ) -> Result<Option<(Place, Arc<str>, Vec<usize>)>> {
        if is_boolean(stx, false) {
            return Ok(None);
        }
        if is_boolean(stx, true) {
            let sym = self.scene.state.symbols.intern_str(&format!("make-{type_text}"));
            let name = Stx { form: Form::Ident(sym, type_name.span()), scopes: type_name.scopes };
            let (place, name) = self.define_name(name, top)?;
            return Ok(Some((place, name, (0..fields.len()).collect())));
        }
        let Some(parts) = stx.as_list() else {
            let (place, name) = self.define_name(stx, top)?;
            return Ok(Some((place, name, (0..fields.len()).collect())));
        };
        if parts.len() == 0 {
            return Err(errors::expected("a constructor", stx));
        }
        let name = self.scene.item(parts, 0);
        let (place, name) = self.define_name(name, top)?;
        let mut indices = Vec::with_capacity(parts.len() - 1);
        for i in 1..parts.len() {
            let field = self.scene.item(parts, i);
            let Some(ident) = self.scene.ident(field) else {
                return Err(errors::expected("a field name", field));
            };
            let text = self.scene.state.symbols.name(ident.0).clone();
            let Some(at) = fields.iter().position(|&(other, _, _)| other == ident) else {
                return Err(errors::unknown_field(&text, field.span()));
            };
            if indices.contains(&at) {
                return Err(errors::duplicate(&text, field.span(), stx.span()));
            }
            indices.push(at);
        }
        Ok(Some((place, name, indices)))
    }

    /// The values of everything a record type definition defines, the type first.
    pub(crate) fn record_values(&mut self, spec: RecordSpec) -> Result<Vec<(Place, Expr)>> {
        let span = spec.span;
        let at = |kind| Expr { span, kind };
        let mut values = Vec::new();
        let record_type = match spec.place {
            Place::Local(var) => {
                let make = self.prim("%make-record-type", span)?;
                let name = at(constant(Datum::symbol(span, spec.name.clone())));
                let fields = spec.fields.iter().map(|field| Datum::symbol(span, field.clone())).collect();
                let fields = at(constant(Datum::list(span, fields, None)));
                values.push((spec.place, at(ExprKind::PrimCall(make, vec![name, fields]))));
                ExprKind::Local(var)
            }
            Place::Global(_) | Place::Again(_) => {
                self.unit.record_types += 1;
                let id = self.unit.record_types - 1;
                let literal = Literal::RecordType { id, name: spec.name.clone(), fields: spec.fields.clone() };
                values.push((spec.place, at(ExprKind::Const(literal.clone()))));
                ExprKind::Const(literal)
            }
        };
        let record_type = || at(record_type.clone());
        if let Some((place, name, indices)) = spec.constructor {
            let make = self.prim("%make-record", span)?;
            let params: Vec<VarId> = indices.iter().map(|&i| self.unit.fresh(spec.fields[i].clone())).collect();
            let mut arguments = vec![record_type()];
            arguments.extend((0..spec.fields.len()).map(|field| match indices.iter().position(|&i| i == field) {
                Some(param) => at(ExprKind::Local(params[param])),
                None => at(unspecified()),
            }));
            values.push((place, procedure(span, name, params, at(ExprKind::PrimCall(make, arguments)))));
        }
        if let Some((place, name)) = spec.predicate {
            let test = self.prim("%record?", span)?;
            let object = self.unit.fresh("object".into());
            let body = at(ExprKind::PrimCall(test, vec![at(ExprKind::Local(object)), record_type()]));
            values.push((place, procedure(span, name, vec![object], body)));
        }
        for (place, name, field) in spec.accessors {
            let get = self.prim("%record-ref", span)?;
            let record = self.unit.fresh("record".into());
            let arguments = vec![at(ExprKind::Local(record)), record_type(), index(span, field)];
            values.push((place, procedure(span, name, vec![record], at(ExprKind::PrimCall(get, arguments)))));
        }
        for (place, name, field) in spec.modifiers {
            let put = self.prim("%record-set!", span)?;
            let record = self.unit.fresh("record".into());
            let value = self.unit.fresh("value".into());
            let arguments = vec![at(ExprKind::Local(record)), record_type(), index(span, field), at(ExprKind::Local(value))];
            values.push((place, procedure(span, name, vec![record, value], at(ExprKind::PrimCall(put, arguments)))));
        }
        Ok(values)
    }
}

fn procedure(span: Span, name: Arc<str>, params: Vec<VarId>, body: Expr) -> Expr {
    let clauses = vec![Clause { params, rest: None, body }];
    Expr { span, kind: ExprKind::Lambda(Box::new(Lambda { name: Some(name), clauses, no_inline: false })) }
}

/// `<point>` is called `point`.
fn unbracketed(name: &Arc<str>) -> Arc<str> {
    match name.strip_prefix('<').and_then(|name| name.strip_suffix('>')) {
        Some(inner) if !inner.is_empty() => inner.into(),
        _ => name.clone(),
    }
}

fn is_boolean(stx: Stx<'_>, value: bool) -> bool {
    stx.as_atom().is_some_and(|datum| matches!(datum.kind, DatumKind::Bool(b) if b == value))
}
