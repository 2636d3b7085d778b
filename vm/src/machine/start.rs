//! Making a machine: heap, processor, built-in libraries, interactive environment.

use super::{Machine, Outcome, Setup};
use crate::condition::kinds;
use crate::cx::Cx;
use crate::library::{self, Directories};
use crate::processor::Processor;
use crate::val::Val;
use crate::vm::Vm;
use gambol_abi::context::requests;
use gambol_abi::options::Options;
use gambol_abi::value::FALSE;
use gambol_front::compiler::{Compiler, EnvId};
use gambol_gc::{Config, Heap, SetupError, Stress};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// What a program without imports, and the REPL, see.
const INTERACTIVE: &str = "(only (gambol syntax) import define-library) (scheme base) (scheme case-lambda) (scheme char) (scheme complex) (scheme cxr) (scheme eval) (scheme file) (scheme inexact) (scheme lazy) (scheme load) (scheme process-context) (scheme read) (scheme repl) (scheme time) (scheme write)";

impl Machine {
    /// Makes a machine. The error is for the user.
    pub fn new(setup: Setup) -> Result<Machine, String> {
        let Setup { options, prepend, append, features, arguments, colour } = setup;
        let path = prepend.iter().chain(&append).map(|dir| dir.to_string_lossy().into_owned()).collect();
        let built_in = library::built_in(!options.no_image).map_err(|e| e.message.clone())?;
        let mut compiler = Compiler::with_built_in(Box::new(Directories { prepend, append }), built_in);
        features.iter().for_each(|name| compiler.add_feature(name));
        if let Some(stage) = &options.dump {
            compiler.dump(stage, Box::new(|_, text| super::complain(&format!("{text}\n"))));
        }
        let stats = options.stats;
        let heap = Heap::new(config(&options)).map_err(|e| match e {
            SetupError::LimitTooSmall => format!("--heap-max: {e}"),
            _ => e.to_string(),
        })?;
        let vm = Arc::new(Vm::new(heap, options, compiler, arguments, path));
        let p = processor(vm)?;
        let requests = &raw const p.ctx.requests as usize;
        p.vm.compiler.lock().stop_when(move || {
            // SAFETY: the compiler is only entered by this processor, which stays where it is.
            let pending = unsafe { &*(requests as *const AtomicU64) };
            pending.load(Ordering::Relaxed) & requests::INTERRUPT != 0
        });
        let mut machine = Machine { p, environment: EnvId(0), colour, stats, shown: 0 };
        machine.environment = machine.interactive()?;
        Ok(machine)
    }

    /// The interactive environment; runs the bodies of the libraries it imports.
    fn interactive(&mut self) -> Result<EnvId, String> {
        let sets = Compiler::read_text(INTERACTIVE).map_err(|d| d.message.clone())?;
        let made = self.p.vm.compiler.lock().new_environment(&sets, true);
        let (environment, libraries) = made.map_err(|d| self.explain(&d))?;
        self.p.vm.interactive.store(environment.0, Ordering::Relaxed);
        for library in libraries {
            if let Err(outcome) = self.run_library(&library) {
                return Err(match outcome {
                    Outcome::Failed(report) => report,
                    other => format!("a built-in library ended with {other:?}"),
                });
            }
        }
        Ok(environment)
    }
}

fn config(o: &Options) -> Config {
    let mut c = Config { nursery: o.nursery.0 as usize, overhead_percent: o.heap_overhead as usize, verify: o.verify_heap, poison: o.poison, ..Config::default() };
    c.heap_max = match o.heap_max.0 {
        0 => default_limit(),
        n => n as usize,
    };
    c.stress = Stress { every_allocation: o.stress_gc, ..Stress::default() };
    c
}

/// Half of the machine's memory: a program that runs away gets a condition before the system suffers.
fn default_limit() -> usize {
    // SAFETY: plain queries.
    let (pages, size) = unsafe { (libc::sysconf(libc::_SC_PHYS_PAGES), libc::sysconf(libc::_SC_PAGESIZE)) };
    if pages > 0 && size > 0 { (pages as usize).saturating_mul(size as usize) / 2 } else { 2 << 30 }
}

/// A processor of `vm`, with an empty stack and an empty dynamic state.
pub(crate) fn processor(vm: Arc<Vm>) -> Result<Box<Processor>, String> {
    let mut p = Processor::new(vm)?;
    Cx::enter(&mut p, |cx| {
        let full = crate::link::adapters(cx).and_then(|()| {
            let nil = cx.root(Val::NIL);
            let none = cx.root(Val::FALSE);
            let state = cx.make(gambol_abi::layout::Kind::Dynamic, &[nil, nil, nil, nil, none])?;
            cx.p_mut().ctx.dynamic = cx.get(state).word();
            let _ = cx.fail_as("", kinds::ERROR | kinds::STORAGE | kinds::IMPLEMENTATION_RESTRICTION, "heap storage exhausted", &[]);
            cx.p_mut().storage_condition = cx.p().pending;
            cx.p_mut().pending = FALSE;
            crate::io::open_standard(cx)
        });
        full.map_err(|_| "there is no memory for the heap".to_string())
    })?;
    if p.vm.options.stress_gc {
        // A request that is never cleared: every poll collects, as every allocation does.
        p.request(requests::COLLECT);
    }
    Ok(p)
}
