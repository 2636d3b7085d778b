//! Stack chunks and continuation parts (docs/adr/0003-frames-and-chunks.md).
//!
//! A chunk is a piece of memory for frames, outside the moving heap and freed by the collector.
//! The *current* part of the stack is `[sp, ctx.part_high)` in the current chunk. Below it (older)
//! lies a chain of continuation parts, heap objects of kind `Kont` headed by `ctx.continuation`:
//!
//! * **frozen**: made by stack growth or by a minor collection. One owner, the stack above it;
//!   returning into it makes a bounded piece of it current in place.
//! * **sealed**: captured by `call/cc`. Object and frames are immutable; returning into it copies
//!   a bounded piece and leaves a *cursor* (an owned object over the immutable rest).
//!
//! Invariants:
//! * **K-BELOW**: in a frozen part's chunk nothing lies below the part but the current part.
//! * **K-CLEAN**: a `Kont` in the old space has frames without private pointers, so minor
//!   collections do not visit them; a new part is visited once, when its object is evacuated.
//! * **K-SEAL**: what a sealed part is linked to (`NEXT`) is sealed, transitively.
//!
//! Capture, return and throw take time bounded by [`PIECE`], whatever the depth
//! (after Hieb, Dybvig, Bruggeman 1990 and Bruggeman, Waddell, Dybvig 1996).

use crate::processor::Processor;
use crate::template::Template;
use crate::tier::stubs::return_word;
use crate::val::{field_raw, field_slot};
use gambol_abi::frame::{FRAME_SLOTS, ReturnPoint, resume};
use gambol_abi::layout::{kont, offset};
use gambol_abi::value::{self, Word};
use std::cell::Cell;

/// Bytes below the limit that pushes without a check may use: injected calls, spread arguments.
pub(crate) const RESERVE: usize = 16 << 10;
/// Bytes of frames after which a return into a part stops taking more, at least and at most: the
/// first return after a capture or a throw takes little, each further one twice as much.
const PIECE: std::ops::Range<usize> = 1..8 << 10;
/// Greatest chunk that is not made for one large frame.
const CHUNK_MAX: usize = 4 << 20;
/// Whoever asks for smaller chunks than this gets just those.
const DOUBLING_MIN: usize = 128 << 10;
/// A minor collection freezes the current part beyond this many bytes from the top.
const KEEP: usize = 4 << 10;

/// Bytes of a `Kont`.
const KONT_BYTES: usize = gambol_abi::layout::round_up(8 + 8 * kont::WORDS);

/// Memory for frames.
pub(crate) struct Chunk {
    memory: Box<[Cell<u64>]>,
    /// Some continuation part in it was reachable when last looked at, so it must stay.
    pub(crate) retained: Cell<bool>,
    /// A part in it was reached in the cycle under way.
    reached: Cell<bool>,
    /// A continuation part was made in it since it was last taken into use.
    parts: Cell<bool>,
}

impl Chunk {
    fn new(bytes: usize) -> Box<Chunk> {
        let memory: Box<[u64]> = vec![0; bytes / 8].into_boxed_slice();
        // SAFETY: `Cell<u64>` has the layout of `u64`.
        let memory = unsafe { Box::from_raw(Box::into_raw(memory) as *mut [Cell<u64>]) };
        Box::new(Chunk { memory, retained: Cell::new(false), reached: Cell::new(false), parts: Cell::new(false) })
    }
    /// A continuation part in it is reachable.
    pub(crate) fn reach(&self) {
        self.retained.set(true);
        self.reached.set(true);
    }
    pub(crate) fn low(&self) -> usize {
        self.memory.as_ptr() as usize
    }
    pub(crate) fn high(&self) -> usize {
        self.low() + self.bytes()
    }
    pub(crate) fn bytes(&self) -> usize {
        self.memory.len() * 8
    }
}

/// A processor's chunks.
pub(crate) struct Stack {
    #[expect(clippy::vec_box, reason = "continuation parts hold chunks' addresses")]
    pub(crate) chunks: Vec<Box<Chunk>>,
    pub(crate) current: *const Chunk,
    /// Chunks that nothing is in, for the next who needs one: at most `CHUNK_MAX` bytes of them.
    #[expect(clippy::vec_box, reason = "chunks stay where they are")]
    spare: Vec<Box<Chunk>>,
    pub(crate) chunk_bytes: usize,
    /// Bytes of all chunks in use.
    bytes: usize,
    /// Bytes that the next return into a sealed part takes.
    piece: usize,
}

impl Stack {
    pub(crate) fn new(chunk_bytes: usize) -> Stack {
        let chunk_bytes = chunk_bytes.max(3 * RESERVE) & !15;
        let first = Chunk::new(chunk_bytes);
        Stack { current: &*first, bytes: first.bytes(), chunks: vec![first], spare: Vec::new(), chunk_bytes, piece: PIECE.start }
    }
    pub(crate) fn current(&self) -> &Chunk {
        // SAFETY: `current` is one of `chunks`.
        unsafe { &*self.current }
    }
    /// Makes a chunk with at least `bytes` current. `part` is the size of the part that does not fit
    /// into the one at hand.
    fn grow(&mut self, bytes: usize, part: usize) {
        // A deep stack gets chunks twice as large, so that recursion up and down seldom crosses an end.
        let deep = self.chunk_bytes >= DOUBLING_MIN && part >= self.current().bytes() / 2;
        let usual = if deep { (2 * self.current().bytes()).min(CHUNK_MAX) } else { self.chunk_bytes };
        let wanted = (bytes + 2 * RESERVE).max(usual).next_multiple_of(16);
        let chunk = match self.spare.iter().rposition(|c| c.bytes() >= wanted) {
            Some(i) => self.spare.swap_remove(i),
            None => Chunk::new(wanted),
        };
        chunk.retained.set(false);
        chunk.parts.set(false);
        self.current = &*chunk;
        self.bytes += chunk.bytes();
        self.chunks.push(chunk);
    }
    /// Makes a chunk current that no continuation part is in; nothing is in the current one else.
    pub(crate) fn fresh(&mut self) {
        // Which of its parts are still reachable is only known after a collection.
        if self.current().parts.get() {
            self.grow(0, 0);
        }
    }
    /// Gives up a chunk that holds no part any more; one is kept against bouncing.
    fn release(&mut self, chunk: *const Chunk) {
        if let Some(i) = self.chunks.iter().rposition(|c| std::ptr::eq(&**c, chunk)) {
            let c = self.chunks.swap_remove(i);
            self.bytes -= c.bytes();
            self.keep(c);
        }
    }
    /// Keeps a chunk for later, if there are not enough of them.
    fn keep(&mut self, chunk: Box<Chunk>) {
        if self.spare.iter().map(|c| c.bytes()).sum::<usize>() + chunk.bytes() <= CHUNK_MAX {
            self.spare.push(chunk);
        }
    }
    /// Frees every chunk that no reachable part is in. Only valid when all young parts were traced
    /// or found dead, right after a collection.
    pub(crate) fn sweep(&mut self) {
        let current = self.current;
        let dead = self.chunks.extract_if(.., |c| !c.retained.get() && !std::ptr::eq(&**c, current)).collect::<Vec<_>>();
        dead.into_iter().for_each(|c| self.keep(c));
        self.bytes = self.chunks.iter().map(|c| c.bytes()).sum();
    }
    /// At the end of a cycle: chunks without a reached part are no longer retained.
    pub(crate) fn after_mark(&self) {
        self.chunks.iter().for_each(|c| c.retained.set(c.reached.replace(false)));
    }
    /// Bytes of all chunks in use.
    pub(crate) fn bytes(&self) -> usize {
        self.bytes
    }
}

/// A frame as a walk meets it.
pub(crate) struct Frame {
    /// Address of the return word.
    pub(crate) base: *mut u64,
    /// Its procedure (already updated by the visitor, if one moves things).
    pub(crate) closure: Word,
    /// Index of the instruction it stands at: the call's, or the interrupted one.
    pub(crate) index: usize,
    /// Which registers are live.
    map: *const [u64],
}

impl Frame {
    pub(crate) fn template(&self) -> &Template {
        // SAFETY: the closure slot of a frame holds a procedure; its template lives with it.
        unsafe { &**((self.closure as isize + offset::TEMPLATE) as *const *const Template) }
    }
    /// Calls `visit` with the address of each live register.
    pub(crate) fn live(&self, mut visit: impl FnMut(*mut Word)) {
        // SAFETY: the map belongs to the template, which outlives the walk.
        for (k, &bits) in unsafe { &*self.map }.iter().enumerate() {
            let mut bits = bits;
            while bits != 0 {
                let i = 64 * k + bits.trailing_zeros() as usize;
                bits &= bits - 1;
                // SAFETY: registers in a verified map lie within the frame and its outgoing area.
                visit(unsafe { self.base.sub(1 + i) });
            }
        }
    }
}

/// Walks frames from young to old: starts where a return word `ret` and the stack pointer `sp`
/// above it lead, ends at an underflow or the driver. `touch` gets each closure slot before the
/// closure is looked at (a moving collector updates it); `each` gets the frame and says whether
/// to go on. Returns the return word and stack pointer where it stopped.
///
/// # Safety
/// `sp` and `ret` describe frames of a live part.
#[inline]
pub(crate) unsafe fn walk(mut ret: u64, mut sp: *mut u64, touch: &mut (impl FnMut(*mut Word) + ?Sized), each: &mut (impl FnMut(&Frame) -> bool + ?Sized)) -> (u64, *mut u64) {
    loop {
        // SAFETY: the caller vouches for the part; each frame's return word leads to the next.
        unsafe {
            let frame = if return_word::is_frame(ret) {
                touch(sp.add(1));
                let closure = *sp.add(1);
                let mut f = Frame { base: sp, closure, index: 0, map: &[] };
                let pc = resume(*sp, f.template().code().as_ptr());
                let point = ReturnPoint(*pc.sub(1));
                f.base = sp.add(point.frame_words());
                f.index = f.template().index_of(pc) - 2;
                f.map = f.template().map(point.map());
                f
            } else if ret == return_word::injected() {
                // The callee is an adapter frame; its register 0 says how far the interrupted frame is.
                let gap = value::fixnum_value(*sp.sub(2)) as usize;
                interrupted(sp.add(gap), touch)
            } else {
                return (ret, sp);
            };
            let go_on = each(&frame);
            (ret, sp) = (*frame.base, frame.base.add(1));
            if !go_on {
                return (ret, sp);
            }
        }
    }
}

/// The frame with stack pointer `sp` whose resume slot holds the instruction it is *at*.
///
/// # Safety
/// `sp` is the stack pointer of a live frame interrupted at a safepoint.
unsafe fn interrupted(sp: *mut u64, touch: &mut (impl FnMut(*mut Word) + ?Sized)) -> Frame {
    // SAFETY: as the caller vouches.
    unsafe {
        touch(sp.add(1));
        let closure = *sp.add(1);
        let mut f = Frame { base: sp, closure, index: 0, map: &[] };
        let (base, index, map) = {
            let t = f.template();
            let index = t.index_of(resume(*sp, t.code().as_ptr()));
            let map: *const [u64] = match t.map_at(index) {
                Some(m) => m,
                None => panic!("no live map at instruction {index} of {:?}", t.name),
            };
            (sp.add(t.registers as usize + FRAME_SLOTS), index, map)
        };
        (f.base, f.index, f.map) = (base, index, map);
        f
    }
}

impl Processor {
    /// Walks the current part from the running frame on, as saved in the context.
    pub(crate) fn walk_current(&mut self, touch: &mut dyn FnMut(*mut Word), each: &mut dyn FnMut(&Frame) -> bool) -> (u64, *mut u64) {
        let c = &self.ctx;
        if c.pc == 0 {
            return (return_word::underflow(), c.part_high as *mut u64);
        }
        // SAFETY: the interpreter saved its running frame; its resume slot is free to hold the pc.
        unsafe {
            let sp = c.sp as *mut u64;
            *sp = c.pc;
            let f = interrupted(sp, touch);
            if !each(&f) {
                return (*f.base, f.base.add(1));
            }
            walk(*f.base, f.base.add(1), touch, each)
        }
    }

    /// Asks the running code to look at the requests `bits` at its next poll.
    pub(crate) fn request(&mut self, bits: u64) {
        self.ctx.requests.fetch_or(bits, std::sync::atomic::Ordering::SeqCst);
        self.refresh_limit();
    }

    /// Sets the stack limit for the current chunk; the requests are re-read after the store, so a
    /// requester that poisoned the limit in between is not lost.
    pub(crate) fn refresh_limit(&mut self) {
        use std::sync::atomic::Ordering::SeqCst;
        self.ctx.real_limit = (self.stack.current().low() + RESERVE) as u64;
        self.ctx.limit.store(self.ctx.real_limit, SeqCst);
        if self.ctx.requests.load(SeqCst) != 0 {
            self.ctx.limit.store(u64::MAX, SeqCst);
        }
    }

    /// Starts a chunk with room for `bytes` for a frame that the running frame calls (or, for a tail
    /// call, that takes its place); what lies below becomes a frozen part. Returns the new frame's base,
    /// return word written. May collect, so the context must describe the running frame.
    pub(crate) fn start_chunk(&mut self, tail: bool, bytes: usize) -> Result<*mut u64, crate::cx::Raise> {
        self.room_for_chunk(bytes.max(self.stack.chunk_bytes))?;
        let address = self.allocate(KONT_BYTES)?;
        // A collection may have frozen frames: all that follows is read after it.
        // SAFETY: the running frame, whose template says how large it is.
        let (low, ret) = unsafe {
            let sp = self.ctx.sp as *mut u64;
            let base = sp.add(crate::val::Val::from_word(*sp.add(1)).template().registers as usize + FRAME_SLOTS);
            if tail { (base.add(1) as u64, *base) } else { (self.ctx.sp, return_word::interpreter()) }
        };
        let empty = low == self.ctx.part_high;
        let k = self.init_kont(address, low, ret, kont::FROZEN);
        if !empty {
            self.ctx.continuation = k;
        }
        let part = self.ctx.part_high - low;
        self.stack.grow(bytes, part as usize);
        self.account_stack();
        self.refresh_limit();
        self.ctx.part_high = self.stack.current().high() as u64;
        let base = (self.ctx.part_high - 8) as *mut u64;
        // SAFETY: the top word of the fresh chunk.
        unsafe { *base = if empty { ret } else { return_word::underflow() } };
        Ok(base)
    }

    /// Makes the object at `address` a `Kont` over `[low, part_high)`, linked to the current continuation.
    fn init_kont(&self, address: usize, low: u64, ret: u64, state: i64) -> Word {
        self.stack.current().parts.set(true);
        self.write_kont(address, [self.stack.current as u64, low, self.ctx.part_high, ret, self.ctx.continuation, self.ctx.dynamic, value::fixnum(state)])
    }
    fn write_kont(&self, address: usize, fields: [u64; kont::WORDS]) -> Word {
        let w = address as u64 | value::TAG_OBJECT;
        // SAFETY: fresh memory for a `Kont`.
        unsafe {
            *(address as *mut u64) = gambol_abi::layout::header(gambol_abi::layout::Kind::Kont, kont::WORDS as u32);
            for (i, f) in fields.into_iter().enumerate() {
                *field_slot(w, i) = f;
            }
        }
        w
    }

    /// Abandons the current part for continuation `k`: it is empty then.
    pub(crate) fn abandon_for(&mut self, k: Word) {
        self.ctx.pc = 0;
        self.ctx.continuation = k;
        self.stack.piece = PIECE.start;
    }

    /// Captures the continuation of the frame whose base is `base`: seals everything older.
    /// May collect before it changes anything.
    pub(crate) fn capture(&mut self, base: *mut u64) -> Result<Word, crate::cx::Raise> {
        self.stack.piece = PIECE.start;
        // SAFETY: `base` is the running frame's, so its return word and the part above are live.
        unsafe {
            let low = base.add(1) as u64;
            if low != self.ctx.part_high || *base != return_word::underflow() {
                let address = self.allocate(KONT_BYTES)?;
                let k = self.init_kont(address, low, *base, kont::SEALED);
                *base = return_word::underflow();
                self.ctx.part_high = low;
                self.ctx.continuation = k;
            }
            // K-SEAL. Each part is sealed once, so this is O(1) amortised.
            let mut k = self.ctx.continuation;
            if field_raw(k, kont::STATE) != value::fixnum(kont::SEALED) || field_raw(k, kont::NEXT) != value::FALSE {
                while k != value::FALSE {
                    let state = field_slot(k, kont::STATE);
                    if *state == value::fixnum(kont::SEALED) && k != self.ctx.continuation {
                        break;
                    }
                    *state = value::fixnum(kont::SEALED);
                    k = field_raw(k, kont::NEXT);
                }
            }
            Ok(self.ctx.continuation)
        }
    }

    /// The return word and resume stack pointer that a return from an empty current part leads to,
    /// without changing anything: how the frame below wants its values.
    pub(crate) fn peek_underflow(&self) -> (u64, *const u64) {
        let k = self.ctx.continuation;
        // SAFETY: below an underflow there is a continuation part.
        unsafe { (field_raw(k, kont::RETURN), field_raw(k, kont::LOW) as *const u64) }
    }

    /// Makes a piece of the continuation current: the current part must be empty (`ctx.pc == 0`).
    /// Returns the return word and stack pointer to return to. May collect; values in flight are roots.
    pub(crate) fn underflow(&mut self) -> (u64, *mut u64) {
        // SAFETY: parts describe live frames; K-BELOW leaves the room written to free.
        unsafe {
            let mut k = self.ctx.continuation;
            let ret = field_raw(k, kont::RETURN);
            let (low, high) = (field_raw(k, kont::LOW) as *mut u64, field_raw(k, kont::HIGH) as *mut u64);
            if low == high {
                // Nothing but the driver below.
                return (ret, self.ctx.part_high as *mut u64);
            }
            let state = value::fixnum_value(field_raw(k, kont::STATE));
            let piece = if state == kont::FROZEN { PIECE.end } else { self.stack.piece };
            self.stack.piece = (8 * self.stack.piece).min(PIECE.end);
            let (rest_ret, cut) = walk(ret, low, &mut |_| {}, &mut |f| (f.base as usize - low as usize) < piece);
            if state == kont::FROZEN {
                let chunk = field_raw(k, kont::CHUNK) as *const Chunk;
                self.shade_frames(ret, low, cut);
                if std::ptr::eq(chunk, self.stack.current) {
                    self.ctx.part_high = cut as u64;
                    self.drop_piece(k, cut, high, rest_ret);
                    return (ret, low);
                }
                // The chunk at hand is empty, that of the piece nearly full: back there the next call would
                // overflow again. So the piece comes here.
                let piece = self.copy_down(low, cut);
                self.drop_piece(k, cut, high, rest_ret);
                // A frozen part has no younger one in its chunk (K-SEAL), and this one no older.
                if cut == high && high as usize == (*chunk).high() && !(*chunk).retained.get() {
                    self.stack.release(chunk);
                    self.account_stack();
                }
                return (ret, piece);
            }
            if state == kont::SEALED {
                let cursor = if cut == high { None } else { self.cursor_over(k).ok() };
                let Some(cursor) = cursor else {
                    // The whole part is copied, as it also is without memory for the cursor: go to its
                    // successor without touching the object.
                    let piece = self.copy_down(low, high);
                    // Also where the driver's frame was in it: a continuation that stayed would be
                    // linked to by the next capture, and that one by the next.
                    self.ctx.continuation = field_raw(self.ctx.continuation, kont::NEXT);
                    return (ret, piece);
                };
                k = cursor;
            }
            let piece = self.copy_down(low, cut);
            self.drop_piece(k, cut, high, rest_ret);
            (ret, piece)
        }
    }

    /// Shows the values in frames that become current to a marker that may not have come to their
    /// part yet: the current part was scanned already and has no barrier.
    unsafe fn shade_frames(&mut self, ret: u64, low: *mut u64, cut: *mut u64) {
        if !self.mutator.is_marking() {
            return;
        }
        let m = std::cell::RefCell::new(&mut self.mutator);
        // SAFETY: live frames; their slots hold values.
        unsafe {
            walk(ret, low, &mut |slot| _ = m.borrow_mut().weak_read(slot), &mut |f| {
                f.live(|slot| _ = m.borrow_mut().weak_read(slot));
                f.base.add(1) != cut
            });
        }
    }

    /// Copies `[low, cut)` below `part_high`, where the current part is empty.
    unsafe fn copy_down(&mut self, low: *mut u64, cut: *mut u64) -> *mut u64 {
        // SAFETY: the part's frames are immutable, and room is made below `part_high`.
        unsafe {
            let words = cut.offset_from(low) as usize;
            if (self.ctx.part_high as usize) < self.stack.current().low() + 8 * words + 2 * RESERVE {
                self.stack.grow(8 * words, 0);
                self.account_stack();
                self.refresh_limit();
                self.ctx.part_high = self.stack.current().high() as u64;
            }
            let to = (self.ctx.part_high as *mut u64).sub(words);
            std::ptr::copy_nonoverlapping(low, to, words);
            to
        }
    }

    /// Takes `[low, cut)` off the owned part `k`; links the piece's oldest frame to what remains.
    unsafe fn drop_piece(&mut self, k: Word, cut: *mut u64, high: *mut u64, rest_ret: u64) {
        // SAFETY: `k` has one owner (frozen or cursor); the piece's oldest return word is just below
        // its end, which is `part_high` in both cases.
        unsafe {
            if cut == high {
                // A marker may still come to the object: nothing is left to visit.
                *field_slot(k, kont::LOW) = high as u64;
                *field_slot(k, kont::RETURN) = return_word::underflow();
                self.ctx.continuation = field_raw(k, kont::NEXT);
                return;
            }
            *field_slot(k, kont::LOW) = cut as u64;
            *field_slot(k, kont::RETURN) = rest_ret;
            *(self.ctx.part_high as *mut u64).sub(1) = return_word::underflow();
        }
    }

    /// An owned object over the immutable frames of sealed part `k` (the current continuation).
    /// It is old when `k` is, so that its frames are not visited again (K-CLEAN).
    fn cursor_over(&mut self, _k: Word) -> Result<Word, crate::cx::Raise> {
        let old = self.is_shared(self.ctx.continuation);
        let address = if old { self.allocate_shared(KONT_BYTES)? } else { self.allocate(KONT_BYTES)? };
        let k = self.ctx.continuation;
        // SAFETY: `k` is the continuation, read after anything that may have moved it.
        let mut fields = std::array::from_fn(|i| unsafe { field_raw(k, i) });
        fields[kont::STATE] = value::fixnum(kont::CURSOR);
        self.ctx.continuation = self.write_kont(address, fields);
        Ok(self.ctx.continuation)
    }

    /// Whether frames from `ret` and `sp` on refer to a private object (a pinned one: all others
    /// have just been moved to the old space).
    fn holds_private(&self, ret: u64, sp: *mut u64) -> bool {
        let found = Cell::new(false);
        // SAFETY: live frames of the current part; their slots hold values.
        unsafe {
            let look = |slot: *mut Word| found.set(found.get() | self.mutator.is_private(*slot));
            walk(ret, sp, &mut |slot| look(slot), &mut |f| {
                f.live(look);
                !found.get()
            });
        }
        found.get()
    }

    /// After a minor collection: freezes the current part but for its top, in an old object (K-CLEAN).
    pub(crate) fn freeze_after_minor(&mut self) {
        if self.ctx.pc == 0 || self.ctx.part_high - self.ctx.sp < 4 * KEEP as u64 {
            return;
        }
        let top = self.ctx.sp as usize;
        let (ret, cut) = self.walk_current(&mut |_| {}, &mut |f| (f.base as usize - top) < KEEP);
        let low = cut as u64;
        if low >= self.ctx.part_high || !return_word::is_frame(ret) || self.holds_private(ret, cut) {
            return;
        }
        let k = self.ctx.continuation;
        // SAFETY: the part is live; an adjacent frozen part of the same chunk is simply extended.
        unsafe {
            let adjacent = k != value::FALSE
                && field_raw(k, kont::STATE) == value::fixnum(kont::FROZEN)
                && field_raw(k, kont::LOW) == self.ctx.part_high
                && field_raw(k, kont::CHUNK) == self.stack.current as u64;
            if adjacent {
                // The oldest frame of the current part returns into `k`: restore its real return word.
                *(self.ctx.part_high as *mut u64).sub(1) = field_raw(k, kont::RETURN);
                *field_slot(k, kont::LOW) = low;
                *field_slot(k, kont::RETURN) = ret;
            } else {
                let Some(address) = self.allocate_shared_without_collecting(KONT_BYTES) else { return };
                self.ctx.continuation = self.init_kont(address, low, ret, kont::FROZEN);
            }
            self.stack.current().reach();
            *cut.sub(1) = return_word::underflow();
        }
        self.ctx.part_high = low;
    }
}
