//! The command line. Options end at the program's name: what follows belongs to the program.
//! What options there are is said by two tables: `FLAGS` here, of those that say what to do, and
//! `gambol_vm::options`, of those that say how it is run. The text of `--help` comes from both.

use gambol_vm::machine::is_library_name;
use gambol_vm::options::{Options, ROWS};
use gambol_vm::{is_identifier, suggest};
use lexopt::prelude::*;
use std::ffi::OsString;
use std::path::PathBuf;

/// What to do.
#[derive(PartialEq, Eq, Debug)]
pub(crate) enum Action {
    /// The steps, and the REPL if it is asked for.
    Run,
    Help,
    /// One line for people.
    Version,
    /// What SRFI 176 asks for.
    Describe,
}

/// Something to run, in the order of the command line.
#[derive(PartialEq, Eq, Debug)]
pub(crate) enum Step {
    Load(PathBuf),
    Evaluate { text: String, print: bool },
    Program(PathBuf),
    Stdin,
    Library(String),
}

/// A parsed command line.
pub(crate) struct Command {
    pub(crate) action: Action,
    pub(crate) steps: Vec<Step>,
    /// `-i`: go on with the REPL.
    pub(crate) interactive: bool,
    pub(crate) options: Options,
    /// `-I`: searched before the built-in libraries.
    pub(crate) prepend: Vec<PathBuf>,
    /// `-A`: searched after them.
    pub(crate) append: Vec<PathBuf>,
    /// `-D`: feature identifiers.
    pub(crate) features: Vec<String>,
    /// What the program gets.
    pub(crate) arguments: Vec<String>,
}

impl Command {
    /// Whether the REPL follows the steps: if asked for, or if nothing but loading is done before.
    pub(crate) fn wants_repl(&self) -> bool {
        self.interactive || self.steps.iter().all(|step| matches!(step, Step::Load(_)))
    }
    fn evaluate(&mut self, text: OsString, print: bool) -> Result<(), String> {
        let text = text.into_string().map_err(|_| "an expression must be UTF-8 text")?;
        self.steps.push(Step::Evaluate { text, print });
        Ok(())
    }
    fn run_library(&mut self, name: OsString) -> Result<(), String> {
        match name.into_string() {
            Ok(name) if is_library_name(&name) => self.steps.push(Step::Library(name)),
            name => return Err(format!("-m: {name:?} is no name of a library; write foo.bar or '(foo bar)'", name = name.unwrap_or_else(|n| n.to_string_lossy().into_owned()))),
        }
        Ok(())
    }
    fn define_feature(&mut self, name: OsString) -> Result<(), String> {
        match name.into_string() {
            Ok(name) if is_identifier(&name) => self.features.push(name),
            name => return Err(format!("-D: {name:?} is no identifier", name = name.unwrap_or_else(|n| n.to_string_lossy().into_owned()))),
        }
        Ok(())
    }
}

/// An option that says what to do.
pub(crate) struct Flag {
    letter: Option<char>,
    word: &'static str,
    /// What stands for its value in the help; empty if it has none.
    value: &'static str,
    about: &'static str,
    /// Whether it names the program, so that what follows it is for that.
    last: bool,
    apply: fn(&mut Command, OsString) -> Result<(), String>,
}

impl Flag {
    const fn new(letter: char, value: &'static str, about: &'static str, apply: fn(&mut Command, OsString) -> Result<(), String>) -> Flag {
        Flag { letter: Some(letter), word: "", value, about, last: false, apply }
    }
    /// `-e EXPR` and the like.
    pub(crate) fn form(&self) -> String {
        let dashed = self.letter.map(|c| format!("-{c}")).into_iter().chain((!self.word.is_empty()).then(|| format!("--{}", self.word)));
        let names = dashed.collect::<Vec<_>>().join(", ");
        if self.value.is_empty() { names } else { format!("{names} {}", self.value) }
    }
}

pub(crate) const FLAGS: &[Flag] = &[
    Flag::new('e', "EXPR", "evaluate an expression", |c, v| c.evaluate(v, false)),
    Flag::new('p', "EXPR", "evaluate an expression and print its values", |c, v| c.evaluate(v, true)),
    Flag::new('l', "FILE", "load a file, before what follows", |c, v| {
        c.steps.push(Step::Load(v.into()));
        Ok(())
    }),
    Flag { last: true, ..Flag::new('m', "NAME", "run a library as a program: NAME is foo.bar or '(foo bar)'", |c, v| c.run_library(v)) },
    Flag::new('i', "", "go on with the REPL", |c, _| {
        c.interactive = true;
        Ok(())
    }),
    Flag::new('I', "DIR", "look for libraries in DIR first", |c, v| {
        c.prepend.push(v.into());
        Ok(())
    }),
    Flag::new('A', "DIR", "look for libraries in DIR last", |c, v| {
        c.append.push(v.into());
        Ok(())
    }),
    Flag::new('D', "FEATURE", "make cond-expand know a feature", |c, v| c.define_feature(v)),
    Flag {
        word: "help",
        ..Flag::new('h', "", "this text", |c, _| {
            c.action = Action::Help;
            Ok(())
        })
    },
    Flag::new('V', "", "what this is, as S-expressions (SRFI 176)", |c, _| {
        c.action = Action::Describe;
        Ok(())
    }),
    Flag {
        letter: None,
        word: "version",
        value: "",
        about: "the version",
        last: false,
        apply: |c, _| {
            c.action = Action::Version;
            Ok(())
        },
    },
];

/// Reads the command line; `preset` is the content of `GAMBOL_OPTS`.
pub(crate) fn parse(args: impl Iterator<Item = OsString>, preset: Option<String>) -> Result<Command, String> {
    let mut c =
        Command { action: Action::Run, steps: vec![], interactive: false, options: Options::default(), prepend: vec![], append: vec![], features: vec![], arguments: vec![] };
    preset_options(&mut c.options, &preset.unwrap_or_default())?;
    let mut parser = lexopt::Parser::from_args(args);
    let mut subcommand = false;
    while let Some(arg) = parser.next().map_err(|e| e.to_string())? {
        let flag = match &arg {
            Short(letter) => FLAGS.iter().find(|flag| flag.letter == Some(*letter)),
            Long(word) => FLAGS.iter().find(|flag| flag.word == *word),
            Value(_) => None,
        };
        if let Some(flag) = flag {
            let value = if flag.value.is_empty() { OsString::new() } else { parser.value().map_err(|e| e.to_string())? };
            (flag.apply)(&mut c, value)?;
            if flag.last {
                c.arguments = rest(&mut parser)?;
                break;
            }
            continue;
        }
        match arg {
            Value(v) if v == "run" && !subcommand => subcommand = true,
            Value(v) => {
                c.arguments = rest(&mut parser)?;
                if c.steps.iter().any(|step| matches!(step, Step::Evaluate { .. })) {
                    c.arguments.insert(0, v.to_string_lossy().into_owned());
                } else {
                    c.steps.push(if v == "-" { Step::Stdin } else { Step::Program(v.into()) });
                }
                break;
            }
            Long(name) => {
                let name = name.to_string();
                let value = parser.optional_value().map(|v| v.to_string_lossy().into_owned());
                if !c.options.set(&name, value.as_deref())? {
                    return Err(unknown(&name));
                }
            }
            other => return Err(other.unexpected().to_string()),
        }
    }
    if subcommand && c.action == Action::Run && c.wants_repl() && !c.interactive {
        return Err("run: which file?".into());
    }
    Ok(c)
}

/// What is left, as it stands.
fn rest(parser: &mut lexopt::Parser) -> Result<Vec<String>, String> {
    let rest = parser.raw_args().map_err(|e| e.to_string())?;
    Ok(rest.map(|a| a.to_string_lossy().into_owned()).collect())
}

fn preset_options(options: &mut Options, preset: &str) -> Result<(), String> {
    for word in preset.split_whitespace() {
        let word = word.strip_prefix("--").unwrap_or(word);
        let (name, value) = word.split_once('=').map_or((word, None), |(name, value)| (name, Some(value)));
        if !options.set(name, value).map_err(|e| format!("GAMBOL_OPTS: {e}"))? {
            return Err(format!("GAMBOL_OPTS: {}", unknown(name)));
        }
    }
    Ok(())
}

fn unknown(name: &str) -> String {
    let names = ROWS.iter().map(|row| row.0).chain(FLAGS.iter().map(|flag| flag.word).filter(|word| !word.is_empty()));
    match suggest(name, names) {
        Some(near) => format!("there is no option --{name}; did you mean --{near}?"),
        None => format!("there is no option --{name}"),
    }
}

/// The text of `--help`, options from their tables.
pub(crate) fn help() -> String {
    let mut out = String::from(
        "gambol - a Scheme virtual machine

  gambol FILE [ARGUMENT ...]     run a program (also: gambol run FILE)
  gambol -m NAME [ARGUMENT ...]  run a library
  gambol -                       run standard input
  gambol                         read, evaluate, print

",
    );
    for flag in FLAGS {
        out.push_str(&format!("  {:14} {}\n", flag.form(), flag.about));
    }
    out.push_str("\nOptions, also read from GAMBOL_OPTS:\n");
    for (flag, value, about) in ROWS {
        let form = if value.is_empty() { format!("--{flag}") } else { format!("--{flag}={value}") };
        out.push_str(&format!("  {form:24}{}\n", about.trim()));
    }
    out.push_str("\nExit codes: 0, what (exit n) says, 64 wrong usage, 70 uncaught error, 71 bug in gambol, 130 interrupt.\n");
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(line: &[&str]) -> Result<Command, String> {
        parse(line.iter().map(OsString::from), None)
    }

    /// The steps, whether the REPL follows, and the arguments.
    #[track_caller]
    fn check(line: &[&str], steps: &[Step], repl: bool, arguments: &[&str]) {
        let c = parsed(line).expect("a good command line");
        assert_eq!((c.steps.as_slice(), c.wants_repl()), (steps, repl), "{line:?}");
        assert_eq!(c.arguments, arguments, "{line:?}");
    }
    fn evaluate(text: &str, print: bool) -> Step {
        Step::Evaluate { text: text.into(), print }
    }

    #[test]
    fn steps_come_in_order() {
        check(&[], &[], true, &[]);
        check(&["-i"], &[], true, &[]);
        check(&["f", "-e", "x"], &[Step::Program("f".into())], false, &["-e", "x"]);
        check(&["run", "run", "run"], &[Step::Program("run".into())], false, &["run"]);
        check(&["-", "-i"], &[Step::Stdin], false, &["-i"]);
        check(&["-l", "a", "-e", "1", "-l", "b", "-p2"], &[Step::Load("a".into()), evaluate("1", false), Step::Load("b".into()), evaluate("2", true)], false, &[]);
        check(&["-l", "a"], &[Step::Load("a".into())], true, &[]);
        check(&["-l", "a", "f", "-l"], &[Step::Load("a".into()), Step::Program("f".into())], false, &["-l"]);
        check(&["-e", "1", "f", "-l"], &[evaluate("1", false)], false, &["f", "-l"]);
        check(&["-ie", "1"], &[evaluate("1", false)], true, &[]);
        check(&["-i", "f"], &[Step::Program("f".into())], true, &[]);
        check(&["-m", "a.b", "--", "-x", "--version"], &[Step::Library("a.b".into())], false, &["--", "-x", "--version"]);
        check(&["-e", "1", "-m", "(a b)", "c"], &[evaluate("1", false), Step::Library("(a b)".into())], false, &["c"]);
        check(&["--", "-e"], &[Step::Program("-e".into())], false, &[]);
    }

    #[test]
    fn every_flag_is_in_the_help_and_no_letter_has_two_meanings() {
        let help = help();
        for (i, flag) in FLAGS.iter().enumerate() {
            assert!(help.contains(&format!("  {:14} {}\n", flag.form(), flag.about)), "{}", flag.form());
            assert!(FLAGS[..i].iter().all(|other| flag.letter.is_none() || other.letter != flag.letter), "{}", flag.form());
            assert!(flag.letter.is_some() || !flag.word.is_empty());
            assert!(ROWS.iter().all(|row| row.0 != flag.word), "{}", flag.form());
        }
    }

    #[test]
    fn mistakes() {
        for (line, expect) in [
            (&["-m", "a..b"][..], "-m: \"a..b\" is no name of a library"),
            (&["-m", "(a"], "-m"),
            (&["-D", "a b"], "-D: \"a b\" is no identifier"),
            (&["-D", "1"], "-D"),
            (&["-D"], "'-D'"),
            (&["--version=3"], "--version"),
            (&["run", "-l", "a"], "which file?"),
            (&["-z"], "'-z'"),
        ] {
            let message = parsed(line).err().unwrap_or_default();
            assert!(message.contains(expect), "{line:?}: {message}");
        }
    }
}
