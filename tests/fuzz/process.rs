//! Child processes: where inputs run, so that whatever they do is a finding and not the end.

use crate::shared::Shared;
use std::ptr::null_mut;

/// Exit code of a child that panicked; its message is in the shared memory.
pub(crate) const PANICKED: i32 = 99;
/// Exit code of the runtime when a second interrupt comes before the first was noticed.
pub(crate) const UNHEEDED: i32 = 130;

/// Processor time that one input may take.
const CPU_SECONDS: i64 = 6;
/// Time that one input may take, for those that wait instead of working. The machine may be busy.
const REAL_SECONDS: i64 = 100;

/// How a child ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum End {
    Exit(i32),
    Signal(i32),
}

/// Runs `work` in a child of this process, which must have one thread; also returns the most memory
/// the child had, in KiB.
pub(crate) fn in_child(work: impl FnOnce()) -> (End, u64) {
    // SAFETY: this process has one thread, so the child may do anything; it never returns from here.
    unsafe {
        match libc::fork() {
            -1 => panic!("no process: {}", std::io::Error::last_os_error()),
            0 => {
                #[cfg(target_os = "linux")]
                libc::prctl(libc::PR_SET_PDEATHSIG, libc::SIGKILL);
                let none = libc::rlimit { rlim_cur: 0, rlim_max: 0 };
                libc::setrlimit(libc::RLIMIT_CORE, &none);
                work();
                libc::_exit(0)
            }
            child => wait(child),
        }
    }
}

fn wait(child: libc::pid_t) -> (End, u64) {
    // SAFETY: plain system calls on memory of ours.
    unsafe {
        let (mut status, mut usage) = (0, std::mem::zeroed::<libc::rusage>());
        while libc::wait4(child, &mut status, 0, &mut usage) == -1 {
            let error = std::io::Error::last_os_error();
            assert!(error.kind() == std::io::ErrorKind::Interrupted, "wait: {error}");
        }
        let end = if libc::WIFSIGNALED(status) { End::Signal(libc::WTERMSIG(status)) } else { End::Exit(libc::WEXITSTATUS(status)) };
        (end, usage.ru_maxrss as u64)
    }
}

/// Makes every panic of this process end it, wherever it happens, with the message shared.
pub(crate) fn die_of_panics(shared: &'static Shared) {
    std::panic::set_hook(Box::new(move |info| {
        shared.set_message(&info.to_string());
        // SAFETY: ends the process at once.
        unsafe { libc::_exit(PANICKED) }
    }));
}

/// Makes an input that takes too long end this process by a signal. To be called before each one.
pub(crate) fn arm() {
    alarm_in(Clock::Cpu, CPU_SECONDS);
    alarm_in(Clock::Real, REAL_SECONDS);
}

#[derive(Clone, Copy)]
enum Clock {
    Cpu,
    Real,
}

fn alarm_in(clock: Clock, seconds: i64) {
    let which = match clock {
        Clock::Cpu => libc::ITIMER_PROF,
        Clock::Real => libc::ITIMER_REAL,
    };
    let never = libc::timeval { tv_sec: 0, tv_usec: 0 };
    let timer = libc::itimerval { it_interval: never, it_value: libc::timeval { tv_sec: seconds, tv_usec: 0 } };
    // SAFETY: a plain system call.
    unsafe { libc::setitimer(which, &timer, null_mut()) };
}

/// Sends this process SIGINT when it has used `first` milliseconds of processor time, and again
/// each `then` milliseconds.
fn interrupt_after(first: i64, then: i64) {
    let span = |ms: i64| libc::timespec { tv_sec: ms / 1000, tv_nsec: ms % 1000 * 1_000_000 };
    // SAFETY: plain system calls on memory of ours; a zeroed event is valid.
    unsafe {
        let mut event: libc::sigevent = std::mem::zeroed();
        event.sigev_notify = libc::SIGEV_SIGNAL;
        event.sigev_signo = libc::SIGINT;
        let mut timer = null_mut();
        assert!(libc::timer_create(libc::CLOCK_PROCESS_CPUTIME_ID, &mut event, &raw mut timer) == 0, "no timer");
        let when = libc::itimerspec { it_interval: span(then), it_value: span(first) };
        assert!(libc::timer_settime(timer, 0, &when, null_mut()) == 0, "no timer");
    }
}

/// For programs that may run for ever, as long as they heed interrupts: one comes soon, another after
/// a time in which the first must have been noticed, and then this process ends as if all was well.
pub(crate) fn interrupt_soon() {
    extern "C" fn over(_: libc::c_int) {
        // SAFETY: signal handlers may.
        unsafe { libc::_exit(0) }
    }
    // SAFETY: the handler does only what signal handlers may.
    unsafe { libc::signal(libc::SIGPROF, over as extern "C" fn(libc::c_int) as libc::sighandler_t) };
    interrupt_after(30, 1500);
    alarm_in(Clock::Cpu, 2);
}

/// Sends what this process prints to nowhere, and gives it no input.
pub(crate) fn silence() {
    // SAFETY: plain system calls.
    unsafe {
        let null = libc::open(c"/dev/null".as_ptr(), libc::O_RDWR);
        assert!(null >= 0, "no /dev/null");
        (0..3).for_each(|fd| assert!(libc::dup2(null, fd) == fd));
        libc::close(null);
    }
}
