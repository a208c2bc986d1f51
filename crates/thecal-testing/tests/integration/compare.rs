//! Two real studies, before and after an operation.

use std::path::{Path, PathBuf};

use nalgebra::{Rotation3, Vector3};
use tempfile::TempDir;
use thecal::{Error, ErrorKind, Separate, Settings, check, compare, compare_studies};
use thecal_dicom::write::{ContourOut, RoiOut, RtStructOut, StudyOut, write_rtstruct};
use thecal_geom::{Contour, ContourKind, Point3, RigidTransform};
use thecal_phantom::{VENTRAL_TRUTH, ventral_structures};
use thecal_report::{ComparedPair, Headline, PairKind, Phase, Report};
use thecal_separation::Approach;

const FIRST: &str = "1.2.826.0.1.1";
pub(crate) const SECOND: &str = "1.2.826.0.1.2";

/// Takes points of the second scan to the first.
pub(crate) fn first_from_second() -> RigidTransform {
    let rotation = Rotation3::from_euler_angles(0.05, -0.08, 0.1);
    RigidTransform::new(rotation, Vector3::new(12.0, -7.0, 30.0))
}

pub(crate) type Structures = Vec<(&'static str, Vec<Contour>)>;

fn block(y: [f64; 2], half_width: f64) -> Vec<Contour> {
    let ring = [[-half_width, y[0]], [half_width, y[0]], [half_width, y[1]], [-half_width, y[1]]];
    (-5..=5)
        .map(|k| Contour {
            number: usize::try_from(k + 6).expect("positive"),
            kind: ContourKind::ClosedPlanar,
            points_mm: ring.map(|p| Point3::new(p[0], p[1], 2.0 * f64::from(k))).to_vec(),
        })
        .collect()
}

/// The ventral study, before.
fn before() -> Structures {
    ventral_structures().into_iter().map(|s| (s.name, s.contours)).collect()
}

/// The same after an operation that left what lies more than `left_mm` in front of the cord; the
/// sac has come back to its own course.
pub(crate) fn after(left_mm: f64) -> Structures {
    let mut all = before();
    all.retain(|(name, _)| *name != "GTV" && *name != "ThecalSac");
    all.push(("GTV", block([-20.0, -3.05 - left_mm], 10.0)));
    all
}

pub(crate) fn write(
    path: &Path,
    frame: &str,
    patient: &str,
    structures: &Structures,
    move_by: &RigidTransform,
) {
    let rois = structures.iter().map(|(name, contours)| RoiOut {
        name: (*name).to_owned(),
        interpreted_type: String::new(),
        description: String::new(),
        generation: "AUTOMATIC".into(),
        generation_description: String::new(),
        colour: [255, 0, 0],
        contours: contours
            .iter()
            .map(|c| {
                let points_mm = c.points_mm.iter().map(|p| move_by.apply(*p)).collect();
                ContourOut { contour: Contour { points_mm, ..c.clone() }, image: None }
            })
            .collect(),
    });
    let uid = format!("{frame}.{}", structures.len());
    let set = RtStructOut {
        study: StudyOut {
            patient_id: patient.into(),
            patient_name: patient.into(),
            study_uid: format!("{frame}.9"),
            frame_uid: frame.into(),
            date: "20260101".into(),
            time: "120000".into(),
            more: Vec::new(),
        },
        series_uid: format!("{uid}.1"),
        sop_uid: format!("{uid}.2"),
        label: "set".into(),
        description: String::new(),
        equipment: None,
        predecessor: None,
        references: Vec::new(),
        decimals: 6,
        rois: rois.collect(),
    };
    std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
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
pub(crate) fn write_registration(path: &Path, matrix: &RigidTransform) {
    let rows: Vec<String> = matrix.rows().iter().map(|x| format!("{x:.12}")).collect();
    let matrix = element(0x3006, 0x00C6, rows.join("\\").as_bytes());
    let matrix = [matrix, element(0x0070, 0x030C, b"RIGID ")].concat();
    let registration = sequence(0x0070, 0x0309, &sequence(0x0070, 0x030A, &matrix));
    let item = [element(0x0020, 0x0052, SECOND.as_bytes()), registration].concat();
    let bytes = [
        element(0x0008, 0x0016, b"1.2.840.10008.5.1.4.1.1.66.1"),
        element(0x0008, 0x0018, b"1.2.826.0.2.12"),
        element(0x0010, 0x0020, b"P"),
        element(0x0020, 0x0052, FIRST.as_bytes()),
        sequence(0x0070, 0x0308, &item),
    ]
    .concat();
    std::fs::write(path, bytes).expect("written");
}

pub(crate) struct Pair {
    pub(crate) dir: TempDir,
}

impl Pair {
    pub(crate) fn new(
        second: &str,
        patient: &str,
        after: &Structures,
        move_by: &RigidTransform,
    ) -> Self {
        let dir = TempDir::new().expect("a folder");
        let here = RigidTransform::identity();
        write(&dir.path().join("before/RS.dcm"), FIRST, "P", &before(), &here);
        write(&dir.path().join("after/RS.dcm"), second, patient, after, move_by);
        Self { dir }
    }

    pub(crate) fn paths(&self) -> [PathBuf; 2] {
        ["before", "after"].map(|name| self.dir.path().join(name))
    }

    fn compare(&self, settings: &Settings) -> Result<Report, Error> {
        let [before, after] = self.paths();
        compare(&[before], &[after], settings)
    }
}

fn pair(report: &Report, kind: PairKind) -> &ComparedPair {
    let pairs = &report.comparison.as_ref().expect("a comparison").pairs;
    pairs.iter().find(|p| p.pair == kind).expect("the pair")
}

fn near(found: Option<f64>, truth: f64, by: f64) {
    let found = found.expect("a number");
    assert!((found - truth).abs() < by, "{found} for {truth}");
}

fn separation() -> Option<Separate> {
    let mut approaches = Approach::built_in().expect("reads");
    approaches.retain(|a| a.name == "ideal");
    Some(Separate { reference: Some(thecal_mask::role::Role::Cord), ..Separate::by(approaches) })
}

#[test]
fn pairs_before_and_after_stand_in_one_record() {
    let study = Pair::new(FIRST, "P", &after(3.5), &RigidTransform::identity());
    let report = study.compare(&Settings::default()).expect("compared");
    let cord = pair(&report, PairKind::TumourCord);
    near(cord.before_mm, VENTRAL_TRUTH.tumour_cord_mm, 0.01);
    near(cord.after_mm, 3.5, 0.01);
    near(cord.change_mm, 3.5 - VENTRAL_TRUTH.tumour_cord_mm, 0.02);
    let [low, high] = cord.change_range_mm.expect("a range");
    assert!(low <= 3.1 && 3.1 <= high, "{low} to {high}");
    // No sac is drawn after: the pair stands alone, and is not made up.
    let sac = pair(&report, PairKind::TumourSac);
    assert!(sac.after.is_none() && sac.after_mm.is_none() && sac.change_mm.is_none());
    let done = report.comparison.as_ref().expect("a comparison");
    assert_eq!(done.headline_before, Headline::Insufficient);
    assert_eq!((done.headline_after, report.headline), (Headline::Clear, Headline::Clear));
    let phases: Vec<_> = report.phases.iter().map(|p| (p.phase, p.scenario.clone())).collect();
    assert_eq!(phases, [(Phase::Before, None), (Phase::After, None)]);
    // Blocks 20 mm wide and 22 mm high.
    let cc = |back: f64| 20.0 * 22.0 * (20.0 + back) / 1000.0;
    near(done.tumour_before_cc, cc(-3.45), 0.02);
    near(done.removed_cc, cc(-3.45) - cc(-6.55), 0.02);
    assert!(done.surfaces.is_empty());
}

#[test]
fn a_registration_brings_the_second_study_to_the_first() {
    let second_from_first = first_from_second().inverse();
    let study = Pair::new(SECOND, "P", &after(3.5), &second_from_first);
    let refused = study.compare(&Settings::default()).expect_err("refused");
    assert_eq!(refused.kind(), ErrorKind::Frames, "{refused}");
    assert!(refused.to_string().contains("registration"), "{refused}");
    let settings = Settings { separation: separation(), ..Settings::default() };
    let in_one = Pair::new(FIRST, "P", &after(3.5), &RigidTransform::identity());
    let truth = in_one.compare(&settings).expect("compared");
    // Beside either study the registration serves.
    for place in study.paths() {
        let registration = place.join("REG.dcm");
        write_registration(&registration, &first_from_second());
        let report = study.compare(&settings).expect("compared");
        near(pair(&report, PairKind::TumourCord).after_mm, 3.5, 0.01);
        let row = |r: &Report| r.comparison.as_ref().expect("one").surfaces[0].clone();
        near(row(&report).mean_mm, row(&truth).mean_mm.expect("a mean"), 0.02);
        std::fs::remove_file(registration).expect("removed");
    }
}

#[test]
fn simulated_and_real_residual_are_compared() {
    // The operation left what lies more than 4 mm in front; the simulation takes 3 mm off the cord.
    let study = Pair::new(FIRST, "P", &after(4.0), &RigidTransform::identity());
    let settings = Settings { separation: separation(), ..Settings::default() };
    let report = study.compare(&settings).expect("compared");
    let rows = &report.comparison.as_ref().expect("a comparison").surfaces;
    assert_eq!(rows.len(), 1);
    let row = &rows[0];
    assert_eq!(row.scenario, "ideal");
    // The simulation leaves more: everywhere outside of the real one, or on it. In front the two
    // faces are the same; the largest distance is from the corners of the block's back, which the
    // simulation leaves at -3.45, to the real back at -7.05.
    assert!(row.signed_mean_mm.expect("signed") > 0.1, "{row:?}");
    near(row.max_mm, 7.05 - 3.45, 0.1);
    assert!(row.mean_mm.expect("a mean") < row.p95_mm.expect("p95"));
    assert!(row.p95_mm <= row.max_mm);
    assert!(row.simulated_cc > row.real_cc);
    // The headline is of what was done.
    assert_eq!(report.headline, Headline::Clear);
    let text = thecal_report::summary::summary(&report, false);
    assert!(text.contains("after the operation"), "{text}");
    assert!(text.contains("simulated ideal against the operation"), "{text}");
}

#[test]
fn a_simulation_equal_to_the_operation_is_no_distance_away() {
    let study = Pair::new(FIRST, "P", &before(), &RigidTransform::identity());
    // Nothing lies within half a millimetre of a cord that is 0.4 mm away but one strip.
    let settings = Settings {
        separation: separation().map(|s| Separate { amount_mm: 0.5, ..s }),
        ..Settings::default()
    };
    let report = study.compare(&settings).expect("compared");
    let row = &report.comparison.as_ref().expect("a comparison").surfaces[0];
    // Flat ends are known to half a voxel of 0.5 mm, which is a sixth of the surface here.
    assert!(row.mean_mm.expect("a mean") < 0.1, "{row:?}");
    assert!(row.signed_mean_mm.expect("signed").abs() < 0.1, "{row:?}");
}

#[test]
fn other_patients_are_not_compared() {
    let study = Pair::new(FIRST, "Q", &after(3.5), &RigidTransform::identity());
    let refused = study.compare(&Settings::default()).expect_err("refused");
    assert_eq!(refused.kind(), ErrorKind::DifferentPatients, "{refused}");
    let settings = Settings { assume_same_frame: true, ..Settings::default() };
    let report = study.compare(&settings).expect("compared");
    assert!(report.warnings.iter().any(|w| w.code == "assumed_same_patient"));
}

#[test]
fn the_target_holds_the_extent_before_whatever_was_taken() {
    // A target after the operation that follows what is left, and one that holds what was.
    let mut all = after(3.5);
    all.push(("CTV_short", block([-20.0, -6.55], 10.0)));
    all.push(("CTV_whole", block([-21.0, -2.45], 11.0)));
    let study = Pair::new(FIRST, "P", &all, &RigidTransform::identity());
    let [first, second] = study.paths().map(|p| [p]);
    for separation in [None, separation()] {
        let settings = Settings { separation, ..Settings::default() };
        let measured = compare_studies(&first, &second, &settings).expect("compared");
        let rule = measured.report.target.as_ref().expect("a rule");
        assert!(rule.source.contains("10.1016/j.ijrobp.2016.09.014"));
        // Outside the body, an ellipse of 16 by 12 mm about y = -20, of a block up to y = -3.45.
        let extent = &rule.extents[0];
        assert_eq!(
            (extent.basis.as_str(), extent.name.as_str()),
            ("outside_bone", "zEpidural_Preop")
        );
        let (n, mut area) = (20_000, 0.0);
        for i in 0..n {
            let x = -10.0 + 20.0 * (f64::from(i) + 0.5) / f64::from(n);
            area += 20.0 / f64::from(n) * (-3.45 + 20.0 - 12.0 * (1.0 - x * x / 256.0_f64).sqrt());
        }
        near(Some(extent.volume_cc), area * 22.0 / 1000.0, 0.02 * area * 22.0 / 1000.0);
        assert_eq!(measured.extents[0].name, extent.name);
        // Flat ends of what is written out are known to half a voxel of 0.5 mm.
        let drawn = measured.extents[0].solid(&measured.parts).expect("a solid");
        let drawn_cc = drawn.expect("of a tumour that is there").volume_cc();
        let part = drawn_cc / extent.volume_cc;
        assert!((21.4 / 22.0..1.02).contains(&part), "{drawn_cc} of {}", extent.volume_cc);
        let of = |name: &str| rule.left_out.iter().find(|l| l.ctv == name).expect("measured");
        // The short one leaves out the slab from -6.55 to -3.45, less what of it is bone.
        let short = of("CTV_short");
        near(Some(short.volume_cc), 20.0 * 22.0 * 3.1 / 1000.0, 0.03);
        near(Some(short.depth_mm), 3.1, 0.05);
        let sectors = short.sectors_cc.as_ref().expect("sectors");
        near(Some(sectors.iter().sum()), short.volume_cc, 0.03);
        assert!(sectors[4..8].iter().all(|cc| *cc == 0.0), "{sectors:?}");
        let whole = of("CTV_whole");
        assert!(whole.volume_cc < 0.001 && whole.depth_mm < 0.05, "{whole:?}");
    }
}

#[test]
fn a_simulation_never_shrinks_a_target() {
    let mut all = before();
    all.push(("CTV", block([-20.0, -3.45], 10.0)));
    let dir = TempDir::new().expect("a folder");
    write(&dir.path().join("RS.dcm"), FIRST, "P", &all, &RigidTransform::identity());
    let paths = [dir.path().to_owned()];
    let mut asked = separation().expect("one");
    asked.approaches = Approach::built_in().expect("reads");
    asked.amount_mm = 6.0;
    let settings = Settings { separation: Some(asked), ..Settings::default() };
    let measured = thecal::measure_study(&paths, &settings).expect("measured");
    // What was taken is taken of the tumour alone; the target and what it must hold stay.
    assert!(measured.residuals.iter().all(|r| r.tumour == "GTV"));
    let ctv = &measured.parts.ctvs[0];
    let alone = Settings { tumours: vec!["CTV".to_owned()], ..Settings::default() };
    let drawn = check(&paths, &alone).expect("measured");
    let drawn = drawn.structures.iter().find(|s| s.name == "CTV").expect("it");
    assert_eq!(Some(ctv.solid.volume_cc()), drawn.volume_cc);
    let rule = measured.report.target.as_ref().expect("a rule");
    assert!(rule.left_out[0].volume_cc < 0.001, "{:?}", rule.left_out);
}
