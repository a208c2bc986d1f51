//! Volumes of a structure under all conventions.

use thecal_voxel::Grid;

use crate::convention::Convention;
use crate::drawn::Drawn;
use crate::no_figure::NoFigure;
use crate::slabs::Slabs;
use crate::{masks, why};

/// A volume under another convention.
#[derive(Debug, Clone, PartialEq)]
pub struct OtherVolume {
    /// The convention.
    pub convention: Convention,
    /// The volume, cc, and why it is what it is; or why there is none.
    pub found: Result<FoundVolume, NoFigure>,
}

/// A volume that a convention gives.
#[derive(Debug, Clone, PartialEq)]
pub struct FoundVolume {
    /// The volume, cc.
    pub volume_cc: f64,
    /// Why it is what it is here.
    pub why: String,
}

/// The volume of a structure under every convention; the grid is that of the images.
#[must_use]
pub fn volumes(drawn: &Drawn<'_>, grid: &Grid) -> Vec<OtherVolume> {
    let ours_cc = drawn.solid.volume_cc();
    let one = |convention: Convention| {
        let found = volume(drawn, convention, grid).map(|(volume_cc, more)| {
            let difference_pct = 100.0 * (volume_cc - ours_cc) / ours_cc;
            FoundVolume { volume_cc, why: why::of_volume(convention, difference_pct, &more) }
        });
        OtherVolume { convention, found }
    };
    Convention::VOLUMES.into_iter().map(one).collect()
}

/// What the ends leave open of the volume of a structure, cc: from the least to the largest of the end
/// rules.
#[must_use]
pub fn open_volume_cc(drawn: &Drawn<'_>) -> [f64; 2] {
    let rules = Convention::VOLUMES.into_iter().filter_map(Convention::end_rule);
    let volumes = rules.map(|rule| drawn.solid.with_ends(rule).volume_cc());
    let ours = drawn.solid.volume_cc();
    volumes.fold([ours, ours], |[lo, hi], v| [lo.min(v), hi.max(v)])
}

fn volume(
    drawn: &Drawn<'_>,
    convention: Convention,
    grid: &Grid,
) -> Result<(f64, String), NoFigure> {
    if let Some(ends) = convention.end_rule() {
        return Ok((drawn.solid.with_ends(ends).volume_cc(), String::new()));
    }
    let own = drawn.mask.filter(|_| convention == Convention::PixelCentres);
    if let Some((mask, voxels)) = own.zip(drawn.voxel_centres()) {
        let [du, dv] = mask.spacing_mm();
        let mm3 = du * dv * drawn.solid.spacing_mm();
        let more = format!(" ({} of {mm3:.2} mm3, those of the mask)", voxels.len());
        return Ok((voxels.len() as f64 * mm3 / 1000.0, more));
    }
    drawn.need_contours()?;
    if let Some(rule) = convention.contour_rule() {
        let mask = masks::mask(drawn, grid, drawn.voxels(grid)?, &rule)?;
        let voxels = mask.count();
        if voxels == 0 {
            return Err(NoFigure::Empty { name: drawn.name.to_owned() });
        }
        let mm3 = grid.voxel_mm3();
        return Ok((mask.volume_cc(), format!(" ({voxels} of {mm3:.2} mm3)")));
    }
    let slabs = Slabs::new(drawn, drawn.solid.frame())?;
    Ok(match convention {
        Convention::AreasHalfEnds => {
            let more = ", half of whole mm2 at the first and last";
            (slabs.volume_half_ends_cc(), more.to_owned())
        }
        _ => (slabs.volume_cc(), String::new()),
    })
}
