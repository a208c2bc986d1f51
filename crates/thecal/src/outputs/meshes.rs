//! The structures of a result as surfaces.

use std::path::{Path, PathBuf};

use rayon::prelude::*;
use thecal_geom::Mesh;
use thecal_mask::Solid;
use thecal_report::mesh::{self, Scene};
use thecal_voxel::{Grid, isosurface};

use super::recipe::look;
use super::{ResultKind, ResultSolid};
use crate::error::{Error, Fault};
use crate::save;

/// Finest and coarsest voxels that a surface is found on, mm, where there are not too many of them.
const STEP_MM: [f64; 2] = [0.5, 1.0];
const MOST_VOXELS: f64 = 6e6;
/// Triangles of a surface on voxels of 1 mm for each mm² of it, as measured on tubes and spheres.
const TRIANGLES_PER_VOXEL: f64 = 2.6;
/// A surface is found with about this many times the triangles that are wanted.
const SPARE: f64 = 2.0;

/// The file of all surfaces together.
pub(super) const SCENE: &str = "scene.glb";

/// A format of meshes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MeshFormat {
    /// Binary STL.
    Stl,
    /// Binary PLY.
    Ply,
    /// Wavefront OBJ.
    Obj,
    /// Binary glTF 2.0.
    Glb,
}

impl MeshFormat {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Stl, Self::Ply, Self::Obj, Self::Glb];

    /// The ending of its files.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Stl => "stl",
            Self::Ply => "ply",
            Self::Obj => "obj",
            Self::Glb => "glb",
        }
    }
}

/// How meshes are written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MeshOptions {
    /// Largest number of triangles of a mesh.
    pub triangles: usize,
    /// The formats that every structure is written in; the scene of all is always GLB.
    pub formats: Vec<MeshFormat>,
}

impl Default for MeshOptions {
    fn default() -> Self {
        Self { triangles: super::MESH_TRIANGLES, formats: MeshFormat::ALL.to_vec() }
    }
}

/// Writes every solid in each format, and all of them together as [`SCENE`].
pub(super) fn write(
    solids: &[ResultSolid],
    frame_uid: &str,
    options: &MeshOptions,
    dir: &Path,
) -> Result<Vec<PathBuf>, Error> {
    std::fs::create_dir_all(dir).map_err(|source| Fault::Output { path: dir.into(), source })?;
    let frame_of_reference_uid = Some(frame_uid);
    let drawn: Result<Vec<_>, Error> = solids
        .par_iter()
        .map(|s| {
            let mesh = mesh_of(&s.solid, options.triangles)
                .map_err(|source| Fault::Mask { name: s.name.clone(), source })?;
            let mut files = Vec::new();
            for format in &options.formats {
                let mut bytes = Vec::new();
                match format {
                    MeshFormat::Stl => mesh::write_stl(&mesh, &mut bytes)?,
                    MeshFormat::Ply => mesh::write_ply(&mesh, &mut bytes)?,
                    MeshFormat::Obj => mesh::write_obj(&mesh, &s.name, &mut bytes)?,
                    MeshFormat::Glb => {
                        let parts = &[(s.name.as_str(), colour(s.kind), &mesh)];
                        mesh::write_scene(&Scene { parts, frame_of_reference_uid }, &mut bytes)?;
                    }
                }
                files.push(save(dir.join(format!("{}.{}", s.name, format.as_str())), &bytes)?);
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
    files.push(save(dir.join(SCENE), &bytes)?);
    Ok(files)
}

fn save(path: PathBuf, bytes: &[u8]) -> Result<PathBuf, Error> {
    save::save(&path, bytes)?;
    Ok(path)
}

/// What lies about something else is seen through.
fn colour(kind: ResultKind) -> [f32; 4] {
    let opacity = match kind {
        ResultKind::Sac | ResultKind::Tumour => 0.4,
        ResultKind::Expansion | ResultKind::ExactPrv => 0.25,
        _ => 1.0,
    };
    let [r, g, b] = look(kind).colour.map(|c| f32::from(c) / 255.0);
    // glTF's colours are linear.
    let linear = |c: f32| c.powf(2.2);
    [linear(r), linear(g), linear(b), opacity]
}

/// The closed surface of a solid, with at most `triangles` where its shape allows.
///
/// # Errors
/// When the voxels that it is found on would not fit.
// Fewer triangles than the finest voxels give are begun with where fewer are wanted, since leaving them out
// is what takes time.
pub fn mesh_of(solid: &Solid, triangles: usize) -> Result<Mesh, thecal_voxel::VoxelError> {
    let (lo, hi) = solid.bounds();
    let size = hi - lo;
    let round = |ring: &[[f64; 2]]| -> f64 {
        let next = ring.iter().cycle().skip(1);
        ring.iter().zip(next).map(|(a, b)| (a[0] - b[0]).hypot(a[1] - b[1])).sum()
    };
    let rings = solid.drawn().flat_map(|(_, region)| region.rings());
    let area_mm2 = rings.map(|r| round(r)).sum::<f64>() * solid.spacing_mm();
    let wanted = SPARE * triangles.max(1) as f64;
    let step = (TRIANGLES_PER_VOXEL * area_mm2 / wanted).sqrt().clamp(STEP_MM[0], STEP_MM[1]);
    let step = step.max((size.x * size.y * size.z / MOST_VOXELS).cbrt());
    let grid = Grid::around(lo, hi, 2.0 * step, step, 8, 1 << 30)?;
    let fine = isosurface(&solid.level_on(&grid)?);
    Ok(fine.decimated(triangles, f64::INFINITY).mesh)
}
