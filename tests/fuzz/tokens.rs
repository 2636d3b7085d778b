//! Scheme text as mutation sees it: tokens and balanced stretches, found in any bytes whatever.

use std::ops::Range;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Kind {
    Open,
    Close,
    Atom,
}

#[derive(Clone, Debug)]
pub(crate) struct Token {
    pub(crate) kind: Kind,
    pub(crate) range: Range<usize>,
}

/// The tokens of a text; comments are left out, strings are atoms.
pub(crate) fn tokens(text: &[u8]) -> Vec<Token> {
    let mut list = Vec::new();
    let mut at = 0;
    while at < text.len() {
        let start = at;
        let kind = match text[at] {
            b';' => {
                at = text[at..].iter().position(|&b| b == b'\n').map_or(text.len(), |n| at + n);
                continue;
            }
            b if b.is_ascii_whitespace() => {
                at += 1;
                continue;
            }
            b'(' | b'[' => {
                at += 1;
                Kind::Open
            }
            b')' | b']' => {
                at += 1;
                Kind::Close
            }
            quote @ (b'"' | b'|') => {
                at += 1;
                while at < text.len() && text[at] != quote {
                    at += 1 + usize::from(text[at] == b'\\');
                }
                at = (at + 1).min(text.len());
                Kind::Atom
            }
            b'\'' | b'`' | b',' => {
                at += 1;
                Kind::Atom
            }
            _ => {
                // The character after `#\` belongs to it.
                at += if text[at..].starts_with(b"#\\") { 3 } else { 1 };
                let ends = |b: u8| b.is_ascii_whitespace() || b"()[]\";|".contains(&b);
                while at < text.len() && !ends(text[at]) {
                    at += 1;
                }
                at = at.min(text.len());
                if text.get(at) == Some(&b'(') && matches!(&text[start..at], b"#" | b"#u8") {
                    at += 1;
                    Kind::Open
                } else {
                    Kind::Atom
                }
            }
        };
        list.push(Token { kind, range: start..at });
    }
    list
}

/// Stretches of a text that are an atom or a list with balanced parentheses.
pub(crate) fn trees(text: &[u8]) -> Vec<Range<usize>> {
    let mut open = Vec::new();
    let mut list = Vec::new();
    for token in tokens(text) {
        match token.kind {
            Kind::Atom => list.push(token.range),
            Kind::Open => open.push(token.range.start),
            Kind::Close => list.extend(open.pop().map(|start| start..token.range.end)),
        }
    }
    list
}

/// The outermost lists of a text.
pub(crate) fn forms(text: &[u8]) -> Vec<Range<usize>> {
    let mut list: Vec<Range<usize>> = trees(text).into_iter().filter(|r| text[r.start] == b'(').collect();
    list.sort_by_key(|r| (r.start, usize::MAX - r.end));
    let mut end = 0;
    list.retain(|r| {
        let outermost = r.start >= end;
        end = end.max(r.end);
        outermost
    });
    list
}
