//! The bytecode verifier: whatever it accepts is safe to run. An input is the number of a program and
//! a list of changes to its code and tables; what is accepted runs on a small heap that is verified at
//! every collection, with interrupts.

use super::machines::{evaluate, machine};
use crate::process;
use crate::random::Random;
use crate::sandbox;
use gambol_abi::frame::Arity;
use gambol_abi::ops::Op;
use gambol_front::code::{CompiledUnit, Constant, TemplateData};
use gambol_front::emit::{disassemble_unit, verify_unit};
use gambol_vm::machine::Machine;

/// Programs whose code is changed, which together use most instructions.
const PROGRAMS: &str = include_str!("bytecode.scm");
/// What machines are like; the first byte of an input says which one.
const OPTIONS: [&str; 3] = ["--nursery=16K --verify-heap --poison", "--stress-gc --poison", "--stack-chunk=48K --nursery=4K --poison"];
/// Bytes of a change: template, kind, place (2), value (4).
const CHANGE: usize = 8;

/// The text of each program; the lines between say what it is about.
fn programs() -> impl Iterator<Item = &'static str> {
    PROGRAMS.split(";;; ").filter_map(|part| part.split_once('\n')).map(|(_, program)| program)
}

/// The programs, without change and with a few.
pub(crate) fn seeds() -> Vec<Vec<u8>> {
    let mut random = Random::new(7);
    let mut list = Vec::new();
    for program in 0..programs().count() as u8 {
        list.push(vec![program % 3, program]);
        for changes in 1..4 {
            let bytes = (0..changes * CHANGE).map(|_| random.next() as u8);
            list.push([program % 3, program].into_iter().chain(bytes).collect());
        }
    }
    list
}

pub(crate) fn prepare() -> super::Run {
    let mut machines: Vec<(Machine, Vec<CompiledUnit>)> = OPTIONS.iter().map(|options| with_programs(options)).collect();
    Box::new(move |input| {
        let [which, program, changes @ ..] = input else { return };
        let (machine, programs) = &mut machines[usize::from(*which) % OPTIONS.len()];
        let mut unit = programs[usize::from(*program) % programs.len()].clone();
        changes.chunks_exact(CHANGE).for_each(|change| damage(&mut unit, change));
        sandbox::enter();
        machine.catch_interrupts();
        process::interrupt_soon();
        // How it ends does not matter.
        if machine.run_if_verified(&unit).is_ok() {
            machine.evaluate_text("collect", "(collect #t)", false);
        }
    })
}

/// The program with its changes.
pub(crate) fn describe(input: &[u8]) -> String {
    let [which, program, changes @ ..] = input else { return String::new() };
    let options = OPTIONS[usize::from(*which) % OPTIONS.len()];
    let (_, programs) = with_programs(options);
    let mut unit = programs[usize::from(*program) % programs.len()].clone();
    changes.chunks_exact(CHANGE).for_each(|change| damage(&mut unit, change));
    format!("{options}\n{}\n{:?}", disassemble_unit(&unit, None), verify_unit(&unit))
}

fn with_programs(options: &str) -> (Machine, Vec<CompiledUnit>) {
    let mut m = machine(options);
    evaluate(&mut m, "(import (rename (gambol primitives) (%collect collect)))");
    let compile = |program: &str| {
        let unit = m.compile("program", program.as_bytes()).unwrap_or_else(|outcome| panic!("{outcome:?}"));
        let outcome = m.run_if_verified(&unit);
        assert!(outcome.is_ok(), "{outcome:?}");
        unit
    };
    let units = programs().map(compile).collect();
    (m, units)
}

/// Changes something of a unit.
fn damage(unit: &mut CompiledUnit, change: &[u8]) {
    let [template, kind, at0, at1, v0, v1, v2, v3] = *change else { return };
    let (at, value) = (usize::from(u16::from_le_bytes([at0, at1])), u32::from_le_bytes([v0, v1, v2, v3]));
    let (templates, literals, globals) = (unit.templates.len() as u32, unit.literals.len() as u32, unit.globals.len() as u32);
    let count = unit.templates.len();
    let t = &mut unit.templates[usize::from(template) % count];
    let field = |t: &mut TemplateData, shift: u32, value: u16| {
        let k = at % t.code.len().max(1);
        if let Some(word) = t.code.get_mut(k) {
            *word = *word & !(0xFFFF << shift) | u64::from(value) << shift;
        }
    };
    let low = value as u16;
    // Small numbers are registers, counts and distances; large ones are nothing.
    let small = |most: u16| low % (most + 1);
    match kind % 20 {
        0 => field(t, 0, small(Op::COUNT as u16 - 1)),
        1 | 2 => field(t, 16, small(t.registers + 8)),
        3 | 4 => field(t, 32, small(t.registers + 8)),
        5 | 6 => field(t, 48, small(t.registers + 8)),
        7 => field(t, 32 + 16 * (value >> 31), low),
        8 => {
            let k = at % t.code.len().max(1);
            t.code.iter_mut().skip(k).take(1).for_each(|word| *word ^= 1 << (value % 64));
        }
        9 => {
            let (k, from) = (at % t.code.len().max(1), low as usize % t.code.len().max(1));
            t.code.swap(k, from);
        }
        10 => t.arity = [Arity::Exactly(small(4)), Arity::AtLeast(small(4)), Arity::Any][at % 3],
        11 => t.registers = t.registers.saturating_add(small(6)).saturating_sub(3),
        12 => t.outgoing = t.outgoing.saturating_add(small(6)).saturating_sub(3),
        13 => t.captured = small(4),
        14 => {
            let k = at % t.maps.len().max(1);
            t.maps.iter_mut().skip(k).take(1).for_each(|map| *map = Box::new([u64::from(value)]));
        }
        15 => {
            let k = at % t.maps.len().max(1);
            t.maps.iter_mut().skip(k).take(1).filter(|map| !map.is_empty()).for_each(|map| map[0] ^= 1 << (value % 16));
        }
        16 => {
            let k = at % t.safepoints.len().max(1);
            t.safepoints.iter_mut().skip(k).take(1).for_each(|s| s.1 = value % 8);
        }
        17 | 18 => {
            let new = match value % 5 {
                0 => Constant::Literal(value / 5 % literals.max(1)),
                1 => Constant::Template(value / 5 % templates),
                2 => Constant::Procedure(value / 5 % templates),
                3 => Constant::Global(value / 5 % globals.max(1)),
                _ => Constant::Primitive(gambol_abi::prims::PrimId((value / 5) as u16 % gambol_abi::prims::PRIMS.len() as u16)),
            };
            let k = at % t.constants.len().max(1);
            t.constants.iter_mut().skip(k).take(1).for_each(|constant| *constant = new.clone());
        }
        _ => {
            // Primitives by number.
            if t.code.get(at % t.code.len().max(1)).is_some_and(|word| matches!(gambol_abi::ops::Instr(*word).op(), Some(Op::Prim | Op::Prim1))) {
                field(t, 32, small(gambol_abi::prims::PRIMS.len() as u16 - 1));
            }
        }
    }
}
