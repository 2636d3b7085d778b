//! Object kinds and their fields. One table gives each kind its code, its printed name and
//! its shape; the collector's embedder, the verifier and the typed views derive from it.
//!
//! Header word: `kind: u8 | flags: u8 | aux: u16 | words: u32` (low to high). For kinds of
//! fixed or per-object size, `words` counts the payload words after the header; for arrays
//! it is 0 and the word after the header holds the length as a tagged fixnum.
//! Pairs have no header; procedures start with a raw template pointer.

use crate::value::{TAG_OBJECT, TAG_PAIR, TAG_PROCEDURE};

/// How the payload of an object is laid out, for tracing and for its size.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Shape {
    /// Every payload word is a tagged value.
    Values,
    /// No payload word is a value.
    Raw,
    /// A length word, then that many values.
    ValueArray,
    /// A length word (in elements), then raw bytes; an element has 1 byte, or 4 when [`FLAG_WIDE`] is set.
    ByteArray,
    /// A length word, then that many raw 64-bit words.
    WordArray,
    /// The embedder knows: continuations, weak pairs, ephemerons, guardians.
    Special,
}

macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident = $text:literal, $shape:ident;)*) => {
        /// The kind in the low byte of a header.
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        #[repr(u8)]
        pub enum Kind { $($(#[$doc])* $name),* }
        impl Kind {
            /// All kinds in order of their codes.
            pub const ALL: &'static [Kind] = &[$(Kind::$name),*];
            /// The name messages and printers use.
            pub const fn name(self) -> &'static str { match self { $(Kind::$name => $text),* } }
            /// How the payload is laid out.
            pub const fn shape(self) -> Shape { match self { $(Kind::$name => Shape::$shape),* } }
        }
    };
}
kinds! {
    /// `{length, element...}`
    Vector = "vector", ValueArray;
    /// `{length, byte...}`
    Bytevector = "bytevector", ByteArray;
    /// `{body}`: the representation sits behind this one pointer.
    String = "string", Values;
    /// `{length, character...}`: one byte each while all are Latin-1, else four.
    StringBody = "string body", ByteArray;
    /// `{name, hash}`: interned ones are found through the symbol table.
    Symbol = "symbol", Values;
    /// One raw word: a float whose exponent does not fit a self-tagged word.
    Flonum = "flonum", Raw;
    /// `{length, limb...}`, magnitude, least limb first; sign in [`FLAG_NEGATIVE`].
    Bignum = "bignum", WordArray;
    /// `{numerator, denominator}` in lowest terms, denominator > 1.
    Ratnum = "ratnum", Values;
    /// `{real, imaginary}`, both exact or both flonums; an exact zero imaginary part never occurs.
    Compnum = "complex number", Values;
    /// `{value}`: a captured variable that is assigned.
    Box = "box", Values;
    /// `{value, name}`: a top-level variable.
    Cell = "variable", Values;
    /// `{type, field...}`
    Record = "record", Values;
    /// `{name, field names vector, parent, flags, uid}`
    RecordType = "record type", Values;
    /// `{content}`: a pair `(done? . value-or-thunk)` that chained promises share.
    Promise = "promise", Values;
    /// See [`kont`].
    Kont = "continuation", Special;
    /// See [`dynamic`].
    Dynamic = "dynamic state", Values;
    /// `{car (weak), cdr}`
    WeakPair = "weak pair", Special;
    /// `{key, datum}`: the datum lives while the key does.
    Ephemeron = "ephemeron", Special;
    /// `{guarded list, ready list}`
    Guardian = "guardian", Special;
    /// See [`table`].
    HashTable = "hash table", Values;
    /// See [`port`].
    Port = "port", Values;
    /// See [`condition`].
    Condition = "condition", Values;
    /// `{environment number}`, a fixnum naming a table of the VM.
    Environment = "environment", Values;
    /// `{length, key word or value...}`: raw words, such as counters and native state.
    Raw = "native data", WordArray;
}
/// Number of kinds.
pub const KIND_COUNT: usize = Kind::ALL.len();

impl Kind {
    /// The kind with this code, if there is one.
    pub const fn from_code(code: u8) -> Option<Kind> {
        if (code as usize) < KIND_COUNT { Some(Kind::ALL[code as usize]) } else { None }
    }
}

/// Flag: the object may not be mutated (literal constants, symbol names).
pub const FLAG_IMMUTABLE: u64 = 1 << 8;
/// Flag: a string body has four bytes per character.
pub const FLAG_WIDE: u64 = 1 << 9;
/// Flag: a bignum is negative.
pub const FLAG_NEGATIVE: u64 = 1 << 9;
/// Flag: a symbol is not interned.
pub const FLAG_UNINTERNED: u64 = 1 << 9;

/// A header for `kind` with `words` payload words (0 for arrays).
#[inline(always)]
pub const fn header(kind: Kind, words: u32) -> u64 {
    kind as u64 | (words as u64) << 32
}
/// The kind code in a header.
#[inline(always)]
pub const fn header_code(header: u64) -> u8 {
    header as u8
}
/// Payload words that a header of a non-array announces.
#[inline(always)]
pub const fn header_words(header: u64) -> usize {
    (header >> 32) as usize
}

/// Every object starts and ends on a multiple of this many bytes.
pub const GRANULE: usize = 16;
/// `bytes` rounded up to whole granules.
#[inline(always)]
pub const fn round_up(bytes: usize) -> usize {
    (bytes + GRANULE - 1) & !(GRANULE - 1)
}

/// Byte offsets from a *tagged* word to fields, ready to add.
pub mod offset {
    use super::*;
    /// A pair's car.
    pub const CAR: isize = -(TAG_PAIR as isize);
    /// A pair's cdr.
    pub const CDR: isize = 8 - TAG_PAIR as isize;
    /// An object's header.
    pub const HEADER: isize = -(TAG_OBJECT as isize);
    /// Payload word `i` of an object.
    pub const fn field(i: usize) -> isize {
        8 + 8 * i as isize - TAG_OBJECT as isize
    }
    /// Length word of an array.
    pub const LENGTH: isize = field(0);
    /// First element of an array.
    pub const ELEMENTS: isize = field(1);
    /// A procedure's template pointer.
    pub const TEMPLATE: isize = -(TAG_PROCEDURE as isize);
    /// Captured value `i` of a procedure.
    pub const fn captured(i: usize) -> isize {
        8 + 8 * i as isize - TAG_PROCEDURE as isize
    }
}

/// Payload indices of a continuation part ([`Kind::Kont`]).
pub mod kont {
    /// Raw pointer to the chunk that holds the frames.
    pub const CHUNK: usize = 0;
    /// Raw address of the lowest word of the youngest frame.
    pub const LOW: usize = 1;
    /// Raw address just above the oldest frame.
    pub const HIGH: usize = 2;
    /// The return word that the frame called from this part would have had.
    pub const RETURN: usize = 3;
    /// The continuation part below this one (older), or `#f`.
    pub const NEXT: usize = 4;
    /// Dynamic state at the point of capture.
    pub const DYNAMIC: usize = 5;
    /// Fixnum: how the part may be returned into, one of the states below.
    pub const STATE: usize = 6;
    /// Captured by a program: object and frames are immutable, frames are copied when returned into.
    pub const SEALED: i64 = 0;
    /// One owner, the stack above: frames become current again in place.
    pub const FROZEN: i64 = 1;
    /// The rest of a sealed part being returned into: the object has one owner, the frames are immutable.
    pub const CURSOR: i64 = 2;
    /// Payload words.
    pub const WORDS: usize = 7;
}

/// Payload indices of a dynamic-state record ([`Kind::Dynamic`]), immutable once made.
pub mod dynamic {
    /// List of exception handlers, innermost first.
    pub const HANDLERS: usize = 0;
    /// Association list from parameter object to its value box.
    pub const PARAMETERS: usize = 1;
    /// List of `dynamic-wind` winders `(before . after)`, innermost first.
    pub const WINDERS: usize = 2;
    /// Continuation marks.
    pub const MARKS: usize = 3;
    /// The state this one extends, or `#f`.
    pub const PARENT: usize = 4;
    /// Payload words.
    pub const WORDS: usize = 5;
}

/// Payload indices of a record type ([`Kind::RecordType`]).
pub mod record_type {
    /// Name, a symbol.
    pub const NAME: usize = 0;
    /// Vector of the fields' names.
    pub const FIELDS: usize = 1;
}

/// Payload indices of a condition ([`Kind::Condition`]).
pub mod condition {
    /// Fixnum: set of condition kinds, one bit each (`vm::condition`).
    pub const KINDS: usize = 0;
    /// Name of the procedure that complains, or `#f`.
    pub const WHO: usize = 1;
    /// Message, a string.
    pub const MESSAGE: usize = 2;
    /// List of irritants.
    pub const IRRITANTS: usize = 3;
    /// Where: `#f` or a vector (source name, byte start, byte end, line, column).
    pub const PLACE: usize = 4;
    /// Stack trace, a list of frames, or `#f`.
    pub const TRACE: usize = 5;
    /// What a program attached: payload of a raised compound, or `#f`.
    pub const EXTRA: usize = 6;
    /// Payload words.
    pub const WORDS: usize = 7;
}

/// Payload indices of a hash table ([`Kind::HashTable`]).
pub mod table {
    /// The buckets: a vector behind one pointer, so that a race can never pair it with a wrong length.
    pub const BODY: usize = 0;
    /// Fixnum: number of associations.
    pub const COUNT: usize = 1;
    /// Fixnum: which equivalence and hash function (0 user-defined, 1 eq, 2 eqv, 3 equal, 4 string, 5 string-ci) and weakness.
    pub const MODE: usize = 2;
    /// User's equivalence procedure or `#f`.
    pub const EQUIVALENCE: usize = 3;
    /// User's hash procedure or `#f`.
    pub const HASH: usize = 4;
    /// Fixnum: bumped by every change of structure.
    pub const VERSION: usize = 5;
    /// Payload words.
    pub const WORDS: usize = 6;
}

/// Payload indices of a port ([`Kind::Port`]).
pub mod port {
    /// Fixnum: direction, content and state bits (`vm::io`).
    pub const FLAGS: usize = 0;
    /// Buffer: a bytevector of fixed length behind one pointer.
    pub const BUFFER: usize = 1;
    /// Fixnum: next byte to read or write in the buffer.
    pub const POSITION: usize = 2;
    /// Fixnum: end of the valid bytes in the buffer (input), or its capacity (output).
    pub const LIMIT: usize = 3;
    /// Fixnum: number of the file in the processor's table, or -1.
    pub const FILE: usize = 4;
    /// Name for messages: a string or `#f`.
    pub const NAME: usize = 5;
    /// String output: list of full chunks; input: the pending source.
    pub const STORE: usize = 6;
    /// Fixnum: line number, starting with 1.
    pub const LINE: usize = 7;
    /// Fixnum: column in characters, starting with 0.
    pub const COLUMN: usize = 8;
    /// Payload words.
    pub const WORDS: usize = 9;

    /// Bits of a port's flags.
    pub mod flags {
        /// Can be read.
        pub const INPUT: i64 = 1;
        /// Can be written.
        pub const OUTPUT: i64 = 2;
        /// Bytes rather than characters.
        pub const BINARY: i64 = 4;
        /// Closed.
        pub const CLOSED: i64 = 8;
        /// The buffer is all there is: string and bytevector ports.
        pub const MEMORY: i64 = 16;
        /// A terminal: flushed at every line.
        pub const LINES: i64 = 32;
        /// Flushed at every operation.
        pub const UNBUFFERED: i64 = 64;
        /// `#!fold-case` is in effect.
        pub const FOLD_CASE: i64 = 128;
        /// The last byte that left the buffer was not a newline.
        pub const MIDLINE: i64 = 256;
    }
}

const _: () = {
    assert!(offset::field(0) == 5 && offset::ELEMENTS == 13);
    assert!(round_up(1) == 16 && round_up(32) == 32);
    assert!(header_words(header(Kind::Vector, 7)) == 7);
};
