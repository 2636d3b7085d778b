//! What a command line asks of a machine besides running a program: files loaded before others,
//! expressions, libraries that are programs.

use super::{Machine, Outcome};
use crate::cx::Cx;
use crate::prims::system::integer_status;
use crate::{poll, signals};
use gambol_front::compiler::Compiler;
use gambol_front::datum::Datum;
use gambol_front::syntax::LibraryName;

impl Machine {
    /// Evaluates the forms of a source in the interactive environment, as `load` does. `name` is
    /// for messages.
    pub fn load_source(&mut self, name: &str, bytes: &[u8]) -> Outcome {
        match self.add_source(name, bytes) {
            Ok(source) => self.run_forms(source, |_, _| Ok(())),
            Err(outcome) => outcome,
        }
    }

    /// Evaluates a text in the interactive environment; with `print`, its values are printed as
    /// `write` does, one a line. `name` is for messages.
    pub fn evaluate_text(&mut self, name: &str, text: &str, print: bool) -> Outcome {
        match self.add_source(name, text.as_bytes()) {
            Ok(source) => self.run_forms(source, |m, values| if print { m.print_values(&values, true) } else { Ok(()) }),
            Err(outcome) => outcome,
        }
    }

    /// Imports a library into the interactive environment. If it exports `main`, that is called
    /// with the list that `command-line` returns, and an exact integer other than 0 that it returns
    /// ends the program as `exit` would. For `name` see [`is_library_name`].
    pub fn run_library_as_program(&mut self, name: &str) -> Outcome {
        self.import_and_call_main(name).unwrap_or_else(|outcome| outcome)
    }

    fn import_and_call_main(&mut self, name: &str) -> Result<Outcome, Outcome> {
        let Some(library) = library_name(name) else { return Err(Outcome::Failed(format!("gambol: {name} is no name of a library\n"))) };
        // Through a source, so that messages can show it.
        let source = self.add_source("-m", format!("(import {library})").as_bytes())?;
        match self.run_forms(source, |_, _| Ok(())) {
            Outcome::Done => {}
            other => return Err(other),
        }
        if !self.p.vm.compiler.lock().exports(&library, "main") {
            return Ok(Outcome::Done);
        }
        // Whatever else the library exports and the user has defined, these are the two that are meant.
        let sets = self.read(&format!("(only {library} main) (only (scheme process-context) command-line)"))?;
        let made = self.p.vm.compiler.lock().new_environment(&sets, false);
        let (environment, libraries) = made.map_err(|d| Outcome::Failed(self.explain(&d)))?;
        for library in libraries {
            self.run_library(&library)?;
        }
        let mut values = Vec::new();
        for call in self.read("(main (command-line))")? {
            let compiled = self.p.vm.compiler.lock().compile_form(environment, &call);
            values = self.run_compiled(compiled)?;
        }
        let status = Cx::enter(&mut self.p, |cx| values.first().and_then(|&word| integer_status(cx.get(cx.root_word(word)))));
        Ok(match status {
            None | Some(0) => Outcome::Done,
            Some(code) => Outcome::Exit(code),
        })
    }

    /// Waits until standard input has something or ends; false if the user interrupts that.
    pub fn wait_for_input(&mut self) -> bool {
        signals::wait_for_input(&self.p.ctx);
        !poll::take_interrupt(&mut self.p)
    }

    fn read(&self, text: &str) -> Result<Vec<Datum>, Outcome> {
        Compiler::read_text(text).map_err(|d| Outcome::Failed(self.explain(&[d])))
    }

    /// What SRFI 176 wants to know: a property a line.
    pub fn version(&self) -> String {
        crate::version::properties(&self.p.vm).iter().map(|property| format!("{property}\n")).collect()
    }
}

/// Whether `text` is the name of a library, `(foo bar)` or for short `foo.bar`, whose parts of
/// digits are numbers: `srfi.1` is `(srfi 1)`.
pub fn is_library_name(text: &str) -> bool {
    library_name(text).is_some()
}

fn library_name(text: &str) -> Option<Datum> {
    let long = if text.starts_with('(') { text.to_string() } else { format!("({})", text.split('.').collect::<Vec<_>>().join(" ")) };
    let mut datums = Compiler::read_text(&long).ok()?;
    let name = datums.pop().filter(|_| datums.is_empty())?;
    LibraryName::parse(&name).ok()?;
    // An empty part is no part at all for the reader.
    let parts = name.as_list().map_or(0, <[Datum]>::len);
    (text.starts_with('(') || parts == text.split('.').count()).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_libraries() {
        let check = |text: &str, expect: Option<&str>| assert_eq!(library_name(text).map(|name| name.to_string()).as_deref(), expect, "{text}");
        check("(foo bar)", Some("(foo bar)"));
        check("(srfi 1)", Some("(srfi 1)"));
        check("foo", Some("(foo)"));
        check("foo.bar", Some("(foo bar)"));
        check("srfi.1", Some("(srfi 1)"));
        for wrong in ["", ".", "a.", ".a", "a..b", "()", "(a", "(a) (b)", "a)", "a b", "(\"a\")", "a.\"b\"", "a.-1", "#|", "a;b"] {
            check(wrong, None);
        }
    }
}
