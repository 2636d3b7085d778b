//! Complex numbers: the top of the tower, outside the heap. A rectangular number has both parts
//! exact or both floats, and no exact zero as its imaginary part; a real operand counts as one
//! with an exact zero there, so that it never disturbs the other's signed zeros or infinities.

use super::real::{NumError, Real};
/// Any number. Reals are common and stay out of boxes; rectangular ones are rare.
#[derive(Clone, Debug)]
pub(crate) enum Num {
    Real(Real),
    Rect(Box<(Real, Real)>),
}

impl Num {
    pub(crate) fn from_i64(n: i64) -> Num {
        Num::Real(Real::from_i64(n))
    }
    pub(crate) fn flo(x: f64) -> Num {
        Num::Real(Real::Flo(x))
    }
    /// `re + im i`, with parts of one exactness.
    pub(crate) fn rect(re: Real, im: Real) -> Num {
        if im.is_exact_zero() {
            Num::Real(re)
        } else if re.is_exact() == im.is_exact() {
            Num::Rect(Box::new((re, im)))
        } else {
            Num::Rect(Box::new((re.to_inexact(), im.to_inexact())))
        }
    }
    /// Limbs of its integers.
    pub(crate) fn limbs(&self) -> usize {
        match self {
            Num::Real(x) => x.limbs(),
            Num::Rect(z) => z.0.limbs() + z.1.limbs(),
        }
    }
    pub(crate) fn is_exact(&self) -> bool {
        match self {
            Num::Real(x) => x.is_exact(),
            Num::Rect(z) => z.0.is_exact(),
        }
    }
    pub(crate) fn is_exact_zero(&self) -> bool {
        matches!(self, Num::Real(x) if x.is_exact_zero())
    }
    pub(crate) fn is_zero(&self) -> bool {
        match self {
            Num::Real(x) => x.is_zero(),
            Num::Rect(z) => z.0.is_zero() && z.1.is_zero(),
        }
    }
    pub(crate) fn re(&self) -> Real {
        match self {
            Num::Real(x) => x.clone(),
            Num::Rect(z) => z.0.clone(),
        }
    }
    /// The imaginary part; exact zero for reals.
    pub(crate) fn im(&self) -> Real {
        match self {
            Num::Real(_) => Real::zero(),
            Num::Rect(z) => z.1.clone(),
        }
    }
    fn map(&self, f: impl Fn(&Real) -> Real) -> Num {
        match self {
            Num::Real(x) => Num::Real(f(x)),
            Num::Rect(z) => Num::rect(f(&z.0), f(&z.1)),
        }
    }
    pub(crate) fn to_inexact(&self) -> Num {
        self.map(Real::to_inexact)
    }
    pub(crate) fn to_exact(&self) -> Result<Num, NumError> {
        Ok(match self {
            Num::Real(x) => Num::Real(x.to_exact()?),
            Num::Rect(z) => Num::rect(z.0.to_exact()?, z.1.to_exact()?),
        })
    }
    pub(crate) fn neg(&self) -> Num {
        self.map(Real::neg)
    }
    pub(crate) fn add(&self, other: &Num) -> Num {
        match (self, other) {
            (Num::Real(a), Num::Real(b)) => Num::Real(a.add(b)),
            (Num::Real(a), Num::Rect(z)) | (Num::Rect(z), Num::Real(a)) => Num::rect(z.0.add(a), z.1.clone()),
            (Num::Rect(y), Num::Rect(z)) => Num::rect(y.0.add(&z.0), y.1.add(&z.1)),
        }
    }
    pub(crate) fn sub(&self, other: &Num) -> Num {
        match (self, other) {
            (Num::Real(a), Num::Real(b)) => Num::Real(a.sub(b)),
            (Num::Real(a), Num::Rect(z)) => Num::rect(a.sub(&z.0), z.1.neg()),
            (Num::Rect(z), Num::Real(a)) => Num::rect(z.0.sub(a), z.1.clone()),
            (Num::Rect(y), Num::Rect(z)) => Num::rect(y.0.sub(&z.0), y.1.sub(&z.1)),
        }
    }
    pub(crate) fn mul(&self, other: &Num) -> Num {
        match (self, other) {
            (Num::Real(a), Num::Real(b)) => Num::Real(a.mul(b)),
            (Num::Real(a), Num::Rect(z)) | (Num::Rect(z), Num::Real(a)) => Num::rect(z.0.mul(a), z.1.mul(a)),
            (Num::Rect(y), Num::Rect(z)) => {
                let ((a, b), (c, d)) = ((&y.0, &y.1), (&z.0, &z.1));
                Num::rect(a.mul(c).sub(&b.mul(d)), a.mul(d).add(&b.mul(c)))
            }
        }
    }
    pub(crate) fn div(&self, other: &Num) -> Result<Num, NumError> {
        match (self, other) {
            (Num::Real(a), Num::Real(b)) => Ok(Num::Real(a.div(b)?)),
            (Num::Rect(z), Num::Real(a)) => Ok(Num::rect(z.0.div(a)?, z.1.div(a)?)),
            (_, Num::Rect(z)) if self.is_exact() && other.is_exact() => {
                let (c, d) = (&z.0, &z.1);
                let norm = c.mul(c).add(&d.mul(d));
                let scaled = self.mul(&Num::rect(c.clone(), d.neg()));
                Ok(Num::rect(scaled.re().div(&norm)?, scaled.im().div(&norm)?))
            }
            (_, Num::Rect(z)) => {
                let (re, im) = divide((self.re().to_f64(), self.im().to_f64()), (z.0.to_f64(), z.1.to_f64()));
                Ok(Num::rect(Real::Flo(re), Real::Flo(im)))
            }
        }
    }
    /// Numeric equality, exact between exact and inexact numbers.
    pub(crate) fn equals(&self, other: &Num) -> bool {
        self.re().equals(&other.re()) && self.im().equals(&other.im())
    }
    /// Parts as floats.
    pub(crate) fn to_c64(&self) -> (f64, f64) {
        (self.re().to_f64(), self.im().to_f64())
    }
}

/// Quotient of complex floats, scaled by the larger part of the divisor so that its square
/// cannot overflow: R. L. Smith, "Algorithm 116: Complex Division" (1962).
pub(crate) fn divide((a, b): (f64, f64), (c, d): (f64, f64)) -> (f64, f64) {
    if c.abs() >= d.abs() {
        let ratio = if c == 0.0 { d } else { d / c };
        let scale = c + d * ratio;
        ((a + b * ratio) / scale, (b - a * ratio) / scale)
    } else {
        let ratio = c / d;
        let scale = c * ratio + d;
        ((a * ratio + b) / scale, (b * ratio - a) / scale)
    }
}
