//! Analytic spine studies whose gaps are known, written as DICOM with their truth.
//!
//! The spinal cord and the thecal sac are tubes with an elliptic section in every axial plane
//! about a curved centreline; the tumour is a sphere, an ellipsoid or a C round the sac. The
//! tumour is placed at the requested distance from the cord, and that distance is certified by two
//! methods that share no code.
//!
//! [`write_planned_study`] adds a plan and a dose that is known at every point.
//!
//! [`write_prv_study`] writes a cord with a planning organ at risk volume of known faults.
//!
//! [`clinic`] has further anatomy, with contours as planning systems and people draw them.
//!
//! All coordinates are DICOM LPS millimetres.

mod certify;
pub mod clinic;
pub mod cohort;
mod contours;
mod ct;
mod dose;
mod ellipse;
mod error;
mod files;
mod oval;
mod prv;
mod random;
mod ring;
mod spec;
mod structure;
mod structure_set;
mod study;
mod trunk;
mod tube;
mod tumour;
mod ventral;
mod wrapped;

pub use certify::ClosestPair;
pub use clinic::{ClinicSpec, ClinicStudy, ClinicTruth, write_clinic_study};
pub use dose::{
    Conformal, Content, DoseField, DoseKind, DoseSpec, DoseTruth, Planes, dose_field, edge_sd_mm,
    write_dose, write_planned_study,
};
pub use error::Error;
pub use files::write_study;
pub use prv::{PrvFault, PrvMaking, PrvSpec, write_prv_study};
pub use random::{GENERATOR, ShapeKind};
pub use spec::{
    CanalSpec, CordSpec, Curve, PatientPosition, PhantomSpec, ScanSpec, SecondSpec, Shape,
};
pub use structure::Structure;
pub use study::{SCHEMA_VERSION, Study, Truth, TruthPair};
pub use ventral::{VENTRAL_TRUTH, VentralTruth, ventral_structures, write_ventral_study};

// Its example is run with those of the documentation.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
