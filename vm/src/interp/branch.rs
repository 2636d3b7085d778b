//! Conditional jumps, with the comparisons fused in.

use super::{Interp, St, inject};
use crate::cx::Cx;
use crate::num::{self, Compare, Unordered};
use crate::processor::Processor;
use crate::val::Val;
use gambol_abi::layout::Kind;
use gambol_abi::ops::{BranchOps, Instr};
use gambol_abi::prims::Type;
use gambol_abi::value::{self, FALSE, NIL, Word};

impl Interp {
    /// Jumps by a 32-bit label if `yes`.
    #[inline(always)]
    fn far(&mut self, yes: bool, i: Instr) {
        let rel = if yes { i.bx() as isize } else { 0 };
        self.jump_by(rel);
    }
    /// Jumps by a 16-bit label if `yes`.
    #[inline(always)]
    fn near(&mut self, yes: bool, i: Instr) {
        let rel = if yes { i.c_int() as isize } else { 0 };
        self.jump_by(rel);
    }
    #[inline(always)]
    fn compare(&mut self, i: Instr, sense: bool, (a, b): (Word, Word), op: Compare, fix: impl Fn(i64, i64) -> bool, flo: impl Fn(f64, f64) -> bool) {
        if value::both_fixnums(a, b) {
            self.near(fix(a as i64, b as i64) == sense, i);
        } else if value::is_flonum_immediate(a) && value::is_flonum_immediate(b) {
            self.near(flo(value::flonum_decode(a), value::flonum_decode(b)) == sense, i);
        } else {
            let st = compare_slow(self.p, self.st(), a, b, op, sense);
            self.go(st);
        }
    }
    #[inline(always)]
    fn chars(&mut self, i: Instr, sense: bool, test: impl Fn(Word, Word) -> bool, who: &'static str) {
        let (a, b) = (self.reg(i.a()), self.reg(i.b()));
        if value::is_char(a) && value::is_char(b) {
            self.near(test(a, b) == sense, i);
        } else {
            let st = not_chars(self.p, self.st(), a, b, who);
            self.go(st);
        }
    }
}

macro_rules! comparisons {
    ($($yes:ident $no:ident $yes_int:ident $no_int:ident $op:ident $sym:tt;)*) => { $(
        #[inline(always)]
        fn $yes(&mut self, i: Instr) {
            self.compare(i, true, (self.reg(i.a()), self.reg(i.b())), Compare::$op, |a, b| a $sym b, |a, b| a $sym b);
        }
        #[inline(always)]
        fn $no(&mut self, i: Instr) {
            self.compare(i, false, (self.reg(i.a()), self.reg(i.b())), Compare::$op, |a, b| a $sym b, |a, b| a $sym b);
        }
        #[inline(always)]
        fn $yes_int(&mut self, i: Instr) {
            self.compare(i, true, (self.reg(i.a()), value::fixnum(i.b_int() as i64)), Compare::$op, |a, b| a $sym b, |a, b| a $sym b);
        }
        #[inline(always)]
        fn $no_int(&mut self, i: Instr) {
            self.compare(i, false, (self.reg(i.a()), value::fixnum(i.b_int() as i64)), Compare::$op, |a, b| a $sym b, |a, b| a $sym b);
        }
    )* };
}

impl BranchOps for Interp {
    type Flow = ();

    #[inline(always)]
    fn if_true(&mut self, i: Instr) {
        self.far(self.reg(i.a()) != FALSE, i);
    }
    #[inline(always)]
    fn if_false(&mut self, i: Instr) {
        self.far(self.reg(i.a()) == FALSE, i);
    }
    #[inline(always)]
    fn if_null(&mut self, i: Instr) {
        self.far(self.reg(i.a()) == NIL, i);
    }
    #[inline(always)]
    fn if_not_null(&mut self, i: Instr) {
        self.far(self.reg(i.a()) != NIL, i);
    }
    #[inline(always)]
    fn if_pair(&mut self, i: Instr) {
        self.far(value::is_pair(self.reg(i.a())), i);
    }
    #[inline(always)]
    fn if_not_pair(&mut self, i: Instr) {
        self.far(!value::is_pair(self.reg(i.a())), i);
    }
    #[inline(always)]
    fn if_eq(&mut self, i: Instr) {
        self.near(self.reg(i.a()) == self.reg(i.b()), i);
    }
    #[inline(always)]
    fn if_not_eq(&mut self, i: Instr) {
        self.near(self.reg(i.a()) != self.reg(i.b()), i);
    }
    #[inline(always)]
    fn if_eq_imm(&mut self, i: Instr) {
        self.near(self.reg(i.a()) == i.b_int() as i64 as u64, i);
    }
    #[inline(always)]
    fn if_not_eq_imm(&mut self, i: Instr) {
        self.near(self.reg(i.a()) != i.b_int() as i64 as u64, i);
    }
    #[inline(always)]
    fn if_eqv(&mut self, i: Instr) {
        self.near(eqv(self.reg(i.a()), self.reg(i.b())), i);
    }
    #[inline(always)]
    fn if_not_eqv(&mut self, i: Instr) {
        self.near(!eqv(self.reg(i.a()), self.reg(i.b())), i);
    }
    #[inline(always)]
    fn if_tag(&mut self, i: Instr) {
        self.near(self.reg(i.a()) & (i.b() >> 8) as u64 == (i.b() & 0xFF) as u64, i);
    }
    #[inline(always)]
    fn if_not_tag(&mut self, i: Instr) {
        self.near(self.reg(i.a()) & (i.b() >> 8) as u64 != (i.b() & 0xFF) as u64, i);
    }
    #[inline(always)]
    fn if_kind(&mut self, i: Instr) {
        let w = self.reg(i.a());
        // SAFETY: the tag says there is a header.
        self.near(value::is_object(w) && unsafe { crate::val::header_raw(w) } as u8 == i.b() as u8, i);
    }
    #[inline(always)]
    fn if_not_kind(&mut self, i: Instr) {
        let w = self.reg(i.a());
        // SAFETY: the tag says there is a header.
        self.near(!(value::is_object(w) && unsafe { crate::val::header_raw(w) } as u8 == i.b() as u8), i);
    }
    comparisons! {
        if_num_eq if_not_num_eq if_num_eq_int if_not_num_eq_int Eq ==;
        if_less if_not_less if_less_int if_not_less_int Less <;
        if_less_eq if_not_less_eq if_less_eq_int if_not_less_eq_int LessEq <=;
        if_greater if_not_greater if_greater_int if_not_greater_int Greater >;
        if_greater_eq if_not_greater_eq if_greater_eq_int if_not_greater_eq_int GreaterEq >=;
    }
    #[inline(always)]
    fn if_char_eq(&mut self, i: Instr) {
        self.chars(i, true, |a, b| a == b, "char=?");
    }
    #[inline(always)]
    fn if_not_char_eq(&mut self, i: Instr) {
        self.chars(i, false, |a, b| a == b, "char=?");
    }
    #[inline(always)]
    fn if_char_less(&mut self, i: Instr) {
        self.chars(i, true, |a, b| a < b, "char<?");
    }
    #[inline(always)]
    fn if_not_char_less(&mut self, i: Instr) {
        self.chars(i, false, |a, b| a < b, "char<?");
    }
}

/// `eqv?` of words.
#[inline(always)]
fn eqv(a: Word, b: Word) -> bool {
    a == b || (value::is_object(a) && value::is_object(b) && eqv_objects(a, b))
}

#[inline(never)]
fn eqv_objects(a: Word, b: Word) -> bool {
    // SAFETY: both are live values, and comparing numbers does not allocate.
    let (a, b) = unsafe { (Val::from_word(a), Val::from_word(b)) };
    a.kind() == b.kind() && matches!(a.kind(), Some(Kind::Bignum | Kind::Ratnum | Kind::Compnum | Kind::Flonum)) && num::eqv(a, b)
}

#[inline(never)]
fn compare_slow(p: *mut Processor, st: St, a: Word, b: Word, op: Compare, sense: bool) -> St {
    // SAFETY: the loop owns the processor.
    let p = unsafe { &mut *p };
    p.save(st);
    // SAFETY: both are live values, and comparing numbers does not allocate.
    match unsafe { num::order(op, Val::from_word(a), Val::from_word(b)) } {
        Ok(y) => jump(st, y == sense),
        Err(Unordered::Long) => {
            let result = Cx::enter(p, |cx| {
                let (a, b) = (cx.root_word(a), cx.root_word(b));
                num::compare(cx, op, a, b)
            });
            match result {
                Ok(y) => jump(st, y == sense),
                Err(r) => inject::raise(p, st, r),
            }
        }
        Err(Unordered::WrongType(culprit)) => {
            let who = as_written(st, op);
            let r = Cx::enter(p, |cx| {
                let value = cx.root_word([a, b][culprit]);
                cx.wrong_operand(who, value, op.operands())
            });
            inject::raise(p, st, r)
        }
    }
}

/// Past a conditional jump, or to its target.
fn jump(st: St, taken: bool) -> St {
    let rel = if taken { st.instr().c_int() as isize } else { 0 };
    St { pc: st.pc.wrapping_offset(1 + rel), ..st }
}

/// The procedure that the program calls at `st`.
#[cold]
fn as_written(st: St, op: Compare) -> &'static str {
    // SAFETY: the running frame's closure.
    let t = unsafe { Val::from_word(*st.sp.add(1)) }.template();
    t.name_at(t.index_of(st.pc)).unwrap_or(op.name())
}

#[cold]
#[inline(never)]
fn not_chars(p: *mut Processor, st: St, a: Word, b: Word, who: &'static str) -> St {
    // SAFETY: the loop owns the processor.
    let p = unsafe { &mut *p };
    p.save(st);
    let r = Cx::enter(p, |cx| {
        let position = usize::from(value::is_char(a));
        let culprit = cx.root_word(if position == 0 { a } else { b });
        cx.wrong_type_at(who, position, culprit, Type::Char)
    });
    inject::raise(p, st, r)
}
