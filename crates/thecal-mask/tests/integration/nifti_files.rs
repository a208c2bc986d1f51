//! NIfTI: where voxels lie, what they are called, what is refused.

use std::path::Path;

use super::mask_bytes::{Nifti, SIZE, codes, fault, gzip, near, place, read, voxels};
use thecal_mask::file::read_mask_file;

#[test]
fn nifti_voxels_lie_where_the_sform_says_in_lps() {
    // [1, 2, 3]: RAS = (10 + 2 * 2, 20 + 3 * 3, 30 - 0.5) = (14, 29, 29.5).
    for (big, packed) in [(false, false), (true, false), (false, true)] {
        let bytes = Nifti::new(big, 2).with_sform().file(&voxels());
        let bytes = if packed { gzip(&bytes) } else { bytes };
        let file = read("case.nii", &bytes).expect("readable");
        assert!(near(place(&file, 7), [-14.0, -29.0, 29.5]));
        assert!(near(place(&file, 60), [-10.0, -32.0, 29.0]));
        let names: Vec<&str> = file.labels.iter().map(|l| l.name.as_str()).collect();
        assert_eq!(names, ["label 7", "label 60"]);
        assert!(file.warnings.is_empty());
    }
}

#[test]
fn the_qform_counts_where_there_is_no_sform_and_a_dispute_is_told() {
    // A quarter turn about z (a = d = root 1/2): i to +y, j to -x; k flipped by qfac.
    let half = 0.5_f32.sqrt();
    let with_qform = |mut n: Nifti| {
        n.shorts(252, &[1]);
        n.floats(76, &[-1.0]);
        n.floats(256, &[0.0, 0.0, half, 1.0, 2.0, 3.0]);
        n
    };
    let file = read("case.nii", &with_qform(Nifti::new(false, 2)).file(&voxels())).unwrap();
    // [1, 2, 3] of 0.5, 2, 3 mm: RAS = (1 - 4, 2 + 0.5, 3 - 9).
    assert!(near(place(&file, 7), [3.0, -2.5, -6.0]));
    let both = with_qform(Nifti::new(false, 2)).with_sform().file(&voxels());
    let file = read("case.nii", &both).unwrap();
    assert!(near(place(&file, 7), [-14.0, -29.0, 29.5]));
    assert_eq!(file.warnings[0].code, "orientation_ambiguous");
    let none = read("case.nii", &Nifti::new(false, 2).file(&voxels())).unwrap();
    assert_eq!(none.warnings[0].code, "orientation_absent");
}

#[test]
fn voxels_of_every_type_are_read_and_scaled() {
    for (datatype, size) in [(4, 2), (8, 4), (16, 4), (64, 8), (256, 1), (512, 2), (1024, 8)] {
        let mut bytes = Vec::new();
        for v in voxels() {
            bytes.extend(match (datatype, size) {
                (16, _) => f32::from(v).to_le_bytes().to_vec(),
                (64, _) => f64::from(v).to_le_bytes().to_vec(),
                (_, size) => i64::from(v).to_le_bytes()[..size].to_vec(),
            });
        }
        let file =
            read("case.nii", &Nifti::new(false, datatype).with_sform().file(&bytes)).unwrap();
        assert!(near(place(&file, 7), [-14.0, -29.0, 29.5]), "{datatype}");
    }
    // Bytes of 0 to 255 scaled to 0 to 1 are parts of a voxel.
    let mut soft = Nifti::new(false, 2).with_sform();
    soft.floats(112, &[1.0 / 255.0, 0.0]);
    let mut parts = vec![0; 60];
    parts[20..23].copy_from_slice(&[255, 200, 100]);
    let file = read("mask_cord.nii", &soft.file(&parts)).unwrap();
    assert!(file.graded);
    assert_eq!((file.labels[0].name.as_str(), file.labels[0].voxels), ("cord", 2));
}

#[test]
fn sizes_that_lie_are_refused_before_memory_is_taken() {
    let huge = |mut n: Nifti| {
        n.shorts(42, &[32_000, 32_000, 32_000]);
        n.file(&voxels())
    };
    assert_eq!(fault(read("a.nii", &huge(Nifti::new(false, 2)))).0, "size");
    let many = |mut n: Nifti| {
        n.shorts(42, &[500, 500, 500]);
        n.file(&voxels())
    };
    assert_eq!(fault(read("a.nii", &many(Nifti::new(false, 2)))).0, "data");
    assert_eq!(fault(read("a.nii", &gzip(&many(Nifti::new(false, 2))))).0, "data");
    // A gzip bomb is unpacked no further than its header announces.
    let bomb =
        gzip(&[Nifti::new(false, 2).with_sform().file(&voxels()), vec![0; 1 << 26]].concat());
    assert!(bomb.len() < 100_000);
    assert_eq!(read("a.nii", &bomb).unwrap().grid.size(), SIZE);
    let mut zero = Nifti::new(false, 2);
    zero.shorts(42, &[0]);
    assert_eq!(fault(read("a.nii", &zero.file(&voxels()))).0, "dim");
    let mut flat = Nifti::new(false, 2).with_sform();
    flat.floats(280, &[0.0, f32::NAN, 0.0, 0.0]);
    assert_eq!(fault(read("a.nii", &flat.file(&voxels()))).0, "srow");
}

#[test]
fn pictures_are_told_from_masks() {
    let mut noise = Nifti::new(false, 4).with_sform();
    noise.shorts(42, &[40, 40, 40]);
    let values: Vec<u8> = (0..64_000_u32)
        .flat_map(|n| ((n.wrapping_mul(2_654_435_761) >> 23) as i16).to_le_bytes())
        .collect();
    assert_eq!(fault(read("t2.nii", &noise.file(&values))), ("voxels", true));
    let negative: Vec<u8> = (0..60).flat_map(|_| (-1000_i16).to_le_bytes()).collect();
    let ct = Nifti::new(false, 4).with_sform().file(&negative);
    assert_eq!(fault(read("ct.nii", &ct)), ("voxels", true));
}

#[test]
fn a_step_that_is_not_the_voxels_size_is_told_and_refused_beyond_rounding() {
    let with = |pixdim: [f32; 3]| {
        let mut n = Nifti::new(false, 2).with_sform();
        n.floats(80, &pixdim);
        read("a.nii", &n.file(&voxels()))
    };
    // Unit axes of a voxel that is none of 1 mm, as a known writer has them.
    let mut unit = Nifti::new(false, 2).with_sform();
    unit.floats(280, &[0.0, 1.0, 0.0, 10.0]);
    unit.floats(296, &[0.0, 0.0, 1.0, 20.0]);
    unit.floats(312, &[-1.0, 0.0, 0.0, 30.0]);
    assert_eq!(fault(read("a.nii", &unit.file(&voxels()))).0, "srow");
    assert_eq!(fault(with([0.5, 2.0, 3.1])).0, "srow");
    assert_eq!(codes(&with([0.5, 2.0, 3.005]).unwrap()), ["voxel_size_disputed"]);
    assert!(codes(&with([0.5, 2.0, 3.000_01]).unwrap()).is_empty());
    // Sizes that are not stated dispute nothing; without an sform they are the only ones.
    assert!(codes(&with([0.0; 3]).unwrap()).is_empty());
    let plain = read("a.nii", &Nifti::new(false, 2).file(&voxels())).unwrap();
    assert_eq!(codes(&plain), ["orientation_absent"]);
}

#[test]
fn labels_that_scaling_left_a_little_off_are_labels() {
    let scaled = |slope: f32| {
        let mut n = Nifti::new(false, 2).with_sform();
        n.floats(112, &[slope, 0.0]);
        read("a.nii", &n.file(&voxels())).unwrap()
    };
    let file = scaled(1.000_015_3);
    let found: Vec<_> = file.labels.iter().map(|l| (l.value, l.voxels)).collect();
    assert_eq!((found, codes(&file)), (vec![(7, 1), (60, 1)], vec!["labels_rounded"]));
    assert!(near(place(&file, 60), [-10.0, -32.0, 29.0]));
    assert!(codes(&scaled(1.0)).is_empty());
}

#[test]
fn a_header_and_image_apart_are_told_from_damage() {
    let dir = std::env::temp_dir().join(format!("thecal-pair-{}", std::process::id()));
    std::fs::create_dir_all(&dir).unwrap();
    let mut pair = Nifti::new(false, 2).with_sform();
    pair.bytes.truncate(348);
    pair.bytes[344..348].copy_from_slice(b"ni1\0");
    std::fs::write(dir.join("a.hdr"), &pair.bytes).unwrap();
    std::fs::write(dir.join("a.img"), voxels()).unwrap();
    pair.bytes[344..348].fill(0);
    std::fs::write(dir.join("b.hdr"), &pair.bytes).unwrap();
    for (name, field, says) in [
        ("a.hdr", "magic", "header and image in two files"),
        ("a.img", "file", "an image without its header"),
        ("b.hdr", "magic", "Analyze 7.5"),
    ] {
        let refused = read_mask_file(&dir.join(name));
        let text = refused.as_ref().unwrap_err().to_string();
        assert!(text.contains(says) && text.contains("one .nii file"), "{text}");
        assert_eq!(fault(refused).0, field);
    }
    std::fs::remove_dir_all(&dir).unwrap();
}

/// Seeds for the fuzzer, `fuzz/seeds/nifti`.
#[test]
#[ignore = "writes files"]
fn write_nifti_seeds() {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/seeds/nifti");
    std::fs::create_dir_all(&dir).unwrap();
    for (name, bytes) in [
        ("plain.nii", Nifti::new(false, 2).with_sform().file(&voxels())),
        ("packed.nii.gz", gzip(&Nifti::new(true, 2).with_sform().file(&voxels()))),
    ] {
        std::fs::write(dir.join(name), bytes).unwrap();
    }
}
