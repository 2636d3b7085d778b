//! Fast paths described as data, for code generators (the idea is Whippet's `gc-attrs.h`).
//!
//! A code generator that knows these offsets and constants can inline allocation and the
//! barrier without knowing the collector. Let `hot` be the address of the [`Hot`] block:
//!
//! * allocate `n` bytes: `new = [hot+ALLOC] + n; if new > [hot+LIMIT] slow; [hot+ALLOC] = new`;
//!   the object is at the old value. All its words are written before the next safepoint.
//! * barrier: `t = value ^ [hot+WINDOW_BASE]; if t < [hot+BARRIER_LIMIT] slow; [slot] = value`
//!   (comparisons unsigned). The slow path is [`Mutator::store`](crate::Mutator::store).
//! * metadata of the object at `a`: the byte at `[hot+METADATA] + (a >> 4)`; the object is
//!   private when it is in the own window and the byte's [`SHARED`] bit is clear.

use core::mem::{offset_of, size_of};

pub use crate::config::{BLOCK_BYTES, GRANULE, LARGE_BYTES};
pub use crate::meta::SHARED;

/// The words of a mutator that running code needs at hand. They live in the embedder's
/// context and are written by the mutator that was made with them.
#[repr(C)]
#[derive(Debug, Default)]
pub struct Hot {
    /// Next free nursery byte.
    pub alloc: u64,
    /// End of the free run; 0 when a collection is requested.
    pub limit: u64,
    /// First address of the window, a multiple of its size.
    pub window_base: u64,
    /// Window size; all ones while marking is armed or stores must be seen.
    pub barrier_limit: u64,
    /// Address of the metadata byte of address 0 (wraps around).
    pub metadata: u64,
    /// Non-zero while the barrier must record overwritten values.
    pub armed: u64,
    /// For fields to come.
    pub spare: [u64; 2],
}

/// Offset of [`Hot::alloc`].
pub const ALLOC: usize = offset_of!(Hot, alloc);
/// Offset of [`Hot::limit`].
pub const LIMIT: usize = offset_of!(Hot, limit);
/// Offset of [`Hot::window_base`].
pub const WINDOW_BASE: usize = offset_of!(Hot, window_base);
/// Offset of [`Hot::barrier_limit`].
pub const BARRIER_LIMIT: usize = offset_of!(Hot, barrier_limit);
/// Offset of [`Hot::metadata`].
pub const METADATA: usize = offset_of!(Hot, metadata);
/// Offset of [`Hot::armed`].
pub const ARMED: usize = offset_of!(Hot, armed);
/// Words of [`Hot`].
pub const WORDS: usize = size_of::<Hot>() / 8;

const _: () = assert!(WORDS <= 8 && ALLOC == 0 && LIMIT == 8);
