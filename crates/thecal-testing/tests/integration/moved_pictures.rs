//! Pictures of moved cords and re-expanded sacs, and of a second study, show what was measured.

use std::path::{Path, PathBuf};

use tempfile::TempDir;
use thecal::{Measured, Separate, Settings, compare_studies, measure_study, replay, scene};
use thecal_phantom::{PhantomSpec, ShapeKind, write_study, write_ventral_study};
use thecal_report::html::html;
use thecal_report::picture::pictures;
use thecal_report::scene::{Outline, Scene, What};
use thecal_report::{PairKind, Report, SECOND_STUDY};
use thecal_separation::{Anatomy, Approach};

/// How far the cord moves towards the back, mm.
const BACK_MM: f64 = 1.5;

fn ideal(anatomies: Vec<Anatomy>) -> Settings {
    let mut approaches = Approach::built_in().expect("reads");
    approaches.retain(|a| a.name == "ideal");
    let separation = Separate { amount_mm: 0.8, anatomies, ..Separate::by(approaches) };
    Settings { separation: Some(separation), ..Settings::default() }
}

/// The ventral study: a straight cord, and a sac that is pressed in from the front by 0.8 mm.
fn moved(dir: &Path) -> (Measured, Vec<PathBuf>) {
    write_ventral_study(dir).expect("a phantom");
    let paths = vec![dir.to_owned()];
    let shift = Anatomy::CordShift { shift_mm: [-BACK_MM, 0.0, 0.0] };
    let done = measure_study(&paths, &ideal(vec![Anatomy::SacReexpanded, shift]));
    (done.expect("measured"), paths)
}

/// Least and largest distance from the upper edge of what an outline bounds, mm.
fn height_mm(outlines: &[Outline], what: What) -> [f64; 2] {
    let found = outlines.iter().find(|o| o.what == what).expect("the outline");
    let ys = found.rings.iter().flatten().map(|p| p[1]);
    ys.fold([f64::INFINITY, f64::NEG_INFINITY], |r, y| [r[0].min(y), r[1].max(y)])
}

fn slice<'a>(scene: &'a Scene, key: Option<&str>) -> &'a [Outline] {
    let phase = scene.phases.iter().find(|p| p.scenario.as_deref() == key).expect("the phase");
    // The plane of closest approach before, where the two are not the same.
    &phase.slice_before.as_ref().unwrap_or(&phase.slice).outlines
}

fn gap_mm(report: &Report, key: Option<&str>) -> f64 {
    let phase = report.phases.iter().find(|p| p.key() == key).expect("the phase");
    let mut pairs = phase.pairs.iter().filter(|p| p.pair == PairKind::TumourCord);
    pairs.find_map(|p| p.gap_mm).expect("a gap")
}

fn near(found: f64, truth: f64, by: f64) {
    assert!((found - truth).abs() < by, "{found} for {truth}");
}

#[test]
fn a_moved_cord_is_drawn_where_it_went_and_a_sac_as_it_re_expanded() {
    let dir = TempDir::new().expect("a folder");
    let (done, _) = moved(dir.path());
    let drawn = scene(&done);
    let keys: Vec<_> = drawn.phases.iter().map(|p| p.scenario.as_deref()).collect();
    let all = [None, Some("ideal"), Some("ideal/sac_reexpanded"), Some("ideal/cord_shift")];
    assert_eq!(keys, all);
    let (before, wide, back) =
        (slice(&drawn, all[0]), slice(&drawn, all[2]), slice(&drawn, all[3]));
    // Down is towards the back.
    let [front, rear] = height_mm(before, What::Cord);
    let [front_moved, rear_moved] = height_mm(back, What::Cord);
    near(front_moved - front, BACK_MM, 0.02);
    near(rear_moved - rear, BACK_MM, 0.02);
    assert_eq!(height_mm(back, What::Sac), height_mm(before, What::Sac));
    // The band round the cord goes with it.
    let band = |outlines| height_mm(outlines, What::Band(2.0))[1];
    near(band(back) - band(before), BACK_MM, 0.05);
    assert_eq!(height_mm(wide, What::Cord), height_mm(before, What::Cord));
    near(height_mm(before, What::Sac)[0] - height_mm(wide, What::Sac)[0], 0.8, 0.05);
    // The unrolled cord has each phase's gap as its minimum.
    assert_eq!(drawn.maps.len(), 4);
    for (map, key) in drawn.maps.iter().zip(all) {
        assert_eq!(map.scenario.as_deref(), key);
        let sampled = map.gap_mm.iter().flatten().copied().fold(f64::INFINITY, f64::min);
        near(sampled, gap_mm(&done.report, key), 0.05);
    }
    // In space there are two cords and two sacs, each in phases of its own.
    for what in [What::Cord, What::Sac] {
        let mut phases: Vec<_> =
            drawn.surfaces.iter().filter(|s| s.what == what).map(|s| s.phases.clone()).collect();
        assert_eq!(phases.len(), 2, "{what:?}");
        phases.sort();
        let apart = if what == What::Cord { 3 } else { 2 };
        assert_eq!(phases[1], [apart]);
        assert_eq!(phases.concat().len(), 4);
    }
    let named: Vec<String> =
        pictures(&done.report, Some(&drawn)).into_iter().map(|p| p.name).collect();
    for kind in ["slice", "cuts", "cord-map", "clock"] {
        for phase in ["ideal", "ideal-sac_reexpanded", "ideal-cord_shift"] {
            assert!(named.contains(&format!("{kind}-{phase}")), "{kind} {phase}: {named:?}");
        }
    }
}

#[test]
fn a_record_draws_moved_anatomies_again() {
    let dir = TempDir::new().expect("a folder");
    let (done, paths) = moved(dir.path());
    let again = replay(&done.report, &paths).expect("its own study");
    assert_eq!(again.report, done.report);
    let svg = |m: &Measured| -> Vec<String> {
        pictures(&m.report, Some(&scene(m))).iter().map(|p| p.svg().to_owned()).collect()
    };
    assert!(svg(&again) == svg(&done), "pictures differ");
}

/// A study, and one of the same anatomy and another tumour 1.1 mm farther from the cord.
fn two_studies(dir: &Path) -> [PathBuf; 2] {
    [1.4, 2.5].map(|gap_mm| {
        let spec = PhantomSpec {
            rows: 128,
            columns: 128,
            ..PhantomSpec::random(4, ShapeKind::Sphere, 2.0, gap_mm)
        };
        let study = dir.join(format!("{gap_mm}"));
        write_study(&spec, &study).expect("a phantom");
        study
    })
}

#[test]
fn a_second_study_stands_beside_the_first_with_its_own_structures_and_images() {
    let dir = TempDir::new().expect("a folder");
    let [before, after] = two_studies(dir.path()).map(|p| vec![p]);
    let settings = Settings { assume_same_frame: true, ..ideal(Vec::new()) };
    let done = compare_studies(&before, &after, &settings).expect("compared");
    let drawn = scene(&done);
    assert!(drawn.notes.is_empty(), "{:?}", drawn.notes);
    let second = &drawn.phases[1];
    assert_eq!(second.scenario.as_deref(), Some(SECOND_STUDY));
    assert!(!second.slice.images.is_empty());
    assert_ne!(second.slice.images, drawn.phases[0].slice.images);
    let pair = done.report.phases[1].pairs.iter().find(|p| p.pair == PairKind::TumourCord);
    let segment = second.slice.segment.as_ref().expect("a segment");
    assert_eq!(Some(&segment.closest), pair.and_then(|p| p.closest.as_ref()));
    // Nothing was simulated, so nothing is hatched.
    assert!(second.slice.outlines.iter().all(|o| o.what != What::Removed));
    let map = drawn.maps.iter().find(|m| m.scenario.as_deref() == Some(SECOND_STUDY));
    let sampled = map.expect("a map").gap_mm.iter().flatten().copied();
    near(sampled.fold(f64::INFINITY, f64::min), gap_mm(&done.report, Some(SECOND_STUDY)), 0.05);
    let page = html(&done.report, Some(&drawn), None).expect("a page");
    assert!(page.contains("<option value=\"after the operation\" selected>"));
    assert!(page.contains("Before and after the operation"));
    // From the record, too; without its files the numbers alone.
    let both = replay(&done.report, &[before.clone(), after].concat()).expect("both studies");
    assert_eq!(scene(&both).phases[1].slice.outlines, second.slice.outlines);
    assert_eq!(scene(&both).phases[1].slice.images, second.slice.images);
    let first = replay(&done.report, &before).expect("the first study");
    let drawn = scene(&first);
    assert!(drawn.phases.iter().all(|p| p.scenario.as_deref() != Some(SECOND_STUDY)));
    assert!(drawn.notes.iter().any(|n| n.contains("second study")), "{:?}", drawn.notes);
    let page = html(&done.report, Some(&drawn), None).expect("a page");
    assert!(!page.contains("<option value=\"after the operation\""), "nothing to choose");
}
