//! The voxels' bytes of NIfTI and NRRD alike: damaged, cut off or followed by others.

use super::mask_bytes::{Nifti, RAS, codes, fault, gzip, near, nrrd, place, read, voxels};
use thecal_mask::file::MaskFile;

/// What decides of a file: labels with their voxels, and where they lie.
fn content(file: &MaskFile) -> (Vec<(i32, usize, usize)>, Vec<u32>) {
    let labels = file.labels.iter().map(|l| (l.value, l.layer, l.voxels)).collect();
    let bits = file.layer(0).expect("a layer").values().iter().map(|v| v.to_bits());
    (labels, bits.collect())
}

#[test]
fn no_flipped_bit_of_a_packed_file_changes_a_voxel_in_silence() {
    let big: Vec<u8> = (0..4000_u32).map(|n| u8::from(n.wrapping_mul(97) % 7 > 3)).collect();
    let mut cube = Nifti::new(false, 2).with_sform();
    cube.shorts(42, &[10, 20, 20]);
    let fields = RAS.replace("encoding: raw", "encoding: gzip").replace("3 4 5", "10 20 20");
    let whole = gzip(&cube.file(&big));
    for (sound, packed_from) in
        [(whole.clone(), 0), (nrrd(&fields, &gzip(&big)), nrrd(&fields, &[]).len())]
    {
        let right = content(&read("a", &sound).expect("sound"));
        let mut accepted = 0;
        for bit in 8 * packed_from..8 * sound.len() {
            let mut bytes = sound.clone();
            bytes[bit / 8] ^= 1 << (bit % 8);
            if let Ok(file) = read("a", &bytes) {
                accepted += 1;
                assert_eq!(content(&file), right, "bit {bit}");
            }
        }
        // The time, the name and the like in gzip's own header bear on nothing.
        assert!(accepted <= 10 * 8, "{accepted}");
        // A file that is cut off within its check sum cannot be known to be whole.
        assert_eq!(fault(read("a", &sound[..sound.len() - 5])).0, "data");
    }
}

#[test]
fn what_follows_the_voxels_is_told() {
    let plain = Nifti::new(false, 2).with_sform().file(&voxels());
    let longer = [plain.clone(), vec![0; 7]].concat();
    let packed = RAS.replace("encoding: raw", "encoding: gzip");
    let more = [voxels(), vec![1; 7]].concat();
    for bytes in [
        longer.clone(),
        gzip(&longer),
        [gzip(&plain), b"rubbish".to_vec()].concat(),
        // A second member that holds no more of this image.
        [gzip(&plain), gzip(b"rubbish")].concat(),
        nrrd(RAS, &more),
        nrrd(&packed, &gzip(&more)),
    ] {
        let file = read("a.nii", &bytes).expect("readable");
        assert_eq!(codes(&file), ["data_surplus"]);
        assert!(file.warnings[0].message.starts_with("7 bytes"), "{}", file.warnings[0].message);
    }
    // An image in two members is one image.
    let (head, tail) = plain.split_at(380);
    let file = read("a.nii", &[gzip(head), gzip(tail)].concat()).expect("readable");
    assert!(codes(&file).is_empty());
    assert!(near(place(&file, 7), [-14.0, -29.0, 29.5]));
}
