//! Arithmetic: fixnums, then self-tagged flonums, then the interpreter.

use super::Baseline;
use crate::masm::{DivOp, FloOp, MacroAsm, Reg};
use gambol_abi::ops::{ArithOps, Instr};
use gambol_abi::value;

impl<M: MacroAsm> Baseline<'_, M> {
    /// `a := b op c`: on fixnums what `fix` emits, on flonums `flo`.
    fn two_ways(&mut self, i: Instr, flo: FloOp, fix: Option<fn(&mut M, M::Label)>) {
        let (slow, floats, done) = (self.slow(), self.masm.label(), self.masm.label());
        self.load(Reg::A, i.b());
        self.load(Reg::B, i.c());
        if let Some(fix) = fix {
            self.masm.need_fixnums(Reg::A, Reg::B, floats);
            fix(&mut self.masm, slow);
            self.masm.jump(done);
        }
        self.masm.bind(floats);
        self.masm.need_flonums(Reg::A, Reg::B, slow);
        self.masm.flo(flo, slow);
        self.masm.bind(done);
        self.store(i.a(), Reg::A);
    }
    fn with_int(&mut self, i: Instr, imm: i64) {
        let slow = self.slow();
        self.load(Reg::A, i.b());
        self.masm.need_fixnum(Reg::A, slow);
        self.masm.add_imm(value::fixnum(imm) as i64 as i32, slow);
        self.store(i.a(), Reg::A);
    }
    fn division(&mut self, i: Instr, op: DivOp) {
        let slow = self.slow();
        self.load(Reg::A, i.b());
        self.load(Reg::B, i.c());
        self.masm.need_fixnums(Reg::A, Reg::B, slow);
        self.masm.div(op, slow);
        self.store(i.a(), Reg::A);
    }
}

impl<M: MacroAsm> ArithOps for Baseline<'_, M> {
    type Flow = ();

    fn add(&mut self, i: Instr) {
        self.two_ways(i, FloOp::Add, Some(M::add));
    }
    fn sub(&mut self, i: Instr) {
        self.two_ways(i, FloOp::Sub, Some(M::sub));
    }
    fn mul(&mut self, i: Instr) {
        self.two_ways(i, FloOp::Mul, Some(M::mul));
    }
    fn div(&mut self, i: Instr) {
        self.two_ways(i, FloOp::Div, None);
    }
    fn add_int(&mut self, i: Instr) {
        self.with_int(i, i64::from(i.c_int()));
    }
    fn sub_int(&mut self, i: Instr) {
        self.with_int(i, -i64::from(i.c_int()));
    }
    fn quotient(&mut self, i: Instr) {
        self.division(i, DivOp::Quotient);
    }
    fn remainder(&mut self, i: Instr) {
        self.division(i, DivOp::Remainder);
    }
    fn modulo(&mut self, i: Instr) {
        self.division(i, DivOp::Modulo);
    }
}
