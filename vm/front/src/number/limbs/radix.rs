//! Digits of natural numbers in any radix from 2 to 36, both ways.
//!
//! Powers of two are cut out of the limbs; other radices go a limbful of digits at a time, and
//! long numbers are halved first, so that the cost follows that of multiplication and division
//! (Knuth, TAOCP 4.4, exercises 13 and 14).

use super::div::{Divisor, div_rem};
use super::mul::{mul, square};
use super::{Buf, PIECE, add_assign, bit_length, mul_small_assign, normalise, significant, word_at, zeros};
use crate::number::effort::spend;

/// Numbers of fewer limbs are converted a limbful of digits at a time.
const SPLIT_MIN: usize = 30;

/// The greatest power of `radix` that fits a limb, and its exponent.
fn limbful(radix: u32) -> (u64, usize) {
    let (mut power, mut digits) = (u64::from(radix), 1);
    while let Some(next) = power.checked_mul(u64::from(radix)) {
        (power, digits) = (next, digits + 1);
    }
    (power, digits)
}

fn digit(value: u64) -> u8 {
    b"0123456789abcdefghijklmnopqrstuvwxyz"[value as usize]
}

/// The value of a digit; 0 for what is none.
fn value(digit: u8, radix: u32) -> u64 {
    (digit as char).to_digit(radix).map_or(0, u64::from)
}

/// Appends the digits of a normalised number, highest first; zero has one digit.
pub fn write_digits(out: &mut Vec<u8>, a: &[u64], radix: u32) {
    if a.is_empty() {
        out.push(b'0');
    } else if radix.is_power_of_two() {
        write_bits(out, a, u64::from(radix.trailing_zeros()));
    } else {
        Splitter::new(radix, a.len()).write(out, a, usize::MAX, 0);
    }
}

fn write_bits(out: &mut Vec<u8>, a: &[u64], width: u64) {
    for i in (0..bit_length(a).div_ceil(width)).rev() {
        if i % PIECE as u64 == 0 {
            spend(2 * PIECE);
        }
        out.push(digit(word_at(a, i * width) & ((1 << width) - 1)));
    }
}

/// The number that `digits` (of `radix`, in ASCII, highest first) stand for, normalised; none stand for 0.
pub fn read_digits(digits: &[u8], radix: u32) -> Buf {
    if radix.is_power_of_two() {
        return read_bits(digits, radix.trailing_zeros() as usize);
    }
    let limbs = digits.len() / limbful(radix).1;
    Splitter::new(radix, limbs).read(digits)
}

fn read_bits(digits: &[u8], width: usize) -> Buf {
    let mut out = zeros((digits.len() * width).div_ceil(64));
    for (i, &d) in digits.iter().rev().enumerate() {
        if i % PIECE == 0 {
            spend(2 * PIECE);
        }
        let (limb, part) = (i * width / 64, i * width % 64);
        let d = value(d, 1 << width);
        out[limb] |= d << part;
        if part + width > 64 && d >> (64 - part) != 0 {
            out[limb + 1] |= d >> (64 - part);
        }
    }
    normalise(&mut out);
    out
}

/// Powers of a radix to halve numbers by.
struct Splitter {
    radix: u32,
    /// A limbful of digits, as a number and as a count.
    unit: (u64, usize),
    /// `unit ^ (2 ^ k)`.
    powers: Vec<Buf>,
}

impl Splitter {
    /// For numbers of about `limbs` limbs.
    fn new(radix: u32, limbs: usize) -> Splitter {
        let unit = limbful(radix);
        let mut powers = Vec::new();
        if limbs >= SPLIT_MIN {
            powers.push(Buf::from_slice(&[unit.0]));
            while powers[powers.len() - 1].len() * 2 <= limbs + 1 {
                powers.push(square(&powers[powers.len() - 1]));
            }
        }
        Splitter { radix, unit, powers }
    }

    /// Digits in the power number `k`.
    fn digits(&self, k: usize) -> usize {
        self.unit.1 << k
    }

    /// Appends at least `width` digits; only powers below number `level` are of use.
    fn write(&self, out: &mut Vec<u8>, a: &[u64], level: usize, width: usize) {
        let level = level.min(self.powers.len());
        if a.len() < SPLIT_MIN || level == 0 {
            return self.write_short(out, a, width);
        }
        let k = level - 1;
        let (high, low) = div_rem(a, &self.powers[k]);
        if high.is_empty() && width == 0 {
            return self.write(out, &low, k, 0);
        }
        self.write(out, &high, k, width.saturating_sub(self.digits(k)));
        self.write(out, &low, k, self.digits(k));
    }

    fn write_short(&self, out: &mut Vec<u8>, a: &[u64], width: usize) {
        spend(8 * SPLIT_MIN * SPLIT_MIN);
        let start = out.len();
        let divisor = Divisor::new(self.unit.0);
        let mut rest = Buf::from_slice(a);
        while !rest.is_empty() {
            let mut part = divisor.divide(&mut rest);
            normalise(&mut rest);
            // All but the highest limbful have all their digits.
            for _ in 0..self.unit.1 {
                if rest.is_empty() && part == 0 {
                    break;
                }
                out.push(digit(part % u64::from(self.radix)));
                part /= u64::from(self.radix);
            }
        }
        while out.len() - start < width {
            out.push(b'0');
        }
        out[start..].reverse();
    }

    fn read(&self, digits: &[u8]) -> Buf {
        let Some(k) = (0..self.powers.len()).rev().find(|&k| self.digits(k) < digits.len()) else {
            return self.read_short(digits);
        };
        if digits.len() < SPLIT_MIN * self.unit.1 {
            return self.read_short(digits);
        }
        let (high, low) = digits.split_at(digits.len() - self.digits(k));
        let (high, low) = (self.read(high), self.read(low));
        let mut out = mul(&high, &self.powers[k]);
        if out.is_empty() {
            return low;
        }
        // The product is at least the power, so the sum can only grow by a carry limb.
        out.push(0);
        add_assign(&mut out, &low);
        normalise(&mut out);
        out
    }

    fn read_short(&self, digits: &[u8]) -> Buf {
        spend(2 * digits.len());
        let mut out = Buf::new();
        let mut rest = digits;
        while !rest.is_empty() {
            let (part, tail) = rest.split_at((rest.len() - 1) % self.unit.1 + 1);
            let value = part.iter().fold(0, |v, &d| v * u64::from(self.radix) + value(d, self.radix));
            let carry = mul_small_assign(&mut out, self.unit.0, value);
            if carry != 0 {
                out.push(carry);
            }
            rest = tail;
        }
        debug_assert_eq!(significant(&out), out.len());
        out
    }
}
