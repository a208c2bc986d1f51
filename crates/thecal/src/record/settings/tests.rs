use serde_json::Value;
use thecal_mask::EndRule;
use thecal_mask::role::Role;
use thecal_separation::Tube;
use thecal_uncertainty::{Preset, Sampling};

use super::*;
use crate::dose_settings::{DoseSettings, LimitTable};
use crate::uncertainty_settings::UncertaintySettings;

fn none<T>() -> [Vec<T>; 2] {
    [Vec::new(), Vec::new()]
}

fn prv_margins() -> crate::prv_margins::PrvMargins {
    let mut margins = crate::prv_margins::PrvMargins::default();
    margins.set(None, 2.0).expect("a margin");
    margins.set(Some("Cord_PRV"), 1.5).expect("a margin");
    margins
}

/// A separation in which nothing is left out.
fn separate() -> Separate {
    let text = "[own]\ntube = { diameter_mm = 18.0, clock_deg = 200.0, offset_mm = 3.0 }\n";
    let mut approaches = Approach::read(text).expect("an approach");
    approaches.extend(Approach::built_in().expect("built in"));
    Separate::by(approaches)
}

/// A set of sources that is built in.
fn uncertainty(preset: usize) -> UncertaintySettings {
    UncertaintySettings::new(Preset::all().expect("built in")[preset].sources.clone())
}

/// Every field of the settings, changed alone, with its place in the record.
fn changes() -> Vec<(&'static str, Settings)> {
    let plain = Settings::default();
    let separated = |change: &dyn Fn(&mut Separate)| {
        let mut separation = separate();
        change(&mut separation);
        Settings { separation: Some(separation), ..Settings::default() }
    };
    let thresholds = |change: &dyn Fn(&mut Thresholds)| {
        let mut thresholds = Thresholds::default();
        change(&mut thresholds);
        Settings { thresholds, ..Settings::default() }
    };
    let aliases = [("My*lon".to_owned(), Role::Cord), ("Wirbel 7".to_owned(), Role::Vertebra)];
    let aliases = Aliases::from_entries(aliases).expect("aliases");
    let built_in = LabelTable::built_in("verse").expect("a table").clone();
    let own = [(3, "Cord".to_owned()), (7, "GTV".to_owned())];
    let own = LabelTable::own(own.into_iter().collect());
    let shift = Anatomy::CordShift { shift_mm: [1.0, -2.0, 0.5] };
    let dosed = |change: fn(&mut DoseSettings)| {
        let mut dose = DoseSettings::default();
        change(&mut dose);
        Settings { dose: Some(dose), ..Settings::default() }
    };
    let uncertain = |preset: usize, change: fn(&mut Sampling)| {
        let mut asked = uncertainty(preset);
        change(&mut asked.sampling);
        Settings { uncertainty: Some(asked), ..Settings::default() }
    };
    let one = |change: fn(&mut Approach)| {
        separated(&move |s: &mut Separate| change(&mut s.approaches[0]))
    };
    let tube = |change: fn(&mut Tube)| {
        separated(&move |s: &mut Separate| s.approaches[0].tube.iter_mut().for_each(change))
    };
    vec![
        ("/tumours/0", Settings { tumours: vec!["GTV 2".into()], ..plain.clone() }),
        ("/cord", Settings { cord: Some("Cord_MR".into()), ..plain.clone() }),
        ("/sac", Settings { sac: Some("Dura".into()), ..plain.clone() }),
        ("/ctvs/0", Settings { ctvs: vec!["CTV high".into()], ..plain.clone() }),
        ("/structures_sha256/0", Settings { structures: vec!["a.dcm".into()], ..plain.clone() }),
        (
            "/structures_after_sha256/0",
            Settings { structures_after: vec!["b.dcm".into()], ..plain.clone() },
        ),
        ("/ends", Settings { ends: EndRule::Plane, ..plain.clone() }),
        ("/ends", Settings { ends: EndRule::Rounded, ..plain.clone() }),
        ("/dose/doses_sha256/0", dosed(|d| d.doses.push("RD.dcm".into()))),
        ("/dose/structures/0", dosed(|d| d.structures.push("Cord".into()))),
        ("/dose/target", dosed(|d| d.target = Some("PTV".into()))),
        ("/dose/prescription_gy", dosed(|d| d.prescription_gy = Some(24.0))),
        ("/dose/fractions", dosed(|d| d.fractions = Some(2))),
        ("/dose/edge_gy", dosed(|d| d.edge_gy = Some(20.0))),
        ("/dose/falloff_pct_per_mm", dosed(|d| d.falloff_pct_per_mm = Some(12.0))),
        ("/dose/metrics/0", dosed(|d| d.metrics.push(thecal_dose::Metric::DoseToCc(0.1)))),
        ("/dose/limits", dosed(|d| d.limits = LimitTable::All)),
        ("/dose/limits/own", dosed(|d| d.limits = LimitTable::Own { toml: "limit = []".into() })),
        ("/dose/prior_rt", dosed(|d| d.prior_rt = thecal_dose::PriorRt::None)),
        ("/uncertainty/preset", uncertain(0, |_| {})),
        ("/uncertainty/samples", uncertain(1, |s| s.samples = 500)),
        ("/uncertainty/seed", uncertain(1, |s| s.seed = 9)),
        ("/uncertainty/sources/4/kind", uncertain(2, |_| {})),
        ("/prv_margins/1/structure", Settings { prv_margins: prv_margins(), ..plain.clone() }),
        ("/config_sha256", Settings { config_sha256: Some("12ab".into()), ..plain.clone() }),
        ("/assume_same_frame", Settings { assume_same_frame: true, ..plain.clone() }),
        ("/labels/table", Settings { labels: Some(built_in), ..plain.clone() }),
        ("/labels/names/1/name", Settings { labels: Some(own), ..plain.clone() }),
        ("/aliases/0/role", Settings { aliases, ..plain }),
        (
            "/thresholds/tumour_cord_mm",
            thresholds(&|t| t.set(PairKind::TumourCord, &[1.5, 4.0]).expect("mm")),
        ),
        (
            "/thresholds/tumour_sac_mm",
            thresholds(&|t| t.set(PairKind::TumourSac, &[]).expect("mm")),
        ),
        ("/thresholds/cord_sac_mm", thresholds(&|t| t.set(PairKind::CordSac, &[0.5]).expect("mm"))),
        (
            "/thresholds/set/0",
            thresholds(&|t| t.set(PairKind::TumourSac, &[2.0, 3.0]).expect("mm")),
        ),
        ("/thresholds/tolerance_mm", thresholds(&|t| t.set_tolerance(0.0).expect("mm"))),
        ("/separation/approaches", separated(&|s| s.approaches.truncate(1))),
        ("/separation/approaches/0/name", one(|a| a.name.push('x'))),
        ("/separation/approaches/0/ideal", one(|a| a.ideal = !a.ideal)),
        ("/separation/approaches/0/corpectomy", one(|a| a.corpectomy = !a.corpectomy)),
        ("/separation/approaches/0/from_clock_deg", one(|a| a.from_clock_deg.push([10.0, 20.0]))),
        ("/separation/approaches/0/tilt_deg", one(|a| a.tilt_deg += 1.0)),
        ("/separation/approaches/0/tool_radius_mm", one(|a| a.tool_radius_mm += 0.25)),
        ("/separation/approaches/0/safety_mm", one(|a| a.safety_mm += 0.25)),
        ("/separation/approaches/0/depth_mm", one(|a| a.depth_mm += 1.0)),
        ("/separation/approaches/0/undercut_mm", one(|a| a.undercut_mm += 1.0)),
        ("/separation/approaches/0/tube/diameter_mm", tube(|t| t.diameter_mm += 1.0)),
        ("/separation/approaches/0/tube/clock_deg", tube(|t| t.clock_deg += 1.0)),
        ("/separation/approaches/0/tube/offset_mm", tube(|t| t.offset_mm += 1.0)),
        ("/separation/approaches/0/tube/level_mm", tube(|t| t.level_mm += 1.0)),
        ("/separation/amount_mm", separated(&|s| s.amount_mm = 2.0)),
        ("/separation/reference", separated(&|s| s.reference = Some(Role::Cord))),
        ("/separation/keep_out/0", separated(&|s| s.keep_out = vec!["Aorta".into()])),
        ("/separation/levels_mm/1", separated(&|s| s.levels_mm = Some([-3.5, 12.0]))),
        ("/separation/grid_mm", separated(&|s| s.grid_mm = 0.75)),
        ("/separation/sweep", separated(&|s| s.sweep = true)),
        ("/separation/anatomies/0/anatomy", separated(&|s| s.anatomies = vec![Anatomy::Fixed])),
        (
            "/separation/anatomies/0/anatomy",
            separated(&|s| s.anatomies = vec![Anatomy::SacReexpanded]),
        ),
        ("/separation/anatomies/0/shift_mm/1", separated(&|s| s.anatomies = vec![shift])),
    ]
}

/// As a file of structures is known by.
fn hashes(of: &Settings) -> [Vec<String>; 2] {
    let hash = |p: &PathBuf| format!("hash of {}", p.display());
    [&of.structures, &of.structures_after].map(|files| files.iter().map(hash).collect())
}

fn dose_hashes(of: &Settings) -> Vec<String> {
    let hash = |p: &PathBuf| format!("hash of {}", p.display());
    of.dose.iter().flat_map(|d| &d.doses).map(hash).collect()
}

#[test]
fn every_setting_stands_in_the_record_and_comes_back() {
    let mut places: Vec<&str> = Vec::new();
    for (place, asked) in changes() {
        let beside = Settings {
            separation: asked.separation.as_ref().map(|_| separate()),
            dose: asked.dose.as_ref().map(|_| DoseSettings::default()),
            uncertainty: asked.uncertainty.as_ref().map(|_| uncertainty(1)),
            ..Settings::default()
        };
        let json = |s: &Settings| {
            serde_json::to_value(settings(s, hashes(s), dose_hashes(s), &AsAsked)).expect("JSON")
        };
        let (written, other): (Value, Value) = (json(&asked), json(&beside));
        assert_ne!(asked, beside, "{place} is not changed");
        let found = written.pointer(place);
        assert!(found.is_some_and(|v| !v.is_null()), "{place} is not in {written}");
        assert_ne!(found, other.pointer(place), "{place}");
        let read = serde_json::from_value(written.clone()).expect("a record");
        let doses = asked.dose.as_ref().map(|d| d.doses.clone()).unwrap_or_default();
        let files = [asked.structures.clone(), asked.structures_after.clone(), doses];
        let back = settings_of(&read, files).expect("settings");
        assert_eq!(back, asked, "{place}");
        assert_eq!(json(&back), written, "{place}");
        places.push(place);
    }
    // A field that is added to the record is added above.
    let dose = Some(DoseSettings::default());
    let (separation, uncertainty) = (Some(separate()), Some(uncertainty(1)));
    let whole = Settings { separation, dose, uncertainty, ..Settings::default() };
    let whole = serde_json::to_value(settings(&whole, none(), Vec::new(), &AsAsked)).expect("JSON");
    let approach = "/separation/approaches/0";
    for part in [
        "",
        "/thresholds",
        "/dose",
        "/uncertainty",
        "/separation",
        approach,
        &format!("{approach}/tube"),
    ] {
        let fields = whole.pointer(part).and_then(Value::as_object).expect("an object");
        for field in fields.keys() {
            let place = format!("{part}/{field}");
            let at_or_below = |p: &&str| *p == place || p.starts_with(&format!("{place}/"));
            assert!(places.iter().any(at_or_below), "{place} is not changed by any case");
        }
    }
}

#[test]
fn settings_that_no_result_has_are_refused() {
    let good = settings(&Settings::default(), none(), Vec::new(), &AsAsked);
    let mut bad = good.clone();
    bad.thresholds.cord_sac_mm = vec![-1.0];
    assert!(matches!(settings_of(&bad, Default::default()), Err(SettingsError::Threshold(_))));
    bad = good.clone();
    bad.thresholds.tolerance_mm = 7.0;
    assert!(matches!(settings_of(&bad, Default::default()), Err(SettingsError::Tolerance(_))));
    let separated = Settings { separation: Some(separate()), ..Settings::default() };
    let separated = settings(&separated, none(), Vec::new(), &AsAsked);
    let with = |change: &dyn Fn(&mut report::SeparationSettings)| {
        let mut bad = separated.clone();
        bad.separation.iter_mut().for_each(change);
        settings_of(&bad, Default::default())
    };
    let shift = report::AnatomySettings { anatomy: report::Anatomy::CordShift, shift_mm: None };
    assert_eq!(with(&|s| s.anatomies = vec![shift.clone()]), Err(SettingsError::Shift));
    let deep = with(&|s| s.approaches[0].approach.depth_mm = -1.0);
    assert!(matches!(deep, Err(SettingsError::Approach { .. })));
    // An end rule that is none is none, not the default.
    let mut json = serde_json::to_value(&good).expect("JSON");
    json["ends"] = "half slice".into();
    assert!(serde_json::from_value::<report::SettingsRecord>(json).is_err());
}
