//! The command line from outside: exit codes, error reports, bad input.

use std::io::Write;
use std::process::{Command, Output, Stdio};

fn gambol(args: &[&str], input: &str) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_gambol")).args(args).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the binary runs");
    // A program that fails early closes its input; that is not what is tested.
    let _ = child.stdin.take().expect("piped").write_all(input.as_bytes());
    child.wait_with_output().expect("it ends")
}

/// Exit code, standard output and whether standard error contains every given text.
#[track_caller]
fn check(args: &[&str], input: &str, code: i32, out: &str, errors: &[&str]) {
    let o = gambol(args, input);
    let (stdout, stderr) = (String::from_utf8_lossy(&o.stdout), String::from_utf8_lossy(&o.stderr));
    assert_eq!((o.status.code(), &*stdout), (Some(code), out), "stderr: {stderr}");
    for e in errors {
        assert!(stderr.contains(e), "expected {e:?} in:\n{stderr}");
    }
    assert!(!stderr.contains("panicked"), "{stderr}");
}

#[test]
fn expressions() {
    check(&["-p", "(+ 1 2)"], "", 0, "3\n", &[]);
    check(&["-e", "(display \"x\")", "-p", "'(a . b)"], "", 0, "x(a . b)\n", &[]);
    check(&["-p", "(values 1 2)"], "", 0, "1\n2\n", &[]);
}

#[test]
fn programs_from_standard_input() {
    check(&["-"], "(import (scheme base) (scheme write)) (display (map + '(1 2) '(3 4)))", 0, "(4 6)", &[]);
    check(&["-"], "#!/usr/bin/env gambol\n(display 1)", 0, "1", &[]);
    check(&["-"], "", 0, "", &[]);
}

#[test]
fn exit_codes() {
    check(&["-e", "(exit 3)"], "", 3, "", &[]);
    check(&["-e", "(exit #t)"], "", 0, "", &[]);
    check(&["-e", "(exit #f)"], "", 1, "", &[]);
    check(&["-e", "(car 1)"], "", 70, "", &["car", "first argument", "a pair", "1"]);
    check(&["-e", "(raise 'oops)"], "", 70, "", &["oops"]);
    check(&["--nonsense"], "", 64, "", &["--nonsense", "--help"]);
    check(&["--nursery=four", "-e", "1"], "", 64, "", &["nursery"]);
}

#[test]
fn malformed_source() {
    check(&["-"], "(display 1", 70, "", &["1:1"]);
    check(&["-"], "(import (scheme base))\n(define (f)\n  (g 1)\n(define (h) 2)\n", 70, "", &["2:1"]);
    check(&["-"], ")", 70, "", &["1:1"]);
    check(&["-"], "\"abc", 70, "", &["1:1"]);
    check(&["-"], "(import (scheme base))\n(display unbound-here)", 70, "", &["unbound-here"]);
    check(&["-"], "(import (scheme bas))", 70, "", &["(scheme bas)", "(scheme base)"]);
}

#[test]
fn deep_nesting_and_bad_bytes() {
    let deep = "(".repeat(1_000_000);
    let o = gambol(&["-"], &deep);
    assert_eq!(o.status.code(), Some(70));
    let balanced = "(".repeat(1_000_000) + &")".repeat(1_000_000);
    let o = gambol(&["-"], &balanced);
    assert_eq!(o.status.code(), Some(70));
    assert!(!String::from_utf8_lossy(&o.stderr).contains("panicked"));
    let path = std::env::temp_dir().join(format!("gambol-bad-{}.scm", std::process::id()));
    std::fs::write(&path, b"(display 1)\n(display \"\xff\")").expect("the temporary folder is writable");
    let o = gambol(&[&path.to_string_lossy()], "");
    let _ = std::fs::remove_file(&path);
    assert_eq!(o.status.code(), Some(70));
    assert!(String::from_utf8_lossy(&o.stderr).contains("UTF-8"));
}

#[test]
fn missing_files_and_directories() {
    check(&["/nonexistent/file.scm"], "", 70, "", &["/nonexistent/file.scm", "No such file"]);
    check(&["/"], "", 70, "", &["directory"]);
    check(&["-e", "(open-input-file \"/nonexistent\")"], "", 70, "", &["/nonexistent"]);
}

#[test]
fn errors_show_the_line_and_the_stack() {
    check(&["-"], "(import (scheme base))\n(define (f x)\n  (+ 1 (vector-ref x 5)))\n(f (vector 1 2))\n", 70, "", &["vector-ref", "out of range", "5", "3:", "^", "f"]);
}

#[test]
fn infinite_recursion_and_allocation_are_conditions() {
    check(
        &[
            "--heap-max=64M",
            "-p",
            "(let loop ((n 0)) (if (< n 3) (begin (call/cc (lambda (k) (with-exception-handler (lambda (e) (k 'caught)) (lambda () (let f ((x 0)) (+ 1 (f x))))))) (loop (+ n 1))) 'done))",
        ],
        "",
        0,
        "done\n",
        &[],
    );
    check(
        &["--heap-max=64M", "-p", "(call/cc (lambda (k) (with-exception-handler (lambda (e) (k (error-object? e))) (lambda () (let f ((x '())) (f (cons x x)))))))"],
        "",
        0,
        "#t\n",
        &[],
    );
    check(&["--heap-max=64M", "-p", "(guard (e (#t 'big)) (make-vector 1000000000000 0))"], "", 0, "big\n", &[]);
}

#[test]
fn stats_are_one_datum_on_standard_error() {
    let o = gambol(&["--stats", "-e", "1"], "");
    let text = String::from_utf8_lossy(&o.stderr);
    assert!(text.starts_with('(') && text.trim_end().ends_with(')'), "{text}");
    assert!(text.contains("minor-collections") && text.contains("promoted-bytes"), "{text}");
}

#[test]
fn closed_standard_output() {
    let script = format!(
        "{} -e '(let loop ((i 0)) (if (< i 100000) (begin (display \"some text\") (newline) (loop (+ i 1)))))' | true; exit ${{PIPESTATUS[0]}}",
        env!("CARGO_BIN_EXE_gambol")
    );
    let o = Command::new("bash").args(["-c", &script]).output().expect("bash runs");
    assert_eq!(o.status.code(), Some(70), "{}", String::from_utf8_lossy(&o.stderr));
    assert!(!String::from_utf8_lossy(&o.stderr).contains("panicked"));
}

#[test]
fn a_plain_repl() {
    check(&[], "(define x 2)\n(* x\n21)\n(car '())\n'after\n", 0, "42\nafter\n", &["car"]);
}

#[test]
fn libraries_before_and_after_the_built_in_ones() {
    let dir = std::env::temp_dir().join(format!("gambol-cli-{}", std::process::id()));
    std::fs::create_dir_all(dir.join("gambol/internal")).expect("a folder can be made");
    let library = "(define-library (gambol internal promises) (export delay delay-force make-promise promise? force eager lazy cons-stream) (import (gambol primitives) (gambol syntax)) (begin (define (force p) 'mine) (define (make-promise x) x) (define (promise? x) #t) (define eager make-promise) (define-syntax delay (syntax-rules () ((_ e) e))) (define-syntax delay-force (syntax-rules () ((_ e) e))) (define-syntax lazy (syntax-rules () ((_ e) e))) (define-syntax cons-stream (syntax-rules () ((_ a b) (cons a b))))))";
    std::fs::write(dir.join("gambol/internal/promises.sld"), library).expect("a file can be written");
    let dir = dir.to_string_lossy().into_owned();
    let program = "(import (scheme base) (scheme lazy) (scheme write)) (display (force (delay 'built-in)))";
    // (scheme lazy) is built in, but must be compiled against the library that takes a place below it.
    check(&["-I", &dir, "-"], program, 0, "mine", &[]);
    check(&["-A", &dir, "-"], program, 0, "built-in", &[]);
    check(&["--no-image", "-"], program, 0, "built-in", &[]);
    let _ = std::fs::remove_dir_all(dir);
}

#[test]
fn dumps_show_what_is_compiled() {
    let dumped = |options: &[&str]| String::from_utf8_lossy(&gambol(options, "(import (scheme base))\n(define (mine x) (cons x x))\n(mine 1)").stderr).into_owned();
    let program = dumped(&["--dump=expand", "-"]);
    assert!(program.contains("mine") && !program.contains("dynamic-wind"), "{program}");
    let all = dumped(&["--no-image", "--dump=expand", "-"]);
    assert!(all.contains("mine") && all.contains("dynamic-wind"));
}
