//! What the collector needs to know of Scheme objects: which words are pointers, how large an
//! object is, where its values are.

use crate::stack::{self, Chunk};
use crate::template::Template;
use crate::val::{field_raw, field_slot, header_raw};
use gambol_abi::layout::{FLAG_WIDE, Kind, Shape, header_code, header_words, kont, offset, round_up};
use gambol_abi::value::{self, TAG_MASK, TAG_PAIR, TAG_PROCEDURE, Word};
use gambol_gc::{ObjectModel, Phase, Visitor, WeakShape};
use rustc_hash::FxHashSet;

/// Scheme's objects, for the collector.
pub(crate) struct Model;

/// The template of a procedure.
///
/// # Safety
/// `w` is a procedure.
unsafe fn template_of<'a>(w: Word) -> &'a Template {
    // SAFETY: as the caller vouches; templates live as long as their closures.
    unsafe { &**((w as isize + offset::TEMPLATE) as *const *const Template) }
}

/// Visits what a template keeps alive: once per cycle when marking, always for the verifier, never
/// in a minor collection (constants are shared objects).
pub(crate) fn trace_template<V: Visitor>(t: &Template, v: &mut V) {
    let phase = v.phase();
    if phase == Phase::Minor {
        return;
    }
    let mut seen = FxHashSet::default();
    let mut work = vec![t];
    while let Some(t) = work.pop() {
        if if phase == Phase::Mark { t.mark() } else { seen.insert(std::ptr::from_ref(t)) } {
            for slot in t.constants() {
                // SAFETY: constants are values (or aligned addresses, which look like fixnums) and shared.
                unsafe { v.slot(std::ptr::from_ref(slot).cast_mut()) };
            }
            // SAFETY: a template's children live as long as it does.
            work.extend(t.children.iter().map(|&c| unsafe { &*c }));
        }
    }
}

// SAFETY: pointers are 16-aligned addresses with tags 1, 3 and 4; sizes come from headers, lengths and
// templates, none of which is shown as a slot; frames of continuation parts are outside the heap.
unsafe impl ObjectModel for Model {
    const TAGS: [u64; 3] = [value::TAG_PAIR, value::TAG_OBJECT, value::TAG_PROCEDURE];
    const BROKEN: u64 = value::BROKEN;

    #[inline(always)]
    fn is_pointer(word: u64) -> bool {
        value::is_pointer(word)
    }
    #[inline(always)]
    unsafe fn size(word: u64) -> usize {
        // SAFETY: the collector passes pointers to live objects.
        unsafe {
            match word & TAG_MASK {
                TAG_PAIR => 16,
                TAG_PROCEDURE => round_up(8 + 8 * template_of(word).captured as usize),
                _ => {
                    let h = header_raw(word);
                    let kind = Kind::ALL[header_code(h) as usize];
                    round_up(match kind.shape() {
                        Shape::Values | Shape::Raw | Shape::Special => 8 + 8 * header_words(h),
                        Shape::ValueArray | Shape::WordArray => 16 + 8 * value::fixnum_value(field_raw(word, 0)) as usize,
                        Shape::ByteArray => 16 + ((value::fixnum_value(field_raw(word, 0)) as usize) << if h & FLAG_WIDE != 0 { 2 } else { 0 }),
                    })
                }
            }
        }
    }
    #[inline(always)]
    unsafe fn trace<V: Visitor>(word: u64, v: &mut V) {
        // SAFETY: the collector passes pointers to live objects; slots stay within them.
        unsafe {
            match word & TAG_MASK {
                TAG_PAIR => {
                    v.slot((word as isize + offset::CAR) as *mut u64);
                    v.slot((word as isize + offset::CDR) as *mut u64);
                }
                TAG_PROCEDURE => {
                    let t = template_of(word);
                    for i in 0..t.captured as usize {
                        v.slot((word as isize + offset::captured(i)) as *mut u64);
                    }
                    trace_template(t, v);
                }
                _ => {
                    let h = header_raw(word);
                    let kind = Kind::ALL[header_code(h) as usize];
                    match kind.shape() {
                        Shape::Values => (0..header_words(h)).for_each(|i| v.slot(field_slot(word, i))),
                        Shape::ValueArray => (1..=value::fixnum_value(field_raw(word, 0)) as usize).for_each(|i| v.slot(field_slot(word, i))),
                        Shape::Raw | Shape::ByteArray | Shape::WordArray => {}
                        Shape::Special => trace_special(kind, word, v),
                    }
                }
            }
        }
    }
    unsafe fn weak_shape(word: u64) -> WeakShape {
        if crate::val::is_kind(word, Kind::WeakPair) {
            WeakShape::WeakPair { weak: field_slot(word, 0) }
        } else if crate::val::is_kind(word, Kind::Ephemeron) {
            WeakShape::Ephemeron { key: field_slot(word, 0), datum: field_slot(word, 1) }
        } else {
            WeakShape::None
        }
    }
}

/// # Safety
/// `word` is a live object of that kind.
unsafe fn trace_special<V: Visitor>(kind: Kind, word: Word, v: &mut V) {
    match kind {
        Kind::Kont => {
            // SAFETY: a continuation part describes live frames (K-CLEAN says when this happens).
            unsafe {
                v.slot(field_slot(word, kont::NEXT));
                v.slot(field_slot(word, kont::DYNAMIC));
                if field_raw(word, kont::LOW) == field_raw(word, kont::HIGH) {
                    // Nothing left of it, and perhaps nothing of its chunk.
                    return;
                }
                (*(field_raw(word, kont::CHUNK) as *const Chunk)).reach();
                trace_frames(field_raw(word, kont::RETURN), field_raw(word, kont::LOW) as *mut u64, v);
            }
        }
        // SAFETY: slots of a live object.
        Kind::WeakPair => unsafe {
            v.slot(field_slot(word, 1));
            v.weak(word);
        },
        Kind::Ephemeron => v.weak(word),
        // SAFETY: slots of a live object.
        Kind::Guardian => (0..2).for_each(|i| unsafe { v.slot(field_slot(word, i)) }),
        _ => {}
    }
}

/// Visits the live slots of frames from `ret` and `sp` on.
///
/// # Safety
/// They describe frames of a live part.
pub(crate) unsafe fn trace_frames<V: Visitor>(ret: u64, sp: *mut u64, v: &mut V) {
    // Two closures need the visitor in turn; a cell hands it to whichever runs.
    let v = std::cell::RefCell::new(v);
    // SAFETY: closure slots of live frames.
    let mut touch = |slot: *mut Word| unsafe { v.borrow_mut().slot(slot) };
    let mut each = |f: &stack::Frame| {
        trace_frame(f, *v.borrow_mut());
        true
    };
    // SAFETY: as the caller vouches.
    unsafe { stack::walk(ret, sp, &mut touch, &mut each) };
}

/// Visits one frame's live registers and its template.
pub(crate) fn trace_frame<V: Visitor>(f: &stack::Frame, v: &mut V) {
    // SAFETY: live registers hold values.
    f.live(|slot| unsafe { v.slot(slot) });
    trace_template(f.template(), v);
}
