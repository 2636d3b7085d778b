//! Products of long numbers by number-theoretic transforms.
//!
//! Limbs are the coefficients of polynomials. Their product is computed modulo three primes, by
//! transforms in whose fields convolution is pointwise multiplication (Pollard, "The Fast Fourier
//! Transform in a Finite Field", 1971), and put together by the Chinese remainder theorem in
//! Garner's form (Knuth, TAOCP 4.3.2 and 4.3.3 C). A transform divides by factors: it reduces
//! modulo x^n - 1 = (x^(n/2) - 1)(x^(n/2) + 1), and so on down a tree each node of which needs a
//! single root; the roots in the order of nodes are in bit-reversed order. Residues stay below four
//! times the prime between steps, and products with roots take two multiplications and a half by
//! Shoup's method (Harvey, "Faster Arithmetic for Number-Theoretic Transforms", 2014).
//!
//! Lengths are powers of two and three quarters of them: those leave out the last quarter of the
//! tree, and the coefficients it would have given come back from the others.

use super::{Buf, normalise};
use crate::number::effort::spend;

/// Parts of a transform up to this many coefficients are done level by level, longer ones
/// depth first, so that they stay in the cache. Passes over more are cut up to count their effort.
const PIECE: usize = 1 << 12;

/// The integers modulo a prime just below 2^62 that is one more than a multiple of 2^32.
struct Field {
    p: u64,
    /// `1 / p` modulo 2^64.
    inverse: u64,
    /// 2^128 modulo `p`.
    square: u64,
    /// A root of unity of order 2^32.
    root: u64,
}

/// A factor `w`, and `floor(w 2^64 / p)` to multiply by it.
#[derive(Clone, Copy)]
struct Root {
    w: u64,
    quotient: u64,
}

const FIELDS: [Field; 3] = [
    Field::new(0x3FFF_FFEE_0000_0001, 69_433_692_538_710_738),
    Field::new(0x3FFF_FFB4_0000_0001, 3_385_523_647_569_167_919),
    Field::new(0x3FFF_FFA0_0000_0001, 3_318_345_213_167_893_729),
];

impl Field {
    const fn new(p: u64, root: u64) -> Field {
        // Newton's iteration doubles the bits that are right; an odd number has three from the start.
        let mut inverse = p;
        let mut bits = 3;
        while bits < 64 {
            inverse = inverse.wrapping_mul(2u64.wrapping_sub(p.wrapping_mul(inverse)));
            bits *= 2;
        }
        let unit = (1 << 64) % p as u128;
        Field { p, inverse, square: (unit * unit % p as u128) as u64, root }
    }
    /// `x` less `m` where it is not below it, for `x` below `2 m`.
    #[inline(always)]
    fn once(x: u64, m: u64) -> u64 {
        x.min(x.wrapping_sub(m))
    }
    /// The residue below `p` of an `x` below `4 p`.
    #[inline(always)]
    fn reduce(&self, x: u64) -> u64 {
        Self::once(Self::once(x, 2 * self.p), self.p)
    }
    /// `a b / 2^64` (Montgomery's product), below `2 p` where `a b` is below `2^64 p`.
    #[inline(always)]
    fn product(&self, a: u64, b: u64) -> u64 {
        let t = u128::from(a) * u128::from(b);
        let q = (t as u64).wrapping_mul(self.inverse);
        let h = (u128::from(q) * u128::from(self.p)) >> 64;
        (t >> 64) as u64 + self.p - h as u64
    }
    /// As [`Field::product`], below `p`.
    fn times(&self, a: u64, b: u64) -> u64 {
        self.reduce(self.product(a, b))
    }
    /// `x 2^64`: the form in which [`Field::product`] multiplies by `x`.
    fn scaled(&self, x: u64) -> u64 {
        self.times(x, self.square)
    }
    /// `x^n`, both scaled.
    fn power(&self, mut x: u64, mut n: u64) -> u64 {
        let mut result = self.scaled(1);
        while n > 0 {
            if n & 1 == 1 {
                result = self.times(result, x);
            }
            x = self.times(x, x);
            n >>= 1;
        }
        result
    }
    /// `1 / x`, scaled; `x` is not.
    fn reciprocal(&self, x: u64) -> u64 {
        self.power(self.scaled(x), self.p - 2)
    }
    /// From a scaled factor. `w 2^64` less its residue is a multiple of `p`, so that the quotient
    /// is exact, and a product with the inverse.
    fn root(&self, scaled: u64) -> Root {
        Root { w: self.times(scaled, 1), quotient: scaled.wrapping_mul(self.inverse).wrapping_neg() }
    }
    /// The roots of the first `count` nodes, a power of two.
    fn roots(&self, count: usize) -> Vec<Root> {
        let mut scaled = Vec::with_capacity(count);
        scaled.push(self.scaled(1));
        let mut order = 2;
        while scaled.len() < count {
            let next = self.power(self.scaled(self.root), 1 << (32 - order));
            for i in 0..scaled.len() {
                scaled.push(self.times(scaled[i], next));
            }
            order += 1;
        }
        spend(4 * count);
        scaled.into_iter().map(|s| self.root(s)).collect()
    }
    /// `x w`, below `2 p`, for any `x`.
    #[inline(always)]
    fn turn(&self, x: u64, w: Root) -> u64 {
        let q = (u128::from(x) * u128::from(w.quotient)) >> 64;
        x.wrapping_mul(w.w).wrapping_sub((q as u64).wrapping_mul(self.p))
    }
    /// Residues modulo the two factors of a node from those modulo the node, all below `4 p`.
    #[inline(always)]
    fn split(&self, a: u64, b: u64, w: Root) -> (u64, u64) {
        let a = Self::once(a, 2 * self.p);
        let t = self.turn(b, w);
        (a + t, a + 2 * self.p - t)
    }
    /// The reverse of [`Field::split`], doubled, all below `2 p`; takes `-1 / w`.
    #[inline(always)]
    fn join(&self, a: u64, b: u64, w: Root) -> (u64, u64) {
        (Self::once(a + b, 2 * self.p), self.turn(b + 2 * self.p - a, w))
    }
}

/// The four quarters.
#[inline(always)]
fn quarters(x: &mut [u64]) -> [&mut [u64]; 4] {
    let (low, high) = x.split_at_mut(x.len() / 2);
    let (a, b) = low.split_at_mut(low.len() / 2);
    let (c, d) = high.split_at_mut(high.len() / 2);
    [a, b, c, d]
}

/// The four quarters, piece by piece.
fn pieces(x: &mut [u64]) -> impl Iterator<Item = [&mut [u64]; 4]> {
    let [a, b, c, d] = quarters(x).map(|quarter| quarter.chunks_mut(PIECE));
    a.zip(b).zip(c.zip(d)).map(|((a, b), (c, d))| {
        spend(8 * a.len());
        [a, b, c, d]
    })
}

/// A field with the roots for one product.
struct Tree<'a> {
    field: &'a Field,
    roots: Vec<Root>,
}

impl Tree<'_> {
    /// `-1 / w` of a node. Roots mirror each other within a level: their product is -1.
    fn back(&self, node: usize) -> Root {
        match node.checked_ilog2() {
            Some(level) => self.roots[node ^ ((1 << level) - 1)],
            None => self.field.root(self.field.p - self.field.scaled(1)),
        }
    }
    /// Two levels down from a node.
    #[inline(always)]
    fn down(&self, [x0, x1, x2, x3]: [&mut [u64]; 4], node: usize) {
        let (f, top) = (self.field, self.roots[node]);
        let (left, right) = (self.roots[2 * node], self.roots[2 * node + 1]);
        for (((x0, x1), x2), x3) in x0.iter_mut().zip(x1).zip(x2).zip(x3) {
            let (a, c) = f.split(*x0, *x2, top);
            let (b, d) = f.split(*x1, *x3, top);
            (*x0, *x1) = f.split(a, b, left);
            (*x2, *x3) = f.split(c, d, right);
        }
    }
    /// Two levels up to a node.
    #[inline(always)]
    fn up(&self, [x0, x1, x2, x3]: [&mut [u64]; 4], node: usize) {
        let (f, top) = (self.field, self.back(node));
        let (left, right) = (self.back(2 * node), self.back(2 * node + 1));
        for (((x0, x1), x2), x3) in x0.iter_mut().zip(x1).zip(x2).zip(x3) {
            let (a, b) = f.join(*x0, *x1, left);
            let (c, d) = f.join(*x2, *x3, right);
            (*x0, *x2) = f.join(a, c, top);
            (*x1, *x3) = f.join(b, d, top);
        }
    }
    /// Values at the leaves below `node` of a polynomial reduced there. Its length is a power of
    /// two from 4 up.
    fn forward(&self, x: &mut [u64], node: usize) {
        let n = x.len();
        if n > PIECE {
            pieces(x).for_each(|piece| self.down(piece, node));
            x.chunks_exact_mut(n / 4).enumerate().for_each(|(i, part)| self.forward(part, 4 * node + i));
            return;
        }
        spend(8 * n);
        let (mut size, mut first) = (n, node);
        while size >= 4 {
            x.chunks_exact_mut(size).enumerate().for_each(|(i, part)| self.down(quarters(part), first + i));
            (size, first) = (size / 4, first * 4);
        }
        if size == 2 {
            for (pair, &w) in x.chunks_exact_mut(2).zip(&self.roots[first..]) {
                (pair[0], pair[1]) = self.field.split(pair[0], pair[1], w);
            }
        }
    }
    /// The reverse of [`Tree::forward`], times the length.
    fn backward(&self, x: &mut [u64], node: usize) {
        let n = x.len();
        if n > PIECE {
            x.chunks_exact_mut(n / 4).enumerate().for_each(|(i, part)| self.backward(part, 4 * node + i));
            return pieces(x).for_each(|piece| self.up(piece, node));
        }
        spend(8 * n);
        let mut size = 4;
        if !n.ilog2().is_multiple_of(2) {
            size = 8;
            for (i, pair) in x.chunks_exact_mut(2).enumerate() {
                (pair[0], pair[1]) = self.field.join(pair[0], pair[1], self.back(node * (n / 2) + i));
            }
        }
        while size <= n {
            let first = node * (n / size);
            x.chunks_exact_mut(size).enumerate().for_each(|(i, part)| self.up(quarters(part), first + i));
            size *= 4;
        }
    }
    /// The transform below `node`, which is modulo `x^n - w`, of limbs times a scaled factor.
    fn values(&self, limbs: &[u64], n: usize, node: usize, factor: u64) -> Vec<u64> {
        let f = self.field;
        let mut x = vec![0; n];
        let mut factor = factor;
        for piece in limbs.chunks(n) {
            for (x, limbs) in x.chunks_mut(PIECE).zip(piece.chunks(PIECE)) {
                spend(2 * x.len());
                for (x, &limb) in x.iter_mut().zip(limbs) {
                    *x = Field::once(*x + f.product(limb, factor), 2 * f.p);
                }
            }
            // Only the nodes on the way to the third quarter are asked for: w is 1 or the root of -1.
            if node != 0 {
                factor = f.reduce(f.turn(factor, self.roots[1]));
            }
        }
        self.forward(&mut x, node);
        x
    }
    /// The product of two polynomials modulo the `x^n - w` of a node.
    fn convolution(&self, a: &[u64], b: &[u64], n: usize, node: usize) -> Vec<u64> {
        let f = self.field;
        let scale = f.reciprocal(n as u64);
        let mut x = self.values(a, n, node, f.square);
        if std::ptr::eq(a, b) {
            let scale = f.times(scale, 1);
            for x in x.chunks_mut(PIECE) {
                spend(2 * x.len());
                x.iter_mut().for_each(|x| *x = f.product(f.product(f.reduce(*x), *x), scale));
            }
        } else {
            let y = self.values(b, n, node, scale);
            for (x, y) in x.chunks_mut(PIECE).zip(y.chunks(PIECE)) {
                spend(2 * x.len());
                x.iter_mut().zip(y).for_each(|(x, &y)| *x = f.product(f.reduce(*x), y));
            }
        }
        self.backward(&mut x, node);
        x
    }
}

impl Field {
    /// The product's coefficients modulo the prime, below twice that: `n` of them, or three quarters
    /// as many.
    fn coefficients(&self, a: &[u64], b: &[u64], n: usize, three_quarters: bool) -> Vec<u64> {
        let tree = Tree { field: self, roots: self.roots(n / 2) };
        if !three_quarters {
            return tree.convolution(a, b, n, 0);
        }
        // With m = n/4: u = u0 + u1 x^m modulo x^2m - 1, and v modulo x^m - i. There x^2m is -1, so
        // that u + (x^2m - 1) t, with t = (u - v) / 2, is right modulo both.
        let m = n / 4;
        let mut u = tree.convolution(a, b, 2 * m, 0);
        let mut v = tree.convolution(a, b, m, 2);
        let half = self.root(self.reciprocal(2));
        let i = tree.roots[1];
        let (u0, u1) = u.split_at_mut(m);
        for ((u0, u1), v) in u0.chunks_mut(PIECE).zip(u1.chunks(PIECE)).zip(v.chunks_mut(PIECE)) {
            spend(4 * v.len());
            for ((u0, &u1), v) in u0.iter_mut().zip(u1).zip(v) {
                let difference = Self::once(*u0 + self.turn(u1, i), 2 * self.p) + self.p - self.reduce(*v);
                *v = self.turn(difference, half);
                *u0 = Self::once(*u0 + 2 * self.p - *v, 2 * self.p);
            }
        }
        u.extend_from_slice(&v);
        u
    }
}

/// `a * b` of numbers of at least one limb, normalised; a square if they are the same slice.
/// Takes memory for four times the product.
pub fn mul(a: &[u64], b: &[u64]) -> Buf {
    let count = a.len() + b.len() - 1;
    let n = count.next_power_of_two().max(16);
    let three_quarters = count <= n / 4 * 3;
    let [r1, r2, r3] = FIELDS.each_ref().map(|f| f.coefficients(a, b, n, three_quarters));
    let mut out = Vec::with_capacity(count + 1);
    let mut carry = 0u128;
    for ((r1, r2), r3) in r1.chunks(PIECE).zip(r2.chunks(PIECE)).zip(r3.chunks(PIECE)) {
        spend(8 * r1.len());
        carry = put_together(&mut out, count, [r1, r2, r3], carry);
    }
    out.push(carry as u64);
    let mut out = Buf::from_vec(out);
    normalise(&mut out);
    out
}

/// Appends limbs of the number whose coefficients have these residues, up to `count` limbs in all,
/// and returns what is carried. A coefficient is less than the product of the primes.
fn put_together(out: &mut Vec<u64>, count: usize, residues: [&[u64]; 3], mut carry: u128) -> u128 {
    let [f1, f2, f3] = &FIELDS;
    let (by_1, by_2, by_12) = (f2.root(f2.reciprocal(f1.p)), f3.root(f3.reciprocal(f1.p)), f3.root(f3.reciprocal(f2.p)));
    let [r1, r2, r3] = residues;
    for ((&r1, &r2), &r3) in r1.iter().zip(r2).zip(r3).take(count - out.len()) {
        // The coefficient is r1 + p1 (k1 + p2 k2).
        let r1 = Field::once(r1, f1.p);
        let k1 = f2.reduce(f2.turn(r2 + 2 * f2.p - r1, by_1));
        let k2 = f3.reduce(f3.turn(r3 + 2 * f3.p - r1, by_2));
        let k2 = f3.reduce(f3.turn(k2 + 2 * f3.p - k1, by_12));
        let t = u128::from(f2.p) * u128::from(k2) + u128::from(k1);
        let low = u128::from(f1.p) * u128::from(t as u64) + u128::from(r1);
        let high = u128::from(f1.p) * (t >> 64) + (low >> 64);
        let sum = u128::from(low as u64) + u128::from(carry as u64);
        out.push(sum as u64);
        carry = high + (carry >> 64) + (sum >> 64);
    }
    carry
}
