//! Gaps between voxel centres, against brute force over masks that are counted by hand.

use thecal_conventions::{Convention, NoFigure, gap};
use thecal_geom::{Contour, Point3};
use thecal_margin::Arrangement;
use thecal_mask::{EndRule, Solid};
use thecal_voxel::{FULL, Grid, Slices, Volume};

use crate::made::{circle, contour, pair, rectangle, solid, stack};

/// Pixels of 1 x 1.5 mm, slices 2 mm apart, an origin that is no round number.
fn grid() -> Grid {
    Grid::axis_aligned(Point3::new(-15.2, -14.7, 0.0), [1.0, 1.5, 2.0], [40, 22, 9])
        .expect("a grid")
}

fn planes(from: i32, to: i32) -> Vec<f64> {
    (from..=to).map(|k| 2.0 * f64::from(k)).collect()
}

/// Even-odd inside by crossings of a ray to the right, point by point.
fn holds(rings: &[&Vec<[f64; 2]>], [x, y]: [f64; 2]) -> bool {
    let crossings = rings.iter().flat_map(|r| r.iter().zip(r.iter().cycle().skip(1)));
    let crossed = crossings.filter(|(a, b)| {
        let (low, high) = if a[1] < b[1] { (a, b) } else { (b, a) };
        low[1] <= y
            && y < high[1]
            && x < low[0] + (y - low[1]) * (high[0] - low[0]) / (high[1] - low[1])
    });
    crossed.count() % 2 == 1
}

/// Centres of the voxels that a rule takes.
fn centres(grid: &Grid, takes: impl Fn([f64; 2], f64) -> bool) -> Vec<Point3> {
    let [nx, ny, nz] = grid.size();
    let all = (0..nx * ny * nz).map(|n| grid.centre_mm([n % nx, n / nx % ny, n / (nx * ny)]));
    all.filter(|p| takes([p.x, p.y], p.z)).collect()
}

fn least_mm(a: &[Point3], b: &[Point3]) -> f64 {
    a.iter().flat_map(|p| b.iter().map(move |q| (p - q).norm())).fold(f64::INFINITY, f64::min)
}

#[test]
fn the_gap_of_pixel_centres_is_that_of_brute_force() {
    let mut seen = Vec::new();
    for shift in 0..6 {
        let off = f64::from(shift);
        let disc = circle([-4.3 + 0.17 * off, 0.4], 4.6, 40);
        let other = circle([6.9, 1.1 + 0.31 * off], 3.4, 40);
        let (a, b) = (
            stack(std::slice::from_ref(&disc), &planes(1, 4)),
            stack(std::slice::from_ref(&other), &planes(3, 8)),
        );
        let (sa, sb) = (solid(&a), solid(&b));
        let pair = pair((&a, &sa), (&b, &sb), Arrangement::Apart);
        let g = grid();
        let in_a = centres(&g, |p, z| (1.9..8.1).contains(&z) && holds(&[&disc], p));
        let in_b = centres(&g, |p, z| (5.9..16.1).contains(&z) && holds(&[&other], p));
        let wanted = least_mm(&in_a, &in_b);
        for convention in [
            Convention::PixelCentres,
            Convention::PixelCentresScanLine,
            Convention::PixelCentresUnion,
        ] {
            let found = gap(&pair, convention, &g).expect("a gap");
            assert!((found.gap_mm - wanted).abs() < 1e-9, "{shift}: {} {wanted}", found.gap_mm);
            assert!(in_a.iter().any(|p| (p - found.a_mm).norm() < 1e-9));
            assert!(in_b.iter().any(|p| (p - found.b_mm).norm() < 1e-9));
            assert!(((found.a_mm - found.b_mm).norm() - wanted).abs() < 1e-9);
        }
        seen.push(wanted);
    }
    // The shapes move by less than a pixel, and the gap of their masks by more than ours.
    seen.sort_by(f64::total_cmp);
    assert!(seen[5] - seen[0] > 0.4, "{seen:?}");
}

#[test]
fn edges_are_in_as_opencv_draws_them() {
    // A triangle whose corners are rounded to (3, 2), (7, 4) and (4, 7): what cv2.fillPoly of OpenCV
    // 5.0.0 makes of it. The upper edge has two pixels half way between rows.
    let corners = [[2.8, 2.3], [7.4, 3.6], [4.3, 6.8]];
    let rows: [&[usize]; 6] = [&[3, 4], &[3, 4, 5, 6], &[3, 4, 5, 6, 7], &[4, 5, 6], &[4, 5], &[4]];
    let g = Grid::axis_aligned(Point3::origin(), [1.0, 1.0, 2.0], [12, 12, 4]).unwrap();
    let triangle = stack(&[corners.to_vec()], &[0.0, 2.0]);
    let drawn = solid(&triangle);
    let one =
        thecal_conventions::Drawn { name: "GTV", contours: &triangle, mask: None, solid: &drawn };
    for convention in [Convention::EdgesIncluded, Convention::EdgesIncludedXor] {
        let at = Point3::new(5.0, 5.0, 2.0);
        let found = thecal_conventions::pixels_on_slice(&one, convention, &g, at).unwrap();
        let mut pixels: Vec<[i64; 2]> = found
            .iter()
            .map(|c| [(c[0].y + 0.5).round() as i64, (c[0].x + 0.5).round() as i64])
            .collect();
        pixels.sort_unstable();
        let wanted: Vec<[i64; 2]> = rows
            .iter()
            .enumerate()
            .flat_map(|(row, xs)| xs.iter().map(move |x| [row as i64 + 2, *x as i64]))
            .collect();
        assert_eq!(pixels, wanted, "{convention:?}");
    }
}

#[test]
fn the_edge_of_a_hole_is_in_or_out_as_the_programs_have_it() {
    // A square ring: 9 x 9 pixels outside, a hole with corners 3 x 3 pixels apart.
    let rings = [rectangle([2.0, 2.0], [10.0, 10.0]), rectangle([5.0, 5.0], [7.0, 7.0])];
    let contours = stack(&rings, &[0.0, 2.0]);
    let drawn = solid(&contours);
    let one =
        thecal_conventions::Drawn { name: "GTV", contours: &contours, mask: None, solid: &drawn };
    let g = Grid::axis_aligned(Point3::origin(), [1.0, 1.0, 2.0], [14, 14, 2]).unwrap();
    let count = |convention| {
        let at = Point3::new(3.0, 3.0, 0.0);
        thecal_conventions::pixels_on_slice(&one, convention, &g, at).unwrap().len()
    };
    // Centres: 8 x 8 less 2 x 2. Filled at once: all but the one pixel inside the hole's outline.
    // One by one: the hole takes its outline with it.
    assert_eq!(count(Convention::PixelCentres), 60);
    assert_eq!(count(Convention::PixelCentresUnion), 64);
    assert_eq!(count(Convention::EdgesIncluded), 80);
    assert_eq!(count(Convention::EdgesIncludedXor), 72);
}

#[test]
fn planes_half_way_between_slices_take_each_other_away() {
    // Planes 2 mm apart, half way between the slices: those of a pair fall on one slice of an even
    // number and are nothing by exclusive or. C rounds them up, each onto its own.
    let half: Vec<f64> = planes(1, 6).iter().map(|z| z + 1.0).collect();
    let a = stack(&[rectangle([-5.0, -5.0], [0.0, 5.0])], &half);
    let b = stack(&[rectangle([4.0, -5.0], [9.0, 5.0])], &planes(0, 8));
    let (sa, sb) = (solid(&a), solid(&b));
    let pair = pair((&a, &sa), (&b, &sb), Arrangement::Apart);
    let lost = gap(&pair, Convention::PixelCentres, &grid());
    assert_eq!(lost.unwrap_err(), NoFigure::Empty { name: "GTV".to_owned() });
    let scan_line = gap(&pair, Convention::PixelCentresScanLine, &grid()).expect("a gap");
    // From the centre at -0.2 to that at 4.8.
    assert!((scan_line.gap_mm - 5.0).abs() < 1e-9, "{}", scan_line.gap_mm);
}

#[test]
fn the_cord_in_its_sac_is_measured_on_the_slices_of_both() {
    let sac = rectangle([-8.0, -8.0], [8.0, 8.0]);
    let cord = rectangle([-4.0, -4.0], [4.5, 4.0]);
    let (a, b) = (
        stack(std::slice::from_ref(&cord), &planes(0, 8)),
        stack(std::slice::from_ref(&sac), &planes(2, 6)),
    );
    let (sa, sb) = (solid(&a), solid(&b));
    let pair = pair((&a, &sa), (&b, &sb), Arrangement::Within);
    let g = grid();
    let on_both = |z: f64| (3.9..12.1).contains(&z);
    let inner = centres(&g, |p, z| on_both(z) && holds(&[&cord], p));
    let outside = centres(&g, |p, z| on_both(z) && !holds(&[&sac], p));
    let wanted = least_mm(&inner, &outside);
    let found = gap(&pair, Convention::PixelCentres, &g).expect("a gap");
    assert!((found.gap_mm - wanted).abs() < 1e-9, "{} {wanted}", found.gap_mm);
    // The ends of the sac, 2 mm away, count for nothing.
    assert!(wanted > 3.0, "{wanted}");
}

#[test]
fn masks_that_share_a_voxel_have_no_gap_and_what_has_none_says_why() {
    let a = stack(&[rectangle([-5.0, -5.0], [1.0, 5.0])], &planes(1, 5));
    let b = stack(&[rectangle([0.0, -5.0], [6.0, 5.0])], &planes(1, 5));
    let (sa, sb) = (solid(&a), solid(&b));
    let overlapping = pair((&a, &sa), (&b, &sb), Arrangement::Apart);
    assert_eq!(gap(&overlapping, Convention::EdgesIncluded, &grid()).unwrap().gap_mm, 0.0);
    let beside = Grid::axis_aligned(Point3::new(100.0, 0.0, 0.0), [1.0; 3], [9, 9, 9]).unwrap();
    let found = gap(&overlapping, Convention::PixelCentres, &beside).unwrap_err();
    assert_eq!(found, NoFigure::OffGrid { name: "GTV".to_owned() });
    // What was drawn as a mask has no contours.
    let none: Vec<Contour> = Vec::new();
    let masked = pair((&none, &sa), (&b, &sb), Arrangement::Apart);
    let found = gap(&masked, Convention::Points, &grid()).unwrap_err();
    assert_eq!(found, NoFigure::NoContours { name: "GTV".to_owned() });
    assert!(gap(&masked, Convention::EndsPlane, &grid()).is_ok());
    // Contours across the slices.
    let upright: Vec<Contour> = planes(1, 4)
        .iter()
        .map(|x| {
            let mut c = contour(&rectangle([0.0, 2.0], [6.0, 9.0]), 0.0);
            c.points_mm.iter_mut().for_each(|p| *p = Point3::new(*x, p.x, p.y));
            c
        })
        .collect();
    let su = solid(&upright);
    let across = pair((&upright, &su), (&b, &sb), Arrangement::Apart);
    let found = gap(&across, Convention::PixelCentres, &grid()).unwrap_err();
    assert_eq!(found, NoFigure::Across { name: "GTV".to_owned() });
    let found = gap(&across, Convention::Slabs, &grid()).unwrap_err();
    assert_eq!(found, NoFigure::NotParallel { name: "GTV".to_owned() });
}

#[test]
fn what_was_drawn_as_masks_is_measured_between_its_own_voxels() {
    // Two balls of voxels of 0.8 x 1.1 x 2 mm.
    let g = Grid::axis_aligned(Point3::new(-12.0, -9.0, 0.0), [0.8, 1.1, 2.0], [40, 18, 10])
        .expect("a grid");
    let ball = |x: f64, r: f64| {
        let volume = Volume::from_fn(g, |v| (g.centre_mm(v) - Point3::new(x, 0.4, 9.0)).norm() < r);
        let drawn = |inside: &bool| if *inside { FULL } else { 0 };
        (Slices::of_volume(&volume, 2, drawn).expect("a mask"), volume)
    };
    let ((ma, va), (mb, vb)) = (ball(-4.0, 5.0), ball(9.3, 4.4));
    let of = |m: &Slices| Solid::from_mask(m, EndRule::HalfSlice, 2.0).expect("a solid");
    let (sa, sb) = (of(&ma), of(&mb));
    let none: Vec<Contour> = Vec::new();
    let mut pair = pair((&none, &sa), (&none, &sb), Arrangement::Apart);
    (pair.a.mask, pair.b.mask) = (Some(&ma), Some(&mb));
    let set = |v: &Volume<bool>| -> Vec<Point3> {
        let [nx, ny, _] = g.size();
        let all = v.values().iter().enumerate().filter(|(_, set)| **set);
        all.map(|(n, _)| g.centre_mm([n % nx, n / nx % ny, n / (nx * ny)])).collect()
    };
    let found = gap(&pair, Convention::PixelCentres, &g).expect("a gap");
    let wanted = least_mm(&set(&va), &set(&vb));
    assert!((found.gap_mm - wanted).abs() < 1e-9, "{} {wanted}", found.gap_mm);
    assert!(gap(&pair, Convention::EdgesIncluded, &g).is_err());
    let volumes = thecal_conventions::volumes(&pair.a, &g);
    let counted = volumes[0].found.as_ref().expect("a volume").volume_cc;
    assert!((counted - va.volume_cc()).abs() < 1e-9, "{counted}");
}
