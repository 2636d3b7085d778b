//! UTF-8: the decoders of source text, of text ports and of `utf8->string` agree with Rust's, wherever
//! the bytes fall in a port's buffer.

use super::machines::{evaluate, machine};
use crate::random::Random;
use gambol_front::source::SourceMap;
use std::fmt::Write as _;

/// Bytes in the buffer of a file port: a character may begin in one filling and end in the next.
const BUFFER: usize = 8000;

pub(crate) fn seeds() -> Vec<Vec<u8>> {
    let mut list: Vec<Vec<u8>> =
        ["", "abc", "λx", "a\u{7FF}\u{800}b", "\u{FFFF}\u{10000}\u{10FFFF}", "line\nline\r\nline\rlast", "\u{FEFF}(a)"].iter().map(|text| text.as_bytes().to_vec()).collect();
    list.extend([&b"\xCE"[..], b"a\xFFb", b"\xE2\x82", b"\xF0\x9F\x92", b"\xED\xA0\x80", b"\xC0\x80", b"\xF4\x90\x80\x80", b"\xF0a"].map(<[u8]>::to_vec));
    list
}

pub(crate) fn prepare() -> super::Run {
    let dir = std::env::temp_dir().join(format!("gambol-fuzz-{}", std::process::id()));
    std::fs::create_dir_all(&dir).expect("a folder for the input");
    let (input, expected) = (dir.join("input"), dir.join("expected"));
    let mut m = machine("");
    evaluate(&mut m, include_str!("utf8.scm"));
    Box::new(move |bytes| {
        source(bytes);
        let lead = BUFFER.saturating_sub(Random::of(bytes).below(bytes.len() + 2));
        let mut all = vec![b'x'; lead];
        all.extend_from_slice(bytes);
        std::fs::write(&input, &all).expect("the input can be written");
        std::fs::write(&expected, answers(&all, bytes)).expect("what is expected can be written");
        evaluate(&mut m, &format!("(check {:?} {:?} {lead})", input.display().to_string(), expected.display().to_string()));
    })
}

/// What messages say of source text that is no UTF-8.
fn source(bytes: &[u8]) {
    let mut map = SourceMap::new();
    match (map.add_bytes("input", bytes), std::str::from_utf8(bytes)) {
        (Ok(id), Ok(text)) => assert_eq!(map.text(id).as_deref(), Some(text)),
        (Err(error), Err(e)) => assert!(error.message.contains(&format!("at offset {},", e.valid_up_to())), "{} instead of {e}", error.message),
        (made, wanted) => panic!("{made:?} instead of {wanted:?}"),
    }
}

/// A list for `utf8.scm`: the codes of the characters, with `#f` for bytes that are none; the lines,
/// with `#f` for those that are no text; the codes of `bytes`, or the index of the first wrong one.
fn answers(all: &[u8], bytes: &[u8]) -> String {
    let mut out = String::from("((");
    codes(&mut out, bytes);
    out.push_str(") (");
    lines(all).into_iter().for_each(|line| strings(&mut out, line));
    out.push_str(") ");
    match std::str::from_utf8(bytes) {
        Ok(text) => {
            out.push('(');
            text.chars().for_each(|c| write!(out, "{} ", u32::from(c)).expect("a string"));
            out.push(')');
        }
        Err(e) => write!(out, "{}", e.valid_up_to()).expect("a string"),
    }
    out.push(')');
    out
}

/// Characters with `#f` for each sequence that is cut short or cannot be, as Unicode counts them
/// (chapter 3, "maximal subparts").
fn codes(out: &mut String, mut bytes: &[u8]) {
    while !bytes.is_empty() {
        let (good, skip) = match std::str::from_utf8(bytes) {
            Ok(_) => (bytes.len(), 0),
            Err(e) => (e.valid_up_to(), e.error_len().unwrap_or(bytes.len() - e.valid_up_to())),
        };
        let text = std::str::from_utf8(&bytes[..good]).expect("it was found valid");
        text.chars().for_each(|c| write!(out, "{} ", u32::from(c)).expect("a string"));
        if skip > 0 {
            out.push_str("#f ");
        }
        bytes = &bytes[good + skip..];
    }
}

/// Lines end with LF, CR LF or CR.
fn lines(mut bytes: &[u8]) -> Vec<&[u8]> {
    let mut list = Vec::new();
    while !bytes.is_empty() {
        let end = bytes.iter().position(|b| matches!(b, b'\n' | b'\r')).unwrap_or(bytes.len());
        let after = end + if bytes[end..].starts_with(b"\r\n") { 2 } else { 1 };
        list.push(&bytes[..end]);
        bytes = &bytes[after.min(bytes.len())..];
    }
    list
}

fn strings(out: &mut String, line: &[u8]) {
    match std::str::from_utf8(line) {
        Ok(text) => gambol_front::print::write_string(out, text),
        Err(_) => out.push_str("#f"),
    }
    out.push(' ');
}
