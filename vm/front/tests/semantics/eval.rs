//! A plain evaluator of core IR: environments of locations, recursion on the tree.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use gambol_abi::prims::{Control, Inline, PrimId};
use gambol_front::ir::{Expr, ExprKind, LabelId, Lambda, Unit, VarId};

use crate::value::{Failure, Place, Value, apply_prim, literal};

/// The printed outcome; `None` when the program ran for too long.
pub(crate) fn run(unit: &Unit) -> Option<String> {
    let machine = Machine { globals: RefCell::new(vec![None; unit.globals.len()]), fuel: Cell::new(200_000) };
    let outcome = machine.eval(&unit.body, &None);
    if machine.fuel.get() == 0 {
        return None;
    }
    Some(match outcome {
        Ok(Outcome::Values(values)) => values.iter().map(Value::print).collect::<Vec<_>>().join(" "),
        Ok(Outcome::Jump(..)) => "jump out of the program".into(),
        Err(Failure) => "error".into(),
    })
}

type Env = Option<Rc<Binding>>;

struct Binding {
    var: VarId,
    place: Place,
    next: Env,
}

struct Closure {
    lambda: Lambda,
    env: Env,
}

enum Outcome {
    Values(Vec<Value>),
    Jump(LabelId, Vec<Value>),
}

struct Machine {
    globals: RefCell<Vec<Option<Value>>>,
    fuel: Cell<u32>,
}

fn bind(var: VarId, value: Value, env: &Env) -> Env {
    Some(Rc::new(Binding { var, place: Rc::new(RefCell::new(value)), next: env.clone() }))
}

fn place(var: VarId, env: &Env) -> Place {
    let mut at = env;
    while let Some(binding) = at {
        if binding.var == var {
            return binding.place.clone();
        }
        at = &binding.next;
    }
    panic!("variable {} has no location", var.0)
}

fn done(value: Value) -> Result<Outcome, Failure> {
    Ok(Outcome::Values(vec![value]))
}

impl Machine {
    fn one(&self, e: &Expr, env: &Env) -> Result<Value, Failure> {
        match self.eval(e, env)? {
            Outcome::Values(values) if values.len() == 1 => Ok(values[0].clone()),
            _ => Err(Failure),
        }
    }

    fn all(&self, list: &[Expr], env: &Env) -> Result<Vec<Value>, Failure> {
        list.iter().map(|e| self.one(e, env)).collect()
    }

    fn eval(&self, e: &Expr, env: &Env) -> Result<Outcome, Failure> {
        if self.fuel.get() == 0 {
            return Err(Failure);
        }
        self.fuel.set(self.fuel.get() - 1);
        match &e.kind {
            ExprKind::Const(l) => done(literal(l)),
            ExprKind::Local(v) => {
                let value = place(*v, env).borrow().clone();
                // Passes hold locations that are not yet initialised, and check them by primitive.
                done(value)
            }
            ExprKind::Set(v, value) => {
                let value = self.one(value, env)?;
                *place(*v, env).borrow_mut() = value;
                done(Value::Unspecified)
            }
            ExprKind::Global(g) => self.globals.borrow()[g.0 as usize].clone().map_or(Err(Failure), done),
            ExprKind::SetGlobal(g, value) | ExprKind::Define(g, value) => {
                let value = self.one(value, env)?;
                self.globals.borrow_mut()[g.0 as usize] = Some(value);
                done(Value::Unspecified)
            }
            ExprKind::Prim(prim) => done(Value::Prim(*prim)),
            ExprKind::If(test, then, other) => {
                let branch = if self.one(test, env)?.is_true() { then } else { other };
                self.eval(branch, env)
            }
            ExprKind::Seq(items) => {
                let (last, first) = items.split_last().expect("never empty");
                for item in first {
                    self.eval(item, env)?;
                }
                self.eval(last, env)
            }
            ExprKind::Lambda(lambda) => done(Value::Procedure(Rc::new(Closure { lambda: (**lambda).clone(), env: env.clone() }))),
            ExprKind::Call(callee, args) => {
                let callee = self.one(callee, env)?;
                let args = self.all(args, env)?;
                self.call(&callee, args)
            }
            ExprKind::PrimCall(prim, args) => {
                let args = self.all(args, env)?;
                self.prim(*prim, args)
            }
            ExprKind::Let(bindings, body) => {
                let mut inner = env.clone();
                for (v, init) in bindings {
                    inner = bind(*v, self.one(init, env)?, &inner);
                }
                self.eval(body, &inner)
            }
            ExprKind::Letrec { bindings, body, .. } => {
                let inner = bindings.iter().fold(env.clone(), |inner, (v, _)| bind(*v, Value::Unbound, &inner));
                for (v, init) in bindings {
                    let value = self.one(init, &inner)?;
                    if matches!(value, Value::Unbound) {
                        return Err(Failure);
                    }
                    *place(*v, &inner).borrow_mut() = value;
                }
                self.eval(body, &inner)
            }
            ExprKind::Receive { producer, params, rest, body } => match self.eval(producer, env)? {
                Outcome::Values(values) => {
                    let inner = parameters(params, *rest, values, env)?;
                    self.eval(body, &inner)
                }
                Outcome::Jump(..) => panic!("a jump out of a producer"),
            },
            ExprKind::Labels(labels, body) => {
                let mut outcome = self.eval(body, env)?;
                loop {
                    let Outcome::Jump(id, values) = outcome else {
                        return Ok(outcome);
                    };
                    let Some(label) = labels.iter().find(|label| label.id == id) else {
                        return Ok(Outcome::Jump(id, values));
                    };
                    let inner = parameters(&label.params, None, values, env)?;
                    outcome = self.eval(&label.body, &inner)?;
                }
            }
            ExprKind::Goto(label, args) => Ok(Outcome::Jump(*label, self.all(args, env)?)),
        }
    }

    fn call(&self, callee: &Value, args: Vec<Value>) -> Result<Outcome, Failure> {
        match callee {
            Value::Prim(prim) if prim.info().accepts(args.len()) => self.prim(*prim, args),
            Value::Procedure(procedure) => {
                let closure = procedure.downcast_ref::<Closure>().expect("made by this machine");
                let clause = closure.lambda.clause_for(args.len()).ok_or(Failure)?;
                let clause = &closure.lambda.clauses[clause];
                let env = parameters(&clause.params, clause.rest, args, &closure.env)?;
                self.eval(&clause.body, &env)
            }
            _ => Err(Failure),
        }
    }

    fn prim(&self, prim: PrimId, mut args: Vec<Value>) -> Result<Outcome, Failure> {
        match prim.info().inline {
            Inline::Control(Control::Values) => Ok(Outcome::Values(args)),
            Inline::Control(Control::ValuesList) => Ok(Outcome::Values(args[0].items()?)),
            Inline::Control(Control::Apply) => {
                let last = args.pop().ok_or(Failure)?.items()?;
                let callee = args.remove(0);
                args.extend(last);
                self.call(&callee, args)
            }
            Inline::Control(Control::CallWithValues) => match self.call(&args[0], Vec::new())? {
                Outcome::Values(values) => self.call(&args[1], values),
                Outcome::Jump(..) => panic!("a jump out of a producer"),
            },
            Inline::Control(Control::Unbound) => done(Value::Unbound),
            Inline::Control(Control::CheckBound) => {
                if matches!(args[0], Value::Unbound) {
                    Err(Failure)
                } else {
                    done(args.remove(0))
                }
            }
            _ => {
                // A variable read too early: the original reports it where it is used.
                if args.iter().any(|arg| matches!(arg, Value::Unbound)) {
                    return Err(Failure);
                }
                done(apply_prim(prim, &args)?)
            }
        }
    }
}

fn parameters(params: &[VarId], rest: Option<VarId>, values: Vec<Value>, env: &Env) -> Result<Env, Failure> {
    if values.len() < params.len() || values.len() > params.len() && rest.is_none() {
        return Err(Failure);
    }
    let mut inner = env.clone();
    let mut values = values.into_iter();
    for (v, value) in params.iter().zip(values.by_ref()) {
        inner = bind(*v, value, &inner);
    }
    if let Some(rest) = rest {
        inner = bind(rest, Value::list(values.collect()), &inner);
    }
    Ok(inner)
}
