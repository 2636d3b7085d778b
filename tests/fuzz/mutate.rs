//! Changing inputs: bytes, numerals, tokens, and balanced parts of Scheme text. Each change is a
//! function in a table; an input gets one or a few.

use crate::corpus::Corpus;
use crate::random::Random;
use crate::shared::INPUT_MAX;
use crate::tokens::{Kind, tokens, trees};
use std::collections::BTreeSet;
use std::ops::Range;

/// What sort of bytes a target eats.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Style {
    Bytes,
    Numeral,
    /// Scheme text.
    Text,
    /// Scheme text that should mean something: also made up from a grammar.
    Program,
}

type Change = fn(&mut Mutator, &mut Vec<u8>, &Corpus);

const BYTES: &[Change] = &[flip, set, insert, remove, repeat, overwrite, splice];
const NUMERAL: &[Change] = &[piece, piece, piece, digits, remove, repeat, splice, flip, token];
const TEXT: &[Change] = &[token, token, swap_tokens, drop_tree, repeat_tree, exchange_trees, graft, graft, wrap, hoist, numeral, numeral, remove, insert, splice, piece];

/// Longest input that changes make, but for splices of longer ones.
const LONG: usize = 4000;

/// Parts of numerals.
const PIECES: &[&str] = &[
    "#x",
    "#e",
    "#i",
    "#b",
    "#o",
    "#d",
    "+",
    "-",
    ".",
    "/",
    "e",
    "@",
    "i",
    "+i",
    "-i",
    "+inf.0",
    "-inf.0",
    "+nan.0",
    "0",
    "1",
    "-1",
    "1e10",
    "e308",
    "e-324",
    "e-5000",
    "1/3",
    "1e400",
    "9007199254740993",
    "1152921504606846975",
    "1152921504606846976",
    "-1152921504606846976",
    "-1152921504606846977",
    "4294967296",
    "18446744073709551616",
    "340282366920938463463374607431768211456",
    "1.7976931348623157e308",
    "4.9406564584124654e-324",
    "2.2250738585072014e-308",
    "0.1",
    "5e-324",
    "65535",
    "65536",
    "127",
    "255",
    "256",
];

/// Bytes at the edges of what UTF-8 allows, and of other ranges.
const EDGES: &[&[u8]] = &[
    b"\0",
    b"\x7F",
    b"\x80",
    b"\xFF",
    b"\xC0\x80",
    b"\xC2\x80",
    b"\xDF\xBF",
    b"\xE0\x80\x80",
    b"\xE0\xA0\x80",
    b"\xED\x9F\xBF",
    b"\xED\xA0\x80",
    b"\xEF\xBF\xBD",
    b"\xF0\x80\x80\x80",
    b"\xF0\x90\x80\x80",
    b"\xF4\x8F\xBF\xBF",
    b"\xF4\x90\x80\x80",
    b"\xF5",
    b"\r\n",
    b"\r",
    b"\n",
    b"\xE2\x80\xA8",
    b"\xC2\xA0",
    b"\xEF\xBB\xBF",
    b"\xCE\xBB",
];

pub(crate) struct Mutator {
    pub(crate) random: Random,
    style: Style,
    dictionary: Vec<Vec<u8>>,
}

impl Mutator {
    /// `corpus` is where words come from.
    pub(crate) fn new(random: Random, style: Style, corpus: &Corpus) -> Mutator {
        let mut words: BTreeSet<Vec<u8>> = gambol_front::reader::spellings().into_iter().map(String::into_bytes).collect();
        if matches!(style, Style::Text | Style::Program) {
            for text in corpus.all() {
                words.extend(tokens(text).into_iter().filter(|t| t.kind == Kind::Atom && t.range.len() < 40).map(|t| text[t.range].to_vec()));
            }
        }
        Mutator { random, style, dictionary: words.into_iter().collect() }
    }

    /// A changed input of the corpus.
    pub(crate) fn mutate(&mut self, corpus: &Corpus) -> Vec<u8> {
        let mut input = corpus.pick(&mut self.random).to_vec();
        let changes = match self.style {
            Style::Bytes => BYTES,
            Style::Numeral => NUMERAL,
            Style::Text | Style::Program => TEXT,
        };
        for _ in 0..=self.random.small(5) {
            // Now and then a change of bytes, whatever the style.
            let table = if self.random.once_in(12) { BYTES } else { changes };
            self.random.pick(table)(self, &mut input, corpus);
            input.truncate(INPUT_MAX);
        }
        input
    }

    /// A stretch of at most `most` of `len` bytes.
    fn stretch(&mut self, len: usize, most: usize) -> Range<usize> {
        let start = self.random.below(len + 1);
        let length = self.random.below((len - start).min(most) + 1);
        start..start + length
    }

    fn word(&mut self) -> Vec<u8> {
        self.random.pick(&self.dictionary).clone()
    }
}

fn flip(m: &mut Mutator, input: &mut Vec<u8>, _: &Corpus) {
    match input.len() {
        0 => input.push(m.random.next() as u8),
        n => input[m.random.below(n)] ^= 1 << m.random.below(8),
    }
}

fn set(m: &mut Mutator, input: &mut Vec<u8>, _: &Corpus) {
    let byte = m.random.next() as u8;
    match input.len() {
        0 => input.push(byte),
        n => input[m.random.below(n)] = byte,
    }
}

fn insert(m: &mut Mutator, input: &mut Vec<u8>, _: &Corpus) {
    let at = m.random.below(input.len() + 1);
    let edge = *m.random.pick(EDGES);
    input.splice(at..at, edge.iter().copied());
}

fn overwrite(m: &mut Mutator, input: &mut Vec<u8>, _: &Corpus) {
    let at = m.random.below(input.len() + 1);
    let edge = *m.random.pick(EDGES);
    let end = (at + edge.len()).min(input.len());
    input.splice(at..end, edge.iter().copied());
}

fn remove(m: &mut Mutator, input: &mut Vec<u8>, _: &Corpus) {
    let range = m.stretch(input.len(), 16);
    input.drain(range);
}

fn repeat(m: &mut Mutator, input: &mut Vec<u8>, _: &Corpus) {
    if input.len() < LONG {
        let range = m.stretch(input.len(), 64);
        let times = 1 + m.random.small(6);
        let copy = input[range.clone()].repeat(times);
        input.splice(range.end..range.end, copy);
    }
}

/// The start of this input, the end of another.
fn splice(m: &mut Mutator, input: &mut Vec<u8>, corpus: &Corpus) {
    let other = corpus.pick(&mut m.random);
    let (cut, from) = (m.random.below(input.len() + 1), m.random.below(other.len() + 1));
    input.truncate(cut);
    input.extend_from_slice(&other[from..]);
}

fn piece(m: &mut Mutator, input: &mut Vec<u8>, _: &Corpus) {
    let at = m.random.below(input.len() + 1);
    let piece = *m.random.pick(PIECES);
    input.splice(at..at, piece.bytes());
}

/// Digits, rather many.
fn digits(m: &mut Mutator, input: &mut Vec<u8>, _: &Corpus) {
    let at = m.random.below(input.len() + 1);
    let count = 1 << m.random.below(10);
    let digits: Vec<u8> = (0..count).map(|_| *m.random.pick(b"0123456789")).collect();
    input.splice(at..at, digits);
}

/// Another token in the place of one, or before it.
fn token(m: &mut Mutator, input: &mut Vec<u8>, _: &Corpus) {
    let word = m.word();
    let list = tokens(input);
    let Some(old) = (!list.is_empty()).then(|| m.random.pick(&list).range.clone()) else {
        return input.extend(word);
    };
    if m.random.once_in(3) {
        input.splice(old.start..old.start, [&word[..], b" "].concat());
    } else {
        input.splice(old, word);
    }
}

fn swap_tokens(m: &mut Mutator, input: &mut Vec<u8>, _: &Corpus) {
    let list = tokens(input);
    if list.len() > 1 {
        exchange(input, m.random.pick(&list).range.clone(), m.random.pick(&list).range.clone());
    }
}

fn tree(m: &mut Mutator, text: &[u8]) -> Option<Range<usize>> {
    let list = trees(text);
    (!list.is_empty()).then(|| m.random.pick(&list).clone())
}

fn drop_tree(m: &mut Mutator, input: &mut Vec<u8>, _: &Corpus) {
    if let Some(range) = tree(m, input) {
        input.drain(range);
    }
}

fn repeat_tree(m: &mut Mutator, input: &mut Vec<u8>, _: &Corpus) {
    if let Some(range) = tree(m, input)
        && input.len() < LONG
    {
        let copy = [b" ", &input[range.clone()]].concat().repeat(1 + m.random.small(4));
        input.splice(range.end..range.end, copy);
    }
}

fn exchange_trees(m: &mut Mutator, input: &mut Vec<u8>, _: &Corpus) {
    if let (Some(a), Some(b)) = (tree(m, input), tree(m, input)) {
        exchange(input, a, b);
    }
}

fn exchange(input: &mut Vec<u8>, a: Range<usize>, b: Range<usize>) {
    let (a, b) = if a.start <= b.start { (a, b) } else { (b, a) };
    if a.end <= b.start {
        let (first, second) = (input[a.clone()].to_vec(), input[b.clone()].to_vec());
        input.splice(b, first);
        input.splice(a, second);
    }
}

/// Part of another input in the place of a part of this one.
fn graft(m: &mut Mutator, input: &mut Vec<u8>, corpus: &Corpus) {
    let other = corpus.pick(&mut m.random);
    if let (Some(to), Some(from)) = (tree(m, input), tree(m, other))
        && input.len() < LONG
    {
        input.splice(to, other[from].iter().copied());
    }
}

fn wrap(m: &mut Mutator, input: &mut Vec<u8>, _: &Corpus) {
    if let Some(range) = tree(m, input) {
        let word = m.word();
        input.splice(range.end..range.end, *b")");
        input.splice(range.start..range.start, [b"(", &word[..], b" "].concat());
    }
}

/// A part in the place of a list that contains it.
fn hoist(m: &mut Mutator, input: &mut Vec<u8>, _: &Corpus) {
    if let Some(inner) = tree(m, input) {
        let outer: Vec<Range<usize>> = trees(input).into_iter().filter(|r| r.start < inner.start && r.end > inner.end).collect();
        if !outer.is_empty() {
            let copy = input[inner].to_vec();
            input.splice(m.random.pick(&outer).clone(), copy);
        }
    }
}

/// Changes a numeral of the text, or puts one somewhere.
fn numeral(m: &mut Mutator, input: &mut Vec<u8>, corpus: &Corpus) {
    let numbers: Vec<Range<usize>> = tokens(input).into_iter().map(|t| t.range).filter(|r| input[r.start].is_ascii_digit() || input[r.start] == b'-' && r.len() > 1).collect();
    if numbers.is_empty() {
        let piece = *m.random.pick(PIECES);
        if let Some(range) = tree(m, input) {
            input.splice(range, piece.bytes());
        }
        return;
    }
    let range = m.random.pick(&numbers).clone();
    let mut number = input[range.clone()].to_vec();
    if m.random.once_in(2) {
        number = m.random.pick(PIECES).as_bytes().to_vec();
    } else {
        m.random.pick(&[piece as Change, digits, remove])(m, &mut number, corpus);
    }
    input.splice(range, number);
}
