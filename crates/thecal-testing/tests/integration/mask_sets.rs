//! Masks as segmenters write them: several files on one lattice as one set, names of label maps,
//! what an algorithm drew, and the picture beside them.

use std::path::{Path, PathBuf};

use thecal::{Error, Settings, check, info};
use thecal_mask::EndRule;
use thecal_mask::naming::LabelTable;
use thecal_phantom::{PhantomSpec, ShapeKind, Study};
use thecal_report::{Report, Role};
use thecal_voxel::Grid;

use crate::volumes::{Nifti, caret};

/// A phantom of known gap, on voxels of 0.5 x 0.5 x 1 mm.
pub(crate) struct Phantom {
    grid: Grid,
    /// Voxels of cord, sac and tumour.
    pub(crate) masks: [Vec<u8>; 3],
    gap_mm: f64,
}

impl Phantom {
    pub(crate) fn new() -> Self {
        let spec = PhantomSpec { ct: false, ..PhantomSpec::random(5, ShapeKind::Sphere, 2.5, 1.0) };
        let study = Study::build(&spec).expect("a phantom");
        let solids = ["SpinalCord", "ThecalSac", "GTV"].map(|name| {
            let s = study.structures.iter().find(|s| s.name == name).expect("a structure");
            thecal_mask::Solid::from_contours(&s.contours, EndRule::HalfSlice, 1.0).expect("solid")
        });
        let [_, _, tumour] = &solids;
        let (lo, hi) = tumour.bounds();
        let pad = nalgebra::Vector3::repeat(20.0);
        let spacing_mm = [0.5, 0.5, 1.0];
        let size =
            [0, 1, 2].map(|k| ((hi[k] - lo[k] + 2.0 * pad[k]) / spacing_mm[k]).ceil() as usize);
        let grid = Grid::axis_aligned(lo - pad, spacing_mm, size).expect("a grid");
        let masks = solids.each_ref().map(|solid| {
            let mask = solid.mask_on(&grid).expect("a mask");
            mask.values().iter().map(|b| u8::from(*b)).collect()
        });
        let truth = study.truth.pairs.iter().find(|t| t.pair == "tumour-cord");
        Self { grid, masks, gap_mm: truth.expect("a truth").gap_mm }
    }

    /// All in one file; the tumour lies on the cord and the cord on the sac where they meet.
    fn label_map(&self, values: [u8; 3]) -> Vec<u8> {
        let [cord, sac, tumour] = &self.masks;
        let voxel = |n: usize| {
            let found = [(tumour[n], values[2]), (cord[n], values[0]), (sac[n], values[1])];
            found.iter().find(|(inside, _)| *inside > 0).map_or(0, |(_, value)| *value)
        };
        (0..cord.len()).map(voxel).collect()
    }

    pub(crate) fn write(&self, path: &Path, voxels: &[u8]) {
        Nifti::new(&self.grid).file(path, voxels);
    }
}

fn gap_mm(report: &Report) -> f64 {
    report.phases[0].pairs[0].gap_mm.expect("measured")
}

fn codes(report: &Report) -> Vec<&str> {
    report.warnings.iter().map(|w| w.code.as_str()).collect()
}

fn run(path: &Path, settings: &Settings) -> Result<Report, Error> {
    check(&[path.to_owned()], settings)
}

#[test]
fn a_folder_of_masks_and_one_label_map_measure_alike() {
    let phantom = Phantom::new();
    let dir = tempfile::tempdir().expect("a folder");
    let folder = dir.path().join("masks");
    std::fs::create_dir(&folder).expect("a folder");
    let [cord, sac, tumour] = &phantom.masks;
    // As dcmrtstruct2nii calls its files, with 255 for inside.
    let inside: Vec<u8> = cord.iter().map(|v| v * 255).collect();
    phantom.write(&folder.join("mask_SpinalCord.nii.gz"), &inside);
    phantom.write(&folder.join("mask_ThecalSac.nii.gz"), sac);
    phantom.write(&folder.join("mask_GTV.nii.gz"), tumour);
    let of_files = run(&folder, &Settings::default()).expect("measured");
    assert!((gap_mm(&of_files) - phantom.gap_mm).abs() < 0.3, "{}", gap_mm(&of_files));
    assert!(!codes(&of_files).contains(&"frame_unknown"));

    let map = dir.path().join("map.nii.gz");
    phantom.write(&map, &phantom.label_map([3, 4, 7]));
    // Without names nothing is found.
    let unnamed = run(&map, &Settings::default()).expect("measured");
    assert!(codes(&unnamed).contains(&"no_cord"));
    let by_number = Settings {
        cord: Some("3".to_owned()),
        tumours: vec!["label 7".to_owned()],
        ..Settings::default()
    };
    assert!((gap_mm(&run(&map, &by_number).expect("measured")) - gap_mm(&of_files)).abs() < 1e-9);
    let wrong = Settings { cord: Some("9".to_owned()), ..Settings::default() };
    // By a file beside it.
    for (name, text) in [
        ("map.json", r#"{"3": "SpinalCord", "7": "GTV"}"#),
        ("map.csv", "value,name\n3,SpinalCord\n7,GTV\n"),
        ("labels.tsv", "index\tname\n3\tSpinalCord\n7\tGTV\n"),
    ] {
        std::fs::write(dir.path().join(name), text).expect("a file");
        let named = run(&map, &Settings::default()).expect("measured");
        assert!((gap_mm(&named) - gap_mm(&of_files)).abs() < 1e-9, "{name}");
        let told = run(&map, &wrong).expect_err("told").to_string();
        assert!(told.contains("did you mean \"3 (SpinalCord)\"?"), "{told}");
        std::fs::remove_file(dir.path().join(name)).expect("removed");
    }
}

#[test]
fn names_come_from_the_header_and_from_tables_and_automatic_drawings_make_it_advisory() {
    let phantom = Phantom::new();
    let dir = tempfile::tempdir().expect("a folder");
    let map = dir.path().join("case.nii.gz");
    // TotalSegmentator draws no tumour: its label of the liver stands for it.
    let voxels = phantom.label_map([79, 1, 5]);
    let tumours = vec!["liver".to_owned()];
    let settings = Settings { tumours: tumours.clone(), ..Settings::default() };
    let total = LabelTable::built_in("totalsegmentator").expect("a table");
    Nifti::new(&phantom.grid).with_extension(&caret(total.names().iter())).file(&map, &voxels);
    let of_header = run(&map, &settings).expect("measured");
    phantom.write(&map, &voxels);
    let asked = Settings { labels: Some(total.clone()), ..settings };
    let of_table = run(&map, &asked).expect("measured");
    for report in [&of_header, &of_table] {
        assert!((gap_mm(report) - phantom.gap_mm).abs() < 0.3, "{}", gap_mm(report));
        let cord = report.structures.iter().find(|s| s.role == Role::Cord).expect("a cord");
        assert_eq!(cord.name, "spinal_cord");
        let by = cord.drawn_by_algorithm.as_deref();
        assert_eq!(by, Some("TotalSegmentator v2, task total"));
        assert!(codes(report).contains(&"drawn_by_algorithm"));
        let text = thecal_report::summary::summary(report, false);
        let verdict: Vec<&str> = text.lines().take(3).flat_map(str::split_whitespace).collect();
        let verdict = verdict.join(" ");
        assert!(verdict.contains("advisory until somebody has checked"), "{text}");
    }
    // A table of one's own says nothing of who drew.
    let own = [(79, "SpinalCord".to_owned()), (5, "GTV".to_owned())];
    let own = LabelTable::own(own.into_iter().collect());
    let report =
        run(&map, &Settings { labels: Some(own), ..Settings::default() }).expect("measured");
    assert!(!codes(&report).contains(&"drawn_by_algorithm"));
    let text = thecal_report::summary::summary(&report, false);
    assert!(!text.contains("advisory"), "{text}");
    // A table that has none of the labels is told, and changes nothing.
    let verse = LabelTable::built_in("verse").expect("a table").clone();
    std::fs::write(dir.path().join("case.json"), r#"{"79": "SpinalCord", "5": "GTV"}"#)
        .expect("a file");
    phantom.write(&map, &phantom.label_map([79, 0, 50]));
    let asked = Settings { labels: Some(verse), ..Settings::default() };
    let report = run(&map, &asked).expect("measured");
    assert!(codes(&report).contains(&"label_names_unusable"));
    assert!(report.structures.iter().any(|s| s.name == "SpinalCord"));
}

/// The Spinal Cord Toolbox numbers a cord by vertebral level (C3 is 3, T1 is 8): all of it is one cord.
#[test]
fn a_cord_that_is_labelled_by_level_is_one_cord() {
    let phantom = Phantom::new();
    let dir = tempfile::tempdir().expect("a folder");
    let whole = dir.path().join("whole");
    let levels = dir.path().join("levels");
    for folder in [&whole, &levels] {
        std::fs::create_dir(folder).expect("a folder");
        phantom.write(&folder.join("GTV.nii.gz"), &phantom.masks[2]);
    }
    let cord = &phantom.masks[0];
    phantom.write(&whole.join("SpinalCord.nii.gz"), cord);
    // Levels that change every 12 mm, and within a plane where they meet.
    let plane = phantom.grid.size()[0] * phantom.grid.size()[1];
    let level = |n: usize| 7 + u8::try_from((n + plane / 2) / (12 * plane)).expect("a level");
    let labelled: Vec<u8> = cord.iter().enumerate().map(|(n, v)| v * level(n)).collect();
    phantom.write(&levels.join("t2_seg_labeled.nii.gz"), &labelled);
    let table = LabelTable::built_in("sct_levels").expect("a table").clone();
    let asked = Settings { labels: Some(table), ..Settings::default() };
    let [of_whole, of_levels] = [run(&whole, &Settings::default()), run(&levels, &asked)];
    let (of_whole, of_levels) = (of_whole.expect("measured"), of_levels.expect("measured"));
    assert!((gap_mm(&of_levels) - gap_mm(&of_whole)).abs() < 1e-9);
    let cords: Vec<_> = of_levels.structures.iter().filter(|s| s.role == Role::Cord).collect();
    assert_eq!(cords.len(), 1);
    assert_eq!(cords[0].name, "spinal_cord");
    let planes = of_whole.structures.iter().find(|s| s.role == Role::Cord).map(|s| s.planes);
    assert_eq!(Some(cords[0].planes), planes);
    // Who drew the cord that was labelled is not known.
    assert_eq!(cords[0].drawn_by_algorithm, None);
}

#[test]
fn a_folder_of_totalsegmentator_with_many_empty_masks_is_one_set() {
    let phantom = Phantom::new();
    let dir = tempfile::tempdir().expect("a folder");
    let folder = dir.path().join("segmentations");
    std::fs::create_dir(&folder).expect("a folder");
    let total = LabelTable::built_in("totalsegmentator").expect("a table");
    // Small files of the same lattice, since none of their voxels counts.
    let nothing = vec![0; phantom.grid.len()];
    let empty = total.names().values().filter(|n| *n != "spinal_cord").take(40);
    let empty: Vec<&String> = empty.collect();
    for name in &empty {
        phantom.write(&folder.join(format!("{name}.nii.gz")), &nothing);
    }
    phantom.write(&folder.join("spinal_cord.nii.gz"), &phantom.masks[0]);
    // Drawn by a person, beside it; and the CT one folder up.
    phantom.write(&folder.join("GTV.nii.gz"), &phantom.masks[2]);
    let hu: Vec<i16> = phantom.masks[0].iter().map(|v| -1000 + 40 * i16::from(*v)).collect();
    Nifti::new(&phantom.grid).file_of_shorts(&dir.path().join("ct.nii.gz"), &hu);
    let report = run(dir.path(), &Settings::default()).expect("measured");
    assert!((gap_mm(&report) - phantom.gap_mm).abs() < 0.3, "{}", gap_mm(&report));
    let told: Vec<&str> = report
        .warnings
        .iter()
        .filter(|w| w.code == "masks_empty")
        .map(|w| w.message.as_str())
        .collect();
    assert_eq!(told.len(), 1);
    assert!(told[0].starts_with("40 of 42 mask files have no voxel"), "{told:?}");
    assert!(!codes(&report).contains(&"structure_empty"));
    let by = |role| {
        let s = report.structures.iter().find(|s| s.role == role).expect("a structure");
        s.drawn_by_algorithm.clone()
    };
    assert!(by(Role::Cord).is_some_and(|by| by.contains("TotalSegmentator")));
    assert_eq!(by(Role::Tumour), None);
    // One set for `info`, too.
    let listed = info(&[dir.path().to_owned()], &Settings::default()).expect("listed");
    assert!(listed.can_be_checked, "{:?}", listed.obstacles);
    assert_eq!(listed.structure_sets.len(), 1);
    assert_eq!(listed.structure_sets[0].structures.len(), 42);
}

#[test]
fn a_segment_that_says_that_an_algorithm_drew_it_makes_the_verdict_advisory() {
    let dir = tempfile::tempdir().expect("a folder");
    let study = crate::blocks::identity("P", "1.2.3", "1.2.3.4");
    crate::blocks::segmentation(&dir.path().join("seg.dcm"), study, "1.2.3.5");
    let report = run(dir.path(), &Settings::default()).expect("measured");
    let by: Vec<_> = report.structures.iter().map(|s| s.drawn_by_algorithm.as_deref()).collect();
    assert_eq!(by, [Some("AUTOMATIC in the segmentation"); 2]);
    assert!(codes(&report).contains(&"drawn_by_algorithm"));
}

#[test]
fn contours_that_say_that_an_algorithm_drew_them_make_the_verdict_advisory() {
    let dir = tempfile::tempdir().expect("a folder");
    let study = || crate::blocks::identity("P", "1.2.3", "1.2.3.4");
    let set = |generation: &str| {
        let [mut cord, tumour] = crate::blocks::both().try_into().expect("two structures");
        cord.generation = generation.to_owned();
        crate::blocks::set(&dir.path().join("RS.dcm"), study(), "1.2.3.5", vec![cord, tumour]);
        run(dir.path(), &Settings::default()).expect("measured")
    };
    let report = set("AUTOMATIC");
    let by: Vec<_> = report.structures.iter().map(|s| s.drawn_by_algorithm.as_deref()).collect();
    assert_eq!(by, [Some("AUTOMATIC in the structure set"), None]);
    assert!(codes(&report).contains(&"drawn_by_algorithm"));
    let words = |report: &Report| {
        let text = thecal_report::summary::summary(report, false);
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    assert!(words(&report).contains("advisory until somebody has checked"), "{}", words(&report));
    for generation in ["SEMIAUTOMATIC", "MANUAL", ""] {
        let report = set(generation);
        assert!(!codes(&report).contains(&"drawn_by_algorithm"), "{generation}");
        assert!(!words(&report).contains("advisory"), "{generation}");
    }
}

#[test]
fn the_ct_beside_masks_is_behind_the_pictures() {
    let phantom = Phantom::new();
    let dir = tempfile::tempdir().expect("a folder");
    phantom.write(&dir.path().join("SpinalCord.nii.gz"), &phantom.masks[0]);
    phantom.write(&dir.path().join("GTV.nii.gz"), &phantom.masks[2]);
    let of = |path: &Path| {
        let measured = thecal::measure_study(&[path.to_owned()], &Settings::default());
        thecal::scene(&measured.expect("measured")).phases[0].slice.images.len()
    };
    assert_eq!(of(dir.path()), 0);
    let hu: Vec<i16> = phantom.masks[0].iter().map(|v| -1000 + 1040 * i16::from(*v)).collect();
    Nifti::new(&phantom.grid).file_of_shorts(&dir.path().join("ct.nii.gz"), &hu);
    // Soft tissue and bone.
    assert_eq!(of(dir.path()), 2);
}

#[test]
fn masks_of_two_lattices_are_told_and_measured_where_they_are_named() {
    let phantom = Phantom::new();
    let dir = tempfile::tempdir().expect("a folder");
    let cord = dir.path().join("SpinalCord.nii.gz");
    let tumour = dir.path().join("GTV.nii.gz");
    phantom.write(&cord, &phantom.masks[0]);
    // Half a voxel aside: a lattice of its own.
    let half = phantom.grid.patient_from_index([0.5, 0.0, 0.0]);
    let grid = Grid::axis_aligned(half, phantom.grid.spacing_mm(), phantom.grid.size());
    let grid = grid.expect("a grid");
    Nifti::new(&grid).file(&tumour, &phantom.masks[2]);
    let told = run(dir.path(), &Settings::default()).expect_err("told").to_string();
    for word in ["2 lattices", "SpinalCord.nii.gz", "GTV.nii.gz", "--structures", "resample"] {
        assert!(told.contains(word), "{told}");
    }
    let listed = info(&[dir.path().to_owned()], &Settings::default()).expect("listed");
    assert!(!listed.can_be_checked && listed.structure_sets.len() == 2);
    let files = [cord, tumour];
    let named = check(&files, &Settings::default()).expect("measured");
    let asked = Settings { structures: files.to_vec(), ..Settings::default() };
    let asked = check(&[dir.path().to_owned()], &asked).expect("measured");
    for report in [named, asked] {
        assert!(codes(&report).contains(&"frame_unknown"));
        assert!((gap_mm(&report) - phantom.gap_mm).abs() < 0.8);
    }
}

#[test]
fn an_empty_cord_is_told_by_name_and_nothing_but_empty_masks_is_no_set() {
    let phantom = Phantom::new();
    let dir = tempfile::tempdir().expect("a folder");
    let nothing = vec![0; phantom.grid.len()];
    phantom.write(&dir.path().join("SpinalCord.nii.gz"), &nothing);
    let told = run(dir.path(), &Settings::default()).expect_err("told").to_string();
    assert!(told.contains("a mask without a voxel"), "{told}");
    phantom.write(&dir.path().join("GTV.nii.gz"), &phantom.masks[2]);
    let report = run(dir.path(), &Settings::default()).expect("measured");
    let empty = report.warnings.iter().find(|w| w.code == "structure_empty").expect("told");
    assert_eq!(empty.r#where, "SpinalCord");
}

#[test]
fn a_record_of_masks_is_drawn_again_with_its_table() {
    let phantom = Phantom::new();
    let dir = tempfile::tempdir().expect("a folder");
    let map: PathBuf = dir.path().join("case.nii.gz");
    phantom.write(&map, &phantom.label_map([60, 61, 49]));
    let table = LabelTable::built_in("tptbox").expect("a table").clone();
    let tumours = vec!["Vertebra_Corpus_border".to_owned()];
    let settings = Settings { labels: Some(table), tumours, ..Settings::default() };
    let report = run(&map, &settings).expect("measured");
    let again = thecal::replay(&report, &[dir.path().to_owned()]).expect("replayed");
    assert!(again.parts.cord.is_some_and(|c| c.name == "Spinal_Cord"));
}
