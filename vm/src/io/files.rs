//! Open files. A port names its file by number; the table knows the port weakly: when a
//! collection finds a port dead, what is left in its buffer is written and the file closed, so
//! a program that forgets `close-port` loses neither data nor descriptors.

use super::terminal::{self, Terminal};
use super::{INPUT, flags, name_of, number, set_flag, set_number};
use crate::condition::kinds;
use crate::cx::{Cx, H, Raise};
use crate::model::Model;
use crate::signals;
use crate::val::{Val, field_raw, is_kind};
use gambol_abi::layout::{Kind, port};
use gambol_abi::value::{self, Word};
use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, IsTerminal, Read, Write};
use std::mem::ManuallyDrop;
use std::os::fd::{AsRawFd, FromRawFd};

/// Most files a program can have open at a time.
const FILES_MAX: usize = 1 << 16;

/// One open file.
struct Open {
    /// Never dropped for the standard streams, which belong to the process.
    file: ManuallyDrop<File>,
    owned: bool,
    /// The port, weakly; `#f` before it exists.
    port: Word,
}
impl Drop for Open {
    fn drop(&mut self) {
        if self.owned {
            // SAFETY: dropped here and nowhere else; the field is not used again.
            unsafe { ManuallyDrop::drop(&mut self.file) }
        }
    }
}

/// A processor's open files, and what else its ports need.
#[derive(Default)]
pub(crate) struct Files {
    open: Vec<Option<Open>>,
    /// Who types what standard input reads, if an editor of lines stands in between.
    pub(crate) terminal: Option<Terminal>,
    /// Symbols that name the port parameters in the dynamic state.
    keys: [Word; 3],
    serial: u64,
}

impl Files {
    /// A number never given before.
    pub(crate) fn serial(&mut self) -> u64 {
        self.serial += 1;
        self.serial
    }
    /// The key of port parameter `n`, 0 before it is known.
    pub(super) fn key(&self, n: usize) -> Word {
        self.keys[n]
    }
    pub(super) fn set_key(&mut self, n: usize, symbol: Word) {
        self.keys[n] = symbol;
    }
    /// The port of file `n`.
    pub(super) fn port(&self, n: usize) -> Option<Word> {
        self.open.get(n).and_then(Option::as_ref).map(|o| o.port)
    }
    /// Takes standard stream `n` for `port`.
    pub(super) fn adopt(&mut self, n: usize, port: Word) {
        // SAFETY: the process's streams stay open for its life; `owned: false` keeps them so.
        let file = ManuallyDrop::new(unsafe { File::from_raw_fd(n as i32) });
        while self.open.len() <= n {
            self.open.push(None);
        }
        self.open[n] = Some(Open { file, owned: false, port });
    }
    /// Numbers 0 to 2 are the standard streams'.
    fn insert(&mut self, file: File) -> usize {
        while self.open.len() < 3 {
            self.open.push(None);
        }
        let open = Some(Open { file: ManuallyDrop::new(file), owned: true, port: value::FALSE });
        match self.open.iter().skip(3).position(Option::is_none) {
            Some(i) => {
                self.open[3 + i] = open;
                3 + i
            }
            None => {
                self.open.push(open);
                self.open.len() - 1
            }
        }
    }
    fn file(&self, n: i64) -> Option<&File> {
        let open = self.open.get(usize::try_from(n).ok()?)?.as_ref()?;
        Some(&open.file)
    }
    fn count(&self) -> usize {
        self.open.iter().flatten().count()
    }
    /// Words of ports with a file.
    pub(super) fn ports(&self) -> Vec<Word> {
        self.open.iter().flatten().map(|o| o.port).filter(|&w| w != value::FALSE).collect()
    }
    /// After a collection: follows ports that moved, closes files whose port died. Output that was
    /// never flushed is written first; nobody is left to hear of an error.
    pub(crate) fn settle(&mut self, fate: &gambol_gc::Fate<Model>) {
        for slot in &mut self.open {
            let Some(open) = slot else { continue };
            if open.port == value::FALSE {
                continue;
            }
            // SAFETY: the port was alive when the collection began, and its memory is intact until it ends.
            match unsafe { fate.of(open.port) } {
                Some(w) => open.port = w,
                None => {
                    // SAFETY: as above.
                    let rest = unsafe { unwritten(open.port) };
                    let _ = (&*open.file).write_all(&rest);
                    *slot = None;
                }
            }
        }
    }
}

/// What a dead port still has to write.
///
/// # Safety
/// `w` is a port whose memory and whose buffer's are intact.
unsafe fn unwritten(w: Word) -> Vec<u8> {
    // SAFETY: as the caller vouches.
    unsafe {
        let bits = value::fixnum_value(field_raw(w, port::FLAGS));
        let buffer = field_raw(w, port::BUFFER);
        if bits & flags::OUTPUT == 0 || bits & flags::CLOSED != 0 || !is_kind(buffer, Kind::Bytevector) {
            return Vec::new();
        }
        let bytes = Val::from_word(buffer).bytes();
        let position = value::fixnum_value(field_raw(w, port::POSITION)) as usize;
        bytes.to_vec(0, position.min(bytes.len()))
    }
}

/// Whether standard stream `n` is a terminal.
pub(super) fn is_terminal(n: usize) -> bool {
    match n {
        0 => std::io::stdin().is_terminal(),
        1 => std::io::stdout().is_terminal(),
        _ => std::io::stderr().is_terminal(),
    }
}

/// What to open a file for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Access {
    /// Reading.
    Read,
    /// Writing from an empty file on.
    Write,
    /// Writing at the end.
    Append,
}

/// Opens a file and makes its port.
pub(crate) fn open<'s>(cx: &mut Cx<'s>, name: H<'s>, access: Access, binary: bool) -> Result<H<'s>, Raise> {
    let path = cx.get(name).text().to_string();
    let mut options = OpenOptions::new();
    match access {
        Access::Read => options.read(true),
        Access::Write => options.write(true).create(true).truncate(true),
        Access::Append => options.append(true).create(true),
    };
    if cx.p().files.count() >= FILES_MAX {
        cx.p_mut().collect(true)?;
        if cx.p().files.count() >= FILES_MAX {
            let message = format!("more than {FILES_MAX} files are open; cannot open");
            return Err(cx.fail(kinds::ERROR | kinds::IMPLEMENTATION_RESTRICTION | kinds::FILE, &message, &[name]));
        }
    }
    let mut opened = options.open(&path);
    if opened.as_ref().is_err_and(|e| matches!(e.raw_os_error(), Some(libc::EMFILE | libc::ENFILE))) {
        // Forgotten ports hold descriptors until they are collected.
        cx.p_mut().collect(true)?;
        opened = options.open(&path);
    }
    match opened {
        Ok(file) if access == Access::Read && file.metadata().is_ok_and(|m| m.is_dir()) => {
            Err(cx.fail(kinds::ERROR | kinds::FILE, "cannot open file: it is a directory:", &[name]))
        }
        Ok(file) => {
            let n = cx.p_mut().files.insert(file);
            let bits = if access == Access::Read { flags::INPUT } else { flags::OUTPUT } | if binary { flags::BINARY } else { 0 };
            match super::on_file(cx, bits, n as i64, &path) {
                Ok(p) => {
                    let word = cx.get(p).word();
                    if let Some(open) = &mut cx.p_mut().files.open[n] {
                        open.port = word;
                    }
                    Ok(p)
                }
                Err(r) => {
                    cx.p_mut().files.open[n] = None;
                    Err(r)
                }
            }
        }
        Err(e) => Err(cx.fail(kinds::ERROR | kinds::FILE, &format!("cannot open file: {}:", plain(&e)), &[name])),
    }
}
/// What the system says, without its error number.
pub(crate) fn plain(e: &std::io::Error) -> String {
    let text = e.to_string();
    match text.find(" (os error") {
        Some(i) => text[..i].to_lowercase(),
        None => text,
    }
}
/// Whether a file of this name exists.
pub(crate) fn exists(name: &str) -> bool {
    std::path::Path::new(name).exists()
}
/// Deletes a file.
pub(crate) fn delete<'s>(cx: &mut Cx<'s>, name: H<'s>) -> Result<(), Raise> {
    let path = cx.get(name).text().to_string();
    match std::fs::remove_file(path) {
        Ok(()) => Ok(()),
        Err(e) => Err(cx.fail(kinds::ERROR | kinds::FILE, &format!("cannot delete file: {}:", plain(&e)), &[name])),
    }
}
/// Closes a port: writes what is left, gives the file back. Closing again does nothing.
pub(crate) fn close<'s>(cx: &mut Cx<'s>, p: H<'s>) -> Result<(), Raise> {
    if has_closed(cx, p) {
        return Ok(());
    }
    let flushed = if super::has(cx, p, flags::OUTPUT) { super::flush(cx, p) } else { Ok(()) };
    set_flag(cx, p, flags::CLOSED, true);
    let n = number(cx, p, port::FILE);
    set_number(cx, p, port::FILE, -1);
    if n >= 3
        && let Some(slot) = cx.p_mut().files.open.get_mut(n as usize)
    {
        *slot = None;
    }
    flushed
}
fn has_closed<'s>(cx: &Cx<'s>, p: H<'s>) -> bool {
    super::has(cx, p, flags::CLOSED)
}

/// Reads from the file of a port into Rust memory; 0 is its end.
pub(super) fn read<'s>(cx: &mut Cx<'s>, p: H<'s>, out: &mut [u8]) -> Result<usize, Raise> {
    loop {
        let n = number(cx, p, port::FILE);
        if n == INPUT as i64 {
            if cx.p().files.terminal.is_some() {
                return terminal::read(cx, out);
            }
            signals::wait_for_input(&cx.p().ctx);
            cx.poll_budget(1 << 20)?;
        }
        let result = match cx.p().files.file(n) {
            Some(mut file) => file.read(out),
            None => return Ok(0),
        };
        match result {
            Ok(count) => return Ok(count),
            Err(e) if e.kind() == ErrorKind::Interrupted => cx.poll_budget(1 << 20)?,
            Err(e) if e.kind() == ErrorKind::WouldBlock => wait(cx, n, libc::POLLIN)?,
            Err(e) => return Err(trouble(cx, p, "cannot read", &e)),
        }
    }
}
/// Writes Rust memory to the file of a port.
pub(super) fn write<'s>(cx: &mut Cx<'s>, p: H<'s>, mut bytes: &[u8]) -> Result<(), Raise> {
    let n = number(cx, p, port::FILE);
    if let Some(terminal) = &mut cx.p_mut().files.terminal {
        terminal.note(n, bytes);
    }
    while !bytes.is_empty() {
        let n = number(cx, p, port::FILE);
        let result = match cx.p().files.file(n) {
            Some(mut file) => file.write(bytes),
            None => return Ok(()),
        };
        match result {
            Ok(count) => bytes = &bytes[count..],
            Err(e) if e.kind() == ErrorKind::Interrupted => cx.poll_budget(1 << 20)?,
            Err(e) if e.kind() == ErrorKind::WouldBlock => wait(cx, n, libc::POLLOUT)?,
            Err(e) => return Err(trouble(cx, p, "cannot write", &e)),
        }
    }
    Ok(())
}
#[cold]
fn trouble<'s>(cx: &mut Cx<'s>, p: H<'s>, what: &str, e: &std::io::Error) -> Raise {
    let message = format!("{what} {}: {}", name_of(cx, p), plain(e));
    let bits = if number(cx, p, port::FILE) >= 3 { kinds::FILE } else { 0 };
    cx.fail(kinds::ERROR | kinds::IO | bits, &message, &[])
}
/// Waits until a descriptor is ready, looking for requests meanwhile.
fn wait(cx: &mut Cx<'_>, n: i64, events: i16) -> Result<(), Raise> {
    while !poll(cx, n, events, 100) {
        cx.poll_budget(1 << 20)?;
    }
    Ok(())
}
/// Whether reading from the file of a port would not block.
pub(crate) fn ready<'s>(cx: &Cx<'s>, p: H<'s>) -> bool {
    let n = number(cx, p, port::FILE);
    n == INPUT as i64 && cx.p().files.terminal.as_ref().is_some_and(Terminal::is_ready) || poll(cx, n, libc::POLLIN, 0)
}
fn poll(cx: &Cx<'_>, n: i64, events: i16, milliseconds: i32) -> bool {
    let Some(file) = cx.p().files.file(n) else { return true };
    let mut entry = libc::pollfd { fd: file.as_raw_fd(), events, revents: 0 };
    // SAFETY: one valid entry.
    let count = unsafe { libc::poll(&mut entry, 1, milliseconds) };
    count != 0
}
