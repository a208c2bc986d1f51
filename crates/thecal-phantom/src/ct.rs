//! Hounsfield units of one slice.

use crate::random::Stream;
use crate::spec::PhantomSpec;
use crate::study::Solids;
use crate::tube::Tube;
use thecal_geom::Point3;

/// Standard deviation of the noise, HU.
const NOISE_HU: f64 = 8.0;

/// Hounsfield units without noise at a point in the scan's axes.
fn tissue(solids: &Solids, p: Point3) -> f64 {
    let grown = |tube: &Tube, by: f64| Tube { axes: tube.axes.map(|a| a + by), ..*tube };
    if solids.cord.contains(p) {
        return 35.0;
    }
    if solids.sac.contains(p) {
        return 8.0;
    }
    if solids.tumour.contains(p) {
        return 60.0;
    }
    if grown(&solids.sac, 2.5).contains(p) {
        return -80.0;
    }
    if (solids.body_z[0]..=solids.body_z[1]).contains(&p.z) && solids.body.contains(p) {
        let inner = grown(&solids.body, -1.5).contains(p);
        return if inner { 250.0 } else { 700.0 };
    }
    let [_, cy] = solids.sac.centre(p.z);
    if p.y > cy - 2.0 && grown(&solids.sac, 7.0).contains(p) {
        return 400.0;
    }
    let trunk = Tube { axes: [110.0, 80.0], ..solids.body };
    if trunk.contains(p) { 40.0 } else { -1000.0 }
}

/// Pixels row by row; `at` gives the point of (column, row) in the scan's axes.
pub(crate) fn slice(
    spec: &PhantomSpec,
    solids: &Solids,
    number: usize,
    at: impl Fn(f64, f64) -> Point3,
) -> Vec<i16> {
    let noise = &mut Stream::new(spec.seed, 1000 + number as u64);
    let mut hu = Vec::with_capacity(usize::from(spec.rows) * usize::from(spec.columns));
    for row in 0..spec.rows {
        for column in 0..spec.columns {
            let clean = tissue(solids, at(f64::from(column), f64::from(row)));
            hu.push((clean + NOISE_HU * noise.noise()).round() as i16);
        }
    }
    hu
}
