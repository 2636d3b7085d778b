//! Every run-time option, declared once: flag, environment key, help and documentation derive
//! from this table. An option is given as `--name=value` or in `GAMBOL_OPTS` in the same form.

macro_rules! options {
    ($($(#[doc = $doc:literal])* $field:ident : $ty:ty = $default:expr, $flag:literal, $value:literal;)*) => {
        /// Values of all options.
        #[derive(Clone, Debug, PartialEq)]
        pub struct Options { $($(#[doc = $doc])* pub $field: $ty),* }
        impl Default for Options {
            fn default() -> Self { Options { $($field: $default),* } }
        }
        /// A row for help and documentation: flag, form of its value, description.
        pub const ROWS: &[(&str, &str, &str)] = &[$(($flag, $value, concat!($($doc),*))),*];
        impl Options {
            /// Sets the option called `flag` from its text. `Ok(false)`: no such option.
            /// The error says what was expected.
            pub fn set(&mut self, flag: &str, text: Option<&str>) -> Result<bool, String> {
                match flag {
                    $($flag => { self.$field = <$ty as OptionValue>::parse(text).map_err(|e| format!("--{}: {e}", $flag))?; Ok(true) })*
                    _ => Ok(false),
                }
            }
        }
    };
}

/// A type options can have.
pub trait OptionValue: Sized {
    /// Reads the value; a flag without value gives `None`. The error says what was expected.
    fn parse(text: Option<&str>) -> Result<Self, String>;
}
impl OptionValue for bool {
    fn parse(text: Option<&str>) -> Result<Self, String> {
        match text {
            None | Some("on" | "yes" | "true" | "1") => Ok(true),
            Some("off" | "no" | "false" | "0") => Ok(false),
            Some(other) => Err(format!("expected on or off, got {other:?}")),
        }
    }
}
/// Which tiers run.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Tiers {
    /// The interpreter alone.
    Off,
    /// Interpreter and baseline machine code.
    Baseline,
}
impl OptionValue for Tiers {
    fn parse(text: Option<&str>) -> Result<Self, String> {
        match text {
            Some("off") => Ok(Tiers::Off),
            Some("baseline") => Ok(Tiers::Baseline),
            other => Err(format!("expected off or baseline, got {:?}", other.unwrap_or(""))),
        }
    }
}
/// A number of bytes, written with an optional suffix K, M or G.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Bytes(pub u64);
impl OptionValue for Bytes {
    fn parse(text: Option<&str>) -> Result<Self, String> {
        let t = text.ok_or("expected a size such as 64M")?;
        let (digits, shift) = match t.as_bytes().last() {
            Some(b'k' | b'K') => (&t[..t.len() - 1], 10),
            Some(b'm' | b'M') => (&t[..t.len() - 1], 20),
            Some(b'g' | b'G') => (&t[..t.len() - 1], 30),
            _ => (t, 0),
        };
        let n: u64 = digits.parse().map_err(|_| format!("expected a size such as 64M, got {t:?}"))?;
        n.checked_mul(1 << shift).map(Bytes).ok_or_else(|| format!("the size {t:?} is too large"))
    }
}
impl OptionValue for u64 {
    fn parse(text: Option<&str>) -> Result<Self, String> {
        let t = text.ok_or("expected a number")?;
        t.parse().map_err(|_| format!("expected a number, got {t:?}"))
    }
}
impl OptionValue for Option<String> {
    fn parse(text: Option<&str>) -> Result<Self, String> {
        text.map(|t| Some(t.to_string())).ok_or_else(|| "expected a value".to_string())
    }
}

options! {
    /// Greatest size of the heap, stacks included; beyond it a program gets a condition.
    heap_max: Bytes = Bytes(0), "heap-max", "SIZE";
    /// Size of a processor's nursery.
    nursery: Bytes = Bytes(2 << 20), "nursery", "SIZE";
    /// Heap growth between collector cycles, in percent of the live data.
    heap_overhead: u64 = 100, "heap-overhead", "PERCENT";
    /// Size of a stack chunk.
    stack_chunk: Bytes = Bytes(256 << 10), "stack-chunk", "SIZE";
    /// Prints counters as an S-expression on standard error at exit.
    stats: bool = false, "stats", "";
    /// Collects at every safepoint.
    stress_gc: bool = false, "stress-gc", "";
    /// Verifies the heap after every collection.
    verify_heap: bool = false, "verify-heap", "";
    /// Overwrites freed memory.
    poison: bool = false, "poison", "";
    /// Compiles the built-in libraries from their sources instead of taking them from the image.
    no_image: bool = false, "no-image", "";
    /// Prints the result of a compiler pass on standard error, for all that is compiled.
    dump: Option<String> = None, "dump", "PASS";
    /// Which tiers run: `off` interprets everything, `baseline` makes machine code of what is hot.
    jit: Tiers = Tiers::Baseline, "jit", "off|baseline";
    /// Calls after which a procedure gets machine code; 0 and 1 mean the first.
    jit_threshold: u64 = 2, "jit-threshold", "CALLS";
    /// Tells `perf` the names of procedures with machine code, in /tmp/perf-PID.map.
    perf_map: bool = false, "perf-map", "";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_read_and_refused() {
        let mut o = Options::default();
        assert_eq!(o.set("nursery", Some("4K")), Ok(true));
        assert_eq!(o.nursery, Bytes(4096));
        assert_eq!(o.set("nonsense", None), Ok(false));
        assert!(o.set("nursery", Some("four")).unwrap_err().contains("--nursery"));
        assert!(o.set("heap-max", Some("99999999999G")).is_err());
    }
}
