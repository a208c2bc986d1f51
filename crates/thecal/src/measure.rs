//! Solids of the chosen structures to the pairs of the report.

use rayon::prelude::*;
use thecal_geom::Point3;
use thecal_margin as margin;
use thecal_margin::{Arrangement, PairGap};
use thecal_mask::Solid;
use thecal_report as report;
use thecal_report::{PairKind, PairRecord, WarningRecord};

use crate::settings::Thresholds;

/// A structure that takes part in a measurement.
#[derive(Debug, Clone)]
pub struct Part {
    /// Its name.
    pub name: String,
    /// Where it lies, LPS mm of the study's frame of reference.
    pub solid: Solid,
}

/// What can be measured between.
#[derive(Debug, Clone, Default)]
pub struct Parts {
    /// Tumours, each with pairs of its own.
    pub tumours: Vec<Part>,
    /// The spinal cord.
    pub cord: Option<Part>,
    /// The thecal sac.
    pub sac: Option<Part>,
    /// Vertebrae, which a separation may take on its way.
    pub bone: Vec<Part>,
    /// Structures that a separation must not enter.
    pub keep_out: Vec<Part>,
    /// Clinical target volumes. Nothing that is simulated changes them.
    pub ctvs: Vec<Part>,
    /// The bony canal.
    pub canal: Option<Part>,
}

/// All pairs that the parts allow, and what stood in the way of others.
pub(crate) fn pairs(
    parts: &Parts,
    thresholds: &Thresholds,
) -> (Vec<PairRecord>, Vec<WarningRecord>) {
    let mut wanted: Vec<(PairKind, &Part, &Part)> = Vec::new();
    for tumour in &parts.tumours {
        wanted.extend(parts.cord.iter().map(|c| (PairKind::TumourCord, tumour, c)));
        wanted.extend(parts.sac.iter().map(|s| (PairKind::TumourSac, tumour, s)));
    }
    if let (Some(cord), Some(sac)) = (&parts.cord, &parts.sac) {
        wanted.push((PairKind::CordSac, cord, sac));
    }
    let done: Vec<_> =
        wanted.into_par_iter().map(|(kind, a, b)| pair(kind, a, b, thresholds)).collect();
    let mut records = Vec::with_capacity(done.len());
    let mut warnings = Vec::new();
    for (record, warning) in done {
        records.push(record);
        warnings.extend(warning);
    }
    (records, warnings)
}

pub(crate) fn pair(
    kind: PairKind,
    a: &Part,
    b: &Part,
    thresholds: &Thresholds,
) -> (PairRecord, Option<WarningRecord>) {
    let thresholds_mm = thresholds.of(kind);
    let arrangement =
        if kind == PairKind::CordSac { Arrangement::Within } else { Arrangement::Apart };
    let mut record = unmeasured(kind, &a.name, &b.name, thresholds_mm);
    let Some(found) = margin::measure(&a.solid, &b.solid, arrangement, thresholds_mm) else {
        let warning = WarningRecord {
            code: "pair_not_measured".into(),
            message: "the two structures share no plane, so no gap can be given".into(),
            r#where: format!("{} to {}", a.name, b.name),
        };
        return (record, Some(warning));
    };
    // Clock and plane refer to what is to be spared: the cord, or the sac.
    let (reference, at) = match kind {
        PairKind::CordSac => (a, found.gap.a_mm),
        PairKind::TumourCord | PairKind::TumourSac => (b, found.gap.b_mm),
    };
    fill(&mut record, &found, reference, at);
    judge(&mut record, thresholds.tolerance_mm());
    record.below = found.profile.below.iter().map(|b| below(kind, b)).collect();
    record.profile = Some(profile_record(&found.profile));
    (record, None)
}

/// A pair of which nothing is known yet.
pub(crate) fn unmeasured(kind: PairKind, a: &str, b: &str, thresholds_mm: &[f64]) -> PairRecord {
    PairRecord {
        pair: kind,
        a: a.to_owned(),
        b: b.to_owned(),
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
        verdicts: thresholds_mm
            .iter()
            .map(|&threshold_mm| report::ThresholdVerdict {
                threshold_mm,
                verdict: None,
                by_tolerance: false,
            })
            .collect(),
        profile: None,
    }
}

fn fill(record: &mut PairRecord, found: &PairGap, reference: &Part, at: Point3) {
    record.gap_mm = Some(found.gap.gap_mm);
    record.gap_lower_mm = Some(found.interval.lower_mm);
    record.gap_upper_mm = Some(found.interval.upper_mm);
    record.interval_parts = found.parts.iter().map(interval_part).collect();
    record.gap_smoothed_mm = found.profile.smoothed_mm;
    record.overlap_cc = Some(found.overlap_cc);
    record.closest =
        Some(report::Closest { a_mm: found.gap.a_mm.into(), b_mm: found.gap.b_mm.into() });
    record.direction = Some(report::Direction {
        in_plane_mm: found.in_plane_mm,
        through_plane_mm: found.through_plane_mm,
    });
    record.r#where = Some(report::Where {
        clock_deg: margin::clock_deg(&reference.solid, at),
        plane_mm: Some(reference.solid.frame().stack_from_patient(at).z),
        level: None,
    });
    record.limited_by = found.limited_by.map(|l| l.as_str().to_owned());
}

fn interval_part(p: &margin::IntervalPart) -> report::IntervalPart {
    report::IntervalPart {
        part: p.part.as_str().to_owned(),
        lower_mm: p.lower_mm,
        upper_mm: p.upper_mm,
    }
}

/// Sets the verdicts of a pair by its interval.
pub(crate) fn judge(pair: &mut PairRecord, tolerance_mm: f64) {
    let (Some(lower_mm), Some(upper_mm)) = (pair.gap_lower_mm, pair.gap_upper_mm) else { return };
    let interval = margin::Interval { lower_mm, upper_mm };
    for v in &mut pair.verdicts {
        let verdict = margin::verdict(interval, v.threshold_mm, tolerance_mm);
        v.by_tolerance = verdict != margin::verdict(interval, v.threshold_mm, 0.0);
        v.verdict = Some(match verdict {
            margin::Verdict::Pass => report::Verdict::Pass,
            margin::Verdict::Fail => report::Verdict::Fail,
            margin::Verdict::Indeterminate => report::Verdict::Indeterminate,
        });
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

fn profile_record(profile: &margin::Profile) -> report::Profile {
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

/// The worst tumour-cord headline over all tumours.
pub(crate) fn headline(pairs: &[PairRecord]) -> report::Headline {
    let of_pair = |p: &PairRecord| {
        let verdicts: Option<Vec<_>> = p
            .verdicts
            .iter()
            .map(|v| match v.verdict? {
                report::Verdict::Pass => Some(margin::Verdict::Pass),
                report::Verdict::Fail => Some(margin::Verdict::Fail),
                report::Verdict::Indeterminate => Some(margin::Verdict::Indeterminate),
            })
            .collect();
        margin::headline(&verdicts.unwrap_or_default())
    };
    let worst = pairs
        .iter()
        .filter(|p| p.pair == PairKind::TumourCord)
        .map(of_pair)
        .max()
        .unwrap_or(margin::Headline::NotAssessable);
    headline_word(worst)
}

/// A headline, as the report has it.
pub(crate) fn headline_word(headline: margin::Headline) -> report::Headline {
    match headline {
        margin::Headline::Clear => report::Headline::Clear,
        margin::Headline::Marginal => report::Headline::Marginal,
        margin::Headline::Indeterminate => report::Headline::Indeterminate,
        margin::Headline::Insufficient => report::Headline::Insufficient,
        margin::Headline::NotAssessable => report::Headline::NotAssessable,
    }
}
