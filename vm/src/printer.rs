//! Printing values: `write`, `write-shared`, `write-simple`, `display` (R7RS 6.13.3).
//!
//! Nothing here allocates in the heap: a walk over addresses finds what needs a datum label,
//! then text grows in Rust memory, and the port gets it afterwards. So addresses are stable
//! for the whole run, and nesting costs memory, never native stack. A run that meets a
//! request to stop gives up; the caller raises and, should the request be gone, starts over.
//! Numerals that take long to make are made outside between two runs (`numerals`).

mod labels;
mod numerals;
mod opaque;

use crate::condition::kinds;
use crate::cx::{Cx, H, Raise};
use crate::num;
use crate::prims::lists::{stop_requested, stopped};
use crate::prims::text::latin1_slice;
use crate::prims::vectors::field_count;
use crate::val::Val;
use gambol_abi::layout::record_type::{FIELDS as TYPE_FIELDS, NAME as TYPE_NAME};
use gambol_abi::layout::{Kind, condition};
use gambol_abi::value;
use gambol_front::print::{write_bytevector, write_char, write_string, write_symbol};
use gambol_front::reader::abbreviation_of;
use labels::{Label, Labels};
use numerals::{Missing, Numerals};
use std::fmt::Write;

/// Which values get datum labels.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Sharing {
    /// None: circular values print for ever, up to the limit on text.
    Ignore,
    /// Those that contain themselves.
    Cycles,
    /// All that occur more than once.
    All,
}

/// How to print.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Style {
    /// Strings and characters as they are rather than as they are read.
    pub(crate) display: bool,
    /// Which values get datum labels.
    pub(crate) sharing: Sharing,
    /// Most bytes of text; beyond it printing fails.
    pub(crate) limit: usize,
}
impl Style {
    /// Most bytes one call may print: a shared structure can be exponentially large when spelled out.
    const LIMIT: usize = 1 << 30;
    /// `write`
    pub(crate) const WRITE: Style = Style { display: false, sharing: Sharing::Cycles, limit: Self::LIMIT };
    /// `write-shared`
    pub(crate) const SHARED: Style = Style { sharing: Sharing::All, ..Self::WRITE };
    /// `write-simple`
    pub(crate) const SIMPLE: Style = Style { sharing: Sharing::Ignore, ..Self::WRITE };
    /// `display`
    pub(crate) const DISPLAY: Style = Style { display: true, ..Self::WRITE };
}

/// Why there is no text.
enum Halt {
    /// A request came first.
    Stopped,
    /// The text passed its limit.
    TooLong,
    /// Numerals have to be made first.
    Numerals(Missing),
}

/// Bytes of a value in a message.
const SHOWN: usize = 1000;

/// The text of a value.
pub(crate) fn print<'s>(cx: &mut Cx<'s>, h: H<'s>, style: Style) -> Result<String, Raise> {
    // Made outside the heap, the text has to fit into it afterwards.
    let style = Style { limit: style.limit.min(cx.p().vm.heap.limit_bytes()), ..style };
    let mut numerals = Numerals::default();
    loop {
        match render(cx, cx.get(h), style, &numerals) {
            Ok(text) => return Ok(text),
            Err((Halt::Stopped, _)) => stopped(cx)?,
            Err((Halt::Numerals(missing), _)) => numerals.make(cx, missing)?,
            Err((Halt::TooLong, _)) => {
                let message = format!("the printed form is longer than {} bytes", style.limit);
                return Err(cx.fail(kinds::ERROR | kinds::IMPLEMENTATION_RESTRICTION, &message, &[]));
            }
        }
    }
}
/// The text of a value for a message: as `write`, cut off where it gets long.
pub(crate) fn to_string<'s>(cx: &mut Cx<'s>, h: H<'s>) -> String {
    excerpt(cx, h, Style::WRITE)
}
/// The text of a value for a message: as `display`, cut off where it gets long.
pub(crate) fn to_display_string<'s>(cx: &mut Cx<'s>, h: H<'s>) -> String {
    excerpt(cx, h, Style::DISPLAY)
}
fn excerpt<'s>(cx: &Cx<'s>, h: H<'s>, style: Style) -> String {
    match render(cx, cx.get(h), Style { limit: SHOWN, ..style }, &Numerals::default()) {
        Ok(text) => text,
        Err((_, mut text)) => {
            let end = (0..=SHOWN.min(text.len())).rev().find(|&i| text.is_char_boundary(i)).unwrap_or(0);
            text.truncate(end);
            text.push_str("...");
            text
        }
    }
}

/// What is left to print inside the values that are open.
enum Work<'a> {
    Value(Val<'a>),
    /// The rest of a list, after its first element.
    Rest(Val<'a>),
    /// Elements of a vector from an index on.
    Elements(Val<'a>, usize),
    /// Fields of a record from an index on.
    Fields(Val<'a>, usize),
    /// Irritants of a condition.
    Irritants(Val<'a>),
    Close(&'static str),
}

fn render<'a>(cx: &'a Cx<'_>, v: Val<'a>, style: Style, numerals: &'a Numerals) -> Result<String, (Halt, String)> {
    let labels = match labels::find(cx, v, style.sharing) {
        Some(labels) => labels,
        None => return Err((Halt::Stopped, String::new())),
    };
    let mut printer = Printer { out: String::new(), pending: vec![Work::Value(v)], labels, style, too_long: false, numerals, missing: Missing::default() };
    let mut steps = 0usize;
    while let Some(work) = printer.pending.pop() {
        printer.step(work);
        steps += 1;
        if printer.too_long || printer.out.len() > style.limit {
            return Err((Halt::TooLong, printer.out));
        }
        if steps.is_multiple_of(1 << 12) && stop_requested(cx) {
            return Err((Halt::Stopped, printer.out));
        }
        if printer.missing.is_enough() {
            break;
        }
    }
    if printer.missing.is_empty() { Ok(printer.out) } else { Err((Halt::Numerals(printer.missing), printer.out)) }
}

struct Printer<'a> {
    out: String,
    pending: Vec<Work<'a>>,
    labels: Labels,
    style: Style,
    /// A single value was longer than the limit.
    too_long: bool,
    numerals: &'a Numerals,
    missing: Missing,
}

impl<'a> Printer<'a> {
    fn step(&mut self, work: Work<'a>) {
        match work {
            Work::Value(v) => self.value(v),
            Work::Rest(v) => self.rest(v),
            Work::Elements(v, i) => {
                if i < v.vector_len() {
                    if i > 0 {
                        self.out.push(' ');
                    }
                    self.pending.push(Work::Elements(v, i + 1));
                    self.pending.push(Work::Value(v.vector_ref(i)));
                } else {
                    self.out.push(')');
                }
            }
            Work::Fields(v, i) => self.field(v, i),
            Work::Irritants(v) => {
                if v.is_pair() {
                    self.out.push(' ');
                    self.pending.push(Work::Irritants(v.cdr()));
                    self.pending.push(Work::Value(v.car()));
                }
            }
            Work::Close(text) => self.out.push_str(text),
        }
    }
    /// Writes `#n#` for a value already printed (true), or `#n=` before one met first.
    fn labelled(&mut self, v: Val<'a>) -> bool {
        // Writing to a string cannot fail, here and below.
        match self.labels.meet(v.word()) {
            Label::None => false,
            Label::First(n) => {
                let _ = write!(self.out, "#{n}=");
                false
            }
            Label::Again(n) => {
                let _ = write!(self.out, "#{n}#");
                true
            }
        }
    }
    fn value(&mut self, v: Val<'a>) {
        if v.is_pair() {
            if !self.labelled(v) {
                self.pair(v);
            }
        } else if let Some(n) = v.as_fixnum() {
            let _ = write!(self.out, "{n}");
        } else if let Some(c) = v.as_char() {
            if self.style.display { self.out.push(c) } else { write_char(&mut self.out, c) }
        } else if value::is_object(v.word()) {
            if !self.labelled(v) {
                self.object(v);
            }
        } else if v.as_flonum().is_some() {
            self.number(v);
        } else {
            opaque::write(&mut self.out, v);
        }
    }
    fn pair(&mut self, v: Val<'a>) {
        if let Some((prefix, quoted)) = self.abbreviated(v) {
            self.out.push_str(prefix);
            self.pending.push(Work::Value(quoted));
            return;
        }
        self.out.push('(');
        self.pending.push(Work::Rest(v.cdr()));
        self.pending.push(Work::Value(v.car()));
    }
    /// `(quote x)` and its like, unless a label stands between.
    fn abbreviated(&self, v: Val<'a>) -> Option<(&'static str, Val<'a>)> {
        let tail = v.cdr();
        if !v.car().is_kind(Kind::Symbol) || !tail.is_pair() || !tail.cdr().is_null() || self.labels.has(tail.word()) {
            return None;
        }
        let name = v.car().symbol_name();
        if name.len() > 16 {
            return None;
        }
        abbreviation_of(&name.to_string()).map(|prefix| (prefix, tail.car()))
    }
    fn rest(&mut self, v: Val<'a>) {
        if v.is_null() {
            self.out.push(')');
        } else if v.is_pair() && !self.labels.has(v.word()) {
            self.out.push(' ');
            self.pending.push(Work::Rest(v.cdr()));
            self.pending.push(Work::Value(v.car()));
        } else {
            self.out.push_str(" . ");
            self.pending.push(Work::Close(")"));
            self.pending.push(Work::Value(v));
        }
    }
    fn object(&mut self, v: Val<'a>) {
        match v.kind() {
            Some(Kind::String) if v.text().len() > self.style.limit => {
                // For excerpts.
                write_string(&mut self.out, &v.text().chars().take(100).collect::<String>());
                self.too_long = true;
            }
            Some(Kind::String) => self.string(v),
            Some(Kind::Symbol) if self.style.display => self.out.extend(v.symbol_name().chars()),
            Some(Kind::Symbol) => write_symbol(&mut self.out, &v.symbol_name().to_string()),
            Some(Kind::Flonum | Kind::Bignum | Kind::Ratnum | Kind::Compnum) => self.number(v),
            Some(Kind::Vector) => {
                self.out.push_str("#(");
                self.pending.push(Work::Elements(v, 0));
            }
            Some(Kind::Bytevector) if v.bytes().len() > self.style.limit => {
                write_bytevector(&mut self.out, &v.bytes().to_vec(0, 30));
                self.too_long = true;
            }
            Some(Kind::Bytevector) => {
                let bytes = v.bytes();
                write_bytevector(&mut self.out, &bytes.to_vec(0, bytes.len()));
            }
            Some(Kind::Record) => {
                let name = v.field(0).field(TYPE_NAME);
                self.out.push_str("#<");
                self.out.push_str(&opaque::type_name(name));
                self.pending.push(Work::Fields(v, 0));
            }
            Some(Kind::Box) => {
                self.out.push_str("#<box ");
                self.pending.push(Work::Close(">"));
                self.pending.push(Work::Value(v.field(0)));
            }
            Some(Kind::Condition) => self.condition(v),
            _ => opaque::write(&mut self.out, v),
        }
    }
    fn number(&mut self, v: Val<'a>) {
        match num::digits_beyond(v, self.style.limit) {
            // For excerpts.
            Some((what, digits)) if self.style.limit <= SHOWN => _ = write!(self.out, "#<{what} of about {digits} digits>"),
            Some(_) => self.too_long = true,
            None if num::is_long(v) => self.numerals.write(&mut self.out, v, &mut self.missing),
            None => self.out.push_str(&num::text(v, 10)),
        }
    }
    fn string(&mut self, v: Val<'a>) {
        let ascii = latin1_slice(v).filter(|b| b.is_ascii()).and_then(|b| std::str::from_utf8(b).ok());
        match (ascii, self.style.display) {
            (Some(s), true) => self.out.push_str(s),
            (Some(s), false) => write_string(&mut self.out, s),
            (None, true) => self.out.extend(v.text().chars()),
            (None, false) => write_string(&mut self.out, &v.text().to_string()),
        }
    }
    fn field(&mut self, v: Val<'a>, i: usize) {
        if i >= field_count(v) {
            self.out.push('>');
            return;
        }
        let names = v.field(0).field(TYPE_FIELDS);
        self.out.push(' ');
        if names.is_kind(Kind::Vector) && i < names.vector_len() && names.vector_ref(i).is_kind(Kind::Symbol) {
            self.out.extend(names.vector_ref(i).symbol_name().chars());
            self.out.push_str(": ");
        }
        self.pending.push(Work::Fields(v, i + 1));
        self.pending.push(Work::Value(v.field(1 + i)));
    }
    fn condition(&mut self, v: Val<'a>) {
        self.out.push_str("#<condition");
        let (who, message) = (v.field(condition::WHO), v.field(condition::MESSAGE));
        if who.is_kind(Kind::Symbol) {
            self.out.push(' ');
            self.out.extend(who.symbol_name().chars());
        }
        self.out.push_str(": ");
        self.pending.push(Work::Close(">"));
        self.pending.push(Work::Irritants(v.field(condition::IRRITANTS)));
        if message.is_kind(Kind::String) {
            self.out.extend(message.text().chars());
        } else {
            self.pending.push(Work::Value(message));
        }
    }
}

#[cfg(test)]
mod tests;
