//! What is open around the parser's place: lists, vectors, prefixes, and what indentation
//! says about them.

use super::names;
use crate::source::Span;

pub(super) struct Frame {
    pub(super) kind: FrameKind,
    /// The opening token.
    pub(super) open: Span,
    /// Line of the opening token, and its distance from the line's start in bytes.
    pub(super) line: u32,
    pub(super) indent: u64,
    /// Where this frame's items start in `values`.
    pub(super) base: usize,
}

pub(super) enum FrameKind {
    List(Dot),
    /// A list right after a dot: its items go on in the list outside.
    Merged(Dot),
    Vector,
    Bytes(Vec<u8>),
    /// The symbol a prefix stands for.
    Prefix(&'static str),
    DatumComment,
    Label(u32),
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Dot {
    None,
    /// Seen, its datum is still to come.
    Seen,
    /// Seen with its datum; whether that lies on top of the items.
    Done {
        tail: bool,
    },
}

/// A parenthesis that indentation says should be closed by now.
pub(super) struct Suspect {
    pub(super) open: Span,
    pub(super) token: Span,
    pub(super) line: u32,
}

impl Frame {
    pub(super) fn is_bracket(&self) -> bool {
        !matches!(self.kind, FrameKind::Prefix(_) | FrameKind::DatumComment | FrameKind::Label(_))
    }

    /// The text of the opening token, when it is one that a single datum must follow.
    pub(super) fn prefix(&self) -> Option<String> {
        match self.kind {
            FrameKind::Prefix(symbol) => Some(names::abbreviation_of(symbol).unwrap_or(symbol).to_owned()),
            FrameKind::DatumComment => Some("#;".to_owned()),
            FrameKind::Label(n) => Some(format!("#{n}=")),
            _ => None,
        }
    }

    /// Whether the datums here end with a tail already, so that only `)` may follow.
    pub(super) fn is_full(&self) -> bool {
        matches!(self.kind, FrameKind::List(Dot::Done { .. }) | FrameKind::Merged(Dot::Done { .. }))
    }

    /// Whether a tail must come next.
    pub(super) fn awaits_tail(&self) -> bool {
        matches!(self.kind, FrameKind::List(Dot::Seen) | FrameKind::Merged(Dot::Seen))
    }
}

impl Suspect {
    /// A line that starts no deeper than a parenthesis opened before it casts suspicion on
    /// that one: its list should have ended. Among several on top of the stack, the
    /// outermost.
    pub(super) fn find(frames: &[Frame], token: Span, line: u32, indent: u64) -> Option<Suspect> {
        let too_deep = |frame: &&Frame| frame.line < line && frame.indent >= indent;
        let lists = frames.iter().rev().filter(|frame| frame.is_bracket());
        let outermost = lists.take_while(too_deep).last();
        outermost.map(|frame| Suspect { open: frame.open, token, line })
    }
}
