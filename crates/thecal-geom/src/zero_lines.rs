//! Zero lines of a level on the pixels of a plane.

use std::collections::HashMap;

/// Closed zero lines of values at pixel centres `((i + 0.5) * step, (j + 0.5) * step)`, negative
/// inside; lines that leave the picture are closed along its edge.
///
/// Marching squares, linear along the edges; at saddles the mean of the four decides. Values may be
/// infinite away from the line.
///
/// # Units
/// mm, from the outer corner of the first pixel.
///
/// # Error
/// About `step² / 8r` for a level of slope 1 and a line of radius of curvature `r`.
#[must_use]
pub fn zero_rings(values: &[f32], size: [usize; 2], step_mm: f64) -> Vec<Vec<[f64; 2]>> {
    let [nx, ny] = size;
    // Far levels are infinite; beside a line they count as a few pixels away.
    let cap = 3.0 * step_mm as f32;
    let at = |i: usize, j: usize| {
        // One row and column of outside around the picture.
        let inside = (1..=nx).contains(&i) && (1..=ny).contains(&j);
        let v = if inside { values[(j - 1) * nx + i - 1] } else { cap };
        // A zero would put two crossings on one point.
        if v == 0.0 { 1e-6 } else { v.clamp(-cap, cap) }
    };
    let wide = nx + 2;
    let level = |i: usize, j: usize| 2 * (j * wide + i);
    let upright = |i: usize, j: usize| 2 * (j * wide + i) + 1;
    let mut next: HashMap<usize, usize> = HashMap::new();
    for j in 0..=ny {
        for i in 0..=nx {
            let v = [at(i, j), at(i + 1, j), at(i + 1, j + 1), at(i, j + 1)];
            let case = (0..4).fold(0, |c, k| c | usize::from(v[k] < 0.0) << k);
            let [top, right, bottom, left] =
                [level(i, j), upright(i + 1, j), level(i, j + 1), upright(i, j)];
            let joined = v.iter().sum::<f32>() < 0.0;
            let lines: &[(usize, usize)] = match case {
                0 | 15 => &[],
                1 => &[(left, top)],
                2 => &[(top, right)],
                3 => &[(left, right)],
                4 => &[(right, bottom)],
                5 if joined => &[(left, bottom), (right, top)],
                5 => &[(left, top), (right, bottom)],
                6 => &[(top, bottom)],
                7 => &[(left, bottom)],
                8 => &[(bottom, left)],
                9 => &[(bottom, top)],
                10 if joined => &[(top, left), (bottom, right)],
                10 => &[(top, right), (bottom, left)],
                11 => &[(bottom, right)],
                12 => &[(right, left)],
                13 => &[(right, top)],
                _ => &[(top, left)],
            };
            next.extend(lines.iter().copied());
        }
    }
    let place = |edge: usize| {
        let (i, j) = (edge / 2 % wide, edge / 2 / wide);
        let (di, dj) = if edge.is_multiple_of(2) { (1, 0) } else { (0, 1) };
        let (a, b) = (f64::from(at(i, j)), f64::from(at(i + di, j + dj)));
        let t = a / (a - b);
        [(i as f64 - 0.5 + t * di as f64) * step_mm, (j as f64 - 0.5 + t * dj as f64) * step_mm]
    };
    let mut starts: Vec<usize> = next.keys().copied().collect();
    starts.sort_unstable();
    let mut out = Vec::new();
    for start in starts {
        let mut ring = Vec::new();
        let mut edge = start;
        while let Some(to) = next.remove(&edge) {
            ring.push(place(edge));
            edge = to;
        }
        if ring.len() > 2 {
            out.push(ring);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::zero_rings as rings;

    fn area_mm2(ring: &[[f64; 2]]) -> f64 {
        let next = ring.iter().cycle().skip(1);
        0.5 * ring.iter().zip(next).map(|(a, b)| a[0] * b[1] - a[1] * b[0]).sum::<f64>()
    }

    fn field(f: impl Fn(f64, f64) -> f64) -> Vec<f32> {
        let at = |k: usize| (k as f64 + 0.5) * 0.25;
        (0..80)
            .flat_map(|j| (0..80).map(move |i| (i, j)))
            .map(|(i, j)| f(at(i), at(j)) as f32)
            .collect()
    }

    #[test]
    fn a_circle_has_its_area_and_its_place() {
        let circle = field(|x, y| (x - 9.0).hypot(y - 11.0) - 5.0);
        let found = rings(&circle, [80, 80], 0.25);
        assert_eq!(found.len(), 1);
        assert!((area_mm2(&found[0]).abs() - 78.540).abs() < 0.1, "{}", area_mm2(&found[0]));
        let off = found[0].iter().map(|p| ((p[0] - 9.0).hypot(p[1] - 11.0) - 5.0).abs());
        assert!(off.fold(0.0, f64::max) < 0.005);
    }

    #[test]
    fn a_hole_is_a_ring_of_its_own_that_turns_the_other_way() {
        let annulus = field(|x, y| ((x - 10.0).hypot(y - 10.0) - 5.0).abs() - 2.0);
        let areas: Vec<f64> = rings(&annulus, [80, 80], 0.25).iter().map(|r| area_mm2(r)).collect();
        assert_eq!(areas.len(), 2);
        let expected = std::f64::consts::PI * (49.0 - 9.0);
        assert!((areas.iter().sum::<f64>().abs() - expected).abs() < 0.3, "{areas:?}");
    }

    #[test]
    fn what_leaves_the_picture_is_closed_along_its_edge() {
        let half = field(|x, _| x - 10.0);
        let found = rings(&half, [80, 80], 0.25);
        assert_eq!(found.len(), 1);
        // Half of the 20 mm picture, widened by half a pixel where the edge is.
        assert!((area_mm2(&found[0]).abs() - 200.0).abs() < 10.0, "{}", area_mm2(&found[0]));
    }
}
