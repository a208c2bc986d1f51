//! Dose grids by every form of the offset vector, and those of real files; plans.
#![allow(clippy::print_stdout, reason = "says why a test was skipped")]

use std::path::Path;

use crate::common::{EXPLICIT, Form, meta, shared};
use thecal_dicom::dose::{Dose, read_dose, read_dose_bytes, read_dose_head};
use thecal_dicom::plan::{read_plan, read_plan_bytes};
use thecal_dicom::read::ReadError;

const F: Form = Form::Explicit;

fn us(tag: (u16, u16), value: u16) -> Vec<u8> {
    F.element(tag, "US", &value.to_le_bytes())
}

/// Two rows, three columns, planes at the offsets; the value is plane * 100 + pixel.
fn object(bits: u16, offsets: &str, z: &str, orientation: &str) -> Vec<u8> {
    let planes = offsets.split('\\').count();
    let mut pixels = Vec::new();
    for n in 0..planes * 6 {
        let value = (100 * (n / 6) + n % 6) as u32;
        pixels.extend(&value.to_le_bytes()[..usize::from(bits) / 8]);
    }
    [
        meta(EXPLICIT),
        F.text((8, 0x16), "UI", "1.2.840.10008.5.1.4.1.1.481.2"),
        F.text((0x20, 0x32), "DS", &format!("10\\20\\{z}")),
        F.text((0x20, 0x37), "DS", orientation),
        F.text((0x28, 8), "IS", &planes.to_string()),
        us((0x28, 0x10), 2),
        us((0x28, 0x11), 3),
        F.text((0x28, 0x30), "DS", "2\\2.5"),
        us((0x28, 0x100), bits),
        us((0x28, 0x103), 0),
        F.text((0x3004, 2), "CS", "GY"),
        F.text((0x3004, 4), "CS", "PHYSICAL"),
        F.text((0x3004, 0xA), "CS", "PLAN"),
        F.text((0x3004, 0xC), "DS", offsets),
        F.text((0x3004, 0xE), "DS", "0.01"),
        F.element((0x7FE0, 0x10), "OW", &pixels),
    ]
    .concat()
}

fn read(bytes: Vec<u8>) -> Result<Dose, ReadError> {
    read_dose_bytes(Path::new("dose.dcm"), bytes)
}

const AXIAL: &str = "1\\0\\0\\0\\1\\0";

#[test]
fn every_offset_vector_puts_planes_where_they_are() {
    // Planes at z -30, -27, -24, whatever the vector and the order.
    for (bits, offsets, z, first_is) in [
        (16, "0\\3\\6", "-30", 0.0),
        (32, "-30\\-27\\-24", "-30", 0.0),
        (16, "0\\-3\\-6", "-24", 2.0),
        (32, "-24\\-27\\-30", "-24", 2.0),
    ] {
        let dose = read(object(bits, offsets, z, AXIAL)).expect("readable");
        let grid = dose.volume.grid();
        for k in 0..3 {
            let at = grid.centre_mm([2, 1, k]);
            let wanted = [15.0, 22.0, -30.0 + 3.0 * k as f64];
            assert!((0..3).all(|a| (at[a] - wanted[a]).abs() < 1e-9), "{offsets}: {at}");
            let plane = if first_is == 0.0 { k } else { 2 - k };
            let value = dose.volume.get([2, 1, k]).copied().expect("a voxel");
            assert!((value - (plane as f32 + 0.05)).abs() < 1e-6, "{offsets}: {value}");
        }
        assert_eq!(dose.head.units.as_deref(), Some("GY"));
        assert_eq!(dose.head.summation.as_deref(), Some("PLAN"));
    }
}

#[test]
fn a_feet_first_normal_points_down() {
    // Rows to the right, columns to posterior: the normal is -z, so offsets of 3 go down.
    let turned = "-1\\0\\0\\0\\1\\0";
    for offsets in ["0\\3\\6", "-30\\-33\\-36"] {
        let dose = read(object(16, offsets, "-30", turned)).expect("readable");
        let z: Vec<f64> = (0..3).map(|k| dose.volume.grid().centre_mm([0, 0, k]).z).collect();
        assert_eq!(z, [-30.0, -33.0, -36.0], "{offsets}");
        let value = dose.volume.get([0, 0, 2]).copied().expect("a voxel");
        assert!((value - 2.0).abs() < 1e-6);
    }
}

#[test]
fn offsets_that_make_no_lattice_are_refused() {
    for offsets in ["0\\3\\7", "5\\8\\11", "0\\0\\0", "0\\nan\\6"] {
        assert!(read(object(16, offsets, "-30", AXIAL)).is_err(), "{offsets}");
    }
    let mut short = object(16, "0\\3\\6", "-30", AXIAL);
    short.truncate(short.len() - 8);
    assert!(read(short).is_err());
}

#[test]
fn doses_beside_a_real_structure_set() {
    let Some(dir) = shared("lung2018-cord-dose") else { return };
    let mut seen = 0;
    for entry in std::fs::read_dir(&dir).expect("a folder") {
        let path = entry.expect("an entry").path();
        let Ok(head) = read_dose_head(&path) else { continue };
        let dose = read_dose(&path).expect("readable");
        let most = dose.volume.values().iter().fold(0.0_f32, |m, &v| m.max(v));
        println!("{:?} {:?} {:?} max {most}", head.size, head.units, head.summation);
        assert_eq!(head.units.as_deref(), Some("GY"));
        assert!(most > 1.0 && most < 200.0, "{most}");
        seen += 1;
    }
    assert!(seen >= 2, "{seen}");
}

/// What pydicom 3.0.2 reads: the largest value and where it lies, and the sum of all values each
/// times its place modulo 101, so that no two may change places.
#[test]
fn doses_of_real_files_are_those_that_pydicom_reads() {
    let Some(dir) = shared("lung2018-cord-dose") else { return };
    for (name, most_gy, at, weighted_gy) in [
        ("RD.imrt.dcm", 27.790_479_108, [49, 47, 121], 2.113_804_149e7),
        ("RD.vmat.dcm", 10.264_222_77, [46, 48, 111], 3.918_567_357e6),
    ] {
        let dose = read_dose(&dir.join(name)).expect("readable");
        assert_eq!(dose.volume.grid().size(), [139, 81, 177]);
        let found = dose.volume.get(at).copied().expect("a voxel");
        assert!((f64::from(found) / most_gy - 1.0).abs() < 1e-6, "{name}: {found}");
        let values = dose.volume.values();
        assert!(values.iter().all(|v| *v <= found));
        let sum: f64 =
            values.iter().enumerate().map(|(n, v)| f64::from(*v) * (n % 101) as f64).sum();
        assert!((sum / weighted_gy - 1.0).abs() < 1e-6, "{name}: {sum}");
    }
}

#[test]
fn plans_give_prescription_and_fractions() {
    let dose = [
        F.text((0x300A, 0x14), "CS", "SITE"),
        F.text((0x300A, 0x20), "CS", "TARGET"),
        F.text((0x300A, 0x26), "DS", "24"),
    ]
    .concat();
    let bytes = [
        meta(EXPLICIT),
        F.text((8, 0x16), "UI", "1.2.840.10008.5.1.4.1.1.481.5"),
        F.sequence((0x300A, 0x10), &[dose]),
        F.sequence((0x300A, 0x70), &[F.text((0x300A, 0x78), "IS", "2")]),
    ]
    .concat();
    let plan = read_plan_bytes(Path::new("plan.dcm"), bytes).expect("readable");
    assert_eq!(plan.prescriptions[0].dose_gy, Some(24.0));
    assert_eq!(plan.fractions, [Some(2)]);
    let Some(dir) = shared("headphantom-ct-rtstruct") else { return };
    let plans = walkdir::WalkDir::new(dir).into_iter().filter_map(Result::ok);
    let plans = plans.filter(|e| e.file_type().is_file()).filter_map(|e| read_plan(e.path()).ok());
    assert_eq!(plans.count(), 1);
}

/// Seeds for the fuzzer, `fuzz/seeds/dose`.
#[test]
#[ignore = "writes files"]
fn write_seeds() {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/seeds/dose");
    std::fs::create_dir_all(&dir).unwrap();
    for (name, bytes) in [
        ("relative.dcm", object(16, "0\\3\\6", "-30", AXIAL)),
        ("absolute.dcm", object(32, "-24\\-27\\-30", "-24", AXIAL)),
    ] {
        std::fs::write(dir.join(name), bytes).unwrap();
    }
}
