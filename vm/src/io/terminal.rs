//! Somebody at a terminal, behind an editor of lines that belongs to the host. What is typed comes
//! through it alone, for the prompt and for the program: it may have read ahead, so nobody else
//! can read the terminal beside it. The terminal's current line is remembered, since an editor
//! draws it afresh and must not wipe out what the program asks there.

use super::{OUTPUT, buffer, files, flags, flush, is_midline, put, set_flag, set_number, standard, window};
use crate::condition::kinds;
use crate::cx::{Cx, H, Raise};
use gambol_abi::layout::port;

/// Where the lines come from that somebody types.
pub trait Lines: Send {
    /// Forms for the prompt: lines that together are finished, as far as can be told.
    fn forms(&mut self, prompt: &str) -> Line;
    /// A line for the program; `before` is what it has written on the same line of the terminal.
    fn line(&mut self, before: &str) -> Line;
}

/// What was typed.
#[derive(Debug, PartialEq, Eq)]
pub enum Line {
    /// Text, without the end of its last line.
    Text(String),
    /// Nothing: the user pressed the key that interrupts.
    Interrupted,
    /// Nothing: the user pressed the key that ends the input.
    End,
    /// The terminal cannot be read, for this reason.
    Failed(String),
}

/// Most bytes of the terminal's current line that are remembered.
const LINE_MAX: usize = 4096;

/// The terminal of standard input and output.
pub(crate) struct Terminal {
    lines: Box<dyn Lines>,
    /// Typed, and not taken yet by the port of standard input.
    typed: Vec<u8>,
    /// What stands on the terminal's current line.
    line: Vec<u8>,
    /// Whether standard error goes there, too.
    shows_errors: bool,
}

impl Terminal {
    pub(crate) fn new(lines: Box<dyn Lines>) -> Terminal {
        Terminal { lines, typed: Vec::new(), line: Vec::new(), shows_errors: files::is_terminal(super::ERROR) }
    }
    /// Forms for the prompt.
    pub(crate) fn forms(&mut self, prompt: &str) -> Line {
        self.line.clear();
        self.lines.forms(prompt)
    }
    /// Whether something was typed that can be taken without waiting.
    pub(super) fn is_ready(&self) -> bool {
        !self.typed.is_empty()
    }
    /// Takes note of what is written to the file of a standard stream.
    pub(super) fn note(&mut self, file: i64, bytes: &[u8]) {
        if file != OUTPUT as i64 && !(file == super::ERROR as i64 && self.shows_errors) {
            return;
        }
        let fresh = match memchr::memrchr2(b'\n', b'\r', bytes) {
            Some(end) => {
                self.line.clear();
                &bytes[end + 1..]
            }
            None => bytes,
        };
        self.line.extend_from_slice(fresh);
        let surplus = self.line.len().saturating_sub(LINE_MAX);
        self.line.drain(..surplus);
    }
}

/// Reads what somebody types into Rust memory, as a file's `read` does; 0 is the end.
pub(super) fn read<'s>(cx: &mut Cx<'s>, out: &mut [u8]) -> Result<usize, Raise> {
    // The editor does not see what came before it.
    cx.poll_budget(1 << 20)?;
    let Some(terminal) = &mut cx.p_mut().files.terminal else { return Ok(0) };
    if terminal.typed.is_empty() {
        let before = String::from_utf8_lossy(&std::mem::take(&mut terminal.line)).into_owned();
        match terminal.lines.line(&before) {
            Line::Text(text) => {
                terminal.typed = text.into_bytes();
                terminal.typed.push(b'\n');
            }
            Line::End => return Ok(0),
            Line::Interrupted => return Err(crate::poll::interrupted(cx)),
            Line::Failed(why) => return Err(cx.fail(kinds::ERROR | kinds::IO, &format!("cannot read standard input: {why}"), &[])),
        }
    }
    let n = out.len().min(terminal.typed.len());
    out[..n].copy_from_slice(&terminal.typed[..n]);
    terminal.typed.drain(..n);
    Ok(n)
}
/// Standard input had a whole line. If it was typed where output goes, that starts a line now.
pub(super) fn line_was_read(cx: &mut Cx<'_>) -> Result<(), Raise> {
    let out = standard(cx, OUTPUT)?;
    if super::has(cx, out, flags::LINES) && files::is_terminal(super::INPUT) {
        set_flag(cx, out, flags::MIDLINE, false);
    }
    Ok(())
}
/// Takes what was typed for the program and it did not read.
pub(crate) fn take_unread<'s>(cx: &mut Cx<'s>, p: H<'s>) -> Vec<u8> {
    let (position, limit) = window(cx, p);
    let mut unread = buffer(cx, p).to_vec(position, limit);
    set_number(cx, p, port::POSITION, limit as i64);
    if let Some(terminal) = &mut cx.p_mut().files.terminal {
        unread.append(&mut terminal.typed);
    }
    unread
}
/// Ends the line that the program has begun to write; says whether there was one.
pub(crate) fn fresh_line(cx: &mut Cx<'_>) -> Result<bool, Raise> {
    cx.p_mut().current_prim = u16::MAX;
    let out = standard(cx, OUTPUT)?;
    flush(cx, out)?;
    let begun = match &cx.p().files.terminal {
        Some(terminal) => !terminal.line.is_empty(),
        None => is_midline(cx, out),
    };
    if begun {
        put(cx, out, b"\n")?;
        flush(cx, out)?;
    }
    Ok(begun)
}
