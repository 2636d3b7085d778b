//! Machines for targets, and what is asked of them in the same way.

use gambol_vm::machine::{Machine, Outcome, Setup};
use gambol_vm::options::{Bytes, Options};

/// Greatest heap: what a program may take before it gets a condition.
const HEAP_MAX: Bytes = Bytes(48 << 20);

/// A machine with the given options, as on the command line, and the support library of the suites.
pub(crate) fn machine(options: &str) -> Machine {
    let mut set = Options { heap_max: HEAP_MAX, ..Options::default() };
    for option in options.split_whitespace() {
        let (name, value) = option.trim_start_matches('-').split_once('=').map_or((option.trim_start_matches('-'), None), |(n, v)| (n, Some(v)));
        assert_eq!(set.set(name, value), Ok(true), "{option} is an option");
    }
    let append = vec![crate::corpus::folder("tests/scheme/support")];
    let setup = Setup { options: set, prepend: vec![], append, arguments: vec!["fuzz".into()], features: vec![], colour: false };
    Machine::new(setup).expect("a machine can be made")
}

/// Runs forms that must not fail.
pub(crate) fn evaluate(machine: &mut Machine, forms: &str) {
    let outcome = machine.evaluate_text("fuzz", forms, false);
    if let Outcome::Failed(report) | Outcome::Interrupted(report) = outcome {
        panic!("{report}");
    }
}
