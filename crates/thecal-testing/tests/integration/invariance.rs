//! A gap belongs to the patient: it does not move with the frame, the order of drawing or the
//! points where rings are cut.

use std::sync::OnceLock;

use nalgebra::{Rotation3, Vector3};
use rayon::prelude::*;
use thecal_dicom::read::read_rtstruct;
use thecal_geom::{Contour, Point3};
use thecal_margin::{Arrangement, gap, measure};
use thecal_mask::{EndRule, Solid};
use thecal_phantom::{ClinicSpec, PhantomSpec, ShapeKind, Study, write_clinic_study};

const TOLERANCE_MM: f64 = 0.005;
const SHAPES: [ShapeKind; 3] = [ShapeKind::Sphere, ShapeKind::Ellipsoid, ShapeKind::CShape];

/// The gaps of the three pairs after `change` has been applied to every contour list.
fn gaps_mm(study: &Study, slice_mm: f64, change: &dyn Fn(&[Contour]) -> Vec<Contour>) -> [f64; 3] {
    let solid = |name: &str| {
        let s = study.structures.iter().find(|s| s.name == name).expect("drawn");
        Solid::from_contours(&change(&s.contours), EndRule::HalfSlice, slice_mm).expect("a solid")
    };
    let (tumour, cord, sac) = (solid("GTV"), solid("SpinalCord"), solid("ThecalSac"));
    [
        gap(&tumour, &cord, Arrangement::Apart),
        gap(&tumour, &sac, Arrangement::Apart),
        gap(&cord, &sac, Arrangement::Within),
    ]
    .map(|g| g.expect("a gap").gap_mm)
}

/// A phantom with its gaps as drawn.
struct Still {
    seed: u64,
    slice_mm: f64,
    study: Study,
    gaps_mm: [f64; 3],
}

/// Phantoms of every shape and thickness, made once for all tests.
fn phantoms() -> &'static [Still] {
    static ALL: OnceLock<Vec<Still>> = OnceLock::new();
    ALL.get_or_init(|| {
        [(21, 1.0), (22, 2.0), (23, 3.0), (24, 3.0), (25, 2.0), (26, 3.0)]
            .into_par_iter()
            .map(|(seed, slice_mm)| {
                let gap_mm = 0.5 + (seed as f64 * 0.618_034).fract() * 4.0;
                let spec = PhantomSpec::random(seed, SHAPES[seed as usize % 3], slice_mm, gap_mm);
                let study = Study::build(&spec).expect("a phantom");
                let gaps_mm = gaps_mm(&study, slice_mm, &<[Contour]>::to_vec);
                Still { seed, slice_mm, study, gaps_mm }
            })
            .collect()
    })
}

fn compare(name: &str, change: &(dyn Fn(&[Contour]) -> Vec<Contour> + Sync)) {
    phantoms().par_iter().for_each(|Still { seed, slice_mm, study, gaps_mm: still }| {
        let moved = gaps_mm(study, *slice_mm, change);
        for (a, b) in still.iter().zip(moved) {
            assert!((a - b).abs() < TOLERANCE_MM, "{name}, seed {seed}: {a} and {b}");
        }
    });
}

fn points(contours: &[Contour], of: impl Fn(&Contour) -> Vec<Point3>) -> Vec<Contour> {
    contours.iter().map(|c| Contour { points_mm: of(c), ..c.clone() }).collect()
}

#[test]
fn translation() {
    let shift = Vector3::new(-317.31, 211.7, 1033.123);
    compare("translation", &|cs| points(cs, |c| c.points_mm.iter().map(|p| p + shift).collect()));
}

#[test]
fn rotation() {
    for (k, angles) in
        [(0.3, -0.8, 2.1), (1.57, 0.0, 0.0), (0.0, 1.2, -0.4)].into_iter().enumerate()
    {
        let turn = Rotation3::from_euler_angles(angles.0, angles.1, angles.2);
        compare(&format!("rotation {k}"), &|cs| {
            points(cs, |c| c.points_mm.iter().map(|p| turn * p).collect())
        });
    }
}

#[test]
fn mirror() {
    compare("mirror", &|cs| {
        points(cs, |c| c.points_mm.iter().map(|p| Point3::new(-p.x, p.y, p.z)).collect())
    });
}

#[test]
fn order_of_planes_and_sense_of_rings() {
    compare("reversed", &|cs| {
        let mut out = points(cs, |c| c.points_mm.iter().rev().copied().collect());
        out.reverse();
        out.swap(0, 2);
        out
    });
}

#[test]
fn where_rings_begin_and_edges_are_split() {
    compare("split", &|cs| {
        points(cs, |c| {
            let n = c.points_mm.len();
            let mut out = Vec::new();
            for i in 0..n {
                let (a, b) = (c.points_mm[(i + 7) % n], c.points_mm[(i + 8) % n]);
                out.push(a);
                // Points on an edge add nothing to the shape.
                for k in 0..(i % 3) {
                    let t = (k + 1) as f64 / 4.0;
                    out.push(a + (b - a) * t);
                }
            }
            out.push(out[0]);
            out
        })
    });
}

/// Tumour and cord of a study as a clinic draws it, read from its file.
fn clinic(scene: &str, habit: &str, slice_mm: f64, seed: u64) -> [Vec<Contour>; 2] {
    let dir = tempfile::tempdir().expect("a folder");
    let scene = scene.parse().expect("a scene");
    let mut spec = ClinicSpec::new(scene, slice_mm, 2.3, seed);
    spec.habit = habit.parse().expect("a habit");
    let study = dir.path().join("study");
    write_clinic_study(&spec, &study).expect("written");
    let set = read_rtstruct(&study.join("RS.dcm")).expect("a structure set");
    ["GTV", "SpinalCord"].map(|name| {
        let roi = set.rois.iter().find(|r| r.name == name).expect("drawn");
        roi.contours.clone().expect("contours")
    })
}

/// Rings that begin elsewhere, run the other way, and have more points on their edges.
fn redrawn(c: &Contour) -> Vec<Point3> {
    let n = c.points_mm.len();
    let mut out = Vec::new();
    for i in (0..n).rev() {
        let (a, b) = (c.points_mm[(i + 5) % n], c.points_mm[(i + 4) % n]);
        out.push(a);
        if i % 3 == 0 {
            out.push(a + (b - a) * 0.4);
        }
    }
    out
}

#[test]
fn intervals_stay_where_they_are() {
    type Change<'a> = &'a (dyn Fn(&[Contour]) -> Vec<Contour> + Sync);
    let turn = Rotation3::from_euler_angles(0.3, -0.8, 2.1);
    let redrawn: Change<'_> = &|cs| {
        let mut out = points(cs, redrawn);
        out.reverse();
        out
    };
    let turned: Change<'_> = &|cs| points(cs, |c| c.points_mm.iter().map(|p| turn * p).collect());
    let rounded: Change<'_> = &|cs| {
        points(cs, |c| c.points_mm.iter().map(|p| p.map(|x| (x * 1e6).round() / 1e6)).collect())
    };
    let cases = [
        ("lean:30", "dense", 2.0, 1),
        ("c", "points:14", 2.0, 2),
        ("nodule:2", "points:60", 3.0, 3),
        ("cropped:2", "dense", 3.0, 4),
        ("plaque", "dense", 3.0, 5),
        ("sphere", "staircase-corners:1", 2.0, 6),
        ("ellipsoid", "marching-squares:0.8", 3.0, 7),
    ];
    cases.into_par_iter().for_each(|(scene, habit, slice_mm, seed)| {
        let drawn = clinic(scene, habit, slice_mm, seed);
        let read = |change: Change<'_>| {
            let [a, b] = drawn.each_ref().map(|contours| {
                Solid::from_contours(&change(contours), EndRule::HalfSlice, slice_mm)
                    .expect("a solid")
            });
            let found = measure(&a, &b, Arrangement::Apart, &[2.0, 3.0]).expect("measured");
            [found.gap.gap_mm, found.interval.lower_mm, found.interval.upper_mm]
        };
        let still = read(&<[Contour]>::to_vec);
        for (name, change) in [("redrawn", redrawn), ("turned", turned), ("rounded", rounded)] {
            let moved = read(change);
            for (k, most_mm) in [0.01, 0.02, 0.02].into_iter().enumerate() {
                let by = (still[k] - moved[k]).abs();
                assert!(by < most_mm, "{scene} {habit}, {name}: {still:?} and {moved:?}");
            }
        }
    });
}
