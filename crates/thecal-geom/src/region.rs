//! Regions of a plane: drawn rings, repaired, to an even-odd region with exact signed distance.

mod bridges;
mod closest;
mod combine;
mod isolines;
mod keyhole;
#[cfg(test)]
mod laws;
mod marching_squares;
mod near_copy;
mod nesting;
mod polygon;
mod ray;
mod repair;
mod repair_report;
mod self_intersections;
mod simple;

pub use closest::ClosestPoints;
pub use isolines::isolines;
pub use marching_squares::{marching_squares, marching_squares_rings};
pub use near_copy::NEAR_COPY_MM;
pub use polygon::Region;
pub use ray::RayHit;
pub use repair::tangle;
pub use repair_report::RepairReport;
