//! `thecal demo`: a phantom study, checked before and after a separation.

mod plan;

use thecal::{DoseSettings, Form, Layout, ResultFolder, Separate, Settings};
use thecal_dose::PriorRt;
use thecal_phantom::PhantomSpec;
use thecal_report::PairKind;
use thecal_report::text::plain;
use thecal_separation::{Anatomy, Approach};

use crate::args;
use crate::exit::{ExitCode, Failure};
use crate::progress::Progress;
use crate::{output, phantom};

/// Before, and after a separation from straight behind and from behind and both sides.
fn settings() -> Result<Settings, Failure> {
    let mut approaches = Approach::built_in().map_err(Failure::input)?;
    approaches.retain(|a| ["laminectomy", "transpedicular_bilateral"].contains(&a.name.as_str()));
    let separation = Separate { sweep: true, ..Separate::by(approaches) };
    let dose = DoseSettings { prior_rt: PriorRt::None, ..DoseSettings::default() };
    Ok(Settings { separation: Some(separation), dose: Some(dose), ..Settings::default() })
}

pub(crate) fn run(args: &args::Demo) -> Result<ExitCode, Failure> {
    let folder = output::folder(&args.out, &Layout::DEMO, &[], &[])?;
    // The same seed writes the same names.
    let study = folder.path().join("study");
    let truth = plan::write(&PhantomSpec::wrapped(), &study)?;
    let paths = std::slice::from_ref(&study);
    let progress = Progress::new("measuring two phantoms");
    let mut measured = thecal::measure_study(paths, &settings()?)?;
    let form = Form { study: Some("demo".to_owned()), ..Form::default() };
    output::write(&folder.below("report"), &mut measured, &form)?;
    let second = little_csf_in_front(&folder)?;
    folder.commit()?;
    drop(progress);
    output::report(&measured.report, &measured.labels, false)?;
    output::result(&format!("\n{truth}"))?;
    output::result(&format!("\n{second}"))?;
    let shown = |name: &str| plain(&args.out.join(name).display().to_string()).into_owned();
    let study = shown("study");
    output::note(&format!(
        "\nStudy:   {study}\nReport:  {}\nTry:     thecal check {study} --json",
        shown("report"),
    ));
    Ok(ExitCode::SUCCESS)
}

/// A sac that re-expands onto what is left, with the cord nearer than 2 mm behind it.
fn little_csf_in_front(folder: &ResultFolder) -> Result<String, Failure> {
    let study = folder.path().join("study-ventral");
    let truth = thecal_phantom::write_ventral_study(&study).map_err(phantom::failure)?;
    let mut approaches = Approach::built_in().map_err(Failure::input)?;
    approaches.retain(|a| a.name == "ideal");
    let separation = Separate {
        amount_mm: truth.dent_mm,
        anatomies: vec![Anatomy::SacReexpanded],
        ..Separate::by(approaches)
    };
    let settings = Settings { separation: Some(separation), ..Settings::default() };
    let mut measured = thecal::measure_study(std::slice::from_ref(&study), &settings)?;
    let form = Form { study: Some("demo-ventral".to_owned()), ..Form::default() };
    output::write(&folder.below("report-ventral"), &mut measured, &form)?;
    let report = &measured.report;
    let mut text = format!(
        "A second study, with {} mm of CSF in front of the cord and a sac compressed by {} mm.\n\
         All tumour within {} mm of the sac is removed, and the sac returns to its own course:\n",
        truth.ventral_csf_mm, truth.dent_mm, truth.dent_mm
    );
    for phase in &report.phases {
        let name = phase.scenario.as_deref().unwrap_or("before");
        let gap = |kind: PairKind| {
            let found = phase.pairs.iter().find(|p| p.pair == kind).and_then(|p| p.gap_mm);
            // What rounds to nothing has no sign.
            let shown = |g: f64| format!("{:.1}", if g.abs() < 0.05 { 0.0 } else { g });
            found.map_or_else(|| "-".to_owned(), shown)
        };
        text.push_str(&format!(
            "  {name:<21} tumour-sac {} mm, tumour-cord {} mm: {}\n",
            gap(PairKind::TumourSac),
            gap(PairKind::TumourCord),
            phase.headline.as_str()
        ));
    }
    text.push_str("Resection flush with the sac does not give 2 mm to the cord.\n");
    Ok(text)
}
