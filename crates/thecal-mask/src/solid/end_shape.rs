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

#[cfg(test)]
mod tests {
    use super::*;

    /// The end of a part whose planes lie at unequal steps, the last of them at 0, upwards or downwards;
    /// `radius2` is that at a height below the last plane.
    fn end_of<T>(
        upper: bool,
        shape: EndShape,
        heights: &[f64],
        radius2: impl Fn(f64) -> f64,
        of: impl Fn(&End<'_, &dyn Fn(usize) -> f64>) -> T,
    ) -> T {
        let sign = if upper { 1.0 } else { -1.0 };
        let mut w_mm: Vec<f64> = heights.iter().map(|h| sign * h).collect();
        w_mm.sort_by(f64::total_cmp);
        let at = |k: usize| radius2(sign * w_mm[k]);
        of(&End { shape, upper, w_mm: &w_mm, spacing_mm: 2.0, radius2: &at })
    }

    const HEIGHTS: [f64; 4] = [-7.0, -4.5, -2.0, 0.0];

    fn close(found: f64, wanted: f64) {
        assert!((found - wanted).abs() < 1e-9, "{found} for {wanted}");
    }

    #[test]
    fn balls_and_cones_go_on_as_they_are_and_close_where_they_do() {
        for upper in [true, false] {
            // A ball of 9 mm whose middle lies 7 mm before its last plane.
            let ball = |h: f64| 81.0 - (h + 7.0).powi(2);
            end_of(upper, EndShape::Narrows, &HEIGHTS, ball, |end| {
                [0.0, 0.5, 1.0, 1.9].into_iter().for_each(|t| close(end.radius2(t), ball(t)));
                close(end.closing_mm(), 2.0);
                assert!(end.radius2(2.5) <= 0.0);
            });
            // A cone that closes 1.5 mm past it, and does not open again.
            let cone = |h: f64| (0.8 * (1.5 - h)).powi(2);
            end_of(upper, EndShape::Narrows, &HEIGHTS, cone, |end| {
                [0.0, 0.5, 1.0, 1.4].into_iter().for_each(|t| close(end.radius2(t), cone(t)));
                [1.6, 2.5, 3.9].into_iter().for_each(|t| close(end.radius2(t), 0.0));
                assert!((end.closing_mm() - 1.5).abs() < 1e-6, "{}", end.closing_mm());
            });
        }
    }

    #[test]
    fn what_grows_or_is_too_short_to_narrow_stays_as_it_is() {
        for upper in [true, false] {
            for wider in [|h: f64| (6.0 + 0.5 * h).powi(2), |_: f64| 9.0] {
                end_of(upper, EndShape::Narrows, &HEIGHTS, wider, |end| {
                    [0.0, 1.0, 3.0].into_iter().for_each(|t| close(end.radius2(t), wider(0.0)));
                    assert_eq!(end.closing_mm(), f64::INFINITY);
                });
            }
            let cone = |h: f64| (0.8 * (1.5 - h)).powi(2);
            end_of(upper, EndShape::Narrows, &HEIGHTS[2..], cone, |end| {
                close(end.radius2(1.0), cone(0.0));
            });
        }
    }

    #[test]
    fn a_taper_that_slows_down_ends_as_a_cone_does() {
        // Radii of 9, 5 and 4 mm, 2 mm apart: it narrowed by half a millimetre per millimetre at last,
        // and a cone that does so has lost 2 * 4 / 2 * t - t^2 / 4 of its squared radius after t. The squares
        // fall by 4.5 per mm there and bend by no more than the cone's.
        let radius2 = |h: f64| {
            if h < -3.0 {
                81.0
            } else if h < -1.0 {
                25.0
            } else {
                16.0
            }
        };
        for upper in [true, false] {
            end_of(upper, EndShape::Narrows, &[-4.0, -2.0, 0.0], radius2, |end| {
                [0.5, 1.0, 3.0]
                    .into_iter()
                    .for_each(|t| close(end.radius2(t), (4.0 - 0.5 * t).powi(2)));
            });
        }
    }

    #[test]
    fn the_fullest_end_goes_on_to_grow_and_closes_at_the_next_plane() {
        for upper in [true, false] {
            let grew = |h: f64| (6.0 + 0.5 * h).powi(2);
            let shrank = |h: f64| (6.0 - 0.5 * h).powi(2);
            end_of(upper, EndShape::Stays, &HEIGHTS, grew, |end| {
                [0.0, 1.0, 2.0].into_iter().for_each(|t| close(end.radius2(t), grew(t)));
            });
            end_of(upper, EndShape::Stays, &HEIGHTS, shrank, |end| {
                [0.0, 1.0, 2.0].into_iter().for_each(|t| close(end.radius2(t), 36.0));
            });
            end_of(upper, EndShape::Stays, &HEIGHTS[2..], grew, |end| {
                [0.0, 1.0, 2.0].into_iter().for_each(|t| close(end.radius2(t), grew(t)));
            });
            end_of(upper, EndShape::Stays, &HEIGHTS[3..], grew, |end| {
                close(end.radius2(1.0), 36.0)
            });
            end_of(upper, EndShape::ClosesLate, &HEIGHTS, grew, |end| {
                [(0.0, 36.0), (0.5, 27.0), (2.0, 0.0)]
                    .into_iter()
                    .for_each(|(t, r2)| close(end.radius2(t), r2));
                assert!((end.closing_mm() - 2.0).abs() < 1e-9);
            });
        }
    }

    #[test]
    fn a_taper_closes_where_its_shape_does_within_two_slices() {
        for upper in [true, false] {
            let sign = if upper { 1.0 } else { -1.0 };
            let mut w_mm: Vec<f64> = HEIGHTS.iter().map(|h| sign * h).collect();
            w_mm.sort_by(f64::total_cmp);
            for spacing_mm in [0.8, 2.0, 5.0] {
                for part in [0.02, 0.3, 1.0, 1.7, 1.98, 2.02, 3.0] {
                    let closes_mm = part * spacing_mm;
                    let ball = |h: f64| (closes_mm - h) * (h + 20.0);
                    let cone = |h: f64| (closes_mm - h).powi(2);
                    for shape in [&ball as &dyn Fn(f64) -> f64, &cone] {
                        let radius2 = |k: usize| shape(sign * w_mm[k]);
                        let shape = EndShape::Narrows;
                        let end = End { shape, upper, w_mm: &w_mm, spacing_mm, radius2 };
                        let wanted = if part < 2.0 { closes_mm } else { f64::INFINITY };
                        let found = end.closing_mm();
                        let near = found == wanted || (found - wanted).abs() < 1e-5;
                        assert!(near, "{spacing_mm} {part}: {found}");
                    }
                }
                let radius2 = |_: usize| 30.0;
                let shape = EndShape::ClosesLate;
                let end = End { shape, upper, w_mm: &w_mm, spacing_mm, radius2 };
                assert!((end.closing_mm() - spacing_mm).abs() < 1e-9);
                assert!((end.radius2(0.25 * spacing_mm) - 22.5).abs() < 1e-9);
            }
        }
    }
}
