//! Spelling of each kind of datum, and random round trips through the reader.

use super::*;
use crate::number::Number;
use crate::reader::read_all;
use crate::source::{SourceId, Span};

fn check(text: &str, expect: &str) {
    let datums = read_all(SourceId(0), text).unwrap_or_else(|error| panic!("{text}: {error}"));
    let shown: Vec<String> = datums.iter().map(write_datum).collect();
    assert_eq!(shown.join(" "), expect, "for {text}");
    // What is written reads back as the same, and is written the same again.
    let again = read_all(SourceId(0), expect).unwrap();
    assert!(again == datums, "{expect}");
}

#[test]
fn spellings() {
    check("( a . ( b . ( c . () ) ) )", "(a b c)");
    check("(a . b)", "(a . b)");
    check("#( a #(b) )", "#(a #(b))");
    check("#u8( 1 #xFF )", "#u8(1 255)");
    check("(quote a) (quote) (quote a b) (quote . a)", "'a (quote) (quote a b) (quote . a)");
    check("(a quote b)", "(a quote b)");
    check("`(a ,b ,@c)", "`(a ,b ,@c)");
    check("(unquote |@x|)", ",|@x|");
    check("#true #FALSE", "#t #f");
    check("#0=(a . #0#)", "#0=(a . #0#)");
    check("#e1.5 #x-A .5", "3/2 -10 0.5");
}

#[test]
fn symbols() {
    check("|a| |A b| || |1| |+1| |.| |...| |a\\|b| |a\\x41;b|", "a |A b| || |1| |+1| |.| ... |a\\|b| aAb");
    check("λ 変数 ->x +.x - + <=? !$%&*/:<=>?^_~", "λ 変数 ->x +.x - + <=? !$%&*/:<=>?^_~");
    check("1+ -1+ 2d-array a#b", "|1+| |-1+| |2d-array| |a#b|");
    check("|+i| |-inf.0| |#foo| |a\\nb|", "|+i| |-inf.0| |#foo| |a\\nb|");
}

#[test]
fn strings_and_characters() {
    check(r#""a\"b\\c\n\t\a\x3bb;\x0;|""#, r#""a\"b\\c\n\t\aλ\x0;|""#);
    check(r"#\a #\space #\x41 #\x #\( #\nul #\λ #\x300 #\newline", r"#\a #\space #\A #\x #\( #\null #\λ #\x300 #\newline");
    check("#\\x00A0 #\\page #\\x200b \"\\x202e;\"", "#\\xa0 #\\xc #\\x200b \"\\x202e;\"");
}

struct Random(u64);

impl Random {
    fn below(&mut self, n: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % n
    }

    fn char(&mut self) -> char {
        let limit = [0x80, 0x300, 0x3000, 0x11_0000][self.below(4) as usize];
        char::from_u32(self.below(limit) as u32).unwrap_or('?')
    }

    fn text(&mut self) -> String {
        let length = self.below(6);
        (0..length).map(|_| self.char()).collect()
    }

    fn number(&mut self) -> Number {
        let text = match self.below(5) {
            0 => format!("{}", self.0 as i64),
            1 => format!("{}/{}", self.0 as i64, 1 + self.below(1000)),
            2 => format!("{}{}", self.0, self.0),
            3 => format!("{}+{}i", self.below(9), self.below(9)),
            _ => return Number::Real(f64::from_bits(self.0)),
        };
        parse_number(&text, 10).unwrap().unwrap()
    }

    fn datum(&mut self, depth: u32) -> Datum {
        let kinds = if depth == 0 { 7 } else { 10 };
        let kind = match self.below(kinds) {
            0 => DatumKind::Null,
            1 => DatumKind::Bool(self.below(2) == 0),
            2 => DatumKind::Char(self.char()),
            3 => DatumKind::Number(self.number()),
            4 => DatumKind::String(self.text().into()),
            5 => DatumKind::Symbol(self.text().into()),
            6 => DatumKind::Bytevector((0..self.below(4)).map(|_| self.below(256) as u8).collect()),
            7 => DatumKind::Vector(self.datums(depth)),
            _ => {
                let items = self.datums(depth);
                let tail = (self.below(3) == 0).then(|| self.datum(depth - 1));
                return Datum::list(Span::NONE, items, tail);
            }
        };
        Datum::new(Span::NONE, kind)
    }

    fn datums(&mut self, depth: u32) -> Vec<Datum> {
        let length = self.below(5);
        (0..length).map(|_| self.datum(depth - 1)).collect()
    }
}

#[test]
fn random_datums_read_back() {
    let clock = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    let seed = clock.map_or(1, |time| time.as_nanos() as u64) | 1;
    println!("seed {seed}");
    let mut random = Random(seed);
    for _ in 0..5_000 {
        let datum = random.datum(4);
        let text = write_datum(&datum);
        let back = read_all(SourceId(0), &text).unwrap_or_else(|error| panic!("{text}: {error}"));
        assert_eq!(back.len(), 1, "{text}");
        assert!(back[0] == datum, "{text} came back as {}", back[0]);
    }
}
