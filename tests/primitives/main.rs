//! Every primitive of the table with too few and too many arguments, with values of every kind in
//! every position, and with random ones: as a first-class procedure and as the instruction that a
//! call in the source becomes. It has a value or raises a condition that names it; it never
//! panics, hangs, or raises anything else. The programs are generated from the table.

mod samples;

use gambol_vm::primitives::{Class, Inline, PRIMS, PrimInfo, Type};
use samples::{GOODS, SAMPLES};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// Primitives in one process.
const BATCH: usize = 12;
/// A process that takes longer hangs.
const LIMIT: Duration = Duration::from_secs(60);
/// Rounds of random arguments for each primitive.
const ROUNDS: usize = 40;

/// Left out, and why. Their arguments are not at fault when they end or change the program.
const SKIPPED: &[(&str, &str)] = &[
    ("%exit", "ends the program"),
    ("emergency-exit", "ends the program"),
    ("%uncaught", "ends the program"),
    ("%set-hook!", "takes the runtime's errors over"),
    ("%set-dynamic!", "replaces the handlers"),
    ("%set-default-port!", "redirects standard output"),
    ("%values-mismatch", "raises about its caller"),
    ("%record-ref", "raises in the name of the accessor"),
    ("%record-set!", "raises in the name of the modifier"),
];
/// Samples that a primitive may rightly take for ever on.
const ENDLESS: &[(&str, &[&str])] = &[("write-simple", &["circular", "car-circular", "circular-vector"])];
/// Primitives that complain in another's name: those that are its instruction, and those behind
/// a library procedure.
const ALIASES: &[(&str, &str)] =
    &[("truncate-quotient", "quotient"), ("truncate-remainder", "remainder"), ("floor-remainder", "modulo"), ("%compile", "eval"), ("%environment", "eval")];

fn named<T: Copy>(list: &[(&str, T)], name: &str) -> Option<T> {
    list.iter().find(|(n, _)| *n == name).map(|(_, t)| *t)
}

/// The primitives that are procedures of their own.
fn procedures() -> Vec<&'static PrimInfo> {
    let first_class = |p: &&PrimInfo| p.class != Class::Control && named(SKIPPED, p.name).is_none();
    PRIMS.iter().filter(first_class).collect()
}

/// Definitions and samples, before the calls.
fn prelude(seed: usize) -> String {
    let mut out = String::from("(import (scheme base) (scheme cxr) (prefix (gambol primitives) p:))\n");
    out.push_str("(define samples (list\n");
    for (name, expression, types, _) in SAMPLES {
        writeln!(out, "  (list '{name} (lambda () {expression}) '({}))", types.join(" ")).expect("a string");
    }
    out.push_str("))\n(define goods '(");
    for (t, sample) in GOODS {
        write!(out, "({t} . {sample}) ").expect("a string");
    }
    out.push_str("))\n");
    out.push_str(include_str!("sweep.scm"));
    writeln!(out, "(set! seed {seed})").expect("a string");
    out
}

fn type_names(types: &[Type]) -> String {
    types.iter().map(|t| format!("{t:?}")).collect::<Vec<_>>().join(" ")
}

/// Calls of a primitive as a procedure.
fn applied(p: &PrimInfo) -> String {
    let rest = p.rest.map_or("#f".to_string(), |t| format!("'{t:?}"));
    let excluded = named(ENDLESS, p.name).unwrap_or(&[]).join(" ");
    let known = p.name.trim_start_matches('%');
    let who = named(ALIASES, p.name).unwrap_or(known);
    format!("(sweep '({0} {known} {who}) p:{0} '({1}) '({2}) {rest} '({excluded}) {ROUNDS})\n", p.name, type_names(p.required), type_names(p.optional))
}

/// Calls of a primitive in the source, where they become instructions or are folded.
fn inlined(p: &PrimInfo) -> String {
    let mut out = String::new();
    let known = p.name.trim_start_matches('%');
    let who = named(ALIASES, p.name).unwrap_or(known);
    let types: Vec<Type> = p.required.iter().chain(p.optional).copied().chain(p.rest.into_iter().flat_map(|t| [t, t])).collect();
    let good: Vec<&str> = types.iter().map(|t| named(GOODS, &format!("{t:?}")).expect("a good sample of each type")).collect();
    let mut call = |must: bool, names: &[&str], arguments: &[String]| {
        let form = format!("(p:{} {})", p.name, arguments.join(" "));
        // For its value, for its truth, and for nothing.
        for context in [format!("(list {form})"), format!("(if {form} 1 2)"), format!("(begin {form} 1)")] {
            // What has no effect and no value that is wanted may be dropped, errors included, when it cannot raise.
            let must = must && (!context.starts_with("(begin") || !p.effects.droppable());
            writeln!(out, "(judge '({} {known} {who}) {} '({}) (lambda () {context}))", p.name, if must { "#t" } else { "#f" }, names.join(" ")).expect("a string");
        }
    };
    for (position, t) in types.iter().enumerate() {
        let count = p.required.len().max(position + 1);
        for (name, _, types, literal) in SAMPLES {
            let must = *t != Type::Obj && !types.contains(&&*format!("{t:?}"));
            let mut names = good[..count].to_vec();
            names[position] = name;
            let variable: Vec<String> = names.iter().map(|n| format!("(sample '{n})")).collect();
            call(must, &names, &variable);
            if let Some(literal) = literal {
                let mut constant = variable;
                constant[position] = literal.to_string();
                call(must, &names, &constant);
            }
        }
    }
    for count in 0..types.len() + 3 {
        if !p.accepts(count) {
            let arguments: Vec<&str> = (0..count).map(|i| good.get(i).copied().unwrap_or("one")).collect();
            call(true, &arguments, &arguments.iter().map(|n| format!("(sample '{n})")).collect::<Vec<_>>());
        }
    }
    out
}

/// Runs a program; the error is what went wrong.
fn run(dir: &Path, name: &str, text: &str) -> Result<(), String> {
    let file = dir.join(format!("{name}.scm"));
    std::fs::write(&file, text).expect("the temporary folder is writable");
    let mut child = Command::new(env!("CARGO_BIN_EXE_gambol"))
        .args(["--heap-max=256M"])
        .arg(&file)
        .current_dir(dir)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary runs");
    let mut err = child.stderr.take().expect("piped");
    let complaints = std::thread::spawn(move || {
        let mut bytes = Vec::new();
        let _ = std::io::Read::read_to_end(&mut err, &mut bytes);
        String::from_utf8_lossy(&bytes).into_owned()
    });
    let start = Instant::now();
    let status = loop {
        if let Some(status) = child.try_wait().expect("it can be waited for") {
            break Some(status);
        }
        if start.elapsed() > LIMIT {
            let _ = child.kill();
            let _ = child.wait();
            break None;
        }
        std::thread::sleep(Duration::from_millis(5));
    };
    let complaints = complaints.join().unwrap_or_default();
    match status {
        Some(s) if s.success() && !complaints.contains("BAD") => Ok(()),
        Some(s) => Err(format!("{name}: {s}\n{complaints}")),
        None => Err(format!("{name}: does not end\n{complaints}")),
    }
}

/// Runs the programs for batches of primitives; a batch that fails is run one by one.
fn all(kind: &str, list: &[&'static PrimInfo], batch: usize, calls: fn(&PrimInfo) -> String) {
    let seed = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).map_or(1, |d| d.as_millis() as usize % 1_000_000);
    let dir: PathBuf = std::env::temp_dir().join(format!("gambol-primitives-{kind}-{}", std::process::id()));
    std::fs::create_dir_all(&dir).expect("the temporary folder is writable");
    let batches: Vec<&[&PrimInfo]> = list.chunks(batch).collect();
    let (next, failures) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    let program = |prims: &[&PrimInfo]| prelude(seed) + &prims.iter().map(|p| calls(p)).collect::<String>();
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while let Some((k, batch)) = {
                    let k = next.fetch_add(1, Ordering::Relaxed);
                    batches.get(k).map(|b| (k, b))
                } {
                    if run(&dir, &format!("{kind}-{k}"), &program(batch)).is_ok() {
                        continue;
                    }
                    let single = |(i, p): (usize, &&PrimInfo)| run(&dir, &format!("{kind}-{k}-{i}"), &program(&[p])).err().map(|e| format!("{}: {e}", p.name));
                    let found: Vec<String> = batch.iter().enumerate().filter_map(single).collect();
                    failures.lock().expect("no panic holds it").extend(found);
                }
            });
        }
    });
    let failures = failures.into_inner().expect("no panic holds it");
    assert!(failures.is_empty(), "seed {seed}, programs in {}:\n{}", dir.display(), failures.join("\n"));
    let _ = std::fs::remove_dir_all(&dir);
}

#[test]
fn as_procedures() {
    all("procedures", &procedures(), BATCH, applied);
}

#[test]
fn as_instructions() {
    let list: Vec<&PrimInfo> = procedures().into_iter().filter(|p| !matches!(p.inline, Inline::None | Inline::Control(_))).collect();
    all("instructions", &list, 4, inlined);
}

#[test]
fn samples_exist_for_every_type() {
    for (t, sample) in GOODS {
        assert!(SAMPLES.iter().any(|s| s.0 == *sample), "{t}: there is no sample {sample}");
    }
}
