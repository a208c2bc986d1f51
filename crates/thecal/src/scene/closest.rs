//! Where the pictures of a phase are taken: at its shortest segment.

use thecal_geom::Point3;
use thecal_report as report;
use thecal_report::PairKind;
use thecal_report::scene::Segment;

use crate::measure::Part;

/// The point of closest approach, on a level of the reference that shows tumour: where the gap is the
/// same along a stretch, the nearest drawn plane of it that does.
pub(super) fn shown_level(
    phase: &report::PhaseRecord,
    reference: &Part,
    closest: Point3,
    [first, last]: [f64; 2],
) -> Point3 {
    /// Gaps that differ by less than this are one, mm.
    const SAME_GAP_MM: f64 = 0.02;
    let frame = reference.solid.frame();
    let at = frame.stack_from_patient(closest);
    let shows = |w: f64| first <= w && w <= last;
    if shows(at.z) {
        return closest;
    }
    let Some(pair) = chief(phase) else { return closest };
    let least_mm = pair.gap_mm.unwrap_or(f64::INFINITY);
    let planes = pair.profile.iter().flat_map(|p| &p.planes);
    let equal = planes.filter(|p| p.gap_mm.is_some_and(|g| g <= least_mm + SAME_GAP_MM));
    let levels = equal.map(|p| p.plane_mm).filter(|w| shows(*w));
    let nearest = levels.min_by(|a, b| (a - at.z).abs().total_cmp(&(b - at.z).abs()));
    // Else the level where the tumour begins.
    let level = nearest.unwrap_or(at.z.clamp(first.min(last), last.max(first)));
    frame.patient_from_stack(Point3::new(at.x, at.y, level))
}

/// The pair of the least tumour-cord gap, or tumour-sac gap where there is no cord.
fn chief(phase: &report::PhaseRecord) -> Option<&report::PairRecord> {
    let with_cord = phase.pairs.iter().any(|p| p.pair == PairKind::TumourCord);
    let kind = if with_cord { PairKind::TumourCord } else { PairKind::TumourSac };
    let pairs = phase.pairs.iter().filter(|p| p.pair == kind && p.gap_mm.is_some());
    pairs.min_by(|a, b| a.gap_mm.unwrap_or(0.0).total_cmp(&b.gap_mm.unwrap_or(0.0)))
}

/// The segment of the least tumour-cord gap of a phase, or tumour-sac gap where there is no cord.
pub(super) fn segment(phase: &report::PhaseRecord) -> Option<Segment> {
    let pair = chief(phase)?;
    let range_mm = pair.gap_lower_mm.zip(pair.gap_upper_mm).map(|(low, high)| [low, high]);
    Some(Segment { closest: pair.closest.clone()?, gap_mm: pair.gap_mm?, range_mm })
}
