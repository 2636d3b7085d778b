//! What was typed at the prompt, kept in a file from session to session. Every entry is added when
//! it is made, by a single write, so that sessions side by side and killed ones lose nothing.
//! A history that cannot be read or written is not worth a complaint: then there is none.

use std::fs::{DirBuilder, File, OpenOptions};
use std::io::{Read, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

/// Entries that are kept.
pub(crate) const ENTRIES_MAX: usize = 2000;

/// The file: `GAMBOL_HISTORY`, if that is set (no file, if it is empty), else in the state folder of
/// the XDG Base Directory Specification.
pub(crate) fn place(variable: impl Fn(&str) -> Option<PathBuf>) -> Option<PathBuf> {
    let given = |path: &PathBuf| !path.as_os_str().is_empty();
    if let Some(path) = variable("GAMBOL_HISTORY") {
        return Some(path).filter(given);
    }
    // The specification wants relative paths to be ignored.
    let state = variable("XDG_STATE_HOME").filter(|path| path.is_absolute());
    let state = state.or_else(|| variable("HOME").filter(given).map(|home| home.join(".local/state")))?;
    Some(state.join("gambol/history"))
}

/// The latest entries, oldest first. A file that has grown to twice their number is cut to them.
pub(crate) fn load(path: &Path) -> Vec<String> {
    // What is no file, such as a pipe, could make us wait for ever.
    if !path.metadata().is_ok_and(|m| m.is_file()) {
        return Vec::new();
    }
    let mut bytes = Vec::new();
    let read = File::open(path).and_then(|mut file| file.read_to_end(&mut bytes));
    if read.is_err() {
        return Vec::new();
    }
    let text = String::from_utf8_lossy(&bytes);
    let lines: Vec<&str> = text.lines().filter(|line| !line.is_empty()).collect();
    let latest = &lines[lines.len().saturating_sub(ENTRIES_MAX)..];
    if lines.len() > 2 * ENTRIES_MAX {
        let _ = replace(path, &(latest.join("\n") + "\n"));
    }
    latest.iter().map(|line| decode(line)).collect()
}

/// Adds an entry.
pub(crate) fn add(path: &Path, entry: &str) -> std::io::Result<()> {
    if let Some(folder) = path.parent() {
        DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    }
    let mut file = OpenOptions::new().append(true).create(true).mode(0o600).open(path)?;
    file.write_all((encode(entry) + "\n").as_bytes())
}

/// Another file takes the place of the old one, so that nobody ever sees half of it.
fn replace(path: &Path, text: &str) -> std::io::Result<()> {
    let fresh = path.with_extension(format!("{}", std::process::id()));
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&fresh)?;
    file.write_all(text.as_bytes()).and_then(|()| std::fs::rename(&fresh, path)).inspect_err(|_| {
        let _ = std::fs::remove_file(&fresh);
    })
}

/// An entry as one line: newlines are `\n`, backslashes `\\`.
fn encode(entry: &str) -> String {
    entry.replace('\\', "\\\\").replace('\n', "\\n").replace('\r', "\\r")
}
fn decode(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    let mut chars = line.chars();
    while let Some(c) = chars.next() {
        out.push(match c {
            '\\' => match chars.next() {
                Some('n') => '\n',
                Some('r') => '\r',
                Some(other) => other,
                None => '\\',
            },
            _ => c,
        });
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn where_the_file_is() {
        let check = |set: &[(&str, &str)], expect: Option<&str>| {
            let variable = |name: &str| set.iter().find(|(n, _)| *n == name).map(|(_, value)| PathBuf::from(value));
            assert_eq!(place(variable), expect.map(PathBuf::from), "{set:?}");
        };
        check(&[("GAMBOL_HISTORY", "h"), ("HOME", "/home/me")], Some("h"));
        check(&[("GAMBOL_HISTORY", ""), ("HOME", "/home/me")], None);
        check(&[("XDG_STATE_HOME", "/state"), ("HOME", "/home/me")], Some("/state/gambol/history"));
        check(&[("XDG_STATE_HOME", "relative"), ("HOME", "/home/me")], Some("/home/me/.local/state/gambol/history"));
        check(&[("XDG_STATE_HOME", ""), ("HOME", "/home/me")], Some("/home/me/.local/state/gambol/history"));
        check(&[("HOME", "")], None);
        check(&[], None);
    }

    #[test]
    fn entries_come_back_as_they_were() {
        for entry in ["(+ 1 2)", "(a\n  b)", "\"\\n\\\\\"", "#\\\\", "\\", "a\r\nb", "λ"] {
            let line = encode(entry);
            assert!(!line.contains(['\n', '\r']), "{line:?}");
            assert_eq!(decode(&line), entry);
        }
    }

    #[test]
    fn files() {
        let folder = std::env::temp_dir().join(format!("gambol-history-{}", std::process::id()));
        let path = folder.join("deep/er/history");
        assert_eq!(load(&path), Vec::<String>::new());
        add(&path, "first").expect("the folders are made");
        add(&path, "second\nline").expect("it is ours");
        assert_eq!(load(&path), ["first", "second\nline"]);
        assert_eq!(path.metadata().expect("it is there").permissions().mode() & 0o777, 0o600);
        let many: String = (0..=2 * ENTRIES_MAX).map(|i| format!("{i}\n")).collect();
        std::fs::write(&path, &many).expect("it is ours");
        let latest = load(&path);
        assert_eq!((latest.len(), latest.last().map(String::as_str)), (ENTRIES_MAX, Some("4000")));
        assert_eq!(std::fs::read_to_string(&path).expect("it is there").lines().count(), ENTRIES_MAX);
        std::fs::write(&path, b"a\n\xff\n").expect("it is ours");
        assert_eq!(load(&path), ["a", "\u{FFFD}"]);
        // Not a file, and no folder that could be made.
        assert_eq!(load(&folder), Vec::<String>::new());
        assert!(add(&folder, "x").is_err() && add(&path.join("below"), "x").is_err());
        std::fs::remove_dir_all(&folder).expect("it is ours");
    }
}
