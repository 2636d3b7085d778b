//! Every instruction has machine code, whose map says where each goes on.

use super::*;
use crate::compile;
use gambol_abi::frame::{ManyValues, ReturnPoint};
use gambol_abi::ops::{Op, Operand, Payload};

const REGISTERS: u16 = 4;

/// One instruction with plausible operands, then a return.
fn code_of(op: Op) -> Vec<u64> {
    let field = |operand: Operand, register: u16| match operand {
        Operand::Src | Operand::Dst => register,
        Operand::Count => 1,
        _ => 0,
    };
    let [a, b, c] = op.operands();
    let word = match b {
        // The one constant stands just before the code.
        Operand::Const => Instr::abx(op, field(a, 0), -1),
        Operand::Int32 | Operand::Word32 | Operand::Label32 => Instr::abx(op, field(a, 0), 0),
        _ => Instr::abc(op, field(a, 0), field(b, 1), field(c, 2)),
    };
    let mut code = vec![word.0];
    match op.payload() {
        Payload::None => {}
        Payload::Return => code.push(ReturnPoint::new(REGISTERS + 2, 1, 0, ManyValues::Refuse).0),
        Payload::Registers => code.push(1 | 3 << 16),
        Payload::Const => code.push(-1i64 as u64),
    }
    // A label may lead to the second word after.
    code.extend([Instr::abc(Op::Return, 0, 0, 0).0, Instr::abc(Op::Return, 0, 0, 0).0]);
    code
}

fn source(code: &[u64]) -> Source<'_> {
    Source { constants: &[0x1234_5678_9abc_def4], code, address: 0x1000, registers: REGISTERS, parameters: 1, extent: 200, own: None, own_arity: 0 }
}

#[test]
fn every_instruction_is_translated() {
    for &op in Op::ALL {
        let code = code_of(op);
        let blob = compile(Isa::X64, &source(&code)).unwrap_or_else(|e| panic!("{op:?}: {e:?}"));
        assert_eq!(blob.map.len(), code.len(), "{op:?}");
        assert!(blob.map[0] > blob.entry && (blob.map[0] as usize) < blob.bytes.len(), "{op:?}: {:?}", blob.map);
        // What follows an instruction that the interpreter may have to run can be gone on with, and so
        // can a call's return point.
        let next = ops::instruction_words(&code, 0);
        let interpreted = matches!(op.family(), "arith" | "data") || matches!(op, Op::Call | Op::Receive | Op::CellRef | Op::MakeClosure);
        assert!(!interpreted || blob.map[next] != Blob::NONE, "{op:?}");
        let returns = op.payload() == Payload::Return;
        assert!(next == 1 || (blob.map[1] != Blob::NONE) == returns, "{op:?}: {:?}", blob.map);
    }
}

#[test]
fn what_does_not_fit_is_refused() {
    let code = code_of(Op::Move);
    let large = Source { extent: EXTENT_MAX + 1, ..source(&code) };
    assert_eq!(compile(Isa::X64, &large), Err(Bailout::Frame));
    let long = vec![Instr::abc(Op::Return, 0, 0, 0).0; WORDS_MAX + 1];
    assert_eq!(compile(Isa::X64, &source(&long)), Err(Bailout::Length));
}

#[test]
fn what_returns_without_a_call_makes_no_frame() {
    let code = [Instr::abc(Op::Return, 3, 0, 0).0];
    let blob = compile(Isa::X64, &source(&code)).expect("it is small");
    let at = blob.entry as usize;
    // mov rax, [rsp - 0x20]; ret
    assert_eq!(blob.bytes[at..at + 6], [0x48, 0x8b, 0x44, 0x24, 0xe0, 0xc3]);
}
