//! Registration objects: the way a matrix points, and what is refused.

use std::path::Path;

use crate::common::{EXPLICIT, Form, meta};
use thecal_dicom::read::{FaultKind, ReadError};
use thecal_dicom::registration::{Registration, read_registration_bytes};
use thecal_geom::Point3;

const F: Form = Form::Explicit;
const RIGID_CLASS: &str = "1.2.840.10008.5.1.4.1.1.66.1";
const DEFORMABLE: &str = "1.2.840.10008.5.1.4.1.1.66.3";
/// A quarter turn about z, then a shift.
const QUARTER: &str = "0\\-1\\0\\10\\1\\0\\0\\20\\0\\0\\1\\30\\0\\0\\0\\1";
const IDENTITY: &str = "1\\0\\0\\0\\0\\1\\0\\0\\0\\0\\1\\0\\0\\0\\0\\1";
const HALF_ABOUT_X: &str = "1\\0\\0\\0\\0\\-1\\0\\0\\0\\0\\-1\\0\\0\\0\\0\\1";

fn object(class: &str, matrices: &[(&str, &str)]) -> Vec<u8> {
    let matrices: Vec<Vec<u8>> = matrices
        .iter()
        .map(|(kind, m)| {
            [F.text((0x3006, 0xC6), "DS", m), F.text((0x70, 0x30C), "CS", kind)].concat()
        })
        .collect();
    let registration = F.sequence((0x70, 0x309), &[F.sequence((0x70, 0x30A), &matrices)]);
    let item = [F.text((0x20, 0x52), "UI", "1.2.99"), registration].concat();
    [
        meta(EXPLICIT),
        F.text((8, 0x16), "UI", class),
        F.text((0x20, 0x52), "UI", "1.2.1"),
        F.sequence((0x70, 0x308), &[item]),
    ]
    .concat()
}

fn read(matrices: &[(&str, &str)]) -> Result<Registration, ReadError> {
    read_registration_bytes(Path::new("reg.dcm"), object(RIGID_CLASS, matrices))
}

#[test]
fn a_matrix_takes_the_registered_frame_to_the_objects_own() {
    let reg = read(&[("RIGID", QUARTER)]).expect("rigid");
    assert_eq!(reg.fixed_frame_uid, "1.2.1");
    let item = &reg.items[0];
    assert_eq!(item.moving_frame_uid.as_deref(), Some("1.2.99"));
    let p = item.fixed_from_moving.apply(Point3::new(1.0, 0.0, 0.0));
    assert!((p - Point3::new(10.0, 21.0, 30.0)).norm() < 1e-12);
}

#[test]
fn several_matrices_count_where_their_order_does_not() {
    let reg = read(&[("RIGID", IDENTITY), ("RIGID", QUARTER)]).expect("rigid");
    assert!((reg.items[0].fixed_from_moving.angle_deg() - 90.0).abs() < 1e-9);
    assert!(read(&[("RIGID", HALF_ABOUT_X), ("RIGID", QUARTER)]).is_err());
}

#[test]
fn what_is_not_rigid_is_refused_by_its_element() {
    let with = |from: &str, to: &str| IDENTITY.replacen(from, to, 1);
    for (matrix, word) in [
        (with("1", "2"), "column 1"),
        (with("1", "-1"), "determinant -1"),
        (with("1", "NaN"), "NaN"),
        (format!("{}\\0", IDENTITY.strip_suffix("\\1").unwrap()), "row 4, column 4"),
        (IDENTITY.strip_suffix("\\1").unwrap().to_owned(), "15 values"),
        ("1\\0.2\\0\\0\\0\\1\\0\\0\\0\\0\\1\\0\\0\\0\\0\\1".to_owned(), "columns 1 and 2"),
    ] {
        let error = read(&[("RIGID", &matrix)]).expect_err(word);
        assert!(error.to_string().contains(word), "{error}");
        assert!(error.to_string().contains("(3006,00C6)"), "{error}");
    }
    let scaled = with("1", "1.1");
    assert!(read(&[("AFFINE", &scaled)]).unwrap_err().to_string().contains("AFFINE"));
}

#[test]
fn a_deformation_is_refused_by_name() {
    let bytes = object(DEFORMABLE, &[("RIGID", IDENTITY)]);
    let error = read_registration_bytes(Path::new("reg.dcm"), bytes).unwrap_err();
    assert_eq!(error.fault().unwrap().kind, FaultKind::WrongObject);
    assert!(error.to_string().contains("deformable"));
}

/// Seeds for the fuzzer, `fuzz/seeds/registration`.
#[test]
#[ignore = "writes files"]
fn write_seeds() {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/seeds/registration");
    std::fs::create_dir_all(&dir).unwrap();
    for (name, bytes) in [
        ("rigid.dcm", object(RIGID_CLASS, &[("RIGID", QUARTER)])),
        ("two.dcm", object(RIGID_CLASS, &[("RIGID", IDENTITY), ("RIGID", QUARTER)])),
    ] {
        std::fs::write(dir.join(name), bytes).unwrap();
    }
}
