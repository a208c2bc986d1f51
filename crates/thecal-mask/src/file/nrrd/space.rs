//! Where the axes of the array lie in patient space.

use thecal_geom::Warning;
use thecal_voxel::Grid;

use super::header::Header;
use crate::file::FileFault;
use crate::file::lattice::grid;

/// Layers of overlapping segments.
const MAX_LAYERS: usize = 256;

/// Which axes of the array lie in space.
pub(super) struct Layout {
    /// Sizes of all axes, fastest first.
    pub(super) sizes: Vec<usize>,
    /// The axis of the layers.
    list: Option<usize>,
    /// Steps of the three axes in space, in the file's own space; none where it has no space.
    directions: Option<[[f64; 3]; 3]>,
}

impl Layout {
    pub(super) fn read(header: &Header<'_>) -> Result<Self, FileFault> {
        let sizes: Option<Vec<usize>> =
            header.required("sizes")?.split_whitespace().map(|n| n.parse().ok()).collect();
        let sizes = sizes.ok_or_else(|| FileFault::new("sizes", "no numbers", "whole numbers"))?;
        let wanted = header.required("dimension")?.parse().unwrap_or(0);
        if sizes.len() != wanted || !(3..=4).contains(&wanted) {
            let found = format!("{} sizes for dimension {wanted}", sizes.len());
            return Err(FileFault::new("dimension", found, "3, or 4 with layers"));
        }
        let (list, directions) = match header.field("space directions") {
            Some(text) => directions(text, sizes.len())?,
            None if sizes.len() == 3 => (None, None),
            None => return Err(FileFault::new("space directions", "nothing", "the field")),
        };
        if let Some(list) = list
            && !(1..=MAX_LAYERS).contains(&sizes[list])
        {
            let found = format!("{} layers", sizes[list]);
            return Err(FileFault::new("sizes", found, format!("1 to {MAX_LAYERS}")));
        }
        Ok(Self { sizes, list, directions })
    }

    /// How many layers there are.
    pub(super) fn layers(&self) -> usize {
        self.list.map_or(1, |list| self.sizes[list])
    }

    /// The lattice, LPS mm. `of_slicer`: the file holds segments of 3D Slicer, whose space is LPS.
    pub(super) fn grid(
        &self,
        header: &Header<'_>,
        of_slicer: bool,
        warnings: &mut Vec<Warning>,
    ) -> Result<Grid, FileFault> {
        let sign = self.sign(header, of_slicer, warnings)?;
        let steps = match self.directions {
            Some(steps) => {
                let scale = units("space units", header)?;
                steps.map(|step| [0, 1, 2].map(|k| step[k] * scale[k]))
            }
            None => plain(header, warnings)?,
        };
        let origin = match header.field("space origin") {
            None => [0.0; 3],
            Some(text) => match vectors("space origin", text)?[..] {
                [Some((origin, _))] => origin,
                _ => return Err(FileFault::new("space origin", text, "one vector")),
            },
        };
        let scale = units("space units", header)?;
        let signed = |v: [f64; 3]| [0, 1, 2].map(|k| sign[k] * v[k]);
        let in_space: Vec<usize> =
            (0..self.sizes.len()).filter(|&k| Some(k) != self.list).collect();
        let size = [0, 1, 2].map(|k| self.sizes[in_space[k]]);
        let origin = [0, 1, 2].map(|k| origin[k] * scale[k]);
        grid("space directions", signed(origin), steps.map(signed), size)
    }

    /// From the file's own space to LPS.
    fn sign(
        &self,
        header: &Header<'_>,
        of_slicer: bool,
        warnings: &mut Vec<Warning>,
    ) -> Result<[f64; 3], FileFault> {
        let space = header.field("space").map(str::to_lowercase);
        // A time axis makes no difference to the others.
        let in_space = space.as_deref().map(|s| s.strip_suffix("-time").unwrap_or(s));
        match in_space {
            Some("left-posterior-superior" | "lps" | "lpst") => Ok([1.0, 1.0, 1.0]),
            Some("right-anterior-superior" | "ras" | "rast") => Ok([-1.0, -1.0, 1.0]),
            Some("left-anterior-superior" | "las" | "last") => Ok([1.0, -1.0, 1.0]),
            None if self.directions.is_none() => Ok([-1.0, -1.0, 1.0]),
            None if of_slicer && header.field("space dimension").is_some() => {
                let message = "no space is stated, but its number of dimensions; 3D Slicer, which \
                               made the segments, works in left, posterior, superior";
                warnings.push(Warning::new("orientation_absent", message, ""));
                Ok([1.0, 1.0, 1.0])
            }
            other => {
                let found = other.unwrap_or("nothing").to_owned();
                let expected = "left-posterior-superior or right-anterior-superior";
                Err(FileFault::new("space", found, expected))
            }
        }
    }

    /// The values of each layer, the axes in space in their order.
    pub(super) fn split(&self, values: Vec<f32>) -> Vec<Vec<f32>> {
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

/// The steps of an image without a space: along the axes, by their spacings.
fn plain(header: &Header<'_>, warnings: &mut Vec<Warning>) -> Result<[[f64; 3]; 3], FileFault> {
    let message = "no orientation is stated; axes are taken as right, anterior, superior from the \
                   first voxel";
    warnings.push(Warning::new("orientation_absent", message, ""));
    let spacing: Vec<f64> = header
        .field("spacings")
        .unwrap_or_default()
        .split_whitespace()
        .filter_map(|n| n.parse().ok())
        .collect();
    let [x, y, z] = spacing[..] else {
        return Err(FileFault::new("spacings", "no 3 numbers", "the voxel's size"));
    };
    let [a, b, c] = units("units", header)?;
    Ok([[a * x, 0.0, 0.0], [0.0, b * y, 0.0], [0.0, 0.0, c * z]])
}

/// Millimetres of a unit along each axis (`"mm" "mm" "mm"`); 1 where none is stated.
fn units(field: &'static str, header: &Header<'_>) -> Result<[f64; 3], FileFault> {
    let mut out = [1.0; 3];
    let text = header.field(field).unwrap_or_default();
    let stated = text.split('"').skip(1).step_by(2);
    for (unit, scale) in stated.zip(&mut out) {
        *scale = match unit.trim().to_lowercase().as_str() {
            "" | "mm" | "millimeter" | "millimeters" | "millimetre" | "millimetres" => 1.0,
            "cm" => 10.0,
            "m" | "meter" | "meters" | "metre" | "metres" => 1000.0,
            "um" | "µm" | "μm" | "micron" | "microns" | "micrometer" | "micrometre" => 0.001,
            "nm" => 1e-6,
            other => {
                let expected = "mm, cm, m or um";
                return Err(FileFault::new(field, format!("{other:?}"), expected));
            }
        };
    }
    Ok(out)
}

/// The axis of the layers, and the steps of the other three.
type Directions = (Option<usize>, Option<[[f64; 3]; 3]>);

fn directions(text: &str, dimension: usize) -> Result<Directions, FileFault> {
    let vectors = vectors("space directions", text)?;
    if vectors.len() != dimension {
        let found = format!("{} vectors", vectors.len());
        let expected = format!("{dimension} (or none)");
        return Err(FileFault::new("space directions", found, expected));
    }
    // An axis of layers has no direction, or goes along a fourth dimension alone.
    let is_list = |v: &Option<([f64; 3], f64)>| {
        v.is_none_or(|(step, _)| dimension == 4 && step.iter().all(|x| *x == 0.0))
    };
    let list = vectors.iter().position(is_list);
    let steps: Vec<([f64; 3], f64)> =
        vectors.into_iter().filter(|v| !is_list(v)).flatten().collect();
    if steps.iter().any(|(_, beyond)| *beyond != 0.0) {
        let found = "an axis of space that goes along the fourth dimension";
        return Err(FileFault::new(
            "space directions",
            found,
            "axes of space and an axis of layers",
        ));
    }
    let steps: Vec<[f64; 3]> = steps.into_iter().map(|(step, _)| step).collect();
    let steps = steps.try_into().map_err(|steps: Vec<_>| {
        let found = format!("{} axes in space", steps.len());
        FileFault::new("space directions", found, "3")
    })?;
    Ok((list, Some(steps)))
}

/// A vector in space, and how far it goes along a fourth dimension.
type InSpace = ([f64; 3], f64);

/// `(1,0,0) none (0,1,0)` as vectors.
fn vectors(field: &'static str, text: &str) -> Result<Vec<Option<InSpace>>, FileFault> {
    let wrong = || {
        let found = text.chars().take(80).collect::<String>();
        FileFault::new(field, found, "vectors of 3 numbers, or none")
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
        let vector = match numbers[..] {
            [x, y, z] => ([x, y, z], 0.0),
            [x, y, z, t] => ([x, y, z], t),
            _ => return Err(wrong()),
        };
        // Slicer writes a list axis as not-a-number, too.
        out.push((!vector.0.iter().all(|x| x.is_nan())).then_some(vector));
        rest = after.trim_start();
    }
    Ok(out)
}
