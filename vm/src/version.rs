//! What SRFI 176 wants to know of an implementation: an association list from property to values,
//! printed one property a line by `gambol -V` and returned by `(version-alist)`. Its symbols and
//! strings are of the kind that line-oriented tools can take apart.

use crate::vm::Vm;
use gambol_front::datum::{Datum, DatumKind};
use gambol_front::number::Number;
use gambol_front::source::Span;
use std::ffi::CStr;
use std::mem::MaybeUninit;

/// Names of C types as the SRFI spells them, and their sizes in bytes: what a library written in C
/// would be called with.
const C_TYPES: &[(&str, usize)] = &[
    ("char", size_of::<libc::c_char>()),
    ("short", size_of::<libc::c_short>()),
    ("int", size_of::<libc::c_int>()),
    ("long", size_of::<libc::c_long>()),
    ("long-long", size_of::<libc::c_longlong>()),
    ("float", size_of::<libc::c_float>()),
    ("double", size_of::<libc::c_double>()),
    ("size_t", size_of::<libc::size_t>()),
    ("pointer", size_of::<*const libc::c_void>()),
];

/// The properties of this build and of the system it runs on.
pub(crate) fn properties(vm: &Vm) -> Vec<Datum> {
    let version = env!("CARGO_PKG_VERSION");
    let features = vm.compiler.lock().features().to_vec();
    let srfis = features.iter().filter_map(|name| name.strip_prefix("srfi-")?.parse().ok()).map(integer);
    let types = C_TYPES.iter().map(|&(name, bytes)| list([symbol(name), integer(8 * bytes as i64)]));
    let mut all = vec![
        property("command", [string("gambol")]),
        property("version", [string(version)]),
        property("release", [string(version)]),
        property("languages", ["scheme", "r5rs", "r7rs"].map(symbol)),
        property("encodings", [symbol("utf-8")]),
        property("scheme.id", [symbol("gambol")]),
        property("scheme.srfi", srfis),
        property("scheme.features", features.iter().filter(|name| is_plain(name)).map(|name| symbol(name))),
        property("scheme.path", vm.path.iter().filter(|path| is_graphic(path)).map(|path| string(path))),
        property("c.type-bits", types),
        property("build.platform", [string(env!("GAMBOL_TARGET"))]),
    ];
    all.extend(install_dir().map(|dir| property("install-dir", [string(&dir)])));
    all.extend(uname().map(|names| property("os.uname", names.iter().map(|name| string(name)))));
    all
}

/// The folder that has this command in its `bin`.
fn install_dir() -> Option<String> {
    let command = std::env::current_exe().ok()?;
    let bin = command.parent().filter(|dir| dir.ends_with("bin"))?;
    bin.parent()?.to_str().filter(|dir| is_graphic(dir)).map(String::from)
}

/// Name and release of the operating system, and the machine's kind.
fn uname() -> Option<[String; 3]> {
    let mut names = MaybeUninit::<libc::utsname>::uninit();
    // SAFETY: the call fills the structure or fails.
    let names = unsafe {
        if libc::uname(names.as_mut_ptr()) != 0 {
            return None;
        }
        names.assume_init()
    };
    // SAFETY: the system ends each of the names with a zero.
    let text = |field: &[libc::c_char]| unsafe { CStr::from_ptr(field.as_ptr()) }.to_string_lossy().into_owned();
    Some([text(&names.sysname), text(&names.release), text(&names.machine)])
}

/// Whether a symbol can stand in line-oriented S-expressions.
fn is_plain(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphabetic()) && name.chars().all(|c| c.is_ascii_alphanumeric() || "_/*+.-".contains(c))
}
/// Whether a string can.
fn is_graphic(text: &str) -> bool {
    !text.contains(char::is_control)
}

fn property(name: &str, values: impl IntoIterator<Item = Datum>) -> Datum {
    list(std::iter::once(symbol(name)).chain(values))
}
fn list(items: impl IntoIterator<Item = Datum>) -> Datum {
    Datum::list(Span::NONE, items.into_iter().collect(), None)
}
fn symbol(name: &str) -> Datum {
    Datum::symbol(Span::NONE, name)
}
fn string(text: &str) -> Datum {
    Datum::new(Span::NONE, DatumKind::String(text.into()))
}
fn integer(n: i64) -> Datum {
    Datum::new(Span::NONE, DatumKind::Number(Number::Int(n)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_simple_tools_can_parse() {
        assert!(["srfi-1", "gambol-0.1", "a_b", "x86-64"].into_iter().all(is_plain));
        assert!(["1d", "", "a?", "|a b|", "\u{e9}"].into_iter().all(|name| !is_plain(name)));
        assert!(is_graphic("/usr/lib") && !is_graphic("/a\nb"));
        assert_eq!(property("scheme.path", [string("a\"b\\c")]).to_string(), "(scheme.path \"a\\\"b\\\\c\")");
        assert_eq!(property("c.type-bits", [list([symbol("int"), integer(32)])]).to_string(), "(c.type-bits (int 32))");
        assert_eq!(property("scheme.srfi", []).to_string(), "(scheme.srfi)");
    }
}
