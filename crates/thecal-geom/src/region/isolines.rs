//! Lines of equal value through a field that is not known everywhere.

use super::marching_squares::marching_squares;

/// Lines along which values at pixels are `level`, in pixels from the middle of the first.
///
/// Linear along the edges between pixels, as [`marching_squares`]. A line ends where it comes to a pixel
/// whose value is not known, and at the edge of the picture: it is never led along either. A line that
/// closes ends on the point that it began with.
///
/// # Units
/// Values and level are in one unit, in which known values differ from the level by less than 10⁶.
///
/// # Error
/// As [`marching_squares`]. A field that is linear over the pixels has its lines exactly, up to the
/// rounding of single precision.
///
/// # Example
/// ```
/// use thecal_geom::isolines;
///
/// // A field that rises by one from column to column, and of which the last row is not known.
/// let value = |k: usize| (k / 8 < 5).then_some((k % 8) as f64);
/// let values: Vec<Option<f64>> = (0..48).map(value).collect();
/// let lines = isolines(&values, [8, 6], 3.25);
/// assert_eq!(lines.len(), 1);
/// assert!(lines[0].iter().all(|[x, _]| (x - 3.25).abs() < 1e-6));
/// let down = lines[0].iter().map(|p| p[1]).fold(0.0, f64::max);
/// assert_eq!(down, 4.0);
/// ```
#[must_use]
pub fn isolines(values: &[Option<f64>], [nx, ny]: [usize; 2], level: f64) -> Vec<Vec<[f64; 2]>> {
    /// What stands where nothing is known: so far below that a line beside it falls on neither pixel.
    const UNKNOWN: f32 = -1.0;
    let wide = nx + 2;
    // One row and column that is not known around the picture.
    let mut field = vec![UNKNOWN; wide * (ny + 2)];
    for (j, row) in values.chunks_exact(nx.max(1)).enumerate().take(ny) {
        let at = (j + 1) * wide + 1;
        for (out, value) in field[at..].iter_mut().zip(row) {
            let Some(value) = value else { continue };
            let above = (value - level) as f32;
            // A zero would put two crossings on one point.
            *out = if above == 0.0 { -1e-6 } else { above };
        }
    }
    let known_pixel = |x: f64, y: f64| {
        let (x, y) = (x as usize, y as usize);
        let within = (1..=nx).contains(&x) && (1..=ny).contains(&y);
        within && values.get((y - 1) * nx + x - 1).is_some_and(Option::is_some)
    };
    // A crossing lies on the edge between two pixels.
    let known =
        |[x, y]: &[f64; 2]| known_pixel(x.floor(), y.floor()) && known_pixel(x.ceil(), y.ceil());
    let mut out = Vec::new();
    for ring in marching_squares(&field, [wide, ny + 2]) {
        out.extend(runs(&ring, known));
    }
    for p in out.iter_mut().flatten() {
        *p = p.map(|x| x - 1.0);
    }
    out
}

/// The parts of a ring whose points are kept; a ring that is kept whole ends where it begins.
fn runs(ring: &[[f64; 2]], kept: impl Fn(&[f64; 2]) -> bool) -> Vec<Vec<[f64; 2]>> {
    let Some(cut) = ring.iter().position(|p| !kept(p)) else {
        return vec![ring.iter().chain(ring.first()).copied().collect()];
    };
    let turned: Vec<[f64; 2]> = ring[cut..].iter().chain(&ring[..cut]).copied().collect();
    let parts = turned.split(|p| !kept(p)).filter(|part| part.len() > 1);
    parts.map(<[_]>::to_vec).collect()
}

#[cfg(test)]
mod tests {
    use super::isolines;

    #[test]
    fn a_circle_closes_and_lies_where_it_is() {
        let value = |k: usize| {
            let (x, y) = ((k % 60) as f64 - 29.3, (k / 60) as f64 - 31.7);
            Some(40.0 - x.hypot(y))
        };
        let values: Vec<_> = (0..60 * 64).map(value).collect();
        let lines = isolines(&values, [60, 64], 22.0);
        assert_eq!(lines.len(), 1);
        let line = &lines[0];
        assert_eq!(line.first(), line.last());
        // h² / 8r for pixels of 1 and a radius of 18.
        let off = line.iter().map(|[x, y]| ((x - 29.3).hypot(y - 31.7) - 18.0).abs());
        assert!(off.fold(0.0, f64::max) < 0.01);
    }

    #[test]
    fn a_line_stops_where_nothing_is_known_and_is_not_led_along_it() {
        // A slope across a picture of which a block in the middle is missing.
        let unknown = |i: usize, j: usize| (8..12).contains(&i) && (6..14).contains(&j);
        let value = |k: usize| {
            let (i, j) = (k % 20, k / 20);
            (!unknown(i, j)).then_some(0.5 * i as f64 + 0.25 * j as f64)
        };
        let values: Vec<_> = (0..400).map(value).collect();
        for level in [3.1, 6.0, 7.45, 9.9] {
            let lines = isolines(&values, [20, 20], level);
            for [x, y] in lines.iter().flatten() {
                assert!((0.5 * x + 0.25 * y - level).abs() < 1e-5, "{level}: {x} {y}");
            }
        }
        // That of 7.45 crosses the block, and is in two parts.
        assert_eq!(isolines(&values, [20, 20], 7.45).len(), 2);
        assert!(isolines(&values, [20, 20], 100.0).is_empty());
        assert!(isolines(&[None; 12], [4, 3], 1.0).is_empty());
        assert!(isolines(&[], [0, 0], 1.0).is_empty());
    }
}
