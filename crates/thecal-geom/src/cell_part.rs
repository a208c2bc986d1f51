//! How much of a cell lies below a level.

/// The part of a cell that lies below zero of a level, 0 to 1, from the level at the cell's middle and the
/// difference between the least and the largest level in the cell.
///
/// Levels are taken as spread evenly between the two, as they are in a box whose level grows along one of its
/// edges: the part is then the length of that edge below zero over the whole of it.
///
/// # Units
/// Both in one unit, mm where the level is a distance. `range` is positive.
///
/// # Error
/// Exact for a flat surface parallel to a face of the cell. One that leans cuts off up to 0.05 of a cube more or less
/// (the most is by its diagonal). What is too much before the middle is too little past it, so that the parts of
/// many cells along a flat surface sum to the volume; of a ball it is more by `h² / 4r²` of it for cells of `h` and a
/// radius of `r`.
///
/// # Example
/// ```
/// use thecal_geom::part_below;
///
/// // The middle of a cell of 0.5 mm lies 0.125 mm outside a flat surface.
/// assert_eq!(part_below(0.125, 0.5), 0.25);
/// assert_eq!(part_below(-0.25, 0.5), 1.0);
/// ```
#[inline]
#[must_use]
pub fn part_below(level: f64, range: f64) -> f64 {
    (0.5 - level / range).clamp(0.0, 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Point3;
    use std::f64::consts::PI;

    #[test]
    fn a_cell_is_cut_parallel_to_a_face() {
        for k in 0..=8 {
            let below = f64::from(k) / 8.0;
            assert_eq!(part_below(0.5 * (0.5 - below), 0.5), below);
        }
        assert_eq!([part_below(-7.0, 0.5), part_below(7.0, 0.5)], [1.0, 0.0]);
    }

    #[test]
    fn across_the_diagonal_it_is_off_by_a_twentieth_at_most() {
        // A unit cube below a plane across its diagonal, `d` past its middle: half of it, and the hexagons
        // between, whose area is 3/4 root 3 (1 - 4 d²) up to where they become triangles.
        let (mut worst, mut sum) = (0.0_f64, 0.0);
        for k in -288..=288 {
            let d = f64::from(k) / 1000.0;
            let exact = 0.5 + 0.75 * 3.0_f64.sqrt() * (d - 4.0 / 3.0 * d.powi(3));
            let off = part_below(-d, 1.0) - exact;
            worst = worst.max(off.abs());
            sum += off;
        }
        assert!(worst < 0.05 && sum.abs() < 1e-9, "{worst} {sum}");
    }

    #[test]
    fn the_parts_of_all_cells_sum_to_a_ball() {
        let (step, radius) = (0.5, 6.0);
        let at = |i: i32| step * f64::from(i) + 0.13;
        let mut sum = 0.0;
        for i in 0..32_i32.pow(3) {
            let p = Point3::new(at(i % 32 - 16), at(i / 32 % 32 - 16), at(i / 1024 - 16));
            sum += part_below(p.coords.norm() - radius, step) * step.powi(3);
        }
        // The mean of balls whose radii are spread evenly over a step.
        let exact = 4.0 / 3.0 * PI * (radius.powi(3) + radius * step * step / 4.0);
        assert!((sum / exact - 1.0).abs() < 3e-4, "{sum} {exact}");
    }
}
