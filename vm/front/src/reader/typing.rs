//! What an editor asks about text while it is typed: whether more has to follow, which identifier
//! is being written, which parenthesis belongs to another, how far to indent the next line. The
//! answers come from the reader's own tokens, so that what strings and comments hold counts for
//! nothing. Positions are byte offsets.

use super::lexer::{Lexed, Lexer, Token, TokenKind};
use super::{Parser, Step};
use crate::source::SourceId;

/// Whether the text ends inside a datum or a block comment, or where a datum has to follow. A
/// mistake further ahead makes it finished: more text would not help.
pub fn is_unfinished(text: &str) -> bool {
    let mut parser = Parser::new(SourceId::NONE);
    let mut at = 0;
    loop {
        match parser.feed(&text[at..], true) {
            Step::Datum { consumed, .. } => at += consumed,
            Step::Error { error, .. } => return error.is_incomplete(),
            Step::NeedMore | Step::Eof => return false,
        }
    }
}

/// Where the identifier starts that ends at `at`, the place of the cursor. None if nothing or
/// something else is being written there.
pub fn word_before(text: &str, at: usize) -> Option<usize> {
    let text = text.get(..at)?;
    match Scan::of(text).ending {
        Ending::Token(start) if !text[start..].starts_with(['"', '|', '#', ',']) => Some(start),
        _ => None,
    }
}

/// The parenthesis that belongs to the closing one before `at`, or to the one at `at`.
pub fn partner(text: &str, at: usize) -> Option<usize> {
    let mut open = Vec::new();
    for token in Scan::of(text).tokens {
        if opens(token.kind) {
            open.push(token.end - 1);
        } else if token.kind == TokenKind::Close
            && let Some(opening) = open.pop()
        {
            match token.start {
                closing if closing + 1 == at || closing == at => return Some(opening),
                closing if opening == at => return Some(closing),
                _ => {}
            }
        }
    }
    None
}

/// How many spaces a line after `text` starts with, when the text's own first line starts in
/// column `first`: two more than the innermost open list, or in line with the list that is its
/// first item. None inside a string, a symbol between bars or a comment, which would keep them.
pub fn indentation(text: &str, first: usize) -> Option<usize> {
    let scan = Scan::of(text);
    match scan.ending {
        Ending::Comment => return None,
        Ending::Token(start) if text[start..].starts_with(['"', '|']) => return None,
        _ => {}
    }
    let mut open: Vec<usize> = Vec::new();
    for (i, token) in scan.tokens.iter().enumerate() {
        if opens(token.kind) {
            open.push(i);
        } else if token.kind == TokenKind::Close {
            open.pop();
        }
    }
    let Some(&innermost) = open.last() else { return Some(first) };
    let token = scan.tokens[innermost];
    let of_lists = scan.tokens.get(innermost + 1).is_some_and(|next| opens(next.kind) && next.start == token.end);
    let step = if of_lists || token.kind != TokenKind::Open { 1 } else { 2 };
    Some(column(text, token.end - 1, first) + step)
}

/// Characters on the line before `at`.
fn column(text: &str, at: usize, first: usize) -> usize {
    match text[..at].rfind('\n') {
        Some(end) => text[end + 1..at].chars().count(),
        None => first + text[..at].chars().count(),
    }
}

fn opens(kind: TokenKind) -> bool {
    matches!(kind, TokenKind::Open | TokenKind::VectorOpen | TokenKind::BytesOpen)
}

/// The tokens of a text that somebody is still typing.
struct Scan {
    tokens: Vec<Token>,
    ending: Ending,
}

/// What the end of the text is in.
enum Ending {
    Space,
    /// A block comment.
    Comment,
    /// A comment up to the end of the line.
    LineComment,
    /// The token that starts here; an atom may go on.
    Token(usize),
}

impl Scan {
    fn of(text: &str) -> Scan {
        let mut lexer = Lexer::new(SourceId::NONE);
        let (mut tokens, mut at) = (Vec::new(), 0);
        loop {
            let ending = match lexer.next(text, at, false) {
                Ok(Lexed::Token(token)) => {
                    at = token.end;
                    tokens.push(token);
                    continue;
                }
                Ok(Lexed::More(start)) if start < text.len() => Ending::Token(start),
                _ if lexer.in_block_comment() => Ending::Comment,
                _ if lexer.in_comment() => Ending::LineComment,
                _ => Ending::Space,
            };
            return Scan { tokens, ending };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_that_goes_on() {
        let unfinished = [
            "(",
            "(a (b)",
            "'",
            "`(a ,",
            "#;",
            "#;(",
            "(a #;",
            "(a . ",
            "(a . b",
            "#(",
            "#u8(1 2",
            "#0=",
            "\"abc",
            "\"abc\\",
            "\"a\\\"",
            "|a b",
            "#|",
            "#| #| |#",
            "#\\",
            "(car x) (",
            "1 '",
            "(display \";\"",
            "(a ; )",
            "(a #| ) |#",
            "(a \")\"",
            "(a |)|",
            "(a #\\)",
            "#!fold-case (a",
        ];
        for text in unfinished {
            assert!(is_unfinished(text), "{text:?} is unfinished");
        }
        let finished = [
            "",
            " ",
            "abc",
            "12",
            "()",
            "(a)",
            "\"a\"",
            "|a b|",
            "#\\a",
            "#\\(",
            "#\\;",
            "'a",
            "#;a",
            "#;(a) ",
            "#| ( |#",
            "; (",
            "(a) b",
            "\"(\"",
            "#(1)",
            "#0=(a . #0#)",
            "#!fold-case",
        ];
        for text in finished {
            assert!(!is_unfinished(text), "{text:?} is finished");
        }
        for text in [")", "(a))", "(a . )", "(. a", "(a . b c", "(a [", "(#<foo ", "(1/0 ", "(\"\\q\""] {
            assert!(!is_unfinished(text), "no more text makes {text:?} right");
        }
    }

    #[test]
    fn the_word_before_the_cursor() {
        let check = |text: &str, expect: Option<&str>| {
            let at = text.find('^').expect("a cursor");
            let plain = text.replace('^', "");
            assert_eq!(word_before(&plain, at).map(|start| &plain[start..at]), expect, "{text}");
        };
        check("vec^", Some("vec"));
        check("(vec^", Some("vec"));
        check("(vec^tor-ref v 0)", Some("vec"));
        check("'ab^", Some("ab"));
        check(",ab^", Some("ab"));
        check(",@ab^", Some("ab"));
        check("(a b^)", Some("b"));
        check("(f λ^", Some("λ"));
        check("(let->^", Some("let->"));
        check("(\"string\" a^", Some("a"));
        check("; comment\nab^", Some("ab"));
        check("^", None);
        check("(^", None);
        check("(f ^", None);
        check("(f ,^", None);
        check("\"in a str^", None);
        check("|a b^", None);
        check("#\\a^", None);
        check("#tru^", None);
        check("; comm^", None);
        check("#| comm^", None);
        check("(f)^", None);
    }

    #[test]
    fn parentheses_find_their_partners() {
        let check = |text: &str, expect: Option<usize>| {
            let at = text.find('^').expect("a cursor");
            assert_eq!(partner(&text.replace('^', ""), at), expect, "{text}");
        };
        check("(a)^", Some(0));
        check("(a^)", Some(0));
        check("^(a)", Some(2));
        check("((a)^)", Some(1));
        check("((a))^", Some(0));
        check("#(a)^", Some(1));
        check("#u8(1)^", Some(3));
        check("(a)^(b)", Some(0));
        // Neither strings nor comments nor characters have parentheses.
        check("(\")\" #\\) |)| #| ) |# )^", Some(0));
        check("(a ; )\n)^", Some(0));
        check("(a ^b)", None);
        check("(a^", None);
        check(")^", None);
        check(")(a)^", Some(1));
        check("\"(\"^", None);
    }

    #[test]
    fn indentation_follows_the_open_list() {
        for (text, expect) in [
            ("(define (f x)", Some(4)),
            ("(define (f x)\n    (if x", Some(6)),
            ("(define (f x)\n    (if x\n      1)", Some(4)),
            ("(let ((x 1)", Some(8)),
            ("(let ((x 1)\n        (y 2))", Some(4)),
            ("#(1 2", Some(4)),
            ("(f #u8(1 2", Some(9)),
            ("'", Some(2)),
            ("(f ; comment", Some(4)),
            ("(f \")\" #\\)", Some(4)),
            ("(λ (x)", Some(4)),
            ("(f x", Some(4)),
            ("(f \"a string", None),
            ("(f |a symbol", None),
            ("(f #| a comment", None),
        ] {
            assert_eq!(indentation(text, 2), expect, "{text:?}");
        }
    }
}
