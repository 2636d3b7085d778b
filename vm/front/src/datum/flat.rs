//! Datums as flat sequences, in postorder: how they are copied and serialized without
//! recursion. Each node says how many of the nodes before it it contains, so a stack
//! machine rebuilds the tree, and a wrong sequence from a damaged image is an error.

use std::fmt;
use std::sync::Arc;

use serde::de::{Error as _, SeqAccess, Visitor};
use serde::ser::SerializeSeq;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{Datum, DatumKind};
use crate::number::Number;
use crate::source::Span;

/// One node; composite ones carry the number of their children.
#[derive(Serialize, Deserialize)]
enum Node {
    Null,
    Bool(bool),
    Char(char),
    Number(Number),
    String(Arc<str>),
    Symbol(Arc<str>),
    List { items: u32, tail: bool },
    Vector(u32),
    Bytevector(Arc<[u8]>),
    Label(u32),
    Ref(u32),
    Eof,
    Unspecified,
    Object(u32),
}

impl Node {
    fn of(kind: &DatumKind) -> Node {
        match kind {
            DatumKind::Null => Node::Null,
            DatumKind::Bool(b) => Node::Bool(*b),
            DatumKind::Char(c) => Node::Char(*c),
            DatumKind::Number(n) => Node::Number(n.clone()),
            DatumKind::String(s) => Node::String(s.clone()),
            DatumKind::Symbol(s) => Node::Symbol(s.clone()),
            DatumKind::List(items, tail) => Node::List { items: count(items), tail: tail.is_some() },
            DatumKind::Vector(items) => Node::Vector(count(items)),
            DatumKind::Bytevector(bytes) => Node::Bytevector(bytes.clone()),
            DatumKind::Label(n, _) => Node::Label(*n),
            DatumKind::Ref(n) => Node::Ref(*n),
            DatumKind::Eof => Node::Eof,
            DatumKind::Unspecified => Node::Unspecified,
            DatumKind::Object(n) => Node::Object(*n),
        }
    }
}

/// # Panics
/// On composites of more than 2^32 - 1 items, which spans could not cover anyway.
fn count(items: &[Datum]) -> u32 {
    u32::try_from(items.len()).expect("a datum has fewer than 2^32 items")
}

/// Every node, children before their parents, in order of the text.
pub(super) fn postorder(root: &Datum) -> Vec<&Datum> {
    let mut order = Vec::new();
    let mut pending = vec![root];
    while let Some(datum) = pending.pop() {
        order.push(datum);
        pending.extend(datum.children());
    }
    order.reverse();
    order
}

/// The stack machine that turns a postorder sequence back into a tree.
#[derive(Default)]
struct Builder {
    done: Vec<Datum>,
}

impl Builder {
    fn push(&mut self, span: Span, node: Node) -> Result<(), &'static str> {
        let kind = match node {
            Node::Null => DatumKind::Null,
            Node::Bool(b) => DatumKind::Bool(b),
            Node::Char(c) => DatumKind::Char(c),
            Node::Number(n) => DatumKind::Number(n),
            Node::String(s) => DatumKind::String(s),
            Node::Symbol(s) => DatumKind::Symbol(s),
            Node::List { items, tail } => {
                let tail = if tail { Some(Box::new(self.pop()?)) } else { None };
                DatumKind::List(self.take(items)?, tail)
            }
            Node::Vector(items) => DatumKind::Vector(self.take(items)?),
            Node::Bytevector(bytes) => DatumKind::Bytevector(bytes),
            Node::Label(n) => DatumKind::Label(n, Box::new(self.pop()?)),
            Node::Ref(n) => DatumKind::Ref(n),
            Node::Eof => DatumKind::Eof,
            Node::Unspecified => DatumKind::Unspecified,
            Node::Object(n) => DatumKind::Object(n),
        };
        self.done.push(Datum::new(span, kind));
        Ok(())
    }

    fn pop(&mut self) -> Result<Datum, &'static str> {
        self.done.pop().ok_or("datum node without its child")
    }

    fn take(&mut self, n: u32) -> Result<Vec<Datum>, &'static str> {
        let base = self.done.len().checked_sub(n as usize).ok_or("datum node without its children")?;
        Ok(self.done.split_off(base))
    }

    fn finish(mut self) -> Result<Datum, &'static str> {
        let root = self.pop()?;
        if self.done.is_empty() { Ok(root) } else { Err("more than one datum") }
    }
}

impl Clone for Datum {
    fn clone(&self) -> Datum {
        let copy = match self.children().next() {
            None => rebuild(&[self]),
            Some(_) => rebuild(&postorder(self)),
        };
        copy.expect("a tree's own postorder rebuilds it")
    }
}

fn rebuild(order: &[&Datum]) -> Result<Datum, &'static str> {
    let mut builder = Builder::default();
    for datum in order {
        builder.push(datum.span, Node::of(&datum.kind))?;
    }
    builder.finish()
}

impl Serialize for Datum {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let order = postorder(self);
        let mut seq = serializer.serialize_seq(Some(order.len()))?;
        for datum in order {
            seq.serialize_element(&(datum.span, Node::of(&datum.kind)))?;
        }
        seq.end()
    }
}

impl<'de> Deserialize<'de> for Datum {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Datum, D::Error> {
        deserializer.deserialize_seq(Nodes)
    }
}

struct Nodes;

impl<'de> Visitor<'de> for Nodes {
    type Value = Datum;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the nodes of a datum in postorder")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Datum, A::Error> {
        let mut builder = Builder::default();
        while let Some((span, node)) = seq.next_element::<(Span, Node)>()? {
            builder.push(span, node).map_err(A::Error::custom)?;
        }
        builder.finish().map_err(A::Error::custom)
    }
}
