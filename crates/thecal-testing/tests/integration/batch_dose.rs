//! The dose of each study of a batch in its tables, against the record of the same study.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use tempfile::TempDir;
use thecal::batch::{Hooks, Options, plan, run};
use thecal::{DoseSettings, Separate, Settings};
use thecal_dose::PriorRt;
use thecal_phantom::{
    Content, DoseKind, DoseSpec, PhantomSpec, ShapeKind, write_planned_study, write_study,
};
use thecal_report::{DoseRecord, LimitRecord, LimitVerdict, Report, Role};
use thecal_separation::Approach;

const ERF: DoseKind = DoseKind::Erf { steepest_per_mm: 0.15 };

fn settings() -> Settings {
    let mut approaches = Approach::built_in().expect("built in");
    approaches.retain(|a| a.name == "ideal");
    let dose = DoseSettings { prior_rt: PriorRt::None, ..DoseSettings::default() };
    Settings { dose: Some(dose), separation: Some(Separate::by(approaches)), ..Settings::default() }
}

/// Three studies: with a dose, with a dose that is refused, and with none.
fn cohort(root: &Path) {
    let spec =
        |seed| PhantomSpec { ct: false, ..PhantomSpec::random(seed, ShapeKind::Sphere, 1.0, 2.5) };
    let dose = DoseSpec::new(24.0, 2, 1.0);
    let session = DoseSpec { content: Content::SessionAsPlan, ..dose.clone() };
    for (seed, dose) in [(11, &dose), (12, &session)] {
        let folder = root.join(format!("planned-{seed}"));
        write_planned_study(&spec(seed), ERF, dose, &folder).expect("a study");
    }
    write_study(&spec(13), &root.join("gap-only")).expect("a study");
}

type Cells = BTreeMap<String, String>;

/// The rows of a table, cells by their column.
fn table(path: &Path) -> Vec<Cells> {
    let mut reader = csv::Reader::from_path(path).expect("a table");
    let header = reader.headers().expect("a header").clone();
    let cells = |r: csv::StringRecord| {
        header.iter().map(str::to_owned).zip(r.iter().map(str::to_owned)).collect()
    };
    reader.records().map(|r| cells(r.expect("a row"))).collect()
}

fn number(value: Option<f64>) -> String {
    value.map_or_else(String::new, |v| format!("{v:.4}"))
}

/// What the record has for a column of the wide table.
fn of_record(dose: &DoseRecord, column: &str) -> Option<String> {
    let figure = |role: Role, metric: &str, end: &str| {
        let drawn = dose.structures.iter();
        let mut drawn = drawn.filter(|s| s.role == role && s.derived_from.is_none());
        let found = drawn.next()?.metrics.iter().find(|m| m.metric == metric)?;
        Some(number(match end {
            "lower" => found.lower,
            "upper" => found.upper,
            _ => found.value,
        }))
    };
    let count = |v: LimitVerdict| dose.limits.iter().filter(|l| l.verdict == v).count().to_string();
    let way = dose.across_gap.first()?;
    let needed = dose.gap_needed.iter().find(|g| g.rules && g.scenario.is_none())?;
    let fixed = match column {
        "dose_gate" => if dose.gate.accepted { "accepted" } else { "refused" }.to_owned(),
        "prescription_gy" => number(dose.prescription_gy),
        "fractions" => dose.fractions?.to_string(),
        "prior_rt" => "none".to_owned(),
        "limits_pass" => count(LimitVerdict::Pass),
        "limits_fail" => count(LimitVerdict::Fail),
        "limits_indeterminate" => count(LimitVerdict::Indeterminate),
        "gap_dose_tumour_end_gy" => number(way.dose_a_gy),
        "gap_dose_cord_end_gy" => number(way.dose_b_gy),
        "gap_falloff_mean_gy_per_mm" => number(way.mean_gy_per_mm),
        "gap_falloff_mean_pct_per_mm" => number(way.mean_pct_per_mm),
        "gap_falloff_steepest_gy_per_mm" => number(way.steepest_gy_per_mm),
        "gap_falloff_steepest_pct_per_mm" => number(way.steepest_pct_per_mm),
        "gap_needed_mm" => number(needed.needed_mm),
        "gap_needed_lower_mm" => number(needed.needed_lower_mm),
        "gap_needed_upper_mm" => number(needed.needed_upper_mm),
        "gap_lacking_mm" => number(needed.lacking_mm),
        "gap_needed_row" => needed.limit.clone(),
        "gap_needed_model" => needed.model.clone(),
        _ => String::new(),
    };
    if !fixed.is_empty() {
        return Some(fixed);
    }
    let (part, rest) = column.split_once('_')?;
    let role = if part == "cord" { Role::Cord } else { Role::Tumour };
    let name = rest.strip_suffix("_gy")?;
    let (metric, end) = name.split_once('_').unwrap_or((name, ""));
    figure(role, metric, end).or_else(|| figure(role, &format!("{metric}%"), end))
}

fn record(out: &Path, key: &str) -> Report {
    let text = std::fs::read(out.join("studies").join(key).join("report.json")).expect("a record");
    serde_json::from_slice(&text).expect("a record")
}

#[test]
fn the_columns_of_the_dose_are_the_figures_of_the_record() {
    let dir = TempDir::new().expect("a folder");
    let [root, out] = ["in", "out"].map(|name| dir.path().join(name));
    cohort(&root);
    let options = Options { jobs: 2, ..Options::new(settings()) };
    let planned = plan(&root, &options).expect("a plan");
    run(&planned, &out, &options, Hooks::default()).expect("a run");
    let wide = table(&out.join("summary.csv"));
    let first = wide[0].keys().filter(|c| c.contains("_gy") || c.starts_with("gap_needed"));
    let columns: Vec<&String> = first.collect();
    assert!(columns.len() > 30, "{columns:?}");
    let key_of = |folder: &str| -> String {
        let keys = table(&out.join("key.csv"));
        let found = keys.iter().find(|k| PathBuf::from(&k["path"]).ends_with(folder));
        found.expect("the study")["study"].clone()
    };
    let row = |key: &str, phase: &str| -> &Cells {
        wide.iter().find(|r| r["study"] == key && r["phase"] == phase).expect("the row")
    };

    // The study with a dose, cell by cell.
    let key = key_of("planned-11");
    let report = record(&out, &key);
    let dose = report.dose.as_ref().expect("a dose");
    let before = row(&key, "before");
    let more = ["dose_gate", "fractions", "prior_rt", "limits_pass", "limits_fail"];
    for column in columns.iter().map(|c| c.as_str()).chain(more) {
        assert_eq!(Some(&before[column]), of_record(dose, column).as_ref(), "{column}");
    }
    assert!(!before["cord_D0.035cc_lower_gy"].is_empty() && !before["tumour_D95_gy"].is_empty());
    assert_eq!(before["dose_gate"], "accepted");
    let of = |v: LimitVerdict| dose.limits.iter().filter(move |l| l.verdict == v);
    let worst = [LimitVerdict::Fail, LimitVerdict::Indeterminate, LimitVerdict::Pass];
    let worst =
        worst.into_iter().find(|v| of(*v).next().is_some()).expect("limits of two fractions");
    assert_eq!(before["limits_worst"], worst.as_str());
    let worst_row =
        dose.limits.iter().find(|l| l.id == before["limits_worst_row"]).expect("the row");
    let share = |l: &LimitRecord| l.value_gy.zip(l.limit_gy).map_or(0.0, |(v, most)| v / most);
    assert_eq!(worst_row.verdict, worst);
    assert!(of(worst).all(|l| share(l) <= share(worst_row)));

    // A simulation changes the gap, not the plan.
    let simulated = row(&key, "simulated");
    let needed = dose.gap_needed.iter().find(|g| g.rules && g.scenario.is_some()).expect("a row");
    assert_eq!(simulated["gap_needed_mm"], before["gap_needed_mm"]);
    assert_eq!(simulated["gap_lacking_mm"], number(needed.lacking_mm));
    assert_ne!(simulated["gap_lacking_mm"], before["gap_lacking_mm"]);
    assert!(simulated["cord_Dmax_gy"].is_empty() && simulated["dose_gate"].is_empty());

    // A refused dose says why and gives no figure; without one the cells are empty.
    let refused = row(&key_of("planned-12"), "before").clone();
    assert_eq!(refused["dose_gate"], "refused");
    assert!(refused["dose_gate_codes"].contains("dose_off_prescription"));
    let none = row(&key_of("gap-only"), "before").clone();
    assert!(none["dose_gate"].is_empty() && none["prescription_gy"].is_empty());
    for cells in [&refused, &none] {
        let figures = |c: &&&String| c.starts_with("cord_") || c.starts_with("gap_");
        let told: Vec<_> =
            columns.iter().filter(figures).filter(|c| !cells[**c].is_empty()).collect();
        assert!(told.is_empty(), "{told:?}");
        assert!(cells["limits_pass"].is_empty() && cells["limits_worst"].is_empty());
    }

    // The long table has the same, and more.
    let long = table(&out.join("results.csv"));
    let of = |metric: &str| -> &Cells {
        let here =
            |r: &&Cells| r["study"] == key && r["metric"] == metric && r["phase"] == "before";
        long.iter().find(here).unwrap_or_else(|| panic!("no {metric}"))
    };
    let cord = long.iter().find(|r| {
        r["study"] == key && r["metric"] == "dose_D0.035cc" && r["structure_a"] == "SpinalCord"
    });
    let cord = cord.expect("the cord's figure");
    for (column, end) in [("value", ""), ("lower", "_lower"), ("upper", "_upper")] {
        assert_eq!(cord[column], before[&format!("cord_D0.035cc{end}_gy")], "{column}");
    }
    let pairs = [
        ("prescription", "prescription_gy"),
        ("gap_dose_tumour_end", "gap_dose_tumour_end_gy"),
        ("gap_dose_cord_end", "gap_dose_cord_end_gy"),
        ("gap_falloff_steepest", "gap_falloff_steepest_gy_per_mm"),
        ("gap_falloff_mean_share", "gap_falloff_mean_pct_per_mm"),
    ];
    for (metric, column) in pairs {
        assert_eq!(of(metric)["value"], before[column], "{metric}");
    }
    assert_eq!(of("dose")["status"], "accepted");
    let ruling = of(&format!("gap_needed_{}", before["gap_needed_row"]));
    assert_eq!(
        (&ruling["value"], &ruling["method"]),
        (&before["gap_needed_mm"], &before["gap_needed_model"])
    );
    let within = dose.epidural.iter().find(|e| (e.within_mm - 5.0).abs() < 1e-9).expect("a part");
    assert_eq!(of("epidural_5_mm_volume")["value"], number(Some(within.volume_cc)));
}
