//! Conditional jumps, with the comparisons fused in.

use super::cache::{Cache, Fact};
use super::{Baseline, Late};
use crate::masm::{Cond, MacroAsm, Reg};
use gambol_abi::ops::{BranchOps, Instr};
use gambol_abi::value::{self, CHAR_LOW, FALSE, NIL, TAG_MASK, TAG_PAIR};

impl<M: MacroAsm> Baseline<'_, M> {
    /// What must be stored on both ways of a jump to `target` is stored before it is decided on.
    fn before_branch(&mut self, target: usize) {
        if !self.keeps(target) {
            self.need_frame();
            self.save(self.flow.live[target]);
        }
    }
    fn keeps(&self, target: usize) -> bool {
        target > self.pc && self.flow.joins[target].keeps_registers()
    }
    /// The label of a jump to `target`; registers stay as they are until then.
    fn taken(&mut self, target: usize) -> M::Label {
        let cache = self.cache.clone();
        self.taken_with(target, cache)
    }
    fn taken_with(&mut self, target: usize, cache: Cache) -> M::Label {
        if self.keeps(target) {
            self.places[target].cache = Some(cache);
            self.places[target].frameless = self.frameless;
        }
        self.label(target)
    }
    /// A jump without a condition.
    pub(super) fn go_to(&mut self, target: usize) {
        self.before_branch(target);
        let label = self.taken(target);
        self.masm.jump(label);
    }

    fn word(&mut self, i: Instr, w: u64, sense: bool) {
        self.word_at(i.a(), w, sense, i.bx() as isize);
    }
    fn word_at(&mut self, slot: usize, w: u64, sense: bool, rel: isize) {
        let target = self.target(rel);
        self.before_branch(target);
        let x = self.value(slot);
        let label = self.taken(target);
        self.masm.if_word(x, w, sense, label);
    }
    fn tag(&mut self, i: Instr, mask: u8, tag: u8, sense: bool, rel: isize) {
        let target = self.target(rel);
        self.before_branch(target);
        let x = self.value(i.a());
        let (mut yes, slot) = (self.cache.clone(), i.a() as u16);
        let fact = match (mask, tag) {
            (7, t) if u64::from(t) == TAG_PAIR => Some(Fact::Pair),
            (7, 0) => Some(Fact::Fixnum),
            _ => None,
        };
        // What the test says holds on one of the ways.
        if let Some(fact) = fact {
            if sense { yes.learn(slot, fact) } else { self.cache.learn(slot, fact) }
        }
        let label = self.taken_with(target, yes);
        self.masm.if_tag(x, mask, tag, sense, label);
    }
    fn same(&mut self, i: Instr, sense: bool) {
        let target = self.target(i.c_int() as isize);
        self.before_branch(target);
        let [x, y] = [self.value(i.a()), self.value(i.b())];
        let label = self.taken(target);
        self.masm.if_same(x, y, sense, label);
    }
    /// Equal words are `eqv?`; of others the interpreter knows more, unless one is an immediate
    /// or a pair.
    fn equivalent(&mut self, i: Instr, sense: bool) {
        let target = self.target(i.c_int() as isize);
        self.before_branch(target);
        let [x, y] = [self.value(i.a()), self.value(i.b())];
        let (slow, label, end) = (self.slow(), self.taken(target), self.masm.label());
        let (same, other) = if sense { (label, end) } else { (end, label) };
        self.masm.if_same(x, y, true, same);
        // Only two objects with headers can be equivalent and not the same.
        self.masm.if_tag(x, TAG_MASK as u8, value::TAG_OBJECT as u8, false, other);
        self.masm.if_tag(y, TAG_MASK as u8, value::TAG_OBJECT as u8, false, other);
        self.masm.jump(slow);
        self.masm.bind(end);
    }
    fn kind(&mut self, i: Instr, sense: bool) {
        let target = self.target(i.c_int() as isize);
        self.before_branch(target);
        let x = self.value(i.a());
        let (mut yes, slot, fact) = (self.cache.clone(), i.a() as u16, Fact::Kind(i.b() as u8));
        if sense {
            yes.learn(slot, fact)
        } else {
            self.cache.learn(slot, fact)
        }
        let label = self.taken_with(target, yes);
        self.masm.if_kind(x, i.b() as u8, 0, sense, label);
    }
    fn order(&mut self, i: Instr, cond: Cond, sense: bool) {
        let target = self.target(i.c_int() as isize);
        self.before_branch(target);
        let flonums = self.likely_flonum(i.a()) || self.likely_flonum(i.b());
        let fixnums = [i.a(), i.b()].map(|slot| self.is(slot, Fact::Fixnum));
        let [x, y] = [self.value(i.a()), self.value(i.b())];
        let (step, label) = (self.slow(), self.taken(target));
        let (slow, done) = (self.masm.label(), self.masm.label());
        if flonums {
            self.masm.need_flonums(x, y, slow);
            self.masm.if_flo(x, y, cond, sense, label);
        } else {
            self.need_fixnums_unless(fixnums, [x, y], slow);
            self.masm.if_order(x, y, cond, sense, label);
        }
        self.masm.bind(done);
        if flonums || fixnums != [true, true] {
            self.late.push(Late::Compare { slow, done, step, flonums: !flonums, regs: [x, y], cond, sense, label });
        }
    }
    fn order_int(&mut self, i: Instr, cond: Cond, sense: bool) {
        let target = self.target(i.c_int() as isize);
        self.before_branch(target);
        let fixnum = self.is(i.a(), Fact::Fixnum);
        let x = self.value(i.a());
        let (step, label) = (self.slow(), self.taken(target));
        let (slow, done) = (self.masm.label(), self.masm.label());
        if !fixnum {
            self.masm.need_fixnum(x, slow);
        }
        self.masm.if_order_imm(x, value::fixnum(i64::from(i.b_int())) as i64 as i32, cond, sense, label);
        self.masm.bind(done);
        if !fixnum {
            self.late.push(Late::CompareInt { slow, done, step, x, n: i.b_int(), cond, sense, label });
        }
    }
    fn chars(&mut self, i: Instr, cond: Cond, sense: bool) {
        let target = self.target(i.c_int() as isize);
        self.before_branch(target);
        let word = self.constant_in(i.b()).filter(|&w| value::is_char(w)).and_then(|w| i32::try_from(w).ok());
        if let Some(word) = word {
            let x = self.value(i.a());
            let (slow, label) = (self.slow(), self.taken(target));
            self.masm.if_tag(x, 0xFF, CHAR_LOW as u8, false, slow);
            return self.masm.if_order_imm(x, word, cond, sense, label);
        }
        let [x, y] = [self.value(i.a()), self.value(i.b())];
        let (slow, label) = (self.slow(), self.taken(target));
        for r in [x, y] {
            self.masm.if_tag(r, 0xFF, CHAR_LOW as u8, false, slow);
        }
        self.masm.if_order(x, y, cond, sense, label);
    }
    /// Behind the code: operands that are not of the kind that is compared in line.
    pub(super) fn other_comparison(&mut self, flonums: bool, [x, y]: [Reg; 2], cond: Cond, sense: bool, label: M::Label, step: M::Label) {
        if flonums {
            self.masm.need_flonums(x, y, step);
            self.masm.if_flo(x, y, cond, sense, label);
        } else {
            self.masm.need_fixnums(x, y, step);
            self.masm.if_order(x, y, cond, sense, label);
        }
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
        self.word_at(i.a(), i.b_int() as i64 as u64, true, i.c_int() as isize);
    }
    fn if_not_eq_imm(&mut self, i: Instr) {
        self.word_at(i.a(), i.b_int() as i64 as u64, false, i.c_int() as isize);
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
