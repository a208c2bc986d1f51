//! Solids of known shape as a planning system draws them, doses on grids, and what the solids receive:
//! by columns through the shape itself, with none of the code under test.

use thecal_dose::DoseGrid;
use thecal_geom::{Contour, ContourKind, Point3, Vector3};

/// Radius and height, mm.
pub(crate) const RADIUS: f64 = 12.0;
pub(crate) const HEIGHT: f64 = 24.0;

/// A shape about the origin. Cylinders and cones lie along the planes' normal, or across it along x; a
/// cone's apex points up, or along x.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    Sphere,
    CylinderAlong,
    CylinderAcross,
    ConeAlong,
    ConeAcross,
}

impl Shape {
    pub(crate) const ALL: [Self; 5] = [
        Self::Sphere,
        Self::CylinderAlong,
        Self::CylinderAcross,
        Self::ConeAlong,
        Self::ConeAcross,
    ];

    /// From where to where the shape reaches along z over a place, mm.
    pub(crate) fn reach(self, x: f64, y: f64) -> Option<[f64; 2]> {
        let half = 0.5 * HEIGHT;
        let rho = x.hypot(y);
        let root = |r2: f64| (r2 > 0.0).then(|| [-r2.sqrt(), r2.sqrt()]);
        match self {
            Self::Sphere => root(RADIUS * RADIUS - rho * rho),
            Self::CylinderAlong => (rho < RADIUS).then_some([-half, half]),
            Self::CylinderAcross => root(RADIUS * RADIUS - y * y).filter(|_| x.abs() < half),
            Self::ConeAlong => (rho < RADIUS).then(|| [-half, half - HEIGHT * rho / RADIUS]),
            Self::ConeAcross => {
                let r = RADIUS * (half - x) / HEIGHT;
                root(r * r - y * y).filter(|_| x.abs() < half)
            }
        }
    }

    /// The outline at a height, a point about every `step` mm; none where the shape is not.
    pub(crate) fn outline(self, z: f64, step: f64) -> Option<Vec<[f64; 2]>> {
        let half = 0.5 * HEIGHT;
        if z.abs() >= half {
            return None;
        }
        let disc = |r: f64| {
            let n = (std::f64::consts::TAU * r / step).ceil().max(12.0) as usize;
            let at = |i: usize| {
                let (sin, cos) = (std::f64::consts::TAU * i as f64 / n as f64).sin_cos();
                [r * cos, r * sin]
            };
            (0..n).map(at).collect()
        };
        Some(match self {
            Self::Sphere => disc((RADIUS * RADIUS - z * z).sqrt()),
            Self::CylinderAlong => disc(RADIUS),
            Self::ConeAlong => disc(RADIUS * (half - z) / HEIGHT),
            Self::CylinderAcross => {
                let w = (RADIUS * RADIUS - z * z).sqrt();
                closed(&[[-half, -w], [half, -w], [half, w], [-half, w]], step)
            }
            Self::ConeAcross => {
                // From the base to where the cone is as thin as the height, and back.
                let end = half - z.abs() * HEIGHT / RADIUS;
                let n = ((end + half) / step).ceil().max(8.0) as usize * 2;
                let at = |i: usize| {
                    // Closer together towards the apex, where the outline turns.
                    let t = i as f64 / n as f64;
                    let x = end - (end + half) * t * t;
                    let r = RADIUS * (half - x) / HEIGHT;
                    [x, (r * r - z * z).max(0.0).sqrt()]
                };
                let side: Vec<[f64; 2]> = (0..=n).map(at).collect();
                let base = side[n];
                let across = closed(&[base, [base[0], -base[1]]], step);
                let back = side[1..n].iter().rev().map(|[x, y]| [*x, -y]);
                let middle = &across[1..=across.len() / 2];
                side.iter().copied().chain(middle.iter().copied()).chain(back).collect()
            }
        })
    }
}

/// A polygon with points about every `step` mm on its edges.
fn closed(corners: &[[f64; 2]], step: f64) -> Vec<[f64; 2]> {
    let mut out = Vec::new();
    for (i, a) in corners.iter().enumerate() {
        let b = corners[(i + 1) % corners.len()];
        let n = ((b[0] - a[0]).hypot(b[1] - a[1]) / step).ceil().max(1.0) as usize;
        let at = |k: usize| {
            let t = k as f64 / n as f64;
            [a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t]
        };
        out.extend((0..n).map(at));
    }
    out
}

/// A random number of the next place in a sequence, 0 to 1.
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ 0x5DEE_CE66_D1CE_4E5B)
    }

    pub(crate) fn next(&mut self) -> f64 {
        // xorshift64*, Vigna 2016, doi 10.1145/2845077.
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 11) as f64 / (1_u64 << 53) as f64
    }
}

/// A shape at a place, drawn on planes `slice` mm apart.
#[derive(Debug, Clone)]
pub(crate) struct Drawn {
    pub(crate) shape: Shape,
    pub(crate) centre: Vector3,
    pub(crate) slice: f64,
    pub(crate) contours: Vec<Contour>,
    /// Heights of the first and the last plane, mm from the shape's middle.
    pub(crate) ends: [f64; 2],
}

impl Drawn {
    /// Points every millimetre or so, written to a hundredth of one, as a planning system does.
    pub(crate) fn new(shape: Shape, slice: f64, random: &mut Random) -> Self {
        let centre = Vector3::from_fn(|_, _| 3.0 * random.next());
        let mut contours = Vec::new();
        let mut ends = [f64::INFINITY, f64::NEG_INFINITY];
        let first = ((centre.z - HEIGHT) / slice).floor() as i64;
        for k in first..first + (2.0 * HEIGHT / slice) as i64 + 2 {
            let z = slice * k as f64;
            let Some(outline) = shape.outline(z - centre.z, 0.5) else { continue };
            ends = [ends[0].min(z - centre.z), ends[1].max(z - centre.z)];
            let hundredth = |x: f64| (100.0 * x).round() / 100.0;
            let point = |p: &[f64; 2]| {
                Point3::new(hundredth(p[0] + centre.x), hundredth(p[1] + centre.y), z)
            };
            contours.push(Contour {
                number: 1,
                kind: ContourKind::ClosedPlanar,
                points_mm: outline.iter().map(point).collect(),
            });
        }
        Self { shape, centre, slice, contours, ends }
    }
}

/// A grid about the origin that reaches `beside` mm beyond the shapes, at a random sub-voxel place, of a
/// dose that is a function of the place.
pub(crate) fn grid(
    step: f64,
    beside: f64,
    random: &mut Random,
    dose: impl Fn(Vector3) -> f64,
) -> DoseGrid {
    let from = Vector3::from_fn(|_, _| -RADIUS - beside - step * random.next());
    let n = ((2.0 * RADIUS + 2.0 * beside + 4.0) / step).ceil() as usize + 1;
    let mut values_gy = Vec::with_capacity(n * n * n);
    for k in 0..n {
        for j in 0..n {
            for i in 0..n {
                let at = Vector3::new(i as f64, j as f64, k as f64) * step;
                values_gy.push(dose(from + at) as f32);
            }
        }
    }
    let planes_mm = (0..n).map(|k| step * k as f64).collect();
    let axes = [Vector3::x(), Vector3::y(), Vector3::z()];
    DoseGrid::new(from.into(), axes, [step, step], planes_mm, [n, n], values_gy).expect("a grid")
}

/// What ends a structure has for the one who computes the truth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ends {
    /// At the last planes.
    Open,
    /// Half a slice past the last planes, with the outlines of those.
    Capped,
    /// Half a slice past the last planes, as far as the shape goes.
    Clipped,
    /// As the shape has them.
    Shape,
}

impl Ends {
    pub(crate) const ALL: [Self; 4] = [Self::Open, Self::Capped, Self::Clipped, Self::Shape];
}

/// Pieces of a shape over which the dose changes evenly: volume, mm³, and the doses at their ends.
pub(crate) struct Truth {
    pieces: Vec<[f64; 3]>,
    pub(crate) volume: f64,
}

impl Truth {
    /// By columns along z on a lattice of `step` mm. The dose must be linear along z, or `layers` small
    /// pieces of each column follow it.
    pub(crate) fn new(
        drawn: &Drawn,
        ends: Ends,
        step: f64,
        layers: usize,
        dose: impl Fn(Vector3) -> f64,
    ) -> Self {
        let n = (RADIUS / step).ceil() as i64;
        let [first, last] = drawn.ends;
        let half = 0.5 * drawn.slice;
        let mut pieces = Vec::new();
        for j in -n..n {
            for i in -n..n {
                let (x, y) = ((i as f64 + 0.5) * step, (j as f64 + 0.5) * step);
                let Some([mut lo, mut hi]) = drawn.shape.reach(x, y) else { continue };
                // A cap has the outline of the last plane.
                let at_ends = [first, last].map(|plane| lo <= plane && plane <= hi);
                match ends {
                    Ends::Shape => {}
                    Ends::Clipped => (lo, hi) = (lo.max(first - half), hi.min(last + half)),
                    Ends::Open | Ends::Capped => (lo, hi) = (lo.max(first), hi.min(last)),
                }
                if ends == Ends::Capped {
                    lo = if at_ends[0] { first - half } else { lo };
                    hi = if at_ends[1] { last + half } else { hi };
                }
                if hi <= lo {
                    continue;
                }
                let rise = (hi - lo) / layers as f64;
                for k in 0..layers {
                    let z = lo + rise * k as f64;
                    let gy = |z: f64| dose(drawn.centre + Vector3::new(x, y, z));
                    // What the dose changes by across the column is spread over it, so that its steps
                    // do not show where the dose changes little along it.
                    let across = |a: [f64; 2]| {
                        let [ahead, behind] = [0.5, -0.5].map(|s| {
                            let p = Vector3::new(x + s * step * a[0], y + s * step * a[1], z);
                            dose(drawn.centre + p)
                        });
                        (ahead - behind).abs()
                    };
                    let half = 0.5 * across([1.0, 0.0]).max(across([0.0, 1.0]));
                    let (a, b) = (gy(z), gy(z + rise));
                    let [lo, hi] = [a.min(b) - half, a.max(b) + half];
                    pieces.push([step * step * rise, lo, hi]);
                }
            }
        }
        let volume = pieces.iter().map(|p| p[0]).sum();
        Self { pieces, volume }
    }

    pub(crate) fn above(&self, gy: f64) -> f64 {
        let part = |[v, a, b]: &[f64; 3]| {
            let (lo, hi) = (a.min(*b), a.max(*b));
            if gy <= lo {
                *v
            } else if gy >= hi {
                0.0
            } else {
                v * (hi - gy) / (hi - lo)
            }
        };
        self.pieces.iter().map(part).sum()
    }

    /// The dose that the hottest volume has at least, mm³.
    pub(crate) fn dose_to(&self, mm3: f64) -> f64 {
        let (mut lo, mut hi) = (self.min(), self.max());
        for _ in 0..36 {
            let middle = 0.5 * (lo + hi);
            if self.above(middle) >= mm3 { lo = middle } else { hi = middle }
        }
        lo
    }

    pub(crate) fn mean(&self) -> f64 {
        self.pieces.iter().map(|[v, a, b]| 0.5 * v * (a + b)).sum::<f64>() / self.volume
    }

    /// The largest dose of the pieces' ends.
    pub(crate) fn max(&self) -> f64 {
        self.pieces.iter().map(|[_, a, b]| a.max(*b)).fold(f64::NEG_INFINITY, f64::max)
    }

    /// The least dose of the pieces' ends.
    pub(crate) fn min(&self) -> f64 {
        self.pieces.iter().map(|[_, a, b]| a.min(*b)).fold(f64::INFINITY, f64::min)
    }
}

/// The largest of `g · p` over a shape with its ends, from its middle: in closed form, up to a fine walk
/// along the edges of its ends.
pub(crate) fn support(drawn: &Drawn, ends: Ends, g: Vector3) -> f64 {
    let [first, last] = drawn.ends;
    let half = 0.5 * HEIGHT;
    let reach = match ends {
        Ends::Shape => [-half, half],
        Ends::Open => [first, last],
        Ends::Capped => [first - 0.5 * drawn.slice, last + 0.5 * drawn.slice],
        Ends::Clipped => {
            [(first - 0.5 * drawn.slice).max(-half), (last + 0.5 * drawn.slice).min(half)]
        }
    };
    // Outlines at many heights, drawn as finely.
    let mut most = f64::NEG_INFINITY;
    let rows = 4000;
    for row in 0..=rows {
        let z = reach[0] + (reach[1] - reach[0]) * f64::from(row) / f64::from(rows);
        // A cap has the outline of the last plane.
        let shown = if ends == Ends::Capped { z.clamp(first, last) } else { z };
        let shown = shown.clamp(-half + 1e-9, half - 1e-9);
        most = most.max(furthest(drawn.shape, shown, g) + g.z * z);
    }
    most
}

/// The largest of `g · p` within the outline at a height.
fn furthest(shape: Shape, z: f64, g: Vector3) -> f64 {
    let half = 0.5 * HEIGHT;
    let flat = g.x.hypot(g.y);
    match shape {
        Shape::Sphere => flat * (RADIUS * RADIUS - z * z).max(0.0).sqrt(),
        Shape::CylinderAlong => flat * RADIUS,
        Shape::ConeAlong => flat * RADIUS * (half - z) / HEIGHT,
        Shape::CylinderAcross => {
            g.x.abs() * half + g.y.abs() * (RADIUS * RADIUS - z * z).max(0.0).sqrt()
        }
        Shape::ConeAcross => {
            let end = half - z.abs() * HEIGHT / RADIUS;
            let of = |i: i32| {
                let x = -half + (end + half) * f64::from(i) / 2000.0;
                let r = RADIUS * (half - x) / HEIGHT;
                g.x * x + g.y.abs() * (r * r - z * z).max(0.0).sqrt()
            };
            (0..=2000).map(of).fold(f64::NEG_INFINITY, f64::max)
        }
    }
}
