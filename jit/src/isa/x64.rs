//! x86-64. `rsp` is the stack of Scheme frames, `r15` the context, `rbx` the procedure being
//! entered; `r10`, `r11` and `rsi` are this file's own.

use crate::masm::{Cond, DivOp, FloOp, MacroAsm, Place, Reg};
use dynasmrt::x64::X64Relocation;
use dynasmrt::{DynamicLabel, DynasmApi, DynasmLabelApi, VecAssembler, dynasm};
use gambol_abi::context::{TAIL_CALLS, offsets, stubs};
use gambol_abi::frame::AT;
use gambol_abi::layout::offset as field;
use gambol_abi::template;
use gambol_abi::value::{FLONUM_TAG_SET, TAG_BITS, TAG_FIXNUM, TAG_MASK, TAG_OBJECT, TAG_PAIR, TAG_PROCEDURE};
use gambol_gc::attrs;

macro_rules! asm {
    ($self:ident $($t:tt)*) => {{ dynasm!($self.0; .arch x64 $($t)*); }};
}

/// An assembler for x86-64.
pub(crate) struct X64(VecAssembler<X64Relocation>);

impl X64 {
    pub(crate) fn new() -> X64 {
        X64(VecAssembler::new(0))
    }
    /// The address of a stub, as an operand.
    fn stub(n: usize) -> i32 {
        (offsets::stubs + 8 * n) as i32
    }
    /// Goes to `fail` unless the low bits of `r` are `tag`.
    fn need_tag(&mut self, r: Reg, tag: u64, fail: DynamicLabel) {
        let r = num(r);
        asm!(self; lea r11d, [Rq(r) - tag as i32]; test r11b, TAG_MASK as i8; jnz =>fail);
    }
    /// `xmm := ` the number in a self-tagged flonum.
    fn decode(&mut self, x: u8, r: Reg) {
        let r = num(r);
        asm!(self; mov r11, Rq(r); xor r11, 6; ror r11, 4; movq Rx(x), r11);
    }
    /// `d :=` flonum of the number in `xmm0`; `fail` when it is not self-tagged.
    fn encode(&mut self, d: Reg, fail: DynamicLabel) {
        let d = num(d);
        asm!(self; movq Rq(d), xmm0; rol Rq(d), 4; xor Rq(d), 6; mov r11d, FLONUM_TAG_SET as i32; bt r11d, Rd(d); jnc =>fail);
    }
    /// Jumps if `xmm0 cond xmm1`, or not; nothing holds of a NaN.
    fn float_order(&mut self, cond: Cond, sense: bool, l: DynamicLabel) {
        // `ucomisd` answers "above" and "above or equal" with no for a NaN; "below" it does not.
        match cond {
            Cond::Less | Cond::LessEq => asm!(self; ucomisd xmm1, xmm0),
            Cond::Equal | Cond::Greater | Cond::GreaterEq => asm!(self; ucomisd xmm0, xmm1),
        }
        match (cond, sense) {
            (Cond::Less | Cond::Greater, true) => asm!(self; ja =>l),
            (Cond::Less | Cond::Greater, false) => asm!(self; jbe =>l),
            (Cond::LessEq | Cond::GreaterEq, true) => asm!(self; jae =>l),
            (Cond::LessEq | Cond::GreaterEq, false) => asm!(self; jb =>l),
            (Cond::Equal, true) => {
                let end = self.label();
                asm!(self; jp =>end; je =>l; =>end);
            }
            (Cond::Equal, false) => asm!(self; jp =>l; jne =>l),
        }
    }
    /// Jumps if the flags of a signed comparison say `cond`, or not.
    fn signed(&mut self, cond: Cond, sense: bool, l: DynamicLabel) {
        match (cond, sense) {
            (Cond::Equal, true) => asm!(self; je =>l),
            (Cond::Equal, false) => asm!(self; jne =>l),
            (Cond::Less, true) | (Cond::GreaterEq, false) => asm!(self; jl =>l),
            (Cond::LessEq, true) | (Cond::Greater, false) => asm!(self; jle =>l),
            (Cond::Greater, true) | (Cond::LessEq, false) => asm!(self; jg =>l),
            (Cond::GreaterEq, true) | (Cond::Less, false) => asm!(self; jge =>l),
        }
    }
    /// Takes a frame off the stack.
    fn drop_frame(&mut self, frame: u32) {
        if frame == 0 {
            return;
        }
        match i8::try_from(frame) {
            Ok(frame) => asm!(self; add rsp, BYTE frame),
            Err(_) => asm!(self; add rsp, frame as i32),
        }
    }
    fn jump_if(&mut self, sense: bool, l: DynamicLabel) {
        if sense { asm!(self; je =>l) } else { asm!(self; jne =>l) }
    }
}

/// `rax`, `rcx`, `rdx`, `r8`, `r9`, `rdi`, `r12`, `r13`, `rbp`; `A`, `B`, `C` are what division wants.
const fn num(r: Reg) -> u8 {
    match r {
        Reg::A => 0,
        Reg::B => 1,
        Reg::C => 2,
        Reg::D => 8,
        Reg::E => 9,
        Reg::F => 7,
        Reg::G => 12,
        Reg::H => 13,
        Reg::I => 5,
    }
}

/// Offset of a hot word of the collector.
const fn hot(at: usize) -> i32 {
    (offsets::gc + at) as i32
}

impl MacroAsm for X64 {
    type Label = DynamicLabel;

    fn label(&mut self) -> DynamicLabel {
        self.0.new_dynamic_label()
    }
    fn bind(&mut self, l: DynamicLabel) {
        asm!(self; =>l);
    }
    fn offset(&self) -> u32 {
        self.0.offset().0 as u32
    }
    fn finish(self) -> Vec<u8> {
        // Labels are all bound: the baseline compiler binds what it makes.
        self.0.finalize().expect("every label is bound")
    }

    fn load(&mut self, d: Reg, slot: i32) {
        match i8::try_from(slot) {
            Ok(slot) => asm!(self; mov Rq(num(d)), [BYTE rsp + slot]),
            Err(_) => asm!(self; mov Rq(num(d)), [rsp + slot]),
        }
    }
    fn store(&mut self, slot: i32, s: Reg) {
        match i8::try_from(slot) {
            Ok(slot) => asm!(self; mov [BYTE rsp + slot], Rq(num(s))),
            Err(_) => asm!(self; mov [rsp + slot], Rq(num(s))),
        }
    }
    fn store_word(&mut self, slot: i32, w: u64) {
        match (i32::try_from(w as i64), i8::try_from(slot)) {
            (Ok(imm), Ok(slot)) => asm!(self; mov QWORD [BYTE rsp + slot], imm),
            (Ok(imm), Err(_)) => asm!(self; mov QWORD [rsp + slot], imm),
            (Err(_), _) => asm!(self; mov r11, QWORD w as i64; mov [rsp + slot], r11),
        }
    }
    fn load_word(&mut self, d: Reg, w: u64) {
        let d = num(d);
        match (u32::try_from(w), i32::try_from(w as i64)) {
            (Ok(0), _) => asm!(self; xor Rd(d), Rd(d)),
            (Ok(low), _) => asm!(self; mov Rd(d), low as i32),
            (_, Ok(imm)) => asm!(self; mov Rq(d), imm),
            _ => asm!(self; mov Rq(d), QWORD w as i64),
        }
    }

    fn copy(&mut self, d: Reg, s: Reg) {
        if d != s {
            asm!(self; mov Rq(num(d)), Rq(num(s)));
        }
    }
    fn exchange(&mut self, a: Reg, b: Reg) {
        asm!(self; xchg Rq(num(a)), Rq(num(b)));
    }
    fn context(&mut self, d: Reg, offset: usize) {
        asm!(self; mov Rq(num(d)), [r15 + offset as i32]);
    }
    fn set_context(&mut self, offset: usize, s: Reg) {
        asm!(self; mov [r15 + offset as i32], Rq(num(s)));
    }

    fn jump(&mut self, l: DynamicLabel) {
        asm!(self; jmp =>l);
    }
    fn if_word(&mut self, r: Reg, w: u64, sense: bool, l: DynamicLabel) {
        let r = num(r);
        match i32::try_from(w as i64) {
            Ok(0) => asm!(self; test Rq(r), Rq(r)),
            Ok(imm) => asm!(self; cmp Rq(r), imm),
            Err(_) => asm!(self; mov r11, QWORD w as i64; cmp Rq(r), r11),
        }
        self.jump_if(sense, l);
    }
    fn if_same(&mut self, a: Reg, b: Reg, sense: bool, l: DynamicLabel) {
        asm!(self; cmp Rq(num(a)), Rq(num(b)));
        self.jump_if(sense, l);
    }
    fn if_bits(&mut self, r: Reg, mask: u32, value: u32, sense: bool, l: DynamicLabel) {
        asm!(self; mov r11d, Rd(num(r)); and r11d, mask as i32; cmp r11d, value as i32);
        self.jump_if(sense, l);
    }
    fn if_in_set(&mut self, r: Reg, set: u64, sense: bool, l: DynamicLabel) {
        asm!(self; mov r11, QWORD set as i64; bt r11, Rq(num(r)));
        if sense { asm!(self; jc =>l) } else { asm!(self; jnc =>l) }
    }
    fn if_kind(&mut self, r: Reg, kind: u8, flags: u16, sense: bool, l: DynamicLabel) {
        let end = self.label();
        let other = if sense { end } else { l };
        self.need_tag(r, TAG_OBJECT, other);
        let r = num(r);
        if flags == 0 {
            asm!(self; cmp BYTE [Rq(r) + field::HEADER as i32], kind as i8);
        } else {
            asm!(self; movzx r11d, WORD [Rq(r) + field::HEADER as i32]; and r11d, i32::from(flags) | 0xFF; cmp r11d, i32::from(kind));
        }
        self.jump_if(sense, l);
        asm!(self; =>end);
    }
    fn if_order(&mut self, a: Reg, b: Reg, cond: Cond, sense: bool, l: DynamicLabel) {
        asm!(self; cmp Rq(num(a)), Rq(num(b)));
        self.signed(cond, sense, l);
    }
    fn if_order_imm(&mut self, a: Reg, imm: i32, cond: Cond, sense: bool, l: DynamicLabel) {
        asm!(self; cmp Rq(num(a)), imm);
        self.signed(cond, sense, l);
    }

    fn need_fixnums(&mut self, a: Reg, b: Reg, fail: DynamicLabel) {
        asm!(self; mov r11d, Rd(num(a)); or r11d, Rd(num(b)); test r11b, TAG_MASK as i8; jnz =>fail);
    }
    fn need_fixnum(&mut self, a: Reg, fail: DynamicLabel) {
        asm!(self; test Rb(num(a)), TAG_MASK as i8; jnz =>fail);
    }
    fn need_pair(&mut self, a: Reg, fail: DynamicLabel) {
        self.need_tag(a, TAG_PAIR, fail);
    }
    fn need_flonums(&mut self, a: Reg, b: Reg, fail: DynamicLabel) {
        asm!(self; mov r11d, FLONUM_TAG_SET as i32; bt r11d, Rd(num(a)); jnc =>fail);
        if a != b {
            asm!(self; bt r11d, Rd(num(b)); jnc =>fail);
        }
    }
    fn add(&mut self, d: Reg, a: Reg, b: Reg, fail: DynamicLabel) {
        asm!(self; mov Rq(num(d)), Rq(num(a)); add Rq(num(d)), Rq(num(b)); jo =>fail);
    }
    fn sub(&mut self, d: Reg, a: Reg, b: Reg, fail: DynamicLabel) {
        asm!(self; mov Rq(num(d)), Rq(num(a)); sub Rq(num(d)), Rq(num(b)); jo =>fail);
    }
    fn mul(&mut self, d: Reg, a: Reg, b: Reg, fail: DynamicLabel) {
        asm!(self; mov Rq(num(d)), Rq(num(a)); sar Rq(num(d)), TAG_BITS as i8; imul Rq(num(d)), Rq(num(b)); jo =>fail);
    }
    fn div(&mut self, op: DivOp, fail: DynamicLabel) {
        let (wide, done) = (self.label(), self.label());
        asm!(self
            ; test rcx, rcx
            ; jz =>fail
            ; cmp rcx, -8
            ; je =>fail
            // Divisions of half the width take a third of the time.
            ; mov r11, rax
            ; or r11, rcx
            ; shr r11, 32
            ; jnz =>wide
            ; xor edx, edx
            ; div ecx
            ; jmp =>done
            ; =>wide
            ; cqo
            ; idiv rcx
            ; =>done
        );
        match op {
            // The quotient of the words is that of the numbers, untagged; the remainder is tagged.
            DivOp::Quotient => asm!(self; shl rax, 3),
            DivOp::Remainder => asm!(self; mov rax, rdx),
            DivOp::Modulo => {
                let positive = self.label();
                asm!(self
                    ; mov rax, rdx
                    ; test rax, rax
                    ; jz =>positive
                    ; xor rdx, rcx
                    ; jns =>positive
                    ; add rax, rcx
                    ; =>positive
                );
            }
        }
    }
    fn add_imm(&mut self, d: Reg, a: Reg, imm: i32, fail: DynamicLabel) {
        asm!(self; mov Rq(num(d)), Rq(num(a)); add Rq(num(d)), imm; jo =>fail);
    }
    fn flo(&mut self, op: FloOp, d: Reg, a: Reg, b: Reg, fail: DynamicLabel) {
        self.decode(0, a);
        self.decode(1, b);
        match op {
            FloOp::Add => asm!(self; addsd xmm0, xmm1),
            FloOp::Sub => asm!(self; subsd xmm0, xmm1),
            FloOp::Mul => asm!(self; mulsd xmm0, xmm1),
            FloOp::Div => asm!(self; divsd xmm0, xmm1),
        }
        self.encode(d, fail);
    }
    fn if_flo(&mut self, a: Reg, b: Reg, cond: Cond, sense: bool, l: DynamicLabel) {
        self.decode(0, a);
        self.decode(1, b);
        self.float_order(cond, sense, l);
    }
    fn if_flo_number(&mut self, a: Reg, b: f64, cond: Cond, sense: bool, l: DynamicLabel) {
        self.decode(0, a);
        asm!(self; mov r11, QWORD b.to_bits() as i64; movq xmm1, r11);
        self.float_order(cond, sense, l);
    }

    fn float(&mut self, fail: DynamicLabel) {
        asm!(self; sar rax, TAG_BITS as i8; pxor xmm0, xmm0; cvtsi2sd xmm0, rax);
        self.encode(Reg::A, fail);
    }
    fn sqrt(&mut self, fail: DynamicLabel) {
        self.decode(0, Reg::A);
        asm!(self; sqrtsd xmm0, xmm0);
        self.encode(Reg::A, fail);
    }
    fn flip(&mut self, r: Reg, imm: i32) {
        asm!(self; xor Rq(num(r)), imm);
    }

    fn address(&mut self, d: Reg, base: Reg, offset: i32) {
        asm!(self; lea Rq(num(d)), [Rq(num(base)) + offset]);
    }
    fn field(&mut self, d: Reg, base: Reg, offset: i32) {
        match i8::try_from(offset) {
            Ok(offset) => asm!(self; mov Rq(num(d)), [BYTE Rq(num(base)) + offset]),
            Err(_) => asm!(self; mov Rq(num(d)), [Rq(num(base)) + offset]),
        }
    }
    fn set_field(&mut self, base: Reg, offset: i32, s: Reg) {
        match i8::try_from(offset) {
            Ok(offset) => asm!(self; mov [BYTE Rq(num(base)) + offset], Rq(num(s))),
            Err(_) => asm!(self; mov [Rq(num(base)) + offset], Rq(num(s))),
        }
    }
    fn need_index(&mut self, base: Reg, offset: i32, index: Reg, fail: DynamicLabel) {
        let i = num(index);
        asm!(self; test Rb(i), TAG_MASK as i8; jnz =>fail; cmp Rq(i), [Rq(num(base)) + offset]; jae =>fail);
    }
    fn need_length(&mut self, base: Reg, offset: i32, index: u64, fail: DynamicLabel) {
        asm!(self; cmp QWORD [Rq(num(base)) + offset], index as i32; jbe =>fail);
    }
    fn element(&mut self, d: Reg, base: Reg, index: Reg, offset: i32) {
        asm!(self; mov Rq(num(d)), [Rq(num(base)) + Rq(num(index)) + offset]);
    }
    fn set_element(&mut self, base: Reg, index: Reg, offset: i32, s: Reg) {
        asm!(self; mov [Rq(num(base)) + Rq(num(index)) + offset], Rq(num(s)));
    }
    fn load_byte(&mut self, d: Reg, base: Reg, index: Reg, offset: i32) {
        asm!(self; mov r11, Rq(num(index)); shr r11, TAG_BITS as i8; movzx Rd(num(d)), BYTE [Rq(num(base)) + r11 + offset]);
    }
    fn store_byte(&mut self, base: Reg, index: Reg, offset: i32, s: Reg) {
        asm!(self; mov r11, Rq(num(index)); shr r11, TAG_BITS as i8; mov [Rq(num(base)) + r11 + offset], Rb(num(s)));
    }
    fn shift_left(&mut self, r: Reg, by: u8) {
        asm!(self; shl Rq(num(r)), by as i8);
    }
    fn shift_right(&mut self, r: Reg, by: u8) {
        asm!(self; shr Rq(num(r)), by as i8);
    }
    fn offset_by(&mut self, r: Reg, imm: i32) {
        asm!(self; add Rq(num(r)), imm);
    }
    fn need_below(&mut self, a: Reg, bound: u64, fail: DynamicLabel) {
        match i32::try_from(bound) {
            Ok(bound) => asm!(self; cmp Rq(num(a)), bound),
            Err(_) => asm!(self; mov r11, QWORD bound as i64; cmp Rq(num(a)), r11),
        }
        asm!(self; jae =>fail);
    }

    fn barrier(&mut self, value: Reg, slow: DynamicLabel) {
        asm!(self; mov r11, Rq(num(value)); xor r11, [r15 + hot(attrs::WINDOW_BASE)]; cmp r11, [r15 + hot(attrs::BARRIER_LIMIT)]; jb =>slow);
    }
    fn barrier_slow(&mut self, object: Reg, to: Place, value: Reg, store: DynamicLabel) {
        let object = num(object);
        // Nothing needs to be done for an object that is private: not marked as shared.
        asm!(self
            ; mov r11, Rq(object)
            ; shr r11, attrs::GRANULE.trailing_zeros() as i8
            ; add r11, [r15 + hot(attrs::METADATA)]
            ; test BYTE [r11], attrs::SHARED as i8
            ; jz =>store
        );
        match to {
            Place::Field(offset) => asm!(self; lea r10, [Rq(object) + offset]),
            Place::Element(index, offset) => asm!(self; lea r10, [Rq(object) + Rq(num(index)) + offset]),
        }
        asm!(self; mov rsi, Rq(object); mov r11, Rq(num(value)); call QWORD [r15 + X64::stub(stubs::BARRIER)]; jmp =>store);
    }
    fn allocate(&mut self, d: Reg, bytes: u32, fail: DynamicLabel) {
        asm!(self
            ; mov Rq(num(d)), [r15 + hot(attrs::ALLOC)]
            ; lea r11, [Rq(num(d)) + bytes as i32]
            ; cmp r11, [r15 + hot(attrs::LIMIT)]
            ; ja =>fail
            ; mov [r15 + hot(attrs::ALLOC)], r11
        );
    }

    fn enter(&mut self, extent: u32, frame: u32, fail: DynamicLabel) {
        asm!(self
            ; lea r11, [rsp - extent as i32]
            ; cmp r11, [r15 + offsets::limit as i32]
            ; jbe =>fail
        );
        self.push_frame(frame);
    }
    fn if_count(&mut self, count: u32, l: DynamicLabel) {
        asm!(self; cmp ecx, count as i32; je =>l);
    }
    fn enter_slow(&mut self, frame: u32, pc: u32, interpret: bool) {
        self.push_frame(frame);
        let pc = u64::from(pc) + if interpret { AT } else { 0 };
        asm!(self; mov eax, pc as i32; jmp QWORD [r15 + X64::stub(stubs::ENTER)]);
    }
    fn push_frame(&mut self, frame: u32) {
        match i8::try_from(frame) {
            Ok(frame) => asm!(self; sub rsp, BYTE frame),
            Err(_) => asm!(self; sub rsp, frame as i32),
        }
        asm!(self; mov [BYTE rsp + 8], rbx);
    }
    fn pop_frame(&mut self, frame: u32) {
        asm!(self; mov rbx, [rsp + 8]);
        self.drop_frame(frame);
    }
    fn closure(&mut self, d: Reg) {
        asm!(self; mov Rq(num(d)), rbx);
    }
    fn poll(&mut self, fail: DynamicLabel) {
        asm!(self; cmp rsp, [r15 + offsets::limit as i32]; jbe =>fail);
    }
    fn call(&mut self, count: u32, resume: u32, fail: DynamicLabel) {
        self.tail_check(count, fail);
        asm!(self; mov QWORD [rsp], resume as i32; mov rbx, rax; call QWORD [r10 + template::MACHINE as i32]);
    }
    fn call_near(&mut self, entry: DynamicLabel, resume: u32) {
        asm!(self; mov QWORD [rsp], resume as i32; mov rbx, [rsp + 8]; call =>entry);
    }
    fn tail_check(&mut self, count: u32, fail: DynamicLabel) {
        self.need_tag(Reg::A, TAG_PROCEDURE, fail);
        if count > template::COUNT_MAX {
            return asm!(self; jmp =>fail);
        }
        let (byte, bit) = ((template::MACHINE_COUNTS as u32 + count / 8) as i32, 1u8 << (count % 8));
        asm!(self; mov r10, [rax + field::TEMPLATE as i32]; test BYTE [r10 + byte], bit as i8; jz =>fail; mov ecx, count as i32);
    }
    fn note_tail_call(&mut self) {
        let mask = 8 * (TAIL_CALLS as i32 - 1);
        asm!(self
            ; mov r11, [r15 + offsets::tail_count as i32]
            ; lea rsi, [>here]
            ; here:
            ; and r11d, mask / 8
            ; mov [r15 + r11 * 8 + offsets::tail_calls as i32], rsi
            ; inc QWORD [r15 + offsets::tail_count as i32]
        );
    }
    fn tail_call(&mut self, frame: u32) {
        self.drop_frame(frame);
        asm!(self; mov rbx, rax; jmp QWORD [r10 + template::MACHINE as i32]);
    }
    fn tail_call_near(&mut self, entry: DynamicLabel, frame: u32) {
        asm!(self; mov rbx, [rsp + 8]);
        self.drop_frame(frame);
        asm!(self; jmp =>entry);
    }
    fn ret(&mut self, frame: u32) {
        self.drop_frame(frame);
        asm!(self; ret);
    }
    fn step(&mut self, address: u64, frame: u32, next: DynamicLabel) {
        asm!(self
            ; mov rsi, QWORD address as i64
            ; lea rdx, [rsp + frame as i32]
            ; lea rcx, [=>next]
            ; jmp QWORD [r15 + X64::stub(stubs::STEP)]
        );
    }
    fn capture(&mut self, frame: u32, pc: u32) {
        asm!(self; mov eax, (u64::from(pc) + AT) as i32; lea rsi, [rsp + frame as i32]; call QWORD [r15 + X64::stub(stubs::CAPTURE)]);
    }
    fn throw(&mut self, address: u64, frame: u32) {
        asm!(self; mov rsi, QWORD address as i64; lea rdx, [rsp + frame as i32]; jmp QWORD [r15 + X64::stub(stubs::THROW)]);
    }
    fn primitive(&mut self, prim: u16, slot: i32, count: u32, pc: u32) {
        asm!(self
            ; mov eax, (u64::from(pc) + AT) as i32
            ; mov esi, i32::from(prim)
            ; lea rdx, [rsp + slot]
            ; mov ecx, count as i32
            ; call QWORD [r15 + X64::stub(stubs::PRIMITIVE)]
        );
    }
}

const _: () = assert!(TAG_FIXNUM == 0);
