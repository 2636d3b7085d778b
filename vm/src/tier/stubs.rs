//! The way between Rust and machine code: code of the binary itself, so that its addresses are
//! constants. A return word is always such an address or one in a procedure's code.
//!
//! Machine code runs on the stack of Scheme frames; what it asks of the runtime runs on the
//! thread's own stack, which it left at `ctx.native_sp`.

use gambol_abi::context::Context;

/// Where to go on: an address, and what the result register holds there.
#[repr(C)]
pub(crate) struct Go {
    pub(crate) target: u64,
    pub(crate) value: u64,
}

/// What a primitive came to: its value, or (`target` not 0) where to go on instead.
#[repr(C)]
pub(crate) struct Applied {
    pub(crate) value: u64,
    pub(crate) target: u64,
}

/// Why machine code was left.
pub(crate) mod reason {
    /// It returned to a frame of the interpreter.
    pub(crate) const INTERPRETER: u64 = 0;
    /// It returned to the driver.
    pub(crate) const DRIVER: u64 = 1;
    /// The runtime says what is next (`Processor::next`).
    pub(crate) const NEXT: u64 = 2;
}

#[cfg(target_arch = "x86_64")]
mod x64 {
    use super::reason;
    use crate::tier::helpers;
    use gambol_abi::context::offsets;

    std::arch::global_asm!(
        // (context, stack pointer, address, result register, procedure) -> reason
        ".globl gambol_machine_enter",
        "gambol_machine_enter:",
        "push rbx",
        "push rbp",
        "push r12",
        "push r13",
        "push r14",
        "push r15",
        "sub rsp, 8",
        "mov [rdi + {native}], rsp",
        "mov r15, rdi",
        "mov rax, rcx",
        "mov rbx, r8",
        "mov rsp, rsi",
        "jmp rdx",
        "2:",
        "mov rsp, [r15 + {native}]",
        "add rsp, 8",
        "pop r15",
        "pop r14",
        "pop r13",
        "pop r12",
        "pop rbp",
        "pop rbx",
        "ret",
        ".globl gambol_return_interpreter",
        "gambol_return_interpreter:",
        "mov [r15 + {exit_sp}], rsp",
        "mov [r15 + {exit_value}], rax",
        "mov eax, {interpreter}",
        "jmp 2b",
        ".globl gambol_return_underflow",
        "gambol_return_underflow:",
        "mov rsp, [r15 + {native}]",
        "mov rdi, r15",
        "mov rsi, rax",
        "call {underflow}",
        "jmp 3f",
        ".globl gambol_return_driver",
        "gambol_return_driver:",
        "mov [r15 + {exit_sp}], rsp",
        "mov [r15 + {exit_value}], rax",
        "mov eax, {driver}",
        "jmp 2b",
        // Nothing returns to an adapter's caller this way: it resumes.
        ".globl gambol_return_injected",
        "gambol_return_injected:",
        "ud2",
        ".globl gambol_machine_leave",
        "gambol_machine_leave:",
        "mov eax, {next}",
        "jmp 2b",
        // rsi: address of the instruction, rdx: the frame's base, rcx: machine code of the next instruction
        ".globl gambol_stub_step",
        "gambol_stub_step:",
        "mov [r15 + {sp}], rsp",
        "mov r8, rsp",
        "mov rsp, [r15 + {native}]",
        "mov rdi, r15",
        "call {step}",
        "3:",
        "mov rsp, [r15 + {sp}]",
        "mov r11, rax",
        "mov rax, rdx",
        "jmp r11",
        ".globl gambol_stub_enter",
        "gambol_stub_enter:",
        "mov [r15 + {sp}], rsp",
        "mov rsp, [r15 + {native}]",
        "mov rdi, r15",
        "mov esi, eax",
        "call {entered}",
        "jmp 3b",
        // Called. rsi: the frame's base, eax: instruction
        ".globl gambol_stub_capture",
        "gambol_stub_capture:",
        "lea r11, [rsp + 8]",
        "mov [r15 + {sp}], r11",
        "mov [r15 + {pc}], rax",
        "mov rsp, [r15 + {native}]",
        "mov rdi, r15",
        "call {capture}",
        "jmp 6f",
        // rsi: address of the instruction, rdx: the frame's base, rax: continuation, rcx: value
        ".globl gambol_stub_throw",
        "gambol_stub_throw:",
        "mov [r15 + {sp}], rsp",
        "mov r8, rax",
        "mov r9, rcx",
        "mov rcx, rsp",
        "mov rsp, [r15 + {native}]",
        "mov rdi, r15",
        "call {throw}",
        "jmp 3b",
        // Called, so the return address is where the frame's callees have theirs.
        // eax: instruction, esi: primitive, rdx: first argument, ecx: count
        ".globl gambol_stub_primitive",
        "gambol_stub_primitive:",
        "lea r11, [rsp + 8]",
        "mov [r15 + {sp}], r11",
        "mov [r15 + {pc}], rax",
        "mov rsp, [r15 + {native}]",
        "mov rdi, r15",
        "call {primitive}",
        "6:",
        "mov rsp, [r15 + {sp}]",
        "test rdx, rdx",
        "jnz 4f",
        "sub rsp, 8",
        "ret",
        "4:",
        "jmp rdx",
        // Called as well. rsi: the object, r10: address of the slot, r11: the value. Spoils those only.
        ".globl gambol_stub_barrier",
        "gambol_stub_barrier:",
        "mov [r15 + {sp}], rsp",
        "mov rsp, [r15 + {native}]",
        "push rax",
        "push rcx",
        "push rdx",
        "push rdi",
        "push r8",
        "push r9",
        "mov rdi, r15",
        "mov rdx, r10",
        "mov rcx, r11",
        "call {barrier}",
        "test rax, rax",
        "jnz 5f",
        "pop r9",
        "pop r8",
        "pop rdi",
        "pop rdx",
        "pop rcx",
        "pop rax",
        "mov rsp, [r15 + {sp}]",
        "ret",
        "5:",
        "jmp rax",
        native = const offsets::native_sp,
        exit_sp = const offsets::exit_sp,
        exit_value = const offsets::exit_value,
        sp = const offsets::sp,
        pc = const offsets::pc,
        interpreter = const reason::INTERPRETER,
        underflow = sym helpers::underflow,
        capture = sym helpers::capture,
        throw = sym helpers::throw,
        driver = const reason::DRIVER,
        next = const reason::NEXT,
        step = sym helpers::step,
        entered = sym helpers::entered,
        primitive = sym helpers::primitive,
        barrier = sym helpers::barrier,
    );
}

#[cfg(target_arch = "x86_64")]
unsafe extern "C" {
    /// Goes on in machine code at `address` until it leaves; returns why.
    fn gambol_machine_enter(context: *mut Context, sp: *mut u64, address: u64, value: u64, procedure: u64) -> u64;
    fn gambol_return_interpreter();
    fn gambol_return_underflow();
    fn gambol_return_driver();
    fn gambol_return_injected();
    fn gambol_machine_leave();
    fn gambol_stub_step();
    fn gambol_stub_enter();
    fn gambol_stub_primitive();
    fn gambol_stub_barrier();
    fn gambol_stub_capture();
    fn gambol_stub_throw();
}

/// Without machine code, return words only have to differ.
#[cfg(not(target_arch = "x86_64"))]
mod none {
    macro_rules! words {
        ($($name:ident)*) => { $(
            pub(super) extern "C" fn $name() {
                unreachable!(stringify!($name))
            }
        )* };
    }
    words! {
        gambol_return_interpreter gambol_return_underflow gambol_return_driver gambol_return_injected
        gambol_machine_leave gambol_stub_step gambol_stub_enter gambol_stub_primitive
        gambol_stub_barrier gambol_stub_capture gambol_stub_throw
    }
    pub(super) fn gambol_machine_enter(_: *mut super::Context, _: *mut u64, _: u64, _: u64, _: u64) -> u64 {
        unreachable!("there is no machine code")
    }
}
#[cfg(not(target_arch = "x86_64"))]
use none::*;

/// Goes on in machine code.
///
/// # Safety
/// `address` is a point of machine code that fits the frame at `sp`.
pub(crate) unsafe fn enter(context: *mut Context, sp: *mut u64, address: u64, value: u64) -> u64 {
    // SAFETY: as the caller vouches; the closure slot is above the resume slot.
    unsafe { gambol_machine_enter(context, sp, address, value, *sp.add(1)) }
}

/// Where the runtime sends machine code that is to be left.
pub(crate) fn leave() -> u64 {
    gambol_machine_leave as *const () as u64
}

/// The addresses for `Context::stubs`.
pub(crate) fn table() -> [u64; gambol_abi::context::stubs::COUNT] {
    use gambol_abi::context::stubs;
    let mut table = [0; stubs::COUNT];
    table[stubs::STEP] = gambol_stub_step as *const () as u64;
    table[stubs::ENTER] = gambol_stub_enter as *const () as u64;
    table[stubs::PRIMITIVE] = gambol_stub_primitive as *const () as u64;
    table[stubs::CAPTURE] = gambol_stub_capture as *const () as u64;
    table[stubs::THROW] = gambol_stub_throw as *const () as u64;
    table[stubs::BARRIER] = gambol_stub_barrier as *const () as u64;
    table
}

/// What stands in a frame's return word, besides addresses in machine code.
pub(crate) mod return_word {
    use super::{gambol_return_driver, gambol_return_injected, gambol_return_interpreter, gambol_return_underflow};

    /// Return into the interpreter: closure and resume slot of the caller say where.
    #[inline(always)]
    pub(crate) fn interpreter() -> u64 {
        gambol_return_interpreter as *const () as u64
    }
    /// The part of the stack ends here: go on with the context's continuation.
    #[inline(always)]
    pub(crate) fn underflow() -> u64 {
        gambol_return_underflow as *const () as u64
    }
    /// The frame was pushed by an injected call above live outgoing slots; its register 0
    /// holds, as a fixnum, how many words of those lie between.
    #[inline(always)]
    pub(crate) fn injected() -> u64 {
        gambol_return_injected as *const () as u64
    }
    /// The bottom of a driver: hand the values to Rust.
    #[inline(always)]
    pub(crate) fn driver() -> u64 {
        gambol_return_driver as *const () as u64
    }
    /// Whether a frame that describes itself by its slots is returned to, in either tier.
    #[inline(always)]
    pub(crate) fn is_frame(word: u64) -> bool {
        word != underflow() && word != driver() && word != injected()
    }
}
