//! From bytes of a source line to columns of a terminal.

/// A tab moves to the next multiple of this many columns.
const TAB_COLUMNS: usize = 4;
/// Lines wider than this are cut around what a message points at.
const LINE_COLUMNS_MAX: usize = 140;
/// How much of a cut line stands before the place pointed at.
const LEAD_COLUMNS: usize = 40;
const ELLIPSIS: &str = "...";

/// A source line as it is displayed, perhaps cut.
pub(super) struct Shown {
    /// What to print.
    pub text: String,
    /// Byte offset in the line and display column of each character shown, and of the end.
    stops: Vec<(usize, usize)>,
}

impl Shown {
    /// Lays a line out so that the byte at `focus` can be seen.
    pub(super) fn new(line: &str, focus: usize) -> Shown {
        let from = cut_start(line, focus.min(line.len()));
        let mut shown = Shown { text: String::new(), stops: Vec::new() };
        let mut column = 0;
        if from > 0 {
            shown.text.push_str(ELLIPSIS);
            column = ELLIPSIS.len();
        }
        let mut end = line.len();
        for (index, c) in line[from..].char_indices() {
            if column >= LINE_COLUMNS_MAX {
                shown.text.push_str(ELLIPSIS);
                end = from + index;
                break;
            }
            shown.stops.push((from + index, column));
            if c == '\t' {
                let width = TAB_COLUMNS - column % TAB_COLUMNS;
                shown.text.extend(std::iter::repeat_n(' ', width));
                column += width;
            } else {
                shown.text.push(visible(c));
                column += width(visible(c));
            }
        }
        shown.stops.push((end, column));
        shown
    }

    /// The display column of the character that holds a byte; the last one for bytes
    /// outside.
    pub(super) fn column(&self, byte: usize) -> usize {
        let after = self.stops.partition_point(|&(offset, _)| offset <= byte);
        self.stops[after.saturating_sub(1)].1
    }
}

/// Where to start so that `focus` stands near the left: 0 unless the line is too wide.
fn cut_start(line: &str, focus: usize) -> usize {
    // Four bytes at most stand for one column, so short lines need no measuring.
    if line.len() <= LINE_COLUMNS_MAX || line[..floor(line, focus)].chars().count() + LEAD_COLUMNS <= LINE_COLUMNS_MAX {
        return 0;
    }
    let before = &line[..floor(line, focus)];
    before.char_indices().rev().nth(LEAD_COLUMNS).map_or(0, |(index, _)| index)
}

fn floor(line: &str, mut offset: usize) -> usize {
    while !line.is_char_boundary(offset) {
        offset -= 1;
    }
    offset
}

/// The character itself, or a stand-in for those that would act on the terminal.
pub(super) fn visible(c: char) -> char {
    match c {
        '\t' => ' ',
        '\u{0}'..='\u{1F}' => char::from_u32(0x2400 + u32::from(c)).unwrap_or('\u{FFFD}'),
        '\u{7F}' => '\u{2421}',
        // Direction marks can make text look like other text.
        '\u{80}'..='\u{9F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{2028}' | '\u{2029}' => '\u{FFFD}',
        _ => c,
    }
}

/// Columns a terminal gives to a character: East Asian wide ones and pictures take two,
/// combining and invisible ones none (Unicode Standard Annex 11, its main blocks).
fn width(c: char) -> usize {
    match u32::from(c) {
        0x0300..=0x036F | 0x200B..=0x200F | 0x20D0..=0x20FF | 0xFE00..=0xFE0F | 0xFEFF | 0xE0100..=0xE01EF => 0,
        0x1100..=0x115F
        | 0x2E80..=0x303E
        | 0x3041..=0xA4CF
        | 0xAC00..=0xD7A3
        | 0xF900..=0xFAFF
        | 0xFE30..=0xFE6F
        | 0xFF00..=0xFF60
        | 0xFFE0..=0xFFE6
        | 0x1F300..=0x1F64F
        | 0x1F680..=0x1F6FF
        | 0x1F900..=0x1FAFF
        | 0x20000..=0x3FFFD => 2,
        _ => 1,
    }
}
