//! Fast paths of primitives: what their usual case comes to, in place of a call of the body. What a
//! fast path does not know, errors above all, goes to the body, which starts from the beginning: a
//! fast path changes nothing before it is sure.
//!
//! * this file: which primitives have one; numbers, records, the dynamic state
//! * `lists`: making and searching lists, vectors and records
//! * `text`: strings, characters, ports

mod lists;
mod text;

use super::{Baseline, Late};
use crate::masm::{MacroAsm, Place, Reg};
use gambol_abi::context::offsets;
use gambol_abi::layout::{Kind, dynamic, offset};
use gambol_abi::prims::{Control, Fast, Inline, PrimId};
use gambol_abi::value::{FALSE, TAG_BITS, TAG_MASK, TRUE, UNSPECIFIED, fixnum};

/// Most elements that a search looks at before it leaves the rest to the body, which polls.
const SEARCH_MAX: u64 = 1000;

/// Where a primitive's arguments are: frame slots, the first at `slot` and the others below.
#[derive(Clone, Copy)]
pub(super) struct Arguments {
    pub(super) slot: i32,
    pub(super) count: usize,
}

impl Arguments {
    fn slot(self, i: usize) -> i32 {
        debug_assert!(i < self.count);
        self.slot - 8 * i as i32
    }
}

impl<M: MacroAsm> Baseline<'_, M> {
    /// Applies a primitive; its value is in `A`.
    pub(super) fn apply_primitive(&mut self, prim: PrimId, args: Arguments) {
        let (slow, done) = (self.masm.label(), self.masm.label());
        if self.fast(prim, args, slow) {
            self.masm.bind(done);
            self.late.push(Late::Primitive { slow, done, prim, args, pc: self.pc as u32 });
        } else {
            self.masm.primitive(prim.0, args.slot, args.count as u32, self.pc as u32);
        }
    }

    /// The fast path for a call of `prim`, if there is one.
    fn fast(&mut self, prim: PrimId, args: Arguments, slow: M::Label) -> bool {
        let info = prim.info();
        if !info.accepts(args.count) {
            return false;
        }
        let fast = match info.inline {
            Inline::Fast(fast) => fast,
            Inline::Control(Control::RecordRef) => return self.record_field(args, slow, None),
            Inline::Control(Control::RecordSet) => return self.record_field(args, slow, Some(3)),
            Inline::Fold(gambol_abi::ops::Op::Sub) if args.count == 1 => return self.negate(args, slow),
            _ => return false,
        };
        match fast {
            Fast::List => self.make_list(args, slow),
            Fast::Vector => self.make_vector(args, slow),
            Fast::MakeRecord => self.make_record(args, slow),
            Fast::IsRecord => self.is_record(args),
            Fast::Path => self.path(info.name, args, slow),
            Fast::Memq => self.memq(args, slow),
            Fast::Assq => self.assq(args, slow),
            Fast::Length => self.list_length(args, slow),
            Fast::SymbolName => self.symbol_name(args, slow),
            Fast::StringSet => self.set_char(args, slow),
            Fast::IsWhitespace => self.is_whitespace(args, slow),
            Fast::ReadChar => self.next_char(args, slow, true),
            Fast::PeekChar => self.next_char(args, slow, false),
            Fast::ReadByte => self.next_byte(args, slow, true),
            Fast::PeekByte => self.next_byte(args, slow, false),
            Fast::WriteChar => self.put_char(args, slow),
            Fast::WriteByte => self.put_byte(args, slow),
            Fast::IsExactInteger => self.is_exact_integer(args, slow),
            Fast::IsNumber => self.is_number(args, slow),
            Fast::IsOdd => self.parity(args, slow, true),
            Fast::IsEven => self.parity(args, slow, false),
            Fast::Inexact => self.inexact(args, slow),
            Fast::Sqrt => self.square_root(args, slow),
            Fast::Dynamic => {
                self.masm.context(Reg::A, offsets::dynamic);
                true
            }
            Fast::SetDynamic => self.set_dynamic(args, slow),
            Fast::DynamicRef => self.dynamic_field(args, slow),
        }
    }

    fn argument(&mut self, d: Reg, args: Arguments, i: usize) {
        self.masm.load(d, args.slot(i));
    }
    /// `d :=` argument `i`, an object of `kind` without `flags`.
    fn object(&mut self, d: Reg, args: Arguments, i: usize, kind: Kind, flags: u64, slow: M::Label) {
        self.argument(d, args, i);
        self.masm.if_kind(d, kind as u8, flags as u16, false, slow);
    }
    /// `A := #t` if what `test` emits falls through, `#f` if it jumps to the label it is given.
    fn truth(&mut self, test: impl FnOnce(&mut M, M::Label)) -> bool {
        let (no, end) = (self.masm.label(), self.masm.label());
        test(&mut self.masm, no);
        self.masm.load_word(Reg::A, TRUE);
        self.masm.jump(end);
        self.masm.bind(no);
        self.masm.load_word(Reg::A, FALSE);
        self.masm.bind(end);
        true
    }

    fn is_exact_integer(&mut self, args: Arguments, slow: M::Label) -> bool {
        self.argument(Reg::A, args, 0);
        self.masm.need_fixnum(Reg::A, slow);
        self.masm.load_word(Reg::A, TRUE);
        true
    }
    fn is_number(&mut self, args: Arguments, slow: M::Label) -> bool {
        let yes = self.masm.label();
        self.argument(Reg::A, args, 0);
        self.masm.if_tag(Reg::A, TAG_MASK as u8, 0, true, yes);
        self.masm.need_flonums(Reg::A, Reg::A, slow);
        self.masm.bind(yes);
        self.masm.load_word(Reg::A, TRUE);
        true
    }
    fn parity(&mut self, args: Arguments, slow: M::Label, odd: bool) -> bool {
        self.argument(Reg::A, args, 0);
        self.masm.need_fixnum(Reg::A, slow);
        let unit = fixnum(1) as u8;
        self.truth(|masm, no| masm.if_tag(Reg::A, unit, unit, !odd, no))
    }
    fn negate(&mut self, args: Arguments, slow: M::Label) -> bool {
        let (float, done) = (self.masm.label(), self.masm.label());
        self.argument(Reg::B, args, 0);
        self.masm.need_fixnum(Reg::B, float);
        self.masm.load_word(Reg::A, fixnum(0));
        self.masm.sub(Reg::C, Reg::A, Reg::B, slow);
        self.masm.copy(Reg::A, Reg::C);
        self.masm.jump(done);
        self.masm.bind(float);
        self.masm.need_flonums(Reg::B, Reg::B, slow);
        self.masm.copy(Reg::A, Reg::B);
        // The sign of a float is the top bit of its exponent's neighbour in the word.
        self.masm.flip(Reg::A, gambol_abi::value::FLONUM_SIGN as i32);
        self.masm.bind(done);
        true
    }
    fn inexact(&mut self, args: Arguments, slow: M::Label) -> bool {
        let (float, done) = (self.masm.label(), self.masm.label());
        self.argument(Reg::A, args, 0);
        self.masm.need_fixnum(Reg::A, float);
        self.masm.float(slow);
        self.masm.jump(done);
        self.masm.bind(float);
        self.masm.need_flonums(Reg::A, Reg::A, slow);
        self.masm.bind(done);
        true
    }
    fn square_root(&mut self, args: Arguments, slow: M::Label) -> bool {
        self.argument(Reg::A, args, 0);
        self.masm.need_flonums(Reg::A, Reg::A, slow);
        self.masm.sqrt(slow);
        true
    }

    fn set_dynamic(&mut self, args: Arguments, slow: M::Label) -> bool {
        self.object(Reg::A, args, 0, Kind::Dynamic, 0, slow);
        self.masm.set_context(offsets::dynamic, Reg::A);
        self.masm.load_word(Reg::A, UNSPECIFIED);
        true
    }
    fn dynamic_field(&mut self, args: Arguments, slow: M::Label) -> bool {
        self.object(Reg::A, args, 0, Kind::Dynamic, 0, slow);
        self.argument(Reg::B, args, 1);
        self.masm.need_fixnum(Reg::B, slow);
        self.masm.need_below(Reg::B, fixnum(dynamic::WORDS as i64), slow);
        self.masm.element(Reg::A, Reg::A, Reg::B, offset::field(0) as i32);
        true
    }

    /// Reads a record's field, or stores argument `value` in it; the type is not a constant.
    fn record_field(&mut self, args: Arguments, slow: M::Label, value: Option<usize>) -> bool {
        self.object(Reg::A, args, 0, Kind::Record, 0, slow);
        self.masm.field(Reg::B, Reg::A, offset::field(0) as i32);
        self.argument(Reg::C, args, 1);
        self.masm.if_same(Reg::B, Reg::C, false, slow);
        // The header's upper half counts type and fields.
        self.masm.field(Reg::C, Reg::A, offset::HEADER as i32);
        self.masm.shift_right(Reg::C, 32);
        self.masm.shift_left(Reg::C, TAG_BITS as u8);
        self.masm.offset_by(Reg::C, -(fixnum(1) as i32));
        self.argument(Reg::B, args, 2);
        self.masm.need_fixnum(Reg::B, slow);
        self.masm.if_order(Reg::B, Reg::C, crate::masm::Cond::GreaterEq, true, slow);
        self.masm.if_order_imm(Reg::B, 0, crate::masm::Cond::Less, true, slow);
        let first = offset::field(1) as i32;
        match value {
            None => self.masm.element(Reg::A, Reg::A, Reg::B, first),
            Some(i) => {
                self.argument(Reg::C, args, i);
                self.store_into(Reg::A, Place::Element(Reg::B, first), Reg::C);
                self.masm.load_word(Reg::A, UNSPECIFIED);
            }
        }
        true
    }
    fn is_record(&mut self, args: Arguments) -> bool {
        self.argument(Reg::A, args, 0);
        self.argument(Reg::C, args, 1);
        self.truth(|masm, no| {
            masm.if_kind(Reg::A, Kind::Record as u8, 0, false, no);
            masm.field(Reg::B, Reg::A, offset::field(0) as i32);
            masm.if_same(Reg::B, Reg::C, false, no);
        })
    }
}
