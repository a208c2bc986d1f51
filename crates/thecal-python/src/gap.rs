//! The gap between two solids.

use std::sync::Arc;

use pyo3::prelude::*;
use thecal_margin::{Arrangement, PairGap};
use thecal_mask::Solid;

use crate::errors::Fault;
use crate::work::interruptible;

/// The gap between two solids: their least distance surface to surface, with the range that the resolution of
/// the data leaves open. Lengths in mm, points in LPS.
#[pyclass(frozen, module = "thecal", get_all)]
pub(crate) struct Gap {
    /// Least distance surface to surface, mm; 0 where they touch, negative where they overlap, then minus
    /// the deepest penetration. Of one within the other: how far its surface lies inside.
    gap_mm: f64,
    /// Lower end of the range that the data leave open, mm.
    gap_lower_mm: f64,
    /// Upper end of that range, mm.
    gap_upper_mm: f64,
    /// Closest point of the first, LPS, mm.
    a_mm: (f64, f64, f64),
    /// Closest point of the second, LPS, mm.
    b_mm: (f64, f64, f64),
    /// The gap's part within the planes of the second, mm.
    in_plane_mm: f64,
    /// The gap's part along their normal, mm.
    through_plane_mm: f64,
    /// Volume of the overlap, cc.
    overlap_cc: f64,
    /// What limits the precision: "ends", "missing_planes", "voxels", or nothing in particular.
    limited_by: Option<String>,
    /// What the range is made of: name, and mm below and above the gap.
    interval_parts: Vec<(String, f64, f64)>,
}

#[pymethods]
impl Gap {
    fn __repr__(&self) -> String {
        format!(
            "Gap(gap_mm={:.3}, gap_lower_mm={:.3}, gap_upper_mm={:.3})",
            self.gap_mm, self.gap_lower_mm, self.gap_upper_mm
        )
    }
}

impl Gap {
    /// Measures it.
    pub(crate) fn between(py: Python<'_>, [a, b]: [Arc<Solid>; 2], within: bool) -> PyResult<Self> {
        let how = if within { Arrangement::Within } else { Arrangement::Apart };
        let found = interruptible(py, move || {
            let found = thecal_margin::measure(&a, &b, how, &[]);
            found.ok_or_else(|| {
                let message = "the two solids share no plane, so no gap can be given";
                Fault::Input { kind: "no_gap", message: message.to_owned() }
            })
        })?;
        Ok(Self::from_pair(&found))
    }

    fn from_pair(found: &PairGap) -> Self {
        let place = |p: thecal_geom::Point3| (p.x, p.y, p.z);
        let part =
            |p: &thecal_margin::IntervalPart| (p.part.as_str().to_owned(), p.lower_mm, p.upper_mm);
        Self {
            gap_mm: found.gap.gap_mm,
            gap_lower_mm: found.interval.lower_mm,
            gap_upper_mm: found.interval.upper_mm,
            a_mm: place(found.gap.a_mm),
            b_mm: place(found.gap.b_mm),
            in_plane_mm: found.in_plane_mm,
            through_plane_mm: found.through_plane_mm,
            overlap_cc: found.overlap_cc,
            limited_by: found.limited_by.map(|l| l.as_str().to_owned()),
            interval_parts: found.parts.iter().map(part).collect(),
        }
    }
}
