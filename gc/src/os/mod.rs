//! Address space from the operating system: reserve, return pages, release.
//!
//! The only file pair that makes system calls. Reserved memory is readable and writable at
//! once and reads as zero; the system backs a page when it is first touched
//! (`MAP_NORESERVE`), so a reservation costs address space only.

#[cfg(unix)]
mod unix;
#[cfg(unix)]
use unix as imp;

/// A range of address space that reads as zero until written. Unmapped when dropped.
#[derive(Debug)]
pub(crate) struct Reservation {
    map: usize,
    map_bytes: usize,
    base: usize,
    bytes: usize,
}

impl Reservation {
    /// Reserves `bytes`, aligned to `align` (a power of two), or `None` when the system refuses.
    pub(crate) fn new(bytes: usize, align: usize) -> Option<Reservation> {
        let map_bytes = bytes.checked_add(align)?;
        let map = imp::map(map_bytes)?;
        let base = (map + align - 1) & !(align - 1);
        Some(Reservation { map, map_bytes, base, bytes })
    }
    /// First address.
    pub(crate) fn base(&self) -> usize {
        self.base
    }
    /// Usable bytes from [`Reservation::base`].
    pub(crate) fn bytes(&self) -> usize {
        self.bytes
    }
}

impl Drop for Reservation {
    fn drop(&mut self) {
        // SAFETY: `map..map+map_bytes` came from `imp::map` and the owner is going away.
        unsafe { imp::unmap(self.map, self.map_bytes) };
    }
}

/// Makes `start..start+bytes` read as zero and gives whole pages in it back to the system.
///
/// # Safety
/// The range lies in a live [`Reservation`] and nothing in it is in use.
pub(crate) unsafe fn return_zeroed(start: usize, bytes: usize) {
    let page = imp::page_bytes();
    let first = (start + page - 1) & !(page - 1);
    let last = (start + bytes) & !(page - 1);
    // SAFETY: the sub-ranges lie within the caller's range; edges that share a page with
    // neighbours are cleared by hand because the system only drops whole pages.
    unsafe {
        if first >= last || !imp::drop_pages(first, last - first) {
            core::ptr::write_bytes(start as *mut u8, 0, bytes);
            return;
        }
        core::ptr::write_bytes(start as *mut u8, 0, first - start);
        core::ptr::write_bytes(last as *mut u8, 0, start + bytes - last);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reserved_memory_is_aligned_zero_and_can_be_returned() {
        let r = Reservation::new(1 << 20, 1 << 16).expect("a megabyte");
        assert_eq!(r.base() % (1 << 16), 0);
        assert_eq!(r.bytes(), 1 << 20);
        let p = (r.base() + 100) as *mut u8;
        // SAFETY: inside the reservation made above.
        unsafe {
            assert_eq!(*p, 0);
            core::ptr::write_bytes(p, 7, 100_000);
            return_zeroed(r.base() + 100, 100_000);
            assert!((0..100_000).all(|i| *p.add(i) == 0));
        }
    }

    #[test]
    fn an_absurd_reservation_is_refused_not_fatal() {
        assert!(Reservation::new(usize::MAX / 2, 1 << 16).is_none());
        assert!(Reservation::new(usize::MAX - 10, 1 << 16).is_none());
    }
}
