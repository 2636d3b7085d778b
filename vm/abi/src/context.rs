//! The per-processor context: what the running code of one processor needs at hand. One table
//! gives the struct and the offsets machine code uses. Everything else about a processor is
//! Rust state in `vm::processor`.

/// Words reserved for the collector's hot fields; `gc::attrs` lays them out, `vm` asserts the fit.
pub const GC_HOT_WORDS: usize = 8;
/// Values in flight that do not fit are in a heap vector; see `vm::values`.
pub const VALUES_IN_FLIGHT: usize = 64;

/// Tail calls that the context remembers; a power of two.
pub const TAIL_CALLS: usize = 32;

macro_rules! context {
    ($($(#[$doc:meta])* $name:ident : $ty:ty, $init:expr;)*) => {
        /// Fields shared by interpreter, machine code and runtime.
        #[repr(C)]
        pub struct Context { $($(#[$doc])* pub $name: $ty),* }
        /// Byte offsets of the context's fields.
        #[allow(non_upper_case_globals, reason = "an offset is named like its field")]
        pub mod offsets { $(#[doc = concat!("Offset of `", stringify!($name), "`.")] pub const $name: usize = core::mem::offset_of!(super::Context, $name);)* }
        impl Default for Context {
            fn default() -> Self { Context { $($name: $init),* } }
        }
    };
}
context! {
    /// Lowest address the stack pointer may have; poisoned to all ones by a requester. Checked at
    /// calls and loop back edges: the one test is stack check and poll.
    limit: core::sync::atomic::AtomicU64, core::sync::atomic::AtomicU64::new(0);
    /// The truth about pending requests, one bit each (`requests`); set before the limit is poisoned.
    requests: core::sync::atomic::AtomicU64, core::sync::atomic::AtomicU64::new(0);
    /// The limit that holds when nothing is requested.
    real_limit: u64, 0;
    /// The collector's hot words: allocation pointer and limit, window base, barrier limit.
    gc: [u64; GC_HOT_WORDS], [0; GC_HOT_WORDS];
    /// Lowest word (resume slot) of the running frame while the runtime is entered.
    sp: u64, 0;
    /// Instruction of the running frame while the runtime is entered, as in a resume slot; 0: the
    /// current part has no frame.
    pc: u64, 0;
    /// Address just above the oldest frame of the current part of the stack.
    part_high: u64, 0;
    /// Continuation part (value) below the current part, or `#f`.
    continuation: u64, crate::value::FALSE;
    /// Dynamic state (value).
    dynamic: u64, crate::value::FALSE;
    /// Argument count of the call in progress, read at entries.
    argc: u64, 0;
    /// How many values are in flight.
    values_count: u64, 0;
    /// Values in flight between a multiple return and its `Receive`.
    values: [u64; VALUES_IN_FLIGHT], [crate::value::FALSE; VALUES_IN_FLIGHT];
    /// All values in flight as a heap vector when they are more than `VALUES_IN_FLIGHT`, else `#f`.
    values_overflow: u64, crate::value::FALSE;
    /// Where the last tail calls were made (instruction addresses, a ring): their frames are gone,
    /// so a stack trace could not tell of them.
    tail_calls: [u64; TAIL_CALLS], [0; TAIL_CALLS];
    /// Tail calls noted so far; the next one's place in the ring is this modulo its length.
    tail_count: u64, 0;
    /// Stack pointer of the runtime's own stack while machine code runs.
    native_sp: u64, 0;
    /// The stack pointer that machine code left.
    exit_sp: u64, 0;
    /// What machine code returned when it left.
    exit_value: u64, 0;
    /// What machine code can ask of the runtime: addresses, see [`stubs`].
    stubs: [u64; stubs::COUNT], [0; stubs::COUNT];
    /// Backward jumps of interpreted loops until the one at hand counts as hot.
    loop_budget: u64, u64::MAX;
    /// Calls until the fuel request is raised.
    fuel: u64, u64::MAX;
}

/// Places in [`Context::stubs`].
pub mod stubs {
    /// Run one instruction in the interpreter: its number in the result register.
    pub const STEP: usize = 0;
    /// The stack check of an entry failed.
    pub const ENTER: usize = 1;
    /// Apply a primitive.
    pub const PRIMITIVE: usize = 2;
    /// Do what the store barrier must do before a store.
    pub const BARRIER: usize = 3;
    /// Capture the continuation of the running frame.
    pub const CAPTURE: usize = 4;
    /// Return a value to a continuation.
    pub const THROW: usize = 5;
    /// How many there are.
    pub const COUNT: usize = 6;
}

/// Bits of [`Context::requests`].
pub mod requests {
    /// The user interrupted the program.
    pub const INTERRUPT: u64 = 1 << 0;
    /// The thread used up its time slice.
    pub const PREEMPT: u64 = 1 << 1;
    /// A collector handshake waits.
    pub const HANDSHAKE: u64 = 1 << 2;
    /// Collect at the next safepoint (stress).
    pub const COLLECT: u64 = 1 << 3;
    /// Finalizers are ready to run.
    pub const FINALIZE: u64 = 1 << 4;
    /// Fuel or deadline used up.
    pub const LIMIT: u64 = 1 << 5;
}
