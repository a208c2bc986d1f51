//! Laws that hold of every interval: it is that of the pair however it is drawn, turned or named.

use crate::shapes::{ball, circle, flat, heights, solid};
use nalgebra::Rotation3;
use thecal_geom::{Contour, Point3, Vector3};
use thecal_margin::{Arrangement, Interval, Openness, PairGap, Part, gap, interval, measure};
use thecal_mask::{EndRule, Solid};

/// The contours of a column whose radius swells and shrinks from plane to plane.
fn column(centre: [f64; 2], phase: f64, shift_mm: f64) -> Vec<Contour> {
    let planes = heights(-16.0, 16.0, 2.0);
    let radius = |z: f64| 6.0 + 1.5 * (0.8 * z + phase).sin();
    planes.map(|z| flat(circle(centre, radius(z), 60, 0.2), z + shift_mm)).collect()
}

fn made(contours: &[Contour], turn: &Rotation3<f64>, by: Vector3) -> Solid {
    let moved = |c: &Contour| Contour {
        points_mm: c.points_mm.iter().map(|p| turn * p + by).collect(),
        ..c.clone()
    };
    solid(&contours.iter().map(moved).collect::<Vec<_>>(), EndRule::HalfSlice, 2.0)
}

fn assert_same(a: Interval, b: Interval, by_mm: f64, what: &str) {
    let off = (a.lower_mm - b.lower_mm).abs().max((a.upper_mm - b.upper_mm).abs());
    assert!(off < by_mm, "{what}: {a:?} and {b:?}");
}

#[test]
fn an_interval_is_that_of_the_pair_however_it_lies_and_whichever_comes_first() {
    let (still, by) = (Rotation3::identity(), Vector3::zeros());
    for (phase, shift_mm) in [(0.0, 0.0), (1.3, 0.7), (2.6, 1.0)] {
        let (a, b) = (column([17.0, 0.0], phase, shift_mm), column([0.0, 0.0], 0.4, 0.0));
        let of = |a: &Solid, b: &Solid| {
            let found = gap(a, b, Arrangement::Apart).expect("a gap");
            (found.gap_mm, interval(a, b, &found, Arrangement::Apart))
        };
        let (one, two) = (made(&a, &still, by), made(&b, &still, by));
        let (gap_mm, found) = of(&one, &two);
        assert!(found.lower_mm < gap_mm && gap_mm < found.upper_mm, "{found:?}");
        let (turned_mm, turned) = of(&two, &one);
        assert!((gap_mm - turned_mm).abs() < 1e-3, "{gap_mm} {turned_mm}");
        assert_same(found, turned, 5e-3, "in the other order");
        // Upside down, where every plane has what lay below it above it.
        let over = Rotation3::from_axis_angle(&Vector3::x_axis(), std::f64::consts::PI);
        let there = (made(&a, &over, by), made(&b, &over, by));
        assert_same(found, of(&there.0, &there.1).1, 0.02, "upside down");
        let away = Vector3::new(40.0, -7.5, 310.25);
        let there = (made(&a, &still, away), made(&b, &still, away));
        assert_same(found, of(&there.0, &there.1).1, 5e-3, "elsewhere");
    }
}

#[test]
fn the_parts_of_an_interval_sum_up_to_it() {
    for (x_mm, radius_mm) in [(16.0, 8.0), (14.6, 7.0), (11.0, 7.5)] {
        let tumour = ball(Point3::new(x_mm, 1.0, 0.4), radius_mm, 3.0, 0.3);
        let cord = made(&column([0.0, 0.0], 0.4, 0.0), &Rotation3::identity(), Vector3::zeros());
        let found = measure(&tumour, &cord, Arrangement::Apart, &[]).expect("measured");
        let sum = |of: &dyn Fn(&thecal_margin::IntervalPart) -> f64| -> f64 {
            found.parts.iter().map(of).sum()
        };
        let (lower, upper) = (sum(&|p| p.lower_mm), sum(&|p| p.upper_mm));
        assert!((found.gap.gap_mm - lower - found.interval.lower_mm).abs() < 1e-9, "{found:?}");
        assert!((found.gap.gap_mm + upper - found.interval.upper_mm).abs() < 1e-9, "{found:?}");
        assert!(found.parts.iter().all(|p| p.lower_mm >= 0.0 && p.upper_mm >= 0.0));
        let search = found.parts.iter().find(|p| p.part == Part::Search).expect("search");
        assert_eq!(search.lower_mm, search.upper_mm);
    }
}

#[test]
fn finer_planes_leave_less_open() {
    let width_mm = |spacing_mm: f64| {
        let knob = |z: f64| 5.0 + 3.0 * (-(z - 0.7) * (z - 0.7) / 9.0).exp();
        let planes = heights(-15.0, 15.0, spacing_mm);
        let planes = planes.map(|z| flat(circle([15.0, 0.0], knob(z), 120, 0.2), z));
        let tumour = solid(&planes.collect::<Vec<_>>(), EndRule::HalfSlice, spacing_mm);
        let planes = heights(-24.0, 24.0, spacing_mm);
        let planes = planes.map(|z| flat(circle([0.0, 0.0], 5.0, 120, 0.0), z));
        let cord = solid(&planes.collect::<Vec<_>>(), EndRule::HalfSlice, spacing_mm);
        let found = measure(&tumour, &cord, Arrangement::Apart, &[]).expect("measured");
        let Interval { lower_mm, upper_mm } = found.interval;
        // The knob stands out to 8 mm, 2 mm from the cord.
        assert!(lower_mm <= 2.0 && 2.0 <= upper_mm, "{spacing_mm}: {found:?}");
        upper_mm - lower_mm
    };
    let widths = [1.0, 1.5, 2.5, 5.0].map(width_mm);
    assert!(widths.windows(2).all(|w| w[0] < w[1] + 1e-6), "{widths:?}");
    assert!(widths[3] < 4.0, "{widths:?}");
}

/// Ends of different rods that face each other: whichever is named first, the same is open.
#[test]
fn ends_are_open_alike_whichever_of_a_pair_comes_first() {
    let rod = |x: f64, radius_mm: f64, from_mm: f64, to_mm: f64| {
        let planes = heights(from_mm, to_mm, 2.0);
        let planes: Vec<_> =
            planes.map(|z| flat(circle([x, 0.0], radius_mm, 90, 0.0), z)).collect();
        solid(&planes, EndRule::HalfSlice, 2.0)
    };
    for (x, from_mm) in [(4.0, 16.0), (12.0, 14.0)] {
        let (a, b) = (rod(x, 7.0, from_mm, 40.0), rod(0.0, 3.0, -20.0, 10.0));
        let of = |a: &Solid, b: &Solid| {
            let found = gap(a, b, Arrangement::Apart).expect("a gap");
            interval(a, b, &found, Arrangement::Apart)
        };
        let found = of(&a, &b);
        assert_same(found, of(&b, &a), 2e-3, "in the other order");
        // Both may reach up to planes that were not drawn, which lie 2 mm nearer for each.
        let (flat, up) = ((x - 10.0).max(0.0), from_mm - 10.0);
        let least = flat.hypot((up - 4.0).max(0.0));
        assert!(found.lower_mm <= least && found.lower_mm > least - 0.5, "{found:?} {least}");
    }
}

#[test]
fn what_was_open_of_a_drawing_widens_all_that_rests_on_it() {
    let (still, by) = (Rotation3::identity(), Vector3::zeros());
    let a = made(&column([17.0, 0.0], 0.4, 0.3), &still, by);
    let b = made(&column([0.0, 0.0], 1.1, 0.0), &still, by);
    // Where nothing was measured each surface is open by half a plane's distance.
    let whole = Openness::of_drawing(&a, &b);
    assert!((whole.below_mm - 2.0).abs() < 1e-9 && (whole.above_mm - 2.0).abs() < 1e-9);
    let before = measure(&a, &b, Arrangement::Apart, &[3.0]).expect("measured");
    for (below_mm, above_mm) in [(0.3, 0.7), (0.0, 0.4), (0.2, 0.0), (0.0, 0.0)] {
        let mut after = before.clone();
        after.widen(Openness { below_mm, above_mm });
        let (old, new) = (before.openness(), after.openness());
        assert!((old.below_mm - (before.gap.gap_mm - before.interval.lower_mm)).abs() < 1e-12);
        assert!((new.below_mm - old.below_mm - below_mm).abs() < 1e-12, "{new:?} {old:?}");
        assert!((new.above_mm - old.above_mm - above_mm).abs() < 1e-12, "{new:?} {old:?}");
        let drawing = after.parts.iter().find(|p| p.part == Part::Drawing);
        let told = drawing.map(|p| (p.lower_mm, p.upper_mm));
        assert_eq!(told, (below_mm + above_mm > 0.0).then_some((below_mm, above_mm)));
        let planes =
            |of: &PairGap| of.profile.planes.iter().filter_map(|p| p.1).collect::<Vec<_>>();
        assert!(!planes(&before).is_empty());
        for (x, y) in planes(&before).iter().zip(planes(&after)) {
            assert!((x.interval.lower_mm - y.interval.lower_mm - below_mm).abs() < 1e-12);
            assert!((y.interval.upper_mm - x.interval.upper_mm - above_mm).abs() < 1e-12);
        }
    }
}
