//! Scopes and sets of them (Flatt, "Binding as sets of scopes", POPL 2016).
//!
//! A set is a hash-consed chain, greatest scope first. Scopes are numbered as they are made
//! and mostly added to sets in that order, so adding one is one node, equal sets are equal
//! numbers, and a subset test walks two chains side by side.
//!
//! Every identifier stems from the text of one library, program or environment; that text's
//! *root* scope is in its set, and each set knows its root, because top-level bindings are
//! kept by root.

use rustc_hash::FxHashMap;

/// A scope by number.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(crate) struct Scope(pub(crate) u32);

/// A set of scopes by number: equal numbers are equal sets.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(crate) struct ScopeSet(u32);

impl ScopeSet {
    pub(crate) const EMPTY: ScopeSet = ScopeSet(0);
}

/// A library, program or environment by number: index of its top-level table.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(crate) struct Root(pub(crate) u32);

impl Root {
    pub(crate) const NONE: Root = Root(u32::MAX);
}

/// A definition context by number: a library, program or environment, or a body.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(crate) struct Frame(pub(crate) u32);

impl Frame {
    /// Of macros whose definition context is closed.
    pub(crate) const NONE: Frame = Frame(u32::MAX);
}

/// What a scope is for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum ScopeKind {
    /// All text of a library, program or environment.
    Root(Root),
    /// A binding form or a macro step.
    Plain,
    /// Arguments of a macro used in the definition context that also defines it: definitions
    /// there drop the scope, so that they bind what later forms of the context say.
    UseSite(Frame),
}

#[derive(Clone, Copy)]
struct Node {
    top: Scope,
    rest: ScopeSet,
    size: u32,
    root: Root,
}

/// All scopes and sets of a compiler.
pub(crate) struct Scopes {
    kinds: Vec<ScopeKind>,
    nodes: Vec<Node>,
    chains: FxHashMap<(ScopeSet, Scope), ScopeSet>,
    unions: FxHashMap<(ScopeSet, ScopeSet), ScopeSet>,
}

impl Default for Scopes {
    fn default() -> Scopes {
        let empty = Node { top: Scope(0), rest: ScopeSet::EMPTY, size: 0, root: Root::NONE };
        Scopes { kinds: Vec::new(), nodes: vec![empty], chains: FxHashMap::default(), unions: FxHashMap::default() }
    }
}

impl Scopes {
    /// A scope that is in no set yet.
    pub(crate) fn fresh(&mut self, kind: ScopeKind) -> Scope {
        let scope = Scope(u32::try_from(self.kinds.len()).expect("fewer than 2^32 scopes"));
        self.kinds.push(kind);
        scope
    }

    pub(crate) fn kind(&self, scope: Scope) -> ScopeKind {
        self.kinds[scope.0 as usize]
    }

    fn node(&self, set: ScopeSet) -> Node {
        self.nodes[set.0 as usize]
    }

    /// Number of scopes in a set.
    pub(crate) fn size(&self, set: ScopeSet) -> u32 {
        self.node(set).size
    }

    /// The text an identifier with this set stems from.
    pub(crate) fn root(&self, set: ScopeSet) -> Root {
        self.node(set).root
    }

    /// The scopes of a set, greatest first.
    pub(crate) fn members(&self, mut set: ScopeSet) -> impl Iterator<Item = Scope> + '_ {
        std::iter::from_fn(move || {
            if set == ScopeSet::EMPTY {
                return None;
            }
            let node = self.node(set);
            set = node.rest;
            Some(node.top)
        })
    }

    /// The set with `scope` in it.
    pub(crate) fn add(&mut self, set: ScopeSet, scope: Scope) -> ScopeSet {
        if set == ScopeSet::EMPTY || self.node(set).top < scope {
            return self.chain(set, scope);
        }
        let mut above = Vec::new();
        let mut below = set;
        while below != ScopeSet::EMPTY {
            let node = self.node(below);
            if node.top == scope {
                return set;
            }
            if node.top < scope {
                break;
            }
            above.push(node.top);
            below = node.rest;
        }
        let base = self.chain(below, scope);
        above.into_iter().rev().fold(base, |base, top| self.chain(base, top))
    }

    /// The set of the scopes in either.
    pub(crate) fn union(&mut self, left: ScopeSet, right: ScopeSet) -> ScopeSet {
        if right == ScopeSet::EMPTY || left == right {
            return left;
        }
        if left == ScopeSet::EMPTY {
            return right;
        }
        if let Some(&set) = self.unions.get(&(left, right)) {
            return set;
        }
        let added: Vec<Scope> = self.members(right).collect();
        let set = added.into_iter().rev().fold(left, |set, scope| self.add(set, scope));
        self.unions.insert((left, right), set);
        set
    }

    /// The set without the use-site scopes of a definition context.
    pub(crate) fn without_use_sites(&mut self, set: ScopeSet, frame: Frame) -> ScopeSet {
        let dropped = |kind| kind == ScopeKind::UseSite(frame);
        if !self.members(set).any(|scope| dropped(self.kind(scope))) {
            return set;
        }
        let kept: Vec<Scope> = self.members(set).filter(|&scope| !dropped(self.kind(scope))).collect();
        self.of_descending(&kept)
    }

    /// The set of scopes given greatest first.
    pub(crate) fn of_descending(&mut self, scopes: &[Scope]) -> ScopeSet {
        scopes.iter().rev().fold(ScopeSet::EMPTY, |set, &scope| self.add(set, scope))
    }

    /// Whether every scope of `small` is in `large`.
    pub(crate) fn subset(&self, mut small: ScopeSet, mut large: ScopeSet) -> bool {
        loop {
            if small == large || small == ScopeSet::EMPTY {
                return true;
            }
            let (s, l) = (self.node(small), self.node(large));
            if s.size >= l.size {
                return false;
            }
            if s.top == l.top {
                small = s.rest;
            } else if s.top > l.top {
                return false;
            }
            large = l.rest;
        }
    }

    fn chain(&mut self, rest: ScopeSet, top: Scope) -> ScopeSet {
        if let Some(&set) = self.chains.get(&(rest, top)) {
            return set;
        }
        let root = match self.kind(top) {
            ScopeKind::Root(root) => root,
            _ => self.node(rest).root,
        };
        let set = ScopeSet(u32::try_from(self.nodes.len()).expect("fewer than 2^32 scope sets"));
        self.nodes.push(Node { top, rest, size: self.node(rest).size + 1, root });
        self.chains.insert((rest, top), set);
        set
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scopes(n: u32) -> (Scopes, Vec<Scope>) {
        let mut scopes = Scopes::default();
        let all = (0..n).map(|i| scopes.fresh(if i == 0 { ScopeKind::Root(Root(7)) } else { ScopeKind::Plain }));
        let all = all.collect();
        (scopes, all)
    }

    fn set(scopes: &mut Scopes, members: &[u32]) -> ScopeSet {
        members.iter().fold(ScopeSet::EMPTY, |set, &n| scopes.add(set, Scope(n)))
    }

    #[test]
    fn order_of_adding_does_not_matter() {
        let (mut s, _) = scopes(5);
        let expect = set(&mut s, &[0, 1, 2, 3, 4]);
        assert_eq!(set(&mut s, &[4, 2, 0, 1, 3]), expect);
        assert_eq!(set(&mut s, &[0, 4, 4, 3, 1, 2, 0]), expect);
        let left = set(&mut s, &[3, 0]);
        let right = set(&mut s, &[4, 1, 2]);
        assert_eq!(s.union(left, right), expect);
        assert_eq!(s.union(right, left), expect);
        assert_eq!(s.size(expect), 5);
        assert_eq!(s.root(expect), Root(7));
        assert_eq!(s.root(right), Root::NONE);
    }

    #[test]
    fn subsets() {
        let (mut s, _) = scopes(6);
        let large = set(&mut s, &[0, 1, 3, 5]);
        for (members, expect) in [(&[][..], true), (&[0, 1, 3, 5], true), (&[5], true), (&[0, 3], true), (&[2], false), (&[0, 4], false), (&[0, 1, 2, 3, 5], false)] {
            let small = set(&mut s, members);
            assert_eq!(s.subset(small, large), expect, "{members:?}");
        }
    }

    #[test]
    fn use_sites_are_dropped_per_context() {
        let (mut s, all) = scopes(2);
        let here = s.fresh(ScopeKind::UseSite(Frame(1)));
        let there = s.fresh(ScopeKind::UseSite(Frame(2)));
        let plain = s.fresh(ScopeKind::Plain);
        let full = s.of_descending(&[plain, there, here, all[1], all[0]]);
        let expect = s.of_descending(&[plain, there, all[1], all[0]]);
        assert_eq!(s.without_use_sites(full, Frame(1)), expect);
        assert_eq!(s.without_use_sites(expect, Frame(1)), expect);
    }
}
