//! The front end as its users see it: sources in, compiled units out. One compiler serves a VM
//! for its life; everything it learns (libraries, macros, environments) stays with it.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::code::CompiledUnit;
use crate::datum::Datum;
use crate::diag::{Diagnostic, suggest};
use crate::image::BuiltIn;
use crate::ir::GlobalKey;
use crate::reader::{Reader, is_identifier, read_all};
use crate::source::{SourceId, SourceMap, Span};
use crate::syntax::{CompiledLibrary, DumpSink, LibraryName, Loader, State, exporters, session, with_stack};

/// An interactive environment, by number.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct EnvId(pub u32);

/// What compiling something gave: run the libraries' bodies in this order, then the unit.
#[derive(Debug)]
pub struct Compiled {
    /// Libraries not handed out before.
    pub libraries: Vec<Arc<CompiledLibrary>>,
    /// None if there is nothing to run, as for a macro definition.
    pub unit: Option<CompiledUnit>,
}

/// Errors reported at once; more of them help nobody.
const ERRORS_SHOWN: usize = 20;

/// The front end.
pub struct Compiler {
    state: State,
}

impl Compiler {
    /// A compiler that finds source text through `loader`, and without built-in libraries.
    pub fn new(loader: Box<dyn Loader>) -> Compiler {
        Compiler::with_built_in(loader, BuiltIn::default())
    }
    /// A compiler with built-in libraries, where `loader` finds all others.
    pub fn with_built_in(loader: Box<dyn Loader>, built_in: BuiltIn) -> Compiler {
        Compiler { state: State::new(loader, built_in) }
    }
    /// Sends the result of a stage (`expand`, a pass or `bytecode`) to `sink`.
    pub fn dump(&mut self, stage: &str, sink: DumpSink) {
        self.state.backend.dump = Some((stage.to_string(), sink));
    }
    /// Makes compiling end with an error when `stop` says so; it is asked at every macro step.
    pub fn stop_when(&mut self, stop: impl Fn() -> bool + Send + 'static) {
        self.state.stop = Box::new(stop);
    }
    /// All source text heard of.
    pub fn sources(&self) -> &SourceMap {
        &self.state.sources
    }
    /// Enters source text. The error says where it is not UTF-8.
    pub fn add_source(&mut self, name: &str, bytes: &[u8]) -> Result<SourceId, Diagnostic> {
        self.state.sources.add_bytes(name, bytes)
    }
    fn text(&self, source: SourceId) -> Arc<str> {
        self.state.sources.text(source).unwrap_or_else(|| Arc::from(""))
    }
    /// Whether a source is a program: its first form is an import declaration or a library definition.
    pub fn is_program(&self, source: SourceId) -> Result<bool, Diagnostic> {
        let text = self.text(source);
        match Reader::new(source, &text).next() {
            None => Ok(false),
            Some(form) => Ok(form?.as_list().and_then(|items| items.first()).is_some_and(|head| head.is_symbol("import") || head.is_symbol("define-library"))),
        }
    }
    /// Compiles a program as a closed unit.
    pub fn compile_program(&mut self, source: SourceId) -> Result<Compiled, Vec<Diagnostic>> {
        let text = self.text(source);
        let folder = self.folder(source);
        let forms = read_all(source, &text).map_err(|error| vec![error])?;
        self.finish(|state| session::program(state, &forms, &folder).map(Some))
    }
    /// An environment that imports `sets`, with the libraries to run first. An `open` one takes
    /// definitions; any other is what R7RS 6.12 calls immutable.
    pub fn new_environment(&mut self, sets: &[Datum], open: bool) -> Result<(EnvId, Vec<Arc<CompiledLibrary>>), Vec<Diagnostic>> {
        let number = session::environment(&mut self.state, open);
        let compiled = self.finish(|state| sets.iter().try_for_each(|set| session::import(state, number, set)).map(|()| None))?;
        Ok((EnvId(number), compiled.libraries))
    }
    /// Compiles one form of an environment.
    pub fn compile_form(&mut self, environment: EnvId, form: &Datum) -> Result<Compiled, Vec<Diagnostic>> {
        let folder = if form.span.is_none() { Arc::from(".") } else { self.folder(form.span.source) };
        self.finish(|state| session::form(state, environment.0, form, &folder))
    }
    /// Compiles, collects errors, hands out libraries.
    fn finish(&mut self, work: impl FnOnce(&mut State) -> Result<Option<CompiledUnit>, Diagnostic>) -> Result<Compiled, Vec<Diagnostic>> {
        self.state.errors.clear();
        self.state.expansions.clear();
        let done = with_stack(|| work(&mut self.state));
        let mut errors = std::mem::take(&mut self.state.errors);
        match done {
            Ok(unit) if errors.is_empty() => Ok(Compiled { libraries: std::mem::take(&mut self.state.libraries.pending), unit }),
            Ok(_) => Err(self.explained(errors)),
            Err(error) => {
                errors.push(error);
                Err(self.explained(errors))
            }
        }
    }
    /// The errors as the user gets them: one for each message, as a forgotten import can make
    /// hundreds of the same; errors in what a macro made say which macro it was.
    fn explained(&self, errors: Vec<Diagnostic>) -> Vec<Diagnostic> {
        let mut places: FxHashMap<String, usize> = FxHashMap::default();
        let mut kept: Vec<(Diagnostic, usize)> = Vec::new();
        for error in errors {
            let place = *places.entry(error.message.clone()).or_insert(kept.len());
            match kept.get_mut(place) {
                Some((_, more)) => *more += 1,
                None => kept.push((error, 0)),
            }
        }
        let omitted = kept.len().saturating_sub(ERRORS_SHOWN);
        kept.truncate(ERRORS_SHOWN);
        let explain = |(mut error, more): (Diagnostic, usize)| {
            if let Some(&keyword) = error.primary.and_then(|span| self.state.expansions.get(&span)) {
                error = error.note(format!("this is in what the macro {} expands to here", self.state.symbols.name(keyword)));
            }
            match more {
                0 => error,
                _ => error.note(format!("{more} more of the same")),
            }
        };
        let mut shown: Vec<Diagnostic> = kept.into_iter().map(explain).collect();
        if omitted > 0
            && let Some(last) = shown.pop()
        {
            shown.push(last.note(format!("{omitted} other errors are not shown")));
        }
        shown
    }
    /// The folder of a source's file, for `include`.
    fn folder(&self, source: SourceId) -> Arc<str> {
        let name = self.state.sources.name(source).unwrap_or("");
        match name.rfind('/') {
            Some(0) => Arc::from("/"),
            Some(i) => Arc::from(&name[..i]),
            None => Arc::from("."),
        }
    }
    /// What `(features)` returns and `cond-expand` knows.
    pub fn features(&self) -> &[Arc<str>] {
        &self.state.features
    }
    /// Makes a feature known to `cond-expand` and `(features)`.
    pub fn add_feature(&mut self, name: &str) {
        if !self.state.features.iter().any(|known| &**known == name) {
            self.state.features.push(name.into());
        }
    }
    /// The names that mean something in an environment and can be written without bars.
    fn names(&self, environment: EnvId) -> impl Iterator<Item = &Arc<str>> {
        let root = self.state.environments[environment.0 as usize].root;
        self.state.visible(root).map(|(sym, _)| self.state.symbols.name(sym))
    }
    /// Identifiers of an environment that start with `prefix`, in order.
    pub fn completions(&self, environment: EnvId, prefix: &str) -> Vec<Arc<str>> {
        let mut found: Vec<Arc<str>> = self.names(environment).filter(|name| name.starts_with(prefix) && is_identifier(name)).cloned().collect();
        found.sort();
        found
    }
    /// Whether a name means something in an environment.
    pub fn is_bound(&self, environment: EnvId, name: &str) -> bool {
        self.names(environment).any(|known| &**known == name)
    }
    /// Makes a variable in an environment, as a definition does, and returns its key. Its cell is
    /// the caller's to fill.
    pub fn define_variable(&mut self, environment: EnvId, name: &str) -> GlobalKey {
        session::variable(&mut self.state, environment.0, name)
    }
    /// Whether a library that has been imported exports `name`.
    pub fn exports(&self, library: &Datum, name: &str) -> bool {
        let printed = LibraryName::parse(library).map(|parsed| parsed.printed().clone());
        let library = printed.ok().and_then(|printed| self.state.libraries.ready(&printed));
        library.is_some_and(|ready| ready.exports.iter().any(|&(sym, _)| &**self.state.symbols.name(sym) == name))
    }
    /// What may have been meant by an unbound name at run time.
    pub fn hint_for_unbound(&self, name: &str) -> Option<String> {
        if let Some(library) = exporters(&self.state, name).first() {
            return Some(format!("it is exported by {library}"));
        }
        let visible: Vec<Arc<str>> =
            self.state.environments.iter().flat_map(|environment| self.state.visible(environment.root).map(|(sym, _)| self.state.symbols.name(sym).clone())).collect();
        suggest(name, visible.iter().map(|name| &**name)).map(|near| format!("did you mean {near}?"))
    }
    /// Reads datums from text that has no place, such as built-in import sets.
    pub fn read_text(text: &str) -> Result<Vec<Datum>, Diagnostic> {
        read_all(Span::NONE.source, text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diag::Diagnostic;
    use crate::syntax::LoadedSource;

    struct Nothing;
    impl Loader for Nothing {
        fn load(&mut self, _: &LibraryName) -> Result<Option<LoadedSource>, Diagnostic> {
            Ok(None)
        }
        fn include(&mut self, path: &str, _: &str) -> Result<LoadedSource, Diagnostic> {
            Err(Diagnostic::error("E0322", path))
        }
        fn search_path_description(&self) -> String {
            "nowhere".into()
        }
    }

    /// An environment in which these forms have been compiled.
    fn environment(sets: &str, forms: &str) -> (Compiler, EnvId) {
        let mut compiler = Compiler::new(Box::new(Nothing));
        let sets = Compiler::read_text(sets).expect("import sets");
        let (environment, _) = compiler.new_environment(&sets, true).expect("they can be imported");
        for form in Compiler::read_text(forms).expect("forms") {
            compiler.compile_form(environment, &form).expect("the form compiles");
        }
        (compiler, environment)
    }

    fn completions(compiler: &Compiler, environment: EnvId, prefix: &str) -> String {
        compiler.completions(environment, prefix).join(" ")
    }

    #[test]
    fn completions_are_what_is_visible() {
        let forms = "(define xa 1) (define-syntax xb (syntax-rules () ((_) (define xmacro 1)))) (xb) (define (xc) (define xlocal 1) xunbound) (define |x y| 1) (import (rename (gambol syntax) (let xlet)))";
        let (compiler, environment) = environment("(gambol syntax)", forms);
        assert_eq!(completions(&compiler, environment, "x"), "xa xb xc xlet");
        assert_eq!(completions(&compiler, environment, "let-"), "let-syntax let-values");
        assert_eq!(completions(&compiler, environment, "nothing"), "");
        assert!(compiler.is_bound(environment, "xa") && compiler.is_bound(environment, "x y"));
        assert!(!compiler.is_bound(environment, "xmacro") && !compiler.is_bound(environment, "xunbound"));
    }

    #[test]
    fn variables_are_defined_from_outside() {
        let (mut compiler, environment) = environment("(only (gambol syntax) lambda)", "");
        assert_eq!(compiler.define_variable(environment, "$1"), GlobalKey::Interactive(environment.0, "$1".into()));
        assert!(compiler.is_bound(environment, "$1"));
        let form = &Compiler::read_text("(lambda () $1)").expect("a form")[0];
        let unit = compiler.compile_form(environment, form).expect("it compiles").unit.expect("code");
        assert!(unit.globals.iter().any(|global| global.key == GlobalKey::Interactive(environment.0, "$1".into())));
    }

    #[test]
    fn features_and_exports() {
        let forms = "(define-library (a 1) (export (rename f main)) (import (gambol syntax)) (begin (define (f) 1))) (import (a 1)) (cond-expand (mine (define yes 1)) (else (define no 1)))";
        let mut compiler = Compiler::new(Box::new(Nothing));
        compiler.add_feature("mine");
        compiler.add_feature("mine");
        assert_eq!(compiler.features().iter().filter(|name| &***name == "mine").count(), 1);
        let sets = Compiler::read_text("(gambol syntax)").expect("import sets");
        let (environment, _) = compiler.new_environment(&sets, true).expect("they can be imported");
        for form in Compiler::read_text(forms).expect("forms") {
            compiler.compile_form(environment, &form).expect("the form compiles");
        }
        assert!(compiler.is_bound(environment, "yes") && !compiler.is_bound(environment, "no"));
        let name = |text: &str| Compiler::read_text(text).expect("a name").remove(0);
        assert!(compiler.exports(&name("(a 1)"), "main"));
        assert!(!compiler.exports(&name("(a 1)"), "f") && !compiler.exports(&name("(b)"), "main") && !compiler.exports(&name("5"), "main"));
    }
}
