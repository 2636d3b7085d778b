//! Finding library source: directories given first, the built-in libraries, directories given
//! last. The file of `(a b 1)` is `a/b/1.sld`; `a/b/1.gambol.sld` is preferred to it.

use gambol_front::diag::Diagnostic;
use gambol_front::syntax::{LibraryName, LoadedSource, Loader};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Path below `lib/` and text of every built-in source.
static BUILT_IN: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/libraries.rs"));
/// What the folders of built-in sources start with.
const SCHEME: &str = "built-in:";

/// Looks for sources in directories and among the built-in ones.
pub(crate) struct Directories {
    pub(crate) prepend: Vec<PathBuf>,
    pub(crate) append: Vec<PathBuf>,
}

fn built_in(path: &str) -> Option<LoadedSource> {
    let (name, text) = BUILT_IN.iter().find(|(name, _)| *name == path)?;
    let folder = name.rfind('/').map_or("", |i| &name[..i]);
    Some(LoadedSource { display_name: format!("{SCHEME}{name}"), text: Arc::from(*text), folder: format!("{SCHEME}{folder}") })
}

fn read(path: &Path) -> Result<Option<LoadedSource>, Diagnostic> {
    let bytes = match std::fs::read(path) {
        Ok(b) => b,
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(e) => return Err(Diagnostic::error("E0320", format!("cannot read {}: {}", path.display(), crate::io::plain(&e)))),
    };
    let text = String::from_utf8(bytes).map_err(|e| Diagnostic::error("E0321", format!("{}: not UTF-8 at byte {}", path.display(), e.utf8_error().valid_up_to())))?;
    let folder = path.parent().map_or_else(|| ".".to_string(), |p| p.display().to_string());
    Ok(Some(LoadedSource { display_name: path.display().to_string(), text: text.into(), folder }))
}

fn in_directories(list: &[PathBuf], path: &str) -> Result<Option<LoadedSource>, Diagnostic> {
    for dir in list {
        for ending in ["gambol.sld", "sld"] {
            if let Some(source) = read(&dir.join(format!("{path}.{ending}")))? {
                return Ok(Some(source));
            }
        }
    }
    Ok(None)
}

impl Loader for Directories {
    fn load(&mut self, name: &LibraryName) -> Result<Option<LoadedSource>, Diagnostic> {
        let Some(path) = name.path() else { return Ok(None) };
        if let Some(source) = in_directories(&self.prepend, &path)? {
            return Ok(Some(source));
        }
        if let Some(source) = built_in(&format!("{path}.sld")) {
            return Ok(Some(source));
        }
        in_directories(&self.append, &path)
    }

    fn include(&mut self, path: &str, folder: &str) -> Result<LoadedSource, Diagnostic> {
        if let Some(folder) = folder.strip_prefix(SCHEME) {
            let full = if folder.is_empty() { path.to_string() } else { format!("{folder}/{path}") };
            return built_in(&full).ok_or_else(|| Diagnostic::error("E0322", format!("there is no built-in source {full}")));
        }
        let full = Path::new(folder).join(path);
        read(&full)?.ok_or_else(|| Diagnostic::error("E0322", format!("cannot include {}: no such file", full.display())))
    }

    fn search_path_description(&self) -> String {
        let list = |dirs: &[PathBuf]| dirs.iter().map(|d| d.display().to_string()).collect::<Vec<_>>();
        let mut all = list(&self.prepend);
        all.push("the built-in libraries".to_string());
        all.extend(list(&self.append));
        all.join(", ")
    }
}
