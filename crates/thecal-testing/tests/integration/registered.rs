//! Structures of a CT and an MR: one phantom in two frames of reference.

use std::path::{Path, PathBuf};

use nalgebra::{Rotation3, Vector3};
use tempfile::TempDir;
use thecal::{Error, Settings, check};
use thecal_dicom::write::{ContourOut, RoiOut, RtStructOut, StudyOut, write_rtstruct};
use thecal_geom::RigidTransform;
use thecal_phantom::{PhantomSpec, ShapeKind, Structure, Study};
use thecal_report::Report;

pub(crate) const CT: &str = "1.2.826.0.1.1";
pub(crate) const MR: &str = "1.2.826.0.1.2";
const BETWEEN: &str = "1.2.826.0.1.3";

/// Takes points of the MR to the CT: no axis and no place is left where it was.
pub(crate) fn ct_from_mr() -> RigidTransform {
    let rotation = Rotation3::from_euler_angles(0.2, -0.15, 0.4);
    RigidTransform::new(rotation, Vector3::new(35.0, -20.0, 60.0))
}

fn write_set(path: &Path, frame: &str, uid: &str, structures: &[Structure]) {
    let rois = structures.iter().map(|s| RoiOut {
        name: s.name.to_owned(),
        interpreted_type: s.interpreted_type.to_owned(),
        description: String::new(),
        generation: "AUTOMATIC".into(),
        generation_description: String::new(),
        colour: [255, 0, 0],
        contours: s
            .contours
            .iter()
            .map(|c| ContourOut { contour: c.clone(), image: None })
            .collect(),
    });
    let set = RtStructOut {
        study: StudyOut {
            patient_id: "P".into(),
            patient_name: "P".into(),
            study_uid: "1.2.826.0.1.9".into(),
            frame_uid: frame.into(),
            date: "20260101".into(),
            time: "120000".into(),
            more: Vec::new(),
        },
        series_uid: format!("{uid}.1"),
        sop_uid: uid.into(),
        label: "set".into(),
        description: String::new(),
        equipment: None,
        predecessor: None,
        references: Vec::new(),
        decimals: 4,
        rois: rois.collect(),
    };
    write_rtstruct(path, &set).expect("written");
}

fn element(group: u16, number: u16, value: &[u8]) -> Vec<u8> {
    let mut value = value.to_vec();
    if value.len() % 2 == 1 {
        value.push(0);
    }
    let tag = [group.to_le_bytes(), number.to_le_bytes()].concat();
    [tag, (value.len() as u32).to_le_bytes().to_vec(), value].concat()
}

fn sequence(group: u16, number: u16, item: &[u8]) -> Vec<u8> {
    element(group, number, &element(0xFFFE, 0xE000, item))
}

/// A registration in implicit VR little endian, without preamble.
pub(crate) fn write_registration(path: &Path, fixed: &str, moving: &str, matrix: &RigidTransform) {
    let rows: Vec<String> = matrix.rows().iter().map(|x| format!("{x:.12}")).collect();
    let matrix = element(0x3006, 0x00C6, rows.join("\\").as_bytes());
    let matrix = [matrix, element(0x0070, 0x030C, b"RIGID ")].concat();
    let registration = sequence(0x0070, 0x0309, &sequence(0x0070, 0x030A, &matrix));
    let item = [element(0x0020, 0x0052, moving.as_bytes()), registration].concat();
    let last = |uid: &str| uid.rsplit('.').next().unwrap_or_default().to_owned();
    let uid = format!("1.2.826.0.2.{}.{}", last(fixed), last(moving));
    let bytes = [
        element(0x0008, 0x0016, b"1.2.840.10008.5.1.4.1.1.66.1"),
        element(0x0008, 0x0018, uid.as_bytes()),
        element(0x0010, 0x0020, b"P"),
        element(0x0020, 0x0052, fixed.as_bytes()),
        sequence(0x0070, 0x0308, &item),
    ]
    .concat();
    std::fs::write(path, bytes).expect("written");
}

pub(crate) struct Case {
    pub(crate) dir: TempDir,
    pub(crate) sets: Vec<PathBuf>,
    truth_mm: f64,
}

/// The tumour in the frame of the CT, the cord in that of the MR.
pub(crate) fn case() -> Case {
    let spec = PhantomSpec { ct: false, ..PhantomSpec::random(7, ShapeKind::Ellipsoid, 2.0, 3.2) };
    let study = Study::build(&spec).expect("a phantom");
    let dir = TempDir::new().expect("a folder");
    let of = |name: &str| study.structures.iter().find(|s| s.name == name).expect("it").clone();
    let mut cord = of("SpinalCord");
    let mr_from_ct = ct_from_mr().inverse();
    for p in cord.contours.iter_mut().flat_map(|c| &mut c.points_mm) {
        *p = mr_from_ct.apply(*p);
    }
    let sets = vec![dir.path().join("ct.dcm"), dir.path().join("mr.dcm")];
    write_set(&sets[0], CT, "1.2.826.0.1.11", &[of("GTV")]);
    write_set(&sets[1], MR, "1.2.826.0.1.12", &[cord]);
    let truth_mm = study.truth.pairs.iter().find(|p| p.pair == "tumour-cord").expect("it").gap_mm;
    Case { dir, sets, truth_mm }
}

fn run(case: &Case, assume_same_frame: bool) -> Result<Report, Error> {
    let structures = case.sets.clone();
    let settings = Settings { structures, assume_same_frame, ..Settings::default() };
    check(&[case.dir.path().to_owned()], &settings)
}

fn error_mm(report: &Report, case: &Case) -> f64 {
    report.phases[0].pairs[0].gap_mm.expect("a gap") - case.truth_mm
}

#[test]
fn a_registration_brings_both_together_whichever_way_it_was_written() {
    for inverse in [false, true] {
        let case = case();
        let file = case.dir.path().join("reg.dcm");
        if inverse {
            write_registration(&file, MR, CT, &ct_from_mr().inverse());
        } else {
            write_registration(&file, CT, MR, &ct_from_mr());
        }
        let report = run(&case, false).expect("measured");
        assert!(error_mm(&report, &case).abs() < 0.1, "{}", error_mm(&report, &case));
        assert!(!report.parameters.assume_same_frame);
        // The cord stays, the tumour is moved to it.
        let moved = report.structures.iter().find(|s| s.name == "GTV").expect("measured");
        let record = moved.registration.as_ref().expect("was moved");
        assert_eq!((record.from_frame_uid.as_str(), record.steps.len()), (CT, 1));
        assert_eq!(record.steps[0].inverse, !inverse);
        assert_eq!(moved.frame_of_reference_uid.as_deref(), Some(MR));
        let cord = report.structures.iter().find(|s| s.name == "SpinalCord").expect("measured");
        assert!(cord.registration.is_none());
    }
}

#[test]
fn a_matrix_read_the_wrong_way_would_be_seen() {
    let case = case();
    write_registration(&case.dir.path().join("reg.dcm"), CT, MR, &ct_from_mr().inverse());
    assert!(error_mm(&run(&case, false).expect("measured"), &case).abs() > 5.0);
}

#[test]
fn a_chain_of_registrations_is_followed() {
    let case = case();
    let first = RigidTransform::new(Rotation3::from_euler_angles(0.0, 0.3, 0.0), Vector3::y());
    // CT <- BETWEEN -> MR: the second is written to MR and has to be inverted.
    write_registration(&case.dir.path().join("a.dcm"), CT, BETWEEN, &first);
    let mr_from_between = ct_from_mr().inverse().after(&first);
    write_registration(&case.dir.path().join("b.dcm"), MR, BETWEEN, &mr_from_between);
    let report = run(&case, false).expect("measured");
    assert!(error_mm(&report, &case).abs() < 0.1);
    let moved = report.structures.iter().find(|s| s.name == "GTV").expect("measured");
    let steps = &moved.registration.as_ref().expect("was moved").steps;
    assert_eq!(steps.iter().map(|s| s.inverse).collect::<Vec<_>>(), [true, false]);
    assert_eq!(steps[0].to_frame_uid, BETWEEN);
}

#[test]
fn without_a_registration_nothing_is_measured_unless_the_user_says_so() {
    let case = case();
    let scaled = "1.1\\0\\0\\0\\0\\1\\0\\0\\0\\0\\1\\0\\0\\0\\0\\1";
    let reg = case.dir.path().join("reg.dcm");
    write_registration(&reg, CT, MR, &RigidTransform::identity());
    let bytes = std::fs::read(&reg).expect("written");
    let at = bytes.windows(4).position(|w| w == [0x06, 0x30, 0xC6, 0]).expect("the matrix") + 8;
    let length = u32::from_le_bytes([bytes[at - 4], bytes[at - 3], bytes[at - 2], bytes[at - 1]]);
    let mut broken = bytes.clone();
    broken[at..at + length as usize].fill(b' ');
    broken[at..at + scaled.len()].copy_from_slice(scaled.as_bytes());
    std::fs::write(&reg, broken).expect("written");
    let text = run(&case, false).expect_err("refused").to_string();
    assert!(text.contains(CT) && text.contains(MR) && text.contains("column 1"), "{text}");
    let report = run(&case, true).expect("measured");
    assert!(report.parameters.assume_same_frame);
    assert!(report.warnings.iter().any(|w| w.code == "assumed_same_frame"));
    let csv = thecal_report::csv::gaps_csv("study", &report).expect("a table");
    assert!(
        csv.lines().skip(1).all(|l| l.ends_with("assumed_same_frame") || l.contains("missing"))
    );
}
