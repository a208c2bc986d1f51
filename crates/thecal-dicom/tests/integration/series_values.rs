//! What the stored bits of a series are worth.

use crate::common::slices::{CT, ImageFile, write_all};
use crate::common::{BIG, Form, part10};
use thecal_dicom::image::{
    ImageVolume, ReadOptions, Reason, Voxels, read_series, read_series_with, stacks,
};

fn one(files: &[ImageFile]) -> ImageVolume {
    let (_dir, paths) = write_all(files);
    read_series(&paths).expect("images").into_single().expect("one volume")
}

fn rescaled(z: f64, pixels: [u16; 6], slope: f64, intercept: f64) -> ImageFile {
    ImageFile::new([0.0, 0.0, z], &pixels.map(u16::cast_signed))
        .numbers((0x0028, 0x1053), &[slope])
        .numbers((0x0028, 0x1052), &[intercept])
}

fn values(volume: &ImageVolume) -> Vec<f64> {
    volume.voxels.iter().collect()
}

#[test]
fn each_slice_has_its_own_rescale() {
    let files = [
        rescaled(0.0, [0, 1, 2, 3, 4, 0x8000], 1.0, -1024.0),
        rescaled(1.0, [0, 1, 2, 3, 4, 5], 2.0, 7.0),
    ];
    let volume = one(&files);
    let expected =
        [-1024.0, -1023.0, -1022.0, -1021.0, -1020.0, -33_792.0, 7.0, 9.0, 11.0, 13.0, 15.0, 17.0];
    // -33,792 does not fit 16 bits.
    assert!(matches!(volume.voxels, Voxels::F32(_)));
    assert_eq!(values(&volume), expected);
}

#[test]
fn whole_numbers_take_two_bytes_and_others_four() {
    let unsigned = |z| rescaled(z, [0, 30_000, 2, 3, 4, 5], 1.0, -1024.0).word((0x0028, 0x0103), 0);
    let volume = one(&[unsigned(0.0), unsigned(1.0)]);
    assert!(matches!(volume.voxels, Voxels::I16(_)));
    assert_eq!(values(&volume)[1], 28_976.0);
    let large = |z| rescaled(z, [0, 0xFFFF, 2, 3, 4, 5], 1.0, -1024.0).word((0x0028, 0x0103), 0);
    let volume = one(&[unsigned(0.0), large(1.0)]);
    assert!(matches!(volume.voxels, Voxels::F32(_)));
    assert_eq!(values(&volume)[7], 64_511.0);
    let fine = |z| rescaled(z, [0, 1, 2, 3, 4, 5], 0.25, 0.5);
    let volume = one(&[fine(0.0), fine(1.0)]);
    assert!(matches!(volume.voxels, Voxels::F32(_)));
    assert_eq!(values(&volume)[..3], [0.5, 0.75, 1.0]);
}

#[test]
fn bits_outside_the_stored_ones_are_masked_and_the_sign_extended() {
    let twelve = |z, signed| {
        rescaled(z, [0xF7FF, 0x0800, 0xF001, 0x0FFF, 0, 1], 1.0, 0.0)
            .word((0x0028, 0x0101), 12)
            .word((0x0028, 0x0102), 11)
            .word((0x0028, 0x0103), signed)
    };
    let volume = one(&[twelve(0.0, 0), twelve(1.0, 1)]);
    let expected = [2047.0, 2048.0, 1.0, 4095.0, 0.0, 1.0, 2047.0, -2048.0, 1.0, -1.0, 0.0, 1.0];
    assert_eq!(values(&volume), expected);
}

#[test]
fn eight_and_thirty_two_bits() {
    let eight = |z: f64| {
        ImageFile::new([0.0, 0.0, z], &[])
            .word((0x0028, 0x0100), 8)
            .word((0x0028, 0x0101), 8)
            .word((0x0028, 0x0102), 7)
            .word((0x0028, 0x0103), 0)
            .with((0x7FE0, 0x0010), "OB", &[0, 1, 127, 128, 254, 255])
    };
    let volume = one(&[eight(0.0), eight(1.0)]);
    assert_eq!(values(&volume)[..6], [0.0, 1.0, 127.0, 128.0, 254.0, 255.0]);
    let words: Vec<u8> =
        [0_u32, 1, 70_000, 1 << 24, 5, 6].iter().flat_map(|w| w.to_le_bytes()).collect();
    let long = |z: f64| {
        ImageFile::new([0.0, 0.0, z], &[])
            .word((0x0028, 0x0100), 32)
            .word((0x0028, 0x0101), 32)
            .word((0x0028, 0x0102), 31)
            .with((0x7FE0, 0x0010), "OW", &words)
    };
    let volume = one(&[long(0.0), long(1.0)]);
    assert_eq!(values(&volume)[..4], [0.0, 1.0, 70_000.0, 16_777_216.0]);
}

#[test]
fn padding_is_rescaled_and_kept_as_it_stands() {
    let padded = |z| {
        rescaled(z, [0x8000, 0x8005, 0x8006, 3, 4, 5], 1.0, -24.0)
            .with((0x0028, 0x0120), "SS", &i16::MIN.to_le_bytes())
            // Written as unsigned, as some do.
            .with((0x0028, 0x0121), "US", &0x8005_u16.to_le_bytes())
    };
    let volume = one(&[padded(0.0), padded(1.0)]);
    assert_eq!(volume.stack.slices[0].padding, Some([-32_792.0, -32_787.0]));
    assert_eq!(values(&volume)[..3], [-32_792.0, -32_787.0, -32_786.0]);
    let mask = volume.padding_mask().expect("padding");
    assert_eq!(mask.values()[..6], [true, true, false, false, false, false]);
    assert_eq!(mask.count(), 4);
    let plain = |z| rescaled(z, [0; 6], 1.0, 0.0);
    assert!(one(&[plain(0.0), plain(1.0)]).padding_mask().is_none());
}

#[test]
fn monochrome1_changes_no_value() {
    let inverted =
        |z| rescaled(z, [1, 2, 3, 4, 5, 6], 1.0, 0.0).text((0x0028, 0x0004), "CS", "MONOCHROME1");
    let volume = one(&[inverted(0.0), inverted(1.0)]);
    assert_eq!(values(&volume)[..3], [1.0, 2.0, 3.0]);
    let codes: Vec<_> = volume.stack.warnings.iter().map(|w| w.code).collect();
    assert_eq!(codes, ["grey_scale_inverted"]);
}

#[test]
fn big_endian_pixels() {
    let dir = tempfile::tempdir().expect("a folder");
    let file = |z: f64| {
        let form = Form::Big;
        let words: Vec<u8> =
            [1_i16, -2, 300, 4, 5, 6].iter().flat_map(|w| w.to_be_bytes()).collect();
        let body = [
            form.text((0x0008, 0x0016), "UI", CT),
            form.text((0x0020, 0x0032), "DS", &format!("0\\0\\{z}")),
            form.text((0x0020, 0x0037), "DS", "1\\0\\0\\0\\1\\0"),
            form.element((0x0028, 0x0010), "US", &form.u16(2)),
            form.element((0x0028, 0x0011), "US", &form.u16(3)),
            form.text((0x0028, 0x0030), "DS", "1\\1"),
            form.element((0x0028, 0x0100), "US", &form.u16(16)),
            form.element((0x0028, 0x0103), "US", &form.u16(1)),
            form.element((0x7FE0, 0x0010), "OW", &words),
        ];
        let path = dir.path().join(format!("{z}.dcm"));
        std::fs::write(&path, part10(BIG, &body.concat())).expect("a file");
        path
    };
    let read = read_series(&[file(0.0), file(1.0)]).expect("images");
    let volume = read.into_single().expect("one volume");
    assert_eq!(values(&volume)[..6], [1.0, -2.0, 300.0, 4.0, 5.0, 6.0]);
}

#[test]
fn too_large_is_refused_before_memory_is_asked_for() {
    let (_dir, paths) = write_all(&[ImageFile::at(0.0), ImageFile::at(1.0)]);
    let read = read_series_with(&paths, ReadOptions { most_bytes: 23 }).expect("images");
    assert_eq!(read.refused[0].reason, Reason::TooLarge);
    assert!(read.refused[0].message.contains("24 bytes"), "{}", read.refused[0].message);
    assert_eq!(
        read_series_with(&paths, ReadOptions { most_bytes: 24 }).expect("images").volumes.len(),
        1
    );
    // A header that promises 8 GiB in a file of a few hundred bytes.
    let huge = |z| ImageFile::at(z).word((0x0028, 0x0010), 65_535).word((0x0028, 0x0011), 8_191);
    let (_dir, paths) = write_all(&[huge(0.0), huge(1.0)]);
    assert_eq!(stacks(&paths).expect("images").stacks.len(), 1);
    let read = read_series(&paths).expect("images");
    assert_eq!((read.refused[0].reason, read.refused[0].files.len()), (Reason::Pixels, 2));
}

#[test]
fn a_slice_that_is_cut_off_is_named() {
    let (_dir, paths) = write_all(&[ImageFile::at(0.0), ImageFile::at(1.0), ImageFile::at(2.0)]);
    let whole = std::fs::read(&paths[2]).expect("a file");
    std::fs::write(&paths[2], &whole[..whole.len() - 2]).expect("a file");
    let refusal = read_series(&paths).expect("images").refused.remove(0);
    assert_eq!((refusal.reason, refusal.files.len()), (Reason::Pixels, 1));
    assert!(refusal.message.starts_with("02.dcm: PixelData"), "{}", refusal.message);
    assert!(refusal.message.contains("found 10 bytes, expected 12"), "{}", refusal.message);
    // Cut off in its header, the file is no slice; what it leaves is told.
    std::fs::write(&paths[2], &whole[..300]).expect("a file");
    let volume = read_series(&paths).expect("images").into_single().expect("the two others");
    assert_eq!((volume.stack.warnings[0].code, volume.stack.slices.len()), ("file_damaged", 2));
}

#[test]
fn the_number_of_threads_changes_nothing() {
    let files: Vec<_> = (0..20).map(|z| rescaled(z.into(), [z, 2, 3, 4, 5, 6], 0.1, 0.0)).collect();
    let (_dir, paths) = write_all(&files);
    let with = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("a pool");
        pool.install(|| read_series(&paths).expect("images").volumes)
    };
    assert_eq!(with(1), with(3));
}
