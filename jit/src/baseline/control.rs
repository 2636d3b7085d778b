//! Calls, returns, jumps; primitives.

use super::Baseline;
use super::fast::Arguments;
use crate::masm::{MacroAsm, Reg};
use gambol_abi::frame::OUTGOING;
use gambol_abi::ops::{ControlOps, Instr, PrimOps};
use gambol_abi::prims::PrimId;

impl<M: MacroAsm> Baseline<'_, M> {
    /// Where a callee returns to: its value is in the result register.
    fn returned(&mut self) {
        let point = gambol_abi::frame::ReturnPoint(self.source.code[self.pc + 1]);
        self.map[self.pc + 1] = self.masm.offset();
        self.define(point.dst(), Reg::A);
    }
    /// `A :=` the value in `slot`; everything is in the frame.
    fn load_result(&mut self, slot: usize) {
        self.spill(self.live());
        self.masm.load(Reg::A, self.slot(slot));
    }
    fn call_loaded(&mut self, count: usize) {
        let slow = self.slow();
        self.masm.call(count as u32, self.pc as u32 + 2, slow);
        self.returned();
    }
    /// Moves the outgoing arguments to the frame's own homes.
    fn move_arguments(&mut self, count: usize, spare: Reg) {
        for k in 0..count {
            let (from, home) = (usize::from(self.source.registers) + OUTGOING + k, self.slot(k));
            match (self.held(from), self.constant_in(from)) {
                (Some(r), _) => self.masm.store(home, r),
                (None, Some(word)) => self.masm.store_word(home, word),
                (None, None) => {
                    self.masm.load(spare, self.slot(from));
                    self.masm.store(home, spare);
                }
            }
        }
    }
    fn is_own(&self, word: u64, count: usize) -> bool {
        self.source.own == Some(word) && self.source.own_arity as usize == count
    }
    /// The tail call of what is in `A`.
    fn tail_call_loaded(&mut self, count: usize, spare: Reg) {
        let slow = self.slow();
        self.masm.tail_check(count as u32, slow);
        // The callee's own check of the stack stands in for a poll.
        self.masm.note_tail_call();
        self.move_arguments(count, spare);
        let frame = self.frame_bytes();
        self.masm.tail_call(frame);
    }
    /// Registers of a tail call: `A` for the procedure, `B` for the count, and a spare one.
    fn tail_registers(&mut self) -> Reg {
        self.claim(Reg::A);
        self.claim(Reg::B);
        self.fresh()
    }
}

impl<M: MacroAsm> ControlOps for Baseline<'_, M> {
    type Flow = ();

    fn return_(&mut self, i: Instr) {
        match self.constant_in(i.a()) {
            Some(word) => self.masm.load_word(Reg::A, word),
            None => match self.held(i.a()) {
                Some(r) => self.masm.copy(Reg::A, r),
                None => self.load_slot(Reg::A, i.a()),
            },
        }
        let frame = if self.frameless { 0 } else { self.frame_bytes() };
        self.masm.ret(frame);
    }
    fn return_many(&mut self, _: Instr) {
        self.interpret();
    }
    fn jump(&mut self, i: Instr) {
        let target = self.target(i.bx() as isize);
        self.go_to(target);
    }
    fn loop_(&mut self, i: Instr) {
        let target = self.target(i.bx() as isize);
        let slow = self.slow();
        self.masm.poll(slow);
        if target > self.pc {
            return self.go_to(target);
        }
        let live = self.flow.live[target];
        let (label, cache) = self.places[target].header.clone().expect("a loop leads back to its header");
        self.conform(&cache, live);
        self.masm.jump(label);
    }
    fn call(&mut self, i: Instr) {
        self.load_result(i.b());
        self.call_loaded(i.a());
    }
    fn call_const(&mut self, i: Instr) {
        let word = self.constant(i.bx());
        self.spill(self.live());
        if self.is_own(word, i.a()) {
            self.masm.call_near(self.entry, self.pc as u32 + 2);
            return self.returned();
        }
        self.masm.load_word(Reg::A, word);
        self.call_loaded(i.a());
    }
    fn tail_call(&mut self, i: Instr) {
        let spare = self.tail_registers();
        // An argument's home may be where the procedure is.
        let procedure = self.value(i.b());
        self.masm.copy(Reg::A, procedure);
        self.tail_call_loaded(i.a(), spare);
    }
    fn tail_call_const(&mut self, i: Instr) {
        let word = self.constant(i.bx());
        let spare = self.tail_registers();
        let frame = self.frame_bytes();
        if self.is_own(word, i.a()) {
            self.masm.note_tail_call();
            self.move_arguments(i.a(), spare);
            return self.masm.tail_call_near(self.entry, frame);
        }
        self.masm.load_word(Reg::A, word);
        self.tail_call_loaded(i.a(), spare);
    }
    fn tail_apply(&mut self, _: Instr) {
        self.interpret();
    }
    fn receive(&mut self, _: Instr) {
        self.interpret();
    }
    fn apply(&mut self, _: Instr) {
        self.spill(self.live());
        let slow = self.slow();
        self.masm.jump(slow);
        self.returned();
    }
    fn return_list(&mut self, _: Instr) {
        self.interpret();
    }
    /// Calls select the clause: see the interpreter.
    fn entry_case(&mut self, _: Instr) {
        self.interpret();
    }
    fn entry_fail(&mut self, _: Instr) {
        self.interpret();
    }
    fn capture(&mut self, i: Instr) {
        let frame = self.frame_bytes();
        self.spill(self.live());
        self.masm.capture(frame, self.pc as u32);
        self.define(i.a(), Reg::A);
    }
    fn throw(&mut self, i: Instr) {
        if i.a() != 1 {
            return self.interpret();
        }
        self.load_result(i.b());
        let value = self.outgoing(0);
        self.masm.load(Reg::B, value);
        let (address, frame) = (self.address_at(self.pc), self.frame_bytes());
        self.masm.throw(address, frame);
    }
    fn throw_list(&mut self, _: Instr) {
        self.interpret();
    }
    fn resume_injected(&mut self, _: Instr) {
        self.interpret();
    }
    fn warm(&mut self, _: Instr) {
        self.interpret();
    }
    fn machine(&mut self, _: Instr) {
        self.interpret();
    }
}

impl<M: MacroAsm> PrimOps for Baseline<'_, M> {
    type Flow = ();

    fn prim(&mut self, i: Instr) {
        self.spill(self.live());
        self.apply_primitive(PrimId(i.b() as u16), Arguments { slot: self.outgoing(0), count: i.c() });
        self.define(i.a(), Reg::A);
    }
    fn prim1(&mut self, i: Instr) {
        self.spill(self.live());
        self.apply_primitive(PrimId(i.b() as u16), Arguments { slot: self.slot(i.c()), count: 1 });
        self.define(i.a(), Reg::A);
    }
}
