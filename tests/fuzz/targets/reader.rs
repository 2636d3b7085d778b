//! The reader: text in pieces means what it means in one; spans lie in the text and inside each
//! other, and what stands there reads as the same datum; a text that is fine so far never has an
//! error that more text could not mend.

use crate::random::Random;
use gambol_front::datum::{Datum, DatumKind, check_labels};
use gambol_front::diag::{Diagnostic, Style};
use gambol_front::reader::{Parser, Step, read_all};
use gambol_front::source::{SourceId, SourceMap};

/// Datums like those of programs, and others.
pub(crate) fn seeds() -> Vec<Vec<u8>> {
    let odd = [
        "(a . (b . (c . ())))",
        "#0=(a #1=#(b #0#) . #1#)",
        "#;(a) b #;#;c d e",
        "#| a #| b |# c |# x",
        "#!fold-case ABC #!no-fold-case ABC",
        "`(a ,b ,@c #'d #`e #,f #,@g)",
        "#u8(0 255)",
        "#\\x41 #\\space #\\( #\\λ",
        "\"a\\x41;b\\n\\\n   c\"",
        "|a b\\x7c;|",
        "1+ -> ... +.x .a -.",
        "#t #true #f #false",
        "#x-ff/2 #e1.5 +inf.0-nan.0i",
        "(1 . 2",
        "'",
        "#(",
        "#u8(256)",
        "[a]",
        "#<a>",
        "#1#",
        "(a\r\nb\rc)",
        "#!/bin/sh\n(a)",
    ];
    odd.iter().map(|text| text.as_bytes().to_vec()).chain(crate::corpus::scheme()).collect()
}

pub(crate) fn run(input: &[u8]) {
    let text = super::text(input);
    let mut random = Random::of(input);
    let mut sources = SourceMap::new();
    let source = sources.add("input", text.as_str().into());
    let whole = feed(source, &text, || usize::MAX);
    let most = *random.pick(&[1, 4, 40]);
    let pieces = feed(source, &text, || 1 + random.below(most));
    same(&whole, &pieces);
    for step in &whole {
        match step {
            Ok(datum) => {
                is_nested(datum, &text, (0, text.len()));
                reads_back(source, &text, datum);
                // Whether its labels are right; the answer is not asked.
                let _ = check_labels(datum);
                assert!(datum.clone() == *datum);
            }
            Err(error) => {
                if let Some(span) = error.primary {
                    assert!(span.start <= span.end && span.end as usize <= text.len(), "the error {} is at {span:?}", error.message);
                }
                assert!(!error.render(&sources, Style::Plain).is_empty());
            }
        }
    }
    if let Ok(datums) = read_all(source, &text) {
        assert!(text.starts_with("#!") || whole.iter().map(|step| step.as_ref().ok()).eq(datums.iter().map(Some)));
        mended(source, &text, &mut random);
    }
}

type Found = Result<Datum, Diagnostic>;

/// Everything a parser finds in `text`, which it gets in pieces of so many bytes; it goes on after errors.
fn feed(source: SourceId, text: &str, mut piece: impl FnMut() -> usize) -> Vec<Found> {
    let mut parser = Parser::new(source);
    let mut found = Vec::new();
    let (mut at, mut end) = (0, 0);
    // Each step takes something, moves the end, or is the last.
    for _ in 0..3 * text.len() + 8 {
        let eof = end == text.len();
        match parser.feed(&text[at..end], eof) {
            Step::NeedMore => {
                assert!(!eof, "it needs more at the end of the text");
                at = end;
                end = text.len().min(end.saturating_add(piece()));
                while !text.is_char_boundary(end) {
                    end += 1;
                }
            }
            Step::Datum { datum, consumed } => {
                at += consumed;
                found.push(Ok(datum));
            }
            Step::Error { error, consumed } => {
                at += consumed;
                found.push(Err(error));
            }
            Step::Eof => {
                assert!(eof, "an end before the end");
                assert!(parser.is_idle());
                return found;
            }
        }
        assert!(at <= end);
    }
    panic!("the parser does not come to an end");
}

fn same(whole: &[Found], pieces: &[Found]) {
    assert_eq!(whole.len(), pieces.len(), "in one {whole:?}, in pieces {pieces:?}");
    for (a, b) in whole.iter().zip(pieces) {
        match (a, b) {
            (Ok(a), Ok(b)) => assert!(a == b && same_spans(a, b), "{a:?} and {b:?}"),
            _ => assert_eq!(a, b),
        }
    }
}

fn children(datum: &Datum) -> Vec<&Datum> {
    match &datum.kind {
        DatumKind::List(items, tail) => items.iter().chain(tail.as_deref()).collect(),
        DatumKind::Vector(items) => items.iter().collect(),
        DatumKind::Label(_, inner) => vec![inner],
        _ => Vec::new(),
    }
}

fn same_spans(a: &Datum, b: &Datum) -> bool {
    let mut pending = vec![(a, b)];
    while let Some((a, b)) = pending.pop() {
        if a.span != b.span {
            return false;
        }
        pending.extend(children(a).into_iter().zip(children(b)));
    }
    true
}

fn is_nested(datum: &Datum, text: &str, within: (usize, usize)) {
    let mut pending = vec![(datum, within)];
    while let Some((datum, (low, high))) = pending.pop() {
        let (start, end) = (datum.span.start as usize, datum.span.end as usize);
        assert!(low <= start && start < end && end <= high, "{datum:?} at {start}..{end} is not within {low}..{high}");
        assert!(text.is_char_boundary(start) && text.is_char_boundary(end), "{datum:?} starts or ends inside a character");
        let mut from = start;
        for child in children(datum) {
            pending.push((child, (from, end)));
            from = child.span.end as usize;
        }
    }
}

/// The text under a datum's span reads as that datum.
fn reads_back(source: SourceId, text: &str, datum: &Datum) {
    if text.contains("fold-case") {
        return;
    }
    let part = &text[datum.span.start as usize..datum.span.end as usize];
    match &feed(source, part, || usize::MAX)[..] {
        [Ok(again)] => assert!(again == datum, "{part:?} reads as {again:?}, not as {datum:?}"),
        other => panic!("{part:?} reads as {other:?}"),
    }
}

/// The text up to any place where a token ends is fine or unfinished, as all of it is fine.
fn mended(source: SourceId, text: &str, random: &mut Random) {
    let places: Vec<usize> = text.char_indices().filter(|(_, c)| matches!(c, ' ' | '\n')).map(|(at, _)| at + 1).collect();
    for _ in 0..places.len().min(4) {
        let part = &text[..*random.pick(&places)];
        if let Err(error) = read_all(source, part) {
            assert!(error.is_incomplete(), "{part:?} is refused, though it can be continued: {}", error.message);
        }
    }
}
