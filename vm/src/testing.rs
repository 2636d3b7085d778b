//! For unit tests: a machine with the built-in libraries, entered.

use crate::cx::Cx;
use crate::machine::{Machine, Setup};
use gambol_abi::options::{Bytes, Options};

/// Runs `f` with a fresh heap.
pub(crate) fn with_cx<R>(f: impl for<'s> FnOnce(&mut Cx<'s>) -> R) -> R {
    let options = Options { heap_max: Bytes(256 << 20), ..Options::default() };
    let setup = Setup { options, prepend: vec![], append: vec![], features: vec![], arguments: vec!["test".into()], colour: false };
    let mut machine = Machine::new(setup).expect("a machine with default options can be made");
    Cx::enter(machine.processor(), f)
}
