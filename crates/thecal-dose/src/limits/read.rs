//! Reads rows of limits from TOML.

use super::row::{Demand, LimitRow, LimitStructure, Place, Span, Status};
use crate::biological::AlphaBeta;
use crate::metric::{Metric, MetricError};
use serde::Deserialize;
use std::collections::BTreeSet;
use std::num::NonZeroU32;

/// Why text is no table of limits.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum LimitsError {
    /// Not TOML, or a key that no row has.
    #[error("{message}")]
    Text {
        /// What the parser says, with line and column.
        message: String,
    },
    /// A row that says nothing that can be checked.
    #[error("row {row} (id \"{id}\"): {message}")]
    Row {
        /// Its number in the file, from 1.
        row: usize,
        /// Its short name.
        id: String,
        /// What was found, what is expected and what to do.
        message: String,
    },
    /// A file without rows.
    #[error("the file has no limits; write limit = [ {{ id = ..., structure = ..., ... }} ]")]
    Empty,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    #[serde(default)]
    limit: Vec<WrittenRow>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenRow {
    id: String,
    structure: String,
    expansion_mm: Option<WrittenSpan>,
    metric: String,
    beside_target_mm: Option<WrittenSpan>,
    fractions: Option<u32>,
    limit_gy: Option<f64>,
    limit_ratio: Option<f64>,
    limit_months: Option<f64>,
    alpha_beta_gy: Option<f64>,
    each_course_gy: Option<f64>,
    min_months: Option<f64>,
    #[serde(default)]
    prior_rt: bool,
    risk: Option<String>,
    source: String,
    doi: Option<String>,
    status: Option<String>,
}

#[derive(Deserialize, Clone, Copy)]
#[serde(untagged, expecting = "a length in mm, or the least and the most of a range as [1.5, 2.0]")]
enum WrittenSpan {
    One(f64),
    Range([f64; 2]),
}

/// The rows of a file.
pub(super) fn rows(text: &str) -> Result<Vec<LimitRow>, LimitsError> {
    let written: Written = toml::from_str(text)
        .map_err(|e| LimitsError::Text { message: e.to_string().trim_end().to_owned() })?;
    if written.limit.is_empty() {
        return Err(LimitsError::Empty);
    }
    let mut ids = BTreeSet::new();
    let mut out = Vec::with_capacity(written.limit.len());
    for (k, row) in written.limit.into_iter().enumerate() {
        let id = row.id.clone();
        let new = !id.trim().is_empty() && ids.insert(id.clone());
        let read = if new { read(row) } else { Err("each row needs an id of its own".to_owned()) };
        out.push(read.map_err(|message| LimitsError::Row { row: k + 1, id, message })?);
    }
    Ok(out)
}

fn read(row: WrittenRow) -> Result<LimitRow, String> {
    let known = LimitStructure::ALL.into_iter().find(|s| s.as_str() == row.structure);
    let structure = known.ok_or_else(|| {
        let all = LimitStructure::ALL.map(LimitStructure::as_str).join(", ");
        format!("structure is \"{}\"; write one of {all}", row.structure)
    })?;
    if row.source.trim().is_empty() {
        return Err("source is empty; write where the number is from".to_owned());
    }
    let expansion = row.expansion_mm.map(|s| span("expansion_mm", s, 30.0)).transpose()?;
    let expansion = expansion.filter(|span| span.most_mm > 0.0);
    if expansion.is_some() && structure == LimitStructure::Sac {
        return Err("a thecal sac has no expansion_mm here; leave it out".to_owned());
    }
    let demand = demand(&row)?;
    let prior = !matches!(demand, Demand::Dose { .. });
    if prior && !row.prior_rt {
        let metric = &row.metric;
        return Err(format!("{metric} is about places irradiated before; write prior_rt = true"));
    }
    if !prior && row.prior_rt {
        return Err("a dose of this course alone is for places never irradiated; leave prior_rt \
                    out, or write a metric of EQD2 or BED"
            .to_owned());
    }
    Ok(LimitRow {
        structure,
        expansion,
        demand,
        place: if row.prior_rt { Place::IrradiatedBefore } else { Place::NeverIrradiated },
        status: status(row.status.as_deref())?,
        id: row.id,
        risk: row.risk,
        source: row.source,
        doi: row.doi,
    })
}

/// What a row asks: its metric, and the keys that belong to it.
fn demand(row: &WrittenRow) -> Result<Demand, String> {
    let gy = || positive("limit_gy", row.limit_gy);
    let alpha_beta =
        || AlphaBeta::new(positive("alpha_beta_gy", row.alpha_beta_gy)?).map_err(|e| e.to_string());
    let optional = |key, number: Option<f64>| number.map(|_| positive(key, number)).transpose();
    let (demand, keys): (Demand, &[&str]) = match row.metric.as_str() {
        "EQD2max course" => (
            Demand::CourseEqd2 { alpha_beta: alpha_beta()?, at_most_gy: gy()? },
            &["limit_gy", "alpha_beta_gy"],
        ),
        "EQD2max cumulative" => (
            Demand::CumulativeEqd2 { alpha_beta: alpha_beta()?, at_most_gy: gy()? },
            &["limit_gy", "alpha_beta_gy"],
        ),
        "EQD2max course/cumulative" => {
            let at_most = positive("limit_ratio", row.limit_ratio)?;
            if at_most > 1.0 {
                return Err(format!("limit_ratio is {at_most}; a part of 1 is needed, as 0.5"));
            }
            let alpha_beta = alpha_beta()?;
            (Demand::ShareOfCumulative { alpha_beta, at_most }, &["limit_ratio", "alpha_beta_gy"])
        }
        "BEDmax cumulative" => (
            Demand::CumulativeBed {
                alpha_beta: alpha_beta()?,
                at_most_gy: gy()?,
                each_course_gy: optional("each_course_gy", row.each_course_gy)?,
                min_months: optional("min_months", row.min_months)?,
            },
            &["limit_gy", "alpha_beta_gy", "each_course_gy", "min_months"],
        ),
        "months since" => (
            Demand::MonthsSince { at_least: positive("limit_months", row.limit_months)? },
            &["limit_months"],
        ),
        _ => (dose(row, gy()?)?, &["limit_gy", "fractions", "beside_target_mm"]),
    };
    let given = [
        ("fractions", row.fractions.is_some()),
        ("limit_gy", row.limit_gy.is_some()),
        ("limit_ratio", row.limit_ratio.is_some()),
        ("limit_months", row.limit_months.is_some()),
        ("alpha_beta_gy", row.alpha_beta_gy.is_some()),
        ("each_course_gy", row.each_course_gy.is_some()),
        ("min_months", row.min_months.is_some()),
        ("beside_target_mm", row.beside_target_mm.is_some()),
    ];
    match given.into_iter().find(|(key, given)| *given && !keys.contains(key)) {
        Some((key, _)) => Err(format!("{key} has no meaning for {}; leave it out", row.metric)),
        None => Ok(demand),
    }
}

fn dose(row: &WrittenRow, at_most_gy: f64) -> Result<Demand, String> {
    let metric: Metric = row.metric.parse().map_err(|e: MetricError| {
        format!(
            "{e}; a limit takes a dose as Dmax, D0.035cc or D10%, or \"EQD2max course\", \"EQD2max \
             cumulative\", \"EQD2max course/cumulative\", \"BEDmax cumulative\", \"months since\""
        )
    })?;
    let hottest = matches!(metric, Metric::Max | Metric::DoseToCc(_) | Metric::DoseToPercent(_));
    if !hottest {
        return Err(format!("{metric} is no dose that a limit keeps low; write Dmax or D0.035cc"));
    }
    let fractions = row.fractions.and_then(NonZeroU32::new).ok_or(
        "fractions is missing or 0; a limit counts for one number of fractions, so write it",
    )?;
    let beside_target = row.beside_target_mm.map(|s| span("beside_target_mm", s, 100.0));
    Ok(Demand::Dose { metric, beside_target: beside_target.transpose()?, fractions, at_most_gy })
}

fn status(text: Option<&str>) -> Result<Status, String> {
    match text {
        None | Some("site") => Ok(Status::Site),
        Some("verified") => Ok(Status::Verified),
        Some("secondary") => Ok(Status::Secondary),
        Some(other) => Err(format!(
            "status is \"{other}\"; write verified (read in the source), secondary (read in a \
             transcription) or site, or leave it out"
        )),
    }
}

fn positive(key: &str, number: Option<f64>) -> Result<f64, String> {
    match number {
        Some(x) if x > 0.0 && x.is_finite() => Ok(x),
        Some(x) => Err(format!("{key} is {x}; a positive number is needed")),
        None => Err(format!("{key} is missing")),
    }
}

fn span(key: &str, written: WrittenSpan, at_most_mm: f64) -> Result<Span, String> {
    let [least_mm, most_mm] = match written {
        WrittenSpan::One(mm) => [mm, mm],
        WrittenSpan::Range(range) => range,
    };
    if 0.0 <= least_mm && least_mm <= most_mm && most_mm <= at_most_mm {
        return Ok(Span { least_mm, most_mm });
    }
    Err(format!(
        "{key} is {least_mm} to {most_mm} mm; lengths from 0 to {at_most_mm} mm, the least first, are needed"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(row: &str) -> Result<Vec<LimitRow>, LimitsError> {
        rows(&format!("limit = [ {{ {row} }} ]"))
    }

    const GOOD: &str = r#"id = "a", structure = "cord", metric = "D0.035cc", fractions = 3,
        limit_gy = 20.3, source = "Department""#;

    #[test]
    fn a_row_of_a_site_is_read() {
        let found = one(GOOD).expect("a row").remove(0);
        assert_eq!(found.status, Status::Site);
        assert_eq!(found.place, Place::NeverIrradiated);
        assert_eq!(found.expansion, None);
        let prv = one(&format!("{GOOD}, expansion_mm = [1.5, 2]")).expect("a row").remove(0);
        assert_eq!(prv.expansion, Some(Span { least_mm: 1.5, most_mm: 2.0 }));
        assert_eq!(prv.structure_in_words(), "spinal cord with a margin of 1.5 to 2 mm");
    }

    /// What each wrong row must be answered with.
    #[test]
    fn wrong_rows_are_refused_with_what_was_found_and_what_to_write() {
        let with = |from: &str, to: &str| GOOD.replace(from, to);
        let cases = [
            (with("\"cord\"", "\"Cord\""), "write one of cord, canal, sac, cauda"),
            (with("fractions = 3", "fractions = 0"), "fractions is missing or 0"),
            (with("fractions = 3,", ""), "fractions is missing or 0"),
            (with("20.3", "-1"), "limit_gy is -1"),
            (with("20.3", "nan"), "limit_gy is NaN"),
            (with("limit_gy = 20.3,", ""), "limit_gy is missing"),
            (with("\"Department\"", "\" \""), "source is empty"),
            (with("D0.035cc", "D0.035"), "D0.035cc or D10%"),
            (with("D0.035cc", "Dmin"), "keeps low"),
            (format!("{GOOD}, prior_rt = true"), "leave prior_rt"),
            (format!("{GOOD}, alpha_beta_gy = 2"), "alpha_beta_gy has no meaning"),
            (format!("{GOOD}, expansion_mm = [2, 1]"), "the least first"),
            (format!("{GOOD}, expansion_mm = 200"), "from 0 to 30 mm"),
            (format!("{GOOD}, status = \"memory\""), "status is \"memory\""),
            (format!("{GOOD}, limit = 3"), "unknown field `limit`"),
            (format!("{GOOD}, expansion_mm = \"2\""), "a length in mm"),
            (with("structure = \"cord\",", ""), "missing field `structure`"),
        ];
        for (row, wanted) in cases {
            let error = one(&row).expect_err(&row).to_string();
            assert!(error.contains(wanted), "{row}\nis answered with: {error}");
        }
    }

    #[test]
    fn rows_about_an_earlier_course_need_their_keys() {
        let row = |rest: &str| {
            one(&format!("id = \"a\", structure = \"sac\", source = \"x\", {rest}"))
                .map(|mut rows| rows.remove(0).demand)
        };
        let course =
            r#"metric = "EQD2max course", alpha_beta_gy = 2, limit_gy = 25, prior_rt = true"#;
        let alpha_beta = AlphaBeta::CORD;
        assert_eq!(row(course), Ok(Demand::CourseEqd2 { alpha_beta, at_most_gy: 25.0 }));
        let months = r#"metric = "months since", limit_months = 5, prior_rt = true"#;
        assert_eq!(row(months), Ok(Demand::MonthsSince { at_least: 5.0 }));
        for wrong in [
            course.replace(", prior_rt = true", ""),
            course.replace("alpha_beta_gy = 2,", ""),
            course.replace("alpha_beta_gy = 2", "alpha_beta_gy = 0"),
            course.replace("course\"", "course/cumulative\""),
            format!("{course}, fractions = 2"),
            format!("{course}, expansion_mm = 2"),
        ] {
            assert!(row(&wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn two_rows_of_one_name_and_files_without_rows_are_refused() {
        let twice = format!("limit = [ {{ {GOOD} }}, {{ {GOOD} }} ]");
        assert!(matches!(rows(&twice), Err(LimitsError::Row { row: 2, .. })));
        assert_eq!(rows(""), Err(LimitsError::Empty));
        assert_eq!(rows("limit = []"), Err(LimitsError::Empty));
        let text = rows("limit = [\n  { id = \"a\", }\n").expect_err("no TOML").to_string();
        assert!(text.contains("line 2") || text.contains("line 3"), "{text}");
        assert!(rows("limits = []").expect_err("no key").to_string().contains("`limit`"));
    }
}
