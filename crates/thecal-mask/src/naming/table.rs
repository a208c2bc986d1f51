//! The label tables that segmenters publish. The numbers stand in `labels/*.toml`, each with the
//! place that they were taken from.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::LazyLock;

use serde::Deserialize;

use super::{NamingError, read_names};
use crate::suggest::nearest;

const SOURCES: [&str; 8] = [
    include_str!("../../labels/totalsegmentator.toml"),
    include_str!("../../labels/totalsegmentator_v1.toml"),
    include_str!("../../labels/totalsegmentator_mr.toml"),
    include_str!("../../labels/totalsegmentator_vertebrae_mr.toml"),
    include_str!("../../labels/totalspineseg.toml"),
    include_str!("../../labels/tptbox.toml"),
    include_str!("../../labels/verse.toml"),
    include_str!("../../labels/sct_levels.toml"),
];

static BUILT_IN: LazyLock<Vec<LabelTable>> =
    LazyLock::new(|| SOURCES.iter().filter_map(|text| LabelTable::parse(text)).collect());

/// What the values of a label map are called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LabelTable {
    id: Option<String>,
    also: Vec<String>,
    segmenter: Option<String>,
    automatic: bool,
    joined: bool,
    names: BTreeMap<i32, String>,
}

/// A table as its file has it.
#[derive(Deserialize)]
struct Written {
    id: String,
    #[serde(default)]
    also: Vec<String>,
    segmenter: String,
    automatic: bool,
    #[serde(default)]
    joined: bool,
    names: BTreeMap<String, String>,
}

impl LabelTable {
    fn parse(text: &str) -> Option<Self> {
        let Written { id, also, segmenter, automatic, joined, names } =
            toml::from_str(text).ok()?;
        let named = |(value, name): (String, String)| Some((value.parse().ok()?, name));
        let names = names.into_iter().map(named).collect::<Option<_>>()?;
        Some(Self { id: Some(id), also, segmenter: Some(segmenter), automatic, joined, names })
    }

    /// The built-in tables.
    #[must_use]
    pub fn all() -> &'static [Self] {
        &BUILT_IN
    }

    /// A built-in table by its name, in any case.
    ///
    /// # Errors
    /// There is none of this name.
    pub fn built_in(wanted: &str) -> Result<&'static Self, NamingError> {
        let folded = |text: &str| text.to_lowercase().replace(['-', ' '], "_");
        let of = |table: &&'static Self| table.known_as().any(|name| name == folded(wanted));
        Self::all().iter().find(of).ok_or_else(|| {
            let names = || Self::all().iter().flat_map(Self::known_as);
            NamingError::NoSuchTable {
                wanted: wanted.to_owned(),
                nearest: nearest(wanted, names(), folded).into_iter().map(str::to_owned).collect(),
                available: names().collect(),
            }
        })
    }

    /// A built-in table by its name, or the table of a file.
    ///
    /// # Errors
    /// There is no table of this name, or the file holds none.
    pub fn named_or_read(wanted: &str) -> Result<Self, NamingError> {
        let path = Path::new(wanted);
        let ends = |e: &str| path.extension().is_some_and(|x| x.eq_ignore_ascii_case(e));
        if ["json", "csv", "tsv"].into_iter().any(ends) || path.is_file() {
            return Ok(Self::own(read_names(path)?));
        }
        Self::built_in(wanted).cloned()
    }

    /// A table of one's own.
    #[must_use]
    pub fn own(names: BTreeMap<i32, String>) -> Self {
        let (id, also, segmenter) = (None, Vec::new(), None);
        Self { id, also, segmenter, automatic: false, joined: false, names }
    }

    /// The built-in table that a program writes its label maps by: the first that has every name,
    /// at least three of them, each by its value.
    #[must_use]
    pub fn that_names(labels: &[(i32, &str)]) -> Option<&'static Self> {
        let has = |table: &&Self| {
            labels.iter().all(|(value, name)| table.names.get(value).is_some_and(|n| n == name))
        };
        Self::all().iter().find(has).filter(|_| labels.len() >= 3)
    }

    /// The built-in table whose structures the words stand for: the one that has the most of them;
    /// none where no table has any.
    #[must_use]
    pub fn of_words<'a>(words: impl Iterator<Item = &'a str>) -> Option<(&'static Self, usize)> {
        let words: Vec<&str> = words.collect();
        let has =
            |table: &'static Self| (table, words.iter().filter(|w| table.has_name(w)).count());
        // Of several that have as many the first is taken.
        let all = Self::all().iter().filter(|t| t.automatic).map(has).rev();
        all.max_by_key(|(_, count)| *count).filter(|(_, count)| *count > 0)
    }

    /// Its name; none of one's own.
    #[must_use]
    pub fn id(&self) -> Option<&str> {
        self.id.as_deref()
    }

    fn known_as(&self) -> impl Iterator<Item = &str> {
        self.id.iter().chain(&self.also).map(String::as_str)
    }

    /// The program that writes label maps by it.
    #[must_use]
    pub fn segmenter(&self) -> Option<&str> {
        self.segmenter.as_deref()
    }

    /// True where label maps by this table come from an algorithm.
    #[must_use]
    pub fn is_automatic(&self) -> bool {
        self.automatic
    }

    /// True where labels of one name are parts of one structure.
    #[must_use]
    pub fn joins(&self) -> bool {
        self.joined
    }

    /// The names by their values.
    #[must_use]
    pub fn names(&self) -> &BTreeMap<i32, String> {
        &self.names
    }

    /// True where a structure has exactly this name.
    #[must_use]
    pub fn has_name(&self, name: &str) -> bool {
        self.names.values().any(|n| n == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::role::{Aliases, Role, role_of};

    #[test]
    fn every_table_is_read_and_has_no_name_twice() {
        assert_eq!(LabelTable::all().len(), SOURCES.len());
        for table in LabelTable::all() {
            let mut names: Vec<&String> = table.names.values().collect();
            names.sort_unstable();
            names.dedup();
            assert!(table.joined || names.len() == table.names.len(), "{:?}", table.id);
            assert!(table.names.keys().all(|v| *v > 0));
        }
    }

    /// TotalSegmentator's README has 117 classes for CT, 104 in version 1, and 50 for MR.
    #[test]
    fn numbers_are_those_of_the_programs() {
        let name = |id, value: i32| LabelTable::built_in(id).unwrap().names.get(&value).cloned();
        for (id, many) in
            [("totalsegmentator", 117), ("totalsegmentator_v1", 104), ("totalsegmentator_mr", 50)]
        {
            assert_eq!(LabelTable::built_in(id).unwrap().names.len(), many);
        }
        for (id, value, expected) in [
            ("totalsegmentator", 79, "spinal_cord"),
            ("TotalSegmentator", 32, "vertebrae_T12"),
            ("totalsegmentator-mr", 21, "spinal_cord"),
            ("sct", 1, "spinal_cord"),
            ("totalspineseg", 82, "disc_T11_T12"),
            ("tptbox", 60, "Spinal_Cord"),
            ("sct_levels", 9, "spinal_cord"),
            ("verse", 20, "L1"),
            ("verse", 28, "T13"),
        ] {
            assert_eq!(name(id, value).as_deref(), Some(expected), "{id} {value}");
        }
    }

    #[test]
    fn cords_of_the_tables_are_cords_and_no_disc_is_bone() {
        let role = |name: &str| role_of(name, None, &Aliases::default()).role;
        for table in LabelTable::all() {
            let cords = table.names.values().filter(|n| role(n) == Role::Cord).count();
            let of = table.names.values().filter(|n| n.to_lowercase() == "spinal_cord").count();
            assert_eq!(cords, of, "{:?}", table.id);
            for name in table.names.values() {
                let lower = name.to_lowercase();
                let vertebra = role(name) == Role::Vertebra;
                assert!(!vertebra || !lower.contains("disc") && !lower.contains("rib"), "{name}");
                assert!(!lower.starts_with("vertebrae_") || vertebra, "{name}");
            }
        }
    }

    #[test]
    fn a_wrong_name_gets_suggestions_and_a_map_is_known_by_its_names() {
        let told = LabelTable::built_in("total segmentator").unwrap_err().to_string();
        assert!(told.contains("did you mean \"totalsegmentator\""), "{told}");
        let told = LabelTable::built_in("freesurfer").unwrap_err().to_string();
        assert!(told.contains("there are totalsegmentator, ") && told.contains("sct"), "{told}");
        let of = |labels: &[(i32, &str)]| LabelTable::that_names(labels).and_then(LabelTable::id);
        let three = [(79, "spinal_cord"), (32, "vertebrae_T12"), (1, "spleen")];
        assert_eq!(of(&three), Some("totalsegmentator"));
        assert_eq!(of(&[(60, "spinal_cord"), (32, "vertebrae_T12"), (1, "spleen")]), None);
        assert_eq!(of(&three[..2]), None);
        let words = ["spinal_cord", "vertebrae_T7", "GTV"];
        let (table, count) = LabelTable::of_words(words.into_iter()).unwrap();
        assert_eq!((table.id(), count), (Some("totalsegmentator"), 2));
    }
}
