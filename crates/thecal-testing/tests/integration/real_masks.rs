//! Masks of public sets, where they are at hand, against what other programs say of them.

use std::path::{Path, PathBuf};

use thecal::{Settings, check, info};
use thecal_dicom::seg::read_segmentation;
use thecal_mask::file::{MaskFile, read_mask_file};
use thecal_mask::{EndRule, Solid};
use thecal_report::{self as report, PairRecord};
use thecal_voxel::{FULL, Slices, slice_axis};

#[allow(clippy::print_stdout, reason = "a test that is skipped says so")]
fn data(set: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data").join(set);
    if !path.is_dir() {
        println!("skipped: {set} is not at hand");
        return None;
    }
    Some(path)
}

/// The tumour-cord pair of two structures of some files.
fn pair(paths: &[PathBuf], files: &[PathBuf], tumour: &str, cord: &str) -> PairRecord {
    let settings = Settings {
        tumours: vec![tumour.to_owned()],
        cord: Some(cord.to_owned()),
        structures: files.to_vec(),
        ..Settings::default()
    };
    let report = check(paths, &settings).expect("measured");
    report.phases[0].pairs[0].clone()
}

/// A gap between surfaces is that between voxel centres less up to a voxel.
fn fits_centres(p: &PairRecord, centres_mm: f64, voxel_mm: f64) {
    let [gap, lower, upper] =
        [p.gap_mm, p.gap_lower_mm, p.gap_upper_mm].map(|x| x.expect("measured"));
    assert!(gap <= centres_mm + 0.05 && gap >= centres_mm - voxel_mm - 0.3, "{gap}");
    assert!(lower <= centres_mm - voxel_mm && upper >= centres_mm - voxel_mm, "{lower} {upper}");
    assert_eq!(p.limited_by.map(|l| l.as_str()), Some("voxels"));
}

/// scipy `cKDTree` over the voxel centres of labels 49 and 60 (nibabel 5): 6.185 mm; 1.5 mm voxels.
#[test]
fn vertebral_body_to_cord_in_an_mr() {
    let Some(dir) = data("tptbox-mr-ct") else { return };
    let file = dir.join("sample_mri/sub-mri_seg-subreg_label-6_msk.nii.gz");
    fits_centres(&pair(&[file], &[], "label 49", "label 60"), 6.185, 1.5);
}

/// As above: 0.977 mm, neighbouring voxels, so contact.
#[test]
fn vertebra_in_contact_with_the_cord_in_a_ct() {
    let Some(dir) = data("totalsegmentator-ct-j2k") else { return };
    for label in ["label 32", "label 33"] {
        let p = pair(std::slice::from_ref(&dir), &[], label, "label 79");
        assert!(p.gap_mm.unwrap().abs() < 0.3, "{:?}", p.gap_mm);
        assert!(p.overlap_cc.unwrap() < 0.01, "{:?}", p.overlap_cc);
    }
}

/// The NIfTI lies on the grid of the CT beside it.
#[test]
fn a_nifti_of_a_ct_lies_on_its_slices() {
    let Some(dir) = data("totalsegmentator-ct-j2k") else { return };
    let grid = read_mask_file(&dir.join("example_seg_dicom.nii.gz")).expect("a mask").grid;
    let mut seen = 0;
    for entry in std::fs::read_dir(dir.join("example_ct_dicom")).expect("a folder") {
        let path = entry.expect("a file").path();
        let source =
            thecal_dicom::read::Source::open_until(&path, thecal_dicom::read::BEFORE_PIXELS);
        let source = source.expect("DICOM");
        let head = source.data_set_until(thecal_dicom::read::BEFORE_PIXELS).expect("a head");
        let at = head.numbers(thecal_dicom::read::tags::IMAGE_POSITION_PATIENT).expect("numbers");
        let index = grid.index_from_patient([at[0], at[1], at[2]].into());
        assert!(index.iter().all(|x| (x - x.round()).abs() < 0.01), "{index:?}");
        assert!(grid.voxel_of([at[0], at[1], at[2]].into()).is_some());
        seen += 1;
    }
    assert_eq!(seen, 20);
}

/// Voxel counts: 163 voxels of lesion, all of them in the cord (0.8 mm: 0.083 cc).
#[test]
fn a_lesion_inside_the_cord_overlaps_it_as_a_whole() {
    let Some(dir) = data("sct-t2") else { return };
    let files = ["t2_fake_lesion_lesion_seg", "t2_fake_lesion_sc_seg"];
    let paths = files.map(|f| dir.join(format!("{f}.nii.gz")));
    let p = pair(&paths[..1], &paths, files[0], files[1]);
    assert!(p.gap_mm.unwrap() < -1.0);
    assert!((p.overlap_cc.unwrap() - 163.0 * 0.8_f64.powi(3) / 1000.0).abs() < 0.01);
}

/// AAPM TG-119: target and core are 5 mm apart by design, 6.0 mm between voxel centres of
/// 3 x 3 x 2.5 mm.
#[test]
fn the_c_shape_of_tg_119_keeps_its_design_gap() {
    let Some(dir) = data("tg119-cshape") else { return };
    let paths = ["OuterTarget", "Core"].map(|f| dir.join(format!("{f}.nii.gz")));
    let p = pair(&paths[..1], &paths, "OuterTarget", "Core");
    assert!(p.gap_lower_mm.unwrap() < 5.0 && p.gap_upper_mm.unwrap() > 5.0);
    fits_centres(&p, 6.0, 3.0);
}

/// The CSF is a ring; cord and ring together are the sac. 0.5 x 0.5 x 5 mm.
#[test]
fn the_ring_of_csf_of_healthy_subjects_is_open() {
    let Some(dir) = data("spine-generic-masks") else { return };
    for subject in ["unf01", "hamburg01"] {
        let file = |what: &str| {
            let name = format!("sub-{subject}/anat/sub-{subject}_T2w_{what}-manual.nii.gz");
            read_mask_file(&dir.join(name)).expect("a mask")
        };
        let (cord, csf) = (file("seg"), file("csfseg"));
        let layer = |f: &MaskFile| f.layer(0).expect("a layer").clone();
        let both = layer(&cord).zip_map(&layer(&csf), |a, b| *a > 0.0 || *b > 0.0);
        let sac = both.expect("one grid");
        let axis = slice_axis(&cord.grid);
        let of = |m: &Slices| Solid::from_mask(m, EndRule::HalfSlice, 5.0).expect("a solid");
        let sac =
            of(&Slices::of_volume(&sac, axis, |&b| if b { FULL } else { 0 }).expect("voxels"));
        let cord = of(&cord.mask(&cord.labels[0]).expect("voxels"));
        let gap = thecal_margin::gap(&cord, &sac, thecal_margin::Arrangement::Within);
        let gap_mm = gap.expect("a gap").gap_mm;
        // Where the ring has a break the cord touches the sac; nowhere does it leave it.
        assert!((-0.3..2.0).contains(&gap_mm), "{subject}: {gap_mm}");
    }
}

/// Voxels of a mask as rounded centres, sorted.
fn centres(mask: &Slices) -> Vec<[i64; 3]> {
    let mut out = Vec::new();
    for s in mask.slices() {
        for (n, _) in s.values.iter().enumerate().filter(|(_, v)| **v == FULL) {
            let at = [(n % s.size[0]) as f64, (n / s.size[0]) as f64];
            let p = mask.patient_point(s, at);
            out.push([p.x, p.y, p.z].map(|x| (x * 50.0).round() as i64));
        }
    }
    out.sort_unstable();
    out
}

/// dcmqi made each from the other.
#[test]
fn segmentations_equal_their_nrrd_twins() {
    let Some(dir) = data("seg-dcmqi") else { return };
    for (seg, nrrd) in [
        ("23x38x3/seg/label.seg", "23x38x3/nrrd/label.nrrd"),
        ("24x38x3/seg/label.seg", "24x38x3/nrrd/label.nrrd"),
        ("liver.dcm", "liver_seg.nrrd"),
        ("sparse-labelmap-ppv5.dcm", "sparse_labelmap_ppv5_seg.nrrd"),
    ] {
        let seg = read_segmentation(&dir.join(seg)).expect("a segmentation");
        let twin = read_mask_file(&dir.join(nrrd)).expect("a mask");
        let a = centres(&seg.mask(seg.segments[0].number).expect("a mask"));
        let b = centres(&twin.mask(&twin.labels[0]).expect("a mask"));
        assert_eq!(a.len(), b.len(), "{nrrd}");
        let near = |x: &[i64; 3], y: &[i64; 3]| (0..3).all(|k| (x[k] - y[k]).abs() <= 1);
        let apart = a.iter().filter(|x| {
            let i = b.partition_point(|y| y[0] < x[0] - 1);
            !b[i..].iter().take_while(|y| y[0] <= x[0] + 1).any(|y| near(x, y))
        });
        assert_eq!(apart.take(1).count(), 0, "{nrrd}");
    }
}

#[test]
fn pictures_beside_masks_are_passed_over() {
    let Some(dir) = data("sct-t2") else { return };
    let found = info(&[dir], &Settings::default()).expect("listed");
    // Three masks of a structure each and the levels of the cord, on the lattices of three images.
    let drawn: Vec<_> = found.structure_sets.iter().flat_map(|s| &s.structures).collect();
    let voxels = |s: &&report::InfoStructure| s.voxels.is_some_and(|v| (1..100_000).contains(&v));
    assert!(drawn.len() >= 4 && drawn.iter().all(voxels), "{drawn:?}");
    assert!(found.obstacles.iter().any(|o| o.contains("lattices")), "{:?}", found.obstacles);
}
