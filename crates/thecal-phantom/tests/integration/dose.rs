//! Doses of phantoms, read back from their files: each voxel holds the closed form at its centre.

use std::path::Path;

use thecal_dicom::dose::{Dose, Summation, Weight, read_dose};
use thecal_dicom::plan::read_plan;
use thecal_dicom::read::read_rtstruct;
use thecal_dicom::registration::read_registration;
use thecal_geom::{Point3, RigidTransform, Vector3};
use thecal_phantom::{
    Content, DoseField, DoseKind, DoseSpec, DoseTruth, PhantomSpec, Planes, ShapeKind,
    write_planned_study,
};

const LINEAR: DoseKind = DoseKind::Linear { gradient_gy_per_mm: 1.0 };
const ERF: DoseKind = DoseKind::Erf { steepest_per_mm: 0.15 };

fn write(kind: DoseKind, dose: &DoseSpec, dir: &Path) -> DoseTruth {
    let spec = PhantomSpec { ct: false, ..PhantomSpec::random(7, ShapeKind::Sphere, 2.0, 1.5) };
    write_planned_study(&spec, kind, dose, dir).expect("written").1
}

fn written(kind: DoseKind, dose: &DoseSpec) -> (tempfile::TempDir, DoseTruth, Dose) {
    let dir = tempfile::tempdir().expect("a folder");
    let truth = write(kind, dose, dir.path());
    let name = truth.files.last().expect("a dose");
    let dose = read_dose(&dir.path().join(name)).expect("readable");
    (dir, truth, dose)
}

/// The largest difference of a voxel from `wanted` at its centre, and the voxels that were seen.
fn worst(dose: &Dose, wanted: impl Fn(Point3) -> f64) -> (f64, usize) {
    let lattice = &dose.head.lattice;
    let [columns, rows, planes] = lattice.size;
    let (mut worst, mut seen) = (0.0_f64, 0);
    for k in 0..planes {
        for j in 0..rows {
            for i in 0..columns {
                let centre = lattice.centre_mm([i, j, k]).expect("a voxel");
                let found = f64::from(dose.at([i, j, k]).expect("a value"));
                worst = worst.max((found - wanted(centre)).abs());
                seen += 1;
            }
        }
    }
    (worst, seen)
}

#[test]
fn every_grid_holds_the_closed_form_at_its_centres() {
    let new = || DoseSpec::new(24.0, 2, 3.0);
    let spacing_mm = [2.5, 1.5, 2.0];
    for (name, dose) in [
        ("axial", new()),
        ("uneven spacings", DoseSpec { spacing_mm, ..new() }),
        ("oblique", DoseSpec { oblique_deg: 30.0, spacing_mm, ..new() }),
        ("descending", DoseSpec { descending: true, ..new() }),
        ("absolute", DoseSpec { absolute: true, ..new() }),
        ("absolute, descending", DoseSpec { absolute: true, descending: true, ..new() }),
        ("uneven planes", DoseSpec { planes: Planes::Uneven, ..new() }),
        ("uneven, descending", DoseSpec { planes: Planes::Uneven, descending: true, ..new() }),
        ("oblique, descending", DoseSpec { oblique_deg: -30.0, descending: true, ..new() }),
    ] {
        for kind in [LINEAR, ERF, DoseKind::InverseSquare { source_mm: 150.0 }] {
            let (_dir, truth, dose) = written(kind, &dose);
            let (worst, seen) = worst(&dose, |p| truth.field.at_gy(p));
            // f32, and places written to 1e-9 mm.
            assert!(worst < 1e-5, "{name}, {kind}: {worst} Gy");
            assert!(seen > 1000, "{name}: {seen}");
            let codes: Vec<_> = dose.doubts().iter().map(|d| d.warning.code).collect();
            let uneven = name.starts_with("uneven planes") || name.starts_with("uneven, d");
            assert_eq!(codes.contains(&"dose_planes_uneven"), uneven, "{name}: {codes:?}");
            assert!(dose.doubts().iter().all(|d| d.weight == Weight::Warns), "{name}: {codes:?}");
        }
    }
}

#[test]
fn sixteen_bits_are_half_a_step_off_at_most() {
    let (_dir, truth, dose) =
        written(ERF, &DoseSpec { wide: false, ..DoseSpec::new(24.0, 2, 3.0) });
    let (worst, _) = worst(&dose, |p| truth.field.at_gy(p));
    assert!(worst < 0.5 * 26.7 / 65_535.0 + 1e-5, "{worst}");
    assert!(worst > 1e-5, "{worst}: nothing was rounded");
}

#[test]
fn rounded_offsets_are_off_by_their_rounding() {
    let dose = DoseSpec { planes: Planes::Rounded, ..DoseSpec::new(24.0, 2, 10.0 / 3.0) };
    let (_dir, truth, dose) = written(LINEAR, &dose);
    let tenths = dose.head.lattice.planes_mm.iter().map(|p| p * 10.0);
    assert!(tenths.clone().all(|p| (p - p.round()).abs() < 1e-6));
    let (worst, _) = worst(&dose, |p| truth.field.at_gy(p));
    // 1 Gy/mm, at most along the normal, over half a tenth of a millimetre.
    assert!(worst < 0.05 + 1e-5, "{worst}");
    assert!(dose.doubts().is_empty(), "{:?}", dose.doubts());
}

#[test]
fn beams_add_up_to_the_plan() {
    let dose = DoseSpec::new(24.0, 2, 3.0);
    let (_dir, _, whole) = written(ERF, &dose);
    let dir = tempfile::tempdir().expect("a folder");
    let truth = write(ERF, &DoseSpec { content: Content::Beams, ..dose }, dir.path());
    assert_eq!(truth.files, ["RP.dcm", "RD.1.dcm", "RD.2.dcm", "RD.3.dcm"]);
    let plan = read_plan(&dir.path().join("RP.dcm")).expect("a plan");
    let mut sum = vec![0.0_f32; whole.values.len()];
    for (n, name) in truth.files[1..].iter().enumerate() {
        let beam = read_dose(&dir.path().join(name)).expect("a dose");
        assert_eq!(beam.head.lattice, whole.head.lattice);
        assert_eq!(beam.head.summation, Some(Summation::Beam));
        assert_eq!(beam.head.plans[0].groups[0].beams, [n as i64 + 1]);
        assert_eq!(Some(beam.head.plan_uids()[0].clone()), plan.sop_instance_uid);
        let doubts = beam.doubts();
        assert!(doubts.len() == 1 && doubts[0].weight == Weight::Part, "{doubts:?}");
        sum.iter_mut().zip(&beam.values).for_each(|(s, v)| *s += v);
    }
    assert_eq!(plan.treating_beams(), [1, 2, 3]);
    assert!(sum.iter().zip(&whole.values).all(|(s, v)| (s - v).abs() < 1e-5));
}

#[test]
fn what_a_file_says_falsely_is_in_its_values_alone() {
    let new = || DoseSpec::new(24.0, 2, 3.0);
    for (content, codes, factor, less) in [
        (Content::Session, &["dose_of_one_session"][..], 0.5, 0.0),
        (Content::SessionAsPlan, &[], 0.5, 0.0),
        (Content::Relative, &["dose_units_relative"], 100.0 / 24.0, 0.0),
        (Content::Difference, &["dose_type_error"], 1.0, 12.0),
        (Content::CentiGray, &["dose_maximum_unlikely"], 100.0, 0.0),
    ] {
        let (_dir, truth, dose) = written(ERF, &DoseSpec { content, ..new() });
        let (worst, _) = worst(&dose, |p| factor * truth.field.at_gy(p) - less);
        assert!(worst < 1e-5 * factor.max(1.0) * 2.0, "{content:?}: {worst}");
        let doubts = dose.doubts();
        let found: Vec<_> = doubts.iter().map(|d| d.warning.code).collect();
        assert_eq!(found, codes, "{content:?}");
        assert!(doubts.iter().all(|d| d.weight == Weight::Refuses));
    }
}

#[test]
fn a_dose_in_a_frame_of_its_own_comes_back_through_its_registration() {
    for oblique_deg in [0.0, 30.0] {
        let dose = DoseSpec { other_frame: true, oblique_deg, ..DoseSpec::new(24.0, 2, 3.0) };
        let (dir, truth, dose) = written(ERF, &dose);
        let reg = read_registration(&dir.path().join("REG.dcm")).expect("a registration");
        let set = read_rtstruct(&dir.path().join("RS.dcm")).expect("a set");
        assert_eq!(set.referenced_frames, std::slice::from_ref(&reg.fixed_frame_uid));
        let frame = dose.head.frame_of_reference_uid.clone();
        assert_ne!(frame.as_ref(), Some(&reg.fixed_frame_uid));
        let item = reg.items.iter().find(|i| i.moving_frame_uid == frame).expect("its frame");
        let (worst_gy, _) = worst(&dose, |p| truth.field.at_gy(item.fixed_from_moving.apply(p)));
        assert!(worst_gy < 1e-4, "{worst_gy}");
        // Without it the dose lies elsewhere.
        let (apart_gy, _) =
            worst(&dose, |p| truth.field.at_gy(RigidTransform::identity().apply(p)));
        assert!(apart_gy > 5.0, "{apart_gy}");
    }
}

#[test]
fn a_plan_states_what_it_was_asked_to() {
    let dose = DoseSpec { prescription_stated: false, ..DoseSpec::new(30.0, 5, 3.0) };
    for (dose, wanted) in
        [(DoseSpec { prescription_stated: true, ..dose.clone() }, &[30.0][..]), (dose, &[])]
    {
        let (dir, _, read) = written(LINEAR, &dose);
        let plan = read_plan(&dir.path().join("RP.dcm")).expect("a plan");
        assert_eq!((plan.target_doses_gy().as_slice(), plan.fractions()), (wanted, vec![Some(5)]));
        let set = read_rtstruct(&dir.path().join("RS.dcm")).expect("a set");
        assert_eq!(plan.structure_sets, Vec::from_iter(set.sop_instance_uid.clone()));
        assert_eq!(read.head.structure_sets, plan.structure_sets);
        if let Some(number) = plan.prescriptions.first().and_then(|p| p.roi_number) {
            let roi = set.rois.iter().find(|r| r.number == Some(number)).expect("the target");
            assert_eq!(roi.name, "GTV");
        }
    }
}

/// The fall across the gap of each kind, by its definition.
#[test]
fn doses_at_the_ends_of_the_gap() {
    let dose = DoseSpec::new(24.0, 2, 3.0);
    let (_dir, linear, _) = written(LINEAR, &dose);
    assert!((linear.tumour_end_gy - 24.0).abs() < 1e-6);
    assert!((linear.cord_end_gy - 22.5).abs() < 1e-6);
    // The square of 150 over 151.5.
    let (_dir, square, _) = written(DoseKind::InverseSquare { source_mm: 150.0 }, &dose);
    assert!((square.cord_end_gy - 24.0 * (150.0_f64 / 151.5).powi(2)).abs() < 1e-6);
    // s = 1 / (0.15 sqrt(2 pi)) = 2.659615 mm; 1.5 mm on from the 90 % point is z = 0.717555.
    let (_dir, erf, _) = written(ERF, &dose);
    assert!((erf.tumour_end_gy - 24.0).abs() < 1e-6);
    let z: f64 = 1.281_551_565_5 - 1.5 / 2.659_615_203;
    assert!((z - 0.717_558).abs() < 1e-5, "{z}");
    // Phi(0.717558) = 0.763486.
    assert!((erf.cord_end_gy - 24.0 / 0.9 * 0.763_486).abs() < 1e-4, "{}", erf.cord_end_gy);
}

#[test]
fn a_grid_that_is_cut_off_ends_within_the_cord() {
    let (dir, _, dose) = written(ERF, &DoseSpec { margin_mm: 3.0, ..DoseSpec::new(24.0, 2, 2.0) });
    let set = read_rtstruct(&dir.path().join("RS.dcm")).expect("a set");
    let heights = |name: &str| {
        let roi = set.rois.iter().find(|r| r.name == name).expect("a region");
        let points = roi.contours.iter().flatten().flat_map(|c| c.points_mm.clone());
        points.fold([f64::INFINITY, f64::NEG_INFINITY], |[lo, hi], p| [lo.min(p.z), hi.max(p.z)])
    };
    let lattice = &dose.head.lattice;
    let grid = [0, lattice.size[2] - 1].map(|k| lattice.centre_mm([0, 0, k]).expect("a voxel").z);
    let (gtv, cord) = (heights("GTV"), heights("SpinalCord"));
    assert!(grid[0] < gtv[0] && gtv[1] < grid[1], "{grid:?} {gtv:?}");
    assert!(cord[0] < grid[0] - 5.0 && grid[1] + 5.0 < cord[1], "{grid:?} {cord:?}");
}

/// A plan as the spine's are: the tumour has its dose, the cord has less, the body has none.
#[test]
fn a_conformal_dose_spares_the_cord() {
    let spec = PhantomSpec { ct: false, ..PhantomSpec::random(4, ShapeKind::CShape, 2.0, 1.4) };
    let dir = tempfile::tempdir().expect("a folder");
    let kind = DoseKind::Conformal { cord_half_mm: -1.0 };
    let dose = DoseSpec::new(24.0, 2, 2.0);
    let (truth, dose_truth) = write_planned_study(&spec, kind, &dose, dir.path()).expect("written");
    // By the formula, with c and t of 0 and 1.4 mm at the cord's end, and of 1.4 and 0 at the other.
    let ends_gy = [dose_truth.cord_end_gy, dose_truth.tumour_end_gy];
    assert!(
        (ends_gy[0] - 16.5195).abs() < 1e-3 && (ends_gy[1] - 21.5132).abs() < 1e-3,
        "{ends_gy:?}"
    );
    let DoseField::Conformal(_) = dose_truth.field else { panic!("conformal") };
    let read = read_dose(&dir.path().join("RD.dcm")).expect("a dose");
    let (worst, _) = worst(&read, |p| dose_truth.field.at_gy(p));
    assert!(worst < 1e-4, "{worst}");
    let far = truth.pairs[0].closest.b_mm + Vector3::new(80.0, 0.0, 0.0);
    assert_eq!(dose_truth.field.at_gy(far), 0.0);
}

#[test]
fn the_same_specification_gives_the_same_bytes() {
    let dose = DoseSpec::new(24.0, 2, 3.0);
    let (one, two) =
        (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
    let truth = write(ERF, &dose, one.path());
    write(ERF, &dose, two.path());
    for name in truth.files.iter().map(String::as_str).chain(["dose_truth.json"]) {
        let bytes = |dir: &Path| std::fs::read(dir.join(name)).expect("a file");
        assert!(bytes(one.path()) == bytes(two.path()), "{name}");
    }
}

#[test]
fn kinds_are_read_from_text() {
    assert_eq!("linear:2".parse(), Ok(DoseKind::Linear { gradient_gy_per_mm: 2.0 }));
    assert_eq!("erf".parse(), Ok(ERF));
    assert_eq!("conformal:-1.5".parse(), Ok(DoseKind::Conformal { cord_half_mm: -1.5 }));
    for wrong in ["", "erf:", "erf:0", "linear:nan", "box", "linear:-1"] {
        assert!(wrong.parse::<DoseKind>().is_err(), "{wrong}");
    }
}

#[test]
fn specifications_that_describe_no_grid_are_refused() {
    let spec = PhantomSpec { ct: false, ..PhantomSpec::random(7, ShapeKind::Sphere, 2.0, 1.5) };
    let new = || DoseSpec::new(24.0, 2, 3.0);
    for dose in [
        DoseSpec { spacing_mm: [0.0; 3], ..new() },
        DoseSpec { spacing_mm: [0.1; 3], margin_mm: 200.0, ..new() },
        DoseSpec { absolute: true, oblique_deg: 30.0, ..new() },
        DoseSpec { fractions: 0, ..new() },
        DoseSpec { prescription_gy: f64::NAN, ..new() },
    ] {
        let dir = tempfile::tempdir().expect("a folder");
        let told = write_planned_study(&spec, LINEAR, &dose, dir.path());
        assert!(told.is_err(), "{dose:?}");
    }
}
