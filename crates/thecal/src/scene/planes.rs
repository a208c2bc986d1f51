//! Planes through the anatomy and what they cut.

use nalgebra::Matrix3;
use thecal_geom::{Point3, Vector3, marching_squares_rings};
use thecal_mask::Solid;
use thecal_report::scene::{GreyImage, Outline, View, What};
use thecal_voxel::{Grid, Interpolation, Volume};

use super::phases::{Anatomy, Phase, ShownTumour};

/// Tumour this near to what is left of it does not count as removed: two outlines of one surface
/// never agree to the last bit.
const SAME_MM: f32 = 0.12;

/// The axes of the pictures: those of the contour planes, turned as radiologists look at them.
#[derive(Debug, Clone, Copy)]
pub(super) struct Axes {
    /// Along the contour planes' normal.
    pub(super) normal: Vector3,
    in_plane: [Vector3; 2],
}

/// Which way a picture looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cut {
    /// In a contour plane.
    Slice,
    /// Perpendicular to the first, then to the second axis of the contour planes.
    Across(usize),
}

impl Axes {
    pub(super) fn from_solid(solid: &Solid) -> Self {
        let frame = solid.frame();
        let axis = |v: Vector3| frame.patient_from_stack(v.into()).coords;
        Self { normal: axis(Vector3::z()), in_plane: [axis(Vector3::x()), axis(Vector3::y())] }
    }

    /// Name, right and down of a picture: axial and coronal ones have the patient's left on the
    /// right, sagittal ones the front on the left.
    pub(super) fn view(&self, cut: Cut) -> (&'static str, Vector3, Vector3) {
        let [u, v] = self.in_plane;
        let (normal, others) = match cut {
            Cut::Slice => (self.normal, [u, v]),
            Cut::Across(0) => (u, [v, self.normal]),
            Cut::Across(_) => (v, [u, self.normal]),
        };
        let (name, right, down) = match normal.iamax() {
            0 => ("Sagittal", Vector3::y(), -Vector3::z()),
            1 => ("Coronal", Vector3::x(), -Vector3::z()),
            _ => ("Axial", Vector3::x(), Vector3::y()),
        };
        let towards = |axis: Vector3, wanted: Vector3| {
            if axis.dot(&wanted) < 0.0 { -axis } else { axis }
        };
        let first = others[0].dot(&right).abs() >= others[1].dot(&right).abs();
        let (a, b) = if first { (others[0], others[1]) } else { (others[1], others[0]) };
        (name, towards(a, right), towards(b, down))
    }
}

/// An empty picture round a point.
pub(super) fn view_round(axes: &Axes, cut: Cut, middle: Point3, size_mm: [f64; 2]) -> View {
    let (name, right, down) = axes.view(cut);
    let origin = middle - right * (0.5 * size_mm[0]) - down * (0.5 * size_mm[1]);
    View {
        name,
        origin_mm: origin.into(),
        right: right.into(),
        down: down.into(),
        size_mm,
        plane_mm: None,
        number: None,
        images: Vec::new(),
        outlines: Vec::new(),
        segment: None,
    }
}

/// Something that can be cut: its level on the pixels of a view.
pub(super) struct Pixels {
    pub(super) size: [usize; 2],
    pub(super) step_mm: f64,
}

impl Pixels {
    pub(super) fn new(view: &View, step_mm: f64) -> Self {
        let count = |mm: f64| (mm / step_mm).ceil().max(1.0) as usize;
        Self { size: view.size_mm.map(count), step_mm }
    }

    pub(super) fn point(&self, view: &View, i: usize, j: usize) -> Point3 {
        let at = |k: usize| (k as f64 + 0.5) * self.step_mm;
        Point3::from(view.origin_mm)
            + Vector3::from(view.right) * at(i)
            + Vector3::from(view.down) * at(j)
    }

    /// The level of a solid at the pixels; none where it cannot be had.
    pub(super) fn level(&self, view: &View, solid: &Solid) -> Option<Vec<f32>> {
        let (right, down) = (Vector3::from(view.right), Vector3::from(view.down));
        let through = right.cross(&down);
        let [nx, ny] = self.size;
        // The solid's own planes want the grid's third axis along their normal.
        let along = |v: &Vector3| solid.frame().normal().dot(v).abs() > 0.9;
        let (axes, size) = if along(&down) {
            ([right, -through, down], [nx, 1, ny])
        } else if along(&right) {
            return self.level_transposed(view, solid);
        } else {
            ([right, down, through], [nx, ny, 1])
        };
        let spacing = [self.step_mm; 3];
        let grid =
            Grid::new(self.point(view, 0, 0), Matrix3::from_columns(&axes), spacing, size).ok()?;
        Some(solid.level_on(&grid).ok()?.values().to_vec())
    }

    fn level_transposed(&self, view: &View, solid: &Solid) -> Option<Vec<f32>> {
        let turned = View { right: view.down, down: view.right, ..view.clone() };
        let [nx, ny] = self.size;
        let pixels = Self { size: [ny, nx], step_mm: self.step_mm };
        let values = pixels.level(&turned, solid)?;
        Some((0..nx * ny).map(|k| values[(k % nx) * ny + k / nx]).collect())
    }

    /// Values of a field of distances, clamped to its band.
    pub(super) fn distance(&self, view: &View, field: &Volume<f32>) -> Vec<f32> {
        let [nx, ny] = self.size;
        (0..nx * ny)
            .map(|k| {
                let p = self.point(view, k % nx, k / nx);
                field.sample(p, Interpolation::Cubic).unwrap_or(f32::INFINITY)
            })
            .collect()
    }

    pub(super) fn outline(&self, what: What, level: &[f32]) -> Outline {
        Outline { what, rings: marching_squares_rings(level, self.size, self.step_mm) }
    }
}

/// What a picture shows.
pub(super) struct Shown<'a> {
    pub(super) bone: Vec<&'a Solid>,
    pub(super) sac: Option<&'a Solid>,
    pub(super) cord: Option<&'a Solid>,
    pub(super) tumours: Vec<ShownTumour<'a>>,
    pub(super) cord_mm: Option<&'a Volume<f32>>,
    pub(super) bands_mm: &'a [f64],
}

impl<'a> Shown<'a> {
    /// An anatomy without tumours.
    pub(super) fn new(anatomy: &'a Anatomy<'_>, bands_mm: &'a [f64]) -> Self {
        Self {
            bone: anatomy.bone.clone(),
            sac: anatomy.sac,
            cord: anatomy.cord,
            tumours: Vec::new(),
            cord_mm: anatomy.cord_mm.as_deref(),
            bands_mm,
        }
    }

    /// What a phase shows.
    pub(super) fn of_phase(
        phase: &Phase<'a>,
        anatomies: &'a [Anatomy<'a>],
        bands_mm: &'a [f64],
    ) -> Self {
        let anatomy = &anatomies[phase.anatomy];
        Self { tumours: phase.tumours.clone(), ..Self::new(anatomy, bands_mm) }
    }

    /// Outlines, back to front.
    pub(super) fn outlines(&self, view: &View, step_mm: f64) -> Vec<Outline> {
        let pixels = Pixels::new(view, step_mm);
        let mut out = self.surroundings(view, &pixels);
        out.extend(self.tumour_outlines(view, &pixels));
        out
    }

    /// Outlines of all but tumours, back to front.
    pub(super) fn surroundings(&self, view: &View, pixels: &Pixels) -> Vec<Outline> {
        let mut out = Vec::new();
        let mut add = |what: What, solids: &[&Solid]| {
            let levels = solids.iter().filter_map(|s| pixels.level(view, s));
            if let Some(level) = levels.reduce(least) {
                out.push(pixels.outline(what, &level));
            }
        };
        add(What::Bone, &self.bone);
        add(What::Sac, &self.sac.into_iter().collect::<Vec<_>>());
        if let Some(field) = self.cord_mm {
            let distance = pixels.distance(view, field);
            for &band in self.bands_mm.iter().rev() {
                let level: Vec<f32> = distance.iter().map(|d| d - band as f32).collect();
                out.push(pixels.outline(What::Band(band), &level));
            }
        }
        let cord = self.cord.and_then(|cord| pixels.level(view, cord));
        out.extend(cord.map(|level| pixels.outline(What::Cord, &level)));
        out.retain(|o| !o.rings.is_empty());
        out
    }

    /// Outlines of the removed part and of what is left of tumours.
    pub(super) fn tumour_outlines(&self, view: &View, pixels: &Pixels) -> Vec<Outline> {
        let [left, removed] = self.tumour_levels(view, pixels);
        let pairs = [(What::Removed, removed), (What::Tumour, left)];
        let drawn = pairs.into_iter().filter_map(|(what, level)| Some((what, level?)));
        let drawn = drawn.map(|(what, level)| pixels.outline(what, &level));
        drawn.filter(|o| !o.rings.is_empty()).collect()
    }

    /// Tumour left, and removed part.
    fn tumour_levels(&self, view: &View, pixels: &Pixels) -> [Option<Vec<f32>>; 2] {
        let (mut left, mut removed) = (Vec::new(), Vec::new());
        for tumour in &self.tumours {
            let (original, residual) = match *tumour {
                ShownTumour::Whole(solid) => {
                    left.extend(pixels.level(view, solid));
                    continue;
                }
                ShownTumour::Resected { original, residual } => (original, residual),
            };
            let Some(level) = pixels.level(view, original) else { continue };
            match residual {
                None => removed.push(level),
                Some(residual) => {
                    let residual = pixels.level(view, residual);
                    removed.push(taken(&level, residual.as_deref(), SAME_MM));
                    left.extend(residual);
                }
            }
        }
        [left, removed].map(|levels| levels.into_iter().reduce(least))
    }
}

/// The level of what is inside the whole and more than `same_mm` outside the rest.
pub(super) fn taken(whole: &[f32], rest: Option<&[f32]>, same_mm: f32) -> Vec<f32> {
    match rest {
        None => whole.to_vec(),
        Some(rest) => whole.iter().zip(rest).map(|(w, r)| w.max(same_mm - r)).collect(),
    }
}

fn least(mut a: Vec<f32>, b: Vec<f32>) -> Vec<f32> {
    a.iter_mut().zip(b).for_each(|(a, b)| *a = a.min(b));
    a
}

/// A grey image of values, black below the window and white above it.
pub(super) fn grey(
    window: &str,
    [low, high]: [f32; 2],
    values: &[f32],
    size: [usize; 2],
) -> GreyImage {
    let scale = 255.0 / (high - low).max(1e-6);
    GreyImage {
        window: window.to_owned(),
        width: size[0] as u32,
        height: size[1] as u32,
        pixels: values.iter().map(|v| ((v - low) * scale).clamp(0.0, 255.0) as u8).collect(),
    }
}
