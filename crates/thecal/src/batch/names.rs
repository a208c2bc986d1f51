//! What people call the studies of a batch, in tables and index.

use std::collections::BTreeMap;
use std::path::Path;

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
/// A number that a study had in the output folder (its `key.csv`) it keeps, so that a label means the
/// same study however the folder grows; new studies are numbered on, in the order of their keys, so that
/// numbers do not depend on where files lie.
pub(super) fn labels(plan: &Plan, from: LabelFrom, out: &Path) -> BTreeMap<String, String> {
    let mut studies: Vec<&PlannedStudy> = plan.studies.iter().collect();
    studies.sort_by(|a, b| (a.location(), a.key()).cmp(&(b.location(), b.key())));
    let mut numbers = numbers(plan, &out.join("key.csv"));
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

/// Running numbers by key.
fn numbers(plan: &Plan, earlier: &Path) -> BTreeMap<String, String> {
    let known = known(earlier);
    let of = |label: &str| label.strip_prefix("study-").and_then(|n| n.parse::<usize>().ok());
    let mut last = known.values().filter_map(|label| of(label)).max().unwrap_or(0);
    let mut numbers = BTreeMap::new();
    for study in &plan.studies {
        let label = known.get(study.key()).cloned().unwrap_or_else(|| {
            last += 1;
            format!("study-{last:04}")
        });
        numbers.insert(study.key().to_owned(), label);
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
