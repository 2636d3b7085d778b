//! Characters, strings, and single characters and bytes of ports.

use super::Arguments;
use crate::baseline::Baseline;
use crate::masm::{MacroAsm, Reg};
use gambol_abi::layout::port::{self, flags};
use gambol_abi::layout::{FLAG_IMMUTABLE, FLAG_WIDE, Kind, offset};
use gambol_abi::value::{CHAR_LOW, CHAR_SHIFT, TAG_BITS, UNSPECIFIED, fixnum};

/// First code point that takes more than a byte in UTF-8.
const ASCII_END: u64 = 0x80;
/// The characters below 64 that are whitespace.
const WHITESPACE: u64 = 1 << b' ' | 0b1_1111 << 9;

const POSITION: i32 = offset::field(port::POSITION) as i32;

impl<M: MacroAsm> Baseline<'_, M> {
    /// `d :=` code of the character in argument `i`.
    fn char_code(&mut self, d: Reg, args: Arguments, i: usize, slow: M::Label) {
        self.argument(d, args, i);
        self.masm.if_tag(d, 0xFF, CHAR_LOW as u8, false, slow);
        self.masm.shift_right(d, CHAR_SHIFT as u8);
    }
    /// `A :=` the character of code `C`.
    fn char_from_code(&mut self) {
        self.masm.copy(Reg::A, Reg::C);
        self.masm.shift_left(Reg::A, CHAR_SHIFT as u8);
        self.masm.offset_by(Reg::A, CHAR_LOW as i32);
    }

    pub(super) fn is_whitespace(&mut self, args: Arguments, slow: M::Label) -> bool {
        self.char_code(Reg::A, args, 0, slow);
        self.masm.need_below(Reg::A, ASCII_END, slow);
        self.truth(|masm, no| {
            masm.need_below(Reg::A, 64, no);
            masm.if_in_set(Reg::A, WHITESPACE, false, no);
        })
    }
    pub(super) fn set_char(&mut self, args: Arguments, slow: M::Label) -> bool {
        self.object(Reg::A, args, 0, Kind::String, FLAG_IMMUTABLE, slow);
        self.masm.field(Reg::A, Reg::A, offset::field(0) as i32);
        self.masm.if_kind(Reg::A, Kind::StringBody as u8, FLAG_WIDE as u16, false, slow);
        self.argument(Reg::B, args, 1);
        self.masm.need_index(Reg::A, offset::LENGTH as i32, Reg::B, slow);
        self.char_code(Reg::C, args, 2, slow);
        self.masm.need_below(Reg::C, 0x100, slow);
        self.masm.store_byte(Reg::A, Reg::B, offset::ELEMENTS as i32, Reg::C);
        self.masm.load_word(Reg::A, UNSPECIFIED);
        true
    }

    /// `A :=` the port in argument `i`, of whose flags `wanted` are set and `refused` are not;
    /// `B :=` its position, `D :=` its buffer, with at least a byte from the position on.
    fn port(&mut self, args: Arguments, i: usize, wanted: i64, refused: i64, slow: M::Label) {
        self.object(Reg::A, args, i, Kind::Port, 0, slow);
        self.masm.field(Reg::B, Reg::A, offset::field(port::FLAGS) as i32);
        self.masm.if_bits(Reg::B, fixnum(wanted | refused) as u32, fixnum(wanted) as u32, false, slow);
        self.masm.field(Reg::B, Reg::A, POSITION);
        self.masm.need_index(Reg::A, offset::field(port::LIMIT) as i32, Reg::B, slow);
        self.masm.field(Reg::D, Reg::A, offset::field(port::BUFFER) as i32);
        // Another processor may have exchanged it since.
        self.masm.need_index(Reg::D, offset::LENGTH as i32, Reg::B, slow);
    }
    /// `C :=` the next byte.
    fn peek(&mut self) {
        self.masm.load_byte(Reg::C, Reg::D, Reg::B, offset::ELEMENTS as i32);
    }
    /// Goes on behind the byte at the position.
    fn advance(&mut self) {
        self.masm.offset_by(Reg::B, fixnum(1) as i32);
        self.masm.set_field(Reg::A, POSITION, Reg::B);
    }

    pub(super) fn next_char(&mut self, args: Arguments, slow: M::Label, take: bool) -> bool {
        if args.count == 0 {
            return false;
        }
        self.port(args, 0, flags::INPUT, flags::BINARY | flags::CLOSED, slow);
        self.peek();
        self.masm.need_below(Reg::C, ASCII_END, slow);
        if take {
            self.advance();
        }
        self.char_from_code();
        true
    }
    pub(super) fn next_byte(&mut self, args: Arguments, slow: M::Label, take: bool) -> bool {
        if args.count == 0 {
            return false;
        }
        self.port(args, 0, flags::INPUT | flags::BINARY, flags::CLOSED, slow);
        self.peek();
        if take {
            self.advance();
        }
        self.masm.copy(Reg::A, Reg::C);
        self.masm.shift_left(Reg::A, TAG_BITS as u8);
        true
    }
    /// Puts the byte in `C`.
    fn put(&mut self) -> bool {
        self.masm.store_byte(Reg::D, Reg::B, offset::ELEMENTS as i32, Reg::C);
        self.advance();
        self.masm.load_word(Reg::A, UNSPECIFIED);
        true
    }
    pub(super) fn put_char(&mut self, args: Arguments, slow: M::Label) -> bool {
        if args.count < 2 {
            return false;
        }
        self.char_code(Reg::C, args, 0, slow);
        self.masm.need_below(Reg::C, ASCII_END, slow);
        self.port(args, 1, flags::OUTPUT, flags::BINARY | flags::CLOSED | flags::LINES | flags::UNBUFFERED, slow);
        self.put()
    }
    pub(super) fn put_byte(&mut self, args: Arguments, slow: M::Label) -> bool {
        if args.count < 2 {
            return false;
        }
        self.argument(Reg::C, args, 0);
        self.masm.need_fixnum(Reg::C, slow);
        self.masm.need_below(Reg::C, fixnum(0x100), slow);
        self.masm.shift_right(Reg::C, TAG_BITS as u8);
        self.port(args, 1, flags::OUTPUT | flags::BINARY, flags::CLOSED | flags::LINES | flags::UNBUFFERED, slow);
        self.put()
    }
}
