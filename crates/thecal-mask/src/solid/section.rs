//! A solid cut by planes of any stack, and a solid grown by a margin.

use super::{EndRule, Solid, SolidError, StackFrame};
use crate::isocontour;
use nalgebra::Matrix3;
use rayon::prelude::*;
use thecal_geom::{Contour, ContourKind, Point3, Region, Ring, Vector3};
use thecal_voxel::{Grid, Volume, VoxelError};

/// Planes nearer to each other than this are one plane, mm.
const SAME_PLANE_MM: f64 = 1e-3;
/// A plane is sampled at no more points along a side than this.
const MOST_POINTS: f64 = 2048.0;
/// An edge that cuts a corner is halved this often at most.
const HALVINGS: usize = 5;
/// Growing works on parts of this length along the stack, so that memory follows the surface.
const PART_MM: f64 = 16.0;

/// Why a solid could not be cut or grown.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum SectionError {
    /// The sampling does not fit.
    #[error(transparent)]
    Voxel(#[from] VoxelError),
    /// Nothing is left.
    #[error(transparent)]
    Solid(#[from] SolidError),
}

/// How a solid is cut.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Cut {
    /// Distance of the points at which a plane is looked at, mm: what is smaller may be missed.
    pub step_mm: f64,
    /// How far the outline may leave out points, mm.
    pub tolerance_mm: f64,
}

impl Default for Cut {
    /// 0.25 mm and 0.004 mm.
    fn default() -> Self {
        Self { step_mm: 0.25, tolerance_mm: 0.004 }
    }
}

impl Solid {
    /// The region of the solid in the planes at `planes_mm` along the normal of `frame`; none for
    /// planes that miss it. Regions are in that frame's own coordinates.
    ///
    /// # Error
    /// A plane on which the solid was drawn gives what was drawn. Elsewhere outlines lie within
    /// twice the `tolerance_mm` of the surface of [`Solid::level_mm`], corners included where they
    /// are wider than the step.
    ///
    /// # Errors
    /// When the sampling would not fit.
    pub fn sections(
        &self,
        frame: &StackFrame,
        planes_mm: &[f64],
        cut: Cut,
    ) -> Result<Vec<Option<Region>>, SectionError> {
        planes_mm.par_iter().map(|&w_mm| self.section(frame, w_mm, cut)).collect()
    }

    /// [`Solid::sections`] as closed contours, numbered from 1, holes cut in as keyholes.
    ///
    /// # Errors
    /// As [`Solid::sections`].
    pub fn contours_on(
        &self,
        frame: &StackFrame,
        planes_mm: &[f64],
        cut: Cut,
    ) -> Result<Vec<Contour>, SectionError> {
        let regions = self.sections(frame, planes_mm, cut)?;
        let rings = planes_mm.iter().zip(regions).filter_map(|(w, r)| Some((*w, r?)));
        let rings = rings.flat_map(|(w, r)| r.keyholed().into_iter().map(move |ring| (w, ring)));
        let contour = |(n, (w, ring)): (usize, (f64, Ring))| Contour {
            number: n + 1,
            kind: ContourKind::ClosedPlanar,
            points_mm: ring
                .iter()
                .map(|p| frame.patient_from_stack(Point3::new(p[0], p[1], w)))
                .collect(),
        };
        Ok(rings.enumerate().map(contour).collect())
    }

    fn section(
        &self,
        frame: &StackFrame,
        w_mm: f64,
        cut: Cut,
    ) -> Result<Option<Region>, SectionError> {
        if (frame.normal().into_inner() - self.frame().normal().into_inner()).norm() < 1e-9 {
            let here = |w: f64| (w - w_mm).abs() < SAME_PLANE_MM;
            let rings: Vec<Ring> = self
                .drawn()
                .filter(|(w, _)| here(*w))
                .flat_map(|(_, region)| region.rings().to_vec())
                .collect();
            if !rings.is_empty() {
                return Ok(Region::from_rings(&rings).0);
            }
        }
        let Some((lo, hi)) = self.seen_from(frame, Some(w_mm)) else { return Ok(None) };
        let side = (hi[0] - lo[0]).max(hi[1] - lo[1]);
        let step = cut.step_mm.max(side / MOST_POINTS);
        let grid = grid_on(frame, lo, hi, [step; 3], [w_mm, 1.0])?;
        let level = self.level_on(&grid)?;
        let n = frame.normal();
        let onto = |p: Point3| self.onto_surface(p, &n, step);
        let to_plane = |p: &Point3| {
            let q = frame.stack_from_patient(*p);
            [q.x, q.y]
        };
        let rings: Vec<Ring> = isocontour::of_level(&level, &onto)
            .iter()
            .map(|c| {
                let ring = self.with_corners(&c.points_mm, &n, step, cut.tolerance_mm);
                ring.iter().map(to_plane).collect()
            })
            .collect();
        Ok(Region::from_rings(&rings).0.and_then(|r| r.simplified(cut.tolerance_mm)))
    }

    /// A ring of surface points, with more where its edges cut a corner of the surface by more than
    /// `tolerance_mm`.
    fn with_corners(
        &self,
        ring: &[Point3],
        n: &Vector3,
        step_mm: f64,
        tolerance_mm: f64,
    ) -> Vec<Point3> {
        let mut out = Vec::with_capacity(ring.len());
        // Edges that are still to be looked at, the next one last, with how often they were halved.
        let mut ahead: Vec<(Point3, usize)> = Vec::new();
        for (k, &from) in ring.iter().enumerate() {
            let mut at = from;
            ahead.push((ring[(k + 1) % ring.len()], 0));
            while let Some(&(to, halved)) = ahead.last() {
                let middle = nalgebra::center(&at, &to);
                let off = halved < HALVINGS && self.level_mm(middle).abs() > tolerance_mm;
                let moved = if off { self.onto_surface(middle, n, step_mm) } else { middle };
                if (moved - middle).norm() > tolerance_mm {
                    ahead.pop();
                    ahead.extend([(to, halved + 1), (moved, halved + 1)]);
                } else {
                    out.push(at);
                    at = to;
                    ahead.pop();
                }
            }
        }
        out
    }

    /// Moves a point near the surface onto it, within the plane across `n`; leaves it where the
    /// surface lies further off than `most_mm` or along the plane.
    fn onto_surface(&self, p: Point3, n: &Vector3, most_mm: f64) -> Point3 {
        let mut at = p;
        for _ in 0..6 {
            let level = self.level(at);
            let slope = level.gradient - n * level.gradient.dot(n);
            let steep2 = slope.norm_squared();
            if !(level.value_mm.is_finite() && steep2 > 1e-3) {
                return p;
            }
            let step = slope * (level.value_mm / steep2);
            at -= step.cap_magnitude(0.5 * most_mm);
            if step.norm() < 1e-5 {
                break;
            }
        }
        if (at - p).norm() <= most_mm { at } else { p }
    }

    /// The solid grown by `margin_mm` all round, as far from its surface one way as another, ends
    /// included; its planes lie about `step_mm` apart, on and between this solid's own.
    ///
    /// # Error
    /// On this solid's planes outlines lie at the margin from the nearest surface point to 0.01 mm
    /// where that is found beside them; else as [`thecal_voxel::redistanced`] on a grid of `step_mm`, and up to half a
    /// step off beside the rim of a flat end.
    ///
    /// # Errors
    /// When the sampling would not fit.
    pub fn grown(&self, margin_mm: f64, step_mm: f64) -> Result<Self, SectionError> {
        let frame = self.frame();
        let Some((lo, hi)) = self.seen_from(frame, None) else {
            return Err(SolidError::Absent.into());
        };
        // Steps that lead from plane to plane.
        let rise = self.spacing_mm() / (self.spacing_mm() / step_mm).ceil().max(1.0);
        let first = self.planes_mm().first().copied().unwrap_or(lo[2]);
        let layer = |w: f64| (w - first) / rise;
        let from = layer(lo[2] - margin_mm).floor() as i64 - 1;
        let to = layer(hi[2] + margin_mm).ceil() as i64 + 1;
        let part = (PART_MM / rise).ceil().max(1.0) as i64;
        let pad = ((margin_mm + 3.0 * step_mm) / rise).ceil() as i64;
        let parts: Vec<i64> = (from..=to).step_by(part as usize).collect();
        let grown: Vec<Vec<Contour>> = parts
            .into_par_iter()
            .map(|k| {
                let layers =
                    [k - pad, (k + part - 1).min(to) + pad].map(|k| first + rise * k as f64);
                self.grown_part(margin_mm, step_mm, rise, layers, pad as usize)
            })
            .collect::<Result<_, SectionError>>()?;
        let mut contours: Vec<Contour> = grown.into_iter().flatten().collect();
        contours.iter_mut().enumerate().for_each(|(n, c)| c.number = n + 1);
        Ok(Self::from_computed(&contours, EndRule::HalfSlice, rise)?)
    }

    /// Outlines of the grown solid on the layers between two positions, less `pad` at either side.
    fn grown_part(
        &self,
        margin_mm: f64,
        step_mm: f64,
        rise_mm: f64,
        [low, high]: [f64; 2],
        pad: usize,
    ) -> Result<Vec<Contour>, SectionError> {
        let frame = self.frame();
        let pad_mm = margin_mm + 3.0 * step_mm;
        let reach = self.spacing_mm();
        let mut bounds = ([f64::INFINITY; 2], [f64::NEG_INFINITY; 2]);
        for (_, region) in self.drawn().filter(|(w, _)| *w > low - reach && *w < high + reach) {
            let (a, b) = region.bounds();
            bounds.0 = [bounds.0[0].min(a[0]), bounds.0[1].min(a[1])];
            bounds.1 = [bounds.1[0].max(b[0]), bounds.1[1].max(b[1])];
        }
        let (lo, hi) = bounds;
        if lo[0] > hi[0] {
            return Ok(Vec::new());
        }
        let (lo, hi) =
            ([lo[0] - pad_mm, lo[1] - pad_mm, low], [hi[0] + pad_mm, hi[1] + pad_mm, high]);
        let count = ((high - low) / rise_mm).round() + 1.0;
        let grid = grid_on(frame, lo, hi, [step_mm, step_mm, rise_mm], [low, count])?;
        let distance = match self.signed_distance_on(&grid, pad_mm) {
            // The part lies past an end.
            Err(VoxelError::EmptyMask) => return Ok(Vec::new()),
            other => other?,
        };
        let size = grid.size();
        let own =
            thecal_voxel::IndexBox { start: [0, 0, pad], end: [size[0], size[1], size[2] - pad] };
        let level: Volume<f32> = distance.cropped(own)?.map(|d| d - margin_mm as f32);
        Ok(isocontour::of_level(&level, &|p| self.at_distance(p, margin_mm, 0.25 * step_mm)))
    }

    /// Moves a point beside the solid, on one of its planes, to `margin_mm` from its surface, within
    /// the plane; leaves it where it is further than `most_mm` from there.
    fn at_distance(&self, p: Point3, margin_mm: f64, most_mm: f64) -> Point3 {
        let frame = self.frame();
        let w = frame.stack_from_patient(p).z;
        // Outlines between the planes only lead from one to the next.
        let planes = self.planes_mm();
        let next = planes.partition_point(|x| *x < w - SAME_PLANE_MM);
        if !planes.get(next).is_some_and(|x| *x <= w + SAME_PLANE_MM) {
            return p;
        }
        let n = frame.normal();
        let mut at = p;
        for _ in 0..3 {
            let way = at - self.nearest_from(at, at).point_mm;
            let away_mm = way.norm();
            let across = (way - *n * way.dot(&n)) / away_mm;
            let steep2 = across.norm_squared();
            if !(steep2 > 0.1 && (away_mm - margin_mm).abs() < most_mm) {
                return p;
            }
            at += across * ((margin_mm - away_mm) / steep2);
        }
        if (at - p).norm() < most_mm { at } else { p }
    }

    /// The box of the solid in a stack's coordinates, a little wider; none where the plane at
    /// `w_mm` misses it.
    fn seen_from(&self, frame: &StackFrame, w_mm: Option<f64>) -> Option<([f64; 3], [f64; 3])> {
        let (lo, hi) = self.bounds();
        let (mut low, mut high) = ([f64::INFINITY; 3], [f64::NEG_INFINITY; 3]);
        for corner in 0..8 {
            let pick = |a: usize| if corner >> a & 1 == 0 { lo[a] } else { hi[a] };
            let q = frame.stack_from_patient(Point3::new(pick(0), pick(1), pick(2)));
            for a in 0..3 {
                (low[a], high[a]) = (low[a].min(q[a]), high[a].max(q[a]));
            }
        }
        let met = w_mm.is_none_or(|w| low[2] <= w && w <= high[2]);
        (met && low[0] < high[0]).then_some((low, high))
    }
}

/// A grid along the planes of a stack over a box, wider by two steps; its layers start at a
/// position and have a number.
fn grid_on(
    frame: &StackFrame,
    lo: [f64; 3],
    hi: [f64; 3],
    step_mm: [f64; 3],
    [w_mm, layers]: [f64; 2],
) -> Result<Grid, VoxelError> {
    let axes = [Vector3::x(), Vector3::y(), Vector3::z()];
    let axes = axes.map(|a| frame.patient_from_stack(a.into()).coords);
    let origin = Point3::new(lo[0] - 2.0 * step_mm[0], lo[1] - 2.0 * step_mm[1], w_mm);
    let size = |a: usize| ((hi[a] - lo[a]) / step_mm[a]).ceil() as usize + 5;
    let size = [size(0), size(1), layers as usize];
    Grid::new(frame.patient_from_stack(origin), Matrix3::from_columns(&axes), step_mm, size)
}

#[cfg(test)]
mod tests;
