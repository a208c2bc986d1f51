//! How the section of a part goes on past its last plane, and where it closes.

/// How the section goes on past the last plane.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum EndShape {
    /// It narrows as the last planes do.
    Narrows,
    /// It stays as it is.
    Stays,
    /// It closes at the next plane, which was not drawn, as widely as a pole can.
    ClosesLate,
}

/// One end of a part, with the squared inscribed radius of each of its planes, mm²; the radii are
/// asked for one by one, since each takes a search.
pub(super) struct End<'a, R: Fn(usize) -> f64> {
    pub(super) shape: EndShape,
    pub(super) upper: bool,
    pub(super) w_mm: &'a [f64],
    pub(super) spacing_mm: f64,
    pub(super) radius2: R,
}

impl<R: Fn(usize) -> f64> End<'_, R> {
    /// Squared inscribed radius `t` mm past the end, by the parabola through the last three
    /// planes, which is exact for spheres, ellipsoids and cones; never growing.
    pub(super) fn radius2(&self, t: f64) -> f64 {
        let n = self.w_mm.len();
        let at = |k: usize| if self.upper { n - 1 - k } else { k };
        let radius2 = |k: usize| (self.radius2)(at(k));
        let last = radius2(0);
        match self.shape {
            EndShape::Stays if n < 2 => return last,
            EndShape::Stays => {
                // A section that was growing goes on to grow.
                let step = (self.w_mm[at(0)] - self.w_mm[at(1)]).abs();
                let grew = (last.sqrt() - radius2(1).sqrt()).max(0.0) / step;
                return (last.sqrt() + grew * t).powi(2);
            }
            EndShape::ClosesLate => return last * (1.0 - t / self.spacing_mm),
            EndShape::Narrows if n < 3 => return last,
            EndShape::Narrows => {}
        }
        let h1 = (self.w_mm[at(0)] - self.w_mm[at(1)]).abs();
        let s1 = (last - radius2(1)) / h1;
        let h2 = (self.w_mm[at(1)] - self.w_mm[at(2)]).abs();
        let s2 = (radius2(1) - radius2(2)) / h2;
        // A taper that slows down more than a cone's is noise, not a shape that opens again.
        let narrows_by = ((radius2(1).sqrt() - last.sqrt()) / h1).max(0.0);
        let bend = ((s1 - s2) / (h1 + h2)).min(narrows_by.powi(2));
        let slope = s1.min(0.0) + bend * h1;
        if bend > 0.0 && t > -0.5 * slope / bend {
            return 0.0;
        }
        (last + slope * t + bend * t * t).min(last)
    }

    /// Distance past the last plane at which the taper closes; infinite without a taper.
    pub(super) fn closing_mm(&self) -> f64 {
        let far = 2.0 * self.spacing_mm;
        if self.radius2(far) > 0.0 {
            return f64::INFINITY;
        }
        let (mut lo, mut hi) = (0.0, far);
        for _ in 0..60 {
            let mid = 0.5 * (lo + hi);
            if self.radius2(mid) > 0.0 { lo = mid } else { hi = mid }
        }
        hi
    }
}
