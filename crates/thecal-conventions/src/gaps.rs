//! Gaps of a pair under all conventions.

use thecal_geom::Point3;
use thecal_margin::{Arrangement, Gap, Interval, interval};
use thecal_voxel::Grid;

use crate::convention::Convention;
use crate::drawn::Drawn;
use crate::no_figure::NoFigure;
use crate::slabs::Slabs;
use crate::{masks, points, why};

/// Two structures, and the gap that we found between them.
#[derive(Debug, Clone, Copy)]
pub struct Pair<'a> {
    /// The first structure: the tumour, or the cord in its sac.
    pub a: Drawn<'a>,
    /// The second: cord or sac.
    pub b: Drawn<'a>,
    /// How they should lie to each other.
    pub arrangement: Arrangement,
    /// Our gap.
    pub ours: Gap,
}

/// A gap under another convention.
#[derive(Debug, Clone, PartialEq)]
pub struct OtherGap {
    /// The convention.
    pub convention: Convention,
    /// The gap, or why there is none.
    pub found: Result<FoundGap, NoFigure>,
}

/// A gap that a convention gives.
#[derive(Debug, Clone, PartialEq)]
pub struct FoundGap {
    /// The distance, mm.
    pub gap_mm: f64,
    /// The closest point of the first structure.
    pub a_mm: Point3,
    /// The closest point of the second; of a mask within another the voxel outside it.
    pub b_mm: Point3,
    /// The range of a gap of solids; other conventions know none.
    pub interval: Option<Interval>,
    /// Why it is what it is here.
    pub why: String,
}

/// The gap of a pair under every convention; the grid is that of the images.
#[must_use]
pub fn gaps(pair: &Pair<'_>, grid: &Grid) -> Vec<OtherGap> {
    let one = |convention: Convention| OtherGap { convention, found: gap(pair, convention, grid) };
    Convention::GAPS.into_iter().map(one).collect()
}

/// The gap of a pair under one convention.
///
/// # Errors
/// When the convention gives none for these structures.
pub fn gap(pair: &Pair<'_>, convention: Convention, grid: &Grid) -> Result<FoundGap, NoFigure> {
    if let Some(ends) = convention.end_rule() {
        let (a, b) = (pair.a.solid.with_ends(ends), pair.b.solid.with_ends(ends));
        let none = || NoFigure::NoGap { a: pair.a.name.to_owned(), b: pair.b.name.to_owned() };
        let found = thecal_margin::gap(&a, &b, pair.arrangement).ok_or_else(none)?;
        return Ok(FoundGap {
            gap_mm: found.gap_mm,
            a_mm: found.a_mm,
            b_mm: found.b_mm,
            interval: Some(interval(&a, &b, &found, pair.arrangement)),
            why: why::of_ends(convention, found.gap_mm - pair.ours.gap_mm),
        });
    }
    if let Some(found) = voxels_of_masks(pair, convention) {
        return Ok(found);
    }
    pair.a.need_contours()?;
    pair.b.need_contours()?;
    let found = |gap_mm, a_mm, b_mm, why| FoundGap { gap_mm, a_mm, b_mm, interval: None, why };
    let inside = pair.arrangement == Arrangement::Within;
    let (a, b) = (&pair.a, &pair.b);
    if let Some(rule) = convention.contour_rule() {
        let near = pair.ours.a_mm;
        let voxels = masks::gap(a, b, pair.arrangement, grid, &rule, near)?;
        let why = why::of_masks(convention, a, b, &voxels, inside);
        return Ok(found(voxels.gap_mm, voxels.a_mm, voxels.b_mm, why));
    }
    if convention == Convention::Slabs {
        let frame = b.solid.frame();
        let none = || NoFigure::NoSharedSlice { a: a.name.to_owned(), b: b.name.to_owned() };
        let (of_a, of_b) = (Slabs::new(a, frame)?, Slabs::new(b, frame)?);
        let slabs = of_a.gap(&of_b, pair.arrangement).ok_or_else(none)?;
        let why = why::of_slabs(a, b, &slabs, inside);
        return Ok(found(slabs.gap_mm, slabs.a_mm, slabs.b_mm, why));
    }
    let none = || NoFigure::NoContours { name: a.name.to_owned() };
    let closest = points::closest(a, b).ok_or_else(none)?;
    let why = why::of_points(a, b, &closest, pair.ours.gap_mm);
    Ok(found(closest.distance_mm, closest.a_mm, closest.b_mm, why))
}

/// The distance of the voxels that two masks have, which is what pixel centres are of them.
fn voxels_of_masks(pair: &Pair<'_>, convention: Convention) -> Option<FoundGap> {
    let apart = pair.arrangement == Arrangement::Apart;
    if convention != Convention::PixelCentres || !apart {
        return None;
    }
    let (a, b) = (pair.a.voxel_centres()?, pair.b.voxel_centres()?);
    let closest = points::closest_of(a.into_iter(), &b)?;
    Some(FoundGap {
        gap_mm: closest.distance_mm,
        a_mm: closest.a_mm,
        b_mm: closest.b_mm,
        interval: None,
        why: why::of_voxels(&pair.a, &pair.b, &closest),
    })
}
