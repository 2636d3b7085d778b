//! Whether somebody is there, and what they see: colours, greeting, an editor of lines.

use crate::editor::{self, Editor};
use crate::history;
use gambol_vm::machine::{Machine, Outcome};
use std::env::{var, var_os};
use std::io::{IsTerminal, stdin, stdout};

/// Whether what goes to a terminal may have colours.
pub(crate) fn colours(is_terminal: bool) -> bool {
    is_terminal && var_os("NO_COLOR").is_none_or(|v| v.is_empty()) && editor::can_edit(var("TERM").ok().as_deref())
}

/// Runs the REPL. Lines are edited if input and output are a terminal that can do it.
pub(crate) fn repl(machine: &mut Machine) -> Outcome {
    let (typing, watching) = (stdin().is_terminal(), stdout().is_terminal());
    let mut greeting = format!("Gambol {}\n", env!("CARGO_PKG_VERSION"));
    if typing && watching && editor::can_edit(var("TERM").ok().as_deref()) {
        let file = history::place(|name| var_os(name).map(Into::into));
        if let Some(editor) = Editor::new(machine.assistant(), colours(true), file) {
            machine.attach(Box::new(editor));
            greeting.push_str("Tab completes names, Up recalls input, $1 is the first value shown.\n");
        }
    }
    greeting.push_str("Ctrl-C interrupts, Ctrl-D or (exit) leaves; see also gambol --help.\n");
    machine.repl(match (typing, watching) {
        (true, true) => Some(&greeting),
        (true, false) => Some(""),
        _ => None,
    })
}
