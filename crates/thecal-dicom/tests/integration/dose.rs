//! Dose grids by every form of the offset vector, and those of real files.

use std::path::Path;

use crate::common::doses::{AXIAL, DoseFile};
use crate::common::shared;
use thecal_dicom::dose::{
    Dose, DoseType, DoseUnits, Heterogeneity, Summation, read_dose, read_dose_bytes, read_dose_head,
};
use thecal_dicom::read::ReadError;
use thecal_geom::Point3;

fn read(file: &DoseFile) -> Result<Dose, ReadError> {
    read_dose_bytes(Path::new("dose.dcm"), file.bytes())
}

fn heights_mm(dose: &Dose) -> Vec<f64> {
    let planes = 0..dose.head.lattice.size[2];
    planes.map(|k| dose.head.lattice.centre_mm([0, 0, k]).expect("a voxel").z).collect()
}

#[test]
fn every_offset_vector_puts_planes_where_they_are() {
    // Planes at z -30, -27, -24, whatever the vector and the order.
    for (bits, offsets, z, turned) in [
        (16, "0\\3\\6", "-30", false),
        (32, "-30\\-27\\-24", "-30", false),
        (16, "0\\-3\\-6", "-24", true),
        (32, "-24\\-27\\-30", "-24", true),
    ] {
        let dose = read(&DoseFile::new(bits, offsets, z, AXIAL)).expect("readable");
        assert_eq!(dose.head.lattice.size, [3, 2, 3]);
        assert_eq!(dose.head.lattice.planes_mm, [0.0, 3.0, 6.0]);
        for k in 0..3 {
            let at = dose.head.lattice.centre_mm([2, 1, k]).expect("a voxel");
            let wanted = Point3::new(15.0, 22.0, -30.0 + 3.0 * k as f64);
            assert!((at - wanted).norm() < 1e-9, "{offsets}: {at}");
            let plane = if turned { 2 - k } else { k };
            let value = dose.at([2, 1, k]).expect("a voxel");
            assert!((value - (plane as f32 + 0.05)).abs() < 1e-6, "{offsets}: {value}");
        }
        assert!(dose.doubts().is_empty(), "{:?}", dose.doubts());
        assert_eq!((dose.at([3, 0, 0]), dose.at([0, 0, 3])), (None, None));
    }
}

#[test]
fn a_feet_first_normal_points_down() {
    // Rows to the right, columns to posterior: the normal is -z, so offsets of 3 go down.
    let turned = "-1\\0\\0\\0\\1\\0";
    for offsets in ["0\\3\\6", "-30\\-33\\-36"] {
        let dose = read(&DoseFile::new(16, offsets, "-30", turned)).expect("readable");
        assert_eq!(heights_mm(&dose), [-30.0, -33.0, -36.0], "{offsets}");
        assert!((dose.at([0, 0, 2]).expect("a voxel") - 2.0).abs() < 1e-6);
    }
    // Absolute heights that ascend against a normal that points down.
    let dose = read(&DoseFile::new(16, "-30\\-27\\-24", "-30", turned)).expect("readable");
    assert_eq!(heights_mm(&dose), [-24.0, -27.0, -30.0]);
    assert!((dose.at([0, 0, 2]).expect("a voxel")).abs() < 1e-6);
}

/// Sagittal planes with a normal towards the patient's right: rows run to posterior, columns to
/// the feet would give +x; to the head, -x.
#[test]
fn a_normal_to_the_right_counts_its_offsets_to_the_right() {
    let dose = read(&DoseFile::new(16, "0\\3\\6", "-30", "0\\1\\0\\0\\0\\-1")).expect("readable");
    let at = dose.head.lattice.centre_mm([1, 1, 2]).expect("a voxel");
    assert!((at - Point3::new(4.0, 22.5, -32.0)).norm() < 1e-9, "{at}");
    // Turned by 30 degrees about z, so that the normal lies in the axial plane.
    let (c, s) = (30.0_f64.to_radians().cos(), 0.5);
    let oblique = format!("{c:.9}\\{s}\\0\\0\\0\\-1");
    let dose = read(&DoseFile::new(16, "0\\3\\6", "-30", &oblique)).expect("readable");
    let at = dose.head.lattice.centre_mm([0, 0, 1]).expect("a voxel");
    assert!((at - Point3::new(10.0 - 3.0 * s, 20.0 + 3.0 * c, -30.0)).norm() < 1e-6, "{at}");
    // Absolute offsets are for axial planes.
    assert!(read(&DoseFile::new(16, "-30\\-27\\-24", "-30", &oblique)).is_err());
}

#[test]
fn planes_lie_at_their_own_heights() {
    for (offsets, z, heights, told) in [
        ("0\\3.3\\6.7\\10", "-30", [-30.0, -26.7, -23.3, -20.0], false),
        ("0\\3\\7\\10", "-30", [-30.0, -27.0, -23.0, -20.0], true),
        ("0\\-3\\-4\\-9", "-30", [-39.0, -34.0, -33.0, -30.0], true),
        // Absolute, rounded to a tenth beside a first plane that is not.
        ("-30.3\\-27.3\\-24.3\\-21.3", "-30.33", [-30.33, -27.33, -24.33, -21.33], false),
    ] {
        let file = DoseFile::new(16, offsets, z, AXIAL);
        let dose = read(&file).expect("readable");
        for (found, wanted) in heights_mm(&dose).iter().zip(heights) {
            assert!((found - wanted).abs() < 1e-9, "{offsets}: {found}, not {wanted}");
        }
        let codes: Vec<_> = dose.doubts().iter().map(|d| d.warning.code).collect();
        assert_eq!(codes.contains(&"dose_planes_uneven"), told, "{offsets}: {codes:?}");
        // The head alone says the same.
        let dir = tempfile::tempdir().expect("a folder");
        let path = dir.path().join("RD.dcm");
        std::fs::write(&path, file.bytes()).expect("written");
        let head = read_dose_head(&path).expect("readable");
        assert_eq!((&head.lattice, head.doubts()), (&dose.head.lattice, dose.head.doubts()));
    }
}

#[test]
fn offsets_that_place_no_planes_are_refused() {
    for (offsets, word) in [
        ("5\\8\\11", "first plane at z -30"),
        ("0\\0\\0", "planes apart"),
        ("0\\6\\3", "all ascending or all descending"),
        ("0\\nan\\6", "a finite decimal number"),
        ("0\\3\\3000000", "within a kilometre"),
    ] {
        let file = DoseFile::new(16, offsets, "-30", AXIAL);
        let told = read(&file).expect_err(offsets).to_string();
        assert!(told.contains("GridFrameOffsetVector") && told.contains(word), "{told}");
        let dir = tempfile::tempdir().expect("a folder");
        let path = dir.path().join("dose.dcm");
        std::fs::write(&path, file.bytes()).expect("written");
        let head = read_dose_head(&path).expect_err("the head is judged alike").to_string();
        assert!(head.contains(word), "{head}");
    }
    let mut short = DoseFile::good().bytes();
    short.truncate(short.len() - 8);
    assert!(read_dose_bytes(Path::new("dose.dcm"), short).is_err());
}

/// What pydicom 3.0.2 reads: the largest value, where it lies (column, row and plane, and patient
/// mm), and the sum of all values each times its place modulo 101, so that no two may change
/// places.
#[test]
fn doses_of_real_files_are_those_that_pydicom_reads() {
    let Some(dir) = shared("lung2018-cord-dose") else { return };
    for (name, most_gy, at, place_mm, weighted_gy) in [
        ("RD.imrt.dcm", 27.790_479_108, [49, 47, 121], [-38.5, 132.5, 92.0], 2.113_804_149e7),
        ("RD.vmat.dcm", 10.264_222_77, [46, 48, 111], [-47.5, 135.5, 62.0], 3.918_567_357e6),
    ] {
        let dose = read_dose(&dir.join(name)).expect("readable");
        let head = &dose.head;
        assert_eq!(head.lattice.size, [139, 81, 177]);
        let found = dose.at(at).expect("a voxel");
        assert!((f64::from(found) / most_gy - 1.0).abs() < 1e-6, "{name}: {found}");
        let place = head.lattice.centre_mm(at).expect("a voxel");
        assert!((place - Point3::from(place_mm)).norm() < 1e-9, "{name}: {place}");
        assert!(dose.values.iter().all(|v| *v <= found));
        let sum: f64 =
            dose.values.iter().enumerate().map(|(n, v)| f64::from(*v) * (n % 101) as f64).sum();
        assert!((sum / weighted_gy - 1.0).abs() < 1e-6, "{name}: {sum}");
        assert_eq!(head.units, Some(DoseUnits::Gy));
        assert_eq!(head.dose_type, Some(DoseType::Physical));
        assert_eq!(head.summation, Some(Summation::Plan));
        assert_eq!(head.heterogeneity, [Heterogeneity::Image]);
        assert_eq!(head.plans.len(), 1);
        // Nothing in the files says that one of them is not what its label says.
        assert!(dose.doubts().is_empty(), "{:?}", dose.doubts());
        assert_eq!(*head, read_dose_head(&dir.join(name)).expect("readable"));
    }
}

/// Seeds for the fuzzer, `fuzz/seeds/dose`.
#[test]
#[ignore = "writes files"]
fn write_seeds() {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/seeds/dose");
    std::fs::create_dir_all(&dir).unwrap();
    for (name, file) in [
        ("relative.dcm", DoseFile::good()),
        ("absolute.dcm", DoseFile::new(32, "-24\\-27\\-30", "-24", AXIAL)),
        ("beam.dcm", DoseFile::good().plan("1.2.3", "1", &["1", "2"], true)),
    ] {
        std::fs::write(dir.join(name), file.bytes()).unwrap();
    }
}
