//! The ring of bone round a canal: body, pedicles, transverse and spinous processes, laminae.
//!
//! Sizes are those of a middle thoracic vertebra to within a few millimetres: enough that every
//! approach meets the bone that it meets in a patient.

use std::f64::consts::TAU;

use thecal_geom::Point3;

use crate::oval::Oval;
use crate::tube::Tube;

/// Epidural fat between sac and bone, mm.
const FAT_MM: f64 = 2.5;
/// Thickness of laminae and pedicles, mm.
const BONE_MM: f64 = 5.0;
/// Processes: clock position, degrees (0 anterior, 90 patient left), how far they stand out of the
/// ring, mm, and half their width, degrees.
const PROCESSES: [[f64; 3]; 3] = [[115.0, 13.0, 11.0], [180.0, 17.0, 9.0], [245.0, 13.0, 11.0]];

/// The ring of a vertebra: what its outline is round the canal.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ring {
    sac: Tube,
}

impl Ring {
    /// The ring round a sac.
    pub(crate) fn about(sac: Tube) -> Self {
        Self { sac }
    }

    /// The canal at a height.
    pub(crate) fn canal(&self, z: f64) -> Oval {
        Oval::from_tube(&self.sac, z).grown(FAT_MM)
    }

    /// A point of the outer outline; `u` goes once round the canal's middle from 0 to 1.
    pub(crate) fn outer(&self, body: &Tube, z: f64, u: f64) -> Point3 {
        let angle = TAU * u;
        let [cx, cy] = self.sac.centre(z);
        let far = self.reach_mm(body, z, angle);
        Point3::new(cx + far * angle.sin(), cy - far * angle.cos(), z)
    }

    pub(crate) fn contains(&self, body: &Tube, z: f64, p: Point3) -> bool {
        let [cx, cy] = self.sac.centre(z);
        let (dx, dy) = (p.x - cx, p.y - cy);
        let within = dx.hypot(dy) <= self.reach_mm(body, z, dx.atan2(-dy));
        within && !self.canal(z).contains(p)
    }

    /// How far the bone reaches from the canal's middle at a clock position.
    fn reach_mm(&self, body: &Tube, z: f64, angle: f64) -> f64 {
        let turned = |deg: f64| {
            let off = (angle - deg.to_radians()) / TAU;
            (off - off.round()) * 360.0
        };
        let process = |[deg, out, half]: [f64; 3]| out * (-(turned(deg) / half).powi(2)).exp();
        let [a, b] = self.canal(z).axes.map(|axis| axis + BONE_MM);
        let (sin, cos) = angle.sin_cos();
        let ring = (sin / a).hypot(cos / b).recip();
        let ring = ring + PROCESSES.into_iter().map(process).sum::<f64>();
        far_side(body, z, self.sac.centre(z), [sin, -cos]).map_or(ring, |far| far.max(ring))
    }
}

/// Where a ray from a point outside leaves an ellipse.
fn far_side(body: &Tube, z: f64, from: [f64; 2], along: [f64; 2]) -> Option<f64> {
    let centre = body.centre(z);
    let scaled = |k: usize, v: f64| v / body.axes[k];
    let d = [scaled(0, along[0]), scaled(1, along[1])];
    let s = [scaled(0, from[0] - centre[0]), scaled(1, from[1] - centre[1])];
    let (aa, bb) = (d[0] * d[0] + d[1] * d[1], d[0] * s[0] + d[1] * s[1]);
    let root = bb * bb - aa * (s[0] * s[0] + s[1] * s[1] - 1.0);
    let far = (root.max(0.0).sqrt() - bb) / aa;
    (root >= 0.0 && far > 0.0).then_some(far)
}
