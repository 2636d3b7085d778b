//! Evaluating calls of primitives on constants at compile time. What can be folded is the
//! primitive table's `FOLD` effect; how is behind [`Folder`], because the whole numeric tower
//! lives in the runtime while the build script, too, compiles libraries. [`SmallFolder`] knows
//! small integers, booleans, characters and symbols.

use gambol_abi::prims::PrimId;
use gambol_abi::value::{FIXNUM_MAX, FIXNUM_MIN};

use crate::datum::{Datum, DatumKind};
use crate::ir::Literal;
use crate::number::Number;
use crate::source::Span;

/// Evaluates primitives on constants.
pub trait Folder {
    /// The value of the call, or `None` if it is not known, would raise, or is better left.
    fn fold(&self, prim: PrimId, args: &[&Literal]) -> Option<Literal>;
}

/// Folds what needs no numeric tower.
pub struct SmallFolder;

impl Folder for SmallFolder {
    fn fold(&self, prim: PrimId, args: &[&Literal]) -> Option<Literal> {
        let name = prim.info().name;
        let datums: Option<Vec<&DatumKind>> = args.iter().map(|literal| literal.as_datum()).collect();
        let kind = match &datums?[..] {
            [x] => unary(name, x)?,
            [DatumKind::Number(Number::Int(a)), DatumKind::Number(Number::Int(b))] => integers(name, *a, *b)?,
            [DatumKind::Char(a), DatumKind::Char(b)] => characters(name, *a, *b)?,
            [a, b] => identity(name, a, b)?,
            _ => return None,
        };
        Some(Literal::Datum(std::sync::Arc::new(Datum::new(Span::NONE, kind))))
    }
}

fn unary(name: &str, x: &DatumKind) -> Option<DatumKind> {
    let truth = match name {
        "not" => matches!(x, DatumKind::Bool(false)),
        "null?" => matches!(x, DatumKind::Null),
        "pair?" => matches!(x, DatumKind::List(..)),
        "boolean?" => matches!(x, DatumKind::Bool(_)),
        "symbol?" => matches!(x, DatumKind::Symbol(_)),
        "char?" => matches!(x, DatumKind::Char(_)),
        "string?" => matches!(x, DatumKind::String(_)),
        "vector?" => matches!(x, DatumKind::Vector(_)),
        "procedure?" => false,
        "fixnum?" => matches!(x, DatumKind::Number(Number::Int(_))),
        "number?" => matches!(x, DatumKind::Number(_)),
        "char->integer" => return character(x).map(|c| integer(i64::from(u32::from(c))))?,
        "integer->char" => {
            return small(x).and_then(|n| u32::try_from(n).ok()).and_then(char::from_u32).map(DatumKind::Char);
        }
        "-" => return integer(small(x)?.checked_neg()?),
        "+" | "*" => return integer(small(x)?),
        "zero?" => small(x)? == 0,
        _ => return None,
    };
    Some(DatumKind::Bool(truth))
}

fn small(x: &DatumKind) -> Option<i64> {
    match x {
        DatumKind::Number(Number::Int(n)) => Some(*n),
        _ => None,
    }
}

fn character(x: &DatumKind) -> Option<char> {
    match x {
        DatumKind::Char(c) => Some(*c),
        _ => None,
    }
}

/// The result as a fixnum; larger ones are left to the run-time tower.
fn integer(n: i64) -> Option<DatumKind> {
    (FIXNUM_MIN..=FIXNUM_MAX).contains(&n).then_some(DatumKind::Number(Number::Int(n)))
}

fn integers(name: &str, a: i64, b: i64) -> Option<DatumKind> {
    let truth = match name {
        "+" => return integer(a.checked_add(b)?),
        "-" => return integer(a.checked_sub(b)?),
        "*" => return integer(a.checked_mul(b)?),
        "/" if b != 0 && a.checked_rem(b)? == 0 => return integer(a.checked_div(b)?),
        "quotient" | "truncate-quotient" => return integer(a.checked_div(b)?),
        "remainder" | "truncate-remainder" => return integer(a.checked_rem(b)?),
        "modulo" | "floor-remainder" => return integer(floor_remainder(a, b)?),
        "=" | "eqv?" | "eq?" => a == b,
        "<" => a < b,
        "<=" => a <= b,
        ">" => a > b,
        ">=" => a >= b,
        _ => return None,
    };
    Some(DatumKind::Bool(truth))
}

fn floor_remainder(a: i64, b: i64) -> Option<i64> {
    let r = a.checked_rem(b)?;
    Some(if r != 0 && (r < 0) != (b < 0) { r + b } else { r })
}

fn characters(name: &str, a: char, b: char) -> Option<DatumKind> {
    let truth = match name {
        "char=?" | "eqv?" | "eq?" => a == b,
        "char<?" => a < b,
        _ => return None,
    };
    Some(DatumKind::Bool(truth))
}

/// `eq?` and `eqv?` where identity is plain: neither side is an object with a place in memory,
/// or the two are of different kinds.
fn identity(name: &str, a: &DatumKind, b: &DatumKind) -> Option<DatumKind> {
    use DatumKind::{Bool, Char, Null, Number, Symbol};
    if !matches!(name, "eq?" | "eqv?") {
        return None;
    }
    let plain = |x: &DatumKind| matches!(x, Bool(_) | Char(_) | Null | Symbol(_)) || small(x).is_some();
    let truth = match (a, b) {
        (Bool(a), Bool(b)) => a == b,
        (Symbol(a), Symbol(b)) => a == b,
        (Null, Null) => true,
        (Number(_), Number(_)) => return None,
        _ if plain(a) || plain(b) => false,
        _ => return None,
    };
    Some(Bool(truth))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(name: &str, args: &[i64], expect: Option<DatumKind>) {
        let prim = PrimId::named(name).unwrap();
        let literals: Vec<Literal> = args.iter().map(|n| Literal::Datum(std::sync::Arc::new(Datum::new(Span::NONE, DatumKind::Number(Number::Int(*n)))))).collect();
        let folded = SmallFolder.fold(prim, &literals.iter().collect::<Vec<_>>());
        let expect = expect.map(|kind| Datum::new(Span::NONE, kind));
        let folded = folded.map(|literal| match literal {
            Literal::Datum(datum) => datum.to_string(),
            _ => String::new(),
        });
        assert_eq!(folded, expect.map(|d| d.to_string()), "{name} {args:?}");
    }

    #[test]
    fn integers_fold_within_fixnums() {
        let int = |n| Some(DatumKind::Number(Number::Int(n)));
        check("+", &[3, 4], int(7));
        check("+", &[FIXNUM_MAX, 1], None);
        check("*", &[1 << 40, 1 << 40], None);
        check("modulo", &[-7, 2], int(1));
        check("modulo", &[7, -2], int(-1));
        check("remainder", &[-7, 2], int(-1));
        check("quotient", &[7, 0], None);
        check("/", &[6, 3], int(2));
        check("/", &[1, 3], None);
        check("<", &[1, 2], Some(DatumKind::Bool(true)));
    }
}
