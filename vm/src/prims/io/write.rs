//! Output procedures (R7RS 6.13.3).

use crate::condition::kinds;
use crate::cx::{Args, Cx, Out, Raise};
use crate::io::{self, flags};
use crate::prims::text::{char_arg, string_from_str, utf8_of};
use crate::prims::vectors::range;
use crate::printer::{self, Style};
use crate::val::Val;

/// Characters or bytes that go to a port at a time.
const PIECE: usize = 1 << 16;

/// `(open-output-string)`
pub(crate) fn open_output_string<'a, 's>(cx: &'a mut Cx<'s>, _: Args<'s>) -> Out<'a> {
    let h = io::to_memory(cx, false)?;
    Ok(cx.get(h))
}
/// `(open-output-bytevector)`
pub(crate) fn open_output_bytevector<'a, 's>(cx: &'a mut Cx<'s>, _: Args<'s>) -> Out<'a> {
    let h = io::to_memory(cx, true)?;
    Ok(cx.get(h))
}
/// What a memory port holds; it may be closed by now.
fn accumulated<'s>(cx: &mut Cx<'s>, args: Args<'s>, binary: bool) -> Result<Vec<u8>, Raise> {
    let p = args.get(0);
    if io::has(cx, p, flags::OUTPUT | flags::MEMORY) && io::has(cx, p, flags::BINARY) == binary {
        return Ok(io::contents(cx, p));
    }
    let what = if binary { "a bytevector" } else { "a string" };
    Err(cx.fail(kinds::ERROR | kinds::ASSERTION, &format!("expected an output port to {what}, given"), &[p]))
}
/// `(get-output-string port)`
pub(crate) fn get_output_string<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    let bytes = accumulated(cx, args, false)?;
    // Racing writers can tear a character; it shows as U+FFFD.
    let h = string_from_str(cx, &String::from_utf8_lossy(&bytes))?;
    Ok(cx.get(h))
}
/// `(get-output-bytevector port)`
pub(crate) fn get_output_bytevector<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    let bytes = accumulated(cx, args, true)?;
    let h = cx.bytevector_from(&bytes)?;
    Ok(cx.get(h))
}
/// `(write-char char [port])`
pub(crate) fn write_char<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    let p = io::argument(cx, args, 1, io::OUTPUT, false)?;
    let c = char_arg(cx, args, 0);
    io::put_char(cx, p, c)?;
    Ok(Val::UNSPECIFIED)
}
/// `(write-u8 byte [port])`
pub(crate) fn write_u8<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    let p = io::argument(cx, args, 1, io::OUTPUT, true)?;
    let b = cx.get(args.get(0)).fixnum_unchecked() as u8;
    io::put(cx, p, &[b])?;
    Ok(Val::UNSPECIFIED)
}
/// `(newline [port])`
pub(crate) fn newline<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    let p = io::argument(cx, args, 0, io::OUTPUT, false)?;
    io::put(cx, p, b"\n")?;
    Ok(Val::UNSPECIFIED)
}
/// `(fresh-line [port])`: a newline unless the line is empty.
pub(crate) fn fresh_line<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    let p = io::argument(cx, args, 0, io::OUTPUT, false)?;
    if io::is_midline(cx, p) {
        io::put(cx, p, b"\n")?;
    }
    Ok(Val::UNSPECIFIED)
}
/// `(write-string string [port [start [end]]])`
pub(crate) fn write_string<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    let p = io::argument(cx, args, 1, io::OUTPUT, false)?;
    let len = cx.get(args.get(0)).text().len();
    let (start, end) = range(cx, args, 2, len)?;
    // In pieces: the text passes through Rust memory.
    for at in (start..end).step_by(PIECE) {
        let bytes = utf8_of(cx.get(args.get(0)), at, end.min(at + PIECE));
        io::put(cx, p, &bytes)?;
        cx.poll_budget(bytes.len() / 16)?;
    }
    Ok(Val::UNSPECIFIED)
}
/// `(write-bytevector bytevector [port [start [end]]])`
pub(crate) fn write_bytevector<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    let p = io::argument(cx, args, 1, io::OUTPUT, true)?;
    let len = cx.get(args.get(0)).bytes().len();
    let (start, end) = range(cx, args, 2, len)?;
    for at in (start..end).step_by(PIECE) {
        let bytes = cx.get(args.get(0)).bytes().to_vec(at, end.min(at + PIECE));
        io::put(cx, p, &bytes)?;
        cx.poll_budget(bytes.len() / 16)?;
    }
    Ok(Val::UNSPECIFIED)
}
/// `(flush-output-port [port])`
pub(crate) fn flush_output_port<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    let p = match args.opt(0) {
        // Either kind of port can be flushed.
        Some(p) => {
            let binary = io::has(cx, p, flags::BINARY);
            io::argument(cx, args, 0, io::OUTPUT, binary)?
        }
        None => io::current(cx, io::OUTPUT)?,
    };
    io::flush(cx, p)?;
    Ok(Val::UNSPECIFIED)
}
/// `(%flush-all-ports)`
pub(crate) fn flush_all_ports<'a, 's>(cx: &'a mut Cx<'s>, _: Args<'s>) -> Out<'a> {
    io::flush_each(cx)?;
    Ok(Val::UNSPECIFIED)
}
fn print<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>, style: Style) -> Out<'a> {
    let p = io::argument(cx, args, 1, io::OUTPUT, false)?;
    let text = printer::print(cx, args.get(0), style)?;
    io::put(cx, p, text.as_bytes())?;
    Ok(Val::UNSPECIFIED)
}
/// `(write obj [port])`
pub(crate) fn write<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    print(cx, args, Style::WRITE)
}
/// `(write-shared obj [port])`
pub(crate) fn write_shared<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    print(cx, args, Style::SHARED)
}
/// `(write-simple obj [port])`
pub(crate) fn write_simple<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    print(cx, args, Style::SIMPLE)
}
/// `(display obj [port])`
pub(crate) fn display<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    print(cx, args, Style::DISPLAY)
}
fn printed<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>, style: Style) -> Out<'a> {
    let text = printer::print(cx, args.get(0), style)?;
    let h = string_from_str(cx, &text)?;
    Ok(cx.get(h))
}
/// `(%write-to-string obj)`
pub(crate) fn write_to_string<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    printed(cx, args, Style::WRITE)
}
/// `(%display-to-string obj)`
pub(crate) fn display_to_string<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    printed(cx, args, Style::DISPLAY)
}
