//! What a compiler remembers from one unit to the next: names, scopes, top-level bindings,
//! macros, libraries and environments.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::backend::Backend;
use super::binding::{Binding, GlobalRef, MacroRef, TopEntry, TopTable};
use super::features::Target;
use super::library::{Libraries, Loader};
use super::scope::{Frame, Root, ScopeKind, ScopeSet, Scopes};
use super::symbol::{Sym, Symbols};
use super::transformer::Macro;
use crate::diag::Diagnostic;
use crate::image::{BUILT_IN, BuiltIn, Image, Taken};
use crate::ir::GlobalKey;
use crate::source::{File, SourceId, SourceMap, Span};

/// What the text of a root is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum RootKind {
    Program,
    Library(Arc<str>),
    Environment(u32),
}

/// A library, program or environment as far as scopes go.
#[derive(Clone)]
pub(crate) struct RootInfo {
    pub(crate) kind: RootKind,
    /// The set of its scope alone, which all its source text has.
    pub(crate) set: ScopeSet,
    pub(crate) frame: Frame,
}

/// A top-level variable.
#[derive(Clone, Debug)]
pub(crate) struct Global {
    pub(crate) key: GlobalKey,
    /// Known never to change after its definition.
    pub(crate) constant: bool,
    /// The unit that defines it, while that is being compiled.
    pub(crate) owner: u32,
}

/// An interactive environment.
pub(crate) struct Environment {
    pub(crate) root: Root,
    /// Whether it takes definitions.
    pub(crate) open: bool,
    /// Variables by name, defined or only referred to so far.
    pub(crate) cells: FxHashMap<Sym, GlobalRef>,
}

/// Everything that outlives a unit.
pub(crate) struct State {
    /// Sources of the built-in libraries; they have the first numbers in `sources`.
    pub(crate) files: &'static [File],
    /// The image, if there is one, and what came from it.
    pub(crate) taken: Option<Taken>,
    pub(crate) sources: SourceMap,
    pub(crate) symbols: Symbols,
    pub(crate) scopes: Scopes,
    pub(crate) top: TopTable,
    pub(crate) roots: Vec<RootInfo>,
    pub(crate) globals: Vec<Global>,
    by_key: FxHashMap<GlobalKey, GlobalRef>,
    pub(crate) macros: Vec<Macro>,
    pub(crate) libraries: Libraries,
    pub(crate) environments: Vec<Environment>,
    pub(crate) loader: Box<dyn Loader>,
    pub(crate) backend: Backend,
    pub(crate) features: Vec<Arc<str>>,
    pub(crate) warnings: Vec<Diagnostic>,
    /// Errors found besides the one that a `Result` carries.
    pub(crate) errors: Vec<Diagnostic>,
    /// Macro uses expanded for what is being compiled: place and keyword. What a template adds
    /// has the place of the use, which alone would not explain an error in it.
    pub(crate) expansions: FxHashMap<Span, Sym>,
    /// Asked now and then whether compiling should end.
    pub(crate) stop: Box<dyn Fn() -> bool + Send>,
    frames: u32,
    units: u32,
}

impl State {
    pub(crate) fn new(loader: Box<dyn Loader>, built_in: BuiltIn) -> State {
        let BuiltIn { files, image } = built_in;
        let mut state = State {
            files,
            taken: None,
            sources: SourceMap::with_files(files),
            symbols: Symbols::default(),
            scopes: Scopes::default(),
            top: TopTable::default(),
            roots: Vec::new(),
            globals: Vec::new(),
            by_key: FxHashMap::default(),
            macros: Vec::new(),
            libraries: Libraries::default(),
            environments: Vec::new(),
            loader,
            backend: Backend::default(),
            features: Target::THIS.features(files),
            warnings: Vec::new(),
            errors: Vec::new(),
            expansions: FxHashMap::default(),
            stop: Box::new(|| false),
            frames: 0,
            units: 0,
        };
        if let Some(image) = image {
            Taken::prepare(&mut state, image);
        }
        state
    }

    /// The image, if there is one.
    pub(crate) fn image(&self) -> Option<Arc<Image>> {
        self.taken.as_ref().map(|taken| taken.image.clone())
    }

    /// The built-in file with this path.
    pub(crate) fn file(&self, path: &str) -> Option<(SourceId, File)> {
        let number = self.files.binary_search_by(|file| file.name.strip_prefix(BUILT_IN).unwrap_or(file.name).cmp(path)).ok()?;
        Some((SourceId(number as u32), self.files[number]))
    }

    pub(crate) fn fresh_frame(&mut self) -> Frame {
        self.frames += 1;
        Frame(self.frames)
    }

    /// A number for a unit about to be compiled.
    pub(crate) fn fresh_unit(&mut self) -> u32 {
        self.units += 1;
        self.units
    }

    pub(crate) fn fresh_root(&mut self, kind: RootKind) -> Root {
        let root = self.top.add_root();
        let scope = self.scopes.fresh(ScopeKind::Root(root));
        let set = self.scopes.add(ScopeSet::EMPTY, scope);
        let frame = self.fresh_frame();
        self.roots.push(RootInfo { kind, set, frame });
        root
    }

    pub(crate) fn root(&self, root: Root) -> &RootInfo {
        &self.roots[root.0 as usize]
    }

    /// The variable with this key; made if new.
    pub(crate) fn global(&mut self, key: GlobalKey, constant: bool) -> GlobalRef {
        if let Some(&global) = self.by_key.get(&key) {
            return global;
        }
        let global = self.push_global(key.clone(), constant, 0);
        self.by_key.insert(key, global);
        global
    }

    /// A variable private to a unit, whose key says nothing to others.
    pub(crate) fn push_global(&mut self, key: GlobalKey, constant: bool, owner: u32) -> GlobalRef {
        self.globals.push(Global { key, constant, owner });
        GlobalRef((self.globals.len() - 1) as u32)
    }

    pub(crate) fn add_macro(&mut self, definition: Macro) -> MacroRef {
        self.macros.push(definition);
        MacroRef((self.macros.len() - 1) as u32)
    }

    /// The cell of a name in an environment; made when first referred to.
    pub(crate) fn cell(&mut self, environment: u32, sym: Sym) -> GlobalRef {
        if let Some(&global) = self.environments[environment as usize].cells.get(&sym) {
            return global;
        }
        let key = GlobalKey::Interactive(environment, self.symbols.name(sym).clone());
        let global = self.global(key, false);
        self.environments[environment as usize].cells.insert(sym, global);
        global
    }

    /// Binds an imported name in a root.
    pub(crate) fn bind_import(&mut self, root: Root, sym: Sym, binding: Binding, span: Span) {
        let scopes = self.root(root).set;
        self.top.insert(root, sym, TopEntry { scopes, binding, imported: true, span });
    }

    /// Names bound in a root as its own text sees them.
    pub(crate) fn visible(&self, root: Root) -> impl Iterator<Item = (Sym, Binding)> {
        let set = self.root(root).set;
        self.top.symbols(root).filter_map(move |(sym, entries)| entries.iter().find(|entry| entry.scopes == set).map(|entry| (sym, entry.binding)))
    }
}
