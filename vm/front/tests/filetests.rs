//! Golden tests of the compiler's stages. A file in `filetests/` starts with `; test: STAGE`,
//! where the stage is `expand`, the name of a pass, or `bytecode`; then comes the source, Scheme
//! in `.scm` and core IR in `.ir`, and after a line `; =>` what the stage makes of it, as
//! comments. `BLESS=1` rewrites the expectation.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use gambol_front::compiler::Compiler;
use gambol_front::diag::Diagnostic;
use gambol_front::source::SourceMap;
use gambol_front::syntax::{LibraryName, LoadedSource, Loader};
use gambol_front::{emit, ir, passes};

const MARK: &str = "; =>\n";

#[test]
fn stages_do_what_the_files_say() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/filetests");
    let mut files: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    assert!(!files.is_empty());
    let wrong: Vec<String> = files.iter().filter_map(|file| check(file).err()).collect();
    assert!(wrong.is_empty(), "{}\nBLESS=1 accepts what is there now", wrong.join("\n"));
}

fn check(file: &Path) -> Result<(), String> {
    let text = fs::read_to_string(file).unwrap();
    let name = file.display();
    let stage = text.lines().next().and_then(|line| line.strip_prefix("; test: ")).ok_or_else(|| format!("{name}: no test line"))?;
    let (source, expected) = text.split_once(MARK).unwrap_or((&text, ""));
    let output = match file.extension().and_then(|e| e.to_str()) {
        Some("ir") => from_ir(source, stage)?,
        _ => from_scheme(source, stage)?,
    };
    let got: String = output.lines().map(|line| format!("; {line}").trim_end().to_owned() + "\n").collect();
    if got == expected {
        return Ok(());
    }
    if std::env::var_os("BLESS").is_some() {
        fs::write(file, format!("{}{MARK}{got}", source.trim_end().to_owned() + "\n")).unwrap();
        return Ok(());
    }
    Err(format!("{name} ({stage}) gives\n{got}"))
}

fn from_ir(text: &str, stage: &str) -> Result<String, String> {
    let mut sources = SourceMap::new();
    let source = sources.add("test.ir", text.into());
    let mut unit = ir::parse::parse_unit(source, text)?;
    let mut output = String::new();
    passes::run(&mut unit, &passes::Options::default(), |pass, unit| {
        if pass == stage {
            output = ir::print::print_unit(unit);
        }
    });
    if stage == "bytecode" {
        let compiled = emit::emit(&unit).map_err(|error| error.to_string())?;
        output = emit::disassemble_unit(&compiled, None);
    }
    Ok(output)
}

/// Files need nothing but what the compiler has built in.
struct NoFiles;

impl Loader for NoFiles {
    fn load(&mut self, _: &LibraryName) -> Result<Option<LoadedSource>, Diagnostic> {
        Ok(None)
    }
    fn include(&mut self, path: &str, _: &str) -> Result<LoadedSource, Diagnostic> {
        Err(Diagnostic::error("E0300", format!("no file {path}")))
    }
    fn search_path_description(&self) -> String {
        "nowhere".into()
    }
}

fn from_scheme(text: &str, stage: &str) -> Result<String, String> {
    let output = Arc::new(Mutex::new(String::new()));
    let sink = output.clone();
    let mut compiler = Compiler::new(Box::new(NoFiles));
    compiler.dump(stage, Box::new(move |_, text| sink.lock().unwrap().push_str(text)));
    let program = format!("(import (gambol syntax) (gambol primitives))\n{text}");
    let source = compiler.add_source("test.scm", program.as_bytes()).map_err(|error| error.to_string())?;
    compiler.compile_program(source).map_err(|errors| errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))?;
    let text = output.lock().unwrap().clone();
    Ok(text)
}
