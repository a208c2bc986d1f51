//! Contours that were traced round the pixels of a mask, and the mask that they stand for.
//!
//! Planning systems that keep structures as masks write them as outlines of pixels. Such an outline
//! says which pixels belong to the structure and no more: measured as it stands it is wrong by up
//! to a pixel. The corners of traced outlines lie on a lattice and their edges follow its axes or
//! diagonals, so the mask can be had back.

use super::Tracing;
use super::lattice::{NEARLY_ALL, PlaneLattice};
use thecal_geom::{Point2, Point3, Region, Vector3};
use thecal_voxel::{FULL, Slice, Slices};

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
/// Most pixels of a plane.
const MOST_PIXELS: f64 = 4e6;
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
        let pixels = Pixels::of(&lattice, tracing, rings)?;
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
    let lattices = PlaneLattice::of(&some, tolerance_mm);
    if lattices.is_empty() {
        return None;
    }
    let all = corners(on.planes.iter(), tolerance_mm);
    let readings = lattices.iter().filter_map(|l| TracedOn::of(l, &all, tolerance_mm));
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

/// Rings without the points that lie on straight runs.
fn corners<'a>(
    planes: impl Iterator<Item = &'a (f64, Vec<Vec<Point2>>)>,
    tolerance_mm: f64,
) -> Vec<Vec<Point2>> {
    let rings = planes.flat_map(|(_, rings)| rings);
    rings.map(|r| without_runs(r, tolerance_mm)).filter(|r| r.len() > 2).collect()
}

fn without_runs(ring: &[Point2], tolerance_mm: f64) -> Vec<Point2> {
    let mut out: Vec<Point2> = Vec::with_capacity(ring.len());
    for &p in ring {
        if out.last().is_some_and(|q| (p[0] - q[0]).hypot(p[1] - q[1]) < 1e-4) {
            continue;
        }
        while out.len() > 1 && straight(out[out.len() - 2], out[out.len() - 1], p, tolerance_mm) {
            out.pop();
        }
        out.push(p);
    }
    // Where the ring closes.
    while out.len() > 3
        && (out[0][0] - out[out.len() - 1][0]).hypot(out[0][1] - out[out.len() - 1][1]) < 1e-4
    {
        out.pop();
    }
    while out.len() > 3 && straight(out[out.len() - 2], out[out.len() - 1], out[0], tolerance_mm) {
        out.pop();
    }
    while out.len() > 3 && straight(out[out.len() - 1], out[0], out[1], tolerance_mm) {
        out.remove(0);
    }
    out
}

/// True where the middle of three points lies on the way from the first to the last.
fn straight(a: Point2, b: Point2, c: Point2, tolerance_mm: f64) -> bool {
    let (u, v) = ([b[0] - a[0], b[1] - a[1]], [c[0] - b[0], c[1] - b[1]]);
    let length = (c[0] - a[0]).hypot(c[1] - a[1]);
    let off = (u[0] * v[1] - u[1] * v[0]).abs();
    u[0] * v[0] + u[1] * v[1] > 0.0 && off <= tolerance_mm * length
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
        let walk = LevelSampler::along(&outlines, rings, tolerance_mm);
        let edges = walk.diagonal + walk.axial.len() + walk.other;
        let along = match self.tracing {
            Tracing::PixelEdges => walk.axial.len(),
            _ => edges - walk.other,
        };
        count >= LEAST && nearly_all(walk.on, count) && nearly_all(along, edges)
    }

    /// What rings on a lattice may have been traced on.
    fn of(lattice: &PlaneLattice, rings: &[Vec<Point2>], tolerance_mm: f64) -> Option<Self> {
        let count: usize = rings.iter().map(Vec::len).sum();
        if count < LEAST_CORNERS || (count as f64) < LEAST_A_RING * rings.len() as f64 {
            return None;
        }
        let walk = LevelSampler::along(lattice, rings, tolerance_mm);
        let axial = walk.axial.len();
        let edges = (walk.diagonal + axial + walk.other) as f64;
        if !nearly_all(walk.on, count) || !nearly_all(walk.diagonal + axial, edges as usize) {
            return None;
        }
        if (walk.diagonal as f64) < HARDLY_ANY * edges {
            let centre = lattice.point([0.5, 0.5]);
            let centres = moved(lattice, centre, 1.0);
            return Some(Self { tracing: Tracing::PixelEdges, centres });
        }
        if !nearly_all(walk.parity[0].max(walk.parity[1]), count) {
            return Some(Self { tracing: Tracing::PixelCentres, centres: *lattice });
        }
        // Only every second point of the lattice is used: it is that of half pixels, or another,
        // turned by 45 degrees, is the true one.
        let centre = half_way_between(&walk)?;
        let centres = moved(lattice, lattice.point(centre), 2.0);
        Some(Self { tracing: Tracing::HalfWay, centres })
    }
}

/// A centre of the pixels that an outline on a lattice of half pixels lies half way between, by its
/// place on that lattice; none where it does not.
///
/// A run along an axis leads half way between two rows of centres, so all runs along that axis lie
/// on every second line.
fn half_way_between(walk: &LevelSampler) -> Option<[f64; 2]> {
    /// By chance about half lie on every second line. Bridges to holes run anywhere.
    const ONE_SIDED: f64 = 0.85;
    let even = walk.axial.iter().filter(|run| run.lines % 2 == 0).count();
    let mut centre = [0.0; 2];
    for (k, centre) in centre.iter_mut().enumerate() {
        let (across, odd) = (walk.runs(k).count(), walk.runs(k).filter(|r| r.is_odd()).count());
        if across == 0 || (odd.max(across - odd) as f64) < ONE_SIDED * across as f64 {
            return None;
        }
        *centre = if 2 * odd > across { 0.0 } else { 1.0 };
    }
    (even as f64 >= ONE_SIDED * walk.axial.len() as f64).then_some(centre)
}

fn nearly_all(n: usize, of: usize) -> bool {
    n as f64 >= NEARLY_ALL * of as f64
}

/// An edge along a line of a lattice.
struct Run {
    /// The axis that it does not move along.
    axis: usize,
    /// Its place on that axis.
    at: i64,
    /// Over how many lines it leads.
    lines: i64,
}

impl Run {
    fn is_odd(&self) -> bool {
        self.at.rem_euclid(2) == 1
    }
}

/// The edges of rings, seen from a lattice.
#[derive(Default)]
struct LevelSampler {
    /// Corners that lie on the lattice.
    on: usize,
    /// Corners by the parity of their place.
    parity: [usize; 2],
    axial: Vec<Run>,
    diagonal: usize,
    other: usize,
}

impl LevelSampler {
    /// The runs that do not move along an axis.
    fn runs(&self, axis: usize) -> impl Iterator<Item = &Run> {
        self.axial.iter().filter(move |run| run.axis == axis)
    }

    fn along(lattice: &PlaneLattice, rings: &[Vec<Point2>], tolerance_mm: f64) -> Self {
        let mut out = Self::default();
        for ring in rings {
            let at: Vec<[f64; 2]> = ring.iter().map(|&p| lattice.of_point(p)).collect();
            let whole: Vec<[i64; 2]> = at.iter().map(|a| a.map(|x| x.round() as i64)).collect();
            for (a, w) in at.iter().zip(&whole) {
                let off = |k: usize| (a[k] - w[k] as f64).abs() * lattice.pitch_mm[k];
                out.on += usize::from(off(0) <= tolerance_mm && off(1) <= tolerance_mm);
                out.parity[(w[0] + w[1]).rem_euclid(2) as usize] += 1;
            }
            for (a, b) in whole.iter().zip(whole.iter().cycle().skip(1)) {
                match [b[0] - a[0], b[1] - a[1]] {
                    [0, lines] => out.axial.push(Run { axis: 0, at: a[0], lines }),
                    [lines, 0] => out.axial.push(Run { axis: 1, at: a[1], lines }),
                    [du, dv] if du.abs() == dv.abs() => out.diagonal += 1,
                    _ => out.other += 1,
                }
            }
        }
        out
    }
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

/// The pixels of one plane.
struct Pixels {
    /// The first, by its place on the lattice of centres.
    first: [f64; 2],
    size: [usize; 2],
    values: Vec<u8>,
}

impl Pixels {
    fn of(lattice: &PlaneLattice, tracing: Tracing, rings: &[Vec<Point2>]) -> Option<Self> {
        let (mut lo, mut hi) = ([f64::INFINITY; 2], [f64::NEG_INFINITY; 2]);
        for p in rings.iter().flatten() {
            let at = lattice.of_point(*p);
            for k in 0..2 {
                (lo[k], hi[k]) = (lo[k].min(at[k]), hi[k].max(at[k]));
            }
        }
        let first = lo.map(|x| x.round() - 1.0);
        let size: [f64; 2] = std::array::from_fn(|k| hi[k].round() - first[k] + 2.0);
        let pixels = size[0] * size[1];
        if pixels.is_nan() || pixels > MOST_PIXELS {
            return None;
        }
        let size = size.map(|n| n as usize);
        let mut values = vec![0; size[0] * size[1]];
        if let Some(region) = Region::from_rings(rings).0 {
            for (n, v) in values.iter_mut().enumerate() {
                let at = [first[0] + (n % size[0]) as f64, first[1] + (n / size[0]) as f64];
                *v = if region.contains(lattice.point(at)) { FULL } else { 0 };
            }
        }
        let mut out = Self { first, size, values };
        if tracing == Tracing::PixelCentres {
            rings.iter().for_each(|r| out.mark(lattice, r));
        }
        out.values.contains(&FULL).then_some(out)
    }

    /// Marks the pixels whose centres a ring leads through.
    fn mark(&mut self, lattice: &PlaneLattice, ring: &[Point2]) {
        let at: Vec<[f64; 2]> = ring.iter().map(|&p| lattice.of_point(p)).collect();
        for (a, b) in at.iter().zip(at.iter().cycle().skip(1)) {
            let steps = (b[0] - a[0]).abs().max((b[1] - a[1]).abs()).round().max(1.0);
            for s in 0..=steps as usize {
                let t = s as f64 / steps;
                let place: [usize; 2] = std::array::from_fn(|k| {
                    ((1.0 - t) * a[k] + t * b[k] - self.first[k]).round().max(0.0) as usize
                });
                if place[0] < self.size[0] && place[1] < self.size[1] {
                    self.values[place[1] * self.size[0] + place[0]] = FULL;
                }
            }
        }
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
