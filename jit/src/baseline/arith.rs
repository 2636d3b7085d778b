//! Arithmetic: fixnums or self-tagged flonums, the likelier ones in line and the others behind the
//! code, then the interpreter.

use super::cache::Fact;
use super::{Baseline, Late};
use crate::masm::{DivOp, FloOp, MacroAsm, Reg};
use gambol_abi::ops::{ArithOps, Instr};
use gambol_abi::value;

/// An operation on two numbers: what machine code does not find in line.
#[derive(Clone, Copy)]
pub(super) enum Arithmetic {
    /// On flonums.
    Flo(FloOp),
    /// On fixnums.
    Fix(FloOp),
    /// On a flonum and an integer.
    FloInt(FloOp, i16),
    /// On a fixnum and an integer.
    FixInt(FloOp, i16),
}

impl<M: MacroAsm> Baseline<'_, M> {
    pub(super) fn is(&self, slot: usize, fact: Fact) -> bool {
        self.cache.fact(slot as u16) == Some(fact)
    }
    pub(super) fn likely_flonum(&self, slot: usize) -> bool {
        self.is(slot, Fact::LikelyFlonum) || self.constant_in(slot).is_some_and(value::is_flonum_immediate)
    }

    /// `a := b op c`.
    fn two_ways(&mut self, i: Instr, op: FloOp) {
        let (b, c) = (i.b(), i.c());
        let flonums = op == FloOp::Div || self.likely_flonum(b) || self.likely_flonum(c);
        let fixnums = [b, c].map(|slot| self.is(slot, Fact::Fixnum));
        let [x, y] = [self.value(b), self.value(c)];
        let d = self.fresh();
        let step = self.slow();
        let (slow, done) = (self.masm.label(), self.masm.label());
        let other = if op == FloOp::Div { step } else { slow };
        if flonums {
            self.masm.need_flonums(x, y, other);
            self.masm.flo(op, d, x, y, step);
        } else {
            self.need_fixnums_unless(fixnums, [x, y], slow);
            self.fix(op, [d, x, y], step);
        }
        if op != FloOp::Div && (flonums || fixnums != [true, true]) {
            let op = if flonums { Arithmetic::Fix(op) } else { Arithmetic::Flo(op) };
            self.late.push(Late::Other { slow, done, step, op, regs: [d, x, y] });
        }
        self.masm.bind(done);
        self.define(i.a(), d);
        if flonums {
            self.cache.learn(i.a() as u16, Fact::LikelyFlonum);
        }
    }
    /// Checks the operands that are not `known` to be fixnums.
    pub(super) fn need_fixnums_unless(&mut self, known: [bool; 2], [x, y]: [Reg; 2], slow: M::Label) {
        match known {
            [true, true] => {}
            [true, false] => self.masm.need_fixnum(y, slow),
            [false, true] => self.masm.need_fixnum(x, slow),
            [false, false] => self.masm.need_fixnums(x, y, slow),
        }
    }
    fn fix(&mut self, op: FloOp, [d, x, y]: [Reg; 3], step: M::Label) {
        match op {
            FloOp::Add => self.masm.add(d, x, y, step),
            FloOp::Sub => self.masm.sub(d, x, y, step),
            FloOp::Mul => self.masm.mul(d, x, y, step),
            FloOp::Div => unreachable!("fixnums are divided by the interpreter"),
        }
    }
    /// Behind the code: what the fast path in line is not for.
    pub(super) fn other_arithmetic(&mut self, op: Arithmetic, [d, x, y]: [Reg; 3], step: M::Label) {
        match op {
            Arithmetic::Flo(op) => {
                self.masm.need_flonums(x, y, step);
                self.masm.flo(op, d, x, y, step);
            }
            Arithmetic::Fix(op) => {
                self.masm.need_fixnums(x, y, step);
                self.fix(op, [d, x, y], step);
            }
            Arithmetic::FloInt(op, n) => self.flo_int(op, [d, x], n, step),
            Arithmetic::FixInt(op, n) => {
                self.masm.need_fixnum(x, step);
                self.fix_int(op, [d, x], n, step);
            }
        }
    }
    fn flo_int(&mut self, op: FloOp, [d, x]: [Reg; 2], n: i16, step: M::Label) {
        let word = value::flonum_encode(n.into()).expect("small integers are self-tagged");
        self.masm.need_flonums(x, x, step);
        self.masm.load_word(d, word);
        self.masm.flo(op, d, x, d, step);
    }
    fn fix_int(&mut self, op: FloOp, [d, x]: [Reg; 2], n: i16, step: M::Label) {
        let n = if op == FloOp::Sub { -i64::from(n) } else { n.into() };
        self.masm.add_imm(d, x, value::fixnum(n) as i64 as i32, step);
    }
    /// `a := b op c`, where `c` is an integer.
    fn with_int(&mut self, i: Instr, op: FloOp) {
        let n = i.c_int();
        let flonum = self.likely_flonum(i.b());
        let fixnum = self.is(i.b(), Fact::Fixnum);
        let x = self.value(i.b());
        let d = self.fresh();
        let step = self.slow();
        let (slow, done) = (self.masm.label(), self.masm.label());
        if flonum {
            // Whoever is no flonum has a second chance behind the code.
            self.masm.need_flonums(x, x, slow);
            self.flo_int(op, [d, x], n, step);
        } else {
            if !fixnum {
                self.masm.need_fixnum(x, slow);
            }
            self.fix_int(op, [d, x], n, step);
        }
        if flonum || !fixnum {
            let op = if flonum { Arithmetic::FixInt(op, n) } else { Arithmetic::FloInt(op, n) };
            self.late.push(Late::Other { slow, done, step, op, regs: [d, x, x] });
        }
        self.masm.bind(done);
        self.define(i.a(), d);
        if flonum {
            self.cache.learn(i.a() as u16, Fact::LikelyFlonum);
        }
    }
    fn division(&mut self, i: Instr, op: DivOp) {
        // The operands and the result are where division has them.
        self.spill(self.live());
        for r in [Reg::A, Reg::B, Reg::C] {
            self.claim(r);
        }
        let slow = self.slow();
        self.masm.load(Reg::A, self.slot(i.b()));
        self.masm.load(Reg::B, self.slot(i.c()));
        self.masm.need_fixnums(Reg::A, Reg::B, slow);
        self.masm.div(op, slow);
        self.define(i.a(), Reg::A);
    }
}

impl<M: MacroAsm> ArithOps for Baseline<'_, M> {
    type Flow = ();

    fn add(&mut self, i: Instr) {
        self.two_ways(i, FloOp::Add);
    }
    fn sub(&mut self, i: Instr) {
        self.two_ways(i, FloOp::Sub);
    }
    fn mul(&mut self, i: Instr) {
        self.two_ways(i, FloOp::Mul);
    }
    fn div(&mut self, i: Instr) {
        self.two_ways(i, FloOp::Div);
    }
    fn add_int(&mut self, i: Instr) {
        self.with_int(i, FloOp::Add);
    }
    fn sub_int(&mut self, i: Instr) {
        self.with_int(i, FloOp::Sub);
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
