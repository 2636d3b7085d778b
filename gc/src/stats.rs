//! Counters for everything a number is promised for.

use core::time::Duration;

use crate::sync::AtomicU64;

/// Pauses of one kind: count, extremes and a histogram.
#[derive(Clone, Debug)]
pub struct Pauses {
    /// How many.
    pub count: u64,
    /// Sum in nanoseconds.
    pub total_ns: u64,
    /// Longest in nanoseconds.
    pub max_ns: u64,
    /// `buckets[i]` counts pauses of at least 2^i ns and less than 2^(i+1) ns.
    pub buckets: [u64; 40],
}

impl Default for Pauses {
    fn default() -> Self {
        Pauses { count: 0, total_ns: 0, max_ns: 0, buckets: [0; 40] }
    }
}

impl Pauses {
    pub(crate) fn record(&mut self, pause: Duration) {
        let ns = u64::try_from(pause.as_nanos()).unwrap_or(u64::MAX).max(1);
        self.count += 1;
        self.total_ns += ns;
        self.max_ns = self.max_ns.max(ns);
        self.buckets[(ns.ilog2() as usize).min(39)] += 1;
    }

    /// An upper bound in nanoseconds on the pause that the share `q` (0 to 1) does not exceed.
    pub fn quantile_ns(&self, q: f64) -> u64 {
        let rank = (self.count as f64 * q).ceil() as u64;
        let mut seen = 0;
        for (i, &n) in self.buckets.iter().enumerate() {
            seen += n;
            if seen >= rank && seen > 0 {
                return self.max_ns.min(2 << i);
            }
        }
        self.max_ns
    }
}

/// What a mutator and its heap have done so far.
#[derive(Clone, Debug, Default)]
pub struct Stats {
    /// Minor collections.
    pub minor: Pauses,
    /// Steps of marking cycles run by this mutator, minor collections inside included; a
    /// cycle run in one go is one step.
    pub major: Pauses,
    /// Cycles completed.
    pub cycles: u64,
    /// Bytes evacuated to old space.
    pub promoted_bytes: u64,
    /// Objects evacuated to old space.
    pub promoted_objects: u64,
    /// Bytes published in place by stores.
    pub published_bytes: u64,
    /// Objects published in place by stores.
    pub published_objects: u64,
    /// Slots logged by the barrier in solo mode.
    pub remembered_slots: u64,
    /// Old values recorded by the barrier while armed.
    pub shaded_values: u64,
    /// Objects that identity hashing pinned.
    pub pinned_objects: u64,
    /// Objects left in place because old space had no room.
    pub evacuation_failures: u64,
    /// Windows handed over to old space.
    pub handovers: u64,
    /// Bytes that live in place in the window now.
    pub in_place_bytes: u64,
    /// Bytes of large and shared-born allocation.
    pub shared_born_bytes: u64,
    /// Bytes found live by the last cycle.
    pub live_bytes: u64,
    /// Bytes of blocks, windows and large objects in use.
    pub heap_bytes: u64,
    /// Bytes accounted for memory outside the heap.
    pub external_bytes: u64,
    /// Blocks swept.
    pub swept_blocks: u64,
    /// Bytes returned to the system.
    pub returned_bytes: u64,
    /// Bytes of nursery allocation, as of the last minor collection.
    pub allocated_bytes: u64,
}

/// Counters that several threads write.
#[derive(Debug, Default)]
pub(crate) struct HeapCounters {
    pub(crate) swept: AtomicU64,
    pub(crate) returned: AtomicU64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_keep_extremes_and_quantiles() {
        let mut p = Pauses::default();
        for us in [1, 1, 1, 1000] {
            p.record(Duration::from_micros(us));
        }
        assert_eq!((p.count, p.max_ns, p.total_ns), (4, 1_000_000, 1_003_000));
        assert!(p.quantile_ns(0.5) >= 1000 && p.quantile_ns(0.5) < 2048 + 1);
        assert_eq!(p.quantile_ns(1.0), 1_000_000);
        assert_eq!(Pauses::default().quantile_ns(0.99), 0);
    }
}
