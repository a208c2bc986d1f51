//! Scenarios of sac and cord after a separation. They are only computed on request, because what happens
//! in a patient is not known beforehand.

use crate::error::SeparationError;
use std::f64::consts::TAU;
use thecal_geom::{Contour, ContourKind, Point2, Point3, Region, Vector3, Warning};
use thecal_margin::Centreline;
use thecal_mask::{EndRule, Solid};

/// A scenario of sac and cord after a separation.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
#[non_exhaustive]
pub enum Anatomy {
    /// Both stay as they were drawn.
    #[default]
    Fixed,
    /// The sac fills the shape interpolated from uninvolved levels.
    SacReexpanded,
    /// The cord moves as a whole.
    CordShift {
        /// Towards the patient's front, left and head, in the frame of the cord's centreline at
        /// the tumour's middle, mm.
        shift_mm: [f64; 3],
    },
}

impl Anatomy {
    /// What it is called in reports and on the command line.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Fixed => "fixed",
            Self::SacReexpanded => "sac_reexpanded",
            Self::CordShift { .. } => "cord_shift",
        }
    }
}

/// A shift in the frame of a centreline where it is nearest to `at`, along the patient's axes, mm.
///
/// # Example
/// ```
/// # use std::f64::consts::TAU;
/// # use thecal_geom::{Contour, ContourKind, Point3};
/// # use thecal_mask::{EndRule, Solid};
/// # /// A ring of a plane over a range of heights, drawn on planes 2 mm apart.
/// # fn prism(ring: &[[f64; 2]], from_mm: i32, to_mm: i32) -> Solid {
/// #     let contours: Vec<Contour> = (from_mm / 2..=to_mm / 2)
/// #         .map(|k| Contour {
/// #             number: 1,
/// #             kind: ContourKind::ClosedPlanar,
/// #             points_mm: ring.iter().map(|p| Point3::new(p[0], p[1], 2.0 * f64::from(k))).collect(),
/// #         })
/// #         .collect();
/// #     Solid::from_contours(&contours, EndRule::Plane, 2.0).expect("a solid")
/// # }
/// # fn disc(radius_mm: f64) -> Vec<[f64; 2]> {
/// #     let angle = |i: i32| TAU * f64::from(i) / 180.0;
/// #     (0..180).map(|i| [radius_mm * angle(i).cos(), radius_mm * angle(i).sin()]).collect()
/// # }
/// use thecal_geom::Vector3;
/// use thecal_margin::Centreline;
/// use thecal_separation::shift_lps_mm;
///
/// let line = Centreline::from_solid(&prism(&disc(5.0), -40, 40))?;
/// // 2 mm to the front and 1 mm to the left of a cord that runs along z.
/// let shift = shift_lps_mm(&line, Point3::origin(), [2.0, 1.0, 0.0]);
/// assert!((shift - Vector3::new(1.0, -2.0, 0.0)).norm() < 1e-6);
/// # Ok::<(), thecal_margin::CentrelineError>(())
/// ```
#[must_use]
pub fn shift_lps_mm(line: &Centreline, at: Point3, shift_mm: [f64; 3]) -> Vector3 {
    let place = line.nearest(at);
    place.anterior * shift_mm[0] + place.left * shift_mm[1] + place.up * shift_mm[2]
}

/// Levels this near to a tumour's ends may still be dented by it: a membrane comes back to its
/// course over about its own radius, 6 to 8 mm.
const CLEAR_MM: f64 = 8.0;
/// The course of the sac at an uninvolved level is taken over this length.
const COURSE_MM: f64 = 8.0;
/// Rings within this of each other lie on one plane.
const SAME_PLANE_MM: f64 = 0.05;
/// Directions round the sac.
const RAYS: usize = 240;

/// A level that no tumour reaches.
struct Uninvolved {
    w_mm: f64,
    middle: Point2,
    /// Change of the middle per mm of level.
    course: Point2,
    radii_mm: Vec<f64>,
}

/// The sac as it would be with the shape of the levels above and below the tumours: at every level
/// within 8 mm of one, the drawn section and the interpolated one together. It only grows.
///
/// The interpolated section is given by radii round its middle, linear between the nearest
/// uninvolved levels, the middle by the cubic that keeps the sac's course at both. Where the sac
/// is drawn on one side of the tumours only, that side's shape and course go on (`sac_one_sided`).
///
/// # Errors
/// When the sac is not drawn 8 mm beyond the tumours on either side, or its outline makes no solid.
pub fn sac_reexpanded(
    sac: &Solid,
    tumours: &[&Solid],
    ends: EndRule,
) -> Result<(Solid, Vec<Warning>), SeparationError> {
    let [low, high] = levels(sac, tumours);
    let planes = planes(sac);
    let below = planes.iter().rposition(|(w, _)| *w <= low - CLEAR_MM);
    let above = planes.iter().position(|(w, _)| *w >= high + CLEAR_MM);
    let mut warnings = Vec::new();
    if below.is_none() != above.is_none() {
        let side = if below.is_none() { "below" } else { "above" };
        let message = format!(
            "the sac is not drawn {CLEAR_MM} mm {side} the tumour: the re-expanded sac goes on \
             with its shape and course on the other side"
        );
        warnings.push(Warning::new("sac_one_sided", message, ""));
    }
    let below = below.map(|i| uninvolved(&planes, i, false));
    let above = above.map(|i| uninvolved(&planes, i, true));
    if below.is_none() && above.is_none() {
        return Err(SeparationError::NoUninvolvedLevel { clear_mm: CLEAR_MM });
    }
    let mut contours = Vec::new();
    let mut draw = |ring: &[Point2], w: f64| {
        contours.push(Contour {
            number: contours.len() + 1,
            kind: ContourKind::ClosedPlanar,
            points_mm: ring.iter().map(|&p| sac.patient_point(p, w)).collect(),
        });
    };
    let first = below.as_ref().map_or(f64::NEG_INFINITY, |l| l.w_mm);
    let last = above.as_ref().map_or(f64::INFINITY, |l| l.w_mm);
    for (w, regions) in &planes {
        if *w <= first || *w >= last {
            regions.iter().flat_map(|r| r.rings()).for_each(|ring| draw(ring, *w));
        } else {
            draw(&grown(regions, *w, below.as_ref(), above.as_ref()), *w);
        }
    }
    // A sac that is pressed shut is drawn on no plane there.
    for w in absent(&planes, sac.spacing_mm(), [first, last]) {
        draw(&grown(&[], w, below.as_ref(), above.as_ref()), w);
    }
    Ok((Solid::from_contours(&contours, ends, sac.spacing_mm())?, warnings))
}

/// The levels of the tumours along the sac's stack, mm.
fn levels(sac: &Solid, tumours: &[&Solid]) -> [f64; 2] {
    let points = tumours.iter().flat_map(|t| t.outline_points(2.0));
    points.fold([f64::INFINITY, f64::NEG_INFINITY], |[lo, hi], p| {
        let w = sac.frame().stack_from_patient(p).z;
        [lo.min(w), hi.max(w)]
    })
}

/// The drawn regions plane by plane, ascending.
fn planes(sac: &Solid) -> Vec<(f64, Vec<&Region>)> {
    let mut drawn: Vec<(f64, &Region)> = sac.drawn().collect();
    drawn.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut out: Vec<(f64, Vec<&Region>)> = Vec::new();
    for (w, region) in drawn {
        match out.last_mut() {
            Some((at, regions)) if w - *at < SAME_PLANE_MM => regions.push(region),
            _ => out.push((w, vec![region])),
        }
    }
    out
}

/// Planes that are missing between drawn ones within a range of levels.
fn absent(planes: &[(f64, Vec<&Region>)], spacing_mm: f64, within: [f64; 2]) -> Vec<f64> {
    let mut out = Vec::new();
    for pair in planes.windows(2) {
        let step = pair[1].0 - pair[0].0;
        let count = (step / spacing_mm).round() as usize;
        for k in 1..count.max(1) {
            let w = pair[0].0 + step * k as f64 / count as f64;
            if w > within[0] && w < within[1] {
                out.push(w);
            }
        }
    }
    out
}

fn largest<'a>(regions: &[&'a Region]) -> Option<&'a Region> {
    regions.iter().copied().max_by(|a, b| a.area_mm2().total_cmp(&b.area_mm2()))
}

fn uninvolved(planes: &[(f64, Vec<&Region>)], at: usize, upwards: bool) -> Uninvolved {
    let middle_of = |i: usize| largest(&planes[i].1).map_or([0.0; 2], Region::centroid);
    let (w_mm, here) = (planes[at].0, middle_of(at));
    let far = |i: &usize| (planes[*i].0 - w_mm).abs() >= COURSE_MM;
    let beyond = if upwards {
        (at + 1..planes.len()).find(far).or(Some(planes.len() - 1))
    } else {
        (0..at).rev().find(far).or(Some(0))
    };
    let course = match beyond.filter(|&i| i != at) {
        None => [0.0; 2],
        Some(i) => {
            let (there, step) = (middle_of(i), planes[i].0 - w_mm);
            [(there[0] - here[0]) / step, (there[1] - here[1]) / step]
        }
    };
    let radii_mm = rays().map(|ray| radius(&planes[at].1, here, ray)).collect();
    Uninvolved { w_mm, middle: here, course, radii_mm }
}

/// A section at a level: what is drawn and what the uninvolved levels say, whichever is farther
/// from the middle.
fn grown(
    regions: &[&Region],
    w: f64,
    below: Option<&Uninvolved>,
    above: Option<&Uninvolved>,
) -> Vec<Point2> {
    let on = |l: &Uninvolved, k: usize| l.middle[k] + l.course[k] * (w - l.w_mm);
    let (middle, radii): (Point2, Vec<f64>) = match (below, above) {
        (Some(a), Some(b)) => {
            let length = b.w_mm - a.w_mm;
            let t = (w - a.w_mm) / length;
            let (t2, t3) = (t * t, t * t * t);
            let at = |k: usize| {
                (2.0 * t3 - 3.0 * t2 + 1.0) * a.middle[k]
                    + (t3 - 2.0 * t2 + t) * length * a.course[k]
                    + (3.0 * t2 - 2.0 * t3) * b.middle[k]
                    + (t3 - t2) * length * b.course[k]
            };
            let both = a.radii_mm.iter().zip(&b.radii_mm);
            ([at(0), at(1)], both.map(|(ra, rb)| ra + t * (rb - ra)).collect())
        }
        (Some(l), None) | (None, Some(l)) => ([on(l, 0), on(l, 1)], l.radii_mm.clone()),
        (None, None) => ([0.0; 2], Vec::new()),
    };
    rays()
        .zip(radii)
        .map(|(ray, r)| {
            let r = r.max(radius(regions, middle, ray));
            [middle[0] + r * ray[0], middle[1] + r * ray[1]]
        })
        .collect()
}

fn rays() -> impl Iterator<Item = Point2> {
    (0..RAYS).map(|i| {
        let angle = TAU * i as f64 / RAYS as f64;
        [angle.cos(), angle.sin()]
    })
}

/// How far regions reach from a point along a direction; 0 where they do not.
fn radius(regions: &[&Region], from: Point2, ray: Point2) -> f64 {
    let rings = regions.iter().flat_map(|r| r.rings());
    let edges = rings.flat_map(|ring| ring.iter().zip(ring.iter().cycle().skip(1)));
    edges.fold(0.0, |most: f64, (a, b)| {
        let (ax, ay) = (a[0] - from[0], a[1] - from[1]);
        let (bx, by) = (b[0] - from[0], b[1] - from[1]);
        // Heights over the ray's line.
        let (ha, hb) = (ray[0] * ay - ray[1] * ax, ray[0] * by - ray[1] * bx);
        if (ha < 0.0) == (hb < 0.0) {
            return most;
        }
        let t = ha / (ha - hb);
        let along = |x: f64, y: f64| ray[0] * x + ray[1] * y;
        most.max(along(ax, ay) + t * (along(bx, by) - along(ax, ay)))
    })
}
