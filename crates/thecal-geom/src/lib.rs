//! Patient-space geometry of thecal: contours, planes, polygon regions with exact signed
//! distance, and triangle meshes with a bounding-volume hierarchy.
//!
//! All coordinates are DICOM LPS millimetres. This crate knows no file, voxel or anatomy.

mod bands;
mod closest;
mod contour;
mod edges;
mod keyhole;
mod meetings;
mod mesh;
mod near_copy;
mod nesting;
mod plain;
mod point_tree;
mod region;
mod rigid;
mod rings;
mod warning;
mod zero_lines;

pub use closest::ClosestPoints;
pub use contour::{Contour, ContourKind};
pub use edges::{EdgeTree, Foot};
pub use mesh::{Decimated, Mesh};
pub use near_copy::NEAR_COPY_MM;
pub use point_tree::PointTree;
pub use region::{Point2, Region};
pub use rigid::{RigidFault, RigidTransform};
pub use rings::{Cleaning, Ring, tangle};
pub use warning::Warning;
pub use zero_lines::{zero_lines, zero_rings};

/// A point in patient space (DICOM LPS, mm).
pub type Point3 = nalgebra::Point3<f64>;
/// A vector in patient space (DICOM LPS, mm).
pub type Vector3 = nalgebra::Vector3<f64>;
