//! The column of the next character, for messages about ports whose text is gone by then.

use super::lexer::Lexer;

/// Counts characters of the current line as text is taken.
#[derive(Default)]
pub(super) struct ColumnCounter {
    pub(super) chars: u32,
    /// Offset up to which characters are counted.
    pub(super) counted: u64,
}

impl ColumnCounter {
    /// Takes `text[..to]` into account; `lexer.base` is still that of `text[0]`.
    pub(super) fn count(&mut self, text: &str, to: usize, lexer: &Lexer) {
        let end = lexer.base + to as u64;
        if lexer.line_start > self.counted && lexer.line_start <= end {
            (self.chars, self.counted) = (0, lexer.line_start);
        }
        let from = self.counted.saturating_sub(lexer.base) as usize;
        if let Some(new) = text.get(from..to) {
            self.chars = self.chars.saturating_add(new.chars().count() as u32);
        }
        self.counted = end;
    }
}
