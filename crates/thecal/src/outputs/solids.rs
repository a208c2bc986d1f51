//! Which solids a result has, how they are called, and on which planes they are drawn.

use rayon::prelude::*;
use thecal_geom::Point3;
use thecal_mask::Solid;
use thecal_mask::role::Role;
use thecal_mask::solid::StackFrame;

use super::ResultKind;
use super::recipe::{self, Recipe};
use crate::error::{Error, Fault};
use crate::measure::Part;
use crate::measured::Measured;

/// Grid that the cord is grown on, mm.
const GROWTH_STEP_MM: f64 = 0.5;

/// Nearer to each other than this no two planes are drawn, mm: within 0.1 mm contours belong to one
/// image.
const SAME_PLANE_MM: f64 = 0.11;

/// A solid to be written as a structure.
#[derive(Debug, Clone)]
pub struct ResultSolid {
    /// Name of the structure: unique, at most 16 characters of ASCII.
    pub name: String,
    /// What it is.
    pub kind: ResultKind,
    /// How it was made; at most 1024 characters.
    pub description: String,
    /// Where it lies, LPS mm.
    pub solid: Solid,
    frame: StackFrame,
    planes_mm: Vec<f64>,
    /// Its place among the residuals, where it is what is left or was taken.
    pub(super) run: Option<usize>,
}

impl ResultSolid {
    /// A solid to be drawn on its own planes. Of the name 16 letters, digits and `_-+.^~` are kept.
    #[must_use]
    pub fn new(name: &str, kind: ResultKind, description: String, solid: Solid) -> Self {
        let name = name.chars().filter(recipe::fits).take(recipe::NAME_LENGTH).collect();
        let (frame, planes_mm) = (*solid.frame(), solid.planes_mm().to_vec());
        Self { name, kind, description, solid, frame, planes_mm, run: None }
    }

    /// The same, drawn on the planes of another solid, which go on at their spacing where this one
    /// is longer.
    #[must_use]
    pub fn on_planes_of(mut self, source: &Solid) -> Self {
        self.frame = *source.frame();
        self.planes_mm = continued(source, &self.solid);
        self
    }

    /// The planes that it is drawn on, and more between, at most `step_mm` apart; what a person drew
    /// stays as it is.
    pub(super) fn planes_every(&self, step_mm: Option<f64>) -> Vec<f64> {
        let mut planes = self.planes_mm.clone();
        let step_mm = step_mm.filter(|s| s.is_finite() && *s > 0.0);
        let (Some(step_mm), Some(&first), Some(&last)) = (step_mm, planes.first(), planes.last())
        else {
            return planes;
        };
        if recipe::look(self.kind).drawn {
            return planes;
        }
        let turned = self.solid.frame().normal().into_inner() - self.frame.normal().into_inner();
        let own_mm = self.solid.spacing_mm();
        let apart = |w: &[f64]| w[1] - w[0] > own_mm + SAME_PLANE_MM;
        let (more, near_mm) = if turned.norm() < 1e-9 && planes.windows(2).any(apart) {
            // Planes of its own carry it best; those of the source are those of images.
            (divided_slabs(self.solid.planes_mm(), own_mm, step_mm), SAME_PLANE_MM)
        } else {
            // A plane past each end, for what goes on half a step.
            let [low, high] = extent(&self.solid, &self.frame);
            let mut all = vec![low.min(first)];
            all.extend(&planes);
            all.push(high.max(last));
            (divided(&all, |length| (length / step_mm - 1e-6).ceil()), 1e-3)
        };
        let source = planes.clone();
        let far = |w: &f64| source.iter().all(|s| (s - w).abs() > near_mm);
        planes.extend(more.into_iter().filter(far));
        planes.sort_by(f64::total_cmp);
        planes
    }

    /// The axes of the planes that it is drawn on.
    #[must_use]
    pub fn frame(&self) -> &StackFrame {
        &self.frame
    }

    /// The planes that it is drawn on, along the normal of [`ResultSolid::frame`], mm.
    #[must_use]
    pub fn planes_mm(&self) -> &[f64] {
        &self.planes_mm
    }
}

/// Planes, and others evenly between by the number of parts that a length has.
fn divided(planes_mm: &[f64], parts: impl Fn(f64) -> f64) -> Vec<f64> {
    let between = |w: &[f64]| {
        let parts = parts(w[1] - w[0]).clamp(1.0, 1e4);
        let step = (w[1] - w[0]) / parts;
        (0..parts as usize).map(move |k| w[0] + step * k as f64).collect::<Vec<_>>()
    };
    planes_mm.windows(2).flat_map(between).chain(planes_mm.last().copied()).collect()
}

/// Planes at most `step_mm` apart that divide the slabs which planes stand for, each into an odd
/// number: then the planes are among them, and half a step past the last ends where half a slab did.
fn divided_slabs(planes_mm: &[f64], slab_mm: f64, step_mm: f64) -> Vec<f64> {
    let half = (0.5 * (slab_mm / step_mm - 1e-6).ceil()).floor().max(0.0);
    let parts = 2.0 * half + 1.0;
    let mut out = divided(planes_mm, |length| parts * (length / slab_mm).round());
    let beyond = (1..=half as usize).map(|k| slab_mm / parts * k as f64);
    let (first, last) = (planes_mm.first().copied(), planes_mm.last().copied());
    out.extend(beyond.flat_map(|b| [first.map(|w| w - b), last.map(|w| w + b)]).flatten());
    out
}

/// The planes of a solid, and more at its spacing as far as another one goes.
pub(super) fn continued(source: &Solid, over: &Solid) -> Vec<f64> {
    let mut planes = source.planes_mm().to_vec();
    let (Some(&first), Some(&last)) = (planes.first(), planes.last()) else { return planes };
    let [low, high] = extent(over, source.frame());
    let step = source.spacing_mm();
    let count = |length: f64| (length / step).floor().max(0.0) as usize;
    planes.extend((1..=count(first - low)).map(|k| first - step * k as f64));
    planes.extend((1..=count(high - last)).map(|k| last + step * k as f64));
    planes.sort_by(f64::total_cmp);
    planes
}

/// From where to where a solid goes along the normal of a frame, mm.
pub(super) fn extent(solid: &Solid, frame: &StackFrame) -> [f64; 2] {
    let (lo, hi) = solid.bounds();
    (0..8).fold([f64::INFINITY, f64::NEG_INFINITY], |[low, high], corner| {
        let pick = |a: usize| if corner >> a & 1 == 0 { lo[a] } else { hi[a] };
        let w = frame.stack_from_patient(Point3::new(pick(0), pick(1), pick(2))).z;
        [low.min(w), high.max(w)]
    })
}

/// The solids of a result: cord, sac and tumours as they were drawn, what each approach leaves and
/// takes of each tumour, the cord grown by each threshold, and what a target after an operation must
/// hold.
///
/// # Errors
/// The cord cannot be grown.
pub fn result_solids(measured: &Measured) -> Result<Vec<ResultSolid>, Error> {
    let parts = &measured.parts;
    let recipe = Recipe::from_report(&measured.report);
    let drawn = |name: &str, kind: ResultKind, part: &Part| {
        ResultSolid::new(name, kind, recipe.drawn(&part.name), part.solid.clone())
    };
    let mut out = Vec::new();
    let organs = [
        (&parts.cord, Role::Cord, recipe::CORD_NAME, ResultKind::Cord),
        (&parts.sac, Role::ThecalSac, recipe::SAC_NAME, ResultKind::Sac),
    ];
    for (part, role, usual, kind) in organs {
        out.extend(part.iter().map(|p| drawn(&recipe::organ(&p.name, role, usual), kind, p)));
    }
    for (n, part) in parts.tumours.iter().enumerate() {
        let name = format!("{}_preop_{}", recipe::target(&part.name), n + 1);
        out.push(drawn(&name, ResultKind::Tumour, part));
    }
    for (n, residual) in measured.residuals.iter().enumerate() {
        let tumour = parts.tumours.iter().find(|t| t.name == residual.tumour);
        let Some(tumour) = tumour else { continue };
        let prefix = recipe::target(&tumour.name);
        let removed = residual.removed()?;
        let pieces = [
            ("resid", ResultKind::Residual, &residual.solid),
            ("removed", ResultKind::Removed, &removed),
        ];
        for (word, kind, solid) in pieces {
            let Some(solid) = solid else { continue };
            let name = format!("{prefix}_{word}_{}", n + 1);
            let text = recipe.separated(kind, residual);
            let made = ResultSolid::new(&name, kind, text, solid.clone());
            out.push(ResultSolid { run: Some(n), ..made.on_planes_of(&tumour.solid) });
        }
    }
    if let Some(cord) = &parts.cord {
        let grow = |&margin_mm: &f64| {
            let fault = |source| Fault::Section { name: cord.name.clone(), source };
            let solid = cord.solid.grown(margin_mm, GROWTH_STEP_MM).map_err(fault)?;
            let organ = recipe::organ(&cord.name, Role::Cord, recipe::CORD_NAME);
            let name = recipe::expansion_name(&organ, margin_mm);
            let text = recipe.expansion(&cord.name, margin_mm, GROWTH_STEP_MM);
            let made = ResultSolid::new(&name, ResultKind::Expansion, text, solid);
            Ok(made.on_planes_of(&cord.solid))
        };
        let grown: Result<Vec<_>, Error> =
            measured.report.thresholds_mm.par_iter().map(grow).collect();
        out.extend(grown?);
    }
    let exact = exact_prvs(measured, &recipe, &out)?;
    out.extend(exact);
    // What a target after an operation must hold, on the planes that its tumour was drawn on.
    for extent in &measured.extents {
        let Some(solid) = extent.solid(parts)? else { continue };
        let text = recipe.extent(&extent.description);
        let made = ResultSolid::new(&extent.name, ResultKind::Target, text, solid);
        let tumour = parts.tumours.iter().find(|t| t.name == extent.tumour);
        out.push(tumour.into_iter().fold(made, |made, t| made.on_planes_of(&t.solid)));
    }
    for n in 0..out.len() {
        let (before, after) = out.split_at_mut(n);
        set_apart(before, &mut after[0]);
    }
    Ok(out)
}

/// The exact expansions that drawn PRVs should be, each once.
fn exact_prvs(
    measured: &Measured,
    recipe: &Recipe<'_>,
    before: &[ResultSolid],
) -> Result<Vec<ResultSolid>, Error> {
    let mut known: Vec<(Role, f64)> = Vec::new();
    let mut out = Vec::new();
    for prv in &measured.prvs {
        let (Some(margin_mm), Some(organ)) = (prv.margin_mm, prv.organ_of(&measured.parts)) else {
            continue;
        };
        if known.contains(&(prv.organ, margin_mm)) {
            continue;
        }
        known.push((prv.organ, margin_mm));
        let fault = |source| Fault::Section { name: organ.name.clone(), source };
        let usual = if prv.organ == Role::Cord { recipe::CORD_NAME } else { recipe::SAC_NAME };
        let called = recipe::organ(&organ.name, prv.organ, usual);
        // Grown by a threshold it has been already.
        let by_threshold = recipe::expansion_name(&called, margin_mm);
        let same = |s: &&ResultSolid| s.kind == ResultKind::Expansion && s.name == by_threshold;
        let grown = before.iter().find(same).filter(|_| prv.organ == Role::Cord);
        let solid = match grown {
            Some(grown) => grown.solid.clone(),
            None => organ.solid.grown(margin_mm, GROWTH_STEP_MM).map_err(fault)?,
        };
        let name = recipe::exact_name(&called, margin_mm);
        let text = recipe.exact_prv(&prv.name, &organ.name, margin_mm, GROWTH_STEP_MM);
        let made = ResultSolid::new(&name, ResultKind::ExactPrv, text, solid);
        out.push(made.on_planes_of(&organ.solid));
    }
    Ok(out)
}

/// Gives a solid a name that none before it has, nor none at all.
fn set_apart(before: &[ResultSolid], solid: &mut ResultSolid) {
    let first = if solid.name.is_empty() { "Structure" } else { &solid.name }.to_owned();
    solid.name.clone_from(&first);
    let mut n = 1;
    // Names of files, some of whose systems do not tell capitals.
    while before.iter().any(|b| b.name.eq_ignore_ascii_case(&solid.name)) {
        n += 1;
        let ending = format!("_{n}");
        let room = recipe::NAME_LENGTH.saturating_sub(ending.len());
        solid.name = first.chars().take(room).chain(ending.chars()).collect();
    }
}
