//! The margin of a drawn PRV where a picture shows it.

/// The margin that a drawn PRV leaves on the surface of its unrolled organ, in rows and columns as those of
/// [`CordMap`](super::CordMap).
#[derive(Debug, Clone)]
pub struct PrvOnCord {
    /// Name of the PRV, as in the record.
    pub structure: String,
    /// Position of each row along the normal, the head's end first, mm.
    pub plane_mm: Vec<f64>,
    /// Number of columns.
    pub columns: usize,
    /// Row by row, mm; none where it is not known.
    pub margin_mm: Vec<Option<f64>>,
}
