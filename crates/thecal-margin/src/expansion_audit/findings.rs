//! What is wrong with a drawn expansion, fault by fault.

use thecal_geom::Point3;
use thecal_mask::Solid;

use super::centre::median;
use super::ends::{EndMargin, Ends};
use super::kind::ExpansionKind;
use super::margins::Margin;

/// A margin up to this far from what it should be counts as that, mm: a tenth of the smallest usual margin,
/// and less than half a pixel of the grids that planning systems expand on.
pub const EXPANSION_TOLERANCE_MM: f64 = 0.2;
/// Faults on less of the drawn surface than this may be single points, mm2.
const LEAST_MM2: f64 = 3.0;
/// A share of what is short that may have no cause of its own: corners beside a cut.
const LEFT_OVER: f64 = 0.15;
/// An outline within this of another structure's, and what the latter's drawing leaves open, runs along it, mm.
const ALONG_MM: f64 = 0.3;
/// A cause of less of what is short than this share is none.
const LEAST_SHARE: f64 = 0.2;

/// A fault of a drawn expansion.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// The margin is too small.
    TooSmall,
    /// It was made plane by plane: where the organ leans, and past its ends, the margin is smaller.
    InPlaneOnly,
    /// It ends before it should at one end of the organ.
    TruncatedAtEnd,
    /// It was cut along another structure.
    TruncatedAtStructure(String),
    /// The margin is too large.
    TooLarge,
    /// It goes on past the end of the organ.
    PastEnd,
}

impl Fault {
    /// The word of the report contract.
    #[must_use]
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::TooSmall => "too_small",
            Self::InPlaneOnly => "in_plane_only",
            Self::TruncatedAtEnd => "truncated_at_end",
            Self::TruncatedAtStructure(_) => "truncated_at_structure",
            Self::TooLarge => "too_large",
            Self::PastEnd => "past_end",
        }
    }
}

/// A fault with its figures.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Finding {
    /// Which.
    pub fault: Fault,
    /// The margin that shows it, mm: the least or largest where it is local, that of the best fit where it is
    /// everywhere, and that along the stack at an end.
    pub margin_mm: f64,
    /// Its range by what the drawings leave open, mm.
    pub range_mm: [f64; 2],
    /// The part of the drawn expansion's surface where it is, mm2; none at an end.
    pub surface_mm2: Option<f64>,
    /// True where it is the whole expansion.
    pub everywhere: bool,
    /// At an end: whether it is the head's.
    pub head: Option<bool>,
    /// The place that shows it best, LPS mm.
    pub at_mm: Option<Point3>,
}

/// A structure that an expansion may have been cut along.
pub struct Neighbour {
    /// Its name.
    pub name: String,
    /// Its solid.
    pub solid: Solid,
}

/// What the faults are found from.
pub(super) struct Evidence<'a> {
    pub(super) margins: &'a [Margin],
    pub(super) ends: Option<Ends>,
    pub(super) kind: ExpansionKind,
    pub(super) best_fit_mm: f64,
    /// What it should be, where that is known.
    pub(super) nominal_mm: Option<f64>,
    pub(super) tolerance_mm: f64,
}

impl Evidence<'_> {
    /// The margin that is judged: of an expansion plane by plane that within the planes, since what it lacks in
    /// space is told by its kind.
    fn judged_mm(&self, m: &Margin) -> f64 {
        if self.kind == ExpansionKind::InPlane { m.in_plane_mm } else { m.mm }
    }

    /// What is open of the best fit, mm: what is open of a usual place.
    fn open_mm(&self) -> [f64; 2] {
        [0, 1].map(|k| median(self.margins.iter().map(|m| m.open_mm[k])).unwrap_or(0.0))
    }

    /// All faults, what is too small first. `neighbours` are asked for only where something is short that
    /// could have been cut.
    pub(super) fn findings(&self, neighbours: &dyn Fn() -> Vec<Neighbour>) -> Vec<Finding> {
        let [below, above] = self.open_mm();
        let (fit, tolerance) = (self.best_fit_mm, self.tolerance_mm);
        let range_mm = [fit - below, fit + above];
        let mut out = Vec::new();
        let whole = |fault: Fault, margin_mm: f64, range_mm: [f64; 2]| Finding {
            fault,
            margin_mm,
            range_mm,
            surface_mm2: None,
            everywhere: true,
            head: None,
            at_mm: None,
        };
        let mut should_mm = fit;
        if let Some(r) = self.nominal_mm {
            should_mm = r.min(fit);
            if range_mm[1] < r - tolerance {
                out.push(whole(Fault::TooSmall, fit, range_mm));
            }
        }
        let (local, cut) = self.short(should_mm, neighbours);
        // Without a margin that it should have, places differ from the others and are not short of anything.
        out.extend(local.filter(|_| self.nominal_mm.is_some()));
        if self.kind == ExpansionKind::InPlane {
            let least = self.margins.iter().min_by(|a, b| a.mm.total_cmp(&b.mm));
            let (mm, range) =
                least.map_or((fit, range_mm), |m| (m.mm, [m.lower_mm(), m.upper_mm()]));
            out.push(whole(Fault::InPlaneOnly, mm, range));
        }
        if let Some(ends) = &self.ends {
            let cut = ends.cut(self.kind, should_mm, tolerance);
            out.extend(cut.iter().map(|e| at_end(Fault::TruncatedAtEnd, e)));
        }
        out.extend(cut);
        if let Some(r) = self.nominal_mm {
            match range_mm[0] > r + tolerance {
                true => out.push(whole(Fault::TooLarge, fit, range_mm)),
                false => out.extend(self.excess(r)),
            }
        }
        if let Some(ends) = &self.ends {
            let past = ends.past(self.nominal_mm.unwrap_or(fit), tolerance);
            out.extend(past.iter().map(|e| at_end(Fault::PastEnd, e)));
        }
        out
    }

    /// Places that fall short of what they should be: those without a cause, and those along another
    /// structure.
    fn short(
        &self,
        should_mm: f64,
        neighbours: &dyn Fn() -> Vec<Neighbour>,
    ) -> (Option<Finding>, Vec<Finding>) {
        let short: Vec<&Margin> = self
            .margins
            .iter()
            .filter(|m| self.judged_mm(m) + m.open_mm[1] < should_mm - self.tolerance_mm)
            .collect();
        let all = area(&short);
        if all < LEAST_MM2 {
            return (None, Vec::new());
        }
        let causes: Vec<(String, Vec<bool>)> =
            neighbours().into_iter().map(|n| (n.name, along(&short, &n.solid))).collect();
        let mut left = vec![true; short.len()];
        let mut cut = Vec::new();
        loop {
            // What runs along two structures is said of the one that more runs along.
            let places = |on: &[bool]| -> Vec<&Margin> {
                let each = short.iter().zip(on).zip(&left);
                each.filter(|((_, on), left)| **on && **left).map(|((m, _), _)| *m).collect()
            };
            let each = causes.iter().map(|(name, on)| (name, on, places(on)));
            let most = each.max_by(|a, b| area(&a.2).total_cmp(&area(&b.2)));
            let least_mm2 = (LEAST_SHARE * all).max(LEAST_MM2);
            let Some((name, on, places)) = most.filter(|m| area(&m.2) >= least_mm2) else { break };
            cut.extend(self.at_least(Fault::TruncatedAtStructure(name.clone()), &places));
            left.iter_mut().zip(on).for_each(|(left, on)| *left &= !on);
        }
        let unexplained: Vec<&Margin> =
            short.iter().zip(&left).filter(|(_, left)| **left).map(|(m, _)| *m).collect();
        let least_mm2 = if cut.is_empty() { LEAST_MM2 } else { (LEFT_OVER * all).max(LEAST_MM2) };
        let local = (area(&unexplained) >= least_mm2)
            .then(|| self.at_least(Fault::TooSmall, &unexplained))
            .flatten();
        (local, cut)
    }

    /// A fault at places, told of the least margin among them.
    fn at_least(&self, fault: Fault, places: &[&Margin]) -> Option<Finding> {
        let least = places.iter().min_by(|a, b| a.mm.total_cmp(&b.mm))?;
        Some(local(fault, least, area(places)))
    }

    /// Places beyond what they should be. Where the drawn surface leans, an expansion of slabs may lie half
    /// a plane step off.
    fn excess(&self, r_mm: f64) -> Option<Finding> {
        let beyond = |m: &&Margin| m.lower_mm() - m.lean_mm > r_mm + self.tolerance_mm;
        let far: Vec<&Margin> = self.margins.iter().filter(beyond).collect();
        let most = far.iter().max_by(|a, b| a.mm.total_cmp(&b.mm))?;
        (area(&far) >= LEAST_MM2).then(|| local(Fault::TooLarge, most, area(&far)))
    }

    /// Whether the margin reaches what it should wherever it is known, whatever the drawings leave open.
    pub(super) fn reaches(&self, r_mm: f64) -> bool {
        let doubtful = |m: &&Margin| m.lower_mm() < r_mm - self.tolerance_mm;
        let doubtful: Vec<&Margin> = self.margins.iter().filter(doubtful).collect();
        let ends = self.ends.as_ref().is_some_and(|e| e.reach(r_mm));
        !self.margins.is_empty() && area(&doubtful) < LEAST_MM2 && ends
    }
}

fn area(of: &[&Margin]) -> f64 {
    // A sum of nothing is -0 in the standard library.
    of.iter().fold(0.0, |sum, m| sum + m.area_mm2)
}

/// Which places lie on the outline of a neighbour.
fn along(places: &[&Margin], neighbour: &Solid) -> Vec<bool> {
    let open_mm = neighbour.pixel_mm(thecal_geom::Vector3::zeros()).map_or(0.0, |p| 0.5 * p);
    let on = |m: &&Margin| neighbour.level_mm(m.at).abs() <= ALONG_MM + open_mm;
    places.iter().map(on).collect()
}

fn local(fault: Fault, m: &Margin, surface_mm2: f64) -> Finding {
    Finding {
        fault,
        margin_mm: m.mm,
        range_mm: [m.lower_mm(), m.upper_mm()],
        surface_mm2: Some(surface_mm2),
        everywhere: false,
        head: None,
        at_mm: Some(m.at),
    }
}

fn at_end(fault: Fault, end: &EndMargin) -> Finding {
    Finding {
        fault,
        margin_mm: end.drawn_mm,
        range_mm: [end.lower_mm, end.upper_mm],
        surface_mm2: None,
        everywhere: false,
        head: Some(end.head),
        at_mm: None,
    }
}

#[cfg(test)]
mod tests;
