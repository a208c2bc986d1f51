//! Closed outlines on the planes of a lattice: from a mask's pixels the outline that they were most
//! likely drawn from, from a level its zero lines.
//!
//! A pixel says on which side of the outline its centre lies, no more. The outline sought is
//! smooth, has every centre on its own side and bounds the area of the pixels: a level of the
//! smoothed pixels, each centre held on its side.

use rayon::prelude::*;
use thecal_geom::{Contour, ContourKind, Point3, marching_squares};
use thecal_voxel::{FULL, Slice, Slices, Volume};

/// Standard deviation of the smoothing, pixels. Applied twice and once subtracted (twicing, Tukey
/// 1977, Exploratory Data Analysis, section 16) it hardly moves the edge of a circle inwards.
const SIGMA: f32 = 1.0;
/// Taps of the kernel on either side.
const REACH: usize = 4;
/// Rounds of smoothing and holding.
const ROUNDS: usize = 3;
/// A centre is held at least this far from the half level.
const HELD: f32 = 0.03;
/// Halvings of the search for the level that bounds the pixels' area.
const HALVINGS: usize = 8;
/// Empty pixels laid round the image.
const PAD: usize = 3;

/// Closed outlines of every plane, LPS mm.
pub(crate) fn contours(mask: &Slices) -> Vec<Contour> {
    let graded = mask.is_graded();
    let per_slice: Vec<Vec<Vec<[f64; 2]>>> =
        mask.slices().par_iter().map(|s| Field::from_slice(s, graded).rings()).collect();
    let mut out = Vec::new();
    for (slice, rings) in mask.slices().iter().zip(per_slice) {
        for ring in rings {
            let at = |p: &[f64; 2]| mask.patient_point(slice, p.map(|x| x - PAD as f64));
            out.push(Contour {
                number: out.len() + 1,
                kind: ContourKind::ClosedPlanar,
                points_mm: ring.iter().map(at).collect(),
            });
        }
    }
    out
}

/// What a point of an outline becomes, on the same plane.
pub type Projection<'a> = dyn Fn(Point3) -> Point3 + Sync + 'a;

/// Zero lines of a level (negative inside) on every plane across the grid's third axis, LPS mm. What
/// reaches the border of the grid is closed along it. Every point goes through `mend`.
pub(crate) fn of_level(level: &Volume<f32>, project: &Projection<'_>) -> Vec<Contour> {
    let grid = level.grid();
    let [nx, ny, _] = grid.size();
    // Infinite levels lie a whole step away from the zero line.
    let far = grid.spacing_mm().iter().fold(0.0, |m: f64, &s| m.max(s)) as f32;
    let size = [nx + 2, ny + 2];
    let per_slice: Vec<Vec<Vec<[f64; 2]>>> = level
        .values()
        .par_chunks(nx * ny)
        .map(|slice| {
            if slice.iter().all(|&v| v >= 0.0) {
                return Vec::new();
            }
            let mut values = vec![-far; size[0] * size[1]];
            for (j, row) in slice.chunks_exact(nx).enumerate() {
                let at = (j + 1) * size[0] + 1;
                for (out, v) in values[at..].iter_mut().zip(row) {
                    *out = -v.clamp(-far, far);
                }
            }
            marching_squares(&values, size)
        })
        .collect();
    let mut out = Vec::new();
    for (k, rings) in per_slice.iter().enumerate() {
        for ring in rings {
            let at =
                |p: &[f64; 2]| project(grid.patient_from_index([p[0] - 1.0, p[1] - 1.0, k as f64]));
            out.push(Contour {
                number: out.len() + 1,
                kind: ContourKind::ClosedPlanar,
                points_mm: ring.iter().map(at).collect(),
            });
        }
    }
    out
}

/// Values at pixel centres, above zero inside; never zero.
struct Field {
    size: [usize; 2],
    values: Vec<f32>,
}

impl Field {
    fn from_slice(slice: &Slice, graded: bool) -> Self {
        let size = slice.size.map(|n| n + 2 * PAD);
        let mut part = vec![0.0_f32; size[0] * size[1]];
        for (j, row) in slice.values.chunks_exact(slice.size[0]).enumerate() {
            let at = (j + PAD) * size[0] + PAD;
            for (p, &v) in part[at..].iter_mut().zip(row) {
                *p = f32::from(v) / f32::from(FULL);
            }
        }
        if !graded {
            let inside: Vec<bool> = part.iter().map(|&p| p > 0.5).collect();
            for _ in 0..ROUNDS {
                part = twice_smoothed(&part, size);
                hold(&mut part, &inside);
            }
            return Self::of_area(size, part, &inside);
        }
        // A part of 0 to 255 never is a half.
        Self { size, values: part.into_iter().map(|p| p - 0.5).collect() }
    }

    /// The level that bounds as much as the pixels cover: what smoothing takes from small or thin
    /// shapes is given back.
    fn of_area(size: [usize; 2], part: Vec<f32>, inside: &[bool]) -> Self {
        let wanted = inside.iter().filter(|&&b| b).count() as f64;
        let shifted = |by: f32| {
            let mut values: Vec<f32> = part.iter().map(|p| p + by).collect();
            hold(&mut values, inside);
            values.iter_mut().for_each(|v| *v -= 0.5);
            Self { size, values }
        };
        let (mut low, mut high) = (-0.45, 0.45);
        for _ in 0..HALVINGS {
            let middle = 0.5 * (low + high);
            let area: f64 = shifted(middle).rings().iter().map(|r| area(r)).sum();
            if area < wanted { low = middle } else { high = middle }
        }
        shifted(0.5 * (low + high))
    }

    /// Its zero lines, in its own pixels.
    fn rings(&self) -> Vec<Vec<[f64; 2]>> {
        marching_squares(&self.values, self.size)
    }
}

/// Keeps every centre on its side of the half level.
fn hold(part: &mut [f32], inside: &[bool]) {
    for (p, &inside) in part.iter_mut().zip(inside) {
        *p = if inside { p.max(0.5 + HELD) } else { p.min(0.5 - HELD) };
    }
}

/// Area within a ring, negative for a hole, in pixels.
fn area(ring: &[[f64; 2]]) -> f64 {
    let next = ring.iter().cycle().skip(1);
    // The inside lies on the right hand of the pieces in a frame whose second axis goes down.
    -0.5 * ring.iter().zip(next).map(|(a, b)| a[0] * b[1] - a[1] * b[0]).sum::<f64>()
}

fn twice_smoothed(part: &[f32], size: [usize; 2]) -> Vec<f32> {
    let once = smoothed(part, size);
    let twice = smoothed(&once, size);
    once.iter().zip(twice).map(|(a, b)| 2.0 * a - b).collect()
}

/// Gaussian smoothing; beyond the image is nothing.
fn smoothed(part: &[f32], [nx, ny]: [usize; 2]) -> Vec<f32> {
    let mut kernel: [f32; REACH + 1] =
        std::array::from_fn(|k| (-0.5 * (k as f32 / SIGMA).powi(2)).exp());
    let sum = kernel[0] + 2.0 * kernel[1..].iter().sum::<f32>();
    kernel.iter_mut().for_each(|k| *k /= sum);
    let mut along = vec![0.0; part.len()];
    for (out, row) in along.chunks_exact_mut(nx).zip(part.chunks_exact(nx)) {
        for (x, o) in out.iter_mut().enumerate() {
            *o = kernel[0] * row[x];
            for (k, w) in kernel.iter().enumerate().skip(1) {
                let before = if x >= k { row[x - k] } else { 0.0 };
                *o += w * (before + row.get(x + k).copied().unwrap_or(0.0));
            }
        }
    }
    let mut out = vec![0.0; part.len()];
    for y in 0..ny {
        for from in y.saturating_sub(REACH)..(y + REACH + 1).min(ny) {
            let w = kernel[from.abs_diff(y)];
            let row = &along[from * nx..(from + 1) * nx];
            for (o, v) in out[y * nx..(y + 1) * nx].iter_mut().zip(row) {
                *o += w * v;
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use thecal_geom::{Region, Vector3};

    fn slices(size: [usize; 2], values: Vec<u8>) -> Slices {
        let slice = Slice { first_mm: Point3::origin(), size, values };
        Slices::new([Vector3::x(), Vector3::y()], [1.0; 2], vec![slice], Vec::new()).unwrap()
    }

    fn region(mask: &Slices) -> Region {
        let rings: Vec<Vec<[f64; 2]>> = contours(mask)
            .iter()
            .map(|c| c.points_mm.iter().map(|p| [p.x, p.y]).collect())
            .collect();
        Region::from_rings(&rings).0.expect("an area")
    }

    proptest! {
        #[test]
        fn every_centre_stays_on_its_side(
            bits in prop::collection::vec(any::<bool>(), 96)
                .prop_filter("not empty", |b| b.iter().any(|&b| b)),
        ) {
            let values = bits.iter().map(|&b| if b { FULL } else { 0 }).collect();
            let region = region(&slices([12, 8], values));
            for (n, &inside) in bits.iter().enumerate() {
                prop_assert_eq!(region.contains([(n % 12) as f64, (n / 12) as f64]), inside);
            }
        }
    }

    /// A disc by pixel centres: largest and mean distance of the outline from the circle, pixels.
    fn of_disc(centre: [f64; 2], radius: f64) -> (f64, f64) {
        let n = 2 * radius.ceil() as usize + 3;
        let inside = |k: usize| {
            let (x, y) = ((k % n) as f64 - centre[0], (k / n) as f64 - centre[1]);
            x.hypot(y) <= radius
        };
        let values = (0..n * n).map(|k| if inside(k) { FULL } else { 0 }).collect();
        let region = region(&slices([n, n], values));
        let off = region.rings().iter().flatten();
        let off: Vec<f64> =
            off.map(|p| (p[0] - centre[0]).hypot(p[1] - centre[1]) - radius).collect();
        let mean = off.iter().sum::<f64>() / off.len() as f64;
        (off.iter().fold(0.0, |m, x| x.abs().max(m)), mean)
    }

    #[test]
    fn discs_of_any_phase_are_found_to_half_a_pixel_without_bias() {
        let mut means = Vec::new();
        for k in 0..60 {
            let part = |m: f64| (f64::from(k) * m).fract();
            let radius = 1.5 + 9.0 * part(0.618_034);
            let middle = radius.ceil() + 1.0;
            let centre = [middle + part(0.754_877), middle + part(0.569_840)];
            let (worst, mean) = of_disc(centre, radius);
            assert!(worst < 0.6, "radius {radius}: {worst}");
            means.push(mean);
        }
        let mean = means.iter().sum::<f64>() / means.len() as f64;
        assert!(mean.abs() < 0.05, "{mean}");
    }

    #[test]
    fn area_fractions_give_the_edge_itself() {
        // Columns of fractions 1, 1, 0.25, 0: the half level lies a quarter pixel past the edge
        // between the last full pixel and the next, at 1 + (1 - 0.5) / (1 - 0.25).
        let row = [FULL, FULL, 64, 0];
        let values = (0..9).flat_map(|_| row).collect();
        let region = region(&slices([4, 9], values));
        let fraction = 64.0 / 255.0;
        let wanted = 1.0 + 0.5 / (1.0 - fraction);
        let right = region.rings().iter().flatten().filter(|p| (p[1] - 4.0).abs() < 1e-9);
        let right = right.map(|p| p[0]).fold(0.0, f64::max);
        assert!((right - wanted).abs() < 1e-6, "{right} {wanted}");
    }
}
