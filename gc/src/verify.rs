//! The heap verifier: walks the graph from the roots and the metadata from end to end, and
//! panics with what is wrong. Nothing here is fast, nothing here trusts the collector.
//!
//! Checked: every reachable word points to the start of an object in memory that is in use,
//! with the right extent and a colour that lives; `I-SHARED` and `I-REMEMBERED`; metadata of
//! every block describes objects end to end; the accounts add up. Run after a cycle's commit
//! this is also a check of marking: whatever the roots reach must have been marked.

use core::fmt;
use core::hash::{BuildHasherDefault, Hasher};
use std::collections::HashSet;

use crate::config::{BLOCK_BYTES, GRANULE};
use crate::cycle::Stage;
use crate::meta::{self, COLOUR, PINNED, SHARED, word_of};
use crate::model::{ObjectModel, Phase, Roots, Visitor, WeakShape};
use crate::mutator::Mutator;
use crate::space::Use;
use crate::sync::{Ordering, load};

/// Addresses need no better hash than this, and there are many of them.
#[derive(Default)]
struct AddressHasher(u64);

impl Hasher for AddressHasher {
    fn finish(&self) -> u64 {
        self.0
    }
    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|&b| self.write_u64(self.0 << 8 | u64::from(b)));
    }
    fn write_u64(&mut self, n: u64) {
        self.0 = (n >> 4).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    }
    fn write_usize(&mut self, n: usize) {
        self.write_u64(n as u64);
    }
}

/// Where a word was found; written out only when something is wrong.
struct Found {
    word: u64,
    slot: *mut u64,
    holder: u64,
}

impl fmt::Display for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "word {:#x} in slot {:?} of {:#x}", self.word, self.slot, self.holder)
    }
}

struct Walk<'a, M: ObjectModel> {
    mutator: &'a Mutator<M>,
    seen: HashSet<usize, BuildHasherDefault<AddressHasher>>,
    todo: Vec<u64>,
    logged: HashSet<*mut u64>,
    logged_objects: HashSet<u64>,
    logged_weak: HashSet<u64>,
    /// The object whose slots are being shown; 0 for roots.
    holder: u64,
}

impl<M: ObjectModel> Mutator<M> {
    /// Checks the whole heap. For tests, and after every collection when
    /// [`Config::verify`](crate::Config::verify) is set.
    ///
    /// # Panics
    /// When something is wrong: a bug of the collector or of its embedder.
    pub fn verify(&mut self, roots: &mut impl Roots<M>) {
        let mut walk = Walk {
            mutator: self,
            seen: HashSet::default(),
            todo: Vec::new(),
            logged: self.log.slots.iter().copied().collect(),
            logged_objects: self.log.objects.iter().copied().collect(),
            logged_weak: self.log.weak.iter().copied().collect(),
            holder: 0,
        };
        roots.visit(&mut walk);
        while let Some(object) = walk.todo.pop() {
            walk.holder = object;
            // SAFETY: `check` has accepted the word.
            unsafe { M::trace(object, &mut walk) };
        }
        self.verify_blocks();
    }

    fn verify_blocks(&self) {
        let heap = &*self.heap;
        let space = heap.space.lock();
        let mut charged = space.large.objects.values().sum::<usize>();
        for index in 0..space.low {
            let usage = heap.units.usage(index);
            assert_eq!(usage == Use::Free, space.is_free(index), "unit {index} is {usage:?}");
            charged += if usage == Use::Free { 0 } else { BLOCK_BYTES };
            let start = heap.units.address(index);
            match usage {
                // SAFETY: a unit of the reservation.
                Use::Free => unsafe {
                    let end = start + BLOCK_BYTES;
                    assert_eq!(heap.meta.find(start, end, 0xFF), end, "metadata in free unit {index}");
                },
                Use::Window => {}
                _ => self.verify_block(start),
            }
        }
        assert_eq!(charged, heap.used_bytes(), "the accounts of the heap do not add up");
    }

    fn verify_block(&self, start: usize) {
        let end = start + BLOCK_BYTES;
        let mut at = start;
        // SAFETY: a unit of the reservation; objects with metadata keep their size word until
        // they are swept.
        unsafe {
            loop {
                let object = self.meta.find(at, end, 0xFF);
                if object == end {
                    return;
                }
                let byte = self.meta.get(object);
                assert!(byte & COLOUR != 0 && byte & SHARED != 0, "byte {byte:#x} at {object:#x} starts no object");
                at = self.meta.object_end(object, end);
                assert!(at <= end, "object at {object:#x} has no end");
                if at > object + GRANULE {
                    let next = self.meta.find(object + GRANULE, at, 0xFF);
                    assert_eq!(next, at - GRANULE, "metadata inside the object at {object:#x}");
                }
                // What tells the size of a dead object may be gone before the object itself is swept.
                let lives = byte & COLOUR == self.heap.live_colour() || self.heap.stage() != Stage::Idle;
                if let (true, Some(word)) = (lives, word_of::<M>(object, byte)) {
                    assert_eq!(M::size(word), at - object, "extent of the object at {object:#x}");
                }
            }
        }
    }
}

impl<M: ObjectModel> Walk<'_, M> {
    /// Panics unless `word`, found in `slot` of the holder, is the word of a live object.
    fn check(&self, slot: *mut u64, word: u64) {
        let (m, holder) = (self.mutator, self.holder);
        let address = M::address(word);
        let what = Found { word, slot, holder };
        assert!(word != M::POISON, "{what}: poison");
        assert!(M::TAGS.contains(&(word & 15)), "{what}: unknown tag");
        assert!(m.heap.contains(address), "{what}: outside the heap");
        // SAFETY: inside the reservation.
        let byte = unsafe { m.meta.get(address) };
        let unit = m.heap.units.index(address);
        if word ^ (m.window.base as u64) < m.window.bytes as u64 && byte & (SHARED | PINNED) == 0 {
            assert_eq!(byte, 0, "{what}: metadata {byte:#x} on a private object");
            assert!((address as u64) < m.hot().alloc, "{what}: unallocated nursery");
            return;
        }
        let in_window = word ^ (m.window.base as u64) < m.window.bytes as u64;
        match m.heap.units.usage(unit) {
            Use::Window => assert!(in_window, "{what}: another window"),
            Use::Free => {
                let large = m.heap.space.lock().large.objects.contains_key(&address);
                assert!(large, "{what}: free memory");
            }
            _ => {}
        }
        assert!(in_window || byte & SHARED != 0, "{what}: metadata {byte:#x} outside the window");
        if byte & SHARED != 0 {
            let live = m.heap.live_colour();
            let colour = byte & COLOUR;
            let old = meta::next_colour(meta::next_colour(live));
            let lives = colour == live || m.heap.stage() != Stage::Idle && colour == old;
            assert!(lives, "{what}: colour {colour} while {live} lives");
        }
        // SAFETY: an object with metadata in memory that is in use; large ones end anywhere.
        unsafe {
            let size = M::size(word);
            let end = m.meta.object_end(address, address + size);
            assert_eq!(end - address, size, "{what}: extent");
        }
    }

    fn check_remembered(&self, slot: *mut u64, word: u64, weakly: bool) {
        let m = self.mutator;
        if self.holder == 0 || m.is_private(self.holder) || !m.is_private(word) {
            return;
        }
        let (holder, logged) = (self.holder, &self.logged);
        let known = if weakly { self.logged_weak.contains(&holder) } else { logged.contains(&slot) };
        let known = known || self.logged_objects.contains(&holder);
        assert!(m.solo && known, "shared {holder:#x} refers to private {word:#x}, unremembered");
    }

    fn check_weak(&self, slot: *mut u64) {
        // SAFETY: a weak slot of a live object.
        let word = unsafe { load(slot) };
        if M::is_pointer(word) {
            self.check(slot, word);
            self.check_remembered(slot, word, true);
        }
    }
}

impl<M: ObjectModel> Visitor for Walk<'_, M> {
    unsafe fn slot(&mut self, slot: *mut u64) {
        // SAFETY: the contract of `Visitor::slot`.
        let word = unsafe { load(slot) };
        if !M::is_pointer(word) {
            return;
        }
        self.check(slot, word);
        self.check_remembered(slot, word, false);
        if self.seen.insert(M::address(word)) {
            self.todo.push(word);
        }
    }

    fn weak(&mut self, object: u64) {
        // SAFETY: the object being traced.
        match unsafe { M::weak_shape(object) } {
            WeakShape::None => panic!("{object:#x} announced weak slots and has none"),
            WeakShape::WeakPair { weak } => self.check_weak(weak),
            WeakShape::Ephemeron { key, datum } => {
                self.check_weak(key);
                self.check_weak(datum);
                // SAFETY: slots of a live ephemeron.
                let (k, d) = unsafe { (load(key), load(datum)) };
                let broken = k == M::BROKEN && d != M::BROKEN;
                assert!(!broken, "ephemeron {object:#x} lost its key but not its datum");
            }
        }
    }

    fn phase(&self) -> Phase {
        Phase::Verify
    }
}

impl<M: ObjectModel> crate::Heap<M> {
    /// Bytes of outside memory accounted for.
    pub fn external_bytes(&self) -> usize {
        self.pacer.external.load(Ordering::Relaxed)
    }
}
