//! Interned symbols: sharded tables from names to weak symbols. A look-up is a weak read: the
//! symbol it returns is alive for this cycle. Symbols are born shared, so they never move and
//! hash by address; each also keeps its name's hash, for tables by name.

use crate::cx::{Cx, H, Raise};
use crate::val::{Val, field_slot};
use gambol_abi::layout::{self, FLAG_IMMUTABLE, FLAG_WIDE, Kind, header, round_up};
use gambol_abi::value::{self, TAG_OBJECT, Word};
use parking_lot::Mutex;
use std::hash::Hasher;

const SHARDS: usize = 16;

/// The intern table of a VM.
pub(crate) struct Symbols {
    shards: [Mutex<Shard>; SHARDS],
}

/// Open addressing over symbol words; 0 is empty.
#[derive(Default)]
struct Shard {
    slots: Vec<Word>,
    used: usize,
}

fn hash(name: &str) -> u64 {
    let mut h = rustc_hash::FxHasher::default();
    h.write(name.as_bytes());
    h.finish().rotate_left(26) & ((1 << 59) - 1)
}

fn hash_of(symbol: Word) -> u64 {
    // SAFETY: the table holds live symbols only.
    unsafe { value::fixnum_value(crate::val::field_raw(symbol, 1)) as u64 }
}

impl Shard {
    fn find(&self, hash: u64, name: &str) -> Option<Word> {
        if self.slots.is_empty() {
            return None;
        }
        let mask = self.slots.len() - 1;
        let mut i = (hash >> 4) as usize & mask;
        while self.slots[i] != 0 {
            // SAFETY: the table holds live symbols only.
            let symbol = unsafe { Val::from_word(self.slots[i]) };
            if hash_of(self.slots[i]) == hash && symbol.symbol_name().chars().eq(name.chars()) {
                return Some(self.slots[i]);
            }
            i = (i + 1) & mask;
        }
        None
    }
    fn insert(&mut self, symbol: Word) {
        if self.slots.len() < 2 * (self.used + 1) {
            let old = std::mem::take(&mut self.slots);
            self.slots = vec![0; (2 * old.len()).max(64)];
            old.into_iter().filter(|&s| s != 0).for_each(|s| self.place(s));
        }
        self.place(symbol);
        self.used += 1;
    }
    fn place(&mut self, symbol: Word) {
        let mask = self.slots.len() - 1;
        let mut i = (hash_of(symbol) >> 4) as usize & mask;
        while self.slots[i] != 0 {
            i = (i + 1) & mask;
        }
        self.slots[i] = symbol;
    }
    fn keep(&mut self, alive: &dyn Fn(Word) -> bool) {
        let survivors: Vec<Word> = self.slots.iter().copied().filter(|&s| s != 0 && alive(s)).collect();
        self.slots.iter_mut().for_each(|s| *s = 0);
        self.used = survivors.len();
        survivors.into_iter().for_each(|s| self.place(s));
    }
}

impl Symbols {
    pub(crate) fn new() -> Symbols {
        Symbols { shards: std::array::from_fn(|_| Mutex::default()) }
    }
    fn shard(&self, hash: u64) -> &Mutex<Shard> {
        &self.shards[hash as usize % SHARDS]
    }
    /// Drops symbols nothing else refers to; called when marking has committed, before sweeping.
    pub(crate) fn keep(&self, alive: &dyn Fn(Word) -> bool) {
        self.shards.iter().for_each(|s| s.lock().keep(alive));
    }
    /// Number of interned symbols.
    pub(crate) fn len(&self) -> usize {
        self.shards.iter().map(|s| s.lock().used).sum()
    }
}

/// The interned symbol called `name`.
pub(crate) fn intern<'s>(cx: &mut Cx<'s>, name: &str) -> Result<H<'s>, Raise> {
    let vm = cx.p().vm.clone();
    let h = hash(name);
    if let Some(w) = vm.symbols.shard(h).lock().find(h, name) {
        return Ok(cx.root_word(w));
    }
    // Made outside the lock; a race makes a second one that is dropped.
    let symbol = make(cx, name, h)?;
    let mut shard = vm.symbols.shard(h).lock();
    if let Some(w) = shard.find(h, name) {
        return Ok(cx.root_word(w));
    }
    shard.insert(cx.get(symbol).word());
    Ok(symbol)
}

/// A shared symbol with a shared, immutable name.
fn make<'s>(cx: &mut Cx<'s>, name: &str, hash: u64) -> Result<H<'s>, Raise> {
    let string = shared_string(cx, name)?;
    let address = cx.p_mut().allocate_shared(24)?;
    let w = address as u64 | TAG_OBJECT;
    // SAFETY: fresh memory for a symbol; its name is shared, so I-SHARED holds.
    unsafe {
        *(address as *mut u64) = header(Kind::Symbol, 2);
        *field_slot(w, 0) = cx.get(string).word();
        *field_slot(w, 1) = value::fixnum(hash as i64);
    }
    Ok(cx.root_word(w))
}

/// An immutable string in the old space.
pub(crate) fn shared_string<'s>(cx: &mut Cx<'s>, text: &str) -> Result<H<'s>, Raise> {
    let len = text.chars().count();
    let wide = text.chars().any(|c| c as u32 > 0xFF);
    let address = cx.p_mut().allocate_shared(round_up(16 + (len << if wide { 2 } else { 0 })))?;
    let w = address as u64 | TAG_OBJECT;
    // SAFETY: fresh memory of that size.
    let body = unsafe {
        *(address as *mut u64) = header(Kind::StringBody, 0) | if wide { FLAG_WIDE } else { 0 };
        *field_slot(w, 0) = value::fixnum(len as i64);
        cx.root_word(w)
    };
    let to = cx.get(body).body_text();
    text.chars().enumerate().for_each(|(i, c)| to.set(i, c as u32));
    let address = cx.p_mut().allocate_shared(16)?;
    let w = address as u64 | TAG_OBJECT;
    // SAFETY: fresh memory for a string; its body is shared.
    unsafe {
        *(address as *mut u64) = layout::header(Kind::String, 1) | FLAG_IMMUTABLE;
        *field_slot(w, 0) = cx.get(body).word();
    }
    Ok(cx.root_word(w))
}
