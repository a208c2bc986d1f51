//! Two blocks for cord and tumour, as every kind of file that a batch can find.

#![allow(dead_code, reason = "every test takes its part")]

use std::collections::BTreeMap;
use std::fs::create_dir_all;
use std::path::Path;

use tempfile::TempDir;
use thecal::Settings;
use thecal::batch::{Hooks, Options, Plan, plan, run};
use thecal_dicom::write::{
    CodeOut, ContourOut, CtSlice, Equipment, RoiOut, RtStructOut, SegFrame, SegOut, SegmentOut,
    StudyOut, write_ct_slice, write_rtstruct, write_segmentation,
};
use thecal_geom::{Contour, ContourKind, Point3};

/// Cord and tumour: blocks 10 mm wide, 20 mm deep, 5 mm apart, on planes 2 mm apart.
pub(crate) const CORD_X_MM: f64 = 20.0;
pub(crate) const TUMOUR_X_MM: f64 = 5.0;
pub(crate) const WIDE_MM: f64 = 10.0;
pub(crate) const GAP_MM: f64 = 5.0;
pub(crate) const PLANES: usize = 15;

pub(crate) fn identity(patient: &str, study: &str, frame: &str) -> StudyOut {
    StudyOut {
        patient_id: patient.to_owned(),
        patient_name: patient.to_owned(),
        study_uid: study.to_owned(),
        frame_uid: frame.to_owned(),
        date: "20260101".to_owned(),
        time: "120000".to_owned(),
        more: Vec::new(),
    }
}

pub(crate) fn roi(name: &str, x: f64) -> RoiOut {
    let at = |k: usize| {
        let z = 2.0 * k as f64;
        let corners = [(x, 5.0), (x + WIDE_MM, 5.0), (x + WIDE_MM, 25.0), (x, 25.0)];
        let points_mm = corners.map(|(x, y)| Point3::new(x, y, z)).to_vec();
        let contour = Contour { number: k + 1, kind: ContourKind::ClosedPlanar, points_mm };
        ContourOut { contour, image: None }
    };
    RoiOut {
        name: name.to_owned(),
        interpreted_type: "ORGAN".to_owned(),
        description: String::new(),
        generation: "MANUAL".to_owned(),
        generation_description: String::new(),
        colour: [255, 0, 0],
        contours: (0..PLANES).map(at).collect(),
    }
}

pub(crate) fn both() -> Vec<RoiOut> {
    vec![roi("SpinalCord", CORD_X_MM), roi("GTV", TUMOUR_X_MM)]
}

pub(crate) fn set(path: &Path, study: StudyOut, uid: &str, rois: Vec<RoiOut>) {
    create_dir_all(path.parent().expect("a folder")).expect("a folder");
    let set = RtStructOut {
        study,
        series_uid: format!("{uid}.1"),
        sop_uid: uid.to_owned(),
        label: "set".to_owned(),
        description: String::new(),
        equipment: None,
        predecessor: None,
        references: Vec::new(),
        decimals: 2,
        rois,
    };
    write_rtstruct(path, &set).expect("written");
}

pub(crate) fn series(folder: &Path, study: &StudyOut, uid: &str) {
    create_dir_all(folder).expect("a folder");
    for k in 0..PLANES {
        let slice = CtSlice {
            study,
            series_uid: uid,
            sop_uid: &format!("{uid}.{}", k + 1),
            number: k + 1,
            position_mm: [0.0, 0.0, 2.0 * k as f64],
            orientation: [1.0, 0.0, 0.0, 0.0, 1.0, 0.0],
            pixel_spacing_mm: [1.0; 2],
            thickness_mm: 2.0,
            patient_position: "HFS",
            rows: 40,
            columns: 40,
            hu: &[0; 1600],
        };
        write_ct_slice(&folder.join(format!("{uid}-{k:02}.dcm")), &slice).expect("written");
    }
}

/// Pixel centres of the two blocks.
pub(crate) fn segmentation(path: &Path, study: StudyOut, uid: &str) {
    let code = |value, meaning| CodeOut { value, scheme: "SCT", meaning };
    let segment = |label: &str| SegmentOut {
        label: label.to_owned(),
        description: String::new(),
        algorithm_type: "AUTOMATIC",
        algorithm_name: "blocks".to_owned(),
        category: code("123037004", "Anatomical Structure"),
        property: code("85756007", "Tissue"),
        colour: [255, 0, 0],
    };
    let frame = |segment: u16, x: usize, k: usize| SegFrame {
        segment,
        plane: k as u32 + 1,
        position_mm: [0.5, 0.5, 2.0 * k as f64],
        image: None,
        first: [x, 5],
        size: [10, 20],
        inside: vec![true; 200],
    };
    let cord = (0..PLANES).map(|k| frame(1, 20, k));
    let seg = SegOut {
        study,
        equipment: Equipment::now("0", 3, "blocks"),
        series_uid: format!("{uid}.1"),
        sop_uid: uid.to_owned(),
        description: "blocks".to_owned(),
        rows: 40,
        columns: 40,
        orientation: [1.0, 0.0, 0.0, 0.0, 1.0, 0.0],
        pixel_spacing_mm: [1.0; 2],
        thickness_mm: 2.0,
        slice_spacing_mm: Some(2.0),
        references: Vec::new(),
        segments: vec![segment("SpinalCord"), segment("GTV")],
        frames: cord.chain((0..PLANES).map(|k| frame(2, 5, k))).collect(),
    };
    write_segmentation(path, &seg).expect("written");
}

/// One block as voxels of 1 x 1 x 2 mm.
pub(crate) fn block(x: usize) -> Vec<u8> {
    let inside = |i: usize, j: usize| (x..x + 10).contains(&i) && (5..25).contains(&j);
    let one = |n: usize| u8::from(inside(n % 40, n / 40 % 40) && (2..13).contains(&(n / 1600)));
    (0..40 * 40 * PLANES).map(one).collect()
}

pub(crate) fn nrrd(path: &Path, x: usize) {
    labelled(path, "", block(x));
}

/// Both blocks in one file, named as 3D Slicer does it.
pub(crate) fn slicer(path: &Path) {
    let names = "Segment0_Name:=SpinalCord\nSegment0_LabelValue:=1\nSegment1_Name:=GTV\n\
                 Segment1_LabelValue:=2\n";
    let both = block(20).into_iter().zip(block(5)).map(|(cord, tumour)| cord + 2 * tumour);
    labelled(path, names, both.collect());
}

pub(crate) fn labelled(path: &Path, names: &str, voxels: Vec<u8>) {
    create_dir_all(path.parent().expect("a folder")).expect("a folder");
    let head = format!(
        "NRRD0004\ntype: uint8\ndimension: 3\nspace: left-posterior-superior\nsizes: 40 40 {PLANES}\n\
         space directions: (1,0,0) (0,1,0) (0,0,2)\nencoding: raw\nspace origin: (0.5,0.5,0)\n\
         {names}\n"
    );
    std::fs::write(path, [head.into_bytes(), voxels].concat()).expect("a file");
}

/// One block as NIfTI-1.
pub(crate) fn nifti(path: &Path, x: usize) {
    nifti_of(path, [2, 8], block(x));
}

/// An image of the same grid as NIfTI-1: Hounsfield units of air and of soft tissue.
pub(crate) fn image(path: &Path) {
    let hu = block(20).into_iter().flat_map(|v| (-1000 + 1040 * i16::from(v)).to_le_bytes());
    nifti_of(path, [4, 16], hu.collect());
}

/// NIfTI-1 with the sform of the same grid: RAS, so that x and y turn. `kind` is its type of data and the
/// bits of a voxel.
fn nifti_of(path: &Path, kind: [i16; 2], voxels: Vec<u8>) {
    create_dir_all(path.parent().expect("a folder")).expect("a folder");
    let mut head = vec![0_u8; 352];
    let mut put = |at: usize, value: &[u8]| head[at..at + value.len()].copy_from_slice(value);
    put(0, &348_i32.to_le_bytes());
    let shorts = |values: &[i16]| values.iter().flat_map(|v| v.to_le_bytes()).collect::<Vec<u8>>();
    let floats = |values: &[f32]| values.iter().flat_map(|v| v.to_le_bytes()).collect::<Vec<u8>>();
    put(40, &shorts(&[3, 40, 40, PLANES as i16, 1, 1, 1, 1]));
    put(70, &shorts(&kind));
    put(76, &floats(&[1.0, 1.0, 1.0, 2.0]));
    put(108, &floats(&[352.0, 1.0, 0.0]));
    put(123, &[2]);
    put(254, &shorts(&[1]));
    put(280, &floats(&[-1.0, 0.0, 0.0, -0.5]));
    put(296, &floats(&[0.0, -1.0, 0.0, -0.5]));
    put(312, &floats(&[0.0, 0.0, 2.0, 0.0]));
    put(344, b"n+1\0");
    std::fs::write(path, [head, voxels].concat()).expect("a file");
}

pub(crate) fn element(group: u16, number: u16, value: &[u8]) -> Vec<u8> {
    let even = value.len().next_multiple_of(2);
    let tag = [group.to_le_bytes(), number.to_le_bytes()].concat();
    let mut value = value.to_vec();
    value.resize(even, 0);
    [tag, (even as u32).to_le_bytes().to_vec(), value].concat()
}

/// A registration that moves nothing, in implicit VR little endian without preamble.
pub(crate) fn registration(path: &Path, patient: &str, fixed: &str, moving: &str) {
    let sequence =
        |group, number, item: &[u8]| element(group, number, &element(0xFFFE, 0xE000, item));
    let matrix = [
        element(0x3006, 0x00C6, b"1\\0\\0\\0\\0\\1\\0\\0\\0\\0\\1\\0\\0\\0\\0\\1"),
        element(0x0070, 0x030C, b"RIGID "),
    ];
    let steps = sequence(0x0070, 0x0309, &sequence(0x0070, 0x030A, &matrix.concat()));
    let item = [element(0x0020, 0x0052, moving.as_bytes()), steps].concat();
    let bytes = [
        element(0x0008, 0x0016, b"1.2.840.10008.5.1.4.1.1.66.1"),
        element(0x0008, 0x0018, b"1.2.3.99"),
        element(0x0010, 0x0020, patient.as_bytes()),
        element(0x0020, 0x0052, fixed.as_bytes()),
        sequence(0x0070, 0x0308, &item),
    ];
    std::fs::write(path, bytes.concat()).expect("written");
}

pub(crate) fn options() -> Options {
    Options { jobs: 2, ..Options::new(Settings::default()) }
}

pub(crate) fn planned(root: &Path) -> Plan {
    plan(root, &options()).expect("a plan")
}

/// What each study holds, by its folder.
pub(crate) fn holds(plan: &Plan) -> BTreeMap<String, String> {
    let name = |p: &Path| p.to_string_lossy().into_owned();
    plan.studies().iter().map(|s| (name(s.location()), s.holds())).collect()
}

pub(crate) fn keys(plan: &Plan) -> Vec<String> {
    plan.studies().iter().map(|s| s.key().to_owned()).collect()
}

/// Status and gap of each study, by its key.
pub(crate) fn results(plan: &Plan, options: &Options) -> BTreeMap<String, (String, String)> {
    let out = TempDir::new().expect("a folder");
    run(plan, out.path(), options, Hooks::default()).expect("a run");
    let mut table = csv::Reader::from_path(out.path().join("summary.csv")).expect("a table");
    let head = table.headers().expect("a header").clone();
    let at = |name: &str| head.iter().position(|h| h == name).expect("a column");
    let (status, gap) = (at("status"), at("tumour_cord_gap_mm"));
    let rows = table.records().map(|r| r.expect("a row"));
    rows.map(|r| (r[0].to_owned(), (r[status].to_owned(), r[gap].to_owned()))).collect()
}

pub(crate) fn measured(plan: &Plan) -> Vec<String> {
    let found = results(plan, &options());
    for (status, gap) in found.values().filter(|(status, _)| status == "ok") {
        let gap_mm: f64 = gap.parse().expect("a gap");
        assert!((gap_mm - GAP_MM).abs() < 0.3, "{status}: {gap_mm} mm");
    }
    found.into_values().map(|(status, _)| status).collect()
}
