//! Conditional jumps, with the comparisons fused in.

use super::Baseline;
use crate::masm::{Cond, MacroAsm, Reg};
use gambol_abi::ops::{BranchOps, Instr};
use gambol_abi::value::{self, CHAR_LOW, FALSE, NIL, TAG_MASK, TAG_PAIR};

impl<M: MacroAsm> Baseline<'_, M> {
    fn word(&mut self, i: Instr, w: u64, sense: bool) {
        let target = self.target(i.bx() as isize);
        self.load(Reg::A, i.a());
        self.masm.if_word(Reg::A, w, sense, target);
    }
    fn tag(&mut self, i: Instr, mask: u8, tag: u8, sense: bool, rel: isize) {
        let target = self.target(rel);
        self.load(Reg::A, i.a());
        self.masm.if_tag(Reg::A, mask, tag, sense, target);
    }
    fn same(&mut self, i: Instr, sense: bool) {
        let target = self.target(i.c_int() as isize);
        self.load(Reg::A, i.a());
        self.load(Reg::B, i.b());
        self.masm.if_same(Reg::A, Reg::B, sense, target);
    }
    /// Equal words are `eqv?`; of others the interpreter knows more, unless one is an immediate
    /// or a pair.
    fn equivalent(&mut self, i: Instr, sense: bool) {
        let (slow, target, end) = (self.slow(), self.target(i.c_int() as isize), self.masm.label());
        self.load(Reg::A, i.a());
        self.load(Reg::B, i.b());
        let (same, other) = if sense { (target, end) } else { (end, target) };
        self.masm.if_same(Reg::A, Reg::B, true, same);
        // Only two objects with headers can be equivalent and not the same.
        self.masm.if_tag(Reg::A, TAG_MASK as u8, value::TAG_OBJECT as u8, false, other);
        self.masm.if_tag(Reg::B, TAG_MASK as u8, value::TAG_OBJECT as u8, false, other);
        self.masm.jump(slow);
        self.masm.bind(end);
    }
    fn kind(&mut self, i: Instr, sense: bool) {
        let target = self.target(i.c_int() as isize);
        self.load(Reg::A, i.a());
        self.masm.if_kind(Reg::A, i.b() as u8, 0, sense, target);
    }
    fn order(&mut self, i: Instr, cond: Cond, sense: bool) {
        let (slow, floats, done, target) = (self.slow(), self.masm.label(), self.masm.label(), self.target(i.c_int() as isize));
        self.load(Reg::A, i.a());
        self.load(Reg::B, i.b());
        self.masm.need_fixnums(Reg::A, Reg::B, floats);
        self.masm.if_order(Reg::A, Reg::B, cond, sense, target);
        self.masm.jump(done);
        self.masm.bind(floats);
        self.masm.need_flonums(Reg::A, Reg::B, slow);
        self.masm.if_flo(Reg::A, Reg::B, cond, sense, target);
        self.masm.bind(done);
    }
    fn order_int(&mut self, i: Instr, cond: Cond, sense: bool) {
        let (slow, target) = (self.slow(), self.target(i.c_int() as isize));
        self.load(Reg::A, i.a());
        self.masm.need_fixnum(Reg::A, slow);
        self.masm.if_order_imm(Reg::A, value::fixnum(i64::from(i.b_int())) as i64 as i32, cond, sense, target);
    }
    fn chars(&mut self, i: Instr, cond: Cond, sense: bool) {
        let (slow, target) = (self.slow(), self.target(i.c_int() as isize));
        self.load(Reg::A, i.a());
        self.load(Reg::B, i.b());
        self.masm.if_tag(Reg::A, 0xFF, CHAR_LOW as u8, false, slow);
        self.masm.if_tag(Reg::B, 0xFF, CHAR_LOW as u8, false, slow);
        self.masm.if_order(Reg::A, Reg::B, cond, sense, target);
    }
}

macro_rules! comparisons {
    ($($yes:ident $no:ident $yes_int:ident $no_int:ident $cond:ident;)*) => { $(
        fn $yes(&mut self, i: Instr) {
            self.order(i, Cond::$cond, true);
        }
        fn $no(&mut self, i: Instr) {
            self.order(i, Cond::$cond, false);
        }
        fn $yes_int(&mut self, i: Instr) {
            self.order_int(i, Cond::$cond, true);
        }
        fn $no_int(&mut self, i: Instr) {
            self.order_int(i, Cond::$cond, false);
        }
    )* };
}

impl<M: MacroAsm> BranchOps for Baseline<'_, M> {
    type Flow = ();

    fn if_true(&mut self, i: Instr) {
        self.word(i, FALSE, false);
    }
    fn if_false(&mut self, i: Instr) {
        self.word(i, FALSE, true);
    }
    fn if_null(&mut self, i: Instr) {
        self.word(i, NIL, true);
    }
    fn if_not_null(&mut self, i: Instr) {
        self.word(i, NIL, false);
    }
    fn if_pair(&mut self, i: Instr) {
        self.tag(i, TAG_MASK as u8, TAG_PAIR as u8, true, i.bx() as isize);
    }
    fn if_not_pair(&mut self, i: Instr) {
        self.tag(i, TAG_MASK as u8, TAG_PAIR as u8, false, i.bx() as isize);
    }
    fn if_eq(&mut self, i: Instr) {
        self.same(i, true);
    }
    fn if_not_eq(&mut self, i: Instr) {
        self.same(i, false);
    }
    fn if_eq_imm(&mut self, i: Instr) {
        let target = self.target(i.c_int() as isize);
        self.load(Reg::A, i.a());
        self.masm.if_word(Reg::A, i64::from(i.b_int()) as u64, true, target);
    }
    fn if_not_eq_imm(&mut self, i: Instr) {
        let target = self.target(i.c_int() as isize);
        self.load(Reg::A, i.a());
        self.masm.if_word(Reg::A, i64::from(i.b_int()) as u64, false, target);
    }
    fn if_eqv(&mut self, i: Instr) {
        self.equivalent(i, true);
    }
    fn if_not_eqv(&mut self, i: Instr) {
        self.equivalent(i, false);
    }
    fn if_tag(&mut self, i: Instr) {
        self.tag(i, (i.b() >> 8) as u8, i.b() as u8, true, i.c_int() as isize);
    }
    fn if_not_tag(&mut self, i: Instr) {
        self.tag(i, (i.b() >> 8) as u8, i.b() as u8, false, i.c_int() as isize);
    }
    fn if_kind(&mut self, i: Instr) {
        self.kind(i, true);
    }
    fn if_not_kind(&mut self, i: Instr) {
        self.kind(i, false);
    }
    comparisons! {
        if_num_eq if_not_num_eq if_num_eq_int if_not_num_eq_int Equal;
        if_less if_not_less if_less_int if_not_less_int Less;
        if_less_eq if_not_less_eq if_less_eq_int if_not_less_eq_int LessEq;
        if_greater if_not_greater if_greater_int if_not_greater_int Greater;
        if_greater_eq if_not_greater_eq if_greater_eq_int if_not_greater_eq_int GreaterEq;
    }
    fn if_char_eq(&mut self, i: Instr) {
        self.chars(i, Cond::Equal, true);
    }
    fn if_not_char_eq(&mut self, i: Instr) {
        self.chars(i, Cond::Equal, false);
    }
    fn if_char_less(&mut self, i: Instr) {
        self.chars(i, Cond::Less, true);
    }
    fn if_not_char_less(&mut self, i: Instr) {
        self.chars(i, Cond::Less, false);
    }
}
