//! Which edges of the program an input takes, and how often. The compiler counts, if it was asked to
//! (`docs/fuzzing.md`): every edge has a byte, and LLVM's start-up code tells us where they are. An
//! input that takes an edge never taken before, or an order of magnitude more often, is worth
//! keeping (Zalewski, "Technical 'whitepaper' for afl-fuzz", 2014: coverage measurements). Without the
//! flags there are no counters: nothing is kept, and the fuzzer runs blind.

use crate::shared::Shared;
use std::sync::Mutex;
use std::sync::atomic::Ordering::Relaxed;

/// The counters: start and end of each module's.
static COUNTERS: Mutex<Vec<(usize, usize)>> = Mutex::new(Vec::new());

/// Called by LLVM's start-up code, perhaps several times for the same counters.
///
/// # Safety
/// `start` and `end` bound bytes that live as long as the process.
#[unsafe(no_mangle)]
extern "C" fn __sanitizer_cov_8bit_counters_init(start: *mut u8, end: *mut u8) {
    let mut counters = COUNTERS.lock().unwrap_or_else(|e| e.into_inner());
    let range = (start as usize, end as usize);
    if start < end && !counters.contains(&range) {
        counters.push(range);
    }
}

/// Number of edges that are counted; 0 if the compiler was not asked to.
pub(crate) fn count() -> usize {
    COUNTERS.lock().unwrap_or_else(|e| e.into_inner()).iter().map(|(start, end)| end - start).sum()
}

/// The counters of the program.
pub(crate) struct Coverage {
    ranges: Vec<&'static mut [u8]>,
}

impl Coverage {
    /// Takes the counters over; one owner in a process is enough.
    pub(crate) fn take() -> Coverage {
        let ranges = std::mem::take(&mut *COUNTERS.lock().unwrap_or_else(|e| e.into_inner()));
        // SAFETY: LLVM's counters live as long as the process; they are written by instructions that
        // the compiler does not know of, on this thread only.
        let ranges = ranges.into_iter().map(|(start, end)| unsafe { std::slice::from_raw_parts_mut(start as *mut u8, end - start) });
        Coverage { ranges: ranges.collect() }
    }

    /// Number of edges that are counted.
    pub(crate) fn len(&self) -> usize {
        self.ranges.iter().map(|r| r.len()).sum()
    }

    /// Forgets what was counted so far.
    pub(crate) fn reset(&mut self) {
        self.ranges.iter_mut().for_each(|r| r.fill(0));
    }

    /// Adds what was counted to what has been seen; whether there is anything new.
    pub(crate) fn fold(&mut self, shared: &Shared) -> bool {
        let mut fresh = false;
        let mut first = 0;
        for range in &self.ranges {
            let (words, rest) = range.as_chunks::<8>();
            for (k, word) in words.iter().enumerate() {
                if *word != [0; 8] {
                    fresh |= note(shared, first + 8 * k, word);
                }
            }
            fresh |= note(shared, first + 8 * words.len(), rest);
            first += range.len();
        }
        fresh
    }
}

fn note(shared: &Shared, first: usize, counts: &[u8]) -> bool {
    let mut fresh = false;
    for (k, &count) in counts.iter().enumerate().filter(|(_, count)| **count != 0) {
        let seen = &shared.seen()[first + k];
        let old = seen.load(Relaxed);
        let new = old | magnitude(count);
        if new != old {
            seen.store(new, Relaxed);
            shared.edges.fetch_add(u64::from(old == 0), Relaxed);
            fresh = true;
        }
    }
    fresh
}

/// 1, 2, 3, 4-7, 8-15, 16-31, 32-127, 128 and more: a bit for each.
fn magnitude(count: u8) -> u8 {
    match count {
        0..=3 => 1 << (count.max(1) - 1),
        4..=7 => 8,
        8..=15 => 16,
        16..=31 => 32,
        32..=127 => 64,
        _ => 128,
    }
}
