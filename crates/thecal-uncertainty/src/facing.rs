//! One surface in points against the distance field of another: the least distance under any motion.

use crate::distance_field::DistanceField;
use thecal_geom::{Aabb, Point3, PointTree, RigidTransform, Vector3};
use thecal_margin::{Arrangement, SampledSurface};
use thecal_mask::{Solid, SurfaceSample, SurfaceSampleKind};

/// Surfaces are sampled this far apart. Between samples of a rod of 5 mm that faces a ball of 10 mm
/// the distance is less by 0.012 mm at most, most of which the nominal gap corrects.
const STEP_MM: f64 = 0.4;
/// A surface within another, which bends as that does, in points this far apart: between them the distance
/// is less by 0.004 mm at most where the cord lies within, and by 0.013 mm where it leaves its sac.
const WITHIN_STEP_MM: f64 = 0.5;
/// Outlines are compared first at points this far apart.
const OUTLINE_MM: f64 = 2.2;
/// Points of a leaf of the tree.
const LEAF: usize = 12;
/// Surfaces bend inwards by no smaller radius than this over the size of a node, mm.
pub(crate) const LEAST_BEND_MM: f64 = 4.0;
/// A lower bound from the field may be this much too high.
pub(crate) const FIELD_SLACK_MM: f64 = 0.02;

/// How far a motion can take points.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Reach {
    /// Where rotations turn about.
    pub(crate) pivot: Point3,
    /// The longest shift, mm.
    pub(crate) shift_mm: f64,
    /// The largest angle, radians.
    pub(crate) angle_rad: f64,
}

impl Reach {
    /// The farthest that a point at `p` is taken.
    pub(crate) fn of(&self, p: Point3) -> f64 {
        self.shift_mm + self.angle_rad * (p - self.pivot).norm()
    }
}

/// A rigid transform as plain numbers: it is applied to every place of every sample.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Placement {
    rows: [[f64; 3]; 3],
    shift_mm: [f64; 3],
}

impl From<RigidTransform> for Placement {
    fn from(transform: RigidTransform) -> Self {
        let m = transform.rows();
        let row = |r: usize| [m[4 * r], m[4 * r + 1], m[4 * r + 2]];
        Self { rows: [row(0), row(1), row(2)], shift_mm: [m[3], m[7], m[11]] }
    }
}

impl Placement {
    /// A direction turned.
    #[inline]
    fn turn(&self, v: Vector3) -> Vector3 {
        let [a, b, c] = &self.rows;
        Vector3::new(
            a[0] * v.x + a[1] * v.y + a[2] * v.z,
            b[0] * v.x + b[1] * v.y + b[2] * v.z,
            c[0] * v.x + c[1] * v.y + c[2] * v.z,
        )
    }

    #[inline]
    pub(crate) fn apply(&self, p: Point3) -> Point3 {
        let ([a, b, c], t) = (&self.rows, &self.shift_mm);
        Point3::new(
            a[0] * p.x + a[1] * p.y + a[2] * p.z + t[0],
            b[0] * p.x + b[1] * p.y + b[2] * p.z + t[1],
            c[0] * p.x + c[1] * p.y + c[2] * p.z + t[2],
        )
    }
}

/// A point of the moving surface.
#[derive(Debug, Clone, Copy)]
pub(crate) struct FacingPoint {
    pub(crate) point_mm: Point3,
    /// Outwards.
    pub(crate) normal: Vector3,
    /// Distance as drawn, mm.
    pub(crate) distance_mm: f64,
}

/// Points near each other: a node of a tree.
#[derive(Debug, Clone, Copy)]
struct Node {
    middle: Point3,
    radius_mm: f64,
    /// The normal of the plane that its points lie about, and how far off that they lie.
    normal: Vector3,
    thickness_mm: f64,
    /// Its two halves, or none.
    halves: Option<[usize; 2]>,
    first: usize,
    count: usize,
}

/// A node whose middle was looked at.
#[derive(Clone, Copy)]
struct Seen {
    bound_mm: f64,
    node: usize,
    middle: Point3,
    /// Of the middle, mm, with how it changes with the place.
    distance_mm: f64,
    slope: Vector3,
}

/// The planes between which an outer structure is drawn.
#[derive(Debug, Clone, Copy)]
struct Drawn {
    normal: Vector3,
    from_mm: f64,
    to_mm: f64,
}

/// Points of one surface that may come nearest to another, with the distances from that.
pub(crate) struct Facing {
    field: DistanceField,
    points: Vec<FacingPoint>,
    /// The root is the last.
    tree: Vec<Node>,
    /// -1 where the points should lie inside the field's surface.
    sign: f64,
    drawn: Option<Drawn>,
}

impl Facing {
    /// The points of `from` that may be the nearest to `to` under motions within `reach`, where the
    /// two are `gap_mm` apart as drawn. None where no part of the surfaces can face the other.
    pub(crate) fn new(
        from: &Solid,
        to: &Solid,
        arrangement: Arrangement,
        gap_mm: f64,
        reach: Reach,
    ) -> Option<Self> {
        let within = arrangement == Arrangement::Within;
        // No sample lies farther apart than the closest points of the drawing are taken.
        let band_mm = gap_mm.abs() + reach.of(reach.pivot) + reach.angle_rad * gap_mm.abs() + 1.0;
        let outline = PointTree::new(to.outline_points(OUTLINE_MM));
        let slack_mm = slack(from) + slack(to) + OUTLINE_MM;
        let wanted = |p: Point3| {
            let limit = band_mm + reach.of(p) + slack_mm;
            let away = outline.nearest(p, 2.0 * limit).map_or(2.0 * limit, |(_, d)| d);
            // Deep within a thick structure nothing of its surface is near.
            let margin = limit - away;
            margin / (1.0 + reach.angle_rad)
        };
        let step_mm = if within { WITHIN_STEP_MM } else { STEP_MM };
        let side = |s: &SurfaceSample| !within || s.kind == SurfaceSampleKind::Side;
        let samples: Vec<SurfaceSample> =
            from.surface_samples_where(step_mm, &wanted).into_iter().filter(side).collect();
        let farthest = samples.iter().map(|s| reach.of(s.point_mm)).fold(0.0, f64::max);
        let here = Aabb::from_points(samples.iter().map(|s| s.point_mm)).grown(farthest);
        let (lo, hi) = to.bounds();
        let there = Aabb { min_mm: lo, max_mm: hi }.grown(band_mm);
        let box_mm = here.intersection(&there);
        if box_mm.is_empty() {
            return None;
        }
        let facing = |p: Point3| band_mm + slack_mm - box_mm.distance_mm(p);
        let surface: Vec<SurfaceSample> =
            to.surface_samples_where(STEP_MM, &facing).into_iter().filter(side).collect();
        if surface.is_empty() {
            return None;
        }
        let surface = SampledSurface::new(surface, STEP_MM);
        let sides = if within { to.sides() } else { to.clone() };
        let corners = [box_mm.min_mm, box_mm.max_mm];
        let field = DistanceField::new(&sides, &surface, corners, band_mm);
        let sign = if within { -1.0 } else { 1.0 };
        let (points, tree) = (Vec::new(), Vec::new());
        let drawn = drawn(to, within);
        let mut out = Self { field, points, tree, sign, drawn };
        out.take(&samples, band_mm, reach);
        (!out.points.is_empty()).then_some(out)
    }

    /// Keeps the points that may be the nearest, in a tree.
    fn take(&mut self, samples: &[SurfaceSample], band_mm: f64, reach: Reach) {
        let point = |s: &SurfaceSample| FacingPoint {
            point_mm: s.point_mm,
            normal: s.normal,
            distance_mm: self.distance_mm(s.point_mm),
        };
        let mut points: Vec<FacingPoint> = samples.iter().map(point).collect();
        points.retain(|p| p.distance_mm <= band_mm + reach.of(p.point_mm));
        let mut tree = Vec::new();
        split(&mut points, 0, &mut tree);
        (self.points, self.tree) = (points, tree);
    }

    /// The least distance when the points move against the field, mm; infinite where no point faces it
    /// any more.
    pub(crate) fn least_mm(&self, motion: &Placement) -> f64 {
        let mut best = f64::INFINITY;
        let Some(root) = self.tree.len().checked_sub(1) else { return best };
        // Never more than one node of each depth waits.
        let mut open = Vec::with_capacity(64);
        open.push(self.look(root, motion));
        while let Some(seen) = open.pop() {
            if seen.bound_mm > best {
                continue;
            }
            let node = &self.tree[seen.node];
            if let Some([one, other]) = node.halves {
                let (one, other) = (self.look(one, motion), self.look(other, motion));
                // The nearer half is looked at first: what it holds spares most of the other.
                let one_first = one.bound_mm < other.bound_mm;
                let (near, far) = if one_first { (one, other) } else { (other, one) };
                if far.bound_mm <= best {
                    open.push(far);
                }
                open.push(near);
            } else {
                let bend = 0.5 * node.radius_mm * node.radius_mm / LEAST_BEND_MM + FIELD_SLACK_MM;
                for point in &self.points[node.first..node.first + node.count] {
                    let there = motion.apply(point.point_mm);
                    // By the slope at the middle of the node this one is farther off.
                    if seen.distance_mm + seen.slope.dot(&(there - seen.middle)) - bend > best {
                        continue;
                    }
                    best = best.min(self.distance_mm(there));
                }
            }
        }
        best
    }

    /// Looks at the middle of a node. No point of it is nearer than the bound: a distance changes by no
    /// more than the way; along the points' own plane by no more than its slope along that, and by what
    /// the surface bends.
    #[inline]
    fn look(&self, number: usize, motion: &Placement) -> Seen {
        let node = &self.tree[number];
        let middle = motion.apply(node.middle);
        // Outside of the field's box nothing is known of it; points of the node may lie within.
        let Some((distance_mm, gradient)) = self.field.with_gradient(middle) else {
            let (distance_mm, slope) = (f64::NEG_INFINITY, Vector3::zeros());
            return Seen { bound_mm: distance_mm, node: number, middle, distance_mm, slope };
        };
        let (distance_mm, slope) = (self.sign * distance_mm, gradient * self.sign);
        let across = gradient.dot(&motion.turn(node.normal)).abs().min(1.0);
        let along = (1.0 - across * across).sqrt();
        let radius = node.radius_mm;
        let falls = along * radius + node.thickness_mm + 0.5 * radius * radius / LEAST_BEND_MM;
        let bound_mm = distance_mm - falls.min(radius) - FIELD_SLACK_MM;
        Seen { bound_mm, node: number, middle, distance_mm, slope }
    }

    /// The distance of a place from the field's surface, mm; infinite past the planes where nothing
    /// is drawn of an outer structure.
    #[inline]
    pub(crate) fn distance_mm(&self, p: Point3) -> f64 {
        if let Some(drawn) = &self.drawn {
            let w = drawn.normal.dot(&p.coords);
            if w < drawn.from_mm || w > drawn.to_mm {
                return f64::INFINITY;
            }
        }
        self.field.at(p).map_or(f64::INFINITY, |d| self.sign * d)
    }

    /// The point of the field's surface that is nearest to a place with a known distance, to about
    /// 0.1 mm.
    pub(crate) fn foot(&self, p: Point3) -> Point3 {
        let Some((d, gradient)) = self.field.with_gradient(p) else { return p };
        gradient.try_normalize(1e-9).map_or(p, |away| p - away * d)
    }

    /// How the distance changes with the place.
    pub(crate) fn slope(&self, p: Point3) -> Vector3 {
        self.field.with_gradient(p).map_or_else(Vector3::zeros, |(_, g)| g * self.sign)
    }

    /// The points that may be the nearest.
    pub(crate) fn points(&self) -> &[FacingPoint] {
        &self.points
    }
}

/// A sample lies up to half a step between planes from its ring point, along the stack and as far
/// again across it.
fn slack(s: &Solid) -> f64 {
    0.75 * s.largest_step_mm()
}

fn drawn(outer: &Solid, within: bool) -> Option<Drawn> {
    let planes = outer.planes_mm();
    let (from, to) = (planes.first()?, planes.last()?);
    within.then_some(Drawn { normal: *outer.frame().normal(), from_mm: *from, to_mm: *to })
}

/// Splits points at the middle of their longest extent until few are left together; the node of all of
/// them is added last.
fn split(points: &mut [FacingPoint], first: usize, tree: &mut Vec<Node>) -> Option<usize> {
    if points.is_empty() {
        return None;
    }
    let bounds = Aabb::from_points(points.iter().map(|p| p.point_mm));
    let middle = bounds.centre_mm();
    let away = points.iter().map(|p| (p.point_mm - middle).norm());
    let radius_mm = away.fold(0.0, f64::max);
    let normal = points.iter().map(|p| p.normal).sum::<Vector3>();
    let normal = normal.try_normalize(1e-9).unwrap_or(Vector3::zeros());
    let off = points.iter().map(|p| (p.point_mm - middle).dot(&normal).abs());
    let thickness_mm = off.fold(0.0, f64::max);
    let count = points.len();
    let halves = if count > LEAF {
        let axis = (bounds.max_mm - bounds.min_mm).imax();
        let half = count / 2;
        points.select_nth_unstable_by(half, |a, b| a.point_mm[axis].total_cmp(&b.point_mm[axis]));
        let (low, high) = points.split_at_mut(half);
        let low = split(low, first, tree);
        low.zip(split(high, first + half, tree)).map(|(low, high)| [low, high])
    } else {
        None
    };
    tree.push(Node { middle, radius_mm, normal, thickness_mm, halves, first, count });
    Some(tree.len() - 1)
}
