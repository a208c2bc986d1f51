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
mod tests;
