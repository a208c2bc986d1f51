//! Straight free paths: which voxels can a tool reach, and from where.
//!
//! Rays are followed by sphere tracing: the distance to the nearest obstacle is how far one can go
//! in one step. J. C. Hart: Sphere tracing. The Visual Computer 12 (1996) 527-545,
//! doi:10.1007/s003710050084.

use crate::error::{VoxelError, non_negative, positive};
use crate::resample::Linear;
use crate::volume::{Mask, Volume};
use nalgebra::Unit;
use rayon::prelude::*;
use thecal_geom::{Point3, Vector3};

/// A straight tool.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Tool {
    /// Half its width, mm.
    pub radius_mm: f64,
    /// How much of it must be free, from its tip, mm.
    pub length_mm: f64,
    /// Length over which it tapers from a point at its tip to its full width; 0 for a blunt one.
    pub tip_mm: f64,
}

/// Directions within an angle around an axis.
///
/// # Example
/// ```
/// use thecal_geom::Vector3;
/// use thecal_voxel::Cone;
///
/// let from_behind = Cone { axis: Vector3::y_axis(), half_angle_deg: 30.0 };
/// let directions = from_behind.directions(10.0)?;
/// assert_eq!(directions[0], from_behind.axis);
/// assert!(directions.iter().all(|d| d.dot(&from_behind.axis) >= 30_f64.to_radians().cos() - 1e-12));
/// # Ok::<(), thecal_voxel::VoxelError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Cone {
    /// From the target towards where the tool comes from, patient axes.
    pub axis: Unit<Vector3>,
    /// Largest angle to the axis, degrees, at most 180.
    pub half_angle_deg: f64,
}

impl Cone {
    /// Directions over the cone, about `step_deg` apart, the axis first, then in rings outwards.
    ///
    /// # Errors
    /// When an angle is negative, no number or out of range.
    pub fn directions(&self, step_deg: f64) -> Result<Vec<Unit<Vector3>>, VoxelError> {
        positive("step_deg", step_deg)?;
        non_negative("half_angle_deg", self.half_angle_deg)?;
        if self.half_angle_deg > 180.0 || step_deg < 0.1 {
            return Err(VoxelError::Argument {
                what: "the cone's half_angle_deg over step_deg",
                found: self.half_angle_deg / step_deg,
                expected: "at most 180 degrees in steps of at least 0.1 are possible",
            });
        }
        let axis = self.axis.into_inner();
        let u = axis.cross(&Vector3::ith(axis.iamin(), 1.0)).normalize();
        let v = axis.cross(&u);
        let mut out = vec![self.axis];
        let rings = (self.half_angle_deg / step_deg).ceil() as usize;
        for ring in 1..=rings {
            let tilt = (self.half_angle_deg * ring as f64 / rings as f64).to_radians();
            let around = (360.0 * tilt.sin() / step_deg).ceil().max(1.0) as usize;
            for k in 0..around {
                let turn =
                    std::f64::consts::TAU * (k as f64 + 0.5 * (ring % 2) as f64) / around as f64;
                let side = u * turn.cos() + v * turn.sin();
                out.push(Unit::new_normalize(axis * tilt.cos() + side * tilt.sin()));
            }
        }
        Ok(out)
    }
}

/// Obstacles as a distance field.
///
/// # Example
/// ```
/// use thecal_geom::nalgebra::Unit;
/// use thecal_geom::{Point3, Vector3};
/// use thecal_voxel::{Grid, Obstacles, Tool, Volume, edt};
///
/// // A wall at x = 10 with a slot 6 mm wide.
/// let grid = Grid::axis_aligned(Point3::new(0.0, -15.0, -15.0), [1.0; 3], [21, 31, 31])?;
/// let wall = Volume::from_fn(grid, |[i, j, _]| i == 10 && !(12..=18).contains(&j));
/// let obstacles = Obstacles::new(&edt::distance_mm(&wall)?, f64::INFINITY)?;
///
/// let tip = Point3::new(4.0, 0.0, 0.0);
/// let towards_slot = Unit::new_normalize(Vector3::x());
/// let thin = Tool { radius_mm: 1.5, length_mm: 40.0, tip_mm: 0.0 };
/// assert!(obstacles.is_free(tip, &towards_slot, &thin));
/// assert!(!obstacles.is_free(tip, &towards_slot, &Tool { radius_mm: 5.0, ..thin }));
/// # Ok::<(), thecal_voxel::VoxelError>(())
/// ```
#[derive(Debug, Clone)]
pub struct Obstacles {
    /// Finite everywhere, so that it can be interpolated.
    distance: Volume<f32>,
    /// Obstacles beyond are at least this far, mm.
    band_mm: f64,
    step_mm: f64,
}

/// What stands for infinity where a field has no band, mm.
const FAR_MM: f32 = 1e30;

impl Obstacles {
    /// Obstacles from the distance to them, mm, zero or negative inside; infinite where they are
    /// further than `band_mm` (give infinity for a full field). Outside the grid nothing stands in
    /// the way.
    ///
    /// # Errors
    /// When the band is not positive.
    pub fn new(distance_mm: &Volume<f32>, band_mm: f64) -> Result<Self, VoxelError> {
        if band_mm.is_nan() || band_mm <= 0.0 {
            positive("band_mm", band_mm)?;
        }
        let spacing = distance_mm.grid().spacing_mm();
        let step_mm = 0.25 * spacing.iter().fold(f64::INFINITY, |m, &s| m.min(s));
        let most = (band_mm as f32).min(FAR_MM);
        let distance = distance_mm.map(|d| if d.is_nan() { most } else { d.clamp(-most, most) });
        Ok(Self { distance, band_mm, step_mm })
    }

    /// True when the tool is free with its tip at `tip` and its shaft along `direction`.
    ///
    /// # Error
    /// The clearance is right to a quarter of the smallest spacing along the path, and to what
    /// linear interpolation of the field leaves across it.
    #[must_use]
    pub fn is_free(&self, tip: Point3, direction: &Unit<Vector3>, tool: &Tool) -> bool {
        let (grid, field) = (self.distance.grid(), Linear::new(&self.distance));
        let start = Vector3::from(grid.index_from_patient(tip));
        let step = grid.index_from_patient_matrix() * direction.into_inner();
        let mut t = 0.0;
        while t <= tool.length_mm {
            let at = start + step * t;
            // Once outside, a straight path stays outside.
            let Some(d) = field.at(at) else { return true };
            let taper = if t < tool.tip_mm { t / tool.tip_mm } else { 1.0 };
            let room = d - tool.radius_mm * taper;
            if room < 0.0 || d <= 0.0 {
                return false;
            }
            // The taper widens while the tool advances: both use up the room.
            let slope = if t < tool.tip_mm { 1.0 + tool.radius_mm / tool.tip_mm } else { 1.0 };
            t += (room / slope).max(self.step_mm);
        }
        true
    }

    /// The room round the tip of a blunt tool, mm: what [`Self::clearance_mm`] gives is never more.
    #[must_use]
    pub fn room_mm(&self, tip: Point3, radius_mm: f64) -> f64 {
        let at = Vector3::from(self.distance.grid().index_from_patient(tip));
        Linear::new(&self.distance).at(at).unwrap_or(self.band_mm).min(self.band_mm) - radius_mm
    }

    /// The least room round a blunt tool with its tip at `tip` and its shaft along `direction`, mm:
    /// negative by how much it is in the way. The search ends where less than `at_least_mm` is
    /// left, and what was found until then is given.
    ///
    /// # Error
    /// As [`Self::is_free`], and at most a tenth of the square of the room left over the radius of
    /// curvature of what is grazed.
    #[must_use]
    pub fn clearance_mm(
        &self,
        tip: Point3,
        direction: &Unit<Vector3>,
        tool: &Tool,
        at_least_mm: f64,
    ) -> f64 {
        let (grid, field) = (self.distance.grid(), Linear::new(&self.distance));
        let start = Vector3::from(grid.index_from_patient(tip));
        let step = grid.index_from_patient_matrix() * direction.into_inner();
        let (mut t, mut least) = (0.0, self.band_mm - tool.radius_mm);
        while t <= tool.length_mm {
            let at = start + step * t;
            // Once outside, a straight path stays outside.
            let Some(d) = field.at(at) else { break };
            let room = d - tool.radius_mm;
            least = least.min(room);
            if least < at_least_mm {
                break;
            }
            t += (room - at_least_mm).min(0.7 * d.abs()).max(self.step_mm);
        }
        least
    }

    fn check(tool: &Tool) -> Result<(), VoxelError> {
        non_negative("radius_mm", tool.radius_mm)?;
        non_negative("tip_mm", tool.tip_mm)?;
        positive("length_mm", tool.length_mm)
    }

    /// The targets that a tool can touch with its tip, along at least one of the directions.
    ///
    /// # Errors
    /// When a length of the tool is negative or no number.
    pub fn reachable(
        &self,
        targets: &Mask,
        directions: &[Unit<Vector3>],
        tool: &Tool,
    ) -> Result<Mask, VoxelError> {
        Self::check(tool)?;
        let mut out = Mask::filled(*targets.grid(), false);
        self.for_each_target(targets, &mut out, |tip, last, value| {
            // What was free for the neighbour usually is for this one.
            let free = |d: usize| self.is_free(tip, &directions[d], tool);
            let found =
                last.filter(|&d| free(d)).or_else(|| (0..directions.len()).find(|&d| free(d)));
            *value = found.is_some();
            found.or(last)
        });
        Ok(out)
    }

    /// For every target the number of directions along which the tool is free.
    ///
    /// # Errors
    /// When a length of the tool is negative or no number.
    pub fn open_directions(
        &self,
        targets: &Mask,
        directions: &[Unit<Vector3>],
        tool: &Tool,
    ) -> Result<Volume<u32>, VoxelError> {
        Self::check(tool)?;
        let mut out = Volume::filled(*targets.grid(), 0_u32);
        self.for_each_target(targets, &mut out, |tip, _, value| {
            *value = directions.iter().filter(|d| self.is_free(tip, d, tool)).count() as u32;
            None
        });
        Ok(out)
    }

    /// Visits the targets row by row; `f` passes on what it learnt to the next of the row.
    fn for_each_target<T: Send>(
        &self,
        targets: &Mask,
        out: &mut Volume<T>,
        f: impl Fn(Point3, Option<usize>, &mut T) -> Option<usize> + Sync,
    ) {
        let grid = *targets.grid();
        let [nx, ny, _] = grid.size();
        let rows = out.values_mut().par_chunks_mut(nx).zip(targets.values().par_chunks(nx));
        rows.enumerate().for_each(|(row, (values, set))| {
            let mut last = None;
            for (i, (v, &set)) in values.iter_mut().zip(set).enumerate() {
                if set {
                    last = f(grid.centre_mm([i, row % ny, row / ny]), last, v);
                }
            }
        });
    }
}
