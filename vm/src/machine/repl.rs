//! The plain read-eval-print loop: reads lines, evaluates complete forms, prints their values,
//! reports errors and goes on.

use super::{Machine, Outcome};
use gambol_front::reader::{Parser, Step};
use std::io::{BufRead, Write};

impl Machine {
    /// Reads standard input until its end. `prompt` says whether somebody is typing.
    pub fn repl(&mut self, prompt: bool) -> Outcome {
        let mut text = String::new();
        let input = std::io::stdin();
        loop {
            if prompt {
                self.prompt(text.is_empty());
            }
            let mut line = Vec::new();
            let read = input.lock().read_until(b'\n', &mut line);
            let eof = match read {
                Ok(n) => n == 0,
                Err(e) => return Outcome::Failed(format!("gambol: standard input: {e}\n")),
            };
            text.push_str(&String::from_utf8_lossy(&line));
            match self.step(&mut text, eof) {
                Some(Outcome::Done) | None if !eof => {}
                Some(Outcome::Exit(code)) => return Outcome::Exit(code),
                Some(other) => return other,
                None => return Outcome::Done,
            }
        }
    }

    /// Evaluates the complete forms in `text` and keeps what is unfinished.
    fn step(&mut self, text: &mut String, eof: bool) -> Option<Outcome> {
        let source = match self.p.vm.compiler.lock().add_source("repl", text.as_bytes()) {
            Ok(s) => s,
            Err(d) => {
                eprint!("{}", self.explain(&[d]));
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
                    match self.evaluate(&datum) {
                        Ok(values) => self.print_values(&values, false),
                        Err(Outcome::Exit(code)) => return Some(Outcome::Exit(code)),
                        Err(Outcome::Failed(report)) => {
                            self.flush();
                            eprint!("{report}");
                        }
                        Err(Outcome::Done) => {}
                    }
                }
                Step::Error { error, .. } => {
                    if error.is_incomplete() && !eof {
                        text.drain(..at);
                        return None;
                    }
                    eprint!("{}", self.explain(&[error]));
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
        let _ = crate::cx::Cx::enter(&mut self.p, crate::io::flush_all);
    }

    fn prompt(&mut self, fresh: bool) {
        self.flush();
        print!("{}", if fresh { "> " } else { "  " });
        let _ = std::io::stdout().flush();
    }
}
