//! Volumes by formula.

use thecal_conventions::{Convention, Drawn, open_volume_cc, volumes};
use thecal_geom::Point3;
use thecal_voxel::Grid;

use crate::made::{rectangle, solid, stack};

fn volume(found: &[thecal_conventions::OtherVolume], convention: Convention) -> f64 {
    let of = found.iter().find(|f| f.convention == convention).expect("listed");
    of.found.as_ref().expect("a volume").volume_cc
}

#[test]
fn volumes_are_areas_times_the_smallest_distance_of_planes() {
    // 10.2 x 5.3 mm with a hole of 2 x 1.5 mm, planes 2, 2 and 6 mm apart.
    let rings = [rectangle([0.3, 0.3], [10.5, 5.6]), rectangle([4.1, 2.1], [6.1, 3.6])];
    let contours = stack(&rings, &[0.0, 2.0, 4.0, 10.0]);
    let solid = solid(&contours);
    let drawn = Drawn { name: "GTV", contours: &contours, mask: None, solid: &solid };
    let grid =
        Grid::axis_aligned(Point3::new(-2.0, -2.0, 0.0), [1.0, 1.0, 2.0], [16, 12, 6]).unwrap();
    let found = volumes(&drawn, &grid);
    let area = 10.2 * 5.3 - 3.0;
    assert!((volume(&found, Convention::Slabs) - 4.0 * area * 2.0 / 1000.0).abs() < 1e-9);
    // Half of 54.06 mm2 is 27 whole, half of 3 is 1.
    let half = (27.0 - 1.0) * 2.0 + 2.0 * area;
    let halves = volume(&found, Convention::AreasHalfEnds);
    assert!((halves - half * 2.0 / 1000.0).abs() < 1e-9, "{halves}");
    // Centres 1 to 10 and 1 to 5, of which 5, 6 and 3 lie in the hole; four slices of 2 mm.
    assert!((volume(&found, Convention::PixelCentres) - 4.0 * 48.0 * 2.0 / 1000.0).abs() < 1e-9);
    assert!(
        (volume(&found, Convention::PixelCentresUnion) - 4.0 * 50.0 * 2.0 / 1000.0).abs() < 1e-9
    );
    // Flat caps add a slice to what lies between the planes; where a plane is missing the solid splits or
    // fills, and the ends leave open what they add.
    let plane = volume(&found, Convention::EndsPlane);
    let caps = volume(&found, Convention::EndsHalfSlice);
    assert!(caps > plane, "{caps} {plane}");
    let [low, high] = open_volume_cc(&drawn);
    assert!((low - plane.min(caps)).abs() < 1e-9 && high >= caps - 1e-9, "{low} {high}");
}
