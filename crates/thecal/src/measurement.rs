//! Structures that are given as solids, without a file.

use thecal_geom::Warning;
use thecal_margin::Headline;
use thecal_report::Report;

use crate::assessment::Assessment;
use crate::check::{Evaluated, evaluate};
use crate::error::Error;
use crate::load::{Loaded, sac_about_cord, size_doubt};
use crate::measure::{Part, Parts};
use crate::measured::{MovedAnatomy, Residual};
use crate::part_role::PartRole;
use crate::phase::Phase;
use crate::record;
use crate::record::settings::AsAsked;
use crate::settings::Settings;
use crate::structure_facts::StructureFacts;

/// What was measured between structures that were given as solids: see [`measure`].
#[derive(Debug)]
pub struct Measurement {
    settings: Settings,
    done: Evaluated,
}

/// Measures the gaps between solids, and simulates the separation that is asked for. No file is read.
///
/// A solid is made of contours ([`thecal_mask::Solid::from_contours`]) or of a mask
/// ([`thecal_mask::Solid::from_mask`]), in LPS mm; all are taken to lie in one frame of reference. Of the
/// settings those count that say how to measure: thresholds and the separation. What they say of
/// names, files and ends is for studies in files.
///
/// Without a cord, or without a tumour, the headline is `not_assessable`, as that of a study.
///
/// # Errors
/// When the separation that is asked for cannot be simulated.
///
/// # Example
/// Two tubes whose walls are 2.5 mm apart:
/// ```
/// use std::f64::consts::TAU;
/// use thecal::{Part, Parts, Settings, measure};
/// use thecal_geom::{Contour, ContourKind, Point3};
/// use thecal_margin::{Headline, PairKind, Verdict};
/// use thecal_mask::{EndRule, Solid};
///
/// // Along z on 31 planes of 1 mm, with a point every degree.
/// let tube = |front_mm: f64, radius_mm: f64| {
///     let ring = |z: f64| {
///         let at = |i: i32| {
///             let (sin, cos) = (TAU * f64::from(i) / 360.0).sin_cos();
///             Point3::new(radius_mm * cos, radius_mm * sin - front_mm, z)
///         };
///         let points_mm = (0..360).map(at).collect();
///         Contour { number: 1, kind: ContourKind::ClosedPlanar, points_mm }
///     };
///     let contours: Vec<Contour> = (0..31).map(|k| ring(f64::from(k))).collect();
///     Solid::from_contours(&contours, EndRule::HalfSlice, 1.0)
/// };
/// let part = |name: &str, solid| Part { name: name.to_owned(), solid };
/// let parts = Parts {
///     cord: Some(part("cord", tube(0.0, 4.0)?)),
///     tumours: vec![part("tumour", tube(16.5, 10.0)?)],
///     ..Parts::default()
/// };
///
/// let settings = Settings::default();
/// let found = measure(parts, &settings)?;
/// let pair = &found.phases()[0].pairs[0];
/// assert_eq!(pair.kind, PairKind::TumourCord);
/// assert!((pair.gap_mm().expect("a gap") - 2.5).abs() < 0.01);
/// // 2 mm are reached and 3 mm are not.
/// let verdicts: Vec<_> =
///     pair.judgements(&settings.thresholds).iter().map(|j| j.verdict).collect();
/// assert_eq!(verdicts, [Some(Verdict::Pass), Some(Verdict::Fail)]);
/// assert_eq!(found.headline(), Headline::Marginal);
/// // The same as a record.
/// assert_eq!(found.report().phases[0].pairs[0].gap_mm, pair.gap_mm());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn measure(parts: Parts, settings: &Settings) -> Result<Measurement, Error> {
    let mut warnings: Vec<Warning> = [
        (parts.tumours.is_empty(), "no_tumour", PartRole::Tumour),
        (parts.cord.is_none(), "no_cord", PartRole::Cord),
    ]
    .into_iter()
    .filter(|(absent, ..)| *absent)
    .map(|(_, code, part)| {
        Warning::new(code, format!("no structure was given as {}", part.role()), "")
    })
    .collect();
    warnings.extend(sac_about_cord(&parts));
    let facts = |(role, part): (PartRole, &Part)| {
        let mut facts = StructureFacts::of_solid(&part.name, role, &part.solid);
        facts.warnings.extend(size_doubt(&part.name, role, &part.solid));
        facts
    };
    let structures = parts.all().map(facts).collect();
    let loaded = Loaded { parts, structures, warnings, assumed: false, fixed: None };
    Ok(Measurement { settings: settings.clone(), done: evaluate(&[], loaded, settings)? })
}

impl Measurement {
    /// The anatomy as it was given first, then those that were simulated.
    #[must_use]
    pub fn phases(&self) -> &[Phase] {
        &self.assessment().phases
    }

    /// That of the anatomy as it was given. What was simulated has no say in it.
    #[must_use]
    pub fn headline(&self) -> Headline {
        self.assessment().headline(&self.settings.thresholds)
    }

    /// The worst of the simulated phases; none where nothing was simulated.
    #[must_use]
    pub fn simulated_headline(&self) -> Option<Headline> {
        self.assessment().simulated_headline(&self.settings.thresholds)
    }

    /// What each approach left of each tumour.
    #[must_use]
    pub fn residuals(&self) -> &[Residual] {
        &self.done.residuals
    }

    /// Cord and sac in the scenarios after a separation that move them.
    #[must_use]
    pub fn anatomies(&self) -> &[MovedAnatomy] {
        &self.done.anatomies
    }

    /// What was doubted.
    #[must_use]
    pub fn warnings(&self) -> &[Warning] {
        &self.assessment().warnings
    }

    /// The structures that were measured.
    #[must_use]
    pub fn parts(&self) -> &Parts {
        &self.done.parts
    }

    /// The record: that of a study, without inputs.
    #[must_use]
    pub fn report(&self) -> Report {
        record::report(self.assessment(), &self.settings, &AsAsked)
    }

    fn assessment(&self) -> &Assessment {
        &self.done.assessment
    }
}
