//! Which structures the values of a file stand for.

use std::collections::BTreeMap;

use thecal_geom::Warning;

use super::{FileFault, Label};

/// Different labels that a file may hold. A picture has more.
pub const MOST_LABELS: usize = 1024;
/// A file of more labels than this has to look like a label map.
const FEW_LABELS: usize = 64;
/// Beyond this a label is not kept exactly.
const LARGEST: f32 = 16_777_216.0;

/// Values are whole to this, of their size: scaling by a slope that is 1 but for its last digits
/// leaves that much. It merges no two labels.
const WHOLE: f32 = 1e-4;

/// Makes whole numbers of values that are so but for rounding, and tells of it. Parts of voxels
/// and pictures stay as they are.
pub(super) fn snap(values: &mut [f32]) -> Option<Warning> {
    let mut off = 0.0_f32;
    for v in values.iter() {
        let by = (v - v.round()).abs();
        if by.is_nan() || by > WHOLE * v.abs().clamp(1.0, 2000.0) {
            return None;
        }
        off = off.max(by);
    }
    (off > 0.0).then(|| {
        values.iter_mut().for_each(|v| *v = v.round());
        let message = format!(
            "labels are up to {off:.1e} off whole numbers, as scaling leaves them; taken as whole"
        );
        Warning::new("labels_rounded", message, "")
    })
}

/// What the values of a layer are.
pub(super) struct Found {
    /// Voxels by label; of a graded layer those of half and more, by 1.
    pub(super) counts: BTreeMap<i32, usize>,
    pub(super) graded: bool,
}

/// Tells labels from parts of a voxel, and both from a picture. `row` is the number of voxels
/// that lie next to each other.
pub(super) fn find(values: &[f32], row: usize) -> Result<Found, FileFault> {
    let picture = |found: String| FileFault {
        is_image: true,
        ..FileFault::new(
            "voxels",
            found,
            format!(
                "labels (whole numbers from 0, at most {MOST_LABELS} of them) or parts (0 to 1)"
            ),
        )
        .advise("name a mask, not a picture")
    };
    if let Some(n) = values.iter().position(|v| !(0.0..=LARGEST).contains(v)) {
        return Err(picture(format!("the value {} at voxel {n}", values[n])));
    }
    if let Some(part) = values.iter().position(|v| v.fract() != 0.0) {
        if let Some(n) = values.iter().position(|&v| v > 1.0) {
            let found = format!("{} at voxel {part} and {} at voxel {n}", values[part], values[n]);
            return Err(picture(found));
        }
        let inside = values.iter().filter(|&&v| v >= 0.5).count();
        return Ok(Found { counts: BTreeMap::from([(1, inside)]), graded: true });
    }
    let mut counts: BTreeMap<i32, usize> = BTreeMap::new();
    let mut changes = 0;
    for line in values.chunks(row.max(1)) {
        for run in line.chunk_by(|a, b| a == b).filter(|r| r[0] != 0.0) {
            *counts.entry(run[0] as i32).or_default() += run.len();
            changes += 1;
        }
        if counts.len() > MOST_LABELS {
            return Err(picture(format!("more than {MOST_LABELS} different values")));
        }
    }
    // In a picture hardly two neighbours are alike.
    let voxels: usize = counts.values().sum();
    if counts.len() > FEW_LABELS && 2 * changes > voxels {
        let found = format!("{} values that change from voxel to voxel", counts.len());
        return Err(picture(found));
    }
    Ok(Found { counts, graded: false })
}

/// Names the labels of all layers. `named` are those that the file names: layer, value, name.
pub(super) fn name(layers: &[Found], named: &[(usize, i32, String)], stem: &str) -> Vec<Label> {
    let mut out: Vec<Label> = Vec::new();
    for (layer, found) in layers.iter().enumerate() {
        let own =
            |value: i32| named.iter().find(|n| (n.0, n.1) == (layer, value)).map(|n| n.2.clone());
        let alone = named.is_empty() && layers.len() == 1 && found.counts.len() == 1;
        for (&value, &voxels) in &found.counts {
            let name = own(value).unwrap_or_else(|| match (alone && value == 1, layer) {
                (true, _) => stem.to_owned(),
                (false, 0) => format!("label {value}"),
                (false, layer) => format!("label {value} of layer {layer}"),
            });
            out.push(Label { name, value, layer, voxels });
        }
    }
    for (layer, value, name) in named {
        if !out.iter().any(|l| (l.layer, l.value) == (*layer, *value)) {
            out.push(Label { name: name.clone(), value: *value, layer: *layer, voxels: 0 });
        }
    }
    out
}
