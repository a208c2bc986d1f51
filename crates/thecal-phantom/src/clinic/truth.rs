//! The least distance of tumour and cord, from either side.

use std::f64::consts::TAU;

use nalgebra::UnitQuaternion;
use thecal_geom::{Point3, Vector3};

use super::cord::Cord;
use super::section;
use super::solid::Mass;
use crate::certify::ClosestPair;
use crate::error::Error;
use crate::study::TruthPair;

/// The two routes agree to this, or there is no truth.
const AGREED_MM: f64 = 1e-5;

/// From the cord: its surface within a range of heights is searched for the least distance `to`
/// the other solid, on a lattice of about 1 mm and then finer from the best places of it.
pub(super) fn from_cord(
    cord: &Cord,
    [lo, hi]: [f64; 2],
    to: &dyn Fn(Point3) -> f64,
) -> (f64, Point3) {
    const ROUND: usize = 32;
    let rows = (hi - lo).ceil().max(1.0) as usize;
    let at = |[z, phi]: [f64; 2]| to(cord.surface(z.clamp(lo, hi), phi));
    let mut places = Vec::with_capacity((rows + 1) * ROUND);
    for i in 0..=rows {
        for j in 0..ROUND {
            let place = [lo + (hi - lo) * i as f64 / rows as f64, TAU * j as f64 / ROUND as f64];
            places.push((at(place), place));
        }
    }
    places.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut starts: Vec<(f64, [f64; 2])> = Vec::new();
    for place in places {
        let near = |s: &(f64, [f64; 2])| {
            let turn = (s.1[1] - place.1[1]).abs();
            (s.1[0] - place.1[0]).abs() < 3.0 && turn.min(TAU - turn) < 0.6
        };
        if starts.len() < 5 && !starts.iter().any(near) {
            starts.push(place);
        }
    }
    let mut best = (f64::INFINITY, [lo, 0.0]);
    for (d, place) in starts {
        // One radian of the section is a few millimetres.
        let step = |p: [f64; 2], by: [f64; 2]| [(p[0] + by[0]).clamp(lo, hi), p[1] + by[1] / 4.0];
        let found = descend(d, place, &at, &step, &turns());
        if found.0 < best.0 {
            best = found;
        }
    }
    (best.0, cord.surface(best.1[0], best.1[1]))
}

fn turns() -> Vec<[f64; 2]> {
    let turn = |k: u32| {
        let (sin, cos) = (f64::from(k) * TAU / 8.0).sin_cos();
        [cos, sin]
    };
    (0..8).map(turn).collect()
}

/// Pattern search: the first direction that is lower is followed with longer steps, else steps get
/// shorter, down to 1e-9 mm.
fn descend<P: Copy, D: Copy + Scaled>(
    mut least: f64,
    mut place: P,
    at: &dyn Fn(P) -> f64,
    step: &dyn Fn(P, D) -> P,
    directions: &[D],
) -> (f64, P) {
    let mut length = 0.5;
    while length > 1e-9 {
        let mut moved = false;
        for direction in directions {
            let next = step(place, direction.scaled(length));
            let d = at(next);
            if d < least {
                (least, place, moved) = (d, next, true);
                break;
            }
        }
        length *= if moved { 1.5 } else { 0.5 };
    }
    (least, place)
}

/// A direction that can be made longer.
trait Scaled {
    fn scaled(self, by: f64) -> Self;
}

impl Scaled for [f64; 2] {
    fn scaled(self, by: f64) -> Self {
        self.map(|x| x * by)
    }
}

impl Scaled for Vector3 {
    fn scaled(self, by: f64) -> Self {
        self * by
    }
}

/// From the tumour: points of its surface in axial planes, and from the best of them a walk over
/// the surface to the least distance to the cord. It knows the tumour by its function alone.
pub(super) fn from_tumour(tumour: &Mass, cord: &Cord) -> (f64, Point3) {
    let mut starts: Vec<(f64, Point3)> = Vec::new();
    let mut points: Vec<(f64, Point3)> =
        surface(tumour).into_iter().map(|p| (cord.distance(p), p)).collect();
    points.sort_by(|a, b| a.0.total_cmp(&b.0));
    for p in points {
        if starts.len() < 4 && starts.iter().all(|s| (s.1 - p.1).norm() > 3.0) {
            starts.push(p);
        }
    }
    let directions = ways();
    let step = |p: Point3, by: Vector3| into_solid(tumour, p + by);
    let at = |p: Point3| if p.x.is_nan() { f64::INFINITY } else { cord.distance(p) };
    let mut best = (f64::INFINITY, Point3::origin());
    for (d, place) in starts {
        let mut found = descend(d, place, &at, &step, &directions);
        // On a sharp rim few directions lead down, and none of these may be among them.
        for turn in 1..=ROUNDS {
            let turned = UnitQuaternion::from_euler_angles(
                0.37 * f64::from(turn),
                0.61 * f64::from(turn),
                0.83 * f64::from(turn),
            );
            let directions: Vec<Vector3> = directions.iter().map(|d| turned * d).collect();
            found = descend(found.0, found.1, &at, &step, &directions);
        }
        if found.0 < best.0 {
            best = found;
        }
    }
    best
}

/// Rounds of directions of the walk over the tumour's surface after the first.
const ROUNDS: u32 = 6;

/// The directions from the middle of a cube to its corners, edges and faces.
fn ways() -> Vec<Vector3> {
    (0..27)
        .map(|k| Vector3::new(f64::from(k % 3), f64::from(k / 3 % 3), f64::from(k / 9)))
        .map(|v| v - Vector3::repeat(1.0))
        .filter(|v| v.norm() > 0.0)
        .map(|v| v.normalize())
        .collect()
}

/// Points of the tumour's surface in some thirty axial planes, ends included.
fn surface(tumour: &Mass) -> Vec<Point3> {
    const PLANES: usize = 30;
    let [lo, hi] = tumour.bounds();
    let window = [[lo.x, hi.x], [lo.y, hi.y]];
    let height = |i: usize| lo.z + (hi.z - lo.z) * (i as f64 + 0.5) / PLANES as f64;
    let ring = |z: f64| {
        let field = |p: [f64; 2]| tumour.value(Point3::new(p[0], p[1], z));
        section::outlines(&field, window)
    };
    let at = |z: f64| ring(z).into_iter().flatten().map(move |p| Point3::new(p[0], p[1], z));
    (0..PLANES).flat_map(|i| at(height(i))).collect()
}

/// A point itself if it lies in the solid, else one on the surface near it; none is a point of NaN.
fn into_solid(tumour: &Mass, start: Point3) -> Point3 {
    let h = 1e-6;
    let mut p = start;
    for _ in 0..30 {
        let value = tumour.value(p);
        if value <= 1e-11 {
            return p;
        }
        let slope = [Vector3::x(), Vector3::y(), Vector3::z()]
            .map(|axis| (tumour.value(p + axis * h) - tumour.value(p - axis * h)) / (2.0 * h));
        let slope = Vector3::from(slope);
        if slope.norm_squared() < 1e-6 {
            break;
        }
        p -= slope * (value / slope.norm_squared());
    }
    Point3::from([f64::NAN; 3])
}

/// Heights between which the cord can be nearest to the tumour.
pub(super) fn reach(tumour: &Mass, cord: &Cord) -> [f64; 2] {
    let [lo, hi] = tumour.bounds();
    let middle = 0.5 * (lo.z + hi.z);
    let far = tumour.distance(cord.centre(middle)).unwrap_or(0.0);
    [lo.z - far, hi.z + far]
}

/// The certified pair of tumour and cord (or sac), tumour first.
pub(super) fn pair(name: &'static str, tumour: &Mass, cord: &Cord) -> Result<TruthPair, Error> {
    let (second, on_tumour) = from_tumour(tumour, cord);
    let uncut = |p: Point3| tumour.distance(p).unwrap_or(0.0);
    let first = match &tumour.crop {
        None => Some(from_cord(cord, reach(tumour, cord), &uncut).0),
        // By construction; of another solid than it was cropped to, the one route has to do.
        Some((_, margin)) => (name == "tumour-cord").then_some(*margin),
    };
    let gap_mm = first.unwrap_or(second);
    if (gap_mm - second).abs() > AGREED_MM || gap_mm <= 0.0 {
        return Err(Error::NotCertified { pair: name, first_mm: gap_mm, second_mm: second });
    }
    let closest =
        ClosestPair { distance_mm: gap_mm, a_mm: on_tumour, b_mm: cord.nearest(on_tumour) };
    Ok(TruthPair { pair: name, gap_mm, closest, second_route_mm: first.map(|_| second) })
}
