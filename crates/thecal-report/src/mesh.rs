//! Meshes in the formats that viewers, printers and other programs read.
//!
//! Coordinates are written as they are: DICOM LPS, mm; glTF alone prescribes its own units and
//! axes, see [`write_glb`].
//!
//! ```
//! use thecal_geom::{Mesh, Point3};
//! use thecal_report::mesh::write_stl;
//!
//! let at = |x: f64, y: f64, z: f64| Point3::new(x, y, z);
//! let corner = Mesh {
//!     vertices_mm: vec![at(0., 0., 0.), at(6., 0., 0.), at(0., 6., 0.), at(0., 0., 6.)],
//!     triangles: vec![[0, 2, 1], [0, 1, 3], [0, 3, 2], [1, 2, 3]],
//! };
//! let mut file = Vec::new();
//! write_stl(&corner, &mut file)?;
//! // A header of 80 bytes, the count, and 50 bytes for each triangle.
//! assert_eq!(file.len(), 84 + 4 * 50);
//! # Ok::<(), thecal_report::mesh::MeshError>(())
//! ```

mod glb;
mod text;

pub use glb::{Part, Scene, write_glb, write_scene};
pub use text::{write_obj, write_ply, write_stl};

/// What every file says of its use.
const ORIENTATION_ONLY: &str = "for orientation only";

/// Why a mesh could not be written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum MeshError {
    /// The writer failed.
    #[error("the mesh could not be written: {0}")]
    Io(#[from] std::io::Error),
    /// The header could not be made.
    #[error("the header of the mesh could not be made: {0}")]
    Json(#[from] serde_json::Error),
    /// A triangle names a vertex that is not there.
    #[error("triangle {triangle} names vertex {vertex}, but there are {vertices}")]
    Index {
        /// Number of the triangle.
        triangle: usize,
        /// The vertex that it names.
        vertex: u32,
        /// Number of vertices.
        vertices: usize,
    },
    /// More than the format can count.
    #[error("the mesh has {found} {what}; the format holds at most {most}")]
    TooLarge {
        /// Vertices, triangles or bytes.
        what: &'static str,
        /// How many.
        found: usize,
        /// How many can be.
        most: usize,
    },
}

fn check(mesh: &thecal_geom::Mesh) -> Result<(), MeshError> {
    let vertices = mesh.vertices_mm.len();
    for (triangle, t) in mesh.triangles.iter().enumerate() {
        if let Some(&vertex) = t.iter().find(|&&v| v as usize >= vertices) {
            return Err(MeshError::Index { triangle, vertex, vertices });
        }
    }
    let most = u32::MAX as usize;
    for (what, found) in [("vertices", vertices), ("triangles", mesh.triangles.len())] {
        if found > most {
            return Err(MeshError::TooLarge { what, found, most });
        }
    }
    Ok(())
}
