//! Reading values. A [`Val`] is a raw word branded with a borrow of the [`Cx`](crate::cx::Cx) it
//! was read through: it cannot be held over anything that may collect, since that takes the
//! context mutably. Values that must live longer are handles, [`H`](crate::cx::H).
//!
//! Contents of strings and bytevectors are read through raw pointers with bounds taken once from
//! the body, which is immutable in length: racing writers can change bytes, never sizes.

use crate::template::Template;
use gambol_abi::layout::{self, Kind, offset};
use gambol_abi::value::{self, Word};
use std::marker::PhantomData;

/// A value, valid until the next thing that may collect.
#[derive(Clone, Copy)]
pub struct Val<'a> {
    word: Word,
    borrow: PhantomData<&'a Word>,
}

/// Reads word `i` (payload index) of a headered object.
///
/// # Safety
/// `w` is an object of a kind with more than `i` payload words.
#[inline(always)]
pub(crate) unsafe fn field_raw(w: Word, i: usize) -> Word {
    // SAFETY: the caller vouches for the object and the index.
    unsafe { *((w as isize + offset::field(i)) as *const Word) }
}
/// Address of word `i` of a headered object.
#[inline(always)]
pub(crate) fn field_slot(w: Word, i: usize) -> *mut Word {
    (w as isize + offset::field(i)) as *mut Word
}
/// Header of a headered object.
///
/// # Safety
/// `w` has the object tag.
#[inline(always)]
pub(crate) unsafe fn header_raw(w: Word) -> u64 {
    // SAFETY: the caller vouches for the tag.
    unsafe { *((w as isize + offset::HEADER) as *const u64) }
}
/// Whether `w` is an object of kind `k`.
#[inline(always)]
pub(crate) fn is_kind(w: Word, k: Kind) -> bool {
    // SAFETY: the tag says there is a header.
    value::is_object(w) && unsafe { header_raw(w) } as u8 == k as u8
}

impl<'a> Val<'a> {
    /// Wraps a word.
    ///
    /// # Safety
    /// `word` is a valid value and stays one for `'a`: nothing collects while the borrow lives.
    #[inline(always)]
    pub(crate) const unsafe fn from_word(word: Word) -> Val<'a> {
        Val { word, borrow: PhantomData }
    }
    /// The raw word.
    #[inline(always)]
    pub const fn word(self) -> Word {
        self.word
    }
    /// Identity of words: `eq?`.
    #[inline(always)]
    pub const fn is(self, other: Val<'_>) -> bool {
        self.word == other.word
    }
    /// Whether this counts as true.
    pub const fn is_true(self) -> bool {
        value::is_true(self.word)
    }
    /// Whether this is the empty list.
    pub const fn is_null(self) -> bool {
        self.word == value::NIL
    }
    /// Whether this is a pair.
    pub const fn is_pair(self) -> bool {
        value::is_pair(self.word)
    }
    /// Whether this is a procedure.
    pub const fn is_procedure(self) -> bool {
        value::is_procedure(self.word)
    }
    /// Whether this is an object of kind `k`.
    pub fn is_kind(self, k: Kind) -> bool {
        is_kind(self.word, k)
    }
    /// Kind, if this is a headered object.
    pub fn kind(self) -> Option<Kind> {
        // SAFETY: the tag says there is a header.
        if value::is_object(self.word) { Kind::from_code(unsafe { header_raw(self.word) } as u8) } else { None }
    }
    /// Header flags; 0 for anything without a header.
    pub fn flags(self) -> u64 {
        // SAFETY: the tag says there is a header.
        if value::is_object(self.word) { unsafe { header_raw(self.word) & 0xFF00 } } else { 0 }
    }
    /// The integer, if this is a fixnum.
    #[inline(always)]
    pub const fn as_fixnum(self) -> Option<i64> {
        if value::is_fixnum(self.word) { Some(value::fixnum_value(self.word)) } else { None }
    }
    /// The integer of a fixnum the caller has checked.
    #[inline(always)]
    pub const fn fixnum_unchecked(self) -> i64 {
        debug_assert!(value::is_fixnum(self.word));
        value::fixnum_value(self.word)
    }
    /// A nonnegative fixnum as an index.
    pub const fn as_index(self) -> Option<usize> {
        match self.as_fixnum() {
            Some(n) if n >= 0 => Some(n as usize),
            _ => None,
        }
    }
    /// The character, if this is one.
    pub const fn as_char(self) -> Option<char> {
        if value::is_char(self.word) { char::from_u32(value::char_code(self.word)) } else { None }
    }
    /// The float, immediate or boxed.
    #[inline(always)]
    pub fn as_flonum(self) -> Option<f64> {
        if value::is_flonum_immediate(self.word) {
            Some(value::flonum_decode(self.word))
        } else if self.is_kind(Kind::Flonum) {
            Some(f64::from_bits(self.raw_field(0)))
        } else {
            None
        }
    }
    /// Car of a pair; panics on anything else (our bug: bodies check first).
    #[inline(always)]
    pub fn car(self) -> Val<'a> {
        assert!(self.is_pair());
        // SAFETY: it is a pair.
        unsafe { Val::from_word(*((self.word as isize + offset::CAR) as *const Word)) }
    }
    /// Cdr of a pair; panics on anything else.
    #[inline(always)]
    pub fn cdr(self) -> Val<'a> {
        assert!(self.is_pair());
        // SAFETY: it is a pair.
        unsafe { Val::from_word(*((self.word as isize + offset::CDR) as *const Word)) }
    }
    /// Payload word `i` as a value. Panics unless the object has that many words.
    #[inline(always)]
    pub fn field(self, i: usize) -> Val<'a> {
        // SAFETY: `raw_field` checks; kinds with raw words never hand them out as values to bodies
        // that only ask for value fields of their kind.
        unsafe { Val::from_word(self.raw_field(i)) }
    }
    /// Payload word `i`, uninterpreted. Panics unless the object has that many words.
    #[inline(always)]
    pub fn raw_field(self, i: usize) -> Word {
        assert!(value::is_object(self.word));
        // SAFETY: it has a header; fixed-size kinds announce their words there, arrays have a length word.
        unsafe {
            let h = header_raw(self.word);
            assert!(i < layout::header_words(h) || i == 0);
            field_raw(self.word, i)
        }
    }
    /// Elements of an array kind (vector, bytevector, string body, bignum, raw).
    #[inline(always)]
    pub fn array_len(self) -> usize {
        value::fixnum_value(self.raw_field(0)) as usize
    }
    /// Length of a vector.
    #[inline(always)]
    pub fn vector_len(self) -> usize {
        assert!(self.is_kind(Kind::Vector));
        self.array_len()
    }
    /// Element of a vector. Panics out of bounds.
    #[inline(always)]
    pub fn vector_ref(self, i: usize) -> Val<'a> {
        assert!(i < self.vector_len());
        // SAFETY: within bounds of a vector.
        unsafe { Val::from_word(field_raw(self.word, i + 1)) }
    }
    /// The bytes of a bytevector.
    pub fn bytes(self) -> Bytes<'a> {
        assert!(self.is_kind(Kind::Bytevector));
        Bytes { start: field_slot(self.word, 1) as *mut u8, len: self.array_len(), borrow: PhantomData }
    }
    /// The characters of a string.
    pub fn text(self) -> Text<'a> {
        assert!(self.is_kind(Kind::String));
        self.field(0).body_text()
    }
    /// The characters of a string body.
    pub fn body_text(self) -> Text<'a> {
        assert!(self.is_kind(Kind::StringBody));
        Text { start: field_slot(self.word, 1) as *mut u8, len: self.array_len(), wide: self.flags() & layout::FLAG_WIDE != 0, borrow: PhantomData }
    }
    /// The name of a symbol.
    pub fn symbol_name(self) -> Text<'a> {
        assert!(self.is_kind(Kind::Symbol));
        self.field(0).text()
    }
    /// Magnitude (least limb first) and sign of a bignum.
    pub fn bignum(self) -> (&'a [u64], bool) {
        assert!(self.is_kind(Kind::Bignum));
        let len = self.array_len();
        // SAFETY: bignums are immutable once made; `'a` ends before anything moves them.
        let limbs = unsafe { std::slice::from_raw_parts(field_slot(self.word, 1) as *const u64, len) };
        (limbs, self.flags() & layout::FLAG_NEGATIVE != 0)
    }
    /// The template of a procedure.
    pub(crate) fn template(self) -> &'a Template {
        assert!(self.is_procedure());
        // SAFETY: a procedure's first word points to its template, which lives while the procedure does.
        unsafe { &**((self.word as isize + offset::TEMPLATE) as *const *const Template) }
    }
    /// Walks a proper list prefix: yields elements until something that is not a pair.
    pub fn list(self) -> impl Iterator<Item = Val<'a>> {
        let mut at = self;
        std::iter::from_fn(move || {
            if !at.is_pair() {
                return None;
            }
            let item = at.car();
            at = at.cdr();
            Some(item)
        })
    }
    /// Length of a proper list; `None` for improper and circular ones (Brent's cycle search).
    pub fn list_length(self) -> Option<usize> {
        let (mut slow, mut fast, mut n) = (self, self, 0);
        loop {
            for _ in 0..2 {
                if !fast.is_pair() {
                    return if fast.is_null() { Some(n) } else { None };
                }
                fast = fast.cdr();
                n += 1;
            }
            slow = slow.cdr();
            if fast.is(slow) {
                return None;
            }
        }
    }
}

impl Val<'static> {
    /// A fixnum; `n` must be in range.
    pub const fn fixnum(n: i64) -> Val<'static> {
        debug_assert!(n >= value::FIXNUM_MIN && n <= value::FIXNUM_MAX);
        Val { word: value::fixnum(n), borrow: PhantomData }
    }
    /// An index or size as a fixnum.
    pub const fn index(n: usize) -> Val<'static> {
        Val::fixnum(n as i64)
    }
    /// A boolean.
    pub const fn boolean(b: bool) -> Val<'static> {
        Val { word: value::boolean(b), borrow: PhantomData }
    }
    /// A character.
    pub const fn char(c: char) -> Val<'static> {
        Val { word: value::character(c), borrow: PhantomData }
    }
    /// The self-tagged word of `x`, if its exponent allows one.
    pub const fn flonum(x: f64) -> Option<Val<'static>> {
        match value::flonum_encode(x) {
            Some(word) => Some(Val { word, borrow: PhantomData }),
            None => None,
        }
    }
    /// `()`.
    pub const NIL: Val<'static> = Val { word: value::NIL, borrow: PhantomData };
    /// `#f`.
    pub const FALSE: Val<'static> = Val { word: value::FALSE, borrow: PhantomData };
    /// `#t`.
    pub const TRUE: Val<'static> = Val { word: value::TRUE, borrow: PhantomData };
    /// The value of expressions without a useful one.
    pub const UNSPECIFIED: Val<'static> = Val { word: value::UNSPECIFIED, borrow: PhantomData };
    /// An optional argument not given.
    pub const DEFAULT: Val<'static> = Val { word: value::DEFAULT, borrow: PhantomData };
    /// The end-of-file object.
    pub const EOF: Val<'static> = Val { word: value::EOF, borrow: PhantomData };
}

/// The bytes of a bytevector.
#[derive(Clone, Copy)]
pub struct Bytes<'a> {
    start: *mut u8,
    len: usize,
    borrow: PhantomData<&'a u8>,
}
impl Bytes<'_> {
    /// Number of bytes.
    pub fn len(self) -> usize {
        self.len
    }
    /// Whether there are none.
    pub fn is_empty(self) -> bool {
        self.len == 0
    }
    /// Byte `i`. Panics out of bounds.
    #[inline(always)]
    pub fn get(self, i: usize) -> u8 {
        assert!(i < self.len);
        // SAFETY: within bounds.
        unsafe { *self.start.add(i) }
    }
    /// Writes byte `i`. Panics out of bounds.
    #[inline(always)]
    pub fn set(self, i: usize, b: u8) {
        assert!(i < self.len);
        // SAFETY: within bounds; bytes hold no pointers, so there is no barrier.
        unsafe { *self.start.add(i) = b }
    }
    /// Copies `from..to` into `out`. Panics out of bounds or when lengths differ.
    pub fn read(self, from: usize, out: &mut [u8]) {
        assert!(from <= self.len && out.len() <= self.len - from);
        // SAFETY: within bounds; `out` is Rust memory, so they do not overlap.
        unsafe { std::ptr::copy_nonoverlapping(self.start.add(from), out.as_mut_ptr(), out.len()) }
    }
    /// Copies `bytes` to position `at`. Panics out of bounds.
    pub fn write(self, at: usize, bytes: &[u8]) {
        assert!(at <= self.len && bytes.len() <= self.len - at);
        // SAFETY: within bounds; `bytes` is Rust memory.
        unsafe { std::ptr::copy_nonoverlapping(bytes.as_ptr(), self.start.add(at), bytes.len()) }
    }
    /// Copies within and between bytevectors, overlapping allowed. Panics out of bounds.
    pub fn copy_from(self, at: usize, src: Bytes<'_>, from: usize, count: usize) {
        assert!(at <= self.len && count <= self.len - at && from <= src.len && count <= src.len - from);
        // SAFETY: both ranges are within bounds; `copy` allows overlap.
        unsafe { std::ptr::copy(src.start.add(from), self.start.add(at), count) }
    }
    /// A copy of `from..to`.
    pub fn to_vec(self, from: usize, to: usize) -> Vec<u8> {
        assert!(from <= to && to <= self.len);
        let mut v = vec![0; to - from];
        self.read(from, &mut v);
        v
    }
    /// Address of the first byte, for the system calls that fill or drain a buffer.
    pub(crate) fn as_ptr(self) -> *mut u8 {
        self.start
    }
}

/// The characters of a string body: all Latin-1 in a byte each, or four bytes each.
#[derive(Clone, Copy)]
pub struct Text<'a> {
    start: *mut u8,
    len: usize,
    wide: bool,
    borrow: PhantomData<&'a u8>,
}
impl<'a> Text<'a> {
    /// Number of characters.
    pub fn len(self) -> usize {
        self.len
    }
    /// Whether there are none.
    pub fn is_empty(self) -> bool {
        self.len == 0
    }
    /// Whether a character takes four bytes.
    pub fn is_wide(self) -> bool {
        self.wide
    }
    /// Code of character `i`. Panics out of bounds.
    #[inline(always)]
    pub fn code(self, i: usize) -> u32 {
        assert!(i < self.len);
        // SAFETY: within bounds; wide bodies are four-byte aligned.
        unsafe { if self.wide { *(self.start as *const u32).add(i) } else { *self.start.add(i) as u32 } }
    }
    /// Character `i`. Panics out of bounds.
    pub fn get(self, i: usize) -> char {
        char::from_u32(self.code(i)).unwrap_or(char::REPLACEMENT_CHARACTER)
    }
    /// Writes character `i`, which must fit the width. Panics otherwise.
    pub fn set(self, i: usize, code: u32) {
        assert!(i < self.len && (self.wide || code < 256));
        // SAFETY: within bounds.
        unsafe { if self.wide { *(self.start as *mut u32).add(i) = code } else { *self.start.add(i) = code as u8 } }
    }
    /// The characters in order.
    pub fn chars(self) -> impl Iterator<Item = char> + 'a {
        (0..self.len).map(move |i| self.get(i))
    }
    /// Copies characters; this body must be wide if the source range needs it. Overlap allowed. Panics out of bounds.
    pub fn copy_from(self, at: usize, src: Text<'_>, from: usize, count: usize) {
        assert!(at <= self.len && count <= self.len - at && from <= src.len && count <= src.len - from);
        if self.wide == src.wide {
            let w = if self.wide { 4 } else { 1 };
            // SAFETY: both ranges are within bounds; `copy` allows overlap.
            unsafe { std::ptr::copy(src.start.add(from * w), self.start.add(at * w), count * w) }
        } else {
            (0..count).for_each(|k| self.set(at + k, src.code(from + k)));
        }
    }
    /// Latin-1 characters as bytes, when that is the representation. The copy is the caller's.
    pub fn latin1(self) -> Option<Vec<u8>> {
        if self.wide {
            return None;
        }
        let mut v = vec![0u8; self.len];
        // SAFETY: `len` bytes from `start` are the body.
        unsafe { std::ptr::copy_nonoverlapping(self.start, v.as_mut_ptr(), self.len) };
        Some(v)
    }
    /// Whether both have the same characters.
    pub fn same(self, other: Text<'_>) -> bool {
        self.len == other.len
            && if self.wide == other.wide {
                let bytes = self.len * if self.wide { 4 } else { 1 };
                // SAFETY: both bodies have that many bytes.
                unsafe { std::slice::from_raw_parts(self.start, bytes) == std::slice::from_raw_parts(other.start, bytes) }
            } else {
                (0..self.len).all(|i| self.code(i) == other.code(i))
            }
    }
}

/// The text as Rust sees it.
impl std::fmt::Display for Text<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.chars().try_for_each(|c| std::fmt::Write::write_char(f, c))
    }
}
