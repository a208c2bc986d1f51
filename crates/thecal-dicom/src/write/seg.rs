//! One segmentation (Segmentation IOD, PS3.3 A.51): binary, with the frames that hold something.

use std::path::Path;

use dicom_core::{PrimitiveValue, Tag, VR};
use dicom_dictionary_std::{tags, uids};
use dicom_object::InMemDicomObject;

use super::colour::cielab;
use super::{
    Equipment, ImageReference, SeriesReference, StudyOut, WriteError, decimal_string,
    decimal_strings, fresh_uid, put, put_empty, put_items, put_study, save,
};

/// A coded concept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CodeOut {
    /// Code Value.
    pub value: &'static str,
    /// Coding Scheme Designator, for example `SCT`.
    pub scheme: &'static str,
    /// Code Meaning.
    pub meaning: &'static str,
}

/// One segment.
#[derive(Debug, Clone, PartialEq)]
pub struct SegmentOut {
    /// Segment Label, at most 64 characters.
    pub label: String,
    /// Segment Description, at most 1024 characters.
    pub description: String,
    /// Segment Algorithm Type: `AUTOMATIC` or `SEMIAUTOMATIC`.
    pub algorithm_type: &'static str,
    /// Segment Algorithm Name, at most 64 characters.
    pub algorithm_name: String,
    /// Segmented Property Category.
    pub category: CodeOut,
    /// Segmented Property Type.
    pub property: CodeOut,
    /// Display colour, red, green, blue.
    pub colour: [u8; 3],
}

/// One frame: a segment on a plane.
#[derive(Debug, Clone, PartialEq)]
pub struct SegFrame {
    /// Number of the segment, from 1.
    pub segment: u16,
    /// Number of the plane, from 1: frames of several segments on one plane share it.
    pub plane: u32,
    /// Image Position (Patient): centre of the first pixel, LPS mm.
    pub position_mm: [f64; 3],
    /// The image on that plane, if there is one.
    pub image: Option<ImageReference>,
    /// Column and row of the first pixel of the part that `inside` holds.
    pub first: [usize; 2],
    /// Columns and rows of that part.
    pub size: [usize; 2],
    /// Which pixels of the part belong to the segment, row by row.
    pub inside: Vec<bool>,
}

/// A segmentation to be written. All lengths in mm, positions in LPS.
#[derive(Debug, Clone, PartialEq)]
pub struct SegOut {
    /// Patient, study and frame of reference.
    pub study: StudyOut,
    /// Who made it and when.
    pub equipment: Equipment,
    /// Series Instance UID of the segmentation.
    pub series_uid: String,
    /// SOP Instance UID of the segmentation.
    pub sop_uid: String,
    /// Content Description, at most 64 characters.
    pub description: String,
    /// Number of rows.
    pub rows: u16,
    /// Number of columns.
    pub columns: u16,
    /// Image Orientation (Patient): direction of a row, then of a column.
    pub orientation: [f64; 6],
    /// Distance between rows, then between columns, mm.
    pub pixel_spacing_mm: [f64; 2],
    /// Slice Thickness, mm.
    pub thickness_mm: f64,
    /// Spacing Between Slices, mm; none where planes lie unevenly.
    pub slice_spacing_mm: Option<f64>,
    /// The image series that the segmentation refers to.
    pub references: Vec<SeriesReference>,
    /// The segments, numbered from 1 in this order.
    pub segments: Vec<SegmentOut>,
    /// The frames.
    pub frames: Vec<SegFrame>,
}

/// Writes a binary segmentation as explicit VR little endian; the bits of all frames follow each
/// other without a gap (PS3.5 section 8.1.1).
///
/// # Errors
/// A frame does not fit rows, columns and segments, a number is not finite, or the file cannot be
/// written.
///
/// # Example
/// ```
/// use thecal_dicom::seg::read_segmentation;
/// use thecal_dicom::write::{
///     CodeOut, Equipment, SegFrame, SegOut, SegmentOut, StudyOut, fresh_uid, write_segmentation,
/// };
///
/// let code = |value, meaning| CodeOut { value, scheme: "SCT", meaning };
/// let seg = SegOut {
///     study: StudyOut::without_patient()?,
///     equipment: Equipment::now("0", 1, "Example"),
///     series_uid: fresh_uid()?,
///     sop_uid: fresh_uid()?,
///     description: "A cord of six pixels".into(),
///     rows: 8,
///     columns: 8,
///     orientation: [1.0, 0.0, 0.0, 0.0, 1.0, 0.0],
///     pixel_spacing_mm: [1.0, 1.0],
///     thickness_mm: 2.0,
///     slice_spacing_mm: None,
///     references: Vec::new(),
///     segments: vec![SegmentOut {
///         label: "SpinalCord".into(),
///         description: String::new(),
///         algorithm_type: "MANUAL",
///         algorithm_name: String::new(),
///         category: code("123037004", "Anatomical Structure"),
///         property: code("2748008", "Spinal cord"),
///         colour: [255, 200, 0],
///     }],
///     frames: vec![SegFrame {
///         segment: 1,
///         plane: 1,
///         position_mm: [0.0, 0.0, 10.0],
///         image: None,
///         first: [3, 2],
///         size: [3, 2],
///         inside: vec![true; 6],
///     }],
/// };
/// let folder = tempfile::tempdir()?;
/// let path = folder.path().join("seg.dcm");
/// write_segmentation(&path, &seg)?;
///
/// let read = read_segmentation(&path)?;
/// assert_eq!(read.segments[0].label, "SpinalCord");
/// let slices = read.mask(1)?;
/// let pixels = slices.slices()[0].values.iter().filter(|&&v| v > 0).count();
/// assert_eq!(pixels, 6);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn write_segmentation(path: &Path, seg: &SegOut) -> Result<(), WriteError> {
    let bits = packed(seg)?;
    let mut object = InMemDicomObject::new_empty();
    let o = &mut object;
    put_study(o, &seg.study);
    seg.equipment.put(o);
    put(o, tags::SOP_CLASS_UID, VR::UI, uids::SEGMENTATION_STORAGE);
    put(o, tags::SOP_INSTANCE_UID, VR::UI, seg.sop_uid.as_str());
    put(o, tags::MODALITY, VR::CS, "SEG");
    put(o, tags::SERIES_INSTANCE_UID, VR::UI, seg.series_uid.as_str());
    put(o, tags::INSTANCE_NUMBER, VR::IS, "1");
    put(o, tags::DEVICE_SERIAL_NUMBER, VR::LO, "0");
    put(
        o,
        tags::IMAGE_TYPE,
        VR::CS,
        PrimitiveValue::Strs(["DERIVED", "PRIMARY"].map(String::from).as_slice().into()),
    );
    put(o, tags::CONTENT_DATE, VR::DA, seg.equipment.date.as_str());
    put(o, tags::CONTENT_TIME, VR::TM, seg.equipment.time.as_str());
    put(o, tags::CONTENT_LABEL, VR::CS, "THECAL");
    put(o, tags::CONTENT_DESCRIPTION, VR::LO, seg.description.as_str());
    put_empty(o, tags::CONTENT_CREATOR_NAME, VR::PN);
    put(o, tags::SEGMENTATION_TYPE, VR::CS, "BINARY");
    put(o, tags::SEGMENTS_OVERLAP, VR::CS, "YES");
    put(o, tags::LOSSY_IMAGE_COMPRESSION, VR::CS, "00");
    put(o, tags::SAMPLES_PER_PIXEL, VR::US, 1_u16);
    put(o, tags::PHOTOMETRIC_INTERPRETATION, VR::CS, "MONOCHROME2");
    put(o, tags::NUMBER_OF_FRAMES, VR::IS, seg.frames.len().to_string());
    put(o, tags::ROWS, VR::US, seg.rows);
    put(o, tags::COLUMNS, VR::US, seg.columns);
    put(o, tags::BITS_ALLOCATED, VR::US, 1_u16);
    put(o, tags::BITS_STORED, VR::US, 1_u16);
    put(o, tags::HIGH_BIT, VR::US, 0_u16);
    put(o, tags::PIXEL_REPRESENTATION, VR::US, 0_u16);
    put_dimensions(o)?;
    put_references(o, seg);
    let segments = seg.segments.iter().enumerate().map(|(n, s)| segment_item(n + 1, s));
    put_items(o, tags::SEGMENT_SEQUENCE, segments.collect());
    put_items(o, tags::SHARED_FUNCTIONAL_GROUPS_SEQUENCE, vec![shared(seg)?]);
    let frames: Result<Vec<_>, _> = seg.frames.iter().map(frame_item).collect();
    put_items(o, tags::PER_FRAME_FUNCTIONAL_GROUPS_SEQUENCE, frames?);
    put(o, tags::PIXEL_DATA, VR::OB, PrimitiveValue::U8(bits.into()));
    let syntax = uids::EXPLICIT_VR_LITTLE_ENDIAN;
    save(object, path, syntax, uids::SEGMENTATION_STORAGE, &seg.sop_uid)
}

/// The bits of all frames, the first pixel in the lowest bit, of even length.
fn packed(seg: &SegOut) -> Result<Vec<u8>, WriteError> {
    let (rows, columns) = (usize::from(seg.rows), usize::from(seg.columns));
    let length = (rows * columns * seg.frames.len()).div_ceil(8).next_multiple_of(2);
    let mut bytes = vec![0_u8; length];
    for (n, frame) in seg.frames.iter().enumerate() {
        let ([i0, j0], [width, height]) = (frame.first, frame.size);
        let fits = i0 + width <= columns
            && j0 + height <= rows
            && frame.inside.len() == width * height
            && (1..=seg.segments.len()).contains(&usize::from(frame.segment));
        if !fits {
            return Err(WriteError::Inconsistent(format!(
                "frame {}: {width} x {height} pixels at column {i0}, row {j0} of segment {} do not \
                 fit {columns} x {rows} and {} segments",
                n + 1,
                frame.segment,
                seg.segments.len()
            )));
        }
        for at in (0..width * height).filter(|&at| frame.inside[at]) {
            let pixel = (n * rows + j0 + at / width) * columns + i0 + at % width;
            bytes[pixel / 8] |= 1 << (pixel % 8);
        }
    }
    Ok(bytes)
}

fn code_item(code: CodeOut) -> InMemDicomObject {
    let mut item = InMemDicomObject::new_empty();
    put(&mut item, tags::CODE_VALUE, VR::SH, code.value);
    put(&mut item, tags::CODING_SCHEME_DESIGNATOR, VR::SH, code.scheme);
    put(&mut item, tags::CODE_MEANING, VR::LO, code.meaning);
    item
}

fn segment_item(number: usize, segment: &SegmentOut) -> InMemDicomObject {
    let mut object = InMemDicomObject::new_empty();
    let item = &mut object;
    put(item, tags::SEGMENT_NUMBER, VR::US, number as u16);
    put(item, tags::SEGMENT_LABEL, VR::LO, segment.label.as_str());
    put(item, tags::SEGMENT_DESCRIPTION, VR::ST, segment.description.as_str());
    put(item, tags::SEGMENT_ALGORITHM_TYPE, VR::CS, segment.algorithm_type);
    put(item, tags::SEGMENT_ALGORITHM_NAME, VR::LO, segment.algorithm_name.as_str());
    let category = tags::SEGMENTED_PROPERTY_CATEGORY_CODE_SEQUENCE;
    put_items(item, category, vec![code_item(segment.category)]);
    let property = tags::SEGMENTED_PROPERTY_TYPE_CODE_SEQUENCE;
    put_items(item, property, vec![code_item(segment.property)]);
    let lab = cielab(segment.colour);
    let lab = PrimitiveValue::U16(lab.as_slice().into());
    put(item, tags::RECOMMENDED_DISPLAY_CIE_LAB_VALUE, VR::US, lab);
    object
}

/// Frames are ordered by segment, then by position.
fn put_dimensions(o: &mut InMemDicomObject) -> Result<(), WriteError> {
    let uid = fresh_uid()?;
    let mut organization = InMemDicomObject::new_empty();
    put(&mut organization, tags::DIMENSION_ORGANIZATION_UID, VR::UI, uid.as_str());
    put_items(o, tags::DIMENSION_ORGANIZATION_SEQUENCE, vec![organization]);
    let index = |pointer: Tag, group: Tag, label: &str| {
        let mut item = InMemDicomObject::new_empty();
        put(&mut item, tags::DIMENSION_ORGANIZATION_UID, VR::UI, uid.as_str());
        let tag = |tag: Tag| PrimitiveValue::Tags([tag].as_slice().into());
        put(&mut item, tags::DIMENSION_INDEX_POINTER, VR::AT, tag(pointer));
        put(&mut item, tags::FUNCTIONAL_GROUP_POINTER, VR::AT, tag(group));
        put(&mut item, tags::DIMENSION_DESCRIPTION_LABEL, VR::LO, label);
        item
    };
    let segment = tags::SEGMENT_IDENTIFICATION_SEQUENCE;
    let place = tags::PLANE_POSITION_SEQUENCE;
    let indices = vec![
        index(tags::REFERENCED_SEGMENT_NUMBER, segment, "Segment Number"),
        index(tags::IMAGE_POSITION_PATIENT, place, "Image Position Patient"),
    ];
    put_items(o, tags::DIMENSION_INDEX_SEQUENCE, indices);
    Ok(())
}

fn image_item(image: &ImageReference) -> InMemDicomObject {
    let mut item = InMemDicomObject::new_empty();
    put(&mut item, tags::REFERENCED_SOP_CLASS_UID, VR::UI, image.class_uid.as_str());
    put(&mut item, tags::REFERENCED_SOP_INSTANCE_UID, VR::UI, image.instance_uid.as_str());
    item
}

/// The Common Instance Reference module: series of this study, then those of others.
fn put_references(o: &mut InMemDicomObject, seg: &SegOut) {
    let series_item = |reference: &SeriesReference| {
        let mut series = InMemDicomObject::new_empty();
        put(&mut series, tags::SERIES_INSTANCE_UID, VR::UI, reference.series_uid.as_str());
        let images = reference.images.iter().map(image_item).collect();
        put_items(&mut series, tags::REFERENCED_INSTANCE_SEQUENCE, images);
        series
    };
    let (own, other): (Vec<_>, Vec<_>) = seg
        .references
        .iter()
        .filter(|r| !r.images.is_empty())
        .partition(|r| r.study_uid == seg.study.study_uid);
    if !own.is_empty() {
        let items = own.into_iter().map(series_item).collect();
        put_items(o, tags::REFERENCED_SERIES_SEQUENCE, items);
    }
    let study_item = |reference: &SeriesReference| {
        let mut study = InMemDicomObject::new_empty();
        put(&mut study, tags::STUDY_INSTANCE_UID, VR::UI, reference.study_uid.as_str());
        put_items(&mut study, tags::REFERENCED_SERIES_SEQUENCE, vec![series_item(reference)]);
        study
    };
    if !other.is_empty() {
        let tag = tags::STUDIES_CONTAINING_OTHER_REFERENCED_INSTANCES_SEQUENCE;
        put_items(o, tag, other.into_iter().map(study_item).collect());
    }
}

fn shared(seg: &SegOut) -> Result<InMemDicomObject, WriteError> {
    let mut measures = InMemDicomObject::new_empty();
    let thickness = decimal_string(seg.thickness_mm, 6)?;
    put(&mut measures, tags::SLICE_THICKNESS, VR::DS, thickness);
    if let Some(spacing_mm) = seg.slice_spacing_mm {
        put(&mut measures, tags::SPACING_BETWEEN_SLICES, VR::DS, decimal_string(spacing_mm, 6)?);
    }
    let spacing = decimal_strings(&seg.pixel_spacing_mm, 9)?;
    put(&mut measures, tags::PIXEL_SPACING, VR::DS, spacing);
    let mut turn = InMemDicomObject::new_empty();
    let orientation = decimal_strings(&seg.orientation, 12)?;
    put(&mut turn, tags::IMAGE_ORIENTATION_PATIENT, VR::DS, orientation);
    let mut groups = InMemDicomObject::new_empty();
    put_items(&mut groups, tags::PIXEL_MEASURES_SEQUENCE, vec![measures]);
    put_items(&mut groups, tags::PLANE_ORIENTATION_SEQUENCE, vec![turn]);
    Ok(groups)
}

fn frame_item(frame: &SegFrame) -> Result<InMemDicomObject, WriteError> {
    let mut groups = InMemDicomObject::new_empty();
    let mut content = InMemDicomObject::new_empty();
    let index = PrimitiveValue::U32([u32::from(frame.segment), frame.plane].as_slice().into());
    put(&mut content, tags::DIMENSION_INDEX_VALUES, VR::UL, index);
    put_items(&mut groups, tags::FRAME_CONTENT_SEQUENCE, vec![content]);
    let mut place = InMemDicomObject::new_empty();
    let position = decimal_strings(&frame.position_mm, 9)?;
    put(&mut place, tags::IMAGE_POSITION_PATIENT, VR::DS, position);
    put_items(&mut groups, tags::PLANE_POSITION_SEQUENCE, vec![place]);
    let mut segment = InMemDicomObject::new_empty();
    put(&mut segment, tags::REFERENCED_SEGMENT_NUMBER, VR::US, frame.segment);
    put_items(&mut groups, tags::SEGMENT_IDENTIFICATION_SEQUENCE, vec![segment]);
    if let Some(image) = &frame.image {
        put_items(&mut groups, tags::DERIVATION_IMAGE_SEQUENCE, vec![derivation(image)]);
    }
    Ok(groups)
}

/// That a frame is a segmentation of an image (PS3.16 CID 7203 and CID 7202).
fn derivation(image: &ImageReference) -> InMemDicomObject {
    let segmentation = CodeOut { value: "113076", scheme: "DCM", meaning: "Segmentation" };
    let purpose = CodeOut {
        value: "121322",
        scheme: "DCM",
        meaning: "Source image for image processing operation",
    };
    let mut source = image_item(image);
    if !image.frames.is_empty() {
        let frames: Vec<String> = image.frames.iter().map(u32::to_string).collect();
        put(&mut source, tags::REFERENCED_FRAME_NUMBER, VR::IS, frames.join("\\"));
    }
    put_items(&mut source, tags::PURPOSE_OF_REFERENCE_CODE_SEQUENCE, vec![code_item(purpose)]);
    let mut item = InMemDicomObject::new_empty();
    put_items(&mut item, tags::SOURCE_IMAGE_SEQUENCE, vec![source]);
    put_items(&mut item, tags::DERIVATION_CODE_SEQUENCE, vec![code_item(segmentation)]);
    item
}
