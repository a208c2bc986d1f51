//! Dense contours of smooth shapes on axial planes: the table of docs/accuracy.md.

use std::path::Path;

use rayon::prelude::*;
use thecal::{Settings, check};
use thecal_phantom::{PhantomSpec, ShapeKind, write_study};
use thecal_report::{PairRecord, Verdict};

const SHAPES: [ShapeKind; 3] = [ShapeKind::Sphere, ShapeKind::Ellipsoid, ShapeKind::CShape];
const SLICES_MM: [f64; 3] = [1.0, 2.0, 3.0];
const GAPS_MM: [f64; 2] = [0.5, 8.0];

/// One pair of one phantom.
struct Row {
    pair: &'static str,
    seed: u64,
    shape: ShapeKind,
    planes: usize,
    truth_mm: f64,
    error_mm: f64,
    lower_mm: f64,
    upper_mm: f64,
    decided: usize,
    wrong: usize,
}

/// Prints the table of all pairs; returns how many decided verdicts are wrong.
pub(crate) fn table(scratch: &Path, count: u64, first: u64) -> usize {
    println!("{count} phantoms per slice thickness, seeds from {first}\n");
    println!(
        "| slice mm | pair | n | bias | SD | 99 % within | worst | interval holds truth | mean \
         width | verdicts decided | wrong |\n|---|---|---|---|---|---|---|---|---|---|---|"
    );
    let mut wrong = 0;
    let mut worst = Vec::new();
    for slice_mm in SLICES_MM {
        let rows: Vec<Row> = (first..first.saturating_add(count))
            .into_par_iter()
            .flat_map_iter(|seed| measure(scratch, seed, slice_mm))
            .collect();
        for pair in ["tumour-cord", "tumour-sac", "cord-sac"] {
            let mut of_pair: Vec<&Row> = rows.iter().filter(|r| r.pair == pair).collect();
            of_pair.sort_by(|x, y| y.error_mm.abs().total_cmp(&x.error_mm.abs()));
            print_row(slice_mm, pair, &of_pair);
            wrong += of_pair.iter().map(|r| r.wrong).sum::<usize>();
            if let Some(r) = of_pair.first() {
                worst.push(format!(
                    "{slice_mm} mm, {pair}: seed {} {:?}, {} planes, truth {:.3}, error {:+.3}",
                    r.seed, r.shape, r.planes, r.truth_mm, r.error_mm
                ));
            }
            worst.extend(of_pair.iter().filter(|r| !holds(r)).map(|r| {
                format!(
                    "{slice_mm} mm, {pair}: seed {} {:?}, truth {:.3} not in [{:.3}, {:.3}]",
                    r.seed, r.shape, r.truth_mm, r.lower_mm, r.upper_mm
                )
            }));
        }
    }
    println!("\nWorst of each row, and intervals that miss the truth:");
    worst.iter().for_each(|line| println!("- {line}"));
    wrong
}

fn holds(r: &Row) -> bool {
    r.lower_mm <= r.truth_mm && r.truth_mm <= r.upper_mm
}

fn measure(scratch: &Path, seed: u64, slice_mm: f64) -> Vec<Row> {
    let shape = SHAPES[(seed % 3) as usize];
    // The golden ratio spreads any number of gaps evenly.
    let part = (seed as f64 * 0.618_033_988_749_895).fract();
    let gap_mm = GAPS_MM[0] + (GAPS_MM[1] - GAPS_MM[0]) * part;
    let spec = PhantomSpec { ct: false, ..PhantomSpec::random(seed, shape, slice_mm, gap_mm) };
    let dir = scratch.join(format!("{slice_mm}-{seed}"));
    let truth = match write_study(&spec, &dir) {
        Ok(truth) => truth,
        Err(e) => {
            eprintln!("seed {seed}, {slice_mm} mm: no phantom, {e}");
            return Vec::new();
        }
    };
    let report = match check(&[dir], &Settings::default()) {
        Ok(report) => report,
        Err(e) => {
            eprintln!("seed {seed}, {slice_mm} mm: not measured, {e}");
            return Vec::new();
        }
    };
    let planes = report.structures.iter().find(|s| s.name == "GTV").and_then(|s| s.planes);
    let pairs = &report.phases[0].pairs;
    truth
        .pairs
        .iter()
        .filter_map(|t| {
            let p = pairs.iter().find(|p| p.pair.as_str() == t.pair)?;
            let (decided, wrong) = verdicts(p, t.gap_mm);
            Some(Row {
                pair: t.pair,
                seed,
                shape,
                planes: planes.unwrap_or(0),
                truth_mm: t.gap_mm,
                error_mm: p.gap_mm? - t.gap_mm,
                lower_mm: p.gap_lower_mm?,
                upper_mm: p.gap_upper_mm?,
                decided,
                wrong,
            })
        })
        .collect()
}

/// How many verdicts were decided, and how many of those are wrong.
fn verdicts(pair: &PairRecord, truth_mm: f64) -> (usize, usize) {
    let decided = pair.verdicts.iter().filter(|v| v.verdict != Some(Verdict::Indeterminate));
    decided.fold((0, 0), |(n, wrong), v| {
        let right = (v.verdict == Some(Verdict::Pass))
            == (truth_mm >= v.threshold_mm - thecal_margin::TOLERANCE_MM);
        (n + 1, wrong + usize::from(!right))
    })
}

fn print_row(slice_mm: f64, pair: &str, rows: &[&Row]) {
    let n = rows.len() as f64;
    let bias = rows.iter().map(|r| r.error_mm).sum::<f64>() / n;
    let sd = (rows.iter().map(|r| (r.error_mm - bias).powi(2)).sum::<f64>() / n).sqrt();
    let width = rows.iter().map(|r| r.upper_mm - r.lower_mm).sum::<f64>() / n;
    let held = rows.iter().filter(|r| holds(r)).count() as f64 / n * 100.0;
    let at = |part: f64| rows.get((part * n) as usize).map_or(f64::NAN, |r| r.error_mm.abs());
    let sum = |of: fn(&Row) -> usize| rows.iter().map(|r| of(r)).sum::<usize>();
    println!(
        "| {slice_mm} | {pair} | {} | {bias:+.4} | {sd:.4} | {:.4} | {:.4} | {held:.2} % | \
         {width:.3} | {} of {} | {} |",
        rows.len(),
        at(0.01),
        at(0.0),
        sum(|r| r.decided),
        2 * rows.len(),
        sum(|r| r.wrong)
    );
}
