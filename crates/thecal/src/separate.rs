//! Simulated separation of a study: the phases after it, and its record.

mod after;
mod anatomy;
mod prepared_approach;
mod sweep;

use thecal_mask::role::Role;
use thecal_mask::{EndRule, Solid};
use thecal_report as report;
use thecal_report::{PairRecord, WarningRecord};
use thecal_separation::{Approach, Field, Instruments, Removal, Scene, SeparationError};

use crate::check::{MovedAnatomy, Residual};
use crate::error::Error;
use crate::measure::{self, Part, Parts};
use crate::settings::{Separate, Thresholds};
use anatomy::Scenario;
use prepared_approach::PreparedApproach;

/// What a separation adds to the report.
pub(crate) struct Separated {
    pub(crate) phases: Vec<report::PhaseRecord>,
    pub(crate) record: report::Separation,
    pub(crate) residuals: Vec<Residual>,
    pub(crate) anatomies: Vec<MovedAnatomy>,
    pub(crate) warnings: Vec<WarningRecord>,
}

/// The structures that a separation refers to.
struct Roles<'a> {
    reference: &'a Part,
    reference_role: Role,
    centreline: &'a Part,
    keep_out: Vec<&'a Solid>,
    bone: Vec<&'a Solid>,
}

pub(crate) fn separate(
    parts: &Parts,
    before: &[PairRecord],
    thresholds: &Thresholds,
    asked: &Separate,
    ends: EndRule,
) -> Result<Separated, Error> {
    let roles = roles(parts, asked)?;
    let mut warnings = Vec::new();
    let mut residuals = Vec::new();
    if parts.bone.is_empty() {
        warnings.push(warning(
            "separation_no_bone",
            "no vertebra is given: the way of the instruments is taken as free of bone",
        ));
    }
    let scenarios = anatomy::scenarios(parts, asked, ends, &mut warnings)?;
    let mut record = empty_record(parts, &roles, asked);
    record.anatomies = scenarios.iter().map(Scenario::record).collect();
    let most_mm =
        if asked.sweep { asked.amount_mm.max(sweep::SWEEP_MOST_MM) } else { asked.amount_mm };
    let instruments = Instruments::of(&asked.approaches);
    let mut fields = Vec::new();
    for tumour in &parts.tumours {
        let scene = Scene {
            tumour: &tumour.solid,
            reference: &roles.reference.solid,
            cord: &roles.centreline.solid,
            keep_out: &roles.keep_out,
            bone: &roles.bone,
            levels_mm: asked.levels_mm,
        };
        let field = Field::new(scene, asked.grid_mm, most_mm, instruments)?;
        let pieces_before = field.pieces_cc().len();
        fields.push((tumour, field, pieces_before));
    }
    let mut phases = Vec::new();
    for approach in &asked.approaches {
        let taking =
            fields.iter().map(|(_, field, _)| PreparedApproach::new(field, approach, ends));
        let taking = match taking.collect::<Result<Vec<_>, _>>() {
            // Beside others a comparison that cannot be made stops nothing.
            Err(why @ SeparationError::NoBody) if asked.approaches.len() > 1 => {
                warnings.push(warning("corpectomy_no_body", &why.to_string()));
                continue;
            }
            other => other?,
        };
        let mut of_scenarios: Vec<_> = scenarios.iter().map(|s| (s, phase(approach, s))).collect();
        for (taking, (tumour, _, pieces_before)) in taking.iter().zip(&fields) {
            let removal = taking.remove(asked.amount_mm)?;
            if removal.removed_cc < NOTHING_CC && removal.shadow.volume_cc > NOTHING_CC {
                warnings.push(reaches_nothing(approach, tumour));
            }
            warnings.extend(slivers(approach, tumour, &removal));
            let bone_cc = taking.bone_cc(asked.amount_mm)?;
            let taken = after::Taken {
                approach,
                tumour,
                removal: &removal,
                bone_cc,
                pieces_before: *pieces_before,
            };
            for (scenario, phase) in &mut of_scenarios {
                let pairs =
                    after::after(scenario, tumour, &removal, before, thresholds, &mut warnings);
                record.runs.push(after::run(&taken, scenario, before, &pairs));
                phase.pairs.extend(pairs);
            }
            residuals.push(Residual::new(&approach.name, &tumour.name, removal));
            if asked.sweep {
                let rows = sweep::sweep(parts, tumour, taking, before, thresholds)?;
                record.least.extend(sweep::least(&rows, thresholds));
                record.sweep.extend(rows.into_iter().map(|row| row.record));
            }
        }
        for (scenario, mut phase) in of_scenarios {
            phase.pairs.extend(scenario.cord_sac(before, thresholds, &mut warnings));
            phase.headline = measure::headline(&phase.pairs);
            let name = scenario.name(approach);
            warnings.extend(scenario.overlaps(&name, &phase.pairs, before));
            phases.push(phase);
        }
    }
    sweep::rank(&mut record.least);
    let anatomies = scenarios.into_iter().filter_map(Scenario::moved).collect();
    Ok(Separated { phases, record, residuals, anatomies, warnings })
}

/// Cord and sac in the scenarios that move them, without a separation.
pub(crate) fn anatomies(
    parts: &Parts,
    asked: &Separate,
    ends: EndRule,
) -> Result<Vec<MovedAnatomy>, Error> {
    let scenarios = anatomy::scenarios(parts, asked, ends, &mut Vec::new())?;
    Ok(scenarios.into_iter().filter_map(Scenario::moved).collect())
}

/// Less than this is no tumour taken, cc.
const NOTHING_CC: f64 = 0.0005;

fn reaches_nothing(approach: &Approach, tumour: &Part) -> WarningRecord {
    let message = format!(
        "{} reaches none of the tumour within the amount: along none of its directions is there \
         room for an instrument {:.1} mm wide with {:.1} mm of safety; try a thinner one, more \
         directions, or look at the keep-out structures",
        approach.name,
        2.0 * approach.tool_radius_mm,
        approach.safety_mm
    );
    WarningRecord { r#where: tumour.name.clone(), ..warning("approach_reaches_nothing", &message) }
}

/// Outlines of what is left that are no more than noise of the grid.
fn slivers(approach: &Approach, tumour: &Part, removal: &Removal) -> Option<WarningRecord> {
    let solid = removal.residual.as_ref()?;
    let found = solid.warnings().iter().find(|w| w.code == "slivers_left_out")?;
    let message = format!("{}: {}", approach.name, found.message);
    Some(WarningRecord { r#where: tumour.name.clone(), ..warning(found.code, &message) })
}

fn phase(approach: &Approach, scenario: &Scenario) -> report::PhaseRecord {
    report::PhaseRecord {
        phase: report::Phase::After,
        scenario: Some(scenario.name(approach)),
        anatomy: Some(scenario.anatomy.as_str().to_owned()),
        pairs: Vec::new(),
        headline: report::Headline::NotAssessable,
    }
}

fn empty_record(parts: &Parts, roles: &Roles<'_>, asked: &Separate) -> report::Separation {
    let names = |parts: &[Part]| parts.iter().map(|p| p.name.clone()).collect();
    report::Separation {
        reference: roles.reference.name.clone(),
        reference_role: roles.reference_role.as_str().to_owned(),
        centreline: roles.centreline.name.clone(),
        amount_mm: asked.amount_mm,
        levels_mm: asked.levels_mm,
        grid_mm: asked.grid_mm,
        keep_out: names(&parts.keep_out),
        bone: names(&parts.bone),
        anatomy: "fixed".to_owned(),
        anatomies: Vec::new(),
        runs: Vec::new(),
        sweep: Vec::new(),
        least: Vec::new(),
    }
}

fn roles<'a>(parts: &'a Parts, asked: &Separate) -> Result<Roles<'a>, Error> {
    let (cord, sac) = (parts.cord.as_ref(), parts.sac.as_ref());
    let (reference, reference_role) = match (asked.reference, cord, sac) {
        (Some(Role::Cord), Some(cord), _) | (None, Some(cord), None) => (cord, Role::Cord),
        (Some(Role::ThecalSac) | None, _, Some(sac)) => (sac, Role::ThecalSac),
        (Some(role), ..) => return Err(Error::NoReference { role }),
        (None, None, None) => return Err(Error::NoReference { role: Role::ThecalSac }),
    };
    let Some(centreline) = cord.or(sac) else {
        return Err(Error::NoReference { role: Role::Cord });
    };
    // Instruments never enter the sac, whichever the reference is.
    let keep_out = sac.iter().map(|s| &s.solid).chain(parts.keep_out.iter().map(|p| &p.solid));
    Ok(Roles {
        reference,
        reference_role,
        centreline,
        keep_out: keep_out.collect(),
        bone: parts.bone.iter().map(|p| &p.solid).collect(),
    })
}

pub(crate) fn warning(code: &str, message: &str) -> WarningRecord {
    WarningRecord { code: code.into(), message: message.into(), r#where: String::new() }
}
