//! What the documents promise is what the code does.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use thecal::{Separate, Settings, check};
use thecal_phantom::{PhantomSpec, ShapeKind, write_study};
use thecal_separation::{Anatomy, Approach};
use thecal_testing::Schema;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

#[test]
fn the_schemas_in_docs_are_the_programs_own() {
    use thecal_report::schema::{
        dvh_schema, explain_schema, info_schema, report_schema, structures_schema,
    };
    for (name, now) in [
        ("docs/report.schema.json", report_schema()),
        ("docs/structures.schema.json", structures_schema()),
        ("docs/explain.schema.json", explain_schema()),
        ("docs/info.schema.json", info_schema()),
        ("docs/dvh.schema.json", dvh_schema()),
    ] {
        let path = root().join(name);
        if std::env::var_os("UPDATE_DOCS").is_some() {
            std::fs::write(&path, &now).expect("docs can be written");
        }
        assert_eq!(read(&path), now, "run the tests once with UPDATE_DOCS=1");
    }
}

#[test]
fn reports_fit_the_schema() {
    let schema = Schema::read(&root().join("docs/report.schema.json"));
    let dir = tempfile::tempdir().expect("a folder");
    for (seed, shape) in [(3, ShapeKind::CShape), (4, ShapeKind::Sphere)] {
        let spec = PhantomSpec { ct: false, ..PhantomSpec::random(seed, shape, 3.0, 1.0) };
        let study = dir.path().join(seed.to_string());
        write_study(&spec, &study).expect("a phantom");
        // One with all pairs, one that is not assessable.
        for cord in [None, Some("VB_T07".to_owned())] {
            let settings = Settings { cord, ..Settings::default() };
            let report = check(std::slice::from_ref(&study), &settings).expect("a report");
            let json = serde_json::to_value(&report).expect("JSON");
            schema.assert_fits(&json);
            let mut broken = json.clone();
            broken["headline"] = "fine".into();
            assert!(!schema.fits(&broken), "the schema lets anything through");
        }
    }
}

#[test]
fn a_comparison_with_a_separation_fits_the_schema() {
    let schema = Schema::read(&root().join("docs/report.schema.json"));
    let dir = tempfile::tempdir().expect("a folder");
    thecal_phantom::write_ventral_study(dir.path()).expect("a phantom");
    let mut approaches = Approach::built_in().expect("reads");
    approaches.retain(|a| ["ideal", "corpectomy"].contains(&a.name.as_str()));
    let separation = Separate {
        anatomies: vec![Anatomy::SacReexpanded, Anatomy::CordShift { shift_mm: [-1.0, 0.0, 0.0] }],
        ..Separate::by(approaches)
    };
    let settings = Settings { separation: Some(separation), ..Settings::default() };
    let paths = [dir.path().to_owned()];
    let report = thecal::compare(&paths, &paths, &settings).expect("compared");
    assert!(report.comparison.is_some() && report.target.is_some());
    let json = serde_json::to_value(&report).expect("JSON");
    schema.assert_fits(&json);
}

#[test]
fn conventions_fit_the_schema_and_the_document_has_each() {
    let schema = Schema::read(&root().join("docs/explain.schema.json"));
    let dir = tempfile::tempdir().expect("a folder");
    let spec = PhantomSpec { ct: false, ..PhantomSpec::random(3, ShapeKind::CShape, 3.0, 1.0) };
    write_study(&spec, dir.path()).expect("a phantom");
    let paths = [dir.path().to_owned()];
    let found = thecal::explain(&paths, &Settings::default(), Some(1.0)).expect("explained");
    let json = serde_json::to_value(&found.report).expect("JSON");
    schema.assert_fits(&json);
    let mut broken = json.clone();
    broken["pairs"][0]["conventions"][0]["convention"] = "by_eye".into();
    assert!(!schema.fits(&broken), "the schema lets anything through");
    let explained = read(&root().join("docs/explain.md"));
    for pair in &found.report.pairs {
        for convention in &pair.conventions {
            let word = convention.convention.as_str();
            assert!(explained.contains(&format!("`{word}`")), "docs/explain.md lacks {word}");
        }
    }
}

/// All Rust sources below a folder.
fn sources(dir: &Path, out: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(dir).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            sources(&path, out);
        } else if path.extension().is_some_and(|e| e == "rs") {
            out.push(path);
        }
    }
}

#[test]
fn every_warning_code_is_explained() {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(root().join("crates")).expect("crates") {
        let src = entry.expect("an entry").path().join("src");
        if src.is_dir() {
            sources(&src, &mut files);
        }
    }
    let mut codes = BTreeSet::new();
    for file in files {
        let text = read(&file);
        let code = text.split("#[cfg(test)]").next().unwrap_or_default();
        for opening in ["Warning::new(", "doubts.push((", "code: ", "say("] {
            for rest in code.split(opening).skip(1) {
                // The first word in quotes on this or the next lines, if it looks like a code.
                let head: String = rest.chars().take(60).collect();
                let word = head.split('"').nth(1).unwrap_or_default().to_owned();
                let plain = word.chars().all(|c| c.is_ascii_lowercase() || c == '_');
                if word.contains('_') && plain {
                    codes.insert(word);
                }
            }
        }
    }
    codes.extend(["no_cord".to_owned(), "no_tumour".to_owned()]);
    assert!(codes.len() > 30, "only {} codes were found", codes.len());
    let explained = read(&root().join("docs/warnings.md"));
    let missing: Vec<&String> =
        codes.iter().filter(|c| !explained.contains(&format!("`{c}`"))).collect();
    assert!(missing.is_empty(), "docs/warnings.md does not explain {missing:?}");
}

/// The files that a document names: by links, and by paths within marks of code.
fn named_in(text: &str) -> Vec<(String, bool)> {
    let linked = text.split("](").skip(1).filter_map(|rest| rest.split(')').next());
    let links = linked
        .filter(|to| !to.contains("://") && !to.starts_with('#'))
        .map(|to| (to.split('#').next().unwrap_or(to).to_owned(), true));
    let code = text.split('`').skip(1).step_by(2);
    let roots = ["crates/", "docs/", "benches/", "fuzz/", "tests/", "test-data/"];
    let paths = code
        .filter(|c| roots.iter().any(|r| c.starts_with(r)))
        .filter(|c| !c.contains([' ', '<', '*', '{', '\n']))
        .map(|c| (c.to_owned(), false));
    links.chain(paths).collect()
}

#[test]
fn files_that_documents_name_are_there() {
    let mut documents: Vec<PathBuf> = std::fs::read_dir(root().join("docs"))
        .expect("docs")
        .map(|e| e.expect("an entry").path())
        .filter(|p| p.extension().is_some_and(|e| e == "md"))
        .collect();
    for more in ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "fuzz/README.md"] {
        documents.push(root().join(more));
    }
    documents.push(root().join("benches/peers/README.md"));
    let (mut lacking, mut seen) = (Vec::new(), 0);
    for document in &documents {
        let folder = document.parent().expect("a folder");
        for (name, linked) in named_in(&read(document)) {
            let from_here = folder.join(&name).exists();
            if !(from_here || !linked && root().join(&name).exists()) {
                lacking.push(format!("{}: {name}", document.display()));
            }
            seen += 1;
        }
    }
    assert!(seen > 50, "only {seen} names were seen");
    assert!(lacking.is_empty(), "named and not there: {lacking:#?}");
}
