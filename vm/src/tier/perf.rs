//! Names of machine code for Linux `perf`: a line for each procedure in `/tmp/perf-PID.map`, where
//! `perf report` looks for symbols of code that is in no file.

use crate::template::Template;
use parking_lot::Mutex;
use std::fs::File;
use std::io::Write;

/// The map of this process; nothing if it was not asked for or cannot be written.
#[derive(Default)]
pub(crate) struct PerfMap(Option<Mutex<File>>);

impl PerfMap {
    pub(crate) fn new(wanted: bool) -> PerfMap {
        let open = || File::create(format!("/tmp/perf-{}.map", std::process::id())).ok();
        PerfMap(if wanted { open().map(Mutex::new) } else { None })
    }
    /// Enters the code of `t`.
    pub(crate) fn note(&self, t: &Template, start: u64, bytes: usize) {
        let Some(file) = &self.0 else { return };
        let name = t.name.as_deref().unwrap_or("lambda");
        // A profile without a name is all that is lost.
        let _ = writeln!(file.lock(), "{start:x} {bytes:x} scheme:{name}");
    }
}
