//! The dose of a plan where pictures show it. Values are those of the dose itself at the places that are
//! drawn, and none where it is not known.

use super::MapPoint;

/// The dose where pictures show it.
#[derive(Debug, Clone)]
pub struct DoseViews {
    /// The phase that the plan was made for, by its place in [`Scene::phases`](super::Scene::phases).
    pub phase: usize,
    /// The dose on the slice of closest approach of that phase.
    pub slice: DoseOnPlane,
    /// The dose on the unrolled cord of that phase.
    pub cord: Option<DoseOnCord>,
}

impl DoseViews {
    /// The largest dose that is shown, Gy; 0 where none is known.
    #[must_use]
    pub fn most_gy(&self) -> f64 {
        let cord = self.cord.iter().flat_map(|c| &c.gy);
        self.slice.gy.iter().chain(cord).flatten().copied().fold(0.0, f64::max)
    }
}

/// The dose at the pixels of a view.
#[derive(Debug, Clone)]
pub struct DoseOnPlane {
    /// Side of a pixel, mm.
    pub step_mm: f64,
    /// Pixels across and down. The middle of the first is half a pixel right of and below the view's corner.
    pub size: [usize; 2],
    /// Row by row, Gy.
    pub gy: Vec<Option<f64>>,
}

/// The dose on the surface of the unrolled cord, in rows and columns as those of
/// [`CordMap`](super::CordMap).
#[derive(Debug, Clone)]
pub struct DoseOnCord {
    /// Position of each row along the normal, the head's end first, mm.
    pub plane_mm: Vec<f64>,
    /// Number of columns.
    pub columns: usize,
    /// Row by row, Gy; none where the dose is not known, or a ray meets no surface.
    pub gy: Vec<Option<f64>>,
    /// The closest point of the record.
    pub closest: Option<MapPoint>,
}
