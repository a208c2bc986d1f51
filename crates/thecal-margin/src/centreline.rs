//! The line through the middles of a cord's sections, and directions and clock positions round it.

use nalgebra::{Matrix3, Vector3 as V3};
use thecal_geom::{Point3, Vector3};
use thecal_mask::Solid;
use thecal_mask::solid::{Cut, StackFrame};

/// Middles within this distance along the line shape it at a place: shorter bends are drawing
/// noise, longer ones are the spine's.
const WINDOW_MM: f64 = 12.0;
/// A shorter cord has no direction.
const LEAST_MM: f64 = 6.0;
/// Distance of the places at which the line is known, mm.
const STEP_MM: f64 = 1.0;
/// Planes whose normal has a smaller part along the patient's axis do not cut across the cord.
const ACROSS: f64 = 0.7;
/// Axial sections of a cord that was drawn on other planes lie this far apart, mm.
const SECTIONS_MM: f64 = 2.0;

/// A cord or sac that is too short for a centreline.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
#[error(
    "the cord or sac has {planes} plane(s) over {length_mm:.1} mm; a centreline needs at least \
     3 planes and 6 mm: draw it further"
)]
pub struct CentrelineError {
    /// Its sections.
    pub planes: usize,
    /// Its length across them, mm.
    pub length_mm: f64,
}

/// The line through a cord (or sac), with the patient's directions round it.
///
/// # Example
/// ```
/// # use std::f64::consts::TAU;
/// # use thecal_geom::{Contour, ContourKind, Point3};
/// # use thecal_mask::{EndRule, Solid};
/// # /// A tube along z, from -20 to 20 mm, drawn on planes 2 mm apart with a point every 2 degrees.
/// # fn tube(x_mm: f64, radius_mm: f64) -> Solid {
/// #     let contours: Vec<Contour> = (-10..=10)
/// #         .map(|k| Contour {
/// #             number: 1,
/// #             kind: ContourKind::ClosedPlanar,
/// #             points_mm: (0..180)
/// #                 .map(|i| {
/// #                     let (sin, cos) = (TAU * f64::from(i) / 180.0).sin_cos();
/// #                     Point3::new(x_mm + radius_mm * cos, radius_mm * sin, 2.0 * f64::from(k))
/// #                 })
/// #                 .collect(),
/// #         })
/// #         .collect();
/// #     Solid::from_contours(&contours, EndRule::Plane, 2.0).expect("a solid")
/// # }
/// use thecal_margin::Centreline;
///
/// let line = Centreline::from_solid(&tube(10.0, 4.0))?;
/// let place = line.at(0.0);
/// assert!((place.point_mm - Point3::new(10.0, 0.0, 0.0)).norm() < 1e-6);
/// // The patient's front is -y and stands at 0 degrees, the left is +x and stands at 90.
/// assert!((place.clock_deg(Point3::new(25.0, 0.0, 0.0)) - 90.0).abs() < 1e-6);
/// assert!((place.direction(180.0, 0.0).y - 1.0).abs() < 1e-6);
/// # Ok::<(), thecal_margin::CentrelineError>(())
/// ```
#[derive(Debug, Clone)]
pub struct Centreline {
    places: Vec<CentrelinePoint>,
    /// Along whose normal the places lie one after the other, evenly spaced.
    frame: StackFrame,
    first_mm: f64,
    step_mm: f64,
}

/// One place of the line.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct CentrelinePoint {
    /// Point on the line, LPS mm.
    pub point_mm: Point3,
    /// Unit tangent towards the head.
    pub up: Vector3,
    /// Unit vector across the line towards the patient's front.
    pub anterior: Vector3,
    /// Unit vector across the line towards the patient's left.
    pub left: Vector3,
}

impl Centreline {
    /// The line of a solid: middles of its sections' areas, smoothed by local parabolas over
    /// 12 mm either way. Sections are those that were drawn; axial ones, 2 mm apart, where the solid
    /// was drawn on planes along the spine.
    ///
    /// # Errors
    /// When the solid has fewer than three sections or is shorter than 6 mm.
    pub fn from_solid(cord: &Solid) -> Result<Self, CentrelineError> {
        let (frame, middles) = middles(cord);
        let length_mm = match (middles.first(), middles.last()) {
            (Some(a), Some(b)) => b.0 - a.0,
            _ => 0.0,
        };
        if middles.len() < 3 || length_mm < LEAST_MM {
            return Err(CentrelineError { planes: middles.len(), length_mm });
        }
        // Stacks point to the head where they are axial, and are made to where they are not.
        let upwards = frame.normal().z >= 0.0;
        let count = (length_mm / STEP_MM).ceil();
        let (first_mm, step_mm) = (middles[0].0, length_mm / count);
        let places: Option<Vec<CentrelinePoint>> = (0..=count as usize)
            .map(|i| {
                let (point_mm, tangent) = parabola(&middles, first_mm + step_mm * i as f64)?;
                CentrelinePoint::new(point_mm, if upwards { tangent } else { -tangent })
            })
            .collect();
        // A line without a direction is as good as none.
        let places = places.ok_or(CentrelineError { planes: middles.len(), length_mm })?;
        Ok(Self { places, frame, first_mm, step_mm })
    }

    /// As [`Centreline::from_solid`]; for a solid that is too short for it the line through its middle
    /// along the normal of its planes, or along the patient's axis where those lie along the spine.
    ///
    /// None where the planes' normal points to the patient's front.
    #[must_use]
    pub fn or_straight(cord: &Solid) -> Option<Self> {
        if let Ok(line) = Self::from_solid(cord) {
            return Some(line);
        }
        let (frame, middles) = middles(cord);
        let count = middles.len().max(1) as f64;
        let sum = middles.iter().fold(Vector3::zeros(), |sum, m| sum + m.1.coords);
        let up = frame.normal().into_inner();
        let point = CentrelinePoint::new(Point3::from(sum / count), up * up.z.signum())?;
        Some(Self { places: vec![point], frame, first_mm: 0.0, step_mm: STEP_MM })
    }

    /// The places, from one end to the other, about 1 mm apart.
    #[must_use]
    pub fn places(&self) -> &[CentrelinePoint] {
        &self.places
    }

    /// The frame along whose normal positions on the line are counted.
    #[must_use]
    pub fn frame(&self) -> &StackFrame {
        &self.frame
    }

    /// Positions of both ends along the frame's normal, mm.
    #[must_use]
    pub fn range_mm(&self) -> [f64; 2] {
        [self.first_mm, self.first_mm + self.step_mm * (self.places.len() - 1) as f64]
    }

    /// The line at a position along the frame's normal; its end beyond it.
    #[must_use]
    pub fn at(&self, along_mm: f64) -> CentrelinePoint {
        let last = self.places.len() - 1;
        let at = ((along_mm - self.first_mm) / self.step_mm).clamp(0.0, last as f64);
        let below = (at as usize).min(last.saturating_sub(1));
        let (a, b) = (&self.places[below], &self.places[(below + 1).min(last)]);
        let between = |x: Vector3, y: Vector3| x.lerp(&y, at - below as f64);
        let point_mm = Point3::from(between(a.point_mm.coords, b.point_mm.coords));
        CentrelinePoint::new(point_mm, between(a.up, b.up)).unwrap_or(*a)
    }

    /// The position along the frame's normal of the place nearest to a point, mm.
    #[must_use]
    pub fn along_mm(&self, p: Point3) -> f64 {
        let place = self.nearest(p);
        let foot = place.point_mm + place.up * (p - place.point_mm).dot(&place.up);
        self.frame.stack_from_patient(foot).z
    }

    /// The place nearest to a point, sought from the point's level on.
    #[must_use]
    pub fn nearest(&self, p: Point3) -> &CentrelinePoint {
        let along = (self.frame.stack_from_patient(p).z - self.first_mm) / self.step_mm;
        let last = self.places.len() - 1;
        let mut at = (along.round().max(0.0) as usize).min(last);
        let away = |i: usize| (self.places[i].point_mm - p).norm_squared();
        while at < last && away(at + 1) < away(at) {
            at += 1;
        }
        while at > 0 && away(at - 1) < away(at) {
            at -= 1;
        }
        &self.places[at]
    }
}

/// Positions along the stack and middles of the sections across a cord, ascending.
fn middles(cord: &Solid) -> (StackFrame, Vec<(f64, Point3)>) {
    let across = cord.frame().normal().z.abs() >= ACROSS;
    let axial = if across { None } else { axial_middles(cord) };
    if let Some(middles) = axial {
        return (StackFrame::axial(), middles);
    }
    let drawn = cord.drawn().map(|(w, region)| (w, cord.patient_point(region.centroid(), w)));
    let mut middles: Vec<(f64, Point3)> = drawn.collect();
    middles.sort_by(|a, b| a.0.total_cmp(&b.0));
    (*cord.frame(), middles)
}

/// Middles of axial sections of a cord that was drawn on planes along it.
fn axial_middles(cord: &Solid) -> Option<Vec<(f64, Point3)>> {
    let frame = StackFrame::axial();
    let (low, high) = cord.bounds();
    let count = ((high.z - low.z) / SECTIONS_MM).floor();
    // Ends are left out: their sections are small and lie aside.
    let first_mm = 0.5 * (low.z + high.z - (count - 1.0) * SECTIONS_MM);
    let planes_mm: Vec<f64> =
        (0..count.max(0.0) as usize).map(|i| first_mm + SECTIONS_MM * i as f64).collect();
    let cut = Cut { step_mm: 0.5, tolerance_mm: 0.05 };
    let sections = cord.sections(&frame, &planes_mm, cut).ok()?;
    let found = planes_mm.into_iter().zip(sections).filter_map(|(w, region)| {
        let [u, v] = region?.centroid();
        Some((w, frame.patient_from_stack(Point3::new(u, v, w))))
    });
    Some(found.collect())
}

impl CentrelinePoint {
    fn new(point_mm: Point3, tangent: Vector3) -> Option<Self> {
        let up = tangent.try_normalize(1e-9)?;
        let front = -Vector3::y();
        let anterior = (front - up * front.dot(&up)).try_normalize(1e-3)?;
        Some(Self { point_mm, up, anterior, left: up.cross(&anterior) })
    }

    /// The unit vector from the line at a clock position (0 anterior, 90 patient left), tilted
    /// towards the head.
    #[must_use]
    pub fn direction(&self, clock_deg: f64, tilt_deg: f64) -> Vector3 {
        let (clock, tilt) = (clock_deg.to_radians(), tilt_deg.to_radians());
        let across = self.anterior * clock.cos() + self.left * clock.sin();
        across * tilt.cos() + self.up * tilt.sin()
    }

    /// Clock position of a point round the line, degrees, at least 0 and less than 360: 0 anterior, 90
    /// patient left, in the plane perpendicular to the line.
    #[must_use]
    pub fn clock_deg(&self, p: Point3) -> f64 {
        let d = p - self.point_mm;
        let deg = d.dot(&self.left).atan2(d.dot(&self.anterior)).to_degrees().rem_euclid(360.0);
        // A hair before anterior is rounded up to the whole turn.
        if deg < 360.0 { deg } else { 0.0 }
    }
}

/// Point and slope at `w` of the parabola through the middles near it, weighted by nearness.
fn parabola(middles: &[(f64, Point3)], w: f64) -> Option<(Point3, Vector3)> {
    let mut window = WINDOW_MM;
    let near = |window: f64| {
        middles.partition_point(|m| m.0 < w + window)
            - middles.partition_point(|m| m.0 <= w - window)
    };
    while near(window) < 4.min(middles.len()) {
        window *= 1.5;
    }
    let first = middles.partition_point(|m| m.0 <= w - window);
    let end = middles.partition_point(|m| m.0 < w + window);
    let mut normal = Matrix3::zeros();
    let mut right = [V3::zeros(); 3];
    for (at, p) in &middles[first..end] {
        let x = (at - w) / window;
        // Tricube weights (Cleveland 1979, doi 10.1080/01621459.1979.10481038).
        let weight = (1.0 - x.abs().powi(3)).max(0.0).powi(3);
        let basis = V3::new(1.0, x, x * x);
        normal += weight * basis * basis.transpose();
        for (k, r) in right.iter_mut().enumerate() {
            *r += weight * basis * p[k];
        }
    }
    // Too few middles for a parabola: the ridge leaves a line.
    normal += Matrix3::from_diagonal(&V3::new(0.0, 0.0, 1e-9 * normal.trace()));
    let inverse = normal.try_inverse()?;
    let fitted = right.map(|r| inverse * r);
    let point = Point3::new(fitted[0].x, fitted[1].x, fitted[2].x);
    let slope = Vector3::new(fitted[0].y, fitted[1].y, fitted[2].y) / window;
    Some((point, slope))
}

#[cfg(test)]
mod tests {
    use super::*;
    use thecal_geom::{Contour, ContourKind};
    use thecal_mask::EndRule;

    #[test]
    fn middles_on_a_parabola_give_it_back_however_sparse_they_are() {
        let on = |w: f64| Point3::new(1.0 + 0.2 * w - 0.01 * w * w, 3.0 - 0.004 * w * w, w);
        let slope = |w: f64| Vector3::new(0.2 - 0.02 * w, -0.008 * w, 1.0);
        for step_mm in [1.0, 3.0, 7.0, 11.0, 23.0, 40.0] {
            for count in [4, 5, 9] {
                let middles: Vec<(f64, Point3)> =
                    (0..count).map(|k| step_mm * f64::from(k)).map(|w| (w, on(w))).collect();
                for w in [0.0, 0.4 * step_mm, 1.0 * step_mm, 2.7 * step_mm] {
                    let (point, along) = parabola(&middles, w).expect("enough of them");
                    assert!((point - on(w)).norm() < 1e-3, "{step_mm} {count} {w}: {point}");
                    assert!((along - slope(w)).norm() < 1e-3, "{step_mm} {count} {w}: {along}");
                }
            }
        }
    }

    #[test]
    fn a_cord_drawn_along_its_length_is_cut_evenly_about_its_middle() {
        // A rod of 5 mm along the last axis, from -13.3 to 37.9 mm, drawn on sagittal planes.
        let contours: Vec<Contour> = (-9..=9)
            .map(|k| 0.5 * f64::from(k))
            .map(|x| {
                let half = (25.0 - x * x).sqrt();
                let side = |y: f64, up: bool| {
                    let at = move |i: i32| -13.3 + 51.2 * f64::from(i) / 64.0;
                    (0..=64).map(move |i| Point3::new(x, y, at(if up { i } else { 64 - i })))
                };
                Contour {
                    number: 1,
                    kind: ContourKind::ClosedPlanar,
                    points_mm: side(-half, true).chain(side(half, false)).collect(),
                }
            })
            .collect();
        let cord = Solid::from_contours(&contours, EndRule::HalfSlice, 0.5).expect("a solid");
        let found = axial_middles(&cord).expect("sections");
        let (first, last) = (found[0], found[found.len() - 1]);
        assert!((first.0 + last.0 - (-13.3 + 37.9)).abs() < 1e-6, "{first:?} {last:?}");
        assert!(last.0 - first.0 > 51.2 - 2.0 * SECTIONS_MM && last.0 < 37.9 && first.0 > -13.3);
        for pair in found.windows(2) {
            assert!((pair[1].0 - pair[0].0 - SECTIONS_MM).abs() < 1e-9);
        }
        let off = |p: &Point3| p.x.hypot(p.y);
        assert!(found.iter().all(|(w, p)| off(p) < 0.05 && (p.z - w).abs() < 1e-9), "{found:?}");
    }
}
