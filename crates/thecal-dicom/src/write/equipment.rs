//! The equipment module of an object: what wrote it, and when.

use dicom_core::VR;
use dicom_dictionary_std::tags;
use dicom_object::InMemDicomObject;

use super::{WriteError, put, uid_from_bits};

/// What wrote an object, when, and how its series is called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Equipment {
    /// Software Versions (0018,1020).
    pub version: String,
    /// Date of series, instance and content, `YYYYMMDD`.
    pub date: String,
    /// Time of series, instance and content, `HHMMSS`.
    pub time: String,
    /// Series Number (0020,0011).
    pub series_number: u32,
    /// Series Description (0008,103E), at most 64 characters.
    pub series_description: String,
}

impl Equipment {
    /// Written at this moment, in the local time of the machine as is usual in DICOM.
    #[must_use]
    pub fn now(version: &str, series_number: u32, series_description: &str) -> Self {
        let now = chrono::Local::now();
        Self {
            version: version.to_owned(),
            date: now.format("%Y%m%d").to_string(),
            time: now.format("%H%M%S").to_string(),
            series_number,
            series_description: series_description.to_owned(),
        }
    }

    pub(super) fn put(&self, object: &mut InMemDicomObject) {
        for tag in [tags::INSTANCE_CREATION_DATE, tags::SERIES_DATE] {
            put(object, tag, VR::DA, self.date.as_str());
        }
        for tag in [tags::INSTANCE_CREATION_TIME, tags::SERIES_TIME] {
            put(object, tag, VR::TM, self.time.as_str());
        }
        put(object, tags::SERIES_NUMBER, VR::IS, self.series_number.to_string());
        put(object, tags::SERIES_DESCRIPTION, VR::LO, self.series_description.as_str());
        put(object, tags::MANUFACTURER_MODEL_NAME, VR::LO, "thecal");
        put(object, tags::SOFTWARE_VERSIONS, VR::LO, self.version.as_str());
    }
}

/// A UID that no object has yet, from random bits.
///
/// # Errors
/// The system gives no random bits.
pub fn fresh_uid() -> Result<String, WriteError> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(|e| WriteError::Random(e.to_string()))?;
    Ok(uid_from_bits(u128::from_le_bytes(bytes)))
}
