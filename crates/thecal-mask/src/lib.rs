//! Segmentation for thecal: structures with roles, and solids from their contours.
//!
//! A [`Structure`] is what was drawn and what it is called; [`role`] reads from that what it is
//! and picks the cord, the sac and the tumours of a study. A [`Solid`] answers where the surface
//! of a structure lies, anywhere in patient space. It knows nothing of files or margins.

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
