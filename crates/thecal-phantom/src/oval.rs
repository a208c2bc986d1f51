//! An ellipse in an axial plane.

use thecal_geom::Point3;

use crate::ellipse;
use crate::tube::Tube;

/// An axial section: an ellipse along the axes of the scan, mm.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Oval {
    pub(crate) centre: [f64; 2],
    pub(crate) axes: [f64; 2],
}

impl Oval {
    pub(crate) fn from_tube(tube: &Tube, z: f64) -> Self {
        Self { centre: tube.centre(z), axes: tube.axes }
    }

    pub(crate) fn grown(self, by: f64) -> Self {
        Self { axes: self.axes.map(|a| a + by), ..self }
    }

    pub(crate) fn contains(&self, p: Point3) -> bool {
        ellipse::contains(self.axes, [p.x - self.centre[0], p.y - self.centre[1]])
    }
}
