//! Inputs to start from: the suites, libraries and examples of this repository, inputs that found
//! something once, and those that an earlier run kept.

use crate::random::Random;
use crate::shared::{INPUT_MAX, Shared};
use crate::tokens;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering::Relaxed;

/// Larger forms and files are no good to mutate.
const SEED_MAX: usize = 4000;

/// A folder of the repository.
pub(crate) fn folder(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(path)
}

/// The files below `path` whose name ends in one of `endings`, in order.
pub(crate) fn files(path: &Path, endings: &[&str]) -> Vec<PathBuf> {
    let mut list = Vec::new();
    let mut pending = vec![path.to_path_buf()];
    while let Some(dir) = pending.pop() {
        for entry in std::fs::read_dir(&dir).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                pending.push(path);
            } else if endings.is_empty() || path.extension().is_some_and(|e| endings.contains(&&*e.to_string_lossy())) {
                list.push(path);
            }
        }
    }
    list.sort();
    list
}

/// The forms of a text: those of a program with its imports and definitions before each.
fn parts(text: &[u8]) -> Vec<Vec<u8>> {
    let mut head: Vec<u8> = Vec::new();
    let mut list = Vec::new();
    for range in tokens::forms(text) {
        let form = &text[range];
        let definition = form.starts_with(b"(define") && !head.is_empty() && head.len() + form.len() < SEED_MAX / 2;
        if form.starts_with(b"(import") || definition {
            head.extend_from_slice(form);
            head.push(b'\n');
        } else {
            list.push([&head[..], form].concat());
        }
    }
    list
}

/// The Scheme text of the repository: files that are short, and the forms of all.
pub(crate) fn scheme() -> Vec<Vec<u8>> {
    let mut list = BTreeSet::new();
    for place in ["tests/scheme", "vm/lib", "vm/front/tests/filetests", "examples"] {
        for file in files(&folder(place), &["scm", "sld"]) {
            let text = std::fs::read(&file).expect("a source file is readable");
            list.extend(parts(&text).into_iter().filter(|part| part.len() <= SEED_MAX));
            if text.len() <= SEED_MAX {
                list.insert(text);
            }
        }
    }
    list.into_iter().collect()
}

/// Inputs that found something once; tests run them all.
pub(crate) fn regressions(target: &str) -> Vec<Vec<u8>> {
    files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus").join(target), &[]).iter().map(|file| std::fs::read(file).expect("a file of the corpus is readable")).collect()
}

/// What a worker picks inputs from.
pub(crate) struct Corpus {
    seeds: Vec<Vec<u8>>,
    kept: Vec<Vec<u8>>,
    /// Where kept inputs go.
    dir: PathBuf,
}

impl Corpus {
    /// Seeds, and what is in `dir` already.
    pub(crate) fn new(mut seeds: Vec<Vec<u8>>, dir: PathBuf) -> Corpus {
        let kept = files(&dir, &[]).iter().filter_map(|file| std::fs::read(file).ok()).collect();
        if seeds.is_empty() {
            seeds.push(Vec::new());
        }
        Corpus { seeds, kept, dir }
    }

    /// Every input.
    pub(crate) fn all(&self) -> impl Iterator<Item = &Vec<u8>> {
        self.seeds.iter().chain(&self.kept)
    }

    /// An input to change. What was kept says more than the seeds, and what was kept last most.
    pub(crate) fn pick(&self, random: &mut Random) -> &[u8] {
        if self.kept.is_empty() || random.once_in(4) {
            return &self.seeds[random.below(self.seeds.len())];
        }
        let recent = if random.once_in(2) { self.kept.len() / 8 + 1 } else { self.kept.len() };
        &self.kept[self.kept.len() - 1 - random.below(recent)]
    }

    /// Keeps an input.
    pub(crate) fn keep(&mut self, input: &[u8], shared: &Shared) {
        debug_assert!(input.len() <= INPUT_MAX);
        let number = shared.kept.fetch_add(1, Relaxed);
        // What cannot be stored is only lost for the next worker.
        let _ = std::fs::create_dir_all(&self.dir).and_then(|()| std::fs::write(self.dir.join(format!("{number:06}-{:016x}", Random::of(input).next())), input));
        self.kept.push(input.to_vec());
    }
}
