//! What passes and emitter must preserve: random programs run by an evaluator of core IR, which
//! knows nothing of either, and by a small machine for bytecode, which forgets at every safepoint
//! the registers that the live maps do not name. All ways must agree.
//!
//! A failure prints its seed; `GAMBOL_SEED=n` runs that one alone.

mod eval;
mod machine;
mod program;
mod value;

use gambol_front::source::SourceMap;
use gambol_front::{emit, ir, passes};

/// Runs a program all ways and says where they differ.
fn check(text: &str) -> Result<(), String> {
    let mut sources = SourceMap::new();
    let source = sources.add("random", text.into());
    let mut original = ir::parse::parse_unit(source, text).map_err(|error| format!("{error}\n{text}"))?;
    // The value of a program or a library is not wanted; this is.
    original.kind = ir::UnitKind::Interactive(0);
    // Unlimited recursion and loops are cut off; there is nothing to compare then.
    let Some(expected) = eval::run(&original) else {
        return Ok(());
    };
    for optimize in [false, true] {
        let mut unit = original.clone();
        let options = passes::Options { optimize, ..passes::Options::default() };
        let mut wrong = None;
        passes::run(&mut unit, &options, |name, unit| {
            let got = eval::run(unit);
            if wrong.is_none() && got.as_ref() != Some(&expected) {
                wrong = Some(format!("after {name}: {got:?} instead of {expected}\n{}", ir::print::print_unit(unit)));
            }
        });
        if let Some(wrong) = wrong {
            return Err(format!("{wrong}\n; from\n{text}"));
        }
        let compiled = emit::emit(&unit).map_err(|error| error.to_string())?;
        emit::verify_unit(&compiled).map_err(|error| error.to_string())?;
        let got = machine::run(&compiled);
        if got != expected {
            let code = emit::disassemble_unit(&compiled, None);
            return Err(format!("bytecode (optimize {optimize}): {got} instead of {expected}\n{code}\n{}\n; from\n{text}", ir::print::print_unit(&unit)));
        }
    }
    Ok(())
}

#[test]
fn random_programs_mean_the_same_everywhere() {
    let seeds = match std::env::var("GAMBOL_SEED").ok().and_then(|s| s.parse::<u64>().ok()) {
        Some(seed) => seed..seed + 1,
        None => 0..3000,
    };
    let worker = std::thread::Builder::new().stack_size(256 << 20).spawn(move || {
        for seed in seeds {
            let text = program::random(seed);
            if let Err(message) = check(&text) {
                panic!("seed {seed}: {message}");
            }
        }
    });
    if let Err(panic) = worker.expect("a thread can be started").join() {
        std::panic::resume_unwind(panic);
    }
}

/// Programs that once went wrong, or that random ones hardly hit.
#[test]
fn particular_programs() {
    for text in [
        // A cycle of moves in a jump.
        "(letrec ((f (lambda (a b n) (if (< n 1) (cons a b) (call f b a (- n 1)))))) (call f 1 2 5))",
        // A rest list and clauses by number of arguments.
        "(let ((f (case-lambda ((a) a) ((a b . c) (cons a (cons b c)))))) (cons (call f 1) (cons (call f 1 2 3 4) (call f 5 6))))",
        "(let ((f (case-lambda ((a) a) ((a b . c) (cons a (cons b c)))))) (call f))",
        // Values: too few, too many, a list of them, one where one is wanted.
        "(receive (a b . c) (call (lambda (x) (values x 2 3 4)) 1) (list a b c))",
        "(receive (a b) (call (lambda (x) (values x)) 1) (list a b))",
        "(receive (a b) 5 (list a b))",
        "(receive a 5 a)",
        "(receive (a . b) (if (< 1 2) 7 (values 1 2)) (list a b))",
        "(let ((x (call (lambda () (values 1 2))))) x)",
        "(receive (a . b) (call values 1 2 3) (cons b a))",
        "(call-with-values (lambda () (values 1 2)) cons)",
        "(let ((x (%values-list '(1)))) x)",
        "(call %apply list 1 '(2 3))",
        "(%apply (lambda (a . b) (cons b a)) 1 2 '(3))",
        // Recursive variables.
        "(letrec* ((a (lambda () b)) (b 2)) (call a))",
        "(letrec* ((a (call (lambda (f) (call f)) (lambda () b))) (b (call (lambda () 2)))) a)",
        "(letrec ((e (lambda (n) (if (= n 0) 1 (call o (- n 1))))) (o (lambda (n) (if (= n 0) 2 (call e (- n 1)))))) (list (call e 5) (call o 5)))",
        // A loop in the middle of an expression, with a closure that keeps its variable.
        "(let ((k 3)) (+ 1 (call (letrec ((l (lambda (i c) (if (= i 0) c (call l (- i 1) (lambda () (+ i k)))))) ) (call l 5 (lambda () 0))))))",
        // Assigned variables are boxes, whatever becomes of the code around.
        "(let ((n 0)) (let ((f (lambda () (seq (set! n (+ n 1)) n)))) (let ((a (call f))) (let ((b (call f))) (list a b n)))))",
        // Comparisons with many arguments, and as values.
        "(list (< 1 2 3) (< 1 3 2) (not (< 1 2)) (eqv? 'a 'a) (not 5))",
        "(car 5)",
    ] {
        if let Err(message) = check(text) {
            panic!("{message}");
        }
    }
}
