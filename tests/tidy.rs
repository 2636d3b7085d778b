//! The house rules as a test: who may depend on whom, how long a file may be, what may not be
//! left behind. Limits are ratchets: an entry in the list of long files may only shrink.

use std::fs;
use std::path::{Path, PathBuf};

/// Our crates and which of ours each may name.
const EDGES: &[(&str, &[&str])] = &[
    ("gc", &[]),
    ("sched", &[]),
    ("vm/abi", &[]),
    ("vm/front", &["gambol-abi"]),
    ("jit", &["gambol-abi", "gambol-gc"]),
    ("vm", &["gambol-abi", "gambol-front", "gambol-gc", "gambol-sched", "gambol-jit"]),
    (".", &["gambol-vm"]),
    ("tests/fuzz", &["gambol-abi", "gambol-front", "gambol-vm"]),
];
/// Longest a source file may be.
const LINES: usize = 600;
/// Files that are longer, and how long they are: to be split, never to grow.
const LONG: &[(&str, usize)] = &[];

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Source files of the project with the given endings, as paths relative to the root.
fn sources(endings: &[&str]) -> Vec<PathBuf> {
    let mut out = Vec::new();
    let mut work: Vec<PathBuf> = ["gc", "sched", "jit", "vm", "tests", "benches"].iter().map(|d| root().join(d)).collect();
    while let Some(dir) = work.pop() {
        for entry in fs::read_dir(&dir).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                if path.file_name().is_some_and(|n| n != "target") {
                    work.push(path);
                }
            } else if path.extension().is_some_and(|e| endings.contains(&&*e.to_string_lossy())) {
                out.push(path.strip_prefix(root()).expect("below the root").to_path_buf());
            }
        }
    }
    out.sort();
    assert!(out.len() > 20, "the source files were not found");
    out
}

fn read(path: &Path) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

#[test]
fn crates_depend_only_on_their_neighbours() {
    for (dir, allowed) in EDGES {
        let manifest = read(&Path::new(dir).join("Cargo.toml"));
        // The root manifest also declares the workspace's members; its own edges follow [dependencies].
        let own = if *dir == "." { manifest.split("\n[dependencies]").nth(1).expect("the root has dependencies").split("\n[").next().unwrap_or("") } else { &manifest };
        for line in own.lines().filter(|l| l.starts_with("gambol-")) {
            let name = line.split(['.', ' ', '=']).next().unwrap_or("");
            assert!(allowed.contains(&name), "{dir} may not depend on {name}");
        }
    }
}

#[test]
fn files_are_short_enough_to_read_in_one_sitting() {
    let mut wrong = Vec::new();
    for path in sources(&["rs", "scm", "sld"]) {
        let lines = read(&path).lines().count();
        let limit = LONG.iter().find(|(p, _)| Path::new(p) == path).map_or(LINES, |(_, n)| *n);
        if lines > limit {
            wrong.push(format!("{}: {lines} lines, at most {limit}", path.display()));
        }
    }
    assert!(wrong.is_empty(), "too long:\n{}", wrong.join("\n"));
}

#[test]
fn rust_files_say_what_they_are() {
    for path in sources(&["rs"]) {
        let text = read(&path);
        assert!(text.starts_with("//!"), "{} does not open with a paragraph on what it does", path.display());
    }
}

#[test]
fn nothing_is_left_unfinished() {
    let unfinished = [concat!("to", "do!("), concat!("unimple", "mented!(")];
    for path in sources(&["rs"]) {
        let text = read(&path);
        for word in unfinished {
            assert!(!text.contains(word), "{} contains {word}", path.display());
        }
    }
}

#[test]
fn only_the_low_crates_of_the_house_know_the_heap() {
    // front is heap-free; gc has never heard of Scheme.
    for path in sources(&["rs"]) {
        let text = read(&path);
        if path.starts_with("vm/front/src") {
            assert!(!text.contains("gambol_gc"), "{} names the collector", path.display());
        }
        if path.starts_with("gc/src") {
            assert!(!text.contains("gambol_abi"), "{} names Scheme's layouts", path.display());
        }
    }
}

#[test]
fn documents_that_are_named_exist() {
    let mut wrong = Vec::new();
    for path in sources(&["rs", "sld", "scm", "toml"]) {
        let text = read(&path);
        for named in text.split("docs/").skip(1) {
            let end = named.find(|c: char| !(c.is_ascii_alphanumeric() || "-_/.".contains(c))).unwrap_or(named.len());
            let name = named[..end].trim_end_matches('.');
            if name.ends_with(".md") && !root().join("docs").join(name).exists() {
                wrong.push(format!("{} names docs/{name}", path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
