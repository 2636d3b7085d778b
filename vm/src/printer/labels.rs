//! Which values need datum labels.
//!
//! Most data is a small tree, so a short plain walk comes first: if it ends, nothing is
//! circular. Only then is every composite remembered, by address, in a depth-first walk whose
//! open nodes are exactly the ancestors of the current one.

use super::Sharing;
use crate::cx::Cx;
use crate::prims::lists::stop_requested;
use crate::prims::vectors::field_count;
use crate::val::Val;
use gambol_abi::layout::{Kind, condition};
use gambol_abi::value::Word;
use rustc_hash::FxHashMap;

/// Composites of the plain walk.
const PLAIN: usize = 1 << 10;
/// Composites between looks at the requests.
const STEPS: usize = 1 << 12;

/// Values that need labels, and the numbers of those met so far.
#[derive(Default)]
pub(super) struct Labels {
    numbers: FxHashMap<Word, Option<u32>>,
    next: u32,
}
/// What to print before a value.
pub(super) enum Label {
    None,
    First(u32),
    Again(u32),
}
impl Labels {
    /// Whether a value has a label.
    pub(super) fn has(&self, w: Word) -> bool {
        !self.numbers.is_empty() && self.numbers.contains_key(&w)
    }
    /// The label of a value that is about to be printed.
    pub(super) fn meet(&mut self, w: Word) -> Label {
        if self.numbers.is_empty() {
            return Label::None;
        }
        match self.numbers.get_mut(&w) {
            None => Label::None,
            Some(Some(n)) => Label::Again(*n),
            Some(number) => {
                let n = self.next;
                self.next += 1;
                *number = Some(n);
                Label::First(n)
            }
        }
    }
}

/// Pushes the values printed inside `v`, the last one first; false if there is no inside.
fn push_children<'a, T>(v: Val<'a>, pending: &mut Vec<T>, item: impl Fn(Val<'a>) -> T) -> bool {
    if v.is_pair() {
        pending.push(item(v.cdr()));
        pending.push(item(v.car()));
        return true;
    }
    match v.kind() {
        Some(Kind::Vector) => pending.extend((0..v.vector_len()).rev().map(|i| item(v.vector_ref(i)))),
        Some(Kind::Record) => pending.extend((0..field_count(v)).rev().map(|i| item(v.field(1 + i)))),
        Some(Kind::Box) => pending.push(item(v.field(0))),
        Some(Kind::Condition) => {
            pending.push(item(v.field(condition::IRRITANTS)));
            pending.push(item(v.field(condition::MESSAGE)));
        }
        _ => return false,
    }
    true
}
fn is_composite(v: Val<'_>) -> bool {
    v.is_pair() || matches!(v.kind(), Some(Kind::Vector | Kind::Record | Kind::Box | Kind::Condition))
}

/// Finds the values in `v` that need labels; `None` when a request came first.
pub(super) fn find<'a>(cx: &'a Cx<'_>, v: Val<'a>, sharing: Sharing) -> Option<Labels> {
    if sharing == Sharing::Ignore || !is_composite(v) || sharing == Sharing::Cycles && is_small_tree(v) {
        return Some(Labels::default());
    }
    enum Visit<'a> {
        Enter(Val<'a>),
        Leave(Word),
    }
    let mut open: FxHashMap<Word, bool> = FxHashMap::default();
    let mut labels = Labels::default();
    let mut pending = vec![Visit::Enter(v)];
    let mut steps = 0usize;
    while let Some(visit) = pending.pop() {
        match visit {
            Visit::Leave(w) => {
                open.insert(w, false);
            }
            Visit::Enter(v) if !is_composite(v) => {}
            Visit::Enter(v) => {
                match open.get(&v.word()) {
                    Some(&is_open) => {
                        if is_open || sharing == Sharing::All {
                            labels.numbers.insert(v.word(), None);
                        }
                        continue;
                    }
                    None => open.insert(v.word(), true),
                };
                pending.push(Visit::Leave(v.word()));
                push_children(v, &mut pending, Visit::Enter);
                steps += 1;
                if steps.is_multiple_of(STEPS) && stop_requested(cx) {
                    return None;
                }
            }
        }
    }
    Some(labels)
}
/// Whether a short walk reaches the end of `v`, which is then not circular.
fn is_small_tree(v: Val<'_>) -> bool {
    let mut pending = vec![v];
    let mut steps = 0;
    while let Some(v) = pending.pop() {
        if push_children(v, &mut pending, |c| c) {
            steps += 1;
            if steps == PLAIN || pending.len() > PLAIN {
                return false;
            }
        }
    }
    true
}
