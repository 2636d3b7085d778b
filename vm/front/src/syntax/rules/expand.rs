//! Running `syntax-rules`: find the first rule that matches, build its template.

use super::matching::{Match, match_arguments};
use super::{Element, Ident, Rule, Rules, Template};
use crate::diag::Diagnostic;
use crate::source::Span;
use crate::syntax::errors;
use crate::syntax::scene::Scene;
use crate::syntax::scope::{Scope, ScopeSet};
use crate::syntax::stx::{Form, Stx};
use crate::syntax::transformer::Transformer;

impl Transformer for Rules<Ident> {
    fn transform<'a>(&self, scene: &mut Scene<'a, '_>, form: Stx<'a>, intro: Scope) -> Result<Stx<'a>, Diagnostic> {
        let span = form.span();
        let items = form.as_items().filter(|items| items.len() >= 1).ok_or_else(|| errors::bare_keyword(scene, form))?;
        let arguments = items.from(1);
        let mut slots = Vec::new();
        for rule in &self.rules {
            slots.clear();
            slots.resize(rule.slots as usize, Match::Unset);
            if match_arguments(scene, &rule.pattern, arguments, &mut slots) {
                let mut builder = Builder { scene, rule, slots, intro, span, marked: None };
                return builder.build(&rule.template);
            }
        }
        let keyword = scene.item(items, 0);
        Err(errors::no_rule(scene, keyword, form, self))
    }

    fn as_rules(&self) -> Option<&Rules<Ident>> {
        Some(self)
    }
}

struct Builder<'b, 'a, 'c> {
    scene: &'b mut Scene<'a, 'c>,
    rule: &'b Rule<Ident>,
    slots: Vec<Match<'a>>,
    intro: Scope,
    span: Span,
    /// The last set that got the introduction scope, and the outcome: most identifiers of a
    /// template have the same set.
    marked: Option<(ScopeSet, ScopeSet)>,
}

impl<'a> Builder<'_, 'a, '_> {
    fn build(&mut self, template: &Template<Ident>) -> Result<Stx<'a>, Diagnostic> {
        match template {
            Template::Ident(ident) => Ok(self.ident(ident)),
            Template::Var(slot) => match self.slots[*slot as usize] {
                Match::One(stx) => Ok(stx),
                _ => unreachable!("the rule compiler gives every variable its ellipses"),
            },
            Template::Datum(datum) => {
                let mut datum = datum.clone();
                datum.span = self.span;
                Ok(Stx::source(self.scene.stage.store.datum(datum), ScopeSet::EMPTY))
            }
            Template::List(elements, tail) => {
                let items = self.elements(elements)?;
                let tail = tail.as_ref().map(|tail| self.build(tail)).transpose()?;
                self.scene.produce(items.len() + 1, self.span)?;
                Ok(self.scene.stage.store.list(&mut self.scene.state.scopes, self.span, items, tail))
            }
            Template::Vector(elements) => {
                let items = self.elements(elements)?;
                self.scene.produce(items.len() + 1, self.span)?;
                Ok(self.scene.stage.store.vector(self.span, items))
            }
        }
    }

    fn ident(&mut self, ident: &Ident) -> Stx<'a> {
        let scopes = match self.marked {
            Some((plain, marked)) if plain == ident.scopes => marked,
            _ => {
                let marked = self.scene.state.scopes.add(ident.scopes, self.intro);
                self.marked = Some((ident.scopes, marked));
                marked
            }
        };
        Stx { form: Form::Ident(ident.sym, self.span), scopes }
    }

    fn elements(&mut self, elements: &[Element<Ident>]) -> Result<Vec<Stx<'a>>, Diagnostic> {
        let mut items = Vec::with_capacity(elements.len());
        for element in elements {
            if element.levels.is_empty() {
                items.push(self.build(&element.template)?);
            } else {
                self.repeat(&element.template, &element.levels, &mut items)?;
            }
        }
        Ok(items)
    }

    fn repeat(&mut self, template: &Template<Ident>, levels: &[u16], items: &mut Vec<Stx<'a>>) -> Result<(), Diagnostic> {
        let Some((&level, inner)) = levels.split_first() else {
            items.push(self.build(template)?);
            return Ok(());
        };
        if let (Template::Var(slot), []) = (template, inner)
            && let Match::Items(matched) = self.slots[*slot as usize]
        {
            self.scene.produce(matched.len(), self.span)?;
            items.extend((0..matched.len()).map(|i| matched.get(&mut self.scene.state.scopes, i)));
            return Ok(());
        }
        let rule = self.rule;
        let drivers = &rule.drivers[level as usize];
        let whole: Vec<Match<'a>> = drivers.iter().map(|&slot| self.slots[slot as usize]).collect();
        let count = whole[0].len();
        if whole.iter().any(|column| column.len() != count) {
            return Err(errors::uneven_repetition(self.span, &whole.iter().map(|column| column.len()).collect::<Vec<_>>()));
        }
        for i in 0..count {
            for (&slot, column) in drivers.iter().zip(&whole) {
                self.slots[slot as usize] = column.get(self.scene, i);
            }
            self.repeat(template, inner, items)?;
        }
        for (&slot, column) in drivers.iter().zip(whole) {
            self.slots[slot as usize] = column;
        }
        Ok(())
    }
}
