//! Output: into the buffer, and from there to the file.

use super::{OUTPUT, buffer, current, files, flags, has, number, set_flag, set_number, window};
use crate::cx::{Cx, H, Raise};
use gambol_abi::layout::port;

/// Writes bytes (Rust memory) to an output port.
pub(crate) fn put<'s>(cx: &mut Cx<'s>, p: H<'s>, bytes: &[u8]) -> Result<(), Raise> {
    let (mut position, _) = window(cx, p);
    let mut capacity = buffer(cx, p).len();
    if bytes.len() > capacity - position {
        if has(cx, p, flags::MEMORY) {
            grow(cx, p, position, bytes.len())?;
        } else {
            flush(cx, p)?;
        }
        position = window(cx, p).0;
        capacity = buffer(cx, p).len();
        if bytes.len() > capacity - position {
            // Longer than the whole buffer of a file: past it.
            note_end(cx, p, bytes);
            return files::write(cx, p, bytes);
        }
    }
    buffer(cx, p).write(position, bytes);
    set_number(cx, p, port::POSITION, (position + bytes.len()) as i64);
    let bits = number(cx, p, port::FLAGS);
    if bits & flags::UNBUFFERED != 0 || bits & flags::LINES != 0 && memchr::memchr(b'\n', bytes).is_some() {
        flush(cx, p)?;
    }
    Ok(())
}
/// Makes room for `more` bytes in a memory port.
fn grow<'s>(cx: &mut Cx<'s>, p: H<'s>, position: usize, more: usize) -> Result<(), Raise> {
    let old = buffer(cx, p).len();
    let capacity = position.saturating_add(more).max(old.saturating_mul(2));
    let fresh = cx.bytevector(capacity, 0)?;
    let held = window(cx, p).0;
    cx.get(fresh).bytes().copy_from(0, buffer(cx, p), 0, held);
    cx.set_field(p, port::BUFFER, fresh);
    set_number(cx, p, port::LIMIT, capacity as i64);
    Ok(())
}
/// Remembers whether a line is open after these bytes have left.
fn note_end<'s>(cx: &mut Cx<'s>, p: H<'s>, bytes: &[u8]) {
    if let Some(&last) = bytes.last() {
        set_flag(cx, p, flags::MIDLINE, last != b'\n');
    }
}
/// Whether the next byte continues a line.
pub(crate) fn is_midline<'s>(cx: &Cx<'s>, p: H<'s>) -> bool {
    let (position, _) = window(cx, p);
    match position.checked_sub(1) {
        Some(last) => buffer(cx, p).get(last) != b'\n',
        None => has(cx, p, flags::MIDLINE),
    }
}
/// Writes a character.
pub(crate) fn put_char<'s>(cx: &mut Cx<'s>, p: H<'s>, c: char) -> Result<(), Raise> {
    let mut bytes = [0; 4];
    put(cx, p, c.encode_utf8(&mut bytes).as_bytes())
}
/// Writes what is in the buffer to the file. What could not be written is dropped: the program
/// hears of it once, and the exit of the process does not hear of it again.
pub(crate) fn flush<'s>(cx: &mut Cx<'s>, p: H<'s>) -> Result<(), Raise> {
    if has(cx, p, flags::MEMORY) {
        return Ok(());
    }
    let (position, _) = window(cx, p);
    if position == 0 {
        return Ok(());
    }
    let bytes = buffer(cx, p).to_vec(0, position);
    set_number(cx, p, port::POSITION, 0);
    note_end(cx, p, &bytes);
    files::write(cx, p, &bytes)
}
/// Writes the buffers of all output files. The first failure is raised after the others had
/// their turn.
pub(crate) fn flush_each(cx: &mut Cx<'_>) -> Result<(), Raise> {
    let mut result = Ok(());
    for word in cx.p().files.ports() {
        let flushed = cx.scope(|cx, _| {
            let p = cx.root_word(word);
            if has(cx, p, flags::OUTPUT) && !has(cx, p, flags::CLOSED) { flush(cx, p) } else { Ok(()) }
        });
        result = result.and(flushed);
    }
    result
}
/// As [`flush_each`] for the end of a program: the error is what to tell the user.
pub(crate) fn flush_all(cx: &mut Cx<'_>) -> Result<(), String> {
    cx.p_mut().current_prim = u16::MAX;
    flush_each(cx).map_err(|_| {
        let condition = cx.root_word(cx.p().pending);
        crate::report::describe(cx, condition)
    })
}
/// Writes text of the host's to the current output port.
pub(crate) fn write_text(cx: &mut Cx<'_>, text: &str) -> Result<(), Raise> {
    cx.p_mut().current_prim = u16::MAX;
    let p = current(cx, OUTPUT)?;
    put(cx, p, text.as_bytes())
}
/// The bytes a memory port holds.
pub(crate) fn contents<'s>(cx: &Cx<'s>, p: H<'s>) -> Vec<u8> {
    let (position, _) = window(cx, p);
    buffer(cx, p).to_vec(0, position)
}
