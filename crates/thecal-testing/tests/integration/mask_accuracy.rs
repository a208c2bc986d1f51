//! Gaps of masks against the truth of phantoms, over voxel sizes and turned axes.

#![allow(clippy::print_stdout, reason = "the figures of docs/accuracy.md")]

use nalgebra::Rotation3;
use rayon::prelude::*;
use thecal_geom::Point3;
use thecal_margin::{Arrangement, Interval, Limit, measure};
use thecal_mask::{EndRule, Solid};
use thecal_phantom::{PhantomSpec, ShapeKind, Study};
use thecal_voxel::{FULL, Grid, Slices, slice_axis};

const SPACINGS_MM: [[f64; 3]; 3] = [[0.5, 0.5, 1.0], [1.0, 1.0, 2.0], [1.0, 1.0, 3.0]];
const SHAPES: [ShapeKind; 3] = [ShapeKind::Sphere, ShapeKind::Ellipsoid, ShapeKind::CShape];
const PAIRS: [(&str, &str, &str, Arrangement); 3] = [
    ("tumour-cord", "GTV", "SpinalCord", Arrangement::Apart),
    ("tumour-sac", "GTV", "ThecalSac", Arrangement::Apart),
    ("cord-sac", "SpinalCord", "ThecalSac", Arrangement::Within),
];

struct Row {
    pair: &'static str,
    error_mm: f64,
    interval: Interval,
    truth_mm: f64,
    seed: u64,
}

/// A voxel belongs to a structure when its centre does.
fn voxels(
    solid: &Solid,
    axes: Rotation3<f64>,
    spacing_mm: [f64; 3],
    phase: f64,
    height_mm: [f64; 2],
) -> Slices {
    let (lo, hi) = solid.bounds();
    let [mut low, mut high] = [f64::INFINITY, f64::NEG_INFINITY].map(|x| [x; 3]);
    for corner in 0..8 {
        let pick = |a: usize| if corner >> a & 1 == 0 { lo[a] } else { hi[a] };
        let local = axes.inverse() * Point3::new(pick(0), pick(1), pick(2));
        for a in 0..3 {
            (low[a], high[a]) = (low[a].min(local[a]), high[a].max(local[a]));
        }
    }
    (low[2], high[2]) = (low[2].max(height_mm[0]), high[2].min(height_mm[1]));
    // One lattice for all structures, so that its phase does not follow each of them.
    let phases = [phase, 2.0 * phase, 3.0 * phase];
    let first = [0, 1, 2].map(|a| (low[a] / spacing_mm[a] - phases[a]).ceil());
    let size =
        [0, 1, 2].map(|a| ((high[a] / spacing_mm[a] - phases[a]).floor() - first[a]) as usize + 1);
    let origin = axes * Point3::from([0, 1, 2].map(|a| (first[a] + phases[a]) * spacing_mm[a]));
    let grid = Grid::new(origin, axes.into_inner(), spacing_mm, size).expect("a grid");
    let mask = solid.mask_on(&grid).expect("a mask");
    Slices::of_volume(&mask, slice_axis(&grid), |&b| if b { FULL } else { 0 }).expect("a mask")
}

fn rows(seed: u64, spacing_mm: [f64; 3]) -> Vec<Row> {
    let shape = SHAPES[(seed % 3) as usize];
    let gap_mm = 0.5 + 7.5 * (seed as f64 * 0.618_033_988_749_895).fract();
    let spec = PhantomSpec { ct: false, ..PhantomSpec::random(seed, shape, 1.0, gap_mm) };
    let study = Study::build(&spec).expect("a phantom");
    // Every other study lies obliquely in the lattice, as an angled MR does.
    let turn = if seed.is_multiple_of(2) { 0.0 } else { 0.35 };
    let axes = Rotation3::from_euler_angles(turn, -0.6 * turn, 1.3 * turn);
    let phase = (seed as f64 * 0.754_877_666).fract();
    let drawn = |name: &str| {
        let drawn = study.structures.iter().find(|s| s.name == name).expect("the structure");
        Solid::from_contours(&drawn.contours, EndRule::HalfSlice, 1.0).expect("a solid")
    };
    // Cord and sac are cut across the lattice, as a scan cuts them, beyond the tumour.
    let (lo, hi) = drawn("GTV").bounds();
    let (cord_lo, cord_hi) = drawn("SpinalCord").bounds();
    let middle = (axes.inverse() * (cord_lo + 0.5 * (cord_hi - cord_lo))).z;
    let half = 0.5 * (hi - lo).z + 5.0;
    let solid = |name: &str| {
        let solid = drawn(name);
        // The sac is drawn further than the cord, so that its ends do not face the cord's.
        let half = match name {
            "GTV" => 1e3,
            "ThecalSac" => half + 2.0 * spacing_mm[2],
            _ => half,
        };
        let cut = [middle - half, middle + half];
        let mask = voxels(&solid, axes, spacing_mm, phase, cut);
        Solid::from_mask(&mask, EndRule::HalfSlice, spacing_mm[2]).expect("a solid")
    };
    let names = ["GTV", "SpinalCord", "ThecalSac"];
    let solids = names.map(|n| (n, solid(n)));
    let of = |name: &str| &solids.iter().find(|s| s.0 == name).expect("built").1;
    PAIRS
        .iter()
        .filter_map(|&(pair, a, b, arrangement)| {
            let truth_mm = study.truth.pairs.iter().find(|t| t.pair == pair)?.gap_mm;
            let found = measure(of(a), of(b), arrangement, &[2.0, 3.0]).expect("a gap");
            assert!(found.limited_by.is_some_and(|l| matches!(l, Limit::Voxels | Limit::Ends)));
            let error_mm = found.gap.gap_mm - truth_mm;
            Some(Row { pair, error_mm, interval: found.interval, truth_mm, seed })
        })
        .collect()
}

#[test]
fn intervals_of_masks_hold_the_truth() {
    let count = std::env::var("THECAL_MASK_PHANTOMS").ok().and_then(|n| n.parse().ok());
    let count: u64 = count.unwrap_or(6);
    println!("| voxel mm | pair | n | bias | SD | worst | interval holds truth | mean width |");
    println!("|---|---|---|---|---|---|---|---|");
    let (mut all, mut held) = (0, 0);
    for spacing_mm in SPACINGS_MM {
        let rows: Vec<Row> =
            (0..count).into_par_iter().flat_map_iter(|seed| rows(seed, spacing_mm)).collect();
        for (pair, ..) in PAIRS {
            let of_pair: Vec<&Row> = rows.iter().filter(|r| r.pair == pair).collect();
            let n = of_pair.len() as f64;
            let mean = |of: &dyn Fn(&Row) -> f64| of_pair.iter().map(|r| of(r)).sum::<f64>() / n;
            let bias = mean(&|r| r.error_mm);
            let sd = mean(&|r| (r.error_mm - bias).powi(2)).sqrt();
            let worst = of_pair.iter().max_by(|a, b| a.error_mm.abs().total_cmp(&b.error_mm.abs()));
            let holds =
                |r: &Row| r.interval.lower_mm <= r.truth_mm && r.truth_mm <= r.interval.upper_mm;
            let inside = of_pair.iter().filter(|r| holds(r)).count();
            let width = mean(&|r| r.interval.upper_mm - r.interval.lower_mm);
            println!(
                "| {spacing_mm:?} | {pair} | {n} | {bias:+.3} | {sd:.3} | {:+.3} | {:.1} % | {width:.2} |",
                worst.map_or(0.0, |w| w.error_mm),
                100.0 * inside as f64 / n,
            );
            for r in of_pair.iter().filter(|r| !holds(r)) {
                println!("seed {}: {} truth {:.3}, {:?}", r.seed, r.pair, r.truth_mm, r.interval);
            }
            (all, held) = (all + of_pair.len(), held + inside);
            // The ring of CSF is about as wide all along the cord, so its least width is the least
            // of many readings and falls short by more than any single one errs.
            let most = if pair == "cord-sac" { 0.8 } else { 0.25 };
            assert!(bias.abs() < most * spacing_mm[0], "{pair} at {spacing_mm:?}: bias {bias}");
        }
    }
    assert!(held * 100 >= all * 99, "{held} of {all} intervals hold the truth");
}
