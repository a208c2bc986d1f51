//! Hounsfield units of one slice.

use crate::oval::Oval;
use crate::random::Stream;
use crate::ring::Ring;
use crate::spec::PhantomSpec;
use crate::structure::Solids;
use crate::trunk::Vertebra;
use crate::tumour::Tumour;
use thecal_geom::Point3;

/// Standard deviation of the noise, HU.
const NOISE_HU: f64 = 8.0;
const AIR_HU: f64 = -1000.0;
const MUSCLE_HU: f64 = 40.0;

/// The solids at one height: every section but the tumours' is an ellipse.
struct Sections<'a> {
    cord: Oval,
    sac: Oval,
    tumours: Vec<&'a Tumour>,
    body: Option<Oval>,
    /// Vertebrae with their rings at this height; none where bodies stand alone.
    rings: Option<Vec<(&'a Vertebra, Ring)>>,
    z: f64,
    organs: Vec<(Oval, f64)>,
    trunk: Oval,
    /// Where all solids lie within the trunk, what is outside it need not be looked at.
    closed: bool,
}

/// The vertebrae with a ring that a height meets.
fn rings(vertebrae: &[Vertebra], z: f64) -> Option<Vec<(&Vertebra, Ring)>> {
    let ringed = vertebrae.iter().any(|v| v.ring.is_some());
    let here = vertebrae.iter().filter(|v| v.section(z).is_some());
    ringed.then(|| here.filter_map(|v| Some((v, v.ring?))).collect())
}

impl<'a> Sections<'a> {
    fn new(solids: &'a Solids, z: f64) -> Self {
        let tumours = [Some(&solids.tumour), solids.second.as_ref()];
        let here = |t: &&Tumour| (t.extent()[0]..=t.extent()[1]).contains(&z);
        let mut organs: Vec<(Oval, f64)> =
            solids.organs.iter().filter_map(|o| Some((o.section(z)?, o.hu))).collect();
        let outline = organs.pop();
        let beside =
            || Oval { axes: [110.0, 80.0], ..Oval::from_tube(&solids.vertebrae[0].body, z) };
        Self {
            cord: Oval::from_tube(&solids.cord, z),
            sac: Oval::from_tube(&solids.sac, z),
            tumours: tumours.into_iter().flatten().filter(here).collect(),
            body: solids.vertebrae.iter().find_map(|v| v.section(z)),
            rings: rings(&solids.vertebrae, z),
            z,
            organs,
            trunk: outline.map_or_else(beside, |(oval, _)| oval),
            closed: outline.is_some(),
        }
    }

    /// Hounsfield units without noise at a point in the scan's axes.
    fn tissue(&self, p: Point3) -> f64 {
        if self.closed && !self.trunk.contains(p) {
            return AIR_HU;
        }
        if self.cord.contains(p) {
            return 35.0;
        }
        if self.sac.contains(p) {
            return 8.0;
        }
        if self.tumours.iter().any(|t| t.may_contain(p) && t.contains(p)) {
            return 60.0;
        }
        if self.sac.grown(2.5).contains(p) {
            return -80.0;
        }
        if let Some(body) = self.body.filter(|b| b.contains(p)) {
            return if body.grown(-1.5).contains(p) { 250.0 } else { 700.0 };
        }
        if let Some(rings) = &self.rings {
            let bone = rings.iter().any(|(v, ring)| ring.contains(&v.body, self.z, p));
            if bone {
                return 450.0;
            }
        } else if p.y > self.sac.centre[1] - 2.0 && self.sac.grown(7.0).contains(p) {
            return 400.0;
        }
        if let Some((_, hu)) = self.organs.iter().find(|(oval, _)| oval.contains(p)) {
            return *hu;
        }
        if self.closed || self.trunk.contains(p) { MUSCLE_HU } else { AIR_HU }
    }
}

/// Pixels row by row; `at` gives the point of (column, row) in the scan's axes.
pub(crate) fn slice(
    spec: &PhantomSpec,
    solids: &Solids,
    number: usize,
    at: impl Fn(f64, f64) -> Point3,
) -> Vec<i16> {
    let noise = &mut Stream::new(spec.seed, 1000 + number as u64);
    let sections = Sections::new(solids, at(0.0, 0.0).z);
    let mut hu = Vec::with_capacity(usize::from(spec.rows) * usize::from(spec.columns));
    for row in 0..spec.rows {
        for column in 0..spec.columns {
            let clean = sections.tissue(at(f64::from(column), f64::from(row)));
            hu.push((clean + NOISE_HU * noise.noise()).round() as i16);
        }
    }
    hu
}
