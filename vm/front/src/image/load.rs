//! Taking libraries from an image into a compiler.
//!
//! Roots and scopes of the image have the same numbers in every compiler that has it, since
//! [`Taken::prepare`] makes them before any others; names, variables and macros get numbers when
//! they are first needed. Macros stay encoded until one of their library is used.

use std::sync::Arc;

use super::format::{Face, Meaning, Name};
use super::{Image, damaged};
use crate::diag::Diagnostic;
use crate::ir::GlobalKey;
use crate::syntax::{Binding, CompiledLibrary, Frame, Ident, Library, Macro, MacroRef, Root, RootKind, Scope, ScopeKind, ScopeSet, State, Sym, TopEntry, Transformer};

/// An image and what a compiler has taken from it so far.
pub(crate) struct Taken {
    pub(crate) image: Arc<Image>,
    syms: Vec<Option<Sym>>,
    /// First macro of each library.
    macros: Vec<Option<u32>>,
}

impl Taken {
    /// Enters the roots and scopes of `image` into a compiler that has none yet.
    pub(crate) fn prepare(state: &mut State, image: Image) {
        for (i, library) in image.libraries().enumerate() {
            let root = state.fresh_root(RootKind::Library(library.into()));
            debug_assert_eq!(root, Root(i as u32));
        }
        for _ in image.index.libraries.len() as u32..image.index.scopes {
            state.scopes.fresh(ScopeKind::Plain);
        }
        let (syms, macros) = (vec![None; image.index.names.len()], vec![None; image.index.libraries.len()]);
        state.taken = Some(Taken { image: Arc::new(image), syms, macros });
    }
}

/// Makes a library of the image ready to be imported. What it imports is ready.
pub(crate) fn install(state: &mut State, image: &Image, library: u32, face: &Face) -> Result<(), Diagnostic> {
    let mut loader = Loader { state, image };
    let name = loader.library(library)?;
    let mut exports = Vec::with_capacity(face.exports.len());
    for &(name, meaning) in &face.exports {
        exports.push((loader.sym(name)?, loader.binding(meaning)?));
    }
    let dependencies = face.dependencies.iter().map(|&library| loader.library(library)).collect::<Result<_, _>>()?;
    let compiled = CompiledLibrary { name: name.clone(), dependencies, unit: image.code(library)? };
    state.libraries.install(name, Library { exports, built_in: true }, compiled);
    Ok(())
}

/// What runs a macro; decodes the macros of its library if it is from the image.
pub(crate) fn transformer(state: &mut State, keyword: MacroRef) -> Result<Arc<dyn Transformer>, Diagnostic> {
    let definition = &state.macros[keyword.0 as usize];
    if let Some(transformer) = &definition.transformer {
        return Ok(transformer.clone());
    }
    let home = definition.home;
    let image = state.taken.as_ref().map(|taken| taken.image.clone()).ok_or_else(|| damaged("it is missing"))?;
    Loader { state, image: &image }.open(home)?;
    state.macros[keyword.0 as usize].transformer.clone().ok_or_else(|| damaged("a macro is missing"))
}

struct Loader<'l> {
    state: &'l mut State,
    image: &'l Image,
}

impl Loader<'_> {
    fn taken(&mut self) -> Result<&mut Taken, Diagnostic> {
        self.state.taken.as_mut().ok_or_else(|| damaged("it is missing"))
    }

    /// The printed name of a library.
    fn library(&self, library: u32) -> Result<Arc<str>, Diagnostic> {
        self.image.entry(library)?;
        match &self.state.root(Root(library)).kind {
            RootKind::Library(name) => Ok(name.clone()),
            _ => Err(damaged("a library has no root")),
        }
    }

    fn sym(&mut self, name: u32) -> Result<Sym, Diagnostic> {
        let text = self.image.name(name)?;
        if let Some(sym) = self.taken()?.syms[name as usize] {
            return Ok(sym);
        }
        let sym = self.state.symbols.intern_str(text);
        self.taken()?.syms[name as usize] = Some(sym);
        Ok(sym)
    }

    fn binding(&mut self, meaning: Meaning) -> Result<Binding, Diagnostic> {
        Ok(match meaning {
            Meaning::Global { library, name, constant } => {
                let sym = self.sym(name)?;
                let key = GlobalKey::Library(self.library(library)?, self.state.symbols.name(sym).clone());
                Binding::Global(self.state.global(key, constant))
            }
            Meaning::Prim(prim) if usize::from(prim.0) < gambol_abi::prims::PRIMS.len() => Binding::Prim(prim),
            Meaning::Prim(_) => return Err(damaged("it names a primitive that does not exist")),
            Meaning::Core(core) => Binding::Core(core),
            Meaning::Macro { library, index } => {
                if index >= self.image.entry(library)?.macros {
                    return Err(damaged("it names a macro that it does not have"));
                }
                Binding::Macro(MacroRef(self.first_macro(library)? + index))
            }
        })
    }

    /// Number of the first macro of a library; enters them all, to be decoded later.
    fn first_macro(&mut self, library: u32) -> Result<u32, Diagnostic> {
        let count = self.image.entry(library)?.macros;
        if let Some(first) = self.taken()?.macros[library as usize] {
            return Ok(first);
        }
        let first = self.state.macros.len() as u32;
        for _ in 0..count {
            // Nothing is defined in its definition context any more.
            self.state.add_macro(Macro { transformer: None, frame: Frame::NONE, home: Root(library) });
        }
        self.taken()?.macros[library as usize] = Some(first);
        Ok(first)
    }

    /// Decodes the macros of a library and what they refer to.
    fn open(&mut self, home: Root) -> Result<(), Diagnostic> {
        let syntax = self.image.syntax(home.0)?;
        let first = self.first_macro(home.0)? as usize;
        if syntax.macros.len() != self.image.entry(home.0)?.macros as usize {
            return Err(damaged("macros are missing"));
        }
        let sets = syntax.sets.iter().map(|set| self.set(set)).collect::<Result<Vec<_>, _>>()?;
        for (i, rules) in syntax.macros.iter().enumerate() {
            let mut wrong = None;
            let rules = rules.map(&mut |name: &Name| {
                self.ident(name, &sets).unwrap_or_else(|error| {
                    wrong = Some(error);
                    Ident { sym: Sym(0), scopes: ScopeSet::EMPTY }
                })
            });
            if let Some(error) = wrong {
                return Err(error);
            }
            self.state.macros[first + i].transformer = Some(Arc::new(rules));
        }
        for bound in &syntax.bindings {
            let ident = self.ident(&bound.name, &sets)?;
            let entry = TopEntry { scopes: ident.scopes, binding: self.binding(bound.meaning)?, imported: bound.imported, span: bound.span };
            self.state.top.insert(home, ident.sym, entry);
        }
        Ok(())
    }

    fn set(&mut self, set: &[u32]) -> Result<ScopeSet, Diagnostic> {
        if set.iter().any(|&scope| scope >= self.image.index.scopes) {
            return Err(damaged("it names a scope that it does not have"));
        }
        let scopes: Vec<Scope> = set.iter().map(|&scope| Scope(scope)).collect();
        Ok(self.state.scopes.of_descending(&scopes))
    }

    fn ident(&mut self, name: &Name, sets: &[ScopeSet]) -> Result<Ident, Diagnostic> {
        let scopes = *sets.get(name.set as usize).ok_or_else(|| damaged("it names a set of scopes that it does not have"))?;
        Ok(Ident { sym: self.sym(name.name)?, scopes })
    }
}
