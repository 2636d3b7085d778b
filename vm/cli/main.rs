//! The `gambol` command: reads the command line, makes a machine, turns outcomes into exit codes.

mod args;

use args::{Action, Command};
use gambol_vm::machine::{Machine, Outcome, Setup};
use std::io::{IsTerminal, Read, Write};
use std::process::ExitCode;

/// Exit codes (docs: README): wrong usage, uncaught condition, our own bug, SIGINT.
const USAGE: u8 = 64;
const UNCAUGHT: u8 = 70;
const PANIC: u8 = 71;
const INTERRUPTED: u8 = 130;

fn main() -> ExitCode {
    // A panic is a bug of ours, and whoever meets it should be able to report it.
    std::panic::set_hook(Box::new(|info| complain(&format!("internal error: {info}\n{}", std::backtrace::Backtrace::force_capture()))));
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
            // An option that asks for the impossible, or a system without memory.
            return ExitCode::from(if message.starts_with("--") { USAGE } else { UNCAUGHT });
        }
    };
    let source = match &action {
        Action::File(path) => Some(read_file(path)),
        Action::Stdin => Some(read_standard_input()),
        _ => None,
    };
    machine.catch_interrupts();
    let outcome = match (action, source) {
        (_, Some(Err(message))) => Outcome::Failed(message),
        (_, Some(Ok((name, bytes)))) => machine.run_source(&name, &bytes),
        (Action::Expressions(list), _) => machine.run_expressions(&list),
        _ => machine.repl(std::io::stdin().is_terminal()),
    };
    finish(machine, outcome)
}

/// Name and content of the program.
fn read_file(path: &std::path::Path) -> Result<(String, Vec<u8>), String> {
    let name = path.to_string_lossy().into_owned();
    match std::fs::read(path) {
        Ok(bytes) => Ok((name, bytes)),
        Err(e) => {
            let what = if path.is_dir() { "it is a directory".to_string() } else { e.to_string() };
            Err(format!("gambol: cannot read {name}: {what}\n"))
        }
    }
}

fn read_standard_input() -> Result<(String, Vec<u8>), String> {
    let mut bytes = Vec::new();
    match std::io::stdin().read_to_end(&mut bytes) {
        Ok(_) => Ok(("standard input".into(), bytes)),
        Err(e) => Err(format!("gambol: cannot read standard input: {e}\n")),
    }
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
        Outcome::Interrupted(report) => {
            let _ = std::io::stderr().write_all(report.as_bytes());
            INTERRUPTED
        }
    };
    if let Err(message) = closing {
        complain(&message);
        code = if code == 0 { UNCAUGHT } else { code };
    }
    // The system takes the memory of a process back faster than it can be given back piece by piece.
    std::mem::forget(machine);
    ExitCode::from(code)
}
