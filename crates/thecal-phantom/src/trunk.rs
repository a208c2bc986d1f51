//! Vertebrae, and what else a long scan shows: organs as tubes and ellipsoids.
//!
//! Sizes and places are those of an adult to within a few centimetres: enough for contours of
//! realistic number and length. Organs may overlap a little; nothing is measured on them.

use crate::oval::Oval;
use crate::ring::Ring;
use crate::spec::{Curve, PhantomSpec, ScanSpec};
use crate::tube::Tube;

/// A vertebral body: the same section about a point fixed over z.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Vertebra {
    pub(crate) name: &'static str,
    pub(crate) body: Tube,
    /// Lowest and highest z, mm.
    pub(crate) z: [f64; 2],
    /// The ring of bone behind the body; none where the body stands alone.
    pub(crate) ring: Option<Ring>,
}

impl Vertebra {
    fn new(name: &'static str, cord: &Tube, z: f64, half_mm: f64) -> Self {
        let [cx, cy] = cord.centre(z);
        let body = Tube {
            x: Curve::straight(cx),
            y: Curve::straight(cy - cord.axes[1] - 4.0 - 13.0),
            axes: [16.0, 12.0],
        };
        Self { name, body, z: [z - half_mm, z + half_mm], ring: None }
    }

    pub(crate) fn section(&self, z: f64) -> Option<Oval> {
        (self.z[0]..=self.z[1]).contains(&z).then(|| Oval::from_tube(&self.body, z))
    }
}

/// An organ: the ellipse of `axes` over all heights (a tube), or an ellipsoid of them.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Organ {
    pub(crate) name: &'static str,
    pub(crate) interpreted_type: &'static str,
    centre: [f64; 3],
    axes: [f64; 2],
    /// Half of the height of an ellipsoid, mm.
    half_mm: Option<f64>,
    /// Distance of its contour points, as a multiple of the cord's.
    pub(crate) coarser: f64,
    /// Hounsfield units.
    pub(crate) hu: f64,
}

impl Organ {
    pub(crate) fn section(&self, z: f64) -> Option<Oval> {
        let scale = match self.half_mm {
            None => 1.0,
            Some(half) => {
                let h = (z - self.centre[2]) / half;
                // Tips of less than a tenth of the width are not drawn.
                if h.abs() >= 0.995 {
                    return None;
                }
                (1.0 - h * h).sqrt()
            }
        };
        let centre = [self.centre[0], self.centre[1]];
        Some(Oval { centre, axes: self.axes.map(|a| a * scale) })
    }
}

const LEVELS: [&str; 17] = [
    "VB_T01", "VB_T02", "VB_T03", "VB_T04", "VB_T05", "VB_T06", "VB_T07", "VB_T08", "VB_T09",
    "VB_T10", "VB_T11", "VB_T12", "VB_L01", "VB_L02", "VB_L03", "VB_L04", "VB_L05",
];
/// The level at which the diaphragm lies, counted as [`LEVELS`] are.
const DIAPHRAGM: f64 = 9.0;

/// T7 at the tumour; in a long scan those that lie wholly in it.
pub(crate) fn vertebrae(
    spec: &PhantomSpec,
    cord: &Tube,
    sac: &Tube,
    ends: [f64; 2],
) -> Vec<Vertebra> {
    if spec.canal.is_some() {
        return ringed(cord, sac, spec.tumour_z_mm);
    }
    let Some(scan) = &spec.scan else {
        return vec![Vertebra::new(LEVELS[6], cord, spec.tumour_z_mm, 10.0)];
    };
    let at = |level: usize| {
        let below = level as f64 - scan.level as f64;
        Vertebra::new(
            LEVELS[level],
            cord,
            spec.tumour_z_mm - below * scan.level_mm,
            0.4 * scan.level_mm,
        )
    };
    let within = |v: &Vertebra| ends[0] <= v.z[0] && v.z[1] <= ends[1];
    (0..LEVELS.len()).map(at).filter(within).collect()
}

/// Three vertebrae with their rings, the middle one at a height.
fn ringed(cord: &Tube, sac: &Tube, z_mm: f64) -> Vec<Vertebra> {
    /// Distance of their middles, and half of a body's height, mm.
    const LEVEL_MM: f64 = 25.0;
    const HALF_MM: f64 = 10.5;
    let names = ["Vertebra_T06", "Vertebra_T07", "Vertebra_T08"];
    let one = |(name, below): (&'static str, f64)| Vertebra {
        ring: Some(Ring::about(*sac)),
        ..Vertebra::new(name, cord, z_mm - below * LEVEL_MM, HALF_MM)
    };
    names.into_iter().zip([-1.0, 0.0, 1.0]).map(one).collect()
}

/// Organs about the spine, the outline of the trunk last.
pub(crate) fn organs(spec: &PhantomSpec, cord: &Tube) -> Vec<Organ> {
    spec.scan.as_ref().map_or_else(Vec::new, |scan| in_trunk(spec, scan, cord))
}

fn in_trunk(spec: &PhantomSpec, scan: &ScanSpec, cord: &Tube) -> Vec<Organ> {
    let diaphragm = spec.tumour_z_mm + (scan.level as f64 - DIAPHRAGM) * scan.level_mm;
    let [x0, y0] = cord.centre(spec.tumour_z_mm);
    let wide = scan.trunk_mm[0] / 175.0;
    let deep = scan.trunk_mm[1] / 115.0;
    // Patient left, posterior and upward positive; from the cord and the diaphragm.
    let organ = |name, [x, y, z]: [f64; 3], [a, b]: [f64; 2], half_mm, coarser, hu| Organ {
        name,
        interpreted_type: "ORGAN",
        centre: [x0 + x * wide, y0 + y * deep, diaphragm + z],
        axes: [a * wide, b * deep],
        half_mm,
        coarser,
        hu,
    };
    let lung = [45.0, 70.0];
    let kidney = [27.0, 25.0];
    vec![
        organ("Esophagus", [-4.0, -52.0, 0.0], [9.0, 6.0], None, 1.5, 30.0),
        organ("A_Aorta", [20.0, -46.0, 0.0], [12.0, 12.0], None, 1.5, 45.0),
        organ("Heart", [12.0, -120.0, 40.0], [44.0, 32.0], Some(50.0), 2.5, 45.0),
        organ("Lung_L", [92.0, -62.0, 90.0], lung, Some(115.0), 2.5, -800.0),
        organ("Lung_R", [-92.0, -62.0, 95.0], lung, Some(115.0), 2.5, -800.0),
        organ("Kidney_L", [62.0, -18.0, -95.0], kidney, Some(55.0), 2.5, 35.0),
        organ("Kidney_R", [-62.0, -18.0, -105.0], kidney, Some(55.0), 2.5, 35.0),
        organ("Liver", [-65.0, -85.0, -60.0], [78.0, 62.0], Some(80.0), 2.5, 60.0),
        Organ {
            name: "BODY",
            interpreted_type: "EXTERNAL",
            centre: [x0, y0 + 52.0 - scan.trunk_mm[1], 0.0],
            axes: scan.trunk_mm,
            half_mm: None,
            coarser: 4.0,
            hu: 40.0,
        },
    ]
}
