//! Contours on the exact analytic sections.

use std::f64::consts::PI;

use nalgebra::UnitQuaternion;
use thecal_geom::{Contour, ContourKind, Point3};

use crate::oval::Oval;
use crate::random::Stream;
use crate::spec::PhantomSpec;
use crate::structure::{Solids, Structure};
use crate::tube::Tube;
use crate::tumour::Tumour;

/// All structures, in patient LPS mm.
pub(crate) fn draw(
    spec: &PhantomSpec,
    solids: &Solids,
    planes_mm: &[f64],
    rotation: &UnitQuaternion<f64>,
) -> Vec<Structure> {
    let tube = |tube: Tube| move |z: f64, u: f64| Some(tube.surface(z, 2.0 * PI * u));
    let tumour = |tumour: Tumour| move |z: f64, u: f64| tumour.section(z).map(|s| s(u));
    let oval = |oval: Oval, z: f64, u: f64| {
        let (sin, cos) = (2.0 * PI * u).sin_cos();
        let [x, y] = oval.centre;
        Point3::new(x + oval.axes[0] * cos, y + oval.axes[1] * sin, z)
    };
    let start = &mut Stream::new(spec.seed, 2);
    let mut structure = |name, interpreted_type, coarser: f64, curves: &[Section<'_>]| {
        let mut contours = Vec::new();
        for (&z, curve) in planes_mm.iter().flat_map(|z| curves.iter().map(move |c| (z, c))) {
            let begin = start.unit();
            let points_mm = walk(&|u| curve(z, u), begin, coarser * spec.point_spacing_mm);
            if points_mm.len() >= 3 {
                let points_mm = points_mm.into_iter().map(|p| rotation * p).collect();
                let number = contours.len() + 1;
                contours.push(Contour { number, kind: ContourKind::ClosedPlanar, points_mm });
            }
        }
        Structure { name, interpreted_type, contours }
    };
    let mut drawn = vec![
        structure("SpinalCord", "ORGAN", 1.0, &[&tube(solids.cord)]),
        structure("ThecalSac", "ORGAN", 1.0, &[&tube(solids.sac)]),
        structure("GTV", "GTV", 1.0, &[&tumour(solids.tumour)]),
    ];
    if let Some(second) = solids.second {
        drawn.push(structure("GTV 2", "GTV", 1.0, &[&tumour(second)]));
    }
    for v in &solids.vertebrae {
        let body = |z: f64, u: f64| v.section(z).map(|s| oval(s, z, u));
        let within = |z: f64| v.ring.filter(|_| v.section(z).is_some());
        let outer = |z: f64, u: f64| within(z).map(|ring| ring.outer(&v.body, z, u));
        // The canal is a hole, by even-odd.
        let canal = |z: f64, u: f64| within(z).map(|ring| oval(ring.canal(z), z, u));
        let curves: &[Section<'_>] = if v.ring.is_some() { &[&outer, &canal] } else { &[&body] };
        drawn.push(structure(v.name, "ORGAN", 1.0, curves));
    }
    for organ in &solids.organs {
        let outline = |z: f64, u: f64| organ.section(z).map(|s| oval(s, z, u));
        drawn.push(structure(organ.name, organ.interpreted_type, organ.coarser, &[&outline]));
    }
    drawn.retain(|s| !s.contours.is_empty());
    drawn
}

/// The axial section at z as a closed curve of u from 0 to 1.
type Section<'a> = &'a dyn Fn(f64, f64) -> Option<Point3>;

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
            let step = length[i + 1] - length[i];
            let part = (s - length[i]) / step.max(f64::MIN_POSITIVE);
            // Where the outline jumps, from a body to the pedicle behind it, it is drawn straight.
            if step > 8.0 * total / FINE as f64 {
                return Some(fine[i] + part * (fine[i + 1] - fine[i]));
            }
            curve(begin + (i as f64 + part) / FINE as f64)
        })
        .collect()
}
