//! Which tumour, cord and approach, study by study.

use std::path::Path;

use serde::{Deserialize, Serialize};
use thecal_report::text::from_cell;

const COLUMNS: [&str; 9] =
    ["study", "path", "label", "number", "tumour", "cord", "sac", "structures", "approach"];
/// Columns that a dry run lists beside these, for people.
const SHOWN: [&str; 6] = ["holds", "files", "bytes", "need_bytes", "status", "reason"];

/// Why a manifest cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ManifestError {
    /// Not TOML, or not as it should be.
    #[error("manifest: {0}")]
    Toml(#[from] toml::de::Error),
    /// Not CSV, or not as it should be.
    #[error("manifest: {0}")]
    Csv(#[from] csv::Error),
    /// A column that nobody reads.
    #[error("manifest: column \"{name}\" is unknown; there are {}", COLUMNS.join(", "))]
    UnknownColumn {
        /// Its name.
        name: String,
    },
    /// A row that names no study.
    #[error("manifest, row {row}: give `study` (its key) or `path` (below the folder)")]
    NoStudy {
        /// Which row, from 1.
        row: usize,
    },
    /// A number that is not a running number of a batch.
    #[error(
        "manifest, row {row}: found the number \"{found}\", expected one that a batch gives, such as \
         study-0007; leave the cell empty, or put names of your own into the column label"
    )]
    Number {
        /// Which row, from 1.
        row: usize,
        /// What stands there.
        found: String,
    },
}

/// One study of a manifest. What is empty is left to the settings of the whole.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct ManifestRow {
    /// Key of the study.
    pub study: String,
    /// A folder or file of the study, below the root.
    pub path: String,
    /// What it is to be called in tables and index, where names are taken from here.
    pub label: String,
    /// The running number that it is to have, as a dry run lists it: the parts of a cohort that are
    /// run one by one then call a study what the whole would call it.
    pub number: String,
    /// Names of the tumour structures.
    pub tumour: Vec<String>,
    /// Name of the cord.
    pub cord: String,
    /// Name of the thecal sac.
    pub sac: String,
    /// Files to take structures from, below the root.
    pub structures: Vec<String>,
    /// Approaches of a separation.
    pub approach: Vec<String>,
}

/// The studies to run.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Manifest {
    /// Its rows.
    pub rows: Vec<ManifestRow>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Tables {
    study: Vec<ManifestRow>,
}

/// As in a CSV: lists in one cell, with `;` between.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Cells {
    study: String,
    path: String,
    label: String,
    number: String,
    tumour: String,
    cord: String,
    sac: String,
    structures: String,
    approach: String,
}

impl Manifest {
    /// Reads a manifest: TOML where the file name ends in `.toml`, otherwise CSV.
    ///
    /// # Errors
    /// The text is neither, has an unknown key, or a row names no study.
    pub fn read(path: &Path, text: &str) -> Result<Self, ManifestError> {
        let toml = path.extension().is_some_and(|e| e.eq_ignore_ascii_case("toml"));
        let rows = if toml { toml::from_str::<Tables>(text)?.study } else { cells(text)? };
        let nameless = |r: &ManifestRow| r.study.is_empty() && r.path.is_empty();
        if let Some(at) = rows.iter().position(nameless) {
            return Err(ManifestError::NoStudy { row: at + 1 });
        }
        let wrong = |r: &ManifestRow| !r.number.is_empty() && running(&r.number).is_none();
        match rows.iter().position(wrong) {
            Some(at) => Err(ManifestError::Number { row: at + 1, found: rows[at].number.clone() }),
            None => Ok(Self { rows }),
        }
    }
}

/// The running number of a label such as `study-0007`.
pub(super) fn running(label: &str) -> Option<usize> {
    let digits = label.strip_prefix("study-")?;
    digits.bytes().all(|b| b.is_ascii_digit()).then(|| digits.parse().ok())?
}

fn cells(text: &str) -> Result<Vec<ManifestRow>, ManifestError> {
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(text.as_bytes());
    let list = |cell: String| {
        let parts = from_cell(&cell).split(';').map(str::trim).filter(|p| !p.is_empty());
        parts.map(str::to_owned).collect()
    };
    let header = reader.headers()?;
    if let Some(name) = header.iter().find(|h| !COLUMNS.contains(h) && !SHOWN.contains(h)) {
        return Err(ManifestError::UnknownColumn { name: name.to_owned() });
    }
    let row = |cells: Result<Cells, csv::Error>| {
        let c = cells?;
        Ok(ManifestRow {
            study: c.study,
            path: from_cell(&c.path).to_owned(),
            label: from_cell(&c.label).to_owned(),
            number: c.number,
            tumour: list(c.tumour),
            cord: from_cell(&c.cord).to_owned(),
            sac: from_cell(&c.sac).to_owned(),
            structures: list(c.structures),
            approach: list(c.approach),
        })
    };
    reader.deserialize().map(row).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_forms_say_the_same() {
        let csv = "study,path,files,tumour,approach\nab12,,7,GTV 1;GTV 2,\n,p/x,1,,laminectomy\n";
        let toml = "[[study]]\nstudy = \"ab12\"\ntumour = [\"GTV 1\", \"GTV 2\"]\n\
                    [[study]]\npath = \"p/x\"\napproach = [\"laminectomy\"]\n";
        let csv = Manifest::read(Path::new("m.csv"), csv).expect("CSV");
        assert_eq!(csv, Manifest::read(Path::new("m.toml"), toml).expect("TOML"));
        assert_eq!(csv.rows[0].tumour, ["GTV 1", "GTV 2"]);
    }

    #[test]
    fn what_cannot_be_meant_is_refused() {
        let read = |name: &str, text: &str| Manifest::read(Path::new(name), text);
        assert!(matches!(read("m.csv", "cord\nx\n"), Err(ManifestError::NoStudy { row: 1 })));
        let told = read("m.csv", "study,number\na,Meier\n").expect_err("told").to_string();
        assert!(told.contains("row 1") && told.contains("\"Meier\""), "{told}");
        assert!(read("m.csv", "study,tumor\na,x\n").is_err());
        assert!(read("m.toml", "[[study]]\nstudy = \"a\"\ntumor = [\"x\"]\n").is_err());
    }
}
