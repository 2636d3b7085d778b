//! Pairs, vectors, strings, bytevectors, characters, records. The fast path checks and acts; a
//! failed check runs the primitive's own body, which raises with the right message.

use super::{Interp, St, inject};
use crate::cx::Cx;
use crate::processor::Processor;
use crate::val::{field_raw, field_slot, header_raw};
use gambol_abi::layout::{FLAG_IMMUTABLE, FLAG_WIDE, GRANULE, Kind, offset};
use gambol_abi::ops::{DataOps, Instr};
use gambol_abi::prims::PrimId;
use gambol_abi::value::{self, TAG_PAIR, Word};

/// Car (`at` 0) or cdr (8) of a pair.
#[inline(always)]
fn pair_word(w: Word, at: isize) -> Word {
    // SAFETY: callers checked the tag.
    unsafe { *((w as isize + offset::CAR + at) as *const Word) }
}
/// Whether `w` is a mutable or any object of this kind; returns its header.
#[inline(always)]
fn header_of(w: Word, k: Kind) -> Option<u64> {
    if !value::is_object(w) {
        return None;
    }
    // SAFETY: the tag says there is a header.
    let h = unsafe { header_raw(w) };
    if h as u8 == k as u8 { Some(h) } else { None }
}
/// Whether `index` is a fixnum within the array's length.
#[inline(always)]
fn in_bounds(array: Word, index: Word) -> bool {
    // SAFETY: callers checked that it is an array. A negative index is a large unsigned number.
    value::is_fixnum(index) && index < unsafe { field_raw(array, 0) }
}

impl Interp {
    #[inline(always)]
    fn failed(&mut self, name: &'static str, arguments: [Word; 3], count: usize) {
        let st = by_primitive(self.p, self.st(), name, arguments, count);
        self.go(st);
    }
    #[inline(always)]
    fn access(&mut self, i: Instr, at: isize, name: &'static str) {
        let w = self.reg(i.b());
        if !value::is_pair(w) {
            return self.failed(name, [w, 0, 0], 1);
        }
        self.set(i.a(), pair_word(w, at));
        self.next(1);
    }
    #[inline(always)]
    fn access2(&mut self, i: Instr, inner: isize, outer: isize, name: &'static str) {
        let w = self.reg(i.b());
        if value::is_pair(w) {
            let x = pair_word(w, inner);
            if value::is_pair(x) {
                self.set(i.a(), pair_word(x, outer));
                return self.next(1);
            }
        }
        self.failed(name, [w, 0, 0], 1);
    }
    #[inline(always)]
    fn store_pair(&mut self, i: Instr, at: isize, name: &'static str) {
        let (pair, w) = (self.reg(i.a()), self.reg(i.b()));
        if !value::is_pair(pair) {
            return self.failed(name, [pair, w, 0], 2);
        }
        self.p().store(pair, (pair as isize + offset::CAR + at) as *mut Word, w);
        self.next(1);
    }
    #[inline(always)]
    fn vector_get(&mut self, i: Instr, v: Word, index: Word) {
        if header_of(v, Kind::Vector).is_some() && in_bounds(v, index) {
            // SAFETY: within bounds; a fixnum index is eight times the element number.
            let w = unsafe { *((v as isize + offset::ELEMENTS + index as isize) as *const Word) };
            self.set(i.a(), w);
            return self.next(1);
        }
        self.failed("vector-ref", [v, index, 0], 2);
    }
    #[inline(always)]
    fn vector_put(&mut self, v: Word, index: Word, w: Word) {
        if header_of(v, Kind::Vector).is_some_and(|h| h & FLAG_IMMUTABLE == 0) && in_bounds(v, index) {
            self.p().store(v, (v as isize + offset::ELEMENTS + index as isize) as *mut Word, w);
            return self.next(1);
        }
        self.failed("vector-set!", [v, index, w], 3);
    }
    #[inline(always)]
    fn length(&mut self, i: Instr, w: Word, array: Option<Word>, name: &'static str) {
        let Some(array) = array else { return self.failed(name, [w, 0, 0], 1) };
        // SAFETY: an array's first payload word is its length.
        self.set(i.a(), unsafe { field_raw(array, 0) });
        self.next(1);
    }
}

impl DataOps for Interp {
    type Flow = ();

    #[inline(always)]
    fn cons(&mut self, i: Instr) {
        // SAFETY: the loop owns the processor; the granule is filled at once.
        unsafe {
            let Some(address) = (*self.p).mutator.alloc_fast(GRANULE) else {
                let st = super::moves::collect_and_retry(self.p, self.st(), GRANULE);
                return self.go(st);
            };
            *(address as *mut u64) = self.reg(i.b());
            *(address as *mut u64).add(1) = self.reg(i.c());
            self.set(i.a(), address as u64 | TAG_PAIR);
        }
        self.next(1);
    }
    #[inline(always)]
    fn car(&mut self, i: Instr) {
        self.access(i, 0, "car");
    }
    #[inline(always)]
    fn cdr(&mut self, i: Instr) {
        self.access(i, 8, "cdr");
    }
    #[inline(always)]
    fn caar(&mut self, i: Instr) {
        self.access2(i, 0, 0, "caar");
    }
    #[inline(always)]
    fn cadr(&mut self, i: Instr) {
        self.access2(i, 8, 0, "cadr");
    }
    #[inline(always)]
    fn cdar(&mut self, i: Instr) {
        self.access2(i, 0, 8, "cdar");
    }
    #[inline(always)]
    fn cddr(&mut self, i: Instr) {
        self.access2(i, 8, 8, "cddr");
    }
    #[inline(always)]
    fn set_car(&mut self, i: Instr) {
        self.store_pair(i, 0, "set-car!");
    }
    #[inline(always)]
    fn set_cdr(&mut self, i: Instr) {
        self.store_pair(i, 8, "set-cdr!");
    }
    #[inline(always)]
    fn vector_ref(&mut self, i: Instr) {
        self.vector_get(i, self.reg(i.b()), self.reg(i.c()));
    }
    #[inline(always)]
    fn vector_ref_int(&mut self, i: Instr) {
        self.vector_get(i, self.reg(i.b()), value::fixnum(i.c() as i64));
    }
    #[inline(always)]
    fn vector_set(&mut self, i: Instr) {
        self.vector_put(self.reg(i.a()), self.reg(i.b()), self.reg(i.c()));
    }
    #[inline(always)]
    fn vector_set_int(&mut self, i: Instr) {
        self.vector_put(self.reg(i.a()), value::fixnum(i.b() as i64), self.reg(i.c()));
    }
    #[inline(always)]
    fn vector_length(&mut self, i: Instr) {
        let w = self.reg(i.b());
        self.length(i, w, header_of(w, Kind::Vector).map(|_| w), "vector-length");
    }
    #[inline(always)]
    fn string_length(&mut self, i: Instr) {
        let w = self.reg(i.b());
        // SAFETY: a string's first payload word is its body.
        let body = header_of(w, Kind::String).map(|_| unsafe { field_raw(w, 0) });
        self.length(i, w, body, "string-length");
    }
    #[inline(always)]
    fn string_ref(&mut self, i: Instr) {
        let (s, index) = (self.reg(i.b()), self.reg(i.c()));
        if header_of(s, Kind::String).is_some() {
            // SAFETY: a string's first payload word is its body, an array of one- or four-byte
            // characters; the index is checked against that same body.
            unsafe {
                let body = field_raw(s, 0);
                if in_bounds(body, index) {
                    let n = value::fixnum_value(index) as usize;
                    let start = field_slot(body, 1);
                    let code = if header_raw(body) & FLAG_WIDE == 0 { *(start as *const u8).add(n) as u32 } else { *(start as *const u32).add(n) };
                    self.set(i.a(), (code as u64) << value::CHAR_SHIFT | value::CHAR_LOW);
                    return self.next(1);
                }
            }
        }
        self.failed("string-ref", [s, index, 0], 2);
    }
    #[inline(always)]
    fn bytevector_ref(&mut self, i: Instr) {
        let (v, index) = (self.reg(i.b()), self.reg(i.c()));
        if header_of(v, Kind::Bytevector).is_some() && in_bounds(v, index) {
            // SAFETY: within bounds.
            let byte = unsafe { *(field_slot(v, 1) as *const u8).add(value::fixnum_value(index) as usize) };
            self.set(i.a(), value::fixnum(byte as i64));
            return self.next(1);
        }
        self.failed("bytevector-u8-ref", [v, index, 0], 2);
    }
    #[inline(always)]
    fn bytevector_set(&mut self, i: Instr) {
        let (v, index, w) = (self.reg(i.a()), self.reg(i.b()), self.reg(i.c()));
        if header_of(v, Kind::Bytevector).is_some_and(|h| h & FLAG_IMMUTABLE == 0) && in_bounds(v, index) && w & !value::fixnum(255) == 0 {
            // SAFETY: within bounds; bytes need no barrier.
            unsafe { *(field_slot(v, 1) as *mut u8).add(value::fixnum_value(index) as usize) = value::fixnum_value(w) as u8 };
            return self.next(1);
        }
        self.failed("bytevector-u8-set!", [v, index, w], 3);
    }
    #[inline(always)]
    fn char_to_integer(&mut self, i: Instr) {
        let w = self.reg(i.b());
        if !value::is_char(w) {
            return self.failed("char->integer", [w, 0, 0], 1);
        }
        self.set(i.a(), value::fixnum(value::char_code(w) as i64));
        self.next(1);
    }
    #[inline(always)]
    fn integer_to_char(&mut self, i: Instr) {
        let w = self.reg(i.b());
        if w > value::fixnum(0xD7FF) || !value::is_fixnum(w) {
            return self.failed("integer->char", [w, 0, 0], 1);
        }
        self.set(i.a(), w >> value::TAG_BITS << value::CHAR_SHIFT | value::CHAR_LOW);
        self.next(1);
    }
    #[inline(always)]
    fn record_ref(&mut self, i: Instr) {
        let w = self.reg(i.b());
        let rtd = self.payload_constant();
        // SAFETY: a record's first payload word is its type; one of this type has field `c`.
        unsafe {
            if header_of(w, Kind::Record).is_some() && field_raw(w, 0) == rtd {
                self.set(i.a(), field_raw(w, 1 + i.c()));
                return self.next(2);
            }
        }
        let st = not_a_record(self.p, self.st(), w, rtd, i.c(), false);
        self.go(st);
    }
    #[inline(always)]
    fn record_set(&mut self, i: Instr) {
        let (w, v) = (self.reg(i.a()), self.reg(i.c()));
        let rtd = self.payload_constant();
        // SAFETY: as in `record_ref`.
        if header_of(w, Kind::Record).is_some() && unsafe { field_raw(w, 0) } == rtd {
            self.p().store(w, field_slot(w, 1 + i.b()), v);
            return self.next(2);
        }
        let st = not_a_record(self.p, self.st(), w, rtd, i.b(), true);
        self.go(st);
    }
}

impl Interp {
    /// The constant that the payload word names.
    #[inline(always)]
    fn payload_constant(&self) -> Word {
        // SAFETY: verified code: the payload is an offset to a constant of this block.
        unsafe { *self.pc.offset(*self.pc.add(1) as i64 as isize) }
    }
}

/// A fast path's check failed: the primitive's body knows the message (or the rare case that works).
#[cold]
#[inline(never)]
fn by_primitive(p: *mut Processor, st: St, name: &'static str, mut arguments: [Word; 3], count: usize) -> St {
    // SAFETY: the loop owns the processor.
    let p = unsafe { &mut *p };
    p.save(st);
    arguments[..count].reverse();
    let id = PrimId::named(name).expect("instructions name primitives of the table");
    let result = Cx::enter(p, |cx| {
        // Rooted copies, the first argument at the highest address.
        let slots: Vec<_> = arguments[..count].iter().map(|&w| cx.root_word(w)).collect();
        crate::prims::apply(cx, id, slots[count - 1], count).map(|v| v.word())
    });
    match result {
        Ok(w) => {
            let i = st.instr();
            if i.op().is_some_and(|op| op.operands()[0] == gambol_abi::ops::Operand::Dst) {
                st.set(i.a(), w);
            }
            st.after(1)
        }
        Err(r) => inject::raise(p, st, r),
    }
}

#[cold]
#[inline(never)]
fn not_a_record(p: *mut Processor, st: St, w: Word, rtd: Word, field: usize, set: bool) -> St {
    // SAFETY: the loop owns the processor.
    let p = unsafe { &mut *p };
    p.save(st);
    let r = Cx::enter(p, |cx| {
        let (value, rtd) = (cx.root_word(w), cx.root_word(rtd));
        crate::prims::wrong_record(cx, value, rtd, field, set)
    });
    inject::raise(p, st, r)
}
