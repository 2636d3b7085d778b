//! SIGINT. A signal's disposition belongs to the process, so this file has the one variable that
//! the runtime's machines share: which of them the signal interrupts.

use gambol_abi::context::{Context, requests};
use std::ptr::{addr_of, null_mut};
use std::sync::atomic::{AtomicPtr, Ordering};

/// The context of the machine that SIGINT interrupts, or null.
static TARGET: AtomicPtr<Context> = AtomicPtr::new(null_mut());
/// Exit code of a process that the user ended.
const INTERRUPTED: i32 = 130;

/// Bytes of a thread's stack for signal handlers.
const HANDLER_STACK: usize = 128 << 10;

/// Gives the thread a stack for signal handlers, unless it has one: machine code runs on a stack of
/// Scheme frames, and a handler there would write over outgoing arguments.
pub(crate) fn need_handler_stack() {
    thread_local! {
        static DONE: std::cell::Cell<bool> = const { std::cell::Cell::new(false) };
    }
    if DONE.replace(true) {
        return;
    }
    // SAFETY: plain system calls; the memory given away is never freed, as the thread may use it
    // as long as it lives.
    unsafe {
        let mut old: libc::stack_t = std::mem::zeroed();
        if libc::sigaltstack(std::ptr::null(), &mut old) == 0 && old.ss_flags & libc::SS_DISABLE != 0 {
            let memory = Box::leak(vec![0u8; HANDLER_STACK].into_boxed_slice());
            let new = libc::stack_t { ss_sp: memory.as_mut_ptr().cast(), ss_flags: 0, ss_size: HANDLER_STACK };
            libc::sigaltstack(&new, null_mut());
        }
    }
}

/// From now on SIGINT asks the program running in `context` to stop.
pub(crate) fn aim(context: &Context) {
    TARGET.store(std::ptr::from_ref(context).cast_mut(), Ordering::Release);
    // SAFETY: a zeroed `sigaction` is valid; the handler does only what signal handlers may.
    unsafe {
        let mut action: libc::sigaction = std::mem::zeroed();
        action.sa_sigaction = on_interrupt as extern "C" fn(libc::c_int) as usize;
        // Without SA_RESTART: a program that waits for input is interrupted, too.
        action.sa_flags = libc::SA_ONSTACK;
        libc::sigaction(libc::SIGINT, &action, null_mut());
    }
}

/// Waits until there is something to read from standard input, or until `context` is interrupted.
/// An interrupt between the look at the requests and the wait would be lost, so SIGINT stays
/// blocked but for the wait itself.
pub(crate) fn wait_for_input(context: &Context) {
    // SAFETY: zeroed sets of signals and descriptors are valid, and every call gets valid places.
    unsafe {
        let (mut interrupt, mut before): (libc::sigset_t, libc::sigset_t) = (std::mem::zeroed(), std::mem::zeroed());
        libc::sigemptyset(&mut interrupt);
        libc::sigaddset(&mut interrupt, libc::SIGINT);
        libc::pthread_sigmask(libc::SIG_BLOCK, &interrupt, &mut before);
        if context.requests.load(Ordering::SeqCst) & requests::INTERRUPT == 0 {
            let mut input: libc::fd_set = std::mem::zeroed();
            libc::FD_SET(libc::STDIN_FILENO, &mut input);
            libc::pselect(libc::STDIN_FILENO + 1, &mut input, null_mut(), null_mut(), std::ptr::null(), &before);
        }
        libc::pthread_sigmask(libc::SIG_SETMASK, &before, null_mut());
    }
}

/// `context` goes away.
pub(crate) fn miss(context: &Context) {
    // Pairs with the load in the handler; what another machine set stays.
    let _ = TARGET.compare_exchange(std::ptr::from_ref(context).cast_mut(), null_mut(), Ordering::AcqRel, Ordering::Relaxed);
}

extern "C" fn on_interrupt(_: libc::c_int) {
    let context = TARGET.load(Ordering::Acquire);
    // SAFETY: the target is live until `miss`; atomics of it are used through their addresses only.
    unsafe {
        let pending = !context.is_null() && {
            let old = (*addr_of!((*context).requests)).fetch_or(requests::INTERRUPT, Ordering::SeqCst);
            (*addr_of!((*context).limit)).store(u64::MAX, Ordering::SeqCst);
            old & requests::INTERRUPT == 0
        };
        if !pending {
            libc::_exit(INTERRUPTED);
        }
    }
}
