//! A plan and its dose as files beside a structure set.

use std::path::{Path, PathBuf};

use nalgebra::Rotation3;
use rayon::prelude::*;
use thecal_dicom::dose::{DoseType, DoseUnits, Summation};
use thecal_dicom::write::{
    BeamOut, DosePlanOut, RegistrationOut, RtDoseOut, RtPlanOut, RtStructOut, StudyOut,
    uid_from_bits, write_registration, write_rtdose, write_rtplan,
};
use thecal_geom::{Point3, RigidTransform, Vector3};

use crate::dose::field::DoseField;
use crate::dose::grid::Sampled;
use crate::dose::spec::{Content, DoseSpec, Planes};
use crate::error::Error;
use crate::files::fingerprint;
use crate::random::Stream;

/// What each beam gives of the dose, and its gantry angle, degrees.
const BEAMS: [(f64, f64); 3] = [(0.5, 180.0), (0.3, 130.0), (0.2, 230.0)];

/// UIDs of what is written.
struct Uids {
    plan: String,
    plan_series: String,
    dose_series: String,
    doses: [String; 3],
    frame: String,
    registration: String,
    registration_series: String,
}

/// Writes a plan (`RP.dcm`) and its dose beside a structure set that is written: `RD.dcm`, of
/// beams `RD.1.dcm` to `RD.3.dcm`, and `REG.dcm` where the dose lies in a frame of its own. The
/// bytes are the same for the same specification and set. What was written is given back, doses
/// last.
///
/// `target` is the name of a region of the set, round which the grid lies.
///
/// # Errors
/// The set has no such region, the specification describes no grid, or a file cannot be written.
pub fn write_dose(
    set: &RtStructOut,
    target: &str,
    field: &DoseField,
    spec: &DoseSpec,
    out_dir: &Path,
) -> Result<Vec<PathBuf>, Error> {
    let place = set.rois.iter().position(|roi| roi.name == target);
    let place = place.ok_or_else(|| Error::Spec(format!("the set has no region {target}")))?;
    let contours = set.rois[place].contours.iter().map(|c| &c.contour);
    let points = || contours.clone().flat_map(|c| c.points_mm.iter().copied());
    let grid = Sampled::round(spec, points())?;
    let count = points().count().max(1) as f64;
    let middle_mm = points().fold(Vector3::zeros(), |sum, p| sum + p.coords) / count;
    let uids = uids(set, spec)?;
    let mut written = vec![out_dir.join("RP.dcm")];
    let beams = beams(spec);
    write_rtplan(
        &written[0],
        &RtPlanOut {
            study: &set.study,
            series_uid: &uids.plan_series,
            sop_uid: &uids.plan,
            label: "PHANTOM",
            patient_position: "HFS",
            structure_set_uid: &set.sop_uid,
            prescription_gy: spec.prescription_stated.then_some(spec.prescription_gy),
            target_roi: place as u32 + 1,
            fractions: spec.fractions,
            isocentre_mm: Point3::from(middle_mm),
            beams: &beams,
        },
    )?;
    let fixed_from_dose = if spec.other_frame { elsewhere() } else { RigidTransform::identity() };
    if spec.other_frame {
        written.push(out_dir.join("REG.dcm"));
        write_registration(
            &written[1],
            &RegistrationOut {
                study: &set.study,
                series_uid: &uids.registration_series,
                sop_uid: &uids.registration,
                moving_frame_uid: &uids.frame,
                fixed_from_moving: fixed_from_dose,
            },
        )?;
    }
    let samples = samples(field, spec, &grid);
    for (number, name, share) in parts(spec.content) {
        let path = out_dir.join(name);
        let dose = Part { set, spec, grid: &grid, uids: &uids, fixed_from_dose, number };
        dose.write(&path, &values(spec, &samples, share))?;
        written.push(path);
    }
    Ok(written)
}

/// Where a dose in a frame of its own lies: turned about the axis to the head, so that its planes
/// stay axial, and moved.
fn elsewhere() -> RigidTransform {
    let turn = Rotation3::from_axis_angle(&Vector3::z_axis(), 4.0_f64.to_radians());
    RigidTransform::new(turn, Vector3::new(12.0, -7.5, 25.25))
}

fn uids(set: &RtStructOut, spec: &DoseSpec) -> Result<Uids, Error> {
    let bits = &mut Stream::new(fingerprint(&(&set.sop_uid, spec))?, 7);
    let mut uid = || uid_from_bits(bits.bits());
    Ok(Uids {
        plan: uid(),
        plan_series: uid(),
        dose_series: uid(),
        doses: [uid(), uid(), uid()],
        frame: uid(),
        registration: uid(),
        registration_series: uid(),
    })
}

fn beams(spec: &DoseSpec) -> Vec<BeamOut> {
    let of_one = spec.prescription_gy / f64::from(spec.fractions);
    let beams = BEAMS.iter().zip(1..);
    let beam =
        |(&(share, gantry_deg), number)| BeamOut { number, gantry_deg, dose_gy: share * of_one };
    beams.map(beam).collect()
}

/// Number, name and share of the whole of each dose that is written.
fn parts(content: Content) -> Vec<(usize, String, f64)> {
    if content != Content::Beams {
        return vec![(1, "RD.dcm".to_owned(), 1.0)];
    }
    let beams = BEAMS.iter().zip(1..);
    beams.map(|(&(share, _), n)| (n, format!("RD.{n}.dcm"), share)).collect()
}

/// The dose at the voxel centres, Gy: plane by plane, ascending.
fn samples(field: &DoseField, spec: &DoseSpec, grid: &Sampled) -> Vec<f64> {
    let [columns, rows] = grid.size;
    let plane = |k: usize| {
        let voxels = (0..rows).flat_map(move |j| (0..columns).map(move |i| [i, j, k]));
        voxels.map(|v| field.at_gy(grid.centre_mm(spec.spacing_mm, v))).collect::<Vec<f64>>()
    };
    (0..grid.planes_mm.len()).into_par_iter().flat_map_iter(plane).collect()
}

/// What is stored of the dose.
fn values(spec: &DoseSpec, samples: &[f64], share: f64) -> Vec<f64> {
    let per_fraction = 1.0 / f64::from(spec.fractions);
    let stored = |gy: f64| match spec.content {
        Content::Plan | Content::Beams => gy * share,
        Content::Session | Content::SessionAsPlan => gy * per_fraction,
        Content::Relative => 100.0 * gy / spec.prescription_gy,
        Content::Difference => gy - 0.5 * spec.prescription_gy,
        Content::CentiGray => 100.0 * gy,
    };
    samples.iter().map(|gy| stored(*gy)).collect()
}

/// One file of dose.
struct Part<'a> {
    set: &'a RtStructOut,
    spec: &'a DoseSpec,
    grid: &'a Sampled,
    uids: &'a Uids,
    fixed_from_dose: RigidTransform,
    number: usize,
}

impl Part<'_> {
    /// Writes the values, which ascend plane by plane.
    fn write(&self, path: &Path, values: &[f64]) -> Result<(), Error> {
        let Self { set, spec, grid, uids, number, .. } = self;
        let mut study: StudyOut = set.study.clone();
        if spec.other_frame {
            study.frame_uid.clone_from(&uids.frame);
        }
        let dose_from_fixed = self.fixed_from_dose.inverse();
        let turned = |v: Vector3| {
            dose_from_fixed.apply(Point3::from(v)) - dose_from_fixed.apply(Point3::origin())
        };
        let [i, j, normal] = grid.directions;
        let first = if spec.descending { grid.planes_mm.last() } else { grid.planes_mm.first() };
        let first_mm = first.copied().unwrap_or(0.0);
        let origin_mm = dose_from_fixed.apply(grid.origin_mm + normal * first_mm);
        let mut ordered = values.to_vec();
        let mut planes_mm = grid.planes_mm.clone();
        if spec.descending {
            planes_mm.reverse();
            let planes = values.chunks(grid.size[0] * grid.size[1]).rev();
            ordered = planes.flatten().copied().collect();
        }
        let (summation, fraction_group, beams) = match spec.content {
            Content::Beams => (Summation::Beam, Some(1), vec![*number as u32]),
            Content::Session => (Summation::FractionSession, Some(1), Vec::new()),
            _ => (Summation::Plan, None, Vec::new()),
        };
        let relative = spec.content == Content::Relative;
        let difference = spec.content == Content::Difference;
        let [columns, rows] = grid.size;
        write_rtdose(
            path,
            &RtDoseOut {
                study: &study,
                series_uid: &uids.dose_series,
                sop_uid: &uids.doses[number - 1],
                number: *number,
                units: Some(if relative { DoseUnits::Relative } else { DoseUnits::Gy }),
                dose_type: if difference { DoseType::Error } else { DoseType::Physical },
                summation,
                plan: Some(DosePlanOut { plan_uid: uids.plan.clone(), fraction_group, beams }),
                structure_set_uid: Some(&set.sop_uid),
                origin_mm,
                directions: [turned(i), turned(j)],
                spacing_mm: [spec.spacing_mm[0], spec.spacing_mm[1]],
                offsets_mm: &offsets(spec, &planes_mm, origin_mm.z),
                size: [columns as u16, rows as u16],
                wide: spec.wide,
                values: &ordered,
            },
        )?;
        Ok(())
    }
}

/// Grid Frame Offset Vector of planes in the order of the file.
fn offsets(spec: &DoseSpec, planes_mm: &[f64], first_z_mm: f64) -> Vec<f64> {
    let first_mm = planes_mm.first().copied().unwrap_or(0.0);
    let begin_mm = if spec.absolute { first_z_mm } else { 0.0 };
    let offset = |plane_mm: &f64| match spec.planes {
        Planes::Rounded => begin_mm + ((plane_mm - first_mm) * 10.0).round() / 10.0,
        Planes::Even | Planes::Uneven => begin_mm + plane_mm - first_mm,
    };
    planes_mm.iter().map(offset).collect()
}
