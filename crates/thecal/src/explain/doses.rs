//! Dose figures on the voxels of the dose grid beside ours.

use thecal_conventions::{Convention, DoseGridFigures, dose_grid_figures};
use thecal_report as report;
use thecal_report::text::plain;

use super::drawn::DrawnPart;
use super::record;
use crate::dose::AcceptedDose;
use crate::record::words;

/// The figures of a structure; none where there is no dose.
pub(super) fn of_structure(
    part: &DrawnPart<'_>,
    dose: &AcceptedDose,
) -> Vec<report::ConventionDose> {
    // A sum has no grid of its own: programs of this kind read one file.
    let [grid] = dose.grids.as_slice() else { return Vec::new() };
    let role = words::role(part.role.role());
    let same = |s: &&report::DoseStructure| {
        s.derived_from.is_none() && s.name == part.drawn.name && s.role == role
    };
    let Some(ours) = dose.structures.iter().find(same) else { return Vec::new() };
    let theirs = dose_grid_figures(&part.drawn, grid);
    let [dx, dy, dz] = grid.spacing_mm();
    let why = theirs.as_ref().ok().map(|f| {
        format!(
            "{} pixels of {:.4} cc on a dose grid of {dx:.2} x {dy:.2} x {dz:.2} mm; a pixel counts \
             whole or not at all, with the dose of its centre.",
            f.pixels, f.pixel_cc
        )
    });
    let reason = theirs.as_ref().err().map(|e| plain(&format!("{e}.")).into_owned());
    let row = |metric: &str, unit: &str, own: [Option<f64>; 3], value: Option<f64>| {
        let lacking = (theirs.is_ok() && value.is_none())
            .then(|| "the structure has no such volume on the dose grid.".to_owned());
        report::ConventionDose {
            convention: record::convention(Convention::DoseGridCentres),
            metric: metric.to_owned(),
            unit: unit.to_owned(),
            value,
            ours: own[0],
            ours_lower: own[1],
            ours_upper: own[2],
            difference: value.zip(own[0]).map(|(theirs, ours)| theirs - ours),
            why: why.clone().filter(|_| value.is_some()),
            reason: reason.clone().or(lacking),
            programs: record::programs(Convention::DoseGridCentres),
        }
    };
    let metric = |name: &str| {
        let found = ours.metrics.iter().find(|m| m.metric == name);
        found.map_or([None; 3], |m| [m.value, m.lower, m.upper])
    };
    let volume = [ours.volume_cc, ours.volume_lower_cc, ours.volume_upper_cc].map(Some);
    let of = |pick: fn(&DoseGridFigures) -> Option<f64>| theirs.as_ref().ok().and_then(pick);
    vec![
        row("volume", "cc", volume, of(|f| Some(f.volume_cc))),
        row("Dmax", "Gy", metric("Dmax"), of(|f| Some(f.max_gy))),
        row("Dmean", "Gy", metric("Dmean"), of(|f| Some(f.mean_gy))),
        row("D0.03cc", "Gy", metric("D0.03cc"), of(|f| f.d003cc_gy)),
    ]
}
