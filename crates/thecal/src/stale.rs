//! What an earlier result left in a folder that a new one is written to.
//!
//! Every result lists its files. Of those that an earlier list names, the ones that the new result
//! does not have are removed; files that no list names, or whose names this program does not give,
//! are never touched.

use std::io;
use std::path::Path;

use crate::error::Error;

/// The files that a list names, by the texts under `key` at any depth; none where there is no list
/// or it cannot be read.
pub(crate) fn listed(list: &Path, key: &str) -> Vec<String> {
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

/// Removes the files below `dir` that were listed, are not there now, and have a name that is ours.
pub(crate) fn clear(
    dir: &Path,
    listed: &[String],
    now: &[String],
    is_ours: impl Fn(&str) -> bool,
) -> Result<(), Error> {
    for name in listed.iter().filter(|name| is_ours(name) && !now.contains(name)) {
        let path = dir.join(name);
        match std::fs::remove_file(&path) {
            Err(source) if source.kind() != io::ErrorKind::NotFound => {
                return Err(Error::Output { path, source });
            }
            _ => {}
        }
    }
    Ok(())
}

/// Whether a name has an ending of ours, and before it only letters that our names have.
pub(crate) fn is_plain(name: &str, endings: &[&str], also: &str) -> bool {
    let Some((stem, ending)) = name.rsplit_once('.') else { return false };
    let fits = |c: char| c.is_ascii_alphanumeric() || also.contains(c);
    endings.contains(&ending) && !stem.is_empty() && stem.chars().all(fits)
}

#[cfg(test)]
mod tests {
    use super::{clear, is_plain, listed};

    #[test]
    fn a_list_cannot_lead_out_of_its_folder() {
        for name in ["../report.png", "a/b.png", "/etc/x.png", ".png", "x", "x.txt", "..\\x.png"] {
            assert!(!is_plain(name, &["png"], "_-"), "{name}");
        }
        assert!(is_plain("slice-ideal_2-bone.png", &["png"], "_-"));
        let dir = tempfile::TempDir::new().expect("a folder");
        let inner = dir.path().join("in");
        std::fs::create_dir(&inner).expect("a folder");
        std::fs::write(dir.path().join("kept.png"), "x").expect("written");
        let list = inner.join("list.json");
        std::fs::write(&list, r#"{"files": ["../kept.png"], "more": [{"files": "gone.png"}]}"#)
            .expect("written");
        std::fs::write(inner.join("gone.png"), "x").expect("written");
        let names = listed(&list, "files");
        assert_eq!(names, ["../kept.png", "gone.png"]);
        clear(&inner, &names, &[], |n| is_plain(n, &["png"], "_-")).expect("cleared");
        assert!(dir.path().join("kept.png").exists() && !inner.join("gone.png").exists());
    }

    #[test]
    fn no_list_names_nothing() {
        assert!(listed(std::path::Path::new("/nowhere/list.json"), "files").is_empty());
    }
}
