//! How right and how fast samples of a gap are: the tables of docs/uncertainty.md.
//!
//! ```text
//! cargo run --release -p thecal --example uncertainty -- samples COUNT SEED   against new searches
//! cargo run --release -p thecal --example uncertainty -- speed SEED           beside a check
//! ```
//!
//! `samples` writes phantoms to disk, reads them back, moves cord and tumour as the preset
//! `registration` does, and compares the gap of each of 200 samples with that of the solids that are
//! made of the moved contours. Cord and sac of a phantom end together, where a new search may take the
//! sac's end for its side; they are compared in the tests of `thecal-uncertainty`. `speed` times the probabilities of all pairs of a phantom, and as many
//! checks. Fails (exit code 1) where a sample is off by more than 0.02 mm.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a program whose output is a table")]

use std::error::Error;
use std::path::Path;
use std::process::ExitCode;
use std::time::Instant;

use rayon::prelude::*;
use thecal::{Settings, UncertaintySettings, check};
use thecal_geom::{Contour, RigidTransform};
use thecal_margin::{Arrangement, gap, interval};
use thecal_mask::{EndRule, Solid};
use thecal_phantom::{PhantomSpec, ShapeKind, write_study};
use thecal_uncertainty::{Motion, Moved, PairQuestion, Preset, Sampling, gaps_mm, motions};

const SAMPLES: u32 = 200;
const MOST_OFF_MM: f64 = 0.02;
const SHAPES: [ShapeKind; 3] = [ShapeKind::Sphere, ShapeKind::Ellipsoid, ShapeKind::CShape];
const SLICES_MM: [f64; 3] = [1.0, 2.0, 3.0];
const GAPS_MM: [f64; 4] = [0.5, 2.0, 3.0, 5.0];

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let number = |i: usize| args.get(i).and_then(|a| a.parse::<u64>().ok());
    let done = match (args.first().map(String::as_str), number(1), number(2)) {
        (Some("samples"), Some(count), Some(seed)) => samples(count, seed),
        (Some("speed"), Some(seed), _) => speed(seed).map(|()| true),
        _ => {
            eprintln!("usage: uncertainty samples COUNT SEED; uncertainty speed SEED");
            return ExitCode::from(2);
        }
    };
    match done {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(why) => {
            eprintln!("{why}");
            ExitCode::FAILURE
        }
    }
}

/// A phantom that differs from seed to seed in shape, spacing and gap.
fn phantom(seed: u64, folder: &Path) -> Result<(), Box<dyn Error>> {
    let pick = |n: u64| (seed / n) as usize;
    let slice_mm = SLICES_MM[pick(1) % SLICES_MM.len()];
    let gap_mm = GAPS_MM[pick(3) % GAPS_MM.len()];
    let spec = PhantomSpec::random(seed, SHAPES[pick(12) % SHAPES.len()], slice_mm, gap_mm);
    write_study(&PhantomSpec { ct: false, ..spec }, folder)?;
    Ok(())
}

/// The contours of a structure of a phantom.
fn contours(folder: &Path, name: &str) -> Result<Vec<Contour>, Box<dyn Error>> {
    let set = thecal_dicom::read::read_rtstruct(&folder.join("RS.dcm"))?;
    let roi = set.rois.into_iter().find(|r| r.name == name);
    Ok(roi.ok_or_else(|| format!("no {name}"))?.contours?)
}

fn solid(contours: &[Contour]) -> Result<Solid, thecal_mask::SolidError> {
    Solid::from_contours(contours, EndRule::HalfSlice, 3.0)
}

fn moved(contours: &[Contour], by: &RigidTransform) -> Vec<Contour> {
    let contour = |c: &Contour| Contour {
        points_mm: c.points_mm.iter().map(|p| by.apply(*p)).collect(),
        ..c.clone()
    };
    contours.iter().map(contour).collect()
}

fn samples(count: u64, first: u64) -> Result<bool, Box<dyn Error>> {
    println!(
        "| pair | samples | bias, mm | SD, mm | worst, mm | overlaps |\n|---|---|---|---|---|---|"
    );
    let mut good = true;
    let pairs = [
        ("GTV", "SpinalCord", [Moved::Tumour, Moved::Cord]),
        ("GTV", "ThecalSac", [Moved::Tumour, Moved::ThecalSac]),
    ];
    let arrangement = Arrangement::Apart;
    for (a, b, parts) in pairs {
        let mut off: Vec<f64> = Vec::new();
        let mut overlaps = 0;
        for seed in first..first + count {
            let folder = tempfile::tempdir()?;
            phantom(seed, folder.path())?;
            let (ca, cb) = (contours(folder.path(), a)?, contours(folder.path(), b)?);
            let found = compared(&ca, &cb, parts, arrangement, seed)?;
            overlaps += found.iter().filter(|(_, truth)| *truth < 0.0).count();
            for (found, truth) in found.iter().filter(|(f, t)| (f - t).abs() > MOST_OFF_MM) {
                eprintln!("{a} to {b}, seed {seed}: {found:.3} mm, searched anew {truth:.3} mm");
            }
            off.extend(found.iter().map(|(found, truth)| found - truth));
        }
        let n = off.len() as f64;
        let bias = off.iter().sum::<f64>() / n;
        let sd = (off.iter().map(|x| (x - bias).powi(2)).sum::<f64>() / n).sqrt();
        let worst =
            off.iter().copied().fold(0.0, |w: f64, x| if x.abs() > w.abs() { x } else { w });
        good &= worst.abs() <= MOST_OFF_MM;
        println!("| {a} to {b} | {n} | {bias:+.4} | {sd:.4} | {worst:+.4} | {overlaps} |");
    }
    Ok(good)
}

/// The gaps of samples, each beside that of moved contours.
fn compared(
    a: &[Contour],
    b: &[Contour],
    [moved_a, moved_b]: [Moved; 2],
    arrangement: Arrangement,
    seed: u64,
) -> Result<Vec<(f64, f64)>, Box<dyn Error>> {
    let (sa, sb) = (solid(a)?, solid(b)?);
    let found = gap(&sa, &sb, arrangement).ok_or("no gap")?;
    let interval = interval(&sa, &sb, &found, arrangement);
    let question = PairQuestion {
        a: &sa,
        b: &sb,
        moved_a,
        moved_b,
        arrangement,
        gap: found,
        interval,
        thresholds_mm: &[2.0],
    };
    let presets = Preset::all()?;
    let sources = &presets[1].sources;
    let still = |m: [Motion; 2]| m.map(|m| Motion { offset_mm: 0.0, ..m });
    let all = motions(&question, sources, Sampling { samples: SAMPLES, seed });
    let all: Vec<[Motion; 2]> = all.into_iter().map(still).collect();
    let gaps = gaps_mm(&question, &all).ok_or("nothing faces")?;
    let each = all.par_iter().zip(gaps).map(|(motion, found)| {
        let [ma, mb] = motion.map(|m| m.about(question.pivot()));
        let (ta, tb) = (solid(&moved(a, &ma)).ok()?, solid(&moved(b, &mb)).ok()?);
        Some((found, gap(&ta, &tb, arrangement)?.gap_mm))
    });
    each.collect::<Option<Vec<_>>>().ok_or_else(|| "a moved structure has no solid".into())
}

fn speed(seed: u64) -> Result<(), Box<dyn Error>> {
    const RUNS: u32 = 5;
    let folder = tempfile::tempdir()?;
    phantom(seed, folder.path())?;
    let paths = [folder.path().to_owned()];
    let plain = Settings::default();
    let timed = |settings: &Settings| -> Result<f64, Box<dyn Error>> {
        let mut least = f64::INFINITY;
        for _ in 0..RUNS {
            let started = Instant::now();
            check(&paths, settings)?;
            least = least.min(started.elapsed().as_secs_f64());
        }
        Ok(least)
    };
    let alone_s = timed(&plain)?;
    println!("a check: {alone_s:.3} s");
    for preset in Preset::all()? {
        let uncertainty = Some(UncertaintySettings::new(preset.sources));
        let with_s = timed(&Settings { uncertainty, ..Settings::default() })? - alone_s;
        let part = 100.0 * with_s / (10_000.0 * alone_s);
        println!(
            "{}: {with_s:.2} s more for 10,000 samples of each pair with both correlation lengths, \
             {part:.2} % of as many checks",
            preset.name
        );
    }
    Ok(())
}
