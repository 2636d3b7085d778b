//! One metadata byte per 16-byte granule, in a flat table beside the heap.
//!
//! ```text
//!   7   6 |  5   |  4  |   3    |   2    | 1   0
//!   class | grey | end | pinned | shared | colour
//! ```
//!
//! * *colour*: 0 on private objects and on granules that start no object, else 1, 2 or 3. A
//!   cycle picks the next of the three; an object with the current colour is live. Three, not
//!   two, so that a granule nobody swept for a cycle is never taken for a marked one.
//! * *shared*: other processors may reach the object. Set on everything outside a window.
//! * *pinned*: the object stays where it is; set on objects that live in place in a window.
//!   A private pinned object carries a colour only during a minor collection that reached it.
//! * *end*: last granule of an object, so that a sweeper needs no object model.
//! * *grey*: on an object with *shared* or *pinned*: its scan was spilled by a full work list.
//!   On a private unpinned one the same bit means *forwarded*.
//! * *class*: index of the tag plus one, 0 when unknown: turns a granule back into a word.
//!
//! Private unpinned objects have no metadata at all: allocation writes none. Before an object
//! is shared only its owner writes its byte. Afterwards the marker changes colour and class
//! (racing markers would write equal values) and, when its list is full, grey; pinning a shared
//! object is a no-op because shared objects never move, so no other writer exists.

use crate::config::GRANULE;
use crate::model::ObjectModel;
use crate::sync::{AtomicU8, Ordering};

/// Mask of the colour.
pub(crate) const COLOUR: u8 = 0b11;
/// Bit of objects that other processors may reach.
pub const SHARED: u8 = 0b100;
/// Bit of objects that stay in place inside a window.
pub(crate) const PINNED: u8 = 0b1000;
/// Bit of an object's last granule.
pub(crate) const END: u8 = 0b1_0000;
/// Bit of objects whose scan was spilled.
pub(crate) const GREY: u8 = 0b10_0000;
/// Bit of private objects that were evacuated; the new address is in their word 0.
pub(crate) const FORWARDED: u8 = GREY;
const CLASS_SHIFT: u32 = 6;

/// The colour after `colour`.
pub(crate) const fn next_colour(colour: u8) -> u8 {
    colour % 3 + 1
}

/// The class bits for the tag in `word`.
#[inline(always)]
pub(crate) fn class_of<M: ObjectModel>(word: u64) -> u8 {
    let tag = word & 15;
    let class = if tag == M::TAGS[0] {
        1
    } else if tag == M::TAGS[1] {
        2
    } else {
        debug_assert_eq!(tag, M::TAGS[2], "unknown pointer tag");
        3
    };
    class << CLASS_SHIFT
}

/// The word of the object at `address` whose byte is `byte`, unless its class is unknown.
pub(crate) fn word_of<M: ObjectModel>(address: usize, byte: u8) -> Option<u64> {
    let class = (byte >> CLASS_SHIFT) as usize;
    (class != 0).then(|| address as u64 | M::TAGS[class - 1])
}

/// The table. Copies are cheap; whoever holds one also keeps the heap alive.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Meta {
    /// Address the byte of address 0 would have (wraps).
    bias: usize,
}

impl Meta {
    /// A table at `table` for the range that starts at `base`.
    pub(crate) fn new(table: usize, base: usize) -> Meta {
        Meta { bias: table.wrapping_sub(base / GRANULE) }
    }

    /// What [`Hot::metadata`](crate::attrs::Hot::metadata) holds.
    pub(crate) fn bias(self) -> u64 {
        self.bias as u64
    }

    #[inline(always)]
    fn pointer(self, address: usize) -> *mut u8 {
        self.bias.wrapping_add(address / GRANULE) as *mut u8
    }

    /// The byte of the granule at `address`.
    ///
    /// # Safety
    /// `address` lies in the heap's reservation, and the heap outlives `'a`.
    #[inline(always)]
    pub(crate) unsafe fn byte<'a>(self, address: usize) -> &'a AtomicU8 {
        // SAFETY: the table has a byte for every granule of the reservation.
        unsafe { AtomicU8::from_ptr(self.pointer(address)) }
    }

    /// Reads the byte of the granule at `address`.
    ///
    /// # Safety
    /// As for [`Meta::byte`].
    #[inline(always)]
    pub(crate) unsafe fn get(self, address: usize) -> u8 {
        // SAFETY: passed on.
        unsafe { self.byte(address) }.load(Ordering::Relaxed)
    }

    /// Writes the byte of the granule at `address`.
    ///
    /// # Safety
    /// As for [`Meta::byte`]; the caller is the byte's writer in its present state.
    #[inline(always)]
    pub(crate) unsafe fn set(self, address: usize, byte: u8) {
        // SAFETY: passed on.
        unsafe { self.byte(address) }.store(byte, Ordering::Relaxed);
    }

    /// Writes start and end bytes of an object of `bytes` at `address`.
    ///
    /// # Safety
    /// As for [`Meta::set`], for all granules of the object.
    #[inline(always)]
    pub(crate) unsafe fn set_object(self, address: usize, bytes: usize, byte: u8) {
        let last = address + bytes - GRANULE;
        // SAFETY: passed on. The end goes first because for one granule both are one byte.
        unsafe {
            self.set(last, END);
            self.set(address, if last == address { byte | END } else { byte });
        }
    }

    /// Clears the bytes of `start..end`.
    ///
    /// # Safety
    /// As for [`Meta::set`], for all granules of the range.
    pub(crate) unsafe fn clear(self, start: usize, end: usize) {
        // SAFETY: the bytes are in the table and the caller is their only writer.
        unsafe { core::ptr::write_bytes(self.pointer(start), 0, (end - start) / GRANULE) };
    }

    /// The first granule in `start..end` whose byte has a bit of `mask`, or `end`.
    ///
    /// # Safety
    /// As for [`Meta::byte`], for all granules of the range.
    pub(crate) unsafe fn find(self, start: usize, end: usize, mask: u8) -> usize {
        const LOW: u64 = 0x0101_0101_0101_0101;
        let wide = LOW * mask as u64;
        let mut at = start;
        // SAFETY: every read lies below `end`; a word is read only at multiples of eight bytes
        // of the table. Bytes that markers change meanwhile may be seen old or new.
        unsafe {
            while at < end {
                let p = self.pointer(at);
                if (p as usize).is_multiple_of(8) && end - at >= 8 * GRANULE {
                    let found = u64::from_le(crate::sync::load(p.cast())) & wide;
                    if found == 0 {
                        at += 8 * GRANULE;
                        continue;
                    }
                    return at + found.trailing_zeros() as usize / 8 * GRANULE;
                }
                if self.get(at) & mask != 0 {
                    return at;
                }
                at += GRANULE;
            }
        }
        end
    }

    /// Just past the object that starts at `start` (its END granule lies below `end`).
    ///
    /// # Safety
    /// As for [`Meta::byte`]; an object with metadata starts at `start`.
    #[inline]
    pub(crate) unsafe fn object_end(self, start: usize, end: usize) -> usize {
        // SAFETY: passed on.
        unsafe { self.find(start, end, END) + GRANULE }
    }

    /// The first run of free granules of at least `bytes` in `from..end`. `from` starts an
    /// object or a free granule, and every byte in the range belongs to a live object.
    ///
    /// # Safety
    /// As for [`Meta::byte`], for all granules of the range.
    pub(crate) unsafe fn next_hole(self, from: usize, end: usize, bytes: usize) -> Option<(usize, usize)> {
        let mut at = from;
        // SAFETY: passed on; `at` stays on object boundaries.
        unsafe {
            while at < end {
                let next = self.find(at, end, 0xFF);
                if next - at >= bytes {
                    return Some((at, next));
                }
                if next == end {
                    return None;
                }
                at = self.object_end(next, end);
            }
        }
        None
    }
}
