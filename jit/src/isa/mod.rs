//! The instruction sets. Each file mirrors the others: one method per operation of the seam.

#[expect(clippy::useless_conversion, reason = "dynasm! converts the numbers of registers")]
pub(crate) mod x64;
