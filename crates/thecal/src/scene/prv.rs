//! The margins of drawn PRVs on their unrolled organs.

use thecal_margin::{Centreline, MarginField};
use thecal_report::scene::PrvOnCord;

use super::map::{COLUMNS, CordPoints};
use crate::measured::Measured;

/// A map for each PRV whose organ makes one, along the whole of the organ.
pub(super) fn maps(measured: &Measured) -> Vec<PrvOnCord> {
    let map = |prv: &crate::DrawnPrv| {
        let organ = &prv.organ_of(&measured.parts)?.solid;
        let line = Centreline::from_solid(organ).ok()?;
        let points = CordPoints::new(organ, &line, line.range_mm())?;
        let field = MarginField::from_solid(&prv.solid);
        Some(PrvOnCord {
            structure: prv.name.clone(),
            columns: COLUMNS,
            margin_mm: points.values(|p| field.margin_mm(p)),
            plane_mm: points.plane_mm,
        })
    };
    measured.prvs.iter().filter_map(map).collect()
}
