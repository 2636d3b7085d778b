//! A terminal for a program: a pseudo-terminal and the screen that somebody in front of it would
//! see. Nothing here sleeps for a fixed time: one waits for what must show, for as long as a slow
//! machine may take.

use std::fs::File;
use std::io::{Read, Write};
use std::num::NonZero;
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd};
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// What takes longer does not come.
const LIMIT: Duration = Duration::from_secs(60);
const ROWS: NonZero<u16> = NonZero::new(50).unwrap();
const COLUMNS: NonZero<u16> = NonZero::new(80).unwrap();

pub(crate) struct Screen {
    child: Child,
    terminal: File,
    parser: vt100::Parser,
    /// Everything that was ever shown.
    log: Vec<u8>,
    /// How many editors had been seen when keys were sent last.
    editors_at_send: usize,
}

impl Screen {
    /// Starts a program in front of a fresh screen.
    pub(crate) fn start(mut command: Command) -> Screen {
        let (terminal, end) = open();
        let stream = || Stdio::from(end.try_clone().expect("descriptors are left"));
        command.stdin(stream()).stdout(stream()).stderr(stream());
        // SAFETY: only system calls that may follow a fork.
        unsafe {
            command.pre_exec(|| {
                // The keys that send signals send them to the session whose terminal this is.
                if libc::setsid() < 0 || libc::ioctl(0, libc::TIOCSCTTY, 0) < 0 {
                    return Err(std::io::Error::last_os_error());
                }
                Ok(())
            });
        }
        let child = command.spawn().expect("the binary runs");
        Screen { child, terminal, parser: vt100::Parser::new(ROWS, COLUMNS, 0), log: Vec::new(), editors_at_send: 0 }
    }

    /// Types.
    pub(crate) fn send(&mut self, keys: &str) {
        self.editors_at_send = self.editors();
        self.terminal.write_all(keys.as_bytes()).expect("somebody reads the terminal");
    }

    /// Waits until `done` says so.
    #[track_caller]
    pub(crate) fn until(&mut self, what: &str, done: impl Fn(&Screen) -> bool) {
        let start = Instant::now();
        while !done(self) {
            if start.elapsed() > LIMIT || !self.take() && !done(self) {
                panic!("no {what}; the screen is\n{}\n---\n{}", self.text(), String::from_utf8_lossy(&self.log));
            }
        }
    }

    /// Waits until the screen has a text.
    #[track_caller]
    pub(crate) fn wait(&mut self, text: &str) {
        self.until(&format!("{text:?}"), |screen| screen.text().contains(text));
    }

    /// Waits until the cursor is at an empty prompt that came after the last keys, and the screen
    /// has a text up to there.
    #[track_caller]
    pub(crate) fn prompt_after(&mut self, text: &str) {
        self.until(&format!("{text:?} and prompt"), |screen| {
            let (row, column) = screen.cursor();
            let rows = screen.rows();
            let fresh = screen.editors() == 0 || screen.editors() > screen.editors_at_send;
            fresh && column == 2 && rows[usize::from(row)] == ">" && rows[..=usize::from(row)].join("\n").contains(text)
        });
    }

    /// Waits until the program ends: its exit code.
    #[track_caller]
    pub(crate) fn end(&mut self) -> Option<i32> {
        let start = Instant::now();
        loop {
            let open = self.take();
            if let Some(status) = self.child.try_wait().expect("it is ours") {
                while open && self.take() {}
                return status.code();
            }
            assert!(start.elapsed() < LIMIT, "it does not end; the screen is\n{}", self.text());
        }
    }

    /// What the screen shows, without what is empty at the end of lines and below them.
    pub(crate) fn text(&self) -> String {
        self.rows().join("\n").trim_end().to_string()
    }
    fn rows(&self) -> Vec<String> {
        self.parser.screen().rows(0, COLUMNS.get()).map(|row| row.trim_end().to_string()).collect()
    }
    /// Everything the program has sent to the terminal, and what the terminal echoed.
    pub(crate) fn log(&self) -> String {
        String::from_utf8_lossy(&self.log).into_owned()
    }
    /// Whether the character at this place is shown in bold.
    pub(crate) fn is_bold(&self, row: u16, column: u16) -> bool {
        self.parser.screen().cell(row, column).is_some_and(vt100::Cell::bold)
    }
    /// Where the cursor is: row and column.
    pub(crate) fn cursor(&self) -> (u16, u16) {
        self.parser.screen().cursor_position()
    }
    /// How often an editor of lines has begun to read what is typed.
    pub(crate) fn editors(&self) -> usize {
        self.log().matches("\x1b[?2004h").count()
    }
    /// The program.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Takes what was written, for which it waits a little. False when nothing can follow.
    fn take(&mut self) -> bool {
        let mut entry = libc::pollfd { fd: self.terminal.as_raw_fd(), events: libc::POLLIN, revents: 0 };
        // SAFETY: one valid entry.
        if unsafe { libc::poll(&mut entry, 1, 50) } <= 0 {
            return true;
        }
        let mut bytes = [0; 4096];
        match self.terminal.read(&mut bytes) {
            // The last program that had the terminal open has closed it.
            Ok(0) | Err(_) => false,
            Ok(n) => {
                self.parser.process(&bytes[..n]);
                self.log.extend_from_slice(&bytes[..n]);
                true
            }
        }
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A pseudo-terminal: the side of whoever sits there, and that of programs.
fn open() -> (File, OwnedFd) {
    let (mut ours, mut theirs) = (-1, -1);
    let mut size = libc::winsize { ws_row: ROWS.get(), ws_col: COLUMNS.get(), ws_xpixel: 0, ws_ypixel: 0 };
    // SAFETY: valid places for the descriptors and a valid size; no name and no settings are asked for.
    let made = unsafe { libc::openpty(&mut ours, &mut theirs, std::ptr::null_mut(), std::ptr::null_mut(), &raw mut size) };
    assert_eq!(made, 0, "no pseudo-terminal: {}", std::io::Error::last_os_error());
    // SAFETY: fresh descriptors that nobody else owns.
    let (ours, theirs) = unsafe { (OwnedFd::from_raw_fd(ours), OwnedFd::from_raw_fd(theirs)) };
    for end in [&ours, &theirs] {
        // SAFETY: a descriptor of ours; the program gets copies of its own.
        unsafe { libc::fcntl(end.as_raw_fd(), libc::F_SETFD, libc::FD_CLOEXEC) };
    }
    (File::from(ours), theirs)
}
