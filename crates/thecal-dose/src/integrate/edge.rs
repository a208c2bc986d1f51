//! Edges and tips of a solid that lie between its planes.

use thecal_geom::Point3;
use thecal_mask::Solid;

/// How much lower the level at a point can be than its interpolation where an edge or a tip lies
/// between the two planes beside it, mm.
///
/// Interpolation rounds an edge off. Where the sides go on as they do on the planes above and below, they meet
/// at the edge. Of a smooth surface the sides go on beyond it, by what the bend tells that the planes
/// farther out show: that is taken off. Of edges that lean by more than two to one it is not all.
pub(super) fn edge_between_planes_mm(sides: &Solid, p: Point3) -> f64 {
    let planes = sides.planes_mm();
    let of_stack = sides.frame().stack_from_patient(p);
    let above = planes.partition_point(|w| *w <= of_stack.z);
    if above < 2 || above + 1 >= planes.len() {
        return 0.0;
    }
    let level_at = |w: f64| {
        let mut at = of_stack;
        at.z = w;
        sides.level_mm(sides.frame().patient_from_stack(at))
    };
    let level = |k: usize| level_at(planes[k]);
    let (below, w) = (above - 1, of_stack.z);
    // The sides as they go on from below and from above.
    let on_from = |near: usize, far: usize| {
        let slope = (level(near) - level(far)) / (planes[near] - planes[far]);
        level(near) + slope * (w - planes[near])
    };
    let meet = on_from(below, below - 1).max(on_from(above, above + 1));
    // What the planes farther out bend by, per mm².
    let bend = |k: usize| {
        let slope = |a: usize, b: usize| (level(b) - level(a)) / (planes[b] - planes[a]);
        2.0 * (slope(k, k + 1) - slope(k - 1, k)) / (planes[k + 1] - planes[k - 1])
    };
    let outer =
        [below.checked_sub(2).map(|k| k + 1), (above + 2 < planes.len()).then_some(above + 1)];
    let bent = outer.into_iter().flatten().map(|k| bend(k).abs()).fold(0.0, f64::max);
    let (down, up) = (w - planes[below], planes[above] - w);
    let step = planes[above] - planes[below];
    // A parabola lies off the line that goes on by this, and off the one between the planes.
    let smooth = 0.5 * bent * (down.min(up) * (down.min(up) + step) + down * up);
    (level_at(w) - meet - smooth).clamp(0.0, step)
}

#[cfg(test)]
mod tests {
    use super::*;
    use thecal_geom::{Contour, ContourKind};
    use thecal_mask::EndRule;

    /// Squares of a half width that depends on the height, on planes of 1 mm with none at 0.
    fn squares(half: impl Fn(f64) -> f64) -> Solid {
        let square = |k: i32| {
            let z = f64::from(k) + 0.5;
            let h = half(z);
            let points_mm = [[-h, -h], [h, -h], [h, h], [-h, h]].map(|[x, y]| Point3::new(x, y, z));
            Contour { number: 1, kind: ContourKind::ClosedPlanar, points_mm: points_mm.to_vec() }
        };
        let contours: Vec<Contour> = (-6..6).map(square).collect();
        Solid::from_contours(&contours, EndRule::HalfSlice, 1.0).expect("a solid")
    }

    #[test]
    fn a_ridge_between_two_planes_is_found_and_a_barrel_has_none() {
        // Two frustums meet at z = 0 with 12 mm: the drawn planes reach 11.2 mm.
        let ridge = squares(|z| 12.0 - 1.6 * z.abs());
        let p = Point3::new(12.0, 0.0, 0.0);
        let reach = ridge.level_mm(p) - edge_between_planes_mm(&ridge, p);
        assert!(reach < 0.05 && reach > -0.5, "{reach}");
        let barrel = squares(|z| (144.0 - z * z).sqrt());
        assert!(edge_between_planes_mm(&barrel, Point3::new(12.0, 0.0, 0.0)) < 0.01);
    }
}
