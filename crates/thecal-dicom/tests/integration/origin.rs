//! A result belongs to the patient and the study of its source.

use thecal_dicom::read::{VR, tags, uids};
use thecal_dicom::write::{
    Attribute, ContourOut, ImageReference, Origin, RoiOut, RtStructOut, SeriesReference, StudyOut,
    fresh_uid, write_rtstruct,
};
use thecal_geom::{Contour, ContourKind, Point3};

fn image(uid: &str) -> ImageReference {
    ImageReference::new(uids::CT_IMAGE_STORAGE, uid)
}

#[test]
fn patient_study_and_references_are_taken_over() {
    let attribute = |tag, vr, text: &str| Attribute { tag, vr, text: text.to_owned() };
    let study = StudyOut {
        patient_id: "P 17".into(),
        patient_name: "山田^太郎=Müller^Jürgen".into(),
        study_uid: "1.2.1".into(),
        frame_uid: "1.2.2".into(),
        date: "20250228".into(),
        time: "101112".into(),
        more: vec![
            attribute(tags::ACCESSION_NUMBER, VR::SH, "A9"),
            attribute(tags::REFERRING_PHYSICIAN_NAME, VR::PN, "Doe^J"),
            attribute(tags::STUDY_DESCRIPTION, VR::LO, "Wirbelsäule"),
            attribute(tags::ISSUER_OF_PATIENT_ID, VR::LO, "Clinic"),
            attribute(tags::PATIENT_BIRTH_DATE, VR::DA, "19500102"),
            attribute(tags::PATIENT_SEX, VR::CS, "F"),
            attribute(tags::STUDY_ID, VR::SH, "S3"),
        ],
    };
    let corner = |x: f64, y: f64| Point3::new(x, y, 7.5);
    let points_mm = vec![corner(0.0, 0.0), corner(9.0, 0.0), corner(0.0, 9.0)];
    let contour = Contour { number: 1, kind: ContourKind::ClosedPlanar, points_mm };
    let references = vec![
        SeriesReference {
            study_uid: "1.2.1".into(),
            series_uid: "1.2.5".into(),
            images: vec![image("1.2.6"), image("1.2.7")],
        },
        SeriesReference {
            study_uid: "1.9.1".into(),
            series_uid: "1.9.5".into(),
            images: vec![ImageReference { frames: vec![2, 4], ..image("1.9.6") }],
        },
    ];
    let set = RtStructOut {
        study: study.clone(),
        series_uid: "1.2.3".into(),
        sop_uid: "1.2.4".into(),
        label: "test".into(),
        description: String::new(),
        equipment: None,
        predecessor: None,
        references: references.clone(),
        decimals: 4,
        rois: vec![RoiOut {
            name: "GTV".into(),
            interpreted_type: "GTV".into(),
            description: String::new(),
            generation: String::new(),
            generation_description: String::new(),
            colour: [1, 2, 3],
            contours: vec![ContourOut { contour, image: Some(image("1.2.7")) }],
        }],
    };
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("set.dcm");
    write_rtstruct(&path, &set).expect("written");
    let origin = Origin::read(&path).expect("readable");
    assert_eq!(origin.study, study);
    assert_eq!(origin.references, references);
    assert_eq!(origin.contour_images, [(corner(0.0, 0.0), image("1.2.7"))]);
    assert_eq!(origin.object.instance_uid, "1.2.4");
    assert_eq!(origin.series_uid, "1.2.3");
}

#[test]
fn uids_are_new_each_time() {
    let uids: std::collections::HashSet<String> =
        (0..1000).map(|_| fresh_uid().expect("random bits")).collect();
    assert_eq!(uids.len(), 1000);
    assert!(uids.iter().all(|u| u.starts_with("2.25.") && u.len() <= 64));
}
