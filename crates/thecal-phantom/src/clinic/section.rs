//! The exact section of a solid by a plane.

use super::lattice::{Crossing, Mask};

/// A function of the plane that is negative inside, and to first order the distance near 0, mm.
pub(super) type Field<'a> = &'a dyn Fn([f64; 2]) -> f64;

/// Distance of the lattice that outlines are found on, mm; parts of a section that are narrower
/// may be missed, as a person would leave them out.
const CELL_MM: f64 = 0.4;

/// The outlines of a section within a window (range along the rows and along the columns).
///
/// Error: points lie on the section's boundary to 1e-9 mm; between them the outline is straight
/// ([`walk`] puts further points on the boundary).
pub(super) fn outlines(field: Field<'_>, window: [[f64; 2]; 2]) -> Vec<Vec<[f64; 2]>> {
    let count = window.map(|[lo, hi]| ((hi - lo) / CELL_MM).ceil().max(0.0) as usize + 3);
    let place = |k: usize, i: f64| window[k][0] + (i - 1.0) * CELL_MM;
    let at = |p: [f64; 2]| [place(0, p[0]), place(1, p[1])];
    let mask = Mask::new(count, |c, r| field(at([c as f64, r as f64])) < 0.0);
    let node = |p: [i32; 2]| at(p.map(f64::from));
    let root = |x: &Crossing| between(field, node(x.inside), node(x.outside));
    let joined = |c: [i32; 2]| field(at([f64::from(c[0]) + 0.5, f64::from(c[1]) + 0.5])) < 0.0;
    let chains = mask.outlines(Some(&joined));
    chains.iter().map(|chain| chain.iter().map(root).collect()).collect()
}

/// The boundary between a point inside and one outside, by bisection.
fn between(field: Field<'_>, inside: [f64; 2], outside: [f64; 2]) -> [f64; 2] {
    let at = |part: f64| [0, 1].map(|k| inside[k] + part * (outside[k] - inside[k]));
    let (mut lo, mut hi) = (0.0, 1.0);
    while hi - lo > 1e-10 {
        let middle = 0.5 * (lo + hi);
        if field(at(middle)) < 0.0 { lo = middle } else { hi = middle }
    }
    at(0.5 * (lo + hi))
}

/// A point near the boundary, moved onto it across the level lines (Newton's method); where that
/// fails the point stays.
pub(super) fn onto(field: Field<'_>, start: [f64; 2]) -> [f64; 2] {
    let h = 1e-6;
    let mut p = start;
    for _ in 0..12 {
        let value = field(p);
        if value.abs() < 1e-11 {
            break;
        }
        let slope = [
            (field([p[0] + h, p[1]]) - field([p[0] - h, p[1]])) / (2.0 * h),
            (field([p[0], p[1] + h]) - field([p[0], p[1] - h])) / (2.0 * h),
        ];
        let square = slope[0] * slope[0] + slope[1] * slope[1];
        if square < 1e-6 {
            return start;
        }
        p = [0, 1].map(|k| p[k] - value * slope[k] / square);
    }
    let moved = (p[0] - start[0]).hypot(p[1] - start[1]);
    if moved < CELL_MM && field(p).abs() < 1e-8 { p } else { start }
}

/// Length round a closed ring, mm.
pub(super) fn length_mm(ring: &[[f64; 2]]) -> f64 {
    let next = ring.iter().cycle().skip(1);
    ring.iter().zip(next).map(|(a, b)| (b[0] - a[0]).hypot(b[1] - a[1])).sum()
}

/// This many points evenly along a ring, from a part of the way on; they lie on its chords.
pub(super) fn walk(ring: &[[f64; 2]], count: usize, begin: f64) -> Vec<[f64; 2]> {
    let n = ring.len();
    let step = |i: usize| {
        let (a, b) = (ring[i % n], ring[(i + 1) % n]);
        (b[0] - a[0]).hypot(b[1] - a[1])
    };
    let total = length_mm(ring);
    let (mut i, mut passed) = (0, 0.0);
    (0..count)
        .map(|k| {
            let wanted = total * (begin + k as f64) / count as f64;
            while i + 1 < 2 * n && passed + step(i) < wanted {
                passed += step(i);
                i += 1;
            }
            let part = ((wanted - passed) / step(i).max(f64::MIN_POSITIVE)).clamp(0.0, 1.0);
            let (a, b) = (ring[i % n], ring[(i + 1) % n]);
            [0, 1].map(|k| a[k] + part * (b[k] - a[k]))
        })
        .collect()
}
