//! What is fuzzed: a table, and a file for each row. A target runs an input; what it finds wrong is a
//! panic, or whatever else ends the process.

mod bytecode;
mod compile;
mod machines;
mod number;
mod program;
mod reader;
mod utf8;
mod write;

use crate::mutate::Style;

/// Runs an input.
pub(crate) type Run = Box<dyn FnMut(&[u8])>;

pub(crate) struct Target {
    pub(crate) name: &'static str,
    pub(crate) style: Style,
    pub(crate) seeds: fn() -> Vec<Vec<u8>>,
    /// Makes what runs inputs; in the process that all workers come from.
    pub(crate) prepare: fn() -> Run,
    /// What an input is, for people.
    pub(crate) describe: fn(&[u8]) -> String,
    /// Each input runs in a process of its own, and may end it.
    pub(crate) isolated: bool,
    /// Memory that a process of its own may take.
    pub(crate) memory_kib: u64,
    /// Inputs that one worker runs.
    pub(crate) lifetime: u64,
}

const IN_WORKER: Target =
    Target { name: "", style: Style::Text, seeds: Vec::new, prepare: || Box::new(|_| {}), describe: text, isolated: false, memory_kib: 0, lifetime: u64::MAX };
/// The heap of machines is limited (`machines`), and so must be all they need besides.
const IN_CHILD: Target = Target { isolated: true, memory_kib: 400 << 10, ..IN_WORKER };

pub(crate) const TARGETS: &[Target] = &[
    Target { name: "number", style: Style::Numeral, seeds: number::seeds, prepare: || Box::new(number::run), ..IN_WORKER },
    Target { name: "utf8", style: Style::Bytes, seeds: utf8::seeds, prepare: utf8::prepare, lifetime: 20_000, ..IN_WORKER },
    Target { name: "reader", style: Style::Text, seeds: reader::seeds, prepare: || Box::new(reader::run), ..IN_WORKER },
    Target { name: "write", style: Style::Text, seeds: reader::seeds, prepare: write::prepare, lifetime: 20_000, ..IN_WORKER },
    Target { name: "compile", style: Style::Program, seeds: crate::corpus::scheme, prepare: compile::prepare, memory_kib: 1 << 20, ..IN_CHILD },
    Target { name: "bytecode", style: Style::Bytes, seeds: bytecode::seeds, prepare: bytecode::prepare, describe: bytecode::describe, ..IN_CHILD },
    Target { name: "machine", style: Style::Program, seeds: crate::corpus::scheme, prepare: program::prepare, ..IN_CHILD },
];

/// Input as text: what is not UTF-8 is replaced.
fn text(input: &[u8]) -> String {
    String::from_utf8_lossy(input).into_owned()
}
