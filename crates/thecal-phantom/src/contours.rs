//! Contours on the exact analytic sections.

use std::f64::consts::PI;

use nalgebra::UnitQuaternion;
use thecal_geom::{Contour, ContourKind, Point3};

use crate::random::Stream;
use crate::spec::PhantomSpec;
use crate::study::{Solids, Structure};
use crate::tube::Tube;

/// All structures, in patient LPS mm.
pub(crate) fn draw(
    spec: &PhantomSpec,
    solids: &Solids,
    planes_mm: &[f64],
    rotation: &UnitQuaternion<f64>,
) -> Vec<Structure> {
    let tube = |tube: Tube| move |z: f64, u: f64| Some(tube.surface(z, 2.0 * PI * u));
    let [body_lo, body_hi] = solids.body_z;
    let body = |z: f64, u: f64| {
        (body_lo..=body_hi).contains(&z).then(|| solids.body.surface(z, 2.0 * PI * u))
    };
    let tumour = |z: f64, u: f64| solids.tumour.section(z).map(|section| section(u));
    let start = &mut Stream::new(spec.seed, 2);
    let mut structure = |name, interpreted_type, curve: &dyn Fn(f64, f64) -> Option<Point3>| {
        let mut contours = Vec::new();
        for &z in planes_mm {
            let begin = start.unit();
            let points_mm = walk(&|u| curve(z, u), begin, spec.point_spacing_mm);
            if points_mm.len() >= 3 {
                let points_mm = points_mm.into_iter().map(|p| rotation * p).collect();
                let number = contours.len() + 1;
                contours.push(Contour { number, kind: ContourKind::ClosedPlanar, points_mm });
            }
        }
        Structure { name, interpreted_type, contours }
    };
    vec![
        structure("SpinalCord", "ORGAN", &tube(solids.cord)),
        structure("ThecalSac", "ORGAN", &tube(solids.sac)),
        structure("GTV", "GTV", &tumour),
        structure("VB_T07", "ORGAN", &body),
    ]
}

/// Points on the curve at about equal arc length, the first at parameter `begin`.
fn walk(curve: &dyn Fn(f64) -> Option<Point3>, begin: f64, spacing_mm: f64) -> Vec<Point3> {
    const FINE: usize = 2048;
    let at = |i: usize| curve(begin + i as f64 / FINE as f64);
    let Some(fine) = (0..=FINE).map(at).collect::<Option<Vec<_>>>() else { return Vec::new() };
    let mut length = vec![0.0];
    for pair in fine.windows(2) {
        length.push(length[length.len() - 1] + (pair[1] - pair[0]).norm());
    }
    let total = length[FINE];
    let count = ((total / spacing_mm).round() as usize).max(8);
    let mut i = 0;
    (0..count)
        .filter_map(|k| {
            let s = total * k as f64 / count as f64;
            while i + 1 < FINE && length[i + 1] <= s {
                i += 1;
            }
            let part = (s - length[i]) / (length[i + 1] - length[i]).max(f64::MIN_POSITIVE);
            curve(begin + (i as f64 + part) / FINE as f64)
        })
        .collect()
}
