//! Dose figures on a dose grid, by formula.

use thecal_conventions::{Drawn, NoFigure, dose_grid_figures};
use thecal_dose::DoseGrid;
use thecal_geom::{Contour, Point3, Vector3};

use crate::made::{rectangle, solid, stack};

/// 1 Gy for each mm along x, on a grid of 2 x 2 x 3 mm with `planes` planes.
fn dose(planes: usize) -> DoseGrid {
    let values = (0..12 * 10 * planes).map(|n| 2.0 * (n % 12) as f32 + 0.005).collect();
    let axes = [Vector3::x(), Vector3::y(), Vector3::z()];
    let heights = (0..planes).map(|k| 3.0 * k as f64).collect();
    DoseGrid::new(Point3::origin(), axes, [2.0, 2.0], heights, [12, 10], values).expect("a grid")
}

fn figures(
    contours: &[Contour],
    dose: &DoseGrid,
) -> Result<thecal_conventions::DoseGridFigures, NoFigure> {
    let solid = solid(contours);
    let drawn = Drawn { name: "SpinalCord", contours, mask: None, solid: &solid };
    dose_grid_figures(&drawn, dose)
}

#[test]
fn a_box_has_the_dose_of_the_centres_in_it() {
    // Columns at 4, 6, 8 and 10 mm, rows at 4 and 6: eight pixels on each of five planes 1.5 mm apart.
    let contours = stack(&[rectangle([3.0, 3.0], [11.0, 7.0])], &[0.0, 1.5, 3.0, 4.5, 6.0]);
    let found = figures(&contours, &dose(4)).expect("figures");
    assert_eq!(found.pixels, 40);
    assert!((found.pixel_cc - 0.006).abs() < 1e-12);
    assert!((found.volume_cc - 0.24).abs() < 1e-12);
    // Bins of 0.01 Gy: the highest ends at 10.01, and their middles average to 7.005.
    assert!((found.max_gy - 10.01).abs() < 1e-9, "{}", found.max_gy);
    assert!((found.mean_gy - 7.005).abs() < 1e-9, "{}", found.mean_gy);
    // A quarter of it, 0.06 cc, receives 10 Gy, which is nearer to 0.03 cc than anything else: the first
    // bin with that volume begins above the 8 Gy of the next column.
    let d003cc = found.d003cc_gy.expect("0.03 cc");
    assert!((d003cc - 8.01).abs() < 1e-9, "{d003cc}");
}

#[test]
fn planes_beyond_the_dose_count_for_the_volume_alone() {
    let contours = stack(&[rectangle([3.0, 3.0], [11.0, 7.0])], &[0.0, 3.0, 6.0, 9.0, 12.0]);
    let (inside, cut) =
        (figures(&contours, &dose(5)).unwrap(), figures(&contours, &dose(3)).unwrap());
    assert_eq!((inside.pixels, cut.pixels), (40, 40));
    assert!((inside.volume_cc - cut.volume_cc).abs() < 1e-12);
    assert!((inside.mean_gy - cut.mean_gy).abs() < 1e-9);
}

#[test]
fn what_no_centre_lies_in_has_no_figures() {
    let small = stack(&[rectangle([4.5, 4.5], [5.5, 5.5])], &[0.0, 3.0]);
    let none = NoFigure::NoDose { name: "SpinalCord".to_owned() };
    assert_eq!(figures(&small, &dose(4)), Err(none));
    let one = stack(&[rectangle([3.0, 3.0], [11.0, 7.0])], &[3.0]);
    let flat = NoFigure::OnePlane { name: "SpinalCord".to_owned() };
    assert_eq!(figures(&one, &dose(4)), Err(flat));
}
