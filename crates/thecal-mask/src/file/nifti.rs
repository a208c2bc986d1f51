//! NIfTI-1.1 (<https://nifti.nimh.nih.gov/nifti-1>), as one file.

use std::io::Read;
use std::path::Path;

use ndarray::Array3;
use thecal_geom::Warning;
use thecal_voxel::{Grid, Volume, slice_axis};

use super::caret::{self, Extension};
use super::labels::{self, Finder};
use super::lattice::grid;
use super::payload::Payload;
use super::values::{self, Stored, Type, Voxels};
use super::{FileFault, Keep, MaskFile, MaskFileKind, NamesFrom, stem};

const HEADER: usize = 348;
/// Extensions between header and voxels may take this many bytes.
const MAX_OFFSET: f64 = 67_108_864.0;
/// The sizes of a voxel that a header states twice are the same to this share: the rounding of
/// single floats, and then some.
const SAME_SPACING: f64 = 1e-4;
/// Sizes that were rounded to two or three digits differ by less than this share.
const MOST_SPACING_OFF: f64 = 0.01;
/// The two places that a header can state are the same to this, mm.
const SAME_MM: f64 = 0.05;

pub(super) fn read(path: &Path, bytes: &[u8], keep: Keep) -> Result<MaskFile, FileFault> {
    let mut opened = Opened::new(bytes, keep)?;
    let Opened { grid, count, stored, .. } = opened;
    let mut warnings = std::mem::take(&mut opened.warnings);
    let size = grid.size();
    let mut finder = Finder::new(size, slice_axis(&grid));
    let mut voxels = Voxels::new(&mut opened.source, count, stored);
    let mut values = if keep == Keep::Voxels { values::room(count)? } else { Vec::new() };
    let mut read_to_end = true;
    loop {
        if keep == Keep::Nothing {
            values.clear();
        }
        let from = values.len();
        if !voxels.add_rows(size[0], &mut values)? {
            break;
        }
        if !finder.add(&values[from..]) {
            read_to_end = false;
            break;
        }
    }
    // Of a picture nothing more is read.
    if read_to_end {
        warnings.extend(opened.source.finish()?);
    }
    let found = finder.finish()?;
    let names = caret::label_names(&opened.extensions).unwrap_or_else(|why| {
        warnings.push(Warning::new("label_names_unusable", why, ""));
        Vec::new()
    });
    let drawn = names.iter().filter(|(value, _)| found.counts.contains_key(value));
    let named: Vec<(usize, i32, String)> =
        drawn.map(|(value, name)| (0, *value, name.clone())).collect();
    let graded = found.graded;
    let mut layers = Vec::new();
    if keep == Keep::Voxels {
        warnings.extend(found.snap(&mut values));
        layers.push(volume(grid, values)?);
    } else {
        warnings.extend(found.snap(&mut []));
    }
    let names_from = if named.is_empty() { NamesFrom::File } else { NamesFrom::Header };
    Ok(MaskFile {
        path: path.into(),
        kind: MaskFileKind::Nifti,
        grid,
        labels: labels::name(&[found], &named, &stem(path)),
        names_from,
        header_names: names,
        graded,
        warnings,
        layers,
    })
}

/// The values of a file as they stand, labels or not.
pub(super) fn read_values(bytes: &[u8]) -> Result<Volume<f32>, FileFault> {
    let mut opened = Opened::new(bytes, Keep::Voxels)?;
    let values = Voxels::new(&mut opened.source, opened.count, opened.stored).all()?;
    opened.source.finish()?;
    volume(opened.grid, values)
}

fn volume(grid: Grid, values: Vec<f32>) -> Result<Volume<f32>, FileFault> {
    let data = Array3::from_shape_vec(grid.shape(), values).ok();
    data.and_then(|data| Volume::new(grid, data).ok()).ok_or_else(|| {
        let found = format!("{:?}", grid.size());
        FileFault::new("dim", found, "a size that fits the voxels")
    })
}

/// A file whose header is read and whose voxels come next.
struct Opened<'a> {
    source: Payload<'a>,
    grid: Grid,
    count: usize,
    stored: Stored,
    /// What lies between header and voxels.
    extensions: Vec<Extension>,
    warnings: Vec<Warning>,
}

impl<'a> Opened<'a> {
    fn new(bytes: &'a [u8], keep: Keep) -> Result<Self, FileFault> {
        let packed = Payload::is_packed(bytes);
        let mut source = Payload::new(bytes, packed);
        let mut raw = [0; HEADER];
        source.read_exact(&mut raw).map_err(|_| {
            FileFault::new("header", "fewer than 348 bytes", "a NIfTI-1 or NRRD file")
        })?;
        let header = Header::new(&raw)?;
        let size = header.size()?;
        let of = header.voxel_type()?;
        let offset = header.offset()?;
        let available =
            if packed { bytes.len() } else { bytes.len().saturating_sub(HEADER + offset) };
        let count = values::voxels(&size, of, packed, available, keep)?;
        let mut warnings = Vec::new();
        let grid = header.grid(size, &mut warnings)?;
        let mut between = Vec::new();
        source
            .by_ref()
            .take(offset as u64)
            .read_to_end(&mut between)
            .map_err(|e| FileFault::new("vox_offset", e.to_string(), "bytes before the voxels"))?;
        let extensions = caret::extensions(&between, header.big);
        let stored = Stored { of, big_endian: header.big, scale: header.scale() };
        Ok(Self { source, grid, count, stored, extensions, warnings })
    }
}

struct Header<'a> {
    bytes: &'a [u8; HEADER],
    big: bool,
}

/// The place of a voxel: rows of 3 x 4, RAS mm.
type Affine = [[f64; 4]; 3];

impl<'a> Header<'a> {
    fn new(bytes: &'a [u8; HEADER]) -> Result<Self, FileFault> {
        let length = [bytes[0], bytes[1], bytes[2], bytes[3]];
        let big = match (i32::from_le_bytes(length), i32::from_be_bytes(length)) {
            (348, _) => false,
            (_, 348) => true,
            (540, _) | (_, 540) => {
                return Err(FileFault::new("sizeof_hdr", "540 (NIfTI-2)", "348 (NIfTI-1)")
                    .advise("convert it to NIfTI-1"));
            }
            (other, _) => {
                return Err(FileFault::new("sizeof_hdr", other.to_string(), "348 (NIfTI-1)")
                    .advise("give a NIfTI-1 or NRRD file"));
            }
        };
        match &bytes[344..348] {
            b"n+1\0" => Ok(Self { bytes, big }),
            b"ni1\0" => Err(FileFault::new("magic", "ni1 (header and image in two files)", "n+1")
                .advise("convert the pair to one .nii file")),
            [0, 0, 0, 0] => {
                let found = "none (Analyze 7.5, which does not say where left and right are)";
                Err(FileFault::new("magic", found, "n+1")
                    .advise("convert it to one .nii file with the program that wrote it"))
            }
            other => Err(FileFault::new("magic", format!("{}", other.escape_ascii()), "n+1")),
        }
    }

    fn i16(&self, at: usize) -> i16 {
        let b = [self.bytes[at], self.bytes[at + 1]];
        if self.big { i16::from_be_bytes(b) } else { i16::from_le_bytes(b) }
    }

    fn f32(&self, at: usize) -> f64 {
        let b: [u8; 4] = std::array::from_fn(|k| self.bytes[at + k]);
        f64::from(if self.big { f32::from_be_bytes(b) } else { f32::from_le_bytes(b) })
    }

    fn size(&self) -> Result<[usize; 3], FileFault> {
        let dimensions = self.i16(40);
        if !(1..=7).contains(&dimensions) {
            return Err(FileFault::new("dim[0]", dimensions.to_string(), "1 to 7"));
        }
        let mut size = [1; 3];
        for axis in 0..dimensions as usize {
            let n = self.i16(42 + 2 * axis);
            let place = size.get_mut(axis);
            if n < 1 || (place.is_none() && n > 1) {
                let expected = if axis > 2 { "1: a single volume" } else { "1 or more" };
                let found = format!("{n} along axis {}", axis + 1);
                return Err(FileFault::new("dim", found, expected));
            }
            if let Some(place) = place {
                *place = n as usize;
            }
        }
        Ok(size)
    }

    fn voxel_type(&self) -> Result<Type, FileFault> {
        Ok(match self.i16(70) {
            2 => Type::U8,
            4 => Type::I16,
            8 => Type::I32,
            16 => Type::F32,
            64 => Type::F64,
            256 => Type::I8,
            512 => Type::U16,
            768 => Type::U32,
            1024 => Type::I64,
            1280 => Type::U64,
            other => {
                let expected = "a whole or real number of up to 64 bits";
                return Err(FileFault::new("datatype", other.to_string(), expected));
            }
        })
    }

    /// Bytes between the header and the voxels.
    fn offset(&self) -> Result<usize, FileFault> {
        let offset = self.f32(108);
        // 0 is written by some; the voxels of a single file cannot begin before 352.
        if offset == 0.0 {
            return Ok(4);
        }
        if offset.fract() == 0.0 && (348.0..=MAX_OFFSET).contains(&offset) {
            return Ok(offset as usize - HEADER);
        }
        Err(FileFault::new("vox_offset", offset.to_string(), "352 or more"))
    }

    fn scale(&self) -> Option<[f64; 2]> {
        let [slope, offset] = [self.f32(112), self.f32(116)];
        let offset = if offset.is_finite() { offset } else { 0.0 };
        (slope.is_finite() && slope != 0.0 && [slope, offset] != [1.0, 0.0])
            .then_some([slope, offset])
    }

    fn grid(&self, size: [usize; 3], warnings: &mut Vec<Warning>) -> Result<Grid, FileFault> {
        let [sform, qform] = [self.i16(254) > 0, self.i16(252) > 0];
        let (field, affine) = match (sform, qform) {
            (true, _) => ("srow", self.sform()),
            (false, true) => ("quatern", self.qform()?),
            (false, false) => {
                let message = "no orientation is stated (neither sform nor qform); axes are taken \
                               as right, anterior, superior from the first voxel";
                warnings.push(Warning::new("orientation_absent", message, ""));
                ("pixdim", self.plain())
            }
        };
        if sform {
            self.check_spacing(&affine, warnings)?;
        }
        if sform && qform {
            let other = self.qform()?;
            let corners = (0..8).map(|c| [0, 1, 2].map(|k| ((c >> k & 1) * (size[k] - 1)) as f64));
            let far = corners.map(|at| distance(place(&affine, at), place(&other, at)));
            let far = far.fold(0.0, f64::max);
            if far > SAME_MM {
                let message = format!(
                    "sform and qform place voxels up to {far:.2} mm apart; sform is used, as the \
                     format says"
                );
                warnings.push(Warning::new("orientation_ambiguous", message, ""));
            }
        }
        let unit = match self.bytes[123] & 7 {
            1 => 1000.0,
            3 => 0.001,
            _ => 1.0,
        };
        // RAS to LPS.
        let sign = [-unit, -unit, unit];
        let column = |c: usize| [0, 1, 2].map(|r| sign[r] * affine[r][c]);
        grid(field, column(3), [column(0), column(1), column(2)], size)
    }

    /// Holds the steps of the sform against the voxel's size. Writers are known that leave out
    /// the size, so that a voxel of 0.5 mm comes out as one of 1 mm.
    fn check_spacing(&self, sform: &Affine, warnings: &mut Vec<Warning>) -> Result<(), FileFault> {
        let step = |c: usize| distance([0, 1, 2].map(|r| sform[r][c]), [0.0; 3]);
        let steps_mm = [0, 1, 2].map(step);
        let sizes_mm = [0, 1, 2].map(|c| self.spacing(c).abs());
        // 0 says nothing.
        let off = (0..3).filter(|&c| sizes_mm[c] > 0.0);
        let off = off.map(|c| (steps_mm[c] / sizes_mm[c] - 1.0).abs()).fold(0.0, f64::max);
        let text = |v: [f64; 3]| v.map(|x| format!("{x:.4}")).join(" x ");
        if off > MOST_SPACING_OFF {
            let found = format!("voxels of {}", text(steps_mm));
            let expected = format!("those of pixdim, {}", text(sizes_mm));
            return Err(FileFault::new("srow", found, expected)
                .advise("sform and pixdim contradict each other: write the file again"));
        }
        if off > SAME_SPACING {
            let message = format!(
                "voxels are {} by the sform and {} by pixdim; the sform is used, as the format requires",
                text(steps_mm),
                text(sizes_mm)
            );
            warnings.push(Warning::new("voxel_size_disputed", message, ""));
        }
        Ok(())
    }

    fn sform(&self) -> Affine {
        [0, 1, 2].map(|r| [0, 1, 2, 3].map(|c| self.f32(280 + 16 * r + 4 * c)))
    }

    fn spacing(&self, axis: usize) -> f64 {
        self.f32(80 + 4 * axis)
    }

    fn plain(&self) -> Affine {
        let mut out = [[0.0; 4]; 3];
        for (r, row) in out.iter_mut().enumerate() {
            row[r] = self.spacing(r);
        }
        out
    }

    /// The rotation of a unit quaternion of which b, c and d are stated.
    fn qform(&self) -> Result<Affine, FileFault> {
        let [b, c, d] = [256, 260, 264].map(|at| self.f32(at));
        let rest = 1.0 - (b * b + c * c + d * d);
        if rest.is_nan() || rest < -1e-4 {
            let found = format!("{b}, {c}, {d}");
            return Err(FileFault::new("quatern", found, "a part of a unit quaternion"));
        }
        let a = rest.max(0.0).sqrt();
        let q = nalgebra::Quaternion::new(a, b, c, d);
        let rotation = nalgebra::UnitQuaternion::new_normalize(q).to_rotation_matrix();
        let flip = if self.f32(76) < 0.0 { -1.0 } else { 1.0 };
        let scale = [self.spacing(0), self.spacing(1), flip * self.spacing(2)];
        let offset = [268, 272, 276].map(|at| self.f32(at));
        Ok([0, 1, 2].map(|r| {
            let of = |c: usize| rotation[(r, c)] * scale[c];
            [of(0), of(1), of(2), offset[r]]
        }))
    }
}

fn place(affine: &Affine, at: [f64; 3]) -> [f64; 3] {
    [0, 1, 2].map(|r| (0..3).map(|c| affine[r][c] * at[c]).sum::<f64>() + affine[r][3])
}

fn distance(a: [f64; 3], b: [f64; 3]) -> f64 {
    (0..3).map(|k| (a[k] - b[k]).powi(2)).sum::<f64>().sqrt()
}
