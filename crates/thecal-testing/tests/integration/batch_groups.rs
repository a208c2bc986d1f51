//! Which files make a study, whatever folders they lie in.

use std::collections::BTreeMap;
use std::fs::create_dir_all;
use std::path::Path;

use crate::blocks::{
    CORD_X_MM, GAP_MM, PLANES, TUMOUR_X_MM, both, holds, identity, keys, measured, nifti, nrrd,
    options, planned, registration, results, roi, segmentation, series, set, slicer,
};
use tempfile::TempDir;
use thecal::Settings;
use thecal::batch::{Hooks, Manifest, Options, plan, run};
use thecal_dicom::write::StudyOut;

#[test]
fn masks_go_with_the_one_study_of_their_folder_and_make_one_where_there_is_none() {
    let dir = TempDir::new().expect("a folder");
    let root = dir.path();
    let study = identity("A", "1.2.3.1", "1.2.3.2");
    series(&root.join("beside/CT"), &study, "1.2.3.5");
    slicer(&root.join("beside/drawn.seg.nrrd"));
    slicer(&root.join("alone/drawn.seg.nrrd"));
    // A structure set comes before masks.
    set(&root.join("set/RS.dcm"), identity("B", "1.2.3.7", "1.2.3.8"), "1.2.3.6", both());
    nifti(&root.join("set/GTV.nii"), 5);
    let plan = planned(root);
    let expected = [
        ("alone", "masks x 1"),
        ("beside", "CT x 15, masks x 1"),
        ("set", "RTSTRUCT x 1, masks x 1"),
    ];
    assert_eq!(holds(&plan), expected.map(|(a, b)| (a.to_owned(), b.to_owned())).into());
    assert_eq!(measured(&plan), ["ok", "ok", "ok"]);
}

#[test]
fn masks_in_a_folder_of_their_own_go_with_the_case_above() {
    let dir = TempDir::new().expect("a folder");
    let root = dir.path().join("in");
    // An image beside the folder of masks, as TotalSegmentator leaves them; and DICOM images.
    for case in ["one", "two"] {
        crate::blocks::image(&root.join(case).join("ct.nii"));
        nrrd(&root.join(case).join("segmentations/SpinalCord.nrrd"), 20);
        nifti(&root.join(case).join("segmentations/GTV.nii"), 5);
    }
    series(&root.join("three/CT"), &identity("A", "1.2.3.1", "1.2.3.2"), "1.2.3.5");
    nrrd(&root.join("three/segmentations/SpinalCord.nrrd"), 20);
    nifti(&root.join("three/segmentations/GTV.nii"), 5);
    let plan = planned(&root);
    let expected = [("one", "masks x 3"), ("three", "CT x 15, masks x 2"), ("two", "masks x 3")];
    assert_eq!(holds(&plan), expected.map(|(a, b)| (a.to_owned(), b.to_owned())).into());
    assert_eq!(measured(&plan), ["ok", "ok", "ok"]);
    // Each is what a check of its folder finds.
    for study in plan.studies() {
        let place = [root.join(study.location())];
        let listed = thecal::info(&place, &Settings::default()).expect("listed");
        assert!(listed.can_be_checked, "{:?}", listed.obstacles);
    }
    // A folder of masks that lies in the root beside cases is a case itself.
    nrrd(&root.join("masks/SpinalCord.nrrd"), 20);
    nifti(&root.join("masks/GTV.nii"), 5);
    let more = holds(&planned(&root));
    assert_eq!(more.get("masks").map(String::as_str), Some("masks x 2"), "{more:?}");
    assert_eq!(more.len(), 4);
}

#[test]
fn masks_of_a_file_each_are_one_set_named_by_a_manifest_or_not() {
    let dir = TempDir::new().expect("a folder");
    let root = dir.path().join("in");
    nrrd(&root.join("p/SpinalCord.nrrd"), 20);
    nifti(&root.join("p/GTV.nii"), 5);
    let alone = planned(&root);
    assert_eq!(holds(&alone), BTreeMap::from([("p".to_owned(), "masks x 2".to_owned())]));
    // Both lie on one lattice.
    assert_eq!(measured(&alone), ["ok"]);
    let text = "path,structures\np,p/SpinalCord.nrrd;p/GTV.nii\n";
    let manifest = Some(Manifest::read(Path::new("m.csv"), text).expect("a manifest"));
    let options = Options { manifest, ..options() };
    let found = results(&plan(&root, &options).expect("a plan"), &options);
    let (status, gap) = found.values().next().expect("a row");
    assert_eq!(status, "ok");
    assert!((gap.parse::<f64>().expect("a gap") - GAP_MM).abs() < 0.3, "{gap}");
}

#[test]
fn a_segmentation_goes_with_the_series_that_it_is_drawn_on() {
    let dir = TempDir::new().expect("a folder");
    let study = identity("A", "1.2.3.1", "1.2.3.2");
    series(&dir.path().join("images"), &study, "1.2.3.5");
    create_dir_all(dir.path().join("drawn")).expect("a folder");
    segmentation(&dir.path().join("drawn/seg.dcm"), study, "1.2.3.6");
    let plan = planned(dir.path());
    let [found] = plan.studies() else { panic!("{:?}", holds(&plan)) };
    assert!(found.holds().contains("CT x 15") && found.holds().contains("SEG x 1"));
    assert_eq!(measured(&plan), ["ok"]);
    // The key is that of the segmentation, with images or without.
    let alone = TempDir::new().expect("a folder");
    let seg = alone.path().join("other-name");
    std::fs::copy(dir.path().join("drawn/seg.dcm"), seg).expect("a copy");
    assert_eq!(keys(&planned(alone.path())), keys(&plan));
}

#[test]
fn a_registration_makes_one_study_of_two_frames() {
    let dir = TempDir::new().expect("a folder");
    let root = dir.path().join("in");
    let of = |frame: &str| identity("A", &format!("{frame}.9"), frame);
    set(&root.join("p/ct.dcm"), of("1.2.3.2"), "1.2.3.6", vec![roi("GTV", TUMOUR_X_MM)]);
    set(&root.join("p/mr.dcm"), of("1.2.3.3"), "1.2.3.7", vec![roi("SpinalCord", CORD_X_MM)]);
    let apart = planned(&root);
    assert_eq!(apart.studies().len(), 2);
    assert_eq!(measured(&apart), ["not_assessable", "not_assessable"]);
    registration(&root.join("p/reg.dcm"), "A", "1.2.3.2", "1.2.3.3");
    let joined = planned(&root);
    assert_eq!(joined.studies().len(), 1, "{:?}", holds(&joined));
    assert_eq!(measured(&joined), ["ambiguous"]);
    // The two sets together, as a manifest says.
    let text = format!("study,structures\n{},p/ct.dcm;p/mr.dcm\n", joined.studies()[0].key());
    let manifest = Some(Manifest::read(Path::new("m.csv"), &text).expect("a manifest"));
    let options = Options { manifest, ..options() };
    let together = plan(&root, &options).expect("a plan");
    let found = results(&together, &options);
    let (status, gap) = found.values().next().expect("a row");
    assert_eq!(status, "ok");
    assert!((gap.parse::<f64>().expect("a gap") - GAP_MM).abs() < 0.05, "{gap}");
    // Another patient's registration joins nothing.
    registration(&root.join("p/reg.dcm"), "B", "1.2.3.2", "1.2.3.3");
    assert_eq!(planned(&root).studies().len(), 2);
}

#[test]
fn patients_in_one_folder_are_told_apart_even_in_one_frame() {
    let dir = TempDir::new().expect("a folder");
    for (patient, uid) in [("A", "1.2.3.6"), ("B", "1.2.3.7")] {
        let study = identity(patient, &format!("{uid}.9"), "1.2.3.2");
        set(&dir.path().join(format!("{uid}.dcm")), study, uid, both());
    }
    let plan = planned(dir.path());
    assert_eq!(plan.studies().len(), 2);
    assert_eq!(measured(&plan), ["ok", "ok"]);
    // A damaged file could be either's: it is a row of its own.
    std::fs::write(dir.path().join("lost.dcm"), b"no DICOM").expect("a file");
    let mut status = measured(&planned(dir.path()));
    status.sort();
    assert_eq!(status, ["ok", "ok", "unreadable"]);
}

#[test]
fn a_patient_over_several_folders_is_one_study_and_copies_count_once() {
    let dir = TempDir::new().expect("a folder");
    let root = dir.path();
    let study = identity("A", "1.2.3.1", "1.2.3.2");
    set(&root.join("sets/RS.dcm"), study.clone(), "1.2.3.6", both());
    let before = keys(&planned(root));
    series(&root.join("scans/monday"), &study, "1.2.3.5");
    let plan = planned(root);
    assert_eq!(keys(&plan), before);
    assert_eq!(holds(&plan), BTreeMap::from([(String::new(), plan.studies()[0].holds())]));
    assert!(plan.studies()[0].holds().contains("CT x 15"));
    create_dir_all(root.join("copy")).expect("a folder");
    std::fs::copy(root.join("sets/RS.dcm"), root.join("copy/RS.dcm")).expect("a copy");
    let copied = planned(root);
    assert_eq!(keys(&copied), before);
    assert!(copied.studies()[0].holds().contains("RTSTRUCT x 1"));
    assert!(copied.warnings().iter().any(|w| w.code == "duplicate_instance"));
    // Images in a frame that nothing is drawn in are told, and are no row.
    series(&root.join("scans/mr"), &identity("A", "1.2.3.1", "1.2.3.4"), "1.2.3.8");
    let more = planned(root);
    assert_eq!(keys(&more), before);
    assert!(more.warnings().iter().any(|w| w.code == "frames_not_used"));
    assert_eq!(measured(&more), ["ok"]);
}

#[test]
fn patients_who_share_a_uid_both_have_their_rows() {
    let dir = TempDir::new().expect("a folder");
    let root = dir.path();
    // In one folder, and in two.
    for (file, patient) in [("x/1.dcm", "A"), ("x/2.dcm", "B"), ("y/3.dcm", "C")] {
        set(&root.join(file), identity(patient, "1.2.3.1", "1.2.3.2"), "1.2.3.6", both());
    }
    let plan = planned(root);
    assert_eq!(keys(&plan).len(), 3);
    assert_eq!(measured(&plan), ["ok", "ok", "ok"]);
    assert!(plan.warnings().iter().any(|w| w.code == "instance_disputed"));
    // One patient, one UID, other contours: nobody can say which.
    let moved = vec![roi("SpinalCord", CORD_X_MM), roi("GTV", TUMOUR_X_MM - 1.0)];
    set(&root.join("y/4.dcm"), identity("C", "1.2.3.1", "1.2.3.2"), "1.2.3.6", moved);
    let mut found = measured(&planned(root));
    found.sort_unstable();
    assert_eq!(found, ["ambiguous", "ok", "ok"]);
}

/// Without its frame in the header: the element gets a number that nobody reads.
fn without_frame(path: &Path) {
    let mut bytes = std::fs::read(path).expect("a set");
    let at = bytes.windows(4).position(|w| w == [0x20, 0x00, 0x52, 0x00]).expect("a frame");
    bytes[at + 2] = 0x51;
    std::fs::write(path, bytes).expect("a set");
}

#[test]
fn a_set_without_a_frame_in_its_header_goes_with_the_images_that_it_is_drawn_on() {
    let dir = TempDir::new().expect("a folder");
    let root = dir.path();
    let [ct, mr] = ["1.2.3.2", "1.2.3.4"].map(|frame| identity("A", "1.2.3.1", frame));
    set(&root.join("RS.dcm"), mr.clone(), "1.2.3.6", both());
    without_frame(&root.join("RS.dcm"));
    series(&root.join("ct"), &ct, "1.2.3.5");
    // Of the one study there are images in one frame: it is theirs, whatever stands deeper in it.
    let plan = planned(root);
    assert_eq!(plan.studies().len(), 1, "{:?}", holds(&plan));
    // In two frames: it goes with those that it is drawn in.
    series(&root.join("mr"), &mr, "1.2.3.8");
    let plan = planned(root);
    let [study] = plan.studies() else { panic!("{:?}", holds(&plan)) };
    assert!(study.holds().contains("CT x 15"), "{}", study.holds());
    assert!(plan.warnings().iter().any(|w| w.code == "frames_not_used"));
    assert_eq!(measured(&plan), ["ok"]);
}

/// Nothing of the patient stands in what a run writes but in `key.csv`.
#[test]
fn no_name_number_or_folder_of_a_patient_is_written() {
    let dir = TempDir::new().expect("a folder");
    let root = dir.path().join("in");
    let study = identity("NUMBER-4711", "1.2.3.1", "1.2.3.2");
    let named = StudyOut { patient_name: "Lovelace^Ada".to_owned(), ..study };
    set(&root.join("Lovelace_Ada/RS.dcm"), named.clone(), "1.2.3.6", both());
    set(&root.join("Lovelace_Ada/RS2.dcm"), named, "1.2.3.7", both());
    std::fs::create_dir(root.join("Byron_George")).expect("a folder");
    std::fs::write(root.join("Byron_George/RS.dcm"), b"damaged").expect("a file");
    let out = dir.path().join("out");
    run(&planned(&root), &out, &options(), Hooks::default()).expect("a run");
    let mut folders = vec![out.clone()];
    let mut files = 0;
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).expect("a folder").flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            files += 1;
            let bytes = std::fs::read(&path).expect("a file");
            let text = String::from_utf8_lossy(&bytes);
            let told = ["Lovelace", "Byron", "4711"].iter().any(|word| text.contains(word));
            assert_eq!(told, path.ends_with("key.csv"), "{}", path.display());
        }
    }
    assert!(files >= 8, "{files}");
}

/// A raw mask keeps its size and a set its UID whatever is drawn in it.
#[test]
fn what_was_edited_in_place_is_measured_again() {
    let dir = TempDir::new().expect("a folder");
    let (root, out) = (dir.path().join("in"), dir.path().join("out"));
    let masks = root.join("masks");
    slicer(&masks.join("both.seg.nrrd"));
    set(&root.join("set/RS.dcm"), identity("A", "1.2.3.1", "1.2.3.2"), "1.2.3.6", both());
    // A header, and the voxels beside it.
    let apart = root.join("apart");
    slicer(&apart.join("both.nrrd"));
    let whole = std::fs::read(apart.join("both.nrrd")).expect("a file");
    std::fs::remove_file(apart.join("both.nrrd")).expect("a file");
    let end = whole.windows(2).position(|w| w == b"\n\n").expect("the end of the header");
    let head = [&whole[..end], b"\ndata file: both.raw\n\n"].concat();
    std::fs::write(apart.join("both.nhdr"), head).expect("a file");
    std::fs::write(apart.join("both.raw"), &whole[end + 2..]).expect("a file");
    let go = || {
        let plan = planned(&root);
        let counts = run(&plan, &out, &options(), Hooks::default()).expect("a run");
        assert_eq!(counts.failed(), 0, "{:?}", counts.by_status);
        let gaps = std::fs::read_to_string(out.join("results.csv")).expect("a table");
        let rows = gaps.lines().filter(|l| l.contains(",gap_mm,"));
        (counts.kept, rows.map(str::to_owned).collect::<Vec<_>>())
    };
    let (kept, first) = go();
    assert_eq!((kept, first.len()), (0, 3));
    assert_eq!(go(), (3, first.clone()));
    // The tumour comes a voxel nearer; size and, where the system lets it, time stay.
    let nearer = |path: &Path| {
        let time = std::fs::metadata(path).and_then(|m| m.modified()).expect("a time");
        let mut bytes = std::fs::read(path).expect("a file");
        let voxels = bytes.len() - 40 * 40 * PLANES;
        for row in bytes[voxels..].chunks_exact_mut(40) {
            if row[14] == 2 {
                row[15] = 2;
            }
        }
        std::fs::write(path, bytes).expect("a file");
        let file = std::fs::File::options().write(true).open(path).expect("a file");
        file.set_modified(time).expect("a time");
    };
    nearer(&masks.join("both.seg.nrrd"));
    let (kept, second) = go();
    let changed = |a: &[String], b: &[String]| a.iter().zip(b).filter(|(a, b)| a != b).count();
    assert_eq!((kept, changed(&first, &second)), (2, 1), "{second:?}");
    nearer(&apart.join("both.raw"));
    let (kept, third) = go();
    assert_eq!((kept, changed(&second, &third)), (2, 1), "{third:?}");
    // A set with the same UID.
    let file = root.join("set/RS.dcm");
    let mut moved = both();
    for contour in &mut moved[1].contours {
        contour.contour.points_mm.iter_mut().for_each(|p| p.x += 1.0);
    }
    set(&file, identity("A", "1.2.3.1", "1.2.3.2"), "1.2.3.6", moved);
    let (kept, fourth) = go();
    assert_eq!((kept, changed(&third, &fourth)), (2, 1), "{fourth:?}");
    // Other settings are another key.
    let other = Options {
        settings: Settings { ends: thecal_mask::EndRule::Plane, ..Settings::default() },
        ..options()
    };
    let plan = plan(&root, &other).expect("a plan");
    assert_eq!(run(&plan, &out, &other, Hooks::default()).expect("a run").kept, 0);
}
