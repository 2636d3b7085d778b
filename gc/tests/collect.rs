//! Minor and full collections seen from the outside: what survives, where, and intact.

use std::cell::Cell;

mod toy;
use gambol_gc::*;
use toy::*;

/// A list of `n` fixnums in register `to`, made with registers 0 and 1 as scratch.
fn list(t: &mut Machine, to: usize, n: i64) {
    t.set_reg(to, NIL);
    for i in 0..n {
        t.set_reg(0, fix(i));
        t.cons(to, 0, to).expect("room");
    }
    t.set_reg(0, NIL);
}

fn check_list(mut word: u64, n: i64) {
    for i in (0..n).rev() {
        assert_eq!(get(word, 0), fix(i));
        word = get(word, 1);
    }
    assert_eq!(word, NIL);
}

fn everywhere(test: impl Fn(Machine)) {
    let base = config();
    let stress = |s: Stress| Config { stress: s, ..base.clone() };
    let cases = [
        base.clone(),
        Config { nursery: 4 << 10, ..base.clone() },
        Config { nursery: 1 << 20, ..base.clone() },
        stress(Stress { fail_evacuation: 3, ..Stress::default() }),
        stress(Stress { fail_evacuation: 1, ..Stress::default() }),
        stress(Stress { worklist_max: 2, ..Stress::default() }),
        stress(Stress { never_solo: true, ..Stress::default() }),
        stress(Stress { fail_evacuation: 5, worklist_max: 1, never_solo: true, ..Stress::default() }),
    ];
    for (i, case) in cases.into_iter().enumerate() {
        eprintln!("configuration {i}");
        test(Machine::new(case, 8));
    }
}

#[test]
fn a_list_survives_many_collections() {
    everywhere(|mut t| {
        list(&mut t, 2, 20_000);
        check_list(t.reg(2), 20_000);
        for _ in 0..3 {
            t.minor();
            check_list(t.reg(2), 20_000);
            t.full();
            check_list(t.reg(2), 20_000);
        }
        assert!(t.m.stats().minor.count >= 4);
    });
}

#[test]
fn every_allocation_can_collect() {
    let stress = Stress { every_allocation: true, ..Stress::default() };
    let mut t = Machine::new(Config { stress, ..config() }, 4);
    list(&mut t, 2, 300);
    check_list(t.reg(2), 300);
    assert!(t.m.stats().minor.count >= 300);
}

#[test]
fn old_objects_keep_young_ones_alive() {
    everywhere(|mut t| {
        t.object(2, VECTOR, 50, 0).expect("room");
        t.minor();
        for i in 0..50 {
            t.set_reg(0, fix(i));
            t.cons(3, 0, 0).expect("room");
            t.put(2, i as usize, 3);
            t.put(2, i as usize, 3);
        }
        t.set_reg(3, NIL);
        t.minor();
        t.minor();
        for i in 0..50 {
            assert_eq!(get(get(t.reg(2), i), 0), fix(i as i64));
        }
    });
}

#[test]
fn a_slot_is_remembered_once_however_often_it_is_stored_into() {
    let mut t = Machine::new(config(), 4);
    t.object(2, VECTOR, 1, 0).expect("room");
    t.minor();
    for _ in 0..1000 {
        t.cons(3, 0, 0).expect("room");
        t.put(2, 0, 3);
    }
    assert_eq!(t.m.stats().remembered_slots, 1);
}

#[test]
fn garbage_goes_and_memory_is_returned() {
    everywhere(|mut t| {
        list(&mut t, 2, 50_000);
        t.full();
        let full = t.m.heap().used_bytes();
        t.set_reg(2, NIL);
        t.full();
        t.minor();
        t.full();
        let empty = t.m.heap().used_bytes();
        assert!(empty + 600_000 < full, "{full} then {empty}");
        for _ in 0..6 {
            t.full();
        }
        assert!(t.m.stats().returned_bytes > 500_000);
        assert!(t.m.stats().live_bytes < 100_000);
    });
}

#[test]
fn large_objects_stay_put_start_zero_and_die() {
    everywhere(|mut t| {
        let empty = t.m.heap().used_bytes();
        for round in 0..4 {
            let at = t.room(100_000).expect("room");
            // SAFETY: fresh memory of that size.
            assert!((0..100_000 / 8).all(|i| unsafe { *(at as *const u64).add(i) } == 0));
            t.set_reg(0, fix(round));
            t.cons(3, 0, 0).expect("room");
            t.object(2, VECTOR, 9_000, 3).expect("room");
            t.set_reg(3, NIL);
            let before = t.reg(2);
            t.minor();
            t.full();
            assert_eq!(t.reg(2), before);
            assert_eq!(get(get(t.reg(2), 8_999), 1), fix(round));
            assert_eq!(get(t.reg(2), 0), get(t.reg(2), 8_999));
            t.set_reg(2, NIL);
            t.full();
        }
        assert!(t.m.heap().used_bytes() < empty + (1 << 20));
    });
}

#[test]
fn big_small_objects_share_overflow_blocks() {
    everywhere(|mut t| {
        for i in 0..6 {
            t.object(2 + i, VECTOR, 150 * (i + 1), 0).expect("room");
            list(&mut t, 1, 50);
        }
        for _ in 0..3 {
            t.minor();
            t.full();
            for i in 0..6 {
                assert_eq!(words(t.reg(2 + i)), 150 * (i + 1));
            }
        }
    });
}

#[test]
fn pinned_objects_stay_and_stay_private() {
    everywhere(|mut t| {
        t.set_reg(0, fix(7));
        t.cons(2, 0, 0).expect("room");
        let word = t.reg(2);
        // SAFETY: a live pair.
        let at = unsafe { t.m.pin(word) };
        t.object(3, VECTOR, 4, 2).expect("room");
        for _ in 0..5 {
            t.minor();
            list(&mut t, 4, 3_000);
            // The old vector refers to the pin and to what the pin refers to.
            t.put(2, 1, 4);
            assert_eq!(t.reg(2), at as u64 | PAIR);
            assert_eq!(get(t.reg(3), 3), t.reg(2));
        }
        t.full();
        check_list(get(t.reg(2), 1), 3_000);
        assert_eq!(t.reg(2), at as u64 | PAIR);
        for i in 2..5 {
            t.set_reg(i, NIL);
        }
        t.full();
        t.minor();
        assert_eq!(t.m.stats().in_place_bytes, 0);
    });
}

#[test]
fn a_window_full_of_pins_is_handed_over() {
    let mut t = Machine::new(Config { nursery: 256 << 10, ..config() }, 8);
    let mut expect = Vec::new();
    for i in 0..8_000 {
        t.set_reg(0, fix(i));
        t.cons(2, 0, 2).expect("room");
        let word = t.reg(2);
        // SAFETY: a live pair.
        unsafe { t.m.pin(word) };
        expect.push(word);
    }
    t.minor();
    assert!(t.m.stats().handovers >= 1);
    check_list(t.reg(2), 8_000);
    let mut at = t.reg(2);
    for word in expect.into_iter().rev() {
        assert_eq!(at, word);
        at = get(at, 1);
    }
    t.full();
    check_list(t.reg(2), 8_000);
    t.set_reg(2, NIL);
    t.full();
    t.full();
    assert!(t.m.heap().used_bytes() <= 3 * (256 << 10));
}

#[test]
fn raw_words_that_look_like_pointers_are_left_alone() {
    everywhere(|mut t| {
        t.cons(2, 0, 0).expect("room");
        let fake = t.reg(2);
        t.bytes(3, &[fake, fake ^ 16, fake + 4096, !0]).expect("room");
        t.boxed(4, 2, fake).expect("room");
        t.minor();
        t.full();
        assert_eq!((get(t.reg(3), 0), get(t.reg(4), 1)), (fake, fake));
        assert_eq!(get(t.reg(4), 0), t.reg(2));
    });
}

#[test]
fn depth_does_not_matter() {
    everywhere(|mut t| {
        // A vector chain nested through its first slot, so that nothing but the work list helps.
        for _ in 0..30_000 {
            t.object(2, VECTOR, 1, 2).expect("room");
        }
        t.full();
        let (mut word, mut depth) = (t.reg(2), 0);
        while word != NIL {
            word = get(word, 0);
            depth += 1;
        }
        assert_eq!(depth, 30_000);
    });
}

#[test]
fn shared_born_objects_are_collected_too() {
    everywhere(|mut t| {
        list(&mut t, 3, 10);
        t.shared(2, 6, 3).expect("room");
        t.set_reg(3, NIL);
        let before = t.reg(2);
        t.minor();
        t.full();
        assert_eq!(t.reg(2), before);
        check_list(get(before, 5), 10);
        assert!(t.m.stats().shared_born_bytes > 0);
    });
}

#[test]
fn roots_are_told_what_died() {
    everywhere(|mut t| {
        t.cons(2, 0, 0).expect("room");
        t.cons(3, 0, 0).expect("room");
        t.shared(4, 1, 0).expect("room");
        t.roots.weak_table = vec![t.reg(2), t.reg(3), t.reg(4)];
        t.set_reg(3, NIL);
        t.minor();
        assert_eq!(t.roots.weak_table, [t.reg(2), t.reg(4)]);
        t.set_reg(4, NIL);
        t.full();
        assert_eq!(t.roots.weak_table, [t.reg(2)]);
        assert!(t.roots.visits.iter().all(|&n| n > 0));
    });
}

#[test]
fn two_heaps_live_side_by_side() {
    let mut a = Machine::new(config(), 4);
    let mut b = Machine::new(config(), 4);
    for _ in 0..3 {
        list(&mut a, 2, 5_000);
        list(&mut b, 3, 4_000);
        a.full();
        b.minor();
    }
    drop(a);
    b.full();
    check_list(b.reg(3), 4_000);
}

#[test]
fn a_detached_heap_can_be_taken_over() {
    let mut t = Machine::new(config(), 4);
    list(&mut t, 2, 5_000);
    let heap = t.m.heap().clone();
    let mut hot = Hot::default();
    // SAFETY: `hot` outlives the mutators made with it.
    assert_eq!(unsafe { Mutator::new(heap.clone(), &raw mut hot) }.err(), Some(SetupError::Occupied));
    let Machine { m, mut roots, .. } = t;
    m.detach(&mut roots);
    // SAFETY: as above.
    let mut next = unsafe { Mutator::new(heap, &raw mut hot) }.expect("free again");
    next.full(&mut roots);
    next.minor(&mut roots);
    check_list(roots.slots[2], 5_000);
}

/// What programs do between the steps of a cycle, at random; the verifier looks after each
/// minor collection and each commit.
#[test]
fn programs_run_between_the_steps_of_a_cycle() {
    const SHARED: usize = 7;
    let pair = |w: u64| w & 7 == PAIR;
    let weak = |w: u64| w & 7 == OBJECT && kind(w) == WEAK_PAIR;
    let seed = Cell::new(0x9E37_79B9_7F4A_7C15_u64);
    let random = |below: usize| {
        let mut x = seed.get();
        x ^= x << 13;
        x ^= x >> 7;
        x ^= x << 17;
        seed.set(x);
        (x >> 32) as usize % below
    };
    everywhere(|mut t| {
        eprintln!("seed {:#x}", seed.get());
        t.shared(SHARED, 4, 0).expect("room");
        let mut ends = 0;
        for _ in 0..4000 {
            let (to, a, b) = (random(SHARED), random(SHARED), random(SHARED));
            match random(11) {
                0 => drop(t.cons(to, a, b).expect("room")),
                1 => drop(t.two(to, WEAK_PAIR, a, b).expect("room")),
                2 => t.put(SHARED, random(4), a),
                3 => t.set_reg(to, get(t.reg(SHARED), random(4))),
                4 if pair(t.reg(a)) => t.put(a, random(2), b),
                5 if pair(t.reg(a)) => t.set_reg(to, get(t.reg(a), random(2))),
                6 if weak(t.reg(a)) => t.put(a, 0, b),
                7 if weak(t.reg(a)) => {
                    // SAFETY: the weak slot of a live weak pair.
                    let word = unsafe { t.m.weak_read(field(t.reg(a), 0)) };
                    t.set_reg(to, word);
                }
                // SAFETY: a live pair.
                8 if pair(t.reg(a)) && random(8) == 0 => drop(unsafe { t.m.pin(t.reg(a)) }),
                9 => t.minor(),
                10 => ends += (t.m.step(&mut t.roots, random(8)) == Stage::Idle) as usize,
                _ => t.set_reg(to, NIL),
            }
        }
        assert!(ends > 10, "only {ends} cycles were completed");
    });
}
