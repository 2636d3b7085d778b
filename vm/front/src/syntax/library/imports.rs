//! Import sets (R7RS 5.2): which names an import brings and what they mean.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::{LibraryName, require};
use crate::datum::Datum;
use crate::diag::{Diagnostic, suggest};
use crate::source::Span;
use crate::syntax::binding::Binding;
use crate::syntax::scope::Root;
use crate::syntax::state::State;
use crate::syntax::symbol::Sym;

/// What an import set brings.
pub(crate) struct Imported {
    pub(crate) library: Arc<str>,
    pub(crate) names: Vec<(Sym, Binding)>,
}

/// A modifier around a library name or another import set.
enum Modifier<'d> {
    Only(&'d [Datum]),
    Except(&'d [Datum]),
    Prefix(&'d Arc<str>),
    Rename(&'d [Datum]),
}

/// Evaluates an import set; compiles the library if need be.
pub(crate) fn import_set(state: &mut State, set: &Datum) -> Result<Imported, Diagnostic> {
    let mut modifiers = Vec::new();
    let mut inner = set;
    while let Some((modifier, next)) = modifier(inner)? {
        modifiers.push((modifier, inner.span));
        inner = next;
    }
    let name = LibraryName::parse(inner)?;
    require(state, &name, inner.span)?;
    let library = name.printed().clone();
    let mut names = state.libraries.ready(&library).map(|library| library.exports.clone()).unwrap_or_default();
    for (modifier, span) in modifiers.iter().rev() {
        names = apply(state, modifier, names, *span, &library)?;
    }
    Ok(Imported { library, names })
}

/// The modifier and what it modifies; none for a library name. A name like `(only)` or
/// `(rename 1)` is a library's, as no import set looks like it.
fn modifier(set: &Datum) -> Result<Option<(Modifier<'_>, &Datum)>, Diagnostic> {
    let Some([head, inner, rest @ ..]) = set.as_list() else {
        return Ok(None);
    };
    let Some(name) = head.as_symbol() else {
        return Ok(None);
    };
    if inner.as_list().is_none_or(<[Datum]>::is_empty) {
        return Ok(None);
    }
    let malformed = || Diagnostic::error("E0304", format!("malformed import set ({name} ...)")).at(set.span);
    let modifier = match &**name {
        "only" => Modifier::Only(rest),
        "except" => Modifier::Except(rest),
        "prefix" => match rest {
            [prefix] => Modifier::Prefix(prefix.as_symbol().ok_or_else(malformed)?),
            _ => return Err(malformed()),
        },
        "rename" => Modifier::Rename(rest),
        _ => return Ok(None),
    };
    Ok(Some((modifier, inner)))
}

fn apply(state: &mut State, modifier: &Modifier<'_>, names: Vec<(Sym, Binding)>, span: Span, library: &str) -> Result<Vec<(Sym, Binding)>, Diagnostic> {
    let mut table: FxHashMap<Sym, Binding> = names.into_iter().collect();
    Ok(match modifier {
        Modifier::Only(listed) => {
            let mut chosen = Vec::with_capacity(listed.len());
            for datum in *listed {
                let sym = identifier(state, datum)?;
                let binding = table.get(&sym).ok_or_else(|| not_exported(state, &table, datum, library))?;
                chosen.push((sym, *binding));
            }
            chosen
        }
        Modifier::Except(listed) => {
            for datum in *listed {
                let sym = identifier(state, datum)?;
                if table.remove(&sym).is_none() {
                    return Err(not_exported(state, &table, datum, library));
                }
            }
            table.into_iter().collect()
        }
        Modifier::Prefix(prefix) => {
            let prefixed = |(sym, binding)| (state.symbols.intern_str(&format!("{prefix}{}", state.symbols.name(sym))), binding);
            table.into_iter().map(prefixed).collect()
        }
        Modifier::Rename(listed) => {
            let mut renamed = Vec::with_capacity(table.len());
            for datum in *listed {
                let Some([from, to]) = datum.as_list() else {
                    return Err(Diagnostic::error("E0304", "malformed renaming").at(datum.span).help("write (old new)"));
                };
                let (old, new) = (identifier(state, from)?, identifier(state, to)?);
                match table.remove(&old) {
                    Some(binding) => renamed.push((new, binding)),
                    None => return Err(not_exported(state, &table, from, library)),
                }
            }
            for &(new, _) in &renamed {
                if table.contains_key(&new) {
                    return Err(conflict(state, new, span, None));
                }
            }
            renamed.extend(table);
            renamed
        }
    })
}

fn identifier(state: &mut State, datum: &Datum) -> Result<Sym, Diagnostic> {
    match datum.as_symbol() {
        Some(name) => Ok(state.symbols.intern(name)),
        None => Err(Diagnostic::error("E0304", format!("expected an identifier, got {}", datum.kind.describe())).at(datum.span)),
    }
}

fn not_exported(state: &State, table: &FxHashMap<Sym, Binding>, datum: &Datum, library: &str) -> Diagnostic {
    let error = Diagnostic::error("E0305", format!("{library} does not export {datum}")).at(datum.span);
    let names = table.keys().map(|&sym| &**state.symbols.name(sym));
    match datum.as_symbol().and_then(|name| suggest(name, names)) {
        Some(near) => error.help(format!("did you mean {near}?")),
        None => error,
    }
}

fn conflict(state: &State, sym: Sym, span: Span, earlier: Option<Span>) -> Diagnostic {
    let name = state.symbols.name(sym);
    let error = Diagnostic::error("E0310", format!("{name} is imported with two different meanings"))
        .at(span)
        .help(format!("leave one out with (except ... {name}) or rename it with (rename ... ({name} other))"));
    match earlier {
        Some(earlier) => error.label(earlier, "first imported here"),
        None => error,
    }
}

/// Binds imported names in a root. In closed units a name with two meanings is an error; in
/// an environment the later import wins.
pub(crate) fn bind_all(state: &mut State, root: Root, imported: &[(Sym, Binding)], span: Span, closed: bool) -> Result<(), Diagnostic> {
    let set = state.root(root).set;
    for &(sym, binding) in imported {
        if let Some(earlier) = state.top.exact(root, sym, set)
            && closed
            && earlier.binding != binding
        {
            return Err(conflict(state, sym, span, Some(earlier.span)));
        }
        state.bind_import(root, sym, binding, span);
    }
    Ok(())
}
