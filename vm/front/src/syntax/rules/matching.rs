//! Matching a macro use against the patterns of its rules (R7RS 4.3.2).

use super::{Ident, ListPattern, Pattern, Slot};
use crate::syntax::scene::Scene;
use crate::syntax::stx::{Items, Stx};

/// What a pattern variable stands for.
#[derive(Clone, Copy)]
pub(crate) enum Match<'a> {
    Unset,
    One(Stx<'a>),
    /// One ellipsis over a mere variable: the items themselves.
    Items(Items<'a>),
    Many(&'a [Match<'a>]),
}

impl<'a> Match<'a> {
    /// Number of repetitions; none for what is not repeated.
    pub(crate) fn len(self) -> usize {
        match self {
            Match::Unset | Match::One(_) => 0,
            Match::Items(items) => items.len(),
            Match::Many(matches) => matches.len(),
        }
    }

    /// Repetition `i`, which must exist.
    pub(crate) fn get(self, scene: &mut Scene<'a, '_>, i: usize) -> Match<'a> {
        match self {
            Match::Items(items) => Match::One(scene.item(items, i)),
            Match::Many(matches) => matches[i],
            other => other,
        }
    }
}

/// Matches the arguments of a use; `slots` receives what the variables stand for.
pub(super) fn match_arguments<'a>(scene: &mut Scene<'a, '_>, pattern: &ListPattern<Ident>, items: Items<'a>, slots: &mut [Match<'a>]) -> bool {
    match_items(scene, pattern, items, slots)
}

fn match_one<'a>(scene: &mut Scene<'a, '_>, pattern: &Pattern<Ident>, stx: Stx<'a>, slots: &mut [Match<'a>]) -> bool {
    match pattern {
        Pattern::Any => true,
        Pattern::Var(slot) => {
            slots[*slot as usize] = Match::One(stx);
            true
        }
        Pattern::Literal(literal) => scene.ident(stx).is_some_and(|ident| scene.same_meaning(ident, (literal.sym, literal.scopes))),
        Pattern::Datum(datum) => stx.as_atom().is_some_and(|atom| atom == datum),
        Pattern::List(list) => match stx.as_items() {
            Some(items) => match_items(scene, list, items, slots),
            // `(p ... . tail)` matches what is no list at all: an improper list of no items.
            None if list.before.is_empty() && list.after.is_empty() && list.repeat.is_some() && list.tail.is_some() => {
                let items = scene.stage.store.empty_items(Some(stx));
                match_items(scene, list, items, slots)
            }
            None => false,
        },
        Pattern::Vector(list) => stx.as_vector().is_some_and(|items| match_items(scene, list, items, slots)),
    }
}

fn match_items<'a>(scene: &mut Scene<'a, '_>, list: &ListPattern<Ident>, items: Items<'a>, slots: &mut [Match<'a>]) -> bool {
    let (before, after) = (list.before.len(), list.after.len());
    let fixed = before + after;
    if items.len() < fixed || list.repeat.is_none() && list.tail.is_none() && items.len() != fixed {
        return false;
    }
    for (i, pattern) in list.before.iter().enumerate() {
        let item = scene.item(items, i);
        if !match_one(scene, pattern, item, slots) {
            return false;
        }
    }
    let end = match &list.repeat {
        None => before,
        Some(repeat) => {
            let end = items.len() - after;
            if !match_repeat(scene, &repeat.pattern, &repeat.slots, items.range(before, end), slots) {
                return false;
            }
            for (i, pattern) in list.after.iter().enumerate() {
                let item = scene.item(items, end + i);
                if !match_one(scene, pattern, item, slots) {
                    return false;
                }
            }
            items.len()
        }
    };
    match &list.tail {
        None => items.tail.is_none(),
        Some(pattern) => {
            let rest = rest_of(scene, items, end);
            match_one(scene, pattern, rest, slots)
        }
    }
}

/// What follows the first `from` items: a list, the tail of an improper one, or `()`.
fn rest_of<'a>(scene: &mut Scene<'a, '_>, items: Items<'a>, from: usize) -> Stx<'a> {
    if from == items.len()
        && let Some(tail) = items.tail(&mut scene.state.scopes)
    {
        return tail;
    }
    let span = match from < items.len() {
        true => scene.item(items, from).span().to(scene.item(items, items.len() - 1).span()),
        false => crate::source::Span::NONE,
    };
    scene.stage.store.relist(&mut scene.state.scopes, span, items.from(from))
}

fn match_repeat<'a>(scene: &mut Scene<'a, '_>, pattern: &Pattern<Ident>, repeated: &[Slot], items: Items<'a>, slots: &mut [Match<'a>]) -> bool {
    if let Pattern::Var(slot) = pattern {
        slots[*slot as usize] = Match::Items(items);
        return true;
    }
    let mut columns: Vec<Vec<Match<'a>>> = vec![Vec::with_capacity(items.len()); repeated.len()];
    for i in 0..items.len() {
        let item = scene.item(items, i);
        if !match_one(scene, pattern, item, slots) {
            return false;
        }
        for (column, &slot) in columns.iter_mut().zip(repeated) {
            column.push(slots[slot as usize]);
        }
    }
    for (column, &slot) in columns.into_iter().zip(repeated) {
        slots[slot as usize] = Match::Many(scene.stage.matches.alloc_extend(column));
    }
    true
}
