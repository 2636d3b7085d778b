//! The verifier against damaged code: whatever bits change, it answers; and what it lets pass
//! it lets pass again after the maps have been computed anew.

use super::*;
use crate::ir::parse::parse_unit;
use crate::passes;
use crate::source::SourceMap;
use gambol_abi::ops::Instr;

const PROGRAM: &str = "
(define $f (case-lambda ((a) (lambda (x) (seq (set! a (+ a x)) a))) ((a b . c) (cons a (cons b c)))))
(define $g (lambda (v n) (letrec ((l (lambda (i s) (if (= i n) s (+ 1 (call l (+ i 1) (cons (vector-ref v i) s))))))) (call l 0 '()))))
(receive (a . b) (call $f 1 2 3) (list a b (call $g 1 'quoted) \"text\" (%apply $f 1 b)))";

fn compile(text: &str) -> CompiledUnit {
    let source = SourceMap::new().add("test", text.into());
    let mut unit = parse_unit(source, text).unwrap();
    passes::run(&mut unit, &passes::Options::default(), |_, _| {});
    emit(&unit).unwrap()
}

/// xorshift; the seed is in the assertion messages.
fn random(state: &mut u64, n: usize) -> usize {
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    (*state >> 20) as usize % n.max(1)
}

#[test]
fn damaged_code_is_refused_or_harmless() {
    let good = compile(PROGRAM);
    verify_unit(&good).unwrap();
    let mut refused = 0;
    for seed in 1..20_000u64 {
        let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
        let mut unit = good.clone();
        let number = random(&mut state, unit.templates.len());
        let template = &mut unit.templates[number];
        for _ in 0..=random(&mut state, 3) {
            let at = random(&mut state, template.code.len());
            match random(&mut state, 8) {
                0 => template.code[at] = state,
                1 => template.code.truncate(at),
                2 => template.registers = random(&mut state, 9) as u16,
                3 => template.safepoints.truncate(random(&mut state, 9)),
                4 => template.maps.iter_mut().for_each(|map| *map = vec![state >> 50].into()),
                5 => template.captured = random(&mut state, 3) as u16,
                _ => template.code[at] ^= 1 << random(&mut state, 64),
            }
            if template.code.is_empty() {
                break;
            }
        }
        refused += usize::from(verify_unit(&unit).is_err());
        // Nor does the disassembler mind.
        assert!(!disassemble(&unit, number, None).is_empty(), "seed {seed}");
    }
    assert!(refused > 10_000, "only {refused} were refused");
}

#[test]
fn particular_damage_is_refused() {
    let check = |damage: &dyn Fn(&mut CompiledUnit), expect: &str| {
        let mut unit = compile("(define $f (lambda (a b) (if (null? a) b (+ 1 (call $f (cdr a) b))))) (call $f '(1) 2)");
        damage(&mut unit);
        let message = verify_unit(&unit).expect_err(expect).message;
        assert!(message.contains(expect), "{message}");
    };
    check(&|u| u.templates[1].arity = Arity::Exactly(1), "CallConst");
    check(&|u| u.templates[1].maps.iter_mut().for_each(|m| *m = Box::new([])), "live registers are missing");
    check(&|u| u.templates[1].safepoints.clear(), "a safepoint without a map");
    check(&|u| u.templates[0].constants.clear(), "no such constant");
    check(
        &|u| {
            u.templates[1].code.pop();
        },
        "no instruction starts",
    );
    check(&|u| u.templates[0].arity = Arity::Exactly(2), "the body");
}

/// Makes the maps those of the code as it stands.
fn describe_anew(template: &mut TemplateData) {
    (template.maps, template.safepoints) = (Vec::new(), Vec::new());
    liveness::describe(template);
}

/// The unit of `program` with the first instruction `op` changed by `damage`, which also gets the number
/// of the closure's register, is refused because of `expect`.
fn refused(program: &str, op: Op, damage: impl Fn(&mut u64, u64), expect: &str) {
    let mut unit = compile(program);
    verify_unit(&unit).unwrap();
    let mut words = unit.templates.iter_mut().flat_map(|t| t.code.iter_mut().map(|word| (word, u64::from(t.registers))));
    let (word, closure) = words.find(|(word, _)| Instr(**word).op() == Some(op)).unwrap_or_else(|| panic!("{program} has no {}", op.name()));
    damage(word, closure);
    unit.templates.iter_mut().for_each(describe_anew);
    let message = verify_unit(&unit).expect_err(expect).message;
    assert!(message.contains(expect), "{message}");
}

#[test]
fn code_that_trusts_its_operands_is_refused() {
    let boxes = "(lambda (a b) (lambda (x) (seq (set! a (cons x a)) (cons a b))))";
    // Field a is at bit 16, b at 32, c at 48.
    let put = |word: &mut u64, shift: u32, value: u64| *word = *word & !(0xFFFF << shift) | value << shift;
    refused(boxes, Op::BoxRef, |word, closure| put(word, 32, closure), "something else than a box");
    refused(boxes, Op::BoxSet, |word, closure| put(word, 16, closure), "something else than a box");
    refused(boxes, Op::MakeBox, |word, _| put(word, 0, Op::Move as u64), "something else than a box");
    refused(boxes, Op::ClosureRef, |word, _| put(word, 48, 1), "something else than a box");
    let knot = "(lambda (v) (letrec ((e (lambda (n) (if (= n 0) v (call o n)))) (o (lambda (n) (cons v (call e n))))) (cons e o)))";
    refused(knot, Op::ClosureSet, |word, _| put(word, 32, 7), "may not be a closure");
    refused(knot, Op::ClosureSet, |word, closure| put(word, 16, closure), "may not be a closure");
    let calls = "(lambda (f . a) (seq (call f 1) (%apply f 1 a)))";
    refused(calls, Op::TailApply, |word, _| put(word, 16, 0), "no list to spread");
    let instead = |op: Op, bc: i32| move |word: &mut u64, _: u64| *word = Instr::abx(op, Instr(*word).a() as u16, bc).0;
    refused(calls, Op::LoadInt, instead(Op::LoadImm, 0x11_0000 << 8 | 0xF), "not an immediate");
    refused(calls, Op::LoadInt, instead(Op::Loop, -100), "control goes before the code");
    refused(calls, Op::LoadInt, instead(Op::ResumeInjected, 0), "only the runtime");
}

#[test]
fn a_receive_of_no_values_writes_nothing() {
    let mut unit = compile("(lambda (v) (receive () (call (car v)) (cons v 1)))");
    let template = unit.templates.iter_mut().find(|t| t.code.iter().any(|&word| Instr(word).op() == Some(Op::Receive))).expect("one receives");
    let at = template.code.iter().position(|&word| Instr(word).op() == Some(Op::Cons)).expect("and makes a pair");
    let receive = template.code.iter().find(|&&word| Instr(word).op() == Some(Op::Receive)).expect("it does");
    let unwritten = Instr(*receive).a() as u64;
    template.code[at] = template.code[at] & !(0xFFFF << 48) | unwritten << 48;
    describe_anew(template);
    let message = verify_unit(&unit).expect_err("a register is read that nothing has written").message;
    assert!(message.contains("registers that hold nothing"), "{message}");
}

#[test]
fn record_fields_are_counted() {
    let text = "(import (gambol syntax) (gambol primitives)) (define-record-type p (mk a) p? (a pa) (b pb)) (list (pb (mk 1)) (%record-ref (mk 1) p 7))";
    let mut compiler = crate::compiler::Compiler::new(Box::new(crate::image::NoFiles));
    let source = compiler.add_source("test", text.as_bytes()).unwrap();
    let mut unit = compiler.compile_program(source).unwrap().unit.unwrap();
    verify_unit(&unit).unwrap();
    let field = unit.templates.iter_mut().flat_map(|t| t.code.iter_mut()).find(|word| Instr(**word).op() == Some(Op::RecordRef)).expect("one field is read directly");
    *field += 1 << 48;
    assert!(verify_unit(&unit).expect_err("there is no third field").message.contains("wrong kind of constant"));
}

#[test]
fn too_many_variables_are_an_error() {
    let args = "(call $f) ".repeat(66_000);
    let text = format!("(define $f (lambda () 1)) (define $g (lambda () (list {args})))");
    let source = SourceMap::new().add("test", text.as_str().into());
    let mut unit = parse_unit(source, &text).unwrap();
    passes::run(&mut unit, &passes::Options { optimize: false, ..Default::default() }, |_, _| {});
    assert_eq!(emit(&unit).unwrap_err().code, "E0401");
}
