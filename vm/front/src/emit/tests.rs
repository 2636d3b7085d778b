//! The verifier against damaged code: whatever bits change, it answers; and what it lets pass
//! it lets pass again after the maps have been computed anew.

use super::*;
use crate::ir::parse::parse_unit;
use crate::passes;
use crate::source::SourceMap;

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

#[test]
fn too_many_variables_are_an_error() {
    let args = "(call $f) ".repeat(66_000);
    let text = format!("(define $f (lambda () 1)) (define $g (lambda () (list {args})))");
    let source = SourceMap::new().add("test", text.as_str().into());
    let mut unit = parse_unit(source, &text).unwrap();
    passes::run(&mut unit, &passes::Options { optimize: false, ..Default::default() }, |_, _| {});
    assert_eq!(emit(&unit).unwrap_err().code, "E0401");
}
