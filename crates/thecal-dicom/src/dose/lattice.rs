//! Where the voxel centres of a dose grid lie.

use dicom_dictionary_std::tags;
use thecal_geom::{Point3, Vector3};

use crate::object::{bad, missing, orientation, pixel_spacing, position};
use crate::read::{DataSet, Fault, FaultKind, MAX_COORDINATE_MM};

/// A first offset up to this is 0, mm.
const ZERO_MM: f64 = 1e-3;
/// An absolute first offset may be this far off the first plane's z, mm: both are rounded, at
/// worst to a tenth of a millimetre.
const ROUNDED_MM: f64 = 0.06;
/// Planes nearer than this to each other are one plane, mm.
const SAME_PLANE_MM: f64 = 1e-3;
/// Steps that differ by more than this are uneven, mm. Offsets rounded to a tenth of a millimetre
/// make even steps differ by up to 0.1.
const UNEVEN_MM: f64 = 0.11;

/// Where the voxel centres of a dose grid lie, patient LPS mm. Planes lie at their own places,
/// which need not be evenly spaced; along a plane centres are evenly spaced.
///
/// The centre of voxel (i, j, k) is `origin_mm + i spacing_mm[0] directions[0] + j spacing_mm[1]
/// directions[1] + planes_mm[k] directions[2]`.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct DoseLattice {
    /// Centre of the first voxel of the lowest plane along the normal.
    pub origin_mm: Point3,
    /// Unit vectors at right angles: along a row (i, to the next column), along a column (j, to
    /// the next row), and the normal, which is their cross product.
    pub directions: [Vector3; 3],
    /// Distances of voxel centres along i and along j, mm.
    pub spacing_mm: [f64; 2],
    /// Distances of the planes from the origin along the normal, mm: strictly ascending, the
    /// first 0, at least two.
    pub planes_mm: Vec<f64>,
    /// Number of voxels along i (columns), j (rows) and k (planes).
    pub size: [usize; 3],
    /// Whether the planes of the file descend along the normal.
    pub(crate) descending: bool,
}

impl DoseLattice {
    /// Reads the lattice of a grid with that many columns, rows and planes.
    ///
    /// # Errors
    /// An attribute is absent, there is a single plane, or the offsets place no plane.
    pub(crate) fn read(data: &DataSet<'_>, size: [usize; 3]) -> Result<Self, Fault> {
        let absent = |tag| missing(tag, "the place of the dose grid");
        let first_mm = position(data)?.ok_or_else(|| absent(tags::IMAGE_POSITION_PATIENT))?;
        let [i, j] = orientation(data)?.ok_or_else(|| absent(tags::IMAGE_ORIENTATION_PATIENT))?;
        let spacing_mm = pixel_spacing(data)?.ok_or_else(|| absent(tags::PIXEL_SPACING))?;
        let normal = i.cross(&j).normalize();
        // Printed vectors are at right angles to their last digits only.
        let directions = [i, normal.cross(&i).normalize(), normal];
        let offsets_mm = offsets(data, size[2], first_mm, normal)?;
        let (planes_mm, lowest_mm, descending) = ascending(offsets_mm)?;
        let origin_mm = first_mm + normal * lowest_mm;
        Ok(Self { origin_mm, directions, spacing_mm, planes_mm, size, descending })
    }

    /// Centre of a voxel by its column, row and plane, patient LPS mm; `None` outside the grid.
    #[must_use]
    pub fn centre_mm(&self, [i, j, k]: [usize; 3]) -> Option<Point3> {
        let plane_mm = self.planes_mm.get(k)?;
        let [along_i, along_j, normal] = self.directions;
        let inside = i < self.size[0] && j < self.size[1];
        inside.then(|| {
            self.origin_mm
                + along_i * (self.spacing_mm[0] * i as f64)
                + along_j * (self.spacing_mm[1] * j as f64)
                + normal * *plane_mm
        })
    }

    /// The smallest and the largest distance of neighbouring planes, mm.
    #[must_use]
    pub fn steps_mm(&self) -> [f64; 2] {
        let steps = self.planes_mm.windows(2).map(|w| w[1] - w[0]);
        steps.fold([f64::INFINITY, 0.0], |[lo, hi], step| [lo.min(step), hi.max(step)])
    }

    /// Mean distance of neighbouring planes, mm.
    #[must_use]
    pub fn plane_spacing_mm(&self) -> f64 {
        let count = self.planes_mm.len().saturating_sub(1).max(1);
        self.planes_mm.last().copied().unwrap_or(0.0) / count as f64
    }

    /// Whether all planes are as far apart as offsets rounded to a tenth of a millimetre can tell.
    #[must_use]
    pub fn is_even(&self) -> bool {
        let [least, most] = self.steps_mm();
        most - least <= UNEVEN_MM
    }
}

/// Grid Frame Offset Vector (PS3.3 section C.8.8.3.2) as distances from the file's first plane
/// along the normal. It begins with 0 where it is relative, and with the first plane's z where it
/// is absolute, which is allowed for axial planes only.
fn offsets(
    data: &DataSet<'_>,
    planes: usize,
    first_mm: Point3,
    normal: Vector3,
) -> Result<Vec<f64>, Fault> {
    let tag = tags::GRID_FRAME_OFFSET_VECTOR;
    let values = data.numbers(tag)?;
    if planes == 1 {
        let advice = "a single plane holds no dose between planes: export the dose as a grid";
        let fault = Fault::new(FaultKind::BadValue, "1 plane", "at least 2 planes", advice);
        return Err(fault.of(tags::NUMBER_OF_FRAMES));
    }
    if values.len() != planes {
        let found = format!("{} values for {planes} planes", values.len());
        return Err(bad(tag, found, "one for each plane"));
    }
    if let Some(far) = values.iter().find(|v| v.abs() > MAX_COORDINATE_MM) {
        return Err(bad(tag, far.to_string(), "planes within a kilometre"));
    }
    let first = values[0];
    let along = |sign: f64| values.iter().map(|v| sign * (v - first)).collect();
    if first.abs() <= ZERO_MM {
        return Ok(along(1.0));
    }
    let axial = normal.z.abs() > 1.0 - 1e-3;
    if !axial || (first - first_mm.z).abs() > ROUNDED_MM {
        let found = format!("{first} first, with the first plane at z {}", first_mm.z);
        return Err(bad(tag, found, "0, or the z of the first plane of an axial grid"));
    }
    Ok(along(normal.z.signum()))
}

/// Offsets in the order of the file as distances that ascend from 0, with the place of the lowest
/// plane and whether the order was turned.
fn ascending(mut offsets_mm: Vec<f64>) -> Result<(Vec<f64>, f64, bool), Fault> {
    let descending = offsets_mm.windows(2).all(|w| w[1] < w[0]);
    if descending {
        offsets_mm.reverse();
    }
    for pair in offsets_mm.windows(2) {
        if pair[1] - pair[0] < SAME_PLANE_MM {
            let found = format!("planes at {} and {} mm one after the other", pair[0], pair[1]);
            let expected = "planes apart, all ascending or all descending";
            return Err(bad(tags::GRID_FRAME_OFFSET_VECTOR, found, expected));
        }
    }
    let lowest_mm = offsets_mm.first().copied().unwrap_or(0.0);
    Ok((offsets_mm.iter().map(|v| v - lowest_mm).collect(), lowest_mm, descending))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn planes_keep_their_own_places() {
        let (planes, lowest, turned) = ascending(vec![0.0, 3.3, 6.7, 10.0]).expect("places");
        assert_eq!((planes.as_slice(), lowest, turned), (&[0.0, 3.3, 6.7, 10.0][..], 0.0, false));
        let (planes, lowest, turned) = ascending(vec![0.0, -2.0, -7.0]).expect("places");
        assert_eq!((planes.as_slice(), lowest, turned), (&[0.0, 5.0, 7.0][..], -7.0, true));
        for bad in [vec![0.0, 3.0, 2.0], vec![0.0, 0.0], vec![0.0, -3.0, -3.0005]] {
            assert!(ascending(bad.clone()).is_err(), "{bad:?}");
        }
    }
}
