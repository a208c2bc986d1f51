//! Meshes of analytic shapes: closed, wound outwards, of the right volume and area.

use nalgebra::{Matrix3, Rotation3};
use std::f64::consts::PI;
use thecal_geom::{Point3, Vector3};
use thecal_voxel::{Grid, Mask, Volume, isosurface, level_of_mask};

fn sampled(axes: Matrix3<f64>, half: f64, f: impl Fn(Point3) -> f64 + Sync) -> Volume<f32> {
    let spacing = [0.5; 3];
    let n = (2.0 * half / 0.5) as usize + 1;
    let origin = axes * Point3::new(-half + 0.11, -half - 0.07, -half + 0.19);
    let grid = Grid::new(origin, axes, spacing, [n; 3]).expect("a valid grid");
    Volume::from_fn(grid, |v| f(grid.centre_mm(v)) as f32)
}

#[test]
fn volume_and_area_are_right_to_half_a_percent() {
    let turned = Rotation3::new(Vector3::new(0.4, 0.2, -0.3)).into_inner();
    let left_handed = Matrix3::from_diagonal(&Vector3::new(1.0, 1.0, -1.0));
    let torus = |p: Point3| (p.x.hypot(p.y) - 8.0).hypot(p.z) - 3.0;
    for axes in [Matrix3::identity(), turned, left_handed] {
        for (r, half) in [(3.0, 5.0), (6.0, 8.0)] {
            let m = isosurface(&sampled(axes, half, |p| p.coords.norm() - r));
            let (v, a) = (4.0 / 3.0 * PI * r.powi(3), 4.0 * PI * r * r);
            assert!(m.is_closed());
            assert!((m.volume_mm3() / v - 1.0).abs() < 0.005, "{r}: {}", m.volume_mm3() / v);
            assert!((m.area_mm2() / a - 1.0).abs() < 0.005, "{r}: {}", m.area_mm2() / a);
        }
        let m = isosurface(&sampled(axes, 13.0, torus));
        assert!(m.is_closed());
        assert!((m.volume_mm3() / (2.0 * PI * PI * 8.0 * 9.0) - 1.0).abs() < 0.005);
        assert!((m.area_mm2() / (4.0 * PI * PI * 8.0 * 3.0) - 1.0).abs() < 0.005);
        let small = m.decimated(2000, 1.0);
        assert!(small.mesh.is_closed() && small.mesh.triangles.len() <= 2000);
        assert!(small.error_mm < 0.2, "{}", small.error_mm);
        assert!((small.mesh.volume_mm3() / m.volume_mm3() - 1.0).abs() < 0.005);
    }
}

#[test]
fn what_reaches_the_border_is_closed_there() {
    let all = isosurface(&sampled(Matrix3::identity(), 2.0, |_| -1.0));
    assert!(all.is_closed());
    // Nine voxels of 0.5 mm a side, their edges bevelled by the net.
    assert!(all.volume_mm3() > 0.9 * 4.5_f64.powi(3) && all.volume_mm3() <= 4.5_f64.powi(3));
    let half = isosurface(&sampled(Matrix3::identity(), 4.0, |p| p.z));
    assert!(half.is_closed() && half.volume_mm3() > 0.0);
}

#[test]
fn touching_corners_and_noise_stay_closed() {
    let grid = Grid::axis_aligned(Point3::origin(), [1.0, 1.0, 2.0], [12, 11, 10]).unwrap();
    let mut state = 9_u64;
    let mut noise = Mask::filled(grid, false);
    for v in noise.values_mut() {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        *v = state >> 62 == 0;
    }
    let m = isosurface(&level_of_mask(&noise).unwrap());
    assert!(m.is_closed() && m.volume_mm3() > 0.0);
    let empty = isosurface(&Volume::filled(grid, 1.0));
    assert!(empty.triangles.is_empty() && empty.vertices_mm.is_empty());
}
