//! How sure gaps and doses of studies on disk are, where the answer is known in closed form.

use std::path::Path;

use tempfile::TempDir;
use thecal::{DoseSettings, Separate, Settings, UncertaintySettings, check, compare};
use thecal_dose::PriorRt;
use thecal_phantom::{
    DoseKind, DoseSpec, PhantomSpec, ShapeKind, write_planned_study, write_study,
};
use thecal_report::{PairKind, PairProbability, Phase, Report, csv, summary};
use thecal_separation::Approach;
use thecal_uncertainty::{Sampling, Sources};

/// The tumour's surface lies up to 1 mm farther in or out as a whole.
const OFFSET: &str = r#"
[[source]]
name = "outline of the tumour"
structure = "tumour"
offset_sd_mm = 1.0
reference = "a test"
"#;

/// The whole patient is shifted anew in each fraction.
const PATIENT: &str = r#"
[[source]]
name = "motion"
structure = "patient"
kind = "intrafraction"
part = "random"
shift_sd_mm = [0.8, 0.8, 0.8]
reference = "a test"
"#;

fn asked(toml: &str) -> Option<UncertaintySettings> {
    let sources = Sources::from_toml(toml).expect("sources");
    let sampling = Sampling { samples: 4000, seed: 2 };
    Some(UncertaintySettings { sources, sampling })
}

fn phantom() -> TempDir {
    let folder = TempDir::new().expect("a folder");
    let spec = PhantomSpec { ct: false, ..PhantomSpec::random(11, ShapeKind::Sphere, 1.0, 2.5) };
    write_study(&spec, folder.path()).expect("a study");
    folder
}

fn measured(folder: &Path, settings: &Settings) -> Report {
    check(&[folder.to_owned()], settings).expect("a report")
}

fn tumour_cord(report: &Report, phase: Phase) -> &PairProbability {
    let all = &report.uncertainty.as_ref().expect("a section").pairs;
    let is = |p: &&PairProbability| p.pair == PairKind::TumourCord && p.phase == phase;
    all.iter().find(is).expect("the pair")
}

/// The distribution function of a normal variable, by the series of Marsaglia 2004,
/// doi 10.18637/jss.v011.i04.
fn normal_cdf(x: f64) -> f64 {
    let (mut sum, mut term, mut n) = (x, x, 1.0);
    while term.abs() > 1e-15 {
        n += 2.0;
        term *= x * x / n;
        sum += term;
    }
    0.5 + sum * (-0.5 * x * x).exp() / std::f64::consts::TAU.sqrt()
}

/// All figures of a pair whose gap varies by 1 mm about a nominal one.
fn is_normal(pair: &PairProbability) {
    for p in &pair.probability {
        let truth = normal_cdf(pair.nominal_mm - p.threshold_mm);
        assert!((p.p - truth).abs() < 3.5 * p.standard_error, "{p:?} and {truth}");
        let needed_mm = p.gap_needed_mm.expect("a gap");
        assert!((needed_mm - p.threshold_mm - 1.6449).abs() < 0.09, "{p:?}");
    }
    assert!((pair.sd_mm - 1.0).abs() < 0.04, "{}", pair.sd_mm);
    assert!((pair.median_mm - pair.nominal_mm).abs() < 0.06);
    assert!((pair.margin_needed_mm - 1.6449).abs() < 0.09, "{}", pair.margin_needed_mm);
    let all: f64 = pair.histogram.shares.iter().sum();
    assert!((all - 1.0).abs() < 1e-9, "{all}");
}

#[test]
fn an_offset_makes_a_normal_gap_as_drawn_and_simulated() {
    let study = phantom();
    let mut approaches = Approach::built_in().expect("reads");
    approaches.retain(|a| a.name == "ideal");
    let separation = Some(Separate { amount_mm: 4.0, ..Separate::by(approaches) });
    let settings = Settings { separation, uncertainty: asked(OFFSET), ..Settings::default() };
    let report = measured(study.path(), &settings);
    let before = tumour_cord(&report, Phase::Before);
    assert_eq!(Some(before.nominal_mm), report.phases[0].pairs[0].gap_mm);
    assert_eq!(before.exact, [thecal_report::UncertainStructure::Cord]);
    assert_eq!(before.contributions.len(), 1);
    assert!((before.contributions[0].share_of_variance - 1.0).abs() < 1e-9);
    assert!((before.contributions[0].margin_if_halved_mm - 0.82).abs() < 0.06);
    is_normal(before);
    let simulated = tumour_cord(&report, Phase::Simulated);
    assert!(simulated.nominal_mm > before.nominal_mm + 0.5, "{}", simulated.nominal_mm);
    assert_eq!(simulated.scenario.as_deref(), Some("ideal"));
    is_normal(simulated);
    // Where the outline varies from place to place, the nearest place is nearer than as a whole.
    for pair in [before, simulated] {
        assert_eq!(pair.sensitivity.len(), 2);
        for (k, p) in pair.probability.iter().enumerate() {
            let [long, short] = [0, 1].map(|n| pair.sensitivity[n].probability[k].p);
            assert!(short < long && long < p.p + 0.02, "{p:?}: {long} and {short}");
        }
    }
    // The verdicts are those of a check without it.
    let plain = measured(study.path(), &Settings { uncertainty: None, ..settings });
    assert_eq!(plain.headline, report.headline);
    assert_eq!(plain.phases, report.phases);
}

#[test]
fn the_figures_stand_in_the_table_and_on_the_terminal() {
    let study = phantom();
    let report =
        measured(study.path(), &Settings { uncertainty: asked(OFFSET), ..Settings::default() });
    let pair = tumour_cord(&report, Phase::Before);
    let rows = csv::rows("study", &report);
    let row = |metric: &str| {
        let is = |r: &&csv::Row| r.metric == metric && r.structure_b == "SpinalCord";
        rows.iter().find(is).unwrap_or_else(|| panic!("{metric}"))
    };
    let p = row("probability_of_2_mm");
    assert_eq!((p.value, p.unit.as_str()), (Some(pair.probability[0].p), "1"));
    assert_eq!([p.lower, p.upper], [pair.probability[0].p_lower, pair.probability[0].p_upper]);
    assert_eq!(row("gap_median_mm").lower, Some(pair.p05_mm));
    assert_eq!(row("gap_margin_needed_mm").value, Some(pair.margin_needed_mm));
    let text = summary::summary(&report, false);
    for part in ["How sure the gaps are (sources of a file; 4000 samples, seed 2)", "a test"] {
        assert!(text.contains(part), "{part} in {text}");
    }
    let told = format!("{:.3} +-{:.3}", pair.probability[0].p, pair.probability[0].standard_error);
    assert!(text.contains(&told), "{told} in {text}");
    assert!(text.lines().all(|l| l.chars().count() <= 80), "{text}");
}

#[test]
fn a_pair_that_nothing_moves_is_a_warning() {
    let study = phantom();
    let report =
        measured(study.path(), &Settings { uncertainty: asked(PATIENT), ..Settings::default() });
    // The patient as a whole moves, and no gap with it.
    assert_eq!(report.uncertainty.as_ref().map(|u| u.pairs.len()), Some(0));
    let codes = report.warnings.iter().filter(|w| w.code == "probability_not_given");
    assert_eq!(codes.count(), 3);
}

#[test]
fn of_two_studies_both_are_judged() {
    let study = phantom();
    let paths = [study.path().to_owned()];
    let settings = Settings { uncertainty: asked(OFFSET), ..Settings::default() };
    let report = compare(&paths, &paths, &settings).expect("a report");
    let [before, after] = [Phase::Before, Phase::After].map(|p| tumour_cord(&report, p));
    assert_eq!(before.probability, after.probability);
    is_normal(after);
}

#[test]
fn doses_move_with_the_patient_and_limits_are_held_or_not() {
    const GY_PER_MM: f64 = 1.0;
    let study = TempDir::new().expect("a folder");
    let spec = PhantomSpec { ct: false, ..PhantomSpec::random(11, ShapeKind::Sphere, 1.0, 2.5) };
    let kind = DoseKind::Linear { gradient_gy_per_mm: GY_PER_MM };
    write_planned_study(&spec, kind, &DoseSpec::new(24.0, 2, 1.0), study.path()).expect("a study");
    let dose = DoseSettings { prior_rt: PriorRt::None, ..DoseSettings::default() };
    let uncertainty = asked(&format!("{OFFSET}{PATIENT}"));
    let report =
        measured(study.path(), &Settings { dose: Some(dose), uncertainty, ..Settings::default() });
    let found = report.uncertainty.as_ref().and_then(|u| u.dose.as_ref()).expect("doses");
    assert_eq!(found.fractions, 2);
    // The mean shift of two fractions along the fall of the dose.
    let sd_gy = GY_PER_MM * 0.8 / 2_f64.sqrt();
    let cord: Vec<_> = found.figures.iter().filter(|f| f.structure == "SpinalCord").collect();
    assert_eq!(cord.len(), 4);
    for f in cord {
        let half = 0.5 * (f.p95 - f.p05);
        assert!((half - 1.6449 * sd_gy).abs() < 0.12, "{f:?}");
        assert!((f.median - f.nominal).abs() < 0.12, "{f:?}");
    }
    let limits: Vec<_> = found.limits.iter().filter(|l| l.structure == "SpinalCord").collect();
    assert!(!limits.is_empty());
    for l in limits {
        let truth = normal_cdf((l.limit_gy - l.nominal_gy) / sd_gy);
        assert!((l.p - truth).abs() < 0.05, "{l:?} and {truth}");
    }
}
