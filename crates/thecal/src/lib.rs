//! The pipeline of thecal as a library: it reads a study and reports the gaps between epidural tumour,
//! spinal cord and thecal sac.
//!
//! ```
//! use thecal::{Settings, check};
//! use thecal_phantom::{PhantomSpec, ShapeKind, write_study};
//!
//! // A study whose truth is known: a tumour 2 mm off the cord, on slices of 1 mm.
//! let folder = tempfile::tempdir()?;
//! let spec = PhantomSpec { ct: false, ..PhantomSpec::random(7, ShapeKind::Sphere, 1.0, 2.0) };
//! write_study(&spec, folder.path())?;
//!
//! let report = check(&[folder.path().to_owned()], &Settings::default())?;
//! let pair = &report.phases[0].pairs[0];
//! assert_eq!(pair.pair.as_str(), "tumour-cord");
//! let [gap_mm, lower_mm, upper_mm] =
//!     [pair.gap_mm, pair.gap_lower_mm, pair.gap_upper_mm].map(|v| v.expect("measured"));
//! assert!((gap_mm - 2.0).abs() < 0.01);
//! assert!(lower_mm <= 2.0 && 2.0 <= upper_mm);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! | what is at hand | where to start |
//! |---|---|
//! | a study in a folder | [`check`], or [`measure_study`] for its solids and pictures too |
//! | a study in memory, or in another store | [`measure_study_in`] |
//! | two studies, before and after an operation | [`compare`], [`compare_studies_in`] |
//! | solids, or arrays that they are made of | [`measure()`] |
//! | one structure of a study, as a solid | [`solid()`] |
//! | a study to be read as other programs read it | [`explain()`] |
//! | many studies | the module `batch` |
//!
//! Results contain no patient identity. Coordinates are DICOM LPS, mm.

mod assessment;
#[cfg(feature = "batch")]
pub mod batch;
mod check;
mod choice;
mod compare;
mod contents;
mod dose;
mod dose_settings;
mod dose_study;
mod error;
mod explain;
pub mod folder;
mod frames;
mod implausible;
mod info;
mod label_names;
mod labels;
mod load;
mod masks;
mod measure;
mod measured;
mod measurement;
mod named_solid;
mod outputs;
mod own_results;
mod part_role;
mod phase;
mod prv;
mod prv_margins;
mod record;
mod references;
mod replay;
mod save;
mod scene;
mod separate;
mod settings;
mod shaped;
mod source;
mod stray;
mod structure_facts;
mod structures;
mod tangle;
mod target_rule;
mod uncertain_dose;
mod uncertainty;
mod uncertainty_settings;
#[cfg(feature = "pictures")]
mod write;

pub use check::{check, measure_study, measure_study_in};
pub use compare::{compare, compare_studies, compare_studies_in};
pub use dose::dvh;
pub use dose_settings::{DoseSettings, LimitTable};
pub use dose_study::{MeasuredDose, measure_dose};
pub use error::{Error, ErrorKind};
pub use explain::{Explained, explain};
pub use folder::{FolderError, Layout, Part as FolderPart, ResultFolder};
pub use info::{info, info_with_descriptions};
pub use labels::FileLabels;
pub use measure::{Part, Parts};
pub use measured::{Measured, MovedAnatomy, Residual, SecondStudy};
pub use measurement::{Measurement, measure};
pub use named_solid::solid;
pub use outputs::{
    ContourPlanes, MESH_TRIANGLES, MeshFormat, MeshOptions, ResultKind, ResultSolid, Written,
    mesh_of, result_solids, write_structures,
};
pub use part_role::PartRole;
pub use phase::{Found, Judgement, Pair, Phase, PhaseKind, PlacedGap};
pub use prv::DrawnPrv;
pub use prv_margins::{PrvMarginError, PrvMargins};
pub use replay::replay;
pub use scene::scene;
pub use settings::{Separate, Settings, ThresholdError, Thresholds, ToleranceError};
pub use source::inputs;
pub use target_rule::Extent;
pub use uncertainty_settings::UncertaintySettings;
#[cfg(feature = "pictures")]
pub use write::{
    Form, write_dvh, write_explained, write_page, write_record, write_report, write_result,
};

/// Decoders in C and C++, which a program keeps in processes of their own.
pub mod decoders {
    pub use thecal_dicom::pixels::is_panic_of_a_decoder;
    #[cfg(feature = "codecs")]
    pub use thecal_dicom::pixels::{decode_with, serve};
}

/// Where the objects of a study lie: folders, memory, or what else can list and open them.
pub mod store {
    pub use thecal_store::{
        FolderStore, Listing, MemoryStore, NotSearched, ObjectStore, ReadAt, Store,
    };
}

/// How much memory one piece of work may take.
pub mod memory {
    pub use thecal_voxel::memory::{DEFAULT_BYTES, allow, allowed};
}

// Its example is run with those of the documentation.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
