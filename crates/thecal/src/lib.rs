//! thecal as a library: from files to the report of the gaps between epidural tumour, spinal cord
//! and thecal sac.
//!
//! ```no_run
//! use thecal::{Settings, check};
//!
//! let report = check(&["study".into()], &Settings::default())?;
//! for pair in &report.phases[0].pairs {
//!     println!("{:?} {:?} mm", pair.pair, pair.gap_mm);
//! }
//! # Ok::<(), thecal::Error>(())
//! ```
//!
//! Results carry no patient identity. Coordinates are DICOM LPS, mm.

mod assessment;
pub mod batch;
mod check;
mod choice;
mod compare;
mod contents;
mod error;
pub mod folder;
mod frames;
mod info;
mod label_names;
mod labels;
mod load;
mod masks;
mod measure;
mod measured;
mod outputs;
mod phase;
mod record;
mod replay;
mod scene;
mod separate;
mod settings;
mod source;
mod structures;
mod tangle;
mod target_rule;
mod write;

pub use check::{check, measure_study};
pub use compare::{compare, compare_studies};
pub use error::{Error, Lattice};
pub use folder::{FolderError, Layout, Part as FolderPart, ResultFolder};
pub use info::info;
pub use labels::FileLabels;
pub use measure::{Part, Parts};
pub use measured::{Measured, MovedAnatomy, Residual, SecondStudy};
pub use outputs::{
    ContourPlanes, MESH_TRIANGLES, MeshFormat, MeshOptions, ResultKind, ResultSolid, Written,
    result_solids, write_structures,
};
pub use record::settings::SettingsError;
pub use replay::replay;
pub use scene::scene;
pub use settings::{Separate, Settings, ThresholdError, Thresholds, ToleranceError};
pub use source::inputs;
pub use target_rule::Extent;
pub use write::{Form, write_page, write_record, write_report, write_result};

/// Decoders in C and C++, which a program keeps in processes of their own.
pub mod decoders {
    pub use thecal_dicom::pixels::{decode_with, is_panic_of_a_decoder, serve};
}

/// How much memory one piece of work may take.
pub mod memory {
    pub use thecal_voxel::memory::{DEFAULT_BYTES, allow, allowed};
}
