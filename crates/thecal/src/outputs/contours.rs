//! On which planes structures are drawn, and the gap measured again on the contours.

use rayon::prelude::*;
use thecal_geom::{Contour, Warning};
use thecal_margin::{Arrangement, gap};
use thecal_mask::solid::Cut;
use thecal_mask::{EndRule, Solid};
use thecal_report::{PairKind, Phase};

use super::recipe::look;
use super::{ResultKind, ResultSolid};
use crate::error::{Error, Fault};
use crate::measured::Measured;

/// Islands below this are left out of what was computed, mm²: contours of a tenth of a millimetre.
const LEAST_MM2: f64 = 0.01;
/// A gap measured on contours may differ from the reported one by this, mm.
const OFF_MM: f64 = 0.03;
/// Distances of planes that are tried in turn, mm.
const STEPS_MM: [f64; 3] = [0.5, 0.2, 0.1];

/// Places of contour points after the point, mm.
pub(super) const DECIMALS: usize = 4;

/// On which planes computed structures are drawn. What a person drew stays on its own.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub enum ContourPlanes {
    /// Those of the source. Where the gap measured again on the contours would be off the reported
    /// one by more than 0.03 mm, what a separation leaves and takes is drawn between them as well:
    /// at most 0.5 mm apart, 0.2 or 0.1, whichever suffices.
    #[default]
    Automatic,
    /// Those of the source alone.
    Source,
    /// Those of the source and more between, at most this far apart, mm; for what a separation leaves
    /// and takes nearer where the gap needs it, as above.
    Every(f64),
}

/// The contours of a solid as they are written.
#[derive(Debug, Clone, Default)]
pub(super) struct Drawn {
    pub(super) contours: Vec<Contour>,
    /// Islands that were left out.
    pub(super) slivers: usize,
}

/// A gap as reported, and as measured again on contours.
#[derive(Debug, Clone, Copy)]
struct Again {
    kind: PairKind,
    reported_mm: f64,
    /// None where no solid comes of the contours.
    written_mm: Option<f64>,
}

impl Again {
    fn off_mm(&self) -> f64 {
        self.written_mm.map_or(f64::INFINITY, |w| (w - self.reported_mm).abs())
    }
}

/// How what is left of a tumour is drawn.
struct Choice {
    /// Distance of the planes, mm; none for those of the source alone.
    step_mm: Option<f64>,
    drawn: Drawn,
    /// On the planes that were tried first, where these do not do, and on those that were chosen.
    wider: Option<Again>,
    chosen: Option<Again>,
}

/// The contours of all solids, with warnings `contours_between_planes` and `contours_off_gap`.
pub(super) fn drawn(
    measured: &Measured,
    solids: &[ResultSolid],
    planes: ContourPlanes,
) -> Result<(Vec<Drawn>, Vec<Warning>), Error> {
    let choose = |s: &ResultSolid| match (s.kind, s.run) {
        (ResultKind::Residual, Some(run)) => choice(measured, s, run, planes).map(Some),
        _ => Ok(None),
    };
    let choices: Vec<Option<Choice>> = solids.par_iter().map(choose).collect::<Result<_, _>>()?;
    // What is taken follows what is left: the two share a surface.
    let steps: Vec<(Option<usize>, Option<f64>)> = solids
        .iter()
        .zip(&choices)
        .filter_map(|(s, c)| Some((s.run, c.as_ref()?.step_mm)))
        .collect();
    let step_of = |s: &ResultSolid| {
        let asked_mm = match planes {
            ContourPlanes::Every(step_mm) => Some(step_mm),
            ContourPlanes::Automatic | ContourPlanes::Source => None,
        };
        let of_run = steps.iter().find(|x| s.run.is_some() && x.0 == s.run);
        of_run.map_or(asked_mm, |x| x.1)
    };
    let warnings = solids.iter().zip(&choices).flat_map(|(s, c)| c.iter().flat_map(|c| told(s, c)));
    let warnings = warnings.collect();
    let drawn: Result<_, Error> = solids
        .par_iter()
        .zip(choices)
        .map(|(s, choice)| match choice {
            Some(choice) => Ok(choice.drawn),
            None => Pool::default().drawn(s, step_of(s)),
        })
        .collect();
    Ok((drawn?, warnings))
}

/// The planes for what is left of a tumour, by the gaps that are measured on them.
fn choice(
    measured: &Measured,
    solid: &ResultSolid,
    run: usize,
    planes: ContourPlanes,
) -> Result<Choice, Error> {
    let mut pool = Pool::default();
    let mut tried = |step_mm: Option<f64>| -> Result<Choice, Error> {
        let drawn = pool.drawn(solid, step_mm)?;
        let chosen = again(measured, run, &drawn.contours);
        Ok(Choice { step_mm, drawn, wider: None, chosen })
    };
    let (first, finer) = match planes {
        ContourPlanes::Source => return tried(None),
        ContourPlanes::Automatic => (None, f64::INFINITY),
        ContourPlanes::Every(step_mm) => (Some(step_mm), step_mm),
    };
    let off_mm = |c: &Choice| c.chosen.map_or(0.0, |a| a.off_mm());
    let mut best = tried(first)?;
    let wider = best.chosen;
    for step_mm in STEPS_MM.into_iter().filter(|s| *s < finer) {
        if off_mm(&best) <= OFF_MM {
            break;
        }
        let next = tried(Some(step_mm))?;
        if off_mm(&next) < off_mm(&best) {
            best = Choice { wider, ..next };
        }
    }
    Ok(best)
}

/// Of the gaps of a run the one that comes out of contours farthest from the report's.
fn again(measured: &Measured, run: usize, contours: &[Contour]) -> Option<Again> {
    let residual = measured.residuals.get(run)?;
    let of_run = |p: &&thecal_report::PhaseRecord| {
        p.phase == Phase::Simulated && p.scenario.as_deref() == Some(residual.approach.as_str())
    };
    let phase = measured.report.phases.iter().find(of_run)?;
    let parts = &measured.parts;
    let spacing_mm = residual.solid.as_ref().map_or(1.0, Solid::spacing_mm);
    let read = Solid::from_contours(&rounded(contours), EndRule::HalfSlice, spacing_mm).ok();
    let references = [(PairKind::TumourCord, &parts.cord), (PairKind::TumourSac, &parts.sac)];
    let again = references.into_par_iter().filter_map(|(kind, part)| {
        let part = part.as_ref()?;
        let mut pairs = phase.pairs.iter();
        let pair = pairs.find(|p| p.pair == kind && p.a == residual.tumour)?;
        let found = read.as_ref().and_then(|r| gap(r, &part.solid, Arrangement::Apart));
        Some(Again { kind, reported_mm: pair.gap_mm?, written_mm: found.map(|g| g.gap_mm) })
    });
    again.max_by(|a, b| a.off_mm().total_cmp(&b.off_mm()))
}

/// As a file has them.
fn rounded(contours: &[Contour]) -> Vec<Contour> {
    let per_mm = 10_f64.powi(DECIMALS as i32);
    let round = |c: &Contour| {
        let points = c.points_mm.iter().map(|p| p.map(|x| (x * per_mm).round() / per_mm));
        Contour { points_mm: points.collect(), ..c.clone() }
    };
    contours.iter().map(round).collect()
}

fn told(solid: &ResultSolid, choice: &Choice) -> Vec<Warning> {
    let name = &solid.name;
    let reads = |a: &Again| match a.written_mm {
        Some(mm) => format!("{mm:.3} mm"),
        None => "not measurable".to_owned(),
    };
    let mut out = Vec::new();
    if let (Some(step_mm), Some(wider)) = (choice.step_mm, &choice.wider) {
        let message = format!(
            "{name} and its removed part have contours between the planes of the source, at most \
             {step_mm} mm apart: on fewer planes its {} gap is {} where {:.3} mm was reported; \
             --contour-step source uses the planes of the source only",
            wider.kind.as_str(),
            reads(wider),
            wider.reported_mm
        );
        out.push(Warning::new("contours_between_planes", message, name.as_str()));
    }
    if let Some(chosen) = choice.chosen.filter(|a| a.off_mm() > OFF_MM) {
        let what = match choice.step_mm {
            Some(_) => "differs even on planes as close as these",
            None => {
                "needs contours between the planes of the source, as --contour-step auto writes them"
            }
        };
        let message = format!(
            "measured again on the contours of {name}, the {} gap is {} where {:.3} mm was \
             reported: it {what}",
            chosen.kind.as_str(),
            reads(&chosen),
            chosen.reported_mm
        );
        out.push(Warning::new("contours_off_gap", message, name.as_str()));
    }
    out
}

/// Sections of a solid, kept for the next choice of planes.
#[derive(Default)]
struct Pool {
    planes_mm: Vec<f64>,
    contours: Vec<(f64, Contour)>,
}

impl Pool {
    fn drawn(&mut self, solid: &ResultSolid, step_mm: Option<f64>) -> Result<Drawn, Error> {
        let fault = |source| Fault::Section { name: solid.name.clone(), source };
        let planes_mm = solid.planes_every(step_mm);
        let same = |a: f64, b: f64| (a - b).abs() < 1e-6;
        let known = |w: &f64| self.planes_mm.iter().any(|k| same(*k, *w));
        let new: Vec<f64> = planes_mm.iter().copied().filter(|w| !known(w)).collect();
        let cut = solid.solid.contours_on(solid.frame(), &new, Cut::default()).map_err(fault)?;
        let normal = solid.frame().normal();
        let at = |c: &Contour| c.points_mm.first().map_or(0.0, |p| normal.dot(&p.coords));
        self.planes_mm.extend(new);
        self.contours.extend(cut.into_iter().map(|c| (at(&c), c)));
        self.contours.sort_by(|a, b| a.0.total_cmp(&b.0));
        let mut drawn = Drawn::default();
        let copied = look(solid.kind).drawn;
        // Steps are tried from wide to narrow, so that all that is known is drawn.
        for (_, contour) in &self.contours {
            if !copied && 0.5 * contour.double_area().norm() < LEAST_MM2 {
                drawn.slivers += 1;
                continue;
            }
            let number = drawn.contours.len() + 1;
            drawn.contours.push(Contour { number, ..contour.clone() });
        }
        Ok(drawn)
    }
}
