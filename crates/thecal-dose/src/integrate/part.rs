//! One connected part of a solid, taken apart into zones.

use super::cell::{Adder, Counts};
use super::extreme::{Bounds, largest};
use super::field::Field;
use super::openness::{Drawing, Openness};
use super::sums::{Extreme, Kind, Of, Sums};
use super::zone::Zone;
use crate::dose::LocalDose;
use crate::histogram::Axis;
use thecal_geom::Point3;
use thecal_mask::{EndRule, Solid};
use thecal_voxel::VoxelError;

/// A surface is looked at in about so many cells.
const SURFACE_CELLS: f64 = 16_000.0;
/// The finest and the coarsest cells, mm.
const STEP_MM: [f64; 2] = [0.3, 4.0];
/// Nodes of one lattice.
const MOST_NODES: f64 = 8e6;
/// Ends nearer to each other than this are one, mm.
const SAME_MM: f64 = 1e-6;

/// One connected part of a solid.
pub(super) struct Part {
    drawing: Drawing,
    /// The part with its ends as far out as any rule has them.
    longest: Solid,
    /// First and last plane, mm along the stack.
    planes_mm: [f64; 2],
    /// From where to where it reaches by its own rule, and at most, mm along the stack.
    own_mm: [f64; 2],
    longest_mm: [f64; 2],
    /// Its box within the planes, mm.
    bounds: [[f64; 2]; 2],
    step_mm: f64,
}

/// The sums of a part, and its zones with the hottest dose of each of their groups of layers.
pub(super) struct PartSums {
    zones: Vec<(Zone, Vec<f64>)>,
    pub(super) sums: Sums,
}

impl Part {
    pub(super) fn new(part: &Solid) -> Self {
        let longest = part.with_ends(EndRule::Rounded);
        let planes = part.planes_mm();
        let planes_mm = [planes[0], planes[planes.len() - 1]];
        let reach = |s: &Solid| s.reaches_mm().next().unwrap_or(planes_mm);
        let mut bounds = [[f64::INFINITY; 2], [f64::NEG_INFINITY; 2]];
        for (_, region) in part.drawn() {
            let (lo, hi) = region.bounds();
            for k in 0..2 {
                bounds[0][k] = bounds[0][k].min(lo[k]);
                bounds[1][k] = bounds[1][k].max(hi[k]);
            }
        }
        Self {
            own_mm: reach(part),
            longest_mm: reach(&longest),
            planes_mm,
            step_mm: step_mm(part, &bounds),
            drawing: Drawing::new(longest.clone()),
            longest,
            bounds,
        }
    }

    fn zones(&self) -> Result<Vec<Zone>, VoxelError> {
        let [first, last] = self.planes_mm;
        let half = 0.5 * self.longest.spacing_mm();
        let [low, high] = self.longest_mm;
        // From where to where, the nodes of the last drawn plane in a cap, and whether it counts.
        let below = |mm: f64| self.own_mm[0] < mm - SAME_MM;
        let above = |mm: f64| self.own_mm[1] > mm + SAME_MM;
        let zones = [
            ([first, last], None, Counts { nominal: true, core: true }),
            ([first - half, first], Some(true), Counts { nominal: below(first), core: false }),
            ([last, last + half], Some(false), Counts { nominal: above(last), core: false }),
            ([low, first - half], None, Counts { nominal: below(first - half), core: false }),
            ([last + half, high], None, Counts { nominal: above(last + half), core: false }),
        ];
        let mut out = Vec::new();
        for (w_mm, cap, counts) in zones {
            if w_mm[1] - w_mm[0] < SAME_MM {
                continue;
            }
            let layers = self.layers(w_mm[1] - w_mm[0]);
            let field = Field::new(&self.longest, self.bounds, w_mm, self.step_mm, layers)?;
            let openness = Openness::new(&field, &self.drawing);
            let straight_from = cap.map(|upper| if upper { layers } else { 0 });
            out.push(Zone { field, openness, counts, straight_from });
        }
        Ok(out)
    }

    pub(super) fn sums(&self, dose: &LocalDose<'_>, axis: &Axis) -> Result<PartSums, VoxelError> {
        let mut sums = Sums::new();
        let mut zones = Vec::new();
        for zone in self.zones()? {
            let (of_zone, hottest) = zone.sums(&Adder { axis, counts: zone.counts, dose });
            sums.add_all(&of_zone, 1.0);
            zones.push((zone, hottest));
        }
        Ok(PartSums { zones, sums })
    }

    /// Takes apart the cells with at least a dose, in steps of the axis.
    pub(super) fn refine(
        &self,
        found: &mut PartSums,
        dose: &LocalDose<'_>,
        axis: &Axis,
        least: f64,
    ) {
        for (zone, hottest) in &found.zones {
            let adder = Adder { axis, counts: zone.counts, dose };
            if let Some(change) = zone.refined(&self.longest, &adder, hottest, least) {
                found.sums.add_all(&change, 1.0);
            }
        }
    }

    /// Layers of cells in a zone: cells about as high as wide, of which a whole number lies between two
    /// planes, where they are not farther apart than cells are high.
    fn layers(&self, height_mm: f64) -> usize {
        let spacing_mm = self.longest.spacing_mm();
        let rise_mm = if spacing_mm > self.step_mm {
            spacing_mm / (spacing_mm / self.step_mm).ceil()
        } else {
            self.step_mm
        };
        let layers = height_mm / rise_mm;
        let whole = layers.round();
        if (layers - whole).abs() < 1e-3 { whole.max(1.0) as usize } else { layers.ceil() as usize }
    }

    /// The extreme of one kind where it is largest or least near the place that a column met.
    pub(super) fn polished(&self, kind: Kind, found: Extreme, dose: &LocalDose<'_>) -> Extreme {
        let half = 0.5 * self.longest.spacing_mm();
        let [first, last] = self.planes_mm;
        let [from, to] = match kind.of {
            Of::Structure => self.own_mm,
            Of::Core => self.planes_mm,
            Of::All => [self.longest_mm[0].min(first - half), self.longest_mm[1].max(last + half)],
        };
        // A maximum is that of the dose, a minimum that of its negative. Of the core they are those of
        // the dose that is known at least; of all, of the one that is allowed at most.
        let sign = if kind.largest { 1.0 } else { -1.0 };
        let open = match kind.of {
            Of::Structure => 0.0,
            Of::Core => -1.0,
            Of::All => 1.0,
        };
        let value = |p: Point3| dose.at(p).map(|known| sign * known.gy + open * known.open_gy);
        let within =
            Within { solid: &self.longest, level_mm: found.level_mm, planes_mm: [from, to] };
        let gy = sign * largest(value, &within, found.at, sign * found.gy, self.step_mm);
        Extreme { gy, ..found }
    }
}

/// What of a solid lies within a level of it, between two planes.
struct Within<'a> {
    solid: &'a Solid,
    level_mm: f64,
    planes_mm: [f64; 2],
}

impl Bounds for Within<'_> {
    fn holds(&self, p: Point3) -> bool {
        let w = self.solid.frame().stack_from_patient(p).z;
        let [from, to] = self.planes_mm;
        w >= from - SAME_MM && w <= to + SAME_MM && self.solid.level_mm(p) <= self.level_mm
    }

    fn onto(&self, mut p: Point3) -> Point3 {
        /// Turns about between level and planes, which settle on a rim.
        const ROUNDS: usize = 6;
        /// As deep below the level as rounding may lift it, mm.
        const HAIR_MM: f64 = 1e-6;
        let (frame, [from, to]) = (self.solid.frame(), self.planes_mm);
        for _ in 0..ROUNDS {
            let level = self.solid.level(p);
            let over = level.value_mm - self.level_mm;
            let steep2 = level.gradient.norm_squared();
            if over > 0.0 && steep2 > 1e-6 {
                p -= level.gradient * ((over + HAIR_MM) / steep2);
            }
            let mut of_stack = frame.stack_from_patient(p);
            of_stack.z = of_stack.z.clamp(from, to);
            p = frame.patient_from_stack(of_stack);
        }
        p
    }
}

/// The width of the cells of a part: by its surface, its thickness and its box.
fn step_mm(part: &Solid, bounds: &[[f64; 2]; 2]) -> f64 {
    /// Cells through the thickness of a plate of the same volume and surface.
    const THROUGH: f64 = 4.0;
    let height = part.spacing_mm();
    let (mut surface_mm2, mut volume_mm3) = (0.0, 0.0);
    for (_, region) in part.drawn() {
        surface_mm2 += length_mm(region) * height;
        volume_mm3 += region.area_mm2() * height;
    }
    let ends = part.ends().map(|(_, region)| region.area_mm2()).sum::<f64>();
    surface_mm2 += ends;
    let thickness_mm = 2.0 * volume_mm3 / surface_mm2.max(1e-9);
    let step_mm = (surface_mm2 / SURFACE_CELLS).sqrt().min(thickness_mm / THROUGH);
    let planes = part.planes_mm();
    let length_mm = planes[planes.len() - 1] - planes[0] + height;
    let [lo, hi] = bounds;
    let box_mm3 = (hi[0] - lo[0]) * (hi[1] - lo[1]) * length_mm;
    step_mm.clamp(STEP_MM[0], STEP_MM[1]).max((box_mm3 / MOST_NODES).cbrt())
}

fn length_mm(region: &thecal_geom::Region) -> f64 {
    let ring = |ring: &Vec<thecal_geom::Point2>| -> f64 {
        let next = ring.iter().cycle().skip(1);
        ring.iter().zip(next).map(|(a, b)| (a[0] - b[0]).hypot(a[1] - b[1])).sum()
    };
    region.rings().iter().map(ring).sum()
}
