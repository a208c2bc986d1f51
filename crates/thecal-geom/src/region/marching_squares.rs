//! Zero lines of values at the pixels of a plane, by marching squares.

/// Sides of a cell between four centres, in the order up, right, down, left.
const UP: usize = 0;
const RIGHT: usize = 1;
const DOWN: usize = 2;
const LEFT: usize = 3;

/// For each set of inside corners (bit 0 the first, then round the cell) the sides that pieces
/// of a line lead from and to, the inside always on the same hand. Corners that touch only
/// across are joined in the second row of each, parted in the first.
fn pieces(inside: usize, joined: bool) -> &'static [(usize, usize)] {
    match inside {
        1 => &[(LEFT, UP)],
        2 => &[(UP, RIGHT)],
        3 => &[(LEFT, RIGHT)],
        4 => &[(RIGHT, DOWN)],
        5 if joined => &[(RIGHT, UP), (LEFT, DOWN)],
        5 => &[(LEFT, UP), (RIGHT, DOWN)],
        6 => &[(UP, DOWN)],
        7 => &[(LEFT, DOWN)],
        8 => &[(DOWN, LEFT)],
        9 => &[(DOWN, UP)],
        10 if joined => &[(UP, LEFT), (DOWN, RIGHT)],
        10 => &[(UP, RIGHT), (DOWN, LEFT)],
        11 => &[(DOWN, RIGHT)],
        12 => &[(RIGHT, LEFT)],
        13 => &[(RIGHT, UP)],
        14 => &[(UP, LEFT)],
        _ => &[],
    }
}

/// Closed zero lines of values at pixels, above zero inside, in pixels from the middle of the first.
///
/// Linear along the edges between pixels; at saddles the mean of the four decides. The outermost
/// pixels have to be below zero, so that every line closes, and none may be zero. The inside lies
/// on the right hand of a line in a frame whose second axis goes down.
///
/// # Error
/// About `h² / 8r` for pixels of `h`, a value that grows evenly across the line, and a line of
/// radius of curvature `r`.
#[must_use]
pub fn marching_squares(values: &[f32], size: [usize; 2]) -> Vec<Vec<[f64; 2]>> {
    const NONE: usize = usize::MAX;
    let [nx, ny] = size;
    let value = |x: usize, y: usize| values[y * nx + x];
    // Every edge between neighbouring centres has a number: even along the first axis.
    let edge = |x: usize, y: usize, side: usize| match side {
        UP => 2 * (y * nx + x),
        RIGHT => 2 * (y * nx + x + 1) + 1,
        DOWN => 2 * ((y + 1) * nx + x),
        _ => 2 * (y * nx + x) + 1,
    };
    let mut next = vec![NONE; 2 * nx * ny];
    for y in 0..ny - 1 {
        for x in 0..nx - 1 {
            let f = [value(x, y), value(x + 1, y), value(x + 1, y + 1), value(x, y + 1)];
            let inside = (0..4).filter(|&k| f[k] > 0.0).map(|k| 1 << k).sum();
            for &(from, to) in pieces(inside, f.iter().sum::<f32>() > 0.0) {
                next[edge(x, y, from)] = edge(x, y, to);
            }
        }
    }
    let crossing = |e: usize| {
        let (x, y) = (e / 2 % nx, e / 2 / nx);
        let (a, b) = match e % 2 {
            0 => (value(x, y), value(x + 1, y)),
            _ => (value(x, y), value(x, y + 1)),
        };
        let part = f64::from(a) / f64::from(a - b);
        let along = if e.is_multiple_of(2) { [part, 0.0] } else { [0.0, part] };
        [x as f64 + along[0], y as f64 + along[1]]
    };
    let mut out = Vec::new();
    for start in 0..next.len() {
        if next[start] == NONE {
            continue;
        }
        let mut ring = Vec::new();
        let mut at = start;
        while next[at] != NONE {
            ring.push(crossing(at));
            at = std::mem::replace(&mut next[at], NONE);
        }
        out.push(ring);
    }
    out
}

/// Closed zero lines of a level at pixel centres `((i + 0.5) * step, (j + 0.5) * step)`, negative
/// inside; lines that leave the picture are closed along its edge. Levels may be infinite away from
/// the line.
///
/// # Units
/// mm, from the outer corner of the first pixel.
///
/// # Error
/// As [`marching_squares`].
///
/// # Example
/// ```
/// use thecal_geom::{Region, marching_squares_rings};
///
/// // The distance to a circle of 6 mm about (10, 10), at the centres of pixels of 0.5 mm.
/// let centre = |i: i32| 0.5 * (f64::from(i) + 0.5);
/// let level = |i, j| ((centre(i) - 10.0).hypot(centre(j) - 10.0) - 6.0) as f32;
/// let level_mm: Vec<f32> = (0..40 * 40).map(|n| level(n % 40, n / 40)).collect();
/// let rings = marching_squares_rings(&level_mm, [40, 40], 0.5);
/// let disc = Region::from_rings(&rings).0.expect("an area");
/// assert!((disc.area_mm2() - 36.0 * std::f64::consts::PI).abs() < 0.5);
/// ```
#[must_use]
pub fn marching_squares_rings(
    level_mm: &[f32],
    [nx, ny]: [usize; 2],
    step_mm: f64,
) -> Vec<Vec<[f64; 2]>> {
    // Beside a line a far level counts as a few pixels away.
    let cap = 3.0 * step_mm as f32;
    let wide = nx + 2;
    // One row and column of outside around the picture.
    let mut values = vec![-cap; wide * (ny + 2)];
    for (j, row) in level_mm.chunks_exact(nx.max(1)).enumerate().take(ny) {
        let at = (j + 1) * wide + 1;
        for (out, v) in values[at..].iter_mut().zip(row) {
            // A zero would put two crossings on one point.
            *out = if *v == 0.0 { -1e-6 } else { -v.clamp(-cap, cap) };
        }
    }
    let mut rings = marching_squares(&values, [wide, ny + 2]);
    for p in rings.iter_mut().flatten() {
        *p = p.map(|x| (x - 0.5) * step_mm);
    }
    rings.retain(|ring| ring.len() > 2);
    rings
}

#[cfg(test)]
mod tests {
    use super::marching_squares_rings as rings;

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

    #[test]
    fn pixels_that_touch_across_are_joined_where_the_mean_is_inside() {
        // Two pixels inside on either diagonal, whose level decides over the four between them.
        for turned in [false, true] {
            for (inside, count) in [(-0.9_f32, 2), (-1.1, 1)] {
                let mut level = vec![1.0_f32; 16];
                let [a, b] = if turned { [[1, 2], [2, 1]] } else { [[1, 1], [2, 2]] };
                for [x, y] in [a, b] {
                    level[y * 4 + x] = inside;
                }
                let found = rings(&level, [4, 4], 1.0);
                assert_eq!(found.len(), count, "{turned} {inside}: {found:?}");
                let area = found.iter().map(|r| area_mm2(r).abs()).sum::<f64>();
                // Each pixel alone is a diamond whose half diagonal is where the level is zero. Joined,
                // the cell between the two is whole but for its other two corners.
                let half = f64::from(-inside / (1.0 - inside));
                let between = if count == 1 { 1.0 - (1.0 - half).powi(2) } else { half * half };
                let wanted = 3.0 * half * half + between;
                assert!((area - wanted).abs() < 1e-5, "{turned} {inside}: {area} for {wanted}");
            }
        }
    }

    #[test]
    fn a_picture_in_other_units_is_the_same_picture() {
        // Far levels count as a few pixels away, whatever the size of a pixel is.
        let level = |unit: f64| -> Vec<f32> {
            let at = |k: i32| f64::from(k) + 0.5;
            let jagged = |i: i32, j: i32| match (i * 7 + j * 13) % 5 {
                0 => f64::INFINITY,
                1 => 4.0,
                _ => (at(i) - 12.0).hypot(at(j) - 11.0) - 7.0,
            };
            let near = |i, j| (at(i) - 12.0).hypot(at(j) - 11.0) < 7.0;
            let of = |i, j| if near(i, j) { -0.4 } else { jagged(i, j).max(0.3) };
            (0..24 * 24).map(|n| (unit * of(n % 24, n / 24)) as f32).collect()
        };
        let here = rings(&level(1.0), [24, 24], 1.0);
        for unit in [0.25, 4.0] {
            let there = rings(&level(unit), [24, 24], unit);
            assert_eq!(there.len(), here.len());
            for (p, q) in here.iter().flatten().zip(there.iter().flatten()) {
                assert!((0..2).all(|k| (unit * p[k] - q[k]).abs() < 1e-6 * unit), "{p:?} {q:?}");
            }
        }
    }
}
