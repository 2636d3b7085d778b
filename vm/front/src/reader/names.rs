//! What may stand in an identifier, and the names of characters and abbreviations.

use crate::number::parse_number;

/// Names of characters (R7RS 6.6).
const CHAR_NAMES: [(&str, char); 9] =
    [("alarm", '\u{7}'), ("backspace", '\u{8}'), ("delete", '\u{7F}'), ("escape", '\u{1B}'), ("newline", '\n'), ("null", '\0'), ("return", '\r'), ("space", ' '), ("tab", '\t')];

/// Names that R6RS and other Schemes have; read, but never written.
const CHAR_ALIASES: [(&str, char); 7] = [("altmode", '\u{1B}'), ("esc", '\u{1B}'), ("linefeed", '\n'), ("nul", '\0'), ("page", '\u{C}'), ("rubout", '\u{7F}'), ("vtab", '\u{B}')];

/// Prefixes that abbreviate a list of two, and the symbol they stand for.
const ABBREVIATIONS: [(&str, &str); 8] =
    [("'", "quote"), ("`", "quasiquote"), (",", "unquote"), (",@", "unquote-splicing"), ("#'", "syntax"), ("#`", "quasisyntax"), ("#,", "unsyntax"), ("#,@", "unsyntax-splicing")];

/// Directives, and what they set folding of case to.
const DIRECTIVES: [(&str, bool); 2] = [("#!fold-case", true), ("#!no-fold-case", false)];

/// What the directive `text` sets folding of case to.
pub(super) fn directive(text: &str) -> Option<bool> {
    DIRECTIVES.iter().find(|(known, _)| *known == text).map(|(_, fold)| *fold)
}

/// Whether `#!name` is a directive of R7RS 2.1.
pub(super) fn is_directive(name: &str) -> bool {
    directive(&format!("#!{name}")).is_some()
}

/// Every spelling that means something by itself: named characters, abbreviations, directives and
/// opening marks. For tools that make up texts.
pub fn spellings() -> Vec<String> {
    let named = CHAR_NAMES.iter().chain(&CHAR_ALIASES).map(|(name, _)| format!("#\\{name}"));
    let abbreviations = ABBREVIATIONS.iter().map(|(prefix, _)| (*prefix).to_owned());
    let directives = DIRECTIVES.iter().map(|(text, _)| (*text).to_owned());
    let marks = ["(", ")", "#(", "#u8(", "#;", "#|", "|#", ";", ".", "#t", "#false", "|", "\"", "\\x41;"].map(str::to_owned);
    named.chain(abbreviations).chain(directives).chain(marks).collect()
}

/// The name of a character in its `#\` form, if it has one.
pub fn char_name(c: char) -> Option<&'static str> {
    // Nearly all characters written are printing ASCII, which has no names.
    if ('!'..='~').contains(&c) {
        return None;
    }
    CHAR_NAMES.iter().find(|(_, named)| *named == c).map(|(name, _)| *name)
}

/// The character with a name.
pub fn char_named(name: &str) -> Option<char> {
    CHAR_NAMES.iter().chain(&CHAR_ALIASES).find(|(known, _)| *known == name).map(|(_, c)| *c)
}

/// All names of characters, for suggestions.
pub(super) fn char_names() -> impl Iterator<Item = &'static str> {
    CHAR_NAMES.iter().map(|(name, _)| *name)
}

/// The prefix that abbreviates a list headed by `symbol`: `'` for `quote`.
pub fn abbreviation_of(symbol: &str) -> Option<&'static str> {
    ABBREVIATIONS.iter().find(|(_, name)| *name == symbol).map(|(prefix, _)| *prefix)
}

/// The symbol a prefix stands for.
pub(super) fn abbreviated_by(prefix: &str) -> Option<&'static str> {
    ABBREVIATIONS.iter().find(|(known, _)| *known == prefix).map(|(_, name)| *name)
}

/// Whether a name is an identifier of R7RS 7.1.1 that needs no bars.
pub fn is_identifier(name: &str) -> bool {
    let mut chars = name.chars();
    match chars.next() {
        None => false,
        Some('+' | '-') => is_peculiar_after_sign(chars.as_str()),
        Some('.') => is_dotted(chars.as_str()),
        Some(first) => is_initial(first) && chars.all(is_subsequent),
    }
}

fn is_peculiar_after_sign(rest: &str) -> bool {
    let mut chars = rest.chars();
    match chars.next() {
        None => true,
        Some('.') => is_dotted(chars.as_str()),
        Some(first) => is_sign_subsequent(first) && chars.all(is_subsequent),
    }
}

/// What may follow a point that starts an identifier.
fn is_dotted(rest: &str) -> bool {
    let mut chars = rest.chars();
    let first = chars.next();
    first.is_some_and(|c| c == '.' || is_sign_subsequent(c)) && chars.all(is_subsequent)
}

fn is_sign_subsequent(c: char) -> bool {
    is_initial(c) || matches!(c, '+' | '-' | '@')
}

fn is_initial(c: char) -> bool {
    match c {
        'a'..='z' | 'A'..='Z' => true,
        '!' | '$' | '%' | '&' | '*' | '/' | ':' | '<' | '=' | '>' | '?' | '^' | '_' | '~' => true,
        _ => is_other_letter(c) && !is_mark_or_digit(c),
    }
}

fn is_subsequent(c: char) -> bool {
    is_initial(c) || c.is_ascii_digit() || matches!(c, '+' | '-' | '.' | '@') || is_other_letter(c)
}

/// Characters outside ASCII that R7RS allows: letters, marks, numbers, symbols and most
/// punctuation. Refused are spaces, controls, and what a reader of the program cannot see
/// or would take for a quotation mark.
pub(super) fn is_other_letter(c: char) -> bool {
    if c.is_ascii() || c.is_whitespace() || c.is_control() {
        return false;
    }
    !matches!(c,
        '\u{AD}' | '\u{61C}' | '\u{180E}' | '\u{200B}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}'
        | '\u{2060}'..='\u{206F}' | '\u{FEFF}' | '\u{FFF0}'..='\u{FFFB}' | '\u{FFFE}' | '\u{FFFF}'
        | '\u{E000}'..='\u{F8FF}' | '\u{E0001}' | '\u{F0000}'..='\u{10FFFF}')
        && !is_curly_quote(c)
}

/// Quotation marks that word processors put in the place of `'` and `"`.
pub(super) fn is_curly_quote(c: char) -> bool {
    matches!(c, '\u{2018}'..='\u{201F}' | '\u{AB}' | '\u{BB}')
}

/// Decimal digits and marks outside ASCII, which may not start an identifier.
fn is_mark_or_digit(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36F}' | '\u{20D0}'..='\u{20FF}' | '\u{FE00}'..='\u{FE0F}' | '\u{FE20}'..='\u{FE2F}') || c.is_numeric() && !c.is_alphabetic() && is_decimal_block(c)
}

/// The commonest blocks of decimal digits (general category Nd).
fn is_decimal_block(c: char) -> bool {
    matches!(c, '\u{660}'..='\u{669}' | '\u{6F0}'..='\u{6F9}' | '\u{7C0}'..='\u{7C9}' | '\u{966}'..='\u{96F}'
        | '\u{9E6}'..='\u{9EF}' | '\u{E50}'..='\u{E59}' | '\u{FF10}'..='\u{FF19}' | '\u{1D7CE}'..='\u{1D7FF}')
}

/// How the reader takes an atom that is no number.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Spelling {
    /// An identifier.
    Identifier,
    /// Starts like a number but is none.
    BadNumber,
    /// Holds a character that no identifier may hold, at this byte offset.
    BadChar(usize, char),
}

/// Judges an atom that is no number.
///
/// More than R7RS is accepted, as other Schemes do: names like `1+` and `2d-array`, as
/// long as they do not look like a numeral gone wrong, `#` after the first character, and `@`
/// as the first one, which SXML uses (it is written with bars: `,@` would be misread).
pub(super) fn judge(atom: &str) -> Spelling {
    if is_identifier(atom) {
        return Spelling::Identifier;
    }
    let wrong = atom.char_indices().find(|&(index, c)| !(is_subsequent(c) || c == '#' && index > 0));
    if let Some((index, c)) = wrong {
        return Spelling::BadChar(index, c);
    }
    if looks_numeric(atom) {
        return Spelling::BadNumber;
    }
    match atom.chars().next() {
        Some(first) if is_mark_or_digit(first) => Spelling::BadChar(0, first),
        _ => Spelling::Identifier,
    }
}

fn looks_numeric(atom: &str) -> bool {
    let body = atom.strip_suffix(['+', '-']).unwrap_or(atom);
    if body.len() < atom.len() && matches!(parse_number(body, 10), Ok(Some(_))) {
        return false;
    }
    let digits = atom.trim_start_matches(['+', '-', '.']);
    if !digits.starts_with(|c: char| c.is_ascii_digit()) {
        return digits.is_empty() || atom.starts_with('.');
    }
    let alien_radix = digits.len() > 2 && digits.starts_with('0') && digits[1..].starts_with(['x', 'X', 'b', 'B', 'o', 'O']);
    alien_radix || atom.chars().all(|c| matches!(c, '0'..='9' | '+' | '-' | '.' | '/' | '@' | 'e' | 'E' | 'i' | '#'))
}

/// Folds case for `#!fold-case` and caseless comparison: each character's upper case, then
/// lower case, which differs from the Unicode table only for the dotless i kept here and
/// for Cherokee, where the other case is chosen.
pub fn fold_case(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    let mut folded = String::with_capacity(text.len());
    for c in text.chars() {
        if c == 'ı' || c == 'İ' {
            folded.push(c);
        } else {
            folded.extend(c.to_uppercase().flat_map(char::to_lowercase));
        }
    }
    folded
}
