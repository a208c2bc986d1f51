//! What is in a folder (stand-in until the full index lands).

use crate::read::{BEFORE_PIXELS, Source, tags};
use std::path::{Path, PathBuf};
use thecal_geom::Warning;

/// Why.
#[derive(Debug, thiserror::Error)]
pub enum IndexError {
    /// Io.
    #[error("{path}: {source}")]
    Io {
        /// Path.
        path: PathBuf,
        /// Source.
        source: std::io::Error,
    },
}
/// Kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// CT
    Ct,
    /// MR
    Mr,
    /// RTSTRUCT
    RtStruct,
    /// other
    Other,
}
impl Kind {
    /// Word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ct => "CT",
            Self::Mr => "MR",
            Self::RtStruct => "RTSTRUCT",
            Self::Other => "OTHER",
        }
    }
    /// Image.
    pub fn is_image(self) -> bool {
        matches!(self, Self::Ct | Self::Mr)
    }
}
/// Object.
#[derive(Debug, Clone)]
pub struct Object {
    /// path
    pub path: PathBuf,
    /// kind
    pub kind: Kind,
    /// sop
    pub sop_instance_uid: String,
    /// series
    pub series_instance_uid: String,
    /// frame
    pub frame_of_reference_uid: Option<String>,
}
/// Index.
#[derive(Debug, Clone, Default)]
pub struct Index {
    /// objects
    pub objects: Vec<Object>,
    /// other
    pub other_files: usize,
    /// warnings
    pub warnings: Vec<Warning>,
}
/// Series
pub struct Series {
    /// kind
    pub kind: Kind,
    /// uid
    pub series_instance_uid: String,
    /// frame
    pub frame_of_reference_uid: Option<String>,
    /// files
    pub files: Vec<PathBuf>,
}
impl Series {
    /// holds
    pub fn holds(&self, p: &Path) -> bool {
        self.files.iter().any(|f| f == p)
    }
}
impl Index {
    /// patients
    pub fn patients(&self) -> usize {
        usize::from(!self.objects.is_empty())
    }
    /// kinds
    pub fn kinds(&self) -> String {
        format!("{} objects", self.objects.len())
    }
    /// series
    pub fn series(&self) -> Vec<Series> {
        let mut out: Vec<Series> = Vec::new();
        for o in &self.objects {
            match out.iter_mut().find(|s| s.series_instance_uid == o.series_instance_uid) {
                Some(s) => s.files.push(o.path.clone()),
                None => out.push(Series {
                    kind: o.kind,
                    series_instance_uid: o.series_instance_uid.clone(),
                    frame_of_reference_uid: o.frame_of_reference_uid.clone(),
                    files: vec![o.path.clone()],
                }),
            }
        }
        out
    }
}
/// Index.
pub fn index(paths: &[PathBuf]) -> Result<Index, IndexError> {
    let mut out = Index::default();
    for p in paths {
        std::fs::metadata(p).map_err(|source| IndexError::Io { path: p.clone(), source })?;
        for e in walkdir::WalkDir::new(p).sort_by_file_name().into_iter().flatten() {
            if !e.file_type().is_file() {
                continue;
            }
            let Ok(s) = Source::open_until(e.path(), BEFORE_PIXELS) else {
                out.other_files += 1;
                continue;
            };
            let Ok(d) = s.data_set_until(BEFORE_PIXELS) else {
                out.other_files += 1;
                continue;
            };
            let g = |t| d.text(t).unwrap_or_default();
            let kind = match g(tags::MODALITY).as_str() {
                "CT" => Kind::Ct,
                "MR" => Kind::Mr,
                "RTSTRUCT" => Kind::RtStruct,
                _ => Kind::Other,
            };
            if out.objects.iter().any(|o| o.path == e.path()) {
                continue;
            }
            out.objects.push(Object {
                path: e.path().into(),
                kind,
                sop_instance_uid: g(tags::SOP_INSTANCE_UID),
                series_instance_uid: g(tags::SERIES_INSTANCE_UID),
                frame_of_reference_uid: d.text(tags::FRAME_OF_REFERENCE_UID),
            });
        }
    }
    Ok(out)
}
