//! RT Structure Set (PS3.3 A.19): every region of interest, with its contours or what is wrong
//! with them.

mod contours;

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use dicom_core::Tag;
use thecal_geom::{Contour, Warning};

use super::dataset::DataSet;
use super::error::{Fault, FaultKind, ReadError, attribute_name};
use super::source::Source;
use super::{tags, uids};

/// Coordinates beyond this are refused: a kilometre from the origin is no patient.
pub const MAX_COORDINATE_MM: f64 = 1e6;

/// A structure set, as read.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct StructureSet {
    /// The file.
    pub path: PathBuf,
    /// SOP Instance UID.
    pub sop_instance_uid: Option<String>,
    /// Series Instance UID of the structure set itself.
    pub series_instance_uid: Option<String>,
    /// Study Instance UID.
    pub study_instance_uid: Option<String>,
    /// Structure Set Label.
    pub label: Option<String>,
    /// Frames of reference that the set refers to, each once.
    pub referenced_frames: Vec<String>,
    /// Image series that the set refers to, each once.
    pub referenced_series: Vec<String>,
    /// Images of those series, by SOP Instance UID, each once.
    pub referenced_images: Vec<String>,
    /// Images that single contours refer to, by SOP Instance UID, each once.
    pub contour_images: Vec<String>,
    /// The regions, in the order of their definition.
    pub rois: Vec<Roi>,
    /// What was dropped, repaired or doubtful.
    pub warnings: Vec<Warning>,
}

/// A region of interest.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Roi {
    /// ROI Number; `None` where it is absent or no whole number, and then without contours.
    pub number: Option<i64>,
    /// ROI Name; may be empty.
    pub name: String,
    /// ROI Description; may be empty.
    pub description: String,
    /// RT ROI Interpreted Type, for example `ORGAN` or `GTV`.
    pub interpreted_type: Option<String>,
    /// ROI Generation Algorithm, for example `MANUAL`.
    pub generation_algorithm: Option<String>,
    /// ROI Display Color, red, green, blue.
    pub colour: Option<[u8; 3]>,
    /// The frame of reference that the points are in.
    pub frame_of_reference_uid: Option<String>,
    /// The largest Contour Slab Thickness that a contour states, mm.
    pub slab_thickness_mm: Option<f64>,
    /// The contours, LPS mm; empty where the region is defined but not drawn.
    pub contours: Result<Vec<Contour>, RoiFault>,
}

/// Why the contours of one region cannot be used. None of them is given then: a structure
/// without one of its contours is another structure.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct RoiFault {
    /// ROI Name.
    pub roi_name: String,
    /// The contour's place in the Contour Sequence, counted from 1; `None` where the fault
    /// concerns the whole region.
    pub contour_number: Option<usize>,
    /// The attribute, by keyword and tag.
    pub attribute: String,
    /// What was found.
    pub found: String,
    /// What was expected.
    pub expected: String,
}

impl std::error::Error for RoiFault {}

impl fmt::Display for RoiFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Quoted and escaped: names come from anywhere and go to terminals.
        write!(f, "ROI {:?}", self.roi_name)?;
        if let Some(number) = self.contour_number {
            write!(f, ", contour {number}")?;
        }
        let Self { attribute, found, expected, .. } = self;
        write!(f, ", {attribute}: found {found}, expected {expected}; ")?;
        write!(f, "correct the region where it was drawn and export it again")
    }
}

/// Reads a structure set.
///
/// A fault in one region leaves the others: it stands in that region's
/// [`contours`](Roi::contours). How single contours are read:
///
/// | found | done |
/// |---|---|
/// | no or an unknown Contour Geometric Type | read as closed planar (one point: as a point), warning |
/// | no points, and none announced | left out, warning |
/// | more points than Number of Contour Points says | all are used, warning |
/// | fewer | fault: a part of the contour is lost |
/// | a component that is empty, no number, NaN, infinite or beyond [`MAX_COORDINATE_MM`] | fault |
/// | a number of values that is no multiple of 3 | fault |
/// | a Contour Offset Vector that is not zero | not applied, warning |
///
/// # Errors
/// The file cannot be read, is cut off, is no structure set, or has no region sequence.
///
/// # Example
/// ```
/// use thecal_dicom::read::read_rtstruct;
/// use thecal_dicom::write::{ContourOut, RoiOut, RtStructOut, StudyOut, fresh_uid, write_rtstruct};
/// use thecal_geom::{Contour, ContourKind, Point3};
///
/// let points_mm = vec![
///     Point3::new(-5.0, 0.0, 2.5),
///     Point3::new(5.0, 0.0, 2.5),
///     Point3::new(0.0, 7.5, 2.5),
/// ];
/// let contour = Contour { number: 1, kind: ContourKind::ClosedPlanar, points_mm };
/// let set = RtStructOut {
///     study: StudyOut::without_patient()?,
///     series_uid: fresh_uid()?,
///     sop_uid: fresh_uid()?,
///     label: "Example".into(),
///     description: String::new(),
///     equipment: None,
///     predecessor: None,
///     references: Vec::new(),
///     decimals: 3,
///     rois: vec![RoiOut {
///         name: "SpinalCord".into(),
///         interpreted_type: "ORGAN".into(),
///         description: String::new(),
///         generation: String::new(),
///         generation_description: String::new(),
///         colour: [255, 200, 0],
///         contours: vec![ContourOut { contour: contour.clone(), image: None }],
///     }],
/// };
/// let folder = tempfile::tempdir()?;
/// let path = folder.path().join("structures.dcm");
/// write_rtstruct(&path, &set)?;
///
/// let read = read_rtstruct(&path)?;
/// assert_eq!(read.rois[0].name, "SpinalCord");
/// assert_eq!(read.rois[0].contours.as_ref(), Ok(&vec![contour]));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn read_rtstruct(path: &Path) -> Result<StructureSet, ReadError> {
    structure_set(&Source::open(path)?)
}

/// Reads a structure set from the bytes of a whole file; `path` is for messages only.
///
/// # Errors
/// As [`read_rtstruct`].
pub fn read_rtstruct_bytes(
    path: &Path,
    bytes: impl Into<Arc<Vec<u8>>>,
) -> Result<StructureSet, ReadError> {
    structure_set(&Source::from_bytes(path, bytes)?)
}

fn structure_set(source: &Source) -> Result<StructureSet, ReadError> {
    let error = |fault| ReadError::content(source.path(), fault);
    let data = source.data_set()?;
    let mut warnings = source.warnings().to_vec();
    check_class(source, &data, &mut warnings).map_err(error)?;
    if data.has_unknown_charset() {
        let message = "the character set is not known; names may be misspelt";
        warnings.push(Warning::new("character_set_unknown", message, ""));
    }
    let owned = |tag| data.code(tag).map(str::to_owned);
    let uid_tags = [tags::SOP_INSTANCE_UID, tags::SERIES_INSTANCE_UID, tags::STUDY_INSTANCE_UID];
    for tag in uid_tags.into_iter().filter(|&tag| data.code(tag).is_none()) {
        let message = format!("{} is absent", attribute_name(tag));
        warnings.push(Warning::new("uid_absent", message, ""));
    }
    let references = References::read(&data).map_err(error)?;
    let mut rois = definitions(&data, &mut warnings).map_err(error)?;
    if rois.iter().any(|roi| roi.name.contains(char::REPLACEMENT_CHARACTER)) {
        let message = "names contain characters that the declared character set does not have";
        warnings.push(Warning::new("character_set_unknown", message, ""));
    }
    observations(&data, &mut rois, &mut warnings).map_err(error)?;
    let contour_images = contours::assign(&data, &mut rois, &mut warnings).map_err(error)?;
    Ok(StructureSet {
        path: source.path().into(),
        sop_instance_uid: owned(tags::SOP_INSTANCE_UID),
        series_instance_uid: owned(tags::SERIES_INSTANCE_UID),
        study_instance_uid: owned(tags::STUDY_INSTANCE_UID),
        label: data.text(tags::STRUCTURE_SET_LABEL),
        referenced_frames: references.frames,
        referenced_series: references.series,
        referenced_images: references.images,
        contour_images,
        rois,
        warnings,
    })
}

fn check_class(
    source: &Source,
    data: &DataSet<'_>,
    warnings: &mut Vec<Warning>,
) -> Result<(), Fault> {
    let class = data.code(tags::SOP_CLASS_UID).or(source.media_storage_sop_class());
    match class {
        Some(uids::RT_STRUCTURE_SET_STORAGE) => Ok(()),
        None if data.get(tags::STRUCTURE_SET_ROI_SEQUENCE).is_some() => {
            let message =
                "no SOP class is given; read as a structure set, since it has its regions";
            warnings.push(Warning::new("sop_class_absent", message, ""));
            Ok(())
        }
        other => {
            let modality = data.code(tags::MODALITY).unwrap_or("none");
            let found = format!("{} (modality {modality})", other.unwrap_or("none"));
            let expected = format!("{} (RT Structure Set)", uids::RT_STRUCTURE_SET_STORAGE);
            let advice = "name the structure set, not another object of the study";
            Err(Fault::new(FaultKind::WrongObject, found, expected, advice).of(tags::SOP_CLASS_UID))
        }
    }
}

/// A sequence that the object cannot be understood without.
fn required<'s, 'a>(data: &'s DataSet<'a>, tag: Tag) -> Result<&'s [DataSet<'a>], Fault> {
    if data.get(tag).is_none() {
        let advice = "the file is incomplete: export it again from its source";
        return Err(Fault::new(FaultKind::Missing, "nothing", "the sequence", advice).of(tag));
    }
    data.items(tag)
}

fn definitions(data: &DataSet<'_>, warnings: &mut Vec<Warning>) -> Result<Vec<Roi>, Fault> {
    let items = required(data, tags::STRUCTURE_SET_ROI_SEQUENCE)?;
    if items.is_empty() {
        warnings.push(Warning::new("rois_absent", "the structure set defines no region", ""));
    }
    let mut rois: Vec<Roi> = items
        .iter()
        .map(|item| {
            let name = item.text(tags::ROI_NAME).unwrap_or_default();
            let (number, contours) = match item.integer(tags::ROI_NUMBER) {
                Ok(Some(number)) => (Some(number), Ok(Vec::new())),
                Ok(None) => (None, Err(number_fault(&name, "nothing", "a whole number"))),
                Err(fault) => (None, Err(number_fault(&name, &fault.found, "a whole number"))),
            };
            Roi {
                number,
                name,
                description: item.text(tags::ROI_DESCRIPTION).unwrap_or_default(),
                interpreted_type: None,
                generation_algorithm: item.text(tags::ROI_GENERATION_ALGORITHM),
                colour: None,
                frame_of_reference_uid: item
                    .code(tags::REFERENCED_FRAME_OF_REFERENCE_UID)
                    .map(str::to_owned),
                slab_thickness_mm: None,
                contours,
            }
        })
        .collect();
    for (number, places) in by_number(&rois).into_iter().filter(|(_, places)| places.len() > 1) {
        let found = format!("{number} for {} regions", places.len());
        for place in places {
            let fault = number_fault(&rois[place].name, &found, "a number of its own");
            rois[place].contours = Err(fault);
        }
    }
    for roi in &rois {
        if roi.name.is_empty() {
            let message = "a region has no name";
            warnings.push(Warning::new("roi_name_absent", message, place(roi)));
        }
    }
    Ok(rois)
}

/// Places of the regions by ROI Number.
fn by_number(rois: &[Roi]) -> HashMap<i64, Vec<usize>> {
    let mut places: HashMap<i64, Vec<usize>> = HashMap::new();
    for (place, roi) in rois.iter().enumerate() {
        if let Some(number) = roi.number {
            places.entry(number).or_default().push(place);
        }
    }
    places
}

fn number_fault(name: &str, found: &str, expected: &str) -> RoiFault {
    RoiFault {
        roi_name: name.into(),
        contour_number: None,
        attribute: attribute_name(tags::ROI_NUMBER),
        found: found.into(),
        expected: expected.into(),
    }
}

fn place(roi: &Roi) -> String {
    match roi.number {
        Some(number) if roi.name.is_empty() => format!("ROI number {number}"),
        _ => format!("ROI {:?}", roi.name),
    }
}

fn observations(
    data: &DataSet<'_>,
    rois: &mut [Roi],
    warnings: &mut Vec<Warning>,
) -> Result<(), Fault> {
    let items = data.items(tags::RTROI_OBSERVATIONS_SEQUENCE)?;
    if items.is_empty() && !rois.is_empty() {
        let message = "the structure set does not say what its regions are (no observations)";
        warnings.push(Warning::new("observations_absent", message, ""));
    }
    let places = by_number(rois);
    for item in items {
        let number = item.integer(tags::REFERENCED_ROI_NUMBER).ok().flatten();
        let Some(meaning) = item.text(tags::RTROI_INTERPRETED_TYPE) else { continue };
        let named = number.and_then(|number| places.get(&number)).map_or(&[][..], Vec::as_slice);
        for &place_of in named {
            let roi = &mut rois[place_of];
            match &roi.interpreted_type {
                Some(first) if *first != meaning => {
                    let message =
                        format!("interpreted as {first} and as {meaning}; kept the first");
                    warnings.push(Warning::new("roi_type_ambiguous", message, place(roi)));
                }
                _ => roi.interpreted_type = Some(meaning.clone()),
            }
        }
    }
    Ok(())
}

/// What the Referenced Frame of Reference Sequence names.
#[derive(Default)]
struct References {
    frames: Vec<String>,
    series: Vec<String>,
    images: Vec<String>,
}

impl References {
    fn read(data: &DataSet<'_>) -> Result<Self, Fault> {
        let mut frames = Distinct::default();
        let mut series_uids = Distinct::default();
        let mut images = Distinct::default();
        for frame in data.items(tags::REFERENCED_FRAME_OF_REFERENCE_SEQUENCE)? {
            frames.add(frame.code(tags::FRAME_OF_REFERENCE_UID));
            for study in frame.items(tags::RT_REFERENCED_STUDY_SEQUENCE)? {
                for series in study.items(tags::RT_REFERENCED_SERIES_SEQUENCE)? {
                    series_uids.add(series.code(tags::SERIES_INSTANCE_UID));
                    for image in series.items(tags::CONTOUR_IMAGE_SEQUENCE)? {
                        images.add(image.code(tags::REFERENCED_SOP_INSTANCE_UID));
                    }
                }
            }
        }
        Ok(Self { frames: frames.list, series: series_uids.list, images: images.list })
    }
}

/// UIDs, each once, in the order of their first mention.
#[derive(Default)]
struct Distinct<'a> {
    seen: HashSet<&'a str>,
    list: Vec<String>,
}

impl<'a> Distinct<'a> {
    fn add(&mut self, uid: Option<&'a str>) {
        if let Some(uid) = uid.filter(|uid| self.seen.insert(uid)) {
            self.list.push(uid.to_owned());
        }
    }
}
