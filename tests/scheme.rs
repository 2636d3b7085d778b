//! Runs every Scheme suite under `tests/scheme` in the matrix of modes. A suite is a program that
//! exits with 0 when all its checks hold. First lines with two semicolons are for this file:
//! `;; heavy` keeps the suite out of the slow modes, `;; exit N` says which exit code is right,
//! `;; options --a --b` gives it options of its own.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// A suite that takes longer than this hangs.
const LIMIT: Duration = Duration::from_secs(240);

fn suites() -> Vec<PathBuf> {
    let mut out = Vec::new();
    let mut work = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/scheme")];
    while let Some(dir) = work.pop() {
        for entry in std::fs::read_dir(&dir).expect("tests/scheme is readable").flatten() {
            let path = entry.path();
            if path.is_dir() {
                if path.file_name().is_some_and(|n| n != "support") {
                    work.push(path);
                }
            } else if path.extension().is_some_and(|e| e == "scm") {
                out.push(path);
            }
        }
    }
    out.sort();
    assert!(!out.is_empty(), "there are no suites");
    out
}

/// What the first lines of a suite ask for.
#[derive(Default)]
struct Wishes {
    heavy: bool,
    exit: i32,
    options: Vec<String>,
}

fn wishes(path: &Path) -> Wishes {
    let text = std::fs::read_to_string(path).expect("a suite is readable");
    let mut wishes = Wishes::default();
    for line in text.lines().map_while(|l| l.strip_prefix(";; ")) {
        match line.split_once(' ').unwrap_or((line, "")) {
            ("heavy", _) => wishes.heavy = true,
            ("exit", n) => wishes.exit = n.trim().parse().expect("an exit code"),
            ("options", list) => wishes.options = list.split_whitespace().map(String::from).collect(),
            // The suite's own comment.
            _ => break,
        }
    }
    wishes
}

/// Runs one suite; the error is what to show.
fn run(path: &Path, options: &[&str]) -> Result<(), String> {
    let wishes = wishes(path);
    let mut child = Command::new(env!("CARGO_BIN_EXE_gambol"))
        .args(options)
        .args(&wishes.options)
        .arg("-A")
        .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/scheme/support"))
        .arg(path)
        .current_dir(std::env::temp_dir())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|e| e.to_string())?;
    let start = Instant::now();
    let pid = child.id();
    let (mut out, mut err) = (child.stdout.take().expect("piped"), child.stderr.take().expect("piped"));
    let reader = std::thread::spawn(move || {
        let mut text = String::new();
        let _ = std::io::Read::read_to_string(&mut out, &mut text);
        text
    });
    let complaints = std::thread::spawn(move || {
        let mut bytes = Vec::new();
        let _ = std::io::Read::read_to_end(&mut err, &mut bytes);
        String::from_utf8_lossy(&bytes).into_owned()
    });
    let status = loop {
        if let Some(s) = child.try_wait().map_err(|e| e.to_string())? {
            break s;
        }
        if start.elapsed() > LIMIT {
            let _ = child.kill();
            return Err(format!("process {pid} still ran after {} s", LIMIT.as_secs()));
        }
        std::thread::sleep(Duration::from_millis(5));
    };
    let (out, err) = (reader.join().unwrap_or_default(), complaints.join().unwrap_or_default());
    if status.code() == Some(wishes.exit) { Ok(()) } else { Err(format!("{status}\n{out}{err}")) }
}

/// Runs all suites (without the heavy ones if asked) on two threads.
fn all(options: &[&str], heavy: bool) {
    let suites: Vec<PathBuf> = suites().into_iter().filter(|p| heavy || !wishes(p).heavy).collect();
    let next = AtomicUsize::new(0);
    let failures = Mutex::new(Vec::new());
    std::thread::scope(|s| {
        for _ in 0..2 {
            s.spawn(|| {
                while let Some(path) = suites.get(next.fetch_add(1, Ordering::Relaxed)) {
                    if let Err(e) = run(path, options) {
                        failures.lock().expect("no panic holds it").push(format!("{} {options:?}: {e}", path.display()));
                    }
                }
            });
        }
    });
    let failures = failures.into_inner().expect("no panic holds it");
    assert!(failures.is_empty(), "{} of {} suites failed:\n{}", failures.len(), suites.len(), failures.join("\n"));
}

/// Each mode runs in each of these: everything interpreted, everything in machine code from its
/// first call on.
const TIERS: [&str; 2] = ["--jit=off", "--jit-threshold=0"];

macro_rules! modes {
    ($($name:ident $options:expr, $heavy:expr;)*) => { $(
        mod $name {
            #[test]
            fn interpreted() {
                super::in_tier(0, $options, $heavy);
            }
            #[test]
            fn in_machine_code() {
                super::in_tier(1, $options, $heavy);
            }
        }
    )* };
}

fn in_tier(tier: usize, options: &[&str], heavy: bool) {
    all(&[&[TIERS[tier]], options].concat(), heavy);
}

/// As users run them: procedures change tiers on the way.
#[test]
fn plain() {
    all(&[], true);
}

modes! {
    ordinary &[], true;
    // Verifying takes time in proportion to the heap, so the nursery is not the tiniest.
    verified_heap &["--nursery=64K", "--verify-heap", "--poison"], false;
    tiny_nursery &["--nursery=4K", "--poison"], false;
    collection_at_every_safepoint &["--stress-gc", "--poison"], false;
    smallest_chunks &["--stack-chunk=48K"], true;
    smallest_chunks_and_tiny_nursery &["--stack-chunk=48K", "--nursery=4K"], false;
}
