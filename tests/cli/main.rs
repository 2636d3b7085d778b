//! The command line from outside: what is understood, exit codes, error reports, bad input.
//!
//! `cases` is a table of command lines with what must come of them; `process` has what a table
//! cannot say: signals, closed and full outputs, large inputs, files; `options` the options that
//! need files; `terminal` the REPL as somebody at a `screen` sees it.

mod cases;
mod options;
mod process;
mod screen;
mod terminal;

use std::io::Write;
use std::process::{Command, Output, Stdio};

/// The binary, in a folder where it can leave no trace and with no options from outside.
fn command() -> Command {
    let mut c = Command::new(env!("CARGO_BIN_EXE_gambol"));
    c.current_dir(std::env::temp_dir()).env_remove("GAMBOL_OPTS").env("NO_COLOR", "1").env("RUST_BACKTRACE", "0");
    c
}

fn run_in(mut command: Command, input: &[u8]) -> Output {
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the binary runs");
    // A program that ends early closes its input; that is not what is tested.
    let _ = child.stdin.take().expect("piped").write_all(input);
    child.wait_with_output().expect("it ends")
}

fn gambol(args: &[&str], input: &[u8]) -> Output {
    let mut c = command();
    c.args(args);
    run_in(c, input)
}

/// Compares exit code and standard output, and looks for texts in standard error. The error is
/// what differs.
fn compare(o: &Output, code: i32, out: &str, errors: &[&str]) -> Result<(), String> {
    let (stdout, stderr) = (String::from_utf8_lossy(&o.stdout), String::from_utf8_lossy(&o.stderr));
    let mut wrong = Vec::new();
    if o.status.code() != Some(code) {
        wrong.push(format!("{} instead of {code}", o.status));
    }
    if stdout != out {
        wrong.push(format!("standard output is {stdout:?} instead of {out:?}"));
    }
    wrong.extend(errors.iter().filter(|e| !stderr.contains(**e)).map(|e| format!("{e:?} is missing")));
    if stderr.contains("panicked") || stderr.contains("a bug in gambol") {
        wrong.push("it panicked".to_string());
    }
    if code == 0 && errors.is_empty() && !stderr.is_empty() {
        wrong.push("it complains".to_string());
    }
    if wrong.is_empty() { Ok(()) } else { Err(format!("{}\n{stderr}", wrong.join("; "))) }
}

#[track_caller]
fn check(o: &Output, code: i32, out: &str, errors: &[&str]) {
    if let Err(e) = compare(o, code, out, errors) {
        panic!("{e}");
    }
}

fn table(rows: &[cases::Case]) {
    let failed: Vec<String> = rows
        .iter()
        .filter_map(|(args, input, code, out, errors)| {
            let outcome = compare(&gambol(args, input.as_bytes()), *code, out, errors);
            outcome.err().map(|e| format!("{args:?} < {input:?}: {e}"))
        })
        .collect();
    assert!(failed.is_empty(), "{} of {} failed:\n{}", failed.len(), rows.len(), failed.join("\n"));
}

#[test]
fn usage() {
    table(cases::USAGE);
}

#[test]
fn programs() {
    table(cases::PROGRAMS);
}

#[test]
fn exit_codes() {
    table(cases::EXITS);
}

#[test]
fn malformed_source() {
    table(cases::MALFORMED);
}

#[test]
fn unknown_names() {
    table(cases::NAMES);
}

#[test]
fn reports() {
    table(cases::REPORTS);
}

#[test]
fn files() {
    table(cases::FILES);
}

#[test]
fn storage() {
    table(cases::STORAGE);
}

#[test]
fn a_plain_repl() {
    table(cases::REPL);
}
