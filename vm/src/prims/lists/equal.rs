//! `eqv?` and `equal?` (R7RS 6.1).
//!
//! `equal?` must end on circular structure and should not pay for that on ordinary data.
//! After Adams and Dybvig, "Efficient Nondestructive Equality Checking for Trees and Graphs"
//! (ICFP 2008): a plain walk with a budget; when it is used up, a while of remembering in a
//! union-find forest which nodes were assumed equal; if that finds nothing to prune, another,
//! longer plain walk. Addresses serve as keys because nothing is allocated in the heap before
//! the answer: a walk that has to stop for a request forgets everything and starts over.

use super::walk::{stop_requested, stopped};
use crate::cx::{Args, Cx, H, Out, Raise};
use crate::val::{Bytes, Val};
use gambol_abi::layout::Kind;
use gambol_abi::value::{self, Word};
use rustc_hash::FxHashMap;

/// Nodes of the first plain walk.
const PLAIN: usize = 1 << 16;
/// Share of nodes compared with remembering, against plain ones.
const REMEMBER_SHARE: usize = 8;
/// Nodes between looks at the requests.
const STEPS: usize = 1 << 13;

/// `eqv?`: the same object, or equal numbers of the same exactness.
#[inline(always)]
pub(crate) fn eqv(a: Val<'_>, b: Val<'_>) -> bool {
    // Only boxed numbers can be the same without being the same word.
    a.is(b) || value::is_object(a.word()) && value::is_object(b.word()) && eqv_objects(a, b)
}
fn eqv_objects(a: Val<'_>, b: Val<'_>) -> bool {
    let number = |v: Val<'_>| matches!(v.kind(), Some(Kind::Flonum | Kind::Bignum | Kind::Ratnum | Kind::Compnum));
    number(a) && number(b) && crate::num::eqv(a, b)
}

/// Whether two bytevectors hold the same bytes.
pub(crate) fn bytes_equal(a: Bytes<'_>, b: Bytes<'_>) -> bool {
    // SAFETY: both have as many bytes as they say; a racing writer can change bytes, not sizes.
    a.len() == b.len() && unsafe { std::slice::from_raw_parts(a.as_ptr(), a.len()) == std::slice::from_raw_parts(b.as_ptr(), b.len()) }
}

/// `(equal? a b)`
pub(crate) fn equal_p<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    let same = equal(cx, args.get(0), args.get(1))?;
    Ok(Val::boolean(same))
}

/// `equal?` on handles.
pub(crate) fn equal<'s>(cx: &mut Cx<'s>, a: H<'s>, b: H<'s>) -> Result<bool, Raise> {
    loop {
        if let Some(same) = compare(cx, cx.get(a), cx.get(b)) {
            return Ok(same);
        }
        stopped(cx)?;
    }
}

/// What two nodes say without looking inside.
enum Node {
    Same,
    Different,
    Pairs,
    Vectors,
}
#[inline(always)]
fn node(a: Val<'_>, b: Val<'_>) -> Node {
    if a.is(b) {
        return Node::Same;
    }
    if a.is_pair() && b.is_pair() {
        return Node::Pairs;
    }
    if !value::is_object(a.word()) || !value::is_object(b.word()) {
        return Node::Different;
    }
    let same = match (a.kind(), b.kind()) {
        (Some(Kind::Vector), Some(Kind::Vector)) if a.vector_len() == b.vector_len() => return Node::Vectors,
        (Some(Kind::String), Some(Kind::String)) => a.text().same(b.text()),
        (Some(Kind::Bytevector), Some(Kind::Bytevector)) => bytes_equal(a.bytes(), b.bytes()),
        _ => eqv_objects(a, b),
    };
    if same { Node::Same } else { Node::Different }
}

/// Vectors whose elements from an index on are still to be compared, or a pair of values.
enum Work<'a> {
    Values(Val<'a>, Val<'a>),
    Elements(Val<'a>, Val<'a>, usize),
}

/// `None`: a request came first.
fn compare<'a>(cx: &'a Cx<'_>, a: Val<'a>, b: Val<'a>) -> Option<bool> {
    let (mut a, mut b) = (a, b);
    let mut pending: Vec<Work<'a>> = Vec::new();
    let mut effort = Effort::new();
    loop {
        // One step: leaves fall through to the next work item, composites continue the loop.
        match node(a, b) {
            Node::Different => return Some(false),
            Node::Same => {}
            Node::Pairs => {
                if !effort.assumed(a, b) {
                    if effort.used.is_multiple_of(STEPS) && stop_requested(cx) {
                        return None;
                    }
                    let (x, y) = (a.car(), b.car());
                    match node(x, y) {
                        Node::Different => return Some(false),
                        Node::Same => {}
                        _ => pending.push(Work::Values(x, y)),
                    }
                    (a, b) = (a.cdr(), b.cdr());
                    continue;
                }
            }
            Node::Vectors => {
                if !effort.assumed(a, b) {
                    pending.push(Work::Elements(a, b, 0));
                }
            }
        }
        match next(&mut pending, &mut effort) {
            Some(Some((x, y))) => (a, b) = (x, y),
            Some(None) => return Some(true),
            None if stop_requested(cx) => return None,
            None => (a, b) = (Val::NIL, Val::NIL),
        }
    }
}
/// The next pair of values to compare; `Some(None)` when there is none, `None` when it is
/// time to look at the requests.
fn next<'a>(pending: &mut Vec<Work<'a>>, effort: &mut Effort) -> Option<Option<(Val<'a>, Val<'a>)>> {
    loop {
        match pending.last_mut() {
            None => return Some(None),
            Some(Work::Values(x, y)) => {
                let both = (*x, *y);
                pending.pop();
                return Some(Some(both));
            }
            Some(Work::Elements(x, y, i)) => {
                let (x, y, at) = (*x, *y, *i);
                if at == x.vector_len() {
                    pending.pop();
                    continue;
                }
                *i += 1;
                effort.used += 1;
                if effort.used.is_multiple_of(STEPS) {
                    *i -= 1;
                    return None;
                }
                return Some(Some((x.vector_ref(at), y.vector_ref(at))));
            }
        }
    }
}

/// How much has been compared, and what was assumed equal on the way.
struct Effort {
    used: usize,
    /// Nodes until the mode changes.
    left: usize,
    /// Length of the last plain walk.
    plain: usize,
    remembering: bool,
    /// Something was pruned since remembering began.
    useful: bool,
    forest: FxHashMap<Word, Word>,
}
impl Effort {
    fn new() -> Effort {
        Effort { used: 0, left: PLAIN, plain: PLAIN, remembering: false, useful: false, forest: FxHashMap::default() }
    }
    /// Counts a composite node; whether the two may be taken as equal because they are being
    /// compared, or were, elsewhere.
    #[inline(always)]
    fn assumed(&mut self, a: Val<'_>, b: Val<'_>) -> bool {
        self.used += 1;
        self.left -= 1;
        if self.left == 0 {
            self.change_mode();
        }
        self.remembering && self.join(a.word(), b.word())
    }
    #[cold]
    fn change_mode(&mut self) {
        if self.remembering && !self.useful {
            // Nothing was met twice: a big tree or a long list, most likely.
            self.remembering = false;
            self.plain = self.plain.saturating_mul(2);
            self.left = self.plain;
        } else {
            self.remembering = true;
            self.useful = false;
            self.left = self.plain / REMEMBER_SHARE;
        }
    }
    /// Joins the classes of two nodes; true if they were one already.
    fn join(&mut self, a: Word, b: Word) -> bool {
        let (a, b) = (self.find(a), self.find(b));
        if a == b {
            self.useful = true;
            return true;
        }
        self.forest.insert(a, b);
        false
    }
    fn find(&mut self, mut node: Word) -> Word {
        let mut parent = node;
        while let Some(&up) = self.forest.get(&parent) {
            parent = up;
        }
        // Path compression: later look-ups take one step.
        while let Some(up) = self.forest.get_mut(&node) {
            node = std::mem::replace(up, parent);
            if node == parent {
                break;
            }
        }
        parent
    }
}
