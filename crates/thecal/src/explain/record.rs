//! What conventions give, as its record.

use thecal_conventions::{Convention, OtherGap, open_volume_cc, volumes};
use thecal_margin::{PairKind, clock_deg};
use thecal_mask::Solid;
use thecal_report as report;
use thecal_report::text::plain;

use super::drawn::DrawnPart;
use super::grid::MaskGrid;
use crate::record::words;

/// Our side of a pair.
pub(super) fn pair(pair: &report::PairRecord) -> report::ExplainPair {
    report::ExplainPair {
        pair: pair.pair,
        a: pair.a.clone(),
        b: pair.b.clone(),
        gap_mm: pair.gap_mm,
        gap_lower_mm: pair.gap_lower_mm,
        gap_upper_mm: pair.gap_upper_mm,
        closest: pair.closest.clone(),
        r#where: pair.r#where.clone(),
        conventions: Vec::new(),
    }
}

/// The gap of a convention beside ours; places refer to the solid of what is to be spared.
pub(super) fn gap(
    other: OtherGap,
    ours_mm: f64,
    own: [Option<f64>; 2],
    kind: PairKind,
    reference: &Solid,
) -> report::ConventionGap {
    let empty = report::ConventionGap {
        convention: convention(other.convention),
        gap_mm: None,
        gap_lower_mm: None,
        gap_upper_mm: None,
        difference_mm: None,
        within_our_range: None,
        closest: None,
        r#where: None,
        why: None,
        reason: None,
        programs: programs(other.convention),
    };
    let found = match other.found {
        Ok(found) => found,
        Err(error) => {
            let reason = Some(plain(&format!("{error}.")).into_owned());
            return report::ConventionGap { reason, ..empty };
        }
    };
    let at = if kind == PairKind::CordSac { found.a_mm } else { found.b_mm };
    let within = own[0].zip(own[1]).map(|(low, high)| (low..=high).contains(&found.gap_mm));
    report::ConventionGap {
        gap_mm: Some(found.gap_mm),
        gap_lower_mm: found.interval.map(|i| i.lower_mm),
        gap_upper_mm: found.interval.map(|i| i.upper_mm),
        difference_mm: Some(found.gap_mm - ours_mm),
        within_our_range: within,
        closest: Some(report::Closest { a_mm: found.a_mm.into(), b_mm: found.b_mm.into() }),
        r#where: Some(report::Where {
            clock_deg: clock_deg(reference, at),
            plane_mm: Some(reference.frame().stack_from_patient(at).z),
            level: None,
        }),
        why: Some(plain(&found.why).into_owned()),
        ..empty
    }
}

/// A structure with its volumes and doses.
pub(super) fn structure(
    part: &DrawnPart<'_>,
    grid: Option<&MaskGrid>,
    dose: Vec<report::ConventionDose>,
) -> report::ExplainStructure {
    let drawn = &part.drawn;
    let ours_cc = drawn.solid.volume_cc();
    let [lower, upper] = open_volume_cc(drawn);
    let others = grid.map(|g| volumes(drawn, &g.grid)).unwrap_or_default();
    let conventions = others.into_iter().map(|other| {
        let (found, reason) = match other.found {
            Ok(found) => (Some(found), None),
            Err(error) => (None, Some(plain(&format!("{error}.")).into_owned())),
        };
        let difference_cc = found.as_ref().map(|f| f.volume_cc - ours_cc);
        report::ConventionVolume {
            convention: convention(other.convention),
            volume_cc: found.as_ref().map(|f| f.volume_cc),
            difference_cc,
            difference_pct: difference_cc.filter(|_| ours_cc > 0.0).map(|d| 100.0 * d / ours_cc),
            why: found.map(|f| f.why),
            reason,
            programs: programs(other.convention),
        }
    });
    report::ExplainStructure {
        name: drawn.name.to_owned(),
        role: words::role(part.role.role()),
        volume_cc: ours_cc,
        volume_lower_cc: lower,
        volume_upper_cc: upper,
        conventions: conventions.collect(),
        dose,
    }
}

/// The word of a convention.
pub(super) fn convention(of: Convention) -> report::Convention {
    match of {
        Convention::PixelCentres => report::Convention::PixelCentres,
        Convention::PixelCentresScanLine => report::Convention::PixelCentresScanLine,
        Convention::PixelCentresUnion => report::Convention::PixelCentresUnion,
        Convention::EdgesIncluded => report::Convention::EdgesIncluded,
        Convention::EdgesIncludedXor => report::Convention::EdgesIncludedXor,
        Convention::Slabs => report::Convention::Slabs,
        Convention::AreasHalfEnds => report::Convention::AreasHalfEnds,
        Convention::EndsPlane => report::Convention::EndsPlane,
        Convention::EndsHalfSlice => report::Convention::EndsHalfSlice,
        Convention::EndsRounded => report::Convention::EndsRounded,
        Convention::Points => report::Convention::Points,
        Convention::DoseGridCentres => report::Convention::DoseGridCentres,
    }
}

/// The programs of a convention.
pub(super) fn programs(of: Convention) -> Vec<report::ConventionProgram> {
    let one = |p: &thecal_conventions::Program| report::ConventionProgram {
        name: p.name.to_owned(),
        version: p.version.to_owned(),
        compared: p.run,
    };
    of.programs().iter().map(one).collect()
}
