//! Conditions, procedures, time; and every primitive with arbitrary arguments.

use crate::cx::H;
use crate::hash::mix;
use crate::prims::lists::check::{call, check, values, written};
use crate::testing::with_cx;
use crate::val::Val;
use gambol_abi::prims::{Class, PRIMS};

#[test]
fn conditions_and_procedures() {
    check(&[
        ("error-object?", "5", "#f"),
        ("read-error?", "5", "#f"),
        ("procedure-name", "5", "!"),
        ("void", "1 2", "#<unspecified>"),
        ("%values-mismatch", "1 2", "! expected 1 value, given 2"),
    ]);
    with_cx(|cx| {
        let h = values(cx, "1 who \"message\" (irritant 2)");
        let c = call(cx, "%make-condition", &h).expect("room");
        assert_eq!(written(cx, "%condition-report", &[c]), "\"who: message irritant 2\"");
        assert_eq!(written(cx, "error-object-message", &[c]), "\"message\"");
        assert_eq!(written(cx, "list", &[c]), "(#<condition who: message irritant 2>)");
    });
}

/// Whatever a program passes, a primitive returns or raises: no panic, no broken heap.
#[test]
fn primitives_survive_any_arguments() {
    const FAMILIES: [&str; 6] = ["lists", "text", "vectors", "tables", "io", "system"];
    // Not here: what reads standard input, ends the process, touches the file system, or prints
    // circular values for ever.
    const UNFIT: [&str; 12] = [
        "write-simple",
        "%stdin-port",
        "%default-port",
        "%set-default-port!",
        "%exit",
        "emergency-exit",
        "delete-file",
        "open-output-file",
        "open-binary-output-file",
        "%open-append-file",
        "gc-stats",
        "%collect",
    ];
    const POOL: &str = "0 1 2 3 -1 255 256 1000000000000000 1152921504606846975 123456789012345678901234567890 1.5 1/2 #t #f () a |b c| \
        #\\a #\\λ \"\" \"abc\" \"λμν\" \"a longer string\" #() #(1 2 3) #u8() #u8(1 2 206 187) (1 2 3) (a . b) #0=(x . #0#) ((a . 1) (b . 2)) (#\\a #\\b) (\"x\" \"λ\")";
    let seed = std::env::var("SEED").ok().and_then(|s| s.parse().ok()).unwrap_or(1u64);
    println!("SEED={seed}");
    let names: Vec<_> = PRIMS.iter().filter(|p| FAMILIES.contains(&p.family) && p.class != Class::Control && !UNFIT.contains(&p.name)).collect();
    with_cx(|cx| {
        let mut pool: Vec<H<'_>> = values(cx, POOL);
        let fixed = pool.len();
        let mut state = seed;
        let mut random = move |n: usize| {
            state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
            mix(state) as usize % n
        };
        // Results of earlier calls join the pool: ports, tables, records and the like.
        pool.extend((0..40).map(|_| cx.root(Val::FALSE)));
        // Without a port argument, output goes nowhere.
        let sink = call(cx, "open-output-string", &[]).expect("room");
        let source = {
            let text = values(cx, "\"some (text) to read\"");
            call(cx, "open-input-string", &text).expect("room")
        };
        for n in 0..3 {
            crate::io::set_default(cx, n, if n == 0 { source } else { sink });
        }
        for step in 0..60_000 {
            let info = names[random(names.len())];
            let count = info.required.len() + random(info.optional.len() + 1) + if info.rest.is_some() { random(4) } else { 0 };
            let picked: Vec<usize> = (0..count).map(|_| random(pool.len())).collect();
            let into = fixed + random(40);
            let top = cx.p().handles.top();
            let args: Vec<H<'_>> = picked.iter().map(|&i| pool[i]).collect();
            if let Ok(h) = call(cx, info.name, &args) {
                cx.assign(pool[into], h);
            }
            // Literals mutated into giants would only slow this down.
            if step % 500 == 0 {
                let fresh = values(cx, POOL);
                fresh.iter().zip(&pool).for_each(|(&from, &to)| cx.assign(to, from));
            }
            cx.p().handles.reset(top);
        }
    });
}
