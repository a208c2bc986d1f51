//! Kinds of trouble with what is read: two structures of one name, references to other images,
//! planes along the cord, images that end within a structure, specks.

use std::io::Write as _;

use crate::blocks::{CORD_X_MM, GAP_MM, TUMOUR_X_MM, WIDE_MM, both, identity, roi, series, set};
use tempfile::TempDir;
use thecal::{
    ContourPlanes, ErrorKind, MeshOptions, Settings, check, measure_study, result_solids,
    write_structures,
};
use thecal_dicom::write::{ContourOut, ImageReference, RoiOut};
use thecal_geom::{Contour, ContourKind, Point3};
use thecal_report::Report;

fn codes(report: &Report) -> Vec<&str> {
    let of_structures = report.structures.iter().flat_map(|s| &s.warnings);
    report.warnings.iter().chain(of_structures).map(|w| w.code.as_ref()).collect()
}

fn gap_mm(report: &Report) -> f64 {
    report.phases[0].pairs[0].gap_mm.expect("a gap")
}

#[test]
fn one_of_two_structures_of_one_name_is_chosen_by_place_or_number() {
    let dir = TempDir::new().expect("a folder");
    let rois = vec![
        roi("SpinalCord", CORD_X_MM),
        roi("SpinalCord", CORD_X_MM - 2.0),
        roi("GTV", TUMOUR_X_MM),
    ];
    set(&dir.path().join("RS.dcm"), identity("A", "1.2.3.1", "1.2.3.2"), "1.2.3.6", rois);
    let with = |cord: Option<&str>| {
        let settings = Settings { cord: cord.map(str::to_owned), ..Settings::default() };
        check(&[dir.path().to_owned()], &settings)
    };
    let told = with(None).expect_err("two cords").to_string();
    assert!(told.contains("\"SpinalCord#1\", \"SpinalCord#2\""), "{told}");
    for (cord, expected) in
        [("SpinalCord#1", GAP_MM), ("SpinalCord#2", GAP_MM - 2.0), ("#2", GAP_MM - 2.0)]
    {
        let found = gap_mm(&with(Some(cord)).expect("measured"));
        assert!((found - expected).abs() < 0.1, "{cord}: {found}");
    }
}

#[test]
fn contours_that_refer_to_images_of_another_frame_are_told() {
    let dir = TempDir::new().expect("a folder");
    let study = identity("A", "1.2.3.1", "1.2.3.2");
    series(&dir.path().join("CT"), &study, "1.2.3.5");
    series(&dir.path().join("other"), &identity("A", "1.2.3.1", "1.2.3.9"), "1.2.3.8");
    let referring = |uid: &str| -> Vec<RoiOut> {
        let mut rois = both();
        for (k, contour) in rois[0].contours.iter_mut().enumerate() {
            let uid = format!("{uid}.{}", k + 1);
            contour.image = Some(ImageReference::new("1.2.840.10008.5.1.4.1.1.2", &uid));
        }
        rois
    };
    let file = dir.path().join("RS.dcm");
    for (uid, told) in [("1.2.3.5", false), ("1.2.3.8", true)] {
        set(&file, study.clone(), "1.2.3.6", referring(uid));
        let report = check(&[dir.path().to_owned()], &Settings::default()).expect("measured");
        assert_eq!(codes(&report).contains(&"contour_images_elsewhere"), told, "{uid}");
        assert!((gap_mm(&report) - GAP_MM).abs() < 0.1);
    }
}

/// A block on sagittal planes 2 mm apart.
fn sagittal(name: &str, x: f64) -> RoiOut {
    let at = |k: usize| {
        let x = x + 1.0 + 2.0 * k as f64;
        let corners = [(5.0, 0.0), (15.0, 0.0), (15.0, 60.0), (5.0, 60.0)];
        let points_mm = corners.map(|(y, z)| Point3::new(x, y, z)).to_vec();
        let contour = Contour { number: k + 1, kind: ContourKind::ClosedPlanar, points_mm };
        ContourOut { contour, image: None }
    };
    RoiOut { contours: (0..(WIDE_MM / 2.0) as usize).map(at).collect(), ..roi(name, x) }
}

#[test]
fn a_cord_drawn_along_itself_has_no_unlikely_section() {
    let dir = TempDir::new().expect("a folder");
    let study = identity("A", "1.2.3.1", "1.2.3.2");
    let rois = vec![sagittal("SpinalCord", CORD_X_MM), sagittal("GTV", TUMOUR_X_MM)];
    set(&dir.path().join("RS.dcm"), study.clone(), "1.2.3.6", rois);
    let report = check(&[dir.path().to_owned()], &Settings::default()).expect("measured");
    assert!(!codes(&report).contains(&"size_unlikely"), "{:?}", codes(&report));
    // Across the body 200 mm2 are too many for a cord.
    set(&dir.path().join("RS.dcm"), study, "1.2.3.6", both());
    let report = check(&[dir.path().to_owned()], &Settings::default()).expect("measured");
    assert!(codes(&report).contains(&"size_unlikely"), "{:?}", codes(&report));
}

#[test]
fn a_segmentation_that_the_images_cut_off_is_told() {
    let study = identity("A", "1.2.3.1", "1.2.3.2");
    for (x, told) in [(5.0, false), (34.0, true)] {
        let dir = TempDir::new().expect("a folder");
        series(&dir.path().join("CT"), &study, "1.2.3.5");
        let rois = vec![roi("SpinalCord", CORD_X_MM), roi("GTV", x)];
        set(&dir.path().join("RS.dcm"), study.clone(), "1.2.3.6", rois);
        let measured =
            measure_study(&[dir.path().to_owned()], &Settings::default()).expect("measured");
        let solids = result_solids(&measured).expect("solids");
        let out = dir.path().join("out");
        std::fs::create_dir(&out).expect("a folder");
        let options = MeshOptions::default();
        let written = write_structures(&measured, &solids, ContourPlanes::Source, &options, &out)
            .expect("written");
        let cut = written.warnings.iter().find(|w| w.code == "segmentation_cut");
        assert_eq!(cut.is_some(), told, "{:?}", written.warnings);
        if let Some(cut) = cut {
            // From 34 to 44 mm, where pixels end at 39.5.
            assert!(cut.message.contains("GTV_preop_1 (by 4.5 mm)"), "{}", cut.message);
        }
    }
}

/// A NIfTI file of 1 mm voxels.
fn nifti(size: [i16; 3], value: impl Fn(usize, usize, usize) -> u8) -> Vec<u8> {
    let mut out = vec![0_u8; 352];
    let mut put = |at: usize, bytes: &[u8]| out[at..at + bytes.len()].copy_from_slice(bytes);
    put(0, &348_i32.to_le_bytes());
    for (k, n) in [3, size[0], size[1], size[2], 1, 1, 1, 1].iter().enumerate() {
        put(40 + 2 * k, &n.to_le_bytes());
    }
    put(70, &2_i16.to_le_bytes());
    put(72, &8_i16.to_le_bytes());
    for k in 0..4 {
        put(76 + 4 * k, &1_f32.to_le_bytes());
        put(280 + 20 * k.min(2), &1_f32.to_le_bytes());
    }
    put(108, &352_f32.to_le_bytes());
    put(254, &1_i16.to_le_bytes());
    put(344, b"n+1\0");
    let [nx, ny, nz] = size.map(|n| n as usize);
    let voxels = (0..nx * ny * nz).map(|n| value(n % nx, n / nx % ny, n / nx / ny));
    out.extend(voxels);
    out
}

/// The check of a mask whose label 1 is the cord and label 2 the tumour.
fn check_labels(label: impl Fn(usize, usize, usize) -> u8) -> Report {
    let dir = TempDir::new().expect("a folder");
    std::fs::write(dir.path().join("labels.nii"), nifti([40, 40, 24], label)).expect("written");
    let settings = Settings {
        cord: Some("label 1".to_owned()),
        tumours: vec!["label 2".to_owned()],
        ..Settings::default()
    };
    check(&[dir.path().to_owned()], &settings).expect("measured")
}

/// True within a ball about a voxel; along z without end where its height is none.
fn ball(at: [usize; 3], centre: [i64; 2], z: Option<i64>, radius: i64) -> bool {
    let [x, y, k] = at.map(|n| n as i64);
    let up = z.map_or(0, |z| k - z);
    (x - centre[0]).pow(2) + (y - centre[1]).pow(2) + up * up <= radius * radius
}

#[test]
fn labels_that_share_no_voxel_touch_and_do_not_overlap() {
    // A tumour that lies against the cord, and one that goes most of the way round it.
    for (centre, radius) in [([20, 9], 9), ([20, 11], 10), ([23, 12], 13), ([20, 18], 14)] {
        let report = check_labels(|x, y, z| {
            match (ball([x, y, z], [20, 20], None, 5), ball([x, y, z], centre, Some(12), radius)) {
                (true, _) => 1,
                (_, true) => 2,
                _ => 0,
            }
        });
        let pair = &report.phases[0].pairs[0];
        let (gap, overlap) = (pair.gap_mm.expect("a gap"), pair.overlap_cc.expect("an overlap"));
        assert!((0.0..0.3).contains(&gap) && overlap == 0.0, "{centre:?}: {gap}, {overlap} cc");
        let [lower, upper] = [pair.gap_lower_mm, pair.gap_upper_mm].map(|x| x.expect("a range"));
        assert!(lower <= 0.0 && 0.0 <= upper, "{centre:?}: {lower} to {upper}");
    }
}

#[test]
fn an_island_that_decides_the_gap_is_told_with_the_gap_without_it() {
    let of = |island: bool| {
        check_labels(|x, y, z| match (x, y, z) {
            // One voxel that lies beside the cord, on a plane that the tumour does not reach.
            (20, 13, 3) if island => 2,
            _ if ball([x, y, z], [20, 20], None, 5) => 1,
            _ if ball([x, y, z], [20, 5], Some(14), 5) => 2,
            _ => 0,
        })
    };
    let (with, without) = (of(true), of(false));
    assert!(!codes(&without).contains(&"gap_at_island"));
    assert!(gap_mm(&with) < 2.0 && gap_mm(&without) > 4.0);
    let told = with.cautions().find(|w| w.code == "gap_at_island").expect("a caution");
    let alone = format!("without it the gap would be {:.2} mm", gap_mm(&without));
    assert!(told.message.contains(&alone) && told.message.contains("1.0 mm2"), "{}", told.message);
}

#[test]
fn a_speckled_mask_is_refused_with_the_count_and_soon() {
    let dir = TempDir::new().expect("a folder");
    let write = |name: &str, bytes: &[u8]| {
        let mut file = std::fs::File::create(dir.path().join(name)).expect("a file");
        file.write_all(bytes).expect("written");
    };
    // Label 1 is a block, label 2 every third voxel of every third plane.
    let specks = |x: usize, y: usize, z: usize| match (x, y, z) {
        (20..30, 20..30, _) => 1,
        _ if [x, y, z].iter().all(|k| k.is_multiple_of(3)) => 2,
        _ => 0,
    };
    write("specks.nii", &nifti([96, 96, 30], specks));
    let start = std::time::Instant::now();
    let settings = Settings {
        cord: Some("label 1".to_owned()),
        tumours: vec!["label 2".to_owned()],
        ..Settings::default()
    };
    let error = check(&[dir.path().to_owned()], &settings).expect_err("refused");
    assert_eq!(error.kind(), ErrorKind::NoSolid, "{error}");
    let told = error.to_string();
    assert!(told.contains("it does not look like one structure"), "{told}");
    // 32 x 32 places on 10 planes, without those within the block.
    let count = (0..96 * 96 * 30).filter(|n| specks(n % 96, n / 96 % 96, n / 9216) == 2).count();
    assert!(told.contains(&count.to_string()) && told.contains("label 2"), "{told}");
    assert!(start.elapsed().as_secs_f64() < 10.0);
}
