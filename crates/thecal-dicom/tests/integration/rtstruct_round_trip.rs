//! What we write is what we read.

use proptest::prelude::*;
use thecal_dicom::read::{Encoding, Source, read_rtstruct, uids};
use thecal_dicom::write::{
    ContourOut, ImageReference, RoiOut, RtStructOut, SeriesReference, StudyOut, write_rtstruct,
};
use thecal_geom::{Contour, ContourKind, Point3};

fn study() -> StudyOut {
    StudyOut {
        patient_id: "phantom".into(),
        patient_name: "Phantom".into(),
        study_uid: "1.2.1".into(),
        frame_uid: "1.2.2".into(),
        date: "20260101".into(),
        time: "120000".into(),
        more: Vec::new(),
    }
}

fn image(uid: &str) -> ImageReference {
    ImageReference::new(uids::CT_IMAGE_STORAGE, uid)
}

fn kinds() -> impl Strategy<Value = ContourKind> {
    prop_oneof![
        Just(ContourKind::ClosedPlanar),
        Just(ContourKind::ClosedPlanarXor),
        Just(ContourKind::OpenPlanar),
        Just(ContourKind::OpenNonplanar),
    ]
}

/// Coordinates of four decimal places, which a Decimal String holds exactly.
fn coordinate() -> impl Strategy<Value = f64> {
    (-9_999_999..=9_999_999_i32).prop_map(|units| f64::from(units) / 1e4)
}

fn points() -> impl Strategy<Value = Vec<Point3>> {
    let point =
        (coordinate(), coordinate(), coordinate()).prop_map(|(x, y, z)| Point3::new(x, y, z));
    prop::collection::vec(point, 2..40)
}

fn rois() -> impl Strategy<Value = Vec<RoiOut>> {
    let contour = (kinds(), points()).prop_map(|(kind, points_mm)| ContourOut {
        contour: Contour { number: 0, kind, points_mm },
        image: Some(image("1.2.840.1")),
    });
    let roi = (
        "[A-Za-zäßμ脊髄][A-Za-z_äßμ脊髄 ]{0,9}[a-z]",
        any::<[u8; 3]>(),
        prop::collection::vec(contour, 0..6),
    );
    let roi = roi.prop_map(|(name, colour, mut contours)| {
        for (place, out) in contours.iter_mut().enumerate() {
            out.contour.number = place + 1;
        }
        let (interpreted_type, description) = ("ORGAN".to_owned(), "made up".to_owned());
        let (generation, generation_description) = ("AUTOMATIC".to_owned(), String::new());
        RoiOut {
            name,
            interpreted_type,
            description,
            generation,
            generation_description,
            colour,
            contours,
        }
    });
    prop::collection::vec(roi, 1..5)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_written_set_reads_back(rois in rois()) {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("set.dcm");
        let out = RtStructOut {
            study: study(),
            series_uid: "1.2.3".into(),
            sop_uid: "1.2.4".into(),
            label: "thecal".into(),
            description: String::new(),
            equipment: None,
        predecessor: None,
            references: vec![SeriesReference {
                study_uid: "1.2.1".into(),
                series_uid: "1.2.5".into(),
                images: vec![image("1.2.6"), image("1.2.7")],
            }],
            decimals: 4,
            rois,
        };
        write_rtstruct(&path, &out).expect("written");
        let set = read_rtstruct(&path).expect("readable");
        prop_assert_eq!(&set.warnings, &[]);
        prop_assert_eq!(set.sop_instance_uid.as_deref(), Some("1.2.4"));
        prop_assert_eq!(set.study_instance_uid.as_deref(), Some("1.2.1"));
        prop_assert_eq!(&set.referenced_frames, &["1.2.2"]);
        prop_assert_eq!(&set.referenced_series, &["1.2.5"]);
        prop_assert_eq!(&set.referenced_images, &["1.2.6", "1.2.7"]);
        prop_assert_eq!(set.rois.len(), out.rois.len());
        for (read, written) in set.rois.iter().zip(&out.rois) {
            prop_assert_eq!(&read.name, &written.name);
            prop_assert_eq!(&read.description, "made up");
            prop_assert_eq!(read.colour, Some(written.colour));
            prop_assert_eq!(read.interpreted_type.as_deref(), Some("ORGAN"));
            prop_assert_eq!(read.generation_algorithm.as_deref(), Some("AUTOMATIC"));
            let contours: Vec<_> = written.contours.iter().map(|c| c.contour.clone()).collect();
            prop_assert_eq!(read.contours.as_deref(), Ok(&contours[..]));
        }
        prop_assert_eq!(Source::open(&path).expect("opens").encoding(), Encoding::ImplicitLittle);
    }
}
