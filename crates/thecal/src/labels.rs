//! What input files are called in what is written: names of files and folders hold patients' names
//! and numbers, so outputs call a file by its place among those of its kind.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::{Path, PathBuf};

use aho_corasick::{AhoCorasick, MatchKind};
use thecal_dicom::index::{Index, Kind};
use thecal_geom::Warning;
use thecal_mask::file::MaskFileKind;

/// Where more files are searched than this, texts that name one are cut to what they say.
const MOST_FILES: usize = 200_000;

/// Labels of the files of a study, as `structure set 2 of 3`.
#[derive(Debug, Clone, Default)]
pub struct FileLabels {
    /// In the order of the paths.
    files: Vec<(PathBuf, String)>,
    /// Names without folders, for texts that are nothing else.
    names: HashMap<String, String>,
    finder: Option<Finder>,
}

#[derive(Debug, Clone)]
struct Finder {
    automaton: AhoCorasick,
    labels: Vec<usize>,
}

impl FileLabels {
    /// The labels of all files that were found, of others that are damaged, and of `more`.
    pub(crate) fn from_index(found: &Index, damaged: &[PathBuf], more: &[PathBuf]) -> Self {
        let mut by_kind: BTreeMap<String, Vec<PathBuf>> = BTreeMap::new();
        let mut known: HashSet<PathBuf> = HashSet::new();
        let mut add = |kind: String, path: &PathBuf| {
            if known.insert(path.clone()) {
                by_kind.entry(kind).or_default().push(path.clone());
            }
        };
        for object in &found.objects {
            add(word(object.kind), &object.path);
        }
        for path in found.damaged.iter().map(|d| &d.path).chain(damaged) {
            add("damaged file".to_owned(), path);
        }
        for copy in &found.copies {
            add("copy".to_owned(), &copy.path);
        }
        for path in found.other_paths.iter().chain(more) {
            let mask = MaskFileKind::from_path(path).is_some();
            add(if mask { "mask" } else { "file" }.to_owned(), path);
        }
        let mut files = Vec::new();
        for (kind, mut paths) in by_kind {
            paths.sort();
            let of = paths.len();
            let labelled = paths.into_iter().enumerate();
            files.extend(labelled.map(|(n, path)| (path, format!("{kind} {} of {of}", n + 1))));
        }
        files.sort();
        Self::new(files)
    }

    fn new(files: Vec<(PathBuf, String)>) -> Self {
        let mut names: HashMap<String, String> = HashMap::new();
        for (path, label) in &files {
            names.entry(name(path)).or_insert_with(|| label.clone());
        }
        Self { finder: Finder::new(&files), files, names }
    }

    /// Of two studies that are read together.
    pub(crate) fn and(&self, other: &Self) -> Self {
        let here: HashSet<&PathBuf> = self.files.iter().map(|f| &f.0).collect();
        let more = other.files.iter().filter(|f| !here.contains(&f.0)).cloned();
        Self::new(self.files.iter().cloned().chain(more).collect())
    }

    /// The text with labels in the place of paths and names of files.
    #[must_use]
    pub fn hide(&self, text: &str) -> String {
        if let Some(label) = self.names.get(text) {
            return label.clone();
        }
        let Some(finder) = &self.finder else {
            let too_many = !self.files.is_empty();
            return if too_many { "a file of very many".to_owned() } else { text.to_owned() };
        };
        let mut out = String::with_capacity(text.len());
        let mut from = 0;
        for found in finder.automaton.find_iter(text) {
            let inside = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
            let before = text[..found.start()].chars().next_back();
            if inside(before) || inside(text[found.end()..].chars().next()) {
                continue;
            }
            out.push_str(&text[from..found.start()]);
            out.push_str(&self.files[finder.labels[found.pattern().as_usize()]].1);
            from = found.end();
        }
        out.push_str(&text[from..]);
        out
    }

    pub(crate) fn hide_in(&self, mut warning: Warning) -> Warning {
        if warning.code == "folder_unreadable" {
            warning.place = "a folder".to_owned();
        }
        warning.place = self.hide(&warning.place);
        warning.message = self.hide(&warning.message);
        warning
    }

    /// The files whose labels stand in a text, with their paths: for a terminal, which may tell.
    #[must_use]
    pub fn named_in(&self, text: &str) -> Vec<(&str, &Path)> {
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        let stands = |label: &str| {
            let ends = |at: usize| !text[at..].starts_with(|c: char| c.is_ascii_digit());
            text.match_indices(label).any(|(at, _)| ends(at + label.len()))
        };
        let named = self.files.iter().filter(|(_, label)| stands(label));
        named.map(|(path, label)| (label.as_str(), path.as_path())).collect()
    }
}

impl Finder {
    fn new(files: &[(PathBuf, String)]) -> Option<Self> {
        if files.is_empty() || files.len() > MOST_FILES {
            return None;
        }
        let mut needles: Vec<String> = Vec::new();
        let mut labels = Vec::new();
        for (place, (path, _)) in files.iter().enumerate() {
            let name = name(path);
            // A number of few digits tells of nobody, and stands in messages for itself.
            let tells = name.len() > 4 || name.contains(|c: char| !c.is_ascii_digit());
            needles.push(path.display().to_string());
            labels.push(place);
            if tells {
                needles.push(name);
                labels.push(place);
            }
        }
        let built = AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(&needles);
        built.ok().map(|automaton| Self { automaton, labels })
    }
}

fn name(path: &Path) -> String {
    path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default()
}

fn word(kind: Kind) -> String {
    match kind {
        Kind::RtStruct => "structure set".to_owned(),
        Kind::Seg => "segmentation".to_owned(),
        kind if kind.is_image() => format!("{} image", kind.as_str()),
        kind => format!("{} object", kind.as_str()),
    }
}

/// Words of anatomy and targets, which tell of nobody.
const WORDS: &[&str] = &[
    "spinal",
    "spinalcord",
    "cord",
    "myelon",
    "medulla",
    "spinalis",
    "thecal",
    "thecalsac",
    "sac",
    "dura",
    "dural",
    "durasack",
    "csf",
    "canal",
    "spinalcanal",
    "vertebralcanal",
    "cauda",
    "equina",
    "caudaequina",
    "tumour",
    "tumor",
    "tumeur",
    "lesion",
    "lesions",
    "mass",
    "met",
    "mets",
    "metastasis",
    "metastases",
    "epidural",
    "gtv",
    "ctv",
    "ptv",
    "itv",
    "prv",
    "igtv",
    "gtvp",
    "gtvn",
    "residual",
    "preop",
    "postop",
    "pre",
    "post",
    "vertebra",
    "vertebrae",
    "vertebral",
    "vert",
    "vb",
    "body",
    "spine",
    "bone",
    "sacrum",
    "cervical",
    "thoracic",
    "lumbar",
    "left",
    "right",
    "anterior",
    "posterior",
    "mr",
    "ct",
    "mask",
    "seg",
    "segmentation",
    "label",
    "labels",
    "labelmap",
    "structure",
    "structures",
    "final",
    "kidney",
    "liver",
    "lung",
    "aorta",
    "oesophagus",
    "esophagus",
    "external",
    "skin",
];

/// The part of a mask file's name that is a word of anatomy; none where there is none. All else
/// may be somebody's name or number.
pub(crate) fn anatomy_in(stem: &str) -> Option<String> {
    let parts: Vec<&str> = stem.split(|c: char| !c.is_alphanumeric()).collect();
    let mut kept: Vec<&str> = Vec::new();
    let mut whole = true;
    let mut after_word = false;
    for part in parts.iter().filter(|p| !p.is_empty()) {
        let known = is_known(part, after_word);
        whole &= known;
        after_word = known;
        if known {
            kept.push(part);
        }
    }
    let word = kept.iter().any(|p| p.contains(char::is_alphabetic));
    match (word, whole) {
        (false, _) => None,
        (true, true) => Some(stem.to_owned()),
        (true, false) => Some(kept.join("_")),
    }
}

fn is_known(part: &str, after_word: bool) -> bool {
    let lower = part.to_lowercase();
    let letters = lower.trim_end_matches(|c: char| c.is_ascii_digit());
    let digits = lower.len() - letters.len();
    match (letters, digits) {
        ("", 1 | 2) => after_word,
        // A vertebral level.
        ("c" | "t" | "th" | "l" | "s", 1 | 2) => true,
        (letters, 0..=2) => WORDS.contains(&letters),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels() -> FileLabels {
        let files = [
            ("/data/Smith^John/RS.1.2.dcm", "structure set 1 of 1"),
            ("/data/Smith^John/CT/1", "CT image 1 of 2"),
            ("/data/Smith^John/CT/IM2", "CT image 2 of 2"),
        ];
        FileLabels::new(files.map(|(p, l)| (PathBuf::from(p), l.to_owned())).to_vec())
    }

    #[test]
    fn paths_and_names_are_hidden_and_other_words_stay() {
        let labels = labels();
        let hidden =
            labels.hide("/data/Smith^John/RS.1.2.dcm: cut off, 1 of IM2, IM22, RS.1.2.dcm");
        assert_eq!(
            hidden,
            "structure set 1 of 1: cut off, 1 of CT image 2 of 2, IM22, structure set 1 of 1"
        );
        assert_eq!(labels.hide("1"), "CT image 1 of 2");
        assert_eq!(labels.hide("nothing here"), "nothing here");
        let named = labels.named_in("see CT image\n  2 of 2: cut off");
        assert_eq!(named, [("CT image 2 of 2", Path::new("/data/Smith^John/CT/IM2"))]);
    }

    #[test]
    fn of_a_masks_name_the_anatomy_stays() {
        for (stem, name) in [
            ("SpinalCord", Some("SpinalCord")),
            ("vertebrae_T7", Some("vertebrae_T7")),
            ("GTV 2", Some("GTV 2")),
            ("SMITH_JOHN_19490203_GTV1", Some("GTV1")),
            ("case_12_cord", Some("cord")),
            ("Smith", None),
            ("0042", None),
            ("T7", Some("T7")),
        ] {
            assert_eq!(anatomy_in(stem).as_deref(), name, "{stem}");
        }
    }
}
