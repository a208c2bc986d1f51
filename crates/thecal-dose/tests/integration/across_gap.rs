//! Dose along the shortest ways between tumour and cord, under doses of closed form.

use crate::cord_shapes::{Formula, tube};
use thecal_dose::{AcrossGap, DoseField, NoGradient, NotMet, PointDose, ShortestOf, segments};
use thecal_geom::{Point3, Vector3};
use thecal_margin::{Arrangement, measure};
use thecal_mask::Solid;

/// A cord of 5 mm radius round the z axis, and a tumour of 8 mm radius in front of it.
fn pair(gap_mm: f64) -> (Solid, Solid) {
    let cord = tube([0.0, 0.0], 5.0, [-20.0, 20.0], 2.0);
    (tube([0.0, -13.0 - gap_mm], 8.0, [-10.0, 10.0], 2.0), cord)
}

fn across(gap_mm: f64, field: &dyn DoseField) -> AcrossGap {
    let (tumour, cord) = pair(gap_mm);
    let found = measure(&tumour, &cord, Arrangement::Apart, &[2.0, 3.0]).expect("both are there");
    let ways = segments(&found, &cord);
    assert_eq!(ways[0].of, ShortestOf::All);
    AcrossGap::new(ways[0], field)
}

/// 24 Gy at the tumour's edge and 3 Gy less for each mm towards the back.
fn linear(gap_mm: f64) -> impl Fn(Point3) -> f64 + Sync {
    move |p: Point3| 24.0 - 3.0 * (p.y + 5.0 + gap_mm)
}

#[test]
fn a_linear_dose_is_as_steep_as_it_is_and_its_isodoses_lie_where_they_do() {
    let field = Formula { gy: linear(3.0), open_gy: 0.0, step_mm: 1.0 };
    let found = across(3.0, &field);
    assert!((found.tumour.expect("known").gy - 24.0).abs() < 0.02);
    assert!((found.cord.expect("known").gy - 15.0).abs() < 0.02);
    let gradient = found.gradient.expect("a gradient");
    assert!((gradient.mean_gy_per_mm - 3.0).abs() < 0.01, "{gradient:?}");
    assert!((gradient.steepest_gy_per_mm - 3.0).abs() < 0.01);
    assert!((thecal_dose::Gradient::pct_per_mm(3.0, 24.0) - 12.5).abs() < 1e-12);
    // 24 Gy at the tumour's edge, 18 Gy 2 mm on, 12 Gy 1 mm into the cord, 30 Gy 2 mm into the tumour.
    for (gy, from_cord_mm) in [(24.0, 3.0), (18.0, 1.0), (15.0, 0.0), (12.0, -1.0), (30.0, 5.0)] {
        let place = found.isodose(gy);
        let at = place.from_cord_mm.expect("met");
        assert!((at - from_cord_mm).abs() < 0.01, "{gy}: {at}");
        assert_eq!((place.lower_mm, place.upper_mm), (Some(at), Some(at)));
    }
    assert_eq!(found.isodose(200.0).reason, Some(NotMet::Below));
    assert_eq!(found.isodose(-100.0).reason, Some(NotMet::Above));
    let steps = found.profile.windows(2).map(|w| w[1].from_cord_mm - w[0].from_cord_mm);
    assert!(steps.into_iter().all(|s| s > 0.0 && s <= 0.25 + 1e-9));
}

#[test]
fn what_interpolation_leaves_open_widens_every_answer() {
    let field = Formula { gy: linear(3.0), open_gy: 0.6, step_mm: 1.0 };
    let found = across(3.0, &field);
    let place = found.isodose(18.0);
    // 0.6 Gy are 0.2 mm.
    let of = |x: Option<f64>| x.expect("met");
    assert!((of(place.lower_mm) - 0.8).abs() < 0.01 && (of(place.upper_mm) - 1.2).abs() < 0.01);
    let gradient = found.gradient.expect("a gradient");
    assert!((gradient.mean_lower_gy_per_mm - 2.6).abs() < 0.01);
    assert!((gradient.mean_upper_gy_per_mm - 3.4).abs() < 0.01);
}

#[test]
fn a_bent_dose_is_steepest_where_it_is() {
    // A logistic edge in the middle of a gap of 4 mm, 5 Gy/mm there.
    let field =
        Formula { gy: |p: Point3| 20.0 / (1.0 + (p.y + 7.0).exp()), open_gy: 0.0, step_mm: 1.0 };
    let found = across(4.0, &field);
    let gradient = found.gradient.expect("a gradient");
    assert!((gradient.steepest_gy_per_mm - 5.0).abs() < 0.03, "{gradient:?}");
    assert!((gradient.steepest_from_cord_mm - 2.0).abs() < 0.2);
    let mean = 20.0 * (1.0 / (1.0 + (-2.0_f64).exp()) - 1.0 / (1.0 + 2.0_f64.exp())) / 4.0;
    assert!((gradient.mean_gy_per_mm - mean).abs() < 0.02, "{gradient:?} for {mean}");
}

#[test]
fn a_grid_coarser_than_the_gap_tells_no_gradient() {
    let field = Formula { gy: linear(2.0), open_gy: 0.0, step_mm: 2.5 };
    let found = across(2.0, &field);
    let error = found.gradient.expect_err("too coarse");
    assert!(matches!(error, NoGradient::Coarse { grid_mm: 2.5, .. }), "{error:?}");
    assert!(error.to_string().contains("2.50 mm along a gap of 2.00 mm"), "{error}");
    // What lies where is told all the same.
    assert!(found.isodose(20.0).from_cord_mm.is_some());
}

#[test]
fn where_tumour_and_cord_overlap_there_is_no_gradient_and_isodoses_lie_in_the_cord() {
    let field = Formula { gy: linear(-1.0), open_gy: 0.0, step_mm: 1.0 };
    let found = across(-1.0, &field);
    assert_eq!(found.gradient, Err(NoGradient::NoGap));
    // The cord's surface lies at y = -5, where the dose is 27 Gy; 18 Gy lie 3 mm into the cord.
    let place = found.isodose(18.0).from_cord_mm.expect("met");
    assert!((place + 3.0).abs() < 0.02, "{place}");
}

/// A dose that is known in front of a plane only.
struct Cut;

impl DoseField for Cut {
    fn at(&self, p: Point3) -> Option<PointDose> {
        (p.y < -6.0).then_some(PointDose { gy: 20.0, open_gy: 0.0 })
    }

    fn step_mm(&self, _along: Vector3) -> f64 {
        1.0
    }
}

#[test]
fn a_dose_that_ends_in_the_gap_tells_neither_gradient_nor_isodose() {
    let found = across(3.0, &Cut);
    assert_eq!(found.gradient, Err(NoGradient::Unknown));
    assert!(found.cord.is_none() && found.tumour.is_some());
    assert_eq!(found.isodose(10.0).reason, Some(NotMet::Unknown));
}

#[test]
fn ways_of_planes_and_sectors_are_those_near_the_shortest() {
    let (tumour, cord) = pair(3.0);
    let found = measure(&tumour, &cord, Arrangement::Apart, &[2.0, 3.0]).expect("both are there");
    let ways = segments(&found, &cord);
    let planes = ways.iter().filter(|w| w.of == ShortestOf::Plane).count();
    // Planes from -10 to 10 mm, of which one has the shortest way.
    assert!((9..=12).contains(&planes), "{planes}");
    for (k, way) in ways.iter().enumerate() {
        assert!(way.gap_mm <= ways[0].gap_mm + 0.5 + 1e-6);
        let ends = (way.tumour_mm - way.cord_mm).norm();
        assert!((ends - way.gap_mm).abs() < 1e-6, "{ends} {}", way.gap_mm);
        let at = way.point(way.gap_mm);
        assert!((at - way.tumour_mm).norm() < 1e-6);
        let others = ways[..k].iter().map(|w| (w.cord_mm - way.cord_mm).norm());
        assert!(others.into_iter().all(|d| d > 0.25));
    }
    // In front of the cord.
    assert!(ways[0].clock_deg.is_some_and(|deg| !(5.0..=355.0).contains(&deg)));
}
