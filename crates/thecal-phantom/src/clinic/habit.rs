//! What a habit of drawing makes of an exact section.

use std::f64::consts::TAU;

use super::lattice::{self, Mask};
use super::section::{self, Field};
use super::spec::{Habit, Points};
use crate::random::Stream;

/// What all planes of a study have in common.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pen {
    pub(super) habit: Habit,
    /// Distance of points where the habit does not say, mm.
    pub(super) spacing_mm: f64,
    /// Where the pixel lattice lies, in parts of a pixel: the same for all structures.
    pub(super) phase: [f64; 2],
}

impl Pen {
    /// The rings that are drawn of a section, in the plane's coordinates, mm. `window` holds the
    /// section: its range along the rows and along the columns.
    pub(super) fn draw(
        &self,
        field: Field<'_>,
        window: [[f64; 2]; 2],
        random: &mut Stream,
    ) -> Vec<Vec<[f64; 2]>> {
        let rings = match self.habit {
            Habit::Dense => self.smooth(field, window, random),
            Habit::Rounded(quantum) => {
                let rings = self.smooth(field, window, random);
                rings.into_iter().map(|ring| rounded(ring, quantum)).collect()
            }
            Habit::Noise(sd) => {
                let rings = self.smooth(field, window, random);
                rings.into_iter().map(|ring| by_hand(&ring, sd, random)).collect()
            }
            Habit::Sparse(count) => section::outlines(field, window)
                .iter()
                .map(|ring| on_curve(field, &section::walk(ring, count, random.unit())))
                .collect(),
            Habit::Staircase(pixel, points) => {
                self.traced(field, window, pixel, points, Mask::edges, random)
            }
            Habit::MarchingSquares(pixel) => {
                self.traced(field, window, pixel, Points::All, Mask::half_level, random)
            }
            Habit::BoundaryPixels(pixel, points) => {
                self.traced(field, window, pixel, points, Mask::boundary_pixels, random)
            }
        };
        rings.into_iter().filter(|ring| ring.len() >= 3).collect()
    }

    /// Many points on the exact outline.
    fn smooth(
        &self,
        field: Field<'_>,
        window: [[f64; 2]; 2],
        random: &mut Stream,
    ) -> Vec<Vec<[f64; 2]>> {
        let outlines = section::outlines(field, window);
        let drawn = outlines.iter().map(|ring| {
            let count = (section::length_mm(ring) / self.spacing_mm).round().max(8.0) as usize;
            on_curve(field, &section::walk(ring, count, random.unit()))
        });
        drawn.collect()
    }

    fn traced(
        &self,
        field: Field<'_>,
        window: [[f64; 2]; 2],
        pixel: f64,
        points: Points,
        trace: fn(&Mask) -> Vec<Vec<[f64; 2]>>,
        random: &mut Stream,
    ) -> Vec<Vec<[f64; 2]>> {
        let place = |k: usize, i: f64| (i + self.phase[k]) * pixel;
        let first = [0, 1].map(|k| (window[k][0] / pixel - self.phase[k]).floor() - 1.0);
        let count = [0, 1].map(|k| ((window[k][1] - window[k][0]) / pixel).ceil() as usize + 3);
        let at = |p: [f64; 2]| [place(0, first[0] + p[0]), place(1, first[1] + p[1])];
        let mask = Mask::new(count, |c, r| field(at([c as f64, r as f64])) <= 0.0);
        let mut rings = trace(&mask);
        for ring in &mut rings {
            if points == Points::Corners {
                *ring = lattice::corners(ring);
            }
            let turn = (random.unit() * ring.len() as f64) as usize;
            if turn < ring.len() {
                ring.rotate_left(turn);
            }
        }
        rings.into_iter().map(|ring| ring.into_iter().map(at).collect()).collect()
    }
}

fn on_curve(field: Field<'_>, ring: &[[f64; 2]]) -> Vec<[f64; 2]> {
    ring.iter().map(|&p| section::onto(field, p)).collect()
}

fn rounded(ring: Vec<[f64; 2]>, quantum: f64) -> Vec<[f64; 2]> {
    let mut out: Vec<[f64; 2]> =
        ring.into_iter().map(|p| p.map(|x| (x / quantum).round() * quantum)).collect();
    out.dedup();
    out
}

/// Moves a ring across itself by a uniform offset and four harmonics round it, each with an equal
/// part of the variance, and the same at no two planes.
fn by_hand(ring: &[[f64; 2]], sd_mm: f64, random: &mut Stream) -> Vec<[f64; 2]> {
    const HARMONICS: usize = 4;
    let share = sd_mm / ((HARMONICS + 1) as f64).sqrt();
    let offset = share * random.noise();
    let waves: Vec<[f64; 2]> = (0..HARMONICS)
        .map(|_| [share * 2.0_f64.sqrt() * random.noise(), TAU * random.unit()])
        .collect();
    let n = ring.len();
    (0..n)
        .map(|i| {
            let turn = TAU * i as f64 / n as f64;
            let wave = |(k, w): (usize, &[f64; 2])| w[0] * ((k + 1) as f64 * turn + w[1]).cos();
            let by = offset + waves.iter().enumerate().map(wave).sum::<f64>();
            let (a, b) = (ring[(i + n - 1) % n], ring[(i + 1) % n]);
            let length = (b[0] - a[0]).hypot(b[1] - a[1]).max(f64::MIN_POSITIVE);
            // The inside lies on the left.
            [ring[i][0] + by * (b[1] - a[1]) / length, ring[i][1] - by * (b[0] - a[0]) / length]
        })
        .collect()
}
