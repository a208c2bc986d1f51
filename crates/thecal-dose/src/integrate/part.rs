//! One connected part of a solid, taken apart into zones.

use super::cell::{Adder, Counts};
use super::edge::edge_between_planes_mm;
use super::extreme::{Bounds, largest, open_of_climb};
use super::field::Field;
use super::openness::{Drawing, Openness};
use super::shape::{SAME_MM, Shape, Solids};
use super::sums::{Extreme, Kind, Of, Sums};
use super::within::{PastPlanes, Within};
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

/// One connected part of a solid.
pub(super) struct Part {
    drawing: Drawing,
    /// The part without its ends, and with its ends as far out as any rule has them.
    sides: Solid,
    longest: Solid,
    /// Where its ends are by its own rule.
    ends: EndRule,
    /// First and last plane, mm along the stack.
    planes_mm: [f64; 2],
    /// From where to where it reaches at most, mm along the stack.
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
            longest_mm: reach(&longest),
            planes_mm,
            step_mm: step_mm(part, &bounds),
            ends: part.end_rule(),
            drawing: Drawing::new(longest.clone()),
            sides: part.sides(),
            longest,
            bounds,
        }
    }

    fn zones(&self) -> Result<Vec<Zone>, VoxelError> {
        let [first, last] = self.planes_mm;
        let half = 0.5 * self.longest.spacing_mm();
        let [low, high] = self.longest_mm;
        // From where to where, and whether the last drawn plane lies at its upper end where it is a cap.
        let zones = [
            ([first, last], Place::Drawn),
            ([first - half, first], Place::Cap { upper: true }),
            ([last, last + half], Place::Cap { upper: false }),
            ([low, first - half], Place::Beyond),
            ([last + half, high], Place::Beyond),
        ];
        let real = |zone: &([f64; 2], Place)| zone.0[1] - zone.0[0] >= SAME_MM;
        zones.into_iter().filter(real).map(|(w_mm, place)| self.zone(w_mm, place)).collect()
    }

    fn zone(&self, w_mm: [f64; 2], place: Place) -> Result<Zone, VoxelError> {
        let layers = self.layers(w_mm[1] - w_mm[0]);
        let core = place == Place::Drawn;
        let (shape, nominal) = match place {
            Place::Drawn => (Shape::Drawn, true),
            Place::Beyond => (Shape::Tapered(None), self.ends == EndRule::Rounded),
            Place::Cap { upper } => {
                let drawn_at = if upper { layers } else { 0 };
                let counts = self.ends != EndRule::Plane;
                match self.ends {
                    EndRule::Rounded => (Shape::Tapered(Some(drawn_at)), counts),
                    EndRule::Plane | EndRule::HalfSlice => (Shape::Held(drawn_at), counts),
                }
            }
        };
        let (solid, held) = match shape {
            Shape::Drawn => (&self.sides, None),
            Shape::Held(layer) => (&self.sides, Some(layer)),
            Shape::Tapered(_) => (&self.longest, None),
        };
        let field = Field::new(solid, self.bounds, w_mm, self.step_mm, (layers, held))?;
        let openness = match shape {
            Shape::Held(layer) => {
                let grows_mm = grows_by(&self.sides, layer > 0) * (w_mm[1] - w_mm[0]);
                Openness::held(&field, &self.drawing, layer, grows_mm)
            }
            Shape::Drawn | Shape::Tapered(_) => Openness::new(&field, &self.drawing),
        };
        Ok(Zone { field, openness, counts: Counts { nominal, core }, shape })
    }

    fn solids(&self) -> Solids<'_> {
        Solids { sides: &self.sides, tapered: &self.longest }
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
            if let Some(change) = zone.refined(self.solids(), &adder, hottest, least) {
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

    /// The edge that most is open of in the planes' intervals about a place, and a place beside it.
    fn edge_near(&self, p: Point3) -> (f64, Point3) {
        let step = self.sides.frame().normal().scale(self.sides.spacing_mm());
        let places = [0.0, -0.5, -0.25, 0.25, 0.5].map(|part| p + step * part);
        let edges = places.map(|p| (edge_between_planes_mm(&self.sides, p), p));
        edges.into_iter().fold(edges[0], |most, edge| if edge.0 > most.0 { edge } else { most })
    }

    /// The extreme of one kind where it is largest or least near the place that a column met.
    pub(super) fn polished(&self, kind: Kind, found: Extreme, dose: &LocalDose<'_>) -> Extreme {
        // A maximum is that of the dose, a minimum that of its negative. Of the core they are those of
        // the dose that is known at least; of all, of the one that is allowed at most.
        let sign = if kind.largest { 1.0 } else { -1.0 };
        let open = match kind.of {
            Of::Structure => 0.0,
            Of::Core => -1.0,
            Of::All => 1.0,
        };
        let value = |p: Point3| dose.at(p).map(|known| sign * known.gy + open * known.open_gy);
        let of_columns = (sign * found.gy, found.at);
        // A column may end a little beyond the surface: of the core only places count that lie in it.
        let nothing = (f64::NEG_INFINITY, found.at);
        let mut best = if kind.of == Of::Core { nothing } else { of_columns };
        for (reach_mm, past_planes) in self.pieces(kind.of) {
            let within =
                |level_mm| Within { solids: self.solids(), level_mm, reach_mm, past_planes };
            let mut climb = |level_mm: f64, start: Point3| {
                let within = within(level_mm);
                // From outside, whatever place of the solid the first step leads to is better.
                let from = value(start).filter(|_| within.holds(start));
                let from = from.unwrap_or(f64::NEG_INFINITY);
                let top = largest(value, &within, start, from, self.step_mm);
                best = if top.0 > best.0 { top } else { best };
                top.1
            };
            let top = climb(found.level_mm, found.at);
            if kind.of == Of::All {
                let (edge_mm, beside) = self.edge_near(top);
                climb(found.level_mm + edge_mm, top);
                climb(found.level_mm + edge_mm, beside);
            }
        }
        let (top, at) = if best == nothing { of_columns } else { best };
        // Of the structure the climb stands as it is; what is open of it widens the others.
        let top = top + open * open_of_climb(&value, at, top);
        Extreme { gy: sign * top, at, ..found }
    }

    /// From where to where a kind reaches, and what bounds it past the planes: where it is several of
    /// these, it is all of them.
    fn pieces(&self, of: Of) -> Vec<([f64; 2], PastPlanes)> {
        let half = 0.5 * self.longest.spacing_mm();
        let [first, last] = self.planes_mm;
        let held = PastPlanes::Held(self.planes_mm);
        let drawn = (self.planes_mm, held);
        let capped = ([first - half, last + half], held);
        let tapered = (self.longest_mm, PastPlanes::Tapered);
        match (of, self.ends) {
            (Of::Core, _) | (Of::Structure, EndRule::Plane) => vec![drawn],
            (Of::Structure, EndRule::HalfSlice) => vec![capped],
            (Of::Structure, EndRule::Rounded) => vec![tapered],
            (Of::All, _) => vec![capped, tapered],
        }
    }
}

/// A place along a part's stack.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Place {
    /// Between its drawn planes.
    Drawn,
    /// Half a slice past an end, with the drawn plane at the upper end of it or at the lower one.
    Cap { upper: bool },
    /// Farther out.
    Beyond,
}

/// How much wider a part grows for each mm towards its first or its last plane; 0 where it narrows.
fn grows_by(part: &Solid, first: bool) -> f64 {
    /// Inscribed radii are wanted to this accuracy.
    const RADIUS_MM: f64 = 0.01;
    let mut drawn: Vec<_> = part.drawn().collect();
    if !first {
        drawn.reverse();
    }
    let [(at, end), (before, next), ..] = drawn[..] else { return 0.0 };
    let radius = |region: &thecal_geom::Region| region.inscribed_circle(RADIUS_MM).1;
    ((radius(end) - radius(next)) / (at - before).abs()).max(0.0)
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
