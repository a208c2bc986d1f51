//! Volume over dose of a solid, by cells along its planes.
//!
//! Every connected part is taken apart at its last planes: between them lies what was drawn, past them
//! what an end rule adds. Each zone has a lattice of cells of its own that ends exactly at the zone's
//! planes. In a cell that the surface passes through, nine columns along the axis on which the level
//! changes most are cut where the level, a parabola along each, is zero; over a column the dose changes
//! evenly, so that it adds a ramp to the volume over dose. Cells that lie inside as a whole add one column or
//! four.

mod cell;
mod columns;
mod edge;
mod extreme;
mod field;
mod openness;
mod part;
mod refine;
mod shape;
pub(crate) mod sums;
mod within;
mod zone;

use crate::dose::{Dose, LocalDose};
use crate::grid::DoseGrid;
use crate::histogram::{Axis, last_at_least_zero};
use part::{Part, PartSums};
use rayon::prelude::*;
use sums::{Extreme, Extremes, Kind, Of, Sums};
use thecal_geom::{Point3, Vector3};
use thecal_mask::Solid;
use thecal_voxel::VoxelError;

/// The hottest volume that is integrated in fine cells, mm³.
const HOTTEST_MM3: f64 = 1500.0;

/// Volume over dose of a solid, with the axis of the doses.
pub(crate) struct Integrated {
    pub(crate) axis: Axis,
    pub(crate) sums: Sums,
}

/// Integrates a dose over a solid. Where its grid does not meet the solid, all volume lies outside.
pub(crate) fn integrate(solid: &Solid, dose: &Dose) -> Result<Integrated, VoxelError> {
    let (lo, hi) = solid.bounds();
    let local = dose.within(lo, hi);
    let axis = Axis::over(local.range_gy().unwrap_or([0.0, 1.0]));
    let parts: Vec<Part> = solid.parts().par_iter().map(Part::new).collect();
    let mut found: Vec<PartSums> =
        parts.par_iter().map(|p| p.sums(&local, &axis)).collect::<Result<_, _>>()?;
    let mut all = Sums::new();
    found.iter().for_each(|part| all.add_all(&part.sums, 1.0));
    // Where the hottest volumes lie, again in finer cells.
    let curve = all.nominal.curve();
    let hottest = last_at_least_zero(|n| curve.node(n) - HOTTEST_MM3.min(curve.volume));
    if let Some(least) = hottest {
        let both = parts.par_iter().zip(&mut found);
        both.for_each(|(part, found)| part.refine(found, &local, &axis, least));
    }
    let mut sums = Sums::new();
    found.iter().for_each(|part| sums.add_all(&part.sums, 1.0));
    sums.extremes = polished(&parts, &found, &local);
    if sums.outside.iter().any(|mm3| *mm3 > 0.0) {
        sums.border_gy = border_gy(solid, dose);
    }
    Ok(Integrated { axis, sums })
}

/// The largest dose, bound included, at the samples of the grids' faces that lie in the solid or beside it,
/// Gy: where the solid leaves the dose. Minus infinity where it does so nowhere.
fn border_gy(solid: &Solid, dose: &Dose) -> f64 {
    let (lo, hi) = solid.bounds();
    let at_face = |grid: &DoseGrid| {
        // A solid that passes between the samples of a face is met by the nearest of them.
        let beside_mm = 0.5 * Vector3::from(grid.spacing_mm()).norm();
        let near = |p: &Point3| {
            (0..3).all(|a| p[a] >= lo[a] - beside_mm && p[a] <= hi[a] + beside_mm)
                && solid.level_mm(*p) <= beside_mm
        };
        let gy = |p: Point3| Some(dose.dose_gy(p)? + dose.interpolation_bound_gy(p)?);
        let points = grid.face_points().into_par_iter();
        points.filter(near).filter_map(gy).reduce(|| f64::NEG_INFINITY, f64::max)
    };
    dose.grids().map(at_face).fold(f64::NEG_INFINITY, f64::max)
}

/// The extremes of all parts, looked for near the places where the columns of the likeliest parts met
/// them.
fn polished(parts: &[Part], found: &[PartSums], dose: &LocalDose<'_>) -> Extremes {
    /// Parts that are looked at for each of the extremes.
    const LIKELIEST: usize = 3;
    let mut jobs: Vec<(Kind, &Part, Extreme)> = Vec::new();
    for kind in Kind::ALL {
        let mut all: Vec<(&Part, &PartSums, Extreme)> = Vec::new();
        for (part, found) in parts.iter().zip(found) {
            all.extend(found.sums.extremes.get(kind).map(|e| (part, found, e)));
        }
        all.sort_by(|a, b| {
            let order = a.2.gy.total_cmp(&b.2.gy);
            if kind.largest { order.reverse() } else { order }
        });
        for (part, found, open) in all.into_iter().take(LIKELIEST) {
            jobs.push((kind, part, open));
            // Where the structure's own extreme is, that of what is open may be, too.
            let own = found.sums.extremes.get(Kind { of: Of::Structure, ..kind });
            if let Some(own) = own.filter(|_| kind.of == Of::All) {
                jobs.push((kind, part, Extreme { level_mm: open.level_mm, ..own }));
            }
        }
    }
    let ends: Vec<(Kind, Extreme)> =
        jobs.into_par_iter().map(|(kind, part, e)| (kind, part.polished(kind, e, dose))).collect();
    let mut out = Extremes::default();
    ends.into_iter().for_each(|(kind, e)| out.keep(kind, e.gy, || (e.at, e.level_mm)));
    out
}
