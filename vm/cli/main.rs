//! The `gambol` command: reads the command line, makes a machine, turns outcomes into exit codes.

mod args;
mod editor;
mod history;
mod terminal;

use args::{Action, Command, Step};
use gambol_vm::machine::{Machine, Outcome, Setup};
use std::io::{ErrorKind, IsTerminal, Read, Write};
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
    let program = match command.steps.last() {
        Some(Step::Program(path)) => path.to_string_lossy().into_owned(),
        Some(Step::Library(name)) => name.clone(),
        _ => "gambol".to_string(),
    };
    let repl = command.wants_repl();
    let Command { action, steps, interactive, options, prepend, append, features, arguments } = command;
    let arguments = std::iter::once(program).chain(arguments).collect();
    let setup = Setup { options, prepend, append, features, arguments, colour: terminal::colours(std::io::stderr().is_terminal()) };
    let mut machine = match Machine::new(setup) {
        Ok(m) => m,
        Err(message) => {
            complain(&message);
            // An option that asks for the impossible, or a system without memory.
            return ExitCode::from(if message.starts_with("--") { USAGE } else { UNCAUGHT });
        }
    };
    if action == Action::Describe {
        return say(&machine.version());
    }
    machine.catch_interrupts();
    let mut outcome = Outcome::Done;
    let mut expressions = 0;
    for step in steps {
        outcome = perform(&mut machine, step, interactive, &mut expressions);
        match &outcome {
            Outcome::Done => {}
            // The REPL is where one finds out why.
            Outcome::Failed(report) | Outcome::Interrupted(report) if interactive => {
                machine.report(report);
                outcome = Outcome::Done;
                break;
            }
            _ => break,
        }
    }
    if repl && outcome == Outcome::Done {
        outcome = terminal::repl(&mut machine);
    }
    finish(machine, outcome)
}

/// Runs something that the command line names. When the REPL follows, programs are loaded, so that
/// their definitions can be seen there. `expressions` counts those that were evaluated.
fn perform(machine: &mut Machine, step: Step, repl_follows: bool, expressions: &mut u32) -> Outcome {
    let (path, load) = match step {
        Step::Evaluate { text, print } => {
            *expressions += 1;
            return machine.evaluate_text(&format!("expression {expressions}"), &text, print);
        }
        Step::Library(name) => return machine.run_library_as_program(&name),
        Step::Load(path) => (Some(path), true),
        Step::Program(path) => (Some(path), repl_follows),
        Step::Stdin => (None, repl_follows),
    };
    let name = path.as_ref().map_or_else(|| "standard input".into(), |path| path.to_string_lossy().into_owned());
    let bytes = match &path {
        Some(path) => std::fs::read(path),
        None => read_standard_input(machine),
    };
    match bytes {
        Ok(bytes) if load => machine.load_source(&name, &bytes),
        Ok(bytes) => machine.run_source(&name, &bytes),
        Err(e) if e.kind() == ErrorKind::Interrupted => Outcome::Interrupted(format!("gambol: interrupted while reading {name}\n")),
        Err(e) => {
            let what = if path.is_some_and(|path| path.is_dir()) { "it is a directory".to_string() } else { e.to_string() };
            Outcome::Failed(format!("gambol: cannot read {name}: {what}\n"))
        }
    }
}

/// All of standard input, unless the user interrupts the wait for it.
fn read_standard_input(machine: &mut Machine) -> std::io::Result<Vec<u8>> {
    let (mut bytes, mut piece) = (Vec::new(), vec![0; 1 << 16]);
    while machine.wait_for_input() {
        match std::io::stdin().read(&mut piece)? {
            0 => return Ok(bytes),
            n => bytes.extend_from_slice(&piece[..n]),
        }
    }
    Err(ErrorKind::Interrupted.into())
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
