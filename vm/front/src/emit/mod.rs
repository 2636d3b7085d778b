//! From core IR to bytecode. One walk over the tree writes each procedure's code, told at every
//! node where the value goes ([`body::Dest`]); lambdas met on the way are queued, so the depth of
//! the walk is that of one procedure. What needs the whole unit at hand is settled before, in
//! `facts`; what needs the whole procedure after, in `asm` (labels, layout) and `liveness`.
//!
//! The passes named in [`crate::passes`] as mandatory must have run: `Letrec` binds lambdas only.

use std::ptr;

use gambol_abi::frame::Arity;
use gambol_abi::ops::Op;
use rustc_hash::FxHashMap;

use crate::code::{CompiledUnit, Constant, TemplateData};
use crate::datum::Datum;
use crate::diag::Diagnostic;
use crate::ir::{Lambda, Literal, Unit, VarId};
use crate::source::Span;

use facts::{Facts, LambdaKey};

mod asm;
mod bind;
mod body;
mod calls;
mod disasm;
mod facts;
mod flow;
mod held;
mod jumps;
mod liveness;
pub(crate) mod prims;
mod verify;

pub use disasm::{disassemble, disassemble_unit};
pub use verify::{VerifyError, verify_unit};

/// Compiles a unit. Fails when a procedure needs more registers than an instruction can name.
pub fn emit(unit: &Unit) -> Result<CompiledUnit, Diagnostic> {
    let facts = Facts::of(unit);
    let mut emitter = Emitter { unit, facts, templates: Vec::new(), queue: Vec::new(), literals: Literals::default(), numbers: FxHashMap::default(), values: None };
    emitter.reserve();
    body::main(&mut emitter)?;
    while let Some(job) = emitter.queue.pop() {
        body::procedure(&mut emitter, &job)?;
    }
    let compiled =
        CompiledUnit { kind: unit.kind.clone(), templates: emitter.templates.into_iter().flatten().collect(), literals: emitter.literals.list, globals: unit.globals.clone() };
    if cfg!(debug_assertions)
        && let Err(error) = verify_unit(&compiled)
    {
        panic!("the emitter wrote invalid code: {error}\n{}", disassemble_unit(&compiled, None));
    }
    Ok(compiled)
}

/// What the templates of a unit share while they are being written.
struct Emitter<'u> {
    unit: &'u Unit,
    facts: Facts<'u>,
    templates: Vec<Option<TemplateData>>,
    queue: Vec<Job<'u>>,
    literals: Literals,
    /// Template of each lambda that has been asked for.
    numbers: FxHashMap<LambdaKey, u32>,
    /// Template of the procedure that returns the elements of its argument as values.
    values: Option<u32>,
}

/// A lambda whose code is still to be written.
struct Job<'u> {
    template: u32,
    lambda: &'u Lambda,
    /// See [`Facts::horizon_in`].
    horizon: usize,
}

impl<'u> Emitter<'u> {
    fn reserve(&mut self) -> u32 {
        self.templates.push(None);
        self.templates.len() as u32 - 1
    }

    /// The template of `lambda`; its code is written later.
    fn template(&mut self, lambda: &'u Lambda, horizon: usize) -> u32 {
        if let Some(&number) = self.numbers.get(&ptr::from_ref(lambda)) {
            return number;
        }
        let template = self.reserve();
        self.numbers.insert(ptr::from_ref(lambda), template);
        self.queue.push(Job { template, lambda, horizon });
        template
    }

    /// The template of a procedure that takes a list and returns its elements as values: such
    /// a return needs a frame to return from.
    fn values_template(&mut self) -> u32 {
        if let Some(number) = self.values {
            return number;
        }
        let number = self.reserve();
        self.values = Some(number);
        let mut asm = asm::Asm::default();
        asm.push(Op::ReturnList, [0, 0, 0], Span::NONE);
        let shape = Shape { name: Some("values".into()), arity: Arity::Exactly(1), captured: 0, span: Span::NONE };
        // One instruction and one register always fit.
        if let Ok(template) = finish(asm, 1, shape, Vec::new()) {
            self.templates[number as usize] = Some(template);
        }
        number
    }

    fn is_boxed(&self, var: VarId) -> bool {
        self.unit.var(var).assigned
    }
}

/// What a template says of itself besides its code.
struct Shape {
    name: Option<std::sync::Arc<str>>,
    arity: Arity,
    captured: usize,
    span: Span,
}

/// Lays out a template's code and describes its frames.
fn finish(asm: asm::Asm, registers: usize, shape: Shape, constants: Vec<Constant>) -> Result<TemplateData, Diagnostic> {
    let laid_out = asm.finish(registers, constants.len()).ok().filter(|_| shape.captured <= usize::from(u16::MAX));
    let Some(done) = laid_out else {
        let name = shape.name.as_deref().unwrap_or("this procedure");
        return Err(Diagnostic::error("E0401", format!("{name} is too large: it needs more than 65,000 variables at once"))
            .at(shape.span)
            .help("build large data with quote or in several procedures"));
    };
    let mut template = TemplateData {
        name: shape.name,
        arity: shape.arity,
        registers: done.registers as u16,
        outgoing: done.outgoing as u16,
        captured: shape.captured as u16,
        constants,
        code: done.code,
        maps: Vec::new(),
        safepoints: Vec::new(),
        spans: done.spans,
        names: done.names,
        span: shape.span,
    };
    liveness::describe(&mut template);
    Ok(template)
}

/// The unit's literals, each object once.
#[derive(Default)]
struct Literals {
    list: Vec<Literal>,
    datums: FxHashMap<*const Datum, u32>,
    record_types: FxHashMap<u32, u32>,
}

impl Literals {
    fn number(&mut self, literal: &Literal) -> u32 {
        let next = self.list.len() as u32;
        let number = match literal {
            Literal::Datum(datum) => *self.datums.entry(std::sync::Arc::as_ptr(datum)).or_insert(next),
            Literal::RecordType { id, .. } => *self.record_types.entry(*id).or_insert(next),
            Literal::Unspecified | Literal::Default => next,
        };
        if number == next {
            self.list.push(literal.clone());
        }
        number
    }
}

#[cfg(test)]
mod tests;
