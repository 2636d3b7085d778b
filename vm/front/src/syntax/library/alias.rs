//! Other names of built-in libraries. They are looked up last, so that a file of that name wins.

use std::sync::Arc;

use super::LibraryName;

/// What R7RS-large calls SRFIs (its Red and Tangerine editions).
const LARGE: [(&str, &str); 12] = [
    ("bitwise", "151"),
    ("box", "111"),
    ("comparator", "128"),
    ("division", "141"),
    ("ephemeron", "124"),
    ("fixnum", "143"),
    ("flonum", "144"),
    ("generator", "158"),
    ("hash-table", "125"),
    ("list", "1"),
    ("sort", "132"),
    ("vector", "133"),
];

/// The library that `name` is another name of: `(scheme list)`, and the spellings of SRFI names
/// in use, `(srfi :1)`, `(srfi :1 lists)`, `(srfi 1 lists)` (SRFI 97), `(srfi srfi-1)` and
/// `(srfi-1)`, all of which are `(srfi 1)`.
pub(super) fn target(name: &LibraryName) -> Option<LibraryName> {
    let parts: Vec<&str> = name.parts().iter().map(|part| &**part).collect();
    let number = match parts[..] {
        ["scheme", large] => LARGE.iter().find(|(known, _)| *known == large)?.1,
        ["srfi", number] => number.strip_prefix(':').or_else(|| number.strip_prefix("srfi-"))?,
        ["srfi", number, _] => number.strip_prefix(':').unwrap_or(number),
        [number] => number.strip_prefix("srfi-")?,
        _ => return None,
    };
    let plain = !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit()) && (number.len() == 1 || !number.starts_with('0'));
    plain.then(|| LibraryName::of_parts(vec!["srfi".into(), number.into()], Arc::from(format!("(srfi {number})"))))
}
