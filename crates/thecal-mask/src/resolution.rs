//! What a structure's file shows of its own resolution: how it was drawn, to how many decimals its
//! points were written, how far they lie apart.

mod corners;
mod lattice;
mod pixels;
mod tracing;

pub(crate) use tracing::{OnPlanes, TracedOn, recognise};

use thecal_geom::Contour;

/// How a structure was drawn.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum DrawnAs {
    /// Points of an outline, by hand or by a planning system.
    Contours,
    /// Contours traced round the pixels of a mask; measured as the mask that they stand for.
    Traced {
        /// How the points lie to the pixels.
        tracing: Tracing,
        /// The pixel spacings, mm.
        pixel_mm: [f64; 2],
    },
    /// A mask.
    Mask {
        /// The pixel spacings, mm.
        pixel_mm: [f64; 2],
    },
    /// Outlines that were computed, as what a simulation leaves.
    Computed,
}

/// How traced points lie to the pixels of their mask.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tracing {
    /// Along the edges of pixels: a staircase.
    PixelEdges,
    /// Half way between the centres of a pixel inside and one outside (marching squares).
    HalfWay,
    /// Through the centres of the outermost pixels inside: half a pixel short all round, which is
    /// put back.
    PixelCentres,
}

impl Tracing {
    /// The word of the report contract.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::PixelEdges => "pixel_edges",
            Self::HalfWay => "half_way",
            Self::PixelCentres => "pixel_centres",
        }
    }
}

/// The resolution of a structure, as its own points show it.
///
/// # Example
/// ```
/// use thecal_geom::{Contour, ContourKind, Point3};
/// use thecal_mask::Resolution;
///
/// // Drawn to a tenth of a millimetre, with points about 1 mm apart.
/// let edge = (0..10).map(|i| Point3::new(f64::from(i) + 0.1, 0.3, 0.0));
/// let back = (0..10).map(|i| Point3::new(9.1 - f64::from(i), 4.7, 0.0));
/// let points_mm = edge.chain(back).collect();
/// let drawn = Contour { number: 1, kind: ContourKind::ClosedPlanar, points_mm };
/// let resolution = Resolution::from_contours(&[drawn]);
/// assert!((resolution.quantum_mm - 0.1).abs() < 1e-9);
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Resolution {
    /// How it was drawn.
    pub drawn_as: DrawnAs,
    /// What all coordinates within the planes are a multiple of, mm; 0 where nothing was found
    /// down to a micrometre.
    pub quantum_mm: f64,
    /// Median distance of neighbouring points, mm; 0 for a mask.
    pub point_spacing_mm: f64,
}

impl Resolution {
    /// The resolution of contours, as they came from their file: in the axes that their
    /// coordinates were written in.
    #[must_use]
    pub fn from_contours(contours: &[Contour]) -> Self {
        Self {
            drawn_as: DrawnAs::Contours,
            quantum_mm: quantum_mm(contours),
            point_spacing_mm: point_spacing_mm(contours),
        }
    }

    pub(crate) fn of_mask(pixel_mm: [f64; 2]) -> Self {
        Self { drawn_as: DrawnAs::Mask { pixel_mm }, quantum_mm: 0.0, point_spacing_mm: 0.0 }
    }
}

/// Coordinates that are looked at.
const LOOKED_AT: usize = 3000;

/// The coarsest step that all coordinates within the planes are multiples of.
fn quantum_mm(contours: &[Contour]) -> f64 {
    const STEPS_MM: [f64; 11] = [1.0, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01, 0.005, 0.002, 0.001, 1e-4];
    let closed = contours.iter().filter(|c| c.kind.is_closed() && c.points_mm.len() > 2);
    let points: usize = closed.clone().map(|c| c.points_mm.len()).sum();
    let every = (points / LOOKED_AT).max(1);
    // A coordinate that is the same all round a contour is its plane's position.
    let varying = closed.flat_map(|c| {
        let first = c.points_mm[0];
        let varies: [bool; 3] =
            std::array::from_fn(|k| c.points_mm.iter().any(|p| (p[k] - first[k]).abs() > 1e-9));
        c.points_mm.iter().map(move |p| (*p, varies))
    });
    let looked_at: Vec<f64> = varying
        .step_by(every)
        .flat_map(|(p, varies)| (0..3).filter(move |&k| varies[k]).map(move |k| p[k]))
        .collect();
    let fits = |step: f64| {
        looked_at
            .iter()
            .all(|x| (x / step - (x / step).round()).abs() * step < 1e-6 * step.max(1e-2))
    };
    if looked_at.is_empty() { 0.0 } else { STEPS_MM.into_iter().find(|&s| fits(s)).unwrap_or(0.0) }
}

fn point_spacing_mm(contours: &[Contour]) -> f64 {
    let closed = contours.iter().filter(|c| c.kind.is_closed() && c.points_mm.len() > 2);
    let points: usize = closed.clone().map(|c| c.points_mm.len()).sum();
    let every = (points / LOOKED_AT).max(1);
    let lengths = closed.flat_map(|c| {
        let next = c.points_mm.iter().cycle().skip(1);
        c.points_mm.iter().zip(next).map(|(a, b)| (b - a).norm())
    });
    let mut lengths: Vec<f64> = lengths.step_by(every).filter(|l| *l > 1e-5).collect();
    if lengths.is_empty() {
        return 0.0;
    }
    let middle = lengths.len() / 2;
    *lengths.select_nth_unstable_by(middle, f64::total_cmp).1
}

#[cfg(test)]
mod tests {
    use super::*;
    use thecal_geom::{ContourKind, Point3};

    fn circle(rounded_mm: f64) -> Vec<Contour> {
        let step =
            |x: f64| if rounded_mm > 0.0 { (x / rounded_mm).round() * rounded_mm } else { x };
        let at = |i: i32| {
            let (s, c) = (f64::from(i) * 0.1).sin_cos();
            Point3::new(step(7.3 * c), step(7.3 * s - 40.0), 12.345)
        };
        let points_mm = (0..63).map(at).collect();
        vec![Contour { number: 1, kind: ContourKind::ClosedPlanar, points_mm }]
    }

    #[test]
    fn the_quantum_is_read_from_the_decimals_and_not_from_the_plane() {
        for step_mm in [0.5, 0.1, 0.02, 0.01, 0.001] {
            assert_eq!(Resolution::from_contours(&circle(step_mm)).quantum_mm, step_mm);
        }
        assert_eq!(Resolution::from_contours(&circle(0.0)).quantum_mm, 0.0);
        assert!((Resolution::from_contours(&circle(0.0)).point_spacing_mm - 0.73).abs() < 0.01);
    }
}
