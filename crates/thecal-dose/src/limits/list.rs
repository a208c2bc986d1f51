//! Tables of limits.

use super::read::{LimitsError, rows};
use super::row::{LimitRow, Status};

/// The published rows that are built in.
const BUILT_IN: &str = include_str!("limits.toml");

/// A table of limits.
///
/// # Example
/// ```
/// use thecal_dose::{Limits, Status};
///
/// let limits = Limits::built_in(false);
/// assert!(limits.rows().iter().all(|row| row.status == Status::Verified));
/// let row = limits.row("hytec-3").expect("a row");
/// assert_eq!(row.doi.as_deref(), Some("10.1016/j.ijrobp.2019.09.038"));
///
/// let own = Limits::read(
///     r#"
///     limit = [
///       { id = "ours", structure = "cord", expansion_mm = 2, metric = "D0.035cc", fractions = 3,
///         limit_gy = 20.3, source = "Department protocol 7, 2026" },
///     ]
///     "#,
/// )?;
/// assert_eq!(own.rows()[0].status, Status::Site);
/// # Ok::<(), thecal_dose::LimitsError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Limits {
    rows: Vec<LimitRow>,
}

impl Limits {
    /// The rows that are built in: those whose numbers were read in their source, and with `secondary`
    /// those too that were read in a transcription of it.
    ///
    #[must_use]
    pub fn built_in(secondary: bool) -> Self {
        let rows = rows(BUILT_IN).unwrap_or_default();
        let counts = |row: &LimitRow| secondary || row.status == Status::Verified;
        Self { rows: rows.into_iter().filter(counts).collect() }
    }

    /// The rows of a file, TOML in the form of the file that is built in.
    ///
    /// # Errors
    /// Text that is no such file: with its line, or with the row, what was found and what to write.
    pub fn read(text: &str) -> Result<Self, LimitsError> {
        Ok(Self { rows: rows(text)? })
    }

    /// All rows, in the order of the file.
    #[must_use]
    pub fn rows(&self) -> &[LimitRow] {
        &self.rows
    }

    /// The row of a short name.
    #[must_use]
    pub fn row(&self, id: &str) -> Option<&LimitRow> {
        self.rows.iter().find(|row| row.id == id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::{Demand, LimitStructure, Place};
    use std::collections::BTreeMap;

    fn built_in() -> Limits {
        Limits::read(BUILT_IN).expect("the file that is built in")
    }

    #[test]
    fn the_file_that_is_built_in_is_read_in_whole() {
        let all = Limits::built_in(true);
        assert_eq!(all, built_in());
        assert_eq!(all.rows().len(), BUILT_IN.matches("{ id =").count());
        assert!(Limits::built_in(false).rows().len() >= 20);
        assert!(all.rows().iter().any(|row| row.status == Status::Secondary));
        assert!(!BUILT_IN.contains("\"memory\""), "remembered numbers are no limits");
    }

    /// The cord maxima of Sahgal et al. 2021 (HyTEC), table of limits for 1 to 5 fractions.
    #[test]
    fn rows_of_hytec_are_those_of_the_paper() {
        let limits = Limits::built_in(false);
        let paper = [
            ("hytec-1-low", 1, 12.4),
            ("hytec-1-high", 1, 14.0),
            ("hytec-2", 2, 17.0),
            ("hytec-3", 3, 20.3),
            ("hytec-4", 4, 23.0),
            ("hytec-5", 5, 25.3),
        ];
        for (id, n, gy) in paper {
            let row = limits.row(id).expect("a row");
            let Demand::Dose { metric, fractions, at_most_gy, .. } = &row.demand else {
                panic!("{id} is no dose")
            };
            assert_eq!((fractions.get(), *at_most_gy), (n, gy), "{id}");
            assert_eq!(metric.to_string(), "Dmax");
            assert_eq!((row.structure, row.place), (LimitStructure::Cord, Place::NeverIrradiated));
        }
        let again = limits.row("hytec-re-sum").expect("a row");
        assert_eq!((again.structure, again.place), (LimitStructure::Sac, Place::IrradiatedBefore));
    }

    /// A larger volume may have no more than a smaller one, in the same structure and fractions of the
    /// same source: a row that says otherwise was copied wrongly.
    #[test]
    fn a_larger_volume_is_never_allowed_more() {
        let mut of: BTreeMap<String, Vec<(f64, f64)>> = BTreeMap::new();
        for row in built_in().rows() {
            let Demand::Dose { metric, beside_target: None, fractions, at_most_gy } = &row.demand
            else {
                continue;
            };
            let Some(cc) = metric.hottest_cc() else { continue };
            let key = format!(
                "{} {} {fractions} {}",
                row.source,
                row.structure_in_words(),
                row.id.contains("low")
            );
            of.entry(key).or_default().push((cc, *at_most_gy));
        }
        for (key, mut rows) in of {
            rows.sort_by(|a, b| a.0.total_cmp(&b.0));
            assert!(rows.windows(2).all(|w| w[1].1 <= w[0].1), "{key}: {rows:?}");
        }
    }
}
