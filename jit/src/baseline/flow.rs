//! What the compiler must know before its walk: where jumps lead and which slots are live where.

use super::cache::Live;
use gambol_abi::frame::{ManyValues, OUTGOING, ReturnPoint};
use gambol_abi::ops::{self, Effects, Instr, Op, Payload};

/// How a place in the code is reached.
#[derive(Clone, Copy, Default)]
pub(super) struct Join {
    /// Jumps that come from before it, and the instruction in front if that goes on here.
    pub(super) forward: u16,
    /// Loops lead back to it.
    pub(super) header: bool,
    /// The runtime comes here too: it finds everything in the frame.
    pub(super) outside: bool,
    /// What loops that lead back here write.
    pub(super) written: Live,
}

impl Join {
    pub(super) fn is_place(self) -> bool {
        self.forward > 0 || self.header || self.outside
    }
    /// Whether registers may hold values there: one path leads there, besides loops.
    pub(super) fn keeps_registers(self) -> bool {
        self.forward == 1 && !self.outside
    }
}

/// The analysis of a procedure's code.
pub(super) struct Flow {
    /// By word of code.
    pub(super) joins: Vec<Join>,
    /// What is live before each instruction.
    pub(super) live: Vec<Live>,
}

impl Flow {
    pub(super) fn of(code: &[u64], registers: usize) -> Flow {
        let mut joins = vec![Join::default(); code.len() + 1];
        let mut starts = Vec::with_capacity(code.len());
        let mut pc = 0;
        let mut falls = false;
        let mut pending = Vec::new();
        while pc < code.len() {
            starts.push((pc, falls));
            let op = Instr(code[pc]).op().expect("verified code has known operations");
            if let Some(target) = ops::branch_target(code, pc) {
                pending.push((pc, target, op));
            }
            joins[pc].outside |= op == Op::Receive;
            falls = !op.effects().has(Effects::ENDS);
            pc += ops::instruction_words(code, pc);
        }
        for (from, target, op) in pending {
            if target > from {
                joins[target].forward = joins[target].forward.saturating_add(1);
            } else {
                joins[target].header = true;
                // Only loops have their header's registers in order.
                joins[target].outside |= op != Op::Loop;
                let first = starts.partition_point(|s| s.0 < target);
                for &(pc, _) in starts[first..].iter().take_while(|s| s.0 <= from) {
                    ops::for_each_register(code, pc, registers, |slot, written| {
                        if written {
                            joins[target].written.set(slot);
                        }
                    });
                }
            }
        }
        for &(pc, falls) in &starts {
            if falls && joins[pc].is_place() {
                joins[pc].forward = joins[pc].forward.saturating_add(1);
            }
        }
        let live = liveness(code, registers, &starts);
        Flow { joins, live }
    }
}

/// Walks backwards until what is live at the headers of loops is live where they lead back.
fn liveness(code: &[u64], registers: usize, starts: &[(usize, bool)]) -> Vec<Live> {
    let mut live = vec![Live::default(); code.len() + 1];
    loop {
        for &(pc, _) in starts.iter().rev() {
            let op = Instr(code[pc]).op().expect("verified code has known operations");
            let next = pc + ops::instruction_words(code, pc);
            let mut set = if op.effects().has(Effects::ENDS) { Live::default() } else { live[next] };
            ops::for_each_register(code, pc, registers, |slot, written| {
                if written {
                    set.clear(slot);
                }
            });
            if let Some(target) = ops::branch_target(code, pc) {
                set.0 |= live[target].0;
            }
            // Other than one value goes to the `Receive` behind the next instruction.
            if op.payload() == Payload::Return && ReturnPoint(code[pc + 1]).many() == ManyValues::Accept {
                set.0 |= live[pc + 3].0;
            }
            ops::for_each_register(code, pc, registers, |slot, written| {
                // Resume and return slot are the frame's own.
                if !written && !(registers + 1..registers + OUTGOING).contains(&slot) {
                    set.set(slot);
                }
            });
            live[pc] = set;
        }
        let settled = |&(pc, _): &(usize, bool)| ops::branch_target(code, pc).is_none_or(|target| live[target].0 & !live[pc].0 == 0);
        if starts.iter().all(settled) {
            return live;
        }
    }
}
