//! What a host uses: make a machine, run programs, evaluate, get reports. One machine is one heap
//! with one processor (for now); several machines live side by side.

mod assistant;
mod command;
mod forms;
mod repl;
mod start;
mod units;

pub use crate::io::terminal::{Line, Lines};
pub use assistant::Assistant;
pub use command::is_library_name;
pub(crate) use forms::{Loading, compile, environment, load_next, load_source};

use crate::cx::{Cx, Raise};
use crate::link;
use crate::printer;
use crate::processor::{Escape, Processor};
use crate::report;
use gambol_abi::options::Options;
use gambol_abi::value::Word;
use gambol_front::code::CompiledUnit;
use gambol_front::compiler::{Compiled, EnvId};
use gambol_front::datum::Datum;
use gambol_front::diag::{Diagnostic, Style};
use gambol_front::reader::{Parser, Step};
use gambol_front::source::SourceId;
use gambol_front::syntax::CompiledLibrary;
use std::path::PathBuf;
use std::sync::Arc;

/// What a machine is made with.
pub struct Setup {
    /// Run-time options.
    pub options: Options,
    /// Directories searched for libraries before the built-in ones.
    pub prepend: Vec<PathBuf>,
    /// Directories searched after them.
    pub append: Vec<PathBuf>,
    /// Feature identifiers besides the system's own.
    pub features: Vec<String>,
    /// What `command-line` returns: the program's name, then its arguments.
    pub arguments: Vec<String>,
    /// Whether reports may use colours.
    pub colour: bool,
}

/// How a run ended.
#[derive(Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It returned.
    Done,
    /// It called `exit`.
    Exit(i32),
    /// It did not compile, or raised something nobody handled; the text says what and where.
    Failed(String),
    /// The user interrupted it; the text says where.
    Interrupted(String),
}

/// A Scheme system.
pub struct Machine {
    p: Box<Processor>,
    environment: EnvId,
    colour: bool,
    stats: bool,
    /// Greatest number of a value that the REPL has shown under a name.
    shown: u64,
}

impl Machine {
    /// Runs a program: one that starts with `(import ...)` as a closed unit, anything else form by
    /// form in the interactive environment. `name` is for messages.
    pub fn run_source(&mut self, name: &str, bytes: &[u8]) -> Outcome {
        let source = match self.add_source(name, bytes) {
            Ok(source) => source,
            Err(outcome) => return outcome,
        };
        let closed = self.p.vm.compiler.lock().is_program(source);
        match closed {
            Err(d) => Outcome::Failed(self.explain(&[d])),
            Ok(true) => {
                let compiled = self.p.vm.compiler.lock().compile_program(source);
                self.run_compiled(compiled).map_or_else(|o| o, |_| Outcome::Done)
            }
            Ok(false) => self.run_forms(source, |_, _| Ok(())),
        }
    }

    fn add_source(&mut self, name: &str, bytes: &[u8]) -> Result<SourceId, Outcome> {
        let added = self.p.vm.compiler.lock().add_source(name, bytes);
        added.map_err(|d| Outcome::Failed(self.explain(&[d])))
    }

    /// Runs the forms of a source one after the other; `each` gets the values of every form.
    fn run_forms(&mut self, source: SourceId, mut each: impl FnMut(&mut Machine, Vec<Word>) -> Result<(), Outcome>) -> Outcome {
        let text = self.p.vm.compiler.lock().sources().text(source).unwrap_or_else(|| Arc::from(""));
        let mut parser = Parser::new(source);
        parser.allow_script_line();
        let mut at = 0;
        loop {
            match parser.feed(&text[at..], true) {
                Step::Datum { datum, consumed } => {
                    at += consumed;
                    if let Err(outcome) = self.evaluate(&datum).and_then(|values| each(self, values)) {
                        return outcome;
                    }
                }
                Step::Error { error, .. } => return Outcome::Failed(self.explain(&[error])),
                Step::Eof | Step::NeedMore => return Outcome::Done,
            }
        }
    }

    /// Evaluates one form in the interactive environment. The values are valid until the next one.
    fn evaluate(&mut self, form: &Datum) -> Result<Vec<Word>, Outcome> {
        let compiled = self.p.vm.compiler.lock().compile_form(self.environment, form);
        self.run_compiled(compiled)
    }

    fn run_compiled(&mut self, compiled: Result<Compiled, Vec<Diagnostic>>) -> Result<Vec<Word>, Outcome> {
        let Compiled { libraries, unit } = compiled.map_err(|d| self.refused(&d))?;
        for library in libraries {
            self.run_library(&library)?;
        }
        match unit {
            Some(unit) => self.run_unit(&unit),
            None => Ok(Vec::new()),
        }
    }

    /// The outcome of compiling that found errors, or that the user interrupted.
    fn refused(&mut self, diagnostics: &[Diagnostic]) -> Outcome {
        let text = self.explain(diagnostics);
        match Cx::enter(&mut self.p, crate::poll::in_primitive) {
            Ok(()) => Outcome::Failed(text),
            Err(_) => Outcome::Interrupted(text),
        }
    }

    /// Runs a library's body, once.
    fn run_library(&mut self, library: &CompiledLibrary) -> Result<(), Outcome> {
        if self.p.vm.loaded.lock().insert(library.name.clone()) {
            self.run_unit(&library.unit)?;
        }
        Ok(())
    }

    fn run_unit(&mut self, unit: &CompiledUnit) -> Result<Vec<Word>, Outcome> {
        let linked = Cx::enter(&mut self.p, |cx| link::unit(cx, unit).map(|h| cx.get(h).word()));
        self.p.ctx.tail_calls.fill(0);
        let done = match linked {
            Ok(procedure) => self.p.drive(procedure, &[]),
            Err(_) => Err(Escape::Uncaught),
        };
        match done {
            Ok(()) => Ok(self.p.take_values()),
            Err(Escape::Exit(code)) => Err(Outcome::Exit(code)),
            Err(Escape::Uncaught) => Err(self.uncaught()),
        }
    }

    /// Shows the report of a run that ended, after what the program has printed.
    pub fn report(&mut self, text: &str) {
        // A failure to print is reported when the machine is closed.
        let _ = Cx::enter(&mut self.p, crate::io::flush_all);
        complain(text);
    }

    /// Makes SIGINT interrupt this machine's program, which gets a condition. A second one before
    /// the program has noticed the first ends the process.
    pub fn catch_interrupts(&mut self) {
        crate::signals::aim(&self.p.ctx);
    }

    #[cfg(test)]
    pub(crate) fn processor(&mut self) -> &mut Processor {
        &mut self.p
    }

    fn uncaught(&mut self) -> Outcome {
        let (vm, style) = (self.p.vm.clone(), self.style());
        let text = report::uncaught(&mut self.p, &vm.compiler.lock(), style);
        if report::is_interrupt(&mut self.p) { Outcome::Interrupted(text) } else { Outcome::Failed(text) }
    }

    /// The text of compile-time errors.
    fn explain(&self, diagnostics: &[Diagnostic]) -> String {
        let compiler = self.p.vm.compiler.lock();
        diagnostics.iter().map(|d| d.render(compiler.sources(), self.style())).collect()
    }

    fn style(&self) -> Style {
        if self.colour { Style::Ansi } else { Style::Plain }
    }

    /// Prints values as `write` does, one a line, on the current output port; unspecified ones only if `all`.
    fn print_values(&mut self, values: &[Word], all: bool) -> Result<(), Outcome> {
        // There can be more of them than handles.
        let bottom = self.p.building.len();
        self.p.building.extend_from_slice(values);
        let printed = (bottom..bottom + values.len()).try_for_each(|i| {
            Cx::enter(&mut self.p, |cx| {
                let h = cx.root_word(cx.p().building[i]);
                if !all && cx.get(h).word() == gambol_abi::value::UNSPECIFIED {
                    return Ok(());
                }
                let text = printer::print(cx, h, printer::Style::WRITE)? + "\n";
                crate::io::write_text(cx, &text)
            })
        });
        self.p.building.truncate(bottom);
        printed.map_err(|_: Raise| self.uncaught())
    }

    /// Flushes the standard ports and prints the counters if asked to. The error says what could not be written.
    pub fn close(&mut self) -> Result<(), String> {
        let flushed = Cx::enter(&mut self.p, crate::io::flush_all);
        if self.stats {
            let text = crate::stats::text(&mut self.p);
            complain(&format!("{text}\n"));
        }
        flushed
    }
}

impl Drop for Machine {
    fn drop(&mut self) {
        crate::signals::miss(&self.p.ctx);
    }
}

/// Writes on standard error. Nothing is left to do when that is closed, too.
fn complain(text: &str) {
    let _ = std::io::Write::write_all(&mut std::io::stderr(), text.as_bytes());
}
