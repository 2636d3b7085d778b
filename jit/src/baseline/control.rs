//! Calls, returns, jumps; primitives.

use super::Baseline;
use super::fast::Arguments;
use crate::masm::{MacroAsm, Reg};
use gambol_abi::ops::{ControlOps, Instr, PrimOps};
use gambol_abi::prims::PrimId;

impl<M: MacroAsm> Baseline<'_, M> {
    /// Where a callee returns to: its value is in the result register.
    fn returned(&mut self) {
        let point = gambol_abi::frame::ReturnPoint(self.source.code[self.pc + 1]);
        self.map[self.pc + 1] = self.masm.offset();
        self.store(point.dst(), Reg::A);
    }
    fn call_loaded(&mut self, count: usize) {
        let slow = self.slow();
        self.masm.call(count as u32, self.pc as u32 + 2, slow);
        self.returned();
    }
    /// Moves the outgoing arguments to the frame's own homes.
    fn move_arguments(&mut self, count: usize) {
        for k in 0..count {
            let (from, to) = (self.outgoing(k), self.slot(k));
            self.masm.load(Reg::C, from);
            self.masm.store(to, Reg::C);
        }
    }
    fn is_own(&self, word: u64, count: usize) -> bool {
        self.source.own == Some(word) && self.source.own_arity as usize == count
    }
}

impl<M: MacroAsm> ControlOps for Baseline<'_, M> {
    type Flow = ();

    fn return_(&mut self, i: Instr) {
        self.load(Reg::A, i.a());
        let frame = self.frame_bytes();
        self.masm.ret(frame);
    }
    fn return_many(&mut self, _: Instr) {
        self.interpret();
    }
    fn jump(&mut self, i: Instr) {
        let target = self.target(i.bx() as isize);
        self.masm.jump(target);
    }
    fn loop_(&mut self, i: Instr) {
        let (slow, target) = (self.slow(), self.target(i.bx() as isize));
        self.masm.poll(slow);
        self.masm.jump(target);
    }
    fn call(&mut self, i: Instr) {
        self.load(Reg::A, i.b());
        self.call_loaded(i.a());
    }
    fn call_const(&mut self, i: Instr) {
        let word = self.constant(i.bx());
        self.masm.load_word(Reg::A, word);
        if self.is_own(word, i.a()) {
            self.masm.call_near(self.entry, self.pc as u32 + 2);
            return self.returned();
        }
        self.call_loaded(i.a());
    }
    fn tail_call(&mut self, i: Instr) {
        let slow = self.slow();
        // An argument's home may be where the procedure is.
        self.load(Reg::A, i.b());
        self.masm.tail_check(i.a() as u32, slow);
        // The callee's own check of the stack stands in for a poll.
        self.masm.note_tail_call();
        self.move_arguments(i.a());
        let frame = self.frame_bytes();
        self.masm.tail_call(frame);
    }
    fn tail_call_const(&mut self, i: Instr) {
        let word = self.constant(i.bx());
        self.masm.load_word(Reg::A, word);
        let frame = self.frame_bytes();
        if self.is_own(word, i.a()) {
            self.masm.note_tail_call();
            self.move_arguments(i.a());
            return self.masm.tail_call_near(self.entry, frame);
        }
        let slow = self.slow();
        self.masm.tail_check(i.a() as u32, slow);
        self.masm.note_tail_call();
        self.move_arguments(i.a());
        self.masm.tail_call(frame);
    }
    fn tail_apply(&mut self, _: Instr) {
        self.interpret();
    }
    fn receive(&mut self, _: Instr) {
        self.interpret();
    }
    fn apply(&mut self, i: Instr) {
        let _ = i;
        self.interpret();
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
        self.masm.capture(frame, self.pc as u32);
        self.store(i.a(), Reg::A);
    }
    fn throw(&mut self, i: Instr) {
        if i.a() != 1 {
            return self.interpret();
        }
        self.load(Reg::A, i.b());
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
        self.apply_primitive(PrimId(i.b() as u16), Arguments { slot: self.outgoing(0), count: i.c() });
        self.store(i.a(), Reg::A);
    }
    fn prim1(&mut self, i: Instr) {
        self.apply_primitive(PrimId(i.b() as u16), Arguments { slot: self.slot(i.c()), count: 1 });
        self.store(i.a(), Reg::A);
    }
}
