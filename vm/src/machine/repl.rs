//! The read-eval-print loop: takes lines, evaluates complete forms, prints their values, reports
//! errors and goes on. Lines come from an editor, when somebody is typing and the host has one
//! ([`Lines`]); else from the port that the program reads from. Either way `(read-line)` gets the
//! line after the one that called it.

use super::{Line, Lines, Machine, Outcome, complain};
use crate::cx::{Cx, H, Raise};
use crate::io::{self, terminal};
use crate::{link, poll, printer};
use gambol_abi::value::{UNSPECIFIED, Word};
use gambol_front::compiler::EnvId;
use gambol_front::datum::Datum;
use gambol_front::reader::{Parser, Step};
use gambol_front::source::SourceId;

/// Shown before forms, and before lines that continue them.
const PROMPTS: [&str; 2] = ["> ", "  "];

/// What the loop remembers from one line to the next.
struct Session {
    /// Whether somebody is typing, who sees prompts, and values with the names they get.
    typing: bool,
    /// What was read and is not finished: nothing, or the start of a form.
    text: String,
    /// Has seen `text` and tells when it is finished, so that a form of many lines is not looked
    /// at afresh for each.
    parser: Parser,
    /// Whether `#!fold-case` is in effect where `text` starts.
    fold_case: bool,
}

impl Session {
    fn new(typing: bool) -> Session {
        Session { typing, text: String::new(), parser: Parser::new(SourceId::NONE), fold_case: false }
    }
    /// Takes a line; says whether there is something to evaluate or to complain about.
    fn take(&mut self, line: &str) -> bool {
        self.text.push_str(line);
        let (mut rest, mut some) = (line, false);
        loop {
            match self.parser.feed(rest, false) {
                Step::Datum { consumed, .. } => {
                    some = true;
                    rest = &rest[consumed..];
                }
                Step::Error { .. } => return true,
                Step::NeedMore | Step::Eof => break,
            }
        }
        if !some && self.parser.is_idle() {
            self.text.clear();
            self.fold_case = self.parser.fold_case();
        }
        some
    }
    /// Forgets what is unfinished.
    fn forget(&mut self) {
        self.text.clear();
        self.parser = Parser::new(SourceId::NONE);
        self.parser.set_fold_case(self.fold_case);
    }
}

impl Machine {
    /// From now on standard input comes from `lines`; standard output must be the same terminal.
    pub fn attach(&mut self, lines: Box<dyn Lines>) {
        self.p.files.terminal = Some(terminal::Terminal::new(lines));
    }

    /// Reads standard input until its end. With a greeting somebody is typing: the greeting is
    /// shown and prompts are, and the values shown become those of `$1`, `$2` and so on.
    pub fn repl(&mut self, greeting: Option<&str>) -> Outcome {
        let mut session = Session::new(greeting.is_some());
        if let Some(text) = greeting {
            self.show(text);
        }
        loop {
            let line = match self.next_line(&session) {
                Ok(line) => line,
                Err(outcome) => return outcome,
            };
            let eof = line == Line::End;
            let ready = match line {
                Line::Text(text) => session.take(&(text + "\n")),
                Line::End => !session.text.is_empty(),
                Line::Interrupted => {
                    session.forget();
                    false
                }
                Line::Failed(why) => return Outcome::Failed(format!("gambol: cannot read the terminal: {why}\n")),
            };
            if ready && let Some(outcome) = self.evaluate_text_of(&mut session, eof) {
                return outcome;
            }
            if eof {
                return Outcome::Done;
            }
        }
    }

    /// Evaluates the complete forms and keeps what is unfinished. `Some` ends the session.
    fn evaluate_text_of(&mut self, session: &mut Session, eof: bool) -> Option<Outcome> {
        let text = std::mem::take(&mut session.text);
        let source = match self.add_source("repl", text.as_bytes()) {
            Ok(source) => source,
            Err(outcome) => {
                self.tell(session, outcome);
                session.forget();
                return None;
            }
        };
        let mut parser = Parser::new(source);
        parser.set_fold_case(session.fold_case);
        let mut at = 0;
        loop {
            let step = parser.feed(&text[at..], true);
            session.fold_case = parser.fold_case();
            match step {
                Step::Datum { datum, consumed } => {
                    at += consumed;
                    match self.evaluate_and_show(session, &datum) {
                        Ok(()) | Err(Outcome::Done) => {}
                        Err(Outcome::Exit(code)) => return Some(Outcome::Exit(code)),
                        Err(outcome) => {
                            // Whoever interrupts wants none of the rest either.
                            let stop = session.typing && matches!(outcome, Outcome::Interrupted(_));
                            self.tell(session, outcome);
                            if stop {
                                session.forget();
                                return None;
                            }
                        }
                    }
                }
                Step::Error { error, .. } if error.is_incomplete() && !eof => {
                    session.text.push_str(&text[at..]);
                    return None;
                }
                Step::Error { error, .. } => {
                    let message = self.explain(&[error]);
                    self.tell(session, Outcome::Failed(message));
                    session.forget();
                    return None;
                }
                Step::Eof | Step::NeedMore => return None,
            }
        }
    }

    fn evaluate_and_show(&mut self, session: &Session, form: &Datum) -> Result<(), Outcome> {
        let values = self.evaluate(form)?;
        if session.typing { self.show_values(&values) } else { self.print_values(&values, false) }
    }

    /// Prints values as `write` does, one a line and each with a name of its own, which the
    /// interactive environment knows from now on.
    fn show_values(&mut self, values: &[Word]) -> Result<(), Outcome> {
        let (environment, last) = (self.environment, self.shown);
        let shown = Cx::enter(&mut self.p, |cx| {
            let handles: Vec<_> = values.iter().filter(|&&w| w != UNSPECIFIED).map(|&w| cx.root_word(w)).collect();
            if !handles.is_empty() {
                terminal::fresh_line(cx)?;
            }
            let mut last = last;
            for h in handles {
                last = name_value(cx, environment, last, h)?;
                let text = format!("${last} = {}\n", printer::print(cx, h, printer::Style::WRITE)?);
                io::write_text(cx, &text)?;
            }
            Ok(last)
        });
        self.shown = shown.map_err(|_: Raise| self.uncaught())?;
        Ok(())
    }

    /// The next line that somebody types, or that standard input has.
    fn next_line(&mut self, session: &Session) -> Result<Line, Outcome> {
        if session.typing {
            self.fresh_line();
            poll::take_interrupt(&mut self.p);
        }
        let prompt = PROMPTS[usize::from(!session.text.is_empty())];
        if self.p.files.terminal.is_some() {
            return Ok(self.typed_line(prompt));
        }
        if session.typing {
            self.show(prompt);
        }
        let line = self.plain_line()?;
        if session.typing && line == Line::End {
            // The prompt's line is still open.
            self.show("\n");
        }
        Ok(line)
    }

    /// What the program did not read of a line typed for it; else what the user types now.
    fn typed_line(&mut self, prompt: &str) -> Line {
        let unread = Cx::enter(&mut self.p, |cx| io::standard(cx, io::INPUT).map(|input| terminal::take_unread(cx, input)));
        let unread = String::from_utf8_lossy(&unread.unwrap_or_default()).into_owned();
        if !unread.trim().is_empty() {
            return Line::Text(unread);
        }
        let line = self.p.files.terminal.as_mut().map_or(Line::End, |terminal| terminal.forms(prompt));
        // A signal that the editor did not see must not stop what was typed before it.
        poll::take_interrupt(&mut self.p);
        line
    }

    fn plain_line(&mut self) -> Result<Line, Outcome> {
        let line = Cx::enter(&mut self.p, |cx| {
            let input = io::standard(cx, io::INPUT)?;
            io::read_line(cx, input)
        });
        match line {
            Ok(Some(bytes)) => Ok(Line::Text(String::from_utf8_lossy(&bytes).into_owned())),
            Ok(None) => Ok(Line::End),
            Err(_) => match self.uncaught() {
                // At the prompt: forget what was typed.
                Outcome::Interrupted(_) => {
                    complain("\n");
                    Ok(Line::Interrupted)
                }
                outcome => Err(outcome),
            },
        }
    }

    /// Shows what went wrong, after what the program has printed so far.
    fn tell(&mut self, session: &Session, outcome: Outcome) {
        let ended = session.typing && self.fresh_line();
        match outcome {
            // The terminal shows `^C`.
            Outcome::Interrupted(text) if session.typing && !ended => self.report(&format!("\n{text}")),
            Outcome::Failed(text) | Outcome::Interrupted(text) => self.report(&text),
            Outcome::Done | Outcome::Exit(_) => {}
        }
    }

    fn flush(&mut self) {
        // A failure is reported when the machine is closed.
        let _ = Cx::enter(&mut self.p, io::flush_all);
    }

    /// Ends a line that the program has begun to write; says whether there was one.
    fn fresh_line(&mut self) -> bool {
        // Nobody sees the lines of a closed output.
        Cx::enter(&mut self.p, terminal::fresh_line).unwrap_or(false)
    }

    fn show(&mut self, text: &str) {
        // As above.
        let _ = Cx::enter(&mut self.p, |cx| io::write_text(cx, text));
        self.flush();
    }
}

/// Binds the next name after `$last` that the user has not given a meaning; returns its number.
fn name_value<'s>(cx: &mut Cx<'s>, environment: EnvId, last: u64, value: H<'s>) -> Result<u64, Raise> {
    let (number, key) = {
        let vm = cx.p().vm.clone();
        let mut compiler = vm.compiler.lock();
        let mut number = last + 1;
        while compiler.is_bound(environment, &format!("${number}")) {
            number += 1;
        }
        (number, compiler.define_variable(environment, &format!("${number}")))
    };
    let cell = link::cell(cx, &key)?;
    let cell = cx.root_word(cell);
    cx.p_mut().linking.clear();
    cx.set_field(cell, 0, value);
    Ok(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_gathered_until_a_form_ends() {
        let mut session = Session::new(false);
        assert!(!session.take("(a\n"));
        assert!(!session.take("  \"b)\n"));
        assert_eq!(session.text, "(a\n  \"b)\n");
        assert!(session.take("\" c) (d\n"));
        session.text = "(d\n".into();
        assert!(session.take(")\n"));
        session.text.clear();
        // Nothing is kept of space and comments.
        for line in ["\n", "  ; comment (\n", "#| a |#\n", "#;(a)\n", "#!fold-case\n"] {
            assert!(!session.take(line) && session.text.is_empty(), "{line}");
        }
        assert!(session.fold_case);
        assert!(!session.take("#| open\n") && session.text == "#| open\n");
        assert!(session.take("|# a\n"));
    }

    #[test]
    fn mistakes_are_not_waited_for() {
        for line in [")\n", "(a . )\n", "[\n", "#<a>\n"] {
            assert!(Session::new(false).take(line), "{line}");
        }
        let mut session = Session::new(false);
        session.take("(a\n");
        session.forget();
        assert!(session.take("b\n") && session.text == "b\n");
    }
}
