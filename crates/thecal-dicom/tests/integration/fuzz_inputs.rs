//! Inputs of the fuzzer: those that once went wrong must stay right, and the seeds must be sound.

use std::path::{Path, PathBuf};

use crate::common::set::{DrawnContour, data_set, drawn};
use crate::common::{BIG, DEFLATED, EXPLICIT, Form, IMPLICIT, part10};
use thecal_dicom::read::{MAX_COORDINATE_MM, read_rtstruct_bytes};

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz").join(name).join("rtstruct")
}

fn inputs(name: &str) -> Vec<Vec<u8>> {
    let entries = std::fs::read_dir(folder(name)).into_iter().flatten().flatten();
    entries.map(|entry| std::fs::read(entry.path()).expect("readable")).collect()
}

#[test]
fn what_once_went_wrong_stays_right() {
    for bytes in inputs("regressions") {
        let Ok(set) = read_rtstruct_bytes(Path::new("input"), bytes) else { continue };
        for contour in set.rois.iter().flat_map(|roi| roi.contours.iter().flatten()) {
            let numbers = contour.points_mm.iter().flat_map(|p| p.iter());
            assert!(numbers.into_iter().all(|x| x.abs() <= MAX_COORDINATE_MM));
        }
    }
}

#[test]
fn seeds_are_structure_sets() {
    let seeds = inputs("seeds");
    assert_eq!(seeds.len(), 5);
    for bytes in seeds {
        let set = read_rtstruct_bytes(Path::new("seed"), bytes).expect("readable");
        assert_eq!(set.rois.len(), 3);
    }
}

/// `cargo test -p thecal-dicom --test integration fuzz_inputs:: -- --ignored` writes the seeds anew.
#[test]
#[ignore = "writes files"]
fn write_seeds() {
    use std::io::Write;
    let square = "0\\0\\5\\10\\0\\5\\10\\10\\5\\0\\10\\5";
    let un = DrawnContour { data_vr: "UN", count: Some("4"), ..drawn(square) };
    let rois = [
        ("1", "Cord", Some(vec![drawn(square), un])),
        ("2", "none", None),
        ("3", "point", Some(vec![DrawnContour { kind: Some("POINT"), ..drawn("1.5\\-2\\3e1") }])),
    ];
    let mut encoder = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(&data_set(Form::Explicit, &rois)).expect("in memory");
    let files = [
        ("implicit", part10(IMPLICIT, &data_set(Form::Implicit, &rois))),
        ("explicit", part10(EXPLICIT, &data_set(Form::Explicit, &rois))),
        ("big_endian", part10(BIG, &data_set(Form::Big, &rois))),
        ("bare", data_set(Form::Implicit, &rois)),
        ("deflated", part10(DEFLATED, &encoder.finish().expect("in memory"))),
    ];
    std::fs::create_dir_all(folder("seeds")).expect("a folder");
    for (name, bytes) in files {
        std::fs::write(folder("seeds").join(format!("{name}.dcm")), bytes).expect("written");
    }
}
