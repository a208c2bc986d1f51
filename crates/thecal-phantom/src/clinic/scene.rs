//! The solids of a scene, of random size, placed at the gap asked for.

use std::f64::consts::TAU;

use nalgebra::UnitQuaternion;
use thecal_geom::{Point3, Vector3};

use super::cord::Cord;
use super::solid::{Mass, Piece};
use super::spec::{ClinicSpec, Orientation, Scene};
use super::truth;
use crate::error::Error;
use crate::random::Stream;
use crate::spec::Curve;
use crate::tube::Tube;
use crate::tumour::Tumour;

/// Placed solids.
#[derive(Debug, Clone)]
pub(super) struct Solids {
    pub(super) cord: Cord,
    pub(super) sac: Cord,
    pub(super) tumour: Mass,
}

impl Solids {
    /// The solids of a specification.
    pub(super) fn new(spec: &ClinicSpec) -> Result<Self, Error> {
        let random = &mut Stream::new(spec.seed, 11);
        let direction = spec.direction_deg.unwrap_or_else(|| direction(spec, random)).to_radians();
        let towards = Vector3::new(direction.sin(), -direction.cos(), 0.0);
        let z = random.between(-20.0, 20.0);
        let cord = cord(spec.scene, random, towards, z);
        let shape = Shape::new(spec, random, towards);
        let middle = cord.centre(z);
        let at = |shift: f64| shape.at(middle, towards, shift, &cord);
        let tumour = match spec.scene {
            Scene::Cropped(margin) => {
                // Deep enough to have overlapped the cord, so that the cut bites.
                let whole = place(&at, &cord, 0.5)?;
                let overlap = random.between(0.5, 3.0) + margin;
                let mut tumour = at(whole - 0.5 - overlap);
                tumour.crop = Some((cord, margin));
                tumour
            }
            _ => at(place(&at, &cord, spec.gap_mm)?),
        };
        // Half of the gap at most: the tumour lies outside of the sac.
        let sac = cord.grown((0.45 * spec.true_gap_mm()).min(2.5));
        Ok(Self { cord, sac, tumour })
    }
}

/// Anterior and lateral, as epidural tumours lie; across sagittal planes mostly beside the cord.
fn direction(spec: &ClinicSpec, random: &mut Stream) -> f64 {
    let spread = random.between(-10.0, 10.0);
    match (spec.planes, spec.seed % 3) {
        (Orientation::Sagittal, 0) | (Orientation::Coronal, 0 | 1) => spread,
        (Orientation::Sagittal, 1) | (Orientation::Coronal, _) => 90.0 + spread,
        (Orientation::Sagittal, _) => -90.0 + spread,
        _ => 10.0 * spread,
    }
}

fn cord(scene: Scene, random: &mut Stream, towards: Vector3, z: f64) -> Cord {
    let axes = [random.between(3.6, 4.6), random.between(2.9, 3.6)];
    let point = Point3::new(random.between(-5.0, 5.0), random.between(-5.0, 5.0), z);
    let straight =
        |lean_deg: f64, azimuth: f64| Cord::leaning(point, lean_deg.to_radians(), azimuth, axes);
    let tumourwards = towards.y.atan2(towards.x);
    match scene {
        Scene::Lean(deg) => straight(deg, random.between(0.0, TAU)),
        Scene::Cropped(_) => straight(0.0, 0.0),
        Scene::FlatEnd => {
            let side = if random.unit() < 0.5 { 0.0 } else { 0.5 * TAU };
            straight(random.between(10.0, 35.0), tumourwards + side + random.between(-0.5, 0.5))
        }
        Scene::Plaque => straight(random.between(5.0, 20.0), random.between(0.0, TAU)),
        _ => {
            let mut curve = |offset: f64| {
                let wavelength_mm = random.between(120.0, 240.0);
                let slope = random.between(0.0, 15.0_f64.to_radians().tan());
                Curve {
                    offset_mm: offset,
                    amplitude_mm: slope * wavelength_mm / TAU,
                    wavelength_mm,
                    phase_rad: random.between(0.0, TAU),
                }
            };
            Cord::Curved(Tube { x: curve(point.x), y: curve(point.y), axes })
        }
    }
}

/// The tumour before it is placed: pieces about the patient's origin, or a radius about the cord.
struct Shape {
    pieces: Vec<Piece>,
    /// Half of the arc, radians; half of thickness and height, mm.
    arc: Option<[f64; 3]>,
}

impl Shape {
    fn new(spec: &ClinicSpec, random: &mut Stream, towards: Vector3) -> Self {
        let least = 2.2 * spec.slice_mm;
        let origin = Point3::origin();
        let alone = |piece| Self { pieces: vec![piece], arc: None };
        match spec.scene {
            Scene::Sphere => alone(Piece::sphere(origin, random.between(6.0, 16.0).max(least))),
            Scene::Ellipsoid | Scene::Lean(_) => alone(ellipsoid(random, [6.0, 16.0], least)),
            Scene::Cropped(_) => alone(ellipsoid(random, [10.0, 18.0], least)),
            Scene::Nodule(radius) => Self { pieces: nodule(random, radius, towards), arc: None },
            Scene::FlatEnd => {
                let axes = [0; 3].map(|_| random.between(7.0, 16.0).max(least));
                let side = if random.unit() < 0.5 { 1.0 } else { -1.0 };
                let height = side * axes[2] * random.between(-0.2, 0.6);
                let turn = random.between(0.0, TAU);
                alone(Piece::Cut { centre: origin, axes, turn, height, side })
            }
            Scene::Dumbbell => Self { pieces: dumbbell(random), arc: None },
            Scene::C => {
                let half = random.between(120.0, 240.0).to_radians() / 2.0;
                let size = [random.between(3.0, 7.0), random.between(6.0, 18.0).max(least)];
                Self { pieces: Vec::new(), arc: Some([half, size[0], size[1]]) }
            }
            Scene::Plaque => {
                let half = random.between(60.0, 160.0).to_radians() / 2.0;
                let size = [random.between(1.0, 1.5), random.between(6.0, 14.0).max(least)];
                Self { pieces: Vec::new(), arc: Some([half, size[0], size[1]]) }
            }
        }
    }

    /// The tumour this far from the cord's middle: pieces from their own middle, an arc as radius.
    fn at(&self, middle: Point3, towards: Vector3, shift: f64, cord: &Cord) -> Mass {
        let Some([half_arc, thickness, half_height]) = self.arc else {
            let by = middle.coords + towards * shift;
            return Mass { pieces: self.pieces.iter().map(|p| moved(p, by)).collect(), crop: None };
        };
        let azimuth = towards.y.atan2(towards.x);
        let piece = match cord {
            Cord::Curved(_) => Piece::Smooth(Tumour::C {
                centre: middle,
                radius: shift,
                middle: azimuth,
                half_arc,
                axes: [thickness, half_height],
            }),
            Cord::Straight { .. } => Piece::Sheet {
                centre: middle,
                radius: shift,
                middle: azimuth,
                half_arc,
                half_height: half_height - thickness,
                thickness,
            },
        };
        Mass { pieces: vec![piece], crop: None }
    }
}

/// Semi-axes within a range and any rotation (Shoemake's method, which is exactly uniform).
fn ellipsoid(random: &mut Stream, [lo, hi]: [f64; 2], least: f64) -> Piece {
    let (a, b, c) = (random.unit(), TAU * random.unit(), TAU * random.unit());
    let (p, q) = ((1.0 - a).sqrt(), a.sqrt());
    let rotation = nalgebra::Quaternion::new(p * b.sin(), p * b.cos(), q * c.sin(), q * c.cos());
    let axes = [0; 3].map(|_| random.between(lo, hi).max(least));
    Piece::ellipsoid(Point3::origin(), axes, UnitQuaternion::new_normalize(rotation))
}

/// An ellipsoid, and a sphere whose middle lies a little beyond its surface, roughly towards the
/// cord.
fn nodule(random: &mut Stream, radius: f64, towards: Vector3) -> Vec<Piece> {
    let large = ellipsoid(random, [7.0, 14.0], 0.0);
    let aside = [0; 3].map(|_| random.between(-0.35, 0.35));
    let ray = (Vector3::from(aside) - towards).normalize();
    let value = |s: f64| large.value(Point3::origin() + ray * s);
    let (mut lo, mut hi) = (0.0, 30.0);
    while hi - lo > 1e-9 {
        let middle = 0.5 * (lo + hi);
        if value(middle) < 0.0 { lo = middle } else { hi = middle }
    }
    let out = lo + radius * random.between(0.2, 0.8);
    vec![large, Piece::sphere(Point3::origin() + ray * out, radius)]
}

/// Two balls one above the other, more or less, and a waist between them.
fn dumbbell(random: &mut Stream) -> Vec<Piece> {
    let radii = [random.between(5.0, 9.0), random.between(5.0, 9.0)];
    let half = 0.5 * (radii[0] + radii[1] + random.between(2.0, 6.0));
    let aside = Vector3::new(random.between(-0.8, 0.8), random.between(-0.8, 0.8), 1.0);
    let ends = [aside.normalize() * half, aside.normalize() * -half].map(Point3::from);
    let waist = Piece::Capsule { ends, radius: random.between(2.0, 3.5) };
    vec![Piece::sphere(ends[0], radii[0]), Piece::sphere(ends[1], radii[1]), waist]
}

fn moved(piece: &Piece, by: Vector3) -> Piece {
    match *piece {
        Piece::Smooth(Tumour::Ellipsoid { centre, axes, rotation }) => {
            Piece::ellipsoid(centre + by, axes, rotation)
        }
        Piece::Capsule { ends, radius } => Piece::Capsule { ends: ends.map(|p| p + by), radius },
        Piece::Cut { centre, axes, turn, height, side } => {
            Piece::Cut { centre: centre + by, axes, turn, height: height + by.z, side }
        }
        other => other,
    }
}

/// The shift at which the tumour is this far from the cord. The distance changes by no more than
/// the shift, so that steps of what is too much, from far away, never reach too near; the slope of
/// the last step makes them longer, and what overshoots is halved.
fn place(at: &dyn Fn(f64) -> Mass, cord: &Cord, gap_mm: f64) -> Result<f64, Error> {
    let over = |shift: f64| {
        let tumour = at(shift);
        let uncut = |p: Point3| tumour.distance(p).unwrap_or(0.0);
        truth::from_cord(cord, truth::reach(&tumour, cord), &uncut).0 - gap_mm
    };
    let (mut shift, mut low) = (70.0, 0.0);
    let (mut f, mut slope) = (over(shift), 1.0_f64);
    for _ in 0..200 {
        if f.abs() < 1e-9 {
            return Ok(shift);
        }
        let mut next = shift - f / slope;
        if next <= low {
            next = 0.5 * (low + shift);
        }
        let g = over(next);
        if g < -0.9 * gap_mm && next < shift {
            low = next;
            // Overlapping, the distance says nothing.
            slope = 1.0;
            if (shift - next).abs() < 1e-12 {
                break;
            }
            continue;
        }
        slope = ((f - g) / (shift - next)).clamp(0.05, 1.0);
        (shift, f) = (next, g);
    }
    Err(Error::GapNotReached { wanted_mm: gap_mm, reached_mm: f + gap_mm })
}
