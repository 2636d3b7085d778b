//! Embeds the Scheme sources of `lib/`: a table of path and text, compiled into the binary.

use std::fmt::Write;
use std::path::{Path, PathBuf};

fn main() {
    let lib = PathBuf::from(std::env::var_os("CARGO_MANIFEST_DIR").expect("cargo sets it")).join("lib");
    println!("cargo::rerun-if-changed={}", lib.display());
    let mut files = Vec::new();
    find(&lib, &mut files);
    files.sort();
    let mut out = String::from("&[\n");
    for path in files {
        let name = path.strip_prefix(&lib).expect("it was found below lib").to_string_lossy().replace('\\', "/");
        writeln!(out, "    ({name:?}, include_str!({:?})),", path.display().to_string()).expect("writing to a string");
    }
    out.push_str("]\n");
    let target = PathBuf::from(std::env::var_os("OUT_DIR").expect("cargo sets it")).join("libraries.rs");
    std::fs::write(target, out).expect("the output folder is writable");
}

fn find(dir: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(dir).expect("lib is readable").flatten() {
        let path = entry.path();
        if path.is_dir() {
            println!("cargo::rerun-if-changed={}", path.display());
            find(&path, files);
        } else if path.extension().is_some_and(|e| e == "sld" || e == "scm") {
            println!("cargo::rerun-if-changed={}", path.display());
            files.push(path);
        }
    }
}
