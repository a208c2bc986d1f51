//! Whether a drawn expansion of an organ, as a planning organ at risk volume is one, has the margin that
//! it should have. `docs/prv-audit.md` has the method with its formulas.

mod centre;
mod ends;
mod findings;
mod kind;
mod margins;
mod profile;
mod side_surface;

pub use ends::EndMargin;
pub use findings::{EXPANSION_TOLERANCE_MM, Fault, Finding, Neighbour};
pub use kind::ExpansionKind;
pub use margins::MarginField;
pub use profile::MarginRange;

use centre::{centre, median};
use ends::Ends;
use findings::Evidence;
use margins::{Margin, OrganMargin, margins, on_organ};
use profile::{by_plane, by_sector};
use side_surface::SideSurface;
use thecal_geom::Point3;
use thecal_mask::Solid;

use crate::verdict::Verdict;

/// A margin with its range and its place.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct LeastMargin {
    /// The margin, mm; negative where the organ lies outside the drawn expansion.
    pub mm: f64,
    /// Its range by what the drawings leave open, mm.
    pub range_mm: [f64; 2],
    /// The place, LPS mm.
    pub at_mm: Point3,
    /// Clock position round the organ, degrees.
    pub clock_deg: Option<f64>,
    /// Position along the drawn expansion's stack, mm.
    pub plane_mm: f64,
}

/// The part of an organ's surface that has too small a margin.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct ShortSurface {
    /// Area, mm2.
    pub surface_mm2: f64,
    /// Share of the organ's surface, 0 to 1.
    pub share: f64,
    /// The part of the area beside which the expansion was not drawn at all, mm2.
    pub not_covered_mm2: f64,
}

/// What is found of a drawn expansion.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct ExpansionAudit {
    /// The least margin.
    pub least: LeastMargin,
    /// Mean and largest over the drawn expansion's sides; none where it has no side beside the organ.
    pub sides: Option<MarginRange>,
    /// The margin whose exact expansion fits best, mm; of one made plane by plane, within the planes.
    pub best_fit_mm: Option<f64>,
    /// The range of the best fit by what the drawings leave open, mm.
    pub best_fit_range_mm: Option<[f64; 2]>,
    /// How it was made.
    pub kind: ExpansionKind,
    /// Both ends; empty where the planes of the two are not parallel.
    pub ends: Vec<EndMargin>,
    /// Organ surface with less margin than it should have by more than the tolerance and what the drawings
    /// leave open; none where it is not known what it should have.
    pub short: Option<ShortSurface>,
    /// Faults, what is too small first.
    pub findings: Vec<Finding>,
    /// Whether it is what it should be: `fail` with any fault, `pass` where the margin is reached all over
    /// whatever the drawings leave open. None where it is not known what it should be.
    pub verdict: Option<Verdict>,
    /// Plane by plane, ascending along the drawn expansion's stack, mm.
    pub planes: Vec<(f64, MarginRange)>,
    /// Clock sector by clock sector, clockwise from anterior.
    pub sectors: Vec<Option<MarginRange>>,
}

/// Holds a drawn expansion against its organ. `nominal_mm` is the margin that it should have; `neighbours`
/// gives structures that it may have been cut along, and is asked only where it may have been.
///
/// None where the two have nothing to do with each other: the organ has no surface, or no part of it lies
/// beside the drawn expansion.
///
/// # Error
/// Margins to about 0.01 mm on the interpolated solids.
#[must_use]
pub fn audit_expansion(
    organ: &Solid,
    drawn: &Solid,
    nominal_mm: Option<f64>,
    tolerance_mm: f64,
    neighbours: &dyn Fn() -> Vec<Neighbour>,
) -> Option<ExpansionAudit> {
    let organ_sides = SideSurface::from_solid(organ);
    let margins = margins(organ, &organ_sides, drawn);
    let field = MarginField::from_solid(drawn);
    let on_organ = on_organ(organ, &field);
    let least = least(&margins, &on_organ, organ)?;
    let sides = kind::of_sides(&margins, arcs_mm(organ) + arcs_mm(drawn));
    let fit = best_fit(&margins, sides, ends(organ, drawn), nominal_mm, tolerance_mm);
    let evidence = fit.map(|(kind, best_fit_mm, ends)| Evidence {
        margins: &margins,
        ends,
        kind,
        best_fit_mm,
        nominal_mm,
        tolerance_mm,
    });
    let findings = evidence.as_ref().map_or_else(Vec::new, |e| e.findings(neighbours));
    let open = |k: usize| median(margins.iter().map(|m| m.open_mm[k])).unwrap_or(0.0);
    let short = nominal_mm.map(|r| short(&on_organ, r - tolerance_mm - open(1)));
    let verdict = nominal_mm.map(|r| match &evidence {
        _ if !findings.is_empty() => Verdict::Fail,
        Some(e) if e.reaches(r) => Verdict::Pass,
        _ => Verdict::Indeterminate,
    });
    Some(ExpansionAudit {
        least,
        sides: MarginRange::from_margins(margins.iter()),
        best_fit_mm: evidence.as_ref().map(|e| e.best_fit_mm),
        best_fit_range_mm: evidence
            .as_ref()
            .map(|e| [e.best_fit_mm - open(0), e.best_fit_mm + open(1)]),
        kind: evidence.as_ref().map_or(ExpansionKind::Unclear, |e| e.kind),
        ends: ends(organ, drawn).iter().flat_map(|e| e.each).collect(),
        short,
        findings,
        verdict,
        planes: by_plane(&margins),
        sectors: by_sector(&margins),
    })
}

/// Kind and best fit, which rest on each other: what an expansion plane by plane leaves open in space says
/// nothing of the distance that it was made with.
fn best_fit(
    margins: &[Margin],
    sides: ExpansionKind,
    ends: Option<Ends>,
    nominal_mm: Option<f64>,
    tolerance_mm: f64,
) -> Option<(ExpansionKind, f64, Option<Ends>)> {
    let in_space: Vec<f64> = margins.iter().map(|m| m.mm).collect();
    let in_plane: Vec<f64> = margins.iter().map(|m| m.in_plane_mm).collect();
    let fit_mm = centre(&in_space)?;
    let r_mm = nominal_mm.unwrap_or(fit_mm).min(fit_mm);
    // On planes that are not parallel nothing is said of distances within them.
    let kind = ends.map_or(ExpansionKind::Unclear, |e| e.kind(sides, r_mm, tolerance_mm));
    let best_fit_mm = match kind {
        ExpansionKind::InPlane => centre(&in_plane)?,
        _ => fit_mm,
    };
    Some((kind, best_fit_mm, ends))
}

/// How high arcs rise over the edges of a solid's outlines, mm, on a circle of its usual section; of pixels, how
/// far their outline wanders.
fn arcs_mm(solid: &Solid) -> f64 {
    let area_mm2 = median(solid.areas_mm2().iter().copied()).unwrap_or(0.0);
    let radius_mm = (area_mm2 / std::f64::consts::PI).sqrt();
    let edge_mm = solid.resolution().point_spacing_mm;
    // An outline of pixels wanders by half of one.
    let pixels_mm = 0.5 * solid.pixel_mm(thecal_geom::Vector3::zeros()).unwrap_or(0.0);
    let arcs_mm = if radius_mm > 0.0 { edge_mm * edge_mm / (8.0 * radius_mm) } else { 0.0 };
    arcs_mm.max(pixels_mm)
}

/// The ends of two solids on parallel planes.
fn ends(organ: &Solid, drawn: &Solid) -> Option<Ends> {
    /// Planes whose normals differ by more than this sine are not parallel.
    const PARALLEL: f64 = 0.01;
    let normal = drawn.frame().normal();
    if organ.frame().normal().cross(&normal).norm() > PARALLEL {
        return None;
    }
    let range = |s: &Solid| {
        let (planes, areas) = (s.planes_mm(), s.areas_mm2());
        let first = (*planes.first()?, *areas.first()?);
        Some([first, (*planes.last()?, *areas.last()?)])
    };
    let same = organ.frame().normal().dot(&normal) > 0.0;
    let [first, last] = range(organ)?;
    let turned = |end: (f64, f64)| (-end.0, end.1);
    let organ_mm = if same { [first, last] } else { [turned(last), turned(first)] };
    let steps = [organ.spacing_mm(), drawn.spacing_mm()];
    Some(Ends::new(organ_mm, range(drawn)?, steps, normal.z >= 0.0))
}

/// The least margin: on the drawn expansion's outlines, or where the organ has none beside it.
fn least(margins: &[Margin], on_organ: &[OrganMargin], organ: &Solid) -> Option<LeastMargin> {
    let drawn = margins.iter().min_by(|a, b| a.mm.total_cmp(&b.mm)).map(|m| LeastMargin {
        mm: m.mm,
        range_mm: [m.lower_mm(), m.upper_mm()],
        at_mm: m.at,
        clock_deg: m.clock_deg,
        plane_mm: m.w_mm,
    });
    let bare = on_organ.iter().filter(|m| !m.covered).min_by(|a, b| a.mm.total_cmp(&b.mm));
    let bare = bare.map(|m| LeastMargin {
        mm: m.mm,
        // Where the drawn expansion ends within a slice is not known, and its last plane is.
        range_mm: [m.mm - organ.spacing_mm(), m.mm],
        at_mm: m.at,
        clock_deg: None,
        plane_mm: m.w_mm,
    });
    // An organ that is covered nowhere has no expansion here at all.
    drawn.filter(|_| on_organ.iter().any(|m| m.covered)).map(|drawn| match bare {
        Some(bare) if bare.mm < drawn.mm => bare,
        _ => drawn,
    })
}

fn short(on_organ: &[OrganMargin], least_mm: f64) -> ShortSurface {
    let area = |of: &dyn Fn(&OrganMargin) -> bool| {
        // A sum of nothing is -0 in the standard library.
        on_organ.iter().filter(|m| of(m)).fold(0.0, |sum, m| sum + m.area_mm2)
    };
    let is_short = |m: &OrganMargin| m.mm < least_mm;
    let surface_mm2 = area(&is_short);
    ShortSurface {
        surface_mm2,
        share: surface_mm2 / area(&|_| true).max(f64::MIN_POSITIVE),
        not_covered_mm2: area(&|m| is_short(m) && !m.covered),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::f64::consts::{PI, TAU};
    use thecal_geom::{Contour, ContourKind, Point3};
    use thecal_mask::EndRule;

    /// A tube along the last axis, drawn on planes a step apart from one height to another.
    fn tube(x_mm: f64, radius_mm: f64, points: u32, [from, to, step]: [f64; 3]) -> Solid {
        let count = ((to - from) / step).round() as u32;
        let contour = |k: u32| Contour {
            number: 1,
            kind: ContourKind::ClosedPlanar,
            points_mm: (0..points)
                .map(|i| (TAU * f64::from(i) / f64::from(points)).sin_cos())
                .map(|(sin, cos)| {
                    let z = from + step * f64::from(k);
                    Point3::new(x_mm + radius_mm * cos, radius_mm * sin, z)
                })
                .collect(),
        };
        let contours: Vec<Contour> = (0..=count).map(contour).collect();
        Solid::from_contours(&contours, EndRule::HalfSlice, step).expect("a solid")
    }

    #[test]
    fn arcs_rise_over_edges_by_their_sagitta() {
        for (radius_mm, points) in [(5.0, 40), (9.0, 60), (3.0, 90)] {
            let found = arcs_mm(&tube(0.0, radius_mm, points, [0.0, 8.0, 2.0]));
            let wanted = radius_mm * (1.0 - (PI / f64::from(points)).cos());
            assert!((found / wanted - 1.0).abs() < 0.02, "{found} for {wanted}");
        }
    }

    #[test]
    fn ends_are_as_far_apart_as_first_and_last_planes() {
        let organ = tube(0.0, 5.0, 60, [0.0, 40.0, 2.0]);
        let drawn = tube(0.0, 7.0, 60, [-4.0, 46.0, 2.0]);
        let found = ends(&organ, &drawn).expect("their planes are parallel").each;
        let told = found.map(|e| (e.head, (10.0 * e.drawn_mm).round() / 10.0));
        assert_eq!(told, [(false, 4.0), (true, 6.0)]);
    }

    #[test]
    fn the_organ_that_lies_too_near_is_the_arc_on_which_two_circles_come_near() {
        // Circles of 5 and 6.5 mm whose middles lie 0.6 mm apart, one round the other.
        let aside = 0.6;
        let organ = tube(0.0, 5.0, 360, [0.0, 40.0, 2.0]);
        let drawn = tube(aside, 6.5, 360, [-4.0, 44.0, 2.0]);
        for (nominal_mm, tolerance_mm) in [(1.5, 0.2), (1.4, 0.25), (2.0, 0.3)] {
            let audit = audit_expansion(&organ, &drawn, Some(nominal_mm), tolerance_mm, &Vec::new);
            let audit = audit.expect("an expansion");
            // A point of the organ at an angle lies 6.5 mm less its way to the other middle off.
            let least = nominal_mm - tolerance_mm;
            let cos = (25.0 + aside * aside - (6.5 - least).powi(2)) / (10.0 * aside);
            let share = 1.0 - cos.clamp(-1.0, 1.0).acos() / PI;
            let found = audit.short.expect("there is a nominal margin");
            assert!((found.share - share).abs() < 0.02, "{found:?} for {share}");
            let side_mm2 = TAU * 5.0 * 40.0;
            assert!((found.surface_mm2 / (share * side_mm2) - 1.0).abs() < 0.07, "{found:?}");
            assert_eq!(found.not_covered_mm2, 0.0);
            assert!((audit.least.mm - (1.5 - aside)).abs() < 0.01, "{:?}", audit.least);
            assert!(audit.least.range_mm[0] <= 0.9 && audit.least.range_mm[1] >= 0.9);
        }
    }

    #[test]
    fn an_organ_that_goes_on_past_its_expansion_is_least_there_up_to_a_slice() {
        // The expansion ends 10 mm before the organ: past its next plane, at 32 mm, 8 mm are missing.
        let organ = tube(0.0, 5.0, 120, [0.0, 40.0, 2.0]);
        let drawn = tube(0.0, 7.0, 120, [-2.0, 30.0, 2.0]);
        let audit = audit_expansion(&organ, &drawn, Some(2.0), 0.2, &Vec::new).expect("an audit");
        assert!((audit.least.mm + 8.0).abs() < 1e-6, "{:?}", audit.least);
        let [low, high] = audit.least.range_mm;
        assert!((low + 10.0).abs() < 1e-6 && (high + 8.0).abs() < 1e-6, "{:?}", audit.least);
        assert!((audit.least.plane_mm - 40.0).abs() < 1e-6);
        // What is missing is the organ's side from 32 mm on.
        let short = audit.short.expect("there is a nominal margin");
        let wanted_mm2 = TAU * 5.0 * 8.0;
        assert!((short.not_covered_mm2 / wanted_mm2 - 1.0).abs() < 0.15, "{short:?}");
    }
}
