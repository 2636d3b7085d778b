//! Words and tags: how a Scheme value sits in 64 bits (docs/adr/0001-value-tagging.md).
//!
//! The low three bits select the kind; three of the eight patterns are flonums, after
//! Melançon, Serrano and Feeley, "Float Self-Tagging" (2024). A float whose exponent is
//! encodable is never boxed, so `eqv?` on immediates is equality of words.

/// A 64-bit Scheme value. Only the low three bits say what it is.
pub type Word = u64;

/// Number of low bits that hold the tag.
pub const TAG_BITS: u32 = 3;
/// Mask of the tag bits.
pub const TAG_MASK: u64 = 7;
/// Tag of a fixnum: value << 3.
pub const TAG_FIXNUM: u64 = 0b000;
/// Tag of a pair, a headerless 16-byte object.
pub const TAG_PAIR: u64 = 0b001;
/// Tag of every other heap object that starts with a header word.
pub const TAG_OBJECT: u64 = 0b011;
/// Tag of a procedure, whose word 0 points to its template.
pub const TAG_PROCEDURE: u64 = 0b100;
/// Tag of characters and the other immediates.
pub const TAG_IMMEDIATE: u64 = 0b111;

/// Bit `n` is set when tag `n` is a flonum; replicated so that bit `w & 31` answers for word `w`.
pub const FLONUM_TAG_SET: u32 = 0x6464_6464;
/// The bit of a flonum's word that is set for negative ones.
pub const FLONUM_SIGN: u64 = 1 << 3;
/// Bit `n` is set when tag `n` points into the heap.
pub const POINTER_TAG_SET: u32 = 0x1A1A_1A1A;

/// Low byte of every character; the code point stands above it.
pub const CHAR_LOW: u64 = 0x0F;
/// Number of bits a character's code point is shifted by.
pub const CHAR_SHIFT: u32 = 8;

const fn special(n: u64) -> Word {
    (n << CHAR_SHIFT) | TAG_IMMEDIATE
}
/// `#f`.
pub const FALSE: Word = special(0);
/// `#t`.
pub const TRUE: Word = special(1);
/// The empty list.
pub const NIL: Word = special(2);
/// The end-of-file object.
pub const EOF: Word = special(3);
/// What expressions without a useful value return.
pub const UNSPECIFIED: Word = special(4);
/// An optional argument that was not given.
pub const DEFAULT: Word = special(5);
/// The content of a variable that has no value yet; never a value a program can hold.
pub const UNBOUND: Word = special(6);
/// The target of a weak reference that was broken.
pub const BROKEN: Word = special(7);

/// Least fixnum, -2^60.
pub const FIXNUM_MIN: i64 = -(1 << 60);
/// Greatest fixnum, 2^60 - 1.
pub const FIXNUM_MAX: i64 = (1 << 60) - 1;

/// The word of a fixnum; `n` must lie within [`FIXNUM_MIN`]..=[`FIXNUM_MAX`].
#[inline(always)]
pub const fn fixnum(n: i64) -> Word {
    (n as u64) << TAG_BITS
}
/// The word of `n` if it is in the range of fixnums.
#[inline(always)]
pub const fn fixnum_checked(n: i64) -> Option<Word> {
    if n >= FIXNUM_MIN && n <= FIXNUM_MAX { Some(fixnum(n)) } else { None }
}
/// Whether `w` is a fixnum.
#[inline(always)]
pub const fn is_fixnum(w: Word) -> bool {
    w & TAG_MASK == TAG_FIXNUM
}
/// Whether both words are fixnums, in one test.
#[inline(always)]
pub const fn both_fixnums(a: Word, b: Word) -> bool {
    (a | b) & TAG_MASK == TAG_FIXNUM
}
/// The integer in a fixnum word.
#[inline(always)]
pub const fn fixnum_value(w: Word) -> i64 {
    (w as i64) >> TAG_BITS
}

/// The word of a character.
#[inline(always)]
pub const fn character(c: char) -> Word {
    ((c as u64) << CHAR_SHIFT) | CHAR_LOW
}
/// Whether `w` is a character.
#[inline(always)]
pub const fn is_char(w: Word) -> bool {
    w & 0xFF == CHAR_LOW
}
/// The code point in a character word.
#[inline(always)]
pub const fn char_code(w: Word) -> u32 {
    (w >> CHAR_SHIFT) as u32
}

/// `#t` or `#f`.
#[inline(always)]
pub const fn boolean(b: bool) -> Word {
    if b { TRUE } else { FALSE }
}
/// Whether `w` counts as true: everything but `#f`.
#[inline(always)]
pub const fn is_true(w: Word) -> bool {
    w != FALSE
}

/// Whether `w` is a pair.
#[inline(always)]
pub const fn is_pair(w: Word) -> bool {
    w & TAG_MASK == TAG_PAIR
}
/// Whether `w` is a procedure.
#[inline(always)]
pub const fn is_procedure(w: Word) -> bool {
    w & TAG_MASK == TAG_PROCEDURE
}
/// Whether `w` is a heap object with a header.
#[inline(always)]
pub const fn is_object(w: Word) -> bool {
    w & TAG_MASK == TAG_OBJECT
}
/// Whether `w` points into the heap.
#[inline(always)]
pub const fn is_pointer(w: Word) -> bool {
    POINTER_TAG_SET >> (w & 31) & 1 != 0
}
/// The address of the object `w` points to.
#[inline(always)]
pub const fn address(w: Word) -> usize {
    (w & !TAG_MASK) as usize
}
/// Whether `w` is a self-tagged flonum (boxed ones are objects).
#[inline(always)]
pub const fn is_flonum_immediate(w: Word) -> bool {
    FLONUM_TAG_SET >> (w & 31) & 1 != 0
}
/// The float in a self-tagged flonum word.
#[inline(always)]
pub const fn flonum_decode(w: Word) -> f64 {
    f64::from_bits((w ^ 6).rotate_right(4))
}
/// The self-tagged word of `x`, or `None` when its exponent asks for a box.
#[inline(always)]
pub const fn flonum_encode(x: f64) -> Option<Word> {
    let w = x.to_bits().rotate_left(4) ^ 6;
    if is_flonum_immediate(w) { Some(w) } else { None }
}

const _: () = {
    assert!(is_fixnum(0) && fixnum_value(fixnum(-5)) == -5);
    assert!(!is_pointer(FALSE) && !is_pointer(fixnum(3)) && !is_pointer(character('x')));
    assert!(is_pointer(TAG_PAIR) && is_pointer(TAG_OBJECT) && is_pointer(TAG_PROCEDURE));
    assert!(flonum_encode(0.0).is_some() && flonum_encode(1.5).is_some());
    assert!(flonum_encode(f64::INFINITY).is_none() && flonum_encode(f64::NAN).is_none());
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_exponent_round_trips_or_is_boxed() {
        for exponent in 0..2048u64 {
            for mantissa in [0, 1, 0x8_0000_0000_0000, 0xF_FFFF_FFFF_FFFF] {
                for sign in [0u64, 1 << 63] {
                    let bits = sign | exponent << 52 | mantissa;
                    if let Some(w) = flonum_encode(f64::from_bits(bits)) {
                        assert!(!is_pointer(w) && !is_fixnum(w) && w & TAG_MASK != TAG_IMMEDIATE);
                        assert_eq!(flonum_decode(w).to_bits(), bits);
                    }
                }
            }
        }
    }

    #[test]
    fn the_documented_range_is_immediate() {
        for x in [0.0, -0.0, 5e-324, 2f64.powi(-255), 2f64.powi(256), -1e77] {
            assert!(flonum_encode(x).is_some(), "{x}");
        }
        for x in [2f64.powi(257), 1e300, f64::NEG_INFINITY] {
            assert!(flonum_encode(x).is_none(), "{x}");
        }
    }
}
