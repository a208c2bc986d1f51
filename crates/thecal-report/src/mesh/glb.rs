//! Binary glTF 2.0.

use super::{MeshError, ORIENTATION_ONLY, check};
use serde_json::json;
use std::io::Write;
use thecal_geom::Mesh;

/// A mesh with its name and colour for a scene.
pub type Part<'a> = (&'a str, [f32; 4], &'a Mesh);

/// What a GLB file holds.
#[derive(Debug, Clone, Copy)]
pub struct Scene<'a> {
    /// The meshes.
    pub parts: &'a [Part<'a>],
    /// UID of the DICOM frame of reference that the vertices lie in.
    pub frame_of_reference_uid: Option<&'a str>,
}

/// One GLB file of named, coloured meshes; see [`write_scene`].
///
/// # Errors
/// As [`write_scene`].
pub fn write_glb(parts: &[Part<'_>], out: &mut impl Write) -> Result<(), MeshError> {
    write_scene(&Scene { parts, frame_of_reference_uid: None }, out)
}

/// One GLB file of named, coloured meshes, whose extras say what the coordinates are.
///
/// glTF has metres and +y up, +z towards the viewer: a patient that stands, seen from the front.
/// The vertices stay in LPS mm; the root node's matrix turns and scales them, so that viewers show
/// a standing patient of true size and programs that read the accessors get patient coordinates.
///
/// # Errors
/// When a mesh is not sound, the file would exceed 4 GiB, or the writer fails.
pub fn write_scene(scene: &Scene<'_>, out: &mut impl Write) -> Result<(), MeshError> {
    let parts = scene.parts;
    let mut bytes: Vec<u8> = Vec::new();
    let (mut views, mut accessors, mut meshes, mut materials, mut nodes) =
        (Vec::new(), Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let drawn = parts.iter().filter(|p| !p.2.triangles.is_empty());
    for (n, (name, colour, mesh)) in drawn.enumerate() {
        check(mesh)?;
        let (mut lo, mut hi) = ([f32::INFINITY; 3], [f32::NEG_INFINITY; 3]);
        let start = bytes.len();
        for p in &mesh.vertices_mm {
            for a in 0..3 {
                let x = p[a] as f32;
                lo[a] = lo[a].min(x);
                hi[a] = hi[a].max(x);
                bytes.extend(x.to_le_bytes());
            }
        }
        let normals = bytes.len();
        for v in mesh.vertex_normals() {
            // A normal must have unit length, also where a vertex has no triangle.
            let v = if v.norm_squared() > 0.5 { v } else { thecal_geom::Vector3::z() };
            bytes.extend(v.iter().flat_map(|x| (*x as f32).to_le_bytes()));
        }
        let indices = bytes.len();
        bytes.extend(mesh.triangles.iter().flatten().flat_map(|v| v.to_le_bytes()));
        let end = bytes.len();
        for (from, to, target) in
            [(start, normals, 34962), (normals, indices, 34962), (indices, end, 34963)]
        {
            views.push(json!({
                "buffer": 0, "byteOffset": from, "byteLength": to - from, "target": target
            }));
        }
        let vertices = mesh.vertices_mm.len();
        accessors.push(json!({
            "bufferView": 3 * n, "componentType": 5126, "count": vertices, "type": "VEC3",
            "min": lo, "max": hi
        }));
        accessors.push(json!({
            "bufferView": 3 * n + 1, "componentType": 5126, "count": vertices, "type": "VEC3"
        }));
        accessors.push(json!({
            "bufferView": 3 * n + 2, "componentType": 5125, "count": 3 * mesh.triangles.len(),
            "type": "SCALAR"
        }));
        let see_through = colour[3] < 1.0;
        materials.push(json!({
            "name": name, "alphaMode": if see_through { "BLEND" } else { "OPAQUE" },
            "pbrMetallicRoughness": {
                "baseColorFactor": colour, "metallicFactor": 0.0, "roughnessFactor": 0.8
            }
        }));
        meshes.push(json!({
            "name": name,
            "primitives": [{
                "attributes": {"POSITION": 3 * n, "NORMAL": 3 * n + 1},
                "indices": 3 * n + 2, "material": n
            }]
        }));
        nodes.push(json!({"name": name, "mesh": n}));
    }
    let children: Vec<usize> = (0..nodes.len()).collect();
    // Columns: left to +x, posterior to -z (away from the viewer), superior to +y; mm to m.
    let mut root = json!({
        "name": "patient (LPS mm)",
        "matrix": [
            0.001, 0.0, 0.0, 0.0, 0.0, 0.0, -0.001, 0.0, 0.0, 0.001, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0
        ]
    });
    if !children.is_empty() {
        root["children"] = json!(children);
    }
    nodes.push(root);
    let mut document = json!({
        "asset": {"version": "2.0", "generator": "thecal", "extras": {
            "coordinates": "DICOM LPS, mm", "use": ORIENTATION_ONLY,
            "frame_of_reference_uid": scene.frame_of_reference_uid
        }},
        "scene": 0, "scenes": [{"nodes": [nodes.len() - 1]}], "nodes": nodes
    });
    if !bytes.is_empty() {
        document["meshes"] = json!(meshes);
        document["materials"] = json!(materials);
        document["accessors"] = json!(accessors);
        document["bufferViews"] = json!(views);
        document["buffers"] = json!([{"byteLength": bytes.len()}]);
    }
    let mut text = serde_json::to_vec(&document)?;
    text.resize(text.len().next_multiple_of(4), b' ');
    let binary = if bytes.is_empty() { 0 } else { 8 + bytes.len() };
    let total = 12 + 8 + text.len() + binary;
    if total > u32::MAX as usize {
        let most = u32::MAX as usize;
        return Err(MeshError::TooLarge { what: "bytes", found: total, most });
    }
    out.write_all(b"glTF")?;
    for n in [2, total as u32, text.len() as u32] {
        out.write_all(&n.to_le_bytes())?;
    }
    out.write_all(b"JSON")?;
    out.write_all(&text)?;
    if !bytes.is_empty() {
        out.write_all(&(bytes.len() as u32).to_le_bytes())?;
        out.write_all(b"BIN\0")?;
        out.write_all(&bytes)?;
    }
    Ok(())
}
