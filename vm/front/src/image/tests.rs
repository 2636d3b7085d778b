//! An image gives what its sources give, yields to the search path, and is never believed when
//! it is damaged.

use super::format::{Index, Section};
use super::*;
use crate::compiler::Compiler;
use crate::diag::Style;
use crate::syntax::{LoadedSource, Loader, Target};

const TOOLS: File = File {
    name: "built-in:t/tools.sld",
    text: "(define-library (t tools)
  (export swap! my-or define-getter while count! limit (rename car first))
  (import (gambol primitives) (gambol syntax))
  (include \"tools.scm\"))",
};
const TOOLS_BODY: File = File {
    name: "built-in:t/tools.scm",
    text: "(define counter 0)
(define limit 10)
(define-syntax bump (syntax-rules () ((_) (set! counter (+ counter 1)))))
(define-syntax count! (syntax-rules () ((_ e ...) (begin (bump) e ...))))
(define-syntax swap! (syntax-rules () ((_ a b) (let ((t a)) (set! a b) (set! b t)))))
(define-syntax my-or (syntax-rules () ((_) #f) ((_ e) e) ((_ e r ...) (let ((t e)) (if t t (my-or r ...))))))
(define-syntax while
  (syntax-rules (do) ((_ test do body ...) (let loop () (if test (begin body ... (loop)))))))
(define-syntax define-getter
  (syntax-rules () ((_ name value) (begin (define hidden (list value '#(1 \"two\"))) (define-syntax name (syntax-rules () ((_) (car hidden))))))))
(bump)",
};
const USER: File = File {
    name: "built-in:t/user.sld",
    text: "(define-library (t user)
  (export run again define-getter my-or)
  (import (gambol primitives) (gambol syntax) (t tools))
  (begin
    (define-record-type point (make-point x y) point? (x point-x) (y point-y))
    (define-getter answer 42)
    (define-syntax again (syntax-rules () ((_ e) (begin e (count! e)))))
    (define (run n) (count! (let ((t n) (u limit)) (swap! t u) (my-or #f (make-point t (answer))))))))",
};
static FILES: &[File] = &[TOOLS_BODY, TOOLS, USER];

const PROGRAM: &str = "(import (t user) (only (t tools) swap! while count! first) (gambol syntax) (gambol primitives))
(define-getter get 7)
(define (f if t) (let ((loop 1)) (while #f do loop) (swap! if t) (count! (my-or if t (get) (first (list loop))))))
(again (f (run 1) 2))";

fn image() -> &'static [u8] {
    let bytes = build(FILES, &Target::THIS).unwrap_or_else(|errors| panic!("{}", errors.concat()));
    bytes.leak()
}

/// Provides one library, before the built-in ones or after them.
struct One {
    name: &'static str,
    text: &'static str,
    first: bool,
}

impl One {
    fn get(&self, name: &LibraryName, first: bool) -> Result<Option<LoadedSource>, Diagnostic> {
        let wanted = first == self.first && **name.printed() == *self.name;
        Ok(wanted.then(|| LoadedSource { display_name: "one".into(), text: self.text.into(), folder: ".".into() }))
    }
}

impl Loader for One {
    fn load(&mut self, name: &LibraryName) -> Result<Option<LoadedSource>, Diagnostic> {
        self.get(name, false)
    }
    fn load_first(&mut self, name: &LibraryName) -> Result<Option<LoadedSource>, Diagnostic> {
        self.get(name, true)
    }
    fn include(&mut self, path: &str, _: &str) -> Result<LoadedSource, Diagnostic> {
        Err(Diagnostic::error("E0322", path))
    }
    fn search_path_description(&self) -> String {
        "one".into()
    }
}

const NOTHING: One = One { name: "", text: "", first: false };

fn compiler(one: One, image: Option<&'static [u8]>) -> Result<Compiler, Diagnostic> {
    let image = image.map(|bytes| Image::open(bytes, FILES)).transpose()?;
    Ok(Compiler::with_built_in(Box::new(one), BuiltIn { files: FILES, image }))
}

/// What a program compiles to: its libraries and its unit, as text; or its errors.
type Outcome = Result<(String, String), String>;

fn compile(compiler: &mut Compiler, text: &str) -> Outcome {
    let source = compiler.add_source("program", text.as_bytes()).map_err(|error| error.to_string())?;
    let compiled = compiler.compile_program(source);
    let rendered = |errors: Vec<Diagnostic>| errors.iter().map(|error| error.render(compiler.sources(), Style::Plain)).collect::<String>();
    // Programs have the same text whichever number their source got.
    let unit = |unit| format!("{unit:?}").replace(&format!("{source:?}"), "SourceId(program)");
    compiled.map(|compiled| (format!("{:?}", compiled.libraries), unit(compiled.unit))).map_err(rendered)
}

fn with_and_without(one: fn() -> One, text: &str) -> (Outcome, Outcome) {
    let outcome = |image| compile(&mut compiler(one(), image).expect("a sound image"), text);
    (outcome(Some(image())), outcome(None))
}

#[test]
fn programs_come_out_as_with_sources() {
    let (with, without) = with_and_without(|| NOTHING, PROGRAM);
    assert_eq!(with, without);
    assert!(with.unwrap().1.contains("hidden"));
}

#[test]
fn the_sources_alone_decide_the_bytes() {
    assert!(image() == image());
}

#[test]
fn messages_show_the_sources() {
    for (text, expected) in [
        ("(import (t tools) (gambol syntax)) (while 1 2)", "built-in:t/tools.scm:8:3"),
        ("(import (gambol syntax)) (my-or 1)", "my-or is exported by (t tools)"),
        ("(import (t toolz))", "did you mean (t tools)?"),
    ] {
        let (with, without) = with_and_without(|| NOTHING, text);
        let with = with.unwrap_err();
        assert!(with.contains(expected), "{with}");
        if !with.contains("exported") && !with.contains("mean") {
            assert_eq!(Err(with), without);
        }
    }
}

#[test]
fn libraries_of_the_path_take_the_place_of_built_in_ones() {
    let other = || One {
        name: "(t tools)",
        text: "(define-library (t tools) (export count! swap! my-or define-getter limit) (import (gambol syntax) (gambol primitives)) (begin (define limit 'mine) (define-syntax count! (syntax-rules () ((_ e) e))) (define-syntax swap! (syntax-rules () ((_ a b) #t))) (define-syntax my-or (syntax-rules () ((_ e ...) (list 'mine e ...)))) (define-syntax define-getter (syntax-rules () ((_ n v) (define (n) v))))))",
        first: true,
    };
    let (with, without) = with_and_without(other, "(import (t user))");
    assert_eq!(with, without);
    assert!(with.unwrap().0.rsplit("name: \"(t user)\"").next().is_some_and(|user| user.contains("mine")), "the built-in library was compiled against the wrong one");
    // Searched after the built-in ones, it is not found.
    let (last, _) = with_and_without(|| One { first: false, name: "(t tools)", text: "(" }, "(import (t user))");
    assert_eq!(last, compile(&mut compiler(NOTHING, None).unwrap(), "(import (t user))"));
}

#[test]
fn compiled_and_taken_libraries_live_together() {
    let own = "(define-library (own) (export twice) (import (gambol syntax) (t tools)) (begin (define-syntax twice (syntax-rules () ((_ e) (begin (count! e) (my-or #f e)))))))\n(import (own) (t tools) (gambol syntax))\n(define x limit)\n(twice (swap! x x))";
    let image = image();
    let mut first = compiler(NOTHING, Some(image)).unwrap();
    let mut second = compiler(NOTHING, Some(image)).unwrap();
    let one = compile(&mut first, own);
    assert_eq!(one, compile(&mut compiler(NOTHING, None).unwrap(), own));
    // In another order, beside the first compiler: the libraries are handed out once.
    let libraries = compile(&mut second, PROGRAM).unwrap().0;
    let (more, unit) = compile(&mut second, own).unwrap();
    assert!(libraries.contains("(t user)") && !more.contains("(t user)") && more.contains("(own)"));
    assert_eq!(unit, one.unwrap().1);
}

#[test]
fn mistakes_are_rendered() {
    let files: &[File] = &[File { name: "built-in:a.sld", text: "(define-library (a)\n  (export x y)\n  (import (gambol syntax))\n  (begin (define x z)))" }];
    let errors = build(files, &Target::THIS).unwrap_err().concat();
    assert!(errors.contains("built-in:a.sld:4:20") && errors.contains("y is exported but neither defined nor imported"), "{errors}");
    let files: &[File] = &[File { name: "built-in:a.sld", text: "(define-library (b))" }];
    assert!(build(files, &Target::THIS).unwrap_err().concat().contains("does not define"));
}

/// Opens `bytes` and takes all there is in it.
fn take_all(bytes: &'static [u8]) -> Result<(), String> {
    let mut compiler = compiler(NOTHING, Some(bytes)).map_err(|error| error.to_string())?;
    compile(&mut compiler, PROGRAM).map(drop)
}

#[test]
fn damage_is_an_error() {
    let sound = image();
    for len in 0..sound.len() {
        assert!(take_all(&sound[..len]).unwrap_err().contains("E0330"), "cut off at {len}");
    }
    for at in 0..sound.len() {
        let mut bytes = sound.to_vec();
        bytes[at] ^= 1 << (at % 8);
        let error = take_all(bytes.leak()).expect_err("one bit was changed");
        assert!(error.contains("E0330"), "bit in byte {at}: {error}");
    }
}

#[test]
fn decoding_never_panics() {
    let sound = Image::open(image(), FILES).unwrap();
    let Index { libraries, .. } = &sound.index;
    let mut random = 1u64;
    for Section { start, len, .. } in libraries.iter().flat_map(|library| [library.face, library.code, library.syntax]) {
        let bytes = &sound.sections[start as usize..(start + len) as usize];
        for _ in 0..2000 {
            random = random.wrapping_mul(0x5851_F42D_4C95_7F2D).wrapping_add(1);
            let mut bytes = bytes.to_vec();
            let at = (random >> 33) as usize % bytes.len();
            bytes[at] = (random >> 25) as u8;
            let bytes: &'static [u8] = bytes.leak();
            let _ = decode::<Face>(bytes, hash(bytes), "");
            let _ = decode::<Syntax>(bytes, hash(bytes), "");
            let _ = decode::<CompiledUnit>(bytes, hash(bytes), "");
        }
    }
}
