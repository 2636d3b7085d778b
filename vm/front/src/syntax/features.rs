//! `cond-expand` (R7RS 4.2.1, 5.6.1) and the feature identifiers of this system.
//!
//! Only requirements are looked at, and forms of the chosen clause: what other clauses hold
//! may be the syntax of another Scheme.

use std::sync::Arc;

use super::errors;
use super::library::{self, LibraryName};
use super::limits::NESTING_MAX;
use super::scene::Scene;
use super::stx::{Items, Stx};
use crate::diag::Diagnostic;
use crate::image::BUILT_IN;
use crate::source::{File, Span};
use crate::syntax::binding::Core;

/// The system that programs are compiled for, named as Cargo names its parts.
pub struct Target<'a> {
    /// `x86_64`, `aarch64`.
    pub arch: &'a str,
    /// `linux`, `macos`.
    pub os: &'a str,
    /// Whether it is a kind of Unix.
    pub unix: bool,
    /// Order of the bytes of a word.
    pub little_endian: bool,
}

impl Target<'_> {
    /// The system this is compiled for.
    pub const THIS: Target<'static> = Target { arch: std::env::consts::ARCH, os: std::env::consts::OS, unix: cfg!(unix), little_endian: cfg!(target_endian = "little") };

    /// The feature identifiers of this system with the libraries of `files`: SRFI 0 asks for
    /// one for each SRFI.
    pub(crate) fn features(&self, files: &[File]) -> Vec<Arc<str>> {
        let mut features = vec!["r7rs", "exact-closed", "exact-complex", "ieee-float", "full-unicode", "ratios"];
        features.extend(["gambol", concat!("gambol-", env!("CARGO_PKG_VERSION")), "gambol-0.1"]);
        features.extend(["posix"].iter().filter(|_| self.unix));
        features.extend(match self.arch {
            "x86_64" => &["x86-64"][..],
            "aarch64" => &["aarch64", "arm64"],
            _ => &[],
        });
        features.extend(match self.os {
            "linux" => &["linux", "gnu-linux"][..],
            "macos" => &["darwin", "macosx"],
            _ => &[],
        });
        features.push(if self.little_endian { "little-endian" } else { "big-endian" });
        let number = |file: &File| -> Option<u32> { file.name.strip_prefix(BUILT_IN)?.strip_prefix("srfi/")?.strip_suffix(".sld")?.parse().ok() };
        let mut srfis: Vec<u32> = files.iter().filter_map(number).collect();
        srfis.sort_unstable();
        let srfis = srfis.into_iter().map(|n| Arc::from(format!("srfi-{n}")));
        features.into_iter().map(Arc::from).chain(srfis).collect()
    }
}

/// The forms of the first clause whose requirement holds; none if no clause fits.
pub(crate) fn cond_expand<'a>(scene: &mut Scene<'a, '_>, items: Items<'a>, span: Span) -> Result<Vec<Stx<'a>>, Diagnostic> {
    for i in 1..items.len() {
        let clause = scene.item(items, i);
        let parts = clause.as_items().filter(|parts| parts.len() >= 1);
        let parts = parts.ok_or_else(|| errors::malformed(Core::CondExpand, clause.span()))?;
        let requirement = scene.item(parts, 0);
        if is_else(scene, requirement) && i + 1 < items.len() {
            let next = scene.item(items, i + 1);
            return Err(errors::clause_after_else(next.span()));
        }
        if holds(scene, requirement, 0)? {
            if parts.tail.is_some() {
                return Err(errors::malformed(Core::CondExpand, span));
            }
            return Ok(parts.from(1).to_vec(&mut scene.state.scopes));
        }
    }
    Ok(Vec::new())
}

fn is_else<'a>(scene: &mut Scene<'a, '_>, stx: Stx<'a>) -> bool {
    scene.name(stx).is_some_and(|name| &*name == "else")
}

fn holds<'a>(scene: &mut Scene<'a, '_>, requirement: Stx<'a>, depth: u32) -> Result<bool, Diagnostic> {
    let malformed = || errors::expected("a feature requirement", requirement).help("write a feature, (library name), (and ...), (or ...) or (not ...)");
    if depth > NESTING_MAX {
        return Err(errors::too_deep(requirement.span()));
    }
    if let Some(name) = scene.name(requirement) {
        return Ok(&*name == "else" || scene.state.features.contains(&name));
    }
    let items = requirement.as_list().filter(|items| items.len() >= 1).ok_or_else(malformed)?;
    let head = scene.item(items, 0);
    let name = scene.name(head).ok_or_else(malformed)?;
    match &*name {
        "and" | "or" => {
            let all = &*name == "and";
            for i in 1..items.len() {
                let part = scene.item(items, i);
                if holds(scene, part, depth + 1)? != all {
                    return Ok(!all);
                }
            }
            Ok(all)
        }
        "not" if items.len() == 2 => {
            let part = scene.item(items, 1);
            Ok(!holds(scene, part, depth + 1)?)
        }
        "library" if items.len() == 2 => {
            let name = scene.item(items, 1);
            let name = LibraryName::parse(&scene.datum(name)?)?;
            library::exists(scene.state, &name)
        }
        _ => Err(malformed()),
    }
}
