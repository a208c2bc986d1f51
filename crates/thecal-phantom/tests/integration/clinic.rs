//! Studies as clinics draw them: truth, outlines and repeatability.

use thecal_geom::Point3;
use thecal_phantom::clinic::{ClinicSpec, ClinicStudy, Habit, Orientation, Points, Scene};

const SCENES: [Scene; 9] = [
    Scene::Sphere,
    Scene::Ellipsoid,
    Scene::C,
    Scene::Lean(35.0),
    Scene::Cropped(3.0),
    Scene::Nodule(2.0),
    Scene::FlatEnd,
    Scene::Dumbbell,
    Scene::Plaque,
];

fn drawn(spec: &ClinicSpec, habit: Habit) -> ClinicStudy {
    ClinicStudy::build(&ClinicSpec { habit, ..*spec }).expect("a study")
}

fn rings(study: &ClinicStudy) -> impl Iterator<Item = &Vec<Point3>> {
    study.structures.iter().flat_map(|s| &s.contours).map(|c| &c.points_mm)
}

/// Where a coordinate lies on the pixel lattice that the first ring's first point lies on, in
/// quarters of a pixel.
fn quarters(study: &ClinicStudy, pixel: f64) -> Vec<[f64; 2]> {
    let first = study.structures[0].contours[0].points_mm[0];
    let off = |a: f64, b: f64| 4.0 * ((a - b) / pixel - ((a - b) / pixel).floor());
    rings(study).flatten().map(|p| [off(p.x, first.x), off(p.y, first.y)]).collect()
}

/// Within a thousandth of a whole number from `allowed`, in quarters of a pixel.
fn one_of(value: f64, allowed: &[f64]) -> bool {
    allowed.iter().any(|a| {
        let d = (value - a).abs();
        d.min(4.0 - d) < 1e-3
    })
}

fn area(ring: &[Point3]) -> f64 {
    let next = ring.iter().cycle().skip(1);
    0.5 * ring.iter().zip(next).map(|(a, b)| a.x * b.y - b.x * a.y).sum::<f64>()
}

#[test]
fn every_scene_is_certified_at_its_gap() {
    for scene in SCENES {
        for seed in 0..6 {
            let spec = ClinicSpec::new(scene, 2.0, 1.0 + 0.5 * seed as f64, seed);
            let truth = ClinicStudy::build(&spec).unwrap().truth;
            let pair = &truth.pairs[0];
            assert!((pair.gap_mm - spec.true_gap_mm()).abs() < 1e-6, "{scene} {seed}");
            let second = pair.second_route_mm.unwrap();
            assert!((second - pair.gap_mm).abs() < 1e-5, "{scene} {seed}: {second}");
            assert!(truth.pairs.iter().all(|p| p.gap_mm > 0.0), "{scene} {seed}");
        }
    }
}

#[test]
fn dense_contours_come_as_near_as_the_truth_and_no_nearer() {
    for scene in SCENES {
        let mut spec = ClinicSpec::new(scene, 0.5, 2.0, 4);
        spec.point_spacing_mm = 0.2;
        let study = ClinicStudy::build(&spec).unwrap();
        let points =
            |i: usize| study.structures[i].contours.iter().flat_map(|c| c.points_mm.iter());
        let tumour: Vec<&Point3> = points(2).collect();
        let least = points(0)
            .flat_map(|p| tumour.iter().map(move |q| (p - **q).norm_squared()))
            .fold(f64::INFINITY, f64::min)
            .sqrt();
        let over = least - spec.true_gap_mm();
        assert!((-1e-6..0.08).contains(&over), "{scene}: {over}");
    }
}

#[test]
fn planes_of_any_orientation_hold_the_same_truth() {
    let gap = |planes| {
        let spec = ClinicSpec {
            planes,
            direction_deg: Some(90.0),
            ..ClinicSpec::new(Scene::Ellipsoid, 1.0, 2.0, 8)
        };
        let study = ClinicStudy::build(&spec).unwrap();
        let normal = nalgebra::Vector3::from(study.truth.normal);
        for ring in rings(&study) {
            let height = ring[0].coords.dot(&normal);
            assert!(ring.iter().all(|p| (p.coords.dot(&normal) - height).abs() < 1e-9));
        }
        study.truth.pairs[0].closest
    };
    let axial = gap(Orientation::Axial);
    for planes in [Orientation::Sagittal, Orientation::Coronal, Orientation::Oblique] {
        assert_eq!(gap(planes), axial, "{planes}");
    }
}

#[test]
fn pixel_habits_keep_to_the_lattice() {
    let spec = ClinicSpec::new(Scene::Sphere, 3.0, 2.0, 3);
    // Of pixel corners, of midpoints between centres, and of centres.
    let edges = drawn(&spec, Habit::Staircase(1.0, Points::All));
    assert!(quarters(&edges, 1.0).iter().flatten().all(|q| one_of(*q, &[0.0])));
    let centres = drawn(&spec, Habit::BoundaryPixels(1.0, Points::All));
    assert!(quarters(&centres, 1.0).iter().flatten().all(|q| one_of(*q, &[0.0])));
    let half = drawn(&spec, Habit::MarchingSquares(1.0));
    for ring in rings(&half) {
        let next = ring.iter().cycle().skip(1);
        for (a, b) in ring.iter().zip(next) {
            let step = [(a.x - b.x).abs(), (a.y - b.y).abs()].map(|d| 4.0 * d);
            assert!(step.iter().all(|d| one_of(*d, &[0.0, 2.0])), "{step:?}");
        }
    }
    // Corners lie half a pixel from centres, and a staircase holds whole pixels.
    let off = (edges.structures[0].contours[0].points_mm[0].x
        - centres.structures[0].contours[0].points_mm[0].x)
        .rem_euclid(1.0);
    assert!((off - 0.5).abs() < 1e-6, "{off}");
    for ring in rings(&edges) {
        assert!((area(ring) - area(ring).round()).abs() < 1e-6 && area(ring) > 0.0);
    }
}

#[test]
fn a_staircase_and_a_label_map_hold_the_same_pixels() {
    let mut spec = ClinicSpec::new(Scene::Lean(30.0), 2.0, 2.0, 5);
    let edges = drawn(&spec, Habit::Staircase(0.5, Points::Corners));
    spec.mask_pixel_mm = Some(0.5);
    let map = ClinicStudy::build(&spec).unwrap().mask.unwrap();
    for (label, structure) in [(1, &edges.structures[0]), (2, &edges.structures[2])] {
        let voxels = map.labels.iter().filter(|l| **l == label).count();
        let area: f64 = structure.contours.iter().map(|c| area(&c.points_mm)).sum();
        assert!((area / 0.25 - voxels as f64).abs() < 1e-6, "{label}: {area} and {voxels}");
    }
}

#[test]
fn sparse_rounded_and_hand_drawn_rings() {
    let spec = ClinicSpec::new(Scene::Ellipsoid, 2.0, 2.0, 6);
    assert!(rings(&drawn(&spec, Habit::Sparse(12))).all(|r| r.len() == 12));
    for p in rings(&drawn(&spec, Habit::Rounded(0.5))).flatten() {
        assert!((2.0 * p.x).fract().abs() < 1e-9 && (2.0 * p.y).fract().abs() < 1e-9, "{p}");
    }
    let (dense, noisy) = (drawn(&spec, Habit::Dense), drawn(&spec, Habit::Noise(0.4)));
    let areas = |s: &ClinicStudy| -> Vec<f64> {
        s.structures[0].contours.iter().map(|c| area(&c.points_mm)).collect()
    };
    // The cord's section hardly changes from plane to plane, its drawing does.
    let (exact, by_hand) = (areas(&dense), areas(&noisy));
    let spread = |a: &[f64]| {
        let mean = a.iter().sum::<f64>() / a.len() as f64;
        (a.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / a.len() as f64).sqrt()
    };
    assert!(spread(&exact) < 0.5 && spread(&by_hand) > 1.0, "{}", spread(&by_hand));
}

#[test]
fn a_seed_gives_the_same_bytes_and_names_read_back() {
    let root = std::env::temp_dir().join(format!("thecal-clinic-{}", std::process::id()));
    let mut spec = ClinicSpec::new(Scene::Plaque, 3.0, 1.5, 2);
    spec.planes = Orientation::Oblique;
    spec.habit = Habit::Noise(0.3);
    for (mask, name) in [(None, "RS.dcm"), (Some(1.0), "labels.nii")] {
        spec.mask_pixel_mm = mask;
        let read = |dir: &str| {
            let dir = root.join(dir).join(name);
            thecal_phantom::write_clinic_study(&spec, &dir).unwrap();
            [name, "truth.json"].map(|f| std::fs::read(dir.join(f)).unwrap())
        };
        assert!(read("a") == read("b"), "{name}");
    }
    std::fs::remove_dir_all(&root).unwrap();
    for text in ["dense", "points:12", "staircase-corners:1", "boundary-pixels:0.8", "noise:0.3"] {
        assert_eq!(text.parse::<Habit>().unwrap().to_string(), text);
    }
    for scene in SCENES {
        assert_eq!(scene.to_string().parse::<Scene>().unwrap(), scene);
    }
    assert!("staircase".parse::<Habit>().is_err() && "lean:90".parse::<Scene>().is_err());
}
