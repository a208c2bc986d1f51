//! Solids that are given without files.

use std::f64::consts::TAU;

use thecal::{Found, Part, PartRole, Parts, PhaseKind, Separate, Settings, measure};
use thecal_geom::{Contour, ContourKind, Point3};
use thecal_margin::{Headline, PairKind};
use thecal_mask::{EndRule, Solid};
use thecal_report::Role;
use thecal_separation::Approach;
use thecal_voxel::{FULL, Grid, Slices, Volume, slice_axis};

/// A ball on planes of 1 mm.
fn ball(middle: [f64; 3], radius_mm: f64) -> Solid {
    let contours: Vec<Contour> = (-40..=40)
        .filter_map(|k| {
            let z = f64::from(k);
            let square = radius_mm * radius_mm - (z - middle[2]).powi(2);
            let r = (square > 0.0).then(|| square.sqrt())?;
            let at = |i: i32| {
                let (sin, cos) = (TAU * f64::from(i) / 360.0).sin_cos();
                Point3::new(middle[0] + r * cos, middle[1] + r * sin, z)
            };
            let points_mm = (0..360).map(at).collect();
            Some(Contour { number: 1, kind: ContourKind::ClosedPlanar, points_mm })
        })
        .collect();
    Solid::from_contours(&contours, EndRule::HalfSlice, 1.0).expect("a solid")
}

fn part(name: &str, solid: Solid) -> Part {
    Part { name: name.to_owned(), solid }
}

#[test]
fn two_balls_are_apart_by_what_their_radii_leave() {
    // The middles are 26 mm apart (24, 8 and 6 along the axes), the surfaces 26 - 12 - 11.
    let cord = ball([0.0, 0.0, 0.25], 12.0);
    let tumour = ball([24.0, 8.0, 6.25], 11.0);
    let parts = Parts {
        cord: Some(part("cord", cord)),
        tumours: vec![part("tumour", tumour)],
        ..Parts::default()
    };
    let settings = Settings::default();
    let found = measure(parts, &settings).expect("measured");
    let pair = &found.phases()[0].pairs[0];
    let gap_mm = pair.gap_mm().expect("a gap");
    assert!((gap_mm - 3.0).abs() < 0.05, "{gap_mm}");
    let interval = pair.interval().expect("an interval");
    assert!(interval.lower_mm <= 3.0 && 3.0 <= interval.upper_mm, "{interval:?}");
    let Found::Gap(placed) = &pair.found else { panic!("{pair:?}") };
    assert!(placed.gap.overlap_cc.abs() < 1e-9);
    // The record says the same and names no file.
    let report = found.report();
    assert_eq!(report.phases[0].pairs[0].gap_mm, Some(gap_mm));
    assert!(report.inputs.is_empty());
    assert_eq!(report.headline.as_str(), found.headline().as_str());
    assert!(report.simulated_headline.is_none() && found.simulated_headline().is_none());
}

#[test]
fn arrays_are_measured_as_masks() {
    // Boxes of 8 and of 6 voxels of half a millimetre with 5 voxels between.
    let grid = Grid::axis_aligned(Point3::origin(), [0.5, 0.5, 1.0], [30, 30, 20]).expect("a grid");
    let boxed = |j: std::ops::Range<usize>| {
        let inside = |v: &bool| if *v { FULL } else { 0 };
        let of = |[i, at, k]: [usize; 3]| {
            (8..20).contains(&i) && j.contains(&at) && (3..17).contains(&k)
        };
        let mask = Volume::from_fn(grid, of);
        let slices = Slices::of_volume(&mask, slice_axis(&grid), inside).expect("a mask");
        Solid::from_mask(&slices, EndRule::HalfSlice, 1.0).expect("a solid")
    };
    let mut parts = Parts::default();
    parts.add(PartRole::Tumour, part("tumour", boxed(2..8)));
    parts.add(PartRole::Cord, part("cord", boxed(13..21)));
    let found = measure(parts, &Settings::default()).expect("measured");
    let gap_mm = found.phases()[0].pairs[0].gap_mm().expect("a gap");
    assert!((gap_mm - 2.5).abs() < 0.25, "{gap_mm}");
}

#[test]
fn without_a_tumour_nothing_is_assessed() {
    let parts = Parts {
        cord: Some(part("cord", ball([0.0; 3], 5.0))),
        sac: Some(part("sac", ball([0.0; 3], 8.0))),
        ..Parts::default()
    };
    let found = measure(parts, &Settings::default()).expect("measured");
    assert_eq!(found.headline(), Headline::NotAssessable);
    let codes: Vec<_> = found.warnings().iter().map(|w| w.code).collect();
    assert!(codes.contains(&"no_tumour") && !codes.contains(&"no_cord"), "{codes:?}");
    // The ring round the cord is measured all the same.
    let [pair] = &found.phases()[0].pairs[..] else { panic!("{:?}", found.phases()) };
    assert_eq!(pair.kind, PairKind::CordSac);
    assert!((pair.gap_mm().expect("a gap") - 3.0).abs() < 0.3);
}

#[test]
fn every_part_is_recorded_as_what_it_is_and_a_separation_is_simulated() {
    let mut parts = Parts::default();
    let role = [
        (PartRole::Tumour, "tumour", ball([0.0, -14.0, 0.0], 8.0)),
        (PartRole::Cord, "cord", ball([0.0; 3], 5.0)),
        (PartRole::KeepOut, "vessel", ball([25.0, -14.0, 0.0], 4.0)),
    ];
    for (role, name, solid) in role {
        parts.add(role, part(name, solid));
    }
    let mut approaches = Approach::built_in().expect("built in");
    approaches.retain(|a| a.name == "ideal");
    let settings = Settings { separation: Some(Separate::by(approaches)), ..Settings::default() };
    let found = measure(parts, &settings).expect("measured");
    let kinds: Vec<_> = found.phases().iter().map(|p| &p.kind).collect();
    assert!(matches!(kinds[..], [PhaseKind::Drawn, PhaseKind::Separated { .. }]), "{kinds:?}");
    // What is within 3 mm is taken, so that 3 mm are left.
    let after = found.phases()[1].pairs[0].gap_mm().expect("a gap");
    assert!((after - 3.0).abs() < 0.1, "{after}");
    assert_eq!(found.residuals().len(), 1);
    let report = found.report();
    let roles: Vec<_> = report.structures.iter().map(|s| (s.name.as_str(), s.role)).collect();
    let wanted = [("cord", Role::Cord), ("tumour", Role::Tumour), ("vessel", Role::Other)];
    assert_eq!(roles, wanted);
    // A structure to keep out of is no tumour.
    assert!(report.phases.iter().flat_map(|p| &p.pairs).all(|p| p.a == "tumour"));
}
