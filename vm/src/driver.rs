//! The driver: the one Rust loop per OS thread that runs Scheme. It pushes a bottom frame whose
//! return word is `DRIVER`, enters the interpreter, and takes the values when that frame returns.

use crate::interp::{St, inject::DRIVER_ARGUMENTS};
use crate::processor::{Escape, Processor};
use crate::tier::stubs::return_word;
use gambol_abi::context::VALUES_IN_FLIGHT;
use gambol_abi::frame::FRAME_SLOTS;
use gambol_abi::value::{FALSE, Word};

impl Processor {
    /// Calls the procedure `f` on an empty stack and runs until it returns or escapes. The values
    /// are then in flight in the context.
    pub(crate) fn drive(&mut self, f: Word, arguments: &[Word]) -> Result<(), Escape> {
        assert!(arguments.len() <= DRIVER_ARGUMENTS as usize, "a host passes few arguments");
        crate::signals::need_handler_stack();
        self.reset_stack();
        // SAFETY: a fresh chunk has room for the bottom frame.
        let st = unsafe {
            let base = (self.ctx.part_high - 8) as *mut u64;
            let t = &*self.adapters.driver;
            let sp = base.sub(t.registers as usize + FRAME_SLOTS);
            *base = return_word::driver();
            *base.sub(1) = f;
            *sp.add(1) = self.driver_closure;
            for (k, &w) in arguments.iter().enumerate() {
                *sp.sub(2 + k) = w;
            }
            St { pc: t.code().as_ptr().add(arguments.len()), base, sp }
        };
        self.execute(st);
        self.ctx.pc = 0;
        match self.escape.take() {
            None => Ok(()),
            Some(e) => {
                self.reset_stack();
                Err(e)
            }
        }
    }

    /// Empties the stack. Continuations a program kept stay valid: their chunks are theirs.
    pub(crate) fn reset_stack(&mut self) {
        self.ctx.pc = 0;
        self.ctx.continuation = FALSE;
        self.ctx.values_count = 0;
        self.ctx.values_overflow = FALSE;
        self.stack.fresh();
        self.account_stack();
        self.ctx.part_high = self.stack.current().high() as u64;
        self.refresh_limit();
    }

    /// The values the driver's frame returned, in order; they are in flight no longer.
    pub(crate) fn take_values(&mut self) -> Vec<Word> {
        let count = self.ctx.values_count as usize;
        let values = if count > VALUES_IN_FLIGHT {
            // SAFETY: the overflow vector is a root of the context; nothing is allocated here.
            let v = unsafe { crate::val::Val::from_word(self.ctx.values_overflow) };
            (0..v.vector_len()).map(|i| v.vector_ref(i).word()).collect()
        } else {
            self.ctx.values[..count].to_vec()
        };
        self.ctx.values_count = 0;
        self.ctx.values_overflow = FALSE;
        values
    }
}
