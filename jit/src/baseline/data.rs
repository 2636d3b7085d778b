//! Pairs, vectors, strings, bytevectors, characters, records.

use super::Baseline;
use crate::masm::{MacroAsm, Place, Reg};
use gambol_abi::layout::{FLAG_IMMUTABLE, FLAG_WIDE, GRANULE, Kind, offset};
use gambol_abi::ops::{DataOps, Instr};
use gambol_abi::value::{self, CHAR_LOW, CHAR_SHIFT, TAG_BITS, TAG_PAIR};

impl<M: MacroAsm> Baseline<'_, M> {
    /// Follows fields of pairs: `dst := (... (src at first) ...)`.
    fn access<const N: usize>(&mut self, i: Instr, path: [isize; N]) {
        let slow = self.slow();
        self.load(Reg::A, i.b());
        for at in path {
            self.masm.need_pair(Reg::A, slow);
            self.masm.field(Reg::A, Reg::A, at as i32);
        }
        self.store(i.a(), Reg::A);
    }
    fn store_pair(&mut self, i: Instr, at: isize) {
        let slow = self.slow();
        self.load(Reg::A, i.a());
        self.masm.need_pair(Reg::A, slow);
        self.load(Reg::B, i.b());
        self.store_into(Place::Field(at as i32), Reg::B);
    }
    /// `A :=` register `r`, an object of `kind` without `flags`.
    fn load_kind(&mut self, r: usize, kind: Kind, flags: u64) {
        let slow = self.slow();
        self.load(Reg::A, r);
        self.masm.if_kind(Reg::A, kind as u8, flags as u16, false, slow);
    }
    /// Checks the index in `B` against the array in `A`.
    fn need_index(&mut self, base: Reg) {
        let slow = self.slow();
        self.masm.need_index(base, offset::LENGTH as i32, Reg::B, slow);
    }
    fn vector_get(&mut self, dst: usize) {
        self.need_index(Reg::A);
        self.masm.element(Reg::A, Reg::A, Reg::B, offset::ELEMENTS as i32);
        self.store(dst, Reg::A);
    }
    fn vector_put(&mut self, value: usize) {
        self.need_index(Reg::A);
        self.load(Reg::C, value);
        self.store_into(Place::Element(Reg::B, offset::ELEMENTS as i32), Reg::C);
    }
    fn payload_constant(&self) -> u64 {
        self.constant(self.source.code[self.pc + 1] as i64 as i32)
    }
    /// `A :=` register `r`, a record of the type that the payload names.
    fn load_record(&mut self, r: usize) {
        let slow = self.slow();
        self.load_kind(r, Kind::Record, 0);
        self.masm.field(Reg::B, Reg::A, offset::field(0) as i32);
        let rtd = self.payload_constant();
        self.masm.if_word(Reg::B, rtd, false, slow);
    }
}

impl<M: MacroAsm> DataOps for Baseline<'_, M> {
    type Flow = ();

    fn cons(&mut self, i: Instr) {
        let slow = self.slow();
        self.masm.allocate(GRANULE as u32, slow);
        self.load(Reg::B, i.b());
        self.masm.set_field(Reg::A, 0, Reg::B);
        self.load(Reg::B, i.c());
        self.masm.set_field(Reg::A, 8, Reg::B);
        self.masm.offset_by(Reg::A, TAG_PAIR as i32);
        self.store(i.a(), Reg::A);
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
        self.load_kind(i.b(), Kind::Vector, 0);
        self.load(Reg::B, i.c());
        self.vector_get(i.a());
    }
    fn vector_ref_int(&mut self, i: Instr) {
        self.load_kind(i.b(), Kind::Vector, 0);
        self.masm.load_word(Reg::B, value::fixnum(i.c() as i64));
        self.vector_get(i.a());
    }
    fn vector_set(&mut self, i: Instr) {
        self.load_kind(i.a(), Kind::Vector, FLAG_IMMUTABLE);
        self.load(Reg::B, i.b());
        self.vector_put(i.c());
    }
    fn vector_set_int(&mut self, i: Instr) {
        self.load_kind(i.a(), Kind::Vector, FLAG_IMMUTABLE);
        self.masm.load_word(Reg::B, value::fixnum(i.b() as i64));
        self.vector_put(i.c());
    }
    fn vector_length(&mut self, i: Instr) {
        self.load_kind(i.b(), Kind::Vector, 0);
        self.masm.field(Reg::A, Reg::A, offset::LENGTH as i32);
        self.store(i.a(), Reg::A);
    }
    fn string_ref(&mut self, i: Instr) {
        let slow = self.slow();
        self.load_kind(i.b(), Kind::String, 0);
        self.masm.field(Reg::C, Reg::A, offset::field(0) as i32);
        self.masm.if_kind(Reg::C, Kind::StringBody as u8, FLAG_WIDE as u16, false, slow);
        self.load(Reg::B, i.c());
        self.need_index(Reg::C);
        self.masm.load_byte(Reg::A, Reg::C, Reg::B, offset::ELEMENTS as i32);
        self.masm.shift_left(Reg::A, CHAR_SHIFT as u8);
        self.masm.offset_by(Reg::A, CHAR_LOW as i32);
        self.store(i.a(), Reg::A);
    }
    fn string_length(&mut self, i: Instr) {
        self.load_kind(i.b(), Kind::String, 0);
        self.masm.field(Reg::A, Reg::A, offset::field(0) as i32);
        self.masm.field(Reg::A, Reg::A, offset::LENGTH as i32);
        self.store(i.a(), Reg::A);
    }
    fn bytevector_ref(&mut self, i: Instr) {
        self.load_kind(i.b(), Kind::Bytevector, 0);
        self.load(Reg::B, i.c());
        self.need_index(Reg::A);
        self.masm.load_byte(Reg::A, Reg::A, Reg::B, offset::ELEMENTS as i32);
        self.masm.shift_left(Reg::A, TAG_BITS as u8);
        self.store(i.a(), Reg::A);
    }
    fn bytevector_set(&mut self, i: Instr) {
        let slow = self.slow();
        self.load_kind(i.a(), Kind::Bytevector, FLAG_IMMUTABLE);
        self.load(Reg::B, i.b());
        self.need_index(Reg::A);
        self.load(Reg::C, i.c());
        self.masm.need_fixnum(Reg::C, slow);
        self.masm.need_below(Reg::C, value::fixnum(256), slow);
        self.masm.shift_right(Reg::C, TAG_BITS as u8);
        self.masm.store_byte(Reg::A, Reg::B, offset::ELEMENTS as i32, Reg::C);
    }
    fn char_to_integer(&mut self, i: Instr) {
        let slow = self.slow();
        self.load(Reg::A, i.b());
        self.masm.if_tag(Reg::A, 0xFF, CHAR_LOW as u8, false, slow);
        self.masm.shift_right(Reg::A, CHAR_SHIFT as u8);
        self.masm.shift_left(Reg::A, TAG_BITS as u8);
        self.store(i.a(), Reg::A);
    }
    fn integer_to_char(&mut self, i: Instr) {
        let slow = self.slow();
        self.load(Reg::A, i.b());
        self.masm.need_fixnum(Reg::A, slow);
        // Surrogates and what lies above them are for the interpreter.
        self.masm.need_below(Reg::A, value::fixnum(0xD800), slow);
        self.masm.shift_left(Reg::A, CHAR_SHIFT as u8 - TAG_BITS as u8);
        self.masm.offset_by(Reg::A, CHAR_LOW as i32);
        self.store(i.a(), Reg::A);
    }
    fn record_ref(&mut self, i: Instr) {
        self.load_record(i.b());
        self.masm.field(Reg::A, Reg::A, offset::field(1 + i.c()) as i32);
        self.store(i.a(), Reg::A);
    }
    fn record_set(&mut self, i: Instr) {
        self.load_record(i.a());
        self.load(Reg::B, i.c());
        self.store_into(Place::Field(offset::field(1 + i.b()) as i32), Reg::B);
    }
}
