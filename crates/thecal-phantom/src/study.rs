//! A phantom in memory: its solids, contours and truth.

use std::f64::consts::PI;

use nalgebra::UnitQuaternion;
use serde::Serialize;
use thecal_geom::Point3;

use crate::certify::{self, ClosestPair};
use crate::contours;
use crate::error::Error;
use crate::random::GENERATOR;
use crate::spec::{CanalSpec, PhantomSpec, Shape};
use crate::structure::{Solids, Structure};
use crate::trunk;
use crate::tube::Tube;
use crate::tumour::Tumour;

/// Version of the form of `truth.json`.
pub const SCHEMA_VERSION: &str = "1";

/// How far cord and sac are drawn beyond the tumour, mm.
const BEYOND_MM: f64 = 16.0;

/// The gap of one pair.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct TruthPair {
    /// `tumour-cord`, `tumour-sac` or `cord-sac`; of a second tumour `tumour-2-cord` and
    /// `tumour-2-sac`.
    pub pair: &'static str,
    /// Least distance of the surfaces, mm; within 1e-6 of the truth.
    pub gap_mm: f64,
    /// Nearest points in the order of the pair's name, patient LPS mm.
    pub closest: ClosestPair,
    /// The distance by the second route, mm, where there is one.
    pub second_route_mm: Option<f64>,
}

/// What is known exactly of a phantom.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Truth {
    /// Version of this form.
    pub schema_version: &'static str,
    /// Version of the program.
    pub version: &'static str,
    /// Random generator.
    pub generator: &'static str,
    /// The seed.
    pub seed: u64,
    /// The three pairs, then those of a second tumour.
    pub pairs: Vec<TruthPair>,
    /// Volume of the first tumour, cc; analytic.
    pub tumour_cc: f64,
    /// Area of the cord in every axial plane, mm2; analytic.
    pub cord_section_mm2: f64,
    /// Area of the sac in every axial plane, mm2; analytic.
    pub sac_section_mm2: f64,
    /// Heights of the first and last plane along the scan axis, mm.
    pub planes_mm: [f64; 2],
    /// The specification.
    pub parameters: PhantomSpec,
}

/// A phantom in memory.
///
/// # Example
/// ```
/// use thecal_phantom::{PhantomSpec, ShapeKind, Study};
///
/// // A C-shaped tumour 2 mm off the cord, on slices of 1 mm.
/// let study = Study::build(&PhantomSpec::random(7, ShapeKind::CShape, 1.0, 2.0))?;
/// let pair = &study.truth.pairs[0];
/// assert_eq!(pair.pair, "tumour-cord");
/// assert!((pair.gap_mm - 2.0).abs() < 1e-6);
/// // The two points that the gap lies between.
/// let between_mm = (pair.closest.a_mm - pair.closest.b_mm).norm();
/// assert!((between_mm - pair.gap_mm).abs() < 1e-6);
/// # Ok::<(), thecal_phantom::Error>(())
/// ```
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Study {
    /// What is known of it.
    pub truth: Truth,
    /// `SpinalCord`, `ThecalSac`, `GTV` and `VB_T07`; in a long scan the vertebrae by their
    /// levels, perhaps `GTV 2`, and the organs that it shows; round a canal `Vertebra_T06` to
    /// `Vertebra_T08`.
    pub structures: Vec<Structure>,
    /// Heights of the planes along the scan axis, mm, upward.
    pub planes_mm: Vec<f64>,
    pub(crate) solids: Solids,
}

impl Study {
    /// Places the tumour, certifies the gaps and draws the contours.
    ///
    /// # Errors
    /// The specification describes no phantom, the gap cannot be reached, or the two routes to
    /// a gap differ by more than 1e-6 mm.
    pub fn build(spec: &PhantomSpec) -> Result<Self, Error> {
        check(spec)?;
        let cord = Tube { x: spec.cord.x, y: spec.cord.y, axes: spec.cord.semi_axes_mm };
        let tumour = place(spec, &cord)?;
        let tumour_cord = tumour_pair("tumour-cord", &tumour, &cord)?;
        let (sac, tumour_sac) = match &spec.canal {
            Some(canal) => sac_of(canal, &cord, &tumour)?,
            None => thin_sac(spec, &cord, &tumour)?,
        };
        let [lo, hi] = heights(spec, &tumour);
        let planes_mm = planes(spec, lo, hi);
        let ends = [planes_mm[0], planes_mm[planes_mm.len() - 1]];
        // The ring is as wide at every height but for the slope, so that nearly all cells survive.
        let ring = certify::least(&cord, ends, PLACING_CELL_MM, &|p| Some(sac.nearest(p)))?;
        let cord_sac = TruthPair {
            pair: "cord-sac",
            gap_mm: ring.distance_mm,
            closest: ring,
            second_route_mm: None,
        };
        let mut pairs = vec![tumour_cord, tumour_sac, cord_sac];
        let second = second(spec, &cord, &sac, &mut pairs)?;
        let solids = Solids {
            cord,
            sac,
            tumour,
            second,
            vertebrae: trunk::vertebrae(spec, &cord, &sac, ends),
            organs: trunk::organs(spec, &cord),
        };
        let rotation = spec.frame_rotation.unwrap_or_else(UnitQuaternion::identity);
        for pair in &mut pairs {
            pair.closest.a_mm = rotation * pair.closest.a_mm;
            pair.closest.b_mm = rotation * pair.closest.b_mm;
        }
        let truth = Truth {
            schema_version: SCHEMA_VERSION,
            version: env!("CARGO_PKG_VERSION"),
            generator: GENERATOR,
            seed: spec.seed,
            pairs,
            tumour_cc: tumour.volume_mm3() / 1000.0,
            cord_section_mm2: PI * cord.axes[0] * cord.axes[1],
            sac_section_mm2: PI * sac.axes[0] * sac.axes[1],
            planes_mm: ends,
            parameters: spec.clone(),
        };
        let structures = contours::draw(spec, &solids, &planes_mm, &rotation);
        Ok(Self { truth, structures, planes_mm, solids })
    }
}

fn check(spec: &PhantomSpec) -> Result<(), Error> {
    let lengths = [
        ("gap_mm", spec.gap_mm, 1e-3, 60.0),
        ("slice_mm", spec.slice_mm, 0.05, 20.0),
        ("pixel_mm", spec.pixel_mm, 0.05, 20.0),
        ("point_spacing_mm", spec.point_spacing_mm, 0.005, 10.0),
        ("cord semi-axis", spec.cord.semi_axes_mm[0], 0.5, 20.0),
        ("cord semi-axis", spec.cord.semi_axes_mm[1], 0.5, 20.0),
        ("slope in x", spec.cord.x.max_slope(), 0.0, 1.0),
        ("slope in y", spec.cord.y.max_slope(), 0.0, 1.0),
    ];
    let sizes = match spec.shape {
        Shape::Sphere { radius_mm } => [radius_mm; 3],
        Shape::Ellipsoid { semi_axes_mm, .. } => semi_axes_mm,
        Shape::CShape { half_thickness_mm, half_height_mm, arc_deg } => {
            if !(10.0..=300.0).contains(&arc_deg) {
                return Err(Error::Spec(format!("arc_deg is {arc_deg}")));
            }
            [half_thickness_mm, half_height_mm, half_height_mm]
        }
    };
    let sizes = sizes.map(|s| ("tumour size", s, 0.5, 60.0));
    for (name, value, lo, hi) in lengths.into_iter().chain(sizes) {
        if !(lo..=hi).contains(&value) {
            return Err(Error::Spec(format!("{name} is {value}, not within {lo} to {hi}")));
        }
    }
    Ok(())
}

/// Lowest and highest z of the scan, mm.
fn heights(spec: &PhantomSpec, tumour: &Tumour) -> [f64; 2] {
    match &spec.scan {
        None => {
            let [lo, hi] = tumour.extent();
            [lo - BEYOND_MM, hi + BEYOND_MM]
        }
        Some(scan) => {
            let middle = spec.tumour_z_mm + scan.offset_mm;
            [middle - 0.5 * scan.length_mm, middle + 0.5 * scan.length_mm]
        }
    }
}

/// The second tumour, with its pairs.
fn second(
    spec: &PhantomSpec,
    cord: &Tube,
    sac: &Tube,
    pairs: &mut Vec<TruthPair>,
) -> Result<Option<Tumour>, Error> {
    let Some(second) = spec.scan.and_then(|s| s.second) else { return Ok(None) };
    let rotation = UnitQuaternion::identity();
    let alone = PhantomSpec {
        shape: Shape::Ellipsoid { semi_axes_mm: second.semi_axes_mm, rotation },
        gap_mm: second.gap_mm,
        direction_deg: second.direction_deg,
        tumour_z_mm: second.z_mm,
        ..spec.clone()
    };
    check(&alone)?;
    let tumour = place(&alone, cord)?;
    pairs.push(tumour_pair("tumour-2-cord", &tumour, cord)?);
    let to_sac = tumour_pair("tumour-2-sac", &tumour, sac)?;
    if to_sac.gap_mm <= 0.0 {
        return Err(Error::Spec("the second tumour meets the sac".into()));
    }
    pairs.push(to_sac);
    Ok(Some(tumour))
}

/// The planes that lie within the heights, and one beyond each.
fn planes(spec: &PhantomSpec, lo: f64, hi: f64) -> Vec<f64> {
    let first = ((lo - spec.slice_phase_mm) / spec.slice_mm).floor() as i64;
    let last = ((hi - spec.slice_phase_mm) / spec.slice_mm).ceil() as i64;
    (first..=last).map(|k| spec.slice_phase_mm + k as f64 * spec.slice_mm).collect()
}

/// The tumour at a shift: along its direction, or as the radius of the C about the cord.
fn tumour_at(spec: &PhantomSpec, cord: &Tube, shift: f64) -> Tumour {
    let turn = spec.direction_deg.to_radians();
    let towards = [turn.sin(), -turn.cos()];
    let [cx, cy] = cord.centre(spec.tumour_z_mm);
    let [ax, ay] = spec.canal.map_or([0.0; 2], |c| c.arc_offset_mm);
    let moved = Point3::new(cx + shift * towards[0], cy + shift * towards[1], spec.tumour_z_mm);
    match spec.shape {
        Shape::Sphere { radius_mm } => Tumour::Ellipsoid {
            centre: moved,
            axes: [radius_mm; 3],
            rotation: UnitQuaternion::identity(),
        },
        Shape::Ellipsoid { semi_axes_mm, rotation } => {
            Tumour::Ellipsoid { centre: moved, axes: semi_axes_mm, rotation }
        }
        Shape::CShape { half_thickness_mm, half_height_mm, arc_deg } => Tumour::C {
            centre: Point3::new(cx + ax, cy + ay, spec.tumour_z_mm),
            radius: shift,
            middle: towards[1].atan2(towards[0]),
            half_arc: 0.5 * arc_deg.to_radians(),
            axes: [half_thickness_mm, half_height_mm],
        },
    }
}

/// Finds the shift that gives the gap: bisection to a bracket, then the Illinois secant.
fn place(spec: &PhantomSpec, cord: &Tube) -> Result<Tumour, Error> {
    let quick = place_with(spec, cord, PLACING_CELL_MM)?;
    let found = search(&quick, cord, CERTIFYING_CELL_MM)?.distance_mm;
    // Coarse cells may have followed the wrong valley.
    if (found - spec.gap_mm).abs() < 1e-9 {
        Ok(quick)
    } else {
        place_with(spec, cord, CERTIFYING_CELL_MM)
    }
}

fn place_with(spec: &PhantomSpec, cord: &Tube, cell_mm: f64) -> Result<Tumour, Error> {
    let gap = |shift: f64| -> Result<f64, Error> {
        let tumour = tumour_at(spec, cord, shift);
        Ok(search(&tumour, cord, cell_mm)?.distance_mm - spec.gap_mm)
    };
    let mut lo = 0.0;
    let mut f_lo = -spec.gap_mm;
    let mut hi = 10.0;
    let mut f_hi = gap(hi)?;
    while f_hi < 0.0 && hi < 400.0 {
        (lo, f_lo) = (hi, f_hi);
        hi += 10.0;
        f_hi = gap(hi)?;
    }
    // While the lower end still overlaps its value says nothing of the slope.
    while f_lo <= -spec.gap_mm && hi - lo > 1e-3 {
        let middle = 0.5 * (lo + hi);
        let f = gap(middle)?;
        if f < 0.0 { (lo, f_lo) = (middle, f) } else { (hi, f_hi) = (middle, f) }
    }
    let mut f = f_hi;
    let mut side = 0;
    for _ in 0..60 {
        let shift = (lo * f_hi - hi * f_lo) / (f_hi - f_lo);
        f = gap(shift)?;
        if f.abs() < 1e-10 {
            return Ok(tumour_at(spec, cord, shift));
        }
        if f < 0.0 {
            (lo, f_lo) = (shift, f);
            if side == -1 {
                f_hi *= 0.5;
            }
            side = -1;
        } else {
            (hi, f_hi) = (shift, f);
            if side == 1 {
                f_lo *= 0.5;
            }
            side = 1;
        }
    }
    if f.abs() < 1e-9 {
        return Ok(tumour_at(spec, cord, if side == -1 { lo } else { hi }));
    }
    Err(Error::GapNotReached { wanted_mm: spec.gap_mm, reached_mm: f + spec.gap_mm })
}

/// Cells of the search while the tumour is being placed: enough to find the right valley.
const PLACING_CELL_MM: f64 = 0.25;
/// Cells of the search that certifies.
const CERTIFYING_CELL_MM: f64 = 0.01;

/// Least distance from the tube to the tumour.
fn search(tumour: &Tumour, tube: &Tube, cell_mm: f64) -> Result<ClosestPair, Error> {
    let [lo, hi] = tumour.extent();
    // Nothing nearer lies beyond: the distance there exceeds that from the tumour's middle.
    let middle = 0.5 * (lo + hi);
    let bound = (0..64)
        .map(|i| tumour.distance(tube.surface(middle, f64::from(i) * PI / 32.0)))
        .fold(f64::INFINITY, f64::min);
    let nearest = |p: Point3| (!tumour.contains(p)).then(|| tumour.nearest(p));
    if bound == 0.0 {
        let p = tube.surface(middle, 0.0);
        return Ok(ClosestPair { distance_mm: 0.0, a_mm: p, b_mm: p });
    }
    certify::least(tube, [lo - bound, hi + bound], cell_mm, &nearest)
}

/// Certified pair of the tumour and a tube, tumour first.
fn tumour_pair(pair: &'static str, tumour: &Tumour, tube: &Tube) -> Result<TruthPair, Error> {
    let first = search(tumour, tube, CERTIFYING_CELL_MM)?;
    let second = certify::least_from_tumour(tumour, tube);
    if (first.distance_mm - second).abs() > 1e-6 {
        return Err(Error::NotCertified { pair, first_mm: first.distance_mm, second_mm: second });
    }
    let closest = ClosestPair { a_mm: first.b_mm, b_mm: first.a_mm, ..first };
    Ok(TruthPair { pair, gap_mm: first.distance_mm, closest, second_route_mm: Some(second) })
}

/// The sac of a canal, which the tumour may touch but not enter.
fn sac_of(canal: &CanalSpec, cord: &Tube, tumour: &Tumour) -> Result<(Tube, TruthPair), Error> {
    let mut sac = Tube { axes: canal.sac_semi_axes_mm, ..*cord };
    sac.x.offset_mm += canal.sac_offset_mm[0];
    sac.y.offset_mm += canal.sac_offset_mm[1];
    let pair = tumour_pair("tumour-sac", tumour, &sac)?;
    if pair.gap_mm <= 0.0 {
        return Err(Error::Spec("the tumour meets the sac".into()));
    }
    Ok((sac, pair))
}

/// A sac about the cord, thinned until it leaves the tumour a tenth of the gap.
fn thin_sac(spec: &PhantomSpec, cord: &Tube, tumour: &Tumour) -> Result<(Tube, TruthPair), Error> {
    let (mut ventral, mut dorsal) = (2.5_f64.min(0.5 * spec.gap_mm), 3.7);
    let mut lateral = 3.2;
    for _ in 0..80 {
        let mut sac = *cord;
        sac.axes = [cord.axes[0] + lateral, cord.axes[1] + 0.5 * (ventral + dorsal)];
        sac.y.offset_mm += 0.5 * (dorsal - ventral);
        if search(tumour, &sac, PLACING_CELL_MM)?.distance_mm >= 0.1 * spec.gap_mm {
            let pair = tumour_pair("tumour-sac", tumour, &sac)?;
            return Ok((sac, pair));
        }
        lateral *= 0.9;
        dorsal *= 0.9;
        if dorsal < ventral {
            ventral = dorsal;
        }
    }
    Err(Error::Spec("no thecal sac fits between cord and tumour".into()))
}
