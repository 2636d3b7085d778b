//! Values of both machines, and the primitives they share.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;

use gambol_abi::prims::PrimId;
use gambol_front::datum::DatumKind;
use gambol_front::ir::Literal;
use gambol_front::number::Number;

pub(crate) type Place = Rc<RefCell<Value>>;

#[derive(Clone)]
pub(crate) enum Value {
    Int(i64),
    Bool(bool),
    Nil,
    Unspecified,
    Unbound,
    Symbol(Arc<str>),
    Pair(Rc<(Value, Value)>),
    Prim(PrimId),
    Box(Place),
    /// A procedure of either machine, by its own description.
    Procedure(Rc<dyn std::any::Any>),
}

/// An error a program may make; which one is not compared.
#[derive(Debug, Clone)]
pub(crate) struct Failure;

impl Value {
    pub(crate) fn is_true(&self) -> bool {
        !matches!(self, Value::Bool(false))
    }

    pub(crate) fn print(&self) -> String {
        match self {
            Value::Int(n) => n.to_string(),
            Value::Bool(b) => format!("#{b}"),
            Value::Nil => "()".into(),
            Value::Unspecified => "unspecified".into(),
            Value::Unbound => "unbound".into(),
            Value::Symbol(name) => name.to_string(),
            Value::Pair(pair) => format!("({} . {})", pair.0.print(), pair.1.print()),
            Value::Prim(_) | Value::Procedure(_) => "procedure".into(),
            Value::Box(_) => "box".into(),
        }
    }

    pub(crate) fn list(items: Vec<Value>) -> Value {
        items.into_iter().rev().fold(Value::Nil, |tail, head| Value::Pair(Rc::new((head, tail))))
    }

    pub(crate) fn items(&self) -> Result<Vec<Value>, Failure> {
        let (mut items, mut rest) = (Vec::new(), self.clone());
        while let Value::Pair(pair) = rest {
            items.push(pair.0.clone());
            rest = pair.1.clone();
        }
        if matches!(rest, Value::Nil) { Ok(items) } else { Err(Failure) }
    }

    pub(crate) fn same(&self, other: &Value) -> bool {
        match (self, other) {
            (Value::Int(a), Value::Int(b)) => a == b,
            (Value::Bool(a), Value::Bool(b)) => a == b,
            (Value::Symbol(a), Value::Symbol(b)) => a == b,
            (Value::Nil, Value::Nil) | (Value::Unspecified, Value::Unspecified) => true,
            (Value::Pair(a), Value::Pair(b)) => Rc::ptr_eq(a, b),
            _ => false,
        }
    }

    pub(crate) fn int(&self) -> Result<i64, Failure> {
        match self {
            Value::Int(n) => Ok(*n),
            _ => Err(Failure),
        }
    }

    pub(crate) fn pair(&self) -> Result<&(Value, Value), Failure> {
        match self {
            Value::Pair(pair) => Ok(pair),
            _ => Err(Failure),
        }
    }
}

pub(crate) fn literal(literal: &Literal) -> Value {
    match literal {
        Literal::Datum(datum) => datum_value(&datum.kind),
        _ => Value::Unspecified,
    }
}

fn datum_value(kind: &DatumKind) -> Value {
    match kind {
        DatumKind::Null => Value::Nil,
        DatumKind::Bool(b) => Value::Bool(*b),
        DatumKind::Number(Number::Int(n)) => Value::Int(*n),
        DatumKind::Symbol(name) => Value::Symbol(name.clone()),
        DatumKind::List(items, None) => Value::list(items.iter().map(|d| datum_value(&d.kind)).collect()),
        _ => Value::Unspecified,
    }
}

/// A primitive that is no control.
pub(crate) fn apply_prim(prim: PrimId, args: &[Value]) -> Result<Value, Failure> {
    let chain = |test: fn(i64, i64) -> bool| {
        let ints = args.iter().map(Value::int).collect::<Result<Vec<_>, _>>()?;
        Ok(Value::Bool(ints.windows(2).all(|w| test(w[0], w[1]))))
    };
    let fold = |unit: i64, op: fn(i64, i64) -> i64| {
        let ints = args.iter().map(Value::int).collect::<Result<Vec<_>, _>>()?;
        Ok(Value::Int(match ints.split_first() {
            None => unit,
            Some((first, [])) => op(unit, *first),
            Some((first, rest)) => rest.iter().fold(*first, |a, b| op(a, *b)),
        }))
    };
    match (prim.info().name, args) {
        ("+", _) => fold(0, i64::wrapping_add),
        ("-", _) => fold(0, i64::wrapping_sub),
        ("*", _) => fold(1, i64::wrapping_mul),
        ("<", _) => chain(|a, b| a < b),
        (">", _) => chain(|a, b| a > b),
        ("=", _) => chain(|a, b| a == b),
        ("<=", _) => chain(|a, b| a <= b),
        (">=", _) => chain(|a, b| a >= b),
        ("eq?" | "eqv?", [a, b]) => Ok(Value::Bool(a.same(b))),
        ("not", [a]) => Ok(Value::Bool(!a.is_true())),
        ("null?", [a]) => Ok(Value::Bool(matches!(a, Value::Nil))),
        ("pair?", [a]) => Ok(Value::Bool(matches!(a, Value::Pair(_)))),
        ("cons", [a, b]) => Ok(Value::Pair(Rc::new((a.clone(), b.clone())))),
        ("car", [a]) => Ok(a.pair()?.0.clone()),
        ("cdr", [a]) => Ok(a.pair()?.1.clone()),
        ("list", _) => Ok(Value::list(args.to_vec())),
        ("%values-mismatch", _) => Err(Failure),
        (name, _) => panic!("the test machines do not know {name}"),
    }
}
