//! Volumes, areas and ends of solids in closed form.

use std::f64::consts::{PI, TAU};
use thecal_geom::{Contour, ContourKind, Point3, Vector3};
use thecal_mask::solid::SurfaceSampleKind;
use thecal_mask::{EndRule, Solid};
use thecal_voxel::{FULL, Grid, Slices, Volume};

fn square(x_mm: f64, side_mm: f64, z: f64) -> Contour {
    let h = 0.5 * side_mm;
    let points_mm = [[-h, -h], [h, -h], [h, h], [-h, h]].map(|[x, y]| Point3::new(x_mm + x, y, z));
    Contour { number: 1, kind: ContourKind::ClosedPlanar, points_mm: points_mm.into() }
}

fn disc(x_mm: f64, radius_mm: f64, z: f64) -> Contour {
    let at = |i: u32| {
        let (sin, cos) = (TAU * f64::from(i) / 180.0).sin_cos();
        Point3::new(x_mm + radius_mm * cos, radius_mm * sin, z)
    };
    let points_mm = (0..180).map(at).collect();
    Contour { number: 1, kind: ContourKind::ClosedPlanar, points_mm }
}

fn solid(contours: &[Contour], ends: EndRule) -> Solid {
    Solid::from_contours(contours, ends, 3.0).expect("contours make a solid")
}

#[test]
fn each_plane_stands_for_the_slab_half_way_to_its_neighbours() {
    // Sides of 10, 4 and 6 mm at 0, 2 and 5 mm: slabs of 1, 2.5 and 1.5 mm, and the ends'.
    let planes = [square(0.0, 10.0, 0.0), square(0.0, 4.0, 2.0), square(0.0, 6.0, 5.0)];
    let within = 100.0 * 1.0 + 16.0 * 2.5 + 36.0 * 1.5;
    let flat = solid(&planes, EndRule::Plane);
    assert!((1000.0 * flat.volume_cc() - within).abs() < 1e-9, "{}", flat.volume_cc());
    // The usual distance of planes is the lower of two: half of 2 mm past either end.
    assert_eq!(flat.spacing_mm(), 2.0);
    assert_eq!(flat.largest_step_mm(), 3.0);
    let half = solid(&planes, EndRule::HalfSlice);
    let ends = 100.0 + 36.0;
    assert!((1000.0 * half.volume_cc() - within - ends).abs() < 1e-9, "{}", half.volume_cc());
    // A plane alone is as thick as its slices were.
    let one = solid(&planes[..1], EndRule::HalfSlice);
    assert!((1000.0 * one.volume_cc() - 300.0).abs() < 1e-9, "{}", one.volume_cc());
    assert_eq!(one.spacing_mm(), 3.0);
}

#[test]
fn samples_stand_for_the_area_of_the_surface() {
    let area = |s: &Solid, kind: SurfaceSampleKind| -> f64 {
        let samples = s.surface_samples(0.5);
        samples.iter().filter(|p| p.kind == kind).map(|p| p.area_mm2).sum()
    };
    let near = |what: &str, found: f64, wanted: f64, part: f64| {
        assert!((found / wanted - 1.0).abs() < part, "{what}: {found} for {wanted} mm2");
    };
    let upright: Vec<Contour> = (0..8).map(|k| disc(0.0, 6.0, 3.0 * f64::from(k))).collect();
    for (ends, high_mm) in [(EndRule::Plane, 21.0), (EndRule::HalfSlice, 24.0)] {
        let s = solid(&upright, ends);
        near("side", area(&s, SurfaceSampleKind::Side), TAU * 6.0 * high_mm, 0.003);
        near("ends", area(&s, SurfaceSampleKind::End), TAU * 36.0, 0.03);
    }
    // A cone's side: pi (r1 + r2) times its slant height.
    let cone: Vec<Contour> =
        (0..8).map(|k| disc(0.0, 12.0 - f64::from(k), 2.0 * f64::from(k))).collect();
    let s = solid(&cone, EndRule::Plane);
    near("cone", area(&s, SurfaceSampleKind::Side), PI * 17.0 * 14.0_f64.hypot(7.0), 0.01);
    // At the rims two faces meet.
    let rims = [0.0, 14.0];
    for sample in s.surface_samples(0.5) {
        if sample.kind == SurfaceSampleKind::Side && rims.contains(&sample.point_mm.z) {
            continue;
        }
        let out = match sample.kind {
            SurfaceSampleKind::End => Vector3::new(0.0, 0.0, (sample.point_mm.z - 7.0).signum()),
            _ => {
                let p = sample.point_mm;
                Vector3::new(p.x / p.x.hypot(p.y), p.y / p.x.hypot(p.y), 0.5).normalize()
            }
        };
        assert!(sample.normal.dot(&out) > 0.995, "{sample:?} for {out:?}");
        assert!((sample.w_mm - sample.point_mm.z).abs() < 1e-9);
    }
}

#[test]
fn every_surface_point_has_an_outline_point_near_it() {
    // A shelf that looks up, one that looks down, and both.
    for wide in [0..5, 5..10, 3..7] {
        let radius_mm = |k: u32| if wide.contains(&k) { 9.0 } else { 3.0 };
        let stepped: Vec<Contour> =
            (0..10).map(|k| disc(0.0, radius_mm(k), 2.0 * f64::from(k))).collect();
        let s = solid(&stepped, EndRule::HalfSlice);
        let outline = s.outline_points(1.0);
        for sample in s.surface_samples(0.7) {
            let near =
                outline.iter().map(|p| (p - sample.point_mm).norm()).fold(f64::MAX, f64::min);
            assert!(near < 2.0 + 0.5, "{sample:?}: {near} mm");
        }
        // Moved onto the surface they lie there, and none of it is left out.
        let outline = s.outline_points_on_surface(1.0);
        assert!(outline.iter().all(|p| s.level_mm(*p).abs() < 3e-3));
        for sample in s.surface_samples(0.7) {
            let near =
                outline.iter().map(|p| (p - sample.point_mm).norm()).fold(f64::MAX, f64::min);
            assert!(near < 2.0 + 0.5, "{sample:?}: {near} mm");
        }
    }
}

#[test]
fn the_fullest_solid_reaches_up_to_what_was_not_drawn() {
    // A plate of 12 mm whose next plane is a rod at its rim: it may end just below that plane.
    let mut planes: Vec<Contour> = (0..4).map(|k| disc(0.0, 12.0, 2.0 * f64::from(k))).collect();
    planes.extend((4..9).map(|k| disc(9.0, 2.0, 2.0 * f64::from(k))));
    let s = solid(&planes, EndRule::HalfSlice);
    let full = s.fullest();
    let inside = |s: &Solid, x: f64, z: f64| s.level_mm(Point3::new(x, 0.0, z)) < 0.0;
    assert!(inside(&s, -6.0, 6.0) && !inside(&s, -6.0, 7.5));
    assert!(inside(&full, -6.0, 7.5) && inside(&full, -6.0, 7.9) && !inside(&full, -6.0, 8.01));
    // Both ends go on for a whole slice.
    for (x, end, up) in [(0.0, 0.0, -1.0), (9.0, 16.0, 1.0)] {
        assert!(inside(&s, x, end + 0.99 * up) && !inside(&s, x, end + 1.01 * up));
        assert!(inside(&full, x, end + 1.99 * up) && !inside(&full, x, end + 2.01 * up));
    }
    // A section that grew by 1 mm a slice, or moved, goes on to do so.
    let grows: Vec<Contour> =
        (0..5).map(|k| disc(f64::from(k), 5.0 + f64::from(k), 2.0 * f64::from(k))).collect();
    let full = solid(&grows, EndRule::HalfSlice).fullest();
    let (x, r) = (5.0, 10.0);
    for (at, wanted) in [(x + r - 0.1, true), (x + r + 0.1, false), (x - r + 0.1, true)] {
        assert_eq!(inside(&full, at, 9.999), wanted, "{at}");
    }
    // One whose taper closes within the slice closes at the next plane, as a pole does: half way
    // there the square of its radius is half.
    let ball: Vec<Contour> =
        (-4..=4).map(|k| 2.0 * f64::from(k)).map(|z| disc(0.0, (81.0 - z * z).sqrt(), z)).collect();
    let full = solid(&ball, EndRule::HalfSlice).fullest();
    let r = (17.0_f64 * 0.5).sqrt();
    assert!(inside(&full, r - 0.05, 9.0) && !inside(&full, r + 0.05, 9.0));
    assert!(inside(&full, 0.2, 9.9) && !inside(&full, 0.0, 10.01));
}

/// A wedge with one upright face, as a tumour that was cut back: what closes beyond its last plane may
/// close at that face, and does not go past it.
#[test]
fn the_fullest_solid_keeps_a_face_that_stays_where_it_is() {
    let sides = [26.03, 20.11, 14.07, 8.01, 2.83];
    let planes = (0..).map(|k| 2.0 * f64::from(k));
    let wedge: Vec<Contour> =
        sides.iter().zip(planes).map(|(l, z)| square(0.5 * l, *l, z)).collect();
    let full = solid(&wedge, EndRule::HalfSlice).fullest();
    for z in [8.2, 9.0, 9.8] {
        for (x, least_mm) in [(-0.3, 0.3), (-2.0, 2.0), (0.0, 0.0)] {
            let level_mm = full.level_mm(Point3::new(x, 0.0, z));
            assert!(level_mm >= least_mm - 1e-9, "{level_mm} mm at {x}, {z}");
        }
    }
}

#[test]
fn variants_go_through_the_planes_that_they_keep() {
    let radius = |z: f64| 6.0 + (0.4 * z).sin();
    let planes: Vec<Contour> =
        (0..9).map(|k| 2.0 * f64::from(k)).map(|z| disc(0.0, radius(z), z)).collect();
    let s = solid(&planes, EndRule::Plane);
    let at = |s: &Solid, r: f64, z: f64| s.level_mm(Point3::new(r, 0.0, z));
    for k in 0..9 {
        let z = 2.0 * f64::from(k);
        for v in [&s.straight(), &s.cubic()] {
            assert!(at(v, radius(z), z).abs() < 1e-6, "{z}");
        }
        for odd in [false, true] {
            let kept = k == 0 || k == 8 || (k % 2 == 1) == odd;
            let off = at(&s.thinned(odd), radius(z), z).abs();
            assert_eq!(off < 1e-6, kept, "{z} {odd}: {off}");
        }
    }
    // Half way between two planes the straight solid has the mean of their radii.
    for k in 0..8 {
        let (lo, hi) = (2.0 * f64::from(k), 2.0 * f64::from(k + 1));
        let r = 0.5 * (radius(lo) + radius(hi));
        assert!(at(&s.straight(), r, 0.5 * (lo + hi)).abs() < 0.005, "{lo}");
        // The curved one follows the sine to its fourth order.
        let r = radius(0.5 * (lo + hi));
        if (1..7).contains(&k) {
            assert!(at(&s.cubic(), r, 0.5 * (lo + hi)).abs() < 0.015, "{lo}");
        }
    }
}

#[test]
fn a_solid_that_moves_takes_all_of_it_along() {
    let planes: Vec<Contour> =
        (0..6).filter(|k| *k != 3).map(|k| disc(0.0, 5.0, 2.0 * f64::from(k))).collect();
    let s = solid(&planes, EndRule::HalfSlice);
    let by = Vector3::new(1.5, -2.0, 3.25);
    let moved = s.shifted(by);
    for p in [[0.0, 0.0, 1.0], [5.5, 1.0, 6.2], [0.0, -4.0, 10.9], [4.0, 4.0, -1.2]] {
        let p = Point3::from(p);
        assert!((moved.level_mm(p + by) - s.level_mm(p)).abs() < 1e-9, "{p}");
        assert_eq!(moved.covers(p + by), s.covers(p), "{p}");
    }
    let up = |of: &[f64]| of.iter().map(|w| w + 3.25).collect::<Vec<_>>();
    assert_eq!(moved.planes_mm(), up(s.planes_mm()));
    assert_eq!(moved.missing_planes_mm(), up(s.missing_planes_mm()));
    assert_eq!(s.missing_planes_mm(), [6.0]);
    assert!((moved.volume_cc() - s.volume_cc()).abs() < 1e-12);
    let (a, b) = (s.bounds(), moved.bounds());
    assert!((b.0 - a.0 - by).norm() < 1e-9 && (b.1 - a.1 - by).norm() < 1e-9);
    // The box holds the ends: a whole slice either way.
    assert!((a.0 - Point3::new(-5.0, -5.0, -2.0)).norm() < 0.01, "{a:?}");
    assert!((a.1 - Point3::new(5.0, 5.0, 12.0)).norm() < 0.01, "{a:?}");
}

#[test]
fn a_pixel_is_as_large_as_its_steps_say_along_a_direction() {
    let grid = Grid::axis_aligned(Point3::origin(), [0.8, 1.2, 3.0], [20, 20, 4]).expect("a grid");
    let mask = Volume::from_fn(grid, |[x, y, _]| (5..15).contains(&x) && (5..15).contains(&y));
    let slices = Slices::of_volume(&mask, 2, |&inside| if inside { FULL } else { 0 });
    let s = Solid::from_mask(&slices.expect("slices"), EndRule::HalfSlice, 3.0).expect("a solid");
    let along = |x: f64, y: f64, z: f64| s.pixel_mm(Vector3::new(x, y, z)).expect("pixels");
    assert!(
        (along(2.0, 0.0, 0.0) - 0.8).abs() < 1e-9 && (along(0.0, -1.0, 0.0) - 1.2).abs() < 1e-9
    );
    assert!((along(3.0, 4.0, 0.0) - 0.48_f64.hypot(0.96)).abs() < 1e-9);
    assert!(along(0.0, 0.0, 1.0) < 1e-9 && (along(0.0, 0.0, 0.0) - 1.2).abs() < 1e-9);
    assert!(s.is_of_pixels());
    let drawn = solid(&[square(0.0, 4.0, 0.0)], EndRule::Plane);
    assert!(!drawn.is_of_pixels() && drawn.pixel_mm(Vector3::x()).is_none());
}

/// The heights of samples with their area each, ascending.
fn levels(s: &Solid, step_mm: f64) -> Vec<(f64, f64)> {
    let mut found: Vec<(f64, f64)> = Vec::new();
    for p in s.surface_samples(step_mm) {
        if p.kind != SurfaceSampleKind::Side {
            continue;
        }
        match found.iter_mut().find(|(w, _)| (*w - p.w_mm).abs() < 1e-9) {
            Some((_, area)) => *area += p.area_mm2,
            None => found.push((p.w_mm, p.area_mm2)),
        }
    }
    found.sort_by(|a, b| a.0.total_cmp(&b.0));
    found
}

#[test]
fn the_levels_of_samples_lie_evenly_between_two_planes_and_each_stands_for_its_height() {
    let tube: Vec<Contour> = (0..3).map(|k| disc(0.0, 6.0, 4.0 * f64::from(k))).collect();
    let s = Solid::from_contours(&tube, EndRule::Plane, 4.0).expect("a solid");
    for (step_mm, cells) in [(4.0, 1_u32), (2.0, 2), (1.3, 3), (1.0, 4), (0.8, 5)] {
        let found = levels(&s, step_mm);
        let apart = 4.0 / f64::from(cells);
        assert_eq!(found.len(), 2 * cells as usize + 1, "{step_mm}");
        let last = found.len() - 1;
        for (k, (w, area)) in found.iter().enumerate() {
            assert!((w - apart * k as f64).abs() < 1e-9, "{step_mm}: {w}");
            // The first and the last stand for half. Round the ring they are as wide as half the
            // chord from one neighbour to the other.
            let high = if k == 0 || k == last { 0.5 * apart } else { apart };
            let round = (TAU * 6.0 / step_mm).ceil();
            let wanted = round * 6.0 * (TAU / round).sin() * high;
            assert!((area / wanted - 1.0).abs() < 0.003, "{step_mm} {w}: {area} for {wanted}");
        }
    }
}

#[test]
fn the_levels_past_a_last_plane_end_with_the_solid() {
    let tube: Vec<Contour> = (0..3).map(|k| disc(0.0, 6.0, 4.0 * f64::from(k))).collect();
    let s = Solid::from_contours(&tube, EndRule::HalfSlice, 4.0).expect("a solid");
    for step_mm in [1.0, 0.9, 0.5] {
        let found = levels(&s, step_mm);
        let past: Vec<_> = found.iter().filter(|(w, _)| *w > 8.0 + 1e-9).collect();
        let before: Vec<_> = found.iter().filter(|(w, _)| *w < -1e-9).collect();
        assert_eq!(past.len(), before.len());
        // Half a slice of 2 mm, of which the plane's own level has half a height.
        let high = past[0].0 - 8.0;
        assert!(high <= step_mm + 1e-9 && high > 0.5 * step_mm, "{high} for {step_mm}");
        let last = past[past.len() - 1].0;
        assert!((last + 0.5 * high - 10.0).abs() < 1e-9, "{step_mm}: {last}");
        assert!((before[0].0 - 0.5 * high + 2.0).abs() < 1e-9, "{step_mm}");
        let area: f64 = found.iter().map(|f| f.1).sum();
        assert!((area / (TAU * 6.0 * 12.0) - 1.0).abs() < 0.01, "{step_mm}: {area}");
    }
}

#[test]
fn planes_much_denser_than_the_step_are_left_out_of_outlines() {
    let tube: Vec<Contour> = (0..12).map(|k| disc(0.0, 6.0, 0.5 * f64::from(k))).collect();
    let s = Solid::from_contours(&tube, EndRule::Plane, 0.5).expect("a solid");
    for (step_mm, every) in [(1.0, 0.5), (2.0, 1.0), (3.0, 1.5), (3.9, 2.0)] {
        let outline = s.outline_points(step_mm);
        let mut heights: Vec<f64> = outline.iter().map(|p| p.z).collect();
        heights.sort_by(f64::total_cmp);
        heights.dedup_by(|a, b| (*a - *b).abs() < 1e-9);
        // Half a step apart or more, and the last plane in any case.
        let mut wanted: Vec<f64> =
            (0..12).map(|k| every * f64::from(k)).filter(|z| *z < 5.5 - 1e-9).collect();
        wanted.push(5.5);
        let off = |(a, b): (&f64, &f64)| (a - b).abs() < 1e-9;
        assert!(
            heights.len() == wanted.len() && heights.iter().zip(&wanted).all(off),
            "{step_mm}: {heights:?}"
        );
        // Inside the outlines of the ends alone.
        let inner = outline.iter().filter(|p| p.x.hypot(p.y) < 5.9);
        assert!(inner.clone().count() >= 8);
        assert!(inner.clone().all(|p| p.z < 1e-9 || p.z > 5.5 - 1e-9));
    }
}

#[test]
fn a_sample_is_the_same_whether_or_not_its_neighbours_are_wanted() {
    // Far from the origin, and below and above it.
    for (x_mm, z_mm) in [(40.0, 30.0), (-35.0, -52.0), (0.0, -9.0)] {
        // A cone, so that points of a ring move as it is followed from plane to plane.
        let radius_mm = |k: i32| 7.0 - 0.3 * f64::from(k);
        let planes: Vec<Contour> =
            (0..10).map(|k| disc(x_mm, radius_mm(k), z_mm + 2.0 * f64::from(k))).collect();
        let tube = solid(&planes, EndRule::HalfSlice);
        let all = tube.surface_samples(1.0);
        let wanted = |p: thecal_geom::Point3| p.y - 2.3;
        let some = tube.surface_samples_where(1.0, &wanted);
        let among: Vec<_> = all.iter().filter(|s| wanted(s.point_mm) > 0.0).collect();
        assert!(some.len() >= among.len() && among.len() > 100);
        for sample in among {
            let same = some.iter().find(|s| (s.point_mm - sample.point_mm).norm() < 1e-9);
            let same = same.expect("it is wanted");
            assert!((same.area_mm2 - sample.area_mm2).abs() < 1e-9, "{same:?} {sample:?}");
            assert!((same.normal - sample.normal).norm() < 1e-9);
        }
        // Both ends face away from the tube, and have the area of a disc.
        for (end_mm, up, radius_mm) in
            [(z_mm - 1.0, -1.0, radius_mm(0)), (z_mm + 19.0, 1.0, radius_mm(9))]
        {
            let end = all.iter().filter(|s| (s.w_mm - end_mm).abs() < 1e-9);
            let end: Vec<_> = end.filter(|s| s.kind == SurfaceSampleKind::End).collect();
            assert!(end.iter().all(|s| (s.normal.z - up).abs() < 1e-9));
            let area_mm2: f64 = end.iter().map(|s| s.area_mm2).sum();
            let wanted_mm2 = PI * radius_mm * radius_mm;
            assert!((area_mm2 / wanted_mm2 - 1.0).abs() < 0.15, "{area_mm2} for {wanted_mm2}");
        }
    }
}

#[test]
fn parts_have_planes_and_ends_of_their_own() {
    let drawn = |x: f64, planes: std::ops::Range<i32>| {
        planes.map(move |k| disc(x, 3.0, 2.0 * f64::from(k))).collect::<Vec<_>>()
    };
    let two = solid(&[drawn(0.0, 0..5), drawn(20.0, 3..9)].concat(), EndRule::HalfSlice);
    let parts = two.parts();
    assert_eq!(parts.len(), 2);
    assert_eq!(parts[0].planes_mm(), [0.0, 2.0, 4.0, 6.0, 8.0]);
    assert_eq!(parts[1].planes_mm(), [6.0, 8.0, 10.0, 12.0, 14.0, 16.0]);
    assert_eq!(two.reaches_mm().collect::<Vec<_>>(), [[-1.0, 9.0], [5.0, 17.0]]);
    let cut = two.with_ends(EndRule::Plane);
    assert_eq!((two.end_rule(), cut.end_rule()), (EndRule::HalfSlice, EndRule::Plane));
    assert_eq!(cut.reaches_mm().collect::<Vec<_>>(), [[0.0, 8.0], [6.0, 16.0]]);
}

#[test]
fn between_the_planes_of_a_mask_levels_lie_on_straight_lines() {
    // A ball, whose sections shrink fast towards its poles.
    let grid = Grid::axis_aligned(Point3::new(-9.75, -9.75, -8.5), [0.5, 0.5, 2.0], [40, 40, 9]);
    let grid = grid.expect("a grid");
    let mask =
        Volume::from_fn(grid, |v| if grid.centre_mm(v).coords.norm() < 8.6 { FULL } else { 0 });
    let slices = Slices::of_volume(&mask, 2, |&v| v).expect("slices");
    let ball = Solid::from_mask(&slices, EndRule::HalfSlice, 2.0).expect("a solid");
    let planes: Vec<_> = ball.drawn().collect();
    for pair in planes.windows(2) {
        let ((low, of_low), (high, of_high)) = (pair[0], pair[1]);
        for part in [0.25, 0.5, 0.9] {
            for x in [5.0, 6.5, 8.0, 9.3] {
                let flat = |r: &thecal_geom::Region| r.signed_distance_mm([x, 0.1]);
                let wanted = (1.0 - part) * flat(of_low) + part * flat(of_high);
                let w = (1.0 - part) * low + part * high;
                let found = ball.level_mm(ball.patient_point([x, 0.1], w));
                // Deep inside a last plane its end may be nearer.
                if wanted > -0.4 {
                    assert!((found - wanted).abs() < 1e-9, "{w} {x}: {found} for {wanted}");
                }
            }
        }
    }
}

#[test]
fn points_along_a_ring_lie_on_it_as_far_from_each_other_one_as_another() {
    let planes: Vec<Contour> = (0..5).map(|k| square(-30.0, 10.0, 2.0 * f64::from(k))).collect();
    let bar = solid(&planes, EndRule::HalfSlice);
    for step_mm in [0.7, 1.3, 3.0] {
        let points = bar.outline_points(step_mm);
        let ring: Vec<_> = points.iter().filter(|p| (p.z - 4.0).abs() < 1e-9).collect();
        let count = (40.0 / step_mm).ceil();
        assert_eq!(ring.len(), count as usize);
        // How far along the sides each lies, from a corner on.
        let mut along: Vec<f64> = Vec::new();
        for p in &ring {
            let (x, y) = (p.x + 30.0, p.y);
            assert!((x.abs().max(y.abs()) - 5.0).abs() < 1e-9, "{p}");
            along.push(match () {
                () if (y + 5.0).abs() < 1e-9 => x + 5.0,
                () if (x - 5.0).abs() < 1e-9 => 15.0 + y,
                () if (y - 5.0).abs() < 1e-9 => 25.0 - x,
                () => 35.0 - y,
            });
        }
        along.sort_by(f64::total_cmp);
        along.push(along[0] + 40.0);
        for pair in along.windows(2) {
            assert!((pair[1] - pair[0] - 40.0 / count).abs() < 1e-9, "{pair:?}");
        }
    }
}
