//! Writing an image: every library with what its importers can come to need, which is its
//! exports, its code, and the macros that exports lead to, with whatever in the library's text
//! those macros may refer to. The bytes depend on the sources alone.

use std::sync::Arc;

use rustc_hash::FxHashMap;
use serde::Serialize;

use super::format::{Bound, Entry, Face, HEAD_BYTES, Index, MAGIC, Meaning, Name, Section, Syntax, hash, hash_files};
use crate::diag::Diagnostic;
use crate::ir::GlobalKey;
use crate::source::File;
use crate::syntax::{Binding, CompiledLibrary, Ident, LibraryName, MacroRef, Root, RootKind, Rules, Scope, ScopeSet, State, Sym, TopEntry};

type Result<T> = std::result::Result<T, Diagnostic>;

/// What is written of one library's macros.
#[derive(Default)]
struct Part {
    macros: Vec<MacroRef>,
    bindings: Vec<(Sym, TopEntry)>,
    /// Names whose bindings are among `bindings`.
    known: FxHashMap<Sym, ()>,
}

pub(super) struct Writer<'s> {
    state: &'s State,
    libraries: Vec<LibraryName>,
    compiled: FxHashMap<&'s str, &'s CompiledLibrary>,
    /// Library of a root.
    roots: FxHashMap<Root, u32>,
    names: Vec<Arc<str>>,
    name_numbers: FxHashMap<Arc<str>, u32>,
    scopes: FxHashMap<Scope, u32>,
    /// Library and index of a macro.
    macros: FxHashMap<MacroRef, (u32, u32)>,
    parts: Vec<Part>,
    /// Macros whose identifiers are still to be looked at.
    queue: Vec<MacroRef>,
}

impl<'s> Writer<'s> {
    pub(super) fn new(state: &'s State, libraries: Vec<LibraryName>) -> Writer<'s> {
        let number = |printed: &Arc<str>| libraries.binary_search_by(|name| name.printed().cmp(printed)).ok().map(|i| i as u32);
        let mut roots = FxHashMap::default();
        let mut scopes = FxHashMap::default();
        for (i, root) in state.roots.iter().enumerate() {
            if let RootKind::Library(name) = &root.kind
                && let Some(library) = number(name)
            {
                roots.insert(Root(i as u32), library);
                scopes.extend(state.scopes.members(root.set).map(|scope| (scope, library)));
            }
        }
        let compiled = state.libraries.pending.iter().map(|library| (&*library.name, &**library)).collect();
        let parts = libraries.iter().map(|_| Part::default()).collect();
        let (names, name_numbers, macros, queue) = (Vec::new(), FxHashMap::default(), FxHashMap::default(), Vec::new());
        Writer { state, libraries, compiled, roots, names, name_numbers, scopes, macros, parts, queue }
    }

    /// The whole image of what was compiled from `files`.
    pub(super) fn image(mut self, files: &[File]) -> Result<Vec<u8>> {
        self.reach_all()?;
        let mut sections = Vec::new();
        let mut places = Vec::new();
        for i in 0..self.libraries.len() {
            let face = self.face(i)?;
            let syntax = self.syntax(i)?;
            let code = &self.compiled(i)?.unit;
            places.push([section(&mut sections, &face)?, section(&mut sections, code)?, section(&mut sections, &syntax)?]);
        }
        let mut libraries = Vec::with_capacity(places.len());
        for ((name, part), [face, code, syntax]) in self.libraries.iter().zip(&self.parts).zip(places) {
            let parts = name.parts().iter().map(|part| &**part).collect();
            libraries.push(Entry { printed: name.printed(), parts, macros: part.macros.len() as u32, face, code, syntax });
        }
        let names = self.names.iter().map(|name| &**name).collect();
        let index = encode(&Index { files: hash_files(files), libraries, names, scopes: self.scopes.len() as u32 })?;
        let mut image = Vec::with_capacity(HEAD_BYTES + index.len() + sections.len());
        image.extend(MAGIC);
        image.extend((index.len() as u64).to_le_bytes());
        image.extend(hash(&index).to_le_bytes());
        image.extend(index);
        image.extend(sections);
        Ok(image)
    }

    fn compiled(&self, library: usize) -> Result<&'s CompiledLibrary> {
        let printed = self.libraries[library].printed();
        self.compiled.get(&**printed).copied().ok_or_else(|| Diagnostic::error("E0306", format!("library {printed} could not be compiled")))
    }

    fn exports(&self, library: usize) -> &'s [(Sym, Binding)] {
        self.state.libraries.ready(self.libraries[library].printed()).map_or(&[], |library| &library.exports)
    }

    /// Finds and numbers all macros that importers can come to use.
    fn reach_all(&mut self) -> Result<()> {
        for i in 0..self.libraries.len() {
            for &(_, binding) in self.exports(i) {
                self.reach(binding)?;
            }
        }
        while let Some(keyword) = self.queue.pop() {
            let mut idents = Vec::new();
            self.rules(keyword)?.for_each_ident(&mut |ident| idents.push(*ident));
            for ident in idents {
                self.reach_ident(ident)?;
            }
        }
        Ok(())
    }

    fn reach(&mut self, binding: Binding) -> Result<()> {
        let Binding::Macro(keyword) = binding else { return Ok(()) };
        if self.macros.contains_key(&keyword) {
            return Ok(());
        }
        let library = self.home(self.state.macros[keyword.0 as usize].home)?;
        let macros = &mut self.parts[library as usize].macros;
        self.macros.insert(keyword, (library, macros.len() as u32));
        macros.push(keyword);
        self.queue.push(keyword);
        Ok(())
    }

    /// All that an identifier of a macro may mean: which of it depends on where the macro is used.
    fn reach_ident(&mut self, ident: Ident) -> Result<()> {
        let root = self.state.scopes.root(ident.scopes);
        let library = self.home(root)? as usize;
        if self.parts[library].known.insert(ident.sym, ()).is_some() {
            return Ok(());
        }
        for &entry in self.state.top.entries(root, ident.sym) {
            self.parts[library].bindings.push((ident.sym, entry));
            self.reach(entry.binding)?;
        }
        Ok(())
    }

    fn home(&self, root: Root) -> Result<u32> {
        self.roots.get(&root).copied().ok_or_else(|| Diagnostic::error("E0331", "a macro belongs to no built-in library"))
    }

    fn rules(&self, keyword: MacroRef) -> Result<&'s Rules<Ident>> {
        let transformer = self.state.macros[keyword.0 as usize].transformer.as_deref();
        transformer.and_then(|transformer| transformer.as_rules()).ok_or_else(|| Diagnostic::error("E0331", "only syntax-rules macros can be exported by a built-in library"))
    }

    fn face(&mut self, library: usize) -> Result<Face> {
        let number = |printed: &Arc<str>| self.libraries.binary_search_by(|name| name.printed().cmp(printed)).ok().map(|i| i as u32);
        let dependencies = self.compiled(library)?.dependencies.iter().filter_map(number).collect();
        let mut exports = Vec::new();
        for &(sym, binding) in self.exports(library) {
            exports.push((self.name(sym), self.meaning(binding)?));
        }
        Ok(Face { dependencies, exports })
    }

    fn syntax(&mut self, library: usize) -> Result<Syntax> {
        let mut sets = Sets::default();
        let mut macros = Vec::new();
        for keyword in std::mem::take(&mut self.parts[library].macros) {
            macros.push(self.rules(keyword)?.map(&mut |ident| self.ident(&mut sets, ident.sym, ident.scopes)));
            self.parts[library].macros.push(keyword);
        }
        let mut bindings = Vec::new();
        for (sym, entry) in std::mem::take(&mut self.parts[library].bindings) {
            let name = self.ident(&mut sets, sym, entry.scopes);
            bindings.push(Bound { name, meaning: self.meaning(entry.binding)?, imported: entry.imported, span: entry.span });
        }
        Ok(Syntax { sets: sets.list, macros, bindings })
    }

    fn name(&mut self, sym: Sym) -> u32 {
        let name = self.state.symbols.name(sym).clone();
        self.text(&name)
    }

    fn text(&mut self, name: &Arc<str>) -> u32 {
        if let Some(&number) = self.name_numbers.get(name) {
            return number;
        }
        self.names.push(name.clone());
        self.name_numbers.insert(name.clone(), (self.names.len() - 1) as u32);
        (self.names.len() - 1) as u32
    }

    fn meaning(&mut self, binding: Binding) -> Result<Meaning> {
        Ok(match binding {
            Binding::Prim(prim) => Meaning::Prim(prim),
            Binding::Core(core) => Meaning::Core(core),
            Binding::Macro(keyword) => {
                let (library, index) = self.macros[&keyword];
                Meaning::Macro { library, index }
            }
            Binding::Global(global) => {
                let global = &self.state.globals[global.0 as usize];
                let outside = || Diagnostic::error("E0331", "a built-in library exports a variable of no library");
                let GlobalKey::Library(library, name) = &global.key else { return Err(outside()) };
                let library = self.libraries.binary_search_by(|name| name.printed().cmp(library)).map_err(|_| outside())?;
                Meaning::Global { library: library as u32, name: self.text(name), constant: global.constant }
            }
            Binding::Local(_) => return Err(Diagnostic::error("E0331", "a macro at top level refers to a local variable")),
        })
    }

    fn ident(&mut self, sets: &mut Sets, sym: Sym, scopes: ScopeSet) -> Name {
        let name = self.name(sym);
        let set = match sets.numbers.get(&scopes) {
            Some(&set) => set,
            None => {
                let mut members: Vec<u32> = self.state.scopes.members(scopes).map(|scope| self.scope(scope)).collect();
                members.sort_unstable_by(|a, b| b.cmp(a));
                sets.list.push(members);
                sets.numbers.insert(scopes, (sets.list.len() - 1) as u32);
                (sets.list.len() - 1) as u32
            }
        };
        Name { name, set }
    }

    fn scope(&mut self, scope: Scope) -> u32 {
        let next = self.scopes.len() as u32;
        *self.scopes.entry(scope).or_insert(next)
    }
}

/// Sets of scopes of one library's section.
#[derive(Default)]
struct Sets {
    list: Vec<Vec<u32>>,
    numbers: FxHashMap<ScopeSet, u32>,
}

fn section(sections: &mut Vec<u8>, value: &impl Serialize) -> Result<Section> {
    let bytes = encode(value)?;
    let section = Section { start: sections.len() as u32, len: bytes.len() as u32, hash: hash(&bytes) };
    sections.extend(bytes);
    Ok(section)
}

fn encode(value: &impl Serialize) -> Result<Vec<u8>> {
    postcard::to_stdvec(value).map_err(|error| Diagnostic::error("E0331", format!("the library image cannot be written: {error}")))
}
