//! How calls of primitives become instructions: which have a form with an integer in the
//! instruction, which swap their operands, which can decide a jump. Everything is derived from
//! the primitive table's `Inline` column, so a new primitive needs nothing here.

use std::sync::LazyLock;

use gambol_abi::layout::Kind;
use gambol_abi::ops::{Op, Operand, Payload};
use gambol_abi::prims::{Control, Inline, PrimId};
use gambol_abi::value::{self, Word};

use crate::datum::DatumKind;
use crate::ir::{Expr, Literal};
use crate::number::Number;

/// Primitives that the compiler itself calls, by name.
pub(crate) struct Known {
    pub(crate) not: PrimId,
    pub(crate) cons: PrimId,
    pub(crate) list: PrimId,
    pub(crate) values: PrimId,
    pub(crate) values_list: PrimId,
    pub(crate) apply: PrimId,
    pub(crate) throw_list: PrimId,
    pub(crate) unbound: PrimId,
    pub(crate) check_bound: PrimId,
    pub(crate) values_mismatch: PrimId,
    pub(crate) eq: PrimId,
    pub(crate) eqv: PrimId,
}

/// The numbers of [`Known`]; the test below keeps the names true.
pub(crate) static KNOWN: LazyLock<Known> = LazyLock::new(|| {
    let named = |name| PrimId::named(name).expect("the compiler's own primitives are in the table");
    Known {
        not: named("not"),
        cons: named("cons"),
        list: named("list"),
        values: named("values"),
        values_list: named("%values-list"),
        apply: named("%apply"),
        throw_list: named("%throw-list"),
        unbound: named("%unbound"),
        check_bound: named("%check-bound"),
        values_mismatch: named("%values-mismatch"),
        eq: named("eq?"),
        eqv: named("eqv?"),
    }
});

/// A constant that needs no place among the constants.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Small {
    /// For `LoadInt`.
    Int(i32),
    /// For `LoadImm`.
    Word(u32),
}

/// How `literal` can be loaded without a constant.
pub(super) fn small(literal: &Literal) -> Option<Small> {
    if let Some(DatumKind::Number(Number::Int(n))) = literal.as_datum() {
        return i32::try_from(*n).ok().map(Small::Int);
    }
    immediate_word(literal).and_then(|w| u32::try_from(w).ok()).map(Small::Word)
}

/// The word of a constant that is the same in every heap.
pub(super) fn immediate_word(literal: &Literal) -> Option<Word> {
    let datum = match literal {
        Literal::Unspecified => return Some(value::UNSPECIFIED),
        Literal::Default => return Some(value::DEFAULT),
        Literal::Datum(datum) => datum,
        Literal::RecordType { .. } => return None,
    };
    match &datum.kind {
        DatumKind::Null => Some(value::NIL),
        DatumKind::Bool(b) => Some(value::boolean(*b)),
        DatumKind::Char(c) => Some(value::character(*c)),
        DatumKind::Eof => Some(value::EOF),
        DatumKind::Unspecified => Some(value::UNSPECIFIED),
        DatumKind::Number(Number::Int(n)) => value::fixnum_checked(*n),
        _ => None,
    }
}

/// The exact integer this is, if it fits 16 signed bits.
pub(super) fn int16(e: &Expr) -> Option<i16> {
    match e.as_datum() {
        Some(DatumKind::Number(Number::Int(n))) => i16::try_from(*n).ok(),
        _ => None,
    }
}

/// The nonnegative exact integer this is, if it fits 16 bits.
pub(super) fn index16(e: &Expr) -> Option<u16> {
    match e.as_datum() {
        Some(DatumKind::Number(Number::Int(n))) => u16::try_from(*n).ok(),
        _ => None,
    }
}

/// The form of an operation whose last operand is an integer.
pub(super) fn with_int(op: Op) -> Option<Op> {
    Some(match op {
        Op::Add => Op::AddInt,
        Op::Sub => Op::SubInt,
        Op::IfNumEq => Op::IfNumEqInt,
        Op::IfLess => Op::IfLessInt,
        Op::IfLessEq => Op::IfLessEqInt,
        Op::IfGreater => Op::IfGreaterInt,
        Op::IfGreaterEq => Op::IfGreaterEqInt,
        _ => return None,
    })
}

/// The operation that does the same with its two operands exchanged.
pub(super) fn mirrored(op: Op) -> Option<Op> {
    Some(match op {
        Op::Add | Op::IfNumEq | Op::IfEq | Op::IfEqv | Op::IfCharEq => op,
        Op::IfLess => Op::IfGreater,
        Op::IfGreater => Op::IfLess,
        Op::IfLessEq => Op::IfGreaterEq,
        Op::IfGreaterEq => Op::IfLessEq,
        _ => return None,
    })
}

/// How a call can decide a jump.
#[derive(Clone, Copy)]
pub(super) enum Test {
    /// An instruction over the arguments.
    Branch(Op),
    /// An instruction over the argument and an integer.
    Int(Op, i16),
    /// The argument is this immediate.
    Is(Word),
    Tag(u8, u8),
    Kind(Kind),
    /// The argument is `#f`.
    Not,
}

/// The jump that a call of `prim` with `n` arguments can be.
pub(super) fn test_of(prim: PrimId, n: usize) -> Option<Test> {
    if prim == KNOWN.not {
        return Some(Test::Not);
    }
    match prim.info().inline {
        Inline::Branch(op) if sources(op) == n => Some(Test::Branch(op)),
        Inline::BranchInt(op, k) if n == 1 => Some(Test::Int(op, k)),
        Inline::Is(word) if n == 1 => Some(Test::Is(word)),
        Inline::Tag(mask, value) if n == 1 => Some(Test::Tag(mask, value)),
        Inline::Kind(kind) if n == 1 => Some(Test::Kind(kind)),
        _ => None,
    }
}

/// How a call becomes instructions when its value (or only its effect) is asked for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// One instruction with a destination.
    Value(Op),
    /// One instruction without.
    Effect(Op),
    /// A jump, then constants.
    Test,
    /// Through the table, argument in a register.
    Prim1,
    /// Through the table, arguments outgoing.
    Prim,
    /// An instruction sequence of its own.
    Control(Control),
}

/// The form of a call of `prim` with these arguments.
pub(super) fn form_of(prim: PrimId, args: &[Expr]) -> Form {
    let table = if args.len() == 1 { Form::Prim1 } else { Form::Prim };
    if test_of(prim, args.len()).is_some() {
        return Form::Test;
    }
    match prim.info().inline {
        Inline::Value(op) | Inline::Fold(op) if sources(op) == args.len() => Form::Value(op),
        Inline::Effect(op) if sources(op) == args.len() => Form::Effect(op),
        Inline::Control(c @ (Control::RecordRef | Control::RecordSet)) => {
            let field = |fields: &[_]| index16(&args[2]).is_some_and(|k| usize::from(k) < fields.len());
            if matches!(args[1].as_const(), Some(Literal::RecordType { fields, .. }) if field(fields)) { Form::Control(c) } else { table }
        }
        Inline::Control(c) => Form::Control(c),
        _ => table,
    }
}

/// Number of registers an operation reads.
fn sources(op: Op) -> usize {
    debug_assert_eq!(op.payload(), Payload::None);
    op.operands().iter().filter(|k| **k == Operand::Src).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_compilers_primitives_exist() {
        assert_eq!(KNOWN.not.info().name, "not");
        assert_eq!(KNOWN.check_bound.info().required.len(), 1);
    }

    #[test]
    fn mirrors_are_involutions() {
        for &op in Op::ALL {
            if let Some(other) = mirrored(op) {
                assert_eq!(mirrored(other), Some(op));
            }
        }
    }
}
