//! Input: filling buffers, and taking characters, lines and blocks from them.
//!
//! Line and column are not counted per character: the port remembers up to which byte of its
//! buffer they are known (in the field that output ports do not need either), and whoever asks
//! counts the rest.

use super::{INPUT, OUTPUT, buffer, files, flags, has, name_of, number, set_number, window};
use crate::condition::kinds;
use crate::cx::{Cx, H, Raise};
use gambol_abi::layout::port;
use memchr::{memchr_iter, memchr2, memrchr};

/// Input port: bytes of the buffer that line and column already count.
const COUNTED: usize = port::STORE;

/// Gets more bytes behind those in the buffer; how many came, 0 at the end of the input.
pub(crate) fn fill<'s>(cx: &mut Cx<'s>, p: H<'s>) -> Result<usize, Raise> {
    if has(cx, p, flags::MEMORY) {
        return Ok(0);
    }
    let standard = number(cx, p, port::FILE) == INPUT as i64;
    if standard {
        // Whoever waits for an answer wants the question to be seen.
        let out = super::default(cx, OUTPUT)?;
        if has(cx, out, flags::LINES) {
            super::flush(cx, out)?;
        }
    }
    count_places(cx, p);
    let (position, limit) = window(cx, p);
    let bytes = buffer(cx, p);
    bytes.copy_from(0, bytes, position, limit - position);
    set_number(cx, p, COUNTED, 0);
    set_number(cx, p, port::POSITION, 0);
    let held = limit - position;
    set_number(cx, p, port::LIMIT, held as i64);
    let mut chunk = [0; super::BUFFER];
    let room = buffer(cx, p).len().saturating_sub(held).min(chunk.len());
    let n = files::read(cx, p, &mut chunk[..room])?;
    buffer(cx, p).write(held, &chunk[..n]);
    set_number(cx, p, port::LIMIT, (held + n) as i64);
    if standard && chunk[..n].ends_with(b"\n") {
        super::terminal::line_was_read(cx)?;
    }
    Ok(n)
}
/// Takes `n` bytes.
fn advance<'s>(cx: &mut Cx<'s>, p: H<'s>, n: usize) {
    let (position, _) = window(cx, p);
    set_number(cx, p, port::POSITION, (position + n) as i64);
}
/// Makes line and column those of the position.
fn count_places<'s>(cx: &mut Cx<'s>, p: H<'s>) {
    let (position, _) = window(cx, p);
    let counted = (number(cx, p, COUNTED) as usize).min(position);
    let passed = buffer(cx, p).to_vec(counted, position);
    let lines = memchr_iter(b'\n', &passed).count();
    let tail = memrchr(b'\n', &passed).map_or(&passed[..], |i| &passed[i + 1..]);
    let columns = tail.iter().filter(|&&b| b & 0xC0 != 0x80).count() as i64;
    let before = if lines == 0 { number(cx, p, port::COLUMN) } else { 0 };
    let line = number(cx, p, port::LINE) + lines as i64;
    set_number(cx, p, port::LINE, line);
    set_number(cx, p, port::COLUMN, before + columns);
    set_number(cx, p, COUNTED, position as i64);
}
/// Line (from 1) and column (from 0) of the next character.
pub(crate) fn place<'s>(cx: &mut Cx<'s>, p: H<'s>) -> (i64, i64) {
    if has(cx, p, flags::INPUT) {
        count_places(cx, p);
    }
    (number(cx, p, port::LINE), number(cx, p, port::COLUMN))
}
/// Copies `taken` bytes out of the buffer and takes them.
fn take<'s>(cx: &mut Cx<'s>, p: H<'s>, count: usize, into: &mut Vec<u8>) -> Result<(), Raise> {
    let (position, _) = window(cx, p);
    let old = into.len();
    let limit = cx.p().vm.options.heap_max.0;
    // Gathered outside the heap, it has to fit into it afterwards.
    if limit != 0 && (old + count) as u64 > limit || into.try_reserve(count).is_err() {
        return cx.p_mut().out_of_memory(old + count);
    }
    into.resize(old + count, 0);
    buffer(cx, p).read(position, &mut into[old..]);
    advance(cx, p, count);
    cx.poll_budget(count / 64 + 1)
}

/// The next character and its bytes; `None` at the end of the input.
fn next<'s>(cx: &mut Cx<'s>, p: H<'s>) -> Result<Option<(char, usize)>, Raise> {
    loop {
        let (position, limit) = window(cx, p);
        if position < limit {
            let first = buffer(cx, p).get(position);
            if first < 0x80 {
                return Ok(Some((first as char, 1)));
            }
            let mut bytes = [0; 4];
            let bytes = &mut bytes[..(limit - position).min(4)];
            buffer(cx, p).read(position, bytes);
            let text = match std::str::from_utf8(bytes) {
                Ok(text) => text,
                Err(e) => match (e.valid_up_to(), e.error_len()) {
                    (0, Some(n)) => return Err(undecodable(cx, p, n)),
                    // The buffer may have cut the sequence off.
                    (0, None) if fill(cx, p)? > 0 => continue,
                    (0, None) => return Err(undecodable(cx, p, limit - position)),
                    (valid, _) => std::str::from_utf8(&bytes[..valid]).unwrap_or_default(),
                },
            };
            return Ok(text.chars().next().map(|c| (c, c.len_utf8())));
        } else if fill(cx, p)? == 0 {
            return Ok(None);
        }
    }
}
/// The bytes at the position are no UTF-8. They are skipped, so that a program can go on.
#[cold]
fn undecodable<'s>(cx: &mut Cx<'s>, p: H<'s>, skip: usize) -> Raise {
    let (line, _) = place(cx, p);
    advance(cx, p, skip);
    let message = format!("the input is not valid UTF-8 at line {line} of {}:", name_of(cx, p));
    cx.fail(kinds::ERROR | kinds::IO, &message, &[p])
}
/// The next character, which stays.
pub(crate) fn peek_char<'s>(cx: &mut Cx<'s>, p: H<'s>) -> Result<Option<char>, Raise> {
    Ok(next(cx, p)?.map(|(c, _)| c))
}
/// Takes the next character.
pub(crate) fn read_char<'s>(cx: &mut Cx<'s>, p: H<'s>) -> Result<Option<char>, Raise> {
    let Some((c, n)) = next(cx, p)? else { return Ok(None) };
    advance(cx, p, n);
    Ok(Some(c))
}
/// The next byte, which stays.
pub(crate) fn peek_byte<'s>(cx: &mut Cx<'s>, p: H<'s>) -> Result<Option<u8>, Raise> {
    let (position, limit) = window(cx, p);
    if position < limit {
        return Ok(Some(buffer(cx, p).get(position)));
    }
    if fill(cx, p)? == 0 {
        return Ok(None);
    }
    Ok(Some(buffer(cx, p).get(0)))
}
/// Takes the next byte.
pub(crate) fn read_byte<'s>(cx: &mut Cx<'s>, p: H<'s>) -> Result<Option<u8>, Raise> {
    let b = peek_byte(cx, p)?;
    if b.is_some() {
        advance(cx, p, 1);
    }
    Ok(b)
}
/// Whether something can be taken without waiting.
pub(crate) fn is_ready<'s>(cx: &Cx<'s>, p: H<'s>) -> bool {
    let (position, limit) = window(cx, p);
    position < limit || has(cx, p, flags::MEMORY) || files::ready(cx, p)
}

/// Takes a line without its end (newline, return, or both); `None` at the end of the input.
pub(crate) fn read_line<'s>(cx: &mut Cx<'s>, p: H<'s>) -> Result<Option<Vec<u8>>, Raise> {
    let mut line = Vec::new();
    let mut any = false;
    loop {
        let (position, limit) = window(cx, p);
        if position == limit {
            if fill(cx, p)? == 0 {
                return Ok(any.then_some(line));
            }
            continue;
        }
        any = true;
        match find_line_end(cx, p, position, limit) {
            None => take(cx, p, limit - position, &mut line)?,
            Some((at, end)) => {
                take(cx, p, at - position, &mut line)?;
                advance(cx, p, 1);
                if end == b'\r' && peek_byte(cx, p)? == Some(b'\n') {
                    advance(cx, p, 1);
                }
                return Ok(Some(line));
            }
        }
    }
}
fn find_line_end<'s>(cx: &Cx<'s>, p: H<'s>, position: usize, limit: usize) -> Option<(usize, u8)> {
    let bytes = buffer(cx, p);
    // SAFETY: within the buffer; a racing writer can change bytes, not the buffer's size.
    let slice = unsafe { std::slice::from_raw_parts(bytes.as_ptr().add(position), limit - position) };
    memchr2(b'\n', b'\r', slice).map(|i| (position + i, slice[i]))
}
/// Takes up to `k` characters; `None` at the end of the input.
pub(crate) fn read_string<'s>(cx: &mut Cx<'s>, p: H<'s>, k: usize) -> Result<Option<Vec<u8>>, Raise> {
    let mut text = Vec::new();
    let mut left = k;
    while left > 0 {
        let (position, limit) = window(cx, p);
        if position == limit {
            if fill(cx, p)? == 0 {
                return Ok(if text.is_empty() { None } else { Some(text) });
            }
            continue;
        }
        let piece = buffer(cx, p).to_vec(position, limit.min(position.saturating_add(left)));
        let ascii = piece.iter().position(|b| !b.is_ascii()).unwrap_or(piece.len());
        if ascii > 0 {
            take(cx, p, ascii, &mut text)?;
            left -= ascii;
            continue;
        }
        let Some((_, n)) = next(cx, p)? else { continue };
        take(cx, p, n, &mut text)?;
        left -= 1;
    }
    Ok(Some(text))
}
/// Takes up to `k` bytes; `None` at the end of the input.
pub(crate) fn read_bytes<'s>(cx: &mut Cx<'s>, p: H<'s>, k: usize) -> Result<Option<Vec<u8>>, Raise> {
    let mut bytes = Vec::new();
    while bytes.len() < k {
        let (position, limit) = window(cx, p);
        if position == limit {
            if fill(cx, p)? == 0 {
                return Ok(if bytes.is_empty() { None } else { Some(bytes) });
            }
            continue;
        }
        take(cx, p, (limit - position).min(k - bytes.len()), &mut bytes)?;
    }
    Ok(Some(bytes))
}
/// The text in bytes gathered from a port, which is raised about when it is no UTF-8.
pub(crate) fn decode<'s>(cx: &mut Cx<'s>, p: H<'s>, bytes: Vec<u8>) -> Result<String, Raise> {
    match String::from_utf8(bytes) {
        Ok(s) => Ok(s),
        Err(_) => Err(undecodable(cx, p, 0)),
    }
}
/// Bytes in the buffer, at most `most`, without taking them.
pub(super) fn peek_bytes<'s>(cx: &Cx<'s>, p: H<'s>, most: usize) -> Vec<u8> {
    let (position, limit) = window(cx, p);
    buffer(cx, p).to_vec(position, limit.min(position + most))
}
/// Takes bytes that were peeked at.
pub(super) fn skip<'s>(cx: &mut Cx<'s>, p: H<'s>, n: usize) {
    advance(cx, p, n);
}
/// Raises about bytes that are no UTF-8, skipping them.
pub(super) fn refuse<'s>(cx: &mut Cx<'s>, p: H<'s>, skip: usize) -> Raise {
    undecodable(cx, p, skip)
}
