//! Studies of the size that planning systems hold.

use thecal_phantom::cohort::{CohortSpec, Size, write_cohort};
use thecal_phantom::{PhantomSpec, ShapeKind, Study};

fn mean_step_mm(contour: &thecal_geom::Contour) -> f64 {
    let points = &contour.points_mm;
    let next = points.iter().cycle().skip(1);
    let round: f64 = points.iter().zip(next).map(|(a, b)| (b - a).norm()).sum();
    round / points.len() as f64
}

#[test]
fn a_clinical_study_is_as_long_and_as_full_as_a_planners() {
    // The first seed with a second tumour.
    for kind in [ShapeKind::Ellipsoid, ShapeKind::CShape] {
        let made = |seed| PhantomSpec::clinical(seed, kind, 1.5, 1.7);
        let spec = (1..).map(made).find(|s| s.scan.is_some_and(|s| s.second.is_some()));
        let spec = spec.expect("one in three");
        let study = Study::build(&spec).expect("a phantom");
        let planes = study.planes_mm.len();
        let length_mm = study.planes_mm[planes - 1] - study.planes_mm[0];
        assert!((150..=202).contains(&planes), "{planes} planes");
        assert!((150.0..=253.0).contains(&length_mm), "{length_mm} mm");
        for s in &study.structures[..2] {
            assert_eq!(s.contours.len(), planes, "{}", s.name);
            let step_mm = mean_step_mm(&s.contours[0]);
            assert!((0.45..=1.05).contains(&step_mm), "{}: {step_mm} mm", s.name);
        }
        let names: Vec<&str> = study.structures.iter().map(|s| s.name).collect();
        assert_eq!(&names[..4], ["SpinalCord", "ThecalSac", "GTV", "GTV 2"]);
        assert!(names.iter().filter(|n| n.starts_with("VB_")).count() >= 4, "{names:?}");
        assert_eq!(names.last(), Some(&"BODY"));
        // Two to three levels of 23 to 28 mm.
        let tumour = &study.structures[2].contours;
        let height_mm = tumour.len() as f64 * spec.slice_mm;
        assert!((34.0..=72.0).contains(&height_mm), "{height_mm} mm");
        let gap = |name| study.truth.pairs.iter().find(|p| p.pair == name).expect("a pair").gap_mm;
        assert!((gap("tumour-cord") - 1.7).abs() < 1e-9);
        assert!(gap("tumour-2-cord") > gap("tumour-cord") && gap("tumour-2-sac") > 0.0);
        // The same distance from the contours themselves, no farther than their steps allow.
        let points = |i: usize| study.structures[i].contours.iter().flat_map(|c| &c.points_mm);
        let least = |i: usize| {
            let near = points(0).flat_map(|p| points(i).map(move |q| (p - q).norm_squared()));
            near.fold(f64::INFINITY, f64::min).sqrt()
        };
        for (i, name) in [(2, "tumour-cord"), (3, "tumour-2-cord")] {
            let over_mm = least(i) - gap(name);
            assert!((-1e-9..0.4).contains(&over_mm), "{name}: {over_mm} mm");
        }
    }
}

#[test]
fn a_clinical_structure_set_has_two_to_six_megabytes() {
    let root = std::env::temp_dir().join(format!("thecal-cohort-{}", std::process::id()));
    let spec = CohortSpec {
        studies: 2,
        broken: 0,
        phantoms: 2,
        ct_size: Some(32),
        point_spacing_mm: 0.75,
        size: Size::Clinical,
        seed: 1,
    };
    for study in write_cohort(&spec, &root).expect("a cohort") {
        let folder = root.join(study.folder);
        let bytes = folder.join("RS.dcm").metadata().expect("a file").len();
        assert!((2_000_000..6_500_000).contains(&bytes), "{bytes} bytes");
        assert!(folder.join("CT").read_dir().expect("a folder").count() >= 150);
    }
    std::fs::remove_dir_all(&root).expect("a folder");
}
