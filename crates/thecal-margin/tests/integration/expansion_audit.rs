//! Drawn expansions of shapes whose margins are known in closed form.

use std::f64::consts::TAU;

use thecal_geom::{Contour, ContourKind, Point3};
use thecal_margin::{
    EXPANSION_TOLERANCE_MM, ExpansionAudit, ExpansionKind, Fault, Neighbour, Verdict,
    audit_expansion,
};
use thecal_mask::{EndRule, Solid};

/// A solid of circles: planes from `first` to `last` every `step` mm, with middle and radius at each height.
fn circles(
    [first, last]: [i32; 2],
    step_mm: f64,
    at: impl Fn(f64) -> Option<([f64; 2], f64)>,
) -> Solid {
    let ring = |k: i32| {
        let z = step_mm * f64::from(k);
        let ([x, y], radius) = at(z)?;
        let point = |i: i32| {
            let (sin, cos) = (TAU * f64::from(i) / 180.0).sin_cos();
            Point3::new(x + radius * cos, y + radius * sin, z)
        };
        let points_mm = (0..180).map(point).collect();
        Some(Contour { number: 1, kind: ContourKind::ClosedPlanar, points_mm })
    };
    let contours: Vec<Contour> = (first..=last).filter_map(ring).collect();
    Solid::from_contours(&contours, EndRule::HalfSlice, step_mm).expect("a solid")
}

fn tube(planes: [i32; 2], radius_mm: f64) -> Solid {
    circles(planes, 1.0, |_| Some(([0.0, 0.0], radius_mm)))
}

fn audit(organ: &Solid, drawn: &Solid, nominal_mm: Option<f64>) -> ExpansionAudit {
    let none = Vec::new;
    audit_expansion(organ, drawn, nominal_mm, EXPANSION_TOLERANCE_MM, &none).expect("an audit")
}

fn faults(found: &ExpansionAudit) -> Vec<&'static str> {
    found.findings.iter().map(|f| f.fault.as_str()).collect()
}

#[test]
fn a_tube_round_a_tube_has_the_difference_of_the_radii() {
    let found = audit(&tube([-20, 20], 4.0), &tube([-22, 22], 6.0), Some(2.0));
    let sides = found.sides.expect("sides");
    for mm in [found.least.mm, sides.mean_mm, sides.largest_mm, found.best_fit_mm.expect("a fit")] {
        assert!((mm - 2.0).abs() < 0.01, "{mm}");
    }
    assert!(found.planes.len() == 41 && found.sectors.iter().flatten().count() == 12);
    assert!(found.ends.iter().all(|e| (e.drawn_mm - 2.0).abs() < 1e-9));
    assert_eq!((faults(&found).len(), found.verdict), (0, Some(Verdict::Pass)));
    assert!(found.short.expect("it is known").share < 1e-9);
    // Two planes past the organ's last show that it was expanded along the stack.
    assert_eq!(found.kind, ExpansionKind::ThreeDimensional);
}

#[test]
fn a_ball_about_a_ball_has_the_difference_of_the_radii() {
    let ball = |radius: f64| {
        circles([-40, 40], 0.5, move |z| {
            let square = radius * radius - z * z;
            (square > 0.5).then(|| ([0.0, 0.0], square.sqrt()))
        })
    };
    let found = audit(&ball(10.0), &ball(13.0), Some(3.0));
    let sides = found.sides.expect("sides");
    assert!((sides.mean_mm - 3.0).abs() < 0.02, "{}", sides.mean_mm);
    assert!((found.best_fit_mm.expect("a fit") - 3.0).abs() < 0.02);
    assert_eq!(faults(&found), [""; 0]);
}

#[test]
fn an_expansion_plane_by_plane_of_a_leaning_tube_lacks_the_cosine() {
    // Circles along a straight line: within the planes the distance is 2 mm all round. In space it is smallest
    // where the wall leans most, 2 mm times the cosine.
    let slope = 0.4;
    let leaning = |radius: f64| circles([-20, 20], 2.0, move |z| Some(([slope * z, 0.0], radius)));
    let found = audit(&leaning(4.0), &leaning(6.0), Some(2.0));
    let cosine = 1.0 / (1.0_f64 + slope * slope).sqrt();
    assert!((found.least.mm - 2.0 * cosine).abs() < 0.01, "{}", found.least.mm);
    assert!((found.sides.expect("sides").largest_mm - 2.0).abs() < 0.02);
    assert_eq!(found.kind, ExpansionKind::InPlane);
    assert!((found.best_fit_mm.expect("a fit") - 2.0).abs() < 0.01);
    assert_eq!((faults(&found), found.verdict), (vec!["in_plane_only"], Some(Verdict::Fail)));
}

#[test]
fn an_expansion_of_a_cone_plane_by_plane_lacks_the_cosine_all_round() {
    let taper = 0.3;
    let cone =
        |more: f64| circles([-15, 15], 1.0, move |z| Some(([0.0, 0.0], 6.0 - taper * z + more)));
    let found = audit(&cone(0.0), &cone(2.0), Some(2.0));
    let cosine = 1.0 / (1.0_f64 + taper * taper).sqrt();
    let sides = found.sides.expect("sides");
    assert!((sides.mean_mm - 2.0 * cosine).abs() < 0.01, "{}", sides.mean_mm);
    assert!((found.least.mm - 2.0 * cosine).abs() < 0.02, "{}", found.least.mm);
    // Its sides alone could be a smaller expansion in space; that it ends with the organ tells.
    assert_eq!((found.kind, faults(&found)), (ExpansionKind::InPlane, vec!["in_plane_only"]));
}

#[test]
fn a_straight_tube_on_planes_farther_apart_than_the_margin_leaves_the_kind_open() {
    let tube = |radius: f64| circles([-10, 10], 3.0, move |_| Some(([0.0, 0.0], radius)));
    let found = audit(&tube(4.0), &tube(6.0), Some(2.0));
    assert_eq!((found.kind, faults(&found).len()), (ExpansionKind::Unclear, 0));
    assert_eq!(found.verdict, Some(Verdict::Indeterminate));
}

#[test]
fn too_small_a_margin_is_told_of_the_whole() {
    let found = audit(&tube([-20, 20], 4.0), &tube([-22, 22], 5.5), Some(2.0));
    assert_eq!((faults(&found), found.verdict), (vec!["too_small"], Some(Verdict::Fail)));
    let finding = &found.findings[0];
    assert!(finding.everywhere && (finding.margin_mm - 1.5).abs() < 0.01, "{finding:?}");
    assert!(found.short.expect("it is known").share > 0.999);
    let found = audit(&tube([-20, 20], 4.0), &tube([-23, 23], 7.0), Some(2.0));
    assert_eq!(faults(&found), ["too_large"]);
}

#[test]
fn a_missing_end_is_named_with_its_length() {
    let organ = tube([-20, 20], 4.0);
    let found = audit(&organ, &tube([-22, 14], 6.0), Some(2.0));
    assert_eq!(faults(&found), ["truncated_at_end"]);
    let finding = &found.findings[0];
    assert_eq!((finding.head, finding.margin_mm), (Some(true), -6.0));
    // The organ's last 5 mm lie beyond the next plane of the expansion.
    let short = found.short.expect("it is known");
    let bare_mm2 = TAU * 4.0 * 5.0;
    assert!((short.not_covered_mm2 - bare_mm2).abs() < 0.1 * bare_mm2, "{short:?}");
    assert!((found.least.mm + 5.0).abs() < 0.3, "{:?}", found.least);
    // Cut with the organ at one end alone.
    let found = audit(&organ, &tube([-22, 20], 6.0), Some(2.0));
    assert_eq!(faults(&found), ["truncated_at_end"]);
}

#[test]
fn a_cut_along_a_neighbour_bears_its_name() {
    let organ = tube([-20, 20], 4.0);
    // A wall 5 mm off the axis, past which the expansion by 2 mm does not go.
    let wall = |contour: Contour| Contour {
        points_mm: contour.points_mm.iter().map(|p| Point3::new(p.x.min(5.0), p.y, p.z)).collect(),
        ..contour
    };
    let ring = |k: i32| {
        let point = |i: i32| {
            let (sin, cos) = (TAU * f64::from(i) / 180.0).sin_cos();
            Point3::new(6.0 * cos, 6.0 * sin, f64::from(k))
        };
        let points_mm = (0..180).map(point).collect();
        wall(Contour { number: 1, kind: ContourKind::ClosedPlanar, points_mm })
    };
    let contours: Vec<Contour> = (-22..=22).map(ring).collect();
    let cut = Solid::from_contours(&contours, EndRule::HalfSlice, 1.0).expect("a solid");
    let block = |k: i32| {
        let corners = [[5.0, -9.0], [15.0, -9.0], [15.0, 9.0], [5.0, 9.0]];
        let points_mm = corners.map(|[x, y]| Point3::new(x, y, f64::from(k))).to_vec();
        Contour { number: 1, kind: ContourKind::ClosedPlanar, points_mm }
    };
    let block: Vec<Contour> = (-30..=30).map(block).collect();
    let block = Solid::from_contours(&block, EndRule::HalfSlice, 1.0).expect("a solid");
    let others = || {
        let far = tube([-20, 20], 30.0);
        vec![
            Neighbour { name: "far".to_owned(), solid: far },
            Neighbour { name: "block".to_owned(), solid: block.clone() },
        ]
    };
    let found = audit_expansion(&organ, &cut, Some(2.0), EXPANSION_TOLERANCE_MM, &others);
    let found = found.expect("an audit");
    assert!((found.least.mm - 1.0).abs() < 0.02, "{:?}", found.least);
    assert_eq!(found.findings.len(), 1, "{:?}", found.findings);
    assert_eq!(found.findings[0].fault, Fault::TruncatedAtStructure("block".to_owned()));
    // Without the neighbour there is no cause.
    assert_eq!(faults(&audit(&organ, &cut, Some(2.0))), ["too_small"]);
}

#[test]
fn without_a_margin_that_it_should_have_the_best_fit_stands_alone() {
    let found = audit(&tube([-20, 20], 4.0), &tube([-23, 23], 7.0), None);
    assert!((found.best_fit_mm.expect("a fit") - 3.0).abs() < 0.01);
    assert_eq!((found.verdict, found.short), (None, None));
    assert_eq!(faults(&found), [""; 0]);
}

#[test]
fn what_lies_beside_no_part_of_the_organ_has_no_audit() {
    let none = Vec::new;
    let far = tube([100, 110], 6.0);
    let found = audit_expansion(&tube([-20, 20], 4.0), &far, Some(2.0), 0.2, &none);
    assert!(found.is_none(), "{found:?}");
}
