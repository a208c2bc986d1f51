//! Volumes near a reference, and of what two structures share, in closed form.

use crate::shapes::{ball, circle, flat, heights, solid, tube};
use std::f64::consts::PI;
use thecal_geom::Point3;
use thecal_margin::{Arrangement, measure};
use thecal_mask::EndRule;

fn within(what: &str, found_cc: f64, wanted_mm3: f64, part: f64) {
    let off = 1000.0 * found_cc / wanted_mm3 - 1.0;
    assert!(off.abs() < part, "{what}: {found_cc} cc for {wanted_mm3} mm3, off by {off}");
}

/// The volume that two balls share (Weisstein, MathWorld: Sphere-Sphere Intersection, eq. 16).
fn lens_mm3(a_mm: f64, b_mm: f64, apart_mm: f64) -> f64 {
    let (r, s, d) = (a_mm, b_mm, apart_mm);
    let shape = d * d + 2.0 * d * s - 3.0 * s * s + 2.0 * d * r + 6.0 * s * r - 3.0 * r * r;
    PI * (r + s - d).powi(2) * shape / (12.0 * d)
}

#[test]
fn a_thin_tumour_within_reach_counts_as_a_whole() {
    // Rods of two heights, whose difference hangs on no end. On their bent sides a lattice of
    // 0.5 mm errs most.
    let cord = tube([0.0, 0.0], 5.0, 120, 0.0);
    for (radius_mm, shift) in [(2.0, 0.0), (2.0, 0.23), (3.0, 0.11)] {
        let of = |high_mm: f64| {
            let ring = || circle([9.0 + shift, 0.4 * shift], radius_mm, 120, 0.0);
            let planes = heights(-0.5 * high_mm, 0.5 * high_mm, 2.0).map(|z| flat(ring(), z));
            let tumour = solid(&planes.collect::<Vec<_>>(), EndRule::Plane, 2.0);
            let found = measure(&tumour, &cord, Arrangement::Apart, &[20.0]).expect("measured");
            found.profile.below[0].volume_cc.expect("a volume")
        };
        within("a rod", of(28.0) - of(8.0), 20.0 * PI * radius_mm * radius_mm, 0.015);
    }
}

#[test]
fn what_two_balls_share_is_a_lens() {
    for (radius_mm, apart_mm) in [(6.0, 7.0), (3.5, 6.3), (8.0, 12.1)] {
        let (a, b) = (
            ball(Point3::new(apart_mm * 0.6, apart_mm * 0.8, 0.0), radius_mm, 0.5, 0.5),
            ball(Point3::origin(), 6.0, 0.5, 0.5),
        );
        let found = measure(&a, &b, Arrangement::Apart, &[1.5]).expect("measured");
        within("shared", found.overlap_cc, lens_mm3(radius_mm, 6.0, apart_mm), 0.04);
        // What lies within a reach of a ball lies in a ball that is larger by it.
        let near_cc = found.profile.below[0].volume_cc.expect("a volume");
        within("near", near_cc, lens_mm3(radius_mm, 7.5, apart_mm), 0.04);
    }
}

#[test]
fn volumes_grow_with_the_reach_as_a_segment_does() {
    // Blocks of two heights in front of a tube, 1 mm off it.
    let reaches_mm = [0.5, 2.0, 3.0, 4.5];
    let cord = tube([0.0, 0.0], 5.0, 180, 0.0);
    let of = |high_mm: f64| {
        let block = || [[-15.0, -20.0], [15.0, -20.0], [15.0, -6.0], [-15.0, -6.0]];
        let planes = heights(-0.5 * high_mm, 0.5 * high_mm, 2.0).map(|z| flat(block(), z));
        let tumour = solid(&planes.collect::<Vec<_>>(), EndRule::Plane, 2.0);
        let found = measure(&tumour, &cord, Arrangement::Apart, &reaches_mm).expect("measured");
        assert_eq!(found.overlap_cc, 0.0);
        found.profile.below
    };
    for (low, high) in of(8.0).iter().zip(of(20.0)) {
        let (t, cc) = (low.threshold_mm, |b: Option<f64>| b.expect("a volume"));
        let (more_cc, r) = (cc(high.volume_cc) - cc(low.volume_cc), 5.0 + t);
        if r < 6.0 {
            assert_eq!((more_cc, high.surface_mm2, high.length_mm), (0.0, 0.0, 0.0));
            continue;
        }
        // A disc beyond a chord 6 mm from its middle.
        let segment_mm2 = r * r * (6.0 / r).acos() - 6.0 * (r * r - 36.0).sqrt();
        // Distances that are interpolated over 1 mm come out up to 0.03 mm too large.
        let arc_mm = 2.0 * r * (6.0 / r).acos();
        within("segment", more_cc, 12.0 * segment_mm2, 0.03 * arc_mm / segment_mm2);
        // Points of the cord at an angle t from anterior lie 6 - 5 cos t below the block.
        let strip_mm2 = 2.0 * ((6.0 - t) / 5.0_f64).acos() * 5.0 * 12.0;
        within("strip", 1e-3 * (high.surface_mm2 - low.surface_mm2), strip_mm2, 0.02);
        // The rim of the block is near sqrt(t² - 1) past its end.
        let length_mm = 20.0 + 2.0 * (t * t - 1.0).sqrt();
        assert!((high.length_mm - length_mm).abs() < 0.6, "{} {length_mm}", high.length_mm);
    }
    // A structure within another has no volume outside of it.
    let nested = measure(&cord, &tube([0.0, 0.0], 8.0, 90, 0.0), Arrangement::Within, &[2.0]);
    assert_eq!(nested.expect("measured").profile.below[0].volume_cc, None);
}
