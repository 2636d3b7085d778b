//! Runtime routines that machine code may call, by number. `jit` emits a [`HelperId`] as a
//! relocation; `vm` resolves it when it installs the code, so `jit` never names `vm`.

macro_rules! helpers {
    ($($(#[$doc:meta])* $name:ident ($args:literal);)*) => {
        /// A runtime routine.
        #[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
        #[repr(u16)]
        pub enum HelperId { $($(#[$doc])* $name),* }
        impl HelperId {
            /// All routines in order.
            pub const ALL: &'static [HelperId] = &[$(HelperId::$name),*];
            /// Machine words it takes after the context.
            pub const fn arguments(self) -> usize { match self { $(HelperId::$name => $args),* } }
        }
    };
}
helpers! {
    /// Poll or stack overflow: requests are served, the stack grows.
    Poll(0);
    /// Allocation did not fit the nursery: collect, then allocate (bytes, tag).
    Allocate(2);
    /// The filter of the store barrier did not decide (object, slot, value).
    StoreBarrier(3);
    /// An instruction's slow path: run it in the interpreter (resume address).
    Instruction(1);
    /// Return into a frozen or sealed part of the stack.
    Underflow(0);
    /// A call of something with an unexpected arity or of a non-procedure (procedure, count).
    CallSlow(2);
}
