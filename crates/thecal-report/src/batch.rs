//! The stored result of each study of a batch, and the tables of many.

#[cfg(feature = "pictures")]
mod page;
#[cfg(feature = "parquet")]
mod parquet;
mod summary;

use serde::{Deserialize, Serialize};

use crate::csv::Row;
use crate::{Headline, PairKind, Phase, PhaseRecord, Report, csv};

#[cfg(feature = "pictures")]
pub use page::{PageRow, page};
#[cfg(feature = "parquet")]
pub use parquet::{ParquetError, RowGroups};
pub use summary::{Column, columns, summary_rows};

/// The outcome of a study.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Status {
    /// Measured, with a tumour and a cord.
    Ok,
    /// Measured, but there is no cord or no tumour.
    NotAssessable,
    /// A file cannot be read, or its content is invalid.
    Unreadable,
    /// There is no file of structures.
    NoStructures,
    /// More than one file or structure could be meant.
    Ambiguous,
    /// What the manifest names does not exist.
    NotFound,
    /// A structure encloses no volume.
    IllPosed,
    /// Structures in frames of reference that no registration joins.
    Frames,
    /// A separation cannot be simulated.
    Separation,
    /// It needs more memory than the run may use.
    TooLarge,
    /// It took longer than a study may.
    Timeout,
    /// A fault of the program, caught.
    Panicked,
    /// A fault of the program that ended it.
    Crashed,
    /// Its results could not be written.
    NotWritten,
}

impl Status {
    /// The word as it stands in every output.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::NotAssessable => "not_assessable",
            Self::Unreadable => "unreadable",
            Self::NoStructures => "no_structures",
            Self::Ambiguous => "ambiguous",
            Self::NotFound => "not_found",
            Self::IllPosed => "ill_posed",
            Self::Frames => "frames",
            Self::Separation => "separation",
            Self::TooLarge => "too_large",
            Self::Timeout => "timeout",
            Self::Panicked => "panicked",
            Self::Crashed => "crashed",
            Self::NotWritten => "not_written",
        }
    }
}

/// A gap of a study in the index of a batch.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LeastGap {
    /// The gap, mm.
    pub gap_mm: f64,
    /// Its range, mm.
    pub range_mm: [f64; 2],
    /// The simulated scenario; none for the anatomy as contoured.
    pub scenario: Option<String>,
}

/// The stored result of a study: its rows of every table. It contains no patient identity.
///
/// # Example
/// ```
/// use thecal_report::batch::{Status, StudyResult};
///
/// let result = StudyResult::failed("study 4", "-", Status::NoStructures, "export the structures");
/// assert_eq!(result.status.as_str(), "no_structures");
/// // A study without a result has a row in every table all the same.
/// assert_eq!((result.rows.len(), result.summary.len()), (1, 1));
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct StudyResult {
    /// Hash of what the result rests on: inputs, parameters, version.
    pub fingerprint: String,
    /// Key of the study.
    pub study: String,
    /// What its page calls it; none where it has none.
    pub page_label: Option<String>,
    /// What became of it.
    pub status: Status,
    /// Why, for a person; empty where it was measured.
    pub reason: String,
    /// The headline, where it was measured.
    pub headline: Option<Headline>,
    /// The least tumour-cord gap as contoured.
    pub gap: Option<LeastGap>,
    /// The worst headline of what was simulated, where anything was.
    pub simulated_headline: Option<Headline>,
    /// The least tumour-cord gap of all simulated scenarios.
    pub simulated_gap: Option<LeastGap>,
    /// Bytes of `report.json`, where there is one.
    pub report_bytes: Option<u64>,
    /// Rows of the long format.
    pub rows: Vec<Row>,
    /// Rows of the wide format, cell by cell in the order of [`columns`].
    pub summary: Vec<Vec<String>>,
}

impl StudyResult {
    /// Of a study that was measured.
    #[must_use]
    pub fn measured(study: &str, fingerprint: &str, report: &Report) -> Self {
        let (status, reason) = match report.headline {
            Headline::NotAssessable => (Status::NotAssessable, unassessed(report)),
            _ => (Status::Ok, String::new()),
        };
        let mut rows = csv::rows(study, report);
        if rows.is_empty() || status != Status::Ok {
            rows.insert(0, unmeasured(study, status, &reason));
        }
        Self {
            fingerprint: fingerprint.to_owned(),
            study: study.to_owned(),
            page_label: None,
            status,
            headline: Some(report.headline),
            simulated_headline: report.simulated_headline,
            gap: least(report.phases.iter().filter(|p| p.phase == Phase::Before)),
            simulated_gap: least(report.simulated()),
            report_bytes: None,
            rows,
            summary: summary_rows(study, status, &reason, report),
            reason,
        }
    }

    /// Of a study that was not.
    #[must_use]
    pub fn failed(study: &str, fingerprint: &str, status: Status, reason: &str) -> Self {
        Self {
            fingerprint: fingerprint.to_owned(),
            study: study.to_owned(),
            page_label: None,
            status,
            reason: reason.to_owned(),
            headline: None,
            simulated_headline: None,
            gap: None,
            simulated_gap: None,
            report_bytes: None,
            rows: vec![unmeasured(study, status, reason)],
            summary: vec![vec![
                study.to_owned(),
                String::new(),
                String::new(),
                status.as_str().to_owned(),
                reason.to_owned(),
            ]],
        }
    }
}

/// The row that a study has where there is nothing to list of it.
fn unmeasured(study: &str, status: Status, reason: &str) -> Row {
    Row {
        phase: String::new(),
        status: status.as_str().to_owned(),
        reason: reason.to_owned(),
        ..Row::of(study, ["", ""], "study", [None; 3], "")
    }
}

fn unassessed(report: &Report) -> String {
    let codes = ["no_cord", "no_tumour", "pair_not_measured"];
    let told = report.warnings.iter().filter(|w| codes.contains(&w.code.as_str()));
    told.map(|w| format!("{}: {}", w.code, w.message)).collect::<Vec<_>>().join("; ")
}

/// The least gap of some phases.
fn least<'a>(phases: impl Iterator<Item = &'a PhaseRecord>) -> Option<LeastGap> {
    let of_phase = |phase: &'a PhaseRecord| {
        let pairs = phase.pairs.iter().filter(|p| p.pair == PairKind::TumourCord);
        pairs.filter_map(|p| {
            Some(LeastGap {
                gap_mm: p.gap_mm?,
                range_mm: [p.gap_lower_mm?, p.gap_upper_mm?],
                scenario: phase.scenario.clone(),
            })
        })
    };
    phases.flat_map(of_phase).min_by(|a, b| a.gap_mm.total_cmp(&b.gap_mm))
}
