//! RT Dose (PS3.3 A.18): the dose grid, what it is the dose of, and what stands against using it.
//!
//! What a file says of itself is a [`DoseHead`], in types; what is to be made of that are
//! [`Doubt`]s with a [`Weight`]. Nothing is resampled: planes lie at their own places.

mod doubt;
mod head;
mod lattice;
mod reference;
mod values;

use std::path::Path;
use std::sync::Arc;

use crate::read::{BEFORE_PIXELS, ReadError, Source};
pub use crate::terms::{DoseType, DoseUnits, Heterogeneity, Summation};
pub use doubt::{Doubt, MOST_BELIEVABLE_GY, Weight};
pub use head::DoseHead;
pub use lattice::DoseLattice;
pub use reference::{GroupReference, PlanReference};
pub use values::MAX_VOXELS;

/// A dose with its values.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Dose {
    /// What stands before the values.
    pub head: DoseHead,
    /// Dose at the voxel centres of [`DoseHead::lattice`], in the units of the head: planes
    /// ascending along the normal, then row by row (k, j, i order, i fastest).
    pub values: Vec<f32>,
}

impl Dose {
    /// What stands against using the dose, by its head and by its values. Where no doubt weighs
    /// more than [`Weight::Warns`], the values are Gy.
    #[must_use]
    pub fn doubts(&self) -> Vec<Doubt> {
        let mut doubts = self.head.doubts();
        doubts.extend(doubt::of_values(&self.head, &self.values));
        doubts
    }

    /// Dose at a voxel centre by its column, row and plane (planes ascending along the normal);
    /// `None` outside the grid.
    #[must_use]
    pub fn at(&self, [i, j, k]: [usize; 3]) -> Option<f32> {
        let [columns, rows, planes] = self.head.lattice.size;
        let inside = i < columns && j < rows && k < planes;
        inside.then(|| self.values.get((k * rows + j) * columns + i).copied()).flatten()
    }
}

/// Reads what stands before the values, and no value.
///
/// # Errors
/// As [`read_dose`], but for the values.
pub fn read_dose_head(path: &Path) -> Result<DoseHead, ReadError> {
    let source = Source::open_until(path, BEFORE_PIXELS)?;
    let data = source.data_set_until(BEFORE_PIXELS)?;
    head::head(&source, &data).map_err(|fault| ReadError::content(path, fault))
}

/// Reads a dose.
///
/// # Errors
/// The file cannot be read, is no RT Dose, has no grid (histograms alone) or a single plane, its
/// planes are in no order, Dose Grid Scaling is absent or not believable, or its values are of 8
/// bits, absent or cut off.
pub fn read_dose(path: &Path) -> Result<Dose, ReadError> {
    dose(&Source::open(path)?)
}

/// Reads a dose from the bytes of a whole file; `path` is for messages only.
///
/// # Errors
/// As [`read_dose`].
///
/// # Example
/// ```
/// use std::path::Path;
/// use thecal_dicom::dose::read_dose_bytes;
///
/// let error = read_dose_bytes(Path::new("dose.dcm"), b"no DICOM".to_vec()).unwrap_err();
/// assert!(error.to_string().starts_with("dose.dcm"));
/// ```
pub fn read_dose_bytes(path: &Path, bytes: impl Into<Arc<Vec<u8>>>) -> Result<Dose, ReadError> {
    dose(&Source::from_bytes(path, bytes)?)
}

fn dose(source: &Source) -> Result<Dose, ReadError> {
    let data = source.data_set()?;
    let read = || {
        let head = head::head(source, &data)?;
        let values = values::values(source, &data, &head)?;
        Ok(Dose { head, values })
    };
    read().map_err(|fault| ReadError::content(source.path(), fault))
}
