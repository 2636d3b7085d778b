//! Signals, closed and full outputs, large inputs, files in wrong encodings, counters.

use crate::{check, command, gambol, run_in};
use std::io::{Read, Write};
use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

/// A file that is deleted again.
pub(crate) struct Temporary(PathBuf);
impl Temporary {
    pub(crate) fn new(name: &str, content: &[u8]) -> Temporary {
        let path = std::env::temp_dir().join(format!("gambol-cli-{}-{name}", std::process::id()));
        std::fs::write(&path, content).expect("the temporary folder is writable");
        Temporary(path)
    }
    pub(crate) fn path(&self) -> &str {
        self.0.to_str().expect("a plain name")
    }
}
impl Drop for Temporary {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

#[test]
fn help_lists_every_option() {
    let o = gambol(&["--help"], b"");
    let text = String::from_utf8_lossy(&o.stdout);
    assert_eq!(o.status.code(), Some(0));
    for (flag, ..) in gambol_vm::options::ROWS {
        assert!(text.contains(&format!("--{flag}")), "--{flag} is missing:\n{text}");
    }
    assert!(["64", "70", "71", "130"].iter().all(|code| text.contains(code)), "{text}");
}

#[test]
fn options_from_the_environment() {
    let with = |options: &str| {
        let mut c = command();
        c.args(["-p", "1"]).env("GAMBOL_OPTS", options);
        run_in(c, b"")
    };
    check(&with("nursery=64K --heap-max=32M"), 0, "1\n", &[]);
    check(&with("stats"), 0, "1\n", &["minor-collections"]);
    check(&with("--foo"), 64, "", &["GAMBOL_OPTS", "--foo"]);
}

#[test]
fn scripts() {
    let script = Temporary::new("script.scm", format!("#!{}\n(write (cdr (command-line)))\n(exit 3)\n", env!("CARGO_BIN_EXE_gambol")).as_bytes());
    check(&gambol(&[script.path(), "a", "--help"], b""), 3, "(\"a\" \"--help\")", &[]);
    check(&gambol(&["run", script.path(), "b"], b""), 3, "(\"b\")", &[]);
    check(&gambol(&["--", script.path()], b""), 3, "()", &[]);
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(&script.0, std::fs::Permissions::from_mode(0o755)).expect("it is ours");
    let mut c = Command::new(&script.0);
    c.arg("x");
    check(&run_in(c, b""), 3, "(\"x\")", &[]);
}

#[test]
fn deep_nesting() {
    for text in ["(".repeat(1_000_000), "(".repeat(1_000_000) + &")".repeat(1_000_000), "'".repeat(1_000_000), "#(".repeat(1_000_000)] {
        let o = gambol(&["-"], text.as_bytes());
        check(&o, 70, "", &["error["]);
        assert!(o.stderr.len() < 10_000, "{} bytes of message", o.stderr.len());
    }
    // Quoted data nests as deeply as memory goes.
    let datum = format!("(define x '{}{})\n(display 'ok)", "(".repeat(1_000_000), ")".repeat(1_000_000));
    check(&gambol(&["-"], datum.as_bytes()), 0, "ok", &[]);
    let read = "(define x (read (open-input-string (string-append (make-string 1000000 #\\() (make-string 1000000 #\\))))))\n(display (pair? x)) (display (equal? x x))";
    check(&gambol(&["-"], read.as_bytes()), 0, "#t#t", &[]);
}

#[test]
fn bytes_that_are_no_text() {
    let bad = b"(display 1)\n(display \"\xff\")";
    let file = Temporary::new("bad.scm", bad);
    check(&gambol(&[file.path()], b""), 70, "", &["invalid UTF-8", "0xff", ":2:11", "^"]);
    check(&gambol(&["-"], bad), 70, "", &["invalid UTF-8", "standard input:2:11"]);
    check(&gambol(&[], b"\xff\n1\n"), 0, "1\n", &["error"]);
    let program = format!(
        "(import (scheme base) (scheme file) (scheme write)) (display (guard (e ((error-object? e) (error-object-message e))) (call-with-input-file {:?} (lambda (p) (read-string 100 p)))))",
        file.path()
    );
    check(&gambol(&["-"], program.as_bytes()), 0, &format!("the input is not valid UTF-8 at line 2 of {}:", file.path()), &[]);
    // Random bytes: never more than an error.
    let mut seed = std::process::id() as u64 | 1;
    let mut bytes = Vec::new();
    for _ in 0..20_000 {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        bytes.push((seed >> 56) as u8);
    }
    let o = gambol(&["-"], &bytes);
    assert_eq!(o.status.code(), Some(70), "seed {}", std::process::id());
}

#[test]
fn libraries_that_cannot_be_read() {
    let dir = std::env::temp_dir().join(format!("gambol-cli-{}-libraries", std::process::id()));
    std::fs::create_dir_all(dir.join("folder.sld")).expect("the temporary folder is writable");
    std::fs::write(dir.join("bad.sld"), b"(define-library (bad) (export x) (begin (define x \"\xff\")))").expect("writable");
    std::fs::write(dir.join("open.sld"), b"(define-library (open)\n  (export x)\n  (begin (define x 1)").expect("writable");
    std::fs::write(dir.join("other.sld"), b"(define-library (another) (export))").expect("writable");
    std::fs::write(dir.join("circle.sld"), b"(define-library (circle) (export) (import (circle)))").expect("writable");
    let run = |library: &str| gambol(&["-I", dir.to_str().expect("a plain name"), "-"], format!("(import ({library}))").as_bytes());
    check(&run("folder"), 70, "", &["folder.sld", "directory", "1:9"]);
    check(&run("bad"), 70, "", &["bad.sld", "UTF-8"]);
    check(&run("open"), 70, "", &["open.sld", "never closed"]);
    check(&run("other"), 70, "", &["does not define the library (other)"]);
    check(&run("circle"), 70, "", &["imports itself"]);
    let _ = std::fs::remove_dir_all(&dir);
}

/// Runs a line of shell; `$G` is the binary.
fn shell(line: &str) -> Output {
    let mut c = Command::new("bash");
    c.args(["-c", line]).env("G", env!("CARGO_BIN_EXE_gambol")).env("NO_COLOR", "1").env("RUST_BACKTRACE", "0");
    run_in(c, b"")
}

#[test]
fn closed_and_full_outputs() {
    let endless = "(let loop () (display \"some text\") (loop))";
    check(&shell(&format!("$G -e '{endless}' | true; exit ${{PIPESTATUS[0]}}")), 70, "", &["display: cannot write standard output: broken pipe", "^"]);
    check(&shell(&format!("$G -e '{endless}' >/dev/full")), 70, "", &["cannot write standard output: no space left", "^"]);
    check(&shell("$G -e '(display 1)' >/dev/full"), 70, "", &["cannot write standard output"]);
    check(&shell("$G -p '(make-string 100000 #\\a)' >/dev/full"), 70, "", &["cannot write standard output"]);
    check(&shell("$G --help >/dev/full"), 70, "", &["standard output"]);
    check(&shell("$G -e '(exit 3)' >/dev/full"), 3, "", &[]);
    check(&shell("$G -p '(guard (e ((error-object? e) (quote caught))) (call-with-output-file \"/dev/full\" (lambda (p) (display 1 p))))'"), 0, "caught\n", &[]);
    // The system gives a program without them the null device.
    check(&shell("$G -e '(display 1)' >&-"), 0, "", &[]);
    check(&shell("$G -e '(car 1)' 2>&-"), 70, "", &[]);
    check(&shell("$G -e '(car 1)' 2>/dev/full"), 70, "", &[]);
    check(&shell("$G --stats -e 1 2>/dev/full"), 0, "", &[]);
    check(&shell("$G - <&-"), 0, "", &[]);
    check(&shell("$G <&-"), 0, "", &[]);
    check(&shell("$G - < /"), 70, "", &["standard input", "directory"]);
}

/// Starts a program and waits until it has printed something.
fn start(args: &[&str], input: &str) -> Child {
    let mut child = command().args(args).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the binary runs");
    child.stdin.as_mut().expect("piped").write_all(input.as_bytes()).expect("it reads");
    let mut first = [0];
    child.stdout.as_mut().expect("piped").read_exact(&mut first).expect("it says that it has started");
    child
}

fn interrupt(child: &Child) {
    let status = Command::new("kill").args(["-INT", &child.id().to_string()]).status().expect("kill runs");
    assert!(status.success());
}

fn end(mut child: Child) -> Output {
    drop(child.stdin.take());
    let start = Instant::now();
    while child.try_wait().expect("it can be waited for").is_none() {
        if start.elapsed() > Duration::from_secs(20) {
            let _ = child.kill();
            panic!("it does not end");
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    child.wait_with_output().expect("it has ended")
}

#[test]
fn interrupts() {
    let ready = "(display 1) (flush-output-port)";
    for endless in ["(let loop () (loop))", "(define (f) (g)) (define (g) (f)) (f)", "(let loop () (make-vector 10 0) (loop))", "(let f () (+ 1 (f)))", "(read-line)"] {
        let child = start(&["-e", ready, "-e", endless], "");
        std::thread::sleep(Duration::from_millis(50));
        interrupt(&child);
        // Its standard input stays open: nothing else ends it.
        let mut child = child;
        let input = child.stdin.take();
        let o = end(child);
        drop(input);
        check(&o, 130, "", &["interrupted", "^"]);
    }
    // Handlers of errors let it through; a handler of everything gets it.
    let child = start(&["-e", &format!("(guard (e ((error-object? e) 'no)) {ready} (let loop () (loop)))")], "");
    interrupt(&child);
    check(&end(child), 130, "", &["interrupted"]);
    let child = start(&["-p", &format!("(guard (e (#t 'stopped)) {ready} (let loop () (loop)))")], "");
    interrupt(&child);
    check(&end(child), 0, "stopped\n", &[]);
}

#[test]
fn an_interrupt_ends_the_wait_for_a_program() {
    let first = Temporary::new("first-step.scm", b"(display 1) (flush-output-port)");
    let mut child = start(&["-l", first.path(), "-"], "");
    interrupt(&child);
    let input = child.stdin.take();
    check(&end(child), 130, "", &["interrupted"]);
    drop(input);
}

#[test]
fn long_arithmetic_is_interrupted() {
    let mersenne = "(define (m n) (- (arithmetic-shift 1 n) 1)) (define a (m 200000000)) (define b (m 110000000))";
    for endless in [
        "(expt 7 300000000)",
        "(expt 2/3 100000000)",
        "(expt 3+4i 100000000)",
        "(let loop ((a a)) (loop (* a (+ a 2))))",
        "(let loop ((a b)) (loop (square a)))",
        "(let loop () (quotient a b) (loop))",
        "(let loop () (modulo a b) (loop))",
        "(gcd a (+ b 2))",
        "(lcm a (+ b 2))",
        "(+ (/ 1 (+ a 2)) (/ 1 b))",
        "(let loop ((x (/ 1 b))) (loop (inexact x)))",
        "(let loop ((x (/ b 2))) (if (< x (+ x 1/3)) (loop (floor x))))",
        "(exact-integer-sqrt (* 3 a))",
        "(sqrt (+ 7 a))",
        "(rationalize (/ 1 b) (/ 1 a))",
        "(number->string a)",
        "(number->string a 7)",
        "(write (vector 1 b a))",
        "(string->number (make-string 100000000 #\\7))",
        "(string->number (string-append \"#e.\" (make-string 100000000 #\\7)))",
        "(read (open-input-string (make-string 30000000 #\\7)))",
        "(let loop () (arithmetic-shift a 1000000) (loop))",
        "(let loop ((a a)) (loop (bitwise-xor a (- a))))",
    ] {
        let program = format!("(guard (e (#t 'stopped)) (display 1) (flush-output-port) {endless})");
        let child = start(
            &[
                "--verify-heap",
                "-e",
                "(import (scheme base) (scheme read) (scheme write) (scheme complex) (scheme inexact) (srfi 151))",
                "-e",
                mersenne,
                "-p",
                &program,
                "-p",
                "(square 111111111)",
            ],
            "",
        );
        std::thread::sleep(Duration::from_millis(60));
        interrupt(&child);
        let start = Instant::now();
        let output = end(child);
        check(&output, 0, "stopped\n12345678987654321\n", &[]);
        // Milliseconds, but machines may be busy; none of these ends within many seconds.
        assert!(start.elapsed() < Duration::from_secs(10), "{endless} took {:?} to stop", start.elapsed());
    }
}

#[test]
fn an_interrupt_returns_to_the_prompt() {
    let mut child = start(&[], "(begin (display 1) (flush-output-port) (let loop () (loop)))\n");
    interrupt(&child);
    std::thread::sleep(Duration::from_millis(100));
    child.stdin.as_mut().expect("piped").write_all(b"(+ 20 22)\n").expect("it reads on");
    check(&end(child), 0, "42\n", &["interrupted", "repl:1:"]);
}

#[test]
fn a_form_of_many_lines_at_the_prompt() {
    // Each line is looked at once: looking at all of them for each would take hours.
    let text = format!("(define x '(\n{}))\n(length x)\n", "item ; comment\n\n".repeat(100_000));
    check(&gambol(&[], text.as_bytes()), 0, "100000\n", &[]);
}

#[test]
fn statistics_are_one_datum_with_documented_counters() {
    let o = gambol(&["--stats", "-e", "(let loop ((i 0)) (if (< i 100000) (begin (make-vector 10 i) (loop (+ i 1)))))"], b"");
    let text = String::from_utf8_lossy(&o.stderr).into_owned();
    let file = Temporary::new("stats", text.as_bytes());
    let program = format!(
        "(import (scheme base) (scheme read) (scheme file) (scheme write))
         (define (counters p) (let* ((first (read p)) (second (read p))) (if (eof-object? second) first (error \"more than one datum\"))))
         (for-each (lambda (row) (if (not (and (symbol? (car row)) (exact-integer? (cdr row)) (<= 0 (cdr row)))) (error \"a strange row:\" row))
                                 (write (car row)) (newline))
                   (call-with-input-file {:?} counters))",
        file.path()
    );
    let names = gambol(&["-"], program.as_bytes());
    assert_eq!(names.status.code(), Some(0), "{text}\n{}", String::from_utf8_lossy(&names.stderr));
    let documentation = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/statistics.md")).expect("the counters are documented");
    let names = String::from_utf8_lossy(&names.stdout).into_owned();
    for name in names.lines() {
        assert!(documentation.contains(&format!("`{name}`")), "docs/statistics.md does not say what {name} is");
    }
    for name in ["minor-collections", "minor-pause-max-nanoseconds", "promoted-bytes", "remembered-slots"] {
        assert!(names.lines().any(|n| n == name), "{name} is missing in {text}");
    }
}

#[test]
fn any_number_of_values_is_printed() {
    check(&gambol(&["-p", "(apply values (make-list 300000 1))"], b""), 0, &"1\n".repeat(300_000), &[]);
}
