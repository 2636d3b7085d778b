//! The library image: the built-in libraries, compiled when the VM was built.
//!
//! [`build`] runs in the VM's build script; a compiler made with an [`Image`] takes from it what
//! programs import instead of compiling sources. Nothing is read or expanded then, and of each
//! library only what is asked for is decoded (`format` says what that can be). The sources are
//! part of the program too: messages show them, and a built-in library is compiled from them when
//! something on the search path takes the place of a library that it imports.
//!
//! Every VM gives what it takes its own numbers, so any number of VMs share one image, and its
//! libraries live beside those compiled at run time (`load`). Sections are hashed: damage is an
//! error, never a wrong program.

use serde::Deserialize;

use crate::code::CompiledUnit;
use crate::diag::Diagnostic;
use crate::source::File;
use crate::syntax::LibraryName;

mod build;
mod format;
mod load;
mod write;

#[cfg(test)]
pub(crate) use build::NoFiles;
pub use build::build;
use format::{Entry, Face, HEAD_BYTES, Index, MAGIC, Section, Syntax, hash};
pub(crate) use load::{Taken, install, transformer};

/// What the names of built-in files start with.
pub const BUILT_IN: &str = "built-in:";

/// The libraries that come with the program.
#[derive(Default)]
pub struct BuiltIn {
    /// Their sources in order of their names, which start with [`BUILT_IN`].
    pub files: &'static [File],
    /// The same compiled; without it they are compiled when needed.
    pub image: Option<Image>,
}

/// Libraries compiled by [`build`].
pub struct Image {
    /// After the index.
    sections: &'static [u8],
    index: Index<'static>,
}

impl Image {
    /// Opens the image of `files`. The error says in which way it is damaged.
    pub fn open(bytes: &'static [u8], files: &[File]) -> Result<Image, Diagnostic> {
        let head = bytes.get(..HEAD_BYTES).filter(|head| head.starts_with(MAGIC)).ok_or_else(|| damaged("it does not begin as one"))?;
        let word = |at: usize| head[at..at + 8].iter().rev().fold(0, |word, &byte| word << 8 | u64::from(byte));
        let (len, wanted) = (word(8), word(16));
        let rest = &bytes[HEAD_BYTES..];
        let len = usize::try_from(len).ok().filter(|&len| len <= rest.len()).ok_or_else(|| damaged("its index is cut off"))?;
        let (index, sections) = rest.split_at(len);
        let index: Index<'static> = decode(index, wanted, "its index")?;
        if index.scopes < index.libraries.len() as u32 || !index.libraries.is_sorted_by_key(|library| library.printed) {
            return Err(damaged("its index is wrong"));
        }
        if cfg!(debug_assertions) && index.files != format::hash_files(files) {
            return Err(damaged("it was compiled from other sources"));
        }
        Ok(Image { sections, index })
    }

    /// Number of the library with this printed name.
    pub(crate) fn find(&self, printed: &str) -> Option<u32> {
        self.index.libraries.binary_search_by(|library| library.printed.cmp(printed)).ok().map(|i| i as u32)
    }

    /// Printed names of all libraries, in order.
    pub fn libraries(&self) -> impl Iterator<Item = &str> {
        self.index.libraries.iter().map(|library| library.printed)
    }

    /// The name of a library.
    pub(crate) fn library_name(&self, library: u32) -> Result<LibraryName, Diagnostic> {
        let entry = self.entry(library)?;
        Ok(LibraryName::of_parts(entry.parts.iter().map(|&part| part.into()).collect(), entry.printed.into()))
    }

    /// What a library exports and imports.
    pub(crate) fn face(&self, library: u32) -> Result<Face, Diagnostic> {
        self.section(self.entry(library)?.face)
    }

    /// Libraries that export `name`.
    pub(crate) fn exporters(&self, name: &str) -> impl Iterator<Item = &'static str> {
        let number = self.index.names.iter().position(|&known| known == name).map(|number| number as u32);
        let exports = move |library: u32| self.face(library).is_ok_and(|face| face.exports.iter().any(|&(name, _)| Some(name) == number));
        let libraries = self.index.libraries.iter().zip(0..).filter(move |&(_, library)| number.is_some() && exports(library));
        libraries.map(|(entry, _)| entry.printed)
    }

    fn code(&self, library: u32) -> Result<CompiledUnit, Diagnostic> {
        let unit: CompiledUnit = self.section(self.entry(library)?.code)?;
        if cfg!(debug_assertions)
            && let Err(error) = crate::emit::verify_unit(&unit)
        {
            return Err(damaged(&format!("it has invalid code: {error}")));
        }
        Ok(unit)
    }

    fn syntax(&self, library: u32) -> Result<Syntax, Diagnostic> {
        self.section(self.entry(library)?.syntax)
    }

    fn entry(&self, library: u32) -> Result<&Entry<'static>, Diagnostic> {
        self.index.libraries.get(library as usize).ok_or_else(|| damaged("it names a library that it does not have"))
    }

    fn name(&self, name: u32) -> Result<&'static str, Diagnostic> {
        self.index.names.get(name as usize).copied().ok_or_else(|| damaged("it names what it has no name for"))
    }

    fn section<T: Deserialize<'static>>(&self, section: Section) -> Result<T, Diagnostic> {
        let start = section.start as usize;
        let bytes = self.sections.get(start..start.saturating_add(section.len as usize)).ok_or_else(|| damaged("a section is cut off"))?;
        decode(bytes, section.hash, "a section")
    }
}

/// Decodes bytes with the given hash. Values nest as deep as the program allowed; the stack has
/// room for that, as everything that compiles runs in `with_stack`.
fn decode<T: Deserialize<'static>>(bytes: &'static [u8], wanted: u64, what: &str) -> Result<T, Diagnostic> {
    if hash(bytes) != wanted {
        return Err(damaged(&format!("{what} has changed")));
    }
    postcard::from_bytes(bytes).map_err(|error| damaged(&format!("{what} cannot be decoded: {error}")))
}

fn damaged(how: &str) -> Diagnostic {
    Diagnostic::error("E0330", format!("the library image is damaged: {how}"))
}

#[cfg(test)]
mod tests;
