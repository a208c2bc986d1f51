//! What the labels of mask files are called, and whether an algorithm drew them.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use thecal_geom::Warning;
use thecal_mask::file::{MaskFile, NamesFrom, stem};
use thecal_mask::naming::{LabelTable, NamingError, beside_in, read_names_in};
use thecal_store::Store;

/// A folder with this many masks that are called like the structures of a segmenter, letter for
/// letter, is one that it wrote.
const MANY: usize = 8;
/// What TotalSegmentator's own instructions call its folder; one such mask is enough there.
const FOLDER: &str = "segmentations";

/// Names the labels of masks, and gives for each file the program that drew it, where that is known
/// to be one.
///
/// The user's table goes first, then a file of names beside the mask, then the header, then what
/// the name of the file says of its numbers.
pub(crate) fn settle(
    store: &Store,
    masks: &mut [MaskFile],
    table: Option<&LabelTable>,
    warnings: &mut Vec<Warning>,
) -> Vec<Option<String>> {
    let several = masks.len() > 1;
    let folders = folders(masks);
    let mut out = Vec::new();
    for file in masks.iter_mut() {
        let by_name = file.is_single().then(|| of_folder(file, &folders)).flatten();
        let by_table = named(store, file, several, table, warnings);
        out.push(by_table.or(by_name));
    }
    out
}

/// Names the labels of one file; the segmenter whose table names them.
fn named(
    store: &Store,
    file: &mut MaskFile,
    several: bool,
    table: Option<&LabelTable>,
    warnings: &mut Vec<Warning>,
) -> Option<String> {
    // One of several masks of a structure each is named after its file.
    let single = file.is_single();
    if let Some(table) = table.filter(|_| !(single && several)) {
        if file.rename(table.names()) == 0 {
            let what = table.id().unwrap_or("the table that is given");
            let message = format!(
                "{what} has no name for any label of the file; its labels keep the names that they \
                 have"
            );
            warnings.push(Warning::new("label_names_unusable", message, place(&file.path)));
        } else {
            if table.joins() {
                file.join_alike();
            }
            let by = table.segmenter().filter(|_| table.is_automatic());
            return by.map(str::to_owned);
        }
    }
    for path in beside_in(store, &file.path, !single) {
        match read_names_in(store, &path) {
            Ok(names) => {
                if file.rename(&names) > 0 {
                    return drawn_by(&names.into_iter().collect::<Vec<_>>());
                }
            }
            Err(NamingError::Content { other_kind: true, .. }) => {}
            Err(e) => {
                let message = format!("{e}; it is not used");
                warnings.push(Warning::new("label_names_unusable", message, place(&path)));
            }
        }
    }
    if file.names_from == NamesFrom::Header {
        return drawn_by(&file.header_names);
    }
    if !single && let Some(table) = by_file_name(&file.path) {
        file.rename(table.names());
    }
    None
}

/// The segmenter that a table of names is known by.
fn drawn_by(names: &[(i32, String)]) -> Option<String> {
    let names: Vec<(i32, &str)> = names.iter().map(|(v, name)| (*v, name.as_str())).collect();
    let table = LabelTable::that_names(&names).filter(|t| t.is_automatic())?;
    table.segmenter().map(str::to_owned)
}

/// The table that the name of a file says: `seg-vert`, `seg-subreg` and `seg-spine` with `msk` are
/// those of VerSe, TPTBox and SPINEPS, which number alike; `step2_output` is TotalSpineSeg's. Who
/// drew the mask is not known by that: those of VerSe were corrected by people.
fn by_file_name(path: &Path) -> Option<&'static LabelTable> {
    let name = path.file_name()?.to_string_lossy().to_lowercase();
    let parts: Vec<&str> = name.split(['_', '.']).collect();
    let has = |wanted: &[&str]| parts.iter().any(|p| wanted.contains(p));
    let id = if has(&["seg-vert", "seg-subreg", "seg-spine"]) && has(&["msk"]) {
        "tptbox"
    } else if name.contains("step2_output") {
        "totalspineseg"
    } else {
        return None;
    };
    LabelTable::built_in(id).ok()
}

/// Of each folder the table of a segmenter that its masks are called by.
fn folders(masks: &[MaskFile]) -> BTreeMap<PathBuf, &'static LabelTable> {
    let mut stems: BTreeMap<PathBuf, Vec<String>> = BTreeMap::new();
    for file in masks.iter().filter(|f| f.is_single()) {
        let folder = file.path.parent().unwrap_or(Path::new("")).to_owned();
        stems.entry(folder).or_default().push(stem(&file.path));
    }
    let of = |(folder, stems): (PathBuf, Vec<String>)| {
        let (table, count) = LabelTable::of_words(stems.iter().map(String::as_str))?;
        let least = if folder.ends_with(FOLDER) { 1 } else { MANY };
        (count >= least).then_some((folder, table))
    };
    stems.into_iter().filter_map(of).collect()
}

fn of_folder(file: &MaskFile, folders: &BTreeMap<PathBuf, &LabelTable>) -> Option<String> {
    let table = folders.get(file.path.parent().unwrap_or(Path::new("")))?;
    // What people draw beside it is theirs.
    let known = table.has_name(&stem(&file.path));
    known.then(|| table.segmenter().unwrap_or_default().to_owned())
}

fn place(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}
