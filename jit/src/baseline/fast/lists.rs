//! Making and searching lists, vectors and records.

use super::{Arguments, SEARCH_MAX};
use crate::baseline::Baseline;
use crate::masm::{Cond, MacroAsm, Reg};
use gambol_abi::layout::{GRANULE, Kind, header, offset, record_type, round_up};
use gambol_abi::value::{FALSE, NIL, TAG_MASK, TAG_OBJECT, TAG_PAIR, fixnum};

/// Most elements of an object that is filled one by one.
const ELEMENTS_MAX: usize = 16;

impl<M: MacroAsm> Baseline<'_, M> {
    pub(super) fn make_list(&mut self, args: Arguments, slow: M::Label) -> bool {
        match args.count {
            0 => self.masm.load_word(Reg::A, NIL),
            n if n > ELEMENTS_MAX => return false,
            n => {
                self.masm.allocate(Reg::A, (n * GRANULE) as u32, slow);
                for k in 0..n {
                    let at = (k * GRANULE) as i32;
                    self.argument(Reg::B, args, k);
                    self.masm.set_field(Reg::A, at, Reg::B);
                    if k + 1 == n {
                        self.masm.load_word(Reg::B, NIL);
                    } else {
                        self.masm.address(Reg::B, Reg::A, at + GRANULE as i32 + TAG_PAIR as i32);
                    }
                    self.masm.set_field(Reg::A, at + 8, Reg::B);
                }
                self.masm.offset_by(Reg::A, TAG_PAIR as i32);
            }
        }
        true
    }
    pub(super) fn make_vector(&mut self, args: Arguments, slow: M::Label) -> bool {
        if args.count > ELEMENTS_MAX {
            return false;
        }
        self.masm.allocate(Reg::A, round_up(16 + 8 * args.count) as u32, slow);
        self.masm.load_word(Reg::B, header(Kind::Vector, 0));
        self.masm.set_field(Reg::A, 0, Reg::B);
        self.masm.load_word(Reg::B, fixnum(args.count as i64));
        self.masm.set_field(Reg::A, 8, Reg::B);
        self.fill(args, 16);
        self.masm.offset_by(Reg::A, TAG_OBJECT as i32);
        true
    }
    pub(super) fn make_record(&mut self, args: Arguments, slow: M::Label) -> bool {
        if args.count > ELEMENTS_MAX {
            return false;
        }
        self.object(Reg::A, args, 0, Kind::RecordType, 0, slow);
        self.masm.field(Reg::A, Reg::A, offset::field(record_type::FIELDS) as i32);
        self.masm.field(Reg::A, Reg::A, offset::LENGTH as i32);
        self.masm.if_word(Reg::A, fixnum(args.count as i64 - 1), false, slow);
        self.masm.allocate(Reg::A, round_up(8 + 8 * args.count) as u32, slow);
        self.masm.load_word(Reg::B, header(Kind::Record, args.count as u32));
        self.masm.set_field(Reg::A, 0, Reg::B);
        self.fill(args, 8);
        self.masm.offset_by(Reg::A, TAG_OBJECT as i32);
        true
    }
    /// Stores the arguments into the fresh object at `A`.
    fn fill(&mut self, args: Arguments, from: i32) {
        for k in 0..args.count {
            self.argument(Reg::B, args, k);
            self.masm.set_field(Reg::A, from + 8 * k as i32, Reg::B);
        }
    }

    /// Follows the letters of `caddr` and the like.
    pub(super) fn path(&mut self, name: &str, args: Arguments, slow: M::Label) -> bool {
        self.argument(Reg::A, args, 0);
        for letter in name[1..name.len() - 1].bytes().rev() {
            self.masm.need_pair(Reg::A, slow);
            let at = if letter == b'a' { offset::CAR } else { offset::CDR };
            self.masm.field(Reg::A, Reg::A, at as i32);
        }
        true
    }

    /// Walks the list in argument 1, a pair at a time in `A`; `at_pair` gets the label of the end.
    /// The result is `A` at that label, or `#f` at the end of the list.
    fn search(&mut self, args: Arguments, slow: M::Label, at_pair: impl FnOnce(&mut M, M::Label)) -> bool {
        let [next, end, found] = [self.masm.label(), self.masm.label(), self.masm.label()];
        self.argument(Reg::A, args, 1);
        self.argument(Reg::B, args, 0);
        self.masm.load_word(Reg::D, SEARCH_MAX);
        self.masm.bind(next);
        self.masm.if_tag(Reg::A, TAG_MASK as u8, TAG_PAIR as u8, false, end);
        at_pair(&mut self.masm, found);
        self.masm.field(Reg::A, Reg::A, offset::CDR as i32);
        self.masm.offset_by(Reg::D, -1);
        self.masm.if_word(Reg::D, 0, false, next);
        self.masm.jump(slow);
        self.masm.bind(end);
        self.masm.if_word(Reg::A, NIL, false, slow);
        self.masm.load_word(Reg::A, FALSE);
        self.masm.bind(found);
        true
    }
    pub(super) fn memq(&mut self, args: Arguments, slow: M::Label) -> bool {
        self.search(args, slow, |masm, found| {
            masm.field(Reg::C, Reg::A, offset::CAR as i32);
            masm.if_same(Reg::C, Reg::B, true, found);
        })
    }
    pub(super) fn assq(&mut self, args: Arguments, slow: M::Label) -> bool {
        self.search(args, slow, |masm, found| {
            let other = masm.label();
            masm.field(Reg::C, Reg::A, offset::CAR as i32);
            masm.need_pair(Reg::C, slow);
            masm.field(Reg::E, Reg::C, offset::CAR as i32);
            masm.if_same(Reg::E, Reg::B, false, other);
            masm.copy(Reg::A, Reg::C);
            masm.jump(found);
            masm.bind(other);
        })
    }
    pub(super) fn list_length(&mut self, args: Arguments, slow: M::Label) -> bool {
        let (next, end) = (self.masm.label(), self.masm.label());
        self.argument(Reg::B, args, 0);
        self.masm.load_word(Reg::A, fixnum(0));
        self.masm.bind(next);
        self.masm.if_tag(Reg::B, TAG_MASK as u8, TAG_PAIR as u8, false, end);
        self.masm.field(Reg::B, Reg::B, offset::CDR as i32);
        self.masm.offset_by(Reg::A, fixnum(1) as i32);
        self.masm.if_order_imm(Reg::A, fixnum(SEARCH_MAX as i64) as i32, Cond::Less, true, next);
        self.masm.jump(slow);
        self.masm.bind(end);
        self.masm.if_word(Reg::B, NIL, false, slow);
        true
    }
    pub(super) fn symbol_name(&mut self, args: Arguments, slow: M::Label) -> bool {
        self.object(Reg::A, args, 0, Kind::Symbol, 0, slow);
        self.masm.field(Reg::A, Reg::A, offset::field(0) as i32);
        true
    }
}
