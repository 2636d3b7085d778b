//! Compiling the built-in libraries, all in one compiler, for `write` to make an image of.

use super::write::Writer;
use super::{BUILT_IN, BuiltIn};
use crate::diag::{Diagnostic, Style};
use crate::reader::Reader;
use crate::source::{File, SourceId, Span};
use crate::syntax::{LibraryName, LoadedSource, Loader, State, Target, defined_name, require, with_stack};

/// Compiles `files` (see [`BuiltIn::files`]) for a target. The errors are ready to be printed.
pub fn build(files: &'static [File], target: &Target<'_>) -> Result<Vec<u8>, Vec<String>> {
    with_stack(|| {
        let mut state = State::new(Box::new(NoFiles), BuiltIn { files, image: None });
        state.features = target.features(files);
        let outcome = compile(&mut state, files).and_then(|libraries| Writer::new(&state, libraries).image(files).map_err(|error| vec![error]));
        outcome.map_err(|errors| errors.iter().map(|error| error.render(&state.sources, Style::Plain)).collect())
    })
}

/// Built-in libraries import nothing else.
pub(crate) struct NoFiles;

impl Loader for NoFiles {
    fn load(&mut self, _: &LibraryName) -> Result<Option<LoadedSource>, Diagnostic> {
        Ok(None)
    }
    fn include(&mut self, path: &str, _: &str) -> Result<LoadedSource, Diagnostic> {
        Err(Diagnostic::error("E0322", format!("there is no built-in source {path}")))
    }
    fn search_path_description(&self) -> String {
        "the built-in libraries".into()
    }
}

/// Compiles all libraries of `files`; returns their names in order.
fn compile(state: &mut State, files: &[File]) -> Result<Vec<LibraryName>, Vec<Diagnostic>> {
    let mut names = Vec::new();
    let mut errors = Vec::new();
    for (i, file) in files.iter().enumerate().filter(|(_, file)| file.name.ends_with(".sld")) {
        let source = SourceId(i as u32);
        match defined(source, file) {
            Ok(defined) => names.extend(defined),
            Err(error) => errors.push(error),
        }
    }
    names.sort_by(|a, b| a.printed().cmp(b.printed()));
    for name in &names {
        let outcome = require(state, name, Span::NONE);
        errors.append(&mut state.errors);
        // That a library did not compile has been said where it did not.
        errors.extend(outcome.err().filter(|error| error.code != "E0306"));
    }
    if errors.is_empty() { Ok(names) } else { Err(errors) }
}

/// Names of the libraries that a file defines; one is the file's own.
fn defined(source: SourceId, file: &File) -> Result<Vec<LibraryName>, Diagnostic> {
    let mut names = Vec::new();
    for form in Reader::new(source, file.text) {
        let form = form?;
        names.extend(defined_name(&form).map(LibraryName::parse).transpose()?);
    }
    let path = file.name.trim_start_matches(BUILT_IN).trim_end_matches(".sld");
    if names.iter().any(|name| name.path().as_deref() == Some(path)) {
        return Ok(names);
    }
    Err(Diagnostic::error("E0308", format!("{} does not define the library of that name", file.name)).at(Span::new(source, 0, 0)))
}
