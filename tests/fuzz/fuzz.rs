//! The fuzzer: feeds the parts that meet foreign bytes with made-up ones and checks what must hold
//! (`docs/fuzzing.md`). `cargo test` runs every target for about a second; for more:
//!
//! ```text
//! cargo test --release -p gambol-fuzz -- TARGET ... [--seconds N] [--seed N] [--corpus DIR] [--findings DIR]
//! cargo test --release -p gambol-fuzz -- TARGET --replay FILE ...
//! ```
//!
//! * `targets`: what is fed, and the properties, one file each
//! * `session`: the loop of a worker process, and the one that watches over it
//! * `corpus`, `mutate`, `tokens`, `generate`: where inputs come from
//! * `coverage`: which inputs are worth keeping, if the compiler helps (a map of edges)
//! * `minimise`: from a finding to the smallest input that shows it
//! * `process`, `shared`, `sandbox`: children, what they share, what they may not do

mod corpus;
mod coverage;
mod generate;
mod minimise;
mod mutate;
mod process;
mod random;
mod sandbox;
mod session;
mod shared;
mod targets;
mod tokens;

use session::Wishes;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;
use targets::TARGETS;

/// What the command line asks for.
struct Command {
    targets: Vec<String>,
    wishes: Wishes,
    replay: Vec<PathBuf>,
}

fn main() -> ExitCode {
    let command = match parse(std::env::args().skip(1)) {
        Ok(command) => command,
        Err(message) => {
            eprintln!("fuzz: {message}");
            return ExitCode::from(64);
        }
    };
    // A word that names no target is somebody's filter of tests, and selects nothing here.
    let selected = TARGETS.iter().filter(|t| command.targets.is_empty() || command.targets.iter().any(|name| name == t.name));
    let (mut passed, mut failed) = (0, 0);
    for target in selected {
        let fine = if command.replay.is_empty() { session::fuzz(target, &command.wishes) } else { session::replay(target, &command.replay) };
        *(if fine { &mut passed } else { &mut failed }) += 1;
    }
    println!("{passed} passed, {failed} failed");
    ExitCode::from(u8::from(failed > 0))
}

fn parse(mut words: impl Iterator<Item = String>) -> Result<Command, String> {
    let mut command = Command { targets: Vec::new(), wishes: Wishes::default(), replay: Vec::new() };
    while let Some(word) = words.next() {
        let mut value = || words.next().ok_or_else(|| format!("{word} needs a value"));
        match &*word {
            "--seconds" => command.wishes.time = Duration::from_secs(number(&value()?)?),
            "--seed" => command.wishes.seed = number(&value()?)?,
            "--corpus" => command.wishes.corpus = Some(value()?.into()),
            "--findings" => command.wishes.findings = value()?.into(),
            "--replay" => command.replay.extend(words.by_ref().map(PathBuf::from)),
            // Options of Rust's own test harness, which `cargo test -- --nocapture` gives to all tests.
            _ if word.starts_with('-') => {}
            _ => command.targets.push(word),
        }
    }
    Ok(command)
}

fn number(text: &str) -> Result<u64, String> {
    text.parse().map_err(|_| format!("{text} is not a number"))
}
