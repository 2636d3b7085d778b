//! Time, process, introspection, conditions (R7RS 6.11, 6.14).

mod conditions;

pub(crate) use conditions::*;

use crate::condition::kinds;
use crate::cx::{Args, Cx, H, Out, Raise};
use crate::prims::text::string_from_str;
use crate::processor::Escape;
use crate::val::Val;
use gambol_abi::layout::Kind;
use std::time::{SystemTime, UNIX_EPOCH};

/// `(void obj ...)`
pub(crate) fn void<'a, 's>(_: &'a mut Cx<'s>, _: Args<'s>) -> Out<'a> {
    Ok(Val::UNSPECIFIED)
}

const NANOSECONDS: i64 = 1_000_000_000;
/// Reads one of the system's clocks, in nanoseconds.
fn clock(id: libc::clockid_t) -> i64 {
    let mut t = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: a valid place for the answer.
    unsafe { libc::clock_gettime(id, &mut t) };
    t.tv_sec * NANOSECONDS + t.tv_nsec
}
/// `(current-jiffy)`: nanoseconds of the system's monotonic clock.
pub(crate) fn current_jiffy<'a, 's>(_: &'a mut Cx<'s>, _: Args<'s>) -> Out<'a> {
    Ok(Val::fixnum(clock(libc::CLOCK_MONOTONIC)))
}
/// `(jiffies-per-second)`
pub(crate) fn jiffies_per_second<'a, 's>(_: &'a mut Cx<'s>, _: Args<'s>) -> Out<'a> {
    Ok(Val::fixnum(NANOSECONDS))
}
/// `(current-second)`: POSIX time, which differs from R7RS's TAI by the leap seconds.
pub(crate) fn current_second<'a, 's>(cx: &'a mut Cx<'s>, _: Args<'s>) -> Out<'a> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0.0, |d| d.as_secs_f64());
    let h = cx.flonum(now)?;
    Ok(cx.get(h))
}
/// `(%runtime-seconds)`: processor time the process has used.
pub(crate) fn runtime_seconds<'a, 's>(cx: &'a mut Cx<'s>, _: Args<'s>) -> Out<'a> {
    let h = cx.flonum(clock(libc::CLOCK_PROCESS_CPUTIME_ID) as f64 / NANOSECONDS as f64)?;
    Ok(cx.get(h))
}

fn list_of_strings<'a, 's>(cx: &'a mut Cx<'s>, items: &[String]) -> Out<'a> {
    let out = cx.root(Val::NIL);
    for item in items.iter().rev() {
        let string = string_from_str(cx, item)?;
        cx.push_list(out, string)?;
    }
    Ok(cx.get(out))
}
/// `(command-line)`
pub(crate) fn command_line<'a, 's>(cx: &'a mut Cx<'s>, _: Args<'s>) -> Out<'a> {
    let words = cx.p().vm.arguments.clone();
    list_of_strings(cx, &words)
}
/// `(get-environment-variable name)`
pub(crate) fn get_environment_variable<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    let name = cx.get(args.get(0)).text().to_string();
    // The system's look-up refuses such names by panicking.
    if name.is_empty() || name.contains(['=', '\0']) {
        return Ok(Val::FALSE);
    }
    match std::env::var_os(name) {
        Some(value) => {
            let h = string_from_str(cx, &value.to_string_lossy())?;
            Ok(cx.get(h))
        }
        None => Ok(Val::FALSE),
    }
}
/// `(get-environment-variables)`
pub(crate) fn get_environment_variables<'a, 's>(cx: &'a mut Cx<'s>, _: Args<'s>) -> Out<'a> {
    let out = cx.root(Val::NIL);
    for (name, value) in std::env::vars_os() {
        let (name, value) = (cx.string(&name.to_string_lossy())?, cx.string(&value.to_string_lossy())?);
        let pair = cx.cons(name, value)?;
        cx.push_list(out, pair)?;
    }
    Ok(cx.get(out))
}
/// `(current-directory)`
pub(crate) fn current_directory<'a, 's>(cx: &'a mut Cx<'s>, _: Args<'s>) -> Out<'a> {
    match std::env::current_dir() {
        Ok(path) => {
            let h = cx.string(&path.to_string_lossy())?;
            Ok(cx.get(h))
        }
        Err(e) => Err(cx.fail(kinds::ERROR | kinds::FILE, &crate::io::plain(&e), &[])),
    }
}

/// What the process tells its parent for the argument of `exit`, 0 to 255: see [`integer_status`]
/// for exact integers; `#t` and nothing are success, all else is 1.
fn status(v: Option<Val<'_>>) -> i32 {
    match v {
        None => 0,
        Some(v) if v.is(Val::TRUE) => 0,
        Some(v) => integer_status(v).unwrap_or(1),
    }
}
/// What the process tells its parent for an exact integer: as everywhere the low byte (in two's
/// complement) is all that fits, but only 0 itself is success: 255 if another's low byte is 0.
pub(crate) fn integer_status(v: Val<'_>) -> Option<i32> {
    let low = match v.as_fixnum() {
        Some(0) => return Some(0),
        Some(n) => n as u8,
        None if v.is_kind(Kind::Bignum) => {
            let (limbs, negative) = v.bignum();
            let magnitude = limbs.first().map_or(0, |&limb| limb as u8);
            if negative { magnitude.wrapping_neg() } else { magnitude }
        }
        None => return None,
    };
    Some(if low == 0 { 255 } else { i32::from(low) })
}
/// `(%exit [obj])`: ends the program; ports are flushed by the host.
pub(crate) fn exit<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    let status = status(args.opt(0).map(|h| cx.get(h)));
    cx.p_mut().escape = Some(Escape::Exit(status));
    Err(Raise(()))
}
/// `(emergency-exit [obj])`: as `exit`, without running winders.
pub(crate) fn emergency_exit<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    exit(cx, args)
}
/// `(features)`
pub(crate) fn features<'a, 's>(cx: &'a mut Cx<'s>, _: Args<'s>) -> Out<'a> {
    let out = cx.root(Val::NIL);
    let features = cx.p().vm.compiler.lock().features().to_vec();
    for name in features.into_iter().rev() {
        let symbol = cx.symbol(&name)?;
        cx.push_list(out, symbol)?;
    }
    Ok(cx.get(out))
}
/// `(version-alist)`: SRFI 176.
pub(crate) fn version_alist<'a, 's>(cx: &'a mut Cx<'s>, _: Args<'s>) -> Out<'a> {
    let out = cx.root(Val::NIL);
    let properties = crate::version::properties(&cx.p().vm);
    for property in properties.iter().rev() {
        let item = crate::convert::to_value(cx, property)?;
        cx.push_list(out, item)?;
    }
    Ok(cx.get(out))
}
/// `(gc-stats)`: an association list from counter to number.
pub(crate) fn gc_stats<'a, 's>(cx: &'a mut Cx<'s>, _: Args<'s>) -> Out<'a> {
    let counters = crate::stats::counters(cx.p_mut());
    let out = cx.root(Val::NIL);
    for (name, n) in counters.into_iter().rev() {
        let key = cx.symbol(name)?;
        let value = cx.integer(i64::try_from(n).unwrap_or(i64::MAX))?;
        let pair = cx.cons(key, value)?;
        cx.push_list(out, pair)?;
    }
    Ok(cx.get(out))
}
/// `(%collect [full?])`: collects, by default everything.
pub(crate) fn collect<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    let full = args.opt(0).is_none_or(|h| cx.get(h).is_true());
    cx.p_mut().collect(full)?;
    Ok(Val::UNSPECIFIED)
}
/// `(%values-mismatch expected given)`: raises about a wrong number of values.
pub(crate) fn values_mismatch<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    let (expected, given) = (cx.get(args.get(0)).fixnum_unchecked(), cx.get(args.get(1)).fixnum_unchecked());
    let message = format!("expected {expected} value{}, given {given}", if expected == 1 { "" } else { "s" });
    Err(cx.fail_as("", kinds::ERROR | kinds::ASSERTION, &message, &[]))
}
/// `(procedure-name procedure)`: a symbol, or `#f` for anonymous ones.
pub(crate) fn procedure_name<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    let name = cx.get(args.get(0)).template().name.clone();
    match name {
        Some(name) => {
            let h = cx.symbol(&name)?;
            Ok(cx.get(h))
        }
        None => Ok(Val::FALSE),
    }
}
/// `(procedure-arity procedure)`: the pair of least and greatest number of arguments; `#f` for
/// no limit.
pub(crate) fn procedure_arity<'a, 's>(cx: &'a mut Cx<'s>, args: Args<'s>) -> Out<'a> {
    let counts = cx.get(args.get(0)).template().counts();
    let least = counts.iter().map(|c| c.0).min().unwrap_or(0);
    let most = if counts.iter().any(|c| c.1) { None } else { counts.iter().map(|c| c.0).max() };
    let least = cx.root(Val::index(least));
    let most: H<'s> = cx.root(most.map_or(Val::FALSE, Val::index));
    let h = cx.cons(least, most)?;
    Ok(cx.get(h))
}

#[cfg(test)]
mod tests;
