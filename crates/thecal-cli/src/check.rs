//! `thecal check`.

use std::path::Path;
use std::process::ExitCode;

use thecal::{Settings, Thresholds};
use thecal_mask::EndRule;
use thecal_mask::role::Aliases;
use thecal_report::PairKind;

use crate::args::{self, Ends};
use crate::exit::{self, Failure};
use crate::output;
use crate::progress::Progress;

pub(crate) fn run(args: &args::Check) -> Result<ExitCode, Failure> {
    let settings = Settings {
        tumours: args.tumour.clone(),
        cord: args.cord.clone(),
        sac: args.sac.clone(),
        structures: args.structures.clone(),
        ends: match args.ends {
            Ends::HalfSlice => EndRule::HalfSlice,
            Ends::Plane => EndRule::Plane,
            Ends::Rounded => EndRule::Rounded,
        },
        thresholds: thresholds(&args.threshold)?,
        assume_same_frame: args.assume_same_frame,
        aliases: args.aliases.as_deref().map(aliases).transpose()?.unwrap_or_default(),
    };
    let progress = Progress::new("measuring");
    let report = thecal::check(&args.paths, &settings).map_err(Failure::input)?;
    drop(progress);
    if let Some(dir) = &args.out {
        output::files(dir, &study_key(&report), &report)?;
    }
    output::report(&report, args.json)?;
    if let Some(dir) = args.out.as_ref().filter(|_| !args.json) {
        output::note(&format!("Written: {}", dir.display()));
    }
    Ok(exit::of_headline(report.headline))
}

/// What a row of a table is known by: the structure set's UID, which names no patient.
fn study_key(report: &thecal_report::Report) -> String {
    let set = report.inputs.first();
    set.and_then(|i| i.sop_instance_uid.clone()).unwrap_or_else(|| "study".to_owned())
}

/// The user's own names.
pub(crate) fn aliases(path: &Path) -> Result<Aliases, Failure> {
    let place = path.display();
    let text =
        std::fs::read_to_string(path).map_err(|e| Failure::Input(format!("{place}: {e}")))?;
    Aliases::parse(&text).map_err(|e| Failure::Input(format!("{place}: {e}")))
}

/// `MM` for all pairs, `PAIR=MM` for one.
fn thresholds(texts: &[String]) -> Result<Thresholds, Failure> {
    let usage = |text: &str, why: &str| {
        Failure::Usage(format!(
            "--threshold {text}: {why}; give a length in mm, or PAIR=MM with tumour-cord, \
             tumour-sac or cord-sac"
        ))
    };
    let kinds = [PairKind::TumourCord, PairKind::TumourSac, PairKind::CordSac];
    let mut lists: [Vec<f64>; 4] = Default::default();
    for text in texts {
        let (slot, number) = match text.split_once('=') {
            None => (3, text.as_str()),
            Some((pair, number)) => {
                let slot = kinds.iter().position(|k| k.as_str() == pair);
                (slot.ok_or_else(|| usage(text, "no such pair"))?, number)
            }
        };
        lists[slot].push(number.parse().map_err(|_| usage(text, "not a number"))?);
    }
    let wrong = |e: thecal::ThresholdError| Failure::Usage(format!("--threshold: {e}"));
    let mut out = match lists[3].as_slice() {
        [] => Thresholds::default(),
        all => Thresholds::for_all(all).map_err(wrong)?,
    };
    for (kind, list) in kinds.into_iter().zip(&lists).filter(|(_, l)| !l.is_empty()) {
        out.set(kind, list).map_err(wrong)?;
    }
    Ok(out)
}
