//! A record says what it was made with, whole: its study replays to the same solids.

use std::path::{Path, PathBuf};

use tempfile::TempDir;
use thecal::{ErrorKind, Measured, Separate, Settings, Thresholds, measure_study, replay};
use thecal_mask::EndRule;
use thecal_mask::role::{Aliases, Role};
use thecal_phantom::{PhantomSpec, ShapeKind, write_study};
use thecal_report::{Report, RoleSource};
use thecal_separation::{Anatomy, Approach};

/// A small study, its folder and its structure set.
fn study(dir: &Path) -> (Vec<PathBuf>, PathBuf) {
    let spec = PhantomSpec {
        rows: 128,
        columns: 128,
        ..PhantomSpec::random(4, ShapeKind::Sphere, 2.0, 1.4)
    };
    write_study(&spec, dir).expect("a phantom");
    let found = thecal_dicom::index::index(&[dir.to_owned()]).expect("an index");
    let set = found.objects.iter().find(|o| o.kind == thecal_dicom::index::Kind::RtStruct);
    (vec![dir.to_owned()], set.expect("a structure set").path.clone())
}

/// The record as its file has it.
fn read_back(done: &Measured) -> Report {
    let text = thecal_report::json::to_json(&done.report).expect("JSON");
    serde_json::from_str(&text).expect("a record")
}

fn volumes_cc(m: &Measured) -> Vec<f64> {
    let parts = m.parts.tumours.iter().chain(&m.parts.cord).chain(&m.parts.sac);
    let moved = m.anatomies.iter().flat_map(|a| a.cord.iter().chain(&a.sac));
    let left = m.residuals.iter().filter_map(|r| r.solid.as_ref());
    parts.chain(moved).map(|p| &p.solid).chain(left).map(|s| s.volume_cc()).collect()
}

fn separated(change: impl FnOnce(&mut Separate)) -> Settings {
    let mut approaches = Approach::built_in().expect("built in");
    approaches.retain(|a| ["ideal", "laminectomy"].contains(&a.name.as_str()));
    let mut separation = Separate { grid_mm: 0.75, ..Separate::by(approaches) };
    change(&mut separation);
    Settings { separation: Some(separation), ..Settings::default() }
}

#[test]
fn every_setting_is_found_in_the_record_and_replays_to_the_same() {
    let dir = TempDir::new().expect("a folder");
    let (paths, set) = study(dir.path());
    let plain = measure_study(&paths, &Settings::default()).expect("measured");
    let name = |role: &str| {
        let found = plain.report.structures.iter().find(|s| s.role.as_str() == role);
        found.map(|s| s.name.clone()).expect("the structure")
    };
    let (tumour, cord, sac) = (name("tumour"), name("cord"), name("thecal_sac"));
    let alias = Aliases::from_entries([(cord.clone(), Role::Cord)]).expect("an alias");
    let shift = Anatomy::CordShift { shift_mm: [-1.0, 0.5, 0.0] };
    let mut strict = Thresholds::for_tumour(&[1.0, 2.5]).expect("mm");
    strict.set_tolerance(0.0).expect("mm");
    let cases = [
        Settings { tumours: vec![tumour], ..Settings::default() },
        Settings { cord: Some(cord), ..Settings::default() },
        Settings { sac: Some(sac), ..Settings::default() },
        Settings { structures: vec![set], ..Settings::default() },
        Settings { ends: EndRule::Plane, ..Settings::default() },
        Settings { ends: EndRule::Rounded, ..Settings::default() },
        Settings { thresholds: strict, ..Settings::default() },
        Settings { assume_same_frame: true, ..Settings::default() },
        Settings { aliases: alias, ..Settings::default() },
        separated(|_| {}),
        separated(|s| s.approaches.truncate(1)),
        separated(|s| s.approaches[1].tool_radius_mm += 1.0),
        separated(|s| s.amount_mm = 2.0),
        separated(|s| s.reference = Some(Role::Cord)),
        separated(|s| s.levels_mm = Some([-4.0, 200.0])),
        separated(|s| s.grid_mm = 0.9),
        // The least amounts of a sweep need a finer grid.
        separated(|s| (s.sweep, s.grid_mm) = (true, 0.5)),
        separated(|s| s.anatomies = vec![Anatomy::SacReexpanded, shift]),
    ];
    let mut seen = vec![plain.report.settings.clone()];
    for settings in &cases {
        let done = measure_study(&paths, settings).expect("measured");
        assert!(!seen.contains(&done.report.settings), "{settings:?} is not in the record");
        seen.push(done.report.settings.clone());
        let record = read_back(&done);
        assert_eq!(record.settings, done.report.settings);
        let again = replay(&record, &paths).expect("its own study");
        assert_eq!(volumes_cc(&again), volumes_cc(&done), "{settings:?}");
        let names = |m: &Measured| -> Vec<_> {
            m.residuals.iter().map(|r| (r.approach.clone(), r.tumour.clone())).collect()
        };
        assert_eq!(names(&again), names(&done));
    }
}

#[test]
fn a_record_without_settings_is_told_of() {
    let dir = TempDir::new().expect("a folder");
    let (paths, _) = study(dir.path());
    let done = measure_study(&paths, &Settings::default()).expect("measured");
    let mut old = serde_json::to_value(&done.report).expect("JSON");
    old.as_object_mut().expect("an object").remove("settings");
    let old: Report = serde_json::from_value(old).expect("records of before are read");
    let error = replay(&old, &paths).expect_err("refused");
    assert_eq!(error.kind(), ErrorKind::Settings);
    assert!(error.to_string().contains("does not say which settings it was made with"), "{error}");
}

#[test]
fn names_of_mask_files_are_not_in_the_settings_and_their_aliases_still_hold() {
    let dir = TempDir::new().expect("a folder");
    let file = |name: &str| dir.path().join(name);
    crate::blocks::nifti(&file("Mueller_Hans.nii"), 5);
    let aliases = [("Mueller*".to_owned(), Role::Tumour)];
    let settings = Settings {
        tumours: vec!["Mueller_Hans".into()],
        aliases: Aliases::from_entries(aliases).expect("aliases"),
        ..Settings::default()
    };
    let paths = [dir.path().to_owned()];
    let done = measure_study(&paths, &settings).expect("measured");
    let text = thecal_report::json::to_json(&done.report).expect("JSON");
    assert!(!text.contains("Mueller"), "{text}");
    // By its alias alone, too.
    let settings = Settings { tumours: Vec::new(), ..settings };
    let done = measure_study(&paths, &settings).expect("measured");
    assert_eq!(done.report.structures[0].role_from, RoleSource::Alias);
    let text = thecal_report::json::to_json(&done.report).expect("JSON");
    assert!(!text.contains("Mueller"), "{text}");
    let again = replay(&read_back(&done), &paths).expect("its own study");
    assert_eq!(volumes_cc(&again), volumes_cc(&done));
}
