//! Where program text comes from: sources, spans and line look-up.
//!
//! A [`Span`] is twelve bytes and `Copy`, so every datum, core node and instruction can
//! carry one. It names bytes, not lines; lines and columns are worked out only when a
//! message is printed. Texts that are part of the program ([`SourceMap::with_files`]) have the
//! first numbers, so the spans of a library image mean the same in every map, and they cost
//! nothing until a message shows them.

use std::sync::{Arc, OnceLock};

use serde::{Deserialize, Serialize};

use crate::diag::Diagnostic;

/// Number of a source in its [`SourceMap`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub struct SourceId(pub u32);

impl SourceId {
    /// The source of things that no text stands for.
    pub const NONE: SourceId = SourceId(u32::MAX);
}

/// A stretch of source text: byte offsets, `end` excluded. Offsets past 4 GiB saturate.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub struct Span {
    /// The text it lies in.
    pub source: SourceId,
    /// Offset of the first byte.
    pub start: u32,
    /// Offset after the last byte.
    pub end: u32,
}

impl Span {
    /// The span of things made by the compiler, which no text stands for.
    pub const NONE: Span = Span { source: SourceId::NONE, start: 0, end: 0 };

    /// The bytes `start..end` of `source`.
    pub const fn new(source: SourceId, start: u32, end: u32) -> Span {
        Span { source, start, end }
    }

    /// Whether no text stands for this span.
    pub fn is_none(self) -> bool {
        self.source == SourceId::NONE
    }

    /// The least span that covers both; `self` when the sources differ.
    pub fn to(self, other: Span) -> Span {
        if self.is_none() {
            return other;
        }
        if self.source != other.source {
            return self;
        }
        Span::new(self.source, self.start.min(other.start), self.end.max(other.end))
    }
}

/// A place as people name it: both numbers count from 1.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Location {
    /// Line number.
    pub line: u32,
    /// Column in characters.
    pub column: u32,
}

/// A text that is part of the program.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct File {
    /// What messages call it.
    pub name: &'static str,
    /// The text.
    pub text: &'static str,
}

#[derive(Clone, Debug)]
struct Source {
    name: Text,
    text: Text,
    /// Offset of each line's first byte; the first is 0. Worked out when first asked for.
    line_starts: OnceLock<Vec<u32>>,
}

#[derive(Clone, Debug)]
enum Text {
    Static(&'static str),
    Shared(Arc<str>),
}

impl Text {
    fn as_str(&self) -> &str {
        match self {
            Text::Static(text) => text,
            Text::Shared(text) => text,
        }
    }
}

impl Source {
    fn line_starts(&self) -> &[u32] {
        self.line_starts.get_or_init(|| line_starts(self.text.as_str()))
    }
}

/// All texts a compilation has seen, by [`SourceId`].
#[derive(Clone, Debug, Default)]
pub struct SourceMap {
    sources: Vec<Source>,
}

impl SourceMap {
    /// A map without sources.
    pub fn new() -> SourceMap {
        SourceMap::default()
    }

    /// A map of `files`, numbered in order.
    pub fn with_files(files: &[File]) -> SourceMap {
        let source = |file: &File| Source { name: Text::Static(file.name), text: Text::Static(file.text), line_starts: OnceLock::new() };
        SourceMap { sources: files.iter().map(source).collect() }
    }

    /// Registers a text under the name messages show.
    ///
    /// # Panics
    /// After 2^32 - 1 sources.
    pub fn add(&mut self, name: &str, text: Arc<str>) -> SourceId {
        assert!(self.sources.len() < u32::MAX as usize, "too many sources");
        let id = SourceId(self.sources.len() as u32);
        self.sources.push(Source { name: Text::Shared(name.into()), text: Text::Shared(text), line_starts: OnceLock::new() });
        id
    }

    /// Registers bytes that should be UTF-8.
    ///
    /// When they are not, the diagnostic names the first wrong byte; the text is registered
    /// all the same, with U+FFFD for wrong bytes, so that the message can show the line.
    pub fn add_bytes(&mut self, name: &str, bytes: &[u8]) -> Result<SourceId, Diagnostic> {
        let Err(error) = std::str::from_utf8(bytes) else {
            return Ok(self.add(name, String::from_utf8_lossy(bytes).into()));
        };
        let id = self.add(name, String::from_utf8_lossy(bytes).into());
        // Everything before the first wrong byte is unchanged by the lossy conversion.
        let offset = error.valid_up_to();
        let start = saturated(offset);
        let line = self.location(id, start).map_or(1, |place| place.line);
        Err(Diagnostic::error("E0100", format!("invalid UTF-8: byte {:#04x} at offset {offset}, line {line}", bytes[offset]))
            .at(Span::new(id, start, start.saturating_add('\u{FFFD}'.len_utf8() as u32)))
            .help("save the file as UTF-8"))
    }

    /// Number of sources.
    pub fn len(&self) -> usize {
        self.sources.len()
    }

    /// Whether there is no source.
    pub fn is_empty(&self) -> bool {
        self.sources.is_empty()
    }

    /// The name a source was registered under.
    pub fn name(&self, id: SourceId) -> Option<&str> {
        self.get(id).map(|source| source.name.as_str())
    }

    /// The whole text of a source.
    pub fn text(&self, id: SourceId) -> Option<Arc<str>> {
        self.get(id).map(|source| match &source.text {
            Text::Static(text) => Arc::from(*text),
            Text::Shared(text) => text.clone(),
        })
    }

    /// The text under `span`; `None` when the span does not fit it.
    pub fn span_text(&self, span: Span) -> Option<&str> {
        self.get(span.source)?.text.as_str().get(span.start as usize..span.end as usize)
    }

    /// Line and column of a byte offset; offsets past the end count as the end.
    pub fn location(&self, id: SourceId, offset: u32) -> Option<Location> {
        let source = self.get(id)?;
        let (text, starts) = (source.text.as_str(), source.line_starts());
        let index = starts.partition_point(|&start| start <= offset) - 1;
        let end = floor_boundary(text, offset as usize);
        let column = saturated(text[starts[index] as usize..end].chars().count());
        Some(Location { line: saturated(index + 1), column: column.saturating_add(1) })
    }

    /// Number of lines of a source; an empty text has one.
    pub fn line_count(&self, id: SourceId) -> Option<u32> {
        self.get(id).map(|source| saturated(source.line_starts().len()))
    }

    /// Offset of the first byte of a line; lines count from 1.
    pub fn line_start(&self, id: SourceId, line: u32) -> Option<u32> {
        let index = (line as usize).checked_sub(1)?;
        self.get(id)?.line_starts().get(index).copied()
    }

    /// The text of a line without its ending; lines count from 1.
    pub fn line_text(&self, id: SourceId, line: u32) -> Option<&str> {
        let source = self.get(id)?;
        let (text, starts) = (source.text.as_str(), source.line_starts());
        let index = (line as usize).checked_sub(1)?;
        let start = *starts.get(index)? as usize;
        let end = starts.get(index + 1).map_or(text.len(), |&next| next as usize);
        Some(text[start..end].trim_end_matches(['\n', '\r']))
    }

    /// `name:line:column` of a span's start, or the name alone when that is all there is.
    pub fn describe(&self, span: Span) -> String {
        match (self.name(span.source), self.location(span.source, span.start)) {
            (Some(name), Some(place)) => format!("{name}:{}:{}", place.line, place.column),
            _ => "<unknown>".to_owned(),
        }
    }

    fn get(&self, id: SourceId) -> Option<&Source> {
        self.sources.get(id.0 as usize)
    }
}

/// Offsets of first bytes of lines, which end as R7RS 7.1.1 says: LF, CR LF or CR.
fn line_starts(text: &str) -> Vec<u32> {
    let bytes = text.as_bytes();
    let mut starts = vec![0];
    for (index, &byte) in bytes.iter().enumerate() {
        if byte == b'\n' || byte == b'\r' && bytes.get(index + 1) != Some(&b'\n') {
            starts.push(saturated(index + 1));
        }
    }
    starts
}

fn floor_boundary(text: &str, offset: usize) -> usize {
    let mut offset = offset.min(text.len());
    while !text.is_char_boundary(offset) {
        offset -= 1;
    }
    offset
}

/// `n` as the 32 bits a span has room for.
pub(crate) fn saturated(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, offset: u32, line: u32, column: u32) {
        let mut map = SourceMap::new();
        let id = map.add("t.scm", text.into());
        assert_eq!(map.location(id, offset), Some(Location { line, column }), "{text:?} at {offset}");
    }

    #[test]
    fn locations() {
        check("", 0, 1, 1);
        check("ab\ncd", 3, 2, 1);
        check("ab\ncd", 4, 2, 2);
        check("ab\ncd", 99, 2, 3);
        check("ab\r\ncd", 4, 2, 1);
        check("ab\rcd", 3, 2, 1);
        check("λλx", 4, 1, 3);
        // An offset inside a character counts as that character.
        check("λλx", 3, 1, 2);
    }

    #[test]
    fn lines() {
        let mut map = SourceMap::new();
        let id = map.add("t.scm", "one\r\ntwo\n\nlast".into());
        assert_eq!(map.line_text(id, 1), Some("one"));
        assert_eq!(map.line_text(id, 2), Some("two"));
        assert_eq!(map.line_text(id, 3), Some(""));
        assert_eq!(map.line_text(id, 4), Some("last"));
        assert_eq!(map.line_text(id, 5), None);
        assert_eq!(map.line_text(id, 0), None);
        assert_eq!(map.line_count(id), Some(4));
    }

    #[test]
    fn unknown_sources_answer_nothing() {
        let map = SourceMap::new();
        assert_eq!(map.location(SourceId::NONE, 0), None);
        assert_eq!(map.describe(Span::NONE), "<unknown>");
        assert_eq!(map.span_text(Span::new(SourceId(0), 5, 2)), None);
    }

    #[test]
    fn files_come_first() {
        let mut map = SourceMap::with_files(&[File { name: "a.sld", text: "(a\n b)" }, File { name: "b.sld", text: "" }]);
        assert_eq!(map.add("main.scm", "x".into()), SourceId(2));
        let span = Span::new(SourceId(0), 4, 5);
        assert_eq!(map.describe(span), "a.sld:2:2");
        assert_eq!(map.span_text(span), Some("b"));
    }

    #[test]
    fn wrong_bytes_are_located() {
        let mut map = SourceMap::new();
        let error = map.add_bytes("t.scm", b"(a\n \xFFb)").unwrap_err();
        assert_eq!(error.message, "invalid UTF-8: byte 0xff at offset 4, line 2");
        assert_eq!(map.describe(error.primary.unwrap()), "t.scm:2:2");
        assert!(map.add_bytes("u.scm", "λ".as_bytes()).is_ok());
    }
}
