//! What stands between tokens: space, comments, lines.

use super::{Lexer, Skip};

impl Lexer {
    pub(super) fn count_lines(&mut self, bytes: &[u8], start: usize, end: usize) {
        for (distance, &byte) in bytes[start..end].iter().enumerate() {
            self.note_byte(byte, start + distance);
        }
    }

    /// Keeps the line number; CR LF counts once, even when a chunk ends between the two.
    #[inline]
    fn note_byte(&mut self, byte: u8, index: usize) {
        if byte != b'\n' && byte != b'\r' {
            return;
        }
        let offset = self.base + index as u64;
        let completes_pair = byte == b'\n' && self.line_start == offset && self.after_return;
        if !completes_pair {
            self.line = self.line.saturating_add(1);
        }
        self.after_return = byte == b'\r';
        self.line_start = offset + 1;
        self.fresh_line = true;
    }

    pub(super) fn skip_space(&mut self, text: &str, mut index: usize) -> usize {
        let bytes = text.as_bytes();
        while let Some(&byte) = bytes.get(index) {
            match byte {
                b' ' | b'\t' | 0x0B | 0x0C => index += 1,
                b'\n' | b'\r' => {
                    self.note_byte(byte, index);
                    index += 1;
                }
                0x80.. => match text[index..].chars().next() {
                    Some(c) if c.is_whitespace() => index += c.len_utf8(),
                    // A byte order mark.
                    Some('\u{FEFF}') if self.base == 0 && index == 0 => index += 3,
                    _ => return index,
                },
                _ => return index,
            }
        }
        index
    }

    pub(super) fn skip_line(&mut self, bytes: &[u8], index: usize) -> usize {
        match bytes[index..].iter().position(|byte| matches!(byte, b'\n' | b'\r')) {
            None => bytes.len(),
            Some(distance) => {
                self.skip = Skip::Nothing;
                index + distance
            }
        }
    }

    pub(super) fn skip_block(&mut self, bytes: &[u8], mut index: usize) -> usize {
        let Skip::Block { mut depth, mut before, opened } = self.skip else {
            return index;
        };
        while let Some(&byte) = bytes.get(index) {
            self.note_byte(byte, index);
            index += 1;
            match (before, byte) {
                (b'|', b'#') if depth == 1 => {
                    self.skip = Skip::Nothing;
                    self.fresh_line = false;
                    return index;
                }
                (b'|', b'#') => (depth, before) = (depth - 1, 0),
                (b'#', b'|') => (depth, before) = (depth + 1, 0),
                _ => before = byte,
            }
        }
        self.skip = Skip::Block { depth, before, opened };
        index
    }
}
