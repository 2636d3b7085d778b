//! Ports, input and output (R7RS 6.13): arguments in, results out; `crate::io` does the work.

mod read;
mod write;

pub(crate) use read::*;
pub(crate) use write::*;

use super::index_or;
use crate::condition::kinds;
use crate::cx::{Args, Cx, Out, Raise};
use crate::io::{self, Access, flags};
use crate::val::Val;
use gambol_abi::layout::{Kind, port};

fn test<'s>(cx: &Cx<'s>, args: Args<'s>, f: impl Fn(i64) -> bool) -> Val<'static> {
    let v = cx.get(args.get(0));
    Val::boolean(v.is_kind(Kind::Port) && f(v.field(port::FLAGS).fixnum_unchecked()))
}
/// `(port? obj)`
pub(crate) fn port_p<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    Ok(test(cx, args, |_| true))
}
/// `(input-port? obj)`
pub(crate) fn input_port_p<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    Ok(test(cx, args, |f| f & flags::INPUT != 0))
}
/// `(output-port? obj)`
pub(crate) fn output_port_p<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    Ok(test(cx, args, |f| f & flags::OUTPUT != 0))
}
/// `(textual-port? obj)`
pub(crate) fn textual_port_p<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    Ok(test(cx, args, |f| f & flags::BINARY == 0))
}
/// `(binary-port? obj)`
pub(crate) fn binary_port_p<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    Ok(test(cx, args, |f| f & flags::BINARY != 0))
}
fn need<'s>(cx: &mut Cx<'s>, args: Args<'s>, bit: i64, what: &str) -> Result<(), Raise> {
    if io::has(cx, args.get(0), bit) {
        return Ok(());
    }
    let message = format!("first argument: expected {what} port, given");
    Err(cx.fail(kinds::ERROR | kinds::ASSERTION, &message, &[args.get(0)]))
}
/// `(input-port-open? port)`
pub(crate) fn input_port_open_p<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    Ok(test(cx, args, |f| f & (flags::INPUT | flags::CLOSED) == flags::INPUT))
}
/// `(output-port-open? port)`
pub(crate) fn output_port_open_p<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    Ok(test(cx, args, |f| f & (flags::OUTPUT | flags::CLOSED) == flags::OUTPUT))
}
/// `(close-port port)`
pub(crate) fn close_port<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    io::close(cx, args.get(0))?;
    Ok(Val::UNSPECIFIED)
}
/// `(close-input-port port)`
pub(crate) fn close_input_port<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    need(cx, args, flags::INPUT, "an input")?;
    close_port(cx, args)
}
/// `(close-output-port port)`
pub(crate) fn close_output_port<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    need(cx, args, flags::OUTPUT, "an output")?;
    close_port(cx, args)
}

/// `(%stdin-port)`
pub(crate) fn stdin_port<'a, 's>(cx: &'a mut Cx<'s>, _: Args<'s>) -> Out<'a> {
    let h = io::standard(cx, io::INPUT)?;
    Ok(cx.get(h))
}
/// `(%stdout-port)`
pub(crate) fn stdout_port<'a, 's>(cx: &'a mut Cx<'s>, _: Args<'s>) -> Out<'a> {
    let h = io::standard(cx, io::OUTPUT)?;
    Ok(cx.get(h))
}
/// `(%stderr-port)`
pub(crate) fn stderr_port<'a, 's>(cx: &'a mut Cx<'s>, _: Args<'s>) -> Out<'a> {
    let h = io::standard(cx, io::ERROR)?;
    Ok(cx.get(h))
}
fn which<'s>(cx: &mut Cx<'s>, args: Args<'s>) -> Result<usize, Raise> {
    match index_or(cx, args, 0, 0) {
        n if n <= io::ERROR => Ok(n),
        _ => Err(cx.bad_range(args, 0)),
    }
}
/// `(%default-port n)`: 0 input, 1 output, 2 error.
pub(crate) fn default_port<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    let n = which(cx, args)?;
    let h = io::default(cx, n)?;
    Ok(cx.get(h))
}
/// `(%set-default-port! n port)`
pub(crate) fn set_default_port_x<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    let n = which(cx, args)?;
    io::set_default(cx, n, args.get(1));
    Ok(Val::UNSPECIFIED)
}

fn open<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>, access: Access, binary: bool) -> Out<'a> {
    let h = io::open(cx, args.get(0), access, binary)?;
    Ok(cx.get(h))
}
/// `(open-input-file name)`
pub(crate) fn open_input_file<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    open(cx, args, Access::Read, false)
}
/// `(open-binary-input-file name)`
pub(crate) fn open_binary_input_file<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    open(cx, args, Access::Read, true)
}
/// `(open-output-file name)`: from an empty file on.
pub(crate) fn open_output_file<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    open(cx, args, Access::Write, false)
}
/// `(open-binary-output-file name)`
pub(crate) fn open_binary_output_file<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    open(cx, args, Access::Write, true)
}
/// `(%open-append-file name binary?)`
pub(crate) fn open_append_file<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    let binary = cx.get(args.get(1)).is_true();
    open(cx, args, Access::Append, binary)
}
/// `(file-exists? name)`
pub(crate) fn file_exists_p<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    let name = cx.get(args.get(0)).text().to_string();
    Ok(Val::boolean(io::exists(&name)))
}
/// `(delete-file name)`
pub(crate) fn delete_file<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    io::delete(cx, args.get(0))?;
    Ok(Val::UNSPECIFIED)
}
/// `(eof-object)`
pub(crate) fn eof_object<'a, 's>(_: &'a mut Cx<'s>, _: Args<'s>) -> Out<'a> {
    Ok(Val::EOF)
}
/// `(eof-object? obj)`
pub(crate) fn eof_object_p<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    Ok(Val::boolean(cx.get(args.get(0)).is(Val::EOF)))
}
/// `(%port-name port)`: a string or `#f`.
pub(crate) fn port_name<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    Ok(cx.get(args.get(0)).field(port::NAME))
}
/// `(%port-line port)`: line of the next character, from 1; `#f` for output.
pub(crate) fn port_line<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    let input = io::has(cx, args.get(0), flags::INPUT);
    Ok(if input { Val::fixnum(io::place(cx, args.get(0)).0) } else { Val::FALSE })
}
/// `(%port-column port)`: column of the next character, from 0; `#f` for output.
pub(crate) fn port_column<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    let input = io::has(cx, args.get(0), flags::INPUT);
    Ok(if input { Val::fixnum(io::place(cx, args.get(0)).1) } else { Val::FALSE })
}
/// `(%port-fold-case! port on?)`: as `#!fold-case` in the text.
pub(crate) fn port_fold_case_x<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    let on = cx.get(args.get(1)).is_true();
    io::set_flag(cx, args.get(0), flags::FOLD_CASE, on);
    Ok(Val::UNSPECIFIED)
}
