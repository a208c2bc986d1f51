//! Where each frame lies, and which segment it is of.

use std::collections::HashSet;

use dicom_core::Tag;
use dicom_dictionary_std::tags;
use thecal_geom::{Point3, Vector3};

use super::kind::SegmentationKind;
use crate::object::{bad, count, missing, orientation, pixel_spacing, position};
use crate::read::{DataSet, Fault};

/// One frame.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Frame {
    /// Referenced Segment Number; 0 in a label map.
    pub(super) segment: u16,
    /// Centre of the first pixel, LPS mm.
    pub(super) position_mm: Point3,
    /// Unit vectors along a row and along a column.
    pub(super) axes: [Vector3; 2],
    /// Distance of pixel centres along them, mm.
    pub(super) spacing_mm: [f64; 2],
}

impl Frame {
    pub(super) fn normal(&self) -> Vector3 {
        self.axes[0].cross(&self.axes[1]).normalize()
    }

    pub(super) fn is_parallel_to(&self, other: &Self) -> bool {
        (0..2).all(|k| {
            (self.axes[k] - other.axes[k]).norm() < 1e-4
                && (self.spacing_mm[k] - other.spacing_mm[k]).abs() < 1e-4 * other.spacing_mm[k]
        })
    }
}

/// The frames, and the images that they were derived from.
pub(super) fn frames(
    data: &DataSet<'_>,
    frame_count: usize,
    kind: SegmentationKind,
) -> Result<(Vec<Frame>, Vec<String>), Fault> {
    let shared = data.items(tags::SHARED_FUNCTIONAL_GROUPS_SEQUENCE)?.first();
    let per_frame = data.items(tags::PER_FRAME_FUNCTIONAL_GROUPS_SEQUENCE)?;
    if per_frame.len() != frame_count {
        let found = format!("{} items for {frame_count} frames", per_frame.len());
        return Err(bad(tags::PER_FRAME_FUNCTIONAL_GROUPS_SEQUENCE, found, "one for each frame"));
    }
    let mut seen = HashSet::new();
    let mut images = Vec::new();
    let mut out = Vec::with_capacity(frame_count);
    for groups in per_frame {
        let group = |tag: Tag| -> Result<Option<&DataSet<'_>>, Fault> {
            match groups.items(tag)?.first() {
                Some(group) => Ok(Some(group)),
                None => Ok(match shared {
                    Some(shared) => shared.items(tag)?.first(),
                    None => None,
                }),
            }
        };
        for derivation in groups.items(tags::DERIVATION_IMAGE_SEQUENCE)? {
            for image in derivation.items(tags::SOURCE_IMAGE_SEQUENCE)? {
                if let Some(uid) = image.code(tags::REFERENCED_SOP_INSTANCE_UID)
                    && seen.insert(uid)
                {
                    images.push(uid.to_owned());
                }
            }
        }
        let required = |tag: Tag| {
            group(tag)?.ok_or_else(|| missing(tag, "a frame that is placed in patient space"))
        };
        let absent = |tag: Tag| missing(tag, "a value");
        let place = required(tags::PLANE_POSITION_SEQUENCE)?;
        let turn = required(tags::PLANE_ORIENTATION_SEQUENCE)?;
        let measures = required(tags::PIXEL_MEASURES_SEQUENCE)?;
        let segment = match kind {
            SegmentationKind::LabelMap => 0,
            _ => {
                let tag = tags::SEGMENT_IDENTIFICATION_SEQUENCE;
                let group = group(tag)?.ok_or_else(|| missing(tag, "the frame's segment"))?;
                count(group, tags::REFERENCED_SEGMENT_NUMBER, [0, 65_535])? as u16
            }
        };
        out.push(Frame {
            segment,
            position_mm: position(place)?.ok_or_else(|| absent(tags::IMAGE_POSITION_PATIENT))?,
            axes: orientation(turn)?.ok_or_else(|| absent(tags::IMAGE_ORIENTATION_PATIENT))?,
            spacing_mm: pixel_spacing(measures)?.ok_or_else(|| absent(tags::PIXEL_SPACING))?,
        });
    }
    Ok((out, images))
}
