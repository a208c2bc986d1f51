//! The least distance of an isodose from the cord, wherever it is.
//!
//! It may lie elsewhere than the closest place of the tumour: the dose falls more steeply on some sides
//! than on others.

use crate::field::{DoseField, PointDose};
use rayon::prelude::*;
use thecal_geom::{Point3, PointTree, Vector3};
use thecal_mask::Solid;

/// The cord's surface is sampled this far apart for a first search, mm.
const SURFACE_MM: f64 = 1.0;
/// The dose is looked at on a lattice this fine at most, mm.
const FINEST_MM: f64 = 0.5;
const COARSEST_MM: f64 = 1.0;
/// Points of the lattice at most; over larger boxes it is coarser.
const MOST_POINTS: f64 = 6e6;
/// Places that begin this near to each other lead to one minimum, mm.
const BASIN_MM: f64 = 2.0;
/// Places that are followed at most.
const MOST_BASINS: usize = 6;
/// A place is settled when it is moved by less than this, mm.
const SETTLED_MM: f64 = 5e-4;

/// The least distance of an isodose from the cord's surface.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct IsodoseGap {
    /// Dose of the isodose, Gy.
    pub level_gy: f64,
    /// Least distance of the cord's surface from where that dose is reached, mm; minus the greatest depth
    /// to which it is reached within the cord.
    pub gap_mm: f64,
    /// The least distance that interpolation allows, mm; none where it is more than the search reaches.
    pub lower_mm: Option<f64>,
    /// The greatest distance that interpolation allows, mm; none where it is more than the search
    /// reaches.
    pub upper_mm: Option<f64>,
    /// The nearest point of the cord's surface, LPS mm.
    pub cord_mm: Point3,
    /// The point of that dose, LPS mm.
    pub isodose_mm: Point3,
}

/// The dose round a cord, sampled once for all isodoses.
pub struct IsodoseSearch<'a> {
    field: &'a dyn DoseField,
    cord: &'a Solid,
    reach_mm: f64,
    lattice: Lattice,
    dose: Vec<Option<PointDose>>,
    surface: Vec<Point3>,
    tree: PointTree,
}

impl std::fmt::Debug for IsodoseSearch<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("IsodoseSearch").field("lattice", &self.lattice).finish_non_exhaustive()
    }
}

/// Which of the doses that interpolation allows counts.
#[derive(Clone, Copy)]
enum Reading {
    Nominal,
    Highest,
    Lowest,
}

impl Reading {
    fn of(self, dose: PointDose) -> f64 {
        match self {
            Self::Nominal => dose.gy,
            Self::Highest => dose.upper_gy(),
            Self::Lowest => dose.lower_gy(),
        }
    }
}

/// A place that reaches a dose, with its distance from the cord.
#[derive(Clone, Copy)]
struct Place {
    at: Point3,
    cord_mm: Point3,
    /// Negative within the cord, mm.
    distance_mm: f64,
}

impl<'a> IsodoseSearch<'a> {
    /// Samples the dose round a cord as far as `reach_mm` from it.
    #[must_use]
    pub fn new(field: &'a dyn DoseField, cord: &'a Solid, reach_mm: f64) -> Self {
        let axes = [Vector3::x(), Vector3::y(), Vector3::z()];
        let grid_mm = axes.map(|a| field.step_mm(a)).into_iter().fold(f64::INFINITY, f64::min);
        let step_mm = (0.5 * grid_mm).clamp(FINEST_MM, COARSEST_MM);
        let lattice = Lattice::round(cord, reach_mm, step_mm);
        let dose = (0..lattice.len()).into_par_iter().map(|i| field.at(lattice.point(i)));
        let dose = dose.collect();
        let samples = cord.surface_samples(SURFACE_MM);
        let surface: Vec<Point3> = samples.iter().map(|s| s.point_mm).collect();
        let tree = PointTree::new(surface.iter().copied());
        Self { field, cord, reach_mm, lattice, dose, surface, tree }
    }

    /// The least distance of an isodose from the cord's surface; none where that dose is reached nowhere
    /// within reach.
    ///
    /// # Error
    /// The minimum on the interpolated dose where the isodose is smooth; tests on closed forms ask for 0.03
    /// mm. A place that reaches the dose and is smaller than half a voxel of the dose can be missed.
    #[must_use]
    pub fn gap(&self, level_gy: f64) -> Option<IsodoseGap> {
        let found = self.least(level_gy, Reading::Nominal)?;
        let of = |reading| self.least(level_gy, reading).map(|p: Place| p.distance_mm);
        Some(IsodoseGap {
            level_gy,
            gap_mm: found.distance_mm,
            lower_mm: of(Reading::Highest),
            upper_mm: of(Reading::Lowest),
            cord_mm: found.cord_mm,
            isodose_mm: found.at,
        })
    }

    fn least(&self, level_gy: f64, reading: Reading) -> Option<Place> {
        let starts = self.starts(level_gy, reading);
        let nearest = starts.first()?.distance_mm;
        let slack = 2.0 * self.lattice.step_mm + SURFACE_MM;
        let mut followed: Vec<Place> = Vec::new();
        for start in starts.iter().take_while(|s| s.distance_mm <= nearest + slack) {
            let new = followed.iter().all(|f| (f.at - start.at).norm() > BASIN_MM);
            if new && followed.len() < MOST_BASINS {
                followed.push(*start);
            }
        }
        let settled = followed.into_par_iter().map(|start| self.settle(start, level_gy, reading));
        let least = settled.min_by(|a, b| a.distance_mm.total_cmp(&b.distance_mm))?;
        (least.distance_mm <= self.reach_mm).then_some(least)
    }

    /// Points of the lattice and of the surface that reach a dose, the nearest first: of those outside the
    /// cord the ones at the edge of the isodose.
    fn starts(&self, level_gy: f64, reading: Reading) -> Vec<Place> {
        let is_hot = |dose: &Option<PointDose>| dose.is_some_and(|d| reading.of(d) >= level_gy);
        let hot: Vec<bool> = self.dose.par_iter().map(is_hot).collect();
        let of_lattice = (0..hot.len()).into_par_iter().filter(|&i| hot[i]).filter_map(|i| {
            let at = self.lattice.point(i);
            let edge = self.lattice.neighbours(i).any(|n| !hot[n]);
            if !edge && !self.cord.covers(at) {
                return None;
            }
            self.start(at)
        });
        let on_surface = self.surface.par_iter().filter(|p| is_hot(&self.field.at(**p)));
        let on_surface = on_surface.map(|&at| Place { at, cord_mm: at, distance_mm: 0.0 });
        let mut out: Vec<Place> = of_lattice.chain(on_surface).collect();
        out.sort_by(|a, b| a.distance_mm.total_cmp(&b.distance_mm));
        out
    }

    /// The distance of a point to the samples of the surface.
    fn start(&self, at: Point3) -> Option<Place> {
        let (index, away_mm) = self.tree.nearest(at, self.reach_mm + SURFACE_MM)?;
        let within = self.cord.covers(at) && self.cord.level_mm(at) < 0.0;
        let distance_mm = if within { -away_mm } else { away_mm };
        Some(Place { at, cord_mm: self.surface[index], distance_mm })
    }

    /// The distance of a point to the surface itself, found from the nearest sample: past the middle of the
    /// cord that is another than the one of the point before.
    fn place(&self, at: Point3, before: Point3) -> Place {
        let nearest = self.tree.nearest(at, self.reach_mm + SURFACE_MM);
        let from = nearest.map_or(before, |(index, _)| self.surface[index]);
        let cord_mm = self.cord.nearest_from(at, from).point_mm;
        let away_mm = (at - cord_mm).norm();
        let distance_mm = if self.cord.level_mm(at) < 0.0 { -away_mm } else { away_mm };
        Place { at, cord_mm, distance_mm }
    }

    /// Moves a place towards the cord, or deeper into it, as long as the dose is reached: steps along the
    /// distance's gradient, brought back onto the isodose where they leave it.
    fn settle(&self, start: Place, level_gy: f64, reading: Reading) -> Place {
        let mut here = self.place(start.at, start.cord_mm);
        let mut stride_mm = self.lattice.step_mm;
        for _ in 0..200 {
            if stride_mm < SETTLED_MM {
                break;
            }
            let away = here.at - here.cord_mm;
            let way = match away.try_normalize(1e-6) {
                Some(way) if here.distance_mm < 0.0 => way,
                Some(way) => -way,
                None => -self.cord.nearest_from(here.at, here.cord_mm).normal,
            };
            // Towards the surface no farther than it lies.
            let most_mm = if here.distance_mm > 0.0 { here.distance_mm } else { f64::INFINITY };
            let ahead = here.at + way * stride_mm.min(most_mm);
            let next = self.onto_isodose(ahead, here.at, level_gy, reading);
            let next = next.map(|at| self.place(at, here.cord_mm));
            match next {
                Some(next) if next.distance_mm < here.distance_mm - 1e-7 => {
                    here = next;
                    stride_mm = (1.5 * stride_mm).min(2.0);
                }
                _ => stride_mm *= 0.5,
            }
        }
        here
    }

    /// A point that reaches the dose, near to one that may not: back along the dose's gradient. None where
    /// the dose is not known, or the way back is longer than the way there.
    fn onto_isodose(
        &self,
        ahead: Point3,
        from: Point3,
        level_gy: f64,
        reading: Reading,
    ) -> Option<Point3> {
        let over = |p: Point3| Some(reading.of(self.field.at(p)?) - level_gy);
        if over(ahead)? >= 0.0 {
            return Some(ahead);
        }
        let most_mm = 2.0 * (ahead - from).norm();
        let up = self.gradient(ahead, reading)?.try_normalize(1e-9)?;
        let (mut low, mut high) = (0.0, 0.0);
        let mut step_mm = 0.25 * most_mm;
        while high < most_mm {
            high = low + step_mm;
            if over(ahead + up * high)? >= 0.0 {
                break;
            }
            (low, step_mm) = (high, 1.5 * step_mm);
        }
        if over(ahead + up * high)? < 0.0 {
            return None;
        }
        while high - low > 1e-5 {
            let middle = 0.5 * (low + high);
            if over(ahead + up * middle)? < 0.0 { low = middle } else { high = middle }
        }
        Some(ahead + up * high)
    }

    fn gradient(&self, p: Point3, reading: Reading) -> Option<Vector3> {
        const HALF_MM: f64 = 0.05;
        let mut out = Vector3::zeros();
        for axis in 0..3 {
            let step = Vector3::ith(axis, HALF_MM);
            let dose = |q: Point3| Some(reading.of(self.field.at(q)?));
            out[axis] = (dose(p + step)? - dose(p - step)?) / (2.0 * HALF_MM);
        }
        Some(out)
    }
}

/// Points of a box in even steps.
#[derive(Debug, Clone, Copy)]
struct Lattice {
    low: Point3,
    step_mm: f64,
    size: [usize; 3],
}

impl Lattice {
    fn round(solid: &Solid, reach_mm: f64, step_mm: f64) -> Self {
        let (low, high) = solid.bounds();
        let pad = Vector3::repeat(reach_mm);
        let (low, extent) = (low - pad, high - low + 2.0 * pad);
        let points = |step: f64| extent.iter().map(|e| e / step + 1.0).product::<f64>();
        let step_mm = step_mm * (points(step_mm) / MOST_POINTS).cbrt().max(1.0);
        let size = [0, 1, 2].map(|a| (extent[a] / step_mm).ceil() as usize + 1);
        Self { low, step_mm, size }
    }

    fn len(&self) -> usize {
        self.size.iter().product()
    }

    fn index(&self, i: usize) -> [usize; 3] {
        let [nx, ny, _] = self.size;
        [i % nx, i / nx % ny, i / (nx * ny)]
    }

    fn point(&self, i: usize) -> Point3 {
        let at = self.index(i).map(|k| self.step_mm * k as f64);
        self.low + Vector3::from(at)
    }

    /// The six beside a point, as far as they are within the box.
    fn neighbours(&self, i: usize) -> impl Iterator<Item = usize> {
        let at = self.index(i);
        let stride = [1, self.size[0], self.size[0] * self.size[1]];
        let size = self.size;
        (0..3).flat_map(move |a| {
            let below = (at[a] > 0).then(|| i - stride[a]);
            let above = (at[a] + 1 < size[a]).then(|| i + stride[a]);
            below.into_iter().chain(above)
        })
    }
}
