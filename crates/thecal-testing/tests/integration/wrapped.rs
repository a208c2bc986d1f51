//! The phantom of the demo tells the approaches apart, for the reasons that anatomy gives.

use std::sync::OnceLock;

use thecal::{Separate, Settings, check};
use thecal_phantom::{PhantomSpec, write_study};
use thecal_report::{Headline, PairKind, PairRecord, Report, SeparationRun};
use thecal_separation::Approach;

/// All approaches; a corpectomy is none.
fn report() -> &'static Report {
    static DONE: OnceLock<Report> = OnceLock::new();
    DONE.get_or_init(|| {
        let dir = tempfile::TempDir::new().expect("a folder");
        let spec = PhantomSpec { ct: false, ..PhantomSpec::wrapped() };
        write_study(&spec, dir.path()).expect("a phantom");
        let mut approaches = Approach::built_in().expect("reads");
        approaches.retain(|a| !a.corpectomy);
        assert_eq!(approaches.len(), 8);
        let settings =
            Settings { separation: Some(Separate::by(approaches)), ..Settings::default() };
        check(&[dir.path().to_owned()], &settings).expect("measured")
    })
}

fn pair(approach: &str, kind: PairKind) -> &'static PairRecord {
    let mut phases = report().phases.iter();
    let phase = phases.find(|p| p.scenario.as_deref() == Some(approach)).expect("the approach");
    phase.pairs.iter().find(|p| p.pair == kind).expect("the pair")
}

fn gap_mm(approach: &str, kind: PairKind) -> f64 {
    pair(approach, kind).gap_mm.expect("a gap")
}

fn runs() -> &'static [SeparationRun] {
    &report().separation.as_ref().expect("a separation").runs
}

fn run(approach: &str) -> &'static SeparationRun {
    runs().iter().find(|r| r.scenario == approach).expect("the approach")
}

/// How far the tumour that is nearest to the sac lies from a clock position, degrees.
fn off_deg(approach: &str, clock_deg: f64) -> f64 {
    let place = pair(approach, PairKind::TumourSac).r#where.as_ref().expect("a place");
    let off = (place.clock_deg.expect("a clock position") - clock_deg) / 360.0;
    360.0 * (off - off.round()).abs()
}

#[test]
fn at_least_five_of_the_eight_approaches_have_results_of_their_own() {
    const GAP_MM: f64 = 0.1;
    const VOLUME_CC: f64 = 0.01;
    let mut different: Vec<[f64; 3]> = Vec::new();
    for run in runs() {
        let gap = |kind| gap_mm(&run.scenario, kind);
        let found = [gap(PairKind::TumourCord), gap(PairKind::TumourSac), run.removed_cc];
        let alike = |other: &[f64; 3]| {
            (0..2).all(|k| (found[k] - other[k]).abs() < GAP_MM)
                && (found[2] - other[2]).abs() < VOLUME_CC
        };
        if !different.iter().any(alike) {
            different.push(found);
        }
    }
    assert!(different.len() >= 5, "{different:?}");
    assert_eq!(report().headline, Headline::Insufficient);
}

#[test]
fn what_an_approach_leaves_is_what_the_sac_hides_from_it() {
    // Nothing is hidden from who takes all, and nobody leaves a wider gap.
    let most_mm = gap_mm("ideal", PairKind::TumourSac);
    assert!((most_mm - 3.0).abs() < 0.05, "{most_mm}");
    for run in runs() {
        assert!(gap_mm(&run.scenario, PairKind::TumourSac) <= most_mm + 0.05, "{}", run.scenario);
    }
    // From behind the front of the sac is hidden, from one side the other side of its front, and
    // from the front its back.
    for (approach, clock_deg) in [
        ("laminectomy", 0.0),
        ("transpedicular_left", 330.0),
        ("lateral_extracavitary_left", 330.0),
        ("transpedicular_right", 30.0),
        ("anterior", 180.0),
    ] {
        let off = off_deg(approach, clock_deg);
        assert!(off < 50.0, "{approach}: {off} degrees");
        assert!(gap_mm(approach, PairKind::TumourSac) < most_mm - 0.3, "{approach}");
    }
    // Both sides together leave less than either.
    let left = |approach: &str| run(approach).shadow.volume_cc;
    let sides = left("transpedicular_left").min(left("transpedicular_right"));
    assert!(left("transpedicular_bilateral") < sides);
    assert!(sides < left("laminectomy"));
}

#[test]
fn bone_lies_on_every_way_and_the_body_before_the_front() {
    let bone = |run: &SeparationRun| run.bone_removed_cc;
    let behind = runs().iter().filter(|r| r.scenario != "anterior" && r.scenario != "ideal");
    let front_cc = bone(run("anterior")).expect("drawn vertebrae");
    for run in behind {
        let cc = bone(run).expect("drawn vertebrae");
        assert!(1.0 < cc && cc < 0.8 * front_cc, "{}: {cc} cc of {front_cc}", run.scenario);
    }
    // All that can be taken is taken through nothing.
    assert_eq!(bone(run("ideal")), None);
}
