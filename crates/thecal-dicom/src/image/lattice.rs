//! From the positions of slices to a grid.

use nalgebra::Matrix3;
use thecal_geom::{Vector3, Warning};
use thecal_voxel::Grid;

use super::header::ImageFile;
use super::refusal::{Reason, Refusal};
use super::split::{Member, normal_of, position, refusal};

/// Positions may be off a regular lattice by this much without a word, mm: files round them.
const ROUNDING_MM: f64 = 0.01;
/// Rounded positions do not come as near to a line as this, mm.
const SHARED_MM: f64 = 1e-6;
/// Up to this, and a twentieth of the spacing, the lattice stands, with a warning.
const JITTER_MM: f64 = 0.1;
/// More slices than this missing in a row part one volume from the next.
const MOST_MISSING: f64 = 3.0;
/// Slices may be sheared by this much; a gantry tilts by 30 degrees at most.
const MOST_TILT_DEG: f64 = 60.0;

/// Slices on a grid.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Lattice {
    pub(super) grid: Grid,
    /// The layer of each member, ascending.
    pub(super) layers: Vec<usize>,
    /// Layers without a slice.
    pub(super) missing: Vec<usize>,
    pub(super) warnings: Vec<Warning>,
}

/// Parts members, in order along their normal, where far more than a few slices are missing.
pub(super) fn runs<'m>(files: &[ImageFile], members: &'m [Member]) -> Vec<&'m [Member]> {
    let gaps = gaps_mm(files, members);
    let mut sorted = gaps.clone();
    sorted.sort_by(f64::total_cmp);
    let Some(&usual) = sorted.get(sorted.len().saturating_sub(1) / 2) else { return vec![members] };
    let mut out = Vec::new();
    let mut start = 0;
    for (i, gap) in gaps.iter().enumerate() {
        if *gap > (MOST_MISSING + 1.5) * usual {
            out.push(&members[start..=i]);
            start = i + 1;
        }
    }
    out.push(&members[start..]);
    out
}

fn along_mm(files: &[ImageFile], members: &[Member]) -> Vec<f64> {
    let normal = normal_of(members[0].of(files).1);
    members.iter().map(|m| normal.dot(&position(m.of(files).1).coords)).collect()
}

fn gaps_mm(files: &[ImageFile], members: &[Member]) -> Vec<f64> {
    along_mm(files, members).windows(2).map(|w| w[1] - w[0]).collect()
}

/// The grid of slices at different positions, in order along their normal.
pub(super) fn lattice(files: &[ImageFile], members: &[Member]) -> Result<Lattice, Box<Refusal>> {
    let refuse =
        |reason, what: &str, advice| Err(Box::new(refusal(files, members, reason, what, advice)));
    let (file, frame) = members[0].of(files);
    if members.len() < 2 {
        let advice = "a volume needs two slices at least, since thickness is not spacing";
        return refuse(Reason::SinglePosition, "a single slice", advice);
    }
    let gaps = gaps_mm(files, members);
    let least = gaps.iter().copied().fold(f64::INFINITY, f64::min);
    if least < ROUNDING_MM {
        let advice = "give the files of one volume only";
        return refuse(Reason::Scattered, "slices side by side in one plane", advice);
    }
    let mut layers = vec![0_usize];
    for gap in &gaps {
        layers.push(layers[layers.len() - 1] + (gap / least).round() as usize);
    }
    let last = layers[layers.len() - 1];
    let along = along_mm(files, members);
    let (origin, end) = (position(frame), position(members[members.len() - 1].of(files).1));
    let spacing = (along[along.len() - 1] - along[0]) / last as f64;
    let off_mm = |i: usize| (along[i] - along[0] - layers[i] as f64 * spacing).abs();
    let worst_mm = (0..members.len()).map(off_mm).fold(0.0, f64::max);
    let bearable_mm = JITTER_MM.min(0.05 * spacing).max(ROUNDING_MM);
    // A distance that is not the usual one is no spacing, only a common divisor.
    let usual = layers.windows(2).filter(|w| w[1] == w[0] + 1).count();
    if worst_mm > bearable_mm || 2 * usual < gaps.len() {
        let what = format!("the distance from slice to slice changes: {}", listed(&gaps));
        let advice = "a volume needs one distance: give the slices of one spacing, or all of them";
        return refuse(Reason::UnevenSpacing, &what, advice);
    }
    let normal = normal_of(frame);
    let whole = end - origin;
    let aside_mm = (whole - normal * whole.dot(&normal)).norm();
    let tilt_deg = aside_mm.atan2(whole.dot(&normal)).to_degrees();
    let sideways_mm = |step: Vector3| {
        let astray = |i: usize| {
            let expected = origin + step * layers[i] as f64;
            let off = position(members[i].of(files).1) - expected;
            (off - normal * off.dot(&normal)).norm()
        };
        (0..members.len()).map(astray).fold(0.0, f64::max)
    };
    // A drift within what files round is none, unless all slices share it.
    let drift = whole / last as f64;
    let shared = members.len() > 2 && sideways_mm(drift) < SHARED_MM;
    let step = if aside_mm > 2.0 * ROUNDING_MM || shared { drift } else { normal * spacing };
    let sideways_mm = sideways_mm(step);
    if sideways_mm > bearable_mm.max(2.0 * ROUNDING_MM) || tilt_deg > MOST_TILT_DEG {
        let what = format!("the slices lie up to {sideways_mm:.2} mm beside a straight line");
        let advice = "give the files of one volume only";
        return refuse(Reason::Scattered, &what, advice);
    }
    let [a, b, c, ..] = frame.orientation;
    let row = Vector3::new(a, b, c).normalize();
    // Decimals leave the columns of the file a trifle off the right angle.
    let column = normal.cross(&row).normalize();
    let axes = Matrix3::from_columns(&[row, column, step.normalize()]);
    let spacing_mm = [frame.spacing_mm[1], frame.spacing_mm[0], step.norm()];
    let size = [file.format.columns, file.format.rows, last + 1];
    let grid = match Grid::new(origin, axes, spacing_mm, size) {
        Ok(grid) => grid,
        Err(e) => return refuse(Reason::NoGeometry, &e.to_string(), "export the series again"),
    };
    let missing: Vec<usize> = (0..=last).filter(|k| layers.binary_search(k).is_err()).collect();
    let mut lattice = Lattice { grid, layers, missing, warnings: Vec::new() };
    lattice.warn(files, members, (spacing, worst_mm.max(sideways_mm), tilt_deg, aside_mm));
    Ok(lattice)
}

impl Lattice {
    fn warn(
        &mut self,
        files: &[ImageFile],
        members: &[Member],
        (spacing_mm, worst_mm, tilt_deg, aside_mm): (f64, f64, f64, f64),
    ) {
        let mut say = |code: &'static str, message: String| {
            self.warnings.push(Warning::new(code, message, ""));
        };
        if aside_mm > 2.0 * ROUNDING_MM {
            let message = format!(
                "the slices are sheared by {tilt_deg:.2} degrees (tilted gantry); the grid is \
                 sheared with them"
            );
            say("gantry_tilt", message);
        }
        if worst_mm > ROUNDING_MM {
            let message = format!(
                "slices are up to {worst_mm:.3} mm off a regular spacing of {spacing_mm:.3} mm; \
                 taken as regular"
            );
            say("slice_spacing_uneven", message);
        }
        if !self.missing.is_empty() {
            let lacking = self.missing.len();
            let mut beside = Vec::new();
            for (i, pair) in self.layers.windows(2).enumerate() {
                if pair[1] > pair[0] + 1 {
                    beside.extend([members[i], members[i + 1]]);
                }
            }
            let message = format!(
                "{lacking} of {} slices are missing; interpolated between their neighbours",
                lacking + members.len()
            );
            let place = super::refusal::names(&super::split::paths(files, &beside));
            self.warnings.push(Warning::new("slices_missing", message, place));
        }
        let mut thickness: Vec<f64> =
            members.iter().filter_map(|m| m.of(files).1.thickness_mm).collect();
        thickness.sort_by(f64::total_cmp);
        let Some(&thickness_mm) = thickness.get(thickness.len() / 2) else { return };
        let bearable_mm = 0.02 * spacing_mm + ROUNDING_MM;
        if thickness_mm > spacing_mm + bearable_mm {
            let message =
                format!("slices of {thickness_mm:.2} mm every {spacing_mm:.2} mm overlap");
            self.warnings.push(Warning::new("slices_overlap", message, ""));
        } else if thickness_mm < spacing_mm - bearable_mm {
            let message = format!(
                "slices of {thickness_mm:.2} mm every {spacing_mm:.2} mm leave tissue between \
                 them unseen"
            );
            self.warnings.push(Warning::new("slices_apart", message, ""));
        }
    }
}

/// Runs of equal distances: `13 x 4.00, 1.08, 13 x 7.00 mm`.
fn listed(gaps: &[f64]) -> String {
    let mut runs: Vec<(f64, usize)> = Vec::new();
    for &gap in gaps {
        match runs.last_mut() {
            Some((last, count)) if (*last - gap).abs() < ROUNDING_MM => *count += 1,
            _ => runs.push((gap, 1)),
        }
    }
    let more = runs.len() > 8;
    runs.truncate(8);
    let text = |&(gap, count): &(f64, usize)| match count {
        1 => format!("{gap:.2}"),
        n => format!("{n} x {gap:.2}"),
    };
    let texts: Vec<String> = runs.iter().map(text).collect();
    format!("{}{} mm", texts.join(", "), if more { ", ..." } else { "" })
}
