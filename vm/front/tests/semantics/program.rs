//! Random programs whose meaning does not depend on the order in which operands are evaluated:
//! at most one operand of a call does more than read constants and variables that never change.

/// A program in the printed form of core IR.
pub(crate) fn random(seed: u64) -> String {
    let mut g = Generator { state: seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ 0x1234_5678_9ABC_DEF1, vars: Vec::new(), functions: Vec::new(), next: 0, size: 60 };
    let mut out = String::from("(define $out '())\n");
    for _ in 0..g.below(4) {
        let name = format!("$g{}", g.fresh());
        let arity = g.below(3);
        let (params, body) = g.lambda(arity);
        out += &format!("(define {name} (lambda {params} {body}))\n");
        g.functions.push((name, arity));
    }
    g.size = 80;
    let body = g.block(5);
    out + &format!("(let ((result {body})) (cons result $out))\n")
}

#[derive(Clone)]
struct Var {
    name: String,
    assigned: bool,
}

struct Generator {
    state: u64,
    vars: Vec<Var>,
    /// Callable names and their arities; a loop's first argument counts down.
    functions: Vec<(String, usize)>,
    next: usize,
    size: usize,
}

impl Generator {
    fn below(&mut self, n: usize) -> usize {
        self.state ^= self.state << 13;
        self.state ^= self.state >> 7;
        self.state ^= self.state << 17;
        (self.state >> 33) as usize % n
    }

    fn fresh(&mut self) -> usize {
        self.next += 1;
        self.next
    }

    fn var(&mut self) -> Option<Var> {
        if self.vars.is_empty() {
            return None;
        }
        let i = self.below(self.vars.len());
        Some(self.vars[i].clone())
    }

    /// Something that may stand among operands: a constant or a variable that never changes.
    fn atom(&mut self) -> String {
        match self.var() {
            Some(var) if !var.assigned && self.below(4) > 0 => var.name,
            _ => (self.below(7) as i64 - 2).to_string(),
        }
    }

    /// Without effects; may fail.
    fn pure(&mut self, depth: usize) -> String {
        if depth == 0 || self.below(3) == 0 {
            return match self.var() {
                Some(var) if self.below(3) > 0 => var.name,
                _ => self.atom(),
            };
        }
        let d = depth - 1;
        match self.below(9) {
            0 | 1 => format!("(+ {} {})", self.pure(d), self.pure(d)),
            2 => format!("(- {} {})", self.pure(d), self.atom()),
            3 => format!("(* {} {} {})", self.pure(d), self.atom(), self.pure(d)),
            4 => format!("(if {} {} {})", self.test(d), self.pure(d), self.pure(d)),
            5 => format!("(car (cons {} {}))", self.pure(d), self.pure(d)),
            6 => {
                let name = format!("p{}", self.fresh());
                let init = self.pure(d);
                self.vars.push(Var { name: name.clone(), assigned: false });
                let body = self.pure(d);
                self.vars.pop();
                format!("(let (({name} {init})) {body})")
            }
            7 => format!("(if {} 1 0)", self.test(d)),
            _ => format!("(call (lambda (q{0}) (+ q{0} {1})) {2})", self.fresh(), self.atom(), self.pure(d)),
        }
    }

    fn test(&mut self, depth: usize) -> String {
        let d = depth.saturating_sub(1);
        match self.below(8) {
            0 => format!("(< {} {})", self.pure(d), self.pure(d)),
            1 => format!("(= {} {})", self.atom(), self.pure(d)),
            2 => format!("(not {})", self.test(d)),
            3 if depth > 0 => {
                let t = format!("t{}", self.fresh());
                format!("(let (({t} {})) (if {t} {t} {}))", self.test(d), self.test(d))
            }
            4 if depth > 0 => format!("(if {} {} #f)", self.test(d), self.test(d)),
            5 => format!("(eqv? {} {})", self.pure(d), self.below(3)),
            6 => format!("(<= 0 {} 3)", self.pure(d)),
            _ => format!("(pair? {})", self.pure(d)),
        }
    }

    /// A procedure's parameters and body; what it is called must not be called inside.
    fn lambda(&mut self, arity: usize) -> (String, String) {
        let names: Vec<String> = (0..arity).map(|_| format!("a{}", self.fresh())).collect();
        let before = self.vars.len();
        for name in &names {
            self.vars.push(Var { name: name.clone(), assigned: false });
        }
        let body = self.block(3);
        self.vars.truncate(before);
        (format!("({})", names.join(" ")), body)
    }

    fn call(&mut self) -> String {
        if self.functions.is_empty() {
            return self.pure(2);
        }
        let i = self.below(self.functions.len());
        let (name, arity) = self.functions[i].clone();
        let place = self.below(arity.max(1));
        let args: Vec<String> = (0..arity).map(|k| if k == place { self.pure(2) } else { self.atom() }).collect();
        format!("(call {name} {})", args.join(" "))
    }

    /// An expression that may do anything, in a place where order is certain.
    fn block(&mut self, depth: usize) -> String {
        if depth == 0 || self.size == 0 {
            return if self.below(2) == 0 { self.call() } else { self.pure(2) };
        }
        self.size -= 1;
        let d = depth - 1;
        match self.below(12) {
            0 => self.call(),
            1 => format!("(if {} {} {})", self.test(2), self.block(d), self.block(d)),
            2 | 3 => {
                let name = format!("v{}", self.fresh());
                let init = self.block(d);
                let assigned = self.below(2) == 0;
                self.vars.push(Var { name: name.clone(), assigned });
                let change = if assigned { format!("(set! {name} {})", self.pure(2)) } else { "1".into() };
                let body = self.block(d);
                self.vars.pop();
                format!("(let (({name} {init})) (seq {change} {body}))")
            }
            4 => format!("(seq (set! $out (cons {} $out)) {})", self.pure(1), self.block(d)),
            5 => {
                let assigned: Vec<Var> = self.vars.iter().filter(|v| v.assigned).cloned().collect();
                match assigned.last() {
                    Some(var) => format!("(seq (set! {} {}) {})", var.name, self.pure(2), self.block(d)),
                    None => self.block(d),
                }
            }
            6 | 7 => self.local_function(d),
            8 | 9 => self.looping(d),
            10 => self.values(d),
            _ => {
                let operand = self.block(d);
                let atom = self.atom();
                if self.below(2) == 0 { format!("(+ {operand} {atom})") } else { format!("(car (list {atom} {operand} {atom}))") }
            }
        }
    }

    fn local_function(&mut self, depth: usize) -> String {
        let name = format!("f{}", self.fresh());
        let arity = self.below(3);
        let (params, body) = self.lambda(arity);
        self.functions.push((name.clone(), arity));
        let rest = self.block(depth);
        self.functions.pop();
        let extra = if self.below(4) == 0 { format!("(seq (set! $out (cons {name} $out)) {rest})") } else { rest };
        format!("(let (({name} (lambda {params} {body}))) {extra})")
    }

    /// A loop that counts down, its calls of itself in tail position or not.
    fn looping(&mut self, depth: usize) -> String {
        let (name, i, acc) = (format!("l{}", self.fresh()), format!("i{}", self.fresh()), format!("s{}", self.fresh()));
        let before = self.vars.len();
        self.vars.push(Var { name: i.clone(), assigned: false });
        self.vars.push(Var { name: acc.clone(), assigned: false });
        let step = self.pure(2);
        let again = match self.below(4) {
            0 => format!("(call {name} (- {i} 1) {acc})"),
            1 => format!("(let ((r{0} (call {name} (- {i} 1) {step}))) (+ r{0} {acc}))", self.fresh()),
            2 => format!("(if {} (call {name} (- {i} 1) {step}) (call {name} (- {i} 2) {acc}))", self.test(1)),
            _ => format!("(seq {} (call {name} (- {i} 1) (+ {acc} {step})))", self.block(depth.min(1))),
        };
        let end = self.pure(1);
        self.vars.truncate(before);
        self.functions.push((format!("{name} 2"), 1));
        let rest = if self.below(2) == 0 { format!("(call {name} 4 {})", self.atom()) } else { self.block(depth) };
        self.functions.pop();
        format!("(letrec (({name} (lambda ({i} {acc}) (if (< {i} 1) {end} {again})))) {rest})")
    }

    fn values(&mut self, depth: usize) -> String {
        let (a, b) = (format!("x{}", self.fresh()), format!("y{}", self.fresh()));
        let producer = match self.below(4) {
            0 => format!("(values {} {})", self.pure(1), self.pure(1)),
            1 => format!("(if {} (values 1 {}) (values {} 2))", self.test(1), self.pure(1), self.pure(1)),
            2 => format!("(call (lambda (z{0}) (if (< z{0} 2) (values z{0} 7) (values 3 z{0} ))) {1})", self.fresh(), self.pure(1)),
            _ => format!("(seq {} (call values {} {}))", self.block(depth.min(1)), self.atom(), self.atom()),
        };
        let formals = if self.below(3) == 0 { format!("({a} . {b})") } else { format!("({a} {b})") };
        self.vars.push(Var { name: a, assigned: false });
        self.vars.push(Var { name: b, assigned: false });
        let body = self.block(depth);
        self.vars.truncate(self.vars.len() - 2);
        format!("(receive {formals} {producer} {body})")
    }
}
