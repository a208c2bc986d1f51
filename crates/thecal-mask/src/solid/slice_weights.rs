//! How the level at one height is made from the distances within a part's planes.

use super::lagrange::{Bend, LagrangeStencil, Limited, MOST, Values};
use thecal_geom::{Point2, Vector3};

/// How much of the correction at poles belongs at a point, and its growth with the second difference
/// there.
///
/// The correction is that of a section which shrinks all round, as a sphere's does. A point where
/// the bend of the distances is that of the inscribed radius has all of it, a face that stays where
/// it is, as one cut off beside the cord, has none.
fn pole_share(second: f64, of_radius: f64) -> (f64, f64) {
    /// Second differences much smaller than this tell nothing, one over mm: those of shapes half a
    /// metre across.
    const LEAST: f64 = 0.001;
    /// Below the first part a face stays, from the second on a section shrinks all round.
    const PARTS: [f64; 2] = [0.4, 0.8];
    let by = -of_radius / (of_radius * of_radius + LEAST * LEAST);
    let by = by / (PARTS[1] - PARTS[0]);
    let share = second * by - PARTS[0] / (PARTS[1] - PARTS[0]);
    if (0.0..=1.0).contains(&share) { (share, by) } else { (share.clamp(0.0, 1.0), 0.0) }
}

/// What the interpolation at one height takes from the stack.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Height {
    bend: Bend,
    /// What the inscribed radius adds to a section that shrinks all round, mm.
    pub(super) pole_mm: f64,
    /// The second difference of the inscribed radius, one over mm.
    radius_second: f64,
}

impl Height {
    /// With the squared inscribed radii of the stack's planes, where they matter.
    ///
    /// Near a pole the distance falls like the root of the height, which no cubic follows, while
    /// the squared inscribed radius is smooth there: interpolate that and correct by the
    /// difference. The bound keeps irregular drawings from being swollen by it.
    pub(super) fn new(
        stencil: &LagrangeStencil,
        w: f64,
        most_mm: f64,
        radius2: Option<&dyn Fn(usize) -> f64>,
    ) -> Self {
        let bend = stencil.bend(w);
        let Some(radius2) = radius2 else { return Self { bend, ..Self::default() } };
        let weights = stencil.weights(w);
        let (mut sum2, mut radius) = (0.0, [0.0; MOST]);
        for k in 0..stencil.count {
            let r2 = radius2(stencil.first + k);
            sum2 += weights[k] * r2;
            radius[k] = r2.sqrt();
        }
        stencil.hold(&mut radius);
        let (line, radius_second) = stencil.at(&bend, &radius, &stencil.limited(&radius));
        let bent = line + bend.product * radius_second;
        let pole_mm = (sum2.max(0.0).sqrt() - bent).clamp(-most_mm, most_mm);
        Self { bend, pole_mm, radius_second }
    }

    /// The level from the distances; `agreement` as [`SliceWeights::agreement`] has it.
    fn value(
        &self,
        stencil: &LagrangeStencil,
        d: &Values,
        limited: &Limited,
        agreement: f64,
    ) -> f64 {
        let (line, second) = stencil.at(&self.bend, d, limited);
        let second = agreement * second;
        let bent = line + self.bend.product * second;
        if self.pole_mm == 0.0 {
            return bent;
        }
        bent - pole_share(second, self.radius_second).0 * self.pole_mm
    }
}

/// Slopes along the stack are differences over this, mm, either way.
pub(super) const STEP_MM: f64 = 1e-4;

/// How the level at one height is made.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct SliceWeights {
    /// The first plane.
    pub(super) first: usize,
    /// Number of planes, up to four.
    pub(super) count: usize,
    /// Which of them is the next below.
    pub(super) below: usize,
    /// The interval between two planes; none past the last ones.
    pub(super) interval: Option<usize>,
    /// At the height itself, a little below and a little above.
    pub(super) heights: [Height; 3],
    /// Past the last plane.
    pub(super) past: PastEnd,
    /// Distance past the nearer end, mm; negative within.
    pub(super) beyond: f64,
    /// Which end that is.
    pub(super) upper: bool,
}

/// How a section goes on past the last plane: it moves on as it did from the plane before, and its
/// radius grows or shrinks as the end says.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct PastEnd {
    /// Distance past the last plane, mm, and the side that it is on.
    pub(super) past_mm: f64,
    pub(super) sign: f64,
    /// Growth of the radius since the last plane (negative where it shrinks), mm, and its slope.
    pub(super) grown_mm: f64,
    pub(super) grows_by: f64,
    /// Which of the blend's planes is the last one.
    pub(super) last: usize,
    /// Distance of the plane before, mm; 0 where there is none.
    pub(super) step_mm: f64,
    /// Growth of the inscribed radius from that plane to the last, mm.
    pub(super) narrowed_mm: f64,
}

impl SliceWeights {
    /// Level and gradient between two planes from the distances within the stencil's planes and
    /// their gradients; `fullest` is the least level that what is drawn allows.
    pub(super) fn between(
        &self,
        stencil: &LagrangeStencil,
        fullest: bool,
        d: &mut Values,
        g: &mut [Point2; MOST],
    ) -> (f64, Vector3) {
        *g = stencil.hold(d).map(|k| g[k]);
        let [here, lower, upper] = &self.heights;
        let (value, by, rise) = if fullest {
            let at = |height: &Height| stencil.least(&height.bend, d).0;
            let (value, by) = stencil.least(&here.bend, d);
            (value, by, at(upper) - at(lower))
        } else {
            let (limited, agreement) = (stencil.limited(d), self.agreement(g));
            let at = |height: &Height| height.value(stencil, d, &limited, agreement);
            let (of_line, of_second) = stencil.growth(&here.bend, &limited);
            let (line, second) = stencil.at(&here.bend, d, &limited);
            let second = agreement * second;
            let (share, share_growth) = pole_share(second, here.radius_second);
            let product = here.bend.product;
            let bends = agreement * (product - share_growth * here.pole_mm);
            let by = std::array::from_fn(|k| of_line[k] + of_second[k] * bends);
            let value = line + product * second - share * here.pole_mm;
            (value, by, at(upper) - at(lower))
        };
        let mut growth = Vector3::new(0.0, 0.0, rise / (2.0 * STEP_MM));
        for k in 0..self.count {
            growth.x += by[k] * g[k][0];
            growth.y += by[k] * g[k][1];
        }
        (value, growth)
    }

    /// The level between two planes alone; see [`SliceWeights::between`].
    pub(super) fn value_between(
        &self,
        stencil: &LagrangeStencil,
        fullest: bool,
        d: &mut Values,
        g: &[Point2; MOST],
    ) -> f64 {
        let g = stencil.hold(d).map(|k| g[k]);
        let here = &self.heights[0];
        if fullest {
            return stencil.least(&here.bend, d).0;
        }
        here.value(stencil, d, &stencil.limited(d), self.agreement(&g))
    }

    /// How much of the bend between two planes counts, by how well the directions of the distances
    /// on neighbouring planes agree.
    ///
    /// The distance of a point from a face changes along the stack as the face does. Where on one
    /// plane the nearest point is the corner at which a face ends, the distance grows as the corner
    /// draws away, and its bend says nothing of the face.
    fn agreement(&self, g: &[Point2; MOST]) -> f64 {
        /// Cosines between the directions on two neighbouring planes from which on nothing and all
        /// counts: a round outline that leans by 45 degrees keeps 0.8.
        const COSINES: [f64; 2] = [0.4, 0.8];
        // A point on an outline has no direction from it.
        let known = |k: &usize| g[*k] != [0.0; 2] && g[k - 1] != [0.0; 2];
        let cosine = |k: usize| g[k - 1][0] * g[k][0] + g[k - 1][1] * g[k][1];
        let least = (1..self.count).filter(known).map(cosine).fold(1.0, f64::min);
        ((least - COSINES[0]) / (COSINES[1] - COSINES[0])).clamp(0.0, 1.0)
    }

    /// Level and gradient past the last plane from the distances within it and the plane before.
    pub(super) fn past_end(&self, d: &Values, g: &[Point2; MOST]) -> (f64, Vector3) {
        /// A section moves on by no more than this for each mm along the stack.
        const MOST_LEAN: f64 = 1.0;
        let p = &self.past;
        let (last, before) = (p.last, 1 - p.last.min(1));
        let mut growth = Vector3::new(g[last][0], g[last][1], -p.sign * p.grows_by);
        let mut value = d[last] - p.grown_mm;
        if p.step_mm > 0.0 {
            // What the distance has changed by without the change of the radius: the section moved.
            let changed = d[last] - d[before];
            let moved = (changed + p.narrowed_mm) / p.step_mm;
            let mut lean = moved.clamp(-MOST_LEAN, MOST_LEAN);
            let mut free = lean == moved;
            value += lean * p.past_mm;
            // A section that closes later than it did so far, and moves on as it did, would bring the
            // face that stayed where it was nearer: a face comes no nearer than as it came.
            let came = changed / p.step_mm;
            let nearer = came.clamp(-MOST_LEAN, 0.0);
            if value < d[last] + nearer * p.past_mm {
                (value, lean, free) = (d[last] + nearer * p.past_mm, nearer, nearer == came);
                growth.z = 0.0;
            }
            growth.z += p.sign * lean;
            if free {
                let part = p.past_mm / p.step_mm;
                growth.x += part * (g[last][0] - g[before][0]);
                growth.y += part * (g[last][1] - g[before][1]);
            }
        }
        (value, growth)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_correction_at_poles_grows_from_faces_that_stay_to_sections_that_shrink_all_round() {
        for of_radius in [-0.5, -0.06, 0.2] {
            // The distance falls as the inscribed radius grows.
            let share = |part: f64| pole_share(-part * of_radius, of_radius);
            for (part, wanted) in [(0.0, 0.0), (0.39, 0.0), (0.5, 0.25), (0.6, 0.5), (0.7, 0.75)] {
                assert!((share(part).0 - wanted).abs() < 2e-3, "{of_radius} {part}");
            }
            assert_eq!((share(0.81).0, share(1.5).0, share(-1.0).0), (1.0, 1.0, 0.0));
            for part in [0.2, 0.5, 0.65, 0.9] {
                let (second, h) = (-part * of_radius, 1e-7);
                let [low, high] = [-h, h].map(|h| pole_share(second + h, of_radius).0);
                let by = pole_share(second, of_radius).1;
                assert!((by - (high - low) / (2.0 * h)).abs() < 1e-4 * (1.0 + by.abs()));
            }
        }
        // Shapes that hardly bend tell less, and in the end nothing.
        assert!((pole_share(0.0012, -0.001).0 - 0.5).abs() < 1e-9);
        assert_eq!(pole_share(1e-9, -1e-9).0, 0.0);
    }

    #[test]
    fn directions_that_agree_count_and_those_that_turn_away_do_not() {
        let told = |degrees: &[f64]| {
            let mut g = [[0.0; 2]; MOST];
            for (g, d) in g.iter_mut().zip(degrees).filter(|(_, d)| d.is_finite()) {
                let (sin, cos) = d.to_radians().sin_cos();
                *g = [cos, sin];
            }
            SliceWeights { count: degrees.len(), ..SliceWeights::default() }.agreement(&g)
        };
        let half = 0.6_f64.acos().to_degrees();
        assert_eq!(told(&[10.0, 30.0, 50.0, 70.0]), 1.0);
        assert_eq!(told(&[0.0, 10.0, 20.0, 90.0]), 0.0);
        for from in [0.0, 50.0, 120.0, 250.0] {
            assert!((told(&[from, from + half]) - 0.5).abs() < 1e-9);
            assert!((told(&[from, from - 5.0, from - 5.0 - half]) - 0.5).abs() < 1e-9);
        }
        // A point on an outline has no direction from it.
        assert_eq!(told(&[0.0, f64::NAN, 180.0]), 1.0);
    }

    /// Level and gradient past an end whose last two planes are one step apart.
    fn past(upper: bool, d: [f64; 2], narrowed_mm: f64, past_mm: f64) -> (f64, Vector3) {
        let sign = if upper { 1.0 } else { -1.0 };
        let past = PastEnd {
            past_mm,
            sign,
            grown_mm: -0.2 * past_mm,
            grows_by: -0.2,
            last: usize::from(upper),
            step_mm: 2.0,
            narrowed_mm,
        };
        let [before, last] = d;
        let d = if upper { [before, last] } else { [last, before] };
        let g = if upper { [[1.0, 0.0], [0.6, 0.8]] } else { [[0.6, 0.8], [1.0, 0.0]] };
        let weights = SliceWeights { count: 2, past, ..SliceWeights::default() };
        weights.past_end(&[d[0], d[1], 0.0, 0.0], &[g[0], g[1], [0.0; 2], [0.0; 2]])
    }

    #[test]
    fn past_an_end_a_section_moves_on_as_it_did_and_shrinks_as_its_end_says() {
        for upper in [true, false] {
            let sign = if upper { 1.0 } else { -1.0 };
            // It moved by a quarter of a mm for each, and shrinks by a fifth.
            let (value, growth) = past(upper, [-3.0, -2.5], 0.0, 1.5);
            assert!((value - (-2.5 + 0.25 * 1.5 + 0.2 * 1.5)).abs() < 1e-12, "{value}");
            assert!((growth.z - sign * (0.25 + 0.2)).abs() < 1e-12, "{growth}");
            // The direction goes on to turn as it did from one plane to the other.
            let part = 1.5 / 2.0;
            assert!((growth.x - (0.6 - part * 0.4)).abs() < 1e-12, "{growth}");
            assert!((growth.y - (0.8 + part * 0.8)).abs() < 1e-12, "{growth}");
            // What the radius changed by is no motion.
            let (value, _) = past(upper, [-3.0, -2.0], -1.0, 1.5);
            assert!((value - (-2.0 + 0.2 * 1.5)).abs() < 1e-12, "{value}");
            // No faster than by a mm for each, with the direction as it is.
            let (value, growth) = past(upper, [-9.0, -2.0], 0.0, 1.5);
            assert!((value - (-2.0 + 1.5 + 0.2 * 1.5)).abs() < 1e-12, "{value}");
            assert!((growth - Vector3::new(0.6, 0.8, sign * 1.2)).norm() < 1e-12, "{growth}");
        }
    }

    #[test]
    fn a_face_comes_no_nearer_past_an_end_than_as_it_came() {
        for upper in [true, false] {
            // The radius shrank by a mm while the face stayed: it still stays.
            let (value, growth) = past(upper, [-1.0, -1.0], -1.5, 1.0);
            assert!((value + 1.0).abs() < 1e-12 && growth.z == 0.0, "{value} {growth}");
            // One that came nearer by a tenth of a mm for each goes on to do so, at the most.
            let sign = if upper { 1.0 } else { -1.0 };
            for past_mm in [0.4, 1.0, 1.7] {
                let (value, growth) = past(upper, [-1.0, -1.2], -1.5, past_mm);
                assert!((value + 1.2 + 0.1 * past_mm).abs() < 1e-12, "{value}");
                assert!((growth.z + 0.1 * sign).abs() < 1e-12, "{growth}");
            }
        }
    }

    #[test]
    fn the_gradient_between_planes_is_the_growth_of_the_level() {
        // A cone that leans, on planes at uneven steps: distances within them in closed form.
        let planes: [f64; 6] = [0.0, 1.0, 2.5, 3.0, 5.0, 6.0];
        let axis = |w: f64| [0.4 * w, 0.1 * w * w];
        let within = |p: Point2, w: f64| {
            let to = [p[0] - axis(w)[0], p[1] - axis(w)[1]];
            let off = to[0].hypot(to[1]);
            (off - 9.0 + 0.8 * w, [to[0] / off, to[1] / off])
        };
        for below in 0..5 {
            let stencil = LagrangeStencil::new(&planes, below, MOST);
            let radius2 = |k: usize| (9.0 - 0.8 * planes[k]).powi(2);
            for radius2 in [None, Some(&radius2 as &dyn Fn(usize) -> f64)] {
                let at = |p: Point2, w: f64| {
                    let heights = [w, w - STEP_MM, w + STEP_MM]
                        .map(|w| Height::new(&stencil, w, 1.0, radius2));
                    let (first, count, below) = (stencil.first, stencil.count, stencil.below);
                    let b =
                        SliceWeights { first, count, below, heights, ..SliceWeights::default() };
                    let (mut d, mut g) = ([0.0; MOST], [[0.0; 2]; MOST]);
                    for k in 0..count {
                        (d[k], g[k]) = within(p, planes[first + k]);
                    }
                    let mut same = d;
                    let alone = b.value_between(&stencil, false, &mut same, &g);
                    let (value, growth) = b.between(&stencil, false, &mut d, &mut g);
                    assert_eq!(alone, value);
                    (value, growth)
                };
                for (angle, t) in [(0.3_f64, 0.2), (2.0, 0.5), (4.4, 0.9)] {
                    let w = (1.0 - t) * planes[below] + t * planes[below + 1];
                    let p = [axis(w)[0] + 8.0 * angle.cos(), axis(w)[1] + 8.0 * angle.sin()];
                    let (value, growth) = at(p, w);
                    assert!((value - within(p, w).0).abs() < 0.03, "{value}");
                    let h = 1e-5;
                    let by = Vector3::new(
                        at([p[0] + h, p[1]], w).0 - at([p[0] - h, p[1]], w).0,
                        at([p[0], p[1] + h], w).0 - at([p[0], p[1] - h], w).0,
                        at(p, w + h).0 - at(p, w - h).0,
                    ) / (2.0 * h);
                    // Directions that turn a little from plane to plane count as fixed ones.
                    assert!((by - growth).norm() < 0.02, "{below} {t}: {growth} for {by}");
                }
            }
        }
    }

    #[test]
    fn the_gradient_of_the_pole_is_the_growth_of_the_level() {
        // Distances from straight edges whose directions turn from plane to plane: those within the planes
        // grow evenly, and what the directions tell of each other stays the same.
        let planes = [0.0, 2.0, 3.5, 6.0];
        let stencil = LagrangeStencil::new(&planes, 1, MOST);
        let (w, bend, radius_second, pole_mm) = (2.6, 0.03, -0.05, 0.3);
        // All of the bend counts, or half of it where two directions have a cosine of 0.6.
        let half = 0.6_f64.acos().to_degrees();
        for (degrees, agreement) in
            [([0.0, 20.0, -10.0, 15.0], 1.0), ([0.0, 20.0, 20.0 + half, 60.0], 0.5)]
        {
            let g = degrees.map(|a: f64| [a.to_radians().cos(), a.to_radians().sin()]);
            let heights = [w, w - STEP_MM, w + STEP_MM].map(|w| Height {
                bend: stencil.bend(w),
                pole_mm,
                radius_second,
            });
            let b = SliceWeights { count: 4, below: 1, heights, ..SliceWeights::default() };
            let of = |p: Point2| -> Values {
                let at = |k: usize| {
                    bend / agreement * planes[k].powi(2) + g[k][0] * p[0] + g[k][1] * p[1]
                };
                std::array::from_fn(at)
            };
            let (value, growth) = b.between(&stencil, false, &mut of([0.0; 2]), &mut g.clone());
            // A bend of 0.6 of the radius' has half of the pole.
            let line = bend / agreement * (w * (2.0 + 3.5) - 2.0 * 3.5);
            let product = (w - 2.0) * (w - 3.5);
            assert!((value - (line + bend * product - 0.5 * pole_mm)).abs() < 1e-3, "{value}");
            let at = |p: Point2| b.value_between(&stencil, false, &mut of(p), &g);
            let h = 1e-6;
            let by =
                [at([h, 0.0]) - at([-h, 0.0]), at([0.0, h]) - at([0.0, -h])].map(|x| x / (2.0 * h));
            assert!((growth.x - by[0]).abs() < 1e-6, "{growth} for {by:?}");
            assert!((growth.y - by[1]).abs() < 1e-6, "{growth} for {by:?}");
            // Upwards the straight line rises as it does, and the bend by the growth of the product.
            let rise = bend / agreement * (2.0 + 3.5) + bend * (2.0 * w - 2.0 - 3.5);
            assert!((growth.z - rise).abs() < 1e-6, "{} for {rise}", growth.z);
        }
    }
}
