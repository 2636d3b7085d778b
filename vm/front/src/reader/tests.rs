//! Lexical syntax, spans, messages, chunks.

use std::time::{Duration, Instant};

use super::*;
use crate::datum::DatumKind;
use crate::diag::Style;
use crate::source::{Location, SourceMap};

const SOURCE: SourceId = SourceId(0);

/// What the datums of `text` print as, or the code of the error.
fn outcome(text: &str) -> String {
    match read_all(SOURCE, text) {
        Ok(datums) => datums.iter().map(Datum::to_string).collect::<Vec<_>>().join(" "),
        Err(error) => error.code.to_owned(),
    }
}

fn check(text: &str, expect: &str) {
    assert_eq!(outcome(text), expect, "reading {text:?}");
    // The same text pushed in every size of chunk gives the same.
    for size in [1, 2, 3, 7] {
        assert_eq!(in_chunks(text, size), expect, "reading {text:?} by {size}");
    }
}

fn in_chunks(text: &str, size: usize) -> String {
    let mut parser = Parser::new(SOURCE);
    parser.allow_script_line();
    let chars: Vec<char> = text.chars().collect();
    let mut shown = Vec::new();
    let mut chunks = chars.chunks(size).map(String::from_iter);
    let mut chunk = String::new();
    let mut eof = false;
    loop {
        match parser.feed(&chunk, eof) {
            Step::NeedMore => match chunks.next() {
                Some(next) => chunk = next,
                None => (chunk, eof) = (String::new(), true),
            },
            Step::Datum { datum, consumed } => {
                shown.push(datum.to_string());
                chunk.drain(..consumed);
            }
            Step::Error { error, .. } => return error.code.to_owned(),
            Step::Eof => return shown.join(" "),
        }
    }
}

#[test]
fn lists_and_comments() {
    check("", "");
    check("  ; only a comment", "");
    check("a b(c)d", "a b (c) d");
    check("(a ; b\n c)", "(a c)");
    check("(a #;b c #;(d e))", "(a c)");
    check("#;#;a b c", "c");
    check("(a . #;x b #;y)", "(a . b)");
    check("#u8(1 #;2 3)", "#u8(1 3)");
    check("a #| b #| c |# d |# e", "a e");
    check("#|# |# a", "a");
    check("#||#a", "a");
    check("'a `(b ,c ,@d)", "'a `(b ,c ,@d)");
    check("(a . 'b) (a . (b . 'c))", "(a quote b) (a b quote c)");
    check("(a . #(b))", "(a . #(b))");
    check("#'a #`(b #,c #,@d)", "#'a #`(b #,c #,@d)");
    check("\u{FEFF}a", "a");
    check("a\u{A0}b\u{2003}c", "a b c");
    check("a\rb\r\nc", "a b c");
    check("|a|b\"c\"d", "a b \"c\" d");
}

#[test]
fn first_lines() {
    check("#!/usr/bin/env gambol\n(a)", "(a)");
    check("#! whatever (\na", "a");
    check("#!fold-case A", "a");
    check(" #!/bin/sh\n", "E0115");
    check("a #!eof", "E0115");
}

#[test]
fn folding() {
    check("#!fold-case ABC #\\A \"A\" Straße #!no-fold-case ABC", "abc #\\A \"A\" strasse ABC");
    check("#!fold-case ΣΑΣ #\\SPACE", "σασ #\\space");
    check("#\\SPACE", "E0113");
    let folded: Vec<_> = Reader::new(SOURCE, "ABC").folding_case().map(|datum| datum.unwrap().to_string()).collect();
    assert_eq!(folded, ["abc"]);
    assert_eq!(fold_case("ΣΑΣ"), "σασ");
}

#[test]
fn identifiers() {
    check("... + - -> ->x +.x .x.y ..", "... + - -> ->x +.x .x.y ..");
    check("<=? a.b@c !x", "<=? a.b@c !x");
    check("|a b| || |\\x3bb;|", "|a b| || λ");
    check("λ été a⃗ π²", "λ été a⃗ π²");
    check("1+ 2d", "|1+| |2d|");
    check("1.2.3", "E0110");
    check("0x10", "E0110");
    check("1/0", "E0110");
    check("#e1e1000000", "E0111");
    check("a'b", "E0109");
    check("a\\b", "E0109");
    check("“a”", "E0109");
    check("a\u{200B}b", "E0109");
    check("a\u{202E}b", "E0109");
    check("@a", "|@a|");
}

#[test]
fn strings() {
    check(r#""a\x41;\n\\\"" "λ""#, r#""aA\n\\\"" "λ""#);
    check("\"a\\  \n   b\"", "\"ab\"");
    check("\"a\\\r\n\tb\"", "\"ab\"");
    check("\"a\r\nb\rc\nd\"", "\"a\\nb\\nc\\nd\"");
    check("\"\\q\"", "E0112");
    check("\"\\xD800;\"", "E0112");
    check("\"\\x41\"", "E0112");
    check("\"\\ a\"", "E0112");
    check("|a\\", "E0103");
    check("\"abc", "E0102");
    check("\"abc\\", "E0102");
    check("\"abc\\\"", "E0102");
}

#[test]
fn characters() {
    check("#\\a #\\( #\\) #\\; #\\\" #\\  #\\x41 #\\x #\\λ #\\space", "#\\a #\\( #\\) #\\; #\\\" #\\space #\\A #\\x #\\λ #\\space");
    check("(#\\a)", "(#\\a)");
    check("(#\\()", "(#\\()");
    check("#\\(a", "#\\( a");
    check("#\\foo", "E0113");
    check("#\\xD800", "E0113");
    check("#\\x110000", "E0113");
    check("#\\", "E0113");
}

#[test]
fn hash_syntax() {
    check("#t #f #true #false #T", "#t #f #t #f #t");
    check("#u8() #U8(255)", "#u8() #u8(255)");
    check("#()", "#()");
    check("#0=(a #0#) #12=b", "#0=(a #0#) #12=b");
    check("#99999999999=a", "E0117");
    check("#u8(256)", "E0116");
    check("#u8(a)", "E0116");
    check("#u8(1.0)", "E0116");
    check("#u8((1))", "E0116");
    check("#foo", "E0114");
    check("#<procedure>", "E0114");
    check("#1a", "E0114");
    check("#", "E0114");
    check("#xyz", "E0110");
    check("#vu8(1)", "E0114");
}

#[test]
fn unbalanced() {
    check("(a", "E0101");
    check("#(a", "E0101");
    check("a)", "E0106");
    check("#|a", "E0104");
    check("'", "E0105");
    check("(')", "E0105");
    check("(a #;)", "E0105");
    check("#0=", "E0105");
    check("[a]", "E0107");
    check("(a}", "E0107");
    check(". a", "E0108");
    check("(. a)", "E0108");
    check("(a .)", "E0108");
    check("(a . b c)", "E0108");
    check("(a . b (c))", "E0108");
    check("(a . b . c)", "E0108");
    check("(a . (b) c)", "E0108");
    check("(a . (. b))", "E0108");
    check("#(a . b)", "E0108");
    check("'.", "E0108");
}

#[test]
fn spans_are_exact() {
    let text = "  (ab \"c\" . #t) 'x #|y|# #u8(1)";
    let mut shown = Vec::new();
    for datum in Reader::new(SOURCE, text).map(Result::unwrap) {
        let inside: Vec<_> = datum.children().map(|child| &text[child.span.start as usize..child.span.end as usize]).collect();
        shown.push((&text[datum.span.start as usize..datum.span.end as usize], inside));
    }
    assert_eq!(shown, [("(ab \"c\" . #t)", vec!["ab", "\"c\"", "#t"]), ("'x", vec!["'", "x"]), ("#u8(1)", vec![])]);
}

#[test]
fn unfinished_input_is_told_from_errors() {
    for text in ["(a", "(a . ", "\"a", "|a", "#|a", "'", "#;", "#0=", "#\\", "(a (b)"] {
        assert!(read_all(SOURCE, text).unwrap_err().is_incomplete(), "{text}");
    }
    for text in [")", "[", "(a . )", "#foo", "\"\\q\"", "(a ]", "(')"] {
        assert!(!read_all(SOURCE, text).unwrap_err().is_incomplete(), "{text}");
    }
    let mut parser = Parser::new(SOURCE);
    for (chunk, idle) in [("a ", true), ("(", false), (")", true), ("#| ", false), ("|#", true), ("\"x", false)] {
        if let Step::Datum { consumed, .. } = parser.feed(chunk, false)
            && consumed < chunk.len()
        {
            assert!(parser.is_idle());
            assert!(matches!(parser.feed(&chunk[consumed..], false), Step::NeedMore));
        }
        assert_eq!(parser.is_idle(), idle, "after {chunk}");
    }
}

fn rendered(text: &str) -> String {
    let mut sources = SourceMap::new();
    let id = sources.add("t.scm", text.into());
    read_all(id, text).unwrap_err().render(&sources, Style::Plain)
}

#[test]
fn indentation_finds_the_missing_parenthesis() {
    let text = "(define (f x)\n  (let ((y 1))\n    (+ x y)\n  (display x))\n\n(define (g) 1)\n";
    let expect = "\
error[E0101]: a `(` is never closed
 --> t.scm:2:3
  |
1 | (define (f x)
  | - not closed at the end of input
2 |   (let ((y 1))
  |   ^ probably missing its `)` before line 4
...
4 |   (display x))
  |   - not indented enough to be inside
";
    assert_eq!(rendered(text), expect);
}

#[test]
fn messages_without_indentation() {
    assert_eq!(
        rendered("(a (b\n"),
        "error[E0101]: 2 `(` are never closed\n --> t.scm:1:4\n  |\n1 | (a (b\n  | - nor is the outermost one\n  |    ^ not closed at the end of input\n"
    );
    assert_eq!(rendered("(a))"), "error[E0106]: unexpected `)`\n --> t.scm:1:4\n  |\n1 | (a))\n  | - the form that starts here is closed already\n  |    ^ no `(` is open here\n");
    let quote = rendered("(f “a”)");
    assert!(quote.contains("1 | (f “a”)\n  |    ^\n") && quote.contains("write `\"`"), "{quote}");
    let escape = rendered("\"ab\\qc\"");
    assert!(escape.contains("  |    ^^\n"), "{escape}");
}

#[test]
fn ports_take_no_more_than_the_datum() {
    let mut parser = Parser::new(SOURCE);
    let mut check = |chunk: &str, expect: Option<usize>| match parser.feed(chunk, false) {
        Step::Datum { consumed, .. } => assert_eq!(Some(consumed), expect, "{chunk}"),
        Step::NeedMore => assert_eq!(None, expect, "{chunk}"),
        Step::Error { error, .. } => panic!("{chunk}: {error}"),
        Step::Eof => panic!("{chunk}: end"),
    };
    check("(a) b", Some(3));
    check(" b", None);
    check("c)", Some(1));
    check("  \"x", None);
    check("\" y", Some(1));
    check("\n#t", None);
    check("", None);
    check("(", Some(0));
}

#[test]
fn errors_take_what_they_refuse() {
    for text in [") a", "[ a", "#foo a", "\"\\q\" a", "(a . ) a", "a'b a"] {
        let mut parser = Parser::new(SOURCE);
        let Step::Error { consumed, .. } = parser.feed(text, false) else { panic!("{text}") };
        assert_eq!(&text[consumed..], " a", "{text}");
        assert!(parser.is_idle());
    }
}

#[test]
fn positions_count_lines_and_characters() {
    let mut parser = Parser::new(SOURCE);
    let mut check = |chunk: &str, offset: u64, line: u32, column: u32| {
        let mut rest = chunk;
        while let Step::Datum { consumed, .. } = parser.feed(rest, false) {
            rest = &rest[consumed..];
            if rest.is_empty() {
                break;
            }
        }
        assert_eq!(parser.position(), (offset, Location { line, column }), "{chunk:?}");
    };
    check("(λλ)", 6, 1, 5);
    check(" (a\r", 10, 2, 1);
    check("\n b)", 14, 2, 4);
    check("\"x\ny\"", 19, 3, 3);
    check("#|\n\n|# ", 26, 5, 4);
    parser.move_to(100, Location { line: 9, column: 4 });
    assert!(matches!(parser.feed("(λ)", false), Step::Datum { .. }));
    assert_eq!(parser.position(), (104, Location { line: 9, column: 7 }));
}

#[test]
fn long_tokens_in_small_chunks_are_not_quadratic() {
    let start = Instant::now();
    for opening in ["\"", "|", "#|", ";", "#d1.", "x", "#\\x"] {
        let mut parser = Parser::new(SOURCE);
        assert!(matches!(parser.feed(opening, false), Step::NeedMore));
        for _ in 0..700_000 {
            assert!(matches!(parser.feed("1", false), Step::NeedMore));
        }
    }
    // Copying the token at each chunk would take more than 100 gigabytes through memory.
    assert!(start.elapsed() < Duration::from_secs(10), "{:?}", start.elapsed());
}

#[test]
fn dotted_chains_are_linear() {
    const LINKS: usize = 300_000;
    let text = format!("{}(z){}", "(a . ".repeat(LINKS), ")".repeat(LINKS));
    let start = Instant::now();
    let datums = read_all(SOURCE, &text).unwrap();
    assert!(matches!(&datums[0].kind, DatumKind::List(items, None) if items.len() == LINKS + 1));
    assert!(start.elapsed() < Duration::from_secs(5), "{:?}", start.elapsed());
}

#[test]
fn every_prefix_of_a_program_is_judged() {
    // No prefix may panic, and only whole datums or unfinished ones are found.
    let text = "(define (f x) #;\"c\" '(1 . #\\x41) |a\\x41;| #u8(1 2) \"s\\n\\\n  t\" #| b |# `(,@x) #0=(a #0#) 1.5e3) λ";
    for (index, _) in text.char_indices() {
        if let Err(error) = read_all(SOURCE, &text[..index]) {
            let cut_token = matches!(error.code, "E0113" | "E0114" | "E0110" | "E0115" | "E0108");
            assert!(error.is_incomplete() || cut_token, "{} : {error}", &text[..index]);
        }
    }
}

#[test]
fn noise_does_no_harm() {
    let clock = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    let mut state = clock.map_or(1, |time| time.as_nanos() as u64) | 1;
    println!("seed {state}");
    let pieces = [
        "(", ")", "#", "\\", "|", "\"", ";", "\n", " ", "'", ",", "@", ".", "1", "x", "e", "#;", "#|", "|#", "#u8(", "#\\", "λ", "=", "0", "+", "i", "/", "\r", "!", "\u{FEFF}",
        "\u{A0}",
    ];
    for _ in 0..20_000 {
        let mut text = String::new();
        for _ in 0..12 {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            text.push_str(pieces[(state % pieces.len() as u64) as usize]);
        }
        let whole = outcome(&text);
        let size = 1 + (state >> 32) as usize % 4;
        assert_eq!(in_chunks(&text, size), whole, "{text:?} by {size}");
        if let Err(error) = read_all(SOURCE, &text) {
            let mut sources = SourceMap::new();
            sources.add("noise", text.as_str().into());
            assert!(!error.render(&sources, Style::Plain).is_empty());
        }
    }
}
