//! Structure sets: what is read, what is doubted, what is refused.

use std::path::Path;

use crate::common::set::{DrawnContour, DrawnRoi, data_set, drawn, head, roi_contour_item};
use crate::common::{BIG, DEFLATED, EXPLICIT, Form, IMPLICIT, meta, part10};
use thecal_dicom::read::{
    FaultKind, ReadError, Roi, RoiFault, StructureSet, read_rtstruct, read_rtstruct_bytes,
};
use thecal_geom::{Contour, ContourKind, Point3};

const SQUARE: &str = "0\\0\\5\\10\\0\\5\\10\\10\\5\\0\\10\\5";

fn read(bytes: &[u8]) -> Result<StructureSet, ReadError> {
    read_rtstruct_bytes(Path::new("set.dcm"), bytes.to_vec())
}

fn read_rois(rois: &[DrawnRoi]) -> StructureSet {
    read(&part10(EXPLICIT, &data_set(Form::Explicit, rois))).expect("readable")
}

/// A square drawn as `ROI 2`, beside a region with one bent contour after a good one.
fn with(bent: DrawnContour) -> StructureSet {
    read_rois(&[
        ("1", "bent", Some(vec![drawn(SQUARE), bent])),
        ("2", "good", Some(vec![drawn(SQUARE)])),
    ])
}

fn fault(bent: DrawnContour) -> RoiFault {
    let set = with(bent);
    assert_eq!(contours(&set.rois[1]), [square(1)], "a fault must not spread");
    set.rois[0].contours.clone().expect_err("a fault")
}

fn contours(roi: &Roi) -> &[Contour] {
    roi.contours.as_deref().expect("contours")
}

fn square(number: usize) -> Contour {
    let corners = [(0.0, 0.0), (10.0, 0.0), (10.0, 10.0), (0.0, 10.0)];
    let points_mm = corners.map(|(x, y)| Point3::new(x, y, 5.0)).to_vec();
    Contour { number, kind: ContourKind::ClosedPlanar, points_mm }
}

fn codes(set: &StructureSet) -> Vec<&str> {
    set.warnings.iter().map(|warning| warning.code).collect()
}

/// Three regions: two drawn, one only defined.
fn three() -> Vec<DrawnRoi> {
    vec![
        ("7", "Rückenmark", Some(vec![drawn(SQUARE), drawn(SQUARE)])),
        ("3", "not drawn", None),
        ("-2", "point", Some(vec![DrawnContour { kind: Some("POINT"), ..drawn("1.5\\-2\\3e1") }])),
    ]
}

fn assert_three(set: &StructureSet) {
    assert_eq!(set.sop_instance_uid.as_deref(), Some("1.2.3.4"));
    assert_eq!(set.study_instance_uid.as_deref(), Some("1.5"));
    assert_eq!(set.series_instance_uid.as_deref(), Some("1.6"));
    assert_eq!(set.label.as_deref(), Some("plan"));
    assert_eq!(set.referenced_frames, ["1.7"]);
    assert_eq!(set.referenced_series, ["1.8"]);
    assert_eq!(set.referenced_images, ["1.9.1"]);
    let [cord, undrawn, point] = &set.rois[..] else { panic!("{} regions", set.rois.len()) };
    assert_eq!((cord.number, cord.name.as_str()), (Some(7), "Rückenmark"));
    assert_eq!(cord.colour, Some([255, 128, 0]));
    assert_eq!(cord.interpreted_type.as_deref(), Some("ORGAN"));
    assert_eq!(cord.frame_of_reference_uid.as_deref(), Some("1.7"));
    assert_eq!(contours(cord), [square(1), square(2)]);
    assert_eq!((undrawn.number, undrawn.contours.as_deref()), (Some(3), Ok(&[][..])));
    assert_eq!(point.number, Some(-2));
    assert_eq!(contours(point)[0].kind, ContourKind::Point);
    assert_eq!(contours(point)[0].points_mm, [Point3::new(1.5, -2.0, 30.0)]);
}

#[test]
fn every_encoding_gives_the_same_set() {
    use std::io::Write;
    for (form, syntax) in [(Form::Implicit, IMPLICIT), (Form::Explicit, EXPLICIT), (Form::Big, BIG)]
    {
        let set = data_set(form, &three());
        for (bytes, assumed) in [
            (part10(syntax, &set), false),
            ([&meta(syntax)[..], &set].concat(), false),
            (set.clone(), true),
        ] {
            let read = read(&bytes).expect("readable");
            assert_three(&read);
            let expected = if assumed { vec!["transfer_syntax_assumed"] } else { vec![] };
            assert_eq!(codes(&read), expected);
        }
    }
    let mut deflated =
        flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::default());
    deflated.write_all(&data_set(Form::Explicit, &three())).expect("in memory");
    let bytes = part10(DEFLATED, &deflated.finish().expect("in memory"));
    assert_three(&read(&bytes).expect("readable"));
}

#[test]
fn a_long_contour_written_as_un_is_read() {
    // 15,000 values, more than an explicit VR can hold; a dictionary gives the VR.
    let data: Vec<String> = (0..15_000).map(|i| format!("{}.25", i % 997)).collect();
    let long = DrawnContour { data_vr: "UN", count: Some("5000"), ..drawn(&data.join("\\")) };
    assert!(long.data.len() > 65_534);
    let set = read_rois(&[("1", "long", Some(vec![drawn(SQUARE), long]))]);
    let points_mm = &contours(&set.rois[0])[1].points_mm;
    assert_eq!(points_mm.len(), 5000);
    for (i, point) in points_mm.iter().enumerate() {
        let at = |k: usize| ((3 * i + k) % 997) as f64 + 0.25;
        assert_eq!(*point, Point3::new(at(0), at(1), at(2)));
    }
    assert!(set.warnings.is_empty(), "{:?}", set.warnings);
}

#[test]
fn a_wrong_vr_changes_nothing() {
    for vr in ["LO", "OB", "UT", "ST", "UN"] {
        let set = with(DrawnContour { data_vr: vr, ..drawn(SQUARE) });
        assert_eq!(contours(&set.rois[0]), [square(1), square(2)], "as {vr}");
    }
}

#[test]
fn kinds_are_told_apart() {
    for (text, kind) in [
        ("CLOSED_PLANAR", ContourKind::ClosedPlanar),
        ("CLOSEDPLANAR_XOR", ContourKind::ClosedPlanarXor),
        ("OPEN_PLANAR", ContourKind::OpenPlanar),
        ("OPEN_NONPLANAR ", ContourKind::OpenNonplanar),
    ] {
        let set = with(DrawnContour { kind: Some(text), ..drawn(SQUARE) });
        assert_eq!(contours(&set.rois[0])[1].kind, kind);
        assert!(set.warnings.is_empty());
    }
    for (kind, code) in [(None, "contour_type_absent"), (Some("BLOB"), "contour_type_unknown")] {
        let set = with(DrawnContour { kind, ..drawn(SQUARE) });
        assert_eq!(contours(&set.rois[0])[1].kind, ContourKind::ClosedPlanar);
        assert_eq!(codes(&set), [code]);
        assert_eq!(set.warnings[0].place, "ROI \"bent\", contour 2");
        assert!(set.warnings[0].message.contains("read as closed planar"));
        let set = with(DrawnContour { kind, ..drawn("1\\2\\3") });
        assert_eq!(contours(&set.rois[0])[1].kind, ContourKind::Point);
        assert_eq!(codes(&set), [code]);
    }
}

#[test]
fn lenient_numbers_are_read() {
    let odd = drawn(" 0 \\+0\\ 5\\1.0E1\\0.0000000000000000000000\\5\0\\10\\10\\5.\\-0\\1e+1\\5 ");
    let set = with(odd);
    assert_eq!(contours(&set.rois[0])[1], square(2));
    assert!(set.warnings.is_empty());
}

#[test]
fn nonsense_is_refused_by_region_and_contour() {
    for (data, found, expected) in [
        ("0\\0\\5\\NaN\\0\\5", "\"NaN\" as value 4", "a finite decimal number"),
        ("0\\0\\inf", "\"inf\" as value 3", "a finite decimal number"),
        ("0\\-1e400\\5", "\"-1e400\" as value 2", "a finite decimal number"),
        ("0\\0\\5\\1\\\\5", "\"\" as value 5", "a finite decimal number"),
        ("0\\0\\5\\", "\"\" as value 4", "a finite decimal number"),
        ("0\\zero\\5", "\"zero\" as value 2", "a finite decimal number"),
        ("1,5\\2\\3", "\"1,5\" as value 1", "a finite decimal number"),
        ("1\\2\\3\\4\\5", "5 values", "a multiple of 3 (x, y, z of each point)"),
        ("1\\2\\3\\4", "4 values", "a multiple of 3 (x, y, z of each point)"),
        ("1\\2\\3e6", "3e6 as value 3", "at most 1000000 mm from the origin"),
    ] {
        let fault = fault(drawn(data));
        assert_eq!(fault.roi_name, "bent");
        assert_eq!(fault.contour_number, Some(2));
        assert_eq!(fault.attribute, "ContourData (3006,0050)");
        assert_eq!((fault.found.as_str(), fault.expected.as_str()), (found, expected), "{data}");
        let text = fault.to_string();
        assert!(text.starts_with("ROI \"bent\", contour 2, ContourData (3006,0050): found "));
    }
}

#[test]
fn the_announced_number_of_points_is_held_against_the_data() {
    let fault = fault(DrawnContour { count: Some("5"), ..drawn(SQUARE) });
    assert_eq!(fault.found, "4 points");
    assert_eq!(fault.expected, "5 as Number of Contour Points says");
    for count in ["3", "0", "-1", "four"] {
        let set = with(DrawnContour { count: Some(count), ..drawn(SQUARE) });
        assert_eq!(contours(&set.rois[0])[1], square(2));
        assert_eq!(codes(&set), ["contour_point_count"]);
    }
    let set = with(DrawnContour { count: Some("4"), ..drawn(SQUARE) });
    assert!(set.warnings.is_empty());
    // An absurd number asks for no memory.
    let huge = DrawnContour { count: Some("9000000000000000"), ..drawn(SQUARE) };
    assert!(with(huge).rois[0].contours.is_err());
}

#[test]
fn small_contours_are_kept_and_empty_ones_are_reported() {
    let set = with(drawn("1\\2\\3\\4\\5\\6"));
    assert_eq!(contours(&set.rois[0])[1].points_mm.len(), 2);
    let bent = ("1", "bent", Some(vec![drawn(""), drawn(SQUARE), drawn(" ")]));
    let set = read_rois(&[bent]);
    assert_eq!(contours(&set.rois[0]), [square(2)], "numbers are places in the file");
    assert_eq!(codes(&set), ["contour_empty"]);
    assert!(set.warnings[0].message.contains("1 more"), "{}", set.warnings[0].message);
    assert!(with(DrawnContour { count: Some("4"), ..drawn("") }).rois[0].contours.is_err());
}

#[test]
fn slabs_and_offsets_are_not_lost() {
    let form = Form::Explicit;
    let slab = |thickness: &str, offset: &str| DrawnContour {
        extra: [
            form.text((0x3006, 0x44), "DS", thickness),
            form.text((0x3006, 0x45), "DS", offset),
        ]
        .concat(),
        ..drawn(SQUARE)
    };
    let set = with(slab("2.5", "0\\0\\0.0"));
    assert_eq!(set.rois[0].slab_thickness_mm, Some(2.5));
    assert!(set.warnings.is_empty());
    let set = with(slab("thick", "0\\0\\1.25"));
    assert_eq!(codes(&set), ["contour_offset_ignored", "contour_slab_unreadable"]);
    assert_eq!(contours(&set.rois[0])[1], square(2));
}

#[test]
fn numbers_that_do_not_match_are_reported() {
    let form = Form::Explicit;
    let one = |number: &str| {
        [form.text((0x3006, 0x22), "IS", number), form.text((0x3006, 0x26), "LO", "A")].concat()
    };
    let set = [
        head(form),
        form.sequence((0x3006, 0x20), &[one("1"), one("2"), one("2"), one("x"), vec![]]),
        form.sequence(
            (0x3006, 0x39),
            &[
                roi_contour_item(form, "1", &[drawn(SQUARE)]),
                roi_contour_item(form, "9", &[drawn(SQUARE), drawn(SQUARE)]),
                roi_contour_item(form, "2", &[drawn(SQUARE)]),
                roi_contour_item(form, "1", &[drawn(SQUARE)]),
                roi_contour_item(form, "", &[drawn(SQUARE)]),
            ],
        ),
    ];
    let set = read(&part10(EXPLICIT, &set.concat())).expect("readable");
    assert_eq!(contours(&set.rois[0]), [square(1), square(2)]);
    assert_eq!(
        codes(&set),
        [
            "roi_name_absent",
            "observations_absent",
            "contours_without_roi",
            "contours_without_roi",
            "roi_contours_split",
        ]
    );
    assert!(set.warnings[2].message.starts_with("2 contours of a region with number 9"));
    for (roi, found) in set.rois[1..].iter().zip([
        "2 for 2 regions",
        "2 for 2 regions",
        "\"x\" as value 1",
        "nothing",
    ]) {
        let fault = roi.contours.as_ref().expect_err("a fault");
        assert_eq!((fault.found.as_str(), fault.contour_number), (found, None));
    }
}

#[test]
fn a_file_cut_anywhere_is_an_error_or_the_same_set() {
    let mut cuts = 0;
    for (form, syntax) in [(Form::Implicit, IMPLICIT), (Form::Explicit, EXPLICIT), (Form::Big, BIG)]
    {
        let set = data_set(form, &three());
        let file = part10(syntax, &set);
        let whole = read(&file).expect("readable");
        // The types of the regions stand last; a cut just before them cannot be told.
        let observations = form.header((0x3006, 0x80), "SQ", 0);
        let before = file
            .windows(4)
            .rposition(|window| *window == observations[..4])
            .expect("the sequence of observations");
        for cut in (0..file.len()).step_by(50).chain(file.len() - 60..file.len()).chain([before]) {
            cuts += 1;
            match read(&file[..cut]) {
                Err(error) => assert!(error.fault().is_some()),
                Ok(mut set) => {
                    assert_eq!(cut, before, "cut at {cut} of {}", file.len());
                    assert_eq!(codes(&set), ["observations_absent"]);
                    set.warnings.clear();
                    for (roi, whole) in set.rois.iter_mut().zip(&whole.rois) {
                        roi.interpreted_type.clone_from(&whole.interpreted_type);
                    }
                    assert_eq!(set, whole);
                }
            }
        }
    }
    assert!(cuts > 200);
}

#[test]
fn incomplete_and_other_objects_are_refused_with_advice() {
    let form = Form::Explicit;
    let kind = |set: Vec<u8>| {
        let error = read(&part10(EXPLICIT, &set)).expect_err("refused");
        let text = error.to_string();
        assert!(text.starts_with("set.dcm: ") && text.contains("; "), "{text}");
        error.fault().expect("a fault").kind
    };
    assert_eq!(kind(head(form)), FaultKind::Missing);
    let definition = form.sequence((0x3006, 0x20), &[form.text((0x3006, 0x22), "IS", "1")]);
    assert_eq!(kind([head(form), definition].concat()), FaultKind::Missing);
    let text = form.element((0x3006, 0x20), "LO", b"not a sequence");
    assert_eq!(kind([head(form), text].concat()), FaultKind::BadValue);
    let image =
        [form.text((8, 0x16), "UI", "1.2.840.10008.5.1.4.1.1.2"), form.text((8, 0x60), "CS", "CT")];
    assert_eq!(kind(image.concat()), FaultKind::WrongObject);
    assert!(matches!(read_rtstruct(Path::new("/nowhere")), Err(ReadError::Io { .. })));
}
