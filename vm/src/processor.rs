//! A processor: the context running code sees, the right to allocate, the stack, and what joins
//! collector and (later) scheduler. Everything a running program needs is reached from here,
//! so that N processors are N of these over one [`Vm`].

use crate::cx::{HandleStack, Raise};
use crate::interp::inject::Adapters;
use crate::model::{Model, trace_frame, trace_template};
use crate::stack::Stack;
use crate::tier::Next;
use crate::vm::Vm;
use gambol_abi::context::{Context, GC_HOT_WORDS};
use gambol_abi::layout::round_up;
use gambol_abi::value::{FALSE, Word};
use gambol_gc::attrs::{Hot, LARGE_BYTES};
use gambol_gc::{HeapFull, Mutator, Roots, Visitor};
use std::mem::MaybeUninit;
use std::ops::{Deref, DerefMut};
use std::sync::Arc;

/// Scheme procedures the runtime calls, set by `%set-hook!`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(usize)]
pub(crate) enum Hook {
    /// Called with a condition that the runtime raises.
    Raise = 0,
}
pub(crate) const HOOKS: usize = 1;

/// Why the interpreter leaves its loop without values.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Escape {
    /// `exit` or `emergency-exit` with a process status.
    Exit(i32),
    /// Nothing handled the pending condition or object.
    Uncaught,
}

/// One processor.
#[repr(C)]
pub(crate) struct Processor {
    pub(crate) ctx: Context,
    pub(crate) mutator: Mutator<Model>,
    rest: Rest,
}

/// What running code reaches through the processor only.
pub(crate) struct Rest {
    pub(crate) handles: HandleStack,
    pub(crate) stack: Stack,
    stack_accounted: usize,
    /// A collection ran since this was cleared.
    collected: bool,
    /// What the handlers of an exhausted heap or stack have used up; see [`Patience`].
    patience: Patience,
    /// The raised object on its way to a handler.
    pub(crate) pending: Word,
    /// Number of the primitive that runs, for messages.
    pub(crate) current_prim: u16,
    /// Work counted since the last look at the requests.
    pub(crate) work: u64,
    pub(crate) hooks: [Word; HOOKS],
    /// Shared objects that a unit being linked will refer to.
    pub(crate) linking: Vec<Word>,
    /// Templates of a unit being linked.
    pub(crate) linking_templates: Vec<*const crate::template::Template>,
    pub(crate) escape: Option<Escape>,
    /// What runs when the code that runs now is left.
    pub(crate) next: Next,
    /// Stack trace of the condition raised last by the runtime.
    pub(crate) trace: crate::trace::Trace,
    /// Raised when even a condition cannot be allocated; made at start.
    pub(crate) storage_condition: Word,
    /// Default ports: input, output, error.
    pub(crate) ports: [Word; 3],
    /// Arguments that `apply` spreads, the last one first.
    pub(crate) spread: Vec<Word>,
    /// What the objects in a form being evaluated are, by number (`DatumKind::Object`).
    pub(crate) quoted: Vec<Word>,
    /// Values of a structure being built from a datum (`convert`).
    pub(crate) building: Vec<Word>,
    /// What stands for labelled values in that structure.
    pub(crate) placeholders: Vec<Word>,
    pub(crate) adapters: crate::interp::inject::Adapters,
    /// The closure of injected calls' frames.
    pub(crate) adapter_closure: Word,
    /// The closure of the drivers' bottom frames.
    pub(crate) driver_closure: Word,
    pub(crate) files: crate::io::Files,
    pub(crate) vm: Arc<Vm>,
}

impl Deref for Processor {
    type Target = Rest;
    #[inline(always)]
    fn deref(&self) -> &Rest {
        &self.rest
    }
}
impl DerefMut for Processor {
    #[inline(always)]
    fn deref_mut(&mut self) -> &mut Rest {
        &mut self.rest
    }
}

/// The program hears of an exhausted heap or stack as a condition, and its handler needs memory
/// itself: to escape, usually. It gets some beyond the limit, and a few conditions in a row; a
/// handler that uses all that up cannot be helped, and the program ends.
#[derive(Default)]
struct Patience {
    /// Chunks asked for in vain since one fitted.
    chunks: u32,
    /// Small objects asked for in vain since one fitted.
    objects: u32,
}
/// Chunks beyond the limit for handlers.
const CHUNKS_BEYOND_LIMIT: u32 = 4;
/// Failing small allocations in a row.
const OBJECTS_IN_VAIN: u32 = 16;

const _: () = assert!(size_of::<Hot>() <= 8 * GC_HOT_WORDS);

impl Processor {
    /// A processor of `vm` with an empty stack. Its values are `#f` until `machine::start` fills them.
    pub(crate) fn new(vm: Arc<Vm>) -> Result<Box<Processor>, String> {
        let mut place: Box<MaybeUninit<Processor>> = Box::new_uninit();
        let p = place.as_mut_ptr();
        // SAFETY: the context is written first, since the mutator is made with the address of its hot
        // words, which the box keeps in place; then every other field is.
        unsafe {
            (&raw mut (*p).ctx).write(Context::default());
            let hot = (&raw mut (*p).ctx.gc).cast::<Hot>();
            let mutator = Mutator::new(vm.heap.clone(), hot).map_err(|e| e.to_string())?;
            (&raw mut (*p).mutator).write(mutator);
            let stack = Stack::new(vm.options.stack_chunk.0 as usize);
            (&raw mut (*p).rest).write(Rest {
                handles: HandleStack::new(),
                stack,
                stack_accounted: 0,
                collected: false,
                patience: Patience::default(),
                pending: FALSE,
                current_prim: u16::MAX,
                work: 0,
                hooks: [FALSE; HOOKS],
                linking: Vec::new(),
                linking_templates: Vec::new(),
                escape: None,
                next: Next::Stop,
                trace: crate::trace::Trace::default(),
                storage_condition: FALSE,
                ports: [FALSE; 3],
                spread: Vec::new(),
                quoted: Vec::new(),
                building: Vec::new(),
                placeholders: Vec::new(),
                adapters: Adapters::new(&vm),
                adapter_closure: FALSE,
                driver_closure: FALSE,
                files: crate::io::Files::default(),
                vm,
            });
            let mut p = place.assume_init();
            p.ctx.part_high = p.stack.current().high() as u64;
            p.ctx.stubs = crate::tier::stubs::table();
            p.renew_loop_budget();
            p.account_stack();
            p.refresh_limit();
            Ok(p)
        }
    }
    /// Allocates `bytes`; the memory is uninitialised and must be filled before anything else happens.
    #[inline(always)]
    pub(crate) fn allocate(&mut self, bytes: usize) -> Result<usize, Raise> {
        let bytes = round_up(bytes);
        // Large objects must not be bumped: they live in their own space and are born shared.
        if bytes < LARGE_BYTES
            && let Some(address) = self.mutator.alloc_fast(bytes)
        {
            return Ok(address);
        }
        self.allocate_slow(bytes)
    }
    #[cold]
    #[inline(never)]
    fn allocate_slow(&mut self, bytes: usize) -> Result<usize, Raise> {
        let large = bytes >= LARGE_BYTES;
        // A program that makes nothing but large objects never comes to the end of its nursery: the
        // collection that is due must be served here.
        if large
            && !self.mutator.is_collection_requested()
            && let Ok(address) = self.mutator.alloc_large(bytes)
        {
            return Ok(address);
        }
        self.make_room(bytes)?;
        let done = if large { self.mutator.alloc_large(bytes).ok() } else { self.mutator.alloc_fast(bytes) };
        done.map_or_else(|| self.out_of_memory(bytes), Ok)
    }
    /// Makes room for one object after the fast path failed.
    pub(crate) fn make_room(&mut self, bytes: usize) -> Result<(), Raise> {
        loop {
            let done = self.at_safepoint(|m, roots| m.collect_for(roots, bytes));
            if bytes < LARGE_BYTES {
                self.patience.objects = if done.is_err() { self.patience.objects + 1 } else { 0 };
                if self.patience.objects > OBJECTS_IN_VAIN {
                    self.give_up();
                }
            }
            done?;
            // What looks after the stack allocates too, and may have found that a cycle is due:
            // then the nursery is closed again. A cycle has no debt left, so this ends.
            if bytes >= LARGE_BYTES || !self.mutator.is_collection_requested() {
                return Ok(());
            }
        }
    }
    /// Not even a handler has memory: the program ends with the condition that is pending.
    #[cold]
    fn give_up(&mut self) {
        self.patience = Patience::default();
        self.escape.get_or_insert(Escape::Uncaught);
    }
    /// Allocates in the old space, born shared. May collect.
    pub(crate) fn allocate_shared(&mut self, bytes: usize) -> Result<usize, Raise> {
        let bytes = round_up(bytes);
        if let Ok(a) = self.mutator.alloc_shared(bytes) {
            return Ok(a);
        }
        self.collect(true)?;
        self.mutator.alloc_shared(bytes).or_else(|_| self.out_of_memory(bytes))
    }
    /// Allocates in the old space if that needs no collection.
    pub(crate) fn allocate_shared_without_collecting(&mut self, bytes: usize) -> Option<usize> {
        self.mutator.alloc_shared(round_up(bytes)).ok()
    }
    /// The heap is full: makes the storage condition pending.
    #[cold]
    pub(crate) fn out_of_memory<T>(&mut self, _bytes: usize) -> Result<T, Raise> {
        self.pending = self.storage_condition;
        Err(Raise(()))
    }
    /// Collects at a safepoint: the context describes the running frame.
    #[cold]
    pub(crate) fn collect(&mut self, full: bool) -> Result<(), Raise> {
        self.at_safepoint(|m, roots| {
            if full {
                m.full(roots)
            } else {
                m.minor(roots)
            }
            Ok(())
        })
    }
    /// Runs something that may collect, then looks after the stack; once more if it failed and
    /// the stack gave memory back.
    fn at_safepoint(&mut self, work: impl Fn(&mut Mutator<Model>, &mut RootSet) -> Result<(), HeapFull>) -> Result<(), Raise> {
        let p: *mut Processor = self;
        loop {
            self.collected = false;
            let mut roots = RootSet { p };
            // SAFETY: the root set reaches every field but the mutator, which is borrowed here.
            let done = unsafe { work(&mut (*p).mutator, &mut roots) };
            let before = self.stack.bytes();
            if self.collected {
                self.stack.sweep();
                self.account_stack();
                self.freeze_after_minor();
            }
            match done {
                Ok(()) => return Ok(()),
                Err(HeapFull) if self.stack.bytes() < before => {}
                Err(HeapFull) => return self.out_of_memory(0),
            }
        }
    }
    /// Makes sure that `bytes` outside the heap fit its limit.
    pub(crate) fn room_outside(&mut self, bytes: usize) -> Result<(), Raise> {
        self.at_safepoint(|m, roots| {
            m.try_external(roots, bytes)?;
            m.account_external(-(bytes as isize));
            Ok(())
        })
    }
    /// Makes sure that a chunk of `bytes` fits the heap limit, or that a handler may have it all the same.
    pub(crate) fn room_for_chunk(&mut self, bytes: usize) -> Result<(), Raise> {
        let done = self.room_outside(bytes);
        if done.is_ok() {
            self.patience.chunks = 0;
            return done;
        }
        self.patience.chunks += 1;
        match self.patience.chunks {
            1 => done,
            n if n > CHUNKS_BEYOND_LIMIT + 1 => {
                self.give_up();
                done
            }
            // A frame larger than usual is not what a handler needs.
            _ if bytes > self.stack.chunk_bytes => done,
            _ => Ok(()),
        }
    }
    /// Tells the collector how much memory the stack takes now.
    pub(crate) fn account_stack(&mut self) {
        let now = self.stack.bytes();
        self.mutator.account_external(now as isize - self.stack_accounted as isize);
        self.stack_accounted = now;
    }
    /// Stores `value` into `slot` of `object` with the barrier. Does not move anything (solo mode logs).
    #[inline(always)]
    pub(crate) fn store(&mut self, object: Word, slot: *mut Word, value: Word) {
        // SAFETY: callers pass a slot of a live object.
        unsafe { self.mutator.store(object, slot, value) }
    }
    /// The barrier of a store that machine code makes itself.
    ///
    /// # Safety
    /// As for [`store`](Processor::store); the store follows at once.
    pub(crate) unsafe fn barrier(&mut self, object: Word, slot: *mut Word, value: Word) {
        // SAFETY: passed on.
        unsafe { self.mutator.barrier(object, slot, value) }
    }
    /// Whether the object `w` points to is shared (old, large or published).
    pub(crate) fn is_shared(&self, w: Word) -> bool {
        !self.mutator.is_private(w)
    }
    /// Tells the collector that the large object `w` was filled by plain stores.
    pub(crate) fn initialised(&mut self, w: Word) {
        // SAFETY: callers have just allocated and filled it.
        unsafe { self.mutator.initialised(w) }
    }
}

/// Everything a collection starts from.
pub(crate) struct RootSet {
    p: *mut Processor,
}

impl Roots<Model> for RootSet {
    fn visit<V: Visitor>(&mut self, v: &mut V) {
        // SAFETY: the processor lives for the collection and its mutator, which is borrowed, is not touched.
        let p = unsafe { &mut *self.p };
        // SAFETY: all these are roots: they hold live values and only this thread touches them.
        let mut show = |slot: *mut Word| unsafe { v.slot(slot) };
        p.handles.live().for_each(&mut show);
        let c = &mut p.ctx;
        [&mut c.continuation, &mut c.dynamic, &mut c.values_overflow].into_iter().for_each(|s| show(s));
        let r = &mut p.rest;
        [&mut r.pending, &mut r.adapter_closure, &mut r.driver_closure, &mut r.storage_condition].into_iter().for_each(|s| show(s));
        r.hooks
            .iter_mut()
            .chain(r.ports.iter_mut())
            .chain(r.linking.iter_mut())
            .chain(r.building.iter_mut())
            .chain(r.placeholders.iter_mut())
            .chain(r.quoted.iter_mut())
            .chain(r.spread.iter_mut())
            .for_each(|s| show(s));
        // Many values are in the overflow vector, and the places for few hold what was there before.
        let count = if p.ctx.values_overflow == FALSE { p.ctx.values_count as usize } else { 0 };
        p.ctx.values[..count].iter_mut().for_each(|s| show(s));
        trace_current(p, v);
        p.vm.trace(v);
        for &t in &p.linking_templates {
            // SAFETY: the linker's templates are owned by the VM, which frees none that is reached here.
            trace_template(unsafe { &*t }, v);
        }
        for t in p.vm.permanent_templates() {
            trace_template(t, v);
        }
    }
    fn after_minor(&mut self, fate: &gambol_gc::Fate<Model>) {
        // SAFETY: as in `visit`.
        let p = unsafe { &mut *self.p };
        p.collected = true;
        p.files.settle(fate);
    }
    fn after_mark(&mut self, fate: &gambol_gc::Fate<Model>) {
        // SAFETY: as in `visit`.
        let p = unsafe { &mut *self.p };
        p.stack.after_mark();
        p.vm.after_mark(fate);
        p.files.settle(fate);
    }
}

/// Visits the frames of the current part.
fn trace_current<V: Visitor>(p: &mut Processor, v: &mut V) {
    let v = std::cell::RefCell::new(v);
    // SAFETY: closure slots of live frames.
    p.walk_current(&mut |slot| unsafe { v.borrow_mut().slot(slot) }, &mut |f| {
        trace_frame(f, *v.borrow_mut());
        true
    });
}
