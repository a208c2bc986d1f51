//! Simulated separation of a study: the phases after it, and what was taken.

mod after;
mod anatomy;
mod openness;
mod prepared_approach;
mod result;
mod sweep;

use thecal_geom::Warning;
use thecal_mask::role::Role;
use thecal_mask::{EndRule, Solid};
use thecal_separation::{Approach, Field, Instruments, Removal, Scene, SeparationError};

use crate::error::{Error, Fault};
use crate::measure::{Part, Parts};
use crate::measured::{MovedAnatomy, Residual};
use crate::phase::{Pair, Phase, PhaseKind};
use crate::settings::{Separate, Thresholds};
use anatomy::Scenario;
use prepared_approach::PreparedApproach;

pub(crate) use result::{GapChange, LeastAmount, Run, ScenarioFacts, Separation, SweepStep};

/// What a separation adds to a result.
pub(crate) struct Separated {
    pub(crate) phases: Vec<Phase>,
    pub(crate) separation: Separation,
    pub(crate) residuals: Vec<Residual>,
    pub(crate) anatomies: Vec<MovedAnatomy>,
    pub(crate) warnings: Vec<Warning>,
}

/// The structures that a separation refers to.
struct Roles<'a> {
    reference: &'a Part,
    reference_role: Role,
    centreline: &'a Part,
    keep_out: Vec<&'a Solid>,
    bone: Vec<&'a Solid>,
}

/// A tumour on its grid.
struct TumourField<'a> {
    tumour: &'a Part,
    field: Field<'a>,
    pieces_before: usize,
}

/// Takes of every tumour what each approach reaches, and measures what that leaves.
pub(crate) fn separate(
    parts: &Parts,
    before: &[Pair],
    thresholds: &Thresholds,
    asked: &Separate,
    ends: EndRule,
) -> Result<Separated, Error> {
    let roles = roles(parts, asked)?;
    let mut warnings = Vec::new();
    let mut residuals = Vec::new();
    if parts.bone.is_empty() {
        let message = "no vertebra is drawn, so the path of the instruments counts as free of bone";
        warnings.push(Warning::new("separation_no_bone", message, ""));
    }
    let scenarios = anatomy::scenarios(parts, asked, ends, &mut warnings)?;
    let mut separation = empty(parts, &roles, asked);
    separation.scenarios = scenarios.iter().map(Scenario::facts).collect();
    let fields = fields(parts, &roles, asked)?;
    let mut phases = Vec::new();
    for approach in &asked.approaches {
        let prepared = match prepare(&fields, approach, asked, ends)? {
            Prepared::Ready(prepared) => prepared,
            Prepared::NoBody(why) => {
                warnings.push(Warning::new("corpectomy_no_body", why.to_string(), ""));
                continue;
            }
        };
        let mut of_scenarios: Vec<_> = scenarios.iter().map(|s| (s, phase(approach, s))).collect();
        for (taking, of) in prepared.iter().zip(&fields) {
            let tumour = of.tumour;
            let removal = taking.remove(asked.amount_mm)?;
            if removal.removed_cc < NOTHING_CC && removal.shadow.volume_cc > NOTHING_CC {
                warnings.push(reaches_nothing(approach, tumour));
            }
            if removal.removed_cc < NOTHING_CC && removal.shadow.volume_cc <= NOTHING_CC {
                warnings.push(nothing_to_take(approach, tumour, &roles, asked));
            }
            warnings.extend(slivers(approach, tumour, &removal));
            let taken = after::Taken {
                approach,
                tumour,
                removal: &removal,
                bone_cc: taking.bone_cc(asked.amount_mm)?,
                pieces_before: of.pieces_before,
            };
            for (scenario, phase) in &mut of_scenarios {
                let pairs =
                    after::after(scenario, tumour, &removal, before, thresholds, &mut warnings);
                separation.runs.push(after::run(&taken, scenario, before, &pairs));
                phase.pairs.extend(pairs);
            }
            residuals.push(Residual::new(&approach.name, &tumour.name, removal));
            if asked.sweep {
                let steps = sweep::sweep(parts, tumour, taking, before, thresholds)?;
                separation.least.extend(sweep::least(&steps, thresholds));
                separation.sweep.extend(steps);
            }
        }
        for (scenario, mut phase) in of_scenarios {
            phase.pairs.extend(scenario.cord_sac(parts, before, thresholds, &mut warnings));
            let name = scenario.name(approach);
            warnings.extend(scenario.overlaps(&name, &phase.pairs, before));
            phases.push(phase);
        }
    }
    sweep::rank(&mut separation.least);
    let anatomies = scenarios.into_iter().filter_map(Scenario::moved).collect();
    Ok(Separated { phases, separation, residuals, anatomies, warnings })
}

/// What each approach leaves of each tumour, in the order of [`separate`], without a measurement.
pub(crate) fn resect(
    parts: &Parts,
    asked: &Separate,
    ends: EndRule,
) -> Result<Vec<Residual>, Error> {
    let roles = roles(parts, asked)?;
    let fields = fields(parts, &roles, asked)?;
    let mut residuals = Vec::new();
    for approach in &asked.approaches {
        let Prepared::Ready(prepared) = prepare(&fields, approach, asked, ends)? else { continue };
        for (taking, of) in prepared.iter().zip(&fields) {
            let removal = taking.remove(asked.amount_mm)?;
            residuals.push(Residual::new(&approach.name, &of.tumour.name, removal));
        }
    }
    Ok(residuals)
}

/// Every tumour on a grid that holds the largest amount.
fn fields<'a>(
    parts: &'a Parts,
    roles: &'a Roles<'a>,
    asked: &Separate,
) -> Result<Vec<TumourField<'a>>, Error> {
    let most_mm =
        if asked.sweep { asked.amount_mm.max(sweep::SWEEP_MOST_MM) } else { asked.amount_mm };
    let instruments = Instruments::from_approaches(&asked.approaches);
    let field = |tumour: &'a Part| {
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
        Ok(TumourField { tumour, field, pieces_before })
    };
    parts.tumours.iter().map(field).collect()
}

/// An approach to every tumour.
enum Prepared<'a> {
    Ready(Vec<PreparedApproach<'a>>),
    /// A corpectomy without a body; beside other approaches it stops nothing.
    NoBody(SeparationError),
}

fn prepare<'a>(
    fields: &'a [TumourField<'a>],
    approach: &'a Approach,
    asked: &Separate,
    ends: EndRule,
) -> Result<Prepared<'a>, Error> {
    let prepared = fields.iter().map(|of| PreparedApproach::new(&of.field, approach, ends));
    match prepared.collect::<Result<Vec<_>, _>>() {
        Err(why @ SeparationError::NoBody) if asked.approaches.len() > 1 => {
            Ok(Prepared::NoBody(why))
        }
        other => Ok(Prepared::Ready(other?)),
    }
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

fn reaches_nothing(approach: &Approach, tumour: &Part) -> Warning {
    let message = format!(
        "{} reaches no tumour within the amount: none of its directions has room for an \
         instrument {:.1} mm wide with {:.1} mm of safety; try a thinner instrument, more \
         directions or fewer keep-out structures",
        approach.name,
        2.0 * approach.tool_radius_mm,
        approach.safety_mm
    );
    Warning::new("approach_reaches_nothing", message, &tumour.name)
}

fn nothing_to_take(
    approach: &Approach,
    tumour: &Part,
    roles: &Roles<'_>,
    asked: &Separate,
) -> Warning {
    let levels = asked
        .levels_mm
        .map_or_else(String::new, |[from, to]| format!(" between the levels {from} and {to} mm"));
    let message = format!(
        "{} removes nothing: no tumour lies within {} mm of \"{}\"{levels}; check --amount and \
         --levels",
        approach.name, asked.amount_mm, roles.reference.name
    );
    Warning::new("nothing_to_remove", message, &tumour.name)
}

/// Outlines of what is left that are no more than noise of the grid.
fn slivers(approach: &Approach, tumour: &Part, removal: &Removal) -> Option<Warning> {
    let solid = removal.residual.as_ref()?;
    let found = solid.warnings().iter().find(|w| w.code == "slivers_left_out")?;
    let message = format!("{}: {}", approach.name, found.message);
    Some(Warning::new(found.code, message, &tumour.name))
}

fn phase(approach: &Approach, scenario: &Scenario) -> Phase {
    let approach = approach.name.clone();
    let kind = PhaseKind::Separated { approach, anatomy: scenario.anatomy };
    Phase { kind, pairs: Vec::new() }
}

fn empty(parts: &Parts, roles: &Roles<'_>, asked: &Separate) -> Separation {
    let names = |parts: &[Part]| parts.iter().map(|p| p.name.clone()).collect();
    Separation {
        reference: roles.reference.name.clone(),
        reference_role: roles.reference_role,
        centreline: roles.centreline.name.clone(),
        amount_mm: asked.amount_mm,
        levels_mm: asked.levels_mm,
        grid_mm: asked.grid_mm,
        keep_out: names(&parts.keep_out),
        bone: names(&parts.bone),
        scenarios: Vec::new(),
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
        (Some(role), ..) => return Err(Fault::NoReference { role }.into()),
        (None, None, None) => return Err(Fault::NoReference { role: Role::ThecalSac }.into()),
    };
    let Some(centreline) = cord.or(sac) else {
        return Err(Fault::NoReference { role: Role::Cord }.into());
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

#[cfg(test)]
mod tests;
