//! All measurements of one pair of structures.

use crate::arrangement::Arrangement;
use crate::facing_surfaces::FacingSurfaces;
use crate::gap::Gap;
use crate::interval::Interval;
use crate::interval::{IntervalPart, Part, estimate};
use crate::profile::{Profile, profile};
use crate::search;
use crate::volume::volumes_within_cc;
use thecal_geom::Point3;
use thecal_mask::Solid;

/// What limits the precision of a gap.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Limit {
    /// A closest point lies past the last contour plane, where the end rule applies.
    Ends,
    /// A closest point lies where planes are missing.
    MissingPlanes,
    /// A structure is a mask, and its voxel size limits the precision.
    Voxels,
}

impl Limit {
    /// The word of the report contract.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ends => "ends",
            Self::MissingPlanes => "missing_planes",
            Self::Voxels => "voxels",
        }
    }
}

/// The gap of a pair with its interval, place and profile.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct PairGap {
    /// Value and closest points.
    pub gap: Gap,
    /// The range that the data leave open.
    pub interval: Interval,
    /// The parts of the interval.
    pub parts: Vec<IntervalPart>,
    /// The gap's part within the planes of the second structure, mm, never negative.
    pub in_plane_mm: f64,
    /// The gap's part along their normal, mm, never negative.
    pub through_plane_mm: f64,
    /// Volume of the overlap, cc.
    pub overlap_cc: f64,
    /// What limits it.
    pub limited_by: Option<Limit>,
    /// The gap along and round the reference (the second structure; within, the first), and how
    /// much of it lies below each threshold.
    pub profile: Profile,
}

/// How far an interval goes below and above its gap.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Openness {
    /// Below, mm.
    pub below_mm: f64,
    /// Above, mm.
    pub above_mm: f64,
}

impl Openness {
    /// What the drawing of two structures leaves open at most where no gap between them was
    /// measured: each surface lies up to half a plane's distance from where it is drawn.
    #[must_use]
    pub fn of_drawing(a: &Solid, b: &Solid) -> Self {
        let half_mm = 0.5 * (a.spacing_mm() + b.spacing_mm());
        Self { below_mm: half_mm, above_mm: half_mm }
    }

    /// An interval wider by this.
    #[must_use]
    pub fn widened(self, interval: Interval) -> Interval {
        Interval {
            lower_mm: interval.lower_mm - self.below_mm,
            upper_mm: interval.upper_mm + self.above_mm,
        }
    }
}

impl PairGap {
    /// How far below and above the gap its interval goes.
    #[must_use]
    pub fn openness(&self) -> Openness {
        Openness {
            below_mm: self.gap.gap_mm - self.interval.lower_mm,
            above_mm: self.interval.upper_mm - self.gap.gap_mm,
        }
    }

    /// Widens the intervals of the gap and of its profile by what was open of the drawing that one
    /// of the structures was computed from: it is known no better than that.
    pub fn widen(&mut self, open: Openness) {
        self.interval = open.widened(self.interval);
        let planes = self.profile.planes.iter_mut().map(|(_, least)| least);
        for least in planes.chain(&mut self.profile.sectors).flatten() {
            least.interval = open.widened(least.interval);
        }
        if open.below_mm > 0.0 || open.above_mm > 0.0 {
            self.parts.push(IntervalPart {
                part: Part::Drawing,
                lower_mm: open.below_mm,
                upper_mm: open.above_mm,
            });
        }
    }
}

/// The profile reaches this far past the largest threshold.
const PROFILE_BEYOND_MM: f64 = 2.0;

/// Measures a pair; none where the two cannot face each other (a cord outside the drawn length
/// of its sac).
///
/// # Example
/// ```
/// # use std::f64::consts::TAU;
/// # use thecal_geom::{Contour, ContourKind, Point3};
/// # use thecal_mask::{EndRule, Solid};
/// # /// A tube along z, from -20 to 20 mm, drawn on planes 2 mm apart with a point every 2 degrees.
/// # fn tube(x_mm: f64, radius_mm: f64) -> Solid {
/// #     let contours: Vec<Contour> = (-10..=10)
/// #         .map(|k| Contour {
/// #             number: 1,
/// #             kind: ContourKind::ClosedPlanar,
/// #             points_mm: (0..180)
/// #                 .map(|i| {
/// #                     let (sin, cos) = (TAU * f64::from(i) / 180.0).sin_cos();
/// #                     Point3::new(x_mm + radius_mm * cos, radius_mm * sin, 2.0 * f64::from(k))
/// #                 })
/// #                 .collect(),
/// #         })
/// #         .collect();
/// #     Solid::from_contours(&contours, EndRule::Plane, 2.0).expect("a solid")
/// # }
/// use thecal_margin::{Arrangement, TOLERANCE_MM, Verdict, measure, verdict};
///
/// let found = measure(&tube(0.0, 4.0), &tube(10.0, 3.0), Arrangement::Apart, &[2.0, 3.0])
///     .expect("both are there");
/// assert!((found.gap.gap_mm - 3.0).abs() < 1e-6);
/// // The range contains the truth, and all of it reaches 2 mm.
/// let interval = found.interval;
/// assert!(interval.lower_mm <= 3.0 && 3.0 <= interval.upper_mm);
/// assert_eq!(verdict(interval, 2.0, TOLERANCE_MM), Verdict::Pass);
/// // Nothing of the second tube lies within 2 mm of the first.
/// assert_eq!(found.profile.below[0].surface_mm2, 0.0);
/// ```
#[must_use]
pub fn measure(
    a: &Solid,
    b: &Solid,
    arrangement: Arrangement,
    thresholds_mm: &[f64],
) -> Option<PairGap> {
    let past = thresholds_mm.iter().copied().fold(0.0, f64::max) + PROFILE_BEYOND_MM;
    let reach_mm = |gap_mm: f64| past.max((gap_mm + PROFILE_BEYOND_MM).ceil());
    let surfaces = FacingSurfaces::new(a, b, arrangement, &reach_mm)?;
    let search::Found { gap: mut found, drawn } = search::search(a, b, &surfaces)?;
    let mut known = estimate(a, b, &found, &drawn, arrangement);
    let mut profile_least_mm = f64::NEG_INFINITY;
    // Outlines of pixels may cross between them: of labels that share none, no overlap is shown.
    if arrangement == Arrangement::Apart && found.gap_mm < 0.0 && a.shares_no_pixel_with(b) {
        let middle = found.a_mm + 0.5 * (found.b_mm - found.a_mm);
        known.interval.lower_mm -= found.gap_mm;
        known.interval.upper_mm -= found.gap_mm;
        found = Gap { gap_mm: 0.0, a_mm: middle, b_mm: middle };
        profile_least_mm = 0.0;
    }
    let reach_mm = reach_mm(found.gap_mm);
    let away = found.b_mm - found.a_mm;
    let through_plane_mm = away.dot(&b.frame().normal()).abs();
    // A cord lies in its sac as a whole: only structures that should lie apart overlap.
    let shared = arrangement == Arrangement::Apart && found.gap_mm < 0.0;
    Some(PairGap {
        gap: found,
        interval: known.interval,
        parts: known.parts,
        in_plane_mm: (away.norm_squared() - through_plane_mm.powi(2)).max(0.0).sqrt(),
        through_plane_mm,
        overlap_cc: if shared { volumes_within_cc(a, b, &surfaces, &[0.0])[0] } else { 0.0 },
        limited_by: limit(a, found.a_mm)
            .or_else(|| limit(b, found.b_mm))
            .or_else(|| [a, b].into_iter().any(Solid::is_of_pixels).then_some(Limit::Voxels)),
        profile: profile(a, b, &surfaces, thresholds_mm, reach_mm).not_below(profile_least_mm),
    })
}

fn limit(s: &Solid, p: Point3) -> Option<Limit> {
    if !s.has_planes_about(p) {
        return Some(Limit::Ends);
    }
    let w = s.frame().stack_from_patient(p).z;
    let planes = s.planes_mm();
    let i = planes.partition_point(|&x| x < w);
    let within = |lo: f64, hi: f64| s.missing_planes_mm().iter().any(|&m| lo < m && m < hi);
    (i > 0 && i < planes.len() && within(planes[i - 1], planes[i])).then_some(Limit::MissingPlanes)
}
