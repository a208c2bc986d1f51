//! What a study as clinics draw it is made of, and how each part is written as text.

use std::fmt;
use std::str::FromStr;

use serde::Serialize;

/// Which points of a traced outline are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum Points {
    /// Every lattice point on the way.
    All,
    /// Only those where the outline turns.
    Corners,
}

/// How a section is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[non_exhaustive]
pub enum Habit {
    /// Many points on the exact outline.
    Dense,
    /// This many points a ring, evenly spread along it.
    Sparse(usize),
    /// Many points, each coordinate in the plane rounded to this quantum, mm.
    Rounded(f64),
    /// The outline along the edges of the pixels whose centres lie inside; pixel spacing, mm.
    Staircase(f64, Points),
    /// The half level of the same pixels: points midway between pixel centres; pixel spacing, mm.
    MarchingSquares(f64),
    /// A polygon through the centres of the outermost of the same pixels, eight-connected, as
    /// `findContours` of OpenCV gives it; pixel spacing, mm.
    BoundaryPixels(f64, Points),
    /// Drawn by hand: on each plane its own smooth displacement across the outline, standard
    /// deviation in mm.
    Noise(f64),
}

/// The anatomy: shape of the tumour and course of the cord.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub enum Scene {
    /// A sphere beside a gently curved cord.
    Sphere,
    /// A turned ellipsoid beside a gently curved cord.
    Ellipsoid,
    /// A C round a gently curved cord.
    C,
    /// A turned ellipsoid beside a straight cord that leans this many degrees from the patient's
    /// long axis, in a random direction.
    Lean(f64),
    /// An ellipsoid that overlapped an upright cord and was cut back to this distance from it
    /// everywhere, mm; the distance is the gap.
    Cropped(f64),
    /// A sphere of this radius, mm, that sticks out of a larger ellipsoid towards the cord.
    Nodule(f64),
    /// An ellipsoid that ends flat at a random height, beside a leaning cord.
    FlatEnd,
    /// Two balls joined by a waist.
    Dumbbell,
    /// A thin sheet round part of the sac, beside a leaning cord.
    Plaque,
}

/// How the planes of the contours lie in the patient.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum Orientation {
    /// Across the patient's long axis.
    Axial,
    /// Planes from left to right; the tumour lies beside the cord in two of three seeds.
    Sagittal,
    /// Planes from front to back.
    Coronal,
    /// Axial, tilted by 10 to 35 degrees about a random axis.
    Oblique,
}

/// A study as clinics draw it; lengths in mm.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct ClinicSpec {
    /// The anatomy.
    pub scene: Scene,
    /// How contours are drawn; label maps have no use for it.
    pub habit: Habit,
    /// How the planes lie.
    pub planes: Orientation,
    /// Distance of the planes, mm.
    pub slice_mm: f64,
    /// Distance from tumour to cord, mm, above 0; of a cropped tumour its own distance counts.
    pub gap_mm: f64,
    /// Direction from the cord to the tumour, degrees: 0 anterior, 90 patient left; none: random.
    pub direction_deg: Option<f64>,
    /// Distance of contour points where the habit does not say, mm.
    pub point_spacing_mm: f64,
    /// Pixel spacing of a label map in NIfTI instead of contours, mm.
    pub mask_pixel_mm: Option<f64>,
    /// Seed of sizes, places, phases and noise.
    pub seed: u64,
}

impl ClinicSpec {
    /// Dense axial contours of a scene, `slice_mm` apart, with a gap of `gap_mm`.
    #[must_use]
    pub fn new(scene: Scene, slice_mm: f64, gap_mm: f64, seed: u64) -> Self {
        Self {
            scene,
            habit: Habit::Dense,
            planes: Orientation::Axial,
            slice_mm,
            gap_mm,
            direction_deg: None,
            point_spacing_mm: 0.5,
            mask_pixel_mm: None,
            seed,
        }
    }

    /// The true distance from tumour to cord, mm.
    #[must_use]
    pub fn true_gap_mm(&self) -> f64 {
        if let Scene::Cropped(mm) = self.scene { mm } else { self.gap_mm }
    }
}

/// The part after the colon, between two bounds.
fn number(text: Option<&str>, lo: f64, hi: f64) -> Option<f64> {
    text?.parse().ok().filter(|v| (lo..=hi).contains(v))
}

impl FromStr for Habit {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (name, value) = split(text);
        let pixel = || number(value, 0.05, 5.0);
        let found = match name {
            "dense" if value.is_none() => Some(Self::Dense),
            "points" => value
                .and_then(|v| v.parse().ok())
                .filter(|n| (4..=100_000).contains(n))
                .map(Self::Sparse),
            "rounded" => number(value, 1e-3, 2.0).map(Self::Rounded),
            "staircase" => pixel().map(|p| Self::Staircase(p, Points::All)),
            "staircase-corners" => pixel().map(|p| Self::Staircase(p, Points::Corners)),
            "marching-squares" => pixel().map(Self::MarchingSquares),
            "boundary-pixels" => pixel().map(|p| Self::BoundaryPixels(p, Points::All)),
            "boundary-pixels-corners" => pixel().map(|p| Self::BoundaryPixels(p, Points::Corners)),
            "noise" => number(value, 0.0, 5.0).map(Self::Noise),
            _ => None,
        };
        found.ok_or_else(|| {
            "expected dense, points:N, rounded:MM, staircase:MM, staircase-corners:MM, \
             marching-squares:MM, boundary-pixels:MM, boundary-pixels-corners:MM or noise:MM"
                .to_owned()
        })
    }
}

impl fmt::Display for Habit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let corners = |p: &Points| if *p == Points::Corners { "-corners" } else { "" };
        match self {
            Self::Dense => f.write_str("dense"),
            Self::Sparse(n) => write!(f, "points:{n}"),
            Self::Rounded(mm) => write!(f, "rounded:{mm}"),
            Self::Staircase(mm, p) => write!(f, "staircase{}:{mm}", corners(p)),
            Self::MarchingSquares(mm) => write!(f, "marching-squares:{mm}"),
            Self::BoundaryPixels(mm, p) => write!(f, "boundary-pixels{}:{mm}", corners(p)),
            Self::Noise(mm) => write!(f, "noise:{mm}"),
        }
    }
}

impl FromStr for Scene {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (name, value) = split(text);
        let found = match (name, value) {
            ("sphere", None) => Some(Self::Sphere),
            ("ellipsoid", None) => Some(Self::Ellipsoid),
            ("c", None) => Some(Self::C),
            ("lean", _) => number(value, 0.0, 60.0).map(Self::Lean),
            ("cropped", _) => number(value, 0.1, 10.0).map(Self::Cropped),
            ("nodule", _) => number(value, 0.5, 10.0).map(Self::Nodule),
            ("flat-end", None) => Some(Self::FlatEnd),
            ("dumbbell", None) => Some(Self::Dumbbell),
            ("plaque", None) => Some(Self::Plaque),
            _ => None,
        };
        found.ok_or_else(|| {
            "expected sphere, ellipsoid, c, lean:DEGREES, cropped:MM, nodule:RADIUS, flat-end, \
             dumbbell or plaque"
                .to_owned()
        })
    }
}

impl fmt::Display for Scene {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sphere => f.write_str("sphere"),
            Self::Ellipsoid => f.write_str("ellipsoid"),
            Self::C => f.write_str("c"),
            Self::Lean(deg) => write!(f, "lean:{deg}"),
            Self::Cropped(mm) => write!(f, "cropped:{mm}"),
            Self::Nodule(mm) => write!(f, "nodule:{mm}"),
            Self::FlatEnd => f.write_str("flat-end"),
            Self::Dumbbell => f.write_str("dumbbell"),
            Self::Plaque => f.write_str("plaque"),
        }
    }
}

impl FromStr for Orientation {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "axial" => Ok(Self::Axial),
            "sagittal" => Ok(Self::Sagittal),
            "coronal" => Ok(Self::Coronal),
            "oblique" => Ok(Self::Oblique),
            _ => Err("expected axial, sagittal, coronal or oblique".to_owned()),
        }
    }
}

impl fmt::Display for Orientation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Axial => "axial",
            Self::Sagittal => "sagittal",
            Self::Coronal => "coronal",
            Self::Oblique => "oblique",
        })
    }
}

fn split(text: &str) -> (&str, Option<&str>) {
    text.split_once(':').map_or((text, None), |(name, value)| (name, Some(value)))
}
