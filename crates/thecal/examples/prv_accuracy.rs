//! How often the faults of drawn PRVs are named: random phantoms with known faults, written as RTSTRUCT, read
//! back and checked as any study.
//!
//! `cargo run --release -p thecal --example prv_accuracy -- [STUDIES] [SEED] [MARGIN_MM]`

#![allow(clippy::print_stdout, reason = "a table for the reader")]

use std::collections::BTreeMap;
use std::error::Error;
use std::path::PathBuf;

use thecal::{Settings, check};
use thecal_phantom::{PrvFault, PrvSpec, write_prv_study};
use thecal_report::PrvRecord;

/// Spacings of the planes in turn, mm.
const SLICES_MM: [f64; 3] = [1.0, 2.0, 3.0];

const FAULTS: [(PrvFault, &str, Option<&str>); 5] = [
    (PrvFault::None, "right", None),
    (PrvFault::Small, "3/4 of the margin", Some("too_small")),
    (PrvFault::InPlane, "in-plane", Some("in_plane_only")),
    (PrvFault::CutAtEnd, "cut at an end", Some("truncated_at_end")),
    (PrvFault::Cropped, "cut along the PTV", Some("truncated_at_structure")),
];

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let studies: u64 = arguments.next().map_or(Ok(100), |a| a.parse())?;
    let seed: u64 = arguments.next().map_or(Ok(1), |a| a.parse())?;
    let margin_mm: f64 = arguments.next().map_or(Ok(2.0), |a| a.parse())?;
    let folder = tempfile::tempdir()?;
    println!("PRVs of {margin_mm} mm, {studies} studies a row, seeds from {seed}\n");
    println!(
        "| drawn | planes, mm | studies | named | left open | blamed | pass | best fit off, mm |"
    );
    println!("|---|---|---|---|---|---|---|---|");
    for (fault, words, wanted) in FAULTS {
        let mut rows: BTreeMap<usize, Row> = BTreeMap::new();
        for n in 0..studies {
            let slice = n as usize % SLICES_MM.len();
            let spec = PrvSpec::random(seed + n, SLICES_MM[slice], margin_mm, fault);
            write_prv_study(&spec, folder.path())?;
            let paths: [PathBuf; 1] = [folder.path().to_owned()];
            let report = check(&paths, &Settings::default())?;
            let prvs = report.uncertainty.map(|u| u.prv).unwrap_or_default();
            let [prv] = prvs.as_slice() else {
                return Err(format!("study {}: {} PRVs", spec.seed, prvs.len()).into());
            };
            rows.entry(slice).or_default().add(prv, wanted, &spec);
        }
        for (slice, row) in rows {
            println!(
                "| {words} | {} | {} | {} | {} | {} | {} | {:.3} |",
                SLICES_MM[slice],
                row.studies,
                row.named,
                row.open,
                row.blamed,
                row.passed,
                row.off_mm
            );
        }
    }
    Ok(())
}

/// How studies of one sort were told.
#[derive(Default)]
struct Row {
    studies: usize,
    /// The fault that they have, and no other.
    named: usize,
    /// No fault.
    open: usize,
    /// A fault that they do not have.
    blamed: usize,
    passed: usize,
    off_mm: f64,
}

impl Row {
    fn add(&mut self, prv: &PrvRecord, wanted: Option<&str>, spec: &PrvSpec) {
        self.studies += 1;
        let found: Vec<&str> = prv.findings.iter().map(|f| f.finding.as_str()).collect();
        let others = found.iter().any(|f| Some(*f) != wanted);
        if others {
            self.blamed += 1;
            println!("  {} {:?}: {found:?}", spec.seed, spec.fault);
        } else if found.is_empty() {
            self.open += 1;
        } else {
            self.named += 1;
        }
        self.passed += usize::from(prv.verdict == Some(thecal_report::Verdict::Pass));
        let off = prv.best_fit_mm.map_or(f64::INFINITY, |fit| (fit - spec.drawn_mm).abs());
        self.off_mm = self.off_mm.max(off);
    }
}
