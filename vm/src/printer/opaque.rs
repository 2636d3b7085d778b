//! Values without a written form that could be read back: `#<...>`.

use crate::io;
use crate::val::Val;
use gambol_abi::layout::{Kind, port, table};
use gambol_abi::value;
use std::fmt::Write;

/// The name of a record type as printers show it: `point` for `<point>` too.
pub(crate) fn type_name(name: Val<'_>) -> String {
    if !name.is_kind(Kind::Symbol) {
        return "record".to_string();
    }
    let s = name.symbol_name().to_string();
    match s.strip_prefix('<').and_then(|s| s.strip_suffix('>')) {
        Some(inner) if !inner.is_empty() => inner.to_string(),
        _ => s,
    }
}

/// Appends the form of a value that is neither data nor composite.
pub(super) fn write(out: &mut String, v: Val<'_>) {
    // Writing to a string cannot fail.
    match v.word() {
        value::FALSE => out.push_str("#f"),
        value::TRUE => out.push_str("#t"),
        value::NIL => out.push_str("()"),
        value::EOF => out.push_str("#<eof>"),
        value::UNSPECIFIED => out.push_str("#<unspecified>"),
        value::DEFAULT => out.push_str("#<default>"),
        value::UNBOUND => out.push_str("#<unbound>"),
        value::BROKEN => out.push_str("#<broken>"),
        _ if v.is_procedure() => match &v.template().name {
            Some(name) => {
                let _ = write!(out, "#<procedure {name}>");
            }
            None => out.push_str("#<procedure>"),
        },
        _ => object(out, v),
    }
}
fn object(out: &mut String, v: Val<'_>) {
    let Some(kind) = v.kind() else {
        let _ = write!(out, "#<word {:#x}>", v.word());
        return;
    };
    let _ = write!(out, "#<{}", kind.name());
    match kind {
        Kind::RecordType => {
            out.push(' ');
            out.push_str(&type_name(v.field(0)));
        }
        Kind::HashTable => {
            let _ = write!(out, " {}", value::fixnum_value(v.raw_field(table::COUNT)));
        }
        Kind::Port => {
            let _ = write!(out, " {}", io::direction(v));
            let name = v.field(port::NAME);
            if name.is_kind(Kind::String) {
                let _ = write!(out, " {}", name.text());
            }
        }
        _ => {}
    }
    out.push('>');
}
