//! Showing a diagnostic with the source lines it talks about, in the manner of rustc.
//!
//! It must never fail or mislead, whatever it is given: spans of unknown or stripped
//! sources, offsets out of range, tabs, wide and invisible characters, control characters
//! (which must not reach a terminal), and lines of a megabyte.

use std::fmt::Write;

use super::{Diagnostic, Severity};
use crate::source::{SourceMap, Span};

mod columns;

use columns::Shown;

/// How to decorate the text of a message.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Style {
    /// No escape sequences.
    Plain,
    /// ANSI colours. The caller decides, by whether it writes to a terminal and `NO_COLOR`.
    Ansi,
}

#[derive(Clone, Copy)]
enum Paint {
    Severity(Severity),
    Strong,
    Frame,
}

/// One place to point at.
struct Mark<'a> {
    span: Span,
    line: u32,
    text: &'a str,
    primary: bool,
}

impl Diagnostic {
    /// The whole message with source lines, ending in a newline.
    pub fn render(&self, sources: &SourceMap, style: Style) -> String {
        let mut canvas = Canvas { out: String::new(), style, gutter: 0 };
        canvas.paint(Paint::Severity(self.severity), &format!("{}[{}]", self.severity, self.code));
        canvas.paint(Paint::Strong, &format!(": {}", printable(&self.message)));
        canvas.out.push('\n');
        let marks = self.marks(sources);
        let line_max = marks.iter().map(|mark| mark.line).max().unwrap_or(0);
        canvas.gutter = line_max.to_string().len();
        let mut rest = &marks[..];
        while let Some(first) = rest.first() {
            let source = first.span.source;
            let end = rest.iter().position(|mark| mark.span.source != source).unwrap_or(rest.len());
            let (group, after) = rest.split_at(end);
            canvas.group(self.severity, sources, group);
            rest = after;
        }
        let remarks = self.notes.iter().map(|text| ("note", text)).chain(self.help.iter().map(|text| ("help", text)));
        for (name, text) in remarks {
            canvas.remark(name, text);
        }
        canvas.out
    }

    /// The places with a known line: the primary one's source first, then by source, line
    /// and offset.
    fn marks(&self, sources: &SourceMap) -> Vec<Mark<'_>> {
        let primary = self.primary.map(|span| (span, self.primary_text.as_str(), true));
        let labels = self.labels.iter().map(|(span, text)| (*span, text.as_str(), false));
        let mut marks: Vec<Mark<'_>> = primary
            .into_iter()
            .chain(labels)
            .filter_map(|(span, text, primary)| {
                let line = sources.location(span.source, span.start)?.line;
                Some(Mark { span, line, text, primary })
            })
            .collect();
        let home = self.primary.map(|span| span.source);
        marks.sort_by_key(|mark| (Some(mark.span.source) != home, mark.span.source, mark.line, mark.span.start));
        marks
    }
}

struct Canvas {
    out: String,
    style: Style,
    /// Width of the column of line numbers.
    gutter: usize,
}

impl Canvas {
    /// The marks in one source: a header and the lines, each with its marks below.
    fn group(&mut self, severity: Severity, sources: &SourceMap, marks: &[Mark<'_>]) {
        let Some(first) = marks.iter().find(|mark| mark.primary).or(marks.first()) else {
            return;
        };
        let arrow = if first.primary { "-->" } else { ":::" };
        self.paint(Paint::Frame, &format!("{:gutter$}{arrow} ", "", gutter = self.gutter));
        self.out.push_str(&printable(&sources.describe(first.span)));
        self.out.push('\n');
        let mut shown_line = 0;
        for mark in marks {
            let Some(text) = sources.line_text(mark.span.source, mark.line) else {
                continue;
            };
            let start = sources.line_start(mark.span.source, mark.line).unwrap_or(0);
            let here = marks.iter().filter(|other| other.line == mark.line);
            let focus = here.map(|other| (other.span.start - start) as usize).min().unwrap_or(0);
            let shown = Shown::new(text, focus);
            if mark.line != shown_line {
                self.source_line(mark.line, shown_line, &shown);
            }
            shown_line = mark.line;
            self.pointer(severity, mark, start, &shown);
        }
    }

    fn source_line(&mut self, line: u32, last: u32, shown: &Shown) {
        if last != 0 && line > last + 1 {
            self.paint(Paint::Frame, "...\n");
        } else if last == 0 {
            self.bar();
            self.out.push('\n');
        }
        self.paint(Paint::Frame, &format!("{line:gutter$} |", gutter = self.gutter));
        if !shown.text.is_empty() {
            self.out.push(' ');
            self.out.push_str(&shown.text);
        }
        self.out.push('\n');
    }

    fn pointer(&mut self, severity: Severity, mark: &Mark<'_>, line_start: u32, shown: &Shown) {
        let from = shown.column((mark.span.start - line_start) as usize);
        let to = shown.column(mark.span.end.saturating_sub(line_start) as usize);
        let width = to.saturating_sub(from).max(1);
        let (sign, paint) = if mark.primary { ("^", Paint::Severity(severity)) } else { ("-", Paint::Frame) };
        let mut text = sign.repeat(width);
        if !mark.text.is_empty() {
            text.push(' ');
            text.push_str(&printable(mark.text));
        }
        self.bar();
        let _ = write!(self.out, " {:from$}", "");
        self.paint(paint, &text);
        self.out.push('\n');
    }

    fn remark(&mut self, name: &str, text: &str) {
        let mut lines = text.lines();
        self.paint(Paint::Frame, &format!("{:gutter$} = ", "", gutter = self.gutter));
        self.paint(Paint::Strong, &format!("{name}: "));
        self.out.push_str(&printable(lines.next().unwrap_or_default()));
        self.out.push('\n');
        for line in lines {
            let _ = writeln!(self.out, "{:indent$}{}", "", printable(line), indent = self.gutter + 5 + name.len());
        }
    }

    fn bar(&mut self) {
        self.paint(Paint::Frame, &format!("{:gutter$} |", "", gutter = self.gutter));
    }

    fn paint(&mut self, paint: Paint, text: &str) {
        if self.style == Style::Plain {
            self.out.push_str(text);
            return;
        }
        let code = match paint {
            Paint::Severity(Severity::Error) => "\x1b[1;31m",
            Paint::Severity(Severity::Warning) => "\x1b[1;33m",
            Paint::Strong => "\x1b[1m",
            Paint::Frame => "\x1b[1;34m",
        };
        self.out.push_str(code);
        self.out.push_str(text);
        self.out.push_str("\x1b[0m");
    }
}

/// A message may quote the program: its control characters must not reach a terminal.
fn printable(text: &str) -> String {
    text.chars().map(|c| if c == '\n' { ' ' } else { columns::visible(c) }).collect()
}

#[cfg(test)]
mod tests;
