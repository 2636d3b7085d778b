//! What the tests of numbers share: a generator whose seed is shown when a check fails, numbers
//! biased to what breaks arithmetic, and the library that results are compared with.

use super::int::Int;
use super::limbs::{Buf, normalise};
use num_bigint::{BigInt, BigUint, Sign};

/// A small generator (xorshift64*), so that a failure can be repeated from its seed.
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D)
    }
    /// A number below `n`.
    pub(crate) fn below(&mut self, n: u64) -> u64 {
        ((u128::from(self.next()) * u128::from(n)) >> 64) as u64
    }
    /// One of the items.
    pub(crate) fn pick<T: Copy>(&mut self, items: &[T]) -> T {
        items[self.below(items.len() as u64) as usize]
    }
    /// A natural number of up to `max` limbs, normalised. Runs of ones and zeros are frequent, for
    /// they make carries; so are powers of two and their neighbours.
    pub(crate) fn natural(&mut self, max: usize) -> Buf {
        let n = self.below(max as u64 + 1) as usize;
        let shape = self.below(6);
        let mut out: Buf = (0..n)
            .map(|_| match shape {
                0 => 0,
                1 => u64::MAX,
                2 => self.next(),
                _ => [0, u64::MAX, 1 << 63, self.next()][self.below(4) as usize],
            })
            .collect();
        if let Some(top) = out.last_mut() {
            // Zeros and ones up to here become a power of two or the number before one.
            *top = if shape < 2 { (1 << self.below(64)) - shape } else { *top >> self.below(64) };
        }
        if let Some(low) = out.first_mut()
            && self.below(4) == 0
        {
            *low = low.wrapping_add(1);
        }
        normalise(&mut out);
        out
    }
    /// An integer of up to `max` limbs.
    pub(crate) fn int(&mut self, max: usize) -> Int {
        Int::new(self.natural(max), self.below(2) == 0)
    }
}

/// Runs `check` so many times with a generator whose seed is printed when it fails.
pub(crate) fn with_seeds(rounds: u64, check: impl Fn(&mut Random)) {
    struct Report(u64);
    impl Drop for Report {
        fn drop(&mut self) {
            if std::thread::panicking() {
                eprintln!("seed {}", self.0);
            }
        }
    }
    let base = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).map_or(1, |d| d.as_nanos() as u64);
    for seed in base..base + rounds {
        let _report = Report(seed);
        let mut random = Random(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
        check(&mut random);
    }
}

/// The library's form of a natural number.
pub(crate) fn natural(a: &[u64]) -> BigUint {
    BigUint::new(a.iter().flat_map(|&l| [l as u32, (l >> 32) as u32]).collect())
}
/// The library's form of an integer.
pub(crate) fn lib(n: &Int) -> BigInt {
    BigInt::from_biguint(if n.is_negative() { Sign::Minus } else { Sign::Plus }, natural(n.r().mag))
}
/// An integer of the library.
pub(crate) fn ours(n: &BigInt) -> Int {
    Int::new(n.iter_u64_digits().collect(), n.sign() == Sign::Minus)
}
