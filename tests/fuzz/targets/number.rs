//! Numerals: what is read, printed, and read again is the same number in every radix; plain decimals
//! mean what Rust takes them for; long ones do not take long.

use crate::random::Random;
use gambol_front::number::{EXACT_EXPONENT_MAX, Number, parse_number};
use num_bigint::BigInt;
use std::time::Duration;

/// The radices that have a prefix.
const PREFIXES: [(u32, &str); 4] = [(2, "#b"), (8, "#o"), (10, "#d"), (16, "#x")];
/// Digits of a long numeral, and processor time to read it.
const LONG: usize = 200_000;
const LONG_TIME: Duration = Duration::from_secs(1);

pub(crate) fn seeds() -> Vec<Vec<u8>> {
    let list = [
        "0",
        "-1",
        "+5",
        "1/2",
        "-7/3",
        "1.5",
        ".5",
        "5.",
        "1e10",
        "-1.25e-3",
        "+inf.0",
        "-nan.0",
        "1+2i",
        "-i",
        "+2.5i",
        "1@2",
        "1/2+3/4i",
        "#xff",
        "#e1.5",
        "#i1/3",
        "#b101",
        "#o17",
        "#x-a/b",
        "#e#x10",
        "#x#e10",
        "1e400",
        "1e-400",
        "4.9e-324",
        "1152921504606846976",
        "123456789012345678901234567890",
        "#e1e100",
        "#e1.2e-30",
        "1/0",
        "0/5",
        "+inf.0+nan.0i",
        "1s3",
        "1d3",
        "1L3",
        "#i#b1.1",
        "16 ff",
        "2 101",
        "36 zz",
        "3 12.1",
    ];
    list.iter().map(|text| text.as_bytes().to_vec()).collect()
}

/// A radix from 2 to 36 and a space may stand before the numeral.
pub(crate) fn run(input: &[u8]) {
    let whole = super::text(input);
    let (radix, text) = match whole.split_once(' ') {
        Some((radix, text)) if radix.parse().is_ok_and(|r: u32| (2..=36).contains(&r)) => (radix.parse().unwrap_or(10), text),
        _ => (10, &*whole),
    };
    let number = match parse_number(text, radix) {
        Ok(Some(number)) => number,
        Ok(None) => return,
        Err(limit) => {
            assert!(limit.exponent.unsigned_abs() > EXACT_EXPONENT_MAX.unsigned_abs(), "{text} passes no limit: {limit}");
            return;
        }
    };
    exact_and_back(&number);
    printed_and_read(&number);
    if radix == 10 {
        as_rust_reads(text, &number);
    }
    // Reducing a long fraction takes longer, whoever does it.
    if Random::of(input).once_in(64) && !text.contains('/') {
        stretched(text, radix);
    }
}

/// A float is the nearest one to its exact value.
fn exact_and_back(number: &Number) {
    if let Number::Real(x) = number
        && x.is_finite()
    {
        let exact = parse_number(&format!("#e{number}"), 10).expect("floats are in reach").expect("they are numerals");
        assert!(exact.is_exact() && exact.to_f64() == Some(*x), "{number} is exactly {exact:?}");
    }
}

fn printed_and_read(number: &Number) {
    for (radix, prefix) in PREFIXES {
        let printed = number.to_string_radix(radix);
        assert_eq!(parse_number(&printed, radix).as_ref(), Ok(&Some(number.clone())), "{printed} in radix {radix}");
        assert_eq!(parse_number(&format!("{prefix}{printed}"), 10).as_ref(), Ok(&Some(number.clone())), "{prefix}{printed}");
    }
    assert_eq!(number.to_string(), number.to_string_radix(10));
}

fn as_rust_reads(text: &str, number: &Number) {
    let plain = text.bytes().all(|b| b.is_ascii_digit() || b"+-.eE".contains(&b));
    match number {
        Number::Int(_) | Number::Big(_) if plain => assert_eq!(text.parse().map(|n: BigInt| n.to_string()), Ok(number.to_string()), "{text}"),
        Number::Real(x) if plain => assert_eq!(text.parse::<f64>().map(f64::to_bits), Ok(x.to_bits()), "{text}"),
        _ => {}
    }
}

/// The same with very many digits takes time in proportion, or nearly.
fn stretched(text: &str, radix: u32) {
    let digit = |c: char| c.is_digit(radix.min(10));
    let runs = text.split(|c| !digit(c)).filter(|run| !run.is_empty()).count();
    let mut long = String::new();
    let mut rest = text;
    while let Some(start) = rest.find(digit) {
        let end = rest[start..].find(|c| !digit(c)).map_or(rest.len(), |n| start + n);
        long.push_str(&rest[..start]);
        // Exponents stay as they are: large ones have a limit of their own.
        let marker = rest[..start].trim_end_matches(['+', '-']).ends_with(['e', 'E', 's', 'f', 'd', 'l']);
        long.push_str(&rest[start..end].repeat(if marker { 1 } else { (LONG / runs / (end - start)).max(1) }));
        rest = &rest[end..];
    }
    long.push_str(rest);
    let before = cpu_time();
    // Whether it is a number is not asked here.
    let _ = parse_number(&long, radix);
    let took = cpu_time() - before;
    assert!(took < LONG_TIME, "{} bytes like {text} in radix {radix} took {took:?}", long.len());
}

fn cpu_time() -> Duration {
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: a plain system call.
    unsafe { libc::clock_gettime(libc::CLOCK_PROCESS_CPUTIME_ID, &mut time) };
    Duration::new(time.tv_sec as u64, time.tv_nsec as u32)
}
