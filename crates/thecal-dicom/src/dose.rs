//! RT Dose (PS3.3 A.18): the dose grid as a volume, with what it is the dose of.

use std::path::{Path, PathBuf};

use dicom_dictionary_std::{tags, uids};
use nalgebra::Matrix3;
use ndarray::Array3;
use thecal_geom::{Point3, Vector3, Warning};
use thecal_voxel::{Grid, Volume};

use crate::object::{bad, check_class, missing, orientation, pixel_spacing, position};
use crate::pixels::{PixelFormat, Pixels};
use crate::read::{BEFORE_PIXELS, DataSet, Fault, FaultKind, ReadError, Source};

/// Voxels that a dose grid may hold: 1 GiB as they are kept.
pub const MAX_VOXELS: u128 = 1 << 28;
/// Planes that are this far off an even distance, mm, are uneven.
const UNEVEN_MM: f64 = 0.01;

/// What stands before the dose values.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct DoseHead {
    /// The file.
    pub path: PathBuf,
    /// SOP Instance UID.
    pub sop_instance_uid: Option<String>,
    /// Series Instance UID.
    pub series_instance_uid: Option<String>,
    /// Frame of Reference UID.
    pub frame_of_reference_uid: Option<String>,
    /// Dose Units: `GY` or `RELATIVE`.
    pub units: Option<String>,
    /// Dose Type: `PHYSICAL`, `EFFECTIVE` or `ERROR`.
    pub dose_type: Option<String>,
    /// Dose Summation Type, for example `PLAN`, `FRACTION` or `BEAM`: what the dose is of.
    pub summation: Option<String>,
    /// Dose Grid Scaling: what a stored value is multiplied by.
    pub scaling: f64,
    /// Rows, columns and planes.
    pub size: [usize; 3],
    /// Plane positions along the normal of the first plane, from it, mm, in the order of the file.
    pub offsets_mm: Vec<f64>,
    /// Plans that the dose is of, by SOP Instance UID.
    pub plans: Vec<String>,
    /// Structure sets that the dose refers to, by SOP Instance UID.
    pub structure_sets: Vec<String>,
    /// What was doubted.
    pub warnings: Vec<Warning>,
    origin_mm: Point3,
    axes: [Vector3; 2],
    spacing_mm: [f64; 2],
}

/// A dose with its values.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Dose {
    /// What stands before the values.
    pub head: DoseHead,
    /// Dose in the units of the head, on planes that ascend along k.
    pub volume: Volume<f32>,
}

/// Reads what stands before the values, and no value.
///
/// # Errors
/// As [`read_dose`], but for the values.
pub fn read_dose_head(path: &Path) -> Result<DoseHead, ReadError> {
    let source = Source::open_until(path, BEFORE_PIXELS)?;
    let data = source.data_set_until(BEFORE_PIXELS)?;
    head(&source, &data).map_err(|fault| ReadError::content(path, fault))
}

/// Reads a dose.
///
/// # Errors
/// The file cannot be read, is no RT Dose, has no grid (only points or histograms), its planes are
/// not evenly spaced, or its values are absent or cut off.
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
pub fn read_dose_bytes(path: &Path, bytes: Vec<u8>) -> Result<Dose, ReadError> {
    dose(&Source::from_bytes(path, bytes)?)
}

fn dose(source: &Source) -> Result<Dose, ReadError> {
    let data = source.data_set()?;
    let read = || {
        let head = head(source, &data)?;
        let volume = volume(source, &data, &head)?;
        Ok(Dose { head, volume })
    };
    read().map_err(|fault| ReadError::content(source.path(), fault))
}

fn head(source: &Source, data: &DataSet<'_>) -> Result<DoseHead, Fault> {
    let mut warnings = source.warnings().to_vec();
    let mark = tags::DOSE_GRID_SCALING;
    check_class(source, data, &[uids::RT_DOSE_STORAGE], "an RT Dose", mark, &mut warnings)?;
    let owned = |tag| data.code(tag).map(str::to_owned);
    let format = PixelFormat::read(data)?;
    if ![16, 32].contains(&format.bits_allocated) {
        return Err(bad(tags::BITS_ALLOCATED, format.bits_allocated.to_string(), "16 or 32"));
    }
    let scaling = data
        .number(tags::DOSE_GRID_SCALING)?
        .ok_or_else(|| missing(tags::DOSE_GRID_SCALING, "the dose of a stored 1"))?;
    if scaling <= 0.0 {
        return Err(bad(tags::DOSE_GRID_SCALING, scaling.to_string(), "a number above 0"));
    }
    let absent = |tag| missing(tag, "the place of the dose grid");
    let origin_mm = position(data)?.ok_or_else(|| absent(tags::IMAGE_POSITION_PATIENT))?;
    let axes = orientation(data)?.ok_or_else(|| absent(tags::IMAGE_ORIENTATION_PATIENT))?;
    let spacing_mm = pixel_spacing(data)?.ok_or_else(|| absent(tags::PIXEL_SPACING))?;
    let offsets_mm = offsets(data, format.frames, origin_mm, axes)?;
    let referenced = |tag| -> Result<Vec<String>, Fault> {
        let items = data.items(tag)?.iter();
        let uid = |i: &DataSet<'_>| i.code(tags::REFERENCED_SOP_INSTANCE_UID).map(str::to_owned);
        Ok(items.filter_map(uid).collect())
    };
    Ok(DoseHead {
        path: source.path().into(),
        sop_instance_uid: owned(tags::SOP_INSTANCE_UID),
        series_instance_uid: owned(tags::SERIES_INSTANCE_UID),
        frame_of_reference_uid: owned(tags::FRAME_OF_REFERENCE_UID),
        units: owned(tags::DOSE_UNITS),
        dose_type: owned(tags::DOSE_TYPE),
        summation: owned(tags::DOSE_SUMMATION_TYPE),
        scaling,
        size: [format.rows, format.columns, format.frames],
        offsets_mm,
        plans: referenced(tags::REFERENCED_RT_PLAN_SEQUENCE)?,
        structure_sets: referenced(tags::REFERENCED_STRUCTURE_SET_SEQUENCE)?,
        warnings,
        origin_mm,
        axes,
        spacing_mm,
    })
}

/// Grid Frame Offset Vector (PS3.3 section C.8.8.3.2) as distances from the first plane. It begins
/// with 0 where it is relative, and with the first plane's z where it is absolute.
fn offsets(
    data: &DataSet<'_>,
    frames: usize,
    origin_mm: Point3,
    axes: [Vector3; 2],
) -> Result<Vec<f64>, Fault> {
    let tag = tags::GRID_FRAME_OFFSET_VECTOR;
    let values = data.numbers(tag)?;
    if values.is_empty() && frames == 1 {
        return Ok(vec![0.0]);
    }
    if values.len() != frames {
        let found = format!("{} values for {frames} planes", values.len());
        return Err(bad(tag, found, "one for each plane"));
    }
    let first = values[0];
    let normal = axes[0].cross(&axes[1]);
    if first.abs() > 1e-3 {
        // Absolute offsets are allowed for axial planes only: they are z itself.
        let axial = normal.z.abs() > 1.0 - 1e-3;
        if !axial || (first - origin_mm.z).abs() > UNEVEN_MM {
            let found = format!("{first} first, with the first plane at z {}", origin_mm.z);
            return Err(bad(tag, found, "0, or the z of the first axial plane"));
        }
        let sign = normal.z.signum();
        return Ok(values.iter().map(|v| sign * (v - first)).collect());
    }
    Ok(values.iter().map(|v| v - first).collect())
}

impl DoseHead {
    /// The lattice with planes ascending along k, and whether that is the reverse of the file's.
    ///
    /// # Errors
    /// The planes are not evenly spaced.
    fn grid(&self) -> Result<(Grid, bool), Fault> {
        let [rows, columns, planes] = self.size;
        let tag = tags::GRID_FRAME_OFFSET_VECTOR;
        let span = self.offsets_mm.last().copied().unwrap_or(0.0);
        let step = if planes > 1 { span / (planes - 1) as f64 } else { 1.0 };
        for (k, offset) in self.offsets_mm.iter().enumerate() {
            if planes > 1 && (offset - step * k as f64).abs() > UNEVEN_MM {
                let found = format!("plane {} at {offset} mm, not {}", k + 1, step * k as f64);
                return Err(bad(tag, found, "planes at even distances"));
            }
        }
        if planes > 1 && step.abs() < 1e-3 {
            return Err(bad(tag, format!("planes {step} mm apart"), "planes apart"));
        }
        let normal = self.axes[0].cross(&self.axes[1]).normalize();
        let reversed = step < 0.0;
        let origin = if reversed { self.origin_mm + normal * span } else { self.origin_mm };
        let axes = Matrix3::from_columns(&[self.axes[0], self.axes[1], normal]);
        let spacing = [self.spacing_mm[0], self.spacing_mm[1], step.abs()];
        let grid = Grid::new(origin, axes, spacing, [columns, rows, planes])
            .map_err(|e| bad(tag, e.to_string(), "a lattice in patient space"))?;
        Ok((grid, reversed))
    }

    /// Distance between planes, mm; none for a single plane.
    #[must_use]
    pub fn plane_spacing_mm(&self) -> Option<f64> {
        let last = self.offsets_mm.last()?;
        (self.offsets_mm.len() > 1).then(|| last.abs() / (self.offsets_mm.len() - 1) as f64)
    }

    /// Distance of voxel centres along a row and along a column, mm.
    #[must_use]
    pub fn pixel_spacing_mm(&self) -> [f64; 2] {
        self.spacing_mm
    }
}

fn volume(source: &Source, data: &DataSet<'_>, head: &DoseHead) -> Result<Volume<f32>, Fault> {
    let voxels: u128 = head.size.iter().map(|&n| n as u128).product();
    if voxels > MAX_VOXELS {
        let advice = "export the dose on a coarser grid";
        let expected = format!("at most {MAX_VOXELS} voxels");
        return Err(Fault::new(FaultKind::TooLarge, format!("{voxels}"), expected, advice)
            .of(tags::NUMBER_OF_FRAMES));
    }
    let (grid, reversed) = head.grid()?;
    let pixels = Pixels::new(data, source.transfer_syntax())?;
    let format = *pixels.format();
    let mut values: Vec<f32> = Vec::new();
    for k in 0..format.frames {
        let frame = pixels.frame(if reversed { format.frames - 1 - k } else { k })?;
        let scaled = |v: f64| (v * head.scaling) as f32;
        match (format.bits_allocated, format.signed) {
            (16, false) => {
                let words = frame.as_chunks::<2>().0.iter();
                values.extend(words.map(|&w| scaled(f64::from(u16::from_le_bytes(w)))));
            }
            (16, true) => {
                let words = frame.as_chunks::<2>().0.iter();
                values.extend(words.map(|&w| scaled(f64::from(i16::from_le_bytes(w)))));
            }
            (_, false) => {
                let words = frame.as_chunks::<4>().0.iter();
                values.extend(words.map(|&w| scaled(f64::from(u32::from_le_bytes(w)))));
            }
            (_, true) => {
                let words = frame.as_chunks::<4>().0.iter();
                values.extend(words.map(|&w| scaled(f64::from(i32::from_le_bytes(w)))));
            }
        }
    }
    let found = format!("{} values", values.len());
    Array3::from_shape_vec(grid.shape(), values)
        .ok()
        .and_then(|array| Volume::new(grid, array).ok())
        .ok_or_else(|| bad(tags::PIXEL_DATA, found, "one for each voxel"))
}
