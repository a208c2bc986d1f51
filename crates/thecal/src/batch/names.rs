//! What people call the studies of a batch, in tables and index.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::manifest::running;
use super::plan::{Plan, PlannedStudy};

/// Where the names of studies come from.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum LabelFrom {
    /// A running number, `study-0007`, which names nobody; `key.csv` says which folder that is.
    #[default]
    Number,
    /// The study's folder below the root. It may name a patient.
    Folder,
    /// The column `label` of the manifest, or else its `path`. It may name a patient.
    Manifest,
}

/// The label of every study by its key, each once.
///
/// A study keeps the number that it has in the output folder (its `key.csv`), so that a label means the
/// same study however the folder grows. New studies get the next numbers in the order of their keys, so
/// that numbers do not depend on where files lie. A number in the manifest comes before both.
pub(super) fn labels(plan: &Plan, from: LabelFrom, out: &Path) -> BTreeMap<String, String> {
    let mut studies: Vec<&PlannedStudy> = plan.studies.iter().collect();
    studies.sort_by(|a, b| (a.location(), a.key()).cmp(&(b.location(), b.key())));
    let mut numbers = numbers(plan, known(&out.join("key.csv")));
    let mut taken: BTreeMap<String, usize> = BTreeMap::new();
    let mut out = BTreeMap::new();
    for study in studies {
        let number = numbers.remove(study.key()).unwrap_or_default();
        let named = match from {
            LabelFrom::Number => String::new(),
            LabelFrom::Folder => study.location().to_string_lossy().replace('\\', "/"),
            LabelFrom::Manifest => study.label.clone(),
        };
        let mut label = if named.is_empty() { number } else { named };
        // Several studies may lie in one folder.
        let count = taken.entry(label.clone()).or_default();
        *count += 1;
        if *count > 1 {
            label = format!("{label} ({count})");
        }
        out.insert(study.key().to_owned(), label);
    }
    out
}

impl Plan {
    /// The running number of each study by its key, as a run into a new folder would give it.
    #[must_use]
    pub fn numbers(&self) -> BTreeMap<String, String> {
        numbers(self, BTreeMap::new())
    }
}

/// Running numbers by key: that of the manifest, else that of an earlier run, else a new one.
fn numbers(plan: &Plan, known: BTreeMap<String, String>) -> BTreeMap<String, String> {
    let mut numbers: BTreeMap<String, String> = BTreeMap::new();
    let mut taken: BTreeSet<String> = BTreeSet::new();
    let of_manifest = plan.studies.iter().filter(|s| !s.number.is_empty());
    let of_manifest = of_manifest.map(|s| (s.key(), s.number.clone()));
    let earlier = plan.studies.iter().filter_map(|s| Some((s.key(), known.get(s.key())?.clone())));
    for (key, number) in of_manifest.chain(earlier) {
        if !numbers.contains_key(key) && taken.insert(number.clone()) {
            numbers.insert(key.to_owned(), number);
        }
    }
    let all = known.values().chain(&taken);
    let mut last = all.filter_map(|label| running(label)).max().unwrap_or(0);
    for study in &plan.studies {
        numbers.entry(study.key().to_owned()).or_insert_with(|| {
            last += 1;
            format!("study-{last:04}")
        });
    }
    numbers
}

/// The numbers that an earlier run gave, by key.
fn known(path: &Path) -> BTreeMap<String, String> {
    #[derive(serde::Deserialize)]
    struct Row {
        study: String,
        number: String,
    }
    let Ok(mut reader) = csv::Reader::from_path(path) else { return BTreeMap::new() };
    let rows = reader.deserialize().filter_map(|row: Result<Row, _>| row.ok());
    rows.map(|row| (row.study, row.number)).collect()
}
