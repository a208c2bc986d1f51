//! Real series against what others say of them. Skipped where the files are not at hand.

use std::path::{Path, PathBuf};

use crate::common::nifti::Nifti;
use crate::common::shared;
use thecal_dicom::image::{ImageVolume, Reason, SeriesRead, Voxels, read_series, stacks};

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display()));
    let mut out: Vec<PathBuf> = entries.map(|e| e.expect("an entry").path()).collect();
    out.sort();
    out
}

fn read(folder: &Path) -> SeriesRead {
    read_series(&files(folder)).expect("images")
}

fn codes(volume: &ImageVolume) -> Vec<&'static str> {
    volume.stack.warnings.iter().map(|w| w.code).collect()
}

/// Every voxel of the other program's volume lies on a voxel of ours and has its value.
fn agrees(ours: &ImageVolume, truth: &Nifti, volume: usize, most_off: f64) {
    let grid = ours.voxels.grid();
    let [nx, ny, nz, _] = truth.size;
    let mut sizes = [grid.size(), [nx, ny, nz]];
    sizes.iter_mut().for_each(|s| s.sort_unstable());
    assert_eq!(sizes[0], sizes[1]);
    for k in 0..nz {
        for j in 0..ny {
            for i in 0..nx {
                let at = grid.index_from_patient(truth.lps_mm([i, j, k]));
                let voxel = at.map(|x| x.round() as usize);
                let off =
                    at.iter().zip(voxel).map(|(x, v)| (x - v as f64).abs()).fold(0.0, f64::max);
                assert!(off < 2e-3, "voxel {i} {j} {k} lies at {at:?}");
                let value = ours.voxels.get(voxel).expect("a voxel");
                let expected = truth.value([i, j, k], volume);
                assert!((value - expected).abs() <= most_off, "{value} for {expected} at {at:?}");
            }
        }
    }
}

#[test]
fn twins_in_several_syntaxes_agree_with_their_nifti() {
    let Some(root) = shared("geometry-dicom2nifti") else { return };
    let mut twins = vec!["compressed", "compressed_rle", "compressed_j2k"];
    if cfg!(feature = "charls") {
        twins.push("compressed_jpegls");
    }
    for twin in twins {
        let read = read(&root.join(twin).join("001"));
        let truth = Nifti::read(&root.join(twin).join("001_ground_truth.nii.gz"));
        assert!(read.refused.is_empty());
        agrees(&read.volumes[0], &truth, 0, 0.0);
    }
    let count = read(&root.join("slicecount/001"));
    agrees(
        &count.volumes[0],
        &Nifti::read(&root.join("slicecount/001_ground_truth.nii.gz")),
        0,
        0.0,
    );
}

#[test]
fn philips_enhanced_agrees_with_its_nifti() {
    let Some(root) = shared("geometry-dicom2nifti") else { return };
    let root = root.join("philips_enhanced");
    // All but the first volume of the diffusion truths hold zeros only: nothing to compare with.
    for (kind, volumes, good) in [("anatomical", 1, 1), ("dti", 4, 1), ("fmri", 4, 4)] {
        for form in ["001", "001_implicit"] {
            let read = read(&root.join(kind).join(form));
            assert!(read.refused.is_empty());
            assert_eq!(read.volumes.len(), volumes, "{kind}/{form}");
            let truth = Nifti::read(&root.join(kind).join(format!("{form}_ground_truth.nii.gz")));
            assert_eq!(truth.size[3], volumes);
            for volume in 0..good {
                // The volumes of a diffusion series have no order that all agree on.
                let held = read.volumes.iter().find(|v| {
                    let grid = v.voxels.grid();
                    (0..truth.size[0].min(truth.size[1])).all(|i| {
                        let voxel = [i, i, truth.size[2] / 2];
                        let at = grid
                            .index_from_patient(truth.lps_mm(voxel))
                            .map(|x| x.round() as usize);
                        let off = v.voxels.get(at).unwrap_or(f64::NAN) - truth.value(voxel, volume);
                        off.abs() < 1e-3
                    })
                });
                let held =
                    held.unwrap_or_else(|| panic!("{kind}/{form}: volume {volume} is lacking"));
                agrees(held, &truth, volume, 1e-3);
            }
        }
    }
}

#[test]
fn a_tilted_gantry_is_read_as_it_stood() {
    let Some(root) = shared("geometry-dicom2nifti") else { return };
    let read = read(&root.join("gantrytilting/001"));
    let volume = &read.volumes[0];
    assert_eq!(codes(volume), ["gantry_tilt"]);
    assert!(volume.stack.warnings[0].message.contains("14.00 degrees"));
    // Image Position (Patient) of the last slice.
    let last = volume.voxels.grid().centre_mm([0, 0, 3]);
    assert!((last.z - -46.951_915_066_986).abs() < 1e-9);
    assert!((last.y - -256.618_866_065_61).abs() < 1e-9);
}

#[test]
fn missing_slices_are_found() {
    let Some(root) = shared("geometry-dicom2nifti") else { return };
    for (folder, missing, spacing_mm) in [("001", vec![3], 5.0), ("002", vec![3], 0.778)] {
        let read = read(&root.join("sliceincrement").join(folder));
        let volume = &read.volumes[0];
        assert_eq!(volume.stack.missing, missing);
        assert!((volume.voxels.grid().spacing_mm()[2] - spacing_mm).abs() < 1e-3);
        assert!(codes(volume).contains(&"slices_missing"));
    }
}

#[test]
fn what_is_no_volume_is_refused_and_two_orientations_are_two_volumes() {
    let Some(root) = shared("geometry-dicom2nifti") else { return };
    let refused = read(&root.join("notavolume/001")).refused;
    assert_eq!((refused.len(), refused[0].reason), (1, Reason::SinglePosition));
    let sizes: Vec<_> = read(&root.join("sliceorientation/001"))
        .volumes
        .iter()
        .map(|v| (v.stack.slices.len(), (1e3 * v.voxels.grid().spacing_mm()[0]).round()))
        .collect();
    assert_eq!(sizes, [(2, 320.0), (2, 556.0)]);
}

#[test]
fn a_head_of_two_spacings_is_refused_and_each_half_is_read() {
    let Some(folder) = shared("ct-gantry-tilt-ge") else { return };
    let all: Vec<_> =
        files(&folder).into_iter().filter(|f| f.extension().is_some_and(|e| e == "dcm")).collect();
    let refusal = read_series(&all).expect("images").refused.remove(0);
    assert_eq!((refusal.reason, refusal.positions.len()), (Reason::UnevenSpacing, 28));
    assert!(refusal.message.contains("13 x 4.00, 1.08, 13 x 7.00 mm"), "{}", refusal.message);
    for (half, spacing_mm) in [(&all[..14], 4.0), (&all[14..], 7.0)] {
        let volume = read_series(half).expect("images").into_single().expect("one volume");
        let warning = &volume.stack.warnings[0];
        assert_eq!(warning.code, "gantry_tilt");
        assert!(warning.message.contains("18.50 degrees"), "{}", warning.message);
        let grid = volume.voxels.grid();
        let normal = grid.axes().column(0).cross(&grid.axes().column(1));
        let along = normal.dot(&grid.axes().column(2)) * grid.spacing_mm()[2];
        assert!((along - spacing_mm).abs() < 0.003, "{along}");
        assert_eq!(volume.stack.slices[0].padding, Some([-1500.0, -1500.0]));
    }
}

#[test]
fn overlapping_slices_of_a_compressed_ct() {
    let Some(folder) = shared("totalsegmentator-ct-j2k") else { return };
    let volume = read(&folder.join("example_ct_dicom")).into_single().expect("one volume");
    assert_eq!(codes(&volume), ["slices_overlap"]);
    let grid = volume.voxels.grid();
    assert_eq!(grid.spacing_mm(), [0.976_562_5, 0.976_562_5, 2.0]);
    // The label map that goes with it lies on the same voxels.
    let labels = Nifti::read(&folder.join("example_seg_dicom.nii.gz"));
    assert_eq!(labels.size[..3], grid.size());
    for voxel in [[0, 0, 0], [511, 0, 0], [0, 511, 7], [511, 511, 19]] {
        let at = grid.index_from_patient(labels.lps_mm(voxel));
        assert!(at.iter().all(|x| (x - x.round()).abs() < 1e-3), "{at:?}");
    }
    // Bone of the vertebrae (labels 32, 33) is denser than the cord (79).
    let mean = |wanted: &[f64]| {
        let (mut sum, mut count) = (0.0, 0.0);
        for (k, j, i) in
            (0..20).flat_map(|k| (0..512).flat_map(move |j| (0..512).map(move |i| (k, j, i))))
        {
            if wanted.contains(&labels.value([i, j, k], 0)) {
                let at = grid.index_from_patient(labels.lps_mm([i, j, k]));
                sum += volume.voxels.get(at.map(|x| x.round() as usize)).expect("a voxel");
                count += 1.0;
            }
        }
        sum / count
    };
    let (bone, cord) = (mean(&[32.0, 33.0]), mean(&[79.0]));
    assert!((100.0..700.0).contains(&bone) && (0.0..80.0).contains(&cord), "{bone} {cord}");
}

#[test]
fn a_whole_head_of_plain_ct() {
    let Some(folder) = shared("headphantom-ct-rtstruct") else { return };
    let found = stacks(&files(&folder)).expect("images");
    let grid = found.stacks[0].grid;
    assert_eq!(
        (grid.size(), grid.spacing_mm()),
        ([512, 512, 177], [0.585_937_5, 0.585_937_5, 1.5])
    );
    assert_eq!(found.warnings[0].code, "objects_passed_over");
    let volume = read(&folder).into_single().expect("one volume");
    assert!(matches!(volume.voxels, Voxels::I16(_)));
}

#[test]
fn an_oblique_ct_with_pixels_that_are_not_square() {
    let Some(root) = shared("rtstruct-rt-utils") else { return };
    let volume = read(&root.join("oriented_data")).into_single().expect("one volume");
    let grid = volume.voxels.grid();
    assert_eq!(grid.size(), [100, 50, 3]);
    // Pixel Spacing 3.5\2.5: rows are 3.5 mm apart.
    assert_eq!(grid.spacing_mm()[..2], [2.5, 3.5]);
    // From Image Position (Patient) of 2.dcm.
    let last = grid.centre_mm([0, 0, 2]);
    assert!(
        (last.coords - nalgebra::Vector3::new(122.015_969_7, -428.159_633_4, 38.079_805_8)).norm()
            < 1e-3
    );
    let refused = read(&root.join("one_slice_data")).refused;
    assert_eq!(refused[0].reason, Reason::SinglePosition);
    let two = read(&root.join("mock_data")).into_single().expect("one volume");
    assert_eq!(two.voxels.grid().spacing_mm()[2], 5.0);
}

#[test]
fn a_picture_without_spacing_is_no_slice() {
    let Some(root) = shared("transfer-syntaxes") else { return };
    assert!(read_series(&[root.join("no-pixel-spacing.dcm")]).is_err());
}
