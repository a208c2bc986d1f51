//! The cells of the second table: anatomy, habit of drawing, planes and their distance.

use thecal_phantom::ClinicSpec;
use thecal_phantom::clinic::{Habit, Orientation, Points, Scene};

/// Range of the tumour-cord gaps, mm: where verdicts at 2 and 3 mm are decided.
const GAPS_MM: [f64; 2] = [1.0, 4.0];

/// One cell; its gaps follow from the seeds.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Cell {
    scene: &'static str,
    drawn: Drawn,
    planes: Orientation,
    pub(crate) slice_mm: f64,
}

#[derive(Debug, Clone, Copy)]
enum Drawn {
    Contours(Habit),
    /// A label map; pixel spacing, mm.
    Mask(f64),
}

impl Cell {
    pub(crate) fn name(&self) -> String {
        let drawn = match self.drawn {
            Drawn::Contours(habit) => habit.to_string(),
            Drawn::Mask(pixel) => format!("mask:{pixel}"),
        };
        format!("{} {drawn} {} {} mm", self.scene, self.planes, self.slice_mm)
    }

    pub(crate) fn is_mask(&self) -> bool {
        matches!(self.drawn, Drawn::Mask(_))
    }

    /// The study of a seed: gaps spread evenly by the golden ratio, leans and radii by two other
    /// irrational steps.
    pub(crate) fn spec(&self, seed: u64) -> ClinicSpec {
        let part = |step: f64| (seed as f64 * step).fract();
        let gap_mm = GAPS_MM[0] + (GAPS_MM[1] - GAPS_MM[0]) * part(0.618_033_988_749_895);
        let scene = match self.scene {
            "lean" => Scene::Lean(20.0 + 25.0 * part(0.754_877_666_246_693)),
            "cropped" => Scene::Cropped(gap_mm),
            "nodule" => Scene::Nodule(1.5 + 1.5 * part(0.569_840_290_998_053)),
            "flat-end" => Scene::FlatEnd,
            "dumbbell" => Scene::Dumbbell,
            "plaque" => Scene::Plaque,
            "c" => Scene::C,
            "sphere" => Scene::Sphere,
            "lean:25" => Scene::Lean(25.0),
            "lean:45" => Scene::Lean(45.0),
            "cropped:2" => Scene::Cropped(2.0),
            "cropped:3" => Scene::Cropped(3.0),
            // Three smooth shapes in turn.
            _ => [Scene::Sphere, Scene::Ellipsoid, Scene::C][(seed % 3) as usize],
        };
        let mut spec = ClinicSpec::new(scene, self.slice_mm, gap_mm, seed);
        spec.planes = self.planes;
        match self.drawn {
            Drawn::Contours(habit) => spec.habit = habit,
            Drawn::Mask(pixel) => spec.mask_pixel_mm = Some(pixel),
        }
        spec
    }
}

/// All cells: every habit on smooth shapes, every scene dense and in pixels, every orientation,
/// and label maps.
pub(crate) fn all() -> Vec<Cell> {
    let habits = [
        Habit::Sparse(12),
        Habit::Sparse(16),
        Habit::Sparse(20),
        Habit::Sparse(24),
        Habit::Rounded(0.1),
        Habit::Rounded(0.5),
        Habit::Staircase(1.0, Points::All),
        Habit::Staircase(1.0, Points::Corners),
        Habit::MarchingSquares(1.0),
        Habit::BoundaryPixels(1.0, Points::All),
        Habit::BoundaryPixels(1.0, Points::Corners),
        Habit::Noise(0.3),
        Habit::Noise(0.5),
    ];
    let scenes = ["lean", "cropped", "nodule", "flat-end", "dumbbell", "plaque"];
    let axial = Orientation::Axial;
    let cell = |scene, drawn, planes, slice_mm| Cell { scene, drawn, planes, slice_mm };
    let mut cells = Vec::new();
    for slice_mm in [1.0, 2.0, 3.0] {
        for habit in [Habit::Dense].into_iter().chain(habits) {
            cells.push(cell("smooth", Drawn::Contours(habit), axial, slice_mm));
        }
        for scene in scenes {
            for habit in [
                Habit::Dense,
                Habit::Sparse(16),
                Habit::Staircase(1.0, Points::Corners),
                Habit::MarchingSquares(1.0),
                Habit::Noise(0.3),
            ] {
                cells.push(cell(scene, Drawn::Contours(habit), axial, slice_mm));
            }
        }
    }
    let dense = Drawn::Contours(Habit::Dense);
    for slice_mm in [2.5, 5.0] {
        cells.push(cell("smooth", dense, axial, slice_mm));
    }
    // Leans and margins of one size each, whose widths and errors have figures to reach.
    for slice_mm in [1.0, 2.0, 3.0] {
        for scene in ["lean:25", "lean:45", "cropped:2", "cropped:3"] {
            cells.push(cell(scene, dense, axial, slice_mm));
        }
    }
    for planes in [Orientation::Sagittal, Orientation::Coronal, Orientation::Oblique] {
        for slice_mm in [2.0, 3.0, 4.0] {
            for scene in ["smooth", "lean"] {
                for habit in [Habit::Dense, Habit::Staircase(0.8, Points::Corners)] {
                    cells.push(cell(scene, Drawn::Contours(habit), planes, slice_mm));
                }
            }
        }
    }
    for planes in [axial, Orientation::Sagittal, Orientation::Coronal] {
        for (pixel, slice_mm) in [(0.5, 2.0), (1.0, 3.0), (0.8, 4.0)] {
            for scene in ["smooth", "lean"] {
                cells.push(cell(scene, Drawn::Mask(pixel), planes, slice_mm));
            }
        }
    }
    cells
}
