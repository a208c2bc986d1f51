//! Written meshes read back by the letter of their formats.

use thecal_geom::{Mesh, Point3};
use thecal_report::mesh::{MeshError, write_glb, write_obj, write_ply, write_stl};

fn tetrahedron() -> Mesh {
    Mesh {
        vertices_mm: vec![
            Point3::new(10.0, 0.0, 0.0),
            Point3::new(13.0, 0.0, 0.0),
            Point3::new(10.0, 4.0, 0.0),
            Point3::new(10.0, 0.0, 5.5),
        ],
        triangles: vec![[0, 2, 1], [0, 1, 3], [0, 3, 2], [1, 2, 3]],
    }
}

fn float(bytes: &[u8], at: usize) -> f32 {
    f32::from_le_bytes(bytes[at..at + 4].try_into().expect("four bytes"))
}

fn int(bytes: &[u8], at: usize) -> usize {
    u32::from_le_bytes(bytes[at..at + 4].try_into().expect("four bytes")) as usize
}

#[test]
fn stl_holds_every_triangle_with_its_outward_normal() {
    let mut out = Vec::new();
    write_stl(&tetrahedron(), &mut out).unwrap();
    assert_eq!(out.len(), 84 + 50 * 4);
    assert_eq!(int(&out, 80), 4);
    assert!(!out.starts_with(b"solid"), "readers take that for the text form");
    // The first triangle is the bottom.
    assert_eq!([float(&out, 84), float(&out, 88), float(&out, 92)], [0.0, 0.0, -1.0]);
    assert_eq!(float(&out, 84 + 12), 10.0);
}

#[test]
fn ply_and_obj_hold_vertices_and_faces() {
    let mut ply = Vec::new();
    write_ply(&tetrahedron(), &mut ply).unwrap();
    let head = b"end_header\n";
    let body = ply.windows(head.len()).position(|w| w == head).unwrap() + head.len();
    assert_eq!(ply.len() - body, 4 * 12 + 4 * 13);
    assert_eq!(float(&ply, body + 12), 13.0);
    assert_eq!((ply[body + 48], int(&ply, body + 48 + 5)), (3, 2));
    let mut obj = Vec::new();
    write_obj(&tetrahedron(), "a cord\nv 0", &mut obj).unwrap();
    let obj = String::from_utf8(obj).unwrap();
    assert_eq!(obj.lines().filter(|l| l.starts_with("v ")).count(), 4);
    assert!(obj.contains("\nf 1 3 2\n") && obj.contains("o a_cord_v_0\n"));
}

#[test]
fn glb_is_a_standing_patient_in_metres() {
    let mesh = tetrahedron();
    let empty = Mesh::default();
    let mut out = Vec::new();
    let colour = [1.0, 0.25, 0.125, 0.5];
    write_glb(&[("nothing", colour, &empty), ("tumour", colour, &mesh)], &mut out).unwrap();
    assert_eq!((&out[..4], int(&out, 4), int(&out, 8)), (&b"glTF"[..], 2, out.len()));
    let text = int(&out, 12);
    let json: serde_json::Value = serde_json::from_slice(&out[20..20 + text]).unwrap();
    let binary = 20 + text;
    assert_eq!(binary % 4, 0);
    assert_eq!(&out[binary + 4..binary + 8], b"BIN\0");
    let len = json["buffers"][0]["byteLength"].as_u64().unwrap() as usize;
    assert_eq!((int(&out, binary), binary + 8 + len), (len, out.len()));
    assert_eq!(json["meshes"][0]["name"], "tumour");
    assert_eq!(json["accessors"][0]["max"], serde_json::json!([13.0, 4.0, 5.5]));
    assert_eq!(json["accessors"][2]["count"], 12);
    // Superior (+z in LPS) is up (+y in glTF), in metres.
    let matrix = json["nodes"][1]["matrix"].as_array().unwrap();
    assert_eq!(matrix[9].as_f64(), Some(0.001));
    let last = json["bufferViews"][2]["byteOffset"].as_u64().unwrap() as usize;
    assert_eq!(int(&out, binary + 8 + last + 4), 2);
}

#[test]
fn a_broken_mesh_is_not_written() {
    let mut mesh = tetrahedron();
    mesh.triangles[1][2] = 9;
    let found = write_stl(&mesh, &mut Vec::new());
    assert!(matches!(found, Err(MeshError::Index { triangle: 1, vertex: 9, vertices: 4 })));
}
