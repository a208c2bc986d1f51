//! Which files of a folder are those of a result.

use std::collections::HashSet;
use std::path::{Component, Path, PathBuf};

/// The files that a kind of result has. All others in its folder are somebody else's.
#[derive(Debug, PartialEq, Eq)]
pub struct Layout {
    /// Files that are always the result's.
    files: &'static [&'static str],
    /// Folders in it that hold results of their own.
    inner: &'static [(&'static str, &'static Layout)],
    /// The folder that holds a folder for each study, and the files that these have.
    studies: Option<(&'static str, &'static [&'static str])>,
    /// Files that list others.
    lists: &'static [List],
    /// Files that are the result's only where a list names them: studies have such names, too.
    listed: &'static [&'static str],
    /// The file that makes the folder a result.
    pub(super) last: &'static str,
    /// What a killed run has done is taken up.
    pub(super) resumes: bool,
}

/// A JSON file of a result that names other files of it.
#[derive(Debug, PartialEq, Eq)]
struct List {
    file: &'static str,
    key: &'static str,
    /// The folder that the names are below.
    below: &'static str,
    endings: &'static [&'static str],
}

const CAPTIONS: List =
    List { file: "pictures/captions.json", key: "file", below: "pictures", endings: &["png"] };
const STRUCTURES: List = List {
    file: "structures.json",
    key: "files",
    below: "",
    endings: &["dcm", "stl", "ply", "obj", "glb"],
};

impl Layout {
    /// Of a check or a comparison.
    pub const CHECK: Self = Self {
        files: &[
            "report.json",
            "report.html",
            "gaps.csv",
            "profile.csv",
            "structures.json",
            "pictures/captions.json",
        ],
        inner: &[],
        studies: None,
        lists: &[CAPTIONS, STRUCTURES],
        listed: &["structures.dcm", "segmentation.dcm"],
        last: "report.json",
        resumes: false,
    };

    /// Of dose figures.
    pub const DVH: Self = Self {
        files: &[
            "dvh.json",
            "dvh.csv",
            "dvh_curves.csv",
            "pictures/dvh.png",
            "pictures/captions.json",
        ],
        inner: &[],
        studies: None,
        lists: &[CAPTIONS],
        listed: &[],
        last: "dvh.json",
        resumes: false,
    };

    /// Of a study under the conventions of other programs.
    pub const EXPLAIN: Self = Self {
        files: &["explain.json", "explain.csv", "pictures/captions.json"],
        inner: &[],
        studies: None,
        lists: &[CAPTIONS],
        listed: &[],
        last: "explain.json",
        resumes: false,
    };

    /// Of a page that is made again from its record.
    pub const PAGE: Self = Self {
        files: &["report.html", "pictures/captions.json"],
        inner: &[],
        studies: None,
        lists: &[CAPTIONS],
        listed: &[],
        last: "report.html",
        resumes: false,
    };

    /// Of a demonstration.
    pub const DEMO: Self = Self {
        files: &[],
        inner: &[("report", &Self::CHECK), ("report-ventral", &Self::CHECK)],
        studies: None,
        lists: &[],
        listed: &[],
        last: "report/report.json",
        resumes: false,
    };

    /// Of a batch.
    pub const BATCH: Self = Self {
        files: &[
            "results.parquet",
            "results.csv",
            "summary.csv",
            "index.html",
            "key.csv",
            "run.json",
        ],
        inner: &[],
        studies: Some((
            "studies",
            &["result.json", "report.json", "report.html", "pictures/captions.json"],
        )),
        lists: &[],
        listed: &[],
        last: "run.json",
        resumes: true,
    };

    /// Whether a file of a folder is one that the result in this folder wrote.
    pub(crate) fn holds(&self, folder: &Path, file: &Path) -> bool {
        file.strip_prefix(folder).is_ok_and(|below| self.owned(folder).holds(below))
    }

    /// The files of a result that stands in a folder.
    pub(super) fn owned(&self, folder: &Path) -> Owned {
        let mut files: HashSet<PathBuf> = self.files.iter().map(PathBuf::from).collect();
        for list in self.lists {
            let fits = |name: &String| is_simple(name, list.endings);
            let names = listed(&folder.join(list.file), list.key).into_iter().filter(fits);
            files.extend(names.map(|name| Path::new(list.below).join(name)));
        }
        for (name, layout) in self.inner {
            let inner = layout.owned(&folder.join(name));
            files.extend(inner.files.into_iter().map(|f| Path::new(name).join(f)));
        }
        Owned { files, studies: self.studies }
    }

    /// Names that a result may come to have, however it turns out.
    pub(super) fn may_write(&self, below: &Path) -> bool {
        let lower = below.to_string_lossy().to_lowercase().replace('\\', "/");
        let named = |names: &[&str]| names.contains(&lower.as_str());
        let first = lower.split('/').next().unwrap_or_default();
        let of_list = |list: &List| {
            let ending = lower.rsplit_once('.').map_or("", |(_, ending)| ending);
            let folder = if list.below.is_empty() { "meshes" } else { list.below };
            // Structure sets stand beside the folder of meshes, not in it.
            list.endings.contains(&ending) && ending != "dcm" && first == folder
        };
        named(self.files)
            || named(self.listed)
            || self.studies.is_some_and(|(studies, _)| studies == first)
            || self.lists.iter().any(of_list)
    }

    /// True for a name that is overwritten only where an earlier result lists it.
    pub(super) fn needs_list(&self, below: &Path) -> bool {
        self.listed.iter().any(|name| Path::new(name) == below)
    }
}

/// The files of a result.
#[derive(Debug)]
pub(super) struct Owned {
    files: HashSet<PathBuf>,
    studies: Option<(&'static str, &'static [&'static str])>,
}

impl Owned {
    /// Whether a path from the result's folder is one of them.
    pub(super) fn holds(&self, below: &Path) -> bool {
        self.files.contains(below) || self.of_study(below).unwrap_or(false)
    }

    fn of_study(&self, below: &Path) -> Option<bool> {
        let (studies, files) = self.studies?;
        let mut parts = below.strip_prefix(studies).ok()?.components();
        parts.next()?;
        let file = parts.as_path();
        let picture = file.parent() == Some(Path::new("pictures"))
            && file.extension().is_some_and(|e| e == "png");
        Some(picture || files.iter().any(|f| Path::new(f) == file))
    }
}

/// The texts under `key` at any depth; none where there is no list or it cannot be read.
fn listed(list: &Path, key: &str) -> Vec<String> {
    fn texts(value: &serde_json::Value, key: &str, out: &mut Vec<String>) {
        match value {
            serde_json::Value::Object(fields) => {
                for (name, value) in fields {
                    match value {
                        serde_json::Value::String(text) if name == key => out.push(text.clone()),
                        serde_json::Value::Array(all) if name == key => {
                            out.extend(all.iter().filter_map(|v| v.as_str()).map(String::from));
                        }
                        other => texts(other, key, out),
                    }
                }
            }
            serde_json::Value::Array(all) => all.iter().for_each(|v| texts(v, key, out)),
            _ => {}
        }
    }
    let mut out = Vec::new();
    let read = std::fs::read(list).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok());
    if let Some(value) = read {
        texts(&value, key, &mut out);
    }
    out
}

/// A list cannot lead out of its folder, nor to files that results do not have.
fn is_simple(name: &str, endings: &[&str]) -> bool {
    let path = Path::new(name);
    let inside = path.components().all(|c| matches!(c, Component::Normal(_)));
    let ending = path.extension().and_then(|e| e.to_str()).unwrap_or_default();
    inside && !name.contains('\\') && path.components().count() <= 2 && endings.contains(&ending)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_cannot_lead_out_of_its_folder() {
        for name in ["../report.png", "/etc/x.png", ".png", "x", "x.txt", "..\\x.png", "a/b/c.png"]
        {
            assert!(!is_simple(name, &["png"]), "{name}");
        }
        assert!(is_simple("slice-ideal_2-bone.png", &["png"]));
        let dir = tempfile::TempDir::new().expect("a folder");
        let list = r#"{"files": ["../kept.dcm", "meshes/x.stl", "structures.dcm"]}"#;
        std::fs::write(dir.path().join("structures.json"), list).expect("written");
        let owned = Layout::CHECK.owned(dir.path());
        assert!(owned.holds(Path::new("meshes/x.stl")) && owned.holds(Path::new("structures.dcm")));
        assert!(!owned.holds(Path::new("../kept.dcm")));
        assert!(!owned.holds(Path::new("segmentation.dcm")), "no list names it");
    }

    #[test]
    fn no_list_names_nothing() {
        assert!(listed(Path::new("/nowhere/list.json"), "files").is_empty());
    }

    #[test]
    fn names_of_a_result_are_known_in_any_case() {
        for name in ["Structures.DCM", "meshes/GTV.STL", "pictures/slice.png", "report.json"] {
            assert!(Layout::CHECK.may_write(Path::new(name)), "{name}");
        }
        for name in ["RS.dcm", "meshes/a.dcm", "pictures/notes.txt", "a/report.json"] {
            assert!(!Layout::CHECK.may_write(Path::new(name)), "{name}");
        }
    }
}
