//! NRRD (<https://teem.sourceforge.net/nrrd/format.html>), with the segments of 3D Slicer.

mod header;
mod segments;
mod space;

use std::path::Path;

use ndarray::Array3;
use thecal_voxel::Volume;

use super::payload::Payload;
use super::values::{self, Stored};
use super::{FileFault, MaskFile, MaskFileKind, NrrdError, check_length, labels, stem};
use header::Header;
use space::Layout;

pub(super) fn read(path: &Path, bytes: &[u8], detached: bool) -> Result<MaskFile, NrrdError> {
    let (header, data_start) = Header::parse(bytes)?;
    let layout = Layout::read(&header)?;
    let of = header.voxel_type()?;
    let big_endian = header.big_endian(of)?;
    let packed = header.packed()?;
    let apart;
    let data = match header.field("data file").or_else(|| header.field("datafile")) {
        None => &bytes[data_start..],
        Some(name) => {
            apart = beside(path, name, detached)?;
            &apart
        }
    };
    let sizes = layout.sizes.clone();
    let data = header.skipped(data, of, &sizes, packed)?;
    let count = values::voxels(&sizes, of, packed, data.len())?;
    let mut warnings = Vec::new();
    let segments = segments::named(&header, layout.layers());
    let grid = layout.grid(&header, !segments.is_empty(), &mut warnings)?;
    let mut source = Payload::new(data, packed);
    let values = values::read(&mut source, count, Stored { of, big_endian, scale: None })?;
    warnings.extend(source.finish()?);
    let size = grid.size();
    let mut layers = Vec::new();
    let mut found = Vec::new();
    for mut values in layout.split(values) {
        warnings.extend(labels::snap(&mut values));
        found.push(labels::find(&values, size[0])?);
        let volume = Array3::from_shape_vec(grid.shape(), values)
            .ok()
            .and_then(|data| Volume::new(grid, data).ok())
            .ok_or_else(|| FileFault::new("sizes", format!("{sizes:?}"), "those of the voxels"))?;
        layers.push(volume);
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
        graded,
        warnings,
        layers,
    })
}

/// The bytes of the data file that a detached header names, which must lie in its own folder.
fn beside(path: &Path, name: &str, detached: bool) -> Result<Vec<u8>, NrrdError> {
    let name = name.trim();
    let plain = !name.is_empty()
        && !name.contains(['/', '\\', '%'])
        && name != ".."
        && !name.starts_with("LIST");
    if !plain || !detached {
        let expected = "one file beside the header";
        return Err(FileFault::new("data file", format!("{name:?}"), expected)
            .advise("write it with an attached header")
            .into());
    }
    let file = path.with_file_name(name);
    let io = |e| NrrdError::Data(file.clone(), e);
    check_length(std::fs::metadata(&file).map_err(io)?.len())?;
    std::fs::read(&file).map_err(io)
}
