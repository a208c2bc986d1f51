//! The distance transform equals an exhaustive search, for any mask, spacing and thread count.

use proptest::prelude::*;
use thecal_geom::Point3;
use thecal_voxel::edt::{self, Border};
use thecal_voxel::{Grid, Mask, Nearest, Volume, VoxelError};

fn mask(spacing: [f64; 3], size: [usize; 3], density: f64, seed: u64) -> Mask {
    let grid =
        Grid::axis_aligned(Point3::new(-7.0, 3.0, 11.0), spacing, size).expect("a valid grid");
    let mut state = seed;
    let mut data = Mask::filled(grid, false);
    for v in data.values_mut() {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        *v = ((state >> 33) as f64 / f64::from(1_u32 << 31)) < density;
    }
    data
}

/// Squared distance to the nearest voxel of the wanted kind, exhaustively.
fn brute(mask: &Mask, at: [usize; 3], wanted: bool) -> f64 {
    let (s, [nx, ny, nz]) = (mask.grid().spacing_mm(), mask.grid().size());
    let mut best = f64::INFINITY;
    for k in 0..nz {
        for j in 0..ny {
            for i in 0..nx {
                if mask.get([i, j, k]) == Some(&wanted) {
                    let d = |a: usize, b: usize, s: f64| (a.abs_diff(b) as f64 * s).powi(2);
                    best = best.min(d(i, at[0], s[0]) + d(j, at[1], s[1]) + d(k, at[2], s[2]));
                }
            }
        }
    }
    best
}

fn beyond_grid(mask: &Mask, at: [usize; 3]) -> f64 {
    let (s, n) = (mask.grid().spacing_mm(), mask.grid().size());
    (0..3).map(|a| ((at[a] + 1).min(n[a] - at[a]) as f64 * s[a]).powi(2)).fold(f64::MAX, f64::min)
}

fn near(found: f32, expected: f64) -> bool {
    f64::from(found) == expected || (f64::from(found) - expected).abs() <= 1e-6 * expected.abs()
}

fn voxels(v: &Grid) -> impl Iterator<Item = [usize; 3]> + use<> {
    let [nx, ny, nz] = v.size();
    (0..nz).flat_map(move |k| (0..ny).flat_map(move |j| (0..nx).map(move |i| [i, j, k])))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]
    #[test]
    fn equals_brute_force(
        spacing in prop::array::uniform3(0.3..4.0_f64),
        size in (1_usize..24, 1_usize..20, 1_usize..14),
        density in prop::sample::select(vec![0.0, 0.002, 0.02, 0.3, 0.8, 0.99, 1.0]),
        seed in any::<u64>(),
        band in 0.5..9.0_f64,
    ) {
        let m = mask(spacing, [size.0, size.1, size.2], density, seed);
        let plain = edt::distance_mm(&m).unwrap();
        let squared = edt::squared_distance_mm2(&m).unwrap();
        let open = edt::signed_distance_mm(&m, Border::Open).unwrap();
        let closed = edt::signed_distance_mm(&m, Border::Background).unwrap();
        let narrow = edt::band_mm(&m, band);
        let nearest = Nearest::from_mask(&m);
        if m.count() == 0 {
            prop_assert_eq!(narrow, Err(VoxelError::EmptyMask));
            prop_assert_eq!(nearest, Err(VoxelError::EmptyMask));
            prop_assert!(plain.values().iter().all(|v| *v == f32::INFINITY));
            return Ok(());
        }
        let (narrow, nearest) = (narrow.unwrap(), nearest.unwrap());
        for v in voxels(m.grid()) {
            let to_mask = brute(&m, v, true).sqrt();
            prop_assert!(near(*plain.get(v).unwrap(), to_mask));
            prop_assert!(near(*squared.get(v).unwrap(), to_mask * to_mask));
            let to_rest = brute(&m, v, false).sqrt();
            let inside = *m.get(v).unwrap();
            let signed = if inside { -to_rest } else { to_mask };
            prop_assert!(near(*open.get(v).unwrap(), signed));
            let signed = if inside { -to_rest.min(beyond_grid(&m, v).sqrt()) } else { to_mask };
            prop_assert!(near(*closed.get(v).unwrap(), signed));
            let f = nearest.feature_of(v).unwrap();
            prop_assert!(*m.get(f).unwrap());
            prop_assert!(((m.grid().centre_mm(f) - m.grid().centre_mm(v)).norm() - to_mask).abs()
                < 1e-5 * (1.0 + to_mask));
            prop_assert!(near(*nearest.distance_mm.get(v).unwrap(), to_mask));
            let in_band = narrow.grid().voxel_of(m.grid().centre_mm(v)).and_then(|w| narrow.get(w));
            match in_band {
                Some(&d) if d.is_finite() => prop_assert!(near(d, to_mask)),
                _ => prop_assert!(to_mask > band * (1.0 - 1e-6)),
            }
        }
    }
}

#[test]
fn same_bits_for_any_number_of_threads() {
    for density in [0.0005, 0.4] {
        let m = mask([0.7, 0.9, 2.5], [83, 70, 45], density, 42);
        let all = |threads: usize| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| {
                let bits =
                    |v: Volume<f32>| v.values().iter().map(|x| x.to_bits()).collect::<Vec<_>>();
                let n = Nearest::from_mask(&m).unwrap();
                (
                    bits(edt::distance_mm(&m).unwrap()),
                    bits(edt::signed_distance_mm(&m, Border::Background).unwrap()),
                    bits(edt::band_mm(&m, 6.0).unwrap()),
                    bits(n.distance_mm),
                    n.feature,
                )
            })
        };
        let one = all(1);
        for threads in [2, 3, 5] {
            assert!(one == all(threads), "{threads} threads");
        }
    }
}

#[test]
fn a_long_line_keeps_its_accuracy_far_from_the_first_voxel() {
    // Small heights at large coordinates: where absolute parabola crossings lose digits.
    let grid = Grid::axis_aligned(Point3::origin(), [1.0, 0.1, 0.1], [1, 1, 3000]).unwrap();
    let mut m = Mask::filled(grid, false);
    for k in [0, 1400, 2900] {
        m.values_mut()[k] = true;
    }
    let d = edt::distance_mm(&m).unwrap();
    assert!((d.values()[2150] - 75.0).abs() < 1e-5);
    assert!((d.values()[2151] - 74.9).abs() < 1e-5);
    assert!((d.values()[700] - 70.0).abs() < 1e-5);
}

#[test]
fn sheared_axes_are_refused() {
    let mut axes = nalgebra::Matrix3::identity();
    axes.set_column(2, &nalgebra::Vector3::new(0.0, 0.3, 1.0).normalize());
    let grid = Grid::new(Point3::origin(), axes, [1.0; 3], [4; 3]).unwrap();
    assert!(matches!(
        edt::distance_mm(&Mask::filled(grid, true)),
        Err(VoxelError::Sheared { off_deg }) if (off_deg - 16.699).abs() < 0.01
    ));
}

#[test]
fn memory_in_use_gives_the_same_and_another_grid_is_refused() {
    let grid = Grid::axis_aligned(Point3::origin(), [0.7, 1.1, 2.0], [40, 21, 9]).unwrap();
    let mask = Mask::from_fn(grid, |[i, j, k]| (i * 7 + j * 5 + k * 3) % 11 < 3);
    let mut out = grid_filled(grid);
    edt::distance_mm_into(&mask, &mut out).unwrap();
    assert_eq!(out, edt::distance_mm(&mask).unwrap());
    edt::signed_distance_mm_into(&mask, Border::Background, &mut out).unwrap();
    assert_eq!(out, edt::signed_distance_mm(&mask, Border::Background).unwrap());
    let other = Grid::axis_aligned(Point3::origin(), [0.7, 1.1, 2.0], [40, 21, 8]).unwrap();
    let found = edt::distance_mm_into(&mask, &mut grid_filled(other));
    assert!(matches!(found, Err(VoxelError::Shape { .. })));
}

fn grid_filled(grid: Grid) -> thecal_voxel::Volume<f32> {
    thecal_voxel::Volume::filled(grid, 7.0)
}
