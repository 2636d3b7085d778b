//! Registers, constants, variables, closures.

use super::Baseline;
use super::cache::Fact;
use crate::masm::{MacroAsm, Place, Reg};
use gambol_abi::layout::{GRANULE, Kind, header, offset, round_up};
use gambol_abi::ops::{self, Instr, MoveOps};
use gambol_abi::value::{self, TAG_OBJECT, TAG_PROCEDURE, UNBOUND};

/// Bytes of a closure that the runtime makes.
const CLOSURE_MAX: usize = 1024;

impl<M: MacroAsm> Baseline<'_, M> {
    pub(super) fn load_field(&mut self, dst: usize, object: usize, offset: isize) {
        let x = self.value(object);
        let d = self.fresh();
        self.masm.field(d, x, offset as i32);
        self.define(dst, d);
    }
    /// `[object + offset] := value`, with the barrier.
    fn store_field(&mut self, object: usize, offset: isize, value: usize) {
        let [x, y] = [self.value(object), self.value(value)];
        self.store_into(x, Place::Field(offset as i32), y);
    }
    /// A register with the address of a variable's cell.
    fn cell(&mut self, rel: i32) -> Reg {
        let cell = self.constant(rel);
        let d = self.fresh();
        self.masm.load_word(d, cell);
        d
    }
    /// The value of `slot`: where it is, or in `spare`.
    pub(super) fn value_or(&mut self, slot: usize, spare: Reg) -> Reg {
        match (self.held(slot), self.constant_in(slot)) {
            (Some(r), _) => r,
            (None, Some(word)) => {
                self.masm.load_word(spare, word);
                spare
            }
            (None, None) => {
                self.load_slot(spare, slot);
                spare
            }
        }
    }
}

impl<M: MacroAsm> MoveOps for Baseline<'_, M> {
    type Flow = ();

    fn move_(&mut self, i: Instr) {
        if let Some(word) = self.constant_in(i.b()) {
            return self.define_constant(i.a(), word);
        }
        let fact = self.cache.fact(i.b() as u16);
        let x = self.value(i.b());
        if self.live_after.has(i.b() as u16) {
            let d = self.fresh();
            self.masm.copy(d, x);
            self.define(i.a(), d);
        } else {
            // The register changes its owner.
            self.cache_release(i.b());
            self.define(i.a(), x);
        }
        if let Some(fact) = fact {
            self.cache.learn(i.a() as u16, fact);
        }
    }
    fn load_int(&mut self, i: Instr) {
        self.define_constant(i.a(), value::fixnum(i64::from(i.bx())));
    }
    fn load_imm(&mut self, i: Instr) {
        self.define_constant(i.a(), u64::from(i.bx() as u32));
    }
    fn load_const(&mut self, i: Instr) {
        let word = self.constant(i.bx());
        self.define_constant(i.a(), word);
    }
    fn make_closure(&mut self, i: Instr) {
        let captured: Vec<usize> = ops::payload_registers(self.source.code, self.pc).collect();
        let bytes = round_up(8 + 8 * captured.len());
        if bytes > CLOSURE_MAX {
            return self.interpret();
        }
        let [d, spare] = [self.fresh(), self.fresh()];
        let slow = self.slow();
        self.masm.allocate(d, bytes as u32, slow);
        let template = self.constant(i.bx());
        self.masm.load_word(spare, template);
        self.masm.set_field(d, 0, spare);
        for (k, slot) in captured.into_iter().enumerate() {
            let x = self.value_or(slot, spare);
            self.masm.set_field(d, 8 + 8 * k as i32, x);
        }
        self.masm.offset_by(d, TAG_PROCEDURE as i32);
        self.define(i.a(), d);
    }
    fn closure_ref(&mut self, i: Instr) {
        self.load_field(i.a(), i.b(), offset::captured(i.c()));
    }
    fn closure_set(&mut self, i: Instr) {
        self.store_field(i.a(), offset::captured(i.b()), i.c());
    }
    fn make_box(&mut self, i: Instr) {
        let x = self.value(i.b());
        let [d, spare] = [self.fresh(), self.fresh()];
        let slow = self.slow();
        self.masm.allocate(d, GRANULE as u32, slow);
        self.masm.load_word(spare, header(Kind::Box, 1));
        self.masm.set_field(d, 0, spare);
        self.masm.set_field(d, 8, x);
        self.masm.offset_by(d, TAG_OBJECT as i32);
        self.define(i.a(), d);
        self.cache.learn(i.a() as u16, Fact::Kind(Kind::Box as u8));
    }
    fn box_ref(&mut self, i: Instr) {
        self.load_field(i.a(), i.b(), offset::field(0));
    }
    fn box_set(&mut self, i: Instr) {
        self.store_field(i.a(), offset::field(0), i.b());
    }
    fn check_bound(&mut self, i: Instr) {
        let x = self.value(i.a());
        let slow = self.slow();
        self.masm.if_word(x, UNBOUND, true, slow);
    }
    fn cell_ref(&mut self, i: Instr) {
        let d = self.cell(i.bx());
        let slow = self.slow();
        self.masm.field(d, d, offset::field(0) as i32);
        self.masm.if_word(d, UNBOUND, true, slow);
        self.define(i.a(), d);
    }
    fn cell_ref_bound(&mut self, i: Instr) {
        let d = self.cell(i.bx());
        self.masm.field(d, d, offset::field(0) as i32);
        self.define(i.a(), d);
    }
    fn cell_set(&mut self, i: Instr) {
        let x = self.value(i.a());
        let d = self.cell(i.bx());
        let old = self.fresh();
        let slow = self.slow();
        self.masm.field(old, d, offset::field(0) as i32);
        self.masm.if_word(old, UNBOUND, true, slow);
        self.store_into(d, Place::Field(offset::field(0) as i32), x);
    }
    fn cell_define(&mut self, i: Instr) {
        let x = self.value(i.a());
        let d = self.cell(i.bx());
        self.store_into(d, Place::Field(offset::field(0) as i32), x);
    }
}
