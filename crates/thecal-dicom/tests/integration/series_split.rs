//! Which files of a folder make which volume.

use crate::common::slices::{ImageFile, MR, write_all};
use thecal_dicom::image::{ImageError, Key, Reason, SeriesRead, read_series};

fn read(files: &[ImageFile]) -> SeriesRead {
    let (_dir, paths) = write_all(files);
    read_series(&paths).expect("images")
}

/// Slices at 0, 2, 4 mm for each variant, told apart by `mark`; pixel 0 is the variant's number.
fn variants(count: i16, mark: impl Fn(ImageFile, i16, i16) -> ImageFile) -> Vec<ImageFile> {
    let file = |v: i16, k: i16| {
        let slice = ImageFile::new([0.0, 0.0, 2.0 * f64::from(k)], &[v, k, 0, 0, 0, 0]);
        mark(slice.uid(&format!("1.2.{v}.{k}")).text((0x0008, 0x0016), "UI", MR), v, k)
    };
    // Interleaved, so that the order of files tells nothing.
    (0..3).flat_map(|k| (0..count).map(move |v| (v, k))).map(|(v, k)| file(v, k)).collect()
}

/// The variant that each volume holds, after checking that it holds it alone.
fn held(read: &SeriesRead) -> Vec<f64> {
    assert!(read.refused.is_empty(), "{:?}", read.refused);
    read.volumes
        .iter()
        .map(|v| {
            let at = |i, k| v.voxels.get([i, 0, k]).expect("a voxel");
            for k in 0..3 {
                assert_eq!((at(0, k), at(1, k)), (at(0, 0), k as f64));
            }
            at(0, 0)
        })
        .collect()
}

#[test]
fn phases_echoes_and_b_values_make_a_volume_each() {
    type Mark = fn(ImageFile, i16, i16) -> ImageFile;
    let cases: [(Key, Mark); 6] = [
        (Key::TemporalPosition, |f, v, _| f.text((0x0020, 0x0100), "IS", &format!("{}", v + 1))),
        (Key::Acquisition, |f, v, _| f.text((0x0020, 0x0012), "IS", &format!("{}", v + 1))),
        (Key::Echo, |f, v, _| f.text((0x0018, 0x0081), "DS", &format!("{}", 10 * v + 12))),
        (Key::BValue, |f, v, _| f.with((0x0018, 0x9087), "FD", &f64::from(500 * v).to_le_bytes())),
        (Key::TriggerTime, |f, v, _| f.text((0x0018, 0x1060), "DS", &format!("{}", 33 * v))),
        (Key::ImageType, |f, v, _| {
            f.text(
                (0x0008, 0x0008),
                "CS",
                ["ORIGINAL\\PRIMARY\\M", "ORIGINAL\\PRIMARY\\P"][v as usize % 2],
            )
        }),
    ];
    for (key, mark) in cases {
        let read = read(&variants(2, mark));
        assert_eq!(held(&read), [0.0, 1.0], "{key:?}");
        for volume in &read.volumes {
            assert_eq!(volume.stack.split_by.len(), 1);
            assert_eq!(volume.stack.split_by[0].0, key);
            assert_eq!(volume.stack.warnings[0].code, "series_split");
        }
    }
}

#[test]
fn two_keys_together() {
    let read = read(&variants(6, |f, v, _| {
        f.text((0x0020, 0x0100), "IS", &format!("{}", v / 3 + 1)).text(
            (0x0018, 0x0081),
            "DS",
            &format!("{}", 100 - v % 3),
        )
    }));
    // By temporal position, then by rising echo time.
    assert_eq!(held(&read), [2.0, 1.0, 0.0, 5.0, 4.0, 3.0]);
    let last = &read.volumes[5].stack.split_by;
    assert_eq!(last[..], [(Key::TemporalPosition, "2".into()), (Key::Echo, "100".into())]);
}

#[test]
fn trigger_times_that_drift_count_by_rank() {
    let read = read(&variants(3, |f, v, k| {
        f.text((0x0018, 0x1060), "DS", &format!("{}", 40 * v + 3 * k))
    }));
    assert_eq!(held(&read), [0.0, 1.0, 2.0]);
    assert_eq!(read.volumes[2].stack.split_by[0].1, "3 of 3 by rank");
}

#[test]
fn an_acquisition_number_for_each_slice_parts_nothing() {
    let file = |z: i16| ImageFile::at(z.into()).text((0x0020, 0x0012), "IS", &z.to_string());
    let read = read(&[file(1), file(2), file(3)]);
    assert_eq!((read.volumes.len(), read.refused.len()), (1, 0));
    assert!(read.volumes[0].stack.warnings.is_empty());
}

#[test]
fn repeats_that_nothing_tells_apart_are_refused() {
    let read = read(&variants(2, |f, _, _| f));
    assert_eq!((read.volumes.len(), read.refused.len()), (0, 1));
    let refusal = &read.refused[0];
    assert_eq!((refusal.reason, refusal.files.len()), (Reason::RepeatedPositions, 6));
    assert_eq!(refusal.positions.len(), 6);
    assert!(read.into_single().is_err());
}

#[test]
fn a_copied_file_counts_once() {
    let mut files = vec![ImageFile::at(0.0), ImageFile::at(1.0)];
    files.push(files[0].clone());
    let read = read(&files);
    assert_eq!(read.volumes.len(), 1);
    assert_eq!((read.warnings[0].code, &*read.warnings[0].place), ("duplicate_instance", "02.dcm"));
}

#[test]
fn orientations_series_and_frames_do_not_mix() {
    let sagittal = |x: f64| {
        ImageFile::new([x, 5.0, 5.0], &[0; 6])
            .numbers((0x0020, 0x0037), &[0.0, 1.0, 0.0, 0.0, 0.0, -1.0])
    };
    let other = |z: f64| ImageFile::at(z).text((0x0020, 0x000E), "UI", "1.2.4");
    let elsewhere =
        |z: f64| ImageFile::at(z).uid(&format!("1.2.5.{z}")).text((0x0020, 0x0052), "UI", "1.2.8");
    let read = read(&[
        ImageFile::at(0.0),
        sagittal(0.0),
        other(0.0),
        elsewhere(0.0),
        ImageFile::at(2.0),
        sagittal(3.0),
        other(4.0),
        elsewhere(5.0),
    ]);
    let spacing: Vec<f64> = read.volumes.iter().map(|v| v.voxels.grid().spacing_mm()[2]).collect();
    assert_eq!(spacing, [2.0, 3.0, 4.0, 5.0]);
}

#[test]
fn scouts_and_captures_are_passed_over_and_counted() {
    let scout = ImageFile::at(50.0).text((0x0008, 0x0008), "CS", "ORIGINAL\\PRIMARY\\LOCALIZER");
    let capture = ImageFile::at(60.0).text((0x0008, 0x0016), "UI", "1.2.840.10008.5.1.4.1.1.7");
    let colour = ImageFile::at(70.0).word((0x0028, 0x0002), 3);
    let set = ImageFile::at(80.0).text((0x0008, 0x0016), "UI", "1.2.840.10008.5.1.4.1.1.481.3");
    let read = read(&[ImageFile::at(0.0), scout.clone(), capture, ImageFile::at(1.0), colour, set]);
    let told: Vec<(&str, &str)> =
        read.warnings.iter().map(|w| (w.code, w.message.as_str())).collect();
    assert_eq!(
        told,
        [
            ("localizers_passed_over", "1 scout views skipped"),
            ("captures_passed_over", "2 screen shots and colour pictures skipped"),
            ("objects_passed_over", "1 files that are not CT or MR images skipped"),
        ]
    );
    assert_eq!(read.volumes[0].voxels.grid().size()[2], 2);
    let (_dir, paths) = write_all(&[scout]);
    assert!(matches!(read_series(&paths), Err(ImageError::NoImages { files: 1, .. })));
}
