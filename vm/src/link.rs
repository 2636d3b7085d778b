//! Linking: compiled units become templates and cells. Constants are made in the old space, so
//! they never move and code may hold them by value.

use crate::convert;
use crate::cx::{Cx, H, Raise};
use crate::template::{Parts, Template};
use gambol_abi::frame::Arity;
use gambol_abi::layout::{FLAG_IMMUTABLE, Kind, header, round_up};
use gambol_abi::ops::{Instr, Op};
use gambol_abi::prims::{PRIMS, PrimId};
use gambol_abi::value::{self, TAG_OBJECT, TAG_PROCEDURE};
use gambol_front::code::{CompiledUnit, Constant, TemplateData};
use gambol_front::ir::{GlobalKey, Literal};
use gambol_front::source::{SourceId, Span};
use std::sync::Arc;
use std::sync::atomic::Ordering;

/// Links `unit`: the result is a procedure of no arguments that runs its body.
pub(crate) fn unit<'s>(cx: &mut Cx<'s>, unit: &CompiledUnit) -> Result<H<'s>, Raise> {
    let mut linker = Linker { unit, literals: vec![None; unit.literals.len()], globals: vec![None; unit.globals.len()], templates: vec![None; unit.templates.len()] };
    let linked = linker.template(cx, 0);
    let procedure = linked.map(|(_, procedure)| cx.root_word(procedure));
    cx.p_mut().linking.clear();
    cx.p_mut().linking_templates.clear();
    procedure
}

struct Linker<'u> {
    unit: &'u CompiledUnit,
    /// Shared words, once made. They are only reachable from here while linking, so a full
    /// collection in between must not happen: see `guard`.
    literals: Vec<Option<u64>>,
    globals: Vec<Option<u64>>,
    templates: Vec<Option<(*const Template, u64)>>,
}

impl Linker<'_> {
    /// Links template `index` and what it refers to, children first. The order is found with an
    /// explicit stack: nesting is bounded by the expander, not here.
    fn template(&mut self, cx: &mut Cx<'_>, index: u32) -> Result<(*const Template, u64), Raise> {
        let mut stack = vec![index];
        while let Some(&top) = stack.last() {
            if self.templates[top as usize].is_some() {
                stack.pop();
                continue;
            }
            let waiting: Vec<u32> = children(&self.unit.templates[top as usize]).filter(|&c| c != top && self.templates[c as usize].is_none() && !stack.contains(&c)).collect();
            if waiting.is_empty() {
                let made = self.one(cx, top)?;
                self.templates[top as usize] = Some(made);
                stack.pop();
            } else {
                stack.extend(waiting);
            }
        }
        self.patch_cycles(cx)?;
        Ok(self.templates[index as usize].expect("linked above"))
    }

    /// Makes one template. References to templates on a cycle (mutually recursive constants) are
    /// left empty and patched at the end.
    fn one(&mut self, cx: &mut Cx<'_>, index: u32) -> Result<(*const Template, u64), Raise> {
        let data = &self.unit.templates[index as usize];
        let constants = data.constants.iter().map(|c| self.constant(cx, c)).collect::<Result<Vec<u64>, Raise>>()?;
        let children: Vec<*const Template> = children(data).filter_map(|c| self.templates[c as usize]).map(|t| t.0).collect();
        let t = Template::new(Parts { data, constants, children, prim: None, first: crate::tier::first_entry(cx.p().vm.jit.isa.is_some()) });
        let t = cx.p().vm.add_template(t, false);
        cx.p_mut().linking_templates.push(t);
        let closure = if data.captured == 0 { constant_closure(cx, t)? } else { 0 };
        Ok((t, closure))
    }

    fn constant(&mut self, cx: &mut Cx<'_>, c: &Constant) -> Result<u64, Raise> {
        Ok(match c {
            Constant::Literal(i) => self.literal(cx, *i)?,
            Constant::Template(t) => self.templates[*t as usize].map_or(0, |t| t.0 as u64),
            Constant::Procedure(t) => self.templates[*t as usize].map_or(0, |t| t.1),
            Constant::Global(g) => self.global(cx, *g)?,
            Constant::Primitive(p) => primitive(cx, *p)?,
            Constant::Name(n) => keep(cx, |cx| cx.symbol(n))?,
        })
    }

    fn literal(&mut self, cx: &mut Cx<'_>, i: u32) -> Result<u64, Raise> {
        if let Some(w) = self.literals[i as usize] {
            return Ok(w);
        }
        let w = match &self.unit.literals[i as usize] {
            Literal::Datum(d) => keep(cx, |cx| convert::to_shared(cx, d))?,
            Literal::Unspecified => value::UNSPECIFIED,
            Literal::Default => value::DEFAULT,
            Literal::RecordType { name, fields, .. } => keep(cx, |cx| record_type(cx, name, fields))?,
        };
        self.literals[i as usize] = Some(w);
        Ok(w)
    }

    fn global(&mut self, cx: &mut Cx<'_>, g: u32) -> Result<u64, Raise> {
        if let Some(w) = self.globals[g as usize] {
            return Ok(w);
        }
        let key = &self.unit.globals[g as usize].key;
        let w = cell(cx, key)?;
        self.globals[g as usize] = Some(w);
        Ok(w)
    }

    /// Fills constants that named a template before it existed.
    fn patch_cycles(&mut self, cx: &mut Cx<'_>) -> Result<(), Raise> {
        for (i, data) in self.unit.templates.iter().enumerate() {
            let Some((t, _)) = self.templates[i] else { continue };
            for (k, c) in data.constants.iter().enumerate() {
                let (child, is_procedure) = match c {
                    Constant::Template(c) => (*c, false),
                    Constant::Procedure(c) => (*c, true),
                    _ => continue,
                };
                let made = match self.templates[child as usize] {
                    Some(m) => m,
                    None => continue,
                };
                // SAFETY: nothing runs this code yet, and the linker is its only owner.
                unsafe { Template::patch(t, k, if is_procedure { made.1 } else { made.0 as u64 }, made.0) };
            }
        }
        let _ = cx;
        Ok(())
    }
}

/// Templates that a template's constants name.
fn children(data: &TemplateData) -> impl Iterator<Item = u32> + '_ {
    data.constants.iter().filter_map(|c| match c {
        Constant::Template(t) | Constant::Procedure(t) => Some(*t),
        _ => None,
    })
}

/// Runs `make`, which returns a shared object, and keeps that for the life of the VM's roots:
/// while linking nothing else refers to it.
fn keep(cx: &mut Cx<'_>, make: impl for<'x> FnOnce(&mut Cx<'x>) -> Result<H<'x>, Raise>) -> Result<u64, Raise> {
    cx.scope(|cx, _| {
        let h = make(cx)?;
        let w = cx.get(h).word();
        cx.p_mut().linking.push(w);
        Ok(w)
    })
}

/// The cell of a top-level variable: one per key, fresh for names private to a unit.
pub(crate) fn cell(cx: &mut Cx<'_>, key: &GlobalKey) -> Result<u64, Raise> {
    let private = matches!(key, GlobalKey::Unit(_));
    if !private && let Some(w) = cx.p().vm.cell(key) {
        return Ok(w);
    }
    let (GlobalKey::Library(_, name) | GlobalKey::Unit(name) | GlobalKey::Interactive(_, name)) = key;
    let symbol = keep(cx, |cx| cx.symbol(name))?;
    let address = cx.p_mut().allocate_shared(round_up(24))?;
    let w = address as u64 | TAG_OBJECT;
    // SAFETY: fresh memory for a cell; its name is shared.
    unsafe {
        *(address as *mut u64) = header(Kind::Cell, 2);
        *crate::val::field_slot(w, 0) = value::UNBOUND;
        *crate::val::field_slot(w, 1) = symbol;
    }
    cx.p_mut().linking.push(w);
    Ok(if private { w } else { cx.p().vm.add_cell(key.clone(), w) })
}

/// The closure of a template that captures nothing, in the old space.
fn constant_closure(cx: &mut Cx<'_>, t: *const Template) -> Result<u64, Raise> {
    let address = cx.p_mut().allocate_shared(16)?;
    // SAFETY: fresh memory of a granule; the second word is padding.
    unsafe {
        *(address as *mut u64) = t as u64;
        *(address as *mut u64).add(1) = 0;
    }
    let w = address as u64 | TAG_PROCEDURE;
    cx.p_mut().linking.push(w);
    Ok(w)
}

fn record_type<'s>(cx: &mut Cx<'s>, name: &str, fields: &[Arc<str>]) -> Result<H<'s>, Raise> {
    let items: Vec<convert::Shared> = fields.iter().map(|f| convert::Shared::Symbol(f)).collect();
    let fields = convert::shared_vector(cx, &items)?;
    let name = cx.symbol(name)?;
    let address = cx.p_mut().allocate_shared(round_up(8 + 8 * 5))?;
    let w = address as u64 | TAG_OBJECT;
    // SAFETY: fresh memory for a record type; all it refers to is shared.
    unsafe {
        *(address as *mut u64) = header(Kind::RecordType, 5) | FLAG_IMMUTABLE;
        let words = [cx.get(name).word(), cx.get(fields).word(), value::FALSE, value::fixnum(0), value::FALSE];
        words.into_iter().enumerate().for_each(|(i, x)| *crate::val::field_slot(w, i) = x);
    }
    Ok(cx.root_word(w))
}

/// The procedure of a primitive: a permanent template that calls recognise by its number.
pub(crate) fn primitive(cx: &mut Cx<'_>, id: PrimId) -> Result<u64, Raise> {
    use gambol_abi::prims::Class;
    let vm = cx.p().vm.clone();
    let slot = vm.prim_procedure(id.0 as usize);
    let made = slot.load(Ordering::Acquire);
    if made != 0 {
        return Ok(made);
    }
    let info = &PRIMS[id.0 as usize];
    assert!(info.class != Class::Control, "{} has no procedure: libraries wrap control primitives", info.name);
    let data = TemplateData {
        name: Some(info.name.into()),
        arity: Arity::Any,
        registers: 1,
        outgoing: 0,
        captured: 0,
        constants: vec![],
        // A call of a primitive runs its body in the caller's frame: control never comes here.
        code: vec![Instr::abc(Op::EntryFail, 0, 0, 0).0],
        maps: vec![],
        safepoints: vec![],
        spans: vec![],
        names: vec![],
        span: Span { source: SourceId(0), start: 0, end: 0 },
    };
    let t = Template::new(Parts { data: &data, constants: vec![], children: vec![], prim: Some(id), first: None });
    let t = vm.add_template(t, true);
    let closure = constant_closure(cx, t)?;
    vm.keep(closure);
    slot.store(closure, Ordering::Release);
    Ok(closure)
}

/// Makes the closures of the runtime's own frames.
pub(crate) fn adapters(cx: &mut Cx<'_>) -> Result<(), Raise> {
    let (inject, driver) = (cx.p().adapters.inject, cx.p().adapters.driver);
    cx.p_mut().adapter_closure = constant_closure(cx, inject)?;
    cx.p_mut().driver_closure = constant_closure(cx, driver)?;
    cx.p_mut().linking.clear();
    Ok(())
}
