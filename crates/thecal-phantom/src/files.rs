//! A phantom as files.

use std::path::Path;

use nalgebra::UnitQuaternion;
use rayon::prelude::*;
use serde::Serialize;
use thecal_dicom::read::uids::CT_IMAGE_STORAGE;
use thecal_dicom::write::{
    ContourOut, CtSlice, ImageReference, RoiOut, RtStructOut, SeriesReference, StudyOut,
    uid_from_bits, write_ct_slice, write_rtstruct,
};
use thecal_geom::{Point3, Vector3};

use crate::ct;
use crate::error::Error;
use crate::random::Stream;
use crate::spec::PhantomSpec;
use crate::study::{Study, Truth};

/// Writes `CT/CT.0001.dcm` and so on (if asked for), `RS.dcm` and `truth.json` into `out_dir`.
///
/// The bytes are the same for the same specification.
///
/// # Errors
/// As [`Study::build`], or a file cannot be written.
///
/// # Example
/// ```
/// use thecal_phantom::{PhantomSpec, ShapeKind, write_study};
///
/// let folder = tempfile::tempdir()?;
/// let spec = PhantomSpec { ct: false, ..PhantomSpec::random(7, ShapeKind::Sphere, 2.0, 1.5) };
/// let truth = write_study(&spec, folder.path())?;
/// assert!((truth.pairs[0].gap_mm - 1.5).abs() < 1e-6);
/// assert!(folder.path().join("truth.json").is_file());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn write_study(spec: &PhantomSpec, out_dir: &Path) -> Result<Truth, Error> {
    let study = Study::build(spec)?;
    write_built(spec, &study, out_dir, &|_| {})?;
    Ok(study.truth)
}

/// Writes a phantom that is built; `edit` may change the structure set. UIDs and patient come from
/// the specification.
pub(crate) fn write_built(
    spec: &PhantomSpec,
    study: &Study,
    out_dir: &Path,
    edit: &dyn Fn(&mut RtStructOut),
) -> Result<RtStructOut, Error> {
    let image_dir = out_dir.join("CT");
    let make = if spec.ct { image_dir.as_path() } else { out_dir };
    std::fs::create_dir_all(make).map_err(|source| Error::Io { path: make.into(), source })?;
    let uids = &mut Stream::new(spec.seed ^ fingerprint(spec)?, 3);
    let mut uid = || uid_from_bits(uids.bits());
    let identity = StudyOut {
        patient_id: format!("PHANTOM{}", spec.seed),
        patient_name: "Phantom^Spine".into(),
        study_uid: uid(),
        frame_uid: uid(),
        date: "20260101".into(),
        time: "120000".into(),
        more: Vec::new(),
    };
    let (image_series, set_series, set_uid) = (uid(), uid(), uid());
    let image_uids: Vec<String> = study.planes_mm.iter().map(|_| uid()).collect();
    if spec.ct {
        write_images(spec, study, &identity, &image_series, &image_uids, &image_dir)?;
    }
    let mut set =
        structure_set(spec, study, identity, image_series, image_uids, set_series, set_uid);
    edit(&mut set);
    write_rtstruct(&out_dir.join("RS.dcm"), &set)?;
    let path = out_dir.join("truth.json");
    let mut text = serde_json::to_string_pretty(&study.truth)?;
    text.push('\n');
    std::fs::write(&path, text).map_err(|source| Error::Io { path, source })?;
    Ok(set)
}

/// Two phantoms share no UID unless they are the same phantom (FNV-1a over the specification,
/// since the standard library's hashes may change from version to version).
pub(crate) fn fingerprint<S: Serialize>(spec: &S) -> Result<u64, Error> {
    let text = serde_json::to_string(spec)?;
    Ok(text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    }))
}

fn write_images(
    spec: &PhantomSpec,
    study: &Study,
    identity: &StudyOut,
    series_uid: &str,
    image_uids: &[String],
    dir: &Path,
) -> Result<(), Error> {
    let rotation = spec.frame_rotation.unwrap_or_else(UnitQuaternion::identity);
    let [row, column] = spec.patient_position.orientation().map(Vector3::from);
    let upward = row.cross(&column).z > 0.0;
    let half = [f64::from(spec.columns - 1), f64::from(spec.rows - 1)].map(|n| 0.5 * n);
    let [px, py] = spec.pixel_phase_mm;
    let count = study.planes_mm.len();
    (0..count).into_par_iter().try_for_each(|i| {
        let plane = if upward { i } else { count - 1 - i };
        let middle = Point3::new(px, py, study.planes_mm[plane]);
        let at = |c: f64, r: f64| {
            middle + (row * (c - half[0]) + column * (r - half[1])) * spec.pixel_mm
        };
        let (turned_row, turned_column) = (rotation * row, rotation * column);
        let hu = ct::slice(spec, &study.solids, plane, at);
        let slice = CtSlice {
            study: identity,
            series_uid,
            sop_uid: &image_uids[plane],
            number: i + 1,
            position_mm: (rotation * at(0.0, 0.0)).into(),
            orientation: [
                turned_row.x,
                turned_row.y,
                turned_row.z,
                turned_column.x,
                turned_column.y,
                turned_column.z,
            ],
            pixel_spacing_mm: [spec.pixel_mm; 2],
            thickness_mm: spec.slice_mm,
            patient_position: spec.patient_position.term(),
            rows: spec.rows,
            columns: spec.columns,
            hu: &hu,
        };
        write_ct_slice(&dir.join(format!("CT.{:04}.dcm", i + 1)), &slice)?;
        Ok(())
    })
}

fn structure_set(
    spec: &PhantomSpec,
    study: &Study,
    identity: StudyOut,
    image_series: String,
    image_uids: Vec<String>,
    series_uid: String,
    sop_uid: String,
) -> RtStructOut {
    let back = spec.frame_rotation.unwrap_or_else(UnitQuaternion::identity).inverse();
    let image = |uid: &String| ImageReference::new(CT_IMAGE_STORAGE, uid.as_str());
    let image_of = |p: &Point3| {
        let k = ((back * p).z - study.planes_mm[0]) / spec.slice_mm;
        let k = (k.round().max(0.0) as usize).min(image_uids.len() - 1);
        spec.ct.then(|| image(&image_uids[k]))
    };
    let colours = [[255, 255, 0], [0, 255, 255], [255, 0, 0], [0, 128, 255]];
    let rois = study
        .structures
        .iter()
        .zip(colours.into_iter().cycle())
        .map(|(s, colour)| RoiOut {
            name: s.name.into(),
            interpreted_type: s.interpreted_type.into(),
            description: String::new(),
            // Nobody drew it, and no segmenter did.
            generation: String::new(),
            generation_description: String::new(),
            colour,
            contours: s
                .contours
                .iter()
                .map(|c| ContourOut { contour: c.clone(), image: image_of(&c.points_mm[0]) })
                .collect(),
        })
        .collect();
    let reference = spec.ct.then(|| SeriesReference {
        study_uid: identity.study_uid.clone(),
        series_uid: image_series,
        images: image_uids.iter().map(image).collect(),
    });
    RtStructOut {
        study: identity,
        series_uid,
        sop_uid,
        label: "PHANTOM".into(),
        description: String::new(),
        equipment: None,
        predecessor: None,
        references: reference.into_iter().collect(),
        decimals: spec.decimals,
        rois,
    }
}
