//! Making objects. Every function may collect, hence takes the context mutably, and fails only
//! when the heap is full (a storage condition). Initialising stores need no barrier: nothing
//! can happen between the allocation and them.

use super::{Cx, H, Raise};
use crate::val::{Val, field_slot};
use gambol_abi::layout::{self, FLAG_NEGATIVE, FLAG_WIDE, Kind, header};
use gambol_abi::value::{self, TAG_OBJECT, TAG_PAIR, Word};

impl<'s> Cx<'s> {
    /// Allocates an object of `kind` with `words` payload words, all set to `fill`.
    fn object(&mut self, kind: Kind, words: usize, fill: Word) -> Result<H<'s>, Raise> {
        let address = self.p_mut().allocate(8 + 8 * words)?;
        let w = address as u64 | TAG_OBJECT;
        // SAFETY: fresh memory of that size.
        unsafe {
            *(address as *mut u64) = header(kind, words as u32);
            for i in 0..words {
                *field_slot(w, i) = fill;
            }
            // Odd word counts leave a word of padding; objects are whole granules.
            Ok(self.root(Val::from_word(w)))
        }
    }
    /// An object of a `Values` kind with these payload words.
    pub fn make(&mut self, kind: Kind, fields: &[H<'s>]) -> Result<H<'s>, Raise> {
        debug_assert!(matches!(kind.shape(), layout::Shape::Values | layout::Shape::Special));
        let h = self.object(kind, fields.len(), value::FALSE)?;
        if self.p().is_shared(self.get(h).word()) {
            // Large objects are born shared: their fields go through the barrier.
            for (i, &f) in fields.iter().enumerate() {
                self.set_field(h, i, f);
            }
            return Ok(h);
        }
        for (i, &f) in fields.iter().enumerate() {
            let word = self.get(f).word();
            // SAFETY: initialising stores right after the allocation.
            unsafe { *field_slot(self.get(h).word(), i) = word };
        }
        Ok(h)
    }
    /// An object with raw payload words (`Kont`, `Flonum`).
    pub(crate) fn make_raw(&mut self, kind: Kind, words: &[u64]) -> Result<H<'s>, Raise> {
        let h = self.object(kind, words.len(), 0)?;
        for (i, &w) in words.iter().enumerate() {
            // SAFETY: initialising stores right after the allocation.
            unsafe { *field_slot(self.get(h).word(), i) = w };
        }
        Ok(h)
    }
    /// An array object: header, length, `bytes` of elements, not initialised beyond the length.
    fn array(&mut self, kind: Kind, flags: u64, len: usize, bytes: usize) -> Result<Word, Raise> {
        let address = self.p_mut().allocate(bytes + 16)?;
        // SAFETY: fresh memory of that size.
        unsafe {
            *(address as *mut u64) = header(kind, 0) | flags;
            *(address as *mut u64).add(1) = value::fixnum(len as i64);
        }
        Ok(address as u64 | TAG_OBJECT)
    }
    /// A fresh pair.
    pub fn cons(&mut self, car: H<'s>, cdr: H<'s>) -> Result<H<'s>, Raise> {
        let address = self.p_mut().allocate(16)?;
        // SAFETY: fresh memory of two words.
        unsafe {
            *(address as *mut u64) = self.get(car).word();
            *(address as *mut u64).add(1) = self.get(cdr).word();
            Ok(self.root(Val::from_word(address as u64 | TAG_PAIR)))
        }
    }
    /// A fresh list of `items` ending in `tail`.
    pub fn list_with_tail(&mut self, items: &[H<'s>], tail: H<'s>) -> Result<H<'s>, Raise> {
        let out = self.root(self.get(tail));
        for &item in items.iter().rev() {
            self.push_list(out, item)?;
        }
        Ok(out)
    }
    /// A fresh proper list.
    pub fn list(&mut self, items: &[H<'s>]) -> Result<H<'s>, Raise> {
        let nil = self.root(Val::NIL);
        self.list_with_tail(items, nil)
    }
    /// `list := (cons item list)` without leaving a handle behind: for loops.
    pub fn push_list(&mut self, list: H<'s>, item: H<'s>) -> Result<(), Raise> {
        let top = self.p().handles.top();
        let pair = self.cons(item, list)?;
        self.assign(list, pair);
        self.p().handles.reset(top);
        Ok(())
    }
    /// A number in the range of fixnums or a bignum.
    pub fn integer(&mut self, n: i64) -> Result<H<'s>, Raise> {
        match value::fixnum_checked(n) {
            // SAFETY: a fixnum is always valid.
            Some(w) => Ok(self.root(unsafe { Val::from_word(w) })),
            None => self.bignum(&[n.unsigned_abs()], n < 0),
        }
    }
    /// An integer from its magnitude, least limb first; normalises to a fixnum where it fits.
    pub fn bignum(&mut self, limbs: &[u64], negative: bool) -> Result<H<'s>, Raise> {
        let len = limbs.iter().rposition(|&l| l != 0).map_or(0, |i| i + 1);
        if len <= 1 {
            let m = limbs.first().copied().unwrap_or(0) as i128;
            let n = if negative { -m } else { m };
            if n >= value::FIXNUM_MIN as i128 && n <= value::FIXNUM_MAX as i128 {
                return Ok(self.root(Val::fixnum(n as i64)));
            }
        }
        /// Copied between two looks at the requests: well under a millisecond's worth.
        const PIECE: usize = 1 << 16;
        let w = self.array(Kind::Bignum, if negative { FLAG_NEGATIVE } else { 0 }, len, 8 * len)?;
        for (i, piece) in limbs[..len].chunks(PIECE).enumerate() {
            // SAFETY: fresh memory for `len` limbs, which are not values: whatever is there when a
            // request ends this early is garbage like the object.
            unsafe { std::ptr::copy_nonoverlapping(piece.as_ptr(), field_slot(w, 1 + i * PIECE), piece.len()) };
            if piece.len() == PIECE {
                crate::poll::in_primitive(self)?;
            }
        }
        // SAFETY: the object is complete, and nothing was allocated meanwhile.
        unsafe { Ok(self.root(Val::from_word(w))) }
    }
    /// A float: self-tagged, or boxed when its exponent asks for it (NaNs are canonicalised).
    pub fn flonum(&mut self, x: f64) -> Result<H<'s>, Raise> {
        if let Some(v) = Val::flonum(x) {
            return Ok(self.root(v));
        }
        let x = if x.is_nan() { f64::NAN } else { x };
        self.make_raw(Kind::Flonum, &[x.to_bits()])
    }
    /// A vector of `len` elements, all `fill`.
    pub fn vector(&mut self, len: usize, fill: H<'s>) -> Result<H<'s>, Raise> {
        let bytes = self.array_bytes(len, 8)?;
        let w = self.array(Kind::Vector, 0, len, bytes)?;
        let fill = self.get(fill).word();
        // SAFETY: fresh memory for `len` elements. Large objects are zeros, and born shared: the
        // collector is told when they got a value it must know of.
        unsafe {
            let large = self.p().is_shared(w);
            if !(large && fill == 0) {
                std::slice::from_raw_parts_mut(field_slot(w, 1), len).fill(fill);
            }
            if large && value::is_pointer(fill) {
                self.p_mut().initialised(w);
            }
            Ok(self.root(Val::from_word(w)))
        }
    }
    /// A vector of these elements.
    pub fn vector_from(&mut self, items: &[H<'s>]) -> Result<H<'s>, Raise> {
        let zero = self.root(Val::fixnum(0));
        let v = self.vector(items.len(), zero)?;
        for (i, &item) in items.iter().enumerate() {
            self.set_field(v, i + 1, item);
        }
        Ok(v)
    }
    /// A bytevector of `len` bytes, all `fill`.
    pub fn bytevector(&mut self, len: usize, fill: u8) -> Result<H<'s>, Raise> {
        let w = self.array(Kind::Bytevector, 0, len, len)?;
        // SAFETY: fresh memory for `len` bytes.
        unsafe {
            std::ptr::write_bytes(field_slot(w, 1) as *mut u8, fill, len);
            Ok(self.root(Val::from_word(w)))
        }
    }
    /// A bytevector with these bytes (Rust memory, so they cannot move).
    pub fn bytevector_from(&mut self, bytes: &[u8]) -> Result<H<'s>, Raise> {
        let h = self.bytevector(bytes.len(), 0)?;
        self.get(h).bytes().write(0, bytes);
        Ok(h)
    }
    /// A string body for `len` characters, zeroed.
    pub fn string_body(&mut self, len: usize, wide: bool) -> Result<H<'s>, Raise> {
        let bytes = self.array_bytes(len, if wide { 4 } else { 1 })?;
        let w = self.array(Kind::StringBody, if wide { FLAG_WIDE } else { 0 }, len, bytes)?;
        // SAFETY: fresh memory for `bytes` bytes.
        unsafe {
            std::ptr::write_bytes(field_slot(w, 1) as *mut u8, 0, bytes);
            Ok(self.root(Val::from_word(w)))
        }
    }
    /// A string around a body.
    pub fn string_of_body(&mut self, body: H<'s>) -> Result<H<'s>, Raise> {
        self.make(Kind::String, &[body])
    }
    /// A fresh string of `len` zero characters.
    pub fn string_of_len(&mut self, len: usize, wide: bool) -> Result<H<'s>, Raise> {
        let body = self.string_body(len, wide)?;
        self.string_of_body(body)
    }
    /// A fresh string with this text.
    pub fn string(&mut self, text: &str) -> Result<H<'s>, Raise> {
        let len = text.chars().count();
        let wide = text.chars().any(|c| c as u32 > 0xFF);
        let h = self.string_of_len(len, wide)?;
        let body = self.get(h).text();
        text.chars().enumerate().for_each(|(i, c)| body.set(i, c as u32));
        Ok(h)
    }
    /// A fresh string with these character codes.
    pub fn string_from_codes(&mut self, codes: &[u32]) -> Result<H<'s>, Raise> {
        let h = self.string_of_len(codes.len(), codes.iter().any(|&c| c > 0xFF))?;
        let body = self.get(h).text();
        codes.iter().enumerate().for_each(|(i, &c)| body.set(i, c));
        Ok(h)
    }
    /// The interned symbol called `name`.
    pub fn symbol(&mut self, name: &str) -> Result<H<'s>, Raise> {
        crate::symbols::intern(self, name)
    }
    fn array_bytes(&mut self, len: usize, width: usize) -> Result<usize, Raise> {
        match len.checked_mul(width) {
            Some(b) if b < 1 << 47 => Ok(b),
            _ => self.p_mut().out_of_memory(usize::MAX),
        }
    }
}
