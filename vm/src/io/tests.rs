//! Part of the module named like its folder.
use crate::cx::{Cx, H};
use crate::prims::lists::check::{call, check, values, written};
use crate::testing::with_cx;
use crate::val::Val;

fn input<'s>(cx: &mut Cx<'s>, text: &str) -> H<'s> {
    let s = cx.string(text).expect("room");
    call(cx, "open-input-string", &[s]).expect("room")
}
/// Results of calling these primitives on one port.
fn session(text: &str, names: &[&str]) -> Vec<String> {
    with_cx(|cx| {
        let p = input(cx, text);
        names.iter().map(|n| written(cx, n, &[p])).collect()
    })
}
fn scratch(name: &str) -> String {
    let path = std::env::temp_dir().join(format!("gambol-io-{}-{name}", std::process::id()));
    path.to_string_lossy().into_owned()
}

#[test]
fn characters_and_lines() {
    assert_eq!(
        session("aλ\r\nb\rc", &["peek-char", "read-char", "read-line", "read-line", "read-line", "read-line", "read-char"]),
        ["#\\a", "#\\a", "\"λ\"", "\"b\"", "\"c\"", "#<eof>", "#<eof>"]
    );
    assert_eq!(session("", &["read-line"]), ["#<eof>"]);
    assert_eq!(session("\n", &["read-line", "read-line"]), ["\"\"", "#<eof>"]);
}

#[test]
fn datums_from_a_port() {
    assert_eq!(
        session("(a . b) #;x #u8(1) \"s\\n\" #\\x #!fold-case ABC\n  ; c\n#0=(q . #0#)", &["read", "read", "read", "read", "read", "read", "read"]),
        ["(a . b)", "#u8(1)", "\"s\\n\"", "#\\x", "abc", "#0=(q . #0#)", "#<eof>"]
    );
    assert_eq!(session("123 x", &["read", "read-char", "read-char"]), ["123", "#\\space", "#\\x"]);
    let errors = session("\n (a", &["read", "read"]);
    assert!(errors[0].starts_with("! read: ") && errors[0].contains("line 2"), "{errors:?}");
    assert_eq!(errors[1], "#<eof>");
    let long = format!("({})", "x ".repeat(10_000));
    with_cx(|cx| {
        let p = input(cx, &long);
        let datum = call(cx, "read", &[p]).expect("a list");
        assert_eq!(written(cx, "length", &[datum]), "10000");
        assert_eq!(written(cx, "%port-column", &[p]), long.len().to_string());
    });
}

#[test]
fn output_ports_keep_what_they_get() {
    with_cx(|cx| {
        let p = call(cx, "open-output-string", &[]).expect("room");
        let h = values(cx, "\"aλ\" #\\b (x \"y\") 1 2");
        call(cx, "write-string", &[h[0], p]).expect("room");
        call(cx, "write-char", &[h[1], p]).expect("room");
        call(cx, "write", &[h[2], p]).expect("room");
        call(cx, "fresh-line", &[p]).expect("room");
        call(cx, "fresh-line", &[p]).expect("room");
        call(cx, "display", &[h[2], p]).expect("room");
        call(cx, "write-string", &[h[0], p, h[3], h[4]]).expect("room");
        assert_eq!(written(cx, "get-output-string", &[p]), "\"aλb(x \\\"y\\\")\\n(x y)λ\"");
        for _ in 0..1000 {
            call(cx, "write-string", &[h[0], p]).expect("room");
        }
        let all = call(cx, "get-output-string", &[p]).expect("room");
        assert_eq!(written(cx, "string-length", &[all]), "2017");
        call(cx, "close-port", &[p]).expect("a port");
        assert!(written(cx, "write-char", &[h[1], p]).contains("closed"));
        assert!(written(cx, "read-char", &[p]).contains("textual input port"));
    });
}

#[test]
fn files_go_round() {
    let path = scratch("round");
    let text: String = (0..5000).map(|i| format!("line {i} λ\n")).collect();
    with_cx(|cx| {
        let name = cx.string(&path).expect("room");
        let s = cx.string(&text).expect("room");
        let p = call(cx, "open-output-file", &[name]).expect("a file");
        call(cx, "write-string", &[s, p]).expect("room on the disk");
        call(cx, "close-output-port", &[p]).expect("a port");
        let p = call(cx, "open-input-file", &[name]).expect("a file");
        let k = cx.root(Val::fixnum(1_000_000_000_000));
        let back = call(cx, "read-string", &[k, p]).expect("text");
        assert_eq!(written(cx, "string=?", &[s, back]), "#t");
        let p = call(cx, "open-input-file", &[name]).expect("a file");
        for i in 0..5000 {
            cx.scope(|cx, lift| {
                let line = written(cx, "read-line", &[lift.up(p)]);
                assert_eq!(line, format!("\"line {i} λ\""));
            });
        }
        assert_eq!(written(cx, "read-char", &[p]), "#<eof>");
        assert_eq!(written(cx, "%port-line", &[p]), "5001");
        assert_eq!(written(cx, "file-exists?", &[name]), "#t");
        call(cx, "delete-file", &[name]).expect("it is there");
        assert!(written(cx, "delete-file", &[name]).contains("no such file"));
        assert!(written(cx, "open-input-file", &[name]).contains(&path));
    });
}

#[test]
fn forgotten_ports_are_written_and_closed() {
    let path = scratch("forgotten");
    with_cx(|cx| {
        cx.scope(|cx, _| {
            let name = cx.string(&path).expect("room");
            let p = call(cx, "open-output-file", &[name]).expect("a file");
            let s = cx.string("kept").expect("room");
            call(cx, "write-string", &[s, p]).expect("room");
        });
        let full = cx.root(Val::TRUE);
        call(cx, "%collect", &[full]).expect("it collects");
    });
    assert_eq!(std::fs::read_to_string(&path).expect("it exists"), "kept");
    std::fs::remove_file(&path).expect("it exists");
}

#[test]
fn bad_text_is_an_error_once() {
    let path = scratch("bad");
    std::fs::write(&path, b"ab\xFFcd\xC3").expect("room on the disk");
    with_cx(|cx| {
        let name = cx.string(&path).expect("room");
        let p = call(cx, "open-input-file", &[name]).expect("a file");
        let k = cx.root(Val::fixnum(2));
        assert_eq!(written(cx, "read-string", &[k, p]), "\"ab\"");
        assert!(written(cx, "read-char", &[p]).contains("not valid UTF-8"));
        assert_eq!(written(cx, "read-string", &[k, p]), "\"cd\"");
        assert!(written(cx, "peek-char", &[p]).contains("not valid UTF-8"));
        assert_eq!(written(cx, "read-char", &[p]), "#<eof>");
    });
    std::fs::remove_file(&path).expect("it exists");
}

#[test]
fn bytes() {
    with_cx(|cx| {
        let h = values(cx, "#u8(1 2 3 4 5) 2 #u8(0 0 0 0) 1");
        let p = call(cx, "open-input-bytevector", &h[..1]).expect("room");
        assert_eq!(written(cx, "peek-u8", &[p]), "1");
        assert_eq!(written(cx, "read-u8", &[p]), "1");
        assert_eq!(written(cx, "read-bytevector", &[h[1], p]), "#u8(2 3)");
        assert_eq!(written(cx, "read-bytevector!", &[h[2], p, h[3]]), "2");
        assert_eq!(written(cx, "bytevector-copy", &[h[2]]), "#u8(0 4 5 0)");
        assert_eq!(written(cx, "read-bytevector", &[h[1], p]), "#<eof>");
        assert!(call(cx, "read-char", &[p]).is_err(), "bytes are not text");
    });
    check(&[("eof-object", "", "#<eof>"), ("port?", "5", "#f"), ("read-u8", "5", "!")]);
}
