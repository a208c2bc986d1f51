//! `thecal dvh`.

use std::io::IsTerminal as _;
use std::path::Path;

use thecal::{DoseSettings, Layout, LimitTable, Settings};
use thecal_report::{DoseReport, LimitVerdict, json, summary};

use crate::exit::{ExitCode, Failure};
use crate::output;
use crate::progress::Progress;
use crate::{args, check, detail};

pub(crate) fn run(args: &args::Dvh) -> Result<ExitCode, Failure> {
    let found = found(args)?;
    told(&found, args.json, args.out.as_deref())?;
    Ok(code(&found))
}

/// Measures the dose, and writes the result where it is to be written.
pub(crate) fn found(args: &args::Dvh) -> Result<DoseReport, Failure> {
    let settings = Settings {
        structures: args.structures.clone(),
        dose: Some(DoseSettings { structures: args.structure.clone(), ..dose(&args.dose)? }),
        ..check::chosen(&args.choice)?
    };
    let folder = args.out.as_deref().map(|out| {
        let searched = [&args.paths[..], &args.structures].concat();
        let more: Vec<_> =
            args.dose.files().into_iter().chain(args.choice.aliases.clone()).collect();
        output::folder(out, &Layout::DVH, &searched, &more)
    });
    let folder = folder.transpose()?;
    detail::searched(&args.paths);
    let progress = Progress::new("measuring the dose");
    let found = match folder {
        Some(folder) => {
            let found = thecal::measure_dose(&args.paths, &settings)?;
            thecal::write_dvh(&found, &folder)?;
            folder.commit()?;
            found.report
        }
        None => thecal::dvh(&args.paths, &settings)?,
    };
    drop(progress);
    Ok(found)
}

/// What is asked for of a dose.
pub(crate) fn dose(args: &args::Dose) -> Result<DoseSettings, Failure> {
    let limits = match args.limits.as_str() {
        "verified" => LimitTable::Verified,
        "all" => LimitTable::All,
        file => check::parsed(Path::new(file), |text| {
            let own = LimitTable::Own { toml: text.to_owned() };
            own.limits().map(|_| own)
        })?,
    };
    Ok(DoseSettings {
        doses: args.dose.clone(),
        target: args.target.clone(),
        prescription_gy: args.rx,
        fractions: args.fractions,
        edge_gy: args.edge_dose,
        falloff_pct_per_mm: args.falloff,
        metrics: args.metric.clone(),
        limits,
        prior_rt: args.prior_rt,
        ..DoseSettings::default()
    })
}

fn told(found: &DoseReport, as_json: bool, out: Option<&Path>) -> Result<(), Failure> {
    if as_json {
        return output::result(&json::to_json(found).map_err(Failure::output)?);
    }
    let colour = std::io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none();
    output::result(&summary::dvh(found, colour))?;
    if let Some(out) = out {
        output::written(out);
    }
    Ok(())
}

/// 0 where the dose is accepted and every limit that applies is kept.
fn code(found: &DoseReport) -> ExitCode {
    let kept = |v: LimitVerdict| matches!(v, LimitVerdict::Pass | LimitVerdict::NotApplicable);
    let good = found.dose.gate.accepted && found.dose.limits.iter().all(|l| kept(l.verdict));
    if good { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
