//! Files of label names that lie beside a mask: JSON, CSV or TSV.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::Value;
use thecal_store::Store;

use super::NamingError;
use crate::file::stem;

/// A longer file is no table of labels, bytes.
const MOST_BYTES: u64 = 4 << 20;
const ENDINGS: [&str; 3] = ["json", "csv", "tsv"];
/// What a column, or an entry of a list in JSON, is called that holds the value: `index` in BIDS
/// (dseg.tsv), `LabelValue` in 3D Slicer, `labelID` in dcmqi.
const VALUES: [&str; 9] =
    ["index", "value", "labelvalue", "labelid", "labelno", "id", "key", "number", "label"];
/// The same for the name.
const NAMES: [&str; 7] =
    ["name", "labelname", "structure", "segmentlabel", "segmentname", "anatomy", "label"];

/// The files that may name the labels of a mask, the nearest first: those that are called as the
/// mask, and those for all label maps of the folder (`labels.json`, `dseg.tsv` of BIDS,
/// `dataset.json` of nnU-Net, which lies one folder up, too).
///
/// The second are for files of several labels: a mask of one structure has its own name.
#[must_use]
pub fn beside(mask: &Path, several_labels: bool) -> Vec<PathBuf> {
    beside_in(&Store::files(), mask, several_labels)
}

/// As [`beside`], of a mask in a store.
#[must_use]
pub fn beside_in(store: &Store, mask: &Path, several_labels: bool) -> Vec<PathBuf> {
    let Some(folder) = mask.parent() else { return Vec::new() };
    let file = mask.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let bare = file.split_once('.').map_or(file.as_str(), |(bare, _)| bare);
    let stem = stem(mask);
    let mut stems = vec![file.as_str(), &stem];
    if !stems.contains(&bare) {
        stems.push(bare);
    }
    let own = stems.iter().flat_map(|s| ENDINGS.map(|e| folder.join(format!("{s}.{e}"))));
    let mut all: Vec<PathBuf> = own.collect();
    if several_labels {
        all.extend(ENDINGS.map(|e| folder.join(format!("labels.{e}"))));
        all.push(folder.join("dseg.tsv"));
        all.push(folder.join("dataset.json"));
        all.extend(folder.parent().map(|up| up.join("dataset.json")));
    }
    all.retain(|p| store.holds(p));
    all
}

/// Reads a file of label names, without the background.
///
/// # Errors
/// The file cannot be read, or is no table of labels.
pub fn read_names(path: &Path) -> Result<BTreeMap<i32, String>, NamingError> {
    read_names_in(&Store::files(), path)
}

/// As [`read_names`], of a file in a store.
///
/// # Errors
/// As [`read_names`].
pub fn read_names_in(store: &Store, path: &Path) -> Result<BTreeMap<i32, String>, NamingError> {
    let io = |source| NamingError::Io { path: path.into(), source };
    let of_kind = |found: String, other_kind| {
        let path = path.into();
        NamingError::Content { path, found, other_kind }
    };
    let content = |found: String| of_kind(found, false);
    let opened = store.open(path).map_err(io)?;
    let length = opened.length();
    if length > MOST_BYTES {
        return Err(content(format!("{length} bytes")));
    }
    let bytes = opened.head(u64::MAX).map_err(io)?;
    let text = String::from_utf8(bytes).map_err(|_| content("no UTF-8 text".to_owned()))?;
    let text = text.trim_start_matches('\u{feff}');
    let json = path.extension().is_some_and(|e| e.eq_ignore_ascii_case("json"));
    let mut names = if json {
        let value: Value = serde_json::from_str(text).map_err(|e| content(e.to_string()))?;
        of_json(&value).ok_or_else(|| of_kind("JSON of another kind".to_owned(), true))?
    } else {
        of_table(text).map_err(|(found, other_kind)| of_kind(found, other_kind))?
    };
    names.remove(&0);
    if names.is_empty() {
        return Err(content("no value with a name".to_owned()));
    }
    Ok(names)
}

/// `{"79": "spinal_cord"}`, `{"spinal_cord": 79}`, either below `labels` (nnU-Net), or a list of
/// objects with value and name (below `segmentAttributes` in dcmqi). None where it is none of them.
fn of_json(value: &Value) -> Option<BTreeMap<i32, String>> {
    match value {
        Value::Object(entries) => {
            let below = ["labels", "segmentAttributes"].iter().find_map(|k| entries.get(*k));
            if let Some(below) = below.filter(|b| b.is_object() || b.is_array()) {
                return of_json(below);
            }
            let mut out = BTreeMap::new();
            for (key, value) in entries {
                match (key.trim().parse::<i32>(), value) {
                    (Ok(number), Value::String(name)) => {
                        out.insert(number, name.trim().to_owned());
                    }
                    (Err(_), Value::Number(_)) => {
                        out.insert(whole(value)?, key.trim().to_owned());
                    }
                    // A region of nnU-Net that is made of several labels.
                    (Err(_), Value::Array(_)) => {}
                    _ => return None,
                }
            }
            Some(out)
        }
        Value::Array(entries) => {
            let mut out = BTreeMap::new();
            for entry in entries {
                match entry {
                    Value::Array(_) => out.extend(of_json(entry)?),
                    Value::Object(fields) => {
                        let fields: BTreeMap<String, &Value> =
                            fields.iter().map(|(k, v)| (folded(k), v)).collect();
                        let value = VALUES.iter().find_map(|k| whole(fields.get(*k)?))?;
                        let name = NAMES.iter().find_map(|k| fields.get(*k)?.as_str())?;
                        out.insert(value, name.trim().to_owned());
                    }
                    _ => return None,
                }
            }
            Some(out)
        }
        _ => None,
    }
}

fn whole(value: &Value) -> Option<i32> {
    let number = value.as_f64().filter(|v| v.fract() == 0.0);
    let text = || value.as_str().and_then(|s| s.trim().parse().ok());
    number.filter(|v| v.abs() < f64::from(i32::MAX)).map(|v| v as i32).or_else(text)
}

fn folded(text: &str) -> String {
    text.trim().to_lowercase().replace(['_', ' ', '-'], "")
}

/// A table with a header that says which columns hold value and name, or two columns without one.
/// What is wrong with another, and whether it is one of another kind.
fn of_table(text: &str) -> Result<BTreeMap<i32, String>, (String, bool)> {
    let first = text.lines().next().unwrap_or_default();
    let delimiter = [b'\t', b';'].into_iter().find(|d| first.as_bytes().contains(d));
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter.unwrap_or(b','))
        .comment(Some(b'#'))
        .has_headers(false)
        .flexible(true)
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let rows: Result<Vec<csv::StringRecord>, csv::Error> = reader.records().collect();
    let rows = rows.map_err(|e| (e.to_string(), false))?;
    let Some(head) = rows.first() else { return Err(("an empty file".to_owned(), false)) };
    let other = |found: &str| (found.to_owned(), true);
    let number = |text: &str| text.parse::<i32>().ok();
    let (columns, rows) = match head.iter().position(|cell| number(cell).is_some()) {
        // No header: the first number, and the first cell that is none.
        Some(value) => {
            let name = head.iter().position(|c| number(c).is_none() && !c.is_empty());
            ((value, name.ok_or_else(|| other("no column of names"))?), &rows[..])
        }
        None => {
            let titles: Vec<String> = head.iter().map(folded).collect();
            let find = |known: &[&str], but: Option<usize>| {
                let column =
                    |k: &&str| titles.iter().position(|t| t == k).filter(|c| Some(*c) != but);
                known.iter().find_map(column)
            };
            let value = find(&VALUES, None)
                .ok_or_else(|| other("no column for values (index, value, id)"))?;
            let name = find(&NAMES, Some(value))
                .ok_or_else(|| other("no column for names (name, label)"))?;
            ((value, name), &rows[1..])
        }
    };
    let mut out = BTreeMap::new();
    for (n, row) in rows.iter().enumerate() {
        let cell = |column: usize| row.get(column).unwrap_or_default();
        let (value, name) = (cell(columns.0), cell(columns.1));
        if value.is_empty() && name.is_empty() {
            continue;
        }
        let value = number(value)
            .ok_or_else(|| (format!("\"{value}\" in row {} for a value", n + 1), false))?;
        if !name.is_empty() {
            out.insert(value, name.to_owned());
        }
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(name: &str, text: &str) -> Result<BTreeMap<i32, String>, NamingError> {
        let dir = tempfile::tempdir().expect("a folder");
        let path = dir.path().join(name);
        std::fs::write(&path, text).expect("a file");
        read_names(&path)
    }

    #[test]
    fn tables_of_every_kind_say_the_same() {
        let both = BTreeMap::from([(3, "Spinal cord".to_owned()), (7, "GTV".to_owned())]);
        for (name, text) in [
            ("a.json", r#"{"0": "background", "3": "Spinal cord", "7": "GTV"}"#),
            ("a.json", r#"{"background": 0, "Spinal cord": 3, "GTV": 7}"#),
            (
                "a.json",
                r#"{"channel_names": {"0": "CT"}, "labels": {"background": 0, "Spinal cord": 3, "GTV": 7, "both": [3, 7]}}"#,
            ),
            ("a.json", r#"[{"value": 3, "name": "Spinal cord"}, {"value": "7", "name": "GTV"}]"#),
            (
                "a.json",
                r#"{"segmentAttributes": [[{"labelID": 3, "SegmentLabel": "Spinal cord"}], [{"labelID": 7, "SegmentLabel": "GTV"}]]}"#,
            ),
            ("a.tsv", "index\tname\tabbreviation\n3\tSpinal cord\tSC\n7\tGTV\tT\n"),
            ("a.csv", "\u{feff}name,label\n\"Spinal cord\",3\nGTV,7\n\n"),
            ("a.csv", "LabelValue;Name;Color_R\n0;background;0\n3;Spinal cord;255\n7;GTV;1\n"),
            ("a.csv", "# ours\n3, Spinal cord\n7, GTV\n"),
            ("a.csv", "label,index\nSpinal cord,3\nGTV,7\n"),
        ] {
            assert_eq!(read(name, text).unwrap_or_else(|e| panic!("{text}: {e}")), both, "{text}");
        }
    }

    #[test]
    fn what_is_no_table_is_told() {
        for (name, text) in [
            ("a.json", r#"{"SkullStripped": false, "Modality": "CT"}"#),
            ("a.json", r#"{"spleen": {"volume": 1.5}}"#),
            ("a.json", "{"),
            ("a.json", "[]"),
            ("a.csv", ""),
            ("a.csv", "x,y\n1,2\n"),
            ("a.csv", "index,name\nthree,Cord\n"),
            ("a.tsv", "index\tname\n"),
        ] {
            let told = read(name, text).expect_err(text).to_string();
            assert!(told.contains("expected a table of labels"), "{told}");
        }
    }

    #[test]
    fn files_beside_a_mask_are_found_by_its_name_and_for_the_folder() {
        let dir = tempfile::tempdir().expect("a folder");
        let below = dir.path().join("labelsTr");
        std::fs::create_dir(&below).expect("a folder");
        for file in ["dataset.json", "labelsTr/case.json", "labelsTr/dseg.tsv"] {
            std::fs::write(dir.path().join(file), "{}").expect("a file");
        }
        let mask = below.join("case.nii.gz");
        let names = |several| beside(&mask, several).len();
        assert_eq!((names(false), names(true)), (1, 3));
    }
}
