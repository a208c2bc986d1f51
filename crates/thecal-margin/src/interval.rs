//! The range of a gap that the resolution of the contours leaves open, part by part.
//!
//! Each part is estimated from the contours themselves: by the change when every second plane is left
//! out, when straight lines replace the curves between planes, or when the ends extend to the next
//! plane that was not drawn. The record lists every part. Formulas: `docs/method.md`, section 3.

use crate::arrangement::Arrangement;
use crate::chords::{Bulge, bulge_near, radius_near};
use crate::drawn::{self, Reach};
use crate::gap::Gap;
use crate::local_resolution::{
    OF_PIXEL, brief_island_mm, elsewhere_mm, is_at_end, is_in_last_interval, open_mm, pixels_mm,
    rounding_mm,
};
use crate::polish::{Side, alternating_projection, ascend_penetration};
use thecal_geom::{Point3, Vector3};
use thecal_mask::{DrawnAs, Solid};

/// What the search and the interpolation leave open where nothing else does.
const SEARCH_MM: f64 = 0.02;
/// Part of the change when every second plane is left out that counts: with all planes the error
/// is an eighth of it or less where the shape is smooth, about half where a feature is shorter than
/// two slices. Between the last two planes, with nothing on their other side, a cubic errs about
/// twice as much as elsewhere.
const OF_CHANGE: f64 = 0.2;
const OF_CHANGE_LAST: f64 = 0.4;
const OF_CHANGE_SHORT: f64 = 0.5;
/// A structure on so few planes has no two intervals that four of them tell of: the whole change
/// counts.
const FEW_PLANES: usize = 5;
/// Where curves between planes bring the gap closer than straight lines do by more than this, mm,
/// they may bring it closer still by this part of the rest.
const WELL_KNOWN_MM: f64 = 0.1;
const OF_CURVE: f64 = 0.5;
/// A ring that is about as wide everywhere is read too narrow: its least width is the least of many
/// readings. Above, so much more counts.
const OF_MANY: f64 = 1.25;
/// The curvature of an outline is taken over this way to either side, mm.
const FEATURE_MM: f64 = 0.7;
/// Features whose radius within their plane is below this many slices may have their pole between
/// planes without it being seen.
const SHORT_SLICES: f64 = 2.0;
/// Leaving out planes changes the gap by more than this where a feature is short, mm.
const FEATURE_CHANGE_MM: f64 = 0.1;
/// A pole that lies between planes can stand out by this many times what leaving planes out changes.
const OF_POLE: f64 = 4.0;

/// Places as far from each other as this are not the same, mm.
const ELSEWHERE_APART_MM: f64 = 2.0;

/// A closed range of gaps, mm.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Interval {
    /// Lower end, mm.
    pub lower_mm: f64,
    /// Upper end, mm.
    pub upper_mm: f64,
}

/// A cause of the width of an interval.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Part {
    /// The spacing of planes: the change when every second one is left out, and between straight lines
    /// and curves from plane to plane.
    Planes,
    /// Poles of features shorter than two slices, which may lie between planes.
    Poles,
    /// An end, which may lie anywhere up to the next plane that was not drawn.
    Ends,
    /// The spacing of contour points: the arcs over their chords.
    Points,
    /// Rounded coordinates.
    Rounding,
    /// Outlines of pixels.
    Pixels,
    /// The tolerance of the search and the interpolation.
    Search,
    /// The range of the contours that a computed structure comes from.
    Drawing,
}

impl Part {
    /// The word of the report contract.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Planes => "planes",
            Self::Poles => "poles",
            Self::Ends => "ends",
            Self::Points => "points",
            Self::Rounding => "rounding",
            Self::Pixels => "pixels",
            Self::Search => "search",
            Self::Drawing => "drawing",
        }
    }
}

/// The contribution of one part to an interval.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct IntervalPart {
    /// Which.
    pub part: Part,
    /// By how much the gap may be smaller, mm.
    pub lower_mm: f64,
    /// By how much the gap may be larger, mm.
    pub upper_mm: f64,
}

/// An interval with its parts: the nominal gap less the sum of the one, plus the sum of the other.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Estimate {
    /// The range.
    pub(crate) interval: Interval,
    /// What makes it, without parts that add nothing.
    pub(crate) parts: Vec<IntervalPart>,
}

/// The interval of a nominal gap.
#[must_use]
pub fn interval(a: &Solid, b: &Solid, nominal: &Gap, arrangement: Arrangement) -> Interval {
    let drawn = drawn::closest_of_planes(a, b, arrangement, elsewhere_mm(a, b));
    estimate(a, b, nominal, &drawn, arrangement).interval
}

pub(crate) fn estimate(
    a: &Solid,
    b: &Solid,
    nominal: &Gap,
    drawn: &[Reach],
    arrangement: Arrangement,
) -> Estimate {
    let (of_a, of_b) = (Variants::new(a), Variants::new(b));
    let pair = Pair { a, b, of_a: &of_a, of_b: &of_b, nominal, arrangement };
    let near = drawn;
    let drawn = drawn.first().filter(|d| d.distance_mm > 0.0);
    let mut pixels = pair.pixels();
    let mut parts = vec![pair.points(), pair.rounding()];
    parts.push(IntervalPart { part: Part::Search, lower_mm: SEARCH_MM, upper_mm: SEARCH_MM });
    let (mut planes, mut poles) = pair.planes();
    // The drawn areas belong to the structures, whatever lies between them, as far as pixels tell.
    if let Some(d) = drawn {
        pixels.upper_mm = pixels.upper_mm.max(pair.drawn_pixels_mm(d));
        planes.upper_mm = planes.upper_mm.min((d.distance_mm - nominal.gap_mm).max(0.0));
    }
    // Where another place is known less well, the true structures may be nearest there.
    let least_mm = nominal.gap_mm - planes.lower_mm - poles.lower_mm;
    for elsewhere in pair.elsewhere(near) {
        let (of_planes, of_poles) = Pair { nominal: &elsewhere, ..pair }.planes();
        let more = least_mm - (elsewhere.gap_mm - of_planes.lower_mm - of_poles.lower_mm);
        let part = if of_poles.lower_mm > 0.0 { &mut poles } else { &mut planes };
        part.lower_mm = part.lower_mm.max(part.lower_mm + more);
    }
    parts.extend([pixels, planes, poles]);
    // The fullest solids have a least distance of their own, whose outlines are known no better.
    let least_mm = nominal.gap_mm - planes.lower_mm - poles.lower_mm;
    let more = pair.fullest_mm(least_mm).map_or(0.0, |fullest_mm| least_mm - fullest_mm);
    // Where the gap itself lies at an end, that may as well lie at the last plane.
    let less = match drawn {
        Some(d) if [(a, nominal.a_mm), (b, nominal.b_mm)].iter().any(|(s, p)| is_at_end(s, *p)) => {
            let less = d.distance_mm - nominal.gap_mm - planes.upper_mm;
            // What lies deep in the other stays there: an end moves by a step, not by the depth.
            if nominal.gap_mm > 0.0 { less } else { less.min(a.spacing_mm() + b.spacing_mm()) }
        }
        _ => 0.0,
    };
    let (lower_mm, upper_mm) = (more.max(0.0), less.max(0.0));
    parts.push(IntervalPart { part: Part::Ends, lower_mm, upper_mm });
    parts.retain(|p| p.lower_mm > 0.0 || p.upper_mm > 0.0);
    parts.sort_by_key(|p| p.part);
    let interval = Interval {
        lower_mm: nominal.gap_mm - parts.iter().map(|p| p.lower_mm).sum::<f64>(),
        upper_mm: nominal.gap_mm + parts.iter().map(|p| p.upper_mm).sum::<f64>(),
    };
    Estimate { interval, parts }
}

/// Other solids that a drawing allows.
struct Variants {
    thinned: [Solid; 2],
    straight: Solid,
    cubic: Solid,
}

impl Variants {
    fn new(s: &Solid) -> Self {
        let thinned = [s.thinned(false), s.thinned(true)];
        Self { thinned, straight: s.straight(), cubic: s.cubic() }
    }
}

#[derive(Clone, Copy)]
struct Pair<'a> {
    a: &'a Solid,
    b: &'a Solid,
    of_a: &'a Variants,
    of_b: &'a Variants,
    nominal: &'a Gap,
    arrangement: Arrangement,
}

impl Pair<'_> {
    fn along(&self) -> Vector3 {
        self.nominal.b_mm - self.nominal.a_mm
    }

    fn points(&self) -> IntervalPart {
        let outline = |s: &Solid, p: Point3| match s.resolution().drawn_as {
            DrawnAs::Contours => bulge_near(s, p),
            _ => Bulge::default(),
        };
        let of_a = outline(self.a, self.nominal.a_mm);
        let of_b = outline(self.b, self.nominal.b_mm);
        // An outline that bulges outwards comes nearer, but the sac's leads away from the cord.
        let (near, far) = match self.arrangement {
            Arrangement::Apart => (of_b.out_mm, of_b.in_mm),
            Arrangement::Within => (of_b.in_mm, of_b.out_mm),
        };
        IntervalPart {
            part: Part::Points,
            lower_mm: of_a.out_mm + near,
            upper_mm: of_a.in_mm + far,
        }
    }

    fn both(&self, part: Part, of: impl Fn(&Solid) -> f64) -> IntervalPart {
        let sum = of(self.a) + of(self.b);
        IntervalPart { part, lower_mm: sum, upper_mm: sum }
    }

    fn rounding(&self) -> IntervalPart {
        self.both(Part::Rounding, |s| rounding_mm(s, self.along()))
    }

    fn pixels(&self) -> IntervalPart {
        let part = self.both(Part::Pixels, |s| pixels_mm(s, self.along()));
        match self.arrangement {
            Arrangement::Apart => part,
            Arrangement::Within => IntervalPart { upper_mm: OF_MANY * part.upper_mm, ..part },
        }
    }

    /// How much farther apart two drawn areas can be, for their pixels: across the planes they stay
    /// where they are, within them each may be smaller.
    fn drawn_pixels_mm(&self, drawn: &Reach) -> f64 {
        let away = drawn.b_mm - drawn.a_mm;
        let n = self.a.frame().normal();
        let up = away.dot(&n);
        let flat = away - *n * up;
        let of = |s: &Solid| OF_PIXEL * s.pixel_mm(flat).unwrap_or(0.0);
        let smaller = of(self.a) + of(self.b);
        if smaller > 0.0 { up.hypot(flat.norm() + smaller) - drawn.distance_mm } else { 0.0 }
    }

    /// What planes that lie apart leave open, and what poles between them may add.
    fn planes(&self) -> (IntervalPart, IntervalPart) {
        let Self { a, b, of_a, of_b, nominal, .. } = *self;
        let change = |a: &Solid, b: &Solid| self.again(a, b).map_or(0.0, |g| g - nominal.gap_mm);
        let most = |s: &Solid, changes: [f64; 2]| -> f64 {
            let most = changes[0].abs().max(changes[1].abs());
            // Deep places may lead elsewhere on another solid: what is not drawn on a plane changes
            // an outline by no more than the way to the next.
            let most = if nominal.gap_mm > 0.0 { most } else { most.min(s.spacing_mm()) };
            // Too few planes to leave any out.
            if s.planes_mm().len() < 3 { most.max(2.0 * open_mm(s, self.along())) } else { most }
        };
        let change_a = most(a, of_a.thinned.each_ref().map(|thin| change(thin, b)));
        let change_b = most(b, of_b.thinned.each_ref().map(|thin| change(a, thin)));
        let change_mm = change_a + change_b;
        let straight = change(&of_a.straight, &of_b.straight).clamp(-change_mm, change_mm);
        let cubic = change(&of_a.cubic, &of_b.cubic).clamp(-change_mm, change_mm);
        let short = |s: &Solid, p: Point3, change_mm: f64| {
            // What goes on from plane to plane is no short feature, however thin.
            let r = (change_mm > FEATURE_CHANGE_MM).then(|| radius_near(s, p, FEATURE_MM))?;
            (r < SHORT_SLICES * s.spacing_mm()).then_some(r)
        };
        let short_a = short(a, nominal.a_mm, change_a);
        let short_b = short(b, nominal.b_mm, change_b);
        let counts = |s: &Solid, p: Point3, short: Option<f64>| match short {
            _ if s.planes_mm().len() <= FEW_PLANES => 1.0,
            Some(_) => OF_CHANGE_SHORT,
            None if is_in_last_interval(s, p) => OF_CHANGE_LAST,
            None => OF_CHANGE,
        };
        let counts_a = counts(a, nominal.a_mm, short_a);
        let counts_b = counts(b, nominal.b_mm, short_b);
        let half = counts_a * change_a + counts_b * change_b;
        let planes = IntervalPart {
            part: Part::Planes,
            lower_mm: half
                + (-straight).max(-cubic).max(OF_CURVE * (straight - WELL_KNOWN_MM)).max(0.0),
            upper_mm: half + straight.max(cubic).max(0.0),
        };
        let pole = |s: &Solid, p: Point3, short: Option<f64>, counted_mm: f64, change_mm: f64| {
            let bulge = |r: f64| r.hypot(0.5 * s.spacing_mm()) - r;
            let pole_mm = match brief_island_mm(s, p) {
                Some(r) => bulge(r),
                None => short.map_or(0.0, bulge).min(OF_POLE * change_mm),
            };
            (pole_mm - counted_mm).max(0.0)
        };
        let more = pole(a, nominal.a_mm, short_a, counts_a * change_a, change_a)
            + pole(b, nominal.b_mm, short_b, counts_b * change_b, change_b);
        (planes, IntervalPart { part: Part::Poles, lower_mm: more, upper_mm: 0.0 })
    }

    /// Other places where the two are nearly as near as at their closest points.
    fn elsewhere(&self, drawn: &[Reach]) -> Vec<Gap> {
        /// Most places.
        const MOST: usize = 3;
        if self.arrangement == Arrangement::Within || self.nominal.gap_mm <= 0.0 {
            return Vec::new();
        }
        let mut found: Vec<Gap> = Vec::new();
        let most_mm = self.nominal.gap_mm + elsewhere_mm(self.a, self.b);
        let far = |p: Point3, g: &Gap| (p - g.b_mm).norm() > ELSEWHERE_APART_MM;
        for d in drawn.iter().filter(|d| d.distance_mm > 0.0) {
            if !far(d.b_mm, self.nominal) || found.iter().any(|g| !far(d.b_mm, g)) {
                continue;
            }
            let here = alternating_projection(self.a, d.a_mm, self.b, d.b_mm);
            let near = |g: &Gap| g.gap_mm < most_mm;
            found.extend(here.filter(|g| far(g.b_mm, self.nominal) && near(g)));
            if found.len() == MOST {
                break;
            }
        }
        found
    }

    /// The gap beside the closest points on variants of the two solids, mm.
    fn again(&self, a: &Solid, b: &Solid) -> Option<f64> {
        let Gap { gap_mm, a_mm, b_mm } = *self.nominal;
        if gap_mm > 0.0 {
            let found = alternating_projection(a, a_mm, b, b_mm)?.gap_mm;
            // A variant that has closed the gap: no more is asked than that.
            let closed = self.arrangement == Arrangement::Apart && b.level_mm(a_mm) < 0.0;
            return Some(if closed { 0.0 } else { found });
        }
        let inside = self.arrangement == Arrangement::Apart;
        let side = if inside { Side::Inside(None) } else { Side::Outside };
        // Whose point the deepest one is, is told by its level in the other.
        let depth = if !inside || self.b.level_mm(a_mm) < 0.0 {
            let p = a.nearest_from(a_mm, a_mm).point_mm;
            ascend_penetration(a, p, b, b_mm, side).0
        } else {
            let p = b.nearest_from(b_mm, b_mm).point_mm;
            ascend_penetration(b, p, a, a_mm, side).0
        };
        Some(-depth)
    }

    /// The least distance of the most that both drawings allow, mm, where that is below `limit_mm`:
    /// ends, and sections that are gone on the next plane, reach up to where nothing is drawn.
    fn fullest_mm(&self, limit_mm: f64) -> Option<f64> {
        let Self { a, b, nominal, .. } = *self;
        if self.arrangement == Arrangement::Within || limit_mm <= 0.0 {
            return None;
        }
        if !drawn::parallel(a.frame(), b.frame()) {
            let open = open_mm(a, self.along()) + open_mm(b, self.along());
            return Some(nominal.gap_mm - open);
        }
        let (long_a, long_b) = (a.fullest(), b.fullest());
        let least = |found: Vec<Reach>| {
            found
                .into_iter()
                .map(|r| {
                    let share = |p: Point3| long_a.level_mm(p) < 0.0 && long_b.level_mm(p) < 0.0;
                    if r.distance_mm == 0.0 && (share(r.a_mm) || share(r.b_mm)) {
                        return 0.0;
                    }
                    let found = alternating_projection(&long_a, r.a_mm, &long_b, r.b_mm);
                    found.map_or(r.distance_mm, |g| g.gap_mm)
                })
                .fold(f64::INFINITY, f64::min)
        };
        let of_a = drawn::closest_of_ends(a, b, limit_mm);
        let of_b = drawn::closest_of_ends(b, a, limit_mm);
        let of_b = of_b.into_iter().map(Reach::turned).collect();
        // Between planes only what the two solids allow counts: a section that goes on to the next
        // plane is not held up to it.
        let here = Reach { distance_mm: f64::INFINITY, a_mm: nominal.a_mm, b_mm: nominal.b_mm };
        let mut between = drawn::closest_between_planes(a, b, limit_mm);
        between.push(here);
        let between = between
            .into_iter()
            .filter_map(|r| alternating_projection(&long_a, r.a_mm, &long_b, r.b_mm));
        let between = between.map(|g| g.gap_mm).fold(f64::INFINITY, f64::min);
        let found = least(of_a).min(least(of_b)).min(between);
        (found < limit_mm).then_some(found)
    }
}

#[cfg(test)]
mod tests;
