//! A cons-cell language, the smallest embedder that has everything the collector must cope
//! with: headerless pairs, boxes with a raw word, arrays with headers, raw bytes, weak things.
#![allow(dead_code, reason = "each test file uses its part of the toy")]

use gambol_gc::{Config, Fate, GRANULE, Heap, HeapFull, Hot, LARGE_BYTES, Mutator, ObjectModel, Phase, Roots, Visitor, WeakShape};

pub(crate) const PAIR: u64 = 1;
pub(crate) const OBJECT: u64 = 3;
pub(crate) const BOX: u64 = 4;
pub(crate) const NIL: u64 = 0x17;
pub(crate) const BROKEN: u64 = 0x27;

/// Kinds of objects with a header: `kind | payload words << 8`.
pub(crate) const VECTOR: u64 = 0;
pub(crate) const BYTES: u64 = 1;
pub(crate) const WEAK_PAIR: u64 = 2;
pub(crate) const EPHEMERON: u64 = 3;
pub(crate) const GUARDIAN: u64 = 4;

pub(crate) fn fix(n: i64) -> u64 {
    (n as u64) << 3
}
pub(crate) fn field(word: u64, i: usize) -> *mut u64 {
    let first = if word & 7 == OBJECT { 1 } else { 0 };
    ((word & !15) as *mut u64).wrapping_add(first + i)
}
pub(crate) fn get(word: u64, i: usize) -> u64 {
    // SAFETY: tests pass live objects and fields they have.
    unsafe { *field(word, i) }
}
pub(crate) fn kind(word: u64) -> u64 {
    // SAFETY: as for `get`.
    unsafe { *((word & !15) as *const u64) & 0xFF }
}
pub(crate) fn words(word: u64) -> usize {
    // SAFETY: as for `get`.
    (unsafe { *((word & !15) as *const u64) } >> 8) as usize
}

pub(crate) struct Toy;

// SAFETY: sizes depend on headers only; trace and weak_shape agree on which slots are strong.
unsafe impl ObjectModel for Toy {
    const TAGS: [u64; 3] = [PAIR, OBJECT, BOX];
    const BROKEN: u64 = BROKEN;

    fn is_pointer(word: u64) -> bool {
        matches!(word & 7, PAIR | OBJECT | BOX)
    }
    unsafe fn size(word: u64) -> usize {
        if word & 7 == OBJECT { (8 + 8 * words(word)).next_multiple_of(GRANULE) } else { 16 }
    }
    unsafe fn trace<V: Visitor>(word: u64, v: &mut V) {
        // SAFETY: the caller passes a live object.
        unsafe {
            match word & 7 {
                PAIR => v.slots(field(word, 0), 2),
                BOX => v.slot(field(word, 0)),
                _ => match kind(word) {
                    VECTOR => v.slots(field(word, 0), words(word)),
                    WEAK_PAIR => {
                        v.weak(word);
                        v.slot(field(word, 1));
                    }
                    EPHEMERON => v.weak(word),
                    _ => {}
                },
            }
        }
    }
    unsafe fn weak_shape(word: u64) -> WeakShape {
        match (word & 7, if word & 7 == OBJECT { kind(word) } else { 0 }) {
            (OBJECT, WEAK_PAIR) => WeakShape::WeakPair { weak: field(word, 0) },
            (OBJECT, EPHEMERON) => WeakShape::Ephemeron { key: field(word, 0), datum: field(word, 1) },
            _ => WeakShape::None,
        }
    }
}

/// Root slots, and a table that holds words weakly.
#[derive(Default)]
pub(crate) struct Slots {
    pub slots: Vec<u64>,
    pub weak_table: Vec<u64>,
    /// How often each phase visited.
    pub visits: [usize; 3],
}

impl Slots {
    fn keep_live(&mut self, fate: &Fate<Toy>) {
        // SAFETY: the table's words were objects when the collection began.
        self.weak_table = self.weak_table.iter().filter_map(|&w| unsafe { fate.of(w) }).collect();
    }
}

impl Roots<Toy> for Slots {
    fn visit<V: Visitor>(&mut self, v: &mut V) {
        self.visits[match v.phase() {
            Phase::Minor => 0,
            Phase::Mark => 1,
            Phase::Verify => 2,
        }] += 1;
        // SAFETY: the slots are ours and hold words the toy produced.
        unsafe { v.slots(self.slots.as_mut_ptr(), self.slots.len()) };
    }
    fn after_minor(&mut self, fate: &Fate<Toy>) {
        self.keep_live(fate);
    }
    fn after_mark(&mut self, fate: &Fate<Toy>) {
        self.keep_live(fate);
    }
}

/// A processor of the toy language. `roots.slots` are its registers.
pub(crate) struct Machine {
    pub m: Mutator<Toy>,
    pub roots: Slots,
    hot: Box<Hot>,
}

pub(crate) fn config() -> Config {
    Config { reserve: 1 << 30, verify: true, poison: true, nursery: 64 << 10, min_heap: 1 << 20, ..Config::default() }
}

impl Machine {
    pub(crate) fn new(config: Config, registers: usize) -> Machine {
        let heap = Heap::<Toy>::new(config).expect("a heap");
        let mut hot = Box::<Hot>::default();
        // SAFETY: the box lives as long as the machine and nobody else uses it.
        let m = unsafe { Mutator::new(heap, &raw mut *hot) }.expect("a mutator");
        Machine { m, roots: Slots { slots: vec![NIL; registers], ..Slots::default() }, hot }
    }

    pub(crate) fn reg(&self, i: usize) -> u64 {
        self.roots.slots[i]
    }
    pub(crate) fn set_reg(&mut self, i: usize, word: u64) {
        self.roots.slots[i] = word;
    }

    /// Nursery (or large) memory. A safepoint: take operands from registers afterwards.
    pub(crate) fn room(&mut self, bytes: usize) -> Result<usize, HeapFull> {
        if bytes >= LARGE_BYTES {
            return match self.m.alloc_large(bytes) {
                Ok(at) => Ok(at),
                Err(HeapFull) => {
                    self.m.collect_for(&mut self.roots, bytes)?;
                    Ok(self.m.alloc_large(bytes).expect("collect_for promised room"))
                }
            };
        }
        if let Some(at) = self.m.alloc_fast(bytes) {
            return Ok(at);
        }
        self.m.collect_for(&mut self.roots, bytes)?;
        Ok(self.m.alloc_fast(bytes).expect("collect_for promised room"))
    }

    /// Fills fresh memory by plain stores and puts its word into register `to`.
    pub(crate) fn fill(&mut self, to: usize, at: usize, tag: u64, content: &[u64]) -> u64 {
        for (i, &w) in content.iter().enumerate() {
            // SAFETY: fresh memory of at least this size.
            unsafe { *(at as *mut u64).add(i) = w };
        }
        self.roots.slots[to] = at as u64 | tag;
        at as u64 | tag
    }

    pub(crate) fn cons(&mut self, to: usize, a: usize, b: usize) -> Result<u64, HeapFull> {
        let at = self.room(16)?;
        let content = [self.reg(a), self.reg(b)];
        Ok(self.fill(to, at, PAIR, &content))
    }
    pub(crate) fn boxed(&mut self, to: usize, a: usize, raw: u64) -> Result<u64, HeapFull> {
        let at = self.room(16)?;
        let content = [self.reg(a), raw];
        Ok(self.fill(to, at, BOX, &content))
    }
    /// An object of `n` payload words, all equal to register `a` (raw bytes: to `raw`).
    pub(crate) fn object(&mut self, to: usize, kind: u64, n: usize, a: usize) -> Result<u64, HeapFull> {
        let bytes = (8 + 8 * n).next_multiple_of(GRANULE);
        let at = self.room(bytes)?;
        let mut content = vec![self.reg(a); bytes / 8];
        content[0] = kind | (n as u64) << 8;
        let word = self.fill(to, at, OBJECT, &content);
        if bytes >= LARGE_BYTES {
            // SAFETY: fresh, filled by plain stores.
            unsafe { self.m.initialised(word) };
        }
        Ok(word)
    }
    pub(crate) fn bytes(&mut self, to: usize, content: &[u64]) -> Result<u64, HeapFull> {
        let n = content.len() | 1;
        let at = self.room(8 + 8 * n)?;
        let mut all = vec![BYTES | (n as u64) << 8];
        all.extend(content);
        all.resize(1 + n, 0);
        Ok(self.fill(to, at, OBJECT, &all))
    }
    /// A weak pair or an ephemeron.
    pub(crate) fn two(&mut self, to: usize, kind: u64, a: usize, b: usize) -> Result<u64, HeapFull> {
        let at = self.room(32)?;
        let content = [kind | 3 << 8, self.reg(a), self.reg(b), NIL];
        Ok(self.fill(to, at, OBJECT, &content))
    }
    /// A vector in old space, filled through the barrier.
    pub(crate) fn shared(&mut self, to: usize, n: usize, a: usize) -> Option<u64> {
        let at = self.m.alloc_shared((8 + 8 * n).next_multiple_of(GRANULE)).ok()?;
        let word = self.fill(to, at, OBJECT, &[VECTOR | (n as u64) << 8]);
        for i in 0..n {
            self.put(to, i, a);
        }
        Some(word)
    }
    /// Stores register `b` into field `i` of register `a`.
    pub(crate) fn put(&mut self, a: usize, i: usize, b: usize) {
        let (holder, value) = (self.reg(a), self.reg(b));
        // SAFETY: tests name fields that exist.
        unsafe { self.m.store(holder, field(holder, i), value) };
    }

    pub(crate) fn minor(&mut self) {
        self.m.minor(&mut self.roots);
    }
    pub(crate) fn full(&mut self) {
        self.m.full(&mut self.roots);
    }
}
