//! The unrolled surface of the cord.

use rayon::prelude::*;
use thecal_dose::Dose;
use thecal_geom::{Point3, PointTree, Vector3};
use thecal_margin::{Centreline, CentrelinePoint};
use thecal_mask::solid::StackFrame;
use thecal_mask::{Solid, SurfaceSample};
use thecal_report::scene::{CordMap, DoseOnCord, MapPoint, Segment};

/// Distance of rows, mm.
const ROW_MM: f64 = 0.5;
/// Columns round the clock.
pub(super) const COLUMNS: usize = 120;
/// Most rows; a longer cord has them further apart.
const MOST_ROWS: usize = 320;
/// Distance of the tumour's samples, mm.
const STEP_MM: f64 = 0.9;
/// Farther than this from the surface no cord is looked for, mm.
const MOST_RADIUS_MM: f64 = 30.0;

/// Points on the cord's surface, row by row; none where a ray meets no surface.
#[derive(Clone)]
pub(super) struct CordPoints {
    pub(super) plane_mm: Vec<f64>,
    points: Vec<Option<Point3>>,
}

impl CordPoints {
    /// Points round a cord's centreline, between two positions along it.
    pub(super) fn new(cord: &Solid, line: &Centreline, [low, high]: [f64; 2]) -> Option<Self> {
        let [first, last] = line.range_mm();
        let (low, high) = (low.max(first), high.min(last));
        if high - low < ROW_MM {
            return None;
        }
        let rows = (((high - low) / ROW_MM) as usize + 1).min(MOST_ROWS);
        let step = (high - low) / (rows - 1) as f64;
        // The head's end first.
        let plane = |row: usize| match line.frame().normal().z > 0.0 {
            true => high - step * row as f64,
            false => low + step * row as f64,
        };
        let plane_mm: Vec<f64> = (0..rows).map(plane).collect();
        let places: Vec<CentrelinePoint> = plane_mm.iter().map(|&w| line.at(w)).collect();
        Some(Self { points: round(cord, &places), plane_mm })
    }

    /// Points of another course of the cord at the same places of the first.
    pub(super) fn on(&self, cord: &Solid, line: &Centreline) -> Option<Self> {
        let own = Centreline::from_solid(cord).ok()?;
        let beside = |w: &f64| own.at(own.along_mm(line.at(*w).point_mm));
        let places: Vec<CentrelinePoint> = self.plane_mm.iter().map(beside).collect();
        Some(Self { points: round(cord, &places), plane_mm: self.plane_mm.clone() })
    }

    /// The same points of a cord that has moved.
    pub(super) fn moved(&self, by: Vector3, frame: &StackFrame) -> Self {
        let along = by.dot(&frame.normal());
        Self {
            plane_mm: self.plane_mm.iter().map(|w| w + along).collect(),
            points: self.points.iter().map(|p| p.map(|p| p + by)).collect(),
        }
    }

    /// What is known at the points.
    pub(super) fn values(&self, of: impl Fn(Point3) -> Option<f64> + Sync) -> Vec<Option<f64>> {
        self.points.par_iter().map(|p| of((*p)?)).collect()
    }

    /// The dose at the points.
    pub(super) fn dose(&self, dose: &Dose, closest: Option<MapPoint>) -> DoseOnCord {
        DoseOnCord {
            plane_mm: self.plane_mm.clone(),
            columns: COLUMNS,
            gy: self.values(|p| dose.dose_gy(p)),
            closest,
        }
    }

    /// Distances from the nearest of several solids.
    pub(super) fn map(
        &self,
        scenario: Option<String>,
        tumours: &[&Solid],
        reach_mm: f64,
        closest: Option<MapPoint>,
    ) -> CordMap {
        let near = Distances::new(tumours, self.points.iter().flatten().copied(), reach_mm);
        let gap = |p: &Option<Point3>| near.of((*p)?, true);
        let gap_mm: Vec<Option<f64>> = self.points.par_iter().map(gap).collect();
        CordMap {
            scenario,
            plane_mm: self.plane_mm.clone(),
            columns: COLUMNS,
            gap_mm,
            closest,
            reach_mm,
        }
    }
}

/// The cord's surface all round some places of its line, row by row.
fn round(cord: &Solid, places: &[CentrelinePoint]) -> Vec<Option<Point3>> {
    let row = |place: &CentrelinePoint| {
        let place = *place;
        (0..COLUMNS).map(move |c| {
            let clock_deg = (c as f64 + 0.5) * 360.0 / COLUMNS as f64;
            cord.leaves_along(place.point_mm, place.direction(clock_deg, 0.0), MOST_RADIUS_MM)
        })
    };
    places.par_iter().flat_map_iter(row).collect()
}

/// Distances from several surfaces.
pub(super) struct Distances<'a> {
    solids: Vec<(&'a Solid, Vec<SurfaceSample>, PointTree)>,
    reach_mm: f64,
}

impl<'a> Distances<'a> {
    /// Surfaces as far as they lie within reach of the points.
    pub(super) fn new(
        solids: &[&'a Solid],
        of: impl Iterator<Item = Point3>,
        reach_mm: f64,
    ) -> Self {
        let points = PointTree::new(of.step_by(3));
        let far = reach_mm + 3.0;
        let sampled = solids.iter().map(|&solid| {
            let wanted = |p: Point3| far - points.nearest(p, far + 4.0).map_or(far + 4.0, |n| n.1);
            let patches = solid.surface_samples_where(STEP_MM, &wanted);
            let tree = PointTree::new(patches.iter().map(|p| p.point_mm));
            (solid, patches, tree)
        });
        Self { solids: sampled.collect(), reach_mm }
    }

    /// Signed distance of a point from the nearest surface, mm, negative inside: on the solid
    /// itself, or roughly, to the plane that touches its nearest sample. None beyond reach.
    pub(super) fn of(&self, p: Point3, exact: bool) -> Option<f64> {
        let each = self.solids.iter().filter_map(|(solid, patches, tree)| {
            let (i, away) = tree.nearest(p, self.reach_mm + STEP_MM)?;
            let patch = &patches[i];
            let distance = if exact {
                (solid.nearest_from(p, patch.point_mm).point_mm - p).norm().min(away)
            } else {
                let up = (p - patch.point_mm).dot(&patch.normal).abs();
                let beside = (away * away - up * up).max(0.0).sqrt();
                if beside < STEP_MM { up } else { away }
            };
            let inside = solid.level_mm(p) < 0.0;
            Some(if inside { -distance } else { distance })
        });
        each.min_by(f64::total_cmp).filter(|d| *d <= self.reach_mm)
    }
}

/// Where a segment's end on the cord lies round its line.
pub(super) fn closest(cord: &Solid, line: &Centreline, segment: &Segment) -> MapPoint {
    let p = Point3::from(segment.closest.b_mm);
    MapPoint {
        clock_deg: line.nearest(p).clock_deg(p),
        plane_mm: cord.frame().stack_from_patient(p).z,
        row_mm: line.along_mm(p),
        gap_mm: segment.gap_mm,
    }
}
