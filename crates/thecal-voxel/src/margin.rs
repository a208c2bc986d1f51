//! Margins in mm, from distance: as far one way as another, and on a level field finer than the
//! voxels.

use crate::error::{VoxelError, non_negative};
use crate::surface::{Discs, gradient, redistanced};
use crate::view::MaskView;
use crate::volume::{Mask, Volume};
use rayon::prelude::*;
use thecal_geom::{Point3, Vector3};

/// A margin for each direction of the patient, mm.
///
/// # Example
/// ```
/// use thecal_geom::{Point3, Vector3};
/// use thecal_voxel::{Grid, Interpolation, Margins, Volume, margin::level_with_margins};
///
/// // A ball of 8 mm with 4 mm towards the front and 2 mm everywhere else.
/// let grid = Grid::axis_aligned(Point3::new(-12., -12., -12.), [1.0; 3], [25; 3])?;
/// let ball = Volume::from_fn(grid, |v| (grid.centre_mm(v).coords.norm() - 8.0) as f32);
/// let two = 2.0;
/// let margins = Margins {
///     left_mm: two,
///     right_mm: two,
///     posterior_mm: two,
///     anterior_mm: 4.0,
///     superior_mm: two,
///     inferior_mm: two,
/// };
/// let grown = level_with_margins(&ball, &margins)?;
/// let at = |p: Vector3| grown.sample(p.into(), Interpolation::Linear).expect("within the grid");
/// assert!(at(Vector3::new(0.0, -12.0, 0.0)).abs() < 0.1);
/// assert!(at(Vector3::new(0.0, 10.0, 0.0)).abs() < 0.1);
/// # Ok::<(), thecal_voxel::VoxelError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Margins {
    /// Towards the patient's left (+x).
    pub left_mm: f64,
    /// Towards the patient's right (-x).
    pub right_mm: f64,
    /// Towards the back (+y).
    pub posterior_mm: f64,
    /// Towards the front (-y).
    pub anterior_mm: f64,
    /// Towards the head (+z).
    pub superior_mm: f64,
    /// Towards the feet (-z).
    pub inferior_mm: f64,
}

/// A direction without a margin still needs a number to divide by.
const LEAST_MM: f64 = 0.02;

impl Margins {
    fn by_side(&self) -> [[f64; 2]; 3] {
        [
            [self.right_mm, self.left_mm],
            [self.anterior_mm, self.posterior_mm],
            [self.inferior_mm, self.superior_mm],
        ]
    }

    /// Inverse squares of the margins for the octant that a displacement points into.
    fn weights(&self, d: Vector3) -> Vector3 {
        let sides = self.by_side();
        Vector3::from_fn(|a, _| sides[a][usize::from(d[a] > 0.0)].max(LEAST_MM).powi(-2))
    }
}

/// A mask grown by `margin_mm`, or shrunk where it is negative: voxels whose centres lie within
/// the margin of a voxel centre of the mask (shrunk: further than it from every centre outside).
///
/// The grid stays as it is; what would leave it is cut. Measured from the mask's own faces the
/// margin comes out up to half a voxel narrower, as with every margin between voxel centres. For a margin on a surface finer than the
/// voxels use [`level_with_margin`].
///
/// # Errors
/// When the axes are sheared or the margin is no number.
///
/// # Example
/// ```
/// use thecal_geom::Point3;
/// use thecal_voxel::{Grid, Volume, margin::mask_with_margin};
///
/// let grid = Grid::axis_aligned(Point3::origin(), [1.0; 3], [9; 3])?;
/// let point = Volume::from_fn(grid, |voxel| voxel == [4; 3]);
/// // The point, its 6 neighbours across faces and its 12 across edges: sqrt(2) is within 1.5 mm.
/// assert_eq!(mask_with_margin(&point, 1.5)?.count(), 19);
/// # Ok::<(), thecal_voxel::VoxelError>(())
/// ```
pub fn mask_with_margin<'a>(
    mask: impl Into<MaskView<'a>>,
    margin_mm: f64,
) -> Result<Mask, VoxelError> {
    view_with_margin(mask.into(), margin_mm)
}

// Not generic: compiled once, here.
fn view_with_margin(mask: MaskView<'_>, margin_mm: f64) -> Result<Mask, VoxelError> {
    non_negative("the size of margin_mm", margin_mm.abs())?;
    // Rounding must not decide about a voxel that lies exactly on the margin.
    let limit2 = (margin_mm * margin_mm * (1.0 + 1e-6)) as f32;
    if margin_mm >= 0.0 {
        let d = crate::edt::squared_distance_mm2(mask)?;
        return Ok(d.map(|&d| d <= limit2));
    }
    let d = crate::edt::squared_distance_mm2(&mask.map(|inside| !inside))?;
    Ok(d.map(|&d| d > limit2))
}

/// A level field grown by `margin_mm`, or shrunk where it is negative, on a grid widened to hold
/// the result: its zero surface lies `margin_mm` outside that of the field, all round.
///
/// The result is the signed distance less the margin near its surface, plus or minus infinity
/// further away.
///
/// # Error
/// As [`redistanced`]: +2 mm on a 0.5 mm grid measures 2.00 +- 0.02 mm on smooth shapes.
///
/// # Errors
/// When the field has no surface, the margin is no number, or the axes are sheared.
pub fn level_with_margin(level: &Volume<f32>, margin_mm: f64) -> Result<Volume<f32>, VoxelError> {
    non_negative("the size of margin_mm", margin_mm.abs())?;
    let spacing = level.grid().spacing_mm();
    let coarse = spacing.iter().fold(0.0_f64, |m, &s| m.max(s));
    let grown = level.padded(voxels(spacing, margin_mm.max(0.0)), f32::INFINITY)?;
    let d = redistanced(&grown, margin_mm.abs() + 4.0 * coarse)?;
    Ok(d.map(|&d| d - margin_mm as f32))
}

/// A level field grown by a margin of its own in each direction, on a grid widened to hold the
/// result. Between the directions the margin follows an ellipsoid, as planning systems do.
///
/// Near its surface the result is the distance along the line to the surface that was grown; its
/// zero is exact, its values away from it are not distances.
///
/// # Error
/// As [`level_with_margin`]; a direction without a margin moves by up to 0.02 mm,
/// and beside such a direction the surface may be off by 0.1 mm.
///
/// # Errors
/// When the field has no surface or a margin is negative or no number.
pub fn level_with_margins(
    level: &Volume<f32>,
    margins: &Margins,
) -> Result<Volume<f32>, VoxelError> {
    let sides = margins.by_side();
    for m in sides.iter().flatten() {
        non_negative("a margin", *m)?;
    }
    let spacing = level.grid().spacing_mm();
    let most = sides.iter().flatten().fold(0.0_f64, |a, &b| a.max(b));
    let level = level.padded(voxels(spacing, most), f32::INFINITY)?;
    let discs = Discs::from_level(&level, &|_, _, _| None)?;
    // A point of the surface lies within half a diagonal of the centre of its own voxel, and along
    // the surface no further from that centre's foot: so wide, the discs leave no gap at any slope.
    let radius_mm = 0.5 * level.grid().spacing_mm().iter().map(|x| x * x).sum::<f64>().sqrt();
    let grid = *level.grid();
    let [nx, ny, nz] = grid.size();
    // What a disc can reach, in voxels along each axis, with room for the values beside the zero.
    let wide = Vector3::from_fn(|a, _| sides[a][0].max(sides[a][1]) + radius_mm);
    let reach = (grid.index_from_patient_matrix().abs() * wide).map(|r| r + 2.0);
    let centres: Vec<[f64; 3]> =
        discs.discs.iter().map(|d| grid.index_from_patient(d.point_mm)).collect();
    let mut by_slice: Vec<Vec<u32>> = vec![Vec::new(); nz];
    for (n, c) in centres.iter().enumerate() {
        let span = span(c[2], reach[2], nz);
        for list in &mut by_slice[span] {
            list.push(n as u32);
        }
    }
    let mut out = Volume::filled(grid, f32::INFINITY);
    out.values_mut().par_chunks_mut(nx * ny).zip(&by_slice).enumerate().for_each(
        |(k, (slice, near))| {
            for &n in near {
                let (disc, c) = (&discs.discs[n as usize], centres[n as usize]);
                for j in span(c[1], reach[1], ny) {
                    for i in span(c[0], reach[0], nx) {
                        let at = (k * ny + j) * nx + i;
                        if level.values()[at] >= 0.0 {
                            let p = grid.centre_mm([i, j, k]);
                            let v = beyond(p, disc.point_mm, disc.normal, radius_mm, margins);
                            let o = &mut slice[j * nx + i];
                            *o = o.min(v as f32);
                        }
                    }
                }
            }
        },
    );
    out.values_mut().par_chunks_mut(nx).enumerate().for_each(|(row, values)| {
        for (i, o) in values.iter_mut().enumerate() {
            let l = level.values()[row * nx + i];
            if l < 0.0 {
                // The field goes on smoothly into what was there before.
                let out = gradient(&level, [i, row % ny, row / ny])
                    .and_then(|g| g.try_normalize(1e-9))
                    .map_or(0.0, |n| n.component_mul(&margins.weights(n)).dot(&n).powf(-0.5));
                *o = l - out as f32;
            }
        }
    });
    Ok(out)
}

/// How far `p` lies beyond the ellipsoid of margins around the nearest point of a disc, along the
/// line to that point, mm.
fn beyond(p: Point3, middle: Point3, normal: Vector3, radius_mm: f64, m: &Margins) -> f64 {
    let to = p - middle;
    let w = m.weights(to);
    // The point of the disc's plane that is nearest in the margins' own measure.
    let inverse = normal.component_div(&w);
    let foot = to - inverse * (to.dot(&normal) / inverse.dot(&normal));
    let len = foot.norm();
    let slide = if len > radius_mm { foot * (radius_mm / len) } else { foot };
    let d = to - slide;
    let measure = d.component_mul(&m.weights(d)).dot(&d).sqrt();
    if measure < 1e-9 {
        return -d.norm();
    }
    d.norm() * (1.0 - 1.0 / measure)
}

fn span(at: f64, reach: f64, n: usize) -> std::ops::Range<usize> {
    let lo = (at - reach).ceil().max(0.0) as usize;
    let hi = ((at + reach).floor() + 1.0).clamp(0.0, n as f64) as usize;
    lo.min(hi)..hi
}

fn voxels(spacing_mm: [f64; 3], by_mm: f64) -> [usize; 3] {
    spacing_mm.map(|s| (by_mm / s).ceil() as usize + 2)
}
