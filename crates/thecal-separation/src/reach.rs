//! The reach of the instruments of an approach.

use crate::approach::Approach;
use crate::error::SeparationError;
use crate::field::Field;
use nalgebra::Unit;
use rayon::prelude::*;
use thecal_geom::{Point3, Vector3};
use thecal_voxel::{Mask, Obstacles, Tool, Volume, VoxelError, edt, redistanced};

/// Directions are tried this far apart, degrees.
const STEP_DEG: f64 = 5.0;

/// The reach of the straight instruments of an approach near the reference.
#[derive(Debug, Clone)]
pub struct Reach {
    /// Negative where an instrument can take what is there, mm to the border of that; none where
    /// everything can be taken.
    pub(crate) level_mm: Option<Volume<f32>>,
    /// How far a curved instrument goes on from there, mm.
    pub(crate) undercut_mm: f64,
    /// The ways of the instruments; none where everything can be taken.
    ways: Option<Ways>,
}

/// The ways along which straight instruments get to where they touch.
#[derive(Debug, Clone)]
struct Ways {
    tool: Tool,
    /// Directions at each place of the centreline.
    directions: Vec<Vec<Unit<Vector3>>>,
    /// The direction of each voxel that can be touched.
    found: Volume<u16>,
}

impl Reach {
    /// Tries every place near the reference where there is tumour.
    ///
    /// A place can be touched when, along one of the approach's directions, an instrument of its
    /// half-width is free of the reference (plus the safety distance), the cord and the keep-out
    /// structures over its depth; it then takes all within its half-width of its axis. Tumour
    /// and bone on the way are no obstacle.
    ///
    /// # Errors
    /// When the approach cannot work, or the grid would not fit.
    pub fn new(field: &Field<'_>, approach: &Approach) -> Result<Self, SeparationError> {
        approach.check()?;
        if approach.ideal || approach.corpectomy {
            return Ok(Self { level_mm: None, undercut_mm: 0.0, ways: None });
        }
        let spacing_mm = field.grid().spacing_mm()[0];
        let radius_mm = approach.tool_radius_mm;
        let margin = (radius_mm + 2.0 * spacing_mm) as f32;
        let most = field.most_mm as f32 + margin;
        let wanted = field
            .beside_mm
            .zip_map(&field.near.distance_mm, |t, r| *t < margin && *r < most && *r > 0.0)?;
        let wanted = match field.levels_mm() {
            Some(levels) => wanted.zip_map(&levels, |w, l| *w && *l < margin)?,
            None => wanted,
        };
        if let Some((key, found)) = field.instruments.lack(approach) {
            let (name, expected) = (approach.name.clone(), "at most what the field was made for");
            return Err(SeparationError::Approach { name, key, found, expected });
        }
        let distance = field.obstacle_mm.map(|d| d - approach.safety_mm as f32);
        let obstacles =
            Obstacles::new(&distance, field.instruments.band_mm() - approach.safety_mm)?;
        let tool = Tool { radius_mm, length_mm: approach.depth_mm, tip_mm: 0.0 };
        let directions = directions(field, approach);
        let (found, level) = paths(field, approach, &directions, &wanted, &obstacles, &tool);
        let level_mm = match around(&level, radius_mm) {
            Ok(level) => level,
            Err(VoxelError::EmptyMask) => level.map(|_| f32::INFINITY),
            Err(e) => return Err(e.into()),
        };
        let ways = Some(Ways { tool, directions, found });
        Ok(Self { level_mm: Some(level_mm), undercut_mm: approach.undercut_mm, ways })
    }

    /// Bone within the width of the instruments on their ways to the tumour within `amount_mm` of
    /// the reference, cc; none where no bone is given, or everything can be taken.
    ///
    /// # Errors
    /// When the distances on the bone's grid do not fit.
    pub fn bone_removed_cc(
        &self,
        field: &Field<'_>,
        amount_mm: f64,
    ) -> Result<Option<f64>, SeparationError> {
        match (&self.ways, &field.bone) {
            (Some(ways), Some(bone)) => bone_on_the_way(field, ways, bone, amount_mm).map(Some),
            _ => Ok(None),
        }
    }
}

/// No direction.
const NONE: u16 = u16::MAX;

/// The directions of an approach at each place of the centreline.
fn directions(field: &Field<'_>, approach: &Approach) -> Vec<Vec<Unit<Vector3>>> {
    let angles = match approach.tube {
        Some(_) => Vec::new(),
        None => approach.angles_deg(STEP_DEG),
    };
    let tube = approach.tube.map(|tube| {
        let place = field.centreline.nearest(field.middle);
        Unit::new_normalize(place.direction(tube.clock_deg, 0.0))
    });
    let at = |place: &thecal_margin::CentrelinePoint| {
        let unit = |a: &[f64; 2]| Unit::new_normalize(place.direction(a[0], a[1]));
        angles.iter().map(unit).chain(tube).collect()
    };
    field.centreline.places().iter().map(at).collect()
}

/// For every wanted voxel the number of the direction along which the tool has most room, and
/// minus that room, mm: negative where it is free. Elsewhere no direction, and infinity.
///
/// Room is a length, so that its zero lies between voxels. More than a few voxels of it are not
/// looked for.
fn paths(
    field: &Field<'_>,
    approach: &Approach,
    directions: &[Vec<Unit<Vector3>>],
    wanted: &Mask,
    obstacles: &Obstacles,
    tool: &Tool,
) -> (Volume<u16>, Volume<f32>) {
    let grid = *wanted.grid();
    let [nx, ny, _] = grid.size();
    let enough_mm = ENOUGH_VOXELS * grid.spacing_mm()[0];
    let bore = approach.tube.map(|tube| Bore::new(field, &tube, tool.radius_mm));
    let mut found = Volume::filled(grid, NONE);
    let mut level = Volume::filled(grid, f32::INFINITY);
    let rows = found.values_mut().par_chunks_mut(nx).zip(level.values_mut().par_chunks_mut(nx));
    rows.zip(wanted.values().par_chunks(nx)).enumerate().for_each(
        |(row, ((found, level), wanted))| {
            let (mut last, mut place) = (0, None);
            for i in (0..nx).filter(|&i| wanted[i]) {
                let tip = grid.centre_mm([i, row % ny, row / ny]);
                let of_place = &directions[place_of(field, tip, &mut place)];
                // A tube's wall leaves room as an obstacle does.
                let most_mm = bore.as_ref().map_or(enough_mm, |b| b.room_mm(tip).min(enough_mm));
                // No way leaves more room than there is at its end.
                let most_mm = obstacles.room_mm(tip, tool.radius_mm).min(most_mm);
                let mut best = (-enough_mm, NONE);
                // What was free for the neighbour usually is for this one.
                let order = std::iter::once(last).chain(0..of_place.len());
                for d in order.filter(|&d| d < of_place.len()) {
                    if best.0 >= most_mm {
                        break;
                    }
                    let room = obstacles.clearance_mm(tip, &of_place[d], tool, best.0).min(most_mm);
                    if room > best.0 {
                        best = (room, d as u16);
                    }
                }
                if best.0 >= 0.0 {
                    last = usize::from(best.1);
                    found[i] = best.1;
                }
                level[i] = -best.0 as f32;
            }
        },
    );
    (found, level)
}

/// Room of more voxels than this is enough.
const ENOUGH_VOXELS: f64 = 3.0;

/// The number of the centreline's place whose plane the point lies in, found from the last one.
fn place_of(field: &Field<'_>, p: Point3, last: &mut Option<usize>) -> usize {
    let places = field.centreline.places();
    let away = |i: usize| (places[i].point_mm - p).norm_squared();
    let mut at = last.unwrap_or_else(|| {
        (0..places.len()).min_by(|&a, &b| away(a).total_cmp(&away(b))).unwrap_or(0)
    });
    while at + 1 < places.len() && away(at + 1) < away(at) {
        at += 1;
    }
    while at > 0 && away(at - 1) < away(at) {
        at -= 1;
    }
    *last = Some(at);
    at
}

/// The inside of a tube, as far as the axis of an instrument may lie.
struct Bore {
    axis: Vector3,
    through: Point3,
    radius_mm: f64,
}

impl Bore {
    fn new(field: &Field<'_>, tube: &crate::approach::Tube, tool_radius_mm: f64) -> Self {
        let middle = field.centreline.nearest(field.middle);
        let at = field.centreline.nearest(middle.point_mm + middle.up * tube.level_mm);
        let across = at.direction(tube.clock_deg + 90.0, 0.0);
        Self {
            axis: at.direction(tube.clock_deg, 0.0),
            through: at.point_mm + across * tube.offset_mm,
            radius_mm: 0.5 * tube.diameter_mm - tool_radius_mm,
        }
    }

    /// How far the point lies within, mm; negative outside.
    fn room_mm(&self, p: Point3) -> f64 {
        let d = p - self.through;
        self.radius_mm - (d - self.axis * d.dot(&self.axis)).norm()
    }
}

/// Signed distance from what lies within `radius_mm` of where a level is negative.
fn around(level: &Volume<f32>, radius_mm: f64) -> Result<Volume<f32>, VoxelError> {
    if !level.values().iter().any(|v| *v < 0.0) {
        return Err(VoxelError::EmptyMask);
    }
    let spacing_mm = level.grid().spacing_mm()[0];
    let distance = redistanced(level, radius_mm + 4.0 * spacing_mm)?;
    Ok(distance.map(|d| d - radius_mm as f32))
}

/// Bone within the width of the instruments along the ways to tumour that is to be taken, cc.
fn bone_on_the_way(
    field: &Field<'_>,
    ways: &Ways,
    bone: &Volume<f32>,
    amount_mm: f64,
) -> Result<f64, SeparationError> {
    let Ways { tool, directions, found } = ways;
    let half = 0.5 * field.grid().spacing_mm()[0] as f32;
    let taken = field
        .tumour_near_mm
        .zip_map(&field.near.distance_mm, |t, r| *t < half && *r < amount_mm as f32 + half)?;
    let taken = match field.levels_mm() {
        Some(levels) => taken.zip_map(&levels, |t, l| *t && *l < half)?,
        None => taken,
    };
    let found = found.zip_map(&taken, |d, t| if *t { *d } else { NONE })?;
    let grid = *found.grid();
    let [nx, ny, nz] = grid.size();
    let bone_grid = *bone.grid();
    let step_mm = bone_grid.spacing_mm()[0];
    let steps = (tool.length_mm / step_mm).ceil() as usize;
    let size = bone_grid.size();
    let slabs: Vec<Vec<usize>> = (0..nz)
        .into_par_iter()
        .map(|k| {
            let mut marked = Vec::new();
            let mut place = None;
            for at in (0..nx * ny).filter(|at| found.values()[k * nx * ny + at] != NONE) {
                let d = found.values()[k * nx * ny + at];
                let tip = grid.centre_mm([at % nx, at / nx, k]);
                let direction = directions[place_of(field, tip, &mut place)][d as usize];
                marked.extend((0..=steps).filter_map(|s| {
                    let p = tip + direction.into_inner() * (step_mm * s as f64);
                    let [i, j, k] = bone_grid.voxel_of(p)?;
                    Some((k * size[1] + j) * size[0] + i)
                }));
                // Neighbouring paths share most of their way.
                if marked.len() > 1 << 20 {
                    marked.sort_unstable();
                    marked.dedup();
                }
            }
            marked.sort_unstable();
            marked.dedup();
            marked
        })
        .collect();
    let mut way = Mask::filled(bone_grid, false);
    for at in slabs.into_iter().flatten() {
        way.values_mut()[at] = true;
    }
    if way.count() == 0 {
        return Ok(0.0);
    }
    let near = edt::distance_mm(&way)?;
    let wide = (tool.radius_mm + 0.25 * step_mm) as f32;
    let near = near.values().iter().zip(bone.values());
    let sum: f64 = near.filter(|(d, _)| **d <= wide).map(|(_, b)| f64::from(*b)).sum();
    Ok(sum * bone_grid.voxel_mm3() / 1000.0)
}
