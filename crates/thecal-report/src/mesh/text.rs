//! STL, PLY and OBJ.

use super::{MeshError, ORIENTATION_ONLY, check};
use std::io::Write;
use thecal_geom::Mesh;

/// Binary STL, little-endian: every triangle with its unit normal, mm. STL has no place for units
/// or a frame; the header says `LPS mm`.
///
/// # Errors
/// When the mesh is not sound or the writer fails.
pub fn write_stl(mesh: &Mesh, out: &mut impl Write) -> Result<(), MeshError> {
    check(mesh)?;
    let mut header = [b' '; 80];
    let text = format!("thecal binary STL, DICOM LPS, mm, {ORIENTATION_ONLY}");
    header[..text.len()].copy_from_slice(text.as_bytes());
    out.write_all(&header)?;
    out.write_all(&(mesh.triangles.len() as u32).to_le_bytes())?;
    for &t in &mesh.triangles {
        let [a, b, c] = mesh.corners(t);
        let n = (b - a).cross(&(c - a)).try_normalize(1e-12).unwrap_or_default();
        for v in [n, a.coords, b.coords, c.coords] {
            for x in v.iter() {
                out.write_all(&(*x as f32).to_le_bytes())?;
            }
        }
        out.write_all(&[0, 0])?;
    }
    Ok(())
}

/// Binary little-endian PLY with 32-bit coordinates, mm.
///
/// # Errors
/// When the mesh is not sound or the writer fails.
pub fn write_ply(mesh: &Mesh, out: &mut impl Write) -> Result<(), MeshError> {
    check(mesh)?;
    write!(
        out,
        "ply\nformat binary_little_endian 1.0\ncomment DICOM LPS, mm, {ORIENTATION_ONLY}\nelement vertex {}\n\
         property float x\nproperty float y\nproperty float z\nelement face {}\n\
         property list uchar uint vertex_indices\nend_header\n",
        mesh.vertices_mm.len(),
        mesh.triangles.len()
    )?;
    for p in &mesh.vertices_mm {
        for x in p.iter() {
            out.write_all(&(*x as f32).to_le_bytes())?;
        }
    }
    for t in &mesh.triangles {
        out.write_all(&[3])?;
        for v in t {
            out.write_all(&v.to_le_bytes())?;
        }
    }
    Ok(())
}

/// Wavefront OBJ with six decimals, mm.
///
/// # Errors
/// When the mesh is not sound or the writer fails.
pub fn write_obj(mesh: &Mesh, name: &str, out: &mut impl Write) -> Result<(), MeshError> {
    check(mesh)?;
    // A name is one word of one line.
    let name: String =
        name.chars().map(|c| if c.is_alphanumeric() || c == '-' { c } else { '_' }).collect();
    writeln!(out, "# DICOM LPS, mm, {ORIENTATION_ONLY}\no {name}")?;
    for p in &mesh.vertices_mm {
        writeln!(out, "v {:.6} {:.6} {:.6}", p.x, p.y, p.z)?;
    }
    for [a, b, c] in mesh.triangles.iter().map(|t| t.map(|v| v + 1)) {
        writeln!(out, "f {a} {b} {c}")?;
    }
    Ok(())
}
