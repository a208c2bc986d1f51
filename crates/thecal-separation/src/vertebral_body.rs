//! The vertebral body as a whole: what a corpectomy takes, beside which a separation stands.

use crate::error::SeparationError;
use crate::field::Field;
use crate::grids::distance_on;
use thecal_geom::{Contour, ContourKind, Point2, Point3, Region};
use thecal_margin::CentrelinePoint;
use thecal_mask::{EndRule, Solid};
use thecal_voxel::Volume;

/// The vertebral bodies that a tumour lies in: of each vertebra what lies in front of the
/// reference (the sac, or the cord).
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct VertebralBody {
    /// Bone of the bodies, cc.
    pub volume_cc: f64,
    /// Negative within the convex outline of a body: tumour has eaten bone away, and is in the
    /// body all the same.
    pub(crate) level_mm: Volume<f32>,
}

impl VertebralBody {
    /// The bodies of the field's vertebrae that hold some of its tumour.
    ///
    /// A body is what a vertebra has in front of the reference's foremost point at its level, so
    /// that a structure of the whole vertebra and one of its body alone give the same.
    ///
    /// # Errors
    /// When no vertebra is given, or none holds any of the tumour.
    pub fn from_field(field: &Field<'_>, ends: EndRule) -> Result<Self, SeparationError> {
        let grid = *field.grid();
        let band_mm = 6.0 * grid.spacing_mm()[0];
        let mut volume_cc = 0.0;
        let mut level_mm: Option<Volume<f32>> = None;
        for vertebra in field.scene.bone {
            let Some((bone, whole)) = front(field, vertebra, ends)? else { continue };
            let within = distance_on(&[&whole], &grid, band_mm)?;
            let mut both = within.values().iter().zip(field.tumour_mm.values());
            if !both.any(|(b, t)| *b < 0.0 && *t < 0.0) {
                continue;
            }
            volume_cc += bone.volume_cc();
            level_mm = Some(match level_mm {
                None => within,
                Some(other) => other.zip_map(&within, |a, b| a.min(*b))?,
            });
        }
        let level_mm = level_mm.ok_or(SeparationError::NoBody)?;
        Ok(Self { volume_cc, level_mm })
    }
}

/// What a vertebra has in front of the reference, as it is drawn and with a convex outline.
fn front(
    field: &Field<'_>,
    vertebra: &Solid,
    ends: EndRule,
) -> Result<Option<(Solid, Solid)>, SeparationError> {
    let outline = field.scene.reference.outline_points(1.0);
    let (mut bone, mut whole) = (Vec::new(), Vec::new());
    for (w, region) in vertebra.drawn() {
        let at = |uv: Point2| vertebra.patient_point(uv, w);
        let (lo, hi) = region.bounds();
        let place = field.centreline.nearest(at([0.5 * (lo[0] + hi[0]), 0.5 * (lo[1] + hi[1])]));
        let Some(front_mm) = foremost(place, &outline, field.scene.reference.spacing_mm()) else {
            continue;
        };
        let beyond = |uv: Point2| (at(uv) - place.point_mm).dot(&place.anterior) - front_mm;
        let rings = clipped(region, &beyond);
        let corners: Vec<Point2> = rings.iter().flatten().copied().collect();
        let draw = |out: &mut Vec<Contour>, ring: &[Point2]| {
            out.push(Contour {
                number: out.len() + 1,
                kind: ContourKind::ClosedPlanar,
                points_mm: ring.iter().map(|&p| at(p)).collect(),
            });
        };
        rings.iter().for_each(|ring| draw(&mut bone, ring));
        if let Some(hull) = hull(corners) {
            draw(&mut whole, &hull);
        }
    }
    if bone.is_empty() || whole.is_empty() {
        return Ok(None);
    }
    let spacing_mm = vertebra.spacing_mm();
    let solid = |contours: &[Contour]| Solid::from_contours(contours, ends, spacing_mm);
    Ok(Some((solid(&bone)?, solid(&whole)?)))
}

/// How far the outline comes to the front at a place, mm from the centreline.
fn foremost(place: &CentrelinePoint, outline: &[Point3], spacing_mm: f64) -> Option<f64> {
    let level = 0.75 * spacing_mm.max(2.0);
    let here =
        outline.iter().map(|p| p - place.point_mm).filter(|d| d.dot(&place.up).abs() < level);
    here.map(|d| d.dot(&place.anterior)).max_by(f64::total_cmp)
}

/// The part of a region where a linear function is not negative (Sutherland and Hodgman 1974,
/// doi 10.1145/360767.360802), ring by ring: edges along the cut are drawn twice or bound it, and
/// even-odd makes of them what was there.
fn clipped(region: &Region, beyond: &dyn Fn(Point2) -> f64) -> Vec<Vec<Point2>> {
    let clip = |ring: &Vec<Point2>| {
        let mut out = Vec::new();
        for (a, b) in ring.iter().zip(ring.iter().cycle().skip(1)) {
            let (fa, fb) = (beyond(*a), beyond(*b));
            if fa >= 0.0 {
                out.push(*a);
            }
            if (fa >= 0.0) != (fb >= 0.0) {
                let t = fa / (fa - fb);
                out.push([a[0] + t * (b[0] - a[0]), a[1] + t * (b[1] - a[1])]);
            }
        }
        out
    };
    region.rings().iter().map(clip).filter(|ring| ring.len() >= 3).collect()
}

/// The convex outline of points (Andrew 1979, doi 10.1016/0020-0190(79)90072-3).
fn hull(mut points: Vec<Point2>) -> Option<Vec<Point2>> {
    points.sort_by(|a, b| a[0].total_cmp(&b[0]).then(a[1].total_cmp(&b[1])));
    points.dedup();
    let half = |points: &mut dyn Iterator<Item = &Point2>| {
        let mut chain: Vec<Point2> = Vec::new();
        for &p in points {
            let turns = |o: Point2, a: Point2| {
                (a[0] - o[0]) * (p[1] - o[1]) - (a[1] - o[1]) * (p[0] - o[0]) > 0.0
            };
            while chain.len() >= 2 && !turns(chain[chain.len() - 2], chain[chain.len() - 1]) {
                chain.pop();
            }
            chain.push(p);
        }
        chain.pop();
        chain
    };
    let mut out = half(&mut points.iter());
    out.extend(half(&mut points.iter().rev()));
    (out.len() >= 3).then_some(out)
}
