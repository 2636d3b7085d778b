//! Between datums (what the reader and the expander know) and heap values.
//!
//! Both directions are iterative: data may be nested as deeply as memory allows. Values under
//! construction wait on `Processor::building`, which the collector visits, as it does the
//! placeholders of datum labels.

use crate::cx::{Cx, H, Raise};
use crate::num;
use crate::val::{Val, field_slot};
use gambol_abi::layout::{self, FLAG_IMMUTABLE, Kind, offset, round_up};
use gambol_abi::value::{self, TAG_OBJECT, TAG_PAIR, Word};
use gambol_front::datum::{Datum, DatumKind};
use gambol_front::source::Span;
use rustc_hash::{FxHashMap, FxHashSet};

/// An immutable constant in the old space: literals of code.
pub(crate) fn to_shared<'s>(cx: &mut Cx<'s>, d: &Datum) -> Result<H<'s>, Raise> {
    build(cx, d, true)
}
/// A fresh, mutable value: what `read` returns.
pub(crate) fn to_value<'s>(cx: &mut Cx<'s>, d: &Datum) -> Result<H<'s>, Raise> {
    build(cx, d, false)
}

enum Task<'d> {
    Visit(&'d Datum),
    /// Pop so many items and a tail, push the list.
    List(usize),
    /// Pop so many items, push the vector.
    Vector(usize),
    /// The value on top is that of a label.
    Label(u32),
}

fn build<'s>(cx: &mut Cx<'s>, d: &Datum, shared: bool) -> Result<H<'s>, Raise> {
    let bottom = cx.p().building.len();
    let result = build_on(cx, d, shared);
    let p = cx.p_mut();
    let word = p.building.last().copied().filter(|_| result.is_ok());
    p.building.truncate(bottom);
    p.placeholders.clear();
    result?;
    Ok(cx.root_word(word.expect("a datum was built")))
}

fn build_on(cx: &mut Cx<'_>, d: &Datum, shared: bool) -> Result<(), Raise> {
    // A label's placeholder is a box of its own, at this place among the placeholders.
    let mut labels: FxHashMap<u32, usize> = FxHashMap::default();
    let mut tasks = vec![Task::Visit(d)];
    while let Some(task) = tasks.pop() {
        match task {
            Task::Visit(d) => match &d.kind {
                DatumKind::List(items, tail) => {
                    tasks.push(Task::List(items.len()));
                    match tail {
                        Some(t) => tasks.push(Task::Visit(t)),
                        None => tasks.push(Task::Visit(&NULL)),
                    }
                    tasks.extend(items.iter().rev().map(Task::Visit));
                }
                DatumKind::Vector(items) => {
                    tasks.push(Task::Vector(items.len()));
                    tasks.extend(items.iter().rev().map(Task::Visit));
                }
                DatumKind::Label(n, inner) => {
                    let w = cell(cx, shared)?;
                    labels.insert(*n, cx.p().placeholders.len());
                    cx.p_mut().placeholders.push(w);
                    tasks.push(Task::Label(*n));
                    tasks.push(Task::Visit(inner));
                }
                DatumKind::Ref(n) => {
                    let at = labels.get(n).copied();
                    let w = at.map_or(value::UNSPECIFIED, |i| cx.p().placeholders[i]);
                    cx.p_mut().building.push(w);
                }
                _ => {
                    let w = atom(cx, d, shared)?;
                    cx.p_mut().building.push(w);
                }
            },
            Task::List(n) => list(cx, n, shared)?,
            Task::Vector(n) => vector(cx, n, shared)?,
            Task::Label(n) => {
                // The placeholder's content is the value, for `resolve`.
                let p = cx.p_mut();
                let w = *p.building.last().expect("a labelled datum was built");
                let holder = p.placeholders[labels[&n]];
                p.store(holder, field_slot(holder, 0), w);
            }
        }
    }
    if !labels.is_empty() {
        resolve(cx);
    }
    Ok(())
}

static NULL: Datum = Datum { span: Span::NONE, kind: DatumKind::Null };

fn allocate(cx: &mut Cx<'_>, bytes: usize, shared: bool) -> Result<usize, Raise> {
    let p = cx.p_mut();
    if shared { p.allocate_shared(round_up(bytes)) } else { p.allocate(bytes) }
}

/// A placeholder.
fn cell(cx: &mut Cx<'_>, shared: bool) -> Result<Word, Raise> {
    let address = allocate(cx, 16, shared)?;
    let w = address as u64 | TAG_OBJECT;
    // SAFETY: fresh memory for a box.
    unsafe {
        *(address as *mut u64) = layout::header(Kind::Box, 1);
        *field_slot(w, 0) = value::FALSE;
    }
    Ok(w)
}

/// Pops `n` items and the tail above them; pushes the list.
fn list(cx: &mut Cx<'_>, n: usize, shared: bool) -> Result<(), Raise> {
    for _ in 0..n {
        let address = allocate(cx, 16, shared)?;
        let building = &mut cx.p_mut().building;
        let tail = building.pop().expect("a tail was built");
        let top = building.last_mut().expect("items were built");
        // SAFETY: fresh memory for a pair; a shared one only gets shared values.
        unsafe {
            *(address as *mut u64) = *top;
            *(address as *mut u64).add(1) = tail;
        }
        *top = address as u64 | TAG_PAIR;
    }
    Ok(())
}

fn vector(cx: &mut Cx<'_>, n: usize, shared: bool) -> Result<(), Raise> {
    let address = allocate(cx, 16 + 8 * n, shared)?;
    let w = address as u64 | TAG_OBJECT;
    let p = cx.p_mut();
    let from = p.building.len() - n;
    let born_shared = p.is_shared(w);
    // SAFETY: fresh memory for a vector of `n` elements.
    unsafe {
        *(address as *mut u64) = layout::header(Kind::Vector, 0) | if shared { FLAG_IMMUTABLE } else { 0 };
        *field_slot(w, 0) = value::fixnum(n as i64);
        for k in 0..n {
            let item = p.building[from + k];
            if born_shared {
                *field_slot(w, k + 1) = value::FALSE;
                p.store(w, field_slot(w, k + 1), item);
            } else {
                *field_slot(w, k + 1) = item;
            }
        }
    }
    p.building.truncate(from);
    p.building.push(w);
    Ok(())
}

fn atom(cx: &mut Cx<'_>, d: &Datum, shared: bool) -> Result<Word, Raise> {
    Ok(match &d.kind {
        DatumKind::Null => value::NIL,
        DatumKind::Bool(b) => value::boolean(*b),
        DatumKind::Char(c) => value::character(*c),
        DatumKind::Eof => value::EOF,
        DatumKind::Unspecified => value::UNSPECIFIED,
        DatumKind::Object(n) => {
            let p = cx.p_mut();
            let w = p.quoted[*n as usize];
            if shared {
                // SAFETY: a root holds it.
                unsafe { p.mutator.share(w) };
            }
            w
        }
        DatumKind::Symbol(name) => scoped(cx, |cx| cx.symbol(name))?,
        DatumKind::String(text) if shared => scoped(cx, |cx| crate::symbols::shared_string(cx, text))?,
        DatumKind::String(text) => scoped(cx, |cx| cx.string(text))?,
        DatumKind::Bytevector(bytes) => bytevector(cx, bytes, shared)?,
        DatumKind::Number(n) => {
            let w = scoped(cx, |cx| num::from_number(cx, n))?;
            if shared { share(cx, w)? } else { w }
        }
        DatumKind::List(..) | DatumKind::Vector(_) | DatumKind::Label(..) | DatumKind::Ref(_) => unreachable!("compound datums are built by tasks"),
    })
}

fn scoped(cx: &mut Cx<'_>, f: impl for<'x> FnOnce(&mut Cx<'x>) -> Result<H<'x>, Raise>) -> Result<Word, Raise> {
    cx.scope(|cx, _| {
        let h = f(cx)?;
        Ok(cx.get(h).word())
    })
}

fn bytevector(cx: &mut Cx<'_>, bytes: &[u8], shared: bool) -> Result<Word, Raise> {
    let address = allocate(cx, 16 + bytes.len(), shared)?;
    let w = address as u64 | TAG_OBJECT;
    // SAFETY: fresh memory for that many bytes.
    unsafe {
        *(address as *mut u64) = layout::header(Kind::Bytevector, 0) | if shared { FLAG_IMMUTABLE } else { 0 };
        *field_slot(w, 0) = value::fixnum(bytes.len() as i64);
        std::ptr::copy_nonoverlapping(bytes.as_ptr(), field_slot(w, 1) as *mut u8, bytes.len());
    }
    Ok(w)
}

/// A copy of a number in the old space (immediates as they are). Numbers nest two levels deep at most.
fn share(cx: &mut Cx<'_>, w: Word) -> Result<Word, Raise> {
    if !value::is_object(w) || cx.p().is_shared(w) {
        return Ok(w);
    }
    let at = cx.p().building.len();
    cx.p_mut().building.push(w);
    // SAFETY: `w` is a live number.
    let (kind, header, words) = unsafe {
        let v = Val::from_word(w);
        let h = crate::val::header_raw(w);
        let kind = v.kind().expect("numbers have headers");
        (kind, h, if kind == Kind::Bignum { 1 + v.array_len() } else { layout::header_words(h) })
    };
    let mut fields = Vec::with_capacity(words);
    for k in 0..words {
        // SAFETY: re-read from the root, since a component's copy may have moved it.
        let f = unsafe { crate::val::field_raw(cx.p().building[at], k) };
        fields.push(if matches!(kind, Kind::Ratnum | Kind::Compnum) { share(cx, f)? } else { f });
    }
    let address = allocate(cx, 8 + 8 * words, true)?;
    let copy = address as u64 | TAG_OBJECT;
    // SAFETY: fresh memory of that size; components are shared.
    unsafe {
        *(address as *mut u64) = header;
        fields.into_iter().enumerate().for_each(|(k, f)| *field_slot(copy, k) = f);
    }
    cx.p_mut().building.truncate(at);
    cx.p_mut().linking.push(copy);
    Ok(copy)
}

/// Replaces every reference to a placeholder in the value on top by the placeholder's content.
/// Nothing is allocated, so addresses identify objects.
fn resolve(cx: &mut Cx<'_>) {
    let p = cx.p_mut();
    let holders: FxHashSet<Word> = p.placeholders.iter().copied().collect();
    let real = |mut w: Word| {
        // A label whose datum is another label leads there in turn; a cycle of labels alone was refused by the reader.
        for _ in 0..=holders.len() {
            if !holders.contains(&w) {
                break;
            }
            // SAFETY: placeholders are boxes.
            w = unsafe { crate::val::field_raw(w, 0) };
        }
        w
    };
    let top = p.building.len() - 1;
    p.building[top] = real(p.building[top]);
    let mut seen = FxHashSet::default();
    let mut work = vec![p.building[top]];
    while let Some(w) = work.pop() {
        if !seen.insert(w) {
            continue;
        }
        // SAFETY: `w` is a live value of the structure.
        let v = unsafe { Val::from_word(w) };
        let slots: Vec<*mut Word> = if v.is_pair() {
            vec![(w as isize + offset::CAR) as *mut Word, (w as isize + offset::CDR) as *mut Word]
        } else if v.is_kind(Kind::Vector) {
            (1..=v.vector_len()).map(|k| field_slot(w, k)).collect()
        } else {
            continue;
        };
        for slot in slots {
            // SAFETY: a slot of a live object.
            let old = unsafe { *slot };
            let new = real(old);
            if new != old {
                p.store(w, slot, new);
            }
            if value::is_pair(new) || value::is_object(new) {
                work.push(new);
            }
        }
    }
}

/// What `eval` was given, as a datum; every part has the span `at`. Things without an external
/// representation stand for themselves, in `Processor::quoted`. `Err` with a message for circular
/// structure.
pub(crate) fn to_datum(cx: &mut Cx<'_>, h: H<'_>, at: Span) -> Result<Datum, &'static str> {
    let mut objects = Vec::new();
    let datum = datum_of(h, at, &mut objects);
    cx.p_mut().quoted = objects;
    datum
}

fn datum_of(h: H<'_>, at: Span, objects: &mut Vec<Word>) -> Result<Datum, &'static str> {
    enum Step {
        Value(Word),
        List(usize, bool, Word),
        Vector(usize, Word),
    }
    const CIRCULAR: &str = "the expression is circular:";
    // SAFETY: nothing allocates in this walk.
    let val = |w: Word| unsafe { Val::from_word(w) };
    // SAFETY: a handle's slot.
    let mut work = vec![Step::Value(unsafe { *h.address() })];
    let mut out: Vec<Datum> = Vec::new();
    // Shared structure is copied: more than this is not meant.
    let mut budget: usize = 1 << 26;
    // What is being copied at this point. Addresses are stable, as nothing allocates.
    let mut open = FxHashSet::default();
    while let Some(step) = work.pop() {
        match step {
            Step::Value(w) if value::is_pair(w) => {
                let mut items = Vec::new();
                let (mut rest, mut slow) = (val(w), val(w));
                if !open.insert(w) {
                    return Err(CIRCULAR);
                }
                while rest.is_pair() {
                    items.push(rest.car().word());
                    rest = rest.cdr();
                    if items.len() % 2 == 0 {
                        slow = slow.cdr();
                        if slow.is(rest) {
                            return Err(CIRCULAR);
                        }
                    }
                    budget = budget.checked_sub(1).ok_or("the expression is too large:")?;
                }
                let tail = !rest.is_null();
                work.push(Step::List(items.len(), tail, w));
                if tail {
                    work.push(Step::Value(rest.word()));
                }
                work.extend(items.into_iter().rev().map(Step::Value));
            }
            Step::Value(w) if val(w).is_kind(Kind::Vector) => {
                let v = val(w);
                if !open.insert(w) {
                    return Err(CIRCULAR);
                }
                budget = budget.checked_sub(1 + v.vector_len()).ok_or("the expression is too large:")?;
                work.push(Step::Vector(v.vector_len(), w));
                work.extend((0..v.vector_len()).rev().map(|k| Step::Value(v.vector_ref(k).word())));
            }
            Step::Value(w) => out.push(Datum::new(at, simple(val(w), objects))),
            Step::List(n, tail, whole) => {
                open.remove(&whole);
                let tail = if tail { out.pop() } else { None };
                let items = out.split_off(out.len() - n);
                out.push(Datum::list(at, items, tail));
            }
            Step::Vector(n, whole) => {
                open.remove(&whole);
                let items = out.split_off(out.len() - n);
                out.push(Datum::new(at, DatumKind::Vector(items)));
            }
        }
    }
    Ok(out.pop().expect("one value, one datum"))
}

fn simple(v: Val<'_>, objects: &mut Vec<Word>) -> DatumKind {
    match v.word() {
        value::NIL => DatumKind::Null,
        value::FALSE => DatumKind::Bool(false),
        value::TRUE => DatumKind::Bool(true),
        value::EOF => DatumKind::Eof,
        value::UNSPECIFIED | value::DEFAULT => DatumKind::Unspecified,
        _ => {
            if let Some(c) = v.as_char() {
                DatumKind::Char(c)
            } else if let Some(n) = num::to_number(v) {
                DatumKind::Number(n)
            } else {
                match v.kind() {
                    Some(Kind::Symbol) => DatumKind::Symbol(v.symbol_name().to_string().into()),
                    Some(Kind::String) => DatumKind::String(v.text().to_string().into()),
                    Some(Kind::Bytevector) => DatumKind::Bytevector(v.bytes().to_vec(0, v.bytes().len()).into()),
                    _ => {
                        objects.push(v.word());
                        DatumKind::Object(objects.len() as u32 - 1)
                    }
                }
            }
        }
    }
}

/// Constants the linker makes itself.
pub(crate) enum Shared<'a> {
    /// An interned symbol.
    Symbol(&'a str),
}

/// A shared, immutable vector.
pub(crate) fn shared_vector<'s>(cx: &mut Cx<'s>, items: &[Shared<'_>]) -> Result<H<'s>, Raise> {
    let bottom = cx.p().building.len();
    for item in items {
        let Shared::Symbol(name) = item;
        let w = scoped(cx, |cx| cx.symbol(name))?;
        cx.p_mut().building.push(w);
    }
    vector(cx, items.len(), true)?;
    let w = cx.p_mut().building.pop().expect("a vector was built");
    cx.p_mut().building.truncate(bottom);
    Ok(cx.root_word(w))
}
