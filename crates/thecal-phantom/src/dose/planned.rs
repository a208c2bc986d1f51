//! A phantom with a plan and a dose whose truth is known.

use std::fmt;
use std::path::Path;
use std::str::FromStr;

use nalgebra::UnitQuaternion;
use serde::Serialize;
use thecal_geom::{Point3, Vector3};

use crate::dose::field::{Conformal, DoseField, edge_sd_mm};
use crate::dose::files::write_dose;
use crate::dose::grid::Sampled;
use crate::dose::spec::DoseSpec;
use crate::error::Error;
use crate::files::write_built;
use crate::spec::PhantomSpec;
use crate::study::{SCHEMA_VERSION, Study, Truth};

/// The region that a phantom's dose is planned for.
const TARGET: &str = "GTV";
/// A plan is prescribed to the 90 % line of its plateau.
const PRESCRIBED_PART: f64 = 0.9;
/// The standard normal quantile of [`PRESCRIBED_PART`].
const PRESCRIBED_SD: f64 = 1.281_551_565_544_600_4;
/// How far outside the tumour half the plateau of a conformal dose lies, mm.
const MARGIN_MM: f64 = 6.0;

/// The kind of a dose, with what it takes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum DoseKind {
    /// Falls evenly across the gap, from the prescription at the tumour's end.
    Linear {
        /// How fast, Gy/mm.
        gradient_gy_per_mm: f64,
    },
    /// An erf edge across the gap: the prescription, 90 % of the plateau, is at the tumour's end.
    Erf {
        /// The steepest slope, parts of the plateau per mm.
        steepest_per_mm: f64,
    },
    /// Falls with the square of the distance from a source behind the tumour's end, where the dose
    /// is the prescription.
    InverseSquare {
        /// From the source to the tumour's end, mm.
        source_mm: f64,
    },
    /// As plans of the spine are: 10/9 of the prescription over the tumour, with an edge round the
    /// cord.
    Conformal {
        /// How far outside the cord's surface half the plateau lies, mm; inside where negative.
        cord_half_mm: f64,
    },
}

impl FromStr for DoseKind {
    type Err = String;

    /// `linear`, `erf`, `inverse-square` or `conformal`, each with a number behind a colon where
    /// it is not the default: 0.5 Gy/mm, 15 % of the plateau per mm, 150 mm, -1 mm.
    fn from_str(text: &str) -> Result<Self, String> {
        let (kind, number) = match text.split_once(':') {
            Some((kind, number)) => {
                let parsed = number.parse::<f64>().ok().filter(|n| n.is_finite());
                let parsed = parsed.ok_or_else(|| format!("{number} in {text} is no number"))?;
                (kind, Some(parsed))
            }
            None => (text, None),
        };
        let within = |default: f64, lo: f64, hi: f64, unit: &str| {
            let number = number.unwrap_or(default);
            let fits = (lo..=hi).contains(&number);
            fits.then_some(number)
                .ok_or_else(|| format!("{number} in {text} is not within {lo} to {hi} {unit}"))
        };
        match kind {
            "linear" => {
                Ok(Self::Linear { gradient_gy_per_mm: within(0.5, 0.0, 20.0, "Gy per mm")? })
            }
            "erf" => {
                let percent = within(15.0, 1.0, 60.0, "% of the plateau per mm")?;
                Ok(Self::Erf { steepest_per_mm: percent / 100.0 })
            }
            "inverse-square" => {
                Ok(Self::InverseSquare { source_mm: within(150.0, 5.0, 2000.0, "mm")? })
            }
            "conformal" => Ok(Self::Conformal { cord_half_mm: within(-1.0, -10.0, 10.0, "mm")? }),
            _ => Err(format!("{kind} is none of linear, erf, inverse-square and conformal")),
        }
    }
}

impl fmt::Display for DoseKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Linear { gradient_gy_per_mm } => write!(f, "linear:{gradient_gy_per_mm}"),
            Self::Erf { steepest_per_mm } => write!(f, "erf:{}", 100.0 * steepest_per_mm),
            Self::InverseSquare { source_mm } => write!(f, "inverse-square:{source_mm}"),
            Self::Conformal { cord_half_mm } => write!(f, "conformal:{cord_half_mm}"),
        }
    }
}

/// What is known of a phantom's dose.
#[derive(Debug, Clone, Serialize)]
#[non_exhaustive]
pub struct DoseTruth {
    /// Version of this form.
    pub schema_version: &'static str,
    /// The dose at every point.
    pub field: DoseField,
    /// How it is planned, sampled and labelled.
    pub parameters: DoseSpec,
    /// The dose at the tumour's end of the closest segment of tumour and cord, Gy.
    pub tumour_end_gy: f64,
    /// The dose at the cord's end, Gy.
    pub cord_end_gy: f64,
    /// Names of the files, doses last.
    pub files: Vec<String>,
}

/// The dose of a kind across the gap of a study.
#[must_use]
pub fn dose_field(study: &Study, kind: DoseKind, prescription_gy: f64) -> DoseField {
    let closest = &study.truth.pairs[0].closest;
    let (tumour_mm, cord_mm) = (closest.a_mm, closest.b_mm);
    let direction = (cord_mm - tumour_mm).try_normalize(1e-12).unwrap_or_else(Vector3::y);
    let plateau_gy = prescription_gy / PRESCRIBED_PART;
    match kind {
        DoseKind::Linear { gradient_gy_per_mm } => {
            let (at_mm, at_gy) = (tumour_mm, prescription_gy);
            DoseField::Linear { at_mm, at_gy, direction, gradient_gy_per_mm }
        }
        DoseKind::Erf { steepest_per_mm } => {
            let half_mm: Point3 =
                tumour_mm + direction * (PRESCRIBED_SD * edge_sd_mm(steepest_per_mm));
            DoseField::Erf { half_mm, direction, plateau_gy, steepest_per_mm }
        }
        DoseKind::InverseSquare { source_mm } => DoseField::InverseSquare {
            source_mm: tumour_mm - direction * source_mm,
            at_mm: source_mm,
            at_gy: prescription_gy,
        },
        DoseKind::Conformal { cord_half_mm } => {
            let solids = &study.solids;
            let rotation = study.truth.parameters.frame_rotation;
            DoseField::Conformal(Conformal {
                plateau_gy,
                steepest_per_mm: 0.15,
                cord_half_mm,
                margin_mm: MARGIN_MM,
                cord: solids.cord,
                tumours: std::iter::once(solids.tumour).chain(solids.second).collect(),
                rotation: rotation.unwrap_or_else(UnitQuaternion::identity),
            })
        }
    }
}

/// Writes a phantom as [`crate::write_study`] does, with a plan and its dose (see
/// [`write_dose`]), and `dose_truth.json`.
///
/// # Errors
/// As [`crate::write_study`] and [`write_dose`].
///
/// # Example
/// ```
/// use thecal_phantom::{DoseKind, DoseSpec, PhantomSpec, ShapeKind, write_planned_study};
///
/// let folder = tempfile::tempdir()?;
/// let spec = PhantomSpec { ct: false, ..PhantomSpec::random(7, ShapeKind::Sphere, 2.0, 1.5) };
/// // 24 Gy in 2 fractions, 2 mm voxels; 1 Gy less for each mm from the tumour to the cord.
/// let kind = DoseKind::Linear { gradient_gy_per_mm: 1.0 };
/// let (_, dose) = write_planned_study(&spec, kind, &DoseSpec::new(24.0, 2, 2.0), folder.path())?;
/// assert!((dose.tumour_end_gy - 24.0).abs() < 1e-6);
/// assert!((dose.cord_end_gy - 22.5).abs() < 1e-6);
/// assert!(folder.path().join("RP.dcm").is_file() && folder.path().join("RD.dcm").is_file());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn write_planned_study(
    spec: &PhantomSpec,
    kind: DoseKind,
    dose: &DoseSpec,
    out_dir: &Path,
) -> Result<(Truth, DoseTruth), Error> {
    let study = Study::build(spec)?;
    // Before anything is written: half a study would be left.
    let target = study.structures.iter().filter(|s| s.name == TARGET);
    let points = target.flat_map(|s| &s.contours).flat_map(|c| c.points_mm.iter().copied());
    Sampled::round(dose, points)?;
    let set = write_built(spec, &study, out_dir, &|_| {})?;
    let field = dose_field(&study, kind, dose.prescription_gy);
    let written = write_dose(&set, TARGET, &field, dose, out_dir)?;
    let closest = &study.truth.pairs[0].closest;
    let names = written.iter().filter_map(|p| p.file_name());
    let truth = DoseTruth {
        schema_version: SCHEMA_VERSION,
        tumour_end_gy: field.at_gy(closest.a_mm),
        cord_end_gy: field.at_gy(closest.b_mm),
        field,
        parameters: dose.clone(),
        files: names.map(|n| n.to_string_lossy().into_owned()).collect(),
    };
    let path = out_dir.join("dose_truth.json");
    let mut text = serde_json::to_string_pretty(&truth)?;
    text.push('\n');
    std::fs::write(&path, text).map_err(|source| Error::Io { path, source })?;
    Ok((study.truth, truth))
}
