//! Enhanced and legacy converted images: many frames in one file.

use crate::common::Form;
use crate::common::slices::{ImageFile, write_all};
use thecal_dicom::image::{Key, Reason, Voxels, read_series};
use thecal_geom::Point3;

const ENHANCED_MR: &str = "1.2.840.10008.5.1.4.1.1.4.1";
const LEGACY_CT: &str = "1.2.840.10008.5.1.4.1.1.2.2";
const F: Form = Form::Explicit;

fn position(z: f64) -> Vec<u8> {
    F.sequence((0x0020, 0x9113), &[F.text((0x0020, 0x0032), "DS", &format!("5\\6\\{z}"))])
}

fn orientation() -> Vec<u8> {
    F.sequence((0x0020, 0x9116), &[F.text((0x0020, 0x0037), "DS", "1\\0\\0\\0\\1\\0")])
}

fn measures() -> Vec<u8> {
    let item = [F.text((0x0018, 0x0050), "DS", "2"), F.text((0x0028, 0x0030), "DS", "1.5\\0.5")];
    F.sequence((0x0028, 0x9110), &[item.concat()])
}

fn transformation(slope: f64) -> Vec<u8> {
    let item =
        [F.text((0x0028, 0x1052), "DS", "-10"), F.text((0x0028, 0x1053), "DS", &slope.to_string())];
    F.sequence((0x0028, 0x9145), &[item.concat()])
}

fn temporal(index: u32) -> Vec<u8> {
    F.sequence((0x0020, 0x9111), &[F.element((0x0020, 0x9128), "UL", &index.to_le_bytes())])
}

/// A file of frames whose first pixels are 0, 1, 2, ...
fn image(class: &str, shared: &[Vec<u8>], frames: &[Vec<u8>]) -> ImageFile {
    let pixels: Vec<i16> = (0..frames.len() as i16).flat_map(|f| [f, 1, 2, 3, 4, 5]).collect();
    ImageFile::new([0.0; 3], &pixels)
        .text((0x0008, 0x0016), "UI", class)
        .text((0x0028, 0x0008), "IS", &frames.len().to_string())
        .without((0x0020, 0x0032))
        .without((0x0020, 0x0037))
        .without((0x0028, 0x0030))
        .raw((0x5200, 0x9229), F.sequence((0x5200, 0x9229), &[shared.concat()]))
        .raw((0x5200, 0x9230), F.sequence((0x5200, 0x9230), frames))
}

#[test]
fn shared_and_per_frame_groups() {
    // In the file the frames run downwards, each with its own slope.
    let frame =
        |k: u32| [position(-2.0 * f64::from(k)), transformation(f64::from(k) + 0.5)].concat();
    let frames: Vec<_> = (0..4).map(frame).collect();
    let file = image(ENHANCED_MR, &[measures(), orientation()], &frames);
    let (_dir, paths) = write_all(&[file]);
    let volume = read_series(&paths).expect("images").into_single().expect("one volume");
    let grid = volume.voxels.grid();
    assert_eq!((grid.size(), grid.spacing_mm()), ([3, 2, 4], [0.5, 1.5, 2.0]));
    assert_eq!(grid.origin_mm(), Point3::new(5.0, 6.0, -6.0));
    for k in 0..4_u32 {
        let stored = f64::from(3 - k);
        let value = stored * (stored + 0.5) - 10.0;
        assert_eq!(volume.voxels.get([0, 0, k as usize]), Some(value));
        assert_eq!(volume.stack.slices[k as usize].frame, 3 - k as usize);
    }
    assert!(matches!(volume.voxels, Voxels::F32(_)));
}

#[test]
fn phases_within_one_file() {
    let frame = |f: u32| [position(f64::from(f / 2)), temporal(f % 2 + 1)].concat();
    let frames: Vec<_> = (0..6).map(frame).collect();
    let file = image(ENHANCED_MR, &[measures(), orientation(), transformation(1.0)], &frames);
    let (_dir, paths) = write_all(&[file]);
    let read = read_series(&paths).expect("images");
    assert_eq!(read.volumes.len(), 2);
    for (phase, volume) in read.volumes.iter().enumerate() {
        let told = (Key::TemporalPosition, (phase + 1).to_string());
        assert_eq!(volume.stack.split_by, [told]);
        for k in 0..3 {
            let stored = (2 * k + phase) as f64;
            assert_eq!(volume.voxels.get([0, 0, k]), Some(stored - 10.0));
        }
        assert!(matches!(volume.voxels, Voxels::I16(_)));
    }
}

#[test]
fn what_a_converter_could_not_assign_still_counts() {
    // Rescale among the unassigned attributes, shared; temporal position, per frame.
    let rescale = [F.text((0x0028, 0x1052), "DS", "-1000"), F.text((0x0028, 0x1053), "DS", "2")];
    let shared = F.sequence((0x0020, 0x9170), &[rescale.concat()]);
    let own = |t: &str| F.sequence((0x0020, 0x9171), &[F.text((0x0020, 0x0100), "IS", t)]);
    let frame = |f: u32| {
        [position(f64::from(f / 2)), own(if f.is_multiple_of(2) { "1" } else { "2" })].concat()
    };
    let frames: Vec<_> = (0..4).map(frame).collect();
    let file = image(LEGACY_CT, &[shared, measures(), orientation()], &frames);
    let (_dir, paths) = write_all(&[file]);
    let read = read_series(&paths).expect("images");
    assert_eq!(read.volumes.len(), 2);
    assert_eq!(read.volumes[1].voxels.get([0, 0, 1]), Some(2.0 * 3.0 - 1000.0));
    assert_eq!(read.volumes[1].stack.modality, "CT");
}

#[test]
fn frames_without_their_groups_are_refused() {
    let frames = [position(0.0), position(1.0)];
    let file = image(ENHANCED_MR, &[measures(), orientation()], &frames);
    let more = file.clone().text((0x0028, 0x0008), "IS", "3");
    let pixels = more.with((0x7FE0, 0x0010), "OW", &[0; 36]);
    let nowhere = image(ENHANCED_MR, &[measures(), orientation()], &[position(0.0), Vec::new()]);
    for (file, name) in [(pixels, "PerFrameFunctionalGroups"), (nowhere, "ImagePositionPatient")] {
        let (_dir, paths) = write_all(&[file]);
        let read = read_series(&paths).expect("images");
        assert_eq!(read.refused[0].reason, Reason::NoGeometry);
        assert!(read.refused[0].message.contains(name), "{}", read.refused[0].message);
    }
}
