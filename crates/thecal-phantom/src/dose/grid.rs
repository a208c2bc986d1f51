//! Where the voxel centres of a phantom's dose lie.

use nalgebra::UnitQuaternion;
use thecal_geom::{Point3, Vector3};

use crate::dose::spec::{DoseSpec, Planes};
use crate::error::Error;

/// A grid may have so many voxels.
const MOST_VOXELS: f64 = 3e7;

/// Voxel centres round a target, in the frame of the structures, patient LPS mm.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Sampled {
    /// Centre of the first voxel of the lowest plane.
    pub(crate) origin_mm: Point3,
    /// Along i, along j, and the normal.
    pub(crate) directions: [Vector3; 3],
    /// Number of voxels along i and j.
    pub(crate) size: [usize; 2],
    /// Where the planes lie along the normal from the origin, ascending.
    pub(crate) planes_mm: Vec<f64>,
}

impl Sampled {
    /// The grid round the points of a target.
    pub(crate) fn round(
        spec: &DoseSpec,
        target: impl Iterator<Item = Point3>,
    ) -> Result<Self, Error> {
        check(spec)?;
        let turn =
            UnitQuaternion::from_axis_angle(&Vector3::x_axis(), spec.oblique_deg.to_radians());
        let directions = [Vector3::x(), Vector3::y(), Vector3::z()].map(|axis| turn * axis);
        let (mut lo, mut hi) = ([f64::INFINITY; 3], [f64::NEG_INFINITY; 3]);
        for p in target {
            for (axis, direction) in directions.iter().enumerate() {
                let along = p.coords.dot(direction);
                lo[axis] = lo[axis].min(along);
                hi[axis] = hi[axis].max(along);
            }
        }
        let mut origin_mm = Point3::origin();
        let mut size = [0; 3];
        for (axis, direction) in directions.iter().enumerate() {
            let step = spec.spacing_mm[axis];
            let begin = lo[axis] - spec.margin_mm - spec.phase[axis] * step;
            let voxels = ((hi[axis] + spec.margin_mm - begin) / step).ceil() + 1.0;
            if !(2.0..=4096.0).contains(&voxels) {
                return Err(Error::Spec(format!("a dose grid of {voxels} voxels along an axis")));
            }
            origin_mm += direction * begin;
            size[axis] = voxels as usize;
        }
        if size.iter().map(|&n| n as f64).product::<f64>() > MOST_VOXELS {
            return Err(Error::Spec(format!("a dose grid of {size:?} voxels")));
        }
        let planes_mm = planes(spec.planes, spec.spacing_mm[2], size[2]);
        Ok(Self { origin_mm, directions, size: [size[0], size[1]], planes_mm })
    }

    pub(crate) fn centre_mm(&self, spacing_mm: [f64; 3], [i, j, k]: [usize; 3]) -> Point3 {
        let [along_i, along_j, normal] = self.directions;
        self.origin_mm
            + along_i * (spacing_mm[0] * i as f64)
            + along_j * (spacing_mm[1] * j as f64)
            + normal * self.planes_mm[k]
    }
}

fn check(spec: &DoseSpec) -> Result<(), Error> {
    let [x, y, z] = spec.spacing_mm;
    for (name, value, lo, hi) in [
        ("the dose grid's spacing", x, 0.1, 20.0),
        ("the dose grid's spacing", y, 0.1, 20.0),
        ("the dose grid's spacing", z, 0.1, 20.0),
        ("the dose grid's margin", spec.margin_mm, -50.0, 300.0),
        ("the dose grid's angle", spec.oblique_deg, -80.0, 80.0),
        ("the prescription", spec.prescription_gy, 0.1, 150.0),
        ("the number of fractions", f64::from(spec.fractions), 1.0, 60.0),
    ] {
        if !(lo..=hi).contains(&value) {
            return Err(Error::Spec(format!("{name} is {value}, not within {lo} to {hi}")));
        }
    }
    if spec.absolute && spec.oblique_deg != 0.0 {
        let message = "absolute offsets are heights of axial planes, and the dose grid is oblique";
        return Err(Error::Spec(message.into()));
    }
    Ok(())
}

/// So many planes from 0 on.
fn planes(kind: Planes, step_mm: f64, count: usize) -> Vec<f64> {
    let even = |k: usize| step_mm * k as f64;
    match kind {
        Planes::Even | Planes::Rounded => (0..count).map(even).collect(),
        Planes::Uneven => {
            let steps = [0.5, 1.5, 1.0].map(|part| part * step_mm);
            let more = steps.into_iter().cycle().scan(0.0, |at, step| {
                *at += step;
                Some(*at)
            });
            std::iter::once(0.0).chain(more).take(count).collect()
        }
    }
}
