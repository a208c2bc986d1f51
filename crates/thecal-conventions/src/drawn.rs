//! A structure as it was drawn, beside the solid that we make of it.

use thecal_geom::{Contour, Point3};
use thecal_mask::Solid;
use thecal_voxel::{FULL, Grid, IndexBox, Slices};

use crate::no_figure::NoFigure;

/// A structure as it was drawn, beside the solid that we make of it.
#[derive(Debug, Clone, Copy)]
pub struct Drawn<'a> {
    /// Its name.
    pub name: &'a str,
    /// Its contours as the file has them, LPS mm; none of what was drawn as a mask.
    pub contours: &'a [Contour],
    /// Its mask, of what was drawn as one.
    pub mask: Option<&'a Slices>,
    /// Our solid.
    pub solid: &'a Solid,
}

impl<'a> Drawn<'a> {
    /// The contours that bound an area.
    pub(crate) fn closed(&self) -> impl Iterator<Item = &'a Contour> + use<'a> {
        self.contours.iter().filter(|c| c.kind.is_closed() && c.points_mm.len() >= 3)
    }

    /// Their points.
    pub(crate) fn points(&self) -> impl Iterator<Item = Point3> + use<'a> {
        self.closed().flat_map(|c| c.points_mm.iter().copied())
    }

    /// The centres of the voxels of its mask that belong to it by half or more; none of what was drawn
    /// as contours.
    pub(crate) fn voxel_centres(&self) -> Option<Vec<Point3>> {
        let mask = self.mask?;
        let of_slice = |slice: &'a thecal_voxel::Slice| {
            let set = slice.values.iter().enumerate().filter(|(_, value)| **value > FULL / 2);
            set.map(move |(n, _)| {
                let (i, j) = (n % slice.size[0], n / slice.size[0]);
                mask.patient_point(slice, [i as f64, j as f64])
            })
        };
        Some(mask.slices().iter().flat_map(of_slice).collect())
    }

    /// Refuses a structure that no contour was drawn of.
    pub(crate) fn need_contours(&self) -> Result<(), NoFigure> {
        match self.closed().next() {
            Some(_) => Ok(()),
            None => Err(NoFigure::NoContours { name: self.name.to_owned() }),
        }
    }

    /// The voxels about the contours, as far as the grid goes.
    pub(crate) fn voxels(&self, grid: &Grid) -> Result<IndexBox, NoFigure> {
        /// What rounding and outlines add, and one to lie outside.
        const ROOM: f64 = 2.0;
        let (mut lo, mut hi) = ([f64::INFINITY; 3], [f64::NEG_INFINITY; 3]);
        for p in self.points() {
            let at = grid.index_from_patient(p);
            for a in 0..3 {
                (lo[a], hi[a]) = (lo[a].min(at[a]), hi[a].max(at[a]));
            }
        }
        let size = grid.size();
        let start = [0, 1, 2].map(|a| (lo[a].floor() - ROOM).max(0.0));
        let end = [0, 1, 2].map(|a| (hi[a].ceil() + ROOM + 1.0).min(size[a] as f64));
        if (0..3).any(|a| end[a].is_nan() || start[a] >= end[a]) {
            return Err(NoFigure::OffGrid { name: self.name.to_owned() });
        }
        Ok(IndexBox { start: start.map(|x| x as usize), end: end.map(|x| x as usize) })
    }
}
