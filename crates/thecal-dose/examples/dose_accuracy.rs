//! Accuracy and speed of dose-volume figures, for `docs/dose.md`.
//!
//!     cargo run --release -p thecal-dose --example dose_accuracy -- [closed|edges|verdicts|speed] [SEEDS]
#![allow(clippy::print_stdout)]

#[path = "../tests/integration/edges.rs"]
mod edges;
#[path = "../tests/integration/measured.rs"]
mod measured;
#[path = "../tests/integration/shapes.rs"]
mod shapes;

use measured::{Measured, directions, measured as measure};
use rayon::prelude::*;
use shapes::{Random, Shape};
use std::collections::BTreeMap;
use std::time::Instant;
use thecal_dose::{Dose, DoseVolume, Metric};
use thecal_geom::{Contour, ContourKind, Point3, Vector3};
use thecal_mask::{EndRule, Solid};

fn main() {
    let mut args = std::env::args().skip(1);
    let what = args.next().unwrap_or_else(|| "all".to_owned());
    let seeds: u64 = args.next().and_then(|n| n.parse().ok()).unwrap_or(3);
    let wanted = |name: &str| what == "all" || what == name;
    if wanted("closed") {
        closed_forms(seeds);
    }
    if wanted("edges") {
        edges_hold(if seeds == 3 { 100 } else { seeds });
    }
    if wanted("verdicts") {
        verdicts(if seeds == 3 { 200 } else { seeds });
    }
    if wanted("speed") {
        speed();
    }
}

/// Every shape, direction, slice and grid step.
fn closed_forms(seeds: u64) {
    println!(
        "| shape | slices mm | figure | n | mean error | worst | mean width | interval holds |"
    );
    println!("|---|---|---|---|---|---|---|---|");
    for shape in Shape::ALL {
        for slice in [1.0, 2.0, 3.0] {
            let mut cases = Vec::new();
            for (d, (_, along)) in directions().into_iter().enumerate() {
                for (s, step) in [1.0, 2.0, 3.0].into_iter().enumerate() {
                    cases.extend((0..seeds).map(|seed| {
                        (along, step, 100 * seed + 10 * s as u64 + d as u64 + 1000 * slice as u64)
                    }));
                }
            }
            let found: Vec<Vec<Measured>> = cases
                .par_iter()
                .map(|(along, step, seed)| measure(shape, [slice, *step], *along, 0.05, *seed).0)
                .collect();
            let mut by: BTreeMap<&str, Vec<Measured>> = BTreeMap::new();
            for m in found.into_iter().flatten() {
                by.entry(m.metric).or_default().push(m);
            }
            for (metric, all) in by {
                row(shape, slice, metric, &all);
            }
        }
    }
}

fn row(shape: Shape, slice: f64, metric: &str, all: &[Measured]) {
    // Volumes in percent of the truth.
    let relative = |m: &Measured| match metric {
        "volume" | "V34Gycc" => 100.0 / m.truths[3],
        _ => 1.0,
    };
    let n = all.len() as f64;
    let error = |m: &Measured| m.error() * relative(m);
    let mean = all.iter().map(error).sum::<f64>() / n;
    let worst = all.iter().map(error).fold(0.0, |a: f64, b| if b.abs() > a.abs() { b } else { a });
    let width = all.iter().map(|m| (m.upper - m.lower) * relative(m)).sum::<f64>() / n;
    let holds = all.iter().filter(|m| m.holds()).count();
    println!(
        "| {shape:?} | {slice} | {metric} | {} | {mean:+.4} | {worst:+.4} | {width:.3} | {holds} |",
        all.len()
    );
    for m in all.iter().filter(|m| !m.holds()) {
        println!("  missed: {m:?}");
    }
}

fn edges_hold(seeds: u64) {
    println!(
        "\n| grid mm | figure | n | truth in the interval | mean width |\n|---|---|---|---|---|"
    );
    for step in [1.0, 2.0, 2.5] {
        let found: Vec<_> =
            (0..seeds).into_par_iter().map(|seed| edges::held(seed, step, 0.1)).collect();
        for n in 0..found[0].len() {
            let name = found[0][n].0;
            let held = found.iter().filter(|f| f[n].1).count();
            let width = found.iter().map(|f| f[n].2).sum::<f64>() / seeds as f64;
            println!("| {step} | {name} | {seeds} | {held} | {width:.3} |");
            let missed: Vec<usize> = (0..found.len()).filter(|s| !found[*s][n].1).collect();
            if !missed.is_empty() {
                println!("  missed: seeds {missed:?}");
            }
        }
    }
}

/// Limits 0.02 Gy above and below the truth of the shape: a decided verdict must not be wrong.
fn verdicts(seeds: u64) {
    let found: Vec<[usize; 3]> = (0..seeds)
        .into_par_iter()
        .map(|seed| {
            let mut random = Random::new(40_000 + seed);
            let shape = Shape::ALL[(5.0 * random.next()) as usize];
            let along = Vector3::from_fn(|_, _| random.next() - 0.5).normalize();
            let slice = [1.0, 2.0, 3.0][(3.0 * random.next()) as usize];
            let step = [1.0, 2.0, 3.0][(3.0 * random.next()) as usize];
            let (figures, _) = measure(shape, [slice, step], along, 0.08, 50_000 + seed);
            let mut counts = [0; 3];
            for m in figures.iter().filter(|m| m.metric.starts_with("D0.0") || m.metric == "Dmax") {
                for (limit, passes) in
                    m.truths[..3].iter().flat_map(|t| [(t + 0.02, true), (t - 0.02, false)])
                {
                    let decided =
                        (m.upper <= limit).then_some(true).or((m.lower > limit).then_some(false));
                    counts[0] += 1;
                    counts[1] += usize::from(decided.is_some());
                    let wrong = decided.is_some_and(|d| d != passes);
                    counts[2] += usize::from(wrong);
                    if wrong {
                        println!("  wrong: seed {seed}, {shape:?}, {slice} and {step} mm: {m:?}");
                    }
                }
            }
            counts
        })
        .collect();
    let sum = |k: usize| found.iter().map(|c| c[k]).sum::<usize>();
    println!("\n{} verdicts at truth +-0.02 Gy: {} decided, {} wrong", sum(0), sum(1), sum(2));
}

/// A tube with a bend, as a cord or a body: ellipses of two radii along z.
fn tube([a, b]: [f64; 2], length: f64, slice: f64, step: f64, bend: f64) -> Vec<Contour> {
    let n = (length / slice) as i32;
    let ring = |k: i32| {
        let z = slice * f64::from(k) - 0.5 * length;
        let y = bend * (z / length).powi(2);
        let count = (std::f64::consts::TAU * a.max(b) / step) as usize;
        let at = |i: usize| {
            let (sin, cos) = (std::f64::consts::TAU * i as f64 / count as f64).sin_cos();
            Point3::new(a * cos, y + b * sin, z)
        };
        Contour {
            number: 1,
            kind: ContourKind::ClosedPlanar,
            points_mm: (0..count).map(at).collect(),
        }
    };
    (0..=n).map(ring).collect()
}

fn speed() {
    let mut random = Random::new(1);
    let dose = |p: Vector3| 24.0 * (-(p.x * p.x + (p.y - 12.0).powi(2) + p.z * p.z) / 900.0).exp();
    let shapes: [(&str, Vec<Contour>); 4] = [
        ("cord, 240 mm, 2 mm slices", tube([6.0, 4.5], 240.0, 2.0, 0.7, 60.0)),
        ("target, 40 cc", tube([20.0, 16.0], 40.0, 2.0, 0.8, 0.0)),
        ("lung, 1.5 l", tube([50.0, 50.0], 200.0, 2.0, 1.5, 0.0)),
        ("body, 30 l", tube([180.0, 110.0], 480.0, 2.0, 2.0, 0.0)),
    ];
    let of = grid_over(2.5, [220.0, 160.0, 260.0], &mut random, dose);
    println!(
        "\n| structure | solid ms | dose-volume ms | D0.035cc | interval |\n|---|---|---|---|---|"
    );
    for (name, contours) in shapes {
        let start = Instant::now();
        let solid = Solid::from_contours(&contours, EndRule::HalfSlice, 2.0).expect("a solid");
        let built = start.elapsed();
        let mut best = f64::INFINITY;
        let mut figure = None;
        for _ in 0..5 {
            let start = Instant::now();
            let curve = DoseVolume::from_solid(&solid, &of).expect("a curve");
            figure = Some(curve.figure(&Metric::DoseToCc(0.035)));
            best = best.min(start.elapsed().as_secs_f64());
        }
        let f = figure.expect("a figure");
        let of = |x: Option<f64>| x.map_or("-".to_owned(), |x| format!("{x:.3}"));
        println!(
            "| {name} | {:.1} | {:.1} | {} | {} to {} |",
            1e3 * built.as_secs_f64(),
            1e3 * best,
            of(f.value),
            of(f.lower),
            of(f.upper)
        );
    }
}

fn grid_over(
    step: f64,
    half: [f64; 3],
    random: &mut Random,
    dose: impl Fn(Vector3) -> f64,
) -> Dose {
    let from = Vector3::from(half.map(|h| -h - step * random.next()));
    let size = half.map(|h| (2.0 * h / step).ceil() as usize + 2);
    let mut values_gy = Vec::new();
    for k in 0..size[2] {
        for j in 0..size[1] {
            for i in 0..size[0] {
                let at = Vector3::new(i as f64, j as f64, k as f64) * step;
                values_gy.push(dose(from + at) as f32);
            }
        }
    }
    let planes_mm = (0..size[2]).map(|k| step * k as f64).collect();
    let axes = [Vector3::x(), Vector3::y(), Vector3::z()];
    thecal_dose::DoseGrid::new(
        from.into(),
        axes,
        [step, step],
        planes_mm,
        [size[0], size[1]],
        values_gy,
    )
    .expect("a grid")
    .into()
}
