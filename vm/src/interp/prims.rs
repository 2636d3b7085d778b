//! Calls of primitives: arguments stay in the frame, the body reads them there as handles.

use super::{Interp, St, inject};
use crate::cx::{Args, Cx};
use crate::processor::Processor;
use gambol_abi::frame::FRAME_SLOTS;
use gambol_abi::ops::{Instr, PrimOps};

impl PrimOps for Interp {
    type Flow = ();

    #[inline(always)]
    fn prim(&mut self, i: Instr) {
        // The first outgoing register: beyond closure slot, resume slot and return word.
        let first = self.sp.wrapping_sub(2);
        let st = call(self.p, self.st(), i.b(), first, i.c());
        self.go(st);
    }
    #[inline(always)]
    fn prim1(&mut self, i: Instr) {
        let first = self.slot(i.c());
        let st = call(self.p, self.st(), i.b(), first, 1);
        self.go(st);
    }
}

const _: () = assert!(FRAME_SLOTS == 2);

#[inline(never)]
fn call(p: *mut Processor, st: St, prim: usize, first: *mut u64, count: usize) -> St {
    // SAFETY: the loop owns the processor; the arguments are live registers of the running frame.
    unsafe {
        let top = {
            let p = &mut *p;
            p.save(st);
            p.current_prim = prim as u16;
            p.handles.top()
        };
        let mut cx = Cx::steal(p);
        let result = crate::prims::BODIES[prim](&mut cx, Args::new(first, count)).map(|v| v.word());
        let p = &mut *p;
        p.handles.reset(top);
        match result {
            Ok(w) => {
                st.set(st.instr().a(), w);
                st.after(1)
            }
            Err(r) => inject::raise(p, st, r),
        }
    }
}
