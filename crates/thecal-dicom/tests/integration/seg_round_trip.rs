//! Segmentations that we write are what we read.

use std::path::Path;

use proptest::prelude::*;
use thecal_dicom::read::uids;
use thecal_dicom::seg::{SegmentationKind, read_segmentation};
use thecal_dicom::write::{
    CodeOut, Equipment, ImageReference, SegFrame, SegOut, SegmentOut, SeriesReference, StudyOut,
    WriteError, write_segmentation,
};
use thecal_geom::Point3;

const TISSUE: CodeOut = CodeOut { value: "85756007", scheme: "SCT", meaning: "Tissue" };

fn segment(label: &str) -> SegmentOut {
    SegmentOut {
        label: label.to_owned(),
        description: "made up".to_owned(),
        algorithm_type: "AUTOMATIC",
        algorithm_name: "test".to_owned(),
        category: TISSUE,
        property: TISSUE,
        colour: [200, 10, 30],
    }
}

fn seg(rows: u16, columns: u16, frames: Vec<SegFrame>) -> SegOut {
    let study_uid = "1.2.1".to_owned();
    let image = ImageReference::new(uids::CT_IMAGE_STORAGE, "1.2.6");
    SegOut {
        references: vec![SeriesReference {
            study_uid: study_uid.clone(),
            series_uid: "1.2.5".to_owned(),
            images: vec![image],
        }],
        study: StudyOut {
            study_uid,
            frame_uid: "1.2.2".to_owned(),
            ..StudyOut::without_patient().expect("random bits")
        },
        equipment: Equipment::now("0", 1, "test"),
        series_uid: "1.2.3".to_owned(),
        sop_uid: "1.2.4".to_owned(),
        description: "test".to_owned(),
        rows,
        columns,
        orientation: [0.0, 1.0, 0.0, 0.0, 0.0, -1.0],
        pixel_spacing_mm: [0.7, 0.9],
        thickness_mm: 2.5,
        slice_spacing_mm: Some(2.5),
        segments: vec![segment("one"), segment("two")],
        frames,
    }
}

fn frame(segment: u16, plane: u32, first: [usize; 2], size: [usize; 2], bits: &[bool]) -> SegFrame {
    SegFrame {
        segment,
        plane,
        position_mm: [10.0 - 2.5 * f64::from(plane), -4.0, 7.25],
        image: Some(ImageReference::new(uids::CT_IMAGE_STORAGE, "1.2.6")),
        first,
        size,
        inside: bits[..size[0] * size[1]].to_vec(),
    }
}

fn written(path: &Path, seg: &SegOut) -> Vec<(u16, Vec<[f64; 3]>)> {
    write_segmentation(path, seg).expect("written");
    let read = read_segmentation(path).expect("readable");
    assert_eq!(read.kind, SegmentationKind::Binary);
    assert_eq!(read.size, [usize::from(seg.rows), usize::from(seg.columns)]);
    assert_eq!(read.frame_of_reference_uid.as_deref(), Some("1.2.2"));
    assert!(read.warnings.is_empty(), "{:?}", read.warnings);
    let pixels = |n: u16| -> Vec<[f64; 3]> {
        let mask = read.mask(n).expect("a mask");
        let mut out = Vec::new();
        for slice in mask.slices() {
            for (at, _) in slice.values.iter().enumerate().filter(|(_, v)| **v > 0) {
                let pixel = [at % slice.size[0], at / slice.size[0]].map(|x| x as f64);
                out.push(mask.patient_point(slice, pixel).into());
            }
        }
        out
    };
    read.segments.iter().filter(|s| s.frames > 0).map(|s| (s.number, pixels(s.number))).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn every_pixel_comes_back_where_it_was(
        // Sizes that are no whole number of bytes, so that frames begin within one.
        rows in 3_u16..14,
        columns in 3_u16..14,
        bits in prop::collection::vec(any::<bool>(), 200),
    ) {
        let size = [usize::from(columns) - 1, usize::from(rows) - 1];
        let frames: Vec<SegFrame> = (0..4_u32)
            .map(|k| {
                let mut bits = bits.clone();
                bits.rotate_left(7 * k as usize);
                bits[0] = true;
                frame(1 + (k / 2) as u16, 1 + k % 2, [k as usize % 2; 2], size, &bits)
            })
            .collect();
        let out = seg(rows, columns, frames);
        let folder = tempfile::tempdir().expect("a folder");
        let found = written(&folder.path().join("seg.dcm"), &out);
        prop_assert_eq!(found.len(), 2);
        for (number, pixels) in found {
            // A row leads along +y, a column along -z (Image Orientation (Patient) above).
            let wanted = out.frames.iter().filter(|f| f.segment == number).flat_map(|f| {
                let inside = (0..f.inside.len()).filter(|&at| f.inside[at]);
                inside.map(|at| {
                    let (i, j) = (f.first[0] + at % f.size[0], f.first[1] + at / f.size[0]);
                    let [x, y, z] = f.position_mm;
                    Point3::new(x, y + 0.9 * i as f64, z - 0.7 * j as f64)
                })
            });
            let wanted: Vec<Point3> = wanted.collect();
            prop_assert_eq!(pixels.len(), wanted.len());
            for p in pixels {
                let near = wanted.iter().any(|w| (w - Point3::from(p)).norm() < 1e-6);
                prop_assert!(near, "{:?}", p);
            }
        }
    }
}

#[test]
fn a_frame_that_does_not_fit_is_refused_and_leaves_no_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("seg.dcm");
    let bits = [true; 30];
    for bad in [
        frame(1, 1, [4, 0], [3, 3], &bits),
        frame(1, 1, [0, 5], [3, 3], &bits),
        frame(3, 1, [0, 0], [3, 3], &bits),
        frame(0, 1, [0, 0], [3, 3], &bits),
    ] {
        let found = write_segmentation(&path, &seg(6, 6, vec![bad]));
        assert!(matches!(found, Err(WriteError::Inconsistent(_))), "{found:?}");
        assert_eq!(std::fs::read_dir(folder.path()).expect("a folder").count(), 0);
    }
}
