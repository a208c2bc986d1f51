//! A study as clinics draw it, in memory.

use serde::Serialize;
use thecal_geom::{Contour, ContourKind, Point3};

use super::cord::Cord;
use super::frame::Frame;
use super::habit::Pen;
use super::scene::Solids;
use super::solid::Mass;
use super::spec::{ClinicSpec, Orientation};
use super::truth;
use crate::certify::ClosestPair;
use crate::error::Error;
use crate::random::{GENERATOR, Stream};
use crate::structure::Structure;
use crate::study::{SCHEMA_VERSION, TruthPair};

/// How far cord and sac are drawn beyond the tumour, mm.
const BEYOND_MM: f64 = 16.0;

/// What is known exactly of a study as clinics draw it.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct ClinicTruth {
    /// Version of this form.
    pub schema_version: &'static str,
    /// Version of the program.
    pub version: &'static str,
    /// Random generator.
    pub generator: &'static str,
    /// `tumour-cord`, `tumour-sac` and `cord-sac`: of the anatomy, not of what is drawn. The first
    /// is within 1e-5 mm of the truth.
    pub pairs: Vec<TruthPair>,
    /// Normal of the planes, patient LPS.
    pub normal: [f64; 3],
    /// Heights of the first and last plane along the normal, mm.
    pub planes_mm: [f64; 2],
    /// The specification.
    pub parameters: ClinicSpec,
}

/// Labels on voxels, the nearest along a row first: 1 is the cord, 2 the tumour, by voxel centres.
#[derive(Debug, Clone, PartialEq)]
pub struct LabelMap {
    /// Voxels along rows, along columns, and planes.
    pub size: [usize; 3],
    /// Centre of the first voxel, patient LPS mm.
    pub origin_mm: [f64; 3],
    /// Steps to the next voxel of a row, of a column, and to the next plane, patient LPS mm.
    pub steps_mm: [[f64; 3]; 3],
    /// The labels.
    pub labels: Vec<u8>,
}

/// A study as clinics draw it, in memory.
///
/// # Example
/// ```
/// use thecal_phantom::clinic::{Habit, Scene};
/// use thecal_phantom::{ClinicSpec, ClinicStudy};
///
/// // The same scene with a point every half millimetre, and with eight points round each plane.
/// let dense = ClinicSpec::new(Scene::Sphere, 2.0, 1.5, 7);
/// let sparse = ClinicSpec { habit: Habit::Sparse(8), ..dense.clone() };
/// let [dense, sparse] = [ClinicStudy::build(&dense)?, ClinicStudy::build(&sparse)?];
/// let points = |study: &ClinicStudy| study.structures[0].contours[0].points_mm.len();
/// assert_eq!(points(&sparse), 8);
/// assert!(points(&dense) > 30);
/// // The truth is that of the solids, however they were drawn.
/// assert!((sparse.truth.pairs[0].gap_mm - 1.5).abs() < 1e-5);
/// # Ok::<(), thecal_phantom::Error>(())
/// ```
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct ClinicStudy {
    /// What is known of it.
    pub truth: ClinicTruth,
    /// `SpinalCord`, `ThecalSac` and `GTV`, as drawn; empty for a label map.
    pub structures: Vec<Structure>,
    /// The label map, where one was asked for.
    pub mask: Option<LabelMap>,
    /// Heights of the planes along the normal, mm, upward.
    pub planes_mm: Vec<f64>,
}

impl ClinicStudy {
    /// Places the tumour, certifies the gaps and draws.
    ///
    /// # Errors
    /// The specification describes no study, the gap cannot be reached, or the two methods for it
    /// differ by more than 1e-5 mm.
    pub fn build(spec: &ClinicSpec) -> Result<Self, Error> {
        check(spec)?;
        let solids = Solids::new(spec)?;
        let scan = Scan::new(spec, &solids);
        let pairs = vec![
            truth::pair("tumour-cord", &solids.tumour, &solids.cord)?,
            truth::pair("tumour-sac", &solids.tumour, &solids.sac)?,
            cord_sac(&solids),
        ];
        let planes_mm = scan.planes_mm(spec);
        let truth = ClinicTruth {
            schema_version: SCHEMA_VERSION,
            version: env!("CARGO_PKG_VERSION"),
            generator: GENERATOR,
            pairs,
            normal: scan.frame.normal.into(),
            planes_mm: [planes_mm[0], planes_mm[planes_mm.len() - 1]],
            parameters: *spec,
        };
        let (structures, mask) = match spec.mask_pixel_mm {
            None => (scan.structures(spec, &solids, &planes_mm), None),
            Some(pixel) => (Vec::new(), Some(scan.label_map(spec, &solids, &planes_mm, pixel))),
        };
        Ok(Self { truth, structures, mask, planes_mm })
    }
}

fn check(spec: &ClinicSpec) -> Result<(), Error> {
    let lengths = [
        ("gap_mm", spec.true_gap_mm(), 1e-2, 20.0),
        ("slice_mm", spec.slice_mm, 0.2, 20.0),
        ("point_spacing_mm", spec.point_spacing_mm, 0.02, 10.0),
        ("mask_pixel_mm", spec.mask_pixel_mm.unwrap_or(1.0), 0.1, 10.0),
        ("direction_deg", spec.direction_deg.unwrap_or(0.0), -360.0, 360.0),
    ];
    for (name, value, lo, hi) in lengths {
        if !(lo..=hi).contains(&value) {
            return Err(Error::Spec(format!("{name} is {value}, not within {lo} to {hi}")));
        }
    }
    Ok(())
}

/// The ring of fluid, from the cord's side alone: it is as wide at every height but for the slope.
fn cord_sac(solids: &Solids) -> TruthPair {
    let [lo, hi] = solids.tumour.bounds();
    let to = |p: Point3| (solids.sac.nearest(p) - p).norm();
    let (gap_mm, a_mm) = truth::from_cord(&solids.cord, [lo.z, hi.z], &to);
    let closest = ClosestPair { distance_mm: gap_mm, a_mm, b_mm: solids.sac.nearest(a_mm) };
    TruthPair { pair: "cord-sac", gap_mm, closest, second_route_mm: None }
}

/// Where the planes lie, and what of the endless cord is scanned.
struct Scan {
    frame: Frame,
    /// Boxes of the tumour, and of cord and sac: where they are looked for.
    tumour: [Point3; 2],
    cord: [Point3; 2],
    /// Between these heights of the patient cord and sac are drawn; none: on every plane.
    cut_mm: Option<[f64; 2]>,
    /// Offsets of planes and pixels, in parts of their distances.
    phase: [f64; 3],
}

impl Scan {
    fn new(spec: &ClinicSpec, solids: &Solids) -> Self {
        let random = &mut Stream::new(spec.seed, 12);
        let frame = Frame::new(spec.planes, random);
        let tumour = solids.tumour.bounds();
        let heights = [tumour[0].z - BEYOND_MM, tumour[1].z + BEYOND_MM];
        let along = matches!(spec.planes, Orientation::Sagittal | Orientation::Coronal);
        // The outermost planes lie beyond these heights, and tilted ones meet the cord further up
        // and down.
        let more = match spec.planes {
            Orientation::Sagittal | Orientation::Coronal => 0.0,
            Orientation::Axial => spec.slice_mm,
            Orientation::Oblique => 40.0 + spec.slice_mm,
        };
        let cord = tube_box(&solids.sac, [heights[0] - more, heights[1] + more]);
        let phase = [0; 3].map(|_| random.unit() - 0.5);
        Self { frame, tumour, cord, cut_mm: along.then_some(heights), phase }
    }

    /// Planes at hundredths of a millimetre, so that files hold them as they are.
    fn planes_mm(&self, spec: &ClinicSpec) -> Vec<f64> {
        let of = |bounds| self.frame.ranges(bounds)[2];
        let tumour = of(self.tumour);
        let [lo, hi] = match self.cut_mm {
            None => [tumour[0] - BEYOND_MM, tumour[1] + BEYOND_MM],
            Some(_) => {
                let cord = of(self.cord);
                [tumour[0].min(cord[0]) - 2.0, tumour[1].max(cord[1]) + 2.0]
            }
        };
        let phase_mm = (self.phase[2] * spec.slice_mm * 100.0).round() / 100.0;
        let first = ((lo - phase_mm) / spec.slice_mm).floor() as i64;
        let last = ((hi - phase_mm) / spec.slice_mm).ceil() as i64;
        (first..=last).map(|k| phase_mm + k as f64 * spec.slice_mm).collect()
    }

    /// A tube between the heights at which it is scanned.
    fn tube(&self, tube: &Cord, p: Point3) -> f64 {
        match self.cut_mm {
            None => tube.value(p),
            Some([lo, hi]) => tube.value(p).max(lo - p.z).max(p.z - hi),
        }
    }

    fn structures(&self, spec: &ClinicSpec, solids: &Solids, planes_mm: &[f64]) -> Vec<Structure> {
        let random = &mut Stream::new(spec.seed, 13);
        let pen = Pen {
            habit: spec.habit,
            spacing_mm: spec.point_spacing_mm,
            phase: [self.phase[0], self.phase[1]],
        };
        let mut draw = |name, interpreted_type, bounds, value: &dyn Fn(Point3) -> f64| {
            let [rows, columns, normal] = self.frame.ranges(bounds);
            let mut contours = Vec::new();
            for &height in planes_mm.iter().filter(|h| normal[0] < **h && **h < normal[1]) {
                let field = |p: [f64; 2]| value(self.frame.at(p, height));
                for ring in pen.draw(&field, [rows, columns], random) {
                    let points_mm = ring.into_iter().map(|p| self.frame.at(p, height)).collect();
                    let number = contours.len() + 1;
                    contours.push(Contour { number, kind: ContourKind::ClosedPlanar, points_mm });
                }
            }
            Structure { name, interpreted_type, contours }
        };
        let mass: &Mass = &solids.tumour;
        vec![
            draw("SpinalCord", "ORGAN", self.cord, &|p| self.tube(&solids.cord, p)),
            draw("ThecalSac", "ORGAN", self.cord, &|p| self.tube(&solids.sac, p)),
            draw("GTV", "GTV", self.tumour, &|p| mass.value(p)),
        ]
    }

    /// The lattice of the planes, and in them the box that holds tumour and cord.
    fn label_map(
        &self,
        spec: &ClinicSpec,
        solids: &Solids,
        planes_mm: &[f64],
        pixel: f64,
    ) -> LabelMap {
        let both = [self.tumour[0].inf(&self.cord[0]), self.tumour[1].sup(&self.cord[1])];
        let ranges = self.frame.ranges(both);
        let first = [0, 1].map(|k| (ranges[k][0] / pixel - self.phase[k]).floor() - 2.0);
        let count = [0, 1].map(|k| ((ranges[k][1] - ranges[k][0]) / pixel).ceil() as usize + 5);
        let place = |k: usize, i: usize| (first[k] + i as f64 + self.phase[k]) * pixel;
        let mut labels = Vec::with_capacity(count[0] * count[1] * planes_mm.len());
        for &height in planes_mm {
            for row in 0..count[1] {
                for column in 0..count[0] {
                    let p = self.frame.at([place(0, column), place(1, row)], height);
                    labels.push(if self.tube(&solids.cord, p) <= 0.0 {
                        1
                    } else if solids.tumour.value(p) <= 0.0 {
                        2
                    } else {
                        0
                    });
                }
            }
        }
        let Frame { row, column, normal } = self.frame;
        LabelMap {
            size: [count[0], count[1], planes_mm.len()],
            origin_mm: self.frame.at([place(0, 0), place(1, 0)], planes_mm[0]).into(),
            steps_mm: [row * pixel, column * pixel, normal * spec.slice_mm].map(Into::into),
            labels,
        }
    }
}

/// A box round a tube between two heights.
fn tube_box(tube: &Cord, [lo, hi]: [f64; 2]) -> [Point3; 2] {
    // A section that leans is longer than the section across: look a little further.
    const FURTHER_MM: f64 = 12.0;
    let far = [Point3::from([f64::INFINITY; 3]), Point3::from([f64::NEG_INFINITY; 3])];
    let steps = (hi - lo + 2.0 * FURTHER_MM).ceil() as usize;
    let height = |i: usize| lo - FURTHER_MM + i as f64;
    let around = (0..=steps).flat_map(|i| {
        (0..32).map(move |k| tube.surface(height(i), f64::from(k) * std::f64::consts::TAU / 32.0))
    });
    let [mut a, mut b] = around.fold(far, |[a, b], p| [a.inf(&p), b.sup(&p)]);
    // Between the points of the lattice the surface bulges by less than a tenth of a millimetre.
    for k in 0..2 {
        a[k] -= 0.2;
        b[k] += 0.2;
    }
    (a.z, b.z) = (lo, hi);
    [a, b]
}
