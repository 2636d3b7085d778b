//! Ports: heap objects with a buffer of bytes, a position and a limit, so that one character
//! in or out of the buffer is a few instructions for every tier.
//!
//! * this file: what a port is, how one is made, which ports are current
//! * `files`: open files, which outlive their ports by at most one collection
//! * `input`, `output`: filling and draining buffers, characters, lines, blocks
//! * `reader`: `read`
//! * `terminal`: standard input from somebody who types
//!
//! Text is UTF-8 in the buffer whatever the port reads or writes; a string port's buffer holds
//! the whole text. Fields hold fixnums or a bytevector, and whoever uses them clamps positions to
//! the buffer at hand: a racing user can lose or double bytes, never leave the buffer. System
//! calls work on Rust memory, so no heap address crosses one.

mod files;
mod input;
mod output;
mod reader;
pub(crate) mod terminal;

pub(crate) use files::{Access, Files, close, delete, exists, open, plain};
pub(crate) use input::*;
pub(crate) use output::*;
pub(crate) use reader::read;

use crate::condition::kinds;
use crate::cx::{Args, Cx, H, Raise};
use crate::val::{Val, field_slot};
pub(crate) use gambol_abi::layout::port::flags;
use gambol_abi::layout::{Kind, dynamic, header, port};
use gambol_abi::value::{self, TAG_OBJECT, Word};

/// Bytes in the buffer of a file port: with its header just below a large object.
pub(crate) const BUFFER: usize = 8000;
/// Bytes in the first buffer of an output string.
const FIRST: usize = 112;

/// What to call a port's direction.
pub(crate) fn direction(v: Val<'_>) -> &'static str {
    match v.field(port::FLAGS).fixnum_unchecked() & 3 {
        flags::INPUT => "input",
        flags::OUTPUT => "output",
        _ => "input/output",
    }
}
/// A number in a port.
#[inline(always)]
pub(crate) fn number<'s>(cx: &Cx<'s>, p: H<'s>, field: usize) -> i64 {
    cx.get(p).field(field).fixnum_unchecked()
}
/// Sets a number in a port.
#[inline(always)]
pub(crate) fn set_number<'s>(cx: &mut Cx<'s>, p: H<'s>, field: usize, n: i64) {
    assert!(field < port::WORDS && field != port::BUFFER && field != port::NAME);
    let w = cx.get(p).word();
    // SAFETY: within a port; both the old and the new content are fixnums, for which the
    // barrier has nothing to do.
    unsafe { *field_slot(w, field) = value::fixnum(n) }
}
/// Whether a port has all these flags.
pub(crate) fn has<'s>(cx: &Cx<'s>, p: H<'s>, bits: i64) -> bool {
    number(cx, p, port::FLAGS) & bits == bits
}
/// Sets or clears flags.
pub(crate) fn set_flag<'s>(cx: &mut Cx<'s>, p: H<'s>, bits: i64, on: bool) {
    let old = number(cx, p, port::FLAGS);
    set_number(cx, p, port::FLAGS, if on { old | bits } else { old & !bits });
}
/// Valid bytes of the buffer, `position..limit`, clamped to it.
#[inline(always)]
pub(crate) fn window<'s>(cx: &Cx<'s>, p: H<'s>) -> (usize, usize) {
    let v = cx.get(p);
    let len = v.field(port::BUFFER).bytes().len();
    let limit = (v.field(port::LIMIT).fixnum_unchecked() as usize).min(len);
    ((v.field(port::POSITION).fixnum_unchecked() as usize).min(limit), limit)
}
/// The buffer.
#[inline(always)]
pub(crate) fn buffer<'a, 's>(cx: &'a Cx<'s>, p: H<'s>) -> crate::val::Bytes<'a> {
    cx.get(p).field(port::BUFFER).bytes()
}
/// The port's name for messages.
pub(crate) fn name_of<'s>(cx: &Cx<'s>, p: H<'s>) -> String {
    let name = cx.get(p).field(port::NAME);
    if name.is_kind(Kind::String) { name.text().to_string() } else { "port".to_string() }
}

/// A fresh port around a buffer; `limit` is the end of its valid bytes or its capacity.
fn make<'s>(cx: &mut Cx<'s>, bits: i64, buffer: H<'s>, limit: usize, name: Option<&str>) -> Result<H<'s>, Raise> {
    let name = match name {
        Some(s) => cx.string(s)?,
        None => cx.root(Val::FALSE),
    };
    let n = |n: i64| cx.root(Val::fixnum(n));
    let fields = [n(bits), buffer, n(0), n(limit as i64), n(-1), name, n(0), n(1), n(0)];
    cx.make(Kind::Port, &fields)
}
/// An input port over these bytes.
pub(crate) fn over_bytes<'s>(cx: &mut Cx<'s>, bytes: &[u8], binary: bool) -> Result<H<'s>, Raise> {
    let buffer = cx.bytevector_from(bytes)?;
    let bits = flags::INPUT | flags::MEMORY | if binary { flags::BINARY } else { 0 };
    make(cx, bits, buffer, bytes.len(), None)
}
/// An output port that keeps what is written.
pub(crate) fn to_memory<'s>(cx: &mut Cx<'s>, binary: bool) -> Result<H<'s>, Raise> {
    let buffer = cx.bytevector(FIRST, 0)?;
    let bits = flags::OUTPUT | flags::MEMORY | if binary { flags::BINARY } else { 0 };
    make(cx, bits, buffer, FIRST, None)
}
/// A port on file number `file`. It is born shared: file tables name it by address.
fn on_file<'s>(cx: &mut Cx<'s>, bits: i64, file: i64, name: &str) -> Result<H<'s>, Raise> {
    let buffer = cx.bytevector(BUFFER, 0)?;
    let name = cx.string(name)?;
    let address = cx.p_mut().allocate_shared(8 + 8 * port::WORDS)?;
    let w = address as u64 | TAG_OBJECT;
    let limit = if bits & flags::OUTPUT != 0 { BUFFER as i64 } else { 0 };
    let mut numbers = [0; port::WORDS];
    numbers[port::FLAGS] = bits;
    numbers[port::LIMIT] = limit;
    numbers[port::FILE] = file;
    numbers[port::LINE] = 1;
    // SAFETY: fresh memory for a port; fixnums need no barrier.
    unsafe {
        *(address as *mut u64) = header(Kind::Port, port::WORDS as u32);
        numbers.iter().enumerate().for_each(|(i, &n)| *field_slot(w, i) = value::fixnum(n));
    }
    // SAFETY: a whole object now.
    let p = cx.root(unsafe { Val::from_word(w) });
    cx.set_field(p, port::BUFFER, buffer);
    cx.set_field(p, port::NAME, name);
    Ok(p)
}

/// Numbers of the current ports, as `%default-port` takes them.
pub(crate) const INPUT: usize = 0;
/// The current output port.
pub(crate) const OUTPUT: usize = 1;
/// The current error port.
pub(crate) const ERROR: usize = 2;
/// Keys of the port parameters in the dynamic state.
const KEYS: [&str; 3] = ["current-input-port", "current-output-port", "current-error-port"];

/// The current port `n`: innermost binding of its parameter, or the default.
pub(crate) fn current<'s>(cx: &mut Cx<'s>, n: usize) -> Result<H<'s>, Raise> {
    if !parameters(cx).is_pair() {
        return default(cx, n);
    }
    let key = key(cx, n)?;
    let bound = parameters(cx).list().find(|b| b.is_pair() && b.car().word() == key).map(|b| b.cdr());
    match bound {
        Some(b) if b.is_kind(Kind::Box) && b.field(0).is_kind(Kind::Port) => Ok(cx.root(b.field(0))),
        _ => default(cx, n),
    }
}
/// The symbol that names port parameter `n`; kept for good, so it never moves.
fn key(cx: &mut Cx<'_>, n: usize) -> Result<Word, Raise> {
    let known = cx.p().files.key(n);
    if known != 0 {
        return Ok(known);
    }
    let symbol = cx.symbol(KEYS[n])?;
    let word = cx.get(symbol).word();
    cx.p().vm.keep(word);
    cx.p_mut().files.set_key(n, word);
    Ok(word)
}
fn parameters<'a>(cx: &'a Cx<'_>) -> Val<'a> {
    // SAFETY: the context's dynamic state is a root, valid while nothing collects.
    let state: Val<'a> = unsafe { Val::from_word(cx.p().ctx.dynamic) };
    if state.is_kind(Kind::Dynamic) { state.field(dynamic::PARAMETERS) } else { Val::NIL }
}
/// The default port `n`: the standard one unless the program chose another.
pub(crate) fn default<'s>(cx: &mut Cx<'s>, n: usize) -> Result<H<'s>, Raise> {
    // SAFETY: a root, valid while nothing collects.
    let set: Val<'_> = unsafe { Val::from_word(cx.p().ports[n]) };
    if set.is_kind(Kind::Port) {
        return Ok(cx.root(set));
    }
    let p = standard(cx, n)?;
    set_default(cx, n, p);
    Ok(p)
}
/// Makes the standard ports the default ones, at the start of a machine.
pub(crate) fn open_standard(cx: &mut Cx<'_>) -> Result<(), Raise> {
    for n in [INPUT, OUTPUT, ERROR] {
        default(cx, n)?;
    }
    Ok(())
}
/// Makes `p` the default port `n`.
pub(crate) fn set_default<'s>(cx: &mut Cx<'s>, n: usize, p: H<'s>) {
    let word = cx.get(p).word();
    cx.p_mut().ports[n] = word;
}
/// The port of standard input, output or error; made once, lives as long as the VM.
pub(crate) fn standard<'s>(cx: &mut Cx<'s>, n: usize) -> Result<H<'s>, Raise> {
    if let Some(w) = cx.p().files.port(n) {
        // SAFETY: standard ports are kept for good and, being shared, never move.
        return Ok(cx.root(unsafe { Val::from_word(w) }));
    }
    let terminal = files::is_terminal(n);
    let bits = match n {
        INPUT => flags::INPUT,
        ERROR => flags::OUTPUT | flags::UNBUFFERED,
        _ => flags::OUTPUT | if terminal { flags::LINES } else { 0 },
    };
    let p = on_file(cx, bits, n as i64, ["standard input", "standard output", "standard error"][n])?;
    let word: Word = cx.get(p).word();
    cx.p().vm.keep(word);
    cx.p_mut().files.adopt(n, word);
    Ok(p)
}

/// Port argument `i`, or current port `n` when it was not given; open, and with these flags.
pub(crate) fn argument<'s>(cx: &mut Cx<'s>, args: Args<'s>, i: usize, n: usize, binary: bool) -> Result<H<'s>, Raise> {
    let p = match args.opt(i) {
        Some(p) => p,
        None => current(cx, n)?,
    };
    let want = if n == INPUT { flags::INPUT } else { flags::OUTPUT };
    let kind = if binary { flags::BINARY } else { 0 };
    if number(cx, p, port::FLAGS) & (want | flags::BINARY | flags::CLOSED) == want | kind {
        return Ok(p);
    }
    Err(unfit(cx, p, want, binary))
}
#[cold]
fn unfit<'s>(cx: &mut Cx<'s>, p: H<'s>, want: i64, binary: bool) -> Raise {
    let bits = number(cx, p, port::FLAGS);
    if bits & flags::CLOSED != 0 && bits & want != 0 {
        return cx.fail(kinds::ERROR | kinds::ASSERTION | kinds::IO, "the port is closed:", &[p]);
    }
    let what = match (want == flags::INPUT, binary) {
        (true, false) => "expected a textual input port, given",
        (true, true) => "expected a binary input port, given",
        (false, false) => "expected a textual output port, given",
        (false, true) => "expected a binary output port, given",
    };
    cx.fail(kinds::ERROR | kinds::ASSERTION, what, &[p])
}

#[cfg(test)]
mod tests;
