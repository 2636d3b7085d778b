//! Atomics and racy word access, in one place so that a model checker can be swapped in.
//!
//! Slots of shared objects are written by mutators and read by markers without locks. The
//! language promises only that a race yields a stale value, so `Relaxed` word access is
//! enough; the edges that keep *memory* sound are the fences at the end of publication and of
//! a minor collection (see the essay in [`crate`]).

pub(crate) use core::sync::atomic::{AtomicU8, AtomicU64, AtomicUsize, Ordering, fence};

/// Reads a value slot.
///
/// # Safety
/// `slot` is valid for reads, aligned, and written by others only with word-sized stores.
#[inline(always)]
pub(crate) unsafe fn load(slot: *mut u64) -> u64 {
    // SAFETY: the caller's contract is the contract of `from_ptr` for a relaxed access.
    unsafe { AtomicU64::from_ptr(slot) }.load(Ordering::Relaxed)
}

/// Writes a value slot.
///
/// # Safety
/// `slot` is valid for writes, aligned, and accessed by others only with word-sized accesses.
#[inline(always)]
pub(crate) unsafe fn store(slot: *mut u64, value: u64) {
    // SAFETY: as for `load`.
    unsafe { AtomicU64::from_ptr(slot) }.store(value, Ordering::Relaxed);
}

/// Replaces `old` by `new` in a value slot unless somebody else has stored into it meanwhile.
///
/// # Safety
/// As for [`store`].
#[inline]
pub(crate) unsafe fn replace(slot: *mut u64, old: u64, new: u64) -> bool {
    // SAFETY: as for `load`.
    unsafe { AtomicU64::from_ptr(slot) }.compare_exchange(old, new, Ordering::Relaxed, Ordering::Relaxed).is_ok()
}

/// Appends `item` unless memory for it cannot be had.
#[inline]
#[must_use]
pub(crate) fn try_push<T>(list: &mut Vec<T>, item: T) -> bool {
    if list.len() == list.capacity() && list.try_reserve(1).is_err() {
        return false;
    }
    list.push(item);
    true
}
