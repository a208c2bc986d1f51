//! Reading a structure set of 1,000,000 points (20 regions x 100 contours x 500 points) beside
//! the floor: the same file read and its decimal strings parsed by one thread, with nothing
//! checked and nothing named.
//!
//! The file is left in the target directory for other programs (`benches/peers/rtstruct_pydicom.py`).
#![allow(missing_docs, reason = "the macros of criterion make public items")]
#![allow(clippy::unwrap_used, reason = "a bench that cannot run shall stop")]

use std::hint::black_box;
use std::path::{Path, PathBuf};

use criterion::{Criterion, criterion_group, criterion_main};
use thecal_dicom::read::read_rtstruct;
use thecal_dicom::write::{ContourOut, RoiOut, RtStructOut, StudyOut, write_rtstruct};
use thecal_geom::{Contour, ContourKind, Point3};

fn million_points() -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("rtstruct-1e6-points.dcm");
    let contour = |roi: usize, slice: usize| {
        let point = |i: usize| {
            let angle = i as f64 * std::f64::consts::TAU / 500.0;
            let radius_mm = 20.0 + roi as f64 + 3.0 * (7.0 * angle).sin();
            let z_mm = slice as f64 * 2.5 - 300.0;
            Point3::new(radius_mm * angle.cos(), radius_mm * angle.sin() - 150.0, z_mm)
        };
        let points_mm = (0..500).map(point).collect();
        let kind = ContourKind::ClosedPlanar;
        ContourOut { contour: Contour { number: slice + 1, kind, points_mm }, image: None }
    };
    let roi = |number: usize| RoiOut {
        name: format!("ROI {number}"),
        interpreted_type: "ORGAN".into(),
        description: String::new(),
        generation: "AUTOMATIC".into(),
        generation_description: String::new(),
        colour: [255, 0, 0],
        contours: (0..100).map(|slice| contour(number, slice)).collect(),
    };
    let study = StudyOut {
        patient_id: "bench".into(),
        patient_name: "bench".into(),
        study_uid: "1.2.1".into(),
        frame_uid: "1.2.2".into(),
        date: "20260101".into(),
        time: "120000".into(),
        more: Vec::new(),
    };
    let set = RtStructOut {
        study,
        series_uid: "1.2.3".into(),
        sop_uid: "1.2.4".into(),
        label: "bench".into(),
        description: String::new(),
        equipment: None,
        predecessor: None,
        references: Vec::new(),
        decimals: 4,
        rois: (0..20).map(roi).collect(),
    };
    write_rtstruct(&path, &set).unwrap();
    path
}

/// Finds Contour Data by its tag in implicit VR and parses what follows.
fn floor(path: &Path) -> Vec<f64> {
    let bytes = std::fs::read(path).unwrap();
    let mut numbers = Vec::with_capacity(3_000_000);
    let mut pos = 0;
    while pos + 8 <= bytes.len() {
        if bytes[pos..].starts_with(&[0x06, 0x30, 0x50, 0x00]) {
            let length = u32::from_le_bytes(bytes[pos + 4..pos + 8].try_into().unwrap());
            let mut value = &bytes[pos + 8..pos + 8 + length as usize];
            pos += 8 + length as usize;
            while let Ok((number, used)) = fast_float2::parse_partial::<f64, _>(value) {
                numbers.push(number);
                value = value.get(used + 1..).unwrap_or_default();
            }
        } else {
            pos += 2;
        }
    }
    numbers
}

fn bench(c: &mut Criterion) {
    let path = million_points();
    assert_eq!(floor(&path).len(), 3_000_000);
    let set = read_rtstruct(&path).unwrap();
    let points: usize = set
        .rois
        .iter()
        .flat_map(|roi| roi.contours.iter().flatten())
        .map(|c| c.points_mm.len())
        .sum();
    assert_eq!(points, 1_000_000);
    let mut group = c.benchmark_group("rtstruct of 1e6 points");
    group.sample_size(20);
    group.bench_function("floor, one thread", |b| b.iter(|| floor(black_box(&path))));
    group.bench_function("read_rtstruct", |b| b.iter(|| read_rtstruct(black_box(&path)).unwrap()));
    let one = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
    group.bench_function("read_rtstruct, one thread", |b| {
        b.iter(|| one.install(|| read_rtstruct(black_box(&path)).unwrap()));
    });
    group.finish();
}

criterion_group!(benches, bench);
criterion_main!(benches);
