//! The grid that masks are made on: that of the images, or one that is stated.

use nalgebra::Matrix3;
use thecal_dicom::index::Series;
use thecal_geom::{Point3, Vector3, Warning};
use thecal_report as report;
use thecal_report::text::plain;
use thecal_voxel::{Grid, VoxelError};

use super::drawn::DrawnParts;
use crate::measured::Measured;
use crate::scene::images;
use crate::source::Source;

/// Pixels of a grid that nobody stated, mm.
const STATED_MM: f64 = 1.0;
/// Room round the structures on a stated grid, pixels and slices.
const ROOM: usize = 3;

/// The grid of masks, and where it comes from.
#[derive(Debug)]
pub(crate) struct MaskGrid {
    pub(crate) grid: Grid,
    from: report::GridSource,
    modality: Option<String>,
    series_instance_uid: Option<String>,
}

impl MaskGrid {
    /// As it stands in the record.
    pub(crate) fn record(&self) -> report::ExplainGrid {
        report::ExplainGrid {
            from: self.from,
            modality: self.modality.clone(),
            series_instance_uid: self.series_instance_uid.clone(),
            size: self.grid.size(),
            spacing_mm: self.grid.spacing_mm(),
            origin_mm: self.grid.origin_mm().into(),
        }
    }
}

/// The grid for the structures of a study, and what is to be said of it.
pub(super) fn grid(
    source: &Source,
    study: &Measured,
    parts: &DrawnParts,
    asked_mm: Option<f64>,
) -> (Option<MaskGrid>, Vec<Warning>) {
    let Some(bounds) = bounds(parts) else { return (None, Vec::new()) };
    let mut said = Vec::new();
    if asked_mm.is_none() {
        match of_images(source, study, bounds) {
            Ok(grid) => return (Some(grid), said),
            Err(why) => {
                let message = format!(
                    "masks are not made on the grid of images, but on pixels of {STATED_MM} mm on \
                     the contour planes, because {why}; --grid-mm states another size"
                );
                let message = plain(&source.labels.hide(&message)).into_owned();
                said.push(Warning::new("grid_stated", message, ""));
            }
        }
    }
    match stated(parts, asked_mm.unwrap_or(STATED_MM)) {
        Ok(grid) => (grid, said),
        Err(error) => {
            said.push(Warning::new("grid_unusable", format!("no masks are made: {error}"), ""));
            (None, said)
        }
    }
}

fn bounds(parts: &DrawnParts) -> Option<[Point3; 2]> {
    let boxes = parts.all().map(|p| p.drawn.solid.bounds());
    boxes.map(|(lo, hi)| [lo, hi]).reduce(|[a, b], [c, d]| [a.inf(&c), b.sup(&d)])
}

/// The grid of the image series that shows the structures best.
fn of_images(source: &Source, study: &Measured, at: [Point3; 2]) -> Result<MaskGrid, String> {
    let series: Vec<&Series> = source.series.iter().filter(|s| s.kind.is_image()).collect();
    if series.is_empty() {
        return Err("there is no image series".to_owned());
    }
    let frame_uid = study.fixed.as_ref().and_then(|f| f.frame.as_deref());
    let stack = images::showing(&source.store, &series, frame_uid, at).map_err(|e| e.why)?;
    Ok(MaskGrid {
        grid: stack.grid,
        from: report::GridSource::ImageSeries,
        modality: Some(stack.modality).filter(|m| !m.is_empty()),
        series_instance_uid: Some(stack.series_instance_uid).filter(|u| !u.is_empty()),
    })
}

/// Pixels of a size on the planes of the first structure, which is what is to be spared.
fn stated(parts: &DrawnParts, pixel_mm: f64) -> Result<Option<MaskGrid>, VoxelError> {
    let Some(first) = parts.all().next() else { return Ok(None) };
    let (frame, step_mm) = (first.drawn.solid.frame(), first.drawn.solid.spacing_mm());
    let points = parts.all().flat_map(|p| {
        let (lo, hi) = p.drawn.solid.bounds();
        (0..8).map(move |c| {
            let pick = |a: usize| if c >> a & 1 == 0 { lo[a] } else { hi[a] };
            Point3::new(pick(0), pick(1), pick(2))
        })
    });
    let points = points.map(|p| frame.stack_from_patient(p));
    let Some([lo, hi]) = points.map(|p| [p, p]).reduce(|[a, b], [c, d]| [a.inf(&c), b.sup(&d)])
    else {
        return Ok(None);
    };
    let spacing = [pixel_mm, pixel_mm, step_mm];
    let size = [0, 1, 2].map(|a| ((hi[a] - lo[a]) / spacing[a]).ceil() as usize + 2 * ROOM + 1);
    let plane_mm = first.drawn.solid.planes_mm().first().copied().unwrap_or(lo.z);
    // A slice lies on the first plane, and the others on its neighbours.
    let below = ((plane_mm - lo.z) / step_mm).ceil() + ROOM as f64;
    let room = ROOM as f64 * pixel_mm;
    let corner = Point3::new(lo.x - room, lo.y - room, plane_mm - below * step_mm);
    let axis = |v: Vector3| frame.patient_from_stack(v.into()).coords;
    let axes = Matrix3::from_columns(&[axis(Vector3::x()), axis(Vector3::y()), axis(Vector3::z())]);
    let grid = Grid::new(frame.patient_from_stack(corner), axes, spacing, size)?;
    Ok(Some(MaskGrid {
        grid,
        from: report::GridSource::Stated,
        modality: None,
        series_instance_uid: None,
    }))
}
