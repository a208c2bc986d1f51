//! The pixels that a segmentation is written on.

use nalgebra::Matrix3;
use rayon::prelude::*;
use thecal_dicom::image::Stack;
use thecal_dicom::write::{ImageReference, SegFrame};
use thecal_geom::{Point3, Vector3};
use thecal_mask::Solid;
use thecal_mask::solid::StackFrame;
use thecal_voxel::{Grid, VoxelError};

use super::ResultSolid;
use super::solids::continued;

/// Pixels where there is no image, mm.
const PIXEL_MM: f64 = 0.5;
/// Empty border about the structures, mm.
const BORDER_MM: f64 = 5.0;
/// Most rows and columns where there is no image.
const MOST_PIXELS: f64 = 2048.0;

/// Planes of pixels.
pub(super) struct Raster {
    pub(super) columns: usize,
    pub(super) rows: usize,
    /// Unit vectors along a row and along a column.
    pub(super) axes: [Vector3; 2],
    /// Distance of pixels along them, mm.
    pub(super) spacing_mm: [f64; 2],
    /// Centre of the first pixel of every plane, and its image.
    pub(super) planes: Vec<(Point3, Option<ImageReference>)>,
    pub(super) thickness_mm: f64,
    pub(super) even: bool,
}

impl Raster {
    /// How far the box of a solid reaches beyond the pixels, mm; 0 where they hold all of it.
    pub(super) fn cut_mm(&self, solid: &Solid) -> f64 {
        let n = self.normal();
        let (lo, hi) = solid.bounds();
        let corners = (0..8).map(|corner| {
            let pick = |a: usize| if corner >> a & 1 == 0 { lo[a] } else { hi[a] };
            Point3::new(pick(0), pick(1), pick(2))
        });
        let along = |p: Point3| n.dot(&p.coords);
        let (mut low, mut high) = (f64::INFINITY, f64::NEG_INFINITY);
        for (origin, _) in &self.planes {
            (low, high) = (low.min(along(*origin)), high.max(along(*origin)));
        }
        let beyond = |x: f64, from: f64, to: f64| (from - x).max(x - to);
        // Less than a plane beyond the last one there is no plane that could hold pixels.
        let step = self.thickness_mm;
        let worst = |corner: Point3| {
            // Planes that a tilted gantry shifted are looked at where the corner lies.
            let nearest = self.planes.iter().min_by(|a, b| {
                let off = |p: &(Point3, _)| (along(p.0) - along(corner)).abs();
                off(a).total_cmp(&off(b))
            });
            let across = nearest.map_or(0.0, |(origin, _)| {
                let off = |a: usize| {
                    let count = [self.columns, self.rows][a] as f64;
                    let step = self.spacing_mm[a];
                    let at = (corner - origin).dot(&self.axes[a]);
                    beyond(at, -0.5 * step, (count - 0.5) * step)
                };
                off(0).max(off(1))
            });
            across.max(beyond(along(corner), low - step, high + step))
        };
        corners.map(worst).fold(0.0, f64::max)
    }

    /// The pixels of an image series.
    pub(super) fn of_images(stack: &Stack, class_uid: &str) -> Self {
        let grid = &stack.grid;
        let axis = |a: usize| grid.axes().column(a).into_owned();
        let [columns, rows, _] = grid.size();
        let spacing = grid.spacing_mm();
        let normal = axis(0).cross(&axis(1)).normalize();
        Self {
            columns,
            rows,
            axes: [axis(0), axis(1)],
            spacing_mm: [spacing[0], spacing[1]],
            planes: image_planes(stack, class_uid),
            thickness_mm: spacing[2] * axis(2).dot(&normal).abs(),
            even: stack.missing.is_empty(),
        }
    }

    /// Pixels of 0.5 mm, or as coarse as 2048 of them to a side ask for, on the planes of the most
    /// closely drawn structure, continued at their spacing over all others.
    pub(super) fn of_planes(solids: &[ResultSolid]) -> Option<Self> {
        let drawn = solids.iter().filter(|s| super::recipe::look(s.kind).drawn);
        let finest = |a: &&ResultSolid, b: &&ResultSolid| {
            a.solid.spacing_mm().total_cmp(&b.solid.spacing_mm())
        };
        let base = drawn.min_by(finest).or(solids.first())?;
        let frame = base.solid.frame();
        let mut planes_mm: Vec<f64> =
            solids.iter().flat_map(|s| continued(&base.solid, &s.solid)).collect();
        planes_mm.sort_by(f64::total_cmp);
        planes_mm.dedup_by(|b, a| *b - *a < 0.01);
        let (mut lo, mut hi) = ([f64::INFINITY; 2], [f64::NEG_INFINITY; 2]);
        for solid in solids {
            let (a, b) = box_in(&solid.solid, frame);
            lo = [lo[0].min(a.x), lo[1].min(a.y)];
            hi = [hi[0].max(b.x), hi[1].max(b.y)];
        }
        let side = (hi[0] - lo[0]).max(hi[1] - lo[1]) + 2.0 * BORDER_MM;
        let pixel = PIXEL_MM.max(side / MOST_PIXELS);
        let count = |a: usize| ((hi[a] - lo[a] + 2.0 * BORDER_MM) / pixel).ceil() as usize;
        let corner = [lo[0] - BORDER_MM, lo[1] - BORDER_MM];
        let place = |w: &f64| frame.patient_from_stack(Point3::new(corner[0], corner[1], *w));
        let axis = |a: Vector3| frame.patient_from_stack(a.into()).coords;
        let step = base.solid.spacing_mm();
        Some(Self {
            columns: count(0),
            rows: count(1),
            axes: [axis(Vector3::x()), axis(Vector3::y())],
            spacing_mm: [pixel; 2],
            planes: planes_mm.iter().map(|w| (place(w), None)).collect(),
            thickness_mm: step,
            even: planes_mm.windows(2).all(|w| (w[1] - w[0] - step).abs() < 0.01),
        })
    }

    fn normal(&self) -> Vector3 {
        self.axes[0].cross(&self.axes[1]).normalize()
    }

    /// The frames of one segment: on each plane the pixels whose centres lie inside.
    pub(super) fn frames(&self, solid: &Solid, segment: u16) -> Result<Vec<SegFrame>, VoxelError> {
        let found: Result<Vec<_>, _> = (0..self.planes.len())
            .into_par_iter()
            .map(|plane| self.frame(solid, segment, plane))
            .collect();
        Ok(found?.into_iter().flatten().collect())
    }

    fn frame(
        &self,
        solid: &Solid,
        segment: u16,
        plane: usize,
    ) -> Result<Option<SegFrame>, VoxelError> {
        let (origin, image) = &self.planes[plane];
        let n = self.normal();
        let (lo, hi) = solid.bounds();
        let (mut low, mut high) = ([f64::INFINITY; 3], [f64::NEG_INFINITY; 3]);
        for corner in 0..8 {
            let pick = |a: usize| if corner >> a & 1 == 0 { lo[a] } else { hi[a] };
            let off = Point3::new(pick(0), pick(1), pick(2)) - origin;
            let at = |a: usize| off.dot(&self.axes[a]) / self.spacing_mm[a];
            for (a, x) in [at(0), at(1), off.dot(&n)].into_iter().enumerate() {
                (low[a], high[a]) = (low[a].min(x), high[a].max(x));
            }
        }
        if low[2] > 0.0 || high[2] < 0.0 {
            return Ok(None);
        }
        let most = [self.columns, self.rows];
        let first = [0, 1].map(|a| (low[a].floor() - 2.0).max(0.0) as usize);
        let end = [0, 1].map(|a| ((high[a].ceil() + 3.0).max(0.0) as usize).min(most[a]));
        if (0..2).any(|a| first[a] >= end[a]) {
            return Ok(None);
        }
        let size = [end[0] - first[0], end[1] - first[1]];
        let step = |a: usize| self.axes[a] * self.spacing_mm[a];
        let corner = origin + step(0) * first[0] as f64 + step(1) * first[1] as f64;
        let axes = Matrix3::from_columns(&[self.axes[0], self.axes[1], n]);
        let [a, b] = self.spacing_mm;
        let grid = Grid::new(corner, axes, [a, b, a.min(b)], [size[0], size[1], 1])?;
        let inside = match solid.mask_on(&grid) {
            Ok(mask) => mask.values().to_vec(),
            Err(VoxelError::Outside) => return Ok(None),
            Err(e) => return Err(e),
        };
        if !inside.contains(&true) {
            return Ok(None);
        }
        let position_mm = (*origin).into();
        let (plane, image) = (plane as u32 + 1, image.clone());
        Ok(Some(SegFrame { segment, plane, position_mm, image, first, size, inside }))
    }
}

/// The first pixel of every slice of a stack, with its image.
pub(super) fn image_planes(
    stack: &Stack,
    class_uid: &str,
) -> Vec<(Point3, Option<ImageReference>)> {
    let several = stack.slices.windows(2).any(|w| w[0].file == w[1].file);
    let image = |slice: &thecal_dicom::image::Slice| {
        let mut image = ImageReference::new(class_uid, slice.sop_instance_uid.as_str());
        image.frames.extend(several.then_some(slice.frame as u32 + 1));
        (!slice.sop_instance_uid.is_empty()).then_some(image)
    };
    stack.slices.iter().map(|s| (s.position_mm, image(s))).collect()
}

/// The box of a solid along the axes of a frame.
fn box_in(solid: &Solid, frame: &StackFrame) -> (Point3, Point3) {
    let (lo, hi) = solid.bounds();
    let infinite = Vector3::repeat(f64::INFINITY);
    let (a, b) = (0..8).fold((infinite, -infinite), |(a, b), corner| {
        let pick = |k: usize| if corner >> k & 1 == 0 { lo[k] } else { hi[k] };
        let q = frame.stack_from_patient(Point3::new(pick(0), pick(1), pick(2))).coords;
        (a.inf(&q), b.sup(&q))
    });
    (a.into(), b.into())
}
