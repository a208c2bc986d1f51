//! Studies below a folder.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::path::{Path, PathBuf};

use thecal_dicom::index::{Index, Kind};
use thecal_geom::Warning;
use thecal_store::Store;

use super::error::BatchError;
use super::group::groups;
use super::key::Key;
use crate::error::Error;
use crate::labels::FileLabels;
use crate::masks::common_folder;
use crate::own_results::index_inputs;
use crate::source;

/// A study as it was found.
#[derive(Debug, Clone, Default)]
pub(super) struct Found {
    /// Where its files are to be had.
    pub(super) store: Store,
    pub(super) key: String,
    /// The folder that holds all of it, below the root.
    pub(super) location: PathBuf,
    pub(super) index: Index,
    /// Damaged files, which may have been its structures.
    pub(super) damaged: Vec<PathBuf>,
}

impl Found {
    pub(super) fn files(&self) -> impl Iterator<Item = &Path> {
        let objects = self.index.objects.iter().map(|o| &o.path);
        objects.chain(&self.index.other_paths).chain(&self.damaged).map(PathBuf::as_path)
    }

    fn has_structures(&self) -> bool {
        let drawn = |k: Kind| matches!(k, Kind::RtStruct | Kind::Seg);
        self.index.objects.iter().any(|o| drawn(o.kind)) || !self.index.other_paths.is_empty()
    }

    /// Objects that a check rests on.
    fn is_study(&self) -> bool {
        let rests_on = |k: Kind| source::drawn_or_shown(k);
        self.has_structures()
            || !self.damaged.is_empty()
            || self.index.objects.iter().any(|o| rests_on(o.kind))
    }
}

/// The studies below a folder in the order of their keys, and what is told of the whole.
pub(super) fn discover(
    store: &Store,
    root: &Path,
) -> Result<(Vec<Found>, Vec<Warning>), BatchError> {
    let mut found = index_inputs(store, &[root.to_owned()]).map_err(Error::from)?;
    let mut warnings = Vec::new();
    let passed_over = ["file_damaged", "file_unreadable", "own_result"];
    warnings.extend(told(&found, &passed_over));
    let objects = std::mem::take(&mut found.objects);
    let mut studies: BTreeMap<usize, Found> = BTreeMap::new();
    let of_objects = groups(store, &objects);
    for (object, group) in objects.into_iter().zip(of_objects) {
        studies.entry(group).or_default().index.objects.push(object);
    }
    let mut studies: Vec<Found> = studies.into_values().collect();
    let masks = source::mask_names(&found);
    attach(&mut studies, by_case(root, masks), |study, path| {
        study.index.other_files += 1;
        study.index.other_paths.push(path);
    });
    let told: HashSet<&Path> = found.damaged.iter().map(|d| d.path.as_path()).collect();
    let not_dicom = found.other_paths.iter().filter(|p| !told.contains(p.as_path()));
    let not_dicom =
        not_dicom.filter(|p| p.extension().is_some_and(|e| e.eq_ignore_ascii_case("dcm")));
    let mut damaged: BTreeMap<PathBuf, Warning> =
        found.damaged.iter().map(|d| (d.path.clone(), d.warning.clone())).collect();
    damaged.extend(not_dicom.map(|p| {
        let name = p.file_name().unwrap_or_default().to_string_lossy().into_owned();
        (p.clone(), Warning::new("file_damaged", "named .dcm, but not a DICOM file", name))
    }));
    let paths = damaged.keys().cloned().collect();
    attach(&mut studies, by_folder(paths), |study, path| {
        study.index.warnings.extend(damaged.get(&path).cloned());
        study.damaged.push(path);
    });
    warnings.extend(leave_out(&mut studies));
    for study in &mut studies {
        let folder = common_folder(study.files());
        study.location = folder.strip_prefix(root).unwrap_or(&folder).to_owned();
        study.key = key(root, study);
        study.store = store.clone();
    }
    let first = |s: &Found| s.files().next().map(Path::to_owned);
    studies.sort_by_cached_key(|s| (s.key.clone(), s.location.clone(), first(s)));
    tell_apart(root, &mut studies);
    Ok((studies, warnings))
}

/// Gives files that carry no identity, sorted by folders, to the one study below their folder. Where there
/// is none, or several, the files of a folder make a study.
fn attach(
    studies: &mut Vec<Found>,
    folders: BTreeMap<PathBuf, Vec<PathBuf>>,
    mut add: impl FnMut(&mut Found, PathBuf),
) {
    let known = studies.len();
    for (folder, files) in folders {
        let mut here = (0..known).filter(|&i| studies[i].files().any(|f| f.starts_with(&folder)));
        let place = match (here.next(), here.next()) {
            (Some(only), None) => only,
            _ => {
                studies.push(Found::default());
                studies.len() - 1
            }
        };
        for file in files {
            add(&mut studies[place], file);
        }
    }
}

fn by_folder(files: Vec<PathBuf>) -> BTreeMap<PathBuf, Vec<PathBuf>> {
    let mut folders: BTreeMap<PathBuf, Vec<PathBuf>> = BTreeMap::new();
    for file in files {
        folders.entry(file.parent().unwrap_or(Path::new("")).to_owned()).or_default().push(file);
    }
    folders
}

/// What programs and people call the folder of a case that holds its masks.
const OF_MASKS: [&str; 6] =
    ["segmentations", "segmentation", "masks", "mask", "structures", "totalsegmentator"];

/// Masks and the images beside them by the folder of their case: masks in a folder of their own
/// (`case/segmentations`) belong to the folder above, where the image lies.
fn by_case(root: &Path, files: Vec<PathBuf>) -> BTreeMap<PathBuf, Vec<PathBuf>> {
    let folders = by_folder(files);
    let known: BTreeSet<PathBuf> = folders.keys().cloned().collect();
    let mut cases: BTreeMap<PathBuf, Vec<PathBuf>> = BTreeMap::new();
    for (folder, files) in folders {
        cases.entry(case_of(folder, root, &known)).or_default().extend(files);
    }
    cases.values_mut().for_each(|files| files.sort_unstable());
    cases
}

/// The folder of the case that the files of `folder` belong to; `known` are all folders of such files.
///
/// That is the folder above where `folder` is called as folders of masks are, and where the folder above
/// holds such files itself and has no other folder of them below. The root of a batch holds cases and is
/// one itself only in the second way.
fn case_of(folder: PathBuf, root: &Path, known: &BTreeSet<PathBuf>) -> PathBuf {
    let mut case = folder;
    while case != root
        && let Some(above) = case.parent()
    {
        let name = case.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
        let named = above != root && OF_MASKS.contains(&name.as_str());
        let beside = |f: &PathBuf| f.starts_with(above) && !f.starts_with(&case) && f != above;
        let alone = known.contains(above) && !known.iter().any(beside);
        if !named && !alone {
            break;
        }
        case = above.to_owned();
    }
    case
}

/// Images of a patient whose structures lie in another frame of reference are no study of their
/// own, and neither are plans and doses alone.
fn leave_out(studies: &mut Vec<Found>) -> Option<Warning> {
    let drawn: HashSet<_> = studies
        .iter()
        .filter(|s| s.has_structures())
        .flat_map(|s| s.index.objects.iter().map(|o| o.patient()))
        .collect();
    let before = studies.len();
    studies.retain(|s| {
        let of_drawn = s.index.objects.iter().any(|o| drawn.contains(&o.patient()));
        s.is_study() && (s.has_structures() || !s.damaged.is_empty() || !of_drawn)
    });
    let count = before - studies.len();
    (count > 0).then(|| {
        let message = format!(
            "images, plans or doses lie in frames of reference that no structure is drawn in \
             ({count}); they are not used"
        );
        Warning::new("frames_not_used", message, "")
    })
}

/// What is told of the folder as a whole, without names of files; what concerns a study is told
/// there.
fn told(found: &Index, of_studies: &[&str]) -> Vec<Warning> {
    let of_whole = found.warnings.iter().filter(|w| !of_studies.contains(&w.code));
    let of_whole: Vec<&Warning> = of_whole.collect();
    if of_whole.is_empty() {
        return Vec::new();
    }
    let labels = FileLabels::from_index(found, &[], &[]);
    of_whole.into_iter().map(|w| labels.hide_in(w.clone())).collect()
}

/// By the structure sets; by study and frame where there are none; by the path where nothing
/// could be read.
fn key(root: &Path, study: &Found) -> String {
    let objects = &study.index.objects;
    let drawn = objects.iter().filter(|o| matches!(o.kind, Kind::RtStruct | Kind::Seg));
    let mut texts: Vec<&str> = drawn.map(|o| o.sop_instance_uid.as_str()).collect();
    if texts.iter().all(|t| t.is_empty()) {
        texts = objects
            .iter()
            .flat_map(|o| {
                [o.study_instance_uid.as_str(), o.frame_of_reference_uid.as_deref().unwrap_or("")]
            })
            .collect();
    }
    texts.sort_unstable();
    texts.dedup();
    let mut hash = Key::default();
    if texts.iter().all(|t| t.is_empty()) {
        for file in study.files() {
            let below = file.strip_prefix(root).unwrap_or(file);
            hash.add(&below.to_string_lossy().replace('\\', "/"));
        }
    }
    for text in texts {
        hash.add(text);
    }
    hash.hex(8)
}

/// Two studies of one key (objects without UIDs, copies, or objects that share a UID) are told
/// apart by their places and, in one folder, by their files. No two keys are the same.
fn tell_apart(root: &Path, studies: &mut [Found]) {
    let mut seen = HashSet::new();
    let text =
        |path: &Path| path.strip_prefix(root).unwrap_or(path).to_string_lossy().replace('\\', "/");
    for study in studies.iter_mut() {
        let mut further = vec![study.location.to_string_lossy().replace('\\', "/")];
        further.extend(study.files().map(text));
        let mut further = further.into_iter();
        while !seen.insert(study.key.clone()) {
            let more = further.next().unwrap_or_else(|| "once more".to_owned());
            study.key = Key::default().text(&study.key).text(&more).hex(8);
        }
    }
    studies.sort_by(|a, b| a.key.cmp(&b.key));
}
