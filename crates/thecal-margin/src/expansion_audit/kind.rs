//! Whether an expansion was made in three dimensions or plane by plane.

use std::collections::BTreeMap;

use super::centre::cluster;
use super::margins::Margin;

/// How an expansion was made, as far as its shape tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExpansionKind {
    /// By the same distance in every direction.
    ThreeDimensional,
    /// Plane by plane, each outline by the distance within its plane.
    InPlane,
    /// The two look alike on this organ.
    Unclear,
}

impl ExpansionKind {
    /// The word of the report contract.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ThreeDimensional => "three_dimensional",
            Self::InPlane => "in_plane",
            Self::Unclear => "unclear",
        }
    }
}

/// What is open of the mean distances of patches, whatever the number of samples, mm: of the interpolated
/// solid, and of the arcs over the edges between points as a part of their sagitta. Measured on phantoms
/// (docs/prv-audit.md).
const SYSTEMATIC_MM: f64 = 0.0015;
const SYSTEMATIC_OF_ARCS: f64 = 0.06;
/// Groups of planes that are left out in turn.
const GROUPS: usize = 10;
/// Rounds of leaving out what belongs to neither kind.
const ROUNDS: usize = 6;
/// Length and sectors of the patches that are averaged: far shorter than a spine bends, and longer than the
/// edges of outlines, whose arcs are off in the plane and in space alike.
const PATCH_MM: f64 = 8.0;
const PATCH_SECTORS: f64 = 12.0;

/// What the sides say: let *d* be the distance of a point of the drawn outline from the organ within the
/// plane, *m* that in space, and *e = d - m*. An expansion by *r* in space has *m = r*, so *d = r + e*; one
/// plane by plane has *d = r*. The slope of *d* over *e* is 1 for the first and 0 for the second, whatever *r*
/// is; it lies nearer to one of them by two standard errors, or it says nothing. Errors come from leaving out
/// a tenth of the planes in turn (the jackknife), with a part that all planes share; `arcs_mm` is the height of
/// the arcs over the edges of both outlines.
pub(super) fn of_sides(margins: &[Margin], arcs_mm: f64) -> ExpansionKind {
    let Some(used) = of_one_kind(margins) else { return ExpansionKind::Unclear };
    let patches = patches(&used);
    let Some(line) = Line::through(patches.iter()) else { return ExpansionKind::Unclear };
    let error = 2.0 * error_of_slope(&patches, SYSTEMATIC_MM.hypot(SYSTEMATIC_OF_ARCS * arcs_mm));
    if line.slope + error < 0.5 {
        ExpansionKind::InPlane
    } else if line.slope - error > 0.5 {
        ExpansionKind::ThreeDimensional
    } else {
        ExpansionKind::Unclear
    }
}

/// The margins that one line fits, without those that were cut or drawn otherwise.
fn of_one_kind(margins: &[Margin]) -> Option<Vec<&Margin>> {
    let known: Vec<&Margin> = margins.iter().filter(|m| m.in_plane_mm.is_finite()).collect();
    let kept = |of: &dyn Fn(&Margin) -> f64| {
        let values: Vec<f64> = known.iter().map(|m| of(m)).collect();
        cluster(&values)
    };
    // It begins with the kind that leaves out less.
    let (space, plane) = (kept(&|m| m.mm)?, kept(&|m| m.in_plane_mm)?);
    let (start, slope) = if space.1 <= plane.1 { (space.0, 1.0) } else { (plane.0, 0.0) };
    let mut line = Line { start, slope };
    let mut used = known.clone();
    for _ in 0..ROUNDS {
        let off: Vec<f64> = known.iter().map(|m| line.off_mm(&Place::from_margin(m))).collect();
        let (middle, near) = cluster(&off)?;
        let belongs = |off: &f64| (off - middle).abs() <= near;
        used = known.iter().zip(&off).filter(|(_, off)| belongs(off)).map(|(m, _)| *m).collect();
        let places: Vec<Place> = used.iter().map(|m| Place::from_margin(m)).collect();
        line = Line::through(places.iter())?;
    }
    Some(used)
}

/// A margin, or the mean of those of a patch.
#[derive(Debug, Clone, Copy)]
struct Place {
    w_mm: f64,
    in_plane_mm: f64,
    /// By how much the distance in the plane is larger than that in space, mm.
    excess_mm: f64,
    area_mm2: f64,
}

impl Place {
    fn from_margin(m: &Margin) -> Self {
        Self {
            w_mm: m.w_mm,
            in_plane_mm: m.in_plane_mm,
            excess_mm: m.in_plane_mm - m.mm,
            area_mm2: m.area_mm2,
        }
    }
}

/// The means of patches along and round the organ.
fn patches(margins: &[&Margin]) -> Vec<Place> {
    let mut sums: BTreeMap<(i64, i64), Place> = BTreeMap::new();
    for m in margins {
        let sector = m.clock_deg.unwrap_or(0.0) / 360.0 * PATCH_SECTORS;
        let key = ((m.w_mm / PATCH_MM).floor() as i64, sector as i64);
        let none = Place { w_mm: 0.0, in_plane_mm: 0.0, excess_mm: 0.0, area_mm2: 0.0 };
        let (sum, one) = (sums.entry(key).or_insert(none), Place::from_margin(m));
        sum.w_mm += one.area_mm2 * one.w_mm;
        sum.in_plane_mm += one.area_mm2 * one.in_plane_mm;
        sum.excess_mm += one.area_mm2 * one.excess_mm;
        sum.area_mm2 += one.area_mm2;
    }
    let mean = |p: &Place| Place {
        w_mm: p.w_mm / p.area_mm2,
        in_plane_mm: p.in_plane_mm / p.area_mm2,
        excess_mm: p.excess_mm / p.area_mm2,
        area_mm2: p.area_mm2,
    };
    sums.values().filter(|p| p.area_mm2 > 0.0).map(mean).collect()
}

struct Line {
    start: f64,
    slope: f64,
}

impl Line {
    /// By least squares; none where nothing leans.
    fn through<'a>(places: impl Iterator<Item = &'a Place>) -> Option<Self> {
        let mut sums = [0.0; 5];
        for p in places {
            let (x, y) = (p.excess_mm, p.in_plane_mm);
            for (sum, term) in sums.iter_mut().zip([1.0, x, y, x * x, x * y]) {
                *sum += p.area_mm2 * term;
            }
        }
        let [n, x, y, xx, xy] = sums;
        let spread = xx - x * x / n;
        if n <= 0.0 || spread <= 1e-9 * n {
            return None;
        }
        let slope = (xy - x * y / n) / spread;
        Some(Self { start: (y - slope * x) / n, slope })
    }

    fn off_mm(&self, p: &Place) -> f64 {
        p.in_plane_mm - self.start - self.slope * p.excess_mm
    }
}

/// Standard error of the slope through places that share an error.
fn error_of_slope(places: &[Place], shared_mm: f64) -> f64 {
    let mut rows: Vec<f64> = places.iter().map(|p| p.w_mm).collect();
    rows.sort_by(f64::total_cmp);
    let groups = GROUPS.min(rows.len());
    if groups < 3 {
        return f64::INFINITY;
    }
    let group = |p: &Place| rows.partition_point(|w| *w < p.w_mm) * groups / rows.len();
    let without = |k: usize| Line::through(places.iter().filter(|p| group(p) != k));
    let slopes: Option<Vec<f64>> = (0..groups).map(|k| Some(without(k)?.slope)).collect();
    let Some(slopes) = slopes else { return f64::INFINITY };
    let n = groups as f64;
    let mean = slopes.iter().sum::<f64>() / n;
    let scatter = slopes.iter().map(|s| (s - mean).powi(2)).sum::<f64>() * (n - 1.0) / n;
    let area: f64 = places.iter().map(|p| p.area_mm2).sum();
    let moment = |power: i32| {
        places.iter().map(|p| p.area_mm2 * p.excess_mm.powi(power)).sum::<f64>() / area
    };
    let spread = (moment(2) - moment(1).powi(2)).max(1e-12);
    (scatter + shared_mm.powi(2) / spread).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places(of: &[(f64, f64, f64)]) -> Vec<Place> {
        let place = |(k, &(x, y, area_mm2)): (usize, &(f64, f64, f64))| Place {
            w_mm: 8.0 * k as f64,
            in_plane_mm: y,
            excess_mm: x,
            area_mm2,
        };
        of.iter().enumerate().map(place).collect()
    }

    #[test]
    fn a_line_goes_through_points_on_it_and_between_others_by_their_areas() {
        let on: Vec<_> = [0.1, 0.5, 0.2, 0.9].map(|x| (x, 3.0 - 0.4 * x, 1.0 + x)).into();
        let line = Line::through(places(&on).iter()).expect("it leans");
        assert!((line.slope + 0.4).abs() < 1e-9 && (line.start - 3.0).abs() < 1e-9);
        let off = places(&[(0.5, 3.3, 1.0)]);
        assert!((line.off_mm(&off[0]) - 0.5).abs() < 1e-9);
        // At each end a pair of points, whose mean by area it goes through.
        let pairs = [(0.0, 1.0, 3.0), (0.0, 2.0, 1.0), (2.0, 5.0, 1.0), (2.0, 7.0, 1.0)];
        let line = Line::through(places(&pairs).iter()).expect("it leans");
        assert!((line.start - 1.25).abs() < 1e-9 && (line.slope - 4.75 / 2.0).abs() < 1e-9);
        assert!(Line::through(places(&[(0.3, 1.0, 1.0), (0.3, 2.0, 1.0)]).iter()).is_none());
        assert!(Line::through([].iter()).is_none());
    }

    #[test]
    fn the_error_of_a_slope_is_that_of_the_jackknife() {
        // Ten places at -1 and 1 in turn: without one of them the slope is told by the means of
        // the other nine (Efron and Stein 1981, doi 10.1214/aos/1176345462).
        let ys = [0.1, 1.2, -0.2, 0.9, 0.3, 1.1, 0.0, 0.7, -0.1, 1.4];
        let place = |(k, y): (usize, &f64)| (if k % 2 == 0 { -1.0 } else { 1.0 }, *y, 2.0);
        let of: Vec<(f64, f64, f64)> = ys.iter().enumerate().map(place).collect();
        let slope_without = |out: usize| {
            let mean = |sign: f64| {
                let kept = of.iter().enumerate().filter(|(k, p)| *k != out && p.0 == sign);
                let ys: Vec<f64> = kept.map(|(_, p)| p.1).collect();
                ys.iter().sum::<f64>() / ys.len() as f64
            };
            0.5 * (mean(1.0) - mean(-1.0))
        };
        let slopes: Vec<f64> = (0..10).map(slope_without).collect();
        let mean = slopes.iter().sum::<f64>() / 10.0;
        let scatter: f64 = slopes.iter().map(|s| (s - mean).powi(2)).sum::<f64>() * 0.9;
        for shared_mm in [0.0, 0.2] {
            // The places spread by 1 either way, so what is shared counts as it is.
            let wanted = (scatter + shared_mm * shared_mm).sqrt();
            let found = error_of_slope(&places(&of), shared_mm);
            assert!((found - wanted).abs() < 1e-9, "{found} for {wanted}");
        }
        assert_eq!(error_of_slope(&places(&of[..2]), 0.1), f64::INFINITY);
    }

    fn margin(w_mm: f64, clock_deg: f64, excess_mm: f64, in_plane_mm: f64) -> Margin {
        Margin {
            at: thecal_geom::Point3::origin(),
            w_mm,
            area_mm2: 1.0,
            mm: in_plane_mm - excess_mm,
            in_plane_mm,
            open_mm: [0.0; 2],
            lean_mm: 0.0,
            clock_deg: Some(clock_deg),
        }
    }

    #[test]
    fn patches_are_eight_millimetres_long_and_thirty_degrees_wide() {
        let mut of = [
            margin(1.0, 2.0, 0.2, 2.0),
            margin(7.0, 28.0, 0.6, 3.0),
            margin(7.9, 31.0, 0.1, 2.5),
            margin(8.1, 29.0, 0.3, 2.7),
            margin(-0.1, 29.0, 0.4, 2.8),
        ];
        of[1].area_mm2 = 3.0;
        let found = patches(&of.iter().collect::<Vec<_>>());
        let found: Vec<_> =
            found.iter().map(|p| (p.w_mm, p.in_plane_mm, p.excess_mm, p.area_mm2)).collect();
        // Means by area of the first two, which share a patch; the others are alone.
        let wanted = [
            (-0.1, 2.8, 0.4, 1.0),
            ((1.0 + 21.0) / 4.0, (2.0 + 9.0) / 4.0, (0.2 + 1.8) / 4.0, 4.0),
            (7.9, 2.5, 0.1, 1.0),
            (8.1, 2.7, 0.3, 1.0),
        ];
        assert_eq!(found.len(), wanted.len(), "{found:?}");
        for (f, w) in found.iter().zip(wanted) {
            let off = [f.0 - w.0, f.1 - w.1, f.2 - w.2, f.3 - w.3];
            assert!(off.iter().all(|x| x.abs() < 1e-9), "{f:?} for {w:?}");
        }
    }

    /// Sides whose distance within the planes is `2 + slope * e`, with excesses of 0 and 0.6 mm.
    fn sides(slope: f64) -> Vec<Margin> {
        (0..240)
            .map(|k| {
                let excess_mm = if k % 2 == 0 { 0.0 } else { 0.6 };
                let (w_mm, clock_deg) = (8.0 * f64::from(k / 12) + 4.0, 30.0 * f64::from(k % 12));
                margin(w_mm, clock_deg + 15.0, excess_mm, 2.0 + slope * excess_mm)
            })
            .collect()
    }

    #[test]
    fn a_slope_tells_the_kind_by_two_standard_errors() {
        use ExpansionKind::{InPlane, ThreeDimensional, Unclear};
        // All lie on their line: what they share is left. Arcs of 1 mm count by 0.06 of it, and the
        // excess spreads by 0.3 mm, so that two errors are 0.40. Arcs of 0.1 mm leave 0.04.
        for (slope, arcs_mm, wanted) in [
            (0.95, 1.0, ThreeDimensional),
            (0.85, 1.0, Unclear),
            (0.15, 1.0, Unclear),
            (0.05, 1.0, InPlane),
            (0.85, 0.1, ThreeDimensional),
            (0.56, 0.1, ThreeDimensional),
            (0.52, 0.1, Unclear),
            (0.48, 0.1, Unclear),
            (0.44, 0.1, InPlane),
        ] {
            assert_eq!(of_sides(&sides(slope), arcs_mm), wanted, "{slope} {arcs_mm}");
        }
        assert_eq!(of_sides(&[], 0.1), Unclear);
    }

    #[test]
    fn what_was_cut_or_is_not_known_does_not_change_the_kind() {
        use ExpansionKind::{InPlane, ThreeDimensional};
        for (slope, wanted) in [(1.0, ThreeDimensional), (0.0, InPlane)] {
            let mut drawn = sides(slope);
            // A quarter of the length was cut to 0.5 mm, and a twentieth has no distance in its plane.
            for m in drawn.iter_mut().filter(|m| m.w_mm < 40.0) {
                (m.in_plane_mm, m.mm) = (0.5, 0.5 - 0.2 * f64::from(m.w_mm > 20.0));
            }
            for m in drawn.iter_mut().filter(|m| m.w_mm > 152.0) {
                m.in_plane_mm = f64::INFINITY;
            }
            assert_eq!(of_sides(&drawn, 0.1), wanted);
            let used = of_one_kind(&drawn).expect("one kind");
            assert_eq!(used.len(), 240 - 60 - 12);
        }
    }
}
