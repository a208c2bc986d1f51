use super::*;
use std::f64::consts::TAU;

/// Heights at uneven steps of a body that closes past both of them.
const HEIGHTS_MM: [f64; 9] = [-6.5, -5.0, -3.0, -1.5, 0.5, 2.5, 4.0, 6.0, 7.0];

/// A number between 0 and 1 that goes with another.
fn scattered(k: u64) -> f64 {
    let x = (k + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    ((x ^ (x >> 29)).wrapping_mul(0xBF58_476D_1CE4_E5B9) >> 11) as f64 / (1_u64 << 53) as f64
}

/// A ring round what leans, turns and narrows towards poles at -7.2 and 8.6 mm.
fn ring(h: f64) -> Vec<Point2> {
    let radius_mm = (0.8 * (h + 7.2) * (8.6 - h)).sqrt();
    let at = |i: i32| {
        let a = TAU * f64::from(i) / 72.0;
        let r = radius_mm * (1.0 + 0.08 * (2.0 * a + 0.15 * h).cos());
        [0.2 * h + 0.03 * h * h + r * a.cos(), r * a.sin()]
    };
    (0..72).map(at).collect()
}

/// The body upright or turned over, with its origin at a height.
fn body(sign: f64, up_mm: f64, ends: EndRule) -> Component {
    let section = |h: &f64| {
        let region = Region::from_rings(&[ring(*h)]).0.expect("an area");
        (sign * h + up_mm, Arc::new(Section::new(region)))
    };
    let mut planes: Vec<_> = HEIGHTS_MM.iter().map(section).collect();
    planes.sort_by(|a, b| a.0.total_cmp(&b.0));
    Component::new(planes, 2.0, ends, MOST)
}

/// Others that the same planes allow.
fn variants(part: &Component) -> Vec<(&'static str, Component)> {
    vec![
        ("drawn", part.clone()),
        ("straight", part.straight()),
        ("cubic", part.cubic()),
        ("fullest", part.fullest()),
        ("even", part.thinned(false)),
        ("odd", part.thinned(true)),
        ("odd, straight", part.thinned(true).straight()),
        ("sides", part.sides()),
        ("rounded", part.with_ends(EndRule::Rounded)),
        ("cut", part.with_ends(EndRule::Plane)),
    ]
}

#[test]
fn a_body_is_the_same_wherever_it_lies_along_its_axis_and_whichever_way_up() {
    let own = variants(&body(1.0, 0.0, EndRule::HalfSlice));
    for (sign, up_mm) in [(1.0, 6.5), (1.0, -7.0), (1.0, 83.0), (-1.0, 0.0), (-1.0, -51.0)] {
        let moved = variants(&body(sign, up_mm, EndRule::HalfSlice));
        for ((name, here), (_, there)) in own.iter().zip(&moved) {
            assert!((here.slab_volume_mm3() - there.slab_volume_mm3()).abs() < 1e-6, "{name}");
            let mut ends = there.cut_mm().map(|w| sign * (w - up_mm));
            ends.sort_by(f64::total_cmp);
            for (found, wanted) in ends.iter().zip(here.cut_mm()) {
                assert!((found - wanted).abs() < 1e-9, "{name}: {found} for {wanted}");
            }
            let mut looked_at = 0;
            for k in 0..160 {
                let h = -9.5 + 21.0 * scattered(3 * k);
                let (sin, cos) = (TAU * scattered(3 * k + 1)).sin_cos();
                let r = 9.0 * scattered(3 * k + 2).sqrt();
                let p = [0.2 * h + 0.03 * h * h + r * cos, r * sin];
                let (a, b) = (here.level(p, h), there.level(p, sign * h + up_mm));
                assert!((a.0 - b.0).abs() < 1e-8, "{name} {sign} {up_mm} {h}: {} {}", a.0, b.0);
                assert_eq!(here.covers(p, h), there.covers(p, sign * h + up_mm), "{name} {h}");
                let off = (a.1.xy() - b.1.xy()).norm() + (a.1.z - sign * b.1.z).abs();
                // Slopes are differences over a tenth of a micrometre.
                assert!(off < 1e-4, "{name} {sign} {up_mm} {h}: {} {}", a.1, b.1);
                looked_at += usize::from(a.0.abs() < 1.0);
            }
            assert!(looked_at > 20, "{looked_at}");
        }
    }
}

#[test]
fn a_body_follows_its_shape_between_planes_wherever_its_middle_lies() {
    // Round bodies whose last plane, one between, or the middle of two lies at height zero: nearest to a
    // pole the squared radius is what is even.
    let radius_mm = |h: f64| (0.8 * (h + 7.2) * (8.6 - h)).sqrt();
    for up_mm in [6.5, 5.75, 5.0, -6.0, -7.0, 90.0] {
        let section = |h: &f64| {
            let at = |i: i32| {
                let (sin, cos) = (TAU * f64::from(i) / 240.0).sin_cos();
                [radius_mm(*h) * cos, radius_mm(*h) * sin]
            };
            let region = Region::from_rings(&[(0..240).map(at).collect()]).0.expect("an area");
            (h + up_mm, Arc::new(Section::new(region)))
        };
        let part =
            Component::new(HEIGHTS_MM.iter().map(section).collect(), 2.0, EndRule::Plane, MOST);
        for k in 0..=60 {
            let h = -6.5 + 13.5 * f64::from(k) / 60.0;
            let r = radius_mm(h);
            let off = part.level([0.6 * r, 0.8 * r], h + up_mm).0;
            assert!(off.abs() < 0.015, "{up_mm} {h}: {off}");
        }
    }
}

#[test]
fn single_levels_and_those_of_a_run_are_made_in_the_same_way() {
    for (name, part) in variants(&body(1.0, 30.0, EndRule::HalfSlice)) {
        let mut hint = SearchHint::default();
        for k in 0..120 {
            let h = 20.5 + 21.0 * f64::from(k) / 120.0;
            let (sin, cos) = (0.4 * f64::from(k)).sin_cos();
            let p = [1.0 + 5.0 * cos, 5.0 * sin];
            let b = part.blend(h);
            let (mut d, g) = part.distances(&b, p, &mut SearchHint::default(), None);
            let found = part.blended(&b, p, &mut d, &g);
            let wanted = part.level(p, h);
            assert!((found - wanted.0).abs() < 1e-9, "{name} {h}: {found} for {}", wanted.0);
            let along = part.level_along(p, h, &mut hint);
            assert!((along.0 - wanted.0).abs() < 1e-9, "{name} {h}");
            assert!((along.1 - wanted.1).norm() < 1e-6, "{name} {h}");
        }
    }
}

#[test]
fn on_a_ring_the_level_grows_as_it_does_just_outside_of_it() {
    let part = body(1.0, 30.0, EndRule::HalfSlice);
    for (plane, &h) in HEIGHTS_MM.iter().enumerate().take(8).skip(1) {
        let ring = ring(h);
        let b = part.blend(h + 30.0);
        for k in (0..72).step_by(5) {
            let (from, to) = (ring[k], ring[(k + 1) % 72]);
            let p = [0.5 * (from[0] + to[0]), 0.5 * (from[1] + to[1])];
            let length = (to[0] - from[0]).hypot(to[1] - from[1]);
            let normal = [(to[1] - from[1]) / length, (from[0] - to[0]) / length];
            let mut hint = SearchHint::default();
            let found = part.growth_at_ring(&b, plane, p, normal, &mut hint);
            let beside = [p[0] + 1e-5 * normal[0], p[1] + 1e-5 * normal[1]];
            let wanted = part.level(beside, h + 30.0).1;
            assert!((found - wanted).norm() < 1e-3, "{plane} {k}: {found} for {wanted}");
            assert!((found.x - normal[0]).hypot(found.y - normal[1]) < 1e-9, "{found}");
        }
    }
}

#[test]
fn a_distance_leads_away_from_the_region_also_on_its_very_outline() {
    let square = |half: f64, turned: bool| {
        let mut ring = [[-half, -half], [half, -half], [half, half], [-half, half]];
        if turned {
            ring.reverse();
        }
        ring.iter().map(|p| [p[0] + 40.0, p[1] - 25.0]).collect::<Vec<_>>()
    };
    // A wall that is thinner than a millimetre.
    for (outer_turned, inner_turned) in [(false, false), (false, true), (true, false), (true, true)]
    {
        let rings = [square(5.0, outer_turned), square(4.6, inner_turned)];
        let region = Region::from_rings(&rings).0.expect("an area");
        for [x, y] in [[1.0, 0.0], [0.0, 1.0], [-1.0, 0.0], [0.0, -1.0]] {
            for aside in [-1.4, 0.0, 0.3] {
                let at = |off: f64| [40.0 + off * x - aside * y, -25.0 + off * y + aside * x];
                for (off, wanted, outwards) in [
                    (5.0, 0.0, 1.0),
                    (4.6, 0.0, -1.0),
                    (5.6, 0.6, 1.0),
                    (4.9, -0.1, 1.0),
                    (4.75, -0.15, -1.0),
                    (4.3, 0.3, -1.0),
                ] {
                    let mut edge = usize::MAX;
                    let (found, growth) = distance(&region, at(off), &mut edge);
                    assert!((found - wanted).abs() < 1e-9, "{off}: {found}");
                    let wanted = [outwards * x, outwards * y];
                    let turned = (growth[0] - wanted[0]).hypot(growth[1] - wanted[1]);
                    assert!(turned < 1e-6, "{off} {aside}: {growth:?} for {wanted:?}");
                    assert!(edge < 8, "{edge}");
                }
            }
        }
    }
    // A side that leans a little either way.
    for lean in [0.003, -0.003] {
        let ring = vec![[0.0, 0.0], [10.0, 10.0 * lean], [10.0, 8.0], [0.0, 8.0]];
        let region = Region::from_rings(&[ring]).0.expect("an area");
        let (found, growth) = distance(&region, [5.0, 5.0 * lean], &mut 0);
        assert!(found.abs() < 1e-9);
        let wanted = [lean, -1.0].map(|x| x / 1.0_f64.hypot(lean));
        assert!((growth[0] - wanted[0]).hypot(growth[1] - wanted[1]) < 1e-9, "{growth:?}");
    }
}

#[test]
fn a_part_reaches_as_far_past_its_planes_as_its_rule_says() {
    // The lower pole lies 0.7 mm and the upper one 1.6 mm past a plane; planes are 2 mm apart.
    for up_mm in [0.0, 44.0] {
        let part = body(1.0, up_mm, EndRule::HalfSlice);
        for (ends, low_mm, high_mm) in [
            (EndRule::HalfSlice, 0.7, 1.0),
            (EndRule::Plane, 0.0, 0.0),
            (EndRule::Rounded, 0.7, 1.6),
        ] {
            let cut_mm = part.with_ends(ends).cut_mm();
            // Inscribed circles are known to 0.01 mm, and those of ellipses grow almost as their radii do.
            assert!((cut_mm[0] - (up_mm - 6.5 - low_mm)).abs() < 0.02, "{ends:?}: {cut_mm:?}");
            assert!((cut_mm[1] - (up_mm + 7.0 + high_mm)).abs() < 0.02, "{ends:?}: {cut_mm:?}");
        }
        assert_eq!(part.fullest().cut_mm(), [up_mm - 8.5, up_mm + 9.0]);
        let [(low, _), (high, _)] = part.ends();
        assert_eq!((low, high), ([up_mm - 8.5, up_mm - 6.5], [up_mm + 7.0, up_mm + 9.0]));
    }
}

#[test]
fn a_part_that_ends_at_its_last_plane_is_covered_up_to_it() {
    for up_mm in [0.0, 44.0] {
        let part = body(1.0, up_mm, EndRule::Plane);
        for (h, wanted) in [(-6.5, true), (7.0, true), (-6.5001, false), (7.0001, false)] {
            let middle = [0.2 * h + 0.03 * h * h, 0.0];
            assert_eq!(part.covers(middle, up_mm + h), wanted, "{h}");
        }
    }
}
