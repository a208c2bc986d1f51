//! Which structures the values of a file stand for.

use std::collections::BTreeMap;

use thecal_geom::Warning;

use super::{FileFault, MaskFile};

/// Different labels that a file may hold. A picture has more.
pub const MOST_LABELS: usize = 1024;
/// A file of more labels than this has to look like a label map.
const FEW_LABELS: usize = 64;
/// The values that a mask of a single structure is written with; 255 is what dcmrtstruct2nii and
/// programs for pictures write.
pub(super) const ALONE: [i32; 2] = [1, 255];
/// Beyond this a label is not kept exactly.
const LARGEST: f32 = 16_777_216.0;

/// Values are whole to this, of their size: scaling by a slope that is 1 but for its last digits
/// leaves that much. It merges no two labels.
const WHOLE: f32 = 1e-4;

/// Voxels of a label.
#[derive(Debug, Clone, Default)]
pub(super) struct Count {
    pub(super) voxels: usize,
    /// The planes across the coarsest axis that hold some.
    pub(super) on_planes: Vec<bool>,
}

impl Count {
    pub(super) fn planes(&self) -> usize {
        self.on_planes.iter().filter(|p| **p).count()
    }
}

/// One structure of a mask file.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Label {
    /// Its name: as the file has it; the file's own name where it holds only the label 1 (or 255)
    /// or nothing at all; else `label 60`.
    pub name: String,
    /// The value of its voxels; the lowest where there are several.
    pub value: i32,
    /// Further values of its voxels, where several labels are one structure.
    pub more_values: Vec<i32>,
    /// The layer that it lies on, for files whose structures overlap.
    pub layer: usize,
    /// How many voxels it has; 0 where it is named but not drawn.
    pub voxels: usize,
    /// On how many planes across the coarsest axis it has voxels.
    pub planes: usize,
    /// The planes that have some, where it was looked for.
    on_planes: Vec<bool>,
}

impl Label {
    fn new(name: String, value: i32, layer: usize, count: Count) -> Self {
        let (voxels, planes) = (count.voxels, count.planes());
        let on_planes = count.on_planes;
        Self { name, value, more_values: Vec::new(), layer, voxels, planes, on_planes }
    }

    /// Takes the voxels of another label in.
    fn join(&mut self, other: &Self) {
        self.more_values.push(other.value);
        self.more_values.extend(&other.more_values);
        self.voxels += other.voxels;
        let planes = self.on_planes.len().max(other.on_planes.len());
        self.on_planes.resize(planes, false);
        self.on_planes.iter_mut().zip(&other.on_planes).for_each(|(a, b)| *a |= b);
        self.planes = self.on_planes.iter().filter(|p| **p).count();
    }
}

impl MaskFile {
    /// Makes one structure of the labels of a layer that have one name.
    pub fn join_alike(&mut self) {
        let mut joined: Vec<Label> = Vec::new();
        for label in std::mem::take(&mut self.labels) {
            match joined.iter_mut().find(|l| (l.layer, &l.name) == (label.layer, &label.name)) {
                Some(first) => first.join(&label),
                None => joined.push(label),
            }
        }
        self.labels = joined;
    }
}

/// What the values of a layer are.
pub(super) struct Found {
    /// By label; of a graded layer voxels of half and more, by 1.
    pub(super) counts: BTreeMap<i32, Count>,
    pub(super) graded: bool,
    /// Labels are whole but for rounding: by how much, at most.
    off: Option<f32>,
}

impl Found {
    /// Makes whole numbers of values that are so but for rounding, and tells of it.
    pub(super) fn snap(&self, values: &mut [f32]) -> Option<Warning> {
        let off = self.off?;
        values.iter_mut().for_each(|v| *v = v.round());
        let message = format!(
            "labels are up to {off:.1e} off whole numbers, as after scaling; they are rounded"
        );
        Some(Warning::new("labels_rounded", message, ""))
    }
}

/// Tells labels from parts of a voxel, and both from a picture, row by row, so that values need
/// not be kept.
pub(super) struct Finder {
    size: [usize; 3],
    /// The coarsest axis.
    axis: usize,
    row: usize,
    /// All values are whole but for rounding.
    whole: bool,
    off: f32,
    /// The first value that no label has, by its voxel; and whether rounding does not make it one.
    outside: Option<(usize, f32)>,
    surely_outside: bool,
    part: Option<(usize, f32)>,
    above_one: Option<(usize, f32)>,
    /// Voxels of half and more.
    half: Count,
    counts: BTreeMap<i32, Count>,
    changes: usize,
}

impl Finder {
    pub(super) fn new(size: [usize; 3], axis: usize) -> Self {
        Self {
            size,
            axis,
            row: 0,
            whole: true,
            off: 0.0,
            outside: None,
            surely_outside: false,
            part: None,
            above_one: None,
            half: Count::default(),
            counts: BTreeMap::new(),
            changes: 0,
        }
    }

    /// Takes in the next rows, the fastest axis first. False where no more is needed: the values
    /// are those of a picture.
    pub(super) fn add(&mut self, values: &[f32]) -> bool {
        for line in values.chunks(self.size[0].max(1)) {
            if line.iter().any(|v| *v != 0.0) {
                self.add_row(line);
            }
            self.row += 1;
            if self.is_picture() {
                return false;
            }
        }
        true
    }

    fn is_picture(&self) -> bool {
        let scattered = !self.whole && self.part.is_some() && self.above_one.is_some();
        self.surely_outside || scattered || self.counts.len() > MOST_LABELS
    }

    fn add_row(&mut self, line: &[f32]) {
        let mut at = 0;
        for run in line.chunk_by(|a, b| a == b) {
            let value = run[0];
            let rounded = value.round();
            let place = Some((self.row * self.size[0] + at, value));
            let by = (value - rounded).abs();
            self.whole &= by <= WHOLE * value.abs().clamp(1.0, 2000.0);
            self.off = self.off.max(by);
            let label = 0.0..=LARGEST;
            if !label.contains(&value) {
                self.outside = self.outside.or(place);
                self.surely_outside |= !label.contains(&rounded);
            }
            if value.fract() != 0.0 {
                self.part = self.part.or(place);
            }
            if value > 1.0 {
                self.above_one = self.above_one.or(place);
            }
            let here = Run { at, length: run.len(), row: self.row };
            if value >= 0.5 {
                here.count(&mut self.half, self.size, self.axis);
            }
            if rounded != 0.0 {
                let count = self.counts.entry(rounded as i32).or_default();
                here.count(count, self.size, self.axis);
                self.changes += 1;
            }
            at += run.len();
        }
    }

    pub(super) fn finish(self) -> Result<Found, FileFault> {
        let snapped = self.whole && self.off > 0.0;
        if let Some((n, value)) = self.outside.filter(|_| !snapped || self.surely_outside) {
            return Err(picture(format!("the value {value} at voxel {n}")));
        }
        if let Some((n, value)) = self.part.filter(|_| !self.whole) {
            if let Some((other, above)) = self.above_one {
                let found = format!("{value} at voxel {n} and {above} at voxel {other}");
                return Err(picture(found));
            }
            let counts = BTreeMap::from([(1, self.half)]);
            return Ok(Found { counts, graded: true, off: None });
        }
        if self.counts.len() > MOST_LABELS {
            return Err(picture(format!("more than {MOST_LABELS} different values")));
        }
        // In a picture hardly two neighbours are alike.
        let voxels: usize = self.counts.values().map(|c| c.voxels).sum();
        if self.counts.len() > FEW_LABELS && 2 * self.changes > voxels {
            let found = format!("{} values that change from voxel to voxel", self.counts.len());
            return Err(picture(found));
        }
        Ok(Found { counts: self.counts, graded: false, off: snapped.then_some(self.off) })
    }
}

/// Neighbours of one value within a row.
struct Run {
    at: usize,
    length: usize,
    row: usize,
}

impl Run {
    fn count(&self, count: &mut Count, size: [usize; 3], axis: usize) {
        count.voxels += self.length;
        count.on_planes.resize(size[axis], false);
        let planes = match axis {
            0 => self.at..self.at + self.length,
            1 => self.row % size[1]..self.row % size[1] + 1,
            _ => self.row / size[1]..self.row / size[1] + 1,
        };
        if let Some(planes) = count.on_planes.get_mut(planes) {
            planes.fill(true);
        }
    }
}

fn picture(found: String) -> FileFault {
    let expected =
        format!("labels (whole numbers from 0, at most {MOST_LABELS} of them) or parts (0 to 1)");
    FileFault {
        is_image: true,
        ..FileFault::new("voxels", found, expected).advise("name a mask, not an image")
    }
}

/// Names the labels of all layers. `named` are those that the file names: layer, value, name.
pub(super) fn name(layers: &[Found], named: &[(usize, i32, String)], stem: &str) -> Vec<Label> {
    let mut out: Vec<Label> = Vec::new();
    for (layer, found) in layers.iter().enumerate() {
        let own =
            |value: i32| named.iter().find(|n| (n.0, n.1) == (layer, value)).map(|n| n.2.clone());
        let alone = named.is_empty() && layers.len() == 1 && found.counts.len() == 1;
        let of_file = |value: i32| alone && ALONE.contains(&value);
        for (&value, count) in &found.counts {
            let name = own(value).unwrap_or_else(|| match (of_file(value), layer) {
                (true, _) => stem.to_owned(),
                (false, 0) => format!("label {value}"),
                (false, layer) => format!("label {value} of layer {layer}"),
            });
            out.push(Label::new(name, value, layer, count.clone()));
        }
    }
    if named.is_empty() && layers.len() == 1 && out.is_empty() {
        let name = stem.to_owned();
        out.push(Label::new(name, ALONE[0], 0, Count::default()));
    }
    for (layer, value, name) in named {
        if !out.iter().any(|l| (l.layer, l.value) == (*layer, *value)) {
            out.push(Label::new(name.clone(), *value, *layer, Count::default()));
        }
    }
    out
}
