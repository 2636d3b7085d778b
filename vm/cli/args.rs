//! The command line. Options end at the program's name: what follows belongs to the program.
//! Run-time options are the rows of one table (`gambol_vm::options`), so this file only knows
//! the few that say what to do.

use gambol_vm::options::{Options, ROWS};
use gambol_vm::suggest;
use lexopt::prelude::*;
use std::ffi::OsString;
use std::path::PathBuf;

/// What to do.
pub(crate) enum Action {
    Repl,
    File(PathBuf),
    Stdin,
    /// Expressions in order, and whether to print each one's values.
    Expressions(Vec<(String, bool)>),
    Help,
    Version,
}

/// A parsed command line.
pub(crate) struct Command {
    pub(crate) action: Action,
    pub(crate) options: Options,
    /// `-I`: searched before the built-in libraries.
    pub(crate) prepend: Vec<PathBuf>,
    /// `-A`: searched after them.
    pub(crate) append: Vec<PathBuf>,
    /// What the program gets.
    pub(crate) arguments: Vec<String>,
}

/// Reads the command line; `preset` is the content of `GAMBOL_OPTS`.
pub(crate) fn parse(args: impl Iterator<Item = OsString>, preset: Option<String>) -> Result<Command, String> {
    let mut c = Command { action: Action::Repl, options: Options::default(), prepend: vec![], append: vec![], arguments: vec![] };
    for word in preset.unwrap_or_default().split_whitespace() {
        let (name, value) = match word.strip_prefix("--").unwrap_or(word).split_once('=') {
            Some((n, v)) => (n, Some(v)),
            None => (word.strip_prefix("--").unwrap_or(word), None),
        };
        if !c.options.set(name, value).map_err(|e| format!("GAMBOL_OPTS: {e}"))? {
            return Err(format!("GAMBOL_OPTS: {}", unknown(name)));
        }
    }
    let mut expressions = Vec::new();
    let mut parser = lexopt::Parser::from_args(args);
    let mut subcommand = true;
    while let Some(arg) = parser.next().map_err(|e| e.to_string())? {
        match arg {
            Short('e') => expressions.push((text(parser.value())?, false)),
            Short('p') => expressions.push((text(parser.value())?, true)),
            Short('I') => c.prepend.push(parser.value().map_err(|e| e.to_string())?.into()),
            Short('A') => c.append.push(parser.value().map_err(|e| e.to_string())?.into()),
            Short('h') | Long("help") => c.action = Action::Help,
            Short('V') | Long("version") => c.action = Action::Version,
            Value(v) if subcommand && v == "run" => subcommand = false,
            Value(v) => {
                let rest = parser.raw_args().map_err(|e| e.to_string())?;
                let mut rest: Vec<String> = rest.map(|a| a.to_string_lossy().into_owned()).collect();
                if expressions.is_empty() {
                    c.action = if v == "-" { Action::Stdin } else { Action::File(v.into()) };
                } else {
                    rest.insert(0, v.to_string_lossy().into_owned());
                }
                c.arguments = rest;
                break;
            }
            Long(name) => {
                let name = name.to_string();
                let value = parser.optional_value().map(|v| v.to_string_lossy().into_owned());
                if !c.options.set(&name, value.as_deref())? {
                    return Err(unknown(&name));
                }
            }
            other => return Err(other.unexpected().to_string()),
        }
    }
    if !expressions.is_empty() && !matches!(c.action, Action::Help | Action::Version) {
        c.action = Action::Expressions(expressions);
    } else if !subcommand && matches!(c.action, Action::Repl) {
        return Err("run: which file?".into());
    }
    Ok(c)
}

fn unknown(name: &str) -> String {
    let names = ROWS.iter().map(|row| row.0).chain(["help", "version"]);
    match suggest(name, names) {
        Some(near) => format!("there is no option --{name}; did you mean --{near}?"),
        None => format!("there is no option --{name}"),
    }
}

fn text(v: Result<OsString, lexopt::Error>) -> Result<String, String> {
    v.map_err(|e| e.to_string())?.into_string().map_err(|_| "an expression must be UTF-8 text".into())
}

/// The text of `--help`, options from their table.
pub(crate) fn help() -> String {
    let mut out = String::from(
        "gambol - a Scheme virtual machine

  gambol FILE [ARGUMENT ...]   run a program (also: gambol run FILE)
  gambol -                     run standard input
  gambol                       read, evaluate, print

  -e EXPR        evaluate an expression
  -p EXPR        evaluate an expression and print its values
  -I DIR         look for libraries in DIR first
  -A DIR         look for libraries in DIR last
  -h, --help     this text
  -V, --version  the version

Options, also read from GAMBOL_OPTS:
",
    );
    for (flag, value, about) in ROWS {
        let form = if value.is_empty() { format!("--{flag}") } else { format!("--{flag}={value}") };
        out.push_str(&format!("  {form:24}{}\n", about.trim()));
    }
    out.push_str("\nExit codes: 0, what (exit n) says, 64 wrong usage, 70 uncaught error, 71 bug in gambol, 130 interrupt.\n");
    out
}
