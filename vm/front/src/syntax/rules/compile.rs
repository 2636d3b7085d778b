//! From the text of a `syntax-rules` form to compiled rules.

use rustc_hash::FxHashMap;

use super::{Element, Ident, ListPattern, Pattern, Repeat, Rule, Rules, Slot, Template};
use crate::diag::Diagnostic;
use crate::source::Span;
use crate::syntax::binding::Core;
use crate::syntax::errors;
use crate::syntax::limits::NESTING_MAX;
use crate::syntax::scene::Scene;
use crate::syntax::scope::ScopeSet;
use crate::syntax::stx::{Items, Stx};
use crate::syntax::symbol::Sym;

/// Compiles `(syntax-rules [ellipsis] (literal ...) (pattern template) ...)`.
pub(crate) fn compile<'a>(scene: &mut Scene<'a, '_>, form: Stx<'a>) -> Result<Rules<Ident>, Diagnostic> {
    let span = form.span();
    let items = form.as_list().filter(|items| items.len() >= 2).ok_or_else(|| errors::malformed(Core::SyntaxRules, span))?;
    let mut next = 1;
    let first = scene.item(items, 1);
    let ellipsis = scene.ident(first);
    if ellipsis.is_some() {
        next = 2;
    }
    if items.len() <= next {
        return Err(errors::malformed(Core::SyntaxRules, span));
    }
    let listed = scene.item(items, next);
    let listed = listed.as_list().ok_or_else(|| errors::expected("a list of literals", listed))?;
    let mut literals = Vec::new();
    for i in 0..listed.len() {
        let literal = scene.item(listed, i);
        let (sym, scopes) = scene.ident(literal).ok_or_else(|| errors::expected("an identifier as literal", literal))?;
        literals.push(Ident { sym, scopes });
    }
    let mut rules = Vec::new();
    for i in next + 1..items.len() {
        let rule = scene.item(items, i);
        let compiler = RuleCompiler {
            scene,
            ellipsis,
            literals: &literals,
            vars: FxHashMap::default(),
            names: Vec::new(),
            path: Vec::new(),
            ellipses: 0,
            stack: Vec::new(),
            uses: Vec::new(),
            levels: 0,
            escaped: false,
            depth: 0,
        };
        rules.push(compiler.rule(rule)?);
    }
    Ok(Rules { rules, span })
}

/// A pattern variable: its slot and the pattern's ellipses around it, outermost first.
#[derive(Clone)]
struct Var {
    slot: Slot,
    path: Vec<u16>,
}

/// A use of a pattern variable in the template.
struct Use {
    var: Var,
    /// The template's ellipses around it, outermost first.
    levels: Vec<u16>,
}

struct RuleCompiler<'r, 'a, 'c> {
    scene: &'r mut Scene<'a, 'c>,
    /// The custom ellipsis, if one is given.
    ellipsis: Option<(Sym, ScopeSet)>,
    literals: &'r [Ident],
    vars: FxHashMap<(Sym, ScopeSet), Var>,
    names: Vec<Sym>,
    /// Ellipses of the pattern around the current place.
    path: Vec<u16>,
    ellipses: u16,
    /// Ellipses of the template around the current place.
    stack: Vec<u16>,
    uses: Vec<Use>,
    levels: u16,
    /// Inside `(... template)`.
    escaped: bool,
    depth: u32,
}

impl<'a> RuleCompiler<'_, 'a, '_> {
    fn rule(mut self, rule: Stx<'a>) -> Result<Rule<Ident>, Diagnostic> {
        let parts = rule.as_list().filter(|parts| parts.len() == 2);
        let parts = parts.ok_or_else(|| errors::expected("a rule of the form (pattern template)", rule))?;
        let pattern = self.scene.item(parts, 0);
        // The keyword's own place in the pattern matches anything and binds nothing.
        let items = pattern.as_items().filter(|items| items.len() >= 1);
        let items = items.ok_or_else(|| errors::expected("a pattern that is a list starting with the keyword", pattern))?;
        let pattern = self.list_pattern(items.from(1))?;
        let template = self.scene.item(parts, 1);
        let span = template.span();
        let template = self.template(template)?;
        let drivers = self.drivers(span)?;
        Ok(Rule { pattern, template, slots: self.names.len() as Slot, drivers })
    }

    fn enter(&mut self, span: Span) -> Result<(), Diagnostic> {
        self.depth += 1;
        if self.depth > NESTING_MAX { Err(errors::too_deep(span)) } else { Ok(()) }
    }

    fn is_literal(&self, ident: (Sym, ScopeSet)) -> bool {
        self.literals.iter().any(|literal| (literal.sym, literal.scopes) == ident)
    }

    fn is_ellipsis(&mut self, stx: Stx<'a>) -> bool {
        if self.escaped {
            return false;
        }
        let Some(ident) = self.scene.ident(stx) else {
            return false;
        };
        match self.ellipsis {
            Some(custom) => ident == custom && !self.is_literal(ident),
            None => !self.is_literal(ident) && self.scene.is_keyword(stx, Core::Ellipsis),
        }
    }

    fn pattern(&mut self, stx: Stx<'a>) -> Result<Pattern<Ident>, Diagnostic> {
        self.enter(stx.span())?;
        let pattern = if let Some(ident) = self.scene.ident(stx) {
            self.ident_pattern(stx, ident)?
        } else if let Some(items) = stx.as_items() {
            Pattern::List(Box::new(self.list_pattern(items)?))
        } else if let Some(items) = stx.as_vector() {
            Pattern::Vector(Box::new(self.list_pattern(items)?))
        } else {
            Pattern::Datum(self.scene.datum(stx)?)
        };
        self.depth -= 1;
        Ok(pattern)
    }

    fn ident_pattern(&mut self, stx: Stx<'a>, ident: (Sym, ScopeSet)) -> Result<Pattern<Ident>, Diagnostic> {
        if self.is_literal(ident) {
            return Ok(Pattern::Literal(Ident { sym: ident.0, scopes: ident.1 }));
        }
        if self.is_ellipsis(stx) {
            return Err(errors::misplaced_ellipsis(stx.span()));
        }
        if self.scene.is_keyword(stx, Core::Underscore) {
            return Ok(Pattern::Any);
        }
        let slot = Slot::try_from(self.names.len()).ok().filter(|&slot| slot < Slot::MAX);
        let slot = slot.ok_or_else(|| errors::too_many_pattern_variables(stx.span()))?;
        let var = Var { slot, path: self.path.clone() };
        if self.vars.insert(ident, var).is_some() {
            return Err(errors::duplicate_pattern_variable(self.scene.state.symbols.name(ident.0), stx.span()));
        }
        self.names.push(ident.0);
        Ok(Pattern::Var(slot))
    }

    fn list_pattern(&mut self, items: Items<'a>) -> Result<ListPattern<Ident>, Diagnostic> {
        let mut list = ListPattern { before: Vec::new(), repeat: None, after: Vec::new(), tail: None };
        let mut i = 0;
        while i < items.len() {
            let item = self.scene.item(items, i);
            let repeated = i + 1 < items.len() && {
                let next = self.scene.item(items, i + 1);
                self.is_ellipsis(next)
            };
            if repeated {
                if list.repeat.is_some() {
                    return Err(errors::second_ellipsis(item.span()));
                }
                list.repeat = Some(self.repeat(item)?);
                i += 2;
                continue;
            }
            let pattern = self.pattern(item)?;
            let part = if list.repeat.is_some() { &mut list.after } else { &mut list.before };
            part.push(pattern);
            i += 1;
        }
        if let Some(tail) = items.tail(&mut self.scene.state.scopes) {
            list.tail = Some(self.pattern(tail)?);
        }
        Ok(list)
    }

    fn repeat(&mut self, item: Stx<'a>) -> Result<Repeat<Ident>, Diagnostic> {
        let first = self.names.len() as Slot;
        self.path.push(self.ellipses);
        self.ellipses = self.ellipses.checked_add(1).ok_or_else(|| errors::too_many_pattern_variables(item.span()))?;
        let pattern = self.pattern(item)?;
        self.path.pop();
        Ok(Repeat { pattern, slots: (first..self.names.len() as Slot).collect() })
    }

    fn template(&mut self, stx: Stx<'a>) -> Result<Template<Ident>, Diagnostic> {
        self.enter(stx.span())?;
        let template = if let Some(ident) = self.scene.ident(stx) {
            self.ident_template(stx, ident)?
        } else if let Some(items) = stx.as_items() {
            self.list_template(items)?
        } else if let Some(items) = stx.as_vector() {
            Template::Vector(self.elements(items)?)
        } else {
            Template::Datum(self.scene.datum(stx)?)
        };
        self.depth -= 1;
        Ok(template)
    }

    fn ident_template(&mut self, stx: Stx<'a>, ident: (Sym, ScopeSet)) -> Result<Template<Ident>, Diagnostic> {
        if let Some(var) = self.vars.get(&ident) {
            let var = var.clone();
            if var.path.len() > self.stack.len() {
                return Err(errors::missing_ellipsis(self.scene.state.symbols.name(ident.0), stx.span()));
            }
            let slot = var.slot;
            self.uses.push(Use { var, levels: self.stack.clone() });
            return Ok(Template::Var(slot));
        }
        if self.is_ellipsis(stx) {
            return Err(errors::misplaced_ellipsis(stx.span()));
        }
        Ok(Template::Ident(Ident { sym: ident.0, scopes: ident.1 }))
    }

    fn list_template(&mut self, items: Items<'a>) -> Result<Template<Ident>, Diagnostic> {
        if items.len() > 0 {
            let head = self.scene.item(items, 0);
            if self.is_ellipsis(head) {
                return self.escape(items, head);
            }
        }
        let elements = self.elements(items)?;
        let tail = items.tail(&mut self.scene.state.scopes);
        let tail = tail.map(|tail| self.template(tail).map(Box::new)).transpose()?;
        Ok(Template::List(elements, tail))
    }

    /// `(... template)`: the ellipsis means itself inside.
    fn escape(&mut self, items: Items<'a>, head: Stx<'a>) -> Result<Template<Ident>, Diagnostic> {
        if items.len() != 2 || items.tail.is_some() {
            return Err(errors::misplaced_ellipsis(head.span()));
        }
        let inner = self.scene.item(items, 1);
        self.escaped = true;
        let template = self.template(inner);
        self.escaped = false;
        template
    }

    fn elements(&mut self, items: Items<'a>) -> Result<Vec<Element<Ident>>, Diagnostic> {
        let mut elements = Vec::with_capacity(items.len());
        let mut i = 0;
        while i < items.len() {
            let item = self.scene.item(items, i);
            i += 1;
            let mut levels = Vec::new();
            while i < items.len() {
                let next = self.scene.item(items, i);
                if !self.is_ellipsis(next) {
                    break;
                }
                levels.push(self.levels);
                self.levels = self.levels.checked_add(1).ok_or_else(|| errors::too_many_pattern_variables(next.span()))?;
                i += 1;
            }
            let outside = self.stack.len();
            self.stack.extend(&levels);
            let template = self.template(item)?;
            self.stack.truncate(outside);
            elements.push(Element { template, levels });
        }
        Ok(elements)
    }

    /// Decides which variables advance with which ellipsis of the template. A variable under
    /// as many ellipses as in the pattern advances with each. One under more advances with
    /// those that iterate the same part of the input, if such are there, as `a` in
    /// `(a b ...) ... => ((a b) ...) ...`, else with the innermost.
    fn drivers(&mut self, span: Span) -> Result<Vec<Vec<Slot>>, Diagnostic> {
        let mut drivers = vec![Vec::new(); self.levels as usize];
        // The pattern's ellipsis that each of the template's follows.
        let mut follows: Vec<Vec<u16>> = vec![Vec::new(); self.levels as usize];
        let (exact, deeper): (Vec<&Use>, Vec<&Use>) = self.uses.iter().partition(|used| used.levels.len() == used.var.path.len());
        for used in exact {
            for (&level, &ellipsis) in used.levels.iter().zip(&used.var.path) {
                follows[level as usize].push(ellipsis);
                add(&mut drivers[level as usize], used.var.slot);
            }
        }
        for used in deeper {
            let depth = used.var.path.len();
            let outer = used.levels.iter().zip(&used.var.path).all(|(&level, ellipsis)| follows[level as usize].contains(ellipsis));
            let levels = if outer { &used.levels[..depth] } else { &used.levels[used.levels.len() - depth..] };
            for &level in levels {
                add(&mut drivers[level as usize], used.var.slot);
            }
        }
        if drivers.iter().any(Vec::is_empty) {
            return Err(errors::nothing_to_repeat(span));
        }
        Ok(drivers)
    }
}

fn add(slots: &mut Vec<Slot>, slot: Slot) {
    if !slots.contains(&slot) {
        slots.push(slot);
    }
}
