//! Running a target: a worker process makes inputs and runs them one after the other; this process
//! waits for it. Whatever ends a worker (a panic, a signal, an alarm) is a finding about the input
//! that the shared memory holds; it is made small, stored, and another worker goes on.

use crate::corpus::{self, Corpus};
use crate::coverage::{self, Coverage};
use crate::generate;
use crate::minimise::minimise;
use crate::mutate::{Mutator, Style};
use crate::process::{self, End, PANICKED, UNHEEDED, in_child};
use crate::random::Random;
use crate::sandbox;
use crate::shared::Shared;
use crate::targets::{Run, Target};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::atomic::Ordering::Relaxed;
use std::time::{Duration, Instant};

/// How to fuzz.
pub(crate) struct Wishes {
    pub(crate) time: Duration,
    pub(crate) seed: u64,
    /// Where kept inputs are, and go; a folder for each target is made there.
    pub(crate) corpus: Option<PathBuf>,
    /// Where findings go.
    pub(crate) findings: PathBuf,
}

impl Default for Wishes {
    fn default() -> Wishes {
        Wishes { time: Duration::from_secs(1), seed: 1, corpus: None, findings: PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("findings") }
    }
}

/// A worker lives no longer than this, so that what a target piles up does not matter.
const LIFETIME: Duration = Duration::from_secs(60);
/// More findings than this say nothing new.
const FINDINGS_MAX: usize = 20;

/// A target with what it needs in this process.
struct Session {
    target: &'static Target,
    run: Run,
    shared: &'static Shared,
}

/// Fuzzes a target; whether nothing was found.
pub(crate) fn fuzz(target: &'static Target, wishes: &Wishes) -> bool {
    let Some(mut session) = Session::new(target) else { return true };
    let start = Instant::now();
    let deadline = start + wishes.time;
    let mut findings: BTreeMap<String, PathBuf> = BTreeMap::new();
    for input in corpus::regressions(target.name) {
        if let Some(message) = session.judge(&input) {
            session.note(input, message, wishes, &mut findings);
        }
    }
    let dir = wishes.corpus.clone().unwrap_or_else(|| PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("corpus-{}", std::process::id()))).join(target.name);
    let mut round = 0;
    while (Instant::now() < deadline || round == 0) && findings.len() < FINDINGS_MAX {
        let (end, _) = in_child(|| session.work(wishes.seed, round, &dir, deadline));
        if let Some(message) = session.verdict(end) {
            session.note(session.shared.input(), message, wishes, &mut findings);
        }
        round += 1;
        if wishes.time > LIFETIME {
            session.report(start, findings.len());
        }
    }
    session.report(start, findings.len());
    if wishes.corpus.is_none() {
        // Only for this run.
        let _ = std::fs::remove_dir_all(dir);
    }
    findings.is_empty()
}

/// Runs inputs of files; whether all was well.
pub(crate) fn replay(target: &'static Target, files: &[PathBuf]) -> bool {
    let Some(mut session) = Session::new(target) else { return true };
    let mut fine = true;
    for file in files {
        let verdict = match std::fs::read(file) {
            Ok(input) => {
                println!("{}", (target.describe)(&input));
                session.judge(&input)
            }
            Err(error) => Some(error.to_string()),
        };
        println!("{} {}: {}", target.name, file.display(), verdict.as_deref().unwrap_or("nothing is wrong"));
        fine &= verdict.is_none();
    }
    fine
}

impl Session {
    fn new(target: &'static Target) -> Option<Session> {
        if target.isolated && !sandbox::AVAILABLE {
            println!("{}: left out, as this system has no sandbox for it", target.name);
            return None;
        }
        let shared = Shared::new(coverage::count());
        Some(Session { target, run: (target.prepare)(), shared })
    }

    fn report(&self, start: Instant, findings: usize) {
        let Shared { executions, edges, kept, .. } = self.shared;
        let (executions, seconds) = (executions.load(Relaxed), start.elapsed().as_secs_f64());
        let guided = match coverage::count() {
            0 => "blind".to_string(),
            n => format!("{} of {n} edges, {} inputs kept", edges.load(Relaxed), kept.load(Relaxed)),
        };
        println!("{}: {executions} executions in {seconds:.1} s, {guided}, {findings} findings", self.target.name);
    }

    /// The life of a worker, in a process of its own.
    fn work(&mut self, seed: u64, round: u64, dir: &std::path::Path, deadline: Instant) {
        process::silence();
        process::die_of_panics(self.shared);
        let deadline = deadline.min(Instant::now() + LIFETIME);
        let mut seeds = (self.target.seeds)();
        seeds.extend(corpus::regressions(self.target.name));
        let mut corpus = Corpus::new(seeds, dir.to_path_buf());
        let mut coverage = Coverage::take();
        let mut mutator = Mutator::new(Random::new(seed ^ round << 32), self.target.style, &corpus);
        if round == 0 && coverage.len() > 0 {
            for input in corpus.all().cloned().collect::<Vec<_>>() {
                if Instant::now() > deadline {
                    break;
                }
                if self.execute(&input, &mut coverage) {
                    corpus.keep(&input, self.shared);
                }
            }
        }
        let mut left = self.target.lifetime;
        while left > 0 && Instant::now() < deadline {
            let made_up = self.target.style == Style::Program && mutator.random.once_in(3);
            let input = if made_up { generate::program(&mut mutator.random) } else { mutator.mutate(&corpus) };
            if self.execute(&input, &mut coverage) {
                corpus.keep(&input, self.shared);
            }
            left -= 1;
        }
    }

    /// Runs an input; whether it took a new edge.
    fn execute(&mut self, input: &[u8], coverage: &mut Coverage) -> bool {
        let shared = self.shared;
        shared.set_input(input);
        process::arm();
        shared.executions.fetch_add(1, Relaxed);
        if self.target.isolated {
            shared.fresh.store(false, Relaxed);
            let (end, kib) = in_child(|| {
                process::arm();
                coverage.reset();
                (self.run)(input);
                shared.fresh.store(coverage.fold(shared), Relaxed);
            });
            assert!(kib < self.target.memory_kib, "it took {} MiB of memory", kib >> 10);
            if let Some(message) = self.verdict(end) {
                shared.set_message(&message);
                // SAFETY: this worker has nothing to put in order.
                unsafe { libc::_exit(PANICKED) }
            }
            return shared.fresh.load(Relaxed);
        }
        coverage.reset();
        (self.run)(input);
        coverage.fold(shared)
    }

    /// What is wrong with an input, found in a process of its own.
    fn judge(&mut self, input: &[u8]) -> Option<String> {
        let (end, _) = in_child(|| {
            process::silence();
            process::die_of_panics(self.shared);
            let mut coverage = Coverage::take();
            self.execute(input, &mut coverage);
        });
        self.verdict(end)
    }

    /// What the end of a child says about the input it ran.
    fn verdict(&self, end: End) -> Option<String> {
        match end {
            End::Exit(0) => None,
            End::Exit(PANICKED) => Some(self.shared.message()),
            End::Exit(UNHEEDED) => Some("an interrupt was not heeded".into()),
            End::Exit(code) => Some(format!("it exited with {code}")),
            End::Signal(libc::SIGPROF) => Some("it takes too long".into()),
            End::Signal(libc::SIGALRM) => Some("it waits too long".into()),
            End::Signal(signal) => Some(format!("signal {signal}")),
        }
    }

    /// Makes a finding small, stores and prints it, unless one of the same kind is known.
    fn note(&mut self, input: Vec<u8>, message: String, wishes: &Wishes, findings: &mut BTreeMap<String, PathBuf>) {
        let kind = kind_of(&message);
        if findings.contains_key(&kind) {
            return;
        }
        let small = minimise(input, |candidate| self.judge(candidate).is_some_and(|other| kind_of(&other) == kind));
        let name = format!("{}-{:016x}", self.target.name, Random::of(kind.as_bytes()).next());
        let path = wishes.findings.join(name);
        let stored = std::fs::create_dir_all(&wishes.findings).and_then(|()| std::fs::write(&path, &small));
        println!("{}: FOUND {message}\n  by {:?}\n  in {} ({stored:?})", self.target.name, String::from_utf8_lossy(&small), path.display());
        findings.insert(kind, path);
    }
}

/// What two findings of the same bug have in common: the place of a panic, or what happened.
fn kind_of(message: &str) -> String {
    let digits = |line: &str| line.split(|c: char| c.is_ascii_digit()).collect::<String>();
    match message.split_once('\n') {
        // `panicked at FILE:LINE:COLUMN:` is all that does not depend on the input.
        Some((place, _)) if place.contains("panicked at") => place.to_string(),
        _ => digits(message.lines().next().unwrap_or_default()),
    }
}
