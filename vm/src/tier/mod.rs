//! Tiers: which code a procedure runs, and the loop that goes from one kind to the other.
//!
//! * [`stubs`]: the way into machine code and out of it; return words
//! * `helpers`: what machine code asks of the runtime
//! * [`space`]: memory for code
//! * this file: making a hot procedure's machine code; the loop over interpreter and machine code
//!
//! See docs/adr/0007-baseline-code.md.

mod config;
mod helpers;
mod perf;
pub(crate) mod space;
pub(crate) mod stubs;

pub(crate) use config::Jit;

use crate::interp::{self, Delivered, St};
use crate::processor::Processor;
use crate::template::{Installed, Template};
use crate::val::Val;
use gambol_abi::ops::{Instr, Op};
use gambol_abi::value::{self, Word};
use std::any::Any;
use std::time::Instant;
use stubs::reason;

/// Backward jumps of interpreted loops between two looks at what is hot.
const LOOP_BUDGET: u64 = 200;

/// Stands in front of the code of a procedure without machine code.
static WARM: [u64; 1] = [Instr::abc(Op::Warm, 0, 0, 0).0];
/// Stands in front of the code of a procedure with machine code.
static MACHINE: [u64; 1] = [Instr::abc(Op::Machine, 0, 0, 0).0];

/// What runs next, when the interpreter or machine code has been left.
#[derive(Default)]
pub(crate) enum Next {
    /// Nothing: the driver's frame has been returned to, or an escape is set.
    #[default]
    Stop,
    /// The interpreter, from there on.
    Interpret(St),
    /// Machine code at `target`, with the frame at `sp` and `value` in the result register.
    Machine { sp: *mut u64, target: u64, value: u64 },
    /// A bug of ours showed in what machine code had called: it goes on to whoever runs the driver.
    Panic(Box<dyn Any + Send>),
}

impl Processor {
    /// Runs from `st` until the driver's frame is returned to or an escape is set.
    pub(crate) fn execute(&mut self, st: St) {
        let mut next = Next::Interpret(st);
        loop {
            match next {
                Next::Stop => return,
                Next::Interpret(st) => interp::run(self, st),
                Next::Machine { sp, target, value } => {
                    // SAFETY: whoever said so found the point in the template of the frame at `sp`.
                    let why = unsafe { stubs::enter(&raw mut self.ctx, sp, target, value) };
                    self.left(why);
                }
                Next::Panic(payload) => std::panic::resume_unwind(payload),
            }
            next = std::mem::take(&mut self.next);
        }
    }

    /// Machine code was left.
    fn left(&mut self, why: u64) {
        let word = match why {
            reason::INTERPRETER => stubs::return_word::interpreter(),
            reason::DRIVER => stubs::return_word::driver(),
            _ => return,
        };
        let (sp, value) = (self.ctx.exit_sp as *mut u64, self.ctx.exit_value);
        if let Delivered::Interpreter(st) = interp::returned(self, word, sp, value) {
            self.next = Next::Interpret(st);
        }
    }

    /// The machine code that goes on at `st`, if the procedure of its frame has some.
    pub(crate) fn machine_point(&self, st: St) -> Option<u64> {
        // SAFETY: the closure slot of a live frame.
        let t = unsafe { Val::from_word(*st.sp.add(1)) }.template();
        let installed = t.installed()?;
        let index = if st.pc == MACHINE.as_ptr() { 0 } else { t.index_of(st.pc) };
        installed.point(index)
    }

    /// Sets what is next: machine code if there is some at `st`. Returns the state with which the
    /// interpreter's loop goes on or ends.
    pub(crate) fn prefer_machine(&mut self, st: St) -> St {
        match self.machine_point(st) {
            Some(target) => {
                self.next = Next::Machine { sp: st.sp, target, value: 0 };
                interp::inject::leave(st)
            }
            None => st,
        }
    }

    /// A call of `t`, which has no machine code, has been noticed. Makes some at the threshold.
    pub(crate) fn warm(&mut self, t: &Template) {
        if t.count_call() >= self.vm.jit.threshold {
            self.compile(t);
        }
    }

    /// Makes machine code for `t`, if that can be done and has not been tried.
    pub(crate) fn compile(&mut self, t: &Template) {
        let Some(isa) = self.vm.jit.isa else { return };
        if !t.claim() {
            return;
        }
        let source = gambol_jit::Source {
            constants: t.constants(),
            code: t.code(),
            address: t.code().as_ptr() as u64,
            registers: t.registers,
            parameters: t.parameters_at(0).unwrap_or(0) as u16,
            extent: t.extent,
            own: t.constants().iter().copied().find(|&w| value::is_procedure(w) && std::ptr::eq(template_of(w), t)),
            own_arity: t.arity_code,
        };
        let start = Instant::now();
        let made = gambol_jit::compile(isa, &source);
        let counts = &self.vm.jit.counts;
        match made {
            Ok(blob) => match self.vm.jit.space().and_then(|space| space.place(&blob.bytes)) {
                Some(place) => {
                    counts.compiled(blob.bytes.len(), start.elapsed());
                    self.vm.jit.perf.note(t, place.start(), blob.bytes.len());
                    t.install(Installed::new(place, blob), MACHINE.as_ptr());
                    return;
                }
                None => counts.refused(),
            },
            Err(_) => counts.refused(),
        }
        t.interpret_for_good();
    }
}

/// The address of a procedure's template.
fn template_of(w: Word) -> *const Template {
    // SAFETY: constants are live values; this one is a procedure.
    std::ptr::from_ref(unsafe { Val::from_word(w) }.template())
}

/// What is in front of a fresh template's code.
pub(crate) fn first_entry(enabled: bool) -> Option<*const u64> {
    enabled.then_some(WARM.as_ptr())
}

impl Processor {
    /// Renews the number of backward jumps until the next look at what is hot.
    pub(crate) fn renew_loop_budget(&mut self) {
        self.ctx.loop_budget = if self.vm.jit.isa.is_some() { LOOP_BUDGET.min(self.vm.jit.threshold.into()).max(1) } else { u64::MAX };
    }
}
