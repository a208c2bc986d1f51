//! Segmentations: those of other programs against counts of a third, and hand-made ones.
#![allow(clippy::print_stdout, reason = "says why a test was skipped")]

use std::path::Path;

use crate::common::{EXPLICIT, Form, meta, shared};
use thecal_dicom::read::{FaultKind, ReadError};
use thecal_dicom::seg::{
    Segmentation, SegmentationKind, read_segmentation, read_segmentation_bytes,
};
use thecal_voxel::Slices;

/// Number of pixels that belong to a mask by half or more.
fn pixels(mask: &Slices) -> usize {
    mask.slices().iter().flat_map(|s| &s.values).filter(|&&v| v >= 128).count()
}

fn counts(seg: &Segmentation) -> Vec<(u16, usize)> {
    let of = |n: u16| seg.mask(n).map_or(0, |m| pixels(&m));
    seg.segments.iter().map(|s| (s.number, of(s.number))).collect()
}

#[test]
fn pixel_counts_are_those_of_pydicom() {
    // pydicom 3.0.2: `pixel_array` summed by Referenced Segment Number (fractional: half of the
    // maximum and more; label maps: by value). 23 x 38 pixels are no whole number of bytes.
    type Counts = &'static [(u16, usize)];
    let known: [(&str, &str, Counts); 10] = [
        ("seg-dcmqi", "23x38x3/seg/label.seg", &[(1, 322)]),
        ("seg-dcmqi", "24x38x3/seg/label.seg", &[(1, 315)]),
        ("seg-dcmqi", "liver.dcm", &[(1, 107_098)]),
        (
            "seg-dcmqi",
            "partial_overlaps.dcm",
            &[(1, 9_602), (2, 11_888), (3, 10_743), (4, 6_693), (5, 4_713)],
        ),
        ("seg-dcmqi", "sparse-labelmap-ppv5.dcm", &[(1, 630)]),
        ("seg-highdicom", "seg_image_ct_binary.dcm", &[(1, 638)]),
        ("seg-highdicom", "seg_image_ct_binary_fractional.dcm", &[(1, 638)]),
        ("seg-highdicom", "seg_image_ct_binary_overlap.dcm", &[(1, 64), (2, 16)]),
        ("seg-highdicom", "seg_image_ct_binary_single_frame.dcm", &[(1, 1_832)]),
        ("seg-highdicom", "seg_image_ct_true_fractional.dcm", &[(1, 638)]),
    ];
    for (folder, file, wanted) in known {
        let Some(dir) = shared(folder) else { continue };
        let seg = read_segmentation(&dir.join(file)).expect("readable");
        assert_eq!(counts(&seg), wanted, "{file}");
    }
}

#[test]
fn a_plane_without_a_frame_is_known_to_be_empty() {
    let Some(dir) = shared("seg-dcmqi") else { return };
    // Frames at -177.75 and -172.75, Spacing Between Slices 2.5.
    let seg = read_segmentation(&dir.join("sparse-labelmap-ppv5.dcm")).expect("readable");
    assert_eq!(seg.kind, SegmentationKind::LabelMap);
    let mask = seg.mask(1).expect("a mask");
    let empty: Vec<f64> = mask.empty_mm().iter().map(|p| p.z).collect();
    assert_eq!(empty.len(), 1);
    assert!((empty[0] + 175.25).abs() < 1e-6, "{empty:?}");
}

#[test]
fn slides_are_refused_by_the_attribute_that_is_absent() {
    let Some(dir) = shared("seg-highdicom") else { return };
    for file in ["seg_image_sm_control.dcm", "seg_image_cr_binary.dcm"] {
        let error = read_segmentation(&dir.join(file)).expect_err("no patient space");
        let fault = error.fault().expect("a fault");
        assert_eq!(fault.kind, FaultKind::Missing, "{error}");
        assert!(fault.attribute.starts_with("Plane"), "{error}");
    }
}

const F: Form = Form::Explicit;

fn us(tag: (u16, u16), value: u16) -> Vec<u8> {
    F.element(tag, "US", &value.to_le_bytes())
}

/// A segmentation of 3 x 3 pixels with frames `(segment, z)`.
fn object(kind: &str, bits: u16, frames: &[(u16, f64)], pixels: &[u8]) -> Vec<u8> {
    let orientation = F.sequence((0x20, 0x9116), &[F.text((0x20, 0x37), "DS", "1\\0\\0\\0\\1\\0")]);
    let measures = F.sequence((0x28, 0x9110), &[F.text((0x28, 0x30), "DS", "2\\0.5")]);
    let per_frame: Vec<Vec<u8>> = frames
        .iter()
        .map(|(segment, z)| {
            let place = F.text((0x20, 0x32), "DS", &format!("10\\20\\{z}"));
            [
                F.sequence((0x20, 0x9113), &[place]),
                F.sequence((0x62, 0xA), &[us((0x62, 0xB), *segment)]),
            ]
            .concat()
        })
        .collect();
    let segments: Vec<Vec<u8>> = [1, 2]
        .map(|n| [us((0x62, 4), n), F.text((0x62, 5), "LO", &format!("part {n}"))].concat())
        .into();
    [
        meta(EXPLICIT),
        F.text((8, 0x16), "UI", "1.2.840.10008.5.1.4.1.1.66.4"),
        F.text((0x28, 8), "IS", &frames.len().to_string()),
        us((0x28, 0x10), 3),
        us((0x28, 0x11), 3),
        us((0x28, 0x100), bits),
        F.text((0x62, 1), "CS", kind),
        F.sequence((0x62, 2), &segments),
        us((0x62, 0xE), 100),
        F.sequence((0x5200, 0x9229), &[[orientation, measures].concat()]),
        F.sequence((0x5200, 0x9230), &per_frame),
        F.element((0x7FE0, 0x10), if bits == 1 { "OB" } else { "OW" }, pixels),
    ]
    .concat()
}

fn read(bytes: Vec<u8>) -> Result<Segmentation, ReadError> {
    read_segmentation_bytes(Path::new("test.dcm"), bytes)
}

#[test]
fn pixels_lie_where_their_frame_says() {
    // Pixel 5 of frame 1 (bit 5) and pixel 7 of frame 2 (bit 9 + 7 = 16): the row spacing is 2,
    // the column spacing 0.5.
    let seg = read(object("BINARY", 1, &[(1, 4.0), (1, 1.0)], &[0b10_0000, 0, 1, 0])).unwrap();
    let mask = seg.mask(1).unwrap();
    let at: Vec<[f64; 3]> = mask.slices().iter().map(|s| s.first_mm.into()).collect();
    assert_eq!(at, [[10.5, 24.0, 1.0], [11.0, 22.0, 4.0]]);
    assert!(seg.mask(2).is_err());
    assert_eq!(seg.segments[1].frames, 0);
}

#[test]
fn fractions_keep_their_part_of_the_maximum() {
    let pixels = [0, 49, 50, 100, 25, 0, 0, 0, 0, 0];
    let seg = read(object("FRACTIONAL", 8, &[(2, 0.0)], &pixels)).unwrap();
    let mask = seg.mask(2).unwrap();
    assert!(mask.is_graded());
    assert_eq!(mask.slices()[0].values, [0, 125, 128, 255, 64, 0]);
}

#[test]
fn segments_may_share_pixels_and_planes() {
    let frames = [(1, 0.0), (2, 0.0), (1, 0.0)];
    // Frame 1: pixel 0; frame 2: pixel 0; frame 3: pixel 1.
    let seg = read(object("BINARY", 1, &frames, &[1, 0b10, 0b1000, 0])).unwrap();
    assert_eq!(counts(&seg), [(1, 2), (2, 1)]);
}

#[test]
fn what_does_not_fit_is_refused() {
    let kind = |r: Result<Segmentation, ReadError>| r.unwrap_err().fault().unwrap().kind;
    let short = object("BINARY", 1, &[(1, 0.0); 40], &[0; 44]);
    assert_eq!(kind(read(short)), FaultKind::Truncated);
    let word = object("BINARY", 16, &[(1, 0.0)], &[0; 18]);
    assert_eq!(kind(read(word)), FaultKind::BadValue);
    let unknown = object("OTHER", 1, &[(1, 0.0)], &[0; 2]);
    assert_eq!(kind(read(unknown)), FaultKind::BadValue);
    let far = object("BINARY", 1, &[(1, 1e9)], &[1, 0]);
    assert_eq!(kind(read(far)), FaultKind::BadValue);
}

/// Seeds for the fuzzer, `fuzz/seeds/seg`.
#[test]
#[ignore = "writes files"]
fn write_seeds() {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/seeds/seg");
    std::fs::create_dir_all(&dir).unwrap();
    for (name, bytes) in [
        ("binary.dcm", object("BINARY", 1, &[(1, 4.0), (2, 1.0)], &[0b10_0000, 0, 1, 0])),
        ("fractional.dcm", object("FRACTIONAL", 8, &[(2, 0.0)], &[50; 10])),
        ("label_map.dcm", object("LABELMAP", 8, &[(0, 0.0)], &[1, 2, 0, 1, 2, 0, 1, 2, 0, 0])),
    ] {
        std::fs::write(dir.join(name), bytes).unwrap();
    }
}

/// A label map of one frame whose background is 255, segments 0 and 2.
fn with_background_255(pixels: &[u8; 9]) -> Vec<u8> {
    let mut bytes = object("LABELMAP", 8, &[(1, 0.0)], &[&pixels[..], &[0]].concat());
    let segment = us((0x62, 4), 1);
    let at = bytes.windows(segment.len()).position(|w| w == segment).expect("segment 1");
    bytes[at..at + segment.len()].copy_from_slice(&us((0x62, 4), 0));
    let kind = bytes.windows(6).position(|w| w == [0x62, 0, 1, 0, b'C', b'S']).expect("a type");
    bytes.splice(kind..kind, us((0x28, 0x120), 255));
    bytes
}

#[test]
fn segment_0_of_a_label_map_is_one_where_the_background_is_another_value() {
    let pixels = [255, 0, 0, 255, 0, 2, 255, 255, 255];
    let seg = read(with_background_255(&pixels)).expect("readable");
    let drawn: Vec<_> = seg.segments.iter().map(|s| (s.number, s.frames)).collect();
    assert_eq!(drawn, [(0, 1), (2, 1)]);
    assert_eq!(counts(&seg), [(0, 3), (2, 1)]);
    assert!(seg.warnings.is_empty(), "{:?}", seg.warnings);
    // The first pixel of segment 0 is the second of the first row.
    let mask = seg.mask(0).expect("a mask");
    assert_eq!(mask.slices()[0].size, [2, 2]);
    let Some(dir) = shared("public-report-kinds") else { return };
    let seg = read_segmentation(&dir.join("bg255-gtv0/SEG.dcm")).expect("readable");
    assert!(seg.segments.iter().any(|s| s.number == 0 && s.frames > 0), "{:?}", seg.segments);
}

#[test]
fn fractions_that_never_reach_half_are_told_and_not_measured() {
    let pixels = [0, 1, 1, 0, 1, 0, 0, 0, 0, 0];
    let seg = read(object("FRACTIONAL", 8, &[(1, 0.0)], &pixels)).expect("readable");
    let told: Vec<_> = seg.warnings.iter().map(|w| w.code).collect();
    assert_eq!(told, ["fraction_below_half"]);
    assert!(seg.warnings[0].message.contains("a mask of 0 and 1"), "{}", seg.warnings[0].message);
    let error = seg.mask(1).expect_err("nothing is inside").to_string();
    assert!(
        error.contains("Maximum Fractional Value") || error.contains("MaximumFractional"),
        "{error}"
    );
}
