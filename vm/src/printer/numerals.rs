//! Numerals of long numbers. A run of the printer holds heap addresses, while conversion to digits
//! can take long and runs outside. So a run collects the long numbers that have no numeral yet,
//! in the order it meets them, and the next run finds their numerals in that order.

use crate::cx::{Cx, Raise};
use crate::num;
use crate::outside;
use crate::val::Val;
use gambol_front::number::Number;

/// Limbs collected in one run: more wait for the next.
const ENOUGH: usize = 1 << 20;

/// Numerals that were made, in the order in which a run needs them.
#[derive(Default)]
pub(super) struct Numerals(Vec<(Number, String)>);

/// What a run found missing.
#[derive(Default)]
pub(super) struct Missing {
    /// Long numbers met, whether their numerals are there or not.
    met: usize,
    limbs: usize,
    /// The last of those met, all without numerals.
    numbers: Vec<Number>,
}

impl Missing {
    pub(super) fn is_empty(&self) -> bool {
        self.numbers.is_empty()
    }
    pub(super) fn is_enough(&self) -> bool {
        self.limbs > ENOUGH
    }
}

impl Numerals {
    /// Appends the numeral of a long number, or notes that it is missing.
    pub(super) fn write(&self, out: &mut String, v: Val<'_>, missing: &mut Missing) {
        let made = self.0.get(missing.met).filter(|_| missing.is_empty());
        missing.met += 1;
        match made {
            // What is printed may have changed since the last run.
            Some((number, numeral)) if num::is_exactly(v, number) => out.push_str(numeral),
            _ => {
                missing.limbs += num::limbs_of(v);
                missing.numbers.extend(num::to_number(v));
            }
        }
    }

    /// Makes what a run found missing.
    pub(super) fn make(&mut self, cx: &mut Cx<'_>, missing: Missing) -> Result<(), Raise> {
        self.0.truncate(missing.met - missing.numbers.len());
        let numbers = missing.numbers;
        let made = outside::run(cx, missing.limbs, move || {
            let numeral = |number: Number| {
                let text = number.to_string_radix(10);
                (number, text)
            };
            numbers.into_iter().map(numeral).collect::<Vec<_>>()
        })?;
        self.0.extend(made);
        Ok(())
    }
}
