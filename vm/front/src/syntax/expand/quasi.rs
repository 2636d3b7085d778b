//! Quasiquotation (R7RS 4.2.8): nested, in vectors, spliced, in tails.
//!
//! Parts without anything unquoted stay constants. Lists are built with `cons`, `append`
//! and `list`, called as primitives whatever those names mean in the program.

use super::{Expander, Result, constant};
use crate::datum::{Datum, DatumKind};
use crate::ir::{Expr, ExprKind};
use crate::source::Span;
use crate::syntax::binding::Core;
use crate::syntax::errors;
use crate::syntax::stx::{Items, Stx};

/// An element of a list template.
enum Element {
    Constant,
    Value(Expr),
    Spliced(Expr),
}

impl<'a> Expander<'a, '_> {
    pub(super) fn quasiquote(&mut self, items: Items<'a>, span: Span) -> Result<Expr> {
        if items.len() != 2 {
            return Err(errors::malformed(Core::Quasiquote, span));
        }
        let template = self.scene.item(items, 1);
        match self.template(template, 1)? {
            Some(expr) => Ok(expr),
            None => self.quoted(template, span),
        }
    }

    /// The expression that builds a template; none if it is a constant.
    fn template(&mut self, stx: Stx<'a>, depth: u32) -> Result<Option<Expr>> {
        self.enter(stx.span())?;
        let expr = self.template_inside(stx, depth);
        self.leave();
        expr
    }

    fn template_inside(&mut self, stx: Stx<'a>, depth: u32) -> Result<Option<Expr>> {
        let span = stx.span();
        if let Some(items) = stx.as_vector() {
            let Some(list) = self.list_template(items, depth, span)? else {
                return Ok(None);
            };
            let convert = self.prim("list->vector", span)?;
            return Ok(Some(Expr { span, kind: ExprKind::PrimCall(convert, vec![list]) }));
        }
        let Some(items) = stx.as_items().filter(|items| items.len() > 0) else {
            return Ok(None);
        };
        match self.nesting_keyword(items) {
            Some(Core::UnquoteSplicing) if depth == 1 => Err(errors::auxiliary(Core::UnquoteSplicing, span)),
            Some(core) => self.keyword_template(core, items, depth, span),
            None => self.list_template(items, depth, span),
        }
    }

    /// The keyword at the head of `(keyword form)`, if it changes the depth of nesting.
    fn nesting_keyword(&mut self, items: Items<'a>) -> Option<Core> {
        if items.len() != 2 || items.tail.is_some() {
            return None;
        }
        let head = self.scene.item(items, 0);
        [Core::Unquote, Core::UnquoteSplicing, Core::Quasiquote].into_iter().find(|&core| self.scene.is_keyword(head, core))
    }

    /// `(unquote form)` and the like, outside of lists that splice.
    fn keyword_template(&mut self, core: Core, items: Items<'a>, depth: u32, span: Span) -> Result<Option<Expr>> {
        let inner = self.scene.item(items, 1);
        let depth = match core {
            Core::Quasiquote => depth + 1,
            _ if depth == 1 => return self.expr(inner).map(Some),
            _ => depth - 1,
        };
        let Some(inner) = self.template(inner, depth)? else {
            return Ok(None);
        };
        let keyword = self.scene.item(items, 0);
        let keyword = self.quoted(keyword, span)?;
        let list = self.prim("list", span)?;
        Ok(Some(Expr { span, kind: ExprKind::PrimCall(list, vec![keyword, inner]) }))
    }

    fn list_template(&mut self, items: Items<'a>, depth: u32, span: Span) -> Result<Option<Expr>> {
        // `(a . ,b)` reads as `(a unquote b)`.
        let mut end = items.len();
        let mut tail = items.tail(&mut self.scene.state.scopes);
        if end >= 3 && self.nesting_keyword(items.from(end - 2)).is_some() {
            end -= 2;
            tail = Some(self.scene.stage.store.relist(&mut self.scene.state.scopes, span, items.from(end)));
        }
        let mut elements = Vec::with_capacity(end);
        for i in 0..end {
            let item = self.scene.item(items, i);
            elements.push(self.element(item, depth)?);
        }
        let tail_expr = match tail {
            Some(tail) => self.template(tail, depth)?,
            None => None,
        };
        if tail_expr.is_none() && elements.iter().all(|element| matches!(element, Element::Constant)) {
            return Ok(None);
        }
        let proper = tail.is_none();
        if proper && elements.iter().all(|element| matches!(element, Element::Value(_))) {
            let list = self.prim("list", span)?;
            let values = elements.into_iter().filter_map(|element| match element {
                Element::Value(value) => Some(value),
                _ => None,
            });
            return Ok(Some(Expr { span, kind: ExprKind::PrimCall(list, values.collect()) }));
        }
        self.join(items, elements, tail_expr, span).map(Some)
    }

    /// Builds the list from its elements and tail, from the end.
    fn join(&mut self, items: Items<'a>, elements: Vec<Element>, tail: Option<Expr>, span: Span) -> Result<Expr> {
        let (cons, append) = (self.prim("cons", span)?, self.prim("append", span)?);
        let mut rest = tail;
        // Without `rest`, the items from here on are constant.
        let mut constant_from = elements.len();
        for (i, element) in elements.into_iter().enumerate().rev() {
            let value = match element {
                Element::Constant if rest.is_none() => {
                    constant_from = i;
                    continue;
                }
                Element::Constant => {
                    let item = self.scene.item(items, i);
                    (cons, self.quoted(item, item.span())?)
                }
                Element::Value(value) => (cons, value),
                Element::Spliced(value) if rest.is_none() && constant_from == items.len() && items.tail.is_none() => {
                    rest = Some(value);
                    continue;
                }
                Element::Spliced(value) => (append, value),
            };
            let following = match rest.take() {
                Some(rest) => rest,
                None => self.constant_rest(items, constant_from, span)?,
            };
            let (prim, value) = value;
            rest = Some(Expr { span, kind: ExprKind::PrimCall(prim, vec![value, following]) });
        }
        match rest {
            Some(list) => Ok(list),
            None => self.constant_rest(items, constant_from, span),
        }
    }

    fn constant_rest(&mut self, items: Items<'a>, from: usize, span: Span) -> Result<Expr> {
        if from == items.len() {
            return match items.tail(&mut self.scene.state.scopes) {
                Some(tail) => self.quoted(tail, span),
                None => Ok(Expr { span, kind: constant(Datum::new(span, DatumKind::Null)) }),
            };
        }
        let rest = self.scene.stage.store.relist(&mut self.scene.state.scopes, span, items.from(from));
        self.quoted(rest, span)
    }

    fn element(&mut self, item: Stx<'a>, depth: u32) -> Result<Element> {
        let splicing = match item.as_list() {
            Some(items) => self.nesting_keyword(items) == Some(Core::UnquoteSplicing) && depth == 1,
            None => false,
        };
        if splicing && let Some(items) = item.as_list() {
            let inner = self.scene.item(items, 1);
            return self.expr(inner).map(Element::Spliced);
        }
        Ok(match self.template(item, depth)? {
            Some(expr) => Element::Value(expr),
            None => Element::Constant,
        })
    }
}
