//! The frames of an image: of a classic one from its attributes, of an enhanced or legacy
//! converted one from its functional groups (PS3.3 sections C.7.6.16 and C.7.6.16.2).

use dicom_core::Tag;

use super::frame::Frame;
use super::functional_groups::Groups;
use super::keys::Keys;
use crate::pixels::PixelFormat;
use crate::read::{DataSet, Fault, FaultKind, tags};

/// Geometry, rescale and distinguishing attributes of every frame.
pub(super) fn frames(data: &DataSet<'_>, format: &PixelFormat) -> Result<Vec<Frame>, Fault> {
    let shared = data.items(tags::SHARED_FUNCTIONAL_GROUPS_SEQUENCE)?.first();
    let per_frame = data.items(tags::PER_FRAME_FUNCTIONAL_GROUPS_SEQUENCE)?;
    if per_frame.is_empty() && format.frames == 1 {
        return Ok(vec![Groups { own: None, shared, top: data }.frame(0)?]);
    }
    if per_frame.len() != format.frames {
        let advice = "export the image again from its source";
        let found = format!("{} items", per_frame.len());
        let expected = format!("one for each of {} frames", format.frames);
        return Err(Fault::new(FaultKind::BadValue, found, expected, advice)
            .of(tags::PER_FRAME_FUNCTIONAL_GROUPS_SEQUENCE));
    }
    let frame = |(index, own)| Groups { own: Some(own), shared, top: data }.frame(index);
    per_frame.iter().enumerate().map(frame).collect()
}

impl Groups<'_, '_> {
    fn exactly<const N: usize>(&self, group: Tag, tag: Tag) -> Result<[f64; N], Fault> {
        let found = self.numbers(group, tag)?;
        found.as_slice().try_into().map_err(|_| {
            let advice = "an image without it has no position in the patient: export it again";
            let kind = if found.is_empty() { FaultKind::Missing } else { FaultKind::BadValue };
            let text = format!("{} numbers", found.len());
            Fault::new(kind, text, format!("{N} numbers"), advice).of(tag)
        })
    }

    fn frame(&self, index: usize) -> Result<Frame, Fault> {
        let (measures, transformation) =
            (tags::PIXEL_MEASURES_SEQUENCE, tags::PIXEL_VALUE_TRANSFORMATION_SEQUENCE);
        let spacing_mm: [f64; 2] = self.exactly(measures, tags::PIXEL_SPACING)?;
        if spacing_mm.iter().any(|&s| !(1e-6..=1e6).contains(&s)) {
            let advice = "export the image again from its source";
            let found = format!("{} and {} mm", spacing_mm[0], spacing_mm[1]);
            return Err(Fault::new(FaultKind::BadValue, found, "positive lengths", advice)
                .of(tags::PIXEL_SPACING));
        }
        let position_mm: [f64; 3] =
            self.exactly(tags::PLANE_POSITION_SEQUENCE, tags::IMAGE_POSITION_PATIENT)?;
        if position_mm.iter().any(|x| x.abs() > crate::read::MAX_COORDINATE_MM) {
            let advice = "no patient is at that position: do not use the file";
            let found = format!("{position_mm:?}");
            return Err(Fault::new(FaultKind::BadValue, found, "a position in the room", advice)
                .of(tags::IMAGE_POSITION_PATIENT));
        }
        let orientation =
            self.exactly(tags::PLANE_ORIENTATION_SEQUENCE, tags::IMAGE_ORIENTATION_PATIENT)?;
        check_orientation(&orientation)?;
        let slope = self.number(transformation, tags::RESCALE_SLOPE)?.unwrap_or(1.0);
        if slope == 0.0 {
            let advice = "export the image again from its source";
            return Err(Fault::new(FaultKind::BadValue, "0", "another number", advice)
                .of(tags::RESCALE_SLOPE));
        }
        Ok(Frame {
            index,
            position_mm,
            orientation,
            spacing_mm,
            thickness_mm: self.number(measures, tags::SLICE_THICKNESS)?.filter(|&t| t > 0.0),
            slope,
            intercept: self.number(transformation, tags::RESCALE_INTERCEPT)?.unwrap_or(0.0),
            keys: Keys::read(self),
        })
    }
}

/// Row and column have to be unit vectors at a right angle, as far as decimals go.
fn check_orientation(orientation: &[f64; 6]) -> Result<(), Fault> {
    let [a, b, c, d, e, f] = *orientation;
    let off = [a * a + b * b + c * c - 1.0, d * d + e * e + f * f - 1.0, a * d + b * e + c * f];
    if off.iter().all(|x| x.abs() < 2e-3) {
        return Ok(());
    }
    let advice = "export the image again from its source";
    let found = format!("{orientation:?}");
    Err(Fault::new(FaultKind::BadValue, found, "two unit vectors at a right angle", advice)
        .of(tags::IMAGE_ORIENTATION_PATIENT))
}
