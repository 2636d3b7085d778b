//! The REPL at a terminal: what somebody types, and what the screen then shows.

use crate::process::Temporary;
use crate::screen::Screen;
use std::path::Path;
use std::process::Command;

const CTRL_A: &str = "\x01";
const CTRL_C: &str = "\x03";
const CTRL_D: &str = "\x04";
const CTRL_R: &str = "\x12";
const LEFT: &str = "\x1b[D";
const UP: &str = "\x1b[A";
const BACKSPACE: &str = "\x7f";

/// A session with these variables in its environment, at its first prompt.
fn session_with(args: &[&str], variables: &[(&str, &str)]) -> Screen {
    let mut command = Command::new(env!("CARGO_BIN_EXE_gambol"));
    command.args(args).current_dir(std::env::temp_dir()).env_clear().env("TERM", "xterm-256color").env("NO_COLOR", "1").env("GAMBOL_HISTORY", "");
    for (name, value) in variables {
        command.env(name, value);
    }
    let mut screen = Screen::start(command);
    screen.prompt_after("Ctrl-D or (exit) leaves");
    screen
}

fn session() -> Screen {
    session_with(&[], &[])
}

/// Types a line and waits for a prompt below `expect`.
#[track_caller]
fn enter(screen: &mut Screen, line: &str, expect: &str) {
    screen.send(&format!("{line}\r"));
    screen.prompt_after(expect);
}

/// Types, and waits until the program reads what is typed next.
#[track_caller]
fn send_and_edit(screen: &mut Screen, keys: &str) {
    let before = screen.editors();
    screen.send(keys);
    screen.until("editor", |s| s.editors() > before);
}

#[track_caller]
fn leave(mut screen: Screen) {
    screen.send(CTRL_D);
    assert_eq!(screen.end(), Some(0));
}

#[test]
fn greeting_prompt_and_end() {
    let mut screen = session();
    assert!(screen.text().starts_with(concat!("Gambol ", env!("CARGO_PKG_VERSION"), "\n")), "{}", screen.text());
    enter(&mut screen, "(+ 20 22)", "> (+ 20 22)\n$1 = 42");
    leave(screen);
    let mut screen = session();
    screen.send("(exit 3)\r");
    assert_eq!(screen.end(), Some(3));
}

#[test]
fn lines_are_edited() {
    let mut screen = session();
    enter(&mut screen, &format!("+ 1 9){LEFT}{BACKSPACE}2{CTRL_A}("), "> (+ 1 2)\n$1 = 3");
    // The end of input is one only on an empty line.
    screen.send(&format!("'a{CTRL_D}"));
    enter(&mut screen, "bc", "> 'abc\n$2 = abc");
    leave(screen);
}

#[test]
fn history_is_kept_within_and_across_sessions() {
    let file = Temporary::new("history", b"");
    let mut screen = session_with(&[], &[("GAMBOL_HISTORY", file.path())]);
    enter(&mut screen, "(define (double x)\r(* 2 x))", "    (* 2 x))");
    enter(&mut screen, "(double 4)", "$1 = 8");
    enter(&mut screen, &format!("{UP}{LEFT}{BACKSPACE}5"), "> (double 5)\n$2 = 10");
    leave(screen);
    let mut screen = session_with(&[], &[("GAMBOL_HISTORY", file.path())]);
    screen.send(&format!("{UP}{UP}{UP}"));
    screen.wait("> (define (double x)\n    (* 2 x))");
    enter(&mut screen, "", "    (* 2 x))");
    screen.send(&format!("{CTRL_R}le 4"));
    screen.wait("`le 4': (double 4)");
    enter(&mut screen, "", "$1 = 8");
    leave(screen);
}

#[test]
fn history_goes_to_the_state_folder_and_need_not_exist() {
    let folder = std::env::temp_dir().join(format!("gambol-cli-{}-state", std::process::id()));
    let state = folder.to_str().expect("a plain name");
    let run = |variables: &[(&str, &str)]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_gambol"));
        command.env_clear().env("TERM", "xterm").envs(variables.iter().copied());
        let mut screen = Screen::start(command);
        screen.prompt_after("Ctrl-D or (exit) leaves");
        enter(&mut screen, "'kept", "$1 = kept");
        assert!(!screen.log().contains("rror"), "{}", screen.log());
        leave(screen);
    };
    let kept = |path: &Path| std::fs::read_to_string(path).is_ok_and(|text| text == "'kept\n");
    run(&[("XDG_STATE_HOME", state)]);
    assert!(kept(&folder.join("gambol/history")));
    run(&[("HOME", state)]);
    assert!(kept(&folder.join(".local/state/gambol/history")));
    let _ = std::fs::remove_dir_all(&folder);
    run(&[("GAMBOL_HISTORY", "/proc/no/such/folder")]);
    run(&[("GAMBOL_HISTORY", "/")]);
    run(&[]);
}

#[test]
fn names_are_completed() {
    let mut screen = session();
    enter(&mut screen, "(define my-very-own-name 'found)", "own-name 'found)");
    enter(&mut screen, "my-v\t", "> my-very-own-name\n$1 = found");
    screen.send("(call-with-o\t");
    screen.wait("> (call-with-output-file");
    screen.send(CTRL_C);
    screen.prompt_after("> (call-with-output-file");
    // Several: as far as they agree, and a list.
    screen.send("(exact-int\t");
    screen.wait("exact-integer-sqrt");
    screen.wait("exact-integer?");
    screen.wait("> (exact-integer\nexact-integer");
    screen.send(CTRL_C);
    screen.prompt_after("exact-integer?");
    // Neither in strings nor in comments.
    enter(&mut screen, "\"my-v\t\"", "$2 = \"my-v\"");
    enter(&mut screen, "'x ; my-v\t", "> 'x ; my-v\n$3 = x");
    leave(screen);
}

#[test]
fn unfinished_input_goes_on() {
    let mut screen = session();
    enter(&mut screen, "(let ((x 1)\r(y 2))\r(list x\ry))", "> (let ((x 1)\n        (y 2))\n    (list x\n      y))\n$1 = (1 2)");
    enter(&mut screen, "\"two\r  lines\"", "> \"two\n  lines\"\n$2 = \"two\\n  lines\"");
    enter(&mut screen, "#| ( \r |# '\ra", "$3 = a");
    enter(&mut screen, "'|a\rb|", "$4 = |a\\nb|");
    enter(&mut screen, "#;(not\rthis) 'this", "$5 = this");
    // Mistakes are not waited for.
    enter(&mut screen, "(a . b c", "misplaced `.`");
    enter(&mut screen, "(car '(1)))", "closed already");
    // Text that is pasted comes as it is.
    screen.send("\x1b[200~(define (f x)\n  (* x x))\n(f 7)\x1b[201~");
    enter(&mut screen, "", "> (define (f x)\n  (* x x))\n(f 7)\n$7 = 49");
    leave(screen);
}

#[test]
fn interrupts() {
    let mut screen = session();
    screen.send("(begin (display \"running\") (newline) (let loop () (loop)))\r");
    screen.wait("\nrunning");
    screen.send(CTRL_C);
    screen.prompt_after("interrupted\n --> repl:1:");
    // What was typed is forgotten, all lines of it.
    screen.send(&format!("(list 1\r2{CTRL_C}"));
    screen.prompt_after("> (list 1\n    2");
    enter(&mut screen, "(+ 1 1)", "$1 = 2");
    // While a program reads, too.
    send_and_edit(&mut screen, "(list 'got (read-line))\r");
    screen.send(CTRL_C);
    screen.until("second interrupt", |s| s.text().matches("interrupted").count() == 2);
    screen.prompt_after("at top level, repl:1:12");
    // A signal that no key has sent.
    let status = Command::new("kill").args(["-INT", &screen.id().to_string()]).status().expect("kill runs");
    assert!(status.success());
    enter(&mut screen, "'still-here", "$2 = still-here");
    leave(screen);
}

#[test]
fn values_have_names() {
    for options in [&[][..], &["--stress-gc", "--poison"], &["--nursery=64K", "--verify-heap"]] {
        values_have_names_with(options);
    }
}

fn values_have_names_with(options: &[&str]) {
    let mut screen = session_with(options, &[]);
    enter(&mut screen, "(list 1 2)", "$1 = (1 2)");
    enter(&mut screen, "(values 'a 'b)", "$2 = a\n$3 = b");
    enter(&mut screen, "(define x 5)", "> (define x 5)\n>");
    enter(&mut screen, "(if #f #f)", "> (if #f #f)\n>");
    enter(&mut screen, "(cons $2 $1)", "$4 = (a 1 2)");
    // What the user has defined is left alone.
    enter(&mut screen, "(define $5 'mine)", "(define $5 'mine)");
    enter(&mut screen, "'other", "$6 = other");
    enter(&mut screen, "(list $5 $6)", "$7 = (mine other)");
    enter(&mut screen, "(set! $1 #f)", "(set! $1 #f)");
    enter(&mut screen, "$1", "$8 = #f");
    leave(screen);
}

#[test]
fn programs_read_what_is_typed_next() {
    let mut screen = session();
    send_and_edit(&mut screen, "(begin (display \"who? \") (read-line))\r");
    enter(&mut screen, &format!("Boz{BACKSPACE}b"), "\nwho? Bob\n$1 = \"Bob\"");
    // Typed ahead, in one go.
    enter(&mut screen, "(read-line)\rhello\r(+ 20 22)", "$2 = \"hello\"\n> (+ 20 22)\n$3 = 42");
    enter(&mut screen, "(read)\r(a\rb)", "$4 = (a b)");
    // What a program leaves of a line is for the next that reads.
    enter(&mut screen, "(read-char)\rx", "$5 = #\\x");
    enter(&mut screen, "(read)\r1 (+ 2 3)", "$6 = 1\n$7 = 5");
    send_and_edit(&mut screen, "(eof-object? (read-line))\r");
    enter(&mut screen, "", "$8 = #f");
    send_and_edit(&mut screen, "(begin (display \"ready\") (eof-object? (read-char)))\r");
    screen.wait("\nready");
    screen.send(CTRL_D);
    screen.prompt_after("$9 = #t");
    // Program text is no history.
    screen.send(UP);
    screen.until("last form again", |s| s.text().matches("> (begin (display \"ready\")").count() == 2);
    screen.send(CTRL_C);
    screen.prompt_after("(read-char)))");
    leave(screen);
}

#[test]
fn prompts_start_lines() {
    let mut screen = session();
    enter(&mut screen, "(display \"abc\")", "> (display \"abc\")\nabc\n>");
    enter(&mut screen, "(begin (display \"def\") 'ghi)", "\ndef\n$1 = ghi");
    enter(&mut screen, "(begin (display \"jkl\") (car 1))", "\njkl\nerror[uncaught]: car");
    enter(&mut screen, "(display \"mno\" (current-error-port))", "\nmno\n>");
    enter(&mut screen, "(display \"pqr\\n\")", "\npqr\n>");
    leave(screen);
}

#[test]
fn colours_only_when_they_are_wanted() {
    let bold = |screen: &Screen| (0..50).any(|row| screen.is_bold(row, 2));
    let mut screen = session_with(&[], &[("NO_COLOR", "")]);
    screen.send("(list 1 (+ 2 3)");
    screen.wait("(+ 2 3)");
    assert!(!bold(&screen));
    screen.send(")");
    // The parenthesis that the last one belongs to.
    screen.until("bold parenthesis", bold);
    enter(&mut screen, "", "$1 = (1 5)");
    assert!(!bold(&screen));
    enter(&mut screen, "(car 5)", "expected a pair");
    assert!(screen.log().contains("\x1b[1;31m"), "{:?}", screen.log());
    leave(screen);
    let mut screen = session();
    screen.send("(car 5)\r");
    screen.prompt_after("expected a pair");
    assert!(["\x1b[1m", "\x1b[1;", "\x1b[0m"].iter().all(|code| !screen.log().contains(code)), "{:?}", screen.log());
    leave(screen);
}

#[test]
fn terminals_that_cannot_edit() {
    let mut screen = session_with(&[], &[("TERM", "dumb"), ("NO_COLOR", "")]);
    let top = screen.cursor().0;
    screen.send("(list 1\r");
    screen.until("second prompt", |s| s.cursor() == (top + 1, 2));
    enter(&mut screen, "2)", "> (list 1\n  2)\n$1 = (1 2)");
    screen.send("(begin (display \"who? \") (read-line))\r");
    screen.wait("\nwho?");
    enter(&mut screen, "Bob", "who? Bob\n$2 = \"Bob\"");
    enter(&mut screen, "(display \"abc\")", "\nabc\n>");
    enter(&mut screen, "(car 5)", "expected a pair");
    screen.send("(begin (display \"running\") (newline) (let loop () (loop)))\r");
    screen.wait("\nrunning");
    screen.send(CTRL_C);
    screen.prompt_after("interrupted");
    screen.send("(vector 1 ");
    screen.wait("> (vector 1");
    screen.send(CTRL_C);
    screen.prompt_after("> (vector 1");
    enter(&mut screen, "$1", "$3 = (1 2)");
    assert!(!screen.log().contains('\x1b'), "{:?}", screen.log());
    leave(screen);
}

#[test]
fn the_prompt_follows_files_and_expressions() {
    let file = Temporary::new("first.scm", b"#!/usr/bin/env gambol\n(import (scheme base))\n(define secret 41)\n");
    let mut screen = session_with(&["-i", file.path()], &[]);
    enter(&mut screen, "(+ secret 1)", "$1 = 42");
    leave(screen);
    let mut screen = session_with(&["-l", file.path()], &[]);
    enter(&mut screen, "secret", "$1 = 41");
    leave(screen);
    let mut screen = session_with(&["-i", "-e", "(define x 1)", "-e", "(car x)", "-e", "(define x 2)"], &[]);
    assert!(screen.text().contains("expected a pair, given 1"), "{}", screen.text());
    enter(&mut screen, "x", "$1 = 1");
    leave(screen);
}
