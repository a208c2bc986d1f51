//! A study as clinics draw it, as files.

use std::path::Path;

use thecal_dicom::write::{RtStructOut, write_rtstruct};

use super::nifti;
use super::spec::ClinicSpec;
use super::study::{ClinicStudy, ClinicTruth};
use crate::error::Error;
use crate::files::fingerprint;
use crate::random::Stream;
use crate::structure::Structure;
use crate::structure_set::{roi, without_images};

/// Writes `RS.dcm`, or `labels.nii` where a label map was asked for, and `truth.json` into
/// `out_dir`. The label map holds the cord as 1 and the tumour as 2.
///
/// The bytes are the same for the same specification.
///
/// # Errors
/// As [`ClinicStudy::build`], or a file cannot be written.
pub fn write_clinic_study(spec: &ClinicSpec, out_dir: &Path) -> Result<ClinicTruth, Error> {
    let study = ClinicStudy::build(spec)?;
    std::fs::create_dir_all(out_dir)
        .map_err(|source| Error::Io { path: out_dir.into(), source })?;
    match &study.mask {
        None => write_rtstruct(&out_dir.join("RS.dcm"), &structure_set(spec, &study)?)?,
        Some(map) => write(&out_dir.join("labels.nii"), &nifti::bytes(map))?,
    }
    let mut text = serde_json::to_string_pretty(&study.truth)?;
    text.push('\n');
    write(&out_dir.join("truth.json"), text.as_bytes())?;
    Ok(study.truth)
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    std::fs::write(path, bytes).map_err(|source| Error::Io { path: path.into(), source })
}

fn structure_set(spec: &ClinicSpec, study: &ClinicStudy) -> Result<RtStructOut, Error> {
    let uids = &mut Stream::new(spec.seed ^ fingerprint(spec)?, 14);
    let colours = [[255, 255, 0], [0, 255, 255], [255, 0, 0]];
    let drawn = |(s, colour): (&Structure, [u8; 3])| {
        roi(s.name, s.interpreted_type, "MANUAL", colour, s.contours.iter().cloned())
    };
    let rois = study.structures.iter().zip(colours).map(drawn).collect();
    let patient_id = format!("PHANTOM{}", spec.seed);
    Ok(without_images(patient_id, "Phantom^Drawn", uids, 4, rois))
}
