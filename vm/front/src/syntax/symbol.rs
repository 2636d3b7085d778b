//! Interned symbols: a name as four bytes, so that identifiers are `Copy` and tables are
//! indexed rather than hashed. One interner serves everything a compiler ever expands.

use std::sync::Arc;

use rustc_hash::FxHashMap;

/// An interned name.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(crate) struct Sym(pub(crate) u32);

/// The interner.
#[derive(Default)]
pub(crate) struct Symbols {
    names: Vec<Arc<str>>,
    numbers: FxHashMap<Arc<str>, Sym>,
}

impl Symbols {
    /// The symbol of a name; shares the allocation when the name is new.
    pub(crate) fn intern(&mut self, name: &Arc<str>) -> Sym {
        match self.numbers.get(name) {
            Some(&sym) => sym,
            None => self.add(name.clone()),
        }
    }

    /// The symbol of a name that is not shared yet.
    pub(crate) fn intern_str(&mut self, name: &str) -> Sym {
        match self.numbers.get(name) {
            Some(&sym) => sym,
            None => self.add(name.into()),
        }
    }

    fn add(&mut self, name: Arc<str>) -> Sym {
        let sym = Sym(u32::try_from(self.names.len()).expect("fewer than 2^32 names"));
        self.names.push(name.clone());
        self.numbers.insert(name, sym);
        sym
    }

    /// The name of a symbol.
    pub(crate) fn name(&self, sym: Sym) -> &Arc<str> {
        &self.names[sym.0 as usize]
    }
}
