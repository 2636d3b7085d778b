//! Arithmetic: fixnums and self-tagged flonums inline, everything else in `num`.

use super::{Interp, St, inject};
use crate::cx::Cx;
use crate::num::{self, Arith};
use crate::processor::Processor;
use gambol_abi::ops::{ArithOps, Instr};
use gambol_abi::value::{self, Word};

impl Interp {
    #[inline(always)]
    fn generic(&mut self, i: Instr, op: Arith, a: Word, b: Word) {
        let st = arith_slow(self.p, self.st(), i.a(), op, a, b);
        self.go(st);
    }
    /// Both self-tagged flonums and the result is one too.
    #[inline(always)]
    fn flonums(&mut self, i: Instr, a: Word, b: Word, op: impl Fn(f64, f64) -> f64) -> bool {
        if value::is_flonum_immediate(a)
            && value::is_flonum_immediate(b)
            && let Some(w) = value::flonum_encode(op(value::flonum_decode(a), value::flonum_decode(b)))
        {
            self.set(i.a(), w);
            self.next(1);
            return true;
        }
        false
    }
    #[inline(always)]
    fn add_words(&mut self, i: Instr, a: Word, b: Word) {
        if value::both_fixnums(a, b) {
            if let Some(sum) = (a as i64).checked_add(b as i64) {
                self.set(i.a(), sum as u64);
                return self.next(1);
            }
        } else if self.flonums(i, a, b, |x, y| x + y) {
            return;
        }
        self.generic(i, Arith::Add, a, b);
    }
    #[inline(always)]
    fn sub_words(&mut self, i: Instr, a: Word, b: Word) {
        if value::both_fixnums(a, b) {
            if let Some(difference) = (a as i64).checked_sub(b as i64) {
                self.set(i.a(), difference as u64);
                return self.next(1);
            }
        } else if self.flonums(i, a, b, |x, y| x - y) {
            return;
        }
        self.generic(i, Arith::Sub, a, b);
    }
    /// Fixnum division by a divisor that is not zero; the quotient's overflow goes the generic way.
    #[inline(always)]
    fn divide(&mut self, i: Instr, op: Arith, f: impl Fn(i64, i64) -> i64) {
        let (a, b) = (self.reg(i.b()), self.reg(i.c()));
        if value::both_fixnums(a, b)
            && b != 0
            && let Some(w) = value::fixnum_checked(f(value::fixnum_value(a), value::fixnum_value(b)))
        {
            self.set(i.a(), w);
            return self.next(1);
        }
        self.generic(i, op, a, b);
    }
}

impl ArithOps for Interp {
    type Flow = ();

    #[inline(always)]
    fn add(&mut self, i: Instr) {
        self.add_words(i, self.reg(i.b()), self.reg(i.c()));
    }
    #[inline(always)]
    fn sub(&mut self, i: Instr) {
        self.sub_words(i, self.reg(i.b()), self.reg(i.c()));
    }
    #[inline(always)]
    fn mul(&mut self, i: Instr) {
        let (a, b) = (self.reg(i.b()), self.reg(i.c()));
        if value::both_fixnums(a, b) {
            if let Some(product) = value::fixnum_value(a).checked_mul(b as i64) {
                self.set(i.a(), product as u64);
                return self.next(1);
            }
        } else if self.flonums(i, a, b, |x, y| x * y) {
            return;
        }
        self.generic(i, Arith::Mul, a, b);
    }
    #[inline(always)]
    fn div(&mut self, i: Instr) {
        let (a, b) = (self.reg(i.b()), self.reg(i.c()));
        if !self.flonums(i, a, b, |x, y| x / y) {
            self.generic(i, Arith::Div, a, b);
        }
    }
    #[inline(always)]
    fn add_int(&mut self, i: Instr) {
        self.add_words(i, self.reg(i.b()), value::fixnum(i.c_int() as i64));
    }
    #[inline(always)]
    fn sub_int(&mut self, i: Instr) {
        self.sub_words(i, self.reg(i.b()), value::fixnum(i.c_int() as i64));
    }
    #[inline(always)]
    fn quotient(&mut self, i: Instr) {
        self.divide(i, Arith::Quotient, |a, b| a / b);
    }
    #[inline(always)]
    fn remainder(&mut self, i: Instr) {
        self.divide(i, Arith::Remainder, |a, b| a % b);
    }
    #[inline(always)]
    fn modulo(&mut self, i: Instr) {
        self.divide(i, Arith::Modulo, |a, b| {
            let r = a % b;
            if r != 0 && (r < 0) != (b < 0) { r + b } else { r }
        });
    }
}

#[inline(never)]
fn arith_slow(p: *mut Processor, st: St, dst: usize, op: Arith, a: Word, b: Word) -> St {
    // SAFETY: the loop owns the processor.
    let p = unsafe { &mut *p };
    p.save(st);
    let result = Cx::enter(p, |cx| {
        let (a, b) = (cx.root_word(a), cx.root_word(b));
        num::arith(cx, op, a, b).map(|v| v.word())
    });
    match result {
        Ok(w) => {
            st.set(dst, w);
            st.after(1)
        }
        Err(r) => inject::raise(p, st, r),
    }
}
