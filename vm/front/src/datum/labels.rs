//! Datum labels (R7RS 2.4): are all references defined, and which are circular?
//!
//! The reader leaves `#n=` and `#n#` in the tree, because heap-free data cannot be
//! circular. Whoever builds real objects (the loader of constants, `read`) resolves them;
//! the expander accepts circular ones only under `quote`.

use rustc_hash::FxHashMap;

use super::{Datum, DatumKind};
use crate::diag::Diagnostic;
use crate::source::Span;

/// The labels of one outermost datum.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Labels {
    /// All labels, in order of the text.
    pub defined: Vec<u32>,
    /// References inside the datum that they refer to, each with its label: the datum is
    /// circular there.
    pub circular: Vec<(u32, Span)>,
}

impl Labels {
    /// Whether the datum uses no labels, as nearly all do.
    pub fn is_empty(&self) -> bool {
        self.defined.is_empty()
    }
}

struct Definition {
    span: Span,
    /// Whether the walk is still inside the labelled datum.
    open: bool,
}

enum Visit<'a> {
    Enter(&'a Datum),
    Leave(u32),
}

/// Checks the labels of an outermost datum: each is defined once, before its references,
/// and stands for something.
pub fn check_labels(root: &Datum) -> Result<Labels, Diagnostic> {
    let mut labels = Labels::default();
    let mut table: FxHashMap<u32, Definition> = FxHashMap::default();
    let mut pending = vec![Visit::Enter(root)];
    while let Some(visit) = pending.pop() {
        let datum = match visit {
            Visit::Enter(datum) => datum,
            Visit::Leave(n) => {
                if let Some(definition) = table.get_mut(&n) {
                    definition.open = false;
                }
                continue;
            }
        };
        match &datum.kind {
            DatumKind::Label(n, inner) => {
                if let DatumKind::Ref(_) = inner.kind {
                    return Err(stands_for_reference(*n, datum.span));
                }
                if let Some(earlier) = table.insert(*n, Definition { span: datum.span, open: true }) {
                    return Err(defined_twice(*n, datum.span, earlier.span));
                }
                labels.defined.push(*n);
                pending.push(Visit::Leave(*n));
            }
            DatumKind::Ref(n) => match table.get(n) {
                None => return Err(undefined(*n, datum.span)),
                Some(definition) if definition.open => labels.circular.push((*n, datum.span)),
                Some(_) => {}
            },
            _ => {}
        }
        pending.extend(datum.children().rev().map(Visit::Enter));
    }
    Ok(labels)
}

fn stands_for_reference(n: u32, span: Span) -> Diagnostic {
    Diagnostic::error("E0118", format!("label #{n}= stands for a reference, not for a datum")).at(span)
}

fn defined_twice(n: u32, span: Span, earlier: Span) -> Diagnostic {
    Diagnostic::error("E0119", format!("label #{n}= is defined twice in one datum")).at(span).label(earlier, "first defined here")
}

fn undefined(n: u32, span: Span) -> Diagnostic {
    Diagnostic::error("E0120", format!("reference #{n}# has no label #{n}= before it")).at(span).note("a label is known from its definition to the end of the outermost datum")
}
