//! Shapes and doses that are known in closed form.

use std::f64::consts::TAU;
use thecal_dose::{DoseField, PointDose};
use thecal_geom::{Contour, ContourKind, Point3, Vector3};
use thecal_mask::{EndRule, Solid};

fn ring(centre: [f64; 2], radius_mm: f64, z_mm: f64) -> Contour {
    let at = |i: u32| {
        let (sin, cos) = (TAU * (f64::from(i) + 0.3) / 240.0).sin_cos();
        Point3::new(centre[0] + radius_mm * cos, centre[1] + radius_mm * sin, z_mm)
    };
    Contour { number: 1, kind: ContourKind::ClosedPlanar, points_mm: (0..240).map(at).collect() }
}

/// A tube along z between two heights, that ends at its last planes.
pub(crate) fn tube(centre: [f64; 2], radius_mm: f64, z_mm: [f64; 2], step_mm: f64) -> Solid {
    let count = ((z_mm[1] - z_mm[0]) / step_mm).round() as u32;
    let planes = (0..=count).map(|k| ring(centre, radius_mm, z_mm[0] + step_mm * f64::from(k)));
    Solid::from_contours(&planes.collect::<Vec<_>>(), EndRule::Plane, step_mm).expect("a tube")
}

/// A ball on planes, one of them through its middle.
pub(crate) fn ball(centre: Point3, radius_mm: f64, step_mm: f64) -> Solid {
    let most = (radius_mm / step_mm).ceil() as i32;
    let planes = (-most..=most).filter_map(|k| {
        let up = step_mm * f64::from(k);
        let across = radius_mm * radius_mm - up * up;
        (across > 1e-3).then(|| ring([centre.x, centre.y], across.sqrt(), centre.z + up))
    });
    Solid::from_contours(&planes.collect::<Vec<_>>(), EndRule::Rounded, step_mm).expect("a ball")
}

/// A dose that is known everywhere by a formula, with as much left open everywhere.
pub(crate) struct Formula<F> {
    pub(crate) gy: F,
    pub(crate) open_gy: f64,
    pub(crate) step_mm: f64,
}

impl<F: Fn(Point3) -> f64 + Sync> DoseField for Formula<F> {
    fn at(&self, p: Point3) -> Option<PointDose> {
        Some(PointDose { gy: (self.gy)(p), open_gy: self.open_gy })
    }

    fn step_mm(&self, _along: Vector3) -> f64 {
        self.step_mm
    }
}
