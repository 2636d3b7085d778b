//! Registers, constants, variables, closures.

use super::Baseline;
use crate::masm::{MacroAsm, Place, Reg};
use gambol_abi::layout::{GRANULE, Kind, header, offset, round_up};
use gambol_abi::ops::{self, Instr, MoveOps};
use gambol_abi::value::{self, TAG_OBJECT, TAG_PROCEDURE, UNBOUND};

impl<M: MacroAsm> Baseline<'_, M> {
    fn load_field(&mut self, dst: usize, object: usize, offset: isize) {
        self.load(Reg::A, object);
        self.masm.field(Reg::A, Reg::A, offset as i32);
        self.store(dst, Reg::A);
    }
    /// `[a + offset] := register`, with the barrier.
    fn store_field(&mut self, offset: isize, register: usize) {
        self.load(Reg::B, register);
        self.store_into(Place::Field(offset as i32), Reg::B);
    }
    fn cell(&mut self, rel: i32) {
        let cell = self.constant(rel);
        self.masm.load_word(Reg::A, cell);
    }
}

impl<M: MacroAsm> MoveOps for Baseline<'_, M> {
    type Flow = ();

    fn move_(&mut self, i: Instr) {
        self.load(Reg::A, i.b());
        self.store(i.a(), Reg::A);
    }
    fn load_int(&mut self, i: Instr) {
        self.masm.store_word(self.slot(i.a()), value::fixnum(i64::from(i.bx())));
    }
    fn load_imm(&mut self, i: Instr) {
        self.masm.store_word(self.slot(i.a()), u64::from(i.bx() as u32));
    }
    fn load_const(&mut self, i: Instr) {
        let word = self.constant(i.bx());
        self.masm.store_word(self.slot(i.a()), word);
    }
    fn make_closure(&mut self, i: Instr) {
        let slow = self.slow();
        let captured: Vec<usize> = ops::payload_registers(self.source.code, self.pc).collect();
        let bytes = round_up(8 + 8 * captured.len());
        if bytes > 1024 {
            return self.interpret();
        }
        self.masm.allocate(bytes as u32, slow);
        let template = self.constant(i.bx());
        self.masm.load_word(Reg::B, template);
        self.masm.set_field(Reg::A, 0, Reg::B);
        for (k, r) in captured.into_iter().enumerate() {
            self.load(Reg::B, r);
            self.masm.set_field(Reg::A, 8 + 8 * k as i32, Reg::B);
        }
        self.masm.offset_by(Reg::A, TAG_PROCEDURE as i32);
        self.store(i.a(), Reg::A);
    }
    fn closure_ref(&mut self, i: Instr) {
        self.load_field(i.a(), i.b(), offset::captured(i.c()));
    }
    fn closure_set(&mut self, i: Instr) {
        self.load(Reg::A, i.a());
        self.store_field(offset::captured(i.b()), i.c());
    }
    fn make_box(&mut self, i: Instr) {
        let slow = self.slow();
        self.masm.allocate(GRANULE as u32, slow);
        self.masm.load_word(Reg::B, header(Kind::Box, 1));
        self.masm.set_field(Reg::A, 0, Reg::B);
        self.load(Reg::B, i.b());
        self.masm.set_field(Reg::A, 8, Reg::B);
        self.masm.offset_by(Reg::A, TAG_OBJECT as i32);
        self.store(i.a(), Reg::A);
    }
    fn box_ref(&mut self, i: Instr) {
        self.load_field(i.a(), i.b(), offset::field(0));
    }
    fn box_set(&mut self, i: Instr) {
        self.load(Reg::A, i.a());
        self.store_field(offset::field(0), i.b());
    }
    fn check_bound(&mut self, i: Instr) {
        let slow = self.slow();
        self.load(Reg::A, i.a());
        self.masm.if_word(Reg::A, UNBOUND, true, slow);
    }
    fn cell_ref(&mut self, i: Instr) {
        let slow = self.slow();
        self.cell(i.bx());
        self.masm.field(Reg::A, Reg::A, offset::field(0) as i32);
        self.masm.if_word(Reg::A, UNBOUND, true, slow);
        self.store(i.a(), Reg::A);
    }
    fn cell_ref_bound(&mut self, i: Instr) {
        self.cell(i.bx());
        self.masm.field(Reg::A, Reg::A, offset::field(0) as i32);
        self.store(i.a(), Reg::A);
    }
    fn cell_set(&mut self, i: Instr) {
        let slow = self.slow();
        self.cell(i.bx());
        self.masm.field(Reg::B, Reg::A, offset::field(0) as i32);
        self.masm.if_word(Reg::B, UNBOUND, true, slow);
        self.store_field(offset::field(0), i.a());
    }
    fn cell_define(&mut self, i: Instr) {
        self.cell(i.bx());
        self.store_field(offset::field(0), i.a());
    }
}
