//! A pair and its gap as parts of the record.

use thecal_margin as margin;
use thecal_margin::PairKind;
use thecal_report as report;

use super::words;
use crate::phase::{Found, Judgement, Pair, PlacedGap};
use crate::settings::Thresholds;

pub(super) fn pair(pair: &Pair, thresholds: &Thresholds) -> report::PairRecord {
    let verdicts = verdicts(pair, thresholds);
    let empty = report::PairRecord {
        pair: words::pair_kind(pair.kind),
        a: pair.a.clone(),
        b: pair.b.clone(),
        gap_mm: None,
        gap_lower_mm: None,
        gap_upper_mm: None,
        interval_parts: Vec::new(),
        gap_smoothed_mm: None,
        overlap_cc: None,
        closest: None,
        direction: None,
        r#where: None,
        limited_by: None,
        below: Vec::new(),
        verdicts,
        headline: Some(words::headline(pair.headline(thresholds))),
        decides: thresholds.decides(pair.kind),
        profile: None,
    };
    match &pair.found {
        Found::Gap(placed) => with_gap(empty, pair.kind, placed),
        Found::TumourGone | Found::Nothing => empty,
    }
}

fn with_gap(empty: report::PairRecord, kind: PairKind, placed: &PlacedGap) -> report::PairRecord {
    let found = &placed.gap;
    report::PairRecord {
        gap_mm: Some(found.gap.gap_mm),
        gap_lower_mm: Some(found.interval.lower_mm),
        gap_upper_mm: Some(found.interval.upper_mm),
        interval_parts: found.parts.iter().map(interval_part).collect(),
        gap_smoothed_mm: found.profile.smoothed_mm,
        overlap_cc: Some(found.overlap_cc),
        closest: Some(report::Closest { a_mm: found.gap.a_mm.into(), b_mm: found.gap.b_mm.into() }),
        direction: Some(report::Direction {
            in_plane_mm: found.in_plane_mm,
            through_plane_mm: found.through_plane_mm,
        }),
        r#where: Some(report::Where {
            clock_deg: placed.clock_deg,
            plane_mm: Some(placed.plane_mm),
            level: None,
        }),
        limited_by: found.limited_by.map(words::limit),
        below: found.profile.below.iter().map(|b| below(kind, b)).collect(),
        profile: Some(profile(&found.profile)),
        ..empty
    }
}

/// The verdicts of a pair.
pub(super) fn verdicts(pair: &Pair, thresholds: &Thresholds) -> Vec<report::ThresholdVerdict> {
    let record = |j: Judgement| report::ThresholdVerdict {
        threshold_mm: j.threshold_mm,
        verdict: j.verdict.map(words::verdict),
        by_tolerance: j.by_tolerance,
    };
    pair.judgements(thresholds).into_iter().map(record).collect()
}

fn interval_part(p: &margin::IntervalPart) -> report::IntervalPart {
    report::IntervalPart {
        part: words::interval_source(p.part),
        lower_mm: p.lower_mm,
        upper_mm: p.upper_mm,
    }
}

fn below(kind: PairKind, b: &margin::BelowThreshold) -> report::BelowThreshold {
    let of_cord = kind != PairKind::TumourSac;
    report::BelowThreshold {
        threshold_mm: b.threshold_mm,
        cord_surface_mm2: of_cord.then_some(b.surface_mm2),
        cord_length_mm: of_cord.then_some(b.length_mm),
        sac_surface_mm2: (!of_cord).then_some(b.surface_mm2),
        sac_length_mm: (!of_cord).then_some(b.length_mm),
        circumference_deg: Some(b.circumference_deg),
        tumour_volume_cc: b.volume_cc,
    }
}

fn profile(profile: &margin::Profile) -> report::Profile {
    let parts = |l: &Option<margin::MinDistance>| {
        let l = l.as_ref();
        [l.map(|l| l.gap_mm), l.map(|l| l.interval.lower_mm), l.map(|l| l.interval.upper_mm)]
    };
    let planes = profile.planes.iter().map(|(plane_mm, l)| {
        let [gap_mm, gap_lower_mm, gap_upper_mm] = parts(l);
        report::ProfilePlane { plane_mm: *plane_mm, gap_mm, gap_lower_mm, gap_upper_mm }
    });
    let width = 360.0 / margin::SECTORS as f64;
    let sectors = profile.sectors.iter().enumerate().map(|(k, l)| {
        let [gap_mm, gap_lower_mm, gap_upper_mm] = parts(l);
        report::ProfileSector {
            clock_deg_from: width * k as f64,
            clock_deg_to: width * (k + 1) as f64,
            gap_mm,
            gap_lower_mm,
            gap_upper_mm,
        }
    });
    report::Profile {
        reach_mm: profile.reach_mm,
        planes: planes.collect(),
        sectors: sectors.collect(),
    }
}
