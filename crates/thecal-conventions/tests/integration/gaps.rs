//! Slabs, end rules and points, against formulas and brute force.

use thecal_conventions::{Convention, gap, gaps};
use thecal_geom::Point3;
use thecal_margin::Arrangement;
use thecal_mask::EndRule;
use thecal_voxel::Grid;

use crate::made::{circle, pair, rectangle, solid, stack};

fn grid() -> Grid {
    Grid::axis_aligned(Point3::new(-20.0, -20.0, -10.0), [1.0, 1.0, 2.0], [40, 40, 30])
        .expect("a grid")
}

fn planes(from: i32, to: i32, step_mm: f64) -> Vec<f64> {
    (from..=to).map(|k| step_mm * f64::from(k)).collect()
}

#[test]
fn slabs_lie_half_their_thickness_nearer_along_the_planes() {
    // One above the other: last plane at 8, first at 14, slabs of 2 and 3 mm: 6 - 1 - 1.5.
    let below = stack(&[rectangle([-5.0, -5.0], [5.0, 5.0])], &planes(0, 4, 2.0));
    let above = stack(&[rectangle([-4.0, -4.0], [4.0, 4.0])], &[14.0, 17.0, 20.0]);
    let (sa, sb) = (solid(&above), solid(&below));
    let one = pair((&above, &sa), (&below, &sb), Arrangement::Apart);
    let found = gap(&one, Convention::Slabs, &grid()).expect("a gap");
    assert!((found.gap_mm - 3.5).abs() < 1e-9, "{}", found.gap_mm);
    assert!((found.a_mm.z - 12.5).abs() < 1e-9 && (found.b_mm.z - 9.0).abs() < 1e-9);
    // Beside and above: the hypotenuse of 3 mm in the plane and those 3.5 mm.
    let aside = stack(&[rectangle([8.0, -4.0], [12.0, 4.0])], &[14.0, 17.0, 20.0]);
    let sa = solid(&aside);
    let one = pair((&aside, &sa), (&below, &sb), Arrangement::Apart);
    let found = gap(&one, Convention::Slabs, &grid()).expect("a gap");
    assert!((found.gap_mm - 3.0_f64.hypot(3.5)).abs() < 1e-9, "{}", found.gap_mm);
    // Of uneven planes the smallest distance is the thickness of all: 2 mm, not 6, below the gap.
    let uneven = stack(&[rectangle([-4.0, -4.0], [4.0, 4.0])], &[14.0, 16.0, 22.0]);
    let sa = solid(&uneven);
    let one = pair((&uneven, &sa), (&below, &sb), Arrangement::Apart);
    let found = gap(&one, Convention::Slabs, &grid()).expect("a gap");
    assert!((found.gap_mm - 4.0).abs() < 1e-9, "{}", found.gap_mm);
}

#[test]
fn end_rules_move_an_end_by_their_part_of_a_slice() {
    let below = stack(&[rectangle([-5.0, -5.0], [5.0, 5.0])], &planes(0, 4, 2.0));
    let above = stack(&[rectangle([-4.0, -4.0], [4.0, 4.0])], &planes(7, 12, 2.0));
    let (sa, sb) = (solid(&above), solid(&below));
    let one = pair((&above, &sa), (&below, &sb), Arrangement::Apart);
    assert!((one.ours.gap_mm - 4.0).abs() < 1e-3, "{}", one.ours.gap_mm);
    for (convention, rule, wanted) in [
        (Convention::EndsPlane, EndRule::Plane, 6.0),
        (Convention::EndsHalfSlice, EndRule::HalfSlice, 4.0),
    ] {
        let found = gap(&one, convention, &grid()).expect("a gap");
        assert!((found.gap_mm - wanted).abs() < 0.01, "{convention:?}: {}", found.gap_mm);
        let range = found.interval.expect("a range");
        assert!(range.lower_mm <= found.gap_mm && found.gap_mm <= range.upper_mm);
        // The same as a solid that was built so.
        let built = |c: &[_]| thecal_mask::Solid::from_contours(c, rule, 2.0).unwrap();
        let (x, y) = (built(&above), built(&below));
        let again = thecal_margin::gap(&x, &y, Arrangement::Apart).expect("a gap").gap_mm;
        assert!((found.gap_mm - again).abs() < 1e-6, "{} {again}", found.gap_mm);
    }
    let open = gap(&one, Convention::EndsPlane, &grid()).expect("a gap");
    assert!(open.why.contains("lies at an end: it is 2.00 mm farther away"), "{}", open.why);
}

#[test]
fn points_alone_are_as_far_as_brute_force_finds_them() {
    let a = stack(&[circle([-6.0, 0.3], 4.0, 13)], &planes(0, 6, 2.0));
    let b = stack(&[circle([6.1, 0.9], 5.2, 17)], &planes(0, 6, 2.0));
    let (sa, sb) = (solid(&a), solid(&b));
    let one = pair((&a, &sa), (&b, &sb), Arrangement::Apart);
    let points = |c: &[thecal_geom::Contour]| -> Vec<Point3> {
        c.iter().flat_map(|c| c.points_mm.clone()).collect()
    };
    let (p, q) = (points(&a), points(&b));
    let all = p.iter().flat_map(|p| q.iter().map(move |q| (p - q).norm()));
    let wanted = all.fold(f64::INFINITY, f64::min);
    let found = gap(&one, Convention::Points, &grid()).expect("a gap");
    assert!((found.gap_mm - wanted).abs() < 1e-12, "{} {wanted}", found.gap_mm);
    // The edges between them come nearer.
    assert!(found.gap_mm > one.ours.gap_mm, "{} {}", found.gap_mm, one.ours.gap_mm);
    assert!(found.why.contains("Between the points the surfaces come"), "{}", found.why);
}

#[test]
fn every_convention_is_answered_once_and_names_its_programs() {
    let a = stack(&[circle([-6.0, 0.3], 4.0, 40)], &planes(0, 6, 2.0));
    let b = stack(&[circle([6.1, 0.9], 5.2, 40)], &planes(0, 6, 2.0));
    let (sa, sb) = (solid(&a), solid(&b));
    let one = pair((&a, &sa), (&b, &sb), Arrangement::Apart);
    let found = gaps(&one, &grid());
    assert_eq!(found.len(), Convention::GAPS.len());
    let mut words: Vec<&str> = found.iter().map(|f| f.convention.as_str()).collect();
    words.sort_unstable();
    words.dedup();
    assert_eq!(words.len(), found.len());
    for other in found {
        let gap = other.found.expect("a gap");
        assert!((gap.gap_mm - one.ours.gap_mm).abs() < 2.5, "{:?}", other.convention);
        assert!(gap.why.ends_with('.') && !gap.why.contains("  "), "{}", gap.why);
        assert!(!other.convention.programs().is_empty());
    }
}
