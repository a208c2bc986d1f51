//! The least distance of an isodose from the cord, under doses of closed form.

use crate::cord_shapes::{Formula, ball, tube};
use thecal_dose::{DoseField, IsodoseSearch, PointDose};
use thecal_geom::{Point3, Vector3};

fn gaps(field: &dyn DoseField, levels: &[f64]) -> Vec<Option<[f64; 3]>> {
    let cord = tube([0.0, 0.0], 5.0, [-20.0, 20.0], 2.0);
    let search = IsodoseSearch::new(field, &cord, 12.0);
    let of = |level: &f64| {
        let found = search.gap(*level)?;
        let ends = (found.isodose_mm - found.cord_mm).norm();
        assert!((ends - found.gap_mm.abs()).abs() < 1e-6);
        let (lower, upper) = (found.lower_mm?, found.upper_mm?);
        Some([lower, found.gap_mm, upper])
    };
    levels.iter().map(of).collect()
}

#[test]
fn planes_of_a_linear_dose_lie_where_they_do_outside_and_within_the_cord() {
    // 20 Gy at x = 10, less towards the cord, whose surface is met at x = 5 with 10 Gy.
    let field = Formula { gy: |p: Point3| 2.0 * p.x, open_gy: 0.2, step_mm: 1.0 };
    for (found, wanted) in
        gaps(&field, &[20.0, 14.0, 10.6, 8.0, 4.0]).into_iter().zip([5.0, 2.0, 0.3, -1.0, -3.0])
    {
        let [lower, gap, upper] = found.expect("within reach");
        assert!((gap - wanted).abs() < 0.02, "{gap} for {wanted}");
        // 0.2 Gy are 0.1 mm.
        assert!((lower - wanted + 0.1).abs() < 0.02 && (upper - wanted - 0.1).abs() < 0.02);
    }
}

#[test]
fn an_oblique_edge_is_as_far_as_its_plane() {
    // The plane through 8 mm along (2, 1, 2) / 3 from the middle: the tube's support along it is
    // 5 sqrt(5) / 3 across and 20 * 2 / 3 along, at the rim of its end.
    let way = Vector3::new(2.0, 1.0, 2.0) / 3.0;
    let support = 5.0 * 5.0_f64.sqrt() / 3.0 + 20.0 * 2.0 / 3.0;
    let field = Formula {
        gy: move |p: Point3| 20.0 / (1.0 + (support + 3.0 - p.coords.dot(&way)).exp()),
        open_gy: 0.0,
        step_mm: 1.0,
    };
    let [_, gap, _] = gaps(&field, &[10.0])[0].expect("within reach");
    assert!((gap - 3.0).abs() < 0.03, "{gap}");
}

#[test]
fn a_small_hot_place_behind_the_cord_is_found_though_the_tumour_lies_in_front() {
    // Balls of 14 Gy: of 4 mm radius 9 mm in front of the cord, of 2 mm radius 3 mm behind it.
    let field = Formula {
        gy: |p: Point3| {
            let of = |c: Point3, r: f64| 14.0 + r - (p - c).norm();
            of(Point3::new(0.0, -18.0, 0.0), 4.0).max(of(Point3::new(0.0, 10.0, 6.3), 2.0))
        },
        open_gy: 0.0,
        step_mm: 2.0,
    };
    let [_, gap, _] = gaps(&field, &[14.0])[0].expect("within reach");
    assert!((gap - 3.0).abs() < 0.02, "{gap}");
}

#[test]
fn a_round_isodose_round_a_round_cord_is_met_at_the_least_distance() {
    let field = Formula {
        gy: |p: Point3| 30.0 - (p - Point3::new(11.0, 4.0, 1.0)).norm(),
        open_gy: 0.0,
        step_mm: 1.0,
    };
    let axis = 11.0_f64.hypot(4.0) - 5.0;
    for level in [28.0, 26.0] {
        let [_, gap, _] = gaps(&field, &[level])[0].expect("within reach");
        assert!((gap - (axis - (30.0 - level))).abs() < 0.02, "{level}: {gap}");
    }
    // 9 mm round the ball's middle reach into the cord as deep as that.
    let [_, gap, _] = gaps(&field, &[21.0])[0].expect("within reach");
    assert!((gap - (axis - 9.0)).abs() < 0.03, "{gap}");
}

#[test]
fn the_whole_cord_above_a_dose_is_as_deep_as_the_cord_is_thick() {
    let field = Formula { gy: |_: Point3| 20.0, open_gy: 0.0, step_mm: 1.0 };
    let [_, gap, _] = gaps(&field, &[10.0])[0].expect("within reach");
    assert!((gap + 5.0).abs() < 0.05, "{gap}");
}

#[test]
fn a_dose_that_is_reached_nowhere_or_too_far_off_has_no_distance() {
    let field = Formula { gy: |p: Point3| p.x, open_gy: 0.0, step_mm: 1.0 };
    assert_eq!(gaps(&field, &[200.0, 25.0]), [None, None]);
}

/// A dose that is known in a box round the cord only, hot past it.
struct Boxed;

impl DoseField for Boxed {
    fn at(&self, p: Point3) -> Option<PointDose> {
        (p.x < 8.0).then_some(PointDose { gy: p.x, open_gy: 0.0 })
    }

    fn step_mm(&self, _along: Vector3) -> f64 {
        1.0
    }
}

#[test]
fn nothing_is_invented_past_the_end_of_the_dose() {
    let cord = ball(Point3::new(0.0, 0.0, 0.0), 5.0, 1.0);
    let search = IsodoseSearch::new(&Boxed, &cord, 12.0);
    assert!(search.gap(9.0).is_none());
    assert!((search.gap(7.0).expect("met").gap_mm - 2.0).abs() < 0.03);
}
