//! Search trees: the edges of a region, and points in space.

pub(crate) mod edge_slabs;
pub(crate) mod edge_tree;
mod point_tree;

pub use edge_tree::{ClosestPoint, EdgeTree};
pub use point_tree::PointTree;
