//! Pseudo-random numbers: xoshiro256++ of Blackman and Vigna, "Scrambled Linear Pseudorandom
//! Number Generators" (2021). The state is four words, which programs hold in a bytevector; not
//! for secrets.

/// A generator.
#[derive(Clone, Copy)]
pub(crate) struct Xoshiro([u64; 4]);

impl Xoshiro {
    /// Bytes of state.
    pub(crate) const BYTES: usize = 32;

    /// The generator that `seed` names; the state is filled by splitmix64, as its authors advise.
    pub(crate) fn seeded(seed: u64) -> Xoshiro {
        let mut x = seed;
        Xoshiro(std::array::from_fn(|_| {
            x = x.wrapping_add(0x9E37_79B9_7F4A_7C15);
            let z = (x ^ (x >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
            let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
            z ^ (z >> 31)
        }))
    }

    /// The generator in this state. All zeros, which it could not leave, stand for seed 0.
    pub(crate) fn from_bytes(bytes: [u8; Self::BYTES]) -> Xoshiro {
        if bytes == [0; Self::BYTES] {
            return Xoshiro::seeded(0);
        }
        Xoshiro(std::array::from_fn(|i| u64::from_le_bytes(std::array::from_fn(|k| bytes[8 * i + k]))))
    }

    /// The state.
    pub(crate) fn to_bytes(self) -> [u8; Self::BYTES] {
        std::array::from_fn(|i| self.0[i / 8].to_le_bytes()[i % 8])
    }

    /// 64 random bits.
    pub(crate) fn next(&mut self) -> u64 {
        let s = &mut self.0;
        let result = s[0].wrapping_add(s[3]).rotate_left(23).wrapping_add(s[0]);
        let t = s[1] << 17;
        s[2] ^= s[0];
        s[3] ^= s[1];
        s[1] ^= s[2];
        s[0] ^= s[3];
        s[2] ^= t;
        s[3] = s[3].rotate_left(45);
        result
    }

    /// A number below `n`, all equally likely; `n` is not 0. (Lemire, "Fast Random Integer
    /// Generation in an Interval", 2019.)
    pub(crate) fn below(&mut self, n: u64) -> u64 {
        loop {
            let m = u128::from(self.next()) * u128::from(n);
            let low = m as u64;
            if low >= n || low >= n.wrapping_neg() % n {
                return (m >> 64) as u64;
            }
        }
    }

    /// A float in the open interval from 0 to 1.
    pub(crate) fn real(&mut self) -> f64 {
        // Odd multiples of 2^-53: neither end is among them, and they are exact.
        ((self.next() >> 12) as f64 + 0.5) * 2f64.powi(-52)
    }
}
