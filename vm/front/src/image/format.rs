//! What an image consists of, as written and read.
//!
//! A head of fixed size leads to the index, the index to the sections: three for each library,
//! so that asking what it exports, running it and using its macros each decode only what they
//! need. Libraries, names and scopes have numbers that hold in the whole image; those of
//! sources are the compiler's own, because the built-in files have the first ones everywhere.

use std::hash::Hasher;

use gambol_abi::prims::PrimId;
use rustc_hash::FxHasher;
use serde::{Deserialize, Serialize};

use crate::source::{File, Span};
use crate::syntax::{Core, Rules};

/// First bytes of every image.
pub(super) const MAGIC: &[u8; 8] = b"gambol\x00\x01";
/// Magic, length of the index, hash of the index.
pub(super) const HEAD_BYTES: usize = 24;

/// What is decoded when the image is opened.
#[derive(Serialize, Deserialize)]
pub(crate) struct Index<'i> {
    /// Of the files the image was compiled from.
    pub(super) files: u64,
    /// In order of their printed names.
    #[serde(borrow)]
    pub(super) libraries: Vec<Entry<'i>>,
    /// Identifiers and names of variables.
    pub(super) names: Vec<&'i str>,
    /// Number of scopes; the first are the roots of the libraries.
    pub(super) scopes: u32,
}

/// One library in the index.
#[derive(Serialize, Deserialize)]
pub(super) struct Entry<'i> {
    pub(super) printed: &'i str,
    #[serde(borrow)]
    pub(super) parts: Vec<&'i str>,
    /// Number of macros.
    pub(super) macros: u32,
    /// A [`Face`].
    pub(super) face: Section,
    /// A [`CompiledUnit`](crate::code::CompiledUnit).
    pub(super) code: Section,
    /// [`Syntax`].
    pub(super) syntax: Section,
}

/// Some bytes after the index.
#[derive(Clone, Copy, Serialize, Deserialize)]
pub(super) struct Section {
    pub(super) start: u32,
    pub(super) len: u32,
    pub(super) hash: u64,
}

/// What importing a library needs to know.
#[derive(Serialize, Deserialize)]
pub(crate) struct Face {
    /// Libraries it imports, by number.
    pub(crate) dependencies: Vec<u32>,
    /// Names and meanings.
    pub(crate) exports: Vec<(u32, Meaning)>,
}

/// What using the macros of a library needs.
#[derive(Serialize, Deserialize)]
pub(super) struct Syntax {
    /// Sets of scopes, each greatest first.
    pub(super) sets: Vec<Vec<u32>>,
    /// The macros in order of their numbers.
    pub(super) macros: Vec<Rules<Name>>,
    /// What the macros' identifiers may refer to in the text of this library.
    pub(super) bindings: Vec<Bound>,
}

/// A name with scopes: a place in the names and one in [`Syntax::sets`].
#[derive(Clone, Copy, Serialize, Deserialize)]
pub(super) struct Name {
    pub(super) name: u32,
    pub(super) set: u32,
}

/// A top-level binding.
#[derive(Serialize, Deserialize)]
pub(super) struct Bound {
    pub(super) name: Name,
    pub(super) meaning: Meaning,
    pub(super) imported: bool,
    pub(super) span: Span,
}

/// What a name means, told so that any compiler can say it in its own numbers.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Meaning {
    Global { library: u32, name: u32, constant: bool },
    Prim(PrimId),
    Core(Core),
    Macro { library: u32, index: u32 },
}

/// What sections are checked with before anything in them is believed.
pub(super) fn hash(bytes: &[u8]) -> u64 {
    let mut hasher = FxHasher::default();
    hasher.write(bytes);
    hasher.finish()
}

/// A hash of the built-in files.
pub(super) fn hash_files(files: &[File]) -> u64 {
    let mut hasher = FxHasher::default();
    for file in files {
        hasher.write_u64(hash(file.name.as_bytes()));
        hasher.write_u64(hash(file.text.as_bytes()));
    }
    hasher.finish()
}
