//! NRRD (<https://teem.sourceforge.net/nrrd/format.html>), with the segments of 3D Slicer.

mod header;
mod segments;
mod space;

use std::path::Path;

use ndarray::Array3;
use thecal_geom::Warning;
use thecal_store::Store;
use thecal_voxel::{Grid, Volume, slice_axis};

use super::labels::{self, Finder};
use super::payload::Payload;
use super::values::{self, Stored, Voxels};
use super::{FileFault, Keep, MaskFile, MaskFileKind, NamesFrom, NrrdError, check_length, stem};
use header::Header;
use space::Layout;

pub(super) fn read(
    path: &Path,
    bytes: &[u8],
    store: Option<&Store>,
    keep: Keep,
) -> Result<MaskFile, NrrdError> {
    let Raw { grid, layers: values, segments, mut warnings } = Raw::read(path, bytes, store)?;
    let size = grid.size();
    let mut layers = Vec::new();
    let mut found = Vec::new();
    for mut values in values {
        let mut finder = Finder::new(size, slice_axis(&grid));
        finder.add(&values);
        let here = finder.finish()?;
        warnings.extend(here.snap(&mut values));
        found.push(here);
        if keep == Keep::Voxels {
            layers.push(volume(grid, values)?);
        }
    }
    let graded = found.iter().any(|f| f.graded);
    if graded && found.len() > 1 {
        return Err(FileFault::new("voxels", "parts of voxels on several layers", "labels").into());
    }
    let labels = labels::name(&found, &segments, &stem(path));
    Ok(MaskFile {
        path: path.into(),
        kind: MaskFileKind::Nrrd,
        grid,
        labels,
        names_from: if segments.is_empty() { NamesFrom::File } else { NamesFrom::Header },
        header_names: segments.into_iter().map(|(_, value, name)| (value, name)).collect(),
        graded,
        warnings,
        layers,
    })
}

/// The values of a file as they stand, labels or not.
pub(super) fn read_values(
    path: &Path,
    bytes: &[u8],
    store: Option<&Store>,
) -> Result<Volume<f32>, NrrdError> {
    let raw = Raw::read(path, bytes, store)?;
    let count = raw.layers.len();
    match <[Vec<f32>; 1]>::try_from(raw.layers) {
        Ok([values]) => Ok(volume(raw.grid, values)?),
        Err(_) => {
            let found = format!("{count} layers");
            Err(FileFault::new("sizes", found, "an image of three axes").into())
        }
    }
}

/// What a file holds.
struct Raw {
    grid: Grid,
    /// The values of each layer.
    layers: Vec<Vec<f32>>,
    /// Layer, value and name of the segments.
    segments: Vec<(usize, i32, String)>,
    warnings: Vec<Warning>,
}

impl Raw {
    fn read(path: &Path, bytes: &[u8], store: Option<&Store>) -> Result<Self, NrrdError> {
        let (header, data_start) = Header::parse(bytes)?;
        let layout = Layout::read(&header)?;
        let of = header.voxel_type()?;
        let big_endian = header.big_endian(of)?;
        let packed = header.packed()?;
        let apart;
        let data = match header.field("data file").or_else(|| header.field("datafile")) {
            None => &bytes[data_start..],
            Some(name) => {
                apart = beside(path, name, store)?;
                &apart
            }
        };
        let sizes = layout.sizes.clone();
        let data = header.skipped(data, of, &sizes, packed)?;
        // Layers lie within each other, so that all are taken apart at once.
        let count = values::voxels(&sizes, of, packed, data.len(), Keep::Voxels)?;
        let mut warnings = Vec::new();
        let segments = segments::named(&header, layout.layers());
        let grid = layout.grid(&header, !segments.is_empty(), &mut warnings)?;
        let mut source = Payload::new(data, packed);
        let stored = Stored { of, big_endian, scale: None };
        let values = Voxels::new(&mut source, count, stored).all()?;
        warnings.extend(source.finish()?);
        Ok(Self { grid, layers: layout.split(values), segments, warnings })
    }
}

fn volume(grid: Grid, values: Vec<f32>) -> Result<Volume<f32>, FileFault> {
    let data = Array3::from_shape_vec(grid.shape(), values).ok();
    data.and_then(|data| Volume::new(grid, data).ok())
        .ok_or_else(|| FileFault::new("sizes", format!("{:?}", grid.size()), "those of the voxels"))
}

/// The bytes of the data file that a detached header names, which must lie in its own folder.
fn beside(path: &Path, name: &str, store: Option<&Store>) -> Result<Vec<u8>, NrrdError> {
    let name = name.trim();
    let plain = !name.is_empty()
        && !name.contains(['/', '\\', '%'])
        && name != ".."
        && !name.starts_with("LIST");
    let Some(store) = store.filter(|_| plain) else {
        let expected = "one file beside the header";
        return Err(FileFault::new("data file", format!("{name:?}"), expected)
            .advise("write it with an attached header")
            .into());
    };
    let file = path.with_file_name(name);
    let io = |e| NrrdError::Data(file.clone(), e);
    let opened = store.open(&file).map_err(io)?;
    check_length(opened.length())?;
    opened.head(u64::MAX).map_err(io)
}
