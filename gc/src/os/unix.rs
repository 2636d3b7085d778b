//! Memory calls of Unix systems.

use core::ptr::null_mut;

/// Maps `bytes` of lazily backed zero pages.
pub(super) fn map(bytes: usize) -> Option<usize> {
    let flags = libc::MAP_PRIVATE | libc::MAP_ANONYMOUS | libc::MAP_NORESERVE;
    // SAFETY: an anonymous mapping at an address of the system's choice touches no memory of ours.
    let p = unsafe { libc::mmap(null_mut(), bytes, libc::PROT_READ | libc::PROT_WRITE, flags, -1, 0) };
    (p != libc::MAP_FAILED).then_some(p as usize)
}

/// Unmaps what [`map`] returned.
///
/// # Safety
/// The range is exactly one mapping of [`map`] and nobody uses it any more.
pub(super) unsafe fn unmap(start: usize, bytes: usize) {
    // SAFETY: the caller's contract.
    unsafe { libc::munmap(start as *mut _, bytes) };
}

/// Drops the pages of a range so that they read as zero. Says whether that happened.
///
/// # Safety
/// The range is page-aligned, mapped by [`map`], and its contents are dead.
pub(super) unsafe fn drop_pages(start: usize, bytes: usize) -> bool {
    // Only Linux promises that a private anonymous page reads as zero afterwards.
    if !cfg!(any(target_os = "linux", target_os = "android")) {
        return false;
    }
    // SAFETY: the caller's contract.
    unsafe { libc::madvise(start as *mut _, bytes, libc::MADV_DONTNEED) == 0 }
}

/// Bytes of a page.
pub(super) fn page_bytes() -> usize {
    use std::sync::OnceLock;
    // A property of the machine, not state of ours.
    static PAGE: OnceLock<usize> = OnceLock::new();
    *PAGE.get_or_init(|| {
        // SAFETY: a query without side effects.
        let n = unsafe { libc::sysconf(libc::_SC_PAGESIZE) };
        usize::try_from(n).ok().filter(|n| n.is_power_of_two()).unwrap_or(4096)
    })
}
