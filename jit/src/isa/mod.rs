//! The instruction sets. Each file mirrors the others: one method per operation of the seam.

pub(crate) mod x64;
