//! Options that need files: what is loaded, libraries that are programs, where libraries are.

use crate::process::Temporary;
use crate::{check, gambol, run_in};
use std::path::{Path, PathBuf};

/// A folder of libraries that is deleted again.
struct Libraries(PathBuf);
impl Libraries {
    fn new(name: &str, files: &[(&str, &str)]) -> Libraries {
        let folder = std::env::temp_dir().join(format!("gambol-cli-{}-{name}", std::process::id()));
        for (path, text) in files {
            let path = folder.join(path);
            std::fs::create_dir_all(path.parent().expect("a folder")).expect("the temporary folder is writable");
            std::fs::write(path, text).expect("it is ours");
        }
        Libraries(folder)
    }
    fn path(&self) -> &str {
        self.0.to_str().expect("a plain name")
    }
}
impl Drop for Libraries {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

#[test]
fn files_are_loaded_in_order() {
    let (a, b) = (Temporary::new("a.scm", b"#!/usr/bin/env gambol\n(display \"a\") (define x 1)"), Temporary::new("b.scm", b"(display x) (set! x (+ x 1))"));
    check(&gambol(&["-l", a.path(), "-e", "(display \"-\")", "-l", b.path(), "-p", "x"], b""), 0, "a-12\n", &[]);
    // Alone it comes before the REPL, which here reads a pipe.
    check(&gambol(&["-l", a.path()], b"x\n"), 0, "a1\n", &[]);
    // A program that does not say what it imports sees what was loaded, any other does not.
    let program = Temporary::new("c.scm", b"(display x) (write (cdr (command-line)))");
    check(&gambol(&["-l", a.path(), program.path(), "word", "-l"], b""), 0, "a1(\"word\" \"-l\")", &[]);
    let program = Temporary::new("d.scm", b"(import (scheme base) (scheme write)) (display x)");
    check(&gambol(&["-l", a.path(), program.path()], b""), 70, "a", &["unbound variable x"]);
    check(&gambol(&["-l", "/no/such.scm", "-e", "(display 1)"], b""), 70, "", &["cannot read /no/such.scm"]);
    let bad = Temporary::new("bad.scm", b"(display 1)\n(car 5)\n(display 2)");
    check(&gambol(&["-l", bad.path(), "-e", "(display 3)"], b""), 70, "1", &["bad.scm:2:1", "expected a pair"]);
    // Names in a file are found from the file's folder.
    let including = Temporary::new("including.scm", format!("(include {:?})", Path::new(a.path()).file_name().expect("a name")).as_bytes());
    check(&gambol(&["-l", including.path(), "-p", "x"], b""), 0, "a1\n", &[]);
}

#[test]
fn scripts_can_be_loaded() {
    for (text, expect) in [
        ("#!/usr/bin/env gambol\n(display 'A)", "A"),
        ("#!", ""),
        ("#!x", ""),
        ("#!fold-case\n(display 'A)", "a"),
        ("#!fold-case(display 'A)", "a"),
        ("#!no-fold-case\n(display 'A)", "A"),
        ("#!fold-casex\n(display 'A)", "A"),
        ("", ""),
        ("#", ""),
        ("#t", ""),
    ] {
        let file = Temporary::new("script-to-load.scm", text.as_bytes());
        let load = format!("(load {:?})", file.path());
        let code = if text == "#" { 70 } else { 0 };
        check(&gambol(&["-e", &load], b""), code, expect, &[]);
        check(&gambol(&["-l", file.path(), "-e", "1"], b""), code, expect, &[]);
        check(&gambol(&[file.path()], b""), code, expect, &[]);
    }
    // Line numbers count the first.
    let file = Temporary::new("script-lines.scm", b"#!/usr/bin/env gambol\n(display 1)\n(");
    check(&gambol(&["-e", &format!("(load {:?})", file.path())], b""), 70, "1", &["script-lines.scm:3:1"]);
}

#[test]
fn libraries_as_programs() {
    let folder = Libraries::new(
        "programs",
        &[
            ("my/prog.sld", "(define-library (my prog) (export main) (import (scheme base) (scheme write)) (begin (define (main args) (write args) (- (length args) 1))))"),
            ("quiet.sld", "(define-library (quiet) (export x) (import (scheme base) (scheme write)) (begin (define x 5) (display \"body\")))"),
            (
                "odd.sld",
                "(define-library (odd) (export (rename start main) command-line) (import (scheme base)) (begin (define (start args) (if (null? (cdr args)) (values) 'symbol)) (define command-line 5)))",
            ),
            ("fails.sld", "(define-library (fails) (export main) (import (scheme base)) (begin (define (main args) (car args) (vector-ref (vector) 0))))"),
            ("exits.sld", "(define-library (exits) (export main) (import (scheme base) (scheme process-context)) (begin (define (main args) (exit 9))))"),
            ("number.sld", "(define-library (number) (export main) (import (scheme base)) (begin (define main 5)))"),
            ("big.sld", "(define-library (big) (export main) (import (scheme base)) (begin (define (main args) 256)))"),
        ],
    );
    let run = |args: &[&str]| gambol(&[&["-I", folder.path()], args].concat(), b"");
    check(&run(&["-m", "my.prog"]), 0, "(\"my.prog\")", &[]);
    check(&run(&["-m", "(my prog)", "-x", "--version"]), 2, "(\"(my prog)\" \"-x\" \"--version\")", &[]);
    check(&run(&["-m", "quiet"]), 0, "body", &[]);
    check(&run(&["-i", "-m", "quiet"]), 0, "body", &[]);
    check(&run(&["-m", "odd"]), 0, "", &[]);
    check(&run(&["-m", "odd", "x"]), 0, "", &[]);
    check(&run(&["-m", "fails"]), 70, "", &["out of range", "in main", "fails.sld:1:"]);
    check(&run(&["-m", "exits"]), 9, "", &[]);
    check(&run(&["-m", "number"]), 70, "", &["not a procedure: 5"]);
    check(&run(&["-m", "big"]), 255, "", &[]);
    check(&run(&["-m", "srfi.1"]), 0, "", &[]);
    check(&run(&["-m", "no.such"]), 70, "", &["unknown library (no such)", "looked in"]);
    check(&run(&["-e", "(define y 1)", "-m", "quiet"]), 0, "body", &[]);
    for wrong in ["a..b", "", "(a", "a b", "\"a\""] {
        check(&run(&["-m", wrong]), 64, "", &["-m", "no name of a library", "--help"]);
    }
    // The REPL sees what the library exports.
    let mut command = crate::command();
    command.args(["-I", folder.path(), "-i", "-m", "quiet"]);
    check(&run_in(command, b"(+ x 1)\n"), 0, "body6\n", &[]);
}

#[test]
fn the_repl_after_programs() {
    let file = Temporary::new("before.scm", b"(import (scheme base) (scheme write))\n(define x 5)\n(display \"run\")");
    check(&gambol(&["-i", file.path()], b"(* x 2)\n"), 0, "run10\n", &[]);
    check(&gambol(&[file.path()], b"(* x 2)\n"), 0, "run", &[]);
    check(&gambol(&["-i", "-e", "(define y 2)"], b"(* y 2)\n"), 0, "4\n", &[]);
    check(&gambol(&["-i", "-e", "(car 5)", "-e", "(display 1)"], b"'on\n"), 0, "on\n", &["expected a pair"]);
    check(&gambol(&["-i", "-e", "(exit 4)"], b"'on\n"), 4, "", &[]);
    check(&gambol(&["-i", "/no/such.scm"], b"'on\n"), 0, "on\n", &["cannot read /no/such.scm"]);
}

#[test]
fn features() {
    let choice = "(cond-expand ((and mine (not theirs)) 'mine) (else 'neither))";
    check(&gambol(&["-D", "mine", "-p", choice], b""), 0, "mine\n", &[]);
    check(&gambol(&["-p", choice], b""), 0, "neither\n", &[]);
    check(&gambol(&["-Dmine", "-Dtheirs", "-p", choice], b""), 0, "neither\n", &[]);
    check(&gambol(&["-D", "mine", "-D", "r7rs", "-p", "(let ((f (features))) (list (memq 'mine f) (length (memq 'r7rs f))))"], b""), 0, &listed(), &[]);
    let folder = Libraries::new(
        "features",
        &[("lib.sld", "(define-library (lib) (export x) (import (scheme base)) (cond-expand (mine (begin (define x 1))) (else (begin (define x 2)))))")],
    );
    check(&gambol(&["-D", "mine", "-I", folder.path(), "-e", "(import (lib))", "-p", "x"], b""), 0, "1\n", &[]);
    check(&gambol(&["-D", "not one", "-e", "1"], b""), 64, "", &["-D", "\"not one\" is no identifier"]);
}

/// The answer of the third check in `features`: the system's own features and one more.
fn listed() -> String {
    let o = gambol(&["-p", "(length (memq 'r7rs (features)))"], b"");
    let own: usize = String::from_utf8_lossy(&o.stdout).trim().parse().expect("a number");
    format!("((mine) {})\n", own + 1)
}

#[test]
fn version_properties() {
    let o = gambol(&["-I", "/first\"folder", "-A", "/last", "-D", "extra", "-V"], b"");
    assert_eq!((o.status.code(), o.stderr.len()), (Some(0), 0));
    let text = String::from_utf8_lossy(&o.stdout).into_owned();
    assert!(text.lines().all(|line| line.starts_with('(') && line.ends_with(')') && !line.contains("  ")), "{text}");
    for line in [
        "(command \"gambol\")",
        concat!("(version \"", env!("CARGO_PKG_VERSION"), "\")"),
        "(languages scheme r5rs r7rs)",
        "(encodings utf-8)",
        "(scheme.id gambol)",
        "(scheme.path \"/first\\\"folder\" \"/last\")",
    ] {
        assert!(text.lines().any(|l| l == line), "{line} is missing in\n{text}");
    }
    assert!(text.contains("\n(scheme.srfi 0 1 2 ") && text.contains(" 176 ") && text.contains(" extra)\n"), "{text}");
    // Every line can be read, no property is given twice, and a program sees the same.
    let file = Temporary::new("version", text.as_bytes());
    let program = format!(
        "(import (scheme base) (scheme read) (scheme file) (scheme write) (srfi 176))
         (define (all p) (let ((x (read p))) (if (eof-object? x) '() (cons x (all p)))))
         (define lines (call-with-input-file {:?} all))
         (for-each (lambda (line) (if (not (eq? line (assq (car line) lines))) (error \"twice:\" line))) lines)
         (write (equal? lines (version-alist)))",
        file.path()
    );
    check(&gambol(&["-I", "/first\"folder", "-A", "/last", "-D", "extra", "-"], program.as_bytes()), 0, "#t", &[]);
    // A folder that simple tools could not read is left out.
    let o = gambol(&["-I", "/with\nnewline", "-V"], b"");
    assert!(String::from_utf8_lossy(&o.stdout).contains("\n(scheme.path)\n"));
}

#[test]
fn the_documentation_has_every_option() {
    let text = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/command-line.md")).expect("it is documented");
    let help = gambol(&["--help"], b"");
    let help = String::from_utf8_lossy(&help.stdout).into_owned();
    let options: Vec<&str> = help.lines().filter_map(|line| line.trim_start().split([' ', ',', '=']).next()).filter(|word| word.starts_with('-')).collect();
    assert!(options.len() > 20, "{options:?}");
    for option in options {
        assert!(text.contains(&format!("`{option}")), "docs/command-line.md does not have {option}");
    }
}
