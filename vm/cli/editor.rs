//! The editor of lines at a terminal, between the machine, which knows the language, and the
//! library that knows terminals. Forms may take many lines, which are edited as one text and
//! indented; lines for the program are edited by the same editor, because it may have read them
//! ahead, but without the help that is for forms.

use crate::history;
use gambol_vm::machine::{Assistant, Line, Lines};
use rustyline::completion::Completer;
use rustyline::config::{ColorMode, CompletionType, Config, Configurer};
use rustyline::error::ReadlineError;
use rustyline::highlight::{CmdKind, Highlighter};
use rustyline::hint::Hinter;
use rustyline::history::MemHistory;
use rustyline::validate::Validator;
use rustyline::{Cmd, ConditionalEventHandler, Context, Event, EventContext, EventHandler, KeyEvent, RepeatCount};
use std::borrow::Cow;
use std::cell::Cell;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Kinds of terminals that cannot move their cursor.
const PLAIN: [&str; 4] = ["", "dumb", "emacs", "cons25"];

/// Whether a terminal, by the name of its kind, can do what editing takes.
pub(crate) fn can_edit(kind: Option<&str>) -> bool {
    kind.is_some_and(|kind| !PLAIN.contains(&kind))
}

/// An editor with its history.
pub(crate) struct Editor {
    editor: rustyline::Editor<Helper, MemHistory>,
    /// Columns that the prompt for forms takes; 0 while a line for the program is edited.
    prompt: Arc<AtomicUsize>,
    file: Option<PathBuf>,
}

impl Editor {
    /// An editor on standard input and output. None if the terminal does not let it.
    pub(crate) fn new(assistant: Assistant, colour: bool, file: Option<PathBuf>) -> Option<Editor> {
        let config = Config::builder()
            .completion_type(CompletionType::List)
            .completion_show_all_if_ambiguous(true)
            .color_mode(if colour { ColorMode::Enabled } else { ColorMode::Disabled })
            .max_history_size(history::ENTRIES_MAX)
            .ok()?
            .build();
        let past = MemHistory::with_config(&config);
        let mut editor = rustyline::Editor::with_history(config, past).ok()?;
        // Lines are short; not every terminal keeps quiet about what it does not know.
        editor.enable_synchronized_output(false);
        let prompt = Arc::new(AtomicUsize::new(0));
        editor.set_helper(Some(Helper { assistant, prompt: prompt.clone(), partner: Cell::new(None) }));
        for key in [KeyEvent::from('\r'), KeyEvent::ctrl('J')] {
            editor.bind_sequence(key, EventHandler::Conditional(Box::new(Enter { prompt: prompt.clone() })));
        }
        for entry in file.as_deref().map(history::load).unwrap_or_default() {
            editor.add_history_entry(entry).ok()?;
        }
        Some(Editor { editor, prompt, file })
    }

    fn read(&mut self, prompt: &str) -> Line {
        loop {
            return match self.editor.readline(prompt) {
                Ok(text) => Line::Text(text),
                Err(ReadlineError::Eof) => Line::End,
                Err(ReadlineError::Interrupted | ReadlineError::Signal(rustyline::error::Signal::Interrupt)) => Line::Interrupted,
                // The window changed its size while nothing was on it.
                Err(ReadlineError::Signal(_)) => continue,
                Err(e) => Line::Failed(e.to_string()),
            };
        }
    }

    /// Adds to the history what was typed.
    fn remember(&mut self, text: &str) {
        let text = text.trim_end();
        if !text.is_empty()
            && self.editor.add_history_entry(text).unwrap_or(false)
            && let Some(file) = &self.file
        {
            // A history that cannot be written is none.
            let _ = history::add(file, text);
        }
    }
}

impl Lines for Editor {
    fn forms(&mut self, prompt: &str) -> Line {
        self.prompt.store(prompt.len(), Ordering::Relaxed);
        let line = self.read(prompt);
        self.prompt.store(0, Ordering::Relaxed);
        if let Line::Text(text) = &line {
            self.remember(text);
        }
        line
    }

    fn line(&mut self, before: &str) -> Line {
        let columns = self.editor.dimensions().map_or(usize::MAX, |(columns, _)| usize::from(columns));
        if before.chars().count() < columns {
            return self.read(before);
        }
        // It has filled lines that the editor could not draw again where they are.
        println!();
        self.read("")
    }
}

/// What Enter does: ends the input, or starts a line if it is unfinished.
struct Enter {
    prompt: Arc<AtomicUsize>,
}

impl ConditionalEventHandler for Enter {
    fn handle(&self, _: &Event, _: RepeatCount, _: bool, context: &EventContext) -> Option<Cmd> {
        let prompt = self.prompt.load(Ordering::Relaxed);
        if prompt == 0 || !Assistant::is_unfinished(context.line()) {
            return Some(Cmd::AcceptLine);
        }
        let before = context.line().get(..context.pos()).unwrap_or_default();
        let spaces = Assistant::indentation(before, prompt).unwrap_or(0);
        Some(Cmd::Insert(1, format!("\n{:spaces$}", "")))
    }
}

/// What the editor asks about the text.
struct Helper {
    assistant: Assistant,
    prompt: Arc<AtomicUsize>,
    /// The parenthesis to show.
    partner: Cell<Option<usize>>,
}

impl Helper {
    fn is_for_forms(&self) -> bool {
        self.prompt.load(Ordering::Relaxed) != 0
    }
}

impl Completer for Helper {
    type Candidate = String;

    fn complete(&self, text: &str, at: usize, _: &Context<'_>) -> rustyline::Result<(usize, Vec<String>)> {
        Ok(if self.is_for_forms() { self.assistant.completions(text, at) } else { (at, Vec::new()) })
    }
}

impl Highlighter for Helper {
    fn highlight<'l>(&self, text: &'l str, _: usize) -> Cow<'l, str> {
        match self.partner.get() {
            Some(at) if text.get(at..=at).is_some() => Cow::Owned(format!("{}\x1b[1;36m{}\x1b[0m{}", &text[..at], &text[at..=at], &text[at + 1..])),
            _ => Cow::Borrowed(text),
        }
    }

    fn highlight_char(&self, text: &str, at: usize, kind: CmdKind) -> bool {
        let wanted = self.is_for_forms() && kind != CmdKind::ForcedRefresh;
        self.partner.set(if wanted { Assistant::partner(text, at) } else { None });
        self.partner.get().is_some()
    }
}

impl Hinter for Helper {
    type Hint = String;
}
impl Validator for Helper {}
impl rustyline::Helper for Helper {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terminals_that_cannot_edit() {
        assert!(can_edit(Some("xterm-256color")) && can_edit(Some("linux")) && can_edit(Some("vt100")));
        assert!(!can_edit(None) && !can_edit(Some("")) && !can_edit(Some("dumb")));
    }
}
