//! Injected calls: running a Scheme procedure at a safepoint of a frame that did not ask for it,
//! for conditions and interrupts. An adapter frame goes below the interrupted frame's outgoing
//! area; its return word `INJECTED` and its register 0 (the distance, in words) let walks find the
//! interrupted frame, whose resume slot holds the instruction it is at.

use super::St;
use crate::cx::Raise;
use crate::processor::{Escape, Hook, Processor};
use crate::template::{Parts, Template};
use crate::tier::stubs::return_word;
use crate::vm::Vm;
use gambol_abi::frame::{Arity, FRAME_SLOTS, ManyValues, ReturnPoint};
use gambol_abi::ops::{Instr, Op};
use gambol_abi::value::{self, FALSE};
use gambol_front::code::TemplateData;
use gambol_front::source::Span;

/// Registers of the adapter: distance, procedure.
const REGISTERS: u16 = 2;

/// The adapter's code: call register 1 with one argument, then resume the interrupted frame.
fn adapter_data() -> TemplateData {
    let point = ReturnPoint::new(REGISTERS + FRAME_SLOTS as u16, 1, 0, ManyValues::Ignore);
    TemplateData {
        name: Some("interrupt".into()),
        arity: Arity::Exactly(0),
        registers: REGISTERS,
        outgoing: 1,
        captured: 0,
        constants: vec![],
        code: vec![Instr::abc(Op::Call, 1, 1, 0).0, point.0, Instr::abc(Op::ResumeInjected, 0, 0, 0).0],
        // After the call only the distance is live, and that is a fixnum; before it also procedure and argument.
        maps: vec![Box::new([0b1]), Box::new([0b10_0011])],
        safepoints: vec![(0, 1), (2, 0)],
        spans: vec![],
        names: vec![],
        span: Span::NONE,
    }
}

/// The code the runtime itself needs frames for.
pub(crate) struct Adapters {
    /// Injected calls.
    pub(crate) inject: *const Template,
    /// Bottom frame of a driver: tail-calls its register 0.
    pub(crate) driver: *const Template,
}

impl Adapters {
    pub(crate) fn new(vm: &Vm) -> Adapters {
        let make = |data: &TemplateData| vm.add_template(Template::new(Parts { data, constants: vec![], children: vec![], prim: None, first: None }), true);
        Adapters { inject: make(&adapter_data()), driver: make(&driver_data()) }
    }
}

/// Most arguments a Rust host passes to a procedure.
pub(crate) const DRIVER_ARGUMENTS: u16 = 16;
fn driver_data() -> TemplateData {
    // One instruction per argument count; live before it: the procedure and that many arguments.
    let maps = (0..=DRIVER_ARGUMENTS as u64).map(|n| vec![1 | ((1u64 << n) - 1) << 4].into()).collect();
    TemplateData {
        name: Some("driver".into()),
        arity: Arity::Any,
        registers: 1,
        outgoing: DRIVER_ARGUMENTS,
        captured: 0,
        constants: vec![],
        code: (0..=DRIVER_ARGUMENTS).map(|n| Instr::abc(Op::TailCall, n, 0, 0).0).collect(),
        maps,
        safepoints: (0..=DRIVER_ARGUMENTS as u32).map(|n| (n, n)).collect(),
        spans: vec![],
        names: vec![],
        span: Span::NONE,
    }
}

/// Delivers the pending condition at the instruction of `st`: calls the program's `raise` there.
/// Without one (start-up) or with an escape under way the loop is left.
#[cold]
#[inline(never)]
pub(crate) fn raise(p: &mut Processor, st: St, _: Raise) -> St {
    let hook = p.hooks[Hook::Raise as usize];
    if p.escape.is_some() || hook == FALSE {
        p.escape.get_or_insert(Escape::Uncaught);
        return leave(st);
    }
    p.save(st);
    crate::trace::attach(p);
    call(p, st, hook, p.pending)
}

/// Leaves the interpreter's loop.
pub(crate) fn leave(st: St) -> St {
    St { pc: std::ptr::null(), ..st }
}

/// Sets up a call of `procedure` with `argument` at the safepoint of `st`; when it returns, the
/// instruction runs again. The stack's reserve has room for it.
pub(crate) fn call(p: &mut Processor, st: St, procedure: u64, argument: u64) -> St {
    // SAFETY: `st` describes the running frame, whose template bounds its outgoing area; the
    // reserve below the limit takes the adapter.
    unsafe {
        let closure = *st.sp.add(1);
        let t = crate::val::Val::from_word(closure).template();
        // The return word's place, then the outgoing arguments in use.
        let gap = 1 + t.outgoing as usize;
        *st.sp = st.pc as u64;
        let base = st.sp.sub(1 + gap);
        let adapter = &*p.adapters.inject;
        let sp = base.sub(REGISTERS as usize + FRAME_SLOTS);
        *base = return_word::injected();
        // The walk sees the adapter's return address just below `base + 1`.
        *base.sub(1) = value::fixnum(gap as i64);
        *base.sub(2) = procedure;
        *sp.add(1) = p.adapter_closure;
        *sp.sub(2) = argument;
        St { pc: adapter.entry(), base, sp }
    }
}

/// `ResumeInjected`: back to the interrupted frame.
pub(crate) fn resume(p: *mut Processor, st: St) -> St {
    // SAFETY: the running frame is an adapter: see `call`. The loop owns the processor.
    unsafe {
        let gap = value::fixnum_value(*st.base.sub(1)) as usize;
        let sp = st.base.add(1 + gap);
        let pc = *sp as *const u64;
        let t = crate::val::Val::from_word(*sp.add(1)).template();
        (*p).prefer_machine(St { pc, base: sp.add(t.registers as usize + FRAME_SLOTS), sp })
    }
}
