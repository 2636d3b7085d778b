//! Where program text comes from: sources, spans and line look-up.
//!
//! A [`Span`] is twelve bytes and `Copy`, so every datum, core node and instruction can
//! carry one. It names bytes, not lines; lines and columns are worked out only when a
//! message is printed. A compiled library image stores its spans and a [`SourceMap`]; on
//! loading, [`SourceMap::absorb`] says how far the image's source numbers move. The text
//! itself may be left out of an image ([`SourceMap::strip_text`]): the line table stays.

use std::sync::Arc;

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

    /// The same bytes after [`SourceMap::absorb`] returned `base`.
    pub fn rebased(self, base: u32) -> Span {
        if self.is_none() {
            return self;
        }
        Span { source: SourceId(self.source.0.saturating_add(base)), ..self }
    }
}

/// A place as people name it: both numbers count from 1.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Location {
    /// Line number.
    pub line: u32,
    /// Column in characters; in bytes when the text was stripped.
    pub column: u32,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Source {
    name: Arc<str>,
    text: Option<Arc<str>>,
    /// Offset of each line's first byte; the first is 0.
    line_starts: Vec<u32>,
}

/// All texts a compilation has seen, by [`SourceId`].
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct SourceMap {
    sources: Vec<Source>,
}

impl SourceMap {
    /// A map without sources.
    pub fn new() -> SourceMap {
        SourceMap::default()
    }

    /// Registers a text under the name messages show.
    ///
    /// # Panics
    /// After 2^32 - 1 sources.
    pub fn add(&mut self, name: &str, text: Arc<str>) -> SourceId {
        assert!(self.sources.len() < u32::MAX as usize, "too many sources");
        let id = SourceId(self.sources.len() as u32);
        let line_starts = line_starts(&text);
        self.sources.push(Source { name: name.into(), text: Some(text), line_starts });
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
        self.get(id).map(|source| &*source.name)
    }

    /// The whole text of a source, unless it was stripped.
    pub fn text(&self, id: SourceId) -> Option<&Arc<str>> {
        self.get(id)?.text.as_ref()
    }

    /// The text under `span`; `None` when it is stripped or the span does not fit it.
    pub fn span_text(&self, span: Span) -> Option<&str> {
        self.text(span.source)?.get(span.start as usize..span.end as usize)
    }

    /// Line and column of a byte offset; offsets past the end count as the end.
    pub fn location(&self, id: SourceId, offset: u32) -> Option<Location> {
        let source = self.get(id)?;
        let index = source.line_starts.partition_point(|&start| start <= offset) - 1;
        let start = source.line_starts[index];
        let column = match &source.text {
            Some(text) => {
                let end = floor_boundary(text, offset as usize);
                saturated(text[start as usize..end].chars().count())
            }
            None => offset - start,
        };
        Some(Location { line: saturated(index + 1), column: column.saturating_add(1) })
    }

    /// Number of lines of a source; an empty text has one.
    pub fn line_count(&self, id: SourceId) -> Option<u32> {
        self.get(id).map(|source| saturated(source.line_starts.len()))
    }

    /// Offset of the first byte of a line; lines count from 1.
    pub fn line_start(&self, id: SourceId, line: u32) -> Option<u32> {
        let index = (line as usize).checked_sub(1)?;
        self.get(id)?.line_starts.get(index).copied()
    }

    /// The text of a line without its ending; lines count from 1.
    pub fn line_text(&self, id: SourceId, line: u32) -> Option<&str> {
        let source = self.get(id)?;
        let text = source.text.as_deref()?;
        let index = (line as usize).checked_sub(1)?;
        let start = *source.line_starts.get(index)? as usize;
        let end = source.line_starts.get(index + 1).map_or(text.len(), |&next| next as usize);
        Some(text[start..end].trim_end_matches(['\n', '\r']))
    }

    /// `name:line:column` of a span's start, or the name alone when that is all there is.
    pub fn describe(&self, span: Span) -> String {
        match (self.name(span.source), self.location(span.source, span.start)) {
            (Some(name), Some(place)) => format!("{name}:{}:{}", place.line, place.column),
            _ => "<unknown>".to_owned(),
        }
    }

    /// Forgets all texts and keeps names and line tables, for compact library images.
    pub fn strip_text(&mut self) {
        for source in &mut self.sources {
            source.text = None;
        }
    }

    /// Takes over the sources of a loaded image. Returns what to give [`Span::rebased`] for
    /// the spans that came with it.
    ///
    /// # Panics
    /// After 2^32 - 1 sources.
    pub fn absorb(&mut self, other: SourceMap) -> u32 {
        let base = self.sources.len();
        assert!(base + other.sources.len() < u32::MAX as usize, "too many sources");
        self.sources.extend(other.sources);
        base as u32
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
    fn images_keep_line_tables() {
        let mut image = SourceMap::new();
        let id = image.add("lib.sld", "(a\n b)".into());
        image.strip_text();
        let mut map = SourceMap::new();
        map.add("main.scm", "x".into());
        let base = map.absorb(image);
        let span = Span::new(id, 4, 5).rebased(base);
        assert_eq!(map.describe(span), "lib.sld:2:2");
        assert_eq!(map.span_text(span), None);
        assert!(Span::NONE.rebased(base).is_none());
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
