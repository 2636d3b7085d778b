//! How messages look, and that nothing in them can break the display.

use super::*;
use crate::source::SourceId;

fn show(text: &str, error: Diagnostic) -> String {
    let mut sources = SourceMap::new();
    sources.add("t.scm", text.into());
    error.render(&sources, Style::Plain)
}

fn span(start: u32, end: u32) -> Span {
    Span::new(SourceId(0), start, end)
}

fn check(text: &str, start: u32, end: u32, expect: &str) {
    let shown = show(text, Diagnostic::error("E0000", "wrong").at(span(start, end)));
    assert_eq!(shown, expect);
}

#[test]
fn points_at_the_place() {
    check("(car 5)\n", 5, 6, "error[E0000]: wrong\n --> t.scm:1:6\n  |\n1 | (car 5)\n  |      ^\n");
}

#[test]
fn tabs_and_wide_characters() {
    check("\tλ漢x", 6, 7, "error[E0000]: wrong\n --> t.scm:1:4\n  |\n1 |     λ漢x\n  |        ^\n");
}

#[test]
fn several_lines_stop_at_the_first() {
    check("(a\n b)\n", 0, 6, "error[E0000]: wrong\n --> t.scm:1:1\n  |\n1 | (a\n  | ^^\n");
}

#[test]
fn labels_notes_and_help() {
    let error = Diagnostic::error("E0101", "never closed").at_with(span(0, 1), "opened here").label(span(19, 20), "not indented").note("one\ntwo").help("close it");
    let expect = "\
error[E0101]: never closed
 --> t.scm:1:1
  |
1 | (a
  | ^ opened here
...
9 | (b
  | - not indented
  = note: one
          two
  = help: close it
";
    assert_eq!(show("(a\n\n\n\n\n\n\n\n         (b\n", error), expect.replace("9 | (b\n  | -", "9 |          (b\n  |          -"));
}

#[test]
fn other_sources_get_their_own_header() {
    let mut sources = SourceMap::new();
    let main = sources.add("main.scm", "(f)".into());
    let lib = sources.add("lib.sld", "(define (f x) x)".into());
    let shown = Diagnostic::warning("W0001", "arity").at(Span::new(main, 0, 3)).label(Span::new(lib, 9, 10), "defined here").render(&sources, Style::Plain);
    let expect = "\
warning[W0001]: arity
 --> main.scm:1:1
  |
1 | (f)
  | ^^^
 ::: lib.sld:1:10
  |
1 | (define (f x) x)
  |          - defined here
";
    assert_eq!(shown, expect);
}

#[test]
fn strange_spans_do_no_harm() {
    check("", 0, 0, "error[E0000]: wrong\n --> t.scm:1:1\n  |\n1 |\n  | ^\n");
    check("ab", 100, 50, "error[E0000]: wrong\n --> t.scm:1:3\n  |\n1 | ab\n  |   ^\n");
    check("λ", 1, 2, "error[E0000]: wrong\n --> t.scm:1:1\n  |\n1 | λ\n  | ^\n");
    let nowhere = Diagnostic::error("E0000", "wrong").at(Span::new(SourceId(7), 1, 2));
    assert_eq!(show("ab", nowhere), "error[E0000]: wrong\n");
    assert_eq!(show("ab", Diagnostic::error("E0000", "wrong").at(Span::NONE)), "error[E0000]: wrong\n");
}

#[test]
fn long_lines_are_cut_around_the_place() {
    let text = format!("{}HERE{}", "a ".repeat(300_000), " b".repeat(300_000));
    let shown = show(&text, Diagnostic::error("E0000", "wrong").at(span(600_000, 600_004)));
    assert!(shown.lines().all(|line| line.len() < 200), "{shown}");
    let lines: Vec<&str> = shown.lines().collect();
    let column = lines[3].find("HERE").expect("the place is shown");
    assert_eq!(lines[4].find("^^^^"), Some(column));
    assert!(lines[3].contains("..."));
}

#[test]
fn control_characters_do_not_reach_the_terminal() {
    let error = Diagnostic::error("E0000", "bad \x1b[2J").at_with(span(0, 1), "\x07").note("\x1b]0;");
    let shown = show("\x1b[31m\u{202E}", error);
    assert!(!shown.chars().any(|c| c != '\n' && c.is_control()), "{shown:?}");
    assert!(!shown.contains('\u{202E}'));
}

#[test]
fn colours_are_balanced() {
    let mut sources = SourceMap::new();
    sources.add("t.scm", "(a)".into());
    let error = Diagnostic::error("E0000", "wrong").at(span(0, 1)).help("help");
    let shown = error.render(&sources, Style::Ansi);
    let ends = shown.matches("\x1b[0m").count();
    assert!(ends > 0);
    assert_eq!(shown.matches('\x1b').count(), 2 * ends);
    let mut plain = shown;
    for code in ["\x1b[0m", "\x1b[1m", "\x1b[1;31m", "\x1b[1;34m"] {
        plain = plain.replace(code, "");
    }
    assert_eq!(plain, error.render(&sources, Style::Plain));
}
