//! What the front end produces: compiled units as inert data, ready to be written into the
//! library image or linked by the VM. Nothing here refers to a heap.

use crate::ir::{GlobalInfo, Literal, UnitKind};
use crate::source::Span;
use gambol_abi::frame::Arity;
use gambol_abi::prims::PrimId;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// A constant of a template; the linker makes it a heap value.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Constant {
    /// Element of [`CompiledUnit::literals`]: equal indices are the same object.
    Literal(u32),
    /// Template of a closure that captures something, for `MakeClosure`.
    Template(u32),
    /// The one closure of a template that captures nothing.
    Procedure(u32),
    /// Cell of top-level variable, index into [`CompiledUnit::globals`].
    Global(u32),
    /// A primitive as a procedure.
    Primitive(PrimId),
    /// A symbol, for messages.
    Name(Arc<str>),
}

/// A set of live registers, outgoing ones included: bit `i % 64` of word `i / 64`. The closure
/// slot is always live and the resume slot never is; neither is recorded.
pub type LiveMap = Box<[u64]>;

/// One procedure's code. Constant `k` of `n` stands at word `k - n` relative to the first
/// instruction.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct TemplateData {
    /// For messages and printing.
    pub name: Option<Arc<str>>,
    /// Accepted argument counts.
    pub arity: Arity,
    /// Registers of the frame, parameters first.
    pub registers: u16,
    /// Most outgoing arguments of any call in it.
    pub outgoing: u16,
    /// Captured values of its closures.
    pub captured: u16,
    /// Constants in order.
    pub constants: Vec<Constant>,
    /// Instructions and payload words.
    #[serde(with = "words")]
    pub code: Vec<u64>,
    /// Distinct live maps.
    pub maps: Vec<LiveMap>,
    /// Live map at each safepoint instruction that is not a call's return, sorted by word index:
    /// what is live *before* the instruction runs, its own operands included.
    pub safepoints: Vec<(u32, u32)>,
    /// Place of each instruction that can fail or call, sorted by word index.
    pub spans: Vec<(u32, Span)>,
    /// What the program called where that is not the instruction's own primitive (`zero?` is a comparison
    /// with 0, `(< 1 x)` the mirrored one), sorted by word index: for messages.
    pub names: Vec<(u32, PrimId)>,
    /// Place of the whole procedure.
    pub span: Span,
}

/// A compiled unit. Running it means calling template 0, which takes no arguments.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct CompiledUnit {
    /// Kind.
    pub kind: UnitKind,
    /// Templates; number 0 is the body.
    pub templates: Vec<TemplateData>,
    /// Shared literals.
    pub literals: Vec<Literal>,
    /// Top-level variables that the constants name.
    pub globals: Vec<GlobalInfo>,
}

/// Words as bytes, least significant first: most bits of an instruction are in use, so numbers of
/// variable length would take more room and time.
mod words {
    use serde::de::{Error, Visitor};
    use serde::{Deserializer, Serializer};
    use std::fmt;

    pub(super) fn serialize<S: Serializer>(words: &[u64], serializer: S) -> Result<S::Ok, S::Error> {
        let bytes: Vec<u8> = words.iter().flat_map(|word| word.to_le_bytes()).collect();
        serializer.serialize_bytes(&bytes)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u64>, D::Error> {
        deserializer.deserialize_bytes(Words)
    }

    struct Words;

    impl Visitor<'_> for Words {
        type Value = Vec<u64>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("the bytes of words")
        }

        fn visit_bytes<E: Error>(self, bytes: &[u8]) -> Result<Vec<u64>, E> {
            let (words, rest) = bytes.as_chunks::<8>();
            match rest {
                [] => Ok(words.iter().map(|&word| u64::from_le_bytes(word)).collect()),
                _ => Err(E::invalid_length(bytes.len(), &self)),
            }
        }
    }
}
