//! The plain read-eval-print loop: reads lines, evaluates complete forms, prints their values,
//! reports errors and goes on. It reads from the port that the program reads from, so that
//! `(read-line)` gets the next line.

use super::{Machine, Outcome, complain};
use crate::cx::Cx;
use crate::io;
use gambol_front::reader::{Parser, Step};

impl Machine {
    /// Reads standard input until its end. `prompt` says whether somebody is typing.
    pub fn repl(&mut self, prompt: bool) -> Outcome {
        let mut text = String::new();
        loop {
            if prompt {
                self.prompt(text.is_empty());
            }
            let line = match self.read_line() {
                Ok(line) => line,
                Err(Outcome::Interrupted(_)) => {
                    // At the prompt: forget what was typed.
                    complain("\n");
                    text.clear();
                    continue;
                }
                Err(outcome) => return outcome,
            };
            let eof = line.is_none();
            if let Some(line) = line {
                text.push_str(&String::from_utf8_lossy(&line));
                text.push('\n');
            }
            match self.step(&mut text, eof) {
                Some(outcome) => return outcome,
                None if eof => return Outcome::Done,
                None => {}
            }
        }
    }

    /// The next line of standard input; `None` at its end.
    fn read_line(&mut self) -> Result<Option<Vec<u8>>, Outcome> {
        let line = Cx::enter(&mut self.p, |cx| {
            let input = io::standard(cx, io::INPUT)?;
            io::read_line(cx, input)
        });
        line.map_err(|_| self.uncaught())
    }

    /// Evaluates the complete forms in `text` and keeps what is unfinished. `Some` ends the session.
    fn step(&mut self, text: &mut String, eof: bool) -> Option<Outcome> {
        let source = self.p.vm.compiler.lock().add_source("repl", text.as_bytes());
        let source = match source {
            Ok(s) => s,
            Err(d) => {
                let message = self.explain(&[d]);
                self.report(&message);
                text.clear();
                return None;
            }
        };
        let whole = text.clone();
        let mut parser = Parser::new(source);
        let mut at = 0;
        loop {
            match parser.feed(&whole[at..], true) {
                Step::Datum { datum, consumed } => {
                    at += consumed;
                    match self.evaluate(&datum).and_then(|values| self.print_values(&values, false)) {
                        Err(Outcome::Exit(code)) => return Some(Outcome::Exit(code)),
                        Err(Outcome::Failed(report) | Outcome::Interrupted(report)) => self.report(&report),
                        Ok(()) | Err(Outcome::Done) => {}
                    }
                }
                Step::Error { error, .. } => {
                    if error.is_incomplete() && !eof {
                        text.drain(..at);
                        return None;
                    }
                    let message = self.explain(&[error]);
                    self.report(&message);
                    text.clear();
                    return None;
                }
                Step::Eof | Step::NeedMore => {
                    text.clear();
                    return None;
                }
            }
        }
    }

    fn flush(&mut self) {
        // A failure is reported when the machine is closed.
        let _ = Cx::enter(&mut self.p, io::flush_all);
    }

    fn prompt(&mut self, fresh: bool) {
        // Nobody reads the prompt of a closed output.
        let _ = Cx::enter(&mut self.p, |cx| io::write_text(cx, if fresh { "> " } else { "  " }));
        self.flush();
    }
}
