//! The primitive table: every procedure whose body is Rust or a fixed instruction sequence.
//! One line gives Scheme name, Rust name, argument types, result, class, effects and how the
//! emitter may inline it. From it derive [`PrimId`], arity and type checks (and their tests),
//! the exports of `(gambol primitives)`, and the list of Rust bodies `vm` must provide: a
//! missing body does not compile. Tables are per family in `prims/`, bodies mirror them file
//! for file in `vm/src/prims/`.

use crate::layout::Kind;
use crate::ops::Op;

/// Argument and result types. The checks are generated; bodies may rely on them.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Type {
    /// Anything.
    Obj,
    /// A number.
    Number,
    /// A real number.
    Real,
    /// A rational (finite real).
    Rational,
    /// An integer, exact or not.
    Integer,
    /// An exact integer of any size.
    ExactInteger,
    /// An exact integer in the range of fixnums.
    Fixnum,
    /// A nonnegative fixnum.
    Index,
    /// An exact integer 0..=255.
    Byte,
    /// A flonum.
    Flonum,
    /// A boolean.
    Boolean,
    /// A character.
    Char,
    /// A string.
    String,
    /// A symbol.
    Symbol,
    /// A pair.
    Pair,
    /// A proper list (bodies check as they walk; the wrapper checks pair or empty list).
    List,
    /// A vector.
    Vector,
    /// A bytevector.
    Bytevector,
    /// A procedure.
    Procedure,
    /// A port.
    Port,
    /// A record of any type.
    Record,
    /// A record type.
    RecordType,
    /// A hash table.
    HashTable,
    /// A promise.
    Promise,
    /// A condition.
    Condition,
    /// An environment.
    Environment,
    /// A continuation part.
    Kont,
    /// A dynamic-state record.
    Dynamic,
    /// A weak pair.
    WeakPair,
    /// An ephemeron.
    Ephemeron,
    /// A guardian object.
    Guardian,
}

/// How a primitive meets the scheduler (DESIGN, section 4).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Class {
    /// Bounded, at most about 20 µs.
    Leaf,
    /// Unbounded walk; polls and can be re-entered with its state in the heap.
    Resumable,
    /// Blocks or runs long outside the heap: enters the blocked state.
    Outside,
    /// No Rust body: the emitter turns a call of it into instructions; not a first-class value.
    Control,
}

/// What calls may do; the default of a line should be pessimistic.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct PrimEffects(pub u8);
impl PrimEffects {
    /// Depends on nothing but its arguments' identity and immutable parts.
    pub const PURE: u8 = 0;
    /// May raise.
    pub const RAISE: u8 = 1;
    /// Allocates a fresh object.
    pub const ALLOC: u8 = 2;
    /// Reads mutable state.
    pub const READ: u8 = 4;
    /// Writes mutable state or does input or output.
    pub const WRITE: u8 = 8;
    /// The result is the same each time for the same constant arguments (may be folded).
    pub const FOLD: u8 = 16;
    /// A call whose value is not used may be dropped.
    pub const fn droppable(self) -> bool {
        self.0 & (Self::RAISE | Self::WRITE) == 0
    }
    /// A call with constant arguments may be evaluated at compile time (unless that raises).
    pub const fn foldable(self) -> bool {
        self.0 & Self::FOLD != 0
    }
}

/// How the emitter may turn a call into an instruction.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Inline {
    /// Through `Prim`.
    None,
    /// An instruction with a destination and the arguments as sources.
    Value(Op),
    /// An instruction with the arguments as sources and no destination.
    Effect(Op),
    /// A conditional jump over the arguments.
    Branch(Op),
    /// A conditional jump over the argument and an integer.
    BranchInt(Op, i16),
    /// A test for an immediate.
    Is(crate::value::Word),
    /// A test of low bits: `(word & mask) == value`.
    Tag(u8, u8),
    /// A test for an object kind.
    Kind(Kind),
    /// Arithmetic folded to binary instructions by the front end: `+ - * /` on any count.
    Fold(Op),
    /// Through `Prim`; machine code has a fast path.
    Fast(Fast),
    /// The emitter knows this control primitive by name.
    Control(Control),
}

/// Primitives whose usual case machine code does itself; what is left goes to the body.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Fast {
    /// `(list obj ...)`
    List,
    /// `(vector obj ...)`
    Vector,
    /// `(%make-record type obj ...)`
    MakeRecord,
    /// `(%record? obj type)`
    IsRecord,
    /// `caddr` and the like: the letters of the name are the way.
    Path,
    /// `(memq obj list)`
    Memq,
    /// `(assq obj list)`
    Assq,
    /// `(length list)`
    Length,
    /// `(symbol->string symbol)`
    SymbolName,
    /// `(string-set! string k char)`
    StringSet,
    /// `(char-whitespace? char)`
    IsWhitespace,
    /// `(read-char port)`
    ReadChar,
    /// `(peek-char port)`
    PeekChar,
    /// `(read-u8 port)`
    ReadByte,
    /// `(peek-u8 port)`
    PeekByte,
    /// `(write-char char port)`
    WriteChar,
    /// `(write-u8 byte port)`
    WriteByte,
    /// `(exact-integer? obj)`
    IsExactInteger,
    /// `(number? obj)`
    IsNumber,
    /// `(odd? n)`
    IsOdd,
    /// `(even? n)`
    IsEven,
    /// `(inexact z)`
    Inexact,
    /// `(sqrt z)`
    Sqrt,
    /// `(%dynamic)`
    Dynamic,
    /// `(%set-dynamic! state)`
    SetDynamic,
    /// `(%dynamic-ref state k)`
    DynamicRef,
}

/// Control primitives with instructions of their own.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Control {
    /// `(values v ...)`
    Values,
    /// `(%values-list list)`
    ValuesList,
    /// `(call-with-values producer consumer)`; also expressible as `Receive`.
    CallWithValues,
    /// `(%apply procedure argument ... list)`
    Apply,
    /// `(%capture)`: the continuation of the procedure this stands in.
    Capture,
    /// `(%throw continuation value ...)`
    Throw,
    /// `(%throw-list continuation list)`
    ThrowList,
    /// `(%record-ref record type index)` with constant type and index.
    RecordRef,
    /// `(%record-set! record type index value)` with constant type and index.
    RecordSet,
    /// `(%unbound)`: what a `letrec` variable holds before its initialisation.
    Unbound,
    /// `(%check-bound variable)`: the value of a local, or an error if it has none yet.
    CheckBound,
}

/// One row of the table.
#[derive(Debug)]
pub struct PrimInfo {
    /// Scheme name.
    pub name: &'static str,
    /// Family, which is the file of its body.
    pub family: &'static str,
    /// Types of the required arguments.
    pub required: &'static [Type],
    /// Types of the optional arguments.
    pub optional: &'static [Type],
    /// Type of further arguments, if any are accepted.
    pub rest: Option<Type>,
    /// Type of the result.
    pub result: Type,
    /// Class.
    pub class: Class,
    /// Effects.
    pub effects: PrimEffects,
    /// Inlining.
    pub inline: Inline,
}

impl PrimInfo {
    /// Whether a call with `n` arguments is accepted.
    pub const fn accepts(&self, n: usize) -> bool {
        n >= self.required.len() && (self.rest.is_some() || n <= self.required.len() + self.optional.len())
    }
    /// Type that argument `i` must have.
    pub fn argument(&self, i: usize) -> Type {
        let r = self.required.len();
        if i < r {
            self.required[i]
        } else if i - r < self.optional.len() {
            self.optional[i - r]
        } else {
            self.rest.unwrap_or(Type::Obj)
        }
    }
}

/// A primitive by number. Numbers are stable within one build only; images carry the table's hash.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
pub struct PrimId(pub u16);

impl PrimId {
    /// The primitive's row.
    pub fn info(self) -> &'static PrimInfo {
        &PRIMS[self.0 as usize]
    }
    /// The primitive called `name`.
    pub fn named(name: &str) -> Option<PrimId> {
        PRIMS.iter().position(|p| p.name == name).map(|i| PrimId(i as u16))
    }
}

/// `for_each_prim!(m extra...)` expands to `m! { extra... family { rows } ... }` with every family.
/// A row: `"name" rust_name [required] [optional] [rest] -> Result Class [EFFECTS] [inline];`
/// Each family's macro appends its rows and hands on to the next.
#[macro_export]
macro_rules! for_each_prim {
    ($m:ident $($extra:tt)*) => { $crate::prims_control! { { $m $($extra)* } } };
}
/// End of the chain of families.
#[macro_export]
macro_rules! prims_end {
    ({ $m:ident $($extra:tt)* } $($families:tt)*) => { $m! { $($extra)* $($families)* } };
}

mod control;
mod io;
mod lists;
mod numbers;
mod system;
mod tables;
mod text;
mod vectors;

macro_rules! inline {
    (none) => {
        Inline::None
    };
    (val $op:ident) => {
        Inline::Value(Op::$op)
    };
    (eff $op:ident) => {
        Inline::Effect(Op::$op)
    };
    (branch $op:ident) => {
        Inline::Branch(Op::$op)
    };
    (int $op:ident $n:literal) => {
        Inline::BranchInt(Op::$op, $n)
    };
    (is $w:ident) => {
        Inline::Is(crate::value::$w)
    };
    (tag $m:literal $v:literal) => {
        Inline::Tag($m, $v)
    };
    (kind $k:ident) => {
        Inline::Kind(Kind::$k)
    };
    (fold $op:ident) => {
        Inline::Fold(Op::$op)
    };
    (fast $f:ident) => {
        Inline::Fast(Fast::$f)
    };
    (control $c:ident) => {
        Inline::Control(Control::$c)
    };
}
macro_rules! define_prims {
    ($($family:ident { $($name:literal $ident:ident [$($req:ident)*] [$($opt:ident)*] [$($rest:ident)?] -> $result:ident $class:ident [$($eff:ident)*] [$($inl:tt)+];)* })*) => {
        /// Every primitive, in order of number.
        pub static PRIMS: &[PrimInfo] = &[$($(PrimInfo {
            name: $name,
            family: stringify!($family),
            required: &[$(Type::$req),*],
            optional: &[$(Type::$opt),*],
            rest: define_prims!(@rest $($rest)?),
            result: Type::$result,
            class: Class::$class,
            effects: PrimEffects(0 $(| PrimEffects::$eff)*),
            inline: inline!($($inl)+),
        }),*),*];
    };
    (@rest) => { None };
    (@rest $t:ident) => { Some(Type::$t) };
}
for_each_prim! { define_prims }
