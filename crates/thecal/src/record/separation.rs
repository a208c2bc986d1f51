//! A simulated separation as a part of the record.

use thecal_report as report;
use thecal_separation::{Anatomy, Approach};

use super::words;
use crate::phase::scenario_name;
use crate::separate::{GapChange, LeastAmount, Run, ScenarioFacts, Separation, SweepStep};

pub(super) fn separation(s: &Separation) -> report::Separation {
    report::Separation {
        reference: s.reference.clone(),
        reference_role: words::role(s.reference_role),
        centreline: s.centreline.clone(),
        amount_mm: s.amount_mm,
        levels_mm: s.levels_mm,
        grid_mm: s.grid_mm,
        keep_out: s.keep_out.clone(),
        bone: s.bone.clone(),
        // Sweeps go on from cord and sac as they were drawn.
        anatomy: report::Anatomy::Fixed,
        anatomies: s.scenarios.iter().map(scenario).collect(),
        runs: s.runs.iter().map(run).collect(),
        sweep: s.sweep.iter().map(sweep_row).collect(),
        least: s.least.iter().map(least_row).collect(),
    }
}

/// The shift that a scenario was asked for with.
pub(super) fn shift_mm(anatomy: Anatomy) -> Option<[f64; 3]> {
    match anatomy {
        Anatomy::CordShift { shift_mm } => Some(shift_mm),
        _ => None,
    }
}

fn scenario(s: &ScenarioFacts) -> report::AnatomyRecord {
    report::AnatomyRecord {
        anatomy: words::anatomy(s.anatomy),
        cord_shift_mm: shift_mm(s.anatomy),
        cord_shift_lps_mm: s.shift_lps_mm,
        sac_cc: s.sac_cc,
    }
}

fn run(r: &Run) -> report::SeparationRun {
    report::SeparationRun {
        scenario: scenario_name(&r.approach.name, r.anatomy),
        approach_name: r.approach.name.clone(),
        anatomy: words::anatomy(r.anatomy),
        tumour: r.tumour.clone(),
        approach: approach(&r.approach),
        removed_cc: r.removed_cc,
        residual_cc: r.residual_cc,
        pieces_cc: r.pieces_cc.clone(),
        detached: r.detached,
        bone_removed_cc: r.bone_cc,
        shadow: report::ShadowRecord {
            volume_cc: r.shadow.volume_cc,
            sectors_cc: r.shadow.sectors_cc.to_vec(),
            nearest_mm: r.shadow.nearest_mm.map(Into::into),
            nearest_clock_deg: r.shadow.nearest_clock_deg,
        },
        changes: r.changes.iter().map(change).collect(),
    }
}

fn change(c: &GapChange) -> report::GapChange {
    report::GapChange {
        pair: words::pair_kind(c.kind),
        before_mm: c.before_mm,
        after_mm: c.after_mm,
        change_mm: c.before_mm.zip(c.after_mm).map(|(b, a)| a - b),
    }
}

pub(super) fn approach(a: &Approach) -> report::ApproachRecord {
    report::ApproachRecord {
        ideal: a.ideal,
        corpectomy: a.corpectomy,
        from_clock_deg: a.from_clock_deg.clone(),
        tilt_deg: a.tilt_deg,
        tool_radius_mm: a.tool_radius_mm,
        safety_mm: a.safety_mm,
        depth_mm: a.depth_mm,
        undercut_mm: a.undercut_mm,
        tube: a.tube.map(|t| report::TubeRecord {
            diameter_mm: t.diameter_mm,
            clock_deg: t.clock_deg,
            offset_mm: t.offset_mm,
            level_mm: t.level_mm,
        }),
    }
}

fn sweep_row(s: &SweepStep) -> report::SweepRow {
    report::SweepRow {
        scenario: s.approach.clone(),
        tumour: s.tumour.clone(),
        amount_mm: s.amount_mm,
        gap_mm: s.gap.map(|(gap_mm, _)| gap_mm),
        gap_lower_mm: s.gap.map(|(_, interval)| interval.lower_mm),
        gap_upper_mm: s.gap.map(|(_, interval)| interval.upper_mm),
        removed_cc: s.removed_cc,
        shadow_cc: s.shadow_cc,
        headline: words::headline(s.headline),
    }
}

fn least_row(l: &LeastAmount) -> report::LeastRow {
    report::LeastRow {
        scenario: l.approach.clone(),
        tumour: l.tumour.clone(),
        threshold_mm: l.threshold_mm,
        reached: l.reached,
        amount_mm: l.amount_mm,
        removed_cc: l.removed_cc,
        best_gap_mm: l.best_gap_mm,
        pinned_clock_deg: l.pinned_clock_deg,
    }
}
