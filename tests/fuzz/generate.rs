//! Programs from a grammar: well formed and mostly bound, so that they get past the expander, which
//! mutation alone rarely does. What they mean does not matter, and mostly they end with a condition.

use crate::random::Random;
use gambol_abi::prims::{Class, PRIMS};

/// What programs import.
const IMPORTS: &str = "(scheme base) (scheme write) (scheme char) (scheme cxr) (scheme lazy) (scheme inexact) (scheme complex) (scheme case-lambda) (scheme eval) (scheme read)";

const ATOMS: &[&str] = &[
    "0",
    "1",
    "-1",
    "2",
    "7",
    "255",
    "1/2",
    "1.5",
    "-0.0",
    "+inf.0",
    "+nan.0",
    "1e300",
    "1152921504606846975",
    "-1152921504606846976",
    "123456789012345678901234567890",
    "+i",
    "1.5-2i",
    "#t",
    "#f",
    "'()",
    "'a",
    "\"\"",
    "\"abc\"",
    "\"\\x3bb;\"",
    "#\\a",
    "#\\x3bb",
    "'(1 2 3)",
    "'(a . b)",
    "'#(1 2)",
    "#u8(1 2 255)",
    "(string #\\a #\\b)",
    "(list 1 2 3)",
    "(vector 1 2 3)",
    "(make-vector 3 0)",
    "(make-string 3 #\\x)",
    "(bytevector 1 2)",
    "(if #f #f)",
    "(eof-object)",
    "car",
    "list",
    "values",
    "+",
    "(current-output-port)",
];
/// Library procedures that take procedures.
const HIGHER: &[&str] = &[
    "map",
    "for-each",
    "vector-map",
    "vector-for-each",
    "string-for-each",
    "string-map",
    "apply",
    "call/cc",
    "call-with-values",
    "dynamic-wind",
    "with-exception-handler",
    "call-with-port",
    "member",
    "assoc",
    "raise",
    "raise-continuable",
    "error",
    "make-parameter",
    "eval",
    "values",
    "append",
    "list-copy",
    "exact->inexact",
    "number->string",
    "string->number",
    "equal?",
];

/// A program.
pub(crate) fn program(random: &mut Random) -> Vec<u8> {
    let mut g = Generator { random: Random::new(random.next()), scope: Vec::new(), macros: 0, names: 0, out: String::new() };
    g.program();
    g.out.into_bytes()
}

struct Generator {
    random: Random,
    /// Variables in scope.
    scope: Vec<String>,
    macros: usize,
    names: usize,
    out: String,
}

type Form = fn(&mut Generator, usize);

impl Generator {
    const EXPRESSIONS: &[Form] = &[
        Self::call,
        Self::call,
        Self::call,
        Self::primitive,
        Self::primitive,
        Self::lambda,
        Self::conditional,
        Self::bindings,
        Self::bindings,
        Self::named_let,
        Self::assignment,
        Self::sequence,
        Self::case,
        Self::cond,
        Self::loops,
        Self::receive,
        Self::guard,
        Self::continuation,
        Self::quasiquote,
        Self::delayed,
        Self::case_lambda,
        Self::parameterize,
        Self::macro_use,
        Self::local_macro,
        Self::string_port,
    ];
    const DEFINITIONS: &[Form] = &[Self::define, Self::define, Self::define_values, Self::define_record, Self::define_syntax];

    fn program(&mut self) {
        let primitives = self.random.once_in(6);
        if self.random.once_in(3) {
            // Form by form, in the interactive environment.
        } else if primitives {
            self.push(&format!("(import {IMPORTS} (prefix (gambol primitives) p:))\n"));
        } else {
            self.push(&format!("(import {IMPORTS})\n"));
        }
        for _ in 0..1 + self.random.below(6) {
            let depth = 1 + self.random.below(4);
            if self.random.once_in(2) {
                self.random.pick(Self::DEFINITIONS)(self, depth);
            } else {
                self.expression(depth);
            }
            self.push("\n");
        }
    }

    fn push(&mut self, text: &str) {
        self.out.push_str(text);
    }

    fn either(&mut self, texts: &[&str]) {
        let text = *self.random.pick(texts);
        self.push(text);
    }

    /// `(` and everything that `parts` writes, and `)`.
    fn list(&mut self, head: &str, parts: impl FnOnce(&mut Self)) {
        self.push("(");
        self.push(head);
        parts(self);
        self.push(")");
    }

    fn fresh(&mut self) -> String {
        // A few names only, so that they shadow each other and what libraries export.
        const NAMES: &[&str] = &["a", "b", "c", "x", "y", "loop", "f", "g", "tmp", "list", "else", "if", "k", "|x y|", "..."];
        self.names += 1;
        if self.random.once_in(3) { format!("v{}", self.names) } else { (*self.random.pick(NAMES)).to_string() }
    }

    fn variable(&mut self) {
        let name = if self.scope.is_empty() || self.random.once_in(20) { "unbound".to_string() } else { self.random.pick(&self.scope).clone() };
        self.push(&name);
    }

    fn atom(&mut self) {
        if !self.scope.is_empty() && self.random.once_in(2) {
            return self.variable();
        }
        let atom = *self.random.pick(ATOMS);
        self.push(atom);
    }

    fn expression(&mut self, depth: usize) {
        // Nothing gets large by many branches.
        if depth == 0 || self.out.len() > 3000 {
            return self.atom();
        }
        self.random.pick(Self::EXPRESSIONS)(self, depth - 1);
    }

    fn more(&mut self, depth: usize, most: usize) {
        for _ in 0..self.random.below(most + 1) {
            self.push(" ");
            self.expression(depth);
        }
    }

    /// Parameters, which are in scope afterwards.
    fn parameters(&mut self) {
        if self.random.once_in(6) {
            let rest = self.fresh();
            self.push(&rest);
            return self.scope.push(rest);
        }
        self.push("(");
        for _ in 0..self.random.below(4) {
            let name = self.fresh();
            self.push(&name);
            self.push(" ");
            self.scope.push(name);
        }
        if self.random.once_in(5) {
            let rest = self.fresh();
            self.push(&format!("q . {rest}"));
            self.scope.extend(["q".to_string(), rest]);
        }
        self.push(")");
    }

    /// Writes `inside` with what is in scope now, and forgets what that brings into scope.
    fn scoped(&mut self, inside: impl FnOnce(&mut Self)) {
        let length = self.scope.len();
        inside(self);
        self.scope.truncate(length);
    }

    fn body(&mut self, depth: usize) {
        if self.random.once_in(4) {
            self.random.pick(Self::DEFINITIONS)(self, depth);
        }
        self.push(" ");
        self.expression(depth);
        self.more(depth, 1);
    }

    fn call(&mut self, depth: usize) {
        self.list("", |g| {
            match g.random.below(3) {
                0 => g.expression(depth),
                1 => g.variable(),
                _ => {
                    let name = *g.random.pick(HIGHER);
                    g.push(name);
                }
            }
            g.more(depth, 3);
        });
    }

    fn primitive(&mut self, depth: usize) {
        let prim = self.random.pick(PRIMS);
        if prim.class == Class::Control && prim.name.starts_with('%') && !self.random.once_in(10) {
            return self.atom();
        }
        let count =
            if self.random.once_in(10) { self.random.below(5) } else { prim.required.len() + self.random.below(1 + prim.optional.len() + usize::from(prim.rest.is_some())) };
        let name = if prim.name.starts_with('%') { format!("p:{}", prim.name) } else { prim.name.to_string() };
        self.list(&name, |g| {
            for _ in 0..count {
                g.push(" ");
                g.expression(depth);
            }
        });
    }

    fn lambda(&mut self, depth: usize) {
        self.scoped(|g| {
            g.list("lambda ", |g| {
                g.parameters();
                g.body(depth);
            });
        });
    }

    fn case_lambda(&mut self, depth: usize) {
        self.list("case-lambda", |g| {
            for _ in 0..1 + g.random.below(3) {
                g.scoped(|g| {
                    g.list("", |g| {
                        g.parameters();
                        g.body(depth);
                    });
                });
            }
        });
    }

    fn conditional(&mut self, depth: usize) {
        let head = *self.random.pick(&["if ", "if (not ", "and ", "or ", "when ", "unless "]);
        self.list(head, |g| {
            g.expression(depth);
            if head.ends_with("(not ") {
                g.push(")");
            }
            g.push(" ");
            g.expression(depth);
            if head.starts_with("if") {
                g.push(" ");
                g.expression(depth);
            }
        });
    }

    fn bindings(&mut self, depth: usize) {
        let head = *self.random.pick(&["let (", "let* (", "letrec (", "letrec* ("]);
        self.scoped(|g| {
            g.list(head, |g| {
                for _ in 0..g.random.below(4) {
                    let name = g.fresh();
                    if head != "let (" {
                        g.scope.push(name.clone());
                    }
                    g.list(&format!("{name} "), |g| g.expression(depth));
                    g.scope.push(name);
                }
                g.push(")");
                g.body(depth);
            });
        });
    }

    /// A loop that ends, most times.
    fn named_let(&mut self, depth: usize) {
        self.scoped(|g| {
            let (name, counter, other) = (g.fresh(), g.fresh(), g.fresh());
            let count = *g.random.pick(&["0", "3", "20", "200"]);
            g.push(&format!("(let {name} (({counter} {count}) ({other} "));
            g.expression(depth);
            g.scope.extend([name.clone(), counter.clone(), other.clone()]);
            g.push(&format!(")) (if (<= {counter} 0) "));
            g.expression(depth);
            g.push(&format!(" ({name} (- {counter} 1) "));
            g.expression(depth);
            g.push(")))");
        });
    }

    fn loops(&mut self, depth: usize) {
        self.scoped(|g| {
            let name = g.fresh();
            g.push(&format!("(do (({name} 0 (+ {name} 1)) (acc '() (cons {name} acc))) ((>= {name} 10) "));
            g.scope.extend([name, "acc".to_string()]);
            g.expression(depth);
            g.push(") ");
            g.expression(depth);
            g.push(")");
        });
    }

    fn assignment(&mut self, depth: usize) {
        self.list("set! ", |g| {
            g.variable();
            g.push(" ");
            g.expression(depth);
        });
    }

    fn sequence(&mut self, depth: usize) {
        self.list("begin ", |g| {
            g.expression(depth);
            g.more(depth, 2);
        });
    }

    fn case(&mut self, depth: usize) {
        self.list("case ", |g| {
            g.expression(depth);
            g.push(" ((1 2 a #\\a) ");
            g.expression(depth);
            g.push(") ((\"abc\" 1.5 ()) ");
            g.expression(depth);
            g.either(&[") (else ", ") (else => "]);
            g.expression(depth);
            g.push(")");
        });
    }

    fn cond(&mut self, depth: usize) {
        self.list("cond (", |g| {
            g.expression(depth);
            g.either(&[" ", " => "]);
            g.expression(depth);
            g.push(") (else ");
            g.expression(depth);
            g.push(")");
        });
    }

    fn receive(&mut self, depth: usize) {
        self.scoped(|g| {
            let head = *g.random.pick(&["let-values ((", "let*-values ((", "call-with-values (lambda () "]);
            if head.starts_with("let") {
                g.push("(");
                g.push(head);
                g.parameters();
                g.list("values", |g| g.more(depth, 4));
                g.push("))");
            } else {
                g.push("(");
                g.push(head);
                g.list("values", |g| g.more(depth, 4));
                g.push(") (lambda ");
                g.parameters();
            }
            g.body(depth);
            g.push(if head.starts_with("let") { ")" } else { "))" });
        });
    }

    fn guard(&mut self, depth: usize) {
        self.scoped(|g| {
            g.push("(guard (e ");
            g.scope.push("e".to_string());
            g.list("", |g| {
                g.expression(depth);
                g.push(" ");
                g.expression(depth);
            });
            g.push(")");
            g.body(depth);
            g.push(")");
        });
    }

    fn continuation(&mut self, depth: usize) {
        self.scoped(|g| {
            let name = g.fresh();
            g.push(&format!("(call/cc (lambda ({name}) "));
            g.scope.push(name);
            g.expression(depth);
            g.more(depth, 1);
            g.push("))");
        });
    }

    fn quasiquote(&mut self, depth: usize) {
        let head = *self.random.pick(&["`(a ,", "`#(1 ,", "`(x ,@", "`(1 `(2 ,(3 ,"]);
        self.push(head);
        self.expression(depth);
        self.push(if head.ends_with("(3 ,") { ")) z)" } else { " . b)" });
    }

    fn delayed(&mut self, depth: usize) {
        let head = *self.random.pick(&["force (delay ", "delay ", "make-promise ", "force (delay-force "]);
        self.list(head, |g| {
            g.expression(depth);
            if head.starts_with("force") {
                g.push(")");
            }
        });
    }

    fn parameterize(&mut self, depth: usize) {
        self.push("(let ((p (make-parameter ");
        self.expression(depth);
        self.push("))) (parameterize ((p ");
        self.expression(depth);
        self.push(")) (p)");
        self.more(depth, 2);
        self.push("))");
    }

    fn string_port(&mut self, depth: usize) {
        self.push("(let ((o (open-output-string))) (write ");
        self.expression(depth);
        self.push(" o) (read (open-input-string (get-output-string o))))");
    }

    fn define(&mut self, depth: usize) {
        let name = self.fresh();
        self.scope.push(name.clone());
        if self.random.once_in(2) {
            self.list(&format!("define {name} "), |g| g.expression(depth));
        } else {
            self.push(&format!("(define ({name} . "));
            self.scoped(|g| {
                g.parameters();
                g.body(depth);
            });
            self.push(")");
        }
    }

    fn define_values(&mut self, depth: usize) {
        let (a, b) = (self.fresh(), self.fresh());
        self.push(&format!("(define-values ({a} . {b}) (values "));
        self.expression(depth);
        self.more(depth, 3);
        self.push("))");
        self.scope.extend([a, b]);
    }

    fn define_record(&mut self, _: usize) {
        self.names += 1;
        let n = self.names;
        self.push(&format!("(define-record-type r{n} (make{n} a) r{n}? (a a{n} set-a{n}!) (b b{n} set-b{n}!))"));
        self.scope.extend(["make", "a", "b", "set-a", "r"].iter().map(|stem| format!("{stem}{n}{}", if *stem == "set-a" { "!" } else { "" })));
    }

    fn rules(&mut self, depth: usize) {
        const PATTERNS: &[&str] = &["(_ a ...)", "(_ a b ...)", "(_ (a b) ...)", "(_ a)", "(_ a ... b c)", "(_ #(a ...))", "(_ (a ...) ...)", "(_ . a)", "(_ a => b)"];
        const TEMPLATES: &[&str] = &[
            "(list a ...)",
            "(let ((tmp a)) (list tmp tmp))",
            "'(a ...)",
            "(list 'a ... b)",
            "((a ...) ...)",
            "'((b a) ...)",
            "(if a b #f)",
            "'#(a ...)",
            "(... ...)",
            "(a . b)",
            "a",
            "(begin a ...)",
        ];
        self.either(&["(syntax-rules () ", "(syntax-rules (=> else) ", "(syntax-rules ::: () "]);
        for _ in 0..1 + self.random.below(2) {
            let (pattern, template) = (*self.random.pick(PATTERNS), *self.random.pick(TEMPLATES));
            self.push(&format!("({pattern} "));
            if self.random.once_in(3) {
                self.scoped(|g| g.expression(depth))
            } else {
                self.push(template)
            }
            self.push(")");
        }
        self.push(")");
    }

    fn define_syntax(&mut self, depth: usize) {
        self.macros += 1;
        self.push(&format!("(define-syntax m{} ", self.macros));
        self.rules(depth);
        self.push(")");
    }

    fn local_macro(&mut self, depth: usize) {
        self.macros += 1;
        let head = *self.random.pick(&["let-syntax", "letrec-syntax"]);
        self.push(&format!("({head} ((m{} ", self.macros));
        self.rules(depth);
        self.push("))");
        self.body(depth);
        self.push(")");
        self.macros -= 1;
    }

    fn macro_use(&mut self, depth: usize) {
        if self.macros == 0 {
            return self.call(depth);
        }
        let number = 1 + self.random.below(self.macros);
        self.list(&format!("m{number}"), |g| g.more(depth, 4));
    }
}
