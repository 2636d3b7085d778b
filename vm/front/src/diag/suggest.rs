//! The nearest name: "did you mean `vector-ref`?".
//!
//! Distance is optimal string alignment (Damerau-Levenshtein without repeated edits of one
//! substring): swapping two neighbours, the commonest slip, counts once.

use std::mem;

/// Names longer than this are not compared: nobody mistypes them, and the work is quadratic.
const NAME_CHARS_MAX: usize = 64;

/// Number of insertions, deletions, replacements and swaps of neighbours between two names,
/// or `None` when there are more than `limit`.
pub fn edit_distance(from: &str, to: &str, limit: usize) -> Option<usize> {
    let from: Vec<char> = from.chars().take(NAME_CHARS_MAX + 1).collect();
    let to: Vec<char> = to.chars().take(NAME_CHARS_MAX + 1).collect();
    if from.len().max(to.len()) > NAME_CHARS_MAX || from.len().abs_diff(to.len()) > limit {
        return None;
    }
    // Rows i-2, i-1 and i of the dynamic programming table.
    let mut before = vec![0; to.len() + 1];
    let mut last: Vec<usize> = (0..=to.len()).collect();
    let mut row = vec![0; to.len() + 1];
    for i in 1..=from.len() {
        row[0] = i;
        for j in 1..=to.len() {
            let replaced = last[j - 1] + usize::from(from[i - 1] != to[j - 1]);
            row[j] = replaced.min(last[j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && from[i - 1] == to[j - 2] && from[i - 2] == to[j - 1] {
                row[j] = row[j].min(before[j - 2] + 1);
            }
        }
        mem::swap(&mut before, &mut last);
        mem::swap(&mut last, &mut row);
    }
    (last[to.len()] <= limit).then_some(last[to.len()])
}

/// The candidate nearest to `name`, if one is near enough to be meant: about one slip in
/// three characters. Among equals the first in order of the alphabet, so that messages do
/// not depend on the order of a hash table.
pub fn suggest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let limit = (name.chars().count() / 3).clamp(1, 4);
    candidates
        .into_iter()
        .filter(|candidate| *candidate != name)
        .filter_map(|candidate| Some((edit_distance(name, candidate, limit)?, candidate)))
        // A one-letter name is one replacement away from every other one.
        .filter(|(distance, candidate)| *distance < candidate.chars().count().max(name.chars().count()))
        .min()
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(name: &str, expect: Option<&str>) {
        let names = ["vector-ref", "vector-set!", "car", "cdr", "cons", "x", "call/cc", "λx"];
        assert_eq!(suggest(name, names), expect, "for {name}");
    }

    #[test]
    fn nearest_names() {
        check("vectro-ref", Some("vector-ref"));
        check("vector-set", Some("vector-set!"));
        check("kar", Some("car"));
        check("y", None);
        check("car", Some("cdr"));
        check("completely-different", None);
        check("", None);
        check(&"a".repeat(1000), None);
    }

    #[test]
    fn distances() {
        assert_eq!(edit_distance("kitten", "sitting", 5), Some(3));
        assert_eq!(edit_distance("kitten", "sitting", 2), None);
        assert_eq!(edit_distance("ab", "ba", 1), Some(1));
        assert_eq!(edit_distance("", "abc", 3), Some(3));
        assert_eq!(edit_distance("λ", "λ", 0), Some(0));
    }
}
