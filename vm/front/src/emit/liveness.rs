//! Which registers hold a value that is still wanted, at every place where a frame may be
//! looked at. Exact for the code as it stands: a register that is merely not yet overwritten is
//! dead, so the collector keeps nothing alive for it (safe for space in Appel's sense, per
//! variable).
//!
//! Backwards data flow over basic blocks, in reverse order of the code, repeated until loops
//! are settled; then one walk over each block writes the maps.

use std::collections::hash_map::Entry;

use gambol_abi::frame::ReturnPoint;
use gambol_abi::ops::Instr;
use rustc_hash::FxHashMap;

use super::flow::{Bits, Block, Flow, accesses, register_count, return_point};
use crate::code::TemplateData;

/// What is live at one safepoint.
pub(super) struct Point {
    /// The instruction.
    pub(super) pc: usize,
    /// Before it.
    pub(super) before: Bits,
    /// For a call: after it, its destination not counted.
    pub(super) across: Option<Bits>,
}

/// Fills in `maps`, `safepoints` and the maps of return points.
pub(super) fn describe(template: &mut TemplateData) {
    let mut points = points(template);
    points.sort_unstable_by_key(|point| point.pc);
    let mut maps = Maps::default();
    for Point { pc, before, across } in points {
        if let Some(across) = across {
            let rp = ReturnPoint(template.code[pc + 1]);
            let new = ReturnPoint::new(rp.frame_words() as u16, rp.dst() as u16, maps.number(across), rp.many());
            template.code[pc + 1] = new.0;
        }
        template.safepoints.push((pc as u32, maps.number(before)));
    }
    template.maps = maps.list;
}

#[derive(Default)]
struct Maps {
    list: Vec<Box<[u64]>>,
    numbers: FxHashMap<Box<[u64]>, u32>,
}

impl Maps {
    fn number(&mut self, bits: Bits) -> u32 {
        let mut words = bits.0;
        while words.last() == Some(&0) {
            words.pop();
        }
        match self.numbers.entry(words.into()) {
            Entry::Occupied(entry) => *entry.get(),
            Entry::Vacant(entry) => {
                let number = self.list.len() as u32;
                self.list.push(entry.key().clone());
                *entry.insert(number)
            }
        }
    }
}

/// What is live at each safepoint of valid code, in no particular order.
pub(super) fn points(template: &TemplateData) -> Vec<Point> {
    let flow = Flow::of(template);
    let size = register_count(template);
    let summaries: Vec<Summary> = flow.blocks.iter().map(|block| Summary::of(template, block, size)).collect();
    let live_in = live_in(template, &flow, &summaries, size);
    let mut points = Vec::new();
    for block in &flow.blocks {
        record(template, block, &live_in, size, &mut points);
    }
    points
}

/// What a block does to the set, read backwards: live before = live after - written + read.
struct Summary {
    read: Bits,
    written: Bits,
}

impl Summary {
    fn of(template: &TemplateData, block: &Block, size: usize) -> Summary {
        let mut summary = Summary { read: Bits::new(size), written: Bits::new(size) };
        for &pc in block.pcs.iter().rev() {
            // A call that is not the block's last instruction has one successor, on which its
            // destination is written.
            if let (Some(rp), true) = (return_point(&template.code, pc), Some(&pc) != block.pcs.last()) {
                summary.written.set(rp.dst());
                summary.read.clear(rp.dst());
            }
            step(template, pc, |r| summary.written.set(r), |_| {});
            step(template, pc, |r| summary.read.clear(r), |_| {});
            step(template, pc, |_| {}, |r| summary.read.set(r));
        }
        summary
    }
}

/// The registers that matter: closure, resume and return slots are always kept.
fn step(template: &TemplateData, pc: usize, mut write: impl FnMut(usize), mut read: impl FnMut(usize)) {
    let n = usize::from(template.registers);
    accesses(template, pc, |r, written| {
        if r >= n && r < n + gambol_abi::frame::OUTGOING {
            return;
        }
        if written { write(r) } else { read(r) }
    });
}

fn live_in(template: &TemplateData, flow: &Flow, summaries: &[Summary], size: usize) -> Vec<Bits> {
    let mut live = vec![Bits::new(size); flow.blocks.len()];
    let mut before = vec![Vec::new(); flow.blocks.len()];
    for (i, block) in flow.blocks.iter().enumerate() {
        block.next.iter().for_each(|&to| before[to].push(i));
    }
    // The last block is on top of the stack: most facts flow to lower addresses.
    let mut pending: Vec<usize> = (0..flow.blocks.len()).collect();
    let mut waiting = vec![true; flow.blocks.len()];
    while let Some(i) = pending.pop() {
        waiting[i] = false;
        let mut set = live_out(template, &flow.blocks[i], &live, size);
        for (word, written) in set.0.iter_mut().zip(&summaries[i].written.0) {
            *word &= !written;
        }
        set.unite(&summaries[i].read);
        if live[i].unite(&set) {
            for &p in &before[i] {
                if !std::mem::replace(&mut waiting[p], true) {
                    pending.push(p);
                }
            }
        }
    }
    live
}

/// What is live after a block's last instruction; if that is a call, its destination is not.
fn live_out(template: &TemplateData, block: &Block, live_in: &[Bits], size: usize) -> Bits {
    let mut set = Bits::new(size);
    let mut next = block.next.iter();
    if let Some(rp) = block.pcs.last().and_then(|&pc| return_point(&template.code, pc))
        && let Some(&resume) = next.next()
    {
        set.unite(&live_in[resume]);
        set.clear(rp.dst());
    }
    next.for_each(|&to| {
        set.unite(&live_in[to]);
    });
    set
}

fn record(template: &TemplateData, block: &Block, live_in: &[Bits], size: usize, points: &mut Vec<Point>) {
    let mut live = live_out(template, block, live_in, size);
    for &pc in block.pcs.iter().rev() {
        let across = return_point(&template.code, pc).map(|rp| {
            // After the last instruction of a block `live_out` has seen to it.
            if Some(&pc) != block.pcs.last() {
                live.clear(rp.dst());
            }
            live.clone()
        });
        step(template, pc, |r| live.clear(r), |_| {});
        step(template, pc, |_| {}, |r| live.set(r));
        let op = Instr(template.code[pc]).op();
        if op.is_some_and(|op| op.effects().is_safepoint()) {
            points.push(Point { pc, before: live.clone(), across });
        }
    }
}
