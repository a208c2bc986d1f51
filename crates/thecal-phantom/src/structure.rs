//! What a phantom consists of.

use thecal_geom::Contour;

use crate::trunk::{Organ, Vertebra};
use crate::tube::Tube;
use crate::tumour::Tumour;

/// One structure of the phantom.
#[derive(Debug, Clone, PartialEq)]
pub struct Structure {
    /// ROI name.
    pub name: &'static str,
    /// RT ROI interpreted type.
    pub interpreted_type: &'static str,
    /// Contours, patient LPS mm.
    pub contours: Vec<Contour>,
}

/// The solids, in the scan's axes.
#[derive(Debug, Clone)]
pub(crate) struct Solids {
    pub(crate) cord: Tube,
    pub(crate) sac: Tube,
    pub(crate) tumour: Tumour,
    pub(crate) second: Option<Tumour>,
    pub(crate) vertebrae: Vec<Vertebra>,
    /// The last is the outline of the trunk; none in a scan of the tumour alone.
    pub(crate) organs: Vec<Organ>,
}
