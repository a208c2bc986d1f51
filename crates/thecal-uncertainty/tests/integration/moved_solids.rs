//! Gaps of samples against a new search between contours that are moved.

use crate::shapes::{ball, moved, round, solid};
use std::f64::consts::TAU;
use thecal_geom::{Contour, Point3, Vector3};
use thecal_margin::{Arrangement, gap};
use thecal_uncertainty::Motion;

/// A tumour with two bumps of unlike size, on planes 1.5 mm apart.
fn tumour() -> Vec<Contour> {
    let mut out = round(Point3::new(15.2, 1.0, 0.4), 12.0, 1.5, |z| {
        9.0 - 0.02 * z * z + 0.4 * (0.5 * z).sin()
    });
    for contour in &mut out {
        for p in &mut contour.points_mm {
            p.y += 1.2 * (p.z / 7.0).sin();
        }
    }
    out
}

/// A cord that leans.
fn cord() -> Vec<Contour> {
    let mut out = round(Point3::origin(), 30.0, 1.5, |_| 4.0);
    for contour in &mut out {
        for p in &mut contour.points_mm {
            p.x += 0.15 * p.z;
            p.y = 1.3 * p.y + 0.02 * p.z * p.z / 4.0;
        }
    }
    out
}

fn motions(count: u32) -> impl Iterator<Item = [Motion; 2]> {
    // Plain numbers that fill the range evenly: multiples of irrational ones.
    let number = |i: u32, k: u32| {
        let x = f64::from(i + 1) * (0.618_034 + 0.127_3 * f64::from(k)).fract();
        2.0 * x.fract() - 1.0
    };
    (0..count).map(move |i| {
        let motion = |first: u32| Motion {
            shift_mm: 2.2 * Vector3::from_fn(|axis, _| number(i, first + axis as u32)),
            rotation_rad: 0.06 * Vector3::from_fn(|axis, _| number(i, first + 3 + axis as u32)),
            offset_mm: 0.0,
        };
        [motion(0), motion(6)]
    })
}

fn agrees(a: &[Contour], b: &[Contour], arrangement: Arrangement, overlaps_wanted: bool) {
    let (sa, sb) = (solid(a), solid(b));
    let question = crate::shapes::question(&sa, &sb, arrangement, &[2.0]);
    let all: Vec<[Motion; 2]> = motions(200).collect();
    let found = thecal_uncertainty::gaps_mm(&question, &all).expect("it moves");
    let (mut worst, mut overlaps) = (0.0_f64, 0);
    for (motion, found) in all.iter().zip(&found) {
        let [ma, mb] = motion.map(|m| m.about(question.pivot()));
        let (ta, tb) = (solid(&moved(a, &ma)), solid(&moved(b, &mb)));
        let truth = gap(&ta, &tb, arrangement).expect("a gap").gap_mm;
        overlaps += u32::from(truth < 0.0);
        worst = worst.max((truth - found).abs());
    }
    assert!(worst < 0.02, "{worst} mm");
    assert_eq!(overlaps > 0, overlaps_wanted, "{overlaps}");
}

#[test]
fn a_tumour_beside_a_leaning_cord() {
    agrees(&tumour(), &cord(), Arrangement::Apart, true);
}

#[test]
fn a_ball_beside_a_cord() {
    agrees(&ball(Point3::new(16.0, 1.0, 2.3), 6.0, 1.0), &cord(), Arrangement::Apart, false);
}

#[test]
fn a_cord_within_its_sac() {
    let sac = round(Point3::new(0.5, 0.3, 0.0), 25.0, 1.5, |_| 9.0);
    let inner = round(Point3::origin(), 15.0, 1.5, |z| 4.5 + 0.3 * (TAU * z / 20.0).sin());
    // A cord that is moved out of its sac.
    agrees(&inner, &sac, Arrangement::Within, true);
}
