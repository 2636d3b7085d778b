//! The transformations of core IR, as a visible list. Each pass is one file and says at its top
//! what it relies on and what it leaves behind; between passes debug builds verify the tree.
//!
//! `lower` and `letrec` are mandatory: the emitter knows only what they leave. The others make
//! programs faster and may be left out one by one.

use crate::ir::{Unit, verify};

mod census;
mod contify;
pub mod fold;
mod letrec;
mod lift;
mod loops;
mod lower;
mod simplify;

pub use fold::{Folder, SmallFolder};

/// What the passes may do.
pub struct Options<'a> {
    /// Whether optional passes run.
    pub optimize: bool,
    /// Evaluates calls of primitives on constants.
    pub folder: &'a dyn Folder,
}

impl Default for Options<'_> {
    fn default() -> Self {
        Options { optimize: true, folder: &SmallFolder }
    }
}

/// One pass.
pub struct Pass {
    /// For `--dump` and filetests.
    pub name: &'static str,
    /// Whether the emitter relies on it.
    pub mandatory: bool,
    /// Transforms the unit in place.
    pub run: fn(&mut Unit, &Options<'_>),
}

/// All passes in order.
pub const PASSES: &[Pass] = &[
    Pass { name: "lower", mandatory: true, run: lower::run },
    Pass { name: "letrec", mandatory: true, run: letrec::run },
    Pass { name: "simplify", mandatory: false, run: simplify::run },
    Pass { name: "contify", mandatory: false, run: contify::run },
    Pass { name: "tidy", mandatory: false, run: simplify::run },
    Pass { name: "loops", mandatory: false, run: loops::run },
    Pass { name: "lift", mandatory: false, run: lift::run },
];

/// Runs the passes; after each, `on_pass` sees its name and the result.
pub fn run(unit: &mut Unit, options: &Options<'_>, mut on_pass: impl FnMut(&str, &Unit)) {
    check(unit, "expand");
    for pass in PASSES {
        if pass.mandatory || options.optimize {
            (pass.run)(unit, options);
            check(unit, pass.name);
            on_pass(pass.name, unit);
        }
    }
}

/// A tree that breaks the rules of IR is our bug, in the pass just run.
fn check(unit: &Unit, pass: &str) {
    if cfg!(debug_assertions)
        && let Err(error) = verify::verify(unit)
    {
        panic!("pass {pass} left an invalid tree: {error}\n{}", crate::ir::print::print_unit(unit));
    }
}
