//! Writing DICOM: structure sets, segmentations and, for phantoms, CT slices, plans, doses and
//! registrations, with the means they share.
//!
//! What a result belongs to is read from the object that it came from ([`Origin`]): patient, study,
//! frame of reference and the images that it refers to.
//!
//! Structure sets are written in implicit VR little endian, because an explicit VR cannot hold
//! a contour of more than 65,534 bytes (PS3.5 section 7.1.2). Every file is written under a
//! temporary name and renamed, so that a failed write leaves no half file.

mod colour;
mod ct;
mod equipment;
mod origin;
mod reference;
mod registration;
mod rtdose;
mod rtplan;
mod rtstruct;
mod seg;

pub use ct::{CtSlice, write_ct_slice};
pub use equipment::{Equipment, fresh_uid};
pub use origin::{Attribute, ImageReference, Origin, OriginError, SeriesReference};
pub use registration::{RegistrationOut, write_registration};
pub use rtdose::{DosePlanOut, RtDoseOut, write_rtdose};
pub use rtplan::{BeamOut, RtPlanOut, write_rtplan};
pub use rtstruct::{ContourOut, RoiOut, RtStructOut, write_rtstruct};
pub use seg::{CodeOut, SegFrame, SegOut, SegmentOut, write_segmentation};

use std::io::Write as _;
use std::path::{Path, PathBuf};

use dicom_core::value::DataSetSequence;
use dicom_core::{DataElement, PrimitiveValue, Tag, VR};
use dicom_dictionary_std::tags;
use dicom_object::{FileMetaTableBuilder, InMemDicomObject};

/// Why a file could not be written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum WriteError {
    /// A number is not finite, so no Decimal String can hold it.
    #[error("{0} is not a finite number")]
    NotFinite(f64),
    /// The parts of the object do not fit each other.
    #[error("{0}")]
    Inconsistent(String),
    /// The DICOM encoder refused the object.
    #[error("{path}: {message}")]
    Encode {
        /// The file being written.
        path: PathBuf,
        /// What the encoder said.
        message: String,
    },
    /// The system gave no random bits for a UID.
    #[error("the system gives no random numbers, so no UID can be made: {0}")]
    Random(String),
    /// The file system refused.
    #[error("{path}: {source}")]
    Io {
        /// The file being written.
        path: PathBuf,
        /// The system's error.
        source: std::io::Error,
    },
}

/// Identity of the patient and the study, common to every file of a study.
#[derive(Debug, Clone, PartialEq)]
pub struct StudyOut {
    /// Patient ID (0010,0020).
    pub patient_id: String,
    /// Patient's Name (0010,0010).
    pub patient_name: String,
    /// Study Instance UID (0020,000D).
    pub study_uid: String,
    /// Frame of Reference UID (0020,0052).
    pub frame_uid: String,
    /// Date of study, series and content, `YYYYMMDD`.
    pub date: String,
    /// Time of study, series and content, `HHMMSS`.
    pub time: String,
    /// Other attributes of patient and study, as their source has them.
    pub more: Vec<Attribute>,
}

impl StudyOut {
    /// A study of its own, for results whose source names no patient: what a file must hold of
    /// patient and study is there and empty.
    ///
    /// # Errors
    /// The system gives no random bits.
    pub fn without_patient() -> Result<Self, WriteError> {
        Ok(Self {
            patient_id: String::new(),
            patient_name: String::new(),
            study_uid: fresh_uid()?,
            frame_uid: fresh_uid()?,
            date: String::new(),
            time: String::new(),
            more: vec![Attribute { tag: tags::STUDY_ID, vr: VR::SH, text: String::new() }],
        })
    }
}

/// A UID of the form `2.25.<decimal>` from 128 bits (PS3.5 annex B.2), marked as a version 8
/// (custom) UUID by RFC 9562.
#[must_use]
pub fn uid_from_bits(bits: u128) -> String {
    let version = (bits & !(0xf << 76)) | (0x8 << 76);
    let uuid = (version & !(0x3 << 62)) | (0x2 << 62);
    format!("2.25.{uuid}")
}

/// A number as a Decimal String of at most 16 characters: rounded to `decimals` places and
/// without trailing zeros; fewer places, then an exponent, where 16 characters do not suffice.
///
/// # Errors
/// [`WriteError::NotFinite`] for NaN and infinities.
///
/// # Source
/// PS3.5 section 6.2, value representation DS.
///
/// # Example
/// ```
/// use thecal_dicom::write::decimal_string;
///
/// assert_eq!(decimal_string(-12.5, 3)?, "-12.5");
/// assert_eq!(decimal_string(2.0 / 3.0, 3)?, "0.667");
/// assert!(decimal_string(f64::NAN, 3).is_err());
/// # Ok::<(), thecal_dicom::write::WriteError>(())
/// ```
pub fn decimal_string(value: f64, decimals: usize) -> Result<String, WriteError> {
    if !value.is_finite() {
        return Err(WriteError::NotFinite(value));
    }
    if value.abs() < 1e15 {
        for places in (0..=decimals.min(15)).rev() {
            let text = trimmed(format!("{value:.places$}"));
            if text.len() <= 16 {
                return Ok(text);
            }
        }
    }
    for places in (0..=12).rev() {
        let text = format!("{value:.places$e}");
        if text.len() <= 16 {
            return Ok(text);
        }
    }
    Err(WriteError::NotFinite(value))
}

fn trimmed(mut text: String) -> String {
    if text.contains('.') {
        text.truncate(text.trim_end_matches('0').trim_end_matches('.').len());
    }
    if text == "-0" { "0".into() } else { text }
}

/// Several numbers joined by backslashes.
fn decimal_strings(values: &[f64], decimals: usize) -> Result<String, WriteError> {
    let texts: Result<Vec<_>, _> = values.iter().map(|&v| decimal_string(v, decimals)).collect();
    Ok(texts?.join("\\"))
}

fn put(object: &mut InMemDicomObject, tag: Tag, vr: VR, value: impl Into<PrimitiveValue>) {
    object.put(DataElement::new(tag, vr, value.into()));
}

fn put_empty(object: &mut InMemDicomObject, tag: Tag, vr: VR) {
    object.put(DataElement::new(tag, vr, PrimitiveValue::Empty));
}

fn put_items(object: &mut InMemDicomObject, tag: Tag, items: Vec<InMemDicomObject>) {
    object.put(DataElement::new(tag, VR::SQ, DataSetSequence::from(items)));
}

/// Patient and General Study modules, which every image and structure set carries.
fn put_study(object: &mut InMemDicomObject, study: &StudyOut) {
    put(object, tags::SPECIFIC_CHARACTER_SET, VR::CS, "ISO_IR 192");
    put(object, tags::STUDY_DATE, VR::DA, study.date.as_str());
    put(object, tags::STUDY_TIME, VR::TM, study.time.as_str());
    put_empty(object, tags::ACCESSION_NUMBER, VR::SH);
    put_empty(object, tags::REFERRING_PHYSICIAN_NAME, VR::PN);
    put(object, tags::PATIENT_NAME, VR::PN, study.patient_name.as_str());
    put(object, tags::PATIENT_ID, VR::LO, study.patient_id.as_str());
    put_empty(object, tags::PATIENT_BIRTH_DATE, VR::DA);
    put_empty(object, tags::PATIENT_SEX, VR::CS);
    put(object, tags::STUDY_INSTANCE_UID, VR::UI, study.study_uid.as_str());
    put(object, tags::STUDY_ID, VR::SH, "1");
    put(object, tags::FRAME_OF_REFERENCE_UID, VR::UI, study.frame_uid.as_str());
    put_empty(object, tags::POSITION_REFERENCE_INDICATOR, VR::LO);
    put(object, tags::MANUFACTURER, VR::LO, "thecal");
    for attribute in &study.more {
        put(object, attribute.tag, attribute.vr, attribute.text.as_str());
    }
}

/// Writes a Part 10 file under a temporary name beside `path` and renames it.
fn save(
    object: InMemDicomObject,
    path: &Path,
    transfer_syntax: &str,
    sop_class: &str,
    sop_instance: &str,
) -> Result<(), WriteError> {
    let encode = |message: String| WriteError::Encode { path: path.into(), message };
    let meta = FileMetaTableBuilder::new()
        .transfer_syntax(transfer_syntax)
        .media_storage_sop_class_uid(sop_class)
        .media_storage_sop_instance_uid(sop_instance);
    let file = object.with_meta(meta).map_err(|e| encode(e.to_string()))?;
    // In memory first: the encoder hides the system's error, and a full disk must be told as one.
    let mut bytes = Vec::new();
    file.write_all(&mut bytes).map_err(|e| encode(e.to_string()))?;
    put_down(path, &bytes).map_err(|source| WriteError::Io { path: path.into(), source })
}

/// Under a name of its own, so that two programs that write one file do not write into each other.
fn put_down(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut builder = tempfile::Builder::new();
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    let mut part = builder.prefix(".part-").tempfile_in(folder)?;
    // The file itself: the one that is temporary would name its path among the causes.
    part.as_file_mut().write_all(bytes)?;
    part.as_file().sync_all()?;
    part.persist(path).map(drop).map_err(|e| e.error)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimal_strings_fit_and_come_back() {
        assert_eq!(decimal_string(-0.00001, 4).unwrap(), "0");
        assert_eq!(decimal_string(12.5, 4).unwrap(), "12.5");
        assert_eq!(decimal_string(100.0, 4).unwrap(), "100");
        assert!(decimal_string(f64::NAN, 4).is_err());
        let mut state = 1_u64;
        for _ in 0..100_000 {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            let value = f64::from_bits(state);
            if !value.is_finite() {
                continue;
            }
            let text = decimal_string(value, 4).unwrap();
            assert!(text.len() <= 16, "{text}");
            let back: f64 = text.parse().unwrap();
            assert!(
                (back - value).abs() <= (1e-7 * value.abs()).max(0.500_001e-4),
                "{value} {text}"
            );
            let near = (state >> 11) as f64 / (1_u64 << 53) as f64 * 2000.0 - 1000.0;
            let text = decimal_string(near, 4).unwrap();
            assert!(text.len() <= 16);
            assert!((text.parse::<f64>().unwrap() - near).abs() <= 0.500_001e-4);
        }
    }

    #[test]
    fn uids_are_short_enough() {
        assert!(uid_from_bits(u128::MAX).len() <= 64);
    }
}
