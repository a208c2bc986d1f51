//! Segmentation for thecal: structures with roles, and solids from their contours.
//!
//! A [`Solid`] answers where the surface of a structure lies, anywhere in patient space. It knows
//! nothing of files or margins.

pub mod raster;
mod scan;
pub mod solid;

pub use raster::{InPlane, RasterError, ThroughPlane};
pub use solid::{EndRule, Patch, PatchKind, Solid, SolidError, SurfacePoint};
