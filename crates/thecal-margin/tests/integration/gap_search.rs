//! The search for the least distance against a slow one over dense sections of both solids.

use crate::shapes::{ball, tube};
use std::f64::consts::TAU;
use thecal_geom::{Contour, ContourKind, Point3, Region};
use thecal_margin::{Arrangement, gap};
use thecal_mask::solid::Cut;
use thecal_mask::{EndRule, Solid};

fn contour(ring: impl Iterator<Item = [f64; 2]>, z: f64) -> Contour {
    let points_mm = ring.map(|[x, y]| Point3::new(x, y, z)).collect();
    Contour { number: 1, kind: ContourKind::ClosedPlanar, points_mm }
}

fn disc(centre: [f64; 2], radius: f64, z: f64) -> Contour {
    let at = |i: i32| {
        let a = TAU * f64::from(i) / 200.0;
        [centre[0] + radius * a.cos(), centre[1] + radius * a.sin()]
    };
    contour((0..200).map(at), z)
}

fn solid(contours: &[Contour], ends: EndRule) -> Solid {
    Solid::from_contours(contours, ends, 2.0).expect("contours make a solid")
}

/// A number between 0 and 1 that looks random.
fn part(k: u64) -> f64 {
    let x = k.wrapping_mul(0x9E37_79B9_7F4A_7C15);
    let x = (x ^ (x >> 29)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    ((x ^ (x >> 32)) >> 11) as f64 / (1_u64 << 53) as f64
}

/// A stack of jagged stars that leans and changes from plane to plane.
fn stars(seed: u64, centre: [f64; 2], radius: f64) -> Solid {
    let of_plane = |k: u64| {
        let at = |i: u64| {
            let a = TAU * i as f64 / 24.0;
            let r = radius * (0.75 + 0.5 * part(seed * 1000 + 31 * k + i));
            let lean = 0.6 * (part(seed) - 0.5) * k as f64;
            [centre[0] + lean + r * a.cos(), centre[1] + r * a.sin()]
        };
        contour((0..24).map(at), 2.0 * k as f64)
    };
    solid(&(0..6).map(of_plane).collect::<Vec<_>>(), EndRule::Plane)
}

/// The least distance over sections a twentieth of a millimetre apart.
fn slow(a: &Solid, b: &Solid) -> f64 {
    let heights: Vec<f64> = (0..=200).map(|k| 0.05 * f64::from(k)).collect();
    let cut = Cut { step_mm: 0.2, tolerance_mm: 0.002 };
    let of = |s: &Solid| s.sections(a.frame(), &heights, cut).expect("sections");
    let (of_a, of_b) = (of(a), of(b));
    let mut least = f64::INFINITY;
    for (za, ra) in heights.iter().zip(&of_a) {
        for (zb, rb) in heights.iter().zip(&of_b) {
            let up = (za - zb).abs();
            if let (Some(ra), Some(rb)) = (ra, rb)
                && up < least
                && let Some(c) = ra.closest_points(rb, (least * least - up * up).sqrt())
            {
                least = c.distance_mm.hypot(up);
            }
        }
    }
    least
}

#[test]
fn no_nearer_pair_is_missed_on_jagged_stacks() {
    for seed in 1..9 {
        let a = stars(seed, [0.0, 0.0], 6.0);
        let b = stars(seed + 100, [15.0 + 2.0 * part(seed + 7), 3.0], 5.0);
        let (found, slow) = (gap(&a, &b, Arrangement::Apart).expect("a gap"), slow(&a, &b));
        // The slow search misses by its steps, never below.
        assert!(found.gap_mm < slow + 0.01, "seed {seed}: {} and {slow}", found.gap_mm);
        assert!(found.gap_mm > slow - 0.05, "seed {seed}: {} and {slow}", found.gap_mm);
        assert!(a.level_mm(found.a_mm).abs() < 0.01 && b.level_mm(found.b_mm).abs() < 0.01);
        assert!(((found.a_mm - found.b_mm).norm() - found.gap_mm).abs() < 1e-9);
    }
}

#[test]
fn ends_are_faces_whatever_their_radii() {
    // A cord of radius 5 that ends 2 mm below a tumour of radius 9, and the other way round.
    for (below, above) in [(5.0, 9.0), (9.0, 5.0), (7.0, 7.0)] {
        let stack = |radius: f64, from: f64| {
            let planes = (0..8).map(|k| disc([0.0, 0.0], radius, from + 2.0 * f64::from(k)));
            solid(&planes.collect::<Vec<_>>(), EndRule::Plane)
        };
        let g = gap(&stack(above, 16.0), &stack(below, 0.0), Arrangement::Apart).expect("a gap");
        assert!((g.gap_mm - 2.0).abs() < 1e-3, "{below} {above}: {}", g.gap_mm);
    }
}

#[test]
fn far_structures_are_as_far_apart_as_their_ends() {
    // Rods in line, 60 mm apart along the stack.
    let rod = |from: f64| {
        let planes = (0..10).map(|k| disc([0.0, 0.0], 4.0, from + 2.0 * f64::from(k)));
        solid(&planes.collect::<Vec<_>>(), EndRule::Plane)
    };
    let g = gap(&rod(78.0), &rod(0.0), Arrangement::Apart).expect("a gap");
    assert!((g.gap_mm - 60.0).abs() < 1e-3, "{}", g.gap_mm);
}

#[test]
fn what_lies_deep_inside_is_as_deep_as_it_lies() {
    // A rod of 3 mm in the middle of one of 40 mm: the middle of its end lies 40 mm deep.
    let rod = |radius: f64, from: i32, to: i32| {
        let planes = (from..to).map(|k| disc([0.0, 0.0], radius, 2.0 * f64::from(k)));
        solid(&planes.collect::<Vec<_>>(), EndRule::Plane)
    };
    let g = gap(&rod(3.0, -4, 5), &rod(40.0, -40, 41), Arrangement::Apart).expect("a gap");
    assert!((g.gap_mm + 40.0).abs() < 0.02, "{}", g.gap_mm);
}

/// Samples of the slow search for depths lie this far apart.
const SAMPLES_MM: f64 = 0.6;

/// A solid for the slow search: fine samples of its surface, and the outlines of dense sections and its two ends,
/// which its surface is taken to be.
struct Dense<'a> {
    solid: &'a Solid,
    ends: [f64; 2],
    heights: Vec<f64>,
    sections: Vec<Option<Region>>,
    samples: Vec<Point3>,
}

impl<'a> Dense<'a> {
    fn new(solid: &'a Solid, ends: [f64; 2]) -> Self {
        let heights: Vec<f64> = (ends[0] as i32..=ends[1] as i32).map(f64::from).collect();
        let cut = Cut { step_mm: 0.5, tolerance_mm: 0.005 };
        let sections = solid.sections(solid.frame(), &heights, cut).expect("sections");
        let samples = solid.surface_samples(SAMPLES_MM).into_iter().map(|s| s.point_mm).collect();
        Self { solid, ends, heights, sections, samples }
    }

    /// How far a point within lies from the surface.
    fn depth(&self, p: Point3) -> f64 {
        let mut least = (p.z - self.ends[0]).abs().min((p.z - self.ends[1]).abs());
        let mut look = |(z, region): (&f64, &Option<Region>)| {
            let up = (p.z - z).abs();
            if let (true, Some(region)) = (up < least, region) {
                least = least.min(region.nearest([p.x, p.y]).distance_mm.hypot(up));
            }
            up < least
        };
        // From the point's own height downwards and upwards, until sections lie farther off than what was found.
        let above = self.heights.partition_point(|z| *z < p.z);
        let _ = self.heights[..above].iter().zip(&self.sections).rev().all(&mut look);
        let _ = self.heights[above..].iter().zip(&self.sections[above..]).all(&mut look);
        least
    }

    /// The greatest depth of its samples in another one.
    fn deepest_in(&self, other: &Self) -> f64 {
        let within = self.samples.iter().filter(|p| other.solid.level_mm(**p) < 0.0);
        within.map(|p| other.depth(*p)).fold(0.0, f64::max)
    }
}

#[test]
fn depths_in_a_large_jagged_body_are_those_of_a_slow_search() {
    // Bodies some 80 mm wide on planes 5 mm apart, and what lies off their middle or crosses them.
    let body = |seed: u64| {
        let of_plane = |k: u64| {
            let at = |i: u64| {
                let a = TAU * i as f64 / 24.0;
                let r = 40.0 * (0.75 + 0.5 * part(seed * 1000 + 17 * (k / 3) + i));
                [r * a.cos(), r * a.sin()]
            };
            contour((0..24).map(at), 5.0 * k as f64 - 50.0)
        };
        solid(&(0..21).map(of_plane).collect::<Vec<_>>(), EndRule::Plane)
    };
    for seed in 1..4 {
        let other = body(seed);
        let dense = Dense::new(&other, [-50.0, 50.0]);
        for (radius, off) in [(9.0, 0.0), (14.0, 12.0), (12.0, 30.0)] {
            let centre = [off * (2.0 * part(seed + 40) - 1.0), off * part(seed + 50)];
            let inner = stars(seed, centre, radius);
            let found = gap(&inner, &other, Arrangement::Apart).expect("a gap").gap_mm;
            let dense_inner = Dense::new(&inner, [0.0, 10.0]);
            let slow = dense_inner.deepest_in(&dense).max(dense.deepest_in(&dense_inner));
            // Samples miss the deepest point, which may be a sharp tip, by at most their distance;
            // sections a millimetre apart miss the nearest outline by less than a tenth of that.
            assert!(-found > slow - 0.05, "seed {seed}, {radius} at {off}: {found} and {slow}");
            assert!(
                -found < slow + SAMPLES_MM,
                "seed {seed}, {radius} at {off}: {found} and {slow}"
            );
        }
    }
}

/// The depth of the deepest sample of either surface in the other solid, by all samples of both.
fn slow_overlap(a: &Solid, b: &Solid) -> f64 {
    let deepest = |of: &Solid, other: &Solid| {
        let surface: Vec<Point3> =
            other.surface_samples(0.25).into_iter().map(|s| s.point_mm).collect();
        let away = |p: Point3| {
            let all = surface.iter().map(|q| (q - p).norm_squared());
            all.fold(f64::INFINITY, f64::min).sqrt()
        };
        let samples = of.surface_samples(0.2).into_iter();
        let inside = samples.filter(|s| other.level_mm(s.point_mm) < 0.0);
        inside.map(|s| away(s.point_mm)).fold(0.0, f64::max)
    };
    deepest(a, b).max(deepest(b, a))
}

/// A plate whose last plane is much smaller than those below, and a rod that leans and lies in it with its
/// side.
fn plate_and_rod(seed: u64) -> [Solid; 2] {
    let of = |n: u64| part(seed * 100 + n);
    let radius_mm = 6.0 + 4.0 * of(1);
    let last = [4.0 * (of(2) - 0.5), 4.0 * (of(3) - 0.5)];
    let disc_at = |k: i32| disc([0.0, 0.0], radius_mm, f64::from(k));
    let plate: Vec<Contour> = (0..10).map(disc_at).chain([disc(last, 2.0 + of(4), 10.0)]).collect();
    let lean = [0.4 * (of(5) - 0.5), 0.4 * (of(6) - 0.5)];
    let x_mm = radius_mm + 4.5 - 4.0 * of(7);
    let rod_at = |k: i32| {
        let z = 2.0 * f64::from(k) + of(8);
        disc([x_mm + lean[0] * z, lean[1] * z], 4.5, z)
    };
    let rod: Vec<Contour> = (-10..16).map(rod_at).collect();
    [solid(&plate, EndRule::HalfSlice), solid(&rod, EndRule::HalfSlice)]
}

#[test]
fn no_overlap_is_deeper_than_the_surfaces_say() {
    // The first of them as they come, and some where the plate's end was taken for the nearest surface.
    for seed in (0..12).chain([23, 83, 101, 166, 173]) {
        let [a, b] = plate_and_rod(seed);
        let slow = slow_overlap(&a, &b);
        let found = gap(&a, &b, Arrangement::Apart).expect("a gap");
        // Fine samples miss the deepest point, and the nearest one of the other surface, by half a step.
        let told = format!("seed {seed}: {found:?} and {slow}");
        assert!(-found.gap_mm < slow + 0.15, "{told}");
        assert!(slow < (0.05 - found.gap_mm).hypot(0.2), "{told}");
    }
}

/// What dips into the other is smaller than samples lie apart, so that none may lie in it: the cap of a
/// ball in a tube, and the rim of a rod's flat end in a tube that leans by 45 degrees.
#[test]
fn what_dips_into_the_other_between_samples_is_as_deep_as_it_lies() {
    let straight = tube([0.0, 0.0], 5.0, 720, 0.0);
    let circle = |centre: [f64; 2], radius: f64, z: f64| {
        let at = |i: i32| TAU * (f64::from(i) + 0.5) / 720.0;
        let point =
            move |i| [centre[0] + radius * f64::cos(at(i)), centre[1] + radius * f64::sin(at(i))];
        contour((0..720).map(point), z)
    };
    for k in 0..24 {
        let depth_mm = [0.02, 0.06, 0.12][k as usize % 3];
        let (turn, z) = (0.7 * f64::from(k), 0.13 * f64::from(k) - 1.5);
        let off_mm = 5.0 + 3.0 - depth_mm;
        let centre = Point3::new(off_mm * turn.cos(), off_mm * turn.sin(), z);
        let ball = ball(centre, 3.0, 1.0, 0.0);
        // The rod ends half a slice below its first plane, at z = 0; its rim is at -radius there.
        let radius = 2.5 + 0.11 * f64::from(k);
        let planes = |from: i32| (from..10).map(|i| 2.0 * f64::from(i) + 1.0);
        let rod: Vec<_> = planes(0).map(|z| circle([0.0, 0.0], radius, z)).collect();
        let edge = -radius + depth_mm * std::f64::consts::SQRT_2;
        let lean: Vec<_> = planes(-10).map(|z| circle([edge - 6.0 - z, 0.0], 6.0, z)).collect();
        let [rod, lean] = [rod, lean].map(|drawn| solid(&drawn, EndRule::HalfSlice));
        for (a, b) in [(&ball, &straight), (&rod, &lean), (&lean, &rod)] {
            let found = gap(a, b, Arrangement::Apart).expect("both are there");
            let off_mm = found.gap_mm + depth_mm;
            assert!(off_mm.abs() < 0.012, "{k}: {} for {depth_mm}", found.gap_mm);
        }
    }
}
