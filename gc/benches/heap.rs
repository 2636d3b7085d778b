//! What the collector's promises cost: allocation with minor collections, the barrier on its
//! fast and slow paths, publication, marking. Numbers are per object or per store.
//!
//! The embedder is the toy language of the tests.

#[path = "../tests/toy/mod.rs"]
mod toy;

use std::hint::black_box;
use std::time::{Duration, Instant};

use criterion::{Bencher, Criterion, Throughput, criterion_group, criterion_main};
use gambol_gc::{Config, Stage, Stress};
use toy::{Machine, NIL, PAIR, field, fix, get};

const REGISTERS: usize = 8;

fn machine(stress: Stress) -> Machine {
    Machine::new(Config { reserve: 4 << 30, stress, ..Config::default() }, REGISTERS)
}

fn alone() -> Machine {
    machine(Stress::default())
}

/// A processor that publishes as if it had company.
fn in_company() -> Machine {
    machine(Stress { never_solo: true, ..Stress::default() })
}

/// A list of `n` pairs in register `to`.
fn list(t: &mut Machine, to: usize, n: usize) {
    t.set_reg(to, NIL);
    for _ in 0..n {
        t.cons(to, 0, to).expect("room");
    }
}

/// Allocates `n` pairs of which every `keep`-th survives the next minor collection.
fn allocate(t: &mut Machine, n: usize, keep: usize) {
    t.set_reg(1, NIL);
    for i in 0..n {
        if i.is_multiple_of(keep) {
            t.cons(1, 0, 1).expect("room");
        } else {
            t.cons(2, 0, 1).expect("room");
        }
        if i.is_multiple_of(1 << 16) {
            t.set_reg(1, NIL);
        }
    }
}

fn allocation(c: &mut Criterion) {
    const PAIRS: usize = 1 << 18;
    let mut group = c.benchmark_group("allocate pairs");
    group.throughput(Throughput::Elements(PAIRS as u64));
    for (name, keep) in [("none survives", usize::MAX), ("a tenth survives", 10), ("all survive", 1)] {
        let mut t = alone();
        group.bench_function(name, |b| b.iter(|| allocate(&mut t, PAIRS, keep)));
    }
    group.finish();
}

/// Repeats a store of `value` into the old pair in register 3.
fn stores(b: &mut Bencher<'_>, t: &mut Machine, value: u64) {
    let holder = t.reg(3);
    b.iter(|| {
        // SAFETY: an old pair in a register, and the word of an old object or a fixnum.
        unsafe { t.m.store(black_box(holder), field(holder, 0), black_box(value)) };
    });
}

fn barrier(c: &mut Criterion) {
    let mut group = c.benchmark_group("store into an old pair");
    group.throughput(Throughput::Elements(1));
    let mut t = alone();
    list(&mut t, 3, 2);
    t.minor();
    let old = get(t.reg(3), 1);
    group.bench_function("a fixnum", |b| stores(b, &mut t, fix(1)));
    group.bench_function("an old object", |b| stores(b, &mut t, old));
    list(&mut t, 4, 1);
    let young = t.reg(4);
    group.bench_function("a young object, alone", |b| stores(b, &mut t, young));
    while t.m.step(&mut t.roots, 0) != Stage::Strong {}
    t.m.step(&mut t.roots, 16);
    assert!(t.m.is_marking());
    let old = get(t.reg(3), 1);
    // Both the old and the new value are marked by now, as in most of a cycle.
    group.bench_function("an old object, while marking", |b| stores(b, &mut t, old));
    group.finish();
}

fn publication(c: &mut Criterion) {
    const PAIRS: usize = 1000;
    let mut group = c.benchmark_group("publish a list");
    group.throughput(Throughput::Elements(PAIRS as u64));
    let mut t = in_company();
    list(&mut t, 3, 1);
    t.minor();
    group.bench_function("of 1000 pairs", |b| {
        b.iter_custom(|rounds| {
            let mut spent = Duration::ZERO;
            for _ in 0..rounds {
                // Room for the list in one piece, so that none of it is promoted on the way.
                t.m.reserve(&mut t.roots, PAIRS * 16).expect("room");
                list(&mut t, 4, PAIRS);
                let start = Instant::now();
                t.put(3, 0, 4);
                spent += start.elapsed();
                t.set_reg(4, NIL);
            }
            spent
        });
    });
    group.finish();
}

fn marking(c: &mut Criterion) {
    const PAIRS: usize = 1 << 16;
    let mut group = c.benchmark_group("a cycle");
    group.throughput(Throughput::Elements(PAIRS as u64));
    let mut t = alone();
    list(&mut t, 3, PAIRS);
    assert_eq!(t.reg(3) & 7, PAIR);
    group.bench_function("over a list of 65536 pairs", |b| b.iter(|| t.full()));
    group.finish();
}

criterion_group!(benches, allocation, barrier, publication, marking);
criterion_main!(benches);
