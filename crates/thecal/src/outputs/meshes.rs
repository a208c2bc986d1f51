//! The structures of a result as surfaces.

use std::path::{Path, PathBuf};

use rayon::prelude::*;
use thecal_geom::Mesh;
use thecal_mask::Solid;
use thecal_report::json::write_atomic;
use thecal_report::mesh::{self, Scene};
use thecal_voxel::{Grid, isosurface};

use super::recipe::look;
use super::{ResultKind, ResultSolid};
use crate::error::Error;

/// Voxels that a surface is found on, mm, where there are not too many of them.
const STEP_MM: f64 = 0.5;
const MOST_VOXELS: f64 = 6e6;
/// Fewer triangles may cost at most this, mm.
const MOST_ERROR_MM: f64 = 0.1;

/// Writes `NAME.stl`, `NAME.ply` and `NAME.glb` of every solid and `scene.glb` of all.
pub(super) fn write(
    solids: &[ResultSolid],
    frame_uid: &str,
    triangles: usize,
    dir: &Path,
) -> Result<Vec<PathBuf>, Error> {
    std::fs::create_dir_all(dir).map_err(|source| Error::Output { path: dir.into(), source })?;
    let frame_of_reference_uid = Some(frame_uid);
    let drawn: Result<Vec<_>, Error> = solids
        .par_iter()
        .map(|s| {
            let mesh = surface(&s.solid, triangles)
                .map_err(|source| Error::Mask { name: s.name.clone(), source })?;
            let mut files = Vec::new();
            for kind in ["stl", "ply", "glb"] {
                let mut bytes = Vec::new();
                match kind {
                    "stl" => mesh::write_stl(&mesh, &mut bytes)?,
                    "ply" => mesh::write_ply(&mesh, &mut bytes)?,
                    _ => {
                        let parts = &[(s.name.as_str(), colour(s.kind), &mesh)];
                        mesh::write_scene(&Scene { parts, frame_of_reference_uid }, &mut bytes)?;
                    }
                }
                files.push(save(dir.join(format!("{}.{kind}", s.name)), &bytes)?);
            }
            Ok((mesh, files))
        })
        .collect();
    let (meshes, files): (Vec<Mesh>, Vec<Vec<PathBuf>>) = drawn?.into_iter().unzip();
    let parts = solids.iter().zip(&meshes);
    let parts: Vec<_> = parts.map(|(s, mesh)| (s.name.as_str(), colour(s.kind), mesh)).collect();
    let mut bytes = Vec::new();
    mesh::write_scene(&Scene { parts: &parts, frame_of_reference_uid }, &mut bytes)?;
    let mut files: Vec<PathBuf> = files.into_iter().flatten().collect();
    files.push(save(dir.join("scene.glb"), &bytes)?);
    Ok(files)
}

fn save(path: PathBuf, bytes: &[u8]) -> Result<PathBuf, Error> {
    match write_atomic(&path, bytes) {
        Ok(()) => Ok(path),
        Err(source) => Err(Error::Output { path, source }),
    }
}

/// What lies about something else is seen through.
fn colour(kind: ResultKind) -> [f32; 4] {
    let opacity = match kind {
        ResultKind::Sac | ResultKind::Tumour => 0.4,
        ResultKind::Expansion => 0.25,
        _ => 1.0,
    };
    let [r, g, b] = look(kind).colour.map(|c| f32::from(c) / 255.0);
    // glTF's colours are linear.
    let linear = |c: f32| c.powf(2.2);
    [linear(r), linear(g), linear(b), opacity]
}

fn surface(solid: &Solid, triangles: usize) -> Result<Mesh, thecal_voxel::VoxelError> {
    let (lo, hi) = solid.bounds();
    let size = hi - lo;
    let step = STEP_MM.max((size.x * size.y * size.z / MOST_VOXELS).cbrt());
    let grid = Grid::around(lo, hi, 2.0 * step, step, 8, 1 << 30)?;
    let fine = isosurface(&solid.level_on(&grid)?);
    Ok(fine.decimated(triangles, MOST_ERROR_MM).mesh)
}
