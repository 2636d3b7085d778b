//! Pairs, vectors, strings, bytevectors, characters, records.

use super::Baseline;
use super::cache::Fact;
use crate::masm::{MacroAsm, Place, Reg};
use gambol_abi::layout::{FLAG_IMMUTABLE, FLAG_WIDE, GRANULE, Kind, offset};
use gambol_abi::ops::{DataOps, Instr};
use gambol_abi::value::{self, CHAR_LOW, CHAR_SHIFT, TAG_BITS, TAG_PAIR};

impl<M: MacroAsm> Baseline<'_, M> {
    /// Follows fields of pairs: `dst := (... (src at first) ...)`.
    fn access<const N: usize>(&mut self, i: Instr, path: [isize; N]) {
        let pair = self.is(i.b(), Fact::Pair);
        let x = self.value(i.b());
        let d = self.fresh();
        let slow = self.slow_unless(pair && N == 1);
        let mut from = x;
        for (k, at) in path.into_iter().enumerate() {
            if let (Some(slow), false) = (slow, pair && k == 0) {
                self.masm.need_pair(from, slow);
            }
            self.masm.field(d, from, at as i32);
            from = d;
        }
        self.cache.learn(i.b() as u16, Fact::Pair);
        self.define(i.a(), d);
    }
    fn slow_unless(&mut self, sure: bool) -> Option<M::Label> {
        if sure { None } else { Some(self.slow()) }
    }
    fn store_pair(&mut self, i: Instr, at: isize) {
        let pair = self.is(i.a(), Fact::Pair);
        let [x, y] = [self.value(i.a()), self.value(i.b())];
        if let Some(slow) = self.slow_unless(pair) {
            self.masm.need_pair(x, slow);
            self.cache.learn(i.a() as u16, Fact::Pair);
        }
        self.store_into(x, Place::Field(at as i32), y);
    }
    /// Checks that `x`, the value of `slot`, is an object of `kind` without `flags`.
    fn need_kind(&mut self, slot: usize, x: Reg, kind: Kind, flags: u64) {
        let fact = Fact::Kind(kind as u8);
        if flags != 0 || self.cache.fact(slot as u16) != Some(fact) {
            let slow = self.slow();
            self.masm.if_kind(x, kind as u8, flags as u16, false, slow);
            self.cache.learn(slot as u16, fact);
        }
    }
    /// Checks `index` against the length of the array `x`.
    fn need_index(&mut self, x: Reg, index: Reg) {
        let slow = self.slow();
        self.masm.need_index(x, offset::LENGTH as i32, index, slow);
    }
    fn vector_get(&mut self, i: Instr, index: Option<Reg>) {
        // Learnt before the result is defined, which may take the place of either.
        let x = self.value(i.b());
        let (d, number) = (self.fresh(), i.c() as i64);
        self.need_kind(i.b(), x, Kind::Vector, 0);
        match index {
            Some(index) => {
                self.need_index(x, index);
                self.cache.learn(i.c() as u16, Fact::Fixnum);
                self.masm.element(d, x, index, offset::ELEMENTS as i32);
            }
            None => {
                let slow = self.slow();
                self.masm.need_length(x, offset::LENGTH as i32, value::fixnum(number), slow);
                self.masm.field(d, x, offset::ELEMENTS as i32 + 8 * number as i32);
            }
        }
        self.define(i.a(), d);
    }
    fn vector_put(&mut self, i: Instr, index: Option<Reg>) {
        let [x, y] = [self.value(i.a()), self.value(i.c())];
        self.need_kind(i.a(), x, Kind::Vector, FLAG_IMMUTABLE);
        let place = match index {
            Some(index) => {
                self.need_index(x, index);
                Place::Element(index, offset::ELEMENTS as i32)
            }
            None => {
                let (slow, number) = (self.slow(), i.b() as i64);
                self.masm.need_length(x, offset::LENGTH as i32, value::fixnum(number), slow);
                Place::Field(offset::ELEMENTS as i32 + 8 * number as i32)
            }
        };
        self.store_into(x, place, y);
    }
    fn payload_constant(&self) -> u64 {
        self.constant(self.source.code[self.pc + 1] as i64 as i32)
    }
    /// Checks that `x`, the value of `slot`, is a record of the type that the payload names.
    fn need_record(&mut self, slot: usize, x: Reg, spare: Reg) {
        self.need_kind(slot, x, Kind::Record, 0);
        let slow = self.slow();
        let rtd = self.payload_constant();
        self.masm.field(spare, x, offset::field(0) as i32);
        self.masm.if_word(spare, rtd, false, slow);
    }
}

impl<M: MacroAsm> DataOps for Baseline<'_, M> {
    type Flow = ();

    fn cons(&mut self, i: Instr) {
        let [x, y] = [self.value(i.b()), self.value(i.c())];
        let d = self.fresh();
        let slow = self.slow();
        self.masm.allocate(d, GRANULE as u32, slow);
        self.masm.set_field(d, 0, x);
        self.masm.set_field(d, 8, y);
        self.masm.offset_by(d, TAG_PAIR as i32);
        self.define(i.a(), d);
        self.cache.learn(i.a() as u16, Fact::Pair);
    }
    fn car(&mut self, i: Instr) {
        self.access(i, [offset::CAR]);
    }
    fn cdr(&mut self, i: Instr) {
        self.access(i, [offset::CDR]);
    }
    fn caar(&mut self, i: Instr) {
        self.access(i, [offset::CAR, offset::CAR]);
    }
    fn cadr(&mut self, i: Instr) {
        self.access(i, [offset::CDR, offset::CAR]);
    }
    fn cdar(&mut self, i: Instr) {
        self.access(i, [offset::CAR, offset::CDR]);
    }
    fn cddr(&mut self, i: Instr) {
        self.access(i, [offset::CDR, offset::CDR]);
    }
    fn set_car(&mut self, i: Instr) {
        self.store_pair(i, offset::CAR);
    }
    fn set_cdr(&mut self, i: Instr) {
        self.store_pair(i, offset::CDR);
    }
    fn vector_ref(&mut self, i: Instr) {
        let index = self.value(i.c());
        self.vector_get(i, Some(index));
    }
    fn vector_ref_int(&mut self, i: Instr) {
        self.vector_get(i, None);
    }
    fn vector_set(&mut self, i: Instr) {
        let index = self.value(i.b());
        self.vector_put(i, Some(index));
        self.cache.learn(i.b() as u16, Fact::Fixnum);
    }
    fn vector_set_int(&mut self, i: Instr) {
        self.vector_put(i, None);
    }
    fn vector_length(&mut self, i: Instr) {
        let x = self.value(i.b());
        let d = self.fresh();
        self.need_kind(i.b(), x, Kind::Vector, 0);
        self.masm.field(d, x, offset::LENGTH as i32);
        self.define(i.a(), d);
        self.cache.learn(i.a() as u16, Fact::Fixnum);
    }
    fn string_ref(&mut self, i: Instr) {
        let [x, index] = [self.value(i.b()), self.value(i.c())];
        let d = self.fresh();
        self.need_kind(i.b(), x, Kind::String, 0);
        let slow = self.slow();
        self.masm.field(d, x, offset::field(0) as i32);
        self.masm.if_kind(d, Kind::StringBody as u8, FLAG_WIDE as u16, false, slow);
        self.need_index(d, index);
        self.masm.load_byte(d, d, index, offset::ELEMENTS as i32);
        self.masm.shift_left(d, CHAR_SHIFT as u8);
        self.masm.offset_by(d, CHAR_LOW as i32);
        self.define(i.a(), d);
    }
    fn string_length(&mut self, i: Instr) {
        let x = self.value(i.b());
        let d = self.fresh();
        self.need_kind(i.b(), x, Kind::String, 0);
        self.masm.field(d, x, offset::field(0) as i32);
        self.masm.field(d, d, offset::LENGTH as i32);
        self.define(i.a(), d);
        self.cache.learn(i.a() as u16, Fact::Fixnum);
    }
    fn bytevector_ref(&mut self, i: Instr) {
        let [x, index] = [self.value(i.b()), self.value(i.c())];
        let d = self.fresh();
        self.need_kind(i.b(), x, Kind::Bytevector, 0);
        self.need_index(x, index);
        self.masm.load_byte(d, x, index, offset::ELEMENTS as i32);
        self.masm.shift_left(d, TAG_BITS as u8);
        self.define(i.a(), d);
        self.cache.learn(i.a() as u16, Fact::Fixnum);
    }
    fn bytevector_set(&mut self, i: Instr) {
        let [x, index, byte] = [self.value(i.a()), self.value(i.b()), self.value(i.c())];
        let d = self.fresh();
        self.need_kind(i.a(), x, Kind::Bytevector, FLAG_IMMUTABLE);
        self.need_index(x, index);
        let slow = self.slow();
        self.masm.need_fixnum(byte, slow);
        self.masm.need_below(byte, value::fixnum(256), slow);
        self.masm.copy(d, byte);
        self.masm.shift_right(d, TAG_BITS as u8);
        self.masm.store_byte(x, index, offset::ELEMENTS as i32, d);
    }
    fn char_to_integer(&mut self, i: Instr) {
        let x = self.value(i.b());
        let d = self.fresh();
        let slow = self.slow();
        self.masm.if_tag(x, 0xFF, CHAR_LOW as u8, false, slow);
        self.masm.copy(d, x);
        self.masm.shift_right(d, CHAR_SHIFT as u8);
        self.masm.shift_left(d, TAG_BITS as u8);
        self.define(i.a(), d);
        self.cache.learn(i.a() as u16, Fact::Fixnum);
    }
    fn integer_to_char(&mut self, i: Instr) {
        let x = self.value(i.b());
        let d = self.fresh();
        let slow = self.slow();
        self.masm.need_fixnum(x, slow);
        // Surrogates and what lies above them are for the interpreter.
        self.masm.need_below(x, value::fixnum(0xD800), slow);
        self.masm.copy(d, x);
        self.masm.shift_left(d, CHAR_SHIFT as u8 - TAG_BITS as u8);
        self.masm.offset_by(d, CHAR_LOW as i32);
        self.define(i.a(), d);
    }
    fn record_ref(&mut self, i: Instr) {
        let x = self.value(i.b());
        let d = self.fresh();
        self.need_record(i.b(), x, d);
        self.masm.field(d, x, offset::field(1 + i.c()) as i32);
        self.define(i.a(), d);
    }
    fn record_set(&mut self, i: Instr) {
        let [x, y] = [self.value(i.a()), self.value(i.c())];
        let spare = self.fresh();
        self.need_record(i.a(), x, spare);
        self.store_into(x, Place::Field(offset::field(1 + i.b()) as i32), y);
    }
}
