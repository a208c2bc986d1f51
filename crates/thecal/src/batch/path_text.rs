//! A path in JSON. Folders of hospitals have names in encodings that are no UTF-8: those are kept byte
//! by byte.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

/// A path as text, or as bytes where it is none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub(super) enum PathText {
    Text(String),
    Bytes(Vec<u8>),
}

impl PathText {
    pub(super) fn from_path(path: &Path) -> Self {
        match path.to_str() {
            Some(text) => Self::Text(text.to_owned()),
            None => Self::Bytes(path.as_os_str().as_encoded_bytes().to_vec()),
        }
    }

    pub(super) fn path(&self) -> PathBuf {
        match self {
            Self::Text(text) => PathBuf::from(text),
            #[cfg(unix)]
            Self::Bytes(bytes) => {
                use std::os::unix::ffi::OsStrExt as _;
                PathBuf::from(std::ffi::OsStr::from_bytes(bytes))
            }
            #[cfg(not(unix))]
            Self::Bytes(bytes) => PathBuf::from(String::from_utf8_lossy(bytes).into_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_path_comes_back() {
        let mut paths = vec![PathBuf::from("ward 3/Müller/\"x\".dcm"), PathBuf::new()];
        #[cfg(unix)]
        {
            use std::os::unix::ffi::OsStrExt as _;
            // Latin 1.
            paths.push(PathBuf::from(std::ffi::OsStr::from_bytes(b"M\xfcller/x.dcm")));
        }
        for path in paths {
            let text = serde_json::to_string(&PathText::from_path(&path)).expect("JSON");
            let back: PathText = serde_json::from_str(&text).expect("a path");
            assert_eq!(back.path(), path);
        }
    }
}
