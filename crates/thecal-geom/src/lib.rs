//! Patient-space geometry of thecal: contours, planes, polygon regions with exact signed
//! distance, and triangle meshes with a bounding-volume hierarchy.
//!
//! All coordinates are DICOM LPS millimetres. This crate does not know files, voxels or anatomy.

mod aabb;
mod cell_part;
mod contour;
mod mesh;
mod region;
mod rigid;
mod ring;
mod search;
mod warning;

pub use aabb::Aabb;
pub use cell_part::part_below;
pub use contour::{Contour, ContourKind};
pub use mesh::{Decimated, Mesh};
pub use region::{
    ClosestPoints, NEAR_COPY_MM, Region, RepairReport, isolines, marching_squares,
    marching_squares_rings, tangle,
};
pub use rigid::{RigidFault, RigidTransform};
pub use ring::{Point2, Ring};
pub use search::{ClosestPoint, EdgeTree, PointTree};
pub use warning::Warning;

/// The library of points, vectors and matrices, in the version that this crate speaks.
pub use nalgebra;

/// A point in patient space (DICOM LPS, mm).
pub type Point3 = nalgebra::Point3<f64>;
/// A vector in patient space (DICOM LPS, mm).
pub type Vector3 = nalgebra::Vector3<f64>;

// Its example is run with those of the documentation.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
