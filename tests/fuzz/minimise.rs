//! From an input that shows something to a smaller one that shows the same: delta debugging
//! (Zeller, Hildebrandt, "Simplifying and Isolating Failure-Inducing Input", 2002) over bytes, after the
//! balanced parts of text have been tried.

use crate::tokens::trees;
use std::time::{Duration, Instant};

/// Longest that minimising takes.
const TIME: Duration = Duration::from_secs(60);

/// The smallest input found for which `shows` is true, as it is for `input`.
pub(crate) fn minimise(input: Vec<u8>, mut shows: impl FnMut(&[u8]) -> bool) -> Vec<u8> {
    let deadline = Instant::now() + TIME;
    let mut shows = |candidate: &[u8]| Instant::now() < deadline && shows(candidate);
    let mut best = input;
    loop {
        let before = best.len();
        best = without_trees(best, &mut shows);
        best = without_bytes(best, &mut shows);
        if best.len() == before {
            return best;
        }
    }
}

/// Leaves out, or replaces by one of their parts, what lies between parentheses; large parts first.
fn without_trees(mut best: Vec<u8>, shows: &mut impl FnMut(&[u8]) -> bool) -> Vec<u8> {
    'again: loop {
        let mut list = trees(&best);
        list.sort_by_key(|range| usize::MAX - range.len());
        for range in &list {
            let inner = list.iter().filter(|r| r.start > range.start && r.end < range.end).take(8).map(|r| best[r.clone()].to_vec());
            for instead in std::iter::once(Vec::new()).chain(inner) {
                let candidate = [&best[..range.start], &instead, &best[range.end..]].concat();
                if shows(&candidate) {
                    best = candidate;
                    continue 'again;
                }
            }
        }
        return best;
    }
}

fn without_bytes(mut best: Vec<u8>, shows: &mut impl FnMut(&[u8]) -> bool) -> Vec<u8> {
    let mut size = best.len().div_ceil(2);
    while size > 0 {
        let mut at = 0;
        while at < best.len() {
            let end = (at + size).min(best.len());
            let candidate = [&best[..at], &best[end..]].concat();
            if shows(&candidate) {
                best = candidate;
            } else {
                at = end;
            }
        }
        size /= 2;
    }
    best
}
