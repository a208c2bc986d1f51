//! A dose on the structures: its grids in their frame of reference.

use thecal_dicom::dose::Dose as DicomDose;
use thecal_dose::{Dose, DoseGrid, DoseGridError};
use thecal_geom::RigidTransform;

use super::find::ReadDose;
use super::gate::Reasons;
use crate::error::Error;
use crate::frames::{Fixed, Frames, Way};

/// The sum of doses in the frame of reference of the structures; none where one cannot be placed, which
/// the gate is told.
pub(super) fn placed(
    doses: &[ReadDose],
    frames: &Frames,
    fixed: &Fixed,
    assume_same: bool,
    reasons: &mut Reasons,
) -> Result<Option<Dose>, Error> {
    let grids = grids(doses, frames, fixed, assume_same, reasons)?;
    let mut grids = grids.into_iter().flatten();
    Ok(grids.next().map(|first| Dose::from_beams(first, grids.collect())))
}

/// The grids of doses in the frame of reference of the structures; none where one cannot be placed,
/// which the gate is told.
pub(super) fn grids(
    doses: &[ReadDose],
    frames: &Frames,
    fixed: &Fixed,
    assume_same: bool,
    reasons: &mut Reasons,
) -> Result<Option<Vec<DoseGrid>>, Error> {
    let mut grids = Vec::new();
    for ReadDose { dose, .. } in doses {
        let from = dose.head.frame_of_reference_uid.as_deref();
        let transform = match frames.way(from, fixed.frame.as_deref())? {
            Way::Same => RigidTransform::identity(),
            Way::Registered(transform) => transform,
            Way::None if assume_same => {
                reasons.doubt(
                    "assumed_same_frame",
                    "the dose lies in another frame of reference than the structures and is taken \
                     as if in theirs, as asked for",
                );
                RigidTransform::identity()
            }
            Way::None => {
                reasons.refuse(
                    "dose_frame_differs",
                    "the dose lies in another frame of reference than the structures, and no \
                     registration here leads from one to the other; add the REG, or use \
                     --assume-same-frame where both are known to be the same",
                );
                return Ok(None);
            }
        };
        match grid(dose, &transform) {
            Ok(grid) => grids.push(grid),
            Err(e) => {
                reasons.refuse("dose_grid_unusable", e.to_string());
                return Ok(None);
            }
        }
    }
    Ok(Some(grids))
}

fn grid(dose: &DicomDose, to_structures: &RigidTransform) -> Result<DoseGrid, DoseGridError> {
    let lattice = &dose.head.lattice;
    DoseGrid::new(
        to_structures.apply(lattice.origin_mm),
        lattice.directions.map(|d| to_structures.turn(d)),
        lattice.spacing_mm,
        lattice.planes_mm.clone(),
        [lattice.size[0], lattice.size[1]],
        dose.values.clone(),
    )
}
