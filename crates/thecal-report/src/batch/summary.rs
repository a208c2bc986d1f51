//! The wide table: a row for each study, phase and approach.

mod dose;
mod prv;
mod uncertainty;

use super::Status;
use crate::csv::number;
use crate::{PairKind, PairRecord, PhaseRecord, Report, Role, StructureRecord, Verdict};

/// A column of the wide table.
pub type Column = String;

const PAIRS: [PairKind; 3] = [PairKind::TumourCord, PairKind::TumourSac, PairKind::CordSac];

/// The columns for thresholds of each pair, mm, in the order tumour-cord, tumour-sac, cord-sac. The
/// second, `label`, is what people call the study; the rows of [`summary_rows`] are without it.
///
/// Lengths end in their unit. Statistics over planes and sectors are of gaps within the reach of
/// the profile; with several tumours the row is that of the tumour nearest to the cord.
#[must_use]
pub fn columns(thresholds_mm: [&[f64]; 3]) -> Vec<Column> {
    let mut out: Vec<Column> =
        ["study", "label", "phase", "approach", "status", "reason", "headline"]
            .map(str::to_owned)
            .to_vec();
    for (kind, thresholds_mm) in PAIRS.into_iter().zip(thresholds_mm) {
        let p = kind.as_str().replace('-', "_");
        for name in [
            "gap_mm",
            "gap_lower_mm",
            "gap_upper_mm",
            "gap_plane_p5_mm",
            "gap_plane_mean_mm",
            "gap_sector_mean_mm",
            "clock_deg",
            "plane_mm",
            "limited_by",
            "overlap_cc",
        ] {
            out.push(format!("{p}_{name}"));
        }
        for t in thresholds_mm {
            out.push(format!("{p}_verdict_{t}_mm"));
            out.push(format!("{p}_surface_below_{t}_mm_mm2"));
            out.push(format!("{p}_length_below_{t}_mm_mm"));
            out.push(format!("{p}_circumference_below_{t}_mm_deg"));
            if kind != PairKind::CordSac {
                out.push(format!("{p}_tumour_volume_below_{t}_mm_cc"));
            }
        }
    }
    let rest = [
        "tumours",
        "tumour_volume_cc",
        "cord_section_mm2",
        "sac_section_mm2",
        "cord_to_sac_section_ratio",
        "plane_spacing_mm",
        "removed_cc",
        "residual_cc",
        "shadow_cc",
        "bone_removed_cc",
        "assumed_same_frame",
        "cautions",
    ];
    out.extend(rest.map(str::to_owned));
    out.extend(dose::columns());
    out.extend(uncertainty::columns(thresholds_mm[0]));
    out.extend(prv::columns());
    out
}

/// The rows of a report, cell by cell in the order of [`columns`].
#[must_use]
pub fn summary_rows(
    study: &str,
    status: Status,
    reason: &str,
    report: &Report,
) -> Vec<Vec<String>> {
    report.phases.iter().map(|phase| row(study, status, reason, report, phase)).collect()
}

fn row(
    study: &str,
    status: Status,
    reason: &str,
    report: &Report,
    phase: &PhaseRecord,
) -> Vec<String> {
    let mut out = vec![
        study.to_owned(),
        phase.phase.as_str().to_owned(),
        phase.scenario.clone().unwrap_or_default(),
        status.as_str().to_owned(),
        reason.to_owned(),
        phase.headline.as_str().to_owned(),
    ];
    let nearest = |kind: PairKind| {
        let of_kind = phase.pairs.iter().filter(move |p| p.pair == kind);
        of_kind.min_by(|a, b| rank(a).total_cmp(&rank(b)))
    };
    for kind in PAIRS {
        pair_cells(&mut out, kind, nearest(kind), report);
    }
    structure_cells(&mut out, report);
    let runs = || {
        let separation = report.separation.iter().flat_map(|s| &s.runs);
        separation.filter(|r| Some(&r.scenario) == phase.scenario.as_ref())
    };
    let any = runs().next().is_some();
    let sum = |of: &dyn Fn(&crate::SeparationRun) -> Option<f64>| {
        number(if any { runs().map(of).sum::<Option<f64>>() } else { None })
    };
    out.push(sum(&|r| Some(r.removed_cc)));
    out.push(sum(&|r| Some(r.residual_cc)));
    out.push(sum(&|r| Some(r.shadow.volume_cc)));
    out.push(sum(&|r| r.bone_removed_cc));
    out.push(report.parameters.assume_same_frame.to_string());
    let cautions: Vec<&str> = report.cautions().map(|w| w.code.as_str()).collect();
    out.push(cautions.join(";"));
    let tumour = nearest(PairKind::TumourCord).map(|p| p.a.as_str());
    out.extend(dose::cells(report.dose.as_ref(), phase, tumour));
    let uncertainty = report.uncertainty.as_ref();
    out.extend(uncertainty::cells(
        uncertainty,
        phase,
        tumour,
        thresholds(PairKind::TumourCord, report),
    ));
    out.extend(prv::cells(report, phase));
    out
}

/// The nearest tumour first, those that have no gap last.
fn rank(pair: &PairRecord) -> f64 {
    pair.gap_mm.unwrap_or(f64::INFINITY)
}

fn pair_cells(out: &mut Vec<String>, kind: PairKind, pair: Option<&PairRecord>, report: &Report) {
    let get = |of: &dyn Fn(&PairRecord) -> Option<f64>| number(pair.and_then(of));
    out.push(get(&|p| p.gap_mm));
    out.push(get(&|p| p.gap_lower_mm));
    out.push(get(&|p| p.gap_upper_mm));
    let profile = pair.and_then(|p| p.profile.as_ref());
    let planes: Vec<f64> =
        profile.iter().flat_map(|p| &p.planes).filter_map(|p| p.gap_mm).collect();
    let sectors: Vec<f64> =
        profile.iter().flat_map(|p| &p.sectors).filter_map(|s| s.gap_mm).collect();
    out.push(number(percentile_5(&planes)));
    out.push(number(mean(&planes)));
    out.push(number(mean(&sectors)));
    let place = pair.and_then(|p| p.r#where.as_ref());
    out.push(number(place.and_then(|w| w.clock_deg)));
    out.push(number(place.and_then(|w| w.plane_mm)));
    out.push(pair.and_then(|p| p.limited_by).map(|l| l.as_str().to_owned()).unwrap_or_default());
    out.push(get(&|p| p.overlap_cc));
    for &t in thresholds(kind, report) {
        let same = |other: f64| (other - t).abs() < 1e-9;
        let verdicts = pair.iter().flat_map(|p| &p.verdicts);
        let verdict = verdicts.filter(|v| same(v.threshold_mm)).find_map(|v| v.verdict);
        out.push(verdict.map(Verdict::as_str).unwrap_or_default().to_owned());
        let below = pair.and_then(|p| p.below.iter().find(|b| same(b.threshold_mm)));
        let of_sac = kind == PairKind::TumourSac;
        out.push(number(
            below.and_then(|b| if of_sac { b.sac_surface_mm2 } else { b.cord_surface_mm2 }),
        ));
        out.push(number(
            below.and_then(|b| if of_sac { b.sac_length_mm } else { b.cord_length_mm }),
        ));
        out.push(number(below.and_then(|b| b.circumference_deg)));
        if kind != PairKind::CordSac {
            out.push(number(below.and_then(|b| b.tumour_volume_cc)));
        }
    }
}

/// The thresholds that pairs of a kind are judged by.
fn thresholds(kind: PairKind, report: &Report) -> &[f64] {
    let asked = report.settings.as_ref().map(|s| &s.thresholds);
    match (asked, kind) {
        (Some(asked), PairKind::TumourCord) => &asked.tumour_cord_mm,
        (Some(asked), PairKind::TumourSac) => &asked.tumour_sac_mm,
        (Some(asked), PairKind::CordSac) => &asked.cord_sac_mm,
        (None, _) => &report.thresholds_mm,
    }
}

fn structure_cells(out: &mut Vec<String>, report: &Report) {
    let of_role = |role: Role| report.structures.iter().filter(move |s| s.role == role);
    let targets = || of_role(Role::Tumour);
    let volume = targets().map(|s| s.volume_cc).sum::<Option<f64>>();
    let section = |role| of_role(role).find_map(|s: &StructureRecord| s.section_mm2);
    let (cord, sac) = (section(Role::Cord), section(Role::ThecalSac));
    out.push(targets().count().to_string());
    out.push(number(volume.filter(|_| targets().count() > 0)));
    out.push(number(cord));
    out.push(number(sac));
    out.push(number(cord.zip(sac).map(|(c, s)| c / s)));
    let spacing = report.structures.iter().filter_map(|s| s.plane_spacing_mm);
    out.push(number(spacing.max_by(f64::total_cmp)));
}

fn mean(values: &[f64]) -> Option<f64> {
    (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
}

/// The fifth percentile by linear interpolation between order statistics (Hyndman and Fan 1996,
/// type 7, doi 10.1080/00031305.1996.10473566).
fn percentile_5(values: &[f64]) -> Option<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let at = 0.05 * sorted.len().checked_sub(1)? as f64;
    let low = at.floor() as usize;
    let high = (low + 1).min(sorted.len() - 1);
    Some(sorted[low] + (at - low as f64) * (sorted[high] - sorted[low]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fifth_percentile_of_one_to_hundred_and_one_is_six() {
        let values: Vec<f64> = (1..=101).rev().map(f64::from).collect();
        assert_eq!(percentile_5(&values), Some(6.0));
        assert_eq!(percentile_5(&[4.0]), Some(4.0));
        assert_eq!(percentile_5(&[]), None);
    }
}
