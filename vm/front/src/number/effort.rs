//! Long computations that can be given up.
//!
//! Arithmetic on millions of digits takes seconds, and whoever waits must be able to end it. Kernels
//! [`spend`] effort as they go; under [`unless`], a question is asked about every millisecond of it,
//! and if the answer is to stop, the computation ends at once, by unwinding to [`unless`]. Nothing
//! on the way has an effect that could be left half done: kernels compute from what they borrow to
//! what they return. So sums and products of all kinds stay what they are, without a second
//! outcome at every one of them, and short ones pay nothing. Where panics abort, which an embedder
//! may choose, computations run to their end.

use std::cell::{Cell, RefCell};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

/// Effort between two questions: about a millisecond.
const PORTION: usize = 1 << 20;

type Question = Box<dyn Fn() -> bool>;
thread_local! {
    /// Whether to stop; nothing to ask outside of [`unless`].
    static QUESTION: RefCell<Option<Question>> = const { RefCell::new(None) };
    /// Effort left before it is asked again.
    static LEFT: Cell<usize> = const { Cell::new(PORTION) };
}

/// The computation was given up.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Stopped;

/// What `work` returns, unless `stop` turns true on the way.
pub fn unless<R>(stop: impl Fn() -> bool + 'static, work: impl FnOnce() -> R) -> Result<R, Stopped> {
    /// Puts the outer question back, on every way out.
    struct Restore(Option<Question>);
    impl Drop for Restore {
        fn drop(&mut self) {
            QUESTION.set(self.0.take());
        }
    }
    let _restore = Restore(QUESTION.replace(Some(Box::new(stop))));
    // What `work` borrows mutably may be half done, as after any error; callers drop it.
    match catch_unwind(AssertUnwindSafe(work)) {
        Ok(result) => Ok(result),
        Err(payload) if payload.is::<Stopped>() => Err(Stopped),
        Err(panic) => resume_unwind(panic),
    }
}

/// Counts effort in limbs worked on, about a nanosecond each. Every loop that can take longer than
/// a few milliseconds calls this on its way, once in about a thousand limbs.
pub fn spend(limbs: usize) {
    match LEFT.get().checked_sub(limbs) {
        Some(left) => LEFT.set(left),
        None => ask(),
    }
}

#[cold]
fn ask() {
    LEFT.set(PORTION);
    let stop = QUESTION.with_borrow(|question| question.as_ref().is_some_and(|stop| stop()));
    if stop && cfg!(panic = "unwind") {
        resume_unwind(Box::new(Stopped));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::number::int::Int;
    use std::rc::Rc;
    use std::time::{Duration, Instant};

    #[test]
    fn a_long_computation_ends_when_asked() {
        let start = Instant::now();
        let soon = move || start.elapsed() > Duration::from_millis(20);
        let endless = || {
            let mut n = Int::from(7);
            loop {
                n = n.square();
            }
        };
        assert_eq!(unless(soon, endless), Err::<(), _>(Stopped));
        assert!(start.elapsed() < Duration::from_secs(5), "{:?}", start.elapsed());
    }

    #[test]
    fn results_pass_and_so_do_panics() {
        assert_eq!(unless(|| true, || 1 + 1), Ok(2));
        assert_eq!(unless(|| false, || Int::from(7).pow(20_000).bits()), Ok(56_148));
        let panic = catch_unwind(|| unless(|| false, || panic!("a bug"))).expect_err("it panics");
        assert_eq!(panic.downcast_ref::<&str>(), Some(&"a bug"));
    }

    #[test]
    fn the_question_ends_with_its_computation() {
        let asked = Rc::new(Cell::new(0));
        let count = asked.clone();
        let outer = unless(
            move || {
                count.set(count.get() + 1);
                false
            },
            || {
                assert_eq!(unless(|| true, || spend(2 * PORTION)), Err(Stopped));
                spend(2 * PORTION);
            },
        );
        assert_eq!((outer, asked.get()), (Ok(()), 1));
        spend(2 * PORTION);
        assert_eq!((asked.get(), Rc::strong_count(&asked)), (1, 1));
    }
}
