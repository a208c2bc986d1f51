//! Nothing of a patient goes to outputs: markers are planted in attributes, file names and folder
//! names, and every byte of every output is searched for them.

use std::fs::{create_dir_all, read};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use crate::blocks::{
    CORD_X_MM, TUMOUR_X_MM, both, identity, nifti, roi, segmentation, series, set,
};
use crate::common::text;
use dicom_core::{Tag, VR};
use parquet::file::reader::{FileReader as _, SerializedFileReader};
use tempfile::TempDir;
use thecal_dicom::write::{Attribute, StudyOut};

/// In names of files and folders.
const PATH: &str = "QXPATHQX";
/// In attributes.
const ATTRIBUTE: &str = "QXATTRQX";
const DATE: &str = "19490203";

fn thecal(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_thecal")).args(args).output().expect("the program runs")
}

fn name(path: &Path) -> &str {
    path.to_str().expect("UTF-8")
}

/// Attributes of PS3.15 Annex E that patient, study, series and equipment can carry here.
const PLANTED: &[(u16, u16, VR)] = &[
    (0x0008, 0x0050, VR::SH),
    (0x0008, 0x0080, VR::LO),
    (0x0008, 0x0081, VR::ST),
    (0x0008, 0x0090, VR::PN),
    (0x0008, 0x0092, VR::ST),
    (0x0008, 0x0094, VR::SH),
    (0x0008, 0x1010, VR::SH),
    (0x0008, 0x1030, VR::LO),
    (0x0008, 0x103E, VR::LO),
    (0x0008, 0x1040, VR::LO),
    (0x0008, 0x1048, VR::PN),
    (0x0008, 0x1050, VR::PN),
    (0x0008, 0x1060, VR::PN),
    (0x0008, 0x1070, VR::PN),
    (0x0008, 0x1080, VR::LO),
    (0x0010, 0x0021, VR::LO),
    (0x0010, 0x1000, VR::LO),
    (0x0010, 0x1001, VR::PN),
    (0x0010, 0x1005, VR::PN),
    (0x0010, 0x1040, VR::LO),
    (0x0010, 0x1060, VR::PN),
    (0x0010, 0x1080, VR::LO),
    (0x0010, 0x1090, VR::LO),
    (0x0010, 0x2000, VR::LO),
    (0x0010, 0x2110, VR::LO),
    (0x0010, 0x2150, VR::LO),
    (0x0010, 0x2152, VR::LO),
    (0x0010, 0x2154, VR::SH),
    (0x0010, 0x2160, VR::SH),
    (0x0010, 0x2180, VR::SH),
    (0x0010, 0x21B0, VR::LT),
    (0x0010, 0x21F0, VR::LO),
    (0x0010, 0x2297, VR::PN),
    (0x0010, 0x4000, VR::LT),
    (0x0018, 0x1000, VR::LO),
    (0x0018, 0x1030, VR::LO),
    (0x0020, 0x0010, VR::SH),
    (0x0020, 0x4000, VR::LT),
    (0x0032, 0x1032, VR::PN),
    (0x0032, 0x1060, VR::LO),
    (0x0032, 0x4000, VR::LT),
    (0x0038, 0x0010, VR::LO),
    (0x0038, 0x0300, VR::LO),
    (0x0038, 0x0400, VR::LO),
    (0x0038, 0x0500, VR::LO),
    (0x0040, 0x0006, VR::PN),
    (0x0040, 0x0253, VR::SH),
    (0x0040, 0x0254, VR::LO),
    (0x0040, 0x1001, VR::SH),
    (0x0040, 0x1400, VR::LT),
    (0x0040, 0x2016, VR::LO),
    (0x0040, 0x2017, VR::LO),
    (0x0040, 0xA123, VR::PN),
    (0x4008, 0x010C, VR::PN),
];

const DATES: &[(u16, u16)] =
    &[(0x0008, 0x0021), (0x0008, 0x0022), (0x0008, 0x0023), (0x0010, 0x0030)];

fn planted(patient: &str, study: &str, frame: &str) -> StudyOut {
    let text = |&(group, element, vr): &(u16, u16, VR)| Attribute {
        tag: Tag(group, element),
        vr,
        text: format!("{ATTRIBUTE}{element:04X}"),
    };
    let date = |&(group, element): &(u16, u16)| Attribute {
        tag: Tag(group, element),
        vr: VR::DA,
        text: DATE.to_owned(),
    };
    StudyOut {
        patient_name: format!("{ATTRIBUTE}^{patient}"),
        patient_id: format!("{ATTRIBUTE}-{patient}"),
        date: DATE.to_owned(),
        more: PLANTED.iter().map(text).chain(DATES.iter().map(date)).collect(),
        ..identity(patient, study, frame)
    }
}

fn folder(dir: &Path, what: &str) -> PathBuf {
    let folder = dir.join(format!("{PATH}-{what}"));
    create_dir_all(&folder).expect("a folder");
    folder
}

fn rename_all(folder: &Path) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        let file = path.file_name().expect("a name").to_string_lossy().into_owned();
        std::fs::rename(&path, folder.join(format!("{PATH}_{file}"))).expect("another name");
    }
}

/// A study with images, one of them damaged, another twice.
fn study(dir: &Path, what: &str, uid: &str) -> PathBuf {
    let folder = folder(dir, what);
    let who = planted("A", &format!("{uid}.1"), &format!("{uid}.2"));
    set(&folder.join("RS.dcm"), who.clone(), &format!("{uid}.6"), both());
    series(&folder, &who, &format!("{uid}.7"));
    rename_all(&folder);
    let images: Vec<PathBuf> = std::fs::read_dir(&folder)
        .expect("a folder")
        .map(|e| e.expect("an entry").path())
        .filter(|p| !name(p).contains("RS"))
        .collect();
    std::fs::copy(&images[0], folder.join(format!("{PATH}_copy.dcm"))).expect("a copy");
    std::fs::write(
        folder.join(format!("{PATH}_cut.dcm")),
        &read(&images[1]).expect("a file")[..400],
    )
    .expect("a file");
    folder
}

fn masks(dir: &Path, what: &str) -> PathBuf {
    let folder = folder(dir, what);
    nifti(&folder.join(format!("{PATH}_cord.nii")), CORD_X_MM as usize);
    nifti(&folder.join(format!("{PATH}_GTV.nii")), TUMOUR_X_MM as usize);
    folder
}

/// Every text that a file holds: its bytes, and what its format hides of them.
fn texts(path: &Path) -> Vec<u8> {
    let mut bytes = read(path).expect("a file");
    match path.extension().and_then(|e| e.to_str()) {
        Some("parquet") => {
            let file = std::fs::File::open(path).expect("a file");
            let rows = SerializedFileReader::new(file).expect("Parquet");
            let rows = rows.get_row_iter(None).expect("rows");
            for row in rows {
                bytes.extend(row.expect("a row").to_string().into_bytes());
            }
        }
        Some("png") => {
            // Text in a PNG may be packed: none is there at all but ours in the clear.
            for packed in [b"zTXt", b"iTXt", b"eXIf"] {
                assert!(!bytes.windows(4).any(|w| w == packed), "{}", path.display());
            }
        }
        _ => {}
    }
    bytes
}

fn holds(bytes: &[u8], marker: &str) -> bool {
    let upper = bytes.to_ascii_uppercase();
    let wide: Vec<u8> = marker.bytes().flat_map(|b| [b, 0]).collect();
    upper.windows(marker.len()).any(|w| w == marker.as_bytes())
        || upper.windows(wide.len()).any(|w| w == wide)
}

/// Searches all below a folder; gives how many files that were.
fn search(out: &Path) -> usize {
    let mut count = 0;
    let mut folders = vec![out.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            let below = name(path.strip_prefix(out).expect("below")).to_uppercase();
            assert!(!below.contains(PATH) && !below.contains(ATTRIBUTE), "{below}");
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            count += 1;
            // The one file of a batch that says which study is where.
            if path.ends_with("key.csv") {
                continue;
            }
            let bytes = texts(&path);
            assert!(!holds(&bytes, PATH), "{below} names a file or folder of the input");
            // DICOM belongs to the patient of its source.
            if path.extension().is_none_or(|e| e != "dcm") {
                assert!(!holds(&bytes, ATTRIBUTE), "{below} holds an attribute of the patient");
                assert!(!holds(&bytes, DATE), "{below} holds a date");
            }
        }
    }
    count
}

#[test]
fn nothing_of_the_patient_is_in_any_output_of_a_check() {
    let dir = TempDir::new().expect("a folder");
    let first = study(dir.path(), "first", "1.2.3");
    let second = study(dir.path(), "second", "1.2.4");
    let of_masks = masks(dir.path(), "masks");
    let out = |what: &str| dir.path().join(what);
    let run = |args: &[&str]| {
        let done = thecal(args);
        assert!(matches!(done.status.code(), Some(0 | 1)), "{args:?}: {}", text(&done.stderr));
        done
    };
    let checked =
        run(&["check", name(&first), "--separate", "ideal", "--out", name(&out("check"))]);
    // What stays on the terminal says which file is meant.
    let told = text(&checked.stderr);
    assert!(told.contains("_cut.dcm") && told.contains("_copy.dcm"), "{told}");
    let record = out("check").join("report.json");
    run(&["report", name(&record), "--study", name(&first), "--out", name(&out("report"))]);
    let [cord, tumour] = ["cord", "GTV"].map(|n| of_masks.join(format!("{PATH}_{n}.nii")));
    run(&[
        "check",
        name(&of_masks),
        "--structures",
        name(&cord),
        "--structures",
        name(&tumour),
        "--cord",
        &format!("{PATH}_cord"),
        "--out",
        name(&out("masks")),
    ]);
    let record = out("masks").join("report.json");
    let page =
        run(&["report", name(&record), "--study", name(&of_masks), "--out", name(&out("again"))]);
    assert!(!text(&page.stderr).contains("Without the study's files"));
    run(&[
        "compare",
        name(&first),
        name(&second),
        "--assume-same-frame",
        "--out",
        name(&out("compare")),
    ]);
    run(&["explain", name(&first), "--out", name(&out("explain"))]);
    run(&[
        "explain",
        name(&of_masks),
        "--structures",
        name(&cord),
        "--structures",
        name(&tumour),
        "--cord",
        &format!("{PATH}_cord"),
        "--out",
        name(&out("explained-masks")),
    ]);
    for what in ["check", "report", "masks", "again", "compare", "explain", "explained-masks"] {
        assert!(search(&out(what)) >= 3, "{what}");
    }
    // A record that goes to standard output is written somewhere, too.
    let json = run(&["check", name(&first), "--json"]);
    assert!(!holds(&json.stdout, PATH) && !holds(&json.stdout, ATTRIBUTE));
}

#[test]
fn nothing_of_the_patient_is_in_any_output_of_a_batch_but_its_key() {
    let dir = TempDir::new().expect("a folder");
    let root = dir.path().join(format!("{PATH}-root"));
    study(&root, "good", "1.2.3");
    // Two sets, one cut off, one that is no DICOM, nonsense, nothing drawn, masks, masks cut off.
    let two = folder(&root, "two");
    for n in [6, 7] {
        let who = planted("B", "1.2.5.1", "1.2.5.2");
        set(&two.join(format!("{PATH}{n}.dcm")), who, &format!("1.2.5.{n}"), both());
    }
    let cut = folder(&root, "cut").join(format!("{PATH}.dcm"));
    set(&cut, planted("C", "1.2.6.1", "1.2.6.2"), "1.2.6.6", both());
    let bytes = read(&cut).expect("a file");
    std::fs::write(&cut, &bytes[..bytes.len() / 2]).expect("a file");
    std::fs::write(folder(&root, "text").join(format!("{PATH}.dcm")), "no DICOM").expect("a file");
    let images = folder(&root, "images");
    series(&images, &planted("D", "1.2.7.1", "1.2.7.2"), "1.2.7.7");
    rename_all(&images);
    masks(&root, "masks");
    let seg = folder(&root, "seg");
    segmentation(&seg.join(format!("{PATH}.dcm")), planted("E", "1.2.8.1", "1.2.8.2"), "1.2.8.6");
    let bad = folder(&root, "bad").join(format!("{PATH}_cord.nii"));
    nifti(&bad, 5);
    let bytes = read(&bad).expect("a file");
    std::fs::write(&bad, &bytes[..bytes.len() - 100]).expect("a file");
    let none = folder(&root, "none").join(format!("{PATH}.dcm"));
    let rois = vec![roi("SpinalCord", CORD_X_MM)];
    set(&none, planted("F", "1.2.9.1", "1.2.9.2"), "1.2.9.6", rois);
    let out = dir.path().join("out");
    let done = thecal(&["batch", name(&root), "--reports", "--out", name(&out)]);
    assert_eq!(done.status.code(), Some(4), "{}", text(&done.stderr));
    assert!(search(&out) > 15);
    let key = read(out.join("key.csv")).expect("the key");
    assert!(holds(&key, PATH), "the key says which study is where");
    let table = std::fs::read_to_string(out.join("summary.csv")).expect("a table");
    for told in ["structure set 1 of 2", "damaged file 1 of 1", "mask 1 of"] {
        assert!(table.contains(told), "{told}: {table}");
    }
    // A manifest that names what is not there.
    let manifest = dir.path().join("m.csv");
    std::fs::write(&manifest, format!("path\n{PATH}-nowhere\n{PATH}-two\n")).expect("a file");
    let out = dir.path().join("named");
    let args = ["batch", name(&root), "--manifest", name(&manifest), "--out", name(&out)];
    assert_eq!(thecal(&args).status.code(), Some(4));
    assert!(search(&out) > 5);
}

/// Colours and moves the cursor, sets a title, forges a line, turns the direction, and is markup.
const HOSTILE: &str = "GTV\u{1b}[2J\u{1b}]0;title\u{7}\u{9b}31m\u{202e}<img src=x onerror=y>\"'&";

fn steers(text: &str) -> bool {
    text.chars().any(|c| c != '\n' && (c.is_control() || ('\u{202a}'..='\u{202e}').contains(&c)))
}

#[test]
fn names_steer_no_terminal_no_table_and_no_page() {
    let dir = TempDir::new().expect("a folder");
    let folder = dir.path().join("a\u{1b}[31mb\u{202e}c");
    let file = folder.join("RS\u{1b}]0;x\u{7}.dcm");
    let mut rois = both();
    rois[1].name = HOSTILE.to_owned();
    rois[1].description = HOSTILE.to_owned();
    rois.push(roi("=HYPERLINK(\"http://x\")", TUMOUR_X_MM - 12.0));
    set(&file, identity("A", "1.2.3.1", "1.2.3.2"), "1.2.3.6", rois);
    std::fs::write(folder.join("cut\u{9b}.dcm"), &read(&file).expect("a file")[..400])
        .expect("a file");
    let out = dir.path().join("out");
    let formula = "=HYPERLINK(\"http://x\")";
    let shown = |done: &Output| {
        let all = text(&done.stdout) + &text(&done.stderr);
        assert!(!steers(&all), "{all:?}");
        all
    };
    let hostile = HOSTILE.replace(['\u{1b}', '\u{7}', '\u{9b}', '\u{202e}'], "?");
    for args in [
        // By its number: an escape sequence that names no character set is not read as text.
        vec!["check", name(&folder), "--out", name(&out), "--tumour", "#2", "--tumour", formula],
        vec!["check", name(&folder)],
        vec!["check", name(&folder), "--cord", "nobody"],
        vec!["explain", name(&folder)],
        vec!["check", name(&folder), "--structures", name(&folder.join("cut\u{9b}.dcm"))],
        vec!["info", name(&folder)],
        vec!["info", name(&folder), "--json"],
        vec!["batch", name(&folder), "--dry-run"],
        vec!["check", name(&folder.join("nothing\n\u{1b}[0m"))],
    ] {
        let done = thecal(&args);
        let all = shown(&done);
        if args.contains(&"--out") {
            assert!(matches!(done.status.code(), Some(0 | 1)), "{all}");
        }
        assert!(!all.contains(HOSTILE) && !all.contains(&hostile), "{all}");
        assert!(!all.contains("nothing\n"), "{all}");
    }
    let many = dir.path().join("many");
    shown(&thecal(&["batch", name(&folder), "--out", name(&many), "--reports"]));
    let table = std::fs::read_to_string(out.join("gaps.csv")).expect("a table");
    let mut rows = csv::Reader::from_reader(table.as_bytes());
    let rows: Vec<csv::StringRecord> = rows.records().map(|r| r.expect("a row")).collect();
    assert!(rows.iter().any(|r| r[1] == *"'=HYPERLINK(\"http://x\")"), "{table}");
    for row in &rows {
        for (n, cell) in row.iter().enumerate() {
            let number = cell.parse::<f64>().is_ok() && [6, 8, 9].contains(&n);
            assert!(number || !cell.starts_with(['=', '+', '-', '@', '\t', '\r']), "{row:?}");
            assert!(!steers(cell) && !cell.contains('\n'), "{row:?}");
        }
    }
    // Numbers are numbers.
    let gaps = rows.iter().filter(|r| r[5] == *"gap_mm");
    let gaps_mm: Vec<f64> = gaps.map(|r| r[6].parse().expect("a number")).collect();
    assert_eq!(gaps_mm.len(), 2);
    for page in [out.join("report.html"), many.join("index.html")] {
        let page = std::fs::read_to_string(page).expect("a page");
        assert!(!page.contains("<img src=x"), "markup of a name");
        assert!(!page.chars().any(|c| c == '\u{1b}' || c == '\u{202e}' || c == '\u{9b}'));
    }
    for file in ["report.json", "structures.json", "profile.csv", "pictures/captions.json"] {
        let text = std::fs::read_to_string(out.join(file)).expect("a file");
        assert!(!steers(&text), "{file}");
    }
}
