//! Contours that were traced round the pixels of a mask, and the mask that they stand for.
//!
//! Planning systems that keep structures as masks write them as outlines of pixels. Such an outline
//! says which pixels belong to the structure and no more: measured as it stands it is wrong by up
//! to a pixel. The corners of traced outlines lie on a lattice and their edges follow its axes or
//! diagonals, so the mask can be had back.

use super::Tracing;
use super::corners::{LatticeEdges, corners};
use super::lattice::{NEARLY_ALL, PlaneLattice};
use super::pixels::Pixels;
use thecal_geom::{Point2, Point3, Vector3};
use thecal_voxel::{Slice, Slices};

/// A mask that contours were traced from.
#[derive(Debug, Clone)]
pub(crate) struct Traced {
    pub(crate) on: TracedOn,
    pub(crate) mask: Slices,
}

/// What contours were traced on, within the planes of their stack.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct TracedOn {
    pub(crate) tracing: Tracing,
    /// The lattice of the pixels' centres.
    centres: PlaneLattice,
}

/// Contours on their planes: positions along the stack, rings, and how a plane's coordinates
/// become a patient's.
pub(crate) struct OnPlanes<'a> {
    pub(crate) planes: &'a [(f64, Vec<Vec<Point2>>)],
    pub(crate) patient_point: &'a dyn Fn(Point2, f64) -> Point3,
}

/// Points are looked at on this many planes before all are.
const LOOKED_AT: usize = 24;
/// Corners that a lattice is believed of, all in all and a ring.
const LEAST_CORNERS: usize = 30;
const LEAST_A_RING: f64 = 7.0;
/// How far corners lie off their lattice, mm: files write hundredths.
const TOLERANCE_MM: f64 = 0.012;
/// Coarser quanta than this are the lattice itself.
const COARSEST_QUANTUM_MM: f64 = 0.1;
/// Part of the edges that may be diagonal where a structure was traced along pixel edges.
const HARDLY_ANY: f64 = 0.02;

/// The mask that contours were traced from; none where they were not. What other contours of the
/// stack's frame were traced on is `known`: a structure of few corners that lie there was traced on it,
/// too.
pub(crate) fn recognise(on: &OnPlanes<'_>, quantum_mm: f64, known: &[TracedOn]) -> Option<Traced> {
    let rounded = if quantum_mm <= COARSEST_QUANTUM_MM { 0.6 * quantum_mm } else { 0.0 };
    let tolerance_mm = TOLERANCE_MM + rounded;
    let traced_on = own(on, tolerance_mm).or_else(|| beside(on, known, tolerance_mm))?;
    let TracedOn { tracing, centres: lattice } = traced_on;
    let slices = on.planes.iter().filter_map(|(w, rings)| {
        let pixels = Pixels::traced(&lattice, tracing, rings)?;
        Some(Slice {
            first_mm: (on.patient_point)(lattice.point(pixels.first), *w),
            size: pixels.size,
            values: pixels.values,
        })
    });
    let slices: Vec<Slice> = slices.collect();
    let axes: [Vector3; 2] = lattice
        .axes
        .map(|a| ((on.patient_point)(a, 0.0) - (on.patient_point)([0.0; 2], 0.0)).normalize());
    let drawn = !slices.is_empty();
    let mask = drawn.then(|| Slices::new(axes, lattice.pitch_mm, slices, Vec::new()))?;
    Some(Traced { on: traced_on, mask: mask.ok()? })
}

/// What contours were traced on, as their own corners tell.
fn own(on: &OnPlanes<'_>, tolerance_mm: f64) -> Option<TracedOn> {
    let every = on.planes.len().div_ceil(LOOKED_AT).max(1);
    let some = corners(on.planes.iter().step_by(every), tolerance_mm);
    let lattices = PlaneLattice::from_rings(&some, tolerance_mm);
    if lattices.is_empty() {
        return None;
    }
    let all = corners(on.planes.iter(), tolerance_mm);
    let readings = lattices.iter().filter_map(|l| TracedOn::from_lattice(l, &all, tolerance_mm));
    likeliest(readings.collect())
}

/// What contours were traced on, of what others were.
fn beside(on: &OnPlanes<'_>, known: &[TracedOn], tolerance_mm: f64) -> Option<TracedOn> {
    if known.is_empty() {
        return None;
    }
    let all = corners(on.planes.iter(), tolerance_mm);
    known.iter().copied().find(|k| k.holds(&all, tolerance_mm))
}

/// Of several readings the likeliest. The outline half way between centres is, turned by 45 degrees,
/// one through the centres of others as well; the other way round its runs would have to lie on every
/// second line by chance.
fn likeliest(mut readings: Vec<TracedOn>) -> Option<TracedOn> {
    let order = [Tracing::PixelEdges, Tracing::HalfWay, Tracing::PixelCentres];
    let place = |r: &TracedOn| order.iter().position(|t| *t == r.tracing);
    readings.sort_by_key(place);
    readings.into_iter().next()
}

impl TracedOn {
    /// Whether rings lie on the outlines of these pixels.
    fn holds(&self, rings: &[Vec<Point2>], tolerance_mm: f64) -> bool {
        /// Fewer corners may lie there by chance.
        const LEAST: usize = 6;
        let count: usize = rings.iter().map(Vec::len).sum();
        let centres = &self.centres;
        let outlines = match self.tracing {
            Tracing::PixelEdges => moved(centres, centres.point([0.5, 0.5]), 1.0),
            Tracing::HalfWay => moved(centres, centres.point([0.0, 0.0]), 0.5),
            Tracing::PixelCentres => *centres,
        };
        let found = LatticeEdges::along(&outlines, rings, tolerance_mm);
        let edges = found.diagonal + found.axial.len() + found.other;
        let along = match self.tracing {
            Tracing::PixelEdges => found.axial.len(),
            _ => edges - found.other,
        };
        count >= LEAST && nearly_all(found.on, count) && nearly_all(along, edges)
    }

    /// What rings on a lattice may have been traced on.
    fn from_lattice(
        lattice: &PlaneLattice,
        rings: &[Vec<Point2>],
        tolerance_mm: f64,
    ) -> Option<Self> {
        let count: usize = rings.iter().map(Vec::len).sum();
        if count < LEAST_CORNERS || (count as f64) < LEAST_A_RING * rings.len() as f64 {
            return None;
        }
        let found = LatticeEdges::along(lattice, rings, tolerance_mm);
        let axial = found.axial.len();
        let edges = (found.diagonal + axial + found.other) as f64;
        if !nearly_all(found.on, count) || !nearly_all(found.diagonal + axial, edges as usize) {
            return None;
        }
        if (found.diagonal as f64) < HARDLY_ANY * edges {
            let centre = lattice.point([0.5, 0.5]);
            let centres = moved(lattice, centre, 1.0);
            return Some(Self { tracing: Tracing::PixelEdges, centres });
        }
        if !nearly_all(found.parity[0].max(found.parity[1]), count) {
            return Some(Self { tracing: Tracing::PixelCentres, centres: *lattice });
        }
        // Only every second point of the lattice is used: it is that of half pixels, or another,
        // turned by 45 degrees, is the true one.
        let centre = half_way_between(&found)?;
        let centres = moved(lattice, lattice.point(centre), 2.0);
        Some(Self { tracing: Tracing::HalfWay, centres })
    }
}

/// A centre of the pixels that an outline on a lattice of half pixels lies half way between, by its
/// place on that lattice; none where it does not.
///
/// A run along an axis leads half way between two rows of centres, so all runs along that axis lie
/// on every second line.
fn half_way_between(found: &LatticeEdges) -> Option<[f64; 2]> {
    /// By chance about half lie on every second line. Bridges to holes run anywhere.
    const ONE_SIDED: f64 = 0.85;
    let even = found.axial.iter().filter(|run| run.lines % 2 == 0).count();
    let mut centre = [0.0; 2];
    for (k, centre) in centre.iter_mut().enumerate() {
        let (across, odd) = (found.runs(k).count(), found.runs(k).filter(|r| r.is_odd()).count());
        if across == 0 || (odd.max(across - odd) as f64) < ONE_SIDED * across as f64 {
            return None;
        }
        *centre = if 2 * odd > across { 0.0 } else { 1.0 };
    }
    (even as f64 >= ONE_SIDED * found.axial.len() as f64).then_some(centre)
}

fn nearly_all(n: usize, of: usize) -> bool {
    n as f64 >= NEARLY_ALL * of as f64
}

/// A lattice through another point, `by` times as wide.
fn moved(lattice: &PlaneLattice, through: Point2, by: f64) -> PlaneLattice {
    let along = |k: usize| {
        let a: Point2 = lattice.axes[k];
        through[0] * a[0] + through[1] * a[1]
    };
    PlaneLattice {
        origin_mm: [along(0), along(1)],
        pitch_mm: lattice.pitch_mm.map(|p| by * p),
        ..*lattice
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Pixels of `pixel_mm` whose centres lie in a wavy disc.
    fn pixels(z: f64) -> Vec<[i64; 2]> {
        let inside = |[i, j]: [i64; 2]| {
            let (x, y) = (i as f64 - 0.3, j as f64 + 0.2);
            x.hypot(y) < 8.0 + (3.0 * y.atan2(x)).sin() + 0.1 * z
        };
        (-14..15).flat_map(|j| (-14..15).map(move |i| [i, j])).filter(|&p| inside(p)).collect()
    }

    /// The closed outline along the edges of pixels, corner by corner, in half pixels.
    fn edges(of: &[[i64; 2]]) -> Vec<[i64; 2]> {
        let is = |i: i64, j: i64| of.contains(&[i, j]);
        let mut next = std::collections::HashMap::new();
        for &[i, j] in of {
            let (a, b, c, d) = ([i, j], [i + 1, j], [i + 1, j + 1], [i, j + 1]);
            for (out, from, to) in [
                (is(i, j - 1), a, b),
                (is(i + 1, j), b, c),
                (is(i, j + 1), c, d),
                (is(i - 1, j), d, a),
            ] {
                if !out {
                    next.insert(from, to);
                }
            }
        }
        let start = *next.keys().min().expect("not empty");
        let mut ring = vec![start];
        while let Some(&to) = next.get(&ring[ring.len() - 1]).filter(|to| **to != start) {
            ring.push(to);
        }
        ring.into_iter().map(|[i, j]| [2 * i - 1, 2 * j - 1]).collect()
    }

    fn planes(tracing: Tracing, turn_deg: f64, pixel_mm: f64) -> Vec<(f64, Vec<Vec<Point2>>)> {
        let (sin, cos) = turn_deg.to_radians().sin_cos();
        let place = |at: [i64; 2]| {
            let [x, y] = at.map(|k| 0.5 * pixel_mm * k as f64);
            [x * cos - y * sin + 17.3, x * sin + y * cos - 3.1]
        };
        (0..6)
            .map(f64::from)
            .map(|z| {
                let stairs = edges(&pixels(z));
                let pairs = stairs.iter().zip(stairs.iter().cycle().skip(1));
                let ring: Vec<[i64; 2]> = match tracing {
                    Tracing::PixelEdges => stairs.clone(),
                    // The middles of the edges lie half way between two centres.
                    Tracing::HalfWay => {
                        pairs.map(|(a, b)| [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2]).collect()
                    }
                    // The pixel on the inner side of each edge.
                    Tracing::PixelCentres => {
                        let inner = pairs.map(|(a, b)| {
                            let (dx, dy) = ((b[0] - a[0]) / 2, (b[1] - a[1]) / 2);
                            [(a[0] + b[0]) / 2 - dy, (a[1] + b[1]) / 2 + dx]
                        });
                        let mut ring: Vec<[i64; 2]> = inner.collect();
                        ring.dedup();
                        ring
                    }
                };
                (2.0 * z, vec![ring.into_iter().map(place).collect()])
            })
            .collect()
    }

    #[test]
    fn the_pixels_that_contours_were_traced_from_are_had_back() {
        for tracing in [Tracing::PixelEdges, Tracing::HalfWay, Tracing::PixelCentres] {
            for (turn_deg, pixel_mm) in [(0.0, 1.0), (0.0, 0.9765625), (31.0, 0.7), (58.0, 1.17)] {
                let planes = planes(tracing, turn_deg, pixel_mm);
                let patient_point = |p: Point2, w: f64| Point3::new(p[0], p[1], w);
                let on = OnPlanes { planes: &planes, patient_point: &patient_point };
                let found = recognise(&on, 0.0, &[]).expect("traced");
                assert_eq!(found.on.tracing, tracing, "{turn_deg} {pixel_mm}");
                assert!(found.mask.spacing_mm().iter().all(|p| (p - pixel_mm).abs() < 1e-6));
                let (sin, cos) = f64::to_radians(turn_deg).sin_cos();
                for (z, slice) in found.mask.slices().iter().enumerate() {
                    let mut back: Vec<[i64; 2]> = Vec::new();
                    for n in (0..slice.values.len()).filter(|&n| slice.values[n] > 0) {
                        let at = [(n % slice.size[0]) as f64, (n / slice.size[0]) as f64];
                        let p = found.mask.patient_point(slice, at);
                        let (x, y) = (p.x - 17.3, p.y + 3.1);
                        let along = [x * cos + y * sin, -x * sin + y * cos];
                        back.push(along.map(|a| {
                            assert!((a / pixel_mm - (a / pixel_mm).round()).abs() < 1e-3);
                            (a / pixel_mm).round() as i64
                        }));
                    }
                    back.sort_unstable_by_key(|p| [p[1], p[0]]);
                    assert_eq!(back, pixels(z as f64), "{tracing:?} {turn_deg}");
                }
            }
        }
    }

    #[test]
    fn few_corners_are_known_by_what_others_were_traced_on() {
        let patient_point = |p: Point2, w: f64| Point3::new(p[0], p[1], w);
        let read = |planes: &[(f64, Vec<Vec<Point2>>)], known: &[TracedOn]| {
            recognise(&OnPlanes { planes, patient_point: &patient_point }, 0.0, known)
        };
        let whole = read(&planes(Tracing::PixelEdges, 0.0, 0.8), &[]).expect("traced");
        // An L of pixels on the same lattice, and one that lies beside it.
        let place = |x: f64, y: f64| [0.8 * (x + 0.5) + 17.3, 0.8 * (y + 0.5) - 3.1];
        let ring = [[0.0, 0.0], [9.0, 0.0], [9.0, 2.0], [4.0, 2.0], [4.0, 3.0], [0.0, 3.0]];
        let at = |off: f64| vec![(0.0, vec![ring.map(|p| place(p[0] + off, p[1])).to_vec()])];
        assert!(read(&at(0.0), &[]).is_none());
        let found = read(&at(0.0), &[whole.on]).expect("traced on the same lattice");
        let pixels = found.mask.slices()[0].values.iter().filter(|v| **v > 0).count();
        assert_eq!(pixels, 22);
        assert!(read(&at(0.2), &[whole.on]).is_none());
    }

    #[test]
    fn drawn_outlines_are_not_taken_for_traced_ones() {
        let patient_point = |p: Point2, w: f64| Point3::new(p[0], p[1], w);
        let none = |planes: &[(f64, Vec<Vec<Point2>>)], quantum_mm| {
            let on = OnPlanes { planes, patient_point: &patient_point };
            recognise(&on, quantum_mm, &[]).is_none()
        };
        for points in [4, 8, 12, 60, 200] {
            for rounded_mm in [0.0, 0.01, 0.1] {
                let planes: Vec<_> = (0..12)
                    .map(|k| {
                        let at = |i: i32| {
                            let (s, c) = (f64::from(i) / f64::from(points) * std::f64::consts::TAU
                                + 0.1)
                                .sin_cos();
                            [c, s].map(|x| {
                                let x = x * (8.0 + 0.17 * f64::from(k));
                                if rounded_mm > 0.0 {
                                    (x / rounded_mm).round() * rounded_mm
                                } else {
                                    x
                                }
                            })
                        };
                        (2.0 * f64::from(k), vec![(0..points).map(at).collect()])
                    })
                    .collect();
                assert!(none(&planes, rounded_mm), "{points} {rounded_mm}");
            }
        }
    }
}
