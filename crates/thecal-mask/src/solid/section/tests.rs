use super::*;
use std::f64::consts::TAU;

/// A stack of circles about the last axis, of radii that go with the height.
fn round(heights_mm: impl Iterator<Item = f64>, radius_mm: impl Fn(f64) -> f64) -> Solid {
    let ring = |z: f64| Contour {
        number: 1,
        kind: ContourKind::ClosedPlanar,
        points_mm: (0..720)
            .map(|i| (TAU * f64::from(i) / 720.0).sin_cos())
            .map(|(sin, cos)| Point3::new(radius_mm(z) * cos, radius_mm(z) * sin, z))
            .collect(),
    };
    let contours: Vec<Contour> = heights_mm.map(ring).collect();
    Solid::from_contours(&contours, EndRule::Plane, 1.0).expect("a solid")
}

#[test]
fn a_point_beside_a_plane_moves_to_the_margin_within_it() {
    let (leans, heights) = (0.5_f64, || (0..20).map(f64::from));
    let cone = round(heights(), |z| 20.0 - leans * z);
    // Across the side a millimetre within the plane is a cosine.
    let cosine = 1.0 / 1.0_f64.hypot(leans);
    let most_mm = 0.25;
    for margin_mm in [2.0, 5.0] {
        for z in [6.0, 9.0, 13.0] {
            let wanted = 20.0 - leans * z + margin_mm / cosine;
            for (angle, off_mm) in [(0.4_f64, 0.1), (2.2, -0.2), (4.0, 0.2)] {
                let (sin, cos) = angle.sin_cos();
                let at = |r: f64, z: f64| Point3::new(r * cos, r * sin, z);
                let found = cone.at_distance(at(wanted + off_mm, z), margin_mm, most_mm);
                assert!((found - at(wanted, z)).norm() < 2e-3, "{margin_mm} {z}: {found}");
                // Not from farther off, not between planes, and not where none is drawn.
                for (r, z) in [(wanted + 0.4, z), (wanted - 0.4, z), (wanted, z + 0.3)] {
                    assert_eq!(cone.at_distance(at(r, z), margin_mm, most_mm), at(r, z));
                }
            }
        }
    }
    let above = Point3::new(12.0, 0.0, 19.5);
    assert_eq!(cone.at_distance(above, 2.0, 0.25), above);
}

#[test]
fn a_solid_is_seen_from_where_its_points_lie_and_from_nowhere_else() {
    let ball = round((-7..8).map(f64::from), |z| (64.0 - z * z).sqrt());
    let own = *ball.frame();
    let (low, high) = ball.seen_from(&own, None).expect("it is there");
    // The ends are flat, at 7 mm, and may be anywhere up to a slice past that.
    for (k, reach, past) in [(0, 8.0, 0.1), (1, 8.0, 0.1), (2, 7.0, 1.1)] {
        assert!((reach - 0.1..reach + past).contains(&-low[k]), "{low:?}");
        assert!((reach - 0.1..reach + past).contains(&high[k]), "{high:?}");
    }
    for (w, seen) in [(low[2] + 0.01, true), (high[2] - 0.01, true), (low[2] - 0.01, false)] {
        assert_eq!(ball.seen_from(&own, Some(w)).is_some(), seen, "{w}");
    }
    assert!(ball.seen_from(&own, Some(high[2] + 0.01)).is_none());
    // From any other side its box holds all of it.
    let tilted = Contour {
        number: 1,
        kind: ContourKind::ClosedPlanar,
        points_mm: [[0.0, 0.0, 0.0], [5.0, 1.0, 2.0], [4.0, 6.0, 4.0]].map(Point3::from).into(),
    };
    let frame = *Solid::from_contours(&[tilted], EndRule::Plane, 1.0).expect("a solid").frame();
    let (low, high) = ball.seen_from(&frame, None).expect("it is there");
    for p in ball.outline_points(1.0) {
        let q = frame.stack_from_patient(p);
        assert!((0..3).all(|a| low[a] <= q[a] && q[a] <= high[a]), "{q} {low:?} {high:?}");
    }
    assert!((0..3).all(|a| high[a] - low[a] < 2.0 * 3.0_f64.sqrt() * 9.0));
}

#[test]
fn a_grown_solid_is_the_same_wherever_it_lies() {
    let (leans, margin_mm) = (0.3, 2.0);
    let cone = round((0..7).map(|k| 2.0 * f64::from(k)), |z| 4.0 + leans * z);
    let cosine = 1.0 / 1.0_f64.hypot(leans);
    for by in [[0.0, 0.0, 0.0], [60.0, -75.5, 110.0], [-90.25, 40.0, -130.75]] {
        let by = Vector3::from(by);
        let grown = cone.shifted(by).grown(margin_mm, 1.0).expect("it grows");
        let (low, high) = grown.bounds();
        // As far as the flat ends go, each moved by the margin, and a slice in doubt.
        assert!((low.z - by.z + margin_mm).abs() < 1.1, "{low}");
        assert!((high.z - by.z - 12.0 - margin_mm).abs() < 1.1, "{high}");
        // Its side is as far off the cone's all the way up.
        for k in 0..30 {
            let (sin, cos) = (0.7 * f64::from(k)).sin_cos();
            let z = 1.5 + 0.3 * f64::from(k);
            let r = 4.0 + leans * z + margin_mm / cosine;
            let level = grown.level_mm(Point3::new(r * cos, r * sin, z) + by);
            assert!(level.abs() < 0.05, "{by} {z}: {level}");
        }
    }
}

#[test]
fn a_point_beside_a_flat_slope_moves_to_the_margin_in_a_few_steps() {
    // A cone so flat that a millimetre within the plane is little more than half of one across its side.
    let leans = 1.5_f64;
    let cone = round((0..10).map(f64::from), |z| 20.0 - leans * z);
    let cosine = 1.0 / 1.0_f64.hypot(leans);
    for (margin_mm, z) in [(1.0, 3.0), (2.0, 5.0)] {
        let wanted = 20.0 - leans * z + margin_mm / cosine;
        for off_mm in [-0.2, 0.15, 0.3] {
            let at = |r: f64| Point3::new(0.6 * r, -0.8 * r, z);
            let found = cone.at_distance(at(wanted + off_mm), margin_mm, 0.5);
            assert!((found - at(wanted)).norm() < 3e-3, "{margin_mm} {z}: {found}");
        }
    }
}

#[test]
fn a_point_moves_onto_the_surface_within_a_plane_that_leans() {
    // A tube along the last axis, and planes that lean by 40 degrees.
    let tube = round((0..30).map(f64::from), |_| 6.0);
    let (sin, cos) = 40.0_f64.to_radians().sin_cos();
    let n = Vector3::new(sin, 0.0, cos);
    let across = Vector3::y();
    let along = n.cross(&across);
    let start = Point3::new(0.0, 0.0, 14.0);
    for k in 0..12 {
        let (s, c) = (TAU * (f64::from(k) + 0.3) / 12.0).sin_cos();
        let way = across * c + along * s;
        let reach = 6.0 / way.x.hypot(way.y);
        for off_mm in [-0.4, -0.1, 0.2, 0.5] {
            let p = start + way * (reach + off_mm);
            let found = tube.onto_surface(p, &n, 1.0);
            assert!((found.x.hypot(found.y) - 6.0).abs() < 3e-4, "{k} {off_mm}: {found}");
            assert!((found - start).dot(&n).abs() < 1e-9, "{k} {off_mm}: {found}");
            // Off by no more than the way there and half as much sideways.
            assert!((found - p).norm() < 1.5 * off_mm.abs() + 1e-3, "{k} {off_mm}: {found}");
            // What lies farther off than is allowed stays.
            let most_mm = 0.5 * (found - p).norm();
            assert_eq!(tube.onto_surface(p, &n, most_mm), p);
        }
    }
    // In a plane along which the level does not change, there is no way to go.
    let p = Point3::new(6.3, 0.0, 14.0);
    assert_eq!(tube.onto_surface(p, &Vector3::x_axis(), 1.0), p);
    // One that leads along the surface ever farther is not followed past the end of its way.
    let moved = tube.onto_surface(Point3::new(7.5, 0.0, 14.0), &Vector3::z_axis(), 1.6);
    assert!((moved - Point3::new(6.0, 0.0, 14.0)).norm() < 3e-4, "{moved}");
}

#[test]
fn corners_that_edges_cut_get_points_until_they_keep_to_the_tolerance() {
    // A ring of six points on a tube: chords that lie up to 0.8 mm inside of it.
    let tube = round((0..30).map(f64::from), |_| 6.0);
    let at = |deg: f64, z: f64| {
        let (sin, cos) = deg.to_radians().sin_cos();
        Point3::new(6.0 * cos, 6.0 * sin, z)
    };
    let ring: Vec<Point3> = (0..6).map(|k| at(60.0 * f64::from(k) + 7.0, 13.4)).collect();
    for (tolerance_mm, parts) in [(1.0, 1), (0.5, 2), (0.1, 4), (0.03, 8), (1e-9, 32)] {
        let found = tube.with_corners(&ring, &Vector3::z_axis(), 2.0, tolerance_mm);
        // An edge is halved until it keeps to the tolerance, and no more than five times.
        assert_eq!(found.len(), 6 * parts, "{tolerance_mm}");
        for (k, p) in found.iter().enumerate() {
            // In their order round the tube, as far from each other one as another.
            let wanted = at(7.0 + 360.0 * k as f64 / (6 * parts) as f64, 13.4);
            // The tube's own edges turn from the circle by a quarter of a degree.
            assert!((p - wanted).norm() < 0.01, "{tolerance_mm} {k}: {p} for {wanted}");
            assert!((p.x.hypot(p.y) - 6.0).abs() < 3e-4, "{tolerance_mm} {k}: {p}");
        }
    }
}

#[test]
fn a_grown_solid_has_planes_on_and_evenly_between_those_of_the_solid() {
    // Longer than the parts that growing works on, with steps that do not go into a whole millimetre.
    for (apart_mm, step_mm, between, first_mm) in
        [(2.0, 0.7, 3, -31.0), (3.0, 1.3, 3, 12.0), (2.5, 2.6, 1, 40.0), (2.0, 1.0, 2, 0.0)]
    {
        let heights = (0..9).map(|k| first_mm + apart_mm * f64::from(k));
        let tube = round(heights.clone(), |_| 3.0);
        let grown = tube.grown(1.5, step_mm).expect("it grows");
        let rise_mm = apart_mm / f64::from(between);
        let planes = grown.planes_mm();
        for pair in planes.windows(2) {
            assert!((pair[1] - pair[0] - rise_mm).abs() < 1e-9, "{step_mm}: {pair:?}");
        }
        for w in heights {
            assert!(planes.iter().any(|p| (p - w).abs() < 1e-9), "{step_mm}: {w} of {planes:?}");
        }
        // No plane is worked on twice, and none of its outlines is.
        assert_eq!(*grown.repairs(), thecal_geom::RepairReport::default(), "{step_mm}");
        assert_eq!(grown.warnings(), [], "{step_mm}");
        // Up to the margin past either end, within a step and the half of a slice that ends go on by.
        let length_mm = 8.0 * apart_mm + 3.0;
        let found = planes[planes.len() - 1] - planes[0];
        assert!((length_mm - 2.0 * rise_mm..=length_mm + 1e-9).contains(&found), "{found}");
    }
}

#[test]
fn a_cut_is_as_coarse_as_its_longer_side_needs_however_fine_it_is_asked_for() {
    // A thin leaf that is 40 mm long, along either axis.
    for along_x in [true, false] {
        let ring = |z: f64| {
            let corners = [[-20.0, -0.2], [20.0, -0.2], [20.0, 0.2], [-20.0, 0.2]];
            let place = |[a, b]: [f64; 2]| {
                if along_x { Point3::new(a, b, z) } else { Point3::new(b, a, z) }
            };
            let points_mm = corners.map(place).into();
            Contour { number: 1, kind: ContourKind::ClosedPlanar, points_mm }
        };
        let contours: Vec<Contour> = (0..3).map(|k| ring(50.0 + f64::from(k))).collect();
        let leaf = Solid::from_contours(&contours, EndRule::Plane, 1.0).expect("a solid");
        let cut = Cut { step_mm: 1e-9, tolerance_mm: 0.004 };
        let found = leaf.sections(leaf.frame(), &[51.5], cut).expect("it fits");
        let area_mm2 = found[0].as_ref().expect("it is met").area_mm2();
        assert!((area_mm2 - 16.0).abs() < 0.05, "{area_mm2}");
    }
}

#[test]
fn contours_of_a_cut_are_numbered_from_one() {
    let tube = round((0..6).map(f64::from), |_| 3.0);
    let contours = tube.contours_on(tube.frame(), &[1.0, 2.0, 99.0, 3.0], Cut::default());
    let contours = contours.expect("it is cut");
    assert_eq!(contours.iter().map(|c| c.number).collect::<Vec<_>>(), [1, 2, 3]);
    assert!(contours.iter().zip([1.0, 2.0, 3.0]).all(|(c, z)| {
        c.kind == ContourKind::ClosedPlanar && c.points_mm.iter().all(|p| (p.z - z).abs() < 1e-9)
    }));
}

#[test]
fn a_thousandth_of_a_millimetre_beside_a_plane_is_on_it() {
    // Between its planes the sections of a cone are looked at point by point.
    let cone = round((0..8).map(|k| 30.0 + f64::from(k)), |z| 35.0 - 0.59 * z);
    let radius = |z: f64| 35.0 - 0.59 * z;
    for (off_mm, on) in [(9e-4, true), (-9e-4, true), (2e-3, false), (-2e-3, false)] {
        let z = 33.0 + off_mm;
        let p = Point3::new(radius(33.0) + 1.3, 0.0, z);
        let moved = cone.at_distance(p, 1.0, 0.25);
        assert_eq!(moved != p, on, "{off_mm}");
        let drawn = cone.drawn().find(|(w, _)| *w == 33.0).expect("it is drawn").1;
        let found = cone.sections(cone.frame(), &[z], Cut { step_mm: 0.5, tolerance_mm: 0.01 });
        let found = found.expect("it is cut").remove(0).expect("it is met");
        assert_eq!(found.rings() == drawn.rings(), on, "{off_mm}");
        assert!((found.area_mm2() / drawn.area_mm2() - 1.0).abs() < 0.003, "{off_mm}");
    }
}
