//! NRRD (<https://teem.sourceforge.net/nrrd/format.html>), with the segments of 3D Slicer.

use std::collections::HashMap;
use std::io::Read;
use std::path::Path;

use flate2::read::MultiGzDecoder;
use ndarray::Array3;
use thecal_geom::Warning;
use thecal_voxel::Volume;

use super::values::{self, Stored, Type};
use super::{FileFault, MaskFile, MaskFileKind, NrrdError, check_length, grid, labels, stem};

/// A header of text ends before this many bytes.
const MAX_HEADER: usize = 1 << 20;
/// Layers of overlapping segments.
const MAX_LAYERS: usize = 256;

pub(super) fn read(path: &Path, bytes: &[u8], detached: bool) -> Result<MaskFile, NrrdError> {
    let (header, data_start) = Header::parse(bytes)?;
    let layout = header.layout()?;
    let of = header.voxel_type()?;
    let big_endian = match (header.field("endian"), of.bytes()) {
        (Some("big"), _) => true,
        (Some("little"), _) | (_, 1) => false,
        (other, _) => {
            let found = other.unwrap_or("nothing").to_owned();
            return Err(FileFault::new("endian", found, "little or big").into());
        }
    };
    let packed = match header.field("encoding") {
        Some("raw") => false,
        Some("gzip" | "gz") => true,
        other => {
            let found = other.unwrap_or("nothing").to_owned();
            return Err(FileFault::new("encoding", found, "raw or gzip")
                .advise("write it with gzip encoding")
                .into());
        }
    };
    let apart;
    let mut data = match header.field("data file").or_else(|| header.field("datafile")) {
        None => &bytes[data_start..],
        Some(name) => {
            apart = beside(path, name, detached)?;
            &apart
        }
    };
    if header.field("line skip").or_else(|| header.field("lineskip")).is_some_and(|n| n != "0") {
        return Err(FileFault::new("line skip", "lines to pass over", "0").into());
    }
    let sizes = layout.sizes.clone();
    if let Some(skip) = header.field("byte skip").or_else(|| header.field("byteskip")) {
        let wanted = sizes.iter().fold(of.bytes(), |n, &s| n.saturating_mul(s));
        let skip = match skip.parse::<i64>() {
            Ok(-1) if !packed => data.len().saturating_sub(wanted),
            Ok(n) if n >= 0 && !packed => usize::try_from(n).unwrap_or(usize::MAX),
            Ok(0) => 0,
            _ => {
                return Err(FileFault::new("byte skip", skip, "a number, of raw data").into());
            }
        };
        data = data.get(skip..).unwrap_or_default();
    }
    let count = values::voxels(&sizes, of, packed, data.len())?;
    let mut warnings = Vec::new();
    let grid = header.grid(&layout, &mut warnings)?;
    let mut source: Box<dyn Read + '_> =
        if packed { Box::new(MultiGzDecoder::new(data)) } else { Box::new(data) };
    let values = values::read(&mut source, count, Stored { of, big_endian, scale: None })?;
    let size = grid.size();
    let mut layers = Vec::new();
    let mut found = Vec::new();
    for values in layout.split(values) {
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
    let labels = labels::name(&found, &header.segments(layers.len()), &stem(path));
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

struct Header<'a> {
    fields: HashMap<String, &'a str>,
    keys: Vec<(&'a str, &'a str)>,
}

/// Which axes of the array lie in space.
struct Layout {
    /// Sizes of all axes, fastest first.
    sizes: Vec<usize>,
    /// The axis of the layers.
    list: Option<usize>,
    /// Steps of the three axes in space, in the file's own space; none where it has no space.
    directions: Option<[[f64; 3]; 3]>,
}

impl<'a> Header<'a> {
    fn parse(bytes: &'a [u8]) -> Result<(Self, usize), FileFault> {
        let head = &bytes[..bytes.len().min(MAX_HEADER)];
        let mut header = Self { fields: HashMap::new(), keys: Vec::new() };
        let mut at = 0;
        loop {
            let rest = &head[at..];
            let Some(end) = rest.iter().position(|&b| b == b'\n') else {
                // A detached header may end with its file.
                if at > 0 && bytes.len() < MAX_HEADER {
                    header.line(rest);
                    return Ok((header, bytes.len()));
                }
                let expected = "text that ends with an empty line";
                return Err(FileFault::new("header", "no end of the header", expected));
            };
            let line = rest[..end].strip_suffix(b"\r").unwrap_or(&rest[..end]);
            at += end + 1;
            if line.is_empty() {
                return Ok((header, at));
            }
            header.line(line);
        }
    }

    fn line(&mut self, line: &'a [u8]) {
        let Ok(line) = std::str::from_utf8(line) else { return };
        if line.starts_with('#') || line.starts_with("NRRD") {
            return;
        }
        if let Some((key, value)) = line.split_once(":=") {
            self.keys.push((key, value));
        } else if let Some((field, value)) = line.split_once(": ") {
            self.fields.insert(field.trim().to_lowercase(), value.trim());
        }
    }

    fn field(&self, name: &str) -> Option<&'a str> {
        self.fields.get(name).copied()
    }

    fn required(&self, name: &'static str) -> Result<&'a str, FileFault> {
        self.field(name).ok_or_else(|| FileFault::new(name, "nothing", "the field"))
    }

    fn voxel_type(&self) -> Result<Type, FileFault> {
        Ok(match self.required("type")?.to_lowercase().as_str() {
            "signed char" | "int8" | "int8_t" => Type::I8,
            "uchar" | "unsigned char" | "uint8" | "uint8_t" => Type::U8,
            "short" | "short int" | "signed short" | "signed short int" | "int16" | "int16_t" => {
                Type::I16
            }
            "ushort" | "unsigned short" | "unsigned short int" | "uint16" | "uint16_t" => Type::U16,
            "int" | "signed int" | "int32" | "int32_t" => Type::I32,
            "uint" | "unsigned int" | "uint32" | "uint32_t" => Type::U32,
            "longlong"
            | "long long"
            | "long long int"
            | "signed long long"
            | "signed long long int"
            | "int64"
            | "int64_t" => Type::I64,
            "ulonglong"
            | "unsigned long long"
            | "unsigned long long int"
            | "uint64"
            | "uint64_t" => Type::U64,
            "float" => Type::F32,
            "double" => Type::F64,
            other => {
                return Err(FileFault::new("type", format!("{other:?}"), "a type of numbers"));
            }
        })
    }

    fn layout(&self) -> Result<Layout, FileFault> {
        let sizes: Option<Vec<usize>> =
            self.required("sizes")?.split_whitespace().map(|n| n.parse().ok()).collect();
        let sizes = sizes.ok_or_else(|| FileFault::new("sizes", "no numbers", "whole numbers"))?;
        let wanted = self.required("dimension")?.parse().unwrap_or(0);
        if sizes.len() != wanted || !(3..=4).contains(&wanted) {
            let found = format!("{} sizes for dimension {wanted}", sizes.len());
            return Err(FileFault::new("dimension", found, "3, or 4 with layers"));
        }
        let (list, directions) = match self.field("space directions") {
            Some(text) => {
                let vectors = vectors(text)?;
                if vectors.len() != sizes.len() {
                    let found = format!("{} vectors", vectors.len());
                    let expected = format!("{} (or none)", sizes.len());
                    return Err(FileFault::new("space directions", found, expected));
                }
                let lists: Vec<usize> =
                    (0..vectors.len()).filter(|&k| vectors[k].is_none()).collect();
                let steps: Vec<[f64; 3]> = vectors.into_iter().flatten().collect();
                let steps = steps.try_into().map_err(|steps: Vec<_>| {
                    let found = format!("{} axes in space", steps.len());
                    FileFault::new("space directions", found, "3")
                })?;
                (lists.first().copied(), Some(steps))
            }
            None if sizes.len() == 3 => (None, None),
            None => return Err(FileFault::new("space directions", "nothing", "the field")),
        };
        if let Some(list) = list
            && !(1..=MAX_LAYERS).contains(&sizes[list])
        {
            let found = format!("{} layers", sizes[list]);
            return Err(FileFault::new("sizes", found, format!("1 to {MAX_LAYERS}")));
        }
        Ok(Layout { sizes, list, directions })
    }

    fn grid(
        &self,
        layout: &Layout,
        warnings: &mut Vec<Warning>,
    ) -> Result<thecal_voxel::Grid, FileFault> {
        let space = self.field("space").map(str::to_lowercase);
        let sign = match space.as_deref() {
            Some("left-posterior-superior" | "lps") => [1.0, 1.0, 1.0],
            Some("right-anterior-superior" | "ras") => [-1.0, -1.0, 1.0],
            Some("left-anterior-superior" | "las") => [1.0, -1.0, 1.0],
            None if layout.directions.is_none() => [-1.0, -1.0, 1.0],
            other => {
                let found = other.unwrap_or("nothing").to_owned();
                let expected = "left-posterior-superior or right-anterior-superior";
                return Err(FileFault::new("space", found, expected));
            }
        };
        let steps = match layout.directions {
            Some(steps) => steps,
            None => {
                let message = "no orientation is stated; axes are taken as right, anterior, \
                               superior from the first voxel";
                warnings.push(Warning::new("orientation_absent", message, ""));
                let spacing: Vec<f64> = self
                    .field("spacings")
                    .unwrap_or_default()
                    .split_whitespace()
                    .filter_map(|n| n.parse().ok())
                    .collect();
                let [x, y, z] = spacing[..] else {
                    return Err(FileFault::new("spacings", "no 3 numbers", "the voxel's size"));
                };
                [[x, 0.0, 0.0], [0.0, y, 0.0], [0.0, 0.0, z]]
            }
        };
        let origin = match self.field("space origin") {
            None => [0.0; 3],
            Some(text) => match vectors(text)?[..] {
                [Some(origin)] => origin,
                _ => return Err(FileFault::new("space origin", text, "one vector of 3")),
            },
        };
        let signed = |v: [f64; 3]| [0, 1, 2].map(|k| sign[k] * v[k]);
        let in_space: Vec<usize> =
            (0..layout.sizes.len()).filter(|&k| Some(k) != layout.list).collect();
        let size = [0, 1, 2].map(|k| layout.sizes[in_space[k]]);
        grid("space directions", signed(origin), steps.map(signed), size)
    }

    /// Segments of 3D Slicer: layer, value, name.
    fn segments(&self, layers: usize) -> Vec<(usize, i32, String)> {
        let of = |segment: &str, what: &str| {
            let key = format!("{segment}_{what}");
            self.keys.iter().find(|k| k.0 == key).map(|k| k.1.trim())
        };
        let names = self.keys.iter().filter_map(|(key, name)| {
            let segment = key.strip_suffix("_Name")?;
            let number = segment.strip_prefix("Segment")?;
            let whole = !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit());
            whole.then_some((segment, name.trim()))
        });
        names
            .filter_map(|(segment, name)| {
                let value = of(segment, "LabelValue").map_or(Some(1), |v| v.parse().ok())?;
                let layer = of(segment, "Layer").map_or(Some(0), |v| v.parse().ok())?;
                (layer < layers).then(|| (layer, value, name.to_owned()))
            })
            .collect()
    }
}

impl Layout {
    /// The values of each layer, the axes in space in their order.
    fn split(&self, values: Vec<f32>) -> Vec<Vec<f32>> {
        let Some(list) = self.list else { return vec![values] };
        let layers = self.sizes[list];
        let before: usize = self.sizes[..list].iter().product();
        (0..layers)
            .map(|layer| {
                let blocks = values.chunks_exact(before * layers);
                blocks
                    .flat_map(|b| b[layer * before..(layer + 1) * before].iter().copied())
                    .collect()
            })
            .collect()
    }
}

/// `(1,0,0) none (0,1,0)` as vectors.
fn vectors(text: &str) -> Result<Vec<Option<[f64; 3]>>, FileFault> {
    let wrong = || {
        let found = text.chars().take(80).collect::<String>();
        FileFault::new("space directions", found, "vectors of 3 numbers, or none")
    };
    let mut out = Vec::new();
    let mut rest = text.trim();
    while !rest.is_empty() {
        if let Some(after) = rest.strip_prefix("none") {
            out.push(None);
            rest = after.trim_start();
            continue;
        }
        let (inside, after) =
            rest.strip_prefix('(').and_then(|r| r.split_once(')')).ok_or_else(wrong)?;
        let numbers: Vec<f64> = inside
            .split(',')
            .map(|n| n.trim().parse().map_err(|_| wrong()))
            .collect::<Result<_, _>>()?;
        let vector: [f64; 3] = numbers.try_into().map_err(|_| wrong())?;
        // Slicer writes a list axis as not-a-number, too.
        out.push(if vector.iter().all(|x| x.is_nan()) { None } else { Some(vector) });
        rest = after.trim_start();
    }
    Ok(out)
}
