//! The whole machine: no program crashes it, makes it panic, takes more memory than it may, or cannot
//! be interrupted; small nurseries, stress, tiny stack chunks and heaps included. Programs run in a
//! sandbox, as some would do harm by chance.

use super::machines::{evaluate, machine};
use crate::process;
use crate::random::Random;
use crate::sandbox;
use gambol_vm::machine::{Machine, Outcome};

/// What machines are like. A first line `;; options ...` asks for one of these; without it the text
/// itself decides.
const OPTIONS: [&str; 4] = ["--nursery=4K --verify-heap --poison", "--nursery=64K", "--stress-gc --poison", "--stack-chunk=48K --nursery=4K --poison"];
/// What such a line begins with.
const HEAD: &str = ";; options ";

pub(crate) fn prepare() -> super::Run {
    let mut machines: Vec<(&str, Machine)> = OPTIONS.iter().map(|options| (*options, warm(options))).collect();
    Box::new(move |input| {
        let head = input.split(|b| *b == b'\n').next().and_then(|line| std::str::from_utf8(line).ok()).and_then(|line| line.strip_prefix(HEAD));
        let chosen = machines.iter().position(|(options, _)| head == Some(options)).unwrap_or_else(|| Random::of(input).below(OPTIONS.len()));
        let m = &mut machines[chosen].1;
        sandbox::enter();
        m.catch_interrupts();
        process::interrupt_soon();
        let outcome = m.run_source("input", input);
        if let Outcome::Failed(report) | Outcome::Interrupted(report) = &outcome {
            assert!(!report.is_empty(), "it failed without a word");
        }
        // What a full disk says of standard output is no concern here.
        let _ = m.close();
    })
}

/// A machine that has run the libraries programs of the corpus import: in the sandbox there are no files.
fn warm(options: &str) -> Machine {
    let mut m = machine(options);
    for library in ["(check)", "(scheme r5rs)", "(srfi 1)", "(srfi 69)", "(srfi 125)", "(srfi 133)", "(srfi 158)"] {
        evaluate(&mut m, &format!("(import (only {library}))"));
    }
    m
}
