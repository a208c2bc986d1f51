//! Segmentation (PS3.3 A.51): masks of segments on planes of their own.
//!
//! Binary, fractional and label map objects are read. Segments may overlap, frames may be absent
//! where a segment has nothing, and may lie in any order, orientation and distance: each is placed
//! by its own position. Of each frame the part that is not empty is kept.

mod frames;
mod kind;
mod pixels;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use dicom_dictionary_std::{tags, uids};
use thecal_geom::{Point3, Warning};
use thecal_voxel::{Slice, Slices};

use crate::object::{bad, check_class, count, missing};
use crate::pixels::PixelFormat;
use crate::read::{DataSet, Fault, FaultKind, ReadError, Source};
use frames::{Frame, frames};
pub use kind::SegmentationKind;
use pixels::{Window, windows};

/// Label Map Segmentation Storage (PS3.4 2024b), younger than the dictionary.
const LABEL_MAP_SEGMENTATION_STORAGE: &str = "1.2.840.10008.5.1.4.1.1.66.7";
/// Background, of the coding scheme DCM (PS3.16 annex D).
const BACKGROUND_CODE: &str = "125040";
/// Planes nearer to each other than this are one plane, mm.
const SAME_PLANE_MM: f64 = 1e-3;
/// Most planes that are taken for known to be empty; beyond, a lattice is no lattice of slices.
const MOST_EMPTY: f64 = 1e5;

/// One segment.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Segment {
    /// Segment Number.
    pub number: u16,
    /// Segment Label; may be empty.
    pub label: String,
    /// Meaning of the Segmented Property Type, for example `Spinal cord`.
    pub property: Option<String>,
    /// Segment Algorithm Type: `MANUAL`, `SEMIAUTOMATIC` or `AUTOMATIC`.
    pub algorithm_type: Option<String>,
    /// Frames that hold some of it; 0 where it is defined but not drawn.
    pub frames: usize,
}

/// A segmentation, as read.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Segmentation {
    /// The file.
    pub path: PathBuf,
    /// SOP Instance UID.
    pub sop_instance_uid: Option<String>,
    /// Series Instance UID of the segmentation itself.
    pub series_instance_uid: Option<String>,
    /// Frame of Reference UID.
    pub frame_of_reference_uid: Option<String>,
    /// Segmentation Type.
    pub kind: SegmentationKind,
    /// Rows and columns of a frame.
    pub size: [usize; 2],
    /// Number of frames.
    pub frame_count: usize,
    /// The segments in the order of the file, without a label map's background.
    pub segments: Vec<Segment>,
    /// Images that the frames were derived from, by SOP Instance UID, each once.
    pub referenced_images: Vec<String>,
    /// What was repaired or doubtful.
    pub warnings: Vec<Warning>,
    frames: Vec<Frame>,
    windows: Vec<Option<Window>>,
    slice_spacing_mm: Option<f64>,
}

/// Reads a segmentation.
///
/// # Errors
/// The file cannot be read or is cut off, is no segmentation, lies not in patient space (a slide),
/// cannot be decompressed, or its frames and pixels do not fit each other.
pub fn read_segmentation(path: &Path) -> Result<Segmentation, ReadError> {
    segmentation(&Source::open(path)?)
}

/// Reads a segmentation from the bytes of a whole file; `path` is for messages only.
///
/// # Errors
/// As [`read_segmentation`].
pub fn read_segmentation_bytes(
    path: &Path,
    bytes: impl Into<Arc<Vec<u8>>>,
) -> Result<Segmentation, ReadError> {
    segmentation(&Source::from_bytes(path, bytes)?)
}

fn segmentation(source: &Source) -> Result<Segmentation, ReadError> {
    let data = source.data_set()?;
    read(source, &data).map_err(|fault| ReadError::content(source.path(), fault))
}

fn read(source: &Source, data: &DataSet<'_>) -> Result<Segmentation, Fault> {
    let mut warnings = source.warnings().to_vec();
    let classes = [uids::SEGMENTATION_STORAGE, LABEL_MAP_SEGMENTATION_STORAGE];
    let mark = tags::SEGMENT_SEQUENCE;
    check_class(source, data, &classes, "a Segmentation", mark, &mut warnings)?;
    let kind = kind(data)?;
    let format = PixelFormat::read(data)?;
    let (size, frame_count) = ([format.rows, format.columns], format.frames);
    let (frames, referenced_images) = frames(data, frame_count, kind)?;
    let background = background(data, kind)?;
    let windows = windows(data, source.transfer_syntax(), kind, background)?;
    let (mut segments, nothing) = segments(data, kind, background)?;
    let drawn = drawn_frames(&frames, &windows, kind);
    for s in &mut segments {
        s.frames = drawn.get(&s.number).copied().unwrap_or(0);
    }
    warnings.extend(segments.iter().filter_map(|s| never_half(s.number, &frames, &windows, kind)));
    let defined = |n: &u16| nothing.contains(n) || segments.iter().any(|s| s.number == *n);
    for number in drawn.keys().filter(|n| !defined(n)) {
        let message = format!("frames refer to segment {number}, which is not defined; left out");
        warnings.push(Warning::new("segment_undefined", message, ""));
    }
    let owned = |tag| data.code(tag).map(str::to_owned);
    let shared = data.items(tags::SHARED_FUNCTIONAL_GROUPS_SEQUENCE)?;
    let measures = match shared.first() {
        Some(groups) => groups.items(tags::PIXEL_MEASURES_SEQUENCE)?.first(),
        None => None,
    };
    let slice_spacing_mm = match measures {
        Some(measures) => measures.number(tags::SPACING_BETWEEN_SLICES)?.filter(|s| *s > 0.0),
        None => None,
    };
    Ok(Segmentation {
        path: source.path().into(),
        sop_instance_uid: owned(tags::SOP_INSTANCE_UID),
        series_instance_uid: owned(tags::SERIES_INSTANCE_UID),
        frame_of_reference_uid: owned(tags::FRAME_OF_REFERENCE_UID),
        kind,
        size,
        frame_count,
        segments,
        referenced_images,
        warnings,
        frames,
        windows,
        slice_spacing_mm,
    })
}

fn kind(data: &DataSet<'_>) -> Result<SegmentationKind, Fault> {
    let tag = tags::SEGMENTATION_TYPE;
    match data.code(tag) {
        Some("BINARY") => Ok(SegmentationKind::Binary),
        Some("LABELMAP") => Ok(SegmentationKind::LabelMap),
        Some("FRACTIONAL") => {
            let maximum = count(data, tags::MAXIMUM_FRACTIONAL_VALUE, [1, 255])?;
            Ok(SegmentationKind::Fractional { maximum: maximum as u8 })
        }
        Some(other) => Err(bad(tag, format!("{other:?}"), "BINARY, FRACTIONAL or LABELMAP")),
        None => Err(missing(tag, "BINARY, FRACTIONAL or LABELMAP")),
    }
}

/// The value of the pixels of a label map that belong to nothing: Pixel Padding Value (PS3.3
/// C.8.20.2.3.3), 0 where none is stated. With another one 0 is a segment like others.
fn background(data: &DataSet<'_>, kind: SegmentationKind) -> Result<u16, Fault> {
    let tag = tags::PIXEL_PADDING_VALUE;
    if kind != SegmentationKind::LabelMap || data.get(tag).is_none() {
        return Ok(0);
    }
    Ok(count(data, tag, [0, 65_535])? as u16)
}

/// Tells of a segment whose fractions all lie below half of the maximum, so that by them nothing
/// is inside: mostly a mask of 0 and 1 whose maximum was left at 255.
fn never_half(
    segment: u16,
    frames: &[Frame],
    windows: &[Option<Window>],
    kind: SegmentationKind,
) -> Option<Warning> {
    let (largest, maximum) = low_fraction(segment, frames, windows, kind)?;
    let message = format!(
        "the largest value of segment {segment} is {largest} of a maximum of {maximum}, so that no \
         pixel is half inside{}; it cannot be measured",
        if largest == 1 {
            ": a mask of 0 and 1 under a wrong Maximum Fractional Value"
        } else {
            ""
        }
    );
    Some(Warning::new("fraction_below_half", message, ""))
}

/// The largest fraction of a segment and the maximum, where it is below half of it.
fn low_fraction(
    segment: u16,
    frames: &[Frame],
    windows: &[Option<Window>],
    kind: SegmentationKind,
) -> Option<(u16, u8)> {
    let SegmentationKind::Fractional { maximum } = kind else { return None };
    let of_segment = frames.iter().zip(windows).filter(|(f, _)| f.segment == segment);
    let largest = of_segment.filter_map(|(_, w)| Some(w.as_ref()?.largest())).max()?;
    (2 * u32::from(largest) < u32::from(maximum)).then_some((largest, maximum))
}

/// The segments, and the numbers of those of a label map that stand for the background.
fn segments(
    data: &DataSet<'_>,
    kind: SegmentationKind,
    background: u16,
) -> Result<(Vec<Segment>, Vec<u16>), Fault> {
    let items = data.items(tags::SEGMENT_SEQUENCE)?;
    if items.is_empty() {
        return Err(missing(tags::SEGMENT_SEQUENCE, "at least one segment"));
    }
    let mut out: Vec<Segment> = Vec::with_capacity(items.len());
    let mut nothing = Vec::new();
    for item in items {
        let number = count(item, tags::SEGMENT_NUMBER, [0, 65_535])? as u16;
        let property = item.items(tags::SEGMENTED_PROPERTY_TYPE_CODE_SEQUENCE)?.first();
        let coded = property.and_then(|p| p.code(tags::CODE_VALUE)) == Some(BACKGROUND_CODE);
        if kind == SegmentationKind::LabelMap && (number == background || coded) {
            nothing.push(number);
            continue;
        }
        if out.iter().any(|s| s.number == number) {
            let found = format!("{number} for two segments");
            return Err(bad(tags::SEGMENT_NUMBER, found, "a number of its own"));
        }
        out.push(Segment {
            number,
            label: item.text(tags::SEGMENT_LABEL).unwrap_or_default(),
            property: property.and_then(|p| p.text(tags::CODE_MEANING)),
            algorithm_type: item.text(tags::SEGMENT_ALGORITHM_TYPE),
            frames: 0,
        });
    }
    Ok((out, nothing))
}

/// How many frames hold some of each segment.
fn drawn_frames(
    frames: &[Frame],
    windows: &[Option<Window>],
    kind: SegmentationKind,
) -> BTreeMap<u16, usize> {
    let mut out = BTreeMap::new();
    for (frame, window) in frames.iter().zip(windows) {
        let Some(window) = window else { continue };
        if kind == SegmentationKind::LabelMap {
            window.labels().into_iter().for_each(|n| *out.entry(n).or_default() += 1);
        } else {
            *out.entry(frame.segment).or_default() += 1;
        }
    }
    out
}

impl Segmentation {
    /// The mask of a segment on the planes of its frames.
    ///
    /// By the standard a plane without a frame holds nothing; such planes are known where the
    /// frames of all segments, with Spacing Between Slices, show the lattice that they lie on.
    ///
    /// # Errors
    /// The segment's frames do not lie parallel to each other on one pixel lattice, or two on one
    /// plane do not cover the same pixels.
    pub fn mask(&self, number: u16) -> Result<Slices, ReadError> {
        self.slices(number).map_err(|fault| ReadError::content(&self.path, fault))
    }

    fn slices(&self, number: u16) -> Result<Slices, Fault> {
        if let Some((largest, maximum)) =
            low_fraction(number, &self.frames, &self.windows, self.kind)
        {
            let found = format!("{maximum}, with values of {largest} at most");
            let expected = "values of half the maximum and more inside the segment";
            return Err(bad(tags::MAXIMUM_FRACTIONAL_VALUE, found, expected));
        }
        let label_map = self.kind == SegmentationKind::LabelMap;
        let of_segment =
            self.frames.iter().enumerate().filter(|(_, f)| label_map || f.segment == number);
        let mut placed: Vec<(f64, usize)> = Vec::new();
        let mut first: Option<&Frame> = None;
        for (n, frame) in of_segment {
            let reference = *first.get_or_insert(frame);
            if !frame.is_parallel_to(reference) {
                let found = format!("frame {} turned against the segment's others", n + 1);
                return Err(bad(
                    tags::IMAGE_ORIENTATION_PATIENT,
                    found,
                    "frames of one orientation and pixel spacing",
                ));
            }
            placed.push((reference.normal().dot(&frame.position_mm.coords), n));
        }
        let Some(reference) = first else {
            let found = format!("no frame of segment {number}");
            let advice = "choose a segment that is drawn";
            return Err(Fault::new(FaultKind::Missing, found, "one", advice)
                .of(tags::REFERENCED_SEGMENT_NUMBER));
        };
        placed.sort_by(|a, b| a.0.total_cmp(&b.0));
        let mut held: Vec<f64> = Vec::new();
        let mut slices: Vec<Slice> = Vec::new();
        for plane in placed.chunk_by(|a, b| b.0 - a.0 < SAME_PLANE_MM) {
            let frames: Vec<usize> = plane.iter().map(|p| p.1).collect();
            let place = &self.frames[frames[0]];
            let away = |n: &usize| (self.frames[*n].position_mm - place.position_mm).norm();
            if let Some(other) = frames.iter().find(|n| away(n) > SAME_PLANE_MM) {
                let found = format!("frames {} and {} on one plane", frames[0] + 1, other + 1);
                let expected = "frames of one plane that cover the same pixels";
                return Err(bad(tags::IMAGE_POSITION_PATIENT, found, expected));
            }
            let windows: Vec<&Window> =
                frames.iter().filter_map(|&n| self.windows[n].as_ref()).collect();
            if let Some(slice) = pixels::slice(&windows, self.kind, number, place) {
                held.push(plane[0].0);
                slices.push(slice);
            }
        }
        let empty = self.empty_planes(reference, &held);
        let normal = reference.normal();
        let at = reference.position_mm;
        let at_w = normal.dot(&at.coords);
        let empty_mm: Vec<Point3> = empty.into_iter().map(|w| at + normal * (w - at_w)).collect();
        Slices::new(reference.axes, reference.spacing_mm, slices, empty_mm).map_err(|e| {
            bad(tags::PLANE_POSITION_SEQUENCE, e.to_string(), "frames on planes in patient space")
        })
    }

    /// Planes between the first and the last of a segment that are known to hold none of it.
    fn empty_planes(&self, reference: &Frame, held: &[f64]) -> Vec<f64> {
        let (Some(&lo), Some(&hi)) = (held.first(), held.last()) else { return Vec::new() };
        let normal = reference.normal();
        let mut known: Vec<f64> = self
            .frames
            .iter()
            .filter(|f| f.is_parallel_to(reference))
            .map(|f| normal.dot(&f.position_mm.coords))
            .collect();
        known.sort_by(f64::total_cmp);
        known.dedup_by(|b, a| *b - *a < SAME_PLANE_MM);
        let least = known.windows(2).map(|w| w[1] - w[0]).fold(f64::INFINITY, f64::min);
        let step = self.slice_spacing_mm.unwrap_or(least).min(least);
        let off = |w: &[f64]| ((w[1] - w[0]) / step - ((w[1] - w[0]) / step).round()).abs();
        if step.is_finite()
            && (hi - lo) / step < MOST_EMPTY
            && known.windows(2).all(|w| off(w) < 0.05)
        {
            let between = known.clone();
            for w in between.windows(2) {
                let steps = ((w[1] - w[0]) / step).round();
                known.extend((1..steps as usize).map(|k| w[0] + (w[1] - w[0]) * k as f64 / steps));
            }
            known.sort_by(f64::total_cmp);
        }
        let near = |w: f64| held.iter().any(|h| (h - w).abs() < SAME_PLANE_MM);
        known.into_iter().filter(|&w| lo < w && w < hi && !near(w)).collect()
    }
}
