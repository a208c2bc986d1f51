//! Studies in stores: memory gives what a folder gives, and no object is read more often than it must.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use thecal::batch::{Hooks, Options, plan, run};
use thecal::store::{FolderStore, Listing, MemoryStore, ObjectStore, ReadAt, Store};
use thecal::{Settings, compare_studies_in, measure_study, measure_study_in, scene};
use thecal_phantom::{PhantomSpec, ShapeKind, write_study};

use crate::compare::{Pair, SECOND, after, first_from_second};
use crate::mask_sets::Phantom;
use crate::{compare, registered};

/// Counts how often each file is opened.
#[derive(Debug, Clone, Default)]
struct Counting {
    opened: Arc<Mutex<BTreeMap<PathBuf, usize>>>,
}

impl Counting {
    /// How often each file was opened since the last call, by its name.
    fn take(&self) -> BTreeMap<String, usize> {
        let opened = std::mem::take(&mut *self.opened.lock().expect("no panic"));
        let name = |p: PathBuf| p.file_name().expect("a name").to_string_lossy().into_owned();
        opened.into_iter().map(|(path, n)| (name(path), n)).collect()
    }
}

impl ObjectStore for Counting {
    fn list(&self, place: &Path) -> io::Result<Listing> {
        FolderStore.list(place)
    }

    fn length(&self, name: &Path) -> io::Result<u64> {
        FolderStore.length(name)
    }

    fn open(&self, name: &Path) -> io::Result<Box<dyn ReadAt>> {
        let object = FolderStore.open(name)?;
        *self.opened.lock().expect("no panic").entry(name.to_owned()).or_default() += 1;
        Ok(object)
    }
}

/// All files below a folder, by their paths below it.
fn in_memory(folder: &Path) -> Store {
    let mut memory = MemoryStore::new();
    for file in FolderStore.list(folder).expect("a folder").objects {
        let below = file.strip_prefix(folder).expect("below").to_owned();
        memory.insert(below, std::fs::read(&file).expect("a file"));
    }
    Store::new(memory)
}

fn counts<const N: usize>(of: [(&str, usize); N]) -> BTreeMap<String, usize> {
    of.map(|(name, n)| (name.to_owned(), n)).into()
}

/// A study of 2 mm with a small CT.
fn study(folder: &Path) {
    let spec = PhantomSpec::random(7, ShapeKind::Sphere, 3.0, 2.0);
    write_study(&spec, folder).expect("written");
}

#[test]
fn bytes_in_memory_give_the_record_and_the_pictures_of_the_folder() {
    let folder = tempfile::tempdir().expect("a folder");
    study(folder.path());
    let settings = Settings::default();
    let of_files = measure_study(&[folder.path().to_owned()], &settings).expect("measured");
    let store = in_memory(folder.path());
    drop(folder);
    let of_bytes = measure_study_in(&store, &[PathBuf::new()], &settings).expect("measured");
    let json = |m: &thecal::Measured| serde_json::to_string(&m.report).expect("JSON");
    assert_eq!(json(&of_files), json(&of_bytes));
    assert!((of_bytes.report.phases[0].pairs[0].gap_mm.expect("a gap") - 2.0).abs() < 0.3);
    // The CT is behind the outlines, in both of its grey scales.
    let images = scene(&of_bytes).phases[0].slice.images.clone();
    assert_eq!(images.len(), 2);
    let dir = tempfile::tempdir().expect("a folder");
    let solids = thecal::result_solids(&of_bytes).expect("solids");
    let (planes, meshes) = (thecal::ContourPlanes::default(), thecal::MeshOptions::default());
    let written = thecal::write_structures(&of_bytes, &solids, planes, &meshes, dir.path());
    let written = written.expect("written");
    let unusable = written.warnings.iter().any(|w| w.code == "images_unusable");
    assert!(!unusable, "{:?}", written.warnings);
}

#[test]
fn masks_in_memory_give_the_record_of_the_folder() {
    let folder = tempfile::tempdir().expect("a folder");
    let phantom = Phantom::new();
    for (name, mask) in ["SpinalCord", "ThecalSac", "GTV"].into_iter().zip(&phantom.masks) {
        phantom.write(&folder.path().join(format!("{name}.nii.gz")), mask);
    }
    let settings = Settings::default();
    let of_files = measure_study(&[folder.path().to_owned()], &settings).expect("measured");
    let store = in_memory(folder.path());
    let of_bytes = measure_study_in(&store, &[PathBuf::new()], &settings).expect("measured");
    let json = |m: &thecal::Measured| serde_json::to_string(&m.report).expect("JSON");
    assert_eq!(json(&of_files), json(&of_bytes));
}

#[test]
fn a_check_opens_each_file_for_its_head_and_structures_once_more() {
    let counting = Counting::default();
    let store = Store::new(counting.clone());
    let folder = tempfile::tempdir().expect("a folder");
    study(folder.path());
    let settings = Settings::default();
    measure_study_in(&store, &[folder.path().to_owned()], &settings).expect("measured");
    let opened = counting.take();
    assert!(opened.len() > 10, "{opened:?}");
    for (name, n) in &opened {
        let structures = name == "RS.dcm";
        assert_eq!(*n, if structures { 2 } else { 1 }, "{name}: {opened:?}");
    }
    // A registration is small and is read with its head.
    let case = registered::case();
    let file = case.dir.path().join("reg.dcm");
    let between = registered::ct_from_mr();
    registered::write_registration(&file, registered::CT, registered::MR, &between);
    let settings = Settings { structures: case.sets.clone(), ..settings };
    measure_study_in(&store, &[case.dir.path().to_owned()], &settings).expect("measured");
    assert_eq!(counting.take(), counts([("ct.dcm", 2), ("mr.dcm", 2), ("reg.dcm", 1)]));
    // The voxels of masks come from the bytes that their labels were found in.
    let folder = tempfile::tempdir().expect("a folder");
    let phantom = Phantom::new();
    phantom.write(&folder.path().join("SpinalCord.nii.gz"), &phantom.masks[0]);
    phantom.write(&folder.path().join("GTV.nii.gz"), &phantom.masks[2]);
    let settings = Settings::default();
    measure_study_in(&store, &[folder.path().to_owned()], &settings).expect("measured");
    assert_eq!(counting.take(), counts([("GTV.nii.gz", 2), ("SpinalCord.nii.gz", 2)]));
}

#[test]
fn a_comparison_indexes_each_study_once() {
    let counting = Counting::default();
    let store = Store::new(counting.clone());
    let pair = Pair::new(SECOND, "P", &after(2.0), &first_from_second().inverse());
    let [first, second] = pair.paths();
    std::fs::rename(first.join("RS.dcm"), first.join("before.dcm")).expect("renamed");
    std::fs::rename(second.join("RS.dcm"), second.join("after.dcm")).expect("renamed");
    compare::write_registration(&second.join("reg.dcm"), &first_from_second());
    compare_studies_in(&store, &[first], &[second], &Settings::default()).expect("compared");
    let wanted = counts([("after.dcm", 2), ("before.dcm", 2), ("reg.dcm", 1)]);
    assert_eq!(counting.take(), wanted);
}

#[test]
fn a_batch_opens_files_for_their_heads_for_what_they_hold_and_to_measure() {
    let counting = Counting::default();
    let case = registered::case();
    let root = case.dir.path().join("root");
    std::fs::create_dir(&root).expect("a folder");
    for set in &case.sets {
        std::fs::rename(set, root.join(set.file_name().expect("a name"))).expect("moved");
    }
    let between = registered::ct_from_mr();
    let file = root.join("reg.dcm");
    registered::write_registration(&file, registered::CT, registered::MR, &between);
    let masks = root.join("masks");
    std::fs::create_dir(&masks).expect("a folder");
    let phantom = Phantom::new();
    phantom.write(&masks.join("SpinalCord.nii.gz"), &phantom.masks[0]);
    phantom.write(&masks.join("GTV.nii.gz"), &phantom.masks[2]);
    let set = |name: &str| root.join(name);
    let settings =
        Settings { structures: vec![set("ct.dcm"), set("mr.dcm")], ..Settings::default() };
    let options = |settings: &Settings| Options {
        store: Store::new(counting.clone()),
        jobs: 1,
        ..Options::new(settings.clone())
    };
    let out = case.dir.path().join("out");
    let of_masks = options(&Settings::default());
    let counted = run(&plan(&masks, &of_masks).expect("a plan"), &out, &of_masks, Hooks::default());
    assert_eq!(counted.expect("ran").failed(), 0);
    assert_eq!(counting.take(), counts([("GTV.nii.gz", 3), ("SpinalCord.nii.gz", 3)]));
    std::fs::remove_dir_all(&masks).expect("removed");
    let out = case.dir.path().join("out2");
    let of_sets = options(&settings);
    let planned = plan(&root, &of_sets).expect("a plan");
    assert_eq!(planned.studies().len(), 1);
    // Frames stand deep in the structure sets, which the registration joins: they are looked up.
    let before = counting.take();
    let counted = run(&planned, &out, &of_sets, Hooks::default()).expect("ran");
    assert_eq!(counted.failed(), 0);
    assert_eq!(counting.take(), counts([("ct.dcm", 1), ("mr.dcm", 1)]));
    assert_eq!(before["reg.dcm"], 2);
    assert!(before["ct.dcm"] <= 3 && before["mr.dcm"] <= 3, "{before:?}");
    // A result that is still good is known by what the files hold.
    let again = run(&plan(&root, &of_sets).expect("a plan"), &out, &of_sets, Hooks::default());
    again.expect("ran");
    assert_eq!(counting.take(), before);
}
