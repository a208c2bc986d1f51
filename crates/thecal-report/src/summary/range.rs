//! What makes a gap's range as wide as it is, in words, and what would make it narrower.

use std::fmt::Write as _;

use crate::{IntervalPart, IntervalSource, PairRecord, Report, StructureRecord};

/// Parts that add less than this to the range are not told of, mm.
const WORTH_MM: f64 = 0.05;
/// Ranges narrower than this need no advice, mm.
const NARROW_MM: f64 = 0.2;
/// Advice is given for planes this far apart, mm.
const FINE_MM: f64 = 1.0;

/// What a part is, in words.
fn words(part: IntervalSource) -> &'static str {
    match part {
        IntervalSource::Planes => "the spacing of the planes",
        IntervalSource::Poles => "features that may end between planes",
        IntervalSource::Ends => "ends, which may lie anywhere up to the next plane",
        IntervalSource::Points => "the spacing of contour points",
        IntervalSource::Rounding => "rounded coordinates",
        IntervalSource::Pixels => "the pixels",
        IntervalSource::Drawing => "the contours before the separation",
        IntervalSource::Search => "the search",
    }
}

/// One sentence on the parts of a range, the largest first; none where the range is narrow.
pub(crate) fn why(pair: &PairRecord, report: &Report) -> Option<String> {
    let width = |p: &IntervalPart| p.lower_mm + p.upper_mm;
    let mut parts: Vec<&IntervalPart> =
        pair.interval_parts.iter().filter(|p| width(p) >= WORTH_MM).collect();
    parts.sort_by(|a, b| width(b).total_cmp(&width(a)));
    let whole: f64 = pair.interval_parts.iter().map(width).sum();
    if parts.is_empty() || whole < NARROW_MM {
        return None;
    }
    let mut text = "the range comes from ".to_owned();
    for (k, p) in parts.iter().take(3).enumerate() {
        let before = if k == 0 { "" } else { "; " };
        let _ = write!(text, "{before}{} ({:.2} mm)", words(p.part), width(p));
    }
    if let Some(finer_mm) = drawn_finer(pair, report).filter(|f| *f < 0.8 * whole) {
        let _ = write!(
            text,
            "; with planes every {FINE_MM:.0} mm it would be about {finer_mm:.1} mm wide"
        );
    }
    Some(text)
}

/// About how wide the range would be with planes every millimetre: what lies between planes goes
/// with the square of their distance, ends go with the distance itself.
fn drawn_finer(pair: &PairRecord, report: &Report) -> Option<f64> {
    let spacing = |name: &str| {
        let of_name = |s: &&StructureRecord| s.name == name;
        report.structures.iter().find(of_name).and_then(|s| s.plane_spacing_mm)
    };
    let spacing_mm = spacing(&pair.a)?.max(spacing(&pair.b)?);
    if spacing_mm <= 1.2 * FINE_MM {
        return None;
    }
    let part = FINE_MM / spacing_mm;
    let scaled = |p: &IntervalPart| {
        let factor = match p.part {
            IntervalSource::Planes | IntervalSource::Poles => part * part,
            IntervalSource::Ends => part,
            IntervalSource::Points
            | IntervalSource::Rounding
            | IntervalSource::Pixels
            | IntervalSource::Search
            | IntervalSource::Drawing => 1.0,
        };
        factor * (p.lower_mm + p.upper_mm)
    };
    Some(pair.interval_parts.iter().map(scaled).sum())
}
