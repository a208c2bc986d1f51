//! Structures of a result as files that other systems take in: RTSTRUCT, SEG and meshes.

mod contours;
mod dicom;
mod export_list;
mod grid;
mod meshes;
mod recipe;
mod result_kind;
mod solids;

use std::path::{Path, PathBuf};

use thecal_geom::Warning;

use crate::error::{Error, Fault};
use crate::measured::Measured;

pub use contours::ContourPlanes;
pub use meshes::{MeshFormat, MeshOptions, mesh_of};
pub use result_kind::ResultKind;
pub use solids::{ResultSolid, result_solids};

/// Code of the warning that images cannot be drawn or taken as a grid.
pub(crate) const IMAGES_UNUSABLE: &str = "images_unusable";

/// Largest number of triangles of a mesh unless asked for otherwise.
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
/// (SEG), `meshes/`, and the list of them with all warnings, `structures.json`. See
/// `docs/structures.md`. An earlier result in the folder is not looked at: see
/// [`ResultFolder`](crate::ResultFolder).
///
/// The gap of what each approach leaves is measured again on the contours that are written.
///
/// `solids` are those of [`result_solids`], with any others that are to be written beside them.
///
/// # Errors
/// The source cannot be read again, a solid cannot be sampled, or a file cannot be written.
pub fn write_structures(
    measured: &Measured,
    solids: &[ResultSolid],
    planes: ContourPlanes,
    meshes: &MeshOptions,
    dir: &Path,
) -> Result<Written, Error> {
    write(measured, solids, planes, meshes, dir, Vec::new())
}

/// As [`write_structures`], with what is known already of images that cannot be used.
pub(crate) fn write(
    measured: &Measured,
    solids: &[ResultSolid],
    planes: ContourPlanes,
    meshes: &MeshOptions,
    dir: &Path,
    told: Vec<Warning>,
) -> Result<Written, Error> {
    std::fs::create_dir_all(dir).map_err(|source| Fault::Output { path: dir.into(), source })?;
    let mut written = Written { files: Vec::new(), warnings: told };
    structures(measured, solids, planes, meshes, dir, &mut written)?;
    let path = export_list::write(measured, solids, &written, dir)?;
    written.files.push(path);
    Ok(written)
}

fn structures(
    measured: &Measured,
    solids: &[ResultSolid],
    planes: ContourPlanes,
    mesh_options: &MeshOptions,
    dir: &Path,
    written: &mut Written,
) -> Result<(), Error> {
    if solids.is_empty() {
        let message = "there is no cord, sac or tumour, so no structure is written";
        written.warnings.push(Warning::new("structures_absent", message, ""));
        return Ok(());
    }
    let home = dicom::Home::from_measured(measured, &mut written.warnings)?;
    let set = || {
        let (drawn, warnings) = contours::drawn(measured, solids, planes)?;
        let slivers: usize = drawn.iter().map(|d| d.slivers).sum();
        let path = dicom::write_set(&home, solids, drawn, &dir.join("structures.dcm"))?;
        Ok::<_, Error>((path, slivers, warnings))
    };
    let (set, (segmentation, meshes)) = rayon::join(set, || {
        rayon::join(
            || dicom::write_seg(&home, solids, &dir.join("segmentation.dcm")),
            || meshes::write(solids, &home.study.frame_uid, mesh_options, &dir.join("meshes")),
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
    written.warnings.extend(dicom::seg_cut(&home, solids));
    match segmentation? {
        Some(path) => written.files.push(path),
        None => {
            let message = "no voxel centre of the grid lies in a structure, so no SEG is written";
            written.warnings.push(Warning::new("segmentation_empty", message, ""));
        }
    }
    written.files.extend(meshes?);
    Ok(())
}
