//! The shortest ways between tumour and cord, along which the dose is looked at.

use thecal_geom::{Point3, Vector3};
use thecal_margin::{PairGap, clock_deg};
use thecal_mask::Solid;

/// Ways of planes and sectors count where they are no longer than the shortest one and this, mm.
const BESIDE_LEAST_MM: f64 = 0.5;
/// Ways that end on the cord nearer to each other than this are one, mm.
const SAME_MM: f64 = 0.25;
/// Shorter ways have no direction of their own, mm.
const TOUCHING_MM: f64 = 1e-3;

/// What a way is the shortest of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ShortestOf {
    /// All ways.
    All,
    /// Those that end on one plane of the cord.
    Plane,
    /// Those that end in one clock sector of the cord.
    Sector,
}

/// A shortest way between tumour and cord.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Segment {
    /// What it is the shortest of.
    pub of: ShortestOf,
    /// Its end on the tumour's surface, LPS mm.
    pub tumour_mm: Point3,
    /// Its end on the cord's surface, LPS mm.
    pub cord_mm: Point3,
    /// The direction from the cord to the tumour, of length one; the cord's outward normal where the
    /// two touch or overlap.
    pub towards_tumour: Vector3,
    /// Its length, mm; zero or less where tumour and cord touch or overlap.
    pub gap_mm: f64,
    /// Where its end on the cord lies along the cord's stack, mm.
    pub plane_mm: f64,
    /// Where its end on the tumour lies round the cord, degrees; none where the cord says no direction.
    pub clock_deg: Option<f64>,
}

impl Segment {
    /// A way from its ends.
    ///
    /// `gap_mm` is their distance, or minus the depth where the two overlap.
    #[must_use]
    pub fn new(
        of: ShortestOf,
        tumour_mm: Point3,
        cord_mm: Point3,
        gap_mm: f64,
        cord: &Solid,
    ) -> Self {
        let way = (gap_mm > TOUCHING_MM).then(|| tumour_mm - cord_mm);
        let way = way.and_then(|w| w.try_normalize(TOUCHING_MM));
        let towards_tumour = way.unwrap_or_else(|| cord.nearest_from(cord_mm, cord_mm).normal);
        Self {
            of,
            tumour_mm,
            cord_mm,
            towards_tumour,
            gap_mm,
            plane_mm: cord.frame().stack_from_patient(cord_mm).z,
            clock_deg: clock_deg(cord, tumour_mm),
        }
    }

    /// A point on the way or beyond its ends, by its distance from the cord's surface towards the tumour.
    #[must_use]
    pub fn point(&self, from_cord_mm: f64) -> Point3 {
        self.cord_mm + self.towards_tumour * from_cord_mm
    }
}

/// The shortest way of a tumour-cord pair, then the shortest one of each plane and clock sector that is
/// at most 0.5 mm longer. Ways that end at the same place are given once.
///
/// `pair` is what [`thecal_margin::measure`] gives of tumour and cord, in that order.
#[must_use]
pub fn segments(pair: &PairGap, cord: &Solid) -> Vec<Segment> {
    let gap = &pair.gap;
    let mut out = vec![Segment::new(ShortestOf::All, gap.a_mm, gap.b_mm, gap.gap_mm, cord)];
    let planes = pair.profile.planes.iter().filter_map(|(_, least)| *least);
    let sectors = pair.profile.sectors.iter().flatten().copied();
    let planes = planes.map(|least| (ShortestOf::Plane, least));
    let sectors = sectors.map(|least| (ShortestOf::Sector, least));
    for (of, least) in planes.chain(sectors) {
        let near = least.gap_mm <= gap.gap_mm + BESIDE_LEAST_MM;
        let new = out.iter().all(|s| (s.cord_mm - least.reference_mm).norm() > SAME_MM);
        if near && new {
            let (tumour_mm, cord_mm) = (least.other_mm, least.reference_mm);
            out.push(Segment::new(of, tumour_mm, cord_mm, least.gap_mm, cord));
        }
    }
    out
}
