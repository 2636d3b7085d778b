//! Memory that the watching process and its workers share: what is being run, what was found, what
//! has been seen. It outlives a worker that dies.

use std::sync::atomic::Ordering::Relaxed;
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU64};

/// Longest input.
pub(crate) const INPUT_MAX: usize = 1 << 16;
/// Longest message of a finding.
const MESSAGE_MAX: usize = 1 << 13;

/// The shared memory; all zero at first.
#[repr(C)]
pub(crate) struct Shared {
    pub(crate) executions: AtomicU64,
    /// Edges taken by any input.
    pub(crate) edges: AtomicU64,
    /// Inputs kept.
    pub(crate) kept: AtomicU64,
    /// What a child that ran one input says of it: it took a new edge.
    pub(crate) fresh: AtomicBool,
    input: Text<INPUT_MAX>,
    message: Text<MESSAGE_MAX>,
    /// Length of what follows this structure.
    counters: usize,
}

#[repr(C)]
struct Text<const N: usize> {
    len: AtomicU64,
    bytes: [AtomicU8; N],
}

impl<const N: usize> Text<N> {
    fn set(&self, bytes: &[u8]) {
        let len = bytes.len().min(N);
        self.bytes.iter().zip(&bytes[..len]).for_each(|(to, from)| to.store(*from, Relaxed));
        self.len.store(len as u64, Relaxed);
    }
    fn get(&self) -> Vec<u8> {
        let len = (self.len.load(Relaxed) as usize).min(N);
        self.bytes[..len].iter().map(|b| b.load(Relaxed)).collect()
    }
}

impl Shared {
    /// Fresh shared memory with room for what was seen of `counters` edges. It is never given back.
    pub(crate) fn new(counters: usize) -> &'static Shared {
        let bytes = size_of::<Shared>() + counters;
        // SAFETY: a fresh anonymous mapping, zeroed; all zero is a valid `Shared`, and its length is
        // set before anybody else sees it.
        unsafe {
            let place = libc::mmap(std::ptr::null_mut(), bytes, libc::PROT_READ | libc::PROT_WRITE, libc::MAP_SHARED | libc::MAP_ANONYMOUS, -1, 0);
            assert!(place != libc::MAP_FAILED, "no shared memory");
            (*place.cast::<Shared>()).counters = counters;
            &*place.cast()
        }
    }

    /// For each edge, how often it was ever taken, as bits for magnitudes.
    pub(crate) fn seen(&self) -> &[AtomicU8] {
        // SAFETY: the mapping has that many bytes behind this structure.
        unsafe { std::slice::from_raw_parts(std::ptr::from_ref(self).add(1).cast(), self.counters) }
    }

    /// What is being run.
    pub(crate) fn input(&self) -> Vec<u8> {
        self.input.get()
    }
    pub(crate) fn set_input(&self, bytes: &[u8]) {
        self.input.set(bytes);
    }

    /// What was wrong, in the words of whoever noticed.
    pub(crate) fn message(&self) -> String {
        String::from_utf8_lossy(&self.message.get()).into_owned()
    }
    pub(crate) fn set_message(&self, text: &str) {
        self.message.set(text.as_bytes());
    }
}
