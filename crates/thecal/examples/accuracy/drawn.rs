//! Anatomy drawn as clinics draw it: one row for each cell, tumour to cord.

use std::path::Path;
use std::time::Instant;

use rayon::prelude::*;
use thecal::{Settings, check};
use thecal_phantom::write_clinic_study;
use thecal_report::{PairRecord, Verdict};

use crate::cells::{self, Cell};

/// By how much less than a threshold a gap may be and still reach it, mm: `tolerance_mm` of the
/// report.
const TOLERANCE_MM: f64 = 0.1;
/// Thresholds of the verdicts that are judged, mm.
const THRESHOLDS_MM: [f64; 2] = [2.0, 3.0];

/// A thousandth of a millimetre is more than the files hold.
const OFF_MM: f64 = 1e-3;

/// One study, measured.
struct Row {
    seed: u64,
    truth_mm: f64,
    gap_mm: f64,
    lower_mm: f64,
    upper_mm: f64,
    undecided: usize,
    /// Passes that are none, and failures that are none.
    unsafe_passes: usize,
    safe_failures: usize,
    seconds: f64,
}

impl Row {
    fn error_mm(&self) -> f64 {
        self.gap_mm - self.truth_mm
    }

    fn is_below(&self) -> bool {
        self.truth_mm < self.lower_mm - OFF_MM
    }

    fn is_above(&self) -> bool {
        self.truth_mm > self.upper_mm + OFF_MM
    }

    fn missed(&self) -> bool {
        self.is_below() || self.is_above() || self.unsafe_passes + self.safe_failures > 0
    }
}

/// Prints the table; returns how many decided verdicts are wrong. Studies that could not be made
/// or measured are told of on standard error, and counted.
pub(crate) fn table(scratch: &Path, count: u64, first: u64, filter: &str) -> usize {
    println!(
        "\n{count} studies per cell, seeds from {first}; tumour-cord\n\n| cell | n | not measured \
         | bias | SD | worst (seed) | truth below / above interval % | mean width | undecided % | \
         wrong unsafe / safe | median s |\n|---|---|---|---|---|---|---|---|---|---|---|"
    );
    let mut wrong = 0;
    let mut missed = Vec::new();
    for cell in cells::all().iter().filter(|c| c.name().contains(filter)) {
        let seeds: Vec<u64> = (0..count).map(|k| first.saturating_add(k)).collect();
        let rows: Vec<Row> =
            seeds.par_iter().filter_map(|&seed| measured(scratch, cell, seed)).collect();
        println!("{}", line(cell, &rows, seeds.len()));
        missed.extend(rows.iter().filter(|r| r.missed()).map(|r| told(cell, r)));
        wrong += rows.iter().map(|r| r.unsafe_passes + r.safe_failures).sum::<usize>();
    }
    println!("\nIntervals that miss the truth, and decided verdicts that are wrong:");
    missed.iter().for_each(|line| println!("- {line}"));
    wrong
}

fn told(cell: &Cell, r: &Row) -> String {
    let verdicts = match (r.unsafe_passes, r.safe_failures) {
        (0, 0) => "",
        (0, _) => ", wrong failure",
        _ => ", wrong pass",
    };
    format!(
        "{}: seed {}, truth {:.3}, gap {:.3} [{:.3}, {:.3}]{verdicts}",
        cell.name(),
        r.seed,
        r.truth_mm,
        r.gap_mm,
        r.lower_mm,
        r.upper_mm
    )
}

fn measured(scratch: &Path, cell: &Cell, seed: u64) -> Option<Row> {
    let name = cell.name();
    let dir = scratch.join(format!("{}-{seed}", name.replace([' ', ':'], "_")));
    let row = one(&dir, cell, seed);
    // A run of all cells would fill the disk.
    std::fs::remove_dir_all(&dir).ok();
    row.map_err(|why| eprintln!("{name}, seed {seed}: {why}")).ok()
}

fn one(dir: &Path, cell: &Cell, seed: u64) -> Result<Row, String> {
    let truth = write_clinic_study(&cell.spec(seed), dir).map_err(|e| format!("no study, {e}"))?;
    let mut settings = Settings::default();
    if cell.is_mask() {
        settings.cord = Some("label 1".into());
        settings.tumours = vec!["label 2".into()];
    }
    let started = Instant::now();
    let report = check(&[dir.into()], &settings).map_err(|e| format!("not measured, {e}"))?;
    let seconds = started.elapsed().as_secs_f64();
    let truth = truth.pairs.iter().find(|p| p.pair == "tumour-cord").ok_or("no truth")?;
    let phase = report.phases.first().ok_or("no phase")?;
    let pair = phase.pairs.iter().find(|p| p.pair.as_str() == truth.pair).ok_or("no pair")?;
    let (Some(gap_mm), Some(lower_mm)) = (pair.gap_mm, pair.gap_lower_mm) else {
        return Err("no gap".into());
    };
    let mut row = Row {
        seed,
        truth_mm: truth.gap_mm,
        gap_mm,
        lower_mm,
        upper_mm: pair.gap_upper_mm.unwrap_or(f64::INFINITY),
        undecided: 0,
        unsafe_passes: 0,
        safe_failures: 0,
        seconds,
    };
    judge(pair, &mut row);
    Ok(row)
}

/// A pass is wrong where the truth is below the threshold by more than the tolerance, a failure
/// where the truth reaches it.
fn judge(pair: &PairRecord, row: &mut Row) {
    for v in pair.verdicts.iter().filter(|v| THRESHOLDS_MM.contains(&v.threshold_mm)) {
        match v.verdict {
            Some(Verdict::Pass) => {
                row.unsafe_passes += usize::from(row.truth_mm < v.threshold_mm - TOLERANCE_MM);
            }
            Some(Verdict::Fail) => {
                row.safe_failures += usize::from(row.truth_mm >= v.threshold_mm);
            }
            _ => row.undecided += 1,
        }
    }
}

fn line(cell: &Cell, rows: &[Row], asked: usize) -> String {
    let n = rows.len() as f64;
    let mean = |of: &dyn Fn(&Row) -> f64| rows.iter().map(of).sum::<f64>() / n;
    let sum = |of: fn(&Row) -> usize| rows.iter().map(of).sum::<usize>();
    let bias = mean(&|r| r.error_mm());
    let sd = mean(&|r| (r.error_mm() - bias).powi(2)).sqrt();
    let worst = rows.iter().max_by(|a, b| a.error_mm().abs().total_cmp(&b.error_mm().abs()));
    let worst = worst.map_or(String::new(), |r| format!("{:+.3} ({})", r.error_mm(), r.seed));
    let below = 100.0 * mean(&|r| f64::from(r.is_below()));
    let above = 100.0 * mean(&|r| f64::from(r.is_above()));
    let undecided = 100.0 * mean(&|r| r.undecided as f64 / THRESHOLDS_MM.len() as f64);
    let mut seconds: Vec<f64> = rows.iter().map(|r| r.seconds).collect();
    seconds.sort_by(f64::total_cmp);
    format!(
        "| {} | {} | {} | {bias:+.3} | {sd:.3} | {worst} | {below:.1} / {above:.1} | {:.3} | \
         {undecided:.0} | {} / {} | {:.3} |",
        cell.name(),
        rows.len(),
        asked - rows.len(),
        mean(&|r| r.upper_mm - r.lower_mm),
        sum(|r| r.unsafe_passes),
        sum(|r| r.safe_failures),
        seconds.get(seconds.len() / 2).copied().unwrap_or(f64::NAN),
    )
}
