//! The unrolled surface of the cord.

use rayon::prelude::*;
use thecal_geom::{Point3, PointTree, Vector3};
use thecal_margin::clock_deg;
use thecal_mask::solid::StackFrame;
use thecal_mask::{Solid, SurfaceSample};
use thecal_report::scene::{CordMap, MapPoint, Segment};

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
pub(super) struct CordPoints {
    pub(super) plane_mm: Vec<f64>,
    points: Vec<Option<Point3>>,
}

impl CordPoints {
    /// Points between two positions along the cord's stack, none for a cord that is not drawn on
    /// axial planes, whose clock has no meaning there.
    pub(super) fn of(cord: &Solid, [low, high]: [f64; 2]) -> Option<Self> {
        let up = cord.frame().normal().z;
        if up.abs() < 0.7 {
            return None;
        }
        let low = low.max(*cord.planes_mm().first()?);
        let high = high.min(*cord.planes_mm().last()?);
        if high - low < ROW_MM {
            return None;
        }
        let rows = (((high - low) / ROW_MM) as usize + 1).min(MOST_ROWS);
        let step = (high - low) / (rows - 1) as f64;
        // The head's end first.
        let plane = |row: usize| match up > 0.0 {
            true => high - step * row as f64,
            false => low + step * row as f64,
        };
        let plane_mm: Vec<f64> = (0..rows).map(plane).collect();
        Some(Self::on(cord, cord.frame(), plane_mm))
    }

    /// Points of a cord on the planes of a frame, which may be that of another cord.
    pub(super) fn on(cord: &Solid, frame: &StackFrame, plane_mm: Vec<f64>) -> Self {
        let middles = middles(cord, frame);
        let points = plane_mm
            .par_iter()
            .flat_map_iter(|&w| {
                let middle = middle_at(&middles, w);
                (0..COLUMNS).map(move |c| {
                    let angle = ((c as f64 + 0.5) * 360.0 / COLUMNS as f64).to_radians();
                    on_surface(cord, frame, middle?, w, angle)
                })
            })
            .collect();
        Self { plane_mm, points }
    }

    /// The same points of a cord that has moved.
    pub(super) fn moved(&self, by: Vector3, frame: &StackFrame) -> Self {
        let along = by.dot(&frame.normal());
        Self {
            plane_mm: self.plane_mm.iter().map(|w| w + along).collect(),
            points: self.points.iter().map(|p| p.map(|p| p + by)).collect(),
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

/// Positions along a frame and the middles of the sections there.
fn middles(cord: &Solid, frame: &StackFrame) -> Vec<(f64, Point3)> {
    let mut out: Vec<(f64, Point3)> = cord
        .drawn()
        .map(|(w, region)| {
            let (lo, hi) = region.bounds();
            let middle = cord.patient_point([0.5 * (lo[0] + hi[0]), 0.5 * (lo[1] + hi[1])], w);
            (frame.stack_from_patient(middle).z, middle)
        })
        .collect();
    out.sort_by(|a, b| a.0.total_cmp(&b.0));
    out
}

/// The middle that clock positions are counted from: that of the nearest drawn plane, brought to
/// this one.
fn middle_at(middles: &[(f64, Point3)], w: f64) -> Option<Point3> {
    let i = middles.partition_point(|m| m.0 < w);
    let near = middles[i.saturating_sub(1)..middles.len().min(i + 1)].iter();
    near.min_by(|a, b| (a.0 - w).abs().total_cmp(&(b.0 - w).abs())).map(|m| m.1)
}

/// Where a ray at this clock position leaves the cord, in the plane `w` of the frame.
fn on_surface(
    cord: &Solid,
    frame: &StackFrame,
    middle: Point3,
    w: f64,
    angle: f64,
) -> Option<Point3> {
    let along = frame.normal();
    // The direction whose axial part has this clock position, within the plane.
    let axial = Vector3::new(angle.sin(), -angle.cos(), 0.0);
    let direction = axial - Vector3::z() * (axial.dot(&along) / along.z);
    let start = middle + along.into_inner() * (w - frame.stack_from_patient(middle).z);
    let at = |t: f64| start + direction * t;
    if cord.level_mm(start) >= 0.0 {
        return None;
    }
    let (mut inside, mut outside) = (0.0, 1.0);
    while cord.level_mm(at(outside)) < 0.0 {
        inside = outside;
        outside *= 1.5;
        if outside > MOST_RADIUS_MM {
            return None;
        }
    }
    // The level is a distance: false position with a bisection's safety.
    for _ in 0..40 {
        let (a, b) = (cord.level_mm(at(inside)), cord.level_mm(at(outside)));
        let t = (inside - a * (outside - inside) / (b - a))
            .clamp(inside + 0.02 * (outside - inside), outside - 0.02 * (outside - inside));
        if cord.level_mm(at(t)) < 0.0 {
            inside = t
        } else {
            outside = t
        }
        if outside - inside < 1e-3 {
            break;
        }
    }
    Some(at(0.5 * (inside + outside)))
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

/// Where a segment's end on the cord lies on a map along the planes of a frame.
pub(super) fn closest(cord: &Solid, frame: &StackFrame, segment: &Segment) -> Option<MapPoint> {
    let p = Point3::from(segment.closest.b_mm);
    Some(MapPoint {
        clock_deg: clock_deg(cord, p)?,
        plane_mm: frame.stack_from_patient(p).z,
        gap_mm: segment.gap_mm,
    })
}
