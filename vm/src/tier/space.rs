//! Memory for machine code: one range, mapped twice, so that no address is ever writable and
//! executable. Code is written once through one mapping and runs from the other. Both are anonymous,
//! not of a file: profilers look for names of code in anonymous memory only.

use parking_lot::Mutex;
use std::collections::BTreeMap;
use std::ptr::null_mut;
use std::sync::Arc;

/// Bytes reserved; pages are taken from the system when first written.
const BYTES: usize = 64 << 20;
/// Procedures start at multiples of this.
const ALIGN: usize = 16;

/// A virtual machine's code.
pub(crate) struct Space {
    writable: *mut u8,
    executable: *const u8,
    free: Mutex<Free>,
}

/// Free pieces by offset, and where the untouched rest starts.
struct Free {
    pieces: BTreeMap<usize, usize>,
    rest: usize,
}

// SAFETY: the mappings are process-wide memory; pieces are handed out under the lock, and each is
// written once, before it is published.
unsafe impl Send for Space {}
// SAFETY: as above.
unsafe impl Sync for Space {}

/// A piece of code, freed with this handle.
pub(crate) struct Place {
    space: Arc<Space>,
    offset: usize,
    bytes: usize,
}

impl Space {
    /// Reserves a range; `None` if the system refuses.
    pub(crate) fn new() -> Option<Arc<Space>> {
        // SAFETY: plain system calls; every result is checked. The second mapping is of the same pages:
        // that is what `mremap` makes of a shared mapping when its old size is 0.
        unsafe {
            let protection = libc::PROT_READ | libc::PROT_WRITE;
            let writable = libc::mmap(null_mut(), BYTES, protection, libc::MAP_SHARED | libc::MAP_ANONYMOUS | libc::MAP_NORESERVE, -1, 0);
            if writable == libc::MAP_FAILED {
                return None;
            }
            let executable = libc::mremap(writable, 0, BYTES, libc::MREMAP_MAYMOVE);
            if executable == libc::MAP_FAILED {
                libc::munmap(writable, BYTES);
                return None;
            }
            let space = Space { writable: writable.cast(), executable: executable.cast(), free: Mutex::new(Free { pieces: BTreeMap::new(), rest: 0 }) };
            (libc::mprotect(executable, BYTES, libc::PROT_READ | libc::PROT_EXEC) == 0).then(|| Arc::new(space))
        }
    }

    /// Copies code in; `None` if there is no room.
    pub(crate) fn place(self: &Arc<Self>, code: &[u8]) -> Option<Place> {
        let bytes = code.len().next_multiple_of(ALIGN);
        let offset = self.free.lock().take(bytes)?;
        // SAFETY: the piece is within the range and nobody else's.
        unsafe { std::ptr::copy_nonoverlapping(code.as_ptr(), self.writable.add(offset), code.len()) };
        Some(Place { space: self.clone(), offset, bytes })
    }
}

impl Free {
    /// The first piece that is large enough, else the untouched rest.
    fn take(&mut self, bytes: usize) -> Option<usize> {
        if let Some((&offset, &size)) = self.pieces.iter().find(|(_, size)| **size >= bytes) {
            self.pieces.remove(&offset);
            if size > bytes {
                self.pieces.insert(offset + bytes, size - bytes);
            }
            return Some(offset);
        }
        let offset = self.rest;
        self.rest = offset.checked_add(bytes).filter(|&end| end <= BYTES)?;
        Some(offset)
    }
    /// Takes a piece back and joins it with its neighbours.
    fn give(&mut self, mut offset: usize, mut bytes: usize) {
        if let Some((&before, &size)) = self.pieces.range(..offset).next_back()
            && before + size == offset
        {
            self.pieces.remove(&before);
            (offset, bytes) = (before, size + bytes);
        }
        if let Some(size) = self.pieces.remove(&(offset + bytes)) {
            bytes += size;
        }
        if offset + bytes == self.rest {
            self.rest = offset;
        } else {
            self.pieces.insert(offset, bytes);
        }
    }
}

impl Drop for Space {
    fn drop(&mut self) {
        // SAFETY: our own mappings; every place has gone, since places hold the space.
        unsafe {
            libc::munmap(self.writable.cast(), BYTES);
            libc::munmap(self.executable.cast_mut().cast(), BYTES);
        }
    }
}

impl Place {
    /// Where the code runs.
    pub(crate) fn start(&self) -> u64 {
        self.space.executable as u64 + self.offset as u64
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.space.free.lock().give(self.offset, self.bytes);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_are_used_again_and_joined() {
        let space = Space::new().expect("there is memory");
        let place = |n: usize| space.place(&vec![0x90; n]).expect("there is room");
        let (a, b, c) = (place(100), place(200), place(40));
        let (at_a, at_b) = (a.start(), b.start());
        assert_eq!(at_b, at_a + 112);
        drop(a);
        drop(b);
        assert_eq!(place(320).start(), at_a);
        drop(c);
        assert_eq!(space.free.lock().rest, 0);
        assert!(space.place(&vec![0; BYTES + 1]).is_none());
    }
}
