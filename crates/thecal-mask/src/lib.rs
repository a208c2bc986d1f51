//! Segmentation for thecal: structures with roles, and solids from their contours.
//!
//! A [`Structure`] has contours or a mask, and a name. [`role`] finds the role of a structure from its
//! name and selects the cord, the sac and the tumours of a study. A [`Solid`] gives the signed distance
//! from the surface of a structure at any point of patient space. The crate does not know DICOM or gaps.

pub mod file;
mod isocontour;
pub mod naming;
pub mod raster;
pub mod resolution;
pub mod role;
mod scanline;
pub mod solid;
mod structure;
mod suggest;

pub use raster::{InPlane, RasterError, ThroughPlane};
pub use resolution::{DrawnAs, Resolution, Tracing};
pub use role::{Role, RoleFrom};
pub use solid::{
    EndRule, LevelSampler, Solid, SolidError, SurfacePoint, SurfaceSample, SurfaceSampleKind,
    TracedLattice,
};
pub use structure::Structure;

// Its example is run with those of the documentation.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
