//! What identifiers mean: bindings, and the tables that say which binding an identifier has.
//!
//! An identifier refers to the binding of its symbol whose scopes are the greatest subset of
//! the identifier's. Top-level bindings are kept per root (library, program, environment)
//! for as long as the compiler lives, because macros may refer to them from afar. Local
//! ones are kept per symbol as a stack and taken back when their form has been expanded, so
//! look-up costs the depth of shadowing, not the size of the program.

use gambol_abi::prims::PrimId;
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

use super::scope::{Frame, Root, ScopeSet, Scopes};
use super::symbol::Sym;
use crate::ir::VarId;
use crate::source::Span;

macro_rules! core_forms {
    ($($variant:ident $name:literal)*) => {
        /// A form the expander knows itself, or a keyword that such forms look for.
        #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
        pub(crate) enum Core { $(#[doc = $name] $variant),* }
        impl Core {
            pub(crate) const ALL: &[Core] = &[$(Core::$variant),*];
            pub(crate) fn name(self) -> &'static str {
                match self { $(Core::$variant => $name),* }
            }
        }
    };
}
core_forms! {
    Quote "quote" Quasiquote "quasiquote" Lambda "lambda" CaseLambda "case-lambda"
    Let "let" LetStar "let*" Letrec "letrec" LetrecStar "letrec*"
    LetValues "let-values" LetStarValues "let*-values"
    Define "define" DefineValues "define-values" Set "set!" If "if" Begin "begin"
    Cond "cond" Case "case" And "and" Or "or" When "when" Unless "unless" Do "do"
    DefineRecordType "define-record-type" DefineSyntax "define-syntax"
    LetSyntax "let-syntax" LetrecSyntax "letrec-syntax" SyntaxRules "syntax-rules"
    SyntaxError "syntax-error" Include "include" IncludeCi "include-ci"
    CondExpand "cond-expand" Import "import" DefineLibrary "define-library" Export "export"
    Else "else" Arrow "=>" Ellipsis "..." Underscore "_"
    Unquote "unquote" UnquoteSplicing "unquote-splicing"
}

impl Core {
    /// Whether the keyword means something only inside other forms.
    pub(crate) fn is_auxiliary(self) -> bool {
        use Core::*;
        matches!(self, Else | Arrow | Ellipsis | Underscore | Unquote | UnquoteSplicing)
    }
}

/// A top-level variable by number, across all units of a compiler.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(crate) struct GlobalRef(pub(crate) u32);

/// A macro by number.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(crate) struct MacroRef(pub(crate) u32);

/// What an identifier means.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Binding {
    Local(VarId),
    Global(GlobalRef),
    Prim(PrimId),
    Core(Core),
    Macro(MacroRef),
}

/// A top-level binding with what the image and messages need.
#[derive(Clone, Copy, Debug)]
pub(crate) struct TopEntry {
    pub(crate) scopes: ScopeSet,
    pub(crate) binding: Binding,
    /// Imported rather than defined.
    pub(crate) imported: bool,
    /// Of the definition or import.
    pub(crate) span: Span,
}

#[derive(Clone, Copy)]
struct LocalEntry {
    scopes: ScopeSet,
    binding: Binding,
    frame: Frame,
    span: Span,
}

/// What a look-up found.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Resolution {
    Bound(Binding),
    Unbound,
    /// Two bindings fit and neither is nearer.
    Ambiguous,
}

/// Top-level bindings by root and symbol.
#[derive(Default)]
pub(crate) struct TopTable {
    roots: Vec<FxHashMap<Sym, Vec<TopEntry>>>,
}

impl TopTable {
    pub(crate) fn add_root(&mut self) -> Root {
        self.roots.push(FxHashMap::default());
        Root((self.roots.len() - 1) as u32)
    }

    pub(crate) fn entries(&self, root: Root, sym: Sym) -> &[TopEntry] {
        self.roots.get(root.0 as usize).and_then(|table| table.get(&sym)).map_or(&[], |entries| entries)
    }

    /// The entry with exactly these scopes.
    pub(crate) fn exact(&self, root: Root, sym: Sym, scopes: ScopeSet) -> Option<TopEntry> {
        self.entries(root, sym).iter().find(|entry| entry.scopes == scopes).copied()
    }

    /// Adds a binding; one with the same scopes is replaced.
    pub(crate) fn insert(&mut self, root: Root, sym: Sym, entry: TopEntry) {
        let entries = self.roots[root.0 as usize].entry(sym).or_default();
        match entries.iter_mut().find(|old| old.scopes == entry.scopes) {
            Some(old) => *old = entry,
            None => entries.push(entry),
        }
    }

    pub(crate) fn symbols(&self, root: Root) -> impl Iterator<Item = (Sym, &[TopEntry])> {
        self.roots.get(root.0 as usize).into_iter().flatten().map(|(&sym, entries)| (sym, &entries[..]))
    }
}

/// Local bindings in force, innermost last.
#[derive(Default)]
pub(crate) struct Locals {
    by_symbol: Vec<Vec<LocalEntry>>,
    trail: Vec<Sym>,
}

/// A point to go back to.
#[derive(Clone, Copy)]
pub(crate) struct Mark(usize);

impl Locals {
    pub(crate) fn mark(&self) -> Mark {
        Mark(self.trail.len())
    }

    /// Takes back all bindings since `mark`.
    pub(crate) fn release(&mut self, mark: Mark) {
        for sym in self.trail.drain(mark.0..).rev() {
            self.by_symbol[sym.0 as usize].pop();
        }
    }

    /// Binds an identifier. If the same identifier is bound in this frame already, nothing
    /// is done and the place of the earlier binding is returned.
    pub(crate) fn bind(&mut self, sym: Sym, scopes: ScopeSet, binding: Binding, frame: Frame, span: Span) -> Result<(), Span> {
        let index = sym.0 as usize;
        if self.by_symbol.len() <= index {
            self.by_symbol.resize_with(index + 1, Vec::new);
        }
        let entries = &mut self.by_symbol[index];
        // A scope belongs to one binding form, so an equal set means the same form.
        if let Some(earlier) = entries.iter().rev().find(|entry| entry.scopes == scopes && entry.frame == frame) {
            return Err(earlier.span);
        }
        entries.push(LocalEntry { scopes, binding, frame, span });
        self.trail.push(sym);
        Ok(())
    }

    /// Names with a local binding in force.
    pub(crate) fn symbols(&self) -> impl Iterator<Item = Sym> {
        self.trail.iter().copied()
    }

    fn entries(&self, sym: Sym) -> &[LocalEntry] {
        self.by_symbol.get(sym.0 as usize).map_or(&[], |entries| entries)
    }
}

/// Looks an identifier up.
pub(crate) fn resolve(scopes: &Scopes, top: &TopTable, locals: &Locals, sym: Sym, set: ScopeSet) -> Resolution {
    let root = scopes.root(set);
    let local = locals.entries(sym).iter().rev().map(|entry| (entry.scopes, entry.binding));
    let global = top.entries(root, sym).iter().map(|entry| (entry.scopes, entry.binding));
    let mut best: Option<(ScopeSet, Binding)> = None;
    let mut tied = false;
    for (candidate, binding) in local.chain(global) {
        if let Some((chosen, _)) = best
            && (candidate == chosen || scopes.subset(candidate, chosen))
        {
            continue;
        }
        if !scopes.subset(candidate, set) {
            continue;
        }
        match best {
            Some((chosen, _)) if !scopes.subset(chosen, candidate) => {
                // Neither contains the other: decided by a third one that contains both.
                tied = true;
                if scopes.size(candidate) > scopes.size(chosen) {
                    best = Some((candidate, binding));
                }
            }
            _ => best = Some((candidate, binding)),
        }
    }
    match best {
        None => Resolution::Unbound,
        Some((chosen, _)) if tied && !dominates(scopes, top, locals, sym, set, chosen) => Resolution::Ambiguous,
        Some((_, binding)) => Resolution::Bound(binding),
    }
}

/// Whether `chosen` contains every binding's set that fits the identifier.
fn dominates(scopes: &Scopes, top: &TopTable, locals: &Locals, sym: Sym, set: ScopeSet, chosen: ScopeSet) -> bool {
    let local = locals.entries(sym).iter().map(|entry| entry.scopes);
    let global = top.entries(scopes.root(set), sym).iter().map(|entry| entry.scopes);
    local.chain(global).all(|candidate| !scopes.subset(candidate, set) || scopes.subset(candidate, chosen))
}
