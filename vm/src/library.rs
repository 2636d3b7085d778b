//! Where libraries come from: directories given first, the built-in ones (an image and the sources
//! it was compiled from), directories given last. The file of `(a b 1)` is `a/b/1.sld`;
//! `a/b/1.gambol.sld` is preferred to it.

use gambol_front::compiler::Compiler;
use gambol_front::diag::Diagnostic;
use gambol_front::image::{BuiltIn, Image};
use gambol_front::source::File;
use gambol_front::syntax::{LibraryName, LoadedSource, Loader};
use std::path::{Path, PathBuf};

/// Every source below `lib/`, in order of their names.
static FILES: &[File] = include!(concat!(env!("OUT_DIR"), "/libraries.rs"));
/// The same compiled.
static IMAGE: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/libraries.image"));

/// The built-in libraries; as sources alone, if the image is not to be used.
pub(crate) fn built_in(image: bool) -> Result<BuiltIn, Diagnostic> {
    let image = if image { Some(Image::open(IMAGE, FILES)?) } else { None };
    Ok(BuiltIn { files: FILES, image })
}

/// A compiler with the built-in libraries, and `loader` to find others: for tools that compile
/// without running.
pub fn compiler(loader: Box<dyn Loader>) -> Result<Compiler, Diagnostic> {
    Ok(Compiler::with_built_in(loader, built_in(true)?))
}

/// Looks for sources in directories.
pub(crate) struct Directories {
    pub(crate) prepend: Vec<PathBuf>,
    pub(crate) append: Vec<PathBuf>,
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

fn in_directories(list: &[PathBuf], name: &LibraryName) -> Result<Option<LoadedSource>, Diagnostic> {
    let Some(path) = name.path().filter(|_| !list.is_empty()) else { return Ok(None) };
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
    fn load_first(&mut self, name: &LibraryName) -> Result<Option<LoadedSource>, Diagnostic> {
        in_directories(&self.prepend, name)
    }

    fn load(&mut self, name: &LibraryName) -> Result<Option<LoadedSource>, Diagnostic> {
        in_directories(&self.append, name)
    }

    fn include(&mut self, path: &str, folder: &str) -> Result<LoadedSource, Diagnostic> {
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

#[cfg(test)]
mod tests {
    use super::*;
    use gambol_front::reader::read_all;
    use gambol_front::source::Span;

    /// What importing `library` makes a compiler hand out, as text.
    fn imported(library: &str, image: bool) -> Vec<String> {
        let built_in = built_in(image).expect("the image is sound");
        let mut compiler = Compiler::with_built_in(Box::new(Directories { prepend: vec![], append: vec![] }), built_in);
        let sets = read_all(Span::NONE.source, library).expect("a library name");
        let (_, libraries) = compiler.new_environment(&sets, false).expect("built-in libraries compile");
        libraries.iter().map(|library| format!("{library:?}")).collect()
    }

    #[test]
    fn image_and_sources_agree() {
        let image = Image::open(IMAGE, FILES).expect("the image is sound");
        assert!(image.libraries().count() > 40, "libraries are missing");
        for library in image.libraries() {
            assert_eq!(imported(library, true), imported(library, false), "{library}");
        }
    }
}
