//! Several machines in one process: on threads of their own and taking turns on one thread. What
//! one defines, interns, collects or runs out of does not show in another.

use gambol_vm::machine::{Machine, Outcome, Setup};
use gambol_vm::options::{Bytes, Options};

fn machine(options: Options) -> Machine {
    Machine::new(Setup { options, prepend: vec![], append: vec![], features: vec![], arguments: vec!["test".into()], colour: false }).expect("a machine")
}

/// Allocates, interns, and exits with `code` if everything it made is still there.
fn program(code: i32) -> String {
    format!(
        "(import (scheme base) (scheme process-context) (srfi 69))
         (define table (make-hash-table))
         (define (name i) (string->symbol (string-append \"symbol-\" (number->string i))))
         (let loop ((i 0))
           (if (< i 20000) (begin (hash-table-set! table (name i) (list i {code})) (loop (+ i 1)))))
         (let check ((i 0))
           (cond ((= i 20000) (exit {code}))
                 ((equal? (hash-table-ref table (name i)) (list i {code})) (check (+ i 1)))
                 (else (exit 1))))"
    )
}

#[test]
fn on_threads_of_their_own() {
    let codes: Vec<i32> = (10..14).collect();
    let runs: Vec<_> = codes
        .iter()
        .map(|&code| {
            std::thread::spawn(move || {
                let nursery = Bytes(64 << (10 + code % 3));
                machine(Options { nursery, ..Options::default() }).run_source("test", program(code).as_bytes())
            })
        })
        .collect();
    let outcomes: Vec<Outcome> = runs.into_iter().map(|run| run.join().expect("no panic")).collect();
    assert_eq!(outcomes, codes.into_iter().map(Outcome::Exit).collect::<Vec<_>>());
}

#[test]
fn taking_turns() {
    let (mut a, mut b) = (machine(Options::default()), machine(Options { stress_gc: true, ..Options::default() }));
    assert_eq!(a.run_source("test", b"(define x 'a)"), Outcome::Done);
    assert_eq!(b.run_source("test", b"(define x (list 'b))"), Outcome::Done);
    assert_eq!(a.run_source("test", b"(define y (list x x))"), Outcome::Done);
    assert_eq!(b.run_source("test", b"(exit (if (equal? x '(b)) 5 6))"), Outcome::Exit(5));
    assert_eq!(a.run_source("test", b"(exit (if (equal? y '(a a)) 7 8))"), Outcome::Exit(7));
    assert!(matches!(b.run_source("test", b"y"), Outcome::Failed(report) if report.contains("unbound variable: y")));
    drop(b);
    assert_eq!(a.run_source("test", b"(exit (length y))"), Outcome::Exit(2));
}

#[test]
fn one_runs_out_of_memory() {
    let mut rich = machine(Options::default());
    assert_eq!(rich.run_source("test", b"(define kept (make-vector 1000 'kept))"), Outcome::Done);
    let poor = machine(Options { heap_max: Bytes(32 << 20), ..Options::default() }).run_source("test", b"(let loop ((l '())) (loop (cons l l)))");
    assert!(matches!(poor, Outcome::Failed(report) if report.contains("heap storage exhausted")));
    assert_eq!(rich.run_source("test", b"(exit (if (eq? (vector-ref kept 999) 'kept) 3 4))"), Outcome::Exit(3));
}
