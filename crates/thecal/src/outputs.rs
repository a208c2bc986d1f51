//! Structures of a result as files that other systems take in: RTSTRUCT, SEG and meshes.

mod contours;
mod dicom;
mod grid;
mod meshes;
mod recipe;
mod solids;

use std::path::{Path, PathBuf};

use thecal_geom::Warning;

use crate::check::Measured;
use crate::error::Error;

pub use contours::ContourPlanes;
pub use solids::{ResultKind, ResultSolid, result_solids};

/// Triangles that a mesh has at most unless asked for otherwise.
pub const MESH_TRIANGLES: usize = 15_000;

/// What was written.
#[derive(Debug, Clone, PartialEq, Default)]
#[non_exhaustive]
pub struct Written {
    /// The files.
    pub files: Vec<PathBuf>,
    /// What could not be written, or not as asked for, and why: codes `contours_between_planes`,
    /// `contours_off_gap`, `images_unusable`, `slivers_left_out`, `structures_absent`,
    /// `segmentation_empty`.
    pub warnings: Vec<Warning>,
}

/// Writes the structures of a result into `dir`: `structures.dcm` (RTSTRUCT), `segmentation.dcm`
/// (SEG) and `meshes/` with at most `mesh_triangles` a mesh. See `docs/structures.md`.
///
/// The gap of what each approach leaves is measured again on the contours that are written.
///
/// `solids` are those of [`result_solids`], with any others that are to be written beside them.
/// Every file is written under a temporary name and renamed.
///
/// # Errors
/// The source cannot be read again, a solid cannot be sampled, or a file cannot be written.
pub fn write_structures(
    measured: &Measured,
    solids: &[ResultSolid],
    planes: ContourPlanes,
    mesh_triangles: usize,
    dir: &Path,
) -> Result<Written, Error> {
    let mut written = Written::default();
    if solids.is_empty() {
        let message = "neither cord, sac nor tumour is there: no structure is written";
        written.warnings.push(Warning::new("structures_absent", message, ""));
        return Ok(written);
    }
    std::fs::create_dir_all(dir).map_err(|source| Error::Output { path: dir.into(), source })?;
    let home = dicom::Home::of(measured, &mut written.warnings)?;
    let set = || {
        let (drawn, warnings) = contours::drawn(measured, solids, planes)?;
        let slivers: usize = drawn.iter().map(|d| d.slivers).sum();
        let path = dicom::write_set(&home, solids, drawn, &dir.join("structures.dcm"))?;
        Ok::<_, Error>((path, slivers, warnings))
    };
    let (set, (segmentation, meshes)) = rayon::join(set, || {
        rayon::join(
            || dicom::write_seg(&home, solids, &dir.join("segmentation.dcm")),
            || meshes::write(solids, &home.study.frame_uid, mesh_triangles, &dir.join("meshes")),
        )
    });
    let (set, slivers, warnings) = set?;
    written.files.push(set);
    written.warnings.extend(warnings);
    if slivers > 0 {
        let message = format!(
            "{slivers} islands below 0.01 mm2 on their planes are left out of computed structures"
        );
        written.warnings.push(Warning::new("slivers_left_out", message, ""));
    }
    match segmentation? {
        Some(path) => written.files.push(path),
        None => {
            let message = "no voxel centre of the grid lies in a structure: no SEG is written";
            written.warnings.push(Warning::new("segmentation_empty", message, ""));
        }
    }
    written.files.extend(meshes?);
    Ok(written)
}
