//! The `gambol` command: reads the command line, makes a machine, turns outcomes into exit codes.

mod args;

use args::{Action, Command};
use gambol_vm::machine::{Machine, Outcome, Setup};
use std::io::{IsTerminal, Read, Write};
use std::process::ExitCode;

/// Exit codes (docs: README): wrong usage, uncaught condition, our own bug.
const USAGE: u8 = 64;
const UNCAUGHT: u8 = 70;
const PANIC: u8 = 71;

fn main() -> ExitCode {
    let command = match args::parse(std::env::args_os().skip(1), std::env::var("GAMBOL_OPTS").ok()) {
        Ok(c) => c,
        Err(message) => {
            complain(&format!("{message}\ngambol --help lists what is understood"));
            return ExitCode::from(USAGE);
        }
    };
    match command.action {
        Action::Help => say(&args::help()),
        Action::Version => say(&format!("gambol {}\n", env!("CARGO_PKG_VERSION"))),
        _ => match std::panic::catch_unwind(|| run(command)) {
            Ok(code) => code,
            Err(_) => {
                complain(&format!("this is a bug in gambol {}; please report it with the message above", env!("CARGO_PKG_VERSION")));
                ExitCode::from(PANIC)
            }
        },
    }
}

/// Prints on standard output; a closed pipe is an error like any other.
fn say(text: &str) -> ExitCode {
    match std::io::stdout().write_all(text.as_bytes()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(e) => {
            complain(&format!("standard output: {e}"));
            ExitCode::from(UNCAUGHT)
        }
    }
}

fn complain(text: &str) {
    // Nothing is left to do when standard error is closed too.
    let _ = writeln!(std::io::stderr(), "gambol: {text}");
}

fn run(command: Command) -> ExitCode {
    let Command { action, options, prepend, append, mut arguments } = command;
    let program = match &action {
        Action::File(path) => path.to_string_lossy().into_owned(),
        _ => "gambol".to_string(),
    };
    arguments.insert(0, program);
    let setup = Setup { options, prepend, append, arguments, colour: std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none() };
    let mut machine = match Machine::new(setup) {
        Ok(m) => m,
        Err(message) => {
            complain(&message);
            return ExitCode::from(UNCAUGHT);
        }
    };
    let outcome = match action {
        Action::File(path) => match read_file(&path) {
            Ok(bytes) => machine.run_source(&path.to_string_lossy(), &bytes),
            Err(message) => Outcome::Failed(message),
        },
        Action::Stdin => {
            let mut bytes = Vec::new();
            match std::io::stdin().read_to_end(&mut bytes) {
                Ok(_) => machine.run_source("standard input", &bytes),
                Err(e) => Outcome::Failed(format!("gambol: standard input: {e}\n")),
            }
        }
        Action::Expressions(list) => machine.run_expressions(&list),
        Action::Repl => machine.repl(std::io::stdin().is_terminal()),
        Action::Help | Action::Version => Outcome::Done,
    };
    finish(machine, outcome)
}

fn read_file(path: &std::path::Path) -> Result<Vec<u8>, String> {
    std::fs::read(path).map_err(|e| {
        let what = if path.is_dir() { "it is a directory".to_string() } else { e.to_string() };
        format!("gambol: cannot read {}: {what}\n", path.display())
    })
}

fn finish(mut machine: Machine, outcome: Outcome) -> ExitCode {
    let closing = machine.close();
    let mut code = match outcome {
        Outcome::Done => 0,
        Outcome::Exit(n) => n as u8,
        Outcome::Failed(report) => {
            let _ = std::io::stderr().write_all(report.as_bytes());
            UNCAUGHT
        }
    };
    if let Err(message) = closing {
        complain(&message);
        code = if code == 0 { UNCAUGHT } else { code };
    }
    ExitCode::from(code)
}
