//! Contours to a stack of planes: orientation, position, grouping, and what had to be dropped.

use super::SolidError;
use nalgebra::{Rotation3, Unit};
use rayon::prelude::*;
use thecal_geom::{Contour, Point2, Point3, Region, RepairReport, Vector3, Warning};

/// Contours within this distance of each other along the normal lie on one plane. Files round
/// positions to 0.01 mm or finer; no scanner has slices this near.
const SAME_PLANE_MM: f64 = 0.05;
/// Planes nearer to each other than this part of the drawing's own spacing, and than this many mm,
/// were meant as one: drawn twice, or a ring that an editor moved.
const ONE_PLANE_PART: f64 = 0.25;
const ONE_PLANE_MM: f64 = 0.3;
/// A point this far off its contour's plane is no rounding.
const OFF_PLANE_MM: f64 = 0.1;

/// The axes of a stack: `u` and `v` in the planes, `n` along the stack.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct StackFrame {
    rotation: Rotation3<f64>,
}

impl StackFrame {
    /// The patient's own axes: planes from the feet to the head.
    #[must_use]
    pub fn axial() -> Self {
        Self { rotation: Rotation3::identity() }
    }

    fn from_normal(n: Vector3) -> Self {
        // Axial stacks keep the patient's axes exactly; others get the shortest turn to them.
        let rotation = Rotation3::rotation_between(&n, &Vector3::z()).unwrap_or_else(|| {
            Rotation3::from_axis_angle(&Vector3::x_axis(), std::f64::consts::PI)
        });
        Self { rotation }
    }

    /// Patient space to stack space (u, v along the planes, w along the normal), mm.
    #[must_use]
    pub fn stack_from_patient(&self, p: Point3) -> Point3 {
        self.rotation * p
    }

    /// Stack space to patient space, mm.
    #[must_use]
    pub fn patient_from_stack(&self, p: Point3) -> Point3 {
        self.rotation.inverse() * p
    }

    /// The unit normal of the planes in patient space.
    #[must_use]
    pub fn normal(&self) -> Unit<Vector3> {
        Unit::new_normalize(self.rotation.inverse() * Vector3::z())
    }
}

/// One contoured plane of a structure.
#[derive(Debug, Clone)]
pub(super) struct DrawnPlane {
    pub(super) w_mm: f64,
    pub(super) region: Region,
}

/// What contours give before they become a solid.
pub(super) struct DrawnPlanes {
    pub(super) frame: StackFrame,
    pub(super) planes: Vec<DrawnPlane>,
    pub(super) repairs: RepairReport,
    pub(super) warnings: Vec<Warning>,
}

fn stack_normal(contours: &[&Contour]) -> Result<Vector3, SolidError> {
    let areas: Vec<Vector3> = contours.iter().map(|c| c.double_area()).collect();
    let largest = areas
        .iter()
        .copied()
        .max_by(|a, b| a.norm_squared().total_cmp(&b.norm_squared()))
        .unwrap_or_else(Vector3::zeros);
    if largest.norm() < 1e-6 {
        return Err(SolidError::NoArea);
    }
    let sum = areas
        .iter()
        .fold(Vector3::zeros(), |s, a| if a.dot(&largest) < 0.0 { s - a } else { s + a });
    let mut n = sum.normalize();
    // One sense for every drawing order, so that reversed contours give the same stack.
    let lead = if n.z.abs() > 1e-3 {
        n.z
    } else if n.y.abs() > 1e-3 {
        n.y
    } else {
        n.x
    };
    if lead < 0.0 {
        n = -n;
    }
    // Rounded coordinates tilt the sum by less than this; true axes are exact.
    for axis in [Vector3::x(), Vector3::y(), Vector3::z()] {
        if n.dot(&axis) > 1.0 - 1e-9 {
            return Ok(axis);
        }
    }
    Ok(n)
}

/// Closed contours on the planes of a stack, as they were drawn.
pub(super) struct Placed {
    pub(super) frame: StackFrame,
    /// Positions along the stack, ascending, and the rings there.
    pub(super) planes: Vec<(f64, Vec<Vec<Point2>>)>,
    warnings: Vec<Warning>,
}

/// Finds the planes that contours lie on.
pub(super) fn placed(contours: &[Contour]) -> Result<Placed, SolidError> {
    let mut warnings = Vec::new();
    let closed: Vec<&Contour> = contours.iter().filter(|c| c.kind.is_closed()).collect();
    if closed.len() < contours.len() {
        warnings.push(Warning::new(
            "contour_not_closed",
            format!(
                "{} of {} contours are points or open lines, which enclose no area; they are left out",
                contours.len() - closed.len(),
                contours.len()
            ),
            "",
        ));
    }
    if closed.is_empty() {
        return Err(SolidError::Absent);
    }
    if let Some(c) =
        closed.iter().find(|c| c.points_mm.iter().any(|p| !p.iter().all(|x| x.is_finite())))
    {
        return Err(SolidError::NotFinite { contour: c.number });
    }
    let frame = StackFrame::from_normal(stack_normal(&closed)?);
    let mut placed: Vec<(f64, Vec<Point2>)> = closed
        .par_iter()
        .filter(|c| !c.points_mm.is_empty())
        .map(|c| place(c, &frame))
        .collect::<Vec<_>>()
        // In order, so that the same contour is blamed for any number of threads.
        .into_iter()
        .collect::<Result<_, _>>()?;
    placed.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut planes: Vec<(f64, Vec<Vec<Point2>>)> = Vec::new();
    for (w, ring) in placed {
        match planes.last_mut() {
            Some((at, rings)) if w - *at < SAME_PLANE_MM => rings.push(ring),
            _ => planes.push((w, vec![ring])),
        }
    }
    Ok(Placed { frame, planes, warnings })
}

/// The regions on the planes of a stack.
pub(super) fn repaired(placed: Placed) -> Result<DrawnPlanes, SolidError> {
    let Placed { frame, planes, mut warnings } = placed;
    let merged = merge(planes);
    let cleaned: Vec<(f64, Option<Region>, RepairReport)> = merged
        .into_par_iter()
        .map(|Merged { w_mm, drawn }| {
            let mut repairs = RepairReport::default();
            let regions: Vec<Region> = drawn
                .iter()
                .filter_map(|rings| {
                    let (region, c) = Region::from_rings(rings);
                    repairs.add(c);
                    region
                })
                .collect();
            repairs.merged_planes = drawn.len() - 1;
            (w_mm, Region::union(regions), repairs)
        })
        .collect();
    let mut repairs = RepairReport::default();
    let mut planes = Vec::with_capacity(cleaned.len());
    for (w_mm, region, c) in cleaned {
        repairs.add(c);
        match region {
            Some(region) => planes.push(DrawnPlane { w_mm, region }),
            None => warnings.push(Warning::new(
                "plane_without_area",
                "every contour on this plane is a point, a line or a sliver; the plane is left out",
                format!("plane {w_mm:.2} mm"),
            )),
        }
    }
    if planes.is_empty() {
        return Err(SolidError::NoArea);
    }
    warnings.extend(repair_warnings(&repairs));
    Ok(DrawnPlanes { frame, planes, repairs, warnings })
}

/// Planes that count as one, each with its rings.
struct Merged {
    w_mm: f64,
    drawn: Vec<Vec<Vec<Point2>>>,
}

/// Joins planes that are nearer to each other than the drawing's own spacing allows.
fn merge(groups: Vec<(f64, Vec<Vec<Point2>>)>) -> Vec<Merged> {
    let w: Vec<f64> = groups.iter().map(|g| g.0).collect();
    let one_mm = usual_step(&w).map_or(0.0, |s| (ONE_PLANE_PART * s).min(ONE_PLANE_MM));
    let mut out: Vec<Merged> = Vec::with_capacity(groups.len());
    let mut first_mm = f64::NEG_INFINITY;
    for (w_mm, rings) in groups {
        match out.last_mut() {
            Some(last) if w_mm - first_mm < one_mm => {
                let before = last.drawn.len() as f64;
                last.w_mm = (last.w_mm * before + w_mm) / (before + 1.0);
                last.drawn.push(rings);
            }
            _ => {
                first_mm = w_mm;
                out.push(Merged { w_mm, drawn: vec![rings] });
            }
        }
    }
    out
}

/// The step that half of the stack's length is drawn in or finer: a plane drawn twice hardly
/// changes it.
fn usual_step(w_mm: &[f64]) -> Option<f64> {
    let mut steps: Vec<f64> = w_mm.windows(2).map(|w| w[1] - w[0]).collect();
    steps.sort_by(f64::total_cmp);
    let half = 0.5 * steps.iter().sum::<f64>();
    let mut walked = 0.0;
    steps.into_iter().find(|s| {
        walked += s;
        walked >= half
    })
}

/// Where a contour lies along the stack, and its points in the plane there.
fn place(c: &Contour, frame: &StackFrame) -> Result<(f64, Vec<Point2>), SolidError> {
    let local: Vec<Point3> = c.points_mm.iter().map(|&p| frame.stack_from_patient(p)).collect();
    let w = local.iter().map(|p| p.z).sum::<f64>() / local.len() as f64;
    let off_mm = local.iter().map(|p| (p.z - w).abs()).fold(0.0, f64::max);
    if off_mm > OFF_PLANE_MM {
        return Err(SolidError::OffPlane { contour: c.number, off_mm });
    }
    Ok((w, local.iter().map(|p| [p.x, p.y]).collect()))
}

fn repair_warnings(c: &RepairReport) -> Vec<Warning> {
    let mut out = Vec::new();
    let mut say = |n: usize, code, what: &str| {
        if n > 0 {
            out.push(Warning::new(code, format!("{n} {what}"), ""));
        }
    };
    say(
        c.degenerate,
        "contour_degenerate",
        "contours of fewer than 3 points or without area left out",
    );
    say(c.keyholes, "contour_keyhole", "keyhole bridges opened into an outer ring and a hole");
    say(c.duplicate_rings, "contour_duplicate", "contours drawn twice on one plane, counted once");
    say(
        c.near_copies,
        "contour_near_copy",
        "contours lie along a larger one within 0.2 mm all round; the larger is kept, and no wall \
         between the two is believed",
    );
    say(
        c.merged_planes,
        "planes_merged",
        "planes lie nearer to another than the spacing of the drawing; what any of them covers \
         counts, half way between",
    );
    say(
        c.crossings,
        "contour_crossing",
        "places where contour edges cross; the even-odd rule applies",
    );
    out
}
