//! Inputs of the fuzzer: those that once went wrong must stay right, and the seeds must be sound.

use std::path::{Path, PathBuf};

use crate::common::set::{DrawnContour, data_set, drawn};
use crate::common::slices::ImageFile;
use crate::common::{BIG, DEFLATED, EXPLICIT, Form, IMPLICIT, part10};
use thecal_dicom::pixels::Pixels;
use thecal_dicom::read::{Fault, MAX_COORDINATE_MM, Source, read_rtstruct_bytes};

fn folder(name: &str, target: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz").join(name).join(target)
}

fn inputs(name: &str, target: &str) -> Vec<(PathBuf, Vec<u8>)> {
    let entries = std::fs::read_dir(folder(name, target)).into_iter().flatten().flatten();
    entries.map(|e| (e.path(), std::fs::read(e.path()).expect("readable"))).collect()
}

/// What the target `frames` makes of its input.
fn frame(input: &[u8]) -> Result<Vec<u8>, Fault> {
    const SYNTAXES: [&str; 8] = [
        "1.2.840.10008.1.2.5",
        "1.2.840.10008.1.2.8.1",
        "1.2.840.10008.1.2.4.50",
        "1.2.840.10008.1.2.4.51",
        "1.2.840.10008.1.2.4.57",
        "1.2.840.10008.1.2.4.70",
        "1.2.840.10008.1.2.4.90",
        "1.2.840.10008.1.2.4.110",
    ];
    let [syntax, bits, rows, columns, stream @ ..] = input else { return Ok(Vec::new()) };
    let bits = [8, 16, 32, 1][usize::from(bits % 4)];
    let uid = SYNTAXES[usize::from(*syntax) % SYNTAXES.len()];
    let side = |n: &u8| if *n == 255 { 512 } else { u16::from(*n).max(1) };
    let image = ImageFile::at(0.0)
        .word((0x0028, 0x0010), side(rows))
        .word((0x0028, 0x0011), side(columns))
        .word((0x0028, 0x0100), bits)
        .word((0x0028, 0x0101), bits)
        .word((0x0028, 0x0102), bits - 1)
        .fragments(uid, &[], &[stream]);
    let source = Source::from_bytes(Path::new("input"), image.bytes()).expect("DICOM");
    let data = source.data_set().expect("a data set");
    let pixels = Pixels::new(&data, source.transfer_syntax())?;
    pixels.frame(0).map(|f| f.into_owned())
}

#[test]
fn what_once_went_wrong_stays_right() {
    for (path, bytes) in inputs("regressions", "frames") {
        let start = std::time::Instant::now();
        let told = frame(&bytes).map_or_else(|fault| fault.to_string(), |_| "a frame".to_owned());
        assert!(!told.is_empty(), "{}", path.display());
        assert!(start.elapsed().as_secs() < 5, "{}", path.display());
    }
    for (_, bytes) in inputs("regressions", "rtstruct") {
        let Ok(set) = read_rtstruct_bytes(Path::new("input"), bytes) else { continue };
        for contour in set.rois.iter().flat_map(|roi| roi.contours.iter().flatten()) {
            let numbers = contour.points_mm.iter().flat_map(|p| p.iter());
            assert!(numbers.into_iter().all(|x| x.abs() <= MAX_COORDINATE_MM));
        }
    }
}

#[test]
fn seeds_are_structure_sets() {
    let seeds = inputs("seeds", "rtstruct");
    assert_eq!(seeds.len(), 5);
    for (_, bytes) in seeds {
        let set = read_rtstruct_bytes(Path::new("seed"), bytes).expect("readable");
        assert_eq!(set.rois.len(), 3);
    }
}

/// A seed that is refused leads the fuzzer nowhere.
#[test]
fn seeds_are_frames() {
    let seeds = inputs("seeds", "frames");
    assert!(seeds.len() >= 35, "{}", seeds.len());
    for (path, bytes) in seeds {
        let frame = frame(&bytes).unwrap_or_else(|fault| panic!("{}: {fault}", path.display()));
        assert!(frame.iter().any(|&b| b != 0), "{}", path.display());
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
    std::fs::create_dir_all(folder("seeds", "rtstruct")).expect("a folder");
    for (name, bytes) in files {
        std::fs::write(folder("seeds", "rtstruct").join(format!("{name}.dcm")), bytes)
            .expect("written");
    }
}
