//! The compiler: any text compiles or is refused with messages that can be shown, within the limits
//! and when it is asked to stop; what it makes passes the verifier. With debug assertions, every pass
//! leaves a valid tree.

use gambol_front::code::CompiledUnit;
use gambol_front::compiler::{Compiled, Compiler, EnvId};
use gambol_front::diag::{Diagnostic, Style};
use gambol_front::emit::{disassemble_unit, verify_unit};
use gambol_front::reader::Reader;
use gambol_front::source::SourceId;
use gambol_front::syntax::{LibraryName, LoadedSource, Loader, with_stack};
use std::time::{Duration, Instant};

/// What programs without imports see.
const ENVIRONMENT: &str =
    "(only (gambol syntax) import define-library) (scheme base) (scheme case-lambda) (scheme char) (scheme cxr) (scheme eval) (scheme lazy) (scheme read) (scheme write)";
/// When a compiler is asked to stop.
const PATIENCE: Duration = Duration::from_millis(700);

/// There are no files.
struct Nowhere;

impl Loader for Nowhere {
    fn load(&mut self, _: &LibraryName) -> Result<Option<LoadedSource>, Diagnostic> {
        Ok(None)
    }
    fn include(&mut self, path: &str, _: &str) -> Result<LoadedSource, Diagnostic> {
        Ok(LoadedSource { display_name: path.into(), text: "(define included 'yes)".into(), folder: ".".into() })
    }
    fn search_path_description(&self) -> String {
        "nowhere".into()
    }
}

pub(crate) fn prepare() -> super::Run {
    let sets = Compiler::read_text(ENVIRONMENT).expect("import sets");
    let mut compiler = gambol_vm::compiler(Box::new(Nowhere)).expect("the image is sound");
    let (environment, _) = compiler.new_environment(&sets, true).unwrap_or_else(|errors| panic!("{errors:?}"));
    Box::new(move |input| {
        let start = Instant::now();
        compiler.stop_when(move || start.elapsed() > PATIENCE);
        with_stack(|| run(&mut compiler, environment, input));
    })
}

fn run(compiler: &mut Compiler, environment: EnvId, input: &[u8]) {
    let source = match compiler.add_source("input", input) {
        Ok(source) => source,
        Err(error) => return shown(compiler, &[error]),
    };
    if compiler.is_program(source).is_ok_and(|yes| yes) {
        let compiled = compiler.compile_program(source);
        return judge(compiler, compiled);
    }
    forms(compiler, environment, source);
}

/// One form after the other, as at a prompt: an error does not keep from going on.
fn forms(compiler: &mut Compiler, environment: EnvId, source: SourceId) {
    let text = compiler.sources().text(source).expect("it was entered");
    for form in Reader::new(source, &text) {
        match form {
            Ok(form) => {
                let compiled = compiler.compile_form(environment, &form);
                judge(compiler, compiled);
            }
            Err(error) => shown(compiler, &[error]),
        }
    }
}

fn judge(compiler: &Compiler, compiled: Result<Compiled, Vec<Diagnostic>>) {
    match compiled {
        Ok(Compiled { libraries, unit }) => {
            libraries.iter().for_each(|library| verified(&library.unit));
            unit.iter().for_each(verified);
        }
        Err(errors) => {
            assert!(!errors.is_empty(), "refused without a word");
            shown(compiler, &errors);
        }
    }
}

fn verified(unit: &CompiledUnit) {
    if let Err(error) = verify_unit(unit) {
        panic!("invalid code: {error}\n{}", disassemble_unit(unit, None));
    }
}

fn shown(compiler: &Compiler, errors: &[Diagnostic]) {
    for error in errors {
        let text = error.render(compiler.sources(), Style::Plain);
        assert!(text.contains(error.code), "{} has no code: {text}", error.message);
        // Whatever the source has in it, it must not play with the terminal.
        let odd = text.chars().find(|c| c.is_control() && !matches!(c, '\n' | '\t'));
        assert!(odd.is_none(), "{odd:?} is shown as it is: {text:?}");
    }
}
