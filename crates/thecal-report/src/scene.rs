//! What pictures are drawn from: planes through the anatomy with their outlines, the unrolled
//! cord, and surfaces. Plain data; whoever fills it knows how it came about.
//!
//! Lengths are mm, points LPS.

mod conventions;
mod dose;
mod prv;

pub use conventions::{ConventionPixels, ConventionView};
pub use dose::{DoseOnCord, DoseOnPlane, DoseViews};
pub use prv::PrvOnCord;

use crate::pair::Closest;

/// Everything that is drawn of a study. Parts that could not be had are empty.
#[derive(Debug, Clone, Default)]
pub struct Scene {
    /// The study as it is first, then the others in the record's order.
    pub phases: Vec<PhaseViews>,
    /// The unrolled cord, in the same order; phases whose cord makes no map are left out.
    pub maps: Vec<CordMap>,
    /// The dose of a plan, where its gate accepted it.
    pub dose: Option<DoseViews>,
    /// The margins of drawn PRVs on their unrolled organs.
    pub prvs: Vec<PrvOnCord>,
    /// Slices to go through.
    pub slices: Vec<BrowserSlice>,
    /// Surfaces for the view that can be turned.
    pub surfaces: Vec<Surface>,
    /// Modality of the images behind the outlines; none where there are no images.
    pub modality: Option<String>,
    /// Pictures that could not be made, and why.
    pub notes: Vec<String>,
}

/// Planes through one phase.
#[derive(Debug, Clone)]
pub struct PhaseViews {
    /// The key of the phase ([`PhaseRecord::key`](crate::PhaseRecord::key)); none for the study as
    /// it is.
    pub scenario: Option<String>,
    /// Which of the anatomies of [`BrowserSlice`] it has.
    pub anatomy: usize,
    /// Which of the tumours of [`BrowserSlice`] it has.
    pub tumour: usize,
    /// The contour plane of closest approach.
    pub slice: View,
    /// The plane of closest approach of the study as it is, where it is another one.
    pub slice_before: Option<View>,
    /// Two cuts through the closest point, perpendicular to the slice and to each other.
    pub cuts: Vec<View>,
}

/// A plane seen from one side.
#[derive(Debug, Clone)]
pub struct View {
    /// Axial, sagittal or coronal, by its normal.
    pub name: &'static str,
    /// Upper left corner.
    pub origin_mm: [f64; 3],
    /// Unit vector towards the right of the picture.
    pub right: [f64; 3],
    /// Unit vector towards its lower edge.
    pub down: [f64; 3],
    /// Width and height.
    pub size_mm: [f64; 2],
    /// Position along the contour planes' normal, for slices.
    pub plane_mm: Option<f64>,
    /// What people call the slice by, where it is one.
    pub number: Option<SliceNumber>,
    /// The image, once for each grey scale; empty where there is none.
    pub images: Vec<GreyImage>,
    /// Outlines, back to front.
    pub outlines: Vec<Outline>,
    /// The shortest segment, as the record has it.
    pub segment: Option<Segment>,
}

impl View {
    /// Where the plane lies, as planning systems say it: the patient axis that it is perpendicular
    /// to, with the position on it; of an oblique plane, that along the contour planes' normal.
    #[must_use]
    pub fn position(&self) -> Option<(&'static str, f64)> {
        const SQUARE: f64 = 0.9999;
        let (r, d) = (self.right, self.down);
        let normal =
            [r[1] * d[2] - r[2] * d[1], r[2] * d[0] - r[0] * d[2], r[0] * d[1] - r[1] * d[0]];
        let square = (0..3).find(|k| normal[*k].abs() > SQUARE);
        let along = square.map(|k| (["x", "y", "z"][k], self.origin_mm[k]));
        along.or(self.plane_mm.map(|mm| ("plane", mm)))
    }

    /// Where a patient point falls, mm from the left and the upper edge, and how far it lies off
    /// the plane.
    #[must_use]
    pub fn project(&self, p_mm: [f64; 3]) -> ([f64; 2], f64) {
        let d = [0, 1, 2].map(|k| p_mm[k] - self.origin_mm[k]);
        let dot = |a: [f64; 3]| a[0] * d[0] + a[1] * d[1] + a[2] * d[2];
        let (r, w) = (self.right, self.down);
        let normal =
            [r[1] * w[2] - r[2] * w[1], r[2] * w[0] - r[0] * w[2], r[0] * w[1] - r[1] * w[0]];
        ([dot(r), dot(w)], dot(normal))
    }
}

/// A slice by its number: of the images behind it, or where there are none of the contour planes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SliceNumber {
    /// Its number: Instance Number where images have one, else counted from 1, the head's end first.
    pub number: i64,
    /// How many there are; none where the numbers do not run from 1 to that.
    pub of: Option<usize>,
    /// Whether images are counted, or contour planes.
    pub images: bool,
}

impl std::fmt::Display for SliceNumber {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let what = if self.images { "image" } else { "contour plane" };
        write!(f, "{what} {}", self.number)?;
        self.of.map_or(Ok(()), |count| write!(f, " of {count}"))
    }
}

/// The shortest distance of a pair.
#[derive(Debug, Clone, PartialEq)]
pub struct Segment {
    /// Its ends.
    pub closest: Closest,
    /// Its length as reported; negative where the two overlap.
    pub gap_mm: f64,
    /// The range of the gap.
    pub range_mm: Option<[f64; 2]>,
}

/// A grey image that fills a view.
#[derive(Debug, Clone, PartialEq)]
pub struct GreyImage {
    /// The grey scale, as `soft tissue`.
    pub window: String,
    /// Pixels in a row.
    pub width: u32,
    /// Rows.
    pub height: u32,
    /// Row by row from the upper left.
    pub pixels: Vec<u8>,
}

/// What an outline bounds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum What {
    /// Vertebra.
    Bone,
    /// Thecal sac.
    Sac,
    /// Everything within this of the cord, mm.
    Band(f64),
    /// Spinal cord.
    Cord,
    /// Tumour, or what is left of it.
    Tumour,
    /// What was taken of the tumour.
    Removed,
}

impl What {
    /// A word for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Bone => "vertebra",
            Self::Sac => "thecal sac",
            Self::Band(_) => "band",
            Self::Cord => "cord",
            Self::Tumour => "tumour",
            Self::Removed => "removed",
        }
    }
}

/// Outlines of one thing on a plane.
#[derive(Debug, Clone, PartialEq)]
pub struct Outline {
    /// What.
    pub what: What,
    /// Closed lines, mm from the left and the upper edge; holes by even-odd.
    pub rings: Vec<Vec<[f64; 2]>>,
}

/// One slice of the browser. All slices share size and corner.
#[derive(Debug, Clone)]
pub struct BrowserSlice {
    /// Where it lies, with the images of the study as it is; without outlines.
    pub view: View,
    /// Images of a second study; empty where there are none.
    pub second_images: Vec<GreyImage>,
    /// All but tumours as phases have it ([`PhaseViews::anatomy`]), back to front: as drawn first,
    /// then as each scenario or a second study has it.
    pub anatomies: Vec<Vec<Outline>>,
    /// Removed part and tumour as phases have them ([`PhaseViews::tumour`]), back to front.
    pub tumours: Vec<Vec<Outline>>,
}

/// The surface of the cord unrolled: rows along the contour planes' normal, columns round the
/// clock, the middle of a column at `(column + 0.5) * 360 / columns` degrees.
#[derive(Debug, Clone)]
pub struct CordMap {
    /// The key of the phase; none for the study as it is.
    pub scenario: Option<String>,
    /// Position of each row along the normal, the head's end first.
    pub plane_mm: Vec<f64>,
    /// Number of columns.
    pub columns: usize,
    /// Distance of the cord's surface from the nearest tumour, row by row; none beyond reach.
    pub gap_mm: Vec<Option<f64>>,
    /// The refined closest point of the record.
    pub closest: Option<MapPoint>,
    /// Distances beyond this are left out.
    pub reach_mm: f64,
}

/// A point of the unrolled cord.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MapPoint {
    /// Clock position, degrees.
    pub clock_deg: f64,
    /// Position of the point along the normal, mm.
    pub plane_mm: f64,
    /// Position on the map of the row that it lies on, mm: of the place of the centreline beside it.
    pub row_mm: f64,
    /// The gap there.
    pub gap_mm: f64,
}

impl CordMap {
    /// The least distance on the map, the refined closest point among its samples.
    #[must_use]
    pub fn least_mm(&self) -> Option<f64> {
        let refined = self.closest.iter().map(|c| c.gap_mm);
        self.gap_mm.iter().flatten().copied().chain(refined).min_by(f64::total_cmp)
    }
}

/// A surface of the view that can be turned.
#[derive(Debug, Clone)]
pub struct Surface {
    /// What it is.
    pub what: What,
    /// The phases that it belongs to, by their place in [`Scene::phases`].
    pub phases: Vec<usize>,
    /// The mesh.
    pub mesh: thecal_geom::Mesh,
    /// Distance from the tumour at each vertex of the cord, beyond reach none, for each of these
    /// phases; empty for others than the cord.
    pub gap_mm: Vec<Vec<Option<f64>>>,
}
