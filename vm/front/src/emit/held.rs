//! What registers hold, as far as memory safety depends on it: the second half of the verifier.
//!
//! Most instructions check their operands when they run. Those on boxes and `ClosureSet` do not, as
//! the emitter knows what it made: a register of theirs must hold a box, or a closure of a known
//! template, on every path. Values come there by `MakeBox`, `MakeClosure` and `Move`, and from the
//! running closure's captured values. Whether one of those is a box depends on all places that make
//! such closures, so it is a property of the unit: a greatest fixpoint, where every captured value is
//! taken to be a box until a place that captures something else says no.

use std::collections::VecDeque;

use gambol_abi::frame::OUTGOING;
use gambol_abi::ops::{Instr, Op, payload_registers};
use rustc_hash::FxHashMap;

use super::flow::{Block, Flow, accesses, register_count, return_point};
use super::verify::{Fault, constant_index, require};
use crate::code::{CompiledUnit, Constant, TemplateData};

/// What a register surely holds; registers that may hold anything are in no table.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Held {
    Box,
    Closure(u32),
}

/// Registers of which something is known.
type Known = FxHashMap<usize, Held>;

/// Checks all templates of a unit whose structure is sound. The error names the template.
pub(super) fn check(unit: &CompiledUnit) -> Result<(), (usize, Fault)> {
    let mut boxes: Vec<Vec<bool>> = unit.templates.iter().map(|t| vec![true; usize::from(t.captured)]).collect();
    let flows: Vec<Flow> = unit.templates.iter().map(Flow::of).collect();
    let mut pending: VecDeque<usize> = (0..unit.templates.len()).collect();
    let mut waiting = vec![true; unit.templates.len()];
    while let Some(number) = pending.pop_front() {
        waiting[number] = false;
        let walk = Walk { unit, number, boxes: &boxes[number] };
        for (template, slot) in walk.spoiled(&flows[number]) {
            if std::mem::replace(&mut boxes[template as usize][slot], false) && !std::mem::replace(&mut waiting[template as usize], true) {
                pending.push_back(template as usize);
            }
        }
    }
    (0..unit.templates.len()).try_for_each(|number| Walk { unit, number, boxes: &boxes[number] }.uses(&flows[number]).map_err(|fault| (number, fault)))
}

/// One template, with what is believed of its captured values.
struct Walk<'a> {
    unit: &'a CompiledUnit,
    number: usize,
    boxes: &'a [bool],
}

impl Walk<'_> {
    fn template(&self) -> &TemplateData {
        &self.unit.templates[self.number]
    }

    /// Captured values of closures made or filled here that are not boxes: template and slot.
    fn spoiled(&self, flow: &Flow) -> Vec<(u32, usize)> {
        let mut list = Vec::new();
        self.visit(flow, |pc, known| {
            let code = &self.template().code;
            let i = Instr(code[pc]);
            let other = |r: usize| known.get(&r) != Some(&Held::Box);
            match (i.op(), self.made(pc)) {
                (Some(Op::MakeClosure), Some(template)) => list.extend(payload_registers(code, pc).enumerate().filter(|&(_, r)| other(r)).map(|(k, _)| (template, k))),
                (Some(Op::ClosureSet), _) => {
                    if let (Some(Held::Closure(template)), true) = (known.get(&i.a()), other(i.c()))
                        && i.b() < usize::from(self.unit.templates[*template as usize].captured)
                    {
                        list.push((*template, i.b()));
                    }
                }
                _ => {}
            }
            Ok(())
        })
        .expect("nothing is refused here");
        list
    }

    /// Refuses instructions whose operands may be other than they rely on.
    fn uses(&self, flow: &Flow) -> Result<(), Fault> {
        self.visit(flow, |pc, known| {
            let i = Instr(self.template().code[pc]);
            let is_box = |r: usize| known.get(&r) == Some(&Held::Box);
            match i.op() {
                Some(Op::BoxRef) => require!(pc, is_box(i.b()), "register {} may hold something else than a box", i.b()),
                Some(Op::BoxSet) => require!(pc, is_box(i.a()), "register {} may hold something else than a box", i.a()),
                Some(Op::ClosureSet) => {
                    let captured = match known.get(&i.a()) {
                        Some(Held::Closure(t)) => usize::from(self.unit.templates[*t as usize].captured),
                        _ => 0,
                    };
                    require!(pc, i.b() < captured, "register {} may not be a closure with captured value {}", i.a(), i.b());
                }
                _ => {}
            }
            Ok(())
        })
    }

    /// Shows `look` every reachable instruction with what is known before it.
    fn visit(&self, flow: &Flow, mut look: impl FnMut(usize, &Known) -> Result<(), Fault>) -> Result<(), Fault> {
        for (block, entry) in flow.blocks.iter().zip(self.entries(flow)) {
            let Some(mut known) = entry else { continue };
            for &pc in &block.pcs {
                look(pc, &known)?;
                self.execute(pc, &mut known);
            }
        }
        Ok(())
    }

    /// What is known at the start of each reachable block.
    fn entries(&self, flow: &Flow) -> Vec<Option<Known>> {
        let mut entries: Vec<Option<Known>> = vec![None; flow.blocks.len()];
        entries[0] = Some(Known::default());
        let mut pending = vec![0];
        while let Some(i) = pending.pop() {
            let Some(known) = entries[i].clone() else { continue };
            let Block { pcs, next } = &flow.blocks[i];
            let after = pcs.iter().fold(known, |mut known, &pc| {
                self.execute(pc, &mut known);
                known
            });
            for &to in next {
                let changed = match &mut entries[to] {
                    Some(old) => {
                        let before = old.len();
                        old.retain(|r, held| after.get(r) == Some(held));
                        old.len() < before
                    }
                    none => {
                        *none = Some(after.clone());
                        true
                    }
                };
                if changed {
                    pending.push(to);
                }
            }
        }
        entries
    }

    fn execute(&self, pc: usize, known: &mut Known) {
        let template = self.template();
        let i = Instr(template.code[pc]);
        let result = match i.op() {
            Some(Op::MakeBox) => Some(Held::Box),
            Some(Op::MakeClosure) => self.made(pc).map(Held::Closure),
            Some(Op::Move) => known.get(&i.b()).copied(),
            Some(Op::ClosureRef) => self.boxes.get(i.c()).is_some_and(|&is_box| is_box).then_some(Held::Box),
            _ => None,
        };
        accesses(template, pc, |r, write| {
            if write {
                known.remove(&r);
            }
        });
        if let Some(point) = return_point(&template.code, pc) {
            let outgoing = usize::from(template.registers) + OUTGOING..register_count(template);
            known.retain(|r, _| *r != point.dst() && !outgoing.contains(r));
        }
        if let Some(held) = result {
            known.insert(i.a(), held);
        }
    }

    /// The template of the closure made at `pc`.
    fn made(&self, pc: usize) -> Option<u32> {
        let template = self.template();
        match constant_index(template, pc, i64::from(Instr(template.code[pc]).bx())).map(|k| &template.constants[k]) {
            Some(Constant::Template(number)) => Some(*number),
            _ => None,
        }
    }
}
