//! The part of the interval that chords between points leave open, against the sagittas of circles
//! in closed form: the range covers the truth, and is not much wider than it must be.

use crate::shapes::{flat, heights, sagitta_mm, solid, tube};
use thecal_geom::Point3;
use thecal_margin::{Arrangement, Interval, IntervalPart, Limit, PairGap, Part, measure};
use thecal_mask::{EndRule, Solid};
use thecal_voxel::{FULL, Grid, Slices, Volume};

/// The search leaves this much open where nothing else does, mm (docs/method.md).
const SEARCH_MM: f64 = 0.02;

fn measured(a: &Solid, b: &Solid, arrangement: Arrangement) -> PairGap {
    measure(a, b, arrangement, &[]).expect("they can be measured")
}

fn points(found: &PairGap) -> IntervalPart {
    let part = found.parts.iter().find(|p| p.part == Part::Points);
    *part.expect("chords leave something open")
}

/// An estimate of a sagitta is never below it, and at most 30 % above.
fn assert_told(what: &str, found_mm: f64, sagitta_mm: f64) {
    assert!(found_mm >= sagitta_mm, "{what}: {found_mm} mm for {sagitta_mm}");
    assert!(found_mm <= 1.3 * sagitta_mm + 1e-9, "{what}: {found_mm} mm for {sagitta_mm}");
}

/// Nothing but chords and the search widens the range of straight stacks whose ends are far.
fn assert_tight(found: &PairGap, lower_mm: f64, upper_mm: f64) {
    let Interval { lower_mm: lower, upper_mm: upper } = found.interval;
    let gap_mm = found.gap.gap_mm;
    assert!((gap_mm - lower - lower_mm - SEARCH_MM).abs() < 1e-3, "{found:?}");
    assert!((upper - gap_mm - upper_mm - SEARCH_MM).abs() < 1e-3, "{found:?}");
}

#[test]
fn two_round_outlines_come_nearer_by_their_sagittas_and_no_farther_apart() {
    // Drawn in so few points that the arcs over the chords matter; facing with corners or edges.
    for (few, many) in [(16, 24), (24, 40), (40, 64)] {
        for (at_a, at_b) in [(0.0, 0.0), (0.5, 0.5), (0.0, 0.5), (0.3, 0.1)] {
            // The tumour lies at 3 mm along x, where both have a corner (0) or an edge (0.5).
            let tumour = tube([5.0 + 3.0 + 9.0, 0.0], 9.0, many, at_a);
            let cord = tube([0.0, 0.0], 5.0, few, at_b);
            let found = measured(&tumour, &cord, Arrangement::Apart);
            let part = points(&found);
            let wanted = sagitta_mm(9.0, many) + sagitta_mm(5.0, few);
            assert_told("nearer", part.lower_mm, wanted);
            assert_eq!(part.upper_mm, 0.0);
            assert_tight(&found, part.lower_mm, 0.0);
            let Interval { lower_mm, upper_mm } = found.interval;
            assert!(lower_mm <= 3.0 && 3.0 <= upper_mm, "{few} {at_a} {at_b}: {found:?}");
        }
    }
}

#[test]
fn a_hollow_outline_draws_back_from_what_it_holds() {
    // A tumour three quarters round a cord, open to the left, its hollow drawn in few points: the
    // hollow is rounder than its chords. The cord lies 1.5 mm off its far side.
    let arc = |radius_mm: f64, steps: u32, at: f64| {
        (0..=steps).map(move |i| {
            let a =
                std::f64::consts::FRAC_PI_4 * (1.0 + 6.0 * (f64::from(i) + at) / f64::from(steps));
            [radius_mm * a.cos(), radius_mm * a.sin()]
        })
    };
    for at in [0.0, 0.5, 0.2] {
        // 15 steps of the hollow in three quarters: 20 round the whole circle.
        let outer: Vec<_> = arc(14.0, 60, 0.0).collect();
        let ring = || {
            outer
                .iter()
                .copied()
                .chain(arc(8.0, 15, at - 0.5).collect::<Vec<_>>().into_iter().rev())
        };
        let planes: Vec<_> = heights(-20.0, 20.0, 2.0).map(|z| flat(ring(), z)).collect();
        let tumour = solid(&planes, EndRule::HalfSlice, 2.0);
        let cord = tube([-1.5, 0.0], 5.0, 28, 0.4);
        let found = measured(&tumour, &cord, Arrangement::Apart);
        let part = points(&found);
        assert_told("hollow", part.upper_mm, sagitta_mm(8.0, 20));
        assert_told("cord", part.lower_mm, sagitta_mm(5.0, 28));
        assert_tight(&found, part.lower_mm, part.upper_mm);
        let Interval { lower_mm, upper_mm } = found.interval;
        assert!(lower_mm <= 1.5 && 1.5 <= upper_mm, "{at}: {found:?}");
    }
}

#[test]
fn a_cord_comes_nearer_to_its_sac_by_its_own_sagitta_and_the_sac_draws_away_by_its() {
    for (of_cord, of_sac) in [(16, 24), (28, 20)] {
        for (at_cord, at_sac) in [(0.0, 0.0), (0.5, 0.5), (0.5, 0.0), (0.2, 0.4)] {
            // 1 mm of CSF along x at the least, 5 mm on the other side.
            let (cord, sac) =
                (tube([2.0, 0.0], 5.0, of_cord, at_cord), tube([0.0, 0.0], 8.0, of_sac, at_sac));
            let found = measured(&cord, &sac, Arrangement::Within);
            let part = points(&found);
            assert_told("cord", part.lower_mm, sagitta_mm(5.0, of_cord));
            assert_told("sac", part.upper_mm, sagitta_mm(8.0, of_sac));
            assert_tight(&found, part.lower_mm, part.upper_mm);
            let Interval { lower_mm, upper_mm } = found.interval;
            assert!(lower_mm <= 1.0 && 1.0 <= upper_mm, "{of_cord} {at_cord}: {found:?}");
            assert_eq!(found.overlap_cc, 0.0);
        }
    }
}

#[test]
fn a_sector_is_open_by_the_outlines_of_both() {
    let (tumour, cord) = (tube([17.0, 0.0], 9.0, 24, 0.5), tube([0.0, 0.0], 5.0, 16, 0.5));
    let profile = measured(&tumour, &cord, Arrangement::Apart).profile;
    let told: Vec<_> = profile.planes.iter().filter_map(|(_, least)| *least).collect();
    assert_eq!(told.len(), 21);
    let wanted = sagitta_mm(9.0, 24) + sagitta_mm(5.0, 16);
    for least in told {
        assert!((least.gap_mm - 3.0 - wanted).abs() < 0.01, "{least:?}");
        let Interval { lower_mm, upper_mm } = least.interval;
        // The gap lies within the planes: their distance leaves nothing open.
        assert_told("below", least.gap_mm - lower_mm, wanted);
        assert_told("above", upper_mm - least.gap_mm, wanted);
    }
}

/// A tube as a mask of pixels of 0.8 mm.
fn mask_tube(radius_mm: f64, off_mm: f64) -> Solid {
    let grid = Grid::axis_aligned(Point3::new(-16.0, -16.0, -10.0), [0.8, 0.8, 2.0], [41, 41, 11])
        .expect("a grid");
    let mask = Volume::from_fn(grid, |v| {
        let p = grid.centre_mm(v);
        (p.x - off_mm).hypot(p.y) < radius_mm
    });
    let slices = Slices::of_volume(&mask, 2, |&inside| if inside { FULL } else { 0 });
    Solid::from_mask(&slices.expect("slices"), EndRule::HalfSlice, 2.0).expect("a solid")
}

#[test]
fn pixels_are_open_by_a_third_of_each_and_a_ring_by_a_quarter_more_above() {
    // docs/method.md: 0.33 of a pixel for each structure, cord-sac above a quarter more.
    let pixels = |found: &PairGap| {
        let part = found.parts.iter().find(|p| p.part == Part::Pixels).expect("pixels");
        (part.lower_mm, part.upper_mm)
    };
    let both_mm = 2.0 * 0.33 * 0.8;
    let (cord, sac) = (mask_tube(5.0, 1.0), mask_tube(9.0, 0.0));
    let found = measured(&cord, &sac, Arrangement::Within);
    let (lower_mm, upper_mm) = pixels(&found);
    assert!((lower_mm - both_mm).abs() < 0.01, "{lower_mm}");
    assert!((upper_mm - 1.25 * both_mm).abs() < 0.01, "{upper_mm}");
    let Interval { lower_mm, upper_mm } = found.interval;
    assert!(lower_mm <= 3.0 && 3.0 <= upper_mm, "{found:?}");
    assert!(upper_mm - lower_mm < 2.25 * both_mm + 0.1, "{found:?}");
    assert_eq!(found.limited_by, Some(Limit::Voxels));
    let found = measured(&mask_tube(4.0, -10.0), &mask_tube(4.0, 2.0), Arrangement::Apart);
    let (lower_mm, upper_mm) = pixels(&found);
    assert!((lower_mm - both_mm).abs() < 0.01, "{lower_mm}");
    assert!((upper_mm - both_mm).abs() < 0.01, "{upper_mm}");
}
