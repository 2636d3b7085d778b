//! Compiles the libraries of `lib/` into an image, and embeds it with their sources: a table of
//! the files for messages, and the image for `gambol_front::image`. A mistake in a library ends
//! the build with the compiler's message.

use gambol_front::image::{BUILT_IN, build};
use gambol_front::source::File;
use gambol_front::syntax::Target;
use std::fmt::Write;
use std::path::{Path, PathBuf};

fn main() {
    let lib = PathBuf::from(variable("CARGO_MANIFEST_DIR")).join("lib");
    let out = PathBuf::from(variable("OUT_DIR"));
    println!("cargo::rerun-if-changed={}", lib.display());
    println!("cargo::rustc-env=GAMBOL_TARGET={}", variable("TARGET"));
    let mut paths = Vec::new();
    find(&lib, &mut paths);
    let mut files: Vec<(String, PathBuf)> = paths.into_iter().map(|path| (name(&lib, &path), path)).collect();
    files.sort();
    write(&out.join("libraries.rs"), table(&files).as_bytes());
    let sources: Vec<File> = files.iter().map(|(name, path)| File { name: keep(name.clone()), text: keep(read(path)) }).collect();
    let (arch, os) = (variable("CARGO_CFG_TARGET_ARCH"), variable("CARGO_CFG_TARGET_OS"));
    let target = Target { arch: &arch, os: &os, unix: std::env::var_os("CARGO_CFG_UNIX").is_some(), little_endian: variable("CARGO_CFG_TARGET_ENDIAN") == "little" };
    match build(Vec::leak(sources), &target) {
        Ok(image) => write(&out.join("libraries.image"), &image),
        Err(messages) => messages.iter().flat_map(|message| message.lines()).for_each(|line| println!("cargo::error={line}")),
    }
}

fn variable(name: &str) -> String {
    std::env::var(name).unwrap_or_else(|_| panic!("cargo sets {name}"))
}

/// Keeps a text until the build script ends.
fn keep(text: String) -> &'static str {
    text.leak()
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

fn write(path: &Path, bytes: &[u8]) {
    std::fs::write(path, bytes).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
}

/// What messages call a file of `lib`.
fn name(lib: &Path, path: &Path) -> String {
    let path = path.strip_prefix(lib).expect("it was found below lib");
    format!("{BUILT_IN}{}", path.to_string_lossy().replace('\\', "/"))
}

/// The files as a Rust expression, sorted by name.
fn table(files: &[(String, PathBuf)]) -> String {
    let mut out = String::from("&[\n");
    for (name, path) in files {
        writeln!(out, "    File {{ name: {name:?}, text: include_str!({:?}) }},", path.display().to_string()).expect("writing to a string");
    }
    out.push_str("]\n");
    out
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
