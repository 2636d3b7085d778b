//! The rooting API: how Rust code touches the heap without ever holding a stale pointer.
//!
//! * [`Cx`] is the right to use one processor's heap; allocation takes it mutably.
//! * [`Val`] is a raw value borrowed from the context: cheap, and dead at the next allocation.
//! * [`H`] is a rooted handle: a slot the collector updates. Arguments of primitives are handles
//!   into the caller's frame; allocations return handles.
//!
//! A raw value held across an allocation does not compile:
//!
//! ```compile_fail
//! use gambol_vm::cx::{Cx, H};
//! fn wrong<'s>(cx: &mut Cx<'s>, x: H<'s>) {
//!     let v = cx.get(x);
//!     let _ = cx.cons(x, x);
//!     v.is_pair();
//! }
//! ```
//! and the same with the value read again does:
//!
//! ```
//! use gambol_vm::cx::{Cx, H};
//! fn right<'s>(cx: &mut Cx<'s>, x: H<'s>) {
//!     let _ = cx.cons(x, x);
//!     cx.get(x).is_pair();
//! }
//! ```

mod make;

use crate::processor::Processor;
use crate::val::{self, Val};
use gambol_abi::layout::offset;
use gambol_abi::value::Word;
use std::cell::Cell;
use std::marker::PhantomData;
use std::ptr::NonNull;

/// A condition was raised; the processor holds it (`Processor::pending`). Bodies pass it on with `?`.
#[derive(Debug)]
#[must_use]
pub struct Raise(pub(crate) ());

/// What a primitive's body returns.
pub type Out<'a> = Result<Val<'a>, Raise>;

/// The right to use a processor's heap within scope `'s`.
pub struct Cx<'s> {
    p: NonNull<Processor>,
    scope: PhantomData<fn(&'s ()) -> &'s ()>,
}

/// A rooted slot that lives for scope `'s`.
#[derive(Clone, Copy)]
pub struct H<'s> {
    slot: NonNull<Word>,
    scope: PhantomData<fn(&'s ()) -> &'s ()>,
}

/// Arguments of a primitive: slots of the caller's frame, the first at the highest address.
#[derive(Clone, Copy)]
pub struct Args<'s> {
    first: NonNull<Word>,
    count: usize,
    scope: PhantomData<fn(&'s ()) -> &'s ()>,
}

impl<'s> Args<'s> {
    /// # Safety
    /// `count` words from `first` downwards are values and roots for the scope.
    #[inline(always)]
    pub(crate) unsafe fn new(first: *mut Word, count: usize) -> Args<'s> {
        // SAFETY: frames are never at address 0.
        Args { first: unsafe { NonNull::new_unchecked(first) }, count, scope: PhantomData }
    }
    /// Number of arguments.
    #[inline(always)]
    pub fn len(self) -> usize {
        self.count
    }
    /// Whether there are none.
    pub fn is_empty(self) -> bool {
        self.count == 0
    }
    /// Argument `i`. Panics if there are not so many.
    #[inline(always)]
    pub fn get(self, i: usize) -> H<'s> {
        assert!(i < self.count);
        // SAFETY: within the arguments.
        H { slot: unsafe { self.first.sub(i) }, scope: PhantomData }
    }
    /// Optional argument `i`.
    pub fn opt(self, i: usize) -> Option<H<'s>> {
        if i < self.count { Some(self.get(i)) } else { None }
    }
    /// The raw word of argument `i`, for the generated type checks.
    #[inline(always)]
    pub(crate) fn word(self, i: usize) -> Word {
        debug_assert!(i < self.count);
        // SAFETY: within the arguments.
        unsafe { *self.first.sub(i).as_ptr() }
    }
    /// Arguments from `i` on.
    pub fn rest(self, i: usize) -> impl Iterator<Item = H<'s>> {
        (i..self.count).map(move |k| self.get(k))
    }
}

/// Rooted slots for Rust code, in stack order. Memory is reserved once and touched lazily.
pub(crate) struct HandleStack {
    slots: Box<[Cell<Word>]>,
    top: Cell<usize>,
}

impl HandleStack {
    const SLOTS: usize = 1 << 18;
    pub(crate) fn new() -> HandleStack {
        // A zeroed allocation of this size is lazy pages; zero is the fixnum 0.
        let slots: Box<[Word]> = vec![0; Self::SLOTS].into_boxed_slice();
        // SAFETY: `Cell<u64>` has the layout of `u64`.
        let slots = unsafe { Box::from_raw(Box::into_raw(slots) as *mut [Cell<Word>]) };
        HandleStack { slots, top: Cell::new(0) }
    }
    fn push(&self, w: Word) -> NonNull<Word> {
        let i = self.top.get();
        assert!(i < Self::SLOTS, "handle stack overflow: a loop makes handles without a scope");
        self.slots[i].set(w);
        self.top.set(i + 1);
        // SAFETY: a slot's address is not null.
        unsafe { NonNull::new_unchecked(self.slots[i].as_ptr()) }
    }
    /// Pushes a word; the slot stays valid until a reset below it.
    pub(crate) fn push_slot(&self, w: Word) -> *mut Word {
        self.push(w).as_ptr()
    }
    pub(crate) fn top(&self) -> usize {
        self.top.get()
    }
    pub(crate) fn reset(&self, top: usize) {
        self.top.set(top);
    }
    pub(crate) fn live(&self) -> impl Iterator<Item = *mut Word> + '_ {
        self.slots[..self.top.get()].iter().map(Cell::as_ptr)
    }
}

impl<'s> Cx<'s> {
    /// Runs `f` with the right to use `p`'s heap; its handles end with it.
    pub(crate) fn enter<R>(p: &mut Processor, f: impl for<'x> FnOnce(&mut Cx<'x>) -> R) -> R {
        let top = p.handles.top();
        let mut cx = Cx { p: NonNull::from(&mut *p), scope: PhantomData };
        let r = f(&mut cx);
        p.handles.reset(top);
        r
    }
    /// As [`Cx::enter`] for the interpreter's calls of primitives, which reset the handles themselves.
    ///
    /// # Safety
    /// `p` is the running processor and nothing else borrows it; the caller resets the handle stack.
    #[inline(always)]
    pub(crate) unsafe fn steal(p: *mut Processor) -> Cx<'s> {
        // SAFETY: the processor's address is not null.
        Cx { p: unsafe { NonNull::new_unchecked(p) }, scope: PhantomData }
    }
    /// The processor.
    #[inline(always)]
    pub(crate) fn p(&self) -> &Processor {
        // SAFETY: `Cx` is the exclusive right to the processor.
        unsafe { self.p.as_ref() }
    }
    /// The processor, mutably.
    #[inline(always)]
    pub(crate) fn p_mut(&mut self) -> &mut Processor {
        // SAFETY: `Cx` is the exclusive right to the processor.
        unsafe { self.p.as_mut() }
    }
    /// Runs `f`, then drops the handles it made: for loops. Results leave through handles made before.
    pub fn scope<R>(&mut self, f: impl for<'x> FnOnce(&mut Cx<'x>, Lift<'s, 'x>) -> R) -> R {
        let top = self.p().handles.top();
        let r = f(&mut Cx { p: self.p, scope: PhantomData }, Lift(PhantomData, PhantomData));
        self.p().handles.reset(top);
        r
    }
    /// Reads a handle.
    #[inline(always)]
    pub fn get<'a>(&'a self, h: H<'s>) -> Val<'a> {
        // SAFETY: the slot is a root, so it holds a valid value; it stays so while `self` is borrowed.
        unsafe { Val::from_word(*h.slot.as_ptr()) }
    }
    /// Roots a value.
    #[inline(always)]
    pub fn root(&self, v: Val<'_>) -> H<'s> {
        H { slot: self.p().handles.push(v.word()), scope: PhantomData }
    }
    /// Roots a raw word that was just made or read from a root.
    pub(crate) fn root_word(&self, w: Word) -> H<'s> {
        H { slot: self.p().handles.push(w), scope: PhantomData }
    }
    /// Replaces what a handle refers to.
    #[inline(always)]
    pub fn set(&self, h: H<'s>, v: Val<'_>) {
        // SAFETY: the slot is ours for the scope; it is a root, not heap memory, so there is no barrier.
        unsafe { *h.slot.as_ptr() = v.word() }
    }
    /// Copies one handle's value to another.
    pub fn assign(&self, to: H<'s>, from: H<'s>) {
        self.set(to, self.get(from));
    }
    /// Stores `v` into payload word `i` of the object in `object`, with the barrier.
    pub fn set_field(&mut self, object: H<'s>, i: usize, v: H<'s>) {
        let (o, w) = (self.get(object).word(), self.get(v).word());
        assert!(
            i < 1 || self.get(object).is_kind(gambol_abi::layout::Kind::Vector) || {
                // SAFETY: `field` users pass objects.
                i < gambol_abi::layout::header_words(unsafe { val::header_raw(o) })
            }
        );
        self.p_mut().store(o, val::field_slot(o, i), w);
    }
    /// `vector-set!` of a checked vector and index. Panics out of bounds.
    pub fn vector_set(&mut self, vector: H<'s>, i: usize, v: H<'s>) {
        assert!(i < self.get(vector).vector_len());
        self.set_field(vector, i + 1, v);
    }
    /// `set-car!` of a checked pair.
    pub fn set_car(&mut self, pair: H<'s>, v: H<'s>) {
        let (o, w) = (self.get(pair).word(), self.get(v).word());
        assert!(gambol_abi::value::is_pair(o));
        self.p_mut().store(o, (o as isize + offset::CAR) as *mut Word, w);
    }
    /// `set-cdr!` of a checked pair.
    pub fn set_cdr(&mut self, pair: H<'s>, v: H<'s>) {
        let (o, w) = (self.get(pair).word(), self.get(v).word());
        assert!(gambol_abi::value::is_pair(o));
        self.p_mut().store(o, (o as isize + offset::CDR) as *mut Word, w);
    }
}

impl H<'_> {
    /// Address of the slot, for the calling convention of primitives.
    pub(crate) fn address(self) -> *mut Word {
        self.slot.as_ptr()
    }
}

/// A lifetime that neither shrinks nor grows.
type Exactly<'l> = PhantomData<fn(&'l ()) -> &'l ()>;
/// Converts handles of an outer scope for use in an inner one.
#[derive(Clone, Copy)]
pub struct Lift<'o, 'i>(Exactly<'o>, Exactly<'i>);
impl<'o, 'i> Lift<'o, 'i> {
    /// The handle, usable in the inner scope.
    pub fn up(self, h: H<'o>) -> H<'i> {
        H { slot: h.slot, scope: PhantomData }
    }
}
